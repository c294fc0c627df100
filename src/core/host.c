// SPDX-License-Identifier: MIT
#include "core/host.h"

#include "base/text.h"
#include "base/utf8.h"
#include "core/idna.h"
#include "core/ip.h"
#include "core/percent.h"

static int parse_ipv6(yn_buf *out, yonder_text in)
{
    uint16_t pieces[8];
    if (in.len < 2 || in.ptr[in.len - 1] != ']' ||
        !yn_ipv6_parse(yn_slice(in, 1, in.len - 1), pieces))
        return YONDER_INVALID_HOST;
    yn_buf_char(out, '[');
    yn_ipv6_write(out, pieces);
    yn_buf_char(out, ']');
    return out->error;
}

static int parse_opaque(yn_buf *out, yonder_text in)
{
    for (size_t i = 0; i < in.len; i++)
        if (yn_in_set(in.ptr[i], YN_SET_FORBIDDEN_HOST))
            return YONDER_INVALID_HOST;
    yn_percent_encode(out, in, YN_SET_C0);
    return out->error;
}

// Appends the percent-decoding of `in`, which may come out as anything. False if `in` is not UTF-8:
// that becomes U+FFFD, which no domain may hold.
static bool put_decoded(yn_buf *out, yonder_text in)
{
    for (size_t i = 0; i < in.len;) {
        char byte;
        uint32_t code_point;
        if (yn_percent_decode_at(in, i, &byte)) {
            yn_buf_char(out, byte);
            i += 3;
            continue;
        }
        size_t taken = yn_utf8_decode(yn_skip(in, i), &code_point);
        if (code_point == 0xFFFD)
            return false;
        yn_buf_put(out, yn_slice(in, i, i + taken));
        i += taken;
    }
    return true;
}

static bool is_utf8(yonder_text t)
{
    uint32_t code_point = 0;
    while (t.len && code_point != 0xFFFD)
        t = yn_skip(t, yn_utf8_decode(t, &code_point));
    return code_point != 0xFFFD;
}

// Lower-cases what stands in `out` from `start` and returns the sets its bytes are in.
static unsigned lower(yn_buf *out, size_t start)
{
    unsigned sets = 0;
    for (size_t i = start; i < out->len; i++) {
        sets |= yn_sets[(unsigned char)out->ptr[i]];
        out->ptr[i] = yn_lower(out->ptr[i]);
    }
    return sets;
}

// Turns the domain that stands in `out` from `start` into ASCII.
static int domain_to_ascii(yn_buf *out, size_t start)
{
    char domain[YN_IDNA_MAX];
    size_t len = out->len - start;
    if (len > sizeof domain)
        return YONDER_TOO_LARGE;
    memcpy(domain, out->ptr + start, len);
    if (!is_utf8((yonder_text){domain, len}))
        return YONDER_INVALID_HOST;
    out->len = start;
    return yn_idna_to_ascii(out, (yonder_text){domain, len});
}

// A host that is not plain: it has percent-encoded bytes or others than ASCII.
static int decode_domain(yn_buf *out, size_t start, yonder_text in)
{
    out->len = start;
    if (!put_decoded(out, in))
        return YONDER_INVALID_HOST;
    if (out->error)
        return out->error;
    unsigned sets = lower(out, start);
    if (sets & YN_SET_NOT_ASCII) {
        int error = domain_to_ascii(out, start);
        if (error)
            return error;
        sets = lower(out, start);
    }
    return out->len == start || sets & YN_SET_FORBIDDEN_DOMAIN ? YONDER_INVALID_HOST : YONDER_OK;
}

// The "domain parser" with beStrict false, and the IPv4 parser where the domain calls for it.
static int parse_domain(yn_buf *out, yonder_text in)
{
    size_t start = out->len;
    yn_buf_put(out, in);
    if (out->error)
        return out->error;
    unsigned sets = lower(out, start);
    if (sets & (YN_SET_FORBIDDEN_DOMAIN | YN_SET_NOT_ASCII)) {
        int error = decode_domain(out, start, in);
        if (error)
            return error;
    }
    yonder_text domain = {out->ptr + start, out->len - start};
    if (yn_ends_in_number(domain)) {
        uint32_t address;
        if (!yn_ipv4_parse(domain, &address))
            return YONDER_INVALID_HOST;
        out->len = start;
        yn_ipv4_write(out, address);
    }
    return out->error;
}

int yn_host_parse(yn_buf *out, yonder_text in, bool opaque)
{
    if (in.len && in.ptr[0] == '[')
        return parse_ipv6(out, in);
    if (opaque)
        return parse_opaque(out, in);
    return parse_domain(out, in);
}

bool yn_port_parse(yonder_text t, int32_t *port)
{
    int32_t n = t.len ? 0 : -1;
    for (size_t i = 0; i < t.len; i++) {
        if (!yn_is_digit((unsigned char)t.ptr[i]))
            return false;
        n = n * 10 + (t.ptr[i] - '0');
        if (n > 65535)
            return false;
    }
    *port = n;
    return true;
}

int yn_host_canonical(yonder_text field, char *out, size_t size, yonder_text *host, int32_t *port)
{
    // A buffer that is full from the start never asks for memory.
    yn_buf buf = {.ptr = out, .cap = size, .max = size};
    int32_t number;
    size_t bracket = field.len && field.ptr[0] == '[' ? yn_find_char(field, ']') : 0;
    size_t colon = bracket + yn_find_char(yn_skip(field, bracket), ':');
    bool has_port = colon < field.len;
    if (!yn_port_parse(has_port ? yn_skip(field, colon + 1) : (yonder_text){NULL, 0}, &number) ||
        colon == 0)
        return YONDER_INVALID_HOST;
    int error = yn_host_parse(&buf, yn_slice(field, 0, colon), false);
    if (error)
        return error;
    if (buf.ptr[buf.len - 1] == '.')
        buf.len--;
    if (buf.len == 0)
        return YONDER_INVALID_HOST;
    *host = yn_buf_text(&buf);
    *port = number;
    return YONDER_OK;
}
