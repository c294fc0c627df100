// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/file.h"
#include "server/rulefiles.h"

typedef struct compile_options {
    const char *output;
} compile_options;

static int run(const void *values, size_t count, char **files)
{
    const compile_options *options = values;
    if (!options->output)
        return yn_usage_error("compile", "--output IMAGE is missing");
    yn_ruleset *set = yn_ruleset_read((const char *const *)files, count);
    if (!set)
        return YN_EXIT_USAGE;
    int code = YN_EXIT_USAGE;
    yonder_text image = yonder_rules_image(set->rules);
    if (set->map && yonder_rules_verify(set->rules))
        fprintf(stderr, "yonder compile: %s is damaged\n", files[0]);
    else
        code = yn_file_replace(options->output, image) ? YN_EXIT_OK : YN_EXIT_FAILED;
    if (code == YN_EXIT_OK)
        fprintf(stderr, "%s: %zu rule%s, %zu bytes\n", options->output,
                yonder_rules_count(set->rules), yonder_rules_count(set->rules) == 1 ? "" : "s",
                image.len);
    yn_ruleset_free(set);
    return code;
}

static const yn_option options[] = {
    {'o', "output", YN_VALUE, "IMAGE", offsetof(compile_options, output),
     "write the image there, in place of what is there, at one stroke", 0, 0, 0},
    {0},
};

static const yn_example examples[] = {
    {"yonder compile -o site.image site.rules shop.rules", "two files, one set of rules"},
    {"yonder serve site.image", "starts in milliseconds, however many rules there are"},
    {0},
};

const yn_command yn_cmd_compile = {
    .name = "compile",
    .arguments = "FILE…",
    .summary = "make an image of rule files, for serve, match, lint and test",
    .description =
        "Reads rule files as serve does, and writes what it makes of them to a file that can be "
        "given in their place: it need not be read again, only mapped, and processes that use it "
        "share its memory. An image is for the version of yonder that made it and for machines of "
        "the same byte order; others refuse it.\n\n"
        "Dates of rules that name no zone are those of the place where the image is made.",
    .options = options,
    .options_size = sizeof(compile_options),
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .run = run,
    .examples = examples,
};
