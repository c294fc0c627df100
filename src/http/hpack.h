// SPDX-License-Identifier: MIT
// Header blocks of HTTP/2, RFC 7541. hpack.c is the only file that knows nghttp2, whose decoder it
// is; the encoder is ours, for the few fields a redirect has.
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

/* Encoding uses the static table only: see doc/why/http2.md. Each returns where it stopped. */

/** The room that suffices for a field. */
#define YN_HPACK_ROOM(name_len, value_len) ((name_len) + (value_len) + 13)

/** Says that the dynamic table is empty and stays so: at the start of a block, if at all. */
char *yn_hpack_put_no_table(char *to);
char *yn_hpack_put_status(char *to, int status);
/** A value in two parts, either of which may be empty; a name in lower case. */
char *yn_hpack_put_field(char *to, yonder_text name, yonder_text value, yonder_text more);

/** Names the static table has, where they begin to count. */
typedef enum yn_hpack_name {
    YN_HPACK_ALLOW = 22,
    YN_HPACK_CACHE_CONTROL = 24,
    YN_HPACK_CONTENT_LENGTH = 28,
    YN_HPACK_CONTENT_TYPE = 31,
    YN_HPACK_DATE = 33,
    YN_HPACK_LOCATION = 46,
    YN_HPACK_RETRY_AFTER = 53,
    YN_HPACK_STRICT_TRANSPORT_SECURITY = 56,
    YN_HPACK_VARY = 59,
} yn_hpack_name;

/** Likewise, for one of these names. */
char *yn_hpack_put_known(char *to, yn_hpack_name name, yonder_text value, yonder_text more);

#endif
