// SPDX-License-Identifier: MIT
// UTF-8 as the Encoding standard decodes and encodes it.
#ifndef YN_BASE_UTF8_H
#define YN_BASE_UTF8_H

#include <yonder/base.h>

/**
 * Decodes the code point at the start of `t` (which is not empty) and returns how many bytes it
 * takes, at least 1. Ill-formed input gives U+FFFD for each maximal subpart, as the Encoding
 * standard asks.
 */
size_t yn_utf8_decode(yonder_text t, uint32_t *code_point);

/** Writes 1 to 4 bytes for a scalar value and returns how many. */
size_t yn_utf8_encode(char out[4], uint32_t code_point);

#endif
