// SPDX-License-Identifier: MIT
// What the readers of formats share: where they are, what they tell, and how a rule of theirs comes
// to be one in native terms. Nothing gets lost without a note.
#ifndef YN_DIALECTS_CARRY_H
#define YN_DIALECTS_CARRY_H

#include "dialects/dialect.h"

typedef struct yn_carry {
    const yn_dialect_input *input;
    const yn_sink *sink;
    const yn_notes *notes;
    yonder_text file;
    uint32_t line;  /**< of the entry at hand; 0: not known */
    uint32_t entry; /**< its number, from 1, where a line does not tell; 0: it does */
    yn_arena arena; /**< for what the rule at hand needs: empty again after yn_carry_rule_end() */
    yonder_mem mem; /**< takes from `arena`; nothing need be freed */
    int error;      /**< sticky: memory, or what the sink said */
} yn_carry;

/** Starts. `carry` must stay where it is. It ends with yn_carry_end(). */
void yn_carry_begin(yn_carry *carry, const yn_dialect_input *input, const yn_sink *sink,
                    const yn_notes *notes);
/** Frees what there is. @return the error, or YONDER_OK */
int yn_carry_end(yn_carry *carry);

/** Goes to a source. `*text` is what it holds, without a byte order mark. False after a note if it
 *  is not UTF-8 but something that can be named, or after an error. */
bool yn_carry_source(yn_carry *carry, const yonder_rules_source *source, yonder_text *text);

/** Takes a note about the entry at hand. @return false */
bool yn_carry_note(yn_carry *carry, yn_note_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define YN_ERROR(carry, ...)   yn_carry_note(carry, YN_NOTE_ERROR, __VA_ARGS__)
#define YN_LOST(carry, ...)    yn_carry_note(carry, YN_NOTE_LOST, __VA_ARGS__)
#define YN_CHANGED(carry, ...) yn_carry_note(carry, YN_NOTE_CHANGED, __VA_ARGS__)

/** Takes a note about the file as a whole, once for each `*said`. */
void yn_carry_once(yn_carry *carry, bool *said, const char *message);

/** True if `t` is UTF-8 without control characters. Otherwise an error is noted about `what`. */
bool yn_carry_check(yn_carry *carry, const char *what, yonder_text t);

/** A buffer in the arena, and the text it holds at last; after an error an empty one. */
yn_buf yn_carry_buf(yn_carry *carry);
yonder_text yn_carry_text(yn_carry *carry, const yn_buf *buf);

/** Hands over a rule, if it is one that the native language has; otherwise what is in the way is
 *  noted. `draft->line` is set. @return true if the sink has taken it */
bool yn_carry_rule(yn_carry *carry, yn_draft *draft);
/** Hands over a site line. */
void yn_carry_site(yn_carry *carry, yonder_text name, yonder_text value);
/** The entry is done. */
void yn_carry_rule_end(yn_carry *carry);

/** True for a status that native rules have, with a target or without. */
bool yn_status_redirects(int status);
bool yn_status_refuses(int status);

/* ---- FROM and TO ------------------------------------------------------------------------------
 */

typedef enum yn_from_kind {
    YN_FROM_TEXT,    /**< itself */
    YN_FROM_SEGMENT, /**< bytes that are no slash, at least one */
    YN_FROM_REST,    /**< any bytes, or none */
    YN_FROM_REGEX,   /**< a regular expression with one group */
} yn_from_kind;

typedef struct yn_from_piece {
    yn_from_kind kind;
    yonder_text text;
    yonder_text name; /**< what TO calls it; may be empty */
} yn_from_piece;

enum {
    YN_FROM_MOST = 200 /**< pieces */
};

/** FROM as a list of pieces, which together make up the whole path. */
typedef struct yn_from {
    yonder_text origin; /**< "http://host", "//host"; empty: any */
    size_t count;
    yn_from_piece pieces[YN_FROM_MOST];
    bool ignores_case;
    bool bare_fits;     /**< a YN_FROM_REST between slashes may be no segment at all: of "/a/"
                                and a rest, "/a" fits as well */
    bool bare_taken;    /**< an earlier rule answers "/a" anyway */
    bool wants_numbers; /**< TO needs groups: write a regular expression */
    bool is_regex;      /**< set when it is written: as a regular expression */
} yn_from;

/** Appends a piece; one too many is noted. */
bool yn_from_add(yn_carry *carry, yn_from *from, yn_from_kind kind, yonder_text text,
                 yonder_text name);

/** Takes a path apart as `_redirects` files have it: ":name" where a letter follows the colon, and
 *  "*". What comes of them is the caller's to judge. */
bool yn_from_split(yn_carry *carry, yn_from *from, yonder_text path);

/** Writes FROM, as a pattern if that means the same, otherwise as a regular expression. False
 *  after a note. */
bool yn_from_write(yn_carry *carry, yn_from *from, yonder_text *out);

/** Writes literal text of TO, and the text a piece of FROM captured (`next`: the byte that
 *  follows, or 0). */
void yn_to_literal(yn_buf *out, const yn_from *from, yonder_text text);
void yn_to_capture(yn_buf *out, const yn_from *from, size_t piece, char next);

/** The piece of FROM with this name, or from->count. */
size_t yn_from_find(const yn_from *from, yonder_text name);

/** Writes TO, in which ":name" stands for pieces and pairs (a value ":name") that have the name,
 *  and for itself where there is none. */
yonder_text yn_to_write(yn_carry *carry, const yn_from *from, const yn_draft *pairs,
                        yonder_text to);

/** TO with a lone "?" if it has no query, so that the request's is not passed on. */
yonder_text yn_to_drop_query(yn_carry *carry, yonder_text to);

/** Whether TO has a query, be it an empty one. */
bool yn_to_has_query(yonder_text to);

/** A query pair in native terms from one as a URL has it. `value` stays a placeholder where it is
 *  one and `bind` is true. */
yn_draft_pair yn_pair_write(yn_carry *carry, yonder_text name, yonder_text value, bool bind);

/** Takes the query of a URL apart into pairs, at most YONDER_RULES_MAX_PAIRS. False after a note.
 */
bool yn_pairs_of_query(yn_carry *carry, yonder_text query, bool bind, yn_draft_pair *pairs,
                       size_t *count);

/** The length of "http://" or "https://" at the start of `t`, in any case, or 0. */
size_t yn_scheme_length(yonder_text t);

/** Where the authority that starts at `at` ends. */
size_t yn_authority_end(yonder_text t, size_t at);

#endif
