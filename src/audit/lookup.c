// SPDX-License-Identifier: MIT
#include "audit/lookup.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>

#include "audit/public.h"
#include "base/text.h"

enum {
    addresses_max = 32, // that are kept of a host
    name_max = 256,     // bytes of a host's name, NUL included
};

// Takes what stands before the next colon off `rest`; one in brackets is no such colon.
static yonder_text take_part(yonder_text *rest)
{
    size_t from = rest->len && rest->ptr[0] == '[' ? yn_find_char(*rest, ']') : 0;
    size_t end = from + yn_find_char(yn_skip(*rest, from), ':');
    yonder_text part = yn_slice(*rest, 0, end);
    *rest = yn_skip(*rest, end < rest->len ? end + 1 : end);
    return part;
}

static yonder_text without_brackets(yonder_text t)
{
    return t.len > 2 && t.ptr[0] == '[' && t.ptr[t.len - 1] == ']' ? yn_slice(t, 1, t.len - 1) : t;
}

static int add(yn_addresses *out, yn_arena *arena, yonder_text address)
{
    if (!out->all)
        out->all = yn_arena_alloc(arena, addresses_max * sizeof *out->all);
    if (!out->all)
        return YONDER_NO_MEMORY;
    for (size_t i = 0; i < out->count; i++)
        if (yn_equal(out->all[i], address))
            return YONDER_OK;
    if (out->count < addresses_max) {
        yonder_text copy = yn_arena_text(arena, address);
        if (!copy.ptr)
            return YONDER_NO_MEMORY;
        out->all[out->count++] = copy;
    }
    return YONDER_OK;
}

/* ---- what the caller says ----------------------------------------------------------------------
 */

// The addresses of HOST:PORT:ADDR[,ADDR…], if it is about that host and port (0 for any). NULL is
// what it says where it is not.
static yonder_text given_by(const char *entry, yonder_text host, int port)
{
    char number[16];
    yonder_text rest = yonder_text_of(entry);
    if (yn_starts_with(rest, YN_TEXT("+")))
        rest = yn_skip(rest, 1);
    yonder_text name = take_part(&rest), at = take_part(&rest);
    (void)snprintf(number, sizeof number, "%d", port);
    bool same_host = yn_equal(name, YN_TEXT("*")) ||
                     yn_equal_nocase(without_brackets(name), without_brackets(host));
    bool same_port = port == 0 || yn_equal(at, yonder_text_of(number));
    return same_host && same_port && rest.len ? rest : (yonder_text){0};
}

bool yn_lookup_is_given(const yn_collect_options *options, yonder_text host, int port)
{
    for (size_t i = 0; i < options->resolve_count; i++)
        if (given_by(options->resolve[i], host, port).ptr)
            return true;
    return false;
}

static int add_given(const yn_collect_options *options, yonder_text host, yn_arena *arena,
                     yn_addresses *out)
{
    int error = YONDER_OK;
    for (size_t i = 0; i < options->resolve_count; i++) {
        yonder_text rest = given_by(options->resolve[i], host, 0);
        while (!error && rest.len) {
            size_t end = yn_find_char(rest, ',');
            error = add(out, arena, without_brackets(yn_slice(rest, 0, end)));
            rest = yn_skip(rest, end < rest.len ? end + 1 : end);
        }
    }
    return error;
}

// The host that is gone to in place of `host` at `port` (0 for any), by HOST1:PORT1:HOST2:PORT2;
// itself if there is none.
static yonder_text stand_in(const yn_collect_options *options, yonder_text host, int port)
{
    char number[16];
    (void)snprintf(number, sizeof number, "%d", port);
    for (size_t i = 0; i < options->connect_to_count; i++) {
        yonder_text rest = yonder_text_of(options->connect_to[i]);
        yonder_text from = take_part(&rest), at = take_part(&rest), to = take_part(&rest);
        bool same_port = port == 0 || at.len == 0 || yn_equal(at, yonder_text_of(number));
        if ((from.len == 0 || yn_equal_nocase(from, host)) && same_port && to.len)
            return to;
    }
    return host;
}

bool yn_lookup_is_diverted(const yn_collect_options *options, yonder_text host, int port)
{
    return stand_in(options, host, port).ptr != host.ptr;
}

/* ---- what the resolver says --------------------------------------------------------------------
 */

static int add_resolved(yonder_text host, bool public_only, yn_arena *arena, yn_addresses *out)
{
    char name[name_max], text[INET6_ADDRSTRLEN];
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int error = YONDER_OK;
    if (host.len >= sizeof name) {
        out->exists = YN_NO;
        return YONDER_OK;
    }
    (void)snprintf(name, sizeof name, "%.*s", YN_PRINT(host));
    int answer = getaddrinfo(name, NULL, &hints, &found);
    if (answer == EAI_NONAME || answer == EAI_NODATA || answer == EAI_ADDRFAMILY)
        out->exists = YN_NO;
    for (const struct addrinfo *a = answer == 0 ? found : NULL; a && !error; a = a->ai_next) {
        if (a->ai_family == AF_INET)
            (void)inet_ntop(AF_INET, &((const struct sockaddr_in *)a->ai_addr)->sin_addr, text,
                            sizeof text);
        else
            (void)inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)a->ai_addr)->sin6_addr, text,
                            sizeof text);
        if (public_only && !yn_is_public(text))
            out->withheld = true;
        else
            error = add(out, arena, yonder_text_of(text));
    }
    out->withheld = out->withheld && out->count == 0;
    if (out->withheld)
        out->exists = YN_NO;
    if (answer == 0)
        freeaddrinfo(found);
    return error;
}

int yn_lookup(const yn_collect_options *options, yonder_text host, yn_arena *arena,
              yn_addresses *out)
{
    yn_addresses a = {.exists = YN_UNKNOWN};
    yonder_text there = stand_in(options, host, 0);
    int error = add_given(options, host, arena, &a);
    if (!error && a.count == 0)
        error = add_given(options, there, arena, &a);
    if (!error && a.count == 0)
        error = add_resolved(without_brackets(there), options->public_only && there.ptr == host.ptr,
                             arena, &a);
    if (a.count)
        a.exists = YN_YES;
    if (!error)
        *out = a;
    return error;
}
