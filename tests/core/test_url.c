// SPDX-License-Identifier: MIT
#include "test.h"

#include <yonder/url.h>

#include <stdlib.h>

#include "base/text.h"

// ---- the vectors of tests/data/url.txt ----------------------------------------------------------

// Undoes the escapes of the file, in place, and puts a NUL at the end.
static yonder_text unescape(char *s)
{
    char *to = s, *from = s;
    while (*from) {
        char c = *from++;
        if (c == '\\') {
            c = *from++;
            if (c == 'x') {
                int high = yn_hex_value((unsigned char)from[0]);
                int low = yn_hex_value((unsigned char)from[1]);
                assert_true(high >= 0 && low >= 0);
                c = (char)(high * 16 + low);
                from += 2;
            } else {
                c = c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
            }
        }
        *to++ = c;
    }
    *to = '\0';
    return (yonder_text){s, (size_t)(to - s)};
}

// Puts a URL together again from its parts, by section 4.5, and compares.
static void check_parts_make_the_whole(const char *row, const yonder_url *u)
{
    yonder_text part[YONDER_URL_PARTS];
    for (int i = 0; i < YONDER_URL_PARTS; i++)
        part[i] = yonder_url_get(u, (yonder_url_part)i);
    char *whole = malloc((size_t)u->length + 64);
    assert_non_null(whole);
    bool credentials = part[YONDER_URL_USERNAME].len || part[YONDER_URL_PASSWORD].len;
    bool guard =
        !u->has_host && !u->opaque_path && yn_starts_with(part[YONDER_URL_PATHNAME], YN_TEXT("//"));
    int n = sprintf(
        whole, "%.*s%s%.*s%s%.*s%s%.*s%s%.*s%s%.*s%s%.*s", YN_PRINT(part[YONDER_URL_PROTOCOL]),
        u->has_host ? "//" : "", YN_PRINT(part[YONDER_URL_USERNAME]),
        part[YONDER_URL_PASSWORD].len ? ":" : "", YN_PRINT(part[YONDER_URL_PASSWORD]),
        credentials ? "@" : "", YN_PRINT(part[YONDER_URL_HOST]), guard ? "/." : "",
        YN_PRINT(part[YONDER_URL_PATHNAME]),
        u->has_query && !part[YONDER_URL_SEARCH].len ? "?" : "", YN_PRINT(part[YONDER_URL_SEARCH]),
        u->has_fragment && !part[YONDER_URL_HASH].len ? "#" : "", YN_PRINT(part[YONDER_URL_HASH]));
    assert_row(row, n == (int)u->length && strlen(u->href) == u->length);
    assert_string_equal(whole, u->href);
    free(whole);
    char port[16] = "";
    if (u->port >= 0)
        sprintf(port, "%d", (int)u->port);
    assert_text(row, part[YONDER_URL_PORT], port);
}

static void check_named_parts(const char *row, const yonder_url *u, char *expected)
{
    for (int i = 0; i < YONDER_URL_PARTS; i++) {
        char *next = strchrnul(expected, '|');
        bool last = *next == '\0';
        *next = '\0';
        assert_text(row, yonder_url_get(u, (yonder_url_part)i), expected);
        assert_row(row, last == (i == YONDER_URL_PARTS - 1));
        expected = next + 1;
    }
}

static void check_vector(const char *row, yonder_text input, const char *base_text, char *expected)
{
    yonder_url base = {0}, url = {0};
    bool has_base = strcmp(base_text, "-") != 0;
    if (has_base)
        assert_row(row, yonder_url_parse(&base, yonder_text_of(base_text), NULL, NULL) == 0);
    int error = yonder_url_parse(&url, input, has_base ? &base : NULL, NULL);
    if (strcmp(expected, "!") == 0) {
        assert_row(row, error == YONDER_INVALID_URL);
        assert_row(row, url.href == NULL);
    } else {
        assert_row(row, error == YONDER_OK);
        check_parts_make_the_whole(row, &url);
        if (expected[0] == '=')
            check_named_parts(row, &url, expected + 1);
        else
            assert_text(row, yonder_url_href(&url), expected);
    }
    yonder_url_free(&url, NULL);
    yonder_url_free(&base, NULL);
}

static void every_vector_comes_out_as_the_standard_says(void **state)
{
    (void)state;
    char path[4096];
    snprintf(path, sizeof path, "%s/url.txt", getenv("YONDER_TEST_DATA"));
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    char *line = NULL;
    size_t cap = 0, count = 0;
    while (getline(&line, &cap, f) >= 0) {
        line[strcspn(line, "\n")] = '\0';
        char *row = strdup(line), *base = strchr(line, '\t');
        if (base) { // others are comments
            *base++ = '\0';
            char *expected = strchr(base, '\t');
            assert_row(row, expected != NULL);
            *expected++ = '\0';
            unescape(expected);
            check_vector(row, unescape(line), base, expected);
            count++;
        }
        free(row);
    }
    free(line);
    fclose(f);
    assert_true(count >= 150);
}

// ---- limits and memory --------------------------------------------------------------------------

static void a_url_past_the_limit_is_too_large(void **state)
{
    (void)state;
    static const struct {
        const char *start;
        char fill; // the rest of the input
        size_t len;
        int error;
    } rows[] = {
        {"http://a/", 'x', YONDER_URL_MAX, YONDER_OK},
        {"http://a/", 'x', YONDER_URL_MAX + 1, YONDER_TOO_LARGE},
        {"http://a/", ' ', YONDER_URL_MAX + 1, YONDER_TOO_LARGE},
        {"http://a/", '"', YONDER_URL_MAX / 3 + 7, YONDER_TOO_LARGE}, // each becomes three bytes
        {"http://a/\t", '\xFF', YONDER_URL_MAX / 3, YONDER_TOO_LARGE},
        {"http:a", '/', YONDER_URL_MAX, YONDER_TOO_LARGE}, // "//" is put in
        {"http://", '\xC3', YONDER_URL_MAX, YONDER_INVALID_URL},
        {"http://%C3%A9", '.', 5000, YONDER_TOO_LARGE}, // more than IDNA is asked about
        {"http://", '.', YONDER_URL_MAX - 1, YONDER_OK},
        {"a:", '/', YONDER_URL_MAX - 1, YONDER_OK},
        {"0", '.', YONDER_URL_MAX, YONDER_INVALID_URL},
    };
    char *input = malloc(YONDER_URL_MAX + 1);
    assert_non_null(input);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_url url = {0};
        memset(input, rows[i].fill, rows[i].len);
        memcpy(input, rows[i].start, strlen(rows[i].start));
        int error = yonder_url_parse(&url, (yonder_text){input, rows[i].len}, NULL, NULL);
        assert_row(rows[i].start, error == rows[i].error);
        assert_row(rows[i].start, (url.href != NULL) == (error == YONDER_OK));
        yonder_url_free(&url, NULL);
    }
    free(input);
}

// Fails the allocation whose turn it is, and counts what is live.
typedef struct failing_memory {
    int until_failure;
    int live;
} failing_memory;

static void *resize_or_fail(void *context, void *ptr, size_t size)
{
    failing_memory *m = context;
    if (size == 0) {
        m->live--;
        free(ptr);
        return NULL;
    }
    if (m->until_failure-- == 0)
        return NULL;
    m->live += ptr == NULL;
    return realloc(ptr, size);
}

static void whichever_allocation_fails_nothing_leaks_and_out_is_untouched(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "http://u:p@EXAMPLE.com:81/a/../b?c#d",
        "ht\ttp://\xC3\xA9.example/\xE2\x98\x83\xE2\x98\x83\xE2\x98\x83\xE2\x98\x83\xE2\x98\x83"
        "\xE2\x98\x83\xE2\x98\x83\xE2\x98\x83\xE2\x98\x83\xE2\x98\x83\xE2\x98\x83\xE2\x98\x83",
        "http://\xE3\x8C\x96\xE3\x8C\x96\xE3\x8C\x96/", // one character stands for six, here
        "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\""
        "\"",
        ".//x",
    };
    yonder_url base;
    assert_int_equal(yonder_url_parse(&base, YN_TEXT("a:/b/c"), NULL, NULL), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int error = YONDER_NO_MEMORY;
        for (int turn = 0; error; turn++) {
            failing_memory memory = {turn, 0};
            const yonder_mem mem = {resize_or_fail, &memory};
            yonder_url url, untouched;
            memset(&url, 0x5A, sizeof url);
            memset(&untouched, 0x5A, sizeof untouched);
            error = yonder_url_parse(&url, yonder_text_of(rows[i]), &base, &mem);
            assert_row(rows[i], error == YONDER_OK || error == YONDER_NO_MEMORY);
            assert_row(rows[i], memory.live == (error == YONDER_OK));
            if (error) {
                assert_memory_equal(&url, &untouched, sizeof url);
                continue;
            }
            assert_row(rows[i], turn > 0);
            yonder_url copy = untouched;
            memory.until_failure = 0;
            assert_int_equal(yonder_url_copy(&copy, &url, &mem), YONDER_NO_MEMORY);
            assert_memory_equal(&copy, &untouched, sizeof copy);
            yonder_url_free(&url, &mem);
            assert_row(rows[i], memory.live == 0);
        }
    }
    yonder_url_free(&base, NULL);
}

static void a_copy_has_memory_of_its_own(void **state)
{
    (void)state;
    yonder_url url, copy;
    assert_int_equal(yonder_url_parse(&url, YN_TEXT("http://a:81/b?#c"), NULL, NULL), 0);
    assert_int_equal(yonder_url_copy(&copy, &url, NULL), 0);
    assert_ptr_not_equal(copy.href, url.href);
    yonder_url_free(&url, NULL);
    assert_null(url.href);
    yonder_url_free(&url, NULL); // does no harm
    assert_text("copy", yonder_url_href(&copy), "http://a:81/b?#c");
    assert_text("copy", yonder_url_get(&copy, YONDER_URL_PORT), "81");
    assert_true(copy.has_query);
    yonder_url_free(&copy, NULL);
}

// ---- questions about URLs -----------------------------------------------------------------------

static void origins_are_the_same_where_scheme_host_and_port_are(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"http://a/x?y#z", "http://a:80/", true},
        {"http://u:p@a/", "http://a/", true},
        {"http://A./", "http://a/", false},
        {"http://a/", "https://a/", false},
        {"http://a/", "http://a:81/", false},
        {"http://a:81/", "http://a:81/x", true},
        {"http://a/", "http://b/", false},
        {"http://0x7f.1/", "http://127.0.0.1/", true},
        {"http://[::1]/", "http://[0::1]/", true},
        {"ws://a/", "ws://a/", true},
        {"ftp://a/", "ftp://a:21/", true},
        {"file:///a", "file:///a", false},
        {"a://b/", "a://b/", false},
        {"data:x", "data:x", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_url a, b;
        assert_int_equal(yonder_url_parse(&a, yonder_text_of(rows[i].a), NULL, NULL), 0);
        assert_int_equal(yonder_url_parse(&b, yonder_text_of(rows[i].b), NULL, NULL), 0);
        assert_row(rows[i].a, yonder_url_same_origin(&a, &b) == rows[i].same);
        assert_row(rows[i].a, yonder_url_same_origin(&b, &a) == rows[i].same);
        yonder_url_free(&a, NULL);
        yonder_url_free(&b, NULL);
    }
}

static void the_effective_port_is_the_own_or_the_default(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        int port, effective;
    } rows[] = {
        {"http://a", -1, 80},       {"https://a", -1, 443}, {"https://a:443", -1, 443},
        {"http://a:443", 443, 443}, {"ws://a", -1, 80},     {"wss://a", -1, 443},
        {"ftp://a", -1, 21},        {"file:///a", -1, -1},  {"a://b", -1, -1},
        {"a://b:80", 80, 80},       {"mailto:a", -1, -1},   {"http://a:0", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_url url;
        assert_int_equal(yonder_url_parse(&url, yonder_text_of(rows[i].url), NULL, NULL), 0);
        assert_row(rows[i].url, url.port == rows[i].port);
        assert_row(rows[i].url, yonder_url_effective_port(&url) == rows[i].effective);
        yonder_url_free(&url, NULL);
    }
}

static void the_target_is_path_and_query(void **state)
{
    (void)state;
    static const struct {
        const char *url, *target;
    } rows[] = {
        {"http://a", "/"},
        {"http://a/b?c#d", "/b?c"},
        {"http://a?#", "/?"},
        {"http://a/b#?c", "/b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_url url;
        assert_int_equal(yonder_url_parse(&url, yonder_text_of(rows[i].url), NULL, NULL), 0);
        assert_text(rows[i].url, yonder_url_target(&url), rows[i].target);
        yonder_url_free(&url, NULL);
    }
}

static void urls_are_equal_with_or_without_their_fragments(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool equal, without_fragments;
    } rows[] = {
        {"http://a", "HTTP://A:80/", true, true},      {"http://a#b", "http://a/#b", true, true},
        {"http://a#b", "http://a/#c", false, true},    {"http://a#", "http://a", false, true},
        {"http://a?", "http://a", false, false},       {"http://a/b", "http://a/c", false, false},
        {"http://a/b#c", "http://a/bc", false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_url a, b;
        assert_int_equal(yonder_url_parse(&a, yonder_text_of(rows[i].a), NULL, NULL), 0);
        assert_int_equal(yonder_url_parse(&b, yonder_text_of(rows[i].b), NULL, NULL), 0);
        assert_row(rows[i].a, yonder_url_equal(&a, &b, false) == rows[i].equal);
        assert_row(rows[i].a, yonder_url_equal(&b, &a, true) == rows[i].without_fragments);
        yonder_url_free(&a, NULL);
        yonder_url_free(&b, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_comes_out_as_the_standard_says),
        cmocka_unit_test(a_url_past_the_limit_is_too_large),
        cmocka_unit_test(whichever_allocation_fails_nothing_leaks_and_out_is_untouched),
        cmocka_unit_test(a_copy_has_memory_of_its_own),
        cmocka_unit_test(origins_are_the_same_where_scheme_host_and_port_are),
        cmocka_unit_test(the_effective_port_is_the_own_or_the_default),
        cmocka_unit_test(the_target_is_path_and_query),
        cmocka_unit_test(urls_are_equal_with_or_without_their_fragments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
