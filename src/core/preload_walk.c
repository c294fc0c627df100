// SPDX-License-Identifier: MIT
// Walks all entries of a preload image.
#include "core/preload_set.h"

// The name as people write it, into `out`; its length.
static size_t spell(const yonder_preload *set, const yn_preload_name *e, char *out)
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
    yonder_text tld = yn_preload_tld(set, e->tld);
    memcpy(out + n, tld.ptr, tld.len);
    return n + tld.len;
}

typedef struct walk {
    const yonder_preload *set;
    yn_preload_reader in;
    int (*each)(void *context, const yonder_preload_entry *entry);
    void *context;
} walk;

static int give(walk *w, const yn_preload_name *e)
{
    char name[YONDER_PRELOAD_MAX_NAME * 2];
    yonder_preload_entry out = {
        .name = {name, spell(w->set, e, name)},
        .force_https = e->kind != YN_PRELOAD_SHIELD,
        .include_subdomains = e->kind == YN_PRELOAD_WITH_SUBDOMAINS,
    };
    return w->each(w->context, &out);
}

// Reads the next name over the one before, its reference. False if the bits are no name.
static bool read_next(walk *w, yn_preload_name *e)
{
    unsigned code = yn_preload_shared(w->set, &w->in);
    unsigned shared = code ? code - 1 : 0;
    unsigned context = code ? yn_preload_parting(e, shared) : YN_PRELOAD_START;
    if (code == 0)
        e->tld += yn_preload_gamma(&w->in);
    return shared <= e->len && e->tld < w->set->header->tlds && !w->in.bad &&
           yn_preload_rest(w->set, &w->in, e, shared, context);
}

// Gives the names of a run but its first, `e`. A run is halved down to YN_PRELOAD_LEAF: so deep
// and no deeper does this call itself.
static int walk_run(walk *w, yn_preload_name e, unsigned n)
{
    int stop = 0;
    if (n <= YN_PRELOAD_LEAF) {
        while (n-- > 1 && !stop && read_next(w, &e))
            stop = give(w, &e);
        return stop;
    }
    yn_preload_skip(&w->in, n);
    stop = walk_run(w, e, n - n / 2);
    if (!stop && read_next(w, &e) && !(stop = give(w, &e)))
        stop = walk_run(w, e, n / 2);
    return stop;
}

static int walk_block(walk *w, uint32_t block)
{
    yn_preload_name e = {.tld = w->set->key_tlds[block]};
    w->in = yn_preload_block(w->set, block);
    unsigned len = yn_preload_key_symbols(w->set->keys[block], e.symbols);
    if (!yn_preload_rest(w->set, &w->in, &e, len, yn_preload_context(&e, len)))
        return 0;
    int stop = give(w, &e);
    return stop ? stop : walk_run(w, e, yn_preload_names_in(w->set, block));
}

int yonder_preload_each(const yonder_preload *set,
                        int (*each)(void *context, const yonder_preload_entry *entry),
                        void *context)
{
    walk w = {.set = set, .each = each, .context = context};
    int stop = 0;
    for (uint32_t tld = 0; tld < set->header->tlds && !stop; tld++) {
        yn_preload_name e = {.tld = tld, .kind = yn_preload_tld_kind(set, tld)};
        stop = e.kind == YN_PRELOAD_NONE ? 0 : give(&w, &e);
    }
    for (uint32_t block = 0; block < set->header->blocks && !stop; block++)
        stop = walk_block(&w, block);
    return stop;
}
