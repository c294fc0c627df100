// SPDX-License-Identifier: MIT
// Memory that runs out at a given allocation, and counts what is not given back.
#ifndef YN_TESTS_FAILING_H
#define YN_TESTS_FAILING_H

#include "test.h"

#include <stdlib.h>

#include <yonder/rules.h>

typedef struct failing {
    size_t until; // allocations that still succeed
    size_t live;
} failing;

static inline void *fail_after(void *context, void *ptr, size_t size)
{
    failing *f = context;
    if (size == 0) {
        f->live--;
        free(ptr);
        return NULL;
    }
    if (f->until == 0)
        return NULL;
    f->until--;
    f->live += !ptr;
    return realloc(ptr, size);
}

/** Calls `make`, which makes a set or fails, with ever more memory, until it returns `last`: before
 *  that it says that memory is out, makes nothing and keeps nothing. Returns how often. */
static inline size_t each_allocation_fails_once(int (*make)(void *context, const yonder_mem *mem,
                                                            yonder_rules **out),
                                                void *context, int last)
{
    failing f = {0};
    yonder_mem mem = {fail_after, &f};
    for (size_t n = 0;; n++) {
        yonder_rules *rules = NULL;
        f.until = n;
        int error = make(context, &mem, &rules);
        if (error == last) {
            assert_int_equal(rules != NULL, last == YONDER_OK);
            yonder_rules_free(rules);
            assert_int_equal(f.live, 0);
            return n;
        }
        assert_int_equal(error, YONDER_NO_MEMORY);
        assert_null(rules);
        assert_int_equal(f.live, 0);
        assert_true(n < 20000);
    }
}

#endif
