// SPDX-License-Identifier: MIT
// The floor: what the kernel costs. One thread, one epoll loop, and no HTTP beyond finding the
// empty line that ends a request. Every request gets the same 308, or with -r the target of its
// path in a plain hash table. It is a measure, not a server.
//
// usage: floor -p PORT [-r FILE] [-c] [-d] [-s SECONDS]
//   -r FILE     answer from these rules, lines "FROM TO STATUS"
//   -c          close the connection after each answer
//   -d          deferred accept: wake up when the request is there, and read it at once
//   -s SECONDS  end after that long whatever happens (default 600)
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "table.h"

enum {
    max_fd = 65536,
    in_size = 16384,
    out_size = 65536,
    answer_max = 1024,
};

typedef struct connection {
    size_t have;
    char in[in_size];
} connection;

typedef struct floor_server {
    int listener;
    int epoll;
    bool closing;
    bool deferred;
    bool has_rules;
    table rules;
    connection *connections[max_fd];
    char out[out_size];
} floor_server;

static floor_server server;

static const char fixed_target[] = "https://www.example.com/new";

static bool load_rules(const char *name)
{
    struct stat st;
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        perror(name);
        return false;
    }
    size_t size = (size_t)st.st_size;
    char *text = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    close(fd);
    server.has_rules = true;
    return text != MAP_FAILED && table_make(&server.rules, (yonder_text){text, size});
}

static char *put(char *out, yonder_text t)
{
    return (char *)mempcpy(out, t.ptr, t.len);
}

#define PUT(out, literal) ((char *)mempcpy(out, literal, sizeof(literal) - 1))

// Writes the answer to the request that starts at `request`: "METHOD PATH ".
static char *answer(char *out, const char *request, const char *end)
{
    yonder_text target = {fixed_target, sizeof fixed_target - 1};
    if (server.has_rules) {
        const char *path = memchr(request, ' ', (size_t)(end - request));
        const char *space = path ? memchr(path + 1, ' ', (size_t)(end - path - 1)) : NULL;
        target = space ? table_find(&server.rules, path + 1, (size_t)(space - path - 1))
                       : (yonder_text){NULL, 0};
    }
    if (target.ptr && target.len < answer_max - 256) {
        out = PUT(out, "HTTP/1.1 308 Permanent Redirect\r\nLocation: ");
        out = put(out, target);
    } else {
        out = PUT(out, "HTTP/1.1 404 Not Found");
    }
    if (server.closing)
        out = PUT(out, "\r\nConnection: close");
    return PUT(out, "\r\nContent-Length: 0\r\n\r\n");
}

// Answers all requests that are there. False once the connection is closed.
static bool serve(int fd)
{
    connection *c = server.connections[fd];
    ssize_t got = recv(fd, c->in + c->have, in_size - c->have, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN)
        return true;
    if (got <= 0) {
        close(fd);
        return false;
    }
    char *p = c->in, *end = c->in + c->have + got, *out = server.out, *blank;
    while (out < server.out + out_size - answer_max &&
           (blank = memmem(p, (size_t)(end - p), "\r\n\r\n", 4))) {
        out = answer(out, p, blank);
        p = blank + 4;
    }
    size_t answered = (size_t)(out - server.out);
    if (answered && send(fd, server.out, answered, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        answered = 0;
    c->have = (size_t)(end - p);
    if (c->have == in_size || (server.closing && answered)) {
        close(fd);
        return false;
    }
    if (c->have)
        memmove(c->in, p, c->have);
    return true;
}

static void accept_all(void)
{
    int fd;
    for (int i = 0; i < 64; i++) {
        fd = accept4(server.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        if (fd < max_fd && !server.connections[fd])
            server.connections[fd] = malloc(sizeof(connection));
        if (fd >= max_fd || !server.connections[fd]) {
            close(fd);
            continue;
        }
        server.connections[fd]->have = 0;
        if (server.deferred && !serve(fd))
            continue;
        struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(server.epoll, EPOLL_CTL_ADD, fd, &e);
    }
}

static bool listen_on(int port)
{
    int on = 1, seconds = 5;
    server.listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(server.listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(server.listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (server.deferred)
        setsockopt(server.listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds);
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(server.listener, (struct sockaddr *)&a, sizeof a) != 0 ||
        listen(server.listener, 4096) != 0) {
        perror("floor");
        return false;
    }
    server.epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = server.listener};
    return epoll_ctl(server.epoll, EPOLL_CTL_ADD, server.listener, &e) == 0;
}

static void loop(void)
{
    struct epoll_event events[256];
    for (;;) {
        int n = epoll_wait(server.epoll, events, 256, -1);
        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == server.listener)
                accept_all();
            else
                serve(events[i].data.fd);
        }
    }
}

int main(int argc, char **argv)
{
    int option, port = 0;
    unsigned seconds = 600;
    while ((option = getopt(argc, argv, "p:r:cds:")) != -1) {
        if (option == '?' || (option == 'r' && !load_rules(optarg)))
            return 2;
        if (option == 'p')
            port = (int)strtol(optarg, NULL, 10);
        else if (option == 'c')
            server.closing = true;
        else if (option == 'd')
            server.deferred = true;
        else if (option == 's')
            seconds = (unsigned)strtoul(optarg, NULL, 10);
    }
    if (port <= 0 || port > 65535) {
        fprintf(stderr, "usage: floor -p PORT [-r FILE] [-c] [-d] [-s SECONDS]\n");
        return 2;
    }
    alarm(seconds); // SIGALRM ends the program
    if (!listen_on(port))
        return 3;
    loop();
}
