// SPDX-License-Identifier: MIT
// TO: compiled once, made into a Location at each request.
//
// A compiled target is text that may stand in a Location as it is, with captures inside it as two
// bytes: a mark, which no such text holds, and the number of the capture in the rule's own list.
#ifndef YN_RULES_TARGET_H
#define YN_RULES_TARGET_H

#include "rules/source.h"

enum {
    YN_MARK = 1,           /**< captured text in the query or the fragment */
    YN_MARK_AUTHORITY = 2, /**< in the authority */
    YN_MARK_PATH = 3,      /**< in the path */
};

typedef struct yn_target {
    yonder_text code;    /**< in the `room` that was given */
    uint16_t origin_len; /**< how much of it is a scheme and a host without captures */
    uint16_t query_at;
    uint8_t flags; /**< of YN_RULE_* */
    uint8_t capture_count;
    yn_capture captures[YONDER_RULES_MAX_PLACEHOLDERS];
} yn_target;

/** The length of the scheme and the authority at the start of `to`; 0 if it is a path. */
size_t yn_target_origin(yonder_text to);

/**
 * Compiles `to`, whose placeholders are those `source` binds. `room` has four times as many bytes
 * as `to`, and 256. The first `known` bytes, its origin or none, were compiled before without a
 * problem or a capture: they are left out.
 *
 * @return YONDER_OK; YONDER_INVALID_RULES, every problem told; YONDER_NO_MEMORY
 */
int yn_target_compile(yn_target *out, char *room, yonder_text to, size_t known,
                      const yn_source *source, const yn_problems *problems);

/** Writes `target`, a path and a query as a request had them, to `out` of three times its length,
 *  with what cannot stand in a Location escaped. Returns the length. */
size_t yn_target_escape(char *out, yonder_text target);

/** What a Location is made of. */
typedef struct yn_filling {
    const yonder_text *captures; /**< as the request wrote them */
    yonder_text query;           /**< of the request; without "?" */
    yonder_text ignored;         /**< names of the site's line `query ignore=`: not passed on */
    yonder_text origin;          /**< what to put before a target that is a path; empty: nothing */
    const yonder_rules *set;     /**< where the names of `shape` are */
    const yn_shape *shape;       /**< whose pairs are consumed; NULL for none */
} yn_filling;

/** True if the captures may stand in the authority where the target wants them there. */
bool yn_target_fits(const yn_rule *rule, const yonder_text *captures);

/**
 * Writes the Location of `rule` into `out`.
 *
 * @return YONDER_OK with `*location` set, to a view of `out` or of the rule; YONDER_TOO_LARGE
 */
int yn_target_fill(const yn_rule *rule, const yn_filling *filling, char *out, size_t size,
                   yonder_text *location);

#endif
