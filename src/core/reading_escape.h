// SPDX-License-Identifier: MIT
// The first step of a reading: bytes removed, refused, escaped.
#ifndef YN_CORE_READING_ESCAPE_H
#define YN_CORE_READING_ESCAPE_H

#include "base/buf.h"
#include "core/reading.h"

/** Where the first byte of `set` stands in `t`; its length if there is none. */
size_t yn_find_any(yonder_text t, const char *set);

/** `value` without the bytes that are removed. @return YONDER_OK, YONDER_INVALID_URL for bytes that
 *  are refused, or the buffer's error */
int yn_reading_clean(const yn_reading *reading, yonder_text value, yn_buf *out);

/** True if every "%" of the reference is to be escaped, see YN_PERCENT_ALL_ESCAPED. */
bool yn_reading_escapes_all(const yn_reading *reading, yonder_text reference);

/** Writes `t`, what follows the host in a reference or the whole of one without a host.
 *  @return YONDER_OK, YONDER_INVALID_URL, or the buffer's error */
int yn_reading_escape(const yn_reading *reading, yonder_text t, bool all_percents, yn_buf *out);

/** Writes a host with the unreserved characters in it that were escaped decoded. */
void yn_reading_decode_unreserved(yonder_text host, yn_buf *out);

/** Writes one byte as "%XX". */
void yn_reading_escape_byte(const yn_reading *reading, unsigned char c, yn_buf *out);

/** Writes a path, query or fragment that is done, as it is sent: the last of
 *  YN_PERCENT_ALL_ESCAPED. */
void yn_reading_put_part(const yn_reading *reading, yonder_text t, yn_buf *out);

#endif
