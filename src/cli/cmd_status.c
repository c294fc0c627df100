// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>

#include "cli/ask.h"
#include "cli/cli.h"

typedef struct options {
    const char *admin;
    bool json;
} options;

static const yn_option option_table[] = {
    {0, "admin", YN_VALUE, "ADDR", offsetof(options, admin), YN_ADMIN_HELP, 0, 0, 0},
    {0, "json", YN_FLAG, NULL, offsetof(options, json), "print one JSON document", 0, 0, 0},
    {0},
};

// Members of an object that are not 0: "301 12, 404 3".
static void print_counts(const char *label, const json_t *counts)
{
    const char *name;
    json_t *value;
    const char *before = "";
    printf("%-13s", label);
    json_object_foreach((json_t *)counts, name, value)
    {
        if (!json_integer_value(value))
            continue;
        printf("%s%s %" PRId64, before, name, (int64_t)json_integer_value(value));
        before = ", ";
    }
    printf("%s\n", *before ? "" : "none");
}

static void print_latency(const json_t *latency)
{
    double half = json_number_value(json_object_get(latency, "p50"));
    double most = json_number_value(json_object_get(latency, "p99"));
    printf("%-13s", "latency");
    if (half >= 0 && most >= 0)
        printf("half within %g ms, 99 %% within %g ms\n", half, most);
    else
        printf("more than 10 s for some\n");
}

static void print_sites(const json_t *sites)
{
    size_t i;
    json_t *site;
    json_array_foreach(sites, i, site)
    {
        int64_t n = yn_ask_int(site, "requests");
        const char *name = yn_ask_str(site, "site");
        if (n)
            printf("%-13s%s %" PRId64 "\n", i ? "" : "sites", *name ? name : "(other hosts)", n);
    }
}

static void print_status(const json_t *s)
{
    const json_t *events = json_object_get(s, "events");
    printf("%-13s%s since %s, process %" PRId64 ", version %s\n", "server", yn_ask_str(s, "state"),
           yn_ask_str(s, "started"), yn_ask_int(s, "pid"), yn_ask_str(s, "version"));
    printf("%-13s%" PRId64 " live since %s, %" PRId64 " bytes\n", "rules", yn_ask_int(s, "rules"),
           yn_ask_str(s, "rules_loaded"), yn_ask_int(s, "rules_bytes"));
    printf("%-13s%" PRId64 " good, %" PRId64 " refused\n", "reloads", yn_ask_int(s, "reloads"),
           yn_ask_int(s, "reloads_failed"));
    printf("%-13s%" PRId64 " open, %" PRId64 " in all, %" PRId64 " shed, %" PRId64 " workers\n",
           "connections", yn_ask_int(s, "connections"), yn_ask_int(events, "connections_accepted"),
           yn_ask_int(events, "connections_shed"), yn_ask_int(s, "workers"));
    if (yn_ask_int(s, "certificates"))
        printf("%-13s%" PRId64 " certificates; handshakes: %" PRId64 " full, %" PRId64
               " resumed, %" PRId64 " failed\n",
               "TLS", yn_ask_int(s, "certificates"), yn_ask_int(events, "tls_handshakes_full"),
               yn_ask_int(events, "tls_handshakes_resumed"),
               yn_ask_int(events, "tls_handshakes_failed"));
    printf("%-13s%" PRId64 ", of which refused %" PRId64 "\n", "requests",
           yn_ask_int(s, "requests"), yn_ask_int(events, "requests_refused"));
    print_counts("statuses", json_object_get(s, "statuses"));
    print_counts("answered by", json_object_get(s, "causes"));
    print_latency(json_object_get(s, "latency_ms_at_most"));
    if (yn_ask_int(s, "log_lines_lost"))
        printf("%-13s%" PRId64 " lines lost\n", "access log", yn_ask_int(s, "log_lines_lost"));
    printf("%-13s%" PRId64 " MB\n", "memory", yn_ask_int(s, "resident_bytes") >> 20);
    print_sites(json_object_get(s, "sites"));
}

static int run(const void *opaque, size_t argument_count, char **arguments)
{
    const options *o = opaque;
    json_t *status;
    (void)argument_count, (void)arguments;
    if (o->json)
        return yn_ask_print("status", o->admin, "/status");
    int code = yn_ask_json("status", o->admin, "/status", &status);
    if (code)
        return code;
    print_status(status);
    json_decref(status);
    return YN_EXIT_OK;
}

static const yn_example examples[] = {
    {"yonder status --admin /run/yonder/admin.sock", "what the server is doing"},
    {"yonder status --admin 127.0.0.1:8081 --json", "the same for a program"},
    {NULL, NULL},
};

const yn_command yn_cmd_status = {
    .name = "status",
    .arguments = "",
    .summary = "tell what a running server is doing",
    .description =
        "Asks a server that was started with serve --admin: its rules, connections and requests by "
        "status, by what answered and by host.\n\n"
        "Latency counts from a request's first byte until its answer is with the kernel. It is "
        "told "
        "as the ends of spans, and no finer than a turn of the server's loop.",
    .options = option_table,
    .options_size = sizeof(options),
    .run = run,
    .examples = examples,
};
