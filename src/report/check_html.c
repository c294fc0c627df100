// SPDX-License-Identifier: MIT
#include "report/check.h"

#include "base/date.h"
#include "base/text.h"
#include "report/check_fix.h"
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

static const char css[] =
    "<style>\n"
    ":root{--bg:#fff;--fg:#1c2024;--dim:#5b6470;--line:#d9dee4;--box:#f5f7f9;--good:#136f3a;"
    "--notice:#8a5200;--bad:#b3201b}\n"
    "@media (prefers-color-scheme:dark){:root{--bg:#15181c;--fg:#e6e9ed;--dim:#a0a9b4;"
    "--line:#343b44;--box:#1f2429;--good:#5fd08d;--notice:#f0b35a;--bad:#ff8a80}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:64rem;padding:1rem;background:var(--bg);color:var(--fg);"
    "font:16px/1.5 system-ui,sans-serif}\n"
    "h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.25rem;margin:2rem 0 .5rem}"
    "h3{font-size:1rem;margin:1rem 0 .25rem}\n"
    "code,pre,td.u{font:14px/1.45 ui-monospace,monospace;overflow-wrap:anywhere}\n"
    "pre{background:var(--box);border:1px solid var(--line);border-radius:4px;padding:.5rem .75rem;"
    "margin:.25rem 0 .75rem;white-space:pre-wrap}\n"
    ".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .75rem .3rem 0;"
    "border-bottom:1px solid var(--line)}th{color:var(--dim);font-weight:normal}\n"
    ".chain{table-layout:fixed;min-width:44rem}.chain th:nth-child(1){width:2rem}"
    ".chain th:nth-child(2){width:12rem}.chain th:nth-child(4){width:40%}\n"
    ".dim{color:var(--dim)}.good{color:var(--good)}.notice{color:var(--notice)}.bad{color:var(--"
    "bad)}"
    ".tag{font-weight:bold}\n"
    ".verdict{border:2px solid;border-radius:6px;padding:.1rem .6rem;white-space:nowrap}\n"
    ".finding{border:1px solid var(--line);border-left:4px solid;border-radius:4px;"
    "padding:.5rem 1rem;margin:.75rem 0}.finding>*{color:var(--fg)}"
    ".finding h3{margin-top:0}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:.25rem 0}"
    "dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}\n"
    ".site>summary>strong+strong{font-size:1.2rem}\n"
    "summary{cursor:pointer;padding:.35rem 0}details.site{border-bottom:1px solid var(--line)}\n"
    "@media print{details::details-content{content-visibility:visible;display:block}}\n"
    "</style>\n";

typedef struct page {
    const yn_checked *checked;
    yn_buf *out;
    yn_buf scratch, safe;
} page;

/* ---- pieces ------------------------------------------------------------------------------------
 */

// Bytes from elsewhere: what is not printable ASCII shows as \xNN, then nothing is left to be
// markup.
static void put_safe(page *p, yonder_text t)
{
    p->safe.len = 0;
    yn_put_untrusted(&p->safe, t);
    for (size_t i = 0; i < p->safe.len; i++) {
        char c = p->safe.ptr[i];
        switch (c) {
        case '&':
            yn_buf_str(p->out, "&amp;");
            break;
        case '<':
            yn_buf_str(p->out, "&lt;");
            break;
        case '>':
            yn_buf_str(p->out, "&gt;");
            break;
        case '"':
            yn_buf_str(p->out, "&quot;");
            break;
        case '\'':
            yn_buf_str(p->out, "&#39;");
            break;
        default:
            yn_buf_char(p->out, c);
        }
    }
    if (p->safe.error && !p->out->error)
        p->out->error = p->safe.error;
}

static void put_str(page *p, const char *words)
{
    put_safe(p, yonder_text_of(words));
}

// What stands in `scratch`, which is then empty.
static void put_scratch(page *p)
{
    put_safe(p, yn_buf_text(&p->scratch));
    p->scratch.len = 0;
}

// The same, line by line.
static void put_lines(page *p)
{
    yonder_text rest = yn_buf_text(&p->scratch);
    while (rest.len) {
        size_t end = yn_find_char(rest, '\n');
        put_safe(p, yn_slice(rest, 0, end));
        yn_buf_char(p->out, '\n');
        rest = yn_skip(rest, end + (end < rest.len));
    }
    p->scratch.len = 0;
}

static void put_element(page *p, const char *name, const char *words)
{
    yn_buf_printf(p->out, "<%s>", name);
    put_str(p, words);
    yn_buf_printf(p->out, "</%s>\n", name);
}

static const char *class_of(yn_look look)
{
    static const char *const names[] = {"", "", "dim", "good", "notice", "bad"};
    return names[look];
}

static void put_looked(page *p, const char *element, yn_look look)
{
    yn_buf_printf(p->out, "<%s class=\"%s\">", element, class_of(look));
    put_scratch(p);
    yn_buf_printf(p->out, "</%s>", element);
}

/* ---- chains ------------------------------------------------------------------------------------
 */

static void put_hop(page *p, const yn_visit *visit, size_t number)
{
    yn_buf_printf(p->out, "<tr><td>%zu</td>", number);
    put_looked(p, "td", yn_check_status(&p->scratch, visit));
    yn_buf_str(p->out, "<td class=\"u\">");
    put_safe(p, yonder_url_href(&visit->url));
    yn_buf_str(p->out, "</td>");
    put_looked(p, "td", yn_check_hsts(&p->scratch, visit));
    yn_buf_str(p->out, "</tr>\n");
}

static void put_chain(page *p, yn_start start)
{
    const yn_audit *audit = p->checked->audit;
    const yn_seen_chain *chain = &audit->chains[start];
    yn_start of;
    size_t hop;
    if (!chain->asked)
        return;
    yn_buf_str(p->out, "<h3><code>");
    yn_check_start(&p->scratch, audit, start);
    put_scratch(p);
    yn_buf_str(p->out, "</code></h3>\n");
    if (yn_check_part_of(audit, start, &of, &hop)) {
        yn_buf_str(p->out, "<p class=\"dim\">as <code>");
        yn_check_start(&p->scratch, audit, of);
        put_scratch(p);
        yn_buf_printf(p->out, "</code> from its hop %zu on</p>\n", hop);
        return;
    }
    yn_buf_str(
        p->out,
        "<div class=\"scroll\"><table class=\"chain\"><tr><th>#</th><th>status</th><th>URL</th>"
        "<th>HSTS</th></tr>\n");
    for (size_t i = 0; i < chain->count; i++)
        put_hop(p, &audit->visits[chain->hops[i]], i + 1);
    yn_buf_str(p->out, "</table></div>\n");
    yn_check_chain_end(&p->scratch, audit, chain);
    if (p->scratch.len) {
        put_looked(p, "p", YN_NOTICE);
        yn_buf_char(p->out, '\n');
    }
}

/* ---- hosts and lists ---------------------------------------------------------------------------
 */

static void put_hosts(page *p)
{
    const yn_audit *audit = p->checked->audit;
    if (!audit->host_count)
        return;
    yn_buf_str(p->out, "<h2>Hosts</h2>\n<div class=\"scroll\"><table><tr><th>host</th>"
                       "<th>HTTPS</th><th>HSTS</th><th>known as</th></tr>\n");
    for (size_t i = 0; i < audit->host_count; i++) {
        const yn_seen_host *host = &audit->hosts[i];
        yn_look look = YN_PLAIN;
        yn_buf_str(p->out, "<tr><td class=\"u\">");
        put_safe(p, host->name);
        yn_buf_str(p->out, "</td>");
        put_looked(p, "td", yn_check_https_words(&p->scratch, audit, host));
        if (host->https != YN_NO_VISIT)
            look = yn_check_hsts(&p->scratch, &audit->visits[host->https]);
        put_looked(p, "td", look);
        yn_buf_str(p->out, "<td class=\"dim\">");
        put_str(p, yn_check_origin(host->origin));
        yn_buf_str(p->out, "</td></tr>\n");
    }
    yn_buf_str(p->out, "</table></div>\n");
}

static void put_readings(page *p)
{
    yn_readings readings;
    if (!yn_check_readings(p->checked->audit, &readings))
        return;
    yn_buf_str(p->out, "<h2>How clients read the header</h2>\n<table>\n");
    for (size_t i = 0; i < readings.count; i++) {
        yn_buf_str(p->out, "<tr><td>");
        put_str(p, yonder_client_name(readings.items[i].client));
        yn_buf_str(p->out, "</td>");
        put_looked(p, "td", yn_check_reading(&p->scratch, &readings.items[i]));
        yn_buf_str(p->out, "</tr>\n");
    }
    yn_buf_str(p->out, "</table>\n");
}

static void put_items(page *p, const char *const *all)
{
    yn_buf_str(p->out, "<ul>\n");
    for (; *all; all++)
        put_element(p, "li", *all);
    yn_buf_str(p->out, "</ul>\n");
}

static void put_lists(page *p)
{
    const yn_audit *audit = p->checked->audit;
    const char *title;
    const char *const *words = yn_check_preloading(audit, &title);
    yn_buf_str(p->out, "<h2>Preload lists</h2>\n");
    for (size_t i = 0; i < audit->list_count; i++) {
        yn_check_list(&p->scratch, &audit->lists[i]);
        put_looked(p, "p", YN_PLAIN);
        yn_buf_char(p->out, '\n');
    }
    if (!audit->list_count)
        yn_buf_str(p->out, "<p class=\"dim\">No list was looked into.</p>\n");
    if (!words)
        return;
    put_element(p, "h2", title);
    put_items(p, words);
}

/* ---- findings ----------------------------------------------------------------------------------
 */

static yn_look look_of(yn_severity severity)
{
    return severity == YN_SEVERITY_ERROR     ? YN_BAD
           : severity == YN_SEVERITY_WARNING ? YN_NOTICE
                                             : YN_DIM;
}

static void put_term(page *p, const char *term, yonder_text words)
{
    if (!words.len)
        return;
    yn_buf_printf(p->out, "<dt>%s</dt><dd>", term);
    put_safe(p, words);
    yn_buf_str(p->out, "</dd>\n");
}

static void put_remedy(page *p, const yn_shown_issue *s)
{
    const yn_issue *issue = s->issue;
    if (issue->fix == YN_FIX_NONE)
        return;
    yn_buf_str(p->out, "<dt>do</dt><dd>");
    if (s->as) {
        yn_buf_printf(p->out, "as for %zu</dd>\n", s->as);
        return;
    }
    put_str(p, yn_fix_prose(issue->fix));
    for (yn_server server = 0; server < YN_SERVER_COUNT; server++) {
        p->scratch.len = 0;
        if (!yn_check_shows(p->checked, server) ||
            !yn_remedy_write(&p->scratch, issue->fix, server, &issue->place))
            continue;
        yn_buf_str(p->out, "\n<div class=\"dim\">");
        put_str(p, yn_server_title(server));
        yn_buf_str(p->out, "</div><pre>");
        put_lines(p);
        yn_buf_str(p->out, "</pre>");
    }
    p->scratch.len = 0;
    const char *caution = yn_check_caution(p->checked, issue);
    if (caution)
        put_str(p, caution);
    yn_buf_str(p->out, "</dd>\n");
}

static void put_finding(page *p, const yn_shown *shown, size_t i)
{
    const yn_shown_issue *s = &shown->items[i];
    const yn_check *check = s->issue->check;
    yn_buf_printf(p->out,
                  "<section class=\"finding %s\"><h3>%zu. <span class=\"tag %s\">%s</span>: ",
                  class_of(look_of(check->severity)), i + 1, class_of(look_of(check->severity)),
                  yn_severity_name(check->severity));
    put_safe(p, s->issue->title.len ? s->issue->title : yonder_text_of(check->title));
    yn_buf_str(p->out, "</h3>\n<dl>\n");
    put_term(p, "host", s->issue->host);
    put_term(p, "seen", s->issue->message);
    put_term(p, "why", yonder_text_of(check->prose));
    put_remedy(p, s);
    put_term(p, "from", yonder_text_of(check->source));
    yn_buf_printf(&p->scratch, "%s (%s)", check->code, s->by->grader->name);
    put_term(p, "code", yn_buf_text(&p->scratch));
    p->scratch.len = 0;
    yn_buf_str(p->out, "</dl>\n</section>\n");
}

static void put_findings(page *p)
{
    yn_shown shown;
    yn_shown_make(&shown, p->checked);
    yn_buf_str(p->out, "<h2>What to do</h2>\n");
    if (!shown.count)
        yn_buf_str(p->out, "<p>Nothing: there is no finding.</p>\n");
    for (size_t i = 0; i < shown.count; i++)
        put_finding(p, &shown, i);
    if (shown.left_out)
        yn_buf_printf(p->out, "<p>And %zu more.</p>\n", shown.left_out);
}

static void put_others_issues(page *p, const yn_grade *grade)
{
    yn_buf_str(p->out, "<ul>\n");
    for (int s = YN_SEVERITY_ERROR; s <= YN_SEVERITY_NOTE; s++)
        for (size_t i = 0; i < grade->count; i++) {
            const yn_issue *issue = &grade->issues[i];
            if (issue->check->severity != (yn_severity)s)
                continue;
            yn_buf_printf(p->out, "<li><span class=\"tag %s\">%s</span> <code>",
                          class_of(look_of((yn_severity)s)), yn_severity_name((yn_severity)s));
            put_str(p, issue->check->code);
            yn_buf_str(p->out, "</code>: ");
            put_safe(p, issue->message);
            yn_buf_str(p->out, "</li>\n");
        }
    yn_buf_str(p->out, "</ul>\n");
}

static void put_graders(page *p)
{
    yn_buf_str(p->out, "<h2>As others grade it</h2>\n");
    for (size_t i = 0; i < p->checked->count; i++) {
        const yn_checked_grade *g = &p->checked->grades[i];
        yn_look look = g->grade.unknown ? YN_NOTICE : g->grade.passed ? YN_GOOD : YN_BAD;
        if (yn_shown_in_full(p->checked, g))
            continue;
        yn_buf_str(p->out, "<details><summary>");
        put_str(p, g->grader->title);
        yn_buf_str(p->out, ": ");
        yn_buf_put(&p->scratch, g->grade.verdict);
        put_looked(p, "strong", look);
        if (g->grade.has_score)
            yn_buf_printf(p->out, " (%+d)", g->grade.score);
        yn_buf_str(p->out, "</summary>\n");
        put_others_issues(p, &g->grade);
        yn_buf_str(p->out, "</details>\n");
    }
}

/* ---- the page ----------------------------------------------------------------------------------
 */

static void put_head_line(page *p)
{
    static const char form[] = "YYYY-MM-DD hh:mm:ss UTC";
    const yn_audit *audit = p->checked->audit;
    yn_look look;
    yonder_text verdict = yn_check_verdict(p->checked, &look);
    char when[sizeof form] = "";
    if (audit->begun >= YN_DATE_MIN && audit->begun <= YN_DATE_MAX)
        yn_date_write(when, form, audit->begun);
    yn_buf_str(p->out, "<strong class=\"verdict ");
    yn_buf_str(p->out, class_of(look));
    yn_buf_str(p->out, "\">");
    put_safe(p, verdict);
    yn_buf_str(p->out, "</strong> <strong>");
    put_safe(p, yn_check_name(audit));
    yn_buf_printf(p->out, "</strong> <span class=\"dim\">%s", when);
    yn_buf_str(p->out, audit->cut_short ? ", cut short: time was over</span>" : "</span>");
}

static void put_change(page *p, const char *word, const char *look, const yn_check_change *c)
{
    yn_buf_printf(p->out, "<li><span class=\"tag %s\">%s</span> %s <code>", look, word,
                  yn_severity_name(c->severity));
    put_safe(p, c->code);
    yn_buf_str(p->out, "</code> ");
    put_safe(p, c->host);
    yn_buf_str(p->out, " (");
    put_safe(p, c->grader);
    yn_buf_str(p->out, ")</li>\n");
}

static void put_changes(page *p)
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

static void put_meaning(page *p)
{
    yn_look look;
    const char *meaning = yn_check_meaning(yn_check_verdict(p->checked, &look));
    if (!meaning)
        return;
    yn_buf_str(p->out, "<p>");
    put_str(p, meaning);
    yn_buf_str(p->out, ": ");
    yn_check_counts(p->out, &(p->checked->own ? p->checked->own : p->checked->grades)->grade);
    yn_buf_str(p->out, ".</p>\n");
}

void yn_check_html_begin(yn_buf *out, size_t domains)
{
    yn_buf_str(out, head);
    yn_buf_str(out, "<title>yonder check</title>\n");
    yn_buf_str(out, css);
    yn_buf_str(out, "</head>\n<body>\n<h1>HTTPS and HSTS</h1>\n");
    if (domains > 1)
        yn_buf_printf(out, "<p class=\"dim\">%zu domains. Each opens to its report.</p>\n",
                      domains);
}

void yn_check_html(yn_buf *out, const yn_checked *checked, bool open)
{
    page p = {.checked = checked,
              .out = out,
              .scratch = yn_buf_make(out->max, out->mem),
              .safe = yn_buf_make(out->max, out->mem)};
    yn_buf_printf(out, "<details class=\"site\"%s><summary>", open ? " open" : "");
    put_head_line(&p);
    yn_buf_str(out, "</summary>\n");
    put_meaning(&p);
    put_changes(&p);
    yn_buf_str(out, "<h2>The way in</h2>\n");
    for (yn_start i = 0; i < YN_START_COUNT; i++)
        put_chain(&p, i);
    put_hosts(&p);
    put_readings(&p);
    put_findings(&p);
    if (checked->own && checked->count > 1)
        put_graders(&p);
    put_lists(&p);
    yn_buf_str(out, "</details>\n");
    if (p.scratch.error && !out->error)
        out->error = p.scratch.error;
    yn_buf_free(&p.scratch);
    yn_buf_free(&p.safe);
}

void yn_check_html_end(yn_buf *out)
{
    yn_buf_printf(out, "<p class=\"dim\">yonder %s</p>\n</body>\n</html>\n", yonder_version());
}
