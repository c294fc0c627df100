// SPDX-License-Identifier: MIT
#include "front/dispatch.h"

#include <stdio.h>

#include "base/log.h"
#include "base/text.h"
#include "front/page.h"

// No page of ours needs more, and no page of others is to have ours in a frame. API answers have
// them, too: a browser may be led to show one.
static const yn_web_field always[] = {
    {YN_TEXT_INIT("Content-Security-Policy"),
     YN_TEXT_INIT("default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
                  "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")},
    {YN_TEXT_INIT("X-Content-Type-Options"), YN_TEXT_INIT("nosniff")},
    {YN_TEXT_INIT("Referrer-Policy"), YN_TEXT_INIT("no-referrer")},
    {YN_TEXT_INIT("Cross-Origin-Opener-Policy"), YN_TEXT_INIT("same-origin")},
    {YN_TEXT_INIT("Permissions-Policy"),
     YN_TEXT_INIT("camera=(), geolocation=(), microphone=(), payment=(), usb=()")},
};

yn_web_response yn_dispatch_begin(void)
{
    return (yn_web_response){.status = 200,
                             .type = "text/plain; charset=utf-8",
                             .body = yn_buf_make(YN_WEB_BODY_MAX, NULL)};
}

/* ---- the operator ------------------------------------------------------------------------------
 */

bool yn_dispatch_token_valid(yonder_text token)
{
    for (size_t i = 0; i < token.len; i++) {
        char c = token.ptr[i];
        if (c == '\0' || (!yn_is_digit((unsigned char)c) && !yn_is_alpha((unsigned char)c) &&
                          !strchr("-._~+/=", c)))
            return false;
    }
    return token.len >= 16 && token.len <= 256;
}

// All bytes are compared, the last one with what is too much: how long it takes says nothing of the
// token, but for its length.
static bool is_token(const char *token, yonder_text given)
{
    size_t len = strlen(token);
    unsigned differ = given.len != len;
    for (size_t i = 0; i < given.len; i++)
        differ |= (unsigned char)given.ptr[i] ^ (unsigned)(unsigned char)token[i < len ? i : len];
    return !differ;
}

// Somebody tries tokens, or has an old one: one line in ten seconds, with how many there were.
static void note_wrong_token(const yn_dispatcher *d, const yn_dispatch_input *input)
{
    enum {
        pause_ms = 10000
    };
    static atomic_llong next;
    static atomic_uint unsaid;
    long long now = (long long)d->now_ms(), due = atomic_load(&next);
    atomic_fetch_add(&unsaid, 1);
    atomic_fetch_add(&d->site->counts->denied, 1);
    if (now < due || !atomic_compare_exchange_strong(&next, &due, now + pause_ms))
        return;
    unsigned count = atomic_exchange(&unsaid, 0);
    yn_log(YN_LOG_WARNING,
           "401: a wrong token of the operator's from %.*s (%u since the last line)",
           YN_PRINT(input->request.address), count);
}

static bool is_operator(const yn_dispatcher *d, const yn_web_request *request, bool *tried)
{
    static const yonder_text scheme = YN_TEXT_INIT("Bearer ");
    const yonder_text *field = yn_web_header(request, "Authorization");
    const char *token = atomic_load(&d->token);
    *tried = field != NULL;
    return token && field && field->len > scheme.len &&
           yn_equal_nocase(yn_slice(*field, 0, scheme.len), scheme) &&
           is_token(token, yn_trim(yn_skip(*field, scheme.len), " "));
}

/* ---- limits ------------------------------------------------------------------------------------
 */

static void wait_for(yn_web_response *response, yn_arena *arena, unsigned seconds)
{
    char text[16];
    int len = snprintf(text, sizeof text, "%u", seconds);
    yonder_text kept = yn_arena_text(arena, (yonder_text){text, (size_t)len});
    if (kept.ptr)
        yn_web_add(response, "Retry-After", kept);
}

// False where it is told to wait.
static bool passes(yn_dispatcher *d, const yn_web_request *request, yn_gate gate, unsigned seconds,
                   yn_web_response *response)
{
    static const struct {
        unsigned status;
        const char *sentence;
    } told[] = {
        [YN_GATE_CLIENT] = {429, "Too many requests from your address. Please wait a moment."},
        [YN_GATE_SITE] = {429, "That site has been checked often of late. Please wait a moment."},
        [YN_GATE_BUSY] = {503, "Too many checks are under way. Please try again in a moment."},
        [YN_GATE_SHARE] = {429, "Too many checks of yours are under way. Please wait for them."},
    };
    if (gate == YN_GATE_OPEN)
        return true;
    atomic_fetch_add(&d->site->counts->limited, 1);
    yn_web_say(response, told[gate].status, told[gate].sentence);
    wait_for(response, request->arena, seconds);
    return false;
}

/* ---- routes ------------------------------------------------------------------------------------
 */

static void unknown_path(yn_web_response *response)
{
    yn_web_say(response, 404, "There is nothing of that name. There is:");
    yn_web_list_routes(&response->body);
}

static void wrong_method(const yn_web_request *request, const char *right,
                         yn_web_response *response)
{
    char sentence[64];
    snprintf(sentence, sizeof sentence, "Wrong method. Requires %s.", right);
    yn_web_say(response, 405, sentence);
    (void)request;
    yn_web_add(response, "Allow",
               strcmp(right, "GET") == 0 ? YN_TEXT("GET, HEAD") : yonder_text_of(right));
}

static bool may_operate(const yn_dispatcher *d, const yn_web_request *request,
                        yn_web_response *response)
{
    if (request->by_operator)
        return true;
    if (!atomic_load(&d->token)) {
        yn_web_say(response, 403,
                   "That is the operator's, and this server was started without a "
                   "token for one (--token-file).");
        return false;
    }
    yn_web_say(response, 401, "That is the operator's: it needs Authorization: Bearer TOKEN.");
    yn_web_add(response, "WWW-Authenticate", YN_TEXT("Bearer realm=\"directory\""));
    return false;
}

static void check(yn_dispatcher *d, const yn_web_route *route, const yn_dispatch_input *input,
                  yn_web_response *response)
{
    const yn_address *from = &input->client->address;
    unsigned seconds;
    yn_gate gate =
        yn_gates_check(d->gates, from, route, &input->request, d->directory, d->now_ms(), &seconds);
    if (!passes(d, &input->request, gate, seconds, response))
        return;
    atomic_fetch_add(&d->site->counts->checks, 1);
    route->handle(d->directory, &input->request, response);
    yn_gates_leave(d->gates, from);
}

static bool within_limits(yn_dispatcher *d, const yn_dispatch_input *input,
                          const yn_web_route *route, bool failed, yn_web_response *response)
{
    unsigned seconds;
    yn_gate gate =
        yn_gates_request(d->gates, &input->client->address, route, failed, d->now_ms(), &seconds);
    return passes(d, &input->request, gate, seconds, response);
}

static const yn_web_route *answer(yn_dispatcher *d, yn_dispatch_input *input,
                                  yn_web_response *response)
{
    yn_web_request *request = &input->request;
    const char *right;
    bool tried;
    const yn_web_route *route = yn_web_find(request->method, request->path, &right);
    request->by_operator = is_operator(d, request, &tried);
    bool failed = tried && !request->by_operator; // nobody is to try many tokens
    if (failed && d->token)
        note_wrong_token(d, input);
    if (!request->by_operator && !within_limits(d, input, route, failed, response))
        return route;
    if (input->refused)
        yn_web_say(response, (unsigned)input->refused, input->why);
    else if (!route && right)
        wrong_method(request, right, response);
    else if (!route)
        unknown_path(response);
    else if (route->cost == YN_WEB_CHECK)
        check(d, route, input, response);
    else if (route->cost != YN_WEB_OPERATE || may_operate(d, request, response))
        route->handle(d->directory, request, response);
    return route;
}

// Whether it is a person who reads the answer, and not a program of the API's.
static bool is_for_person(const yn_web_request *request)
{
    const yonder_text *accept = yn_web_header(request, "Accept");
    if (!accept || yn_starts_with(request->path, YN_TEXT("/api/")) ||
        yn_starts_with(request->path, YN_TEXT("/lists/")))
        return false;
    for (yonder_text rest = *accept; rest.len;) {
        size_t end = yn_find_char(rest, ',');
        yonder_text type = yn_slice(rest, 0, end);
        type = yn_trim(yn_slice(type, 0, yn_find_char(type, ';')), " \t");
        if (yn_equal_nocase(type, YN_TEXT("text/html")))
            return true;
        rest = yn_skip(rest, end < rest.len ? end + 1 : end);
    }
    return false;
}

// A refusal is a sentence; for a person it becomes a page, with all its fields.
static void make_page(const yn_web_request *request, yn_web_response *response)
{
    if (response->status < 400 || response->release ||
        strcmp(response->type, "text/plain; charset=utf-8") != 0 || !is_for_person(request))
        return;
    yn_buf out = yn_buf_make(YN_PAGE_MAX, NULL);
    yn_page page = {.out = &out}; // with no date on it
    yonder_text sentence = yn_trim(yn_buf_text(&response->body), "\n");
    yn_page_refusal(&page, response->status, sentence);
    yn_buf_free(&response->body);
    response->body = out;
    response->type = "text/html; charset=utf-8";
}

/* ---- scripts of other sites --------------------------------------------------------------------
 */

static bool is_localhost(yonder_text origin)
{
    static const yonder_text starts[] = {YN_TEXT_INIT("http://localhost"),
                                         YN_TEXT_INIT("https://localhost")};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (!yn_starts_with(origin, starts[i]))
            continue;
        yonder_text rest = yn_skip(origin, starts[i].len);
        uint64_t port;
        return !rest.len || (rest.ptr[0] == ':' && yn_parse_number(yn_skip(rest, 1), 65535, &port));
    }
    return false;
}

static void allow_origin(const yn_web_request *request, yn_web_response *response)
{
    const yonder_text *origin = yn_web_header(request, "Origin");
    yn_web_add(response, "Vary", YN_TEXT("Origin"));
    bool allowed = origin && is_localhost(*origin);
    for (size_t i = 0; origin && !allowed && i < request->site->cors_count; i++)
        allowed = yn_equal(*origin, yonder_text_of(request->site->cors[i]));
    if (allowed)
        yn_web_add(response, "Access-Control-Allow-Origin", *origin);
}

/* ---- every response ----------------------------------------------------------------------------
 */

static void add_always(const yn_dispatcher *d, const yn_dispatch_input *input,
                       yn_web_response *response)
{
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        yn_web_add(response, always[i].name.ptr, always[i].value);
    if (input->own_tls || (input->client->tls && d->hsts_behind_proxy)) // RFC 6797 section 7.2
        yn_web_add(response, "Strict-Transport-Security", yonder_text_of(d->hsts));
    for (size_t i = 0; i < response->field_count; i++)
        if (yn_equal(response->fields[i].name, YN_TEXT("Cache-Control")))
            return;
    // What has a tag may be kept, and is asked for again.
    bool tagged = false;
    for (size_t i = 0; i < response->field_count; i++)
        tagged |= yn_equal(response->fields[i].name, YN_TEXT("ETag"));
    yn_web_add(response, "Cache-Control", tagged ? YN_TEXT("no-cache") : YN_TEXT("no-store"));
}

void yn_dispatch(yn_dispatcher *d, yn_dispatch_input *input, yn_web_response *response)
{
    const yn_web_route *route = answer(d, input, response);
    make_page(&input->request, response);
    if (response->body.error) {
        yn_buf_free(&response->body);
        response->body = yn_buf_make(YN_WEB_BODY_MAX, NULL);
        response->field_count = 0;
        yn_web_say(response, 500, "Internal error: out of memory");
    }
    if (route && route->open)
        allow_origin(&input->request, response);
    add_always(d, input, response);
    yn_counts_answer(d->site->counts, route ? route->method : "", route ? route->path : "",
                     response->status);
}
