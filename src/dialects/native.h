// SPDX-License-Identifier: MIT
// yonder's own rule files, line by line.
#ifndef YN_DIALECTS_NATIVE_H
#define YN_DIALECTS_NATIVE_H

#include "dialects/lines.h"
#include "rules/draft.h"

/** What reading a file hands around. `lines` and `sink` are the caller's to set up. */
typedef struct yn_native {
    yn_lines lines;
    yn_sink sink;
    // Of the present line.
    yn_draft_pair pairs[YONDER_RULES_MAX_PAIRS];
    yn_draft_pair conditions[YONDER_RULES_MAX_CONDITIONS];
} yn_native;

/** Reads the present line and hands it to the sink. @return YONDER_OK; YONDER_INVALID_RULES with
 *  every problem in r->lines; what the sink returned */
int yn_native_line(yn_native *r);

/** Reads the lines there are; `last`: the text ends here, and so may its last line. Problems are
 *  reported. @return YONDER_OK, whatever was reported; YONDER_NO_MEMORY; YONDER_TOO_LARGE */
int yn_native_lines(yn_native *r, bool last);

#endif
