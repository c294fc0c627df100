// SPDX-License-Identifier: MIT
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/colour.h"
#include "report/diff.h"
#include "server/rulefiles.h"

typedef struct diff_options {
    bool json;
    const char *color;
} diff_options;

static int print(const diff_options *o, const yn_diff *diff, yn_colour colour)
{
    yn_buf out = yn_buf_make(SIZE_MAX / 2, NULL);
    const yn_style style = yn_style_for(stdout, colour);
    int code = diff->changes.len ? YN_EXIT_NEGATIVE : YN_EXIT_OK;
    if (o->json) {
        yn_diff_json(&out, diff);
        yn_buf_char(&out, '\n');
    } else {
        yn_diff_text(&out, diff, &style);
    }
    if (out.error) {
        fprintf(stderr, "yonder diff: %s\n", yonder_strerror(out.error));
        code = YN_EXIT_FAILED;
    } else {
        (void)fwrite(out.ptr, 1, out.len, stdout); // main() reports a failure
    }
    yn_buf_free(&out);
    return code;
}

static int run(const void *values, size_t argument_count, char **arguments)
{
    const diff_options *o = values;
    yn_colour colour;
    yn_ruleset *sets[2] = {NULL, NULL};
    int code = yn_choose_colour("diff", o->color, &colour);
    if (code)
        return code;
    for (size_t i = 0; i < argument_count; i++) {
        const char *name = arguments[i];
        sets[i] = yn_ruleset_read(&name, 1);
    }
    if (!sets[0] || !sets[1]) {
        code = YN_EXIT_USAGE;
    } else {
        yn_diff diff;
        yn_proof_options options = {.now = time(NULL)};
        int error = yn_diff_sets(&diff, sets[0]->rules, sets[1]->rules, &options);
        if (error) {
            fprintf(stderr, "yonder diff: %s\n", yonder_strerror(error));
            code = YN_EXIT_FAILED;
        } else {
            code = print(o, &diff, colour);
            yn_diff_free(&diff);
        }
    }
    yn_ruleset_free(sets[0]);
    yn_ruleset_free(sets[1]);
    return code;
}

static const yn_option options[] = {
    {0, "json", YN_FLAG, NULL, offsetof(diff_options, json), "write one JSON document", 0, 0, 0},
    {0, "color", YN_VALUE, "WHEN", offsetof(diff_options, color), YN_COLOUR_HELP, 0, 0, 0},
    {0},
};

static const yn_example examples[] = {
    {"yonder diff live.rules new.rules", "what going live with new.rules will change"},
    {"yonder diff --json live.rules new.rules | jq -r '.changes[].witness'",
     "the URLs to look at, one for each change"},
    {NULL, NULL},
};

static const yn_term document[] = {
    {"schema", "1; another number if ever the meaning of a member changes"},
    {"changes",
     "an array of \"change\": \"added\", \"removed\" or \"changed\"; \"witness\": a URL; "
     "\"request\", where that takes more than a GET: \"method\", \"headers\", \"http10\", "
     "\"client\", \"country\", \"now\"; \"before\" and \"after\": null where nothing answers, or "
     "\"status\", \"location\", \"cache_control\", \"hsts\" and \"rule\": {\"file\",\"line\"}"},
    {0},
};

static const yn_section sections[] = {
    {"Machine output",
     "With --json one JSON object is written. Members are only ever added, so a reader passes "
     "over those it does not know.",
     document},
    {0},
};

const yn_command yn_cmd_diff = {
    .name = "diff",
    .arguments = "A B",
    .summary = "show what changes when one rule set takes the place of another",
    .description =
        "Compares two rule files, or images, by what they answer: order, comments and spelling do "
        "not matter where the answers are the same. Each change is shown once for each two lines "
        "that answer, with a URL for which it can be seen.\n\n"
        "Requests are made for every rule of both sets, also for those that two patterns share; "
        "of regular expressions, some they look like matching.",
    .options = options,
    .options_size = sizeof(diff_options),
    .min_arguments = 2,
    .max_arguments = 2,
    .run = run,
    .examples = examples,
    .sections = sections,
    .negative = "there is a difference",
};
