// SPDX-License-Identifier: MIT
#include "capture.h"

#include "cli/cli.h"
#include "cli/help.h"

static const yn_option options[] = {
    {'q', "quick", YN_FLAG, NULL, 0, "be quick", 0, 0, 0},
    {0, "an-option-with-a-long-name", YN_VALUE, "VALUE", 0,
     "a sentence so long that it does not fit on one line of the help and has to be broken", 0, 0,
     0},
    {0},
};

static const yn_example examples[] = {
    {"yonder probe -q \"a b\" back\\slash", "an example"},
    {NULL, NULL},
};

static const yn_term terms[] = {
    {"", "not shown"},
    {"code", "what it stands for. A second sentence"},
    {"a_name_too_long_for_its_column", "below"},
    {NULL, NULL},
};

static const yn_section sections[] = {
    {"More to say", "A section - with words.", terms},
    {"", "It goes on:", NULL},
    {NULL, NULL, NULL},
};

static const yn_command probe = {
    .name = "probe",
    .arguments = "FILE",
    .summary = "try the help",
    .description = "First paragraph. It has two sentences.\n\n.A dot begins the second - with a "
                   "back\\slash.",
    .options = options,
    .options_size = 8,
    .max_arguments = 1,
    .examples = examples,
    .sections = sections,
    .negative = "nothing was probed",
};
static const yn_command bare = {
    .name = "bare", .arguments = "", .summary = "have no options", .description = "Nothing."};

static bool takes(const char *verb, const yn_option *option)
{
    return strcmp(verb, "slowly") == 0 && option->letter != 'q';
}

static const yn_command verbal = {.name = "verbal",
                                  .arguments = "slowly|not [FILE]",
                                  .summary = "have verbs",
                                  .description = "Something.",
                                  .options = options,
                                  .takes = takes};

const yn_command *const yn_commands[] = {&probe, &bare, NULL};

static char *help(void (*write)(const yn_command *), const yn_command *command)
{
    capture c = capture_begin(stdout);
    write(command);
    return capture_end(&c);
}

static void expect_lines(char *text, const char *const *lines)
{
    for (; *lines; lines++) {
        if (!strstr(text, *lines))
            print_error("'%s' is not in:\n%s", *lines, text);
        assert_row(*lines, strstr(text, *lines));
    }
    free(text);
}

static void the_help_shows_every_row_of_the_table(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "Usage: yonder probe [OPTIONS] FILE\n\n",
        "First paragraph. It has two sentences.\n\n.A dot begins",
        "\n  -q, --quick               be quick\n",
        "\n      --an-option-with-a-long-name VALUE\n                            a sentence so "
        "long",
        "\n                            help and has to be broken\n",
        "\n      --help                show this help\n",
        "\n  yonder probe -q \"a b\" back\\slash\n      an example\n",
        "\nMore to say:\n  A section - with words.\n    code                    what it stands "
        "for. A "
        "second sentence\n    a_name_too_long_for_its_column\n                            below\n"
        "\n  It goes on:\n",
        "\nExit codes:\n  0  all well\n  1  nothing was probed\n  2  wrong usage",
        NULL,
    };
    char *text = help(yn_help_command, &probe);
    for (char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_row(line, strcspn(line, "\n") <= 88);
    expect_lines(text, lines);
    static const char *const bare_lines[] = {"Usage: yonder bare [OPTIONS]\n", "  --help",
                                             "  0  all well\n  2  wrong usage", NULL};
    expect_lines(help(yn_help_command, &bare), bare_lines);
}

static void the_page_escapes_what_mdoc_would_take_for_its_own(void **state)
{
    (void)state;
    static const char *const lines[] = {
        ".Dt YONDER-PROBE 1\n",
        ".Nm yonder-probe\n.Nd try the help\n",
        "First paragraph.\nIt has two sentences.\n.Pp\n\\&.A dot begins the second \\- with a "
        "back\\eslash.\n",
        ".It Fl q , Fl Fl quick\nbe quick\n",
        ".It Fl Fl an-option-with-a-long-name Ar VALUE\n",
        "an example\n.Bd -literal -offset indent\nyonder probe \\-q \"a b\" back\\eslash\n.Ed\n",
        ".Sh MORE TO SAY\nA section \\- with words.\n.Bl -tag -width Ds -compact -offset indent\n"
        ".It Cm code\nwhat it stands for.\nA second sentence\n.It Cm "
        "a_name_too_long_for_its_column\n"
        "below\n.El\n.Pp\nIt goes on:\n.Sh EXIT STATUS\n",
        ".It 1\nnothing was probed\n.It 2\n",
        NULL,
    };
    expect_lines(help(yn_help_man, &probe), lines);
    static const char *const program_lines[] = {".Dt YONDER 1\n", ".It Xr yonder-probe 1\n",
                                                ".It Xr yonder-bare 1\nhave no options.\n", NULL};
    expect_lines(help(yn_help_man, NULL), program_lines);
}

static void completion_knows_every_command_and_option(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "probe) words='--help --quick --an-option-with-a-long-name' ;;",
        "bare) words='--help' ;;",
        "words='probe bare --help --version'",
        NULL,
    };
    capture c = capture_begin(stdout);
    yn_help_bash_completion();
    expect_lines(capture_end(&c), lines);
}

static void the_options_of_a_verb_come_first(void **state)
{
    (void)state;
    capture c = capture_begin(stdout);
    bool there = yn_help_verb(&verbal, "slowly");
    char *text = capture_end(&c);
    assert_true(there);
    assert_non_null(strstr(text, "Usage: yonder verbal slowly [OPTIONS] [FILE]\n"));
    const char *own = strstr(text, "Options of 'slowly':"), *other = strstr(text, "other verbs:");
    assert_true(own && other && own < strstr(text, "--an-option") &&
                strstr(text, "--an-option") < other && other < strstr(text, "--quick"));
    free(text);
    c = capture_begin(stdout);
    there = yn_help_verb(&verbal, "not") || yn_help_verb(&probe, "slowly");
    text = capture_end(&c);
    assert_false(there);
    assert_string_equal(text, "");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_options_of_a_verb_come_first),
        cmocka_unit_test(the_help_shows_every_row_of_the_table),
        cmocka_unit_test(the_page_escapes_what_mdoc_would_take_for_its_own),
        cmocka_unit_test(completion_knows_every_command_and_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
