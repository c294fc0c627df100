// SPDX-License-Identifier: MIT
// One request as the HTTP library hands it over, piece by piece, until it can be dispatched. Knows
// nothing of the library.
#ifndef YN_FRONT_EXCHANGE_H
#define YN_FRONT_EXCHANGE_H

#include "front/dispatch.h"

enum {
    YN_EXCHANGE_FIELDS = 100,     /**< header fields */
    YN_EXCHANGE_THROWN = 1 << 20, /**< bytes of a body that is too long which are read still */
};

typedef struct yn_exchange {
    yn_arena arena;
    yonder_text method, target;
    yn_web_field fields[YN_EXCHANGE_FIELDS];
    size_t field_count;
    yn_buf body;
    size_t thrown;
    int refused; /**< a status, with `why`; 0: nothing is wrong so far */
    const char *why;
    bool begun; /**< the head is there */
} yn_exchange;

/** NULL where memory is out. `target` is what the request line has. */
yn_exchange *yn_exchange_new(yonder_text target);
void yn_exchange_free(yn_exchange *exchange); /**< NULL is left alone */

void yn_exchange_field(yn_exchange *exchange, yonder_text name, yonder_text value);
/** After the last field: what is wrong with the head is in `refused`. */
void yn_exchange_begin(yn_exchange *exchange, yonder_text method);
/** A piece of the body. False where no more is to be read. */
bool yn_exchange_body(yn_exchange *exchange, yonder_text piece);
/** Makes of it what is dispatched, `client` and `site` excepted. Views. */
void yn_exchange_finish(yn_exchange *exchange, yn_dispatch_input *out);

#endif
