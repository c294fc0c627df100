// SPDX-License-Identifier: MIT
#include "server/misses.h"

#include <assert.h>
#include <sched.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/text.h"

static_assert(YN_MISS_TEXT <= UINT8_MAX, "lengths are bytes");
static_assert(YN_MISSES_SLOTS >= 2 * YN_MISSES_KEPT, "there is always a free slot");

/* ---- what is noted --------------------------------------------------------------------------- */

// Appends `t` as far as there is room, whatever it holds. False: it was cut.
static bool put(yn_miss *m, size_t *len, yonder_text t, size_t max)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        bool plain = c > 0x20 && c < 0x7F;
        if (*len + (plain ? 1 : 3) > max)
            return false;
        if (plain) {
            m->text[(*len)++] = (char)c;
        } else {
            m->text[(*len)++] = '%';
            m->text[(*len)++] = digits[c >> 4];
            m->text[(*len)++] = digits[c & 15];
        }
    }
    return true;
}

static void describe(yn_miss *m, bool https, yonder_text host, yonder_text target)
{
    size_t len = 0;
    m->https = https;
    bool whole = put(m, &len, host, YN_MISS_TEXT / 2);
    for (size_t i = 0; i < len; i++)
        m->text[i] = yn_lower(m->text[i]);
    m->host_len = (uint8_t)len;
    target.len = yn_find_char(target, '?');
    whole = put(m, &len, target, YN_MISS_TEXT) && whole;
    m->text_len = (uint8_t)len;
    m->cut = !whole;
    m->hash = yn_hash((yonder_text){m->text, len}, (uint64_t)m->host_len << 1 | https);
}

static bool is_same(const yn_miss *a, const yn_miss *b)
{
    return a->hash == b->hash && a->https == b->https && a->host_len == b->host_len &&
           a->cut == b->cut && a->text_len == b->text_len &&
           memcmp(a->text, b->text, a->text_len) == 0;
}

/* ---- the table: open addressing -------------------------------------------------------------- */

static size_t slot_of(uint64_t hash)
{
    return hash % YN_MISSES_SLOTS;
}

static size_t find_slot(const yn_misses *m, const yn_miss *what)
{
    size_t at = slot_of(what->hash);
    while (m->slots[at] && !is_same(&m->kept[m->slots[at] - 1], what))
        at = (at + 1) % YN_MISSES_SLOTS;
    return at;
}

// Those behind it move up, so that no search stops short of them.
static void free_slot(yn_misses *m, size_t hole)
{
    for (size_t at = (hole + 1) % YN_MISSES_SLOTS; m->slots[at]; at = (at + 1) % YN_MISSES_SLOTS) {
        size_t home = slot_of(m->kept[m->slots[at] - 1].hash);
        if ((at - home) % YN_MISSES_SLOTS >= (at - hole) % YN_MISSES_SLOTS) {
            m->slots[hole] = m->slots[at];
            hole = at;
        }
    }
    m->slots[hole] = 0;
}

/* ---- the heap: the least count first --------------------------------------------------------- */

static uint64_t count_at(const yn_misses *m, size_t at)
{
    return m->kept[m->heap[at]].count;
}

static void place(yn_misses *m, size_t at, uint16_t kept)
{
    m->heap[at] = kept;
    m->kept[kept].in_heap = (uint16_t)at;
}

static void sink(yn_misses *m, size_t at)
{
    uint16_t kept = m->heap[at];
    uint64_t count = m->kept[kept].count;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < m->count && count_at(m, child + 1) < count_at(m, child))
            child++;
        if (child >= m->count || count_at(m, child) >= count)
            break;
        place(m, at, m->heap[child]);
        at = child;
    }
    place(m, at, kept);
}

static void rise(yn_misses *m, size_t at)
{
    uint16_t kept = m->heap[at];
    while (at && count_at(m, (at - 1) / 2) > m->kept[kept].count) {
        place(m, at, m->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    place(m, at, kept);
}

/* ---- the calls ------------------------------------------------------------------------------- */

static void begin(yn_misses *m, const yn_miss *what, size_t slot)
{
    if (m->count < YN_MISSES_KEPT) {
        uint16_t kept = (uint16_t)m->count++;
        m->kept[kept] = *what;
        m->kept[kept].count = 1;
        m->kept[kept].error = 0;
        m->slots[slot] = (uint16_t)(kept + 1);
        m->heap[kept] = kept;
        rise(m, kept);
        return;
    }
    // It takes the place of the one with the least count, whose count it may have had itself.
    yn_miss *least = &m->kept[m->heap[0]];
    uint64_t count = least->count;
    free_slot(m, find_slot(m, least));
    *least = *what;
    least->count = count + 1;
    least->error = count;
    least->in_heap = 0;
    m->slots[find_slot(m, least)] = (uint16_t)(m->heap[0] + 1);
    sink(m, 0);
}

void yn_misses_note(yn_misses *m, bool https, yonder_text host, yonder_text target, uint32_t now)
{
    yn_miss what;
    describe(&what, https, host, target);
    what.last = now;
    if (atomic_flag_test_and_set_explicit(&m->busy, memory_order_acquire))
        return;
    size_t slot = find_slot(m, &what);
    if (m->slots[slot]) {
        yn_miss *known = &m->kept[m->slots[slot] - 1];
        known->count++;
        known->last = now;
        sink(m, known->in_heap);
    } else {
        begin(m, &what, slot);
    }
    atomic_flag_clear_explicit(&m->busy, memory_order_release);
}

size_t yn_misses_copy(yn_misses *m, yn_miss out[YN_MISSES_KEPT])
{
    while (atomic_flag_test_and_set_explicit(&m->busy, memory_order_acquire))
        sched_yield(); // for the time it takes to note one
    size_t count = m->count;
    memcpy(out, m->kept, count * sizeof *out);
    atomic_flag_clear_explicit(&m->busy, memory_order_release);
    return count;
}

static int by_text(const void *a, const void *b)
{
    const yn_miss *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    int order = (int)x->text_len - (int)y->text_len;
    return order ? order : memcmp(x->text, y->text, x->text_len);
}

static int by_count(const void *a, const void *b)
{
    const yn_miss *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : by_text(a, b);
}

size_t yn_misses_merge(yn_miss *all, size_t count)
{
    size_t left = 0;
    qsort(all, count, sizeof *all, by_text);
    for (size_t i = 0; i < count; i++) {
        if (left && is_same(&all[left - 1], &all[i])) {
            yn_miss *same = &all[left - 1];
            same->count += all[i].count;
            same->error += all[i].error;
            same->last = all[i].last > same->last ? all[i].last : same->last;
        } else {
            all[left++] = all[i];
        }
    }
    qsort(all, left, sizeof *all, by_count);
    return left;
}
