// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "directory/page.h"
#include "report/html.h"

/* ---- the first page ----------------------------------------------------------------------------
 */

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
    "<h2>How a domain gets there</h2>\n<ol class=\"steps\">\n"
    "<li><strong>Check it.</strong> The site is asked as a browser would ask it; you see what it "
    "answered and what to change, with the lines for your server.</li>\n"
    "<li><strong>Mend it.</strong> Each name below it must work over HTTPS, and its header must "
    "say "
    "that it wants to be listed: that is how you are known to be its owner.</li>\n"
    "<li><strong>Submit it.</strong> It waits for the next version, and is checked once "
    "more.</li>\n"
    "<li><strong>It is on the list.</strong> It is scanned again and again; where it fails for "
    "long "
    "it is taken off.</li>\n</ol>\n"
    "<h2>To leave</h2>\n<p>Take the word <code>preload</code> out of the header, check the domain "
    "here, and ask to leave. Nothing else is needed.</p>\n";

void yn_page_home(yn_page *page, const size_t counts[YN_LIFE_STATE_COUNT],
                  const yn_page_field *field)
{
    yn_page_begin(page, "Is this domain HTTPS only?", (yonder_text){"", 0}, "/");
    yn_buf_str(
        page->out,
        "<p class=\"lead\">Clients that have this list never ask its domains over http, so "
        "nobody on the way can answer their first request. Anyone may check a domain; its "
        "owner can enter it, follow it, and leave.</p>\n"
        "<p><img class=\"drawing\" src=\"/way.svg\" width=\"640\" height=\"120\" alt=\"Without "
        "the list: http, which anyone on the way can answer, then https. With it: https from "
        "the first request.\"></p>\n");
    yn_page_ask(page, field);
    put_figures(page, counts);
    yn_buf_str(page->out, steps);
    yn_page_end(page);
}

/* ---- the lists ---------------------------------------------------------------------------------
 */

static const struct {
    const char *name, *title;
} documents[] = {
    {"list.json", "Chromium's layout"}, {"nsSTSPreloadList.inc", "Firefox's layout"},
    {"preload.img", "yonder's image"},  {"version.json", "statement"},
    {"version.sig", "signature"},
};

enum {
    document_count = sizeof documents / sizeof *documents,
    signed_from = 3, // these are kept for ever
};

static void put_version(yn_page *page, const yn_store_version *v, bool kept)
{
    yn_buf *out = page->out;
    yn_buf_printf(out, "<tr><th scope=\"row\">%lld</th><td>", (long long)v->number);
    yn_page_time(page, v->at);
    yn_buf_str(out, "</td><td>");
    yn_page_number(page, v->names);
    yn_buf_str(out, "</td><td><ul class=\"inline\">");
    for (size_t i = kept ? 0 : signed_from; i < document_count; i++)
        yn_buf_printf(
            out, "<li><a href=\"/lists/%lld/%s\" aria-label=\"%s of version %lld\">%s</a></li> ",
            (long long)v->number, documents[i].name, documents[i].title, (long long)v->number,
            documents[i].title);
    yn_buf_str(out, "</ul></td></tr>\n");
}

static void put_versions(yn_page *page, const yn_page_listing *l)
{
    yn_buf *out = page->out;
    if (!l->count) {
        yn_buf_str(out, "<p>No version has been published yet.</p>\n");
        return;
    }
    yn_buf_str(out, "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Version</th>"
                    "<th scope=\"col\">Published</th><th scope=\"col\">Names</th>"
                    "<th scope=\"col\">Documents</th></tr></thead>\n<tbody>\n");
    size_t shown = l->count < YN_PAGE_VERSIONS ? l->count : YN_PAGE_VERSIONS;
    for (size_t i = 0; i < shown; i++)
        put_version(page, &l->versions[i], l->versions[i].number >= l->kept);
    yn_buf_str(out, "</tbody></table></div>\n");
    if (shown < l->count)
        yn_buf_str(out, "<p>The older ones are in <a href=\"/lists\">/lists</a>.</p>\n");
}

static void put_key(yn_page *page, const yn_page_listing *l)
{
    yn_buf *out = page->out;
    yn_buf_str(out, "<h2 id=\"key\">The key</h2>\n");
    if (!l->signs) {
        yn_buf_str(out, "<p>There is none: nothing is published from here.</p>\n");
        return;
    }
    yn_buf_str(out,
               "<p>Each version's statement names its documents with their SHA-256 and is signed "
               "(Ed25519). This is the <a href=\"/lists/key\">public key</a>; hold it against "
               "what the operator has told you by other ways.</p>\n<dl><dt>Key</dt><dd><code>");
    yn_seal_public_write(l->public_key, out);
    yn_buf_str(out, "</code></dd>\n<dt>SHA-256</dt><dd><code>");
    yn_html_put(out, (yonder_text){l->fingerprint, YN_SEAL_DIGEST});
    yn_buf_str(out,
               "</code></dd></dl>\n<h2 id=\"fetch\">To fetch it</h2>\n"
               "<p>This verifies the signature, takes what changed only, and puts the new version "
               "in place at once:</p>\n<pre>yonder preload fetch --from ");
    if (l->origin.len)
        yn_html_put(out, l->origin);
    else
        yn_buf_str(out, "URL");
    yn_buf_str(out, "/ --key ");
    yn_seal_public_write(l->public_key, out);
    yn_buf_str(out, "</pre>\n");
}

static const struct {
    const char *method, *path, *answer;
} programs[] = {
    {"GET", "/api/v2/preloadable?domain=NAME", "what stands against listing it"},
    {"GET", "/api/v2/removable?domain=NAME", "what stands against taking it off"},
    {"GET", "/api/v2/status?domain=NAME", "where it stands"},
    {"GET", "/api/v2/history?domain=NAME", "what happened to it, and why"},
    {"POST", "/api/v2/submit?domain=NAME", "submits it"},
    {"POST", "/api/v2/remove?domain=NAME", "asks for it to leave"},
    {"GET", "/api/v2/pending", "domains that wait to enter"},
    {"GET", "/api/v2/pending-removal", "those whose owners asked to leave"},
    {"GET", "/api/v2/pending-automated-removal", "those that failed for too long"},
    {"GET", "/api/v2/rejected", "those that were not taken, with the reason"},
    {"GET", "/lists", "the versions"},
    {"GET", "/lists/newest/list.json", "leads to the newest list"},
};

static void put_programs(yn_page *page)
{
    yn_buf *out = page->out;
    yn_buf_str(out,
               "<h2 id=\"programs\">For programs</h2>\n<p>The same by HTTP; answers are JSON.</p>\n"
               "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Method</th>"
               "<th scope=\"col\">Path</th><th scope=\"col\">Answer</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        yn_buf_printf(out, "<tr><td>%s</td><td><code>%s</code></td><td>%s</td></tr>\n",
                      programs[i].method, programs[i].path, programs[i].answer);
    yn_buf_str(out, "</tbody></table></div>\n");
}

void yn_page_lists(yn_page *page, const yn_page_listing *listing)
{
    yn_page_begin(page, "Lists and key", (yonder_text){"", 0}, "/lists.html");
    yn_buf_str(page->out, "<p class=\"lead\">Each version has a number, never changes, and is "
                          "signed.</p>\n<h2>Versions</h2>\n");
    put_versions(page, listing);
    put_key(page, listing);
    put_programs(page);
    yn_page_end(page);
}
