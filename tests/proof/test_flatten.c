// SPDX-License-Identifier: MIT
#include "proof/proof_test.h"
#include "proof/random_rules.h"

#include "proof/flatten.h"

// One row: a rule file; the lines that change, as "line: text", or "+line: text" for new ones
// before them; and those that stay chains.
typedef struct row {
    const char *rules;
    const char *changed;
    const char *left;
} row;

static void put_flat(words *changed, words *left, const yn_flat *flat)
{
    const yn_flat_line *line;
    const yn_proof_undecided *stays;
    changed->len = left->len = 0;
    changed->bytes[0] = left->bytes[0] = '\0';
    for (size_t i = 0; (line = yn_flat_changed(flat, i)); i++)
        put_words(changed, "%s%s%u: %.*s", i ? "; " : "", line->is_new ? "+" : "", line->line.line,
                  (int)line->text.len, line->text.ptr);
    for (size_t i = 0; (stays = yn_flat_left(flat, i)); i++)
        put_words(left, "%s%u", i ? " " : "", stays->rule.line);
}

static void check(const row *rows, size_t count)
{
    static words changed, left;
    for (size_t i = 0; i < count; i++) {
        yonder_rules *rules = rules_of(rows[i].rules, yonder_text_of(rows[i].rules));
        yn_proof_options options = {.now = TEST_NOW};
        yn_flat flat;
        assert_int_equal(yn_flatten(&flat, rules, &options, NULL, 0), YONDER_OK);
        put_flat(&changed, &left, &flat);
        assert_text(rows[i].rules, yonder_text_of(changed.bytes), rows[i].changed);
        assert_text(rows[i].rules, yonder_text_of(left.bytes), rows[i].left ? rows[i].left : "");
        yn_flat_free(&flat);
        yonder_rules_free(rules);
    }
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void a_chain_becomes_one_hop(void **state)
{
    (void)state;
    static const row rows[] = {
        {"/a /b\n/c /d", ""},
        {"/a /b\n/b /c", "1: /a /c 301"},
        {"/a /b\n/b /c\n/c /d", "1: /a /d 301; 2: /b /d 301"},
        {"/a /b/7\n/b/* /c/:splat", "1: /a /c/7 301"},
        {"/a /b\n/b https://new.example/c", "1: /a https://new.example/c 301"},
        {"/a /b#x\n/b /c", "1: /a /c#x 301"},
        {"/a /b#x\n/b /c#y", "1: /a /c#y 301"},
        {"~^/r/(.*)$ /s\n/s /t", "1: ~^/r/(.*)$ /t 301"},
        {"~x /a\n/a /bx\n/bx /c", ""},
        {"/a/* /b/:splat\n/b/* /c/:splat", "1: /a/* /c/:splat 301"},
        {"/a/* /b/:splat\n/b/* https://new.example/c/:splat",
         "1: /a/* https://new.example/c/:splat 301"},
        {"/a/:x /b/:x/more\n/b/* /c/:splat", "1: /a/:s1 /c/:s1/more 301"},
        {"/a/:x/:y /b/:y/:x\n/b/:u/:v /c/:u?v=:v", "1: /a/:s1/:s2 /c/:s2?v=:s1 301"},
        {"/a/* /b/:splat\n/b/* /c/:splat\n/c/* /d/:splat",
         "1: /a/* /d/:splat 301; 2: /b/* /d/:splat 301"},
    };
    CHECK(rows);
}

static void the_stricter_status_wins(void **state)
{
    (void)state;
    static const row rows[] = {
        {"/a /b 308\n/b /c 308", "1: /a /c permanent"},
        {"/a /b 308\n/b /c 307", "1: /a /c temporary"},
        {"/a /b 308\n/b /c 301", "1: /a /c 301"},
        {"/a /b 307\n/b /c 301", "1: /a /c 302"},
        {"/a /b 301\n/b /c 302", "1: /a /c 302"},
        {"/a /b 308\n/b /c 303", "1: /a /c see-other"},
        {"/a /b 303\n/b /c 308", "1: /a /c see-other"},
    };
    CHECK(rows);
}

static void the_query_goes_the_same_way(void **state)
{
    (void)state;
    static const row rows[] = {
        {"/a /b?\n/b /c", "1: /a /c? 301"},
        {"/a /b\n/b /c?", "1: /a /c? 301"},
        {"/a /b?x=1\n/b /c", "1: /a /c?x=1 301"},
        {"/a /b\n/b /c?x=1", "1: /a /c?x=1 301"},
        {"/a /b?x=1\n/b /c?", "1: /a /c? 301"},
        {"/p id=7 /b\n/b /c", "1: /p id=7 /c 301"},
        {"/a /b\n/b id=7 /c", "", "1"},
        {"/a /b\n/b /c language=de", "+1: /a /c 301 language=de"},
        {"/a /b language=de\n/b /c", "1: /a /c 301 language=de"},
    };
    CHECK(rows);
}

static void what_has_no_form_stays(void **state)
{
    (void)state;
    static const row rows[] = {
        {"/a /b\n/b /a", ""},
        {"~^/r/(\\d+)$ /q/$1\n/q/7 /seven", "", "1"},
        {"http://h.example/* https://h.example/:splat\nhttps://h.example/a https://www.h.example/a",
         ""},
        {"http://h.example/a https://h.example/b\nhttps://h.example/b https://www.h.example/c", "",
         "1"},
        {"[h.example]\nhttps permanent\n/a /b\n/b /c", "3: /a /c 301"},
    };
    CHECK(rows);
}

static void what_goes_on_gets_a_line_of_its_own(void **state)
{
    (void)state;
    static const row rows[] = {
        {"/a/* /b/:splat\n/b/7 /c", "+1: /a/7 /c 301"},
        {"/a/* /b/:splat\n/b/:x /c/:x", "+1: /a/:s1 /c/:s1 301"},
        {"/a/:x /b/:x\n/b/7 /c", "+1: /a/7 /c 301"},
        {"/a/* /b/:splat\n/b/x/* /c/:splat", "+1: /a/x/* /c/:splat 301"},
        {"/a/* /b/:splat\n/b/*/x /c/:splat", "+1: /a/*/x /c/:splat 301"},
        {"/a/* /b/:splat\n/*/x /:splat", "", "1 2"},
        {"/a/* /:splat\n/7 /c\n/8/* https://new.example/:splat", "+1: /a/7 /c 301", "1"},
        {"/a/* /:splat\n/7 /c\n/z/:x /d/:x", "+1: /a/7 /c 301; +1: /a/z/:s2 /d/:s2 301",
         "1"}, // "/a/a/7" leads to the first one again
        {"/a/* /:splat\n/7 /c\n/:x/y /d/:x", "+1: /a/7 /c 301", "1 3"},
        {"/a/* /b/:splat 308\n/b/x/y https://new.example/ 307",
         "+1: /a/x/y https://new.example/ temporary"},
        {"/a/:x/:y /b/:y/:x\n/b/7/:z /c/:z", "+1: /a/:s1/7 /c/:s1 301"},
        {"/a/:x/:x2 /b/:x?q=:x2\n/b/7 /c", "+1: /a/7/:s2 /c?q=:s2 301"},
        // what the first takes is out of the way of the second
        {"/a/* /b/:splat\n/b/7 /c\n/b/:x /d/:x", "+1: /a/7 /c 301; +1: /a/:s1 /d/:s1 301"},
        {"/a/* /b/:splat\n/b/7 /c\n/b/* /d/:splat", "+1: /a/7 /c 301; 1: /a/* /d/:splat 301"},
        {"/a/* /b/:splat\n/b/:x /c/:x\n/b/* /d/:splat",
         "+1: /a/:s1 /c/:s1 301; 1: /a/* /d/:splat 301"},
        // nothing is for a line that another one before takes
        {"/a/7 /x\n/a/* /b/:splat\n/b/7 /c", ""},
        {"/a/7 /x\n/a/* /b/:splat\n/b/:x /c/:x", "+2: /a/:s1 /c/:s1 301"},
        // some of it is taken by what has no line of its own
        {"/a/* /b/:splat\n~^/b/[0-9] /x\n/b/:x /c/:x", "", "1"},
        {"/a/* /b/:splat\n/b/:x id=7 /x\n/b/:x /c/:x", "", "1"},
        {"/a/* /b/:splat\n/b/ /c", "", "1"},
        {"/a/* /b/a:splat\n/b/ab /c", "", "1"},
        {"/a/* /b/a:splat\n/b/x /c", ""},
        {"http://h.example/a/* https://h.example/b/:splat\nhttps://h.example/b/7 "
         "https://www.h.example/c",
         "", "1"},
        {"http://h.example/a/* /b/:splat\nhttp://h.example/b/7 https://h.example/c", "", "1"},
        {"http://h.example/a/* /b/:splat\nhttp://h.example/b/7 https://www.h.example/c",
         "+1: http://h.example/a/7 https://www.h.example/c 301"},
    };
    CHECK(rows);
}

static void what_goes_on_for_some_clients_gets_a_line(void **state)
{
    (void)state;
    static const row rows[] = {
        {"/i /h\n/h /en language=en\n/h /de", "+1: /i /en 301 language=en; 1: /i /de 301"},
        {"/i /h\n/h /en language=en\n/h /de language=de",
         "+1: /i /en 301 language=en; +1: /i /de 301 language=de"},
        {"/i /h\n/h /en country=GB", "+1: /i /en 301 country=GB"},
        {"/a/* /b/:splat\n/b/7 /c cookie:x=1", "+1: /a/7 /c 301 cookie:x=1"},
        {"/i /h country=DE\n/h /x cookie:x=1", "+1: /i /x 301 country=DE cookie:x=1"},
        {"/i /h country=DE\n/h /x country=DE,AT", "1: /i /x 301 country=DE"},
        // they exclude each other
        {"/i /h country=DE\n/h /x country=GB\n/h /y", "1: /i /y 301 country=DE"},
        {"/i /h country=DE\n/h /x country=GB", ""},
        // the line would not be weighed, or divided, as the other one is
        {"/i /fr language=fr\n/i /h\n/h /en language=en", "", "2"},
        {"/i /h language=en\n/h /en language=en\n/h /de language=de", "", "1"},
        {"/i /h\n/h /en language=en\n/h /de share=50% language=de", "", "1"},
        {"/i /h\n/h /x share=50%", "", "1"},
        {"/i /h\n/h /x method=POST", "", ""},
        {"/a/* /b/:splat\n/b/7 /en language=en", "", "1"},
    };
    CHECK(rows);
}

static void a_group_goes_on_as_a_splat(void **state)
{
    (void)state;
    static const row rows[] = {
        {"~^/r/(.*)$ /s/$1\n/s/* /t/:splat", "1: ~^/r/(.*)$ /t/${1} 301"},
        {"~^/r/(q|p)/([^/]+)$ /s/$2 308\n/s/* https://new.example/:splat/x 302",
         "1: ~^/r/(q|p)/([^/]+)$ https://new.example/${2}/x 302"},
        {"~^/r/(.*)$ /s/u/$1?v=1\n/s/* /t/:splat", "1: ~^/r/(.*)$ /t/u/${1}?v=1 301"},
        {"~^/r/(.*)$ /s/$1\n/s/* /t/:splat\n/t/* /u/:splat",
         "1: ~^/r/(.*)$ /u/${1} 301; 2: /s/* /u/:splat 301"},
        // the group is not all of a path's rest, or not all of the splat
        {"~^/r(.*)$ /s/$1\n/s/* /t/:splat", "", "1"},
        {"~^/r/(.*) /s/$1\n/s/* /t/:splat", "", "1"},
        {"~^/r/(a|(b))/c$ /s/$1\n/s/* /t/:splat", "", "1"},
        {"~^/r/(.*)$ /s/$1\n/s/:x /t/:x", "", "1"},
        {"~^/r/(.*)$ /s/$1\n/s/* /t?q=:splat", "", "1"},
        // another rule takes some
        {"~^/r/(.*)$ /s/$1\n/s/7 /x\n/s/* /t/:splat", "", "1"},
        {"~^/r/(.*)$ /s/$1\n~^/s/[0-9]$ /x\n/s/* /t/:splat", "", "1"},
        {"~^/r/(.*)$ /s/$1\n/s/* /t/:splat language=de\n/s/* /u/:splat", "", "1"},
        {"~^/r/(.*)$ /s/$1\n/s/* /t/:splat\n/s/7 /x", "1: ~^/r/(.*)$ /t/${1} 301"},
    };
    CHECK(rows);
}

static void put_line(text *out, yonder_text line)
{
    assert_true(out->len + line.len + 1 < sizeof out->bytes);
    out->len += (size_t)snprintf(out->bytes + out->len, sizeof out->bytes - out->len, "%.*s\n",
                                 (int)line.len, line.ptr);
}

// The rules with the changed lines in place of the old ones, and the new ones before them.
static void rewrite(text *out, const char *rules, const yn_flat *flat)
{
    size_t next = 0;
    out->len = 0;
    for (uint32_t line = 1; *rules; line++) {
        yonder_text now = {rules, strcspn(rules, "\n")};
        const yn_flat_line *changed;
        rules += now.len + (rules[now.len] == '\n');
        while ((changed = yn_flat_changed(flat, next)) && changed->line.line == line) {
            next++;
            if (changed->is_new)
                put_line(out, changed->text);
            else
                now = changed->text;
        }
        put_line(out, now);
    }
}

// The rules with conditions at the ends of some lines.
static void put_conditions(text *out, const char *rules)
{
    static const char *const conditions[] = {" language=en", " language=de,fr", " country=DE",
                                             " country=GB,DE", " cookie:x=1"};
    out->len = 0;
    for (size_t len; *rules; rules += len + 1) {
        len = strcspn(rules, "\n");
        bool narrow = dice(3) == 0;
        out->len +=
            (size_t)snprintf(out->bytes + out->len, sizeof out->bytes - out->len, "%.*s%s\n",
                             (int)len, rules, narrow ? conditions[dice(5)] : "");
    }
}

typedef struct tally {
    size_t changed, failed, asked;
} tally;

// One pass: lines that fail are left out in the next round, as `yonder lint --flatten` does. How
// many lines changed.
static size_t flatten_once(text *after, const char *before, tally *t)
{
    yonder_rules *rules = rules_of(before, yonder_text_of(before));
    yn_proof_options options = {.now = TEST_NOW};
    yn_buf differ = yn_buf_make(1 << 20, NULL);
    size_t lines = 0, excepted, n;
    for (unsigned round = 0;; round++) {
        yn_flat flat;
        excepted = differ.len / sizeof(uint32_t);
        assert_int_equal(yn_flatten(&flat, rules, &options,
                                    (const uint32_t *)(const void *)differ.ptr, excepted),
                         YONDER_OK);
        rewrite(after, before, &flat);
        yonder_rules *flattened = rules_of(after->bytes, yonder_text_of(after->bytes));
        assert_int_equal(yn_flat_compare(&differ, &n, rules, flattened, 500, &options), YONDER_OK);
        lines = flat.changed.len / sizeof(yn_flat_line);
        t->asked += n;
        yonder_rules_free(flattened);
        yn_flat_free(&flat);
        if (differ.len == excepted * sizeof(uint32_t))
            break;
        t->failed++;
        print_message("# %s\n# became\n%s", before, after->bytes);
        assert_true(round < 5);
    }
    yn_buf_free(&differ);
    yonder_rules_free(rules);
    return lines;
}

// yn_flat_compare() has requests of its own.
static void random_sets_lead_to_the_same_ends(void **state)
{
    (void)state;
    tally t = {0};
    for (unsigned number = 0; number < 600; number++) {
        static text texts[2];
        size_t changed = 1;
        random_rules(&texts[1], 3000000 + number, number % 4 == 0, number % 2 == 0);
        if (number % 3 == 0)
            put_conditions(&texts[0], texts[1].bytes);
        else
            texts[0] = texts[1];
        for (unsigned pass = 0; pass < 6 && changed; pass++) {
            changed = flatten_once(&texts[1 - pass % 2], texts[pass % 2].bytes, &t);
            t.changed += changed;
        }
    }
    print_message("# %zu lines changed, %zu sets needed another round, %zu requests\n", t.changed,
                  t.failed, t.asked);
    assert_true(t.changed > 200 && t.failed == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_becomes_one_hop),
        cmocka_unit_test(the_stricter_status_wins),
        cmocka_unit_test(the_query_goes_the_same_way),
        cmocka_unit_test(what_has_no_form_stays),
        cmocka_unit_test(what_goes_on_gets_a_line_of_its_own),
        cmocka_unit_test(what_goes_on_for_some_clients_gets_a_line),
        cmocka_unit_test(a_group_goes_on_as_a_splat),
        cmocka_unit_test(random_sets_lead_to_the_same_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
