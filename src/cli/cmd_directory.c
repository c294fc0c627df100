// SPDX-License-Identifier: MIT
#include <stdint.h>

#include "base/text.h"
#include "cli/directory_verbs.h"

static const struct {
    const char *name;
    yn_directory_verb *run;
} verbs[] = {
    {"serve", yn_directory_serve},
};

static int run(const void *values, size_t argument_count, char **arguments)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(arguments[0], verbs[i].name) == 0)
            return verbs[i].run(values, argument_count - 1, arguments + 1);
    return yn_usage_error("directory", "'%s' is not serve", arguments[0]);
}

#define AT(member) offsetof(yn_directory_options, member)

static const yn_option options[] = {
    {0, "db", YN_VALUE, "FILE", AT(db),
     "the database, which is made where it is not there; always needed", 0, 0, 0},
    {0, "signing-key", YN_VALUE, "FILE", AT(signing_key),
     "the Ed25519 key that versions are signed with, in PEM; made where it is not there (default: "
     "beside the database, FILE.key)",
     0, 0, 0},
    {0, "cacert", YN_VALUE, "FILE", AT(ca_file),
     "trust the certificates in this file (PEM) beside those of the system", 0, 0, 0},
    {0, "resolve", YN_LIST, "HOST:PORT:ADDRESS", AT(resolve),
     "use this address for a host and port and ask no name server", 0, 0, 0},
    {0, "connect-to", YN_LIST, "HOST1:PORT1:HOST2:PORT2", AT(connect_to),
     "connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part stands for any, or for "
     "no change",
     0, 0, 0},
    YN_DIRECTORY_SERVE_OPTIONS(yn_directory_options, serve),
    {0},
};

static const yn_example examples[] = {
    {"yonder directory serve --db list.db", "serves on http://127.0.0.1:8080/"},
    {0},
};

const yn_command yn_cmd_directory = {
    .name = "directory",
    .arguments = "VERB",
    .summary = "keep a preload list that domains submit to",
    .description = "Keeps a list of domains that are reached over HTTPS alone: checks what is "
                   "submitted, watches members, publishes numbered and signed versions.\n\n"
                   "serve answers HTTP: a page for people, and the API of the browsers' own list "
                   "under /api/v2. SIGTERM and SIGINT end it after what is under way.",
    .options = options,
    .options_size = sizeof(yn_directory_options),
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .run = run,
    .examples = examples,
};
