// SPDX-License-Identifier: MIT
// A directory with a store in a folder of its own, a clock that the test sets, and a network in
// which nobody listens.
#ifndef YN_TESTS_ROUNDS_TEST_H
#define YN_TESTS_ROUNDS_TEST_H

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "store_test.h"

#include "directory/rounds.h"

#define DAY  INT64_C(86400)
#define NOON INT64_C(1800000000)

static int64_t the_time = NOON;

static inline int64_t rounds_now(void)
{
    return the_time;
}

typedef struct stage {
    bench *bench; // first: tests use the short ways of store_test.h
    yn_collector *nowhere;
    yn_seal_key *key;
    yn_directory directory;
    yn_many_options many;
} stage;

static inline int open_stage(void **state)
{
    static stage s;
    static const char *const to_nobody[] = {"::127.0.0.1:1"};
    const yn_collect_options options = {.connect_to = to_nobody, .connect_to_count = 1};
    yn_buf message = yn_buf_make(4096, NULL);
    void *b;
    the_time = NOON;
    (void)set_up(&b);
    s = (stage){
        .bench = b, .nowhere = yn_collector_new(&options, &message), .key = yn_seal_key_new()};
    s.many.at_once = 32;
    s.many.per_address = 32;
    s.directory =
        (yn_directory){s.bench->store, s.nowhere, s.nowhere, s.key, rounds_now, s.nowhere};
    yn_buf_free(&message);
    *state = &s;
    return s.nowhere && s.key ? 0 : -1;
}

static inline int close_stage(void **state)
{
    stage *s = *state;
    void *b = s->bench;
    yn_collector_free(s->nowhere);
    yn_seal_key_free(s->key);
    return tear_down(&b);
}

static inline void set(stage *s, const char *name, const char *value)
{
    yn_buf message = yn_buf_make(4096, NULL);
    assert_int_equal(yn_directory_settings_write(s->directory.store, yonder_text_of(name),
                                                 yonder_text_of(value), &message),
                     YONDER_OK);
    yn_buf_free(&message);
}

static inline void happen(stage *s, const char *domain, yn_life_kind kind)
{
    assert_int_equal(add(s->bench, domain, kind, the_time), YONDER_OK);
}

static inline yn_life_state state_of(stage *s, const char *domain)
{
    return get(s->bench, domain).state;
}

/** The newest event of a domain. */
static inline yn_store_event latest(stage *s, const char *domain)
{
    yn_store_event *events = NULL;
    size_t count = 0;
    assert_int_equal(yn_store_history(s->directory.store, yonder_text_of(domain), 0, 1,
                                      &s->bench->arena, &events, &count),
                     YONDER_OK);
    assert_int_equal(count, 1);
    return events[0];
}

/** Answers at a port of this machine, though nothing that TLS understands. */
typedef struct talker {
    int listener, port;
    pthread_t thread;
} talker;

static inline void *talk(void *context)
{
    int client, listener = (int)(intptr_t)context;
    while ((client = accept(listener, NULL, NULL)) >= 0) {
        (void)send(client, "no\r\n\r\n", 6, MSG_NOSIGNAL);
        (void)close(client);
    }
    return NULL;
}

static inline talker open_talker(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    talker t = {.listener = socket(AF_INET, SOCK_STREAM, 0)};
    assert_true(bind(t.listener, (struct sockaddr *)&at, sizeof at) == 0 &&
                listen(t.listener, 64) == 0 &&
                getsockname(t.listener, (struct sockaddr *)&at, &len) == 0);
    t.port = ntohs(at.sin_port);
    assert_int_equal(pthread_create(&t.thread, NULL, talk, (void *)(intptr_t)t.listener), 0);
    return t;
}

static inline void close_talker(talker *t)
{
    (void)shutdown(t->listener, SHUT_RDWR);
    (void)pthread_join(t->thread, NULL);
    (void)close(t->listener);
}

#endif
