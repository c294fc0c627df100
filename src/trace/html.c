// SPDX-License-Identifier: MIT
#include "trace/html.h"

#include <gumbo.h>

#include "base/buf.h"
#include "base/text.h"
#include "base/utf8.h"

enum {
    decoded_max = 1 << 24,
};

// ---- bytes --------------------------------------------------------------------------------------

static bool is_utf8(yonder_text t)
{
    while (t.len) {
        uint32_t c;
        size_t n = yn_utf8_decode(t, &c);
        // What is cut off at the end of what was read is no sign of another encoding.
        if (c == 0xFFFD && !yn_starts_with(t, YN_TEXT("\xEF\xBF\xBD")) && t.len > 3)
            return false;
        t = yn_skip(t, n);
    }
    return true;
}

// Encoding standard, index windows-1252: 0x80 to 0x9F; the rest is as in Latin-1.
static const uint16_t windows_1252[] = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178,
};

static void decode(yn_buf *out, yonder_text page)
{
    char utf8[4];
    if (yn_starts_with(page, YN_TEXT("\xEF\xBB\xBF")))
        page = yn_skip(page, 3);
    if (is_utf8(page)) {
        yn_buf_put(out, page);
        return;
    }
    for (size_t i = 0; i < page.len; i++) {
        unsigned char byte = (unsigned char)page.ptr[i];
        uint32_t c = byte >= 0x80 && byte < 0xA0 ? windows_1252[byte - 0x80] : byte;
        yn_buf_put(out, (yonder_text){utf8, yn_utf8_encode(utf8, c)});
    }
}

// ---- the tree -----------------------------------------------------------------------------------

// The tree is as deep as the page's author likes: it is walked without recursion.
static const GumboNode *next_node(const GumboNode *node, const GumboNode *root)
{
    if (node->type == GUMBO_NODE_ELEMENT && node->v.element.children.length)
        return node->v.element.children.data[0];
    while (node != root) {
        const GumboVector *siblings = &node->parent->v.element.children;
        if (node->index_within_parent + 1 < siblings->length)
            return siblings->data[node->index_within_parent + 1];
        node = node->parent;
    }
    return NULL;
}

static bool is_element(const GumboNode *node, GumboTag tag)
{
    return node->type == GUMBO_NODE_ELEMENT && node->v.element.tag == tag &&
           node->v.element.tag_namespace == GUMBO_NAMESPACE_HTML;
}

static const char *attribute(const GumboNode *node, const char *name)
{
    const GumboAttribute *a = gumbo_get_attribute(&node->v.element.attributes, name);
    return a ? a->value : NULL;
}

static size_t place(const GumboNode *node)
{
    return node->v.element.start_pos.offset;
}

// The parser has scripts switched off, and so finds elements in a noscript, where a browser sees
// text up to the end tag. The end tag is looked for in the source, for the tree may have closed the
// element before.
static size_t end_of_text(yonder_text source, const GumboNode *noscript)
{
    const yonder_text end_tag = YN_TEXT("</noscript");
    size_t at = place(noscript);
    for (; at + end_tag.len < source.len; at++)
        if (yn_equal_nocase(yn_slice(source, at, at + end_tag.len), end_tag) &&
            memchr("\t\n\f\r />", source.ptr[at + end_tag.len], 7))
            return at;
    return source.len;
}

typedef struct page {
    yonder_text source;
    const GumboNode *root;
    const yonder_url *document;
    const yonder_mem *mem;
} page;

static bool is_text(const page *p, size_t at)
{
    size_t end = 0; // of the noscript before: one inside it is text as well
    for (const GumboNode *n = p->root; n; n = next_node(n, p->root))
        if (is_element(n, GUMBO_TAG_NOSCRIPT) && place(n) >= end) {
            end = end_of_text(p->source, n);
            if (at > place(n) && at < end)
                return true;
        }
    return false;
}

// The element of that tag, with an attribute, that comes next in the source from `at` on.
static const GumboNode *find(const page *p, GumboTag tag, const char *with, size_t at)
{
    const GumboNode *found = NULL;
    for (const GumboNode *n = p->root; n; n = next_node(n, p->root))
        if (is_element(n, tag) && attribute(n, with) && place(n) >= at &&
            (!found || place(n) < place(found)))
            found = n;
    if (found && is_text(p, place(found)))
        return find(p, tag, with, place(found) + 1);
    return found;
}

// ---- refresh ------------------------------------------------------------------------------------

// The page's base URL as far as the element at `before` is concerned (HTML standard, "document base
// URL"). `*out` stays empty where it is the page's own URL.
static int base_url(const page *p, size_t before, yonder_url *out)
{
    const GumboNode *base = find(p, GUMBO_TAG_BASE, "href", 0);
    if (!base || place(base) > before)
        return YONDER_OK;
    yonder_url url;
    int error =
        yonder_url_parse(&url, yonder_text_of(attribute(base, "href")), p->document, p->mem);
    if (error)
        return error == YONDER_NO_MEMORY ? error : YONDER_OK;
    yonder_text protocol = yonder_url_get(&url, YONDER_URL_PROTOCOL);
    if (yn_equal(protocol, YN_TEXT("data:")) || yn_equal(protocol, YN_TEXT("javascript:")))
        yonder_url_free(&url, p->mem);
    else
        *out = url;
    return YONDER_OK;
}

static int read_meta(const page *p, const GumboNode *meta, yonder_refresh *out)
{
    yonder_url base = {0};
    yonder_text content = yonder_text_of(attribute(meta, "content"));
    const char *pragma = attribute(meta, "http-equiv");
    if (!pragma || !yn_equal_nocase(yonder_text_of(pragma), YN_TEXT("refresh")))
        return 0;
    int error = base_url(p, place(meta), &base);
    if (error)
        return error;
    int found = yonder_refresh_read(content, YONDER_REFRESH_META, p->document,
                                    base.href ? &base : NULL, p->mem, out);
    yonder_url_free(&base, p->mem);
    return found == YONDER_TOO_LARGE ? 0 : found;
}

int yn_html_refresh(yonder_text bytes, const yonder_url *document, const yonder_mem *mem,
                    yonder_refresh *out)
{
    yn_buf source = yn_buf_make(decoded_max, mem);
    int found = 0;
    decode(&source, bytes);
    GumboOutput *tree = NULL;
    if (!source.error && source.len)
        tree = gumbo_parse_with_options(&kGumboDefaultOptions, source.ptr, source.len);
    if (tree) {
        const page p = {yn_buf_text(&source), tree->root, document, mem};
        const GumboNode *meta = NULL;
        do {
            meta = find(&p, GUMBO_TAG_META, "content", meta ? place(meta) + 1 : 0);
            if (meta)
                found = read_meta(&p, meta, out);
        } while (meta && found == 0);
        gumbo_destroy_output(&kGumboDefaultOptions, tree);
    }
    if (source.error)
        found = source.error == YONDER_NO_MEMORY ? YONDER_NO_MEMORY : 0;
    yn_buf_free(&source);
    return found;
}
