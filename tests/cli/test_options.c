// SPDX-License-Identifier: MIT
#include "capture.h"

#include "cli/cli.h"

typedef struct probe_options {
    bool flag, other;
    const char *value;
    long number;
    yn_list list;
} probe_options;

// What the last run was given, in words.
static char seen[512];

static int run_probe(const void *values, size_t count, char **arguments)
{
    const probe_options *o = values;
    size_t n = (size_t)snprintf(seen, sizeof seen, "%s%s%s%s%ld", o->flag ? "f " : "",
                                o->other ? "o " : "", o->value ? o->value : "-", " ", o->number);
    for (size_t i = 0; i < o->list.count; i++)
        n += (size_t)snprintf(seen + n, sizeof seen - n, " H=%s", o->list.items[i]);
    for (size_t i = 0; i < count; i++)
        n += (size_t)snprintf(seen + n, sizeof seen - n, " [%s]", arguments[i]);
    return YN_EXIT_NEGATIVE;
}

static const yn_option options[] = {
    {'f', "flag", YN_FLAG, NULL, offsetof(probe_options, flag), "a flag", 0, 0, 0},
    {'o', "other", YN_FLAG, NULL, offsetof(probe_options, other), "another", 0, 0, 0},
    {'v', "value", YN_VALUE, "TEXT", offsetof(probe_options, value), "a value", 0, 0, 0},
    {'n', "number", YN_NUMBER, "N", offsetof(probe_options, number), "a number", 7, -3, 99},
    {'H', "header", YN_LIST, "FIELD", offsetof(probe_options, list), "a field", 0, 0, 0},
    {0},
};

static const yn_command probe = {.name = "probe",
                                 .arguments = "FILE…",
                                 .summary = "try the parser",
                                 .description = "Tries the parser.\n\nA second paragraph.",
                                 .options = options,
                                 .options_size = sizeof(probe_options),
                                 .min_arguments = 1,
                                 .max_arguments = 3,
                                 .run = run_probe};

const yn_command *const yn_commands[] = {&probe, NULL};

static int run_words(const char *words, char **errors)
{
    char copy[256];
    char *argv[16], nothing[] = "";
    int argc = 0;
    snprintf(copy, sizeof copy, "%s", words);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = strcmp(word, "''") == 0 ? nothing : word;
    argv[argc] = NULL;
    seen[0] = '\0';
    capture c = capture_begin(stderr);
    int code = yn_command_run(&probe, argc, argv);
    *errors = capture_end(&c);
    return code;
}

static void options_and_arguments_come_in_any_order(void **state)
{
    (void)state;
    static const struct {
        const char *words, *expected;
    } rows[] = {
        {"a", "- 7 [a]"},
        {"a b c", "- 7 [a] [b] [c]"},
        {"-f a", "f - 7 [a]"},
        {"a --flag", "f - 7 [a]"},
        {"a -fo b", "f o - 7 [a] [b]"},
        {"-v x a", "x 7 [a]"},
        {"-vx a", "x 7 [a]"},
        {"-fvx a", "f x 7 [a]"},
        {"-fv x a", "f x 7 [a]"},
        {"--value x a", "x 7 [a]"},
        {"--value=x a", "x 7 [a]"},
        {"--value= a", " 7 [a]"},
        {"--value '' a", " 7 [a]"},
        {"--value=a=b a", "a=b 7 [a]"},
        {"--value --flag a", "--flag 7 [a]"},
        {"-v x -v y a", "y 7 [a]"},
        {"-n 0 a", "- 0 [a]"},
        {"-n -3 a", "- -3 [a]"},
        {"--number=99 a", "- 99 [a]"},
        {"-H a -Hb --header=c d", "- 7 H=a H=b H=c [d]"},
        {"-- -f", "- 7 [-f]"},
        {"-f -- --", "f - 7 [--]"},
        {"-", "- 7 [-]"},
        {"''", "- 7 []"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *errors;
        assert_int_equal(run_words(rows[i].words, &errors), YN_EXIT_NEGATIVE);
        assert_text(rows[i].words, yonder_text_of(seen), rows[i].expected);
        assert_string_equal(errors, "");
        free(errors);
    }
}

static void wrong_usage_is_named_and_nothing_runs(void **state)
{
    (void)state;
    static const struct {
        const char *words, *message;
    } rows[] = {
        {"", "FILE… is missing"},
        {"-f", "FILE… is missing"},
        {"a b c d", "'d' is one argument too many"},
        {"a --nothing", "there is no option '--nothing'"},
        {"a --fla", "there is no option '--fla'"},
        {"a --flags", "there is no option '--flags'"},
        {"a --=x", "there is no option '--'"},
        {"a -x", "there is no option '-x'"},
        {"a -fx", "there is no option '-x'"},
        {"a --flag=1", "--flag takes no value"},
        {"a --help=1", "there is no option '--help'"},
        {"a --value", "--value needs TEXT"},
        {"a -v", "-v needs TEXT"},
        {"a -n", "-n needs N"},
        {"a -n 100", "--number takes a whole number from -3 to 99, not '100'"},
        {"a -n -4", "not '-4'"},
        {"a -n 1x", "not '1x'"},
        {"a -n +1", "not '+1'"},
        {"a -n ''", "not ''"},
        {"a -n -", "not '-'"},
        {"a -n 99999999999999999999", "not '99999999999999999999'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *errors;
        assert_int_equal(run_words(rows[i].words, &errors), YN_EXIT_USAGE);
        assert_string_equal(seen, "");
        if (!strstr(errors, rows[i].message))
            print_error("%s: %s", rows[i].words, errors);
        assert_row(rows[i].words, strncmp(errors, "yonder probe: ", 14) == 0);
        assert_row(rows[i].words, strstr(errors, rows[i].message));
        assert_row(rows[i].words, strstr(errors, "\nTry 'yonder probe --help'.\n"));
        free(errors);
    }
}

static void help_wins_over_missing_arguments(void **state)
{
    (void)state;
    static const char *const rows[] = {"--help", "-h", "-fh", "a b c d --help"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *errors;
        capture c = capture_begin(stdout);
        int code = run_words(rows[i], &errors);
        char *text = capture_end(&c);
        assert_int_equal(code, YN_EXIT_OK);
        assert_row(rows[i], strstr(text, "Usage: yonder probe [OPTIONS] FILE…\n"));
        assert_string_equal(seen, "");
        free(text);
        free(errors);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_arguments_come_in_any_order),
        cmocka_unit_test(wrong_usage_is_named_and_nothing_runs),
        cmocka_unit_test(help_wins_over_missing_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
