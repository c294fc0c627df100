// SPDX-License-Identifier: MIT
#include "conditions.h"

enum {
    WHOLE = 256 // a thousandth
};

static int quality(const char *condition, const char *fields)
{
    yn_buf room = yn_buf_make(4096, NULL);
    yonder_field field[MAX_FIELDS];
    yonder_rules_request request = {.fields = field, .field_count = fields_of(fields, field)};
    yn_condition c = condition_of(condition, &room);
    int q = yn_condition_quality(&c, &request);
    assert_int_equal(yn_condition_holds(&c, &request, 0), q > 0);
    yn_buf_free(&room);
    return q;
}

static void a_language_is_wanted_as_look_up_has_it(void **state)
{
    (void)state;
    static const struct {
        const char *condition, *accept;
        int thousandths, taken_off;
    } rows[] = {
        {"language=de", "de", 1000, 0},
        {"language=de", "DE", 1000, 0},
        {"language=de", "de-AT", 1000, 1},
        {"language=de", "de-Latn-AT", 1000, 2},
        {"language=de", "den", 0, 0},
        {"language=de", "en, fr", 0, 0},
        {"language=de-AT", "de-AT", 1000, 0},
        {"language=de-AT", "de-at-1996", 1000, 1},
        {"language=de-AT", "de", 0, 0},
        {"language=de-AT", "de-DE", 0, 0},
        {"language=de", "*", 1000, 255},
        {"language=de-AT", "*;q=0.5", 500, 255},
        {"language=de", "en, de;q=0.7", 700, 0},
        {"language=de", "en;q=0.9,de;q=0.7,*;q=0.8", 700, 0},
        {"language=fr", "en;q=0.9,de;q=0.7,*;q=0.8", 800, 255},
        {"language=de", "de;q=0.3, de-AT;q=0.9", 900, 1},
        {"language=de", "de-CH;q=0.3, de-AT;q=0.9", 900, 1},
        {"language=fr,de", "de;q=0.4, fr;q=0.2", 400, 0},
        // What is refused.
        {"language=de", "de;q=0", 0, 0},
        {"language=de", "de;q=0, *", 0, 0},
        {"language=de", "*, de;q=0", 0, 0},
        {"language=de", "de;q=0, de-AT", 0, 0},
        {"language=de-AT", "de;q=0, *", 0, 0},
        {"language=de-AT", "de;q=0, de-AT;q=0.5", 500, 0},
        {"language=de-AT", "de-AT;q=0, *", 0, 0},
        {"language=de", "de-AT;q=0, *", 1000, 255},
        {"language=de", "de-AT;q=0, de", 1000, 0},
        {"language=de", "*;q=0", 0, 0},
        {"language=de", "*;q=0, de;q=0.001", 1, 0},
        // RFC 4647 section 3.4: a single letter goes together with what follows it.
        {"language=zh-x", "zh-x-private", 0, 0},
        {"language=zh", "zh-x-private", 1000, 2},
        {"language=zh-x-private", "zh-x-private", 1000, 0},
        // How it is written.
        {"language=de", "", 0, 0},
        {"language=de", " , ,, de ;\tq=0.5 ,", 500, 0},
        {"language=de", "de;Q=0.5", 500, 0},
        {"language=de", "de;q=1.000", 1000, 0},
        {"language=de", "de;q=0.999", 999, 0},
        {"language=de", "de;q=1.", 1000, 0},
        {"language=de", "de;q=0.", 0, 0},
        // Members that are malformed are passed over.
        {"language=de", "de;q=1.001", 0, 0},
        {"language=de", "de;q=2", 0, 0},
        {"language=de", "de;q=", 0, 0},
        {"language=de", "de;q=.5", 0, 0},
        {"language=de", "de;q=0.1234", 0, 0},
        {"language=de", "de;q=-1", 0, 0},
        {"language=de", "de;q=0,5", 0, 0},
        {"language=de", "de;level=1", 0, 0},
        {"language=de", "de;", 0, 0},
        {"language=de", "d_e, de;q=x, de;q=0.2, \"de\"", 200, 0},
        {"language=de", "de-, -de, de--AT, abcdefghi", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char fields[200], row[300];
        snprintf(fields, sizeof fields, "Accept-Language:%s", rows[i].accept);
        snprintf(row, sizeof row, "%s by \"%s\"", rows[i].condition, rows[i].accept);
        int q = quality(rows[i].condition, fields);
        if (q != rows[i].thousandths * WHOLE - rows[i].taken_off)
            print_error("%s: %d is %d - %d\n", row, q, (q + 255) / WHOLE,
                        (q + 255) / WHOLE * WHOLE - q);
        assert_row(row, q == rows[i].thousandths * WHOLE - rows[i].taken_off);
    }
}

static void several_fields_are_one_list(void **state)
{
    (void)state;
    assert_int_equal(quality("language=de", "accept-language:en|X:de|Accept-Language:de;q=0.5"),
                     500 * WHOLE);
    assert_int_equal(quality("language=de", "Accept-Language:de|Accept-Language:de;q=0"),
                     1000 * WHOLE);
    assert_int_equal(quality("language=de", "X:de"), 0);
    assert_int_equal(quality("language=de", ""), 0);
}

// "Of rules that differ by language the one the client likes best fires."
static void what_a_browser_sends_prefers_the_closest(void **state)
{
    (void)state;
    static const char browser[] = "Accept-Language:de-AT,de;q=0.9,en-US;q=0.8,en;q=0.7,*;q=0.1";
    static const char *const from_best[] = {"language=de-AT", "language=de", "language=en-US",
                                            "language=en", "language=fr"};
    for (size_t i = 1; i < sizeof from_best / sizeof *from_best; i++)
        assert_row(from_best[i],
                   quality(from_best[i - 1], browser) > quality(from_best[i], browser));
}

static void tags_have_parts_of_up_to_eight(void **state)
{
    (void)state;
    static const struct {
        const char *tag;
        bool is;
    } rows[] = {
        {"de", true},       {"de-AT", true},      {"de-1996", true},
        {"abcdefgh", true}, {"i-klingon", true},  {"de-abcdefgh", true},
        {"", false},        {"-", false},         {"de-", false},
        {"-de", false},     {"d1", false},        {"1", false},
        {"de_AT", false},   {"abcdefghi", false}, {"de-abcdefghi", false},
        {"*", false},       {"de--AT", false},    {"d\xC3\xA9", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(rows[i].tag, yn_is_language(yonder_text_of(rows[i].tag)) == rows[i].is);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_language_is_wanted_as_look_up_has_it),
        cmocka_unit_test(several_fields_are_one_list),
        cmocka_unit_test(what_a_browser_sends_prefers_the_closest),
        cmocka_unit_test(tags_have_parts_of_up_to_eight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
