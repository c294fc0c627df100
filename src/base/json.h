// SPDX-License-Identifier: MIT
// The one JSON writer. It puts the commas; the caller names what it writes, in order.
// Text that is not UTF-8 comes out with U+FFFD in place of each bad byte, so output is always JSON.
#ifndef YN_BASE_JSON_H
#define YN_BASE_JSON_H

#include "base/buf.h"

typedef struct yn_json {
    yn_buf *out;
    bool pretty; /**< two spaces a level; otherwise one line */
    unsigned depth;
    bool first; /**< nothing stands in the present object or array yet */
} yn_json;

/** A writer into `out`, whose sticky error tells whether all was written. */
yn_json yn_json_make(yn_buf *out, bool pretty);

/* `name` is the member's name inside an object, and NULL inside an array or at the top. */
void yn_json_object(yn_json *j, const char *name);
void yn_json_object_end(yn_json *j);
void yn_json_array(yn_json *j, const char *name);
void yn_json_array_end(yn_json *j);
void yn_json_text(yn_json *j, const char *name, yonder_text value);
void yn_json_str(yn_json *j, const char *name, const char *value); /**< NULL is null */
void yn_json_int(yn_json *j, const char *name, int64_t value);
void yn_json_fixed(yn_json *j, const char *name, double value, int decimals);
void yn_json_bool(yn_json *j, const char *name, bool value);
void yn_json_null(yn_json *j, const char *name);
/** JSON that was written elsewhere, as it is. */
void yn_json_raw(yn_json *j, const char *name, yonder_text json);

#endif
