// SPDX-License-Identifier: MIT
// FROM and its query pairs, taken apart: which requests a rule is for, and what it captures.
#ifndef YN_RULES_SOURCE_H
#define YN_RULES_SOURCE_H

#include <yonder/rules.h>

#include "rules/draft.h"
#include "rules/problem.h"
#include "rules/set.h"

/** A name TO may use and where its text comes from. */
typedef struct yn_binding {
    yonder_text name;
    yn_capture capture;
} yn_binding;

typedef struct yn_source {
    bool is_url;
    yn_scheme scheme;
    int32_t port;     /**< -1: any */
    yonder_text host; /**< canonical, in host_bytes; ".example.com" for a wildcard */
    char host_bytes[256];
    yonder_text path; /**< without dot segments and a slash that does not count, otherwise as
                           written; in `room` */
    size_t segment_count;
    bool is_pattern; /**< it has a placeholder or a splat */
    bool splat;      /**< the segment at `splat_at` is "*" */
    size_t splat_at;
    bool is_regex;
    bool ignore_case;    /**< of a regular expression */
    yonder_text pattern; /**< as written, without what marks it as one */
    yn_regex *regex;     /**< compiled: the caller's to free; NULL after problems */
    size_t pair_count;
    yn_draft_pair pairs[YONDER_RULES_MAX_PAIRS]; /**< sorted by name; decoded, in `room` */
    yn_pair_kind pair_kinds[YONDER_RULES_MAX_PAIRS];
    bool has_more_names; /**< than there is room for: an error */
    size_t binding_count;
    yn_binding bindings[YONDER_RULES_MAX_PLACEHOLDERS];
} yn_source;

/** How a site compares paths. */
typedef struct yn_comparison {
    bool ignore_slash; /**< one at the end */
    bool ignore_case;  /**< of ASCII letters */
} yn_comparison;

/** True if `segment` is a placeholder: ":" and a name. */
bool yn_is_placeholder(yonder_text segment);

/** The length of "http://" or "https://", in any case, or of "//" at the start of `t`, or 0. */
size_t yn_scheme_prefix(yonder_text t);

/**
 * Reads FROM, whose texts may be of any kind, into `out`. `room` has as many bytes as FROM and the
 * pairs have together. `how` is what the site says. After problems `out` still says which names TO
 * may use, those that are named at a wrong place included, and `host`, which is empty if it was not
 * understood.
 *
 * @return YONDER_OK; YONDER_INVALID_RULES, every problem told; YONDER_NO_MEMORY
 */
int yn_source_read(yn_source *out, char *room, yonder_text from, const yn_draft_pair *pairs,
                   size_t pair_count, yn_comparison how, const yn_problems *problems,
                   const yonder_mem *mem);

/** A host as sections and URLs name it, wildcards included, into `room` of 256 bytes.
 *  @return as yn_source_read() */
int yn_source_host(yonder_text *out, char *room, int32_t *port, yonder_text t,
                   const yn_problems *problems);

#endif
