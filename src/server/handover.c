// SPDX-License-Identifier: MIT
#include "server/handover.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

enum {
    magic = 0x796e6401, // the last byte counts the layouts
    most_offers = 1 << 16,
    most_tries = 10,
    answer_time = 10000, // ms for the other to say its next word, where it has nothing to do first
};

typedef enum packet_kind {
    PACKET_OFFER, // with a descriptor
    PACKET_END,   // of the offers: their number, and the ticket keys
    PACKET_TAKE,  // the other way: what was put to use, a byte for each offer, follows
    PACKET_LEFT,  // they are yours
} packet_kind;

typedef struct packet {
    uint32_t magic;
    uint32_t kind;
    yn_offer offer; // its fd is of no meaning
    uint32_t count;
    uint32_t pid;
    yn_tls_ticket_keys keys;
} packet;

/* ---- packets --------------------------------------------------------------------------------- */

typedef union control {
    struct cmsghdr header; // for its alignment
    char room[CMSG_SPACE(sizeof(int))];
} control;

static_assert(sizeof(control) <= CMSG_LEN(2 * sizeof(int)), "see descriptor_in()");

// `fd` or -1; `more` comes behind the packet.
static bool put(int to, packet *p, int fd, void *more, size_t more_size)
{
    struct iovec parts[] = {{p, sizeof *p}, {more, more_size}};
    control room = {0};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = more_size ? 2 : 1};
    if (fd >= 0) {
        message.msg_control = &room;
        message.msg_controllen = sizeof room;
        *CMSG_FIRSTHDR(&message) = (struct cmsghdr){
            .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fd)};
        memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &fd, sizeof fd);
    }
    return sendmsg(to, &message, MSG_NOSIGNAL) == (ssize_t)(sizeof *p + more_size);
}

// The descriptor that came with a packet, or -1. There is room for a second, which nobody wants.
static int descriptor_in(struct msghdr *message)
{
    const struct cmsghdr *header = CMSG_FIRSTHDR(message);
    int fds[] = {-1, -1};
    if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
        return -1;
    size_t size = header->cmsg_len - CMSG_LEN(0);
    memcpy(fds, CMSG_DATA(header), size < sizeof fds ? size : sizeof fds);
    if (fds[1] >= 0)
        close(fds[1]);
    return fds[0];
}

// Any part of a packet that is missing, or a word of another layout, is no packet.
static bool get(int from, packet *p, int *fd, void *more, size_t more_size)
{
    struct iovec parts[] = {{p, sizeof *p}, {more, more_size}};
    control room = {0};
    struct msghdr message = {.msg_iov = parts,
                             .msg_iovlen = more_size ? 2 : 1,
                             .msg_control = &room,
                             .msg_controllen = sizeof room};
    ssize_t n = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
    int got = n > 0 ? descriptor_in(&message) : -1;
    bool ok = n == (ssize_t)(sizeof *p + more_size) && p->magic == magic;
    if (fd && ok)
        *fd = got;
    else if (got >= 0)
        close(got);
    return ok;
}

static bool readable(int fd, int stop, int ms)
{
    struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = stop, .events = POLLIN}};
    int n;
    while ((n = poll(fds, stop >= 0 ? 2 : 1, ms)) < 0 && errno == EINTR)
        ;
    return n > 0 && !fds[1].revents && fds[0].revents;
}

static bool peer_is(int fd, uid_t user, bool and_root)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
           (peer.uid == user || (and_root && peer.uid == 0));
}

/* ---- the server that is to be replaced ------------------------------------------------------- */

struct yn_handover {
    yn_local local;
    yn_offer *offers; // with descriptors of their own
    size_t count;
    yn_tls_tickets *tickets;
    pthread_t thread, caller;
    int stop;     // an eventfd
    bool offered; // someone has them, and has not said yet which
    bool left;    // some are the other's
};

static bool offer_all(const yn_handover *h, int to)
{
    for (size_t i = 0; i < h->count; i++) {
        packet p = {.magic = magic, .kind = PACKET_OFFER, .offer = h->offers[i]};
        if (!put(to, &p, h->offers[i].fd, NULL, 0))
            return false;
    }
    packet end = {.magic = magic, .kind = PACKET_END, .count = (uint32_t)h->count};
    end.pid = (uint32_t)getpid();
    if (h->tickets)
        yn_tls_tickets_save(h->tickets, &end.keys);
    bool ok = put(to, &end, -1, NULL, 0);
    yn_tls_ticket_keys_wipe(&end.keys);
    return ok;
}

// Waits, for as long as the other needs to read its rules, for the word that it serves.
static bool was_taken(yn_handover *h, int from)
{
    packet p;
    unsigned char *taken = calloc(h->count, 1);
    bool ok = taken && readable(from, h->stop, -1) && get(from, &p, NULL, taken, h->count) &&
              p.kind == PACKET_TAKE;
    for (size_t i = 0; ok && i < h->count; i++)
        h->offers[i].gone = taken[i] != 0;
    free(taken);
    if (ok)
        yn_log(YN_LOG_INFO, "handed over to process %u", (unsigned)p.pid);
    return ok;
}

static bool hand_over(yn_handover *h)
{
    const struct timeval time = {.tv_sec = answer_time / 1000};
    int fd = accept4(h->local.fd, NULL, NULL, SOCK_CLOEXEC);
    bool left = false;
    if (fd < 0)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
    if (peer_is(fd, geteuid(), true)) {
        h->offered = true;
        if (offer_all(h, fd) && was_taken(h, fd)) {
            packet word = {.magic = magic, .kind = PACKET_LEFT};
            left = true;
            put(fd, &word, -1, NULL, 0);
        }
        h->offered = !left && readable(h->stop, -1, 0); // stopped amidst it: see _stop()
    }
    close(fd);
    return left;
}

static void *wait_for_heirs(void *context)
{
    yn_handover *h = context;
    while (!h->left && readable(h->local.fd, h->stop, -1))
        h->left = hand_over(h);
    if (h->left)
        pthread_kill(h->caller, SIGTERM);
    return NULL;
}

static bool copy_offers(yn_handover *h, const yn_offer *offers, size_t count)
{
    h->offers = calloc(count + 1, sizeof *h->offers);
    for (size_t i = 0; h->offers && i <= count; i++) {
        yn_offer *o = &h->offers[i];
        if (i < count)
            *o = offers[i];
        else
            *o = (yn_offer){.kind = YN_OFFER_HANDOVER, .fd = h->local.fd};
        if ((o->fd = fcntl(o->fd, F_DUPFD_CLOEXEC, 3)) < 0)
            return false;
        h->count++;
    }
    return h->offers != NULL;
}

yn_handover *yn_handover_start(const yn_local *local, const yn_offer *offers, size_t count,
                               yn_tls_tickets *tickets)
{
    yn_handover *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    h->local = *local;
    h->tickets = tickets;
    h->caller = pthread_self();
    h->stop = eventfd(0, EFD_CLOEXEC);
    int error = h->stop < 0 || !copy_offers(h, offers, count) ? errno : 0;
    if (!error)
        error = pthread_create(&h->thread, NULL, wait_for_heirs, h);
    if (!error)
        return h;
    yn_log(YN_LOG_ERROR, "cannot offer the sockets to the next server: %s", strerror(error));
    h->local = (yn_local){.fd = -1};
    yn_handover_free(h);
    return NULL;
}

bool yn_handover_stop(yn_handover *h, yn_offer *offers)
{
    const uint64_t one = 1;
    bool any = false;
    (void)!write(h->stop, &one, sizeof one);
    pthread_join(h->thread, NULL);
    // Who was amidst taking them may serve already, and shall not find them closed for good.
    for (size_t i = 0; i + 1 < h->count; i++) {
        offers[i].gone = h->offers[i].gone || h->offered;
        any = any || offers[i].gone;
    }
    if (h->left || h->offered)
        h->local.inode = 0; // and so is the file
    for (size_t i = 0; i < h->count; i++)
        close(h->offers[i].fd);
    h->count = 0;
    close(h->local.fd); // who comes now finds nobody, or the other
    h->local.fd = -1;
    return any;
}

void yn_handover_free(yn_handover *h)
{
    if (!h)
        return;
    for (size_t i = 0; i < h->count; i++)
        close(h->offers[i].fd);
    yn_local_remove(&h->local);
    if (h->local.fd >= 0)
        close(h->local.fd);
    if (h->stop >= 0)
        close(h->stop);
    free(h->offers);
    free(h);
}

/* ---- the server that replaces it ------------------------------------------------------------- */

struct yn_takeover {
    int fd;
    yn_offer *offers;
    size_t count;
    unsigned pid;
};

static bool add_offer(yn_takeover *t, const yn_offer *offer, int fd)
{
    yn_offer *more =
        t->count < most_offers ? realloc(t->offers, (t->count + 1) * sizeof *more) : NULL;
    if (!more)
        return false;
    t->offers = more;
    t->offers[t->count] = *offer;
    t->offers[t->count].fd = fd;
    t->offers[t->count++].gone = false;
    return true;
}

static bool receive_all(yn_takeover *t, yn_tls_tickets *tickets)
{
    for (;;) {
        packet p;
        int fd = -1;
        if (!readable(t->fd, -1, answer_time) || !get(t->fd, &p, &fd, NULL, 0))
            return false;
        if (p.kind == PACKET_END) {
            if (tickets)
                yn_tls_tickets_load(tickets, &p.keys);
            yn_tls_ticket_keys_wipe(&p.keys);
            t->pid = p.pid;
            return p.count == t->count;
        }
        if (p.kind != PACKET_OFFER || fd < 0 || !add_offer(t, &p.offer, fd)) {
            if (fd >= 0)
                close(fd);
            return false;
        }
    }
}

static bool is_trusted(int fd, const char *user)
{
    const struct passwd *p = user ? getpwnam(user) : NULL;
    return peer_is(fd, geteuid(), true) || (p && peer_is(fd, p->pw_uid, false));
}

// Connected, or -1: nobody is there (errno is ENOENT or ECONNREFUSED), or it cannot be.
static int connect_to(const yn_address *address)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address->storage, address->len) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        fd = -1;
    }
    return fd;
}

// One try. `*ended`: the other has ended, or has been replaced, since we knocked.
static const char *ask(yn_takeover *t, const yn_address *address, const char *user,
                       yn_tls_tickets *tickets, bool *ended)
{
    t->fd = connect_to(address);
    if (t->fd < 0)
        return errno == ENOENT || errno == ECONNREFUSED ? NULL : strerror(errno);
    if (!is_trusted(t->fd, user))
        return "it is another user's";
    if (!readable(t->fd, -1, answer_time))
        return "it does not answer; it may be handing over to another server";
    if (receive_all(t, tickets))
        return NULL;
    *ended = t->count == 0 && readable(t->fd, -1, 0) && recv(t->fd, &(char){0}, 1, MSG_PEEK) <= 0;
    return "it does not offer its sockets in a way that this build knows";
}

int yn_takeover_begin(yn_takeover **out, const char *path, const char *user,
                      yn_tls_tickets *tickets)
{
    yn_address address;
    const char *wrong = "the path is too long";
    *out = NULL;
    for (unsigned tries = 0; yn_local_address(path, &address) && tries < most_tries; tries++) {
        bool ended = false;
        yn_takeover *t = calloc(1, sizeof *t);
        wrong = yonder_strerror(YONDER_NO_MEMORY);
        if (!t)
            break;
        wrong = ask(t, &address, user, tickets, &ended);
        if (!wrong && t->fd >= 0) {
            *out = t;
            return YONDER_OK;
        }
        yn_takeover_free(t);
        if (!wrong)
            return YONDER_OK;
        if (!ended)
            break;
    }
    yn_log(YN_LOG_ERROR, "cannot take over from the server at %s: %s", path, wrong);
    return YONDER_INVALID_ARGUMENT;
}

yn_offer *yn_takeover_offers(yn_takeover *t, size_t *count)
{
    *count = t->count;
    return t->offers;
}

bool yn_takeover_has_passed(const yn_takeover *t)
{
    size_t i = 0;
    while (i < t->count && !(t->offers[i].kind == YN_OFFER_LISTENER && t->offers[i].passed))
        i++;
    return i < t->count;
}

bool yn_takeover_admin(yn_takeover *t, const yn_address *address, int *fd)
{
    for (size_t i = 0; i < t->count; i++) {
        yn_offer *o = &t->offers[i];
        if (o->kind != YN_OFFER_ADMIN || o->gone || !yn_address_equal(&o->address, address))
            continue;
        o->gone = true;
        *fd = o->fd;
        return true;
    }
    return false;
}

void yn_takeover_finish(yn_takeover *t)
{
    packet p = {.magic = magic, .kind = PACKET_TAKE, .pid = (uint32_t)getpid()};
    unsigned char *taken = calloc(t->count, 1);
    for (size_t i = 0; taken && i < t->count; i++)
        taken[i] = t->offers[i].gone;
    bool left = taken && put(t->fd, &p, -1, taken, t->count) && readable(t->fd, -1, answer_time) &&
                get(t->fd, &p, NULL, NULL, 0);
    free(taken);
    if (left)
        yn_log(YN_LOG_INFO, "taken over from process %u", t->pid);
    else
        yn_log(YN_LOG_WARNING, "process %u, which was to be taken over from, has ended", t->pid);
}

void yn_takeover_free(yn_takeover *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->count; i++)
        if (!t->offers[i].gone)
            close(t->offers[i].fd);
    if (t->fd >= 0)
        close(t->fd);
    free(t->offers);
    free(t);
}
