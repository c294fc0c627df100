// SPDX-License-Identifier: MIT
// The input is a rule file, then a NUL, "s" for https or anything else, the host, a NUL and the
// target of a request. Whatever it is, the reader reports places inside the text; and what it
// takes, the compiled rules answer as a plain scan of the text does, with a Location that is safe.
#include <stdio.h>
#include <stdlib.h>

#include <yonder/rules.h>
#include <yonder/url.h>

#include "../tests/rules/naive.h"

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

typedef struct reports {
    yonder_text text;
    uint64_t count;
    uint32_t last_line;
} reports;

static void check_report(void *context, const yonder_diagnostic *d)
{
    reports *r = context;
    const char *end = r->text.ptr + r->text.len;
    REQUIRE(d->line >= 1 && d->line >= r->last_line);
    REQUIRE(d->source_line.ptr >= r->text.ptr && d->source_line.ptr <= end);
    REQUIRE(d->source_line.len <= (size_t)(end - d->source_line.ptr));
    REQUIRE(d->column >= 1 && d->column <= d->source_line.len + 1);
    REQUIRE(d->message.len > 0);
    r->last_line = d->line;
    r->count++;
}

// A Location stands in a header field, and a path stays on the host it came from.
static void check_location(yonder_text location, const naive_answer *expected)
{
    for (size_t i = 0; i < location.len; i++)
        REQUIRE(location.ptr[i] > 0x20 && location.ptr[i] < 0x7F);
    if (!location.len)
        return;
    yonder_url base, url;
    REQUIRE(yonder_url_parse(&base, YN_TEXT("http://home.test/x/y?z"), NULL, NULL) == YONDER_OK);
    int error = yonder_url_parse(&url, location, &base, NULL);
    if (expected->local) {
        REQUIRE(error == YONDER_OK);
        REQUIRE(yonder_url_same_origin(&base, &url));
    }
    if (error == YONDER_OK)
        yonder_url_free(&url, NULL);
    yonder_url_free(&base, NULL);
}

static void check_request(const yonder_rules *rules, yonder_text text,
                          const yonder_rules_request *request)
{
    static naive_answer expected;
    size_t size = YONDER_RULES_SCRATCH(request->target.len);
    char *scratch = malloc(size);
    yonder_rules_answer answer;
    REQUIRE(scratch);
    int result = yonder_rules_match(rules, request, scratch, size, &answer);
    if (result != YONDER_TOO_LARGE) {
        naive_match(&expected, text, request);
        REQUIRE(result == expected.found);
    }
    if (result == 1) {
        REQUIRE(answer.status == expected.status);
        REQUIRE(answer.line == expected.line);
        REQUIRE(yn_equal(answer.location, yonder_text_of(expected.location)));
        check_location(answer.location, &expected);
    }
    free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096)
        return 0;
    yonder_text rest = {(const char *)data, size};
    yonder_text text = naive_cut(&rest, '\0'), host = naive_cut(&rest, '\0');
    yonder_rules_request request = {.https = host.len && host.ptr[0] == 's', .target = rest};
    request.host = host.len ? yn_skip(host, 1) : host;
    yonder_rules_source source = {YN_TEXT("fuzz"), text};
    reports seen = {.text = text};
    yonder_rules *rules = NULL;
    int error = yonder_rules_read(&rules, &source, 1, check_report, &seen, NULL);
    REQUIRE(error == (seen.count ? YONDER_INVALID_RULES : YONDER_OK));
    if (error)
        return 0;
    check_request(rules, text, &request);
    yonder_rules_free(rules);
    return 0;
}
