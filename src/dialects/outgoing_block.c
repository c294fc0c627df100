// SPDX-License-Identifier: MIT
// Hosts, by the sections they are in.
#include <stdlib.h>

#include "base/text.h"
#include "dialects/outgoing.h"

typedef struct placed {
    yn_out_block *block;
    size_t order; /**< in which the hosts came */
} placed;

typedef struct gathering {
    yn_outgoing *o;
    yn_map hosts;  /**< in lower case: numbers of blocks */
    yn_buf blocks; /**< placed */
} gathering;

static yonder_text next_host(yonder_text *hosts)
{
    *hosts = yn_trim(*hosts, " \t");
    size_t end = 0;
    while (end < hosts->len && hosts->ptr[end] != ' ' && hosts->ptr[end] != '\t')
        end++;
    yonder_text host = yn_slice(*hosts, 0, end);
    *hosts = yn_skip(*hosts, end);
    return host;
}

static yonder_text lower_case(yn_outgoing *o, yonder_text host)
{
    for (size_t i = 0; i < host.len; i++)
        yn_buf_char(&o->plan.scratch, yn_lower(host.ptr[i]));
    return yn_plan_written(&o->plan);
}

// The block of the one host, made if there is none yet; NULL when memory is out.
static yn_out_block *block_of(gathering *g, yonder_text host)
{
    bool added;
    size_t order = g->blocks.len / sizeof(placed);
    uint32_t *number = yn_map_add(&g->hosts, lower_case(g->o, host), (uint32_t)order, &added);
    if (number && !added)
        return ((placed *)(void *)g->blocks.ptr)[*number].block;
    yn_out_block *block = number ? yn_plan_alloc(&g->o->plan, sizeof *block) : NULL;
    yonder_text *hosts = block ? yn_plan_alloc(&g->o->plan, sizeof *hosts) : NULL;
    if (!hosts)
        return NULL;
    hosts[0] = host;
    block->hosts = hosts;
    block->host_count = 1;
    block->wildcard = yn_starts_with(host, YN_TEXT("*."));
    placed place = {block, order};
    yn_buf_put(&g->blocks, (yonder_text){(const char *)&place, sizeof place});
    return g->blocks.error ? NULL : block;
}

static bool gather(gathering *g)
{
    for (const yn_out_section *section = g->o->sections->next; section; section = section->next) {
        yonder_text hosts = section->hosts, host;
        while ((host = next_host(&hosts)).len) {
            yn_out_block *block = block_of(g, host);
            if (!block)
                return false;
            if (block->section_count < YN_OUT_MOST_SECTIONS &&
                (!block->section_count || block->sections[block->section_count - 1] != section))
                block->sections[block->section_count++] = section;
        }
    }
    return true;
}

static int compare(const void *left, const void *right)
{
    const placed *a = left, *b = right;
    if (a->block->wildcard != b->block->wildcard)
        return a->block->wildcard ? 1 : -1;
    size_t longer = a->block->hosts[0].len, length = b->block->hosts[0].len;
    if (a->block->wildcard && longer != length)
        return longer > length ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

static yn_out_block *link_blocks(gathering *g)
{
    yn_out_block *first = NULL, **end = &first;
    placed *places = (placed *)(void *)g->blocks.ptr;
    size_t count = g->blocks.len / sizeof *places;
    if (count)
        qsort(places, count, sizeof *places, compare);
    for (size_t i = 0; i < count; i++) {
        *end = places[i].block;
        end = &places[i].block->next;
    }
    return first;
}

static bool same_sections(const yn_out_block *a, const yn_out_block *b)
{
    return !a->wildcard && !b->wildcard && a->section_count == b->section_count &&
           memcmp(a->sections, b->sections, a->section_count * sizeof(yn_out_section *)) == 0;
}

// Neighbours in the same sections become one.
static void join_blocks(yn_outgoing *o, yn_out_block *block)
{
    for (; block; block = block->next) {
        size_t count = 1;
        yn_out_block *end = block->next;
        for (; end && same_sections(block, end); end = end->next)
            count++;
        yonder_text *hosts = count > 1 ? yn_plan_alloc(&o->plan, count * sizeof *hosts) : NULL;
        if (!hosts)
            continue;
        count = 0;
        for (const yn_out_block *one = block; one != end; one = one->next)
            hosts[count++] = one->hosts[0];
        block->hosts = hosts;
        block->host_count = count;
        block->next = end;
    }
}

yn_out_block *yn_out_blocks(yn_outgoing *o)
{
    gathering g = {o, yn_map_make(o->plan.mem), yn_buf_make((size_t)1 << 36, o->plan.mem)};
    if (!gather(&g))
        o->plan.error = YONDER_NO_MEMORY;
    yn_out_block *blocks = link_blocks(&g);
    join_blocks(o, blocks);
    yn_map_free(&g.hosts);
    yn_buf_free(&g.blocks);
    return blocks;
}
