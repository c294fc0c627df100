// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "base/date.h"
#include "base/text.h"
#include "core/idna.h"
#include "front/page.h"
#include "report/html.h"

/* ---- pieces ------------------------------------------------------------------------------------
 */

void yn_page_name(yn_page *page, yonder_text ascii)
{
    yn_buf unicode = yn_buf_make(1 << 12, page->out->mem);
    bool both =
        yn_idna_to_unicode(&unicode, ascii) == YONDER_OK && !yn_equal(yn_buf_text(&unicode), ascii);
    if (both) {
        yn_buf_str(page->out, "<bdi>");
        yn_html_put(page->out, yn_buf_text(&unicode));
        yn_buf_str(page->out, "</bdi> (<code>");
    }
    yn_html_put(page->out, ascii);
    if (both)
        yn_buf_str(page->out, "</code>)");
    yn_buf_free(&unicode);
}

void yn_page_in_url(yn_page *page, yonder_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (yn_is_alpha(c) || yn_is_digit(c) || c == '.' || c == '-')
            yn_buf_char(page->out, (char)c);
        else
            yn_buf_printf(page->out, "%%%02X", c);
    }
}

void yn_page_time(yn_page *page, int64_t at)
{
    static const char machine[] = YN_DATE_MOMENT, human[] = "YYYY-MM-DD hh:mm UTC";
    char bytes[sizeof machine];
    if (at < YN_DATE_MIN || at > YN_DATE_MAX) {
        yn_buf_str(page->out, "at no date");
        return;
    }
    yn_date_write(bytes, machine, at);
    yn_buf_printf(page->out, "<time datetime=\"%.*s\">", (int)sizeof machine - 1, bytes);
    yn_date_write(bytes, human, at);
    yn_buf_printf(page->out, "%.*s</time>", (int)sizeof human - 1, bytes);
}

void yn_page_number(yn_page *page, size_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%zu", n);
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            yn_buf_char(page->out, ',');
        yn_buf_char(page->out, digits[i]);
    }
}

/* ---- the frame ---------------------------------------------------------------------------------
 */

static const struct {
    const char *path, *words;
} places[] = {
    {"/", "Check a domain"},
    {"/lists.html", "Lists and key"},
    {"/lists.html#programs", "For programs"},
};

static void put_places(yn_page *page, const char *place)
{
    yn_buf_str(page->out, "<nav aria-label=\"Directory\"><ul>\n");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        yn_buf_printf(page->out, "<li><a href=\"%s\"%s>%s</a></li>\n", places[i].path,
                      strcmp(places[i].path, place) == 0 ? " aria-current=\"page\"" : "",
                      places[i].words);
    yn_buf_str(page->out, "</ul></nav>\n");
}

static yonder_text site_name(const yn_page *page)
{
    return *page->texts.site_name ? yonder_text_of(page->texts.site_name) : YN_TEXT("Preload list");
}

// Whether it can be led to: no more than plain letters in it.
static bool is_plain(yonder_text contact)
{
    for (size_t i = 0; i < contact.len; i++)
        if (!yn_is_alpha((unsigned char)contact.ptr[i]) &&
            !yn_is_digit((unsigned char)contact.ptr[i]) && !strchr("@.-_+:/", contact.ptr[i]))
            return false;
    return contact.len > 0;
}

static void put_contact(yn_page *page)
{
    yonder_text contact = yonder_text_of(page->texts.site_contact);
    bool url = yn_starts_with(contact, YN_TEXT("https://"));
    bool mail = !url && yn_find_char(contact, '@') < contact.len &&
                yn_find_char(contact, ':') == contact.len;
    bool leads = is_plain(contact) && (url || mail);
    if (!contact.len)
        return;
    yn_buf_str(page->out, " Contact: ");
    if (leads) {
        yn_buf_str(page->out, url ? "<a href=\"" : "<a href=\"mailto:");
        yn_html_put(page->out, contact);
        yn_buf_str(page->out, "\">");
    }
    yn_html_put(page->out, contact);
    yn_buf_str(page->out, leads ? "</a>." : ".");
}

void yn_page_begin(yn_page *page, const char *title, yonder_text name, const char *place)
{
    yn_buf *out = page->out;
    yn_buf_str(out,
               "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    yn_html_put(out, name);
    yn_buf_printf(out, "%s%s - ", name.len ? ": " : "", title);
    yn_html_put(out, site_name(page));
    yn_buf_str(out, "</title>\n");
    yn_buf_str(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n"
                    "<link rel=\"stylesheet\" href=\"/style.css\">\n"
                    "<link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\n"
                    "<script src=\"/page.js\" defer></script>\n</head>\n<body>\n"
                    "<a class=\"skip\" href=\"#main\">To the content</a>\n"
                    "<header><p class=\"of\"><a href=\"/\">");
    yn_html_put(out, site_name(page));
    yn_buf_str(out, "</a></p>\n");
    put_places(page, place);
    yn_buf_str(out, "</header>\n<main id=\"main\">\n<h1 id=\"title\" tabindex=\"-1\">");
    if (name.len) {
        yn_buf_str(out, "<span class=\"name\">");
        yn_page_name(page, name);
        yn_buf_str(out, "</span> ");
    }
    yn_buf_printf(out, name.len ? "<span class=\"what\">%s</span></h1>\n" : "%s</h1>\n", title);
}

void yn_page_end(yn_page *page)
{
    yn_buf_str(page->out, "</main>\n<footer class=\"dim\"><p>");
    if (*page->texts.site_name) {
        yn_buf_str(page->out, "This list is kept by ");
        yn_html_put(page->out, site_name(page));
        yn_buf_char(page->out, '.');
    }
    put_contact(page);
    yn_buf_printf(page->out,
                  " No account, no cookie: what a domain's own header says over HTTPS decides. "
                  "yonder %s</p></footer>\n</body>\n</html>\n",
                  yonder_version());
}

void yn_page_ask(yn_page *page, const yn_page_field *field)
{
    yn_buf *out = page->out;
    bool wrong = field->error.len != 0;
    yn_buf_str(out, "<form class=\"ask\" method=\"get\" action=\"/check\" role=\"search\">\n"
                    "<label for=\"domain\">Domain</label>\n"
                    "<p class=\"error\" id=\"domain-error\" role=\"alert\">");
    if (wrong) {
        yn_buf_str(out, "<strong>Not checked:</strong> ");
        yn_html_put(out, field->error);
    }
    yn_buf_str(out, "</p>\n<div class=\"row\"><input id=\"domain\" name=\"domain\" type=\"text\" "
                    "required maxlength=\"1000\" autocomplete=\"off\" autocapitalize=\"none\" "
                    "spellcheck=\"false\" inputmode=\"url\" "
                    "aria-describedby=\"domain-error domain-hint\"");
    yn_buf_str(out, wrong ? " aria-invalid=\"true\" autofocus value=\"" : " value=\"");
    yn_html_put(out, field->typed);
    yn_buf_str(out, "\">\n<button type=\"submit\">Check</button>\n<button type=\"submit\" "
                    "class=\"second\" formaction=\"/domain\">Status only</button></div>\n"
                    "<p class=\"dim\" id=\"domain-hint\">As in example.com. Checking "
                    "asks the site and changes nothing; it can take a minute.</p>\n"
                    "<p class=\"busy\" role=\"status\"></p>\n</form>\n");
}

void yn_page_banner(yn_page *page, const char *look, const char *words)
{
    yn_buf_printf(page->out,
                  "<p class=\"verdict-line\"><strong class=\"verdict %s\">%s</strong></p>\n", look,
                  words);
}

static void put_problem(yn_page *page, const char *title, yonder_text sentence)
{
    static const yn_page_field empty = {0};
    yn_page_begin(page, title, empty.typed, "");
    yn_buf_str(page->out, "<p>");
    yn_html_put(page->out, sentence);
    yn_buf_str(page->out, "</p>\n");
    yn_page_ask(page, &empty);
    yn_page_end(page);
}

void yn_page_problem(yn_page *page, const char *title, const char *sentence)
{
    put_problem(page, title, yonder_text_of(sentence));
}

void yn_page_refusal(yn_page *page, unsigned status, yonder_text sentence)
{
    static const struct {
        unsigned status;
        const char *title, *sentence; // NULL: the one that is given says it
    } rows[] = {
        {401, "For the operator only", NULL},
        {403, "For the operator only", NULL},
        {404, "There is no such page", "The address leads to nothing here."},
        {405, "There is no such page", "What is at this address is reached by a form."},
        {429, "A moment, please", NULL},
        {500, "That did not work", NULL},
        {503, "A moment, please", NULL},
    };
    const char *title = "That was not understood";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].status == status) {
            title = rows[i].title;
            sentence = rows[i].sentence ? yonder_text_of(rows[i].sentence) : sentence;
        }
    put_problem(page, title, sentence);
}
