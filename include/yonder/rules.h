// SPDX-License-Identifier: MIT
/**
 * @file
 * Rule sets: read them from text or from an image, change them, and ask which rule answers a
 * request. yonder-rules(5) describes the language.
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

/** The most placeholders (the splat is one), query pairs, and conditions one rule can have. */
#define YONDER_RULES_MAX_PLACEHOLDERS 255u
#define YONDER_RULES_MAX_PAIRS        64u
#define YONDER_RULES_MAX_CONDITIONS   64u

/** Scratch space that always suffices to match a target of `n` bytes; see yonder_rules_match(). */
#define YONDER_RULES_SCRATCH(n) (YONDER_RULES_MAX_LOCATION + 12 * (size_t)(n) + 8192)

/** An immutable, compiled set of rules. Any number of threads may match against it at once. */
typedef struct yonder_rules yonder_rules;

/* ---- from text ------------------------------------------------------------------------------- */

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
 * Seconds since 1970 of a time of day where the server stands, for dates of rules that name no
 * zone: `time` counts as if the place were Greenwich. NULL is taken for Greenwich.
 */
typedef int64_t yonder_local_time_fn(void *context, int64_t time);

/** How text is read. All zero is a good start. */
typedef struct yonder_rules_reading {
    yonder_report_fn *report; /**< takes errors; NULL: nobody wants to know */
    void *report_context;
    yonder_local_time_fn *local_time;
    void *local_time_context;
    const yonder_mem *mem;
} yonder_rules_reading;

/**
 * Reads and compiles `count` sources as one rule set, in order; each starts outside any section.
 * Every error of every source is reported once, in the order of sources, lines and columns, then
 * the whole is refused. The sources may go once this returns.
 *
 * @return YONDER_OK with `*out` set; YONDER_INVALID_RULES after at least one report;
 *         YONDER_NO_MEMORY; YONDER_TOO_LARGE (more than 2^32 - 2 lines in all, or
 *         rules that take more than 16 GiB once compiled)
 */
YONDER_API int yonder_rules_read(yonder_rules **out, const yonder_rules_source *sources,
                                 size_t count, const yonder_rules_reading *how);

/** The same piece by piece, for files that need not be in memory as a whole. */
typedef struct yonder_rules_reader yonder_rules_reader;

/** A reader, or NULL when memory is out. `how` is copied. */
YONDER_API yonder_rules_reader *yonder_rules_reader_make(const yonder_rules_reading *how);
/** What is put from here on belongs to the source of this name. @return YONDER_OK;
 *  YONDER_NO_MEMORY; YONDER_TOO_LARGE. An error ends the reading. */
YONDER_API int yonder_rules_reader_source(yonder_rules_reader *r, yonder_text name);
/** The next piece of the source, cut anywhere. Errors in it are reported, and do not end the
 *  reading. @return as yonder_rules_reader_source(); YONDER_INVALID_ARGUMENT before the first
 * source */
YONDER_API int yonder_rules_reader_put(yonder_rules_reader *r, yonder_text piece);
/** The end of the last source. The reader is freed whatever happens. @return as
 *  yonder_rules_read() */
YONDER_API int yonder_rules_reader_finish(yonder_rules_reader *r, yonder_rules **out);
/** Gives up; NULL is left alone. */
YONDER_API void yonder_rules_reader_free(yonder_rules_reader *r);

/** Frees a set; NULL is left alone. */
YONDER_API void yonder_rules_free(yonder_rules *rules);

/** How many rules are live. */
YONDER_API size_t yonder_rules_count(const yonder_rules *rules);

/** The places of a set's lines in answers are smaller than this. */
YONDER_API size_t yonder_rules_places(const yonder_rules *rules);

/** How many hosts the set names in sections and URLs, plus one. */
YONDER_API size_t yonder_rules_sites(const yonder_rules *rules);
/** The name of one, canonical, ".example.com" being the wildcard; empty for 0, which is any other
 *  host. Lies in the set. */
YONDER_API yonder_text yonder_rules_site(const yonder_rules *rules, uint32_t site);

/** Whether an answer may depend on more than the first three members of a request, its method and
 *  its version. */
YONDER_API bool yonder_rules_has_conditions(const yonder_rules *rules);

/* ---- images ---------------------------------------------------------------------------------- */

/** What an image starts with. */
#define YONDER_RULES_IMAGE_MAGIC "yonder-r"

/**
 * A compiled set as bytes: position-independent, to be written to a file and mapped again, by a
 * program of the same version and byte order. Views into the set. A set with changes has none
 * until it is merged: the text is then empty.
 */
YONDER_API yonder_text yonder_rules_image(const yonder_rules *rules);

/**
 * A set from such bytes, which start at an address divisible by 8 and must stay until the set is
 * freed. What is checked is the header, and all that is needed so that no image, however damaged,
 * makes a look-up leave it; the time does not depend on the number of plain rules.
 *
 * @return YONDER_OK with `*out` set; YONDER_INVALID_IMAGE; YONDER_NO_MEMORY
 */
YONDER_API int yonder_rules_open(yonder_rules **out, yonder_text image, const yonder_mem *mem);

/** Reads the whole image and holds it against its checksum. @return YONDER_OK;
 *  YONDER_INVALID_IMAGE */
YONDER_API int yonder_rules_verify(const yonder_rules *rules);

/* ---- asking ---------------------------------------------------------------------------------- */

/** A request as the rules see it. Views. Only the first three have to be known: conditions about
 *  the others do not hold where they are empty. */
typedef struct yonder_rules_request {
    bool https;         /**< it came over TLS */
    yonder_text host;   /**< the Host field or the target's authority, port and all; may be empty */
    yonder_text target; /**< path and query as they stood in the request line: "/a%20b?c" */
    yonder_text method; /**< empty: GET */
    bool http10;        /**< HTTP/1.0 */
    const yonder_field *fields; /**< header fields */
    size_t field_count;
    yonder_text client;  /**< whatever tells one client from another: an address */
    yonder_text country; /**< of the client: two letters (ISO 3166) */
    int64_t now;         /**< seconds since 1970 */
} yonder_rules_request;

/** Why a set answers as it does. */
typedef enum yonder_rules_cause {
    YONDER_RULES_NONE,        /**< nothing of the set answers */
    YONDER_RULES_RULE,        /**< a rule */
    YONDER_RULES_HTTPS,       /**< the site's line `https` */
    YONDER_RULES_CANONICAL,   /**< `canonical` */
    YONDER_RULES_MAINTENANCE, /**< `maintenance` */
} yonder_rules_cause;

/** What to answer. */
typedef struct yonder_rules_answer {
    yonder_rules_cause cause;
    int status;           /**< 0 where nothing answers */
    yonder_text location; /**< empty for statuses without one (410); lies in the rule set or in the
                               caller's scratch space */
    yonder_text file;     /**< where the rule or line stands; lies in the rule set */
    uint32_t line;
    uint32_t place; /**< of that line among all lines of the set; see yonder_rules_places() */
    uint32_t site;  /**< which of the set's hosts the request is for; see yonder_rules_site() */
    // What goes with it, whether something of the set answers or not. Empty: no such field.
    yonder_text vary;          /**< names of the fields that conditions asked for */
    yonder_text cache_control; /**< of a status that the lines `cache` or `maintenance`, or
                                  conditions, are about */
    yonder_text hsts;          /**< the site's Strict-Transport-Security, for https only */
    uint32_t retry_after;      /**< seconds; 0: none */
} yonder_rules_answer;

/**
 * Finds what answers `request` and composes its answer. Allocates nothing, but for what a regular
 * expression without JIT may need; `scratch` (of `scratch_size` bytes;
 * YONDER_RULES_SCRATCH(target.len) always suffices) holds what has to be composed.
 *
 * Where the rule that fires makes a Location longer than YONDER_RULES_MAX_LOCATION, no later rule
 * takes its place. A rule's own text is never so long, only with what the request brings: to a
 * client this is a target that is too long (414), and no fault of the server.
 *
 * @return 1 with `*answer` set; 0 if nothing answers, with `*answer` set for what goes with it;
 *         YONDER_TOO_LARGE if the Location would be too long, or the scratch space does not suffice
 */
YONDER_API int yonder_rules_match(const yonder_rules *rules, const yonder_rules_request *request,
                                  char *scratch, size_t scratch_size, yonder_rules_answer *answer);

/* ---- changes --------------------------------------------------------------------------------- */

/** A line that comes, goes, or takes the place of another one. */
typedef struct yonder_rules_change {
    yonder_text file;  /**< whose line; of a line that comes: what answers shall call it. Its number
                            is the one after the last of that file */
    uint32_t line;     /**< the line that goes or is replaced; 0: `text` comes after all others */
    yonder_text text;  /**< the rule, in yonder-rules(5); empty: the line goes */
    yonder_text hosts; /**< of a line that comes: the section's, as between brackets; empty: any */
} yonder_rules_change;

/**
 * A set that answers as `base` would with all changes in its text, in time that does not depend on
 * the size of `base`, which must outlive it. Sets can be changed on and on; each look-up asks each
 * of them, so merge them now and then. Site lines cannot be changed in this way. Errors are
 * reported as for text, `line` being the change's place in `changes`, from 1.
 *
 * @return as yonder_rules_read(); YONDER_INVALID_ARGUMENT if a line that goes or is replaced is no
 *         rule of the set
 */
YONDER_API int yonder_rules_change_set(yonder_rules **out, const yonder_rules *base,
                                       const yonder_rules_change *changes, size_t count,
                                       const yonder_rules_reading *how);

/** A set without anything below it that answers as `rules` does. @return as yonder_rules_read() */
YONDER_API int yonder_rules_merge(yonder_rules **out, const yonder_rules *rules,
                                  const yonder_mem *mem);

#ifdef __cplusplus
}
#endif
#endif
