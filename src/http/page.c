// SPDX-License-Identifier: MIT
#include "http/page.h"

#include "base/text.h"

// "301 Moved Permanently", and the link.
#define PAGE_START "<!doctype html><html lang=en><title>"
#define PAGE_TITLE "</title><h1>"
#define PAGE_END   "</h1>\n"
#define LINK_START "<p>It is <a href=\""
#define LINK_END   "\">here</a>.</p>\n"

enum {
    control = 0x80
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
    unsigned seen = 0;
    for (size_t i = 0; i < t.len; i++) { // to the end: a control character is a rarity
        unsigned extra = html_extra[(unsigned char)t.ptr[i]];
        seen |= extra;
        len += extra;
    }
    return seen & control ? -1 : (int64_t)len;
}

static char *put(char *to, yonder_text t)
{
    return t.len ? mempcpy(to, t.ptr, t.len) : to;
}

#define PUT(to, literal) mempcpy(to, literal, sizeof(literal) - 1)

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

bool yn_page_measure(yn_page *p)
{
    int64_t origin = html_length(p->origin), location = html_length(p->location);
    if (origin < 0 || location < 0)
        return false;
    p->origin_len = (size_t)origin;
    p->location_len = (size_t)location;
    p->len = sizeof PAGE_START - 1 + sizeof PAGE_TITLE - 1 + sizeof PAGE_END - 1 + 2 * p->title.len;
    if (p->location.len)
        p->len += sizeof LINK_START - 1 + p->origin_len + p->location_len + sizeof LINK_END - 1;
    return true;
}

char *yn_page_put(char *to, const yn_page *p)
{
    to = PUT(to, PAGE_START);
    to = put(to, p->title);
    to = PUT(to, PAGE_TITLE);
    to = put(to, p->title);
    to = PUT(to, PAGE_END);
    if (p->location.len) {
        to = PUT(to, LINK_START);
        to = put_html(to, p->origin, p->origin_len);
        to = put_html(to, p->location, p->location_len);
        to = PUT(to, LINK_END);
    }
    return to;
}
