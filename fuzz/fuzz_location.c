// SPDX-License-Identifier: MIT
// The input is a base, a newline, and the value of a Location. Whatever they are and whoever reads
// them, the result is a URL in place and in order, which its reader reads back as the same URL, as
// a Location and as the URL it is started with; for a reader by the URL standard it is the one the
// standard gives. The value is also read as the URL a client is started with.
#include <stdlib.h>

#include "base/buf.h"
#include "base/text.h"
#include "core/client.h"
#include "core/location.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

// `raw`: query and fragment stay as they came.
static void check_characters(const yonder_url *u, bool raw)
{
    yonder_url_span path = u->part[YONDER_URL_PATHNAME];
    CHECK(strlen(u->href) == u->length);
    for (uint32_t i = 0; i < u->length; i++) {
        char c = u->href[i];
        bool in_opaque_path = u->opaque_path && i >= path.at && i < path.at + path.len;
        bool as_it_came = raw && i >= path.at + path.len && (unsigned char)c >= ' ' && c != 0x7F;
        CHECK((c > ' ' && c < 0x7F) || (c == ' ' && in_opaque_path) || as_it_came);
    }
}

// Path, query and fragment follow each other up to the end, and nothing else is there.
static void check_parts(const yonder_url *u)
{
    const yonder_url_span *part = u->part;
    uint32_t end = part[YONDER_URL_PATHNAME].at + part[YONDER_URL_PATHNAME].len;
    CHECK(part[YONDER_URL_SEARCH].len == 0 || part[YONDER_URL_SEARCH].at == end);
    CHECK(part[YONDER_URL_SEARCH].len == 0 || (u->has_query && u->href[end] == '?'));
    end += u->has_query && !part[YONDER_URL_SEARCH].len ? 1 : part[YONDER_URL_SEARCH].len;
    CHECK(part[YONDER_URL_HASH].len == 0 || part[YONDER_URL_HASH].at == end);
    CHECK(part[YONDER_URL_HASH].len == 0 || (u->has_fragment && u->href[end] == '#'));
    end += u->has_fragment && !part[YONDER_URL_HASH].len ? 1 : part[YONDER_URL_HASH].len;
    CHECK(end == u->length);
}

// The URL standard's answer, put together from its parts: escaped bytes, parsed, fragment added.
static void check_standard(const yonder_client *client, yonder_text value, const yonder_url *base,
                           int error, const yonder_url *url)
{
    yn_buf text = yn_buf_make(YONDER_URL_MAX, NULL);
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        bool control = c < ' ' || c == 0x7F;
        if (c < 0x80 && !(control && client->escapes_controls))
            yn_buf_char(&text, (char)c);
        else
            yn_buf_printf(&text, "%%%02X", c);
    }
    yonder_url expected;
    int expected_error = yonder_url_parse(&expected, yn_buf_text(&text), base, NULL);
    if (!expected_error && error && (client->host_refused || client->decodes_punycode))
        yonder_url_free(&expected, NULL); // a host that the standard takes
    else
        CHECK(expected_error == error);
    if (!error && client->spelling)
        CHECK(yn_spell(client->spelling, NULL, &expected) == YONDER_OK);
    if (!error) {
        text.len = 0;
        yn_buf_put(&text, yonder_url_href(&expected));
        if (client->inherits_fragment && !expected.has_fragment)
            yn_buf_put(&text, yonder_url_get(base, YONDER_URL_HASH));
        CHECK(yn_equal(yn_buf_text(&text), yonder_url_href(url)));
        yonder_url_free(&expected, NULL);
        CHECK(yonder_url_parse(&expected, yonder_url_href(url), NULL, NULL) == YONDER_OK);
        if (client->spelling)
            CHECK(yn_spell(client->spelling, NULL, &expected) == YONDER_OK);
        CHECK(yn_equal(yonder_url_href(&expected), yonder_url_href(url)));
        yonder_url_free(&expected, NULL);
    }
    yn_buf_free(&text);
}

// "0x7f.1" is then "127.0.0.1" to others, "0x" nothing.
static bool keeps_numbers(const yn_reading *reading, yonder_text host)
{
    bool dot = host.ptr[host.len - 1] == '.';
    return reading->host_number == YN_NUMBER_KEPT ||
           (reading->host_number == YN_NUMBER_READ_WITHOUT_DOT && dot);
}

// A reader of its own reads its own URLs as they stand, and any other reader can read them too.
static void check_own(const yonder_client *client, const yonder_url *base, const yonder_url *url)
{
    yonder_url again;
    CHECK(url->has_host && !url->opaque_path && url->part[YONDER_URL_HOSTNAME].len);
    CHECK(yn_location_resolve(client, yonder_url_href(url), base, NULL, &again) == YONDER_OK);
    CHECK(yn_equal(yonder_url_href(&again), yonder_url_href(url)));
    CHECK(memcmp(again.part, url->part, sizeof again.part) == 0);
    CHECK(again.port == url->port && again.special == url->special);
    yonder_url_free(&again, NULL);
    int error = yonder_url_parse(&again, yonder_url_href(url), NULL, NULL);
    if (keeps_numbers(client->reading, yonder_url_get(url, YONDER_URL_HOSTNAME))) {
        CHECK(error == YONDER_OK || error == YONDER_INVALID_URL);
    } else {
        CHECK(error == YONDER_OK);
        CHECK(yn_equal(yonder_url_get(&again, YONDER_URL_HOST),
                       yonder_url_get(url, YONDER_URL_HOST)));
    }
    if (!error)
        yonder_url_free(&again, NULL);
}

static void check_first(const yonder_client *client, yonder_text text, const yonder_url *same)
{
    yonder_url url, again;
    int error = yonder_client_url(client, text, NULL, &url);
    CHECK(error == YONDER_OK || (error == YONDER_INVALID_URL && !same));
    if (error)
        return;
    check_parts(&url);
    CHECK(!same || yn_equal(yonder_url_href(&url), yonder_url_href(same)));
    CHECK(!same || memcmp(url.part, same->part, sizeof url.part) == 0);
    CHECK(yonder_client_url(client, yonder_url_href(&url), NULL, &again) == YONDER_OK);
    CHECK(yn_equal(yonder_url_href(&again), yonder_url_href(&url)));
    CHECK(memcmp(again.part, url.part, sizeof again.part) == 0);
    yonder_url_free(&again, NULL);
    yonder_url_free(&url, NULL);
}

static bool is_followed(const yonder_client *client, const yonder_url *url)
{
    yonder_text protocol = yonder_url_get(url, YONDER_URL_PROTOCOL);
    return yn_location_follows_scheme(client, yn_slice(protocol, 0, protocol.len - 1));
}

static void check_from(const yonder_client *client, yonder_text value, const yonder_url *base)
{
    yonder_url url;
    int error = yn_location_resolve(client, value, base, NULL, &url);
    CHECK(error == YONDER_OK || error == YONDER_INVALID_URL);
    if (!client->reading)
        check_standard(client, value, base, error, &url);
    if (error)
        return;
    check_characters(&url, client->reading && client->reading->path_only);
    check_parts(&url);
    if (client->reading && is_followed(client, &url))
        check_own(client, base, &url);
    bool loses_hash = client->reading && client->inherits_fragment; // an inherited "#", read again
    if (is_followed(client, &url) && !loses_hash)
        check_first(client, yonder_url_href(&url), &url);
    yonder_url_free(&url, NULL);
}

// From the base as the standard spells it and, where the client has a reading of its own, as the
// client does.
static void check_client(const yonder_client *client, yonder_text value, const yonder_url *base)
{
    yonder_url own;
    check_first(client, value, NULL);
    if (client->absolute_only)
        return; // the same reading as the others', of fewer values
    if (!client->reading) {
        check_from(client, value, base);
    } else if (yn_location_resolve(client, yonder_url_href(base), base, NULL, &own) == YONDER_OK) {
        if (is_followed(client, &own)) // or it is none a response to this client came from
            check_from(client, value, &own);
        yonder_url_free(&own, NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    yonder_text input = {(const char *)data, size};
    size_t line = yn_find_char(input, '\n');
    yonder_url base;
    if (line == size || yonder_url_parse(&base, yn_slice(input, 0, line), NULL, NULL))
        return 0;
    yonder_text value = yn_trim(yn_skip(input, line + 1), " \t");
    const yonder_client *client;
    for (size_t i = 0; value.len && (client = yonder_client_at(i)); i++)
        check_client(client, value, &base);
    yonder_url_free(&base, NULL);
    return 0;
}
