// SPDX-License-Identifier: MIT
// Queries as pairs: application/x-www-form-urlencoded (URL standard section 5.1), read in place.
// Names and values are compared by the bytes they stand for: "+" and "%20" are one.
#ifndef YN_RULES_QUERY_H
#define YN_RULES_QUERY_H

#include <yonder/base.h>

typedef struct yn_pair {
    yonder_text name, value; /**< as written; without "=" the value is empty */
    yonder_text whole;
} yn_pair;

/** Takes the next pair from `*rest`. False once `rest->ptr` is NULL, which it is after the last. */
bool yn_query_next(yonder_text *rest, yn_pair *pair);

/** The byte that what stands at `*at` stands for; `*at` moves behind it. */
char yn_query_byte(yonder_text t, size_t *at);

/** Writes the bytes `t` stands for, at most t.len of them, and returns how many. */
size_t yn_query_decode(char *out, yonder_text t);

/** True if `t` stands for exactly the bytes of `decoded`. */
bool yn_query_is(yonder_text t, yonder_text decoded);

/** The value of the first pair with this name, as written; empty if there is none. */
yonder_text yn_query_value(yonder_text query, yonder_text decoded_name);

#endif
