// SPDX-License-Identifier: MIT
// The input is rule files, parted by bytes 0x1E, then a NUL, "s" for https or anything else, the
// host, a NUL and the target of a request, and perhaps a NUL and lines: header fields, and
// ":http10",
// ":method GET", ":client X", ":country DE" and ":now SECONDS". Whatever it is, the reader reports
// places inside the text, each error once and in order; and what it takes, the compiled rules
// answer as a plain scan of the text does, with a Location that is safe.
#include <stdio.h>
#include <stdlib.h>

#include <yonder/rules.h>
#include <yonder/url.h>

#include "../tests/rules/naive.h"
#include "core/percent.h"

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

enum {
    most_files = 4,
    most_fields = 16,
};

static const char *const names[most_files] = {"0", "1", "2", "3"};

typedef struct reports {
    uint64_t count;
    const yonder_text *texts; // of the files
    char file;                // the one byte of its name
    uint32_t line, column;
    char message[512];
} reports;

static void check_report(void *context, const yonder_diagnostic *d)
{
    reports *r = context;
    REQUIRE(d->file.len == 1);
    yonder_text text = r->texts[*d->file.ptr - '0'];
    REQUIRE(!r->count || *d->file.ptr >= r->file);
    if (r->count && *d->file.ptr == r->file) {
        REQUIRE(d->line >= r->line);
        REQUIRE(d->line > r->line || d->column >= r->column);
        REQUIRE(d->line > r->line || d->column > r->column ||
                !yn_equal(d->message, yonder_text_of(r->message)));
    }
    REQUIRE(d->line >= 1);
    REQUIRE(!d->source_line.len ||
            memmem(text.ptr, text.len, d->source_line.ptr, d->source_line.len));
    REQUIRE(d->column >= 1 && d->column <= d->source_line.len + 1);
    REQUIRE(d->message.len > 0 && d->message.len < sizeof r->message);
    r->file = *d->file.ptr;
    r->line = d->line;
    r->column = d->column;
    memcpy(r->message, d->message.ptr, d->message.len);
    r->message[d->message.len] = '\0';
    r->count++;
}

// The keys of two spellings of one path are the same: this one's path is its own key but for
// escapes that are there as well where they need not be, or with lower-case digits.
static void check_path(yonder_text location)
{
    for (size_t i = 0; i < location.len && location.ptr[i] != '?' && location.ptr[i] != '#'; i++) {
        REQUIRE(!strchr("\"<>[\\]^`{|}", location.ptr[i]));
        char byte;
        REQUIRE(location.ptr[i] != '%' || yn_percent_decode_at(location, i, &byte));
    }
}

// A Location stands in a header field, and a path stays on the host it came from.
static void check_location(yonder_text location, const naive_answer *expected)
{
    for (size_t i = 0; i < location.len; i++)
        REQUIRE(location.ptr[i] > 0x20 && location.ptr[i] < 0x7F &&
                !strchr("\"<>\\^`{|}", location.ptr[i]));
    if (!location.len)
        return;
    if (expected->local)
        check_path(location);
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

static void check_vary(yonder_text vary, const naive_asked *asked)
{
    size_t count = 0;
    if (yn_equal(vary, YN_TEXT("*")))
        return;
    for (; vary.len; count++) {
        yonder_text field = yn_trim(naive_cut(&vary, ','), " ");
        bool found = false;
        for (size_t i = 0; i < asked->count; i++)
            found = found || yn_equal_nocase(asked->field[i], field);
        REQUIRE(found);
    }
    REQUIRE(count == asked->count);
}

// What follows the target.
static void read_more(yonder_rules_request *request, yonder_field *fields, yonder_text rest)
{
    request->fields = fields;
    while (rest.len) {
        yonder_text line = naive_cut(&rest, '\n'), name = {NULL, 0};
        if (!line.len || line.ptr[0] != ':') {
            name = naive_cut(&line, ':');
            if (request->field_count < most_fields)
                fields[request->field_count++] = (yonder_field){name, line};
            continue;
        }
        name = naive_cut(&line, ' ');
        if (yn_equal(name, YN_TEXT(":http10")))
            request->http10 = true;
        else if (yn_equal(name, YN_TEXT(":method")))
            request->method = line;
        else if (yn_equal(name, YN_TEXT(":client")))
            request->client = line;
        else if (yn_equal(name, YN_TEXT(":country")))
            request->country = line;
        else if (yn_equal(name, YN_TEXT(":now")) && !request->now)
            for (size_t i = 0; i < line.len && i < 15; i++)
                request->now = request->now * 10 + (line.ptr[i] & 15);
    }
}

static void check_request(const yonder_rules *rules, const yonder_text *texts, size_t count,
                          const yonder_rules_request *request)
{
    static naive_answer expected;
    static naive_files files;
    size_t size = YONDER_RULES_SCRATCH(request->target.len);
    char *scratch = malloc(size);
    yonder_rules_answer answer;
    REQUIRE(scratch);
    int result = yonder_rules_match(rules, request, scratch, size, &answer);
    if (result == YONDER_TOO_LARGE) {
        free(scratch);
        return;
    }
    naive_read(&files, texts, count);
    naive_match(&expected, &files, request);
    if (expected.asked.unsure) {
        free(scratch);
        return;
    }
    REQUIRE(result == (expected.cause != YONDER_RULES_NONE));
    REQUIRE(yn_equal(answer.cache_control, yonder_text_of(expected.cache_control)));
    REQUIRE(yn_equal(answer.hsts, yonder_text_of(expected.hsts)));
    REQUIRE(answer.retry_after == expected.retry_after);
    check_vary(answer.vary, &expected.asked);
    if (result == 1) {
        REQUIRE(answer.cause == expected.cause);
        REQUIRE(answer.status == expected.status);
        REQUIRE(answer.line == expected.line);
        REQUIRE(yn_equal(answer.file, yonder_text_of(names[expected.source])));
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
    yonder_field fields[most_fields];
    yonder_rules_request request = {.https = host.len && host.ptr[0] == 's'};
    request.host = host.len ? yn_skip(host, 1) : host;
    request.target = naive_cut(&rest, '\0');
    read_more(&request, fields, rest);
    yonder_text texts[most_files];
    yonder_rules_source sources[most_files];
    size_t count = 0;
    do {
        texts[count] = count + 1 < most_files ? naive_cut(&text, '\x1E') : text;
        sources[count] = (yonder_rules_source){yonder_text_of(names[count]), texts[count]};
        count++;
    } while (count < most_files && text.len);
    static reports seen;
    seen.count = 0;
    seen.texts = texts;
    yonder_rules *rules = NULL;
    int error =
        yonder_rules_read(&rules, sources, count,
                          &(yonder_rules_reading){.report = check_report, .report_context = &seen});
    REQUIRE(error == (seen.count ? YONDER_INVALID_RULES : YONDER_OK));
    if (error)
        return 0;
    check_request(rules, texts, count, &request);
    yonder_rules_free(rules);
    return 0;
}
