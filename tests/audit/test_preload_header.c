// SPDX-License-Identifier: MIT
// Header strings as the preload list's checker reads them.
#include "test.h"

#include "audit/preload_header.h"
#include "base/text.h"

#define YEAR "max-age=31536000"
#define REST "; includeSubDomains; preload"

typedef struct row {
    const char *value;
    const char *codes; // in order, without what they have in common
} row;

typedef struct told {
    char text[2048];
    size_t len;
} told;

static const char *const codes[] = {
#define CODE_ROW(id, code, severity, summary, why) code,
    YN_CHROMIUM_CODES(CODE_ROW)
#undef CODE_ROW
};

// "parse.empty" for "header.parse.empty".
static void note(void *context, yn_chromium_code code, yonder_text about)
{
    told *t = context;
    (void)about;
    assert_int_equal(strncmp(codes[code], "header.", 7), 0);
    t->len += (size_t)snprintf(t->text + t->len, sizeof t->text - t->len, "%s%s", t->len ? " " : "",
                               codes[code] + 7);
    assert_true(t->len < sizeof t->text);
}

static const row eligible[] = {
    {YEAR REST, ""},
    {"preload;includeSubDomains;" YEAR, ""},
    {"MAX-AGE=31536000; INCLUDESUBDOMAINS; PRELOAD", ""},
    {" \t" YEAR " ;\tincludeSubDomains ; preload\t", ""},
    {"max-age=63072000" REST, ""},
    {"max-age=31535999" REST, "preloadable.max_age.below_1_year"},
    {"max-age=10886400" REST, "preloadable.max_age.below_1_year"},
    {"max-age=315360000" REST, ""},
    {"max-age=315360001" REST, "preloadable.max_age.over_10_years"},
    {"max-age=18446744073709551615" REST, "preloadable.max_age.over_10_years"},
    {"max-age=18446744073709551616" REST,
     "parse.max_age.parse_int_error preloadable.max_age.missing"},
    {"max-age=0" REST, "preloadable.max_age.zero"},
    {"max-age=00" REST, "parse.max_age.leading_zero preloadable.max_age.zero"},
    {"max-age=031536000" REST, "parse.max_age.leading_zero"},
    {"max-age=000000000000000000000031536000" REST, "parse.max_age.leading_zero"},
    {"max-age=0x1" REST,
     "parse.max_age.leading_zero parse.max_age.non_digit_characters preloadable.max_age.missing"},
    {"max-age=" REST, "parse.max_age.parse_int_error preloadable.max_age.missing"},
    {"max-age= 31536000" REST, "parse.max_age.non_digit_characters preloadable.max_age.missing"},
    {"max-age=+31536000" REST, "parse.max_age.non_digit_characters preloadable.max_age.missing"},
    {"max-age=-1" REST, "parse.max_age.non_digit_characters preloadable.max_age.missing"},
    {"max-age=\"31536000\"" REST, "parse.max_age.non_digit_characters preloadable.max_age.missing"},
    {"max-age=31536000s" REST, "parse.max_age.non_digit_characters preloadable.max_age.missing"},
    {"max-age =31536000" REST, "parse.invalid.max_age.no_value preloadable.max_age.missing"},
    {"max-age" REST, "parse.invalid.max_age.no_value preloadable.max_age.missing"},
    {"max-age; max-age" REST, "parse.invalid.max_age.no_value preloadable.max_age.missing"},
    {"max-age=x; max-age=y" REST, "parse.max_age.non_digit_characters "
                                  "parse.max_age.non_digit_characters preloadable.max_age.missing"},
    {"max-age=x; " YEAR REST, "parse.max_age.non_digit_characters"},
    {YEAR "; max-age=1; max-age=2" REST, "parse.repeated.max_age"},
    {"max-age=1; " YEAR REST, "parse.repeated.max_age preloadable.max_age.below_1_year"},
    {"maxage=31536000" REST, "parse.unknown_directive preloadable.max_age.missing"},
    {"", "parse.empty preloadable.include_sub_domains.missing preloadable.preload.missing "
         "preloadable.max_age.missing"},
    {" \t ", "parse.empty preloadable.include_sub_domains.missing preloadable.preload.missing "
             "preloadable.max_age.missing"},
    {";", "parse.empty_directive preloadable.include_sub_domains.missing "
          "preloadable.preload.missing preloadable.max_age.missing"},
    {YEAR ";", "parse.empty_directive preloadable.include_sub_domains.missing "
               "preloadable.preload.missing"},
    {";" YEAR ";;" REST ";", "parse.empty_directive"},
    {YEAR, "preloadable.include_sub_domains.missing preloadable.preload.missing"},
    {YEAR "; preload", "preloadable.include_sub_domains.missing"},
    {YEAR "; includeSubDomains", "preloadable.preload.missing"},
    {"includeSubDomains; preload", "preloadable.max_age.missing"},
    {YEAR REST "; preload; preload", "parse.repeated.preload"},
    {YEAR REST "; includesubdomains; includesubdomains", "parse.repeated.include_sub_domains"},
    {YEAR "; includeSubDomains; preload=1", "parse.invalid.preload preloadable.preload.missing"},
    {YEAR REST "; preloaded; preload ed", "parse.invalid.preload"},
    {YEAR "; includeSubDomains=1; preload",
     "parse.invalid.include_sub_domains preloadable.include_sub_domains.missing"},
    {YEAR "; includeSubDomain; preload",
     "parse.unknown_directive preloadable.include_sub_domains.missing"},
    {YEAR "; includeSubDomainsx; includeSubDomains;; includeSubDomains; preload",
     "parse.invalid.include_sub_domains parse.empty_directive parse.repeated.include_sub_domains"},
    {YEAR "; include subdomains; pre load; x",
     "parse.unknown_directive parse.unknown_directive parse.unknown_directive "
     "preloadable.include_sub_domains.missing preloadable.preload.missing"},
    {"\"" YEAR REST "\"", "parse.unknown_directive parse.invalid.preload "
                          "preloadable.preload.missing preloadable.max_age.missing"},
    // Two headers joined are one directive with a comma in it.
    {YEAR "; preload; includeSubDomains, " YEAR,
     "parse.invalid.include_sub_domains preloadable.include_sub_domains.missing"},
    {YEAR ", " YEAR REST, "parse.max_age.non_digit_characters preloadable.max_age.missing"},
    // Unicode: white space, and letters that fold to ASCII.
    {"\xc2\xa0" YEAR "\xe2\x80\x83;\xe3\x80\x80includeSubDomains\xc2\x85; preload\xef\xbb\xbf",
     "parse.invalid.preload preloadable.preload.missing"},
    {YEAR "; include\xc5\xbfubDomain\xc5\xbf; preload", ""},
    {YEAR "; include\xc5\xbfubDomainsx; preload",
     "parse.unknown_directive preloadable.include_sub_domains.missing"},
    {YEAR "; \xc4\xb0ncludeSubDomains; preload",
     "parse.invalid.include_sub_domains preloadable.include_sub_domains.missing"},
    {YEAR REST "\xa0", "parse.invalid.preload preloadable.preload.missing"}, // a byte of no letter
    {"\xe2\x80\x83", "parse.empty preloadable.include_sub_domains.missing "
                     "preloadable.preload.missing preloadable.max_age.missing"},
};

static const row lenient[] = {
    {"max-age=10886400" REST, ""},
    {"max-age=10886399" REST, "preloadable.max_age.below_18_weeks"},
    {"max-age=0" REST, "preloadable.max_age.zero"},
    {"max-age=315360001" REST, "preloadable.max_age.over_10_years"},
};

static const row removable[] = {
    {YEAR "; includeSubDomains", ""},
    {"max-age=0", ""},
    {YEAR REST, "removable.contains.preload"},
    {YEAR "; preload=1", ""},
    {YEAR ";; x; max-age=1", ""},
    {"max-age=\"1\"", "parse.max_age.non_digit_characters removable.missing.max_age"},
    {"max-age; preload",
     "parse.invalid.max_age.no_value removable.contains.preload removable.missing.max_age"},
    {"", "removable.missing.max_age"},
};

static void check(const row *rows, size_t count, uint64_t min_age)
{
    for (size_t i = 0; i < count; i++) {
        told t = {.len = 0};
        yonder_text value = yonder_text_of(rows[i].value);
        if (min_age)
            yn_preload_header_eligible(value, min_age, note, &t);
        else
            yn_preload_header_removable(value, note, &t);
        assert_text(rows[i].value, yonder_text_of(t.text), rows[i].codes);
    }
}

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void headers_give_the_codes_of_the_checker_in_its_order(void **state)
{
    (void)state;
    check(eligible, COUNT(eligible), YN_PRELOAD_YEAR);
}

static void the_old_policy_asks_for_eighteen_weeks(void **state)
{
    (void)state;
    check(lenient, COUNT(lenient), YN_PRELOAD_18_WEEKS);
}

static void removal_takes_a_max_age_and_no_preload(void **state)
{
    (void)state;
    check(removable, COUNT(removable), 0);
}

static void a_value_of_nowhere_is_empty(void **state)
{
    (void)state;
    told t = {.len = 0};
    yn_preload_header h = yn_preload_header_parse((yonder_text){NULL, 0}, note, &t);
    assert_text("NULL", yonder_text_of(t.text), "parse.empty");
    assert_false(h.has_max_age || h.preload || h.include_subdomains);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_give_the_codes_of_the_checker_in_its_order),
        cmocka_unit_test(the_old_policy_asks_for_eighteen_weeks),
        cmocka_unit_test(removal_takes_a_max_age_and_no_preload),
        cmocka_unit_test(a_value_of_nowhere_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
