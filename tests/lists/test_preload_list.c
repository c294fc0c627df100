// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/buf.h"
#include "base/text.h"
#include "lists/preload_list.h"

#define JSON(entries) "// Chromium\n{\n  // comment\n  \"entries\": [" entries "]\n}\n"
#define TEXT(rows)    "/* Firefox */\n#include <stdint.h>\n%%\n" rows "%%\n"

// The entries as text: "name=force,include;" each, for comparison; or the message.
static void read_as_text(const char *input, yn_buf *out)
{
    yn_preload_list list;
    yn_list_problem problem;
    if (yn_preload_list_read(&list, yonder_text_of(input), &problem) != YONDER_OK) {
        yn_buf_printf(out, "%zu: %s", problem.line, problem.message);
        return;
    }
    for (size_t i = 0; i < list.count; i++)
        yn_buf_printf(out, "%.*s=%d,%d;", YN_PRINT(list.entries[i].name),
                      list.entries[i].force_https, list.entries[i].include_subdomains);
    yn_preload_list_free(&list);
}

static void lists_of_both_kinds_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *input, *expected;
    } rows[] = {
        {JSON(""), ""},
        {JSON("{\"name\":\"a.com\",\"mode\":\"force-https\",\"include_subdomains\":true}"),
         "a.com=1,1;"},
        {JSON("{\"name\":\"A.Com\",\n\"policy\": \"custom\",\n  // in an entry\n"
              "\"mode\":\"force-https\"}\n,{\"name\":\"b\",\"pins\":\"x\",\"include_subdomains\":"
              "true}"),
         "a.com=1,0;b=0,1;"},
        {JSON("{\"name\":\"a//b\"}"), "a//b=0,0;"}, // no comment, and no name: not judged here
        {"{\"pinsets\":[],\r\n\t // with CR\r\n\"entries\":[{\"name\":\"x\"}]}", "x=0,0;"},
        {TEXT(""), ""},
        {TEXT("a.com, 1\nB.de, 0\n"), "a.com=1,1;b.de=1,0;"},
        {TEXT("  a.com ,\t1\r\n\n"), "a.com=1,1;"},
        {"%%\nx, 0\n%%\nnot, read\n", "x=1,0;"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf out = yn_buf_make(4096, NULL);
        read_as_text(rows[i].input, &out);
        assert_text(rows[i].input, yn_buf_text(&out), rows[i].expected);
        yn_buf_free(&out);
    }
}

static void what_is_wrong_is_said_with_the_entry(void **state)
{
    (void)state;
    static const struct {
        const char *input, *expected; // the beginning of the message
    } rows[] = {
        {"", "0: neither"},
        {"hello\n", "0: neither"},
        {"[]", "0: neither"},
        {"// only a comment\n", "0: neither"},
        {"{", "1: not JSON"},
        {"// one\n{\n  // three\n  \"entries\": [}", "4: not JSON"},
        {"{\"entries\":[\n\n{\"name\":\"a\"},\n{\"name\" 1}]}", "4: not JSON"},
        {"{\"entries\":[\n{\"name\":\"a\"}\n{}]}", "3: not JSON: after an element"},
        {"{\"entries\":[],\n}", "2: not JSON: a member"},
        {"{\"entries\"\n[]}", "2: not JSON: after the name"},
        {"{\"entries\":[]\n\"x\":1}", "2: not JSON: after a member"},
        {"{\"x\":[1,{]}", "1: not JSON"},
        {"{\"entries\":[]}\n}", "2: not JSON: there is more"},
        {"{\"entries\":[],\n\"entries\":[]}", "2: not JSON: the same member twice"},
        {"{}", "0: the JSON has no array \"entries\""},
        {"{\"entries\":{}}", "0: the JSON has no array \"entries\""},
        {JSON("{\"name\":\"a\"},{}"), "0: entry 2: it has no \"name\""},
        {JSON("7"), "0: entry 1: it has no \"name\""},
        {JSON("{\"name\":\"a\",\"mode\":\"http\"}"), "0: entry 'a': its \"mode\""},
        {JSON("{\"name\":\"a\",\"mode\":true}"), "0: entry 'a': its \"mode\""},
        {JSON("{\"name\":\"a\\n\",\"include_subdomains\":1}"),
         "0: entry 'a?': its \"include_subdomains\""},
        {TEXT("a.com\n"), "4: entry 'a.com': after the name"},
        {TEXT("ok, 1\na.com, 2\n"), "5: entry 'a.com': after the name"},
        {"%%\na.com, 1\n", "2: the list ends without"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf out = yn_buf_make(4096, NULL);
        read_as_text(rows[i].input, &out);
        yonder_text expected = yonder_text_of(rows[i].expected);
        if (out.len > expected.len)
            out.len = expected.len;
        assert_text(rows[i].input, yn_buf_text(&out), rows[i].expected);
        yn_buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_both_kinds_are_read),
        cmocka_unit_test(what_is_wrong_is_said_with_the_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
