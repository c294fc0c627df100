// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/colour.h"
#include "cli/expect_run.h"
#include "cli/file.h"
#include "cli/trace_input.h"
#include "cli/words.h"
#include "server/rulefiles.h"
#include "trace/fields.h"

enum {
    bases_max = 2, // http and https
    file_max = 1 << 30,
};

typedef struct options {
    yn_list live, hosts, headers, resolve;
    const char *now, *colour, *ca_file;
    long max_hops, concurrency, timeout;
    bool follow, json, jsonl;
} options;

// What the options stand for.
typedef struct test {
    const options *o;
    yn_expectations expectations;
    yn_expect_report report;
    yn_expect_run run;
    yn_expect_base bases[bases_max];
    yonder_field *fields;
    yn_arena arena;
    yn_buf text; // of the expectations
} test;

static int no_memory(void)
{
    fprintf(stderr, "yonder test: %s\n", yonder_strerror(YONDER_NO_MEMORY));
    return YN_EXIT_FAILED;
}

/* ---- options --------------------------------------------------------------------------------- */

static yonder_text keep(test *t, yonder_text text)
{
    return yn_arena_text(&t->arena, text);
}

static bool is_origin(const yonder_url *url)
{
    yonder_text protocol = yonder_url_get(url, YONDER_URL_PROTOCOL);
    return (yn_equal(protocol, YN_TEXT("http:")) || yn_equal(protocol, YN_TEXT("https:"))) &&
           yn_equal(yonder_url_target(url), YN_TEXT("/")) && !url->has_fragment &&
           !yonder_url_get(url, YONDER_URL_USERNAME).len;
}

// Reads an http or https URL of which there is nothing but the origin; NULL, or what is wrong.
static bool read_origin(test *t, const char *word, const char *scheme, yn_expect_base *out)
{
    yonder_url url = {0};
    char connect[300];
    yn_buf text = yn_buf_make(YONDER_URL_MAX, NULL);
    yn_buf_str(&text, strstr(word, "://") ? "" : scheme);
    yn_buf_str(&text, word);
    bool good = !text.error &&
                yonder_url_parse(&url, yn_buf_text(&text), NULL, NULL) == YONDER_OK &&
                is_origin(&url);
    yn_buf_free(&text);
    if (good) {
        (void)snprintf(connect, sizeof connect, "%.*s:%d",
                       YN_PRINT(yonder_url_get(&url, YONDER_URL_HOSTNAME)),
                       yonder_url_effective_port(&url));
        out->https = yonder_url_get(&url, YONDER_URL_PROTOCOL).len == strlen("https:");
        out->connect = keep(t, yonder_text_of(connect));
        out->host = keep(t, yonder_url_get(&url, YONDER_URL_HOST));
        good = out->connect.ptr && out->host.ptr;
    }
    yonder_url_free(&url, NULL);
    return good;
}

static int read_bases(test *t)
{
    const yn_list *live = &t->o->live;
    for (size_t i = 0; i < live->count; i++) {
        if (i == bases_max)
            return yn_usage_error("test", "--live is given once for each scheme at most");
        if (!strstr(live->items[i], "://") || !read_origin(t, live->items[i], "", &t->bases[i]))
            return yn_usage_error("test",
                                  "--live takes http://HOST[:PORT] or https://HOST[:PORT], "
                                  "not '%s'",
                                  live->items[i]);
        if (i && t->bases[0].https == t->bases[1].https)
            return yn_usage_error("test", "--live is given twice for one scheme");
    }
    t->run.https = t->bases[0].https;
    t->run.host = t->bases[0].host;
    return YN_EXIT_OK;
}

static bool add_host(test *t, yonder_text host)
{
    bool added;
    return yn_map_add(&t->run.hosts, host, 1, &added) != NULL;
}

// The hosts at which chains go on: all that are asked for.
static int read_hosts(test *t)
{
    const yn_list *hosts = &t->o->hosts;
    bool good = true;
    for (size_t i = 0; i < hosts->count; i++) {
        yn_expect_base at;
        if (!read_origin(t, hosts->items[i], t->run.https ? "https://" : "http://", &at))
            return yn_usage_error("test", "'%s' is no host", hosts->items[i]);
        good = good && add_host(t, at.host);
        if (i == 0) {
            t->run.host = at.host;
            t->run.https = at.https;
        }
    }
    good = good && add_host(t, t->run.host.len ? t->run.host : YN_EXPECT_NO_HOST);
    const char *last = NULL;
    for (size_t i = 0; good && i < t->expectations.count; i++) {
        yonder_text host = t->expectations.items[i].host;
        if (host.len && host.ptr != last)
            good = add_host(t, host);
        last = host.ptr;
    }
    return good ? YN_EXIT_OK : no_memory();
}

static int read_fields(test *t)
{
    const yn_list *headers = &t->o->headers;
    t->fields = calloc(headers->count + 1, sizeof *t->fields);
    if (!t->fields)
        return no_memory();
    for (size_t i = 0; i < headers->count; i++) {
        yn_given_field given;
        const char *message = yn_given_field_parse(yonder_text_of(headers->items[i]), &given);
        if (!message && yn_equal_nocase(given.field.name, YN_TEXT("host")))
            message = "the host of URLs is given by --host";
        if (message)
            return yn_usage_error("test", "-H '%s': %s", headers->items[i], message);
        if (!given.remove)
            t->fields[t->run.field_count++] = given.field;
    }
    t->run.fields = t->fields;
    return YN_EXIT_OK;
}

/* ---- files ----------------------------------------------------------------------------------- */

static void report_line(void *context, const yonder_diagnostic *diagnostic)
{
    (void)context;
    yn_diagnostic_print(stderr, diagnostic);
}

static int read_expectations(test *t, const char *path)
{
    if (!yn_file_read(path, &t->text))
        return YN_EXIT_USAGE;
    int error = yn_expectations_read(&t->expectations, yonder_text_of(path), yn_buf_text(&t->text),
                                     report_line, NULL);
    if (error == YONDER_INVALID_RULES)
        return YN_EXIT_USAGE;
    return error ? no_memory() : YN_EXIT_OK;
}

/* ---- the work -------------------------------------------------------------------------------- */

static int ask_rules(test *t, char **files, size_t count)
{
    yn_ruleset *set = yn_ruleset_read((const char *const *)files, count);
    if (!set)
        return YN_EXIT_USAGE;
    int error = yn_expect_ask_rules(&t->run, set->rules);
    yn_ruleset_free(set);
    return error ? no_memory() : YN_EXIT_OK;
}

static int ask_server(test *t)
{
    const options *o = t->o;
    yn_bulk_options how = {.ca_file = o->ca_file,
                           .resolve = o->resolve.items,
                           .resolve_count = o->resolve.count,
                           .concurrency = (size_t)o->concurrency,
                           .connect_ms = o->timeout * 1000,
                           .total_ms = o->timeout * 1000};
    yn_buf message = yn_buf_make(1 << 12, NULL);
    int error = yn_expect_ask_server(&t->run, t->bases, o->live.count, &how, &message);
    if (error)
        fprintf(
            stderr, "yonder test: %.*s\n",
            YN_PRINT(message.len ? yn_buf_text(&message) : yonder_text_of(yonder_strerror(error))));
    yn_buf_free(&message);
    return error == YONDER_INVALID_ARGUMENT ? YN_EXIT_USAGE : error ? YN_EXIT_FAILED : YN_EXIT_OK;
}

static int verdict(const yn_expect_report *r)
{
    if (r->counts[YN_VERDICT_FAILED])
        return YN_EXIT_NEGATIVE;
    bool all = !r->counts[YN_VERDICT_UNKNOWN] && !r->counts[YN_VERDICT_UNASKED];
    return all ? YN_EXIT_OK : YN_EXIT_FAILED;
}

static int ask(test *t, size_t count, char **arguments, yn_colour colour)
{
    const options *o = t->o;
    const char *path = arguments[count - 1];
    int code = read_expectations(t, path);
    if (!code)
        code = read_hosts(t);
    if (code)
        return code;
    yn_expect_form form = o->json ? YN_EXPECT_JSON : o->jsonl ? YN_EXPECT_JSONL : YN_EXPECT_TEXT;
    yn_expect_report_begin(&t->report, form, colour, path, o->follow);
    code = o->live.count ? ask_server(t) : ask_rules(t, arguments, count - 1);
    if (code) {
        yn_buf_free(&t->report.out);
        return code;
    }
    return yn_expect_report_end(&t->report) ? no_memory() : verdict(&t->report);
}

static int run(const void *values, size_t count, char **arguments)
{
    const options *o = values;
    yn_colour colour;
    test t = {.o = o, .arena = yn_arena_make(NULL), .text = yn_buf_make(file_max, NULL)};
    t.run = (yn_expect_run){.expectations = &t.expectations,
                            .report = &t.report,
                            .now = time(NULL),
                            .follow = o->follow,
                            .max_hops = o->max_hops,
                            .hosts = yn_map_make(NULL)};
    int code = yn_choose_colour("test", o->colour, &colour);
    if (!code && o->live.count ? count != 1 : count < 2)
        code = yn_usage_error("test", o->live.count ? "with --live there is EXPECT alone"
                                                    : "FILE is missing, or --live");
    if (!code && o->json && o->jsonl)
        code = yn_usage_error("test", "--json and --jsonl exclude each other");
    if (!code && o->now && !yn_word_moment(yonder_text_of(o->now), &t.run.now))
        code = yn_usage_error("test", "--now takes " YN_MOMENT_FORMS ", not '%s'", o->now);
    if (!code)
        code = yn_trace_check_resolve("test", &o->resolve);
    if (!code)
        code = read_bases(&t);
    if (!code)
        code = read_fields(&t);
    if (!code)
        code = ask(&t, count, arguments, colour);
    yn_expectations_free(&t.expectations);
    yn_map_free(&t.run.hosts);
    yn_arena_free(&t.arena);
    yn_buf_free(&t.text);
    free(t.fields);
    return code;
}

static const yn_option option_table[] = {
    {0, "live", YN_LIST, "BASE", offsetof(options, live),
     "ask the server at http[s]://HOST[:PORT], not rules; may be given for http and for https", 0,
     0, 0},
    {0, "host", YN_LIST, "HOST", offsetof(options, hosts),
     "the host of URLs that are paths, or with its scheme https://HOST; further ones are hosts at "
     "which --follow goes on, too",
     0, 0, 0},
    {'f', "follow", YN_FLAG, NULL, offsetof(options, follow),
     "follow redirects to their end, which is what the expected location is compared with", 0, 0,
     0},
    {0, "max-hops", YN_NUMBER, "N", offsetof(options, max_hops),
     "with --follow, the longest chain; 20 if not given", 20, 1, 1000},
    {'H', "header", YN_LIST, "HEADER", offsetof(options, headers),
     "a header field of every request, as 'Name: value', where a line has none of the name; may be "
     "repeated",
     0, 0, 0},
    {0, "now", YN_VALUE, "T", offsetof(options, now),
     "when rules are asked, for conditions: " YN_MOMENT_FORMS "; else the present", 0, 0, 0},
    {0, "concurrency", YN_NUMBER, "N", offsetof(options, concurrency),
     "with --live, requests at a time; 32 if not given", 32, 1, 1000},
    {0, "timeout", YN_NUMBER, "SECONDS", offsetof(options, timeout),
     "with --live, how long an answer is waited for; 15 if not given", 15, 1, 3600},
    {0, "cacert", YN_VALUE, "FILE", offsetof(options, ca_file),
     "with --live, certificates (PEM) to trust beside the system's", 0, 0, 0},
    {0, "resolve", YN_LIST, "HOST:PORT:ADDR", offsetof(options, resolve),
     "with --live, the address of the host of BASE; may be repeated", 0, 0, 0},
    {0, "json", YN_FLAG, NULL, offsetof(options, json), "print one JSON document", 0, 0, 0},
    {0, "jsonl", YN_FLAG, NULL, offsetof(options, jsonl),
     "print a JSON object a line for each expectation, and the summary to stderr", 0, 0, 0},
    {0, "color", YN_VALUE, "WHEN", offsetof(options, colour), YN_COLOUR_HELP, 0, 0, 0},
    {0},
};

static const yn_example examples[] = {
    {"yonder test site.rules moved.csv", "holds a spreadsheet's pairs against rules"},
    {"yonder test --follow --host example.com site.img moved.txt",
     "compares where chains end; the rules are an image"},
    {"yonder test --live https://staging.example.com --host www.example.com moved.csv",
     "asks a server, as if for another host"},
    {0},
};

static const yn_term line_words[] = {
    {"STATUS", "a number, or permanent, temporary, see-other or gone as in yonder-rules(5), or "
               "none: no redirect, whatever the status. It may be left out: any status"},
    {"LOCATION", "as it is to be; ~PATTERN or ~*PATTERN: a regular expression that fits it (PCRE; "
                 "*: whatever the case), or '-': none. Left out, it is not looked at, and with a "
                 "status that is none of a redirect, there must not be one"},
    {"method=POST", "the method; GET if not given"},
    {"header:Name=VALUE", "a header field of the request; a blank is written as %20"},
    {"http=1.0", "the version; 1.1 if not given"},
    {"now=2026-12-24", "when; UTC"},
    {"client=ADDRESS, country=DE", "for the conditions share and country"},
    {0},
};

static const yn_term members[] = {
    {"version", "of this form: 1"},
    {"file", "the file of the expectations"},
    {"failures", "a list of the expectations that failed or could not be told, with the members "
                 "below"},
    {"total", "how many expectations there are; then how many are of each verdict: \"met\", "
              "\"failed\", \"unknown\" (no answer came that could be compared), \"unasked\" (the "
              "server did not answer, and was given up), \"skipped\" (a server cannot be told "
              "what the line says)"},
    {"one_hop, more_hops", "with --follow, how many are met so"},
    {0},
};

static const yn_term outcome_members[] = {
    {"file, line, url", "the expectation"},
    {"verdict", "one of the words above"},
    {"faults", "a list of \"status\", \"location\", \"loop\", \"too_many_hops\", \"dead_end\" (a "
               "chain ends with a status from 400 on)"},
    {"expected", "an object: \"status\" (null: any), \"location\" or \"pattern\" or neither, "
                 "\"no_redirect\""},
    {"got", "an object: \"status\" (null: nothing answers) and \"location\" of the first answer; "
            "with --follow \"final\" and \"hops\""},
    {"rule", "an object: \"file\" and \"line\" of what gave the first answer; or null"},
    {"error", "why there is no answer, a code as those of yonder-trace(1); or null"},
    {0},
};

static const yn_section sections[] = {
    {"Lines with arrows",
     "EXPECT is lines of this form, or a table; its text says which it is. The arrow stands "
     "between blanks and may be written '->' or '=>'. Empty lines are passed over, and so is what "
     "follows a '#' after a blank or at the start of a line.\n\n"
     "URL \xE2\x86\x92 [STATUS] [LOCATION] [NAME=VALUE\xE2\x80\xA6]",
     line_words},
    {"Tables",
     "Comma, semicolon or tab between cells, quotes, a byte order mark and any line ends, as "
     "spreadsheets write them. A first row with names says which column is what: from, source, old "
     "url, url and the like; to, target, destination, new url, location; status, code. Without one "
     "the columns are URL, LOCATION, STATUS, or URL, STATUS, LOCATION. Cells are written as in "
     "lines. A host without a scheme is one of http in the first column and of https in the "
     "second, and what starts with neither is a path, as 'yonder convert' has it. Rows that start "
     "with '#' are passed over.",
     NULL},
    {"What is compared",
     "A Location is as expected if its bytes are, or if both are the same URL once resolved "
     "against the URL asked for: /new and https://example.com/new for https://example.com/old. A "
     "pattern is held against the bytes. Where no rule answers, that is as good as a 404.\n\n"
     "With --follow the status is that of the first answer, and the location is where the chain "
     "ends: a whole URL, unless no host is known. Redirects are followed at the hosts that stand "
     "in EXPECT or in "
     "--host, and not beyond; to http and https, each told from the other. A loop, a chain that is "
     "too long, and an end with a status from 400 on are failures. Rules that do not answer are a "
     "good end; a server has to have the page.",
     NULL},
    {"Live",
     "Every request goes to BASE, whatever host its URL names: that becomes the field Host and, "
     "with https, the name in the handshake, which the certificate has to have. The scheme is that "
     "of BASE; where BASE is given for both schemes, that of the URL chooses. A URL that is a path "
     "is asked of BASE's own host, or of --host.\n\n"
     "Where no answer comes, it could not be told whether an expectation is met; that is no "
     "failure. When nothing at all is answered, the server is given up. Lines with now=, client= "
     "or country= are skipped.",
     NULL},
    {"Machine output", "With --json one JSON object is written:", members},
    {"", "Members of a failure, and of each line with --jsonl:", outcome_members},
    {0},
};

const yn_command yn_cmd_test = {
    .name = "test",
    .arguments = "[FILE\xE2\x80\xA6] EXPECT",
    .summary = "hold expectations against rules, or against a running server",
    .description =
        "Reads pairs of a URL and what it is to be answered with from EXPECT, and asks the rules "
        "in FILE, or with --live a server, for each. FILE is rules in yonder-rules(5), several are "
        "one set, or an image that 'yonder compile' has made. Expectations that are not met are "
        "shown with their line, what was expected and what came, and the rule that answered; then "
        "a summary. With --live there is no FILE. '-' for EXPECT is stdin.",
    .options = option_table,
    .options_size = sizeof(options),
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .run = run,
    .examples = examples,
    .sections = sections,
    .negative = "an expectation is not met",
};
