// SPDX-License-Identifier: MIT
// The pages' routes: gets together what a page shows, and does what a form asks for.
#include "front/page.h"

#include <stdio.h>

#include "base/hash.h"
#include "base/text.h"
#include "front/api_words.h"
#include "front/web.h"

/* ---- what all have in common -------------------------------------------------------------------
 */

// Pages of what is so at this moment: nobody keeps them.
static void begin(const yn_directory *directory, const yn_web_request *request,
                  yn_web_response *response, yn_page *page)
{
    response->type = "text/html; charset=utf-8";
    yn_web_add(response, "Cache-Control", YN_TEXT("no-store"));
    *page = (yn_page){.out = &response->body,
                      .now = directory->now(),
                      .by_hand = !directory->key || !request->site->publishes,
                      .unwatched = !request->site->scans};
}

// What pages say of versions and of rules.
static int look_up(const yn_directory *directory, yn_page *page)
{
    int error = yn_store_newest(directory->store, &page->newest);
    if (!error)
        error = yn_directory_settings_read(directory->store, &page->settings);
    if (!error)
        error = yn_api_moment(directory, "publish.next", &page->next_publish);
    return error ? error : yn_directory_texts_read(directory->store, &page->texts);
}

// The log says what it was.
static void fail(const yn_directory *directory, int error, yn_web_response *response, yn_page *page)
{
    (void)yn_api_log(directory, error);
    response->status = 500;
    page->out->len = 0;
    yn_page_problem(page, "That did not work",
                    "The directory could not read or write its own records. Nothing that was "
                    "submitted before is lost; please try again later.");
}

/* ---- the first page ----------------------------------------------------------------------------
 */

static void show_home(const yn_directory *directory, yn_page *page, yn_web_response *response,
                      const yn_page_field *field)
{
    size_t counts[YN_LIFE_STATE_COUNT];
    int error = look_up(directory, page);
    if (!error)
        error = yn_store_counts(directory->store, counts);
    if (error)
        fail(directory, error, response, page);
    else
        yn_page_home(page, counts, field);
}

static void get_home(const yn_directory *directory, const yn_web_request *request,
                     yn_web_response *response)
{
    static const yn_page_field empty = {0};
    yn_page page;
    begin(directory, request, response, &page);
    show_home(directory, &page, response, &empty);
}

/* ---- a domain ----------------------------------------------------------------------------------
 */

// Names of one label are asked where the operator has entered them.
static bool is_of_nobody(const yn_directory *directory, yonder_text name, yn_buf *words)
{
    yn_life life;
    if (yn_find_char(name, '.') < name.len ||
        yn_store_get(directory->store, name, &life) != YONDER_OK || life.state != YN_LIFE_UNKNOWN)
        return false;
    yn_buf_str(words, "It has no dot in it; names of your own network are the operator's to "
                      "enter.");
    return true;
}

static yonder_text keep(const yn_web_request *request, const yn_buf *text)
{
    yonder_text kept = yn_arena_text(request->arena, yn_buf_text(text));
    return kept.ptr ? kept : (yonder_text){"", 0};
}

// The domain that was typed, as the list has it. Otherwise the first page, with what is wrong.
static bool take_domain(const yn_directory *directory, const yn_web_request *request,
                        const yonder_text *typed, yn_page *page, yn_web_response *response,
                        yonder_text *domain)
{
    yn_buf host = yn_buf_make(1 << 12, page->out->mem), name = yn_buf_make(1 << 12, host.mem),
           words = yn_buf_make(1 << 12, host.mem);
    yn_page_field field = {.typed = typed ? *typed : (yonder_text){"", 0}};
    *domain = (yonder_text){"", 0};
    if (yn_page_typed_domain(field.typed, &host, &name, &words) && !name.error &&
        !is_of_nobody(directory, yn_buf_text(&name), &words))
        *domain = keep(request, &name);
    bool good = domain->len > 0;
    if (!good) {
        field.typed = host.len ? keep(request, &host) : field.typed;
        field.error = words.len ? yn_buf_text(&words) : YN_TEXT("that is no domain name");
        response->status = yn_equal(request->method, YN_TEXT("POST")) ? 422 : 400;
        show_home(directory, page, response, &field);
    }
    yn_buf_free(&host);
    yn_buf_free(&name);
    yn_buf_free(&words);
    return good;
}

static int grade_for_page(yn_arena *arena, yn_intake_answer *answer, yn_assessed *leaving,
                          yn_grade *advice)
{
    const yn_grade_options options = {.removal = false};
    int error = yn_assess_grade(&answer->assessed.audit, YN_ASSESS_REMOVABLE, NULL, arena, leaving);
    return error ? error
                 : yn_grader_find(YN_TEXT("yonder"))
                       ->grade(&answer->assessed.audit, &options, arena, advice);
}

// What came of a wish that was not accepted, or was a look only.
static void show_verdict(const yn_directory *directory, const yn_web_request *request,
                         yn_web_response *response, yn_page *page, yn_page_verdict v,
                         yn_intake_answer *answer)
{
    yn_intake_status status = {0};
    yn_assessed leaving = {0};
    yn_grade advice = {0};
    int error = look_up(directory, page);
    if (!error)
        error = yn_intake_look(directory, v.name, request->arena, &status);
    if (!error && answer->checked)
        error = grade_for_page(request->arena, answer, &leaving, &advice);
    if (error) {
        fail(directory, error, response, page);
        return;
    }
    v.answer = answer;
    v.status = &status;
    v.advice = answer->checked ? &advice : NULL;
    v.leaving = answer->checked ? &leaving : NULL;
    yn_page_check(page, &v);
}

// Asks, and tells what came of it; or, where it was accepted, leads to the domain's own page.
static void ask(const yn_directory *directory, const yn_web_request *request,
                yn_web_response *response, yn_page *page, yn_page_verdict v)
{
    const yn_intake_asker asker = {.actor = YN_ACTOR_VISITOR,
                                   .address = request->address,
                                   .inside = request->inside,
                                   .stop = request->stop};
    yn_intake_answer answer = {0};
    int error = yn_intake(directory, v.wish, v.name, &asker, request->arena, &answer);
    if (error) {
        fail(directory, error, response, page);
        return;
    }
    if (answer.accepted) {
        yn_buf where = yn_buf_make(1 << 12, page->out->mem);
        yn_buf_printf(&where, "/domain?name=%.*s&done=%s", YN_PRINT(v.name),
                      v.wish == YN_INTAKE_SUBMIT ? "submitted" : "removed");
        yn_web_add(response, "Location", yn_arena_text(request->arena, yn_buf_text(&where)));
        yn_buf_free(&where);
        response->status = 303;
    } else {
        show_verdict(directory, request, response, page, v, &answer);
    }
    yn_intake_end(&answer);
}

static void get_check(const yn_directory *directory, const yn_web_request *request,
                      yn_web_response *response)
{
    yn_page page;
    yn_page_verdict v = {.wish = YN_INTAKE_PRELOADABLE};
    begin(directory, request, response, &page);
    if (take_domain(directory, request, yn_web_query(request, "domain"), &page, response, &v.name))
        ask(directory, request, response, &page, v);
}

static void post_submit(const yn_directory *directory, const yn_web_request *request,
                        yn_web_response *response)
{
    const yonder_text *confirm = yn_web_form(request, "confirm");
    bool confirmed = confirm && yn_equal(*confirm, YN_TEXT("yes"));
    yn_page page;
    yn_page_verdict v = {.wish = confirmed ? YN_INTAKE_SUBMIT : YN_INTAKE_PRELOADABLE,
                         .unconfirmed = !confirmed};
    begin(directory, request, response, &page);
    if (!take_domain(directory, request, yn_web_form(request, "domain"), &page, response, &v.name))
        return;
    response->status = 422; // where it is not accepted
    ask(directory, request, response, &page, v);
}

static void post_remove(const yn_directory *directory, const yn_web_request *request,
                        yn_web_response *response)
{
    yn_page page;
    yn_page_verdict v = {.wish = YN_INTAKE_REMOVE};
    begin(directory, request, response, &page);
    if (!take_domain(directory, request, yn_web_form(request, "domain"), &page, response, &v.name))
        return;
    response->status = 422;
    ask(directory, request, response, &page, v);
}

/* ---- its history -------------------------------------------------------------------------------
 */

static yn_intake_wish what_was_done(const yn_web_request *request)
{
    const yonder_text *done = yn_web_query(request, "done");
    if (done && yn_equal(*done, YN_TEXT("submitted")))
        return YN_INTAKE_SUBMIT;
    return done && yn_equal(*done, YN_TEXT("removed")) ? YN_INTAKE_REMOVE : YN_INTAKE_PRELOADABLE;
}

// One event more than a page has tells whether there is another page.
static int read_history(const yn_directory *directory, const yn_web_request *request,
                        yn_page_story *story)
{
    const yonder_text *given = yn_web_query(request, "before");
    uint64_t before = 0;
    if (given && !yn_parse_number(*given, INT64_MAX, &before))
        before = 0;
    yn_store_event *events = NULL;
    int error = yn_store_history(directory->store, story->name, (int64_t)before,
                                 YN_PAGE_HISTORY + 1, request->arena, &events, &story->count);
    if (error)
        return error;
    story->events = events;
    story->later = before != 0;
    if (story->count > YN_PAGE_HISTORY) {
        story->count = YN_PAGE_HISTORY;
        story->older = events[YN_PAGE_HISTORY - 1].id;
    }
    return YONDER_OK;
}

static void get_domain(const yn_directory *directory, const yn_web_request *request,
                       yn_web_response *response)
{
    yn_page page;
    yn_intake_status status = {0};
    yn_page_story story = {
        .status = &status, .done = what_was_done(request), .arena = request->arena};
    const yonder_text *name = yn_web_query(request, "name");
    begin(directory, request, response, &page);
    if (!take_domain(directory, request, name ? name : yn_web_query(request, "domain"), &page,
                     response, &story.name))
        return;
    int error = look_up(directory, &page);
    if (!error)
        error = yn_intake_look(directory, story.name, request->arena, &status);
    if (!error)
        error = read_history(directory, request, &story);
    if (error)
        fail(directory, error, response, &page);
    else
        yn_page_domain(&page, &story);
}

/* ---- lists -------------------------------------------------------------------------------------
 */

// Where the visitor has us; empty where that could not stand in a command line.
static yonder_text origin_of(const yn_web_request *request)
{
    const yonder_text *host = yn_web_header(request, "Host");
    yonder_text none = {"", 0};
    if (!host || !host->len || host->len > 300)
        return none;
    for (size_t i = 0; i < host->len; i++) {
        unsigned char c = (unsigned char)host->ptr[i];
        if (!yn_is_alpha(c) && !yn_is_digit(c) && !strchr(".:-[]", c))
            return none;
    }
    yn_buf origin = yn_buf_make(512, NULL);
    yn_buf_str(&origin, request->tls ? "https://" : "http://");
    yn_buf_put(&origin, *host);
    yonder_text kept = yn_arena_text(request->arena, yn_buf_text(&origin));
    yn_buf_free(&origin);
    return kept.ptr ? kept : none;
}

static void get_lists(const yn_directory *directory, const yn_web_request *request,
                      yn_web_response *response)
{
    yn_page page;
    yn_store_version *versions = NULL;
    yn_page_listing listing = {.signs = directory->key != NULL, .origin = origin_of(request)};
    begin(directory, request, response, &page);
    int error = look_up(directory, &page);
    if (!error)
        error = yn_store_versions(directory->store, request->arena, &versions, &listing.count);
    listing.versions = versions;
    listing.kept = page.newest.number - page.settings.publish_keep + 1;
    if (!error && listing.signs) {
        yn_seal_public(directory->key, listing.public_key);
        yonder_text bytes = {(const char *)listing.public_key, YN_SEAL_PUBLIC};
        if (!yn_seal_digest(bytes, listing.fingerprint))
            error = YONDER_NO_MEMORY;
    }
    if (error)
        fail(directory, error, response, &page);
    else
        yn_page_lists(&page, &listing);
}

/* ---- files -------------------------------------------------------------------------------------
 */

static void get_file(const yn_directory *directory, const yn_web_request *request,
                     yn_web_response *response)
{
    const yn_page_file *file = yn_page_files;
    char tag[24];
    uint64_t hash = 0;
    (void)directory;
    while (file->path && !yn_equal(request->path, yonder_text_of(file->path)))
        file++;
    if (!file->path) {
        response->status = 404;
        return;
    }
    for (size_t i = 0; i < 2 && file->parts[i]; i++)
        hash = yn_hash(yonder_text_of(file->parts[i]), hash);
    snprintf(tag, sizeof tag, "\"%016llx\"", (unsigned long long)hash);
    yn_web_add(response, "Cache-Control", YN_TEXT("public, max-age=3600"));
    response->type = file->type;
    if (yn_web_unchanged(request, response, tag))
        return;
    for (size_t i = 0; i < 2 && file->parts[i]; i++)
        yn_buf_str(&response->body, file->parts[i]);
}

const yn_web_route yn_page_routes[] = {
    {"GET", "/", YN_WEB_READ, get_home},
    {"GET", "/check", YN_WEB_CHECK, get_check},
    {"POST", "/submit", YN_WEB_CHECK, post_submit},
    {"POST", "/remove", YN_WEB_CHECK, post_remove},
    {"GET", "/domain", YN_WEB_READ, get_domain},
    {"GET", "/lists.html", YN_WEB_READ, get_lists},
    {"GET", "/style.css", YN_WEB_READ, get_file},
    {"GET", "/page.js", YN_WEB_READ, get_file},
    {"GET", "/favicon.svg", YN_WEB_READ, get_file},
    {"GET", "/way.svg", YN_WEB_READ, get_file},
    {"GET", "/robots.txt", YN_WEB_READ, get_file},
    {0},
};
