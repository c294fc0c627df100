// SPDX-License-Identifier: MIT
// The cost of parsing a URL, and of resolving a reference against one.
#include <yonder/url.h>

#include "bench.h"

enum {
    calls = 200000
};

typedef struct scenario {
    const char *name, *input, *base;
} scenario;

static const scenario scenarios[] = {
    {"url: parse a short URL", "https://example.com/", NULL},
    {"url: parse a long URL",
     "https://www.example.com/2019/03/garden/lantern-and-candle_412345.html?from=mail&id=7#buy",
     NULL},
    {"url: parse one that needs canonical form",
     "HTTP://Shop.EXAMPLE.com:80/a/./b/../c/\xC3\xA9t\xC3\xA9?q=\xC3\xBC", NULL},
    {"url: parse an international host",
     "https://b\xC3\xBC"
     "cher.example/katalog",
     NULL},
    {"url: resolve a path", "/account?step=1", "https://www.example.com/shop/basket/add?n=2"},
    {"url: resolve dot segments", "../checkout", "https://www.example.com/shop/basket/add?n=2"},
};

typedef struct job {
    yonder_text input;
    const yonder_url *base;
    int error;
} job;

static void parse(void *context)
{
    job *j = context;
    for (int i = 0; i < calls && !j->error; i++) {
        yonder_url url;
        j->error = yonder_url_parse(&url, j->input, j->base, NULL);
        if (!j->error) {
            bench_keep(&url);
            yonder_url_free(&url, NULL);
        }
    }
}

static int run(const scenario *s)
{
    yonder_url base = {0};
    int error = s->base ? yonder_url_parse(&base, yonder_text_of(s->base), NULL, NULL) : 0;
    if (error)
        return error;
    job j = {yonder_text_of(s->input), s->base ? &base : NULL, 0};
    double seconds = bench_time(parse, &j);
    yonder_url_free(&base, NULL);
    if (!j.error)
        bench_print(seconds / calls * 1e9, "ns", s->name);
    return j.error;
}

int main(void)
{
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        int error = run(&scenarios[i]);
        if (error) {
            fprintf(stderr, "bench_url: %s: %s\n", scenarios[i].name, yonder_strerror(error));
            return 3;
        }
    }
    return 0;
}
