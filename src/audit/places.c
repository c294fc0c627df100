// SPDX-License-Identifier: MIT
#include "audit/places.h"

#include <assert.h>
#include <stdlib.h>

enum {
    name_max = 64, // of an address as text, NUL included
};

struct yn_place {
    char name[name_max]; // which is the key in the map
    size_t name_len;
    size_t there;       // how many are at it
    size_t first, last; // who waits, or YN_NOBODY
    size_t unused;      // the next place that nobody is at
};

/* ---- queues ------------------------------------------------------------------------------------
 */

bool yn_queue_make(yn_queue *q, size_t room)
{
    *q = (yn_queue){.items = calloc(room, sizeof *q->items), .room = room};
    return q->items;
}

void yn_queue_free(yn_queue *q)
{
    free(q->items);
    *q = (yn_queue){0};
}

void yn_queue_put(yn_queue *q, size_t item)
{
    assert(q->count < q->room);
    q->items[(q->first + q->count++) % q->room] = item;
}

bool yn_queue_take(yn_queue *q, size_t *item)
{
    if (q->count == 0)
        return false;
    *item = q->items[q->first];
    q->first = (q->first + 1) % q->room;
    q->count--;
    return true;
}

/* ---- places ------------------------------------------------------------------------------------
 */

bool yn_places_make(yn_places *p, size_t room, size_t per_place)
{
    *p = (yn_places){.by_name = yn_map_make(NULL), .room = room, .per_place = per_place};
    p->all = calloc(room, sizeof *p->all);
    p->next = calloc(room, sizeof *p->next);
    for (size_t i = 0; p->all && i < room; i++)
        p->all[i].unused = i + 1;
    return p->all && p->next;
}

void yn_places_free(yn_places *p)
{
    yn_map_free(&p->by_name);
    free(p->all);
    free(p->next);
    *p = (yn_places){0};
}

static size_t find(yn_places *p, yonder_text name)
{
    const uint32_t *known = yn_map_find(&p->by_name, name);
    if (known)
        return *known;
    bool added;
    size_t index = p->unused;
    assert(index < p->room && name.len < name_max);
    yn_place *place = &p->all[index];
    memcpy(place->name, name.ptr, name.len);
    if (!yn_map_add(&p->by_name, (yonder_text){place->name, name.len}, (uint32_t)index, &added))
        return YN_NO_PLACE;
    p->unused = place->unused;
    place->name_len = name.len;
    place->there = 0;
    place->first = place->last = YN_NOBODY;
    return index;
}

int yn_places_enter(yn_places *p, yonder_text name, size_t visitor, size_t *place)
{
    *place = YN_NO_PLACE;
    if (name.len >= name_max) // no address, whatever it is
        name.len = name_max - 1;
    if (name.len == 0)
        return YN_PLACE_FREE;
    size_t index = find(p, name);
    if (index == YN_NO_PLACE)
        return YONDER_NO_MEMORY;
    *place = index;
    yn_place *at = &p->all[index];
    if (at->there < p->per_place) {
        at->there++;
        return YN_PLACE_FREE;
    }
    if (at->first == YN_NOBODY)
        at->first = visitor;
    else
        p->next[at->last] = visitor;
    at->last = visitor;
    p->next[visitor] = YN_NOBODY;
    return YN_PLACE_FULL;
}

size_t yn_places_leave(yn_places *p, size_t place)
{
    if (place == YN_NO_PLACE)
        return YN_NOBODY;
    yn_place *at = &p->all[place];
    size_t next = at->first;
    if (next != YN_NOBODY) {
        at->first = p->next[next];
        return next;
    }
    if (--at->there == 0) {
        (void)yn_map_remove(&p->by_name, (yonder_text){at->name, at->name_len});
        at->unused = p->unused;
        p->unused = place;
    }
    return YN_NOBODY;
}
