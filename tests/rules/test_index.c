// SPDX-License-Identifier: MIT
// The index against a scan of the files: random rule sets, random requests, the same answers.
#include "rules/naive.h"
#include "rules/random_rules.h"
#include "rules/rules_test.h"

enum {
    most_files = 3,
};
static const char *const file_names[most_files] = {"0", "1", "2"};

static bool same_fields(yonder_text vary, const naive_asked *asked)
{
    size_t count = 0;
    while (vary.len) {
        yonder_text field = yn_trim(naive_cut(&vary, ','), " ");
        bool found = false;
        for (size_t i = 0; i < asked->count; i++)
            found = found || yn_equal_nocase(asked->field[i], field);
        if (!found)
            return false;
        count++;
    }
    return count == asked->count;
}

static bool same_answer(int result, const yonder_rules_answer *a, const naive_answer *expected)
{
    if (result != (expected->cause != YONDER_RULES_NONE))
        return false;
    if (result && (a->cause != expected->cause || a->status != expected->status ||
                   a->line != expected->line ||
                   !yn_equal(a->file, yonder_text_of(file_names[expected->source])) ||
                   !yn_equal(a->location, yonder_text_of(expected->location))))
        return false;
    return yn_equal(a->cache_control, yonder_text_of(expected->cache_control)) &&
           yn_equal(a->hsts, yonder_text_of(expected->hsts)) &&
           a->retry_after == expected->retry_after && same_fields(a->vary, &expected->asked);
}

static void print_answer(const char *who, yonder_rules_cause cause, int status,
                         yonder_text location, yonder_text file, uint32_t line)
{
    print_error("%s: cause %d, %d '%.*s' %.*s:%u ", who, cause, status, YN_PRINT(location),
                YN_PRINT(file), line);
}

static void tell(const page *pages, size_t count, const random_request *r,
                 const yonder_rules_answer *a, const naive_answer *e)
{
    for (size_t i = 0; i < count; i++)
        print_error("--- file %zu\n%s", i, pages[i].text);
    print_error("--- %.*s %s://%.*s %.*s http10=%d country=%.*s now=%lld\n",
                YN_PRINT(r->request.method), r->request.https ? "https" : "http",
                YN_PRINT(r->request.host), YN_PRINT(r->request.target), r->request.http10,
                YN_PRINT(r->request.country), (long long)r->request.now);
    for (size_t i = 0; i < r->request.field_count; i++)
        print_error("    %.*s: %.*s\n", YN_PRINT(r->fields[i].name), YN_PRINT(r->fields[i].value));
    print_answer("index", a->cause, a->status, a->location, a->file, a->line);
    print_error("vary '%.*s' cache '%.*s' hsts '%.*s' retry %u\n", YN_PRINT(a->vary),
                YN_PRINT(a->cache_control), YN_PRINT(a->hsts), a->retry_after);
    print_answer("scan", e->cause, e->status, yonder_text_of(e->location),
                 yonder_text_of(file_names[e->source]), e->line);
    print_error("vary");
    for (size_t i = 0; i < e->asked.count; i++)
        print_error(" %.*s", YN_PRINT(e->asked.field[i]));
    print_error(" cache '%s' hsts '%s' retry %u\n", e->cache_control, e->hsts, e->retry_after);
    fail();
}

static size_t compare(page *pages, chance *c, naive_answer *expected, naive_files *files)
{
    static random_request r;
    size_t found = 0, count = 1 + below(c, most_files);
    yonder_text texts[most_files];
    yonder_rules_source sources[most_files];
    yonder_rules *rules = NULL;
    writing w = writing_of(c, below(c, 2), false);
    for (size_t i = 0; i < count; i++) {
        put_file(&w, &pages[i], 24);
        texts[i] = page_text(&pages[i]);
        sources[i] = (yonder_rules_source){yonder_text_of(file_names[i]), texts[i]};
    }
    assert_int_equal(yonder_rules_read(&rules, sources, count,
                                       &(yonder_rules_reading){.report = print_diagnostic}),
                     0);
    naive_read(files, texts, count);
    for (unsigned i = 0; i < 40; i++) {
        static char scratch[YONDER_RULES_SCRATCH(sizeof r.target.text)];
        yonder_rules_answer answer = {0};
        make_request(&r, c);
        int result = yonder_rules_match(rules, &r.request, scratch,
                                        YONDER_RULES_SCRATCH(r.request.target.len), &answer);
        naive_match(expected, files, &r.request);
        if (!same_answer(result, &answer, expected))
            tell(pages, count, &r, &answer, expected);
        found += expected->cause == YONDER_RULES_RULE;
    }
    yonder_rules_free(rules);
    return found;
}

static void the_index_answers_as_a_scan_of_the_files_would(void **state)
{
    (void)state;
    static page pages[most_files];
    static naive_answer expected;
    static naive_files files;
    const char *wanted = getenv("YONDER_TEST_SETS"); // more than usual
    unsigned sets = wanted ? (unsigned)atoi(wanted) : 8000;
    chance c = {2026};
    size_t found = 0;
    for (unsigned i = 0; i < sets; i++)
        found += compare(pages, &c, &expected, &files);
    // A test of nothing but misses would prove nothing.
    assert_true(found > (size_t)sets * 40 / 10);
    print_message("# %u requests, %zu answered by rules\n", sets * 40u, found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_index_answers_as_a_scan_of_the_files_would),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
