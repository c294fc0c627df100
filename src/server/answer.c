// SPDX-License-Identifier: MIT
#include "server/answer.h"

#include <stdio.h>

#include <yonder/redirect.h>

#include "base/text.h"
#include "net/listen.h"
#include "server/origin.h"

// Every method is redirected; these are the ones a client may want to hear of.
#define ALLOWED "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

enum {
    origin_room = sizeof "https://" - 1 + YN_ADDRESS_TEXT,
    fields_room = 4096, // for what goes with a Location
    longest_vary = 1024,
    longest_cache_control = 2048,
    longest_hsts = 512,
};

// The scratch space: first the matcher's, then a target made whole, then an origin.
static size_t matcher_scratch(const yn_h1_limits *limits)
{
    return YONDER_RULES_SCRATCH((size_t)limits->max_target + 1);
}

size_t yn_answer_scratch(const yn_h1_limits *limits)
{
    return matcher_scratch(limits) + limits->max_target + 1 + limits->max_head + origin_room +
           fields_room;
}

size_t yn_answer_max(const yn_h1_limits *limits)
{
    // Once as it is and once in HTML, where a byte takes six at most; and the rest of the head.
    return 7 * ((size_t)YONDER_RULES_MAX_LOCATION + limits->max_head + origin_room) + fields_room +
           1024;
}

// HTTP/1.0 knows absolute Locations only (RFC 1945 section 10.11). What to put before `location`:
// nothing, a scheme, or a scheme and the host the client asked for or is connected to.
static yonder_text origin_for(yonder_text location, yonder_text host, const yn_peer *peer,
                              char *space)
{
    yonder_text scheme = peer->https ? YN_TEXT("https:") : YN_TEXT("http:");
    if (location.len == 0 || location.ptr[0] != '/')
        return (yonder_text){NULL, 0};
    if (location.len > 1 && location.ptr[1] == '/')
        return scheme;
    char local[YN_ADDRESS_TEXT];
    yn_address address;
    if (host.len == 0 && yn_address_of_socket(peer->fd, &address)) {
        yn_address_print(&address, local);
        host = yonder_text_of(local);
    }
    char *end = mempcpy(mempcpy(space, scheme.ptr, scheme.len), "//", 2);
    end = mempcpy(end, host.ptr, host.len);
    return (yonder_text){space, (size_t)(end - space)};
}

static void add_field(yn_answer *answer, yonder_text name, yonder_text value)
{
    if (value.len)
        answer->fields[answer->field_count++] = (yonder_field){name, value};
}

// What goes with the answer.
static void add_fields(const yonder_rules_answer *found, yn_answer *answer)
{
    yonder_text vary = found->vary.len > longest_vary ? YN_TEXT("*") : found->vary;
    add_field(answer, YN_TEXT("Vary"), vary);
    if (found->cache_control.len <= longest_cache_control)
        add_field(answer, YN_TEXT("Cache-Control"), found->cache_control);
    if (found->hsts.len <= longest_hsts)
        add_field(answer, YN_TEXT("Strict-Transport-Security"), found->hsts);
    if (!found->retry_after)
        return;
    int len = snprintf(answer->number, sizeof answer->number, "%u", (unsigned)found->retry_after);
    add_field(answer, YN_TEXT("Retry-After"), (yonder_text){answer->number, (size_t)len});
}

// The client's address without its port, in words; empty where it is gone. `address` or NULL.
static yonder_text client_of(const yn_peer *peer, char words[YN_ADDRESS_TEXT], yn_address *address)
{
    yn_address own;
    address = address ? address : &own;
    if (peer->client)
        *address = *peer->client;
    else if (!yn_address_of_peer(peer->fd, address))
        return (yonder_text){NULL, 0};
    yn_address_print(address, words);
    return (yonder_text){words, (size_t)(strrchr(words, ':') - words)};
}

// Who asks: the address in words, which a share of clients goes by, and the country.
static void tell_client(const yn_answerer *a, const yn_peer *peer, char words[YN_ADDRESS_TEXT],
                        yonder_rules_request *request)
{
    yn_address address;
    request->client = client_of(peer, words, &address);
    if (a->countries && request->client.len)
        request->country = yn_country_of(a->countries, (const struct sockaddr *)&address.storage);
}

// The host a request is for. One that names none, as in HTTP/1.0, came for the one of the
// connection.
static yonder_text host_of(const yn_h1_request *request, const yn_peer *peer)
{
    if (peer->host.len)
        return peer->host;
    return request->host.len || !peer->tls ? request->host : yn_tls_name(peer->tls);
}

// What goes with an answer that no rule has a part in: HSTS is said with every one over TLS.
static void add_site_fields(const yn_answerer *a, const yn_peer *peer, yonder_text host,
                            yn_answer *answer)
{
    yonder_rules_request q = {.https = true, .host = host};
    yonder_rules_answer found;
    if (!peer->https ||
        yonder_rules_match(a->rules, &q, a->scratch, a->scratch_size - fields_room, &found) < 0)
        return;
    const yonder_rules_answer hsts = {.hsts = found.hsts}; // the rest is about another target
    add_fields(&hsts, answer);
}

// The rule's answer, or the status to send where no rule fires.
static void ask_rules(const yn_answerer *a, const yn_h1_request *request, const yn_peer *peer,
                      yn_answer *answer)
{
    yonder_rules_request q = {.https = peer->https,
                              .host = host_of(request, peer),
                              .target = request->target,
                              .method = request->method,
                              .http10 = request->http10,
                              .fields = request->fields,
                              .field_count = request->field_count,
                              .now = a->now};
    yonder_rules_answer *found = &answer->found;
    char client[YN_ADDRESS_TEXT];
    // From the end of the scratch space: field lines, the origin, a target to be made whole.
    size_t left = a->scratch_size - fields_room - origin_room - q.host.len;
    char *origin = a->scratch + left;
    if (q.target.len && q.target.ptr[0] == '?') {
        left -= q.target.len + 1;
        char *whole = a->scratch + left;
        whole[0] = '/';
        memcpy(whole + 1, q.target.ptr, q.target.len);
        q.target = (yonder_text){whole, q.target.len + 1};
    }
    if (yonder_rules_has_conditions(a->rules))
        tell_client(a, peer, client, &q);
    int fires = yonder_rules_match(a->rules, &q, a->scratch, left, found);
    // 414: the rule's own text is never too long for a Location; what the request brought made it
    // so.
    answer->asked = true;
    answer->status = fires > 0 ? found->status : fires == 0 ? 404 : 414;
    if (fires < 0)
        add_site_fields(a, peer, q.host, answer);
    else
        add_fields(found, answer);
    if (fires > 0)
        answer->location = found->location;
    if (fires > 0 && request->http10)
        answer->origin = origin_for(found->location, q.host, peer, origin);
}

// Whether the client may ask this server for the host over this connection: its certificate has to
// be good for the host, or whoever has one for another site would answer, and set HSTS, for this
// one.
static bool is_for_host(const yn_peer *peer, yonder_text host)
{
    if (!peer->tls)
        return true;
    yonder_text name = yn_tls_name(peer->tls);
    size_t colon = host.len;
    while (colon && yn_is_digit((unsigned char)host.ptr[colon - 1]))
        colon--;
    if (colon && host.ptr[colon - 1] == ':')
        host.len = colon - 1;
    if (host.len && host.ptr[host.len - 1] == '.') // clients keep it here and not in SNI
        host.len--;
    if (host.len == 0)
        return true;
    return (name.len && yn_equal_nocase(name, host)) || yn_tls_covers(peer->tls, host);
}

void yn_answer_find(const yn_answerer *a, const yn_h1_request *request, const yn_peer *direct,
                    yn_answer *answer)
{
    answer->origin = answer->location = (yonder_text){NULL, 0};
    answer->field_count = 0;
    answer->asked = false;
    answer->found = (yonder_rules_answer){0};
    answer->peer = *direct;
    const yn_peer *peer = &answer->peer;
    if (peer->trusted)
        yn_origin_find(a->trusted, a->trusted_count, request, &answer->peer, &answer->client);
    bool misdirected = request->form == YN_H1_ABSOLUTE && request->https != peer->https;
    if (request->form == YN_H1_AUTHORITY) {
        answer->status = 501; // CONNECT: this is no proxy
        add_site_fields(a, peer, peer->tls ? yn_tls_name(peer->tls) : request->host, answer);
    } else if (misdirected || !is_for_host(peer, request->host)) {
        answer->status = 421; // not over this connection (RFC 9110 section 7.4)
    } else if (request->form == YN_H1_ASTERISK) {
        answer->status = 204;
        add_site_fields(a, peer, host_of(request, peer), answer);
        add_field(answer, YN_TEXT("Allow"), YN_TEXT(ALLOWED));
    } else {
        ask_rules(a, request, peer, answer);
    }
}

// The host is the one the client opened the connection for: the request is not understood.
void yn_answer_find_error(const yn_answerer *a, const yn_peer *peer, int status, yn_answer *answer)
{
    answer->status = status;
    answer->origin = answer->location = (yonder_text){NULL, 0};
    answer->field_count = 0;
    answer->asked = false;
    answer->peer = *peer;
    if (peer->tls)
        add_site_fields(a, peer, yn_tls_name(peer->tls), answer);
}

static void log_answer(const yn_answerer *a, const yn_answer *answer, const yn_h1_request *request,
                       size_t content)
{
    char words[YN_ADDRESS_TEXT];
    yonder_text client = client_of(&answer->peer, words, NULL);
    if (client.len && client.ptr[0] == '[') // logs have IPv6 without
        client = yn_slice(client, 1, client.len - 1);
    yn_access_entry entry = {.now = a->now,
                             .client = client,
                             .https = answer->peer.https,
                             .request = request,
                             .status = answer->status,
                             .body = content,
                             .location = answer->location,
                             .answer = answer->asked ? &answer->found : NULL};
    yn_access_put(a->access, a->worker, &entry);
}

void yn_answer_note(const yn_answerer *a, const yn_answer *answer, const yn_h1_request *request,
                    size_t bytes, size_t content)
{
    yn_answered answered = {.status = answer->status,
                            .bytes = bytes,
                            .https = answer->peer.https,
                            .answer = answer->asked ? &answer->found : NULL};
    if (request) {
        answered.host = host_of(request, &answer->peer);
        answered.target = request->target;
    }
    if (a->tally)
        yn_tally_answer(a->tally, &answered);
    if (a->access)
        log_answer(a, answer, request, content);
}

// ---- HTTP/1 -------------------------------------------------------------------------------------

// As field lines, at the end of the scratch space.
static yonder_text lines_of(const yn_answerer *a, const yn_answer *answer)
{
    char *start = a->scratch + a->scratch_size - fields_room, *end = start;
    for (size_t i = 0; i < answer->field_count; i++) {
        const yonder_field *field = &answer->fields[i];
        end = mempcpy(end, field->name.ptr, field->name.len);
        end = mempcpy(end, ": ", 2);
        end = mempcpy(end, field->value.ptr, field->value.len);
        end = mempcpy(end, "\r\n", 2);
    }
    return (yonder_text){start, (size_t)(end - start)};
}

static bool compose(const yn_answerer *a, yn_answer *answer, yn_h1_connection connection, bool head,
                    yn_buf *out)
{
    yn_h1_response r = {.status = answer->status,
                        .phrase = yonder_text_of(yonder_status_phrase(answer->status)),
                        .date = a->date,
                        .origin = answer->origin,
                        .location = answer->location,
                        .fields = lines_of(a, answer),
                        .connection = connection,
                        .head = head};
    int error = yn_h1_respond(out, &r);
    if (error != YONDER_INVALID_ARGUMENT)
        return error == YONDER_OK;
    // A control character in a Location would let a request write fields of the response.
    answer->status = r.status = 500;
    r.phrase = yonder_text_of(yonder_status_phrase(500));
    answer->location = r.origin = r.location = (yonder_text){NULL, 0};
    return yn_h1_respond(out, &r) == YONDER_OK;
}

// Writes the answer, and notes it once it is written. `request` or NULL.
static bool write_response(const yn_answerer *a, yn_answer *answer, const yn_h1_request *request,
                           yn_h1_connection connection, bool head, yn_buf *out)
{
    size_t before = out->len;
    if (!compose(a, answer, connection, head, out))
        return false;
    yonder_text written = yn_skip(yn_buf_text(out), before);
    size_t content = 0;
    if (a->access) {
        const char *end = memmem(written.ptr, written.len, "\r\n\r\n", 4);
        content = end ? (size_t)(written.ptr + written.len - end) - 4 : 0;
    }
    yn_answer_note(a, answer, request, written.len, content);
    return true;
}

bool yn_answer_request(const yn_answerer *a, const yn_h1_request *request, const yn_peer *peer,
                       bool close, yn_buf *out)
{
    yn_answer answer;
    yn_answer_find(a, request, peer, &answer);
    yn_h1_connection connection = close             ? YN_H1_CLOSE
                                  : request->http10 ? YN_H1_KEEP_ALIVE
                                                    : YN_H1_PERSIST;
    bool head = yn_equal(request->method, YN_TEXT("HEAD"));
    return write_response(a, &answer, request, connection, head, out);
}

bool yn_answer_error(const yn_answerer *a, const yn_peer *peer, yonder_text method, int status,
                     yn_buf *out)
{
    yn_answer answer;
    yn_answer_find_error(a, peer, status, &answer);
    bool head = yn_equal(method, YN_TEXT("HEAD"));
    return write_response(a, &answer, NULL, YN_H1_CLOSE, head, out);
}
