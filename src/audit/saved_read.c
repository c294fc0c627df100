// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "audit/href.h"
#include "audit/saved.h"
#include "audit/saved_words.h"
#include "base/text.h"
#include "base/utf8.h"

enum {
    where_max = 120,     // bytes of the place in a message
    items_max = 1 << 17, // of an array: more than a head has fields
};

// The first error sticks, and from then on nothing is read: what the functions below return is
// then empty.
typedef struct reader {
    yn_arena *arena;
    yn_buf *message;
    char where[where_max];
    int error;
} reader;

static void wrong(reader *r, const char *name, const char *what)
{
    if (r->error)
        return;
    r->error = YONDER_INVALID_ARGUMENT;
    yn_buf_str(r->message, r->where);
    if (name && *r->where)
        yn_buf_char(r->message, '.');
    yn_buf_printf(r->message, "%s: %s", name ? name : *r->where ? "" : "the document", what);
}

static void *room(reader *r, size_t count, size_t size)
{
    void *p = r->error ? NULL : yn_arena_alloc(r->arena, count * size + 1);
    if (!p && !r->error)
        r->error = YONDER_NO_MEMORY;
    if (p)
        memset(p, 0, count * size);
    return p;
}

// Goes into a member, and an item of it; the place to come back to is the result.
static size_t enter(reader *r, const char *name, size_t index)
{
    size_t at = strlen(r->where);
    const char *dot = at ? "." : "";
    if (index == SIZE_MAX)
        (void)snprintf(r->where + at, where_max - at, "%s%s", dot, name);
    else
        (void)snprintf(r->where + at, where_max - at, "%s%s[%zu]", dot, name, index);
    return at;
}

static void leave(reader *r, size_t at)
{
    if (!r->error)
        r->where[at] = '\0';
}

/* ---- members -----------------------------------------------------------------------------------
 */

// The member of that name, or NULL with the error set.
static const json_t *member(reader *r, const json_t *object, const char *name)
{
    if (r->error)
        return NULL;
    const json_t *value = json_object_get(object, name);
    if (!json_is_object(object))
        wrong(r, NULL, "not an object");
    else if (!value)
        wrong(r, name, "it is missing");
    return value;
}

static yonder_text decode(reader *r, const char *name, const json_t *value)
{
    yonder_text t = {json_string_value(value), json_string_length(value)};
    if (value && !json_is_string(value))
        wrong(r, name, "not a string");
    char *bytes = room(r, t.len, 1);
    size_t len = 0;
    for (size_t i = 0; i < t.len && bytes;) {
        uint32_t c;
        i += yn_utf8_decode(yn_skip(t, i), &c);
        if (c > 0xFF) {
            wrong(r, name, "it holds a character beyond U+00FF, which stands for no byte");
            return (yonder_text){"", 0};
        }
        bytes[len++] = (char)c;
    }
    return bytes ? (yonder_text){bytes, len} : (yonder_text){"", 0};
}

static yonder_text text(reader *r, const json_t *object, const char *name)
{
    return decode(r, name, member(r, object, name));
}

static bool boolean(reader *r, const json_t *object, const char *name)
{
    const json_t *value = member(r, object, name);
    if (value && !json_is_boolean(value))
        wrong(r, name, "neither true nor false");
    return json_is_true(value);
}

static int64_t integer(reader *r, const json_t *object, const char *name, int64_t least,
                       int64_t most)
{
    const json_t *value = member(r, object, name);
    int64_t number = value ? json_integer_value(value) : least;
    if (!value || (json_is_integer(value) && number >= least && number <= most))
        return number;
    char what[80];
    if (least == INT64_MIN)
        (void)snprintf(what, sizeof what, "not a whole number");
    else
        (void)snprintf(what, sizeof what, "not a whole number from %" PRId64 " to %" PRId64, least,
                       most);
    wrong(r, name, what);
    return least;
}

static double milliseconds(reader *r, const json_t *object, const char *name)
{
    const json_t *value = member(r, object, name);
    double ms = value ? json_number_value(value) : 0;
    if (value && !(json_is_number(value) && ms >= 0 && ms < 1e12)) {
        wrong(r, name, "no time in milliseconds");
        return 0;
    }
    return ms;
}

static unsigned word(reader *r, const json_t *object, const char *name, yn_saved_words words)
{
    yonder_text t = text(r, object, name);
    for (unsigned i = 0; i < words.count; i++)
        if (yn_equal(t, yonder_text_of(words.words[i])))
            return i;
    wrong(r, name, "none of the words that may stand here");
    return 0;
}

// An array; NULL with the error set, and count 0.
static const json_t *array(reader *r, const json_t *object, const char *name, size_t *count)
{
    const json_t *value = member(r, object, name);
    if (value && !json_is_array(value))
        wrong(r, name, "not an array");
    else if (json_array_size(value) > items_max)
        wrong(r, name, "more than there can be");
    *count = r->error ? 0 : json_array_size(value);
    return value;
}

static yonder_text *texts(reader *r, const json_t *object, const char *name, size_t *count)
{
    const json_t *all = array(r, object, name, count);
    yonder_text *out = room(r, *count, sizeof *out);
    for (size_t i = 0; i < *count && !r->error; i++)
        out[i] = decode(r, name, json_array_get(all, i));
    return out;
}

static size_t visit_index(reader *r, const char *name, const json_t *value, size_t visit_count)
{
    int64_t index = value ? json_integer_value(value) : 0;
    if (value && (!json_is_integer(value) || index < 0 || (uint64_t)index >= visit_count))
        wrong(r, name, "not the number of a visit");
    return (size_t)index;
}

/* ---- responses ---------------------------------------------------------------------------------
 */

static yonder_field *fields(reader *r, const json_t *object, size_t *count)
{
    const json_t *all = array(r, object, "fields", count);
    yonder_field *out = room(r, *count, sizeof *out);
    for (size_t i = 0; i < *count && !r->error; i++) {
        size_t at = enter(r, "fields", i);
        const json_t *pair = json_array_get(all, i);
        if (json_array_size(pair) != 2)
            wrong(r, NULL, "not an array of name and value");
        out[i].name = decode(r, NULL, json_array_get(pair, 0));
        out[i].value = decode(r, NULL, json_array_get(pair, 1));
        leave(r, at);
    }
    return out;
}

static yn_phase phase(reader *r, const json_t *object, const char *name)
{
    const json_t *value = member(r, object, name);
    if (json_is_null(value))
        return (yn_phase){0};
    return (yn_phase){.took_place = true, .ms = milliseconds(r, object, name)};
}

static yn_timing timing(reader *r, const json_t *object)
{
    const json_t *t = member(r, object, "timing");
    size_t at = enter(r, "timing", SIZE_MAX);
    yn_timing out = {.dns = phase(r, t, "dns"),
                     .connect = phase(r, t, "connect"),
                     .tls = phase(r, t, "tls"),
                     .first_byte = phase(r, t, "first_byte"),
                     .total = milliseconds(r, t, "total")};
    leave(r, at);
    return out;
}

static yn_evidence response(reader *r, const json_t *visit)
{
    const json_t *o = member(r, visit, "response");
    size_t at = enter(r, "response", SIZE_MAX);
    yn_evidence e = {.error = word(r, o, "error", yn_saved_errors),
                     .detail = text(r, o, "detail"),
                     .status = (int)integer(r, o, "status", 0, 999),
                     .phrase = text(r, o, "phrase"),
                     .version = text(r, o, "version"),
                     .body = text(r, o, "body"),
                     .incomplete = boolean(r, o, "incomplete"),
                     .remote = text(r, o, "remote"),
                     .timing = timing(r, o)};
    e.fields = fields(r, o, &e.field_count);
    if (!json_is_null(member(r, o, "distrust")))
        e.distrust = text(r, o, "distrust");
    if (e.error == YN_FETCH_OK && e.status < 100)
        wrong(r, "status", "a response without an error has one");
    leave(r, at);
    return e;
}

/* ---- TLS ---------------------------------------------------------------------------------------
 */

static yn_certificate *certificates(reader *r, const json_t *tls, const char *name, size_t *count)
{
    const json_t *all = array(r, tls, name, count);
    yn_certificate *out = room(r, *count, sizeof *out);
    for (size_t i = 0; i < *count && !r->error; i++) {
        size_t at = enter(r, name, i);
        const json_t *o = json_array_get(all, i);
        out[i] = (yn_certificate){
            .subject = text(r, o, "subject"),
            .issuer = text(r, o, "issuer"),
            .not_before = integer(r, o, "not_before", INT64_MIN, INT64_MAX),
            .not_after = integer(r, o, "not_after", INT64_MIN, INT64_MAX),
            .signature = text(r, o, "signature"),
            .key = text(r, o, "key"),
            .sha256 = text(r, o, "sha256"),
            .self_signed = boolean(r, o, "self_signed"),
        };
        out[i].names = texts(r, o, "names", &out[i].name_count);
        leave(r, at);
    }
    return out;
}

static yn_tls_facts tls_facts(reader *r, const json_t *visit)
{
    const json_t *o = member(r, visit, "tls");
    size_t at = enter(r, "tls", SIZE_MAX);
    yn_tls_facts t = {.complete = boolean(r, o, "complete"),
                      .version = text(r, o, "version"),
                      .cipher = text(r, o, "cipher"),
                      .alpn = text(r, o, "alpn"),
                      .distrust = word(r, o, "distrust", yn_saved_distrusts),
                      .distrust_detail = text(r, o, "distrust_detail")};
    t.sent = certificates(r, o, "sent", &t.sent_count);
    t.verified = certificates(r, o, "verified", &t.verified_count);
    leave(r, at);
    return t;
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

static yonder_url url(reader *r, const json_t *visit)
{
    yonder_url out = {0};
    yonder_text href = text(r, visit, "url");
    int error = r->error ? r->error : yn_href_parse(r->arena, href, NULL, &out);
    if (error == YONDER_NO_MEMORY)
        r->error = error;
    else if (error || !yn_href_is_http(&out))
        wrong(r, "url", "not a URL of http or https");
    return out;
}

static void read_visits(reader *r, const json_t *document, yn_audit *out)
{
    const json_t *all = array(r, document, "visits", &out->visit_count);
    out->visits = room(r, out->visit_count, sizeof *out->visits);
    for (size_t i = 0; i < out->visit_count && !r->error; i++) {
        size_t at = enter(r, "visits", i);
        const json_t *o = json_array_get(all, i);
        out->visits[i] = (yn_visit){
            .purpose = word(r, o, "purpose", yn_saved_purposes),
            .method = text(r, o, "method"),
            .url = url(r, o),
            .agent = word(r, o, "agent", yn_saved_agents),
            .family = word(r, o, "family", yn_saved_families),
            .tries = (unsigned)integer(r, o, "tries", 0, 1000),
            .response = response(r, o),
            .tls = tls_facts(r, o),
        };
        leave(r, at);
    }
}

static void read_chains(reader *r, const json_t *document, yn_audit *out)
{
    const json_t *all = member(r, document, "chains");
    size_t at = enter(r, "chains", SIZE_MAX);
    for (size_t i = 0; i < YN_START_COUNT && !r->error; i++) {
        yn_seen_chain *c = &out->chains[i];
        const json_t *o = member(r, all, yn_saved_starts.words[i]);
        size_t within = enter(r, yn_saved_starts.words[i], SIZE_MAX);
        c->asked = boolean(r, o, "asked");
        c->end = word(r, o, "end", yn_saved_ends);
        const json_t *hops = array(r, o, "hops", &c->count);
        c->hops = room(r, c->count, sizeof *c->hops);
        for (size_t n = 0; n < c->count && !r->error; n++)
            c->hops[n] = visit_index(r, "hops", json_array_get(hops, n), out->visit_count);
        leave(r, within);
    }
    leave(r, at);
}

static void read_hosts(reader *r, const json_t *document, yn_audit *out)
{
    const json_t *all = array(r, document, "hosts", &out->host_count);
    out->hosts = room(r, out->host_count, sizeof *out->hosts);
    for (size_t i = 0; i < out->host_count && !r->error; i++) {
        size_t at = enter(r, "hosts", i);
        const json_t *o = json_array_get(all, i), *https = member(r, o, "https");
        yn_seen_host *h = &out->hosts[i];
        *h = (yn_seen_host){
            .name = text(r, o, "name"),
            .origin = word(r, o, "origin", yn_saved_origins),
            .exists = word(r, o, "exists", yn_saved_known),
            .port_80 = word(r, o, "port_80", yn_saved_known),
            .port_443 = word(r, o, "port_443", yn_saved_known),
            .https = json_is_null(https) ? YN_NO_VISIT
                                         : visit_index(r, "https", https, out->visit_count),
        };
        h->addresses = texts(r, o, "addresses", &h->address_count);
        leave(r, at);
    }
    if (!r->error && out->ascii.len &&
        !(out->host_count && yn_equal(out->hosts[0].name, out->ascii)))
        wrong(r, "hosts", "the domain is not the first");
}

static void read_lists(reader *r, const json_t *document, yn_audit *out)
{
    const json_t *all = array(r, document, "lists", &out->list_count);
    out->lists = room(r, out->list_count, sizeof *out->lists);
    for (size_t i = 0; i < out->list_count && !r->error; i++) {
        size_t at = enter(r, "lists", i);
        const json_t *o = json_array_get(all, i);
        out->lists[i] = (yn_seen_list){
            .list = text(r, o, "list"),
            .version = text(r, o, "version"),
            .listed = boolean(r, o, "listed"),
            .matched = text(r, o, "matched"),
            .include_subdomains = boolean(r, o, "include_subdomains"),
            .policy = text(r, o, "policy"),
        };
        leave(r, at);
    }
}

static void read_document(reader *r, const json_t *document, yn_audit *out)
{
    (void)integer(r, document, "schema", YN_SAVED_SCHEMA, YN_SAVED_SCHEMA);
    out->domain = text(r, document, "domain");
    out->ascii = text(r, document, "ascii");
    out->public_suffix = text(r, document, "public_suffix");
    out->registrable = text(r, document, "registrable");
    out->begun = integer(r, document, "begun", INT64_MIN, INT64_MAX);
    out->took_ms = milliseconds(r, document, "took_ms");
    out->cut_short = boolean(r, document, "cut_short");
    read_visits(r, document, out);
    read_chains(r, document, out);
    read_hosts(r, document, out);
    read_lists(r, document, out);
}

int yn_saved_read(yonder_text json, yn_arena *arena, yn_audit *out, yn_buf *message)
{
    yn_audit audit = {0};
    reader r = {.arena = arena, .message = message};
    json_error_t at;
    if (json.len > YN_SAVED_MAX) {
        wrong(&r, NULL, "it is larger than evidence can be");
        return r.error;
    }
    json_t *document = json_loadb(json.len ? json.ptr : "", json.len,
                                  JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &at);
    if (document) {
        read_document(&r, document, &audit);
    } else if (json_error_code(&at) == json_error_out_of_memory) {
        r.error = YONDER_NO_MEMORY;
    } else {
        r.error = YONDER_INVALID_ARGUMENT;
        yn_buf_printf(message, "line %d, column %d: not JSON: %s", at.line, at.column, at.text);
    }
    json_decref(document);
    if (!r.error)
        *out = audit;
    return r.error;
}
