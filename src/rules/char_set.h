// SPDX-License-Identifier: MIT
// Which characters an atom of a regular expression can match: ASCII one by one, all beyond it as
// one. A set may be too large, never too small; the case of letters does not count.
#ifndef YN_RULES_CHAR_SET_H
#define YN_RULES_CHAR_SET_H

#include "rules/pattern.h"

typedef struct yn_char_set {
    uint64_t ascii[2];
    bool beyond;
} yn_char_set;

/** What a literal, a dot, a class, a quote or an escape can match. `*zero_width`: nothing. */
yn_char_set yn_char_set_of(const yn_token *token, bool *zero_width);

/** Whether the token is a reference back to what a group matched: "\1", "\k<name>". */
bool yn_token_is_reference(const yn_token *token);

static inline bool yn_char_set_overlap(yn_char_set a, yn_char_set b)
{
    return (a.ascii[0] & b.ascii[0]) || (a.ascii[1] & b.ascii[1]) || (a.beyond && b.beyond);
}

static inline yn_char_set yn_char_set_union(yn_char_set a, yn_char_set b)
{
    return (yn_char_set){{a.ascii[0] | b.ascii[0], a.ascii[1] | b.ascii[1]}, a.beyond || b.beyond};
}

/** Whether all of `a` is in `b`. */
static inline bool yn_char_set_within(yn_char_set a, yn_char_set b)
{
    return !(a.ascii[0] & ~b.ascii[0]) && !(a.ascii[1] & ~b.ascii[1]) && (!a.beyond || b.beyond);
}

static inline bool yn_char_set_is_empty(yn_char_set a)
{
    return !a.beyond && !a.ascii[0] && !a.ascii[1];
}

static inline bool yn_char_set_is_full(yn_char_set a)
{
    return a.beyond && a.ascii[0] == UINT64_MAX && a.ascii[1] == UINT64_MAX;
}

#endif
