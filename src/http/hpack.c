// SPDX-License-Identifier: MIT
#include "http/hpack.h"

#include <nghttp2/nghttp2.h>

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
