// SPDX-License-Identifier: MIT
// The results https_forced and https_hsts of internet.nl, which asks each family of addresses: the
// worst of them counts. Points are the sum of both, of 20 at most.
#include "audit/graders.h"
#include "audit/grading.h"
#include "base/text.h"

enum {
    full_points = 10,
    short_points = 2, // for a max-age that is too short
    max_age_min = 31536000,
};

// X(id, code, severity, title, prose), of each result from good to bad
#define CODES(X)                                                                                   \
    X(FORCED, "https_forced.good", NOTE, "http leads to https", "It is what is asked for.")        \
    X(NO_HTTP, "https_forced.no_http", NOTE, "No http",                                            \
      "Where nobody answers at port 80 there is nothing to force.")                                \
    X(NOT_FORCED, "https_forced.bad", ERROR, "http does not lead to https",                        \
      "The first redirect has to be to https on the same host.")                                   \
    X(NO_HTTPS, "https_forced.no_https", ERROR, "No HTTPS", "Nothing can be forced to it.")        \
    X(HSTS, "https_hsts.good", NOTE, "HSTS for a year or more", "It is what is asked for.")        \
    X(HSTS_SHORT, "https_hsts.partial", ERROR, "HSTS for less than a year",                        \
      "A year is asked for, 31536000 seconds.")                                                    \
    X(HSTS_BAD, "https_hsts.bad", ERROR, "No HSTS that can be read",                               \
      "The header has to be with the first answer over https, and to have a max-age.")             \
    X(HSTS_NO_HTTPS, "https_hsts.no_https", ERROR, "No HTTPS, so no HSTS", "HSTS takes HTTPS.")

typedef enum code {
#define CODE_ENUM(id, code, severity, title, prose) id,
    CODES(CODE_ENUM)
#undef CODE_ENUM
    CODE_COUNT
} code;

_Static_assert((int)CODE_COUNT == (int)YN_INTERNETNL_COUNT, "graders.h has the number");

const yn_check yn_internetnl_checks[YN_INTERNETNL_COUNT] = {
#define CHECK_ROW(id, code, severity, title, prose)                                                \
    {code, YN_SEVERITY_##severity, title, prose, "internet.nl"},
    CODES(CHECK_ROW)
#undef CHECK_ROW
};

static const int points[] = {[FORCED] = full_points,
                             [NO_HTTP] = full_points,
                             [HSTS] = full_points,
                             [HSTS_SHORT] = short_points,
                             [HSTS_NO_HTTPS] = 0};

/* ---- one answer --------------------------------------------------------------------------------
 */

// Where http leads to, by the URL standard.
static bool leads_to_https(const yn_audit *audit, const yn_visit *http, bool *no_memory)
{
    yonder_url url;
    if (!yn_visit_redirects(http))
        return false;
    int error =
        yonder_url_parse(&url, yn_evidence_field(&http->response, "Location"), &http->url, NULL);
    *no_memory = *no_memory || error == YONDER_NO_MEMORY;
    if (error)
        return false;
    bool good = yn_equal(yonder_url_get(&url, YONDER_URL_PROTOCOL), YN_TEXT("https:")) &&
                yn_equal(yonder_url_get(&url, YONDER_URL_HOSTNAME), audit->ascii);
    yonder_url_free(&url, NULL);
    return good;
}

// The digits behind the first "max-age" and "=", wherever that stands.
static bool find_max_age(yonder_text value, uint64_t *out)
{
    const yonder_text name = YN_TEXT("max-age");
    for (; value.len >= name.len; value = yn_skip(value, 1)) {
        if (!yn_equal_nocase(yn_slice(value, 0, name.len), name))
            continue;
        yonder_text rest = yn_trim(yn_skip(value, name.len), " \t");
        if (!rest.len || rest.ptr[0] != '=')
            continue;
        rest = yn_trim(yn_skip(rest, 1), " \t\"");
        size_t digits = 0;
        while (digits < rest.len && yn_is_digit((unsigned char)rest.ptr[digits]))
            digits++;
        if (!digits)
            return false;
        if (!yn_parse_number(yn_slice(rest, 0, digits), UINT64_MAX, out))
            *out = UINT64_MAX;
        return true;
    }
    return false;
}

static code hsts_of(const yn_visit *https)
{
    uint64_t max_age;
    if (https->response.error)
        return HSTS_NO_HTTPS;
    if (!yn_visit_field_count(https, YN_STS) ||
        !find_max_age(yn_visit_field(https, YN_STS, 0), &max_age))
        return HSTS_BAD;
    return max_age >= max_age_min ? HSTS : HSTS_SHORT;
}

/* ---- all answers -------------------------------------------------------------------------------
 */

typedef struct worst {
    code code;
    const yn_visit *visit;
    bool any, unknown, no_memory;
} worst;

static void take(worst *w, const yn_audit *audit, code result, const yn_visit *visit)
{
    w->unknown = w->unknown || yn_audit_is_unknown(audit, visit);
    if (w->any && result <= w->code)
        return;
    w->any = true;
    w->code = result;
    w->visit = visit;
}

// The first page, asked in whatever way counts: by either family, or whichever answered.
static bool is_asked(const yn_audit *audit, const yn_visit *v, bool https)
{
    return yn_visit_is_https(v) == https && v->agent == YN_AGENT_CHECK &&
           (v->purpose == YN_PURPOSE_CHAIN || v->purpose == YN_PURPOSE_FAMILY) &&
           yn_equal(v->method, YN_TEXT("GET")) && v->url.port < 0 &&
           yn_equal(yonder_url_target(&v->url), YN_TEXT("/")) &&
           yn_equal(yn_visit_hostname(v), audit->ascii);
}

static worst worst_hsts(const yn_audit *audit)
{
    worst w = {.code = HSTS_NO_HTTPS};
    for (size_t i = 0; i < audit->visit_count; i++)
        if (is_asked(audit, &audit->visits[i], true))
            take(&w, audit, hsts_of(&audit->visits[i]), &audit->visits[i]);
    return w;
}

static worst worst_forced(const yn_audit *audit, bool https)
{
    worst w = {.code = NO_HTTPS};
    for (size_t i = 0; https && i < audit->visit_count; i++) {
        const yn_visit *v = &audit->visits[i];
        if (!is_asked(audit, v, false))
            continue;
        take(&w, audit,
             v->response.error                        ? NO_HTTP
             : leads_to_https(audit, v, &w.no_memory) ? FORCED
                                                      : NOT_FORCED,
             v);
    }
    return w;
}

static void tell(yn_grading *g, const worst *w)
{
    yn_grading_tell(g, &yn_internetnl_checks[w->code], (yonder_text){"", 0}, w->visit,
                    "%.*s is what counts",
                    YN_PRINT(w->visit ? yonder_url_href(&w->visit->url) : g->audit->ascii));
    g->grade.score += points[w->code];
    g->grade.unknown = g->grade.unknown || w->unknown || (!w->any && w->code != NO_HTTPS);
    g->error = w->no_memory ? YONDER_NO_MEMORY : g->error;
}

int yn_grade_internetnl(const yn_audit *audit, const yn_grade_options *options, yn_arena *arena,
                        yn_grade *out)
{
    (void)options;
    yn_grading g = yn_grading_begin(audit, arena);
    worst hsts = worst_hsts(audit);
    worst forced = worst_forced(audit, hsts.any && hsts.code != HSTS_NO_HTTPS);
    g.grade.unknown = !hsts.any && audit->ascii.len;
    tell(&g, &forced);
    tell(&g, &hsts);
    g.grade.has_score = true;
    g.grade.passed = !g.grade.unknown && yn_grading_count(&g, YN_SEVERITY_ERROR) == 0;
    g.grade.verdict = g.grade.unknown
                          ? YN_TEXT("unknown")
                          : yn_grading_text(&g, "%s %s", yn_internetnl_checks[forced.code].code,
                                            yn_internetnl_checks[hsts.code].code);
    return yn_grading_end(&g, out);
}
