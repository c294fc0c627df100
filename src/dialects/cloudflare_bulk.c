// SPDX-License-Identifier: MIT
// Cloudflare's bulk redirects as CSV, without a header:
// SOURCE,TARGET[,STATUS,PRESERVE_QUERY_STRING,
// INCLUDE_SUBDOMAINS,SUBPATH_MATCHING,PRESERVE_PATH_SUFFIX]. The order of the rows does not matter
// there; it is made the order in which rules win.
#include <stdlib.h>

#include "base/text.h"
#include "dialects/carry.h"
#include "dialects/csv.h"
#include "dialects/rows.h"

enum {
    SOURCE,
    TARGET,
    STATUS,
    PRESERVE_QUERY,
    SUBDOMAINS,
    SUBPATH,
    PRESERVE_SUFFIX,
    column_count,
};

typedef struct entry {
    yonder_text scheme, host, path, target;
    bool wildcard, subpath, keeps_suffix, keeps_query;
    int status;
    uint32_t line;
    size_t place; // in the file
} entry;

typedef struct reader {
    yn_carry carry;
    yn_csv csv;
    yn_buf entries;
} reader;

// Positive if `b` wins over `a`.
static int compare(const void *left, const void *right)
{
    const entry *a = left, *b = right;
    if (a->path.len != b->path.len)
        return a->path.len < b->path.len ? 1 : -1;
    if (a->subpath != b->subpath)
        return a->subpath ? 1 : -1;
    if (a->wildcard != b->wildcard)
        return a->wildcard ? 1 : -1;
    if (a->host.len != b->host.len)
        return a->host.len < b->host.len ? 1 : -1;
    if (!a->scheme.len != !b->scheme.len)
        return !a->scheme.len ? 1 : -1;
    return a->place < b->place ? -1 : 1;
}

static bool read_flag(reader *r, size_t column, bool *out)
{
    yonder_text cell = yn_csv_cell(&r->csv, column);
    *out = yn_equal(cell, YN_TEXT("TRUE")) || yn_equal(cell, YN_TEXT("true"));
    if (*out || !cell.len || yn_equal(cell, YN_TEXT("FALSE")) || yn_equal(cell, YN_TEXT("false")))
        return true;
    return YN_ERROR(&r->carry, "column %zu is 'TRUE', 'FALSE' or empty", column + 1);
}

static bool read_address(reader *r, entry *e)
{
    yonder_text source = yn_csv_cell(&r->csv, SOURCE);
    size_t scheme = yn_scheme_length(source), end = yn_authority_end(source, scheme);
    e->target = yn_csv_cell(&r->csv, TARGET);
    if (e->place == 0 && !yn_scheme_length(e->target) && yn_find_char(source, '.') == source.len)
        return YN_ERROR(&r->carry, "this looks like a header, which such a file does not have");
    if (!source.len || end == scheme)
        return YN_ERROR(&r->carry, "the source has no host");
    if (yn_find_char(source, '?') < source.len || yn_find_char(source, '#') < source.len)
        return YN_ERROR(&r->carry, "a source has neither a query nor a fragment");
    if (!yn_scheme_length(e->target))
        return YN_ERROR(&r->carry, "the target is not a URL with http or https");
    e->scheme = yn_slice(source, 0, scheme);
    e->host = yn_slice(source, scheme, end);
    e->path = end < source.len ? yn_skip(source, end) : YN_TEXT("/");
    return true;
}

static bool read_status(reader *r, entry *e)
{
    yonder_text cell = yn_csv_cell(&r->csv, STATUS);
    uint64_t n = 301;
    if (cell.len &&
        (!yn_parse_number(cell, 599, &n) || !(n == 301 || n == 302 || n == 307 || n == 308)))
        return YN_ERROR(&r->carry, "the status is 301, 302, 307 or 308");
    e->status = (int)n;
    return true;
}

static void read_row(reader *r, entry *e)
{
    bool subdomains;
    for (size_t i = 0; i < r->csv.count; i++)
        if (!yn_carry_check(&r->carry, "a cell", r->csv.cells[i]))
            return;
    if (r->csv.count > column_count) {
        YN_ERROR(&r->carry, "more than %d columns", column_count);
        return;
    }
    if (!read_address(r, e) || !read_status(r, e) ||
        !read_flag(r, PRESERVE_QUERY, &e->keeps_query) || !read_flag(r, SUBDOMAINS, &subdomains) ||
        !read_flag(r, SUBPATH, &e->subpath) || !read_flag(r, PRESERVE_SUFFIX, &e->keeps_suffix))
        return;
    if (e->keeps_query && yn_to_has_query(e->target))
        YN_CHANGED(&r->carry,
                   "the target has a query of its own: that of the request is not passed on");
    e->keeps_suffix = e->keeps_suffix && e->subpath;
    if (e->subpath && e->path.len > 1 && e->path.ptr[e->path.len - 1] == '/')
        e->path.len--;
    yn_buf_put(&r->entries, (yonder_text){(const char *)e, sizeof *e});
    if (!subdomains)
        return;
    e->wildcard = true;
    yn_buf_put(&r->entries, (yonder_text){(const char *)e, sizeof *e});
}

/* ---- rules ----------------------------------------------------------------------------------- */

// The target, with what follows the source's path before its query.
static yonder_text with_suffix(reader *r, yonder_text target)
{
    yn_buf out = yn_carry_buf(&r->carry);
    size_t end = yn_find_char(target, '?'), fragment = yn_find_char(target, '#');
    end = end < fragment ? end : fragment;
    yonder_text tail = yn_skip(target, end);
    if (end && target.ptr[end - 1] == '/')
        end--;
    yn_buf_put(&out, yn_slice(target, 0, end));
    yn_buf_put(&out, YN_TEXT("/:splat"));
    yn_buf_put(&out, tail);
    return yn_carry_text(&r->carry, &out);
}

static void put_rule(reader *r, const entry *e, bool below, yonder_text target)
{
    yn_from from = {.bare_fits = true};
    yn_draft draft = {.status = e->status};
    yonder_text none = {NULL, 0};
    yn_buf origin = yn_carry_buf(&r->carry);
    yn_buf_put(&origin, e->scheme.len ? e->scheme : YN_TEXT("//"));
    yn_buf_str(&origin, e->wildcard ? "*." : "");
    yn_buf_put(&origin, e->host);
    from.origin = yn_carry_text(&r->carry, &origin);
    bool slash = below && e->path.ptr[e->path.len - 1] != '/';
    if (!yn_from_add(&r->carry, &from, YN_FROM_TEXT, e->path, none) ||
        (slash && !yn_from_add(&r->carry, &from, YN_FROM_TEXT, YN_TEXT("/"), none)) ||
        (below && !yn_from_add(&r->carry, &from, YN_FROM_REST, none, YN_TEXT("splat"))) ||
        !yn_from_write(&r->carry, &from, &draft.from))
        return;
    draft.to = yn_to_write(&r->carry, &from, NULL, target);
    if (!e->keeps_query)
        draft.to = yn_to_drop_query(&r->carry, draft.to);
    yn_carry_rule(&r->carry, &draft);
}

static bool has_path(yonder_text target)
{
    yonder_text rest = yn_skip(target, yn_authority_end(target, yn_scheme_length(target)));
    return rest.len > 1;
}

static void put_entry(reader *r, const entry *e)
{
    r->carry.line = e->line;
    if (!e->keeps_suffix) {
        put_rule(r, e, e->subpath, e->target);
        return;
    }
    // ":splat" is empty for the path itself, but the slash before it would stay.
    if (e->path.len > 1 || has_path(e->target))
        put_rule(r, e, false, e->target);
    put_rule(r, e, true, with_suffix(r, e->target));
}

static void read_source(reader *r, const yonder_rules_source *source)
{
    yonder_text text;
    if (!yn_carry_source(&r->carry, source, &text))
        return;
    r->entries.len = 0;
    yn_csv_open(&r->csv, text, ',');
    for (size_t place = 0; yn_csv_next(&r->csv, &r->carry); place++) {
        entry e = {.line = r->carry.line, .place = place};
        read_row(r, &e);
    }
    if (r->entries.error) {
        r->carry.error = r->entries.error;
        return;
    }
    entry *entries = (entry *)(void *)r->entries.ptr;
    size_t count = r->entries.len / sizeof *entries;
    if (count)
        qsort(entries, count, sizeof *entries, compare);
    for (size_t i = 0; i < count && !r->carry.error; i++)
        put_entry(r, &entries[i]);
    yn_carry_rule_end(&r->carry);
}

static int read_bulk(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes)
{
    reader *r = yn_alloc(input->mem, sizeof *r);
    if (!r)
        return YONDER_NO_MEMORY;
    yn_carry_begin(&r->carry, input, sink, notes);
    r->entries = yn_buf_make(SIZE_MAX / 4, input->mem);
    for (size_t i = 0; i < input->source_count && !r->carry.error; i++)
        read_source(r, &input->sources[i]);
    yn_buf_free(&r->entries);
    int error = yn_carry_end(&r->carry);
    yn_free(input->mem, r);
    return error;
}

const yn_dialect yn_dialect_cloudflare_bulk = {
    "cloudflare-bulk", "bulk redirects of Cloudflare, as CSV", read_bulk, NULL};
