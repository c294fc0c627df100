// SPDX-License-Identifier: MIT
#include "cli/expect.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <yonder/url.h>

#include "base/text.h"
#include "cli/rules_request.h"
#include "cli/words.h"
#include "dialects/columns.h"

enum {
    lines_looked_at = 100, // to tell what a file is
    fields_max = 64,       // of one line
    list_max = 1 << 30,
};

typedef struct reader {
    yn_expectations *out;
    yn_carry carry; // of the table's tokenizer; checks texts
    yonder_text name;
    yonder_report_fn *report;
    void *context;
    yonder_text rest; // from the line at hand on, which is number `line`
    uint32_t line;
    bool bad;
    yn_buf room;
    // The host last seen, which is most often the next one's, too.
    yonder_text authority, host;
    bool https;
} reader;

// An expectation in words.
typedef struct words {
    yonder_text url, status, location;
    const yn_expect_more *more;
} words;

bool yn_expect_redirects(int status)
{
    return yn_status_redirects(status);
}

/* ---- what is wrong --------------------------------------------------------------------------- */

static size_t line_length(yonder_text t)
{
    size_t n = 0;
    while (n < t.len && t.ptr[n] != '\n' && t.ptr[n] != '\r')
        n++;
    return n;
}

static yonder_text after_line(yonder_text t, size_t length)
{
    t = yn_skip(t, length);
    if (!t.len)
        return t;
    return yn_skip(t, 1 + (t.ptr[0] == '\r' && t.len > 1 && t.ptr[1] == '\n'));
}

// Rows may go over several lines: the reader's place follows when it is needed.
static void go_to_line(reader *r, uint32_t line)
{
    for (; r->line < line && r->rest.len; r->line++)
        r->rest = after_line(r->rest, line_length(r->rest));
}

static void tell(reader *r, uint32_t line, const char *at, yonder_text message)
{
    go_to_line(r, line ? line : 1);
    yonder_text source = yn_slice(r->rest, 0, line_length(r->rest));
    uintptr_t start = (uintptr_t)source.ptr, place = (uintptr_t)at;
    bool inside = at && source.ptr && place >= start && place <= start + source.len;
    yonder_diagnostic d = {.file = r->name,
                           .line = line ? line : 1,
                           .column = inside ? (uint32_t)(place - start) + 1 : 1,
                           .message = message,
                           .source_line = source};
    r->bad = true;
    if (r->report)
        r->report(r->context, &d);
}

static bool wrong(reader *r, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool wrong(reader *r, const char *at, const char *format, ...)
{
    char message[400];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    tell(r, r->carry.line, at, yonder_text_of(message));
    return false;
}

static bool no_memory(reader *r)
{
    r->carry.error = YONDER_NO_MEMORY;
    return false;
}

static void take_note(void *context, const yn_note *note)
{
    tell(context, note->line, NULL, note->message);
}

static void take_problem(void *context, const char *at, yonder_text message)
{
    reader *r = context;
    tell(r, r->carry.line, at, message);
}

/* ---- the URL --------------------------------------------------------------------------------- */

static bool is_unsent(unsigned char c)
{
    return c <= ' ' || c >= 0x7F;
}

// What cannot stand in a request line goes as clients send it.
static bool encode_target(reader *r, yonder_text *target)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t unsent = 0, n = 0;
    for (size_t i = 0; i < target->len; i++)
        unsent += is_unsent((unsigned char)target->ptr[i]);
    bool moved = target->ptr == r->room.ptr;
    if (!unsent && !moved)
        return true;
    char *out = yn_arena_alloc(&r->out->arena, target->len + 2 * unsent);
    if (!out)
        return no_memory(r);
    for (size_t i = 0; i < target->len; i++) {
        unsigned char c = (unsigned char)target->ptr[i];
        if (is_unsent(c)) {
            out[n++] = '%';
            out[n++] = digits[c >> 4];
            out[n++] = digits[c & 15];
        } else {
            out[n++] = (char)c;
        }
    }
    *target = (yonder_text){out, n};
    return true;
}

// The authority in ASCII, and without the scheme's own port.
static bool read_host(reader *r, yn_expectation *e, yonder_text authority)
{
    if (!authority.len)
        return true;
    if (!r->host.ptr || r->https != e->https || !yn_equal(authority, r->authority)) {
        yonder_url url;
        yn_buf text = yn_buf_make(YONDER_URL_MAX, NULL);
        yn_buf_str(&text, e->https ? "https://" : "http://");
        yn_buf_put(&text, authority);
        int error =
            text.error ? text.error : yonder_url_parse(&url, yn_buf_text(&text), NULL, NULL);
        yn_buf_free(&text);
        if (error == YONDER_NO_MEMORY)
            return no_memory(r);
        if (error)
            return wrong(r, authority.ptr, "'%.*s' is no host", YN_PRINT(yn_quotable(authority)));
        r->host = yn_arena_text(&r->out->arena, yonder_url_get(&url, YONDER_URL_HOST));
        yonder_url_free(&url, NULL);
        r->authority = authority;
        r->https = e->https;
        if (!r->host.ptr)
            return no_memory(r);
    }
    e->host = r->host;
    return true;
}

static bool read_url(reader *r, yn_expectation *e, yonder_text url)
{
    if (!url.len)
        return wrong(r, url.ptr, "the URL is missing");
    if (!yn_carry_check(&r->carry, "the URL", url))
        return false;
    r->room.len = 0;
    if (!yn_buf_reserve(&r->room, url.len + 2))
        return no_memory(r);
    yonder_rules_request request = {0};
    const char *message = yn_rules_request_url(&request, url, r->room.ptr);
    if (message)
        return wrong(r, url.ptr, "%s", message);
    e->url = url;
    e->https = request.https;
    e->target = request.target;
    return read_host(r, e, request.host) && encode_target(r, &e->target);
}

/* ---- status and Location --------------------------------------------------------------------- */

static bool read_status(reader *r, yn_expectation *e, yonder_text word)
{
    int status = 0;
    if (!word.len)
        return true;
    if (yn_equal_nocase(word, YN_TEXT("none"))) {
        e->place = YN_EXPECT_NOWHERE;
        return true;
    }
    if (!yn_cell_status(word, &status) || status < 100)
        return wrong(r, word.ptr,
                     "'%.*s' is no status: a number, permanent, temporary, see-other, gone, none",
                     YN_PRINT(yn_quotable(word)));
    e->status = (uint16_t)status;
    return true;
}

static bool read_pattern(reader *r, yn_expectation *e, yonder_text pattern)
{
    yn_problems problems = {take_problem, r};
    yn_regex **regexes = (yn_regex **)(void *)r->out->patterns.ptr, *regex;
    yonder_text source = yn_skip(pattern, 1);
    bool added, ignore_case = source.len && source.ptr[0] == '*';
    size_t count = r->out->patterns.len / sizeof regex;
    uint32_t *at = yn_map_add(&r->out->by_pattern, pattern, (uint32_t)count, &added);
    if (!at)
        return no_memory(r);
    e->place = YN_EXPECT_PATTERN;
    e->location = pattern;
    if (!added) {
        e->pattern = regexes[*at];
        return true;
    }
    int error =
        yn_regex_compile(&regex, yn_skip(source, ignore_case), ignore_case, &problems, NULL);
    if (!error) {
        yn_buf_put(&r->out->patterns, (yonder_text){(const char *)&regex, sizeof regex});
        error = r->out->patterns.error;
        if (error)
            yn_regex_free(regex);
    }
    if (error) {
        (void)yn_map_remove(&r->out->by_pattern, pattern);
        return error == YONDER_INVALID_RULES ? false : no_memory(r);
    }
    e->pattern = regex;
    return true;
}

static bool read_location(reader *r, yn_expectation *e, yonder_text location)
{
    bool nowhere = e->place == YN_EXPECT_NOWHERE;
    if (!yn_carry_check(&r->carry, "the Location", location))
        return false;
    if (yn_equal(location, YN_TEXT("-")) || (nowhere && !location.len)) {
        e->place = YN_EXPECT_NOWHERE;
        return true;
    }
    if (nowhere)
        return wrong(r, location.ptr, "no redirect is expected, and yet a Location");
    if (!location.len) {
        e->place = yn_expect_redirects(e->status) ? YN_EXPECT_ANYWHERE : YN_EXPECT_NOWHERE;
        return e->status != 0 || wrong(r, e->url.ptr + e->url.len, "nothing is expected");
    }
    if (location.ptr[0] == '~')
        return read_pattern(r, e, location);
    e->place = YN_EXPECT_EXACTLY;
    e->location = location;
    return true;
}

static void take(reader *r, const words *w)
{
    yn_expectation e = {.line = r->carry.line, .more = w->more};
    if (!read_url(r, &e, w->url) || !read_status(r, &e, w->status) ||
        !read_location(r, &e, w->location))
        return;
    yn_buf_put(&r->out->list, (yonder_text){(const char *)&e, sizeof e});
    if (r->out->list.error)
        (void)no_memory(r);
}

/* ---- what else a line says of the request ---------------------------------------------------- */

// "Name=value" after "header:", whose blanks are written as %20.
static bool read_field(reader *r, yonder_text word, yonder_field *field)
{
    size_t equals = yn_find_char(word, '=');
    yonder_text value = yn_skip(word, equals + (equals < word.len));
    field->name = yn_slice(word, 0, equals);
    if (equals == word.len || !yn_is_token(field->name))
        return wrong(r, word.ptr, "'header:' is followed by a name, '=' and a value");
    if (yn_equal_nocase(field->name, YN_TEXT("host")))
        return wrong(r, word.ptr, "the host is written into the URL");
    if (yn_equal_nocase(field->name, YN_TEXT("content-length")) ||
        yn_equal_nocase(field->name, YN_TEXT("transfer-encoding")))
        return wrong(r, word.ptr, "requests are without a body");
    char *out = yn_arena_alloc(&r->out->arena, value.len + 1);
    size_t n = 0;
    if (!out)
        return no_memory(r);
    for (size_t i = 0; i < value.len; i++, n++) {
        bool escaped = value.ptr[i] == '%' && i + 2 < value.len &&
                       yn_hex_value((unsigned char)value.ptr[i + 1]) >= 0 &&
                       yn_hex_value((unsigned char)value.ptr[i + 2]) >= 0;
        out[n] = value.ptr[i];
        if (escaped) {
            out[n] = (char)(yn_hex_value((unsigned char)value.ptr[i + 1]) * 16 +
                            yn_hex_value((unsigned char)value.ptr[i + 2]));
            i += 2;
        }
        if (((unsigned char)out[n] < ' ' && out[n] != '\t') || out[n] == 0x7F)
            return wrong(r, value.ptr + i, "a control character in a header field");
    }
    field->value = (yonder_text){out, n};
    return true;
}

static bool read_http(reader *r, yonder_text value, yn_expect_more *more)
{
    more->http10 = yn_equal(value, YN_TEXT("1.0"));
    return more->http10 || yn_equal(value, YN_TEXT("1.1")) ||
           wrong(r, value.ptr, "http= takes 1.0 or 1.1");
}

static bool is_more(yonder_text word)
{
    static const yonder_text names[] = {YN_TEXT_INIT("method="), YN_TEXT_INIT("header:"),
                                        YN_TEXT_INIT("http="),   YN_TEXT_INIT("now="),
                                        YN_TEXT_INIT("client="), YN_TEXT_INIT("country=")};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (yn_starts_with(word, names[i]))
            return true;
    return false;
}

static bool read_more_word(reader *r, yonder_text word, yn_expect_more *more,
                           yonder_field fields[fields_max])
{
    size_t equals = yn_find_char(word, '=');
    yonder_text value = yn_skip(word, equals + (equals < word.len));
    if (!yn_carry_check(&r->carry, "the line", word))
        return false;
    if (yn_starts_with(word, YN_TEXT("header:"))) {
        if (more->field_count == fields_max)
            return wrong(r, word.ptr, "more than %d header fields", fields_max);
        return read_field(r, yn_skip(word, 7), &fields[more->field_count++]);
    }
    if (!value.len)
        return wrong(r, word.ptr, "'%.*s' has no value", YN_PRINT(word));
    switch (word.ptr[0]) {
    case 'm':
        more->method = value;
        return yn_is_token(value) || wrong(r, value.ptr, "that is no method");
    case 'h':
        return read_http(r, value, more);
    case 'n':
        more->has_now = true;
        return yn_word_moment(value, &more->now) ||
               wrong(r, value.ptr, "now= takes " YN_MOMENT_FORMS);
    default:
        *(word.ptr[1] == 'l' ? &more->client : &more->country) = value;
        return true;
    }
}

/* ---- lines with arrows ----------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

// Where an arrow between blanks stands; false if none does.
static bool find_arrow(yonder_text line, size_t *at, size_t *len)
{
    static const yonder_text arrows[] = {YN_TEXT_INIT("\xE2\x86\x92"), YN_TEXT_INIT("->"),
                                         YN_TEXT_INIT("=>")};
    for (size_t i = 0; i < line.len; i++) {
        if (i && !is_blank(line.ptr[i - 1]))
            continue;
        for (size_t a = 0; a < sizeof arrows / sizeof *arrows; a++) {
            size_t end = i + arrows[a].len;
            if (yn_starts_with(yn_skip(line, i), arrows[a]) &&
                (end == line.len || is_blank(line.ptr[end]))) {
                *at = i;
                *len = arrows[a].len;
                return true;
            }
        }
    }
    return false;
}

// Takes the next word; empty after the last, and where a comment starts.
static yonder_text next_word(yonder_text *rest)
{
    *rest = yn_trim(*rest, " \t");
    size_t end = 0;
    while (end < rest->len && !is_blank(rest->ptr[end]))
        end++;
    if (rest->len && rest->ptr[0] == '#')
        end = rest->len = 0;
    yonder_text word = yn_slice(*rest, 0, end);
    *rest = yn_skip(*rest, end);
    return word;
}

static bool is_status_word(yonder_text word)
{
    int status;
    uint64_t number;
    if (word.len && yn_is_digit((unsigned char)word.ptr[0]))
        return word.len == 3 && yn_parse_number(word, 999, &number);
    return yn_equal_nocase(word, YN_TEXT("none")) || yn_cell_status(word, &status);
}

static bool read_more(reader *r, yonder_text word, yonder_text *rest, words *w)
{
    yonder_field fields[fields_max];
    yn_expect_more more = {0};
    for (; word.len; word = next_word(rest)) {
        if (!is_more(word))
            return wrong(r, word.ptr,
                         "'%.*s' is none of method=, header:Name=, http=, now=, client=, country=",
                         YN_PRINT(yn_quotable(word)));
        if (!read_more_word(r, word, &more, fields))
            return false;
    }
    size_t size = more.field_count * sizeof *fields;
    yn_expect_more *kept = yn_arena_alloc(&r->out->arena, sizeof more);
    yonder_field *kept_fields = size ? yn_arena_alloc(&r->out->arena, size) : NULL;
    if (!kept || (size && !kept_fields))
        return no_memory(r);
    if (size)
        memcpy(kept_fields, fields, size);
    more.fields = kept_fields;
    *kept = more;
    w->more = kept;
    return true;
}

static void read_line(reader *r, yonder_text line)
{
    words w = {0};
    size_t at, len;
    line = yn_trim(line, " \t");
    if (!line.len || line.ptr[0] == '#')
        return;
    if (!find_arrow(line, &at, &len)) {
        (void)wrong(r, line.ptr + line.len,
                    "an arrow between blanks is missing: URL \xE2\x86\x92 STATUS LOCATION");
        return;
    }
    w.url = yn_trim(yn_slice(line, 0, at), " \t");
    yonder_text rest = yn_skip(line, at + len), word = next_word(&rest);
    for (size_t i = 0; i < w.url.len; i++) {
        if (is_blank(w.url.ptr[i])) {
            (void)wrong(r, w.url.ptr + i, "a blank in a URL is written as %%20");
            return;
        }
    }
    if (is_status_word(word)) {
        w.status = word;
        word = next_word(&rest);
    }
    if (word.len && !is_more(word)) {
        w.location = word;
        word = next_word(&rest);
    }
    if (!word.len || read_more(r, word, &rest, &w))
        take(r, &w);
}

static void read_lines(reader *r)
{
    while (r->rest.len && !r->carry.error) {
        size_t length = line_length(r->rest);
        r->carry.line = r->line;
        read_line(r, yn_slice(r->rest, 0, length));
        r->rest = after_line(r->rest, length);
        r->line++;
    }
}

static bool has_arrows(yonder_text text)
{
    size_t at, len;
    for (int seen = 0; text.len && seen < lines_looked_at;) {
        size_t length = line_length(text);
        yonder_text line = yn_trim(yn_slice(text, 0, length), " \t");
        text = after_line(text, length);
        if (!line.len || line.ptr[0] == '#')
            continue;
        if (find_arrow(line, &at, &len))
            return true;
        seen++;
    }
    return false;
}

/* ---- tables ---------------------------------------------------------------------------------- */

// Cells lie in the file, or in the tokenizer's arena, which goes.
static yonder_text keep(reader *r, yonder_text text, yonder_text cell)
{
    bool inside = (uintptr_t)cell.ptr >= (uintptr_t)text.ptr &&
                  (uintptr_t)cell.ptr < (uintptr_t)text.ptr + text.len;
    if (!cell.len || inside)
        return cell;
    yonder_text kept = yn_arena_text(&r->out->arena, cell);
    if (!kept.ptr)
        (void)no_memory(r);
    return kept.ptr ? kept : (yonder_text){NULL, 0};
}

// Adds what people leave out of an address, as `yonder convert` does.
static yonder_text complete(reader *r, yonder_text cell, const char *scheme)
{
    if (!cell.len || memchr("/~-#?", cell.ptr[0], 5) || yn_scheme_length(cell) ||
        yn_cell_has_other_scheme(cell))
        return cell;
    yonder_text before = yonder_text_of(yn_cell_starts_with_host(cell) ? scheme : "/");
    char *whole = yn_arena_alloc(&r->out->arena, before.len + cell.len);
    if (!whole) {
        (void)no_memory(r);
        return cell;
    }
    memcpy(whole, before.ptr, before.len);
    memcpy(whole + before.len, cell.ptr, cell.len);
    return (yonder_text){whole, before.len + cell.len};
}

// Finds out which column is what. True if the row at hand says it.
static bool find_columns(const yn_csv *csv, size_t columns[YN_COLUMN_COUNT])
{
    int status;
    for (int i = 0; i < YN_COLUMN_COUNT; i++)
        columns[i] = yn_column_find(csv, (yn_column)i);
    size_t from = columns[YN_COLUMN_FROM], to = columns[YN_COLUMN_TO];
    if (from != SIZE_MAX && from != to && (to != SIZE_MAX || columns[YN_COLUMN_STATUS] != SIZE_MAX))
        return true;
    yonder_text second = yn_csv_cell(csv, 1);
    bool status_first = yn_equal_nocase(second, YN_TEXT("none")) || yn_cell_status(second, &status);
    columns[YN_COLUMN_FROM] = 0;
    columns[YN_COLUMN_TO] = status_first ? 2 : 1;
    columns[YN_COLUMN_STATUS] = status_first ? 1 : 2;
    for (size_t i = 0; i < csv->count; i++)
        if (yn_cell_is_address(csv->cells[i]) || status_first)
            return false;
    return true;
}

static void read_table(reader *r, yonder_text text)
{
    yn_csv *csv = malloc(sizeof *csv);
    size_t columns[YN_COLUMN_COUNT];
    if (!csv) {
        (void)no_memory(r);
        return;
    }
    yn_csv_open(csv, text, '\0');
    bool more = yn_csv_next(csv, &r->carry);
    while (more && csv->cells[0].len && csv->cells[0].ptr[0] == '#')
        more = yn_csv_next(csv, &r->carry);
    if (more && find_columns(csv, columns))
        more = yn_csv_next(csv, &r->carry);
    for (; more && !r->carry.error; more = yn_csv_next(csv, &r->carry)) {
        yonder_text url = yn_csv_cell(csv, columns[YN_COLUMN_FROM]),
                    to = yn_csv_cell(csv, columns[YN_COLUMN_TO]),
                    status = yn_csv_cell(csv, columns[YN_COLUMN_STATUS]);
        if (csv->cells[0].len && csv->cells[0].ptr[0] == '#')
            continue;
        words w = {.url = complete(r, keep(r, text, url), "http://"),
                   .status = keep(r, text, status),
                   .location = complete(r, keep(r, text, to), "https://")};
        take(r, &w);
        yn_carry_rule_end(&r->carry);
    }
    free(csv);
}

/* ---- the file -------------------------------------------------------------------------------- */

int yn_expectations_read(yn_expectations *out, yonder_text name, yonder_text text,
                         yonder_report_fn *report, void *context)
{
    reader r = {.out = out, .name = name, .report = report, .context = context, .line = 1};
    const yn_dialect_input input = {0};
    const yn_sink sink = {0};
    const yn_notes notes = {take_note, &r};
    const yonder_rules_source source = {name, text};
    *out = (yn_expectations){.list = yn_buf_make(SIZE_MAX / 4, NULL),
                             .patterns = yn_buf_make(list_max, NULL),
                             .by_pattern = yn_map_make(NULL),
                             .arena = yn_arena_make(NULL)};
    r.room = yn_buf_make(SIZE_MAX / 4, NULL);
    yn_carry_begin(&r.carry, &input, &sink, &notes);
    r.rest = text;
    if (yn_carry_source(&r.carry, &source, &text)) {
        r.rest = text;
        if (has_arrows(text))
            read_lines(&r);
        else
            read_table(&r, text);
    }
    out->items = (yn_expectation *)(void *)out->list.ptr;
    out->count = out->list.len / sizeof *out->items;
    yn_buf_free(&r.room);
    int error = yn_carry_end(&r.carry);
    if (!error && !r.bad && !out->count)
        tell(&r, r.line, NULL, YN_TEXT("the file expects nothing"));
    return error ? error : r.bad ? YONDER_INVALID_RULES : YONDER_OK;
}

void yn_expectations_free(yn_expectations *e)
{
    yn_regex **regexes = (yn_regex **)(void *)e->patterns.ptr;
    for (size_t i = 0; i < e->patterns.len / sizeof *regexes; i++)
        yn_regex_free(regexes[i]);
    yn_buf_free(&e->list);
    yn_buf_free(&e->patterns);
    yn_map_free(&e->by_pattern);
    yn_arena_free(&e->arena);
    *e = (yn_expectations){0};
}
