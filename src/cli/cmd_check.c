// SPDX-License-Identifier: MIT
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cli/check_evidence.h"
#include "cli/check_output.h"
#include "cli/cli.h"
#include "cli/colour.h"

enum {
    message_max = 1 << 16,
    page_max = 1 << 30,
};

typedef struct check_options {
    yn_evidence_options evidence;
    yn_list graders;
    yn_list preload;
    bool removal;
    const char *policy;
    const char *fail_on;
    const char *baseline;
    const char *file;
    long jobs, per_address;
    bool json, jsonl, full;
    const char *html;
    const char *server;
    const char *save;
    const char *resume;
    const char *color;
} check_options;

typedef struct check {
    const check_options *o;
    yn_check_how how;
    yn_check_input input;
    yn_check_output output;
    yn_earlier *baseline, *resumed;
} check;

/* ---- options -----------------------------------------------------------------------------------
 */

static int unknown_grader(const char *name)
{
    yn_buf names = yn_buf_make(4096, NULL);
    size_t count;
    const yn_grader *all = yn_graders(&count);
    for (size_t i = 0; i < count; i++)
        yn_buf_printf(&names, "%s%s", i ? ", " : "", all[i].name);
    yn_buf_char(&names, '\0');
    int code = yn_usage_error("check", "there is no grader '%s' (there are: %s)", name,
                              names.error ? "" : names.ptr);
    yn_buf_free(&names);
    return code;
}

static bool is_shown(const yn_check_how *how, const yn_grader *grader)
{
    for (size_t i = 0; i < how->grader_count; i++)
        if (how->graders[i] == grader)
            return true;
    return false;
}

// Whom the user picks counts. Where nobody is picked all are shown, and yonder's own counts.
static int read_graders(check *c)
{
    size_t count;
    const yn_grader *all = yn_graders(&count);
    const yn_list *picked = &c->o->graders;
    for (size_t i = 0; i < picked->count; i++) {
        const yn_grader *grader = yn_grader_find(yonder_text_of(picked->items[i]));
        if (!grader)
            return unknown_grader(picked->items[i]);
        if (!is_shown(&c->how, grader) && c->how.grader_count < YN_CHECK_MAX_GRADERS)
            c->how.graders[c->how.grader_count++] = grader;
    }
    if (picked->count)
        return YN_EXIT_OK;
    for (size_t i = 0; i < count && i < YN_CHECK_MAX_GRADERS; i++)
        c->how.graders[c->how.grader_count++] = &all[i];
    c->how.own = yn_grader_find(YN_TEXT("yonder"));
    return YN_EXIT_OK;
}

static int read_words(check *c)
{
    const check_options *o = c->o;
    static const char *const policies[] = {"bulk-1-year", "bulk-18-weeks"};
    c->how.grading = (yn_grade_options){.removal = o->removal, .policy = o->policy};
    if (o->policy && strcmp(o->policy, policies[0]) != 0 && strcmp(o->policy, policies[1]) != 0)
        return yn_usage_error("check", "--policy is bulk-1-year or bulk-18-weeks, not '%s'",
                              o->policy);
    c->how.fail_on = YN_SEVERITY_ERROR;
    if (o->fail_on && strcmp(o->fail_on, "warning") == 0)
        c->how.fail_on = YN_SEVERITY_WARNING;
    else if (o->fail_on && strcmp(o->fail_on, "error") != 0)
        return yn_usage_error("check", "--fail-on is error or warning, not '%s'", o->fail_on);
    c->how.server = o->server;
    if (o->server && !yn_check_is_server(o->server))
        return yn_usage_error("check", "--server is one of " YN_SERVER_NAMES ", not '%s'",
                              o->server);
    return YN_EXIT_OK;
}

static bool is_several(const check *c)
{
    const yn_evidence_options *e = &c->o->evidence;
    struct stat status;
    bool named = c->input.argument_count || c->input.path;
    if (!named)
        return e->from && stat(e->from, &status) == 0 && S_ISDIR(status.st_mode);
    return c->input.argument_count > 1 || c->input.path;
}

static int read_format(check *c)
{
    const check_options *o = c->o;
    yn_colour colour;
    if (o->json && o->jsonl)
        return yn_usage_error("check", "--json is one document, so there is no --jsonl beside it");
    if (o->resume && !o->jsonl)
        return yn_usage_error("check", "--resume goes on with lines, so it takes --jsonl");
    if (o->resume && o->html)
        return yn_usage_error("check", "--resume goes on with lines, so there is no --html");
    int code = yn_choose_colour("check", o->color, &colour);
    if (code)
        return code;
    bool several = is_several(c);
    c->how.style = yn_style_for(stdout, colour);
    c->how.format = o->json               ? YN_CHECK_JSON
                    : o->jsonl            ? YN_CHECK_JSONL
                    : several && !o->full ? YN_CHECK_BRIEF
                                          : YN_CHECK_TEXT;
    c->how.pretty = o->json && !several;
    c->how.html = o->html != NULL;
    c->how.html_open = !several;
    c->how.save = o->save;
    c->output.several = several;
    c->output.html = o->html;
    c->output.expected = c->input.total;
    return YN_EXIT_OK;
}

static int read_baseline(check *c)
{
    yn_buf message = yn_buf_make(message_max, NULL);
    if (!c->o->baseline)
        return YN_EXIT_OK;
    c->baseline = yn_earlier_read(c->o->baseline, false, NULL, &message);
    if (!c->baseline)
        fprintf(stderr, "yonder check: --baseline %.*s\n", YN_PRINT(yn_buf_text(&message)));
    c->how.baseline = c->baseline;
    yn_buf_free(&message);
    return c->baseline ? YN_EXIT_OK : YN_EXIT_USAGE;
}

static int read_input(check *c, size_t count, char **arguments)
{
    const check_options *o = c->o;
    if (!count && !o->file && !o->evidence.from)
        return yn_usage_error("check", "DOMAIN is missing; --file FILE names many");
    int code = yn_check_input_open(&c->input, arguments, count, o->file);
    if (!code)
        code = read_graders(c);
    if (!code)
        code = read_words(c);
    if (!code)
        code = read_format(c);
    if (!code)
        code = yn_evidence_lists_open("check", &o->preload, &c->how);
    if (!code)
        code = read_baseline(c);
    if (!code && o->resume)
        code = yn_check_output_resume(&c->output, o->resume, &c->resumed);
    return code;
}

/* ---- the work ----------------------------------------------------------------------------------
 */

static atomic_bool stopped;

// The second time the signal does what it always does.
static void stop(int signal_number)
{
    atomic_store(&stopped, true);
    signal(signal_number, SIG_DFL);
}

// A domain that the file of --resume has is passed over.
static yn_many_input next(void *context, yn_buf *domain)
{
    check *c = context;
    for (;;) {
        switch (yn_check_input_next(&c->input, domain)) {
        case YN_CHECK_LINE_WAIT:
            return YN_MANY_WAIT;
        case YN_CHECK_LINE_END:
            return YN_MANY_END;
        case YN_CHECK_LINE_GIVEN:
            break;
        }
        if (!c->resumed || !yn_earlier_find(c->resumed, yn_buf_text(domain)))
            return YN_MANY_GIVEN;
        domain->len = 0;
    }
}

static void *make(void *context, yn_audit *audit, yn_arena *arena)
{
    check *c = context;
    return yn_check_make(&c->how, audit, arena);
}

static bool take(void *context, void *result)
{
    check *c = context;
    return yn_check_output_take(&c->output, result);
}

static void drop(void *context, void *result)
{
    (void)context;
    yn_check_done_free(result);
}

static int say_stopped(const check *c)
{
    fprintf(stderr, "yonder check: stopped after %zu domain%s%s\n", c->output.written,
            c->output.written == 1 ? "" : "s",
            c->o->resume ? "; the same command goes on from there" : "");
    return YN_EXIT_FAILED;
}

static int ask_network(check *c, const yn_many_work *work)
{
    const check_options *o = c->o;
    yn_evidence_source source;
    yn_many_progress progress = {0};
    const yn_many_options many = {.at_once = (size_t)o->jobs,
                                  .per_address = (size_t)o->per_address};
    int code = yn_evidence_source_open(&source, "check", &o->evidence);
    if (!code) {
        signal(SIGINT, stop);
        signal(SIGTERM, stop);
        yn_check_output_begin(&c->output);
        c->output.progress = yn_check_progress_begin(&progress, c->input.total);
        int error = yn_many_run(source.collector, &many, work, &progress, &stopped);
        yn_check_progress_end(c->output.progress);
        c->output.progress = NULL;
        if (error) {
            fprintf(stderr, "yonder check: %s\n", yonder_strerror(error));
            code = YN_EXIT_FAILED;
        }
    }
    yn_evidence_source_close(&source);
    return code;
}

static int work(check *c)
{
    const yn_many_work what = {next, make, take, drop, c};
    int code;
    if (c->o->evidence.from) {
        yn_check_output_begin(&c->output);
        code = yn_evidence_replay("check", c->o->evidence.from, &c->input, &what);
    } else {
        code = ask_network(c, &what);
        if (code == YN_EXIT_USAGE)
            return code; // nothing has begun
    }
    if (c->input.error) {
        fprintf(stderr, "yonder check: cannot read %s: %s\n", c->o->file, strerror(c->input.error));
        code = YN_EXIT_FAILED;
    }
    if (atomic_load(&stopped))
        code = say_stopped(c);
    int end = yn_check_output_end(&c->output);
    return code ? code : end;
}

static int run(const void *values, size_t argument_count, char **arguments)
{
    check c = {.o = values, .input = {.fd = -1}, .output = {.fd = -1}};
    c.output.how = &c.how;
    c.output.page = yn_buf_make(page_max, NULL);
    int code = read_input(&c, argument_count, arguments);
    if (!code)
        code = work(&c);
    yn_buf_free(&c.output.page);
    yn_check_input_close(&c.input);
    yn_evidence_lists_close(&c.how);
    yn_earlier_free(c.baseline);
    yn_earlier_free(c.resumed);
    return code;
}

/* ---- the command -------------------------------------------------------------------------------
 */

#define AT(member) offsetof(check_options, member)

static const yn_option options[] = {
    {0, "file", YN_VALUE, "FILE", AT(file),
     "check the domains in this file, too, one a line; - is standard input, read as lines come", 0,
     0, 0},
    {0, "grader", YN_LIST, "NAME", AT(graders),
     "grade by these rules only, and let them decide how the command ends: chromium, rfc6797, "
     "observatory, internetnl, yonder. Without it all are shown, and yonder's own decide",
     0, 0, 0},
    {0, "removal", YN_FLAG, NULL, AT(removal),
     "chromium: whether the domain could be removed from the list, in place of put on it", 0, 0, 0},
    {0, "policy", YN_VALUE, "POLICY", AT(policy),
     "chromium: bulk-1-year (the default) or bulk-18-weeks, which is for domains listed before "
     "2017",
     0, 0, 0},
    {0, "fail-on", YN_VALUE, "SEVERITY", AT(fail_on),
     "what makes a domain fail: error (the default) or warning", 0, 0, 0},
    {0, "baseline", YN_VALUE, "FILE", AT(baseline),
     "compare with an earlier run, which was printed as --json or --jsonl: only what got worse "
     "makes a domain fail",
     0, 0, 0},
    {0, "server", YN_VALUE, "NAME", AT(server),
     "whose lines to show where something is to be changed: " YN_SERVER_NAMES
     " (default: what the site says it is, or all)",
     0, 0, 0},
    {0, "full", YN_FLAG, NULL, AT(full), "print the whole report of each of several domains", 0, 0,
     0},
    {0, "json", YN_FLAG, NULL, AT(json), "write one JSON document", 0, 0, 0},
    {0, "jsonl", YN_FLAG, NULL, AT(jsonl), "write one JSON object a line, as domains are done", 0,
     0, 0},
    {0, "html", YN_VALUE, "FILE", AT(html),
     "write the report as a page, too, which needs nothing else", 0, 0, 0},
    {0, "resume", YN_VALUE, "FILE", AT(resume),
     "with --jsonl: write to the end of this file, and pass over the domains it has; a line that "
     "was cut off at its end is done again. The file is made if there is none",
     0, 0, 0},
    {'j', "jobs", YN_NUMBER, "N", AT(jobs), "check N domains at once (default: 200)",
     YN_MANY_AT_ONCE, 1, YN_MANY_MAX_AT_ONCE},
    {0, "per-address", YN_NUMBER, "N", AT(per_address),
     "of these at most N that share an address (default: 8)", YN_MANY_PER_ADDRESS, 1,
     YN_MANY_MAX_AT_ONCE},
    {0, "save-evidence", YN_VALUE, "FOLDER", AT(save),
     "keep what was seen of each domain in FOLDER/DOMAIN.json, to be graded again", 0, 0, 0},
    {0, "preload", YN_LIST, "[NAME=]LIST", AT(preload),
     "look into this preload list, an image that yonder preload fetched or built, or a list as it "
     "is published; NAME is whose it is (default: what the list says, or chromium)",
     0, 0, 0},
    YN_EVIDENCE_OPTIONS(check_options, evidence),
    {0, "color", YN_VALUE, "WHEN", AT(color), YN_COLOUR_HELP, 0, 0, 0},
    {0},
};

static const yn_example examples[] = {
    {"yonder check example.com", "how it stands, what to do, and the lines to change"},
    {"yonder check --grader chromium --json example.com",
     "could it be preloaded? As the list's own service answers"},
    {"yonder check --html report.html --server nginx example.com",
     "a page to hand over, with lines for nginx"},
    {"yonder check --file domains.txt --jsonl --resume results.jsonl",
     "many domains; begun again, it goes on where it was"},
    {"yonder check --baseline last.jsonl --jsonl --file domains.txt >now.jsonl",
     "in CI: fails if something got worse"},
    {"yonder check --save-evidence seen example.com", "asks once"},
    {"yonder check --from-evidence seen --grader rfc6797 example.com", "and grades again"},
    {0},
};

static const yn_term members[] = {
    {"schema", "1; it changes if the meaning of a member does"},
    {"domain, ascii, time", "as given; as asked for, or null; when it was asked"},
    {"verdict", "the word of the first line of the report"},
    {"result", "\"passed\", \"failed\" or \"unknown\": what the domain does to the exit code"},
    {"cut_short", "the time for one domain was over: what is missing is unknown"},
    {"chromium", "{\"errors\":[{\"code\",\"summary\",\"message\"}],\"warnings\":[…]}, as the "
                 "preload list's own "
                 "service has it: same codes, same order"},
    {"rfc6797, observatory, internetnl, yonder",
     "likewise, with \"notes\", and in each issue \"host\" and \"url\", which may be null"},
    {"grades", "by grader: {\"title\",\"verdict\",\"passed\",\"unknown\",\"score\"}"},
    {"baseline",
     "{\"known\",\"worse\":[{\"grader\",\"code\",\"host\",\"severity\"}],\"better\":[…]}, or null "
     "without --baseline"},
    {"readings", "where clients part over the header of https://DOMAIN/, what each makes of it: "
                 "{\"client\",\"valid\",\"reason\",\"max_age\",\"include_subdomains\"}"},
    {"chains",
     "\"http\", \"https\", \"www_http\", \"www_https\": {\"hops\":[{\"url\",\"status\",\"error\","
     "\"location\",\"hsts\":[values]}],\"end\"}, or null"},
    {"hosts", "{\"host\",\"origin\",\"exists\",\"addresses\",\"port_80\",\"port_443\",\"https\","
              "\"distrust\"}; what is not known is null"},
    {"lists",
     "of --preload: {\"list\",\"version\",\"listed\",\"matched\",\"include_subdomains\","
     "\"policy\"}; version is when it was fetched, null if that is not known; so is policy"},
    {NULL, NULL},
};

static const yn_section sections[] = {
    {"Graders",
     "chromium has the rules of the HSTS preload list's own checker, quirks included. rfc6797 is "
     "the standard. observatory and internetnl have the rules of these two services. yonder is "
     "our own verdict: PROTECTED, PARTLY, NOT PROTECTED, AT RISK OF REMOVAL, UNKNOWN. It never "
     "asks for preloading, which the list itself no longer recommends.\n\n"
     "All of them look at the same evidence, which is collected once. What was not answered in "
     "time is unknown, and no failure.",
     NULL},
    {"Machine output",
     "--json writes one object for one domain; for several, or with --file, "
     "{\"schema\":1,\"domains\":[objects]}. --jsonl writes an object a line, in the order of the "
     "input. Its members:",
     members},
    {"Many domains",
     "What is printed is whole lines, each as soon as those before it are. A run that was ended "
     "goes on with --resume. SIGINT and SIGTERM let what is under way finish; the second time they "
     "end the program.",
     NULL},
    {0},
};

const yn_command yn_cmd_check = {
    .name = "check",
    .arguments = "[DOMAIN…]",
    .summary = "whether a site's HTTPS, HSTS and redirects are right, and what to do",
    .description =
        "Asks a domain, its www and the hosts on the way once, and tells how visitors get in: each "
        "hop from http and https, what HSTS each host has, and what is wrong, most grave first, "
        "with what was seen, why it matters and the lines to change.\n\n"
        "A domain passes unless there is an error; see --fail-on, --grader and --baseline. What "
        "could not be found out makes it unknown.",
    .negative = "a domain fails; where none does and one is unknown, the exit code is 3",
    .options = options,
    .options_size = sizeof(check_options),
    .min_arguments = 0,
    .max_arguments = SIZE_MAX,
    .run = run,
    .examples = examples,
    .sections = sections,
};
