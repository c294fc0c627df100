// SPDX-License-Identifier: MIT
// What got worse and what got better since an earlier run, and what is refused as one.
#include "test.h"

#include "base/text.h"
#include "cli/check_earlier.h"

static const yn_check checks[] = {{"bad", YN_SEVERITY_ERROR, "", "", ""},
                                  {"poor", YN_SEVERITY_WARNING, "", "", ""},
                                  {"known", YN_SEVERITY_NOTE, "", "", ""},
                                  {"poor", YN_SEVERITY_ERROR, "", "", ""}}; // as grave as that now
static const yn_grader grader = {.name = "yonder"}, list_rules = {.name = YN_CHECK_COMPATIBLE};

#define DOC(rest)   "{\"domain\":\"a.test\",\"result\":\"failed\"" rest "}"
#define ISSUE(code) "{\"code\":\"" code "\",\"host\":null}"
#define GRADE(e, w) ",\"yonder\":{\"errors\":[" e "],\"warnings\":[" w "]}"
#define LIST(e)     ",\"chromium\":{\"errors\":[" e "],\"warnings\":[]}"

// "+bad -poor@www": worse and better.
static void tell(yn_buf *out, const yn_check_changes *c)
{
    for (size_t i = 0; i < c->worse_count; i++)
        yn_buf_printf(out, " +%.*s%s%.*s", YN_PRINT(c->worse[i].code),
                      c->worse[i].host.len ? "@" : "", YN_PRINT(c->worse[i].host));
    for (size_t i = 0; i < c->better_count; i++)
        yn_buf_printf(out, " -%.*s%s%.*s", YN_PRINT(c->better[i].code),
                      c->better[i].host.len ? "@" : "", YN_PRINT(c->better[i].host));
}

typedef struct row {
    const char *then;
    const char *now; // 'b'ad, 'p'oor, 'k'nown, 'P'oor as an error; upper-case host follows '@'
    yn_severity fail_on;
    const char *told;
    bool unknown, by_list;
} row;

static size_t issues_of(const char *now, yn_issue *out)
{
    size_t count = 0;
    for (; *now; now++)
        if (*now == '@')
            out[count - 1].host = YN_TEXT("www.a.test");
        else
            out[count++] = (yn_issue){.check = &checks[strchr("bpkP", *now) - "bpkP"]};
    return count;
}

static void only_what_got_worse_counts(void **state)
{
    (void)state;
    static const row rows[] = {
        {DOC(GRADE(ISSUE("bad"), "")), "b", YN_SEVERITY_ERROR, ""},
        {DOC(GRADE("", "")), "b", YN_SEVERITY_ERROR, " +bad"},
        {DOC(GRADE("", "")), "p", YN_SEVERITY_ERROR, ""},
        {DOC(GRADE("", "")), "p", YN_SEVERITY_WARNING, " +poor"},
        {DOC(GRADE("", "")), "k", YN_SEVERITY_WARNING, ""},
        {DOC(GRADE("", ISSUE("poor"))), "P", YN_SEVERITY_ERROR, " +poor"},
        {DOC(GRADE(ISSUE("poor"), "")), "p", YN_SEVERITY_WARNING, " -poor"},
        {DOC(GRADE(ISSUE("bad"), ISSUE("poor"))), "", YN_SEVERITY_ERROR, " -bad -poor"},
        {DOC(GRADE(ISSUE("bad"), "")), "", YN_SEVERITY_ERROR, "", .unknown = true},
        {DOC(GRADE(ISSUE("bad"), "")), "bb", YN_SEVERITY_ERROR, " +bad"},
        {DOC(GRADE(ISSUE("bad"), "")), "b@", YN_SEVERITY_ERROR, " +bad@www.a.test -bad"},
        {DOC(LIST(ISSUE("bad"))), "b@", YN_SEVERITY_ERROR, "", .by_list = true},
        {DOC(LIST(ISSUE("bad"))), "b", YN_SEVERITY_ERROR, " +bad"}, // another grader's
        {"{\"domain\":\"b.test\",\"result\":\"passed\"}", "b", YN_SEVERITY_ERROR, " +bad"},
        {"{\"domains\":[" DOC(GRADE("", "")) "," DOC(GRADE(ISSUE("bad"), "")) "]}", "b",
         YN_SEVERITY_ERROR, ""}, // the last of a domain
        {DOC(GRADE("", "")) "\n" DOC(GRADE(ISSUE("bad"), "")), "b", YN_SEVERITY_ERROR, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_issue issues[8];
        yn_arena arena = yn_arena_make(NULL);
        yn_buf out = yn_buf_make(4096, NULL), message = yn_buf_make(4096, NULL);
        yn_check_changes changes;
        const yn_audit audit = {.domain = YN_TEXT("a.test")};
        yn_checked_grade grade = {rows[i].by_list ? &list_rules : &grader,
                                  {.unknown = rows[i].unknown, .issues = issues}};
        grade.grade.count = issues_of(rows[i].now, issues);
        const yn_checked now = {.audit = &audit, .grades = &grade, .count = 1};
        yn_earlier *then = yn_earlier_parse("f", yonder_text_of(rows[i].then), &message);
        assert_row(rows[i].then, then);
        assert_true(yn_earlier_compare(then, &now, rows[i].fail_on, &arena, &changes));
        tell(&out, &changes);
        assert_text(rows[i].then, yn_buf_text(&out), rows[i].told);
        yn_earlier_free(then);
        yn_buf_free(&out);
        yn_buf_free(&message);
        yn_arena_free(&arena);
    }
}

static void what_is_no_such_output_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"{", "f:1: "},
        {DOC("") "\n\n" DOC("") "\n{]", "f:4: "},
        {DOC("") "\n{}", "f:2: it is no output of 'yonder check': there is no \"domain\""},
        {"{\"domain\":\"a\"}", "f:1: \"result\" is missing, or none of passed, failed and unknown"},
        {DOC(GRADE("{}", "")), "f:1: an issue has no code"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf message = yn_buf_make(4096, NULL);
        assert_null(yn_earlier_parse("f", yonder_text_of(rows[i].text), &message));
        size_t len = strlen(rows[i].message);
        assert_true(message.len >= len);
        assert_text(rows[i].text, yn_slice(yn_buf_text(&message), 0, len), rows[i].message);
        yn_buf_free(&message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_got_worse_counts),
        cmocka_unit_test(what_is_no_such_output_is_refused_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
