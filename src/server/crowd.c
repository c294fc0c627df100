// SPDX-License-Identifier: MIT
#include "server/crowd.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/hash.h"

bool yn_crowd_init(yn_crowd *c, uint64_t most, uint32_t most_per_address)
{
    *c = (yn_crowd){.most = most, .most_per_address = most_per_address};
    if (!most_per_address)
        return true;
    c->slots = calloc((size_t)YN_CROWD_ROWS * YN_CROWD_SLOTS, sizeof *c->slots);
    if (c->slots && getrandom(c->seeds, sizeof c->seeds, 0) == (ssize_t)sizeof c->seeds)
        return true;
    yn_crowd_free(c);
    return false;
}

void yn_crowd_free(yn_crowd *c)
{
    free((void *)c->slots);
    c->slots = NULL;
}

bool yn_crowd_enter(yn_crowd *c)
{
    uint64_t before = atomic_fetch_add_explicit(&c->open, 1, memory_order_relaxed);
    if (!c->most || before < c->most)
        return true;
    yn_crowd_leave(c);
    return false;
}

void yn_crowd_leave(yn_crowd *c)
{
    atomic_fetch_sub_explicit(&c->open, 1, memory_order_relaxed);
}

bool yn_crowd_is_tight(const yn_crowd *c)
{
    return c->most &&
           atomic_load_explicit(&c->open, memory_order_relaxed) >= c->most - c->most / 16;
}

/* ---- addresses ------------------------------------------------------------------------------- */

static yonder_text counted_part(const yn_address *address, char room[16])
{
    if (address->storage.ss_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, &address->storage, sizeof in);
        memcpy(room, &in.sin_addr, 4);
        return (yonder_text){room, 4};
    }
    struct sockaddr_in6 in;
    memcpy(&in, &address->storage, sizeof in);
    memcpy(room, &in.sin6_addr, 16);
    if (IN6_IS_ADDR_V4MAPPED(&in.sin6_addr))
        return (yonder_text){room + 12, 4};
    return (yonder_text){room, 8};
}

static _Atomic uint32_t *slot_of(const yn_crowd *c, const yn_crowd_place *place, size_t row)
{
    return &c->slots[row * YN_CROWD_SLOTS + place->slot[row]];
}

bool yn_crowd_enter_from(yn_crowd *c, const yn_address *address, yn_crowd_place *place)
{
    char room[16];
    yonder_text part = counted_part(address, room);
    uint32_t least = UINT32_MAX;
    for (size_t row = 0; row < YN_CROWD_ROWS; row++) {
        place->slot[row] = (uint16_t)(yn_hash(part, c->seeds[row]) >> 48);
        uint32_t before =
            atomic_fetch_add_explicit(slot_of(c, place, row), 1, memory_order_relaxed);
        least = before < least ? before : least;
    }
    if (least < c->most_per_address)
        return true;
    yn_crowd_leave_from(c, place);
    return false;
}

void yn_crowd_leave_from(yn_crowd *c, const yn_crowd_place *place)
{
    for (size_t row = 0; row < YN_CROWD_ROWS; row++)
        atomic_fetch_sub_explicit(slot_of(c, place, row), 1, memory_order_relaxed);
}
