// SPDX-License-Identifier: MIT
#include "cli/ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "net/listen.h"

enum {
    longest_document = 1 << 30,
    patience = 30, // seconds without a byte
};

static int connect_to(const void *address, socklen_t len, int family)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct timeval time = {.tv_sec = patience};
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) == 0 &&
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time) == 0 &&
        connect(fd, address, len) == 0)
        return fd;
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return -1;
}

// -1 with errno.
static int open_admin(const char *where)
{
    struct sockaddr_un path = {.sun_family = AF_UNIX};
    yn_address address;
    if (strchr(where, '/')) {
        size_t len = strlen(where);
        if (len >= sizeof path.sun_path) {
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(path.sun_path, where, len + 1);
        return connect_to(&path, sizeof path, AF_UNIX);
    }
    if (!yn_address_parse(&address, yonder_text_of(where))) {
        errno = EINVAL;
        return -1;
    }
    return connect_to(&address.storage, address.len, address.storage.ss_family);
}

static bool send_all(int fd, yonder_text bytes)
{
    while (bytes.len) {
        ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n < 0)
            return false;
        bytes = yn_skip(bytes, (size_t)n);
    }
    return true;
}

// Until the server closes.
static bool receive_all(int fd, yn_buf *out)
{
    for (;;) {
        if (!yn_buf_reserve(out, 65536)) {
            errno = ENOMEM;
            return false;
        }
        ssize_t n = recv(fd, out->ptr + out->len, out->cap - out->len, 0);
        if (n == 0)
            return true;
        if (n < 0)
            return false;
        out->len += (size_t)n;
    }
}

static bool exchange(int fd, const char *target, yn_buf *response)
{
    char request[256];
    int len =
        snprintf(request, sizeof request, "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n", target);
    return send_all(fd, (yonder_text){request, (size_t)len}) && receive_all(fd, response);
}

// The body of a response with status 200; false: it is none.
static bool body_of(yonder_text response, yonder_text *body)
{
    const char *end = response.len ? memmem(response.ptr, response.len, "\r\n\r\n", 4) : NULL;
    if (!end || !yn_starts_with(response, YN_TEXT("HTTP/1.")) || response.len < 12 ||
        memcmp(response.ptr + 8, " 200", 4) != 0)
        return false;
    *body = yn_skip(response, (size_t)(end + 4 - response.ptr));
    return true;
}

int yn_ask_server(const char *command, const char *where, const char *target, yn_buf *body)
{
    where = where ? where : getenv("YONDER_ADMIN");
    if (!where || !*where)
        return yn_usage_error(command, "--admin or $YONDER_ADMIN says which server to ask");
    int fd = open_admin(where);
    if (fd < 0) {
        fprintf(stderr, "yonder: cannot ask %s: %s\n", where, strerror(errno));
        return YN_EXIT_FAILED;
    }
    yn_buf response = yn_buf_make(longest_document, NULL);
    yonder_text content;
    bool got = exchange(fd, target, &response);
    int error = errno;
    close(fd);
    int code = YN_EXIT_OK;
    if (!got)
        fprintf(stderr, "yonder: cannot ask %s: %s\n", where, strerror(error));
    else if (!body_of(yn_buf_text(&response), &content))
        fprintf(stderr, "yonder: %s is no --admin address of a yonder server\n", where);
    else
        yn_buf_put(body, content);
    if (!got || !body_of(yn_buf_text(&response), &content) || body->error)
        code = YN_EXIT_FAILED;
    yn_buf_free(&response);
    return code;
}

int yn_ask_json(const char *command, const char *where, const char *target, json_t **document)
{
    yn_buf body = yn_buf_make(longest_document, NULL);
    json_error_t error;
    int code = yn_ask_server(command, where, target, &body);
    if (code == YN_EXIT_OK) {
        *document = json_loadb(body.ptr ? body.ptr : "", body.len, 0, &error);
        if (!*document) {
            fprintf(stderr, "yonder: what the server tells cannot be read: %s\n", error.text);
            code = YN_EXIT_FAILED;
        }
    }
    yn_buf_free(&body);
    return code;
}

int64_t yn_ask_int(const json_t *object, const char *name)
{
    return json_integer_value(json_object_get(object, name));
}

const char *yn_ask_str(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value ? value : "";
}

int yn_ask_print(const char *command, const char *where, const char *target)
{
    yn_buf body = yn_buf_make(longest_document, NULL);
    int code = yn_ask_server(command, where, target, &body);
    if (code == YN_EXIT_OK && body.len)
        (void)fwrite(body.ptr, 1, body.len, stdout);
    yn_buf_free(&body);
    return code;
}
