// SPDX-License-Identifier: MIT
// Whether a pattern invites more work than its subject is long. A backtracking matcher that fails
// tries every way to share the subject out among the repeats of a pattern; there are many where
// repeats can take the same text and nothing between them keeps them apart.
//
// Sequences are walked from left to right with the repeats that are still "open": since which no
// character had to come that the repeat could not take itself.
#include "base/text.h"
#include "rules/char_set.h"
#include "rules/pattern.h"
#include "rules/regex.h"

static const char nested[] = "a repeat inside a repeat can share the same text out in many ways";
static const char alike[] = "alternatives under a repeat can match the same text";
static const char adjacent[] = "two repeats side by side can match the same text";
static const char threefold[] = "three repeats can match the same text";
static const char recursive[] = "it calls itself, or one of its groups";
static const char too_deep[] = "its groups are nested too deeply to tell";

enum {
    MANY = 10,      // from here on a repeat counts as unbounded
    MAX_DEPTH = 20, // of groups
    MAX_OPEN = 12,  // what is more is forgotten: it takes a risk that was told to get there
    MAX_WIDE = 8,
    MAX_HEAD = 4,
    MAX_HEADS = 16,
};

typedef enum elasticity {
    FIXED,
    SOFT, // two lengths at least
    HARD, // any number of lengths
} elasticity;

typedef struct loop {
    yn_char_set set;
    bool hard;
    bool near;      // nothing had to come since
    bool separated; // something that it cannot take had to come before it
} loop;

// A sequence so far.
typedef struct line {
    loop open[MAX_OPEN];
    size_t open_count;
    yn_char_set singles;        // characters that had to come
    yn_char_set wide[MAX_WIDE]; // and characters of these sets
    size_t wide_count;
    const char *pending; // what is wrong if anything after it can fail
    yn_char_set pending_set;
    yn_char_set all; // all that it can have
    bool consumes;   // it cannot be empty
    bool alike;      // a group in it has alternatives that are alike
    size_t items;
} line;

// How an alternative starts: one set a character, as far as that is certain.
typedef struct head {
    yn_char_set sets[MAX_HEAD];
    size_t count;
    yn_char_set skipped; // what may come before the next
    bool ended;
} head;

typedef struct analysis {
    yonder_text rest;
    const char *reason; // the first one found
    unsigned depth;
} analysis;

typedef struct repeat {
    unsigned min, max;
    bool possessive;
} repeat;

static void found(analysis *a, const char *reason)
{
    if (!a->reason)
        a->reason = reason;
}

// ---- repeats ------------------------------------------------------------------------------------

static unsigned times(unsigned a, unsigned b)
{
    return a * b < YN_REPEAT_UNBOUNDED ? a * b : YN_REPEAT_UNBOUNDED;
}

// What repeats the atom before `*rest`; once, where nothing does.
static repeat take_repeat(yonder_text *rest)
{
    repeat r = {1, 1, false};
    for (;;) {
        yonder_text after = *rest;
        yn_token token = yn_token_next(&after);
        if (token.kind == YN_TOKEN_REPEAT) {
            r.min = token.min && r.min ? times(r.min, token.min) : 0;
            r.max = token.max && r.max ? times(r.max, token.max) : 0;
            r.possessive = r.possessive || token.possessive;
        } else if (token.kind != YN_TOKEN_NOTHING) {
            return r;
        }
        *rest = after;
    }
}

static elasticity elasticity_of(repeat r)
{
    if (r.possessive || r.max == r.min)
        return FIXED;
    return r.max >= MANY ? HARD : SOFT;
}

// ---- sequences ----------------------------------------------------------------------------------

static bool is_separated(const line *l, yn_char_set set)
{
    if (!yn_char_set_within(l->singles, set))
        return true;
    for (size_t i = 0; i < l->wide_count; i++)
        if (!yn_char_set_overlap(l->wide[i], set))
            return true;
    return false;
}

// What had to come keeps apart what stands on either side of it.
static void close_loops(line *l, yn_char_set set)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->open_count; i++) {
        loop one = l->open[i];
        one.near = false;
        if (yn_char_set_overlap(one.set, set))
            l->open[kept++] = one;
    }
    l->open_count = kept;
}

static void note_mandatory(line *l, yn_char_set set, bool single)
{
    l->consumes = true;
    if (single)
        l->singles = yn_char_set_union(l->singles, set);
    else if (l->wide_count < MAX_WIDE)
        l->wide[l->wide_count++] = set;
}

// A repeat that meets others which can take what it takes.
static void meet(line *l, yn_char_set set)
{
    size_t others = 0;
    bool beside = false;
    for (size_t i = 0; i < l->open_count; i++) {
        if (!l->open[i].hard || !yn_char_set_overlap(l->open[i].set, set))
            continue;
        others++;
        beside = beside || l->open[i].near;
    }
    if (!beside && others < 2)
        return;
    l->pending = beside ? adjacent : threefold;
    l->pending_set = set;
}

static void add_item(analysis *a, line *l, yn_char_set set, bool mandatory, bool single,
                     elasticity elastic)
{
    l->items++;
    l->all = yn_char_set_union(l->all, set);
    if (mandatory && l->pending)
        found(a, l->pending);
    if (elastic == HARD)
        meet(l, set);
    if (mandatory)
        close_loops(l, set);
    if (elastic != FIXED && l->open_count < MAX_OPEN)
        l->open[l->open_count++] = (loop){set, elastic == HARD, true, is_separated(l, set)};
    if (mandatory)
        note_mandatory(l, set, single && elastic == FIXED);
}

static void add_head(head *h, yn_char_set set, bool mandatory, bool single)
{
    if (h->ended || h->count == MAX_HEAD) {
        h->ended = true;
        return;
    }
    h->skipped = yn_char_set_union(h->skipped, set);
    if (mandatory)
        h->sets[h->count++] = h->skipped;
    h->ended = mandatory && !single;
    if (h->ended || !mandatory)
        return;
    h->skipped = (yn_char_set){0};
}

// Whether both can be the start of one text.
static bool heads_conflict(const head *a, const head *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++)
        if (!yn_char_set_overlap(a->sets[i], b->sets[i]))
            return false;
    return true;
}

// ---- groups -------------------------------------------------------------------------------------

typedef enum group_kind {
    PLAIN,
    LOOK,   // takes nothing
    ATOMIC, // gives nothing back
    CALL,   // "(?R)" and such
} group_kind;

static group_kind kind_of(yonder_text open)
{
    char c = open.len > 2 ? open.ptr[2] : 0, last = open.ptr[open.len - 1];
    if (c == 0 || c == ':' || c == '|' || c == '\'' || last == ':')
        return PLAIN;
    if (c == '>')
        return ATOMIC;
    if (c == '=' || c == '!' || c == '*' || (c == '<' && memchr("=!*", last, 3)))
        return LOOK;
    return last == '>' || last == '\'' ? PLAIN : CALL;
}

// What a group is to the sequence that it stands in.
typedef struct group {
    repeat repeat;
    bool own;   // its inside is walked on its own
    line after; // the open repeats once it is over, if not
    size_t alternatives;
    yn_char_set all;
    bool nullable;
    bool hard, soft; // a repeat in it can follow itself, if the group is repeated
    bool alike;      // what one alternative matches another one matches, too
    const char *pending;
    head heads[MAX_HEADS];
} group;

static const line nothing = {0};

static yn_token_kind walk(analysis *a, line *l, head *h);

static void merge_open(line *into, const line *from)
{
    for (size_t i = 0; i < from->open_count && into->open_count < MAX_OPEN; i++)
        into->open[into->open_count++] = from->open[i];
    if (from->pending) {
        into->pending = from->pending;
        into->pending_set = from->pending_set;
    }
}

static void add_alternative(group *g, const line *l)
{
    g->all = yn_char_set_union(g->all, l->all);
    g->nullable = g->nullable || !l->consumes;
    g->pending = l->pending ? l->pending : g->pending;
    g->alike = g->alike || l->alike;
    g->soft = g->soft || (!l->consumes && l->items > 1);
    for (size_t i = 0; i < l->open_count; i++) {
        g->hard = g->hard || (l->open[i].hard && !l->open[i].separated);
        g->soft = g->soft || !l->open[i].separated;
    }
    if (g->own)
        return;
    if (g->alternatives == 1)
        g->after = *l;
    else
        merge_open(&g->after, l);
}

// Walks the alternatives of a group, or of the whole pattern. `before`: what each goes on from.
static void walk_alternatives(analysis *a, group *g, const line *before)
{
    yn_token_kind end;
    do {
        line l = *before;
        head spare = {0}, *h = g->alternatives < MAX_HEADS ? &g->heads[g->alternatives] : &spare;
        l.all = (yn_char_set){0};
        l.consumes = false;
        l.alike = false;
        l.items = 0;
        end = walk(a, &l, h);
        g->alternatives++;
        add_alternative(g, &l);
    } while (end == YN_TOKEN_BAR);
}

// Compares the alternatives. `start_alike`: two can begin alike.
static void compare_alternatives(group *g, bool *start_alike)
{
    size_t count = g->alternatives < MAX_HEADS ? g->alternatives : MAX_HEADS;
    *start_alike = false;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if (heads_conflict(&g->heads[i], &g->heads[k])) {
                *start_alike = true;
                g->alike = g->alike || g->heads[i].count == g->heads[k].count;
            }
}

// What comes of repeating it.
static void judge_repeated(analysis *a, const group *g, bool start_alike)
{
    if (g->repeat.max < MANY) {
        if (g->hard)
            found(a, adjacent);
        return;
    }
    if (g->hard || g->soft)
        found(a, nested);
    if (start_alike || g->alike)
        found(a, alike);
    if (g->pending)
        found(a, g->pending);
}

// Goes on behind a group whose inside was walked as a part of the sequence.
static void go_on(line *l, const group *g)
{
    line before = *l;
    bool mandatory = g->repeat.min > 0 && !g->nullable;
    if (g->alternatives == 1 && g->repeat.min > 0) {
        *l = g->after;
        l->consumes = before.consumes || g->after.consumes;
    } else {
        l->open_count = 0;
        merge_open(l, &g->after);
        if (g->repeat.min == 0)
            merge_open(l, &before);
        if (mandatory)
            note_mandatory(l, g->all, false);
    }
    l->all = yn_char_set_union(before.all, g->all);
    l->alike = before.alike || g->alike;
    l->items = before.items + 1;
}

// Where the group whose inside starts at `rest` ends.
static yonder_text behind_group(yonder_text rest)
{
    for (size_t depth = 1; depth;) {
        yn_token token = yn_token_next(&rest);
        if (token.kind == YN_TOKEN_END)
            break;
        depth += token.kind == YN_TOKEN_OPEN;
        depth -= token.kind == YN_TOKEN_CLOSE;
    }
    return rest;
}

static void add_group(analysis *a, line *l, head *h, group *g, bool gives_back)
{
    bool start_alike, mandatory = g->repeat.min > 0 && !g->nullable;
    elasticity elastic = elasticity_of(g->repeat); // an atomic group gives whole turns back
    compare_alternatives(g, &start_alike);
    add_head(h, g->all, mandatory, false);
    if (!g->own) {
        go_on(l, g);
        return;
    }
    if (gives_back)
        judge_repeated(a, g, start_alike);
    if (gives_back && elastic == FIXED && (g->hard || g->soft))
        elastic = SOFT;
    l->alike = l->alike || (gives_back && g->alike);
    add_item(a, l, g->all, mandatory, false, elastic);
}

static void walk_group(analysis *a, line *l, head *h, yonder_text open)
{
    yonder_text after = behind_group(a->rest);
    group_kind kind = kind_of(open);
    group g = {.repeat = take_repeat(&after)};
    bool gives_back = kind != ATOMIC && !g.repeat.possessive;
    g.own = kind != PLAIN || !gives_back || g.repeat.max > 1;
    if (kind == CALL)
        found(a, recursive);
    else if (a->depth == MAX_DEPTH)
        found(a, too_deep);
    if (!a->reason) {
        a->depth++;
        walk_alternatives(a, &g, g.own ? &nothing : l);
        a->depth--;
    }
    a->rest = after;
    if (g.repeat.max > 1 && (kind == LOOK || yn_char_set_is_empty(g.all)))
        found(a, nested); // of nothing, there can be any number anywhere
    if (kind != LOOK)
        add_group(a, l, h, &g, gives_back);
}

// ---- all ----------------------------------------------------------------------------------------

static bool is_call(yonder_text escape)
{
    return escape.len > 2 && escape.ptr[1] == 'g' &&
           (escape.ptr[2] == '<' || escape.ptr[2] == '\'');
}

static void walk_atom(analysis *a, line *l, head *h, const yn_token *token)
{
    bool zero_width = false;
    yn_char_set set = yn_char_set_of(token, &zero_width);
    repeat r = take_repeat(&a->rest);
    bool backreference = yn_token_is_reference(token);
    if (is_call(token->text) && token->kind == YN_TOKEN_ESCAPE)
        found(a, recursive);
    if (zero_width || r.max == 0)
        return;
    bool mandatory = r.min > 0 && !backreference;
    bool single = token->kind == YN_TOKEN_LITERAL;
    add_head(h, set, mandatory, r.min == 1 && r.max == 1 && token->kind != YN_TOKEN_QUOTE);
    add_item(a, l, set, mandatory, single, elasticity_of(r));
}

// Walks a sequence up to what ends it, which it takes and returns.
static yn_token_kind walk(analysis *a, line *l, head *h)
{
    while (!a->reason) {
        yn_token token = yn_token_next(&a->rest);
        switch (token.kind) {
        case YN_TOKEN_END:
        case YN_TOKEN_BAR:
        case YN_TOKEN_CLOSE:
            return token.kind;
        case YN_TOKEN_OPEN:
            walk_group(a, l, h, token.text);
            break;
        case YN_TOKEN_FINISH:
            if (l->pending && !yn_char_set_is_full(l->pending_set))
                found(a, l->pending);
            break;
        case YN_TOKEN_START:
        case YN_TOKEN_NOTHING:
        case YN_TOKEN_REPEAT:
            break;
        default:
            walk_atom(a, l, h, &token);
        }
    }
    return YN_TOKEN_END;
}

const char *yn_regex_risk(yonder_text pattern)
{
    analysis a = {.rest = pattern};
    group whole = {.own = true};
    walk_alternatives(&a, &whole, &nothing);
    return a.reason;
}
