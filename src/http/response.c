// SPDX-License-Identifier: MIT
#include "http/response.h"

#include <assert.h>

#include "base/date.h"
#include "base/text.h"

#define STATUS_LINE "HTTP/1.1 "
#define TYPE_FIELD  "Content-Type: text/html; charset=utf-8\r\n"
// The page: "301 Moved Permanently" and, where there is one, the link.
#define PAGE_START "<!doctype html><html lang=en><title>"
#define PAGE_TITLE "</title><h1>"
#define PAGE_END   "</h1>\n"
#define LINK_START "<p>It is <a href=\""
#define LINK_END   "\">here</a>.</p>\n"

enum {
    // More than all the fixed text and numbers of a response.
    overhead = 512,
    control = 0xFF
};

// How many bytes more each byte takes in HTML text and attribute values; `control` marks those that
// may not stand in a field.
static const unsigned char html_extra[256] = {
    [0 ... 31] = control, ['"'] = 5, ['&'] = 4, ['\''] = 4, ['<'] = 3, ['>'] = 3, [127] = control,
};

// Returns the length in HTML, or -1 if a control character is in it.
static int64_t html_length(yonder_text t)
{
    size_t len = t.len;
    for (size_t i = 0; i < t.len; i++) {
        unsigned char extra = html_extra[(unsigned char)t.ptr[i]];
        if (extra == control)
            return -1;
        len += extra;
    }
    return (int64_t)len;
}

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

static char *put_html(char *to, yonder_text t, size_t html_len)
{
    if (html_len == t.len)
        return put(to, t);
    for (size_t i = 0; i < t.len; i++) {
        switch (t.ptr[i]) {
        case '"':
            to = PUT(to, "&quot;");
            break;
        case '&':
            to = PUT(to, "&amp;");
            break;
        case '\'':
            to = PUT(to, "&#39;");
            break;
        case '<':
            to = PUT(to, "&lt;");
            break;
        case '>':
            to = PUT(to, "&gt;");
            break;
        default:
            *to++ = t.ptr[i];
        }
    }
    return to;
}

static char *put_status(char *to, const yn_h1_response *r)
{
    to = put_number(to, (size_t)r->status);
    *to++ = ' '; // RFC 9112 section 4 wants it even where the phrase is empty
    return put(to, r->phrase);
}

typedef struct html_lengths {
    size_t origin, location, page;
} html_lengths;

static size_t title_length(const yn_h1_response *r)
{
    return sizeof "301 " - 1 + r->phrase.len;
}

static size_t page_length(const yn_h1_response *r, const html_lengths *html)
{
    size_t page =
        sizeof PAGE_START - 1 + sizeof PAGE_TITLE - 1 + sizeof PAGE_END - 1 + 2 * title_length(r);
    if (r->location.len)
        page += sizeof LINK_START - 1 + html->origin + html->location + sizeof LINK_END - 1;
    return page;
}

// `title` is status and phrase, as they stand in the status line already.
static char *put_page(char *to, yonder_text title, const yn_h1_response *r,
                      const html_lengths *html)
{
    to = PUT(to, PAGE_START);
    to = put(to, title);
    to = PUT(to, PAGE_TITLE);
    to = put(to, title);
    to = PUT(to, PAGE_END);
    if (r->location.len) {
        to = PUT(to, LINK_START);
        to = put_html(to, r->origin, html->origin);
        to = put_html(to, r->location, html->location);
        to = PUT(to, LINK_END);
    }
    return to;
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
    int64_t origin = html_length(r->origin), location = html_length(r->location);
    if (origin < 0 || location < 0)
        return YONDER_INVALID_ARGUMENT;
    html_lengths html = {(size_t)origin, (size_t)location, 0};
    html.page = page_length(r, &html);
    size_t most = overhead + 3 * r->phrase.len + r->origin.len + r->location.len + r->fields.len +
                  html.origin + html.location;
    if (most > out->cap - out->len)
        return YONDER_TOO_LARGE;
    bool content = r->status != 204 && r->status != 304;
    char *start = out->ptr + out->len, *to = put_head(start, r, content, html.page);
    yonder_text title = {start + sizeof STATUS_LINE - 1, title_length(r)};
    if (content && !r->head)
        to = put_page(to, title, r, &html);
    out->len = (size_t)(to - out->ptr);
    assert(out->len <= out->cap);
    return YONDER_OK;
}
