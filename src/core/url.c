// SPDX-License-Identifier: MIT
// The basic URL parser (URL standard section 4.4) and the serialiser (4.5) in one: what is parsed
// is written to the output at once, in its serialised form, and only the places are kept. Each
// function is one state of the standard's state machine, or several that always run together, and
// is named after it; `p` is the standard's pointer.
#include <yonder/url.h>

#include "base/buf.h"
#include "base/text.h"
#include "base/utf8.h"
#include "core/host.h"
#include "core/percent.h"

typedef struct scheme {
    yonder_text name; // with its ":"
    int port;         // the default, or -1
} scheme;

static const scheme special_schemes[] = {
    {YN_TEXT_INIT("https:"), 443}, {YN_TEXT_INIT("http:"), 80}, {YN_TEXT_INIT("file:"), -1},
    {YN_TEXT_INIT("wss:"), 443},   {YN_TEXT_INIT("ws:"), 80},   {YN_TEXT_INIT("ftp:"), 21},
};

static const scheme *find_special(yonder_text name)
{
    for (size_t i = 0; i < sizeof special_schemes / sizeof *special_schemes; i++)
        if (yn_equal(name, special_schemes[i].name))
            return &special_schemes[i];
    return NULL;
}

typedef struct parser {
    const char *p, *end;
    const yonder_url *base;
    yn_buf out;
    yonder_url url;        // all but href and length
    const scheme *special; // NULL where the scheme is not special
    bool file;
    unsigned delimiters; // the sets that end an authority or a path segment
    size_t path;         // where the path starts in `out`
} parser;

// ---- small questions ----------------------------------------------------------------------------

static bool at(const parser *u, char c)
{
    return u->p < u->end && *u->p == c;
}

// "/", or "\" where that means the same.
static bool at_slash(const parser *u)
{
    return at(u, '/') || (u->special && at(u, '\\'));
}

static const char *find(const parser *u, unsigned sets)
{
    const char *p = u->p;
    while (p < u->end && !yn_in_set(*p, sets))
        p++;
    return p;
}

static bool is_drive_letter(yonder_text t)
{
    return t.len == 2 && yn_is_alpha((unsigned char)t.ptr[0]) &&
           (t.ptr[1] == ':' || t.ptr[1] == '|');
}

// "Starts with a Windows drive letter", at the pointer.
static bool at_drive_letter(const parser *u)
{
    return u->end - u->p >= 2 && is_drive_letter((yonder_text){u->p, 2}) &&
           (u->end - u->p == 2 || yn_in_set(u->p[2], YN_SET_DELIMITER | YN_SET_BACKSLASH));
}

// The length of the normalized Windows drive letter that `path` starts with, "/" and all, or 0.
static size_t drive_letter_length(yonder_text path)
{
    bool is = path.len >= 3 && yn_is_alpha((unsigned char)path.ptr[1]) && path.ptr[2] == ':' &&
              (path.len == 3 || path.ptr[3] == '/');
    return is ? 3 : 0;
}

// ---- what is written ----------------------------------------------------------------------------

static void end_part(parser *u, yonder_url_part part, size_t from)
{
    u->url.part[part] = (yonder_url_span){(uint32_t)from, (uint32_t)(u->out.len - from)};
}

static void set_scheme(parser *u, const scheme *special)
{
    u->special = special;
    u->file = special && special->name.ptr[0] == 'f' && special->port < 0;
    u->url.special = special != NULL;
    u->delimiters = YN_SET_DELIMITER | (special ? YN_SET_BACKSLASH : 0);
}

// From the start of the URL to the end of the port, as in the base.
static void adopt_authority(parser *u)
{
    const yonder_url *base = u->base;
    const yonder_url_span *last = &base->part[YONDER_URL_PORT];
    u->out.len = 0;
    yn_buf_put(&u->out, (yonder_text){base->href, last->at + last->len});
    memcpy(u->url.part, base->part, sizeof u->url.part);
    u->url.has_host = base->has_host;
    u->url.port = base->port;
    set_scheme(u, base->special ? find_special(yonder_url_get(base, YONDER_URL_PROTOCOL)) : NULL);
    u->path = u->out.len;
}

static void adopt_path(parser *u)
{
    yn_buf_put(&u->out, yonder_url_get(u->base, YONDER_URL_PATHNAME));
}

// The path is whole: keeps a URL without a host from reading as one with a host.
static void end_path(parser *u)
{
    yn_buf *out = &u->out;
    if (!u->url.has_host && out->len - u->path >= 2 && out->ptr[u->path] == '/' &&
        out->ptr[u->path + 1] == '/' && yn_buf_reserve(out, 2)) {
        memmove(out->ptr + u->path + 2, out->ptr + u->path, out->len - u->path);
        memcpy(out->ptr + u->path, "/.", 2);
        out->len += 2;
        u->path += 2;
    }
    end_part(u, YONDER_URL_PATHNAME, u->path);
}

// The value of a query or fragment, which starts with its "?" or "#" and is empty if that is all.
static void end_tail_part(parser *u, yonder_url_part part, size_t from)
{
    end_part(u, part, from);
    if (u->url.part[part].len == 1)
        u->url.part[part].len = 0;
}

// ---- query and fragment -------------------------------------------------------------------------

// The fragment state, at "#" or the end of the input.
static int fragment(parser *u)
{
    size_t from = u->out.len;
    if (at(u, '#')) {
        u->url.has_fragment = true;
        yn_buf_char(&u->out, '#');
        yn_percent_encode(&u->out, (yonder_text){u->p + 1, (size_t)(u->end - u->p - 1)},
                          YN_SET_FRAGMENT);
    }
    end_tail_part(u, YONDER_URL_HASH, from);
    return YONDER_OK;
}

// The query state, at "?", "#" or the end of the input.
static int query(parser *u)
{
    size_t from = u->out.len;
    if (at(u, '?')) {
        yonder_text t = {u->p + 1, (size_t)(u->end - u->p - 1)};
        t.len = yn_find_char(t, '#');
        u->p = t.ptr + t.len;
        u->url.has_query = true;
        yn_buf_char(&u->out, '?');
        yn_percent_encode(&u->out, t, u->special ? YN_SET_SPECIAL_QUERY : YN_SET_QUERY);
    }
    end_tail_part(u, YONDER_URL_SEARCH, from);
    return fragment(u);
}

// The query of the base, then the fragment.
static int adopt_query(parser *u)
{
    size_t from = u->out.len;
    u->url.has_query = u->base->has_query;
    if (u->base->has_query) {
        yn_buf_char(&u->out, '?');
        yonder_text search = yonder_url_get(u->base, YONDER_URL_SEARCH);
        yn_buf_put(&u->out, search.len ? yn_skip(search, 1) : search);
    }
    end_tail_part(u, YONDER_URL_SEARCH, from);
    return fragment(u);
}

// ---- path ---------------------------------------------------------------------------------------

// "Shorten a url's path": drops its last segment, but for a drive letter that is all there is.
static void shorten(parser *u)
{
    yn_buf *out = &u->out;
    size_t len = out->len - u->path;
    if (u->file && len == 3 && drive_letter_length((yonder_text){out->ptr + u->path, len}))
        return;
    while (out->len > u->path) {
        out->len--;
        if (out->ptr[out->len] == '/')
            break;
    }
}

// How many dots a single-dot (1) or double-dot (2) URL path segment has, or 0 for any other.
static int count_dots(yonder_text segment)
{
    int dots = 0;
    for (size_t i = 0; i < segment.len; dots++) {
        char byte;
        if (dots == 2)
            return 0;
        if (segment.ptr[i] == '.')
            i++;
        else if (yn_percent_decode_at(segment, i, &byte) && byte == '.')
            i += 3;
        else
            return 0;
    }
    return dots;
}

static void put_segment(parser *u, yonder_text segment, bool last)
{
    int dots = count_dots(segment);
    if (dots == 2)
        shorten(u);
    if (!dots || last)
        yn_buf_char(&u->out, '/');
    if (dots)
        return;
    if (u->file && u->out.len == u->path + 1 && is_drive_letter(segment)) {
        yn_buf_char(&u->out, segment.ptr[0]);
        yn_buf_char(&u->out, ':');
    } else {
        yn_percent_encode(&u->out, segment, YN_SET_PATH);
    }
}

// The path state, at the start of a segment.
static int path(parser *u)
{
    for (;;) {
        const char *end = find(u, u->delimiters);
        bool last = end == u->end || *end == '?' || *end == '#';
        put_segment(u, (yonder_text){u->p, (size_t)(end - u->p)}, last);
        u->p = end;
        if (last)
            break;
        u->p++;
    }
    end_path(u);
    return query(u);
}

// The path start state.
static int path_start(parser *u)
{
    u->path = u->out.len;
    if (!u->special && !at(u, '/')) { // "?", "#" or the end: the path stays empty
        end_path(u);
        return query(u);
    }
    if (at_slash(u))
        u->p++;
    return path(u);
}

// The opaque path state. A space at its very end would be trimmed when read again.
static int opaque_path(parser *u)
{
    u->path = u->out.len;
    u->url.opaque_path = true;
    yonder_text t = {u->p, (size_t)(u->end - u->p)};
    t.len = yn_find_char(t, '#');
    t.len = yn_find_char(t, '?');
    u->p += t.len;
    bool ends_in_space = t.len && u->p < u->end && t.ptr[t.len - 1] == ' ';
    yn_percent_encode(&u->out, yn_slice(t, 0, t.len - ends_in_space), YN_SET_C0);
    if (ends_in_space)
        yn_buf_str(&u->out, "%20");
    end_path(u);
    return query(u);
}

// ---- authority ----------------------------------------------------------------------------------

// No authority: host, username and all are empty, here.
static void no_authority(parser *u)
{
    for (int part = YONDER_URL_USERNAME; part <= YONDER_URL_PORT; part++)
        end_part(u, (yonder_url_part)part, u->out.len);
    u->path = u->out.len;
}

// "//" after the scheme, whatever was adopted before.
static void start_authority(parser *u)
{
    u->out.len = u->url.part[YONDER_URL_PROTOCOL].len;
    yn_buf_str(&u->out, "//");
    u->url.has_host = true;
    u->url.port = -1;
    no_authority(u);
}

static void credentials(parser *u, yonder_text t)
{
    size_t colon = yn_find_char(t, ':');
    size_t from = u->out.len;
    yn_percent_encode(&u->out, yn_slice(t, 0, colon), YN_SET_USERINFO);
    end_part(u, YONDER_URL_USERNAME, from);
    if (colon + 1 < t.len) {
        yn_buf_char(&u->out, ':');
        from = u->out.len;
        yn_percent_encode(&u->out, yn_skip(t, colon + 1), YN_SET_USERINFO);
        end_part(u, YONDER_URL_PASSWORD, from);
    } else {
        end_part(u, YONDER_URL_PASSWORD, u->out.len);
    }
    if (t.len > 1 || (t.len && colon)) // ":" alone is neither username nor password
        yn_buf_char(&u->out, '@');
}

// The host parser, and what its failure means here.
static int put_host(parser *u, yonder_text t)
{
    size_t from = u->out.len;
    int error = yn_host_parse(&u->out, t, !u->special);
    end_part(u, YONDER_URL_HOSTNAME, from);
    end_part(u, YONDER_URL_HOST, from);
    end_part(u, YONDER_URL_PORT, u->out.len);
    return error == YONDER_INVALID_HOST ? YONDER_INVALID_URL : error;
}

// The port state. `t` follows the ":".
static int put_port(parser *u, yonder_text t)
{
    if (!yn_port_parse(t, &u->url.port))
        return YONDER_INVALID_URL;
    if (u->special && u->url.port == u->special->port)
        u->url.port = -1;
    if (u->url.port < 0)
        return YONDER_OK;
    yn_buf_char(&u->out, ':');
    size_t from = u->out.len;
    yn_buf_number(&u->out, u->url.port);
    end_part(u, YONDER_URL_PORT, from);
    end_part(u, YONDER_URL_HOST, u->url.part[YONDER_URL_HOST].at);
    return YONDER_OK;
}

// Where the host ends: at the first ":" outside brackets.
static size_t host_length(yonder_text t)
{
    bool inside = false;
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == ':' && !inside)
            return i;
        if (t.ptr[i] == '[')
            inside = true;
        else if (t.ptr[i] == ']')
            inside = false;
    }
    return t.len;
}

// The authority state, the host state and the port state, after the "//".
static int authority(parser *u)
{
    yonder_text t = {u->p, (size_t)(find(u, u->delimiters) - u->p)};
    u->p += t.len;
    start_authority(u);
    const char *sign = t.len ? memrchr(t.ptr, '@', t.len) : NULL;
    if (sign) {
        credentials(u, (yonder_text){t.ptr, (size_t)(sign - t.ptr)});
        t = yn_skip(t, (size_t)(sign - t.ptr) + 1);
        if (t.len == 0)
            return YONDER_INVALID_URL;
    }
    size_t len = host_length(t);
    if (len == 0 && (u->special || t.len))
        return YONDER_INVALID_URL;
    int error = put_host(u, yn_slice(t, 0, len));
    if (!error && len < t.len)
        error = put_port(u, yn_skip(t, len + 1));
    return error ? error : path_start(u);
}

// The special authority ignore slashes state.
static int special_authority(parser *u)
{
    while (at_slash(u))
        u->p++;
    return authority(u);
}

// ---- against a base -----------------------------------------------------------------------------

// Path and query of the base where the reference has none; otherwise its last segment gives way.
static int relative_path(parser *u)
{
    if (!(u->file && at_drive_letter(u)))
        adopt_path(u);
    if (u->p == u->end || at(u, '#')) {
        end_path(u);
        return adopt_query(u);
    }
    if (at(u, '?')) {
        end_path(u);
        return query(u);
    }
    shorten(u);
    return path(u);
}

// The relative state and the relative slash state.
static int relative(parser *u)
{
    adopt_authority(u);
    if (!at_slash(u))
        return relative_path(u);
    u->p++;
    if (!at_slash(u))
        return path(u);
    u->p++;
    return u->special ? special_authority(u) : authority(u);
}

// The file host state.
static int file_host(parser *u)
{
    start_authority(u);
    yonder_text t = {u->p, (size_t)(find(u, u->delimiters) - u->p)};
    if (is_drive_letter(t))
        return path(u);
    u->p += t.len;
    if (t.len) {
        size_t from = u->out.len;
        int error = put_host(u, t);
        if (error)
            return error;
        if (yn_equal(yn_skip(yn_buf_text(&u->out), from), YN_TEXT("localhost"))) {
            u->out.len = from;
            no_authority(u);
        }
    }
    return path_start(u);
}

// The file state and the file slash state.
static int file(parser *u)
{
    bool base_is_file =
        u->base && yn_equal(yonder_url_get(u->base, YONDER_URL_PROTOCOL), YN_TEXT("file:"));
    if (base_is_file)
        adopt_authority(u);
    else
        start_authority(u);
    if (!at_slash(u))
        return base_is_file ? relative_path(u) : path(u);
    u->p++;
    if (at_slash(u)) {
        u->p++;
        return file_host(u);
    }
    if (base_is_file && !at_drive_letter(u)) {
        yonder_text base_path = yonder_url_get(u->base, YONDER_URL_PATHNAME);
        yn_buf_put(&u->out, yn_slice(base_path, 0, drive_letter_length(base_path)));
    }
    return path(u);
}

// ---- scheme -------------------------------------------------------------------------------------

// The no scheme state.
static int no_scheme(parser *u)
{
    const yonder_url *base = u->base;
    if (!base || (base->opaque_path && !at(u, '#')))
        return YONDER_INVALID_URL;
    if (base->opaque_path) {
        adopt_authority(u);
        u->url.opaque_path = true;
        return relative_path(u);
    }
    return yn_equal(yonder_url_get(base, YONDER_URL_PROTOCOL), YN_TEXT("file:")) ? file(u)
                                                                                 : relative(u);
}

// Writes the scheme and its ":" in lower case and steps over them, or returns false.
static bool take_scheme(parser *u)
{
    const char *p = u->p;
    if (p == u->end || !yn_is_alpha((unsigned char)*p))
        return false;
    while (p < u->end && yn_in_set(*p, YN_SET_SCHEME))
        p++;
    if (p == u->end || *p != ':')
        return false;
    for (p++; u->p < p; u->p++)
        yn_buf_char(&u->out, yn_lower(*u->p));
    end_part(u, YONDER_URL_PROTOCOL, 0);
    set_scheme(u, find_special(yn_buf_text(&u->out)));
    return true;
}

// The scheme start state, the scheme state and those it chooses from.
static int parse(parser *u)
{
    if (!take_scheme(u))
        return no_scheme(u);
    if (u->file)
        return file(u);
    if (u->special) {
        bool two_slashes = u->end - u->p >= 2 && u->p[0] == '/' && u->p[1] == '/';
        bool same =
            u->base && yn_equal(yn_buf_text(&u->out), yonder_url_get(u->base, YONDER_URL_PROTOCOL));
        return same && !two_slashes ? relative(u) : special_authority(u);
    }
    no_authority(u);
    if (!at(u, '/'))
        return opaque_path(u);
    u->p++;
    if (!at(u, '/'))
        return path(u);
    u->p++;
    return authority(u);
}

// ---- input --------------------------------------------------------------------------------------

static yonder_text trim_c0_and_space(yonder_text t)
{
    while (t.len && (unsigned char)t.ptr[0] <= ' ')
        t = yn_skip(t, 1);
    while (t.len && (unsigned char)t.ptr[t.len - 1] <= ' ')
        t.len--;
    return t;
}

static bool is_tab_or_newline(char c)
{
    return c == '\t' || c == '\n' || c == '\r';
}

static bool has_tab_or_newline(yonder_text t)
{
    return yn_find_char(t, '\t') < t.len || yn_find_char(t, '\n') < t.len ||
           yn_find_char(t, '\r') < t.len;
}

// Copies `in` without its tabs and newlines. It is decoded before they go: two halves of a
// character with a newline between them are two errors and not a character.
static void strip(yn_buf *out, yonder_text in)
{
    while (in.len) {
        uint32_t code_point;
        size_t taken = yn_utf8_decode(in, &code_point);
        if (code_point == 0xFFFD)
            yn_buf_str(out, "\xEF\xBF\xBD");
        else if (!is_tab_or_newline(in.ptr[0]))
            yn_buf_put(out, yn_slice(in, 0, taken));
        in = yn_skip(in, taken);
    }
}

// Parses what is left when the input is trimmed and stripped.
static int parse_clean(yonder_url *out, yonder_text in, const yonder_url *base,
                       const yonder_mem *mem)
{
    parser u = {.base = base, .out = yn_buf_make(YONDER_URL_MAX + 1, mem), .url = {.port = -1}};
    u.p = in.len ? in.ptr : "";
    u.end = u.p + in.len;
    // One allocation for most URLs. A long base is not paid for where the reference replaces it.
    size_t expected = in.len + 16 + (base && base->length < 1024 ? base->length : 0);
    yn_buf_reserve(&u.out, expected < u.out.max ? expected : u.out.max);
    int error = parse(&u);
    yn_buf_char(&u.out, '\0');
    if (u.out.error) // goes before: what was not written was not looked at rightly
        error = u.out.error;
    if (error) {
        yn_buf_free(&u.out);
        return error;
    }
    u.url.href = u.out.ptr;
    u.url.length = (uint32_t)(u.out.len - 1);
    *out = u.url;
    return YONDER_OK;
}

int yonder_url_parse(yonder_url *out, yonder_text input, const yonder_url *base,
                     const yonder_mem *mem)
{
    if (input.len > YONDER_URL_MAX)
        return YONDER_TOO_LARGE;
    input = trim_c0_and_space(input);
    if (!has_tab_or_newline(input))
        return parse_clean(out, input, base, mem);
    yn_buf stripped = yn_buf_make((size_t)YONDER_URL_MAX * 3, mem);
    yn_buf_reserve(&stripped, input.len);
    strip(&stripped, input);
    int error = stripped.error;
    if (!error)
        error = parse_clean(out, yn_buf_text(&stripped), base, mem);
    yn_buf_free(&stripped);
    return error;
}

// ---- what else can be done with a URL -----------------------------------------------------------

void yonder_url_free(yonder_url *url, const yonder_mem *mem)
{
    if (!url)
        return;
    yn_free(mem, url->href);
    *url = (yonder_url){0};
}

int yonder_url_copy(yonder_url *out, const yonder_url *url, const yonder_mem *mem)
{
    char *href = yn_alloc(mem, (size_t)url->length + 1);
    if (!href)
        return YONDER_NO_MEMORY;
    memcpy(href, url->href, (size_t)url->length + 1);
    *out = *url;
    out->href = href;
    return YONDER_OK;
}

bool yonder_url_equal(const yonder_url *a, const yonder_url *b, bool exclude_fragments)
{
    yonder_text text_of_a = yonder_url_href(a), text_of_b = yonder_url_href(b);
    if (exclude_fragments) {
        text_of_a.len = a->part[YONDER_URL_HASH].at;
        text_of_b.len = b->part[YONDER_URL_HASH].at;
    }
    return yn_equal(text_of_a, text_of_b);
}

int yonder_url_effective_port(const yonder_url *url)
{
    const scheme *special = find_special(yonder_url_get(url, YONDER_URL_PROTOCOL));
    return url->port >= 0 || !special ? url->port : special->port;
}

bool yonder_url_same_origin(const yonder_url *a, const yonder_url *b)
{
    yonder_text scheme_of_a = yonder_url_get(a, YONDER_URL_PROTOCOL);
    return a->special && !yn_equal(scheme_of_a, YN_TEXT("file:")) &&
           yn_equal(scheme_of_a, yonder_url_get(b, YONDER_URL_PROTOCOL)) &&
           yn_equal(yonder_url_get(a, YONDER_URL_HOST), yonder_url_get(b, YONDER_URL_HOST));
}
