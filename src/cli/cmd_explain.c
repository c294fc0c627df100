// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/colour.h"
#include "report/explain.h"

enum {
    output_max = 1 << 20,
};

typedef struct explain_options {
    bool json;
    const char *color;
} explain_options;

static int unknown_status(const char *name)
{
    yn_buf names = yn_buf_make(4096, NULL);
    const yn_status_page *page;
    for (size_t i = 0; (page = yn_status_page_at(i)); i++)
        yn_buf_printf(&names, "%s%s", i ? ", " : "", page->name);
    yn_buf_char(&names, '\0');
    int code = yn_usage_error("explain", "'%s' is not a redirect status (there are: %s)", name,
                              names.error ? "" : names.ptr);
    yn_buf_free(&names);
    return code;
}

static void one_page(const explain_options *o, const yn_status_page *page, const yn_style *style,
                     yn_buf *out)
{
    yn_explanation explanation;
    int error = yn_explain(&explanation, page, NULL);
    if (error)
        out->error = error;
    else if (o->json)
        yn_explain_json(out, &explanation);
    else
        yn_explain_text(out, &explanation, style);
}

static void overview(const explain_options *o, const yn_style *style, yn_buf *out)
{
    if (o->json)
        yn_explain_overview_json(out, NULL);
    else
        yn_explain_overview_text(out, style, NULL);
}

static int run(const void *values, size_t argument_count, char **arguments)
{
    const explain_options *o = values;
    const yn_status_page *page = NULL;
    yn_colour colour;
    int code = yn_choose_colour("explain", o->color, &colour);
    if (code)
        return code;
    if (argument_count && !(page = yn_status_page_find(yonder_text_of(arguments[0]))))
        return unknown_status(arguments[0]);
    const yn_style style = yn_style_for(stdout, colour);
    yn_buf out = yn_buf_make(output_max, NULL);
    if (page)
        one_page(o, page, &style, &out);
    else
        overview(o, &style, &out);
    if (o->json)
        yn_buf_char(&out, '\n');
    if (out.error) {
        fprintf(stderr, "yonder explain: %s\n", yonder_strerror(out.error));
        code = YN_EXIT_FAILED;
    } else {
        (void)fwrite(out.ptr, 1, out.len, stdout); // main() reports a failure
    }
    yn_buf_free(&out);
    return code;
}

static const yn_option options[] = {
    {0, "json", YN_FLAG, NULL, offsetof(explain_options, json), "write one JSON document", 0, 0, 0},
    {0, "color", YN_VALUE, "WHEN", offsetof(explain_options, color), YN_COLOUR_HELP, 0, 0, 0},
    {0},
};

static const yn_example examples[] = {
    {"yonder explain", "the redirect statuses at a glance, and which one to choose"},
    {"yonder explain 308", "what it means, what clients do with a POST, and when to use it"},
    {"yonder explain internal", "the 307 that a browser shows and no server sent"},
    {"yonder explain --json 302 | jq -r '.clients[] | .client as $c | .methods[] | "
     "select(.method == \"PUT\") | \"\\($c) \\(.next_method)\"'",
     "what becomes of a PUT, client by client"},
    {NULL, NULL},
};

static const yn_term document[] = {
    {"schema", "1; another number if ever the meaning of a member changes"},
    {"code", "the status, a number"},
    {"name", "what CODE is: the number, or \"internal\""},
    {"phrase", "its reason phrase"},
    {"kind", "\"redirect\"; \"choice\": it names several URLs; \"no_redirect\": it leads nowhere; "
             "\"internal\": no server sent it"},
    {"summary, meaning", "a few words, and a paragraph"},
    {"clients", "an array with an entry for every client"},
    {"cache, search_engine, use_when, instead", "a paragraph each"},
    {"sections", "what else is to be said, an array of {\"title\",\"text\"}"},
    {"specification", "where it is defined"},
    {0},
};

static const yn_term client_members[] = {
    {"client, version", "its name, and which program stands behind it"},
    {"methods",
     "for each method: \"method\"; \"had_body\": true if a request with a body is meant; "
     "\"follows\"; \"next_method\", null where it does not; \"body\": true if it goes along; "
     "\"if_named\": the last three where the user named the method, as with curl -X"},
    {"hsts",
     "of the internal redirect alone: \"support\", \"never\", \"opt_in\" (where its user asks for "
     "it) or \"always\"; \"learnt\": true if it goes to https where the host has sent "
     "Strict-Transport-Security; \"preloaded\": true if it does where the preload list has the "
     "host; \"phrase\" of the 307 that it shows for that, or null"},
    {"cacheable_by_default", "true if a GET is answered from the cache next time although no field "
                             "of the response says so"},
    {"cacheable_if_told", "the same where Cache-Control: max-age=60 says so"},
    {"cacheable_if_expires", "the same where an Expires a day after Date says so"},
    {"fresh_if_ten_years_old",
     "for how many seconds it is where nothing but a Last-Modified ten years before Date says "
     "anything; 0 if it is not, null for without end"},
    {0},
};

static const yn_term overview_members[] = {
    {"statuses", "an array of \"code\", \"name\", \"phrase\", \"kind\" and \"summary\""},
    {"choice", "which to choose: \"lasting\" is \"permanent\" or \"temporary\"; \"method\" is "
               "\"may_change\", \"kept\" or \"get\"; \"code\""},
    {"clients", "an array of \"client\", \"version\" and \"limit\", the number of redirects it "
                "follows in a row"},
    {0},
};

static const yn_section sections[] = {
    {"Machine output",
     "With --json one JSON object is written. Members are only ever added, so a reader passes "
     "over those it does not know. With CODE:",
     document},
    {"", "A client:", client_members},
    {"", "Without CODE there is, beside \"schema\":", overview_members},
    {0},
};

const yn_command yn_cmd_explain = {
    .name = "explain",
    .arguments = "[CODE]",
    .summary = "tell what a redirect status means, client by client",
    .description =
        "Without CODE, lists the redirect statuses and helps to choose one. With CODE, a number "
        "from 300 to 308, tells what it means, what becomes of the method and the body of a "
        "request, who keeps it in a cache, which URL a search engine keeps, when to use it and "
        "what to use instead.\n\n"
        "CODE may be 'internal' (or '307-internal'), in any case, for the 307 that a browser shows "
        "when it goes "
        "from http to https by itself.\n\n"
        "What clients do is not written down for this page but worked out as for yonder decide, "
        "for a response with a Location.",
    .options = options,
    .options_size = sizeof(explain_options),
    .max_arguments = 1,
    .run = run,
    .examples = examples,
    .sections = sections,
};
