// SPDX-License-Identifier: MIT
#include "conditions.h"

static void what_conditions_say_of_each_other(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool excludes; // either way
        bool a_implies_b, b_implies_a;
    } rows[] = {
        {"method=GET", "method=GET", false, true, true},
        {"method=GET", "method=GET,HEAD", false, true, true},
        {"method=HEAD", "method=GET", false, true, false},
        {"method=GET,PUT", "method=HEAD,POST", false, false, false},
        {"method=GET,PUT", "method=PUT,POST", false, false, false},
        {"country=DE,AT", "country=at,de", false, true, true},
        {"country=DE", "country=AT", true, false, false},
        {"language=de", "language=fr", false, false, false},
        {"language=de", "language=de,fr", false, true, false},
        {"language=de-AT", "language=de", false, false, false}, // "de;q=0, de-AT"
        {"http=1.0", "http=1.1", true, false, false},
        {"http=1.0", "http=1.0", false, true, true},
        {"from=2026-01-01", "until=2026-01-01", true, false, false},
        {"from=2026-01-02", "until=2026-01-01", true, false, false},
        {"from=2026-01-01", "until=2026-01-02", false, false, false},
        {"from=2026-01-01", "from=2026-01-02", false, false, true},
        {"until=2026-01-01", "until=2026-01-02", false, true, false},
        {"from=2026-01-01", "from=2026-01-01", false, true, true},
        {"share=10%", "share=20%", false, false, false}, // of different salts
        {"share=10%", "share=100%", false, true, false},
        {"share=0%", "share=20%", true, true, false},
        {"share=0%", "method=GET", true, true, false},
        {"country=DE", "share=100%", false, true, false},
        {"header:a=x", "header:A=x", false, true, true},
        {"header:a=x", "header:a=y", true, false, false},
        {"header:a=x", "header:b=y", false, false, false},
        {"header:a=x", "header:a=*", false, true, false},
        {"header:a=x", "header:a=", true, false, false},
        {"header:a=", "header:a=*", false, false, false}, // "a:" meets both
        {"header:a=", "header:a=*x*", true, false, false},
        {"header:a=x*", "header:a=xy*", false, false, true},
        {"header:a=x*", "header:a=y*", true, false, false},
        {"header:a=*x", "header:a=*y", true, false, false},
        {"header:a=x*", "header:a=*y", false, false, false},
        {"header:a=xz", "header:a=x*y", true, false, false},
        {"header:a=xzy", "header:a=x*y", false, true, false},
        {"header:a=x*z*y", "header:a=x*y", false, true, false},
        {"header:a=*x*y*", "header:a=*y*", false, true, false},
        {"header:a=*x*y*", "header:a=*y*x*", false, false, false},
        {"header:a=x*y", "header:a=x*", false, true, false},
        {"cookie=a", "cookie=a,b", false, true, false},
        {"cookie=a", "cookie=b", false, false, false},
        {"cookie=a", "cookie:a=*", false, true, true},
        {"cookie=a,b", "cookie:a=*", false, false, true},
        {"cookie=a", "cookie:a=x", false, false, true},
        {"cookie=a", "cookie:a=", false, false, false}, // "a=" meets both
        {"cookie:a=x", "cookie:a=y", true, false, false},
        {"cookie:a=x", "cookie:a=x*", false, true, false},
        {"cookie:a=x", "cookie:A=y", false, false, false},
        {"cookie:a=x", "header:a=y", false, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char row[200];
        yn_buf room = yn_buf_make(4096, NULL), more = yn_buf_make(4096, NULL);
        yn_condition a = condition_of(rows[i].a, &room), b = condition_of(rows[i].b, &more);
        snprintf(row, sizeof row, "%s and %s", rows[i].a, rows[i].b);
        assert_row(row, yn_condition_excludes(&a, &b) == rows[i].excludes);
        assert_row(row, yn_condition_excludes(&b, &a) == rows[i].excludes);
        assert_row(row, yn_condition_implies(&a, &b) == rows[i].a_implies_b);
        assert_row(row, yn_condition_implies(&b, &a) == rows[i].b_implies_a);
        yn_buf_free(&room);
        yn_buf_free(&more);
    }
}

static unsigned random_below(uint32_t *seed, unsigned n)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 16) % n;
}

static void random_text(char *out, uint32_t *seed, const char *bytes, unsigned longest)
{
    unsigned len = random_below(seed, longest + 1);
    for (unsigned i = 0; i < len; i++)
        out[i] = bytes[random_below(seed, (unsigned)strlen(bytes))];
    out[len] = 0;
}

static void random_condition(char out[64], uint32_t *seed)
{
    static const char *const fixed[] = {
        "method=GET",       "method=GET,PUT",   "method=PUT,HEAD", "language=de",
        "language=de-AT",   "language=en,de",   "country=DE",      "country=DE,AT",
        "http=1.0",         "http=1.1",         "from=1970-01-02", "from=1970-01-03",
        "until=1970-01-02", "until=1970-01-03", "share=0%",        "share=40%",
        "share=100%",       "cookie=a",         "cookie=b",        "cookie=a,b",
    };
    unsigned n = random_below(seed, 30);
    char glob[8];
    random_text(glob, seed, "xy*", 4);
    if (n < 20)
        snprintf(out, 64, "%s", fixed[n]);
    else
        snprintf(out, 64, "%s=%s",
                 n % 3 == 0   ? "header:h"
                 : n % 3 == 1 ? "cookie:a"
                              : "cookie:b",
                 glob);
}

static void random_fields(char out[200], uint32_t *seed)
{
    static const char *const languages[] = {"de", "de-AT", "en", "*", "de;q=0", "de-AT;q=0"};
    char value[8];
    size_t len = 0;
    out[0] = 0;
    for (unsigned n = random_below(seed, 4); n; n--) {
        random_text(value, seed, "xy", 3);
        switch (random_below(seed, 3)) {
        case 0:
            len += (size_t)snprintf(out + len, 200 - len, "H:%s|", value);
            break;
        case 1:
            len += (size_t)snprintf(out + len, 200 - len, "Cookie:%c=%s|",
                                    (char)('a' + random_below(seed, 2)), value);
            break;
        default:
            len += (size_t)snprintf(out + len, 200 - len, "Accept-Language:%s|",
                                    languages[random_below(seed, 6)]);
        }
    }
}

static void random_request(yonder_rules_request *request, yonder_field *fields, char text[200],
                           uint32_t *seed)
{
    static const char *const methods[] = {"", "GET", "PUT", "HEAD", "POST"};
    static const char *const countries[] = {"", "DE", "AT", "FR"};
    static const char *const clients[] = {"", "a", "b", "c", "d"};
    random_fields(text, seed);
    *request = (yonder_rules_request){
        .method = yonder_text_of(methods[random_below(seed, 5)]),
        .country = yonder_text_of(countries[random_below(seed, 4)]),
        .client = yonder_text_of(clients[random_below(seed, 5)]),
        .http10 = random_below(seed, 2),
        .now = 86400 / 2 * (int64_t)random_below(seed, 8),
        .fields = fields,
        .field_count = fields_of(text, fields),
    };
}

// No request belies what is said of two conditions. A rule with two shares is unusual; salts differ
// here as they do between rules.
static void what_is_said_is_so_for_every_request(void **state)
{
    (void)state;
    uint32_t seed = 7;
    size_t said = 0;
    for (unsigned i = 0; i < 6000; i++) {
        char texts[2][64], field_text[200];
        yn_buf room = yn_buf_make(4096, NULL), more = yn_buf_make(4096, NULL);
        random_condition(texts[0], &seed);
        random_condition(texts[1], &seed);
        yn_condition a = condition_of(texts[0], &room), b = condition_of(texts[1], &more);
        bool excludes = yn_condition_excludes(&a, &b), implies = yn_condition_implies(&a, &b);
        said += excludes + implies;
        for (unsigned k = 0; k < 60 && (excludes || implies); k++) {
            yonder_rules_request request;
            yonder_field fields[MAX_FIELDS];
            random_request(&request, fields, field_text, &seed);
            bool holds_a = yn_condition_holds(&a, &request, 1);
            bool holds_b = yn_condition_holds(&b, &request, 2);
            if ((excludes && holds_a && holds_b) || (implies && holds_a && !holds_b))
                print_error("%s and %s by %s\n", texts[0], texts[1], field_text);
            assert_false(excludes && holds_a && holds_b);
            assert_false(implies && holds_a && !holds_b);
        }
        yn_buf_free(&room);
        yn_buf_free(&more);
    }
    assert_true(said > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_conditions_say_of_each_other),
        cmocka_unit_test(what_is_said_is_so_for_every_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
