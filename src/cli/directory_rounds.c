// SPDX-License-Identifier: MIT
// yonder directory scan, sweep, publish: one round each of what `serve` does by itself.
#include <stdio.h>

#include "base/text.h"
#include "cli/directory_words.h"
#include "cli/print.h"
#include "directory/event_json.h"
#include "directory/rounds.h"
#include "report/style.h"

enum {
    line_max = 1 << 28,
    failures_max = 1000, // that the object of a scan names
};

static const yn_many_options usual = {0};

/* ---- scan --------------------------------------------------------------------------------------
 */

// Members that fail: lines, or so many rows of the object.
typedef struct failures {
    yn_buf text;
    yn_json json; // into `text`
    bool as_json;
    size_t count;
} failures;

static void add_failure(void *context, yonder_text domain, yonder_text code, yonder_text reason)
{
    failures *f = context;
    if (f->as_json && f->count++ < failures_max) {
        yn_json_object(&f->json, NULL);
        yn_json_text(&f->json, "domain", domain);
        yn_json_text(&f->json, "code", code);
        yn_json_text(&f->json, "reason", reason);
        yn_json_object_end(&f->json);
    } else if (!f->as_json) {
        yn_put_untrusted(&f->text, domain);
        yn_buf_str(&f->text, ": ");
        yn_put_untrusted(&f->text, code);
        yn_print_line(&f->text);
    }
}

static void tell_scan(const yn_scan_round *round, const failures *f, bool json)
{
    if (json)
        printf("{\"scanned\":%zu,\"passed\":%zu,\"failed\":%zu,\"unsure\":%zu,\"unreachable\":%zu,"
               "\"doubted\":%s,\"failures\":%.*s}\n",
               round->scanned, round->passed, round->failed, round->unsure, round->unreachable,
               round->doubted ? "true" : "false", YN_PRINT(yn_buf_text(&f->text)));
    else
        printf("%zu scanned: %zu passed, %zu failed, of whom %zu could not be reached%s\n",
               round->scanned, round->passed, round->failed, round->unreachable,
               round->unsure ? "; of others there was no time to ask for all" : "");
    if (round->doubted)
        fprintf(stderr, "yonder directory: so many could not be reached that it may be this "
                        "machine's network: of the last of them only who was reached is counted\n");
}

int yn_directory_scan(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count)
        return yn_usage_error("directory", "scan takes no '%s'", arguments[0]);
    yn_directory_opened opened;
    int code = yn_directory_open(o, YN_DIRECTORY_SITES | YN_DIRECTORY_THERE, &opened);
    if (code)
        return code;
    // To be ended by a signal is as good as any end.
    atomic_bool stop = false;
    failures f = {.text = yn_buf_make(line_max, NULL), .as_json = o->json};
    f.json = yn_json_make(&f.text, false);
    yn_scan_round round = {.failed_fn = add_failure, .failed_context = &f};
    if (o->json)
        yn_json_array(&f.json, NULL);
    int error =
        yn_scan_run(&opened.directory, (size_t)o->limit, o->everyone, &usual, &stop, &round);
    if (error)
        code = yn_directory_failed(opened.store, error);
    if (o->json)
        yn_json_array_end(&f.json);
    if (!error)
        tell_scan(&round, &f, o->json);
    yn_buf_free(&f.text);
    yn_directory_close(&opened);
    return code ? code : round.doubted ? YN_EXIT_NEGATIVE : YN_EXIT_OK;
}

/* ---- sweep -------------------------------------------------------------------------------------
 */

static void tell_sweep(const yn_sweep_round *round, bool dry, bool json)
{
    yn_buf line = yn_buf_make(line_max, NULL);
    for (size_t i = 0; i < round->count; i++) {
        if (json) {
            yn_json out = yn_json_make(&line, false);
            yn_json_object(&out, NULL);
            yn_json_text(&out, "domain", round->domains[i]);
            yn_json_bool(&out, "marked", !dry);
            yn_json_object_end(&out);
        } else {
            yn_put_untrusted(&line, round->domains[i]);
        }
        yn_print_line(&line);
    }
    yn_buf_free(&line);
    if (!json)
        printf("%zu %s of %zu that the rule applies to\n", round->count,
               dry ? "would be marked" : "marked", round->total);
}

int yn_directory_sweep(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count)
        return yn_usage_error("directory", "sweep takes no '%s'", arguments[0]);
    yn_directory_opened opened;
    int code = yn_directory_open(o, YN_DIRECTORY_THERE, &opened);
    if (code)
        return code;
    yn_arena arena = yn_arena_make(NULL);
    yn_sweep_round round = {0};
    int error = yn_sweep_run(&opened.directory, o->dry_run, NULL, &arena, &round);
    if (error)
        code = yn_directory_failed(opened.store, error);
    else
        tell_sweep(&round, o->dry_run, o->json);
    yn_arena_free(&arena);
    yn_directory_close(&opened);
    return code;
}

/* ---- publish -----------------------------------------------------------------------------------
 */

static void write_edition(yn_buf *line, const yn_edition *e, bool dry)
{
    yn_json out = yn_json_make(line, false);
    yn_json_object(&out, NULL);
    if (e->version.number)
        yn_json_int(&out, "version", e->version.number);
    else
        yn_json_null(&out, "version");
    yn_json_bool(&out, "dry_run", dry);
    yn_json_int(&out, "names", (int64_t)e->version.names);
    yn_json_int(&out, "added", (int64_t)e->added);
    yn_json_int(&out, "imported", (int64_t)e->imported);
    yn_json_int(&out, "withdrawn", (int64_t)e->withdrawn);
    yn_json_int(&out, "rejected", (int64_t)e->rejected);
    yn_json_int(&out, "spared", (int64_t)e->spared);
    yn_json_bool(&out, "doubted", e->doubted);
    yn_json_array(&out, "events");
    for (size_t i = 0; i < e->event_count; i++) {
        yn_json_object(&out, NULL);
        yn_json_text(&out, "domain", e->events[i].domain);
        yn_json_str(&out, "event", yn_life_kind_code(e->events[i].what.kind));
        yn_json_text(&out, "reason", e->events[i].reason);
        yn_json_object_end(&out);
    }
    yn_json_array_end(&out);
    yn_json_object_end(&out);
}

static void tell_edition(yn_buf *line, const yn_edition *e, bool dry)
{
    for (size_t i = 0; i < e->event_count; i++) {
        const yn_store_event *event = &e->events[i];
        yn_put_untrusted(line, event->domain);
        yn_buf_printf(line, ": %s", yn_life_kind_code(event->what.kind));
        if (event->reason.len) {
            yn_buf_str(line, ": ");
            yn_put_untrusted(line, event->reason);
        }
        yn_buf_char(line, '\n');
    }
    if (e->version.number)
        yn_buf_printf(line,
                      "Version %lld %s, with %zu names: %zu new, %zu imported before, "
                      "%zu withdrawn",
                      (long long)e->version.number, dry ? "would be made" : "is made",
                      e->version.names, e->added, e->imported, e->withdrawn);
    else
        yn_buf_str(line, "No version is made: it would be the same as the newest");
    yn_buf_printf(line, "; %zu rejected, %zu spared", e->rejected, e->spared);
}

int yn_directory_publish(const yn_directory_options *o, size_t count, char **arguments)
{
    if (count)
        return yn_usage_error("directory", "publish takes no '%s'", arguments[0]);
    yn_directory_opened opened;
    unsigned key = o->dry_run ? 0 : YN_DIRECTORY_KEY; // which would be made
    int code = yn_directory_open(o, YN_DIRECTORY_SITES | key | YN_DIRECTORY_THERE, &opened);
    if (code)
        return code;
    yn_arena arena = yn_arena_make(NULL);
    yn_buf line = yn_buf_make(line_max, NULL);
    yn_edition edition = {0};
    opened.directory.at_least = o->at_least;
    int error = yn_edition_make(&opened.directory, o->dry_run, o->even_if_same, &usual, NULL,
                                &arena, &edition);
    if (error == YONDER_INVALID_ARGUMENT) { // the log has said why
        fprintf(stderr, "yonder directory: no version can be made\n");
        code = YN_EXIT_FAILED;
    } else if (error == YN_EDITION_OTHER_KEY) {
        fprintf(stderr, "yonder directory: the newest version was signed with another key "
                        "meanwhile\n");
        code = YN_EXIT_FAILED;
    } else if (error) {
        code = yn_directory_failed(opened.store, error);
    } else {
        (o->json ? write_edition : tell_edition)(&line, &edition, o->dry_run);
        yn_print_line(&line);
    }
    if (edition.doubted)
        fprintf(stderr, "yonder directory: so many could not be reached that it may be this "
                        "machine's network: nobody is rejected or removed for that\n");
    yn_buf_free(&line);
    yn_arena_free(&arena);
    yn_directory_close(&opened);
    return code ? code : edition.doubted ? YN_EXIT_NEGATIVE : YN_EXIT_OK;
}
