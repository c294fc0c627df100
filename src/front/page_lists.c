// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "directory/documents.h"
#include "front/page.h"
#include "report/html.h"

static const struct {
    const char *name, *title;
} documents[] = {
    {YN_DOCUMENT_LIST, "Chromium's layout"}, {YN_DOCUMENT_FIREFOX, "Firefox's layout"},
    {YN_DOCUMENT_IMAGE, "yonder's image"},   {YN_DOCUMENT_STATEMENT, "statement"},
    {YN_DOCUMENT_SIGNATURE, "signature"},
};

enum {
    document_count = sizeof documents / sizeof *documents,
    signed_from = 3, // these are kept for ever
};

static void put_version(yn_page *page, const yn_store_version *v, bool kept)
{
    yn_buf *out = page->out;
    yn_buf_printf(out, "<tr><th scope=\"row\" data-label=\"version \">%lld</th><td>",
                  (long long)v->number);
    yn_page_time(page, v->at);
    yn_buf_str(out, "</td><td data-label=\"names: \">");
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
