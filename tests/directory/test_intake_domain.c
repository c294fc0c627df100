// SPDX-License-Identifier: MIT
#include "directory/intake.h"

#include "base/text.h"
#include "test.h"

static void a_domain_comes_out_as_the_list_has_it(void **state)
{
    (void)state;
    static const struct {
        const char *written, *domain;
    } rows[] = {
        {"example.com", "example.com"},
        {"EXAMPLE.Com", "example.com"},
        {"example.com.", "example.com"},
        {"b\xc3\xbc"
         "cher.example",
         "xn--bcher-kva.example"},
        {"B\xc3\x9c"
         "CHER.example",
         "xn--bcher-kva.example"},
        {"xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"\xe4\xbe\x8b\xe3\x80\x82\xe6\xb5\x8b\xe8\xaf\x95", "xn--fsq.xn--0zwm56d"}, // U+3002
        {"com", "com"},
        {"a_b.example", "a_b.example"},
        {"7.example", "7.example"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf domain = yn_buf_make(1024, NULL), message = yn_buf_make(1024, NULL);
        if (!yn_intake_domain(yonder_text_of(rows[i].written), &domain, &message))
            fail_msg("%s: %.*s", rows[i].written, YN_PRINT(yn_buf_text(&message)));
        assert_text(rows[i].written, yn_buf_text(&domain), rows[i].domain);
        assert_int_equal(message.len, 0);
        yn_buf_free(&domain);
        yn_buf_free(&message);
    }
}

static void refuse(yonder_text written, const char *word)
{
    yn_buf domain = yn_buf_make(1024, NULL), message = yn_buf_make(1024, NULL);
    if (yn_intake_domain(written, &domain, &message))
        fail_msg("\"%.40s\" is taken for %.*s", written.ptr, YN_PRINT(yn_buf_text(&domain)));
    assert_int_equal(domain.len, 0);
    yn_buf_char(&message, '\0');
    if (message.error || !strstr(message.ptr, word))
        fail_msg("of \"%.40s\" it is said: %s", written.ptr, message.ptr);
    for (size_t i = 0; i + 1 < message.len; i++) // nothing of what was written comes back
        if ((unsigned char)message.ptr[i] < ' ' || strchr("<>&\"", message.ptr[i]))
            fail_msg("%s", message.ptr);
    yn_buf_free(&domain);
    yn_buf_free(&message);
}

static void what_is_no_domain_gets_a_sentence(void **state)
{
    (void)state;
    static const struct {
        yonder_text written;
        const char *word;
    } rows[] = {
        {YN_TEXT_INIT(""), "no domain name"},
        {YN_TEXT_INIT("."), "empty label"},
        {YN_TEXT_INIT(".example.com"), "empty label"},
        {YN_TEXT_INIT("example..com"), "empty label"},
        {YN_TEXT_INIT("example.com.."), "empty label"},
        {YN_TEXT_INIT("\xe3\x80\x82.example"), "no domain name"}, // which IDNA has for a dot
        {YN_TEXT_INIT("*.example.com"), "asterisk"},
        {YN_TEXT_INIT("192.0.2.1"), "address"},
        {YN_TEXT_INIT("192.0.2.1."), "address"},
        {YN_TEXT_INIT("0x7f.1"), "address"},
        {YN_TEXT_INIT("2130706433"), "address"},
        {YN_TEXT_INIT("\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.1"), "address"},
        {YN_TEXT_INIT("::1"), "address"},
        {YN_TEXT_INIT("[2001:db8::1]"), "address"},
        {YN_TEXT_INIT("https://example.com/"), "URL"},
        {YN_TEXT_INIT("example.com:443"), "URL"},
        {YN_TEXT_INIT("me@example.com"), "URL"},
        {YN_TEXT_INIT("example.com/"), "URL"},
        {YN_TEXT_INIT("example .com"), "blank"},
        {YN_TEXT_INIT(" example.com"), "blank"},
        {YN_TEXT_INIT("example.com\n"), "control"},
        {YN_TEXT_INIT("exa\0mple.com"), "control"},
        {YN_TEXT_INIT("\x1b[31mexample.com"), "control"},
        {YN_TEXT_INIT("<script>alert(1)<script>.example"), "no domain name"},
        {YN_TEXT_INIT("';drop-table-events;--.example"), "no domain name"},
        {YN_TEXT_INIT("\xff\xfe.example"), "no domain name"},
        {YN_TEXT_INIT("\xc3.example"), "no domain name"},
        {YN_TEXT_INIT("xn--\x80.example"), "no domain name"},
        {YN_TEXT_INIT("%65xample.com"), "no domain name"},
        {YN_TEXT_INIT("a\xe2\x80\xae.example"), "no domain name"}, // right-to-left override
        {YN_TEXT_INIT("#"), "no domain name"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        refuse(rows[i].written, rows[i].word);
}

// Labels of `label` bytes, `len` in all.
static void fill(char *out, size_t len, size_t label)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (i + 1) % (label + 1) ? 'a' : '.';
}

static void a_name_is_of_253_bytes_at_most_and_a_label_of_63(void **state)
{
    (void)state;
    char text[10240];
    yn_buf domain = yn_buf_make(1024, NULL), message = yn_buf_make(1024, NULL);
    fill(text, sizeof text, 9);
    assert_true(yn_intake_domain((yonder_text){text, 253}, &domain, &message));
    assert_int_equal(domain.len, 253);
    refuse((yonder_text){text, 254}, "no domain name");
    refuse((yonder_text){text, sizeof text}, "not that long");
    fill(text, sizeof text, 64);
    refuse((yonder_text){text, 70}, "no domain name");
    yn_buf_free(&domain);
    yn_buf_free(&message);
}

static void the_api_takes_names_that_are_malformed(void **state)
{
    (void)state;
    static const struct {
        const char *written, *name; // NULL: refused
        bool malformed;
    } rows[] = {
        {"Example.COM", "example.com", false},
        {"B\xc3\x9c"
         "cher.example",
         "xn--bcher-kva.example", false},
        {"Example.com.", "example.com.", true},
        {".example.com", ".example.com", true},
        {"a..B", "a..b", true},
        {"a b.Example", "a b.example", true},
        {"192.0.2.1", "192.0.2.1", true},
        {"[::1]", "[::1]", true},
        {"https://example.com/", "https://example.com/", true},
        {"B\xc3\x9c"
         "cher..example",
         "xn--bcher-kva..example", true},
        {"", NULL, false},
        {"a\n.example", NULL, false},
        {"\xff.example", NULL, false},
        {"\xef\xbf\xbd.example", NULL, false},
        {"a\xe2\x80\xae.example", NULL, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf name = yn_buf_make(1024, NULL), message = yn_buf_make(1024, NULL);
        bool malformed = false;
        bool taken = yn_intake_name(yonder_text_of(rows[i].written), &name, &malformed, &message);
        if (taken != (rows[i].name != NULL) || taken == (message.len > 0))
            fail_msg("row %zu: %.*s", i, YN_PRINT(yn_buf_text(&message)));
        assert_text(rows[i].written, yn_buf_text(&name), rows[i].name ? rows[i].name : "");
        assert_true(!taken || malformed == rows[i].malformed);
        yn_buf_free(&name);
        yn_buf_free(&message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_domain_comes_out_as_the_list_has_it),
        cmocka_unit_test(what_is_no_domain_gets_a_sentence),
        cmocka_unit_test(the_api_takes_names_that_are_malformed),
        cmocka_unit_test(a_name_is_of_253_bytes_at_most_and_a_label_of_63),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
