// SPDX-License-Identifier: MIT
// What the operator alone may do, by token; and what watches the server: /healthz, /metrics.
#include <stdio.h>

#include "base/log.h"
#include "base/text.h"
#include "directory/documents.h"
#include "front/api_words.h"
#include "front/tend.h"
#include "report/style.h"

/* ---- rounds at once ----------------------------------------------------------------------------
 */

static const yn_many_options many = {0}; // as much at once as is usual

static void update(const yn_directory *directory, const yn_web_request *request,
                   yn_web_response *response)
{
    yn_edition made;
    bool dry = yn_api_flag(request, "dry-run");
    yn_directory mine = *directory;
    if (!yn_api_number(request, "at-least", 1, INT64_C(1) << 53, response, &mine.at_least))
        return;
    if (!directory->key && !dry) {
        yn_web_say(response, 409, "This server was started without a key to sign with.");
        return;
    }
    int error = yn_edition_make(&mine, dry, yn_api_flag(request, "even-if-same"), &many,
                                request->stop, request->arena, &made);
    if (error == YN_EDITION_OTHER_KEY) {
        yn_web_say(response, 409, "The newest version was signed with another key.");
        return;
    }
    if (yn_api_failed(directory, error, response))
        return;
    if (made.stopped) {
        yn_web_say(response, 503, "The server ends, and has made no version.");
        return;
    }
    if (!dry)
        yn_tend_published(request->site->counts, &made, " (operator)");
    yn_json json = yn_api_json(response);
    yn_json_object(&json, NULL);
    yn_json_bool(&json, "published", !dry && made.version.number);
    yn_json_int(&json, "version", made.version.number);
    yn_json_int(&json, "names", (int64_t)made.version.names);
    yn_json_int(&json, "added", (int64_t)made.added);
    yn_json_int(&json, "imported", (int64_t)made.imported);
    yn_json_int(&json, "withdrawn", (int64_t)made.withdrawn);
    yn_json_int(&json, "rejected", (int64_t)made.rejected);
    yn_json_int(&json, "spared", (int64_t)made.spared);
    yn_json_bool(&json, "doubted", made.doubted);
    yn_json_array(&json, "events");
    for (size_t i = 0; i < made.event_count; i++)
        yn_event_write(&json, &made.events[i], true);
    yn_json_array_end(&json);
    yn_json_object_end(&json);
    yn_api_json_end(response);
}

static void tell_of_removals(const yn_web_request *request, bool dry, const yn_scan_round *scan,
                             const yn_sweep_round *sweep)
{
    if (dry)
        return;
    yn_counts *counts = request->site->counts;
    atomic_fetch_add(&counts->scans, scan->scanned);
    atomic_fetch_add(&counts->failed, scan->failed);
    atomic_fetch_add(&counts->doubted, scan->doubted);
    atomic_fetch_add(&counts->marked, sweep->count);
    if (scan->scanned)
        yn_log(YN_LOG_INFO,
               "scan: %zu members scanned, %zu failed, %zu of these not reached "
               "(operator)",
               scan->scanned, scan->failed, scan->unreachable);
    if (sweep->count)
        yn_log(YN_LOG_INFO,
               "sweep: %zu of %zu members that failed for too long are marked "
               "(operator)",
               sweep->count, sweep->total);
}

static void remove_ineligible(const yn_directory *directory, const yn_web_request *request,
                              yn_web_response *response)
{
    bool dry = yn_api_flag(request, "dry-run");
    int64_t limit = 1000; // the client waits; the server's own rounds scan the rest
    yn_scan_round scan = {0};
    yn_sweep_round sweep = {0};
    if (!yn_api_number(request, "limit", 1, 100000, response, &limit))
        return;
    int error = dry ? YONDER_OK
                    : yn_scan_run(directory, (size_t)limit, yn_api_flag(request, "everyone"), &many,
                                  request->stop, &scan);
    if (!error)
        error = yn_sweep_run(directory, dry, request->stop, request->arena, &sweep);
    if (yn_api_failed(directory, error, response))
        return;
    tell_of_removals(request, dry, &scan, &sweep);
    yn_json json = yn_api_json(response);
    yn_json_object(&json, NULL);
    yn_json_bool(&json, "dry_run", dry);
    yn_json_int(&json, "scanned", (int64_t)scan.scanned);
    yn_json_int(&json, "failed", (int64_t)scan.failed);
    yn_json_bool(&json, "doubted", scan.doubted);
    yn_json_int(&json, "due", (int64_t)sweep.total);
    yn_json_array(&json, "marked");
    for (size_t i = 0; i < sweep.count; i++)
        yn_json_text(&json, NULL, sweep.domains[i]);
    yn_json_array_end(&json);
    yn_json_object_end(&json);
    yn_api_json_end(response);
}

/* ---- a domain ----------------------------------------------------------------------------------
 */

static void note(const yn_store_event *event)
{
    yn_buf line = yn_buf_make(1 << 16, NULL);
    yonder_text words = event->what.kind == YN_LIFE_POLICY_SET ? event->what.policy : event->reason;
    yn_buf_printf(&line, "%s ", yn_life_kind_code(event->what.kind));
    yn_put_untrusted(&line, event->domain);
    yn_buf_str(&line, words.len ? " (operator): " : " (operator)");
    yn_put_untrusted(&line, words);
    yn_log(YN_LOG_INFO, "%.*s", YN_PRINT(yn_buf_text(&line)));
    yn_buf_free(&line);
}

// Puts an event of the operator's on top, and tells how the domain stands then.
static void act(const yn_directory *directory, const yn_web_request *request,
                yn_web_response *response, yn_life_kind kind, yonder_text policy)
{
    yonder_text domain, reason;
    yn_life life;
    char sentence[128];
    if (!yn_api_domain(request, response, &domain) ||
        !yn_api_word(request, "reason", response, &reason))
        return;
    yn_store_event event = {
        .domain = domain,
        .what = {.kind = kind, .at = directory->now(), .policy = policy},
        .actor = YN_ACTOR_OPERATOR,
        .address = request->address,
        .reason = reason,
    };
    int error = yn_store_add(directory->store, &event, &life);
    if (error == YN_STORE_REFUSED) {
        if (kind == YN_LIFE_ALLOWED)
            snprintf(sentence, sizeof sentence, "The domain is not barred.");
        else
            snprintf(sentence, sizeof sentence, "The domain is %s: it cannot be %s.",
                     yn_life_state_code(life.state), yn_life_kind_code(kind));
        yn_web_say(response, 409, sentence);
        return;
    }
    if (yn_api_failed(directory, error, response))
        return;
    note(&event);
    yn_json json = yn_api_json(response);
    yn_event_write(&json, &event, true);
    yn_api_json_end(response);
}

// The same, of what is told to whom it befalls.
static void act_for_reason(const yn_directory *directory, const yn_web_request *request,
                           yn_web_response *response, yn_life_kind kind, const char *missing)
{
    yonder_text reason;
    if (!yn_api_word(request, "reason", response, &reason))
        return;
    if (!reason.len)
        yn_web_say(response, 400, missing);
    else
        act(directory, request, response, kind, (yonder_text){NULL, 0});
}

static void reject(const yn_directory *directory, const yn_web_request *request,
                   yn_web_response *response)
{
    act_for_reason(directory, request, response, YN_LIFE_REJECTION,
                   "A rejection needs a reason, which is told.");
}

static void withdraw(const yn_directory *directory, const yn_web_request *request,
                     yn_web_response *response)
{
    act_for_reason(directory, request, response, YN_LIFE_REMOVAL_REQUESTED,
                   "A removal needs a reason, which is told.");
}

static void allow(const yn_directory *directory, const yn_web_request *request,
                  yn_web_response *response)
{
    act(directory, request, response, YN_LIFE_ALLOWED, (yonder_text){NULL, 0});
}

static void policy(const yn_directory *directory, const yn_web_request *request,
                   yn_web_response *response)
{
    yonder_text word;
    if (!yn_api_word(request, "policy", response, &word))
        return;
    if (yn_life_is_known_policy(word)) {
        act(directory, request, response, YN_LIFE_POLICY_SET, word);
        return;
    }
    char sentence[256];
    snprintf(sentence, sizeof sentence, "There is no such policy; %s.", yn_life_known_policies);
    yn_web_say(response, 400, sentence);
}

/* ---- settings ----------------------------------------------------------------------------------
 */

static void settings(const yn_directory *directory, const yn_web_request *request,
                     yn_web_response *response)
{
    yn_directory_settings now;
    yn_directory_texts texts;
    (void)request;
    if (yn_api_failed(directory, yn_directory_settings_read(directory->store, &now), response) ||
        yn_api_failed(directory, yn_directory_texts_read(directory->store, &texts), response))
        return;
    yn_json json = yn_api_json(response);
    yn_json_object(&json, NULL);
#define WRITE(member, name, initial, least, most, help) yn_json_int(&json, name, now.member);
    YN_DIRECTORY_SETTINGS(WRITE)
#undef WRITE
#define WRITE(member, name, help) yn_json_str(&json, name, texts.member);
    YN_DIRECTORY_TEXTS(WRITE)
#undef WRITE
    yn_json_object_end(&json);
    yn_api_json_end(response);
}

static void set(const yn_directory *directory, const yn_web_request *request,
                yn_web_response *response)
{
    yonder_text name, value;
    yn_buf message = yn_buf_make(1024, NULL);
    if (!yn_api_word(request, "name", response, &name) ||
        !yn_api_word(request, "value", response, &value))
        return;
    int error = yn_directory_settings_write(directory->store, name, value, &message);
    yn_buf_char(&message, '\0');
    if (error == YONDER_INVALID_ARGUMENT)
        yn_web_say(response, 400, message.error ? "That is no setting." : message.ptr);
    else if (!yn_api_failed(directory, error, response)) {
        yn_buf line = yn_buf_make(1 << 16, NULL);
        yn_put_untrusted(&line, value);
        yn_log(YN_LOG_INFO, "settings: %.*s is now %.*s (operator)", YN_PRINT(name),
               YN_PRINT(yn_buf_text(&line)));
        yn_buf_free(&line);
        settings(directory, request, response);
    }
    yn_buf_free(&message);
}

/* ---- what watches ------------------------------------------------------------------------------
 */

static void healthz(const yn_directory *directory, const yn_web_request *request,
                    yn_web_response *response)
{
    yn_store_version newest;
    (void)request;
    if (!yn_api_failed(directory, yn_store_newest(directory->store, &newest), response))
        yn_web_say(response, 200, "ok");
}

typedef struct gauges {
    size_t counts[YN_LIFE_STATE_COUNT];
    yn_store_version newest;
    int64_t untold, publish, sweep, scan, expires, certificate;
} gauges;

static int read_gauges(const yn_directory *directory, const yn_web_site *site, gauges *g)
{
    yn_directory_settings settings;
    int64_t last;
    int error = yn_store_counts(directory->store, g->counts);
    if (!error)
        error = yn_store_newest(directory->store, &g->newest);
    if (!error)
        error = yn_directory_settings_read(directory->store, &settings);
    if (!error && site->hooks)
        error = yn_store_untold_count(directory->store, &g->untold);
    if (!error && site->publishes && settings.publish_interval)
        error = yn_api_moment(directory, "publish.next", &g->publish);
    if (!error && site->scans)
        error = yn_api_moment(directory, "sweep.next", &g->sweep);
    if (!error && site->scans)
        error = yn_store_next_scan(directory->store, &g->scan, &last);
    g->expires = g->newest.number ? g->newest.at + YN_DOCUMENTS_LIFE : 0;
    g->certificate = atomic_load(&site->counts->certificate_expires);
    return error;
}

static void write_gauges(const gauges *g, bool hooks, yn_buf *out)
{
    const struct {
        const char *name, *help;
        int64_t value;
        bool there;
    } rows[] = {
        {"version", "The newest version.", g->newest.number, true},
        {"published_seconds", "When it was published.", g->newest.at, true},
        {"statement_expires_seconds", "When clients take it no more.", g->expires, g->expires},
        {"publish_due_seconds", "When the next version is due.", g->publish, g->publish},
        {"sweep_due_seconds", "When the removal rule is applied next.", g->sweep, g->sweep},
        {"scan_due_seconds", "When the next scan of a member is due.", g->scan, g->scan},
        {"certificate_expires_seconds", "When the certificate of --cert is no longer good.",
         g->certificate, g->certificate},
        {"hooks_waiting", "Events that hooks are to be told of.", g->untold, hooks},
    };
    yn_buf_str(out, "# HELP yonder_directory_domains Domains by state.\n"
                    "# TYPE yonder_directory_domains gauge\n");
    for (size_t i = 0; i < YN_LIFE_STATE_COUNT; i++)
        if (i != YN_LIFE_UNKNOWN)
            yn_buf_printf(out, "yonder_directory_domains{state=\"%s\"} %zu\n",
                          yn_life_state_code((yn_life_state)i), g->counts[i]);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].there)
            yn_buf_printf(out,
                          "# HELP yonder_directory_%s %s\n# TYPE yonder_directory_%s gauge\n"
                          "yonder_directory_%s %lld\n",
                          rows[i].name, rows[i].help, rows[i].name, rows[i].name,
                          (long long)rows[i].value);
}

static void metrics(const yn_directory *directory, const yn_web_request *request,
                    yn_web_response *response)
{
    gauges now = {.untold = 0};
    if (!request->local && !request->by_operator) {
        yn_web_say(response, 403, "That is for this machine and for the operator.");
        return;
    }
    if (yn_api_failed(directory, read_gauges(directory, request->site, &now), response))
        return;
    write_gauges(&now, request->site->hooks, &response->body);
    response->type = "text/plain; version=0.0.4; charset=utf-8";
    yn_counts_write(request->site->counts, &response->body);
}

const yn_web_route yn_operator_routes[] = {
    {"POST", "/api/v2/update", YN_WEB_OPERATE, update},
    {"POST", "/api/v2/remove-ineligible-domains", YN_WEB_OPERATE, remove_ineligible},
    {"POST", "/api/v2/reject", YN_WEB_OPERATE, reject},
    {"POST", "/api/v2/allow", YN_WEB_OPERATE, allow},
    {"POST", "/api/v2/policy", YN_WEB_OPERATE, policy},
    {"POST", "/api/v2/withdraw", YN_WEB_OPERATE, withdraw},
    {"GET", "/api/v2/settings", YN_WEB_OPERATE, settings},
    {"POST", "/api/v2/settings", YN_WEB_OPERATE, set},
    {"GET", "/healthz", YN_WEB_READ, healthz},
    {"GET", "/metrics", YN_WEB_READ, metrics},
    {NULL, NULL, YN_WEB_READ, NULL},
};
