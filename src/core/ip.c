// SPDX-License-Identifier: MIT
#include "core/ip.h"

#include "base/text.h"

// ---- IPv4 ---------------------------------------------------------------------------------------

// The "IPv4 number parser". A number too large for an address part comes out as UINT32_MAX + 1,
// however many digits it has.
static bool ipv4_number(yonder_text t, uint64_t *out)
{
    const uint64_t too_large = (uint64_t)UINT32_MAX + 1;
    unsigned radix = 10;
    if (t.len == 0)
        return false;
    if (t.len >= 2 && t.ptr[0] == '0') {
        radix = (t.ptr[1] | 0x20) == 'x' ? 16 : 8;
        t = yn_skip(t, radix == 16 ? 2 : 1);
    }
    uint64_t n = 0;
    for (size_t i = 0; i < t.len; i++) {
        int digit = yn_hex_value((unsigned char)t.ptr[i]);
        if (digit < 0 || (unsigned)digit >= radix)
            return false;
        n = n * radix + (unsigned)digit;
        if (n > too_large)
            n = too_large;
    }
    *out = n;
    return true;
}

static yonder_text without_trailing_dot(yonder_text t)
{
    if (t.len && t.ptr[t.len - 1] == '.')
        t.len--;
    return t;
}

bool yn_ends_in_number(yonder_text domain)
{
    domain = without_trailing_dot(domain);
    size_t start = domain.len;
    while (start && domain.ptr[start - 1] != '.')
        start--;
    yonder_text last = yn_skip(domain, start);
    if (last.len == 0 || !yn_is_digit((unsigned char)last.ptr[0]))
        return false;
    size_t digits = 0;
    while (digits < last.len && yn_is_digit((unsigned char)last.ptr[digits]))
        digits++;
    uint64_t number;
    return digits == last.len || ipv4_number(last, &number);
}

bool yn_ipv4_parse(yonder_text t, uint32_t *address)
{
    uint64_t result = 0;
    t = without_trailing_dot(t);
    for (unsigned part = 0; part < 4; part++) {
        size_t dot = yn_find_char(t, '.');
        uint64_t n;
        if (!ipv4_number(yn_slice(t, 0, dot), &n))
            return false;
        if (dot == t.len) { // the last part fills all the bytes that are left
            if (n >> (32 - 8 * part))
                return false;
            *address = (uint32_t)(result << (32 - 8 * part) | n);
            return true;
        }
        if (n > 255)
            return false;
        result = result << 8 | n;
        t = yn_skip(t, dot + 1);
    }
    return false;
}

void yn_ipv4_write(yn_buf *out, uint32_t address)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        yn_buf_number(out, address >> shift & 255);
        if (shift)
            yn_buf_char(out, '.');
    }
}

// ---- IPv6 ---------------------------------------------------------------------------------------

// Four decimal parts of one to three digits without leading zeros, to the end of `t`.
static bool embedded_ipv4(yonder_text t, uint16_t pieces[2])
{
    uint32_t address = 0;
    for (unsigned part = 0; part < 4; part++) {
        size_t end = part < 3 ? yn_find_char(t, '.') : t.len;
        uint64_t n;
        if (end > 3 || (end > 1 && t.ptr[0] == '0') || (part < 3 && end == t.len) ||
            !yn_parse_number(yn_slice(t, 0, end), 255, &n))
            return false;
        address = address << 8 | (uint32_t)n;
        t = yn_skip(t, part < 3 ? end + 1 : end);
    }
    pieces[0] = (uint16_t)(address >> 16);
    pieces[1] = (uint16_t)address;
    return true;
}

// What is read so far. "::" stands for at least one piece; `compress` is the one after it, or -1.
typedef struct ipv6 {
    uint16_t *pieces;
    int count;
    int compress;
} ipv6;

static void compress(ipv6 *a)
{
    a->pieces[a->count++] = 0;
    a->compress = a->count;
}

// Moves what came after "::" to the end and puts zeros in its place.
static bool spread(ipv6 *a)
{
    if (a->compress < 0)
        return a->count == 8;
    int after = a->count - a->compress, gap = 8 - a->count;
    memmove(a->pieces + 8 - after, a->pieces + a->compress, sizeof *a->pieces * (size_t)after);
    memset(a->pieces + a->compress, 0, sizeof *a->pieces * (size_t)gap);
    return true;
}

// A piece and the ":" after it, or an IPv4 address.
static bool take_piece(ipv6 *a, yonder_text *t)
{
    size_t length = 0;
    unsigned value = 0;
    while (length < 4 && length < t->len && yn_hex_value((unsigned char)t->ptr[length]) >= 0)
        value = value << 4 | (unsigned)yn_hex_value((unsigned char)t->ptr[length++]);
    if (length < t->len && t->ptr[length] == '.') {
        if (length == 0 || a->count > 6 || !embedded_ipv4(*t, a->pieces + a->count))
            return false;
        a->count += 2;
        *t = yn_skip(*t, t->len);
        return true;
    }
    a->pieces[a->count++] = (uint16_t)value;
    *t = yn_skip(*t, length);
    if (t->len == 0)
        return true;
    if (t->ptr[0] != ':' || t->len == 1)
        return false;
    *t = yn_skip(*t, 1);
    return true;
}

bool yn_ipv6_parse(yonder_text t, uint16_t pieces[8])
{
    ipv6 a = {pieces, 0, -1};
    if (t.len && t.ptr[0] == ':') {
        if (t.len < 2 || t.ptr[1] != ':')
            return false;
        compress(&a);
        t = yn_skip(t, 2);
    }
    while (t.len) {
        if (a.count == 8)
            return false;
        if (t.ptr[0] == ':') {
            if (a.compress >= 0)
                return false;
            compress(&a);
            t = yn_skip(t, 1);
        } else if (!take_piece(&a, &t)) {
            return false;
        }
    }
    return spread(&a);
}

// The first longest run of two or more zeros, or -1.
static int longest_zeros(const uint16_t pieces[8], int *size)
{
    int start = -1;
    *size = 1;
    for (int i = 0; i < 8; i++) {
        int run = 0;
        while (i + run < 8 && pieces[i + run] == 0)
            run++;
        if (run > *size) {
            start = i;
            *size = run;
        }
        i += run;
    }
    return start;
}

void yn_ipv6_write(yn_buf *out, const uint16_t pieces[8])
{
    int size, zeros = longest_zeros(pieces, &size);
    for (int i = 0; i < 8; i++) {
        if (i == zeros) {
            yn_buf_str(out, i == 0 ? "::" : ":");
            i += size - 1;
            continue;
        }
        bool started = false;
        for (int shift = 12; shift >= 0; shift -= 4) {
            unsigned digit = pieces[i] >> shift & 15;
            started = started || digit || shift == 0;
            if (started)
                yn_buf_char(out, "0123456789abcdef"[digit]);
        }
        if (i < 7)
            yn_buf_char(out, ':');
    }
}
