// SPDX-License-Identifier: MIT
#include "base/json.h"

#include <math.h>

#include "base/text.h"
#include "base/utf8.h"

yn_json yn_json_make(yn_buf *out, bool pretty)
{
    return (yn_json){.out = out, .pretty = pretty, .first = true};
}

static void new_line(yn_json *j)
{
    if (!j->pretty || j->depth == 0)
        return;
    yn_buf_char(j->out, '\n');
    for (unsigned i = 0; i < j->depth; i++)
        yn_buf_put(j->out, YN_TEXT("  "));
}

static void escaped(yn_buf *out, unsigned char c)
{
    switch (c) {
    case '"':
        yn_buf_put(out, YN_TEXT("\\\""));
        break;
    case '\\':
        yn_buf_put(out, YN_TEXT("\\\\"));
        break;
    case '\n':
        yn_buf_put(out, YN_TEXT("\\n"));
        break;
    case '\r':
        yn_buf_put(out, YN_TEXT("\\r"));
        break;
    case '\t':
        yn_buf_put(out, YN_TEXT("\\t"));
        break;
    default:
        yn_buf_printf(out, "\\u%04x", c);
    }
}

static void quoted(yn_buf *out, yonder_text t)
{
    yn_buf_char(out, '"');
    for (size_t i = 0; i < t.len;) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (c >= 0x80) {
            uint32_t code_point;
            size_t n = yn_utf8_decode(yn_skip(t, i), &code_point);
            yn_buf_put(out, code_point == 0xFFFD ? YN_TEXT("\xEF\xBF\xBD") : yn_slice(t, i, i + n));
            i += n;
        } else {
            if (c < 0x20 || c == '"' || c == '\\' || c == 0x7F)
                escaped(out, c);
            else
                yn_buf_char(out, (char)c);
            i++;
        }
    }
    yn_buf_char(out, '"');
}

static void begin(yn_json *j, const char *name)
{
    if (!j->first)
        yn_buf_char(j->out, ',');
    new_line(j);
    j->first = false;
    if (name) {
        quoted(j->out, yonder_text_of(name));
        yn_buf_put(j->out, j->pretty ? YN_TEXT(": ") : YN_TEXT(":"));
    }
}

static void open(yn_json *j, const char *name, char bracket)
{
    begin(j, name);
    yn_buf_char(j->out, bracket);
    j->depth++;
    j->first = true;
}

static void close(yn_json *j, char bracket)
{
    j->depth--;
    if (!j->first) {
        if (j->pretty && j->depth == 0)
            yn_buf_char(j->out, '\n');
        new_line(j);
    }
    yn_buf_char(j->out, bracket);
    j->first = false;
}

void yn_json_object(yn_json *j, const char *name)
{
    open(j, name, '{');
}

void yn_json_object_end(yn_json *j)
{
    close(j, '}');
}

void yn_json_array(yn_json *j, const char *name)
{
    open(j, name, '[');
}

void yn_json_array_end(yn_json *j)
{
    close(j, ']');
}

void yn_json_text(yn_json *j, const char *name, yonder_text value)
{
    begin(j, name);
    quoted(j->out, value);
}

void yn_json_str(yn_json *j, const char *name, const char *value)
{
    if (value)
        yn_json_text(j, name, yonder_text_of(value));
    else
        yn_json_null(j, name);
}

void yn_json_int(yn_json *j, const char *name, int64_t value)
{
    begin(j, name);
    yn_buf_number(j->out, value);
}

void yn_json_fixed(yn_json *j, const char *name, double value, int decimals)
{
    begin(j, name);
    if (isfinite(value))
        yn_buf_printf(j->out, "%.*f", decimals, value);
    else
        yn_buf_put(j->out, YN_TEXT("null"));
}

void yn_json_bool(yn_json *j, const char *name, bool value)
{
    begin(j, name);
    yn_buf_put(j->out, value ? YN_TEXT("true") : YN_TEXT("false"));
}

void yn_json_null(yn_json *j, const char *name)
{
    begin(j, name);
    yn_buf_put(j->out, YN_TEXT("null"));
}

void yn_json_raw(yn_json *j, const char *name, yonder_text json)
{
    begin(j, name);
    yn_buf_put(j->out, json);
}
