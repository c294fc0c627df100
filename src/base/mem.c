// SPDX-License-Identifier: MIT
#include "base/mem.h"

#include <stdlib.h>

void *yn_alloc(const yonder_mem *mem, size_t size)
{
    return yn_resize(mem, NULL, size);
}

void *yn_resize(const yonder_mem *mem, void *ptr, size_t size)
{
    if (size == 0)
        size = 1;
    return mem ? mem->resize(mem->context, ptr, size) : realloc(ptr, size);
}

void yn_free(const yonder_mem *mem, void *ptr)
{
    if (!ptr)
        return;
    if (mem)
        mem->resize(mem->context, ptr, 0);
    else
        free(ptr);
}
