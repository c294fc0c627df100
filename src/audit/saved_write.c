// SPDX-License-Identifier: MIT
#include "audit/saved.h"
#include "audit/saved_words.h"
#include "base/json.h"
#include "base/utf8.h"

// The one-line document, and room for a text on its way into it.
typedef struct writer {
    yn_json json;
    yn_buf scratch;
} writer;

// Each byte becomes the code point of its number.
static void put_text(writer *w, const char *name, yonder_text t)
{
    w->scratch.len = 0;
    for (size_t i = 0; i < t.len; i++) {
        char bytes[4];
        size_t n = yn_utf8_encode(bytes, (unsigned char)t.ptr[i]);
        yn_buf_put(&w->scratch, (yonder_text){bytes, n});
    }
    if (w->scratch.error)
        w->json.out->error = w->scratch.error;
    yn_json_text(&w->json, name, yn_buf_text(&w->scratch));
}

static void put_word(writer *w, const char *name, yn_saved_words words, unsigned number)
{
    yn_json_str(&w->json, name, words.words[number]);
}

static void put_index(writer *w, const char *name, size_t index)
{
    if (index == YN_NO_VISIT)
        yn_json_null(&w->json, name);
    else
        yn_json_int(&w->json, name, (int64_t)index);
}

static void put_texts(writer *w, const char *name, const yonder_text *texts, size_t count)
{
    yn_json_array(&w->json, name);
    for (size_t i = 0; i < count; i++)
        put_text(w, NULL, texts[i]);
    yn_json_array_end(&w->json);
}

/* ---- responses ---------------------------------------------------------------------------------
 */

static void put_fields(writer *w, const yn_evidence *e)
{
    yn_json_array(&w->json, "fields");
    for (size_t i = 0; i < e->field_count; i++) {
        yn_json_array(&w->json, NULL);
        put_text(w, NULL, e->fields[i].name);
        put_text(w, NULL, e->fields[i].value);
        yn_json_array_end(&w->json);
    }
    yn_json_array_end(&w->json);
}

static void put_phase(writer *w, const char *name, yn_phase phase)
{
    if (phase.took_place)
        yn_json_fixed(&w->json, name, phase.ms, 3);
    else
        yn_json_null(&w->json, name);
}

static void put_timing(writer *w, const yn_timing *t)
{
    yn_json_object(&w->json, "timing");
    put_phase(w, "dns", t->dns);
    put_phase(w, "connect", t->connect);
    put_phase(w, "tls", t->tls);
    put_phase(w, "first_byte", t->first_byte);
    yn_json_fixed(&w->json, "total", t->total, 3);
    yn_json_object_end(&w->json);
}

static void put_response(writer *w, const yn_evidence *e)
{
    yn_json_object(&w->json, "response");
    put_word(w, "error", yn_saved_errors, e->error);
    put_text(w, "detail", e->detail);
    if (e->distrust.ptr)
        put_text(w, "distrust", e->distrust);
    else
        yn_json_null(&w->json, "distrust");
    yn_json_int(&w->json, "status", e->status);
    put_text(w, "phrase", e->phrase);
    put_text(w, "version", e->version);
    put_fields(w, e);
    put_text(w, "body", e->body);
    yn_json_bool(&w->json, "incomplete", e->incomplete);
    put_text(w, "remote", e->remote);
    put_timing(w, &e->timing);
    yn_json_object_end(&w->json);
}

/* ---- TLS ---------------------------------------------------------------------------------------
 */

static void put_certificates(writer *w, const char *name, const yn_certificate *all, size_t count)
{
    yn_json_array(&w->json, name);
    for (size_t i = 0; i < count; i++) {
        const yn_certificate *c = &all[i];
        yn_json_object(&w->json, NULL);
        put_text(w, "subject", c->subject);
        put_text(w, "issuer", c->issuer);
        put_texts(w, "names", c->names, c->name_count);
        yn_json_int(&w->json, "not_before", c->not_before);
        yn_json_int(&w->json, "not_after", c->not_after);
        put_text(w, "signature", c->signature);
        put_text(w, "key", c->key);
        put_text(w, "sha256", c->sha256);
        yn_json_bool(&w->json, "self_signed", c->self_signed);
        yn_json_object_end(&w->json);
    }
    yn_json_array_end(&w->json);
}

static void put_tls(writer *w, const yn_tls_facts *t)
{
    yn_json_object(&w->json, "tls");
    yn_json_bool(&w->json, "complete", t->complete);
    put_text(w, "version", t->version);
    put_text(w, "cipher", t->cipher);
    put_text(w, "alpn", t->alpn);
    put_word(w, "distrust", yn_saved_distrusts, t->distrust);
    put_text(w, "distrust_detail", t->distrust_detail);
    put_certificates(w, "sent", t->sent, t->sent_count);
    put_certificates(w, "verified", t->verified, t->verified_count);
    yn_json_object_end(&w->json);
}

/* ---- all of it ---------------------------------------------------------------------------------
 */

static void put_visits(writer *w, const yn_audit *a)
{
    yn_json_array(&w->json, "visits");
    for (size_t i = 0; i < a->visit_count; i++) {
        const yn_visit *v = &a->visits[i];
        yn_json_object(&w->json, NULL);
        put_word(w, "purpose", yn_saved_purposes, v->purpose);
        put_text(w, "method", v->method);
        put_text(w, "url", yonder_url_href(&v->url));
        put_word(w, "agent", yn_saved_agents, v->agent);
        put_word(w, "family", yn_saved_families, v->family);
        yn_json_int(&w->json, "tries", v->tries);
        put_response(w, &v->response);
        put_tls(w, &v->tls);
        yn_json_object_end(&w->json);
    }
    yn_json_array_end(&w->json);
}

static void put_chains(writer *w, const yn_audit *a)
{
    yn_json_object(&w->json, "chains");
    for (size_t i = 0; i < YN_START_COUNT; i++) {
        const yn_seen_chain *c = &a->chains[i];
        yn_json_object(&w->json, yn_saved_starts.words[i]);
        yn_json_bool(&w->json, "asked", c->asked);
        yn_json_array(&w->json, "hops");
        for (size_t n = 0; n < c->count; n++)
            put_index(w, NULL, c->hops[n]);
        yn_json_array_end(&w->json);
        put_word(w, "end", yn_saved_ends, c->end);
        yn_json_object_end(&w->json);
    }
    yn_json_object_end(&w->json);
}

static void put_hosts(writer *w, const yn_audit *a)
{
    yn_json_array(&w->json, "hosts");
    for (size_t i = 0; i < a->host_count; i++) {
        const yn_seen_host *h = &a->hosts[i];
        yn_json_object(&w->json, NULL);
        put_text(w, "name", h->name);
        put_word(w, "origin", yn_saved_origins, h->origin);
        put_word(w, "exists", yn_saved_known, h->exists);
        put_texts(w, "addresses", h->addresses, h->address_count);
        put_word(w, "port_80", yn_saved_known, h->port_80);
        put_word(w, "port_443", yn_saved_known, h->port_443);
        put_index(w, "https", h->https);
        yn_json_object_end(&w->json);
    }
    yn_json_array_end(&w->json);
}

static void put_lists(writer *w, const yn_audit *a)
{
    yn_json_array(&w->json, "lists");
    for (size_t i = 0; i < a->list_count; i++) {
        const yn_seen_list *l = &a->lists[i];
        yn_json_object(&w->json, NULL);
        put_text(w, "list", l->list);
        put_text(w, "version", l->version);
        yn_json_bool(&w->json, "listed", l->listed);
        put_text(w, "matched", l->matched);
        yn_json_bool(&w->json, "include_subdomains", l->include_subdomains);
        put_text(w, "policy", l->policy);
        yn_json_object_end(&w->json);
    }
    yn_json_array_end(&w->json);
}

void yn_saved_write(const yn_audit *audit, yn_buf *out)
{
    writer w = {.json = yn_json_make(out, false), .scratch = yn_buf_make(YN_SAVED_MAX, out->mem)};
    yn_json_object(&w.json, NULL);
    yn_json_int(&w.json, "schema", YN_SAVED_SCHEMA);
    put_text(&w, "domain", audit->domain);
    put_text(&w, "ascii", audit->ascii);
    put_text(&w, "public_suffix", audit->public_suffix);
    put_text(&w, "registrable", audit->registrable);
    yn_json_int(&w.json, "begun", audit->begun);
    yn_json_fixed(&w.json, "took_ms", audit->took_ms, 3);
    yn_json_bool(&w.json, "cut_short", audit->cut_short);
    put_visits(&w, audit);
    put_chains(&w, audit);
    put_hosts(&w, audit);
    put_lists(&w, audit);
    yn_json_object_end(&w.json);
    yn_buf_free(&w.scratch);
}
