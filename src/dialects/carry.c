// SPDX-License-Identifier: MIT
#include "dialects/carry.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "base/utf8.h"
#include "core/host.h"
#include "dialects/lines.h"
#include "rules/query.h"

// What an arena gave stays until all goes; the size is kept in front of it.
static void *arena_resize(void *context, void *ptr, size_t size)
{
    enum {
        head = 16
    };
    size_t old = 0;
    if (!size)
        return NULL;
    if (ptr)
        memcpy(&old, (char *)ptr - head, sizeof old);
    if (size <= old)
        return ptr;
    char *fresh = size > SIZE_MAX - head ? NULL : yn_arena_alloc(context, size + head);
    if (!fresh)
        return NULL;
    memcpy(fresh, &size, sizeof size);
    if (old)
        memcpy(fresh + head, ptr, old);
    return fresh + head;
}

void yn_carry_begin(yn_carry *carry, const yn_dialect_input *input, const yn_sink *sink,
                    const yn_notes *notes)
{
    *carry = (yn_carry){.input = input, .sink = sink, .notes = notes};
    carry->arena = yn_arena_make(input->mem);
    carry->mem = (yonder_mem){arena_resize, &carry->arena};
}

int yn_carry_end(yn_carry *carry)
{
    yn_arena_free(&carry->arena);
    return carry->error;
}

static void keep(yn_carry *carry, int error)
{
    if (error && error != YONDER_INVALID_RULES && !carry->error)
        carry->error = error;
}

bool yn_carry_note(yn_carry *carry, yn_note_kind kind, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (carry->entry)
        yn_note_take(carry->notes, kind, carry->file, carry->line, "entry %u: %s",
                     (unsigned)carry->entry, message);
    else
        yn_note_take(carry->notes, kind, carry->file, carry->line, "%s", message);
    return false;
}

void yn_carry_once(yn_carry *carry, bool *said, const char *message)
{
    if (!*said)
        yn_note_take(carry->notes, YN_NOTE_CHANGED, carry->file, 0, "%s", message);
    *said = true;
}

bool yn_carry_source(yn_carry *carry, const yonder_rules_source *source, yonder_text *text)
{
    carry->file = source->name;
    carry->line = carry->entry = 0;
    keep(carry,
         carry->sink->source ? carry->sink->source(carry->sink->context, source->name) : YONDER_OK);
    *text = source->text;
    if (carry->error)
        return false;
    if (yn_starts_with(*text, YN_TEXT("\xFF\xFE")) || yn_starts_with(*text, YN_TEXT("\xFE\xFF")))
        return YN_ERROR(carry,
                        "the file is UTF-16: save it as UTF-8 ('CSV UTF-8' in a spreadsheet)");
    if (yn_starts_with(*text, YN_BYTE_ORDER_MARK))
        *text = yn_skip(*text, YN_BYTE_ORDER_MARK.len);
    return true;
}

bool yn_carry_check(yn_carry *carry, const char *what, yonder_text t)
{
    for (size_t i = 0, taken; i < t.len; i += taken) {
        unsigned char c = (unsigned char)t.ptr[i];
        uint32_t code_point;
        taken = yn_utf8_decode(yn_skip(t, i), &code_point);
        if (c < 0x20 || c == 0x7F)
            return YN_ERROR(carry, "control character 0x%02X in %s", c, what);
        if (code_point == 0xFFFD && !yn_starts_with(yn_skip(t, i), YN_TEXT("\xEF\xBF\xBD")))
            return YN_ERROR(carry, "byte 0x%02X in %s is not UTF-8", c, what);
    }
    return true;
}

yn_buf yn_carry_buf(yn_carry *carry)
{
    return yn_buf_make(SIZE_MAX / 4, &carry->mem);
}

yonder_text yn_carry_text(yn_carry *carry, const yn_buf *buf)
{
    keep(carry, buf->error);
    return buf->error ? (yonder_text){NULL, 0} : yn_buf_text(buf);
}

bool yn_status_redirects(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool yn_status_refuses(int status)
{
    return status == 403 || status == 404 || status == 410 || status == 451;
}

/* ---- what the native language takes ---------------------------------------------------------- */

size_t yn_scheme_length(yonder_text t)
{
    if (t.len >= 7 && yn_equal_nocase(yn_slice(t, 0, 7), YN_TEXT("http://")))
        return 7;
    return t.len >= 8 && yn_equal_nocase(yn_slice(t, 0, 8), YN_TEXT("https://")) ? 8 : 0;
}

size_t yn_authority_end(yonder_text t, size_t at)
{
    while (at < t.len && t.ptr[at] != '/' && t.ptr[at] != '?' && t.ptr[at] != '#')
        at++;
    return at;
}

static size_t origin_length(yonder_text t)
{
    return yn_starts_with(t, YN_TEXT("//")) ? 2 : yn_scheme_length(t);
}

// Where the text of a capture in the authority ends: ":name", "$1", "${1}". `at` if there is none.
static size_t capture_end(yonder_text t, size_t at, bool regex)
{
    yonder_text rest = yn_skip(t, at + 1);
    if (t.ptr[at] == ':' && yn_name_length(rest))
        return at + 1 + yn_name_length(rest);
    if (!regex || t.ptr[at] != '$' || !rest.len)
        return at;
    size_t end = at + 1;
    if (rest.ptr[0] == '{')
        return end + yn_find_char(rest, '}') + (yn_find_char(rest, '}') < rest.len);
    while (end < t.len && end < at + 3 && yn_is_digit((unsigned char)t.ptr[end]))
        end++;
    return end == at + 1 ? at : end;
}

// The authority with "a" for what requests bring. False after a note.
static bool sample_authority(yn_carry *carry, yonder_text authority, bool regex, yn_buf *sample)
{
    for (size_t i = 0, end; i < authority.len; i = end) {
        end = capture_end(authority, i, regex);
        if (end == i) {
            yn_buf_char(sample, authority.ptr[end++]);
            continue;
        }
        yonder_text name = yn_slice(authority, i, end);
        if (end + 1 >= authority.len || authority.ptr[end] != '.' ||
            yn_equal(name, YN_TEXT(":splat")))
            return YN_LOST(carry,
                           "what a request brings (%.*s) would decide which host the target is on",
                           YN_PRINT(name));
        yn_buf_char(sample, 'a');
    }
    return true;
}

static bool check_host(yn_carry *carry, const char *what, yonder_text authority)
{
    char room[256];
    yonder_text host;
    int32_t port;
    int error = YONDER_INVALID_HOST;
    if (yn_find_char(authority, '@') < authority.len)
        return YN_LOST(carry, "the URL of %s has a user name, which no URL of a site has", what);
    if (authority.len && !memchr(authority.ptr, '"', authority.len) &&
        !memchr(authority.ptr, '*', authority.len))
        error = yn_host_canonical(authority, room, sizeof room, &host, &port);
    if (error == YONDER_NO_MEMORY)
        keep(carry, error);
    if (error || host.ptr[0] == '.')
        return YN_LOST(carry, "the URL of %s has no valid host ('%.*s')", what,
                       YN_PRINT(authority));
    for (size_t i = 0; i < host.len; i++)
        if (strchr("\"<>\\^`{|}", host.ptr[i]))
            return YN_LOST(carry, "'%c' cannot stand in a host", host.ptr[i]);
    return true;
}

static bool check_from(yn_carry *carry, yonder_text from)
{
    size_t start = origin_length(from), end = yn_authority_end(from, start);
    if (from.len < 1 || (from.ptr[0] != '/' && from.ptr[0] != '~' && !start))
        return YN_ERROR(carry, "what is redirected is neither a path ('/…') nor a URL");
    if (!start)
        return true;
    yonder_text authority = yn_slice(from, start, end);
    if (yn_starts_with(authority, YN_TEXT("*.")))
        authority = yn_skip(authority, 2);
    return check_host(carry, "FROM", authority);
}

static bool check_to(yn_carry *carry, const yn_draft *draft)
{
    yonder_text to = draft->to;
    size_t start = origin_length(to);
    if (yn_status_refuses(draft->status) && !to.len)
        return true;
    if (yn_status_refuses(draft->status))
        return YN_LOST(carry, "status %d is answered without a target", draft->status);
    if (!yn_status_redirects(draft->status))
        return YN_LOST(carry, "status %d is none that a rule can answer with", draft->status);
    if (!to.len)
        return YN_ERROR(carry, "the target is missing");
    if (to.ptr[0] != '/' && !start)
        return YN_LOST(carry, "the target '%.*s' is neither a path ('/…') nor an http or https URL",
                       (int)(to.len < 100 ? to.len : 100), to.ptr);
    if (!start)
        return true;
    yn_buf sample = yn_carry_buf(carry);
    yonder_text authority = yn_slice(to, start, yn_authority_end(to, start));
    if (!sample_authority(carry, authority, draft->from.ptr[0] == '~', &sample))
        return false;
    return check_host(carry, "the target", yn_carry_text(carry, &sample));
}

static bool same_name(const yn_draft_pair *a, const yn_draft_pair *b, yn_buf *room)
{
    room->len = 0;
    if (!yn_buf_reserve(room, a->name.len))
        return false;
    size_t len = yn_query_decode(room->ptr, a->name);
    return yn_query_is(b->name, (yonder_text){room->ptr, len});
}

// Whether a segment of FROM is this placeholder, ":name".
static bool binds(yonder_text from, yonder_text placeholder)
{
    for (size_t i = 0; i + placeholder.len < from.len; i++) {
        yonder_text rest = yn_skip(from, i + 1);
        if (from.ptr[i] == '/' && yn_starts_with(rest, placeholder) &&
            (rest.len == placeholder.len || rest.ptr[placeholder.len] == '/'))
            return true;
    }
    return false;
}

static bool check_pairs(yn_carry *carry, const yn_draft *draft)
{
    yn_buf room = yn_carry_buf(carry);
    if (draft->pair_count > YONDER_RULES_MAX_PAIRS)
        return YN_LOST(carry, "more than %u query parameters", YONDER_RULES_MAX_PAIRS);
    for (size_t i = 0; i < draft->pair_count; i++) {
        if (!draft->pairs[i].name.len)
            return YN_LOST(carry, "a query parameter has no name");
        yonder_text value = draft->pairs[i].value;
        if (yn_starts_with(value, YN_TEXT(":")) && draft->from.ptr[0] == '/' &&
            binds(draft->from, value))
            return YN_LOST(carry, "'%.*s' is a part of the path and a query parameter",
                           (int)(value.len < 100 ? value.len : 100), value.ptr);
        for (size_t k = 0; k < i; k++)
            if (same_name(&draft->pairs[k], &draft->pairs[i], &room))
                return YN_LOST(
                    carry, "the query parameter '%.*s' is named twice",
                    (int)(draft->pairs[i].name.len < 100 ? draft->pairs[i].name.len : 100),
                    draft->pairs[i].name.ptr);
    }
    return true;
}

static size_t line_length(const yn_draft *draft)
{
    size_t len = draft->from.len + draft->to.len + 32;
    for (size_t i = 0; i < draft->pair_count; i++)
        len += draft->pairs[i].name.len + draft->pairs[i].value.len + 2;
    for (size_t i = 0; i < draft->condition_count; i++)
        len += 3 * (draft->conditions[i].name.len + draft->conditions[i].value.len) + 2;
    return len;
}

bool yn_carry_rule(yn_carry *carry, yn_draft *draft)
{
    draft->line = carry->line;
    if (carry->error || !check_from(carry, draft->from) || !check_to(carry, draft) ||
        !check_pairs(carry, draft))
        return false;
    if (line_length(draft) > YONDER_RULES_MAX_LINE)
        return YN_LOST(carry, "the rule is longer than a line of %u bytes", YONDER_RULES_MAX_LINE);
    if (draft->condition_count > YONDER_RULES_MAX_CONDITIONS)
        return YN_LOST(carry, "more than %u conditions", YONDER_RULES_MAX_CONDITIONS);
    int error = carry->sink->rule(carry->sink->context, draft);
    keep(carry, error);
    return !error;
}

void yn_carry_site(yn_carry *carry, yonder_text name, yonder_text value)
{
    yn_draft_site site = {name, value, carry->line};
    if (!carry->error && carry->sink->site)
        keep(carry, carry->sink->site(carry->sink->context, &site));
}

void yn_carry_rule_end(yn_carry *carry)
{
    yn_arena_free(&carry->arena);
}
