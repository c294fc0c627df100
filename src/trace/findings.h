// SPDX-License-Identifier: MIT
// What is worth knowing about a finished chain beyond where it ends: what is lost, what is open to
// attack, what could be shorter. Pure: nothing is asked and no clock is read.
//
// Hosts that no one else is on the way to (localhost, loopback addresses) are not told to use
// https.
#ifndef YN_TRACE_FINDINGS_H
#define YN_TRACE_FINDINGS_H

#include "trace/canonical.h"
#include "trace/chain.h"

#define YN_SEVERITIES(X)                                                                           \
    X(YN_SEVERITY_ERROR, "error", "it does not work, or does harm")                                \
    X(YN_SEVERITY_WARNING, "warning", "it is most likely not meant so")                            \
    X(YN_SEVERITY_NOTE, "note", "it could be better, or is good to know")

typedef enum yn_severity {
#define YN_SEVERITY_ENUM(name, code, prose) name,
    YN_SEVERITIES(YN_SEVERITY_ENUM)
#undef YN_SEVERITY_ENUM
} yn_severity;

/** X(name, code, prose), in the order in which they are told. Codes appear in machine output. */
#define YN_FINDINGS(X)                                                                             \
    X(YN_FINDING_LOOP, "loop", "the hops that go in a circle, and what would end it")              \
    X(YN_FINDING_GROWING, "growing_url", "every URL is longer than the one before")                \
    X(YN_FINDING_DISTRUSTED, "bad_certificate", "a certificate is not valid, and was put up with") \
    X(YN_FINDING_DOWNGRADE, "downgrade", "from https back to http")                                \
    X(YN_FINDING_METHOD_LOST, "method_lost", "the method changes, and the body is lost")           \
    X(YN_FINDING_BODY_LOST, "body_lost", "the method is kept, but the body is lost")               \
    X(YN_FINDING_CLEAR_TEXT, "clear_text", "requests that anyone on the way can read and answer")  \
    X(YN_FINDING_WRONG_ORDER, "https_elsewhere", "http leads to https on another host first")      \
    X(YN_FINDING_TEMPORARY_UPGRADE, "temporary_upgrade", "http leads to https for now only")       \
    X(YN_FINDING_HOPS_SAVED, "hops_saved", "hops that need not be")                                \
    X(YN_FINDING_UNREVOCABLE, "kept_without_end", "redirects that cannot be taken back")

typedef enum yn_finding_code {
#define YN_FINDING_ENUM(name, code, prose) name,
    YN_FINDINGS(YN_FINDING_ENUM)
#undef YN_FINDING_ENUM
} yn_finding_code;

typedef struct yn_finding {
    yn_finding_code code;
    yn_severity severity;
    const size_t *hops; /**< those concerned, from 1, in order */
    size_t hop_count;
    yonder_text message; /**< a sentence without a full stop; may hold bytes of a URL as they are */
} yn_finding;

/** Good as long as the chain is. */
typedef struct yn_findings {
    yn_finding *items;
    size_t count;
    yn_canonical canonical;
    yn_arena arena;
} yn_findings;

/** @return YONDER_OK with `*out` made, to be freed by yn_findings_free(); YONDER_NO_MEMORY */
int yn_findings_make(yn_findings *out, const yn_chain *chain, const yonder_mem *mem);
void yn_findings_free(yn_findings *findings);

/** True if two clients' chains are told the same, times apart. */
bool yn_finding_is_same(const yn_finding *a, const yn_finding *b);

const char *yn_finding_code_name(yn_finding_code code);
const char *yn_severity_name(yn_severity severity);

#endif
