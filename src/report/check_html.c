// SPDX-License-Identifier: MIT
#include "report/check.h"

#include "base/date.h"
#include "base/text.h"
#include "report/check_html.h"
#include "report/check_view.h"
#include "report/check_words.h"

// Nothing is loaded and nothing is run, whatever a site may have smuggled into what was seen.
static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n";

static void put_items(yn_check_page *p, const char *const *all)
{
    yn_buf_str(p->out, "<ul>\n");
    for (; *all; all++)
        yn_check_put_element(p, "li", *all);
    yn_buf_str(p->out, "</ul>\n");
}

static void put_lists(yn_check_page *p)
{
    const yn_audit *audit = p->checked->audit;
    const char *title;
    const char *const *words = yn_check_preloading(audit, &title);
    yn_buf_str(p->out, "<h2>Preload lists</h2>\n");
    for (size_t i = 0; i < audit->list_count; i++) {
        yn_check_list(&p->scratch, &audit->lists[i]);
        yn_check_put_looked(p, "p", YN_PLAIN);
        yn_buf_char(p->out, '\n');
    }
    if (!audit->list_count)
        yn_buf_str(p->out, "<p class=\"dim\">No list was looked into.</p>\n");
    if (!words)
        return;
    yn_check_put_element(p, "h2", title);
    put_items(p, words);
}

static void put_others_issues(yn_check_page *p, const yn_grade *grade)
{
    yn_buf_str(p->out, "<ul>\n");
    for (int s = YN_SEVERITY_ERROR; s <= YN_SEVERITY_NOTE; s++)
        for (size_t i = 0; i < grade->count; i++) {
            const yn_issue *issue = &grade->issues[i];
            if (issue->check->severity != (yn_severity)s)
                continue;
            yn_buf_printf(p->out, "<li><span class=\"tag %s\">%s</span> <code>",
                          yn_look_class(yn_severity_look((yn_severity)s)),
                          yn_severity_name((yn_severity)s));
            yn_check_put_str(p, issue->check->code);
            yn_buf_str(p->out, "</code>: ");
            yn_check_put_safe(p, issue->message);
            yn_buf_str(p->out, "</li>\n");
        }
    yn_buf_str(p->out, "</ul>\n");
}

static void put_graders(yn_check_page *p)
{
    yn_buf_str(p->out, "<h2>As others grade it</h2>\n");
    for (size_t i = 0; i < p->checked->count; i++) {
        const yn_checked_grade *g = &p->checked->grades[i];
        yn_look look = g->grade.unknown ? YN_NOTICE : g->grade.passed ? YN_GOOD : YN_BAD;
        if (yn_shown_in_full(p->checked, g))
            continue;
        yn_buf_str(p->out, "<details><summary>");
        yn_check_put_str(p, g->grader->title);
        yn_buf_str(p->out, ": ");
        yn_buf_put(&p->scratch, g->grade.verdict);
        yn_check_put_looked(p, "strong", look);
        if (g->grade.has_score)
            yn_buf_printf(p->out, " (%+d)", g->grade.score);
        yn_buf_str(p->out, "</summary>\n");
        put_others_issues(p, &g->grade);
        yn_buf_str(p->out, "</details>\n");
    }
}

/* ---- the page ----------------------------------------------------------------------------------
 */

static void put_head_line(yn_check_page *p)
{
    static const char form[] = "YYYY-MM-DD hh:mm:ss UTC";
    const yn_audit *audit = p->checked->audit;
    yn_look look;
    yonder_text verdict = yn_check_verdict(p->checked, &look);
    char when[sizeof form] = "";
    if (audit->begun >= YN_DATE_MIN && audit->begun <= YN_DATE_MAX)
        yn_date_write(when, form, audit->begun);
    yn_buf_str(p->out, "<strong class=\"verdict ");
    yn_buf_str(p->out, yn_look_class(look));
    yn_buf_str(p->out, "\">");
    yn_check_put_safe(p, verdict);
    yn_buf_str(p->out, "</strong> <strong>");
    yn_check_put_safe(p, yn_check_name(audit));
    yn_buf_printf(p->out, "</strong> <span class=\"dim\">%s", when);
    yn_buf_str(p->out, audit->cut_short ? ", cut short: time was over</span>" : "</span>");
}

static void put_change(yn_check_page *p, const char *word, const char *look,
                       const yn_check_change *c)
{
    yn_buf_printf(p->out, "<li><span class=\"tag %s\">%s</span> %s <code>", look, word,
                  yn_severity_name(c->severity));
    yn_check_put_safe(p, c->code);
    yn_buf_str(p->out, "</code> ");
    yn_check_put_safe(p, c->host);
    yn_buf_str(p->out, " (");
    yn_check_put_safe(p, c->grader);
    yn_buf_str(p->out, ")</li>\n");
}

static void put_changes(yn_check_page *p)
{
    const yn_check_changes *c = p->checked->changes;
    if (!c)
        return;
    yn_buf_str(p->out, "<h2>Against the baseline</h2>\n<ul>\n");
    if (!c->known)
        yn_buf_str(p->out, "<li>It does not have the domain: every finding counts as new.</li>\n");
    for (size_t i = 0; i < c->worse_count; i++)
        put_change(p, "worse", "bad", &c->worse[i]);
    for (size_t i = 0; i < c->better_count; i++)
        put_change(p, "better", "good", &c->better[i]);
    if (c->known && !c->worse_count && !c->better_count)
        yn_buf_str(p->out, "<li>As it was.</li>\n");
    yn_buf_str(p->out, "</ul>\n");
}

static void put_meaning(yn_check_page *p)
{
    yn_look look;
    const char *meaning = yn_check_meaning(yn_check_verdict(p->checked, &look));
    if (!meaning)
        return;
    yn_buf_str(p->out, "<p>");
    yn_check_put_str(p, meaning);
    yn_buf_str(p->out, ": ");
    yn_check_counts(p->out, &(p->checked->own ? p->checked->own : p->checked->grades)->grade);
    yn_buf_str(p->out, ".</p>\n");
}

void yn_check_html_begin(yn_buf *out, size_t domains)
{
    yn_buf_str(out, head);
    yn_buf_str(out, "<title>yonder check</title>\n");
    yn_buf_str(out, "<style>\n");
    yn_buf_str(out, yn_check_css);
    yn_buf_str(out, "</style>\n");
    yn_buf_str(out, "</head>\n<body>\n<h1>HTTPS and HSTS</h1>\n");
    if (domains > 1)
        yn_buf_printf(out, "<p class=\"dim\">%zu domains. Each opens to its report.</p>\n",
                      domains);
}

void yn_check_html(yn_buf *out, const yn_checked *checked, bool open)
{
    yn_check_page p = yn_check_page_begin(out, checked);
    yn_buf_printf(out, "<details class=\"site\"%s><summary>", open ? " open" : "");
    put_head_line(&p);
    yn_buf_str(out, "</summary>\n");
    put_meaning(&p);
    put_changes(&p);
    yn_check_html_way_in(out, checked);
    yn_check_html_hosts(out, checked);
    yn_check_html_findings(out, checked, "What to do", false);
    if (checked->own && checked->count > 1)
        put_graders(&p);
    put_lists(&p);
    yn_buf_str(out, "</details>\n");
    yn_check_page_end(&p);
}

void yn_check_html_end(yn_buf *out)
{
    yn_buf_printf(out, "<p class=\"dim\">yonder %s</p>\n</body>\n</html>\n", yonder_version());
}
