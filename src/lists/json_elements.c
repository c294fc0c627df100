// SPDX-License-Identifier: MIT
#include "lists/json_elements.h"

#include <stdio.h>

#include "base/text.h"

typedef struct cursor {
    yonder_text rest;
    size_t line; // on which `rest` begins
    yn_list_problem *problem;
} cursor;

static int wrong(cursor *c, size_t line, const char *what)
{
    (void)snprintf(c->problem->message, sizeof c->problem->message, "not JSON: %s", what);
    for (char *p = c->problem->message; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7F)
            *p = '?';
    c->problem->line = line;
    return YONDER_INVALID_ARGUMENT;
}

static void go_on(cursor *c, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        c->line += c->rest.ptr[i] == '\n';
    c->rest = yn_skip(c->rest, bytes);
}

// The byte after the blanks; 0 at the end.
static char peek(cursor *c)
{
    size_t blanks = 0;
    while (blanks < c->rest.len && strchr(" \t\r\n", c->rest.ptr[blanks]) && c->rest.ptr[blanks])
        blanks++;
    go_on(c, blanks);
    return c->rest.len ? *c->rest.ptr : '\0';
}

static bool take(cursor *c, char byte)
{
    bool there = peek(c) == byte;
    if (there)
        go_on(c, 1);
    return there;
}

// The value that stands there; NULL with what is wrong.
static json_t *take_value(cursor *c)
{
    json_error_t error;
    (void)peek(c);
    json_t *value = json_loadb(c->rest.ptr, c->rest.len,
                               JSON_ALLOW_NUL | JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &error);
    if (value)
        go_on(c, (size_t)error.position);
    else
        (void)wrong(c, c->line + (error.line > 1 ? (size_t)error.line - 1 : 0), error.text);
    return value;
}

static int read_elements(cursor *c, yn_json_element_fn *each, void *context)
{
    int code = YONDER_OK;
    if (take(c, ']'))
        return YONDER_OK;
    while (!code) {
        json_t *element = take_value(c);
        code = element ? each(context, element, c->problem) : YONDER_INVALID_ARGUMENT;
        json_decref(element);
        if (!code && take(c, ']'))
            return YONDER_OK;
        if (!code && !take(c, ','))
            code = wrong(c, c->line, "after an element of an array stands ',' or ']'");
    }
    return code;
}

// A member; `*found` is whether it is the array that is looked for, and left alone if it is
// another.
static int read_member(cursor *c, const char *name, yn_json_element_fn *each, void *context,
                       bool *found)
{
    if (peek(c) != '"')
        return wrong(c, c->line, "a member of an object begins with its name");
    json_t *key = take_value(c);
    if (!key)
        return YONDER_INVALID_ARGUMENT;
    bool meant = yn_equal((yonder_text){json_string_value(key), json_string_length(key)},
                          yonder_text_of(name));
    json_decref(key);
    if (!take(c, ':'))
        return wrong(c, c->line, "after the name of a member stands ':'");
    if (meant && *found)
        return wrong(c, c->line, "the same member twice");
    *found = *found || (meant && peek(c) == '[');
    if (meant && take(c, '['))
        return read_elements(c, each, context);
    json_t *value = take_value(c);
    json_decref(value);
    return value ? YONDER_OK : YONDER_INVALID_ARGUMENT;
}

int yn_json_elements(yonder_text text, const char *name, yn_json_element_fn *each, void *context,
                     yn_list_problem *problem)
{
    cursor c = {text, 1, problem};
    bool found = false, more = true;
    if (!take(&c, '{'))
        return wrong(&c, c.line, "it is no object");
    if (take(&c, '}'))
        more = false;
    while (more) {
        int code = read_member(&c, name, each, context, &found);
        if (code)
            return code;
        more = take(&c, ',');
        if (!more && !take(&c, '}'))
            return wrong(&c, c.line, "after a member of an object stands ',' or '}'");
    }
    if (peek(&c) || c.rest.len)
        return wrong(&c, c.line, "there is more after its end");
    if (found)
        return YONDER_OK;
    problem->line = 0;
    (void)snprintf(problem->message, sizeof problem->message, "the JSON has no array \"%s\"", name);
    return YONDER_INVALID_ARGUMENT;
}
