// SPDX-License-Identifier: MIT
// Real requests: a rule set is asked, what it answers is followed as a client would, and each step
// is written down. What the linter says of a set it has seen here.
#ifndef YN_PROOF_VISIT_H
#define YN_PROOF_VISIT_H

#include "base/arena.h"
#include "base/map.h"
#include "rules/set.h"

/** A URL of scheme http or https in its parts. Views. */
typedef struct yn_place_at {
    bool https;
    yonder_text host;   /**< canonical; with a port unless it is the scheme's own */
    yonder_text target; /**< path and query */
} yn_place_at;

void yn_place_write(yn_buf *out, const yn_place_at *place);

/** Which hosts a set is served for. Texts lie with whoever added them. */
typedef struct yn_hosts {
    yn_map names; /**< ".example.com" for a wildcard */
    bool has_wildcards;
} yn_hosts;

yn_hosts yn_hosts_make(const yonder_mem *mem);
void yn_hosts_free(yn_hosts *hosts);
bool yn_hosts_add(yn_hosts *hosts, yonder_text name);
/** `host` may have a port, which does not count. */
bool yn_hosts_has(const yn_hosts *hosts, yonder_text host);

/** The host of "host:port". */
yonder_text yn_host_without_port(yonder_text host);

/** What a client brings besides a URL. */
typedef struct yn_client_side {
    yonder_text method; /**< empty: GET */
    bool http10;
    const yonder_field *fields;
    size_t field_count;
    yonder_text client, country;
    int64_t now;
} yn_client_side;

/** What a rule set is asked then: views of both. */
yonder_rules_request yn_request_of(const yn_place_at *place, const yn_client_side *client);

enum {
    YN_HOPS = 48,          /**< a client has given up long before */
    YN_CLIENTS_LIMIT = 20, /**< after which browsers do */
};

typedef struct yn_reply {
    yonder_rules_cause cause;
    int status;
    uint32_t order; /**< of the rule's or site's line */
    yonder_text location;
} yn_reply;

typedef struct yn_asker {
    const yonder_rules *set;
    const yn_hosts *hosts;
    const yonder_mem *mem;
    char *scratch[2]; /**< in turn: what was answered before is still good */
    size_t scratch_size;
    unsigned turn;
    const char *source; /**< whose name was seen last, and where its lines begin */
    uint32_t source_start;
} yn_asker;

/** False when memory is out. */
bool yn_asker_make(yn_asker *out, const yonder_rules *set, const yn_hosts *hosts,
                   const yonder_mem *mem);
void yn_asker_free(yn_asker *asker);

/** Asks once. What the reply refers to is good until the next but one question. Cause
 *  YONDER_RULES_NONE: nothing answers; so it is for what is too long to be answered. */
yn_reply yn_ask(yn_asker *asker, const yn_place_at *place, const yn_client_side *client);

typedef enum yn_lead {
    YN_LEADS_ON,   /**< to a host the set is served for */
    YN_LEADS_AWAY, /**< to another one */
} yn_lead;

/** Where a Location leads from `place`, without its fragment; views of both, and of `room`. */
yn_lead yn_follow(yn_place_at *out, const yn_asker *asker, const yn_place_at *place,
                  yonder_text location, char room[256]);

typedef enum yn_end {
    YN_ENDS_HERE,    /**< no rule answers the last URL */
    YN_ENDS_AWAY,    /**< it is of a host the set is not served for */
    YN_ENDS_STATUS,  /**< the last answer has no Location */
    YN_ENDS_REPEATS, /**< a request came for the second time */
    YN_ENDS_GROWS,   /**< the same rules fire again and again, and the URL grows */
    YN_ENDS_LATE,    /**< not within YN_HOPS */
} yn_end;

typedef struct yn_proof_hop {
    yn_place_at from;
    yonder_text method; /**< empty: GET */
    yonder_rules_cause cause;
    int status;
    uint32_t order;
    yonder_text location;
    bool upgrades; /**< from http to https at the same host, path and query */
} yn_proof_hop;

typedef struct yn_proof_walk {
    yn_proof_hop hops[YN_HOPS];
    size_t count;
    yn_place_at last; /**< where the last hop leads */
    yn_end end;
    size_t loop; /**< YN_ENDS_REPEATS and YN_ENDS_GROWS: the first hop of what is repeated */
    size_t loop_length;
} yn_proof_walk;

/** Follows `start` to its end; texts lie in `arena` and in the set. False when memory is out. */
bool yn_walk_from(yn_proof_walk *out, yn_asker *asker, const yn_place_at *start,
                  const yn_client_side *client, yn_arena *arena);

/** How many of the hops count: those from http to https at one host do not. */
size_t yn_walk_counted(const yn_proof_walk *walk);

#endif
