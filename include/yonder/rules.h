// SPDX-License-Identifier: MIT
/**
 * @file
 * Rule sets: read them from text, and ask which rule answers a request.
 * yonder-rules(5) describes the language.
 */
#ifndef YONDER_RULES_H
#define YONDER_RULES_H

#include <yonder/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The longest line of a rule file and the longest Location, in bytes. */
#define YONDER_RULES_MAX_LINE     16384u
#define YONDER_RULES_MAX_LOCATION 65536u

/** The most placeholders (the splat is one), and the most query pairs, one rule can have. */
#define YONDER_RULES_MAX_PLACEHOLDERS 255u
#define YONDER_RULES_MAX_PAIRS        64u

/** Scratch space that always suffices to match a target of `n` bytes; see yonder_rules_match(). */
#define YONDER_RULES_SCRATCH(n) (YONDER_RULES_MAX_LOCATION + 4 * (size_t)(n))

/** An immutable, compiled set of rules. Any number of threads may match against it at once. */
typedef struct yonder_rules yonder_rules;

/** One file's worth of text. `name` is used in diagnostics and answers only. */
typedef struct yonder_rules_source {
    yonder_text name;
    yonder_text text;
} yonder_rules_source;

/**
 * An error in a rule file: where, what, and the line itself. Views, good during the call.
 *
 * `column` counts bytes of the line, not characters: whoever sets a mark below the line counts the
 * characters in the first `column - 1` bytes of `source_line`. A byte order mark at the start of a
 * file is no part of its first line.
 */
typedef struct yonder_diagnostic {
    yonder_text file;
    uint32_t line;   /**< from 1 */
    uint32_t column; /**< from 1, in bytes; one past the last where something is missing */
    yonder_text message;
    yonder_text source_line; /**< without its line end */
} yonder_diagnostic;

typedef void yonder_report_fn(void *context, const yonder_diagnostic *diagnostic);

/**
 * Reads and compiles `count` sources as one rule set, in order; each starts outside any section.
 * Every error of every source is reported once, in the order of sources, lines and columns, then
 * the whole is refused. The sources may go once this returns.
 *
 * @return YONDER_OK with `*out` set; YONDER_INVALID_RULES after at least one call of `report`;
 *         YONDER_NO_MEMORY; YONDER_TOO_LARGE (more than 2^32 - 1 lines in a source, or
 *         rules that take more than 32 GiB once compiled)
 */
YONDER_API int yonder_rules_read(yonder_rules **out, const yonder_rules_source *sources,
                                 size_t count, yonder_report_fn *report, void *context,
                                 const yonder_mem *mem);

/** Frees what yonder_rules_read() made; NULL is left alone. */
YONDER_API void yonder_rules_free(yonder_rules *rules);

/** How many rules are live. */
YONDER_API size_t yonder_rules_count(const yonder_rules *rules);

/** A request as the rules see it. Views. */
typedef struct yonder_rules_request {
    bool https;         /**< it came over TLS */
    yonder_text host;   /**< the Host field or the target's authority, port and all; may be empty */
    yonder_text target; /**< path and query as they stood in the request line: "/a%20b?c" */
} yonder_rules_request;

/** What to answer. */
typedef struct yonder_rules_answer {
    int status;
    yonder_text location; /**< empty for statuses without one (410); lies in the rule set or in the
                               caller's scratch space */
    yonder_text file;     /**< where the rule stands; lies in the rule set */
    uint32_t line;
} yonder_rules_answer;

/**
 * Finds the rule for `request` and composes its answer. Allocates nothing; `scratch` (of
 * `scratch_size` bytes; YONDER_RULES_SCRATCH(target.len) always suffices) holds what has to be
 * composed: a target that is not in canonical form needs up to four times its length while it is
 * looked up, and a Location that is not the rule's own text needs its length.
 *
 * Where the rule that fires makes a Location longer than YONDER_RULES_MAX_LOCATION, no later rule
 * takes its place. A rule's own text is never so long, only with what the request brings: to a
 * client this is a target that is too long (414), and no fault of the server.
 *
 * @return 1 with `*answer` set; 0 if no rule fires; YONDER_TOO_LARGE if the Location would be too
 *         long, or the scratch space does not suffice
 */
YONDER_API int yonder_rules_match(const yonder_rules *rules, const yonder_rules_request *request,
                                  char *scratch, size_t scratch_size, yonder_rules_answer *answer);

#ifdef __cplusplus
}
#endif
#endif
