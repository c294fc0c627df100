// SPDX-License-Identifier: MIT
#include "test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "server/pace.h"

static int nice_of_this_thread(void)
{
    return getpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid));
}

// How often the thread after `tid` has slept so far. It is the one that was started after it.
static long sleeps_of_the_thread_after(long tid)
{
    char path[64], line[128];
    FILE *f = NULL;
    for (long next = tid + 1; !f && next < tid + 1000; next++) {
        snprintf(path, sizeof path, "/proc/self/task/%ld/status", next);
        f = fopen(path, "r");
    }
    assert_non_null(f);
    long count = -1;
    while (fgets(line, sizeof line, f))
        if (strncmp(line, "voluntary_ctxt_switches:", 24) == 0)
            count = strtol(line + 24, NULL, 10);
    fclose(f);
    return count;
}

static void rest(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 50 * 1000 * 1000}, NULL);
}

typedef struct seen {
    int nice;
    long tid, before, during, ended, after;
} seen;

static void *paced(void *context)
{
    seen *s = context;
    s->tid = syscall(SYS_gettid);
    yn_pace_step_behind();
    s->nice = nice_of_this_thread();
    rest();
    s->before = sleeps_of_the_thread_after(s->tid);
    yn_pace_begin();
    rest();
    s->during = sleeps_of_the_thread_after(s->tid);
    yn_pace_end();
    rest();
    s->ended = sleeps_of_the_thread_after(s->tid);
    rest();
    s->after = sleeps_of_the_thread_after(s->tid);
    return NULL;
}

static void a_thread_steps_behind_and_is_interrupted_only_while_it_is_wanted(void **state)
{
    (void)state;
    int before = nice_of_this_thread();
    seen s;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, paced, &s), 0);
    pthread_join(thread, NULL);
    assert_true(s.nice > before || before == 19);
    assert_int_equal(nice_of_this_thread(), before);
    assert_true(s.during >= s.before + 3); // 500 on an idle processor
    assert_int_equal(s.after, s.ended);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_steps_behind_and_is_interrupted_only_while_it_is_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
