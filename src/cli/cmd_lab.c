// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "lab/lab.h"
#include "lab/report.h"

typedef struct options {
    yn_list listen;
    const char *domain;
    const char *ca;
    const char *report;
    bool list;
    bool json;
} options;

#define AT(member) offsetof(options, member)

static const yn_option option_table[] = {
    {'l', "listen", YN_LIST, "ADDR:PORT", AT(listen),
     "listen there (127.0.0.1:8307); given a second time, there is the other origin (the next "
     "port, "
     "or any free one); port 0 for any free one",
     0, 0, 0},
    {0, "name", YN_VALUE, "DOMAIN", AT(domain),
     "the names below DOMAIN are the lab's, and have to lead to it (lab.test)", 0, 0, 0},
    {0, "ca", YN_VALUE, "FOLDER", AT(ca),
     "write the certificate of the throw-away authority to FOLDER/ca.pem; it is at /ca.pem, too", 0,
     0, 0},
    {0, "report", YN_VALUE, "FILE", AT(report),
     "write the report at the end to FILE, as one JSON document if its name ends in .json (text on "
     "standard output)",
     0, 0, 0},
    {0, "list", YN_FLAG, NULL, AT(list), "list the cases, and serve nothing", 0, 0, 0},
    {0, "json", YN_FLAG, NULL, AT(json), "with --list, as JSON", 0, 0, 0},
    {0},
};

static int list(const options *o, const char *domain)
{
    const yn_lab_site site = {.domain = domain, .port = 8307, .other_port = 8308};
    yn_buf out = yn_buf_make(YN_LAB_REPORT_MAX, NULL);
    if (o->json)
        yn_lab_report_cases(&out, &site, yonder_text_of("run"), yonder_text_of("127.0.0.1"));
    else
        yn_lab_report_list(&out);
    if (!out.error)
        (void)fwrite(out.ptr, 1, out.len, stdout); // main() reports a failure
    int code = out.error ? YN_EXIT_FAILED : YN_EXIT_OK;
    yn_buf_free(&out);
    return code;
}

// Any free port on the address of `text`.
static bool beside(const char *text, yn_address *out)
{
    char other[YN_ADDRESS_TEXT];
    const char *colon = strrchr(text, ':');
    int n = colon ? snprintf(other, sizeof other, "%.*s:0", (int)(colon - text), text) : -1;
    return n > 0 && (size_t)n < sizeof other && yn_address_parse(out, yonder_text_of(other));
}

static int run(const void *values, size_t argument_count, char **arguments)
{
    (void)argument_count;
    (void)arguments;
    const options *o = values;
    yn_lab_options lab = {
        .domain = o->domain ? o->domain : "lab.test", .ca_folder = o->ca, .report = o->report};
    if (o->list)
        return list(o, lab.domain);
    if (o->json)
        return yn_usage_error("lab", "--json goes with --list");
    if (o->listen.count > YN_LAB_PORTS)
        return yn_usage_error("lab", "--listen is taken twice at most: the other origin is one");
    for (size_t i = 0; i < YN_LAB_PORTS; i++) {
        static const char *const standard[] = {"127.0.0.1:8307", "127.0.0.1:8308"};
        const char *text = i < o->listen.count ? o->listen.items[i] : standard[i];
        bool ok = i == 1 && o->listen.count == 1
                      ? beside(o->listen.items[0], &lab.listen[i])
                      : yn_address_parse(&lab.listen[i], yonder_text_of(text));
        if (!ok)
            return yn_usage_error("lab", "--listen takes ADDR:PORT, not '%s'", text);
    }
    return yn_lab_serve(&lab) ? YN_EXIT_OK : YN_EXIT_FAILED;
}

static const yn_example examples[] = {
    {"yonder lab --ca build/lab", "serve; http://127.0.0.1:8307/ tells how to go on"},
    {"curl -sL http://127.0.0.1:8307/mine/status-301-get/start", "walk one case in the run 'mine'"},
    {"curl http://127.0.0.1:8307/mine/report", "what came of it"},
    {"yonder lab --list", "the cases"},
    {NULL, NULL},
};

const yn_command yn_cmd_lab = {
    .name = "lab",
    .arguments = "",
    .summary = "serve every redirect case and grade the client that walks them",
    .description =
        "For authors of HTTP clients. Each case is a URL; let your client request it and follow "
        "what it gets. The lab notes every request, and tells for each case what the client did, "
        "what the standard asks, whether that is the same, and which of the clients that yonder "
        "knows would have made the same requests.\n\n"
        "Walks are kept apart by run, a name that you choose, the first part of every path: make "
        "up a fresh one for each walk. /RUN/cases.json lists the cases with the requests to make, "
        "for a program to walk them; /RUN/report and /RUN/report.json are the report.\n\n"
        "A case has one visit or several, to be made in order by a client that keeps its cache and "
        "its known HSTS hosts from one to the next. Some cases need names below DOMAIN that lead "
        "to the lab, some a client that trusts its authority, which is made anew each time; "
        "\"needs\" tells. Each port speaks plain HTTP and TLS, so that an address which HSTS "
        "turned "
        "into https is answered.\n\n"
        "A fragment never reaches a server, so what becomes of it cannot be graded; that it is not "
        "sent, is. SIGINT or SIGTERM ends the lab, which then writes the report: as JSON, "
        "{\"schema\", \"dropped\", \"runs\"}, each run as in /RUN/report.json. The last 64 runs "
        "are "
        "kept, and \"dropped\" counts those before.\n\n"
        "Besides pass, differs and fail there is not_begun: the first request was not the one that "
        "the case asks for, so that nothing can be said of the client.",
    .options = option_table,
    .options_size = sizeof(options),
    .run = run,
    .examples = examples,
};
