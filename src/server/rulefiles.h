// SPDX-License-Identifier: MIT
// Rule files on disk become one rule set, or errors on stderr.
#ifndef YN_SERVER_RULEFILES_H
#define YN_SERVER_RULEFILES_H

#include <stdio.h>

#include <yonder/rules.h>

/** One error as a person reads it: "file:line:column: message", the line, and a caret under the
 *  column. Control characters of the line show as "?". */
void yn_diagnostic_print(FILE *out, const yonder_diagnostic *diagnostic);

/** Reads `count` files as one rule set. Every error in any of them goes to stderr. What is no
 * regular file is read, too, but fails when it gives nothing for a second.
 *  @return the set; NULL after at least one line on stderr */
yonder_rules *yn_rulefiles_read(const char *const *names, size_t count);

#endif
