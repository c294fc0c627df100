// SPDX-License-Identifier: MIT
#include "http/hpack_encoder.h"

#include <assert.h>
#include <stdlib.h>

#include "base/text.h"

enum {
    indexed = 0x80,       // RFC 7541 section 6.1
    indexed_bits = 7,     //
    with_index = 0x40,    // section 6.2.1
    with_index_bits = 6,  //
    not_indexed = 0,      // section 6.2.2
    not_indexed_bits = 4, //
    table_size = 0x20,    // section 6.3
    table_size_bits = 5,
    length_bits = 7, // of a string's length; Huffman's code is not used
    first_dynamic = 62,
    default_size = 4096,
    least_size = 512, // a smaller table is not used
    entry_size = 32,  // section 4.1
};

static const yonder_text nothing = {NULL, 0};

// ---- what stands in a block ---------------------------------------------------------------------

// Section 5.1.
static char *put_number(char *to, unsigned pattern, unsigned bits, size_t n)
{
    size_t most = (1u << bits) - 1;
    if (n < most) {
        *to++ = (char)(pattern | n);
        return to;
    }
    *to++ = (char)(pattern | most);
    for (n -= most; n >= 128; n >>= 7)
        *to++ = (char)(n % 128 + 128);
    *to++ = (char)n;
    return to;
}

static char *put_string(char *to, yonder_text text, yonder_text more)
{
    to = put_number(to, 0, length_bits, text.len + more.len);
    to = text.len ? mempcpy(to, text.ptr, text.len) : to;
    return more.len ? mempcpy(to, more.ptr, more.len) : to;
}

char *yn_hpack_put_once(char *to, yn_hpack_name name, yonder_text value, yonder_text more)
{
    to = put_number(to, not_indexed, not_indexed_bits, name);
    return put_string(to, value, more);
}

char *yn_hpack_put_named(char *to, yonder_text name, yonder_text value)
{
    *to++ = not_indexed;
    to = put_string(to, name, nothing);
    return put_string(to, value, nothing);
}

// ---- the table ----------------------------------------------------------------------------------

void yn_hpack_encoder_init(yn_hpack_encoder *e)
{
    *e = (yn_hpack_encoder){.size = default_size};
}

void yn_hpack_encoder_free(yn_hpack_encoder *e)
{
    free(e->slots);
}

void yn_hpack_encoder_resize(yn_hpack_encoder *e, uint32_t size)
{
    if (size >= e->size)
        return;
    e->size = size;
    e->resized = true;
}

// Entries leave in the order in which they came, when those behind them leave no room.
static bool is_there(const yn_hpack_encoder *e, const yn_hpack_entry *entry)
{
    return entry->number && e->bytes - entry->before <= e->size;
}

static char *put_entry(const yn_hpack_encoder *e, char *to, const yn_hpack_entry *entry)
{
    return put_number(to, indexed, indexed_bits, first_dynamic + e->count - entry->number);
}

// A field that is in the table from here on, if there is one.
static char *enter(yn_hpack_encoder *e, char *to, yn_hpack_name name, size_t name_len,
                   yonder_text value, yn_hpack_entry *entry)
{
    entry->number = 0; // what it stood for has another value now
    if (e->size < least_size)
        return yn_hpack_put_once(to, name, value, nothing);
    *entry = (yn_hpack_entry){.before = e->bytes, .number = ++e->count};
    e->bytes += name_len + value.len + entry_size;
    to = put_number(to, with_index, with_index_bits, name);
    return put_string(to, value, nothing);
}

char *yn_hpack_put_start(yn_hpack_encoder *e, char *to)
{
    if (e->resized)
        to = put_number(to, table_size, table_size_bits, e->size);
    e->resized = false;
    return to;
}

char *yn_hpack_put_status(yn_hpack_encoder *e, char *to, int status)
{
    static const unsigned short known[] = {200, 204, 206, 304, 400, 404, 500};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i] == status)
            return put_number(to, indexed, indexed_bits, YN_HPACK_STATUS + i);
    if (e->status_value == status && is_there(e, &e->status))
        return put_entry(e, to, &e->status);
    const char digits[3] = {(char)('0' + status / 100), (char)('0' + status / 10 % 10),
                            (char)('0' + status % 10)};
    e->status_value = (int16_t)status;
    return enter(e, to, YN_HPACK_STATUS, sizeof ":status" - 1, (yonder_text){digits, 3},
                 &e->status);
}

char *yn_hpack_put_type(yn_hpack_encoder *e, char *to, yonder_text type)
{
    if (is_there(e, &e->type))
        return put_entry(e, to, &e->type);
    return enter(e, to, YN_HPACK_CONTENT_TYPE, sizeof "content-type" - 1, type, &e->type);
}

char *yn_hpack_put_date(yn_hpack_encoder *e, char *to, yonder_text date)
{
    assert(date.len == sizeof e->date_value);
    if (is_there(e, &e->date) && memcmp(date.ptr, e->date_value, date.len) == 0)
        return put_entry(e, to, &e->date);
    memcpy(e->date_value, date.ptr, date.len);
    return enter(e, to, YN_HPACK_DATE, sizeof "date" - 1, date, &e->date);
}

static size_t length_of_name(yn_hpack_name name)
{
    switch (name) {
    case YN_HPACK_ALLOW:
        return sizeof "allow" - 1;
    case YN_HPACK_CACHE_CONTROL:
        return sizeof "cache-control" - 1;
    case YN_HPACK_RETRY_AFTER:
        return sizeof "retry-after" - 1;
    case YN_HPACK_STRICT_TRANSPORT_SECURITY:
        return sizeof "strict-transport-security" - 1;
    default:
        assert(name == YN_HPACK_VARY);
        return sizeof "vary" - 1;
    }
}

char *yn_hpack_put_again(yn_hpack_encoder *e, char *to, yn_hpack_name name, yonder_text value)
{
    for (size_t i = 0; e->slots && i < YN_HPACK_SLOTS; i++) {
        const yn_hpack_slot *slot = &e->slots[i];
        if (slot->name == name && yn_equal(value, (yonder_text){slot->value, slot->len}) &&
            is_there(e, &slot->entry))
            return put_entry(e, to, &slot->entry);
    }
    if (!e->slots && value.len <= YN_HPACK_REMEMBERED)
        e->slots = calloc(YN_HPACK_SLOTS, sizeof *e->slots);
    if (!e->slots || value.len > YN_HPACK_REMEMBERED)
        return yn_hpack_put_once(to, name, value, nothing);
    yn_hpack_slot *slot = &e->slots[e->next_slot];
    e->next_slot = (uint8_t)((e->next_slot + 1) % YN_HPACK_SLOTS);
    slot->name = (uint8_t)name;
    slot->len = (uint8_t)value.len;
    slot->entry.number = 0;
    if (value.len)
        memcpy(slot->value, value.ptr, value.len);
    return enter(e, to, name, length_of_name(name), value, &slot->entry);
}
