// SPDX-License-Identifier: MIT
// Lines about a site, and regular expressions. The input is a site line, a regular expression, and
// a subject, a line each.
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "rules/regex.h"
#include "rules/site.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static yonder_text take_line(yonder_text *rest)
{
    size_t end = yn_find_char(*rest, '\n');
    yonder_text line = yn_slice(*rest, 0, end);
    *rest = yn_skip(*rest, end < rest->len ? end + 1 : end);
    return line;
}

static bool is_utf8(yonder_text t)
{
    for (size_t i = 0, taken; i < t.len; i += taken) {
        uint32_t c;
        taken = yn_utf8_decode(yn_skip(t, i), &c);
        if (c == 0xFFFD && (taken != 3 || t.ptr[i] != '\xEF'))
            return false;
    }
    return true;
}

static bool has_control(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if ((unsigned char)t.ptr[i] < 0x20 || t.ptr[i] == 0x7f)
            return true;
    return false;
}

static void check_place(void *context, const char *at, yonder_text message)
{
    const yonder_text *line = context;
    CHECK(at >= line->ptr && at <= line->ptr + line->len);
    CHECK(message.len);
}

// ---- site lines ---------------------------------------------------------------------------------

// Its room is as large as promised.
static int read_site(yn_site_value *out, char **room, yn_site_line line, yonder_text value)
{
    const yn_problems problems = {check_place, &value};
    *room = malloc(4 * value.len + 256);
    CHECK(*room);
    return yn_site_read(out, *room, line, value, &problems);
}

static void check_site(yn_site_line line, yonder_text value)
{
    yn_site_value read, again;
    char *room, *more;
    if (read_site(&read, &room, line, value) == YONDER_OK) {
        yn_buf text = yn_buf_make(SIZE_MAX / 2, NULL);
        CHECK(line == YN_SITE_QUERY || !has_control(read.text)); // it may go over the wire
        yn_site_write(&text, line, &read);
        yonder_text written = yn_buf_text(&text);
        size_t blank = yn_find_char(written, ' ');
        CHECK(yn_site_find(yn_slice(written, 0, blank)) == line);
        CHECK(read_site(&again, &more, line, yn_skip(written, blank + 1)) == YONDER_OK);
        CHECK(read.off == again.off && read.ignore == again.ignore && read.drop == again.drop);
        CHECK(read.status == again.status && read.seconds == again.seconds);
        CHECK(yn_equal(read.text, again.text));
        if (line == YN_SITE_QUERY)
            yn_site_ignores(read.text, value);
        free(more);
        yn_buf_free(&text);
    }
    free(room);
}

// ---- regular expressions ------------------------------------------------------------------------

static void check_match(const yn_regex *re, yonder_text subject, yonder_text prefix, bool whole)
{
    yonder_text groups[YN_REGEX_MAX_GROUPS + 1];
    size_t count = yn_regex_group_count(re) + 1;
    yn_regex_result result = yn_regex_match(re, subject, groups, count);
    if (result != YN_REGEX_YES) {
        CHECK(!whole || result == YN_REGEX_GAVE_UP || !yn_equal(subject, prefix) ||
              !is_utf8(subject));
        return;
    }
    CHECK(is_utf8(subject) && yn_starts_with(subject, prefix));
    CHECK(!whole || yn_equal(subject, prefix));
    for (size_t i = 0; i < count; i++)
        CHECK(groups[i].len <= subject.len && groups[i].ptr >= subject.ptr &&
              groups[i].ptr + groups[i].len <= subject.ptr + subject.len);
}

static void check_regex(yonder_text pattern, yonder_text subject)
{
    char bytes[YN_REGEX_MAX_PREFIX];
    bool whole;
    yn_regex *re;
    const yn_problems problems = {check_place, &pattern};
    yonder_text prefix = {bytes, yn_regex_prefix(bytes, pattern, &whole)};
    yn_regex_risk(pattern);
    CHECK(prefix.len <= YN_REGEX_MAX_PREFIX);
    if (yn_regex_compile(&re, pattern, false, &problems, NULL) != YONDER_OK)
        return;
    CHECK(is_utf8(prefix));
    check_match(re, subject, prefix, whole);
    check_match(re, prefix, prefix, whole);
    yn_regex_free(re);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    yonder_text rest = {(const char *)data, size};
    if (size > 4096)
        return 0;
    yonder_text site = take_line(&rest), pattern = take_line(&rest), subject = take_line(&rest);
    size_t blank = yn_find_char(site, ' ');
    yn_site_line line = yn_site_find(yn_slice(site, 0, blank));
    if (line != YN_SITE_COUNT && is_utf8(site) && !has_control(site))
        check_site(line, yn_trim(yn_skip(site, blank), " "));
    check_regex(pattern, subject);
    return 0;
}
