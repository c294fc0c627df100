// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>

#include "cli/ask.h"
#include "cli/cli.h"

typedef struct options {
    const char *admin;
    bool json;
    long limit;
} options;

static const yn_option option_table[] = {
    {0, "admin", YN_VALUE, "ADDR", offsetof(options, admin), YN_ADMIN_HELP, 0, 0, 0},
    {'n', "limit", YN_NUMBER, "N", offsetof(options, limit), "so many at most; 0 for all (100)",
     100, 0, UINT32_MAX},
    {0, "json", YN_FLAG, NULL, offsetof(options, json), "print one JSON document", 0, 0, 0},
    {0},
};

static void print_misses(const json_t *document)
{
    size_t i;
    json_t *miss;
    json_array_foreach(json_object_get(document, "urls"), i, miss)
    {
        const json_t *near = json_object_get(miss, "near");
        bool cut = json_is_true(json_object_get(miss, "cut"));
        printf("%10" PRId64 "  %s  %s%s", yn_ask_int(miss, "count"), yn_ask_str(miss, "last"),
               yn_ask_str(miss, "url"), cut ? "…" : "");
        if (json_is_object(near))
            printf("  (%s is %s:%" PRId64 ")", yn_ask_str(near, "path"), yn_ask_str(near, "file"),
                   yn_ask_int(near, "line"));
        printf("\n");
    }
    if (i == 0)
        printf("nothing was missing since %s\n", yn_ask_str(document, "since"));
}

static int run(const void *opaque, size_t argument_count, char **arguments)
{
    const options *o = opaque;
    char target[64];
    json_t *document;
    (void)argument_count, (void)arguments;
    snprintf(target, sizeof target, "/misses?limit=%ld", o->limit);
    if (o->json)
        return yn_ask_print("misses", o->admin, target);
    int code = yn_ask_json("misses", o->admin, target, &document);
    if (code)
        return code;
    print_misses(document);
    json_decref(document);
    return YN_EXIT_OK;
}

static const yn_example examples[] = {
    {"yonder misses --admin /run/yonder/admin.sock", "what visitors look for and do not find"},
    {NULL, NULL},
};

const yn_command yn_cmd_misses = {
    .name = "misses",
    .arguments = "",
    .summary = "tell which URLs a running server has no rule for",
    .description = "Asks a server that was started with serve --admin for the URLs it answers most "
                   "often with 404, "
                   "without their queries. Where a rule would answer the same path but for a slash "
                   "at its end, or "
                   "for upper and lower case, it is shown beside.\n\n"
                   "The server keeps 512 URLs for each worker, and nothing of who asked. What is "
                   "asked for more "
                   "often than one request in 512 is surely among them; a count may be too high by "
                   "what --json "
                   "calls its error.",
    .options = option_table,
    .options_size = sizeof(options),
    .run = run,
    .examples = examples,
};
