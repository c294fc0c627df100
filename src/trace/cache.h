// SPDX-License-Identifier: MIT
// What a client asks of its store and puts into it, by the rules of its cache: RFC 9111, and where
// the client differs from it.
#ifndef YN_TRACE_CACHE_H
#define YN_TRACE_CACHE_H

#include "core/client.h"
#include "trace/store.h"

/** What answers `request` without asking, or NULL. `begun_by` is the method of the first request of
 *  the same navigation. Good until the store changes. */
const yn_stored *yn_cache_find(const yn_cache *cache, const yn_store *store,
                               const yn_fetch_request *request, yonder_text begun_by, int64_t now);

/** Keeps what the server answered, and forgets what that makes out of date.
 *  @return YONDER_OK, YONDER_NO_MEMORY */
int yn_cache_take(const yn_cache *cache, yn_store *store, const yn_fetch_request *request,
                  const yn_stored *response, const yonder_mem *mem);

#endif
