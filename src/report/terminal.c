// SPDX-License-Identifier: MIT
#include "report/terminal.h"

#include "base/text.h"
#include "report/findings.h"
#include "report/notes.h"
#include "report/verdict.h"

// The columns before the URL: X(heading, right-aligned).
#define COLUMNS(X)                                                                                 \
    X(NUMBER, "#", true)                                                                           \
    X(STATUS, "status", false)                                                                     \
    X(METHOD, "method", false)                                                                     \
    X(DNS, "dns", true)                                                                            \
    X(TCP, "tcp", true)                                                                            \
    X(TLS, "tls", true)                                                                            \
    X(WAIT, "wait", true)                                                                          \
    X(TOTAL, "total ms", true)

enum {
#define COLUMN_ENUM(name, heading, right) name,
    COLUMNS(COLUMN_ENUM)
#undef COLUMN_ENUM
    column_count,
    gap = 2,
    url_indent = 4,
};

static const struct {
    const char *heading;
    bool right;
} columns[] = {
#define COLUMN_ROW(name, heading, right) {heading, right},
    COLUMNS(COLUMN_ROW)
#undef COLUMN_ROW
};

// How much is said, from the most to the least: the first that fits is taken.
typedef enum words {
    MEANINGS, // what a redirect status means, in place of its phrase
    PHRASES,
    CODES, // the status alone
    TOTALS // and no phases
} words;

typedef struct table {
    const yn_chain *chain;
    const yn_style *style;
    yn_buf *out;
    yn_buf cell; // the one being written
    words said;
    bool shown[column_count];
    size_t width[column_count]; // of the widest cell
    bool url_below;             // in a line of its own
} table;

// ---- cells --------------------------------------------------------------------------------------

static void write_refresh(yn_buf *cell, const yn_hop *hop, words how)
{
    yn_buf_put(cell, YN_TEXT("refresh"));
    if (how < CODES && hop->refresh.seconds == 0)
        yn_buf_put(cell, YN_TEXT(" at once"));
    else if (how < CODES)
        yn_buf_printf(cell, " after %lld s", (long long)hop->refresh.seconds);
}

// What the client did by itself: the phrase is its own, and there need not be a response.
static void write_internal(yn_buf *cell, const yn_hop *hop, words how)
{
    const yn_evidence *e = &hop->evidence;
    const char *upgrade = hop->cause.reason == YN_INTERNAL_FALLBACK ? "back to http" : "to https";
    if (e->status)
        yn_buf_number(cell, e->status);
    else
        yn_buf_str(cell, upgrade);
    if (how >= CODES)
        return;
    yn_buf_char(cell, ' ');
    yn_put_untrusted(cell, e->status ? e->phrase : YN_TEXT("(no response)"));
}

static void write_response(yn_buf *cell, const yn_hop *hop, words how)
{
    const yn_evidence *e = &hop->evidence;
    const char *meaning = how == MEANINGS ? yonder_status_meaning(e->status, hop->method) : "";
    if (!hop->decided)
        yn_buf_str(cell, yn_fetch_error_title(e->error));
    else if (*meaning)
        yn_buf_printf(cell, "%d %s", e->status, meaning);
    else if (how >= CODES)
        yn_buf_number(cell, e->status);
    else
        yn_status_write(cell, hop);
}

static void write_status(yn_buf *cell, const yn_hop *hop, words how)
{
    switch (hop->kind) {
    case YN_HOP_NETWORK:
        write_response(cell, hop, how);
        break;
    case YN_HOP_INTERNAL:
        write_internal(cell, hop, how);
        break;
    case YN_HOP_CACHE:
        yn_buf_printf(cell, "%d from cache", hop->evidence.status);
        break;
    case YN_HOP_REFRESH:
        write_refresh(cell, hop, how);
        break;
    }
}

static void write_method(yn_buf *cell, const yn_hop *hop, const yn_hop *before)
{
    if (before && hop->method_changed) {
        yn_put_untrusted(cell, before->method);
        yn_buf_put(cell, YN_TEXT(" → "));
    }
    yn_put_untrusted(cell, hop->method);
    if (before && before->body_sent && !hop->body_sent && !hop->method_changed)
        yn_buf_put(cell, YN_TEXT(", body lost"));
}

static void write_ms(yn_buf *cell, double ms)
{
    yn_buf_printf(cell, "%.*f", ms < 1 ? 2 : ms < 100 ? 1 : 0, ms);
}

static const yn_phase *phase_of(const yn_hop *hop, int column)
{
    const yn_timing *timing = &hop->evidence.timing;
    switch (column) {
    case DNS:
        return &timing->dns;
    case TCP:
        return &timing->connect;
    case TLS:
        return &timing->tls;
    case WAIT:
        return &timing->first_byte;
    default:
        return NULL;
    }
}

// The text of a cell, good until the next call.
static yonder_text cell_text(table *t, size_t row, int column)
{
    const yn_hop *hop = &t->chain->hops[row];
    const yn_phase *phase = phase_of(hop, column);
    t->cell.len = 0;
    switch (column) {
    case NUMBER:
        yn_buf_number(&t->cell, (int64_t)row + 1);
        break;
    case STATUS:
        write_status(&t->cell, hop, t->said);
        break;
    case METHOD:
        if (hop->kind == YN_HOP_REFRESH) // is no request
            yn_buf_char(&t->cell, '-');
        else
            write_method(&t->cell, hop, row ? hop - 1 : NULL);
        break;
    case TOTAL:
        if (hop->kind == YN_HOP_NETWORK || hop->evidence.timing.total > 0)
            write_ms(&t->cell, hop->evidence.timing.total);
        else
            yn_buf_char(&t->cell, '-');
        break;
    default:
        if (phase->took_place)
            write_ms(&t->cell, phase->ms);
        else
            yn_buf_char(&t->cell, '-');
    }
    return yn_buf_text(&t->cell);
}

static yn_look status_look(const yn_hop *hop)
{
    if (hop->cause.failure)
        return YN_BAD;
    if (!hop->evidence.status && hop->decided)
        return hop->decision.action == YONDER_ERROR ? YN_BAD : YN_NOTICE;
    if (!hop->decided || hop->evidence.status >= 400 || hop->decision.action == YONDER_ERROR)
        return YN_BAD;
    return hop->evidence.status >= 300 ? YN_NOTICE : YN_GOOD;
}

static yn_look cell_look(const yn_hop *hop, int column)
{
    if (column == STATUS)
        return status_look(hop);
    if (column == METHOD)
        return hop->method_changed ? YN_BOLD : YN_PLAIN;
    return column == NUMBER || column == TOTAL ? YN_PLAIN : YN_DIM;
}

// ---- the URL ------------------------------------------------------------------------------------

typedef struct looks {
    yn_look of[YONDER_URL_PARTS];
    yn_look between; // of slashes and a user name, which are never emphasised
} looks;

static const yonder_url_part url_parts[] = {
    YONDER_URL_PROTOCOL, YONDER_URL_HOST, YONDER_URL_PATHNAME, YONDER_URL_SEARCH, YONDER_URL_HASH};
enum {
    url_part_count = sizeof url_parts / sizeof *url_parts
};

static looks looks_of(const yonder_url *url, const yonder_url *before)
{
    looks l = {.between = before ? YN_DIM : YN_PLAIN};
    for (int i = 0; before && i < url_part_count; i++) {
        yonder_url_part part = url_parts[i];
        bool same = yn_equal(yonder_url_get(url, part), yonder_url_get(before, part));
        l.of[part] = same ? YN_DIM : YN_BOLD;
    }
    return l;
}

static yn_look look_at(const yonder_url *url, const looks *l, size_t at)
{
    for (int i = 0; i < url_part_count; i++) {
        yonder_url_span span = url->part[url_parts[i]];
        if (at >= span.at && at - span.at < span.len)
            return l->of[url_parts[i]];
    }
    return l->between;
}

static void write_url(table *t, const yonder_url *url, const yonder_url *before)
{
    const looks l = looks_of(url, before);
    yonder_text href = yonder_url_href(url);
    for (size_t from = 0, to; from < href.len; from = to) {
        yn_look look = look_at(url, &l, from);
        for (to = from + 1; to < href.len && look_at(url, &l, to) == look;)
            to++;
        yn_look_begin(t->out, t->style, look);
        yn_put_untrusted(t->out, yn_slice(href, from, to));
        yn_look_end(t->out, t->style, look);
    }
}

// ---- rows ---------------------------------------------------------------------------------------

static void spaces(yn_buf *out, size_t n)
{
    while (n--)
        yn_buf_char(out, ' ');
}

static void write_cell(table *t, int column, yonder_text text, yn_look look)
{
    if (!t->shown[column])
        return;
    size_t padding = t->width[column] - yn_columns(text);
    if (columns[column].right)
        spaces(t->out, padding);
    yn_look_begin(t->out, t->style, look);
    yn_buf_put(t->out, text);
    yn_look_end(t->out, t->style, look);
    bool last = column == column_count - 1;
    if (!columns[column].right)
        spaces(t->out, padding);
    if (!last || !t->url_below)
        spaces(t->out, gap);
}

static void write_heading(table *t)
{
    for (int i = 0; i < column_count; i++)
        write_cell(t, i, yonder_text_of(columns[i].heading), YN_DIM);
    if (!t->url_below) {
        yn_look_begin(t->out, t->style, YN_DIM);
        yn_buf_put(t->out, YN_TEXT("URL"));
        yn_look_end(t->out, t->style, YN_DIM);
    }
    yn_buf_char(t->out, '\n');
}

static void write_row(table *t, size_t row)
{
    const yn_hop *hop = &t->chain->hops[row];
    for (int i = 0; i < column_count; i++)
        write_cell(t, i, cell_text(t, row, i), cell_look(hop, i));
    if (t->url_below) {
        yn_buf_char(t->out, '\n');
        spaces(t->out, url_indent);
    }
    write_url(t, &hop->url, row ? &hop[-1].url : NULL);
    yn_buf_char(t->out, '\n');
}

// A phase that no hop has is not shown.
static bool is_shown(const table *t, int column)
{
    if (!phase_of(&t->chain->hops[0], column))
        return true;
    for (size_t row = 0; row < t->chain->count; row++)
        if (phase_of(&t->chain->hops[row], column)->took_place)
            return t->said < TOTALS;
    return false;
}

// Sets the width of each column for what is said now. Returns that of all, with a gap after each.
static size_t measure(table *t)
{
    size_t total = 0;
    for (int i = 0; i < column_count; i++) {
        t->shown[i] = is_shown(t, i);
        t->width[i] = yn_columns(yonder_text_of(columns[i].heading));
        for (size_t row = 0; row < t->chain->count; row++) {
            size_t width = yn_columns(cell_text(t, row, i));
            if (width > t->width[i])
                t->width[i] = width;
        }
        if (t->shown[i])
            total += t->width[i] + gap;
    }
    return total;
}

// Fits the table to the terminal: URLs go below, then less and less is said.
static void lay_out(table *t)
{
    size_t url = 0, limit = t->style->width;
    for (size_t row = 0; row < t->chain->count; row++)
        if (t->chain->hops[row].url.length > url)
            url = t->chain->hops[row].url.length;
    size_t width = measure(t);
    if (limit == 0 || width + url <= limit)
        return;
    t->url_below = true;
    while (width - gap > limit && t->said < TOTALS) {
        t->said++;
        width = measure(t);
    }
}

static yn_look verdict_look(const yn_chain *c)
{
    if (c->outcome != YN_OUTCOME_FINAL)
        return YN_BAD;
    return status_look(&c->hops[c->count - 1]);
}

static void write_verdict(table *t)
{
    const yn_chain *c = t->chain;
    yn_look look = verdict_look(c);
    yn_look_begin(t->out, t->style, look);
    yn_verdict_write(t->out, c);
    yn_look_end(t->out, t->style, look);
    size_t requests = yn_chain_requests(c);
    yn_buf_printf(t->out, " (%zu hop%s", c->count, c->count == 1 ? "" : "s");
    if (requests != c->count)
        yn_buf_printf(t->out, ", %zu over the network", requests);
    yn_buf_printf(t->out, ", %.1f ms, as %s)\n", c->total_ms, yonder_client_name(c->plan.client));
}

static void write_chain(yn_buf *out, const yn_chain *chain, const yn_style *style)
{
    table t = {.chain = chain, .style = style, .out = out, .cell = yn_buf_make(out->max, out->mem)};
    lay_out(&t);
    write_heading(&t);
    for (size_t row = 0; row < chain->count; row++)
        write_row(&t, row);
    yn_notes_write(out, chain);
    yn_findings_text(out, chain, style);
    write_verdict(&t);
    if (t.cell.error && !out->error)
        out->error = t.cell.error;
    yn_buf_free(&t.cell);
}

void yn_report_terminal(yn_buf *out, const yn_chain *visits, size_t count, const yn_style *style)
{
    for (size_t i = 0; i < count; i++) {
        if (count > 1) {
            yn_look_begin(out, style, YN_BOLD);
            yn_buf_printf(out, "Visit %zu of %zu", i + 1, count);
            yn_look_end(out, style, YN_BOLD);
            yn_buf_char(out, '\n');
        }
        write_chain(out, &visits[i], style);
        if (i + 1 < count)
            yn_buf_char(out, '\n');
    }
}
