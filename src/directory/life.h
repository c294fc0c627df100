// SPDX-License-Identifier: MIT
// The life of a domain on the list: a pure state machine. Events are facts and are kept for ever;
// the state is what they come to, one after the other. Nothing here reads a clock or a disk.
//
//   unknown ── submitted ──▶ pending ── published ──▶ preloaded ── marked ──▶ pending-automated-
//      ▲                        │                         │  ▲                  removal
//      └── rejected, removed ───┴── removal-requested ─▶ pending-removal ── withdrawn ─▶ removed
//
// What the operator rejects or takes off is barred: nobody but the operator brings it back.
//
// The table of life.c is the whole of it: which event leads from which state where.
#ifndef YN_DIRECTORY_LIFE_H
#define YN_DIRECTORY_LIFE_H

#include <yonder/base.h>

/** X(name, code): the code is that of the API and of the database. */
#define YN_LIFE_STATES(X)                                                                          \
    X(YN_LIFE_UNKNOWN, "unknown")                                                                  \
    X(YN_LIFE_PENDING, "pending")     /* checked; in the next version unless it fails then */      \
    X(YN_LIFE_PRELOADED, "preloaded") /* listed: see `published` */                                \
    X(YN_LIFE_REJECTED, "rejected")   /* was pending; the reason is kept */                        \
    X(YN_LIFE_REMOVED, "removed")                                                                  \
    X(YN_LIFE_PENDING_REMOVAL, "pending-removal") /* its owner asked; not in the next version */   \
    X(YN_LIFE_PENDING_AUTOMATED_REMOVAL, "pending-automated-removal") /* it failed for too long */

typedef enum yn_life_state {
#define YN_LIFE_ENUM(name, code) name,
    YN_LIFE_STATES(YN_LIFE_ENUM)
#undef YN_LIFE_ENUM
    YN_LIFE_STATE_COUNT
} yn_life_state;

/** What can happen; the code is that of the API and of the database. */
#define YN_LIFE_KINDS(X)                                                                           \
    X(YN_LIFE_SUBMITTED, "submitted") /* checked without errors */                                 \
    X(YN_LIFE_REJECTION, "rejected")  /* the check before a version, or operator */                \
    X(YN_LIFE_PUBLISHED, "published") /* in a version, which it was not before */                  \
    X(YN_LIFE_IMPORTED, "imported")   /* taken over from a list that there was */                  \
    X(YN_LIFE_REMOVAL_REQUESTED, "removal-requested") /* by its owner: checked as removable */     \
    X(YN_LIFE_SCAN_FAILED, "scan-failed")             /* does not meet the requirements now */     \
    X(YN_LIFE_SCAN_PASSED, "scan-passed")             /* does again; only after a failure */       \
    X(YN_LIFE_MARKED, "marked")                       /* the removal rule applies */               \
    X(YN_LIFE_SPARED, "spared")                       /* marked, but the last check passed */      \
    X(YN_LIFE_WITHDRAWN, "withdrawn")                 /* in no version from now on */              \
    X(YN_LIFE_POLICY_SET, "policy-set")               /* by the operator */                        \
    X(YN_LIFE_ALLOWED, "allowed")                     /* by the operator: barred no more */

typedef enum yn_life_kind {
#define YN_LIFE_ENUM_KIND(name, code) name,
    YN_LIFE_KINDS(YN_LIFE_ENUM_KIND)
#undef YN_LIFE_ENUM_KIND
    YN_LIFE_KIND_COUNT
} yn_life_kind;

enum {
    YN_LIFE_POLICY_MAX = 32, /**< bytes of a policy, with NUL */
};

/** What happened. The texts of `policy` count for submitted, imported and policy-set;
 *  `include_subdomains` for submitted and imported. */
typedef struct yn_life_event {
    yn_life_kind kind;
    int64_t at; /**< seconds since 1970 */
    yonder_text policy;
    bool include_subdomains;
    bool by_operator; /**< counts for rejected, removal-requested and allowed; of an event of the
                           store it is what the actor says */
} yn_life_event;

/** Where a domain stands. All zero: a domain that nothing is known of. */
typedef struct yn_life {
    yn_life_state state;
    bool published; /**< it is in the newest version or, where it was imported since, in the next
                         one for certain: an import takes over what is on a list already */
    bool include_subdomains;
    bool barred; /**< by the operator, who alone can lift it; rejected, removed or on its way out */
    char policy[YN_LIFE_POLICY_MAX]; /**< "" where it is on no list and pending for none */
    int64_t submitted;               /**< the last time; 0: never */
    int64_t changed;                 /**< the state; 0: never */
    uint32_t failing;                /**< scans in a row */
    int64_t failing_since;           /**< the first of these; 0 where there are none */
    int64_t failing_at;              /**< the last of these */
} yn_life;

/** "pending-removal" */
const char *yn_life_state_code(yn_life_state state);
const char *yn_life_kind_code(yn_life_kind kind);
bool yn_life_state_find(yonder_text code, yn_life_state *out);
bool yn_life_kind_find(yonder_text code, yn_life_kind *out);

/** Puts the event on top. False, with nothing changed, where it cannot happen in that state. Time
 *  that goes backwards between events changes nothing but the times that are noted. */
bool yn_life_apply(yn_life *life, const yn_life_event *event);

/** Whether members of that policy meet requirements that are checked again and again, and may be
 *  removed: "bulk-1-year", "bulk-18-weeks". Others are the operator's alone. */
bool yn_life_is_bulk(yonder_text policy);

/** The policy by whose requirements a bulk member is checked: its own. Static. */
const char *yn_life_requirement(const yn_life *life);

/** Whether it can be the name of a policy: 1 to 31 lower-case letters, digits and hyphens. */
bool yn_life_is_policy(yonder_text policy);

/** X(policy): those that an operator can give. Lists that are taken over may have others. */
#define YN_LIFE_POLICIES(X)                                                                        \
    X("bulk-1-year")                                                                               \
    X("bulk-18-weeks")                                                                             \
    X("bulk-legacy")                                                                               \
    X("custom")                                                                                    \
    X("google")                                                                                    \
    X("public-suffix")                                                                             \
    X("public-suffix-requested")                                                                   \
    X("test")

bool yn_life_is_known_policy(yonder_text policy);

/** A sentence that names them, for whoever gave another. */
extern const char yn_life_known_policies[];

/* ---- the removal rule --------------------------------------------------------------------------
 */

/** When a member that fails is marked for removal. Data: kept in the database. */
typedef struct yn_life_rule {
    uint32_t scans; /**< failing in a row, at least */
    uint32_t days;  /**< from the first of these to the last, more than */
    uint32_t cap;   /**< members marked in one run, at most; the longest failing go first */
} yn_life_rule;

bool yn_life_is_due(const yn_life *life, const yn_life_rule *rule);

/* ---- what an owner who asks is told ------------------------------------------------------------
 */

typedef enum yn_life_wish {
    YN_LIFE_TO_SUBMIT,
    YN_LIFE_TO_REMOVE,
} yn_life_wish;

/** X(name, code, is an error, summary); the first is no issue: the domain is checked. */
#define YN_LIFE_ANSWERS(X)                                                                         \
    X(YN_LIFE_GO_ON, "", false, "")                                                                \
    X(YN_LIFE_ALREADY_PENDING, "server.preload.already_pending", false,                            \
      "Domain has already been submitted")                                                         \
    X(YN_LIFE_ALREADY_PRELOADED, "server.preload.already_preloaded", true,                         \
      "Domain is already preloaded")                                                               \
    X(YN_LIFE_BARRED, "server.preload.barred", true, "Not taken by the operator")                  \
    X(YN_LIFE_PROTECTED, "server.remove.protected", true, "Domain is protected")                   \
    X(YN_LIFE_NOT_PRELOADED, "server.remove.not_preloaded", false, "Domain is not preloaded")      \
    X(YN_LIFE_ALREADY_PENDING_REMOVAL, "server.remove.already_pending_removal", false,             \
      "Domain is already pending removal")                                                         \
    X(YN_LIFE_ALREADY_REMOVED, "server.remove.already_removed", false, "Domain is already removed")

typedef enum yn_life_answer {
#define YN_LIFE_ENUM_ANSWER(name, code, error, summary) name,
    YN_LIFE_ANSWERS(YN_LIFE_ENUM_ANSWER)
#undef YN_LIFE_ENUM_ANSWER
} yn_life_answer;

/** What the wish of a domain's owner comes to before the domain is asked. */
yn_life_answer yn_life_ask(const yn_life *life, yn_life_wish wish);
const char *yn_life_answer_code(yn_life_answer answer);
const char *yn_life_answer_summary(yn_life_answer answer);
bool yn_life_answer_is_error(yn_life_answer answer);

#endif
