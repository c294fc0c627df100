// SPDX-License-Identifier: MIT
#include "rules/build.h"

#include "base/text.h"
#include "rules/index.h"
#include "rules/path.h"
#include "rules/set.h"
#include "rules/target.h"

// A section as its scope knows it: the hosts as listed, in b->members.
typedef struct section {
    uint32_t first, count;
    uint32_t scope;
} section;

struct yn_builder {
    yonder_rules *set;
    const yn_problems *problems;
    const yonder_mem *mem;
    uint32_t scope;      // of the present section, or 0
    uint32_t section;    // its number, from 1 and through all files
    bool in_section;     // the lines at hand stand in it
    bool section_is_bad; // its hosts are not all known
    section present;     // its members
    yn_buf members;      // yn_host_in_scope
    yn_buf sections;     // section
    yn_slots section_index;
    yn_slots shape_index;
    uint32_t last; // record
    size_t exact_count, value_count;
    yn_buf room;
    // Large, and filled anew by every rule.
    yn_source source;
    yn_target target;
};

// Appends an item and tells its number.
static int push(yn_buf *array, const void *item, size_t size, uint32_t *number)
{
    size_t n = array->len / size;
    if (n >= UINT32_MAX)
        return YONDER_TOO_LARGE;
    yn_buf_put(array, (yonder_text){item, size});
    *number = (uint32_t)n;
    return array->error;
}

static int pool_text(yonder_rules *set, yonder_text t, uint64_t *at)
{
    *at = set->pool.len;
    yn_buf_put(&set->pool, t);
    return set->pool.error;
}

static int add_to_table(yn_builder *b, yn_slots *table, uint32_t hash, uint32_t ref)
{
    if (!yn_slots_reserve(table, 1, b->mem))
        return YONDER_NO_MEMORY;
    yn_slots_insert(table, hash, ref);
    return YONDER_OK;
}

/* ---- life ---------------------------------------------------------------------------------- */

// Number 0 of most arrays refers to nothing.
static int reserve_zero(yonder_rules *set)
{
    static const yn_node node;
    static const yn_shape shape;
    static const yn_host host;
    static const yn_url_scope url;
    static const yn_scope global;
    uint32_t zero;
    int error = push(&set->nodes, &node, sizeof node, &zero);
    if (!error)
        error = push(&set->shapes, &shape, sizeof shape, &zero);
    if (!error)
        error = push(&set->hosts, &host, sizeof host, &zero);
    if (!error)
        error = push(&set->urls, &url, sizeof url, &zero);
    if (!error)
        error = push(&set->scopes, &global, sizeof global, &zero);
    if (!error)
        error = push(&set->records, &(uint64_t){0}, sizeof(uint64_t), &zero);
    yn_buf_char(&set->pool, 0); // so that there is a pool, whatever comes
    return error ? error : set->pool.error;
}

static yonder_rules *make_set(const yonder_mem *mem)
{
    yonder_rules *set = yn_alloc(mem, sizeof *set);
    if (!set)
        return NULL;
    *set = (yonder_rules){.mem_value = mem ? *mem : (yonder_mem){0}};
    set->mem = mem ? &set->mem_value : NULL;
    yn_buf *arrays[] = {&set->records, &set->pool,        &set->nodes, &set->shapes, &set->scopes,
                        &set->hosts,   &set->host_scopes, &set->urls,  &set->sources};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        *arrays[i] = yn_buf_make(8 * (size_t)UINT32_MAX, set->mem);
    if (!reserve_zero(set))
        return set;
    yonder_rules_free(set);
    return NULL;
}

yn_builder *yn_builder_make(const yn_problems *problems, const yonder_mem *mem)
{
    yn_builder *b = yn_alloc(mem, sizeof *b);
    yonder_rules *set = make_set(mem);
    if (!b || !set) {
        yn_free(mem, b);
        yonder_rules_free(set);
        return NULL;
    }
    memset(b, 0, sizeof *b);
    b->set = set;
    b->problems = problems;
    b->mem = mem;
    b->members = b->sections = b->room = yn_buf_make(SIZE_MAX / 2, mem);
    uint32_t zero;
    if (push(&b->sections, &(section){0}, sizeof(section), &zero)) {
        yn_builder_free(b);
        return NULL;
    }
    return b;
}

void yn_builder_free(yn_builder *b)
{
    if (!b)
        return;
    yonder_rules_free(b->set);
    yn_buf_free(&b->members);
    yn_buf_free(&b->sections);
    yn_buf_free(&b->room);
    yn_free(b->mem, b->section_index.slot);
    yn_free(b->mem, b->shape_index.slot);
    yn_free(b->mem, b);
}

int yn_builder_source(yn_builder *b, yonder_text name)
{
    yn_source_name source = {.len = (uint32_t)name.len, .first_order = (uint32_t)b->set->count};
    uint32_t number;
    b->scope = 0;
    b->in_section = b->section_is_bad = false;
    if (name.len > UINT32_MAX)
        return YONDER_TOO_LARGE;
    int error = pool_text(b->set, name, &source.at);
    return error ? error : push(&b->set->sources, &source, sizeof source, &number);
}

int yn_builder_finish(yn_builder *b, yonder_rules **out)
{
    yonder_rules *set = b->set;
    int error = yn_index_rules(set, b->last, b->exact_count, b->value_count);
    if (!error)
        error = yn_index_hosts(set, (const yn_host_in_scope *)(void *)b->members.ptr,
                               b->members.len / sizeof(yn_host_in_scope));
    if (!error) {
        // The records are the bulk of the set: give back what they had to grow into.
        char *fitted = yn_resize(set->mem, set->records.ptr, set->records.len);
        if (fitted) {
            set->records.ptr = fitted;
            set->records.cap = set->records.len;
        }
        b->set = NULL;
        *out = set;
    }
    yn_builder_free(b);
    return error;
}

/* ---- hosts and scopes ---------------------------------------------------------------------- */

static int add_host(yn_builder *b, yonder_text name, uint32_t *number)
{
    yonder_rules *set = b->set;
    yn_host host = {0};
    uint64_t at;
    *number = yn_set_find_host(set, name);
    if (*number)
        return YONDER_OK;
    int error = pool_text(set, name, &at);
    host.name = (yn_span){at, (uint16_t)name.len};
    if (!error)
        error = push(&set->hosts, &host, sizeof host, number);
    set->has_wildcards = set->has_wildcards || name.ptr[0] == '.';
    return error ? error : add_to_table(b, &set->host_index, yn_slots_hash(name, 0), *number);
}

static int add_scope(yn_builder *b, uint32_t *number)
{
    return push(&b->set->scopes, &(yn_scope){0}, sizeof(yn_scope), number);
}

static yn_host_in_scope *member(const yn_builder *b, uint32_t n)
{
    return (yn_host_in_scope *)(void *)b->members.ptr + n;
}

static uint32_t member_count(const yn_builder *b)
{
    return (uint32_t)(b->members.len / sizeof(yn_host_in_scope));
}

static section *get_section(const yn_builder *b, uint32_t n)
{
    return (section *)(void *)b->sections.ptr + n;
}

static int add_member(yn_builder *b, yonder_text as_written)
{
    char room[256];
    yonder_text name;
    int32_t port;
    uint32_t number, ignored;
    int error = yn_source_host(&name, room, &port, as_written, b->problems);
    if (!error && port >= 0)
        error = yn_problem(b->problems, as_written.ptr, "a section names hosts without a port");
    if (error)
        return error;
    error = add_host(b, name, &number);
    if (error || yn_set_host(b->set, number)->section == b->section)
        return error;
    yn_set_host(b->set, number)->section = b->section;
    return push(&b->members, &(yn_host_in_scope){.host = number}, sizeof(yn_host_in_scope),
                &ignored);
}

static bool same_members(const yn_builder *b, const section *a, const section *other)
{
    if (a->count != other->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (member(b, a->first + i)->host != member(b, other->first + i)->host)
            return false;
    return true;
}

// Sections that list the same hosts have one scope.
static int scope_of_members(yn_builder *b)
{
    section *present = &b->present;
    uint64_t digest = present->count;
    for (uint32_t i = 0; i < present->count; i++)
        digest = yn_hash_mix(digest ^ member(b, present->first + i)->host, 0x9e3779b97f4a7c15u);
    uint32_t hash = (uint32_t)(digest >> 32 ^ digest), number;
    size_t at = hash;
    for (const yn_slot *s; (s = yn_slots_next(&b->section_index, hash, &at));) {
        if (same_members(b, get_section(b, s->ref), present)) {
            b->members.len = present->first * sizeof(yn_host_in_scope);
            *present = *get_section(b, s->ref);
            b->scope = present->scope;
            return YONDER_OK;
        }
    }
    int error = add_scope(b, &present->scope);
    if (!error)
        error = push(&b->sections, present, sizeof *present, &number);
    for (uint32_t i = 0; !error && i < present->count; i++)
        member(b, present->first + i)->scope = present->scope;
    b->scope = present->scope;
    return error ? error : add_to_table(b, &b->section_index, hash, number);
}

int yn_builder_section(yn_builder *b, yonder_text hosts)
{
    int result = YONDER_OK;
    b->section++;
    b->in_section = true;
    b->present = (section){.first = member_count(b)};
    b->section_is_bad = true;
    for (size_t at = 0, end; at < hosts.len; at = end) {
        end = at + 1;
        if (hosts.ptr[at] == ' ' || hosts.ptr[at] == '\t')
            continue;
        while (end < hosts.len && hosts.ptr[end] != ' ' && hosts.ptr[end] != '\t')
            end++;
        int error = add_member(b, yn_slice(hosts, at, end));
        if (error && error != YONDER_INVALID_RULES)
            return error;
        result = error ? error : result;
    }
    b->present.count = member_count(b) - b->present.first;
    if (!result && b->present.count == 0)
        result = yn_problem(b->problems, hosts.ptr, "a section names at least one host");
    if (result)
        return result;
    b->section_is_bad = false;
    return scope_of_members(b);
}

static bool is_in_section(const yn_builder *b, yonder_text name)
{
    uint32_t host = yn_set_find_host(b->set, name);
    return host && yn_set_host(b->set, host)->section == b->section;
}

// Whether some host of the present section is one of the URL's.
static bool section_has_url_host(const yn_builder *b, yonder_text name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((i == 0 || name.ptr[i] == '.') && is_in_section(b, yn_skip(name, i)))
            return true;
    if (name.ptr[0] != '.')
        return false;
    for (uint32_t i = 0; i < b->present.count; i++) {
        uint32_t number = member(b, b->present.first + i)->host;
        yonder_text host = yn_set_text(b->set, yn_set_host(b->set, number)->name);
        if (host.len > name.len && yn_equal(yn_skip(host, host.len - name.len), name))
            return true;
    }
    return false;
}

// The scope of the rule in b->source: that of the section, or within it that of the URL.
static int find_scope(yn_builder *b, const yn_draft *draft, uint32_t *scope)
{
    const yn_source *s = &b->source;
    uint32_t host, number;
    *scope = b->scope;
    if (!s->is_url)
        return YONDER_OK;
    if (b->in_section && !b->section_is_bad && !section_has_url_host(b, s->host))
        return yn_problem(b->problems, draft->from.ptr,
                          "the URL's host is not one of the section's: the rule can never fire");
    int error = add_host(b, s->host, &host);
    if (error)
        return error;
    *scope = yn_set_find_url(b->set, b->scope, host, s->https, s->port);
    if (*scope)
        return YONDER_OK;
    error = add_scope(b, scope);
    yn_url_scope url = {b->scope, host, s->port, s->https, *scope};
    if (!error)
        error = push(&b->set->urls, &url, sizeof url, &number);
    yn_set_scope(b->set, b->scope)->has_urls = true;
    return error ? error
                 : add_to_table(b, &b->set->url_index,
                                yn_url_hash(b->scope, host, s->https, s->port), number);
}

/* ---- patterns ------------------------------------------------------------------------------ */

static int add_node(yn_builder *b, uint32_t parent, yn_span segment, bool is_placeholder,
                    uint32_t *number)
{
    yn_node node = {.segment = segment,
                    .parent = parent,
                    .min_order = YN_NO_ORDER,
                    .is_placeholder = is_placeholder};
    return push(&b->set->nodes, &node, sizeof node, number);
}

static int add_literal(yn_builder *b, uint32_t *node, yonder_text segment)
{
    uint32_t parent = *node;
    uint64_t at;
    *node = yn_set_find_child(b->set, parent, segment);
    if (*node)
        return YONDER_OK;
    int error = pool_text(b->set, segment, &at);
    if (!error)
        error = add_node(b, parent, (yn_span){at, (uint16_t)segment.len}, false, node);
    if (error)
        return error;
    yn_set_node(b->set, parent)->has_literals = true;
    return add_to_table(b, &b->set->literals, yn_slots_hash(segment, parent), *node);
}

static int add_placeholder(yn_builder *b, uint32_t *node)
{
    uint32_t parent = *node;
    *node = yn_set_node(b->set, parent)->placeholder;
    if (*node)
        return YONDER_OK;
    int error = add_node(b, parent, (yn_span){0}, true, node);
    if (!error)
        yn_set_node(b->set, parent)->placeholder = *node;
    return error;
}

// The node of b->source.path in the tree of `scope`. `room` is for one canonical segment.
static int find_node(yn_builder *b, uint32_t scope, char *room, uint32_t *node)
{
    yonder_text path = b->source.path;
    int error = YONDER_OK;
    *node = yn_set_scope(b->set, scope)->root;
    if (!*node) {
        error = add_node(b, 0, (yn_span){0}, false, node);
        yn_set_scope(b->set, scope)->root = *node;
    }
    for (size_t at = 1; !error && at <= path.len;) {
        yonder_text segment = yn_path_segment(path, at);
        at += segment.len + 1;
        if (at > path.len && b->source.splat)
            break;
        if (yn_is_placeholder(segment))
            error = add_placeholder(b, node);
        else
            error = add_literal(b, node, (yonder_text){room, yn_path_canonical(room, segment)});
    }
    return error;
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

static int find_shape(yn_builder *b, uint32_t node, yonder_text names, uint32_t *number)
{
    yonder_rules *set = b->set;
    bool splat = b->source.splat;
    uint32_t hash = yn_shape_hash(node, splat, names);
    size_t at = hash;
    for (const yn_slot *s; (s = yn_slots_next(&b->shape_index, hash, &at));) {
        const yn_shape *shape = yn_set_shape(set, s->ref);
        if (shape->node == node && shape->splat == splat &&
            yn_equal(yn_shape_names(set, shape), names)) {
            *number = s->ref;
            return YONDER_OK;
        }
    }
    uint64_t pooled;
    int error = pool_text(set, names, &pooled);
    yn_shape shape = {
        .names = pooled, .names_len = (uint32_t)names.len, .node = node, .splat = splat};
    if (!error)
        error = push(&set->shapes, &shape, sizeof shape, number);
    return error ? error : add_to_table(b, &b->shape_index, hash, *number);
}

/* ---- rules --------------------------------------------------------------------------------- */

static int write_record(yn_builder *b, yn_rule rule, yonder_text key)
{
    yonder_rules *set = b->set;
    yn_buf *out = &set->records;
    const yn_target *t = &b->target;
    size_t captures = t->capture_count * sizeof *t->captures;
    size_t size = sizeof rule + key.len + t->code.len + captures, padding = -size & 7;
    if (out->len / 8 > UINT32_MAX || set->count >= YN_NO_ORDER)
        return YONDER_TOO_LARGE;
    if (!yn_buf_reserve(out, size + padding))
        return out->error;
    rule.order = (uint32_t)set->count;
    rule.next = b->last;
    rule.key_len = (uint16_t)key.len;
    rule.target_len = (uint16_t)t->code.len;
    rule.query_at = t->query_at;
    rule.flags |= t->flags;
    rule.capture_count = t->capture_count;
    b->last = (uint32_t)(out->len / 8);
    yn_buf_put(out, (yonder_text){(const char *)&rule, sizeof rule});
    yn_buf_put(out, key);
    yn_buf_put(out, t->code);
    yn_buf_put(out, (yonder_text){(const char *)t->captures, captures});
    yn_buf_put(out, (yonder_text){"\0\0\0\0\0\0\0", padding});
    set->count++;
    return YONDER_OK;
}

// `room` has five times the bytes of FROM and its pairs, and 256.
static int add_checked(yn_builder *b, const yn_draft *draft, uint32_t scope, char *room,
                       size_t from_size)
{
    const yn_source *s = &b->source;
    yn_rule rule = {.line = draft->line, .status = (uint16_t)draft->status, .place = scope};
    if (!s->is_pattern && !s->pair_count) {
        b->exact_count++;
        yn_set_scope(b->set, scope)->has_exact = true;
        return write_record(b, rule, (yonder_text){room, yn_path_canonical(room, s->path)});
    }
    rule.flags = YN_RULE_IN_NODE | (s->splat ? YN_RULE_SPLAT : 0);
    int error = find_node(b, scope, room, &rule.place);
    if (error || !s->pair_count)
        return error ? error : write_record(b, rule, (yonder_text){room, 0});
    yonder_text names = {room, 0}, values = {room + from_size + 256, 0};
    write_pairs(s, &names, &values);
    b->value_count++;
    error = find_shape(b, rule.place, names, &rule.shape);
    return error ? error : write_record(b, rule, values);
}

// Of two results the one to go on with: an error that is not of the rules comes first.
static int worse(int a, int b)
{
    return a && a != YONDER_INVALID_RULES ? a : b ? b : a;
}

// Checks the parts of a rule, each whatever was found in those before it.
static int check_parts(yn_builder *b, const yn_draft *draft, char *source_room, char *target_room,
                       uint32_t *scope)
{
    int error = yn_source_read(&b->source, source_room, draft->from, draft->pairs,
                               draft->pair_count, b->problems);
    if (!b->source.is_url || b->source.host.len)
        error = worse(error, find_scope(b, draft, scope));
    b->target.code = (yonder_text){target_room, 0};
    b->target.flags = b->target.capture_count = 0;
    b->target.query_at = 0;
    if (draft->to.len)
        error = worse(
            error, yn_target_compile(&b->target, target_room, draft->to, &b->source, b->problems));
    return error;
}

int yn_builder_add(yn_builder *b, const yn_draft *draft)
{
    size_t from_size = draft->from.len, to_size = draft->to.len;
    for (size_t i = 0; i < draft->pair_count; i++)
        from_size += draft->pairs[i].name.len + draft->pairs[i].value.len;
    b->room.len = 0;
    if (!yn_buf_reserve(&b->room, 6 * from_size + 512 + 4 * to_size + 256))
        return b->room.error;
    char *source_room = b->room.ptr, *key_room = source_room + from_size;
    char *target_room = key_room + 5 * from_size + 512;
    uint32_t scope = 0;
    int error = check_parts(b, draft, source_room, target_room, &scope);
    if (error)
        return error;
    return add_checked(b, draft, scope, key_room, from_size);
}
