// SPDX-License-Identifier: MIT
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

yn_buf yn_buf_make(size_t max, const yonder_mem *mem)
{
    return (yn_buf){.max = max, .mem = mem};
}

void yn_buf_free(yn_buf *b)
{
    yn_free(b->mem, b->ptr);
    *b = (yn_buf){.max = b->max, .mem = b->mem};
}

bool yn_buf_reserve(yn_buf *b, size_t more)
{
    if (b->error)
        return false;
    if (more <= b->cap - b->len)
        return true;
    if (more > b->max - b->len) {
        b->error = YONDER_TOO_LARGE;
        return false;
    }
    size_t cap = b->cap < 64 ? 64 : b->cap;
    while (cap - b->len < more)
        cap = cap > b->max / 2 ? b->max : cap * 2;
    if (cap > b->max)
        cap = b->max;
    char *ptr = yn_resize(b->mem, b->ptr, cap);
    if (!ptr) {
        b->error = YONDER_NO_MEMORY;
        return false;
    }
    b->ptr = ptr;
    b->cap = cap;
    return true;
}

void yn_buf_put_slow(yn_buf *b, const char *ptr, size_t len)
{
    if (!yn_buf_reserve(b, len))
        return;
    memcpy(b->ptr + b->len, ptr, len);
    b->len += len;
}

void yn_buf_number(yn_buf *b, int64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%lld", (long long)n);
    yn_buf_put(b, (yonder_text){digits, (size_t)len});
}

void yn_buf_printf(yn_buf *b, const char *format, ...)
{
    char small[256];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (len < 0) { // longer than INT_MAX
        yn_buf_reserve(b, SIZE_MAX);
    } else if ((size_t)len < sizeof small) {
        yn_buf_put(b, (yonder_text){small, (size_t)len});
    } else if (yn_buf_reserve(b, (size_t)len)) {
        // vsnprintf ends with a NUL, for which the buffer may have no room.
        char *whole = yn_alloc(b->mem, (size_t)len + 1);
        if (whole) {
            vsnprintf(whole, (size_t)len + 1, format, again);
            yn_buf_put(b, (yonder_text){whole, (size_t)len});
        } else {
            b->error = YONDER_NO_MEMORY;
        }
        yn_free(b->mem, whole);
    }
    va_end(again);
}
