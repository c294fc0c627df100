// SPDX-License-Identifier: MIT
// A client's HTTP cache (RFC 9111), as far as it answers for the network: what may be answered from
// it at all, and for how long, is told by yonder_redirect_decide().
//
// The key is the URL without its fragment; of a URL the last response counts, if the fields named
// by its Vary are those of the request. Nothing is revalidated: what is stale is asked for anew.
#ifndef YN_TRACE_STORE_H
#define YN_TRACE_STORE_H

#include <yonder/redirect.h>

#include "trace/fetch.h"

/** A response that was kept. Its texts are the store's. */
typedef struct yn_stored {
    yn_evidence evidence;
    int64_t received;
    yonder_freshness freshness;
} yn_stored;

typedef struct yn_store yn_store;

/** @return YONDER_OK, YONDER_NO_MEMORY */
int yn_store_new(yn_store **out, const yonder_mem *mem);
void yn_store_free(yn_store *store); /**< NULL is left alone */

/** What answers `request` without asking, or NULL. Good until the store changes. */
const yn_stored *yn_store_find(const yn_store *store, const yn_fetch_request *request, int64_t now);

/** Keeps a response in place of the one for the same URL. @return YONDER_OK, YONDER_NO_MEMORY */
int yn_store_keep(yn_store *store, const yn_fetch_request *request, const yn_stored *response);

/** Forgets what is kept for a URL: a request that is not safe has succeeded there (RFC 9111 section
 *  4.4). */
void yn_store_forget(yn_store *store, const yonder_url *url);

#endif
