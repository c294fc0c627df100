// SPDX-License-Identifier: MIT
#include "cli/trace_input.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/file.h"
#include "core/client.h"

static int no_memory(void)
{
    fputs("yonder: out of memory\n", stderr);
    return YN_EXIT_FAILED;
}

// ---- the URL ------------------------------------------------------------------------------------

// "name:" at the start is a scheme unless a port number follows, as in "localhost:8080/x".
static bool has_scheme(yonder_text t)
{
    size_t colon = yn_find_char(t, ':');
    if (colon == t.len || colon == 0 || !yn_is_alpha((unsigned char)t.ptr[0]))
        return false;
    for (size_t i = 0; i < colon; i++)
        if (!yn_is_alpha((unsigned char)t.ptr[i]) && !yn_is_digit((unsigned char)t.ptr[i]) &&
            !memchr("+-.", t.ptr[i], 3))
            return false;
    size_t digits = colon + 1;
    while (digits < t.len && yn_is_digit((unsigned char)t.ptr[digits]))
        digits++;
    bool port = digits > colon + 1 && (digits == t.len || memchr("/?#", t.ptr[digits], 3));
    return !port;
}

// What is typed where no client but the browser's address bar guesses.
static int read_typed(yonder_text text, const yonder_client *client, yonder_url *out)
{
    text = yn_trim(text, " \t\r\n");
    yn_buf whole = yn_buf_make(YONDER_URL_MAX, NULL);
    if (!has_scheme(text))
        yn_buf_put(&whole, YN_TEXT("http://"));
    yn_buf_put(&whole, text);
    int error = whole.error;
    if (!error)
        error = yonder_client_url(client, yn_buf_text(&whole), NULL, out);
    yn_buf_free(&whole);
    return error;
}

int yn_trace_url(const char *argument, const yonder_client *client, yonder_url *out)
{
    bool guesses = client->first && client->first->guessed;
    yonder_text text = yonder_text_of(argument);
    int error =
        guesses ? yonder_client_url(client, text, NULL, out) : read_typed(text, client, out);
    if (error == YONDER_NO_MEMORY)
        return no_memory();
    if (error == YONDER_INVALID_URL)
        return yn_usage_error("trace", "'%s': not a valid URL to %s", argument,
                              yonder_client_name(client));
    if (error)
        return yn_usage_error("trace", "'%s': %s", argument, yonder_strerror(error));
    yonder_text protocol = yonder_url_get(out, YONDER_URL_PROTOCOL);
    if (yn_equal(protocol, YN_TEXT("http:")) || yn_equal(protocol, YN_TEXT("https:")))
        return YN_EXIT_OK;
    yonder_url_free(out, NULL);
    return yn_usage_error("trace", "'%s': only http and https can be traced", argument);
}

// ---- the body -----------------------------------------------------------------------------------

static int read_file(const char *path, yn_buf *out)
{
    int error = yn_file_take(path, out);
    if (error && !out->error) // of the buffer's own error the caller tells
        return yn_usage_error("trace", "cannot read '%s': %s", path, strerror(error));
    return YN_EXIT_OK;
}

int yn_trace_body(const yn_list *data, yn_buf *out)
{
    int code = YN_EXIT_OK;
    for (size_t i = 0; i < data->count && code == YN_EXIT_OK; i++) {
        if (i)
            yn_buf_char(out, '&');
        if (data->items[i][0] == '@')
            code = read_file(data->items[i] + 1, out);
        else
            yn_buf_str(out, data->items[i]);
    }
    if (code == YN_EXIT_OK && out->error == YONDER_TOO_LARGE)
        return yn_usage_error("trace", "the body is too large");
    return code == YN_EXIT_OK && out->error ? no_memory() : code;
}

// ---- header fields ------------------------------------------------------------------------------

int yn_trace_fields(const yn_list *headers, yn_given_field **out)
{
    yn_given_field *fields = calloc(headers->count + 1, sizeof *fields);
    if (!fields)
        return no_memory();
    for (size_t i = 0; i < headers->count; i++) {
        yonder_text line = yonder_text_of(headers->items[i]);
        const char *message = yn_given_field_parse(line, &fields[i]);
        if (message) {
            free(fields);
            return yn_usage_error("trace", "-H '%s': %s", headers->items[i], message);
        }
    }
    *out = fields;
    return YN_EXIT_OK;
}

// ---- how to get there ---------------------------------------------------------------------------

// Takes what stands before the next colon that is not inside brackets, and the colon.
static yonder_text next_part(yonder_text *rest)
{
    size_t i = 0;
    bool inside = false;
    while (i < rest->len && (inside || rest->ptr[i] != ':')) {
        if (rest->ptr[i] == '[' || rest->ptr[i] == ']')
            inside = rest->ptr[i] == '[';
        i++;
    }
    yonder_text part = yn_slice(*rest, 0, i);
    *rest = yn_skip(*rest, i < rest->len ? i + 1 : i);
    return part;
}

static bool is_port(yonder_text t)
{
    uint64_t port;
    return yn_parse_number(t, 65535, &port);
}

static bool is_address(yonder_text t)
{
    char text[INET6_ADDRSTRLEN];
    unsigned char binary[sizeof(struct in6_addr)];
    if (t.len >= 2 && t.ptr[0] == '[' && t.ptr[t.len - 1] == ']')
        t = yn_slice(t, 1, t.len - 1);
    if (t.len >= sizeof text)
        return false;
    memcpy(text, t.ptr, t.len);
    text[t.len] = '\0';
    return inet_pton(AF_INET, text, binary) == 1 || inet_pton(AF_INET6, text, binary) == 1;
}

static bool is_resolve(yonder_text entry)
{
    yonder_text host = next_part(&entry), port = next_part(&entry);
    if (host.len == 0 || !is_port(port) || entry.len == 0)
        return false;
    while (entry.len) {
        size_t comma = yn_find_char(entry, ',');
        if (!is_address(yn_slice(entry, 0, comma)))
            return false;
        entry = yn_skip(entry, comma < entry.len ? comma + 1 : comma);
    }
    return true;
}

static bool is_connect_to(yonder_text entry)
{
    size_t colons = 0;
    for (yonder_text rest = entry; rest.len;) {
        yonder_text part = next_part(&rest);
        colons += part.ptr + part.len < entry.ptr + entry.len;
    }
    (void)next_part(&entry);
    yonder_text port1 = next_part(&entry);
    (void)next_part(&entry);
    return colons == 3 && (port1.len == 0 || is_port(port1)) && (entry.len == 0 || is_port(entry));
}

static int check(const char *command, const yn_list *entries, const char *option, const char *form,
                 bool (*good)(yonder_text))
{
    for (size_t i = 0; i < entries->count; i++)
        if (!good(yonder_text_of(entries->items[i])))
            return yn_usage_error(command, "--%s takes %s, not '%s'", option, form,
                                  entries->items[i]);
    return YN_EXIT_OK;
}

int yn_trace_check_resolve(const char *command, const yn_list *entries)
{
    return check(command, entries, "resolve", "HOST:PORT:ADDRESS[,ADDRESS...]", is_resolve);
}

int yn_trace_check_connect_to(const yn_list *entries)
{
    return check("trace", entries, "connect-to", "HOST1:PORT1:HOST2:PORT2", is_connect_to);
}
