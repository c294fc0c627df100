// SPDX-License-Identifier: MIT
// Looks hosts up in a preload image.
#include "base/hash.h"
#include "base/text.h"
#include "core/preload_set.h"

// ---- names --------------------------------------------------------------------------------------

enum {
    max_label = 63,
    no_symbol = 0xFF,
};

// The symbol of a byte plus one, letters in either case; 0: it has none.
static const uint8_t symbol_of[256] = {
    ['.'] = 1,  ['-'] = 2,  ['_'] = 13, ['0'] = 3,  ['1'] = 4,  ['2'] = 5,  ['3'] = 6,  ['4'] = 7,
    ['5'] = 8,  ['6'] = 9,  ['7'] = 10, ['8'] = 11, ['9'] = 12, ['a'] = 14, ['b'] = 15, ['c'] = 16,
    ['d'] = 17, ['e'] = 18, ['f'] = 19, ['A'] = 14, ['B'] = 15, ['C'] = 16, ['D'] = 17, ['E'] = 18,
    ['F'] = 19, ['g'] = 20, ['h'] = 21, ['i'] = 22, ['j'] = 23, ['k'] = 24, ['l'] = 25, ['G'] = 20,
    ['H'] = 21, ['I'] = 22, ['J'] = 23, ['K'] = 24, ['L'] = 25, ['m'] = 26, ['n'] = 27, ['o'] = 28,
    ['p'] = 29, ['q'] = 30, ['r'] = 31, ['M'] = 26, ['N'] = 27, ['O'] = 28, ['P'] = 29, ['Q'] = 30,
    ['R'] = 31, ['s'] = 32, ['t'] = 33, ['u'] = 34, ['v'] = 35, ['w'] = 36, ['x'] = 37, ['S'] = 32,
    ['T'] = 33, ['U'] = 34, ['V'] = 35, ['W'] = 36, ['X'] = 37, ['y'] = 38, ['z'] = 39, ['Y'] = 38,
    ['Z'] = 39,
};

// Writes the symbols of `text`; false if a byte has none. `*dots` tells whether a dot is among
// them.
static inline bool put_symbols(yonder_text text, uint8_t *symbols, bool *dots)
{
    unsigned seen = 0, least = no_symbol;
    for (size_t i = 0; i < text.len; i++) {
        unsigned symbol = symbol_of[(unsigned char)text.ptr[i]] - 1u;
        symbols[i] = (uint8_t)symbol;
        seen |= symbol;
        least = symbol < least ? symbol : least;
    }
    *dots = least == 0;
    return seen < 0x80; // only what has no symbol has the higher bits
}

// Turns labels round, the last one first; false if one is empty or too long.
static bool turn_labels(uint8_t *symbols, size_t len)
{
    uint8_t turned[YONDER_PRELOAD_MAX_NAME];
    for (size_t start = 0, end; start <= len; start = end + 1) {
        for (end = start; end < len && symbols[end] != 0;)
            end++;
        if (end == start || end - start > max_label)
            return false;
        memcpy(turned + len - end, symbols + start, end - start);
        if (end < len)
            turned[len - end - 1] = 0;
    }
    memcpy(symbols, turned, len);
    return true;
}

bool yn_preload_split(yonder_text name, yonder_text *tld, uint8_t *symbols, size_t *symbol_count)
{
    if (name.len == 0 || name.len > YONDER_PRELOAD_MAX_NAME)
        return false;
    size_t start = name.len;
    while (start > 0 && name.ptr[start - 1] != '.')
        start--;
    yonder_text last = yn_skip(name, start);
    bool dots;
    if (last.len == 0 || last.len > max_label || start == 1 || !put_symbols(last, symbols, &dots))
        return false;
    size_t len = start ? start - 1 : 0; // without the dot; the TLD's symbols are written over
    if (!put_symbols(yn_slice(name, 0, len), symbols, &dots))
        return false;
    if (dots ? !turn_labels(symbols, len) : len > max_label)
        return false;
    *tld = last;
    *symbol_count = len;
    return true;
}

// ---- the search in a block ----------------------------------------------------------------------

typedef struct query {
    uint32_t tld;
    uint32_t key;
    uint8_t *symbols; // ended by no_symbol
    size_t len;
} query;

// What a search knows of the names it has passed, none of which comes after the one looked for.
typedef struct found {
    size_t same;          // symbols that the last one has in common with it
    bool any;             // one of them is that name or an ancestor:
    yn_preload_kind kind; // the last such
    size_t len;
} found;

// Reads a name that has the TLD of the query, and its first `from` symbols, as far as it goes with
// the query; `context` is that of what comes next. If it comes after the query, that is all and the
// answer false. Otherwise it is read to its end over `e`, whose first `kept` symbols are those of
// the query.
static inline __attribute__((always_inline)) bool compare(const yonder_preload *set,
                                                          yn_preload_reader *r, const query *q,
                                                          yn_preload_name *e, size_t from,
                                                          unsigned context, size_t kept, found *f)
{
    yn_preload_reader in = *r;
    yn_preload_pair pair = {.last = context};
    size_t i = from;
    unsigned symbol, after; // at which they part, and whether another was read with it
    for (;;) {
        pair = yn_preload_next(set, &in, pair.last);
        symbol = pair.first;
        after = pair.count - 1;
        if (symbol != q->symbols[i])
            break;
        i++;
        if (after-- == 0)
            continue;
        symbol = pair.last;
        if (symbol != q->symbols[i])
            break;
        i++;
    }
    if (symbol < YN_PRELOAD_END && (i == q->len || symbol > q->symbols[i]))
        return false;
    for (size_t k = kept; k < i; k++)
        e->symbols[k] = q->symbols[k];
    e->tld = q->tld;
    f->same = i;
    *r = in;
    if (symbol < YN_PRELOAD_END) {
        e->symbols[i] = (uint8_t)symbol;
        e->symbols[i + 1] = (uint8_t)pair.last;
        e->len = (unsigned)i + 1;
        e->kind = (yn_preload_kind)(pair.last - YN_PRELOAD_END);
        if (after && pair.last >= YN_PRELOAD_END)
            return !in.bad;
        return yn_preload_rest(set, r, e, (unsigned)i + 1 + after, pair.last);
    }
    e->len = (unsigned)i;
    e->kind = (yn_preload_kind)(symbol - YN_PRELOAD_END);
    if (i == q->len || q->symbols[i] == 0) {
        f->any = true;
        f->kind = e->kind;
        f->len = i;
    }
    return !in.bad;
}

// Reads a block's first name; false if it comes after the query.
static inline bool read_first(const yonder_preload *set, yn_preload_reader *r, const query *q,
                              uint32_t block, yn_preload_name *e, found *f)
{
    *r = yn_preload_block(set, block);
    *f = (found){0};
    e->tld = set->key_tlds[block];
    e->len = yn_preload_key_symbols(set->keys[block], e->symbols);
    if (e->tld != q->tld)
        return e->tld < q->tld && yn_preload_rest(set, r, e, e->len, yn_preload_context(e, e->len));
    size_t same = 0;
    while (same < e->len && e->symbols[same] == q->symbols[same])
        same++;
    if (same == e->len)
        return compare(set, r, q, e, same, yn_preload_context(e, e->len), same, f);
    f->same = same;
    return e->symbols[same] < q->symbols[same] && same < q->len &&
           yn_preload_rest(set, r, e, e->len, yn_preload_context(e, e->len));
}

// Reads the first name of a TLD in the midst of a block. As read_next().
static bool next_tld(const yonder_preload *set, yn_preload_reader *r, const query *q,
                     yn_preload_name *e, found *f)
{
    uint32_t tld = e->tld + yn_preload_gamma(r);
    if (tld > q->tld)
        return false;
    if (tld == q->tld)
        return compare(set, r, q, e, 0, YN_PRELOAD_START, 0, f);
    e->tld = tld;
    return yn_preload_rest(set, r, e, 0, YN_PRELOAD_START);
}

// Reads the name whose reference is `e`, over `e`; false, and `e` and `f` as they were, if it comes
// after the query. `e` is the last name that `f` knows of. Of sorted names, one that shares less
// with its reference than the query does comes after the query; one that shares more differs from
// the query just where the reference does. Only between them must symbols be compared.
static inline __attribute__((always_inline)) bool read_next(const yonder_preload *set,
                                                            yn_preload_reader *r, const query *q,
                                                            yn_preload_name *e, found *f)
{
    unsigned code = yn_preload_shared(set, r);
    if (__builtin_expect(code == 0, 0))
        return next_tld(set, r, q, e, f);
    unsigned shared = code - 1, context = yn_preload_parting(e, shared);
    if (e->tld != q->tld || shared > f->same)
        return shared <= e->len && yn_preload_rest(set, r, e, shared, context);
    // One that was cut is to be compared from there.
    if (shared < f->same && shared < YN_PRELOAD_MAX_SHARED)
        return false;
    return compare(set, r, q, e, shared, context, f->same, f);
}

static void search_block(const yonder_preload *set, const query *q, uint32_t block, found *f)
{
    yn_preload_reader r;
    yn_preload_name e;
    unsigned n = yn_preload_names_in(set, block);
    if (!read_first(set, &r, q, block, &e, f))
        return;
    while (n > YN_PRELOAD_LEAF && !r.bad) {
        yn_preload_reader middle = r;
        uint64_t at = yn_preload_skip(&r, n);
        yn_preload_seek(&middle, at);
        if (read_next(set, &middle, q, &e, f)) {
            r = middle;
            n /= 2;
        } else {
            n -= n / 2;
        }
    }
    while (n-- > 1 && read_next(set, &r, q, &e, f))
        ;
}

// ---- the search for a block ---------------------------------------------------------------------

// How many of `n` sorted keys are not above `key`. Without a branch that could be mispredicted.
static inline uint32_t keys_up_to(const uint32_t *keys, uint32_t n, uint32_t key)
{
    uint32_t base = 0;
    if (n == 0)
        return 0;
    while (n > 1) {
        uint32_t half = n / 2;
        base += (keys[base + half] <= key) * half;
        n -= half;
    }
    return base + (keys[base] <= key);
}

static bool first_is_after(const yonder_preload *set, const query *q, uint32_t block)
{
    yn_preload_reader r;
    yn_preload_name e;
    found f;
    return !read_first(set, &r, q, block, &e, &f);
}

// The number of blocks whose first name does not come after the query.
static uint32_t blocks_up_to(const yonder_preload *set, const query *q)
{
    uint32_t begin = set->first_block[q->tld], n = set->first_block[q->tld + 1] - begin;
    const uint32_t *keys = set->keys + begin;
    uint32_t high = keys_up_to(keys, n, q->key), low = high;
    if (high && keys[high - 1] == q->key) // among equal keys the names themselves decide
        low = keys_up_to(keys, high, q->key - 1);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (first_is_after(set, q, begin + middle))
            high = middle;
        else
            low = middle + 1;
    }
    return begin + low;
}

// Finds the entry below the TLD that decides; false if there is none.
static bool find(const yonder_preload *set, query *q, found *f)
{
    for (;;) {
        q->key = yn_preload_key(q->symbols, q->len);
        uint32_t blocks = blocks_up_to(set, q);
        if (blocks == 0)
            return false;
        search_block(set, q, blocks - 1, f);
        // An ancestor that was not met comes before the last name met and is a part of it: so it
        // is no longer than what that one shares with the query, cut at a label.
        size_t len = f->same;
        while (len > 0 && len != q->len && q->symbols[len] != 0)
            len--;
        if (len == 0 || (f->any && f->len == len))
            return len != 0;
        if (len == q->len) // only in an image that an enemy made: it would be looked for for ever
            return false;
        q->len = len;
        q->symbols[len] = no_symbol;
    }
}

// ---- the look-up --------------------------------------------------------------------------------

// `name` may be in any case.
static bool find_tld(const yonder_preload *set, yonder_text name, uint32_t *tld)
{
    char lower[max_label];
    for (size_t i = 0; i < name.len; i++)
        lower[i] = yn_lower(name.ptr[i]);
    name.ptr = lower;
    uint32_t slot = (uint32_t)yn_hash(name, 0) & set->tld_mask;
    for (; set->tld_slot[slot]; slot = (slot + 1) & set->tld_mask) {
        if (yn_equal(yn_preload_tld(set, set->tld_slot[slot] - 1u), name)) {
            *tld = set->tld_slot[slot] - 1u;
            return true;
        }
    }
    return false;
}

void yonder_preload_query(const yonder_preload *set, yonder_text host, yonder_preload_match *match)
{
    uint8_t symbols[YONDER_PRELOAD_MAX_NAME + 1];
    *match = (yonder_preload_match){0};
    if (host.len && host.ptr[host.len - 1] == '.')
        host.len--;
    yonder_text tld;
    query q = {.symbols = symbols};
    if (!yn_preload_split(host, &tld, symbols, &q.len) || !find_tld(set, tld, &q.tld))
        return;
    symbols[q.len] = no_symbol;
    size_t rest = q.len;
    found f;
    if (rest == 0 || q.tld >= set->header->tlds_with_names || !find(set, &q, &f)) {
        f = (found){.kind = yn_preload_tld_kind(set, q.tld)};
        if (f.kind == YN_PRELOAD_NONE)
            return;
    }
    match->found = true;
    match->matched = yn_skip(host, host.len - tld.len - (f.len ? f.len + 1 : 0));
    match->include_subdomains = f.kind == YN_PRELOAD_WITH_SUBDOMAINS;
    match->preloaded = match->include_subdomains || (f.kind == YN_PRELOAD_EXACT && f.len == rest);
}
