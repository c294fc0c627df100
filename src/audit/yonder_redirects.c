// SPDX-License-Identifier: MIT
// Where http and https lead.
#include "audit/yonder.h"
#include "base/text.h"

enum {
    hops_enough = 4,  // visits of a chain: http, https, the other host, and one to a page
    ms_enough = 2000, // for all hops before the last
};

static void mend(yn_grading *g, yn_issue *issue, yonder_text host)
{
    (void)g;
    yn_grading_mend(issue, YN_FIX_REDIRECT, host, YN_TEXT(""), YN_TEXT(""));
}

// What to do where no lines can be given.
static void say_how(yn_issue *issue, yn_fix fix, const yn_visit *visit)
{
    yn_grading_mend(issue, fix, yn_visit_hostname(visit), YN_TEXT(""), YN_TEXT(""));
}

static bool is_permanent(int status)
{
    return status == 301 || status == 308;
}

// A page that depends on who comes, or on what they did: by the words of its path.
static bool is_passing(yonder_text target)
{
    static const char *const words[] = {
        "session", "login", "signin", "token=", "sid=", "returnurl=", "return_to=", "maintenance"};
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        yonder_text word = yonder_text_of(words[w]);
        for (size_t i = 0; i + word.len <= target.len; i++)
            if (yn_equal_nocase(yn_slice(target, i, i + word.len), word))
                return true;
    }
    return false;
}

static void tell_first(yn_grading *g, yn_start start, const yn_visit *http)
{
    const yonder_text host = yn_visit_hostname(http);
    const yn_visit *next = yn_chain_hop(g->audit, start, 1);
    bool www = start == YN_START_WWW_HTTP;
    if (!next && g->audit->chains[start].end != YN_CHAIN_ANSWERED)
        return; // broken, in a circle or not known: told with chains
    if (!next) {
        mend(g,
             www ? YN_OWN(g, WWW_HTTP, host, http, "http://%.*s/ answers %d", YN_PRINT(host),
                          http->response.status)
                 : YN_OWN(g, HTTP_STAYS, host, http, "http://%.*s/ answers %d", YN_PRINT(host),
                          http->response.status),
             host);
        return;
    }
    yonder_text there = yn_visit_hostname(next);
    if (!yn_equal(there, host))
        yn_grading_mend(YN_OWN(g, WRONG_ORDER, host, http, "http://%.*s/ leads to %.*s",
                               YN_PRINT(host), YN_PRINT(yn_say(yonder_url_href(&next->url)))),
                        YN_FIX_CANONICAL, host, there, YN_TEXT(""));
    else if (!yn_visit_is_https(next))
        mend(g,
             YN_OWN(g, INSECURE_HOP, host, http, "http://%.*s/ leads to %.*s", YN_PRINT(host),
                    YN_PRINT(yn_say(yonder_url_href(&next->url)))),
             host);
    if (yn_visit_is_https(next) && !is_permanent(http->response.status))
        mend(g,
             YN_OWN(g, TEMPORARY, host, http, "http://%.*s/ answers %d", YN_PRINT(host),
                    http->response.status),
             host);
}

// https is left again, or never reached.
static void tell_hops(yn_grading *g, yn_start start)
{
    const yn_seen_chain *chain = &g->audit->chains[start];
    bool secure = false;
    for (size_t i = 0; i < chain->count; i++) {
        const yn_visit *v = yn_chain_hop(g->audit, start, i);
        const yn_visit *next = yn_chain_hop(g->audit, start, i + 1);
        if (!v)
            return;
        secure = secure || yn_visit_is_https(v);
        if (next && is_permanent(v->response.status) && is_passing(yonder_url_target(&next->url)))
            YN_OWN(g, PERMANENT, yn_visit_hostname(v), v, "%.*s answers %d, to %.*s",
                   YN_PRINT(yn_say(yonder_url_href(&v->url))), v->response.status,
                   YN_PRINT(yn_say(yonder_url_href(&next->url))));
        if (next && yn_visit_is_https(v) && !yn_visit_is_https(next))
            YN_OWN(g, DOWNGRADE, yn_visit_hostname(v), v, "%.*s leads to %.*s",
                   YN_PRINT(yn_say(yonder_url_href(&v->url))),
                   YN_PRINT(yn_say(yonder_url_href(&next->url))));
    }
    const yn_visit *last = yn_chain_last(g->audit, start);
    if (!secure && start == YN_START_HTTP && chain->count > 1 && !last->response.error &&
        chain->end == YN_CHAIN_ANSWERED)
        mend(g,
             YN_OWN(g, HTTP_STAYS, yn_visit_hostname(last), last, "the chain ends at %.*s",
                    YN_PRINT(yn_say(yonder_url_href(&last->url)))),
             g->audit->ascii);
}

static void tell_end(yn_grading *g, yn_start start)
{
    const yn_seen_chain *chain = &g->audit->chains[start];
    const yn_visit *last = yn_chain_last(g->audit, start);
    if (!last)
        return;
    yonder_text href = yn_say(yonder_url_href(&last->url));
    if (chain->end == YN_CHAIN_LOOP || chain->end == YN_CHAIN_LONG)
        say_how(YN_OWN(g, CHAIN_LOOP, yn_visit_hostname(last), last, "%.*s leads back, or ever on",
                       YN_PRINT(href)),
                YN_FIX_LOOP, last);
    else if (chain->end == YN_CHAIN_UNREADABLE)
        say_how(YN_OWN(g, CHAIN_BROKEN, yn_visit_hostname(last), last,
                       "the Location of %.*s is no URL that browsers could go to", YN_PRINT(href)),
                YN_FIX_TARGET, last);
    else if (chain->count > 1 && last->response.error && !yn_visit_is_unknown(last))
        say_how(YN_OWN(g, CHAIN_BROKEN, yn_visit_hostname(last), last, "%.*s: %s", YN_PRINT(href),
                       yn_fetch_error_prose(last->response.error)),
                YN_FIX_TARGET, last);
}

static void tell_lag(yn_grading *g, yn_start start)
{
    const yn_seen_chain *chain = &g->audit->chains[start];
    const yn_visit *first = yn_chain_first(g->audit, start);
    double ms = 0;
    for (size_t i = 0; i + 1 < chain->count; i++) {
        const yn_visit *v = yn_chain_hop(g->audit, start, i);
        ms += v ? v->response.timing.total : 0;
    }
    if (!first || chain->end != YN_CHAIN_ANSWERED)
        return;
    if (chain->count > hops_enough)
        say_how(YN_OWN(g, LONG_CHAIN, yn_visit_hostname(first), first, "%zu redirects from %.*s",
                       chain->count - 1, YN_PRINT(yonder_url_href(&first->url))),
                YN_FIX_FEWER_HOPS, first);
    if (ms > ms_enough)
        YN_OWN(g, SLOW_CHAIN, yn_visit_hostname(first), first,
               "%.0f ms until the last page is asked for", ms);
}

static bool has_told(const yn_grading *g, yn_yonder_code code)
{
    for (size_t i = 0; i < g->grade.count; i++)
        if (g->grade.issues[i].check == &yn_yonder_checks[code])
            return true;
    return false;
}

// A chain that is the end of another has its findings told with that.
static void tell_chain(yn_grading *g, yn_start start)
{
    size_t before = g->grade.count;
    tell_hops(g, start);
    tell_end(g, start);
    tell_lag(g, start);
    size_t kept = before;
    for (size_t i = before; i < g->grade.count; i++) {
        bool known = false;
        for (size_t k = 0; k < before; k++)
            known = known || (g->grade.issues[k].check == g->grade.issues[i].check &&
                              (g->grade.issues[k].visit == g->grade.issues[i].visit ||
                               yn_equal(g->grade.issues[k].host, g->grade.issues[i].host)));
        if (!known)
            g->grade.issues[kept++] = g->grade.issues[i];
    }
    g->grade.count = kept;
}

void yn_yonder_redirects(yn_grading *g)
{
    static const yn_start plain[] = {YN_START_HTTP, YN_START_WWW_HTTP};
    for (size_t i = 0; i < 2; i++) {
        const yn_visit *http = yn_chain_first(g->audit, plain[i]);
        if (http && !http->response.error)
            tell_first(g, plain[i], http);
    }
    for (yn_start s = 0; s < YN_START_COUNT; s++)
        tell_chain(g, s);
    const yn_visit *http = yn_chain_first(g->audit, YN_START_HTTP);
    if (http && http->response.error && !yn_visit_is_unknown(http))
        YN_OWN(g, NO_HTTP, g->audit->ascii, http, "http://%.*s/: %s", YN_PRINT(g->audit->ascii),
               yn_fetch_error_prose(http->response.error));
    for (size_t i = 0; i < g->audit->visit_count; i++) {
        const yn_visit *v = &g->audit->visits[i];
        if (!yn_visit_is_https(v) && !v->response.error && yn_visit_field_count(v, YN_STS) &&
            !has_told(g, YN_OWN_OVER_HTTP))
            yn_grading_mend(YN_OWN(g, OVER_HTTP, yn_visit_hostname(v), v, "%.*s sends it",
                                   YN_PRINT(yn_say(yonder_url_href(&v->url)))),
                            YN_FIX_HSTS, yn_visit_hostname(v), YN_TEXT(""), yn_yonder_value(g));
    }
}
