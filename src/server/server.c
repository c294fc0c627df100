// SPDX-License-Identifier: MIT
#include "server/server.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "server/admin.h"
#include "server/observe.h"
#include "server/pace.h"
#include "server/rulefiles.h"
#include "server/sandbox.h"
#include "server/supervisor.h"

enum {
    complain_seconds = 10,
    ticket_seconds = 3600 // a key of session tickets encrypts for so long
};

typedef struct watching {
    int64_t seen, before; // states on disk: what was read, and a second ago
    unsigned seconds;
} watching;

typedef struct server {
    const yn_server_options *options;
    yn_worker_config config;
    yn_crowd crowd;
    uint64_t shed; // connections, when it was said last
    int64_t loaded_state;
    yn_live live;
    yn_observed observed;
    yn_admin *admin; // or NULL
    size_t worker_count;
    yn_worker **workers;
    size_t listen_count; // of options->listen
    yn_passed passed[YN_PASSED_MOST];
    size_t passed_count;
    yn_sockets sockets;
    yn_takeover *takeover; // until it is done
    yn_local local;        // where the next one asks; fd -1: nowhere
    yn_handover *handover;
    yn_offer *offers; // what it offers
    size_t offer_count;
} server;

static size_t usable_cores(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n > 0 ? (size_t)n : 1;
}

// As many connections as the system grants.
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void say_rules(const server *s, const yonder_rules *rules, const char *verb)
{
    yn_buf names = yn_buf_make(1 << 16, NULL);
    for (size_t i = 0; i < s->options->load.file_count; i++) {
        yn_buf_str(&names, i ? ", " : "");
        yn_buf_str(&names, s->options->load.files[i]);
    }
    size_t n = yonder_rules_count(rules);
    yn_log(YN_LOG_INFO, "%s%zu rule%s from %.*s", verb, n, n == 1 ? "" : "s", (int)names.len,
           names.ptr);
    if (n == 0) // most likely a file that was emptied by mistake, or is being written
        yn_log(YN_LOG_WARNING, "there are no rules: every request gets 404");
    yn_buf_free(&names);
}

// From whoever serves there, if anybody does; and where the next one will ask.
static bool take_over(server *s)
{
    const yn_server_options *o = s->options;
    if (!o->handover)
        return true;
    if (yn_takeover_begin(&s->takeover, o->handover, o->user, o->config.tickets) != YONDER_OK)
        return false;
    size_t count = 0;
    yn_offer *offers = s->takeover ? yn_takeover_offers(s->takeover, &count) : NULL;
    yn_address address;
    for (size_t i = 0; i < count; i++)
        if (offers[i].kind == YN_OFFER_HANDOVER && yn_local_address(o->handover, &address)) {
            offers[i].gone = true;
            s->local = yn_local_adopt(offers[i].fd, &address);
        }
    if (s->local.fd >= 0 || yn_local_listen(&s->local, o->handover, SOCK_SEQPACKET, 0600))
        return true;
    yn_log(YN_LOG_ERROR, "cannot listen on %s for --handover: %s", o->handover, strerror(errno));
    return false;
}

static bool listen_everywhere(server *s)
{
    if (!take_over(s))
        return false;
    if (s->takeover && s->options->listen_if_none_passed && yn_takeover_has_passed(s->takeover))
        s->listen_count = 0;
    if (!yn_sockets_open(&s->sockets, s->worker_count, s->options->listen, s->listen_count,
                         s->passed, s->passed_count, s->takeover))
        return false;
    for (size_t i = 0; i < s->sockets.count; i++)
        if (s->sockets.rows[i].tls && !s->options->load.certs.cert_count) {
            yn_log(YN_LOG_ERROR, "a socket for HTTPS was passed, and --cert is missing");
            return false;
        }
    return true;
}

static bool make_workers(server *s)
{
    yn_listening *own = calloc(s->sockets.count, sizeof *own);
    s->offers = yn_sockets_offers(&s->sockets, &s->offer_count);
    bool ok = own && s->offers;
    for (size_t k = 0; ok && k < s->worker_count; k++) {
        size_t count = yn_sockets_of(&s->sockets, k, own);
        s->workers[k] = yn_worker_make(&s->config, &s->live, k, own, count);
        ok = s->workers[k] != NULL;
        if (ok)
            yn_sockets_owned(&s->sockets, k);
    }
    if (!ok)
        yn_log(YN_LOG_ERROR, "cannot make a worker: %s", strerror(errno));
    free(own);
    return ok;
}

// Whether the hits of the set can be counted is no reason not to serve it. They are for who can
// ask.
static void count_hits(const server *s, yn_ruleset *set)
{
    if (!s->options->admin)
        return;
    set->hits = yn_hits_make(set->rules, s->worker_count);
    if (!set->hits)
        yn_log(YN_LOG_WARNING, "there is no memory to count the rules' hits");
}

static void exchange(server *s, yn_ruleset *set)
{
    pthread_mutex_lock(&s->observed.lock);
    yn_ruleset *old = yn_live_exchange(&s->live, set);
    if (set->hits && old->hits && !yn_hits_carry(set->hits, set->rules, old->hits, old->rules))
        yn_log(YN_LOG_WARNING, "there was no memory to carry all hits over");
    pthread_mutex_unlock(&s->observed.lock);
    yn_ruleset_free(old);
    atomic_store(&s->observed.loaded, time(NULL));
    yn_count_add(&s->observed.reloads, 1);
}

static void read_anew(server *s)
{
    yn_ruleset *set = yn_load_all(&s->options->load);
    if (set && !yn_load_is_intact(&s->options->load, set)) {
        yn_ruleset_free(set);
        set = NULL;
    }
    if (!set) {
        yn_count_add(&s->observed.reloads_failed, 1); // before it is said: who reads that may ask
        yn_log(YN_LOG_ERROR, "not reloaded: the old rules stay live");
        return;
    }
    count_hits(s, set);
    exchange(s, set);
    say_rules(s, set->rules, "reloaded: "); // and whoever reads that gets answers by the new ones
}

static void reload(server *s)
{
    yn_supervisor_reloading();
    yn_pace_begin();
    read_anew(s);
    yn_pace_end();
    yn_supervisor_ready();
}

static void complain_of_crowd(server *s)
{
    uint64_t shed = yn_observe_shed(&s->observed);
    if (shed == s->shed)
        return;
    yn_log(YN_LOG_WARNING,
           "%llu connections were closed at once, by --max-connections or --max-per-address",
           (unsigned long long)(shed - s->shed));
    s->shed = shed;
}

static sigset_t handled_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

// What changed on disk is read once it is the same for a second: it may be being written. Tickets
// get a new key now and then.
static void look_around(server *s, watching *w)
{
    const yn_server_options *o = s->options;
    int64_t state = yn_load_state(&o->load);
    if (!o->keep && state != w->seen && state == w->before) {
        w->seen = state;
        reload(s);
    }
    w->before = state;
    if (s->config.access)
        yn_access_complain(s->config.access);
    if (w->seconds % complain_seconds == 0)
        complain_of_crowd(s);
    if (++w->seconds % ticket_seconds == 0 && o->config.tickets)
        yn_tls_tickets_rotate(o->config.tickets);
}

static void leave_listeners(server *s)
{
    for (size_t i = 0; i < s->offer_count; i++)
        for (size_t k = 0; k < s->worker_count; k++)
            if (s->offers[i].kind == YN_OFFER_LISTENER && s->offers[i].gone)
                yn_worker_leave(s->workers[k], s->offers[i].fd);
}

// What another server has taken over is not ours to close for all. @return whether one has
static bool leave_sockets(server *s)
{
    if (!s->handover || !yn_handover_stop(s->handover, s->offers))
        return false;
    leave_listeners(s);
    for (size_t i = 0; i < s->offer_count; i++)
        if (s->offers[i].kind == YN_OFFER_ADMIN && s->offers[i].gone)
            yn_admin_leave(s->admin);
    return true;
}

// The next server may ask.
static bool offer_sockets(server *s)
{
    if (s->local.fd < 0)
        return true;
    if (s->admin) {
        yn_offer offer = {.kind = YN_OFFER_ADMIN, .fd = yn_admin_socket(s->admin)};
        if (yn_address_of_socket(offer.fd, &offer.address))
            s->offers[s->offer_count++] = offer;
    }
    s->handover =
        yn_handover_start(&s->local, s->offers, s->offer_count, s->options->config.tickets);
    s->local.fd = s->handover ? -1 : s->local.fd;
    return s->handover != NULL;
}

// From here on this server is the one. Nothing may fail once the other has left.
static bool settle(server *s)
{
    if (!offer_sockets(s))
        return false;
    if (!s->takeover) {
        yn_supervisor_ready();
        return true;
    }
    yn_takeover_finish(s->takeover);
    yn_takeover_free(s->takeover);
    s->takeover = NULL;
    if (s->admin)
        yn_admin_own(s->admin);
    yn_supervisor_replaced();
    return true;
}

// The main thread's work while the workers do theirs.
static void handle_signals(server *s)
{
    sigset_t set = handled_signals();
    const struct timespec second = {.tv_sec = 1};
    watching w = {.seen = s->loaded_state, .before = s->loaded_state};
    for (;;) {
        int signal_number = sigtimedwait(&set, NULL, &second);
        if (signal_number == SIGHUP) {
            if (s->config.access)
                yn_access_reopen(s->config.access);
            w.seen = w.before = yn_load_state(&s->options->load);
            reload(s);
        } else if (signal_number > 0) {
            break;
        } else {
            look_around(s, &w);
        }
    }
    atomic_store(&s->observed.draining, true);
    yn_log(YN_LOG_INFO, "draining");
    if (!leave_sockets(s))
        yn_supervisor_stopping(); // the service goes on where another has them
    for (size_t k = 0; k < s->worker_count; k++)
        yn_worker_drain(s->workers[k]);
    // A second one does not wait.
    signal(SIGHUP, SIG_IGN);
    sigdelset(&set, SIGHUP);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static bool begin_observing(server *s)
{
    yn_observed *o = &s->observed;
    o->live = &s->live;
    o->worker_count = s->worker_count;
    o->started = time(NULL);
    atomic_store(&o->loaded, o->started);
    o->tallies = calloc(s->worker_count, sizeof(yn_tally *));
    for (size_t k = 0; o->tallies && k < s->worker_count; k++)
        o->tallies[k] = s->workers[k]->tally;
    if (!o->tallies)
        return false;
    if (s->options->admin)
        s->admin = yn_admin_start(s->options->admin, s->takeover, o);
    return !s->options->admin || s->admin;
}

static bool limit_crowd(server *s)
{
    const yn_server_options *o = s->options;
    if (!o->max_connections && !o->max_per_address)
        return true;
    s->config.crowd = &s->crowd;
    return yn_crowd_init(&s->crowd, o->max_connections, o->max_per_address);
}

static bool open_access_log(server *s)
{
    const yn_server_options *o = s->options;
    if (o->access_log)
        s->config.access = yn_access_open(o->access_log, o->access_format, s->worker_count,
                                          8 * (size_t)o->config.limits.max_head + 8192 +
                                              6 * (size_t)YONDER_RULES_MAX_LOCATION);
    s->observed.access = s->config.access;
    return !o->access_log || s->config.access;
}

// What is read once must be readable to the user that reads it again.
static bool can_read_again(const yn_load *load)
{
    for (size_t i = 0; i < load->file_count + load->certs.cert_count + load->certs.key_count; i++) {
        size_t cert = i - load->file_count, key = cert - load->certs.cert_count;
        const char *path = i < load->file_count            ? load->files[i]
                           : cert < load->certs.cert_count ? load->certs.certs[cert]
                                                           : load->certs.keys[key];
        if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0) {
            yn_log(YN_LOG_ERROR, "the user could not read %s anew: %s", path, strerror(errno));
            return false;
        }
    }
    return true;
}

// From here on this thread and all it starts can do no more than a server has to.
static bool confine(server *s)
{
    const yn_server_options *o = s->options;
    const yn_load *load = &o->load;
    const char *made[3];
    size_t made_count = 0, n = 0;
    if (o->user && (!yn_sandbox_become(o->user) || !can_read_again(load)))
        return false;
    if (o->no_sandbox)
        return true;
    if (o->access_log && strcmp(o->access_log, "-") != 0)
        made[made_count++] = o->access_log;
    if (o->admin && strchr(o->admin, '/'))
        made[made_count++] = o->admin;
    if (o->handover)
        made[made_count++] = o->handover;
    const char **read =
        calloc(load->file_count + load->certs.cert_count + load->certs.key_count + 1,
               sizeof(const char *));
    for (size_t i = 0; read && i < load->file_count; i++)
        read[n++] = load->files[i];
    for (size_t i = 0; read && i < load->certs.cert_count; i++)
        read[n++] = load->certs.certs[i];
    for (size_t i = 0; read && i < load->certs.key_count; i++)
        read[n++] = load->certs.keys[i];
    if (read)
        s->observed.sandbox = yn_sandbox_enter(&(yn_sandbox_paths){read, n, made, made_count});
    free(read);
    return read != NULL;
}

static bool start_workers(server *s, size_t *started)
{
    int error = 0;
    while (*started < s->worker_count && (error = yn_worker_start(s->workers[*started])) == 0)
        ++*started;
    if (error)
        yn_log(YN_LOG_ERROR, "cannot start a thread: %s", strerror(error));
    return !error;
}

// An image is read whole after the first answer, but before another server is sent away.
static yn_server_result serve(server *s, const yn_ruleset *rules, size_t *started)
{
    const yn_load *load = &s->options->load;
    if (s->takeover && !yn_load_is_intact(load, rules))
        return YN_SERVER_BAD_RULES;
    if (!start_workers(s, started))
        return YN_SERVER_FAILED;
    yn_sockets_say(&s->sockets);
    if (!s->takeover && !yn_load_is_intact(load, rules))
        return YN_SERVER_BAD_RULES;
    if (!settle(s))
        return YN_SERVER_FAILED;
    yn_pace_step_behind();
    handle_signals(s);
    return YN_SERVER_ENDED;
}

static yn_server_result run(server *s, const yn_ruleset *rules)
{
    if (!listen_everywhere(s) || !confine(s) || !limit_crowd(s) || !open_access_log(s) ||
        !make_workers(s) || !begin_observing(s))
        return YN_SERVER_FAILED;
    size_t started = 0;
    yn_server_result result = serve(s, rules, &started);
    for (size_t i = 0; s->takeover && i < s->offer_count; i++)
        s->offers[i].gone = true; // the other server goes on
    if (s->takeover)
        leave_listeners(s);
    for (size_t k = 0; k < started; k++) {
        if (result != YN_SERVER_ENDED)
            yn_worker_drain(s->workers[k]);
        yn_worker_join(s->workers[k]);
    }
    return result;
}

static void server_free(server *s)
{
    yn_handover_free(s->handover);
    if (s->local.fd >= 0) {
        if (!s->takeover)
            yn_local_remove(&s->local);
        close(s->local.fd);
    }
    yn_admin_stop(s->admin);
    yn_access_close(s->config.access);
    yn_crowd_free(&s->crowd);
    free(s->observed.tallies);
    pthread_mutex_destroy(&s->observed.lock);
    for (size_t k = 0; s->workers && k < s->worker_count; k++)
        yn_worker_free(s->workers[k]);
    yn_sockets_free(&s->sockets);
    yn_takeover_free(s->takeover);
    free(s->offers);
    free(s->workers);
    yn_live_free(&s->live);
}

static bool find_sockets(server *s)
{
    int n = yn_supervisor_sockets(s->passed);
    if (n < 0)
        return false;
    s->passed_count = (size_t)n;
    s->listen_count = n && s->options->listen_if_none_passed ? 0 : s->options->listen_count;
    return true;
}

yn_server_result yn_server_run(const yn_server_options *options)
{
    server s = {.options = options,
                .config = options->config,
                .observed = {.lock = PTHREAD_MUTEX_INITIALIZER},
                .worker_count = options->workers,
                .local = {.fd = -1}};
    if (!find_sockets(&s))
        return YN_SERVER_FAILED;
    sigset_t hup;
    sigemptyset(&hup);
    sigaddset(&hup, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &hup, NULL); // the others end the program, should a file hang
    raise_descriptor_limit();
    s.loaded_state = yn_load_state(&options->load);
    yn_ruleset *rules = options->admin && !yn_admin_prepare() ? NULL : yn_load_all(&options->load);
    if (!rules)
        return YN_SERVER_BAD_RULES;
    sigset_t set = handled_signals();
    pthread_sigmask(SIG_BLOCK, &set, NULL); // before there are threads, which inherit it
    if (s.worker_count == 0)
        s.worker_count = usable_cores();
    s.workers = calloc(s.worker_count, sizeof(yn_worker *));
    yn_server_result result = YN_SERVER_FAILED;
    if (!yn_live_init(&s.live, rules, s.worker_count)) {
        yn_ruleset_free(rules);
        yn_log(YN_LOG_ERROR, "%s", yonder_strerror(YONDER_NO_MEMORY));
    } else if (!s.workers) {
        yn_log(YN_LOG_ERROR, "%s", yonder_strerror(YONDER_NO_MEMORY));
    } else {
        count_hits(&s, rules);
        say_rules(&s, rules->rules, "");
        result = run(&s, rules);
    }
    server_free(&s);
    return result;
}
