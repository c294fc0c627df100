// SPDX-License-Identifier: MIT
#include "server/supervisor.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

enum {
    first_passed = 3 // SD_LISTEN_FDS_START
};

/* ---- sockets --------------------------------------------------------------------------------- */

static bool number_in(const char *variable, uint64_t max, uint64_t *out)
{
    const char *value = getenv(variable);
    return value && yn_parse_number(yonder_text_of(value), max, out);
}

// The next of the names, which are separated by colons.
static yonder_text next_name(yonder_text *names)
{
    size_t colon = yn_find_char(*names, ':');
    yonder_text name = yn_slice(*names, 0, colon);
    *names = yn_skip(*names, colon < names->len ? colon + 1 : colon);
    return name;
}

static bool is_listening_tcp(int fd)
{
    int listening = 0, type = 0;
    socklen_t len = sizeof listening;
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 && listening &&
           getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &(socklen_t){sizeof type}) == 0 &&
           type == SOCK_STREAM;
}

static bool take(yn_passed *passed, int fd, yonder_text name)
{
    static const int on = 1;
    *passed = (yn_passed){.fd = fd};
    passed->tls = yn_equal(name, YN_TEXT("https")) || yn_starts_with(name, YN_TEXT("https-"));
    int flags = fcntl(fd, F_GETFL);
    if (!is_listening_tcp(fd) || !yn_address_of_socket(fd, &passed->address) ||
        (passed->address.storage.ss_family != AF_INET &&
         passed->address.storage.ss_family != AF_INET6) ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) {
        yn_log(YN_LOG_ERROR, "descriptor %d, which was passed, is no listening TCP socket", fd);
        return false;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &on, sizeof on); // seconds
    return true;
}

int yn_supervisor_sockets(yn_passed out[YN_PASSED_MOST])
{
    uint64_t pid = 0, count = 0;
    bool ours = number_in("LISTEN_PID", INT32_MAX, &pid) && pid == (uint64_t)getpid() &&
                number_in("LISTEN_FDS", YN_PASSED_MOST, &count);
    const char *named = getenv("LISTEN_FDNAMES");
    yonder_text names = yonder_text_of(named ? named : "");
    for (int i = 0; ours && i < (int)count; i++)
        if (!take(&out[i], first_passed + i, next_name(&names)))
            return -1;
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    return ours ? (int)count : 0;
}

/* ---- notices --------------------------------------------------------------------------------- */

static void notify(const char *message)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t len = path ? strlen(path) : 0;
    if (!len || len >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(to.sun_path, path, len);
    if (path[0] == '@') // a name in no file system
        to.sun_path[0] = '\0';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    if (fd >= 0)
        sendto(fd, message, strlen(message), MSG_NOSIGNAL, (const struct sockaddr *)&to, size);
    if (fd >= 0)
        close(fd);
}

void yn_supervisor_ready(void)
{
    notify("READY=1");
}

void yn_supervisor_replaced(void)
{
    char message[40];
    snprintf(message, sizeof message, "MAINPID=%ld\nREADY=1", (long)getpid());
    notify(message);
}

void yn_supervisor_reloading(void)
{
    char message[80];
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(message, sizeof message, "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    notify(message);
}

void yn_supervisor_stopping(void)
{
    notify("STOPPING=1");
}
