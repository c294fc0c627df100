// SPDX-License-Identifier: MIT
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum {
    width = 88,
    option_column = 28,
    term_column = 28,
    gap = 2
};

// Prints `text` in lines of at most `width`, each after the first indented; the cursor stands at
// column `at`. A paragraph break in the text stays one.
static void wrapped(const char *text, int indent, int at)
{
    while (*text) {
        size_t word = strcspn(text, " \n");
        if (at > indent && at + 1 + (int)word > width) {
            printf("\n%*s", indent, "");
            at = indent;
        } else if (at > indent) {
            putchar(' ');
            at++;
        }
        printf("%.*s", (int)word, text);
        at += (int)word;
        text += word;
        if (text[0] == '\n' && text[1] == '\n') {
            printf("\n\n%*s", indent, "");
            at = indent;
            text += 2;
        } else if (*text) {
            text++;
        }
    }
    putchar('\n');
}

static void option_row(char letter, const char *name, const char *argument, const char *help)
{
    char left[80];
    snprintf(left, sizeof left, "  %c%c%c --%s%s%s", letter ? '-' : ' ', letter ? letter : ' ',
             letter ? ',' : ' ', name, argument ? " " : "", argument ? argument : "");
    int at = printf("%s", left);
    if (at >= option_column)
        putchar('\n'), at = 0;
    printf("%*s", option_column - at, "");
    wrapped(help, option_column, option_column);
}

// A section without a title goes on with the one before. The text may be empty.
static void section(const yn_section *s)
{
    if (*s->title)
        printf("\n%s:\n", s->title);
    if (*s->text) {
        if (!*s->title)
            putchar('\n');
        printf("  ");
        wrapped(s->text, 2, 2);
    }
    for (const yn_term *t = s->terms; t && t->name; t++) {
        if (!*t->name)
            continue;
        int at = printf("    %s", t->name);
        if (at + gap > term_column)
            putchar('\n'), at = 0;
        printf("%*s", term_column - at, "");
        wrapped(t->meaning, term_column, term_column);
    }
}

// What each exit code means; NULL where that depends on the command.
static const char *const exit_codes[] = {
    "all well",
    NULL,
    "wrong usage or unreadable input",
    "the work could not be done: network, input or output",
};

static void exit_codes_of(const yn_command *c)
{
    puts("\nExit codes:");
    for (int i = 0; i < (int)(sizeof exit_codes / sizeof *exit_codes); i++) {
        const char *meaning = exit_codes[i] ? exit_codes[i] : c->negative;
        if (!meaning)
            continue;
        printf("  %d  ", i);
        wrapped(meaning, 5, 5);
    }
}

void yn_help_program(void)
{
    puts("Usage: yonder COMMAND [OPTIONS] [ARGUMENTS]\n\n"
         "Serves HTTP redirects, follows them as a given client would, and tells how each is\n"
         "understood.\n\n"
         "Commands:");
    for (const yn_command *const *c = yn_commands; *c; c++)
        printf("  %-10s %s\n", (*c)->name, (*c)->summary);
    puts("\n'yonder COMMAND --help' tells more. 'yonder --version' names the version.\n\n"
         "Exit codes: 0 all well; 1 a negative finding; 2 wrong usage or unreadable input;\n"
         "3 could not do the work.");
}

static void help_after_options(const yn_command *c)
{
    for (const yn_section *s = c->sections; s && s->title; s++)
        section(s);
    exit_codes_of(c);
    for (const yn_example *e = c->examples; e && e->command; e++) {
        if (e == c->examples)
            puts("\nExamples:");
        printf("  %s\n      %s\n", e->command, e->what);
    }
}

void yn_help_command(const yn_command *c)
{
    printf("Usage: yonder %s [OPTIONS]%s%s\n\n", c->name, *c->arguments ? " " : "", c->arguments);
    wrapped(c->description, 0, 0);
    puts("\nOptions:");
    for (const yn_option *o = c->options; o && o->name; o++)
        option_row(o->letter, o->name, o->argument, o->help);
    option_row(0, "help", NULL, "show this help");
    help_after_options(c);
}

// Its arguments, after those that are verbs.
static const char *arguments_of_verbs(const yn_command *c)
{
    const char *blank = strchr(c->arguments, ' ');
    return blank ? blank : "";
}

static size_t options_of(const yn_command *c, const char *verb, bool taken, bool print)
{
    size_t count = 0;
    for (const yn_option *o = c->options; o && o->name; o++) {
        if (c->takes(verb, o) != taken)
            continue;
        count++;
        if (print)
            option_row(o->letter, o->name, o->argument, o->help);
    }
    return count;
}

bool yn_help_verb(const yn_command *c, const char *verb)
{
    if (!c->takes || !options_of(c, verb, true, false))
        return false;
    printf("Usage: yonder %s %s [OPTIONS]%s\n\n", c->name, verb, arguments_of_verbs(c));
    wrapped(c->description, 0, 0);
    printf("\nOptions of '%s':\n", verb);
    options_of(c, verb, true, true);
    option_row(0, "help", NULL, "show this help");
    if (options_of(c, verb, false, false)) {
        puts("\nOptions of other verbs:");
        options_of(c, verb, false, true);
    }
    help_after_options(c);
    return true;
}

// ---- man pages ----------------------------------------------------------------------------------

// mdoc takes a leading dot or quote for a request, a backslash for an escape.
static void mdoc_text(const char *text)
{
    bool line_start = true;
    for (; *text; text++) {
        if (text[0] == '\n' && text[1] == '\n') {
            fputs("\n.Pp", stdout);
            text++;
            putchar('\n');
            line_start = true;
            continue;
        }
        if (line_start && (*text == '.' || *text == '\''))
            fputs("\\&", stdout);
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else
            putchar(*text);
        // mandoc asks for a new line after each sentence.
        line_start = false;
        if ((*text == '.' || *text == '?') && text[1] == ' ' && text[2] >= 'A' && text[2] <= 'Z') {
            putchar('\n');
            text++;
            line_start = true;
        }
    }
    putchar('\n');
}

static void man_head(const char *name, const char *summary)
{
    fputs(".\\\" Made from the program's tables; do not edit.\n.Dd November 22, 2026\n.Dt ",
          stdout);
    for (const char *c = name; *c; c++)
        putchar(yn_upper(*c));
    printf(" 1\n.Os\n.Sh NAME\n.Nm %s\n.Nd %s\n", name, summary);
}

// `negative` is what the exit code 1 means; NULL where there is none.
static void man_exit_status(const char *negative)
{
    puts(".Sh EXIT STATUS\n.Bl -tag -width 1n -compact");
    for (int i = 0; i < (int)(sizeof exit_codes / sizeof *exit_codes); i++) {
        const char *meaning = exit_codes[i] ? exit_codes[i] : negative;
        if (!meaning)
            continue;
        printf(".It %d\n", i);
        mdoc_text(meaning);
    }
    puts(".El");
}

static void man_section(const yn_section *s)
{
    if (*s->title) {
        fputs(".Sh ", stdout);
        for (const char *c = s->title; *c; c++)
            putchar(yn_upper(*c));
        putchar('\n');
    } else {
        puts(".Pp");
    }
    mdoc_text(s->text);
    if (!s->terms)
        return;
    puts(".Bl -tag -width Ds -compact -offset indent");
    for (const yn_term *t = s->terms; t->name; t++) {
        if (!*t->name)
            continue;
        printf(".It Cm %s\n", t->name);
        mdoc_text(t->meaning);
    }
    puts(".El");
}

static void man_program(void)
{
    man_head("yonder", "serve, follow and understand HTTP redirects");
    puts(".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar options\n.Op Ar arguments\n.Sh DESCRIPTION\n"
         ".Nm\nserves HTTP redirects, follows them as a given client would, and tells how each is\n"
         "understood.\n"
         "Each command has a page of its own.\n.Bl -tag -width Ds");
    for (const yn_command *const *c = yn_commands; *c; c++)
        printf(".It Xr yonder-%s 1\n%s.\n", (*c)->name, (*c)->summary);
    puts(".El\n.Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev NO_COLOR\n"
         "If set to anything but the empty string, output has no colour.\n"
         "Without it, colour appears on a terminal only.\n.El");
    man_exit_status("a negative finding, such as a loop; the page of each command tells which");
    puts(".Sh SEE ALSO\n.Xr yonder-rules 5");
}

void yn_help_man(const yn_command *c)
{
    if (!c) {
        man_program();
        return;
    }
    char name[64];
    snprintf(name, sizeof name, "yonder-%s", c->name);
    man_head(name, c->summary);
    printf(".Sh SYNOPSIS\n.Nm yonder %s\n.Op Ar options\n", c->name);
    if (*c->arguments)
        printf(".Ar %s\n", c->arguments);
    puts(".Sh DESCRIPTION");
    mdoc_text(c->description);
    puts(".Bl -tag -width Ds");
    for (const yn_option *o = c->options; o && o->name; o++) {
        fputs(".It ", stdout);
        if (o->letter)
            printf("Fl %c , ", o->letter);
        printf("Fl Fl %s%s%s\n", o->name, o->argument ? " Ar " : "",
               o->argument ? o->argument : "");
        mdoc_text(o->help);
    }
    puts(".It Fl Fl help\nshow a summary of the options\n.El");
    for (const yn_section *s = c->sections; s && s->title; s++)
        man_section(s);
    man_exit_status(c->negative);
    for (const yn_example *e = c->examples; e && e->command; e++) {
        puts(e == c->examples ? ".Sh EXAMPLES" : ".Pp");
        mdoc_text(e->what);
        puts(".Bd -literal -offset indent");
        mdoc_text(e->command);
        puts(".Ed");
    }
    puts(".Sh SEE ALSO\n.Xr yonder 1");
}

// ---- completion ---------------------------------------------------------------------------------

void yn_help_bash_completion(void)
{
    puts("# bash completion for yonder; made from the program's tables\n_yonder() {\n"
         "    local cur=${COMP_WORDS[COMP_CWORD]} words=\n    case ${COMP_WORDS[1]} in");
    for (const yn_command *const *c = yn_commands; *c; c++) {
        printf("    %s) words='--help", (*c)->name);
        for (const yn_option *o = (*c)->options; o && o->name; o++)
            printf(" --%s", o->name);
        puts("' ;;");
    }
    fputs("    esac\n    [ \"$COMP_CWORD\" -eq 1 ] && words='", stdout);
    for (const yn_command *const *c = yn_commands; *c; c++)
        printf("%s ", (*c)->name);
    puts("--help --version'\n    case $cur in\n"
         "    -*) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\") ;;\n"
         "    *) if [ \"$COMP_CWORD\" -eq 1 ]; then mapfile -t COMPREPLY < <(compgen -W \"$words\" "
         "-- "
         "\"$cur\"); else mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); fi ;;\n"
         "    esac\n}\ncomplete -o filenames -F _yonder yonder");
}
