// SPDX-License-Identifier: MIT
#include "server/near.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/text.h"
#include "rules/view.h"

enum {
    slot_count = 4096, // for the misses that are looked for among the rules
    most_sought = slot_count / 2,
};

typedef struct search {
    const yonder_rules *rules;
    const yn_miss *misses;
    yn_near *out;
    size_t sought;              // of the misses, from the first on
    uint16_t slots[slot_count]; // which miss plus one, by its path without case and last slash
    char scratch[YONDER_RULES_SCRATCH(YN_MISS_TEXT + 1)];
} search;

static yonder_text path_of(const yn_miss *miss)
{
    return (yonder_text){miss->text + miss->host_len, (size_t)miss->text_len - miss->host_len};
}

// Whether a rule answers `path` for the host of the miss; then it is what was meant.
static bool is_answered(search *s, size_t which, yonder_text path)
{
    const yn_miss *miss = &s->misses[which];
    yn_near *near = &s->out[which];
    yonder_rules_request q = {
        .https = miss->https, .host = {miss->text, miss->host_len}, .target = path};
    yonder_rules_answer found;
    if (path.len > sizeof near->path ||
        yonder_rules_match(s->rules, &q, s->scratch, sizeof s->scratch, &found) <= 0 ||
        found.cause != YONDER_RULES_RULE)
        return false;
    memcpy(near->path, path.ptr, path.len);
    near->path_len = path.len;
    near->file = found.file;
    near->line = found.line;
    return true;
}

static bool ends_in_slash(yonder_text path)
{
    return path.len > 1 && path.ptr[path.len - 1] == '/';
}

// The other slash, lower case, and both.
static void try_variants(search *s, size_t which)
{
    yonder_text path = path_of(&s->misses[which]);
    char room[2][YN_MISS_TEXT + 1];
    bool upper = false;
    for (size_t i = 0; i < path.len; i++) {
        room[0][i] = path.ptr[i];
        room[1][i] = yn_lower(path.ptr[i]);
        upper = upper || room[1][i] != path.ptr[i];
    }
    room[0][path.len] = room[1][path.len] = '/';
    size_t other = ends_in_slash(path) ? path.len - 1 : path.len + 1;
    bool found = is_answered(s, which, (yonder_text){room[0], other});
    if (!found && upper && !is_answered(s, which, (yonder_text){room[1], path.len}))
        is_answered(s, which, (yonder_text){room[1], other});
}

static uint64_t rough_hash(yonder_text path)
{
    char room[YN_MISS_TEXT + 1];
    size_t len = path.len - ends_in_slash(path);
    for (size_t i = 0; i < len; i++)
        room[i] = yn_lower(path.ptr[i]);
    return yn_hash((yonder_text){room, len}, 0);
}

static bool roughly_equal(yonder_text a, yonder_text b)
{
    a.len -= ends_in_slash(a);
    b.len -= ends_in_slash(b);
    return yn_equal_nocase(a, b);
}

static void seek(search *s, size_t which)
{
    size_t at = rough_hash(path_of(&s->misses[which])) % slot_count;
    while (s->slots[at])
        at = (at + 1) % slot_count;
    s->slots[at] = (uint16_t)(which + 1);
    s->sought++;
}

static void try_rule(search *s, yonder_text path)
{
    for (size_t at = rough_hash(path) % slot_count; s->slots[at]; at = (at + 1) % slot_count) {
        size_t which = s->slots[at] - 1u;
        if (!s->out[which].path_len && roughly_equal(path, path_of(&s->misses[which])))
            is_answered(s, which, path);
    }
}

static void try_rules(search *s)
{
    yn_rule_cursor cursor = yn_rules_begin(s->rules);
    const yonder_rules *owner;
    for (const yn_rule *rule; (rule = yn_rules_next(&cursor, &owner));) {
        yonder_text key = yn_rule_key(rule);
        if (!(rule->flags & (YN_RULE_REGEX | YN_RULE_IN_NODE)) && key.len &&
            key.len <= YN_MISS_TEXT)
            try_rule(s, key);
    }
}

void yn_near_find(const yonder_rules *rules, const yn_miss *misses, size_t count, yn_near *out)
{
    search *s = calloc(1, sizeof *s);
    for (size_t i = 0; i < count; i++)
        out[i].path_len = 0;
    if (!s) // no more than hints are lost
        return;
    s->rules = rules;
    s->misses = misses;
    s->out = out;
    for (size_t i = 0; i < count; i++) {
        if (misses[i].cut || misses[i].text_len <= misses[i].host_len)
            continue;
        try_variants(s, i);
        if (!out[i].path_len && s->sought < most_sought)
            seek(s, i);
    }
    if (s->sought)
        try_rules(s);
    free(s);
}
