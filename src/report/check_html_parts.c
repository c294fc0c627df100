// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "report/check_fix.h"
#include "report/check_html.h"
#include "report/check_view.h"
#include "report/check_words.h"

/* ---- chains ------------------------------------------------------------------------------------
 */

static void put_hop(yn_check_page *p, const yn_visit *visit, size_t number)
{
    yn_buf_printf(p->out, "<tr><td>%zu</td>", number);
    yn_check_put_looked(p, "td", yn_check_status(&p->scratch, visit));
    yn_buf_str(p->out, "<td class=\"u\">");
    yn_check_put_safe(p, yonder_url_href(&visit->url));
    yn_buf_str(p->out, "</td>");
    yn_check_put_looked(p, "td", yn_check_hsts(&p->scratch, visit));
    yn_buf_str(p->out, "</tr>\n");
}

// A www that there is not is no failure.
static bool put_no_www(yn_check_page *p, yn_start start)
{
    const yn_audit *audit = p->checked->audit;
    const yn_seen_host *www = NULL;
    if (start != YN_START_WWW_HTTP && start != YN_START_WWW_HTTPS)
        return false;
    for (size_t i = 0; i < audit->host_count && !www; i++)
        if (audit->hosts[i].origin == YN_HOST_WWW)
            www = &audit->hosts[i];
    if (!www || www->exists != YN_NO || www->withheld)
        return false;
    if (start == YN_START_WWW_HTTPS && audit->chains[YN_START_WWW_HTTP].asked)
        return true; // told already
    yn_buf_str(p->out, "<p class=\"dim\"><code>");
    yn_check_put_safe(p, www->name);
    yn_buf_str(p->out, "</code>: no such name (that is fine)</p>\n");
    return true;
}

static void put_chain(yn_check_page *p, yn_start start)
{
    const yn_audit *audit = p->checked->audit;
    const yn_seen_chain *chain = &audit->chains[start];
    yn_start of;
    size_t hop;
    if (!chain->asked || put_no_www(p, start))
        return;
    yn_buf_str(p->out, "<h3><code>");
    yn_check_start(&p->scratch, audit, start);
    yn_check_put_scratch(p);
    yn_buf_str(p->out, "</code></h3>\n");
    if (yn_check_part_of(audit, start, &of, &hop)) {
        yn_buf_str(p->out, "<p class=\"dim\">as <code>");
        yn_check_start(&p->scratch, audit, of);
        yn_check_put_scratch(p);
        yn_buf_printf(p->out, "</code> from its hop %zu on</p>\n", hop);
        return;
    }
    yn_buf_str(p->out, "<div class=\"scroll\"><table class=\"chain\"><tr><th "
                       "scope=\"col\">#</th><th scope=\"col\">status</th><th scope=\"col\">URL</th>"
                       "<th scope=\"col\">HSTS</th></tr>\n");
    for (size_t i = 0; i < chain->count; i++)
        put_hop(p, &audit->visits[chain->hops[i]], i + 1);
    yn_buf_str(p->out, "</table></div>\n");
    yn_check_chain_end(&p->scratch, audit, chain);
    if (p->scratch.len) {
        yn_check_put_looked(p, "p", YN_NOTICE);
        yn_buf_char(p->out, '\n');
    }
}

/* ---- hosts and lists ---------------------------------------------------------------------------
 */

static void put_hosts(yn_check_page *p)
{
    const yn_audit *audit = p->checked->audit;
    if (!audit->host_count)
        return;
    yn_buf_str(p->out,
               "<h2>Hosts</h2>\n<div class=\"scroll\"><table class=\"hosts\"><tr><th "
               "scope=\"col\">host</th>"
               "<th scope=\"col\">HTTPS</th><th scope=\"col\">HSTS</th><th scope=\"col\">known "
               "as</th></tr>\n");
    for (size_t i = 0; i < audit->host_count; i++) {
        const yn_seen_host *host = &audit->hosts[i];
        yn_look look = YN_PLAIN;
        yn_buf_str(p->out, "<tr><td class=\"u\">");
        yn_check_put_safe(p, host->name);
        yn_buf_str(p->out, "</td>");
        yn_check_put_looked(p, "td", yn_check_https_words(&p->scratch, audit, host));
        if (host->https != YN_NO_VISIT)
            look = yn_check_hsts(&p->scratch, &audit->visits[host->https]);
        yn_check_put_looked(p, "td", look);
        yn_buf_str(p->out, "<td class=\"dim\">");
        yn_check_put_str(p, yn_check_origin(host->origin));
        yn_buf_str(p->out, "</td></tr>\n");
    }
    yn_buf_str(p->out, "</table></div>\n");
}

static void put_readings(yn_check_page *p)
{
    yn_readings readings;
    if (!yn_check_readings(p->checked->audit, &readings))
        return;
    yn_buf_str(p->out, "<h2>How clients read the header</h2>\n<table>\n");
    for (size_t i = 0; i < readings.count; i++) {
        yn_buf_str(p->out, "<tr><td>");
        yn_check_put_str(p, yonder_client_name(readings.items[i].client));
        yn_buf_str(p->out, "</td>");
        yn_check_put_looked(p, "td", yn_check_reading(&p->scratch, &readings.items[i]));
        yn_buf_str(p->out, "</tr>\n");
    }
    yn_buf_str(p->out, "</table>\n");
}

/* ---- findings ----------------------------------------------------------------------------------
 */

static void put_term(yn_check_page *p, const char *term, yonder_text words)
{
    if (!words.len)
        return;
    yn_buf_printf(p->out, "<dt>%s</dt><dd>", term);
    yn_check_put_safe(p, words);
    yn_buf_str(p->out, "</dd>\n");
}

// Findings as they are numbered on the page; those that are told with an earlier one have no
// number.
typedef struct card_list {
    yn_shown shown;
    size_t numbers[YN_SHOWN_MAX];
    bool for_owner;
} card_list;

static bool is_same(const yn_shown_issue *a, const yn_shown_issue *b)
{
    return a->by == b->by && a->issue->check == b->issue->check && a->issue->fix == b->issue->fix &&
           yn_equal(a->issue->host, b->issue->host) && b->issue->fix != YN_FIX_NONE;
}

static void number(card_list *cards)
{
    size_t count = 0;
    for (size_t i = 0; i < cards->shown.count; i++) {
        size_t first = i;
        for (size_t k = 0; cards->for_owner && k < i && first == i; k++)
            if (is_same(&cards->shown.items[k], &cards->shown.items[i]))
                first = k;
        cards->numbers[i] = first == i ? ++count : 0;
    }
}

static void put_seen(yn_check_page *p, const card_list *cards, size_t i)
{
    const yn_shown *shown = &cards->shown;
    put_term(p, "seen", shown->items[i].issue->message);
    for (size_t k = i + 1; k < shown->count; k++) {
        if (cards->numbers[k] || !is_same(&shown->items[i], &shown->items[k]))
            continue;
        yn_buf_str(p->out, "<dd>");
        yn_check_put_safe(p, shown->items[k].issue->message);
        yn_buf_str(p->out, "</dd>\n");
    }
}

static void put_remedy_lines(yn_check_page *p, const yn_issue *issue)
{
    for (yn_server server = 0; server < YN_SERVER_COUNT; server++) {
        p->scratch.len = 0;
        if (!yn_check_shows(p->checked, server) ||
            !yn_remedy_write(&p->scratch, issue->fix, server, &issue->place))
            continue;
        yn_buf_str(p->out, "\n<div class=\"dim\">");
        yn_check_put_str(p, yn_server_title(server));
        yn_buf_str(p->out, "</div><pre>");
        yn_check_put_scratch_lines(p);
        yn_buf_str(p->out, "</pre>");
    }
    p->scratch.len = 0;
}

static void put_remedy(yn_check_page *p, const card_list *cards, const yn_shown_issue *s)
{
    const yn_issue *issue = s->issue;
    bool below = cards->for_owner && issue->fix == YN_FIX_HSTS;
    if (issue->fix == YN_FIX_NONE)
        return;
    yn_buf_str(p->out, "<dt>do</dt><dd>");
    if (s->as && cards->numbers[s->as - 1]) {
        yn_buf_printf(p->out, "as for %zu</dd>\n", cards->numbers[s->as - 1]);
        return;
    }
    if (cards->for_owner)
        yn_buf_str(&p->scratch, yn_fix_prose(issue->fix));
    else
        yn_check_fix_words(&p->scratch, issue->fix);
    yn_check_put_scratch(p);
    if (!below)
        put_remedy_lines(p, issue);
    else if (strcmp(s->by->grader->name, YN_CHECK_COMPATIBLE) == 0)
        yn_buf_str(p->out, "; its value stands below");
    const char *caution = cards->for_owner ? NULL : yn_check_caution(p->checked, issue);
    if (caution)
        yn_check_put_str(p, caution);
    yn_buf_str(p->out, "</dd>\n");
}

static void put_rule(yn_check_page *p, const yn_shown_issue *s)
{
    const yn_check *check = s->issue->check;
    yn_buf_str(p->out, "<details class=\"dim\"><summary>the rule</summary><dl>\n");
    put_term(p, "from", yonder_text_of(check->source));
    yn_buf_printf(&p->scratch, "%s (%s)", check->code, s->by->grader->name);
    put_term(p, "code", yn_buf_text(&p->scratch));
    p->scratch.len = 0;
    yn_buf_str(p->out, "</dl></details>\n");
}

static void put_finding(yn_check_page *p, const card_list *cards, size_t i)
{
    const yn_shown_issue *s = &cards->shown.items[i];
    const yn_check *check = s->issue->check;
    yn_buf_printf(
        p->out, "<section class=\"finding %s\"><h3>%zu. <span class=\"tag %s\">%s</span>: ",
        yn_look_class(yn_severity_look(check->severity)), cards->numbers[i],
        yn_look_class(yn_severity_look(check->severity)), yn_severity_name(check->severity));
    yn_check_put_safe(p, s->issue->title.len ? s->issue->title : yonder_text_of(check->title));
    yn_buf_str(p->out, "</h3>\n<dl>\n");
    put_term(p, "host", s->issue->host);
    put_seen(p, cards, i);
    put_term(p, "why", yonder_text_of(check->prose));
    put_remedy(p, cards, s);
    yn_buf_str(p->out, "</dl>\n");
    put_rule(p, s);
    yn_buf_str(p->out, "</section>\n");
}

static void put_findings(yn_check_page *p, const char *title, bool for_owner)
{
    card_list cards = {.for_owner = for_owner};
    yn_shown_make(&cards.shown, p->checked);
    number(&cards);
    yn_check_put_element(p, "h2", title);
    if (!cards.shown.count)
        yn_buf_str(p->out, "<p>Nothing: there is no finding.</p>\n");
    for (size_t i = 0; i < cards.shown.count; i++)
        if (cards.numbers[i])
            put_finding(p, &cards, i);
    if (cards.shown.left_out)
        yn_buf_printf(p->out, "<p>And %zu more.</p>\n", cards.shown.left_out);
}

/* ---- the sections ------------------------------------------------------------------------------
 */

void yn_check_html_way_in(yn_buf *out, const yn_checked *checked)
{
    yn_check_page p = yn_check_page_begin(out, checked);
    yn_buf_str(out, "<h2>The way in</h2>\n");
    for (yn_start i = 0; i < YN_START_COUNT; i++)
        put_chain(&p, i);
    yn_check_page_end(&p);
}

void yn_check_html_hosts(yn_buf *out, const yn_checked *checked)
{
    yn_check_page p = yn_check_page_begin(out, checked);
    put_hosts(&p);
    put_readings(&p);
    yn_check_page_end(&p);
}

void yn_check_html_findings(yn_buf *out, const yn_checked *checked, const char *title,
                            bool for_owner)
{
    yn_check_page p = yn_check_page_begin(out, checked);
    put_findings(&p, title, for_owner);
    yn_check_page_end(&p);
}
