// SPDX-License-Identifier: MIT
#include "front/form.h"

#include "base/text.h"
#include "core/percent.h"

static int decode(yonder_text t, yn_arena *arena, yonder_text *out)
{
    char *to = yn_arena_alloc(arena, t.len + 1);
    size_t len = 0;
    if (!to)
        return YONDER_NO_MEMORY;
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] == '%' && yn_percent_decode_at(t, i, &to[len])) {
            len++;
            i += 2;
        } else {
            to[len++] = t.ptr[i];
            if (t.ptr[i] == '+')
                to[len - 1] = ' ';
        }
    to[len] = '\0';
    *out = (yonder_text){to, len};
    return YONDER_OK;
}

int yn_form_parse(yonder_text text, yn_arena *arena, yn_web_field **out, size_t *count)
{
    size_t room = 1, n = 0;
    for (size_t i = 0; i < text.len; i++)
        room += text.ptr[i] == '&';
    if (room > YN_FORM_MOST)
        return YONDER_TOO_LARGE;
    yn_web_field *fields = yn_arena_alloc(arena, room * sizeof *fields);
    if (!fields)
        return YONDER_NO_MEMORY;
    while (text.len) {
        size_t end = yn_find_char(text, '&');
        yonder_text pair = yn_slice(text, 0, end);
        text = yn_skip(text, end < text.len ? end + 1 : end);
        if (!pair.len)
            continue;
        size_t equals = yn_find_char(pair, '=');
        yonder_text value = equals < pair.len ? yn_skip(pair, equals + 1) : (yonder_text){"", 0};
        if (decode(yn_slice(pair, 0, equals), arena, &fields[n].name) ||
            decode(value, arena, &fields[n].value))
            return YONDER_NO_MEMORY;
        n++;
    }
    *out = fields;
    *count = n;
    return YONDER_OK;
}

static bool add(const yn_web_field *fields, size_t count, const char *name, yonder_text *value)
{
    for (size_t i = 0; i < count; i++) {
        if (!yn_equal(fields[i].name, yonder_text_of(name)))
            continue;
        if (value->ptr && !yn_equal(*value, fields[i].value))
            return false;
        *value = fields[i].value;
    }
    return true;
}

bool yn_form_one(const yn_web_request *request, const char *name, yonder_text *value)
{
    *value = (yonder_text){NULL, 0};
    return add(request->query, request->query_count, name, value) &&
           add(request->form, request->form_count, name, value);
}
