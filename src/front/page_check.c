// SPDX-License-Identifier: MIT
#include "audit/policy.h"
#include "base/text.h"
#include "front/page.h"
#include "report/check_fix.h"
#include "report/check_html.h"
#include "report/check_view.h"
#include "report/html.h"

enum {
    year = 31536000, // what the list asks for at least
};

static bool is_covered(const yn_page_verdict *v)
{
    return v->status->preloaded_domain.len && !yn_equal(v->status->preloaded_domain, v->name);
}

static bool may(const yn_page_verdict *v, yn_life_wish wish)
{
    return !is_covered(v) && yn_life_ask(&v->status->life, wish) == YN_LIFE_GO_ON;
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
                   "<div class=\"refused\" role=\"alert\"><p><strong>Not submitted.</strong> <a "
                   "href=\"#confirm\">Tick the box</a> to say that you know what it means."
                   "</p></div>\n");
    } else if (submit || v->wish == YN_INTAKE_REMOVE) {
        yn_buf_printf(page->out,
                      "<div class=\"refused\" role=\"alert\"><p><strong>%s</strong>%s</p>\n",
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
    const yn_grade *grade = &v->answer->assessed.grade;
    if (grade->unknown)
        return "The network or time was in the way, so nothing can be said of it: try again";
    if (v->wish == YN_INTAKE_REMOVE)
        return grade->passed ? "Its header allows it to leave"
                             : "Its header does not allow it to leave";
    if (grade->passed)
        return "It meets what the list asks for";
    return is_covered(v) ? "It can have no entry of its own"
                         : "It does not meet what the list asks for";
}

static void put_fitness(yn_page *page, const yn_page_verdict *v)
{
    const yn_grade *grade = &v->answer->assessed.grade;
    if (!v->answer->checked)
        return;
    yn_buf_printf(page->out, "<p>%s", fitness(v));
    if (grade->count) {
        yn_buf_str(page->out, ": ");
        yn_check_counts(page->out, grade);
    }
    yn_buf_str(page->out, ".</p>\n");
}

static void put_verdict(yn_page *page, const yn_page_verdict *v)
{
    const yn_assessed *a = &v->answer->assessed;
    const yn_life *life = &v->status->life;
    bool outside = life->state == YN_LIFE_UNKNOWN || life->state == YN_LIFE_REJECTED ||
                   life->state == YN_LIFE_REMOVED;
    if (is_covered(v))
        yn_page_banner(page, "good", "Covered by the list");
    else if (!outside || !v->answer->checked || v->wish == YN_INTAKE_REMOVE)
        yn_page_banner(page, yn_page_state_look(life), yn_page_state_words(life));
    else if (a->grade.unknown)
        yn_page_banner(page, "notice", "It could not be told");
    else if (a->passed)
        yn_page_banner(page, "good", "It may be submitted");
    else
        yn_page_banner(page, "bad", "It may not be submitted yet");
    put_fitness(page, v);
    if (life->state != YN_LIFE_UNKNOWN || is_covered(v))
        yn_page_standing(page, v->name, v->status);
    yn_buf_str(page->out, "<ul class=\"inline\">");
    if (a->passed && may(v, YN_LIFE_TO_SUBMIT) && v->wish != YN_INTAKE_REMOVE)
        yn_buf_str(page->out, "<li><a href=\"#submit\">Submit it</a></li> ");
    if (may(v, YN_LIFE_TO_REMOVE))
        yn_buf_str(page->out, "<li><a href=\"#leave\">Leave the list</a></li> ");
    yn_buf_str(page->out, "<li><a href=\"/domain?name=");
    yn_page_in_url(page, v->name);
    yn_buf_str(page->out, "\">Its status and history</a></li></ul>\n");
}

/* ---- the header --------------------------------------------------------------------------------
 */

static bool is_about_header(const yn_grade *grade)
{
    for (size_t i = 0; i < grade->count; i++) {
        yonder_text code = yonder_text_of(grade->issues[i].check->code);
        if (grade->issues[i].check->severity == YN_SEVERITY_ERROR &&
            (yn_starts_with(code, YN_TEXT("header.")) ||
             yn_equal(code, YN_TEXT("response.no_header")) ||
             yn_equal(code, YN_TEXT("response.multiple_headers"))))
            return true;
    }
    return false;
}

// What https://DOMAIN/ says now, or a year where that says nothing.
static yonder_hsts_policy said_now(const yn_audit *audit)
{
    const yn_seen_chain *chain = &audit->chains[YN_START_HTTPS];
    yonder_hsts_policy policy = {.max_age = year};
    const yn_visit *first = chain->asked && chain->count ? &audit->visits[chain->hops[0]] : NULL;
    if (first && yn_visit_field_count(first, "strict-transport-security") &&
        yn_policy_read(first, &policy) == YONDER_HSTS_VALID)
        return policy;
    return (yonder_hsts_policy){.max_age = year};
}

// The value, and the lines that send it: behind the server's name, or open where only one is asked.
static void put_header_lines(yn_page *page, const yn_checked *checked,
                             const yonder_hsts_policy *policy)
{
    yn_buf lines = yn_buf_make(1 << 14, page->out->mem);
    size_t shown = 0;
    for (yn_server server = 0; server < YN_SERVER_COUNT; server++)
        shown += yn_check_shows(checked, server);
    yn_policy_write(&lines, policy);
    yn_buf_str(page->out, "<pre>Strict-Transport-Security: ");
    yn_html_put(page->out, yn_buf_text(&lines));
    yn_buf_str(page->out, "</pre>\n");
    for (yn_server server = 0; server < YN_SERVER_COUNT; server++) {
        lines.len = 0;
        if (!yn_check_shows(checked, server) ||
            !yn_check_header_lines(&lines, server, checked->audit->ascii, policy))
            continue;
        yn_buf_printf(page->out, "<details class=\"lines\"%s><summary>%s</summary><pre>",
                      shown == 1 ? " open" : "", yn_server_title(server));
        yn_html_put(page->out, yn_buf_text(&lines));
        yn_buf_str(page->out, "</pre></details>\n");
    }
    yn_buf_free(&lines);
}

static void put_wanted_header(yn_page *page, const yn_checked *checked)
{
    yonder_hsts_policy policy = said_now(checked->audit);
    policy.max_age = policy.max_age < year ? year : policy.max_age;
    policy.include_subdomains = policy.preload = true;
    yn_buf_str(page->out,
               "<h2>The header that the list asks for</h2>\n<p>With every answer over https, "
               "once, and never over http. That is where to end: go there in steps, from "
               "<code>max-age=300</code> on, for a long one cannot be taken back.</p>\n");
    put_header_lines(page, checked, &policy);
}

/* ---- what to ask for ---------------------------------------------------------------------------
 */

static void put_domain_field(yn_page *page, yonder_text name)
{
    yn_buf_str(page->out, "<input type=\"hidden\" name=\"domain\" value=\"");
    yn_html_put(page->out, name);
    yn_buf_str(page->out, "\">\n");
}

static void put_submit(yn_page *page, const yn_page_verdict *v)
{
    yn_buf *out = page->out;
    yn_buf_str(out, "<section id=\"submit\" class=\"act\"><h2>Submit it</h2>\n"
                    "<form method=\"post\" action=\"/submit\">\n");
    put_domain_field(page, v->name);
    yn_buf_str(out,
               "<ul>\n<li>Clients with the list reach <strong>every name below it</strong> over "
               "HTTPS only, those inside your own network and those to come included. One "
               "without a valid certificate cannot be reached, and nobody can click past "
               "that.</li>\n"
               "<li>It is <strong>hard to undo</strong>: after you leave, clients go on until "
               "they fetch a newer list, which can take months. Think in years.</li>\n"
               "<li>The header has to stay as it is: a domain that fails for long is taken "
               "off.</li>\n</ul>\n<p class=\"error\" id=\"confirm-error\">");
    if (v->unconfirmed)
        yn_buf_str(out, "<strong>Missing:</strong> tick this box to go on.");
    yn_buf_printf(
        out,
        "</p>\n<p class=\"tick\"><input type=\"checkbox\" id=\"confirm\" name=\"confirm\" "
        "value=\"yes\" required aria-describedby=\"confirm-error\"%s> <label "
        "for=\"confirm\">I speak for this domain, and every name below it will have HTTPS "
        "for years.</label></p>\n"
        "<button type=\"submit\">Submit</button>\n<p class=\"busy\" role=\"status\"></p>\n"
        "</form></section>\n",
        v->unconfirmed ? " aria-invalid=\"true\"" : "");
}

static void put_leave(yn_page *page, const yn_page_verdict *v, const yn_checked *checked)
{
    yn_buf *out = page->out;
    yn_buf_str(out, "<section id=\"leave\" class=\"act\"><h2>Leave the list</h2>\n");
    if (v->leaving && v->leaving->passed) {
        yn_buf_str(out,
                   "<p>Its header does not say <code>preload</code> any more, so it may leave. "
                   "Keep HTTPS working until the clients of your visitors have the new "
                   "list.</p>\n<form method=\"post\" action=\"/remove\">\n");
        put_domain_field(page, v->name);
        yn_buf_str(out, "<button type=\"submit\">Ask to leave</button>\n<p class=\"busy\" "
                        "role=\"status\"></p>\n</form></section>\n");
        return;
    }
    yn_buf_str(out, "<p>First let https://");
    yn_html_put(out, v->name);
    yn_buf_str(out,
               "/ answer with a valid header <strong>without the word "
               "<code>preload</code></strong>: that is how you are known to be its owner. Then "
               "check it again.</p>\n");
    if (checked && checked->audit) {
        yonder_hsts_policy policy = said_now(checked->audit);
        policy.preload = false;
        put_header_lines(page, checked, &policy);
    }
    yn_buf_str(out, "</section>\n");
}

/* ---- the page ----------------------------------------------------------------------------------
 */

static void put_advice(yn_page *page, const yn_page_verdict *v)
{
    const yn_checked_grade own = {yn_grader_find(YN_TEXT("yonder")), *v->advice};
    const yn_checked checked = {
        .audit = &v->answer->assessed.audit, .grades = &own, .count = 1, .own = &own};
    yn_buf_str(page->out, "<details class=\"advice\"><summary>Beyond the list: ");
    yn_html_put(page->out, v->advice->verdict);
    yn_buf_str(page->out, ", ");
    yn_check_counts(page->out, v->advice);
    yn_buf_str(page->out, "</summary>\n");
    yn_check_html_findings(page->out, &checked, "As yonder grades it", true);
    yn_buf_str(page->out, "</details>\n");
}

static void put_checked(yn_page *page, const yn_page_verdict *v)
{
    const yn_assessed *a = &v->answer->assessed;
    bool leaving = v->wish == YN_INTAKE_REMOVE;
    const yn_checked_grade rules = {yn_grader_find(YN_TEXT(YN_CHECK_COMPATIBLE)), a->grade};
    const yn_checked checked = {.audit = &a->audit, .grades = &rules, .count = 1, .own = &rules};
    if (a->grade.count)
        yn_check_html_findings(page->out, &checked,
                               leaving                     ? "What stands against leaving"
                               : is_covered(v)             ? "What stands against its own entry"
                               : v->status->life.published ? "To stay on the list"
                                                           : "What to do",
                               true);
    if (!leaving && is_about_header(&a->grade) && !is_covered(v))
        put_wanted_header(page, &checked);
    yn_check_html_way_in(page->out, &checked);
    yn_check_html_hosts(page->out, &checked);
    if (a->passed && !leaving && may(v, YN_LIFE_TO_SUBMIT))
        put_submit(page, v);
    if (may(v, YN_LIFE_TO_REMOVE))
        put_leave(page, v, &checked);
    if (v->advice)
        put_advice(page, v);
}

void yn_page_check(yn_page *page, const yn_page_verdict *v)
{
    const yn_page_field again = {.typed = v->typed.len ? v->typed : v->name};
    yn_page_begin(page, "Checked", v->name, "");
    put_refusal(page, v);
    put_verdict(page, v);
    if (v->answer->checked)
        put_checked(page, v);
    else if (may(v, YN_LIFE_TO_REMOVE))
        put_leave(page, v, NULL);
    yn_buf_str(page->out, "<h2>Check again, or another</h2>\n");
    yn_page_ask(page, &again);
    yn_page_end(page);
}
