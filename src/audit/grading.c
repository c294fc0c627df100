// SPDX-License-Identifier: MIT
#include "audit/grading.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

enum {
    message_max = 4096, // bytes of a message; what is longer is cut
};

yn_grading yn_grading_begin(const yn_audit *audit, yn_arena *arena)
{
    return (yn_grading){.audit = audit, .arena = arena};
}

static yonder_text format_text(yn_grading *g, const char *format, va_list arguments)
{
    char text[message_max];
    int len = vsnprintf(text, sizeof text, format, arguments);
    size_t kept = len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    yonder_text copy = yn_arena_text(g->arena, (yonder_text){text, kept});
    if (copy.ptr)
        return copy;
    g->error = YONDER_NO_MEMORY;
    return YN_TEXT("");
}

yonder_text yn_grading_text(yn_grading *g, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    yonder_text text = format_text(g, format, arguments);
    va_end(arguments);
    return text;
}

static bool grow(yn_grading *g)
{
    size_t room = g->room ? 2 * g->room : 16;
    yn_issue *issues = yn_arena_alloc(g->arena, room * sizeof *issues);
    if (!issues)
        return false;
    if (g->grade.count)
        memcpy(issues, g->grade.issues, g->grade.count * sizeof *issues);
    g->grade.issues = issues;
    g->room = room;
    return true;
}

yn_issue *yn_grading_tell(yn_grading *g, const yn_check *check, yonder_text host,
                          const yn_visit *visit, const char *format, ...)
{
    if (g->error || (g->grade.count == g->room && !grow(g))) {
        g->error = YONDER_NO_MEMORY;
        return NULL;
    }
    va_list arguments;
    va_start(arguments, format);
    yonder_text message = format_text(g, format, arguments);
    va_end(arguments);
    yn_issue *issue = &g->grade.issues[g->grade.count++];
    *issue = (yn_issue){.check = check,
                        .title = yonder_text_of(check->title),
                        .message = message,
                        .host = host,
                        .visit = visit ? (size_t)(visit - g->audit->visits) : YN_NO_VISIT};
    return issue;
}

void yn_grading_mend(yn_issue *issue, yn_fix fix, yonder_text host, yonder_text other,
                     yonder_text value)
{
    if (!issue)
        return;
    issue->fix = fix;
    issue->place = (yn_remedy_place){.host = host, .other = other, .value = value};
}

const yn_visit *yn_grading_visit(yn_grading *g, const char *scheme, yonder_text host)
{
    yonder_text href = yn_grading_text(g, "%s://%.*s/", scheme, YN_PRINT(host));
    return yn_audit_get(g->audit, href);
}

size_t yn_grading_count(const yn_grading *g, yn_severity severity)
{
    size_t count = 0;
    for (size_t i = 0; i < g->grade.count; i++)
        count += g->grade.issues[i].check->severity == severity;
    return count;
}

int yn_grading_end(yn_grading *g, yn_grade *out)
{
    if (g->error)
        return g->error;
    *out = g->grade;
    return YONDER_OK;
}

/* ---- visits ------------------------------------------------------------------------------------
 */

bool yn_visit_is_https(const yn_visit *visit)
{
    return yn_equal(yonder_url_get(&visit->url, YONDER_URL_PROTOCOL), YN_TEXT("https:"));
}

bool yn_visit_is_unknown(const yn_visit *visit)
{
    return visit->response.error == YN_FETCH_TIMEOUT;
}

bool yn_audit_is_unknown(const yn_audit *audit, const yn_visit *visit)
{
    if (visit->response.error != YN_FETCH_DNS)
        return yn_visit_is_unknown(visit);
    const yn_seen_host *host = yn_audit_host(audit, yn_visit_hostname(visit));
    return host && host->exists != YN_NO;
}

yonder_text yn_visit_hostname(const yn_visit *visit)
{
    return yonder_url_get(&visit->url, YONDER_URL_HOSTNAME);
}

bool yn_visit_redirects(const yn_visit *visit)
{
    switch (visit->response.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return visit->response.error == YN_FETCH_OK &&
               yn_evidence_field(&visit->response, "Location").len > 0;
    default:
        return false;
    }
}

bool yn_visit_is_good(const yn_visit *visit)
{
    return visit->response.error == YN_FETCH_OK &&
           (!yn_visit_is_https(visit) || yn_visit_is_trusted(visit));
}

const yn_visit *yn_chain_hop(const yn_audit *audit, yn_start start, size_t index)
{
    const yn_seen_chain *chain = &audit->chains[start];
    return chain->asked && index < chain->count && chain->hops[index] < audit->visit_count
               ? &audit->visits[chain->hops[index]]
               : NULL;
}

const yn_visit *yn_chain_first(const yn_audit *audit, yn_start start)
{
    return yn_chain_hop(audit, start, 0);
}

const yn_visit *yn_chain_last(const yn_audit *audit, yn_start start)
{
    size_t count = audit->chains[start].count;
    return count ? yn_chain_hop(audit, start, count - 1) : NULL;
}
