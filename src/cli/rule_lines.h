// SPDX-License-Identifier: MIT
// The lines of rule files by number, for showing and for changing them.
#ifndef YN_CLI_RULE_LINES_H
#define YN_CLI_RULE_LINES_H

#include "base/buf.h"

typedef struct yn_rule_lines yn_rule_lines;

/** Nothing is read before it is asked for. NULL when memory is out. The names have to last. */
yn_rule_lines *yn_rule_lines_make(const char *const *names, size_t count);
void yn_rule_lines_free(yn_rule_lines *lines);

/** All of a file, or an empty text where it cannot be read again: stdin, or an image. */
yonder_text yn_rule_lines_file(yn_rule_lines *lines, yonder_text name);

/** A line of it, from 1, without its end. */
yonder_text yn_rule_lines_get(yn_rule_lines *lines, yonder_text name, uint32_t line);

#endif
