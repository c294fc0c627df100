// SPDX-License-Identifier: MIT
#include "report/compare.h"

#include <assert.h>

#include "base/text.h"
#include "report/verdict.h"

// ---- equal or not -------------------------------------------------------------------------------

static bool same_request(const yn_hop *a, const yn_hop *b)
{
    return a->body_sent == b->body_sent && yn_equal(a->method, b->method) &&
           yn_equal(yonder_url_href(&a->url), yonder_url_href(&b->url));
}

// What a client makes up to show a step of its own is no difference: no server said it.
static bool same_hop(const yn_hop *a, const yn_hop *b)
{
    bool same_answer = a->kind == YN_HOP_INTERNAL || a->evidence.status == b->evidence.status;
    return a->kind == b->kind && a->decided == b->decided && same_answer && same_request(a, b);
}

static bool same_end(const yn_chain *a, const yn_chain *b)
{
    const char *x = yn_chain_error(a), *y = yn_chain_error(b);
    return a->outcome == b->outcome && (x == y || (x && y && strcmp(x, y) == 0));
}

// The first hop, from 1, that differs; 0 if none does.
static size_t parting(const yn_chain *a, const yn_chain *b)
{
    size_t shorter = a->count < b->count ? a->count : b->count;
    for (size_t i = 0; i < shorter; i++)
        if (!same_hop(&a->hops[i], &b->hops[i]))
            return i + 1;
    return a->count == b->count && same_end(a, b) ? 0 : shorter + 1;
}

yn_comparison yn_compare(const yn_chain *chains, size_t count)
{
    assert(count > 0 && count <= YN_COMPARE_MAX);
    yn_comparison c = {.chains = chains, .count = count};
    for (size_t i = 0; i < count; i++) {
        c.differs_at[i] = parting(&chains[0], &chains[i]);
        while (c.same_as[i] < i && parting(&chains[c.same_as[i]], &chains[i]))
            c.same_as[i]++;
    }
    return c;
}

// ---- differences in words -----------------------------------------------------------------------

static const char *name_of(const yn_chain *c)
{
    return yonder_client_name(c->plan.client);
}

static void write_request(yn_buf *out, const yn_hop *hop)
{
    yn_put_untrusted(out, hop->method);
    yn_buf_char(out, ' ');
    yn_put_untrusted(out, yonder_url_href(&hop->url));
    if (hop->body_sent)
        yn_buf_put(out, YN_TEXT(" with its body"));
}

static void write_hop(yn_buf *out, const yn_hop *hop, bool with_answer)
{
    if (hop->kind == YN_HOP_INTERNAL)
        yn_buf_put(out, YN_TEXT("changes the scheme by itself at "));
    else if (hop->kind == YN_HOP_CACHE)
        yn_buf_put(out, YN_TEXT("answers from its cache to "));
    else if (hop->kind == YN_HOP_REFRESH)
        yn_buf_put(out, YN_TEXT("goes on from the page of "));
    else
        yn_buf_put(out, YN_TEXT("makes "));
    write_request(out, hop);
    if (!with_answer || hop->kind == YN_HOP_REFRESH)
        return;
    if (hop->kind == YN_HOP_NETWORK || hop->kind == YN_HOP_CACHE)
        yn_buf_put(out, YN_TEXT(" and gets "));
    else
        yn_buf_str(out, hop->evidence.status ? " and shows " : " ");
    if (hop->decided)
        yn_status_write(out, hop);
    else
        yn_buf_str(out, yn_fetch_error_code(hop->evidence.error));
}

// How a chain ended before the hop at which another one goes on.
static void write_end(yn_buf *out, const yn_chain *c)
{
    const yn_hop *last = &c->hops[c->count - 1];
    if (c->outcome == YN_OUTCOME_LOOP) {
        yn_buf_printf(out, "would make hop %zu again", c->loop_to);
    } else if (!last->decided) {
        yn_buf_put(out, YN_TEXT("failed: "));
        yn_buf_str(out, yn_fetch_error_prose(last->evidence.error));
    } else {
        yn_buf_str(out, c->outcome == YN_OUTCOME_FINAL ? "stops at " : "gives up at ");
        yn_status_write(out, last);
        if (last->decision.reason != YONDER_NOT_A_REDIRECT)
            yn_buf_printf(out, ", for %s", yonder_reason_prose(last->decision.reason));
    }
}

static void write_at(yn_buf *out, const yn_chain *c, size_t n, bool with_answer)
{
    yn_buf_printf(out, "%s ", name_of(c));
    if (n <= c->count)
        write_hop(out, &c->hops[n - 1], with_answer);
    else
        write_end(out, c);
}

void yn_compare_difference(yn_buf *out, const yn_comparison *c, size_t i)
{
    size_t n = c->differs_at[i];
    const yn_chain *ours = &c->chains[i], *theirs = &c->chains[0];
    if (n == 0)
        return;
    // Where the request is the same, the answer makes the difference.
    bool answers = n <= ours->count && n <= theirs->count &&
                   same_request(&ours->hops[n - 1], &theirs->hops[n - 1]);
    yn_buf_printf(out, "hop %zu: ", n);
    write_at(out, ours, n, answers);
    yn_buf_put(out, YN_TEXT("; "));
    write_at(out, theirs, n, answers);
}

// ---- the table ----------------------------------------------------------------------------------

// The columns before the URL: X(heading).
#define COLUMNS(X)                                                                                 \
    X(CLIENT, "client")                                                                            \
    X(REQUESTS, "requests")                                                                        \
    X(METHOD, "method")                                                                            \
    X(END, "ends with")

enum {
#define COLUMN_ENUM(name, heading) name,
    COLUMNS(COLUMN_ENUM)
#undef COLUMN_ENUM
    column_count,
    gap = 2,
    url_indent = 4,
};

static const char *const headings[] = {
#define COLUMN_ROW(name, heading) heading,
    COLUMNS(COLUMN_ROW)
#undef COLUMN_ROW
};

typedef struct table {
    const yn_comparison *comparison;
    const yn_style *style;
    yn_buf *out;
    yn_buf cell; // the one being written
    size_t width[column_count];
    bool url_below;
} table;

static void write_methods(yn_buf *cell, const yn_chain *c)
{
    yn_put_untrusted(cell, c->hops[0].method);
    for (size_t i = 1; i < c->count; i++)
        if (c->hops[i].method_changed) {
            yn_buf_put(cell, YN_TEXT(" → "));
            yn_put_untrusted(cell, c->hops[i].method);
        }
    if (c->hops[0].body_sent && !c->hops[c->count - 1].body_sent &&
        yn_equal(c->hops[0].method, c->hops[c->count - 1].method))
        yn_buf_put(cell, YN_TEXT(", body lost"));
}

static void write_outcome(yn_buf *cell, const yn_chain *c)
{
    const yn_hop *last = &c->hops[c->count - 1];
    if (c->outcome == YN_OUTCOME_LOOP)
        yn_buf_put(cell, YN_TEXT("a loop"));
    else if (c->outcome == YN_OUTCOME_TOO_MANY)
        yn_buf_put(cell, YN_TEXT("too many redirects"));
    else if (!last->decided)
        yn_buf_str(cell, yn_fetch_error_title(last->evidence.error));
    else
        yn_status_write(cell, last);
    if (c->outcome == YN_OUTCOME_ERROR && last->decided)
        yn_buf_put(cell, YN_TEXT(", refused"));
}

static yonder_text cell_text(table *t, size_t row, int column)
{
    const yn_chain *c = &t->comparison->chains[row];
    t->cell.len = 0;
    switch (column) {
    case CLIENT:
        yn_buf_str(&t->cell, name_of(c));
        break;
    case REQUESTS:
        yn_buf_number(&t->cell, (int64_t)yn_chain_requests(c));
        break;
    case METHOD:
        write_methods(&t->cell, c);
        break;
    default:
        write_outcome(&t->cell, c);
    }
    return yn_buf_text(&t->cell);
}

static bool is_first(const table *t, size_t row)
{
    return t->comparison->same_as[row] == row;
}

static void measure(table *t)
{
    size_t total = 0, url = 0;
    for (int i = 0; i < column_count; i++) {
        t->width[i] = strlen(headings[i]);
        for (size_t row = 0; row < t->comparison->count; row++) {
            size_t width = i == CLIENT || is_first(t, row) ? yn_columns(cell_text(t, row, i)) : 0;
            t->width[i] = width > t->width[i] ? width : t->width[i];
        }
        total += t->width[i] + gap;
    }
    for (size_t row = 0; row < t->comparison->count; row++) {
        const yn_chain *c = &t->comparison->chains[row];
        size_t length = c->hops[c->count - 1].url.length;
        url = is_first(t, row) && length > url ? length : url;
    }
    t->url_below = t->style->width && total + url > t->style->width;
}

static void put_cell(table *t, int column, yonder_text text, yn_look look)
{
    size_t padding = t->width[column] - yn_columns(text);
    if (column == REQUESTS)
        yn_put_spaces(t->out, padding);
    yn_look_begin(t->out, t->style, look);
    yn_buf_put(t->out, text);
    yn_look_end(t->out, t->style, look);
    bool last = column == END && t->url_below;
    if (!last)
        yn_put_spaces(t->out, (column == REQUESTS ? 0 : padding) + gap);
}

static void put_heading(table *t)
{
    for (int i = 0; i < column_count; i++)
        put_cell(t, i, yonder_text_of(headings[i]), YN_DIM);
    if (!t->url_below) {
        yn_look_begin(t->out, t->style, YN_DIM);
        yn_buf_put(t->out, YN_TEXT("URL"));
        yn_look_end(t->out, t->style, YN_DIM);
    }
    yn_buf_char(t->out, '\n');
}

static yn_look end_look(const yn_chain *c)
{
    const yn_hop *last = &c->hops[c->count - 1];
    if (c->outcome != YN_OUTCOME_FINAL || last->evidence.status >= 400)
        return YN_BAD;
    return last->evidence.status >= 300 ? YN_NOTICE : YN_GOOD;
}

// What is not as in the first row stands out.
static yn_look cell_look(const table *t, size_t row, int column)
{
    const yn_chain *first = &t->comparison->chains[0], *c = &t->comparison->chains[row];
    if (column == END)
        return end_look(c);
    if (column == REQUESTS)
        return yn_chain_requests(c) == yn_chain_requests(first) ? YN_PLAIN : YN_BOLD;
    if (column == METHOD)
        return yn_equal(c->hops[c->count - 1].method, first->hops[first->count - 1].method)
                   ? YN_PLAIN
                   : YN_BOLD;
    return YN_PLAIN;
}

static void put_url(table *t, size_t row)
{
    const yn_chain *first = &t->comparison->chains[0], *c = &t->comparison->chains[row];
    yonder_text href = yonder_url_href(&c->hops[c->count - 1].url);
    bool same = yn_equal(href, yonder_url_href(&first->hops[first->count - 1].url));
    if (t->url_below) {
        yn_buf_char(t->out, '\n');
        yn_put_spaces(t->out, url_indent);
    }
    yn_look_begin(t->out, t->style, same ? YN_PLAIN : YN_BOLD);
    yn_put_untrusted(t->out, href);
    yn_look_end(t->out, t->style, same ? YN_PLAIN : YN_BOLD);
    yn_buf_char(t->out, '\n');
}

static void put_row(table *t, size_t row)
{
    if (!is_first(t, row)) {
        put_cell(t, CLIENT, cell_text(t, row, CLIENT), YN_PLAIN);
        yn_look_begin(t->out, t->style, YN_DIM);
        yn_buf_printf(t->out, "as %s",
                      name_of(&t->comparison->chains[t->comparison->same_as[row]]));
        yn_look_end(t->out, t->style, YN_DIM);
        yn_buf_char(t->out, '\n');
        return;
    }
    for (int i = 0; i < column_count; i++)
        put_cell(t, i, cell_text(t, row, i), cell_look(t, row, i));
    put_url(t, row);
}

// ---- all of it ----------------------------------------------------------------------------------

static void put_difference(table *t, size_t row)
{
    yn_buf text = yn_buf_make(t->out->max, t->out->mem);
    yn_compare_difference(&text, t->comparison, row);
    yn_buf_char(&text, '\0');
    if (text.error && !t->out->error)
        t->out->error = text.error;
    if (!text.error)
        yn_put_wrapped(t->out, text.ptr, 0, url_indent,
                       t->style->width ? t->style->width : SIZE_MAX);
    yn_buf_char(t->out, '\n');
    yn_buf_free(&text);
}

static void put_findings(table *t)
{
    yn_buf text = yn_buf_make(t->out->max, t->out->mem);
    yn_findings_text_of_all(&text, t->comparison->chains, t->comparison->count, t->style);
    if (text.error && !t->out->error)
        t->out->error = text.error;
    if (text.len) {
        yn_buf_char(t->out, '\n');
        yn_buf_put(t->out, yn_buf_text(&text));
    }
    yn_buf_free(&text);
}

void yn_compare_text(yn_buf *out, const yn_comparison *c, const yn_style *style)
{
    table t = {
        .comparison = c, .style = style, .out = out, .cell = yn_buf_make(out->max, out->mem)};
    size_t groups = 0;
    measure(&t);
    put_heading(&t);
    for (size_t row = 0; row < c->count; row++) {
        put_row(&t, row);
        groups += is_first(&t, row);
    }
    if (groups > 1)
        yn_buf_printf(out, "\nWhere they part from %s\n", name_of(&c->chains[0]));
    for (size_t row = 1; row < c->count; row++)
        if (is_first(&t, row))
            put_difference(&t, row);
    put_findings(&t);
    if (t.cell.error && !out->error)
        out->error = t.cell.error;
    yn_buf_free(&t.cell);
}
