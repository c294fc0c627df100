// SPDX-License-Identifier: MIT
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/cli.h"
#include "server/server.h"

typedef struct options {
    yn_list listen;
    const char *countries;
    long workers;
    long idle_time, head_time, body_time, write_time, drain_time;
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
    {'w', "workers", YN_NUMBER, "N", offsetof(options, workers),
     "worker threads; 0, the default, for one a core", 0, 0, 1024},
    {0, "country-db", YN_VALUE, "FILE", offsetof(options, countries),
     "a MaxMind DB file of countries, for rules with the condition country=", 0, 0, 0},
    SECONDS("idle-timeout", idle_time, "close a connection that asks nothing for so long (60)", 60),
    SECONDS("head-timeout", head_time, "time for a request's head, from its first byte (10)", 10),
    SECONDS("body-timeout", body_time, "time for a request's body (30)", 30),
    SECONDS("write-timeout", write_time, "close a connection that takes no answer for so long (30)",
            30),
    SECONDS("drain-timeout", drain_time, "time for what is under way when the server is ended (10)",
            10),
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

static int run(const void *opaque, size_t file_count, char **files)
{
    const options *o = opaque;
    static const char *const default_listen[] = {"127.0.0.1:8080"};
    const char *const *texts = o->listen.count ? o->listen.items : default_listen;
    size_t count = o->listen.count ? o->listen.count : 1;
    yn_address *addresses = calloc(count, sizeof *addresses);
    if (!addresses)
        return YN_EXIT_FAILED;
    for (size_t i = 0; i < count; i++) {
        if (!yn_address_parse(&addresses[i], yonder_text_of(texts[i]))) {
            free(addresses);
            return yn_usage_error("serve", "--listen takes ADDR:PORT, not '%s'", texts[i]);
        }
    }
    yn_server_options server = {.files = (const char *const *)files,
                                .file_count = file_count,
                                .listen = addresses,
                                .listen_count = count,
                                .workers = (size_t)o->workers,
                                .config = config_of(o)};
    yn_country_db *countries = o->countries ? yn_country_open(o->countries) : NULL;
    server.config.countries = countries;
    yn_server_result result =
        o->countries && !countries ? YN_SERVER_BAD_RULES : yn_server_run(&server);
    yn_country_close(countries);
    free(addresses);
    return result == YN_SERVER_ENDED       ? YN_EXIT_OK
           : result == YN_SERVER_BAD_RULES ? YN_EXIT_USAGE
                                           : YN_EXIT_FAILED;
}

static const yn_example examples[] = {
    {"yonder serve site.rules", "serve on http://127.0.0.1:8080/"},
    {"yonder serve --listen '*:80' site.rules shop.rules", "two files, one set of rules"},
    {"kill -HUP PID", "read the files anew; with errors in them the old rules stay live"},
    {NULL, NULL},
};

const yn_command yn_cmd_serve = {
    .name = "serve",
    .arguments = "FILE…",
    .summary = "serve redirects over HTTP",
    .description =
        "Reads rule files and answers HTTP/1.1 requests by them. Several files are one set of "
        "rules, in order. With any error in them nothing is served: all errors are shown.\n\n"
        "In place of rule files there may be one image that compile made; it is mapped, and serves at "
        "once.\n\n"
        "Clients of HTTP/1.0 get a status they know, 302 for 303 and 307 and 301 for 308, unless the "
        "rules say otherwise, and a Location made absolute with the host they asked for.\n\n"
        "SIGHUP has the files read anew, without dropping a connection. SIGTERM and SIGINT end the "
        "server after what is under way; a second one ends it at once.",
    .options = option_table,
    .options_size = sizeof(options),
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .run = run,
    .examples = examples,
};
