// SPDX-License-Identifier: MIT
// Header blocks of requests, RFC 7541: nghttp2's decoder, which hpack.c is the only file to know.
// The encoder, in hpack_encoder.h, is ours.
#ifndef YN_HTTP_HPACK_H
#define YN_HTTP_HPACK_H

#include <yonder/base.h>

/** A connection's: blocks have to be decoded all, in order. */
typedef struct yn_hpack_decoder yn_hpack_decoder;

/** With a dynamic table of 4096 bytes, as HTTP/2 has it without SETTINGS_HEADER_TABLE_SIZE. NULL
 *  where memory is out. */
yn_hpack_decoder *yn_hpack_decoder_new(void);
void yn_hpack_decoder_free(yn_hpack_decoder *decoder); /**< NULL is left alone */

/** A field as it stood in the block, checked for nothing. The text is good until the call returns.
 */
typedef void yn_hpack_field_fn(void *context, yonder_text name, yonder_text value);

/** Decodes a part of a block, the `last` one or not. false where it is no HPACK, or memory is out:
 *  the connection is lost then (COMPRESSION_ERROR). */
bool yn_hpack_decode(yn_hpack_decoder *decoder, yonder_text part, bool last,
                     yn_hpack_field_fn *field, void *context);

#endif
