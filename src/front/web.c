// SPDX-License-Identifier: MIT
#include "front/web.h"

#include "base/text.h"

static const yonder_text *find(const yn_web_field *fields, size_t count, const char *name,
                               bool (*equal)(yonder_text a, yonder_text b))
{
    for (size_t i = 0; i < count; i++)
        if (equal(fields[i].name, yonder_text_of(name)))
            return &fields[i].value;
    return NULL;
}

static bool same(yonder_text a, yonder_text b)
{
    return yn_equal(a, b);
}

const yonder_text *yn_web_query(const yn_web_request *request, const char *name)
{
    return find(request->query, request->query_count, name, same);
}

const yonder_text *yn_web_form(const yn_web_request *request, const char *name)
{
    return find(request->form, request->form_count, name, same);
}

const yonder_text *yn_web_header(const yn_web_request *request, const char *name)
{
    return find(request->fields, request->field_count, name, yn_equal_nocase);
}

void yn_web_add(yn_web_response *response, const char *name, yonder_text value)
{
    if (response->field_count < YN_WEB_FIELDS_MAX)
        response->fields[response->field_count++] = (yn_web_field){yonder_text_of(name), value};
}

void yn_web_say(yn_web_response *response, unsigned status, const char *sentence)
{
    response->status = status;
    response->type = "text/plain; charset=utf-8";
    response->body.len = 0;
    yn_buf_str(&response->body, sentence);
    yn_buf_char(&response->body, '\n');
}

// Weakly (RFC 9110 section 13.1.2): a proxy that compressed it may have put a W/ before.
static bool has_tag(yonder_text list, yonder_text tag)
{
    while (list.len) {
        size_t end = yn_find_char(list, ',');
        yonder_text one = yn_trim(yn_slice(list, 0, end), " \t");
        list = yn_skip(list, end < list.len ? end + 1 : end);
        if (yn_starts_with(one, YN_TEXT("W/")))
            one = yn_skip(one, 2);
        if (yn_equal(one, tag) || yn_equal(one, YN_TEXT("*")))
            return true;
    }
    return false;
}

bool yn_web_unchanged(const yn_web_request *request, yn_web_response *response, const char *tag)
{
    yonder_text kept = yn_arena_text(request->arena, yonder_text_of(tag));
    if (!kept.ptr)
        return false; // it goes out without
    yn_web_add(response, "ETag", kept);
    const yonder_text *asked = yn_web_header(request, "If-None-Match");
    if (!asked || !has_tag(*asked, kept))
        return false;
    response->status = 304;
    return true;
}

/* ---- routes ------------------------------------------------------------------------------------
 */

static const yn_web_route *const tables[] = {yn_page_routes, yn_api_routes, yn_operator_routes,
                                             yn_list_routes};

static bool has_path(const yn_web_route *route, yonder_text path)
{
    yonder_text own = yonder_text_of(route->path);
    if (own.len && own.ptr[own.len - 1] == '*')
        return yn_starts_with(path, yn_slice(own, 0, own.len - 1));
    return yn_equal(path, own);
}

static bool has_method(const yn_web_route *route, yonder_text method)
{
    yonder_text own = yonder_text_of(route->method);
    return yn_equal(method, own) ||
           (yn_equal(own, YN_TEXT("GET")) && yn_equal(method, YN_TEXT("HEAD")));
}

const yn_web_route *yn_web_find(yonder_text method, yonder_text path, const char **wrong_method)
{
    *wrong_method = NULL;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const yn_web_route *route = tables[i]; route->path; route++) {
            if (!has_path(route, path))
                continue;
            if (has_method(route, method))
                return route;
            if (!*wrong_method)
                *wrong_method = route->method;
        }
    return NULL;
}

void yn_web_list_routes(yn_buf *out)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const yn_web_route *route = tables[i]; route->path; route++)
            yn_buf_printf(out, "%s %s\n", route->method, route->path);
}
