// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "front/page.h"
#include "report/html.h"

static void put_figure(yn_page *page, const char *term, size_t n)
{
    yn_buf_printf(page->out, "<div><dt>%s</dt><dd>", term);
    yn_page_number(page, n);
    yn_buf_str(page->out, "</dd></div>\n");
}

static void put_figures(yn_page *page, const size_t counts[YN_LIFE_STATE_COUNT])
{
    yn_buf *out = page->out;
    yn_buf_str(out, "<h2>The list now</h2>\n<dl class=\"figures\">\n");
    put_figure(page, "names in the newest version", page->newest.names);
    put_figure(page, "waiting to enter", counts[YN_LIFE_PENDING]);
    put_figure(page, "about to leave",
               counts[YN_LIFE_PENDING_REMOVAL] + counts[YN_LIFE_PENDING_AUTOMATED_REMOVAL]);
    yn_buf_str(out, "</dl>\n<p>");
    if (page->newest.number) {
        yn_buf_printf(out, "Version %lld, of ", (long long)page->newest.number);
        yn_page_time(page, page->newest.at);
        yn_buf_str(out, ": <a href=\"/lists.html\">the lists, and the key that signs them</a>.");
    } else {
        yn_buf_str(out, "No version has been published yet.");
    }
    yn_buf_str(out, "</p>\n");
}

// What a newcomer goes through, in order.
static const char steps[] =
    "<h2>What a domain must have</h2>\n<ul>\n"
    "<li>A valid certificate.</li>\n"
    "<li>If it answers on http: a redirect to https on the same host first, then wherever you "
    "like.</li>\n"
    "<li>HTTPS on every name below it, and on <code>www</code> if there is one.</li>\n"
    "<li>With every answer over https the header (HSTS)<pre>Strict-Transport-Security: "
    "max-age=31536000; includeSubDomains; preload</pre>with that <code>max-age</code> or a larger "
    "one.</li>\n</ul>\n"
    "<h2>How a domain gets there</h2>\n<ol class=\"steps\">\n"
    "<li><strong>Check it.</strong> The site is asked as a browser would ask it; you see what it "
    "answered and what to change, with the lines for your server.</li>\n"
    "<li><strong>Fix it.</strong> Each name below it must work over HTTPS, and its header must say "
    "that it wants to be listed: that is how you are known to be its owner.</li>\n"
    "<li><strong>Submit it.</strong> It waits for the next version, and is checked once "
    "more.</li>\n"
    "<li><strong>It is on the list.</strong> It is scanned again and again; where it fails for "
    "long it is taken off.</li>\n</ol>\n"
    "<h2>To leave</h2>\n<p>Take the word <code>preload</code> out of the header, check the domain "
    "here, and ask to leave. Nothing else is needed.</p>\n";

static void put_lead(yn_page *page)
{
    yn_buf *out = page->out;
    yn_buf_str(out, "<p class=\"lead\">This is an HSTS preload list: browsers that have it always "
                    "use HTTPS for its domains, even on the first visit.</p>\n<p>It is ");
    if (*page->texts.site_name) {
        yn_buf_str(out, "the list of ");
        yn_html_put(out, yonder_text_of(page->texts.site_name));
        yn_buf_str(out, ", and ");
    }
    yn_buf_str(out,
               "<strong>not the list that is built into Chrome and Firefox</strong> (for that see "
               "<a href=\"https://hstspreload.org/\" rel=\"noreferrer\">hstspreload.org</a>): it "
               "serves the browsers and programs that <a href=\"/lists.html\">fetch "
               "it</a>. Anyone may check a domain; its owner can submit it, follow it, and "
               "leave.</p>\n");
}

void yn_page_home(yn_page *page, const size_t counts[YN_LIFE_STATE_COUNT],
                  const yn_page_field *field)
{
    yn_page_begin(page, "Preload list: check or submit a domain", (yonder_text){"", 0}, "/");
    put_lead(page);
    yn_page_ask(page, field);
    yn_buf_str(
        page->out,
        "<p><img class=\"drawing\" src=\"/way.svg\" width=\"640\" height=\"120\" "
        "alt=\"Without the list: http, where anyone can read and change it, then https. With "
        "it: https from the first request.\"></p>\n");
    put_figures(page, counts);
    yn_buf_str(page->out, steps);
    yn_page_end(page);
}
