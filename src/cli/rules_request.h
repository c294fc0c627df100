// SPDX-License-Identifier: MIT
// A URL and what else is known of a request, as rules see it.
#ifndef YN_CLI_RULES_REQUEST_H
#define YN_CLI_RULES_REQUEST_H

#include <yonder/rules.h>

/**
 * Sets scheme, host and target of `request` from `url`: absolute, of http or https, or a path,
 * which is for no host in particular. The target is what stands in the URL, byte for byte, without
 * its fragment: how clients change a URL before they send it is for `yonder url`. `room`, of
 * url.len + 2 bytes, holds what has to be put together. A Host field of the request goes before the
 * URL's host.
 *
 * @return NULL, or what is wrong with the URL
 */
const char *yn_rules_request_url(yonder_rules_request *request, yonder_text url, char *room);

#endif
