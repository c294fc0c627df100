// SPDX-License-Identifier: MIT
#include "core/reading_join.h"

#include "base/text.h"
#include "core/percent.h"
#include "core/reading_escape.h"

yonder_text yn_reading_site(const yonder_url *base)
{
    return (yonder_text){base->href, base->part[YONDER_URL_PATHNAME].at};
}

static size_t last_slash(yonder_text t)
{
    size_t i = t.len;
    while (i && t.ptr[i - 1] != '/')
        i--;
    return i ? i - 1 : t.len;
}

// curl 7.88: all that follows the host is one text, fragment and all. What is cut off is cut at a
// slash, wherever it stands.
static void join_text(yn_buf *out, const yonder_url *base, yonder_text ref)
{
    yonder_text rest = yn_skip(yonder_url_href(base), yn_reading_site(base).len);
    if (ref.ptr[0] == '/') {
        yn_buf_put(out, ref);
        return;
    }
    rest.len = yn_find_any(rest, "?");
    if (ref.ptr[0] != '?')
        rest.len = last_slash(rest);
    if (yn_starts_with(ref, YN_TEXT("./")))
        ref = yn_skip(ref, 2);
    for (; yn_starts_with(ref, YN_TEXT("../")); ref = yn_skip(ref, 3)) {
        yonder_text below = rest.len ? yn_skip(rest, 1) : rest; // the first slash stays
        size_t slash = last_slash(below);
        rest.len = slash < below.len ? slash + 1 : rest.len ? 1 : 0;
    }
    yn_buf_put(out, rest);
    bool at_root = rest.len == 1;
    if (!at_root && !(ref.len && (ref.ptr[0] == '/' || ref.ptr[0] == '?')))
        yn_buf_char(out, '/');
    yn_buf_put(out, ref);
}

// Python's urljoin drops the empty segments of what it joins, all but the first and the last.
static void put_without_empty(yn_buf *out, yonder_text path)
{
    for (size_t i = 0; i < path.len; i++)
        if (!(path.ptr[i] == '/' && i && path.ptr[i - 1] == '/'))
            yn_buf_char(out, path.ptr[i]);
}

// A ";" at the end of the last segment goes, if it is the only one there (Python's urlparse).
static yonder_text without_empty_params(yonder_text path)
{
    size_t slash = last_slash(path), start = slash < path.len ? slash + 1 : 0;
    yonder_text segment = yn_skip(path, start);
    if (segment.len && yn_find_char(segment, ';') == segment.len - 1)
        path.len--;
    return path;
}

static bool join_rfc3986(const yn_reading *r, yn_buf *out, const yonder_url *base, yonder_text ref)
{
    yonder_text path = yn_slice(ref, 0, yn_find_any(ref, "?#")), rest = yn_skip(ref, path.len);
    yonder_text from = yonder_url_get(base, YONDER_URL_PATHNAME);
    if (r->merge == YN_MERGE_URLJOIN)
        path = without_empty_params(path);
    if (path.len && path.ptr[0] == '/') {
        yn_buf_put(out, path);
    } else if (path.len) {
        yn_buf whole = yn_buf_make(YONDER_URL_MAX, out->mem);
        yn_buf_put(&whole, yn_slice(from, 0, from.len ? last_slash(from) + 1 : 0));
        yn_buf_put(&whole, path);
        if (r->merge == YN_MERGE_URLJOIN)
            put_without_empty(out, yn_buf_text(&whole));
        else
            yn_buf_put(out, yn_buf_text(&whole));
        if (whole.error)
            out->error = whole.error;
        yn_buf_free(&whole);
    } else {
        yn_buf_put(out, from);
        bool no_query = rest.len == 0 || rest.ptr[0] == '#' ||
                        (r->merge == YN_MERGE_URLJOIN && (rest.len == 1 || rest.ptr[1] == '#'));
        if (no_query) {
            if (base->has_query)
                yn_buf_char(out, '?');
            yonder_text search = yonder_url_get(base, YONDER_URL_SEARCH);
            yn_buf_put(out, search.len ? yn_skip(search, 1) : search);
            rest = yn_skip(rest, yn_find_char(rest, '#'));
        }
        // Nothing but a fragment that is empty, or not even that, leaves Go with the base's own.
        if (r->merge == YN_MERGE_GO && no_query && rest.len < 2)
            rest = yonder_url_get(base, YONDER_URL_HASH);
    }
    yn_buf_put(out, rest);
    return path.len != 0;
}

void yn_reading_join(const yn_reading *r, const yonder_url *base, yonder_text ref, yn_buf *out,
                     bool *joined)
{
    yn_buf_put(out, yn_reading_site(base));
    *joined = true;
    if (r->merge == YN_MERGE_TEXT && ref.len)
        join_text(out, base, ref);
    else
        *joined = join_rfc3986(r, out, base, ref);
}

// ---- dot segments -------------------------------------------------------------------------------

// How many dots a segment consists of: 1 or 2, else 0.
static unsigned dots_of(const yn_reading *r, yonder_text segment)
{
    unsigned dots = 0;
    for (size_t i = 0; i < segment.len && dots < 3; i++, dots++) {
        char byte = segment.ptr[i];
        if (r->dots == YN_DOTS_ESCAPED_TOO && yn_percent_decode_at(segment, i, &byte))
            i += 2;
        if (byte != '.')
            return 0;
    }
    return dots < 3 ? dots : 0;
}

typedef struct path_walk {
    const yn_reading *reading;
    yn_buf *out;
    size_t start;
    bool with_root, rootless; // the root itself was taken by a ".."
} path_walk;

static void put_segment(path_walk *w, yonder_text segment)
{
    if (w->rootless && w->out->len == w->start && segment.len == 0) {
        w->rootless = false;
        return;
    }
    yn_buf_char(w->out, '/');
    yn_buf_put(w->out, segment);
}

static void step_back(path_walk *w)
{
    bool stepped = w->out->len > w->start;
    if (stepped)
        w->out->len = w->start + last_slash(yn_skip(yn_buf_text(w->out), w->start));
    bool at_root = w->out->len == w->start;
    if (w->reading->merge == YN_MERGE_GO ? at_root : at_root && !stepped)
        w->rootless = w->with_root;
}

void yn_reading_put_path(const yn_reading *r, yonder_text path, bool joined, yn_buf *out)
{
    if (r->merge == YN_MERGE_URLJOIN)
        path = without_empty_params(path);
    if (r->dots == YN_DOTS_IF_RELATIVE && !joined) {
        yn_buf_put(out, path.len ? path : YN_TEXT("/"));
        return;
    }
    path_walk w = {r, out, out->len, r->dots >= YN_DOTS_WITH_ROOT, false};
    bool directory = true;
    while (path.len && !out->error) {
        path = yn_skip(path, 1); // its slash
        yonder_text segment = yn_slice(path, 0, yn_find_char(path, '/'));
        path = yn_skip(path, segment.len);
        yonder_text name = segment; // its parameters are not looked at by Python
        if (r->merge == YN_MERGE_URLJOIN && path.len == 0)
            name.len = yn_find_char(segment, ';');
        unsigned dots = dots_of(r, name);
        directory = dots != 0;
        if (dots == 2)
            step_back(&w);
        else if (dots == 1 && r->merge == YN_MERGE_GO)
            w.rootless = false;
        if (dots == 0)
            put_segment(&w, segment);
        else if (name.len < segment.len) {
            put_segment(&w, yn_skip(segment, name.len));
            directory = false;
        }
    }
    if (directory || out->len == w.start)
        yn_buf_char(out, '/');
}
