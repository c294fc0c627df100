// SPDX-License-Identifier: MIT
// A set as bytes: opened again it answers alike; damaged it is refused, or stays within itself.
#include "rules/answers.h"
#include "rules/failing.h"
#include "rules/random_rules.h"

#include "rules/image.h"
#include "rules/match.h"

// A copy of an image, of exactly its size, so that a sanitizer sees what lies beyond.
static char *copy_of(yonder_text image)
{
    char *copy = aligned_alloc(8, image.len ? (image.len + 7) / 8 * 8 : 8);
    assert_non_null(copy);
    memcpy(copy, image.ptr, image.len);
    return copy;
}

static yonder_rules *random_set(chance *c, unsigned most)
{
    static page pages[2];
    yonder_rules_source sources[2];
    yonder_rules *rules = NULL;
    writing w = writing_of(c, true, true);
    for (size_t i = 0; i < 2; i++) {
        put_file(&w, &pages[i], most);
        sources[i] = (yonder_rules_source){yonder_text_of(i ? "one" : "two"), page_text(&pages[i])};
    }
    assert_int_equal(
        yonder_rules_read(&rules, sources, 2, &(yonder_rules_reading){.report = print_diagnostic}),
        0);
    return rules;
}

static void an_image_answers_as_the_set_it_was_made_of(void **state)
{
    (void)state;
    static random_request r;
    static char expected[longest_answer], given[longest_answer];
    chance c = {1};
    for (unsigned i = 0; i < 500; i++) {
        yonder_rules *rules = random_set(&c, 24), *opened = NULL;
        yonder_text image = yonder_rules_image(rules);
        char *copy = copy_of(image);
        assert_int_equal(yonder_rules_open(&opened, (yonder_text){copy, image.len}, NULL),
                         YONDER_OK);
        assert_int_equal(yonder_rules_verify(opened), YONDER_OK);
        assert_int_equal(yonder_rules_count(opened), yonder_rules_count(rules));
        assert_int_equal(yonder_rules_has_conditions(opened), yonder_rules_has_conditions(rules));
        assert_true(yn_equal(yonder_rules_image(opened), yonder_rules_image(rules)));
        for (unsigned k = 0; k < 40; k++) {
            make_request(&r, &c);
            answer_in_full(expected, rules, &r.request);
            answer_in_full(given, opened, &r.request);
            assert_string_equal(given, expected);
        }
        yonder_rules_free(rules);
        yonder_rules_free(opened);
        free(copy);
    }
}

static void nothing_makes_an_image_too(void **state)
{
    (void)state;
    yonder_rules *rules = NULL, *opened = NULL;
    assert_int_equal(yonder_rules_read(&rules, NULL, 0, &(yonder_rules_reading){0}), YONDER_OK);
    yonder_text image = yonder_rules_image(rules);
    char *copy = copy_of(image);
    assert_int_equal(yonder_rules_open(&opened, (yonder_text){copy, image.len}, NULL), YONDER_OK);
    assert_string_equal(answer_to(opened, "h", "/"), "none");
    yonder_rules_free(rules);
    yonder_rules_free(opened);
    free(copy);
}

static void the_same_text_makes_the_same_image(void **state)
{
    (void)state;
    chance c = {2}, again = {2};
    yonder_rules *a = random_set(&c, 24), *b = random_set(&again, 24);
    assert_true(yn_equal(yonder_rules_image(a), yonder_rules_image(b)));
    yonder_rules_free(a);
    yonder_rules_free(b);
}

/* ---- damage ---------------------------------------------------------------------------------- */

// A small set with something of everything.
static yonder_rules *small_set(void)
{
    return rules_of("small", YN_TEXT("hsts max-age=1\ncache max-age=2\ncanonical a.test:81\n"
                                     "query ignore=i,u*\n"
                                     "/a /b\n/a /c language=de\n/a /d language=en\n"
                                     "/a/* https://x.test/y/:splat header:x=a* cookie=c share=10%\n"
                                     "/:n/*/b/:m https://:n.x.test/:m/:splat 302\n"
                                     "/p q=1 r=:v s= /q/:v from=2000-01-01 country=DE http=1.1\n"
                                     "//*.b.test:80/x /y\nhttps://b.test/:x - 403 method=GET\n"
                                     "~^/r(.)(?<n>b)? q=2 /$1/:n 307\n~*/z$ /w?x#y\n"
                                     "[a.test *.a.test]\nslash ignore\ncase ignore\nhttps 302\n"
                                     "maintenance https://a.test/m retry-after=3\n"
                                     "[b.test]\nhttp10 301\n/A/ /b\n/:x/b/ /:x\n/:x p=1 /:x\n"));
}

static void ignore_candidate(void *context, const yonder_rules *owner, const yn_rule *rule,
                             yn_verdict verdict, size_t condition, const yonder_text *captures)
{
    (void)context, (void)owner, (void)rule, (void)verdict, (void)condition, (void)captures;
}

// Asks all kinds of questions, and does not care for the answers.
static void ask(const yonder_rules *rules)
{
    static const char *const hosts[] = {"", "b.test", "x.b.test", "a.test"};
    static const char *const targets[] = {"/a?i=1&x=2",      "/a/b", "/u/v/w/b/t",
                                          "/p?q=1&r=2&u1=3", "/x",   "/rxb?q=2",
                                          "/b/b/",           "/A/z", "/t?p=1"};
    static yonder_field fields[] = {{YN_TEXT_INIT("Accept-Language"), YN_TEXT_INIT("en, de;q=0.5")},
                                    {YN_TEXT_INIT("X"), YN_TEXT_INIT("abc")},
                                    {YN_TEXT_INIT("Cookie"), YN_TEXT_INIT("c=1")}};
    const yn_watch watch = {ignore_candidate, NULL};
    for (size_t i = 0; i < 36; i++) {
        yonder_rules_request r = {.https = i % 3 == 0,
                                  .host = yonder_text_of(hosts[i / 9]),
                                  .target = yonder_text_of(targets[i % 9]),
                                  .fields = fields,
                                  .field_count = 3,
                                  .client = yonder_text_of("c"),
                                  .country = yonder_text_of("DE"),
                                  .now = 1 << 30};
        char scratch[YONDER_RULES_SCRATCH(16)];
        yonder_rules_answer a;
        const yonder_rules *owner;
        const yn_rule *fired;
        yonder_rules_match(rules, &r, scratch, sizeof scratch, &a);
        yn_match(rules, &r, scratch, sizeof scratch, &a, &watch, &owner, &fired);
    }
}

static void mend(char *image)
{
    yn_image_header *h = (void *)image;
    h->header_hash = yn_hash((yonder_text){image, offsetof(yn_image_header, header_hash)}, 0);
}

// Opens a damaged image, and asks it if that works; tells whether the whole is sound.
static bool is_sound(yonder_text image)
{
    yonder_rules *rules = NULL;
    int error = yonder_rules_open(&rules, image, NULL);
    if (error) {
        assert_int_equal(error, YONDER_INVALID_IMAGE);
        assert_null(rules);
        return false;
    }
    ask(rules);
    bool sound = yonder_rules_verify(rules) == YONDER_OK;
    yonder_rules_free(rules);
    return sound;
}

static void an_image_that_was_cut_is_refused(void **state)
{
    (void)state;
    yonder_rules *rules = small_set(), *opened = NULL;
    yonder_text image = yonder_rules_image(rules);
    for (size_t len = 0; len < image.len; len++) {
        char *bytes = copy_of(yn_slice(image, 0, len));
        const yonder_text cut = {bytes, len};
        assert_int_equal(yonder_rules_open(&opened, cut, NULL), YONDER_INVALID_IMAGE);
        if (len >= sizeof(yn_image_header)) {
            ((yn_image_header *)(void *)bytes)->size = len;
            mend(bytes);
            assert_false(is_sound(cut));
        }
        free(bytes);
    }
    assert_null(opened);
    yonder_rules_free(rules);
}

static void each_byte_that_was_flipped_is_found(void **state)
{
    (void)state;
    yonder_rules *rules = small_set();
    yonder_text image = yonder_rules_image(rules);
    char *bytes = copy_of(image);
    const yonder_text copy = {bytes, image.len};
    for (size_t i = 0; i < image.len; i++) {
        bytes[i] = (char)~bytes[i];
        assert_false(is_sound(copy));
        bytes[i] = image.ptr[i];
    }
    assert_true(is_sound(copy));
    yonder_rules *opened = NULL; // damaged after it was opened, the header, too
    assert_int_equal(yonder_rules_open(&opened, copy, NULL), YONDER_OK);
    for (size_t i = 0; i < image.len; i++) {
        bytes[i] ^= 1;
        if (yonder_rules_verify(opened) != YONDER_INVALID_IMAGE)
            fail_msg("byte %zu", i);
        bytes[i] = image.ptr[i];
    }
    yonder_rules_free(opened);
    yonder_rules_free(rules);
    free(bytes);
}

// The hash of the header fits: nothing but the checks is in the way.
static void no_damage_makes_a_look_up_leave_the_image(void **state)
{
    (void)state;
    yonder_rules *rules = small_set();
    yonder_text image = yonder_rules_image(rules);
    char *bytes = copy_of(image);
    const yonder_text copy = {bytes, image.len};
    static const unsigned char masks[] = {0x01, 0x02, 0x04, 0x10, 0x80, 0xFF};
    for (size_t i = 0; i < image.len; i++) {
        for (size_t k = i % 2; k < sizeof masks; k += 2) {
            bytes[i] = (char)(bytes[i] ^ masks[k]);
            mend(bytes);
            is_sound(copy);
            bytes[i] = image.ptr[i];
        }
    }
    chance c = {4};
    for (unsigned n = 0; n < 4000; n++) { // several bytes; small numbers are the likely ones
        memcpy(bytes, image.ptr, image.len);
        for (unsigned i = 1 + below(&c, 6); i; i--)
            bytes[below(&c, (unsigned)image.len)] = (char)below(&c, below(&c, 2) ? 4 : 256);
        mend(bytes);
        is_sound(copy);
    }
    yonder_rules_free(rules);
    free(bytes);
}

/* ---- the rest -------------------------------------------------------------------------------- */

static void an_image_starts_at_a_multiple_of_eight(void **state)
{
    (void)state;
    yonder_rules *rules = small_set(), *opened = NULL;
    yonder_text image = yonder_rules_image(rules);
    char *room = aligned_alloc(8, image.len + 8);
    for (size_t i = 1; i < 8; i++) {
        memcpy(room + i, image.ptr, image.len);
        assert_int_equal(yonder_rules_open(&opened, (yonder_text){room + i, image.len}, NULL),
                         YONDER_INVALID_IMAGE);
    }
    free(room);
    yonder_rules_free(rules);
}

static int open_it(void *image, const yonder_mem *mem, yonder_rules **out)
{
    return yonder_rules_open(out, *(yonder_text *)image, mem);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    yonder_rules *rules = small_set();
    yonder_text image = yonder_rules_image(rules);
    each_allocation_fails_once(open_it, &image, YONDER_OK);
    yonder_rules_free(rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_answers_as_the_set_it_was_made_of),
        cmocka_unit_test(nothing_makes_an_image_too),
        cmocka_unit_test(the_same_text_makes_the_same_image),
        cmocka_unit_test(an_image_that_was_cut_is_refused),
        cmocka_unit_test(each_byte_that_was_flipped_is_found),
        cmocka_unit_test(no_damage_makes_a_look_up_leave_the_image),
        cmocka_unit_test(an_image_starts_at_a_multiple_of_eight),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
