// SPDX-License-Identifier: MIT
// A growing byte buffer, born with a maximum. The first error sticks: write all, then check once.
#ifndef YN_BASE_BUF_H
#define YN_BASE_BUF_H

#include "base/mem.h"

typedef struct yn_buf {
    char *ptr;
    size_t len;
    size_t cap;
    size_t max;
    const yonder_mem *mem;
    int error; /**< YONDER_OK, YONDER_NO_MEMORY or YONDER_TOO_LARGE; once set, writes do nothing */
} yn_buf;

/** An empty buffer that will hold at most `max` bytes. Allocates nothing yet. */
yn_buf yn_buf_make(size_t max, const yonder_mem *mem);
void yn_buf_free(yn_buf *b);

/** Room for `more` bytes after the end, or false with the error set. */
bool yn_buf_reserve(yn_buf *b, size_t more);

/* What is put must not lie in the buffer itself: growing moves it. */
void yn_buf_put_slow(yn_buf *b, const char *ptr, size_t len);

static inline void yn_buf_put(yn_buf *b, yonder_text t)
{
    if (t.len <= b->cap - b->len && b->error == 0 && t.len) {
        memcpy(b->ptr + b->len, t.ptr, t.len);
        b->len += t.len;
    } else if (t.len) {
        yn_buf_put_slow(b, t.ptr, t.len);
    }
}

static inline void yn_buf_char(yn_buf *b, char c)
{
    if (b->len < b->cap && b->error == 0)
        b->ptr[b->len++] = c;
    else
        yn_buf_put_slow(b, &c, 1);
}

static inline void yn_buf_str(yn_buf *b, const char *s)
{
    yn_buf_put(b, yonder_text_of(s));
}

void yn_buf_number(yn_buf *b, int64_t n);
void yn_buf_printf(yn_buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

static inline yonder_text yn_buf_text(const yn_buf *b)
{
    return (yonder_text){b->ptr, b->len};
}

#endif
