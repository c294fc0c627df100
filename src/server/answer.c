// SPDX-License-Identifier: MIT
#include "server/answer.h"

#include <stdio.h>

#include <yonder/redirect.h>

#include "base/text.h"
#include "net/listen.h"
#include "server/origin.h"

// Every method is redirected; these are the ones a client may want to hear of.
#define ALLOW_FIELD "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n"

#define HSTS_FIELD "Strict-Transport-Security: "

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

static yonder_text host_of(const yn_peer *peer, const yn_h1_request *request)
{
    return peer->host.len ? peer->host : request->host;
}

static bool compose(const yn_answerer *a, yn_h1_response *r, yn_buf *out)
{
    r->date = a->date;
    r->phrase = yonder_text_of(yonder_status_phrase(r->status));
    int error = yn_h1_respond(out, r);
    if (error != YONDER_INVALID_ARGUMENT)
        return error == YONDER_OK;
    // A control character in a Location would let a request write fields of the response.
    r->status = 500;
    r->phrase = yonder_text_of(yonder_status_phrase(500));
    r->origin = r->location = (yonder_text){NULL, 0};
    return yn_h1_respond(out, r) == YONDER_OK;
}

static void log_answer(const yn_answerer *a, const yn_h1_response *r, const yn_peer *peer,
                       const yn_h1_request *request, const yonder_rules_answer *found,
                       yonder_text written)
{
    char words[YN_ADDRESS_TEXT];
    yonder_text client = client_of(peer, words, NULL);
    if (client.len && client.ptr[0] == '[') // logs have IPv6 without
        client = yn_slice(client, 1, client.len - 1);
    const char *end = memmem(written.ptr, written.len, "\r\n\r\n", 4);
    yn_access_entry entry = {.now = a->now,
                             .client = client,
                             .https = peer->https,
                             .request = request,
                             .status = r->status,
                             .body = end ? (size_t)(written.ptr + written.len - end) - 4 : 0,
                             .location = r->location,
                             .answer = found};
    yn_access_put(a->access, a->worker, &entry);
}

// Writes the answer, and counts it once it is written. `request` and `found` or NULL.
static bool write_response(const yn_answerer *a, yn_h1_response *r, const yn_peer *peer,
                           const yn_h1_request *request, const yonder_rules_answer *found,
                           yn_buf *out)
{
    size_t before = out->len;
    if (!compose(a, r, out))
        return false;
    yn_answered answered = {
        .status = r->status, .bytes = out->len - before, .https = peer->https, .answer = found};
    if (request) {
        answered.host = host_of(peer, request);
        answered.target = request->target;
    }
    if (a->tally)
        yn_tally_answer(a->tally, &answered);
    if (a->access)
        log_answer(a, r, peer, request, found, yn_skip(yn_buf_text(out), before));
    return true;
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

// What goes with the answer, as field lines in `room` of fields_room bytes.
static yonder_text fields_of(const yonder_rules_answer *found, char *room)
{
    yonder_text vary = found->vary, cache = found->cache_control;
    size_t len = 0;
    if (vary.len > longest_vary)
        vary = YN_TEXT("*");
    if (vary.len)
        len += (size_t)sprintf(room + len, "Vary: %.*s\r\n", YN_PRINT(vary));
    if (cache.len && cache.len <= longest_cache_control)
        len += (size_t)sprintf(room + len, "Cache-Control: %.*s\r\n", YN_PRINT(cache));
    if (found->hsts.len && found->hsts.len <= longest_hsts)
        len += (size_t)sprintf(room + len, HSTS_FIELD "%.*s\r\n", YN_PRINT(found->hsts));
    if (found->retry_after)
        len += (size_t)sprintf(room + len, "Retry-After: %u\r\n", (unsigned)found->retry_after);
    return (yonder_text){room, len};
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

// The rule's answer, or the status to send where no rule fires.
static void ask_rules(const yn_answerer *a, const yn_h1_request *request, const yn_peer *peer,
                      yn_h1_response *r, yonder_rules_answer *found)
{
    yonder_rules_request q = {.https = peer->https,
                              .host = host_of(peer, request),
                              .target = request->target,
                              .method = request->method,
                              .http10 = request->http10,
                              .fields = request->fields,
                              .field_count = request->field_count,
                              .now = a->now};
    char client[YN_ADDRESS_TEXT];
    // From the end of the scratch space: fields, the origin, a target that has to be made whole.
    size_t left = a->scratch_size - fields_room - origin_room - host_of(peer, request).len;
    char *origin = a->scratch + left, *fields = a->scratch + a->scratch_size - fields_room;
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
    r->status = fires > 0 ? found->status : fires == 0 ? 404 : 414;
    if (fires < 0)
        return;
    r->fields = fields_of(found, fields);
    if (fires > 0)
        r->location = found->location;
    if (fires > 0 && request->http10)
        r->origin = origin_for(found->location, host_of(peer, request), peer, origin);
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
    return (name.len && yn_equal_nocase(name, host)) || yn_tls_covers(peer->tls, host);
}

// What goes with an answer that no rule has a part in: HSTS is said with every one over TLS.
static yonder_text site_fields(const yn_answerer *a, const yn_peer *peer, yonder_text host)
{
    yonder_rules_request q = {.https = true, .host = host};
    yonder_rules_answer found;
    if (!peer->https ||
        yonder_rules_match(a->rules, &q, a->scratch, a->scratch_size - fields_room, &found) < 0)
        return (yonder_text){NULL, 0};
    return fields_of(&found, a->scratch + a->scratch_size - fields_room);
}

// The fields lie at the end of the scratch space; before them there is room.
static yonder_text with_allow(const yn_answerer *a, yonder_text fields)
{
    char *start = a->scratch, *end = mempcpy(start, ALLOW_FIELD, sizeof ALLOW_FIELD - 1);
    if (fields.len)
        end = mempcpy(end, fields.ptr, fields.len);
    return (yonder_text){start, (size_t)(end - start)};
}

bool yn_answer_request(const yn_answerer *a, const yn_h1_request *request, const yn_peer *direct,
                       bool close, yn_buf *out)
{
    yn_peer told = *direct, *peer = &told;
    yn_address client;
    if (peer->trusted)
        yn_origin_find(a->trusted, a->trusted_count, request, peer, &client);
    yn_h1_response r = {.head = yn_equal(request->method, YN_TEXT("HEAD"))};
    yonder_rules_answer found = {0};
    bool asked = false;
    r.connection = close ? YN_H1_CLOSE : request->http10 ? YN_H1_KEEP_ALIVE : YN_H1_PERSIST;
    bool misdirected = request->form == YN_H1_ABSOLUTE && request->https != peer->https;
    if (request->form == YN_H1_AUTHORITY) {
        r.status = 501; // CONNECT: this is no proxy
        r.fields = site_fields(a, peer, peer->tls ? yn_tls_name(peer->tls) : request->host);
    } else if (misdirected || !is_for_host(peer, request->host)) {
        r.status = 421; // not over this connection (RFC 9110 section 7.4)
    } else if (request->form == YN_H1_ASTERISK) {
        r.status = 204;
        r.fields = with_allow(a, site_fields(a, peer, host_of(peer, request)));
    } else {
        ask_rules(a, request, peer, &r, &found);
        asked = true;
    }
    return write_response(a, &r, peer, request, asked ? &found : NULL, out);
}

// The host is the one the client opened the connection for: the request is not understood.
bool yn_answer_error(const yn_answerer *a, const yn_peer *peer, yonder_text method, int status,
                     yn_buf *out)
{
    yn_h1_response r = {
        .status = status, .connection = YN_H1_CLOSE, .head = yn_equal(method, YN_TEXT("HEAD"))};
    if (peer->tls)
        r.fields = site_fields(a, peer, yn_tls_name(peer->tls));
    return write_response(a, &r, peer, NULL, NULL, out);
}
