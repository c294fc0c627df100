// SPDX-License-Identifier: MIT
// Rules taken apart and written again: what is read of that answers alike, and is written alike.
#include "rules/answers.h"
#include "rules/random_rules.h"

#include "base/buf.h"
#include "rules/site.h"
#include "rules/view.h"

/* ---- a whole set as text --------------------------------------------------------------------- */

static bool same_scope(const yonder_rules *set, uint32_t a, uint32_t b, yn_arena *arena)
{
    yn_buf x = yn_buf_make(1 << 20, NULL), y = yn_buf_make(1 << 20, NULL);
    yn_scope_view view;
    assert_true(yn_view_scope(&view, set, a, arena));
    yn_scope_write_hosts(&x, &view);
    assert_true(yn_view_scope(&view, set, b, arena));
    yn_scope_write_hosts(&y, &view);
    bool same = yn_equal(yn_buf_text(&x), yn_buf_text(&y));
    yn_buf_free(&x);
    yn_buf_free(&y);
    return same;
}

static void write_site_row(yn_buf *out, const yonder_rules *set, const yn_site_row *row)
{
    yn_site_value value = {.off = row->off,
                           .ignore = row->ignore,
                           .drop = row->drop,
                           .status = row->status,
                           .seconds = row->seconds,
                           .text = {set->pool + row->text, row->text_len}};
    yn_site_write(out, (yn_site_line)row->line, &value);
    yn_buf_char(out, '\n');
}

static uint32_t scope_of_site(const yonder_rules *set, uint32_t number)
{
    for (uint32_t scope = 0; scope < set->scopes_count; scope++)
        for (uint32_t n = yn_set_scope(set, scope)->sites; n; n = yn_set_site(set, n)->next)
            if (n == number)
                return scope;
    fail();
    return 0;
}

static void write_section(yn_buf *out, const yonder_rules *set, uint32_t scope, yn_arena *arena)
{
    yn_scope_view view;
    assert_true(yn_view_scope(&view, set, scope, arena));
    yn_buf_char(out, '[');
    yn_scope_write_hosts(out, &view);
    yn_buf_str(out, "]\n");
}

// What stands outside sections first. Returns the scope of the last line.
static uint32_t write_sites(yn_buf *out, const yonder_rules *set, yn_arena *arena)
{
    uint32_t last = 0;
    for (uint32_t n = 1; n < set->sites_count; n++)
        if (!scope_of_site(set, n))
            write_site_row(out, set, yn_set_site(set, n));
    for (uint32_t n = 1; n < set->sites_count; n++) {
        uint32_t scope = scope_of_site(set, n);
        if (scope && scope != last)
            write_section(out, set, scope, arena);
        if (scope)
            write_site_row(out, set, yn_set_site(set, n));
        last = scope ? scope : last;
    }
    return last;
}

// Lines about sites, rules outside sections as a file of their own, then the others.
static void write_set(yn_buf *out, const yonder_rules *set)
{
    yn_arena arena = yn_arena_make(NULL);
    const yonder_rules *owner;
    const yn_rule *rule;
    uint32_t last = write_sites(out, set, &arena);
    yn_rule_cursor cursor = yn_rules_begin(set);
    for (int outside = 1; outside >= 0; outside--, cursor = yn_rules_begin(set))
        while ((rule = yn_rules_next(&cursor, &owner))) {
            yn_view v;
            yn_scope_view scope;
            assert_true(yn_view_rule(&v, owner, rule, &arena));
            assert_true(yn_view_scope(&scope, owner, v.scope, &arena));
            if (outside != !scope.host_count)
                continue;
            if (outside && last) { // a file of its own
                yn_buf_char(out, '\f');
                last = 0;
            }
            if (!outside && (!last || !same_scope(set, last, v.scope, &arena))) {
                write_section(out, set, v.scope, &arena);
                last = v.scope;
            }
            assert_true(yn_view_write(out, &v, owner, &arena));
            yn_buf_char(out, '\n');
        }
    assert_int_equal(out->error, YONDER_OK);
    yn_arena_free(&arena);
}

// Reads what write_set() wrote.
static yonder_rules *read_again(yonder_text text)
{
    yonder_rules_source sources[2];
    size_t end = yn_find_char(text, '\f'), count = end < text.len ? 2 : 1;
    yonder_rules *rules = NULL;
    sources[0] = (yonder_rules_source){yonder_text_of("written"), yn_slice(text, 0, end)};
    sources[1] = (yonder_rules_source){yonder_text_of("written"), yn_skip(text, end + (count - 1))};
    int error = yonder_rules_read(&rules, sources, count,
                                  &(yonder_rules_reading){.report = print_diagnostic});
    if (error)
        print_error("%.*s\n", YN_PRINT(text));
    assert_int_equal(error, YONDER_OK);
    return rules;
}

static void compare(const yonder_rules *a, const yonder_rules *b, yonder_text text, chance *c)
{
    static random_request r;
    static char scratch_a[YONDER_RULES_SCRATCH(1 << 16)], scratch_b[YONDER_RULES_SCRATCH(1 << 16)];
    yonder_rules_answer x, y;
    make_request(&r, c);
    size_t size = YONDER_RULES_SCRATCH(r.request.target.len);
    int found = yonder_rules_match(a, &r.request, scratch_a, size, &x);
    int again = yonder_rules_match(b, &r.request, scratch_b, size, &y);
    if (found == again &&
        (found < 0 ||
         (x.cause == y.cause && x.status == y.status && yn_equal(x.location, y.location) &&
          yn_equal(x.cache_control, y.cache_control) && yn_equal(x.hsts, y.hsts) &&
          x.vary.len == y.vary.len && x.retry_after == y.retry_after)))
        return;
    print_error("%.*s\n", YN_PRINT(text));
    print_error("%.*s %.*s: %u: %d %.*s vary %.*s, but %u: %d %.*s vary %.*s\n",
                YN_PRINT(r.request.host), YN_PRINT(r.request.target), x.line, x.status,
                YN_PRINT(x.location), YN_PRINT(x.vary), y.line, y.status, YN_PRINT(y.location),
                YN_PRINT(y.vary));
    fail();
}

static void what_was_written_answers_alike_and_is_written_alike(void **state)
{
    (void)state;
    static page p;
    chance c = {11};
    for (unsigned i = 0; i < 1500; i++) {
        writing w = writing_of(&c, below(&c, 2), true);
        put_file(&w, &p, 30);
        yonder_rules *rules = rules_of("random", page_text(&p));
        yn_buf text = yn_buf_make(1 << 20, NULL), second = yn_buf_make(1 << 20, NULL);
        write_set(&text, rules);
        yonder_rules *again = read_again(yn_buf_text(&text));
        write_set(&second, again);
        assert_text(p.text, yn_buf_text(&second),
                    text.len ? (yn_buf_char(&text, '\0'), text.ptr) : "");
        assert_int_equal(yonder_rules_count(rules), yonder_rules_count(again));
        for (unsigned k = 0; k < 30; k++)
            compare(rules, again, page_text(&p), &c);
        yonder_rules_free(again);
        yonder_rules_free(rules);
        yn_buf_free(&text);
        yn_buf_free(&second);
    }
}

/* ---- one rule -------------------------------------------------------------------------------- */

static const struct {
    const char *rule, *written;
} written_rows[] = {
    {"/a /b", "/a /b 301"},
    {"/%7ea/../b /c permanent", "/b /c permanent"},
    {"/ https://é.test 308", "/ https://xn--9ca.test permanent"},
    {"/.//a /b", "/.//a /b 301"},
    {"/.//:a /b", "/.//:s1 /b 301"},
    {"//h//:a /b", "//h//:s1 /b 301"},
    {"https://h:443/x //y?", "https://h/x //y? 301"},
    {"http://*.h:8080 -", "http://*.h:8080/ - gone"},
    {"/:x/*/:y /:y/:splat#:x 307", "/:s0/*/:b0 /:b0/:splat#:s0 temporary"},
    {"/a %2Fs=%3Ax b=:c d= /:c", "/a %2Fs=%3Ax b=:q1 d= /:q1 301"},
    {"/a s/t=u/v /c", "/a s/t=u/v /c 301"},
    {"/a -=1 /c", "/a -=1 /c 301"},
    {"/a %23x=1 /c", "/a %23x=1 /c 301"},
    {"/a é+b=%00 /c", "/a %C3%A9%20b=%00 /c 301"},
    {"~^/(?<n>a)$ /$1$$1:n$ 302", "~^/(?<n>a)$ /${1}$${1}${1}$ 302"},
    {"~*(x) //$1.h/%24{1}", "~*(x) //${1}.h/%24%7B1%7D 301"},
    {"slash ignore\n/a/ /b", "/a /b 301"},
    {"slash ignore\n/a// /b", "/a// /b 301"},
    {"slash ignore\n/:a/*// /b", "/:s0/*// /b 301"},
    {"slash ignore\n/ /b", "/ /b 301"},
    {"case ignore\n/A%2F/:y /B:y", "/a%2f/:s1 /B:s1 301"},
    {"case ignore\n~A /B", "~A /B 301"},
    {"/x /y?#a", "/x /y?#a 301"},
    {"/x /y#a?b", "/x /y#a?b 301"},
    {"/x /y?:1#?", "/x /y?:1#? 301"},
    {"/x - 403 language=DE,fr-ca country=de method=PUT", "/x - 403 language=de,fr-ca country=DE "
                                                         "method=PUT"},
    {"/x /y header:X-Y=é%20%2A%25*%ff", "/x /y 301 header:x-y=é%20%2A%25*%FF"},
    {"/x /y header:X=%ef%bb%bf%c2%85", "/x /y 301 header:x=%EF%BB%BF\xC2\x85"},
    {"/x /y cookie:A= cookie=b,c share=12.50% http=1.0",
     "/x /y 301 cookie:A= cookie=b,c share=12.5% http=1.0"},
    {"/x /y from=2026-01-01 until=2026-01-01T01:00+01:00",
     "/x /y 301 from=2026-01-01T00:00:00Z until=2026-01-01T00:00:00Z"},
};

static void a_rule_is_written_as_it_means(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof written_rows / sizeof *written_rows; i++) {
        yonder_rules *rules = rules_of(written_rows[i].rule, yonder_text_of(written_rows[i].rule));
        yn_arena arena = yn_arena_make(NULL);
        yn_buf out = yn_buf_make(1 << 16, NULL);
        yn_rule_cursor cursor = yn_rules_begin(rules);
        const yonder_rules *owner;
        const yn_rule *rule = yn_rules_next(&cursor, &owner);
        yn_view view;
        assert_non_null(rule);
        assert_true(yn_view_rule(&view, owner, rule, &arena));
        assert_true(yn_view_write(&out, &view, owner, &arena));
        assert_text(written_rows[i].rule, yn_buf_text(&out), written_rows[i].written);
        assert_null(yn_rules_next(&cursor, &owner));
        yn_buf_free(&out);
        yn_arena_free(&arena);
        yonder_rules_free(rules);
    }
}

// What is written of a condition is no longer than it was: there are limits to that.
static void a_condition_at_its_limit_can_be_written_and_read(void **state)
{
    (void)state;
    char line[2048] = "/a /b header:x=";
    for (int i = 0; i < 512; i++)
        append_to(line, "é");
    yonder_rules *rules = rules_of("limit", yonder_text_of(line)), *merged = NULL;
    assert_int_equal(yonder_rules_merge(&merged, rules, NULL), YONDER_OK);
    yonder_rules_free(merged);
    yonder_rules_free(rules);
}

static void a_rule_is_found_by_its_place(void **state)
{
    (void)state;
    yn_buf text = yn_buf_make(1 << 20, NULL);
    for (unsigned i = 0; i < 1000; i++)
        yn_buf_printf(&text, "%s/%u /x\n", i % 3 ? "" : "\n", i);
    yonder_rules *rules = rules_of("places", yn_buf_text(&text)), *changed = NULL;
    const yonder_rules_change changes[] = {
        {YN_TEXT("test.rules"), 2, {NULL, 0}, {NULL, 0}},
        {YN_TEXT("test.rules"), 3, YN_TEXT("/new /y"), {NULL, 0}},
        {YN_TEXT("more"), 0, YN_TEXT("/more /z"), {NULL, 0}},
    };
    assert_int_equal(
        yonder_rules_change_set(&changed, rules, changes, 3, &(yonder_rules_reading){0}),
        YONDER_OK);
    const yonder_rules *sets[] = {rules, changed};
    for (size_t i = 0; i < 2; i++) {
        yn_rule_cursor cursor = yn_rules_begin(sets[i]);
        const yonder_rules *owner, *found_in;
        const yn_rule *rule;
        size_t count = 0;
        uint32_t last = 0;
        for (; (rule = yn_rules_next(&cursor, &owner)); count++) {
            assert_true(rule->order > last);
            last = rule->order;
            assert_ptr_equal(yn_rules_find(sets[i], rule->order, &found_in), rule);
            assert_ptr_equal(found_in, owner);
        }
        assert_int_equal(count, yonder_rules_count(sets[i]));
        assert_null(yn_rules_find(sets[i], last + 1, &found_in));
        assert_null(yn_rules_find(sets[i], 1, &found_in));
    }
    yonder_rules_free(changed);
    yonder_rules_free(rules);
    yn_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_answers_alike_and_is_written_alike),
        cmocka_unit_test(a_rule_is_written_as_it_means),
        cmocka_unit_test(a_condition_at_its_limit_can_be_written_and_read),
        cmocka_unit_test(a_rule_is_found_by_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
