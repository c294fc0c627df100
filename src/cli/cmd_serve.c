// SPDX-License-Identifier: MIT
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/cli.h"
#include "net/cidr.h"
#include "server/server.h"

typedef struct options {
    yn_list listen, tls_listen, certs, keys;
    const char *countries, *admin, *access_log, *log_format;
    yn_list trusted;
    const char *user, *handover, *proof;
    bool no_watch, proxy_protocol, no_sandbox;
    long workers;
    long idle_time, head_time, body_time, write_time, drain_time;
    long max_connections, max_per_address;
    long max_head, max_target, max_fields, max_body;
} options;

#define SECONDS(long_name, member, text, seconds)                                                  \
    {                                                                                              \
        .name = long_name, .kind = YN_NUMBER, .argument = "SECONDS",                               \
        .offset = offsetof(options, member), .help = text, .initial = seconds, .min = 1,           \
        .max = 86400                                                                               \
    }
#define BYTES(long_name, member, text, bytes, least, most)                                         \
    {                                                                                              \
        .name = long_name, .kind = YN_NUMBER, .argument = "BYTES",                                 \
        .offset = offsetof(options, member), .help = text, .initial = bytes, .min = least,         \
        .max = most                                                                                \
    }

static const yn_option option_table[] = {
    {'l', "listen", YN_LIST, "ADDR:PORT", offsetof(options, listen),
     "listen there: 127.0.0.1:8080 (the default), [::1]:80, *:80 for every address; port 0 for any "
     "free one; may be repeated",
     0, 0, 0},
    {0, "tls-listen", YN_LIST, "ADDR:PORT", offsetof(options, tls_listen),
     "listen there for HTTPS; needs --cert; may be repeated", 0, 0, 0},
    {0, "cert", YN_LIST, "PATH", offsetof(options, certs),
     "a certificate with its chain, in PEM, or a folder of them: NAME.pem beside NAME.key, or "
     "NAME/fullchain.pem beside NAME/privkey.pem; may be repeated",
     0, 0, 0},
    {0, "key", YN_LIST, "FILE", offsetof(options, keys),
     "the key of each --cert that is a file, in the same order", 0, 0, 0},
    {0, "no-watch", YN_FLAG, NULL, offsetof(options, no_watch),
     "do not read rules and certificates anew when their files change, only on SIGHUP", 0, 0, 0},
    {0, "proof", YN_VALUE, "HOW", offsetof(options, proof),
     "prove rules as lint does before they go live: warn, the default, tells errors (of up to "
     "100,000 "
     "rules); refuse does not serve them; off",
     0, 0, 0},
    {'w', "workers", YN_NUMBER, "N", offsetof(options, workers),
     "worker threads; 0, the default, for one a core", 0, 0, 1024},
    {0, "country-db", YN_VALUE, "FILE", offsetof(options, countries),
     "a MaxMind DB file of countries, for rules with the condition country=", 0, 0, 0},
    {0, "proxy-protocol", YN_FLAG, NULL, offsetof(options, proxy_protocol),
     "every connection begins with a PROXY header, version 1 or 2, by a proxy of --trust, if that "
     "is "
     "given",
     0, 0, 0},
    {0, "trust", YN_LIST, "RANGE", offsetof(options, trusted),
     "believe proxies at these addresses, as 10.0.0.0/8, about scheme, host and client: Forwarded, "
     "or "
     "X-Forwarded-For, -Proto and -Host; may be repeated",
     0, 0, 0},
    {0, "admin", YN_VALUE, "ADDR", offsetof(options, admin),
     "tell there what the server does: the path of a socket to make, or ADDR:PORT of this machine "
     "alone; for status, hits, misses, and Prometheus (/metrics)",
     0, 0, 0},
    {0, "access-log", YN_VALUE, "FILE", offsetof(options, access_log),
     "write a line for each answer to FILE, or - for stdout; SIGHUP opens it anew", 0, 0, 0},
    {0, "log-format", YN_VALUE, "FORMAT", offsetof(options, log_format),
     "of the access log: combined, the default, or json", 0, 0, 0},
    {0, "user", YN_VALUE, "NAME", offsetof(options, user),
     "go on as that user when the ports are open; files are read anew as that user", 0, 0, 0},
    {0, "handover", YN_VALUE, "PATH", offsetof(options, handover),
     "take over from the server that was started with the same PATH, without a connection lost, "
     "and "
     "wait there for the next one: so the program is replaced by a newer one",
     0, 0, 0},
    {0, "no-sandbox", YN_FLAG, NULL, offsetof(options, no_sandbox),
     "do not give up what a server does not need: files elsewhere (Landlock), system calls "
     "(seccomp)",
     0, 0, 0},
    SECONDS("idle-timeout", idle_time, "close a connection that asks nothing for so long (60)", 60),
    SECONDS("head-timeout", head_time, "time for a request's head, from its first byte (10)", 10),
    SECONDS("body-timeout", body_time, "time for a request's body (30)", 30),
    SECONDS("write-timeout", write_time, "close a connection that takes no answer for so long (30)",
            30),
    SECONDS("drain-timeout", drain_time, "time for what is under way when the server is ended (10)",
            10),
    {0, "max-connections", YN_NUMBER, "N", offsetof(options, max_connections),
     "most connections; when they are nearly reached idle ones are closed, and beyond them new "
     "ones at "
     "once; 0, the default, for as many as there are descriptors",
     0, 0, INT32_MAX},
    {0, "max-per-address", YN_NUMBER, "N", offsetof(options, max_per_address),
     "most connections from one address, or 64 bits of IPv6, but for those of --trust; 0, the "
     "default, "
     "for any number",
     0, 0, INT32_MAX},
    BYTES("max-head", max_head, "longest head of a request, or 431 is answered (16384)", 16384, 256,
          1 << 20),
    BYTES("max-target", max_target, "longest request target, or 414 is answered (8192)", 8192, 64,
          1 << 20),
    {0, "max-fields", YN_NUMBER, "N", offsetof(options, max_fields),
     "most header fields of a request, or 431 is answered (100)", YN_H1_MAX_FIELDS, 1,
     YN_H1_MAX_FIELDS},
    BYTES("max-body", max_body,
          "longest request body that is read to its end; after a longer one the connection is "
          "closed (1048576)",
          1 << 20, 0, INT32_MAX),
    {0},
};

static int64_t ms(long seconds)
{
    return (int64_t)seconds * 1000;
}

static yn_worker_config config_of(const options *o)
{
    return (yn_worker_config){
        .limits = {(uint32_t)o->max_head, (uint32_t)o->max_target, (uint32_t)o->max_fields},
        .max_body = (uint64_t)o->max_body,
        .idle_time = ms(o->idle_time),
        .head_time = ms(o->head_time),
        .body_time = ms(o->body_time),
        .write_time = ms(o->write_time),
        .drain_time = ms(o->drain_time),
    };
}

// Adds the addresses of a list, or the default one where nothing is said.
static int add_addresses(yn_listen_at *out, size_t *count, const yn_list *list, bool tls)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!yn_address_parse(&out[*count].address, yonder_text_of(list->items[i])))
            return yn_usage_error("serve", "--%slisten takes ADDR:PORT, not '%s'",
                                  tls ? "tls-" : "", list->items[i]);
        out[(*count)++].tls = tls;
    }
    return YN_EXIT_OK;
}

static int find_addresses(const options *o, yn_listen_at *out, size_t *count)
{
    static const char *fallback[] = {"127.0.0.1:8080"};
    const yn_list none = {fallback, 1};
    bool any = o->listen.count || o->tls_listen.count;
    if (o->tls_listen.count && !o->certs.count)
        return yn_usage_error("serve", "--tls-listen needs --cert");
    if (o->certs.count && !o->tls_listen.count && !getenv("LISTEN_FDS"))
        return yn_usage_error("serve", "--cert is for --tls-listen, which is missing");
    int code = add_addresses(out, count, any ? &o->listen : &none, false);
    return code ? code : add_addresses(out, count, &o->tls_listen, true);
}

static int find_trusted(const options *o, yn_cidr *trusted, yn_worker_config *config)
{
    for (size_t i = 0; i < o->trusted.count; i++)
        if (!yn_cidr_parse(&trusted[i], yonder_text_of(o->trusted.items[i])))
            return yn_usage_error("serve",
                                  "--trust takes a range of addresses, as 10.0.0.0/8, not '%s'",
                                  o->trusted.items[i]);
    config->trusted = trusted;
    config->trusted_count = o->trusted.count;
    config->proxy_protocol = o->proxy_protocol;
    return YN_EXIT_OK;
}

static int find_log_format(const options *o, yn_access_format *format)
{
    const char *word = o->log_format ? o->log_format : "combined";
    if (strcmp(word, "combined") != 0 && strcmp(word, "json") != 0)
        return yn_usage_error("serve", "--log-format takes combined or json, not '%s'", word);
    if (o->log_format && !o->access_log)
        return yn_usage_error("serve", "--log-format is of --access-log, which is missing");
    *format = strcmp(word, "json") == 0 ? YN_ACCESS_JSON : YN_ACCESS_COMBINED;
    return YN_EXIT_OK;
}

static int find_proof(const options *o, yn_proved_mode *mode)
{
    static const char *const words[] = {
        [YN_PROVED_WARN] = "warn", [YN_PROVED_REFUSE] = "refuse", [YN_PROVED_OFF] = "off"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(o->proof ? o->proof : "warn", words[i]) == 0) {
            *mode = (yn_proved_mode)i;
            return YN_EXIT_OK;
        }
    return yn_usage_error("serve", "--proof takes warn, refuse or off, not '%s'", o->proof);
}

static int serve(const options *o, yn_server_options *server)
{
    yn_country_db *countries = o->countries ? yn_country_open(o->countries) : NULL;
    yn_tls_tickets *tickets = o->certs.count ? yn_tls_tickets_new() : NULL;
    yn_server_result result = YN_SERVER_FAILED;
    server->config.countries = countries;
    server->config.tickets = tickets;
    if (o->countries && !countries)
        result = YN_SERVER_BAD_RULES;
    else if (tickets || !o->certs.count)
        result = yn_server_run(server);
    yn_tls_tickets_free(tickets);
    yn_country_close(countries);
    return result == YN_SERVER_ENDED       ? YN_EXIT_OK
           : result == YN_SERVER_BAD_RULES ? YN_EXIT_USAGE
                                           : YN_EXIT_FAILED;
}

static int run(const void *opaque, size_t file_count, char **files)
{
    const options *o = opaque;
    size_t count = 0;
    yn_listen_at *listen = calloc(o->listen.count + o->tls_listen.count + 1, sizeof *listen);
    yn_cidr *trusted = calloc(o->trusted.count + 1, sizeof *trusted);
    int code = listen && trusted ? find_addresses(o, listen, &count) : YN_EXIT_FAILED;
    yn_server_options server = {
        .load = {.files = (const char *const *)files,
                 .file_count = file_count,
                 .certs = {o->certs.items, o->certs.count, o->keys.items, o->keys.count}},
        .listen = listen,
        .listen_count = count,
        .listen_if_none_passed = !o->listen.count && !o->tls_listen.count,
        .keep = o->no_watch,
        .admin = o->admin,
        .max_connections = (uint64_t)o->max_connections,
        .max_per_address = (uint32_t)o->max_per_address,
        .user = o->user,
        .handover = o->handover,
        .no_sandbox = o->no_sandbox,
        .access_log = o->access_log,
        .workers = (size_t)o->workers,
        .config = config_of(o)};
    if (!code)
        code = find_trusted(o, trusted, &server.config);
    if (!code)
        code = find_proof(o, &server.load.proof);
    if (!code)
        code = find_log_format(o, &server.access_format);
    if (!code)
        code = serve(o, &server);
    free(trusted);
    free(listen);
    return code;
}

static const yn_example examples[] = {
    {"yonder serve site.rules", "serve on http://127.0.0.1:8080/"},
    {"yonder serve --listen '*:80' site.rules shop.rules", "two files, one set of rules"},
    {"yonder serve --listen '*:80' --tls-listen '*:443' --cert /etc/letsencrypt/live site.rules",
     "HTTPS, with a certificate for each name"},
    {"yonder serve --handover /run/yonder/next --listen '*:80' site.rules",
     "the same once more replaces the program that runs"},
    {"kill -HUP PID", "read the files anew; with errors in them the old rules stay live"},
    {NULL, NULL},
};

const yn_command yn_cmd_serve = {
    .name = "serve",
    .arguments = "FILE…",
    .summary = "serve redirects over HTTP and HTTPS",
    .description =
        "Reads rule files and answers HTTP/1.1 and HTTP/2 requests by them. Several files are one "
        "set of "
        "rules, in order. With any error in them nothing is served: all errors are shown.\n\n"
        "In place of rule files there may be one image that compile made; it is mapped, and serves "
        "at "
        "once.\n\n"
        "Clients of HTTP/1.0 get a status they know, 302 for 303 and 307 and 301 for 308, unless "
        "the "
        "rules say otherwise, and a Location made absolute with the host they asked for.\n\n"
        "HTTP/2 is spoken over TLS with clients that offer it, and without TLS with those that "
        "begin "
        "with it (prior knowledge).\n\n"
        "Rules and certificates are read anew when their files have changed, and on SIGHUP, "
        "without "
        "dropping a connection; with an error in them the old ones stay. SIGTERM and SIGINT end "
        "the "
        "server after what is under way; a second one ends it at once.\n\n"
        "Sockets that systemd opened (LISTEN_FDS) are served as well; one that is named https "
        "(FileDescriptorName=) is for HTTPS, and none but those where no address is given. systemd "
        "is told "
        "when the server is ready, reloads and stops (Type=notify). dist/ has units.",
    .options = option_table,
    .options_size = sizeof(options),
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .run = run,
    .examples = examples,
};
