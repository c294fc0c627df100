// SPDX-License-Identifier: MIT
#include <yonder/preload.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/preload_image.h"

enum { quick_bits = 8, max_label = 63 };

// A code of at most quick_bits is looked up at once: symbol << 4 | length, or 0 for a longer one.
typedef uint16_t quick_table[1 << quick_bits];

// For longer codes: `limit` is the first code past those of a length, left-justified in
// YN_PRELOAD_MAX_CODE bits.
typedef struct long_codes {
    uint16_t limit[YN_PRELOAD_MAX_CODE + 1];
    uint16_t first[YN_PRELOAD_MAX_CODE + 1]; // of a length: its first code, left-justified
    uint8_t base[YN_PRELOAD_MAX_CODE + 1];   // of a length: where its symbols start in `sorted`
    uint8_t sorted[YN_PRELOAD_SHARED];
} long_codes;

enum { shared_table = YN_PRELOAD_CONTEXTS, tables };

struct yonder_preload {
    const yonder_mem *mem;
    const char *image;
    const yn_preload_header *header;
    const uint16_t *key_tlds;
    const uint32_t *keys;
    const uint32_t *offsets;
    const unsigned char *bits;
    uint32_t *tld_at;   // where each TLD's byte of kind and length stands, from the image's start
    uint16_t *tld_slot; // hash table: a TLD's number + 1, or 0
    uint32_t tld_mask;
    quick_table quick[tables]; // one a context, then that of the shared lengths
    long_codes longer[tables];
};

// ---- decoding -----------------------------------------------------------------------------------

static bool make_table(quick_table quick, long_codes *l, const unsigned char *lengths,
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
            unsigned q = code >> (YN_PRELOAD_MAX_CODE - quick_bits);
            code += step;
            for (; n <= quick_bits && q < code >> (YN_PRELOAD_MAX_CODE - quick_bits); q++)
                quick[q] = (uint16_t)(i << 4 | n);
        }
        l->limit[n] = (uint16_t)code;
    }
    return true;
}

// A window of bits, the next one at the top.
typedef struct reader {
    const unsigned char *bits;
    uint64_t window;
    unsigned available; // bits of the window that are good
    uint64_t at, end;   // the first bit past the window's good ones; the end of all blocks
    bool bad;           // no valid block: only in an image that an enemy made
} reader;

static inline void refill(reader *r)
{
    uint64_t from = r->at - r->available, word;
    if (from >= r->end) {
        r->bad = true;
        from = r->end;
    }
    memcpy(&word, r->bits + from / 8, 8); // the blocks are followed by 8 bytes
    r->window = __builtin_bswap64(word) << (from % 8);
    r->available = 64 - (unsigned)(from % 8);
    r->at = from + r->available;
}

// Returns symbol << 4 | length.
static unsigned long_code(const long_codes *l, uint64_t window)
{
    unsigned code = (unsigned)(window >> (64 - YN_PRELOAD_MAX_CODE));
    for (unsigned n = quick_bits + 1; n <= YN_PRELOAD_MAX_CODE; n++)
        if (code < l->limit[n])
            return (unsigned)l->sorted[l->base[n] +
                                       ((code - l->first[n]) >> (YN_PRELOAD_MAX_CODE - n))] << 4 | n;
    return 0;
}

static inline unsigned decode(const yonder_preload *set, reader *r, unsigned table)
{
    if (r->available < YN_PRELOAD_MAX_CODE)
        refill(r);
    unsigned code = set->quick[table][r->window >> (64 - quick_bits)];
    if (__builtin_expect(code == 0, 0)) {
        code = long_code(&set->longer[table], r->window);
        r->bad = r->bad || code == 0;
    }
    r->window <<= code & 15;
    r->available -= code & 15;
    return code >> 4;
}

static unsigned raw_bits(reader *r, unsigned len)
{
    unsigned value = 0;
    for (unsigned part; len; len -= part) {
        if (r->available < YN_PRELOAD_MAX_CODE)
            refill(r);
        part = len < YN_PRELOAD_MAX_CODE ? len : YN_PRELOAD_MAX_CODE;
        value = value << part | (unsigned)(r->window >> (64 - part));
        r->window <<= part;
        r->available -= part;
    }
    return value;
}

static unsigned gamma_code(reader *r)
{
    unsigned more = 0;
    while (!r->bad && more < 16 && raw_bits(r, 1) == 0)
        more++;
    return 1u << more | raw_bits(r, more);
}

static void seek(reader *r, uint64_t bit)
{
    r->at = bit;
    r->available = 0;
}

// ---- names --------------------------------------------------------------------------------------

// A name as the blocks hold it.
typedef struct entry {
    uint32_t tld;
    unsigned shared; // symbols it has from its reference
    unsigned len;
    yn_preload_kind kind;
    uint8_t symbols[YONDER_PRELOAD_MAX_NAME];
} entry;

static inline __attribute__((always_inline)) void read_symbols(const yonder_preload *set, reader *r,
                                                               entry *e)
{
    reader in = *r; // a copy that lives in registers
    unsigned len = e->len, symbol = len ? e->symbols[len - 1] : YN_PRELOAD_START;
    while ((symbol = decode(set, &in, symbol)) < YN_PRELOAD_END && len < sizeof e->symbols)
        e->symbols[len++] = (uint8_t)symbol;
    e->len = len;
    if (symbol >= YN_PRELOAD_END)
        e->kind = (yn_preload_kind)(symbol - YN_PRELOAD_END);
    else
        in.bad = true;
    *r = in;
}

// Reads a block's first name.
static void read_first(const yonder_preload *set, reader *r, uint32_t block, entry *e)
{
    *r = (reader){.bits = set->bits, .at = set->offsets[block], .end = set->header->bit_count};
    e->tld = set->key_tlds[block];
    e->shared = e->len = 0;
    read_symbols(set, r, e);
}

// Reads a name over its reference, which stands in `e`; false if the bits are no name.
static bool read_next(const yonder_preload *set, reader *r, entry *e)
{
    unsigned shared = decode(set, r, shared_table);
    if (shared == 0)
        e->tld += gamma_code(r);
    e->shared = shared ? shared - 1 : 0;
    if (e->shared > e->len || e->tld >= set->header->tlds || r->bad)
        return false;
    e->len = e->shared;
    read_symbols(set, r, e);
    return !r->bad;
}

// Where the second half of a run starts. The reader is left at the first.
static uint64_t read_skip(reader *r)
{
    unsigned skip = raw_bits(r, YN_PRELOAD_SKIP);
    if (skip == (1u << YN_PRELOAD_SKIP) - 1)
        skip = raw_bits(r, YN_PRELOAD_LONG_SKIP);
    return r->at - r->available + skip;
}

static unsigned names_in(const yonder_preload *set, uint32_t block)
{
    return block + 1 == set->header->blocks ? set->header->last_block : YN_PRELOAD_BLOCK;
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
           fits(h, h->at_lengths,
                (YN_PRELOAD_CONTEXTS * YN_PRELOAD_CODES + YN_PRELOAD_SHARED) / 2, 1) &&
           fits(h, h->at_tlds, h->tlds, 1) && fits(h, h->at_key_tlds, h->blocks, 2) &&
           fits(h, h->at_keys, h->blocks, 4) && fits(h, h->at_offsets, h->blocks, 4) &&
           fits(h, h->at_bits, (h->bit_count + UINT64_C(7)) / 8 + 8, 1);
}

static bool make_tables(yonder_preload *set)
{
    const unsigned char *lengths = (const unsigned char *)set->image + set->header->at_lengths;
    for (unsigned t = 0; t < tables; t++)
        if (!make_table(set->quick[t], &set->longer[t], lengths, (size_t)t * YN_PRELOAD_CODES,
                        t == shared_table ? YN_PRELOAD_SHARED : YN_PRELOAD_CODES))
            return false;
    return true;
}

static yonder_text tld_text(const yonder_preload *set, uint32_t tld)
{
    const char *p = set->image + set->tld_at[tld];
    return (yonder_text){p + 1, *p & 63};
}

static yn_preload_kind tld_kind(const yonder_preload *set, uint32_t tld)
{
    return (yn_preload_kind)((unsigned char)set->image[set->tld_at[tld]] >> 6);
}

static bool index_tlds(yonder_preload *set)
{
    const yn_preload_header *h = set->header;
    uint64_t at = h->at_tlds;
    for (uint32_t i = 0; i < h->tlds; i++) {
        if (at >= h->size || at + 1 + (set->image[at] & 63) > h->size)
            return false;
        set->tld_at[i] = (uint32_t)at;
        at += 1u + (set->image[at] & 63);
        uint32_t slot = (uint32_t)yn_hash(tld_text(set, i), 0) & set->tld_mask;
        while (set->tld_slot[slot])
            slot = (slot + 1) & set->tld_mask;
        set->tld_slot[slot] = (uint16_t)(i + 1);
    }
    for (uint32_t b = 0; b < h->blocks; b++)
        if (set->key_tlds[b] >= h->tlds || set->offsets[b] > h->bit_count)
            return false;
    return true;
}

int yonder_preload_open(yonder_preload **out, const void *image, size_t size,
                        const yonder_mem *mem)
{
    if (!valid_header(image, size))
        return YONDER_INVALID_IMAGE;
    const yn_preload_header *h = image;
    uint32_t slots = 16;
    while (slots < h->tlds * 2)
        slots *= 2;
    yonder_preload *set =
        yn_alloc(mem, sizeof *set + h->tlds * sizeof *set->tld_at + slots * sizeof *set->tld_slot);
    if (!set)
        return YONDER_NO_MEMORY;
    memset(set, 0, sizeof *set);
    set->mem = mem;
    set->image = image;
    set->header = h;
    set->key_tlds = (const uint16_t *)(const void *)(set->image + h->at_key_tlds);
    set->keys = (const uint32_t *)(const void *)(set->image + h->at_keys);
    set->offsets = (const uint32_t *)(const void *)(set->image + h->at_offsets);
    set->bits = (const unsigned char *)set->image + h->at_bits;
    set->tld_at = (uint32_t *)(void *)(set + 1);
    set->tld_slot = (uint16_t *)(void *)(set->tld_at + h->tlds);
    set->tld_mask = slots - 1;
    memset(set->tld_slot, 0, slots * sizeof *set->tld_slot);
    if (!make_tables(set) || !index_tlds(set)) {
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

// ---- look-up ------------------------------------------------------------------------------------

bool yn_preload_split(yonder_text name, yonder_text *tld, uint8_t *symbols, size_t *symbol_count)
{
    if (name.len == 0 || name.len > YONDER_PRELOAD_MAX_NAME)
        return false;
    size_t end = name.len, out = 0;
    *tld = (yonder_text){NULL, 0};
    for (;;) { // label by label, from the right
        size_t start = end;
        while (start > 0 && name.ptr[start - 1] != '.')
            start--;
        if (start == end || end - start > max_label)
            return false;
        if (!tld->ptr)
            *tld = yn_slice(name, start, end);
        else if (out)
            symbols[out++] = 0;
        bool in_rest = tld->ptr != name.ptr + start;
        for (size_t i = start; i < end; i++) {
            int symbol = yn_preload_symbol((unsigned char)name.ptr[i]);
            if (symbol < 0)
                return false;
            if (in_rest)
                symbols[out++] = (uint8_t)symbol;
        }
        if (start == 0)
            break;
        end = start - 1;
    }
    *symbol_count = out;
    return true;
}

typedef struct query {
    uint32_t tld;
    uint32_t key;
    const uint8_t *symbols;
    size_t len;
} query;

static int compare_rest(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
    size_t shorter = a_len < b_len ? a_len : b_len;
    int order = shorter ? memcmp(a, b, shorter) : 0;
    return order ? order : (a_len > b_len) - (a_len < b_len);
}

// Whether the first name of a block comes after what is looked for.
static bool block_after(const yonder_preload *set, const query *q, uint32_t block)
{
    if (set->key_tlds[block] != q->tld)
        return set->key_tlds[block] > q->tld;
    if (set->keys[block] != q->key)
        return set->keys[block] > q->key;
    reader r;
    entry e;
    read_first(set, &r, block, &e);
    return compare_rest(e.symbols, e.len, q->symbols, q->len) > 0;
}

// What a search knows of the names it has passed, all of which are not after the one looked for.
typedef struct found {
    size_t same;          // symbols that the last one has in common with it
    bool any;             // one of them is that name or an ancestor:
    yn_preload_kind kind; // the last such
    size_t len;
} found;

// Takes note of a name whose reference was the last that `f` knows of; false, and `f` as it was, if
// it comes after the one looked for.
static inline bool pass(const query *q, const entry *e, found *f)
{
    if (e->tld != q->tld) {
        if (e->tld < q->tld)
            f->same = 0;
        return e->tld < q->tld;
    }
    // Of sorted names, one that shares less with its reference than the query does comes after the
    // query; one that shares more differs from it just where the reference does.
    if (e->shared != f->same)
        return e->shared > f->same;
    size_t i = f->same;
    while (i < e->len && i < q->len && e->symbols[i] == q->symbols[i])
        i++;
    if (i < e->len && (i == q->len || e->symbols[i] > q->symbols[i]))
        return false;
    f->same = i;
    if (i == e->len && (i == q->len || q->symbols[i] == 0)) {
        f->any = true;
        f->kind = e->kind;
        f->len = i;
    }
    return true;
}

static void search_block(const yonder_preload *set, const query *q, uint32_t block, found *f)
{
    reader r;
    entry e;
    unsigned n = names_in(set, block);
    read_first(set, &r, block, &e);
    if (r.bad || !pass(q, &e, f))
        return;
    while (n > YN_PRELOAD_LEAF && !r.bad) {
        uint64_t right = read_skip(&r);
        reader there = r;
        entry middle;
        seek(&there, right);
        middle.tld = e.tld;
        middle.len = e.len;
        memcpy(middle.symbols, e.symbols, e.len);
        if (!read_next(set, &there, &middle))
            return;
        if (pass(q, &middle, f)) {
            e.tld = middle.tld;
            e.len = middle.len;
            memcpy(e.symbols, middle.symbols, middle.len);
            r = there;
            n /= 2;
        } else {
            n -= n / 2;
        }
    }
    while (n-- > 1 && read_next(set, &r, &e) && pass(q, &e, f))
        ;
}

static bool find(const yonder_preload *set, query *q, found *f)
{
    for (;;) {
        uint32_t low = 0, high = set->header->blocks;
        q->key = yn_preload_key(q->symbols, q->len);
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (block_after(set, q, middle))
                high = middle;
            else
                low = middle + 1;
        }
        if (low == 0)
            return false;
        *f = (found){0};
        search_block(set, q, low - 1, f);
        // An ancestor that was not met comes before the last name met and is a part of it: so it
        // is no longer than what that one shares with the query, cut at a label.
        size_t len = f->same;
        while (len > 0 && len != q->len && q->symbols[len] != 0)
            len--;
        if (len == 0 || (f->any && f->len == len))
            return len != 0;
        q->len = len;
    }
}

static bool find_tld(const yonder_preload *set, yonder_text name, uint32_t *tld)
{
    uint32_t slot = (uint32_t)yn_hash(name, 0) & set->tld_mask;
    for (; set->tld_slot[slot]; slot = (slot + 1) & set->tld_mask) {
        if (yn_equal(tld_text(set, set->tld_slot[slot] - 1u), name)) {
            *tld = set->tld_slot[slot] - 1u;
            return true;
        }
    }
    return false;
}

void yonder_preload_query(const yonder_preload *set, yonder_text host, yonder_preload_match *match)
{
    char lower[YONDER_PRELOAD_MAX_NAME];
    uint8_t symbols[YONDER_PRELOAD_MAX_NAME];
    *match = (yonder_preload_match){0};
    if (host.len && host.ptr[host.len - 1] == '.')
        host.len--;
    if (host.len > sizeof lower)
        return;
    for (size_t i = 0; i < host.len; i++)
        lower[i] = yn_lower(host.ptr[i]);
    yonder_text tld;
    query q = {.symbols = symbols};
    if (!yn_preload_split((yonder_text){lower, host.len}, &tld, symbols, &q.len) ||
        !find_tld(set, tld, &q.tld))
        return;
    size_t rest = q.len;
    found f = {0};
    if (rest == 0 || q.tld >= set->header->tlds_with_names || !find(set, &q, &f)) {
        f = (found){.kind = tld_kind(set, q.tld)};
        if (f.kind == YN_PRELOAD_NONE)
            return;
    }
    match->found = true;
    match->matched = yn_skip(host, host.len - tld.len - (f.len ? f.len + 1 : 0));
    match->include_subdomains = f.kind == YN_PRELOAD_WITH_SUBDOMAINS;
    match->preloaded = match->include_subdomains || (f.kind == YN_PRELOAD_EXACT && f.len == rest);
}

// ---- walking ------------------------------------------------------------------------------------

// The name as people write it, into `out`; its length.
static size_t spell(const yonder_preload *set, const entry *e, char *out)
{
    size_t n = 0, end = e->len;
    while (end > 0) {
        size_t start = end;
        while (start > 0 && e->symbols[start - 1] != 0)
            start--;
        for (size_t i = start; i < end; i++)
            out[n++] = yn_preload_char(e->symbols[i]);
        out[n++] = '.';
        end = start ? start - 1 : 0;
    }
    yonder_text tld = tld_text(set, e->tld);
    memcpy(out + n, tld.ptr, tld.len);
    return n + tld.len;
}

typedef struct walk {
    const yonder_preload *set;
    reader in;
    int (*each)(void *context, const yonder_preload_entry *entry);
    void *context;
} walk;

static int give(walk *w, const entry *e)
{
    char name[YONDER_PRELOAD_MAX_NAME * 2];
    yonder_preload_entry out = {
        .name = {name, spell(w->set, e, name)},
        .force_https = e->kind != YN_PRELOAD_SHIELD,
        .include_subdomains = e->kind == YN_PRELOAD_WITH_SUBDOMAINS,
    };
    return w->each(w->context, &out);
}

static int walk_run(walk *w, entry e, unsigned n)
{
    int stop = 0;
    if (n <= YN_PRELOAD_LEAF) {
        while (n-- > 1 && !stop && read_next(w->set, &w->in, &e))
            stop = give(w, &e);
        return stop;
    }
    read_skip(&w->in);
    stop = walk_run(w, e, n - n / 2);
    if (!stop && read_next(w->set, &w->in, &e) && !(stop = give(w, &e)))
        stop = walk_run(w, e, n / 2);
    return stop;
}

int yonder_preload_each(const yonder_preload *set,
                        int (*each)(void *context, const yonder_preload_entry *entry),
                        void *context)
{
    walk w = {.set = set, .each = each, .context = context};
    entry e = {0};
    int stop = 0;
    for (uint32_t tld = 0; tld < set->header->tlds && !stop; tld++) {
        e.tld = tld;
        e.kind = tld_kind(set, tld);
        stop = e.kind == YN_PRELOAD_NONE ? 0 : give(&w, &e);
    }
    for (uint32_t block = 0; block < set->header->blocks && !stop; block++) {
        read_first(set, &w.in, block, &e);
        stop = w.in.bad ? 0 : give(&w, &e);
        if (!stop)
            stop = walk_run(&w, e, names_in(set, block));
    }
    return stop;
}
