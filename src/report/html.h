// SPDX-License-Identifier: MIT
// Text from elsewhere in an HTML page.
#ifndef YN_REPORT_HTML_H
#define YN_REPORT_HTML_H

#include "base/buf.h"

/**
 * Writes text so that it is that text between tags and in a quoted attribute, and never markup.
 * UTF-8 shows as itself; what is ill-formed as U+FFFD; what steers the eye or the device and has no
 * look of its own (controls but for the line feed, bidirectional overrides, zero-width characters)
 * as \u{202E}.
 */
void yn_html_put(yn_buf *out, yonder_text text);

#endif
