// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/codes.h"
#include "cli/colour.h"
#include "cli/hsts_file.h"
#include "cli/preload_file.h"
#include "cli/trace_input.h"
#include "core/client.h"
#include "report/compare.h"
#include "report/json.h"
#include "report/terminal.h"
#include "trace/chain.h"

enum {
    connect_ms = 10000,
    output_max = 1 << 28,
    body_max = 1 << 28,
    message_max = 1 << 16,
    max_visits = 1000,
};

typedef struct trace_options {
    const char *as;
    bool all;
    const char *method;
    yn_list data;
    yn_list headers;
    const char *ca_file;
    bool insecure;
    yn_list resolve;
    yn_list connect_to;
    long max_hops;
    long timeout;
    const char *state;
    const char *preload;
    bool https_first;
    bool refresh;
    long visits;
    bool json;
    const char *color;
} trace_options;

// What the options amount to; views of it make the plan.
typedef struct input {
    yonder_url url;
    yn_given_field *given;
    yn_buf body;
    const yonder_client *client;
    yn_colour colour;
    yn_hsts_file hosts;
    yn_preload_file preload;
} input;

static int unknown_client(const char *name)
{
    yn_buf names = yn_buf_make(4096, NULL);
    for (size_t i = 0; yonder_client_at(i); i++)
        yn_buf_printf(&names, "%s%s", i ? ", " : "", yonder_client_name(yonder_client_at(i)));
    yn_buf_char(&names, '\0');
    int code = yn_usage_error("trace", "there is no client '%s' (there are: %s)", name,
                              names.error ? "" : names.ptr);
    yn_buf_free(&names);
    return code;
}

// What a client has no use for is asked of it by mistake.
static int check_memory(const trace_options *o, const yonder_client *client)
{
    const char *option = NULL;
    const char *lacks = "keeps no HSTS hosts";
    bool hsts = yonder_hsts_supported(client) != YONDER_HSTS_NEVER;
    if (o->state && !hsts)
        option = "state";
    if (o->preload && (!hsts || client->hsts.preload == YN_HSTS_PRELOAD_NONE)) {
        option = "preload";
        lacks = "has no preload list";
    }
    if (o->https_first && !client->internal.tries_https) {
        option = "https-first";
        lacks = "never tries https by itself";
    }
    if (o->refresh && client->refreshing == YN_REFRESH_IGNORED) {
        option = "refresh";
        lacks = "shows no pages";
    }
    if (!option)
        return YN_EXIT_OK;
    return yn_usage_error("trace", "--%s: %s %s", option, yonder_client_name(client), lacks);
}

static int read_client(const trace_options *o, input *in)
{
    const char *as = o->as ? o->as : "chrome";
    if (o->all && o->as)
        return yn_usage_error("trace", "--all is every client, so there is no --as beside it");
    if (o->all && o->visits > 1)
        return yn_usage_error("trace",
                              "--all compares one visit, so there is no --visits beside it");
    in->client = yonder_client_find(yonder_text_of(as));
    if (!in->client)
        return unknown_client(as);
    return o->all ? YN_EXIT_OK : check_memory(o, in->client);
}

// Everything that can be wrong with the call is found here, before a packet is sent.
static int read_input(const trace_options *o, const char *url, input *in)
{
    if (o->method && !yn_is_token(yonder_text_of(o->method)))
        return yn_usage_error("trace", "'%s' is not a method", o->method);
    int code = yn_choose_colour("trace", o->color, &in->colour);
    if (!code)
        code = read_client(o, in);
    if (!code)
        code = yn_trace_check_resolve("trace", &o->resolve);
    if (!code)
        code = yn_trace_check_connect_to(&o->connect_to);
    if (!code)
        code = yn_trace_fields(&o->headers, &in->given);
    if (!code)
        code = yn_trace_body(&o->data, &in->body);
    if (!code)
        code = yn_trace_url(url, in->client, &in->url);
    if (!code)
        code = yn_hsts_file_open(&in->hosts, o->state, false, in->client, time(NULL));
    if (!code && o->preload)
        code = yn_preload_file_open(&in->preload, o->preload);
    return code;
}

static void free_input(input *in)
{
    yonder_url_free(&in->url, NULL);
    yn_buf_free(&in->body);
    free(in->given);
    yn_hsts_file_close(&in->hosts);
    if (in->preload.set)
        yn_preload_file_close(&in->preload);
}

static int64_t time_of_day(void *context)
{
    (void)context;
    return time(NULL);
}

static yn_plan make_plan(const trace_options *o, const input *in, yn_profile *profile)
{
    bool has_body = o->data.count > 0;
    const char *method = o->method ? o->method : has_body ? "POST" : "GET";
    return (yn_plan){
        .client = in->client,
        .url = &in->url,
        .method = yonder_text_of(method),
        .method_is_custom = o->method != NULL,
        .has_body = has_body,
        .body = yn_buf_text(&in->body),
        .given = in->given,
        .given_count = o->headers.count,
        .max_redirects = o->max_hops,
        .follow_refresh = o->refresh,
        .profile = profile,
        .now = time_of_day,
    };
}

static int verdict_code(const yn_chain *visits, size_t count)
{
    int worst = YN_EXIT_OK;
    for (size_t i = 0; i < count; i++) {
        int code = visits[i].outcome == YN_OUTCOME_FINAL ? YN_EXIT_OK
                   : yn_chain_network_failed(&visits[i]) ? YN_EXIT_FAILED
                                                         : YN_EXIT_NEGATIVE;
        if (code > worst)
            worst = code;
    }
    return worst;
}

// Of several visits, or of one as every client.
static int report(const trace_options *o, const input *in, const yn_chain *chains, size_t count)
{
    yn_buf out = yn_buf_make(output_max, NULL);
    yn_style style = yn_style_for(stdout, in->colour);
    const yn_comparison comparison = o->all ? yn_compare(chains, count) : (yn_comparison){0};
    if (o->json) {
        if (o->all)
            yn_compare_json(&out, &comparison);
        else
            yn_report_json(&out, chains, count);
        yn_buf_char(&out, '\n');
    } else if (o->all) {
        yn_compare_text(&out, &comparison, &style);
    } else {
        yn_report_terminal(&out, chains, count, &style);
    }
    int code = verdict_code(chains, count);
    if (out.error) {
        fprintf(stderr, "yonder: %s\n", yonder_strerror(out.error));
        code = YN_EXIT_FAILED;
    } else {
        (void)fwrite(out.ptr, 1, out.len, stdout); // main() reports a failure
    }
    yn_buf_free(&out);
    return code;
}

static yn_fetcher *make_fetcher(const trace_options *o)
{
    const yn_fetch_options reach = {
        .ca_file = o->ca_file,
        .insecure = o->insecure,
        .resolve = o->resolve.items,
        .resolve_count = o->resolve.count,
        .connect_to = o->connect_to.items,
        .connect_to_count = o->connect_to.count,
        .connect_ms = connect_ms,
        .total_ms = o->timeout * 1000,
    };
    yn_buf message = yn_buf_make(message_max, NULL);
    yn_fetcher *fetcher = yn_fetcher_new(&reach, &message);
    if (!fetcher)
        fprintf(stderr, "yonder trace: %.*s\n", YN_PRINT(yn_buf_text(&message)));
    yn_buf_free(&message);
    return fetcher;
}

// Visits so often as was asked for, with one memory. `*made` tells how many chains there are.
static int visit(const trace_options *o, const input *in, yn_fetcher *fetcher, yn_chain *visits,
                 size_t *made)
{
    yn_profile profile;
    int error = yn_profile_make(&profile, NULL);
    if (error)
        return error;
    bool hosts = o->state || yonder_hsts_supported(in->client) == YONDER_HSTS_ALWAYS;
    profile.hsts = hosts ? in->hosts.store : NULL;
    profile.preload = in->preload.set;
    profile.https_first = o->https_first;
    const yn_plan plan = make_plan(o, in, &profile);
    for (*made = 0; !error && *made < (size_t)o->visits; *made += !error)
        error = yn_chain_follow(&visits[*made], &plan, yn_fetch, fetcher, NULL);
    yn_profile_free(&profile);
    return error;
}

static int trace(const trace_options *o, const input *in)
{
    size_t made = 0;
    yn_chain *visits = calloc((size_t)o->visits, sizeof *visits);
    yn_fetcher *fetcher = make_fetcher(o);
    if (!fetcher) {
        free(visits);
        return o->ca_file ? YN_EXIT_USAGE : YN_EXIT_FAILED;
    }
    int error = visits ? visit(o, in, fetcher, visits, &made) : YONDER_NO_MEMORY;
    int code = YN_EXIT_FAILED;
    if (error)
        fprintf(stderr, "yonder trace: %s\n", yonder_strerror(error));
    else
        code = report(o, in, visits, made);
    int saved = yn_hsts_file_save(&in->hosts); // what was learnt was learnt
    for (size_t i = 0; i < made; i++)
        yn_chain_free(&visits[i]);
    free(visits);
    yn_fetcher_free(fetcher);
    return saved > code ? saved : code;
}

// ---- as every client ----------------------------------------------------------------------------

// A client of all: the options are the same, its reading of the URL and its memory are its own.
static int begin_client(const input *common, const yonder_client *client, const char *url,
                        input *out)
{
    *out = *common;
    out->client = client;
    out->url = (yonder_url){0};
    out->hosts = (yn_hsts_file){0};
    int code = yn_trace_url(url, client, &out->url);
    if (code)
        return code;
    int error = yn_hsts_file_read_as(&common->hosts, client, time(NULL), &out->hosts.store);
    if (!error)
        return YN_EXIT_OK;
    fprintf(stderr, "yonder trace: %s\n", yonder_strerror(error));
    return YN_EXIT_FAILED;
}

static int follow_client(const trace_options *o, const input *in, yn_chain *chain, size_t *made)
{
    yn_fetcher *fetcher = make_fetcher(o); // no client uses the connections of another
    if (!fetcher)
        return o->ca_file ? YN_EXIT_USAGE : YN_EXIT_FAILED;
    int error = visit(o, in, fetcher, chain, made);
    yn_fetcher_free(fetcher);
    if (error)
        fprintf(stderr, "yonder trace: %s\n", yonder_strerror(error));
    return error ? YN_EXIT_FAILED : YN_EXIT_OK;
}

static int trace_all(const trace_options *o, const input *common, const char *url)
{
    input each[YN_COMPARE_MAX];
    yn_chain chains[YN_COMPARE_MAX];
    const yonder_client *client;
    size_t begun = 0, count = 0;
    int code = YN_EXIT_OK;
    while (!code && begun < YN_COMPARE_MAX && (client = yonder_client_at(begun)))
        code = begin_client(common, client, url, &each[begun++]);
    while (!code && count < begun) {
        size_t made = 0;
        code = follow_client(o, &each[count], &chains[count], &made);
        count += made;
    }
    if (!code)
        code = report(o, common, chains, count);
    for (size_t i = 0; i < count; i++)
        yn_chain_free(&chains[i]);
    for (size_t i = 0; i < begun; i++) {
        yonder_url_free(&each[i].url, NULL);
        yonder_hsts_free(each[i].hosts.store);
    }
    return code;
}

static int run(const void *values, size_t argument_count, char **arguments)
{
    (void)argument_count;
    const trace_options *o = values;
    input in = {.body = yn_buf_make(body_max, NULL)};
    int code = read_input(o, arguments[0], &in);
    if (!code)
        code = o->all ? trace_all(o, &in, arguments[0]) : trace(o, &in);
    free_input(&in);
    return code;
}

#define AT(member) offsetof(trace_options, member)

static const yn_option options[] = {
    {0, "as", YN_VALUE, "CLIENT", AT(as),
     "follow as this client does: its statuses, methods, limit and header fields (default: chrome)",
     0, 0, 0},
    {0, "all", YN_FLAG, NULL, AT(all),
     "follow as every client, one after the other, and tell where they part; nothing is written "
     "to --state",
     0, 0, 0},
    {'X', "request", YN_VALUE, "METHOD", AT(method),
     "the method of the first request (default: GET, or POST with --data)", 0, 0, 0},
    {'d', "data", YN_LIST, "DATA", AT(data),
     "send a body; @FILE sends a file's bytes as they are, @- standard input; several are joined "
     "by '&'",
     0, 0, 0},
    {'H', "header", YN_LIST, "LINE", AT(headers),
     "send a header field \"Name: value\", in place of the client's own of that name; \"Name:\" "
     "leaves it out, \"Name;\" sends it empty",
     0, 0, 0},
    {0, "cacert", YN_VALUE, "FILE", AT(ca_file),
     "trust the certificates in this file (PEM) beside those of the system", 0, 0, 0},
    {'k', "insecure", YN_FLAG, NULL, AT(insecure),
     "go on where a certificate is not valid, as no browser does by itself; HSTS is not learnt "
     "from "
     "such an answer, and it is not kept in the cache",
     0, 0, 0},
    {0, "resolve", YN_LIST, "HOST:PORT:ADDRESS", AT(resolve),
     "use this address for a host and port and ask no name server", 0, 0, 0},
    {0, "connect-to", YN_LIST, "HOST1:PORT1:HOST2:PORT2", AT(connect_to),
     "connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part stands for any, or for "
     "no change",
     0, 0, 0},
    {0, "max-hops", YN_NUMBER, "N", AT(max_hops),
     "follow at most N redirects, whatever the client's own limit", YN_CLIENT_LIMIT, 0, 100000},
    {0, "timeout", YN_NUMBER, "SECONDS", AT(timeout),
     "how long one hop may take (default: 30); to connect it has 10 of them", 30, 1, 86400},
    {0, "state", YN_VALUE, "FILE", AT(state),
     "know the HSTS hosts in this file, in the format of curl's HSTS cache, and write back what is "
     "learnt, once the last visit has ended: a trace that is interrupted writes nothing. A file "
     "that does not exist is made. curl has HSTS with a file only",
     0, 0, 0},
    {0, "preload", YN_VALUE, "IMAGE", AT(preload),
     "know the HSTS hosts of a preload list, an image that yonder preload built", 0, 0, 0},
    {0, "https-first", YN_FLAG, NULL, AT(https_first),
     "try https first for http pages, as Chrome's HTTPS-Upgrades do for links: GET, port 80, "
     "public "
     "host names; where that fails, go back to http",
     0, 0, 0},
    {0, "refresh", YN_FLAG, NULL, AT(refresh),
     "follow the Refresh field and <meta http-equiv=refresh>, too, without waiting", 0, 0, 0},
    {0, "visits", YN_NUMBER, "N", AT(visits),
     "begin N times, with what the client has in its cache and has learnt from the visits before",
     1, 1, max_visits},
    {0, "json", YN_FLAG, NULL, AT(json), "write one JSON document", 0, 0, 0},
    {0, "color", YN_VALUE, "WHEN", AT(color), YN_COLOUR_HELP, 0, 0, 0},
    {0},
};

static const yn_example examples[] = {
    {"yonder trace example.com", "what a browser goes through from the plain name"},
    {"yonder trace -d name=me http://localhost:8080/register-form.html",
     "is the form still posted where it moved to?"},
    {"yonder trace --as curl -X PUT -d @page.html https://example.com/page",
     "the requests that curl -L would make"},
    {"yonder trace --resolve www.example.com:443:192.0.2.7 https://www.example.com/",
     "ask the new machine before the name points to it"},
    {"yonder trace --visits 2 http://example.com/",
     "what does the client still ask when it comes back?"},
    {"yonder trace --preload hsts.image http://example.com/",
     "is the first request sent in clear text?"},
    {"yonder trace --as curl --state ~/.hsts http://example.com/",
     "with the hosts that curl --hsts ~/.hsts knows"},
    {"yonder trace --all -d name=me http://localhost:8080/register-form.html",
     "which clients still post the form?"},
    {"yonder trace --json http://example.com/ | jq -r '.hops[].url'", "the URLs alone"},
    {"yonder trace --all --json example.com | jq -e '.groups | length == 1'",
     "do all clients do the same?"},
    {NULL, NULL},
};

// What src/report/json.c writes.
static const yn_term document[] = {
    {"schema", "1; another number if ever the meaning of a member changes"},
    {"client", "as whom the chain was followed"},
    {"request", "\"method\" and \"url\" of the first request"},
    {"hops", "an array with an entry for every step of the client: requests, the failed one "
             "included, and what it did by itself"},
    {"result", "what came of it"},
    {"findings",
     "what is worth knowing beyond where it ends, an array of objects of the list below"},
    {"canonical",
     "which URL a search engine keeps, by the redirects alone, as Google documents it: "
     "\"url\", null where none is or where the chain does not tell; \"strength\" "
     "(\"strong\", \"weak\" or null); \"reason\" in words; \"hop\", \"n\" of the one "
     "that decides; \"caveat\", what the chain could not show, or null"},
    {"visits", "with --visits 2 or more, an array with \"hops\", \"result\", \"findings\" and "
               "\"canonical\" of each; those of the document are the first's"},
    {0},
};

static const yn_term hop_members[] = {
    {"n", "1 for the first"},
    {"url, method", "of the request"},
    {"status", "of the response, be it kept or made up; null if there was none"},
    {"phrase", "the words after the status as they came, be they made up (\"Internal Redirect\"); "
               "null if there were none, as over HTTP/2"},
    {"kind", "who gave the answer, a code of the list below. A refresh has the URL of the page, "
             "and where it asks to go in \"location_resolved\""},
    {"reason", "the code of what the client makes of the response, of the list below; null if "
               "there was none"},
    {"location", "the first Location as it came, or null"},
    {"location_resolved", "the URL it stands for there, followed or not, or null"},
    {"method_changed", "true if the method is not that of the hop before"},
    {"body_sent", "true if the request had a body"},
    {"headers", "the header fields of the response in order, an array of [name, value]; bytes that "
                "are not UTF-8 are U+FFFD"},
    {"incomplete", "true if the response's body was cut short"},
    {"certificate_error", "with --insecure, what is wrong with the certificate; else null"},
    {"timing_ms",
     "\"dns\", \"connect\", \"tls\", \"first_byte\" and \"total\" in milliseconds; 0 for "
     "a phase that did not take place"},
    {"remote", "address and port that were connected to, or null"},
    {"http_version", "\"1.0\", \"1.1\" or \"2\"; null if there was no response"},
    {"cause", "of an internal hop, who caused it: an object of the list below; else null"},
    {"hsts", "what the client made of Strict-Transport-Security: \"effect\", a code of the list "
             "below; \"reading\", a code that yonder-hsts(1) tells of; \"max_age\" in seconds, "
             "null for one without end or unread; \"include_subdomains\". null where there is no "
             "such field or the client has no HSTS"},
    {"cacheable, fresh_for", "whether the client may answer from its cache next time, and for how "
                             "many seconds; null is without end"},
    {"stored", "of a hop from the cache, when the response had come, in UTC; else null"},
    {"refresh", "where the page asks to go: \"source\" (\"header\" or \"meta\"), \"seconds\", "
                "\"url\"; null if it does not"},
    {0},
};

static const yn_term cause_members[] = {
    {"reason", "\"HSTS\", or \"HttpsUpgrades\": https is tried first, or did not work"},
    {"source", "of HSTS: \"dynamic\" (learnt from a response) or \"preload\"; else null"},
    {"matched", "the host that is known, which may be one above; null if none is"},
    {"include_subdomains", "true if what is known of that host covers those below it"},
    {"learnt, expires", "when the host was learnt and when it ends, in UTC; null if not known, or "
                        "if there is no end"},
    {"learnt_at_hop", "\"n\" of the hop of this visit that taught it; null if none did"},
    {"failure", "why the client went back to http, a code of \"reason\" or \"error\"; else null"},
    {0},
};

static const yn_term result_members[] = {
    {"outcome", "a code of the list below"},
    {"url, status", "those of the last hop"},
    {"error", "where the outcome is error: the \"reason\" of the last hop or, where that has none, "
              "what failed below HTTP, a code of the list below; else null"},
    {"message", "the verdict in words"},
    {"loop_to", "where the outcome is loop: \"n\" of the hop that the next request would repeat; "
                "else null"},
    {"hops", "how many there are"},
    {"requests", "how many of them a server saw"},
    {"total_ms", "milliseconds of all of them"},
    {0},
};

static const yn_term finding_members[] = {
    {"code", "a code of the list below"},
    {"severity", "\"error\": it does not work, or does harm; \"warning\": it is most likely not "
                 "meant so; \"note\": it could be better, or is good to know"},
    {"hops", "an array of \"n\" of those concerned"},
    {"message", "in words"},
    {0},
};

// What src/report/compare_json.c writes.
static const yn_term comparison[] = {
    {"schema, request", "as above"},
    {"clients", "an array with the members above for every client, and its \"version\""},
    {"groups", "an array with an entry for every way to go: \"clients\", the names of those that "
               "go it; \"differs_at\", \"n\" of the first hop that is not as with the first group, "
               "null for that group itself; \"difference\" in words, or null"},
    {0},
};

static const yn_section sections[] = {
    {"Machine output",
     "With --json one JSON object is written. Members are only ever added, so a reader passes "
     "over those it does not know.",
     document},
    {"", "A hop:", hop_members},
    {"", "The cause of an internal hop:", cause_members},
    {"", "The result:", result_members},
    {"", "A finding:", finding_members},
    {"", "With --all there is in place of this:", comparison},
    {"", "The codes of \"kind\":", yn_codes_hop_kinds},
    {"", "The codes of \"outcome\":", yn_codes_outcomes},
    {"", "The codes of \"reason\":", yn_codes_reasons},
    {"", "The codes of \"error\" below HTTP:", yn_codes_fetch_errors},
    {"", "The codes of a finding:", yn_codes_findings},
    {"", "The codes of \"effect\":", yn_codes_hsts_effects},
    {0},
};

const yn_command yn_cmd_trace = {
    .name = "trace",
    .arguments = "URL",
    .summary = "follow a URL's redirects as a given client would",
    .description =
        "Requests URL, decides as the client would whether and how to go on, and does so until "
        "the final response, a loop, the limit or an error. Shows each hop with its status, its "
        "method, its URL and how long it took, then the verdict. A URL without a scheme is taken "
        "for http.\n\n"
        "A loop is found when a request that was made before would be made again, not by "
        "counting. Cookies are not kept, and proxies named in the environment are not used: each "
        "request goes to the site itself.\n\n"
        "What the client does without asking a server is a hop as well. A host that has sent "
        "Strict-Transport-Security over https, or is known from --state or --preload, is not asked "
        "by http: Chrome shows a 307 Internal Redirect that it has made up, others go to https and "
        "show nothing. A redirect that the client may keep is answered from its cache when it is "
        "met again (--visits). A page that asks to go on by itself (Refresh) is noted, and with "
        "--refresh followed. The notes below the table say who caused what.\n\n"
        "With --https-first an http URL on the command line is taken for a link. One that is typed "
        "with http:// before it Chrome may leave at http.\n\n"
        "The times are those of the name look-up (dns), the TCP connection, the TLS handshake, the "
        "wait for the first byte of the answer, and the hop in all, in milliseconds; a connection "
        "is "
        "used again where it can be. A phase that did not take place is '-', and has no column "
        "where "
        "no hop has it. All is well where a final response was reached, whatever its status.\n\n"
        "Below the table stands what is worth knowing: a method or a body that is lost, https that "
        "leads back to http, requests in clear text and whether HSTS closes that gap, hops that "
        "could be saved, and which URL a search engine keeps. That does not change the exit "
        "code.\n\n"
        "With --all every client makes its own requests, for a server may tell them apart by "
        "User-Agent. The table has a row for each, those that do as one above are named with it, "
        "and below it stands at which hop the others part from the first client and what each of "
        "the two does there. Below that is what is worth knowing, each line with the clients it "
        "holds for; which URL a search engine keeps is told from the chain of googlebot. Clients "
        "differ by nature, so that alone is no finding: the exit code "
        "is the worst that any of them would have alone. Of --state, --preload, --https-first and "
        "--refresh each takes what it knows.\n\n"
        "On a terminal the table is fitted to its width; elsewhere a hop is one line.",
    .options = options,
    .options_size = sizeof(trace_options),
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run,
    .examples = examples,
    .sections = sections,
    .negative = "a loop, too many redirects, or a Location the client refuses; with --all, for any "
                "client",
};
