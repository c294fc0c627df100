// SPDX-License-Identifier: MIT
#include "directory/assess.h"

#include "audit/chromium.h"
#include "audit/grading.h"
#include "audit/policy.h"
#include "base/json.h"
#include "base/text.h"
#include "report/check.h"

enum {
    issues_most = 64,   // that are kept of each severity
    message_most = 512, // bytes of one
};

// A site is not to fill the history, or to have a round fail for all: a header has room for tens of
// thousands of directives, each of which is worth a warning. Errors have a code each, and are few.
static void bound(yn_grade *grade)
{
    size_t kept = 0, of[YN_SEVERITY_NOTE + 1] = {0};
    for (size_t i = 0; i < grade->count; i++) {
        yn_issue *issue = &grade->issues[i];
        if (of[issue->check->severity]++ >= issues_most)
            continue;
        yonder_text *m = &issue->message;
        if (m->len > message_most) {
            m->len = message_most;
            while (m->len && ((unsigned char)m->ptr[m->len] & 0xC0) == 0x80)
                m->len--; // not within a character
        }
        grade->issues[kept++] = *issue;
    }
    grade->count = kept;
}

// Whether time was over before what the list wants to know was asked. What was asked, and did not
// answer in the time that a request has, is to the list as a port that is closed.
static bool is_missing(const yn_audit *audit, yn_assess_what what)
{
    const yn_seen_chain *chains = audit->chains;
    const yn_seen_chain *https = &chains[YN_START_HTTPS], *www = &chains[YN_START_WWW_HTTPS];
    if (!audit->cut_short || !audit->ascii.len)
        return false;
    if (what == YN_ASSESS_REMOVABLE || https->count == 0)
        return https->count == 0;
    return https->end == YN_CHAIN_UNKNOWN || chains[YN_START_HTTP].end == YN_CHAIN_UNKNOWN ||
           (www->asked && www->count == 0);
}

// Who was not asked has not failed to answer.
static void forget_no_answer(yn_grade *grade)
{
    size_t kept = 0;
    for (size_t i = 0; i < grade->count; i++)
        if (grade->issues[i].check != &yn_chromium_checks[YN_CR_CANNOT_CONNECT])
            grade->issues[kept++] = grade->issues[i];
    grade->count = kept;
}

// Whether our own network may be what is wrong with it. A handshake that fails, or an answer that
// is no HTTP, is the site's.
static bool is_unreachable(const yn_visit *visit)
{
    switch (visit ? visit->response.error : YN_FETCH_OK) {
    case YN_FETCH_DNS:
    case YN_FETCH_REFUSED:
    case YN_FETCH_UNREACHABLE:
    case YN_FETCH_TIMEOUT:
    case YN_FETCH_EMPTY_REPLY:
    case YN_FETCH_RESET:
    case YN_FETCH_NOT_PUBLIC:
    case YN_FETCH_FAILED:
        return true;
    default:
        return false;
    }
}

static bool includes_subdomains(const yn_visit *visit)
{
    yonder_hsts_policy policy;
    return visit && yn_visit_is_good(visit) && yn_visit_field_count(visit, YN_STS) == 1 &&
           yn_policy_read(visit, &policy) == YONDER_HSTS_VALID && policy.include_subdomains;
}

int yn_assess_grade(const yn_audit *audit, yn_assess_what what, const char *policy, yn_arena *arena,
                    yn_assessed *out)
{
    const yn_grader *grader = yn_grader_find(YN_TEXT(YN_CHECK_COMPATIBLE));
    const yn_grade_options options = {
        .removal = what == YN_ASSESS_REMOVABLE, .policy = policy, .lenient_throughout = true};
    yn_assessed a = {.audit = *audit};
    int error = grader->grade(audit, &options, arena, &a.grade);
    if (error)
        return error;
    const yn_visit *first = yn_chain_first(audit, YN_START_HTTPS);
    bound(&a.grade);
    if (!first && audit->cut_short)
        forget_no_answer(&a.grade);
    bool fine = yn_check_count(&a.grade, YN_SEVERITY_ERROR) == 0;
    a.cut_short = fine && is_missing(audit, what);
    a.passed = fine && !a.cut_short;
    a.unreachable = is_unreachable(first);
    // The list's rules are for the whole of it; a field that only they can read counts as they do.
    bool whole = what == YN_ASSESS_PRELOADABLE && a.passed;
    a.include_subdomains = whole || includes_subdomains(first);
    *out = a;
    return YONDER_OK;
}

int yn_assess(const yn_collector *collector, yonder_text domain, yn_assess_what what,
              const char *policy, const atomic_bool *stop, yn_arena *arena, yn_assessed *out)
{
    yn_collect_target target;
    yn_audit audit;
    int error = yn_collect_target_make(collector, domain, arena, &target);
    if (!error)
        error = yn_collect(collector, &target, arena, stop, &audit);
    return error ? error : yn_assess_grade(&audit, what, policy, arena, out);
}

void yn_assess_issues(yn_buf *out, const yn_grade *grade, bool pretty)
{
    yn_json j = yn_json_make(out, pretty);
    yn_json_object(&j, NULL);
    yn_check_issues(&j, grade, "errors", YN_SEVERITY_ERROR);
    yn_check_issues(&j, grade, "warnings", YN_SEVERITY_WARNING);
    yn_json_object_end(&j);
}
