// SPDX-License-Identifier: MIT
// The pages as they are asked for, of a store that is really there. Nobody is asked over the
// network: the only domain that is checked leads to a port of this machine that is closed.
#include "test.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "front/web.h"

enum {
    now = 1795707000,
};

static int64_t fixed_now(void)
{
    return now;
}

typedef struct rig {
    char folder[64];
    yn_store *store;
    yn_collector *collector;
    yn_directory directory;
    yn_arena arena;
    yn_web_response response;
    yn_web_field query[2], form[2], fields[2];
} rig;

static void build(rig *r)
{
    static const char *const resolve[] = {"shop.example:80:127.0.0.1",
                                          "shop.example:443:127.0.0.1"};
    static const char *const connect_to[] = {"::127.0.0.1:1"};
    *r = (rig){.folder = "/tmp/yonder-page-XXXXXX", .arena = yn_arena_make(NULL)};
    yn_buf words = yn_buf_make(4096, NULL);
    char path[128];
    assert_non_null(mkdtemp(r->folder));
    snprintf(path, sizeof path, "%s/db", r->folder);
    assert_int_equal(yn_store_open(&r->store, path, &words), 0);
    const yn_collect_options options = {.resolve = resolve,
                                        .resolve_count = 2,
                                        .connect_to = connect_to,
                                        .connect_to_count = 1,
                                        .request_ms = 2000,
                                        .domain_ms = 4000};
    r->collector = yn_collector_new(&options, &words);
    assert_non_null(r->collector);
    r->directory = (yn_directory){.store = r->store,
                                  .anywhere = r->collector,
                                  .outside = r->collector,
                                  .rounds = r->collector,
                                  .now = fixed_now};
    yn_buf_free(&words);
}

static void destroy(rig *r)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    yn_buf_free(&r->response.body);
    yn_store_close(r->store);
    yn_collector_free(r->collector);
    yn_arena_free(&r->arena);
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/db%s", r->folder, ends[i]);
        unlink(path);
    }
    rmdir(r->folder);
}

static const yn_web_site site = {.publishes = true, .scans = true};

// Asks; a name with a value each of the query, the form and the header, where there is one.
static const yn_web_response *ask(rig *r, const char *method, const char *path, const char *name,
                                  const char *value)
{
    bool post = strcmp(method, "POST") == 0;
    yn_web_request request = {.site = &site,
                              .method = yonder_text_of(method),
                              .path = yonder_text_of(path),
                              .query = r->query,
                              .form = r->form,
                              .fields = r->fields,
                              .field_count = r->fields[0].name.len ? 1 : 0,
                              .address = YN_TEXT("192.0.2.1"),
                              .arena = &r->arena};
    yn_web_field *given = post ? r->form : r->query;
    if (name)
        given[0] = (yn_web_field){yonder_text_of(name), yonder_text_of(value)};
    if (post)
        request.form_count = (name != NULL) + (r->form[1].name.len != 0);
    else
        request.query_count = name != NULL;
    yn_buf_free(&r->response.body);
    r->response = (yn_web_response){
        .status = 200, .type = "text/plain", .body = yn_buf_make(YN_WEB_BODY_MAX, NULL)};
    const yn_web_route *route = yn_page_routes;
    while (route->path && (strcmp(route->path, path) != 0 || strcmp(route->method, method) != 0))
        route++;
    assert_row(path, route->path);
    route->handle(&r->directory, &request, &r->response);
    assert_int_equal(r->response.body.error, 0);
    return &r->response;
}

static bool says(const yn_web_response *response, const char *needle)
{
    return memmem(response->body.ptr, response->body.len, needle, strlen(needle)) != NULL;
}

static const char *field(const yn_web_response *response, const char *name)
{
    for (size_t i = 0; i < response->field_count; i++)
        if (yn_equal_nocase(response->fields[i].name, yonder_text_of(name)))
            return response->fields[i].value.ptr;
    return "";
}

static void add(rig *r, yn_life_kind kind, const char *reason)
{
    yn_store_event event = {.domain = YN_TEXT("shop.example"),
                            .what = {.kind = kind,
                                     .at = now - 60,
                                     .policy = YN_TEXT("bulk-1-year"),
                                     .include_subdomains = true},
                            .actor = YN_ACTOR_VISITOR,
                            .address = YN_TEXT("198.51.100.7"),
                            .reason = yonder_text_of(reason)};
    assert_int_equal(yn_store_add(r->store, &event, NULL), 0);
}

static void each_page_is_there_and_live_ones_are_not_kept(void **state)
{
    (void)state;
    static const struct {
        const char *path, *name, *value;
        unsigned status;
        const char *says;
    } rows[] = {
        {"/", NULL, NULL, 200, "No version has been published yet."},
        {"/lists.html", NULL, NULL, 200, "No version has been published yet."},
        {"/domain", "name", "Shop.Example.", 200, "Nobody has submitted it."},
        {"/domain", NULL, NULL, 400, "aria-invalid"},
        {"/domain", "name", "<script>", 400, "value=\"&lt;script&gt;\""},
        {"/check", "domain", "", 400, "Not checked:"},
        {"/check", "domain", "192.0.2.1", 400, "value=\"192.0.2.1\""},
    };
    rig r;
    build(&r);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const yn_web_response *got = ask(&r, "GET", rows[i].path, rows[i].name, rows[i].value);
        assert_int_equal(got->status, rows[i].status);
        assert_row(rows[i].path, says(got, rows[i].says));
        assert_row(rows[i].path, says(got, "</html>"));
        assert_string_equal(field(got, "Cache-Control"), "no-store");
        assert_string_equal(got->type, "text/html; charset=utf-8");
    }
    destroy(&r);
}

static void files_are_kept_and_known_by_their_tag(void **state)
{
    (void)state;
    static const char *const paths[] = {"/style.css", "/page.js", "/favicon.svg", "/way.svg",
                                        "/robots.txt"};
    rig r;
    build(&r);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const yn_web_response *got = ask(&r, "GET", paths[i], NULL, NULL);
        assert_row(paths[i], got->status == 200 && got->body.len > 20);
        assert_string_equal(field(got, "Cache-Control"), "public, max-age=3600");
        char tag[64];
        snprintf(tag, sizeof tag, "%s", field(got, "ETag"));
        assert_row(paths[i], tag[0] == '"');
        r.fields[0] = (yn_web_field){YN_TEXT("If-None-Match"), yonder_text_of(tag)};
        got = ask(&r, "GET", paths[i], NULL, NULL);
        assert_row(paths[i], got->status == 304 && !got->body.len);
        r.fields[0] = (yn_web_field){0};
    }
    destroy(&r);
}

static void a_form_without_its_tick_does_nothing(void **state)
{
    (void)state;
    rig r;
    yn_life life;
    build(&r);
    const yn_web_response *got = ask(&r, "POST", "/submit", "domain", "shop.example");
    assert_int_equal(got->status, 422);
    assert_true(says(got, "Not submitted."));
    r.form[1] = (yn_web_field){YN_TEXT("confirm"), YN_TEXT("yes")};
    got = ask(&r, "POST", "/submit", "domain", "shop.example"); // which does not answer
    assert_int_equal(got->status, 422);
    assert_true(says(got, "Not submitted."));
    assert_false(says(got, "action=\"/submit\""));
    assert_int_equal(yn_store_get(r.store, YN_TEXT("shop.example"), &life), 0);
    assert_int_equal(life.state, YN_LIFE_UNKNOWN);
    destroy(&r);
}

static void history_is_paged_and_keeps_addresses_to_itself(void **state)
{
    (void)state;
    rig r;
    build(&r);
    for (int i = 0; i < 60; i++) {
        add(&r, YN_LIFE_SUBMITTED, "");
        add(&r, YN_LIFE_REJECTION, i ? "because <b>" : "the very first");
    }
    const yn_web_response *got = ask(&r, "GET", "/domain", "name", "shop.example");
    assert_true(says(got, "Not taken"));
    assert_true(says(got, "because &lt;b&gt;"));
    assert_false(says(got, "198.51.100.7"));
    assert_false(says(got, "the very first"));
    assert_false(says(got, "The newest</a>"));
    char before[24] = "";
    const char *link = memmem(got->body.ptr, got->body.len, "before=", 7);
    assert_non_null(link);
    sscanf(link + 7, "%20[0-9]", before);
    got = NULL;
    r.query[1] = (yn_web_field){YN_TEXT("before"), yonder_text_of(before)};
    yn_web_request second = {.site = &site,
                             .method = YN_TEXT("GET"),
                             .path = YN_TEXT("/domain"),
                             .query = r.query,
                             .query_count = 2,
                             .arena = &r.arena};
    size_t rows = 0;
    for (int turn = 0; turn < 2; turn++) {
        yn_buf_free(&r.response.body);
        r.response = (yn_web_response){.body = yn_buf_make(YN_WEB_BODY_MAX, NULL)};
        for (const yn_web_route *route = yn_page_routes; route->path; route++)
            if (strcmp(route->path, "/domain") == 0)
                route->handle(&r.directory, &second, &r.response);
        const char *at = r.response.body.ptr, *end = at + r.response.body.len;
        for (; (at = memmem(at, (size_t)(end - at), "<tr><td>", 8)); at++)
            rows++;
        link = memmem(r.response.body.ptr, r.response.body.len, "before=", 7);
        assert_true(turn ? !link : link != NULL);
        if (link)
            sscanf(link + 7, "%20[0-9]", before);
        r.query[1].value = yonder_text_of(before);
    }
    assert_int_equal(rows, 70); // of 120
    assert_true(says(&r.response, "The newest</a>"));
    assert_true(says(&r.response, "the very first"));
    destroy(&r);
}

// What the server's log gets while one page is asked for.
static yonder_text log_of(rig *r, const char *method, const char *path, const char *name)
{
    char text[4096];
    FILE *file = tmpfile();
    int stderr_before = dup(STDERR_FILENO);
    assert_non_null(file);
    assert_true(stderr_before >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    (void)ask(r, method, path, name, "shop.example");
    (void)fflush(stderr);
    (void)dup2(stderr_before, STDERR_FILENO);
    (void)close(stderr_before);
    rewind(file);
    size_t len = fread(text, 1, sizeof text, file);
    (void)fclose(file);
    return yn_arena_text(&r->arena, (yonder_text){text, len});
}

static void a_page_that_fails_says_so_and_the_log_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *method, *path, *name;
    } rows[] = {
        {"GET", "/", NULL},           {"GET", "/domain", "name"},    {"GET", "/check", "domain"},
        {"GET", "/lists.html", NULL}, {"POST", "/submit", "domain"}, {"POST", "/remove", "domain"},
    };
    rig r;
    sqlite3 *db;
    char path[128];
    build(&r);
    snprintf(path, sizeof path, "%s/db", r.folder);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DROP TABLE settings", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_text log = log_of(&r, rows[i].method, rows[i].path, rows[i].name);
        static const char why[] = "error: a request failed: ", table[] = "no such table: settings";
        assert_row(rows[i].path, r.response.status == 500);
        assert_row(rows[i].path, says(&r.response, "That did not work"));
        assert_row(rows[i].path, !says(&r.response, "no such table"));
        assert_row(rows[i].path, memmem(log.ptr, log.len, why, sizeof why - 1));
        assert_row(rows[i].path, memmem(log.ptr, log.len, table, sizeof table - 1));
    }
    destroy(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_page_is_there_and_live_ones_are_not_kept),
        cmocka_unit_test(files_are_kept_and_known_by_their_tag),
        cmocka_unit_test(a_form_without_its_tick_does_nothing),
        cmocka_unit_test(history_is_paged_and_keeps_addresses_to_itself),
        cmocka_unit_test(a_page_that_fails_says_so_and_the_log_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
