// SPDX-License-Identifier: MIT
// Conditions and requests from text, for tests.
#ifndef YN_TESTS_CONDITIONS_H
#define YN_TESTS_CONDITIONS_H

#include "problems.h"

#include "base/text.h"
#include "rules/condition.h"

/** Reads "name=value" into `out`. */
static inline int read_condition(yn_buf *out, yonder_text text, const yonder_rules_reading *how,
                                 problem_log *told)
{
    size_t equals = yn_find_char(text, '=');
    const yn_draft_pair pair = {yn_slice(text, 0, equals),
                                yn_skip(text, equals < text.len ? equals + 1 : equals)};
    yn_problems problems = problems_of(told, text);
    return yn_condition_read(out, &pair, how, &problems);
}

/** The condition of a text that is one; it lies in `room`. */
static inline yn_condition condition_of(const char *text, yn_buf *room)
{
    problem_log told;
    yn_condition c = {0};
    const yonder_rules_reading how = {0};
    room->len = 0;
    int error = read_condition(room, yonder_text_of(text), &how, &told);
    if (error)
        print_error("%s: %s\n", text, told.all);
    assert_int_equal(error, YONDER_OK);
    yonder_text rest = yn_buf_text(room);
    assert_true(yn_condition_next(&rest, &c));
    assert_int_equal(rest.len, 0);
    return c;
}

enum {
    MAX_FIELDS = 8
};

/** Splits "Name: value|Name: value" into `fields`; returns how many. */
static inline size_t fields_of(const char *text, yonder_field fields[MAX_FIELDS])
{
    size_t count = 0;
    for (yonder_text rest = yonder_text_of(text); rest.len; count++) {
        size_t end = yn_find_char(rest, '|');
        yonder_text line = yn_slice(rest, 0, end);
        size_t colon = yn_find_char(line, ':');
        assert_true(count < MAX_FIELDS && colon < line.len);
        fields[count] = (yonder_field){yn_slice(line, 0, colon), yn_skip(line, colon + 1)};
        rest = yn_skip(rest, end < rest.len ? end + 1 : end);
    }
    return count;
}

#endif
