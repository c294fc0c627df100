// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <unistd.h>

#include <yonder/preload.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/batch.h"
#include "cli/cli.h"
#include "cli/file.h"
#include "cli/preload_file.h"
#include "cli/print.h"
#include "lists/preload_list.h"

enum {
    list_max = 1 << 30, // bytes
    ascii_max = 512,
};

typedef struct preload_options {
    const char *output;
    const char *preload;
    bool json;
    bool batch;
} preload_options;

// ---- build --------------------------------------------------------------------------------------

static int complain(const char *path, const yn_list_problem *problem)
{
    fprintf(stderr, "%s:", path);
    if (problem->line)
        fprintf(stderr, "%zu:", problem->line);
    fprintf(stderr, " %s\n", problem->message);
    return YN_EXIT_USAGE;
}

static int write_image(const yn_preload_list *list, const char *path, const char *output)
{
    void *image;
    size_t size, bad;
    int error = yonder_preload_build(list->entries, list->count, NULL, &image, &size, &bad);
    if (error == YONDER_INVALID_HOST) {
        yn_list_problem problem;
        yn_preload_list_bad_name(&list->entries[bad], &problem);
        return complain(path, &problem);
    }
    if (error) {
        fprintf(stderr, "yonder preload: %s: %s\n", path, yonder_strerror(error));
        return YN_EXIT_FAILED;
    }
    bool done = yn_file_replace(output, (yonder_text){image, size});
    yn_free(NULL, image);
    return done ? YN_EXIT_OK : YN_EXIT_FAILED;
}

static int build(const preload_options *options, size_t count, char **arguments)
{
    if (count != 1)
        return yn_usage_error("preload", "build takes one LIST");
    if (!options->output)
        return yn_usage_error("preload", "build needs --output IMAGE");
    yn_buf text = yn_buf_make(list_max, NULL);
    yn_preload_list list;
    yn_list_problem problem;
    int code = YN_EXIT_USAGE;
    if (yn_file_read(arguments[0], &text)) {
        int error = yn_preload_list_read(&list, yn_buf_text(&text), &problem);
        if (!error) {
            code = write_image(&list, arguments[0], options->output);
            yn_preload_list_free(&list);
        } else {
            complain(arguments[0], &problem);
            code = error == YONDER_NO_MEMORY ? YN_EXIT_FAILED : YN_EXIT_USAGE;
        }
    }
    yn_buf_free(&text);
    return code;
}

// ---- query --------------------------------------------------------------------------------------

static void write_match(yn_json *out, const yonder_preload_match *match)
{
    yn_json_bool(out, "preloaded", match->preloaded);
    if (match->preloaded)
        yn_json_text(out, "matched", match->matched);
    else
        yn_json_null(out, "matched");
    yn_json_bool(out, "include_subdomains", match->preloaded && match->include_subdomains);
}

// The name that decided, in lower case as the list has it.
static void lower_name(yonder_preload_match *match, char *name)
{
    for (size_t i = 0; i < match->matched.len; i++)
        name[i] = yn_lower(match->matched.ptr[i]);
    if (match->matched.len && name[match->matched.len - 1] == '.')
        match->matched.len--;
    match->matched.ptr = name;
}

static const char *answer_line(void *context, const json_t *line, yn_json *out,
                               const yonder_mem *mem)
{
    (void)mem;
    char ascii[ascii_max], name[ascii_max];
    yonder_text host = {NULL, 0};
    if (!yn_batch_text(line, "host", &host) || !host.ptr)
        return "\"host\" must be a string";
    yonder_preload_match match;
    yn_preload_file_query(context, host, ascii, &match);
    lower_name(&match, name);
    write_match(out, &match);
    return NULL;
}

static void print_match(const char *host, const yonder_preload_match *match)
{
    printf("%s: %s", host, match->preloaded ? "preloaded" : "not preloaded");
    if (match->found)
        printf(", by the entry %.*s%s", YN_PRINT(match->matched),
               match->include_subdomains ? ", subdomains included" : "");
    putchar('\n');
}

static int query_hosts(const yn_preload_file *file, bool json, size_t count, char **hosts)
{
    int code = YN_EXIT_OK;
    yn_buf line = yn_buf_make(1 << 20, NULL);
    for (size_t i = 0; i < count; i++) {
        char ascii[ascii_max], name[ascii_max];
        yonder_preload_match match;
        yn_preload_file_query(file, yonder_text_of(hosts[i]), ascii, &match);
        lower_name(&match, name);
        if (json) {
            yn_json out = yn_json_make(&line, false);
            yn_json_object(&out, NULL);
            yn_json_str(&out, "host", hosts[i]);
            write_match(&out, &match);
            yn_json_object_end(&out);
            yn_print_line(&line);
        } else {
            print_match(hosts[i], &match);
        }
        code = match.preloaded ? code : YN_EXIT_NEGATIVE;
    }
    yn_buf_free(&line);
    return code;
}

static int query(const preload_options *options, size_t count, char **hosts)
{
    if (!options->preload)
        return yn_usage_error("preload", "query needs --preload IMAGE");
    if (options->batch && count)
        return yn_usage_error("preload", "--batch reads its input from stdin, not '%s'", hosts[0]);
    bool batch = options->batch || (!count && !isatty(STDIN_FILENO));
    if (!batch && !count)
        return yn_usage_error("preload", "HOST is missing");
    yn_preload_file file;
    int code = yn_preload_file_open(&file, options->preload);
    if (code)
        return code;
    code =
        batch ? yn_batch_run(answer_line, &file) : query_hosts(&file, options->json, count, hosts);
    yn_preload_file_close(&file);
    return code;
}

// ---- stats and dump -----------------------------------------------------------------------------

typedef struct tally {
    yn_arena arena;
    yn_map tlds;
    size_t force_https, include_subdomains;
} tally;

static int count_entry(void *context, const yonder_preload_entry *entry)
{
    tally *t = context;
    yonder_text tld = entry->name;
    for (size_t dot; (dot = yn_find_char(tld, '.')) < tld.len;)
        tld = yn_skip(tld, dot + 1);
    t->force_https += entry->force_https;
    t->include_subdomains += entry->include_subdomains;
    if (yn_map_find(&t->tlds, tld))
        return 0;
    bool added;
    tld = yn_arena_text(&t->arena, tld);
    return tld.ptr && yn_map_add(&t->tlds, tld, 0, &added) ? 0 : YONDER_NO_MEMORY;
}

static int print_stats(const yn_preload_file *file, bool json)
{
    tally t = {.arena = yn_arena_make(NULL), .tlds = yn_map_make(NULL)};
    yn_buf line = yn_buf_make(1 << 20, NULL);
    int error = yonder_preload_each(file->set, count_entry, &t);
    double bits = t.force_https ? 8.0 * (double)file->image.len / (double)t.force_https : 0;
    const struct {
        const char *name, *prose;
        size_t value;
    } rows[] = {
        {"names", "names, HTTPS only", t.force_https},
        {"with_subdomains", "with their subdomains", t.include_subdomains},
        {"without_subdomains", "without", t.force_https - t.include_subdomains},
        {"shields", "names without HTTPS, below one with subdomains",
         yonder_preload_count(file->set) - t.force_https},
        {"tlds", "top-level domains", t.tlds.count},
        {"bytes", "bytes", file->image.len},
    };
    yn_json out = yn_json_make(&line, false);
    yn_json_object(&out, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_json_int(&out, rows[i].name, (int64_t)rows[i].value);
        if (!json && !error)
            printf("%10zu  %s\n", rows[i].value, rows[i].prose);
    }
    yn_json_fixed(&out, "bits_per_name", bits, 2);
    yn_json_object_end(&out);
    if (error)
        fprintf(stderr, "yonder preload: %s\n", yonder_strerror(error));
    else if (json)
        yn_print_line(&line);
    else
        printf("%10.2f  bits a name\n", bits);
    yn_map_free(&t.tlds);
    yn_arena_free(&t.arena);
    yn_buf_free(&line);
    return error ? YN_EXIT_FAILED : YN_EXIT_OK;
}

static int dump_text(void *context, const yonder_preload_entry *entry)
{
    (void)context;
    printf("%.*s %s%s\n", YN_PRINT(entry->name), entry->force_https ? "force-https" : "-",
           entry->include_subdomains ? " include-subdomains" : "");
    return ferror(stdout);
}

static int dump_json(void *context, const yonder_preload_entry *entry)
{
    yn_json out = yn_json_make(context, false);
    yn_json_object(&out, NULL);
    yn_json_text(&out, "name", entry->name);
    yn_json_bool(&out, "force_https", entry->force_https);
    yn_json_bool(&out, "include_subdomains", entry->include_subdomains);
    yn_json_object_end(&out);
    yn_print_line(context);
    return ferror(stdout);
}

static int print_dump(const yn_preload_file *file, bool json)
{
    yn_buf line = yn_buf_make(1 << 16, NULL);
    int stopped = yonder_preload_each(file->set, json ? dump_json : dump_text, &line);
    yn_buf_free(&line);
    return stopped ? YN_EXIT_FAILED : YN_EXIT_OK; // main() says why
}

// Opens the image that the option or the argument names and shows it.
static int show(const preload_options *options, size_t count, char **arguments, const char *verb,
                int (*print)(const yn_preload_file *file, bool json))
{
    const char *path = options->preload ? options->preload : count ? arguments[0] : NULL;
    if (!path || count > (options->preload ? 0 : 1))
        return yn_usage_error("preload", "%s takes one IMAGE", verb);
    yn_preload_file file;
    int code = yn_preload_file_open(&file, path);
    if (code)
        return code;
    code = print(&file, options->json);
    yn_preload_file_close(&file);
    return code;
}

static int stats(const preload_options *options, size_t count, char **arguments)
{
    return show(options, count, arguments, "stats", print_stats);
}

static int dump(const preload_options *options, size_t count, char **arguments)
{
    return show(options, count, arguments, "dump", print_dump);
}

// ---- the command --------------------------------------------------------------------------------

static const struct {
    const char *name;
    bool output, preload, json, batch; // the options it takes
    int (*run)(const preload_options *options, size_t count, char **arguments);
} verbs[] = {
    {"build", true, false, false, false, build},
    {"query", false, true, true, true, query},
    {"stats", false, true, true, false, stats},
    {"dump", false, true, true, false, dump},
};

static int run(const void *values, size_t argument_count, char **arguments)
{
    const preload_options *o = values;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(arguments[0], verbs[i].name) != 0)
            continue;
        const char *foreign = o->output && !verbs[i].output     ? "output"
                              : o->preload && !verbs[i].preload ? "preload"
                              : o->json && !verbs[i].json       ? "json"
                              : o->batch && !verbs[i].batch     ? "batch"
                                                                : NULL;
        if (foreign)
            return yn_usage_error("preload", "%s takes no --%s", verbs[i].name, foreign);
        return verbs[i].run(o, argument_count - 1, arguments + 1);
    }
    return yn_usage_error("preload", "'%s' is not build, query, stats or dump", arguments[0]);
}

static const yn_option options[] = {
    {'o', "output", YN_VALUE, "IMAGE", offsetof(preload_options, output),
     "build: the file to write; what it held before stays until the new image is whole", 0, 0, 0},
    {0, "preload", YN_VALUE, "IMAGE", offsetof(preload_options, preload),
     "query, stats, dump: the image to look into", 0, 0, 0},
    {0, "json", YN_FLAG, NULL, offsetof(preload_options, json),
     "query, stats, dump: print JSON, one object a line", 0, 0, 0},
    {0, "batch", YN_FLAG, NULL, offsetof(preload_options, batch),
     "query: read one JSON object a line from stdin; this is the default where there is no HOST "
     "and stdin is not a terminal",
     0, 0, 0},
    {0},
};

static const yn_example examples[] = {
    {"yonder preload build transport_security_state_static.json -o preload.img",
     "makes an image of Chromium's list"},
    {"yonder preload query --preload preload.img mail.example.com example.org",
     "says for each host whether it is preloaded, and by which entry"},
    {"echo '{\"host\":\"example.com\"}' | yonder preload query --preload preload.img --batch",
     "answers each line of stdin with a line of JSON"},
    {"yonder preload stats preload.img", "says how many names there are and what they take"},
    {0},
};

const yn_command yn_cmd_preload = {
    .name = "preload",
    .arguments = "build|query|stats|dump [LIST|HOST…|IMAGE]",
    .summary = "look hosts up in the browsers' HSTS preload list",
    .description =
        "The browsers ship a list of names that they visit by HTTPS only, even the first time. "
        "'build LIST' makes an image of it that answers at once, by file or by memory map. LIST "
        "is Chromium's transport_security_state_static.json or Firefox's nsSTSPreloadList.inc, or "
        "'-' for stdin; which of the two is seen from the text.\n\n"
        "'query HOST' says whether each HOST is preloaded, and exits with 1 where one is not. "
        "The most specific entry for a host and its ancestors decides, as in Chromium; that of an "
        "ancestor counts only if it includes subdomains. In batch mode each line of stdin is a "
        "JSON object with the member \"host\", and is answered by a line with the members "
        "\"preloaded\", \"matched\" (the name of the entry, or null) and "
        "\"include_subdomains\".\n\n"
        "'stats IMAGE' counts, and 'dump IMAGE' lists the entries, one a line. An entry that is "
        "on the list for other reasons than HTTPS is in the image only where it hides a broader "
        "one.\n\n"
        "A damaged or truncated image is refused.",
    .negative = "query: a host is not preloaded; not in batch mode, whose answers say so",
    .options = options,
    .options_size = sizeof(preload_options),
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .run = run,
    .examples = examples,
};
