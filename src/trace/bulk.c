// SPDX-License-Identifier: MIT
#include "trace/bulk.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "trace/head.h"
#include "trace/wire.h"

enum {
    text_max = 1 << 24, // of a URL, a field
};

// One request at a time.
typedef struct slot {
    CURL *easy;
    struct curl_slist *fields, *connect_to;
    yn_buf url; // URL, target and method, each ended by NUL
    yn_head head;
    size_t body_seen;
    void *user;
} slot;

typedef struct bulk {
    const yn_bulk_options *options;
    const yn_bulk_work *work;
    CURLM *multi;
    struct curl_slist *resolve;
    yn_wire_ca ca;
    slot *slots;
    size_t running;
    int error;
} bulk;

/* ---- the request ----------------------------------------------------------------------------- */

static size_t take_head(char *bytes, size_t size, size_t count, void *context)
{
    slot *s = context;
    yn_head_line(&s->head, (yonder_text){bytes, size * count});
    return s->head.lines.error || s->head.phrase.error ? 0 : count;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    slot *s = context;
    (void)bytes;
    s->body_seen += size * count;
    return s->body_seen > YN_BULK_MAX_BODY ? 0 : count;
}

static bool add_line(struct curl_slist **list, const char *before, yonder_text name,
                     const char *between, yonder_text value)
{
    yn_buf line = yn_buf_make(text_max, NULL);
    yn_buf_str(&line, before);
    yn_buf_put(&line, name);
    yn_buf_str(&line, between);
    yn_buf_put(&line, value);
    yn_buf_char(&line, '\0');
    bool ok = !line.error && yn_wire_append(list, line.ptr);
    yn_buf_free(&line);
    return ok;
}

static bool add_fields(slot *s, const yn_bulk_request *q)
{
    static const char *const unwanted[] = {"Accept:", "Content-Type:", "Expect:"};
    bool given[sizeof unwanted / sizeof *unwanted] = {false};
    bool ok = add_line(&s->fields, "Host: ", q->host, "", YN_TEXT(""));
    for (size_t i = 0; ok && i < q->field_count; i++) {
        yonder_field f = q->fields[i];
        ok = add_line(&s->fields, "", f.name, f.value.len ? ": " : ";", f.value);
        for (size_t u = 0; u < sizeof unwanted / sizeof *unwanted; u++) {
            yonder_text name = yonder_text_of(unwanted[u]);
            name.len--;
            given[u] = given[u] || yn_equal_nocase(f.name, name);
        }
    }
    for (size_t u = 0; ok && u < sizeof unwanted / sizeof *unwanted; u++)
        ok = given[u] || yn_wire_append(&s->fields, unwanted[u]);
    bool sends = yn_equal(q->method, YN_TEXT("POST")) || yn_equal(q->method, YN_TEXT("PUT")) ||
                 yn_equal(q->method, YN_TEXT("PATCH"));
    return ok && (!sends || yn_wire_append(&s->fields, "Content-Length: 0"));
}

// The library's varargs setters, with the first error kept.
#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (code == CURLE_OK)                                                                      \
            code = curl_easy_setopt(s->easy, option, value);                                       \
    } while (0)

// Plain http goes to the place itself, so that all hosts share connections; https has the host's
// name in the handshake.
static CURLcode set_place(slot *s, const yn_bulk_request *q)
{
    CURLcode code = CURLE_OK;
    yn_buf_str(&s->url, q->https ? "https://" : "http://");
    yn_buf_put(&s->url, q->https ? q->host : q->connect);
    yn_buf_str(&s->url, "/");
    yn_buf_char(&s->url, '\0');
    size_t target = s->url.len;
    yn_buf_put(&s->url, q->target);
    yn_buf_char(&s->url, '\0');
    size_t method = s->url.len;
    yn_buf_put(&s->url, q->method);
    yn_buf_char(&s->url, '\0');
    if (s->url.error || (q->https && !add_line(&s->connect_to, "::", q->connect, "", YN_TEXT(""))))
        return CURLE_OUT_OF_MEMORY;
    SET(CURLOPT_URL, s->url.ptr);
    SET(CURLOPT_REQUEST_TARGET, s->url.ptr + target);
    SET(CURLOPT_CONNECT_TO, s->connect_to);
    if (yn_equal(q->method, YN_TEXT("HEAD")))
        SET(CURLOPT_NOBODY, 1L);
    else
        SET(CURLOPT_CUSTOMREQUEST, s->url.ptr + method);
    return code;
}

static CURLcode set_up(bulk *b, slot *s, const yn_bulk_request *q)
{
    curl_easy_reset(s->easy);
    if (!add_fields(s, q))
        return CURLE_OUT_OF_MEMORY;
    CURLcode code = yn_wire_isolate(s->easy);
    if (code == CURLE_OK)
        code = set_place(s, q);
    SET(CURLOPT_HTTP_VERSION,
        q->http10 ? (long)CURL_HTTP_VERSION_1_0 : (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_USERAGENT, "yonder/" YONDER_VERSION);
    SET(CURLOPT_HTTPHEADER, s->fields);
    SET(CURLOPT_HEADERFUNCTION, take_head);
    SET(CURLOPT_HEADERDATA, s);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, s);
    SET(CURLOPT_PRIVATE, s);
    SET(CURLOPT_RESOLVE, b->resolve);
    SET(CURLOPT_CONNECTTIMEOUT_MS, b->options->connect_ms);
    SET(CURLOPT_TIMEOUT_MS, b->options->total_ms);
    return code == CURLE_OK ? yn_wire_ca_set(&b->ca, s->easy) : code;
}

static void empty(slot *s)
{
    curl_slist_free_all(s->fields);
    curl_slist_free_all(s->connect_to);
    s->fields = s->connect_to = NULL;
    s->url.len = 0;
    s->body_seen = 0;
    yn_head_free(&s->head);
    s->head = yn_head_make();
}

static void start(bulk *b, slot *s, const yn_bulk_request *q)
{
    empty(s);
    s->user = q->user;
    if (set_up(b, s, q) != CURLE_OK || curl_multi_add_handle(b->multi, s->easy) != CURLM_OK)
        b->error = YONDER_NO_MEMORY;
    else
        b->running++;
}

/* ---- the answer ------------------------------------------------------------------------------ */

// Has the answer taken, and the slot go on.
static void finish(bulk *b, slot *s, CURLcode code)
{
    yn_arena arena = yn_arena_make(NULL);
    yn_evidence evidence = {0};
    yn_bulk_answer answer = {0};
    yn_bulk_request next;
    (void)curl_multi_remove_handle(b->multi, s->easy);
    b->running--;
    if (s->head.complete) {
        b->error = yn_head_finish(&s->head, &arena, &evidence);
        answer.status = evidence.status;
        answer.location = yn_evidence_field(&evidence, "Location");
    } else {
        answer.error = yn_wire_error(s->easy, code);
    }
    if (!b->error && (b->work->take(b->work->context, s->user, &answer, &next) ||
                      b->work->next(b->work->context, &next)))
        start(b, s, &next);
    yn_arena_free(&arena);
}

static void run(bulk *b)
{
    yn_bulk_request q;
    for (size_t i = 0; i < b->options->concurrency && !b->error; i++) {
        if (!b->work->next(b->work->context, &q))
            break;
        start(b, &b->slots[i], &q);
    }
    while (b->running && !b->error) {
        int running, left;
        CURLMsg *message;
        if (curl_multi_perform(b->multi, &running) != CURLM_OK)
            b->error = YONDER_NO_MEMORY;
        bool any = false;
        while (!b->error && (message = curl_multi_info_read(b->multi, &left))) {
            slot *s = NULL;
            if (message->msg != CURLMSG_DONE)
                continue;
            CURLcode code = message->data.result;
            (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&s);
            finish(b, s, code);
            any = true;
        }
        if (!any && b->running && !b->error)
            (void)curl_multi_poll(b->multi, NULL, 0, 1000, NULL);
    }
}

/* ---- all of it ------------------------------------------------------------------------------- */

static bool set_up_all(bulk *b, yn_buf *message)
{
    b->multi = curl_multi_init();
    b->slots = calloc(b->options->concurrency, sizeof *b->slots);
    bool ok = b->multi && b->slots;
    for (size_t i = 0; ok && i < b->options->concurrency; i++) {
        b->slots[i].url = yn_buf_make(text_max, NULL);
        b->slots[i].head = yn_head_make();
        b->slots[i].easy = curl_easy_init();
        ok = b->slots[i].easy != NULL;
    }
    for (size_t i = 0; ok && i < b->options->resolve_count; i++)
        ok = yn_wire_append(&b->resolve, b->options->resolve[i]);
    if (!ok)
        b->error = YONDER_NO_MEMORY;
    else if (!yn_wire_ca_read(&b->ca, b->slots[0].easy, b->options->ca_file, message))
        b->error = YONDER_INVALID_ARGUMENT;
    else
        (void)curl_multi_setopt(b->multi, CURLMOPT_MAXCONNECTS, (long)b->options->concurrency);
    return !b->error;
}

static void free_all(bulk *b)
{
    for (size_t i = 0; b->slots && i < b->options->concurrency; i++) {
        slot *s = &b->slots[i];
        if (!s->easy)
            continue;
        (void)curl_multi_remove_handle(b->multi, s->easy);
        empty(s);
        curl_easy_cleanup(s->easy);
        yn_buf_free(&s->url);
        yn_head_free(&s->head);
    }
    free(b->slots);
    (void)curl_multi_cleanup(b->multi);
    curl_slist_free_all(b->resolve);
    yn_wire_ca_free(&b->ca);
}

int yn_bulk_run(const yn_bulk_options *options, const yn_bulk_work *work, yn_buf *message)
{
    bulk b = {.options = options, .work = work};
    const char *wrong = yn_libcurl_load();
    if (wrong) {
        yn_buf_str(message, wrong);
        return YONDER_OK;
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return YONDER_NO_MEMORY;
    if (set_up_all(&b, message))
        run(&b);
    free_all(&b);
    curl_global_cleanup();
    return b.error;
}
