// SPDX-License-Identifier: MIT
// The input is a base URL, a newline, and the value of a Refresh field or a content attribute.
// Whatever it is, what is read is a URL that can be read again and is no script; blanks and a time
// before it change nothing but the time; and a value of ASCII is the same in a field and in an
// element.
#include <stdlib.h>

#include <yonder/refresh.h>

#include "base/buf.h"
#include "base/text.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static void check_url(const yonder_url *url)
{
    yonder_url again;
    CHECK(!yn_equal(yonder_url_get(url, YONDER_URL_PROTOCOL), YN_TEXT("javascript:")));
    CHECK(yonder_url_parse(&again, yonder_url_href(url), NULL, NULL) == YONDER_OK);
    CHECK(yn_equal(yonder_url_href(&again), yonder_url_href(url)));
    yonder_url_free(&again, NULL);
}

static bool is_ascii(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if ((unsigned char)t.ptr[i] >= 0x80)
            return false;
    return true;
}

// Reads `value` with `before` in front of it.
static int read_after(const char *before, yonder_text value, yonder_refresh_source source,
                      const yonder_url *document, yonder_refresh *out)
{
    yn_buf text = yn_buf_make(YONDER_URL_MAX, NULL);
    yn_buf_str(&text, before);
    yn_buf_put(&text, value);
    CHECK(!text.error);
    int found = yonder_refresh_read(yn_buf_text(&text), source, document, NULL, NULL, out);
    CHECK(found == 0 || found == 1);
    yn_buf_free(&text);
    return found;
}

static void check_same(const char *before, yonder_text value, yonder_refresh_source source,
                       const yonder_url *document, const yonder_refresh *expected)
{
    yonder_refresh refresh;
    CHECK(read_after(before, value, source, document, &refresh) == 1);
    CHECK(yn_equal(yonder_url_href(&refresh.url), yonder_url_href(&expected->url)));
    yonder_url_free(&refresh.url, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    yonder_text input = {(const char *)data, size};
    size_t line = yn_find_char(input, '\n');
    yonder_url document;
    yonder_refresh refresh;
    if (line == size || yonder_url_parse(&document, yn_slice(input, 0, line), NULL, NULL))
        return 0;
    yonder_text value = yn_skip(input, line + 1);
    for (int i = 0; i < 2; i++) {
        yonder_refresh_source source = i ? YONDER_REFRESH_HEADER : YONDER_REFRESH_META;
        if (read_after("", value, source, &document, &refresh) == 0)
            continue;
        CHECK(refresh.seconds >= 0);
        check_url(&refresh.url);
        check_same(" \t\f", value, source, &document, &refresh);
        check_same("0", yn_trim(value, "\t\n\f\r "), source, &document, &refresh);
        if (is_ascii(value))
            check_same("", value, i ? YONDER_REFRESH_META : YONDER_REFRESH_HEADER, &document,
                       &refresh);
        yonder_url_free(&refresh.url, NULL);
    }
    yonder_url_free(&document, NULL);
    return 0;
}
