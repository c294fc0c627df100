// SPDX-License-Identifier: MIT
#include "base/json.h"
#include "report/explain.h"

static void heading(yn_json *j, const yn_status_page *page)
{
    yn_json_int(j, "code", page->status);
    yn_json_str(j, "name", page->name);
    yn_json_str(j, "phrase", yn_status_page_phrase(page));
    yn_json_str(j, "kind", yn_status_kind_code(page->kind));
    yn_json_str(j, "summary", yn_status_page_summary(page));
}

static void fate_members(yn_json *j, const yn_fate *fate)
{
    yn_json_bool(j, "follows", fate->follows);
    if (fate->follows)
        yn_json_text(j, "next_method", fate->method);
    else
        yn_json_null(j, "next_method");
    yn_json_bool(j, "body", fate->body);
}

static void fates(yn_json *j, const yn_explained_client *client)
{
    yn_json_array(j, "methods");
    for (size_t i = 0; i < YN_EXPLAIN_METHOD_COUNT; i++) {
        bool has_body;
        yn_json_object(j, NULL);
        yn_json_text(j, "method", yn_explain_method(i, &has_body));
        yn_json_bool(j, "had_body", has_body);
        fate_members(j, &client->fates[i]);
        yn_json_object(j, "if_named");
        fate_members(j, &client->named[i]);
        yn_json_object_end(j);
        yn_json_object_end(j);
    }
    yn_json_array_end(j);
}

static void hsts(yn_json *j, const yn_explained_hsts *hsts)
{
    static const char *const support[] = {
        [YONDER_HSTS_NEVER] = "never",
        [YONDER_HSTS_OPT_IN] = "opt_in",
        [YONDER_HSTS_ALWAYS] = "always",
    };
    yn_json_object(j, "hsts");
    yn_json_str(j, "support", support[hsts->support]);
    yn_json_bool(j, "learnt", hsts->learnt);
    yn_json_bool(j, "preloaded", hsts->preloaded);
    yn_json_str(j, "phrase", hsts->phrase);
    yn_json_object_end(j);
}

static void one_client(yn_json *j, const yn_explained_client *client, bool internal)
{
    yn_json_object(j, NULL);
    yn_json_str(j, "client", yonder_client_name(client->client));
    yn_json_str(j, "version", yonder_client_version(client->client));
    fates(j, client);
    if (internal)
        hsts(j, &client->hsts);
    yn_json_bool(j, "cacheable_by_default", client->kept.cacheable);
    yn_json_bool(j, "cacheable_if_told", client->kept_if_told);
    yn_json_bool(j, "cacheable_if_expires", client->kept_if_expires);
    if (client->aged.unlimited)
        yn_json_null(j, "fresh_if_ten_years_old");
    else
        yn_json_int(j, "fresh_if_ten_years_old", client->aged.seconds);
    yn_json_object_end(j);
}

static void prose(yn_json *j, const yn_status_page *page)
{
    yn_json_str(j, "cache", page->cache);
    yn_json_str(j, "search_engine", page->search_engine);
    yn_json_str(j, "use_when", page->use_when);
    yn_json_str(j, "instead", page->instead);
    yn_json_array(j, "sections");
    for (size_t i = 0; i < YN_STATUS_SECTIONS && page->sections[i].title; i++) {
        yn_json_object(j, NULL);
        yn_json_str(j, "title", page->sections[i].title);
        yn_json_str(j, "text", page->sections[i].text);
        yn_json_object_end(j);
    }
    yn_json_array_end(j);
    yn_json_str(j, "specification", page->specification);
}

void yn_explain_json(yn_buf *out, const yn_explanation *e)
{
    yn_json j = yn_json_make(out, true);
    yn_json_object(&j, NULL);
    yn_json_int(&j, "schema", 1);
    heading(&j, e->page);
    yn_json_str(&j, "meaning", e->page->meaning);
    yn_json_array(&j, "clients");
    for (size_t i = 0; i < e->client_count; i++)
        one_client(&j, &e->clients[i], e->page->kind == YN_STATUS_INTERNAL);
    yn_json_array_end(&j);
    prose(&j, e->page);
    yn_json_object_end(&j);
}

// ---- the overview -------------------------------------------------------------------------------

static void choices(yn_json *j)
{
    yn_json_array(j, "choice");
    for (const yn_status_choice *c = yn_status_choices; c->status; c++) {
        yn_json_object(j, NULL);
        yn_json_str(j, "lasting", c->permanent ? "permanent" : "temporary");
        yn_json_str(j, "method", c->method);
        yn_json_int(j, "code", c->status);
        yn_json_object_end(j);
    }
    yn_json_array_end(j);
}

static void clients(yn_json *j, const yonder_mem *mem)
{
    const yonder_client *client;
    yn_json_array(j, "clients");
    for (size_t i = 0; (client = yonder_client_at(i)); i++) {
        yn_json_object(j, NULL);
        yn_json_str(j, "client", yonder_client_name(client));
        yn_json_str(j, "version", yonder_client_version(client));
        yn_json_int(j, "limit", yn_explain_limit(client, mem));
        yn_json_object_end(j);
    }
    yn_json_array_end(j);
}

void yn_explain_overview_json(yn_buf *out, const yonder_mem *mem)
{
    yn_json j = yn_json_make(out, true);
    const yn_status_page *page;
    yn_json_object(&j, NULL);
    yn_json_int(&j, "schema", 1);
    yn_json_array(&j, "statuses");
    for (size_t i = 0; (page = yn_status_page_at(i)); i++) {
        yn_json_object(&j, NULL);
        heading(&j, page);
        yn_json_object_end(&j);
    }
    yn_json_array_end(&j);
    choices(&j);
    clients(&j, mem);
    yn_json_object_end(&j);
}
