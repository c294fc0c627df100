// SPDX-License-Identifier: MIT
// What can be said of a rule or a site's line for itself.
#include "base/hash.h"
#include "base/text.h"
#include "proof/prover.h"
#include "proof/seed.h"
#include "rules/target.h"

/* ---- the target's host ----------------------------------------------------------------------- */

typedef struct origin {
    bool https, has_scheme;
    size_t captures;  // in the authority
    yonder_text tail; // of the authority: what is not captured at its end, without the port
} origin;

// False where TO is a path.
static bool read_origin(origin *out, yn_prover *p, const yn_view *rule)
{
    yn_buf *text = &p->text;
    size_t start = 0;
    bool done = false;
    if (rule->is_local || !rule->piece_count)
        return false;
    *out = (origin){0};
    text->len = 0;
    for (size_t i = 0; i < rule->piece_count && !done; i++) {
        const yn_piece *piece = &rule->pieces[i];
        if (piece->is_capture) {
            done = piece->where != YN_MARK_AUTHORITY;
            out->captures += !done;
            start = text->len;
            continue;
        }
        yonder_text t = piece->text;
        if (!i) {
            size_t scheme = yn_find_char(t, '/') + 2;
            out->has_scheme = scheme > 2;
            out->https = scheme == 8;
            t = yn_skip(t, scheme < t.len ? scheme : t.len);
        }
        for (size_t k = 0; k < t.len && !done; k++) {
            done = strchr("/?#", t.ptr[k]) != NULL;
            if (!done)
                yn_buf_char(text, t.ptr[k]);
        }
    }
    out->tail = yn_host_without_port(yn_skip(yn_buf_text(text), start));
    return true;
}

/* ---- witnesses ------------------------------------------------------------------------------- */

// A request that the rule answers, over https or not; `client` is the one it is for.
static bool find_witness(yn_prover *p, const yn_view *rule, bool https, yn_place_at *place,
                         yn_client_made *client)
{
    const yn_model_scope *scope = &p->model.scopes[rule->scope];
    for (size_t n = 0; n < 4 && !p->failed; n++) {
        yn_seed *seed = yn_arena_alloc(&p->arena, sizeof *seed);
        if (!seed || !yn_seed_make(seed, rule, n, &p->shop) ||
            !yn_client_make(client, &rule, 1, p->nobody.now, 0, &p->arena))
            return false;
        yn_buf target = yn_buf_make(1 << 20, p->options->mem);
        yn_symbol_target(&target, &seed->start, &seed->branch);
        place->target = yn_arena_text(&p->arena, yn_buf_text(&target));
        p->failed = p->failed || target.error || !place->target.ptr;
        yn_buf_free(&target);
        for (size_t i = 0; i < scope->context_count && !p->failed; i++) {
            place->https = https;
            place->host = scope->contexts[i].host;
            if (scope->view.scheme == (https ? YN_SCHEME_HTTP : YN_SCHEME_HTTPS))
                continue;
            yn_reply reply = yn_ask(&p->asker, place, &client->side);
            if (reply.cause == YONDER_RULES_RULE && reply.order == rule->order)
                return true;
        }
    }
    return false;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static bool is_whole_site(const yn_view *rule)
{
    return rule->part_count == 1 &&
           (rule->parts[0].kind == YN_PART_SPLAT ||
            (rule->parts[0].kind == YN_PART_LITERAL && !rule->parts[0].literal.len));
}

static bool is_www_of(yonder_text host, yonder_text other)
{
    return host.len == other.len + 4 && yn_starts_with(host, YN_TEXT("www.")) &&
           yn_equal(yn_skip(host, 4), other);
}

static void prove_scheme(yn_prover *p, const yn_view *rule, const origin *o)
{
    yn_place_at place;
    yn_client_made client;
    if (o->has_scheme && !o->https && find_witness(p, rule, true, &place, &client))
        yn_tell(p, YN_PROOF_DOWNGRADE, &rule->order, 1, &place, &client.side,
                "who comes over https is sent to http");
    if (o->captures || !is_whole_site(rule))
        return;
    yonder_text tail = yn_arena_text(&p->arena, o->tail);
    const yn_scope_view *scope = &p->model.scopes[rule->scope].view;
    bool has_host = scope->host_count || scope->url_host.len;
    if (!tail.ptr || !has_host || !find_witness(p, rule, false, &place, &client))
        return;
    yonder_text host = yn_host_without_port(place.host);
    if (is_www_of(host, tail) || is_www_of(tail, host))
        yn_tell(p, YN_PROOF_WWW_BEFORE_HTTPS, &rule->order, 1, &place, &client.side,
                "leads from http to %.*s before it leads to https on %.*s", YN_PRINT(tail),
                YN_PRINT(host));
}

static size_t count_char(yonder_text t, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < t.len; i++)
        n += t.ptr[i] == c;
    return n;
}

// Suffixes of two labels below which anybody can have a name; the real list is longer.
static bool is_public_suffix(yonder_text suffix)
{
    static const char *const shared[] = {
        "ac.uk",         "co.in",        "co.jp",      "co.kr",     "co.nz",      "co.uk",
        "co.za",         "com.ar",       "com.au",     "com.br",    "com.cn",     "com.mx",
        "com.tr",        "github.io",    "gov.uk",     "me.uk",     "net.au",     "ne.jp",
        "or.jp",         "org.au",       "org.uk",     "pages.dev", "vercel.app", "netlify.app",
        "herokuapp.com", "blogspot.com", "workers.dev"};
    if (!count_char(suffix, '.'))
        return true;
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
        if (yn_equal_nocase(suffix, yonder_text_of(shared[i])))
            return true;
    return false;
}

static void prove_captures(yn_prover *p, const yn_view *rule, const origin *o)
{
    yonder_text suffix = o->tail.len ? yn_skip(o->tail, 1) : o->tail; // after the dot
    yn_place_at place;
    yn_client_made client;
    if (!o->captures)
        return;
    suffix = yn_arena_text(&p->arena, suffix);
    p->failed = p->failed || !suffix.ptr;
    if (p->failed || !find_witness(p, rule, true, &place, &client))
        return;
    if (is_public_suffix(suffix))
        yn_tell(p, YN_PROOF_OPEN_REDIRECT, &rule->order, 1, &place, &client.side,
                "leads to any name below '.%.*s', as the request wants", YN_PRINT(suffix));
    else
        yn_tell(p, YN_PROOF_CAPTURE_IN_HOST, &rule->order, 1, &place, &client.side,
                "leads to any name below '.%.*s', as the request wants", YN_PRINT(suffix));
}

static bool is_allowed(const yn_prover *p, const origin *o)
{
    yonder_text host = o->tail;
    if (yn_hosts_has(&p->model.hosts, host))
        return true;
    for (size_t i = 0; i < p->options->allowed_count; i++) {
        yonder_text allowed = p->options->allowed[i];
        bool wildcard = yn_starts_with(allowed, YN_TEXT("*."));
        if (wildcard)
            allowed = yn_skip(allowed, 1);
        if (!wildcard && !o->captures && yn_equal_nocase(host, allowed))
            return true;
        if (wildcard && host.len >= allowed.len &&
            yn_equal_nocase(yn_skip(host, host.len - allowed.len), allowed))
            return true;
    }
    return false;
}

static void prove_allowed(yn_prover *p, const yn_view *rule, const origin *o)
{
    yn_place_at place;
    yn_client_made client;
    if (!p->options->allowed_count || is_allowed(p, o))
        return;
    yonder_text host = yn_arena_text(&p->arena, o->tail);
    p->failed = p->failed || !host.ptr;
    bool found = !p->failed && find_witness(p, rule, true, &place, &client);
    if (!found)
        found = !p->failed && find_witness(p, rule, false, &place, &client);
    if (!p->failed)
        yn_tell(p, YN_PROOF_EXTERNAL, &rule->order, 1, found ? &place : NULL,
                found ? &client.side : NULL, "leads to %s%.*s", o->captures ? "*" : "",
                YN_PRINT(host));
}

// A host nobody named: what if it were ours?
static void prove_assumed(yn_prover *p, const yn_view *rule, const origin *o)
{
    char room[256];
    yn_place_at there, here = {true, {NULL, 0}, YN_TEXT("/")}, place;
    yn_client_made client;
    uint64_t key = yn_hash(o->tail, 0xa55);
    if (o->captures || yn_hosts_has(&p->model.hosts, o->tail) || yn_links_has(&p->told, key) ||
        !p->model.serves_any)
        return;
    yn_buf location = yn_buf_make(1 << 20, p->options->mem);
    yn_model_location(&location, rule);
    (void)yn_follow(&there, &p->asker, &here, yn_buf_text(&location), room);
    if (!there.target.len)
        there.target = YN_TEXT("/");
    yn_reply reply = yn_ask(&p->asker, &there, &p->nobody);
    const yn_view *next = reply.cause == YONDER_RULES_RULE ? yn_prover_view(p, reply.order) : NULL;
    if (next && !is_whole_site(next)) {
        yonder_text host = yn_arena_text(&p->arena, there.host);
        uint32_t orders[] = {rule->order, next->order};
        yn_links_open(&p->told, key);
        if (host.ptr && find_witness(p, rule, true, &place, &client))
            yn_tell(p, YN_PROOF_HOST_ASSUMED, orders, 2, &place, &client.side,
                    "leads to %.*s, where line %u would answer if these rules were served there",
                    YN_PRINT(host), next->line);
    }
    yn_buf_free(&location);
}

// "%0d" and its like, in what is written.
static void prove_characters(yn_prover *p, const yn_view *rule)
{
    for (size_t i = 0; i < rule->piece_count; i++) {
        yonder_text t = rule->pieces[i].is_capture ? (yonder_text){NULL, 0} : rule->pieces[i].text;
        for (size_t k = 0; k + 2 < t.len; k++) {
            int high = t.ptr[k] == '%' ? yn_hex_value((unsigned char)t.ptr[k + 1]) : -1;
            if (high < 0 || !(high < 2 || (high == 7 && yn_lower(t.ptr[k + 2]) == 'f')))
                continue;
            yn_tell(p, YN_PROOF_CONTROL_CHARACTER, &rule->order, 1, NULL, NULL,
                    "the target has a control character in it, '%.3s'", t.ptr + k);
            return;
        }
    }
}

static void prove_permanence(yn_prover *p, const yn_view *rule)
{
    if (rule->status != 301 && rule->status != 308)
        return;
    for (size_t i = 0; i < rule->condition_count; i++) {
        yn_condition_kind kind = rule->conditions[i].kind;
        const char *what = kind == YN_IF_FROM     ? "from a certain time on"
                           : kind == YN_IF_UNTIL  ? "for some time"
                           : kind == YN_IF_SHARE  ? "for some clients"
                           : kind == YN_IF_COOKIE ? "for who has a cookie"
                                                  : NULL;
        if (!what)
            continue;
        yn_tell(p, YN_PROOF_PERMANENT_CONDITIONAL, &rule->order, 1, NULL, NULL,
                "holds %s, but is a %d, which browsers keep", what, rule->status);
        return;
    }
}

void yn_prove_local(yn_prover *p, const yn_view *rule)
{
    origin o;
    const char *risk = rule->is_regex ? yn_regex_risk(rule->regex) : NULL;
    if (risk)
        yn_tell(p, YN_PROOF_REGEX_SLOW, &rule->order, 1, NULL, NULL, "%s", risk);
    if (rule->condition_count)
        prove_permanence(p, rule);
    prove_characters(p, rule);
    if (!read_origin(&o, p, rule))
        return;
    o.tail = yn_arena_text(&p->arena, o.tail);
    p->failed = p->failed || !o.tail.ptr;
    if (p->failed)
        return;
    prove_scheme(p, rule, &o);
    prove_captures(p, rule, &o);
    prove_allowed(p, rule, &o);
    prove_assumed(p, rule, &o);
}

/* ---- sites ----------------------------------------------------------------------------------- */

static const yn_site_row *find_site(const yn_prover *p, uint32_t scope, yn_site_line line)
{
    for (uint32_t i = yn_set_scope(p->model.set, scope)->sites; i;
         i = yn_set_site(p->model.set, i)->next)
        if (yn_set_site(p->model.set, i)->line == line)
            return yn_set_site(p->model.set, i);
    return NULL;
}

static bool is_on(const yn_site_row *site)
{
    return site && !site->off;
}

static bool has_word(yonder_text t, yonder_text word)
{
    for (size_t i = 0; i + word.len <= t.len; i++)
        if (yn_equal_nocase(yn_slice(t, i, i + word.len), word))
            return true;
    return false;
}

static bool is_below(yonder_text host, yonder_text domain)
{
    return host.len > domain.len && host.ptr[host.len - domain.len - 1] == '.' &&
           yn_equal(yn_skip(host, host.len - domain.len), domain);
}

// A host below one with includeSubDomains for which https is switched off.
static void prove_subdomains(yn_prover *p, uint32_t scope, const yn_site_row *hsts)
{
    const yn_scope_view *view = &p->model.scopes[scope].view;
    for (uint32_t i = 0; i < p->model.scope_count; i++) {
        const yn_scope_view *other = &p->model.scopes[i].view;
        const yn_site_row *https = find_site(p, i, YN_SITE_HTTPS);
        if (!https || !https->off)
            continue;
        for (size_t a = 0; a < view->host_count; a++)
            for (size_t b = 0; b < other->host_count; b++) {
                uint32_t orders[] = {hsts->order, https->order};
                if (is_below(other->hosts[b], view->hosts[a]))
                    yn_tell(p, YN_PROOF_HSTS_SUBDOMAIN, orders, 2, NULL, NULL,
                            "covers %.*s, where https is off", YN_PRINT(other->hosts[b]));
            }
    }
}

static bool any_https_is_off(const yn_prover *p)
{
    for (uint32_t i = 1; i < p->model.set->sites_count; i++) {
        const yn_site_row *site = yn_set_site(p->model.set, i);
        if (site->line == YN_SITE_HTTPS && site->off)
            return true;
    }
    return false;
}

// Lines that lead to other hosts may do so in a circle, with no rule in between.
static void prove_lines(yn_prover *p, uint32_t scope)
{
    static const char *const targets[] = {"/any/path", "/"};
    const yn_model_scope *s = &p->model.scopes[scope];
    if (!is_on(find_site(p, scope, YN_SITE_CANONICAL)) &&
        !is_on(find_site(p, scope, YN_SITE_MAINTENANCE)))
        return;
    for (size_t i = 0; i < s->context_count * 4 && !p->failed; i++) {
        yn_place_at place = {i & 1, s->contexts[i / 4].host, yonder_text_of(targets[i / 2 % 2])};
        yn_prover_next(p);
        if (yn_prover_walk(p, &place, &p->nobody))
            (void)yn_tell_walk(p, &p->nobody);
    }
}

void yn_prove_sites(yn_prover *p)
{
    bool off = any_https_is_off(p), everywhere = is_on(find_site(p, 0, YN_SITE_HTTPS));
    for (uint32_t i = 0; i < p->model.scope_count && !p->failed; i++) {
        const yn_site_row *hsts = find_site(p, i, YN_SITE_HSTS);
        const yn_site_row *https = find_site(p, i, YN_SITE_HTTPS);
        prove_lines(p, i);
        if (!is_on(hsts))
            continue;
        if (!(https ? is_on(https) : everywhere))
            yn_tell(p, YN_PROOF_HSTS_WITHOUT_HTTPS, &hsts->order, 1, NULL, NULL,
                    "has 'hsts' without 'https'");
        yonder_text value = {p->model.set->pool + hsts->text, hsts->text_len};
        if (off && has_word(value, YN_TEXT("includeSubDomains")))
            prove_subdomains(p, i, hsts);
    }
}
