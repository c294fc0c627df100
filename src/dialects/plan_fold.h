// SPDX-License-Identifier: MIT
// A server's steps as rules of one site: what a step takes away from later ones is taken out of
// these, since rules have no words for "none of the following".
#ifndef YN_DIALECTS_PLAN_FOLD_H
#define YN_DIALECTS_PLAN_FOLD_H

#include "dialects/plan_render.h"

/** Appends the rules of `server` for `site` and `schemes` to `rules`. @return the schemes of which
 *  every request is answered */
unsigned yn_plan_fold(yn_plan *plan, const yn_site *site, const yn_plan_server *server,
                      unsigned schemes, yn_plan_rules *rules);

#endif
