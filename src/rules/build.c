// SPDX-License-Identifier: MIT
#include "rules/builder.h"

#include "base/text.h"
#include "rules/condition.h"
#include "rules/path.h"

/* ---- parts ----------------------------------------------------------------------------------- */

// A buffer may have moved: the set's view of it follows.
static void view_part(yn_builder *b, yn_part_name part)
{
    yonder_rules *set = b->set;
    size_t head = part == YN_PART_records ? sizeof(yn_image_header) : 0;
    const void *items = b->tables[part].slot;
    size_t count = b->tables[part].size;
    if (b->parts[part].len) {
        items = b->parts[part].ptr + head;
        count = (b->parts[part].len - head) / yn_part_sizes[part];
    }
    switch (part) {
#define VIEW(name, type)                                                                           \
    case YN_PART_##name:                                                                           \
        set->name = items;                                                                         \
        set->name##_count = count;                                                                 \
        break;
        YN_PARTS(VIEW)
#undef VIEW
    case YN_PART_COUNT:
        break;
    }
}

int yn_builder_push(yn_builder *b, yn_part_name part, const void *item, size_t size,
                    uint32_t *number)
{
    yn_buf *array = &b->parts[part];
    size_t n = array->len / size;
    if (n >= UINT32_MAX)
        return YONDER_TOO_LARGE;
    yn_buf_put(array, (yonder_text){item, size});
    *number = (uint32_t)n;
    if (!array->error)
        view_part(b, part);
    return array->error;
}

int yn_builder_pool(yn_builder *b, yonder_text t, uint64_t *at)
{
    yn_buf *pool = &b->parts[YN_PART_pool];
    *at = pool->len;
    yn_buf_put(pool, t);
    if (!pool->error)
        view_part(b, YN_PART_pool);
    return pool->error;
}

int yn_builder_enter(yn_builder *b, yn_part_name table, uint32_t hash, uint32_t ref)
{
    if (!yn_slots_reserve(&b->tables[table], 1, b->mem))
        return YONDER_NO_MEMORY;
    yn_slots_insert(&b->tables[table], hash, ref);
    view_part(b, table);
    return YONDER_OK;
}

void *yn_builder_item(yn_builder *b, yn_part_name part, size_t size, uint32_t number)
{
    return b->parts[part].ptr + size * number;
}

yn_node *yn_builder_node(yn_builder *b, uint32_t number)
{
    return (yn_node *)(void *)(b->parts[YN_PART_nodes].ptr + 8 * (size_t)number);
}

yn_rule *yn_builder_rule(yn_builder *b, uint32_t ref)
{
    char *records = b->parts[YN_PART_records].ptr + sizeof(yn_image_header);
    return (yn_rule *)(void *)(records + 4 * (size_t)ref);
}

/* ---- life ------------------------------------------------------------------------------------ */

// Number 0 of each part refers to nothing; only scope 0 is one, and source 0.
static int reserve_zero(yn_builder *b)
{
    static const char zeros[sizeof(yn_image_header) + 8];
    static const struct {
        yn_part_name part;
        size_t size;
    } items[] = {
        {YN_PART_records, sizeof zeros},      {YN_PART_pool, 8},
        {YN_PART_nodes, sizeof(yn_node)},     {YN_PART_shapes, sizeof(yn_shape)},
        {YN_PART_scopes, sizeof(yn_scope)},   {YN_PART_members, sizeof(uint32_t)},
        {YN_PART_hosts, sizeof(yn_host)},     {YN_PART_host_scopes, sizeof(uint32_t)},
        {YN_PART_urls, sizeof(yn_url_scope)}, {YN_PART_prefixes, sizeof(yn_span)},
        {YN_PART_sites, sizeof(yn_site_row)}, {YN_PART_regexes, sizeof(uint32_t)},
    };
    int error = YONDER_OK;
    for (size_t i = 0; !error && i < sizeof items / sizeof *items; i++) {
        yn_buf_put(&b->parts[items[i].part], (yonder_text){zeros, items[i].size});
        error = b->parts[items[i].part].error;
        view_part(b, items[i].part);
    }
    const yn_regex *none = NULL;
    yn_buf_put(&b->compiled, (yonder_text){(const char *)&none, sizeof none});
    yn_buf_char(&b->scope_has_rules, 0);
    yn_buf_put(&b->sections, (yonder_text){zeros, sizeof(yn_section)});
    return error               ? error
           : b->compiled.error ? b->compiled.error
           : b->sections.error ? b->sections.error
                               : b->scope_has_rules.error;
}

yn_builder *yn_builder_make(const yn_problems *problems, const yonder_rules_reading *how)
{
    const yonder_mem *mem = how->mem;
    yn_builder *b = yn_alloc(mem, sizeof *b);
    yonder_rules *set = yn_alloc(mem, sizeof *set);
    if (!b || !set) {
        yn_free(mem, b);
        yn_free(mem, set);
        return NULL;
    }
    *set = (yonder_rules){.mem_value = mem ? *mem : (yonder_mem){0}};
    set->mem = mem ? &set->mem_value : NULL;
    memset(b, 0, sizeof *b);
    b->set = set;
    b->problems = problems;
    b->how = *how;
    b->mem = mem;
    for (int i = 0; i < YN_PART_COUNT; i++)
        b->parts[i] = yn_buf_make(4 * (size_t)UINT32_MAX, set->mem);
    b->compiled = b->host_in_scope = b->sections = b->scope_has_rules = b->room = b->conditions =
        yn_buf_make(SIZE_MAX / 2, mem);
    b->compiled.mem = set->mem;
    b->origins = yn_map_make(mem);
    b->origin_texts = yn_arena_make(mem);
    b->set->end_order = 1;
    if (!reserve_zero(b))
        return b;
    yn_builder_free(b);
    return NULL;
}

void yn_builder_free(yn_builder *b)
{
    if (!b)
        return;
    yn_regex **compiled = (yn_regex **)(void *)b->compiled.ptr;
    for (size_t i = 0; i < b->compiled.len / sizeof *compiled; i++)
        yn_regex_free(compiled[i]);
    for (int i = 0; i < YN_PART_COUNT; i++) {
        yn_buf_free(&b->parts[i]);
        yn_free(b->mem, b->tables[i].slot);
    }
    yn_buf_free(&b->compiled); // like the parts from the memory of the set, which goes with it
    yonder_rules_free(b->set);
    yn_buf *arrays[] = {&b->host_in_scope, &b->sections, &b->scope_has_rules, &b->room,
                        &b->conditions};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        yn_buf_free(arrays[i]);
    yn_free(b->mem, b->section_index.slot);
    yn_free(b->mem, b->url_index.slot);
    yn_free(b->mem, b->shape_index.slot);
    yn_free(b->mem, b->tails.slot);
    yn_map_free(&b->origins);
    yn_arena_free(&b->origin_texts);
    yn_free(b->mem, b);
}

// Appends a part to the image. The pool and the tables may have been moved about until now.
static int append_part(yn_builder *b, yn_buf *image, int part, const yn_slot *exact,
                       yn_image_header *header)
{
    const char *bytes = b->parts[part].ptr;
    size_t size = b->parts[part].len;
    yn_slots *table = &b->tables[part];
    if (part == YN_PART_exact) {
        bytes = (const char *)exact;
        size = yn_slots_size_for(b->exact_count) * sizeof(yn_slot);
    } else if (table->count) {
        size = yn_slots_size_for(table->count) * sizeof(yn_slot);
    }
    if (!yn_buf_reserve(image, size + 16))
        return image->error;
    while (image->len & 7)
        image->ptr[image->len++] = 0;
    header->parts[part].at = image->len;
    header->parts[part].count = size / yn_part_sizes[part];
    if (table->count && part != YN_PART_exact) {
        memset(image->ptr + image->len, 0, size);
        yn_slots_pack((yn_slot *)(void *)(image->ptr + image->len), table);
        image->len += size;
    } else {
        yn_buf_put(image, (yonder_text){bytes, size});
    }
    yn_buf_free(&b->parts[part]);
    return image->error;
}

// The records' buffer becomes the image: they are the bulk of it, and stay where they are.
static int make_image(yn_builder *b, const yn_slot *exact, yn_buf *image)
{
    yonder_rules *set = b->set;
    yn_image_header header = {.magic = YONDER_RULES_IMAGE_MAGIC,
                              .version = YN_IMAGE_VERSION,
                              .byte_order = YN_IMAGE_BYTE_ORDER,
                              .count = set->count,
                              .end_order = set->end_order,
                              .has_wildcards = set->has_wildcards,
                              .has_sites = set->has_sites,
                              .has_conditions = set->has_conditions};
    *image = b->parts[YN_PART_records];
    image->max = SIZE_MAX / 2;
    b->parts[YN_PART_records] = yn_buf_make(0, set->mem);
    header.parts[YN_PART_records].at = sizeof header;
    header.parts[YN_PART_records].count = (image->len - sizeof header) / sizeof(uint32_t);
    int error = YONDER_OK;
    for (int part = YN_PART_records + 1; !error && part < YN_PART_COUNT; part++)
        error = append_part(b, image, part, exact, &header);
    if (error)
        return error;
    while (image->len & 7)
        yn_buf_char(image, 0);
    header.size = image->len;
    memcpy(image->ptr, &header, sizeof header);
    char *fitted = yn_resize(set->mem, image->ptr, image->len);
    if (fitted)
        image->ptr = fitted;
    yn_image_seal(image->ptr);
    return image->error;
}

int yn_builder_finish(yn_builder *b, yonder_rules **out)
{
    yonder_rules *set = b->set;
    yn_slot *exact = NULL;
    yn_buf image = {0};
    int error = yn_builder_link(b, &exact);
    if (!error)
        error = yn_builder_link_hosts(b);
    if (!error)
        error = make_image(b, exact, &image);
    yn_free(b->mem, exact);
    if (error) {
        yn_buf_free(&image);
    } else {
        set->image = yn_buf_text(&image);
        set->owns_image = true;
        yn_image_view(set);
        set->compiled = (yn_regex **)(void *)b->compiled.ptr;
        b->compiled = yn_buf_make(0, set->mem);
        b->set = NULL;
        *out = set;
    }
    yn_builder_free(b);
    return error;
}

/* ---- rules ----------------------------------------------------------------------------------- */

// A rule before it is a record.
typedef struct new_rule {
    yn_rule head;
    uint32_t place;
    yn_rule_more more;
} new_rule;

// Every so many records one is marked, to be found by its place in file order.
static int mark_record(yn_builder *b, const yn_rule *rule, uint32_t ref)
{
    yn_mark mark = {rule->order, ref};
    uint32_t ignored;
    return b->set->count % YN_MARK_EVERY
               ? YONDER_OK
               : yn_builder_push(b, YN_PART_marks, &mark, sizeof mark, &ignored);
}

static uint32_t next_record(const yn_builder *b)
{
    return (uint32_t)((b->parts[YN_PART_records].len - sizeof(yn_image_header)) / 4);
}

// What the target and the conditions make of the record's head. Returns its size.
static size_t complete_head(const yn_builder *b, new_rule *r, yonder_text key)
{
    const yn_target *t = &b->target;
    r->head.key_len = (uint16_t)key.len;
    r->head.target_len = (uint16_t)t->code.len;
    r->head.flags |= t->flags;
    r->more.query_at = t->query_at;
    r->more.conditions_len = (uint16_t)b->conditions.len;
    r->more.capture_count = t->capture_count;
    if (r->place)
        r->head.prefix |= YN_RULE_PLACED;
    if (r->more.shape || r->more.regex || r->more.at_splat || t->capture_count ||
        b->conditions.len || t->query_at != t->code.len)
        r->head.flags |= YN_RULE_MORE;
    return yn_rule_head(&r->head) + key.len + t->code.len + t->capture_count * sizeof *t->captures +
           b->conditions.len;
}

static int write_record(yn_builder *b, new_rule *r, yonder_text key)
{
    yonder_rules *set = b->set;
    yn_buf *out = &b->parts[YN_PART_records];
    const yn_target *t = &b->target;
    size_t size = complete_head(b, r, key);
    if (!yn_buf_reserve(out, size + 4))
        return out->error;
    int error = mark_record(b, &r->head, next_record(b));
    if (error)
        return error;
    yn_buf_put(out, (yonder_text){(const char *)&r->head, sizeof r->head});
    if (r->place)
        yn_buf_put(out, (yonder_text){(const char *)&r->place, sizeof r->place});
    if (r->head.flags & YN_RULE_MORE)
        yn_buf_put(out, (yonder_text){(const char *)&r->more, sizeof r->more});
    yn_buf_put(out, key);
    yn_buf_put(out, t->code);
    yn_buf_put(out,
               (yonder_text){(const char *)t->captures, t->capture_count * sizeof *t->captures});
    yn_buf_put(out, yn_buf_text(&b->conditions));
    yn_buf_put(out, (yonder_text){"\0\0\0", -size & 3});
    set->count++;
    set->has_conditions = set->has_conditions || b->conditions.len;
    view_part(b, YN_PART_records);
    return out->error;
}

// Writes the pairs' names into `names` and the literal values into `values`, as the set has them.
static void write_pairs(const yn_source *s, yonder_text *names, yonder_text *values)
{
    char *name = (char *)names->ptr, *value = (char *)values->ptr;
    for (size_t i = 0; i < s->pair_count; i++) {
        uint16_t len = (uint16_t)s->pairs[i].name.len;
        *name++ = (char)s->pair_kinds[i];
        memcpy(name, &len, sizeof len);
        memcpy(name + 2, s->pairs[i].name.ptr, len);
        name += 2 + len;
        if (s->pair_kinds[i] != YN_PAIR_LITERAL)
            continue;
        len = (uint16_t)s->pairs[i].value.len;
        memcpy(value, &len, sizeof len);
        memcpy(value + 2, s->pairs[i].value.ptr, len);
        value += 2 + len;
    }
    names->len = (size_t)(name - names->ptr);
    values->len = (size_t)(value - values->ptr);
}

// The key of an exact path as its scope has them; `room` has three times the bytes of the path.
static yonder_text exact_key(const yn_builder *b, uint32_t scope, char *room)
{
    const yn_scope *s = yn_set_scope(b->set, scope);
    yonder_text key = {room, yn_path_canonical(room, b->source.path)};
    return yn_path_as_key(room, key, false, s->case_ignored);
}

static bool has_language(yonder_text conditions)
{
    yn_condition c;
    while (yn_condition_next(&conditions, &c))
        if (c.kind == YN_IF_LANGUAGE)
            return true;
    return false;
}

// The key of a regular expression: its length (2 bytes), the pattern, the values of its pairs.
static int add_regex(yn_builder *b, new_rule *r, char *room, size_t from_size)
{
    const yn_source *s = &b->source;
    uint32_t ref = next_record(b);
    uint16_t len = (uint16_t)s->pattern.len;
    char *end = mempcpy(mempcpy(room, &len, sizeof len), s->pattern.ptr, len);
    yonder_text names = {end + from_size + 256, 0}, values = {end, 0};
    int error = YONDER_OK;
    if (s->pair_count) {
        write_pairs(s, &names, &values);
        error = yn_builder_find_shape(b, 0, false, r->head.order, names, &r->more.shape);
    }
    if (!error)
        error = yn_builder_push(b, YN_PART_regexes, &ref, sizeof ref, &r->more.regex);
    if (error)
        return error;
    yn_buf_put(&b->compiled, (yonder_text){(const char *)&s->regex, sizeof s->regex});
    if (b->compiled.error)
        return b->compiled.error;
    b->source.regex = NULL; // the set's now
    r->head.flags |= YN_RULE_REGEX;
    r->more.ignore_case = s->ignore_case;
    return write_record(b, r, (yonder_text){room, sizeof len + len + values.len});
}

// `room` has six times the bytes of FROM and its pairs, and 512.
static int add_checked(yn_builder *b, new_rule *r, char *room, size_t from_size)
{
    const yn_source *s = &b->source;
    uint32_t scope = r->place;
    r->more.has_language = has_language(yn_buf_text(&b->conditions));
    b->scope_has_rules.ptr[scope] = 1;
    if (s->is_regex)
        return add_regex(b, r, room, from_size);
    if (!s->is_pattern && !s->pair_count) {
        b->exact_count++;
        ((yn_scope *)yn_builder_item(b, YN_PART_scopes, sizeof(yn_scope), scope))->has_exact = 1;
        return write_record(b, r, exact_key(b, scope, room));
    }
    r->head.flags |= YN_RULE_IN_NODE;
    r->more.at_splat = s->splat && s->splat_at + 1 == s->segment_count;
    int error = yn_builder_find_node(b, scope, r->head.order, room, &r->place);
    if (error || !s->pair_count)
        return error ? error : write_record(b, r, (yonder_text){room, 0});
    yonder_text names = {room, 0}, values = {room + from_size + 256, 0};
    write_pairs(s, &names, &values);
    error =
        yn_builder_find_shape(b, r->place, r->more.at_splat, r->head.order, names, &r->more.shape);
    return error ? error : write_record(b, r, values);
}

// Of two results the one to go on with: an error that is not of the rules comes first.
static int worse(int a, int b)
{
    return a && a != YONDER_INVALID_RULES ? a : b ? b : a;
}

// How much of `to` is kept once for all targets that share it: scheme and host, and the first
// segment of the path where that is plain and not the last.
static size_t shared_part(yonder_text to)
{
    size_t origin = yn_target_origin(to), end = origin + 1;
    while (end < to.len && (yn_is_alpha((unsigned char)to.ptr[end]) ||
                            yn_is_digit((unsigned char)to.ptr[end]) || to.ptr[end] == '-'))
        end++;
    return origin && end < to.len && to.ptr[origin] == '/' && to.ptr[end] == '/' ? end : origin;
}

// Keeps the first `len` bytes of the target as a prefix, and takes them off it.
static int keep_prefix(yn_builder *b, yonder_text as_written, size_t len, uint16_t *prefix)
{
    yn_target *t = &b->target;
    yn_span span = {.len = len};
    uint64_t at;
    uint32_t number = (uint32_t)(b->parts[YN_PART_prefixes].len / sizeof span);
    bool added;
    if (number > YN_MOST_PREFIXES)
        return YONDER_OK;
    as_written = yn_arena_text(&b->origin_texts, as_written);
    int error = yn_builder_pool(b, yn_slice(t->code, 0, len), &at);
    span.at = at;
    if (!error)
        error = yn_builder_push(b, YN_PART_prefixes, &span, sizeof span, &number);
    if (!error && (!as_written.ptr || !yn_map_add(&b->origins, as_written, number, &added)))
        error = YONDER_NO_MEMORY;
    *prefix = (uint16_t)number;
    t->code = yn_skip(t->code, len);
    t->query_at = (uint16_t)(t->query_at - len);
    return error;
}

// TO: what many targets share is looked up before it is checked once more.
static int compile_target(yn_builder *b, yonder_text to, char *room, uint16_t *prefix)
{
    size_t origin = yn_target_origin(to), shared = origin ? shared_part(to) : 0;
    bool many = b->origins.count >= 4096; // the first segments are too varied to be worth it
    const uint32_t *known = shared ? yn_map_find(&b->origins, yn_slice(to, 0, shared)) : NULL;
    if (!known && many && shared > origin) {
        shared = origin;
        known = yn_map_find(&b->origins, yn_slice(to, 0, shared));
    }
    *prefix = known ? (uint16_t)*known : 0;
    yn_target *t = &b->target;
    int error = yn_target_compile(t, room, to, known ? shared : 0, &b->source, b->problems);
    if (error || !t->origin_len)
        return error;
    return keep_prefix(b, yn_slice(to, 0, shared), t->origin_len + shared - origin, prefix);
}

static int read_conditions(yn_builder *b, const yn_draft *draft)
{
    int error = YONDER_OK;
    b->conditions.len = 0;
    for (size_t i = 0; i < draft->condition_count; i++)
        error = worse(
            error, yn_condition_read(&b->conditions, &draft->conditions[i], &b->how, b->problems));
    if (!error && b->conditions.len > UINT16_MAX)
        error = yn_problem(b->problems, draft->conditions[0].name.ptr,
                           "the conditions of a rule are longer than %u bytes", UINT16_MAX);
    return error;
}

// Checks the parts of a rule, each whatever was found in those before it.
static int check_parts(yn_builder *b, const yn_draft *draft, char *source_room, char *target_room,
                       new_rule *r)
{
    const yn_scope *scope = yn_set_scope(b->set, b->scope);
    int error = yn_source_read(
        &b->source, source_room, draft->from, draft->pairs, draft->pair_count,
        (yn_comparison){scope->slash_ignored, scope->case_ignored}, b->problems, b->set->mem);
    if (!b->source.is_url || b->source.host.len)
        error = worse(error, yn_builder_find_scope(b, draft->from.ptr, &r->place));
    b->target = (yn_target){.code = {target_room, 0}};
    if (draft->to.len)
        error = worse(error, compile_target(b, draft->to, target_room, &r->head.prefix));
    return worse(error, read_conditions(b, draft));
}

static int add_rule(void *context, const yn_draft *draft)
{
    yn_builder *b = context;
    size_t from_size = draft->from.len, to_size = draft->to.len;
    for (size_t i = 0; i < draft->pair_count; i++)
        from_size += draft->pairs[i].name.len + draft->pairs[i].value.len + 3;
    b->anything = true;
    b->room.len = 0;
    if (!yn_buf_reserve(&b->room, 8 * from_size + 1024 + 4 * to_size + 256))
        return b->room.error;
    char *source_room = b->room.ptr, *key_room = source_room + from_size;
    char *target_room = key_room + 7 * from_size + 1024;
    uint64_t order = (uint64_t)b->first_order + draft->line - 1;
    if (order >= YN_NO_ORDER)
        return YONDER_TOO_LARGE;
    new_rule r = {.head = {.order = (uint32_t)order, .status = yn_status_row_of(draft->status)}};
    int error = check_parts(b, draft, source_room, target_room, &r);
    if (!error)
        error = add_checked(b, &r, key_room, from_size);
    yn_regex_free(b->source.regex);
    b->source.regex = NULL;
    if (r.head.order >= b->set->end_order)
        b->set->end_order = r.head.order + 1;
    return error;
}

/* ---- the sink -------------------------------------------------------------------------------- */

int yn_builder_add_source(yn_builder *b, yonder_text name, uint32_t first_order,
                          uint32_t first_line)
{
    yn_source_name source = {
        .len = (uint32_t)name.len, .first_order = first_order, .first_line = first_line};
    uint32_t number;
    if (name.len > UINT32_MAX)
        return YONDER_TOO_LARGE;
    int error = yn_builder_pool(b, name, &source.at);
    return error ? error : yn_builder_push(b, YN_PART_sources, &source, sizeof source, &number);
}

const yonder_rules *yn_builder_set(const yn_builder *b)
{
    return b->set;
}

void yn_builder_compare(yn_builder *b, bool slash_ignored, bool case_ignored)
{
    yn_scope *scope = yn_builder_item(b, YN_PART_scopes, sizeof *scope, b->scope);
    scope->slash_ignored = slash_ignored;
    scope->case_ignored = case_ignored;
}

void yn_builder_any_host(yn_builder *b)
{
    b->scope = 0;
    b->in_section = b->section_is_bad = false;
}

static int begin_source(void *context, yonder_text name)
{
    yn_builder *b = context;
    b->first_order = b->set->end_order;
    yn_builder_any_host(b);
    return yn_builder_add_source(b, name, b->first_order, 1);
}

static int begin_section(void *context, yonder_text hosts, uint32_t line)
{
    (void)line;
    ((yn_builder *)context)->anything = true;
    return yn_builder_section(context, hosts);
}

static int add_site(void *context, const yn_draft_site *site)
{
    return yn_builder_add_site(context, site);
}

yn_sink yn_builder_sink(yn_builder *b)
{
    return (yn_sink){begin_source, begin_section, add_site, add_rule, b};
}

void yn_builder_place(yn_builder *b, uint32_t order)
{
    b->first_order = order;
}

void yn_builder_end_at(yn_builder *b, uint32_t order)
{
    if (b->set->end_order < order)
        b->set->end_order = order;
}
