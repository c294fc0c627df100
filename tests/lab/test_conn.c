// SPDX-License-Identifier: MIT
// A connection of the loopback, in a loop whose clock is the test's.
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "lab/conn.h"

static yn_lab lab;
static int peer;

static void nothing(void *context)
{
    (void)context;
}

static int open_connection(void **state)
{
    (void)state;
    int listener;
    yn_address address;
    memset(&lab, 0, sizeof lab);
    lab.site = (yn_lab_site){.domain = "lab.test", .port = 8307, .other_port = 8308};
    for (size_t i = 0; i < YN_LAB_PORTS; i++)
        lab.listeners[i].watch.fd = -1;
    if (!yn_loop_init(&lab.loop, nothing, nothing, &lab) ||
        !yn_address_parse(&address, YN_TEXT("127.0.0.1:0")) || !yn_listen(&address, &listener, 1))
        return -1;
    yn_timer_list_init(&lab.exchanges, YN_LAB_EXCHANGE_MS, yn_lab_conn_expired);
    peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(peer, (struct sockaddr *)&address.storage, address.len) != 0)
        return -1;
    int fd;
    do
        fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    while (fd < 0 && errno == EAGAIN);
    close(listener);
    lab.loop.now = 0;
    yn_lab_conn_open(&lab, fd);
    return fd < 0;
}

static int close_connection(void **state)
{
    (void)state;
    if (lab.conns)
        yn_lab_conn_close(lab.conns);
    close(peer);
    yn_loop_free(&lab.loop);
    return 0;
}

// The peer sends `bytes`, and at `now` the connection takes what has come.
static void send_at(int64_t now, const char *bytes)
{
    struct epoll_event event;
    lab.loop.now = now;
    assert_int_equal(write(peer, bytes, strlen(bytes)), strlen(bytes));
    while (epoll_wait(lab.loop.epoll_fd, &event, 1, 100) == 1) {
        yn_watch *watch = event.data.ptr;
        watch->ready(watch, event.events);
        if (!lab.conn_count || watch->interest == EPOLLIN)
            return;
    }
    fail_msg("nothing has come");
}

static bool is_open_at(int64_t now)
{
    yn_timer_list_expire(&lab.exchanges, now);
    return lab.conn_count == 1;
}

static void bytes_that_drip_do_not_prolong_it(void **state)
{
    (void)state;
    send_at(0, "GET /nothing HTTP/1.1\r\nX: ");
    for (int64_t now = 500; now < YN_LAB_EXCHANGE_MS; now += 500)
        send_at(now, "x");
    assert_true(is_open_at(YN_LAB_EXCHANGE_MS - 100));
    assert_false(is_open_at(YN_LAB_EXCHANGE_MS + 100));
    char byte;
    assert_true(read(peer, &byte, 1) <= 0);
}

static void each_answer_gives_it_time_for_another(void **state)
{
    (void)state;
    char bytes[4096];
    send_at(20000, "GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_true(read(peer, bytes, sizeof bytes) > 12);
    assert_memory_equal(bytes, "HTTP/1.1 404", 12);
    assert_true(is_open_at(20000 + YN_LAB_EXCHANGE_MS - 100));
    assert_false(is_open_at(20000 + YN_LAB_EXCHANGE_MS + 100));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bytes_that_drip_do_not_prolong_it, open_connection,
                                        close_connection),
        cmocka_unit_test_setup_teardown(each_answer_gives_it_time_for_another, open_connection,
                                        close_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
