// SPDX-License-Identifier: MIT
#include "lab/simulate.h"

#include "base/text.h"
#include "core/client.h"
#include "lab/answer.h"
#include "trace/chain.h"

enum {
    text_max = 1 << 16
};

yonder_text yn_lab_text(yn_arena *arena, const char *template, const yn_lab_where *where)
{
    yn_buf b = yn_buf_make(text_max, arena->mem);
    yn_lab_expand(&b, template, where);
    yonder_text t = {NULL, 0};
    if (!b.error)
        t = yn_arena_text(arena, yn_buf_text(&b));
    yn_buf_free(&b);
    return t;
}

// ---- the lab without its sockets ----------------------------------------------------------------

// Splits field lines, each with its CR LF.
static int take_fields(yonder_text lines, yn_arena *arena, yn_evidence *out)
{
    size_t count = 0, n = 0;
    for (size_t i = 0; i < lines.len; i++)
        count += lines.ptr[i] == '\n';
    lines = yn_arena_text(arena, lines);
    yonder_field *fields = yn_arena_alloc(arena, (count + 1) * sizeof *fields);
    if (!lines.ptr || !fields)
        return YONDER_NO_MEMORY;
    while (lines.len) {
        yonder_text line = yn_slice(lines, 0, yn_find_char(lines, '\n'));
        lines = yn_skip(lines, line.len + 1);
        size_t colon = yn_find_char(line, ':');
        fields[n++] = (yonder_field){yn_slice(line, 0, colon),
                                     yn_trim(yn_skip(line, colon + (colon < line.len)), " \t\r")};
    }
    out->fields = fields;
    out->field_count = n;
    return YONDER_OK;
}

static bool ends_with(yonder_text t, yonder_text tail)
{
    return t.len >= tail.len && yn_equal_nocase(yn_skip(t, t.len - tail.len), tail);
}

static bool is_here(const yn_lab_where *begun, const yn_lab_where *asked)
{
    yonder_text host = asked->hostname;
    host = yn_slice(host, 0, host.len - (host.len && host.ptr[host.len - 1] == '.'));
    return (asked->port == begun->site->port || asked->port == begun->site->other_port) &&
           (yn_equal_nocase(host, begun->hostname) || yn_equal(host, YN_TEXT("127.0.0.1")) ||
            ends_with(host, yonder_text_of(begun->site->domain)));
}

static int answer(void *context, const yn_fetch_request *request, yn_arena *arena, yn_evidence *out)
{
    const yn_lab_where *begun = context;
    yn_lab_where where = *begun;
    *out = (yn_evidence){.error = YN_FETCH_DNS};
    where.secure = yn_equal(yonder_url_get(request->url, YONDER_URL_PROTOCOL), YN_TEXT("https:"));
    yonder_text host = yonder_url_get(request->url, YONDER_URL_HOST);
    yonder_text target = yonder_url_target(request->url);
    yn_lab_take_host(&where, host);
    if (!is_here(begun, &where))
        return YONDER_OK;
    if (where.secure && yn_lab_flaw_of(where.hostname) != YN_LAB_SOUND) {
        out->error = YN_FETCH_TLS_CERTIFICATE;
        return YONDER_OK;
    }
    yn_lab_route route = yn_lab_route_of(where.site, host, target);
    yn_buf fields = yn_buf_make(text_max, arena->mem);
    int status = 404;
    if (route.found.item == where.item)
        status = yn_lab_answer(&fields, &where, route.path);
    int error = fields.error ? YONDER_NO_MEMORY : take_fields(yn_buf_text(&fields), arena, out);
    yn_buf_free(&fields);
    out->error = YN_FETCH_OK;
    out->status = status;
    out->version = YN_TEXT("1.1");
    return error;
}

// ---- a walk -------------------------------------------------------------------------------------

typedef struct simulation {
    const yonder_client *client;
    const yn_lab_where *where;
    yn_arena *arena;
    yn_profile *profile;
    size_t visits; // made so far
    yn_lab_walk walk;
} simulation;

// A visit takes no time, and between two there are a few seconds: what is good for none is over.
static int64_t time_of(void *context)
{
    const simulation *s = context;
    return INT64_C(1800000000) + 3 * (int64_t)s->visits;
}

static int copy_fields(simulation *s, const yn_hop *hop, yn_lab_step *step)
{
    yonder_field *fields = yn_arena_alloc(s->arena, (hop->field_count + 1) * sizeof *fields);
    if (!fields)
        return YONDER_NO_MEMORY;
    size_t n = 0;
    for (size_t i = 0; i < hop->field_count; i++) {
        if (!yn_lab_is_of_interest(hop->fields[i].name))
            continue;
        fields[n].name = yn_arena_text(s->arena, hop->fields[i].name);
        fields[n].value = yn_arena_text(s->arena, hop->fields[i].value);
        if (!fields[n].name.ptr || !fields[n++].value.ptr)
            return YONDER_NO_MEMORY;
    }
    step->fields = fields;
    step->field_count = n;
    return YONDER_OK;
}

static bool is_secure(const yonder_url *url)
{
    return yn_equal(yonder_url_get(url, YONDER_URL_PROTOCOL), YN_TEXT("https:"));
}

static int put_step(simulation *s, const yn_hop *hop, size_t body)
{
    if (s->walk.count == YN_LAB_WALK_MAX) {
        s->walk.more = true;
        return YONDER_OK;
    }
    if (hop->kind != YN_HOP_NETWORK || hop->evidence.error != YN_FETCH_OK)
        return YONDER_OK; // no request has arrived
    yn_lab_step *step = &s->walk.steps[s->walk.count++];
    yn_buf url = yn_buf_make(text_max, s->arena->mem);
    yn_lab_put_url(&url, is_secure(&hop->url), yonder_url_get(&hop->url, YONDER_URL_HOST),
                   yonder_url_target(&hop->url));
    *step = (yn_lab_step){.method = yn_arena_text(s->arena, hop->method),
                          .url = yn_arena_text(s->arena, yn_buf_text(&url)),
                          .secure = is_secure(&hop->url),
                          .body = hop->body_sent ? body : 0};
    bool ok = !url.error && step->method.ptr && step->url.ptr;
    yn_buf_free(&url);
    return ok ? copy_fields(s, hop, step) : YONDER_NO_MEMORY;
}

// A chain ends where it would go round; the client goes on to its limit.
static int put_chain(simulation *s, const yn_chain *chain)
{
    size_t total = chain->outcome == YN_OUTCOME_LOOP ? s->client->limit + 1 : chain->count;
    int error = YONDER_OK;
    for (size_t i = 0; i < total && !error; i++) {
        size_t k = i;
        if (i >= chain->count) {
            size_t from = chain->loop_to - 1;
            k = from + (i - from) % (chain->count - from);
        }
        error = put_step(s, &chain->hops[k], chain->plan.body.len);
    }
    return error;
}

static int visit(simulation *s, const yn_lab_visit *v)
{
    yn_given_field given[YN_LAB_GIVEN];
    size_t given_count = 0;
    yonder_text text = yn_lab_text(s->arena, v->url, s->where);
    yonder_url url;
    for (; given_count < YN_LAB_GIVEN && v->given[given_count]; given_count++)
        yn_given_field_parse(yonder_text_of(v->given[given_count]), &given[given_count]);
    int error = text.ptr ? yonder_client_url(s->client, text, NULL, &url) : YONDER_NO_MEMORY;
    if (error)
        return error == YONDER_NO_MEMORY ? error : YONDER_OK;
    const yn_plan plan = {.client = s->client,
                          .url = &url,
                          .method = yonder_text_of(v->method),
                          .has_body = v->body != NULL,
                          .body = yonder_text_of(v->body),
                          .given = given,
                          .given_count = given_count,
                          .max_redirects = YN_CLIENT_LIMIT,
                          .profile = s->profile,
                          .now = time_of,
                          .now_context = s};
    yn_chain chain;
    yn_lab_where where = *s->where;
    error = yn_chain_follow(&chain, &plan, answer, &where, NULL);
    if (!error) {
        error = put_chain(s, &chain);
        yn_chain_free(&chain);
    }
    yonder_url_free(&url, NULL);
    return error;
}

static int walk(simulation *s)
{
    size_t count = yn_lab_visit_count(s->where->item);
    int error = YONDER_OK;
    for (size_t i = 0; i < count && !error; i++) {
        s->visits = i;
        error = visit(s, &s->where->item->visits[i]);
    }
    return error;
}

int yn_lab_simulate(const yonder_client *client, const yn_lab_where *where, yn_arena *arena,
                    yn_lab_walk *out)
{
    yn_profile profile;
    simulation s = {.client = client, .where = where, .arena = arena, .profile = &profile};
    s.walk.steps = yn_arena_alloc(arena, YN_LAB_WALK_MAX * sizeof *s.walk.steps);
    int error = s.walk.steps ? yn_profile_make(&profile, NULL) : YONDER_NO_MEMORY;
    if (error)
        return error;
    yonder_hsts *hosts = NULL;
    error = yonder_hsts_new(&hosts, 0, NULL);
    profile.hsts = hosts;
    if (!error)
        error = walk(&s);
    yn_profile_free(&profile);
    yonder_hsts_free(hosts);
    if (!error)
        *out = s.walk;
    return error;
}
