// SPDX-License-Identifier: MIT
#include "report/check.h"

#include "audit/policy.h"
#include "audit/saved_words.h"
#include "base/date.h"
#include "base/text.h"
#include "report/check_words.h"

static void text_or_null(yn_json *j, const char *name, yonder_text t)
{
    if (t.len)
        yn_json_text(j, name, t);
    else
        yn_json_null(j, name);
}

static void put_known(yn_json *j, const char *name, yn_known known)
{
    if (known == YN_UNKNOWN)
        yn_json_null(j, name);
    else
        yn_json_bool(j, name, known == YN_YES);
}

static void put_time(yn_json *j, const char *name, int64_t seconds)
{
    static const char form[] = YN_DATE_MOMENT;
    char text[sizeof form];
    if (seconds < YN_DATE_MIN || seconds > YN_DATE_MAX) {
        yn_json_null(j, name);
        return;
    }
    yn_date_write(text, form, seconds);
    yn_json_text(j, name, (yonder_text){text, sizeof form - 1});
}

/* ---- graders -----------------------------------------------------------------------------------
 */

// The list's own service has three members and no more.
static bool is_compatible(const yn_grader *grader)
{
    return strcmp(grader->name, YN_CHECK_COMPATIBLE) == 0;
}

static void put_words(yn_json *j, const yn_issue *issue)
{
    yn_json_str(j, "code", issue->check->code);
    yn_json_text(j, "summary",
                 issue->title.len ? issue->title : yonder_text_of(issue->check->title));
    yn_json_text(j, "message", issue->message);
}

void yn_check_issues(yn_json *j, const yn_grade *grade, const char *name, yn_severity severity)
{
    yn_json_array(j, name);
    for (size_t i = 0; i < grade->count; i++)
        if (grade->issues[i].check->severity == severity) {
            yn_json_object(j, NULL);
            put_words(j, &grade->issues[i]);
            yn_json_object_end(j);
        }
    yn_json_array_end(j);
}

static void put_issue(yn_json *j, const yn_audit *audit, const yn_grader *grader,
                      const yn_issue *issue)
{
    yn_json_object(j, NULL);
    put_words(j, issue);
    if (!is_compatible(grader)) {
        text_or_null(j, "host", issue->host);
        text_or_null(j, "url",
                     issue->visit < audit->visit_count
                         ? yonder_url_href(&audit->visits[issue->visit].url)
                         : (yonder_text){NULL, 0});
    }
    yn_json_object_end(j);
}

static void put_issues(yn_json *j, const yn_audit *audit, const yn_checked_grade *g,
                       const char *name, yn_severity severity)
{
    yn_json_array(j, name);
    for (size_t i = 0; i < g->grade.count; i++)
        if (g->grade.issues[i].check->severity == severity)
            put_issue(j, audit, g->grader, &g->grade.issues[i]);
    yn_json_array_end(j);
}

static void put_grader(yn_json *j, const yn_audit *audit, const yn_checked_grade *g)
{
    yn_json_object(j, g->grader->name);
    put_issues(j, audit, g, "errors", YN_SEVERITY_ERROR);
    put_issues(j, audit, g, "warnings", YN_SEVERITY_WARNING);
    if (!is_compatible(g->grader))
        put_issues(j, audit, g, "notes", YN_SEVERITY_NOTE);
    yn_json_object_end(j);
}

static void put_grade(yn_json *j, const yn_checked_grade *g)
{
    yn_json_object(j, g->grader->name);
    yn_json_str(j, "title", g->grader->title);
    yn_json_text(j, "verdict", g->grade.verdict);
    yn_json_bool(j, "passed", g->grade.passed);
    yn_json_bool(j, "unknown", g->grade.unknown);
    if (g->grade.has_score)
        yn_json_int(j, "score", g->grade.score);
    else
        yn_json_null(j, "score");
    yn_json_object_end(j);
}

/* ---- what was seen -----------------------------------------------------------------------------
 */

static void put_hop(yn_json *j, const yn_visit *visit)
{
    static const char field[] = "strict-transport-security";
    const yn_evidence *e = &visit->response;
    yn_json_object(j, NULL);
    yn_json_text(j, "url", yonder_url_href(&visit->url));
    if (e->status)
        yn_json_int(j, "status", e->status);
    else
        yn_json_null(j, "status");
    yn_json_str(j, "error", e->error ? yn_fetch_error_code(e->error) : NULL);
    if (yn_visit_field_count(visit, "location"))
        yn_json_text(j, "location", yn_visit_field(visit, "location", 0));
    else
        yn_json_null(j, "location");
    yn_json_array(j, "hsts");
    for (size_t i = 0; i < yn_visit_field_count(visit, field); i++)
        yn_json_text(j, NULL, yn_visit_field(visit, field, i));
    yn_json_array_end(j);
    yn_json_object_end(j);
}

static void put_chain(yn_json *j, const yn_audit *audit, yn_start start)
{
    const yn_seen_chain *chain = &audit->chains[start];
    if (!chain->asked) {
        yn_json_null(j, yn_saved_starts.words[start]);
        return;
    }
    yn_json_object(j, yn_saved_starts.words[start]);
    yn_json_array(j, "hops");
    for (size_t i = 0; i < chain->count; i++)
        put_hop(j, &audit->visits[chain->hops[i]]);
    yn_json_array_end(j);
    yn_json_str(j, "end", yn_saved_ends.words[chain->end]);
    yn_json_object_end(j);
}

static void put_host(yn_json *j, const yn_audit *audit, const yn_seen_host *host)
{
    const yn_visit *visit = host->https == YN_NO_VISIT ? NULL : &audit->visits[host->https];
    yn_json_object(j, NULL);
    yn_json_text(j, "host", host->name);
    yn_json_str(j, "origin", yn_saved_origins.words[host->origin]);
    put_known(j, "exists", host->exists);
    yn_json_array(j, "addresses");
    for (size_t i = 0; i < host->address_count; i++)
        yn_json_text(j, NULL, host->addresses[i]);
    yn_json_array_end(j);
    put_known(j, "port_80", host->port_80);
    put_known(j, "port_443", host->port_443);
    put_known(j, "https", yn_policy_https(audit, host));
    yn_json_str(j, "distrust",
                visit && visit->tls.distrust ? yn_saved_distrusts.words[visit->tls.distrust]
                                             : NULL);
    yn_json_object_end(j);
}

static void put_list(yn_json *j, const yn_seen_list *list)
{
    yn_json_object(j, NULL);
    yn_json_text(j, "list", list->list);
    text_or_null(j, "version", list->version);
    yn_json_bool(j, "listed", list->listed);
    text_or_null(j, "matched", list->matched);
    yn_json_bool(j, "include_subdomains", list->include_subdomains);
    text_or_null(j, "policy", list->policy);
    yn_json_object_end(j);
}

static void put_readings(yn_json *j, const yn_audit *audit)
{
    yn_readings readings;
    bool part = yn_check_readings(audit, &readings);
    yn_json_array(j, "readings");
    for (size_t i = 0; part && i < readings.count; i++) {
        const yn_reading *r = &readings.items[i];
        bool valid = r->reading == YONDER_HSTS_VALID;
        yn_json_object(j, NULL);
        yn_json_str(j, "client", yonder_client_name(r->client));
        yn_json_bool(j, "valid", valid);
        yn_json_str(j, "reason", yonder_hsts_reading_code(r->reading));
        if (valid)
            yn_json_int(j, "max_age", r->policy.max_age);
        else
            yn_json_null(j, "max_age");
        yn_json_bool(j, "include_subdomains", valid && r->policy.include_subdomains);
        yn_json_object_end(j);
    }
    yn_json_array_end(j);
}

static void put_seen(yn_json *j, const yn_audit *audit)
{
    put_readings(j, audit);
    yn_json_object(j, "chains");
    for (yn_start i = 0; i < YN_START_COUNT; i++)
        put_chain(j, audit, i);
    yn_json_object_end(j);
    yn_json_array(j, "hosts");
    for (size_t i = 0; i < audit->host_count; i++)
        put_host(j, audit, &audit->hosts[i]);
    yn_json_array_end(j);
    yn_json_array(j, "lists");
    for (size_t i = 0; i < audit->list_count; i++)
        put_list(j, &audit->lists[i]);
    yn_json_array_end(j);
}

static void put_changes(yn_json *j, const char *name, const yn_check_change *all, size_t count)
{
    yn_json_array(j, name);
    for (size_t i = 0; i < count; i++) {
        yn_json_object(j, NULL);
        yn_json_text(j, "grader", all[i].grader);
        yn_json_text(j, "code", all[i].code);
        text_or_null(j, "host", all[i].host);
        yn_json_str(j, "severity", yn_severity_name(all[i].severity));
        yn_json_object_end(j);
    }
    yn_json_array_end(j);
}

static void put_baseline(yn_json *j, const yn_check_changes *changes)
{
    if (!changes) {
        yn_json_null(j, "baseline");
        return;
    }
    yn_json_object(j, "baseline");
    yn_json_bool(j, "known", changes->known);
    put_changes(j, "worse", changes->worse, changes->worse_count);
    put_changes(j, "better", changes->better, changes->better_count);
    yn_json_object_end(j);
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

void yn_check_json(yn_json *j, const yn_checked *checked)
{
    const yn_audit *audit = checked->audit;
    yn_look look;
    yn_json_object(j, NULL);
    yn_json_int(j, "schema", 1);
    yn_json_text(j, "domain", audit->domain);
    text_or_null(j, "ascii", audit->ascii);
    put_time(j, "time", audit->begun);
    yn_json_text(j, "verdict", yn_check_verdict(checked, &look));
    yn_json_str(j, "result", yn_check_result_code(checked->result));
    yn_json_bool(j, "cut_short", audit->cut_short);
    for (size_t i = 0; i < checked->count; i++)
        put_grader(j, audit, &checked->grades[i]);
    put_baseline(j, checked->changes);
    yn_json_object(j, "grades");
    for (size_t i = 0; i < checked->count; i++)
        put_grade(j, &checked->grades[i]);
    yn_json_object_end(j);
    put_seen(j, audit);
    yn_json_object_end(j);
}
