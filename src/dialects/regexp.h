// SPDX-License-Identifier: MIT
// Regular expressions of other programs, read as far as is needed to give them another frame: what
// groups they have, where they are tied to the ends of the text, which texts they stand for.
#ifndef YN_DIALECTS_REGEXP_H
#define YN_DIALECTS_REGEXP_H

#include <yonder/base.h>

#include "base/arena.h"
#include "base/buf.h"

typedef struct yn_regexp {
    size_t group_count;
    bool anchored;   /**< "^" stands first and no "|" outside groups */
    bool closed;     /**< "$" stands last, likewise */
    bool alternates; /**< it has a "|" outside groups */
    bool refers;     /**< to a group, by \1 and the like */
    bool odd;        /**< it has parts that are not understood here; only to be used as it is */
} yn_regexp;

/** Reads `pattern`. False where its parentheses and brackets do not go in pairs. */
bool yn_regexp_read(yn_regexp *out, yonder_text pattern);

enum {
    /** It was held against a decoded path: "%", "?" and "#" become their escapes. */
    YN_REGEXP_DECODED = 1,
    /** Groups capture no more. */
    YN_REGEXP_PLAIN_GROUPS = 2,
    /** "^" becomes "just after the slash the path starts with". */
    YN_REGEXP_AFTER_SLASH = 4,
};

/** Appends `pattern`, without blanks and control characters, which become escapes. */
void yn_regexp_write(yn_buf *out, yonder_text pattern, unsigned how);

/** Appends a pattern that fits just `literal`. */
void yn_regexp_quote(yn_buf *out, yonder_text literal);

/** The number of the group with this name, or 0. */
size_t yn_regexp_group(yonder_text pattern, yonder_text name);

typedef struct yn_regexp_texts {
    size_t count; /**< 0: they are too many, or endless */
    yonder_text texts[16];
    bool open_start, open_end; /**< something may stand before them, or after */
} yn_regexp_texts;

/** The texts that `pattern` stands for, where they are few: of "^/a(/b)?$" they are "/a/b" and
 * "/a". They lie in `arena`. False when memory is out. */
bool yn_regexp_expand(yn_regexp_texts *out, yonder_text pattern, yn_arena *arena);

/* ---- token by token -------------------------------------------------------------------------- */

typedef enum yn_regexp_token_kind {
    YN_REGEXP_END,
    YN_REGEXP_LITERAL, /**< a character, or an escaped one; `byte` is its first byte */
    YN_REGEXP_ESCAPE,  /**< \d, \b, \x41 ... */
    YN_REGEXP_CLASS,   /**< [...] */
    YN_REGEXP_DOT,
    YN_REGEXP_START,  /**< ^ */
    YN_REGEXP_FINISH, /**< $ */
    YN_REGEXP_OPEN,   /**< "(", "(?:", "(?=" ...: see `captures`, `asserts`, `name` */
    YN_REGEXP_CLOSE,
    YN_REGEXP_BAR,
    YN_REGEXP_REPEAT, /**< * + ? {2,3} with what may follow: "*?" */
    YN_REGEXP_ODD,    /**< anything else */
} yn_regexp_token_kind;

typedef struct yn_regexp_token {
    yn_regexp_token_kind kind;
    yonder_text text;
    char byte;
    bool captures, asserts;
    yonder_text name;
} yn_regexp_token;

/** Takes the next token from `*rest`. */
yn_regexp_token yn_regexp_next(yonder_text *rest);

#endif
