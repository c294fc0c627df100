// SPDX-License-Identifier: MIT
#include "front/limit.h"

#include <netinet/in.h>
#include <pthread.h>

#include "base/hash.h"
#include "base/mem.h"

enum {
    ways = 4,       // buckets in which an address may have its own
    minute = 60000, // milliseconds
};

// A request costs `minute` points; a millisecond gives as many as there are requests a minute.
typedef struct bucket {
    uint64_t client; // 0: free
    uint64_t at;     // when `points` was true
    uint64_t points;
} bucket;

struct yn_limit {
    pthread_mutex_t mutex;
    uint64_t seed, rate, full;
    bucket buckets[YN_LIMIT_BUCKETS];
};

yn_limit *yn_limit_new(uint32_t a_minute, uint64_t seed)
{
    yn_limit *limit = yn_alloc(NULL, sizeof *limit);
    if (!limit)
        return NULL;
    memset(limit, 0, sizeof *limit);
    pthread_mutex_init(&limit->mutex, NULL);
    limit->seed = seed;
    limit->rate = a_minute;
    limit->full = 2 * (uint64_t)a_minute * minute;
    return limit;
}

void yn_limit_free(yn_limit *limit)
{
    if (!limit)
        return;
    pthread_mutex_destroy(&limit->mutex);
    yn_free(NULL, limit);
}

uint64_t yn_limit_client(const yn_address *address)
{
    uint64_t client = 0;
    if (address->storage.ss_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, &address->storage, sizeof in);
        return UINT64_C(1) << 32 | in.sin_addr.s_addr;
    }
    if (address->storage.ss_family != AF_INET6)
        return 1;
    struct sockaddr_in6 in;
    memcpy(&in, &address->storage, sizeof in);
    if (IN6_IS_ADDR_V4MAPPED(&in.sin6_addr)) {
        uint32_t v4;
        memcpy(&v4, &in.sin6_addr.s6_addr[12], sizeof v4);
        return UINT64_C(1) << 32 | v4;
    }
    memcpy(&client, &in.sin6_addr, sizeof client);
    return client ? client : 2; // ::1 and its like
}

static void refill(const yn_limit *limit, bucket *b, uint64_t now)
{
    uint64_t passed = now > b->at ? now - b->at : 0;
    if (passed > 2 * minute) // it is full by then
        passed = 2 * minute;
    b->points += passed * limit->rate;
    if (b->points > limit->full)
        b->points = limit->full;
    b->at = now;
}

// The client's own, or a new one in place of the fullest.
static bucket *find(yn_limit *limit, uint64_t client, uint64_t now)
{
    char bytes[sizeof client];
    memcpy(bytes, &client, sizeof client);
    uint64_t hash = yn_hash((yonder_text){bytes, sizeof bytes}, limit->seed);
    bucket *set = &limit->buckets[hash % (YN_LIMIT_BUCKETS / ways) * ways], *fullest = set;
    for (bucket *b = set; b < set + ways; b++) {
        if (b->client)
            refill(limit, b, now);
        if (b->client == client)
            return b;
        if (fullest->client && (!b->client || b->points > fullest->points))
            fullest = b;
    }
    *fullest = (bucket){client, now, limit->full};
    return fullest;
}

static unsigned take(yn_limit *limit, uint64_t client, uint64_t now)
{
    if (!limit->rate)
        return 0;
    pthread_mutex_lock(&limit->mutex);
    bucket *b = find(limit, client, now);
    uint64_t missing = b->points < minute ? minute - b->points : 0;
    if (!missing)
        b->points -= minute;
    pthread_mutex_unlock(&limit->mutex);
    return (unsigned)((missing + limit->rate * 1000 - 1) / (limit->rate * 1000));
}

unsigned yn_limit_take(yn_limit *limit, const yn_address *address, uint64_t now)
{
    return take(limit, yn_limit_client(address), now);
}

unsigned yn_limit_take_name(yn_limit *limit, yonder_text name, uint64_t now)
{
    uint64_t client = yn_hash(name, limit->seed);
    return take(limit, client ? client : 1, now); // 0 is a free place
}
