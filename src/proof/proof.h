// SPDX-License-Identifier: MIT
// What is wrong with a rule set, told before it goes live. Every finding has a witness: a request
// that was put to the set, and did what the finding says. What could not be decided is told, too.
#ifndef YN_PROOF_PROOF_H
#define YN_PROOF_PROOF_H

#include <yonder/rules.h>

#include "base/arena.h"
#include "base/buf.h"
#include "proof/code.h"

typedef struct yn_proof_options {
    const yonder_text *hosts; /**< the set is served for, besides those it names */
    size_t host_count;
    const yonder_text *allowed; /**< hosts targets may lead to; none: any */
    size_t allowed_count;
    int64_t now; /**< seconds since 1970 */
    const yonder_mem *mem;
} yn_proof_options;

/** Where a rule or a site's line stands. */
typedef struct yn_proof_line {
    yonder_text file;
    uint32_t line;
    uint32_t order; /**< its place in file order */
} yn_proof_line;

/** A request, as one would put it to the set. */
typedef struct yn_witness {
    yonder_text url;    /**< empty: there is none, the line itself is what is meant */
    yonder_text method; /**< empty: GET */
    const yonder_field *fields;
    size_t field_count;
    bool http10;
    yonder_text client, country;
    int64_t now; /**< 0: any time will do */
} yn_witness;

typedef struct yn_proof_finding {
    yn_proof_code code;
    const yn_proof_line *rules; /**< the one it is about first; of a chain or loop, in the order in
                                     which they fire */
    size_t rule_count;
    yn_witness witness;
    yonder_text message;
} yn_proof_finding;

typedef struct yn_proof_undecided {
    yn_proof_line rule;
    yonder_text reason;
} yn_proof_undecided;

typedef struct yn_proof {
    yn_arena arena;   /**< of all texts */
    yn_buf findings;  /**< yn_proof_finding, by place of the first rule */
    yn_buf undecided; /**< yn_proof_undecided, likewise */
    size_t rule_count;
    size_t count[3]; /**< of findings, by severity */
} yn_proof;

/** @return YONDER_OK with `*out` to be freed; YONDER_NO_MEMORY; YONDER_INVALID_ARGUMENT for a host
 *          that is none */
int yn_prove(yn_proof *out, const yonder_rules *set, const yn_proof_options *options);
void yn_proof_free(yn_proof *proof);

static inline const yn_proof_finding *yn_proof_finding_at(const yn_proof *proof, size_t n)
{
    return n < proof->findings.len / sizeof(yn_proof_finding)
               ? (const yn_proof_finding *)(const void *)proof->findings.ptr + n
               : NULL;
}

static inline const yn_proof_undecided *yn_proof_undecided_at(const yn_proof *proof, size_t n)
{
    return n < proof->undecided.len / sizeof(yn_proof_undecided)
               ? (const yn_proof_undecided *)(const void *)proof->undecided.ptr + n
               : NULL;
}

#endif
