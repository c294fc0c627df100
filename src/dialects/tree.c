// SPDX-License-Identifier: MIT
#include "dialects/tree.h"

#include <jansson.h>

#include "base/text.h"

// jansson does not say where values stand. Objects come in the order of the document, so the n-th
// "{" outside strings is the start of the n-th object.
typedef struct reading {
    yn_carry *carry;
    yn_arena *arena;
    yonder_text rest; // behind the last "{" that was found
    uint32_t line;
    bool unknown; // an object was left out, so that none is where it is looked for
    bool no_memory;
} reading;

// Goes behind the next "{", and returns its line; 0 if there is none.
static uint32_t next_object(reading *r)
{
    bool quoted = false;
    for (size_t i = 0; i < r->rest.len && !r->unknown; i++) {
        char c = r->rest.ptr[i];
        r->line += c == '\n';
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (c == '{' && !quoted) {
            r->rest = yn_skip(r->rest, i + 1);
            return r->line;
        }
    }
    r->rest.len = 0;
    return 0;
}

static yn_node *convert(reading *r, const json_t *value, yonder_text name);

static yonder_text copy(reading *r, const char *ptr, size_t len)
{
    yonder_text t = yn_arena_text(r->arena, (yonder_text){ptr, len});
    r->no_memory = r->no_memory || !t.ptr;
    return t;
}

static void convert_members(reading *r, yn_node *node, const json_t *value)
{
    yn_node **end = &node->first;
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)value, name, member)
    {
        *end = convert(r, member, copy(r, name, strlen(name)));
        if (!*end)
            return;
        end = &(*end)->next;
    }
}

static void convert_items(reading *r, yn_node *node, const json_t *value)
{
    yn_node **end = &node->first;
    for (size_t i = 0; i < json_array_size(value); i++) {
        *end = convert(r, json_array_get(value, i), (yonder_text){NULL, 0});
        if (!*end)
            return;
        end = &(*end)->next;
    }
}

// jansson has refused what is nested deeper than 2048.
static yn_node *convert(reading *r, const json_t *value, yonder_text name)
{
    yn_node *node = yn_arena_alloc(r->arena, sizeof *node);
    r->no_memory = r->no_memory || !node;
    if (!node)
        return NULL;
    *node = (yn_node){.name = name};
    if (json_is_object(value)) {
        node->kind = YN_NODE_OBJECT;
        node->line = next_object(r);
        convert_members(r, node, value);
    } else if (json_is_array(value)) {
        node->kind = YN_NODE_ARRAY;
        convert_items(r, node, value);
    } else if (json_is_string(value)) {
        node->kind = YN_NODE_TEXT;
        node->text = copy(r, json_string_value(value), json_string_length(value));
    } else if (json_is_number(value)) {
        node->kind = YN_NODE_NUMBER;
        node->number = json_number_value(value);
    } else if (json_is_boolean(value)) {
        node->kind = YN_NODE_BOOL;
        node->truth = json_is_true(value);
    }
    return node;
}

// Reads one document off the front of `*text`, which starts in `line`. NULL after a note.
static json_t *load(reading *r, yonder_text *text, uint32_t line)
{
    const size_t flags = JSON_DISABLE_EOF_CHECK | JSON_DECODE_ANY | JSON_ALLOW_NUL;
    json_error_t error;
    json_t *value = json_loadb(text->ptr, text->len, flags | JSON_REJECT_DUPLICATES, &error);
    if (!value && json_error_code(&error) == json_error_duplicate_key) {
        r->unknown = true; // of members with one name the last one counts
        value = json_loadb(text->ptr, text->len, flags, &error);
    }
    if (value) {
        *text = yn_skip(*text, (size_t)error.position);
        return value;
    }
    r->carry->line = line + (error.line > 0 ? (uint32_t)error.line - 1 : 0);
    YN_ERROR(r->carry, "not JSON: %s", error.text);
    r->carry->line = 0;
    return NULL;
}

yn_node *yn_tree_read(yn_carry *carry, yn_arena *arena, yonder_text text)
{
    reading r = {.carry = carry, .arena = arena, .rest = text, .line = 1};
    yn_node *all = yn_arena_alloc(arena, sizeof *all), **end = all ? &all->first : NULL;
    r.no_memory = !all;
    if (all)
        *all = (yn_node){.kind = YN_NODE_ARRAY};
    yonder_text counted = text; // up to here
    uint32_t line = 1;
    while ((text = yn_trim(text, " \t\r\n")).len && !r.no_memory) {
        for (; counted.ptr < text.ptr; counted = yn_skip(counted, 1))
            line += counted.ptr[0] == '\n';
        json_t *value = load(&r, &text, line);
        if (!value)
            break;
        *end = convert(&r, value, (yonder_text){NULL, 0});
        json_decref(value);
        if (*end)
            end = &(*end)->next;
    }
    if (r.no_memory)
        carry->error = YONDER_NO_MEMORY;
    return r.no_memory ? NULL : all;
}

const yn_node *yn_tree_member(const yn_node *node, const char *name)
{
    if (!node || node->kind != YN_NODE_OBJECT)
        return NULL;
    for (const yn_node *m = node->first; m; m = m->next)
        if (yn_equal(m->name, yonder_text_of(name)))
            return m;
    return NULL;
}

yonder_text yn_tree_text(const yn_node *node)
{
    return node && node->kind == YN_NODE_TEXT ? node->text : (yonder_text){NULL, 0};
}

bool yn_tree_truth(const yn_node *node)
{
    if (!node)
        return false;
    if (node->kind == YN_NODE_TEXT)
        return yn_equal(node->text, YN_TEXT("1")) || yn_equal(node->text, YN_TEXT("true"));
    return node->kind == YN_NODE_NUMBER ? node->number != 0 : node->truth;
}

bool yn_tree_int(const yn_node *node, int *out)
{
    uint64_t n;
    if (node && node->kind == YN_NODE_TEXT && yn_parse_number(node->text, 1000000, &n)) {
        *out = (int)n;
        return true;
    }
    if (!node || node->kind != YN_NODE_NUMBER || node->number < -1000000 ||
        node->number > 1000000 || node->number != (int)node->number)
        return false;
    *out = (int)node->number;
    return true;
}
