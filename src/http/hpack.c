// SPDX-License-Identifier: MIT
#include "http/hpack.h"

#include <nghttp2/nghttp2.h>

#include "base/text.h"

// ---- decoding -----------------------------------------------------------------------------------

yn_hpack_decoder *yn_hpack_decoder_new(void)
{
    nghttp2_hd_inflater *inflater;
    return nghttp2_hd_inflate_new(&inflater) == 0 ? (yn_hpack_decoder *)(void *)inflater : NULL;
}

void yn_hpack_decoder_free(yn_hpack_decoder *decoder)
{
    if (decoder)
        nghttp2_hd_inflate_del((nghttp2_hd_inflater *)(void *)decoder);
}

bool yn_hpack_decode(yn_hpack_decoder *decoder, yonder_text part, bool last,
                     yn_hpack_field_fn *field, void *context)
{
    nghttp2_hd_inflater *inflater = (nghttp2_hd_inflater *)(void *)decoder;
    const uint8_t *at = (const uint8_t *)part.ptr, *end = at + part.len;
    for (;;) {
        nghttp2_nv nv;
        int flags = 0;
        ssize_t n = nghttp2_hd_inflate_hd2(inflater, &nv, &flags, at, (size_t)(end - at), last);
        if (n < 0)
            return false;
        at += n;
        if (flags & NGHTTP2_HD_INFLATE_EMIT)
            field(context, (yonder_text){(const char *)nv.name, nv.namelen},
                  (yonder_text){(const char *)nv.value, nv.valuelen});
        if (flags & NGHTTP2_HD_INFLATE_FINAL)
            return nghttp2_hd_inflate_end_headers(inflater) == 0;
        if (!(flags & NGHTTP2_HD_INFLATE_EMIT) && at == end)
            return !last;
    }
}

// ---- encoding -----------------------------------------------------------------------------------

enum {
    indexed = 0x80,       // RFC 7541 section 6.1
    table_size = 0x20,    // section 6.3
    not_indexed = 0,      // section 6.2.2
    not_indexed_bits = 4, // of the name's index
    length_bits = 7,      // of a string's length; not Huffman's code
    status_name = 8,
};

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

char *yn_hpack_put_no_table(char *to)
{
    *to++ = table_size;
    return to;
}

char *yn_hpack_put_status(char *to, int status)
{
    static const unsigned short known[] = {200, 204, 206, 304, 400, 404, 500};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i] == status) {
            *to++ = (char)(indexed | (status_name + i));
            return to;
        }
    }
    *to++ = not_indexed | status_name;
    *to++ = 3;
    *to++ = (char)('0' + status / 100);
    *to++ = (char)('0' + status / 10 % 10);
    *to++ = (char)('0' + status % 10);
    return to;
}

char *yn_hpack_put_known(char *to, yn_hpack_name name, yonder_text value, yonder_text more)
{
    to = put_number(to, not_indexed, not_indexed_bits, name);
    return put_string(to, value, more);
}

char *yn_hpack_put_field(char *to, yonder_text name, yonder_text value, yonder_text more)
{
    *to++ = not_indexed;
    to = put_string(to, name, (yonder_text){NULL, 0});
    return put_string(to, value, more);
}
