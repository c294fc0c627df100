// SPDX-License-Identifier: MIT
#include "lists/preload_about.h"

#include <stdio.h>

#include "base/date.h"
#include "base/text.h"

#define FIRST_LINE "yonder preload list 1"

enum {
    hash_digits = 16,
    min_row = 4, // bytes: "0 0" and the end of the line
};

// What is being read: `line` counts from 1.
typedef struct reading {
    yonder_text rest;
    size_t line;
    yn_preload_about about;
    bool has_image, has_browser;
    yn_list_problem *problem;
} reading;

static int wrong(reading *r, const char *what)
{
    (void)snprintf(r->problem->message, sizeof r->problem->message, "%s", what);
    r->problem->line = r->line;
    return YONDER_INVALID_ARGUMENT;
}

static int no_memory(reading *r)
{
    wrong(r, yonder_strerror(YONDER_NO_MEMORY));
    return YONDER_NO_MEMORY;
}

static bool take_line(reading *r, yonder_text *line)
{
    if (r->rest.len == 0)
        return false;
    size_t end = yn_find_char(r->rest, '\n');
    *line = yn_slice(r->rest, 0, end);
    r->rest = yn_skip(r->rest, end < r->rest.len ? end + 1 : end);
    r->line++;
    return true;
}

// Takes the first word off `line`.
static yonder_text take_word(yonder_text *line)
{
    size_t end = yn_find_char(*line, ' ');
    yonder_text word = yn_slice(*line, 0, end);
    *line = yn_skip(*line, end < line->len ? end + 1 : end);
    return word;
}

static bool is_printable(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if ((unsigned char)t.ptr[i] < ' ' || t.ptr[i] == 0x7F)
            return false;
    return t.len > 0;
}

// ---- the head -----------------------------------------------------------------------------------

static int read_hash(reading *r, yonder_text value)
{
    uint64_t hash = 0;
    bool good = value.len == hash_digits;
    for (size_t i = 0; good && i < value.len; i++) {
        int digit = yn_hex_value((unsigned char)value.ptr[i]);
        good = digit >= 0;
        hash = hash << 4 | (uint64_t)digit;
    }
    if (!good)
        return wrong(r, "the hash of the image is 16 hexadecimal digits");
    r->about.image = hash;
    r->has_image = true;
    return YONDER_OK;
}

static int read_browser(reading *r, yonder_text value)
{
    r->has_browser = true;
    for (r->about.browser = 0; r->about.browser < YN_PRELOAD_SOURCES; r->about.browser++)
        if (yn_equal(value, yonder_text_of(yn_preload_browser(r->about.browser))))
            return YONDER_OK;
    return wrong(r, "no browser that is known");
}

static int read_text(reading *r, yonder_text value, yonder_text *out)
{
    *out = yn_arena_text(&r->about.arena, value);
    return out->ptr ? YONDER_OK : no_memory(r);
}

// A thing more in an array that doubles when its count is a power of two.
static void *one_more(yn_arena *arena, void *array, size_t count, size_t size)
{
    if (count & (count - 1))
        return array;
    void *grown = yn_arena_alloc(arena, (count ? 2 * count : 1) * size);
    if (grown && count)
        memcpy(grown, array, count * size);
    return grown;
}

static int read_policy(reading *r, yonder_text value)
{
    yn_preload_about *a = &r->about;
    if (a->policy_count == YN_PRELOAD_ABOUT_MAX)
        return wrong(r, "too many policies");
    a->policies = one_more(&a->arena, a->policies, a->policy_count, sizeof *a->policies);
    return a->policies ? read_text(r, value, &a->policies[a->policy_count++]) : no_memory(r);
}

static int read_list(reading *r, yonder_text value)
{
    yn_preload_about *a = &r->about;
    yn_preload_past past;
    uint64_t names;
    if (!yn_date_read(take_word(&value), YN_DATE_MOMENT, &past.fetched) ||
        !yn_parse_number(value, UINT32_MAX, &names))
        return wrong(r, "a list is a moment (" YN_DATE_MOMENT ") and a number of names");
    if (a->list_count == YN_PRELOAD_ABOUT_MAX)
        return wrong(r, "too many lists");
    past.names = (uint32_t)names;
    a->lists = one_more(&a->arena, a->lists, a->list_count, sizeof *a->lists);
    if (!a->lists)
        return no_memory(r);
    a->lists[a->list_count++] = past;
    return YONDER_OK;
}

static int read_version(reading *r, yonder_text value)
{
    uint64_t version;
    if (!yn_parse_number(value, INT64_MAX, &version))
        return wrong(r, "a version is a number");
    r->about.version = (int64_t)version;
    return YONDER_OK;
}

static int read_member(reading *r, yonder_text name, yonder_text value)
{
    yn_preload_about *a = &r->about;
    if (!is_printable(value))
        return wrong(r, "a word and a printable value are wanted here");
    if (yn_equal(name, YN_TEXT("image")))
        return read_hash(r, value);
    if (yn_equal(name, YN_TEXT("browser")))
        return read_browser(r, value);
    if (yn_equal(name, YN_TEXT("source")))
        return read_text(r, value, &a->source);
    if (yn_equal(name, YN_TEXT("etag")))
        return read_text(r, value, &a->etag);
    if (yn_equal(name, YN_TEXT("modified")))
        return read_text(r, value, &a->modified);
    if (yn_equal(name, YN_TEXT("version")))
        return read_version(r, value);
    if (yn_equal(name, YN_TEXT("key")))
        return read_text(r, value, &a->key);
    if (yn_equal(name, YN_TEXT("policy")))
        return read_policy(r, value);
    if (yn_equal(name, YN_TEXT("list")))
        return read_list(r, value);
    if (!yn_equal(name, YN_TEXT("expires")))
        return wrong(r, "no word that is known");
    return yn_date_read(value, YN_DATE_MOMENT, &a->expires)
               ? YONDER_OK
               : wrong(r, "expires takes " YN_DATE_MOMENT);
}

// ---- the rows -----------------------------------------------------------------------------------

static int read_row(reading *r, yonder_text line, yn_preload_row *row)
{
    yonder_text policy = take_word(&line), since = take_word(&line);
    uint64_t p = YN_PRELOAD_NO_POLICY, s;
    if (!yn_equal(policy, YN_TEXT("-")) &&
        (!yn_parse_number(policy, UINT16_MAX, &p) || p >= r->about.policy_count))
        return wrong(r, "the first word is no policy of the list above");
    if (!yn_parse_number(since, UINT16_MAX, &s) || s >= r->about.list_count)
        return wrong(r, "the second word is no list of those above");
    if (line.len && !yn_equal(line, YN_TEXT("+")))
        return wrong(r, "after two words stands '+' or nothing");
    *row = (yn_preload_row){(uint16_t)p, (uint16_t)s, line.len > 0};
    return YONDER_OK;
}

static int read_rows(reading *r, yonder_text count)
{
    yn_preload_about *a = &r->about;
    yonder_text line;
    uint64_t n;
    if (!yn_parse_number(count, UINT32_MAX, &n) || n > r->rest.len / min_row)
        return wrong(r, "there are not so many entries below");
    if (!r->has_image || !r->has_browser || a->source.len == 0 || a->list_count == 0)
        return wrong(r, "image, browser, source and a list are wanted above");
    a->rows = yn_arena_alloc(&a->arena, (n + 1) * sizeof *a->rows);
    if (!a->rows)
        return no_memory(r);
    for (; a->row_count < n; a->row_count++) {
        if (!take_line(r, &line))
            return wrong(r, "the entries end too soon");
        int error = read_row(r, line, &a->rows[a->row_count]);
        if (error)
            return error;
    }
    return r->rest.len ? wrong(r, "there are more entries than that") : YONDER_OK;
}

static int read_all(reading *r)
{
    yonder_text line;
    if (!take_line(r, &line) || !yn_equal(line, YN_TEXT(FIRST_LINE)))
        return wrong(r, "the first line is not '" FIRST_LINE "'");
    while (take_line(r, &line)) {
        yonder_text name = take_word(&line);
        if (yn_equal(name, YN_TEXT("entries")))
            return read_rows(r, line);
        int error = read_member(r, name, line);
        if (error)
            return error;
    }
    return wrong(r, "there is no line 'entries'");
}

int yn_preload_about_read(yn_preload_about *out, yonder_text text, yn_list_problem *problem)
{
    reading r = {.rest = text, .problem = problem, .about = {.arena = yn_arena_make(NULL)}};
    int error = read_all(&r);
    if (error)
        yn_arena_free(&r.about.arena);
    else
        *out = r.about;
    return error;
}

void yn_preload_about_free(yn_preload_about *about)
{
    yn_arena_free(&about->arena);
}

// ---- writing ------------------------------------------------------------------------------------

static void write_text(yn_buf *out, const char *name, yonder_text value)
{
    if (value.len)
        yn_buf_printf(out, "%s %.*s\n", name, YN_PRINT(value));
}

static void write_moment(yn_buf *out, const char *name, int64_t moment)
{
    char text[sizeof YN_DATE_MOMENT];
    yn_date_write(text, YN_DATE_MOMENT, moment);
    yn_buf_printf(out, "%s %.*s", name, (int)sizeof text - 1, text);
}

void yn_preload_about_write(const yn_preload_about *a, yn_buf *out)
{
    yn_buf_printf(out, FIRST_LINE "\nimage %016llx\n", (unsigned long long)a->image);
    yn_buf_printf(out, "browser %s\n", yn_preload_browser(a->browser));
    write_text(out, "source", a->source);
    write_text(out, "etag", a->etag);
    write_text(out, "modified", a->modified);
    if (a->expires) {
        write_moment(out, "expires", a->expires);
        yn_buf_char(out, '\n');
    }
    if (a->version)
        yn_buf_printf(out, "version %lld\n", (long long)a->version);
    write_text(out, "key", a->key);
    for (size_t i = 0; i < a->policy_count; i++)
        write_text(out, "policy", a->policies[i]);
    for (size_t i = 0; i < a->list_count; i++) {
        write_moment(out, "list", a->lists[i].fetched);
        yn_buf_printf(out, " %u\n", a->lists[i].names);
    }
    yn_buf_printf(out, "entries %zu\n", a->row_count);
    for (size_t i = 0; i < a->row_count; i++) {
        const yn_preload_row *row = &a->rows[i];
        if (row->policy == YN_PRELOAD_NO_POLICY)
            yn_buf_char(out, '-');
        else
            yn_buf_number(out, row->policy);
        yn_buf_char(out, ' ');
        yn_buf_number(out, row->since);
        yn_buf_str(out, row->idle_subdomains ? " +\n" : "\n");
    }
}
