// SPDX-License-Identifier: MIT
#include "rules/merge.h"

#include <stdlib.h>

#include "base/text.h"

yn_copying yn_copying_make(yn_builder *builder, const yonder_mem *mem)
{
    return (yn_copying){.builder = builder,
                        .text = yn_buf_make(SIZE_MAX / 2, mem),
                        .hosts = yn_buf_make(SIZE_MAX / 2, mem),
                        .arena = yn_arena_make(mem)};
}

void yn_copying_free(yn_copying *c)
{
    yn_buf_free(&c->text);
    yn_buf_free(&c->hosts);
    yn_arena_free(&c->arena);
}

int yn_copy_section(yn_copying *c, const yonder_rules *owner, uint32_t scope)
{
    yn_scope_view view;
    yn_sink sink = yn_builder_sink(c->builder);
    if (!yn_view_scope(&view, owner, scope, &c->arena))
        return YONDER_NO_MEMORY;
    c->hosts.len = 0;
    yn_scope_write_hosts(&c->hosts, &view);
    int error = c->hosts.error;
    if (!view.host_count)
        yn_builder_any_host(c->builder);
    else if (!error)
        error = sink.section(sink.context, yn_buf_text(&c->hosts), 1);
    if (!error)
        yn_builder_compare(c->builder, view.slash_ignored, view.case_ignored);
    return error;
}

int yn_copy_rule(yn_copying *c, const yonder_rules *owner, const yn_rule *rule)
{
    yn_view view;
    yn_draft draft;
    yn_sink sink = yn_builder_sink(c->builder);
    yn_arena_free(&c->arena);
    if (!yn_view_rule(&view, owner, rule, &c->arena) ||
        !yn_view_draft(&draft, &view, owner, &c->text, &c->arena))
        return YONDER_NO_MEMORY;
    int error = yn_copy_section(c, owner, view.scope);
    if (error)
        return error;
    yn_builder_place(c->builder, rule->order);
    return sink.rule(sink.context, &draft);
}

/* ---- a whole set ----------------------------------------------------------------------------- */

static int copy_sources(yn_builder *b, const yonder_rules *set)
{
    int error = YONDER_OK;
    for (uint32_t i = 0; !error && i < set->sources_count; i++) {
        const yn_source_name *source = yn_set_source(set, i);
        error = yn_builder_add_source(b, (yonder_text){set->pool + source->at, source->len},
                                      source->first_order, source->first_line);
    }
    return error;
}

static int copy_site_line(yn_copying *c, const yonder_rules *set, const yn_site_row *row)
{
    yn_sink sink = yn_builder_sink(c->builder);
    yn_site_value value = {.off = row->off,
                           .ignore = row->ignore,
                           .drop = row->drop,
                           .status = row->status,
                           .seconds = row->seconds,
                           .text = {set->pool + row->text, row->text_len}};
    c->text.len = 0;
    yn_site_write(&c->text, (yn_site_line)row->line, &value);
    yonder_text line = yn_buf_text(&c->text);
    size_t name = yn_find_char(line, ' ');
    if (c->text.error)
        return c->text.error;
    yn_builder_place(c->builder, row->order);
    return sink.site(sink.context, &(yn_draft_site){yn_slice(line, 0, name),
                                                    yn_skip(line, name + (name < line.len)), 1});
}

// Lines outside sections first, for they are the rule for sections; and all before any rule, for
// they say how paths are compared.
static int copy_sites(yn_copying *c, const yonder_rules *set)
{
    int error = YONDER_OK;
    for (uint32_t scope = 0; !error && scope < set->scopes_count; scope++) {
        uint32_t n = yn_set_scope(set, scope)->sites;
        if (n)
            error = yn_copy_section(c, set, scope);
        for (; !error && n; n = yn_set_site(set, n)->next)
            error = copy_site_line(c, set, yn_set_site(set, n));
    }
    return error;
}

static void nobody(void *context, const char *at, yonder_text message)
{
    (void)context, (void)at, (void)message;
}

static int copy_all(yn_copying *c, const yonder_rules *rules)
{
    const yonder_rules *base = rules->below ? rules->below : rules, *owner;
    int error = copy_sources(c->builder, base);
    if (!error && rules->below)
        error = copy_sources(c->builder, rules);
    if (!error)
        error = copy_sites(c, base);
    yn_rule_cursor cursor = yn_rules_begin(rules);
    const yn_rule *rule;
    while (!error && (rule = yn_rules_next(&cursor, &owner)))
        error = yn_copy_rule(c, owner, rule);
    yn_builder_end_at(c->builder, rules->end_order);
    return error;
}

int yonder_rules_merge(yonder_rules **out, const yonder_rules *rules, const yonder_mem *mem)
{
    const yn_problems problems = {nobody, NULL};
    yonder_rules_reading how = {.mem = mem};
    yn_builder *builder = yn_builder_make(&problems, &how);
    if (!builder)
        return YONDER_NO_MEMORY;
    yn_copying c = yn_copying_make(builder, mem);
    int error = copy_all(&c, rules);
    yn_copying_free(&c);
    if (!error)
        return yn_builder_finish(builder, out);
    yn_builder_free(builder);
    return error;
}
