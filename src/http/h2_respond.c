// SPDX-License-Identifier: MIT
// An answer becomes HEADERS and, with a page, DATA.
#include <assert.h>
#include <stdio.h>

#include "base/text.h"
#include "http/h2_parts.h"
#include "http/page.h"

enum {
    overhead = 512,         // more than all the fixed text and numbers of an answer
    most_pages = 64 * 1024, // bytes of pages that may wait; then answers go without
    title_room = 64,
};

static const yonder_text nothing = {NULL, 0};

// "301 Moved Permanently"
static yonder_text title_of(const yn_h2_response *r, char room[title_room])
{
    size_t len = r->phrase.len < title_room - 4 ? r->phrase.len : title_room - 4;
    room[0] = (char)('0' + r->status / 100);
    room[1] = (char)('0' + r->status / 10 % 10);
    room[2] = (char)('0' + r->status % 10);
    room[3] = ' ';
    if (len)
        memcpy(room + 4, r->phrase.ptr, len);
    return (yonder_text){room, 4 + len};
}

static char *put_length(char *to, size_t length)
{
    char digits[20], *p = digits + sizeof digits;
    size_t n = length;
    do {
        *--p = (char)('0' + n % 10);
    } while (n /= 10);
    return yn_hpack_put_once(to, YN_HPACK_CONTENT_LENGTH,
                             (yonder_text){p, (size_t)(digits + sizeof digits - p)}, nothing);
}

// Names as HTTP/1 writes them.
static char *put_field(yn_hpack_encoder *encoder, char *to, const yonder_field *field)
{
    static const struct {
        yonder_text text;
        yn_hpack_name name;
    } known[] = {
        {YN_TEXT_INIT("Strict-Transport-Security"), YN_HPACK_STRICT_TRANSPORT_SECURITY},
        {YN_TEXT_INIT("Vary"), YN_HPACK_VARY},
        {YN_TEXT_INIT("Cache-Control"), YN_HPACK_CACHE_CONTROL},
        {YN_TEXT_INIT("Retry-After"), YN_HPACK_RETRY_AFTER},
        {YN_TEXT_INIT("Allow"), YN_HPACK_ALLOW},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (yn_equal(field->name, known[i].text))
            return yn_hpack_put_again(encoder, to, known[i].name, field->value);
    char lower[64];
    assert(field->name.len <= sizeof lower);
    for (size_t i = 0; i < field->name.len; i++)
        lower[i] = yn_lower(field->name.ptr[i]);
    return yn_hpack_put_named(to, (yonder_text){lower, field->name.len}, field->value);
}

static char *put_block(char *to, yn_h2 *s, const yn_h2_response *r, bool content, size_t length)
{
    yn_hpack_encoder *encoder = &s->encoder;
    to = yn_hpack_put_start(encoder, to);
    to = yn_hpack_put_status(encoder, to, r->status);
    to = yn_hpack_put_date(encoder, to, r->date);
    if (content) {
        to = yn_hpack_put_type(encoder, to, YN_TEXT(YN_PAGE_TYPE));
        to = put_length(to, length);
    }
    if (r->location.len)
        to = yn_hpack_put_once(to, YN_HPACK_LOCATION, r->origin, r->location);
    for (size_t i = 0; i < r->field_count; i++)
        to = put_field(encoder, to, &r->fields[i]);
    return to;
}

// Puts heads before a block of `len` bytes that lies YN_H2_HEAD bytes behind `start`, and returns
// where the last frame ends. A long one becomes several frames, the last of which is moved first.
static char *put_heads(char *start, size_t len, uint32_t id, bool end)
{
    size_t parts = len ? (len + YN_H2_PAYLOAD - 1) / YN_H2_PAYLOAD : 1;
    for (size_t i = parts; i-- > 0;) {
        size_t from = i * YN_H2_PAYLOAD, rest = len - from;
        yn_h2_frame frame = {.len = (uint32_t)(rest < YN_H2_PAYLOAD ? rest : YN_H2_PAYLOAD),
                             .type = i ? YN_H2_CONTINUATION : YN_H2_HEADERS,
                             .stream = id};
        if (i == 0 && end)
            frame.flags |= YN_H2_END_STREAM;
        if (i == parts - 1)
            frame.flags |= YN_H2_END_HEADERS;
        char *to = start + i * (YN_H2_HEAD + YN_H2_PAYLOAD);
        if (i)
            memmove(to + YN_H2_HEAD, start + YN_H2_HEAD + from, frame.len);
        yn_h2_put_head(to, &frame);
    }
    return start + len + parts * YN_H2_HEAD;
}

static bool has_room(const yn_h2 *s, size_t len)
{
    return (int64_t)len <= s->window && (int64_t)len <= s->stream_window;
}

// All at once, where there is room; and the stream stays open for what is still to come.
static char *put_page(char *to, yn_h2 *s, const yn_page *page, bool *kept)
{
    bool whole = page->len <= YN_H2_PAYLOAD && has_room(s, page->len);
    const yn_h2_frame frame = {
        .len = (uint32_t)page->len, .type = YN_H2_DATA, .flags = YN_H2_END_STREAM, .stream = s->id};
    char *end = yn_page_put(to + YN_H2_HEAD, page);
    *kept = true;
    if (!whole) {
        *kept = yn_h2_keep(s, to + YN_H2_HEAD, page->len, s->stream_window);
        return to;
    }
    yn_h2_put_head(to, &frame);
    s->window -= (int64_t)page->len;
    if (s->receiving)
        *kept = yn_h2_keep(s, NULL, 0, s->stream_window - (int32_t)page->len);
    return end;
}

static size_t most_of(const yn_h2_response *r, const yn_page *page)
{
    size_t block = overhead + r->origin.len + r->location.len;
    for (size_t i = 0; i < r->field_count; i++)
        block += YN_HPACK_ROOM(r->fields[i].name.len, r->fields[i].value.len);
    return block + (block / YN_H2_PAYLOAD + 2) * YN_H2_HEAD + page->len;
}

int yn_h2_respond(yn_h2 *s, const yn_h2_response *r, size_t *content_len, yn_buf *out)
{
    assert(s->id && r->field_count <= YN_H2_FIELDS);
    char title[title_room];
    yn_page page = {title_of(r, title), r->origin, r->location, 0, 0, 0};
    if (!yn_page_measure(&page))
        return YONDER_INVALID_ARGUMENT;
    if (most_of(r, &page) > out->cap - out->len)
        return YONDER_TOO_LARGE;
    bool content = r->status != 204 && r->status != 304, kept = true;
    bool shown = content && !r->head;
    if (shown && !has_room(s, page.len) && s->pages + page.len > most_pages)
        content = shown = false; // enough of them wait already
    *content_len = shown ? page.len : 0;
    char *start = out->ptr + out->len;
    char *end = put_block(start + YN_H2_HEAD, s, r, content, page.len);
    char *to = put_heads(start, (size_t)(end - start) - YN_H2_HEAD, s->id, !shown);
    if (shown)
        to = put_page(to, s, &page, &kept);
    else if (s->receiving)
        kept = yn_h2_keep(s, NULL, 0, s->stream_window);
    out->len = (size_t)(to - out->ptr);
    yn_h2_stream *stream = kept ? yn_h2_find(s, s->id) : NULL;
    if (!kept)
        yn_h2_fail(s, YN_H2_INTERNAL_ERROR, out);
    else if (stream && stream->page)
        yn_h2_pump(s, out);
    stream = yn_h2_find(s, s->id);
    if (stream && stream->receiving && !stream->page)
        yn_h2_body_came(s, stream, out);
    s->id = 0;
    return YONDER_OK;
}
