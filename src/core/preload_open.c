// SPDX-License-Identifier: MIT
// Opens preload images: checks them, and makes the tables that decode them.
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/preload_set.h"

// ---- codes --------------------------------------------------------------------------------------

// The canonical Huffman code of `count` lengths, which are the nibbles from number `first` on:
// codes of up to YN_PRELOAD_QUICK_BITS go to `quick`. False if they are the lengths of no code.
static bool make_code(yn_preload_quick quick, yn_preload_long *l, const unsigned char *lengths,
                      size_t first, unsigned count)
{
    uint8_t len[YN_PRELOAD_SHARED];
    for (unsigned i = 0; i < count; i++)
        len[i] = lengths[(first + i) / 2] >> ((first + i) % 2 * 4) & 15;
    unsigned code = 0, sorted = 0;
    for (unsigned n = 1; n <= YN_PRELOAD_MAX_CODE; n++) {
        unsigned step = 1u << (YN_PRELOAD_MAX_CODE - n);
        l->base[n] = (uint8_t)sorted;
        l->first[n] = (uint16_t)code;
        for (unsigned i = 0; i < count; i++) {
            if (len[i] != n)
                continue;
            if (code + step > 1u << YN_PRELOAD_MAX_CODE)
                return false; // more codes than there is room for
            l->sorted[sorted++] = (uint8_t)i;
            unsigned q = code >> (YN_PRELOAD_MAX_CODE - YN_PRELOAD_QUICK_BITS);
            code += step;
            for (; n <= YN_PRELOAD_QUICK_BITS &&
                   q < code >> (YN_PRELOAD_MAX_CODE - YN_PRELOAD_QUICK_BITS);
                 q++)
                quick[q] = (uint16_t)(i << 8 | n);
        }
        l->limit[n] = (uint16_t)code;
    }
    return true;
}

// Adds to the first symbol the one after it, where its code is wholly in the bits at hand.
static uint16_t pair_of(const yn_preload_quick *single, unsigned context, unsigned bits)
{
    unsigned one = single[context][bits], len = one & 0xFF, symbol = one >> 8;
    if (one == 0)
        return 0;
    unsigned rest = bits << len & ((1u << YN_PRELOAD_QUICK_BITS) - 1);
    unsigned two = symbol < YN_PRELOAD_END ? single[symbol][rest] : 0;
    if (two == 0 || len + (two & 0xFF) > YN_PRELOAD_QUICK_BITS)
        return (uint16_t)((len - 1) << 13 | 1 << 12 | symbol << 6 | symbol);
    return (uint16_t)((len + (two & 0xFF) - 1) << 13 | symbol << 6 | two >> 8);
}

unsigned yn_preload_long_code(const yn_preload_long *l, uint64_t window)
{
    unsigned code = (unsigned)(window >> (64 - YN_PRELOAD_MAX_CODE));
    for (unsigned n = YN_PRELOAD_QUICK_BITS + 1; n <= YN_PRELOAD_MAX_CODE; n++)
        if (code < l->limit[n]) {
            unsigned number = (code - l->first[n]) >> (YN_PRELOAD_MAX_CODE - n);
            return (unsigned)l->sorted[l->base[n] + number] << 8 | n;
        }
    return 0;
}

unsigned yn_preload_gamma(yn_preload_reader *r)
{
    unsigned more = 0;
    while (!r->bad && more < 15 && yn_preload_bits(r, 1) == 0)
        more++;
    return 1u << more | yn_preload_bits(r, more);
}

// ---- opening ------------------------------------------------------------------------------------

// Whether `count` items of `size` bytes fit at `at`.
static bool fits(const yn_preload_header *h, uint32_t at, uint64_t count, uint64_t size)
{
    return at >= sizeof *h && at % 4 == 0 && at <= h->size && count * size <= h->size - at;
}

static bool valid_header(const void *image, size_t size)
{
    const yn_preload_header *h = image;
    if (size < sizeof *h || size > YONDER_PRELOAD_MAX_IMAGE || (uintptr_t)image % 8 ||
        memcmp(h->magic, YN_PRELOAD_MAGIC, sizeof h->magic) != 0 || h->size != size)
        return false;
    const size_t summed = offsetof(yn_preload_header, size);
    yonder_text rest = {(const char *)image + summed, size - summed};
    return h->checksum == yn_hash(rest, 0) && h->tlds <= UINT16_MAX &&
           h->tlds_with_names <= h->tlds && (h->blocks == 0) == (h->last_block == 0) &&
           h->last_block <= YN_PRELOAD_BLOCK &&
           fits(h, h->at_lengths, (YN_PRELOAD_CONTEXTS * YN_PRELOAD_CODES + YN_PRELOAD_SHARED) / 2,
                1) &&
           h->group <= YN_PRELOAD_MAX_GROUP && h->blocks <= UINT32_MAX / YN_PRELOAD_BLOCK &&
           fits(h, h->at_tlds, h->tlds, 1) && fits(h, h->at_keys, h->blocks, 4) &&
           fits(h, h->at_groups, (h->blocks + (UINT64_C(1) << h->group) - 1) >> h->group, 4) &&
           fits(h, h->at_offsets, h->blocks, 2) &&
           fits(h, h->at_bits, (h->bit_count + UINT64_C(7)) / 8 + 8, 1);
}

static bool make_tables(yonder_preload *set)
{
    const unsigned char *lengths = (const unsigned char *)set->image + set->header->at_lengths;
    yn_preload_quick single[YN_PRELOAD_CONTEXTS] = {{0}};
    size_t at = 0;
    for (unsigned c = 0; c < YN_PRELOAD_CONTEXTS; c++, at += YN_PRELOAD_CODES)
        if (!make_code(single[c], &set->longer[c], lengths, at, YN_PRELOAD_CODES))
            return false;
    if (!make_code(set->shared, &set->longer[YN_PRELOAD_SHARED_TABLE], lengths, at,
                   YN_PRELOAD_SHARED))
        return false;
    for (unsigned c = 0; c < YN_PRELOAD_CONTEXTS; c++)
        for (unsigned bits = 0; bits < 1u << YN_PRELOAD_QUICK_BITS; bits++)
            set->pairs[c][bits] = pair_of((const yn_preload_quick *)single, c, bits);
    return true;
}

// A number of names at `*at`, which passes over it; false if there is none that ends.
static bool take_names(const yonder_preload *set, uint64_t *at, uint64_t *names)
{
    *names = 0;
    for (unsigned shift = 0; shift < 32 && *at < set->header->size; shift += 7) {
        unsigned char byte = (unsigned char)set->image[(*at)++];
        *names |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool index_tlds(yonder_preload *set)
{
    const yn_preload_header *h = set->header;
    uint64_t at = h->at_tlds, before = 0, names = 0; // names of the TLDs before, of this one
    uint32_t block = 0;
    for (uint32_t i = 0; i < h->tlds; i++) {
        if (at >= h->size || at + 1 + (set->image[at] & 63) > h->size)
            return false;
        set->tld_at[i] = (uint32_t)at;
        at += 1u + (set->image[at] & 63);
        if (i < h->tlds_with_names && !take_names(set, &at, &names))
            return false;
        set->first_block[i] = block;
        before += i < h->tlds_with_names ? names : 0;
        for (; block < h->blocks && (uint64_t)block * YN_PRELOAD_BLOCK < before; block++)
            set->key_tlds[block] = (uint16_t)i;
        uint32_t slot = (uint32_t)yn_hash(yn_preload_tld(set, i), 0) & set->tld_mask;
        while (set->tld_slot[slot])
            slot = (slot + 1) & set->tld_mask;
        set->tld_slot[slot] = (uint16_t)(i + 1);
    }
    set->first_block[h->tlds] = h->blocks;
    return before == (h->blocks ? (uint64_t)(h->blocks - 1) * YN_PRELOAD_BLOCK : 0) + h->last_block;
}

// Whether a key is made of symbols, and then of nothing.
static bool valid_key(uint32_t key)
{
    bool named = false;
    for (unsigned i = 0; i < YN_PRELOAD_KEY_SYMBOLS; i++, key /= YN_PRELOAD_KEY_BASE) {
        unsigned symbol = key % YN_PRELOAD_KEY_BASE; // from the last one
        if (named && symbol == 0)
            return false;
        named = symbol != 0;
    }
    return key == 0;
}

static bool valid_blocks(const yonder_preload *set)
{
    const yn_preload_header *h = set->header;
    for (uint32_t b = 0; b < h->blocks; b++)
        if ((uint64_t)set->groups[b >> h->group] + set->offsets[b] > h->bit_count ||
            !valid_key(set->keys[b]))
            return false;
    return true;
}

// Room for the set and, after it, its arrays, from one allocation.
static yonder_preload *make_set(const yn_preload_header *h, const yonder_mem *mem)
{
    uint32_t slots = 16;
    while (slots < h->tlds * 2)
        slots *= 2;
    yonder_preload *set = yn_alloc(mem, sizeof *set + (h->tlds * 2 + 1) * sizeof(uint32_t) +
                                            (slots + (size_t)h->blocks) * sizeof(uint16_t));
    if (!set)
        return NULL;
    memset(set, 0, sizeof *set);
    set->mem = mem;
    set->tld_at = (uint32_t *)(void *)(set + 1);
    set->first_block = set->tld_at + h->tlds;
    set->tld_slot = (uint16_t *)(void *)(set->first_block + h->tlds + 1);
    set->key_tlds = set->tld_slot + slots;
    set->tld_mask = slots - 1;
    memset(set->tld_slot, 0, slots * sizeof *set->tld_slot);
    return set;
}

int yonder_preload_open(yonder_preload **out, const void *image, size_t size, const yonder_mem *mem)
{
    if (!valid_header(image, size))
        return YONDER_INVALID_IMAGE;
    const yn_preload_header *h = image;
    yonder_preload *set = make_set(h, mem);
    if (!set)
        return YONDER_NO_MEMORY;
    set->image = image;
    set->header = h;
    set->keys = (const uint32_t *)(const void *)(set->image + h->at_keys);
    set->groups = (const uint32_t *)(const void *)(set->image + h->at_groups);
    set->offsets = (const uint16_t *)(const void *)(set->image + h->at_offsets);
    set->bits = (const unsigned char *)set->image + h->at_bits;
    if (!make_tables(set) || !index_tlds(set) || !valid_blocks(set)) {
        yn_free(mem, set);
        return YONDER_INVALID_IMAGE;
    }
    *out = set;
    return YONDER_OK;
}

void yonder_preload_close(yonder_preload *set)
{
    if (set)
        yn_free(set->mem, set);
}

size_t yonder_preload_count(const yonder_preload *set)
{
    return set->header->names;
}
