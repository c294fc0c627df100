// SPDX-License-Identifier: MIT
// Calls through a yonder_mem; NULL means malloc.
#ifndef YN_BASE_MEM_H
#define YN_BASE_MEM_H

#include <yonder/base.h>

/** `size` bytes (at least 1), or NULL. */
void *yn_alloc(const yonder_mem *mem, size_t size);
/** As realloc; on failure NULL, and `ptr` is still good. */
void *yn_resize(const yonder_mem *mem, void *ptr, size_t size);
void yn_free(const yonder_mem *mem, void *ptr);

#endif
