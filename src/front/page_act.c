// SPDX-License-Identifier: MIT
// What can be asked for of a domain that was checked: to enter the list, to leave it.
#include "audit/policy.h"
#include "base/text.h"
#include "front/page.h"
#include "report/html.h"

enum {
    named_most = 10, // hosts
};

bool yn_page_is_covered(const yn_page_verdict *v)
{
    return v->status->preloaded_domain.len && !yn_equal(v->status->preloaded_domain, v->name);
}

bool yn_page_may(const yn_page_verdict *v, yn_life_wish wish)
{
    return !yn_page_is_covered(v) && yn_life_ask(&v->status->life, wish) == YN_LIFE_GO_ON;
}

bool yn_page_may_leave_now(const yn_page_verdict *v)
{
    return v->leaving && v->leaving->passed && yn_page_may(v, YN_LIFE_TO_REMOVE);
}

/* ---- names that would be lost ------------------------------------------------------------------
 */

static bool is_below(yonder_text host, yonder_text domain)
{
    size_t n = domain.len;
    return host.len > n + 1 && host.ptr[host.len - n - 1] == '.' &&
           yn_equal(yn_skip(host, host.len - n), domain);
}

static bool is_bare(const yn_audit *audit, const yn_seen_host *host)
{
    return host->exists != YN_NO && is_below(host->name, audit->ascii) &&
           yn_policy_https(audit, host) == YN_NO;
}

size_t yn_page_bare_hosts(const yn_page_verdict *v)
{
    const yn_audit *audit = &v->answer->assessed.audit;
    size_t count = 0;
    for (size_t i = 0; v->answer->checked && i < audit->host_count; i++)
        count += is_bare(audit, &audit->hosts[i]);
    return count;
}

// "old.example, shop.example and 3 more"
static void put_bare_names(yn_page *page, const yn_page_verdict *v, size_t count)
{
    const yn_audit *audit = &v->answer->assessed.audit;
    size_t shown = 0;
    for (size_t i = 0; i < audit->host_count && shown < named_most; i++) {
        if (!is_bare(audit, &audit->hosts[i]))
            continue;
        yn_buf_str(page->out, !shown               ? "<strong>"
                              : shown + 1 == count ? " and <strong>"
                                                   : ", <strong>");
        yn_html_put(page->out, audit->hosts[i].name);
        yn_buf_str(page->out, "</strong>");
        shown++;
    }
    if (shown < count)
        yn_buf_printf(page->out, " and %zu more", count - shown);
}

void yn_page_put_bare_hosts(yn_page *page, const yn_page_verdict *v)
{
    size_t count = yn_page_bare_hosts(v);
    bool one = count == 1;
    if (!count)
        return;
    yn_buf_str(page->out, "<p class=\"warned\">");
    put_bare_names(page, v, count);
    yn_buf_printf(page->out, " %s no HTTPS. ", one ? "has" : "have");
    if (v->status->life.published)
        yn_buf_printf(page->out,
                      "Whoever has the list cannot reach %s. Fix %s, or switch the name%s off.",
                      one ? "it" : "them", one ? "it" : "them", one ? "" : "s");
    else
        yn_buf_printf(page->out,
                      "Once listed %s cannot be reached. Fix %s first, or switch the name%s off.",
                      one ? "it" : "they", one ? "it" : "them", one ? "" : "s");
    yn_buf_str(page->out, "</p>\n");
}

/* ---- the forms ---------------------------------------------------------------------------------
 */

static void put_domain_field(yn_page *page, yonder_text name)
{
    yn_buf_str(page->out, "<input type=\"hidden\" name=\"domain\" value=\"");
    yn_html_put(page->out, name);
    yn_buf_str(page->out, "\">\n");
}

static void put_tick(yn_page *page, const yn_page_verdict *v)
{
    yn_buf *out = page->out;
    size_t bare = yn_page_bare_hosts(v);
    yn_buf_str(out, "<p class=\"error\" id=\"confirm-error\">");
    if (v->unconfirmed)
        yn_buf_str(out, "<strong>Missing:</strong> tick this box to go on.");
    yn_buf_printf(out,
                  "</p>\n<p class=\"tick\"><input type=\"checkbox\" id=\"confirm\" "
                  "name=\"confirm\" value=\"yes\" required aria-describedby=\"confirm-error\"%s> "
                  "<label for=\"confirm\">I speak for this domain, and every name below it",
                  v->unconfirmed ? " aria-invalid=\"true\"" : "");
    if (bare) {
        yn_buf_str(out, ", ");
        put_bare_names(page, v, bare);
        yn_buf_str(out, " included,");
    }
    yn_buf_str(out, " will have HTTPS for years.</label></p>\n");
}

void yn_page_submit(yn_page *page, const yn_page_verdict *v)
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
               "off.</li>\n</ul>\n");
    yn_page_put_bare_hosts(page, v);
    put_tick(page, v);
    yn_buf_str(out, "<button type=\"submit\">Submit</button>\n<p class=\"busy\" "
                    "role=\"status\"></p>\n</form></section>\n");
}

void yn_page_leave(yn_page *page, const yn_page_verdict *v, const yn_checked *checked)
{
    yn_buf *out = page->out;
    bool waits = v->status->life.state == YN_LIFE_PENDING;
    yn_buf_printf(out, "<section id=\"leave\" class=\"act\"><h2>%s</h2>\n",
                  waits ? "Withdraw it" : "Leave the list");
    if (yn_page_may_leave_now(v)) {
        yn_buf_printf(out,
                      "<p>Its header does not say <code>preload</code> any more, so it may "
                      "leave.%s</p>\n<form method=\"post\" action=\"/remove\">\n",
                      waits ? ""
                            : " Keep HTTPS working until the clients of your visitors have the new "
                              "list.");
        put_domain_field(page, v->name);
        yn_buf_printf(out,
                      "<button type=\"submit\">%s</button>\n<p class=\"busy\" "
                      "role=\"status\"></p>\n</form></section>\n",
                      waits ? "Withdraw" : "Ask to leave");
        return;
    }
    yn_buf_str(out, "<p>First let https://");
    yn_html_put(out, v->name);
    yn_buf_str(out,
               "/ answer with a valid header <strong>without the word "
               "<code>preload</code></strong>: that is how you are known to be its owner. Then "
               "check it again.</p>\n");
    if (checked)
        yn_page_header_without(page, checked);
    yn_buf_str(out, "</section>\n");
}
