// SPDX-License-Identifier: MIT
// The header and how it is delivered, by RFC 6797 alone.
#include "audit/graders.h"
#include "audit/grading.h"
#include "audit/readings.h"
#include "audit/rfc6797.h"
#include "base/text.h"

#define CODES(X)                                                                                   \
    X(NO_HOST_NAME, "not_a_domain", ERROR, "HSTS does not hold for it",                            \
      "HSTS holds for domain names, never for addresses.", "8.1.1")                                \
    X(NO_HTTPS, "no_https", ERROR, "No answer over HTTPS",                                         \
      "A host says its policy over a secure connection, which there is none of.", "7")             \
    X(DISTRUSTED, "bad_certificate", ERROR, "The certificate is not valid",                        \
      "Over a connection with any TLS error the header is to be ignored, and to known hosts no "   \
      "connection is to be made.",                                                                 \
      "8.1, 8.4")                                                                                  \
    X(MISSING, "missing", ERROR, "No header",                                                      \
      "An HSTS host sends it with its answers over secure transport.", "7.1")                      \
    X(GRAMMAR, "grammar", ERROR, "Not the header's grammar",                                       \
      "A value that does not follow the grammar is not to be heeded; what a client makes of it "   \
      "is its own choice.",                                                                        \
      "6.1")                                                                                       \
    X(REPEATED, "repeated_directive", ERROR, "A directive stands there twice",                     \
      "No directive may stand there more than once.", "6.1")                                       \
    X(NO_MAX_AGE, "no_max_age", ERROR, "No max-age", "The directive is required.", "6.1.1")        \
    X(BAD_MAX_AGE, "invalid_max_age", ERROR, "max-age is no number of seconds",                    \
      "Its value is digits, in quotes or not.", "6.1.1")                                           \
    X(VALUED, "unexpected_value", ERROR, "includeSubDomains has a value",                          \
      "The directive is valueless.", "6.1.2")                                                      \
    X(SEVERAL, "several_fields", WARNING, "Several header fields",                                 \
      "A host sends no more than one; clients take the first only.", "7.1, 8.1")                   \
    X(NOT_ALWAYS, "not_always", WARNING, "Not with every answer",                                  \
      "The header belongs to each answer over secure transport, redirects and errors included.",   \
      "7.1")                                                                                       \
    X(OVER_HTTP, "over_http", WARNING, "The header over http",                                     \
      "A host must not send it there, and clients must ignore it.", "7.2, 8.1")                    \
    X(NO_REDIRECT, "no_redirect", WARNING, "http does not lead to https",                          \
      "A host should redirect each http request to https.", "7.2")                                 \
    X(DISAGREEMENT, "readers_disagree", WARNING, "Clients read it differently",                    \
      "Who is protected depends on the program in use.", "6.1")                                    \
    X(TAKEN_BACK, "max_age_zero", WARNING, "max-age is 0", "It tells clients to forget the host.", \
      "6.1.1")                                                                                     \
    X(THIS_HOST, "this_host_only", NOTE, "Sub-domains are not covered",                            \
      "A cookie for the domain can be read and set by way of a sub-domain over http.", "14.4")

typedef enum code {
#define CODE_ENUM(id, code, severity, title, prose, section) id,
    CODES(CODE_ENUM)
#undef CODE_ENUM
    CODE_COUNT
} code;

_Static_assert((int)CODE_COUNT == (int)YN_RFC6797_COUNT, "graders.h has the number");

const yn_check yn_rfc6797_checks[YN_RFC6797_COUNT] = {
#define CHECK_ROW(id, code, severity, title, prose, section)                                       \
    {code, YN_SEVERITY_##severity, title, prose, "RFC 6797 section " section},
    CODES(CHECK_ROW)
#undef CHECK_ROW
};

#define TELL(g, code, visit, ...)                                                                  \
    yn_grading_tell(g, &yn_rfc6797_checks[code], (visit) ? yn_visit_hostname(visit) : nobody,      \
                    visit, __VA_ARGS__)

static const yonder_text nobody = YN_TEXT_INIT("");

/* ---- the grammar -------------------------------------------------------------------------------
 */

static code code_of(yonder_hsts_reading reading)
{
    switch (reading) {
    case YONDER_HSTS_NO_MAX_AGE:
        return NO_MAX_AGE;
    case YONDER_HSTS_BAD_MAX_AGE:
        return BAD_MAX_AGE;
    case YONDER_HSTS_REPEATED:
        return REPEATED;
    case YONDER_HSTS_UNEXPECTED_VALUE:
        return VALUED;
    default:
        return GRAMMAR;
    }
}

static void tell_value(yn_grading *g, const yn_visit *visit)
{
    yonder_text value = yn_visit_field(visit, YN_STS, 0);
    yn_sts_grammar grammar = yn_rfc6797_read(value);
    yn_readings readings;
    if (grammar.reading != YONDER_HSTS_VALID)
        TELL(g, code_of(grammar.reading), visit, "\"%.*s\": %s", YN_PRINT(yn_say(value)),
             yonder_hsts_reading_prose(grammar.reading));
    else if (grammar.max_age == 0)
        TELL(g, TAKEN_BACK, visit, "the header is \"%.*s\"", YN_PRINT(yn_say(value)));
    else if (!grammar.include_subdomains)
        TELL(g, THIS_HOST, visit, "the header is \"%.*s\"", YN_PRINT(yn_say(value)));
    yn_readings_make(&readings, value);
    if (readings.agree)
        return;
    yn_buf text = yn_buf_make(4096, NULL);
    yn_readings_write(&text, &readings);
    TELL(g, DISAGREEMENT, visit, "\"%.*s\" is to %.*s", YN_PRINT(yn_say(value)),
         YN_PRINT(yn_buf_text(&text)));
    g->error = text.error == YONDER_NO_MEMORY ? text.error : g->error;
    yn_buf_free(&text);
}

/* ---- delivery ----------------------------------------------------------------------------------
 */

// One issue for all answers of the host that go without.
static void tell_missing(yn_grading *g)
{
    size_t missing = 0, all = 0;
    const yn_visit *shown = NULL;
    for (size_t i = 0; i < g->audit->visit_count; i++) {
        const yn_visit *v = &g->audit->visits[i];
        if (!yn_visit_is_https(v) || v->response.error != YN_FETCH_OK ||
            !yn_equal(yn_visit_hostname(v), g->audit->ascii))
            continue;
        all++;
        if (yn_visit_field_count(v, YN_STS))
            continue;
        missing++;
        shown = shown ? shown : v;
    }
    if (missing && missing < all)
        TELL(g, NOT_ALWAYS, shown, "%zu of %zu answers go without it, %.*s %.*s (%d) for one",
             missing, all, YN_PRINT(shown->method), YN_PRINT(yn_say(yonder_url_href(&shown->url))),
             shown->response.status);
}

static void tell_http(yn_grading *g)
{
    const yn_visit *http = yn_chain_first(g->audit, YN_START_HTTP);
    for (size_t i = 0; i < g->audit->visit_count; i++) {
        const yn_visit *v = &g->audit->visits[i];
        if (yn_visit_is_https(v) || v->response.error || !yn_visit_field_count(v, YN_STS))
            continue;
        TELL(g, OVER_HTTP, v, "%.*s sends it", YN_PRINT(yn_say(yonder_url_href(&v->url))));
        break;
    }
    if (!http || http->response.error)
        return;
    const yn_visit *next = yn_chain_hop(g->audit, YN_START_HTTP, 1);
    if (!yn_visit_redirects(http) || (next && !yn_visit_is_https(next)))
        TELL(g, NO_REDIRECT, http, "%.*s answers %d", YN_PRINT(yonder_url_href(&http->url)),
             http->response.status);
}

static void tell_https(yn_grading *g, const yn_visit *visit)
{
    size_t count = yn_visit_field_count(visit, YN_STS);
    if (!yn_visit_is_good(visit))
        TELL(g, DISTRUSTED, visit, "of the certificate, %s",
             yn_distrust_prose(visit->tls.distrust ? visit->tls.distrust : YN_DISTRUST_OTHER));
    if (!count)
        TELL(g, MISSING, visit, "%.*s answers %d without it",
             YN_PRINT(yonder_url_href(&visit->url)), visit->response.status);
    else
        tell_value(g, visit);
    if (count > 1)
        TELL(g, SEVERAL, visit, "there are %zu", count);
    tell_missing(g);
}

int yn_grade_rfc6797(const yn_audit *audit, const yn_grade_options *options, yn_arena *arena,
                     yn_grade *out)
{
    (void)options;
    yn_grading g = yn_grading_begin(audit, arena);
    const yn_visit *visit = yn_chain_first(audit, YN_START_HTTPS);
    g.grade.unknown = audit->ascii.len && (!visit || yn_audit_is_unknown(audit, visit));
    if (!audit->ascii.len)
        TELL(&g, NO_HOST_NAME, (const yn_visit *)NULL, "\"%.*s\" is no domain name",
             YN_PRINT(yn_say(audit->domain)));
    else if (visit && visit->response.error == YN_FETCH_OK)
        tell_https(&g, visit);
    else if (!g.grade.unknown)
        TELL(&g, NO_HTTPS, visit, "https://%.*s/: %s", YN_PRINT(audit->ascii),
             yn_fetch_error_prose(visit->response.error));
    tell_http(&g);
    bool fine = yn_grading_count(&g, YN_SEVERITY_ERROR) == 0;
    g.grade.passed = fine && !g.grade.unknown;
    g.grade.verdict = g.grade.unknown ? YN_TEXT("unknown")
                      : !fine         ? YN_TEXT("does not conform")
                      : g.grade.count && yn_grading_count(&g, YN_SEVERITY_WARNING)
                          ? YN_TEXT("conforms in part")
                          : YN_TEXT("conforms");
    return yn_grading_end(&g, out);
}
