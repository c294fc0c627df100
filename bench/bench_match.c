// SPDX-License-Identifier: MIT
// The cost of a large rule set: reading it, and asking it for random paths that are there and that
// are not, beside a plain hash table over the same text (table.h).
//
// usage: bench_match RULES, a file of lines "FROM TO STATUS" as gen_rules writes it
#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <yonder/rules.h>

#include "base/text.h"
#include "bench.h"
#include "server/memory.h"
#include "table.h"

enum {
    questions = 500000,
    question_max = 1024,
};

typedef struct question {
    uint32_t at; /**< of the path in `paths`; the target that a hit must give follows it */
    uint32_t len;
    uint32_t target_len;
} question;

static struct {
    yonder_text text;
    yonder_rules *rules;
    table table;
    question *questions;
    char *paths; /**< in the order of asking, as requests come in a buffer of their own */
    char scratch[YONDER_RULES_MAX_LOCATION + 2 * question_max];
    size_t found, right;
} b;

static void report(void *context, const yonder_diagnostic *d)
{
    (void)context;
    fprintf(stderr, "%.*s:%u:%u: %.*s\n", (int)d->file.len, d->file.ptr, d->line, d->column,
            (int)d->message.len, d->message.ptr);
}

static void read_rules(void *context)
{
    int *error = context;
    yonder_rules_source source = {yonder_text_of("rules"), b.text};
    yonder_rules_free(b.rules);
    b.rules = NULL;
    *error = yonder_rules_read(&b.rules, &source, 1,
                               &(yonder_rules_reading){.report = report, .mem = &yn_server_memory});
}

static void judge(const question *q, yonder_text target)
{
    b.found++;
    b.right += target.len == q->target_len &&
               memcmp(target.ptr, b.paths + q->at + q->len, q->target_len) == 0;
}

static void ask_rules(void *context)
{
    (void)context;
    b.found = b.right = 0;
    for (size_t i = 0; i < questions; i++) {
        const question *q = &b.questions[i];
        bench_barrier();
        yonder_rules_request request = {
            false, YN_TEXT("www.example.com"), {b.paths + q->at, q->len}};
        yonder_rules_answer answer;
        if (yonder_rules_match(b.rules, &request, b.scratch, sizeof b.scratch, &answer) == 1)
            judge(q, answer.location);
    }
}

static void ask_table(void *context)
{
    (void)context;
    b.found = b.right = 0;
    for (size_t i = 0; i < questions; i++) {
        const question *q = &b.questions[i];
        bench_barrier();
        yonder_text target = table_find(&b.table, b.paths + q->at, q->len);
        if (target.ptr)
            judge(q, target);
    }
}

static bool map_file(const char *name)
{
    struct stat st;
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0)
        return false;
    char *text = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    close(fd);
    b.text = (yonder_text){text, (size_t)st.st_size};
    return text != MAP_FAILED;
}

// Draws rules at random and copies their paths and targets together.
static bool make_questions(void)
{
    uint64_t x = 88172645463325252u;
    size_t used = 0;
    b.questions = calloc(questions, sizeof(question));
    b.paths = malloc((size_t)questions * question_max);
    for (size_t i = 0; b.questions && b.paths && i < questions; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        uint64_t n = x;
        while (!b.table.slots[n & b.table.mask].path_len)
            n++;
        const table_slot *slot = &b.table.slots[n & b.table.mask];
        const char *path = b.text.ptr + slot->at;
        yonder_text target = table_find(&b.table, path, slot->path_len);
        if (!target.ptr || slot->path_len + target.len > question_max)
            return false;
        b.questions[i] = (question){(uint32_t)used, slot->path_len, (uint32_t)target.len};
        memcpy(b.paths + used, path, slot->path_len);
        memcpy(b.paths + used + slot->path_len, target.ptr, target.len);
        used += slot->path_len + target.len;
    }
    return b.questions && b.paths;
}

// Makes every path one that no rule has.
static void spoil_questions(void)
{
    for (size_t i = 0; i < questions; i++)
        b.paths[b.questions[i].at + b.questions[i].len - 1] = '~';
}

static bool measure(void (*ask)(void *), size_t expected, const char *name)
{
    double seconds = bench_time(ask, NULL);
    if (b.found != expected || b.right != expected) {
        fprintf(stderr, "bench_match: %s: %zu found, %zu right, not %zu\n", name, b.found, b.right,
                expected);
        return false;
    }
    bench_print(seconds / questions * 1e9, "ns", name);
    return true;
}

int main(int argc, char **argv)
{
    int error = 0;
    if (argc != 2 || !map_file(argv[1])) {
        fprintf(stderr, "usage: bench_match RULES\n");
        return 2;
    }
    size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    double seconds = bench_time(read_rules, &error);
    if (error || !b.rules) {
        fprintf(stderr, "bench_match: %s\n", yonder_strerror(error));
        return 3;
    }
    bench_print(seconds * 1e3, "ms", "rules: read and compile the file");
    size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    bench_print((double)(after - before) / (1 << 20), "MiB", "rules: memory kept");
    double begin = bench_now();
    if (!table_make(&b.table, b.text))
        return 3;
    bench_print((bench_now() - begin) * 1e3, "ms", "plain table: fill it");
    if (!make_questions())
        return 3;
    bool good = measure(ask_rules, questions, "rules: random path, hit") &&
                measure(ask_table, questions, "plain table: random path, hit");
    spoil_questions();
    good = good && measure(ask_rules, 0, "rules: random path, miss") &&
           measure(ask_table, 0, "plain table: random path, miss");
    yonder_rules_free(b.rules);
    return good ? 0 : 1;
}
