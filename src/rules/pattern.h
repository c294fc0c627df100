// SPDX-License-Identifier: MIT
// The lexical structure of a regular expression in PCRE syntax: for whoever reads one without
// compiling it.
#ifndef YN_RULES_PATTERN_H
#define YN_RULES_PATTERN_H

#include <yonder/base.h>

typedef enum yn_token_kind {
    YN_TOKEN_END,
    YN_TOKEN_LITERAL, /**< one character, escaped or not; `text` is it, without the backslash */
    YN_TOKEN_DOT,
    YN_TOKEN_CLASS,  /**< "[…]", brackets and all */
    YN_TOKEN_ESCAPE, /**< a backslash and what belongs to it */
    YN_TOKEN_START,  /**< "^" */
    YN_TOKEN_FINISH, /**< "$" */
    YN_TOKEN_BAR,
    YN_TOKEN_OPEN, /**< "(" with what makes the group special, as in "(?:" or "(?<name>" */
    YN_TOKEN_CLOSE,
    YN_TOKEN_REPEAT,  /**< `min` and `max`, and whether it gives nothing back ("a++") */
    YN_TOKEN_NOTHING, /**< a comment, or an option: "(?i)" */
    YN_TOKEN_QUOTE,   /**< "\Q…\E"; a "\E" alone has no text */
} yn_token_kind;

enum {
    YN_REPEAT_UNBOUNDED = 65536
};

typedef struct yn_token {
    yn_token_kind kind;
    yonder_text text;
    unsigned min, max;
    bool possessive;
} yn_token;

/** Takes the token at the start of `*rest`; YN_TOKEN_END after the last. A pattern that does not
 *  compile gives tokens all the same. */
yn_token yn_token_next(yonder_text *rest);

/** What a pattern has that is not taken: callouts, "\C", verbs. A sentence, with its place; or
 *  NULL. */
const char *yn_pattern_forbidden(yonder_text pattern, const char **at);

#endif
