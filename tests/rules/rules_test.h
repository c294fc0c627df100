// SPDX-License-Identifier: MIT
// Rules from text, and questions put to them: what the tests of the rule layers share.
#ifndef YN_TESTS_RULES_TEST_H
#define YN_TESTS_RULES_TEST_H

#include "test.h"

#include <yonder/rules.h>

static inline void print_diagnostic(void *context, const yonder_diagnostic *d)
{
    (void)context;
    print_error("%.*s:%u:%u: %.*s\n    %.*s\n", (int)d->file.len, d->file.ptr, (unsigned)d->line,
                (unsigned)d->column, (int)d->message.len, d->message.ptr, (int)d->source_line.len,
                d->source_line.ptr);
}

/** Reads one source named "test.rules" without any diagnostic, or fails. */
static inline yonder_rules *rules_of(const char *row, yonder_text text)
{
    yonder_rules_source source = {yonder_text_of("test.rules"), text};
    yonder_rules *rules = NULL;
    int error =
        yonder_rules_read(&rules, &source, 1, &(yonder_rules_reading){.report = print_diagnostic});
    if (error)
        print_error("%s: %s\n", row, yonder_strerror(error));
    assert_int_equal(error, YONDER_OK);
    return rules;
}

/** The answer to a GET of `target` at `host` ("https://host" for one over TLS), in words:
 *  "308 /location line 3", "410 line 2" or "none". Good until the next call. */
static inline const char *answer_to(const yonder_rules *rules, const char *host, const char *target)
{
    static char scratch[YONDER_RULES_SCRATCH(65536)], words[YONDER_RULES_MAX_LOCATION + 64];
    yonder_rules_request request = {.host = yonder_text_of(host), .target = yonder_text_of(target)};
    yonder_rules_answer answer;
    if (strncmp(host, "https://", 8) == 0) {
        request.https = true;
        request.host = yonder_text_of(host + 8);
    }
    int found = yonder_rules_match(rules, &request, scratch,
                                   YONDER_RULES_SCRATCH(request.target.len), &answer);
    if (found == 0)
        return "none";
    if (found < 0)
        return yonder_strerror(found);
    snprintf(words, sizeof words, "%d %.*s%sline %u", answer.status, (int)answer.location.len,
             answer.location.ptr, answer.location.len ? " " : "", (unsigned)answer.line);
    return words;
}

#endif
