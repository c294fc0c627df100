// SPDX-License-Identifier: MIT
// What the two kinds of Vercel's files share: bulk redirects, as JSON and as CSV.
#ifndef YN_DIALECTS_VERCEL_H
#define YN_DIALECTS_VERCEL_H

#include "dialects/carry.h"

typedef struct yn_vercel_bulk {
    yonder_text source, destination;
    int status;
    bool case_sensitive, query;
} yn_vercel_bulk;

/** Hands over a bulk redirect. `case_ignored`: a site line says that case does not count. */
void yn_vercel_bulk_put(yn_carry *carry, const yn_vercel_bulk *bulk, bool case_ignored);

/** The status from what a file has about it: `code` 0 for none. */
int yn_vercel_status(int code, bool permanent);

#endif
