// SPDX-License-Identifier: MIT
#include "proof/links.h"

enum {
    first_size = 64,
    empty_list = UINT32_MAX, // the list is there, and nothing in it
};

yn_links yn_links_make(const yonder_mem *mem)
{
    return (yn_links){.links = yn_buf_make((size_t)UINT32_MAX * sizeof(yn_link), mem), .mem = mem};
}

void yn_links_free(yn_links *l)
{
    yn_free(l->mem, l->slots);
    yn_buf_free(&l->links);
}

static yn_link_slot *slot_of(const yn_links *l, uint64_t key)
{
    size_t at = (size_t)(key * 0x9e3779b97f4a7c15u >> 32) & (l->slot_count - 1);
    while (l->slots[at].first && l->slots[at].key != key)
        at = (at + 1) & (l->slot_count - 1);
    return &l->slots[at];
}

static bool grow(yn_links *l)
{
    yn_links larger = *l;
    larger.slot_count = l->slot_count ? 2 * l->slot_count : first_size;
    larger.slots = yn_alloc(l->mem, larger.slot_count * sizeof *larger.slots);
    if (!larger.slots)
        return false;
    memset(larger.slots, 0, larger.slot_count * sizeof *larger.slots);
    for (size_t i = 0; i < l->slot_count; i++)
        if (l->slots[i].first)
            *slot_of(&larger, l->slots[i].key) = l->slots[i];
    yn_free(l->mem, l->slots);
    *l = larger;
    return true;
}

static yn_link_slot *open_list(yn_links *l, uint64_t key)
{
    if (2 * (l->used + 1) > l->slot_count && !grow(l)) {
        l->failed = true;
        return NULL;
    }
    yn_link_slot *slot = slot_of(l, key);
    if (!slot->first) {
        *slot = (yn_link_slot){key, empty_list, 0};
        l->used++;
    }
    return slot;
}

void yn_links_open(yn_links *l, uint64_t key)
{
    (void)open_list(l, key);
}

bool yn_links_has(const yn_links *l, uint64_t key)
{
    return l->slot_count && slot_of(l, key)->first;
}

static yn_link *link_of(const yn_links *l, uint32_t number)
{
    return (yn_link *)(void *)l->links.ptr + (number - 1);
}

void yn_links_put(yn_links *l, uint64_t key, uint32_t value)
{
    yn_link link = {value, 0};
    yn_link_slot *slot = open_list(l, key);
    if (!slot)
        return;
    yn_buf_put(&l->links, (yonder_text){(const char *)&link, sizeof link});
    if (l->links.error) {
        l->failed = true;
        return;
    }
    uint32_t number = (uint32_t)(l->links.len / sizeof link);
    if (slot->last)
        link_of(l, slot->last)->next = number;
    else
        slot->first = number;
    slot->last = number;
}

const yn_link *yn_links_first(const yn_links *l, uint64_t key)
{
    const yn_link_slot *slot = l->slot_count ? slot_of(l, key) : NULL;
    return slot && slot->last ? link_of(l, slot->first) : NULL;
}

const yn_link *yn_links_next(const yn_links *l, const yn_link *link)
{
    return link->next ? link_of(l, link->next) : NULL;
}
