// SPDX-License-Identifier: MIT
// The option parser: GNU style, options and arguments in any order, "--" ends the options.
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/help.h"

typedef struct parse {
    const yn_command *command;
    char *values; // the command's struct of options
    char **arguments;
    size_t argument_count;
    bool help;
} parse;

int yn_usage_error(const char *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("yonder", stderr);
    if (command)
        fprintf(stderr, " %s", command);
    fputs(": ", stderr);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\nTry 'yonder %s%s--help'.\n", command ? command : "", command ? " " : "");
    return YN_EXIT_USAGE;
}

bool yn_option_among(const char *names, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = names; (at = strstr(at, name)); at += len)
        if (at > names && at[-1] == ' ' && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return false;
}

static const yn_option *find_long(const yn_command *command, const char *name, size_t len)
{
    for (const yn_option *o = command->options; o && o->name; o++)
        if (strlen(o->name) == len && memcmp(o->name, name, len) == 0)
            return o;
    return NULL;
}

static const yn_option *find_letter(const yn_command *command, char letter)
{
    for (const yn_option *o = command->options; o && o->name; o++)
        if (o->letter == letter)
            return o;
    return NULL;
}

static bool append(yn_list *list, const char *item)
{
    const char **items = realloc(list->items, (list->count + 1) * sizeof *items);
    if (!items)
        return false;
    list->items = items;
    list->items[list->count++] = item;
    return true;
}

static int set(parse *p, const yn_option *o, const char *value)
{
    void *variable = p->values + o->offset;
    switch (o->kind) {
    case YN_FLAG:
        *(bool *)variable = true;
        break;
    case YN_VALUE:
        *(const char **)variable = value;
        break;
    case YN_LIST:
        if (!append(variable, value)) {
            fputs("yonder: out of memory\n", stderr);
            return YN_EXIT_FAILED;
        }
        break;
    case YN_NUMBER: {
        char *end;
        errno = 0;
        long n = strtol(value, &end, 10);
        bool plain = yn_is_digit((unsigned char)*value) || *value == '-'; // no blank, no plus
        if (errno || !plain || end == value || *end || n < o->min || n > o->max)
            return yn_usage_error(p->command->name,
                                  "--%s takes a whole number from %ld to %ld, not '%s'", o->name,
                                  o->min, o->max, value);
        *(long *)variable = n;
    }
    }
    return YN_EXIT_OK;
}

// Both return how many words were taken, or 0 with *code set.
static int take_long(parse *p, char **word, int words, int *code)
{
    const char *name = word[0] + 2, *equals = strchr(name, '=');
    size_t len = equals ? (size_t)(equals - name) : strlen(name);
    if (strcmp(name, "help") == 0) {
        p->help = true;
        return 1;
    }
    const yn_option *o = find_long(p->command, name, len);
    if (!o)
        *code = yn_usage_error(p->command->name, "there is no option '--%.*s'", (int)len, name);
    else if (o->kind == YN_FLAG && equals)
        *code = yn_usage_error(p->command->name, "--%s takes no value", o->name);
    else if (o->kind != YN_FLAG && !equals && words < 2)
        *code = yn_usage_error(p->command->name, "--%s needs %s", o->name, o->argument);
    else
        *code = set(p, o, equals ? equals + 1 : word[1]);
    if (*code)
        return 0;
    return o->kind == YN_FLAG || equals ? 1 : 2;
}

static int take_letters(parse *p, char **word, int words, int *code)
{
    for (const char *letter = word[0] + 1; *letter; letter++) {
        const yn_option *o = find_letter(p->command, *letter);
        if (!o && *letter == 'h') {
            p->help = true;
            return 1;
        }
        if (!o) {
            *code = yn_usage_error(p->command->name, "there is no option '-%c'", *letter);
            return 0;
        }
        if (o->kind == YN_FLAG) {
            if ((*code = set(p, o, NULL)))
                return 0;
            continue;
        }
        if (!letter[1] && words < 2) {
            *code = yn_usage_error(p->command->name, "-%c needs %s", *letter, o->argument);
            return 0;
        }
        *code = set(p, o, letter[1] ? letter + 1 : word[1]);
        return *code ? 0 : letter[1] ? 1 : 2;
    }
    return 1;
}

static int parse_words(parse *p, int argc, char **argv)
{
    int code = YN_EXIT_OK;
    bool options_ended = false;
    for (int i = 0; i < argc;) {
        char *word = argv[i];
        if (options_ended || word[0] != '-' || !word[1]) {
            p->arguments[p->argument_count++] = word;
            i++;
        } else if (strcmp(word, "--") == 0) {
            options_ended = true;
            i++;
        } else {
            int taken = word[1] == '-' ? take_long(p, argv + i, argc - i, &code)
                                       : take_letters(p, argv + i, argc - i, &code);
            if (!taken)
                return code;
            i += taken;
        }
    }
    return YN_EXIT_OK;
}

static int run_parsed(const parse *p)
{
    const yn_command *c = p->command;
    if (p->help) {
        if (!p->argument_count || !yn_help_verb(c, p->arguments[0]))
            yn_help_command(c);
        return YN_EXIT_OK;
    }
    if (p->argument_count < c->min_arguments)
        return yn_usage_error(c->name, "%s is missing", c->arguments);
    if (p->argument_count > c->max_arguments)
        return yn_usage_error(c->name, "'%s' is one argument too many",
                              p->arguments[c->max_arguments]);
    return c->run(p->values, p->argument_count, p->arguments);
}

int yn_command_run(const yn_command *command, int argc, char **argv)
{
    parse p = {.command = command};
    p.values = calloc(1, command->options_size ? command->options_size : 1);
    p.arguments = calloc((size_t)argc + 1, sizeof *p.arguments);
    int code = YN_EXIT_FAILED;
    if (p.values && p.arguments) {
        for (const yn_option *o = command->options; o && o->name; o++)
            if (o->kind == YN_NUMBER)
                *(long *)(void *)(p.values + o->offset) = o->initial;
        code = parse_words(&p, argc, argv);
        if (code == YN_EXIT_OK)
            code = run_parsed(&p);
    } else {
        fputs("yonder: out of memory\n", stderr);
    }
    for (const yn_option *o = command->options; p.values && o && o->name; o++)
        if (o->kind == YN_LIST)
            free(((yn_list *)(void *)(p.values + o->offset))->items);
    free(p.values);
    free(p.arguments);
    return code;
}
