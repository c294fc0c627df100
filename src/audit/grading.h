// SPDX-License-Identifier: MIT
// What graders write their findings with. Within this layer only.
#ifndef YN_AUDIT_GRADING_H
#define YN_AUDIT_GRADING_H

#include "audit/grade.h"
#include "base/buf.h"

/** A grade in the making. Memory that is out sticks, and is told at the end. */
typedef struct yn_grading {
    const yn_audit *audit;
    yn_arena *arena;
    yn_grade grade;
    size_t room;
    int error;
} yn_grading;

yn_grading yn_grading_begin(const yn_audit *audit, yn_arena *arena);

/** Appends an issue about `host` (empty: the domain), shown by `visit` (NULL: by none), with a
 *  message as of printf. @return it, good until the next, or NULL where memory is out */
yn_issue *yn_grading_tell(yn_grading *g, const yn_check *check, yonder_text host,
                          const yn_visit *visit, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/** Says how to mend an issue (which may be NULL). */
void yn_grading_mend(yn_issue *issue, yn_fix fix, yonder_text host, yonder_text other,
                     yonder_text value);

/** A text of the arena, as of printf; empty where memory is out, which then is noted. */
yonder_text yn_grading_text(yn_grading *g, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** The visit of SCHEME://HOST/, or NULL. */
const yn_visit *yn_grading_visit(yn_grading *g, const char *scheme, yonder_text host);

size_t yn_grading_count(const yn_grading *g, yn_severity severity);

/** @return YONDER_OK with `*out` set, YONDER_NO_MEMORY */
int yn_grading_end(yn_grading *g, yn_grade *out);

/** The field that all is about. */
#define YN_STS "Strict-Transport-Security"

enum {
    YN_SAY_MAX = 200, /**< bytes of a header that messages quote */
};

/** Of a text what fits into a message, for "%.*s". */
static inline yonder_text yn_say(yonder_text t)
{
    return (yonder_text){t.ptr ? t.ptr : "", t.len < YN_SAY_MAX ? t.len : YN_SAY_MAX};
}

/** Whether a visit went to https. */
bool yn_visit_is_https(const yn_visit *visit);
/** Whether it failed in a way that says nothing about the site: there was no time. */
bool yn_visit_is_unknown(const yn_visit *visit);
/** Likewise, or because no name server told whether there is such a host. */
bool yn_audit_is_unknown(const yn_audit *audit, const yn_visit *visit);
/** Its host, without a port. */
yonder_text yn_visit_hostname(const yn_visit *visit);
/** Whether it is 301, 302, 303, 307 or 308 with a Location that is not empty. */
bool yn_visit_redirects(const yn_visit *visit);
/** Answered, with a valid certificate where there must be one. */
bool yn_visit_is_good(const yn_visit *visit);
/** The first visit of a chain, or NULL; the last. */
const yn_visit *yn_chain_first(const yn_audit *audit, yn_start start);
const yn_visit *yn_chain_last(const yn_audit *audit, yn_start start);
const yn_visit *yn_chain_hop(const yn_audit *audit, yn_start start, size_t index);

#endif
