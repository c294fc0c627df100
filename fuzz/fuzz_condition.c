// SPDX-License-Identifier: MIT
// Conditions. The input is two of them on a line each, a line that starts with the request's method
// and country, and a line for each header field.
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "rules/condition.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

enum {
    MAX_FIELDS = 16
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static yonder_text take_line(yonder_text *rest)
{
    size_t end = yn_find_char(*rest, '\n');
    yonder_text line = yn_slice(*rest, 0, end);
    *rest = yn_skip(*rest, end < rest->len ? end + 1 : end);
    return line;
}

// What a draft promises of its texts.
static bool is_text(yonder_text t)
{
    for (size_t i = 0, taken; i < t.len; i += taken) {
        uint32_t c;
        taken = yn_utf8_decode(yn_skip(t, i), &c);
        if (c < 0x20 || c == 0x7f || (c == 0xFFFD && (taken != 3 || t.ptr[i] != '\xEF')))
            return false;
    }
    return true;
}

static void check_place(void *context, const char *at, yonder_text message)
{
    const yonder_text *line = context;
    CHECK(at >= line->ptr && at <= line->ptr + line->len);
    CHECK(message.len && is_text(message));
}

static int read(yn_buf *out, yonder_text line)
{
    const yonder_rules_reading how = {0};
    const yn_problems problems = {check_place, &line};
    size_t equals = yn_find_char(line, '=');
    const yn_draft_pair pair = {yn_slice(line, 0, equals),
                                yn_skip(line, equals < line.len ? equals + 1 : equals)};
    return yn_condition_read(out, &pair, &how, &problems);
}

// What was read is one condition, and is read as the same once it is written.
static void check_stable(const yn_buf *bytes, const yn_condition *c)
{
    yn_buf text = yn_buf_make(SIZE_MAX / 2, NULL), again = yn_buf_make(SIZE_MAX / 2, NULL);
    yn_condition_write(&text, c);
    CHECK(text.error == YONDER_OK && is_text(yn_buf_text(&text)));
    CHECK(yn_find_char(yn_buf_text(&text), ' ') == text.len);
    // A pattern may have become longer than one may be: an escape for each byte.
    int error = read(&again, yn_buf_text(&text));
    CHECK(error == YONDER_OK || text.len > YN_CONDITION_MAX_GLOB);
    CHECK(error || yn_equal(yn_buf_text(bytes), yn_buf_text(&again)));
    yn_buf_free(&text);
    yn_buf_free(&again);
}

static bool take_condition(yn_buf *bytes, yonder_text line, yn_condition *c)
{
    if (!is_text(line) || read(bytes, line) != YONDER_OK) {
        CHECK(bytes->len == 0);
        return false;
    }
    yonder_text rest = yn_buf_text(bytes);
    CHECK(yn_condition_next(&rest, c) && rest.len == 0);
    CHECK(yn_condition_is_name(yn_slice(line, 0, yn_find_char(line, '='))));
    check_stable(bytes, c);
    return true;
}

static void take_request(yonder_rules_request *request, yonder_field *fields, yonder_text rest)
{
    yonder_text line = take_line(&rest);
    size_t blank = yn_find_char(line, ' ');
    *request = (yonder_rules_request){
        .method = yn_slice(line, 0, blank),
        .country = yn_skip(line, blank < line.len ? blank + 1 : blank),
        .client = line,
        .now = (int64_t)rest.len * 86400 * 365,
        .http10 = rest.len % 2,
        .fields = fields,
    };
    while (rest.len && request->field_count < MAX_FIELDS) {
        line = take_line(&rest);
        size_t colon = yn_find_char(line, ':');
        fields[request->field_count++] = (yonder_field){
            yn_slice(line, 0, colon), yn_skip(line, colon < line.len ? colon + 1 : colon)};
    }
}

static bool holds(const yn_condition *c, const yonder_rules_request *request)
{
    bool it = yn_condition_holds(c, request, 1);
    if (c->kind == YN_IF_LANGUAGE)
        CHECK(it == (yn_condition_quality(c, request) > 0));
    return it;
}

static void check_pair(const yn_condition *a, const yn_condition *b,
                       const yonder_rules_request *request)
{
    bool first = holds(a, request), second = holds(b, request);
    CHECK(yn_condition_excludes(a, b) == yn_condition_excludes(b, a));
    CHECK(!yn_condition_excludes(a, b) || !(first && second));
    CHECK(!yn_condition_implies(a, b) || !first || second);
    CHECK(!yn_condition_implies(b, a) || !second || first);
}

// Bytes that nobody wrote are not read beyond their end.
static void check_raw(yonder_text bytes, const yonder_rules_request *request)
{
    yn_condition c, last = {.kind = YN_IF_METHOD};
    while (yn_condition_next(&bytes, &c)) {
        yn_buf out = yn_buf_make(SIZE_MAX / 2, NULL);
        yn_condition_holds(&c, request, 0);
        yn_condition_field(&c);
        yn_condition_write(&out, &c);
        yn_condition_excludes(&c, &last);
        yn_condition_implies(&c, &last);
        yn_buf_free(&out);
        last = c;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    yonder_text rest = {(const char *)data, size}, whole = rest;
    yn_buf bytes = yn_buf_make(SIZE_MAX / 2, NULL), more = yn_buf_make(SIZE_MAX / 2, NULL);
    yonder_rules_request request;
    yonder_field fields[MAX_FIELDS];
    yn_condition a, b;
    if (size > 16384)
        return 0;
    yonder_text first = take_line(&rest), second = take_line(&rest);
    take_request(&request, fields, rest);
    bool is_first = take_condition(&bytes, first, &a),
         is_second = take_condition(&more, second, &b);
    if (is_first)
        check_pair(&a, &a, &request);
    if (is_first && is_second)
        check_pair(&a, &b, &request);
    check_raw(whole, &request);
    yn_buf_free(&bytes);
    yn_buf_free(&more);
    return 0;
}
