// SPDX-License-Identifier: MIT
#include "capture.h"

#include "base/text.h"
#include "cli/batch.h"
#include "cli/cli.h"

// Answers with what it was given, member by member.
static const char *echo(void *context, const json_t *input, yn_json *out, const yonder_mem *mem)
{
    ++*(int *)context;
    yonder_text text = YN_TEXT("absent");
    int64_t number = -1;
    bool flag = false;
    yn_json_bool(out, "written_before_the_error", true);
    if (!yn_batch_text(input, "text", &text))
        return "text: not a string";
    if (!yn_batch_int(input, "number", &number))
        return "number: not a whole number";
    if (!yn_batch_bool(input, "flag", &flag))
        return "flag: not true or false";
    char *copy = mem->resize(mem->context, NULL, 1);
    assert_non_null(copy);
    *copy = 'x';
    copy = mem->resize(mem->context, copy, 100000);
    assert_true(copy && *copy == 'x');
    yn_json_text(out, "text", text);
    yn_json_int(out, "number", number);
    yn_json_bool(out, "flag", flag);
    return NULL;
}

static int answer(yonder_text input, int *calls, char **output)
{
    feed_stdin(input);
    *calls = 0;
    capture c = capture_begin(stdout);
    int code = yn_batch_run(echo, calls);
    *output = capture_end(&c);
    return code;
}

#define OK_HEAD "{\"written_before_the_error\":true,"

static void a_line_in_is_a_line_out(void **state)
{
    (void)state;
    static const struct {
        yonder_text line;
        const char *expected;
    } rows[] = {
        {YN_TEXT_INIT("{}"), OK_HEAD "\"text\":\"absent\",\"number\":-1,\"flag\":false}"},
        {YN_TEXT_INIT("{\"text\":null,\"number\":null,\"flag\":null,\"more\":[1]}"),
         OK_HEAD "\"text\":\"absent\",\"number\":-1,\"flag\":false}"},
        {YN_TEXT_INIT(" {\"text\":\"a\\u0000\\\"é☃😀\",\"number\":-5,\"flag\":true} \r"),
         OK_HEAD "\"text\":\"a\\u0000\\\"é☃😀\",\"number\":-5,\"flag\":true}"},
        {YN_TEXT_INIT("{\"text\":\"\\ud83d\\ude00\"}"),
         OK_HEAD "\"text\":\"😀\",\"number\":-1,\"flag\":false}"},
        {YN_TEXT_INIT("{\"text\":\"\\ud83d\"}"), // a lone high surrogate
         OK_HEAD "\"text\":\"\xEF\xBF\xBD\",\"number\":-1,\"flag\":false}"},
        {YN_TEXT_INIT("{\"text\":\"a\\uDE00b\"}"), // a lone low one
         OK_HEAD "\"text\":\"a\xEF\xBF\xBD"
                 "b\",\"number\":-1,\"flag\":false}"},
        {YN_TEXT_INIT("{\"text\":\"\\ud83d\\ud83d\\ude00\\ude00\"}"),
         OK_HEAD "\"text\":\"\xEF\xBF\xBD😀\xEF\xBF\xBD\",\"number\":-1,\"flag\":false}"},
        {YN_TEXT_INIT("{\"text\":\"\\\\ud83d\"}"), // a backslash, then text
         OK_HEAD "\"text\":\"\\\\ud83d\",\"number\":-1,\"flag\":false}"},
        {YN_TEXT_INIT("{\"text\":1}"), "{\"error\":\"text: not a string\"}"},
        {YN_TEXT_INIT("{\"number\":1.5}"), "{\"error\":\"number: not a whole number\"}"},
        {YN_TEXT_INIT("{\"number\":\"1\"}"), "{\"error\":\"number: not a whole number\"}"},
        {YN_TEXT_INIT("{\"flag\":0}"), "{\"error\":\"flag: not true or false\"}"},
        {YN_TEXT_INIT("[]"), "{\"error\":\"not a JSON object\"}"},
        {YN_TEXT_INIT("{\"text\":\"x\"} {}"), "{\"error\":\"not JSON: "},
        {YN_TEXT_INIT("{\"text\":\"x\""), "{\"error\":\"not JSON: "},
        {YN_TEXT_INIT("{\"text\":\"\xFF\"}"), "{\"error\":\"not JSON: "},
        {YN_TEXT_INIT("{\"text\":\"\0\"}"), "{\"error\":\"not JSON: "},
        {YN_TEXT_INIT("{\"text\":\"\\"), "{\"error\":\"not JSON: "},
        {YN_TEXT_INIT("{\"text\":\"\\ud8"), "{\"error\":\"not JSON: "},
        {YN_TEXT_INIT("nonsense"), "{\"error\":\"not JSON: "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *output;
        int calls;
        int code = answer(rows[i].line, &calls, &output); // no line end: the last line counts too
        bool good = strncmp(rows[i].expected, "{\"error\"", 8) != 0;
        assert_int_equal(code, good ? YN_EXIT_OK : YN_EXIT_USAGE);
        if (strncmp(output, rows[i].expected, strlen(rows[i].expected)) != 0)
            print_error("row %zu: %s", i, output);
        assert_row(rows[i].expected,
                   strncmp(output, rows[i].expected, strlen(rows[i].expected)) == 0);
        size_t len = strlen(output);
        assert_row(rows[i].expected, strcmp(output + len - 2, "}\n") == 0);
        assert_row(rows[i].expected, strchr(output, '\n') == output + len - 1);
        free(output);
    }
}

static void answers_keep_the_order_and_errors_stand_in_their_place(void **state)
{
    (void)state;
    char *output;
    int calls;
    int code =
        answer(YN_TEXT("{\"number\":1}\n\n\r\n \t\r\n{\"number\":2}\r\nbad\n{\"number\":3}\n"),
               &calls, &output);
    assert_int_equal(code, YN_EXIT_USAGE);
    assert_int_equal(calls, 3);
    const char *one = strstr(output, "\"number\":1,"), *two = strstr(output, "\"number\":2,");
    const char *error = strstr(output, "\n{\"error\":\"not JSON: "),
               *three = strstr(output, "\"number\":3,");
    assert_true(one && one < two && two < error && error < three);
    int lines = 0;
    for (const char *p = output; *p; p++)
        lines += *p == '\n';
    assert_int_equal(lines, 4);
    free(output);
    assert_int_equal(answer(YN_TEXT(""), &calls, &output), YN_EXIT_OK);
    assert_string_equal(output, "");
    free(output);
}

static void lines_longer_than_any_buffer_arrive_whole(void **state)
{
    (void)state;
    static char input[3 * 300000 + 200];
    size_t len = 0;
    for (int i = 0; i < 3; i++) {
        len += (size_t)sprintf(input + len, "{\"number\":%d,\"text\":\"", i);
        memset(input + len, 'a' + i, 200000 + (size_t)i * 50000);
        len += 200000 + (size_t)i * 50000;
        len += (size_t)sprintf(input + len, "\"}\n");
    }
    char *output;
    int calls;
    assert_int_equal(answer((yonder_text){input, len}, &calls, &output), YN_EXIT_OK);
    assert_int_equal(calls, 3);
    const char *p = output;
    for (int i = 0; i < 3; i++) {
        p = strstr(p, "\"text\":\"") + 8;
        char letter[2] = {(char)('a' + i), '\0'};
        assert_int_equal(strspn(p, letter), 200000 + i * 50000);
    }
    free(output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_in_is_a_line_out),
        cmocka_unit_test(answers_keep_the_order_and_errors_stand_in_their_place),
        cmocka_unit_test(lines_longer_than_any_buffer_arrive_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
