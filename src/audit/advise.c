// SPDX-License-Identifier: MIT
#include "audit/advise.h"

#include "audit/grading.h"
#include "audit/policy.h"
#include "base/text.h"

static const struct {
    int64_t max_age, wait;
    const char *why;
} ramp[] = {
#define RAMP_ROW(name, seconds, wait, prose) {seconds, wait, prose},
    YN_RAMP(RAMP_ROW)
#undef RAMP_ROW
};

static const struct {
    const char *code, *prose;
} obstacles[] =
    {
#define OBSTACLE_ROW(name, code, prose) {code, prose},
        YN_OBSTACLES(OBSTACLE_ROW)
#undef OBSTACLE_ROW
},
  steps[] = {
#define STEP_ROW(name, code, prose) {code, prose},
      YN_STEPS(STEP_ROW)
#undef STEP_ROW
};

const char *yn_obstacle_code_name(yn_obstacle_code code)
{
    return obstacles[code].code;
}

const char *yn_obstacle_prose(yn_obstacle_code code)
{
    return obstacles[code].prose;
}

const char *yn_step_code(yn_step step)
{
    return steps[step].code;
}

const char *yn_step_prose(yn_step step)
{
    return steps[step].prose;
}

bool yn_step_has_header(yn_step step)
{
    return step != YN_STEP_PREPARE && step != YN_STEP_STAY && step != YN_STEP_UNKNOWN;
}

/* ---- what is in the way ------------------------------------------------------------------------
 */

static void add(yn_obstacle *list, size_t *count, yn_obstacle_code code, yonder_text host)
{
    list[(*count)++] = (yn_obstacle){code, host};
}

// The answer at https://D/, or NULL after noting what is wrong with it.
static const yn_visit *secure_answer(const yn_audit *audit, yn_advice *out)
{
    const yn_visit *visit = yn_chain_first(audit, YN_START_HTTPS);
    yn_obstacle_code code;
    if (!audit->ascii.len)
        code = YN_OBSTACLE_NO_DOMAIN;
    else if (!visit || visit->response.error == YN_FETCH_TIMEOUT)
        code = YN_OBSTACLE_UNKNOWN;
    else if (visit->tls.distrust || visit->response.distrust.ptr ||
             visit->response.error == YN_FETCH_TLS_CERTIFICATE)
        code = YN_OBSTACLE_CERTIFICATE;
    else if (visit->response.error)
        code = YN_OBSTACLE_NO_HTTPS;
    else
        return visit;
    add(out->obstacles, &out->obstacle_count, code,
        audit->ascii.len ? audit->ascii : audit->domain);
    return NULL;
}

// A port 80 that is closed leads nobody astray.
static void look_at_redirect(const yn_audit *audit, yn_advice *out)
{
    const yn_seen_chain *chain = &audit->chains[YN_START_HTTP];
    const yn_visit *first = yn_chain_first(audit, YN_START_HTTP);
    if (!first || first->response.error)
        return;
    const yn_visit *next = chain->count > 1 ? &audit->visits[chain->hops[1]] : NULL;
    if (next && yn_equal(yonder_url_get(&next->url, YONDER_URL_PROTOCOL), YN_TEXT("https:")) &&
        yn_equal(yonder_url_get(&next->url, YONDER_URL_HOSTNAME), audit->ascii))
        return;
    if (chain->count == 1 && chain->end == YN_CHAIN_UNKNOWN)
        return;
    add(out->obstacles, &out->obstacle_count, YN_OBSTACLE_REDIRECT, audit->ascii);
}

static bool is_below(yonder_text host, yonder_text domain)
{
    size_t n = domain.len;
    return host.len > n + 1 && host.ptr[host.len - n - 1] == '.' &&
           yn_equal(yn_skip(host, host.len - n), domain);
}

static void look_at_subdomains(const yn_audit *audit, yn_advice *out)
{
    for (size_t i = 0; i < audit->host_count; i++) {
        const yn_seen_host *host = &audit->hosts[i];
        if (host->exists == YN_NO || !is_below(host->name, audit->ascii))
            continue;
        yn_known https = yn_policy_https(audit, host);
        if (https != YN_YES)
            add(out->subdomains, &out->subdomain_count,
                https == YN_NO ? YN_OBSTACLE_SUBDOMAIN : YN_OBSTACLE_SUBDOMAIN_UNKNOWN, host->name);
    }
}

/* ---- where it stands ---------------------------------------------------------------------------
 */

static void read_header(const yn_visit *visit, yn_advice *out)
{
    static const char field[] = "strict-transport-security";
    out->has_header = yn_visit_field_count(visit, field) > 0;
    if (!out->has_header)
        return;
    out->value = yn_visit_field(visit, field, 0);
    out->reading = yn_policy_read(visit, &out->now);
}

static bool is_locking_out(const yn_advice *a)
{
    for (size_t i = 0; a->now.include_subdomains && i < a->subdomain_count; i++)
        if (a->subdomains[i].code == YN_OBSTACLE_SUBDOMAIN)
            return true;
    return false;
}

/* ---- the ramp ----------------------------------------------------------------------------------
 */

static void put_step(yn_advice *a, yn_step step, yonder_hsts_policy policy, size_t row)
{
    a->steps[a->step_count++] =
        (yn_ramp_step){step, policy, row < YN_RAMP_COUNT ? ramp[row].wait : 0,
                       row < YN_RAMP_COUNT ? ramp[row].why : ""};
}

// Every max-age above the present one, up to `last`.
static void climb(yn_advice *a, yonder_hsts_policy *p, yn_step first, size_t last)
{
    for (size_t row = 0; row <= last; row++) {
        if (ramp[row].max_age <= p->max_age)
            continue;
        p->max_age = ramp[row].max_age;
        put_step(a, first, *p, row);
        first = YN_STEP_RAISE;
    }
}

// Sub-domains begin once the host itself has come to a year.
static void take_subdomains(yn_advice *a, yonder_hsts_policy *p)
{
    p->include_subdomains = true;
    p->max_age = ramp[YN_RAMP_WEEK].max_age;
    put_step(a, YN_STEP_SUBDOMAINS, *p, YN_RAMP_WEEK);
}

static void lay_ramp(yn_advice *a, const yn_advise_options *o)
{
    yonder_hsts_policy p = a->now;
    bool usable = a->has_header && a->reading == YONDER_HSTS_VALID && p.max_age > 0;
    yn_step first = usable ? YN_STEP_RAISE : a->has_header ? YN_STEP_MEND : YN_STEP_BEGIN;
    if (!usable)
        p = (yonder_hsts_policy){0};
    bool free = a->subdomain_count == 0;
    bool wants = (o->subdomains || o->preload) && free;
    p.preload = p.preload && a->listed;
    if (is_locking_out(a)) {
        p.include_subdomains = p.preload = false;
        a->steps[a->step_count++] =
            (yn_ramp_step){YN_STEP_BACK, p, 0, "each visit until then renews it in a browser"};
        return;
    }
    if (wants && !p.include_subdomains) {
        climb(a, &p, first, YN_RAMP_YEAR);
        take_subdomains(a, &p);
        first = YN_STEP_RAISE;
    }
    climb(a, &p, first, YN_RAMP_YEARS);
    if (o->preload && !p.preload && p.include_subdomains && !a->listed) {
        p.preload = true;
        a->steps[a->step_count++] = (yn_ramp_step){
            YN_STEP_PRELOAD, p, 0, "submit it at https://hstspreload.org/ once this is served"};
    }
    if (!a->step_count && a->now.preload && !a->listed)
        a->steps[a->step_count++] = (yn_ramp_step){YN_STEP_UNPRELOAD, p, 0, ""};
    for (size_t row = 0; usable && row < YN_RAMP_COUNT; row++)
        if (ramp[row].max_age <= a->now.max_age)
            a->settle = ramp[row].wait;
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

static void stop(yn_advice *a)
{
    yn_step step = YN_STEP_PREPARE;
    for (size_t i = 0; i < a->obstacle_count; i++)
        if (a->obstacles[i].code == YN_OBSTACLE_UNKNOWN)
            step = YN_STEP_UNKNOWN;
    yonder_hsts_policy p = {.max_age = ramp[YN_RAMP_MINUTES].max_age};
    a->steps[a->step_count++] = (yn_ramp_step){step, p, 0, ""};
}

int yn_advise(const yn_audit *audit, const yn_advise_options *options, yn_arena *arena,
              yn_advice *out)
{
    enum {
        most_obstacles = 4
    };
    yn_advice a = {.obstacles = yn_arena_alloc(arena, most_obstacles * sizeof *a.obstacles),
                   .subdomains =
                       yn_arena_alloc(arena, (audit->host_count + 1) * sizeof *a.subdomains)};
    if (!a.obstacles || !a.subdomains)
        return YONDER_NO_MEMORY;
    for (size_t i = 0; i < audit->list_count; i++)
        a.listed = a.listed || audit->lists[i].listed;
    const yn_visit *answer = secure_answer(audit, &a);
    if (answer) {
        read_header(answer, &a);
        look_at_redirect(audit, &a);
    }
    if (audit->ascii.len)
        look_at_subdomains(audit, &a);
    a.preload_refused = options->preload && (a.subdomain_count || a.obstacle_count);
    if (a.obstacle_count && !is_locking_out(&a))
        stop(&a);
    else
        lay_ramp(&a, options);
    if (!a.step_count)
        put_step(&a, YN_STEP_STAY, a.now, YN_RAMP_COUNT);
    *out = a;
    return YONDER_OK;
}
