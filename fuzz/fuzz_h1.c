// SPDX-License-Identifier: MIT
// The input is what a client sends: a head, and perhaps a chunked body. The verdict on it must not
// depend on how it arrives; a head that is taken must be whole, clean and framed in one way only;
// and nothing a client sends may change the shape of the response.
#include <stdlib.h>
#include <strings.h>

#include "base/text.h"
#include "http/chunked.h"
#include "http/h1.h"
#include "http/response.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

enum {
    every_prefix = 1024 // inputs up to here are tried at every length
};

// Exactly as long as the input, so that a sanitizer sees a read past it.
static int parse_copy(yn_h1_request *r, const char *data, size_t len, const yn_h1_limits *limits)
{
    char *copy = malloc(len ? len : 1);
    CHECK(copy);
    memcpy(copy, data, len);
    int verdict = yn_h1_parse(r, (yonder_text){copy, len}, limits);
    free(copy);
    return verdict;
}

static void check_verdict_is_final(yonder_text data, const yn_h1_limits *limits)
{
    static yn_h1_request r;
    size_t step = data.len <= every_prefix ? 1 : data.len / every_prefix + 1;
    int verdict = 0;
    for (size_t len = 0; len <= data.len; len += step) {
        int now = parse_copy(&r, data.ptr, len, limits);
        CHECK(verdict == 0 || now == verdict);
        CHECK(now <= (int)len);
        CHECK(now >= 0 || now == -400 || now == -414 || now == -431 || now == -501 || now == -505);
        verdict = now;
    }
}

static bool inside(yonder_text part, yonder_text whole)
{
    return part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len;
}

// How many lines of the head have that name, found in the plainest way.
static unsigned lines_named(yonder_text head, const char *name)
{
    unsigned count = 0;
    size_t len = strlen(name);
    for (size_t i = 0; i + 2 + len < head.len; i++)
        count += memcmp(head.ptr + i, "\r\n", 2) == 0 &&
                 strncasecmp(head.ptr + i + 2, name, len) == 0 && head.ptr[i + 2 + len] == ':';
    return count;
}

static void check_head(const yn_h1_request *r, yonder_text head, const yn_h1_limits *limits)
{
    CHECK(head.len <= limits->max_head && r->target.len <= limits->max_target);
    CHECK(r->field_count <= limits->max_fields);
    CHECK(head.len > 4 && memcmp(head.ptr + head.len - 4, "\r\n\r\n", 4) == 0);
    for (size_t i = 0; i < head.len; i++) { // CR and LF in pairs, no other control but the tab
        unsigned char c = (unsigned char)head.ptr[i];
        if (c == '\r')
            CHECK(i + 1 < head.len && head.ptr[i + 1] == '\n');
        else if (c == '\n')
            CHECK(i > 0 && head.ptr[i - 1] == '\r');
        else
            CHECK((c >= 0x20 && c != 0x7F) || c == '\t');
    }
    CHECK(r->method.len && inside(r->method, head));
    CHECK(r->host.len == 0 || (inside(r->host, head) && yn_h1_host_valid(r->host)));
    CHECK(r->host.len || r->http10);
    for (size_t i = 0; i < r->field_count; i++) {
        yonder_text name = r->fields[i].name, value = r->fields[i].value;
        CHECK(name.len && inside(name, head) && inside(value, head));
        CHECK(name.ptr[name.len] == ':' && memcmp(name.ptr - 2, "\r\n", 2) == 0);
        CHECK(yn_equal(yn_trim(value, " \t\r\n"), value));
    }
    unsigned lengths = lines_named(head, "content-length"), hosts = lines_named(head, "host");
    unsigned codings = lines_named(head, "transfer-encoding");
    CHECK(lengths + codings <= 1 && hosts <= 1 && (hosts || r->http10));
    CHECK(r->chunked == (codings == 1) && (r->content_length == 0 || lengths == 1));
}

static void check_chunked(yonder_text body)
{
    yn_chunked whole = {0};
    yonder_text rest = body;
    yn_chunked_status status = yn_chunked_feed(&whole, &rest);
    for (size_t piece = 1; piece < body.len; piece = piece * 2 + 1) {
        yn_chunked c = {0};
        yn_chunked_status now = YN_CHUNKED_MORE;
        size_t at = 0;
        while (at < body.len && now == YN_CHUNKED_MORE) {
            char *copy = malloc(piece);
            CHECK(copy);
            yonder_text part = {copy, piece < body.len - at ? piece : body.len - at};
            memcpy(copy, body.ptr + at, part.len);
            now = yn_chunked_feed(&c, &part);
            at = at + (size_t)(part.ptr - copy);
            free(copy);
        }
        CHECK(now == status && c.total == whole.total && at == body.len - rest.len);
    }
    CHECK(status != YN_CHUNKED_END || memcmp(rest.ptr - 4, "\r\n\r\n", 4) == 0 ||
          memcmp(rest.ptr - 2, "\r\n", 2) == 0);
}

static void check_response(const yn_h1_request *r)
{
    static char space[1 << 20];
    yn_buf out = {.ptr = space, .cap = sizeof space, .max = sizeof space};
    yn_h1_response response = {.status = 301,
                               .phrase = YN_TEXT("Moved Permanently"),
                               .date = YN_TEXT("Sun, 06 Nov 1994 08:49:37 GMT"),
                               .origin = r->host,
                               .location = r->target,
                               .head = yn_equal(r->method, YN_TEXT("HEAD"))};
    CHECK(yn_h1_respond(&out, &response) == YONDER_OK); // a target holds no control
    const char *end = memmem(space, out.len, "\r\n\r\n", 4);
    CHECK(end && (!response.head || end + 4 == space + out.len));
    unsigned lines = 0;
    for (const char *p = space; p < end; p++)
        lines += *p == '\n';
    CHECK(lines == (r->target.len ? 4 : 3));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const yn_h1_limits usual = {16384, 8192, YN_H1_MAX_FIELDS}, small = {256, 32, 5};
    static yn_h1_request r;
    yonder_text data = {(const char *)bytes, size};
    check_verdict_is_final(data, &small);
    check_verdict_is_final(data, &usual);
    int len = size ? yn_h1_parse(&r, data, &usual) : 0;
    if (len > 0) {
        check_head(&r, yn_slice(data, 0, (size_t)len), &usual);
        check_response(&r);
    }
    if (len > 0 && r.chunked)
        check_chunked(yn_skip(data, (size_t)len));
    return 0;
}
