// SPDX-License-Identifier: MIT
// What the page of a response asks the client to do next.
#ifndef YN_TRACE_PAGE_H
#define YN_TRACE_PAGE_H

#include "trace/chain.h"

/**
 * Sets `hop->refresh` where the response is shown as a page, by a client that shows pages, and asks
 * to go on: by its Refresh field or, where that cannot be read, by a meta element. The body counts
 * as far as it was read, and only where it is HTML, neither compressed nor in UTF-16.
 *
 * @return YONDER_OK, YONDER_NO_MEMORY
 */
int yn_page_refresh(const yonder_client *client, yn_hop *hop, const yonder_mem *mem);

#endif
