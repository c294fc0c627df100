// SPDX-License-Identifier: MIT
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/colour.h"
#include "cli/flatten_files.h"
#include "cli/rule_lines.h"
#include "core/host.h"
#include "report/lint.h"
#include "server/rulefiles.h"

typedef struct lint_options {
    bool json, sarif, flatten;
    yn_list hosts, allowed;
    const char *color;
} lint_options;

static yonder_text line_of(void *context, const yn_proof_line *line)
{
    return yn_rule_lines_get(context, line->file, line->line);
}

static yonder_text *texts_of(const yn_list *list)
{
    yonder_text *texts = calloc(list->count + 1, sizeof *texts);
    for (size_t i = 0; texts && i < list->count; i++)
        texts[i] = yonder_text_of(list->items[i]);
    return texts;
}

static int fail(int error)
{
    fprintf(stderr, "yonder lint: %s\n", yonder_strerror(error));
    return YN_EXIT_FAILED;
}

static int print(const lint_options *o, const yn_proof *proof, yn_rule_lines *lines,
                 yn_colour colour)
{
    yn_buf out = yn_buf_make(SIZE_MAX, NULL);
    const yn_style style = yn_style_for(stdout, colour);
    if (o->json)
        yn_lint_json(&out, proof);
    else if (o->sarif)
        yn_lint_sarif(&out, proof);
    else
        yn_lint_text(&out, proof, line_of, lines, &style);
    if (o->json || o->sarif)
        yn_buf_char(&out, '\n');
    int error = out.error;
    if (!error)
        (void)fwrite(out.ptr, 1, out.len, stdout); // main() reports a failure
    yn_buf_free(&out);
    if (error)
        return fail(error);
    return proof->count[YN_PROOF_ERROR] + proof->count[YN_PROOF_WARNING] ? YN_EXIT_NEGATIVE
                                                                         : YN_EXIT_OK;
}

static int prove(const lint_options *o, const yn_ruleset *set, const yn_proof_options *options,
                 yn_rule_lines *lines, yn_colour colour)
{
    yn_proof proof;
    int error = yn_prove(&proof, set->rules, options);
    if (error)
        return fail(error);
    int code = print(o, &proof, lines, colour);
    yn_proof_free(&proof);
    return code;
}

static bool are_hosts(const yn_list *list)
{
    char room[256];
    for (size_t i = 0; i < list->count; i++) {
        yonder_text name = yonder_text_of(list->items[i]), host;
        int32_t port;
        bool wildcard = yn_starts_with(name, YN_TEXT("*."));
        if (!yn_host_canonical(yn_skip(name, wildcard ? 2 : 0), room, sizeof room, &host, &port))
            continue;
        (void)yn_usage_error("lint", "'%s' is not a host", list->items[i]);
        return false;
    }
    return true;
}

static int run_with(const lint_options *o, const char *const *names, size_t count,
                    const yn_ruleset *set, yn_colour colour)
{
    yonder_text *hosts = texts_of(&o->hosts), *allowed = texts_of(&o->allowed);
    yn_rule_lines *lines = yn_rule_lines_make(names, count);
    yn_proof_options options = {hosts, o->hosts.count, allowed, o->allowed.count, time(NULL), NULL};
    int code;
    if (!hosts || !allowed || !lines)
        code = fail(YONDER_NO_MEMORY);
    else if (o->flatten)
        code = yn_flatten_files(set->rules, names, count, lines, &options);
    else
        code = prove(o, set, &options, lines, colour);
    yn_rule_lines_free(lines);
    free(hosts);
    free(allowed);
    return code;
}

static int run(const void *values, size_t argument_count, char **arguments)
{
    const lint_options *o = values;
    yn_colour colour;
    int code = yn_choose_colour("lint", o->color, &colour);
    if (code)
        return code;
    if (o->json + o->sarif + o->flatten > 1)
        return yn_usage_error("lint", "--json, --sarif and --flatten exclude each other");
    if (!are_hosts(&o->hosts) || !are_hosts(&o->allowed))
        return YN_EXIT_USAGE;
    const char *const *names = (const char *const *)arguments;
    yn_ruleset *set = yn_ruleset_read(names, argument_count);
    if (!set)
        return YN_EXIT_USAGE;
    code = run_with(o, names, argument_count, set, colour);
    yn_ruleset_free(set);
    return code;
}

static const yn_option options[] = {
    {0, "json", YN_FLAG, NULL, offsetof(lint_options, json), "write one JSON document", 0, 0, 0},
    {0, "sarif", YN_FLAG, NULL, offsetof(lint_options, sarif),
     "write SARIF 2.1.0, for tools that show findings beside the files", 0, 0, 0},
    {0, "flatten", YN_FLAG, NULL, offsetof(lint_options, flatten),
     "write the rules to stdout with every chain made one redirect, new lines put before a rule "
     "that "
     "begins one for some requests only; what was done, and which chains stay, to stderr",
     0, 0, 0},
    {0, "host", YN_LIST, "HOST", offsetof(lint_options, hosts),
     "the rules are served for this host, too (*.example.com for all below it); may be repeated", 0,
     0, 0},
    {0, "allow-host", YN_LIST, "HOST", offsetof(lint_options, allowed),
     "targets may lead to this host (*.example.com for all below it), and to no other that is not "
     "named; may be repeated",
     0, 0, 0},
    {0, "color", YN_VALUE, "WHEN", offsetof(lint_options, color), YN_COLOUR_HELP, 0, 0, 0},
    {0},
};

static const yn_example examples[] = {
    {"yonder lint site.rules", "what is wrong with these rules"},
    {"yonder lint --host www.example.com moved.rules",
     "as they will be served for www.example.com: targets there are followed, too"},
    {"yonder lint --flatten old.rules >new.rules", "the same redirects without detours"},
    {"yonder lint --allow-host '*.example.com' site.rules",
     "and nothing may lead to anybody else's site"},
    {NULL, NULL},
};

static const yn_term codes[] = {
#define TERM(name, code, severity, title, advice) {code, title ". " advice},
    YN_PROOF_CODES(TERM)
#undef TERM
        {0},
};

static const yn_term document[] = {
    {"schema", "1; another number if ever the meaning of a member changes"},
    {"rules", "how many rules there are"},
    {"findings", "an array of \"code\"; \"severity\": \"error\", \"warning\" or \"note\"; "
                 "\"rules\": an array of {\"file\",\"line\"}, the one it is about first; "
                 "\"witness\": a URL that shows it, or null; \"request\", where that takes more "
                 "than a GET: \"method\", \"headers\", \"http10\", \"client\", \"country\", "
                 "\"now\"; \"message\"; \"advice\""},
    {"undecided", "an array of \"rules\" and \"message\""},
    {0},
};

static const yn_section sections[] = {
    {"Findings", "The codes do not change.", codes},
    {"Machine output",
     "With --json one JSON object is written. Members are only ever added, so a reader passes "
     "over those it does not know.",
     document},
    {0},
};

const yn_command yn_cmd_lint = {
    .name = "lint",
    .arguments = "FILE…",
    .summary = "prove a rule set before it goes live",
    .description =
        "Reads rule files, or an image, as yonder serve does, and tells what is wrong with the set "
        "as a whole: loops, chains, rules that can never fire, and more; see below. Placeholders, "
        "splats and conditions are held against each other, so nothing depends on which URLs "
        "somebody thought of.\n\n"
        "Every finding but those about a line itself comes with a URL that shows it: yonder match "
        "does the same with it. What cannot be decided, mostly about regular expressions, is "
        "listed.\n\n"
        "Targets with a host are followed where the set is served for that host: where a section "
        "or a FROM names it, or --host. Others lead away. Rules outside sections serve any host; "
        "they are looked at for every host that is named, and, unless there is a --host, for "
        "'any.example', which stands for all others. A redirect from http to https on the same "
        "host is no link of a chain.",
    .options = options,
    .options_size = sizeof(lint_options),
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .run = run,
    .examples = examples,
    .sections = sections,
    .negative = "there is an error or a warning",
};
