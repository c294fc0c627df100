// SPDX-License-Identifier: MIT
// The cost of parsing a URL and of resolving a reference, with the memory allocated and freed.
#include <yonder/url.h>

#include "bench.h"

enum {
    calls = 200000
};

// URLs as they stand in pages and in Location fields, 85 bytes on average.
static const char *const absolute[] = {
    "https://www.example.com/en/products/garden/tools/wheelbarrow-100l?colour=green&ref=home",
    "https://shop.example.org/account/orders/2026/11/22/8841-9921?utm_source=mail&utm_medium=a",
    "http://example.com/blog/2019/03/14/how-we-moved-ten-thousand-pages-in-one-night.html",
    "https://cdn.assets.example.net/v2/images/8f/3c/8f3c1a77e0b94c2d/header-1920x1080.webp?x=1",
    "https://login.example.com:8443/oauth2/authorize?client_id=web&redirect_uri=%2Fhome&s=1#t",
    "HTTPS://User@Sub.Domain.Example.CO.UK/Path/./To/../The/Page%20One.html?Query=1#Fragment",
    "https://docs.example.io/reference/configuration/server/listen-directive.html#parameters",
    "https://news.example.com/politik/ausland/wahl-in-der-schweiz-ergebnisse-a-1234567.html",
};

static const char *const references[] = {
    "../tools/spade?colour=red",  "/en/contact", "?page=2",  "#reviews",
    "//cdn.example.net/logo.svg", "image.png",   "./a/b/c/", "https://other.example/landing",
};

static const char *const international[] = {
    "https://b\xC3\xBC"
    "cher.example/regal/\xC3\xBC"
    "bersicht?ort=K\xC3\xB6ln",
    "https://\xE4\xBE\x8B\xE3\x81\x88.\xE3\x83\x86\xE3\x82\xB9\xE3\x83\x88/\xE9\x81\x93",
};

typedef struct job {
    const char *const *texts;
    size_t count;
    const yonder_url *base;
} job;

static void parse(void *context)
{
    const job *j = context;
    for (size_t i = 0; i < calls; i++) {
        yonder_url url;
        if (yonder_url_parse(&url, yonder_text_of(j->texts[i % j->count]), j->base, NULL) != 0)
            abort();
        bench_keep(&url);
        yonder_url_free(&url, NULL);
    }
}

static void run(const char *name, const char *const *texts, size_t count, const yonder_url *base)
{
    job j = {texts, count, base};
    bench_print(bench_time(parse, &j) / calls * 1e9, "ns", name);
}

int main(void)
{
    yonder_url base;
    if (yonder_url_parse(&base, yonder_text_of(absolute[0]), NULL, NULL) != 0)
        return 3;
    run("url: parse, 85 bytes", absolute, sizeof absolute / sizeof *absolute, NULL);
    run("url: resolve, against a base of 87 bytes", references,
        sizeof references / sizeof *references, &base);
    run("url: parse with a base, 85 bytes", absolute, sizeof absolute / sizeof *absolute, &base);
    run("url: parse, host not ASCII", international, sizeof international / sizeof *international,
        NULL);
    yonder_url_free(&base, NULL);
    return 0;
}
