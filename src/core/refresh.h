// SPDX-License-Identifier: MIT
// <yonder/refresh.h> as one client reads it.
#ifndef YN_CORE_REFRESH_H
#define YN_CORE_REFRESH_H

#include <yonder/refresh.h>

#include "core/client.h"

/** yonder_refresh_read() by the client's `refresh_limit` and `refresh_needs_digit`, its URL spelt
 * as the client spells it. `client` NULL is the standard. */
int yn_refresh_read(const yonder_client *client, yonder_text value, yonder_refresh_source source,
                    const yonder_url *document, const yonder_url *base, const yonder_mem *mem,
                    yonder_refresh *out);

#endif
