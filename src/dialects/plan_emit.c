// SPDX-License-Identifier: MIT
// A plan as rules: who answers for which host, section by section.
#include <assert.h>
#include <stdio.h>

#include "base/text.h"
#include "dialects/plan_check.h"
#include "dialects/plan_fold.h"
#include "dialects/regexp.h"

typedef struct emitter {
    yn_plan *plan;
    const yn_sink *sink;
    yn_site *sites; // the first is for hosts without a site of their own
    size_t site_count, site_cap;
    yn_map places;        // host to its place in `sites`
    unsigned world;       // schemes that anybody listens for
    yn_plan_rules others; // of the first site
    bool others_upgrade, others_ignore_case;
    yonder_text file;  // whose rules are being told
    yonder_text hosts; // of the section to be
    uint32_t section_line;
    bool in_section;
    int error; // the sink's
} emitter;

/* ---- sites ----------------------------------------------------------------------------------- */

static unsigned schemes_of(const emitter *e, const yn_plan_server *server)
{
    return server->schemes ? server->schemes : e->world;
}

static yn_site *find_site(emitter *e, yonder_text host)
{
    uint32_t *place = yn_map_find(&e->places, host);
    return place ? &e->sites[*place] : NULL;
}

static yn_site *add_site(emitter *e, yonder_text host)
{
    bool added;
    if (e->site_count == e->site_cap) {
        size_t cap = e->site_cap ? e->site_cap * 2 : 16;
        yn_site *more = yn_resize(e->plan->mem, e->sites, cap * sizeof *more);
        if (!more) {
            e->plan->error = YONDER_NO_MEMORY;
            return NULL;
        }
        e->sites = more;
        e->site_cap = cap;
    }
    if (host.len && !yn_map_add(&e->places, host, (uint32_t)e->site_count, &added)) {
        e->plan->error = YONDER_NO_MEMORY;
        return NULL;
    }
    assert(e->sites);
    e->sites[e->site_count] =
        (yn_site){.host = host, .wildcard = yn_starts_with(host, YN_TEXT("*."))};
    return &e->sites[e->site_count++];
}

static bool is_host(emitter *e, yonder_text file, uint32_t line, yonder_text host)
{
    if (yn_plan_is_host(e->plan, host))
        return true;
    yonder_text why = yn_plan_written(e->plan);
    yn_plan_note(e->plan, YN_NOTE_LOST, file, line, "%.*s", YN_PRINT(why));
    return false;
}

// Servers take the hosts they are named after; the first that is named so has it.
static void add_named_sites(emitter *e)
{
    for (const yn_plan_server *server = e->plan->servers; server; server = server->next)
        for (const yn_plan_name *name = server->names; name; name = name->next) {
            yn_site *site = find_site(e, name->host);
            if (!site && !is_host(e, server->file, server->line, name->host))
                continue;
            site = site ? site : add_site(e, name->host);
            for (int i = 0; site && i < 2; i++)
                if (schemes_of(e, server) & 1u << i && !site->servers[i])
                    site->servers[i] = server;
        }
}

// Who answers for `host` where no site is named so: the longest wildcard's server, or a default.
static const yn_plan_server *fallback(emitter *e, yonder_text host, int scheme)
{
    char key[256];
    for (size_t dot = yn_find_char(host, '.'); dot < host.len && host.len - dot < sizeof key - 1;) {
        key[0] = '*';
        memcpy(key + 1, host.ptr + dot, host.len - dot);
        const yn_site *site = find_site(e, (yonder_text){key, host.len - dot + 1});
        if (site && site->servers[scheme] && !yn_equal(site->host, host))
            return site->servers[scheme];
        dot += 1 + yn_find_char(yn_skip(host, dot + 1), '.');
    }
    return e->sites[0].servers[scheme];
}

// Hosts that only tests name are sites, too, where the test's server would answer for them.
static void add_tested_sites(emitter *e)
{
    yn_test_hosts hosts;
    for (const yn_plan_server *server = e->plan->servers; server; server = server->next)
        for (const yn_step *step = server->steps; step && !e->plan->error; step = step->next)
            for (const yn_host_test *test = step->which.hosts; test; test = test->next) {
                yn_test_hosts_of(e->plan, test, &hosts);
                for (size_t i = 0; i < hosts.count; i++) {
                    const yn_plan_server *http = fallback(e, hosts.hosts[i], 0);
                    const yn_plan_server *https = fallback(e, hosts.hosts[i], 1);
                    if (find_site(e, hosts.hosts[i]) || (http != server && https != server) ||
                        !is_host(e, step->file, step->line, hosts.hosts[i]))
                        continue;
                    yn_site *site = add_site(e, yn_plan_copy(e->plan, hosts.hosts[i]));
                    if (site) {
                        site->servers[0] = http;
                        site->servers[1] = https;
                    }
                }
                if (hosts.inexact)
                    yn_plan_note(e->plan, YN_NOTE_CHANGED, step->file, step->line,
                                 "the regular expression fits hosts that it is not carried over "
                                 "for: only those it names");
            }
}

static void find_sites(emitter *e)
{
    for (const yn_plan_server *server = e->plan->servers; server; server = server->next)
        e->world |= server->schemes;
    e->world = e->world ? e->world : YN_HTTP_AND_HTTPS;
    if (!add_site(e, (yonder_text){0}))
        return;
    for (const yn_plan_server *server = e->plan->servers; server; server = server->next)
        for (int i = 0; i < 2; i++)
            if (server->defaults & 1u << i && !e->sites[0].servers[i])
                e->sites[0].servers[i] = server;
    add_named_sites(e);
    add_tested_sites(e);
    for (size_t k = 1; k < e->site_count; k++)
        for (int i = 0; i < 2; i++)
            if (!e->sites[k].servers[i])
                e->sites[k].servers[i] = fallback(e, e->sites[k].host, i);
}

/* ---- to the sink ----------------------------------------------------------------------------- */

static void took(emitter *e, int error)
{
    if (error && error != YONDER_INVALID_RULES && !e->error)
        e->error = error;
}

// What follows comes from `file` and stands in the present section.
static void enter(emitter *e, yonder_text file)
{
    if (!yn_equal(e->file, file)) {
        took(e, e->sink->source(e->sink->context, file));
        e->file = file;
        e->in_section = false;
    }
    if (e->hosts.len && !e->in_section) {
        took(e, e->sink->section(e->sink->context, e->hosts, e->section_line));
        e->in_section = true;
    }
}

static void tell_site_line(emitter *e, yonder_text file, uint32_t line, const char *name,
                           const char *value)
{
    yn_draft_site site = {yonder_text_of(name), yonder_text_of(value), line};
    enter(e, file);
    took(e, e->sink->site(e->sink->context, &site));
}

static void note_paths(emitter *e, yonder_text file)
{
    yn_plan_note(e->plan, YN_NOTE_CHANGED, file, 0,
                 "%.*s compares paths with all escapes decoded%s%s; here the escape of a reserved "
                 "character, such as %%2F, is not that character%s",
                 YN_PRINT(e->plan->program),
                 e->plan->keeps_dots ? ", leaves a dot segment at the end as it is" : "",
                 e->plan->merges_slashes ? " and takes a run of slashes for one" : "",
                 e->plan->merges_slashes ? ", and // not /" : "");
}

static void tell(emitter *e, const yn_plan_rule *rule, yonder_text from)
{
    yn_draft draft = {
        .from = from,
        .pairs = rule->pairs,
        .pair_count = rule->pair_count,
        .to = rule->to,
        .status = rule->step->status,
        .conditions = rule->conditions,
        .condition_count = rule->condition_count,
        .line = rule->step->line,
    };
    if (!yn_plan_is_rule(e->plan, &draft, e->hosts)) {
        yonder_text why = yn_plan_written(e->plan);
        yn_plan_note(e->plan, YN_NOTE_LOST, rule->step->file, rule->step->line, "%.*s",
                     YN_PRINT(why));
        return;
    }
    if (rule->kind != YN_PATH_ANY)
        note_paths(e, rule->step->file);
    enter(e, rule->step->file);
    took(e, e->sink->rule(e->sink->context, &draft));
}
/* ---- one section ----------------------------------------------------------------------------- */

typedef struct section {
    const yn_plan_rules *rules;
    const yonder_text *hosts;
    size_t host_count;
    bool ignores_case; // "case ignore": patterns where case counts
    unsigned answered; // schemes that a rule at the front answers for, whatever follows
    unsigned served;   // schemes that some server answers for
} section;

// FROM of a rule, for one host and scheme where `host` is given.
static yonder_text from_of(emitter *e, const section *s, const yn_plan_rule *rule,
                           const char *scheme, yonder_text host)
{
    yn_buf *out = &e->plan->scratch;
    bool exact = rule->kind == YN_PATH_EXACT;
    // Where case is ignored, it is so for patterns, too.
    const char *tilde = rule->ignore_case ? "~*" : s->ignores_case ? "~(?-i)" : "~";
    if (rule->kind == YN_PATH_REGEX) {
        yn_buf_str(out, tilde);
    } else if (exact && rule->ignore_case != s->ignores_case) {
        yonder_text subject = yn_plan_subject(e->plan, rule->path);
        yn_buf_printf(out, "%s^", tilde);
        yn_regexp_quote(out, subject);
        yn_buf_char(out, '$');
        return yn_plan_written(e->plan);
    } else if (host.len) {
        yn_buf_printf(out, "%s//%.*s", scheme, YN_PRINT(host));
    }
    yn_buf_put(out, rule->path);
    return yn_plan_written(e->plan);
}

static bool is_pattern(const section *s, const yn_plan_rule *rule)
{
    return rule->kind == YN_PATH_REGEX ||
           (rule->kind == YN_PATH_EXACT && rule->ignore_case != s->ignores_case);
}

static void tell_rule(emitter *e, const section *s, const yn_plan_rule *rule)
{
    unsigned others = e->world & ~rule->schemes & ~s->answered;
    const char *scheme = rule->schemes == YN_HTTPS ? "https:" : "http:";
    if (!rule->step->to ? false : !rule->to.len) {
        yn_plan_note(e->plan, YN_NOTE_LOST, rule->step->file, rule->step->line,
                     "its target takes the request's host, which is not known here");
        return;
    }
    if (others && !is_pattern(s, rule) && s->host_count) {
        for (size_t i = 0; i < s->host_count; i++)
            tell(e, rule, from_of(e, s, rule, scheme, s->hosts[i]));
        return;
    }
    if (others & s->served) {
        yn_plan_note(e->plan, YN_NOTE_LOST, rule->step->file, rule->step->line,
                     "it is for %s only, which a rule %s cannot be",
                     rule->schemes == YN_HTTPS ? "https" : "http",
                     s->host_count ? "with a regular expression" : "for any host");
        return;
    }
    if (others)
        yn_plan_note(e->plan, YN_NOTE_CHANGED, rule->step->file, rule->step->line,
                     "it is for %s only there, here for %s as well",
                     rule->schemes == YN_HTTPS ? "https" : "http",
                     rule->schemes == YN_HTTPS ? "http" : "https");
    tell(e, rule, from_of(e, s, rule, "", (yonder_text){0}));
}

static bool answers_all(const yn_plan_rule *rule)
{
    return rule->kind == YN_PATH_ANY && !rule->pair_count && !rule->condition_count;
}

// The rule that answers for `scheme`, if no other one of that scheme stands before it.
static const yn_plan_rule *first_of(const section *s, unsigned scheme)
{
    for (const yn_plan_rule *rule = s->rules->first; rule; rule = rule->next)
        if (rule->schemes & scheme)
            return answers_all(rule) && rule->schemes == scheme ? rule : NULL;
    return NULL;
}

static void tell_upgrade(emitter *e, const yn_plan_rule *rule)
{
    char status[16];
    snprintf(status, sizeof status, "%d", rule->step->status);
    tell_site_line(e, rule->step->file, rule->step->line, "https", status);
}

// "https://host/:splat", for all of http.
static bool leads_to_https(const section *s, const yn_plan_rule *rule)
{
    yonder_text to = rule->to;
    if (s->host_count || !yn_starts_with(to, YN_TEXT("https://")) || rule->schemes != YN_HTTP ||
        !answers_all(rule))
        return false;
    to = yn_skip(to, 8);
    return yn_equal(yn_skip(to, yn_find_char(to, '/')), YN_TEXT("/:splat"));
}

// http to https goes first, which is as well where it is all that happens to http.
static const yn_plan_rule *find_upgrade(emitter *e, const section *s)
{
    const yn_plan_rule *first = first_of(s, YN_HTTP);
    if (first && first->upgrades && first->step->status != 303)
        return first;
    if (first && leads_to_https(s, first) && first->step->status != 303 && e->world != YN_HTTP) {
        yn_plan_note(e->plan, YN_NOTE_CHANGED, first->step->file, first->step->line,
                     "http goes to https on the request's own host first");
        return first;
    }
    for (const yn_plan_rule *rule = s->rules->first; rule; rule = rule->next)
        if (rule->upgrades && !rule->to.len && rule->schemes == YN_HTTP &&
            rule->step->status != 303) {
            yn_plan_note(e->plan, YN_NOTE_CHANGED, rule->step->file, rule->step->line,
                         "here http goes to https before any other rule");
            return rule;
        }
    return NULL;
}

static bool wants_case_ignored(const section *s)
{
    size_t ignoring = 0, counting = 0;
    for (const yn_plan_rule *rule = s->rules->first; rule; rule = rule->next)
        if (rule->kind == YN_PATH_EXACT) {
            ignoring += rule->ignore_case;
            counting += !rule->ignore_case;
        } else if (rule->kind == YN_PATH_PREFIX) {
            return false;
        }
    return ignoring > counting;
}

// Returns whether http goes to https before all.
static bool tell_rules(emitter *e, section *s)
{
    const yn_plan_rule *upgrade = find_upgrade(e, s), *fronts[2] = {NULL, NULL};
    s->ignores_case = wants_case_ignored(s);
    if (s->ignores_case)
        tell_site_line(e, s->rules->first->step->file, s->rules->first->step->line, "case",
                       "ignore");
    else if (e->others_ignore_case && s->rules->first)
        tell_site_line(e, s->rules->first->step->file, s->rules->first->step->line, "case",
                       "exact");
    if (upgrade) {
        tell_upgrade(e, upgrade);
        s->answered |= YN_HTTP;
    }
    for (int i = 0; i < 2; i++) {
        fronts[i] = first_of(s, 1u << i);
        if (fronts[i] && fronts[i] != upgrade && e->world & ~fronts[i]->schemes && s->host_count) {
            tell_rule(e, s, fronts[i]);
            s->answered |= fronts[i]->schemes;
        } else {
            fronts[i] = NULL;
        }
    }
    for (const yn_plan_rule *rule = s->rules->first; rule && !e->error; rule = rule->next)
        if (rule != upgrade && rule != fronts[0] && rule != fronts[1])
            tell_rule(e, s, rule);
    return upgrade != NULL;
}

/* ---- all sections ---------------------------------------------------------------------------- */

static bool same_rule(const yn_plan_rule *a, const yn_plan_rule *b)
{
    return a->step->line == b->step->line && yn_equal(a->step->file, b->step->file) &&
           a->step->status == b->step->status && a->kind == b->kind && a->schemes == b->schemes &&
           a->upgrades == b->upgrades && a->pair_count == b->pair_count &&
           yn_equal(a->path, b->path);
}

static bool same_rules(const yn_plan_rule *a, const yn_plan_rule *b)
{
    // Where http goes to https first, that is a line about the site, and the target is not told.
    for (bool first = true; a && b && same_rule(a, b); first = false, a = a->next, b = b->next)
        if (!yn_equal(a->to, b->to) && !(first && a->upgrades && a->schemes == YN_HTTP))
            break;
    return !a && !b;
}

static bool same_pairs(const yn_draft_pair *a, const yn_draft_pair *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!yn_equal(a[i].name, b[i].name) || !yn_equal(a[i].value, b[i].value))
            return false;
    return true;
}

// A step that was gone through once for each scheme is one rule where both came to the same.
static void join_schemes(yn_plan_rules *rules)
{
    for (yn_plan_rule *rule = rules->first; rule && rule->next;) {
        const yn_plan_rule *next = rule->next;
        unsigned schemes = rule->schemes | next->schemes;
        yn_plan_rule joined = *next;
        joined.schemes = rule->schemes;
        if (rule->schemes & next->schemes || rule->upgrades || !same_rule(rule, &joined) ||
            rule->ignore_case != next->ignore_case ||
            rule->condition_count != next->condition_count ||
            !same_pairs(rule->pairs, next->pairs, rule->pair_count) ||
            !same_pairs(rule->conditions, next->conditions, rule->condition_count)) {
            rule = rule->next;
            continue;
        }
        rule->schemes = schemes;
        rule->next = next->next;
        rules->count--;
        if (!rule->next) {
            rules->last = rule;
            rules->end = &rule->next;
        }
    }
}

static unsigned fold_site(emitter *e, const yn_site *site, yn_plan_rules *rules)
{
    unsigned ended = 0;
    *rules = (yn_plan_rules){.end = &rules->first};
    const yn_plan_server *const *servers = site->servers;
    if (servers[0] && servers[0] == servers[1]) {
        ended = yn_plan_fold(e->plan, site, servers[0], e->world, rules);
        join_schemes(rules);
        return ended;
    }
    for (int i = 0; i < 2; i++)
        if (servers[i] && e->world & 1u << i)
            ended |= yn_plan_fold(e->plan, site, servers[i], 1u << i, rules);
    return ended;
}

static unsigned served_for(const yn_site *site)
{
    return (site->servers[0] ? YN_HTTP : 0) | (site->servers[1] ? YN_HTTPS : 0);
}

// Takes away the rules at the end that the hosts without a section have as well: they follow.
static bool cut_common(emitter *e, yn_plan_rules *rules)
{
    if (rules->count < e->others.count)
        return false;
    yn_plan_rule **at = &rules->first;
    for (size_t n = rules->count - e->others.count; n && *at; n--)
        at = &(*at)->next;
    if (!same_rules(*at, e->others.first))
        return false;
    rules->count -= e->others.count;
    *at = NULL;
    rules->end = at;
    return true;
}

// No rule of other hosts is for those of this section.
static void close_section(emitter *e, const yn_site *site)
{
    const yn_plan_server *server = site->servers[0] ? site->servers[0] : site->servers[1];
    yn_step step = {.status = 404};
    yn_plan_rule rule = {.step = &step};
    if (!server)
        return;
    step.file = server->file;
    step.line = server->line;
    yn_plan_note(e->plan, YN_NOTE_CHANGED, server->file, server->line,
                 "what none of its rules answers is answered with 404, so that the rules for any "
                 "host are not asked");
    tell(e, &rule, YN_TEXT("/*"));
}

static yonder_text join_hosts(emitter *e, const yonder_text *hosts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        yn_buf_str(&e->plan->scratch, i ? " " : "");
        yn_buf_put(&e->plan->scratch, hosts[i]);
    }
    return yn_plan_written(e->plan);
}

static void tell_section(emitter *e, const yn_site *site, yn_plan_rules *rules, unsigned ended,
                         const yonder_text *hosts, size_t host_count)
{
    const yn_plan_server *server = site->servers[0] ? site->servers[0] : site->servers[1];
    bool all_answered = !(e->world & ~ended);
    bool common = !all_answered && cut_common(e, rules);
    bool others = e->others.count > 0 || e->others_upgrade;
    section s = {.rules = rules, .hosts = hosts, .host_count = host_count};
    s.served = served_for(site);
    if (!server || (!rules->count && (!others || common)))
        return;
    e->hosts = join_hosts(e, hosts, host_count);
    e->section_line = server->line;
    e->in_section = false;
    bool upgraded = tell_rules(e, &s);
    if (e->others_upgrade && !upgraded && !common)
        tell_site_line(e, server->file, server->line, "https", "off");
    if (others && !common && !all_answered)
        close_section(e, site);
}

// Neighbours with the same rules share a section.
static void tell_sections(emitter *e)
{
    yonder_text *hosts = yn_plan_alloc(e->plan, e->site_count * sizeof *hosts);
    for (size_t i = 1, next = 1; hosts && i < e->site_count && !e->plan->error && !e->error;
         i = next) {
        yn_plan_rules rules, more;
        unsigned ended = fold_site(e, &e->sites[i], &rules);
        size_t count = 0;
        hosts[count++] = e->sites[i].host;
        for (next = i + 1; next < e->site_count; next++) {
            if (served_for(&e->sites[next]) != served_for(&e->sites[i]) ||
                fold_site(e, &e->sites[next], &more) != ended ||
                !same_rules(rules.first, more.first))
                break;
            hosts[count++] = e->sites[next].host;
        }
        tell_section(e, &e->sites[i], &rules, ended, hosts, count);
    }
}

int yn_plan_emit(yn_plan *plan, const yn_sink *sink)
{
    emitter e = {.plan = plan, .sink = sink, .places = yn_map_make(plan->mem)};
    find_sites(&e);
    if (!plan->error) {
        fold_site(&e, &e.sites[0], &e.others);
        section s = {.rules = &e.others};
        s.served = served_for(&e.sites[0]);
        e.others_upgrade = tell_rules(&e, &s);
        e.others_ignore_case = s.ignores_case;
        tell_sections(&e);
    }
    yn_map_free(&e.places);
    yn_free(plan->mem, e.sites);
    return plan->error ? plan->error : e.error;
}
