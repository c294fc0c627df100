// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>

#include "cli/ask.h"
#include "cli/cli.h"

typedef struct options {
    const char *admin;
    bool json, unused;
    long limit;
} options;

static const yn_option option_table[] = {
    {0, "admin", YN_VALUE, "ADDR", offsetof(options, admin), YN_ADMIN_HELP, 0, 0, 0},
    {'u', "unused", YN_FLAG, NULL, offsetof(options, unused),
     "the rules that have answered nothing, in the order of their files", 0, 0, 0},
    {'n', "limit", YN_NUMBER, "N", offsetof(options, limit), "so many at most; 0 for all (100)",
     100, 0, UINT32_MAX},
    {0, "json", YN_FLAG, NULL, offsetof(options, json), "print one JSON document", 0, 0, 0},
    {0},
};

static void print_hits(const json_t *document)
{
    size_t i;
    json_t *line;
    json_array_foreach(json_object_get(document, "lines"), i, line)
        printf("%10" PRId64 "  %s  %s:%" PRId64 "\n", yn_ask_int(line, "hits"),
               yn_ask_str(line, "last_hit"), yn_ask_str(line, "file"), yn_ask_int(line, "line"));
    if (i == 0)
        printf("nothing was answered since %s\n", yn_ask_str(document, "since"));
}

static void print_unused(const json_t *document)
{
    size_t i;
    json_t *line;
    int64_t all = yn_ask_int(document, "unused");
    json_array_foreach(json_object_get(document, "lines"), i, line)
        printf("%s:%" PRId64 "\n", yn_ask_str(line, "file"), yn_ask_int(line, "line"));
    fprintf(stderr, "%" PRId64 " of %" PRId64 " rules have answered nothing since %s%s\n", all,
            yn_ask_int(document, "rules"), yn_ask_str(document, "since"),
            (int64_t)i < all ? "; --limit 0 shows all" : "");
}

static int run(const void *opaque, size_t argument_count, char **arguments)
{
    const options *o = opaque;
    char target[64];
    json_t *document;
    (void)argument_count, (void)arguments;
    snprintf(target, sizeof target, "/hits?limit=%ld%s", o->limit, o->unused ? "&unused=1" : "");
    if (o->json)
        return yn_ask_print("hits", o->admin, target);
    int code = yn_ask_json("hits", o->admin, target, &document);
    if (code)
        return code;
    if (o->unused)
        print_unused(document);
    else
        print_hits(document);
    json_decref(document);
    return YN_EXIT_OK;
}

static const yn_example examples[] = {
    {"yonder hits --admin /run/yonder/admin.sock", "the busiest rules: count, last time, line"},
    {"yonder hits --admin /run/yonder/admin.sock --unused --limit 0", "which rules nobody needs"},
    {NULL, NULL},
};

const yn_command yn_cmd_hits = {
    .name = "hits",
    .arguments = "",
    .summary = "tell which rules of a running server are used",
    .description =
        "Asks a server that was started with serve --admin how often each line of its rules has "
        "answered, and when last. The server counts from its start on. When it reads its rules "
        "anew, a "
        "rule keeps its count if it is still there: for the same hosts, with the same FROM and the "
        "same "
        "conditions, on whichever line and with whichever target.",
    .options = option_table,
    .options_size = sizeof(options),
    .run = run,
    .examples = examples,
};
