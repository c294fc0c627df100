// SPDX-License-Identifier: MIT
#include "lists/preload_version.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/date.h"
#include "base/json.h"
#include "base/map.h"
#include "base/text.h"

#define FORMAT "yonder list version 1"

// ---- writing ------------------------------------------------------------------------------------

static void write_moment(yn_json *out, const char *name, int64_t moment)
{
    char text[sizeof YN_DATE_MOMENT] = "";
    yn_date_write(text, YN_DATE_MOMENT, moment);
    yn_json_str(out, name, text);
}

static void write_digest(yn_json *out, const char digest[YN_SEAL_DIGEST])
{
    yn_json_text(out, "sha256", (yonder_text){digest, YN_SEAL_DIGEST});
}

void yn_preload_version_write(const yn_preload_version *v, yn_buf *out)
{
    yn_json j = yn_json_make(out, true);
    yn_json_object(&j, NULL);
    yn_json_str(&j, "format", FORMAT);
    yn_json_int(&j, "version", v->version);
    write_moment(&j, "published", v->published);
    write_moment(&j, "expires", v->expires);
    yn_json_int(&j, "names", v->names);
    if (v->previous) {
        yn_json_object(&j, "previous");
        yn_json_int(&j, "version", v->previous);
        write_digest(&j, v->previous_digest);
        yn_json_object_end(&j);
    } else {
        yn_json_null(&j, "previous");
    }
    yn_json_array(&j, "documents");
    for (size_t i = 0; i < v->document_count; i++) {
        yn_json_object(&j, NULL);
        yn_json_text(&j, "name", v->documents[i].name);
        yn_json_int(&j, "size", v->documents[i].size);
        write_digest(&j, v->documents[i].digest);
        yn_json_object_end(&j);
    }
    yn_json_array_end(&j);
    yn_json_object_end(&j);
    yn_buf_char(out, '\n');
}

// ---- reading ------------------------------------------------------------------------------------

static int wrong(yn_list_problem *problem, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int wrong(yn_list_problem *problem, size_t line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem->message, sizeof problem->message, format, arguments);
    va_end(arguments);
    for (char *c = problem->message; *c; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7F)
            *c = '?';
    problem->line = line;
    return YONDER_INVALID_ARGUMENT;
}

static int no_memory(yn_list_problem *problem)
{
    wrong(problem, 0, "%s", yonder_strerror(YONDER_NO_MEMORY));
    return YONDER_NO_MEMORY;
}

static bool get_number(const json_t *object, const char *name, int64_t least, int64_t most,
                       int64_t *out)
{
    const json_t *value = json_object_get(object, name);
    *out = json_integer_value(value);
    return json_is_integer(value) && *out >= least && *out <= most;
}

static yonder_text get_text(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return (yonder_text){json_string_value(value), json_string_length(value)};
}

static bool get_moment(const json_t *object, const char *name, int64_t *out)
{
    return yn_date_read(get_text(object, name), YN_DATE_MOMENT, out) && *out >= 0;
}

static bool get_digest(const json_t *object, char out[YN_SEAL_DIGEST])
{
    const yonder_text digest = get_text(object, "sha256");
    for (size_t i = 0; i < digest.len; i++)
        if (yn_hex_value((unsigned char)digest.ptr[i]) < 0 ||
            yn_lower(digest.ptr[i]) != digest.ptr[i])
            return false;
    if (digest.len == YN_SEAL_DIGEST)
        memcpy(out, digest.ptr, YN_SEAL_DIGEST);
    return digest.len == YN_SEAL_DIGEST;
}

static bool is_document_name(yonder_text name)
{
    for (size_t i = 0; i < name.len; i++) {
        const unsigned char c = (unsigned char)name.ptr[i];
        if (!yn_is_alpha(c) && !yn_is_digit(c) && c != '.' && c != '-' && c != '_')
            return false;
    }
    return name.len > 0 && name.len <= YN_VERSION_NAME_MAX && name.ptr[0] != '.';
}

static int read_document(yn_preload_version *v, const json_t *object, yn_map *seen, yn_arena *arena,
                         yn_list_problem *problem)
{
    yn_version_document *d = &v->documents[v->document_count++];
    const yonder_text name = get_text(object, "name");
    bool added = true;
    if (!is_document_name(name))
        return wrong(problem, 0, "document %zu: it has no \"name\" that is one", v->document_count);
    if (!get_number(object, "size", 0, YN_VERSION_DOCUMENT_MAX, &d->size))
        return wrong(problem, 0, "document '%.*s': its \"size\" is no number from 0 to %d",
                     YN_PRINT(name), YN_VERSION_DOCUMENT_MAX);
    if (!get_digest(object, d->digest))
        return wrong(problem, 0, "document '%.*s': its \"sha256\" is not 64 hexadecimal digits",
                     YN_PRINT(name));
    d->name = yn_arena_text(arena, name);
    if (!d->name.ptr || !yn_map_add(seen, d->name, 0, &added))
        return no_memory(problem);
    return added ? YONDER_OK : wrong(problem, 0, "document '%.*s' is named twice", YN_PRINT(name));
}

static int read_documents(yn_preload_version *v, const json_t *array, yn_arena *arena,
                          yn_list_problem *problem)
{
    const size_t count = json_array_size(array);
    if (!json_is_array(array) || count > YN_VERSION_DOCUMENTS)
        return wrong(problem, 0, "\"documents\" is no array of at most %d", YN_VERSION_DOCUMENTS);
    v->documents = yn_arena_alloc(arena, (count + 1) * sizeof *v->documents);
    if (!v->documents)
        return no_memory(problem);
    yn_map seen = yn_map_make(NULL);
    int error = YONDER_OK;
    for (size_t i = 0; i < count && !error; i++)
        error = read_document(v, json_array_get(array, i), &seen, arena, problem);
    yn_map_free(&seen);
    return error;
}

// null, or an earlier version and the digest of its statement.
static bool read_previous(yn_preload_version *v, const json_t *previous)
{
    return json_is_null(previous) ||
           (get_number(previous, "version", 1, v->version - 1, &v->previous) &&
            get_digest(previous, v->previous_digest));
}

static int read_members(yn_preload_version *v, const json_t *root, yn_arena *arena,
                        yn_list_problem *problem)
{
    const yonder_text format = get_text(root, "format");
    if (!yn_equal(format, YN_TEXT(FORMAT)))
        return wrong(problem, 0, "its \"format\" is '%.*s', and this program reads '" FORMAT "'",
                     format.len < 60 ? (int)format.len : 60, format.len ? format.ptr : "");
    if (!get_number(root, "version", 1, INT64_MAX, &v->version))
        return wrong(problem, 0, "its \"version\" is no number from 1");
    if (!get_moment(root, "published", &v->published) || !get_moment(root, "expires", &v->expires))
        return wrong(problem, 0, "\"published\" and \"expires\" are moments, " YN_DATE_MOMENT);
    if (!get_number(root, "names", 0, YN_VERSION_NAMES_MAX, &v->names))
        return wrong(problem, 0, "its \"names\" is no number from 0 to %d", YN_VERSION_NAMES_MAX);
    if (!read_previous(v, json_object_get(root, "previous")))
        return wrong(problem, 0,
                     "its \"previous\" is neither null nor an earlier \"version\" with "
                     "its \"sha256\"");
    return read_documents(v, json_object_get(root, "documents"), arena, problem);
}

int yn_preload_version_read(yn_preload_version *out, yonder_text text, yn_arena *arena,
                            yn_list_problem *problem)
{
    json_error_t error;
    yn_preload_version v = {0};
    if (text.len > YN_VERSION_MAX)
        return wrong(problem, 0, "it is longer than %d bytes", YN_VERSION_MAX);
    json_t *root = json_loadb(text.len ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES, &error);
    if (!root)
        return wrong(problem, error.line > 0 ? (size_t)error.line : 0, "not JSON: %s", error.text);
    int code = read_members(&v, root, arena, problem);
    json_decref(root);
    if (!code)
        *out = v;
    return code;
}

const yn_version_document *yn_preload_version_find(const yn_preload_version *v, yonder_text name)
{
    for (size_t i = 0; i < v->document_count; i++)
        if (yn_equal(v->documents[i].name, name))
            return &v->documents[i];
    return NULL;
}

bool yn_version_document_is(const yn_version_document *document, yonder_text bytes)
{
    char digest[YN_SEAL_DIGEST];
    return bytes.len == (uint64_t)document->size && yn_seal_digest(bytes, digest) &&
           memcmp(digest, document->digest, sizeof digest) == 0;
}
