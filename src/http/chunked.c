// SPDX-License-Identifier: MIT
#include "http/chunked.h"

#include "base/text.h"
#include "http/chars.h"

enum {
    max_digits = 15 // of a chunk size: no overflow, and more than anybody sends
};

typedef enum state {
    SIZE, // 0: the start
    EXTENSION_SPACE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER,
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    LAST_LF,
    END,
    BAD,
} state;

static state in_size(yn_chunked *c, char ch)
{
    int value = yn_hex_value((unsigned char)ch);
    if (value >= 0) {
        c->left = c->left << 4 | (unsigned)value;
        return ++c->digits <= max_digits ? SIZE : BAD;
    }
    if (c->digits == 0)
        return BAD;
    if (ch == ';')
        return EXTENSION;
    if (ch == ' ' || ch == '\t') // allowed before ";" only
        return EXTENSION_SPACE;
    return ch == '\r' ? SIZE_LF : BAD;
}

static state after_size(yn_chunked *c, char ch)
{
    if (ch != '\n')
        return BAD;
    c->digits = 0;
    c->total += c->left;
    return c->left ? DATA : TRAILER;
}

// The state after `ch`, for every state but DATA, which takes many bytes at once.
static state next(yn_chunked *c, char ch)
{
    switch ((state)c->state) {
    case SIZE:
        return in_size(c, ch);
    case EXTENSION_SPACE:
        if (ch == ' ' || ch == '\t')
            return EXTENSION_SPACE;
        return ch == ';' ? EXTENSION : BAD;
    case EXTENSION: // a quoted string may not hold a CR either, so quotes need no state
        if (ch == '\r')
            return SIZE_LF;
        return yn_char_is(ch, YN_CHAR_VALUE) ? EXTENSION : BAD;
    case SIZE_LF:
        return after_size(c, ch);
    case DATA_CR:
        return ch == '\r' ? DATA_LF : BAD;
    case DATA_LF:
        return ch == '\n' ? SIZE : BAD;
    case TRAILER:
        if (ch == '\r')
            return LAST_LF;
        return yn_char_is(ch, YN_CHAR_TOKEN) ? TRAILER_NAME : BAD;
    case TRAILER_NAME:
        if (ch == ':')
            return TRAILER_VALUE;
        return yn_char_is(ch, YN_CHAR_TOKEN) ? TRAILER_NAME : BAD;
    case TRAILER_VALUE:
        if (ch == '\r')
            return TRAILER_LF;
        return yn_char_is(ch, YN_CHAR_VALUE) ? TRAILER_VALUE : BAD;
    case TRAILER_LF:
        return ch == '\n' ? TRAILER : BAD;
    case LAST_LF:
        return ch == '\n' ? END : BAD;
    case DATA:
    case END:
    case BAD:
        break;
    }
    return BAD;
}

static bool is_extra(state s)
{
    return s == EXTENSION_SPACE || s == EXTENSION || (s >= TRAILER_NAME && s <= TRAILER_LF);
}

yn_chunked_status yn_chunked_feed(yn_chunked *c, yonder_text *data)
{
    while (data->len && c->state < END) {
        if (c->state == DATA) {
            size_t n = c->left < data->len ? (size_t)c->left : data->len;
            *data = yn_skip(*data, n);
            c->left -= n;
            if (c->left == 0)
                c->state = DATA_CR;
            continue;
        }
        c->state = (uint8_t)next(c, data->ptr[0]);
        *data = yn_skip(*data, 1);
        if (is_extra((state)c->state) && ++c->extra > YN_CHUNKED_MAX_EXTRA)
            c->state = BAD;
    }
    return c->state == END ? YN_CHUNKED_END : c->state == BAD ? YN_CHUNKED_BAD : YN_CHUNKED_MORE;
}
