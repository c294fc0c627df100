// SPDX-License-Identifier: MIT
#include "http/h1.h"

#include <arpa/inet.h>
#include <assert.h>

#include "base/text.h"
#include "http/chars.h"

// Every step of the reader returns one of these, or the negative of a status.
enum {
    incomplete = 0,
    done = 1
};

typedef struct reader {
    const char *at;
    const char *end;
} reader;

// ---- syntax -------------------------------------------------------------------------------------

// CR LF and nothing else ends a line: neither alone is taken for one (RFC 9112 section 2.2).
static int read_line_end(reader *in)
{
    if (in->at == in->end)
        return incomplete;
    if (in->at[0] != '\r')
        return -400;
    if (in->end - in->at < 2)
        return incomplete;
    if (in->at[1] != '\n')
        return -400;
    in->at += 2;
    return done;
}

// One or more bytes of `class` before `stop`, which is taken too.
static int read_word(reader *in, int class, char stop, yonder_text *out)
{
    const char *start = in->at, *p = start;
    while (p < in->end && yn_char_is(*p, class))
        p++;
    *out = (yonder_text){start, (size_t)(p - start)};
    in->at = p;
    if (p == in->end)
        return incomplete;
    if (*p != stop || p == start)
        return -400;
    in->at++;
    return done;
}

static int read_version(reader *in, yn_h1_request *r)
{
    static const char pattern[] = "HTTP/d.d";
    for (size_t i = 0; i < sizeof pattern - 1; i++) {
        if (in->at + i == in->end)
            return incomplete;
        char c = in->at[i];
        if (pattern[i] == 'd' ? !yn_is_digit((unsigned char)c) : c != pattern[i])
            return -400;
    }
    if (in->at[5] != '1')
        return -505;
    r->http10 = in->at[7] == '0';
    in->at += sizeof pattern - 1;
    return read_line_end(in);
}

static int read_request_line(reader *in, yn_h1_request *r, const yn_h1_limits *limits)
{
    int step = read_word(in, YN_CHAR_TOKEN, ' ', &r->method);
    if (step != done) {
        r->method.len = 0;
        return step;
    }
    step = read_word(in, YN_CHAR_TARGET, ' ', &r->target);
    if (r->target.len > limits->max_target)
        return -414;
    return step == done ? read_version(in, r) : step;
}

static int read_field(reader *in, yonder_field *field)
{
    int step = read_word(in, YN_CHAR_TOKEN, ':', &field->name);
    if (step != done)
        return step;
    const char *start = in->at, *end = yn_skip_value(start, in->end);
    in->at = end;
    step = read_line_end(in);
    while (start < end && (*start == ' ' || *start == '\t'))
        start++;
    while (start < end && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    field->value = (yonder_text){start, (size_t)(end - start)};
    return step;
}

static int read_head(reader *in, yn_h1_request *r, const yn_h1_limits *limits)
{
    int step = done;
    r->method.len = 0;
    if (in->at < in->end && *in->at == '\r')
        step = read_line_end(in);
    if (step == done)
        step = read_request_line(in, r, limits);
    for (r->field_count = 0; step == done; r->field_count++) {
        if (in->at == in->end)
            return incomplete;
        if (*in->at == '\r') // the empty line
            return read_line_end(in);
        if (r->field_count == limits->max_fields)
            return -431;
        // A line that starts with white space (obs-fold) has no name, and fails here.
        step = read_field(in, &r->fields[r->field_count]);
    }
    return step;
}

// ---- meaning ------------------------------------------------------------------------------------

bool yn_h1_host_valid(yonder_text t)
{
    size_t i = 0;
    if (t.len && t.ptr[0] == '[') {
        char literal[INET6_ADDRSTRLEN];
        unsigned char address[16];
        size_t len = yn_find_char(t, ']');
        if (len == t.len || len - 1 >= sizeof literal)
            return false;
        memcpy(literal, t.ptr + 1, len - 1);
        literal[len - 1] = '\0';
        if (inet_pton(AF_INET6, literal, address) != 1)
            return false;
        i = len + 1;
    } else {
        for (;; i++) { // an escape's digits are of the class, too
            while (i < t.len && yn_char_is(t.ptr[i], YN_CHAR_HOST))
                i++;
            if (i == t.len || t.ptr[i] == ':')
                break;
            bool escape = t.ptr[i] == '%' && t.len - i > 2 &&
                          yn_hex_value((unsigned char)t.ptr[i + 1]) >= 0 &&
                          yn_hex_value((unsigned char)t.ptr[i + 2]) >= 0;
            if (!escape)
                return false;
        }
    }
    if (i == 0 || i == t.len)
        return i != 0;
    uint64_t port; // RFC 3986 allows ":" with no port after it
    yonder_text digits = yn_skip(t, i + 1);
    return t.ptr[i] == ':' && (digits.len == 0 || yn_parse_number(digits, 65535, &port));
}

// "http://host/path?query" (RFC 9112 section 3.2.2). Its host outranks the Host field.
static int read_absolute_form(yn_h1_request *r)
{
    size_t colon = yn_find_char(r->target, ':');
    yonder_text scheme = yn_slice(r->target, 0, colon), rest = yn_skip(r->target, colon);
    r->https = yn_equal_nocase(scheme, YN_TEXT("https"));
    if ((!r->https && !yn_equal_nocase(scheme, YN_TEXT("http"))) ||
        !yn_starts_with(rest, YN_TEXT("://")))
        return -400;
    rest = yn_skip(rest, 3);
    size_t len = 0;
    while (len < rest.len && rest.ptr[len] != '/' && rest.ptr[len] != '?')
        len++;
    r->form = YN_H1_ABSOLUTE;
    r->host = yn_slice(rest, 0, len);
    r->target = len < rest.len ? yn_skip(rest, len) : YN_TEXT("/");
    return yn_h1_host_valid(r->host) ? done : -400;
}

static int read_form(yn_h1_request *r)
{
    if (yn_equal(r->method, YN_TEXT("CONNECT"))) {
        r->form = YN_H1_AUTHORITY;
        r->host = r->target;
        r->target = (yonder_text){NULL, 0};
        return yn_h1_host_valid(r->host) ? done : -400;
    }
    if (r->target.ptr[0] == '/') {
        r->form = YN_H1_ORIGIN;
        return done;
    }
    if (!yn_equal(r->target, YN_TEXT("*")))
        return read_absolute_form(r);
    r->form = YN_H1_ASTERISK;
    r->target = (yonder_text){NULL, 0};
    return yn_equal(r->method, YN_TEXT("OPTIONS")) ? done : -400;
}

// What the fields that frame and route the request say, each as often as it occurs.
typedef struct framing {
    yonder_text host;
    unsigned hosts, lengths, codings;
    bool close, keep_alive;
} framing;

// One element of a comma-separated list at a time, trimmed; elements may be empty.
static yonder_text next_element(yonder_text *list)
{
    size_t comma = yn_find_char(*list, ',');
    yonder_text element = yn_trim(yn_slice(*list, 0, comma), " \t");
    *list = yn_skip(*list, comma < list->len ? comma + 1 : comma);
    return element;
}

static void read_connection(framing *f, yonder_text list)
{
    while (list.len) {
        yonder_text option = next_element(&list);
        f->close = f->close || yn_equal_nocase(option, YN_TEXT("close"));
        f->keep_alive = f->keep_alive || yn_equal_nocase(option, YN_TEXT("keep-alive"));
    }
}

// Only "chunked", once and last, says where the body ends (RFC 9112 section 6.3); codings before it
// are named in order, and none is known here.
static int read_transfer_encoding(yn_h1_request *r, yonder_text list)
{
    bool others = false;
    r->chunked = false;
    if (list.len && list.ptr[list.len - 1] == ',')
        return -400;
    while (list.len) {
        yonder_text coding = next_element(&list);
        if (coding.len == 0 || r->chunked) // nothing may follow it
            return -400;
        r->chunked = yn_equal_nocase(coding, YN_TEXT("chunked"));
        others = others || !r->chunked;
    }
    if (!r->chunked)
        return -400;
    return others ? -501 : done;
}

static int read_meaning(yn_h1_request *r, framing *f, const yonder_field *field)
{
    yonder_text name = field->name;
    switch (name.len) {
    case 4:
        if (yn_equal_nocase(name, YN_TEXT("host"))) {
            f->host = field->value;
            f->hosts++;
        }
        break;
    case 6:
        if (yn_equal_nocase(name, YN_TEXT("expect")) && !r->http10)
            r->expect_continue = yn_equal_nocase(field->value, YN_TEXT("100-continue"));
        break;
    case 10:
        if (yn_equal_nocase(name, YN_TEXT("connection")))
            read_connection(f, field->value);
        break;
    case 14:
        if (yn_equal_nocase(name, YN_TEXT("content-length"))) {
            f->lengths++;
            if (!yn_parse_number(field->value, INT64_MAX, &r->content_length))
                return -400;
        }
        break;
    case 17:
        if (yn_equal_nocase(name, YN_TEXT("transfer-encoding"))) {
            f->codings++;
            return read_transfer_encoding(r, field->value);
        }
        break;
    default:
        break;
    }
    return done;
}

static int interpret(yn_h1_request *r)
{
    framing f = {0};
    int unknown_coding = done;
    r->https = r->http2 = r->expect_continue = r->chunked = false;
    r->content_length = 0;
    r->host = (yonder_text){NULL, 0};
    for (size_t i = 0; i < r->field_count; i++) {
        int step = read_meaning(r, &f, &r->fields[i]);
        if (step == -501)
            unknown_coding = step; // unless something is worse
        else if (step != done)
            return step;
    }
    // One length, told in one way, once (RFC 9112 section 6.3, and stricter: no repeats).
    if (f.lengths + f.codings > 1 || (f.codings && r->http10))
        return -400;
    // Exactly one Host, or in HTTP/1.0 none (RFC 9112 section 3.2).
    if (f.hosts > 1 || (f.hosts == 0 && !r->http10) || (f.hosts && !yn_h1_host_valid(f.host)))
        return -400;
    int step = read_form(r);
    if (step != done)
        return step;
    if (r->form == YN_H1_ORIGIN || r->form == YN_H1_ASTERISK)
        r->host = f.host;
    r->keep_alive = !f.close && (!r->http10 || f.keep_alive);
    return unknown_coding;
}

int yn_h1_parse(yn_h1_request *request, yonder_text data, const yn_h1_limits *limits)
{
    assert(limits->max_fields <= YN_H1_MAX_FIELDS && limits->max_head <= INT32_MAX);
    size_t window = data.len < limits->max_head ? data.len : limits->max_head;
    reader in = {data.ptr, data.ptr + window};
    int step = read_head(&in, request, limits);
    if (step == incomplete)
        return window == limits->max_head ? -431 : 0;
    if (step == done)
        step = interpret(request);
    return step == done ? (int)(in.at - data.ptr) : step;
}
