// SPDX-License-Identifier: MIT
// The cost of deciding one hop: the client's rules, the Location resolved, the freshness computed.
#include <yonder/redirect.h>

#include "bench.h"

enum {
    calls = 200000
};

typedef struct scenario {
    const char *name, *client, *method, *url, *location, *cache_control;
    int status;
    bool body;
} scenario;

static const scenario scenarios[] = {
    {"decide: chrome, GET, 301, absolute Location", "chrome", "GET",
     "http://example.com/old/page.html?from=mail", "https://www.example.com/new/page", NULL, 301,
     false},
    {"decide: chrome, POST, 307, relative Location", "chrome", "POST",
     "https://www.example.com/shop/basket/add", "../checkout?step=1", "max-age=600", 307, true},
    {"decide: curl, POST, 302, path Location", "curl", "POST", "https://www.example.com/login",
     "/account#top", "no-store", 302, true},
    {"decide: chrome, GET, 200, nothing to follow", "chrome", "GET", "https://www.example.com/",
     NULL, NULL, 200, false},
};

typedef struct job {
    const yonder_client *client;
    yonder_url url;
    yonder_request request;
    yonder_field fields[4];
    yonder_response response;
    int error;
} job;

static void decide(void *context)
{
    job *j = context;
    for (int i = 0; i < calls && !j->error; i++) {
        yonder_decision decision;
        j->error = yonder_redirect_decide(j->client, &j->request, &j->response, NULL, &decision);
        if (!j->error) {
            bench_keep(&decision);
            yonder_decision_free(&decision, NULL);
        }
    }
}

static void add_field(job *j, const char *name, const char *value)
{
    if (value)
        j->fields[j->response.field_count++] =
            (yonder_field){yonder_text_of(name), yonder_text_of(value)};
}

static int run(const scenario *s)
{
    job j = {.client = yonder_client_find(yonder_text_of(s->client))};
    if (!j.client)
        return YONDER_INVALID_ARGUMENT;
    int error = yonder_url_parse(&j.url, yonder_text_of(s->url), NULL, NULL);
    if (error)
        return error;
    j.request =
        (yonder_request){.method = yonder_text_of(s->method), .url = &j.url, .has_body = s->body};
    j.response = (yonder_response){.status = s->status, .fields = j.fields};
    add_field(&j, "Date", "Sun, 06 Nov 1994 08:49:37 GMT");
    add_field(&j, "Content-Type", "text/html");
    add_field(&j, "Location", s->location);
    add_field(&j, "Cache-Control", s->cache_control);
    double seconds = bench_time(decide, &j);
    yonder_url_free(&j.url, NULL);
    if (!j.error)
        bench_print(seconds / calls * 1e9, "ns", s->name);
    return j.error;
}

int main(void)
{
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        int error = run(&scenarios[i]);
        if (error) {
            fprintf(stderr, "bench_decide: %s: %s\n", scenarios[i].name, yonder_strerror(error));
            return 3;
        }
    }
    return 0;
}
