// SPDX-License-Identifier: MIT
// The header as a site is to send it: the value, and the lines for its server.
#include "audit/grading.h"
#include "audit/policy.h"
#include "base/text.h"
#include "front/page.h"
#include "report/check_fix.h"
#include "report/html.h"

enum {
    year = 31536000, // what the list asks for at least
    week = 604800,
};

// What https://DOMAIN/ says now. False where it says nothing that a browser could read.
static bool said_now(const yn_audit *audit, yonder_hsts_policy *policy)
{
    const yn_visit *first = yn_chain_first(audit, YN_START_HTTPS);
    *policy = (yonder_hsts_policy){.max_age = 0};
    return first && yn_visit_field_count(first, YN_STS) &&
           yn_policy_read(first, policy) == YONDER_HSTS_VALID;
}

static void put_value(yn_page *page, const yonder_hsts_policy *policy)
{
    yn_buf value = yn_buf_make(1 << 10, page->out->mem);
    yn_policy_write(&value, policy);
    yn_buf_str(page->out, "<pre>Strict-Transport-Security: ");
    yn_html_put(page->out, yn_buf_text(&value));
    yn_buf_str(page->out, "</pre>\n");
    yn_buf_free(&value);
}

// Behind the server's name, or open where only one is asked.
static void put_lines(yn_page *page, const yn_checked *checked, const yonder_hsts_policy *policy)
{
    yn_buf lines = yn_buf_make(1 << 14, page->out->mem);
    size_t shown = 0;
    for (yn_server server = 0; server < YN_SERVER_COUNT; server++)
        shown += yn_check_shows(checked, server);
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

/* ---- the way to it -----------------------------------------------------------------------------
 */

static const struct {
    yonder_hsts_policy policy;
    const char *then;
} stages[] = {
    {{.max_age = 300}, "Look at your site. All is well? Go on."},
    {{.max_age = week, .include_subdomains = true},
     "Wait a week, and look at each sub-domain, those of your own network too: it must work over "
     "HTTPS. All is well? Go on."},
    {{.max_age = year, .include_subdomains = true, .preload = true},
     "Check the domain here again, and submit it."},
};

enum {
    stage_count = sizeof stages / sizeof *stages
};

static bool is_reached(const yonder_hsts_policy *now, const yonder_hsts_policy *stage)
{
    return now->max_age >= stage->max_age &&
           (now->include_subdomains || !stage->include_subdomains) &&
           (now->preload || !stage->preload);
}

static void put_stages(yn_page *page, const yn_checked *checked, const yonder_hsts_policy *now)
{
    size_t next = 0;
    while (next + 1 < stage_count && is_reached(now, &stages[next].policy))
        next++;
    yn_buf_str(page->out, "<p>Go there in three steps, for a long max-age cannot be taken "
                          "back:</p>\n<ol class=\"steps\">\n");
    for (size_t i = 0; i < stage_count; i++) {
        yn_buf_printf(page->out, "<li>%s", i < next ? "You are there already:" : "");
        put_value(page, &stages[i].policy);
        yn_buf_printf(page->out, "%s</li>\n", i < next ? "" : stages[i].then);
    }
    yn_buf_printf(page->out,
                  "</ol>\n<p>The lines for your server, with the value of step %zu:</p>\n",
                  next + 1);
    put_lines(page, checked, &stages[next].policy);
}

void yn_page_header_wanted(yn_page *page, const yn_checked *checked, bool in_steps)
{
    yonder_hsts_policy policy;
    said_now(checked->audit, &policy);
    yn_buf_str(page->out, "<h2 id=\"header\">The header that the list asks for</h2>\n<p>With every "
                          "answer over https, once, and never over http.</p>\n");
    if (in_steps && policy.max_age < year) {
        put_stages(page, checked, &policy);
        return;
    }
    policy.max_age = policy.max_age < year ? year : policy.max_age;
    policy.include_subdomains = policy.preload = true;
    put_value(page, &policy);
    put_lines(page, checked, &policy);
}

void yn_page_header_without(yn_page *page, const yn_checked *checked)
{
    yonder_hsts_policy policy;
    if (!said_now(checked->audit, &policy))
        policy.max_age = year;
    policy.preload = false;
    put_value(page, &policy);
    put_lines(page, checked, &policy);
}

bool yn_page_header_is_long(const yn_audit *audit)
{
    yonder_hsts_policy policy;
    return said_now(audit, &policy) && policy.max_age >= year;
}
