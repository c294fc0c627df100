// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "directory/event_json.h"
#include "directory/hook_command.h"
#include "directory/rounds.h"

enum {
    page_max = 100,     // events that are read at once
    json_max = 1 << 20, // bytes of one
    first_pause = 60,   // seconds; each is twice the one before
    last_pause = 86400, // longer ones are not waited for
    patience = 3,       // failures in a row after which a round ends, for nobody seems to listen
};

typedef struct teller {
    const yn_directory *directory;
    const yn_hooks *hooks;
    const atomic_bool *stop;
    yn_fetcher *fetcher; // NULL where there is no URL
    yonder_url url;
    yn_hooks_round round;
    unsigned in_a_row; // that failed
} teller;

/* ---- one event ---------------------------------------------------------------------------------
 */

static bool post(teller *t, yonder_text json, yn_arena *arena, yn_buf *problem)
{
    static const yonder_field fields[] = {
        {YN_TEXT_INIT("User-Agent"), YN_TEXT_INIT("yonder/" YONDER_VERSION " directory")},
        {YN_TEXT_INIT("Content-Type"), YN_TEXT_INIT("application/json")},
    };
    const yn_fetch_request request = {.method = YN_TEXT("POST"),
                                      .url = &t->url,
                                      .fields = fields,
                                      .field_count = sizeof fields / sizeof *fields,
                                      .has_body = true,
                                      .body = json};
    yn_evidence e;
    int error = yn_fetch(t->fetcher, &request, arena, &e);
    if (!error && e.error == YN_FETCH_OK && e.status / 100 == 2)
        return true;
    if (error)
        yn_buf_printf(problem, "%s: %s", t->hooks->url, yonder_strerror(error));
    else if (e.error != YN_FETCH_OK)
        yn_buf_printf(problem, "%s: %s", t->hooks->url, yn_fetch_error_prose(e.error));
    else
        yn_buf_printf(problem, "%s answered %d", t->hooks->url, e.status);
    return false;
}

// Both have to know of it.
static bool tell(teller *t, const yn_store_event *event, yn_arena *arena, yn_buf *problem)
{
    const yn_hooks *h = t->hooks;
    yn_buf json = yn_buf_make(json_max, NULL);
    yn_json j = yn_json_make(&json, false);
    yn_event_write(&j, event, false);
    yn_buf_char(&json, '\n');
    bool ok = !json.error;
    if (!ok)
        yn_buf_str(problem, yonder_strerror(json.error));
    if (ok && h->command)
        ok = yn_hook_command(h->command, yn_buf_text(&json), h->timeout_ms, t->stop, problem);
    if (ok && h->url)
        ok = post(t, yn_buf_text(&json), arena, problem);
    yn_buf_free(&json);
    return ok;
}

static bool is_stopped(const teller *t)
{
    return t->stop && atomic_load(t->stop);
}

// When it is tried again after so many tries before; 0: never.
static int64_t again_at(int64_t now, uint32_t tries)
{
    int64_t pause = first_pause;
    for (uint32_t i = 0; i < tries && pause <= last_pause; i++)
        pause *= 2;
    return pause <= last_pause ? now + pause : 0;
}

static void count(atomic_uint_fast64_t *counter)
{
    if (counter)
        atomic_fetch_add(counter, 1);
}

static int note_failure(teller *t, const yn_store_telling *row, yonder_text problem)
{
    int64_t again = again_at(t->directory->now(), row->tries);
    yn_log(again ? YN_LOG_WARNING : YN_LOG_ERROR, "hook: event %lld of %.*s %s: %.*s",
           (long long)row->event.id, YN_PRINT(row->event.domain),
           again ? "could not be told, and is tried again" : "was never told", YN_PRINT(problem));
    t->round.failed++;
    t->in_a_row++;
    count(t->hooks->failed);
    if (!again)
        count(t->hooks->given_up);
    return yn_store_told(t->directory->store, row->id, false, again);
}

// Another process may have told it meanwhile, which is as well.
static int tell_row(teller *t, const yn_store_telling *row, bool *told)
{
    yn_arena arena = yn_arena_make(NULL);
    yn_buf problem = yn_buf_make(4096, NULL);
    *told = tell(t, &row->event, &arena, &problem);
    int error = YONDER_OK;
    if (*told) {
        t->round.told++;
        count(t->hooks->told);
        t->in_a_row = 0;
        error = yn_store_told(t->directory->store, row->id, true, 0);
    } else if (!is_stopped(t)) {
        error = note_failure(t, row, yn_buf_text(&problem));
    }
    yn_buf_free(&problem);
    yn_arena_free(&arena);
    return error == YN_STORE_MISSING ? YONDER_OK : error;
}

/* ---- a round -----------------------------------------------------------------------------------
 */

// Whether an event of that domain failed before it in this page: then it waits behind that one.
static bool is_behind(const yn_store_telling *rows, const bool *told, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (!told[i] && yn_equal(rows[i].event.domain, rows[index].event.domain))
            return true;
    return false;
}

static int tell_page(teller *t, yn_arena *arena, bool *more)
{
    yn_store_telling *rows = NULL;
    bool told[page_max] = {false};
    size_t count = 0;
    int error =
        yn_store_untold(t->directory->store, t->directory->now(), page_max, arena, &rows, &count);
    for (size_t i = 0; i < count && !error && !is_stopped(t) && t->in_a_row < patience; i++)
        if (!is_behind(rows, told, i))
            error = tell_row(t, &rows[i], &told[i]);
    *more = count == page_max;
    return error;
}

// False where it cannot be reached at all, which is logged.
static bool prepare(teller *t)
{
    if (!t->hooks->url)
        return true;
    yn_buf message = yn_buf_make(4096, NULL);
    yn_fetch_options options = *t->hooks->reach;
    options.connect_ms = options.total_ms = t->hooks->timeout_ms;
    int error = yonder_url_parse(&t->url, yonder_text_of(t->hooks->url), NULL, NULL);
    if (error)
        yn_buf_printf(&message, "%s is no URL", t->hooks->url);
    else
        t->fetcher = yn_fetcher_new(&options, &message);
    if (!t->fetcher)
        yn_log(YN_LOG_ERROR, "hook: %.*s", YN_PRINT(yn_buf_text(&message)));
    yn_buf_free(&message);
    return t->fetcher;
}

int yn_hooks_run(const yn_directory *directory, const yn_hooks *hooks, const atomic_bool *stop,
                 yn_hooks_round *out)
{
    teller t = {.directory = directory, .hooks = hooks, .stop = stop};
    bool more = hooks->command || hooks->url;
    int error = prepare(&t) ? YONDER_OK : YONDER_INVALID_ARGUMENT;
    while (more && !error && !is_stopped(&t) && t.in_a_row < patience) {
        yn_arena arena = yn_arena_make(NULL);
        error = tell_page(&t, &arena, &more);
        yn_arena_free(&arena);
    }
    yn_fetcher_free(t.fetcher);
    yonder_url_free(&t.url, NULL);
    *out = t.round;
    return error;
}
