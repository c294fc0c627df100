// SPDX-License-Identifier: MIT
// Regular expressions of other programs, read as far as is needed to give them another frame: what
// groups they have, where they are tied to the ends of the text, which texts they stand for.
#ifndef YN_DIALECTS_PATTERN_H
#define YN_DIALECTS_PATTERN_H

#include <yonder/base.h>

#include "base/arena.h"
#include "base/buf.h"

typedef struct yn_pattern {
    size_t group_count;
    bool anchored;   /**< "^" stands first and no "|" outside groups */
    bool closed;     /**< "$" stands last, likewise */
    bool alternates; /**< it has a "|" outside groups */
    bool refers;     /**< to a group, by \1 and the like */
    bool odd;        /**< it has parts that are not understood here; only to be used as it is */
} yn_pattern;

/** Reads `pattern`. False where its parentheses and brackets do not go in pairs. */
bool yn_pattern_read(yn_pattern *out, yonder_text pattern);

enum {
    /** It was held against a decoded path: "%", "?" and "#" become their escapes. */
    YN_PATTERN_DECODED = 1,
    /** Groups capture no more. */
    YN_PATTERN_PLAIN_GROUPS = 2,
    /** "^" becomes "just after the slash the path starts with". */
    YN_PATTERN_AFTER_SLASH = 4,
};

/** Appends `pattern`, without blanks and control characters, which become escapes. */
void yn_pattern_write(yn_buf *out, yonder_text pattern, unsigned how);

/** Appends a pattern that fits just `literal`. */
void yn_pattern_quote(yn_buf *out, yonder_text literal);

/** The number of the group with this name, or 0. */
size_t yn_pattern_group(yonder_text pattern, yonder_text name);

typedef struct yn_pattern_texts {
    size_t count; /**< 0: they are too many, or endless */
    yonder_text texts[16];
    bool open_start, open_end; /**< something may stand before them, or after */
} yn_pattern_texts;

/** The texts that `pattern` stands for, where they are few: of "^/a(/b)?$" they are "/a/b" and
 * "/a". They lie in `arena`. False when memory is out. */
bool yn_pattern_expand(yn_pattern_texts *out, yonder_text pattern, yn_arena *arena);

/* ---- token by token -------------------------------------------------------------------------- */

typedef enum yn_token_kind {
    YN_TOKEN_END,
    YN_TOKEN_LITERAL, /**< a character, or an escaped one; `byte` is its first byte */
    YN_TOKEN_ESCAPE,  /**< \d, \b, \x41 ... */
    YN_TOKEN_CLASS,   /**< [...] */
    YN_TOKEN_DOT,
    YN_TOKEN_START,  /**< ^ */
    YN_TOKEN_FINISH, /**< $ */
    YN_TOKEN_OPEN,   /**< "(", "(?:", "(?=" ...: see `captures`, `asserts`, `name` */
    YN_TOKEN_CLOSE,
    YN_TOKEN_BAR,
    YN_TOKEN_REPEAT, /**< * + ? {2,3} with what may follow: "*?" */
    YN_TOKEN_ODD,    /**< anything else */
} yn_token_kind;

typedef struct yn_token {
    yn_token_kind kind;
    yonder_text text;
    char byte;
    bool captures, asserts;
    yonder_text name;
} yn_token;

/** Takes the next token from `*rest`. */
yn_token yn_pattern_next(yonder_text *rest);

#endif
