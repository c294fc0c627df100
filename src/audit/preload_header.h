// SPDX-License-Identifier: MIT
// A Strict-Transport-Security value as the preload list's checker (chromium/hstspreload, in Go)
// reads it, slip by slip: it is stricter than browsers in places and looser in others. Pure, and
// from bytes to codes; doc/why/preload-checker.md has the quirks.
#ifndef YN_AUDIT_PRELOAD_HEADER_H
#define YN_AUDIT_PRELOAD_HEADER_H

#include <yonder/base.h>

#include "audit/chromium_codes.h"

#define YN_PRELOAD_YEAR     UINT64_C(31536000)
#define YN_PRELOAD_18_WEEKS UINT64_C(10886400)

typedef struct yn_preload_header {
    bool has_max_age, include_subdomains, preload;
    uint64_t max_age;
} yn_preload_header;

/** Gets each code, in the order of the checker; `about` is the directive, or empty. */
typedef void yn_preload_tell(void *context, yn_chromium_code code, yonder_text about);

/** Reads a value: codes of header.parse. */
yn_preload_header yn_preload_header_parse(yonder_text value, yn_preload_tell *tell, void *context);

/** Reads it and tells whether it is fit for the list: header.parse, then header.preloadable.
 *  `min_age` is YN_PRELOAD_YEAR or YN_PRELOAD_18_WEEKS. */
void yn_preload_header_eligible(yonder_text value, uint64_t min_age, yn_preload_tell *tell,
                                void *context);

/** Reads it and tells whether it is fit for removal: errors of header.parse, then header.removable.
 */
void yn_preload_header_removable(yonder_text value, yn_preload_tell *tell, void *context);

/** True for codes that are in the way, false for warnings. */
bool yn_chromium_is_error(yn_chromium_code code);

#endif
