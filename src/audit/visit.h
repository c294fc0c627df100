// SPDX-License-Identifier: MIT
// The visits of a domain that is being collected: each is made once, within the limits, and what
// it tells of the host goes to the host. Within the collector only.
#ifndef YN_AUDIT_VISIT_H
#define YN_AUDIT_VISIT_H

#include "audit/collect.h"
#include "audit/tls_look.h"

struct yn_collector {
    yn_collect_options options;
    yn_trust *trust;
};

enum {
    YN_VISIT_HOSTS = 64, /**< there is room for so many, and for the sub-domains that are given */
};

/** A domain while it is collected. */
typedef struct yn_collecting {
    const yn_collector *collector;
    yn_arena *arena;
    yn_audit *audit;
    yn_fetcher *fetcher;
    yn_tls_look look;
    yn_fetch_gate gate;
    bool goes_anywhere; /**< the request under way, for the caller says where it goes */
    bool usual_port;    /**< it goes to port 80 or 443 */
    const atomic_bool *stop;
    size_t visit_room, host_room; /**< of the arrays of `audit` */
    unsigned requests_left;
    double deadline; /**< milliseconds of the monotonic clock */
    bool hurried;    /**< the latest request, which had less time than one has */
} yn_collecting;

/** What is to be asked. The URL is one of http or https, in the arena, without a fragment. */
typedef struct yn_visit_plan {
    yn_purpose purpose;
    const char *method;
    yonder_url url;
    yn_agent agent;
    yn_family family;
} yn_visit_plan;

double yn_visit_now_ms(void);

/** The gate of a collecting, which is its context: public addresses, and those that were given; of
 *  this machine's public ones ports 80 and 443 only, for what is kept from others by a packet
 * filter is not kept from us. */
bool yn_visit_lets(void *collecting, const char *address);

/** The host of that name (in ASCII), which is looked up where it is not there yet; `known` may be
 *  what a look-up gave already. Good until the next call. @return YONDER_OK, YONDER_NO_MEMORY,
 *  YONDER_TOO_LARGE where there are too many */
int yn_visit_host(yn_collecting *c, yonder_text name, yn_host_origin origin,
                  const yn_addresses *known, yn_seen_host **out);

/**
 * The visit that was made for this already (but for YN_PURPOSE_REPEAT, which is made again), or
 * makes it. `*index` is YN_NO_VISIT where time is over, be it before the request has had its full
 * time, which then is noted, or where no request is left.
 *
 * @return YONDER_OK, YONDER_NO_MEMORY
 */
int yn_visit_make(yn_collecting *c, const yn_visit_plan *plan, size_t *index);

#endif
