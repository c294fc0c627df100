// SPDX-License-Identifier: MIT
#include "test.h"

#include "lists/items.h"
#include "lists/preload_write.h"

enum {
    text_max = 1 << 20,
    rounds = 200,
};

static const yn_preload_heading heading = {12, 1795690800, 1806577200};

static void the_layouts_are_those_of_the_browsers(void **state)
{
    (void)state;
    yn_arena arena = yn_arena_make(NULL);
    yn_buf out = yn_buf_make(text_max, NULL);
    const yn_preload_items items =
        items_of("a.example bulk-1-year 1 b.example own 0 c.example own 1", &arena);
    yn_preload_write_chromium(items, &heading, &out);
    assert_text(
        "chromium", yn_buf_text(&out),
        "// Version 12 of this list, published 2026-11-26T11:00:00Z,\n"
        "// of use until 2027-04-01T11:00:00Z. Lines like these are no JSON; the others are.\n"
        "{\n  \"pinsets\": [\n  ],\n\n  \"entries\": [\n"
        "    // START OF OTHER ENTRIES\n"
        "    { \"name\": \"b.example\", \"policy\": \"own\", \"mode\": \"force-https\" },\n"
        "    { \"name\": \"c.example\", \"policy\": \"own\", \"mode\": \"force-https\", "
        "\"include_subdomains\": true },\n"
        "    // END OF OTHER ENTRIES\n"
        "    // START OF 1-YEAR BULK HSTS ENTRIES\n"
        "    { \"name\": \"a.example\", \"policy\": \"bulk-1-year\", \"mode\": \"force-https\", "
        "\"include_subdomains\": true }\n"
        "    // END OF 1-YEAR BULK HSTS ENTRIES\n"
        "  ]\n}\n");
    out.len = 0;
    yn_preload_write_firefox(items, &heading, &out);
    assert_text("firefox", yn_buf_text(&out),
                "/* Version 12 of this list, published 2026-11-26T11:00:00Z */\n\n"
                "#include <stdint.h>\n"
                "const PRTime gPreloadListExpirationTime = INT64_C(1806577200000000);\n"
                "%%\na.example, 1\nb.example, 0\nc.example, 1\n%%\n");
    yn_buf_free(&out);
    yn_arena_free(&arena);
}

// Reads `text` back; of Firefox's layout the policies are lost.
static void check_round(yn_preload_items items, yonder_text text, yn_arena *arena, bool chromium)
{
    yn_preload_list list;
    yn_preload_items again;
    yn_list_problem problem;
    assert_row("read", yn_preload_list_read(&list, text, &problem) == YONDER_OK);
    assert_row("count", list.count == items.count);
    if (chromium) {
        assert_row("items", yn_preload_items_of(&list, arena, &again, &problem) == YONDER_OK);
        assert_row("same", same_items(items, again));
    } else {
        assert_row("expires", list.expires == heading.expires);
        for (size_t i = 0; i < items.count; i++) {
            assert_row("name", yn_equal(list.entries[i].name, items.items[i].name));
            assert_row("flag",
                       list.entries[i].include_subdomains == items.items[i].include_subdomains);
        }
    }
    yn_preload_list_free(&list);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int round = 0; round < rounds; round++) {
        yn_arena arena = yn_arena_make(NULL);
        const yn_preload_items items = random_items(&seed, &arena);
        yn_buf chromium = yn_buf_make(text_max, NULL), firefox = yn_buf_make(text_max, NULL);
        assert_true(yn_preload_items_are_good(items));
        yn_preload_write_chromium(items, &heading, &chromium);
        yn_preload_write_firefox(items, &heading, &firefox);
        check_round(items, yn_buf_text(&chromium), &arena, true);
        check_round(items, yn_buf_text(&firefox), &arena, false);
        yn_buf_free(&chromium);
        yn_buf_free(&firefox);
        yn_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_layouts_are_those_of_the_browsers),
        cmocka_unit_test(what_is_written_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
