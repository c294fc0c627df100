// SPDX-License-Identifier: MIT
// The steps of chromium/hstspreload's EligibleDomain() and RemovableDomain(), in their order. What
// it finds out by five parallel branches it puts together in a fixed order, which is this one.
#include "audit/chromium.h"
#include "audit/graders.h"
#include "audit/policy.h"
#include "base/text.h"

const yn_check yn_chromium_checks[YN_CHROMIUM_COUNT] = {
#define CHECK_ROW(id, code, severity, summary, why)                                                \
    {code, YN_SEVERITY_##severity, summary, why, "chromium/hstspreload"},
    YN_CHROMIUM_CODES(CHECK_ROW)
#undef CHECK_ROW
};

#define TELL(g, code, host, visit, ...)                                                            \
    yn_grading_tell(g, &yn_chromium_checks[code], host, visit, __VA_ARGS__)

static const yonder_text nobody = YN_TEXT_INIT("");

/* ---- the name ----------------------------------------------------------------------------------
 */

static bool has_double_dot(yonder_text t)
{
    for (size_t i = 0; i + 1 < t.len; i++)
        if (t.ptr[i] == '.' && t.ptr[i + 1] == '.')
            return true;
    return false;
}

static bool has_odd_character(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (!yn_is_alpha(c) && !yn_is_digit(c) && c != '-' && c != '.')
            return true;
    }
    return false;
}

// Four decimal numbers up to 255 without zeros before them, as Go's ParseIP has it.
static bool is_ipv4(yonder_text t)
{
    for (int i = 0; i < 4; i++) {
        size_t end = yn_find_char(t, '.');
        yonder_text part = yn_slice(t, 0, end);
        uint64_t n;
        if (!yn_parse_number(part, 255, &n) || (part.len > 1 && part.ptr[0] == '0') ||
            (end == t.len) != (i == 3))
            return false;
        t = yn_skip(t, end < t.len ? end + 1 : end);
    }
    return true;
}

// A name that no request could be made for has its last label as its suffix, by the list's rule for
// what it does not know.
static bool is_public_suffix(const yn_audit *a)
{
    if (yn_find_char(a->domain, '.') == a->domain.len)
        return true;
    return a->ascii.len && yn_equal_nocase(a->public_suffix, a->domain);
}

static bool is_registrable(const yn_audit *a)
{
    if (a->ascii.len)
        return yn_equal(a->registrable, a->ascii);
    size_t dots = 0;
    for (size_t i = 0; i < a->domain.len; i++)
        dots += a->domain.ptr[i] == '.';
    return dots == 1;
}

static bool tell_format(yn_grading *g)
{
    const yonder_text d = g->audit->domain, shown = yn_say(d);
    size_t before = g->grade.count;
    if (d.len && d.ptr[0] == '.')
        TELL(g, YN_CR_BEGINS_WITH_DOT, nobody, NULL, "\"%.*s\" begins with a dot", YN_PRINT(shown));
    else if (d.len && d.ptr[d.len - 1] == '.')
        TELL(g, YN_CR_ENDS_WITH_DOT, nobody, NULL, "\"%.*s\" ends with a dot", YN_PRINT(shown));
    else if (has_double_dot(d))
        TELL(g, YN_CR_DOUBLE_DOT, nobody, NULL, "there are two dots side by side in \"%.*s\"",
             YN_PRINT(shown));
    else if (is_public_suffix(g->audit))
        TELL(g, YN_CR_PUBLIC_SUFFIX, nobody, NULL,
             "\"%.*s\" is a public suffix, or has no dot in it", YN_PRINT(shown));
    else if (has_odd_character(d) && g->audit->ascii.len && !has_odd_character(g->audit->ascii))
        TELL(g, YN_CR_INVALID_CHARACTERS, nobody, NULL, "\"%.*s\" is to be written %.*s",
             YN_PRINT(shown), YN_PRINT(g->audit->ascii));
    else if (has_odd_character(d))
        TELL(g, YN_CR_INVALID_CHARACTERS, nobody, NULL,
             "\"%.*s\" has characters in it that no host name has", YN_PRINT(shown));
    else if (is_ipv4(d))
        TELL(g, YN_CR_IP_ADDRESS, nobody, NULL, "\"%.*s\" is an address", YN_PRINT(shown));
    return g->grade.count > before;
}

static void tell_level(yn_grading *g)
{
    const yn_audit *a = g->audit;
    if (is_registrable(a))
        return;
    yn_grading_mend(
        TELL(g, YN_CR_SUBDOMAIN, nobody, NULL, "%.*s is below %.*s", YN_PRINT(yn_say(a->domain)),
             YN_PRINT(a->registrable.len ? a->registrable : YN_TEXT("a registered name"))),
        YN_FIX_REGISTERED, a->registrable, nobody, nobody);
}

/* ---- the connection ----------------------------------------------------------------------------
 */

static bool is_tls_1_3(const yn_tls_facts *tls)
{
    return yn_equal(tls->version, YN_TEXT("TLSv1.3"));
}

bool yn_chromium_connects(const yn_visit *visit)
{
    const yn_tls_facts *tls = &visit->tls;
    if (visit->response.error != YN_FETCH_OK)
        return false;
    if (!yn_visit_is_https(visit) || !tls->version.len || is_tls_1_3(tls))
        return true;
    return yn_equal(tls->version, YN_TEXT("TLSv1.2")) &&
           (!tls->cipher.len || yn_starts_with(tls->cipher, YN_TEXT("TLS_ECDHE_")));
}

static bool is_current_cipher(const yn_tls_facts *tls)
{
    static const yonder_text current[] = {
        YN_TEXT_INIT("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        YN_TEXT_INIT("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
        YN_TEXT_INIT("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
        YN_TEXT_INIT("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        YN_TEXT_INIT("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
        YN_TEXT_INIT("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    };
    if (is_tls_1_3(tls) || !tls->cipher.len)
        return true;
    for (size_t i = 0; i < sizeof current / sizeof *current; i++)
        if (yn_equal(tls->cipher, current[i]))
            return true;
    return false;
}

static bool is_sha1(yonder_text signature)
{
    return yn_equal_nocase(signature, YN_TEXT("sha1WithRSAEncryption")) ||
           yn_equal_nocase(signature, YN_TEXT("RSA-SHA1")) ||
           yn_equal_nocase(signature, YN_TEXT("ecdsa-with-SHA1"));
}

// The first SHA-1 certificate of the chain is told, the root being trusted for itself.
static void tell_tls(yn_grading *g, const yn_visit *visit)
{
    const yn_tls_facts *tls = &visit->tls;
    for (size_t i = 0; i + 1 < tls->verified_count; i++) {
        if (!is_sha1(tls->verified[i].signature))
            continue;
        yn_grading_mend(TELL(g, YN_CR_SHA1, nobody, visit,
                             "the certificate of \"%.*s\" is signed with SHA-1",
                             YN_PRINT(yn_say(tls->verified[i].subject))),
                        YN_FIX_CERTIFICATE, g->audit->ascii, nobody, nobody);
        break;
    }
    if (!is_current_cipher(tls))
        yn_grading_mend(TELL(g, YN_CR_CIPHER, nobody, visit, "the connection is by %.*s",
                             YN_PRINT(yn_say(tls->cipher))),
                        YN_FIX_TLS, g->audit->ascii, nobody, nobody);
}

static const char *why_no_connection(const yn_visit *visit)
{
    if (!visit)
        return "it was not asked";
    if (visit->response.error == YN_FETCH_OK)
        return yn_chromium_connects(visit) ? "its Location is no URL"
                                           : "it has neither TLS 1.3 nor TLS 1.2 with ECDHE";
    return yn_fetch_error_prose(visit->response.error);
}

yn_fix yn_chromium_connection_fix(const yn_visit *visit)
{
    switch (visit->response.error) {
    case YN_FETCH_OK:
        return yn_chromium_connects(visit) ? YN_FIX_TARGET : YN_FIX_TLS;
    case YN_FETCH_DNS:
        return YN_FIX_NAME;
    case YN_FETCH_REFUSED:
    case YN_FETCH_UNREACHABLE:
    case YN_FETCH_TIMEOUT:
        return YN_FIX_LISTEN;
    case YN_FETCH_EMPTY_REPLY:
    case YN_FETCH_RESET:
        return YN_FIX_LET_IN;
    default:
        return YN_FIX_ANSWER;
    }
}

// The first response, or NULL where there is none that counts, which is then told.
static const yn_visit *first_response(yn_grading *g)
{
    const yn_visit *visit =
        g->audit->ascii.len ? yn_grading_visit(g, "https", g->audit->ascii) : NULL;
    g->grade.unknown = g->audit->ascii.len && (!visit || yn_audit_is_unknown(g->audit, visit));
    bool answers = visit && yn_chromium_answers(g, visit);
    if (answers && yn_visit_is_good(visit))
        return visit;
    if (answers)
        yn_grading_mend(
            TELL(g, YN_CR_INVALID_CERT, nobody, visit, "of its certificate, %s",
                 yn_distrust_prose(visit->tls.distrust != YN_TRUSTED ? visit->tls.distrust
                                                                     : YN_DISTRUST_OTHER)),
            YN_FIX_CERTIFICATE, g->audit->ascii, nobody, nobody);
    else if (!g->audit->ascii.len)
        TELL(g, YN_CR_CANNOT_CONNECT, nobody, NULL, "\"%.*s\" is no name of a host to ask",
             YN_PRINT(yn_say(g->audit->domain)));
    else
        yn_grading_mend(TELL(g, YN_CR_CANNOT_CONNECT, nobody, visit,
                             "https://%.*s/ does not answer: %s",
                             YN_PRINT(yn_say(g->audit->domain)), why_no_connection(visit)),
                        visit ? yn_chromium_connection_fix(visit) : YN_FIX_NONE, g->audit->ascii,
                        nobody, nobody);
    return NULL;
}

/* ---- the header --------------------------------------------------------------------------------
 */

typedef struct header_context {
    yn_grading *g;
    const yn_visit *visit;
    yonder_text value;
    yonder_text wanted; // of a header that would do
} header_context;

// What is sent, changed as little as the list allows; where it cannot be read, a year.
static yonder_text wanted_value(yn_grading *g, const yn_visit *visit, uint64_t min_age,
                                bool removal)
{
    yonder_hsts_policy policy = {0};
    yn_buf text = yn_buf_make(YN_SAY_MAX, NULL);
    size_t count = yn_visit_field_count(visit, YN_STS);
    bool read = count && yn_policy_read(visit, &policy) == YONDER_HSTS_VALID;
    if (!read)
        policy = (yonder_hsts_policy){.max_age = YN_PRELOAD_YEAR};
    if (!removal && (uint64_t)policy.max_age < min_age)
        policy.max_age = YN_PRELOAD_YEAR;
    if (policy.max_age > 10 * (int64_t)YN_PRELOAD_YEAR)
        policy.max_age = 2 * (int64_t)YN_PRELOAD_YEAR;
    policy.include_subdomains = policy.include_subdomains || !removal;
    policy.preload = !removal;
    if (read && count > 1) // to have it once is enough of a change
        (void)yn_policy_read(visit, &policy);
    yn_policy_write(&text, &policy);
    yonder_text value = yn_grading_text(g, "%.*s", YN_PRINT(yn_buf_text(&text)));
    yn_buf_free(&text);
    return value;
}

static void tell_header(void *context, yn_chromium_code code, yonder_text about)
{
    const header_context *c = context;
    yn_issue *issue = about.len ? TELL(c->g, code, nobody, c->visit,
                                       "the header has \"%.*s\" in it", YN_PRINT(yn_say(about)))
                                : TELL(c->g, code, nobody, c->visit, "the header is \"%.*s\"",
                                       YN_PRINT(yn_say(c->value)));
    yn_grading_mend(issue, YN_FIX_HSTS, yn_visit_hostname(c->visit), nobody, c->wanted);
}

void yn_chromium_header(yn_grading *g, const yn_visit *visit, uint64_t min_age, bool removal)
{
    size_t count = yn_visit_field_count(visit, YN_STS);
    header_context c = {g, visit, yn_visit_field(visit, YN_STS, 0),
                        wanted_value(g, visit, min_age, removal)};
    if (count == 0)
        yn_grading_mend(TELL(g, YN_CR_NO_HEADER, nobody, visit, "%.*s answers without the header",
                             YN_PRINT(yonder_url_href(&visit->url))),
                        YN_FIX_HSTS, yn_visit_hostname(visit), nobody, c.wanted);
    else if (count > 1)
        yn_grading_mend(TELL(g, YN_CR_MULTIPLE_HEADERS, nobody, visit,
                             "%.*s answers with %zu of them",
                             YN_PRINT(yonder_url_href(&visit->url)), count),
                        YN_FIX_HSTS_ONCE, yn_visit_hostname(visit), nobody, c.wanted);
    else if (removal)
        yn_preload_header_removable(c.value, tell_header, &c);
    else
        yn_preload_header_eligible(c.value, min_age, tell_header, &c);
}

/* ---- www ---------------------------------------------------------------------------------------
 */

// It exists if somebody listens at its port 443; whether it is https is asked then.
static void tell_www(yn_grading *g)
{
    const yn_audit *a = g->audit;
    if (!is_registrable(a) || yn_equal(a->public_suffix, YN_TEXT("appspot.com")))
        return;
    yonder_text www = yn_grading_text(g, "www.%.*s", YN_PRINT(a->ascii));
    const yn_seen_host *host = yn_audit_host(a, www);
    const yn_visit *visit = yn_grading_visit(g, "https", www);
    if (!host || host->port_443 == YN_UNKNOWN)
        g->grade.unknown = g->grade.unknown || !host || host->exists != YN_NO;
    if (!host || host->port_443 != YN_YES || !visit)
        return;
    bool answered = visit->response.error == YN_FETCH_OK;
    if (visit->tls.complete && (!answered || yn_chromium_connects(visit)) &&
        yn_visit_is_trusted(visit))
        return;
    g->grade.unknown = g->grade.unknown || yn_visit_is_unknown(visit);
    yn_grading_mend(TELL(g, YN_CR_WWW_NO_TLS, www, visit,
                         "%.*s takes connections at port 443, and no handshake with a valid "
                         "certificate succeeds",
                         YN_PRINT(www)),
                    YN_FIX_CERTIFICATE, www, nobody, nobody);
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

static size_t errors(const yn_grading *g)
{
    return yn_grading_count(g, YN_SEVERITY_ERROR);
}

static void grade_eligible(yn_grading *g, uint64_t min_age, uint64_t first_age)
{
    if (tell_format(g))
        return;
    tell_level(g);
    const yn_visit *first = first_response(g);
    if (!first)
        return;
    tell_tls(g, first);
    size_t before = errors(g);
    yn_chromium_header(g, first, min_age, false);
    yn_chromium_redirects(g, errors(g) == before ? first_age : 0);
    tell_www(g);
}

int yn_grade_chromium(const yn_audit *audit, const yn_grade_options *options, yn_arena *arena,
                      yn_grade *out)
{
    yn_grading g = yn_grading_begin(audit, arena);
    bool lenient = options->policy && strcmp(options->policy, "bulk-18-weeks") == 0;
    uint64_t min_age = lenient ? YN_PRELOAD_18_WEEKS : YN_PRELOAD_YEAR;
    const yn_visit *first = NULL;
    if (!options->removal)
        grade_eligible(&g, min_age, options->lenient_throughout ? min_age : YN_PRELOAD_YEAR);
    else if ((first = first_response(&g)))
        yn_chromium_header(&g, first, 0, true);
    bool fine = errors(&g) == 0;
    g.grade.passed = fine && !g.grade.unknown;
    if (g.grade.unknown)
        g.grade.verdict = YN_TEXT("unknown");
    else if (options->removal)
        g.grade.verdict = fine ? YN_TEXT("removable") : YN_TEXT("not removable");
    else
        g.grade.verdict = fine ? YN_TEXT("eligible") : YN_TEXT("not eligible");
    return yn_grading_end(&g, out);
}
