// SPDX-License-Identifier: MIT
// The least a million exact rules can cost: an open-addressing hash table over the text of a rule
// file of lines "FROM TO STATUS", as gen_rules writes them. No canonical keys, no order, no hosts.
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

typedef struct table_slot {
    uint32_t tag; /**< half of the hash, to leave the text alone where it differs */
    uint32_t path_len;
    uint64_t at; /**< of the line in the text; path_len 0 is a free slot */
} table_slot;

typedef struct table {
    const char *text;
    table_slot *slots;
    uint64_t mask;
    size_t count;
} table;

static inline table_slot *table_at(const table *t, const char *path, size_t len)
{
    uint64_t hash = yn_hash((yonder_text){path, len}, 0);
    uint64_t i = hash & t->mask;
    while (t->slots[i].path_len && (t->slots[i].tag != hash >> 32 || t->slots[i].path_len != len ||
                                    memcmp(t->text + t->slots[i].at, path, len) != 0))
        i = (i + 1) & t->mask;
    return &t->slots[i];
}

/** The target of `path`, or an empty text with ptr NULL. */
static inline yonder_text table_find(const table *t, const char *path, size_t len)
{
    const table_slot *slot = table_at(t, path, len);
    if (!slot->path_len)
        return (yonder_text){NULL, 0};
    const char *target = t->text + slot->at + len + 1;
    return (yonder_text){target, (size_t)((const char *)memchr(target, ' ', 65536) - target)};
}

/** Fills the table from `text`, which must outlive it. False where memory is out or a line is not
 *  of the three fields. */
static inline bool table_make(table *t, yonder_text text)
{
    size_t lines = 0, slots = 16;
    const char *end = text.ptr + text.len;
    for (const char *p = text.ptr; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        lines++;
    while (slots < lines * 2)
        slots *= 2;
    *t = (table){text.ptr, calloc(slots, sizeof(table_slot)), slots - 1, 0};
    if (!t->slots)
        return false;
    for (const char *p = text.ptr; p < end;) {
        const char *line_end = memchr(p, '\n', (size_t)(end - p));
        const char *space = memchr(p, ' ', (size_t)(end - p));
        if (!line_end || !space || space == p ||
            !memchr(space + 1, ' ', (size_t)(line_end - space)))
            return false;
        size_t len = (size_t)(space - p);
        table_slot *slot = table_at(t, p, len);
        uint64_t hash = yn_hash((yonder_text){p, len}, 0);
        if (!slot->path_len) { // the first rule of a path wins
            *slot = (table_slot){(uint32_t)(hash >> 32), (uint32_t)len, (uint64_t)(p - text.ptr)};
            t->count++;
        }
        p = line_end + 1;
    }
    return true;
}

#endif
