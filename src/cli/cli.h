// SPDX-License-Identifier: MIT
// A subcommand is a file cmd_<name>.c that exports one yn_command; main.c lists them. The option
// table is read by the parser, --help, the man page and the shell completion alike.
#ifndef YN_CLI_CLI_H
#define YN_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

enum {
    YN_EXIT_OK = 0,       /**< all well */
    YN_EXIT_NEGATIVE = 1, /**< a negative finding: a loop, a failed check, no match */
    YN_EXIT_USAGE = 2,    /**< wrong usage or unreadable input */
    YN_EXIT_FAILED = 3,   /**< could not do the work: network, I/O */
};

typedef enum yn_option_kind {
    YN_FLAG,   /**< sets a bool */
    YN_VALUE,  /**< sets a const char * */
    YN_NUMBER, /**< sets a long */
    YN_LIST,   /**< may be repeated; appends to a yn_list */
} yn_option_kind;

typedef struct yn_list {
    const char **items;
    size_t count;
} yn_list;

typedef struct yn_option {
    char letter;      /**< 0 for none */
    const char *name; /**< without the dashes */
    yn_option_kind kind;
    const char *argument;   /**< what --help calls the value; NULL for a flag */
    size_t offset;          /**< of the variable, in the command's struct of options */
    const char *help;       /**< a sentence, in lower case and without a full stop */
    long initial, min, max; /**< of a YN_NUMBER */
} yn_option;

typedef struct yn_example {
    const char *command;
    const char *what;
} yn_example;

/** A word and what it stands for: a member, a code. */
typedef struct yn_term {
    const char *name; /**< a row whose name is "" is left out */
    const char *meaning;
} yn_term;

/** More to say than the description: a section of the page, and of --help. */
typedef struct yn_section {
    const char *title;    /**< "Machine output"; "" to go on with the section before */
    const char *text;     /**< paragraphs, as those of a description */
    const yn_term *terms; /**< a list below the text, ended by a row whose name is NULL; or NULL */
} yn_section;

typedef struct yn_command {
    const char *name;
    const char *arguments;    /**< "URL", "FILE…" */
    const char *summary;      /**< one line, in lower case and without a full stop */
    const char *description;  /**< paragraphs, separated by an empty line */
    const yn_option *options; /**< ends with a row whose name is NULL */
    size_t options_size;      /**< of the struct of options */
    size_t min_arguments, max_arguments;
    /** `options` points at the filled struct. Returns an exit code. */
    int (*run)(const void *options, size_t argument_count, char **arguments);
    const yn_example *examples; /**< ends with a row whose command is NULL; may be NULL */
    const yn_section *sections; /**< ends with a row whose title is NULL; may be NULL */
    const char *negative;       /**< when the exit code is 1, as options' help; NULL for never */
    /** Whether the verb, the first argument, takes the option; false for all where there is no such
     *  verb. NULL where the command has no verbs. */
    bool (*takes)(const char *verb, const yn_option *option);
} yn_command;

/** The rows of main.c, ended by NULL. */
extern const yn_command *const yn_commands[];

/** The command of that name, or NULL. */
const yn_command *yn_command_find(const char *name);

/** Parses argv (past the command's name) and runs the command. Returns its exit code. */
int yn_command_run(const yn_command *command, int argc, char **argv);

/** Whether `name` is one of `names`, each of which has a blank before it. */
bool yn_option_among(const char *names, const char *name);

/** Says on stderr what is wrong with the call and where the help is; returns YN_EXIT_USAGE. */
int yn_usage_error(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
