// SPDX-License-Identifier: MIT
// An open preload image and the decoding of its blocks, for look-up and walk.
//
// Whatever an image holds, decoding stays inside it: the reader stops at the end of the blocks, and
// no number from the image is an index before it was checked.
#ifndef YN_CORE_PRELOAD_SET_H
#define YN_CORE_PRELOAD_SET_H

#include <yonder/preload.h>

#include "core/preload_image.h"

enum {
    YN_PRELOAD_QUICK_BITS = 8,
    YN_PRELOAD_SHARED_TABLE = YN_PRELOAD_CONTEXTS, // after those of the contexts
    YN_PRELOAD_TABLES,
};

/** What the next YN_PRELOAD_QUICK_BITS bits hold of a name: as many symbols as end there, one or
 *  two. From the lowest bit: the last in 6 bits, the first in 6, whether they are the same one, how
 *  many bits they take less one in 3. 0, which would be two in one bit, if not even one ends there.
 *  The tables of all contexts together are to stay in the processor's nearest cache. */
typedef uint16_t yn_preload_pairs[1 << YN_PRELOAD_QUICK_BITS];

/** The same for a shared length, which is never followed by another: value << 8 | bits. */
typedef uint16_t yn_preload_quick[1 << YN_PRELOAD_QUICK_BITS];

/** For longer codes. Codes are left-justified in YN_PRELOAD_MAX_CODE bits. */
typedef struct yn_preload_long {
    uint16_t limit[YN_PRELOAD_MAX_CODE + 1]; /**< of a length: what comes after its codes */
    uint16_t first[YN_PRELOAD_MAX_CODE + 1]; /**< of a length: its first code */
    uint8_t base[YN_PRELOAD_MAX_CODE + 1];   /**< of a length: where `sorted` has its symbols */
    uint8_t sorted[YN_PRELOAD_SHARED];
} yn_preload_long;

struct yonder_preload {
    const yonder_mem *mem;
    const char *image;
    const yn_preload_header *header;
    const uint32_t *keys;
    const uint32_t *groups;
    const uint16_t *offsets;
    const unsigned char *bits;
    uint32_t *tld_at;      /**< where each TLD's byte of kind and length stands in the image */
    uint32_t *first_block; /**< of each TLD: the first block that begins with it or a later one;
                                then the number of blocks */
    uint16_t *key_tlds;    /**< of each block: the TLD of its first name; never falling */
    uint16_t *tld_slot;    /**< hash table: a TLD's number + 1, or 0 */
    uint32_t tld_mask;
    yn_preload_pairs pairs[YN_PRELOAD_CONTEXTS];
    yn_preload_quick shared;
    yn_preload_long longer[YN_PRELOAD_TABLES];
};

static inline yonder_text yn_preload_tld(const yonder_preload *set, uint32_t tld)
{
    const char *p = set->image + set->tld_at[tld];
    return (yonder_text){p + 1, *p & 63};
}

static inline yn_preload_kind yn_preload_tld_kind(const yonder_preload *set, uint32_t tld)
{
    return (yn_preload_kind)((unsigned char)set->image[set->tld_at[tld]] >> 6);
}

static inline unsigned yn_preload_names_in(const yonder_preload *set, uint32_t block)
{
    return block + 1 == set->header->blocks ? set->header->last_block : YN_PRELOAD_BLOCK;
}

// ---- bits ---------------------------------------------------------------------------------------

/** A window of bits, the next one at the top. */
typedef struct yn_preload_reader {
    const unsigned char *bits;
    uint64_t window;
    unsigned available; /**< bits of the window that are good */
    uint64_t at, end;   /**< the first bit after those; the end of all blocks */
    bool bad;           /**< no valid block: only in an image that an enemy made */
} yn_preload_reader;

static inline void yn_preload_refill(yn_preload_reader *r)
{
    uint64_t from = r->at - r->available, word;
    if (__builtin_expect(from >= r->end, 0)) {
        r->bad = true;
        from = r->end;
    }
    memcpy(&word, r->bits + from / 8, 8); // the blocks are followed by 8 bytes
    r->window = __builtin_bswap64(word) << (from % 8);
    r->available = 64 - (unsigned)(from % 8);
    r->at = from + r->available;
}

/** Where the next bit stands. */
static inline uint64_t yn_preload_tell(const yn_preload_reader *r)
{
    return r->at - r->available;
}

static inline void yn_preload_seek(yn_preload_reader *r, uint64_t bit)
{
    r->at = bit;
    r->available = 0;
}

/** A reader at the start of a block. */
static inline yn_preload_reader yn_preload_block(const yonder_preload *set, uint32_t block)
{
    return (yn_preload_reader){
        .bits = set->bits,
        .at = (uint64_t)set->groups[block >> set->header->group] + set->offsets[block],
        .end = set->header->bit_count,
    };
}

/** Decodes a code that is longer than YN_PRELOAD_QUICK_BITS: symbol << 8 | length, or 0. */
unsigned yn_preload_long_code(const yn_preload_long *l, uint64_t window);

/** Up to 15 bits. */
static inline unsigned yn_preload_bits(yn_preload_reader *r, unsigned len)
{
    if (__builtin_expect(r->available < YN_PRELOAD_MAX_CODE, 0))
        yn_preload_refill(r);
    unsigned value = (unsigned)(r->window >> 1 >> (63 - len));
    r->window <<= len;
    r->available -= len;
    return value;
}

/** The code for the shared length that stands next. */
static inline unsigned yn_preload_shared(const yonder_preload *set, yn_preload_reader *r)
{
    if (__builtin_expect(r->available < YN_PRELOAD_MAX_CODE, 0))
        yn_preload_refill(r);
    unsigned code = set->shared[r->window >> (64 - YN_PRELOAD_QUICK_BITS)];
    if (__builtin_expect(code == 0, 0)) {
        code = yn_preload_long_code(&set->longer[YN_PRELOAD_SHARED_TABLE], r->window);
        r->bad = r->bad || code == 0;
    }
    r->window <<= code & 63;
    r->available -= code & 63;
    return code >> 8;
}

/** The one or two symbols that come after the symbol `context`. */
typedef struct yn_preload_pair {
    unsigned count, first, last;
} yn_preload_pair;

static inline __attribute__((always_inline)) yn_preload_pair
yn_preload_next(const yonder_preload *set, yn_preload_reader *r, unsigned context)
{
    if (__builtin_expect(r->available < YN_PRELOAD_MAX_CODE, 0))
        yn_preload_refill(r);
    unsigned pair = set->pairs[context][r->window >> (64 - YN_PRELOAD_QUICK_BITS)];
    unsigned bits = (pair >> 13) + 1;
    if (__builtin_expect(pair == 0, 0)) {
        unsigned code = yn_preload_long_code(&set->longer[context], r->window);
        r->bad = r->bad || code == 0;
        bits = code & 0xFF;
        pair = (code >> 8) * 0x41 | 1 << 12;
    }
    r->window <<= bits;
    r->available -= bits;
    return (yn_preload_pair){2 - (pair >> 12 & 1), pair >> 6 & 63, pair & 63};
}

/** An Elias gamma code of at most 17 bits of value. */
unsigned yn_preload_gamma(yn_preload_reader *r);

/** Reads how long the first half of a run of `n` is, and returns where the second starts. */
static inline uint64_t yn_preload_skip(yn_preload_reader *r, unsigned n)
{
    unsigned bits = yn_preload_skip_bits(n), skip = yn_preload_bits(r, bits);
    if (__builtin_expect(skip == (1u << bits) - 1, 0)) {
        skip = yn_preload_bits(r, YN_PRELOAD_LONG_SKIP / 2);
        skip = skip << (YN_PRELOAD_LONG_SKIP / 2) | yn_preload_bits(r, YN_PRELOAD_LONG_SKIP / 2);
    }
    return yn_preload_tell(r) + skip;
}

// ---- names --------------------------------------------------------------------------------------

/** A name as the blocks hold it. */
typedef struct yn_preload_name {
    uint32_t tld;
    unsigned len;
    yn_preload_kind kind;
    uint8_t symbols[YONDER_PRELOAD_MAX_NAME + 3]; /**< symbols come in pairs, one may be an end */
} yn_preload_name;

/** Reads on after the first `len` symbols of the name, which are there, to its end; `last` is the
 *  context of the next. False if the bits are no name. */
static inline __attribute__((always_inline)) bool yn_preload_rest(const yonder_preload *set,
                                                                  yn_preload_reader *r,
                                                                  yn_preload_name *name,
                                                                  unsigned len, unsigned last)
{
    yn_preload_reader in = *r; // a copy that lives in registers
    do {
        yn_preload_pair pair = yn_preload_next(set, &in, last);
        name->symbols[len] = (uint8_t)pair.first;
        name->symbols[len + 1] = (uint8_t)pair.last;
        len += pair.count;
        last = pair.last;
    } while (last < YN_PRELOAD_END && len <= YONDER_PRELOAD_MAX_NAME);
    name->len = len - 1; // but for the end symbol
    in.bad = in.bad || last < YN_PRELOAD_END;
    name->kind = (yn_preload_kind)(last - YN_PRELOAD_END);
    *r = in;
    return !in.bad;
}

/** The context of what comes after the first `len` symbols of a name that has no reference. */
static inline unsigned yn_preload_context(const yn_preload_name *name, unsigned len)
{
    return len ? name->symbols[len - 1] : YN_PRELOAD_START;
}

/** The context of what a name has after the first `shared` symbols of its reference. */
static inline unsigned yn_preload_parting(const yn_preload_name *reference, unsigned shared)
{
    return YN_PRELOAD_PARTING +
           (shared < reference->len ? reference->symbols[shared] : (unsigned)YN_PRELOAD_END);
}

/** Puts the symbols of a block's key, with which its first name begins, and returns how many. */
static inline unsigned yn_preload_key_symbols(uint32_t key, uint8_t symbols[YN_PRELOAD_KEY_SYMBOLS])
{
    unsigned len = 0;
    for (unsigned i = YN_PRELOAD_KEY_SYMBOLS; i-- > 0; key /= YN_PRELOAD_KEY_BASE) {
        unsigned symbol = key % YN_PRELOAD_KEY_BASE;
        symbols[i] = (uint8_t)(symbol - 1);
        len += symbol != 0;
    }
    return len;
}

#endif
