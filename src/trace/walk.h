// SPDX-License-Identifier: MIT
// What chain.c and obey.c share while a chain is followed.
#ifndef YN_TRACE_WALK_H
#define YN_TRACE_WALK_H

#include "trace/upgrade.h"

/** The chain while it grows. */
typedef struct yn_walk {
    yn_chain *chain;
    yn_field_list fields;    /**< of the next request */
    yonder_text credentials; /**< from the URLs so far */
    bool left;               /**< a Location with a scheme was followed */
    yn_fetch_fn *fetch;
    void *fetch_context;
    unsigned followed;       /**< redirects that count to the limit */
    unsigned refreshed;      /**< pages that asked to go on */
    size_t began;            /**< which hop made the navigation's first request */
    yn_upgrade upgrade;      /**< of the next hop, if it is internal */
    const yn_stored *stored; /**< likewise, if it comes from the cache */
    size_t page;             /**< which hop's page was obeyed last, if `refreshed` */
} yn_walk;

/** What the client makes of a response, which need not be one that anybody sent.
 *  @return YONDER_OK, YONDER_NO_MEMORY */
int yn_walk_decide(yn_walk *w, yn_hop *hop, const yonder_response *response);

/** Takes `hop` over, whatever comes of it. @return YONDER_OK, YONDER_NO_MEMORY */
int yn_chain_push(yn_chain *c, yn_hop *hop);

void yn_hop_free(yn_hop *hop, const yonder_mem *mem);

#endif
