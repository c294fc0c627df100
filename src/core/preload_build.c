// SPDX-License-Identifier: MIT
// Makes a preload image: sort, count, give out codes, write. preload_image.h has the layout.
#include <yonder/preload.h>

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/text.h"
#include "core/preload_image.h"

typedef struct name {
    uint32_t tld;
    uint8_t len;
    uint8_t kind;
    const uint8_t *symbols;
} name;

typedef struct tld {
    yonder_text text;
    uint8_t kind;
    uint32_t names; // below it
    uint32_t rank;  // its number in the image
} tld;

typedef struct code {
    uint16_t bits;
    uint8_t len;
} code;

// One Huffman alphabet: how often each symbol comes, then its code.
typedef struct alphabet {
    uint32_t count[YN_PRELOAD_SHARED];
    code code[YN_PRELOAD_SHARED];
    unsigned size;
} alphabet;

typedef struct builder {
    const yonder_mem *mem;
    yn_arena arena;
    yn_map tld_numbers;
    tld *tlds;
    uint32_t tld_count, tlds_with_names;
    name *names;
    size_t name_count;
    alphabet shared;
    alphabet symbol[YN_PRELOAD_CONTEXTS];
    yn_buf out;
    uint64_t pending; // bits not yet in `out`, left-justified
    unsigned pending_count;
    uint64_t bit_count;
} builder;

// ---- names --------------------------------------------------------------------------------------

static yn_preload_kind kind_of(const yonder_preload_entry *e)
{
    if (!e->force_https)
        return YN_PRELOAD_SHIELD;
    return e->include_subdomains ? YN_PRELOAD_WITH_SUBDOMAINS : YN_PRELOAD_EXACT;
}

static int add_entry(builder *b, const yonder_preload_entry *e)
{
    uint8_t symbols[YONDER_PRELOAD_MAX_NAME];
    size_t len;
    yonder_text text;
    for (size_t i = 0; i < e->name.len; i++)
        if (yn_lower(e->name.ptr[i]) != e->name.ptr[i])
            return YONDER_INVALID_HOST;
    if (!yn_preload_split(e->name, &text, symbols, &len))
        return YONDER_INVALID_HOST;
    bool added;
    uint32_t *number = yn_map_add(&b->tld_numbers, text, b->tld_count, &added);
    if (!number)
        return YONDER_NO_MEMORY;
    if (added)
        b->tlds[b->tld_count++] = (tld){.text = text, .kind = YN_PRELOAD_NONE};
    tld *t = &b->tlds[*number];
    if (len == 0) {
        if (t->kind == YN_PRELOAD_NONE)
            t->kind = (uint8_t)kind_of(e);
        return YONDER_OK;
    }
    yonder_text copy = yn_arena_text(&b->arena, (yonder_text){(const char *)symbols, len});
    if (!copy.ptr)
        return YONDER_NO_MEMORY;
    t->names++;
    b->names[b->name_count++] =
        (name){*number, (uint8_t)len, (uint8_t)kind_of(e), (const uint8_t *)copy.ptr};
    return YONDER_OK;
}

static int by_use_and_text(const void *a, const void *b)
{
    const tld *x = *(tld *const *)a, *y = *(tld *const *)b;
    if ((x->names == 0) != (y->names == 0))
        return x->names ? -1 : 1;
    size_t shorter = x->text.len < y->text.len ? x->text.len : y->text.len;
    int order = memcmp(x->text.ptr, y->text.ptr, shorter);
    return order ? order : (x->text.len > y->text.len) - (x->text.len < y->text.len);
}

// By TLD and rest; of equal names the one given first (its symbols lie lower in no arena we may
// compare, so position in the array decides: see sort_names).
static int by_name(const void *a, const void *b)
{
    const name *x = *(name *const *)a, *y = *(name *const *)b;
    if (x->tld != y->tld)
        return x->tld < y->tld ? -1 : 1;
    size_t shorter = x->len < y->len ? x->len : y->len;
    int order = memcmp(x->symbols, y->symbols, shorter);
    if (order == 0)
        order = (x->len > y->len) - (x->len < y->len);
    return order ? order : (x > y) - (x < y);
}

// Numbers the TLDs as they stand in the image; `order` gets them in that order.
static int rank_tlds(builder *b, tld ***order)
{
    tld **sorted = yn_alloc(b->mem, b->tld_count * sizeof(tld *));
    if (!sorted)
        return YONDER_NO_MEMORY;
    for (uint32_t i = 0; i < b->tld_count; i++)
        sorted[i] = &b->tlds[i];
    qsort(sorted, b->tld_count, sizeof *sorted, by_use_and_text);
    for (uint32_t i = 0; i < b->tld_count; i++) {
        sorted[i]->rank = i;
        b->tlds_with_names += sorted[i]->names > 0;
    }
    for (size_t i = 0; i < b->name_count; i++)
        b->names[i].tld = b->tlds[b->names[i].tld].rank;
    *order = sorted;
    return YONDER_OK;
}

static bool is_ancestor(const name *above, const name *n)
{
    return above->tld == n->tld && above->len < n->len && n->symbols[above->len] == 0 &&
           memcmp(above->symbols, n->symbols, above->len) == 0;
}

// A shield with nothing broader above it changes no answer. Returns how many names are left.
static size_t drop_idle_shields(name *names, size_t count, tld *const *order)
{
    const name
        *above[YONDER_PRELOAD_MAX_NAME]; // the ancestors of the name at hand, outermost first
    name kept_above[YONDER_PRELOAD_MAX_NAME];
    size_t depth = 0, kept = 0;
    for (size_t i = 0; i < count; i++) {
        name n = names[i];
        while (depth && !is_ancestor(above[depth - 1], &n))
            depth--;
        bool covered = order[n.tld]->kind == YN_PRELOAD_WITH_SUBDOMAINS;
        for (size_t d = 0; d < depth; d++)
            covered = covered || above[d]->kind == YN_PRELOAD_WITH_SUBDOMAINS;
        if (n.kind == YN_PRELOAD_SHIELD && !covered)
            continue;
        kept_above[depth] = n;
        above[depth] = &kept_above[depth];
        depth++;
        names[kept++] = n;
    }
    return kept;
}

static int sort_names(builder *b, tld *const *order)
{
    name **sorted = yn_alloc(b->mem, b->name_count * sizeof(name *));
    name *names = yn_alloc(b->mem, b->name_count * sizeof(name));
    if (!sorted || !names) {
        yn_free(b->mem, sorted);
        yn_free(b->mem, names);
        return YONDER_NO_MEMORY;
    }
    for (size_t i = 0; i < b->name_count; i++)
        sorted[i] = &b->names[i];
    qsort(sorted, b->name_count, sizeof *sorted, by_name);
    size_t kept = 0;
    for (size_t i = 0; i < b->name_count; i++) {
        const name *n = sorted[i], *last = kept ? &names[kept - 1] : NULL;
        if (!last || last->tld != n->tld || last->len != n->len ||
            memcmp(last->symbols, n->symbols, n->len) != 0)
            names[kept++] = *n;
    }
    kept = drop_idle_shields(names, kept, order);
    yn_free(b->mem, sorted);
    yn_free(b->mem, b->names);
    b->names = names;
    b->name_count = kept;
    for (uint32_t i = 0; i < b->tld_count; i++)
        order[i]->names = 0;
    for (size_t i = 0; i < kept; i++)
        order[names[i].tld]->names++;
    return YONDER_OK;
}

// ---- codes --------------------------------------------------------------------------------------

// Code lengths by the two least weights, again with flatter weights while one is too long. The
// alphabets are small: looking through all is as good as a heap.
static unsigned huffman_lengths(alphabet *a, const uint32_t *weight)
{
    uint64_t w[2 * YN_PRELOAD_SHARED];
    unsigned parent[2 * YN_PRELOAD_SHARED] = {0}, nodes = a->size, used = 0, longest = 0;
    bool open[2 * YN_PRELOAD_SHARED] = {false};
    for (unsigned i = 0; i < a->size; i++) {
        w[i] = weight[i];
        open[i] = weight[i] > 0;
        used += open[i];
    }
    for (unsigned left = used; left > 1; left--) {
        unsigned pair[2];
        for (unsigned p = 0; p < 2; p++) {
            unsigned least = nodes;
            for (unsigned i = 0; i < nodes; i++)
                if (open[i] && (least == nodes || w[i] < w[least]))
                    least = i;
            pair[p] = least;
            open[least] = false;
        }
        w[nodes] = w[pair[0]] + w[pair[1]];
        parent[pair[0]] = parent[pair[1]] = nodes;
        open[nodes++] = true;
    }
    for (unsigned i = 0; i < a->size; i++) {
        unsigned len = weight[i] && used == 1 ? 1 : 0;
        for (unsigned n = i; weight[i] && n != nodes - 1 && parent[n]; n = parent[n])
            len++;
        a->code[i].len = (uint8_t)len;
        longest = len > longest ? len : longest;
    }
    return longest;
}

static void give_codes(alphabet *a)
{
    uint32_t weight[YN_PRELOAD_SHARED];
    memcpy(weight, a->count, sizeof weight);
    while (huffman_lengths(a, weight) > YN_PRELOAD_MAX_CODE)
        for (unsigned i = 0; i < a->size; i++)
            weight[i] = weight[i] ? weight[i] / 2 + 1 : 0;
    unsigned next = 0;
    for (unsigned len = 1; len <= YN_PRELOAD_MAX_CODE; len++, next <<= 1)
        for (unsigned i = 0; i < a->size; i++)
            if (a->code[i].len == len)
                a->code[i].bits = (uint16_t)next++;
}

// ---- the blocks ---------------------------------------------------------------------------------

typedef enum pass {
    COUNT,   // how often each symbol comes
    MEASURE, // how many bits it takes
    WRITE,
} pass;

static void put_bits(builder *b, uint32_t bits, unsigned len, pass step)
{
    if (step == COUNT)
        return;
    b->bit_count += len;
    if (step == MEASURE || len == 0)
        return;
    b->pending |= (uint64_t)bits << (64 - b->pending_count - len);
    b->pending_count += len;
    for (; b->pending_count >= 8; b->pending_count -= 8, b->pending <<= 8)
        yn_buf_char(&b->out, (char)(b->pending >> 56));
}

static void put(builder *b, alphabet *a, unsigned symbol, pass step)
{
    if (step == COUNT)
        a->count[symbol]++;
    put_bits(b, a->code[symbol].bits, a->code[symbol].len, step);
}

static void put_gamma(builder *b, uint32_t n, pass step)
{
    unsigned more = 31 - (unsigned)__builtin_clz(n);
    put_bits(b, 0, more, step);
    put_bits(b, n, more + 1, step);
}

static unsigned shared_symbols(const name *a, const name *b)
{
    unsigned n = 0;
    while (n < a->len && n < b->len && n < YN_PRELOAD_MAX_SHARED && a->symbols[n] == b->symbols[n])
        n++;
    return n;
}

// The symbols after the first `from`, and the end; `context` is that of the first of them.
static void put_rest(builder *b, const name *n, unsigned from, unsigned context, pass step)
{
    for (unsigned i = from; i < n->len; i++) {
        put(b, &b->symbol[context], n->symbols[i], step);
        context = n->symbols[i];
    }
    put(b, &b->symbol[context], YN_PRELOAD_END + n->kind, step);
}

// What the index does not have of a block's first name.
static void put_first(builder *b, const name *n, pass step)
{
    unsigned known = n->len < YN_PRELOAD_KEY_SYMBOLS ? n->len : YN_PRELOAD_KEY_SYMBOLS;
    put_rest(b, n, known, known ? n->symbols[known - 1] : (unsigned)YN_PRELOAD_START, step);
}

static void put_name(builder *b, const name *n, const name *reference, pass step)
{
    if (reference->tld != n->tld) {
        put(b, &b->shared, 0, step);
        put_gamma(b, n->tld - reference->tld, step);
        put_rest(b, n, 0, YN_PRELOAD_START, step);
        return;
    }
    unsigned shared = shared_symbols(reference, n);
    unsigned parting = shared < reference->len ? reference->symbols[shared] : YN_PRELOAD_END;
    put(b, &b->shared, shared + 1, step);
    put_rest(b, n, shared, YN_PRELOAD_PARTING + parting, step);
}

static void put_run(builder *b, const name *first, size_t n, pass step)
{
    if (n <= YN_PRELOAD_LEAF) {
        for (size_t i = 1; i < n; i++)
            put_name(b, &first[i], &first[i - 1], step);
        return;
    }
    size_t left = n - n / 2;
    if (step != COUNT) {
        const unsigned bits = yn_preload_skip_bits((unsigned)n);
        const uint32_t escape = (1u << bits) - 1;
        uint64_t before = b->bit_count;
        put_run(b, first, left, MEASURE);
        uint32_t skip = (uint32_t)(b->bit_count - before);
        b->bit_count = before;
        put_bits(b, skip < escape ? skip : escape, bits, step);
        if (skip >= escape)
            put_bits(b, skip, YN_PRELOAD_LONG_SKIP, step);
    }
    put_run(b, first, left, step);
    put_name(b, &first[left], first, step);
    put_run(b, first + left, n - left, step);
}

static void put_names(builder *b, uint32_t *starts, pass step)
{
    for (size_t i = 0; i < b->name_count; i += YN_PRELOAD_BLOCK) {
        size_t n = b->name_count - i < YN_PRELOAD_BLOCK ? b->name_count - i : YN_PRELOAD_BLOCK;
        if (step == MEASURE)
            starts[i / YN_PRELOAD_BLOCK] = (uint32_t)b->bit_count;
        put_first(b, &b->names[i], step);
        put_run(b, &b->names[i], n, step);
    }
}

// ---- the image ----------------------------------------------------------------------------------

static void put_raw(builder *b, const void *bytes, size_t len)
{
    yn_buf_put(&b->out, (yonder_text){bytes, len});
}

static uint32_t section(builder *b)
{
    while (b->out.len % 4)
        yn_buf_char(&b->out, 0);
    return (uint32_t)b->out.len;
}

static void put_lengths(builder *b)
{
    uint8_t nibbles[YN_PRELOAD_CONTEXTS * YN_PRELOAD_CODES + YN_PRELOAD_SHARED];
    size_t n = 0;
    for (unsigned c = 0; c < YN_PRELOAD_CONTEXTS; c++)
        for (unsigned i = 0; i < YN_PRELOAD_CODES; i++)
            nibbles[n++] = b->symbol[c].code[i].len;
    for (unsigned i = 0; i < YN_PRELOAD_SHARED; i++)
        nibbles[n++] = b->shared.code[i].len;
    for (size_t i = 0; i < n; i += 2)
        yn_buf_char(&b->out, (char)(nibbles[i] | nibbles[i + 1] << 4));
}

static void put_tlds(builder *b, tld *const *order)
{
    for (uint32_t i = 0; i < b->tld_count; i++) {
        yn_buf_char(&b->out, (char)(order[i]->kind << 6 | (int)order[i]->text.len));
        yn_buf_put(&b->out, order[i]->text);
        uint32_t names = order[i]->names;
        for (; i < b->tlds_with_names && names > 0x7F; names >>= 7)
            yn_buf_char(&b->out, (char)(names | 0x80));
        if (i < b->tlds_with_names)
            yn_buf_char(&b->out, (char)names);
    }
}

static void put_keys(builder *b)
{
    for (size_t i = 0; i < b->name_count; i += YN_PRELOAD_BLOCK) {
        uint32_t key = yn_preload_key(b->names[i].symbols, b->names[i].len);
        put_raw(b, &key, sizeof key);
    }
}

// The largest groups in which every offset from the first block fits in 16 bits.
static uint32_t choose_group(const uint32_t *starts, uint32_t blocks)
{
    uint32_t group = YN_PRELOAD_MAX_GROUP;
    for (uint32_t i = 0; i < blocks; i++)
        while (starts[i] - starts[i >> group << group] > UINT16_MAX)
            group--; // ends: with groups of one block the offsets are 0
    return group;
}

// Where the blocks start; `starts` has that.
static void put_offsets(builder *b, yn_preload_header *h, const uint32_t *starts)
{
    h->group = choose_group(starts, h->blocks);
    h->at_groups = section(b);
    for (uint32_t i = 0; i < h->blocks; i += 1u << h->group)
        put_raw(b, &starts[i], sizeof *starts);
    h->at_offsets = section(b);
    for (uint32_t i = 0; i < h->blocks; i++) {
        uint16_t offset = (uint16_t)(starts[i] - starts[i >> h->group << h->group]);
        put_raw(b, &offset, sizeof offset);
    }
}

static void write_image(builder *b, tld *const *order)
{
    yn_preload_header h = {
        .magic = YN_PRELOAD_MAGIC,
        .names = (uint32_t)b->name_count,
        .blocks = (uint32_t)((b->name_count + YN_PRELOAD_BLOCK - 1) / YN_PRELOAD_BLOCK),
        .tlds = b->tld_count,
        .tlds_with_names = b->tlds_with_names,
    };
    if (h.blocks)
        h.last_block = h.names - (h.blocks - 1) * YN_PRELOAD_BLOCK;
    for (uint32_t i = 0; i < b->tld_count; i++)
        h.names += b->tlds[i].kind != YN_PRELOAD_NONE;
    put_raw(b, &h, sizeof h);
    h.at_lengths = section(b);
    put_lengths(b);
    h.at_tlds = section(b);
    put_tlds(b, order);
    h.at_keys = section(b);
    put_keys(b);
    uint32_t *starts = yn_arena_alloc(&b->arena, (h.blocks + 1) * sizeof(uint32_t));
    if (!starts) {
        b->out.error = YONDER_NO_MEMORY;
        return;
    }
    put_names(b, starts, MEASURE);
    put_offsets(b, &h, starts);
    h.at_bits = section(b);
    b->bit_count = 0;
    put_names(b, starts, WRITE);
    if (b->pending_count)
        yn_buf_char(&b->out, (char)(b->pending >> 56));
    put_raw(b, (const char[8]){0}, 8);
    if (b->out.error)
        return;
    h.bit_count = (uint32_t)b->bit_count;
    h.size = (uint32_t)b->out.len;
    memcpy(b->out.ptr, &h, sizeof h);
    const size_t summed = offsetof(yn_preload_header, size);
    h.checksum = yn_hash((yonder_text){b->out.ptr + summed, b->out.len - summed}, 0);
    memcpy(b->out.ptr, &h, sizeof h);
}

static int build(builder *b)
{
    tld **order;
    int error = rank_tlds(b, &order);
    if (error)
        return error;
    error = sort_names(b, order);
    if (!error) {
        b->shared.size = YN_PRELOAD_SHARED;
        for (unsigned c = 0; c < YN_PRELOAD_CONTEXTS; c++)
            b->symbol[c].size = YN_PRELOAD_CODES;
        put_names(b, NULL, COUNT);
        give_codes(&b->shared);
        for (unsigned c = 0; c < YN_PRELOAD_CONTEXTS; c++)
            give_codes(&b->symbol[c]);
        write_image(b, order);
        error = b->out.error;
    }
    yn_free(b->mem, order);
    return error;
}

int yonder_preload_build(const yonder_preload_entry *entries, size_t count, const yonder_mem *mem,
                         void **image, size_t *size, size_t *bad)
{
    if (count > UINT32_MAX / 64)
        return YONDER_TOO_LARGE;
    builder *b = yn_alloc(mem, sizeof *b);
    if (!b)
        return YONDER_NO_MEMORY;
    memset(b, 0, sizeof *b);
    b->mem = mem;
    b->arena = yn_arena_make(mem);
    b->tld_numbers = yn_map_make(mem);
    b->out = yn_buf_make(YONDER_PRELOAD_MAX_IMAGE, mem);
    b->names = yn_alloc(mem, count * sizeof(name));
    b->tlds = yn_alloc(mem, count * sizeof(tld));
    int error = b->names && b->tlds ? YONDER_OK : YONDER_NO_MEMORY;
    for (size_t i = 0; i < count && !error; i++) {
        error = add_entry(b, &entries[i]);
        if (error == YONDER_INVALID_HOST)
            *bad = i;
    }
    if (!error && b->tld_count > UINT16_MAX)
        error = YONDER_TOO_LARGE;
    if (!error)
        error = build(b);
    if (!error) {
        *image = b->out.ptr;
        *size = b->out.len;
    } else {
        yn_buf_free(&b->out);
    }
    yn_free(mem, b->names);
    yn_free(mem, b->tlds);
    yn_map_free(&b->tld_numbers);
    yn_arena_free(&b->arena);
    yn_free(mem, b);
    return error;
}
