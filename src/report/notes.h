// SPDX-License-Identifier: MIT
// What there is to say about single hops, beyond their rows: a line each.
#ifndef YN_REPORT_NOTES_H
#define YN_REPORT_NOTES_H

#include "base/buf.h"
#include "trace/chain.h"

/** Writes the notes of all hops, "Note: …" and a line end each. Bytes from elsewhere are escaped.
 */
void yn_notes_write(yn_buf *out, const yn_chain *chain);

#endif
