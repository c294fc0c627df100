// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <yonder/hsts.h>
#include <yonder/url.h>

#include "base/log.h"
#include "base/text.h"
#include "cli/directory_renew.h"
#include "cli/directory_verbs.h"
#include "core/host.h"
#include "front/blobs.h"
#include "front/dispatch.h"
#include "front/serve.h"
#include "front/tend.h"

enum {
    message_max = 4096,
    patience = 30, // seconds
    drain = 25,
    hook_ms = 10000,
    most_listeners = 16,
};

// What the options come to. Views of it are in `serve`.
typedef struct settings {
    yn_address listen[most_listeners], redirect;
    yn_cidr *trusted;
    yonder_text *names;
    char *name_bytes;
    yn_directory_secrets secrets;
    yn_serve_options serve;
    yn_web_site site;
    yn_hooks hooks;
    yn_fetch_options reach;
    yn_counts counts;
} settings;

/* ---- the end -----------------------------------------------------------------------------------
 */

static sem_t called; // by a signal
static volatile sig_atomic_t times, hung_up;

static void end(int signal)
{
    (void)signal;
    if (times++)
        _exit(YN_EXIT_FAILED); // who says it twice does not want to wait
    sem_post(&called);
}

static void hang_up(int signal)
{
    (void)signal;
    hung_up = 1;
    sem_post(&called);
}

static void pass_over(int signal)
{
    (void)signal;
}

// Handlers, and nothing blocked or ignored: what hooks run gets signals as usual.
static void heed_signals(void)
{
    sem_init(&called, 0, 0);
    struct sigaction action = {.sa_handler = hang_up};
    sigemptyset(&action.sa_mask);
    sigaction(SIGHUP, &action, NULL);
    action.sa_handler = end;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    action.sa_handler = pass_over;
    sigaction(SIGPIPE, &action, NULL);
    sigaction(SIGXFSZ, &action, NULL); // a file that may not grow is an error like a full disk
}

/* ---- options -----------------------------------------------------------------------------------
 */

static int read_addresses(const yn_directory_serve_options *o, settings *s)
{
    static const char *usual = "127.0.0.1:8080";
    const yn_list fallback = {&usual, 1};
    const yn_list *list = o->listen.count ? &o->listen : &fallback;
    if (list->count > most_listeners)
        return yn_usage_error("directory", "--listen can be given %d times", most_listeners);
    for (size_t i = 0; i < list->count; i++)
        if (!yn_address_parse(&s->listen[i], yonder_text_of(list->items[i])))
            return yn_usage_error("directory", "--listen takes ADDR:PORT, not '%s'",
                                  list->items[i]);
    s->serve.listen = s->listen;
    s->serve.listen_count = list->count;
    if (!o->redirect)
        return YN_EXIT_OK;
    if (!o->certificate)
        return yn_usage_error("directory", "--redirect-http leads to HTTPS, which needs --cert");
    if (!yn_address_parse(&s->redirect, yonder_text_of(o->redirect)))
        return yn_usage_error("directory", "--redirect-http takes ADDR:PORT, not '%s'",
                              o->redirect);
    s->serve.redirect = &s->redirect;
    return YN_EXIT_OK;
}

static int read_names(const yn_directory_serve_options *o, settings *s)
{
    enum {
        name_max = 256
    };
    s->names = calloc(o->names.count + 1, sizeof *s->names);
    s->name_bytes = calloc(o->names.count + 1, name_max);
    if (!s->names || !s->name_bytes)
        return YN_EXIT_FAILED;
    for (size_t i = 0; i < o->names.count; i++) {
        yonder_text name = yonder_text_of(o->names.items[i]);
        int32_t port;
        if (yn_host_canonical(name, s->name_bytes + i * name_max, name_max, &s->names[i], &port) ||
            port >= 0)
            return yn_usage_error("directory",
                                  "--name takes a host without a port, as lists.example.com");
    }
    s->serve.clients.names = s->names;
    s->serve.clients.name_count = o->names.count;
    return YN_EXIT_OK;
}

static int read_clients(const yn_directory_serve_options *o, settings *s)
{
    static const char *const words[] = {[YN_REACH_AUTO] = "auto",
                                        [YN_REACH_PRIVATE] = "private",
                                        [YN_REACH_PUBLIC] = "public",
                                        [YN_REACH_ANY] = "any"};
    yn_client_rules *rules = &s->serve.clients;
    size_t i = 0;
    while (o->reach && i < sizeof words / sizeof *words && strcmp(o->reach, words[i]) != 0)
        i++;
    if (i == sizeof words / sizeof *words)
        return yn_usage_error("directory", "--reach takes auto, private, public or any, not '%s'",
                              o->reach);
    rules->reach = (yn_client_reach)i;
    s->trusted = calloc(o->trusted.count + 1, sizeof *s->trusted);
    if (!s->trusted)
        return YN_EXIT_FAILED;
    for (i = 0; i < o->trusted.count; i++)
        if (!yn_cidr_parse(&s->trusted[i], yonder_text_of(o->trusted.items[i])))
            return yn_usage_error("directory",
                                  "--trust takes a range of addresses, as 10.0.0.0/8, not '%s'",
                                  o->trusted.items[i]);
    rules->trusted = s->trusted;
    rules->trusted_count = o->trusted.count;
    return YN_EXIT_OK;
}

static int read_tls(const yn_directory_serve_options *o, settings *s)
{
    yonder_hsts_policy policy;
    const char *hsts = o->hsts ? o->hsts : "max-age=31536000";
    if (!o->certificate != !o->key)
        return yn_usage_error("directory", "--cert and --key belong together");
    for (const char *p = hsts; *p; p++)
        if ((unsigned char)*p < ' ' || (unsigned char)*p >= 0x7F)
            return yn_usage_error("directory", "--hsts has bytes that no header field may have");
    yonder_hsts_reading reading =
        yonder_hsts_parse(yonder_client_find(YN_TEXT("chrome")), yonder_text_of(hsts), &policy);
    if (reading != YONDER_HSTS_VALID)
        return yn_usage_error("directory", "--hsts '%s': %s", hsts,
                              yonder_hsts_reading_prose(reading));
    s->serve.hsts = hsts;
    s->serve.hsts_behind_proxy = o->hsts != NULL;
    return YN_EXIT_OK;
}

static int read_secrets(const yn_directory_serve_options *o, settings *s)
{
    int code = yn_directory_secrets_read(&s->secrets, o);
    s->serve.certificate = s->secrets.certificate.ptr;
    s->serve.key = s->secrets.key.ptr;
    s->serve.token = s->secrets.token;
    return code;
}

static int read_cors(const yn_directory_serve_options *o)
{
    for (size_t i = 0; i < o->cors.count; i++) {
        const char *host = strstr(o->cors.items[i], "://");
        if (!host || strpbrk(host + 3, "/*?# ") || !host[3])
            return yn_usage_error("directory",
                                  "--cors takes an origin, as https://example.com, not '%s'",
                                  o->cors.items[i]);
    }
    return YN_EXIT_OK;
}

// What could never be told of anything is better known now than from the log.
static int check_hooks(const yn_directory_serve_options *o)
{
    yonder_url url = {0};
    struct stat file;
    const char *command = o->hook_command;
    if (o->hook_url) {
        bool good = !yonder_url_parse(&url, yonder_text_of(o->hook_url), NULL, NULL);
        yonder_text scheme = good ? yonder_url_get(&url, YONDER_URL_PROTOCOL) : YN_TEXT("");
        good = yn_equal(scheme, YN_TEXT("http:")) || yn_equal(scheme, YN_TEXT("https:"));
        yonder_url_free(&url, NULL);
        if (!good)
            return yn_usage_error("directory", "--hook-url takes a URL of http or https, not '%s'",
                                  o->hook_url);
    }
    if (command &&
        (access(command, X_OK) != 0 || stat(command, &file) != 0 || !S_ISREG(file.st_mode)))
        return yn_usage_error("directory", "--hook-command takes a program, which '%s' is not",
                              command);
    return YN_EXIT_OK;
}

static int read_all(const yn_directory_options *o, settings *s)
{
    const yn_directory_serve_options *v = &o->serve;
    s->serve.reads_a_minute = (uint32_t)v->reads;
    s->serve.checks_a_minute = (uint32_t)v->checks;
    s->serve.site_a_minute = (uint32_t)v->site;
    s->serve.max_checks = (unsigned)v->max_checks;
    s->serve.max_connections = (unsigned)v->max_connections;
    s->serve.max_per_address = (unsigned)v->max_per_address;
    s->serve.patience = patience;
    s->serve.drain = drain;
    s->reach = (yn_fetch_options){.ca_file = o->ca_file,
                                  .resolve = o->resolve.items,
                                  .connect_to = o->connect_to.items,
                                  .resolve_count = o->resolve.count,
                                  .connect_to_count = o->connect_to.count,
                                  .connect_ms = hook_ms,
                                  .total_ms = hook_ms};
    s->hooks = (yn_hooks){
        .command = v->hook_command, .url = v->hook_url, .reach = &s->reach, .timeout_ms = hook_ms};
    int code = read_addresses(v, s);
    if (!code)
        code = read_names(v, s);
    if (!code)
        code = read_clients(v, s);
    if (!code)
        code = read_tls(v, s);
    if (!code)
        code = read_secrets(v, s);
    if (!code)
        code = read_cors(v);
    if (!code)
        code = check_hooks(v);
    s->hooks.told = &s->counts.told;
    s->hooks.failed = &s->counts.untold;
    s->hooks.given_up = &s->counts.given_up;
    s->site = (yn_web_site){.cors = v->cors.items,
                            .cors_count = v->cors.count,
                            .has_token = s->serve.token != NULL,
                            .hooks = v->hook_command || v->hook_url,
                            .publishes = !v->no_publish,
                            .scans = !v->no_scan,
                            .counts = &s->counts};
    return code;
}

/* ---- serving -----------------------------------------------------------------------------------
 */

static void wait_for_end(settings *s, yn_serve *serve)
{
    while (!times) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        (void)sem_clockwait(&called, CLOCK_MONOTONIC, &until);
        if (hung_up) {
            hung_up = 0;
            yn_directory_secrets_renew(&s->secrets, serve);
        } else {
            yn_directory_secrets_look(&s->secrets, serve);
        }
    }
}

static void tell_of_start(const yn_directory_serve_options *o, const settings *s,
                          const yn_directory *directory)
{
    yn_store_version newest = {.number = 0};
    if (yn_store_newest(directory->store, &newest))
        return; // what needs it will say why
    yn_log(YN_LOG_INFO,
           "directory (" YONDER_VERSION "): version %lld, %zu names; scans: %s, "
           "publishes: %s, hooks: %s, operator's token: %s",
           (long long)newest.number, newest.names, o->no_scan ? "no" : "yes",
           o->no_publish ? "no" : "yes", s->site.hooks ? "yes" : "no",
           s->site.has_token ? "yes" : "no");
}

static int run(const yn_directory_serve_options *o, settings *s, const yn_directory *directory)
{
    static const yn_many_options many = {0};
    const yn_tend_options tend_options = {.scan = !o->no_scan,
                                          .publish = !o->no_publish,
                                          .hooks = s->site.hooks ? &s->hooks : NULL,
                                          .many = &many,
                                          .counts = &s->counts};
    yn_buf message = yn_buf_make(message_max, NULL);
    heed_signals();
    if (yn_store_hooks(directory->store, s->site.hooks)) {
        yn_log(YN_LOG_ERROR, "%s", yn_store_problem(directory->store));
        return YN_EXIT_FAILED;
    }
    yn_serve *serve = yn_serve_start(directory, &s->site, &s->serve, &message);
    if (!serve)
        yn_log(YN_LOG_ERROR, "%.*s", YN_PRINT(yn_buf_text(&message)));
    yn_buf_free(&message);
    yn_tend *tend = serve ? yn_tend_start(directory, &tend_options) : NULL;
    if (serve && !tend)
        yn_log(YN_LOG_ERROR, "there are no threads");
    if (tend) {
        tell_of_start(o, s, directory);
        wait_for_end(s, serve);
        yn_log(YN_LOG_INFO, "ending: what is under way is finished");
    }
    yn_tend_end(tend);
    yn_serve_stop(serve);
    yn_tend_stop(tend);
    yn_blobs_forget(directory->store);
    if (tend)
        yn_log(YN_LOG_INFO, "ended");
    return tend ? YN_EXIT_OK : YN_EXIT_FAILED;
}

// Two that serve one list would scan everybody twice, so that one failure counts as two. The lock
// is on the database itself and is gone with the process, however that ends; SQLite's are of
// another kind (fcntl). `*fd` must be closed after the database: POSIX would take SQLite's locks
// with it.
static int lock_alone(const char *path, int *fd)
{
    enum {
        tries = 10, // a tenth of a second each: for the one before to be gone
    };
    int locked = -1;
    *fd = open(path, O_RDONLY | O_CLOEXEC);
    for (int i = 0; *fd >= 0 && i < tries && locked; i++) {
        locked = flock(*fd, LOCK_EX | LOCK_NB);
        if (locked && errno != EWOULDBLOCK)
            break;
        if (locked)
            nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    }
    if (!locked)
        return YN_EXIT_OK;
    fprintf(stderr, "yonder directory: %s: %s\n", path,
            *fd >= 0 && errno == EWOULDBLOCK ? "another 'yonder directory serve' serves it already"
                                             : strerror(errno));
    return YN_EXIT_FAILED;
}

int yn_directory_serve(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count)
        return yn_usage_error("directory", "serve takes no '%s'", arguments[0]);
    settings *s = calloc(1, sizeof *s);
    yn_directory_opened opened;
    int code = s ? read_all(o, s) : YN_EXIT_FAILED;
    if (!code)
        code = yn_directory_open(o, YN_DIRECTORY_SITES | YN_DIRECTORY_KEY, &opened);
    if (!code) {
        int lock = -1;
        opened.directory.joints = yn_joints_new();
        code = lock_alone(o->db, &lock);
        if (!code)
            code = run(&o->serve, s, &opened.directory);
        yn_joints_free(opened.directory.joints);
        yn_directory_close(&opened);
        if (lock >= 0)
            close(lock);
    }
    if (s) {
        free(s->trusted);
        free(s->names);
        free(s->name_bytes);
        yn_directory_secrets_free(&s->secrets);
        free(s);
    }
    return code;
}
