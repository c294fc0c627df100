// SPDX-License-Identifier: MIT
// Texts with holes: what is known of a segment or a value of a request that is reasoned about
// instead of made. A hole is a variable of the request the reasoning starts from; to be held
// against a literal is the only thing that can happen to it, so what a variable gets is always
// plain text.
#ifndef YN_PROOF_TERM_H
#define YN_PROOF_TERM_H

#include "base/arena.h"
#include "base/buf.h"

enum {
    YN_VARIABLES = 48, /**< of one request, at most */
    YN_NO_VARIABLE = UINT8_MAX,
};

/** A text, or a variable. */
typedef struct yn_atom {
    yonder_text text;
    uint8_t variable; /**< YN_NO_VARIABLE: it is the text */
} yn_atom;

typedef struct yn_term {
    const yn_atom *atoms; /**< none: the empty text */
    size_t count;
} yn_term;

typedef struct yn_variable {
    bool bound, may_be_empty;
    yonder_text value; /**< once bound; before that a value no literal is likely to have */
} yn_variable;

/** What is known of the variables. A value: copy it to try something. */
typedef struct yn_env {
    yn_variable variables[YN_VARIABLES];
    size_t count;
    bool ambiguous; /**< a value could have been divided among variables in another way */
} yn_env;

/** The term of a plain text; NULL atoms where memory is out. */
yn_term yn_term_text(yn_arena *arena, yonder_text text);
/** A new variable with this value as long as it is free. False where there are too many, or memory
 *  is out. */
bool yn_term_variable(yn_term *out, yn_env *env, bool may_be_empty, yonder_text fresh,
                      yn_arena *arena);
/** The two one behind the other. False when memory is out. */
bool yn_term_join(yn_term *out, yn_term a, yn_term b, yn_arena *arena);

/** Whether it is a plain text by now. */
bool yn_term_is_plain(yn_term term, const yn_env *env);
/** Whether it begins with a variable that is free. */
bool yn_term_is_open(yn_term term, const yn_env *env);
/** The text with every variable replaced by its value, or by the one it has as long as it is free.
 */
void yn_term_write(yn_buf *out, yn_term term, const yn_env *env);

/** Whether the term can be this text; the variables in it are bound so that it is. With
 *  `ignore_case` ASCII letters may differ in their case. False: it cannot, and `env` is good for
 *  nothing any more. */
bool yn_term_is(yn_term term, yonder_text literal, bool ignore_case, yn_env *env);

/** Whether the term can be a text that is not empty; a variable that is all of it must not become
 *  empty from here on. */
bool yn_term_is_filled(yn_term term, yn_env *env);

#endif
