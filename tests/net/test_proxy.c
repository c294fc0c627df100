// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/text.h"
#include "net/cidr.h"
#include "net/proxy.h"

#define V2 "\r\n\r\n\0\r\nQUIT\n"

typedef struct row {
    const char *name;
    yonder_text data;
    int len;            // as yn_proxy_parse(); of a header that is good, not counting what follows
    const char *client; // "": unknown
    bool https;
} row;

#define ROW(name, bytes, ...)                                                                      \
    {                                                                                              \
        name, {bytes, sizeof(bytes) - 1}, __VA_ARGS__                                              \
    }

static const row rows[] = {
    ROW("IPv4", "PROXY TCP4 192.0.2.1 198.51.100.1 5000 80\r\n", 43, "192.0.2.1:5000"),
    ROW("IPv6", "PROXY TCP6 2001:db8::1 ::1 5000 443\r\n", 37, "[2001:db8::1]:5000"),
    ROW("unknown", "PROXY UNKNOWN\r\n", 15, ""),
    ROW("unknown with words", "PROXY UNKNOWN ff:: a b c\r\n", 26, ""),
    ROW("what follows is left", "PROXY TCP4 1.2.3.4 1.2.3.5 1 2\r\nGET /", 32, "1.2.3.4:1"),
    ROW("port 0", "PROXY TCP4 1.2.3.4 1.2.3.5 0 65535\r\n", 36, "1.2.3.4:0"),
    ROW("a port with a zero before it", "PROXY TCP4 1.2.3.4 1.2.3.5 01 2\r\n", -1, ""),
    ROW("a port too large", "PROXY TCP4 1.2.3.4 1.2.3.5 65536 2\r\n", -1, ""),
    ROW("two spaces", "PROXY TCP4  1.2.3.4 1.2.3.5 1 2\r\n", -1, ""),
    ROW("a space at the end", "PROXY TCP4 1.2.3.4 1.2.3.5 1 2 \r\n", -1, ""),
    ROW("a word too many", "PROXY TCP4 1.2.3.4 1.2.3.5 1 2 3\r\n", -1, ""),
    ROW("a word too few", "PROXY TCP4 1.2.3.4 1.2.3.5 1\r\n", -1, ""),
    ROW("the wrong family", "PROXY TCP6 1.2.3.4 1.2.3.5 1 2\r\n", -1, ""),
    ROW("no such family", "PROXY UDP4 1.2.3.4 1.2.3.5 1 2\r\n", -1, ""),
    ROW("LF alone", "PROXY UNKNOWN\n", -1, ""),
    ROW("nothing", "PROXY \r\n", -1, ""),
    ROW("another protocol", "GET / HTTP/1.1\r\n", -1, ""),
    ROW("TLS", "\x16\x03\x01", -1, ""),
    ROW("half", "PROXY TCP4 1.2.3", 0, ""),
    ROW("v2, IPv4", V2 "\x21\x11\0\x0C\xC0\0\2\1\1\2\3\4\x13\x88\0\x50", 28, "192.0.2.1:5000"),
    ROW("v2, IPv6",
        V2 "\x21\x21\0\x24\x20\1\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
           "\x13\x88\0\x50",
        52, "[2001:db8::1]:5000"),
    ROW("v2, TLS with the proxy",
        V2 "\x21\x11\0\x14\xC0\0\2\1\1\2\3\4\x13\x88\0\x50\x20\0\5\1\0\0\0\0", 36, "192.0.2.1:5000",
        true),
    ROW("v2, an extra that is no TLS",
        V2 "\x21\x11\0\x14\xC0\0\2\1\1\2\3\4\x13\x88\0\x50\x20\0\5\0\0\0\0\0", 36,
        "192.0.2.1:5000"),
    ROW("v2, an extra too long", V2 "\x21\x11\0\x10\xC0\0\2\1\1\2\3\4\x13\x88\0\x50\x20\0\5\1", -1,
        ""),
    ROW("v2, local", V2 "\x20\x11\0\x0C\xC0\0\2\1\1\2\3\4\x13\x88\0\x50", 28, ""),
    ROW("v2, local, empty", V2 "\x20\0\0\0", 16, ""),
    ROW("v2, a Unix socket", V2 "\x21\x31\0\1x", 17, ""),
    ROW("v2, too short", V2 "\x21\x11\0\x04\1\2\3\4", -1, ""),
    ROW("v2, version 1", V2 "\x11\x11\0\0", -1, ""),
    ROW("v2, no such command", V2 "\x22\x11\0\0", -1, ""),
    ROW("v2, half", V2 "\x21\x11\0\x0C\xC0\0", 0, ""),
    ROW("v2, a quarter", "\r\n\r\n", 0, ""),
    ROW("empty", "", 0, ""),
};

static void headers_are_taken_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_proxy found = {0};
        char text[YN_ADDRESS_TEXT] = "";
        int n = yn_proxy_parse(rows[i].data, &found);
        assert_row(rows[i].name, n == rows[i].len);
        if (found.known)
            yn_address_print(&found.client, text);
        assert_text(rows[i].name, yonder_text_of(text), rows[i].client);
        assert_row(rows[i].name, found.https == rows[i].https);
    }
}

static void the_verdict_does_not_depend_on_how_bytes_arrive(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int verdict = 0;
        for (size_t len = 0; len <= rows[i].data.len; len++) {
            yn_proxy found;
            int n = yn_proxy_parse((yonder_text){rows[i].data.ptr, len}, &found);
            assert_row(rows[i].name, !verdict || n == verdict);
            assert_row(rows[i].name, n <= 0 || (size_t)n <= len);
            verdict = n;
        }
    }
}

static void a_line_without_end_is_refused(void **state)
{
    (void)state;
    char line[200] = "PROXY UNKNOWN ";
    yn_proxy found;
    memset(line + 14, 'x', sizeof line - 14);
    assert_int_equal(yn_proxy_parse((yonder_text){line, 106}, &found), 0);
    assert_int_equal(yn_proxy_parse((yonder_text){line, 107}, &found), -1);
}

static void ranges_hold_what_they_should(void **state)
{
    (void)state;
    static const struct {
        const char *range; // or what is none
        const char *in, *out;
    } ranges[] = {
        {"10.0.0.0/8", "10.255.0.1", "11.0.0.0"},
        {"192.0.2.1", "192.0.2.1", "192.0.2.2"},
        {"192.0.2.0/25", "192.0.2.127", "192.0.2.128"},
        {"0.0.0.0/0", "255.1.1.1", "::1"},
        {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::"},
        {"::1", "::1", "::2"},
        {"::/0", "1.2.3.4", NULL},
        {"10.0.0.0/8", "::ffff:10.1.1.1", "::10.1.1.1"},
        {"10.0.0.1/8", NULL, NULL},
        {"10.0.0.0/33", NULL, NULL},
        {"10.0.0/8", NULL, NULL},
        {"10.0.0.0/", NULL, NULL},
        {"", NULL, NULL},
        {"x", NULL, NULL},
        {"::1/129", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        yn_cidr cidr;
        yn_address address;
        bool good = yn_cidr_parse(&cidr, yonder_text_of(ranges[i].range));
        assert_row(ranges[i].range, good == (ranges[i].in != NULL));
        if (ranges[i].in) {
            assert_true(yn_address_read_ip(&address, yonder_text_of(ranges[i].in), 80));
            assert_row(ranges[i].range, yn_cidr_has(&cidr, 1, &address));
        }
        if (ranges[i].out) {
            assert_true(yn_address_read_ip(&address, yonder_text_of(ranges[i].out), 80));
            assert_row(ranges[i].range, !yn_cidr_has(&cidr, 1, &address));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_taken_or_refused),
        cmocka_unit_test(the_verdict_does_not_depend_on_how_bytes_arrive),
        cmocka_unit_test(a_line_without_end_is_refused),
        cmocka_unit_test(ranges_hold_what_they_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
