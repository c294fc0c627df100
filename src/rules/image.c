// SPDX-License-Identifier: MIT
#include "rules/image.h"

#include "base/text.h"

const uint8_t yn_part_sizes[YN_PART_COUNT] = {
#define YN_PART_SIZE(name, type) [YN_PART_##name] = sizeof(type),
    YN_PARTS(YN_PART_SIZE)
#undef YN_PART_SIZE
};

static const yn_image_header *header_of(yonder_text image)
{
    return (const yn_image_header *)(const void *)image.ptr;
}

static uint64_t hash_header(const yn_image_header *h)
{
    return yn_hash((yonder_text){(const char *)h, offsetof(yn_image_header, header_hash)}, 0);
}

static uint64_t hash_body(yonder_text image)
{
    return yn_hash(yn_skip(image, sizeof(yn_image_header)), 0);
}

void yn_image_seal(char *image)
{
    yn_image_header *h = (yn_image_header *)(void *)image;
    h->body_hash = hash_body((yonder_text){image, h->size});
    h->header_hash = hash_header(h);
}

void yn_image_view(yonder_rules *set)
{
    const yn_image_header *h = header_of(set->image);
    set->count = h->count;
    set->end_order = h->end_order;
    set->has_wildcards = h->has_wildcards;
    set->has_sites = h->has_sites;
    set->has_conditions = h->has_conditions;
#define VIEW(name, type)                                                                           \
    set->name = (const type *)(const void *)(set->image.ptr + h->parts[YN_PART_##name].at);        \
    set->name##_count = h->parts[YN_PART_##name].count;
    YN_PARTS(VIEW)
#undef VIEW
}

static bool check_header(yonder_text image)
{
    if (image.len < sizeof(yn_image_header) || (uintptr_t)image.ptr % 8)
        return false;
    const yn_image_header *h = header_of(image);
    if (memcmp(h->magic, YONDER_RULES_IMAGE_MAGIC, sizeof h->magic) != 0 ||
        h->version != YN_IMAGE_VERSION || h->byte_order != YN_IMAGE_BYTE_ORDER ||
        h->size != image.len || h->header_hash != hash_header(h))
        return false;
    uint64_t end = sizeof *h;
    for (int i = 0; i < YN_PART_COUNT; i++) {
        uint64_t at = h->parts[i].at, count = h->parts[i].count;
        if (at % (i == YN_PART_records ? sizeof(uint32_t) : 8))
            return false;
        if (at < end || at > image.len || count > (image.len - at) / yn_part_sizes[i] ||
            count > UINT32_MAX)
            return false;
        end = at + count * yn_part_sizes[i];
    }
    return true;
}

/* ---- the smaller parts ----------------------------------------------------------------------- */

static bool in_pool(const yonder_rules *set, uint64_t at, uint64_t len)
{
    return at <= set->pool_count && len <= set->pool_count - at;
}

// Parts whose number 0 has to be there.
static bool has_zeros(const yonder_rules *set)
{
    return set->records_count >= 2 && set->pool_count >= 8 && set->nodes_count >= 6 &&
           set->shapes_count && set->scopes_count && set->members_count && set->hosts_count &&
           set->host_scopes_count && set->urls_count && set->prefixes_count && set->sites_count &&
           set->regexes_count;
}

// A bit for each place where a node starts.
typedef struct node_starts {
    uint64_t *bits;
    size_t count;
} node_starts;

static bool is_node(const node_starts *starts, uint32_t n)
{
    return n < starts->count && starts->bits[n / 64] >> n % 64 & 1;
}

static bool check_place(const yonder_rules *set, const yn_place *place)
{
    return place->shape < set->shapes_count;
}

// What is below a node, by the node itself; and the other way round, so that a walk that goes back
// tries nothing twice.
static bool check_below(const yonder_rules *set, const node_starts *starts, size_t n)
{
    const yn_node *node = yn_set_node(set, (uint32_t)n);
    const uint32_t below[] = {node->placeholder, node->behind};
    for (size_t i = 0; i < 2; i++) {
        if (below[i] && !is_node(starts, below[i]))
            return false;
        const yn_node *child = yn_set_node(set, below[i]);
        if (below[i] && (child->parent != n || child->is_placeholder != (i == 0)))
            return false;
    }
    return true;
}

// Children come after their parents, so that no way through the tree is endless.
static bool check_nodes(const yonder_rules *set, const node_starts *starts)
{
    const yn_node *none = yn_set_node(set, 0);
    if (none->parent || none->is_behind)
        return false;
    for (size_t n = 0; n < set->nodes_count;) {
        const yn_node *node = yn_set_node(set, (uint32_t)n);
        size_t room = (set->nodes_count - n) * 8;
        if (room < sizeof *node || node->len > room - sizeof *node)
            return false;
        starts->bits[n / 64] |= (uint64_t)1 << n % 64;
        if (n && (node->parent >= n || !is_node(starts, node->parent)))
            return false;
        if (node->scope >= set->scopes_count || !check_place(set, &node->end) ||
            !check_place(set, &node->splat))
            return false;
        n += (sizeof *node + node->len + 7) / 8;
    }
    for (size_t n = 0; n < set->nodes_count;) {
        const yn_node *node = yn_set_node(set, (uint32_t)n);
        if (!check_below(set, starts, n))
            return false;
        n += (sizeof *node + node->len + 7) / 8;
    }
    for (size_t i = 0; i < set->literals_count; i++)
        if (set->literals[i].ref && !is_node(starts, set->literals[i].ref))
            return false;
    return true;
}

static bool check_scopes(const yonder_rules *set, const node_starts *starts)
{
    for (size_t i = 0; i < set->scopes_count; i++) {
        const yn_scope *s = &set->scopes[i];
        if ((s->root && !is_node(starts, s->root)) || s->url >= set->urls_count ||
            s->sites >= set->sites_count || s->members > set->members_count ||
            s->member_count > set->members_count - s->members ||
            (s->lengths && !in_pool(set, s->lengths, 32)))
            return false;
    }
    for (size_t i = 0; i < set->shapes_count; i++) {
        const yn_shape *s = &set->shapes[i];
        if (!in_pool(set, s->names, s->names_len) || (s->next && s->next <= i) ||
            s->next >= set->shapes_count || (i && s->node && !is_node(starts, s->node)))
            return false;
    }
    for (size_t i = 0; i < set->sites_count; i++) {
        const yn_site_row *s = &set->sites[i];
        if (!in_pool(set, s->text, s->text_len) || (s->next && s->next >= i) ||
            s->line >= YN_SITE_COUNT)
            return false;
    }
    return true;
}

static bool check_hosts(const yonder_rules *set)
{
    for (size_t i = 0; i < set->hosts_count; i++) {
        const yn_host *h = &set->hosts[i];
        if ((h->name.len > sizeof h->start && !in_pool(set, h->name.at, h->name.len)) ||
            h->urls >= set->urls_count || h->scopes > set->host_scopes_count ||
            h->scope_count > set->host_scopes_count - h->scopes)
            return false;
    }
    for (size_t i = 0; i < set->host_scopes_count; i++)
        if (set->host_scopes[i] >= set->scopes_count)
            return false;
    for (size_t i = 0; i < set->urls_count; i++)
        if (set->urls[i].scope >= set->scopes_count || set->urls[i].parent >= set->scopes_count ||
            set->urls[i].host >= set->hosts_count || set->urls[i].scheme > YN_SCHEME_HTTPS ||
            (set->urls[i].next && set->urls[i].next <= i) || set->urls[i].next >= set->urls_count)
            return false;
    for (size_t i = 0; i < set->members_count; i++)
        if (set->members[i] >= set->hosts_count)
            return false;
    return true;
}

static bool check_texts(const yonder_rules *set)
{
    for (size_t i = 0; i < set->prefixes_count; i++)
        if (!in_pool(set, set->prefixes[i].at, set->prefixes[i].len))
            return false;
    for (size_t i = 0; i < set->sources_count; i++)
        if (!in_pool(set, set->sources[i].at, set->sources[i].len))
            return false;
    // What answers tells where it stands.
    return set->sources_count || (set->records_count == 2 && set->sites_count == 1);
}

int yn_image_check(const yonder_rules *set)
{
    if (!has_zeros(set) || !check_hosts(set) || !check_texts(set))
        return YONDER_INVALID_IMAGE;
    size_t words = set->nodes_count / 64 + 1;
    node_starts starts = {yn_alloc(set->mem, words * sizeof(uint64_t)), set->nodes_count};
    if (!starts.bits)
        return YONDER_NO_MEMORY;
    memset(starts.bits, 0, words * sizeof(uint64_t));
    bool good = check_nodes(set, &starts) && check_scopes(set, &starts);
    yn_free(set->mem, starts.bits);
    return good ? YONDER_OK : YONDER_INVALID_IMAGE;
}

/* ---- opening --------------------------------------------------------------------------------- */

static void ignore_problem(void *context, const char *at, yonder_text message)
{
    (void)context, (void)at, (void)message;
}

static int compile_regexes(yonder_rules *set)
{
    const yn_problems nobody = {ignore_problem, NULL};
    size_t size = set->regexes_count * sizeof *set->compiled;
    set->compiled = yn_alloc(set->mem, size);
    if (!set->compiled)
        return YONDER_NO_MEMORY;
    memset(set->compiled, 0, size);
    for (size_t i = 1; i < set->regexes_count; i++) {
        const yn_rule *rule = yn_set_rule(set, set->regexes[i]);
        if (!rule || !(rule->flags & YN_RULE_REGEX) || yn_rule_rest(rule)->regex != i)
            return YONDER_INVALID_IMAGE;
        yn_regex_key key = yn_rule_regex_key(rule);
        int error =
            yn_regex_compile(&set->compiled[i], key.pattern, key.ignore_case, &nobody, set->mem);
        if (error)
            return error == YONDER_NO_MEMORY ? error : YONDER_INVALID_IMAGE;
    }
    return YONDER_OK;
}

int yonder_rules_open(yonder_rules **out, yonder_text image, const yonder_mem *mem)
{
    if (!check_header(image))
        return YONDER_INVALID_IMAGE;
    yonder_rules *set = yn_alloc(mem, sizeof *set);
    if (!set)
        return YONDER_NO_MEMORY;
    *set = (yonder_rules){.mem_value = mem ? *mem : (yonder_mem){0}, .image = image};
    set->mem = mem ? &set->mem_value : NULL;
    yn_image_view(set);
    int error = yn_image_check(set);
    if (!error)
        error = compile_regexes(set);
    if (error)
        yonder_rules_free(set);
    else
        *out = set;
    return error;
}

int yonder_rules_verify(const yonder_rules *rules)
{
    if (rules->below)
        return yonder_rules_verify(rules->below);
    const yn_image_header *h = header_of(rules->image);
    return check_header(rules->image) && h->body_hash == hash_body(rules->image)
               ? YONDER_OK
               : YONDER_INVALID_IMAGE;
}
