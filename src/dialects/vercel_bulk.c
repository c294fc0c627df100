// SPDX-License-Identifier: MIT
// Vercel's bulk redirects: exact paths, whose case does not count and whose query is dropped,
// unless they say otherwise.
#include "base/text.h"
#include "dialects/csv.h"
#include "dialects/lines.h"
#include "dialects/rows.h"
#include "dialects/vercel.h"

int yn_vercel_status(int code, bool permanent)
{
    return code ? code : permanent ? 308 : 307;
}

void yn_vercel_bulk_put(yn_carry *carry, const yn_vercel_bulk *bulk, bool case_ignored)
{
    yn_from from = {.bare_fits = false};
    yn_draft draft = {.status = bulk->status};
    size_t scheme = yn_scheme_length(bulk->source), end = yn_authority_end(bulk->source, scheme);
    yonder_text path = bulk->source;
    if (!yn_carry_check(carry, "the source", bulk->source) ||
        !yn_carry_check(carry, "the destination", bulk->destination))
        return;
    if (scheme) {
        from.origin = yn_slice(path, 0, end);
        path = end < path.len ? yn_skip(path, end) : YN_TEXT("/");
    }
    if (!path.len || path.ptr[0] != '/' || yn_find_char(path, '?') < path.len ||
        yn_find_char(path, '#') < path.len) {
        YN_ERROR(carry, "the source is no path, or not only one");
        return;
    }
    from.ignores_case = !bulk->case_sensitive && !case_ignored && !scheme;
    if (!bulk->case_sensitive && !case_ignored && scheme)
        YN_CHANGED(carry, "case counts now, in a file in which it counts for some");
    if (!yn_from_add(carry, &from, YN_FROM_TEXT, path, (yonder_text){NULL, 0}) ||
        !yn_from_write(carry, &from, &draft.from))
        return;
    draft.to = yn_to_write(carry, &from, NULL, bulk->destination);
    if (!bulk->query)
        draft.to = yn_to_drop_query(carry, draft.to);
    yn_carry_rule(carry, &draft);
}

/* ---- CSV ------------------------------------------------------------------------------------- */

enum {
    SOURCE,
    DESTINATION,
    PERMANENT,
    STATUS_CODE,
    CASE_SENSITIVE,
    QUERY,
    column_count,
};

static const char *const names[column_count] = {"source",     "destination",   "permanent",
                                                "statusCode", "caseSensitive", "query"};

typedef struct reader {
    yn_carry carry;
    yn_csv csv;
    size_t columns[column_count];
    size_t sensitive, insensitive; // rows of each kind
} reader;

static bool read_header(reader *r)
{
    for (int i = 0; i < column_count; i++) {
        size_t n = 0;
        while (n < r->csv.count && !yn_equal_nocase(r->csv.cells[n], yonder_text_of(names[i])))
            n++;
        r->columns[i] = n < r->csv.count ? n : SIZE_MAX;
    }
    if (r->columns[SOURCE] == SIZE_MAX || r->columns[DESTINATION] == SIZE_MAX)
        return YN_ERROR(&r->carry, "the first row has to name the columns, 'source' and "
                                   "'destination' among them");
    return true;
}

static bool read_flag(reader *r, int column, bool *out)
{
    yonder_text cell = yn_csv_cell(&r->csv, r->columns[column]);
    *out = yn_equal_nocase(cell, YN_TEXT("true")) || yn_equal_nocase(cell, YN_TEXT("t"));
    if (*out || !cell.len || yn_equal_nocase(cell, YN_TEXT("false")) ||
        yn_equal_nocase(cell, YN_TEXT("f")))
        return true;
    return YN_ERROR(&r->carry, "'%s' is 'true' or 'false'", names[column]);
}

static void read_row(reader *r)
{
    yn_vercel_bulk bulk = {yn_csv_cell(&r->csv, r->columns[SOURCE]),
                           yn_csv_cell(&r->csv, r->columns[DESTINATION])};
    yonder_text code = yn_csv_cell(&r->csv, r->columns[STATUS_CODE]);
    bool permanent;
    uint64_t n = 0;
    if (code.len && !yn_parse_number(code, 599, &n)) {
        YN_ERROR(&r->carry, "the status is no number");
        return;
    }
    if (!read_flag(r, PERMANENT, &permanent) ||
        !read_flag(r, CASE_SENSITIVE, &bulk.case_sensitive) || !read_flag(r, QUERY, &bulk.query))
        return;
    bulk.status = yn_vercel_status((int)n, permanent);
    yn_vercel_bulk_put(&r->carry, &bulk, !r->sensitive);
}

// Counts rows of each kind, to see whether one line can speak for all.
static void count_rows(reader *r, yonder_text text)
{
    bool first = true, sensitive;
    if (yn_starts_with(text, YN_BYTE_ORDER_MARK))
        text = yn_skip(text, YN_BYTE_ORDER_MARK.len);
    yn_csv_open(&r->csv, text, '\0');
    while (yn_csv_next(&r->csv, &r->carry)) {
        if (first && !read_header(r))
            break;
        yonder_text cell = yn_csv_cell(&r->csv, r->columns[CASE_SENSITIVE]);
        sensitive = yn_equal_nocase(cell, YN_TEXT("true")) || yn_equal_nocase(cell, YN_TEXT("t"));
        r->sensitive += !first && sensitive;
        r->insensitive += !first && !sensitive;
        first = false;
        yn_carry_rule_end(&r->carry);
    }
}

static void read_source(reader *r, const yonder_rules_source *source)
{
    yonder_text text;
    if (!yn_carry_source(&r->carry, source, &text))
        return;
    if (!r->sensitive && r->insensitive)
        yn_carry_site(&r->carry, YN_TEXT("case"), YN_TEXT("ignore"));
    r->insensitive = 0; // it is said once
    yn_csv_open(&r->csv, text, '\0');
    if (!yn_csv_next(&r->csv, &r->carry) || !read_header(r))
        return;
    while (!r->carry.error && yn_csv_next(&r->csv, &r->carry)) {
        read_row(r);
        yn_carry_rule_end(&r->carry);
    }
}

static void ignore_note(void *context, const yn_note *note)
{
    (void)context;
    (void)note;
}

static int read_bulk(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes)
{
    static const yn_notes silent = {ignore_note, NULL};
    reader *r = yn_alloc(input->mem, sizeof *r);
    if (!r)
        return YONDER_NO_MEMORY;
    r->sensitive = r->insensitive = 0;
    yn_carry_begin(&r->carry, input, sink, &silent);
    for (size_t i = 0; i < input->source_count; i++)
        count_rows(r, input->sources[i].text);
    r->carry.notes = notes;
    r->carry.line = 0;
    for (size_t i = 0; i < input->source_count && !r->carry.error; i++)
        read_source(r, &input->sources[i]);
    int error = yn_carry_end(&r->carry);
    yn_free(input->mem, r);
    return error;
}

const yn_dialect yn_dialect_vercel_csv = {"vercel-csv", "bulk redirects of Vercel, as CSV",
                                          read_bulk, NULL};
