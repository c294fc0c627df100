// SPDX-License-Identifier: MIT
// What a reader of a part of a rule tells, as text: "column: message" each, the column from 1 in
// the text that was read.
#ifndef YN_TESTS_PROBLEMS_H
#define YN_TESTS_PROBLEMS_H

#include "test.h"

#include "rules/problem.h"

typedef struct problem_log {
    yonder_text text; // what is read
    char all[2000];
    size_t len;
    size_t count;
} problem_log;

static inline void note_problem(void *context, const char *at, yonder_text message)
{
    problem_log *t = context;
    assert_true(at >= t->text.ptr && at <= t->text.ptr + t->text.len);
    t->len += (size_t)snprintf(t->all + t->len, sizeof t->all - t->len, "%s%d: %.*s",
                               t->count ? "\n" : "", (int)(at - t->text.ptr) + 1, (int)message.len,
                               message.ptr);
    assert_true(t->len < sizeof t->all);
    t->count++;
}

static inline yn_problems problems_of(problem_log *t, yonder_text text)
{
    t->text = text;
    t->len = t->count = 0;
    t->all[0] = 0;
    return (yn_problems){note_problem, t};
}

/** Whether the first that was told stands at `column` and has `part` in it. */
#define assert_told(row, told, column, part)                                                       \
    do {                                                                                           \
        char place[16];                                                                            \
        snprintf(place, sizeof place, "%d: ", (int)(column));                                      \
        if (strncmp((told)->all, place, strlen(place)) != 0 || !strstr((told)->all, part)) {       \
            print_error("%s: told \"%s\", not \"%s...%s\"\n", row, (told)->all, place, part);      \
            _fail(__FILE__, __LINE__);                                                             \
        }                                                                                          \
    } while (0)

#endif
