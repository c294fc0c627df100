// SPDX-License-Identifier: MIT
// Where a domain stands on its way to HSTS, and which step is next. Pure: evidence in, advice out.
//
// The ramp is that of YN_RAMP: a max-age is kept until it has been seen to do no harm, then comes
// the next. includeSubDomains begins as a ramp of its own, at a week, for it can lock out hosts
// that the months before have said nothing about; preload comes last, and only to whom wants it.
#ifndef YN_AUDIT_ADVISE_H
#define YN_AUDIT_ADVISE_H

#include <yonder/hsts.h>

#include "audit/evidence.h"

/** The ramp: X(name, max-age, seconds to wait before the next, what for). */
#define YN_RAMP(X)                                                                                 \
    X(YN_RAMP_MINUTES, 300, 86400,                                                                 \
      "what breaks now is mended in five minutes; look at the site and its logs for a day")        \
    X(YN_RAMP_WEEK, 604800, 604800,                                                                \
      "a week of visitors; watch for complaints and for hosts and links that still use http")      \
    X(YN_RAMP_MONTH, 2592000, 2592000,                                                             \
      "a month, with its monthly jobs, mailings and renewals of certificates")                     \
    X(YN_RAMP_YEAR, 31536000, 2592000,                                                             \
      "a year, which is what auditors ask for; a browser that comes back within it is protected")  \
    X(YN_RAMP_YEARS, 63072000, 0, "two years, where a site that stays on HTTPS remains")

typedef enum yn_ramp {
#define YN_RAMP_ENUM(name, seconds, wait, prose) name,
    YN_RAMP(YN_RAMP_ENUM)
#undef YN_RAMP_ENUM
    YN_RAMP_COUNT
} yn_ramp;

/** What is in the way: X(name, code, prose). The first group stops every step, the second
 *  includeSubDomains alone. */
#define YN_OBSTACLES(X)                                                                            \
    X(YN_OBSTACLE_NO_DOMAIN, "no_domain", "it is no host name that HSTS could hold for")           \
    X(YN_OBSTACLE_NO_HTTPS, "no_https", "it does not answer over HTTPS")                           \
    X(YN_OBSTACLE_CERTIFICATE, "bad_certificate",                                                  \
      "its certificate is not valid, so that browsers do not heed the header")                     \
    X(YN_OBSTACLE_REDIRECT, "no_redirect",                                                         \
      "http does not lead to https on the same host first, so that visitors do not come by the "   \
      "header")                                                                                    \
    X(YN_OBSTACLE_UNKNOWN, "not_known", "it did not answer in time, so nothing can be said")       \
    X(YN_OBSTACLE_SUBDOMAIN, "subdomain_without_https",                                            \
      "it has no HTTPS and could not be reached any more under includeSubDomains")                 \
    X(YN_OBSTACLE_SUBDOMAIN_UNKNOWN, "subdomain_not_known",                                        \
      "whether it has HTTPS could not be told in time, and includeSubDomains is not for guesses")

typedef enum yn_obstacle_code {
#define YN_OBSTACLE_ENUM(name, code, prose) name,
    YN_OBSTACLES(YN_OBSTACLE_ENUM)
#undef YN_OBSTACLE_ENUM
} yn_obstacle_code;

const char *yn_obstacle_code_name(yn_obstacle_code code);
const char *yn_obstacle_prose(yn_obstacle_code code);

typedef struct yn_obstacle {
    yn_obstacle_code code;
    yonder_text host;
} yn_obstacle;

/** What to do: X(name, code, prose). */
#define YN_STEPS(X)                                                                                \
    X(YN_STEP_PREPARE, "prepare", "put right what is in the way; the header comes after")          \
    X(YN_STEP_BEGIN, "begin", "begin with HSTS")                                                   \
    X(YN_STEP_MEND, "mend", "browsers do not accept the header as it is: send a good one")         \
    X(YN_STEP_RAISE, "raise", "raise max-age")                                                     \
    X(YN_STEP_SUBDOMAINS, "subdomains",                                                            \
      "take the sub-domains in, with a max-age that is short again")                               \
    X(YN_STEP_BACK, "back",                                                                        \
      "take includeSubDomains back at once, or give the sub-domain HTTPS: it is locked out")       \
    X(YN_STEP_PRELOAD, "preload", "add preload, then submit the domain")                           \
    X(YN_STEP_UNPRELOAD, "unpreload",                                                              \
      "take preload out: while it is there anybody may submit the domain, and it is not wanted")   \
    X(YN_STEP_STAY, "stay", "stay as it is")                                                       \
    X(YN_STEP_UNKNOWN, "unknown", "try again: the site did not answer in time")

typedef enum yn_step {
#define YN_STEP_ENUM(name, code, prose) name,
    YN_STEPS(YN_STEP_ENUM)
#undef YN_STEP_ENUM
} yn_step;

const char *yn_step_code(yn_step step);
const char *yn_step_prose(yn_step step);
/** Whether a header is to be sent that is not sent now. */
bool yn_step_has_header(yn_step step);

/** A header, and how long to live with it. */
typedef struct yn_ramp_step {
    yn_step step;
    yonder_hsts_policy policy;
    int64_t wait;    /**< seconds, until the next; 0 for the last */
    const char *why; /**< static */
} yn_ramp_step;

enum {
    YN_ADVICE_STEPS = 2 * YN_RAMP_COUNT + 3
};

typedef struct yn_advice {
    bool has_header;
    yonder_text value; /**< of the first field, as it came */
    yonder_hsts_reading reading;
    yonder_hsts_policy now; /**< where the reading is valid */
    bool listed;            /**< by a browser's preload list */
    bool preload_refused;   /**< it is wanted, and something is in the way */
    yn_obstacle *obstacles;
    size_t obstacle_count;
    yn_obstacle *subdomains; /**< what keeps includeSubDomains back */
    size_t subdomain_count;
    int64_t settle; /**< seconds that the present header should have been served for before the
                         next step */
    yn_ramp_step steps[YN_ADVICE_STEPS]; /**< the next one first, to the end of the ramp */
    size_t step_count;                   /**< at least 1 */
} yn_advice;

/** What the site owner wants in the end. */
typedef struct yn_advise_options {
    bool subdomains; /**< includeSubDomains, where nothing speaks against it */
    bool preload;    /**< which needs sub-domains */
} yn_advise_options;

/** @return YONDER_OK with `*out` in `arena`, YONDER_NO_MEMORY */
int yn_advise(const yn_audit *audit, const yn_advise_options *options, yn_arena *arena,
              yn_advice *out);

#endif
