// SPDX-License-Identifier: MIT
// yonder directory status, history, list: what is in the database.
#include <stdio.h>

#include "base/text.h"
#include "cli/directory_words.h"
#include "cli/print.h"
#include "directory/event_json.h"
#include "directory/intake.h"
#include "report/style.h"

enum {
    line_max = 1 << 24,
    name_max = 1 << 12,
    page = 500, // events that are read at once
};

/* ---- status ------------------------------------------------------------------------------------
 */

static void write_status(yn_buf *line, yonder_text domain, const yn_intake_status *s)
{
    const yn_life *life = &s->life;
    yn_json out = yn_json_make(line, false);
    yn_json_object(&out, NULL);
    yn_json_text(&out, "domain", domain);
    yn_json_str(&out, "status", yn_life_state_code(life->state));
    yn_json_str(&out, "policy", life->policy[0] ? life->policy : NULL);
    yn_json_bool(&out, "include_subdomains", life->include_subdomains);
    if (s->preloaded_domain.len)
        yn_json_text(&out, "preloaded_domain", s->preloaded_domain);
    else
        yn_json_null(&out, "preloaded_domain");
    yn_json_bool(&out, "barred", life->barred);
    yn_event_time(&out, "submitted", life->submitted);
    yn_event_time(&out, "changed", life->changed);
    yn_json_int(&out, "failing", life->failing);
    yn_event_time(&out, "failing_since", life->failing_since);
    yn_event_time(&out, "failing_at", life->failing_at);
    if (s->message.len)
        yn_json_text(&out, "message", s->message);
    else
        yn_json_null(&out, "message");
    yn_json_object_end(&out);
}

static void tell_status(yn_buf *line, yonder_text domain, const yn_intake_status *s)
{
    const yn_life *life = &s->life;
    yn_put_untrusted(line, domain);
    yn_buf_printf(line, ": %s%s", yn_life_state_code(life->state),
                  life->barred ? ", barred by the operator" : "");
    if (life->policy[0]) {
        yn_buf_str(line, " (");
        yn_put_untrusted(line, yonder_text_of(life->policy));
        yn_buf_printf(line, "), subdomains %s",
                      life->include_subdomains ? "included" : "not included");
    }
    if (s->preloaded_domain.len && !yn_equal(s->preloaded_domain, domain)) {
        yn_buf_str(line, ", by the entry ");
        yn_put_untrusted(line, s->preloaded_domain);
    }
    if (life->changed) {
        yn_buf_str(line, ", since ");
        yn_directory_moment(line, life->changed);
    }
    if (s->message.len) {
        yn_buf_str(line, "\n  ");
        yn_put_untrusted(line, s->message);
    }
}

static int print_status(const yn_directory *directory, yonder_text domain, bool json, bool *listed)
{
    yn_arena arena = yn_arena_make(NULL);
    yn_buf line = yn_buf_make(line_max, NULL);
    yn_intake_status status;
    int error = yn_intake_look(directory, domain, &arena, &status);
    int code = error ? yn_directory_failed(directory->store, error) : YN_EXIT_OK;
    if (!error) {
        (json ? write_status : tell_status)(&line, domain, &status);
        yn_print_line(&line);
        *listed = *listed && status.preloaded_domain.len;
    }
    yn_buf_free(&line);
    yn_arena_free(&arena);
    return code;
}

int yn_directory_status(const yn_directory_options *o, size_t count, char **arguments)
{
    if (!count)
        return yn_usage_error("directory", "status takes DOMAINs");
    yn_directory_opened opened;
    int code = yn_directory_open(o, YN_DIRECTORY_THERE, &opened);
    if (code)
        return code;
    yn_buf domain = yn_buf_make(name_max, NULL);
    bool listed = true;
    for (size_t i = 0; i < count && code != YN_EXIT_FAILED; i++) {
        int one = yn_directory_domain(arguments[i], &domain)
                      ? print_status(&opened.directory, yn_buf_text(&domain), o->json, &listed)
                      : YN_EXIT_USAGE;
        code = one > code ? one : code;
    }
    yn_buf_free(&domain);
    yn_directory_close(&opened);
    return code ? code : listed ? YN_EXIT_OK : YN_EXIT_NEGATIVE;
}

/* ---- history -----------------------------------------------------------------------------------
 */

static void tell_event(yn_buf *line, const yn_store_event *event)
{
    yn_directory_moment(line, event->what.at);
    yn_buf_printf(line, "  %s", yn_life_kind_code(event->what.kind));
    if (event->from != event->to)
        yn_buf_printf(line, ": %s, was %s", yn_life_state_code(event->to),
                      yn_life_state_code(event->from));
    yn_buf_printf(line, "  (%s", yn_actor_code(event->actor));
    if (event->address.len) {
        yn_buf_char(line, ' ');
        yn_put_untrusted(line, event->address);
    }
    yn_buf_char(line, ')');
    if (yn_event_has_policy(event->what.kind)) {
        yn_buf_str(line, "  policy ");
        yn_put_untrusted(line, event->what.policy);
    }
    if (yn_event_has_flag(event->what.kind) && !event->what.include_subdomains)
        yn_buf_str(line, "  without sub-domains");
    if (event->version)
        yn_buf_printf(line, "  version %lld", (long long)event->version);
    if (event->reason.len) {
        yn_buf_str(line, "\n  ");
        yn_put_untrusted(line, event->reason);
    }
}

static void print_events(const yn_store_event *events, size_t count, bool json)
{
    yn_buf line = yn_buf_make(line_max, NULL);
    for (size_t i = 0; i < count; i++) {
        if (json) {
            yn_json out = yn_json_make(&line, false);
            yn_event_write(&out, &events[i], true);
        } else {
            tell_event(&line, &events[i]);
        }
        yn_print_line(&line);
    }
    yn_buf_free(&line);
}

static int print_history(yn_store *store, yonder_text domain, size_t limit, bool json)
{
    int64_t before = 0;
    size_t count = 0, told = 0;
    do {
        yn_arena arena = yn_arena_make(NULL);
        yn_store_event *events;
        size_t room = limit && limit - told < page ? limit - told : page;
        int error = yn_store_history(store, domain, before, room, &arena, &events, &count);
        if (!error && count) {
            print_events(events, count, json);
            before = events[count - 1].id;
            told += count;
        }
        yn_arena_free(&arena);
        if (error)
            return yn_directory_failed(store, error);
    } while (count == page && told != limit);
    if (told)
        return YN_EXIT_OK;
    fprintf(stderr, "yonder directory: nothing is known of %.*s\n", YN_PRINT(domain));
    return YN_EXIT_NEGATIVE;
}

int yn_directory_history(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count != 1)
        return yn_usage_error("directory", "history takes one DOMAIN");
    yn_directory_opened opened;
    yn_buf domain = yn_buf_make(name_max, NULL);
    int code = yn_directory_domain(arguments[0], &domain) ? YN_EXIT_OK : YN_EXIT_USAGE;
    if (!code)
        code = yn_directory_open(o, YN_DIRECTORY_THERE, &opened);
    if (!code) {
        code = print_history(opened.store, yn_buf_text(&domain), (size_t)o->limit, o->json);
        yn_directory_close(&opened);
    }
    yn_buf_free(&domain);
    return code;
}

/* ---- list --------------------------------------------------------------------------------------
 */

typedef struct listing {
    yn_buf line;
    bool json;
} listing;

static bool print_member(void *context, const yn_store_member *member)
{
    listing *l = context;
    if (l->json) {
        yn_json out = yn_json_make(&l->line, false);
        yn_json_object(&out, NULL);
        yn_json_text(&out, "name", member->domain);
        yn_json_str(&out, "state", yn_life_state_code(member->life.state));
        yn_json_str(&out, "policy", member->life.policy[0] ? member->life.policy : NULL);
        yn_json_bool(&out, "include_subdomains", member->life.include_subdomains);
        yn_event_time(&out, "changed", member->life.changed);
        yn_json_object_end(&out);
    } else {
        yn_put_untrusted(&l->line, member->domain);
    }
    yn_print_line(&l->line);
    return !ferror(stdout);
}

static int no_state(void)
{
    yn_buf states = yn_buf_make(name_max, NULL);
    for (unsigned i = YN_LIFE_UNKNOWN + 1; i < YN_LIFE_STATE_COUNT; i++)
        yn_buf_printf(&states, "%s%s", states.len ? ", " : "", yn_life_state_code(i));
    int code =
        yn_usage_error("directory", "list takes one state: %.*s", YN_PRINT(yn_buf_text(&states)));
    yn_buf_free(&states);
    return code;
}

int yn_directory_list(const yn_directory_options *o, size_t count, char **arguments)
{
    yn_life_state state;
    if (count != 1 || !yn_life_state_find(yonder_text_of(arguments[0]), &state) ||
        state == YN_LIFE_UNKNOWN)
        return no_state();
    yn_directory_opened opened;
    int code = yn_directory_open(o, YN_DIRECTORY_THERE, &opened);
    if (code)
        return code;
    listing l = {.line = yn_buf_make(line_max, NULL), .json = o->json};
    int error = yn_store_each(opened.store, 1U << state, YN_TEXT(""), 0, print_member, &l);
    if (error)
        code = yn_directory_failed(opened.store, error);
    yn_buf_free(&l.line);
    yn_directory_close(&opened);
    return code;
}
