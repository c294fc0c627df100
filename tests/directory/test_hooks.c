// SPDX-License-Identifier: MIT
// Hooks, told by programs that a test writes and by a server that it is.
#include "rounds_test.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include "directory/hook_command.h"

static const yn_fetch_options plain = {0};

/* ---- programs ----------------------------------------------------------------------------------
 */

static const char *path_of(stage *s, const char *name)
{
    char text[256];
    (void)snprintf(text, sizeof text, "%s/%s", s->bench->folder, name);
    return yn_arena_text(&s->bench->arena, yonder_text_of(text)).ptr;
}

/** A program of the shell in the store's folder; D in it stands for that. */
static const char *program(stage *s, const char *lines)
{
    const char *path = path_of(s, "hook");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)fprintf(file, "#!/bin/sh\nD=%s\n%s\n", s->bench->folder, lines);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0700), 0);
    return path;
}

/** What a file in the folder has, which then is deleted; "" where there is none. */
static const char *take_file(stage *s, const char *name)
{
    char text[65536];
    FILE *file = fopen(path_of(s, name), "r");
    size_t len = file ? fread(text, 1, sizeof text, file) : 0;
    if (file)
        (void)fclose(file);
    (void)unlink(path_of(s, name));
    return yn_arena_text(&s->bench->arena, (yonder_text){text, len}).ptr;
}

static int close_hooks(void **state)
{
    stage *s = *state;
    (void)unlink(path_of(s, "hook"));
    (void)unlink(path_of(s, "out"));
    return close_stage(state);
}

static yn_hooks_round run(stage *s, const char *command, const char *url)
{
    const yn_hooks hooks = {command, url, &plain, 5000};
    yn_hooks_round round;
    assert_int_equal(yn_hooks_run(&s->directory, &hooks, NULL, &round), YONDER_OK);
    return round;
}

static void a_program_gets_the_event(void **state)
{
    stage *s = *state;
    const char *command = program(s, "cat >>$D/out; echo noise; echo noise >&2");
    yn_store_event event = event_of("a.example", YN_LIFE_SUBMITTED, the_time);
    event.actor = YN_ACTOR_VISITOR;
    event.address = YN_TEXT("192.0.2.1");
    event.reason = YN_TEXT("\"$(touch x)\" <b>");
    event.issues = YN_TEXT("{\"errors\":[],\"warnings\":[]}");
    assert_int_equal(yn_store_add(s->directory.store, &event, NULL), YONDER_OK);
    yn_hooks_round round = run(s, command, NULL);
    assert_int_equal(round.told, 1);
    assert_int_equal(round.failed, 0);
    assert_string_equal(take_file(s, "out"),
                        "{\"id\":1,\"domain\":\"a.example\",\"at\":\"2027-01-15T08:00:00Z\","
                        "\"event\":\"submitted\",\"from\":\"unknown\",\"to\":\"pending\","
                        "\"actor\":\"visitor\",\"reason\":\"\\\"$(touch x)\\\" <b>\","
                        "\"policy\":\"bulk-1-year\",\"include_subdomains\":true,"
                        "\"issues\":{\"errors\":[],\"warnings\":[]},\"version\":null}\n");
    assert_int_equal(run(s, command, NULL).told, 0); // once
    assert_string_equal(take_file(s, "out"), "");
}

static void what_is_not_told_is_tried_again_ever_later(void **state)
{
    stage *s = *state;
    happen(s, "a.example", YN_LIFE_SUBMITTED);
    const char *command = program(s, "echo >>$D/out; exit 3");
    int64_t pause = 60;
    for (int i = 0; i < 11; i++, pause *= 2) {
        assert_int_equal(run(s, command, NULL).failed, 1);
        the_time += pause - 1;
        assert_int_equal(run(s, command, NULL).failed, 0);
        the_time += 1;
    }
    assert_int_equal(run(s, command, NULL).failed, 1); // for the last time
    the_time += 100 * DAY;
    assert_int_equal(run(s, program(s, "exit 0"), NULL).told, 0);
    assert_int_equal(strlen(take_file(s, "out")), 12);
}

static void a_domains_events_are_told_in_their_order(void **state)
{
    stage *s = *state;
    happen(s, "a.example", YN_LIFE_SUBMITTED);
    happen(s, "b.example", YN_LIFE_SUBMITTED);
    happen(s, "a.example", YN_LIFE_REMOVAL_REQUESTED);
    const char *command =
        program(s, "read e; echo $e | grep -q a.example && test ! -e $D/ok && exit 1\n"
                   "echo $e | sed 's/[^:]*:\\([0-9]*\\).*/\\1/' >>$D/out");
    yn_hooks_round round = run(s, command, NULL);
    assert_int_equal(round.told, 1); // of b
    assert_int_equal(round.failed, 1);
    happen(s, "a.example", YN_LIFE_WITHDRAWN);
    assert_int_equal(run(s, command, NULL).told, 0); // it waits behind the first
    the_time += 60;
    command = program(s, "read e; echo $e | sed 's/[^:]*:\\([0-9]*\\).*/\\1/' >>$D/out");
    assert_int_equal(run(s, command, NULL).told, 3);
    assert_string_equal(take_file(s, "out"), "2\n1\n3\n4\n");
}

static void three_failures_in_a_row_end_a_round(void **state)
{
    stage *s = *state;
    static const char *const names[] = {"a.example", "b.example", "c.example", "d.example",
                                        "e.example"};
    for (size_t i = 0; i < 5; i++)
        happen(s, names[i], YN_LIFE_SUBMITTED);
    assert_int_equal(run(s, "/nonexistent/program", NULL).failed, 3);
    assert_int_equal(run(s, program(s, "exit 0"), NULL).told, 2);
}

static void without_a_hook_all_is_kept(void **state)
{
    stage *s = *state;
    happen(s, "a.example", YN_LIFE_SUBMITTED);
    assert_int_equal(run(s, NULL, NULL).told, 0);
    assert_int_equal(run(s, program(s, "exit 0"), NULL).told, 1);
}

/* ---- a program that does not behave ------------------------------------------------------------
 */

static void a_program_that_hangs_is_killed_with_its_children(void **state)
{
    stage *s = *state;
    struct timespec begin, end;
    yn_buf problem = yn_buf_make(4096, NULL);
    const char *command = program(s, "(sleep 0.5; echo late >>$D/out) & sleep 30");
    (void)clock_gettime(CLOCK_MONOTONIC, &begin);
    assert_false(yn_hook_command(command, YN_TEXT("{}"), 200, NULL, &problem));
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    assert_true(end.tv_sec - begin.tv_sec < 5);
    yn_buf_char(&problem, '\0');
    assert_non_null(strstr(problem.ptr, "did not end in time"));
    yn_buf_free(&problem);
    (void)nanosleep(&(struct timespec){.tv_nsec = 600000000}, NULL);
    assert_string_equal(take_file(s, "out"), "");
}

static void how_a_program_ends_is_told(void **state)
{
    stage *s = *state;
    static const struct {
        const char *lines, *problem;
        bool ok;
    } rows[] = {
        {"exit 0", "", true}, // nothing was read
        {"exit 7", "ended with 7", false},
        {"kill -9 $$", "ended by signal 9", false},
        {"test -z \"$1\" && test $# -eq 0", "", true},
        {"test \"$(cat /dev/stdin)\" = '{}'", "", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf problem = yn_buf_make(4096, NULL);
        bool ok = yn_hook_command(program(s, rows[i].lines), YN_TEXT("{}"), 5000, NULL, &problem);
        yn_buf_char(&problem, '\0');
        if (ok != rows[i].ok || !strstr(problem.ptr, rows[i].problem))
            fail_msg("%s: %s", rows[i].lines, problem.ptr);
        yn_buf_free(&problem);
    }
}

/* ---- a server ----------------------------------------------------------------------------------
 */

typedef struct server {
    int fd;
    char url[64], request[65536];
    const char *answer;
    pthread_t thread;
} server;

// One connection, one request, one answer.
static void *answer_once(void *context)
{
    server *v = context;
    size_t len = 0;
    int c = accept(v->fd, NULL, NULL);
    for (ssize_t n; c >= 0 && len + 1 < sizeof v->request; len += (size_t)n) {
        n = recv(c, v->request + len, sizeof v->request - 1 - len, 0);
        if (n <= 0)
            break;
        v->request[len + (size_t)n] = '\0';
        if (v->request[len + (size_t)n - 1] == '\n' && strstr(v->request, "}\n"))
            break;
    }
    (void)send(c, v->answer, strlen(v->answer), MSG_NOSIGNAL);
    (void)close(c);
    return NULL;
}

static void begin_server(server *v, const char *answer)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    *v = (server){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), .answer = answer};
    assert_int_equal(bind(v->fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(v->fd, 4), 0);
    assert_int_equal(getsockname(v->fd, (struct sockaddr *)&at, &size), 0);
    (void)snprintf(v->url, sizeof v->url, "http://127.0.0.1:%d/hook?a=b", ntohs(at.sin_port));
    assert_int_equal(pthread_create(&v->thread, NULL, answer_once, v), 0);
}

static void end_server(server *v)
{
    (void)pthread_join(v->thread, NULL);
    (void)close(v->fd);
}

#define ANSWER(status, more) "HTTP/1.1 " status " Status\r\nContent-Length: 0\r\n" more "\r\n"

static void a_server_gets_the_event(void **state)
{
    stage *s = *state;
    static server v;
    happen(s, "a.example", YN_LIFE_SUBMITTED);
    begin_server(&v, ANSWER("204", ""));
    assert_int_equal(run(s, NULL, v.url).told, 1);
    end_server(&v);
    assert_ptr_equal(strstr(v.request, "POST /hook?a=b HTTP/1.1\r\n"), v.request);
    assert_non_null(strstr(v.request, "Content-Type: application/json\r\n"));
    assert_non_null(strstr(v.request, "\r\n\r\n{\"id\":1,\"domain\":\"a.example\","));
}

static void another_answer_or_none_is_a_failure(void **state)
{
    stage *s = *state;
    static server v;
    static const char *const answers[] = {ANSWER("500", ""), ANSWER("302", "Location: /\r\n"), ""};
    happen(s, "a.example", YN_LIFE_SUBMITTED);
    for (size_t i = 0; i < 3; i++) {
        begin_server(&v, answers[i]);
        assert_int_equal(run(s, NULL, v.url).failed, 1);
        end_server(&v);
        the_time += DAY;
    }
    assert_int_equal(run(s, NULL, v.url).failed, 1); // it is not there any more
}

static void program_and_server_both_have_to_know(void **state)
{
    stage *s = *state;
    static server v;
    happen(s, "a.example", YN_LIFE_SUBMITTED);
    begin_server(&v, ANSWER("503", ""));
    const char *command = program(s, "cat >/dev/null; echo told >>$D/out");
    assert_int_equal(run(s, command, v.url).failed, 1);
    end_server(&v);
    the_time += 60;
    begin_server(&v, ANSWER("200", ""));
    assert_int_equal(run(s, command, v.url).told, 1);
    end_server(&v);
    assert_string_equal(take_file(s, "out"), "told\ntold\n");
}

static void what_is_no_url_is_an_error(void **state)
{
    stage *s = *state;
    const yn_hooks hooks = {NULL, "no url", &plain, 5000};
    yn_hooks_round round;
    assert_int_equal(yn_hooks_run(&s->directory, &hooks, NULL, &round), YONDER_INVALID_ARGUMENT);
}

int main(void)
{
#define STAGED(test) cmocka_unit_test_setup_teardown(test, open_stage, close_hooks)
    const struct CMUnitTest tests[] = {
        STAGED(a_program_gets_the_event),
        STAGED(what_is_not_told_is_tried_again_ever_later),
        STAGED(a_domains_events_are_told_in_their_order),
        STAGED(three_failures_in_a_row_end_a_round),
        STAGED(without_a_hook_all_is_kept),
        STAGED(a_program_that_hangs_is_killed_with_its_children),
        STAGED(how_a_program_ends_is_told),
        STAGED(a_server_gets_the_event),
        STAGED(another_answer_or_none_is_a_failure),
        STAGED(program_and_server_both_have_to_know),
        STAGED(what_is_no_url_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
