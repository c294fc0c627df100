// SPDX-License-Identifier: MIT
// The layout of a preload image, shared by the builder and the reader.
//
// A name is split into its top-level domain and the rest; the rest is turned round label by label
// ("mail.google" of com becomes "google", ".", "mail"), so that ancestors sort right before what
// lies below them. Names are sorted by TLD and rest and cut into blocks of YN_PRELOAD_BLOCK. Inside
// a block each name is the length it shares with the one before, then its remaining symbols and an
// end symbol that carries its flags, all in canonical Huffman codes; the code of a symbol depends
// on the symbol before it. An index of the blocks' first names is searched by bisection; what
// it holds of a first name does not stand in the block again.
#ifndef YN_CORE_PRELOAD_IMAGE_H
#define YN_CORE_PRELOAD_IMAGE_H

#include <yonder/base.h>

enum {
    YN_PRELOAD_BLOCK = 16,
    YN_PRELOAD_LEAF = 4,
    // A skip takes so many bits; all ones mean that it stands in so many bits after them.
    YN_PRELOAD_SKIP = 10,
    YN_PRELOAD_LONG_SKIP = 24,

    // Symbols of a name: '.' must be the lowest, so that a name's descendants follow it at once.
    YN_PRELOAD_SYMBOLS = 39, // . - 0-9 _ a-z
    // End symbols, one for each kind of entry.
    YN_PRELOAD_END = YN_PRELOAD_SYMBOLS,
    YN_PRELOAD_KINDS = 3,
    YN_PRELOAD_CODES = YN_PRELOAD_SYMBOLS + YN_PRELOAD_KINDS,
    // Contexts: the symbol before, or the start of the name.
    YN_PRELOAD_START = YN_PRELOAD_SYMBOLS,
    YN_PRELOAD_CONTEXTS = YN_PRELOAD_SYMBOLS + 1,

    // Shared lengths: 0 means another TLD, n + 1 means n symbols shared. Longer ones are cut.
    YN_PRELOAD_SHARED = 64,
    YN_PRELOAD_MAX_SHARED = YN_PRELOAD_SHARED - 2,

    YN_PRELOAD_MAX_CODE = 15, // bits; lengths are stored in four

    // Symbols of a block's first name that stand in the index, six bits each.
    YN_PRELOAD_KEY_SYMBOLS = 5,
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
    uint32_t at_tlds; /**< per TLD: a byte of kind and length (kind << 6 | length), then its text */
    uint32_t at_key_tlds; /**< uint16_t per block: the TLD of its first name */
    uint32_t at_keys;     /**< uint32_t per block: the first symbols of its first name */
    uint32_t at_offsets;  /**< uint32_t per block: where it starts, in bits from at_bits */
    uint32_t at_bits;     /**< the blocks, then 8 zero bytes */
    uint32_t bit_count;
    uint32_t reserved;
} yn_preload_header;

#define YN_PRELOAD_MAGIC "yndrPre\1"

static inline char yn_preload_char(unsigned symbol)
{
    return ".-0123456789_abcdefghijklmnopqrstuvwxyz"[symbol];
}

/** The index key of a rest: its first symbols plus one, so that a shorter name sorts first. */
static inline uint32_t yn_preload_key(const uint8_t *symbols, size_t len)
{
    uint32_t key = 0;
    for (size_t i = 0; i < YN_PRELOAD_KEY_SYMBOLS; i++)
        key = key << 6 | (i < len ? symbols[i] + 1u : 0);
    return key;
}

/**
 * Splits a name, in any case, into its TLD and the rest, turned round into `symbols`, which has
 * room for YONDER_PRELOAD_MAX_NAME. Returns false if it is empty, has an empty or too long label,
 * is too long, or holds a byte that is no symbol.
 */
bool yn_preload_split(yonder_text name, yonder_text *tld, uint8_t *symbols, size_t *symbol_count);

#endif
