// SPDX-License-Identifier: MIT
// The store when it is not alone, and when its process is killed.
#include "store_test.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum {
    kills = 20,
    domains = 50,
};

static uint64_t seed = 0x9E3779B97F4A7C15;

static unsigned dice(unsigned sides)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)((seed >> 33) % sides);
}

static const char *name_of(unsigned i)
{
    static _Thread_local char name[32];
    (void)snprintf(name, sizeof name, "d%u.example", i);
    return name;
}

/* ---- killed ------------------------------------------------------------------------------------
 */

// Adds whatever comes, and tells of each event that was taken. Ends by being killed.
static void work_until_killed(const char *path, int pipe_end, uint64_t own_seed)
{
    yn_buf message = yn_buf_make(1 << 12, NULL);
    yn_store *store;
    if (yn_store_open(&store, path, &message))
        _exit(1);
    seed = own_seed;
    for (int64_t at = 1;; at++) {
        yn_store_event event = event_of(name_of(dice(domains)), dice(YN_LIFE_KIND_COUNT), at);
        int code = yn_store_add(store, &event, NULL);
        if (code && code != YN_STORE_REFUSED)
            _exit(2);
        if (!code && write(pipe_end, &event.id, sizeof event.id) != sizeof event.id)
            _exit(3);
    }
}

static size_t kill_one(const bench *b, int64_t *last)
{
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(ends[0]);
        work_until_killed(b->path, ends[1], seed);
    }
    (void)close(ends[1]);
    size_t told = 0;
    int64_t id;
    // It is at work for sure when the first comes; then it has up to 40 ms.
    assert_int_equal(read(ends[0], &id, sizeof id), sizeof id);
    assert_true(id > *last);
    *last = id, told = 1;
    const struct timespec wait = {.tv_nsec = dice(40000000)};
    (void)nanosleep(&wait, NULL);
    assert_int_equal(kill(child, SIGKILL), 0);
    while (read(ends[0], &id, sizeof id) == sizeof id) {
        assert_int_equal(id, *last + 1);
        *last = id, told++;
    }
    (void)close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    return told;
}

static void what_was_said_to_be_taken_outlives_the_process(void **state)
{
    bench *b = *state;
    size_t told = 0;
    int64_t last = 0;
    yn_store_close(b->store);
    b->store = NULL;
    for (int i = 0; i < kills; i++) {
        told += kill_one(b, &last);
        (void)dice(2);
        open_again(b);
        // Events are numbered without a gap. One that was taken need not have been told of.
        int count = atoi(raw_text(b, "SELECT count(*) FROM events"));
        assert_in_range(count, last, last + 1);
        assert_int_equal(atoi(raw_text(b, "SELECT max(id) FROM events")), count);
        assert_sound(b);
        last = count;
        yn_store_close(b->store);
        b->store = NULL;
    }
    assert_true(told >= kills);
    print_message("# %zu events told of in %d lives\n", told, kills);
}

/* ---- in company --------------------------------------------------------------------------------
 */

static void add_some(const char *path, unsigned first, unsigned count)
{
    yn_buf message = yn_buf_make(1 << 12, NULL);
    yn_store *store;
    int failed = yn_store_open(&store, path, &message);
    for (unsigned i = 0; i < count && !failed; i++) {
        yn_store_event event = event_of(name_of(first + i), YN_LIFE_SUBMITTED, 1);
        failed = yn_store_add(store, &event, NULL);
    }
    if (!failed)
        yn_store_close(store);
    _exit(failed ? 1 : 0);
}

static void processes_share_a_database_and_make_it_once(void **state)
{
    bench *b = *state;
    enum {
        processes = 4,
        each = 30
    };
    yn_store_close(b->store);
    b->store = NULL;
    assert_int_equal(unlink(b->path), 0);
    pid_t children[processes];
    for (unsigned i = 0; i < processes; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0)
            add_some(b->path, i * each, each);
    }
    for (unsigned i = 0; i < processes; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    open_again(b);
    size_t counts[YN_LIFE_STATE_COUNT];
    assert_int_equal(yn_store_counts(b->store, counts), YONDER_OK);
    assert_int_equal(counts[YN_LIFE_PENDING], processes * each);
    assert_sound(b);
}

typedef struct worker {
    yn_store *store;
    unsigned first;
    size_t bad;
} worker;

enum {
    threads = 4,
    each_thread = 40
};

static void *add_and_look(void *context)
{
    worker *w = context;
    for (unsigned i = w->first; i < w->first + each_thread; i++) {
        yn_store_event event = event_of(name_of(i), YN_LIFE_SUBMITTED, 1);
        yn_life life = {0};
        w->bad += yn_store_add(w->store, &event, NULL) != YONDER_OK;
        w->bad += yn_store_add(w->store, &event, NULL) != YN_STORE_REFUSED;
        // What is wrong is told to whom it went wrong for.
        char expected[80];
        (void)snprintf(expected, sizeof expected, "%s is pending: it cannot be submitted",
                       name_of(i));
        w->bad += strcmp(yn_store_problem(w->store), expected) != 0;
        w->bad += yn_store_get(w->store, event.domain, &life) != YONDER_OK;
        w->bad += life.state != YN_LIFE_PENDING;
    }
    return NULL;
}

static void threads_share_a_store(void **state)
{
    bench *b = *state;
    pthread_t running[threads];
    worker workers[threads];
    for (unsigned i = 0; i < threads; i++) {
        workers[i] = (worker){b->store, i * each_thread, 0};
        assert_int_equal(pthread_create(&running[i], NULL, add_and_look, &workers[i]), 0);
    }
    for (unsigned i = 0; i < threads; i++) {
        assert_int_equal(pthread_join(running[i], NULL), 0);
        assert_int_equal(workers[i].bad, 0);
    }
    assert_int_equal(atoi(raw_text(b, "SELECT count(*) FROM members")), threads * each_thread);
    assert_sound(b);
}

static bool write_meanwhile(void *context, const yn_store_member *member)
{
    bench *b = context;
    (void)member;
    // From another process's point of view; the contract leaves the store to its reader.
    assert_int_equal(raw(b, "INSERT OR REPLACE INTO settings VALUES ('x', 'y')"), SQLITE_OK);
    return true;
}

static void who_reads_all_members_stops_no_writer(void **state)
{
    bench *b = *state;
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(add(b, name_of(i), YN_LIFE_SUBMITTED, 1), YONDER_OK);
    assert_int_equal(
        yn_store_each(b->store, 1U << YN_LIFE_PENDING, YN_TEXT(""), 0, write_meanwhile, b),
        YONDER_OK);
    assert_string_equal(raw_text(b, "SELECT value FROM settings WHERE name = 'x'"), "y");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_was_said_to_be_taken_outlives_the_process),
        TEST(processes_share_a_database_and_make_it_once),
        TEST(threads_share_a_store),
        TEST(who_reads_all_members_stops_no_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
