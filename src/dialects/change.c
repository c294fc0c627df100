// SPDX-License-Identifier: MIT
// A set with changes: the lines that come, compiled by themselves, and which lines of the set below
// are not to be any more.
#include <stdlib.h>

#include "base/text.h"
#include "dialects/native.h"
#include "rules/merge.h"

// A rule of the changed set that does not lie in the one below: it was there, or it comes.
typedef struct entry {
    uint32_t order;
    const yn_rule *rule;               // NULL: it comes
    const yonder_rules_change *change; // then
} entry;

typedef struct changing {
    yn_native native;
    yn_builder *builder;
    yn_copying copying;
    const yonder_rules *base;  // what is changed
    const yonder_rules *below; // what everything lies on
    const yonder_rules_change *changes;
    size_t count;
    yn_buf entries; // entry
    yn_buf gone;    // uint32_t: orders in `below`
    uint32_t end_order;
    size_t rules_seen;       // in the present change
    yonder_text appended_to; // the file of the last line that came,
    bool in_appended;        // if any did
} changing;

/* ---- which lines ----------------------------------------------------------------------------- */

static yonder_text source_name(const yonder_rules *set, const yn_source_name *source)
{
    return (yonder_text){set->pool + source->at, source->len};
}

static const yn_rule *find_line_in(const yonder_rules *set, const yonder_rules_change *change,
                                   const changing *c)
{
    const yonder_rules *owner;
    uint32_t line;
    for (uint32_t i = 0; i < set->sources_count; i++) {
        const yn_source_name *source = yn_set_source(set, i);
        uint64_t order = (uint64_t)source->first_order + change->line - source->first_line;
        if (change->line < source->first_line || order >= YN_NO_ORDER ||
            !yn_equal(source_name(set, source), change->file))
            continue;
        const yn_rule *rule = yn_rules_find(c->base, (uint32_t)order, &owner);
        if (rule && yn_equal(yn_set_source_of(c->base, rule->order, &line), change->file) &&
            line == change->line)
            return rule;
    }
    return NULL;
}

static const yn_rule *find_line(const changing *c, const yonder_rules_change *change)
{
    const yn_rule *rule = find_line_in(c->below, change, c);
    return rule || c->base == c->below ? rule : find_line_in(c->base, change, c);
}

static entry *entries(const changing *c)
{
    return (entry *)(void *)c->entries.ptr;
}

static size_t entry_count(const changing *c)
{
    return c->entries.len / sizeof(entry);
}

static int add_entry(changing *c, entry e)
{
    yn_buf_put(&c->entries, (yonder_text){(const char *)&e, sizeof e});
    return c->entries.error;
}

static int add_gone(changing *c, uint32_t order)
{
    yn_buf_put(&c->gone, (yonder_text){(const char *)&order, sizeof order});
    return c->gone.error;
}

// Takes the rule of this place away, in whichever layer it lies, or out of the changes so far.
static int take_away(changing *c, uint32_t order)
{
    for (size_t i = 0; i < entry_count(c); i++)
        if (entries(c)[i].order == order) {
            entries(c)[i] = entries(c)[entry_count(c) - 1];
            c->entries.len -= sizeof(entry);
            break;
        }
    return order < c->below->end_order ? add_gone(c, order) : YONDER_OK;
}

static int take_change(changing *c, const yonder_rules_change *change)
{
    if (!change->line) {
        if (c->end_order >= YN_NO_ORDER - 1)
            return YONDER_TOO_LARGE;
        return add_entry(c, (entry){c->end_order++, NULL, change});
    }
    const yn_rule *rule = find_line(c, change);
    if (!rule)
        return YONDER_INVALID_ARGUMENT;
    int error = take_away(c, rule->order);
    return error || !change->text.len ? error : add_entry(c, (entry){rule->order, NULL, change});
}

// What the base has changed already, then what changes now.
static int take_all(changing *c)
{
    int error = YONDER_OK;
    if (c->base != c->below) {
        const yonder_rules own = *c->base, *owner;
        yonder_rules alone = own;
        alone.below = NULL;
        yn_rule_cursor cursor = yn_rules_begin(&alone);
        const yn_rule *rule;
        while (!error && (rule = yn_rules_next(&cursor, &owner)))
            error = add_entry(c, (entry){rule->order, rule, NULL});
        for (size_t i = 0; !error && i < own.gone_count; i++)
            error = add_gone(c, own.gone[i]);
    }
    for (size_t i = 0; !error && i < c->count; i++)
        error = take_change(c, &c->changes[i]);
    return error;
}

static int compare_entries(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

static int compare_orders(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* ---- lines that come ------------------------------------------------------------------------- */

static int no_section(void *context, yonder_text hosts, uint32_t line)
{
    changing *c = context;
    (void)line;
    return yn_problem(&c->native.lines.problems, hosts.ptr, "a change is a rule, not a section");
}

static int no_site(void *context, const yn_draft_site *site)
{
    changing *c = context;
    return yn_problem(&c->native.lines.problems, site->name.ptr,
                      "a change is a rule, not a line about a site");
}

static int take_rule(void *context, const yn_draft *draft)
{
    changing *c = context;
    yn_draft placed = *draft;
    yn_sink sink = yn_builder_sink(c->builder);
    placed.line = 1;
    c->rules_seen++;
    return sink.rule(sink.context, &placed);
}

// A section that is there below compares paths as it does there.
static void compare_as_below(changing *c)
{
    uint32_t scope = yn_builder_section_in(c->builder, c->below);
    if (scope) {
        const yn_scope *s = yn_set_scope(c->below, scope);
        yn_builder_compare(c->builder, s->slash_ignored, s->case_ignored);
    }
}

// The section the line stands in: that of the line it replaces, or the one it names.
static int enter_section(changing *c, const entry *e)
{
    yn_sink sink = yn_builder_sink(c->builder);
    const yonder_rules *owner;
    const yn_rule *old = e->change->line ? yn_rules_find(c->base, e->order, &owner) : NULL;
    if (old) {
        yn_view view;
        yn_arena_free(&c->copying.arena);
        return yn_view_rule(&view, owner, old, &c->copying.arena)
                   ? yn_copy_section(&c->copying, owner, view.scope)
                   : YONDER_NO_MEMORY;
    }
    yn_builder_any_host(c->builder);
    const yn_scope *any = yn_set_scope(c->below, 0);
    yn_builder_compare(c->builder, any->slash_ignored, any->case_ignored);
    if (!e->change->hosts.len)
        return YONDER_OK;
    int error = sink.section(sink.context, e->change->hosts, 1);
    if (!error)
        compare_as_below(c);
    return error;
}

// The number after those of all lines of this name in `set`, which ends before `end_order`.
static uint32_t line_after(const yonder_rules *set, yonder_text name, uint32_t end_order)
{
    uint32_t after = 1;
    for (uint32_t i = 0; i < set->sources_count; i++) {
        const yn_source_name *source = yn_set_source(set, i);
        uint32_t end =
            i + 1 < set->sources_count ? yn_set_source(set, i + 1)->first_order : end_order;
        uint32_t next = source->first_line + (end - source->first_order);
        if (yn_equal(source_name(set, source), name) && next > after)
            after = next;
    }
    return after;
}

// A line that comes goes on with its file, so that no two lines of one name have one number.
static int add_source(changing *c, const entry *e)
{
    yonder_text name = e->change->file;
    if (e->change->line || (c->in_appended && yn_equal(c->appended_to, name)))
        return YONDER_OK;
    uint32_t below = line_after(c->below, name, c->below->end_order);
    uint32_t own = line_after(yn_builder_set(c->builder), name, e->order);
    c->appended_to = name;
    c->in_appended = true;
    return yn_builder_add_source(c->builder, name, e->order, below > own ? below : own);
}

static int add_line(changing *c, const entry *e)
{
    yn_lines *lines = &c->native.lines;
    lines->file = e->change->file;
    lines->number = (uint32_t)(e->change - c->changes) + 1;
    lines->line = e->change->hosts; // what problems are told of
    int error = add_source(c, e);
    if (!error && !e->change->line && !yn_lines_check(lines))
        error = YONDER_INVALID_RULES;
    if (!error)
        error = enter_section(c, e);
    if (!error) {
        lines->line = e->change->text;
        yn_builder_place(c->builder, e->order);
        c->rules_seen = 0;
        error = yn_native_line(&c->native);
        if (!error && !c->rules_seen)
            error = yn_problem(&lines->problems, e->change->text.ptr, "there is no rule here");
    }
    return error == YONDER_INVALID_RULES ? yn_lines_report(lines) : error;
}

// The sources of lines that came earlier.
static int copy_sources(changing *c)
{
    int error = YONDER_OK;
    if (c->base == c->below)
        return YONDER_OK;
    for (uint32_t i = 0; !error && i < c->base->sources_count; i++) {
        const yn_source_name *source = yn_set_source(c->base, i);
        c->appended_to = source_name(c->base, source);
        c->in_appended = true;
        error = yn_builder_add_source(c->builder, c->appended_to, source->first_order,
                                      source->first_line);
    }
    return error;
}

static int build(changing *c)
{
    if (entry_count(c))
        qsort(c->entries.ptr, entry_count(c), sizeof(entry), compare_entries);
    int error = copy_sources(c);
    for (size_t i = 0; !error && i < entry_count(c); i++) {
        const entry *e = &entries(c)[i];
        error = e->rule ? yn_copy_rule(&c->copying, c->base, e->rule) : add_line(c, e);
    }
    if (!error && c->native.lines.problem_count)
        error = YONDER_INVALID_RULES;
    if (!error)
        yn_builder_end_at(c->builder, c->end_order);
    return error;
}

/* ---- the set --------------------------------------------------------------------------------- */

static int finish(changing *c, yonder_rules **out, const yonder_mem *mem)
{
    yonder_rules *set = NULL;
    int error = yn_builder_finish(c->builder, &set);
    c->builder = NULL;
    if (error)
        return error;
    size_t count = c->gone.len / sizeof(uint32_t), kept = 0;
    uint32_t *gone = yn_alloc(mem, c->gone.len + 1);
    if (!gone) {
        yonder_rules_free(set);
        return YONDER_NO_MEMORY;
    }
    if (count) {
        memcpy(gone, c->gone.ptr, c->gone.len);
        qsort(gone, count, sizeof *gone, compare_orders);
    }
    for (size_t i = 0; i < count; i++)
        if (!kept || gone[kept - 1] != gone[i])
            gone[kept++] = gone[i];
    set->gone = gone;
    set->gone_count = kept;
    set->below = c->below;
    set->count += c->below->count - kept;
    *out = set;
    return YONDER_OK;
}

int yonder_rules_change_set(yonder_rules **out, const yonder_rules *base,
                            const yonder_rules_change *changes, size_t count,
                            const yonder_rules_reading *how)
{
    changing *c = yn_alloc(how->mem, sizeof *c);
    if (!c)
        return YONDER_NO_MEMORY;
    memset(c, 0, sizeof *c);
    yn_lines_make(&c->native.lines, how->report, how->report_context, how->mem);
    c->native.sink = (yn_sink){NULL, no_section, no_site, take_rule, c};
    c->base = base;
    c->below = base->below ? base->below : base;
    c->changes = changes;
    c->count = count;
    c->entries = c->gone = yn_buf_make(SIZE_MAX / 2, how->mem);
    c->end_order = base->end_order;
    c->builder = yn_builder_make(&c->native.lines.problems, how);
    c->copying = yn_copying_make(c->builder, how->mem);
    int error = c->builder ? take_all(c) : YONDER_NO_MEMORY;
    if (!error)
        error = build(c);
    if (!error)
        error = finish(c, out, how->mem);
    yn_builder_free(c->builder);
    yn_copying_free(&c->copying);
    yn_lines_close(&c->native.lines);
    yn_buf_free(&c->entries);
    yn_buf_free(&c->gone);
    yn_free(how->mem, c);
    return error;
}
