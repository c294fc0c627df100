// SPDX-License-Identifier: MIT
// Whose lines to show where something is to be changed.
#ifndef YN_REPORT_CHECK_FIX_H
#define YN_REPORT_CHECK_FIX_H

#include <yonder/hsts.h>

#include "report/check.h"

/** Whether that server's lines are to be shown: the one that was chosen; else the one that answers
 *  and says so; else every one. */
bool yn_check_shows(const yn_checked *checked, yn_server server);

/** The lines that make that server send this policy, each ended by a line feed. False where there
 *  are none. */
bool yn_check_header_lines(yn_buf *out, yn_server server, yonder_text host,
                           const yonder_hsts_policy *policy);

/** As text: the server's name, and its lines below it. */
void yn_check_put_lines(yn_buf *out, const yn_style *style, yn_server server, yonder_text lines,
                        size_t indent);

#endif
