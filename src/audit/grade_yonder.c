// SPDX-License-Identifier: MIT
// Yonder's own verdict. doc/why/verdict.md says what it weighs, and why it never rewards preload.
#include "audit/graders.h"
#include "audit/verdict.h"
#include "audit/yonder.h"
#include "base/text.h"

_Static_assert((int)YN_OWN_COUNT == (int)YN_YONDER_COUNT, "graders.h has the number");

typedef enum effect {
    effect_NONE,
    effect_PARTLY,
    effect_NOT,
} effect;

const yn_check yn_yonder_checks[YN_YONDER_COUNT] = {
#define CHECK_ROW(id, code, severity, effect, title, prose, source)                                \
    {code, YN_SEVERITY_##severity, title, prose, source},
    YN_YONDER_CODES(CHECK_ROW)
#undef CHECK_ROW
};

static const effect effects[] = {
#define EFFECT_ROW(id, code, severity, effect, title, prose, source) effect_##effect,
    YN_YONDER_CODES(EFFECT_ROW)
#undef EFFECT_ROW
};

static const struct {
    const char *words, *prose;
} verdicts[] = {
#define VERDICT_ROW(id, words, prose) {words, prose},
    YN_VERDICTS(VERDICT_ROW)
#undef VERDICT_ROW
};

const char *yn_verdict_words(yn_verdict verdict)
{
    return verdicts[verdict].words;
}

const char *yn_verdict_prose(yn_verdict verdict)
{
    return verdicts[verdict].prose;
}

/* ---- HTTPS -------------------------------------------------------------------------------------
 */

static const int64_t warn_before = INT64_C(14) * 86400;

void yn_yonder_https(yn_grading *g, const yn_visit *first)
{
    const yonder_text host = g->audit->ascii;
    const yn_tls_facts *tls = &first->tls;
    if (first->response.error) {
        bool certificate = first->response.error == YN_FETCH_TLS_CERTIFICATE;
        yn_issue *issue =
            certificate ? YN_OWN(g, BAD_CERTIFICATE, host, first, "of the certificate of %.*s, %s",
                                 YN_PRINT(host), yn_distrust_prose(tls->distrust))
                        : YN_OWN(g, NO_HTTPS, host, first, "https://%.*s/ does not answer: %s",
                                 YN_PRINT(host), yn_fetch_error_prose(first->response.error));
        bool ended = first->response.error == YN_FETCH_EMPTY_REPLY ||
                     first->response.error == YN_FETCH_RESET;
        yn_grading_mend(issue, ended ? YN_FIX_LET_IN : YN_FIX_CERTIFICATE, host, YN_TEXT(""),
                        YN_TEXT(""));
    } else if (!yn_visit_is_good(first)) {
        yn_grading_mend(
            YN_OWN(g, BAD_CERTIFICATE, host, first, "of the certificate of %.*s, %s",
                   YN_PRINT(host),
                   yn_distrust_prose(tls->distrust ? tls->distrust : YN_DISTRUST_OTHER)),
            YN_FIX_CERTIFICATE, host, YN_TEXT(""), YN_TEXT(""));
    } else if (tls->verified_count && tls->verified[0].not_after - g->audit->begun < warn_before) {
        int64_t days = (tls->verified[0].not_after - g->audit->begun) / 86400;
        yn_grading_mend(YN_OWN(g, CERTIFICATE_ENDS, host, first,
                               "the certificate of %.*s ends in %lld day%s", YN_PRINT(host),
                               (long long)days, days == 1 ? "" : "s"),
                        YN_FIX_CERTIFICATE, host, YN_TEXT(""), YN_TEXT(""));
    }
}

/* ---- the verdict -------------------------------------------------------------------------------
 */

static effect worst_of(const yn_grading *g)
{
    effect worst = effect_NONE;
    for (size_t i = 0; i < g->grade.count; i++) {
        effect e = effects[g->grade.issues[i].check - yn_yonder_checks];
        worst = e > worst ? e : worst;
    }
    return worst;
}

// In the order of the table, which is that of weight; what weighs the same stays as it was told.
static void sort(yn_grading *g)
{
    yn_issue *issues = g->grade.issues;
    for (size_t i = 1; i < g->grade.count; i++) {
        yn_issue moved = issues[i];
        size_t k = i;
        for (; k > 0 && issues[k - 1].check > moved.check; k--)
            issues[k] = issues[k - 1];
        issues[k] = moved;
    }
}

static void conclude(yn_grading *g, bool at_risk)
{
    effect worst = worst_of(g);
    yn_verdict verdict = YN_VERDICT_PROTECTED;
    if (at_risk)
        verdict = YN_VERDICT_AT_RISK;
    else if (g->grade.unknown && worst != effect_NOT)
        verdict = YN_VERDICT_UNKNOWN;
    else if (worst == effect_NOT)
        verdict = YN_VERDICT_NOT;
    else if (worst == effect_PARTLY)
        verdict = YN_VERDICT_PARTLY;
    g->grade.unknown = verdict == YN_VERDICT_UNKNOWN;
    g->grade.passed = verdict == YN_VERDICT_PROTECTED;
    g->grade.verdict = yonder_text_of(yn_verdict_words(verdict));
}

// What could not be told of the domain itself makes the verdict unknown.
static void tell_time(yn_grading *g, const yn_visit *first)
{
    const yn_audit *a = g->audit;
    const yn_visit *http = yn_chain_first(a, YN_START_HTTP);
    g->grade.unknown = !first || yn_visit_is_unknown(first) || !http || yn_visit_is_unknown(http) ||
                       a->chains[YN_START_HTTP].end == YN_CHAIN_UNKNOWN;
    for (size_t i = 0; i < a->visit_count; i++)
        if (yn_visit_is_unknown(&a->visits[i])) {
            YN_OWN(g, NO_TIME, yn_visit_hostname(&a->visits[i]), &a->visits[i],
                   "%.*s did not answer in time",
                   YN_PRINT(yn_say(yonder_url_href(&a->visits[i].url))));
            break;
        }
    if (a->cut_short)
        YN_OWN(g, CUT_SHORT, YN_TEXT(""), NULL, "it took %.0f ms until then", a->took_ms);
}

// A name that is not there, or cannot be looked up, says nothing of how a site is protected.
static bool has_no_address(yn_grading *g, const yn_visit *first)
{
    const yn_audit *a = g->audit;
    if (!first || first->response.error != YN_FETCH_DNS)
        return false;
    if (a->host_count && a->hosts[0].exists == YN_NO)
        YN_OWN(g, NO_SUCH_NAME, a->ascii, first, "%.*s has no address", YN_PRINT(a->ascii));
    else
        YN_OWN(g, NO_NAME_SERVER, a->ascii, first, "no name server told of %.*s",
               YN_PRINT(a->ascii));
    g->grade.unknown = true;
    return true;
}

int yn_grade_yonder(const yn_audit *audit, const yn_grade_options *options, yn_arena *arena,
                    yn_grade *out)
{
    (void)options;
    yn_grading g = yn_grading_begin(audit, arena);
    const yn_visit *first = yn_chain_first(audit, YN_START_HTTPS);
    bool at_risk = false;
    if (!audit->ascii.len) {
        YN_OWN(&g, NOT_A_DOMAIN, YN_TEXT(""), NULL, "\"%.*s\" is no domain name",
               YN_PRINT(yn_say(audit->domain)));
        g.grade.unknown = true; // nothing was asked
    } else if (has_no_address(&g, first)) {
        at_risk = audit->hosts && audit->hosts[0].exists == YN_NO && yn_yonder_lists(&g, first);
    } else {
        tell_time(&g, first);
        if (first && !yn_visit_is_unknown(first)) {
            yn_yonder_https(&g, first);
            at_risk = yn_yonder_lists(&g, first);
        }
        if (first && !first->response.error) {
            yn_yonder_header(&g, first);
            yn_yonder_stability(&g, first);
        }
        yn_yonder_redirects(&g);
        yn_yonder_hosts(&g, first);
    }
    sort(&g);
    conclude(&g, at_risk);
    return yn_grading_end(&g, out);
}
