// SPDX-License-Identifier: MIT
// From the Location fields of a response to the next URL, as a client sees it.
#ifndef YN_CORE_LOCATION_H
#define YN_CORE_LOCATION_H

#include "base/buf.h"
#include "core/client.h"

typedef enum yn_found {
    YN_LOCATION_NONE,
    YN_LOCATION_FOUND,
    YN_LOCATION_CONFLICT, /**< several that ought to agree and do not */
} yn_found;

/**
 * The value to follow, its blanks cut off: a view of the response, or of `joined` where the client
 * joins several. Check `joined->error` before use.
 */
yn_found yn_location_find(const yonder_client *client, const yonder_response *response,
                          yn_buf *joined, yonder_text *value);

/**
 * The URL that `value` means to the client on a page at `base`, its fragment inherited where the
 * client does that. `value` may hold any bytes.
 *
 * @return YONDER_OK, YONDER_INVALID_URL, YONDER_TOO_LARGE, YONDER_NO_MEMORY
 */
int yn_location_resolve(const yonder_client *client, yonder_text value, const yonder_url *base,
                        const yonder_mem *mem, yonder_url *out);

/** True if `value` is relative, and the client takes absolute URLs only. */
bool yn_location_lacks_scheme(const yonder_client *client, yonder_text value);

/** True if a client with a reading of its own sees a scheme in `value` that it does not go to, even
 *  one that makes it no URL ("1x://host"). */
bool yn_location_leaves(const yonder_client *client, yonder_text value);

/** True if that scheme, which is without its colon, is one of `schemes`. NULL has none. */
bool yn_location_scheme_in(const char *const *schemes, yonder_text scheme);

/** True if the client goes to URLs of that scheme, which is without its colon. */
bool yn_location_follows_scheme(const yonder_client *client, yonder_text scheme);

#endif
