// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/codes.h"
#include "cli/colour.h"
#include "cli/trace_input.h"
#include "report/json.h"
#include "report/terminal.h"
#include "trace/chain.h"

enum {
    connect_ms = 10000,
    output_max = 1 << 28,
    body_max = 1 << 28,
    message_max = 1 << 16,
};

typedef struct trace_options {
    const char *as;
    const char *method;
    yn_list data;
    yn_list headers;
    const char *ca_file;
    yn_list resolve;
    yn_list connect_to;
    long max_hops;
    long timeout;
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

// Everything that can be wrong with the call is found here, before a packet is sent.
static int read_input(const trace_options *o, const char *url, input *in)
{
    const char *as = o->as ? o->as : "chrome";
    in->client = yonder_client_find(yonder_text_of(as));
    if (!in->client)
        return unknown_client(as);
    if (o->method && !yn_is_token(yonder_text_of(o->method)))
        return yn_usage_error("trace", "'%s' is not a method", o->method);
    int code = yn_choose_colour("trace", o->color, &in->colour);
    if (!code)
        code = yn_trace_check_resolve(&o->resolve);
    if (!code)
        code = yn_trace_check_connect_to(&o->connect_to);
    if (!code)
        code = yn_trace_fields(&o->headers, &in->given);
    if (!code)
        code = yn_trace_body(&o->data, &in->body);
    return code ? code : yn_trace_url(url, in->client, &in->url);
}

static void free_input(input *in)
{
    yonder_url_free(&in->url, NULL);
    yn_buf_free(&in->body);
    free(in->given);
}

static yn_plan make_plan(const trace_options *o, const input *in)
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
    };
}

static int report(const trace_options *o, const input *in, const yn_chain *chain)
{
    yn_buf out = yn_buf_make(output_max, NULL);
    yn_style style = yn_style_for(stdout, in->colour);
    if (o->json) {
        yn_report_json(&out, chain);
        yn_buf_char(&out, '\n');
    } else {
        yn_report_terminal(&out, chain, &style);
    }
    int code = chain->outcome == YN_OUTCOME_FINAL ? YN_EXIT_OK
               : yn_chain_network_failed(chain)   ? YN_EXIT_FAILED
                                                  : YN_EXIT_NEGATIVE;
    if (out.error) {
        fprintf(stderr, "yonder: %s\n", yonder_strerror(out.error));
        code = YN_EXIT_FAILED;
    } else {
        (void)fwrite(out.ptr, 1, out.len, stdout); // main() reports a failure
    }
    yn_buf_free(&out);
    return code;
}

static int trace(const trace_options *o, const input *in)
{
    const yn_fetch_options reach = {
        .ca_file = o->ca_file,
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
    if (!fetcher)
        return o->ca_file ? YN_EXIT_USAGE : YN_EXIT_FAILED;
    const yn_plan plan = make_plan(o, in);
    yn_chain chain;
    int error = yn_chain_follow(&chain, &plan, yn_fetch, fetcher, NULL);
    yn_fetcher_free(fetcher);
    if (error) {
        fprintf(stderr, "yonder trace: %s\n", yonder_strerror(error));
        return YN_EXIT_FAILED;
    }
    int code = report(o, in, &chain);
    yn_chain_free(&chain);
    return code;
}

static int run(const void *values, size_t argument_count, char **arguments)
{
    (void)argument_count;
    const trace_options *o = values;
    input in = {.body = yn_buf_make(body_max, NULL)};
    int code = read_input(o, arguments[0], &in);
    if (!code)
        code = trace(o, &in);
    free_input(&in);
    return code;
}

#define AT(member) offsetof(trace_options, member)

static const yn_option options[] = {
    {0, "as", YN_VALUE, "CLIENT", AT(as),
     "follow as this client does: its statuses, methods, limit and header fields (default: chrome)",
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
    {"yonder trace --json http://example.com/ | jq -r '.hops[].url'", "the URLs alone"},
    {NULL, NULL},
};

// What src/report/json.c writes.
static const yn_term document[] = {
    {"schema", "1; another number if ever the meaning of a member changes"},
    {"client", "as whom the chain was followed"},
    {"request", "\"method\" and \"url\" of the first request"},
    {"hops", "an array with an entry for every request made, the failed one included"},
    {"result", "what came of it"},
    {0},
};

static const yn_term hop_members[] = {
    {"n", "1 for the first"},
    {"url, method", "of the request"},
    {"status", "of the response; null if there was none"},
    {"kind", "\"network\": a server was asked"},
    {"reason", "the code of what the client makes of the response, of the list below; null if "
               "there was none"},
    {"location", "the first Location as it came, or null"},
    {"location_resolved", "the URL it stands for there, followed or not, or null"},
    {"method_changed", "true if the method is not that of the hop before"},
    {"body_sent", "true if the request had a body"},
    {"headers", "the header fields of the response in order, an array of [name, value]; bytes that "
                "are not UTF-8 are U+FFFD"},
    {"incomplete", "true if the response's body was cut short"},
    {"timing_ms",
     "\"dns\", \"connect\", \"tls\", \"first_byte\" and \"total\" in milliseconds; 0 for "
     "a phase that did not take place"},
    {"remote", "address and port that were connected to, or null"},
    {"http_version", "\"1.0\", \"1.1\" or \"2\"; null if there was no response"},
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
    {"total_ms", "milliseconds of all of them"},
    {0},
};

static const yn_section sections[] = {
    {"Machine output",
     "With --json one JSON object is written. Members are only ever added, so a reader passes "
     "over those it does not know.",
     document},
    {"", "A hop:", hop_members},
    {"", "The result:", result_members},
    {"", "The codes of \"outcome\":", yn_codes_outcomes},
    {"", "The codes of \"reason\":", yn_codes_reasons},
    {"", "The codes of \"error\" below HTTP:", yn_codes_fetch_errors},
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
        "counting. Cookies are not kept, no HSTS list is asked, and proxies named in the "
        "environment are not used: each request goes to the site itself.\n\n"
        "The times are those of the name look-up (dns), the TCP connection, the TLS handshake, the "
        "wait for the first byte of the answer, and the hop in all, in milliseconds; a connection "
        "is "
        "used again where it can be. A phase that did not take place is '-', and has no column "
        "where "
        "no hop has it. All is well where a final response was reached, whatever its status.\n\n"
        "On a terminal the table is fitted to its width; elsewhere a hop is one line.",
    .options = options,
    .options_size = sizeof(trace_options),
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run,
    .examples = examples,
    .sections = sections,
    .negative = "a loop, too many redirects, or a Location the client refuses",
};
