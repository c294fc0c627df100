// SPDX-License-Identifier: MIT
// The tables of cases hold together, and every client that is known walks them to some verdict.
#include "test.h"

#include <stdlib.h>

#include "base/text.h"
#include "lab/answer.h"
#include "lab/grade.h"

static const yn_lab_site site = {.domain = "lab.test", .port = 8307, .other_port = 8308};

static yn_lab_where at(const yn_lab_case *item)
{
    return (yn_lab_where){.site = &site,
                          .run = YN_TEXT("r"),
                          .item = item,
                          .hostname = YN_TEXT("127.0.0.1"),
                          .port = 8307};
}

static void ids_are_unique_and_fit_into_a_label(void **state)
{
    (void)state;
    for (size_t i = 0; i < yn_lab_case_count(); i++) {
        const char *row = yn_lab_case_at(i).item->id;
        yonder_text id = {row, strlen(row)};
        assert_row(row, id.len > 0 && id.len <= 40);
        for (size_t k = 0; k < id.len; k++)
            assert_row(row, yn_is_digit((unsigned char)id.ptr[k]) || id.ptr[k] == '-' ||
                                (yn_is_alpha((unsigned char)id.ptr[k]) && id.ptr[k] >= 'a'));
        assert_row(row, yn_lab_case_find(id).index == i);
    }
}

static void every_case_has_words_a_visit_and_a_way_to_pass(void **state)
{
    (void)state;
    for (size_t i = 0; i < yn_lab_case_count(); i++) {
        const yn_lab_case *item = yn_lab_case_at(i).item;
        bool passable = false;
        for (size_t k = 0; k < YN_LAB_OUTCOMES && item->outcomes[k].walk; k++) {
            passable |= item->outcomes[k].verdict == YN_LAB_PASS;
            assert_row(item->id, item->outcomes[k].why && *item->outcomes[k].why);
        }
        assert_row(item->id, passable && yn_lab_visit_count(item) > 0);
        assert_row(item->id, item->title && *item->section && *item->asked);
        for (size_t k = 0; k < YN_LAB_PAGES && item->pages[k].path; k++) {
            const char *fields = item->pages[k].fields;
            size_t len = strlen(fields);
            assert_row(item->id, len == 0 || fields[len - 1] == '\n');
            for (const char *line = fields; *line; line = strchr(line, '\n') + 1)
                assert_row(item->id, strchr(line, '\n') - line < 400);
        }
    }
}

static void what_has_been_asked_for_is_there(void **state)
{
    static const struct {
        const char *group;
        size_t least;
    } rows[] = {{"status", 63},  {"location", 35}, {"limit", 6},
                {"headers", 18}, {"hsts", 30},     {"cache", 30}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t count = 0;
        for (const yn_lab_group *const *g = yn_lab_groups; *g; g++)
            count += strcmp((*g)->id, rows[i].group) == 0 ? (*g)->count : 0;
        assert_row(rows[i].group, count >= rows[i].least);
    }
}

// A visit's URL leads to its case, and to nothing else.
static void every_visit_comes_back_to_its_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < yn_lab_case_count(); i++) {
        const yn_lab_case *item = yn_lab_case_at(i).item;
        yn_lab_where where = at(item);
        for (size_t k = 0; k < yn_lab_visit_count(item); k++) {
            yn_buf b = yn_buf_make(1 << 16, NULL);
            yn_lab_expand(&b, item->visits[k].url, &where);
            yonder_url url;
            assert_row(item->id, yonder_url_parse(&url, yn_buf_text(&b), NULL, NULL) == YONDER_OK);
            yn_lab_route route = yn_lab_route_of(&site, yonder_url_get(&url, YONDER_URL_HOST),
                                                 yonder_url_target(&url));
            assert_row(item->id, route.found.item == item);
            assert_row(item->id, yn_equal(route.run, YN_TEXT("r")));
            yonder_url_free(&url, NULL);
            yn_buf_free(&b);
        }
    }
}

// ---- clients ------------------------------------------------------------------------------------

static void walk_as(const char *client, const yn_lab_case *item, yn_arena *arena, yn_lab_walk *walk)
{
    const yn_lab_where where = at(item);
    assert_int_equal(
        yn_lab_simulate(yonder_client_find(yonder_text_of(client)), &where, arena, walk),
        YONDER_OK);
}

static void a_client_resembles_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < yn_lab_case_count(); i++) {
        const yn_lab_case *item = yn_lab_case_at(i).item;
        for (size_t c = 0; yonder_client_at(c); c++) {
            yn_arena arena = yn_arena_make(NULL);
            yn_lab_walk walk;
            yn_lab_grade grade;
            walk_as(yonder_client_name(yonder_client_at(c)), item, &arena, &walk);
            assert_int_equal(yn_lab_grade_walk(&site, YN_TEXT("r"), item, &walk, &grade),
                             YONDER_OK);
            assert_row(item->id, walk.count == 0 || (grade.resembles >> c & 1));
            assert_row(item->id, grade.verdict != YN_LAB_NOT_BEGUN);
            yn_arena_free(&arena);
        }
    }
}

static const struct {
    const char *client, *item, *walk;
    yn_lab_verdict verdict;
} walks[] = {
    {"chrome", "status-301-post", "POST {http}{base}/start +body > GET {http}{base}/end -body",
     YN_LAB_PASS},
    {"chrome", "status-300-get", "GET {http}{base}/start", YN_LAB_PASS},
    {"chrome", "status-307-put", "PUT {http}{base}/start +body > PUT {http}{base}/end +body",
     YN_LAB_PASS},
    {"curl", "status-304-get", "GET {http}{base}/start > GET {http}{base}/end", YN_LAB_DIFFERS},
    {"requests", "status-302-put", "PUT {http}{base}/start > GET {http}{base}/end", YN_LAB_FAIL},
    {"requests", "status-301-put", "PUT {http}{base}/start +body > PUT {http}{base}/end -body",
     YN_LAB_FAIL},
    {"go", "limit-chain-10", "GET {http}{base}/10 > ...", YN_LAB_DIFFERS},
    {"safari", "limit-chain-20", "...", YN_LAB_PASS},
    {"safari", "limit-chain-21", "...", YN_LAB_PASS},
    {"chrome", "limit-self", "* * > ...", YN_LAB_PASS},
    {"wget", "limit-self", "* * > ...", YN_LAB_PASS},
    {"curl", "limit-self", "* * > ...", YN_LAB_DIFFERS},
    {"curl", "limit-chain-31", "...", YN_LAB_DIFFERS},
    {"curl", "location-two", "* * > GET {http}{base}/dir/one", YN_LAB_DIFFERS},
    {"chrome", "location-utf-8", "* * > GET {http}{base}/dir/%E2%98%83?q=%E2%98%83", YN_LAB_PASS},
    {"curl", "location-utf-8", "* * > GET {http}{base}/dir/%e2%98%83?q=%e2%98%83", YN_LAB_DIFFERS},
    {"curl", "headers-port-authorization",
     "* * +Authorization > * {http2}{base}/end -Authorization", YN_LAB_PASS},
    {"wget", "headers-port-authorization",
     "* * +Authorization > * {http2}{base}/end +Authorization", YN_LAB_FAIL},
    {"curl", "hsts-on-plain", "* http://{fresh}{base}/note > * http://{fresh}{base}/back",
     YN_LAB_PASS},
    {"curl", "hsts-untrusted", "GET http://untrusted.{fresh}{base}/back", YN_LAB_PASS},
};

static void clients_walk_as_they_are_known_to(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof walks / sizeof *walks; i++) {
        const yn_lab_case *item = yn_lab_case_find(yonder_text_of(walks[i].item)).item;
        assert_row(walks[i].item, item);
        const yn_lab_where where = at(item);
        yn_arena arena = yn_arena_make(NULL);
        yn_lab_walk walk;
        yn_lab_grade grade;
        walk_as(walks[i].client, item, &arena, &walk);
        assert_row(walks[i].item, yn_lab_walk_matches(&walk, walks[i].walk, &where));
        assert_int_equal(yn_lab_grade_walk(&site, YN_TEXT("r"), item, &walk, &grade), YONDER_OK);
        assert_row(walks[i].item, grade.verdict == walks[i].verdict);
        yn_arena_free(&arena);
    }
}

static void nothing_asked_is_not_run(void **state)
{
    (void)state;
    const yn_lab_walk nothing = {.count = 0};
    yn_lab_grade grade;
    assert_int_equal(
        yn_lab_grade_walk(&site, YN_TEXT("r"), yn_lab_case_at(0).item, &nothing, &grade),
        YONDER_OK);
    assert_int_equal(grade.verdict, YN_LAB_NOT_RUN);
    assert_int_equal(grade.resembles, 0);
}

static const struct {
    const char *item, *method;
    uint64_t body;
    const char *why; // NULL: begun as asked
} beginnings[] = {
    {"status-307-put", "PUT", 3, NULL},
    {"status-307-put", "GET", 0, "another method"},
    {"status-307-put", "put", 3, "another method"},
    {"status-307-put", "PUT", 0, "no content"},
    {"status-302-get", "GET", 0, NULL},
    {"status-302-get", "GET", 3, "has content"},
    {"status-302-get", "POST", 3, "another method"},
};

static void a_walk_begun_otherwise_is_no_fault_of_the_client(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        const yn_lab_case *item = yn_lab_case_find(yonder_text_of(beginnings[i].item)).item;
        yn_lab_step step = {.method = yonder_text_of(beginnings[i].method),
                            .url = YN_TEXT("http://127.0.0.1:8307/r/x/start"),
                            .body = beginnings[i].body};
        const yn_lab_walk walk = {.steps = &step, .count = 1};
        yn_lab_grade grade;
        assert_int_equal(yn_lab_grade_walk(&site, YN_TEXT("r"), item, &walk, &grade), YONDER_OK);
        assert_row(beginnings[i].item,
                   (grade.verdict == YN_LAB_NOT_BEGUN) == (beginnings[i].why != NULL));
        if (beginnings[i].why) {
            assert_non_null(strstr(grade.why, beginnings[i].why));
            assert_int_equal(grade.resembles, 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_unique_and_fit_into_a_label),
        cmocka_unit_test(every_case_has_words_a_visit_and_a_way_to_pass),
        cmocka_unit_test(what_has_been_asked_for_is_there),
        cmocka_unit_test(every_visit_comes_back_to_its_case),
        cmocka_unit_test(a_client_resembles_itself),
        cmocka_unit_test(clients_walk_as_they_are_known_to),
        cmocka_unit_test(nothing_asked_is_not_run),
        cmocka_unit_test(a_walk_begun_otherwise_is_no_fault_of_the_client),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
