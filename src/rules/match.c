// SPDX-License-Identifier: MIT
// The way of a request through a rule set: which scopes it belongs to, which rules of those it
// meets, the first of these in file order, and the Location that rule makes of it.
#include "rules/match.h"

#include <assert.h>

#include "base/text.h"
#include "core/host.h"
#include "rules/lookup.h"
#include "rules/path.h"
#include "rules/same.h"
#include "rules/target.h"

/* ---- the path as it is compared -------------------------------------------------------------- */

char *yn_lookup_room(yn_lookup *l, size_t size)
{
    if (size > l->scratch_size) {
        l->error = YONDER_TOO_LARGE;
        return NULL;
    }
    char *room = l->scratch;
    l->scratch += size;
    l->scratch_size -= size;
    return room;
}

yonder_text yn_lookup_key(yn_lookup *l, const yn_scope *scope)
{
    yonder_text key = l->key;
    if (scope->case_ignored && !l->folded.ptr) {
        char *room = yn_lookup_room(l, key.len);
        if (!room)
            return (yonder_text){NULL, 0};
        l->folded = yn_path_as_key(room, key, false, true);
    }
    return yn_path_as_key(NULL, scope->case_ignored ? l->folded : key, scope->slash_ignored, false);
}

yonder_text yn_lookup_subject(yn_lookup *l)
{
    if (!l->subject.ptr) {
        char *room = yn_lookup_room(l, l->key.len);
        if (!room)
            return (yonder_text){"", 0};
        l->subject = (yonder_text){room, yn_path_readable(room, l->key)};
    }
    return l->subject;
}

// Sets key, raw and query. Only a path that is not its own key is written anew.
static bool read_target(yn_lookup *l, yonder_text target)
{
    bool canonical;
    size_t end = yn_path_scan(target, &canonical);
    l->key = l->raw = yn_slice(target, 0, end);
    l->query = end < target.len ? yn_skip(target, end + 1) : (yonder_text){NULL, 0};
    if (canonical)
        return true;
    char *room = yn_lookup_room(l, 4 * end);
    if (!room)
        return false;
    l->raw = (yonder_text){room, yn_path_remove_dots(room, l->raw)};
    l->key = (yonder_text){room + l->raw.len, yn_path_canonical(room + l->raw.len, l->raw)};
    l->scratch = (char *)l->key.ptr + l->key.len; // what is left goes back
    l->scratch_size += 4 * end - l->raw.len - l->key.len;
    return true;
}

/* ---- scopes ---------------------------------------------------------------------------------- */

static void consider_exact(yn_lookup *l, uint32_t number, yonder_text key)
{
    const yonder_rules *set = l->set;
    uint32_t hash = yn_slots_hash(key, number);
    yn_probe probe = yn_slots_probe(hash, set->exact_count);
    for (const yn_slot *s; (s = yn_slots_next(set->exact, set->exact_count, hash, &probe));) {
        const yn_rule *rule = yn_set_rule(set, s->ref);
        if (rule && yn_rule_place(rule) == number && yn_equal(yn_rule_key(rule), key)) {
            yn_consider(l, s->ref);
            return;
        }
    }
}

// Every regular expression whose literal prefix, of one of the lengths there are, fits.
static void consider_regexes(yn_lookup *l, uint32_t number, const yn_scope *scope)
{
    const yonder_rules *set = l->set;
    const unsigned char *lengths = (const unsigned char *)set->pool + scope->lengths;
    yonder_text subject = yn_lookup_subject(l);
    char folded[YN_REGEX_MAX_PREFIX + 1];
    size_t folded_len = 0;
    for (size_t len = 0; len <= YN_REGEX_MAX_PREFIX && len <= subject.len; len++) {
        if (!(lengths[len / 8] >> len % 8 & 1))
            continue;
        for (; folded_len < len; folded_len++)
            folded[folded_len] = yn_lower(subject.ptr[folded_len]);
        const yonder_text prefixes[] = {yn_slice(subject, 0, len), {folded, len}};
        for (int fold = 0; fold < 2; fold++) {
            uint32_t hash = yn_regex_hash(number, fold, prefixes[fold]);
            yn_probe probe = yn_slots_probe(hash, set->regex_index_count);
            for (const yn_slot *s;
                 (s = yn_slots_next(set->regex_index, set->regex_index_count, hash, &probe));) {
                const yn_rule *rule = yn_set_rule(set, s->ref);
                if (rule && rule->flags & YN_RULE_REGEX && yn_rule_place(rule) == number)
                    yn_consider(l, s->ref);
            }
        }
    }
}

static void consider_one_scope(yn_lookup *l, uint32_t number)
{
    const yn_scope *scope = yn_set_scope(l->set, number);
    if (scope->has_exact) {
        yonder_text key = yn_lookup_key(l, scope);
        if (key.ptr)
            consider_exact(l, number, key);
    }
    if (scope->root)
        yn_consider_patterns(l, scope->root, scope);
    if (scope->lengths)
        consider_regexes(l, number, scope);
}

// A scope and those its URLs make inside it: they are one by file order.
static void consider_scope(yn_lookup *l, const yn_layer *layer, uint32_t number)
{
    l->set = layer->set;
    consider_one_scope(l, number);
    if (!yn_set_scope(l->set, number)->has_urls)
        return;
    uint32_t scheme = l->request->https ? YN_SCHEME_HTTPS : YN_SCHEME_HTTP;
    for (size_t i = 0; i < l->name_count; i++) {
        uint32_t n = layer->hosts[i] ? yn_set_host(l->set, layer->hosts[i])->urls : 0;
        for (const yn_url_scope *url; n; n = url->next) {
            url = yn_set_url(l->set, n);
            if (url->parent == number && (url->port == -1 || url->port == l->port) &&
                (url->scheme == YN_SCHEME_ANY || url->scheme == scheme))
                consider_one_scope(l, url->scope);
        }
    }
}

/* ---- hosts ----------------------------------------------------------------------------------- */

// The host in canonical form. Plain names, nearly all, need but lower case; the others must not
// reach IDNA, which allocates, and are no host a client would send.
static void read_host(yn_lookup *l, yonder_text field)
{
    int32_t port = -1;
    for (size_t i = 0; i < field.len; i++)
        if ((unsigned char)field.ptr[i] >= 0x80 || field.ptr[i] == '%')
            return;
    if (!field.len ||
        yn_host_canonical(field, l->host_room, YN_LONGEST_HOST, &l->host, &port) != YONDER_OK ||
        l->host.ptr[0] == '.') { // it would be taken for the name of a wildcard
        l->host.len = 0;
        return;
    }
    l->port = port >= 0 ? port : l->request->https ? 443 : 80;
}

// Which of the host's names, most specific first, a layer has.
static void find_hosts(yn_lookup *l, yn_layer *layer)
{
    const yonder_rules *set = layer->set;
    memset(layer->hosts, 0, l->name_count * sizeof *layer->hosts);
    if (!set->host_index_count)
        return;
    layer->hosts[0] = yn_set_find_host(set, l->host);
    for (size_t i = 1, n = 1; set->has_wildcards && i < l->host.len; i++)
        if (l->host.ptr[i] == '.')
            layer->hosts[n++] = yn_set_find_host(set, yn_skip(l->host, i));
}

static void find_layers(yn_lookup *l)
{
    const yonder_rules *set = l->top;
    bool any = set->host_index_count || set->has_sites ||
               (set->below && (set->below->host_index_count || set->below->has_sites));
    l->layers[l->layer_count++].set = set;
    if (set->below)
        l->layers[l->layer_count++].set = set->below;
    if (any)
        read_host(l, l->request->host);
    l->name_count = l->host.len != 0;
    for (size_t i = 1; i < l->host.len; i++)
        l->name_count += l->host.ptr[i] == '.';
    for (size_t i = 0; l->name_count && i < l->layer_count; i++)
        find_hosts(l, &l->layers[i]);
}

// Whether a more specific name than the one at `rank` has the scope as well.
static bool was_considered(const yn_layer *layer, size_t rank, uint32_t scope)
{
    for (size_t i = 0; i < rank; i++) {
        const yn_host *host = yn_set_host(layer->set, layer->hosts[i]);
        for (uint32_t n = 0; layer->hosts[i] && n < host->scope_count; n++)
            if (*yn_set_host_scope(layer->set, host->scopes + n) == scope)
                return true;
    }
    return false;
}

// The sections of the most specific name first; what serves any host last.
static void find_rule(yn_lookup *l)
{
    for (size_t i = 0; i < l->name_count; i++) {
        l->rank = (uint32_t)i;
        for (size_t k = 0; k < l->layer_count; k++) {
            const yn_layer *layer = &l->layers[k];
            const yn_host *host = yn_set_host(layer->set, layer->hosts[i]);
            for (uint32_t n = 0; layer->hosts[i] && n < host->scope_count; n++) {
                uint32_t scope = *yn_set_host_scope(layer->set, host->scopes + n);
                if (!l->watch || !was_considered(layer, i, scope))
                    consider_scope(l, layer, scope);
            }
        }
        if (l->best && !l->watch)
            return;
        if (l->best) { // what comes now is looked at, and cannot win
            l->order = 0;
        }
    }
    l->rank = (uint32_t)l->name_count;
    for (size_t k = 0; k < l->layer_count; k++)
        consider_scope(l, &l->layers[k], 0);
}

/* ---- languages, in a set with changes -------------------------------------------------------- */

// The rules with the FROM of the first one that fires, wherever they lie.
typedef struct alike {
    yn_lookup *l;
    const yonder_rules *set; // of the first one
    const yn_rule *first;
    uint32_t end;   // of the first rule that fires and asks for no language
    uint32_t order; // of the rule that is liked most so far
    int quality;
} alike;

static bool is_alike(const alike *a, const yonder_rules *owner, const yn_rule *rule)
{
    return rule->order > a->first->order && rule->order <= a->end &&
           yn_same_from(owner, rule, a->set, a->first);
}

static void note_end(void *context, const yonder_rules *owner, const yn_rule *rule,
                     yn_verdict verdict, size_t condition, const yonder_text *captures)
{
    alike *a = context;
    (void)condition, (void)captures;
    if (verdict == YN_VERDICT_FIRES && !yn_rule_rest(rule)->has_language &&
        is_alike(a, owner, rule))
        a->end = rule->order;
}

static void note_choice(void *context, const yonder_rules *owner, const yn_rule *rule,
                        yn_verdict verdict, size_t condition, const yonder_text *captures)
{
    alike *a = context;
    (void)captures;
    if (!is_alike(a, owner, rule) ||
        (verdict != YN_VERDICT_FIRES && verdict != YN_VERDICT_CONDITION))
        return;
    yn_note_conditions(a->l, rule, condition, a->l->place);
    if (verdict != YN_VERDICT_FIRES || rule->order == a->end)
        return;
    int quality = yn_quality_of(a->l, rule);
    if (quality < a->quality || (quality == a->quality && rule->order > a->order))
        return;
    a->quality = quality;
    a->order = rule->order;
    a->l->best_set = owner;
    a->l->best = (uint32_t)((const uint32_t *)(const void *)rule - owner->records);
}

static void look_again(const yn_lookup *l, const yn_watch *watch)
{
    yn_lookup again = *l;
    again.watch = watch;
    again.best = 0;
    again.order = again.limit = YN_NO_ORDER;
    find_rule(&again);
}

// As yn_choose_language(): up to the first that asks for no language, the one that is liked most.
static void choose_among_layers(yn_lookup *l)
{
    alike a = {.l = l, .set = l->best_set, .first = yn_set_rule(l->best_set, l->best)};
    assert(a.first); // it was looked up when it became the best
    a.end = YN_NO_ORDER;
    a.order = a.first->order;
    a.quality = yn_quality_of(l, a.first);
    look_again(l, &(yn_watch){note_end, &a});
    look_again(l, &(yn_watch){note_choice, &a});
}

static void choose_language(yn_lookup *l)
{
    if (!yn_rule_rest(yn_set_rule(l->best_set, l->best))->has_language)
        return;
    if (l->top->below)
        choose_among_layers(l);
    else
        yn_choose_language(l);
}

/* ---- the call -------------------------------------------------------------------------------- */

static int compose(yn_lookup *l, const yn_site *site, const yn_rule *rule,
                   yonder_rules_answer *answer)
{
    yonder_text captures[YN_MOST_CAPTURES];
    char origin[300];
    const yn_rule_more *more = yn_rule_rest(rule);
    const yn_site_row *query = site->line[YN_SITE_QUERY];
    l->set = l->best_set;
    if (rule->flags & YN_RULE_CAPTURES) {
        memset(captures, 0, sizeof captures); // a damaged target may ask for any
        yn_read_captures(l, rule, captures);
    }
    yn_filling filling = {
        .captures = captures,
        .query = query && query->drop ? (yonder_text){NULL, 0} : l->query,
        .ignored = l->ignored,
        .origin = yn_site_canonical(l, site, origin),
        .set = l->set,
        .shape = more->shape ? yn_set_shape(l->set, more->shape) : NULL,
    };
    yonder_text location;
    int error = yn_target_fill(rule, &filling, l->scratch, l->scratch_size, &location);
    if (error)
        return error;
    if (location.ptr == l->scratch)
        yn_lookup_room(l, location.len);
    answer->cause = YONDER_RULES_RULE;
    answer->status = rule->status < yn_status_count ? yn_statuses[rule->status].status : 0;
    answer->location = location;
    answer->file = yn_set_source_of(l->top, rule->order, &answer->line);
    answer->place = rule->order;
    return YONDER_OK;
}

static void begin(yn_lookup *l, const yonder_rules *rules, const yonder_rules_request *request,
                  char *scratch, size_t scratch_size, const yn_watch *watch)
{
    l->request = request;
    l->top = l->set = rules;
    l->watch = watch;
    l->folded = l->subject = l->ignored = l->host = (yonder_text){NULL, 0};
    l->scratch = scratch;
    l->scratch_size = scratch_size;
    l->port = 0;
    l->layer_count = l->name_count = l->vary_count = 0;
    l->order = l->limit = YN_NO_ORDER;
    l->best = 0;
    l->best_set = NULL;
    l->rank = 0;
    l->choosing = false;
    l->place = l->vary_lost = l->conditional = YN_NO_PLACE;
    l->error = 0;
}

// The rule that fires, or NULL.
static const yn_rule *find_fired(yn_lookup *l, const yonder_rules **owner)
{
    find_rule(l);
    if (l->error || !l->best)
        return NULL;
    choose_language(l);
    *owner = l->best_set;
    return yn_set_rule(l->best_set, l->best);
}

// The most specific name of the request's host that the set has; of a changed set, that what lies
// below has.
static uint32_t known_site(const yn_lookup *l)
{
    const yn_layer *layer = &l->layers[l->layer_count - 1];
    for (size_t i = 0; i < l->name_count; i++)
        if (layer->hosts[i])
            return layer->hosts[i];
    return 0;
}

static int match(yn_lookup *l, yonder_text target, yonder_rules_answer *answer,
                 const yonder_rules **owner, const yn_rule **fired)
{
    yn_site site = {{NULL}, NULL};
    if (!read_target(l, target))
        return YONDER_TOO_LARGE;
    find_layers(l);
    yn_find_site(l, &site);
    if (site.line[YN_SITE_QUERY])
        l->ignored = yn_site_text(&site, YN_SITE_QUERY);
    if (!yn_site_goes_first(l, &site, target, answer)) {
        *fired = find_fired(l, owner);
        int error = l->error ? l->error : *fired ? compose(l, &site, *fired, answer) : YONDER_OK;
        if (error)
            return error;
        if (!*fired)
            yn_site_goes_last(l, &site, target, answer);
    } else if (l->watch) { // rules are looked at, and have no part in the answer
        yn_lookup aside = *l;
        *fired = find_fired(&aside, owner);
    }
    yn_finish_answer(l, &site, answer);
    answer->site = known_site(l);
    return l->error;
}

// What goes with any answer of the site, where no path was understood.
static void tell_site(yn_lookup *l, yonder_rules_answer *answer)
{
    yn_site site = {{NULL}, NULL};
    find_layers(l);
    yn_find_site(l, &site);
    yn_finish_answer(l, &site, answer);
    answer->site = known_site(l);
}

int yn_match(const yonder_rules *rules, const yonder_rules_request *request, char *scratch,
             size_t scratch_size, yonder_rules_answer *answer, const yn_watch *watch,
             const yonder_rules **owner, const yn_rule **fired)
{
    yn_lookup l;
    yonder_rules_answer found = {0};
    *fired = NULL;
    begin(&l, rules, request, scratch, scratch_size, watch);
    int error = YONDER_OK;
    if (request->target.len && request->target.ptr[0] == '/')
        error = match(&l, request->target, &found, owner, fired);
    else
        tell_site(&l, &found);
    if (error)
        return error;
    *answer = found;
    return found.cause != YONDER_RULES_NONE;
}

int yonder_rules_match(const yonder_rules *rules, const yonder_rules_request *request,
                       char *scratch, size_t scratch_size, yonder_rules_answer *answer)
{
    const yonder_rules *owner;
    const yn_rule *fired;
    return yn_match(rules, request, scratch, scratch_size, answer, NULL, &owner, &fired);
}
