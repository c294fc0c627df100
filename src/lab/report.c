// SPDX-License-Identifier: MIT
#include "lab/report.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"

enum {
    shown_steps = 4, // of a walk, in a table; the first and the last of them
    shown_url = 100, // bytes of a URL, in a table
    schema = 1,
};

// ---- the list -----------------------------------------------------------------------------------

static const struct {
    yn_lab_need need;
    const char *code;
} needs[] = {
    {YN_LAB_NAMES, "names"},
    {YN_LAB_TLS, "tls"},
    {YN_LAB_CACHE, "cache"},
    {YN_LAB_HSTS, "hsts"},
};

// A browser can be made to do it by an address or a form.
static const char *kind_of(const yn_lab_visit *visit)
{
    bool form = strcmp(visit->method, "GET") == 0 || strcmp(visit->method, "POST") == 0;
    return form && !visit->given[0] ? "navigate" : "any";
}

static void put_visit(yn_json *j, const yn_lab_visit *visit, const yn_lab_where *where)
{
    yn_buf url = yn_buf_make(1 << 16, NULL);
    yn_lab_expand(&url, visit->url, where);
    yn_json_object(j, NULL);
    yn_json_str(j, "method", visit->method);
    yn_json_text(j, "url", yn_buf_text(&url));
    yn_json_array(j, "headers");
    for (size_t i = 0; i < YN_LAB_GIVEN && visit->given[i]; i++) {
        yonder_text line = yonder_text_of(visit->given[i]);
        size_t colon = yn_find_char(line, ':');
        yn_json_array(j, NULL);
        yn_json_text(j, NULL, yn_slice(line, 0, colon));
        yn_json_text(j, NULL, yn_skip(line, colon + 2));
        yn_json_array_end(j);
    }
    yn_json_array_end(j);
    yn_json_str(j, "body", visit->body);
    yn_json_str(j, "kind", kind_of(visit));
    yn_json_object_end(j);
    yn_buf_free(&url);
}

static void put_case(yn_json *j, const yn_lab_ref *ref, const yn_lab_where *where)
{
    const yn_lab_case *item = ref->item;
    yn_json_object(j, NULL);
    yn_json_str(j, "id", item->id);
    yn_json_str(j, "group", ref->group->id);
    yn_json_str(j, "title", item->title);
    yn_json_str(j, "section", item->section);
    yn_json_str(j, "asked", item->asked);
    yn_json_array(j, "needs");
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (item->needs & needs[i].need)
            yn_json_str(j, NULL, needs[i].code);
    yn_json_array_end(j);
    yn_json_array(j, "steps");
    for (size_t i = 0; i < yn_lab_visit_count(item); i++)
        put_visit(j, &item->visits[i], where);
    yn_json_array_end(j);
    yn_json_object_end(j);
}

void yn_lab_report_cases(yn_buf *out, const yn_lab_site *site, yonder_text run,
                         yonder_text hostname)
{
    yn_json j = yn_json_make(out, true);
    yn_json_object(&j, NULL);
    yn_json_int(&j, "schema", schema);
    yn_json_text(&j, "run", run);
    yn_json_str(&j, "domain", site->domain);
    yn_json_array(&j, "ports");
    yn_json_int(&j, NULL, site->port);
    yn_json_int(&j, NULL, site->other_port);
    yn_json_array_end(&j);
    yn_json_array(&j, "cases");
    for (size_t i = 0; i < yn_lab_case_count(); i++) {
        yn_lab_ref ref = yn_lab_case_at(i);
        const yn_lab_where where = {
            .site = site, .run = run, .item = ref.item, .hostname = hostname, .port = site->port};
        put_case(&j, &ref, &where);
    }
    yn_json_array_end(&j);
    yn_json_object_end(&j);
    yn_buf_char(out, '\n');
}

void yn_lab_report_list(yn_buf *out)
{
    for (size_t i = 0; i < yn_lab_case_count(); i++) {
        yn_lab_ref ref = yn_lab_case_at(i);
        yn_buf_printf(out, "%-30s %s\n", ref.item->id, ref.item->title);
    }
}

// ---- a run --------------------------------------------------------------------------------------

static const yn_lab_walk *walk_of(const yn_lab_run *run, size_t index)
{
    static const yn_lab_walk nothing;
    return run ? &run->walks[index] : &nothing;
}

typedef struct sums {
    size_t cases[YN_LAB_NOT_RUN + 1]; // by verdict
    size_t walked;                    // and begun as asked
} sums;

static sums sum_up(const yn_lab_grade *grades)
{
    sums s = {.walked = 0};
    for (size_t i = 0; i < yn_lab_case_count(); i++) {
        s.cases[grades[i].verdict]++;
        s.walked += grades[i].verdict < YN_LAB_NOT_BEGUN;
    }
    return s;
}

static size_t agreements(const yn_lab_grade *grades, size_t client)
{
    size_t count = 0;
    for (size_t i = 0; i < yn_lab_case_count(); i++)
        count += grades[i].resembles >> client & 1;
    return count;
}

static void put_step(yn_json *j, const yn_lab_step *step)
{
    yn_json_object(j, NULL);
    yn_json_text(j, "method", step->method);
    yn_json_text(j, "url", step->url);
    yn_json_bool(j, "secure", step->secure);
    if (step->body)
        yn_json_int(j, "body", (int64_t)step->body);
    else
        yn_json_null(j, "body");
    yn_json_array(j, "headers");
    for (size_t i = 0; i < step->field_count; i++) {
        yn_json_array(j, NULL);
        yn_json_text(j, NULL, step->fields[i].name);
        yn_json_text(j, NULL, step->fields[i].value);
        yn_json_array_end(j);
    }
    yn_json_array_end(j);
    yn_json_object_end(j);
}

static void put_result(yn_json *j, const yn_lab_ref *ref, const yn_lab_walk *walk,
                       const yn_lab_grade *grade)
{
    yn_json_object(j, NULL);
    yn_json_str(j, "id", ref->item->id);
    yn_json_str(j, "group", ref->group->id);
    yn_json_str(j, "title", ref->item->title);
    yn_json_str(j, "section", ref->item->section);
    yn_json_str(j, "asked", ref->item->asked);
    yn_json_array(j, "did");
    for (size_t i = 0; i < walk->count; i++)
        put_step(j, &walk->steps[i]);
    yn_json_array_end(j);
    yn_json_bool(j, "more", walk->more);
    yn_json_str(j, "verdict", yn_lab_verdict_code(grade->verdict));
    yn_json_str(j, "why", grade->why);
    yn_json_array(j, "resembles");
    for (size_t c = 0; yonder_client_at(c); c++)
        if (grade->resembles >> c & 1)
            yn_json_str(j, NULL, yonder_client_name(yonder_client_at(c)));
    yn_json_array_end(j);
    yn_json_object_end(j);
}

static void put_clients(yn_json *j, const yn_lab_grade *grades, size_t walked)
{
    yn_json_array(j, "resembles");
    for (size_t c = 0; yonder_client_at(c); c++) {
        yn_json_object(j, NULL);
        yn_json_str(j, "client", yonder_client_name(yonder_client_at(c)));
        yn_json_int(j, "agrees", (int64_t)agreements(grades, c));
        yn_json_int(j, "of", (int64_t)walked);
        yn_json_object_end(j);
    }
    yn_json_array_end(j);
}

// The members of the object of a run.
static void put_run(yn_json *j, yonder_text name, const yn_lab_run *run, const yn_lab_grade *grades)
{
    sums s = sum_up(grades);
    yn_json_text(j, "run", name);
    yn_json_object(j, "verdicts");
    for (int v = YN_LAB_PASS; v <= YN_LAB_NOT_RUN; v++)
        yn_json_int(j, yn_lab_verdict_code((yn_lab_verdict)v), (int64_t)s.cases[v]);
    yn_json_object_end(j);
    put_clients(j, grades, s.walked);
    yn_json_array(j, "cases");
    for (size_t i = 0; i < yn_lab_case_count(); i++) {
        yn_lab_ref ref = yn_lab_case_at(i);
        put_result(j, &ref, walk_of(run, i), &grades[i]);
    }
    yn_json_array_end(j);
}

void yn_lab_report_json(yn_buf *out, yonder_text name, const yn_lab_run *run,
                        const yn_lab_grade *grades)
{
    yn_json j = yn_json_make(out, true);
    yn_json_object(&j, NULL);
    yn_json_int(&j, "schema", schema);
    put_run(&j, name, run, grades);
    yn_json_object_end(&j);
    yn_buf_char(out, '\n');
}

// What clients send goes to terminals: nothing but printable ASCII.
static void put_safe(yn_buf *out, yonder_text t)
{
    for (size_t i = 0; i < t.len && i < shown_url; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (c > ' ' && c < 0x7f)
            yn_buf_char(out, (char)c);
        else
            yn_buf_printf(out, "\\x%02x", c);
    }
    if (t.len > shown_url)
        yn_buf_str(out, "...");
}

static void put_walk(yn_buf *out, const yn_lab_walk *walk)
{
    for (size_t i = 0; i < walk->count; i++) {
        const yn_lab_step *step = &walk->steps[i];
        if (i == shown_steps && walk->count > shown_steps + 1) {
            yn_buf_printf(out, "             ... %zu more\n", walk->count - shown_steps);
            return;
        }
        yn_buf_str(out, "             ");
        put_safe(out, step->method);
        yn_buf_char(out, ' ');
        put_safe(out, step->url);
        if (step->body)
            yn_buf_printf(out, " (%llu bytes)", (unsigned long long)step->body);
        for (size_t k = 0; k < step->field_count; k++) {
            yn_buf_str(out, k ? ", " : " with ");
            put_safe(out, step->fields[k].name);
        }
        yn_buf_char(out, '\n');
    }
}

static void put_summary(yn_buf *out, yonder_text name, const yn_lab_grade *grades, const sums *s)
{
    yn_buf_printf(out, "run %.*s: %zu of %zu cases walked: %zu pass, %zu differ, %zu fail",
                  YN_PRINT(name), s->walked, yn_lab_case_count(), s->cases[YN_LAB_PASS],
                  s->cases[YN_LAB_DIFFERS], s->cases[YN_LAB_FAIL]);
    if (s->cases[YN_LAB_NOT_BEGUN])
        yn_buf_printf(out, "; %zu not begun as asked", s->cases[YN_LAB_NOT_BEGUN]);
    yn_buf_str(out, "\nwalks as");
    for (size_t c = 0; yonder_client_at(c); c++)
        yn_buf_printf(out, "%s %s %zu", c ? "," : "", yonder_client_name(yonder_client_at(c)),
                      agreements(grades, c));
    yn_buf_str(out, "\n");
}

static void put_resembles(yn_buf *out, const yn_lab_grade *grade)
{
    yn_buf_str(out, "             as");
    const char *between = " ";
    for (size_t c = 0; yonder_client_at(c); c++) {
        if (!(grade->resembles >> c & 1))
            continue;
        yn_buf_printf(out, "%s%s", between, yonder_client_name(yonder_client_at(c)));
        between = ", ";
    }
    yn_buf_str(out, grade->resembles ? "\n" : " no client known here\n");
}

static void put_text_result(yn_buf *out, const yn_lab_ref *ref, const yn_lab_walk *walk,
                            const yn_lab_grade *grade)
{
    const yn_lab_case *item = ref->item;
    yn_buf_printf(out, "  %-8s %s: %s\n", yn_lab_verdict_code(grade->verdict), item->id,
                  grade->why);
    if (grade->verdict == YN_LAB_NOT_BEGUN)
        yn_buf_printf(out, "           begin with: %s%s\n", item->visits[0].method,
                      item->visits[0].body ? ", with content" : "");
    else if (grade->verdict != YN_LAB_PASS)
        yn_buf_printf(out, "           asked: %s (%s)\n", item->asked, item->section);
    put_walk(out, walk);
    if (grade->verdict != YN_LAB_NOT_BEGUN)
        put_resembles(out, grade);
}

void yn_lab_report_text(yn_buf *out, yonder_text name, const yn_lab_run *run,
                        const yn_lab_grade *grades)
{
    sums s = sum_up(grades);
    put_summary(out, name, grades, &s);
    const yn_lab_group *group = NULL;
    for (size_t i = 0; i < yn_lab_case_count(); i++) {
        if (grades[i].verdict == YN_LAB_NOT_RUN)
            continue;
        yn_lab_ref ref = yn_lab_case_at(i);
        if (ref.group != group)
            yn_buf_printf(out, "\n%s\n", ref.group->title);
        group = ref.group;
        put_text_result(out, &ref, walk_of(run, i), &grades[i]);
    }
}

// ---- every run ----------------------------------------------------------------------------------

static int put_runs_json(yn_buf *out, const yn_lab_site *site, const yn_lab_journal *journal,
                         yn_lab_grade *grades)
{
    int error = YONDER_OK;
    yn_json j = yn_json_make(out, true);
    yn_json_object(&j, NULL);
    yn_json_int(&j, "schema", schema);
    yn_json_int(&j, "dropped", (int64_t)journal->dropped);
    yn_json_array(&j, "runs");
    for (size_t i = 0; i < YN_LAB_RUNS && !error; i++) {
        const yn_lab_run *run = &journal->runs[i];
        if (!run->name[0])
            continue;
        error = yn_lab_grade_run(site, run, grades);
        yn_json_object(&j, NULL);
        put_run(&j, yonder_text_of(run->name), run, grades);
        yn_json_object_end(&j);
    }
    yn_json_array_end(&j);
    yn_json_object_end(&j);
    yn_buf_char(out, '\n');
    return error;
}

static int put_runs_text(yn_buf *out, const yn_lab_site *site, const yn_lab_journal *journal,
                         yn_lab_grade *grades)
{
    int error = YONDER_OK;
    bool any = false;
    for (size_t i = 0; i < YN_LAB_RUNS && !error; i++) {
        const yn_lab_run *run = &journal->runs[i];
        if (!run->name[0])
            continue;
        error = yn_lab_grade_run(site, run, grades);
        yn_buf_str(out, any ? "\n" : "");
        yn_lab_report_text(out, yonder_text_of(run->name), run, grades);
        any = true;
    }
    if (!any)
        yn_buf_str(out, "no case was walked\n");
    if (journal->dropped)
        yn_buf_printf(out, "\n%zu more were dropped: no more than %d runs are kept\n",
                      journal->dropped, YN_LAB_RUNS);
    return error;
}

int yn_lab_report_runs(yn_buf *out, bool json, const yn_lab_site *site,
                       const yn_lab_journal *journal)
{
    yn_lab_grade *grades = calloc(yn_lab_case_count(), sizeof *grades);
    if (!grades)
        return YONDER_NO_MEMORY;
    int error = (json ? put_runs_json : put_runs_text)(out, site, journal, grades);
    free(grades);
    return error ? error : out->error;
}
