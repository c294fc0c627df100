// SPDX-License-Identifier: MIT
// What a client remembers from one request to the next and from one visit to the next: the hosts
// that want https, the responses it can give itself, and the hosts where https did not work.
//
// A profile is for one client and one thread. A chain that is followed with it leaves in it what
// the client has learnt on the way.
#ifndef YN_TRACE_PROFILE_H
#define YN_TRACE_PROFILE_H

#include <yonder/hsts.h>

#include "trace/store.h"

enum {
    YN_HTTPS_FIRST_DAYS = 7, /**< how long a host where https failed is left at http */
};

/** A host that is asked by http, although https is to be tried first. */
typedef struct yn_http_host {
    char *host;
    int64_t until;
} yn_http_host;

typedef struct yn_profile {
    yonder_hsts *hsts;             /**< the caller's; NULL for a client whose HSTS is off */
    const yonder_preload *preload; /**< the caller's; NULL for none */
    bool https_first;              /**< http pages are tried by https first, by a client that can */
    yn_store *store;
    yn_http_host *http_hosts;
    size_t http_host_count;
    const yonder_mem *mem;
} yn_profile;

/** A client on its first day. @return YONDER_OK, YONDER_NO_MEMORY */
int yn_profile_make(yn_profile *out, const yonder_mem *mem);
void yn_profile_free(yn_profile *profile); /**< an all-zero one is left alone */

/** Leaves `url`'s host at http for the next days. @return YONDER_OK, YONDER_NO_MEMORY */
int yn_profile_allow_http(yn_profile *profile, const yonder_url *url, int64_t now);
bool yn_profile_allows_http(const yn_profile *profile, const yonder_url *url, int64_t now);

#endif
