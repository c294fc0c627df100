// SPDX-License-Identifier: MIT
#include "http/h2_fields.h"

#include "base/text.h"
#include "http/chars.h"

enum {
    METHOD = 1,
    SCHEME = 2,
    AUTHORITY = 4,
    PATH = 8,
};

void yn_h2_fields_start(yn_h2_fields *f, yn_h1_request *request, bool trailers)
{
    *f = (yn_h2_fields){.limits = f->limits,
                        .room = f->room,
                        .request = request,
                        .length = UINT64_MAX,
                        .trailers = trailers};
    request->method = request->target = request->host = (yonder_text){NULL, 0};
    request->form = YN_H1_ABSOLUTE;
    request->https = request->http10 = request->expect_continue = request->chunked = false;
    request->keep_alive = request->http2 = true;
    request->content_length = 0;
    request->field_count = 0;
}

// ---- one by one ---------------------------------------------------------------------------------

static bool name_is_valid(yonder_text name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!yn_char_is(c, YN_CHAR_TOKEN) || (c >= 'A' && c <= 'Z'))
            return false;
    }
    return name.len != 0;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static bool value_is_valid(yonder_text value)
{
    if (value.len == 0)
        return true;
    const char *end = value.ptr + value.len;
    return yn_skip_value(value.ptr, end) == end && !is_space(value.ptr[0]) && !is_space(end[-1]);
}

static yonder_text copy(yn_h2_fields *f, yonder_text text)
{
    char *to = f->room + f->used;
    if (text.len)
        memcpy(to, text.ptr, text.len);
    f->used += text.len;
    return (yonder_text){to, text.len};
}

// One of the fields whose names begin with a colon; before all others, once, and no other.
static void take_pseudo(yn_h2_fields *f, yonder_text name, yonder_text value)
{
    static const struct {
        yonder_text name;
        unsigned bit;
    } known[] = {
        {YN_TEXT_INIT(":method"), METHOD},
        {YN_TEXT_INIT(":scheme"), SCHEME},
        {YN_TEXT_INIT(":authority"), AUTHORITY},
        {YN_TEXT_INIT(":path"), PATH},
    };
    yonder_text *const places[] = {&f->request->method, &f->scheme, &f->authority,
                                   &f->request->target};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!yn_equal(name, known[i].name))
            continue;
        f->malformed = f->malformed || f->regular || f->trailers || (f->pseudo & known[i].bit);
        f->pseudo |= known[i].bit;
        *places[i] = copy(f, value);
        return;
    }
    f->malformed = true;
}

static void take_length(yn_h2_fields *f, yonder_text value)
{
    if (f->length != UINT64_MAX || !yn_parse_number(value, INT64_MAX, &f->length))
        f->malformed = true;
}

// Fields about one connection have no place here (RFC 9113 section 8.2.2).
static bool is_of_connection(yonder_text name, yonder_text value)
{
    switch (name.len) {
    case 2:
        return yn_equal(name, YN_TEXT("te")) && !yn_equal_nocase(value, YN_TEXT("trailers"));
    case 7:
        return yn_equal(name, YN_TEXT("upgrade"));
    case 10:
        return yn_equal(name, YN_TEXT("connection")) || yn_equal(name, YN_TEXT("keep-alive"));
    case 16:
        return yn_equal(name, YN_TEXT("proxy-connection"));
    case 17:
        return yn_equal(name, YN_TEXT("transfer-encoding"));
    default:
        return false;
    }
}

static void take_regular(yn_h2_fields *f, yonder_text name, yonder_text value)
{
    yn_h1_request *r = f->request;
    f->regular = true;
    if (!name_is_valid(name) || is_of_connection(name, value))
        f->malformed = true;
    if (f->malformed || f->trailers)
        return;
    if (r->field_count == f->limits->max_fields) {
        f->status = 431;
        return;
    }
    yonder_field *field = &r->fields[r->field_count++];
    *field = (yonder_field){copy(f, name), copy(f, value)};
    if (name.len == 4 && yn_equal(name, YN_TEXT("host"))) {
        f->malformed = f->malformed || f->host.ptr;
        f->host = field->value;
    } else if (name.len == 6 && yn_equal(name, YN_TEXT("cookie"))) {
        f->cookies++;
    } else if (name.len == 14 && yn_equal(name, YN_TEXT("content-length"))) {
        take_length(f, value);
    }
}

void yn_h2_fields_take(void *opaque, yonder_text name, yonder_text value)
{
    yn_h2_fields *f = opaque;
    f->size += name.len + value.len + 32;
    if (f->size > f->limits->max_head)
        f->status = 431;
    if (f->status == 431)
        return; // the rest is decoded for those who come after
    if (!value_is_valid(value))
        f->malformed = true;
    if (name.len && name.ptr[0] == ':')
        take_pseudo(f, name, value);
    else
        take_regular(f, name, value);
}

// ---- together -----------------------------------------------------------------------------------

// One field of all crumbs, where the first was.
static void join_cookies(yn_h2_fields *f)
{
    yn_h1_request *r = f->request;
    yonder_field *first = NULL;
    size_t kept = 0;
    yonder_text whole = {f->room + f->used, 0};
    for (size_t i = 0; i < r->field_count; i++) {
        yonder_field field = r->fields[i];
        bool cookie = yn_equal(field.name, YN_TEXT("cookie"));
        if (cookie) {
            if (first)
                whole.len += copy(f, YN_TEXT("; ")).len;
            whole.len += copy(f, field.value).len;
        }
        if (!cookie || !first)
            r->fields[kept++] = field;
        if (cookie && !first)
            first = &r->fields[kept - 1];
    }
    r->field_count = kept;
    if (first)
        first->value = whole;
}

// Whom the request is for: 0, or the error to answer with.
static int find_host(yn_h2_fields *f)
{
    yn_h1_request *r = f->request;
    r->host = f->pseudo & AUTHORITY ? f->authority : f->host;
    if (f->pseudo & AUTHORITY && f->host.ptr && !yn_equal_nocase(f->authority, f->host))
        f->malformed = true;
    return yn_h1_host_valid(r->host) ? 0 : 400;
}

// What the path means, as in the first line of HTTP/1.
static int find_target(yn_h2_fields *f)
{
    yn_h1_request *r = f->request;
    r->https = yn_equal_nocase(f->scheme, YN_TEXT("https"));
    if (!r->https && !yn_equal_nocase(f->scheme, YN_TEXT("http")))
        return 400;
    if (r->target.len > f->limits->max_target)
        return 414;
    if (yn_equal(r->target, YN_TEXT("*")) && yn_equal(r->method, YN_TEXT("OPTIONS"))) {
        r->form = YN_H1_ASTERISK;
        r->target = (yonder_text){NULL, 0};
        return 0;
    }
    if (r->target.ptr[0] != '/')
        return 400;
    for (size_t i = 0; i < r->target.len; i++)
        if (!yn_char_is(r->target.ptr[i], YN_CHAR_TARGET))
            return 400;
    return 0;
}

// CONNECT has neither scheme nor path (section 8.5), everything else both.
static int find_meaning(yn_h2_fields *f)
{
    yn_h1_request *r = f->request;
    if (yn_equal(r->method, YN_TEXT("CONNECT"))) {
        f->malformed = f->malformed || f->pseudo != (METHOD | AUTHORITY);
        r->form = YN_H1_AUTHORITY;
        return find_host(f);
    }
    const unsigned needed = METHOD | SCHEME | PATH;
    if ((f->pseudo & needed) != needed || r->target.len == 0 || !yn_is_token(r->method))
        f->malformed = true;
    if (f->malformed)
        return 400;
    int host = find_host(f), target = find_target(f);
    return target ? target : host;
}

bool yn_h2_fields_end(yn_h2_fields *f, bool body_follows)
{
    if (f->length != UINT64_MAX && f->length && !body_follows)
        f->malformed = true;
    if (f->trailers || f->malformed)
        return !f->malformed;
    if (!f->status)
        f->status = find_meaning(f);
    if (f->cookies > 1)
        join_cookies(f);
    if (f->length != UINT64_MAX)
        f->request->content_length = f->length;
    return !f->malformed;
}
