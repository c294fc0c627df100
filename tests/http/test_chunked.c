// SPDX-License-Identifier: MIT
#include "test.h"

#include "http/chunked.h"

static const struct {
    const char *body;
    yn_chunked_status status;
    uint64_t total;
} rows[] = {
    {"0\r\n\r\n", YN_CHUNKED_END, 0},
    {"000\r\n\r\n", YN_CHUNKED_END, 0},
    {"3\r\nabc\r\n0\r\n\r\n", YN_CHUNKED_END, 3},
    {"3\r\nabc\r\n0a\r\n0123456789\r\n0\r\n\r\n", YN_CHUNKED_END, 13},
    {"A;x\r\n\r\n\r\n00\r\n\r\n\r\n0;y=\"z;\"\r\n\r\n", YN_CHUNKED_END, 10},
    {"1 \t;a=b\r\nx\r\n0\r\n\r\n", YN_CHUNKED_END, 1},
    {"0\r\nA: b\r\nC:\r\n\r\n", YN_CHUNKED_END, 0},
    {"", YN_CHUNKED_MORE, 0},
    {"5\r\nabc", YN_CHUNKED_MORE, 5},
    {"fffffffffffffff\r\n", YN_CHUNKED_MORE, 0xfffffffffffffff},
    {"0\r\n", YN_CHUNKED_MORE, 0},
    {"\r\n", YN_CHUNKED_BAD, 0},
    {" 3\r\nabc\r\n", YN_CHUNKED_BAD, 0},
    {"0x3\r\nabc\r\n", YN_CHUNKED_BAD, 0},
    {"+3\r\nabc\r\n", YN_CHUNKED_BAD, 0},
    {"-3\r\nabc\r\n", YN_CHUNKED_BAD, 0},
    {"g\r\n", YN_CHUNKED_BAD, 0},
    {"3\nabc\r\n", YN_CHUNKED_BAD, 0},
    {"3\rabc\r\n", YN_CHUNKED_BAD, 0},
    {"3 \r\nabc\r\n", YN_CHUNKED_BAD, 0},
    {"3;a\nabc\r\n", YN_CHUNKED_BAD, 0},
    {"3;a\x01\r\nabc\r\n", YN_CHUNKED_BAD, 0},
    {"3\r\nabcd\r\n", YN_CHUNKED_BAD, 3},
    {"3\r\nabc\n", YN_CHUNKED_BAD, 3},
    {"3\r\nab\r\n0\r\n\r\n", YN_CHUNKED_BAD, 3},
    {"1000000000000000\r\n", YN_CHUNKED_BAD, 0},
    {"0000000000000001\r\n", YN_CHUNKED_BAD, 0},
    {"0\r\n A: b\r\n\r\n", YN_CHUNKED_BAD, 0},
    {"0\r\nA : b\r\n\r\n", YN_CHUNKED_BAD, 0},
    {"0\r\nA: b\r\n c\r\n\r\n", YN_CHUNKED_BAD, 0},
    {"0\r\nA: b\n\r\n", YN_CHUNKED_BAD, 0},
    {"0\r\n\n", YN_CHUNKED_BAD, 0},
    {"0\r\n\rX", YN_CHUNKED_BAD, 0},
};

static void a_body_is_followed_to_its_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_chunked c = {0};
        yonder_text data = yonder_text_of(rows[i].body);
        assert_row(rows[i].body, yn_chunked_feed(&c, &data) == rows[i].status);
        assert_row(rows[i].body, c.total == rows[i].total);
        assert_row(rows[i].body, data.len == 0 || rows[i].status == YN_CHUNKED_BAD);
    }
}

static void it_does_not_matter_how_the_bytes_are_split(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_text all = yonder_text_of(rows[i].body);
        for (size_t piece = 1; piece <= all.len; piece++) {
            yn_chunked c = {0};
            yn_chunked_status status = YN_CHUNKED_MORE;
            for (size_t at = 0; at < all.len && status == YN_CHUNKED_MORE; at += piece) {
                yonder_text data = {all.ptr + at, piece < all.len - at ? piece : all.len - at};
                status = yn_chunked_feed(&c, &data);
            }
            assert_row(rows[i].body, status == rows[i].status);
            assert_row(rows[i].body, c.total == rows[i].total);
        }
    }
}

static void what_follows_is_left_alone(void **state)
{
    (void)state;
    yn_chunked c = {0};
    yonder_text data = yonder_text_of("1\r\nx\r\n0\r\n\r\nGET / HTTP/1.1\r\n");
    assert_int_equal(yn_chunked_feed(&c, &data), YN_CHUNKED_END);
    assert_text("rest", data, "GET / HTTP/1.1\r\n");
    assert_int_equal(yn_chunked_feed(&c, &data), YN_CHUNKED_END);
    assert_text("rest", data, "GET / HTTP/1.1\r\n");
}

static void extensions_and_trailers_are_bounded(void **state)
{
    (void)state;
    static const char *const endless[][2] = {{"1;a\r\nx\r\n", "1;a\r\nx\r\n"},
                                             {"1;", "aaaaaaaa"},
                                             {"0\r\nA:", "bbbbbbbb"},
                                             {"0\r\n", "A: b\r\n"}};
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        yn_chunked c = {0};
        yonder_text data = yonder_text_of(endless[i][0]);
        yn_chunked_status status = yn_chunked_feed(&c, &data);
        unsigned n = 0;
        for (; status == YN_CHUNKED_MORE; n++) {
            data = yonder_text_of(endless[i][1]);
            status = yn_chunked_feed(&c, &data);
        }
        assert_int_equal(status, YN_CHUNKED_BAD);
        assert_in_range(n, 900, YN_CHUNKED_MAX_EXTRA);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_is_followed_to_its_end),
        cmocka_unit_test(it_does_not_matter_how_the_bytes_are_split),
        cmocka_unit_test(what_follows_is_left_alone),
        cmocka_unit_test(extensions_and_trailers_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
