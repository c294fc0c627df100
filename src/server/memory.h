// SPDX-License-Identifier: MIT
// Memory for rule sets: large blocks in huge pages, where the system lends them on request. A
// look-up among a million rules touches a page or two that the processor's table of pages does not
// hold; with huge pages it does.
#ifndef YN_SERVER_MEMORY_H
#define YN_SERVER_MEMORY_H

#include <yonder/base.h>

/** Small blocks come from malloc. */
extern const yonder_mem yn_server_memory;

/** Zeros from there, or NULL. Large ones become memory where they are written to. */
void *yn_server_zeros(size_t size);
void yn_server_drop(void *ptr); /**< NULL is left alone */

#endif
