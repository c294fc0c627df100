// SPDX-License-Identifier: MIT
#include "test.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/text.h"
#include "net/listen.h"

static void addresses_are_read_and_shown(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *shown; // NULL: not an address
    } rows[] = {
        {"127.0.0.1:8080", "127.0.0.1:8080"},
        {"0.0.0.0:0", "0.0.0.0:0"},
        {"localhost:1", "127.0.0.1:1"},
        {"LOCALHOST:1", "127.0.0.1:1"},
        {"[::1]:65535", "[::1]:65535"},
        {"[2001:DB8:0::1]:80", "[2001:db8::1]:80"},
        {"[::ffff:10.0.0.1]:80", "10.0.0.1:80"},
        {"127.0.0.1", NULL},
        {"127.0.0.1:", NULL},
        {"127.0.0.1:65536", NULL},
        {"127.0.0.1:-1", NULL},
        {"127.0.0.1:http", NULL},
        {"127.1:80", NULL},
        {":80", NULL},
        {"80", NULL},
        {"", NULL},
        {"::1:80", NULL},
        {"[::1]80", NULL},
        {"[]:80", NULL},
        {"[127.0.0.1]:80", NULL},
        {"example.com:80", NULL},
        {"1111111111111111111111111111111111111111111111111111111111:80", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_address address;
        char shown[YN_ADDRESS_TEXT];
        bool ok = yn_address_parse(&address, yonder_text_of(rows[i].text));
        assert_row(rows[i].text, ok == (rows[i].shown != NULL));
        if (!ok)
            continue;
        yn_address_print(&address, shown);
        assert_text(rows[i].text, yonder_text_of(shown), rows[i].shown);
    }
}

static int connect_to(const yn_address *address)
{
    int fd = socket(address->storage.ss_family, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address->storage, address->len), 0);
    assert_int_equal(send(fd, "x", 1, 0), 1);
    return fd;
}

static void several_sockets_share_one_address_and_nobody_else(void **state)
{
    (void)state;
    yn_address address;
    int fds[4], more[2];
    assert_true(yn_address_parse(&address, YN_TEXT("127.0.0.1:0")));
    assert_true(yn_listen(&address, fds, 4));
    char shown[YN_ADDRESS_TEXT];
    yn_address_print(&address, shown);
    assert_string_not_equal(shown, "127.0.0.1:0");

    // All four get connections: of 200, each some.
    int clients[200];
    unsigned got[4] = {0};
    for (size_t i = 0; i < 200; i++)
        clients[i] = connect_to(&address);
    for (size_t accepted = 0; accepted < 200;) {
        struct pollfd polled[4];
        for (size_t i = 0; i < 4; i++)
            polled[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
        assert_true(poll(polled, 4, 5000) > 0);
        for (size_t i = 0; i < 4; i++) {
            int fd = accept(fds[i], NULL, NULL);
            if (fd < 0)
                continue;
            close(fd);
            got[i]++;
            accepted++;
        }
    }
    for (size_t i = 0; i < 4; i++)
        assert_true(got[i] > 0);

    // One who would share, as we do, does not get in.
    for (size_t count = 1; count <= 2; count++) {
        yn_address same = address;
        assert_false(yn_listen(&same, more, count));
        assert_int_equal(errno, EADDRINUSE);
    }
    for (size_t i = 0; i < 200; i++)
        close(clients[i]);
    for (size_t i = 0; i < 4; i++)
        close(fds[i]);
}

static void at_the_last_nobody_new_comes_and_whoever_had_begun_does(void **state)
{
    (void)state;
    yn_address address;
    int listener;
    assert_true(yn_address_parse(&address, YN_TEXT("127.0.0.1:0")));
    assert_true(yn_listen(&address, &listener, 1));
    int before = connect_to(&address);
    int silent = socket(AF_INET, SOCK_STREAM, 0); // the kernel keeps it until it says something
    assert_int_equal(connect(silent, (struct sockaddr *)&address.storage, address.len), 0);
    yn_listen_last(listener);
    int late = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(connect(late, (struct sockaddr *)&address.storage, address.len), -1);
    assert_int_equal(errno, EINPROGRESS);
    assert_int_equal(send(silent, "x", 1, 0), 1);

    char byte;
    for (int i = 0; i < 2; i++) {
        struct pollfd polled = {.fd = listener, .events = POLLIN};
        assert_int_equal(poll(&polled, 1, 5000), 1);
        int fd = accept(listener, NULL, NULL);
        assert_true(fd >= 0);
        assert_int_equal(recv(fd, &byte, 1, 0), 1); // its packets still come
        close(fd);
    }
    struct pollfd connected = {.fd = late, .events = POLLOUT};
    assert_int_equal(poll(&connected, 1, 100), 0);
    close(listener);
    assert_int_equal(poll(&connected, 1, 5000), 1); // at its second attempt it is refused
    assert_true(connected.revents & POLLERR);
    close(before);
    close(silent);
    close(late);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read_and_shown),
        cmocka_unit_test(several_sockets_share_one_address_and_nobody_else),
        cmocka_unit_test(at_the_last_nobody_new_comes_and_whoever_had_begun_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
