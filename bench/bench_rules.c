// SPDX-License-Identifier: MIT
// Rules of all kinds, mixed: what a look-up of each kind costs at sizes from a thousand rules on;
// how fast an image opens, and how soon a change of one rule is live.
//
// usage: bench_rules [MOST]    the largest set, 1,000,000 rules if not given
#include <string.h>

#include <yonder/rules.h>

#include "bench.h"

#include "base/buf.h"
#include "server/memory.h"

enum {
    questions = 100000,
    question_max = 160,
};

// "%1$u" is a number that tells rules apart. Of ten rules, so many are of this kind.
typedef struct kind {
    const char *name;
    unsigned of_ten;
    const char *rule;
    const char *host, *target; // of a request that meets it
} kind;

static const kind kinds[] = {
    {"exact", 4,
     "/articles/%2$u/some-old-title-%1$u https://www.example.com/news/%1$u/ permanent\n",
     "www.example.com", "/articles/%2$u/some-old-title-%1$u"},
    {"prefix", 2, "/shop/%2$u/category-%1$u/* https://www.example.com/c/%1$u/:splat permanent\n",
     "www.example.com", "/shop/%2$u/category-%1$u/a/b?c=d"},
    {"placeholder", 2, "/users/:name/album-%1$u/:n /u/:name/%1$u/:n permanent\n", "www.example.com",
     "/users/ada/album-%1$u/7"},
    {"wildcard host", 1,
     "//*.site%1$u.example.net/* https://site%1$u.example.net/:splat permanent\n",
     "www.site%1$u.example.net", "/x/y"},
    {"query pair", 1, "/index.php id=%1$u /page/%1$u permanent\n", "www.example.com",
     "/index.php?lang=de&id=%1$u"},
};
enum {
    kind_count = sizeof kinds / sizeof *kinds
};

typedef struct state {
    unsigned count;
    yonder_rules *rules;
    const kind *kind;
    char (*targets)[question_max];
    char (*hosts)[question_max];
    uint32_t *lines;
    size_t wrong;
    yonder_rules *opened, *changed;
} state;

static const kind *kind_of(unsigned n)
{
    unsigned at = n % 10;
    size_t k = 0;
    for (; at >= kinds[k].of_ten; k++)
        at -= kinds[k].of_ten;
    return &kinds[k];
}

static bool make_rules(state *s)
{
    yn_buf text = yn_buf_make((size_t)1 << 40, NULL);
    for (unsigned n = 0; n < s->count; n++)
        yn_buf_printf(&text, kind_of(n)->rule, n, n % 97);
    yonder_rules_source source = {yonder_text_of("rules"), {text.ptr, text.len}};
    int error =
        yonder_rules_read(&s->rules, &source, 1, &(yonder_rules_reading){.mem = &yn_server_memory});
    yn_buf_free(&text);
    return !error;
}

// Rules of the kind, drawn at random.
static void make_questions(state *s)
{
    uint64_t x = 88172645463325252u;
    for (size_t i = 0; i < questions; i++) {
        unsigned n;
        do {
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            n = (unsigned)(x % s->count);
        } while (kind_of(n) != s->kind);
        s->lines[i] = n + 1;
        snprintf(s->hosts[i], question_max, s->kind->host, n, n % 97);
        snprintf(s->targets[i], question_max, s->kind->target, n, n % 97);
    }
}

static void ask(void *context)
{
    state *s = context;
    static char scratch[YONDER_RULES_SCRATCH(question_max)];
    for (size_t i = 0; i < questions; i++) {
        // A server has the request at hand when it asks.
        const size_t ahead = i + 8 < questions ? i + 8 : i;
        __builtin_prefetch(s->hosts[ahead]);
        __builtin_prefetch(s->targets[ahead]);
        __builtin_prefetch(s->targets[ahead] + 64);
        yonder_rules_request request = {.host = yonder_text_of(s->hosts[i]),
                                        .target = yonder_text_of(s->targets[i])};
        yonder_rules_answer answer;
        int found = yonder_rules_match(s->rules, &request, scratch, sizeof scratch, &answer);
        s->wrong += found != 1 || answer.line != s->lines[i];
        bench_barrier();
    }
}

static void open_image(void *context)
{
    state *s = context;
    yonder_rules_free(s->opened);
    s->opened = NULL;
    s->wrong += yonder_rules_open(&s->opened, yonder_rules_image(s->rules), NULL) != YONDER_OK;
}

static void change_one(void *context)
{
    state *s = context;
    const yonder_rules_change change = {yonder_text_of("rules"),
                                        s->count / 2 / 10 * 10 + 1,
                                        yonder_text_of("/changed /to 302"),
                                        {NULL, 0}};
    yonder_rules_free(s->changed);
    s->changed = NULL;
    s->wrong += yonder_rules_change_set(&s->changed, s->rules, &change, 1,
                                        &(yonder_rules_reading){0}) != YONDER_OK;
}

static void measure(state *s)
{
    char name[80];
    for (size_t k = 0; k < kind_count; k++) {
        s->kind = &kinds[k];
        make_questions(s);
        snprintf(name, sizeof name, "mixed rules, %u: %s", s->count, s->kind->name);
        bench_print(bench_time(ask, s) / questions * 1e9, "ns", name);
    }
    snprintf(name, sizeof name, "mixed rules, %u: open the image", s->count);
    bench_print(bench_time(open_image, s) * 1e3, "ms", name);
    snprintf(name, sizeof name, "mixed rules, %u: change one rule", s->count);
    bench_print(bench_time(change_one, s) * 1e6, "us", name);
    snprintf(name, sizeof name, "mixed rules, %u: image", s->count);
    bench_print((double)yonder_rules_image(s->rules).len / (1 << 20), "MiB", name);
}

// False where there is no memory for it.
static bool measure_all(state *s, unsigned most)
{
    for (s->count = 1000; s->count <= most; s->count *= 10) {
        if (!make_rules(s))
            return false;
        measure(s);
        yonder_rules_free(s->changed);
        yonder_rules_free(s->opened);
        yonder_rules_free(s->rules);
        s->rules = s->opened = s->changed = NULL;
    }
    return true;
}

int main(int argc, char **argv)
{
    state s = {0};
    unsigned most = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 1000000;
    s.targets = malloc(questions * sizeof *s.targets);
    s.hosts = malloc(questions * sizeof *s.hosts);
    s.lines = malloc(questions * sizeof *s.lines);
    bool measured = s.targets && s.hosts && s.lines && measure_all(&s, most);
    free(s.targets);
    free(s.hosts);
    free(s.lines);
    if (s.wrong)
        fprintf(stderr, "bench_rules: %zu answers were wrong\n", s.wrong);
    return !measured ? 3 : s.wrong ? 1 : 0;
}
