// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <unistd.h>

#include <yonder/url.h>

#include "base/text.h"
#include "cli/batch.h"
#include "cli/cli.h"

typedef struct url_options {
    const char *base;
    bool json;
    bool batch;
} url_options;

// The members of machine output: the URL API's names (URL standard section 6.1).
static const struct {
    const char *name;
    yonder_url_part part;
} members[] = {
    {"protocol", YONDER_URL_PROTOCOL}, {"username", YONDER_URL_USERNAME},
    {"password", YONDER_URL_PASSWORD}, {"host", YONDER_URL_HOST},
    {"hostname", YONDER_URL_HOSTNAME}, {"port", YONDER_URL_PORT},
    {"pathname", YONDER_URL_PATHNAME}, {"search", YONDER_URL_SEARCH},
    {"hash", YONDER_URL_HASH},
};

static void write_members(yn_json *out, const yonder_url *url)
{
    yn_json_text(out, "href", yonder_url_href(url));
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        yn_json_text(out, members[i].name, yonder_url_get(url, members[i].part));
}

// Parses `input` against `base`, itself parsed first unless its .ptr is NULL. `*of_base` tells
// whether an error is the base's.
static int parse(yonder_url *out, yonder_text input, yonder_text base, const yonder_mem *mem,
                 bool *of_base)
{
    yonder_url parsed = {0};
    int error = base.ptr ? yonder_url_parse(&parsed, base, NULL, mem) : YONDER_OK;
    *of_base = error != YONDER_OK;
    if (!error)
        error = yonder_url_parse(out, input, base.ptr ? &parsed : NULL, mem);
    yonder_url_free(&parsed, mem);
    return error;
}

// Writes the members of the answer, and returns an error only where there is no answer: that the
// input is not a URL is one.
static int answer(yn_json *out, yonder_text input, yonder_text base, const yonder_mem *mem)
{
    yonder_url url;
    bool of_base;
    int error = parse(&url, input, base, mem, &of_base);
    if (error == YONDER_INVALID_URL) {
        yn_json_bool(out, "failure", true);
    } else if (!error) {
        write_members(out, &url);
        yonder_url_free(&url, mem);
    }
    return error;
}

static const char *answer_line(void *context, const json_t *line, yn_json *out,
                               const yonder_mem *mem)
{
    const yonder_text *default_base = context;
    yonder_text input = {NULL, 0}, base = *default_base;
    if (!yn_batch_text(line, "input", &input) || !input.ptr)
        return "\"input\" must be a string";
    if (!yn_batch_text(line, "base", &base))
        return "\"base\" must be a string or null";
    int error = answer(out, input, base, mem);
    return error && error != YONDER_INVALID_URL ? yonder_strerror(error) : NULL;
}

static int exit_code(int error)
{
    if (error && error != YONDER_INVALID_URL)
        return YN_EXIT_FAILED;
    return error ? YN_EXIT_NEGATIVE : YN_EXIT_OK;
}

static int print_json(yonder_text input, yonder_text base)
{
    yn_buf buf = yn_buf_make(SIZE_MAX / 2, NULL);
    yn_json out = yn_json_make(&buf, true);
    yn_json_object(&out, NULL);
    int error = answer(&out, input, base, NULL);
    yn_json_object_end(&out);
    yn_buf_char(&buf, '\n');
    if (!error || error == YONDER_INVALID_URL)
        error = buf.error ? buf.error : error;
    if (exit_code(error) == YN_EXIT_FAILED)
        fprintf(stderr, "yonder url: %s\n", yonder_strerror(error));
    else
        fwrite(buf.ptr, 1, buf.len, stdout);
    yn_buf_free(&buf);
    return exit_code(error);
}

static int print_href(yonder_text input, yonder_text base)
{
    yonder_url url;
    bool of_base;
    int error = parse(&url, input, base, NULL, &of_base);
    if (error) {
        yonder_text culprit = of_base ? base : input;
        fprintf(stderr, "yonder url: %s'%.*s': %s\n", of_base ? "the base " : "", YN_PRINT(culprit),
                yonder_strerror(error));
        return exit_code(error);
    }
    puts(url.href);
    yonder_url_free(&url, NULL);
    return YN_EXIT_OK;
}

static int run(const void *values, size_t argument_count, char **arguments)
{
    const url_options *options = values;
    yonder_text base = yonder_text_of(options->base);
    if (options->batch && argument_count)
        return yn_usage_error("url", "--batch reads its input from stdin, not '%s'", arguments[0]);
    if (options->batch || (!argument_count && !isatty(STDIN_FILENO)))
        return yn_batch_run(answer_line, &base);
    if (!argument_count)
        return yn_usage_error("url", "INPUT is missing");
    yonder_text input = yonder_text_of(arguments[0]);
    return options->json ? print_json(input, base) : print_href(input, base);
}

static const yn_option options[] = {
    {'b', "base", YN_VALUE, "URL", offsetof(url_options, base),
     "resolve INPUT against this URL, as a browser does with the page a link stands on", 0, 0, 0},
    {0, "json", YN_FLAG, NULL, offsetof(url_options, json),
     "print all parts as one JSON object, by their names in the URL API", 0, 0, 0},
    {0, "batch", YN_FLAG, NULL, offsetof(url_options, batch),
     "read one JSON object a line from stdin; this is the default where there is no INPUT and "
     "stdin "
     "is not a terminal",
     0, 0, 0},
    {0},
};

static const yn_example examples[] = {
    {"yonder url --base https://example.com/a/b '../c?d'", "prints https://example.com/c?d"},
    {"yonder url --json 'HTTP://0x7f.1:80/%7Efoo/../x'",
     "shows what a browser makes of it: http://127.0.0.1/x, and each part"},
    {"echo '{\"input\":\"//b/c\",\"base\":\"http://a/\"}' | yonder url --batch",
     "answers each line of stdin with a line of JSON"},
    {0},
};

static const yn_term batch_input[] = {
    {"input", "what to parse, a string"},
    {"base", "what to resolve it against, a string; without it, or where it is null, --base"},
    {0},
};

static const yn_term answers[] = {
    {"href", "the URL as a whole"},
    {"protocol, username, password, host, hostname, port, pathname, search, hash",
     "its parts, as the members of these names of the URL API (URL standard section 6.1)"},
    {"failure", "true, and the only member, where the input or the base is not a valid URL"},
    {"error", YN_BATCH_ERROR},
    {0},
};

static const yn_section sections[] = {
    {"Batch input", YN_BATCH_INPUT, batch_input},
    {"Machine output", YN_BATCH_OUTPUT, answers},
    {0},
};

const yn_command yn_cmd_url = {
    .name = "url",
    .arguments = "[INPUT]",
    .summary = "parse a URL and resolve it, as a browser does",
    .description =
        "Parses INPUT by the URL standard (url.spec.whatwg.org), against a base if one is given, "
        "and prints the URL it stands for. Where it stands for none, says so.",
    .options = options,
    .options_size = sizeof(url_options),
    .max_arguments = 1,
    .run = run,
    .examples = examples,
    .sections = sections,
    .negative = "INPUT, or the base, is not a valid URL; not in batch mode, whose answers say so",
};
