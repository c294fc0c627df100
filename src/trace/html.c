// SPDX-License-Identifier: MIT
#include "trace/html.h"

#include <gumbo.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
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

static bool is_refresh(const GumboNode *meta)
{
    const char *pragma = attribute(meta, "http-equiv");
    return pragma && yn_equal_nocase(yonder_text_of(pragma), YN_TEXT("refresh")) &&
           attribute(meta, "content");
}

static bool matters(const GumboNode *node)
{
    return is_element(node, GUMBO_TAG_NOSCRIPT) ||
           (is_element(node, GUMBO_TAG_BASE) && attribute(node, "href")) ||
           (is_element(node, GUMBO_TAG_META) && is_refresh(node));
}

// The elements that have a say, in the order of the source: a tree may have them in another.
typedef struct list {
    const GumboNode **nodes;
    size_t count, room;
    const yonder_mem *mem;
} list;

static bool add(list *l, const GumboNode *node)
{
    if (l->count == l->room) {
        size_t room = l->room ? 2 * l->room : 16;
        const GumboNode **nodes = yn_resize(l->mem, (void *)l->nodes, room * sizeof *nodes);
        if (!nodes)
            return false;
        l->nodes = nodes;
        l->room = room;
    }
    l->nodes[l->count++] = node;
    return true;
}

static int by_place(const void *a, const void *b)
{
    size_t x = place(*(const GumboNode *const *)a), y = place(*(const GumboNode *const *)b);
    return (x > y) - (x < y);
}

static bool collect(list *l, const GumboNode *root)
{
    for (const GumboNode *node = root; node; node = next_node(node, root))
        if (matters(node) && !add(l, node))
            return false;
    if (l->count)
        qsort((void *)l->nodes, l->count, sizeof *l->nodes, by_place);
    return true;
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

// ---- refresh ------------------------------------------------------------------------------------

// What a base element makes of the page's base URL (HTML standard, "set the frozen base URL").
// `*out` stays empty where that is the page's own URL.
static int base_url(const GumboNode *element, const yonder_url *document, const yonder_mem *mem,
                    yonder_url *out)
{
    yonder_url url;
    int error = yonder_url_parse(&url, yonder_text_of(attribute(element, "href")), document, mem);
    if (error)
        return error == YONDER_NO_MEMORY ? error : YONDER_OK;
    yonder_text protocol = yonder_url_get(&url, YONDER_URL_PROTOCOL);
    if (yn_equal(protocol, YN_TEXT("data:")) || yn_equal(protocol, YN_TEXT("javascript:")))
        yonder_url_free(&url, mem);
    else
        *out = url;
    return YONDER_OK;
}

static int find_refresh(const yonder_client *client, const list *l, yonder_text source,
                        const yonder_url *document, yonder_refresh *out)
{
    yonder_url base = {0};
    bool has_base = false;
    size_t text_end = 0;
    int found = 0;
    for (size_t i = 0; i < l->count && found == 0; i++) {
        const GumboNode *node = l->nodes[i];
        if (place(node) < text_end)
            continue;
        if (is_element(node, GUMBO_TAG_NOSCRIPT)) {
            text_end = end_of_text(source, node);
        } else if (is_element(node, GUMBO_TAG_META)) {
            found = yn_refresh_read(client, yonder_text_of(attribute(node, "content")),
                                    YONDER_REFRESH_META, document, base.href ? &base : NULL, l->mem,
                                    out);
            found = found == YONDER_TOO_LARGE ? 0 : found;
        } else if (!has_base) {
            has_base = true;
            found = base_url(node, document, l->mem, &base);
        }
    }
    yonder_url_free(&base, l->mem);
    return found;
}

static int read_page(const yonder_client *client, yonder_text source, const yonder_url *document,
                     const yonder_mem *mem, yonder_refresh *out)
{
    GumboOptions options = kGumboDefaultOptions;
    options.max_errors = 0; // nobody reads them
    GumboOutput *tree = gumbo_parse_with_options(&options, source.ptr, source.len);
    list l = {.mem = mem};
    int found = YONDER_NO_MEMORY;
    if (tree && collect(&l, tree->root))
        found = find_refresh(client, &l, source, document, out);
    yn_free(mem, (void *)l.nodes);
    if (tree)
        gumbo_destroy_output(&options, tree);
    return found;
}

int yn_html_refresh(const yonder_client *client, yonder_text page, const yonder_url *document,
                    const yonder_mem *mem, yonder_refresh *out)
{
    yn_buf source = yn_buf_make(decoded_max, mem);
    decode(&source, yn_slice(page, 0, page.len < YN_HTML_MAX ? page.len : YN_HTML_MAX));
    int found = source.error == YONDER_NO_MEMORY ? YONDER_NO_MEMORY : 0;
    if (!source.error && source.len)
        found = read_page(client, yn_buf_text(&source), document, mem, out);
    yn_buf_free(&source);
    return found;
}
