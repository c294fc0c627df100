// SPDX-License-Identifier: MIT
#include "proof/visit.h"

#include "base/text.h"
#include "core/host.h"

enum {
    long_target = 16384, // no server takes more
};

void yn_place_write(yn_buf *out, const yn_place_at *place)
{
    yn_buf_str(out, place->https ? "https://" : "http://");
    yn_buf_put(out, place->host);
    yn_buf_put(out, place->target);
}

/* ---- hosts ----------------------------------------------------------------------------------- */

yn_hosts yn_hosts_make(const yonder_mem *mem)
{
    return (yn_hosts){yn_map_make(mem), false};
}

void yn_hosts_free(yn_hosts *hosts)
{
    yn_map_free(&hosts->names);
}

bool yn_hosts_add(yn_hosts *hosts, yonder_text name)
{
    bool added;
    hosts->has_wildcards = hosts->has_wildcards || (name.len && name.ptr[0] == '.');
    return yn_map_add(&hosts->names, name, 0, &added) != NULL;
}

yonder_text yn_host_without_port(yonder_text host)
{
    size_t end = host.len;
    while (end && yn_is_digit((unsigned char)host.ptr[end - 1]))
        end--;
    return end && host.ptr[end - 1] == ':' ? yn_slice(host, 0, end - 1) : host;
}

bool yn_hosts_has(const yn_hosts *hosts, yonder_text host)
{
    host = yn_host_without_port(host);
    if (host.len && host.ptr[0] != '.' && yn_map_find(&hosts->names, host))
        return true;
    for (size_t i = 1; hosts->has_wildcards && i < host.len; i++)
        if (host.ptr[i] == '.' && yn_map_find(&hosts->names, yn_skip(host, i)))
            return true;
    return false;
}

/* ---- asking ---------------------------------------------------------------------------------- */

bool yn_asker_make(yn_asker *out, const yonder_rules *set, const yn_hosts *hosts,
                   const yonder_mem *mem)
{
    *out = (yn_asker){.set = set, .hosts = hosts, .mem = mem};
    out->scratch_size = YONDER_RULES_SCRATCH(YONDER_RULES_MAX_LOCATION);
    for (size_t i = 0; i < 2; i++)
        out->scratch[i] = yn_alloc(mem, out->scratch_size);
    if (out->scratch[0] && out->scratch[1])
        return true;
    yn_asker_free(out);
    return false;
}

void yn_asker_free(yn_asker *asker)
{
    for (size_t i = 0; i < 2; i++)
        yn_free(asker->mem, asker->scratch[i]);
}

// The place of a line in file order.
static uint32_t order_of(yn_asker *asker, const yonder_rules_answer *answer)
{
    const yonder_rules *set = asker->set;
    if (asker->source != answer->file.ptr)
        for (uint32_t i = 0; i < set->sources_count; i++) {
            const yn_source_name *source = yn_set_source(set, i);
            if (set->pool + source->at != answer->file.ptr)
                continue;
            asker->source = answer->file.ptr;
            asker->source_start = source->first_order;
        }
    return asker->source_start + answer->line - 1;
}

yonder_rules_request yn_request_of(const yn_place_at *place, const yn_client_side *client)
{
    return (yonder_rules_request){.https = place->https,
                                  .host = place->host,
                                  .target = place->target,
                                  .method = client->method,
                                  .http10 = client->http10,
                                  .fields = client->fields,
                                  .field_count = client->field_count,
                                  .client = client->client,
                                  .country = client->country,
                                  .now = client->now};
}

yn_reply yn_ask(yn_asker *asker, const yn_place_at *place, const yn_client_side *client)
{
    yonder_rules_request request = yn_request_of(place, client);
    yonder_rules_answer answer;
    asker->turn ^= 1;
    int found = yonder_rules_match(asker->set, &request, asker->scratch[asker->turn],
                                   asker->scratch_size, &answer);
    if (found <= 0)
        return (yn_reply){.cause = YONDER_RULES_NONE};
    return (yn_reply){answer.cause, answer.status, order_of(asker, &answer), answer.location};
}

/* ---- following ------------------------------------------------------------------------------- */

// Nearly all hosts are written as they are compared.
static bool is_canonical(yonder_text host)
{
    bool last_is_letter = host.len && yn_is_alpha((unsigned char)host.ptr[host.len - 1]);
    for (size_t i = 0; i < host.len; i++)
        if (host.ptr[i] != '.' && host.ptr[i] != '-' && !yn_is_digit((unsigned char)host.ptr[i]) &&
            (host.ptr[i] < 'a' || host.ptr[i] > 'z'))
            return false;
    return last_is_letter; // a number might be an address
}

static yonder_text canonical(yonder_text authority, bool https, char room[256])
{
    yonder_text host;
    int32_t port;
    if (is_canonical(authority) ||
        yn_host_canonical(authority, room, 256, &host, &port) != YONDER_OK)
        return authority;
    if (port < 0 || port == (https ? 443 : 80) || host.len > 248)
        return host;
    char digits[8];
    size_t n = 0;
    for (int32_t p = port; p || !n; p /= 10)
        digits[n++] = (char)('0' + p % 10);
    memmove(room, host.ptr, host.len);
    room[host.len++] = ':';
    while (n)
        room[host.len++] = digits[--n];
    return (yonder_text){room, host.len};
}

static size_t authority_end(yonder_text t, size_t at)
{
    while (at < t.len && t.ptr[at] != '/' && t.ptr[at] != '?')
        at++;
    return at;
}

yn_lead yn_follow(yn_place_at *out, const yn_asker *asker, const yn_place_at *place,
                  yonder_text location, char room[256])
{
    size_t at = yn_starts_with(location, YN_TEXT("https://"))  ? 8
                : yn_starts_with(location, YN_TEXT("http://")) ? 7
                : yn_starts_with(location, YN_TEXT("//"))      ? 2
                                                               : 0;
    location.len = yn_find_char(location, '#');
    *out = (yn_place_at){at > 2 ? at == 8 : place->https, place->host, location};
    if (!at)
        return YN_LEADS_ON;
    size_t end = authority_end(location, at);
    out->host = canonical(yn_slice(location, at, end), out->https, room);
    out->target = yn_skip(location, end);
    return yn_equal(out->host, place->host) || yn_hosts_has(asker->hosts, out->host)
               ? YN_LEADS_ON
               : YN_LEADS_AWAY;
}

static bool same_place(const yn_place_at *a, const yn_place_at *b)
{
    return a->https == b->https && yn_equal(a->host, b->host) && yn_equal(a->target, b->target);
}

// "https://h" and "https://h?x" have a path all the same.
static bool keep(yn_place_at *place, yn_arena *arena)
{
    bool bare = !place->target.len || place->target.ptr[0] != '/';
    char *target = yn_arena_alloc(arena, place->target.len + 1);
    place->host = yn_arena_text(arena, place->host);
    if (!target || !place->host.ptr)
        return false;
    target[0] = '/';
    if (place->target.len)
        memcpy(target + bare, place->target.ptr, place->target.len);
    place->target = (yonder_text){target, place->target.len + bare};
    return true;
}

static bool repeats(yn_proof_walk *walk, const yn_place_at *next, yonder_text method)
{
    for (size_t i = 0; i < walk->count; i++) {
        if (!same_place(&walk->hops[i].from, next) || !yn_equal(walk->hops[i].method, method))
            continue;
        walk->loop = i;
        walk->loop_length = walk->count - i;
        walk->end = YN_ENDS_REPEATS;
        return true;
    }
    return false;
}

// Whether the last hops are some rules over and over, and each time the URL is longer.
static void find_growth(yn_proof_walk *walk)
{
    const yn_proof_hop *end = &walk->hops[walk->count - 1];
    for (size_t length = 1; length <= walk->count / 3; length++) {
        size_t n = 0;
        while (n + length < walk->count &&
               end[-(ptrdiff_t)n].order == end[-(ptrdiff_t)(n + length)].order)
            n++;
        if (n < 2 * length || end->from.target.len <= end[-(ptrdiff_t)length].from.target.len ||
            end[-(ptrdiff_t)length].from.target.len <= end[-2 * (ptrdiff_t)length].from.target.len)
            continue;
        walk->end = YN_ENDS_GROWS;
        walk->loop = walk->count - n - length;
        walk->loop_length = length;
        return;
    }
}

static yonder_text next_method(yonder_text method, int status)
{
    bool is_post = yn_equal(method, YN_TEXT("POST")), is_head = yn_equal(method, YN_TEXT("HEAD"));
    bool to_get = (status == 303 && !is_head) || (is_post && status < 303);
    return to_get || yn_equal(method, YN_TEXT("GET")) ? (yonder_text){NULL, 0} : method;
}

// Sets walk->end where the answer ends it.
static bool take_answer(yn_proof_walk *walk, const yn_asker *asker, const yn_reply *reply,
                        yn_place_at *at, yonder_text *method, yn_arena *arena)
{
    char room[256];
    yn_place_at next;
    yn_proof_hop *hop = &walk->hops[walk->count++];
    *hop = (yn_proof_hop){.from = *at,
                          .method = *method,
                          .cause = reply->cause,
                          .status = reply->status,
                          .order = reply->order};
    if (!reply->location.len) {
        walk->end = YN_ENDS_STATUS;
        return true;
    }
    hop->location = yn_arena_text(arena, reply->location);
    yn_lead lead = yn_follow(&next, asker, at, hop->location, room);
    if (!hop->location.ptr || !keep(&next, arena))
        return false;
    hop->upgrades = !at->https && next.https && yn_equal(at->host, next.host) &&
                    yn_equal(at->target, next.target);
    *method = next_method(*method, reply->status);
    if (lead == YN_LEADS_AWAY)
        walk->end = YN_ENDS_AWAY;
    else
        repeats(walk, &next, *method);
    *at = next;
    return true;
}

bool yn_walk_from(yn_proof_walk *out, yn_asker *asker, const yn_place_at *start,
                  const yn_client_side *client, yn_arena *arena)
{
    yn_client_side side = *client;
    yn_place_at at = *start;
    out->count = out->loop = out->loop_length = 0;
    out->end = YN_ENDS_LATE;
    if (!keep(&at, arena))
        return false;
    while (out->end == YN_ENDS_LATE && out->count < YN_HOPS) {
        yn_reply reply = yn_ask(asker, &at, &side);
        if (reply.cause == YONDER_RULES_NONE) {
            out->end = YN_ENDS_HERE;
            break;
        }
        if (!take_answer(out, asker, &reply, &at, &side.method, arena))
            return false;
        if (out->end == YN_ENDS_LATE && at.target.len > long_target)
            find_growth(out); // it doubles with each hop, and soon no Location holds it
    }
    out->last = at;
    if (out->end == YN_ENDS_LATE)
        find_growth(out);
    return true;
}

size_t yn_walk_counted(const yn_proof_walk *walk)
{
    size_t n = 0;
    for (size_t i = 0; i < walk->count; i++)
        n += !walk->hops[i].upgrades;
    return n;
}
