// SPDX-License-Identifier: MIT
// The API of the browsers' own list, so that its clients work unchanged (/api/v2: preloadable to
// pending-automated-removal), and beside it what that one does not tell: who was rejected and why,
// the history of a domain, how many there are.
#include <stdio.h>

#include "base/text.h"
#include "directory/intake.h"
#include "front/api_words.h"

/* ---- what owners ask for -----------------------------------------------------------------------
 */

static void ask(const yn_directory *directory, const yn_web_request *request,
                yn_web_response *response, yn_intake_wish wish)
{
    yonder_text domain;
    bool malformed;
    if (!yn_api_name(request, response, &domain, &malformed))
        return;
    const yn_intake_asker asker = {.actor = YN_ACTOR_VISITOR,
                                   .address = request->address,
                                   .inside = request->inside,
                                   .stop = request->stop};
    yn_intake_answer answer;
    if (yn_api_failed(directory,
                      yn_intake(directory, wish, domain, &asker, request->arena, &answer),
                      response))
        return;
    response->type = "application/json; charset=utf-8";
    yn_intake_write(&response->body, &answer, true);
    yn_intake_end(&answer);
    yn_api_json_end(response);
}

static void preloadable(const yn_directory *directory, const yn_web_request *request,
                        yn_web_response *response)
{
    ask(directory, request, response, YN_INTAKE_PRELOADABLE);
}

static void removable(const yn_directory *directory, const yn_web_request *request,
                      yn_web_response *response)
{
    ask(directory, request, response, YN_INTAKE_REMOVABLE);
}

static void submit(const yn_directory *directory, const yn_web_request *request,
                   yn_web_response *response)
{
    ask(directory, request, response, YN_INTAKE_SUBMIT);
}

static void leave(const yn_directory *directory, const yn_web_request *request,
                  yn_web_response *response)
{
    ask(directory, request, response, YN_INTAKE_REMOVE);
}

static void status(const yn_directory *directory, const yn_web_request *request,
                   yn_web_response *response)
{
    yonder_text domain;
    yn_intake_status found = {.life.state = YN_LIFE_UNKNOWN}; // as a malformed one is
    bool malformed;
    if (!yn_api_name(request, response, &domain, &malformed) ||
        (!malformed &&
         yn_api_failed(directory, yn_intake_look(directory, domain, request->arena, &found),
                       response)))
        return;
    yn_json json = yn_api_json(response);
    yn_json_object(&json, NULL);
    yn_json_text(&json, "name", domain);
    yn_json_str(&json, "status", yn_life_state_code(found.life.state));
    if (found.message.len)
        yn_json_text(&json, "message", found.message);
    yn_json_bool(&json, "bulk", found.bulk);
    yn_json_text(&json, "preloadedDomain", found.preloaded_domain);
    yn_json_object_end(&json);
    yn_api_json_end(response);
}

/* ---- lists -------------------------------------------------------------------------------------
 */

// Whether there is something to write: what is in that state may be known to the client, or the
// store may fail. The tag is of before the list is read: what comes in between is in the next one.
static bool begin_list(const yn_directory *directory, const yn_web_request *request,
                       yn_web_response *response, yn_life_state state)
{
    int64_t changed;
    char tag[64];
    if (yn_api_failed(directory, yn_store_changed(directory->store, state, &changed), response))
        return false;
    snprintf(tag, sizeof tag, "\"%s-%lld\"", yn_life_state_code(state), (long long)changed);
    return !yn_web_unchanged(request, response, tag);
}

static bool pending_line(void *context, const yn_store_member *member)
{
    yn_buf *out = context;
    yn_buf_str(out, out->len > 2 ? ",\n" : "");
    yn_buf_printf(out,
                  "    { \"name\": \"%.*s\", \"policy\": \"%s\", \"mode\": \"force-https\", "
                  "\"include_subdomains\": %s }",
                  YN_PRINT(member->domain), member->life.policy,
                  member->life.include_subdomains ? "true" : "false");
    return !out->error;
}

static void pending(const yn_directory *directory, const yn_web_request *request,
                    yn_web_response *response)
{
    if (!begin_list(directory, request, response, YN_LIFE_PENDING))
        return;
    response->type = "application/json; charset=utf-8";
    yn_buf_str(&response->body, "[\n");
    int error = yn_store_each(directory->store, 1u << YN_LIFE_PENDING, (yonder_text){NULL, 0}, 0,
                              pending_line, &response->body);
    if (response->body.len > 2)
        yn_buf_char(&response->body, '\n');
    yn_buf_str(&response->body, "]\n");
    yn_api_failed(directory, error, response);
}

static bool name_line(void *context, const yn_store_member *member)
{
    yn_json *json = context;
    yn_json_text(json, NULL, member->domain);
    return !json->out->error;
}

static void names_of(const yn_directory *directory, const yn_web_request *request,
                     yn_web_response *response, yn_life_state state)
{
    if (!begin_list(directory, request, response, state))
        return;
    yn_json json = yn_api_json(response);
    yn_json_array(&json, NULL);
    int error =
        yn_store_each(directory->store, 1u << state, (yonder_text){NULL, 0}, 0, name_line, &json);
    yn_json_array_end(&json);
    yn_api_json_end(response);
    yn_api_failed(directory, error, response);
}

static void pending_removal(const yn_directory *directory, const yn_web_request *request,
                            yn_web_response *response)
{
    names_of(directory, request, response, YN_LIFE_PENDING_REMOVAL);
}

static void pending_automated_removal(const yn_directory *directory, const yn_web_request *request,
                                      yn_web_response *response)
{
    names_of(directory, request, response, YN_LIFE_PENDING_AUTOMATED_REMOVAL);
}

typedef struct gathered {
    yn_arena *arena;
    yonder_text *names;
    size_t count, room;
    bool out_of_memory;
} gathered;

static bool gather(void *context, const yn_store_member *member)
{
    gathered *g = context;
    yonder_text name = yn_arena_text(g->arena, member->domain);
    g->out_of_memory = !name.ptr;
    if (name.ptr)
        g->names[g->count++] = name;
    return name.ptr && g->count < g->room;
}

// The newest of these says why, if it was not submitted again meanwhile.
static int rejection(const yn_directory *directory, yonder_text name, yn_arena *arena,
                     yn_json *json)
{
    const unsigned kinds =
        1U << YN_LIFE_REJECTION | 1U << YN_LIFE_SUBMITTED | 1U << YN_LIFE_IMPORTED;
    yn_store_event event;
    int error = yn_store_last(directory->store, name, kinds, arena, &event);
    if (error || event.what.kind != YN_LIFE_REJECTION)
        return error == YN_STORE_MISSING ? YONDER_OK : error;
    yn_json_object(json, NULL);
    yn_json_text(json, "name", name);
    yn_json_text(json, "reason", event.reason);
    yn_json_bool(json, "by_operator", event.actor == YN_ACTOR_OPERATOR);
    yn_event_time(json, "at", event.what.at);
    yn_json_object_end(json);
    return YONDER_OK;
}

static void rejected(const yn_directory *directory, const yn_web_request *request,
                     yn_web_response *response)
{
    int64_t limit = 1000;
    yonder_text after;
    if (!yn_api_number(request, "limit", 1, 10000, response, &limit) ||
        !yn_api_word(request, "after", response, &after) ||
        !begin_list(directory, request, response, YN_LIFE_REJECTED))
        return;
    gathered g = {.arena = request->arena, .room = (size_t)limit};
    g.names = yn_arena_alloc(request->arena, g.room * sizeof *g.names);
    int error =
        g.names ? yn_store_each(directory->store, 1u << YN_LIFE_REJECTED, after, g.room, gather, &g)
                : YONDER_NO_MEMORY;
    if (g.out_of_memory)
        error = YONDER_NO_MEMORY;
    yn_json json = yn_api_json(response);
    yn_json_array(&json, NULL);
    for (size_t i = 0; i < g.count && !error; i++)
        error = rejection(directory, g.names[i], request->arena, &json);
    yn_json_array_end(&json);
    yn_api_json_end(response);
    yn_api_failed(directory, error, response);
}

/* ---- what was, and how many there are ----------------------------------------------------------
 */

static void history(const yn_directory *directory, const yn_web_request *request,
                    yn_web_response *response)
{
    int64_t before = 0, limit = 100;
    yonder_text domain;
    yn_store_event *events;
    size_t count;
    yn_life life;
    if (!yn_api_domain(request, response, &domain) ||
        !yn_api_number(request, "before", 0, INT64_MAX, response, &before) ||
        !yn_api_number(request, "limit", 1, 1000, response, &limit))
        return;
    int error = yn_store_get(directory->store, domain, &life);
    if (!error)
        error = yn_store_history(directory->store, domain, before, (size_t)limit, request->arena,
                                 &events, &count);
    if (yn_api_failed(directory, error, response))
        return;
    yn_json json = yn_api_json(response);
    yn_json_object(&json, NULL);
    yn_json_text(&json, "name", domain);
    yn_json_str(&json, "status", yn_life_state_code(life.state));
    yn_json_array(&json, "events");
    for (size_t i = 0; i < count; i++)
        yn_event_write(&json, &events[i], request->by_operator);
    yn_json_array_end(&json);
    if (count == (size_t)limit) // older ones: ?before= this
        yn_json_int(&json, "before", events[count - 1].id);
    else
        yn_json_null(&json, "before");
    yn_json_object_end(&json);
    yn_api_json_end(response);
}

static void states(const yn_directory *directory, const yn_web_request *request,
                   yn_web_response *response)
{
    size_t counts[YN_LIFE_STATE_COUNT];
    yn_store_version newest;
    (void)request;
    int error = yn_store_counts(directory->store, counts);
    if (!error)
        error = yn_store_newest(directory->store, &newest);
    if (yn_api_failed(directory, error, response))
        return;
    yn_json json = yn_api_json(response);
    yn_json_object(&json, NULL);
    yn_json_object(&json, "states");
    for (size_t i = 0; i < YN_LIFE_STATE_COUNT; i++)
        if (i != YN_LIFE_UNKNOWN)
            yn_json_int(&json, yn_life_state_code((yn_life_state)i), (int64_t)counts[i]);
    yn_json_object_end(&json);
    yn_json_int(&json, "version", newest.number);
    yn_event_time(&json, "published", newest.at);
    yn_json_int(&json, "names", (int64_t)newest.names);
    yn_json_object_end(&json);
    yn_api_json_end(response);
}

const yn_web_route yn_api_routes[] = {
    {"GET", "/api/v2/preloadable", YN_WEB_CHECK, preloadable, .open = true},
    {"GET", "/api/v2/removable", YN_WEB_CHECK, removable},
    {"GET", "/api/v2/status", YN_WEB_READ, status, .open = true},
    {"POST", "/api/v2/submit", YN_WEB_CHECK, submit},
    {"POST", "/api/v2/remove", YN_WEB_CHECK, leave},
    {"GET", "/api/v2/pending", YN_WEB_READ, pending},
    {"GET", "/api/v2/pending-removal", YN_WEB_READ, pending_removal},
    {"GET", "/api/v2/pending-automated-removal", YN_WEB_READ, pending_automated_removal},
    {"GET", "/api/v2/rejected", YN_WEB_READ, rejected},
    {"GET", "/api/v2/history", YN_WEB_READ, history},
    {"GET", "/api/v2/states", YN_WEB_READ, states},
    {NULL, NULL, YN_WEB_READ, NULL},
};
