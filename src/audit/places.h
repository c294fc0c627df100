// SPDX-License-Identifier: MIT
// Who is at which address, when only so many may be at one: for many.c, within its lock.
#ifndef YN_AUDIT_PLACES_H
#define YN_AUDIT_PLACES_H

#include "base/map.h"

/** A queue of numbers, with room for so many. */
typedef struct yn_queue {
    size_t *items;
    size_t room, first, count;
} yn_queue;

bool yn_queue_make(yn_queue *q, size_t room); /**< false where memory is out */
void yn_queue_free(yn_queue *q);
void yn_queue_put(yn_queue *q, size_t item); /**< there is room */
bool yn_queue_take(yn_queue *q, size_t *item);

#define YN_NO_PLACE SIZE_MAX /**< a place where everybody may be */
#define YN_NOBODY   SIZE_MAX

enum {
    YN_PLACE_FREE = 0,
    YN_PLACE_FULL = 1,
};

typedef struct yn_place yn_place;

typedef struct yn_places {
    yn_map by_name;
    yn_place *all; /**< as many as there can be visitors */
    size_t *next;  /**< of each visitor: who waits behind it */
    size_t room, per_place;
    size_t unused; /**< the first of the places that nobody is at; they are linked */
} yn_places;

/** For visitors with numbers below `room`. False where memory is out. */
bool yn_places_make(yn_places *p, size_t room, size_t per_place);
void yn_places_free(yn_places *p);

/** `visitor` wants to `name`, of which 63 bytes count; to none where it is empty. @return
 *  YN_PLACE_FREE: it is there, at `*place`; YN_PLACE_FULL: it waits, and will be there;
 *  YONDER_NO_MEMORY */
int yn_places_enter(yn_places *p, yonder_text name, size_t visitor, size_t *place);

/** One leaves. @return the visitor that is there in its stead, or YN_NOBODY */
size_t yn_places_leave(yn_places *p, size_t place);

#endif
