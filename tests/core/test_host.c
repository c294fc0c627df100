// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/text.h"
#include "core/host.h"
#include "core/idna.h"
#include "core/ip.h"
#include "core/percent.h"

static void each_percent_encode_set_holds_what_the_standard_lists(void **state)
{
    (void)state;
    // What each set adds to the C0 controls and all above "~" (section 1.3).
    static const struct {
        const char *name;
        unsigned set;
        const char *also;
    } rows[] = {
        {"C0 control", YN_SET_C0, ""},
        {"fragment", YN_SET_FRAGMENT, " \"<>`"},
        {"query", YN_SET_QUERY, " \"#<>"},
        {"special-query", YN_SET_SPECIAL_QUERY, " \"#<>'"},
        {"path", YN_SET_PATH, " \"#<>?^`{}"},
        {"userinfo", YN_SET_USERINFO, " \"#<>?^`{}/:;=@[\\]|"},
        {"component", YN_SET_COMPONENT, " \"#<>?^`{}/:;=@[\\]|$%&+,"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int c = 0; c < 256; c++) {
            bool in = c < ' ' || c > '~' || strchr(rows[i].also, c);
            assert_row(rows[i].name, yn_in_set((char)c, rows[i].set) == in);
        }
    }
}

static void each_other_set_holds_what_the_standard_lists(void **state)
{
    (void)state;
    static const char host[] = "\0\t\n\r #/:<>?@[\\]^|"; // forbidden host code points (3.2)
    for (int c = 0; c < 256; c++) {
        bool in_host = memchr(host, c, sizeof host - 1);
        bool in_domain = in_host || c < ' ' || c == '%' || c == 0x7F;
        assert_int_equal(yn_in_set((char)c, YN_SET_FORBIDDEN_HOST), in_host);
        assert_int_equal(yn_in_set((char)c, YN_SET_FORBIDDEN_DOMAIN), in_domain);
        assert_int_equal(yn_in_set((char)c, YN_SET_DELIMITER), c && strchr("/?#", c));
        assert_int_equal(yn_in_set((char)c, YN_SET_BACKSLASH), c == '\\');
        assert_int_equal(yn_in_set((char)c, YN_SET_NOT_ASCII), c > 0x7F);
        assert_int_equal(yn_in_set((char)c, YN_SET_SCHEME), yn_is_alpha((unsigned char)c) ||
                                                                yn_is_digit((unsigned char)c) ||
                                                                (c && strchr("+-.", c)));
    }
}

static void text_is_percent_encoded_byte_by_byte(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned set;
        const char *encoded;
    } rows[] = {
        {"", YN_SET_PATH, ""},
        {"plain%20%zz", YN_SET_PATH, "plain%20%zz"},
        {"plain%", YN_SET_COMPONENT, "plain%25"},
        {"a b", YN_SET_QUERY, "a%20b"},
        {"\xE2\x89\xA1", YN_SET_USERINFO, "%E2%89%A1"},
        {"\x80z\xE2\x98", YN_SET_C0, "%EF%BF%BDz%EF%BF%BD"},
        {"\xEF\xBF\xBD", YN_SET_C0, "%EF%BF%BD"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf b = yn_buf_make(256, NULL);
        yn_percent_encode(&b, yonder_text_of(rows[i].text), rows[i].set);
        assert_text(rows[i].text, yn_buf_text(&b), rows[i].encoded);
        yn_buf_free(&b);
    }
}

static void a_domain_ends_in_a_number_if_its_last_label_is_one(void **state)
{
    (void)state;
    static const struct {
        const char *domain;
        bool is;
    } rows[] = {
        {"1", true},      {"a.1", true},    {"a.1.", true},
        {"a.1..", false}, {".", false},     {"..", false},
        {"09", true},     {"0x", true},     {"0xfF.", true},
        {"0xg", false},   {"x1", false},    {"1.a", false},
        {"1a", false},    {"a.0x1.", true}, {"99999999999999999", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(rows[i].domain, yn_ends_in_number(yonder_text_of(rows[i].domain)) == rows[i].is);
}

static void ipv4_addresses_are_read_in_all_spellings(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        uint32_t address;
    } rows[] = {
        {"127.0.0.1", true, 0x7F000001},
        {"0177.0x0.0.01.", true, 0x7F000001},
        {"2130706433", true, 0x7F000001},
        {"0xffffffff", true, 0xFFFFFFFF},
        {"037777777777", true, 0xFFFFFFFF},
        {"040000000000", false, 0},
        {"255.255.255.255", true, 0xFFFFFFFF},
        {"255.16777215", true, 0xFFFFFFFF},
        {"255.16777216", false, 0},
        {"1.2.65535", true, 0x0102FFFF},
        {"1.2.65536", false, 0},
        {"256.0.0.0", false, 0},
        {"0.0.0.256", false, 0},
        {"0x.0x.0x", true, 0},
        {"1.2.3.4.5", false, 0},
        {"1.2.3.4..", false, 0},
        {"1..2", false, 0},
        {"", false, 0},
        {".", false, 0},
        {"08", false, 0},
        {"0xg", false, 0},
        {"1 ", false, 0},
        {"+1", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t address = 0;
        assert_row(rows[i].text,
                   yn_ipv4_parse(yonder_text_of(rows[i].text), &address) == rows[i].ok);
        assert_row(rows[i].text, !rows[i].ok || address == rows[i].address);
    }
}

// Two zeros or more are compressed, the longest run, the first of equals: all 256 patterns of
// zeros.
static void ipv6_addresses_are_written_shortest_and_read_back(void **state)
{
    (void)state;
    for (unsigned zeros = 0; zeros < 256; zeros++) {
        uint16_t pieces[8], back[8];
        char name[16];
        for (unsigned i = 0; i < 8; i++)
            pieces[i] = zeros >> i & 1 ? 0 : (uint16_t)(0xA0 + i);
        yn_buf b = yn_buf_make(64, NULL);
        yn_ipv6_write(&b, pieces);
        snprintf(name, sizeof name, "%02x", zeros);
        assert_row(name, yn_ipv6_parse(yn_buf_text(&b), back));
        assert_memory_equal(back, pieces, sizeof pieces);
        yn_buf_char(&b, '\0');
        bool two = false;
        for (unsigned i = 0; i < 7; i++)
            two = two || (zeros >> i & 3) == 3;
        assert_row(name, (strstr(b.ptr, "::") != NULL) == two);
        yn_buf_free(&b);
    }
}

static void hosts_are_parsed_for_special_and_other_schemes(void **state)
{
    (void)state;
    static const struct {
        const char *in, *domain, *opaque; // NULL: not a host
    } rows[] = {
        // The table of section 3, "Hosts".
        {"EXAMPLE.COM", "example.com", "EXAMPLE.COM"},
        {"example%2Ecom", "example.com", "example%2Ecom"},
        {"fa\xC3\x9F.example", "xn--fa-hia.example", "fa%C3%9F.example"},
        {"0", "0.0.0.0", "0"},
        {"%30", "0.0.0.0", "%30"},
        {"0x", "0.0.0.0", "0x"},
        {"0xffffffff", "255.255.255.255", "0xffffffff"},
        {"[0:0::1]", "[::1]", "[::1]"},
        {"[0:0::1%5D", NULL, NULL},
        {"[0:0::%31]", NULL, NULL},
        {"09", NULL, "09"},
        {"example.255", NULL, "example.255"},
        {"example^example", NULL, NULL},
        // Others.
        {"[", NULL, NULL},
        {"]", NULL, NULL},
        {"\x7F", NULL, "%7F"},
        {"%", NULL, "%"},
        {"%41%", NULL, "%41%"},
        {"%FF", NULL, "%FF"},
        {"\xFF", NULL, "%EF%BF%BD"},
        {"%C2%AD", NULL, "%C2%AD"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int opaque = 0; opaque < 2; opaque++) {
            const char *expected = opaque ? rows[i].opaque : rows[i].domain;
            yn_buf b = yn_buf_make(256, NULL);
            yn_buf_str(&b, "//");
            int error = yn_host_parse(&b, yonder_text_of(rows[i].in), opaque);
            assert_row(rows[i].in, error == (expected ? YONDER_OK : YONDER_INVALID_HOST));
            if (expected)
                assert_text(rows[i].in, yn_skip(yn_buf_text(&b), 2), expected);
            yn_buf_free(&b);
        }
    }
}

static void labels_longer_than_the_dns_takes_are_encoded_up_to_a_limit(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t len;
        int error;
    } rows[] = {
        {"63 characters", 126, YONDER_OK},
        {"900 characters", 1800, YONDER_OK},
        {"more than ICU takes", YN_IDNA_MAX, YONDER_TOO_LARGE},
        {"more than ICU is asked", YN_IDNA_MAX + 2, YONDER_TOO_LARGE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char domain[YN_IDNA_MAX + 2];
        for (size_t at = 0; at < rows[i].len; at += 2)
            memcpy(domain + at, "\xC3\xA9", 2);
        yn_buf b = yn_buf_make(1 << 16, NULL);
        int error = yn_idna_to_ascii(&b, (yonder_text){domain, rows[i].len});
        assert_row(rows[i].name, error == rows[i].error);
        assert_row(rows[i].name, error || b.len > rows[i].len / 2);
        yn_buf_free(&b);
    }
}

static void a_domain_is_decoded_for_a_reader(void **state)
{
    (void)state;
    static const struct {
        const char *domain;
        int error;
        const char *unicode;
    } rows[] = {
        {"example.com", YONDER_OK, "example.com"},
        {"xn--bcher-kva.example", YONDER_OK,
         "b\xC3\xBC"
         "cher.example"},
        {"www.xn--bcher-kva.xn--p1ai", YONDER_OK,
         "www.b\xC3\xBC"
         "cher.\xD1\x80\xD1\x84"},
        {"xn--a.example", YONDER_INVALID_HOST, ""},               // decodes to nothing valid
        {"xn--xn--a--gua.pt", YONDER_INVALID_HOST, ""},           // twice encoded
        {"xn--bcher-kva.xn--a.example", YONDER_INVALID_HOST, ""}, // half of it is not shown
        {"", YONDER_OK, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf b = yn_buf_make(4096, NULL);
        int error = yn_idna_to_unicode(&b, yonder_text_of(rows[i].domain));
        assert_row(rows[i].domain, error == rows[i].error);
        assert_text(rows[i].domain, yn_buf_text(&b), rows[i].unicode);
        yn_buf_free(&b);
    }
}

static void a_host_field_is_split_and_made_canonical(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        int error;
        const char *host;
        int32_t port;
    } rows[] = {
        {"example.com", YONDER_OK, "example.com", -1},
        {"EXAMPLE.com:8080", YONDER_OK, "example.com", 8080},
        {"example.com:80", YONDER_OK, "example.com", 80},
        {"example.com:", YONDER_OK, "example.com", -1},
        {"example.com.", YONDER_OK, "example.com", -1},
        {"example.com.:81", YONDER_OK, "example.com", 81},
        {"example.com..", YONDER_OK, "example.com.", -1},
        {"127.1", YONDER_OK, "127.0.0.1", -1},
        {"127.0.0.1.", YONDER_OK, "127.0.0.1", -1},
        {"[0::1]", YONDER_OK, "[::1]", -1},
        {"[::1]:65535", YONDER_OK, "[::1]", 65535},
        {"b\xC3\xBC"
         "cher.example:1",
         YONDER_OK, "xn--bcher-kva.example", 1},
        {"B%C3%BCcher.example", YONDER_OK, "xn--bcher-kva.example", -1},
        {"", YONDER_INVALID_HOST, NULL, 0},
        {".", YONDER_INVALID_HOST, NULL, 0},
        {":80", YONDER_INVALID_HOST, NULL, 0},
        {"a:65536", YONDER_INVALID_HOST, NULL, 0},
        {"a:x", YONDER_INVALID_HOST, NULL, 0},
        {"a:1:2", YONDER_INVALID_HOST, NULL, 0},
        {"::1", YONDER_INVALID_HOST, NULL, 0},
        {"[::1", YONDER_INVALID_HOST, NULL, 0},
        {"[::1]x", YONDER_INVALID_HOST, NULL, 0},
        {"u@a", YONDER_INVALID_HOST, NULL, 0},
        {"a/b", YONDER_INVALID_HOST, NULL, 0},
        {"a b", YONDER_INVALID_HOST, NULL, 0},
        {" a", YONDER_INVALID_HOST, NULL, 0},
        {"a\t", YONDER_INVALID_HOST, NULL, 0},
        {"1.2.3.4.5", YONDER_INVALID_HOST, NULL, 0},
        {"thirty-two-bytes-are-too-few.example", YONDER_TOO_LARGE, NULL, 0},
        {"\xEF\xB7\xBA\xEF\xB7\xBA", YONDER_TOO_LARGE, NULL, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[32];
        yonder_text host = YN_TEXT("untouched");
        int32_t port = -2;
        int error = yn_host_canonical(yonder_text_of(rows[i].field), out, sizeof out, &host, &port);
        assert_row(rows[i].field, error == rows[i].error);
        assert_text(rows[i].field, host, error ? "untouched" : rows[i].host);
        assert_row(rows[i].field, port == (error ? -2 : rows[i].port));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_percent_encode_set_holds_what_the_standard_lists),
        cmocka_unit_test(each_other_set_holds_what_the_standard_lists),
        cmocka_unit_test(text_is_percent_encoded_byte_by_byte),
        cmocka_unit_test(a_domain_ends_in_a_number_if_its_last_label_is_one),
        cmocka_unit_test(ipv4_addresses_are_read_in_all_spellings),
        cmocka_unit_test(ipv6_addresses_are_written_shortest_and_read_back),
        cmocka_unit_test(hosts_are_parsed_for_special_and_other_schemes),
        cmocka_unit_test(labels_longer_than_the_dns_takes_are_encoded_up_to_a_limit),
        cmocka_unit_test(a_domain_is_decoded_for_a_reader),
        cmocka_unit_test(a_host_field_is_split_and_made_canonical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
