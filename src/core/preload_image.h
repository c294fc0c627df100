// SPDX-License-Identifier: MIT
// The layout of a preload image, shared by the builder and the reader.
//
// A name is split into its top-level domain and the rest; the rest is turned round label by label
// ("mail.google" of com becomes "google", ".", "mail"), so that ancestors sort right before what
// lies below them. Names are sorted by TLD and rest and cut into blocks of YN_PRELOAD_BLOCK. Inside
// a block each name is the length it shares with its reference, a name before it, then its
// remaining symbols and an end symbol that carries its flags, all in canonical Huffman codes. The
// code of a symbol depends on the symbol before it; that of the first one after the shared ones
// depends on the symbol that the reference has there, which is nearly always a lower one. An index
// of the blocks' first names is searched by bisection; what it holds of a first name does not stand
// in the block again.
#ifndef YN_CORE_PRELOAD_IMAGE_H
#define YN_CORE_PRELOAD_IMAGE_H

#include <yonder/base.h>

enum {
    YN_PRELOAD_BLOCK = 16,
    YN_PRELOAD_LEAF = 4,
    // A skip whose bits (yn_preload_skip_bits()) are all ones stands in so many bits after them.
    YN_PRELOAD_LONG_SKIP = 16,

    // Symbols of a name: '.' must be the lowest, so that a name's descendants follow it at once.
    YN_PRELOAD_SYMBOLS = 39, // . - 0-9 _ a-z
    // End symbols, one for each kind of entry.
    YN_PRELOAD_END = YN_PRELOAD_SYMBOLS,
    YN_PRELOAD_KINDS = 3,
    YN_PRELOAD_CODES = YN_PRELOAD_SYMBOLS + YN_PRELOAD_KINDS,
    // Contexts: the symbol before, or the start of the name; then the symbol at which a name parts
    // from its reference, or the reference's end.
    YN_PRELOAD_START = YN_PRELOAD_SYMBOLS,
    YN_PRELOAD_PARTING,
    YN_PRELOAD_CONTEXTS = 2 * YN_PRELOAD_PARTING,

    // Shared lengths: 0 means another TLD, n + 1 means n symbols shared. Longer ones are cut.
    YN_PRELOAD_SHARED = 64,
    YN_PRELOAD_MAX_SHARED = YN_PRELOAD_SHARED - 2,

    YN_PRELOAD_MAX_CODE = 15, // bits; lengths are stored in four

    // Symbols of a block's first name that stand in the index, as digits of a number to the base
    // of their count and one: 40 to the 6th is just below 2 to the 32nd.
    YN_PRELOAD_KEY_SYMBOLS = 6,
    YN_PRELOAD_KEY_BASE = YN_PRELOAD_SYMBOLS + 1,

    YN_PRELOAD_MAX_GROUP = 6,
};

/** What an entry says. The order is part of the format. */
typedef enum yn_preload_kind {
    YN_PRELOAD_WITH_SUBDOMAINS, /**< HTTPS only, and all below */
    YN_PRELOAD_EXACT,           /**< HTTPS only, this name alone */
    YN_PRELOAD_SHIELD,          /**< no HTTPS; hides a broader entry */
    YN_PRELOAD_NONE,            /**< of a TLD that is no entry itself */
} yn_preload_kind;

/** The start of an image. Numbers are little-endian; sections follow in the order of their fields,
 *  each aligned to 4 bytes, and `at_*` are offsets from the start. */
typedef struct yn_preload_header {
    char magic[8];     /**< YN_PRELOAD_MAGIC */
    uint64_t checksum; /**< yn_hash of everything after this field, seed 0 */
    uint32_t size;     /**< of the image */
    uint32_t names;    /**< entries, TLDs that are entries included */
    uint32_t blocks;
    uint32_t tlds; /**< at most 65535; those with names below them come first, sorted */
    uint32_t tlds_with_names;
    uint32_t last_block; /**< names in the last block, 1 to YN_PRELOAD_BLOCK; 0 if no blocks */
    uint32_t
        at_lengths;   /**< code lengths, 4 bits each: contexts × codes, then the shared lengths */
    uint32_t at_tlds; /**< per TLD: a byte of kind and length (kind << 6 | length), then its text,
                           then, of those with names, how many: 7 bits a byte, the lowest first,
                           the top bit set on all but the last byte */
    uint32_t at_keys; /**< uint32_t per block: the first symbols of its first name */
    uint32_t at_groups;  /**< uint32_t per 1 << group blocks: where the first starts, in bits from
                              at_bits */
    uint32_t at_offsets; /**< uint16_t per block: how many bits after that */
    uint32_t at_bits;    /**< the blocks, then 8 zero bytes */
    uint32_t bit_count;
    uint32_t group; /**< at most YN_PRELOAD_MAX_GROUP */
} yn_preload_header;

/** The last byte is the version of the format. */
#define YN_PRELOAD_MAGIC "yndrPre\2"

static inline char yn_preload_char(unsigned symbol)
{
    return ".-0123456789_abcdefghijklmnopqrstuvwxyz"[symbol];
}

/** The index key of a rest: its first symbols plus one, so that a shorter name sorts first. */
static inline uint32_t yn_preload_key(const uint8_t *symbols, size_t len)
{
    uint32_t key = 0;
    for (size_t i = 0; i < YN_PRELOAD_KEY_SYMBOLS; i++)
        key = key * YN_PRELOAD_KEY_BASE + (i < len ? symbols[i] + 1u : 0);
    return key;
}

/** How many bits the skip over the first half of a run of `n` names takes: few skips are longer. */
static inline unsigned yn_preload_skip_bits(unsigned n)
{
    return n > 8 ? 9 : 8;
}

/**
 * Splits a name, in any case, into its TLD and the rest, turned round into `symbols`, which has
 * room for YONDER_PRELOAD_MAX_NAME. Returns false if it is empty, has an empty or too long label,
 * is too long, or holds a byte that is no symbol.
 */
bool yn_preload_split(yonder_text name, yonder_text *tld, uint8_t *symbols, size_t *symbol_count);

#endif
