// SPDX-License-Identifier: MIT
#include "test.h"

#include <dirent.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "server/pace.h"

static int nice_of_this_thread(void)
{
    return getpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid));
}

static int threads(void)
{
    DIR *tasks = opendir("/proc/self/task");
    assert_non_null(tasks);
    int count = 0;
    for (const struct dirent *e; (e = readdir(tasks));)
        count += e->d_name[0] != '.';
    closedir(tasks);
    return count;
}

static void *step_behind(void *context)
{
    int *nice = context;
    yn_pace_step_behind();
    *nice = nice_of_this_thread();
    return NULL;
}

static void one_thread_steps_behind_the_others(void **state)
{
    (void)state;
    int before = nice_of_this_thread(), after = before;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, step_behind, &after), 0);
    pthread_join(thread, NULL);
    assert_true(after > before || before == 19);
    assert_int_equal(nice_of_this_thread(), before);
}

static void short_turns_begin_and_end_as_often_as_rules_are_read(void **state)
{
    (void)state;
    int before = threads();
    for (int i = 0; i < 3; i++) {
        yn_pace_begin();
        assert_int_equal(threads(), before + 1);
        yn_pace_end();
        assert_int_equal(threads(), before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_steps_behind_the_others),
        cmocka_unit_test(short_turns_begin_and_end_as_often_as_rules_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
