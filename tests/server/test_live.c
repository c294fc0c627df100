// SPDX-License-Identifier: MIT
#include "test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/text.h"
#include "server/live.h"

enum {
    readers = 3,
    replacements = 300
};

static yn_ruleset *rules_to(int n)
{
    char text[64];
    int len = snprintf(text, sizeof text, "/a /%d 301\n", n);
    yonder_rules_source source = {YN_TEXT("test"), {text, (size_t)len}};
    yonder_rules *rules = NULL;
    yn_ruleset *set = calloc(1, sizeof *set);
    if (set && yonder_rules_read(&rules, &source, 1, &(yonder_rules_reading){0}) == 0)
        set->rules = rules;
    return set;
}

typedef struct reader {
    yn_live *live;
    size_t number;
    atomic_int *newest; // replacements that have returned
    atomic_bool *stop;
    atomic_bool ready;
    bool ok;
    pthread_t thread;
} reader;

// Which set is live, by what it answers; -1 if it makes no sense.
static int asked(const yonder_rules *rules)
{
    static _Thread_local char scratch[YONDER_RULES_MAX_LOCATION + 64];
    yonder_rules_request request = {.host = YN_TEXT("a"), .target = YN_TEXT("/a")};
    yonder_rules_answer answer;
    uint64_t n;
    if (yonder_rules_match(rules, &request, scratch, sizeof scratch, &answer) != 1)
        return -1;
    return yn_parse_number(yn_skip(answer.location, 1), INT32_MAX, &n) ? (int)n : -1;
}

static void *read_rules(void *context)
{
    reader *r = context;
    int last = 0;
    r->ok = true;
    while (!atomic_load(r->stop)) {
        int at_least = atomic_load(r->newest);
        const yonder_rules *rules = yn_live_enter(r->live, r->number)->rules;
        int first = asked(rules);
        for (int i = 0; i < 20; i++)
            r->ok = r->ok && asked(rules) == first; // the same through the whole turn
        r->ok = r->ok && first >= at_least && first >= last;
        last = first;
        yn_live_leave(r->live, r->number);
        atomic_store(&r->ready, true);
    }
    return NULL;
}

// Run under ThreadSanitizer or AddressSanitizer this also shows that no set is freed in use.
static void readers_see_whole_sets_and_new_ones_at_once(void **state)
{
    (void)state;
    yn_live live;
    atomic_int newest = 0;
    atomic_bool stop = false;
    static reader threads[readers];
    assert_true(yn_live_init(&live, rules_to(0), readers));
    for (size_t i = 0; i < readers; i++) {
        threads[i] = (reader){.live = &live, .number = i, .newest = &newest, .stop = &stop};
        assert_int_equal(pthread_create(&threads[i].thread, NULL, read_rules, &threads[i]), 0);
    }
    for (size_t i = 0; i < readers; i++)
        while (!atomic_load(&threads[i].ready))
            sched_yield();
    for (int n = 1; n <= replacements; n++) {
        yn_ruleset_free(yn_live_exchange(&live, rules_to(n)));
        atomic_store(&newest, n);
    }
    atomic_store(&stop, true);
    for (size_t i = 0; i < readers; i++) {
        pthread_join(threads[i].thread, NULL);
        assert_true(threads[i].ok);
    }
    yn_live_free(&live);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readers_see_whole_sets_and_new_ones_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
