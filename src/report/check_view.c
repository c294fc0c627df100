// SPDX-License-Identifier: MIT
#include "report/check_view.h"

#include "audit/policy.h"
#include "audit/verdict.h"
#include "base/text.h"

const char *yn_check_result_code(yn_check_result result)
{
    static const char *const codes[] = {
#define RESULT_ROW(name, code) code,
        YN_CHECK_RESULTS(RESULT_ROW)
#undef RESULT_ROW
    };
    return codes[result];
}

size_t yn_check_count(const yn_grade *grade, yn_severity severity)
{
    size_t count = 0;
    for (size_t i = 0; i < grade->count; i++)
        count += grade->issues[i].check->severity == severity;
    return count;
}

void yn_check_counts(yn_buf *out, const yn_grade *grade)
{
    static const char *const names[] = {"error", "warning", "note"};
    bool any = false;
    for (int s = YN_SEVERITY_ERROR; s <= YN_SEVERITY_NOTE; s++) {
        size_t n = yn_check_count(grade, (yn_severity)s);
        if (!n)
            continue;
        yn_buf_printf(out, "%s%zu %s%s", any ? ", " : "", n, names[s], n == 1 ? "" : "s");
        any = true;
    }
    if (!any)
        yn_buf_str(out, "nothing found");
}

/* ---- the verdict -------------------------------------------------------------------------------
 */

static yn_look look_of(const yn_grade *grade)
{
    return grade->unknown ? YN_NOTICE : grade->passed ? YN_GOOD : YN_BAD;
}

yonder_text yn_check_verdict(const yn_checked *checked, yn_look *look)
{
    const yn_checked_grade *one = checked->own ? checked->own : checked->grades;
    if (checked->own || checked->count == 1) {
        *look = look_of(&one->grade);
        return one->grade.verdict;
    }
    yn_look worst = YN_GOOD;
    for (size_t i = 0; i < checked->count; i++)
        if (look_of(&checked->grades[i].grade) > worst)
            worst = look_of(&checked->grades[i].grade);
    *look = worst;
    return worst == YN_GOOD     ? YN_TEXT("PASSED")
           : worst == YN_NOTICE ? YN_TEXT("UNKNOWN")
                                : YN_TEXT("FAILED");
}

const char *yn_check_meaning(yonder_text verdict)
{
    static const struct {
        const char *words, *prose;
    } rows[] = {
#define VERDICT_ROW(id, words, prose) {words, prose},
        YN_VERDICTS(VERDICT_ROW)
#undef VERDICT_ROW
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (yn_equal(verdict, yonder_text_of(rows[i].words)))
            return rows[i].prose;
    return NULL;
}

void yn_check_fix_words(yn_buf *out, yn_fix fix)
{
    yn_buf_str(out, yn_fix_prose(fix));
    if (*yn_fix_by(fix))
        yn_buf_printf(out, "; %s", yn_fix_by(fix));
}

// A long max-age cannot be taken back, so nobody begins with one.
const char *yn_check_caution(const yn_checked *checked, const yn_issue *issue)
{
    const yn_seen_chain *chain = &checked->audit->chains[YN_START_HTTPS];
    const yn_visit *visit =
        chain->asked && chain->count ? &checked->audit->visits[chain->hops[0]] : NULL;
    const int64_t year = 31536000;
    yonder_hsts_policy policy;
    if (issue->fix != YN_FIX_HSTS || !visit)
        return NULL;
    if (yn_visit_field_count(visit, "strict-transport-security") &&
        yn_policy_read(visit, &policy) == YONDER_HSTS_VALID && policy.max_age >= year)
        return NULL;
    return "That is where to end. Go there in steps that can be taken back, from max-age=300 on: "
           "'yonder hsts advise' says which is next.";
}

bool yn_shown_in_full(const yn_checked *checked, const yn_checked_grade *grade)
{
    return !checked->own || checked->own == grade;
}

/* ---- findings ----------------------------------------------------------------------------------
 */

// Remedies are the same if their lines are.
static bool is_same_remedy(const yn_issue *a, const yn_issue *b)
{
    return a->fix == b->fix && yn_equal(a->place.host, b->place.host) &&
           yn_equal(a->place.other, b->place.other) && yn_equal(a->place.value, b->place.value);
}

// The number of the finding before that has the remedy of the last one.
static size_t told_before(const yn_shown *shown)
{
    const yn_issue *last = shown->items[shown->count - 1].issue;
    for (size_t i = 0; last->fix != YN_FIX_NONE && i + 1 < shown->count; i++)
        if (is_same_remedy(shown->items[i].issue, last))
            return i + 1;
    return 0;
}

static void add_issues(yn_shown *out, const yn_checked_grade *by, yn_severity severity)
{
    for (size_t i = 0; i < by->grade.count; i++) {
        const yn_issue *issue = &by->grade.issues[i];
        if (issue->check->severity != severity)
            continue;
        out->by_severity[severity]++;
        if (out->count == YN_SHOWN_MAX) {
            out->left_out++;
            continue;
        }
        out->items[out->count++] = (yn_shown_issue){.by = by, .issue = issue};
        out->items[out->count - 1].as = told_before(out);
    }
}

void yn_shown_make(yn_shown *out, const yn_checked *checked)
{
    *out = (yn_shown){.count = 0};
    for (int s = YN_SEVERITY_ERROR; s <= YN_SEVERITY_NOTE; s++)
        for (size_t i = 0; i < checked->count; i++)
            if (yn_shown_in_full(checked, &checked->grades[i]))
                add_issues(out, &checked->grades[i], (yn_severity)s);
}
