// SPDX-License-Identifier: MIT
// Plain tables, as spreadsheets export them: a row a rule, in native terms where they have
// patterns.
#include "base/text.h"
#include "dialects/carry.h"
#include "dialects/columns.h"
#include "dialects/flat.h"
#include "dialects/rows.h"

/* ---- columns --------------------------------------------------------------------------------- */

static const char *const column_names[YN_COLUMN_COUNT] = {"from", "to", "status"};

typedef struct reader {
    yn_carry carry;
    char separator; // 0: to be found out
    yn_csv csv;
    size_t columns[YN_COLUMN_COUNT]; // where they are; SIZE_MAX: nowhere
    bool said_schemes;
} reader;

// A row in its parts.
typedef struct rule {
    yonder_text from, to;
    yn_from pattern;
    yn_draft_pair pairs[YONDER_RULES_MAX_PAIRS];
    yn_draft draft;
} rule;

// One "name=column" of the mapping, whose column is a number from 1 or a name of the header row.
static bool map_column(reader *r, yonder_text word, bool *named)
{
    size_t equals = yn_find_char(word, '=');
    yonder_text name = yn_slice(word, 0, equals);
    yonder_text where = equals < word.len ? yn_skip(word, equals + 1) : (yonder_text){NULL, 0};
    uint64_t n;
    int column = 0;
    while (column < YN_COLUMN_COUNT && !yn_equal(name, yonder_text_of(column_names[column])))
        column++;
    if (column == YN_COLUMN_COUNT || !where.len)
        return YN_ERROR(&r->carry, "'%.*s' maps no column: from=, to= and status= do",
                        YN_PRINT(word));
    if (yn_parse_number(where, YN_CSV_MOST, &n) && n) {
        r->columns[column] = (size_t)n - 1;
        return true;
    }
    *named = true;
    for (size_t i = 0; i < r->csv.count; i++) {
        if (yn_equal_nocase(r->csv.cells[i], where)) {
            r->columns[column] = i;
            return true;
        }
    }
    return YN_ERROR(&r->carry, "the first row has no column '%.*s'", YN_PRINT(where));
}

// Reads --columns, with the first row at hand. `*is_header` tells whether that is a header.
static bool map_columns(reader *r, bool *is_header)
{
    yonder_text rest = r->carry.input->columns;
    bool named = false;
    for (int i = 0; i < YN_COLUMN_COUNT; i++)
        r->columns[i] = SIZE_MAX;
    while (rest.len) {
        size_t end = yn_find_char(rest, ',');
        if (!map_column(r, yn_trim(yn_slice(rest, 0, end), " "), &named))
            return false;
        rest = yn_skip(rest, end + (end < rest.len));
    }
    if (r->columns[YN_COLUMN_FROM] == SIZE_MAX)
        return YN_ERROR(&r->carry, "the mapping of columns lacks from=");
    *is_header = named || !yn_cell_is_address(yn_csv_cell(&r->csv, r->columns[YN_COLUMN_FROM]));
    if (*is_header && !named)
        YN_CHANGED(&r->carry, "taken for a header");
    return true;
}

// Finds out which column is what, with the first row at hand.
static bool find_columns(reader *r, bool *is_header)
{
    if (r->carry.input->columns.len)
        return map_columns(r, is_header);
    size_t from = yn_column_find(&r->csv, YN_COLUMN_FROM),
           to = yn_column_find(&r->csv, YN_COLUMN_TO);
    *is_header = from != SIZE_MAX && to != SIZE_MAX && from != to;
    for (int i = 0; i < YN_COLUMN_COUNT; i++)
        r->columns[i] = *is_header ? yn_column_find(&r->csv, (yn_column)i) : (size_t)i;
    if (*is_header)
        return true;
    *is_header = true;
    for (size_t i = 0; i < r->csv.count; i++)
        *is_header = *is_header && !yn_cell_is_address(r->csv.cells[i]);
    if (*is_header)
        YN_CHANGED(&r->carry, "taken for a header; the columns are taken for from, to, status");
    return true;
}

/* ---- cells ----------------------------------------------------------------------------------- */

static yonder_text joined(reader *r, const char *before, yonder_text t)
{
    yn_buf out = yn_carry_buf(&r->carry);
    yn_buf_str(&out, before);
    yn_buf_put(&out, t);
    return yn_carry_text(&r->carry, &out);
}

// Adds what people leave out. `scheme` goes before a host.
static yonder_text complete(reader *r, yonder_text t, const char *scheme)
{
    if (!t.len || t.ptr[0] == '/' || t.ptr[0] == '~' || yn_scheme_length(t) ||
        yn_cell_has_other_scheme(t))
        return t;
    yonder_text full = joined(r, yn_cell_starts_with_host(t) ? scheme : "/", t);
    YN_CHANGED(&r->carry, "'%.*s' is taken for '%.*s'", (int)(t.len < 100 ? t.len : 100), t.ptr,
               (int)(full.len < 100 ? full.len : 100), full.ptr);
    return full;
}

// The path and what stands before it and behind.
static bool read_from(reader *r, rule *u)
{
    yonder_text from = complete(r, u->from, "//");
    size_t start = yn_starts_with(from, YN_TEXT("//")) ? 2 : yn_scheme_length(from);
    size_t end = start ? yn_authority_end(from, start) : 0;
    if (start > 2)
        yn_carry_once(&r->carry, &r->said_schemes,
                      "what is redirected is given by URLs: rules answer for http and https alike");
    if (start)
        u->pattern.origin = joined(r, "//", yn_slice(from, start, end));
    from = yn_skip(from, end);
    size_t fragment = yn_find_char(from, '#'), query = yn_find_char(from, '?');
    if (fragment < from.len)
        return YN_LOST(
            &r->carry, "a fragment ('%.*s') never reaches a server: it cannot be redirected",
            (int)(from.len - fragment < 60 ? from.len - fragment : 60), from.ptr + fragment);
    if (query < from.len && !yn_pairs_of_query(&r->carry, yn_skip(from, query + 1), true, u->pairs,
                                               &u->draft.pair_count))
        return false;
    yonder_text path = query ? yn_slice(from, 0, query) : YN_TEXT("/");
    if (!path.len)
        path = YN_TEXT("/");
    u->pattern.bare_fits = true;
    if (!yn_from_split(&r->carry, &u->pattern, path))
        return false;
    for (size_t i = 0; i < u->pattern.count; i++)
        if (u->pattern.pieces[i].kind != YN_FROM_TEXT &&
            yn_from_find(&u->pattern, u->pattern.pieces[i].name) != i)
            return YN_LOST(&r->carry, "'*' or ':name' stands twice in what is redirected");
    return yn_from_write(&r->carry, &u->pattern, &u->draft.from);
}

// "/new/*" for "/old/*" means "/new/:splat".
static yonder_text name_star(reader *r, const rule *u, yonder_text to)
{
    if (to.len < 2 || memcmp(to.ptr + to.len - 2, "/*", 2) != 0 ||
        yn_from_find(&u->pattern, YN_TEXT("splat")) == u->pattern.count)
        return to;
    yn_buf out = yn_carry_buf(&r->carry);
    yn_buf_put(&out, yn_slice(to, 0, to.len - 1));
    yn_buf_put(&out, YN_TEXT(":splat"));
    return yn_carry_text(&r->carry, &out);
}

static bool read_status(reader *r, rule *u, yonder_text cell)
{
    u->draft.status = u->to.len ? 301 : 410;
    if (!cell.len || yn_cell_status(cell, &u->draft.status))
        return true;
    return YN_ERROR(&r->carry, "'%.*s' is no status", (int)(cell.len < 60 ? cell.len : 60),
                    cell.ptr);
}

static void read_row(reader *r, rule *u)
{
    yonder_text status = yn_csv_cell(&r->csv, r->columns[YN_COLUMN_STATUS]);
    u->from = yn_csv_cell(&r->csv, r->columns[YN_COLUMN_FROM]);
    u->to = yn_csv_cell(&r->csv, r->columns[YN_COLUMN_TO]);
    if (!yn_carry_check(&r->carry, "what is redirected", u->from) ||
        !yn_carry_check(&r->carry, "the target", u->to) ||
        !yn_carry_check(&r->carry, "the status", status))
        return;
    if (!u->from.len) {
        YN_ERROR(&r->carry, "the row does not say what is redirected");
        return;
    }
    if (!u->to.len && !status.len)
        YN_CHANGED(&r->carry, "there is no target and no status: it is taken for 410 Gone");
    if (yn_equal(u->to, YN_TEXT("-")))
        u->to = (yonder_text){NULL, 0};
    u->draft.pairs = u->pairs;
    if (u->from.ptr[0] == '~')
        u->draft.from = u->from;
    else if (!read_from(r, u))
        return;
    if (!read_status(r, u, status))
        return;
    if (yn_status_refuses(u->draft.status) && u->to.len) {
        YN_CHANGED(&r->carry, "status %d has no target: '%.*s' is left out", u->draft.status,
                   (int)(u->to.len < 100 ? u->to.len : 100), u->to.ptr);
        u->to.len = 0;
    }
    u->to = complete(r, u->to, "https://");
    u->draft.to = u->from.ptr[0] == '~'
                      ? u->to
                      : yn_to_write(&r->carry, &u->pattern, &u->draft, name_star(r, u, u->to));
    yn_carry_rule(&r->carry, &u->draft);
}

static void read_source(reader *r, const yonder_rules_source *source)
{
    yonder_text text;
    bool is_header = false;
    r->said_schemes = false;
    if (!yn_carry_source(&r->carry, source, &text))
        return;
    yn_csv_open(&r->csv, text, r->separator);
    if (!yn_csv_next(&r->csv, &r->carry) || !find_columns(r, &is_header))
        return;
    for (bool more = !is_header || yn_csv_next(&r->csv, &r->carry); more && !r->carry.error;
         more = yn_csv_next(&r->csv, &r->carry)) {
        rule *u = yn_arena_alloc(&r->carry.arena, sizeof *u);
        if (!u) {
            r->carry.error = YONDER_NO_MEMORY;
            return;
        }
        memset(u, 0, sizeof *u);
        read_row(r, u);
        yn_carry_rule_end(&r->carry);
    }
}

static int read_table(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes,
                      char separator)
{
    reader *r = yn_alloc(input->mem, sizeof *r);
    if (!r)
        return YONDER_NO_MEMORY;
    r->separator = separator;
    yn_carry_begin(&r->carry, input, sink, notes);
    for (size_t i = 0; i < input->source_count && !r->carry.error; i++)
        read_source(r, &input->sources[i]);
    int error = yn_carry_end(&r->carry);
    yn_free(input->mem, r);
    return error;
}

static int read_csv(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes)
{
    return read_table(input, sink, notes, '\0');
}

static int read_tsv(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes)
{
    return read_table(input, sink, notes, '\t');
}

/* ---- writing --------------------------------------------------------------------------------- */

typedef struct writer {
    yn_flat flat; // first: it is the context of the sink
    char separator;
} writer;

static void put_row(writer *w, yonder_text host, const yn_draft *draft)
{
    yn_buf *out = !w->flat.hosts.len ? &w->flat.any
                  : host.len         ? yn_flat_text(&w->flat, host)
                                     : &w->flat.named; // a URL
    yn_buf *from = &w->flat.room;
    from->len = 0;
    if (host.len)
        yn_buf_put(from, YN_TEXT("//"));
    yn_buf_put(from, host);
    yn_buf_put(from, draft->from);
    for (size_t i = 0; i < draft->pair_count; i++) {
        yn_buf_char(from, i ? '&' : '?');
        yn_buf_put(from, draft->pairs[i].name);
        yn_buf_char(from, '=');
        yn_buf_put(from, draft->pairs[i].value);
    }
    yn_csv_put(out, yn_buf_text(from), w->separator);
    yn_buf_char(out, w->separator);
    yn_csv_put(out, draft->to, w->separator);
    yn_buf_char(out, w->separator);
    yn_buf_number(out, draft->status);
    yn_buf_char(out, '\n');
    if (from->error && !w->flat.error)
        w->flat.error = from->error;
}

static int lost(writer *w, const yn_draft *draft, const char *why)
{
    yn_flat_note(&w->flat, YN_NOTE_LOST, draft->line, "%s", why);
    return YONDER_INVALID_RULES;
}

static int take_rule(void *context, const yn_draft *draft)
{
    writer *w = context;
    yonder_text rest = w->flat.hosts, host;
    bool regex = yn_starts_with(draft->from, YN_TEXT("~"));
    if (draft->condition_count)
        return lost(w, draft, "a table has no column for conditions");
    if (regex && rest.len)
        return lost(w, draft, "in a table, a regular expression cannot be tied to a host");
    if (regex && draft->pair_count)
        return lost(w, draft, "in a table, a regular expression cannot have query parameters");
    if (!rest.len || yn_scheme_length(draft->from) || yn_starts_with(draft->from, YN_TEXT("//")))
        put_row(w, (yonder_text){NULL, 0}, draft);
    else
        while ((host = yn_flat_host(&rest)).len)
            put_row(w, host, draft);
    return w->flat.error;
}

static int take_site(void *context, const yn_draft_site *site)
{
    writer *w = context;
    return yn_flat_site_lost(&w->flat, site, "a table");
}

static int finish(void *context)
{
    writer *w = context;
    const yonder_mem *mem = w->flat.mem;
    int error = yn_flat_end(&w->flat);
    yn_free(mem, w);
    return error;
}

static int write_table(yn_writer *out_writer, yn_buf *out, const yn_notes *notes,
                       const yonder_mem *mem, char separator)
{
    writer *w = yn_alloc(mem, sizeof *w);
    if (!w)
        return YONDER_NO_MEMORY;
    *w = (writer){.separator = separator};
    yn_flat_begin(&w->flat, out, notes, mem);
    yn_buf_printf(out, "from%cto%cstatus\n", separator, separator);
    out_writer->sink = (yn_sink){yn_flat_source, yn_flat_section, take_site, take_rule, w};
    out_writer->finish = finish;
    return YONDER_OK;
}

static int write_csv(yn_writer *writer_out, yn_buf *out, const yn_notes *notes,
                     const yonder_mem *mem)
{
    return write_table(writer_out, out, notes, mem, ',');
}

static int write_tsv(yn_writer *writer_out, yn_buf *out, const yn_notes *notes,
                     const yonder_mem *mem)
{
    return write_table(writer_out, out, notes, mem, '\t');
}

const yn_dialect yn_dialect_csv = {"csv", "a table: from, to, status (comma or semicolon)",
                                   read_csv, write_csv};
const yn_dialect yn_dialect_tsv = {"tsv", "the same, with tabs", read_tsv, write_tsv};
