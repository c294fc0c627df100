// SPDX-License-Identifier: MIT
#include "proof/proof_test.h"
#include "proof/random_rules.h"

#include "proof/flatten.h"

// One row: a rule file; the lines that change, as "line: text"; and those that stay chains.
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
        put_words(changed, "%s%u: %.*s", i ? "; " : "", line->line.line, (int)line->text.len,
                  line->text.ptr);
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
        {"/a /b\n/b /c language=de", "", "1"},
        {"/a /b language=de\n/b /c", "1: /a /c 301 language=de"},
    };
    CHECK(rows);
}

static void what_has_no_form_stays(void **state)
{
    (void)state;
    static const row rows[] = {
        {"/a /b\n/b /a", ""},
        {"/a/* /b/:splat\n/b/7 /c", "", "1"},
        {"/a/* /b/:splat\n/b/:x /c/:x", "", "1"},
        {"~^/r/(\\d+)$ /q/$1\n/q/7 /seven", "", "1"},
        {"http://h.example/* https://h.example/:splat\nhttps://h.example/a https://www.h.example/a",
         ""},
        {"http://h.example/a https://h.example/b\nhttps://h.example/b https://www.h.example/c", "",
         "1"},
        {"[h.example]\nhttps permanent\n/a /b\n/b /c", "3: /a /c 301"},
    };
    CHECK(rows);
}

// The rules with the changed lines in place of the old ones.
static void rewrite(text *out, const char *rules, const yn_flat *flat)
{
    size_t next = 0;
    out->len = 0;
    for (uint32_t line = 1; *rules; line++) {
        const yn_flat_line *changed = yn_flat_changed(flat, next);
        size_t len = strcspn(rules, "\n");
        bool take = changed && changed->line.line == line;
        next += take;
        out->len += (size_t)snprintf(out->bytes + out->len, sizeof out->bytes - out->len, "%.*s\n",
                                     take ? (int)changed->text.len : (int)len,
                                     take ? changed->text.ptr : rules);
        rules += len + (rules[len] == '\n');
    }
}

// yn_flat_compare() has requests of its own; lines that fail are left out in the next round, as
// `yonder lint --flatten` does.
static void random_sets_lead_to_the_same_ends(void **state)
{
    (void)state;
    size_t changed = 0, failed = 0, asked = 0;
    for (unsigned number = 0; number < 400; number++) {
        text before, after;
        random_rules(&before, 3000000 + number, number % 4 == 0, number % 2 == 0);
        yonder_rules *rules = rules_of(before.bytes, yonder_text_of(before.bytes));
        yn_proof_options options = {.now = TEST_NOW};
        yn_buf differ = yn_buf_make(1 << 20, NULL);
        for (unsigned round = 0; round < 6; round++) {
            yn_flat flat;
            size_t excepted = differ.len / sizeof(uint32_t), n;
            assert_int_equal(yn_flatten(&flat, rules, &options,
                                        (const uint32_t *)(const void *)differ.ptr, excepted),
                             YONDER_OK);
            rewrite(&after, before.bytes, &flat);
            yonder_rules *flattened = rules_of(after.bytes, yonder_text_of(after.bytes));
            assert_int_equal(yn_flat_compare(&differ, &n, rules, flattened, 500, &options),
                             YONDER_OK);
            asked += n;
            size_t lines = flat.changed.len / sizeof(yn_flat_line);
            yonder_rules_free(flattened);
            yn_flat_free(&flat);
            if (differ.len == excepted * sizeof(uint32_t)) {
                changed += lines;
                break;
            }
            if (!excepted) {
                failed++;
                print_message("# %s", before.bytes);
            }
            assert_true(round < 5);
        }
        yn_buf_free(&differ);
        yonder_rules_free(rules);
    }
    print_message("# %zu lines changed, %zu sets needed another round, %zu requests\n", changed,
                  failed, asked);
    assert_true(changed > 50 && failed == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_becomes_one_hop),
        cmocka_unit_test(the_stricter_status_wins),
        cmocka_unit_test(the_query_goes_the_same_way),
        cmocka_unit_test(what_has_no_form_stays),
        cmocka_unit_test(random_sets_lead_to_the_same_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
