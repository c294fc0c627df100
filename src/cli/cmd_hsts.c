// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <yonder/hsts.h>

#include "base/date.h"
#include "base/text.h"
#include "cli/batch.h"
#include "cli/cli.h"
#include "cli/codes.h"
#include "cli/colour.h"
#include "cli/hsts_advise.h"
#include "cli/hsts_file.h"
#include "cli/preload_file.h"
#include "cli/print.h"
#include "cli/words.h"
#include "core/client.h"
#include "core/host.h"
#include "core/hsts_store.h"

enum {
    url_max = 1 << 16
};

typedef struct hsts_options {
    const char *client;
    const char *state;
    const char *preload;
    const char *now;
    const char *import_wget;
    bool json;
    bool batch;
    yn_evidence_options evidence; // the rest is of advise
    const char *server, *color;
    bool no_subdomains, wants_preload;
} hsts_options;

// ---- what is asked ------------------------------------------------------------------------------

// The client of that name, chrome by default; NULL after a message in `text`.
static const yonder_client *find_client(yonder_text name, yn_buf *text)
{
    const yonder_client *client = yonder_client_find(name.ptr ? name : YN_TEXT("chrome"));
    if (client)
        return client;
    yn_buf_printf(text, "there is no client \"%.*s\"; there are:", YN_PRINT(name));
    for (size_t i = 0; (client = yonder_client_at(i)); i++)
        yn_buf_printf(text, "%s %s", i ? "," : "", yonder_client_name(client));
    return NULL;
}

static const char *message_of(yn_buf *text)
{
    yn_buf_char(text, '\0');
    return text->error ? yonder_strerror(text->error) : text->ptr;
}

// Reads --as; NULL after a line on stderr.
static const yonder_client *client_of(const hsts_options *options)
{
    yn_buf text = yn_buf_make(4096, NULL);
    const yonder_client *client = find_client(yonder_text_of(options->client), &text);
    if (!client)
        yn_usage_error("hsts", "%s", message_of(&text));
    yn_buf_free(&text);
    return client;
}

// Reads --now, or the clock.
static bool now_of(const hsts_options *options, int64_t *out)
{
    *out = (int64_t)time(NULL);
    if (!options->now || yn_word_moment(yonder_text_of(options->now), out))
        return true;
    yn_usage_error("hsts", "--now takes " YN_MOMENT_FORMS ", not '%s'", options->now);
    return false;
}

// "host" or "host:port", as a URL has it, into a URL. An error where it is none.
static int url_of(const char *scheme, yonder_text host, const yonder_mem *mem, yonder_url *out)
{
    char canonical[512];
    yonder_text name; // without the dot it may end with, which the URL keeps
    int32_t port;
    int error = yn_host_canonical(host, canonical, sizeof canonical, &name, &port);
    if (error)
        return error;
    yn_buf text = yn_buf_make(url_max, mem);
    yn_buf_printf(&text, "%s://%.*s", scheme, YN_PRINT(host));
    error = text.error ? text.error : yonder_url_parse(out, yn_buf_text(&text), NULL, mem);
    yn_buf_free(&text);
    return error;
}

// ---- answers ------------------------------------------------------------------------------------

// "2026-11-22 05:30:00 UTC", or "for ever".
static void put_moment(yn_buf *out, int64_t seconds)
{
    char date[sizeof "YYYY-MM-DD hh:mm:ss UTC" - 1];
    if (seconds > YN_DATE_MAX || seconds < YN_DATE_MIN) {
        yn_buf_str(out, "for ever");
        return;
    }
    yn_date_write(date, "YYYY-MM-DD hh:mm:ss UTC", seconds);
    yn_buf_put(out, (yonder_text){date, sizeof date});
}

static void write_moment(yn_json *out, const char *name, int64_t seconds, bool known)
{
    if (!known || seconds == YONDER_HSTS_FOREVER)
        yn_json_null(out, name);
    else
        yn_json_int(out, name, seconds);
}

static void write_policy(yn_json *out, yonder_hsts_reading reading,
                         const yonder_hsts_policy *policy)
{
    bool valid = reading == YONDER_HSTS_VALID;
    yn_json_bool(out, "valid", valid);
    if (valid)
        yn_json_int(out, "max_age", policy->max_age);
    else
        yn_json_null(out, "max_age");
    yn_json_bool(out, "include_subdomains", valid && policy->include_subdomains);
    yn_json_bool(out, "preload", valid && policy->preload);
    yn_json_str(out, "reason", yonder_hsts_reading_code(reading));
}

static void print_policy(const yonder_client *client, yonder_hsts_reading reading,
                         const yonder_hsts_policy *policy)
{
    bool valid = reading == YONDER_HSTS_VALID;
    printf("client      %s (%s)\n", yonder_client_name(client), yonder_client_version(client));
    printf("%s  %s\n", valid ? "valid     " : "not valid ", yonder_hsts_reading_prose(reading));
    if (!valid)
        return;
    if (policy->max_age == YONDER_HSTS_FOREVER)
        printf("max-age     without end\n");
    else
        printf("max-age     %lld s%s\n", (long long)policy->max_age,
               policy->max_age ? "" : ", which forgets the host");
    printf("subdomains  %s\n", policy->include_subdomains ? "included" : "not included");
    if (policy->preload)
        printf("preload     asked for; it is for list keepers, not for clients\n");
}

static void write_match(yn_json *out, const yonder_hsts_match *match)
{
    bool dynamic = match->upgrade && match->source == YONDER_HSTS_DYNAMIC;
    yn_json_bool(out, "upgrade", match->upgrade);
    yn_json_str(out, "source", match->upgrade ? yonder_hsts_source_code(match->source) : NULL);
    if (match->upgrade)
        yn_json_text(out, "matched", match->matched);
    else
        yn_json_null(out, "matched");
    yn_json_bool(out, "include_subdomains", match->upgrade && match->include_subdomains);
    write_moment(out, "expires", match->expires, dynamic);
    write_moment(out, "learnt", match->learnt, dynamic && match->learnt);
    if (!match->upgrade && match->source != YONDER_HSTS_NONE)
        yn_json_text(out, "against", match->matched);
    else
        yn_json_null(out, "against");
}

static void print_match(const char *host, bool is_domain, const yonder_hsts_match *match)
{
    yn_buf text = yn_buf_make(1 << 16, NULL);
    yn_buf_printf(&text, "%s: %s", host, match->upgrade ? "upgraded" : "not upgraded");
    if (match->source == YONDER_HSTS_PRELOAD)
        yn_buf_printf(&text, "%s the preload entry %.*s", match->upgrade ? ", by" : ", for",
                      YN_PRINT(match->matched));
    else if (match->source == YONDER_HSTS_DYNAMIC)
        yn_buf_printf(&text, ", %s %.*s", match->upgrade ? "known as" : "for the entry",
                      YN_PRINT(match->matched));
    else if (!is_domain)
        yn_buf_str(&text, ", for it is an address or no domain");
    if (match->upgrade && match->include_subdomains)
        yn_buf_str(&text, ", subdomains included");
    if (match->upgrade && match->source == YONDER_HSTS_DYNAMIC) {
        yn_buf_str(&text, match->expires == YONDER_HSTS_FOREVER ? ", " : ", until ");
        put_moment(&text, match->expires);
    }
    if (match->upgrade && match->learnt) {
        yn_buf_str(&text, ", learnt ");
        put_moment(&text, match->learnt);
    }
    yn_print_line(&text);
    yn_buf_free(&text);
}

// ---- parse --------------------------------------------------------------------------------------

static const char *parse_line(void *context, const json_t *line, yn_json *out,
                              const yonder_mem *mem)
{
    yonder_text name = yonder_text_of(((const hsts_options *)context)->client);
    yonder_text value = {NULL, 0};
    yn_buf text = yn_buf_make(4096, mem);
    if (!yn_batch_text(line, "client", &name))
        return "\"client\" must be a string";
    if (!yn_batch_text(line, "value", &value) || !value.ptr)
        return "\"value\" must be a string";
    const yonder_client *client = find_client(name, &text);
    if (!client)
        return message_of(&text);
    yonder_hsts_policy policy = {0};
    write_policy(out, yonder_hsts_parse(client, value, &policy), &policy);
    return NULL;
}

static int parse(const hsts_options *options, size_t count, char **arguments)
{
    const yonder_client *client = client_of(options);
    if (!client)
        return YN_EXIT_USAGE;
    if (options->batch && count)
        return yn_usage_error("hsts", "--batch reads its input from stdin, not '%s'", arguments[0]);
    if (options->batch || (!count && !isatty(STDIN_FILENO)))
        return yn_batch_run(parse_line, (void *)options);
    if (count != 1)
        return yn_usage_error("hsts", "parse takes one VALUE");
    yonder_hsts_policy policy = {0};
    yonder_hsts_reading reading = yonder_hsts_parse(client, yonder_text_of(arguments[0]), &policy);
    if (options->json) {
        yn_buf line = yn_buf_make(1 << 16, NULL);
        yn_json out = yn_json_make(&line, false);
        yn_json_object(&out, NULL);
        write_policy(&out, reading, &policy);
        yn_json_object_end(&out);
        yn_print_line(&line);
        yn_buf_free(&line);
    } else {
        print_policy(client, reading, &policy);
    }
    return reading == YONDER_HSTS_VALID ? YN_EXIT_OK : YN_EXIT_NEGATIVE;
}

// ---- query --------------------------------------------------------------------------------------

typedef struct asking {
    const hsts_options *options;
    const yonder_client *client;
    yn_hsts_file state;
    yn_preload_file preload;
    int64_t now;
    struct {
        yonder_hsts *store; // or NULL
        const yonder_client *client;
        int64_t now;
    } own; // what the client that was asked for last has taken of the file
} asking;

static void free_asking(asking *known)
{
    if (known->preload.set)
        yn_preload_file_close(&known->preload);
    yn_hsts_file_close(&known->state);
    yonder_hsts_free(known->own.store);
}

// What the client knows: as a rule all that is in the file.
static int store_of(asking *known, const yonder_client *client, int64_t now,
                    const yonder_hsts **out)
{
    bool again = client != known->own.client || now != known->own.now;
    *out = known->state.store;
    if (!client->hsts.file_below_left_out)
        return YONDER_OK;
    if (again || !known->own.store) {
        yonder_hsts_free(known->own.store);
        known->own.store = NULL;
        int error = yn_hsts_file_read_as(&known->state, client, now, &known->own.store);
        if (error)
            return error;
        known->own.client = client;
        known->own.now = now;
    }
    *out = known->own.store;
    return YONDER_OK;
}

// Asks for a host. The URL is the caller's to free: the match may be a view of it. What is no host
// is not upgraded.
static int ask(asking *known, const yonder_client *client, yonder_text host, int64_t now,
               const yonder_mem *mem, yonder_url *url, yonder_hsts_match *match)
{
    const yonder_hsts *store;
    *match = (yonder_hsts_match){0};
    *url = (yonder_url){0};
    int error = store_of(known, client, now, &store);
    if (!error && url_of("http", host, mem, url) == YONDER_OK)
        yonder_hsts_query(store, known->preload.set, client, url, now, match);
    return error;
}

static const char *query_line(void *context, const json_t *line, yn_json *out,
                              const yonder_mem *mem)
{
    asking *known = context;
    yonder_text name = yonder_text_of(known->options->client), host = {NULL, 0}, date = {NULL, 0};
    int64_t now = known->now;
    yn_buf text = yn_buf_make(4096, mem);
    if (!yn_batch_text(line, "host", &host) || !host.ptr)
        return "\"host\" must be a string";
    if (!yn_batch_text(line, "client", &name))
        return "\"client\" must be a string";
    if (!yn_batch_int(line, "now", &now) &&
        !(yn_batch_text(line, "now", &date) && yn_word_moment(date, &now)))
        return "\"now\" must be seconds since 1970 or a date";
    const yonder_client *client = find_client(name, &text);
    if (!client)
        return message_of(&text);
    yonder_url url;
    yonder_hsts_match match;
    int error = ask(known, client, host, now, mem, &url, &match);
    if (error)
        return yonder_strerror(error);
    write_match(out, &match);
    return NULL;
}

static void answer_host(const asking *known, const char *host, const yonder_url *url,
                        const yonder_hsts_match *match)
{
    yn_hsts_name name;
    if (!known->options->json) {
        print_match(host, yn_hsts_name_of(yonder_url_get(url, YONDER_URL_HOSTNAME), &name), match);
        return;
    }
    yn_buf line = yn_buf_make(1 << 16, NULL);
    yn_json out = yn_json_make(&line, false);
    yn_json_object(&out, NULL);
    yn_json_str(&out, "host", host);
    write_match(&out, match);
    yn_json_object_end(&out);
    yn_print_line(&line);
    yn_buf_free(&line);
}

static int query_hosts(asking *known, size_t count, char **hosts)
{
    int code = YN_EXIT_OK;
    for (size_t i = 0; i < count; i++) {
        yonder_url url;
        yonder_hsts_match match;
        int error =
            ask(known, known->client, yonder_text_of(hosts[i]), known->now, NULL, &url, &match);
        if (!error)
            answer_host(known, hosts[i], &url, &match);
        else
            fprintf(stderr, "yonder hsts: %s: %s\n", hosts[i], yonder_strerror(error));
        yonder_url_free(&url, NULL);
        if (error)
            return YN_EXIT_FAILED;
        code = match.upgrade ? code : YN_EXIT_NEGATIVE;
    }
    return code;
}

// Whether all are hosts; if not, after a line on stderr.
static bool are_hosts(size_t count, char **hosts)
{
    for (size_t i = 0; i < count; i++) {
        yonder_url url = {0};
        int error = url_of("http", yonder_text_of(hosts[i]), NULL, &url);
        yonder_url_free(&url, NULL);
        if (error) {
            yn_usage_error("hsts", "'%s' is not a host", hosts[i]);
            return false;
        }
    }
    return true;
}

static int query(const hsts_options *options, size_t count, char **hosts)
{
    asking known = {.options = options, .client = client_of(options)};
    if (!known.client || !now_of(options, &known.now))
        return YN_EXIT_USAGE;
    if (!options->state && !options->preload)
        return yn_usage_error("hsts", "query needs --state FILE, --preload IMAGE or both");
    if (options->batch && count)
        return yn_usage_error("hsts", "--batch reads its input from stdin, not '%s'", hosts[0]);
    bool batch = options->batch || (!count && !isatty(STDIN_FILENO));
    if (!batch && !count)
        return yn_usage_error("hsts", "HOST is missing");
    if (!are_hosts(count, hosts))
        return YN_EXIT_USAGE;
    int code = yn_hsts_file_open(&known.state, options->state, true, NULL, known.now);
    if (!code && options->preload)
        code = yn_preload_file_open(&known.preload, options->preload);
    if (!code)
        code = batch ? yn_batch_run(query_line, &known) : query_hosts(&known, count, hosts);
    free_asking(&known);
    return code;
}

// ---- list ---------------------------------------------------------------------------------------

static void write_entry(yn_json *out, const yonder_hsts_entry *entry, int64_t now)
{
    yn_json_object(out, NULL);
    yn_json_text(out, "host", entry->host);
    if (entry->port)
        yn_json_int(out, "port", entry->port);
    else
        yn_json_null(out, "port");
    yn_json_bool(out, "include_subdomains", entry->include_subdomains);
    yn_json_bool(out, "knocked_out", entry->knocked_out);
    write_moment(out, "expires", entry->expires, true);
    yn_json_bool(out, "expired", entry->expires < now);
    write_moment(out, "learnt", entry->learnt, entry->learnt != 0);
    yn_json_object_end(out);
}

static void put_entry(yn_buf *out, const yonder_hsts_entry *entry, int64_t now, int width)
{
    char host[300];
    int len = snprintf(host, sizeof host, "%.*s", YN_PRINT(entry->host));
    if (entry->port)
        snprintf(host + len, sizeof host - (size_t)len, ":%u", (unsigned)entry->port);
    yn_buf_printf(out, "%-*s  ", width, host);
    if (entry->knocked_out)
        yn_buf_str(out, "not to be upgraded, though preloaded");
    else {
        yn_buf_str(out, entry->expires == YONDER_HSTS_FOREVER ? "" : "until ");
        put_moment(out, entry->expires);
    }
    yn_buf_str(out, entry->expires < now ? " (over)" : "");
    yn_buf_str(out, entry->include_subdomains ? ", subdomains included" : "");
    if (entry->learnt) {
        yn_buf_str(out, ", learnt ");
        put_moment(out, entry->learnt);
    }
}

static int list(const hsts_options *options, size_t count, char **arguments)
{
    yn_hsts_file state;
    int64_t now;
    (void)arguments;
    if (count || !options->state)
        return yn_usage_error("hsts", "list takes --state FILE and nothing else");
    if (!now_of(options, &now))
        return YN_EXIT_USAGE;
    int code = yn_hsts_file_open(&state, options->state, true, NULL, now);
    if (code)
        return code;
    yn_buf line = yn_buf_make(1 << 16, NULL);
    const yonder_hsts_entry *entry;
    int width = 0;
    for (size_t cursor = 0; (entry = yonder_hsts_next(state.store, &cursor));) {
        int len = (int)entry->host.len + (entry->port ? 6 : 0);
        width = len > width && len < 40 ? len : width;
    }
    for (size_t cursor = 0; (entry = yonder_hsts_next(state.store, &cursor));) {
        yn_json out = yn_json_make(&line, false);
        if (options->json)
            write_entry(&out, entry, now);
        else
            put_entry(&line, entry, now, width);
        yn_print_line(&line);
    }
    yn_buf_free(&line);
    yn_hsts_file_close(&state);
    return YN_EXIT_OK;
}

// ---- learn and forget ---------------------------------------------------------------------------

static void print_noted(const hsts_options *options, const char *host,
                        const yonder_hsts_noted *noted)
{
    bool refused = noted->effect == YONDER_HSTS_NOT_ACCEPTED;
    if (!options->json) {
        printf("%s: %s%s%s\n", host, yonder_hsts_effect_prose(noted->effect), refused ? ": " : "",
               refused ? yonder_hsts_reading_prose(noted->reading) : "");
        return;
    }
    yn_buf line = yn_buf_make(1 << 16, NULL);
    yn_json out = yn_json_make(&line, false);
    yn_json_object(&out, NULL);
    yn_json_str(&out, "host", host);
    yn_json_str(&out, "effect", yonder_hsts_effect_code(noted->effect));
    write_policy(&out, noted->reading, &noted->policy);
    yn_json_object_end(&out);
    yn_print_line(&line);
    yn_buf_free(&line);
}

static bool is_accepted(yonder_hsts_effect effect)
{
    return effect == YONDER_HSTS_LEARNT || effect == YONDER_HSTS_REFRESHED ||
           effect == YONDER_HSTS_FORGOTTEN || effect == YONDER_HSTS_KNOCKED_OUT;
}

// Notes the header as if https://HOST/ had answered with it.
static int learn_header(const asking *known, char **arguments)
{
    yonder_url url;
    yonder_hsts_noted noted;
    int error = url_of("https", yonder_text_of(arguments[0]), NULL, &url);
    if (error == YONDER_INVALID_HOST || error == YONDER_INVALID_URL)
        return yn_usage_error("hsts", "'%s' is not a host", arguments[0]);
    if (!error) {
        const yonder_field field = {YN_TEXT("Strict-Transport-Security"),
                                    yonder_text_of(arguments[1])};
        const yonder_hsts_response response = {.url = &url,
                                               .fields = &field,
                                               .field_count = 1,
                                               .certificate_valid = true,
                                               .now = known->now};
        error = yonder_hsts_note(known->state.store, known->client, known->preload.set, &response,
                                 &noted);
        yonder_url_free(&url, NULL);
    }
    if (error) {
        fprintf(stderr, "yonder hsts: %s: %s\n", arguments[0], yonder_strerror(error));
        return YN_EXIT_FAILED;
    }
    int code = yn_hsts_file_save(&known->state);
    if (code)
        return code;
    print_noted(known->options, arguments[0], &noted);
    return is_accepted(noted.effect) ? YN_EXIT_OK : YN_EXIT_NEGATIVE;
}

static int import_wget(asking *known, const char *path)
{
    size_t before = yonder_hsts_count(known->state.store), after;
    int code = yn_hsts_file_import_wget(&known->state, path);
    if (!code)
        code = yn_hsts_file_save(&known->state);
    after = yonder_hsts_count(known->state.store);
    if (!code && !known->options->json)
        printf("%zu host%s more, %zu in all\n", after - before, after - before == 1 ? "" : "s",
               after);
    return code;
}

static int learn(const hsts_options *options, size_t count, char **arguments)
{
    asking known = {.options = options, .client = client_of(options)};
    if (!known.client || !now_of(options, &known.now))
        return YN_EXIT_USAGE;
    if (!options->state)
        return yn_usage_error("hsts", "learn needs --state FILE");
    if (count != (options->import_wget ? 0 : 2))
        return yn_usage_error("hsts", "learn takes HOST and VALUE, or --import-wget FILE");
    int code = yn_hsts_file_open(&known.state, options->state, false, known.client, known.now);
    if (!code && options->preload)
        code = yn_preload_file_open(&known.preload, options->preload);
    if (!code)
        code = options->import_wget ? import_wget(&known, options->import_wget)
                                    : learn_header(&known, arguments);
    free_asking(&known);
    return code;
}

static bool forget_host(const yn_hsts_file *state, const char *host)
{
    yonder_url url;
    if (url_of("http", yonder_text_of(host), NULL, &url))
        return false;
    bool any = yonder_hsts_forget(state->store, yonder_url_get(&url, YONDER_URL_HOSTNAME));
    yonder_url_free(&url, NULL);
    return any;
}

static int forget(const hsts_options *options, size_t count, char **hosts)
{
    yn_hsts_file state;
    if (!options->state || !count)
        return yn_usage_error("hsts", "forget takes --state FILE and HOST");
    int code = yn_hsts_file_open(&state, options->state, true, NULL, 0);
    if (code)
        return code;
    bool all = true;
    for (size_t i = 0; i < count; i++) {
        bool any = forget_host(&state, hosts[i]);
        if (!any)
            fprintf(stderr, "yonder hsts: %s is not known\n", hosts[i]);
        all = all && any;
    }
    code = yn_hsts_file_save(&state);
    yn_hsts_file_close(&state);
    return code ? code : all ? YN_EXIT_OK : YN_EXIT_NEGATIVE;
}

// ---- advise -------------------------------------------------------------------------------------

static int advise(const hsts_options *o, size_t count, char **domains)
{
    const yn_hsts_advise_options how = {.evidence = o->evidence,
                                        .preload = o->preload,
                                        .server = o->server,
                                        .color = o->color,
                                        .no_subdomains = o->no_subdomains,
                                        .wants_preload = o->wants_preload,
                                        .json = o->json};
    if (count != 1)
        return yn_usage_error("hsts", "advise takes one DOMAIN");
    return yn_hsts_advise(&how, domains[0]);
}

// ---- the command --------------------------------------------------------------------------------

static const struct {
    const char *name;
    const char *takes; // of the options, each with a space before and after it
    int (*run)(const hsts_options *options, size_t count, char **arguments);
} verbs[] = {
    {"parse", " as json batch ", parse},
    {"query", " as state preload now json batch ", query},
    {"list", " state now json ", list},
    {"learn", " as state preload now import-wget json ", learn},
    {"forget", " state ", forget},
    {"advise", " preload json network ", advise},
};

// The name of an option that was given although the verb does not take it, or NULL.
static const char *foreign_option(const hsts_options *o, const char *takes)
{
    const yn_evidence_options *e = &o->evidence;
    bool network = strstr(takes, " network ") != NULL; // all of those at once
    const struct {
        const char *name;
        bool given;
    } rows[] = {
        {"as", o->client != NULL},
        {"state", o->state != NULL},
        {"preload", o->preload != NULL},
        {"now", o->now != NULL},
        {"json", o->json},
        {"batch", o->batch},
        {"import-wget", o->import_wget != NULL},
        {"from-evidence", e->from && !network},
        {"cacert", e->ca_file && !network},
        {"resolve", e->resolve.count && !network},
        {"connect-to", e->connect_to.count && !network},
        {"subdomain", e->subdomains.count && !network},
        {"subdomains", e->subdomain_file && !network},
        {"server", o->server && !network},
        {"color", o->color && !network},
        {"no-subdomains", o->no_subdomains && !network},
        {"wants-preload", o->wants_preload && !network},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char word[32];
        snprintf(word, sizeof word, " %s ", rows[i].name);
        if (rows[i].given && !strstr(takes, word))
            return rows[i].name;
    }
    return NULL;
}

static int run(const void *values, size_t argument_count, char **arguments)
{
    const hsts_options *o = values;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(arguments[0], verbs[i].name) != 0)
            continue;
        const char *foreign = foreign_option(o, verbs[i].takes);
        if (foreign)
            return yn_usage_error("hsts", "%s takes no --%s", verbs[i].name, foreign);
        return verbs[i].run(o, argument_count - 1, arguments + 1);
    }
    return yn_usage_error("hsts", "'%s' is not parse, query, list, learn, forget or advise",
                          arguments[0]);
}

static const yn_option options[] = {
    {0, "as", YN_VALUE, "CLIENT", offsetof(hsts_options, client),
     "parse, query, learn: the client whose rules count; chrome by default", 0, 0, 0},
    {0, "state", YN_VALUE, "FILE", offsetof(hsts_options, state),
     "the known hosts, in the format of curl --hsts; learn makes the file if there is none", 0, 0,
     0},
    {0, "preload", YN_VALUE, "IMAGE", offsetof(hsts_options, preload),
     "query, learn, advise: a preload image, as 'yonder preload build' makes it; advise takes a "
     "list "
     "as it is published, too",
     0, 0, 0},
    {0, "now", YN_VALUE, "T", offsetof(hsts_options, now),
     "query, list, learn: the time it is taken to be, in seconds since 1970 or as "
     "2026-11-22T05:30:00Z",
     0, 0, 0},
    {0, "import-wget", YN_VALUE, "FILE", offsetof(hsts_options, import_wget),
     "learn: adds the hosts of wget's file, which is ~/.wget-hsts", 0, 0, 0},
    {0, "json", YN_FLAG, NULL, offsetof(hsts_options, json),
     "parse, query, list, learn: print JSON, one object a line; advise: one document", 0, 0, 0},
    {0, "batch", YN_FLAG, NULL, offsetof(hsts_options, batch),
     "parse, query: read one JSON object a line from stdin; this is the default where there is no "
     "argument and stdin is not a terminal",
     0, 0, 0},
    {0, "wants-preload", YN_FLAG, NULL, offsetof(hsts_options, wants_preload),
     "advise: go on to the preload list in the end", 0, 0, 0},
    {0, "no-subdomains", YN_FLAG, NULL, offsetof(hsts_options, no_subdomains),
     "advise: leave sub-domains out of it", 0, 0, 0},
    {0, "server", YN_VALUE, "NAME", offsetof(hsts_options, server),
     "advise: whose lines to show: " YN_SERVER_NAMES " (default: what the site says it is, or all)",
     0, 0, 0},
    {0, "color", YN_VALUE, "WHEN", offsetof(hsts_options, color), "advise: " YN_COLOUR_HELP, 0, 0,
     0},
    YN_EVIDENCE_OPTIONS(hsts_options, evidence),
    {0},
};

static const yn_example examples[] = {
    {"yonder hsts parse --as firefox 'max-age=31536000; includeSubDomains'",
     "says what Firefox makes of a header"},
    {"yonder hsts learn --state known.txt example.com 'max-age=31536000; includeSubDomains'",
     "notes a header by hand"},
    {"yonder hsts query --state known.txt --preload preload.img www.example.com",
     "says whether http://www.example.com would become https, and why"},
    {"yonder hsts list --state known.txt", "shows the known hosts"},
    {"curl --hsts known.txt http://www.example.com/", "shares them with curl"},
    {"yonder hsts advise --subdomain shop.example.com example.com",
     "the next header to send, and how long to live with it"},
    {0},
};

static const yn_term parse_members[] = {
    {"valid", "whether the client accepts it"},
    {"max_age",
     "seconds, cut down to the most the client keeps; null where it is not valid; "
     "9223372036854775807 for a number so large that the client keeps the host for ever"},
    {"include_subdomains", "whether hosts below are covered"},
    {"preload", "whether the directive preload is there"},
    {"reason", "a code: see below"},
    {NULL, NULL},
};

static const yn_term query_members[] = {
    {"upgrade", "whether http becomes https"},
    {"source", "\"dynamic\": an entry of the state file; \"preload\"; null without an upgrade"},
    {"matched", "the host of the entry that decided, or null"},
    {"include_subdomains", "whether that entry covers the hosts below it"},
    {"expires", "when it ends, in seconds since 1970; null if never, and for \"preload\""},
    {"learnt", "when it was last heard, or null"},
    {"against", "the host of an entry that keeps the host from being upgraded, or null"},
    {NULL, NULL},
};

static const yn_section sections[] = {
    {"Machine output",
     "Each answer is an object in a line. Members of 'parse', whose input in batch mode is "
     "\"value\" and \"client\":",
     parse_members},
    {"", "Codes of \"reason\":", yn_codes_hsts_readings},
    {"",
     "Members of 'query', whose input in batch mode is \"host\" and, if they are not those of the "
     "options, \"client\" and \"now\":",
     query_members},
    {"",
     "'learn --json' prints \"host\", \"effect\" and the members of 'parse'. Codes of \"effect\":",
     yn_codes_hsts_effects},
    {"",
     "'list --json' prints \"host\", \"port\" (null: of every port), \"include_subdomains\", "
     "\"knocked_out\", \"expires\" (null: never), \"expired\" and \"learnt\" (or null).",
     NULL},
    {"",
     "'advise --json' prints a document with \"now\" (the header as it is, or null), "
     "\"obstacles\", \"subdomains\" (what keeps includeSubDomains back: \"code\", \"host\", "
     "\"message\"), \"next\" and \"ramp\", all the steps from there: \"step\", \"value\", "
     "\"settle\" (seconds the present header should have been served for), \"wait\" (seconds to "
     "live with this one) and \"lines\", by server.",
     NULL},
    {"Files",
     "The state file is that of curl --hsts; curl reads what yonder wrote and the other way round. "
     "What curl has no place for stands in comments that begin with '# yonder:': when a host was "
     "learnt, hosts that Firefox no longer upgrades although they are preloaded, ports, which wget "
     "keeps apart, and hosts with a dot at the end, which wget and Firefox keep apart. curl drops "
     "comments when it writes. As 'curl', query leaves out of the file what curl 7.88 does not "
     "take: an entry with subdomains that another covers, and what a second line of a host says "
     "of its subdomains.\n\n"
     "Writing, yonder locks the file, reads it once more, makes its changes and replaces it at one "
     "stroke. A line that is no entry is reported and stays. What is no regular file is written to "
     "and not replaced.",
     NULL},
    {0},
};

const yn_command yn_cmd_hsts = {
    .name = "hsts",
    .arguments = "parse|query|list|learn|forget|advise [VALUE|HOST…]",
    .summary = "what a client makes of Strict-Transport-Security, and which hosts it knows",
    .description =
        "HTTP Strict Transport Security (RFC 6797): over https a host says that it is to be "
        "reached by https only, and for how long; from then on the client turns http into https "
        "before it asks. Clients differ in what they accept, keep and match.\n\n"
        "'parse VALUE' says how the client reads the value of a header field. 'query HOST' says "
        "whether http://HOST would become https, by an entry of the state file or of the preload "
        "list. HOST may have a port. 'list' shows the known hosts. 'learn HOST VALUE' notes a "
        "field as if the host had sent it, over https and with a good certificate. 'forget HOST' "
        "takes a host out.\n\n"
        "'advise DOMAIN' looks at a site and says which step is next on the way to HSTS: five "
        "minutes, a week, a month, a year, then the sub-domains, beginning with a week again, and "
        "in the end two years. It refuses includeSubDomains while a sub-domain that it knows, from "
        "--subdomain, certificates and redirects, has no HTTPS. The options from --from-evidence "
        "on "
        "are for advise.",
    .negative = "parse, learn: the client does not accept it; query: a host is not upgraded; "
                "forget: a host is not known; advise: something has to be put right first; not in "
                "batch mode, whose answers say so",
    .options = options,
    .options_size = sizeof(hsts_options),
    .min_arguments = 1,
    .max_arguments = SIZE_MAX,
    .run = run,
    .examples = examples,
    .sections = sections,
};
