// SPDX-License-Identifier: MIT
// The input is a base, a newline, and a reference. Whatever they are, what the parser makes of them
// is a serialised URL with its parts in place, which is read back as the same URL.
#include <yonder/url.h>

#include <stdlib.h>

#include "base/text.h"
#include "core/host.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

// Memory that moves at each resize and is never larger than asked for; it may run out.
typedef struct tight_memory {
    long live, left;
} tight_memory;

static void *tight_resize(void *context, void *ptr, size_t size)
{
    tight_memory *m = context;
    size_t *old = ptr ? (size_t *)ptr - 2 : NULL;
    if (size == 0) {
        m->live--;
        free(old);
        return NULL;
    }
    if (m->left-- == 0)
        return NULL;
    size_t *block = malloc(size + 2 * sizeof *block);
    CHECK(block);
    block[0] = size;
    if (old)
        memcpy(block + 2, ptr, old[0] < size ? old[0] : size);
    else
        m->live++;
    free(old);
    return block + 2;
}

static bool same(const yonder_url *a, const yonder_url *b)
{
    return a->length == b->length && memcmp(a->href, b->href, a->length + 1) == 0 &&
           memcmp(a->part, b->part, sizeof a->part) == 0 && a->port == b->port &&
           a->special == b->special && a->opaque_path == b->opaque_path &&
           a->has_host == b->has_host && a->has_query == b->has_query &&
           a->has_fragment == b->has_fragment;
}

static void check_characters(const yonder_url *u)
{
    yonder_url_span path = u->part[YONDER_URL_PATHNAME];
    CHECK(strlen(u->href) == u->length);
    for (uint32_t i = 0; i < u->length; i++) {
        char c = u->href[i];
        bool in_opaque_path = u->opaque_path && i >= path.at && i < path.at + path.len;
        CHECK((c > ' ' && c < 0x7F) || (c == ' ' && in_opaque_path));
    }
}

// The parts come in order, and nothing stands between them but what the serialiser puts there.
static void check_parts(const yonder_url *u)
{
    static const yonder_url_part order[] = {
        YONDER_URL_PROTOCOL, YONDER_URL_USERNAME, YONDER_URL_PASSWORD, YONDER_URL_HOSTNAME,
        YONDER_URL_PORT,     YONDER_URL_PATHNAME, YONDER_URL_SEARCH,   YONDER_URL_HASH};
    uint32_t end = 0;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        yonder_url_span span = u->part[order[i]];
        CHECK(span.at >= end && span.at - end <= 3);
        for (uint32_t between = end; between < span.at; between++)
            CHECK(memchr("/:@.?#", u->href[between], 6));
        end = span.at + span.len;
    }
    CHECK(end <= u->length && u->length - end <= 1);
    yonder_url_span host = u->part[YONDER_URL_HOST], name = u->part[YONDER_URL_HOSTNAME];
    yonder_url_span port = u->part[YONDER_URL_PORT];
    CHECK(host.at == name.at && host.at + host.len == port.at + port.len);
    CHECK((u->port >= 0) == (port.len > 0));
    yonder_url without = *u;
    without.port = -1;
    CHECK(u->port < 0 || u->port != yonder_url_effective_port(&without)); // no default is written
}

static void check_rules(const yonder_url *u)
{
    yonder_text protocol = yonder_url_get(u, YONDER_URL_PROTOCOL);
    yonder_text path = yonder_url_get(u, YONDER_URL_PATHNAME);
    yonder_text hostname = yonder_url_get(u, YONDER_URL_HOSTNAME);
    bool file = yn_equal(protocol, YN_TEXT("file:"));
    CHECK(!u->opaque_path || (!u->special && !u->has_host));
    CHECK(!u->special || (u->has_host && path.len && path.ptr[0] == '/'));
    CHECK(!u->special || file || hostname.len);
    CHECK(u->opaque_path || path.len == 0 || path.ptr[0] == '/');
    CHECK(!path.len || !u->opaque_path || path.ptr[path.len - 1] != ' ');
    if (!u->special || !hostname.len)
        return;
    char canonical[512];
    yonder_text host;
    int32_t port;
    yonder_text field = yonder_url_get(u, YONDER_URL_HOST);
    int error = yn_host_canonical(field, canonical, sizeof canonical, &host, &port);
    if (error == YONDER_TOO_LARGE || yn_equal(hostname, YN_TEXT(".")))
        return;
    if (hostname.ptr[hostname.len - 1] == '.')
        hostname.len--;
    CHECK(!error && port == u->port && yn_equal(host, hostname));
}

static void check_round_trips(const yonder_url *u, const yonder_url *base)
{
    yonder_url again;
    CHECK(yonder_url_parse(&again, yonder_url_href(u), NULL, NULL) == YONDER_OK);
    CHECK(same(&again, u));
    yonder_url_free(&again, NULL);
    CHECK(yonder_url_parse(&again, yonder_url_href(u), base, NULL) == YONDER_OK);
    CHECK(same(&again, u));
    yonder_url_free(&again, NULL);
    // Its own fragment leads back to it; the empty reference to it without the fragment.
    yonder_text hash = yonder_url_get(u, YONDER_URL_HASH);
    if (u->has_fragment) {
        CHECK(yonder_url_parse(&again, hash.len ? hash : YN_TEXT("#"), u, NULL) == YONDER_OK);
        CHECK(same(&again, u));
        yonder_url_free(&again, NULL);
    }
    int error = yonder_url_parse(&again, YN_TEXT(""), u, NULL);
    CHECK(error == (u->opaque_path ? YONDER_INVALID_URL : YONDER_OK));
    if (!error) {
        CHECK(yonder_url_equal(&again, u, true) && !again.has_fragment);
        yonder_url_free(&again, NULL);
    }
}

static bool same_bytes(const void *a, const void *b, size_t size)
{
    return memcmp(a, b, size) == 0;
}

// The same with memory that is tight and, the second time, runs out at `turn`.
static void check_memory(const yonder_url *expected, int expected_error, yonder_text input,
                         const yonder_url *base, long turn)
{
    for (int runs_out = 0; runs_out < 2; runs_out++) {
        tight_memory memory = {0, runs_out ? turn : -1};
        const yonder_mem mem = {tight_resize, &memory};
        yonder_url url, untouched;
        memset(&url, 0x5A, sizeof url);
        memset(&untouched, 0x5A, sizeof untouched);
        int error = yonder_url_parse(&url, input, base, &mem);
        CHECK(error == expected_error || (runs_out && error == YONDER_NO_MEMORY));
        if (error) {
            CHECK(same_bytes(&url, &untouched, sizeof url));
        } else {
            CHECK(same(&url, expected));
            yonder_url_free(&url, &mem);
        }
        CHECK(memory.live == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    yonder_text all = {(const char *)data, size};
    size_t newline = yn_find_char(all, '\n');
    yonder_text input = newline < size ? yn_skip(all, newline + 1) : all;
    yonder_url base, url = {0};
    bool has_base =
        newline < size && yonder_url_parse(&base, yn_slice(all, 0, newline), NULL, NULL) == 0;
    int error = yonder_url_parse(&url, input, has_base ? &base : NULL, NULL);
    CHECK(!error || error == YONDER_INVALID_URL || error == YONDER_TOO_LARGE);
    check_memory(&url, error, input, has_base ? &base : NULL, (long)(size % 4));
    if (!error) {
        check_characters(&url);
        check_parts(&url);
        check_rules(&url);
        check_round_trips(&url, has_base ? &base : NULL);
        yonder_url_free(&url, NULL);
    }
    if (has_base)
        yonder_url_free(&base, NULL);
    return 0;
}
