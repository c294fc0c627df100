// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <yonder/redirect.h>

#include "base/text.h"
#include "cli/batch.h"
#include "cli/cli.h"
#include "cli/colour.h"
#include "cli/print.h"
#include "cli/rules_request.h"
#include "cli/words.h"
#include "report/match.h"
#include "server/country.h"
#include "server/rulefiles.h"

typedef struct match_options {
    const char *method;
    yn_list headers;
    const char *client;
    const char *country;
    const char *countries;
    const char *now;
    const char *colour;
    bool http10;
    bool json;
    bool batch;
} match_options;

// ---- batch --------------------------------------------------------------------------------------

typedef struct batch {
    const yonder_rules *rules;
    int64_t now;
    bool http10;
    const yn_country_db *countries;
} batch;

static const char *read_line(const json_t *line, yonder_rules_request *request, yonder_text *url,
                             const yonder_mem *mem)
{
    yonder_text now = {NULL, 0};
    yonder_field *fields = NULL;
    if (!yn_batch_text(line, "url", url) || !url->ptr)
        return "\"url\" must be a string";
    if (!yn_batch_text(line, "method", &request->method))
        return "\"method\" must be a string";
    if (!yn_batch_text(line, "client", &request->client))
        return "\"client\" must be a string";
    if (!yn_batch_text(line, "country", &request->country))
        return "\"country\" must be a string";
    if (!yn_batch_bool(line, "http10", &request->http10))
        return "\"http10\" must be true or false";
    if (!yn_batch_int(line, "now", &request->now) &&
        !(yn_batch_text(line, "now", &now) && yn_word_moment(now, &request->now)))
        return "\"now\" must be seconds since 1970 or a date";
    const char *message = yn_batch_fields(line, "headers", &fields, &request->field_count, mem);
    request->fields = fields;
    return message;
}

// The country that the file tells of the client, where none was given.
static void tell_country(const yn_country_db *db, yonder_rules_request *request,
                         const yonder_mem *mem)
{
    char *address = db && !request->country.len ? yn_alloc(mem, request->client.len + 1) : NULL;
    if (!address)
        return;
    memcpy(address, request->client.ptr ? request->client.ptr : "", request->client.len);
    address[request->client.len] = '\0';
    request->country = yn_country_of_text(db, address);
    yn_free(mem, address);
}

static const char *answer_line(void *context, const json_t *line, yn_json *out,
                               const yonder_mem *mem)
{
    const batch *b = context;
    yonder_rules_request request = {.now = b->now, .http10 = b->http10};
    yonder_text url = {NULL, 0};
    const char *message = read_line(line, &request, &url, mem);
    if (message)
        return message;
    tell_country(b->countries, &request, mem);
    size_t size = YONDER_RULES_SCRATCH(url.len + 2);
    char *room = yn_alloc(mem, url.len + 2), *scratch = yn_alloc(mem, size);
    if (!room || !scratch)
        return yonder_strerror(YONDER_NO_MEMORY);
    message = yn_rules_request_url(&request, url, room);
    if (message)
        return message;
    yonder_rules_answer answer;
    int found = yonder_rules_match(b->rules, &request, scratch, size, &answer);
    yn_match_json_answer(out, found, &answer);
    return NULL;
}

// ---- one URL ------------------------------------------------------------------------------------

static int exit_code(int found)
{
    return found > 0 ? YN_EXIT_OK : YN_EXIT_NEGATIVE;
}

static int print_match(const match_options *o, const yonder_rules *rules,
                       const yonder_rules_request *request, yn_colour colour)
{
    yn_match_report report;
    if (!yn_match_report_make(&report, rules, request)) {
        fprintf(stderr, "yonder match: %s\n", yonder_strerror(YONDER_NO_MEMORY));
        return YN_EXIT_FAILED;
    }
    yn_buf text = yn_buf_make(SIZE_MAX / 2, NULL);
    if (o->json) {
        yn_json out = yn_json_make(&text, true);
        yn_match_json(&out, &report);
        yn_print_line(&text);
    } else {
        yn_style style = yn_style_for(stdout, colour);
        yn_match_text(&text, &style, &report);
        fwrite(text.ptr, 1, text.len, stdout);
    }
    int code = text.error ? YN_EXIT_FAILED : exit_code(report.found);
    yn_buf_free(&text);
    yn_match_report_free(&report);
    return code;
}

static int match_url(const match_options *o, const batch *b, const char *argument)
{
    yn_colour colour;
    int code = yn_choose_colour("match", o->colour, &colour);
    yonder_text url = yonder_text_of(argument);
    yonder_field *fields = calloc(o->headers.count + 1, sizeof *fields);
    char *room = malloc(url.len + 2);
    yonder_rules_request request = {.method = yonder_text_of(o->method),
                                    .http10 = o->http10,
                                    .fields = fields,
                                    .field_count = o->headers.count,
                                    .client = yonder_text_of(o->client),
                                    .country = yonder_text_of(o->country),
                                    .now = b->now};
    tell_country(b->countries, &request, NULL);
    for (size_t i = 0; fields && !code && i < o->headers.count; i++)
        if (!yn_word_field(o->headers.items[i], &fields[i]))
            code = yn_usage_error("match", "-H takes 'Name: value', not '%s'", o->headers.items[i]);
    const char *message = room && !code ? yn_rules_request_url(&request, url, room) : NULL;
    if (message)
        code = yn_usage_error("match", "%s: '%s'", message, argument);
    if (!code)
        code = fields && room ? print_match(o, b->rules, &request, colour) : YN_EXIT_FAILED;
    free(fields);
    free(room);
    return code;
}

static int run(const void *values, size_t count, char **arguments)
{
    const match_options *o = values;
    int64_t now = time(NULL);
    bool is_batch = o->batch || (count == 1 && !isatty(STDIN_FILENO));
    if (!is_batch && count < 2)
        return yn_usage_error("match", "URL is missing after the rules");
    if (o->now && !yn_word_moment(yonder_text_of(o->now), &now))
        return yn_usage_error("match", "--now takes " YN_MOMENT_FORMS ", not '%s'", o->now);
    yn_country_db *countries = o->countries ? yn_country_open(o->countries) : NULL;
    if (o->countries && !countries)
        return YN_EXIT_USAGE;
    yn_ruleset *set = yn_ruleset_read((const char *const *)arguments, is_batch ? count : count - 1);
    int code = YN_EXIT_USAGE;
    batch b = {set ? set->rules : NULL, now, o->http10, countries};
    if (set && set->map && yonder_rules_verify(set->rules))
        fprintf(stderr, "yonder match: %s is damaged\n", arguments[0]);
    else if (set)
        code = is_batch ? yn_batch_run(answer_line, &b) : match_url(o, &b, arguments[count - 1]);
    yn_ruleset_free(set);
    yn_country_close(countries);
    return code;
}

#define AT(member) offsetof(match_options, member)

static const yn_option options[] = {
    {'X', "method", YN_VALUE, "METHOD", AT(method), "the request's method; GET if not given", 0, 0,
     0},
    {'H', "header", YN_LIST, "LINE", AT(headers),
     "a header field of the request, as 'Accept-Language: de'; may be repeated", 0, 0, 0},
    {0, "http10", YN_FLAG, NULL, AT(http10), "the request is of HTTP/1.0", 0, 0, 0},
    {0, "client", YN_VALUE, "ADDRESS", AT(client), "who asks: what `share=` goes by", 0, 0, 0},
    {0, "country", YN_VALUE, "CC", AT(country), "the client's country, two letters", 0, 0, 0},
    {0, "country-db", YN_VALUE, "FILE", AT(countries),
     "a MaxMind DB file that tells the country of the client", 0, 0, 0},
    {0, "now", YN_VALUE, "T", AT(now),
     "the time it is taken to be, in seconds since 1970 or as 2026-12-24T18:00:00Z", 0, 0, 0},
    {0, "json", YN_FLAG, NULL, AT(json), "print one JSON document", 0, 0, 0},
    {0, "batch", YN_FLAG, NULL, AT(batch),
     "read one JSON object a line from stdin, all arguments being rules; this is the default where "
     "there is no URL and stdin is not a terminal",
     0, 0, 0},
    {0, "color", YN_VALUE, "WHEN", AT(colour), YN_COLOUR_HELP, 0, 0, 0},
    {0},
};

static const yn_example examples[] = {
    {"yonder match site.rules https://example.com/old", "which rule answers, and how"},
    {"yonder match site.rules -H 'Accept-Language: fr, de;q=0.5' /",
     "as a client that likes French"},
    {"yonder match site.rules --now 2026-12-25 /promo", "as it will be on that day"},
    {"echo '{\"url\":\"https://example.com/old\"}' | yonder match site.rules",
     "answers each line of stdin with a line of JSON"},
    {0},
};

static const yn_term batch_input[] = {
    {"url", "an absolute URL, or a path; its target is taken as it stands"},
    {"method", "a string; GET if not given"},
    {"headers", "an array of [name, value]; Host goes before the URL's host"},
    {"http10", "true or false: the request is of HTTP/1.0"},
    {"client, country", "strings, as the options of these names"},
    {"now", "seconds since 1970, or a date"},
    {0},
};

static const yn_term answers[] = {
    {"status", "what is answered; 404 where nothing answers, 414 where the Location would be too "
               "long"},
    {"location", "the Location, or null"},
    {"rule", "where the rule or the site's line stands: \"file\" and \"line\"; null where nothing "
             "answers"},
    {"cause", "only where a line of the site answers: \"https\", \"canonical\" or \"maintenance\""},
    {"vary, cache_control, hsts, retry_after",
     "what goes with the answer, where there is such a field"},
    {"captures", "not in batch mode: what the rule captured, each with \"what\" and \"text\""},
    {"candidates",
     "not in batch mode: every rule whose FROM fits, in file order: \"rule\"; \"verdict\", which "
     "is \"fires\", \"later\" (it would fire, but for the one that does), \"condition\", "
     "\"authority\" (what was captured cannot stand in the target's host) or \"pairs\"; and "
     "\"conditions\", each with \"text\" and \"holds\""},
    {"near", "not in batch mode, where nothing answers: URLs like this one that are answered"},
    {"error", YN_BATCH_ERROR},
    {0},
};

static const yn_section sections[] = {
    {"Batch input", YN_BATCH_INPUT, batch_input},
    {"Machine output", YN_BATCH_OUTPUT, answers},
    {0},
};

const yn_command yn_cmd_match = {
    .name = "match",
    .arguments = "FILE… [URL]",
    .summary = "tell which rule answers a URL, how, and why",
    .description =
        "Asks the rules as serve would for a request, and tells what is answered and by which "
        "line; what the rule captured; the outcome of each condition; and the rules that came "
        "near. FILE is a rule file or an image that compile made.",
    .options = options,
    .options_size = sizeof(match_options),
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .run = run,
    .examples = examples,
    .sections = sections,
    .negative = "nothing answers the URL; not in batch mode, whose answers say so",
};
