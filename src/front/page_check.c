// SPDX-License-Identifier: MIT
#include "base/date.h"
#include "base/text.h"
#include "front/page.h"
#include "report/check_html.h"
#include "report/check_view.h"
#include "report/html.h"

static bool is_outside(const yn_life *life)
{
    return life->state == YN_LIFE_UNKNOWN || life->state == YN_LIFE_REJECTED ||
           life->state == YN_LIFE_REMOVED;
}

// At an address that this directory does not ask: nothing is known of it.
static bool is_withheld(const yn_page_verdict *v)
{
    const yn_audit *audit = &v->answer->assessed.audit;
    return v->answer->checked && audit->host_count && audit->hosts[0].withheld;
}

// The network or time was in the way.
static bool is_untold(const yn_page_verdict *v)
{
    const yn_assessed *a = &v->answer->assessed;
    return v->answer->checked && !a->passed && (a->grade.unknown || is_withheld(v));
}

static bool is_barred(const yn_page_verdict *v)
{
    return v->status->life.barred && !v->status->life.published;
}

/* ---- the verdict -------------------------------------------------------------------------------
 */

// Issues that are no finding about the site but about the list's own state, or about the name.
static bool is_of_site(const yn_page_verdict *v, yonder_text code)
{
    const yn_grade *grade = &v->answer->assessed.grade;
    for (size_t i = 0; v->answer->checked && i < grade->count; i++)
        if (yn_equal(yonder_text_of(grade->issues[i].check->code), code))
            return true;
    return false;
}

static void put_answers(yn_page *page, const yn_page_verdict *v)
{
    const yn_intake_answer *a = v->answer;
    for (size_t i = 0; i < a->error_count + a->warning_count; i++) {
        const yn_intake_issue *issue =
            i < a->error_count ? &a->errors[i] : &a->warnings[i - a->error_count];
        if (is_of_site(v, issue->code))
            continue;
        yn_buf_str(page->out, "<p><strong>");
        yn_html_put(page->out, issue->summary);
        yn_buf_str(page->out, ".</strong> ");
        yn_html_put(page->out, issue->message);
        yn_buf_str(page->out, "</p>\n");
    }
}

static void put_refusal(yn_page *page, const yn_page_verdict *v)
{
    bool submit = v->wish == YN_INTAKE_SUBMIT;
    if (v->unconfirmed) {
        yn_buf_str(page->out,
                   "<div class=\"refused\" role=\"alert\" tabindex=\"-1\"><p><strong>Not "
                   "submitted.</strong> <a "
                   "href=\"#confirm\">Tick the box</a> to say that you know what it means."
                   "</p></div>\n");
    } else if (submit || v->wish == YN_INTAKE_REMOVE) {
        yn_buf_printf(
            page->out,
            "<div class=\"refused\" role=\"alert\" tabindex=\"-1\"><p><strong>%s</strong>%s</p>\n",
            submit ? "Not submitted." : "Not taken off.",
            v->answer->checked ? " The site was asked just now: see below what stands "
                                 "against it."
                               : "");
        put_answers(page, v);
        yn_buf_str(page->out, "</div>\n");
    } else {
        put_answers(page, v);
    }
}

static const char *fitness(const yn_page_verdict *v)
{
    const yn_assessed *a = &v->answer->assessed;
    if (is_withheld(v))
        return "It is at a private address, which this directory does not ask. That is for its "
               "operator to allow (--reach)";
    if (is_untold(v))
        return "The network or time was in the way, so nothing can be said of it: try again";
    if (v->wish == YN_INTAKE_REMOVE)
        return a->passed ? "Its header allows it to leave"
                         : "Its header does not allow it to leave";
    if (yn_page_may_leave_now(v))
        return "Its header allows it to leave";
    if (a->passed)
        return "It meets what the list asks for";
    return yn_page_is_covered(v) ? "It can have no entry of its own"
                                 : "It does not meet what the list asks for";
}

static void put_fitness(yn_page *page, const yn_page_verdict *v)
{
    const yn_grade *grade = &v->answer->assessed.grade;
    if (!v->answer->checked)
        return;
    yn_buf_printf(page->out, "<p>%s", fitness(v));
    if (grade->count && !is_untold(v) && !yn_page_may_leave_now(v)) {
        yn_buf_str(page->out, ": ");
        yn_check_counts(page->out, grade);
    }
    yn_buf_str(page->out, ".</p>\n");
}

// What is on the list, and whether this check agrees.
static void put_state(yn_page *page, const yn_page_verdict *v)
{
    const yn_life *life = &v->status->life;
    bool fails = v->answer->checked && v->wish == YN_INTAKE_PRELOADABLE && v->status->bulk &&
                 !v->answer->assessed.passed && !is_untold(v) && !yn_page_may_leave_now(v);
    if (life->state == YN_LIFE_PRELOADED && !life->failing && fails)
        yn_page_banner(page, "notice", "On the list; this check failed");
    else
        yn_page_banner(page, yn_page_state_look(life), yn_page_state_words(life));
}

static void put_banner(yn_page *page, const yn_page_verdict *v)
{
    const yn_assessed *a = &v->answer->assessed;
    if (yn_page_is_covered(v))
        yn_page_banner(page, "good", "Covered by the list");
    else if (!is_outside(&v->status->life) || !v->answer->checked || v->wish == YN_INTAKE_REMOVE ||
             is_barred(v))
        put_state(page, v);
    else if (a->passed)
        yn_page_banner(page, yn_page_bare_hosts(v) ? "notice" : "good", "It may be submitted");
    else if (is_untold(v))
        yn_page_banner(page, "notice", "It could not be told");
    else
        yn_page_banner(page, "bad", "It may not be submitted yet");
}

// Of a name below a registered one: that one has the entry.
static void put_registered(yn_page *page, const yn_page_verdict *v)
{
    const yn_audit *audit = &v->answer->assessed.audit;
    if (!v->answer->checked || !audit->registrable.len || !is_outside(&v->status->life) ||
        yn_equal(audit->registrable, audit->ascii))
        return;
    yn_buf_str(page->out, "<p class=\"ways\"><a class=\"button\" href=\"/check?domain=");
    yn_page_in_url(page, audit->registrable);
    yn_buf_str(page->out, "\">Check ");
    yn_page_name(page, audit->registrable);
    yn_buf_str(page->out, " instead</a></p>\n");
}

static void put_verdict(yn_page *page, const yn_page_verdict *v)
{
    const yn_life *life = &v->status->life;
    bool passed = v->answer->assessed.passed;
    put_banner(page, v);
    put_fitness(page, v);
    if ((passed && yn_page_may(v, YN_LIFE_TO_SUBMIT)) || life->published)
        yn_page_put_bare_hosts(page, v);
    put_registered(page, v);
    if (life->state != YN_LIFE_UNKNOWN || yn_page_is_covered(v))
        yn_page_standing(page, v->name, v->status);
    yn_buf_str(page->out, "<ul class=\"inline\">");
    if (passed && yn_page_may(v, YN_LIFE_TO_SUBMIT) && v->wish != YN_INTAKE_REMOVE)
        yn_buf_str(page->out, "<li><a href=\"#submit\">Submit it</a></li> ");
    if (yn_page_may(v, YN_LIFE_TO_REMOVE))
        yn_buf_printf(page->out, "<li><a href=\"#leave\">%s</a></li> ",
                      life->state == YN_LIFE_PENDING ? "Withdraw it" : "Leave the list");
    yn_buf_str(page->out, "<li><a href=\"/domain?name=");
    yn_page_in_url(page, v->name);
    yn_buf_str(page->out, "\">Its status and history</a></li></ul>\n");
}

/* ---- the header --------------------------------------------------------------------------------
 */

static bool is_about_header(const yn_grade *grade)
{
    for (size_t i = 0; i < grade->count; i++)
        if (grade->issues[i].fix == YN_FIX_HSTS)
            return true;
    return false;
}

static void put_wanted_header(yn_page *page, const yn_page_verdict *v, const yn_checked *checked)
{
    bool wanted = v->wish != YN_INTAKE_REMOVE && !yn_page_is_covered(v) && !is_barred(v);
    if (is_about_header(&v->answer->assessed.grade) && wanted)
        yn_page_header_wanted(page, checked, !v->status->life.published);
}

/* ---- the page ----------------------------------------------------------------------------------
 */

static void put_advice(yn_page *page, const yn_page_verdict *v)
{
    const yn_checked_grade own = {yn_grader_find(YN_TEXT("yonder")), *v->advice};
    const yn_checked checked = {
        .audit = &v->answer->assessed.audit, .grades = &own, .count = 1, .own = &own};
    yn_buf_str(page->out, "<details class=\"advice\"><summary>Other findings: ");
    yn_check_counts(page->out, v->advice);
    yn_buf_str(page->out, "</summary>\n");
    yn_check_html_findings(page->out, &checked, "Beyond what the list asks for", true);
    yn_buf_str(page->out, "</details>\n");
}

static const char *title_of_findings(const yn_page_verdict *v)
{
    return v->wish == YN_INTAKE_REMOVE ? "What stands against leaving"
           : yn_page_is_covered(v)     ? "What stands against its own entry"
           : is_barred(v) || (v->status->life.published && !v->status->bulk) ? "What a check finds"
           : v->status->life.published                                       ? "To stay on the list"
                                                                             : "What to do";
}

// Otherwise all that is known is that nothing came.
static bool is_answered(const yn_grade *grade)
{
    return strcmp(grade->issues[0].check->code, "domain.tls.cannot_connect") != 0;
}

// Nobody else sends a long max-age without the word. Who does is not told how to stay at length.
static bool is_about_to_leave(const yn_page_verdict *v)
{
    return v->wish != YN_INTAKE_REMOVE && yn_page_may_leave_now(v) &&
           yn_page_header_is_long(&v->answer->assessed.audit);
}

static void put_findings(yn_page *page, const yn_page_verdict *v, const yn_checked *checked)
{
    const yn_grade *grade = &v->answer->assessed.grade;
    if (!grade->count || is_withheld(v) || (is_untold(v) && !is_answered(grade)))
        return;
    if (is_about_to_leave(v)) {
        yn_buf_str(page->out, "<p>To stay instead, put <code>preload</code> back into the header, "
                              "with <code>includeSubDomains</code> beside it.</p>\n");
        return;
    }
    yn_check_html_findings(page->out, checked, title_of_findings(v), true);
    put_wanted_header(page, v, checked);
}

static void put_checked(yn_page *page, const yn_page_verdict *v)
{
    const yn_assessed *a = &v->answer->assessed;
    const yn_checked_grade rules = {yn_grader_find(YN_TEXT(YN_CHECK_COMPATIBLE)), a->grade};
    const yn_checked checked = {.audit = &a->audit, .grades = &rules, .count = 1, .own = &rules};
    bool leaves = yn_page_may_leave_now(v);
    if (leaves)
        yn_page_leave(page, v, &checked);
    put_findings(page, v, &checked);
    if (!is_withheld(v))
        yn_check_html_way_in(page->out, &checked);
    yn_check_html_hosts(page->out, &checked);
    if (a->passed && v->wish != YN_INTAKE_REMOVE && yn_page_may(v, YN_LIFE_TO_SUBMIT))
        yn_page_submit(page, v);
    if (yn_page_may(v, YN_LIFE_TO_REMOVE) && !leaves)
        yn_page_leave(page, v, &checked);
    if (v->advice && v->advice->count && !is_untold(v))
        put_advice(page, v);
}

// "Checked 16:29 UTC"
static void put_title(yn_buf *title, const yn_page_verdict *v)
{
    static const char form[] = "hh:mm UTC";
    int64_t at = v->answer->assessed.audit.begun;
    char when[sizeof form] = "";
    if (v->answer->checked && at >= YN_DATE_MIN && at <= YN_DATE_MAX)
        yn_date_write(when, form, at);
    yn_buf_printf(title, "%s %.*s", v->answer->checked ? "Checked" : "Not checked",
                  (int)sizeof form - 1, when);
    yn_buf_char(title, '\0');
}

void yn_page_check(yn_page *page, const yn_page_verdict *v)
{
    const yn_page_field again = {.typed = v->name};
    yn_buf title = yn_buf_make(64, NULL);
    put_title(&title, v);
    yn_page_begin(page, title.error ? "Checked" : title.ptr, v->name, "");
    yn_buf_free(&title);
    put_refusal(page, v);
    put_verdict(page, v);
    if (v->answer->checked)
        put_checked(page, v);
    else if (yn_page_may(v, YN_LIFE_TO_REMOVE))
        yn_page_leave(page, v, NULL);
    yn_buf_str(page->out, "<h2>Check again, or another</h2>\n");
    yn_page_ask(page, &again);
    yn_page_end(page);
}
