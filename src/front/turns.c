// SPDX-License-Identifier: MIT
#include "front/turns.h"

#include <pthread.h>

#include "base/mem.h"

struct yn_turns {
    pthread_mutex_t mutex;
    unsigned count, most, most_each;
    uint64_t clients[]; // the first `count`, in no order
};

yn_turns *yn_turns_new(unsigned most)
{
    yn_turns *turns = yn_alloc(NULL, sizeof *turns + most * sizeof *turns->clients);
    if (!turns)
        return NULL;
    unsigned share = most / YN_TURNS_SHARES;
    *turns = (yn_turns){.most = most, .most_each = share ? share : 1};
    pthread_mutex_init(&turns->mutex, NULL);
    return turns;
}

void yn_turns_free(yn_turns *turns)
{
    if (!turns)
        return;
    pthread_mutex_destroy(&turns->mutex);
    yn_free(NULL, turns);
}

yn_turn yn_turns_take(yn_turns *turns, uint64_t client)
{
    unsigned same = 0;
    pthread_mutex_lock(&turns->mutex);
    for (unsigned i = 0; i < turns->count; i++)
        same += turns->clients[i] == client;
    yn_turn turn = turns->count >= turns->most ? YN_TURN_NONE_LEFT
                   : same >= turns->most_each  ? YN_TURN_NO_MORE
                                               : YN_TURN_TAKEN;
    if (turn == YN_TURN_TAKEN)
        turns->clients[turns->count++] = client;
    pthread_mutex_unlock(&turns->mutex);
    return turn;
}

void yn_turns_give(yn_turns *turns, uint64_t client)
{
    pthread_mutex_lock(&turns->mutex);
    for (unsigned i = 0; i < turns->count; i++)
        if (turns->clients[i] == client) {
            turns->clients[i] = turns->clients[--turns->count];
            break;
        }
    pthread_mutex_unlock(&turns->mutex);
}
