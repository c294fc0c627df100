// SPDX-License-Identifier: MIT
// Rules that can never fire. A rule is alive when a request was found that it answers; it is dead
// when one rule before it is for every request it is for. Between the two it is undecided.
#include "base/text.h"
#include "proof/prover.h"
#include "proof/seed.h"
#include "rules/regex.h"
#include "rules/target.h"

enum {
    most_killers = 8,
    most_asked = 3000,
};

typedef struct trial {
    yn_prover *p;
    const yn_view *rule;
    yn_place_at places[most_killers]; // where each of them did
    uint32_t killers[most_killers];
    yonder_rules_cause causes[most_killers];
    size_t killer_count;
    size_t asked;
    bool alive, not_all; // some killer was not kept
    const yn_context *context;
} trial;

static void note_killer(trial *t, const yn_reply *reply, const yn_place_at *place)
{
    for (size_t i = 0; i < t->killer_count; i++)
        if (t->killers[i] == reply->order)
            return;
    if (t->killer_count == most_killers) {
        t->not_all = true;
        return;
    }
    t->places[t->killer_count] = *place;
    t->causes[t->killer_count] = reply->cause;
    t->killers[t->killer_count++] = reply->order;
}

static void put_request(trial *t, const yn_seed *seed, const yn_client_side *side)
{
    yn_prover *p = t->p;
    p->text.len = 0;
    yn_symbol_target(&p->text, &seed->start, &seed->branch);
    yn_place_at place = {t->context->https, t->context->host,
                         yn_arena_text(&p->arena, yn_buf_text(&p->text))};
    p->failed = p->failed || !place.target.ptr;
    if (p->failed)
        return;
    yn_reply reply = yn_ask(&p->asker, &place, side);
    t->asked++;
    if (reply.cause == YONDER_RULES_RULE && reply.order == t->rule->order) {
        t->alive = true; // perhaps for such requests only: they are followed, too
        if (yn_prover_walk(p, &place, side))
            (void)yn_tell_walk(p, side);
    } else if (reply.cause != YONDER_RULES_NONE)
        note_killer(t, &reply, &place);
    else
        t->not_all = true; // nothing answers: the request was none of the rule's
}

/* ---- clients --------------------------------------------------------------------------------- */

static bool has_conditions(trial *t)
{
    for (size_t i = 0; i < t->killer_count; i++) {
        const yn_view *killer =
            t->causes[i] == YONDER_RULES_RULE ? yn_prover_view(t->p, t->killers[i]) : NULL;
        if (killer && killer->condition_count)
            return true;
    }
    return false;
}

// With the clients its conditions ask for; where it has none, with those for whom the conditions of
// the rules before it do not hold.
static void try_clients(trial *t, const yn_seed *seed)
{
    yn_prover *p = t->p;
    yn_client_made client;
    for (unsigned n = 0; n < YN_CLIENT_SHARES && !t->alive && !p->failed; n++) {
        if (!yn_client_make(&client, &t->rule, 1, p->nobody.now, n, &p->arena)) {
            t->not_all = true;
            break;
        }
        put_request(t, seed, &client.side);
        if (!client.has_share)
            break;
    }
    if (t->alive || t->rule->condition_count || !has_conditions(t))
        return;
    for (unsigned n = 0; !t->alive && !p->failed && t->asked < most_asked; n++) {
        if (!yn_client_break(&client, p->nobody.now, n))
            return;
        put_request(t, seed, &client.side);
    }
}

/* ---- requests -------------------------------------------------------------------------------- */

// Pairs that a rule before it does not want.
static void add_pairs(trial *t, yn_seed *seed)
{
    for (size_t i = 0; i < t->killer_count; i++) {
        const yn_view *killer =
            t->causes[i] == YONDER_RULES_RULE ? yn_prover_view(t->p, t->killers[i]) : NULL;
        for (size_t k = 0; killer && k < killer->pair_count; k++) {
            const size_t most = sizeof seed->branch.added / sizeof *seed->branch.added;
            if (killer->pairs[k].kind != YN_PAIR_EMPTY || seed->branch.added_count == most)
                continue;
            yn_item item = {killer->pairs[k].name, yn_term_text(&t->p->arena, YN_TEXT("any"))};
            seed->branch.added[seed->branch.added_count++] = item;
        }
    }
}

static void try_seed(trial *t, yn_seed *seed)
{
    try_clients(t, seed);
    for (unsigned flavour = 1; !t->alive && !t->p->failed && t->asked < most_asked; flavour++) {
        if (!yn_seed_flavour(seed, flavour))
            break;
        try_clients(t, seed);
    }
    if (!t->alive) {
        size_t before = seed->branch.added_count;
        add_pairs(t, seed);
        if (seed->branch.added_count > before)
            try_clients(t, seed);
    }
}

static void try_context(trial *t)
{
    size_t seeds = yn_seed_count(t->rule, &t->p->shop);
    for (size_t n = 0; n < seeds && !t->alive && !t->p->failed && t->asked < most_asked; n++) {
        yn_seed *seed = yn_arena_alloc(&t->p->arena, sizeof *seed);
        if (!seed || !yn_seed_make(seed, t->rule, n, &t->p->shop))
            break;
        try_seed(t, seed);
    }
}

/* ---- certainty ------------------------------------------------------------------------------- */

static bool conditions_imply(const yn_view *rule, const yn_view *killer)
{
    for (size_t i = 0; i < killer->condition_count; i++) {
        size_t k = 0;
        while (k < rule->condition_count &&
               !yn_condition_implies(&rule->conditions[k], &killer->conditions[i]))
            k++;
        if (k == rule->condition_count)
            return false;
    }
    return true;
}

static bool captures_in_authority(const yn_view *rule)
{
    for (size_t i = 0; i < rule->piece_count; i++)
        if (rule->pieces[i].is_capture && rule->pieces[i].where == YN_MARK_AUTHORITY)
            return true;
    return false;
}

static bool covers_seed(trial *t, const yn_view *rule, const yn_view *killer, size_t n)
{
    yn_seed *seed = yn_arena_alloc(&t->p->arena, sizeof *seed);
    const yn_scope_view *scope = &t->p->model.scopes[killer->scope].view;
    return seed && yn_seed_make(seed, rule, n, &t->p->shop) &&
           yn_symbol_is_covered(&seed->start, killer, scope, &seed->branch, &t->p->shop);
}

// What all paths begin with that a rule is for, or what is enough for a rule.
typedef struct stem {
    char bytes[YN_REGEX_MAX_PREFIX + 2];
    size_t len;
} stem;

static void stem_put(stem *s, yonder_text t)
{
    size_t room = sizeof s->bytes - s->len, len = t.len < room ? t.len : room;
    memcpy(s->bytes + s->len, t.ptr, len);
    s->len += len;
}

// Only what looks the same in keys and to regular expressions, and as the letters are written.
static void stem_cut(stem *s, bool letters)
{
    static const char plain[] = "0123456789-._~/";
    size_t n = 0;
    while (n < s->len && ((letters && yn_is_alpha((unsigned char)s->bytes[n])) ||
                          memchr(plain, s->bytes[n], sizeof plain - 1)))
        n++;
    s->len = n;
}

// The literal segments at the start; returns how many they are.
static size_t stem_of_parts(stem *s, const yn_view *rule)
{
    size_t n = 0;
    for (; n < rule->part_count && rule->parts[n].kind == YN_PART_LITERAL; n++) {
        stem_put(s, YN_TEXT("/"));
        stem_put(s, rule->parts[n].literal);
    }
    return n;
}

static void stem_of(stem *s, trial *t, const yn_view *rule, bool letters)
{
    bool whole;
    s->len = 0;
    if (rule->is_regex) {
        s->len = yn_regex_prefix(s->bytes, rule->regex, &whole);
    } else {
        size_t n = stem_of_parts(s, rule);
        if (n < rule->part_count && rule->parts[n].kind == YN_PART_PLACEHOLDER)
            stem_put(s, YN_TEXT("/"));
        if (t->p->model.scopes[rule->scope].view.slash_ignored && s->len > 1 &&
            s->bytes[s->len - 1] == '/')
            s->len--;
    }
    stem_cut(s, letters);
    if (!s->len)
        stem_put(s, YN_TEXT("/"));
}

// What a path has to begin with for the rule to be for it, whatever follows; false where it asks
// for more.
static bool stem_for(stem *s, const yn_view *rule)
{
    static const char *const any[] = {"", ".*", ".*$", "(.*)", "(.*)$"};
    bool whole;
    s->len = 0;
    if (!rule->is_regex) {
        if (stem_of_parts(s, rule) + 1 != rule->part_count || rule->splat + 1 != rule->part_count)
            return false;
        stem_put(s, YN_TEXT("/"));
        size_t len = s->len;
        stem_cut(s, true);
        return s->len == len;
    }
    bool anchored = yn_starts_with(rule->regex, YN_TEXT("^"));
    yonder_text rest = yn_skip(rule->regex, anchored);
    s->len = anchored ? yn_regex_prefix(s->bytes, rule->regex, &whole) : 0;
    size_t len = s->len;
    stem_cut(s, true);
    if (s->len != len || !yn_starts_with(rest, (yonder_text){s->bytes, len}))
        return false;
    if (!len)
        stem_put(s, YN_TEXT("/"));
    for (size_t i = 0; i < sizeof any / sizeof *any; i++)
        if (yn_equal(yn_skip(rest, len), yonder_text_of(any[i])))
            return true;
    return false;
}

static bool ignores_case(trial *t, const yn_view *rule)
{
    return rule->is_regex ? rule->regex_ignores_case
                          : t->p->model.scopes[rule->scope].view.case_ignored;
}

static bool is_exact(const yn_view *rule)
{
    return !rule->is_regex && !rule->has_placeholders && rule->splat == rule->part_count;
}

// The same where one of them is a regular expression. `answered`: the killer answered a request of
// the rule.
static bool covers_regex(trial *t, const yn_view *rule, const yn_view *killer, bool answered)
{
    bool folds = ignores_case(t, rule), killer_folds = ignores_case(t, killer);
    stem have, want;
    if (killer->pair_count)
        return false;
    if (rule->is_regex && killer->is_regex && yn_equal(rule->regex, killer->regex) &&
        folds <= killer_folds)
        return true;
    if (answered && killer->is_regex && is_exact(rule) && folds <= killer_folds &&
        !t->p->model.scopes[rule->scope].view.slash_ignored)
        return true; // it has one path, and that fits
    if (!stem_for(&want, killer))
        return false;
    // A pattern that ignores case does so beyond ASCII: "k" is U+212A as well.
    stem_of(&have, t, rule, !folds || (killer_folds && (killer->is_regex || !rule->is_regex)));
    yonder_text begin = {have.bytes, have.len < want.len ? have.len : want.len};
    yonder_text wanted = {want.bytes, want.len};
    return killer_folds ? yn_equal_nocase(begin, wanted) : yn_equal(begin, wanted);
}

// Whether every path and query of `rule` is one of `killer`. With a splat: what stands before the
// killer's own and behind it is beside what stands before and behind the rule's, however many
// segments are between.
static bool covers(trial *t, const yn_view *rule, const yn_view *killer, bool answered)
{
    if (rule->is_regex || killer->is_regex)
        return covers_regex(t, rule, killer, answered);
    if (rule->splat == rule->part_count)
        return covers_seed(t, rule, killer, 0);
    return killer->splat < killer->part_count && killer->splat <= rule->splat &&
           killer->part_count - killer->splat <= rule->part_count - rule->splat &&
           covers_seed(t, rule, killer, yn_seed_of_run(0)) &&
           covers_seed(t, rule, killer, yn_seed_of_run(2));
}

static bool is_same_target(const yn_view *a, const yn_view *b)
{
    if (a->status != b->status || a->piece_count != b->piece_count ||
        a->passes_query != b->passes_query)
        return false;
    for (size_t i = 0; i < a->piece_count; i++) {
        const yn_piece *x = &a->pieces[i], *y = &b->pieces[i];
        if (x->is_capture != y->is_capture ||
            (x->is_capture ? memcmp(&x->capture, &y->capture, sizeof x->capture) != 0
                           : !yn_equal(x->text, y->text)))
            return false;
    }
    return true;
}

static void tell_dead(trial *t, const yn_view *killer, const yn_place_at *place)
{
    uint32_t orders[] = {t->rule->order, killer->order};
    yn_proof_line first = yn_prover_line(t->p, killer->order);
    yn_client_made client;
    (void)yn_client_make(&client, &t->rule, 1, t->p->nobody.now, 0, &t->p->arena);
    bool same = killer->scope == t->rule->scope && covers(t, killer, t->rule, false) &&
                conditions_imply(killer, t->rule);
    if (same && is_same_target(killer, t->rule))
        yn_tell(t->p, YN_PROOF_DUPLICATE, orders, 2, place, &client.side, "is the same as line %u",
                first.line);
    else if (same)
        yn_tell(t->p, YN_PROOF_DUPLICATE_CONFLICT, orders, 2, place, &client.side,
                "line %u, for the same requests, answers otherwise, and comes first", first.line);
    else
        yn_tell(t->p, YN_PROOF_SHADOWED, orders, 2, place, &client.side,
                "never fires: line %u answers all its requests first", first.line);
}

static void tell_site(trial *t, size_t n)
{
    uint32_t orders[] = {t->rule->order, t->killers[n]};
    const char *line = t->causes[n] == YONDER_RULES_HTTPS         ? "https"
                       : t->causes[n] == YONDER_RULES_MAINTENANCE ? "maintenance"
                                                                  : "canonical";
    if (t->causes[n] == YONDER_RULES_MAINTENANCE)
        yn_tell_undecided(t->p, t->rule->order,
                          "'maintenance' is on for its site, so it was not "
                          "looked at");
    else
        yn_tell(t->p, YN_PROOF_SHADOWED, orders, 2, &t->places[n], NULL,
                "never fires: the line '%s' answers all its requests first", line);
}

// One of those that answered instead, if it is for all the rule's requests.
static void judge(trial *t)
{
    const yn_model_scope *scope = &t->p->model.scopes[t->rule->scope];
    for (size_t i = 0; i < t->killer_count && !scope->is_partial; i++) {
        if (t->causes[i] != YONDER_RULES_RULE) {
            if (t->killer_count == 1 && !t->not_all) {
                tell_site(t, i);
                return;
            }
            continue;
        }
        const yn_view *killer = yn_prover_view(t->p, t->killers[i]);
        // Where the hosts differ in who answers, each has to be a rule for all of its requests.
        if (!killer || captures_in_authority(killer) || !covers(t, t->rule, killer, true) ||
            !conditions_imply(t->rule, killer))
            continue;
        if (t->killer_count == 1 || killer->scope == t->rule->scope) {
            tell_dead(t, killer, &t->places[i]);
            return;
        }
    }
    yn_tell_undecided(t->p, t->rule->order, "no request was found that it answers%s",
                      t->killer_count ? ", for other rules answer first" : "");
}

static void tell_expired(trial *t)
{
    for (size_t i = 0; i < t->rule->condition_count; i++)
        if (t->rule->conditions[i].kind == YN_IF_UNTIL &&
            t->rule->conditions[i].number <= t->p->nobody.now)
            yn_tell(t->p, YN_PROOF_EXPIRED, &t->rule->order, 1, NULL, NULL,
                    "its time was over before today");
}

void yn_prove_alive(yn_prover *p, const yn_view *rule)
{
    const yn_model_scope *scope = &p->model.scopes[rule->scope];
    trial t = {.p = p, .rule = rule};
    for (size_t i = 0; i < scope->context_count && !t.alive && !p->failed; i++) {
        t.context = &scope->contexts[i];
        try_context(&t);
    }
    if (p->failed)
        return;
    if (!t.alive)
        judge(&t);
    tell_expired(&t);
}
