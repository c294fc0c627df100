// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdlib.h>

#include <yonder/hsts.h>

#include "base/buf.h"
#include "base/text.h"

// What a client makes of a value: the seconds, "+" where subdomains are included, "p" where preload
// is asked for; or the code of the reason against it.
static void read_as(const char *client, const char *value, yn_buf *out)
{
    yonder_hsts_policy policy, untouched;
    memset(&policy, 0xA5, sizeof policy);
    memset(&untouched, 0xA5, sizeof untouched);
    yonder_hsts_reading reading = yonder_hsts_parse(yonder_client_find(yonder_text_of(client)),
                                                    yonder_text_of(value), &policy);
    if (reading != YONDER_HSTS_VALID) {
        assert_memory_equal(&policy, &untouched, sizeof policy);
        yn_buf_str(out, yonder_hsts_reading_code(reading));
        return;
    }
    if (policy.max_age == YONDER_HSTS_FOREVER)
        yn_buf_str(out, "ever");
    else
        yn_buf_number(out, policy.max_age);
    yn_buf_str(out, policy.include_subdomains ? "+" : "");
    yn_buf_str(out, policy.preload ? "p" : "");
}

static void each_client_reads_a_value_in_its_own_way(void **state)
{
    (void)state;
#define NONE "no_max_age"
#define BAD  "invalid_max_age"
#define TWO  "repeated_directive"
#define SYN  "syntax"
#define VAL  "unexpected_value"
    static const char *const clients[] = {"chrome", "firefox", "curl", "curl-follow", "wget"};
    static const struct {
        const char *value;
        const char *as[5];
    } rows[] = {
        {"max-age=100", {"100", "100", "100", "100", "100"}},
        {" \tMAX-AGE = 100\t", {"100", "100", NONE, "100", "100"}},
        {"max-age=\"100\"", {"100", "100", "100", "100", "100"}},
        {"max-age=\"1\\00\"", {"100", BAD, SYN, SYN, "1"}},
        {"max-age=100;includeSubDomains;preload", {"100+p", "100+p", "100+p", "100+p", "100+p"}},
        {"IncludeSubdomains ; max-age=1", {"1+", "1+", "1+", "1+", "1+"}},
        {"", {NONE, NONE, NONE, NONE, NONE}},
        {"preload", {NONE, NONE, NONE, NONE, NONE}},
        {";; max-age=5 ;; ;", {"5", "5", "5", "5", NONE}},
        {"max-age=100; max-age=200", {TWO, TWO, TWO, TWO, "200"}},
        {"max-age=-1; max-age=200", {BAD, BAD, BAD, BAD, "200"}},
        {"max-age=1; includeSubDomains; includesubdomains", {TWO, TWO, TWO, TWO, "1+"}},
        {"max-age=100 includesubdomains", {BAD, SYN, "100+", "100+", "100"}},
        {"max-age=100randomstuff", {BAD, BAD, "100", "100", "100"}},
        {"max-age=100, max-age=200; includeSubdomains", {BAD, SYN, "100+", "100+", "100+"}},
        {"max-age=100; includesubdomainsXyz", {"100", "100", "100+", "100+", "100"}},
        {"max-age=1; includeSubDomains=\"\"", {VAL, VAL, "1+", "1+", "1+"}},
        {"max-age=1; includeSubDomains=true", {VAL, VAL, "1+", "1+", "1+"}},
        {"max-age=1; unk=", {SYN, "1", "1", "1", "1"}},
        {"max-age=1; unk=a@b", {SYN, SYN, "1", "1", "1"}},
        {"max-age=1; a,b", {SYN, SYN, "1", "1", "1"}},
        {"max-age=1; \"x\"", {SYN, SYN, "1", "1", "1"}},
        {"max-age=1; =2", {SYN, "1", "1", "1", "1"}},
        {"max-age=1; unk=\"a;b\"; includesubdomains", {"1+", "1+", "1+", "1+", "1+"}},
        {"max-age=12\"", {BAD, SYN, "12", "12", "12"}},
        {"max-age=\"12", {SYN, SYN, SYN, SYN, NONE}},
        {"max-age=+1", {BAD, BAD, "1", BAD, "1"}},
        {"max-age=-1", {BAD, BAD, BAD, BAD, BAD}},
        {"max-age=1.5", {BAD, BAD, "1", "1", "1"}},
        {"max-age='1'", {BAD, BAD, BAD, BAD, "0"}},
        {"max-age==1", {BAD, SYN, BAD, BAD, "0"}},
        {"max-age=", {BAD, BAD, BAD, BAD, "0"}},
        {"max-age", {BAD, BAD, NONE, SYN, "0"}},
        {"max-age=0", {"0", "0", "0", "0", "0"}},
        {"max-age=007", {"7", "7", "7", "7", "7"}},
        {"max-age=31536000", {"31536000", "31536000", "31536000", "31536000", "31536000"}},
        {"max-age=31536001", {"31536000", "31536001", "31536001", "31536001", "31536001"}},
        {"max-age=3153600001",
         {"31536000", "3153600000", "3153600001", "3153600001", "3153600001"}},
        {"max-age=9223372036854775808", {"31536000", "3153600000", "ever", "ever", BAD}},
        {"max-age=18446744073709551616", {"31536000", BAD, "ever", "ever", BAD}},
        {"max-age*=UTF-8''9", {NONE, NONE, NONE, SYN, "9"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t c = 0; c < sizeof clients / sizeof *clients; c++) {
            char name[128];
            snprintf(name, sizeof name, "%s: %s", clients[c], rows[i].value);
            yn_buf out = yn_buf_make(256, NULL);
            read_as(clients[c], rows[i].value, &out);
            assert_text(name, yn_buf_text(&out), rows[i].as[c]);
            yn_buf_free(&out);
        }
    }
}

static void a_client_without_hsts_accepts_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *client;
        yonder_hsts_support support;
    } rows[] = {
        {"chrome", YONDER_HSTS_ALWAYS},   {"firefox", YONDER_HSTS_ALWAYS},
        {"safari", YONDER_HSTS_ALWAYS},   {"wget", YONDER_HSTS_ALWAYS},
        {"curl", YONDER_HSTS_OPT_IN},     {"curl-follow", YONDER_HSTS_OPT_IN},
        {"requests", YONDER_HSTS_NEVER},  {"go", YONDER_HSTS_NEVER},
        {"googlebot", YONDER_HSTS_NEVER}, {"http10", YONDER_HSTS_NEVER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const yonder_client *client = yonder_client_find(yonder_text_of(rows[i].client));
        yonder_hsts_policy policy;
        yonder_hsts_reading reading = yonder_hsts_parse(client, YN_TEXT("max-age=1"), &policy);
        assert_row(rows[i].client, yonder_hsts_supported(client) == rows[i].support);
        assert_row(rows[i].client, (reading == YONDER_HSTS_UNKNOWN_TO_CLIENT) ==
                                       (rows[i].support == YONDER_HSTS_NEVER));
    }
}

static void readings_and_effects_have_words(void **state)
{
    (void)state;
    for (int r = YONDER_HSTS_VALID; r <= YONDER_HSTS_SYNTAX; r++)
        assert_true(*yonder_hsts_reading_code((yonder_hsts_reading)r) &&
                    *yonder_hsts_reading_prose((yonder_hsts_reading)r));
    for (int e = YONDER_HSTS_NOTHING; e <= YONDER_HSTS_NO_DOMAIN; e++)
        assert_true(*yonder_hsts_effect_code((yonder_hsts_effect)e) &&
                    *yonder_hsts_effect_prose((yonder_hsts_effect)e));
    assert_string_equal(yonder_hsts_reading_code((yonder_hsts_reading)99), "");
    assert_string_equal(yonder_hsts_effect_prose((yonder_hsts_effect)99), "");
    assert_null(yonder_hsts_source_code(YONDER_HSTS_NONE));
    assert_string_equal(yonder_hsts_source_code(YONDER_HSTS_PRELOAD), "preload");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_client_reads_a_value_in_its_own_way),
        cmocka_unit_test(a_client_without_hsts_accepts_nothing),
        cmocka_unit_test(readings_and_effects_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
