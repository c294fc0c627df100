// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/map.h"
#include "base/text.h"
#include "base/utf8.h"

static void numbers_are_read_whole_and_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t max;
        bool ok;
        uint64_t value;
    } rows[] = {
        {"0", 9, true, 0},
        {"007", 9, true, 7},
        {"10", 9, false, 0},
        {"", 9, false, 0},
        {"1x", 99, false, 0},
        {"-1", 99, false, 0},
        {"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
        {"18446744073709551616", UINT64_MAX, false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t n = 0;
        assert_row(rows[i].text,
                   yn_parse_number(yonder_text_of(rows[i].text), rows[i].max, &n) == rows[i].ok);
        assert_row(rows[i].text, n == rows[i].value);
    }
}

static void a_buffer_grows_to_its_maximum_and_its_first_error_sticks(void **state)
{
    (void)state;
    yn_buf b = yn_buf_make(100, NULL);
    for (int i = 0; i < 10; i++)
        yn_buf_str(&b, "0123456789");
    assert_int_equal(b.error, YONDER_OK);
    assert_int_equal(b.len, 100);
    yn_buf_char(&b, 'x');
    assert_int_equal(b.error, YONDER_TOO_LARGE);
    b.len = 0;
    yn_buf_str(&b, "y");
    assert_int_equal(b.len, 0);
    yn_buf_free(&b);
    b = yn_buf_make(5, NULL);
    yn_buf_printf(&b, "%s", "12345");
    assert_text("printf fills it to the last byte", yn_buf_text(&b), "12345");
    yn_buf_printf(&b, "%s", "");
    assert_int_equal(b.error, YONDER_OK);
    yn_buf_printf(&b, "6");
    assert_int_equal(b.error, YONDER_TOO_LARGE);
    yn_buf_free(&b);
    b = yn_buf_make(1000, NULL);
    yn_buf_printf(&b, "%0300d%s", 7, "x");
    assert_int_equal(b.len, 301);
    assert_text("long printf", yn_slice(yn_buf_text(&b), 298, 301), "07x");
    yn_buf_free(&b);
    yn_buf_printf(&b, "%d-%s", 42, "x");
    yn_buf_number(&b, INT64_MIN);
    assert_text("printf", yn_buf_text(&b), "42-x-9223372036854775808");
    yn_buf_free(&b);
}

static void an_arena_hands_out_aligned_memory_that_does_not_overlap(void **state)
{
    (void)state;
    yn_arena a = yn_arena_make(NULL);
    char *last = NULL;
    for (size_t size = 1; size < 20000; size += 97) {
        char *p = yn_arena_alloc(&a, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        memset(p, 0xAB, size);
        if (last)
            assert_int_equal((unsigned char)*last, 0xAB);
        last = p;
    }
    assert_text("copy", yn_arena_text(&a, YN_TEXT("abc")), "abc");
    yn_arena_free(&a);
}

static void a_map_finds_what_was_added(void **state)
{
    (void)state;
    enum {
        count = 5000
    };
    static char keys[count][16];
    yn_map m = yn_map_make(NULL);
    for (uint32_t i = 0; i < count; i++) {
        bool added;
        snprintf(keys[i], sizeof keys[i], "key-%u", i);
        assert_int_equal(*yn_map_add(&m, yonder_text_of(keys[i]), i, &added), i);
        assert_true(added);
        yn_map_add(&m, yonder_text_of(keys[i]), i + 1, &added);
        assert_false(added);
    }
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(*yn_map_find(&m, yonder_text_of(keys[i])), i);
    assert_null(yn_map_find(&m, YN_TEXT("key-")));
    bool added;
    assert_non_null(yn_map_add(&m, (yonder_text){NULL, 0}, 7, &added));
    assert_int_equal(*yn_map_find(&m, YN_TEXT("")), 7);
    yn_map_free(&m);
}

static void what_is_taken_out_of_a_map_is_gone_and_all_else_is_found(void **state)
{
    (void)state;
    enum {
        count = 2000
    };
    static char keys[count][16];
    bool added;
    yn_map m = yn_map_make(NULL);
    assert_false(yn_map_remove(&m, YN_TEXT("x")));
    for (uint32_t i = 0; i < count; i++) {
        snprintf(keys[i], sizeof keys[i], "key-%u", i);
        assert_non_null(yn_map_add(&m, yonder_text_of(keys[i]), i, &added));
    }
    for (uint32_t i = 0; i < count; i += 3)
        assert_true(yn_map_remove(&m, yonder_text_of(keys[i])));
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t *value = yn_map_find(&m, yonder_text_of(keys[i]));
        assert_true(i % 3 ? value && *value == i : !value);
        assert_true(yn_map_remove(&m, yonder_text_of(keys[i])) == (i % 3 != 0));
    }
    assert_int_equal(m.count, 0);
    for (size_t i = 0; i < m.slot_count; i++)
        assert_null(m.slots[i].key);
    yn_map_free(&m);
}

static void dates_are_read_and_written_in_a_form_of_digits(void **state)
{
    (void)state;
    static const struct {
        const char *form, *text;
        int64_t seconds; // -1: not of that form
    } rows[] = {
        {"YYYYMMDD hh:mm:ss", "20261122 05:30:07", 1795325407},
        {"YYYY-MM-DDThh:mm:ssZ", "1970-01-01T00:00:00Z", 0},
        {"YYYY-MM-DD", "2000-02-29", 951782400},
        {"YYYY-MM-DD", "2001-02-29", -1},
        {"YYYY-MM-DD", "2001-13-01", -1},
        {"YYYY-MM-DD", "2001-00-01", -1},
        {"YYYY-MM-DD", "2001-01-00", -1},
        {"YYYY-MM-DD", "2001-01-01 ", -1},
        {"YYYY-MM-DD", "2001-01-0", -1},
        {"YYYY-MM-DD", "", -1},
        {"hh:mm:ss", "24:00:00", -1},
        {"hh:mm:ss", "23:60:00", -1},
        {"hh:mm:ss", "23:59:60", -1},
        {"hh:mm:ss", "23:59:59", 86399},
        {"YYYYMMDD", "99991231", 253402214400},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t seconds = -1;
        char text[40];
        bool ok = yn_date_read(yonder_text_of(rows[i].text), rows[i].form, &seconds);
        assert_row(rows[i].text, ok == (rows[i].seconds >= 0) && seconds == rows[i].seconds);
        if (!ok)
            continue;
        yn_date_write(text, rows[i].form, seconds);
        assert_text(rows[i].text, ((yonder_text){text, strlen(rows[i].form)}), rows[i].text);
    }
}

static void dates_are_read_in_all_three_forms_and_written_in_one(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        int64_t seconds;
    } rows[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", true, 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", true, 784111777},
        {"Sun Nov  6 08:49:37 1994", true, 784111777},
        {"Thu, 01 Jan 1970 00:00:00 GMT", true, 0},
        {"Tue, 29 Feb 2028 23:59:59 GMT", true, 1835481599},
        {"Thu, 29 Feb 2027 00:00:00 GMT", false, 0},
        {"Fri, 31 Dec 9999 23:59:59 GMT", true, YN_DATE_MAX},
        {"Fri, 31 Dec 9999 23:59:60 GMT", true, YN_DATE_MAX},
        {"Sat, 01 Jan 0000 00:00:00 GMT", true, YN_DATE_MIN},
        {"Tue, 29 Feb 2000 00:00:00 GMT", true, 951782400},
        {"Mon, 29 Feb 1900 00:00:00 GMT", false, 0},
        {"Sun, 00 Nov 1994 08:49:37 GMT", false, 0},
        {"Sun, 06 Nov 1994 08:60:37 GMT", false, 0},
        {"Sun, 06 nov 1994 08:49:37 GMT", false, 0},
        {"Sun, 06 Nov 1994 08:49:37", false, 0},
        {"Sun Nov 06 08:49:37 1994", true, 784111777},
        {"Sun Nov  6 08:49:37 94", false, 0},
        {"Sunday, 31-Jun-94 08:49:37 GMT", false, 0},
        {"Sun, 06 Nov 1994 24:49:37 GMT", false, 0},
        {"Sun, 06 Nov 1994 08:49:37 UTC", false, 0},
        {"Sun, 06 Nov 1994 08:49:37 GMT ", false, 0},
        {"Sun, 6 Nov 1994 08:49:37 GMT", false, 0},
        {"0", false, 0},
        {"-1", false, 0},
        {"", false, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t seconds = 0;
        bool ok = yn_date_parse(yonder_text_of(rows[i].text), 1795000000, &seconds);
        assert_row(rows[i].text, ok == rows[i].ok);
        assert_row(rows[i].text, seconds == rows[i].seconds);
    }
    for (int64_t t = YN_DATE_MIN; t <= YN_DATE_MAX; t += 86400 * 97 + 4321) {
        char text[YN_DATE_LEN];
        int64_t back;
        yn_date_format(text, t);
        assert_true(yn_date_parse((yonder_text){text, YN_DATE_LEN}, 0, &back));
        assert_int_equal(back, t);
    }
}

static void a_two_digit_year_is_at_most_fifty_years_ahead(void **state)
{
    (void)state;
    static const struct {
        const char *now, *text, *same;
    } rows[] = {
        {"Sun, 22 Nov 2026 00:00:00 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
         "Sun, 06 Nov 1994 08:49:37 GMT"},
        {"Sun, 22 Nov 2026 00:00:00 GMT", "Sunday, 22-Nov-76 00:00:00 GMT",
         "Sun, 22 Nov 2076 00:00:00 GMT"},
        {"Sun, 22 Nov 2026 00:00:00 GMT", "Monday, 22-Nov-76 00:00:01 GMT",
         "Mon, 22 Nov 1976 00:00:01 GMT"},
        {"Thu, 31 Dec 2099 00:00:00 GMT", "Saturday, 01-Jan-01 00:00:00 GMT",
         "Sat, 01 Jan 2101 00:00:00 GMT"},
        {"Sat, 01 Jan 2000 00:00:00 GMT", "Friday, 31-Dec-99 00:00:00 GMT",
         "Fri, 31 Dec 1999 00:00:00 GMT"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t now, seconds, same;
        assert_true(yn_date_parse(yonder_text_of(rows[i].now), 0, &now));
        assert_true(yn_date_parse(yonder_text_of(rows[i].same), 0, &same));
        assert_row(rows[i].text, yn_date_parse(yonder_text_of(rows[i].text), now, &seconds));
        assert_int_equal(seconds, same);
    }
    static const int64_t clocks[] = {INT64_MIN, -1, INT64_MAX};
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        int64_t seconds;
        assert_true(yn_date_parse(YN_TEXT("Sunday, 06-Nov-94 08:49:37 GMT"), clocks[i], &seconds));
        assert_true(seconds >= YN_DATE_MIN && seconds <= YN_DATE_MAX);
    }
}

static void dates_are_guessed_from_words_and_numbers_in_any_order(void **state)
{
    (void)state;
    static const struct {
        const char *text, *means; // NULL: no date
    } rows[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06 08:49:37"},
        {"Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06 08:49:37"},
        {"Sunday, 06-Nov-69 08:49:37 GMT", "2069-11-06 08:49:37"},
        {"Sun Nov  6 08:49:37 1994", "1994-11-06 08:49:37"},
        {"Sun, 06-Nov-1994 08:49:37", "1994-11-06 08:49:37"},
        {"november 6 1994 8:05pm", "1994-11-06 20:05:00"},
        {"6 Nov 1994 12:05 AM", "1994-11-06 00:05:00"},
        {"6 Nov 1994 25:61:61", "1994-11-07 02:02:01"},
        {"6 Nov 1994 007:00", "1994-11-06 00:00:00"},
        {"6 Nov 1994 7:x", "1994-11-06 00:00:00"},
        {"30 Feb 2037", "2037-03-02 00:00:00"},
        {"0 Jan 2037", "2036-12-31 00:00:00"},
        {"5/0/37", "2037-04-30 00:00:00"},
        {"0/0/37", NULL},
        {"0/5/31", "2000-05-31 00:00:00"},
        {"11/22/2037", "2037-11-22 00:00:00"},
        {"22-11-37", "2037-11-22 00:00:00"},
        {"1/2/3", "2003-01-02 00:00:00"},
        {"37-11-22", "2037-11-22 00:00:00"},
        {"13/13/2037", NULL},
        {"1/2/123", NULL},
        {"1/2/2037x", NULL},
        {"2037-11-22", "2037-11-22 00:00:00"},
        {"2037-11-22T07:00:00Z", "2037-11-22 07:00:00"},
        {"2037-11-22T07:00:00.5+01:00", "2037-11-22 06:00:00"},
        {"22 Nov 2037 07:00 EST", "2037-11-22 12:00:00"},
        {"22 Nov 2037 07:00 +0130", "2037-11-22 05:30:00"},
        {"22 Nov 2037 07:00 GMT-1", "2037-11-22 08:00:00"},
        {"22 Nov 2037 07:00 JST+0100", "2037-11-21 22:00:00"},
        {"22 Nov 2037 07:00 UTX", "2037-11-22 07:00:00"},
        {"22 Nov", NULL},
        {"Nov 2037", NULL},
        {"22 2037", NULL},
        {"22 Nov 037", NULL},
        {"22 Nov 32768", NULL},
        {"22Nov2037", NULL},
        {"0", NULL},
        {"-1", NULL},
        {"-", NULL},
        {"+", NULL},
        {"T1", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t seconds = 0, meant = 0;
        bool ok = yn_date_guess(yonder_text_of(rows[i].text), true, &seconds);
        bool known = rows[i].means &&
                     yn_date_read(yonder_text_of(rows[i].means), "YYYY-MM-DD hh:mm:ss", &meant);
        assert_row(rows[i].text, ok == known && seconds == meant);
    }
    int64_t seconds;
    assert_true(yn_date_guess(YN_TEXT("22 Nov 12345"), true, &seconds));
    assert_int_equal(seconds, INT64_C(327431462400));
    assert_false(yn_date_guess(YN_TEXT("2037-11-22"), false, &seconds));
    assert_false(yn_date_guess(YN_TEXT("T22 Nov 2037"), false, &seconds));
    assert_true(yn_date_guess(YN_TEXT("37-11-22"), false, &seconds));
}

static void utf8_replaces_each_maximal_bad_subpart_once(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t taken;
        uint32_t code_point;
    } rows[] = {
        {"a", 1, 'a'},
        {"\xC3\xA9", 2, 0xE9},
        {"\xE2\x98\x83", 3, 0x2603},
        {"\xF0\x9F\x98\x80", 4, 0x1F600},
        {"\xF4\x90\x80\x80", 1, 0xFFFD}, // above U+10FFFF
        {"\xC0\x80", 1, 0xFFFD},         // overlong
        {"\xED\xA0\x80", 1, 0xFFFD},     // a surrogate
        {"\xE2\x98", 2, 0xFFFD},         // cut short
        {"\xF0\x9F\x98x", 3, 0xFFFD},
        {"\x80", 1, 0xFFFD},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t c;
        size_t n = yn_utf8_decode(yonder_text_of(rows[i].bytes), &c);
        assert_int_equal(n, rows[i].taken);
        assert_int_equal(c, rows[i].code_point);
        char back[4];
        if (c != 0xFFFD)
            assert_memory_equal(back, rows[i].bytes, yn_utf8_encode(back, c));
    }
}

static void texts_are_compared_trimmed_and_searched(void **state)
{
    (void)state;
    const yonder_text nothing = {NULL, 0};
    assert_true(yn_equal(nothing, YN_TEXT("")));
    assert_true(yn_starts_with(nothing, nothing));
    assert_int_equal(yn_find_char(nothing, 'x'), 0);
    assert_true(yn_equal(yn_skip(nothing, 0), nothing)); // defined, as a sanitizer would tell
    assert_true(yn_equal(yn_slice(nothing, 0, 0), nothing));
    assert_int_equal(yn_trim(nothing, " ").len, 0);
    assert_true(yn_equal_nocase(YN_TEXT("Location"), YN_TEXT("lOCATION")));
    assert_false(yn_equal_nocase(YN_TEXT("Location"), YN_TEXT("Locatio")));
    assert_false(yn_equal_nocase(YN_TEXT("["), YN_TEXT("{"))); // 0x20 apart, and no letters
    assert_text("both ends", yn_trim(YN_TEXT(" \t a b \t"), " \t"), "a b");
    assert_int_equal(yn_trim(YN_TEXT("   "), " ").len, 0);
    assert_int_equal(yn_trim((yonder_text){"\0a\0", 3}, " ").len, 3);
    assert_int_equal(yn_find_char(YN_TEXT("a=b=c"), '='), 1);
    assert_int_equal(yn_find_char(YN_TEXT("abc"), '='), 3);
    assert_false(yn_starts_with(YN_TEXT("ab"), YN_TEXT("abc")));
    for (int c = 0; c < 256; c++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *p = c ? strchr(digits, c) : NULL;
        assert_int_equal(yn_hex_value((unsigned char)c), p ? (p - digits) % 16 : -1);
    }
}

static void the_hash_depends_on_every_byte_the_length_and_the_seed(void **state)
{
    (void)state;
    char text[64] = {0};
    for (size_t len = 0; len < sizeof text; len++) {
        uint64_t h = yn_hash((yonder_text){text, len}, 0);
        assert_true(h != yn_hash((yonder_text){text, len}, 1));
        assert_true(h != yn_hash((yonder_text){text, len + 1}, 0));
        for (size_t i = 0; i < len; i++) {
            text[i] = 1;
            assert_true(h != yn_hash((yonder_text){text, len}, 0));
            text[i] = 0;
        }
    }
}

// Memory that runs out after `left` calls, and counts what is held.
typedef struct scarce {
    int left;
    int held;
} scarce;

static void *scarce_resize(void *context, void *ptr, size_t size)
{
    scarce *s = context;
    if (size == 0) {
        s->held--;
        free(ptr);
        return NULL;
    }
    if (s->left-- <= 0)
        return NULL;
    s->held += !ptr;
    return realloc(ptr, size);
}

static void failing_memory_is_an_error_and_nothing_leaks(void **state)
{
    (void)state;
    bool all_done = false;
    for (int calls = 0; !all_done; calls++) {
        scarce s = {calls, 0};
        const yonder_mem mem = {scarce_resize, &s};
        yn_buf b = yn_buf_make(10000, &mem);
        for (int i = 0; i < 100; i++)
            yn_buf_printf(&b, "%0300d", i % 3 ? i : 0);
        yn_buf_free(&b);
        b = yn_buf_make(100000, &mem);
        for (int i = 0; i < 100; i++)
            yn_buf_printf(&b, "%0300d", i);
        assert_true(b.error == YONDER_OK ? b.len == 30000 : b.error == YONDER_NO_MEMORY);
        yn_arena a = yn_arena_make(&mem);
        yn_map m = yn_map_make(&mem);
        size_t added = 0;
        for (int i = 0; i < 1000; i++) {
            char key[16];
            snprintf(key, sizeof key, "%d", i);
            yonder_text kept = yn_arena_text(&a, yonder_text_of(key));
            bool is_new;
            if (kept.ptr && yn_map_add(&m, kept, (uint32_t)i, &is_new))
                added++;
        }
        assert_int_equal(m.count, added);
        all_done = b.error == YONDER_OK && added == 1000;
        yn_map_free(&m);
        yn_arena_free(&a);
        yn_buf_free(&b);
        assert_int_equal(s.held, 0);
        assert_true(calls < 1000);
    }
}

static void every_error_has_prose(void **state)
{
    (void)state;
    assert_string_equal(yonder_strerror(YONDER_OK), "no error");
    assert_string_equal(yonder_strerror(YONDER_NO_MEMORY), "out of memory");
    assert_string_equal(yonder_strerror(-12345), "unknown error");
    assert_string_equal(yonder_version(), YONDER_VERSION);
}

static void json_is_valid_whatever_the_text(void **state)
{
    (void)state;
    yn_buf b = yn_buf_make(4096, NULL);
    yn_json j = yn_json_make(&b, false);
    yn_json_object(&j, NULL);
    yn_json_text(&j, "a\"", (yonder_text){"\n\0\x01\\\xFFé", 7});
    yn_json_array(&j, "list");
    yn_json_int(&j, NULL, -1);
    yn_json_null(&j, NULL);
    yn_json_object(&j, NULL);
    yn_json_object_end(&j);
    yn_json_fixed(&j, NULL, 1.0 / 3, 3);
    yn_json_array_end(&j);
    yn_json_bool(&j, "b", true);
    yn_json_str(&j, "s", NULL);
    yn_json_object_end(&j);
    assert_text("compact", yn_buf_text(&b),
                "{\"a\\\"\":\"\\n\\u0000\\u0001\\\\\xEF\xBF\xBDé\",\"list\":[-1,null,{},0.333],"
                "\"b\":true,\"s\":null}");
    b.len = 0;
    j = yn_json_make(&b, true);
    yn_json_object(&j, NULL);
    yn_json_int(&j, "n", 1);
    yn_json_array(&j, "list");
    yn_json_int(&j, NULL, 1);
    yn_json_array_end(&j);
    yn_json_object_end(&j);
    assert_text("pretty", yn_buf_text(&b), "{\n  \"n\": 1,\n  \"list\": [\n    1\n  ]\n}");
    yn_buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_whole_and_bounded),
        cmocka_unit_test(a_buffer_grows_to_its_maximum_and_its_first_error_sticks),
        cmocka_unit_test(an_arena_hands_out_aligned_memory_that_does_not_overlap),
        cmocka_unit_test(a_map_finds_what_was_added),
        cmocka_unit_test(what_is_taken_out_of_a_map_is_gone_and_all_else_is_found),
        cmocka_unit_test(dates_are_read_and_written_in_a_form_of_digits),
        cmocka_unit_test(dates_are_read_in_all_three_forms_and_written_in_one),
        cmocka_unit_test(dates_are_guessed_from_words_and_numbers_in_any_order),
        cmocka_unit_test(a_two_digit_year_is_at_most_fifty_years_ahead),
        cmocka_unit_test(texts_are_compared_trimmed_and_searched),
        cmocka_unit_test(the_hash_depends_on_every_byte_the_length_and_the_seed),
        cmocka_unit_test(failing_memory_is_an_error_and_nothing_leaks),
        cmocka_unit_test(every_error_has_prose),
        cmocka_unit_test(utf8_replaces_each_maximal_bad_subpart_once),
        cmocka_unit_test(json_is_valid_whatever_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
