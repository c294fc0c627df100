// SPDX-License-Identifier: MIT
#include "lab/respond.h"

#include <stdlib.h>
#include <sys/random.h>

#include <yonder/redirect.h>

#include "base/date.h"
#include "base/text.h"
#include "lab/answer.h"
#include "lab/certificates.h"
#include "lab/page.h"

enum {
    fields_max = 1 << 16
};

typedef struct answer {
    int status;
    yn_buf fields; // whole lines
    yn_buf content;
    const char *type;
} answer;

// ---- the message --------------------------------------------------------------------------------

static bool has_content(int status)
{
    return status != 204 && status != 304;
}

static void put_message(yn_buf *out, const answer *a, const yn_lab_asked *asked)
{
    char date[YN_DATE_LEN];
    yn_date_format(date, asked->now);
    yn_buf_printf(out, "HTTP/1.1 %d %s\r\nDate: %.*s\r\n", a->status,
                  yonder_status_phrase(a->status), YN_DATE_LEN, date);
    yn_buf_put(out, yn_buf_text(&a->fields));
    if (has_content(a->status))
        yn_buf_printf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n", a->type, a->content.len);
    const yn_h1_request *r = asked->request;
    if (!r || !r->keep_alive)
        yn_buf_str(out, "Connection: close\r\n");
    else if (r->http10)
        yn_buf_str(out, "Connection: keep-alive\r\n");
    yn_buf_str(out, "\r\n");
    if (has_content(a->status) && !(r && yn_equal(r->method, YN_TEXT("HEAD"))))
        yn_buf_put(out, yn_buf_text(&a->content));
}

static answer answer_make(int status)
{
    return (answer){.status = status,
                    .fields = yn_buf_make(fields_max, NULL),
                    .content = yn_buf_make(YN_LAB_REPORT_MAX, NULL),
                    .type = "text/plain; charset=utf-8"};
}

static void answer_free(answer *a)
{
    yn_buf_free(&a->fields);
    yn_buf_free(&a->content);
}

void yn_lab_refuse(int status, int64_t now, yn_buf *out)
{
    const yn_lab_asked asked = {.now = now};
    answer a = answer_make(status);
    yn_buf_printf(&a.content, "%d %s\n", status, yonder_status_phrase(status));
    put_message(out, &a, &asked);
    answer_free(&a);
}

// ---- cases --------------------------------------------------------------------------------------

// What a browser asks before it asks belongs to CORS and to no case.
static bool is_preflight(const yn_h1_request *r)
{
    for (size_t i = 0; i < r->field_count; i++)
        if (yn_equal_nocase(r->fields[i].name, YN_TEXT("Access-Control-Request-Method")))
            return true;
    return false;
}

static size_t note(yn_lab *lab, const yn_lab_asked *asked, yonder_text host,
                   const yn_lab_route *route)
{
    const yn_h1_request *r = asked->request;
    yonder_field fields[YN_H1_MAX_FIELDS];
    yn_lab_step step = {.method = r->method, .secure = asked->secure, .body = asked->body};
    yn_buf url = yn_buf_make(fields_max, NULL);
    yn_lab_put_url(&url, asked->secure, host, r->target);
    for (size_t i = 0; i < r->field_count; i++)
        if (yn_lab_is_of_interest(r->fields[i].name))
            fields[step.field_count++] = r->fields[i];
    step.fields = fields;
    step.url = yn_buf_text(&url);
    size_t before = url.error
                        ? YN_LAB_WALK_MAX
                        : yn_lab_journal_note(lab->journal, route->run, route->found.index, &step);
    yn_buf_free(&url);
    return before;
}

static void answer_case(yn_lab *lab, const yn_lab_asked *asked, yonder_text host,
                        const yn_lab_route *route, answer *a)
{
    yn_lab_where where = {
        .site = &lab->site, .run = route->run, .item = route->found.item, .secure = asked->secure};
    yn_lab_take_host(&where, host);
    size_t before = 0;
    if (!is_preflight(asked->request))
        before = note(lab, asked, host, route);
    a->status = 200; // where a client would go round for ever
    if (before < YN_LAB_WALK_MAX)
        a->status = yn_lab_answer(&a->fields, &where, route->path);
    a->type = "text/html; charset=utf-8";
    yn_lab_page_answer(&a->content, a->status, route->found.item);
}

// ---- the other pages ----------------------------------------------------------------------------

static void fresh_run(char name[YN_LAB_RUN_MAX + 1])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    unsigned char random[10] = {0};
    ssize_t n = getrandom(random, sizeof random, 0);
    (void)n; // a name is no secret: one of "a"s would do
    for (size_t i = 0; i < sizeof random; i++)
        name[i] = letters[random[i] & 31];
    name[sizeof random] = '\0';
}

static void put_graded(yn_lab *lab, const yn_lab_route *route, yonder_text hostname, answer *a)
{
    const yn_lab_run *run = yn_lab_journal_find(lab->journal, route->run);
    yn_lab_grade *grades = calloc(yn_lab_case_count(), sizeof *grades);
    if (!grades || yn_lab_grade_run(&lab->site, run, grades) != YONDER_OK) {
        a->status = 500;
    } else if (yn_equal(route->rest, YN_TEXT("report.json"))) {
        a->type = "application/json";
        yn_lab_report_json(&a->content, route->run, run, grades);
    } else if (yn_equal(route->rest, YN_TEXT("report"))) {
        yn_lab_report_text(&a->content, route->run, run, grades);
    } else {
        a->type = "text/html; charset=utf-8";
        yn_lab_page_run(&a->content, &lab->site, route->run, hostname, run, grades);
    }
    free(grades);
}

static void answer_page(yn_lab *lab, yonder_text target, yonder_text hostname,
                        const yn_lab_route *route, answer *a)
{
    char name[YN_LAB_RUN_MAX + 1];
    yn_buf_str(&a->fields, "Cache-Control: no-store\r\n");
    if (yn_equal(target, YN_TEXT("/"))) {
        fresh_run(name);
        a->type = "text/html; charset=utf-8";
        yn_lab_page_home(&a->content, &lab->site, yonder_text_of(name));
    } else if (yn_equal(target, YN_TEXT("/ca.pem"))) {
        a->type = "application/x-pem-file";
        yn_buf_put(&a->content, yn_lab_certificates_pem(lab->certificates));
    } else if (route->run.len && yn_equal(route->rest, YN_TEXT("cases.json"))) {
        a->type = "application/json";
        yn_lab_report_cases(&a->content, &lab->site, route->run, hostname);
    } else if (route->run.len && target.ptr[target.len - 1] == '/' && !route->rest.len) {
        put_graded(lab, route, hostname, a);
    } else if (route->run.len && (yn_equal(route->rest, YN_TEXT("report")) ||
                                  yn_equal(route->rest, YN_TEXT("report.json")))) {
        put_graded(lab, route, hostname, a);
    } else {
        a->status = 404;
        yn_buf_str(&a->content, "There is nothing here; the cases are at /\n");
    }
}

void yn_lab_respond(yn_lab *lab, const yn_lab_asked *asked, yn_buf *out)
{
    const yn_h1_request *r = asked->request;
    yonder_text host = r->host.len ? r->host : asked->local;
    yn_lab_route route = yn_lab_route_of(&lab->site, host, r->target);
    yn_lab_where where = {.secure = asked->secure};
    yn_lab_take_host(&where, host);
    answer a = answer_make(200);
    if (r->form == YN_H1_AUTHORITY || r->form == YN_H1_ASTERISK)
        a.status = 405, yn_buf_str(&a.fields, "Allow: GET\r\n");
    else if (route.found.item)
        answer_case(lab, asked, host, &route, &a);
    else
        answer_page(lab, r->target, where.hostname, &route, &a);
    if (a.content.error || a.fields.error)
        yn_lab_refuse(500, asked->now, out);
    else
        put_message(out, &a, asked);
    answer_free(&a);
}
