// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <yonder/redirect.h>

#include "base/text.h"
#include "cli/batch.h"
#include "cli/cli.h"
#include "cli/codes.h"
#include "cli/words.h"

typedef struct decide_options {
    const char *client;
    const char *method;
    long status;
    yn_list headers;
    bool body;
    bool stream;
    long count;
    const char *initial;
    bool json;
    bool batch;
} decide_options;

// A question as it came from a line of stdin or from options, all text still text.
typedef struct question {
    yonder_text client, method, url, initial;
    bool body, stream, custom;
    int64_t status, count, received;
    yonder_field *fields;
    size_t field_count;
} question;

// The same, read. What it holds is freed by release().
typedef struct reading {
    const yonder_client *client;
    yonder_url url, initial;
    yonder_request request;
    yonder_response response;
    yonder_decision decision;
} reading;

static void release(reading *r, const yonder_mem *mem)
{
    yonder_decision_free(&r->decision, mem);
    yonder_url_free(&r->url, mem);
    yonder_url_free(&r->initial, mem);
}

static const char *message_of(yn_buf *text)
{
    yn_buf_char(text, '\0');
    return text->error ? yonder_strerror(text->error) : text->ptr;
}

static const char *unknown_client(yonder_text name, yn_buf *text)
{
    const yonder_client *client;
    yn_buf_printf(text, "there is no client \"%.*s\"; there are:", YN_PRINT(name));
    for (size_t i = 0; (client = yonder_client_at(i)); i++)
        yn_buf_printf(text, "%s %s", i ? "," : "", yonder_client_name(client));
    return message_of(text);
}

static const char *bad_url(const char *what, yonder_text url, int error, yn_buf *text)
{
    yn_buf_printf(text, "\"%s\" is %s: %.*s", what, yonder_strerror(error), YN_PRINT(url));
    return message_of(text);
}

// Which argument yonder_redirect_decide() does not take.
static const char *bad_argument(const question *q, yn_buf *text)
{
    if (!yn_is_token(q->method))
        yn_buf_printf(text, "\"method\" is not a token (RFC 9110 section 5.6.2): %.*s",
                      YN_PRINT(q->method));
    else
        yn_buf_printf(text, "\"url\" is neither http nor https: %.*s", YN_PRINT(q->url));
    return message_of(text);
}

// Reads the question and has it decided. Returns NULL, or what is wrong with it, held by `text`.
static const char *decide(const question *q, reading *r, yn_buf *text, const yonder_mem *mem)
{
    *r = (reading){0};
    r->client = yonder_client_find(q->client);
    if (!r->client)
        return unknown_client(q->client, text);
    int error = yonder_client_url(r->client, q->url, mem, &r->url);
    if (error)
        return bad_url("url", q->url, error, text);
    if (q->initial.ptr)
        error = yonder_client_url(r->client, q->initial, mem, &r->initial);
    if (error)
        return bad_url("initial", q->initial, error, text);
    r->request = (yonder_request){.method = q->method,
                                  .url = &r->url,
                                  .has_body = q->body,
                                  .body_is_stream = q->stream,
                                  .method_is_custom = q->custom,
                                  .count = (unsigned)q->count,
                                  .initial = q->initial.ptr ? &r->initial : NULL};
    r->response = (yonder_response){.status = (int)q->status,
                                    .fields = q->fields,
                                    .field_count = q->field_count,
                                    .received = q->received};
    error = yonder_redirect_decide(r->client, &r->request, &r->response, mem, &r->decision);
    if (error == YONDER_INVALID_ARGUMENT)
        return bad_argument(q, text);
    return error ? yonder_strerror(error) : NULL;
}

// ---- answers ------------------------------------------------------------------------------------

static void write_members(yn_json *out, const yonder_decision *d)
{
    yn_json_str(out, "action", yonder_action_code(d->action));
    yn_json_str(out, "reason", yonder_reason_code(d->reason));
    if (d->action == YONDER_FOLLOW)
        yn_json_text(out, "method", d->method);
    else
        yn_json_null(out, "method");
    if (d->url.href)
        yn_json_text(out, "url", yonder_url_href(&d->url));
    else
        yn_json_null(out, "url");
    yn_json_bool(out, "body", d->body);
    yn_json_array(out, "dropped");
    for (size_t i = 0; i < d->dropped_count; i++)
        yn_json_str(out, NULL, d->dropped[i]);
    yn_json_array_end(out);
    yn_json_bool(out, "cacheable", d->freshness.cacheable);
    if (d->freshness.unlimited)
        yn_json_null(out, "fresh_for");
    else
        yn_json_int(out, "fresh_for", d->freshness.seconds);
}

static int print_json(const yonder_decision *d)
{
    yn_buf buf = yn_buf_make(SIZE_MAX / 2, NULL);
    yn_json out = yn_json_make(&buf, true);
    yn_json_object(&out, NULL);
    write_members(&out, d);
    yn_json_object_end(&out);
    yn_buf_char(&buf, '\n');
    int error = buf.error;
    if (error)
        fprintf(stderr, "yonder decide: %s\n", yonder_strerror(error));
    else
        fwrite(buf.ptr, 1, buf.len, stdout);
    yn_buf_free(&buf);
    return error;
}

static void print_freshness(const yonder_freshness *f)
{
    if (!f->cacheable)
        puts("cache    not to be reused without asking again");
    else if (f->unlimited)
        puts("cache    reused without end");
    else
        printf("cache    reused for %lld s\n", (long long)f->seconds);
}

static void print_lines(const reading *r)
{
    const yonder_decision *d = &r->decision;
    const char *phrase = yonder_status_phrase(r->response.status);
    const char *meaning = yonder_status_meaning(r->response.status, r->request.method);
    printf("status   %d%s%s%s%s\n", r->response.status, *phrase ? " " : "", phrase,
           *meaning ? ": " : "", meaning);
    printf("client   %s (%s)\n", yonder_client_name(r->client), yonder_client_version(r->client));
    printf("%-8s %s\n", yonder_action_code(d->action), yonder_reason_prose(d->reason));
    if (d->action == YONDER_FOLLOW)
        printf("next     %.*s %s\n", YN_PRINT(d->method), d->url.href);
    else if (d->url.href)
        printf("not to   %s\n", d->url.href);
    if (d->action == YONDER_FOLLOW && r->request.has_body)
        printf("body     %s\n", d->body ? "sent again" : "not sent again");
    for (size_t i = 0; i < d->dropped_count; i++)
        printf("%s%s%s", i ? ", " : "dropped  ", d->dropped[i],
               i + 1 == d->dropped_count ? "\n" : "");
    print_freshness(&d->freshness);
}

// ---- questions from stdin -----------------------------------------------------------------------

static const char *read_texts(const json_t *line, question *q)
{
    if (!yn_batch_text(line, "client", &q->client))
        return "\"client\" must be a string";
    if (!yn_batch_text(line, "method", &q->method))
        return "\"method\" must be a string";
    if (!yn_batch_text(line, "url", &q->url) || !q->url.ptr)
        return "\"url\" must be a string";
    if (!yn_batch_text(line, "initial", &q->initial))
        return "\"initial\" must be a string";
    return NULL;
}

static const char *read_scalars(const json_t *line, question *q)
{
    if (!yn_batch_int(line, "status", &q->status) || q->status < 100 || q->status > 999)
        return "\"status\" must be a number from 100 to 999";
    if (!yn_batch_int(line, "count", &q->count) || q->count < 0 || q->count > UINT32_MAX)
        return "\"count\" must be a whole number from 0 to 4294967295";
    if (!yn_batch_int(line, "received", &q->received))
        return "\"received\" must be a whole number of seconds since 1970";
    if (!yn_batch_bool(line, "body", &q->body))
        return "\"body\" must be true or false";
    if (!yn_batch_bool(line, "stream", &q->stream))
        return "\"stream\" must be true or false";
    if (!yn_batch_bool(line, "custom_method", &q->custom))
        return "\"custom_method\" must be true or false";
    return NULL;
}

static const char *answer_line(void *context, const json_t *line, yn_json *out,
                               const yonder_mem *mem)
{
    (void)context;
    question q = {.client = YN_TEXT("chrome"), .method = YN_TEXT("GET")};
    const char *message = read_texts(line, &q);
    if (!message)
        message = read_scalars(line, &q);
    if (!message)
        message = yn_batch_fields(line, "headers", &q.fields, &q.field_count, mem);
    if (message)
        return message;
    yn_buf text = yn_buf_make(YONDER_URL_MAX, mem); // lies in the line's arena: not freed
    reading r;
    message = decide(&q, &r, &text, mem);
    if (!message)
        write_members(out, &r.decision);
    release(&r, mem);
    return message;
}

// ---- a question from options --------------------------------------------------------------------

static int answer_question(const question *q, bool json)
{
    yn_buf text = yn_buf_make(YONDER_URL_MAX, NULL);
    reading r;
    int code = YN_EXIT_OK;
    const char *message = decide(q, &r, &text, NULL);
    if (message) {
        code = yn_usage_error("decide", "%s", message);
    } else {
        code = r.decision.action == YONDER_ERROR ? YN_EXIT_NEGATIVE : YN_EXIT_OK;
        if (!json)
            print_lines(&r);
        else if (print_json(&r.decision))
            code = YN_EXIT_FAILED;
    }
    release(&r, NULL);
    yn_buf_free(&text);
    return code;
}

static int one_question(const decide_options *o, const char *url)
{
    question q = {.client = yonder_text_of(o->client ? o->client : "chrome"),
                  .method = yonder_text_of(o->method ? o->method
                                           : o->body ? "POST"
                                                     : "GET"),
                  .url = yonder_text_of(url),
                  .initial = yonder_text_of(o->initial),
                  .body = o->body || o->stream,
                  .stream = o->stream,
                  .custom = o->method != NULL,
                  .status = o->status,
                  .count = o->count,
                  .field_count = o->headers.count};
    q.fields = calloc(q.field_count + 1, sizeof *q.fields);
    if (!q.fields) {
        fprintf(stderr, "yonder decide: %s\n", yonder_strerror(YONDER_NO_MEMORY));
        return YN_EXIT_FAILED;
    }
    int code = YN_EXIT_OK;
    for (size_t i = 0; i < q.field_count && !code; i++)
        if (!yn_word_field(o->headers.items[i], &q.fields[i]))
            code = yn_usage_error("decide", "--header takes 'Name: value', not '%s'",
                                  o->headers.items[i]);
    if (!code)
        code = answer_question(&q, o->json);
    free(q.fields);
    return code;
}

static int run(const void *values, size_t argument_count, char **arguments)
{
    const decide_options *o = values;
    if (o->batch && argument_count)
        return yn_usage_error("decide", "--batch reads its input from stdin, not '%s'",
                              arguments[0]);
    if (o->batch || (!argument_count && !isatty(STDIN_FILENO)))
        return yn_batch_run(answer_line, NULL);
    if (!argument_count)
        return yn_usage_error("decide", "URL is missing");
    return one_question(o, arguments[0]);
}

static const yn_option options[] = {
    {'a', "as", YN_VALUE, "CLIENT", offsetof(decide_options, client),
     "the client that gets the response: chrome (the default), firefox, safari, curl, curl-follow, "
     "wget, requests, go, googlebot or http10",
     0, 0, 0},
    {'X', "method", YN_VALUE, "METHOD", offsetof(decide_options, method),
     "the method of the request, named by the user as with curl -X; without it GET, or POST where "
     "there is a body",
     0, 0, 0},
    {'s', "status", YN_NUMBER, "CODE", offsetof(decide_options, status),
     "the status of the response; 302 if not given", 302, 100, 999},
    {'H', "header", YN_LIST, "HEADER", offsetof(decide_options, headers),
     "a header field of the response, as 'Name: value'; may be repeated", 0, 0, 0},
    {0, "body", YN_FLAG, NULL, offsetof(decide_options, body), "the request had a body", 0, 0, 0},
    {0, "stream", YN_FLAG, NULL, offsetof(decide_options, stream),
     "the request had a body that cannot be sent a second time", 0, 0, 0},
    {'n', "count", YN_NUMBER, "N", offsetof(decide_options, count),
     "redirects already followed to get here; 0 if not given", 0, 0, INT32_MAX},
    {0, "initial", YN_VALUE, "URL", offsetof(decide_options, initial),
     "where the chain began, if not at URL", 0, 0, 0},
    {0, "json", YN_FLAG, NULL, offsetof(decide_options, json),
     "print the answer as one JSON object, with the members of the batch form", 0, 0, 0},
    {0, "batch", YN_FLAG, NULL, offsetof(decide_options, batch),
     "read one JSON object a line from stdin; this is the default where there is no URL and stdin "
     "is not a terminal",
     0, 0, 0},
    {0},
};

static const yn_example examples[] = {
    {"yonder decide --body --status 302 -H 'Location: /thanks' https://example.com/form",
     "a browser turns this POST into a GET and leaves the body behind"},
    {"yonder decide --as curl -X DELETE --status 303 -H 'Location: b c' http://example.com/a/",
     "curl -X DELETE stays a DELETE, and goes to /a/b%20c"},
    {"echo '{\"url\":\"http://a/\",\"status\":301,\"headers\":[[\"Location\",\"/b\"]]}' | "
     "yonder decide --batch",
     "answers each line of stdin with a line of JSON"},
    {0},
};

static const yn_term batch_input[] = {
    {"url", "what was asked for; needed"},
    {"status", "of the response, a number from 100 to 999; needed"},
    {"client", "who asked: \"chrome\" if not given"},
    {"method", "\"GET\" if not given"},
    {"headers", "of the response: an array of [name, value], empty if not given"},
    {"body", "true if the request had a body"},
    {"stream", "true if that body cannot be sent a second time"},
    {"custom_method", "true if the user named the method, as with curl -X"},
    {"count", "redirects already followed to get here: 0 if not given"},
    {"initial", "the URL the chain began with, if not \"url\""},
    {"received", "when the response came, in seconds since 1970; for \"fresh_for\", where the "
                 "response has no Date"},
    {0},
};

static const yn_term answers[] = {
    {"action", "\"follow\"; \"stop\": this response is the final one; or \"error\": the client "
               "gives up"},
    {"reason", "why, a code of the list below"},
    {"method", "of the next request; null if there is none"},
    {"url", "where to go next or, for the reasons scheme_not_followed, port_not_followed and "
            "too_many_redirects, where the client does not go; else null"},
    {"body", "true if the body goes along"},
    {"dropped", "names of header fields the next request does not repeat, whether or not the "
                "request had them; of those the user gave see below"},
    {"cacheable", "true if the client may use the redirect again without asking"},
    {"fresh_for", "for how many seconds; null for without end"},
    {"error", YN_BATCH_ERROR},
    {0},
};

static const yn_section sections[] = {
    {"Batch input", YN_BATCH_INPUT, batch_input},
    {"Machine output", YN_BATCH_OUTPUT, answers},
    {"", "The codes of \"reason\":", yn_codes_reasons},
    {"Fields the user gave",
     "The question does not say which fields the user gave, and the answer is not the same for "
     "all clients.\n"
     "\n"
     "Browsers, requests and go edit the request they have made: a field in \"dropped\" is gone, "
     "whoever put it there, and stays gone on later hops.\n"
     "\n"
     "curl, curl-follow and wget compose each request anew from what they were told. With them a "
     "name that begins with \"Content-\" means what the client itself had added for the body; the "
     "same field given by the user, as with curl -H 'Content-Type: text/x', is sent all the same, "
     "though the body is lost. Any other field in \"dropped\" (Authorization, Cookie) is withheld "
     "from the next request, given or not, and is back on a later hop whose answer does not name "
     "it: when a chain returns to where it began.",
     NULL},
    {0},
};

const yn_command yn_cmd_decide = {
    .name = "decide",
    .arguments = "[URL]",
    .summary = "tell what a client makes of one redirect response",
    .description =
        "A request to URL got a response with this status and these header fields. Tells whether "
        "the client follows, where to, with which method, with or without the body, which header "
        "fields of the request are not repeated, and how long the response may be answered from "
        "the client's cache. Nothing is fetched.",
    .options = options,
    .options_size = sizeof(decide_options),
    .max_arguments = 1,
    .run = run,
    .examples = examples,
    .sections = sections,
    .negative = "the client gives up with an error; not in batch mode, whose answers say so",
};
