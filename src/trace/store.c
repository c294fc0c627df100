// SPDX-License-Identifier: MIT
#include "trace/store.h"

#include "base/mem.h"
#include "base/text.h"

// A field of the request that Vary names; `value` has no pointer where there was none.
typedef struct varied {
    yonder_text name, value;
} varied;

typedef struct entry {
    yonder_text key;
    yn_stored response;
    varied *varied;
    size_t varied_count;
    yn_arena arena; // holds all of it
} entry;

struct yn_store {
    entry *entries;
    size_t count;
    const yonder_mem *mem;
};

int yn_store_new(yn_store **out, const yonder_mem *mem)
{
    yn_store *store = yn_alloc(mem, sizeof *store);
    if (!store)
        return YONDER_NO_MEMORY;
    *store = (yn_store){.mem = mem};
    *out = store;
    return YONDER_OK;
}

void yn_store_free(yn_store *store)
{
    if (!store)
        return;
    for (size_t i = 0; i < store->count; i++)
        yn_arena_free(&store->entries[i].arena);
    yn_free(store->mem, store->entries);
    yn_free(store->mem, store);
}

// ---- look-up ------------------------------------------------------------------------------------

static yonder_text key_of(const yonder_url *url)
{
    yonder_text href = yonder_url_href(url);
    return yn_slice(href, 0, yn_find_char(href, '#'));
}

static entry *find(const yn_store *store, const yonder_url *url)
{
    for (size_t i = 0; i < store->count; i++)
        if (yn_equal(store->entries[i].key, key_of(url)))
            return &store->entries[i];
    return NULL;
}

static yonder_text sent_value(const yn_fetch_request *request, yonder_text name)
{
    for (size_t i = 0; i < request->field_count; i++)
        if (yn_equal_nocase(request->fields[i].name, name))
            return request->fields[i].value.ptr ? request->fields[i].value : YN_TEXT("");
    return (yonder_text){NULL, 0};
}

static bool same_variant(const entry *e, const yn_fetch_request *request)
{
    for (size_t i = 0; i < e->varied_count; i++) {
        yonder_text value = sent_value(request, e->varied[i].name), then = e->varied[i].value;
        bool same = value.ptr && then.ptr ? yn_equal(value, then) : value.ptr == then.ptr;
        if (!same)
            return false;
    }
    return true;
}

static bool is_fresh(const yn_stored *response, int64_t now)
{
    const yonder_freshness *f = &response->freshness;
    return f->unlimited || now - response->received < f->seconds;
}

const yn_stored *yn_store_find(const yn_store *store, const yn_fetch_request *request, int64_t now)
{
    const entry *e = find(store, request->url);
    bool good = e && yn_equal(request->method, YN_TEXT("GET")) && !request->has_body &&
                is_fresh(&e->response, now) && same_variant(e, request);
    return good ? &e->response : NULL;
}

// ---- keeping ------------------------------------------------------------------------------------

static size_t count_commas(yonder_text t)
{
    size_t n = 0;
    for (size_t i = 0; i < t.len; i++)
        n += t.ptr[i] == ',';
    return n;
}

// The names in all Vary fields of a response, with what the request had for them.
static bool read_vary(entry *e, const yn_fetch_request *request)
{
    const yn_evidence *evidence = &e->response.evidence;
    size_t room = 0;
    for (size_t i = 0; i < evidence->field_count; i++)
        if (yn_equal_nocase(evidence->fields[i].name, YN_TEXT("Vary")))
            room += count_commas(evidence->fields[i].value) + 1;
    e->varied = yn_arena_alloc(&e->arena, (room + 1) * sizeof *e->varied);
    if (!e->varied)
        return false;
    for (size_t i = 0; i < evidence->field_count; i++) {
        yonder_text rest = evidence->fields[i].value;
        if (!yn_equal_nocase(evidence->fields[i].name, YN_TEXT("Vary")))
            continue;
        while (rest.len) {
            size_t end = yn_find_char(rest, ',');
            yonder_text name = yn_trim(yn_slice(rest, 0, end), " \t");
            yonder_text value = sent_value(request, name);
            rest = yn_skip(rest, end < rest.len ? end + 1 : end);
            if (value.ptr && !(value = yn_arena_text(&e->arena, value)).ptr)
                return false;
            if (name.len)
                e->varied[e->varied_count++] = (varied){name, value};
        }
    }
    return true;
}

static bool fill(entry *e, const yn_fetch_request *request)
{
    e->key = yn_arena_text(&e->arena, key_of(request->url));
    return e->key.ptr && yn_evidence_copy(&e->response.evidence, &e->arena) &&
           read_vary(e, request);
}

int yn_store_keep(yn_store *store, const yn_fetch_request *request, const yn_stored *response)
{
    entry fresh = {.response = *response, .arena = yn_arena_make(store->mem)};
    entry *old = find(store, request->url);
    entry *longer = store->entries;
    bool ok = fill(&fresh, request);
    if (ok && !old) {
        longer = yn_resize(store->mem, store->entries, (store->count + 1) * sizeof *longer);
        ok = longer;
    }
    if (!ok) {
        yn_arena_free(&fresh.arena);
        return YONDER_NO_MEMORY;
    }
    store->entries = longer;
    if (old)
        yn_arena_free(&old->arena);
    else
        old = &store->entries[store->count++];
    *old = fresh;
    return YONDER_OK;
}

void yn_store_forget(yn_store *store, const yonder_url *url)
{
    entry *e = find(store, url);
    if (!e)
        return;
    yn_arena_free(&e->arena);
    *e = store->entries[--store->count];
}
