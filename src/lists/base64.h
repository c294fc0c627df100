// SPDX-License-Identifier: MIT
// Base64 (RFC 4648 section 4), in which gitiles wraps what it serves as ?format=TEXT.
#ifndef YN_LISTS_BASE64_H
#define YN_LISTS_BASE64_H

#include "base/buf.h"

/** Whether `text` begins with at least 64 bytes of the alphabet in one line: what is shorter may as
 *  well be a word. */
bool yn_base64_likely(yonder_text text);

/**
 * Appends what `text` stands for to `out`. Blanks and ends of lines are passed over; the padding
 * must be there, and the bits that it leaves over must be 0.
 *
 * @return YONDER_OK; YONDER_INVALID_ARGUMENT with `*bad` set to the offset of the byte that does
 * not belong there, text.len if bytes are missing at the end; else the error of `out`. What has
 *         been appended then stays there.
 */
int yn_base64_decode(yonder_text text, yn_buf *out, size_t *bad);

/** Appends the Base64 of `bytes`, padded and in one line. */
void yn_base64_encode(yonder_text bytes, yn_buf *out);

#endif
