// SPDX-License-Identifier: MIT
// Redirects of a client's own: before a request goes out, from http to https because HSTS asks for
// it or because https is tried first; and back to http where that failed.
#ifndef YN_TRACE_UPGRADE_H
#define YN_TRACE_UPGRADE_H

#include "trace/chain.h"

typedef struct yn_upgrade {
    yn_cause cause;
    yonder_url url; /**< where the client goes instead; owned */
} yn_upgrade;

/**
 * Whether the client, at `now`, will go elsewhere in place of making the request of `hop`, which is
 * not yet in `chain`. The plan has a profile.
 *
 * @return 1 with `*out` set, its url to be freed; 0 if it will not; YONDER_NO_MEMORY
 */
int yn_upgrade_find(const yn_chain *chain, const yn_hop *hop, int64_t now, yn_upgrade *out);

/** Likewise, once the chain's last hop has failed: back to where https was tried. */
int yn_upgrade_undo(const yn_chain *chain, yn_upgrade *out);

/** The response that the client makes up for it; all of zero where it makes up none.
 *  @return YONDER_OK, YONDER_NO_MEMORY */
int yn_upgrade_answer(const yonder_client *client, const yn_hop *hop, const yn_upgrade *upgrade,
                      yn_arena *arena, yn_evidence *out);

#endif
