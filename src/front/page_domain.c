// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "front/page.h"
#include "report/html.h"

/* ---- history -----------------------------------------------------------------------------------
 */

void yn_page_issue(yn_page *page, const yn_intake_issue *issue, bool error)
{
    yn_buf *out = page->out;
    yn_buf_str(out, error ? "<li><span class=\"tag bad\">error</span> "
                          : "<li><span class=\"tag notice\">warning</span> ");
    yn_html_put(out, issue->summary);
    yn_buf_str(out, ": ");
    yn_html_put(out, issue->message);
    yn_buf_str(out, " <code class=\"dim\">");
    yn_html_put(out, issue->code);
    yn_buf_str(out, "</code></li>\n");
}

// What the check found that the event stands on; as it is kept where it cannot be read.
static void put_issues(yn_page *page, yonder_text json, yn_arena *arena)
{
    yn_buf *out = page->out;
    yn_page_issues issues;
    if (!json.len)
        return;
    if (!yn_page_issues_read(json, arena, &issues)) {
        yn_buf_str(out, "<details><summary>What the check found</summary><pre>");
        yn_html_put(out, json);
        yn_buf_str(out, "</pre></details>");
        return;
    }
    if (!issues.count)
        return;
    size_t warnings = issues.count - issues.errors;
    yn_buf_printf(out, "<details><summary>%zu error%s, %zu warning%s</summary><ul>\n",
                  issues.errors, issues.errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s");
    for (size_t i = 0; i < issues.count; i++)
        yn_page_issue(page, &issues.items[i], i < issues.errors);
    yn_buf_str(out, "</ul></details>");
}

static void put_event(yn_page *page, const yn_store_event *e, yn_arena *arena)
{
    yn_buf *out = page->out;
    yn_buf_str(out, "<tr><td>");
    yn_page_time(page, e->what.at);
    yn_buf_printf(out, "</td><th scope=\"row\">%s", yn_page_kind_words(e->what.kind, e->actor));
    if (e->version)
        yn_buf_printf(out, " (version %lld)", (long long)e->version);
    yn_buf_printf(out, "</th><td>%s</td><td>", yn_page_actor_words(e->actor));
    yn_html_put(out, e->reason);
    put_issues(page, e->issues, arena);
    yn_buf_str(out, "</td></tr>\n");
}

static void put_turns(yn_page *page, const yn_page_story *s)
{
    yn_buf *out = page->out;
    if (!s->later && !s->older)
        return;
    yn_buf_str(out, "<nav aria-label=\"History\"><ul>\n");
    if (s->later) {
        yn_buf_str(out, "<li><a href=\"/domain?name=");
        yn_page_in_url(page, s->name);
        yn_buf_str(out, "#history\">The newest</a></li>\n");
    }
    if (s->older) {
        yn_buf_str(out, "<li><a rel=\"next\" href=\"/domain?name=");
        yn_page_in_url(page, s->name);
        yn_buf_printf(out, "&amp;before=%lld#history\">Older</a></li>\n", (long long)s->older);
    }
    yn_buf_str(out, "</ul></nav>\n");
}

static void put_history(yn_page *page, const yn_page_story *s)
{
    yn_buf *out = page->out;
    yn_buf_str(out, "<h2 id=\"history\">History</h2>\n");
    if (!s->count) {
        yn_buf_str(out, "<p>Nothing has happened to it here.</p>\n");
        return;
    }
    yn_buf_str(out,
               "<div class=\"scroll\"><table class=\"history\">\n<thead><tr>"
               "<th scope=\"col\">When</th><th scope=\"col\">What</th><th scope=\"col\">Who</th>"
               "<th scope=\"col\">Why</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < s->count; i++)
        put_event(page, &s->events[i], s->arena);
    yn_buf_str(out, "</tbody></table></div>\n");
    put_turns(page, s);
}

/* ---- the page ----------------------------------------------------------------------------------
 */

// A link could claim what was not done, so the state has to agree.
static void put_done(yn_page *page, const yn_page_story *s)
{
    yn_life_state state = s->status->life.state;
    const char *words = NULL;
    if (s->done == YN_INTAKE_SUBMIT && state == YN_LIFE_PENDING)
        words = "<strong>Submitted.</strong> Nothing more is to be done now.";
    else if (s->done == YN_INTAKE_SUBMIT && state == YN_LIFE_PRELOADED)
        words = "<strong>Submitted again.</strong> It stays on the list.";
    else if (s->done == YN_INTAKE_REMOVE &&
             (state == YN_LIFE_PENDING_REMOVAL || state == YN_LIFE_REMOVED))
        words = "<strong>Asked to leave.</strong> Nothing more is to be done now.";
    if (words)
        yn_buf_printf(page->out, "<p class=\"done\" role=\"status\" tabindex=\"-1\">%s</p>\n",
                      words);
}

// What the last scan that failed has found.
static void put_failure(yn_page *page, const yn_page_story *s)
{
    yn_page_issues issues;
    size_t i = 0;
    while (i < s->count && s->events[i].what.kind != YN_LIFE_SCAN_FAILED)
        i++;
    if (!s->status->life.failing || s->later || i == s->count ||
        !yn_page_issues_read(s->events[i].issues, s->arena, &issues) || !issues.errors)
        return;
    yn_buf_str(page->out, "<p>The last scan that failed, ");
    yn_page_time(page, s->events[i].what.at);
    yn_buf_str(page->out, ", found:</p>\n<ul>\n");
    for (size_t k = 0; k < issues.errors; k++)
        yn_page_issue(page, &issues.items[k], true);
    yn_buf_str(page->out, "</ul>\n");
}

static void put_ways_on(yn_page *page, const yn_page_story *s, bool covered)
{
    bool leaves = !covered && yn_life_ask(&s->status->life, YN_LIFE_TO_REMOVE) == YN_LIFE_GO_ON;
    yn_buf_str(page->out, "<p class=\"ways\"><a class=\"button\" href=\"/check?domain=");
    yn_page_in_url(page, s->name);
    yn_buf_str(page->out, "\">Check it now</a>");
    if (leaves) {
        yn_buf_str(page->out, " <a href=\"/check?domain=");
        yn_page_in_url(page, s->name);
        yn_buf_printf(page->out, "#leave\">%s</a>",
                      s->status->life.state == YN_LIFE_PENDING ? "Withdraw it" : "Leave the list");
    }
    yn_buf_str(page->out, "</p>\n");
}

void yn_page_domain(yn_page *page, const yn_page_story *story)
{
    const yn_life *life = &story->status->life;
    bool covered = story->status->preloaded_domain.len &&
                   !yn_equal(story->status->preloaded_domain, story->name);
    yn_page_begin(page, "Status and history", story->name, "");
    put_done(page, story);
    if (covered)
        yn_page_banner(page, "good", "Covered by the list");
    else
        yn_page_banner(page, yn_page_state_look(life), yn_page_state_words(life));
    yn_page_standing(page, story->name, story->status);
    put_failure(page, story);
    put_ways_on(page, story, covered);
    put_history(page, story);
    yn_buf_str(page->out, "<h2>Another domain</h2>\n");
    yn_page_ask(page, &(const yn_page_field){0});
    yn_page_end(page);
}
