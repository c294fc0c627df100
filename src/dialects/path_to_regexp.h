// SPDX-License-Identifier: MIT
// Paths as the JavaScript package path-to-regexp (version 6) reads them, strictly and with regard
// to case: "/a/:name", ":rest*", ":n(\\d+)", "(.*)", "{-:x}?".
#ifndef YN_DIALECTS_PATH_TO_REGEXP_H
#define YN_DIALECTS_PATH_TO_REGEXP_H

#include "dialects/carry.h"

/** Takes such a path apart. False after a note. */
bool yn_path_to_regexp_read(yn_carry *carry, yn_from *from, yonder_text path);

/** Writes a target for it: ":name", with a modifier or not, and "$1". `from` has been written. */
yonder_text yn_path_to_regexp_target(yn_carry *carry, const yn_from *from, const yn_draft *pairs,
                                     yonder_text target);

/** True if the target uses "$1". */
bool yn_path_to_regexp_numbers(yonder_text target);

#endif
