// SPDX-License-Identifier: MIT
#include "server/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

static yn_socket_row *add_row(yn_sockets *s, const yn_address *address, bool tls)
{
    yn_socket_row *rows = realloc(s->rows, (s->count + 1) * sizeof *rows);
    if (!rows)
        return NULL;
    s->rows = rows;
    yn_socket_row *row = &rows[s->count];
    *row = (yn_socket_row){.address = *address, .tls = tls};
    row->fds = malloc(s->workers * sizeof *row->fds);
    if (!row->fds)
        return NULL;
    for (size_t k = 0; k < s->workers; k++)
        row->fds[k] = -1;
    s->count++;
    return row;
}

static bool failed(const char *what, int error)
{
    yn_log(YN_LOG_ERROR, "%s: %s", what, strerror(error));
    return false;
}

static bool open_address(yn_sockets *s, const yn_listen_at *at)
{
    yn_socket_row *row = add_row(s, &at->address, at->tls);
    if (!row)
        return failed("cannot listen", ENOMEM);
    if (yn_listen(&row->address, row->fds, s->workers))
        return true;
    char text[YN_ADDRESS_TEXT];
    const char *why = strerror(errno);
    yn_address_print(&row->address, text);
    yn_log(YN_LOG_ERROR, "cannot listen on %s: %s", text, why);
    for (size_t k = 0; k < s->workers; k++)
        row->fds[k] = -1;
    return false;
}

// Workers that have no socket of their own in the address's first row share one.
static bool share(yn_sockets *s, yn_socket_row *row, size_t have)
{
    for (size_t k = have; have && k < s->workers; k++)
        if ((row->fds[k] = fcntl(row->fds[k % have], F_DUPFD_CLOEXEC, 3)) < 0)
            return failed("cannot share a socket", errno);
    return true;
}

// A socket that was passed is one for all workers.
static bool add_passed(yn_sockets *s, const yn_passed *passed)
{
    yn_socket_row *row = add_row(s, &passed->address, passed->tls);
    if (!row)
        return failed("cannot share a socket", ENOMEM);
    row->passed = true;
    row->fds[0] = passed->fd;
    return share(s, row, 1);
}

// All sockets that the other server had at an address are to be served, or who waits there would
// wait for ever: with fewer workers than it had, each has several. `*taken`: it had some.
static bool take_over(yn_sockets *s, const yn_listen_at *at, yn_takeover *from, bool *taken)
{
    size_t count, have = 0;
    yn_offer *offers = yn_takeover_offers(from, &count);
    yn_socket_row *row = NULL;
    for (size_t i = 0; i < count; i++) {
        yn_offer *o = &offers[i];
        if (o->kind != YN_OFFER_LISTENER || o->gone || !yn_address_equal(&o->address, &at->address))
            continue;
        if (have % s->workers == 0) {
            row = add_row(s, &o->address, at->tls);
            if (!row)
                return failed("cannot take over a socket", ENOMEM);
            row->more = have > 0;
            row->passed = o->passed;
        }
        row->fds[have++ % s->workers] = o->fd;
        o->gone = true;
    }
    *taken = have > 0;
    return have >= s->workers || share(s, row, have);
}

static bool is_passed(const yn_passed *passed, size_t count, const yn_address *address)
{
    size_t i = 0;
    while (i < count && !yn_address_equal(&passed[i].address, address))
        i++;
    return i < count;
}

static bool take_over_passed(yn_sockets *s, const yn_passed *passed, size_t passed_count,
                             yn_takeover *from)
{
    size_t count;
    yn_offer *offers = yn_takeover_offers(from, &count);
    for (size_t i = 0; i < count; i++) {
        const yn_offer *o = &offers[i];
        if (o->kind != YN_OFFER_LISTENER || !o->passed || o->gone ||
            is_passed(passed, passed_count, &o->address))
            continue;
        const yn_listen_at at = {o->address, o->tls};
        if (!take_over(s, &at, from, &(bool){false}))
            return false;
    }
    return true;
}

bool yn_sockets_open(yn_sockets *s, size_t workers, const yn_listen_at *listen, size_t listen_count,
                     const yn_passed *passed, size_t passed_count, yn_takeover *takeover)
{
    *s = (yn_sockets){.workers = workers};
    for (size_t i = 0; i < listen_count; i++) {
        bool taken = false;
        if (takeover && !take_over(s, &listen[i], takeover, &taken))
            return false;
        if (!taken && !open_address(s, &listen[i]))
            return false;
    }
    for (size_t i = 0; i < passed_count; i++)
        if (!add_passed(s, &passed[i]))
            return false;
    return !takeover || take_over_passed(s, passed, passed_count, takeover);
}

void yn_sockets_free(yn_sockets *s)
{
    for (size_t i = 0; i < s->count; i++) {
        for (size_t k = 0; k < s->workers; k++)
            if (s->rows[i].fds[k] >= 0)
                close(s->rows[i].fds[k]);
        free(s->rows[i].fds);
    }
    free(s->rows);
    *s = (yn_sockets){0};
}

size_t yn_sockets_of(const yn_sockets *s, size_t k, yn_listening *out)
{
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++)
        if (s->rows[i].fds[k] >= 0)
            out[n++] = (yn_listening){s->rows[i].fds[k], s->rows[i].tls, s->rows[i].passed};
    return n;
}

void yn_sockets_owned(yn_sockets *s, size_t k)
{
    for (size_t i = 0; i < s->count; i++)
        s->rows[i].fds[k] = -1;
}

void yn_sockets_say(const yn_sockets *s)
{
    for (size_t i = 0; i < s->count; i++) {
        char text[YN_ADDRESS_TEXT];
        const yn_socket_row *row = &s->rows[i];
        if (row->more)
            continue;
        yn_address_print(&row->address, text);
        yn_log(YN_LOG_INFO, "listening on http%s://%s/%s", row->tls ? "s" : "", text,
               row->passed ? ", which was passed" : "");
    }
}

yn_offer *yn_sockets_offers(const yn_sockets *s, size_t *count)
{
    // One of each worker's and row's, and room for one more.
    yn_offer *offers = calloc(s->count * s->workers + 1, sizeof *offers);
    *count = 0;
    for (size_t i = 0; offers && i < s->count; i++)
        for (size_t k = 0; k < s->workers; k++)
            if (s->rows[i].fds[k] >= 0)
                offers[(*count)++] = (yn_offer){.kind = YN_OFFER_LISTENER,
                                                .tls = s->rows[i].tls,
                                                .passed = s->rows[i].passed,
                                                .address = s->rows[i].address,
                                                .fd = s->rows[i].fds[k]};
    return offers;
}
