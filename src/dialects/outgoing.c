// SPDX-License-Identifier: MIT
#include "dialects/outgoing.h"

#include "base/text.h"
#include "dialects/regexp.h"

/* ---- taking rules ---------------------------------------------------------------------------- */

static yn_out_section *add_section(yn_outgoing *o, yonder_text hosts)
{
    bool added;
    uint32_t *place = yn_map_find(&o->places, hosts);
    if (place)
        return ((yn_out_section **)(void *)o->table.ptr)[*place];
    yn_out_section *section = yn_plan_alloc(&o->plan, sizeof *section);
    if (!section)
        return NULL;
    section->hosts = yn_plan_copy(&o->plan, hosts);
    section->rules_end = &section->rules;
    section->sites_end = &section->sites;
    size_t number = o->table.len / sizeof section;
    yn_buf_put(&o->table, (yonder_text){(const char *)&section, sizeof section});
    *o->sections_end = section;
    o->sections_end = &section->next;
    if (o->table.error || !yn_map_add(&o->places, section->hosts, (uint32_t)number, &added))
        o->plan.error = YONDER_NO_MEMORY;
    return section;
}

static int take_source(void *context, yonder_text name)
{
    yn_outgoing *o = context;
    o->file = yn_plan_copy(&o->plan, name);
    o->section = o->sections;
    return o->plan.error;
}

static int take_section(void *context, yonder_text hosts, uint32_t line)
{
    yn_outgoing *o = context;
    (void)line;
    yn_out_section *section = add_section(o, hosts);
    o->section = section ? section : o->sections;
    return o->plan.error;
}

static int take_site(void *context, const yn_draft_site *draft)
{
    yn_outgoing *o = context;
    yn_out_site *site = yn_plan_alloc(&o->plan, sizeof *site);
    if (!site)
        return o->plan.error;
    *site = (yn_out_site){NULL, yn_plan_copy(&o->plan, draft->name),
                          yn_plan_copy(&o->plan, draft->value), o->file, draft->line};
    *o->section->sites_end = site;
    o->section->sites_end = &site->next;
    if (yn_equal(draft->name, YN_TEXT("canonical")) && !yn_equal(draft->value, YN_TEXT("off")))
        yn_plan_note(&o->plan, YN_NOTE_CHANGED, o->file, draft->line,
                     "%.*s: a target that is a path stays at the host that was asked, and leads to "
                     "the canonical one with another redirect",
                     YN_PRINT(o->plan.program));
    return o->plan.error;
}

/* ---- FROM ------------------------------------------------------------------------------------ */

typedef struct parting {
    yn_outgoing *o;
    yn_out_rule *rule;
    yonder_text names[256]; // of groups, from 1
    size_t count;
} parting;

static void add_name(parting *p, yonder_text name)
{
    if (p->count < 255)
        p->names[++p->count] = yn_plan_copy(&p->o->plan, name);
}

// "/a/:b/*" as a regular expression. A star is any number of segments, none included.
static void put_pattern(parting *p, yonder_text path)
{
    yn_buf *out = &p->o->plan.scratch;
    yn_buf text = yn_buf_make(1 << 18, p->o->plan.mem);
    bool exact = true, after_star = false;
    yn_buf_char(&text, '^');
    while (path.len) { // a slash and a segment at a time
        size_t end = 1 + yn_find_char(yn_skip(path, 1), '/');
        yonder_text segment = yn_slice(path, 1, end);
        bool last = end == path.len;
        size_t name =
            segment.len && segment.ptr[0] == ':' ? yn_name_length(yn_skip(segment, 1)) : 0;
        if (yn_equal(segment, YN_TEXT("*"))) {
            yn_buf_str(&text, last ? "(?:/(.*))?" : "/(?:(.*)/)?");
            add_name(p, YN_TEXT("splat"));
            after_star = !last;
            exact = false;
        } else {
            yn_buf_str(&text, after_star ? "" : "/");
            after_star = false;
            if (name && name + 1 == segment.len) {
                yn_buf_str(&text, "([^/]+)");
                add_name(p, yn_skip(segment, 1));
                exact = false;
            } else {
                yn_regexp_quote(&text, yn_plan_subject(&p->o->plan, segment));
            }
        }
        path = yn_skip(path, end);
    }
    yn_buf_char(&text, '$');
    yn_buf_put(out, yn_buf_text(&text));
    p->o->plan.error = text.error ? YONDER_NO_MEMORY : p->o->plan.error;
    yn_buf_free(&text);
    p->rule->pattern = yn_plan_written(&p->o->plan);
    p->rule->exact = exact;
}

static void part_regex(parting *p, yonder_text from)
{
    p->rule->ignore_case = yn_starts_with(from, YN_TEXT("~*"));
    p->rule->own_pattern = true;
    p->rule->pattern = yn_plan_copy(&p->o->plan, yn_skip(from, p->rule->ignore_case ? 2 : 1));
    yonder_text rest = p->rule->pattern;
    for (yn_regexp_token token; (token = yn_regexp_next(&rest)).kind != YN_REGEXP_END;)
        if (token.captures)
            add_name(p, token.name);
}

static void part_from(parting *p, yonder_text from)
{
    yn_plan *plan = &p->o->plan;
    if (yn_starts_with(from, YN_TEXT("~"))) {
        part_regex(p, from);
        return;
    }
    size_t slashes = 0;
    while (slashes + 1 < from.len && memcmp(from.ptr + slashes, "//", 2) != 0)
        slashes++;
    bool url =
        from.len && from.ptr[0] != '/' ? slashes + 1 < from.len : slashes == 0 && from.len > 1;
    if (url) {
        yonder_text rest = yn_skip(from, slashes + 2);
        size_t end = yn_find_char(rest, '/');
        p->rule->scheme =
            slashes ? yn_plan_copy(plan, yn_slice(from, 0, slashes - 1)) : (yonder_text){0};
        for (size_t i = 0; i < end && rest.ptr[i] != ':'; i++)
            yn_buf_char(&plan->scratch, yn_lower(rest.ptr[i]));
        p->rule->host = yn_plan_written(plan);
        from = end < rest.len ? yn_skip(rest, end) : YN_TEXT("/");
    }
    put_pattern(p, from);
    if (p->rule->exact)
        p->rule->path = yn_plan_subject(plan, from);
}

/* ---- TO -------------------------------------------------------------------------------------- */

static void add_piece(parting *p, yn_out_piece ***end, yn_out_kind kind, yonder_text text,
                      size_t number)
{
    yn_out_piece *piece = yn_plan_alloc(&p->o->plan, sizeof *piece);
    if (!piece)
        return;
    *piece = (yn_out_piece){NULL, kind, yn_plan_copy(&p->o->plan, text), number};
    **end = piece;
    *end = &piece->next;
}

// "$1", "${12}": its length, or 0.
static size_t group_at(yonder_text t, size_t *number)
{
    size_t at = 1, from;
    bool braced = t.len > 2 && t.ptr[1] == '{';
    if (t.ptr[0] != '$' || t.len < 2)
        return 0;
    from = at += braced;
    *number = 0;
    while (at < t.len && at < from + 2 && yn_is_digit((unsigned char)t.ptr[at]))
        *number = *number * 10 + (size_t)(t.ptr[at++] - '0');
    if (at == from || (braced && (at == t.len || t.ptr[at] != '}')))
        return 0;
    return at + braced;
}

// ":name": its length, or 0.
static size_t name_at(const parting *p, yonder_text t, yn_out_kind *kind, size_t *number,
                      yonder_text *text)
{
    size_t length = t.ptr[0] == ':' ? yn_name_length(yn_skip(t, 1)) : 0;
    yonder_text name = yn_slice(t, 1, 1 + length);
    if (!length)
        return 0;
    for (size_t i = 1; i <= p->count; i++)
        if (yn_equal(p->names[i], name)) {
            *kind = YN_OUT_GROUP;
            *number = i;
            return length + 1;
        }
    for (size_t i = 0; i < p->rule->pair_count; i++) {
        yonder_text value = p->rule->pairs[i].value;
        if (value.len && value.ptr[0] == ':' && yn_equal(yn_skip(value, 1), name)) {
            *kind = YN_OUT_PAIR;
            *text = p->rule->pairs[i].name;
            return length + 1;
        }
    }
    return 0;
}

static yn_out_piece *part_text(parting *p, yonder_text t)
{
    yn_out_piece *first = NULL, **end = &first;
    size_t done = 0;
    for (size_t i = 0; i < t.len;) {
        yonder_text rest = yn_skip(t, i), text = {0};
        yn_out_kind kind = YN_OUT_GROUP;
        size_t number = 0;
        size_t length = p->rule->own_pattern ? group_at(rest, &number) : 0;
        length = length ? length : name_at(p, rest, &kind, &number, &text);
        if (length) {
            if (i > done)
                add_piece(p, &end, YN_OUT_TEXT, yn_slice(t, done, i), 0);
            add_piece(p, &end, kind, text, number);
            done = i + length;
        }
        i += length ? length : 1;
    }
    if (t.len > done)
        add_piece(p, &end, YN_OUT_TEXT, yn_skip(t, done), 0);
    return first;
}

static void part_to(parting *p, yonder_text to)
{
    size_t hash = yn_find_char(to, '#');
    yonder_text fragment = yn_skip(to, hash);
    to = yn_slice(to, 0, hash);
    size_t question = yn_find_char(to, '?');
    p->rule->leads = to.len > 0;
    p->rule->passes_query = question == to.len;
    p->rule->to = part_text(p, yn_slice(to, 0, question));
    if (question + 1 < to.len)
        p->rule->query = part_text(p, yn_skip(to, question + 1));
    if (fragment.len > 1)
        p->rule->fragment = part_text(p, yn_skip(fragment, 1));
}

static const yn_draft_pair *copy_pairs(yn_outgoing *o, const yn_draft_pair *pairs, size_t count)
{
    yn_draft_pair *copy = yn_plan_alloc(&o->plan, count * sizeof *copy + 1);
    for (size_t i = 0; copy && i < count; i++) {
        copy[i].name = yn_plan_copy(&o->plan, pairs[i].name);
        copy[i].value = yn_plan_copy(&o->plan, pairs[i].value);
    }
    return copy;
}

static int take_rule(void *context, const yn_draft *draft)
{
    yn_outgoing *o = context;
    yn_out_rule *rule = yn_plan_alloc(&o->plan, sizeof *rule);
    parting *p = rule ? yn_plan_alloc(&o->plan, sizeof *p) : NULL;
    if (!p)
        return o->plan.error;
    *p = (parting){.o = o, .rule = rule};
    rule->file = o->file;
    rule->line = draft->line;
    rule->status = draft->status;
    rule->pairs = copy_pairs(o, draft->pairs, draft->pair_count);
    rule->pair_count = rule->pairs ? draft->pair_count : 0;
    rule->conditions = copy_pairs(o, draft->conditions, draft->condition_count);
    rule->condition_count = rule->conditions ? draft->condition_count : 0;
    part_from(p, draft->from);
    part_to(p, draft->to);
    *o->section->rules_end = rule;
    o->section->rules_end = &rule->next;
    o->section->rule_count++;
    return o->plan.error;
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static int finish(void *context)
{
    yn_outgoing *o = context;
    const yonder_mem *mem = o->plan.mem;
    if (!o->plan.error)
        o->write(o, o->out);
    int error = o->plan.error ? o->plan.error : o->out->error;
    yn_map_free(&o->places);
    yn_buf_free(&o->table);
    yn_plan_free(&o->plan);
    yn_free(mem, o);
    return error;
}

int yn_outgoing_begin(yn_writer *writer, yn_buf *out, const yn_notes *notes, const yonder_mem *mem,
                      yonder_text program, yn_out_write_fn *write, const void *how)
{
    yn_outgoing *o = yn_alloc(mem, sizeof *o);
    if (!o)
        return YONDER_NO_MEMORY;
    *o = (yn_outgoing){.out = out, .write = write, .how = how};
    yn_plan_make(&o->plan, program, notes, mem);
    o->places = yn_map_make(mem);
    o->table = yn_buf_make((size_t)1 << 36, mem);
    o->sections_end = &o->sections;
    o->section = add_section(o, (yonder_text){"", 0});
    if (!o->section) {
        yn_map_free(&o->places);
        yn_buf_free(&o->table);
        yn_plan_free(&o->plan);
        yn_free(mem, o);
        return YONDER_NO_MEMORY;
    }
    *writer = (yn_writer){{take_source, take_section, take_site, take_rule, o}, finish};
    return YONDER_OK;
}

/* ---- what writers ask ------------------------------------------------------------------------ */

void yn_out_note(yn_outgoing *o, yn_note_kind kind, const yn_out_rule *rule, const char *why)
{
    yn_plan_note(&o->plan, kind, rule->file, rule->line, "%.*s: %s", YN_PRINT(o->plan.program),
                 why);
}

bool yn_out_answers_all(const yn_out_rule *rule)
{
    static const char *const any[] = {"^(?:/(.*))?$", "^", "^/", ".*", "^/(.*)$", "^/.*"};
    bool all = false;
    for (size_t i = 0; i < sizeof any / sizeof *any; i++)
        all = all || yn_equal(rule->pattern, yonder_text_of(any[i]));
    return all && !rule->pair_count && !rule->condition_count && !rule->host.len;
}
