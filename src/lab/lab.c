// SPDX-License-Identifier: MIT
#include "lab/lab.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "lab/certificates.h"
#include "lab/conn.h"
#include "lab/report.h"

enum {
    accepts_a_turn = 16
};

// ---- connections --------------------------------------------------------------------------------

void yn_lab_accept(yn_lab *lab, bool go_on)
{
    for (size_t i = 0; i < YN_LAB_PORTS; i++)
        yn_loop_watch(&lab->loop, &lab->listeners[i].watch, go_on ? EPOLLIN : 0);
}

static void acceptable(yn_watch *watch, uint32_t events)
{
    yn_lab *lab = ((yn_lab_listener *)(void *)watch)->lab;
    (void)events;
    for (unsigned i = 0; i < accepts_a_turn; i++) {
        if (lab->conn_count == YN_LAB_CONNECTIONS) {
            lab->crowded |= i == 0; // later on, nobody need be waiting
            return;
        }
        int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            yn_lab_conn_open(lab, fd);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            yn_lab_accept(lab, lab->conn_count == 0); // until one is closed
            return;
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

// At the end of a turn, when no event of another connection is still to come.
static void make_room(void *context)
{
    yn_lab *lab = context;
    if (lab->crowded && lab->conn_count == YN_LAB_CONNECTIONS)
        yn_lab_conn_expired(yn_timer_list_first(&lab->exchanges));
    lab->crowded = false;
}

static void on_signal(yn_watch *watch, uint32_t events)
{
    yn_lab *lab = (yn_lab *)(void *)((char *)watch - offsetof(yn_lab, signals));
    (void)events;
    yn_loop_stop(&lab->loop);
}

static void nothing(void *context)
{
    (void)context;
}

// ---- start --------------------------------------------------------------------------------------

static bool listen_all(yn_lab *lab, const yn_lab_options *options)
{
    for (size_t i = 0; i < YN_LAB_PORTS; i++) {
        yn_address address = options->listen[i];
        yn_lab_listener *listener = &lab->listeners[i];
        char text[YN_ADDRESS_TEXT];
        bool ok = yn_listen(&address, &listener->watch.fd, 1);
        int error = errno;
        yn_address_print(&address, text);
        if (!ok) {
            listener->watch.fd = -1;
            yn_log(YN_LOG_ERROR, "cannot listen on %s: %s", text, strerror(error));
            return false;
        }
        uint64_t port = 0;
        yonder_text printed = yonder_text_of(text);
        yn_parse_number(yn_skip(printed, (size_t)(strrchr(text, ':') - text) + 1), 65535, &port);
        *(i ? &lab->site.other_port : &lab->site.port) = (uint16_t)port;
        listener->lab = lab;
        listener->watch.ready = acceptable;
        if (!yn_loop_watch(&lab->loop, &listener->watch, EPOLLIN))
            return false;
        yn_log(YN_LOG_INFO, "listening on http://%s/%s", text, i ? " (the other origin)" : "");
    }
    return true;
}

// A folder of one's own, and the certificate in it; the key stays in memory.
static bool write_authority(const yn_lab *lab, const char *folder)
{
    yonder_text pem = yn_lab_certificates_pem(lab->certificates);
    int fd = -1;
    if (mkdir(folder, 0700) == 0 || errno == EEXIST) {
        int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (dir >= 0) {
            fd = openat(dir, "ca.pem", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
            close(dir);
        }
    }
    bool ok = fd >= 0 && write(fd, pem.ptr, pem.len) == (ssize_t)pem.len;
    int error = errno;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    if (ok)
        yn_log(YN_LOG_INFO, "the authority to trust is %s/ca.pem", folder);
    else
        yn_log(YN_LOG_ERROR, "cannot write %s/ca.pem: %s", folder, strerror(error));
    return ok;
}

static bool take_signals(yn_lab *lab)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return false;
    lab->signals = (yn_watch){.ready = on_signal, .fd = signalfd(-1, &set, SFD_CLOEXEC)};
    return lab->signals.fd >= 0 && yn_loop_watch(&lab->loop, &lab->signals, EPOLLIN);
}

static bool begin(yn_lab *lab, const yn_lab_options *options)
{
    static const char *const protocols[] = {"http/1.1", NULL};
    lab->site.domain = options->domain;
    lab->journal = calloc(1, sizeof *lab->journal);
    lab->certificates = yn_lab_certificates_new(options->domain);
    if (lab->certificates)
        lab->tls =
            yn_tls_server_new(yn_lab_certificates_choose, lab->certificates, protocols, NULL);
    if (!lab->journal || !lab->tls) {
        yn_log(YN_LOG_ERROR, "cannot make an authority for '%s'", options->domain);
        return false;
    }
    yn_timer_list_init(&lab->exchanges, YN_LAB_EXCHANGE_MS, yn_lab_conn_expired);
    yn_loop_add_timers(&lab->loop, &lab->exchanges);
    return take_signals(lab) && (!options->ca_folder || write_authority(lab, options->ca_folder)) &&
           listen_all(lab, options);
}

// ---- end ----------------------------------------------------------------------------------------

static bool write_report(const char *path, const yn_buf *out)
{
    FILE *file = path ? fopen(path, "w") : stdout;
    bool ok = file && fwrite(out->ptr, 1, out->len, file) == out->len;
    if (file && path)
        ok = fclose(file) == 0 && ok;
    if (!ok)
        yn_log(YN_LOG_ERROR, "cannot write the report: %s", strerror(errno));
    return ok;
}

static bool report(const yn_lab *lab, const char *path)
{
    size_t len = path ? strlen(path) : 0;
    bool json = len > 5 && strcmp(path + len - 5, ".json") == 0;
    yn_buf out = yn_buf_make((size_t)YN_LAB_RUNS * YN_LAB_REPORT_MAX, NULL);
    int error = yn_lab_report_runs(&out, json, &lab->site, lab->journal);
    if (error)
        yn_log(YN_LOG_ERROR, "cannot make the report: %s", yonder_strerror(error));
    bool ok = !error && write_report(path, &out);
    yn_buf_free(&out);
    return ok;
}

static void end(yn_lab *lab)
{
    while (lab->conns)
        yn_lab_conn_close(lab->conns);
    for (size_t i = 0; i < YN_LAB_PORTS; i++)
        if (lab->listeners[i].watch.fd >= 0)
            close(lab->listeners[i].watch.fd);
    if (lab->signals.fd >= 0)
        close(lab->signals.fd);
    yn_tls_server_free(lab->tls);
    yn_lab_certificates_free(lab->certificates);
    if (lab->journal)
        yn_lab_journal_free(lab->journal);
    free(lab->journal);
    yn_loop_free(&lab->loop);
}

bool yn_lab_serve(const yn_lab_options *options)
{
    yn_lab lab = {.signals = {.fd = -1}};
    for (size_t i = 0; i < YN_LAB_PORTS; i++)
        lab.listeners[i].watch.fd = -1;
    if (!yn_loop_init(&lab.loop, nothing, make_room, &lab)) {
        yn_log(YN_LOG_ERROR, "cannot start: %s", strerror(errno));
        return false;
    }
    bool ok = begin(&lab, options);
    if (ok) {
        yn_loop_run(&lab.loop);
        ok = report(&lab, options->report);
    }
    end(&lab);
    return ok;
}
