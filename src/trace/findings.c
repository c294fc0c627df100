// SPDX-License-Identifier: MIT
#include "trace/findings.h"

#include <assert.h>

#include "base/text.h"
#include "core/client.h"

enum {
#define COUNT(name, code, prose) +1
    code_count = 0 YN_FINDINGS(COUNT), // each is found at most once
#undef COUNT
    message_max = 1 << 20,
    growing = 4, // so many hops in a row
    day = 86400,
};

// A finding while it is put together.
typedef struct builder {
    const yn_chain *chain;
    yn_findings *out;
    size_t *hops; // those marked so far
    size_t hop_count;
    yn_buf message;
    int error;
} builder;

const char *yn_finding_code_name(yn_finding_code code)
{
    static const char *const names[] = {
#define NAME(name, code, prose) code,
        YN_FINDINGS(NAME)
#undef NAME
    };
    return names[code];
}

const char *yn_severity_name(yn_severity severity)
{
    static const char *const names[] = {
#define NAME(name, code, prose) code,
        YN_SEVERITIES(NAME)
#undef NAME
    };
    return names[severity];
}

// A message without the time it tells, which is another for each client.
static yonder_text timeless(const yn_finding *f)
{
    size_t colon = f->code == YN_FINDING_HOPS_SAVED ? yn_find_char(f->message, ':') : 0;
    return yn_skip(f->message, colon);
}

bool yn_finding_is_same(const yn_finding *a, const yn_finding *b)
{
    return a->code == b->code && a->severity == b->severity && a->hop_count == b->hop_count &&
           memcmp(a->hops, b->hops, a->hop_count * sizeof *a->hops) == 0 &&
           yn_equal(timeless(a), timeless(b));
}

// ---- building -----------------------------------------------------------------------------------

static void begin(builder *b)
{
    b->hop_count = 0;
    b->message.len = 0;
}

static void mark(builder *b, size_t index)
{
    b->hops[b->hop_count++] = index + 1;
}

static void add(builder *b, yn_finding_code code, yn_severity severity)
{
    yn_findings *out = b->out;
    size_t *hops = yn_arena_alloc(&out->arena, b->hop_count * sizeof *hops);
    yonder_text message = yn_arena_text(&out->arena, yn_buf_text(&b->message));
    if (!hops || !message.ptr || b->message.error) {
        b->error = b->message.error ? b->message.error : YONDER_NO_MEMORY;
        return;
    }
    memcpy(hops, b->hops, b->hop_count * sizeof *hops);
    out->items[out->count++] = (yn_finding){code, severity, hops, b->hop_count, message};
}

static void say(builder *b, const char *text)
{
    yn_buf_str(&b->message, text);
}

static void say_text(builder *b, yonder_text text)
{
    yn_buf_put(&b->message, text);
}

static const char *between(size_t i, size_t count)
{
    return i == 0 ? "" : i + 1 == count ? " and " : ", ";
}

// "hop 2", "hops 1 and 2"
static void say_hops(builder *b)
{
    say(b, b->hop_count == 1 ? "hop " : "hops ");
    for (size_t i = 0; i < b->hop_count; i++)
        yn_buf_printf(&b->message, "%s%zu", between(i, b->hop_count), b->hops[i]);
}

// " (301 and 302)", or " (301)" where all are the same
static void say_statuses(builder *b)
{
    const yn_hop *hops = b->chain->hops;
    bool same = true;
    for (size_t i = 1; i < b->hop_count; i++)
        same = same && hops[b->hops[i] - 1].evidence.status == hops[b->hops[0] - 1].evidence.status;
    size_t count = same ? 1 : b->hop_count;
    say(b, " (");
    for (size_t i = 0; i < count; i++)
        yn_buf_printf(&b->message, "%s%d", between(i, count), hops[b->hops[i] - 1].evidence.status);
    say(b, ")");
}

// ---- what a hop is ------------------------------------------------------------------------------

static yonder_text host_of(const yonder_url *url)
{
    return yonder_url_get(url, YONDER_URL_HOSTNAME);
}

static bool has_scheme(const yonder_url *url, const char *protocol)
{
    return yn_equal(yonder_url_get(url, YONDER_URL_PROTOCOL), yonder_text_of(protocol));
}

static bool is_http(const yonder_url *url)
{
    return has_scheme(url, "http:");
}

static bool is_https(const yonder_url *url)
{
    return has_scheme(url, "https:");
}

static bool same_host(const yonder_url *a, const yonder_url *b)
{
    return yn_equal(host_of(a), host_of(b));
}

static bool ends_with(yonder_text t, const char *suffix)
{
    yonder_text s = yonder_text_of(suffix);
    return t.len >= s.len && yn_equal(yn_skip(t, t.len - s.len), s);
}

// The machine itself: nobody is on the way.
static bool is_loopback(const yonder_url *url)
{
    yonder_text host = host_of(url);
    return yn_equal(host, YN_TEXT("localhost")) || ends_with(host, ".localhost") ||
           yn_equal(host, YN_TEXT("[::1]")) ||
           (yn_starts_with(host, YN_TEXT("127.")) && yn_is_digit((unsigned char)host.ptr[4]) &&
            yn_is_digit((unsigned char)host.ptr[host.len - 1]));
}

static bool is_below(const yonder_url *host, const yonder_url *above)
{
    yonder_text h = host_of(host), a = host_of(above);
    return h.len > a.len && h.ptr[h.len - a.len - 1] == '.' &&
           yn_equal(yn_skip(h, h.len - a.len), a);
}

// A server was asked, and answered.
static bool was_answered(const yn_hop *hop)
{
    return hop->kind == YN_HOP_NETWORK && hop->decided;
}

// A server said, now or when it was cached, to go on.
static bool was_sent_on(const yn_hop *hop)
{
    return (hop->kind == YN_HOP_NETWORK || hop->kind == YN_HOP_CACHE) && hop->decided &&
           hop->decision.action == YONDER_FOLLOW;
}

// Where hop `i` leads, whether that was asked for or not. False if nowhere.
static bool leads_on(const yn_chain *c, size_t i, const yonder_url **next)
{
    bool asked = i + 1 < c->count;
    *next = asked ? &c->hops[i + 1].url : &c->hops[i].decision.url;
    return asked || was_sent_on(&c->hops[i]);
}

static bool upgrades(const yn_chain *c, size_t i)
{
    const yonder_url *next;
    return leads_on(c, i, &next) && was_sent_on(&c->hops[i]) && is_http(&c->hops[i].url) &&
           is_https(next) && same_host(&c->hops[i].url, next);
}

// ---- no end -------------------------------------------------------------------------------------

static void find_loop(builder *b)
{
    const yn_chain *c = b->chain;
    bool flips = false;
    if (c->outcome != YN_OUTCOME_LOOP)
        return;
    begin(b);
    for (size_t i = c->loop_to - 1; i < c->count; i++) {
        const yonder_url *next;
        mark(b, i);
        flips = flips || (leads_on(c, i, &next) && is_https(&c->hops[i].url) && is_http(next));
    }
    say_hops(b);
    say_statuses(b);
    say(b, b->hop_count == 1 ? " leads to itself" : " go in a circle");
    say(b, flips ? ": http leads to https and https back to http, as where a server behind a proxy "
                   "takes every request for plain http"
           : b->hop_count == 1 ? "; it has to answer with a page"
                               : "; one of them has to answer with a page");
    add(b, YN_FINDING_LOOP, YN_SEVERITY_ERROR);
}

static void find_growing(builder *b)
{
    const yn_chain *c = b->chain;
    if (c->outcome != YN_OUTCOME_TOO_MANY || c->count < growing)
        return;
    begin(b);
    for (size_t i = c->count - growing; i < c->count; i++) {
        if (i > c->count - growing && c->hops[i].url.length <= c->hops[i - 1].url.length)
            return;
        mark(b, i);
    }
    say(b, "the URL grows with every hop: a rule matches its own target, or a relative Location "
           "adds to the path");
    add(b, YN_FINDING_GROWING, YN_SEVERITY_ERROR);
}

// ---- lost on the way ----------------------------------------------------------------------------

// The client itself went to https where hop `i` leads, and stayed there.
static bool turned_round(const yn_chain *c, size_t i)
{
    if (i + 1 >= c->count || c->hops[i + 1].kind != YN_HOP_INTERNAL)
        return false;
    for (size_t k = i + 2; k < c->count; k++)
        if (c->hops[k].kind == YN_HOP_NETWORK &&
            yonder_url_equal(&c->hops[k].url, &c->hops[i + 1].url, true))
            return false;
    return true;
}

static void find_downgrade(builder *b)
{
    const yn_chain *c = b->chain;
    for (size_t i = 0; i < c->count; i++) {
        const yonder_url *next;
        if (!leads_on(c, i, &next) || c->hops[i].kind == YN_HOP_INTERNAL ||
            !is_https(&c->hops[i].url) || !is_http(next))
            continue;
        bool caught = turned_round(c, i);
        begin(b);
        mark(b, i);
        say_hops(b);
        say(b, " leads from https back to http, ");
        say_text(b, yonder_url_href(next));
        if (caught)
            say(b, "; the client turned it round by itself, others may not");
        add(b, YN_FINDING_DOWNGRADE, caught ? YN_SEVERITY_WARNING : YN_SEVERITY_ERROR);
        return;
    }
}

// The status that would have kept method and body.
static const char *keeper_of(int status)
{
    return status == 301 ? "308" : status == 302 ? "307" : "307 or 308";
}

static void find_lost_method(builder *b, size_t i)
{
    const yn_hop *from = &b->chain->hops[i], *to = from + 1;
    int status = from->evidence.status;
    begin(b);
    mark(b, i);
    say_hops(b);
    yn_buf_printf(&b->message, " turns %.*s into %.*s with its %d", YN_PRINT(from->method),
                  YN_PRINT(to->method), status);
    say(b, from->body_sent ? ", and the body is lost: " : ": ");
    yn_buf_printf(&b->message, "%s would keep %s, 303 would say that it is meant",
                  keeper_of(status), from->body_sent ? "both" : "it");
    add(b, YN_FINDING_METHOD_LOST, YN_SEVERITY_WARNING);
}

static void find_lost_body(builder *b, size_t i)
{
    const yn_hop *from = &b->chain->hops[i];
    int status = from->evidence.status;
    begin(b);
    mark(b, i);
    say_hops(b);
    yn_buf_printf(&b->message, " makes this client send %.*s again without its body, for its %d",
                  YN_PRINT(from->method), status);
    if (status == 303)
        say(b, " asks for a GET");
    else
        yn_buf_printf(&b->message, "; %s would keep both", keeper_of(status));
    add(b, YN_FINDING_BODY_LOST, YN_SEVERITY_WARNING);
}

// A 303 that brings a GET does what it is for.
static void find_lost(builder *b)
{
    const yn_chain *c = b->chain;
    for (size_t i = 0; i + 1 < c->count; i++) {
        const yn_hop *from = &c->hops[i], *to = from + 1;
        if (!was_sent_on(from))
            continue;
        if (to->method_changed && from->evidence.status != 303) {
            find_lost_method(b, i);
            return;
        }
        if (from->body_sent && !to->body_sent && !to->method_changed) {
            find_lost_body(b, i);
            return;
        }
    }
}

// ---- certificates -------------------------------------------------------------------------------

static void find_distrusted(builder *b)
{
    const yn_chain *c = b->chain;
    begin(b);
    for (size_t i = 0; i < c->count; i++)
        if (was_answered(&c->hops[i]) && c->hops[i].evidence.distrust.ptr)
            mark(b, i);
    if (!b->hop_count)
        return;
    yonder_text why = c->hops[b->hops[0] - 1].evidence.distrust;
    say_hops(b);
    say(b, b->hop_count == 1 ? " came with a certificate that is not valid"
                             : " came with certificates that are not valid");
    if (why.len) {
        say(b, " (");
        say_text(b, why);
        say(b, ")");
    }
    say(b, ": clients stop there, and HSTS does not count");
    add(b, YN_FINDING_DISTRUSTED, YN_SEVERITY_ERROR);
}

// ---- clear text ---------------------------------------------------------------------------------

// What HSTS does about it, as the chain's client would have learnt it on the way.
typedef struct protection {
    bool reaches_https;
    bool has_field;              // a response over https has one
    bool accepted;               // and it counts
    bool noted;                  // by the client as it was when it made the chain
    yonder_hsts_reading reading; // of the last that does not
    const yonder_url *uncovered; // the first http URL that will be http again next time
    int64_t lasts;               // seconds for which all of them will be https
} protection;

static int learn(const yn_chain *c, yonder_hsts *store, protection *p)
{
    for (size_t i = 0; i < c->count; i++) {
        const yn_hop *hop = &c->hops[i];
        if (!was_answered(hop) || !is_https(&hop->url))
            continue;
        const yonder_hsts_response response = {.url = &hop->url,
                                               .fields = hop->evidence.fields,
                                               .field_count = hop->evidence.field_count,
                                               .certificate_valid = !hop->evidence.distrust.ptr};
        yonder_hsts_noted noted;
        int error = yonder_hsts_note(store, c->plan.client, NULL, &response, &noted);
        if (error)
            return error;
        p->has_field = p->has_field || noted.effect != YONDER_HSTS_NOTHING;
        p->accepted = p->accepted || noted.effect == YONDER_HSTS_LEARNT ||
                      noted.effect == YONDER_HSTS_REFRESHED;
        p->noted = p->noted || hop->hsts.effect != YONDER_HSTS_NOTHING;
        if (noted.effect == YONDER_HSTS_NOT_ACCEPTED)
            p->reading = noted.reading;
    }
    return YONDER_OK;
}

static int protection_of(const builder *b, protection *p)
{
    const yn_chain *c = b->chain;
    yonder_hsts *store;
    int error = yonder_hsts_new(&store, 0, b->message.mem);
    if (error)
        return error;
    for (size_t i = 0; i < c->count; i++)
        p->reaches_https = p->reaches_https || is_https(&c->hops[i].url);
    p->lasts = YONDER_HSTS_FOREVER;
    error = learn(c, store, p);
    for (size_t i = 0; i < b->hop_count && !error && !p->uncovered; i++) {
        const yonder_url *url = &c->hops[b->hops[i] - 1].url;
        yonder_hsts_match match;
        yonder_hsts_query(store, NULL, c->plan.client, url, 0, &match);
        if (!match.upgrade)
            p->uncovered = url;
        p->lasts = match.expires < p->lasts ? match.expires : p->lasts; // it was learnt at 0
    }
    yonder_hsts_free(store);
    return error;
}

// "10 seconds", "365 days"
static void say_time(builder *b, int64_t seconds)
{
    int64_t n = seconds < day ? seconds : seconds / day;
    yn_buf_printf(&b->message, "%lld %s%s", (long long)n, seconds < day ? "second" : "day",
                  n == 1 ? "" : "s");
}

// The first visit is another matter. Returns how bad it is.
static yn_severity say_closed(builder *b, const protection *p)
{
    const yn_chain *c = b->chain;
    bool brief = p->lasts < day;
    say(b, "; HSTS closes that from the second visit on");
    if (p->lasts != YONDER_HSTS_FOREVER) {
        say(b, brief ? ", but for no more than " : ", for ");
        say_time(b, p->lasts);
        say(b, " after the last visit");
    }
    if (c->plan.client->hsts.preload == YN_HSTS_PRELOAD_NONE) {
        say(b, "; this client has no preload list, so begin with https");
    } else {
        say(b, "; only the preload list closes it for the first");
        if (c->asked_preload) {
            say(b, ", and the one given does not do so for ");
            say_text(b, host_of(&c->hops[b->hops[0] - 1].url));
        }
    }
    return brief ? YN_SEVERITY_WARNING : YN_SEVERITY_NOTE;
}

// Returns how bad it is.
static yn_severity say_protection(builder *b, const protection *p)
{
    const yn_chain *c = b->chain;
    yonder_hsts_support support = yonder_hsts_supported(c->plan.client);
    bool idle = support == YONDER_HSTS_OPT_IN && p->has_field && !p->noted;
    if (!p->reaches_https) {
        say(b, "; nothing leads to https");
    } else if (support == YONDER_HSTS_NEVER || idle) {
        yn_buf_printf(&b->message, "; this client %s, so it is each time: begin with https",
                      support == YONDER_HSTS_NEVER ? "has no HSTS" : "is not told to keep HSTS");
    } else if (!p->uncovered) {
        return say_closed(b, p);
    } else if (p->accepted) {
        say(b, "; HSTS is sent, but does not cover ");
        say_text(b, host_of(p->uncovered));
        say(b, ", so it is each time");
    } else if (p->has_field) {
        yn_buf_printf(&b->message, "; HSTS is sent, but does not count%s%s", p->reading ? ": " : "",
                      p->reading ? yonder_hsts_reading_prose(p->reading) : "");
    } else {
        say(b, "; no response has Strict-Transport-Security, so it is each time");
    }
    return YN_SEVERITY_WARNING;
}

static void find_clear_text(builder *b)
{
    const yn_chain *c = b->chain;
    protection p = {0};
    begin(b);
    for (size_t i = 0; i < c->count; i++)
        if (was_answered(&c->hops[i]) && is_http(&c->hops[i].url) && !is_loopback(&c->hops[i].url))
            mark(b, i);
    if (!b->hop_count)
        return;
    b->error = protection_of(b, &p);
    if (b->error)
        return;
    say_hops(b);
    say(b, b->hop_count == 1
               ? " goes out in clear text, where anyone on the way can read and answer it"
               : " go out in clear text, where anyone on the way can read and answer them");
    add(b, YN_FINDING_CLEAR_TEXT, say_protection(b, &p));
}

static void find_wrong_order(builder *b)
{
    const yn_chain *c = b->chain;
    const yn_hop *first = &c->hops[0];
    const yonder_url *next;
    bool reaches_https = false;
    for (size_t i = 0; i < c->count; i++)
        reaches_https = reaches_https || is_https(&c->hops[i].url);
    if (!leads_on(c, 0, &next) || !was_answered(first) || !is_http(&first->url) || !reaches_https ||
        !(is_below(next, &first->url) || is_below(&first->url, next)))
        return;
    begin(b);
    mark(b, 0);
    say_hops(b);
    say(b, " leads to another host before https: go to https on ");
    say_text(b, host_of(&first->url));
    say(b, " first, so that its own HSTS is seen (the preload list asks for that)");
    add(b, YN_FINDING_WRONG_ORDER, YN_SEVERITY_WARNING);
}

static void find_temporary_upgrade(builder *b)
{
    const yn_chain *c = b->chain;
    begin(b);
    for (size_t i = 0; i < c->count; i++)
        if (upgrades(c, i) && !yn_status_is_permanent(c->hops[i].evidence.status))
            mark(b, i);
    if (!b->hop_count)
        return;
    say_hops(b);
    say_statuses(b);
    say(b, " says that https is for now only: 301 or 308 would say that it is for good");
    add(b, YN_FINDING_TEMPORARY_UPGRADE, YN_SEVERITY_NOTE);
}

// ---- shorter and safer --------------------------------------------------------------------------

// Hop `i` moved for good, so whatever leads to it, hop `kept`, could lead to where it leads. From
// http the way goes to https on the same host first, or that host's HSTS is never seen.
static bool can_be_saved(const yn_chain *c, size_t kept, size_t i)
{
    const yn_hop *hop = &c->hops[i], *before = &c->hops[kept], *after = hop + 1;
    if (!was_sent_on(hop) || !was_sent_on(before) ||
        !yn_status_is_permanent(hop->evidence.status) || after->kind == YN_HOP_INTERNAL)
        return false;
    return !is_http(&before->url) || !is_https(&after->url) || same_host(&before->url, &after->url);
}

static void find_saved(builder *b)
{
    const yn_chain *c = b->chain;
    double ms = 0;
    size_t kept = 0;
    if (c->outcome != YN_OUTCOME_FINAL)
        return;
    begin(b);
    for (size_t i = 1; i + 1 < c->count; i++) {
        if (!can_be_saved(c, kept, i)) {
            kept = i;
            continue;
        }
        mark(b, i);
        ms += c->hops[i].evidence.timing.total;
    }
    if (!b->hop_count)
        return;
    say_hops(b);
    yn_buf_printf(&b->message, " could be saved, %.1f ms: let ", ms);
    for (size_t i = 0, last = 0; i < b->hop_count; i = last + 1) {
        for (last = i; last + 1 < b->hop_count && b->hops[last + 1] == b->hops[last] + 1;)
            last++;
        yn_buf_printf(&b->message, "%shop %zu lead to ", i ? " and " : "", b->hops[i] - 1);
        say_text(b, yonder_url_href(&c->hops[b->hops[last]].url));
    }
    add(b, YN_FINDING_HOPS_SAVED, YN_SEVERITY_NOTE);
}

// The step to https is one that nobody wants to take back.
static void find_unrevocable(builder *b)
{
    const yn_chain *c = b->chain;
    begin(b);
    for (size_t i = 0; i < c->count; i++)
        if (was_sent_on(&c->hops[i]) && c->hops[i].decision.freshness.unlimited && !upgrades(c, i))
            mark(b, i);
    if (!b->hop_count)
        return;
    say_hops(b);
    say_statuses(b);
    say(b, b->hop_count == 1
               ? " names no end that counts, so this client keeps it and does not ask "
                 "again until it is cleared or evicted"
               : " name no end that counts, so this client keeps them and does not "
                 "ask again until they are cleared or evicted");
    say(b, "; Cache-Control: max-age=86400 would set one");
    add(b, YN_FINDING_UNREVOCABLE, YN_SEVERITY_NOTE);
}

// ---- all ----------------------------------------------------------------------------------------

int yn_findings_make(yn_findings *out, const yn_chain *chain, const yonder_mem *mem)
{
    static void (*const finders[])(builder *) = {
        find_loop,  find_growing,    find_distrusted,  find_downgrade,
        find_lost,  find_clear_text, find_wrong_order, find_temporary_upgrade,
        find_saved, find_unrevocable};
    assert(chain->hops && chain->count);
    yn_findings findings = {.canonical = yn_canonical_of(chain), .arena = yn_arena_make(mem)};
    builder b = {
        .chain = chain,
        .out = &findings,
        .message = yn_buf_make(message_max, mem),
        .hops = yn_arena_alloc(&findings.arena, chain->count * sizeof *b.hops),
    };
    findings.items = yn_arena_alloc(&findings.arena, code_count * sizeof *findings.items);
    if (!b.hops || !findings.items)
        b.error = YONDER_NO_MEMORY;
    for (size_t i = 0; i < sizeof finders / sizeof *finders && !b.error; i++)
        finders[i](&b);
    yn_buf_free(&b.message);
    if (b.error)
        yn_findings_free(&findings);
    else
        *out = findings;
    return b.error;
}

void yn_findings_free(yn_findings *findings)
{
    yn_arena_free(&findings->arena);
    findings->items = NULL;
    findings->count = 0;
}
