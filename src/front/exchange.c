// SPDX-License-Identifier: MIT
#include "front/exchange.h"

#include "base/text.h"
#include "front/form.h"

yn_exchange *yn_exchange_new(yonder_text target)
{
    yn_exchange *x = yn_alloc(NULL, sizeof *x);
    if (!x)
        return NULL;
    memset(x, 0, sizeof *x);
    x->arena = yn_arena_make(NULL);
    x->body = yn_buf_make(YN_WEB_FORM_MAX, NULL);
    x->target = yn_arena_text(&x->arena, target);
    if (x->target.ptr)
        return x;
    yn_exchange_free(x);
    return NULL;
}

void yn_exchange_free(yn_exchange *x)
{
    if (!x)
        return;
    yn_buf_free(&x->body);
    yn_arena_free(&x->arena);
    yn_free(NULL, x);
}

static void refuse(yn_exchange *x, int status, const char *why)
{
    if (x->refused)
        return; // the first counts
    x->refused = status;
    x->why = why;
}

void yn_exchange_field(yn_exchange *x, yonder_text name, yonder_text value)
{
    yn_web_field kept = {yn_arena_text(&x->arena, name), yn_arena_text(&x->arena, value)};
    if (!kept.name.ptr || !kept.value.ptr)
        refuse(x, 500, "Internal error: out of memory");
    else if (x->field_count == YN_EXCHANGE_FIELDS)
        refuse(x, 431, "That are too many header fields.");
    else
        x->fields[x->field_count++] = kept;
}

static const yonder_text *find(const yn_exchange *x, const char *name, size_t *count)
{
    const yonder_text *first = NULL;
    *count = 0;
    for (size_t i = 0; i < x->field_count; i++)
        if (yn_equal_nocase(x->fields[i].name, yonder_text_of(name)) && !(*count)++)
            first = &x->fields[i].value;
    return first;
}

// Whatever two readers of the request could understand differently ends it (RFC 9112 section 6.3).
static void check_framing(yn_exchange *x)
{
    size_t lengths, codings, hosts;
    uint64_t length = 0;
    const yonder_text *said = find(x, "Content-Length", &lengths);
    const yonder_text *coding = find(x, "Transfer-Encoding", &codings);
    find(x, "Host", &hosts);
    if (hosts > 1)
        refuse(x, 400, "There is more than one Host.");
    if (lengths > 1 || (lengths && codings))
        refuse(x, 400, "The length of the request is said more than once.");
    if (codings && (codings > 1 || !yn_equal_nocase(*coding, YN_TEXT("chunked"))))
        refuse(x, 501, "Of transfer codings there is chunked alone.");
    if (said && !yn_parse_number(*said, UINT64_MAX, &length))
        refuse(x, 400, "Content-Length is no number.");
    if (length > YN_WEB_FORM_MAX)
        refuse(x, 413, "That is too long.");
}

static void check_bytes(yn_exchange *x)
{
    for (size_t i = 0; i < x->target.len; i++)
        if ((unsigned char)x->target.ptr[i] <= ' ' || x->target.ptr[i] == 0x7F)
            refuse(x, 400, "There are control bytes in the request line.");
    for (size_t i = 0; i < x->field_count; i++) {
        // The library takes "Transfer-Encoding :", which a proxy may read as what it looks like.
        if (!yn_is_token(x->fields[i].name))
            refuse(x, 400, "The name of a header field is none.");
        for (size_t n = 0; n < x->fields[i].value.len; n++) {
            unsigned char c = (unsigned char)x->fields[i].value.ptr[n];
            if ((c < ' ' && c != '\t') || c == 0x7F)
                refuse(x, 400, "There are control bytes in the header.");
        }
    }
}

void yn_exchange_begin(yn_exchange *x, yonder_text method)
{
    x->begun = true;
    x->method = yn_arena_text(&x->arena, method);
    if (!x->method.ptr)
        refuse(x, 500, "Internal error: out of memory");
    check_bytes(x);
    check_framing(x);
}

bool yn_exchange_body(yn_exchange *x, yonder_text piece)
{
    if (!x->body.error)
        yn_buf_put(&x->body, piece);
    if (!x->body.error)
        return true;
    refuse(x, 413, "That is too long.");
    x->thrown += piece.len;
    return x->thrown <= YN_EXCHANGE_THROWN;
}

// The absolute form is for proxies, but servers take it (RFC 9112 section 3.2.2).
static yonder_text without_origin(yonder_text target)
{
    size_t skip = yn_starts_with(target, YN_TEXT("http://"))    ? 7
                  : yn_starts_with(target, YN_TEXT("https://")) ? 8
                                                                : 0;
    if (!skip)
        return target;
    while (skip < target.len && !strchr("/?", target.ptr[skip]))
        skip++;
    return skip < target.len && target.ptr[skip] == '/' ? yn_skip(target, skip) : YN_TEXT("/");
}

static bool is_form(const yn_exchange *x)
{
    size_t count;
    const yonder_text *type = find(x, "Content-Type", &count);
    if (!type || count > 1)
        return false;
    yonder_text name = yn_slice(*type, 0, yn_find_char(*type, ';'));
    return yn_equal_nocase(yn_trim(name, " \t"), YN_TEXT("application/x-www-form-urlencoded"));
}

static void parse(yn_exchange *x, yonder_text text, const yn_web_field **out, size_t *count)
{
    yn_web_field *fields;
    int error = yn_form_parse(text, &x->arena, &fields, count);
    if (error == YONDER_TOO_LARGE)
        refuse(x, 400, "That are too many parameters.");
    else if (error)
        refuse(x, 500, "Internal error: out of memory");
    else
        *out = fields;
    if (error)
        *count = 0;
}

void yn_exchange_finish(yn_exchange *x, yn_dispatch_input *out)
{
    yonder_text target = without_origin(x->target);
    size_t mark = yn_find_char(target, '?');
    yn_web_request *r = &out->request;
    *out = (yn_dispatch_input){.request = {.method = x->method,
                                           .path = yn_slice(target, 0, mark),
                                           .fields = x->fields,
                                           .field_count = x->field_count,
                                           .arena = &x->arena}};
    if (mark < target.len)
        parse(x, yn_skip(target, mark + 1), &r->query, &r->query_count);
    if (x->body.len && !x->refused && !is_form(x))
        refuse(x, 415, "A body is application/x-www-form-urlencoded.");
    if (x->body.len && !x->refused)
        parse(x, yn_buf_text(&x->body), &r->form, &r->form_count);
    out->refused = x->refused;
    out->why = x->why;
}
