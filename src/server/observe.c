// SPDX-License-Identifier: MIT
#include "server/observe.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "rules/view.h"
#include "server/near.h"
#include "server/sandbox.h"

static const char *const cause_names[YN_TALLY_CAUSES] = {
    [YONDER_RULES_NONE] = "none",
    [YONDER_RULES_RULE] = "rule",
    [YONDER_RULES_HTTPS] = "https",
    [YONDER_RULES_CANONICAL] = "canonical",
    [YONDER_RULES_MAINTENANCE] = "maintenance",
};

static const struct {
    size_t offset;
    const char *name, *help;
} events[] = {
#define EVENT_ROW(member, name, help) {offsetof(yn_tally, member), name, help},
    YN_TALLY_EVENTS(EVENT_ROW)
#undef EVENT_ROW
};

enum {
    event_count = sizeof events / sizeof *events
};

// The sum over the workers of the count that lies there in each tally.
static uint64_t sum(const yn_observed *o, size_t offset)
{
    uint64_t n = 0;
    for (size_t i = 0; i < o->worker_count; i++)
        n += yn_count_read((const yn_count *)(const void *)((const char *)o->tallies[i] + offset));
    return n;
}

#define SUM(o, member)       sum(o, offsetof(yn_tally, member))
#define SUM_AT(o, member, i) sum(o, offsetof(yn_tally, member) + (i) * sizeof(yn_count))

uint64_t yn_observe_shed(const yn_observed *o)
{
    return SUM(o, shed);
}

static uint64_t requests(const yn_observed *o)
{
    uint64_t n = 0;
    for (size_t i = 0; i < YN_TALLY_STATUSES; i++)
        n += SUM_AT(o, statuses, i);
    return n;
}

// Accepted is read last: those that come meanwhile are not taken for less than none.
static uint64_t connections(const yn_observed *o)
{
    uint64_t closed = SUM(o, closed), accepted = SUM(o, accepted);
    return accepted > closed ? accepted - closed : 0;
}

// Resident bytes; 0 where the system does not say.
static uint64_t resident(void)
{
    unsigned long long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f && fscanf(f, "%*u %llu", &pages) != 1)
        pages = 0;
    if (f)
        fclose(f);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static const yn_ruleset *live_set(yn_observed *o)
{
    return atomic_load(&o->live->set);
}

/* ---- hosts ----------------------------------------------------------------------------------- */

typedef struct counted {
    uint32_t at;
    yn_hit_sum sum;
} counted;

static int by_hits(const void *a, const void *b)
{
    const counted *x = a, *y = b;
    if (x->sum.count != y->sum.count)
        return x->sum.count < y->sum.count ? 1 : -1;
    return x->at < y->at ? -1 : x->at > y->at;
}

// What was counted at all among hits[first … end), the most first; NULL when memory is out or there
// is none.
static counted *collect(const yn_hits *hits, size_t first, size_t end, size_t *count)
{
    size_t n = 0;
    for (size_t i = first; i < end; i++)
        n += yn_hits_sum(hits, i).count != 0;
    counted *all = n ? malloc(n * sizeof *all) : NULL;
    *count = 0;
    for (size_t i = first; all && i < end && *count < n; i++) {
        all[*count] = (counted){(uint32_t)(i - first), yn_hits_sum(hits, i)};
        *count += all[*count].sum.count != 0;
    }
    if (all)
        qsort(all, *count, sizeof *all, by_hits);
    return all;
}

typedef void each_site_fn(void *context, yonder_text name, uint64_t count);

// The busiest hosts, then all others as the empty name.
static void each_site(const yn_ruleset *set, each_site_fn *each, void *context)
{
    size_t count = 0, told = 0;
    uint64_t others = 0;
    if (!set->hits)
        return;
    counted *all =
        collect(set->hits, set->hits->places, set->hits->places + set->hits->sites, &count);
    for (size_t i = 0; i < count; i++) {
        if (all[i].at && told < YN_OBSERVE_SITES) {
            each(context, yonder_rules_site(set->rules, all[i].at), all[i].sum.count);
            told++;
        } else {
            others += all[i].sum.count;
        }
    }
    each(context, (yonder_text){NULL, 0}, others);
    free(all);
}

/* ---- Prometheus ------------------------------------------------------------------------------ */

static void head(yn_buf *out, const char *name, const char *type, const char *help)
{
    yn_buf_printf(out, "# HELP yonder_%s %s\n# TYPE yonder_%s %s\n", name, help, name, type);
}

static void plain(yn_buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
    head(out, name, type, help);
    yn_buf_printf(out, "yonder_%s %llu\n", name, (unsigned long long)value);
}

// A damaged image may call a host anything.
static void put_label(yn_buf *out, yonder_text value)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        yn_buf_char(out, c > 0x20 && c < 0x7F && c != '"' && c != '\\' ? c : '?');
    }
}

static void put_site(void *context, yonder_text name, uint64_t count)
{
    yn_buf_str(context, "yonder_site_requests_total{site=\"");
    put_label(context, name);
    yn_buf_printf(context, "\"} %llu\n", (unsigned long long)count);
}

static void put_requests(const yn_observed *o, yn_buf *out)
{
    head(out, "requests_total", "counter", "Requests answered, by status.");
    for (unsigned i = 0; i < YN_TALLY_STATUSES; i++) {
        uint64_t n = SUM_AT(o, statuses, i);
        if (n)
            yn_buf_printf(out, "yonder_requests_total{status=\"%u\"} %llu\n", i,
                          (unsigned long long)n);
    }
    head(out, "answers_total", "counter", "Requests the rules were asked about, by what answered.");
    for (unsigned i = 0; i < YN_TALLY_CAUSES; i++)
        yn_buf_printf(out, "yonder_answers_total{cause=\"%s\"} %llu\n", cause_names[i],
                      (unsigned long long)SUM_AT(o, causes, i));
}

static void put_histogram(const yn_observed *o, yn_buf *out)
{
    uint64_t so_far = 0;
    head(out, "request_seconds", "histogram",
         "Time from the first byte of a request until its answer is with the kernel.");
    for (unsigned i = 0; i < YN_TALLY_SPANS; i++) {
        so_far += SUM_AT(o, spans, i);
        if (i + 1 < YN_TALLY_SPANS)
            yn_buf_printf(out, "yonder_request_seconds_bucket{le=\"%g\"} %llu\n",
                          (double)yn_tally_spans[i] / 1e6, (unsigned long long)so_far);
        else
            yn_buf_printf(out, "yonder_request_seconds_bucket{le=\"+Inf\"} %llu\n",
                          (unsigned long long)so_far);
    }
    yn_buf_printf(out, "yonder_request_seconds_sum %.6f\nyonder_request_seconds_count %llu\n",
                  (double)SUM(o, microseconds) / 1e6, (unsigned long long)so_far);
}

void yn_observe_metrics(yn_observed *o, yn_buf *out)
{
    put_requests(o, out);
    put_histogram(o, out);
    for (size_t i = 0; i < event_count; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s_total", events[i].name);
        plain(out, name, "counter", events[i].help, sum(o, events[i].offset));
    }
    plain(out, "connections_open", "gauge", "Connections open.", connections(o));
    if (o->access)
        plain(out, "log_lines_lost_total", "counter", "Lines of the access log that were lost.",
              yn_access_lost(o->access));
    plain(out, "reloads_total", "counter", "Reloads that took effect.", yn_count_read(&o->reloads));
    plain(out, "reloads_failed_total", "counter", "Reloads refused for errors in the files.",
          yn_count_read(&o->reloads_failed));
    plain(out, "rules_loaded_seconds", "gauge", "When the live rules were read, since 1970.",
          (uint64_t)atomic_load(&o->loaded));
    plain(out, "start_seconds", "gauge", "When the server started, since 1970.",
          (uint64_t)o->started);
    plain(out, "resident_bytes", "gauge", "Memory in use.", resident());
    plain(out, "workers", "gauge", "Worker threads.", o->worker_count);
    head(out, "site_requests_total", "counter",
         "Requests by the host the rules know; others under the empty name.");
    pthread_mutex_lock(&o->lock);
    const yn_ruleset *set = live_set(o);
    each_site(set, put_site, out);
    plain(out, "rules", "gauge", "Rules that are live.", yonder_rules_count(set->rules));
    plain(out, "rules_bytes", "gauge", "Size of the live rules.",
          yonder_rules_image(set->rules).len);
    pthread_mutex_unlock(&o->lock);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void put_time(yn_json *j, const char *name, int64_t seconds)
{
    static const char form[] = YN_DATE_MOMENT;
    char text[sizeof form - 1];
    if (seconds <= 0) {
        yn_json_null(j, name);
        return;
    }
    yn_date_write(text, form, seconds);
    yn_json_text(j, name, (yonder_text){text, sizeof text});
}

static void put_json_site(void *context, yonder_text name, uint64_t count)
{
    yn_json *j = context;
    yn_json_object(j, NULL);
    yn_json_text(j, "site", name);
    yn_json_int(j, "requests", (int64_t)count);
    yn_json_object_end(j);
}

static void put_counts(const yn_observed *o, yn_json *j)
{
    yn_json_int(j, "requests", (int64_t)requests(o));
    yn_json_object(j, "statuses");
    for (unsigned i = 0; i < YN_TALLY_STATUSES; i++) {
        char name[8];
        uint64_t n = SUM_AT(o, statuses, i);
        snprintf(name, sizeof name, "%u", i);
        if (n)
            yn_json_int(j, name, (int64_t)n);
    }
    yn_json_object_end(j);
    yn_json_object(j, "causes");
    for (unsigned i = 0; i < YN_TALLY_CAUSES; i++)
        yn_json_int(j, cause_names[i], (int64_t)SUM_AT(o, causes, i));
    yn_json_object_end(j);
    yn_json_object(j, "events");
    for (size_t i = 0; i < event_count; i++)
        yn_json_int(j, events[i].name, (int64_t)sum(o, events[i].offset));
    yn_json_object_end(j);
}

// The end of the span in which the share of requests is reached, in milliseconds; -1: in the last.
static double span_of_share(const yn_observed *o, double share)
{
    uint64_t all = 0, so_far = 0;
    for (unsigned i = 0; i < YN_TALLY_SPANS; i++)
        all += SUM_AT(o, spans, i);
    for (unsigned i = 0; i + 1 < YN_TALLY_SPANS; i++) {
        so_far += SUM_AT(o, spans, i);
        if ((double)so_far >= share * (double)all)
            return (double)yn_tally_spans[i] / 1000;
    }
    return -1;
}

void yn_observe_status(yn_observed *o, yn_buf *out)
{
    yn_json j = yn_json_make(out, false);
    yn_json_object(&j, NULL);
    yn_json_str(&j, "version", yonder_version());
    yn_json_int(&j, "pid", getpid());
    yn_json_str(&j, "state", atomic_load(&o->draining) ? "draining" : "serving");
    put_time(&j, "started", o->started);
    yn_json_array(&j, "sandbox");
    if (o->sandbox & YN_SANDBOX_LANDLOCK)
        yn_json_str(&j, NULL, "landlock");
    if (o->sandbox & YN_SANDBOX_SECCOMP)
        yn_json_str(&j, NULL, "seccomp");
    yn_json_array_end(&j);
    yn_json_int(&j, "workers", (int64_t)o->worker_count);
    yn_json_int(&j, "connections", (int64_t)connections(o));
    put_counts(o, &j);
    yn_json_object(&j, "latency_ms_at_most");
    yn_json_fixed(&j, "p50", span_of_share(o, 0.5), 2);
    yn_json_fixed(&j, "p99", span_of_share(o, 0.99), 2);
    yn_json_object_end(&j);
    yn_json_int(&j, "log_lines_lost", o->access ? (int64_t)yn_access_lost(o->access) : 0);
    yn_json_int(&j, "reloads", (int64_t)yn_count_read(&o->reloads));
    yn_json_int(&j, "reloads_failed", (int64_t)yn_count_read(&o->reloads_failed));
    put_time(&j, "rules_loaded", atomic_load(&o->loaded));
    yn_json_int(&j, "resident_bytes", (int64_t)resident());
    pthread_mutex_lock(&o->lock);
    const yn_ruleset *set = live_set(o);
    yn_json_int(&j, "rules", (int64_t)yonder_rules_count(set->rules));
    yn_json_int(&j, "rules_bytes", (int64_t)yonder_rules_image(set->rules).len);
    yn_json_int(&j, "certificates", set->certs ? (int64_t)yn_certs_count(set->certs) : 0);
    yn_json_array(&j, "sites");
    each_site(set, put_json_site, &j);
    yn_json_array_end(&j);
    pthread_mutex_unlock(&o->lock);
    yn_json_object_end(&j);
}

static void put_line(yn_json *j, const yonder_rules *rules, uint32_t place, yn_hit_sum hits)
{
    const yonder_rules *owner;
    uint32_t line;
    yonder_text file = yn_set_source_of(rules, place, &line);
    yn_json_object(j, NULL);
    yn_json_text(j, "file", file);
    yn_json_int(j, "line", line);
    yn_json_str(j, "kind", yn_rules_find(rules, place, &owner) ? "rule" : "site");
    yn_json_int(j, "hits", (int64_t)hits.count);
    put_time(j, "last_hit", hits.last);
    yn_json_object_end(j);
}

static void put_busy(yn_json *j, const yn_ruleset *set, size_t limit)
{
    size_t count = 0;
    counted *all = collect(set->hits, 0, set->hits->places, &count);
    for (size_t i = 0; i < count && (!limit || i < limit); i++)
        put_line(j, set->rules, all[i].at, all[i].sum);
    free(all);
}

// Returns how many there are, told or not.
static size_t put_unused(yn_json *j, const yn_ruleset *set, size_t limit)
{
    yn_rule_cursor cursor = yn_rules_begin(set->rules);
    const yonder_rules *owner;
    size_t count = 0;
    for (const yn_rule *rule; (rule = yn_rules_next(&cursor, &owner));) {
        if (rule->order >= set->hits->places || yn_hits_sum(set->hits, rule->order).count)
            continue;
        if (!limit || count < limit)
            put_line(j, set->rules, rule->order, (yn_hit_sum){0});
        count++;
    }
    return count;
}

void yn_observe_hits(yn_observed *o, const yn_observe_wanted *wanted, yn_buf *out)
{
    yn_json j = yn_json_make(out, false);
    size_t unused = 0;
    yn_json_object(&j, NULL);
    put_time(&j, "since", o->started);
    pthread_mutex_lock(&o->lock);
    const yn_ruleset *set = live_set(o);
    yn_json_int(&j, "rules", (int64_t)yonder_rules_count(set->rules));
    yn_json_bool(&j, "counted", set->hits != NULL);
    yn_json_array(&j, "lines");
    if (set->hits && wanted->unused)
        unused = put_unused(&j, set, wanted->limit);
    else if (set->hits)
        put_busy(&j, set, wanted->limit);
    yn_json_array_end(&j);
    pthread_mutex_unlock(&o->lock);
    if (wanted->unused)
        yn_json_int(&j, "unused", (int64_t)unused);
    yn_json_object_end(&j);
}

/* ---- misses ---------------------------------------------------------------------------------- */

static void put_near(yn_json *j, const yn_near *near)
{
    if (!near->path_len) {
        yn_json_null(j, "near");
        return;
    }
    yn_json_object(j, "near");
    yn_json_text(j, "path", (yonder_text){near->path, near->path_len});
    yn_json_text(j, "file", near->file);
    yn_json_int(j, "line", near->line);
    yn_json_object_end(j);
}

static void put_miss(yn_json *j, const yn_miss *miss, const yn_near *near)
{
    char url[YN_MISS_TEXT + 16];
    int len = snprintf(url, sizeof url, "http%s://%.*s", miss->https ? "s" : "",
                       (int)miss->text_len, miss->text);
    yn_json_object(j, NULL);
    yn_json_text(j, "url", (yonder_text){url, (size_t)len});
    yn_json_bool(j, "cut", miss->cut);
    yn_json_int(j, "count", (int64_t)miss->count);
    yn_json_int(j, "error", (int64_t)miss->error);
    put_time(j, "last", miss->last);
    put_near(j, near);
    yn_json_object_end(j);
}

void yn_observe_misses(yn_observed *o, const yn_observe_wanted *wanted, yn_buf *out)
{
    yn_miss *all = malloc(o->worker_count * YN_MISSES_KEPT * sizeof *all);
    size_t count = 0;
    yn_json j = yn_json_make(out, false);
    for (size_t i = 0; all && i < o->worker_count; i++)
        count += yn_misses_copy(&o->tallies[i]->misses, all + count);
    count = count ? yn_misses_merge(all, count) : 0;
    if (wanted->limit && count > wanted->limit)
        count = wanted->limit;
    yn_near *near = malloc((count ? count : 1) * sizeof *near);
    yn_json_object(&j, NULL);
    put_time(&j, "since", o->started);
    yn_json_int(&j, "misses", (int64_t)SUM_AT(o, statuses, 404));
    yn_json_array(&j, "urls");
    pthread_mutex_lock(&o->lock);
    if (near && count)
        yn_near_find(live_set(o)->rules, all, count, near);
    for (size_t i = 0; near && i < count; i++)
        put_miss(&j, &all[i], &near[i]);
    pthread_mutex_unlock(&o->lock);
    yn_json_array_end(&j);
    yn_json_object_end(&j);
    free(near);
    free(all);
}
