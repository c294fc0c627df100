// SPDX-License-Identifier: MIT
#include "lab/page.h"

#include "base/text.h"

static void put_escaped(yn_buf *out, yonder_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (c == '&' || c == '<' || c == '>' || c == '"' || c == '\'' || c < ' ' || c >= 0x7f)
            yn_buf_printf(out, "&#%u;", c < ' ' || c >= 0x7f ? 0xfffdU : c);
        else
            yn_buf_char(out, (char)c);
    }
}

static void put_head(yn_buf *out, const char *title)
{
    yn_buf_printf(out,
                  "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width\">\n"
                  "<title>%s</title>\n"
                  "<style>body{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;"
                  "padding:0 1rem}table{border-collapse:collapse;width:100%%}th,td{text-align:left;"
                  "vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid #999}"
                  "caption{text-align:left;font-weight:bold;padding-top:1rem}</style>\n"
                  "<h1>%s</h1>\n",
                  title, title);
}

void yn_lab_page_home(yn_buf *out, const yn_lab_site *site, yonder_text run)
{
    put_head(out, "yonder lab");
    yn_buf_printf(
        out,
        "<p>Every redirect case by URL. Let an HTTP client walk them, then read what it "
        "did, what the standard asks, and which known client it resembles.</p>\n<ul>\n"
        "<li><a href=\"/%.*s/\">A fresh run</a>: the %zu cases. Any other name of letters, "
        "digits and hyphens makes a run, too.</li>\n"
        "<li><a href=\"/%.*s/cases.json\">Its cases for a program to walk</a></li>\n"
        "<li><a href=\"/ca.pem\">The authority to trust</a>, for https on the same "
        "ports, %u and %u, and for the names below %s, which have to lead here</li>\n"
        "</ul>\n</html>\n",
        YN_PRINT(run), yn_lab_case_count(), YN_PRINT(run), site->port, site->other_port,
        site->domain);
}

static void put_visits(yn_buf *out, const yn_lab_where *where)
{
    for (size_t i = 0; i < yn_lab_visit_count(where->item); i++) {
        const yn_lab_visit *visit = &where->item->visits[i];
        yn_buf url = yn_buf_make(1 << 16, NULL);
        yn_lab_expand(&url, visit->url, where);
        yn_buf_str(out, i ? "<br>" : "");
        bool get = strcmp(visit->method, "GET") == 0;
        if (get) {
            yn_buf_str(out, "<a href=\"");
            put_escaped(out, yn_buf_text(&url));
            yn_buf_str(out, "\">");
        }
        yn_buf_printf(out, "%s %zu", visit->method, i + 1);
        yn_buf_str(out, get ? "</a>" : "");
        yn_buf_free(&url);
    }
}

static void put_row(yn_buf *out, const yn_lab_where *where, const yn_lab_grade *grade)
{
    const yn_lab_case *item = where->item;
    yn_buf_str(out, "<tr><th scope=\"row\">");
    put_escaped(out, yonder_text_of(item->id));
    yn_buf_str(out, "<td>");
    put_escaped(out, yonder_text_of(item->title));
    yn_buf_str(out, "<td>");
    put_visits(out, where);
    yn_buf_str(out, "<td>");
    put_escaped(out, yonder_text_of(item->asked));
    yn_buf_str(out, " <small>");
    put_escaped(out, yonder_text_of(item->section));
    yn_buf_str(out, "</small><td>");
    if (grade->verdict != YN_LAB_NOT_RUN) {
        yn_buf_printf(out, "<strong>%s</strong>: ", yn_lab_verdict_code(grade->verdict));
        put_escaped(out, yonder_text_of(grade->why));
    }
    yn_buf_str(out, "</tr>\n");
}

void yn_lab_page_run(yn_buf *out, const yn_lab_site *site, yonder_text name, yonder_text hostname,
                     const yn_lab_run *run, const yn_lab_grade *grades)
{
    const yn_lab_group *group = NULL;
    put_head(out, "yonder lab: a run");
    yn_buf_printf(out,
                  "<p>Run <b>%.*s</b>%s. <a href=\"report\">Report</a> (<a "
                  "href=\"report.json\">JSON</a>), <a href=\"cases.json\">cases</a> (JSON), <a "
                  "href=\"/\">another run</a>.</p>\n",
                  YN_PRINT(name), run ? "" : ": nothing was asked so far");
    for (size_t i = 0; i < yn_lab_case_count(); i++) {
        yn_lab_ref ref = yn_lab_case_at(i);
        const yn_lab_where where = {
            .site = site, .run = name, .item = ref.item, .hostname = hostname, .port = site->port};
        if (ref.group != group)
            yn_buf_printf(out,
                          "%s<table><caption>%s</caption>\n<tr><th scope=\"col\">case<th "
                          "scope=\"col\">what<th scope=\"col\">walk<th scope=\"col\">asked<th "
                          "scope=\"col\">came of it</tr>\n",
                          group ? "</table>\n" : "", ref.group->title);
        group = ref.group;
        put_row(out, &where, &grades[i]);
    }
    yn_buf_str(out, "</table>\n</html>\n");
}

void yn_lab_page_answer(yn_buf *out, int status, const yn_lab_case *item)
{
    yn_buf_printf(out,
                  "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><link rel=\"icon\" "
                  "href=\"data:,\"><title>%d</title>\n<p>%d: ",
                  status, status);
    put_escaped(out, yonder_text_of(item->title));
    yn_buf_str(out, "</p>\n</html>\n");
}
