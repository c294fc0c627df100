// SPDX-License-Identifier: MIT
// A case of the lab is data: what the client is to do, what it is answered, what the standard asks
// of it. Tables of cases lie in cases_*.c, one file a group; nothing else knows a case by name.
//
// Texts are templates: "{base}" and its like stand for parts of URLs that are known when the case
// is walked; site.h has their list.
#ifndef YN_LAB_CASE_H
#define YN_LAB_CASE_H

#include <yonder/base.h>

enum {
    YN_LAB_VISITS = 4,
    YN_LAB_PAGES = 4,
    YN_LAB_OUTCOMES = 7,
    YN_LAB_GIVEN = 3,
};

/** What a client must be able to do, or be told, to walk a case: bits. */
typedef enum yn_lab_need {
    YN_LAB_NAMES = 1, /**< names below the lab's domain lead to it */
    YN_LAB_TLS = 2,   /**< it trusts the lab's authority */
    YN_LAB_CACHE = 4, /**< what it learns is kept from visit to visit: the cache */
    YN_LAB_HSTS = 8,  /**< likewise: hosts known by HSTS */
} yn_lab_need;

/** A request the client's user makes; what comes of it is followed. */
typedef struct yn_lab_visit {
    const char *method;              /**< NULL after the last visit */
    const char *url;                 /**< a template */
    const char *body;                /**< sent as application/x-www-form-urlencoded; NULL: none */
    const char *given[YN_LAB_GIVEN]; /**< header fields to send along, "Name: value"; then NULL */
} yn_lab_visit;

typedef enum yn_lab_scheme {
    YN_LAB_ANY,
    YN_LAB_PLAIN,
    YN_LAB_SECURE,
} yn_lab_scheme;

/** What a request for `path` is answered. Whatever else is asked below the case gets 200. */
typedef struct yn_lab_page {
    const char *path; /**< below the case, query included: "start"; "#" is any whole number above
                           0; NULL after the last page */
    yn_lab_scheme on;
    int status;
    const char *fields; /**< a template: whole field lines, each ended by LF */
} yn_lab_page;

/** X(name, code, prose) */
#define YN_LAB_VERDICTS(X)                                                                         \
    X(YN_LAB_PASS, "pass", "does what the standard asks")                                          \
    X(YN_LAB_DIFFERS, "differs", "allowed, but not what the standard recommends or browsers do")   \
    X(YN_LAB_FAIL, "fail", "not allowed, or unsafe")                                               \
    X(YN_LAB_NOT_BEGUN, "not_begun", "begun with another request than the case asks for")          \
    X(YN_LAB_NOT_RUN, "not_run", "nothing was asked")

typedef enum yn_lab_verdict {
#define YN_LAB_VERDICT_ENUM(name, code, prose) name,
    YN_LAB_VERDICTS(YN_LAB_VERDICT_ENUM)
#undef YN_LAB_VERDICT_ENUM
} yn_lab_verdict;

const char *yn_lab_verdict_code(yn_lab_verdict verdict);
const char *yn_lab_verdict_prose(yn_lab_verdict verdict);

/** A verdict for a walk. The first that fits counts; where none does, YN_LAB_DIFFERS. */
typedef struct yn_lab_outcome {
    yn_lab_verdict verdict;
    const char *walk; /**< a pattern, see walk.h; NULL after the last outcome */
    const char *why;  /**< a sentence in lower case without a full stop */
} yn_lab_outcome;

typedef struct yn_lab_case {
    const char *id; /**< lower-case letters, digits and hyphens, at most 40 of them */
    const char *title;
    const char *section; /**< of the standard */
    const char *asked;   /**< by the standard, a sentence */
    unsigned needs;      /**< bits of yn_lab_need */
    yn_lab_visit visits[YN_LAB_VISITS];
    yn_lab_page pages[YN_LAB_PAGES];
    yn_lab_outcome outcomes[YN_LAB_OUTCOMES];
} yn_lab_case;

typedef struct yn_lab_group {
    const char *id;
    const char *title;
    const yn_lab_case *cases;
    size_t count;
} yn_lab_group;

/** The groups in order, ended by NULL. */
extern const yn_lab_group *const yn_lab_groups[];

extern const yn_lab_group yn_lab_status, yn_lab_location, yn_lab_limit, yn_lab_hygiene, yn_lab_hsts,
    yn_lab_cache;

/** A case and its place among all. */
typedef struct yn_lab_ref {
    const yn_lab_case *item; /**< NULL: there is none */
    const yn_lab_group *group;
    size_t index; /**< from 0, through all groups */
} yn_lab_ref;

size_t yn_lab_case_count(void);
/** The `index`-th case; `index` is below yn_lab_case_count(). */
yn_lab_ref yn_lab_case_at(size_t index);
/** By its id, in whatever case: hosts have none. */
yn_lab_ref yn_lab_case_find(yonder_text id);
size_t yn_lab_visit_count(const yn_lab_case *item);

#endif
