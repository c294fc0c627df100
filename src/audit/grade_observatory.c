// SPDX-License-Identifier: MIT
// The results `redirection` and `strict-transport-security` of MDN's HTTP Observatory (algorithm
// 6): its codes, its order of evaluation and its score modifiers. Each grade has one result of
// both.
#include "audit/graders.h"
#include "audit/grading.h"
#include "base/text.h"

#define SIX_MONTHS 15552000 // seconds, as its code has it; its text says 15768000

// X(id, code, modifier, passes, title)
#define CODES(X)                                                                                   \
    X(NO_HTTP, "redirection-not-needed-no-http", 0, NOTE, "No http that would have to redirect")   \
    X(REDIRECT_CERT, "redirection-invalid-cert", -20, ERROR,                                       \
      "A certificate on the way from http is not valid")                                           \
    X(ALL_PRELOADED, "redirection-all-redirects-preloaded", 0, NOTE,                               \
      "Every host on the way is preloaded")                                                        \
    X(MISSING, "redirection-missing", -20, ERROR, "http does not redirect")                        \
    X(NOT_HTTPS, "redirection-not-to-https", -20, ERROR, "The redirects do not end at https")      \
    X(NOT_INITIAL, "redirection-not-to-https-on-initial-redirection", -10, ERROR,                  \
      "The first redirect is not to https")                                                        \
    X(OFF_HOST, "redirection-off-host-from-http", -5, ERROR,                                       \
      "The first redirect is to another host")                                                     \
    X(TO_HTTPS, "redirection-to-https", 0, NOTE, "http redirects to https on the same host")       \
    X(PRELOADED, "hsts-preloaded", 5, NOTE, "HSTS is preloaded")                                   \
    X(LONG_ENOUGH, "hsts-implemented-max-age-at-least-six-months", 0, NOTE,                        \
      "HSTS for at least six months")                                                              \
    X(TOO_SHORT, "hsts-implemented-max-age-less-than-six-months", -10, ERROR,                      \
      "HSTS for less than six months")                                                             \
    X(NO_HSTS, "hsts-not-implemented", -20, ERROR, "No HSTS header")                               \
    X(HSTS_INVALID, "hsts-header-invalid", -20, ERROR, "The HSTS header cannot be read")           \
    X(NO_HTTPS, "hsts-not-implemented-no-https", -20, ERROR, "No HTTPS, so no HSTS")               \
    X(HSTS_CERT, "hsts-invalid-cert", -20, ERROR,                                                  \
      "HSTS does not count, for the certificate is not valid")

typedef enum code {
#define CODE_ENUM(id, code, modifier, severity, title) id,
    CODES(CODE_ENUM)
#undef CODE_ENUM
    CODE_COUNT
} code;

_Static_assert((int)CODE_COUNT == (int)YN_OBSERVATORY_COUNT, "graders.h has the number");

const yn_check yn_observatory_checks[YN_OBSERVATORY_COUNT] = {
#define CHECK_ROW(id, code, modifier, severity, title)                                             \
    {code, YN_SEVERITY_##severity, title, "It changes the Observatory's score by " #modifier ".",  \
     "MDN HTTP Observatory, algorithm 6"},
    CODES(CHECK_ROW)
#undef CHECK_ROW
};

static const int modifiers[] = {
#define MODIFIER_ROW(id, code, modifier, severity, title) modifier,
    CODES(MODIFIER_ROW)
#undef MODIFIER_ROW
};

/* ---- its two sessions --------------------------------------------------------------------------
 */

// A chain in which a request fails gives it no response at all; nor does one of more than ten
// redirects.
static const yn_visit *response(const yn_audit *audit, yn_start start)
{
    const yn_seen_chain *chain = &audit->chains[start];
    const yn_visit *last = yn_chain_last(audit, start);
    bool ends = chain->end == YN_CHAIN_ANSWERED || chain->end == YN_CHAIN_UNREADABLE;
    return ends && last && last->response.error == YN_FETCH_OK && chain->count <= 11 ? last : NULL;
}

static bool is_verified(const yn_audit *audit, yn_start start)
{
    for (size_t i = 0; i < audit->chains[start].count; i++) {
        const yn_visit *v = yn_chain_hop(audit, start, i);
        if (v && !yn_visit_is_good(v) && v->response.error == YN_FETCH_OK)
            return false;
    }
    return true;
}

static bool is_unknown(const yn_audit *audit, yn_start start)
{
    const yn_seen_chain *chain = &audit->chains[start];
    const yn_visit *last = yn_chain_last(audit, start);
    return !chain->asked || chain->end == YN_CHAIN_UNKNOWN || !last ||
           yn_audit_is_unknown(audit, last);
}

static bool is_gradable(const yn_visit *v)
{
    int status = v->response.status;
    return (status >= 200 && status < 400) || status == 401 || status == 403;
}

/* ---- preloaded ---------------------------------------------------------------------------------
 */

static bool is_below(yonder_text host, yonder_text entry)
{
    return host.len > entry.len && host.ptr[host.len - entry.len - 1] == '.' &&
           yn_equal(yn_skip(host, host.len - entry.len), entry);
}

// Of other domains than the one that is graded the evidence does not say.
static bool is_preloaded(const yn_audit *audit, yonder_text host)
{
    for (size_t i = 0; i < audit->list_count; i++) {
        const yn_seen_list *list = &audit->lists[i];
        if (!yn_equal(list->list, YN_TEXT("chromium")) || !list->listed)
            continue;
        return yn_equal(host, audit->ascii) || yn_equal(host, list->matched) ||
               (list->include_subdomains && list->matched.len && is_below(host, list->matched));
    }
    return false;
}

static bool all_preloaded(const yn_audit *audit)
{
    const yn_seen_chain *chain = &audit->chains[YN_START_HTTP];
    for (size_t i = 0; i < chain->count; i++) {
        const yn_visit *v = yn_chain_hop(audit, YN_START_HTTP, i);
        if (!v || !is_preloaded(audit, yn_visit_hostname(v)))
            return false;
    }
    return chain->count > 0;
}

/* ---- results -----------------------------------------------------------------------------------
 */

static code redirection(const yn_audit *audit)
{
    const yn_visit *last = response(audit, YN_START_HTTP);
    const yn_visit *next = yn_chain_hop(audit, YN_START_HTTP, 1);
    if (!last)
        return NO_HTTP;
    if (!is_verified(audit, YN_START_HTTP))
        return REDIRECT_CERT;
    if (all_preloaded(audit))
        return ALL_PRELOADED;
    if (!next)
        return MISSING;
    if (!yn_visit_is_https(last))
        return NOT_HTTPS;
    if (!yn_visit_is_https(next))
        return NOT_INITIAL;
    return yn_equal(yn_visit_hostname(next), audit->ascii) ? TO_HTTPS : OFF_HOST;
}

// JavaScript's parseInt(), but for what it makes of no number at all: a quoted number is one, and
// the rest is told apart from numbers.
static bool leading_number(yonder_text t, double *out)
{
    t = yn_trim(t, " \t");
    if (t.len > 1 && t.ptr[0] == '"' && t.ptr[t.len - 1] == '"')
        t = yn_slice(t, 1, t.len - 1);
    bool negative = t.len && t.ptr[0] == '-';
    if (t.len && (t.ptr[0] == '-' || t.ptr[0] == '+'))
        t = yn_skip(t, 1);
    bool hex = t.len > 1 && t.ptr[0] == '0' && yn_lower(t.ptr[1]) == 'x';
    double n = 0;
    size_t i = hex ? 2 : 0, from = i;
    for (; i < t.len; i++) {
        int digit = yn_hex_value((unsigned char)t.ptr[i]);
        if (digit < 0 || (!hex && digit > 9))
            break;
        n = n * (hex ? 16 : 10) + digit;
    }
    *out = negative ? -n : n;
    return i > from;
}

static code of_header(yonder_text value)
{
    const yonder_text name = YN_TEXT("max-age=");
    bool any = false;
    double max_age = 0;
    if (yn_find_char(value, ',') < value.len)
        return HSTS_INVALID;
    for (bool more = true; more;) {
        size_t end = yn_find_char(value, ';');
        yonder_text d = yn_trim(yn_slice(value, 0, end), " \t");
        more = end < value.len;
        value = yn_skip(value, more ? end + 1 : end);
        if (d.len < name.len || !yn_equal_nocase(yn_slice(d, 0, name.len), name))
            continue;
        if (!leading_number(yn_skip(d, name.len), &max_age))
            return HSTS_INVALID;
        any = true;
    }
    return !any ? HSTS_INVALID : max_age < SIX_MONTHS ? TOO_SHORT : LONG_ENOUGH;
}

static code hsts(const yn_audit *audit)
{
    const yn_visit *last = response(audit, YN_START_HTTPS);
    if (!last)
        return NO_HTTPS;
    if (is_preloaded(audit, audit->ascii))
        return PRELOADED;
    if (!is_verified(audit, YN_START_HTTPS))
        return HSTS_CERT;
    size_t count = yn_visit_field_count(last, YN_STS);
    yonder_text value = yn_visit_field(last, YN_STS, 0);
    if (count > 1) // which it sees joined by a comma
        return HSTS_INVALID;
    return value.len ? of_header(value) : NO_HSTS;
}

/* ---- the grade ---------------------------------------------------------------------------------
 */

static void tell(yn_grading *g, code result, yn_start start)
{
    const yn_visit *last = yn_chain_last(g->audit, start);
    const yn_check *check = &yn_observatory_checks[result];
    if (last)
        yn_grading_tell(g, check, (yonder_text){"", 0}, last, "from %s://%.*s/ on, the end is %.*s",
                        start == YN_START_HTTP ? "http" : "https", YN_PRINT(g->audit->ascii),
                        YN_PRINT(yn_say(yonder_url_href(&last->url))));
    else
        yn_grading_tell(g, check, (yonder_text){"", 0}, NULL, "there is no answer");
    g->grade.score += modifiers[result];
}

int yn_grade_observatory(const yn_audit *audit, const yn_grade_options *options, yn_arena *arena,
                         yn_grade *out)
{
    (void)options;
    yn_grading g = yn_grading_begin(audit, arena);
    const yn_visit *http = response(audit, YN_START_HTTP);
    const yn_visit *https = response(audit, YN_START_HTTPS);
    const yn_visit *shown = https ? https : http;
    g.grade.unknown = is_unknown(audit, YN_START_HTTP) || is_unknown(audit, YN_START_HTTPS);
    if (!shown || !is_gradable(shown)) {
        g.grade.verdict = g.grade.unknown ? YN_TEXT("unknown") : YN_TEXT("not gradable");
        return yn_grading_end(&g, out);
    }
    code first = redirection(audit), second = hsts(audit);
    tell(&g, first, YN_START_HTTP);
    tell(&g, second, YN_START_HTTPS);
    g.grade.has_score = true;
    g.grade.passed = !g.grade.unknown && yn_grading_count(&g, YN_SEVERITY_ERROR) == 0;
    g.grade.verdict = yn_grading_text(&g, "%s %s", yn_observatory_checks[first].code,
                                      yn_observatory_checks[second].code);
    return yn_grading_end(&g, out);
}
