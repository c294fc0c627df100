// SPDX-License-Identifier: MIT
// The published versions: /lists says which there are, /lists/N/NAME is a document, immutable for
// ever, /lists/newest/NAME leads to the newest, /lists/key is the key they are signed with.
#include <stdio.h>

#include "base/text.h"
#include "front/api_words.h"
#include "front/blobs.h"

static void versions(const yn_directory *directory, const yn_web_request *request,
                     yn_web_response *response)
{
    yn_store_version *all, newest;
    size_t count;
    char tag[32];
    if (yn_api_failed(directory, yn_store_newest(directory->store, &newest), response))
        return;
    snprintf(tag, sizeof tag, "\"version-%lld\"", (long long)newest.number);
    if (yn_web_unchanged(request, response, tag) ||
        yn_api_failed(directory, yn_store_versions(directory->store, request->arena, &all, &count),
                      response))
        return;
    yn_json json = yn_api_json(response);
    yn_json_array(&json, NULL);
    for (size_t i = 0; i < count; i++) {
        yn_json_object(&json, NULL);
        yn_json_int(&json, "version", all[i].number);
        yn_event_time(&json, "published", all[i].at);
        yn_json_int(&json, "names", (int64_t)all[i].names);
        yn_json_object_end(&json);
    }
    yn_json_array_end(&json);
    yn_api_json_end(response);
}

static void key(const yn_directory *directory, const yn_web_request *request,
                yn_web_response *response)
{
    uint8_t public_key[YN_SEAL_PUBLIC];
    (void)request;
    if (!directory->key) {
        yn_web_say(response, 404, "This server has no key to sign with.");
        return;
    }
    yn_seal_public(directory->key, public_key);
    yn_seal_public_write(public_key, &response->body);
    const yn_buf *body = &response->body;
    if (body->len && body->ptr[body->len - 1] != '\n')
        yn_buf_char(&response->body, '\n');
}

static const char *type_of(yonder_text name)
{
    static const struct {
        yonder_text end;
        const char *type;
    } rows[] = {
        {YN_TEXT_INIT(".json"), "application/json; charset=utf-8"},
        {YN_TEXT_INIT(".img"), "application/octet-stream"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (name.len >= rows[i].end.len &&
            yn_equal(yn_skip(name, name.len - rows[i].end.len), rows[i].end))
            return rows[i].type;
    return "text/plain; charset=utf-8";
}

// Letters, digits, '.', '-' and '_': what a document can be called, and a header can have in it.
static bool is_name(yonder_text name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        if (!yn_is_digit(c) && !yn_is_alpha(c) && c != '.' && c != '-' && c != '_')
            return false;
    }
    return name.len && name.len <= 64 && name.ptr[0] != '.';
}

static void to_newest(const yn_directory *directory, const yn_web_request *request,
                      yonder_text name, yn_web_response *response)
{
    yn_store_version newest;
    char target[128];
    if (yn_api_failed(directory, yn_store_newest(directory->store, &newest), response))
        return;
    if (!newest.number) {
        yn_web_say(response, 404, "Nothing is published so far.");
        return;
    }
    int len = snprintf(target, sizeof target, "/lists/%lld/%.*s", (long long)newest.number,
                       YN_PRINT(name));
    yonder_text kept = yn_arena_text(request->arena, (yonder_text){target, (size_t)len});
    if (yn_api_failed(directory, kept.ptr ? YONDER_OK : YONDER_NO_MEMORY, response))
        return;
    yn_web_say(response, 307, "It is in the newest version.");
    yn_web_add(response, "Location", kept);
    yn_web_add(response, "Cache-Control", YN_TEXT("no-store"));
}

static void send_document(const yn_directory *directory, const yn_web_request *request,
                          int64_t version, yonder_text name, yn_web_response *response)
{
    yn_blob *blob;
    char tag[YN_SEAL_DIGEST + 3];
    int error = yn_blob_take(directory->store, version, name, &blob);
    if (error == YN_STORE_MISSING) {
        yn_web_say(response, 404,
                   "There is no such document. /lists says which versions there "
                   "are; of old ones the statements alone are kept.");
        return;
    }
    if (yn_api_failed(directory, error, response))
        return;
    snprintf(tag, sizeof tag, "\"%.*s\"", (int)sizeof blob->digest, blob->digest);
    response->type = type_of(name);
    response->shared = blob->bytes;
    response->release = yn_blob_give;
    response->held = blob;
    yn_web_unchanged(request, response, tag);
    yn_web_add(response, "Cache-Control", YN_TEXT("public, max-age=31536000, immutable"));
}

static void document(const yn_directory *directory, const yn_web_request *request,
                     yn_web_response *response)
{
    yonder_text rest = yn_skip(request->path, sizeof "/lists/" - 1);
    size_t slash = yn_find_char(rest, '/');
    yonder_text which = yn_slice(rest, 0, slash);
    yonder_text name = yn_skip(rest, slash < rest.len ? slash + 1 : slash);
    uint64_t version;
    if (is_name(name) && yn_equal(which, YN_TEXT("newest")))
        to_newest(directory, request, name, response);
    else if (is_name(name) && which.len && which.ptr[0] != '0' &&
             yn_parse_number(which, INT64_MAX, &version))
        send_document(directory, request, (int64_t)version, name, response);
    else
        yn_web_say(response, 404,
                   "There are /lists, /lists/key, /lists/newest/NAME and "
                   "/lists/NUMBER/NAME.");
}

const yn_web_route yn_list_routes[] = {
    {"GET", "/lists", YN_WEB_READ, versions},
    {"GET", "/lists/key", YN_WEB_READ, key},
    {"GET", "/lists/*", YN_WEB_READ, document},
    {NULL, NULL, YN_WEB_READ, NULL},
};
