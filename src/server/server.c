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
    size_t listen_count; // of options->listen; those that were passed come after them
    yn_passed passed[YN_PASSED_MOST];
    size_t passed_count;
    yn_address *bound; // what options->listen became: ports are known now
    int *fds; // of listener i and worker k: fds[i * worker_count + k]; -1 once a worker owns it
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

static bool listen_everywhere(server *s)
{
    for (size_t i = 0; i < s->listen_count; i++) {
        s->bound[i] = s->options->listen[i].address;
        if (yn_listen(&s->bound[i], s->fds + i * s->worker_count, s->worker_count))
            continue;
        char text[YN_ADDRESS_TEXT];
        const char *why = strerror(errno);
        yn_address_print(&s->bound[i], text);
        yn_log(YN_LOG_ERROR, "cannot listen on %s: %s", text, why);
        return false;
    }
    return true;
}

// A socket that was passed is one for all workers.
static bool share_passed(server *s)
{
    for (size_t i = 0; i < s->passed_count; i++) {
        int *fds = s->fds + (s->listen_count + i) * s->worker_count;
        s->bound[s->listen_count + i] = s->passed[i].address;
        fds[0] = s->passed[i].fd;
        for (size_t k = 1; k < s->worker_count; k++)
            if ((fds[k] = fcntl(fds[0], F_DUPFD_CLOEXEC, 3)) < 0) {
                yn_log(YN_LOG_ERROR, "cannot share a socket: %s", strerror(errno));
                return false;
            }
    }
    return true;
}

static yn_listening listening_at(const server *s, size_t i)
{
    bool passed = i >= s->listen_count;
    bool tls = passed ? s->passed[i - s->listen_count].tls : s->options->listen[i].tls;
    return (yn_listening){.fd = -1, .tls = tls, .passed = passed};
}

static void say_addresses(const server *s)
{
    for (size_t i = 0; i < s->listen_count + s->passed_count; i++) {
        char text[YN_ADDRESS_TEXT];
        yn_listening l = listening_at(s, i);
        yn_address_print(&s->bound[i], text);
        yn_log(YN_LOG_INFO, "listening on http%s://%s/%s", l.tls ? "s" : "", text,
               l.passed ? ", which was passed" : "");
    }
}

static bool make_workers(server *s)
{
    size_t listeners = s->listen_count + s->passed_count;
    yn_listening *own = calloc(listeners, sizeof *own);
    bool ok = own != NULL;
    for (size_t k = 0; ok && k < s->worker_count; k++) {
        for (size_t i = 0; i < listeners; i++) {
            own[i] = listening_at(s, i);
            own[i].fd = s->fds[i * s->worker_count + k];
        }
        s->workers[k] = yn_worker_make(&s->config, &s->live, k, own, listeners);
        ok = s->workers[k] != NULL;
        for (size_t i = 0; ok && i < listeners; i++)
            s->fds[i * s->worker_count + k] = -1;
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
        yn_log(YN_LOG_ERROR, "not reloaded: the old rules stay live");
        yn_count_add(&s->observed.reloads_failed, 1);
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
    yn_supervisor_stopping();
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
        s->admin = yn_admin_start(s->options->admin, o);
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
    const char *made[2];
    size_t made_count = 0, n = 0;
    if (o->user && (!yn_sandbox_become(o->user) || !can_read_again(load)))
        return false;
    if (o->no_sandbox)
        return true;
    if (o->access_log && strcmp(o->access_log, "-") != 0)
        made[made_count++] = o->access_log;
    if (o->admin && strchr(o->admin, '/'))
        made[made_count++] = o->admin;
    const char **read = calloc(load->file_count + load->certs.cert_count + load->certs.key_count,
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

static yn_server_result run(server *s, const yn_ruleset *rules)
{
    if (!listen_everywhere(s) || !share_passed(s) || !confine(s) || !limit_crowd(s) ||
        !open_access_log(s) || !make_workers(s) || !begin_observing(s))
        return YN_SERVER_FAILED;
    size_t started = 0;
    int error = 0;
    while (started < s->worker_count && (error = yn_worker_start(s->workers[started])) == 0)
        started++;
    yn_server_result result = YN_SERVER_FAILED;
    if (error) {
        yn_log(YN_LOG_ERROR, "cannot start a thread: %s", strerror(error));
    } else {
        say_addresses(s);
        result =
            yn_load_is_intact(&s->options->load, rules) ? YN_SERVER_ENDED : YN_SERVER_BAD_RULES;
        if (result == YN_SERVER_ENDED) {
            yn_supervisor_ready();
            yn_pace_step_behind();
            handle_signals(s);
        }
    }
    for (size_t k = 0; k < started; k++) {
        if (result != YN_SERVER_ENDED)
            yn_worker_drain(s->workers[k]);
        yn_worker_join(s->workers[k]);
    }
    return result;
}

static void server_free(server *s)
{
    yn_admin_stop(s->admin);
    yn_access_close(s->config.access);
    yn_crowd_free(&s->crowd);
    free(s->observed.tallies);
    pthread_mutex_destroy(&s->observed.lock);
    for (size_t k = 0; s->workers && k < s->worker_count; k++)
        yn_worker_free(s->workers[k]);
    for (size_t i = 0; s->fds && i < (s->listen_count + s->passed_count) * s->worker_count; i++)
        if (s->fds[i] >= 0)
            close(s->fds[i]);
    free(s->workers);
    free(s->fds);
    free(s->bound);
    yn_live_free(&s->live);
}

static bool find_sockets(server *s)
{
    int n = yn_supervisor_sockets(s->passed);
    if (n < 0)
        return false;
    s->passed_count = (size_t)n;
    s->listen_count = n && s->options->listen_if_none_passed ? 0 : s->options->listen_count;
    for (size_t i = 0; i < s->passed_count; i++)
        if (s->passed[i].tls && !s->options->load.certs.cert_count) {
            yn_log(YN_LOG_ERROR, "a socket for HTTPS was passed, and --cert is missing");
            return false;
        }
    return true;
}

yn_server_result yn_server_run(const yn_server_options *options)
{
    server s = {.options = options,
                .config = options->config,
                .observed = {.lock = PTHREAD_MUTEX_INITIALIZER},
                .worker_count = options->workers};
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
    size_t listener_count = s.listen_count + s.passed_count;
    size_t fd_count = listener_count * s.worker_count;
    s.workers = calloc(s.worker_count, sizeof(yn_worker *));
    s.fds = malloc(fd_count * sizeof *s.fds);
    s.bound = calloc(listener_count, sizeof *s.bound);
    yn_server_result result = YN_SERVER_FAILED;
    for (size_t i = 0; s.fds && i < fd_count; i++)
        s.fds[i] = -1;
    if (!yn_live_init(&s.live, rules, s.worker_count)) {
        yn_ruleset_free(rules);
        yn_log(YN_LOG_ERROR, "%s", yonder_strerror(YONDER_NO_MEMORY));
    } else if (!s.workers || !s.fds || !s.bound) {
        yn_log(YN_LOG_ERROR, "%s", yonder_strerror(YONDER_NO_MEMORY));
    } else {
        count_hits(&s, rules);
        say_rules(&s, rules->rules, "");
        result = run(&s, rules);
    }
    server_free(&s);
    return result;
}
