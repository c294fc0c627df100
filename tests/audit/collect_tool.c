// SPDX-License-Identifier: MIT
// collect_tool [--cacert FILE] [--resolve R]… [--connect-to C]… [--subdomain S]… [--at-once N]
//              [--per-address N] [--request-ms N] [--domain-ms N] [--public-only] [--quiet]
//              [DOMAIN…]
// Collects evidence, and prints it as saved.h has it, a line a domain, in order. Without a domain
// they are read from stdin, one a line. With --quiet, "DOMAIN VISITS STATUS" is printed instead.
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/many.h"
#include "audit/saved.h"
#include "base/text.h"

typedef struct tool {
    char **domains;
    bool quiet;
} tool;

static atomic_bool stop;

static void on_signal(int number)
{
    (void)number;
    atomic_store(&stop, true);
}

static yn_many_input next(void *context, yn_buf *domain)
{
    tool *t = context;
    char line[4096];
    if (t->domains) {
        if (!*t->domains)
            return YN_MANY_END;
        yn_buf_str(domain, *t->domains++);
        return YN_MANY_GIVEN;
    }
    if (!fgets(line, sizeof line, stdin))
        return YN_MANY_END;
    yn_buf_put(domain, yn_trim(yonder_text_of(line), "\n"));
    return YN_MANY_GIVEN;
}

static void *make(void *context, yn_audit *audit, yn_arena *arena)
{
    tool *t = context;
    yn_buf out = yn_buf_make(YN_SAVED_MAX, NULL);
    (void)arena;
    if (t->quiet)
        yn_buf_printf(&out, "%.*s %zu %d", YN_PRINT(audit->domain), audit->visit_count,
                      audit->visit_count ? audit->visits[0].response.status : 0);
    else
        yn_saved_write(audit, &out);
    yn_buf_str(&out, "\n");
    yn_buf_char(&out, '\0');
    return out.ptr;
}

static bool take(void *context, void *result)
{
    (void)context;
    bool ok = fputs(result, stdout) >= 0;
    free(result);
    return ok;
}

static void drop(void *context, void *result)
{
    (void)context;
    free(result);
}

int main(int argc, char **argv)
{
    static const struct option names[] = {
        {"cacert", 1, NULL, 'c'},     {"resolve", 1, NULL, 'r'},      {"connect-to", 1, NULL, 't'},
        {"subdomain", 1, NULL, 's'},  {"at-once", 1, NULL, 'n'},      {"per-address", 1, NULL, 'p'},
        {"request-ms", 1, NULL, 'q'}, {"domain-ms", 1, NULL, 'd'},    {"public-only", 0, NULL, 'o'},
        {"quiet", 0, NULL, 'z'},      {"max-requests", 1, NULL, 'm'}, {0}};
    const char *lists[3][64];
    yn_collect_options o = {.resolve = lists[0], .connect_to = lists[1], .subdomains = lists[2]};
    yn_many_options many = {0};
    tool t = {0};
    for (int c; (c = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        if (c == 'c')
            o.ca_file = optarg;
        else if (c == 'r' && o.resolve_count < 64)
            lists[0][o.resolve_count++] = optarg;
        else if (c == 't' && o.connect_to_count < 64)
            lists[1][o.connect_to_count++] = optarg;
        else if (c == 's' && o.subdomain_count < 64)
            lists[2][o.subdomain_count++] = optarg;
        else if (c == 'n')
            many.at_once = strtoul(optarg, NULL, 10);
        else if (c == 'p')
            many.per_address = strtoul(optarg, NULL, 10);
        else if (c == 'q')
            o.request_ms = strtol(optarg, NULL, 10);
        else if (c == 'd')
            o.domain_ms = strtol(optarg, NULL, 10);
        else if (c == 'm')
            o.max_requests = (unsigned)strtoul(optarg, NULL, 10);
        else if (c == 'o')
            o.public_only = true;
        else if (c == 'z')
            t.quiet = true;
        else
            return 2;
    }
    t.domains = optind < argc ? argv + optind : NULL;
    yn_buf message = yn_buf_make(4096, NULL);
    yn_collector *collector = yn_collector_new(&o, &message);
    if (!collector) {
        (void)fprintf(stderr, "%.*s\n", YN_PRINT(yn_buf_text(&message)));
        return 2;
    }
    (void)signal(SIGINT, on_signal);
    const yn_many_work work = {next, make, take, drop, &t};
    yn_many_progress progress = {0};
    int error = yn_many_run(collector, &many, &work, &progress, &stop);
    (void)fprintf(stderr, "read %zu, finished %zu, taken %zu\n", atomic_load(&progress.read),
                  atomic_load(&progress.finished), atomic_load(&progress.taken));
    yn_collector_free(collector);
    yn_buf_free(&message);
    return error ? 3 : 0;
}
