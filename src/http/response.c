// SPDX-License-Identifier: MIT
#include "http/response.h"

#include <assert.h>

#include "base/date.h"
#include "base/text.h"
#include "http/page.h"

#define STATUS_LINE "HTTP/1.1 "
#define TYPE_FIELD  "Content-Type: " YN_PAGE_TYPE "\r\n"

enum {
    overhead = 512, // more than all the fixed text and numbers of a response
};

static char *put(char *to, yonder_text t)
{
    return t.len ? mempcpy(to, t.ptr, t.len) : to;
}

#define PUT(to, literal) mempcpy(to, literal, sizeof(literal) - 1)

static char *put_number(char *to, size_t n)
{
    char digits[20], *p = digits + sizeof digits;
    do {
        *--p = (char)('0' + n % 10);
    } while (n /= 10);
    return mempcpy(to, p, (size_t)(digits + sizeof digits - p));
}

static char *put_status(char *to, const yn_h1_response *r)
{
    to = put_number(to, (size_t)r->status);
    *to++ = ' '; // RFC 9112 section 4 wants it even where the phrase is empty
    return put(to, r->phrase);
}

static char *put_head(char *to, const yn_h1_response *r, bool content, size_t content_length)
{
    to = PUT(to, STATUS_LINE);
    to = put_status(to, r);
    to = PUT(to, "\r\nDate: ");
    to = put(to, r->date);
    to = PUT(to, "\r\n");
    if (content) {
        to = PUT(to, TYPE_FIELD "Content-Length: ");
        to = put_number(to, content_length);
        to = PUT(to, "\r\n");
    }
    if (r->location.len) {
        to = PUT(to, "Location: ");
        to = put(to, r->origin);
        to = put(to, r->location);
        to = PUT(to, "\r\n");
    }
    to = put(to, r->fields);
    if (r->connection == YN_H1_CLOSE)
        to = PUT(to, "Connection: close\r\n");
    else if (r->connection == YN_H1_KEEP_ALIVE)
        to = PUT(to, "Connection: keep-alive\r\n");
    return PUT(to, "\r\n");
}

int yn_h1_respond(yn_buf *out, const yn_h1_response *r)
{
    assert(r->status >= 200 && r->status <= 599 && r->date.len == YN_DATE_LEN);
    yn_page page = {.title = {NULL, sizeof "301 " - 1 + r->phrase.len},
                    .origin = r->origin,
                    .location = r->location};
    if (!yn_page_measure(&page))
        return YONDER_INVALID_ARGUMENT;
    size_t most =
        overhead + r->phrase.len + r->origin.len + r->location.len + r->fields.len + page.len;
    if (most > out->cap - out->len)
        return YONDER_TOO_LARGE;
    bool content = r->status != 204 && r->status != 304;
    char *start = out->ptr + out->len, *to = put_head(start, r, content, page.len);
    page.title.ptr = start + sizeof STATUS_LINE - 1; // they stand in the status line already
    if (content && !r->head)
        to = yn_page_put(to, &page);
    out->len = (size_t)(to - out->ptr);
    assert(out->len <= out->cap);
    return YONDER_OK;
}
