// SPDX-License-Identifier: MIT
// Live checks under way at once: so many altogether, and of one client no more than its share. A
// site can take its twenty seconds, so without that one client would have all of them.
#ifndef YN_FRONT_TURNS_H
#define YN_FRONT_TURNS_H

#include <stdint.h>

typedef struct yn_turns yn_turns;

typedef enum yn_turn {
    YN_TURN_TAKEN,
    YN_TURN_NONE_LEFT, /**< all are taken */
    YN_TURN_NO_MORE,   /**< the client has its share */
} yn_turn;

enum {
    YN_TURNS_SHARES = 4, /**< so many clients together can have them all */
};

/** @return NULL where memory is out */
yn_turns *yn_turns_new(unsigned most);
void yn_turns_free(yn_turns *turns);

/** `client` as of yn_limit_client(). What is YN_TURN_TAKEN is given back. */
yn_turn yn_turns_take(yn_turns *turns, uint64_t client);
void yn_turns_give(yn_turns *turns, uint64_t client);

#endif
