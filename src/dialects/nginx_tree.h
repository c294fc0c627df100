// SPDX-License-Identifier: MIT
// Configurations of nginx as a tree of directives, included files and all.
#ifndef YN_DIALECTS_NGINX_TREE_H
#define YN_DIALECTS_NGINX_TREE_H

#include "dialects/directive.h"

/** Reads all sources and what they include, one behind the other, into the plan's arena. What is
 *  wrong is noted, and the rest is read. */
yn_directive *yn_nginx_tree(yn_plan *plan, const yn_dialect_input *input);

#endif
