// SPDX-License-Identifier: MIT
// What the files condition*.c share: the words of conditions, and the form in which a set keeps
// them.
#ifndef YN_RULES_CONDITION_BYTES_H
#define YN_RULES_CONDITION_BYTES_H

#include "rules/condition.h"

enum {
    YN_CONDITION_WORDS = 10,
    YN_SHARE_ALL = 10000, /**< all clients, as the number of a YN_IF_SHARE */
};

/** A word a condition starts with. */
typedef struct yn_condition_word {
    yonder_text word;
    yn_condition_kind kind;
    bool named; /**< ":" and a name follow */
} yn_condition_word;

extern const yn_condition_word yn_condition_words[YN_CONDITION_WORDS];

/** The row for what stands before the "=", or NULL. */
const yn_condition_word *yn_condition_find(yonder_text word);

/** A condition as bytes: this, the name, the values. Not aligned. */
typedef struct yn_condition_head {
    int64_t number;
    uint32_t values_len;
    uint16_t name_len;
    uint16_t kind;
} yn_condition_head;

/** The one value of a condition that has a glob. */
yonder_text yn_condition_glob(const yn_condition *c);

#endif
