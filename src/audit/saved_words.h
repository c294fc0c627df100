// SPDX-License-Identifier: MIT
// The words of saved.h: for each enum of the evidence, by its number, what stands for it. Where a
// table of evidence.h has codes, they are these.
#ifndef YN_AUDIT_SAVED_WORDS_H
#define YN_AUDIT_SAVED_WORDS_H

#include <stddef.h>

typedef struct yn_saved_words {
    const char *const *words;
    size_t count;
} yn_saved_words;

/** X(name): each is a yn_saved_words. */
#define YN_SAVED_WORDS(X)                                                                          \
    X(yn_saved_purposes)                                                                           \
    X(yn_saved_agents)                                                                             \
    X(yn_saved_families)                                                                           \
    X(yn_saved_errors)                                                                             \
    X(yn_saved_distrusts)                                                                          \
    X(yn_saved_ends)                                                                               \
    X(yn_saved_starts)                                                                             \
    X(yn_saved_origins)                                                                            \
    X(yn_saved_known)

#define YN_SAVED_WORDS_EXTERN(name) extern const yn_saved_words name;
YN_SAVED_WORDS(YN_SAVED_WORDS_EXTERN)
#undef YN_SAVED_WORDS_EXTERN

#endif
