// SPDX-License-Identifier: MIT
#include "net/local.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    backlog = 64
};

static struct sockaddr_un file_of(const yn_address *address)
{
    struct sockaddr_un un = {0};
    memcpy(&un, &address->storage, sizeof un);
    return un;
}

bool yn_local_address(const char *path, yn_address *address)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    if (len >= sizeof un.sun_path) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(un.sun_path, path, len + 1);
    *address = (yn_address){.len = sizeof un};
    memcpy(&address->storage, &un, sizeof un);
    return true;
}

static void remove_stale(const yn_address *address, int type)
{
    struct sockaddr_un un = file_of(address);
    struct stat st;
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (fd >= 0 && stat(un.sun_path, &st) == 0 && S_ISSOCK(st.st_mode) &&
        connect(fd, (const struct sockaddr *)&un, sizeof un) != 0 && errno == ECONNREFUSED)
        unlink(un.sun_path);
    if (fd >= 0)
        close(fd);
}

static ino_t inode_of(const yn_address *address)
{
    struct sockaddr_un un = file_of(address);
    struct stat st;
    return stat(un.sun_path, &st) == 0 ? st.st_ino : 0;
}

bool yn_local_listen(yn_local *local, const char *path, int type, mode_t mode)
{
    *local = (yn_local){.fd = -1};
    if (!yn_local_address(path, &local->address))
        return false;
    remove_stale(&local->address, type);
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t mask = umask(0777 & ~mode);
    bool bound = fd >= 0 && bind(fd, (const struct sockaddr *)&local->address.storage,
                                 local->address.len) == 0;
    int error = errno;
    umask(mask);
    if (bound && listen(fd, backlog) == 0) {
        local->fd = fd;
        local->inode = inode_of(&local->address);
        return true;
    }
    if (bound) {
        error = errno;
        unlink(path);
    }
    if (fd >= 0)
        close(fd);
    errno = error;
    return false;
}

yn_local yn_local_adopt(int fd, const yn_address *address)
{
    return (yn_local){.fd = fd, .address = *address, .inode = inode_of(address)};
}

void yn_local_remove(yn_local *local)
{
    struct sockaddr_un un = file_of(&local->address);
    if (local->inode && inode_of(&local->address) == local->inode)
        unlink(un.sun_path);
    local->inode = 0;
}
