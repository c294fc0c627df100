// SPDX-License-Identifier: MIT
// What every unit test includes: cmocka with the headers it forgets, and texts compared as texts.
#ifndef YN_TESTS_TEST_H
#define YN_TESTS_TEST_H

// cmocka needs these four before it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <yonder/base.h>

/** Fails with both texts and the name of the row where `actual` is not `expected`. */
#define assert_text(row, actual, expected)                                                         \
    yn_assert_text(row, actual, yonder_text_of(expected), __FILE__, __LINE__)

static inline void yn_assert_text(const char *row, yonder_text actual, yonder_text expected,
                                  const char *file, int line)
{
    bool both = actual.ptr && expected.ptr; // the empty text may be NULL
    if (actual.len == expected.len &&
        (actual.len == 0 || (both && memcmp(actual.ptr, expected.ptr, actual.len) == 0)))
        return;
    print_error("%s: \"%.*s\" is not \"%.*s\"\n", row, (int)actual.len, actual.ptr,
                (int)expected.len, expected.ptr);
    _fail(file, line);
}

/** Puts a text behind the one in `room`, an array. Fails where they do not fit. */
#define append_to(room, more) yn_append_to(room, sizeof(room), more, __FILE__, __LINE__)

static inline void yn_append_to(char *room, size_t size, const char *more, const char *file,
                                int line)
{
    size_t len = strlen(room), more_len = strlen(more);
    if (more_len >= size - len)
        _fail(file, line);
    memcpy(room + len, more, more_len + 1);
}

/** Fails with the name of the row where `condition` is false. */
#define assert_row(row, condition)                                                                 \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            print_error("%s: not so: %s\n", row, #condition);                                      \
            _fail(__FILE__, __LINE__);                                                             \
        }                                                                                          \
    } while (0)

#endif
