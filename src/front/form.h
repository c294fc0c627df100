// SPDX-License-Identifier: MIT
// Names and values in a query or a form: application/x-www-form-urlencoded (URL standard section
// 5.1), as bytes. A "%" without two hex digits behind it is itself.
#ifndef YN_FRONT_FORM_H
#define YN_FRONT_FORM_H

#include "front/web.h"

enum {
    YN_FORM_MOST = 64, /**< pairs */
};

/** @return YONDER_OK with `*out` in the arena; YONDER_TOO_LARGE: there are more than YN_FORM_MOST;
 *  YONDER_NO_MEMORY */
int yn_form_parse(yonder_text text, yn_arena *arena, yn_web_field **out, size_t *count);

/** The value of `name` in query and form together. False where it is there twice with different
 *  values; `*value` is empty, with NULL, where it is not there. */
bool yn_form_one(const yn_web_request *request, const char *name, yonder_text *value);

#endif
