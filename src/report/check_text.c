// SPDX-License-Identifier: MIT
#include "report/check.h"

#include "base/date.h"
#include "base/text.h"
#include "report/check_fix.h"
#include "report/check_view.h"
#include "report/check_words.h"

enum {
    plain_width = 100, // where the output is no terminal
    brief_issues = 12, // of a grader whose issues are not told in full
};

// Where it goes, and room for what is written before it is shown.
typedef struct text {
    const yn_checked *checked;
    const yn_style *style;
    yn_buf *out;
    yn_buf scratch, safe;
} text;

static size_t width_of(const text *t)
{
    return t->style->width ? t->style->width : plain_width;
}

// What stands in `scratch`, escaped; NUL-terminated and good until the next call.
static const char *safe(text *t)
{
    t->safe.len = 0;
    yn_put_untrusted(&t->safe, yn_buf_text(&t->scratch));
    yn_buf_char(&t->safe, '\0');
    t->scratch.len = 0;
    if (t->safe.error && !t->out->error)
        t->out->error = t->safe.error;
    return t->safe.error ? "" : t->safe.ptr;
}

static const char *safe_text(text *t, yonder_text value)
{
    t->scratch.len = 0;
    yn_buf_put(&t->scratch, value);
    return safe(t);
}

static void put_looked(text *t, const char *words, yn_look look)
{
    yn_look_begin(t->out, t->style, look);
    yn_buf_str(t->out, words);
    yn_look_end(t->out, t->style, look);
}

static void heading(text *t, const char *words)
{
    yn_buf_char(t->out, '\n');
    put_looked(t, words, YN_BOLD);
    yn_buf_char(t->out, '\n');
}

// A paragraph after a word that stands before it.
static void paragraph(text *t, size_t indent, const char *label, const char *words)
{
    yn_put_spaces(t->out, indent);
    put_looked(t, label, YN_DIM);
    size_t at = indent + yn_columns(yonder_text_of(label));
    yn_put_wrapped(t->out, words, at, at, width_of(t));
    yn_buf_char(t->out, '\n');
}

/* ---- the first lines ---------------------------------------------------------------------------
 */

void yn_check_line(yn_buf *out, const yn_checked *checked, const yn_style *style)
{
    yn_look look;
    yonder_text verdict = yn_check_verdict(checked, &look);
    yn_look_begin(out, style, look);
    yn_put_untrusted(out, verdict);
    yn_look_end(out, style, look);
    yn_buf_str(out, "  ");
    yn_put_untrusted(out, yn_check_name(checked->audit));
}

static void put_change(text *t, const char *word, yn_look look, const yn_check_change *c)
{
    yn_buf_str(t->out, "  ");
    put_looked(t, word, look);
    yn_buf_printf(t->out, "  %s: ", yn_severity_name(c->severity));
    yn_buf_put(&t->scratch, c->code);
    yn_buf_str(&t->scratch, c->host.len ? " of " : "");
    yn_buf_put(&t->scratch, c->host);
    yn_buf_str(&t->scratch, " (");
    yn_buf_put(&t->scratch, c->grader);
    yn_buf_char(&t->scratch, ')');
    yn_buf_str(t->out, safe(t));
    yn_buf_char(t->out, '\n');
}

static void put_changes(text *t)
{
    const yn_check_changes *c = t->checked->changes;
    if (!c)
        return;
    if (!c->known)
        yn_buf_str(t->out, "  the baseline does not have it: every finding counts as new\n");
    for (size_t i = 0; i < c->worse_count; i++)
        put_change(t, "worse ", YN_BAD, &c->worse[i]);
    for (size_t i = 0; i < c->better_count; i++)
        put_change(t, "better", YN_GOOD, &c->better[i]);
    if (c->known && !c->worse_count && !c->better_count)
        yn_buf_str(t->out, "  as it was in the baseline\n");
}

static const yn_checked_grade *one_grade(const yn_checked *checked)
{
    return checked->own ? checked->own : checked->count == 1 ? checked->grades : NULL;
}

static void put_verdict(text *t)
{
    static const char form[] = "YYYY-MM-DD hh:mm:ss UTC";
    char when[sizeof form] = "";
    const yn_audit *audit = t->checked->audit;
    const yn_checked_grade *one = one_grade(t->checked);
    const char *meaning = one ? yn_check_meaning(one->grade.verdict) : NULL;
    yn_check_line(t->out, t->checked, t->style);
    if (meaning)
        yn_buf_printf(t->out, ": %s", meaning);
    yn_buf_char(t->out, '\n');
    if (one)
        yn_check_counts(t->out, &one->grade);
    yn_buf_str(t->out, one ? "; " : "");
    if (audit->begun >= YN_DATE_MIN && audit->begun <= YN_DATE_MAX)
        yn_date_write(when, form, audit->begun);
    yn_buf_printf(t->out, "seen %s, %zu requests in %.*f s%s\n", when, audit->visit_count,
                  audit->took_ms < 1000 ? 3 : 1, audit->took_ms / 1000,
                  audit->cut_short ? ", cut short: time was over" : "");
}

/* ---- chains ------------------------------------------------------------------------------------
 */

typedef struct columns {
    size_t status, url;
} columns;

static size_t columns_of(text *t)
{
    return strlen(safe(t)); // all of it is ASCII by now
}

static columns measure(text *t)
{
    const yn_audit *audit = t->checked->audit;
    columns c = {0, 0};
    for (yn_start i = 0; i < YN_START_COUNT; i++) {
        const yn_seen_chain *chain = &audit->chains[i];
        for (size_t n = 0; chain->asked && n < chain->count; n++) {
            const yn_visit *visit = &audit->visits[chain->hops[n]];
            yn_check_status(&t->scratch, visit);
            size_t status = columns_of(t);
            yn_buf_put(&t->scratch, yonder_url_href(&visit->url));
            size_t url = columns_of(t);
            c.status = status > c.status ? status : c.status;
            c.url = url > c.url ? url : c.url;
        }
    }
    return c;
}

static void put_cell(text *t, yn_look look, size_t width)
{
    const char *words = safe(t);
    size_t len = strlen(words);
    put_looked(t, words, look);
    yn_put_spaces(t->out, len < width ? width - len : 0);
}

static void put_hop(text *t, const yn_visit *visit, size_t number, const columns *c)
{
    size_t used = 5 + c->status + 2 + c->url + 2;
    yn_buf_printf(t->out, "%3zu  ", number);
    put_cell(t, yn_check_status(&t->scratch, visit), c->status + 2);
    yn_buf_put(&t->scratch, yonder_url_href(&visit->url));
    put_cell(t, YN_PLAIN, 0);
    yn_look look = yn_check_hsts(&t->scratch, visit);
    size_t url = yonder_url_href(&visit->url).len;
    size_t hsts = t->scratch.len;
    if (hsts && used + hsts > width_of(t)) {
        yn_buf_char(t->out, '\n');
        yn_put_spaces(t->out, 5 + c->status + 2);
    } else if (hsts) {
        yn_put_spaces(t->out, url < c->url ? c->url - url + 2 : 2);
    }
    put_cell(t, look, 0);
    yn_buf_char(t->out, '\n');
}

static void put_chain(text *t, yn_start start, const columns *c)
{
    const yn_audit *audit = t->checked->audit;
    const yn_seen_chain *chain = &audit->chains[start];
    yn_start of;
    size_t hop;
    if (!chain->asked)
        return;
    yn_check_start(&t->scratch, audit, start);
    heading(t, safe(t));
    if (yn_check_part_of(audit, start, &of, &hop)) {
        yn_check_start(&t->scratch, audit, of);
        yn_buf_printf(t->out, "     as %s from its hop %zu on\n", safe(t), hop);
        return;
    }
    for (size_t i = 0; i < chain->count; i++)
        put_hop(t, &audit->visits[chain->hops[i]], i + 1, c);
    yn_check_chain_end(&t->scratch, audit, chain);
    if (t->scratch.len)
        paragraph(t, 5, "", safe(t));
}

static void put_chains(text *t)
{
    columns c = measure(t);
    for (yn_start i = 0; i < YN_START_COUNT; i++)
        put_chain(t, i, &c);
}

/* ---- readings ----------------------------------------------------------------------------------
 */

static void put_readings(text *t)
{
    yn_readings readings;
    if (!yn_check_readings(t->checked->audit, &readings))
        return;
    heading(t, "How clients read the header");
    for (size_t i = 0; i < readings.count; i++) {
        yn_buf_printf(t->out, "  %-10s  ", yonder_client_name(readings.items[i].client));
        yn_look look = yn_check_reading(&t->scratch, &readings.items[i]);
        put_cell(t, look, 0);
        yn_buf_char(t->out, '\n');
    }
}

/* ---- hosts and lists ---------------------------------------------------------------------------
 */

static void put_host(text *t, const yn_seen_host *host, size_t width)
{
    const yn_audit *audit = t->checked->audit;
    yn_buf_str(t->out, "  ");
    yn_buf_put(&t->scratch, host->name);
    put_cell(t, YN_PLAIN, width + 2);
    yn_look look = yn_check_https_words(&t->scratch, audit, host);
    put_cell(t, look, 0);
    if (host->https != YN_NO_VISIT) {
        look = yn_check_hsts(&t->scratch, &audit->visits[host->https]);
        yn_buf_str(t->out, t->scratch.len ? "; " : "");
        put_cell(t, look, 0);
    }
    yn_buf_str(t->out, "  ");
    yn_buf_printf(&t->scratch, "(%s)", yn_check_origin(host->origin));
    put_cell(t, YN_DIM, 0);
    yn_buf_char(t->out, '\n');
}

static void put_hosts(text *t)
{
    const yn_audit *audit = t->checked->audit;
    size_t width = 0;
    for (size_t i = 0; i < audit->host_count; i++)
        width = audit->hosts[i].name.len > width ? audit->hosts[i].name.len : width;
    if (audit->host_count)
        heading(t, "Hosts");
    for (size_t i = 0; i < audit->host_count; i++)
        put_host(t, &audit->hosts[i], width);
}

static void put_paragraphs(text *t, const char *const *all)
{
    for (; *all; all++)
        paragraph(t, 2, "- ", *all);
}

static void put_lists(text *t)
{
    const yn_audit *audit = t->checked->audit;
    const char *title;
    const char *const *words = yn_check_preloading(audit, &title);
    heading(t, "Preload lists");
    for (size_t i = 0; i < audit->list_count; i++) {
        yn_check_list(&t->scratch, &audit->lists[i]);
        paragraph(t, 2, "", safe(t));
    }
    if (!audit->list_count)
        paragraph(t, 2, "",
                  "not looked into: give --preload LIST ('yonder preload fetch' gets them)");
    if (!words)
        return;
    heading(t, title);
    put_paragraphs(t, words);
    if (words == yn_check_costs)
        paragraph(t, 2, "", "'yonder hsts advise' shows the way there in steps.");
}

/* ---- findings ----------------------------------------------------------------------------------
 */

static yn_look look_of(yn_severity severity)
{
    return severity == YN_SEVERITY_ERROR     ? YN_BAD
           : severity == YN_SEVERITY_WARNING ? YN_NOTICE
                                             : YN_DIM;
}

static void put_title(text *t, const yn_issue *issue)
{
    put_looked(t, yn_severity_name(issue->check->severity), look_of(issue->check->severity));
    yn_buf_str(t->out, ": ");
    put_looked(t, issue->title.len ? safe_text(t, issue->title) : issue->check->title, YN_BOLD);
}

static void put_remedy(text *t, const yn_shown_issue *s)
{
    const yn_issue *issue = s->issue;
    if (issue->fix == YN_FIX_NONE)
        return;
    if (s->as) {
        yn_buf_printf(t->out, "   do    as for %zu\n", s->as);
        return;
    }
    t->scratch.len = 0;
    yn_check_fix_words(&t->scratch, issue->fix);
    paragraph(t, 3, "do    ", safe(t));
    for (yn_server server = 0; server < YN_SERVER_COUNT; server++) {
        t->scratch.len = 0;
        if (yn_check_shows(t->checked, server) &&
            yn_remedy_write(&t->scratch, issue->fix, server, &issue->place))
            yn_check_put_lines(t->out, t->style, server, yn_buf_text(&t->scratch), 9);
    }
    t->scratch.len = 0;
    const char *caution = yn_check_caution(t->checked, issue);
    if (caution)
        paragraph(t, 9, "", caution);
}

static void put_finding(text *t, const yn_shown *shown, size_t i)
{
    const yn_shown_issue *s = &shown->items[i];
    const yn_check *check = s->issue->check;
    yn_buf_printf(t->out, "\n%zu. ", i + 1);
    put_title(t, s->issue);
    if (s->issue->host.len)
        yn_buf_printf(t->out, " (%s)", safe_text(t, s->issue->host));
    yn_buf_char(t->out, '\n');
    paragraph(t, 3, "seen  ", safe_text(t, s->issue->message));
    if (check->prose && *check->prose)
        paragraph(t, 3, "why   ", check->prose);
    put_remedy(t, s);
    if (check->source && *check->source)
        paragraph(t, 3, "from  ", check->source);
    yn_buf_printf(&t->scratch, "%s (%s)", check->code, s->by->grader->name);
    paragraph(t, 3, "code  ", safe(t));
}

static void put_findings(text *t)
{
    yn_shown shown;
    yn_shown_make(&shown, t->checked);
    heading(t, "What to do");
    if (!shown.count)
        yn_buf_str(t->out, "  nothing: there is no finding\n");
    for (size_t i = 0; i < shown.count; i++)
        put_finding(t, &shown, i);
    if (shown.left_out)
        yn_buf_printf(t->out, "\n   and %zu more; --json has them all\n", shown.left_out);
}

/* ---- other graders -----------------------------------------------------------------------------
 */

static void put_brief(text *t, const yn_checked_grade *g)
{
    size_t shown = 0;
    for (int s = YN_SEVERITY_ERROR; s <= YN_SEVERITY_WARNING; s++)
        for (size_t i = 0; i < g->grade.count; i++) {
            const yn_issue *issue = &g->grade.issues[i];
            if (issue->check->severity != (yn_severity)s || shown++ >= brief_issues)
                continue;
            yn_buf_str(t->out, "    ");
            put_looked(t, yn_severity_name((yn_severity)s), look_of((yn_severity)s));
            yn_buf_printf(&t->scratch, "%s: ", issue->check->code);
            yn_buf_put(&t->scratch, issue->message);
            yn_buf_char(t->out, ' ');
            yn_put_wrapped(t->out, safe(t), 13, 8, width_of(t));
            yn_buf_char(t->out, '\n');
        }
    if (shown > brief_issues)
        yn_buf_printf(t->out, "    and %zu more; --grader %s has them all\n", shown - brief_issues,
                      g->grader->name);
}

static void put_graders(text *t)
{
    heading(t, "As others grade it");
    for (size_t i = 0; i < t->checked->count; i++) {
        const yn_checked_grade *g = &t->checked->grades[i];
        yn_look look = g->grade.unknown ? YN_NOTICE : g->grade.passed ? YN_GOOD : YN_BAD;
        if (yn_shown_in_full(t->checked, g))
            continue;
        yn_buf_printf(t->out, "  %s: ", g->grader->title);
        put_looked(t, safe_text(t, g->grade.verdict), look);
        if (g->grade.has_score)
            yn_buf_printf(t->out, " (%+d)", g->grade.score);
        yn_buf_char(t->out, '\n');
        put_brief(t, g);
    }
}

static void put_brief_finding(text *t, const yn_shown_issue *s)
{
    const yn_check *check = s->issue->check;
    yn_buf_str(t->out, "  ");
    put_looked(t, yn_severity_name(check->severity), look_of(check->severity));
    yn_buf_printf(&t->scratch, "%s: ", check->code);
    yn_buf_put(&t->scratch, s->issue->message);
    yn_buf_str(t->out, "  ");
    yn_buf_str(t->out, safe(t));
    yn_buf_char(t->out, '\n');
}

void yn_check_brief(yn_buf *out, const yn_checked *checked, const yn_style *style)
{
    text t = {.checked = checked,
              .style = style,
              .out = out,
              .scratch = yn_buf_make(out->max, out->mem),
              .safe = yn_buf_make(out->max, out->mem)};
    yn_shown shown;
    yn_shown_make(&shown, checked);
    yn_check_line(out, checked, style);
    yn_buf_char(out, '\n');
    put_changes(&t);
    for (size_t i = 0; i < shown.count; i++)
        if (shown.items[i].issue->check->severity != YN_SEVERITY_NOTE)
            put_brief_finding(&t, &shown.items[i]);
    yn_buf_free(&t.scratch);
    yn_buf_free(&t.safe);
}

void yn_check_text(yn_buf *out, const yn_checked *checked, const yn_style *style)
{
    text t = {.checked = checked,
              .style = style,
              .out = out,
              .scratch = yn_buf_make(out->max, out->mem),
              .safe = yn_buf_make(out->max, out->mem)};
    put_verdict(&t);
    put_changes(&t);
    put_chains(&t);
    put_hosts(&t);
    put_readings(&t);
    put_findings(&t);
    if (checked->own && checked->count > 1)
        put_graders(&t);
    put_lists(&t);
    yn_buf_free(&t.scratch);
    yn_buf_free(&t.safe);
}
