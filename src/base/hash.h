// SPDX-License-Identifier: MIT
// One 64-bit hash for every table. Not secret: tables whose keys an attacker chooses take a seed.
#ifndef YN_BASE_HASH_H
#define YN_BASE_HASH_H

#include <yonder/base.h>

static inline uint64_t yn_hash_mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t yn_hash(yonder_text t, uint64_t seed)
{
    const uint64_t k0 = 0x9e3779b97f4a7c15u, k1 = 0xd6e8feb86659fd93u;
    uint64_t h = seed ^ (t.len * k0), a, b;
    const char *p = t.ptr;
    size_t n = t.len;
    for (; n > 16; p += 16, n -= 16) {
        memcpy(&a, p, 8);
        memcpy(&b, p + 8, 8);
        h = yn_hash_mix(a ^ k1, b ^ h);
    }
    if (n >= 8) { // two words that overlap cover 8 to 16 bytes
        memcpy(&a, p, 8);
        memcpy(&b, p + n - 8, 8);
    } else if (n >= 4) {
        uint32_t lo, hi;
        memcpy(&lo, p, 4);
        memcpy(&hi, p + n - 4, 4);
        a = lo;
        b = hi;
    } else if (n) {
        a = (uint64_t)(unsigned char)p[0] << 16 | (uint64_t)(unsigned char)p[n / 2] << 8 |
            (unsigned char)p[n - 1];
        b = 0;
    } else {
        a = b = 0;
    }
    return yn_hash_mix(k0 ^ t.len, yn_hash_mix(a ^ k1, b ^ h)); // k0 ^ t.len is never 0
}

#endif
