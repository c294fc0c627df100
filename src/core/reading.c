// SPDX-License-Identifier: MIT
// In three steps: escape what the reading escapes in the reference; make it one absolute text,
// with the base's help; take that apart and let the URL standard judge scheme, user, host and port.
#include "core/reading.h"

#include "base/text.h"
#include "core/percent.h"
#include "core/reading_escape.h"
#include "core/reading_join.h"

typedef struct work {
    const yn_reading *reading;
    const yonder_url *base; // NULL for none
    const yonder_mem *mem;
    bool all_percents;
    bool joined; // see yn_reading_join()
} work;

// ---- the scheme ---------------------------------------------------------------------------------

static bool is_scheme_byte(const yn_reading *r, unsigned char c)
{
    return yn_is_alpha(c) || yn_is_digit(c) || c == '+' || c == '-' ||
           (c == '.' && !r->scheme_without_dot);
}

yonder_text yn_reading_scheme(const yn_reading *r, yonder_text value)
{
    size_t i = 0;
    while (i < value.len && is_scheme_byte(r, (unsigned char)value.ptr[i]))
        i++;
    bool is_one = i && i < value.len && value.ptr[i] == ':' &&
                  (!r->scheme_from_letter || yn_is_alpha((unsigned char)value.ptr[0]));
    return (yonder_text){value.ptr, is_one ? i : 0};
}

yonder_text yn_reading_first_scheme(const yn_reading *reading, yonder_text value)
{
    yonder_text scheme = yn_reading_scheme(reading, value);
    if (!reading->guessed || yn_starts_with(yn_skip(value, scheme.len), YN_TEXT(":/")))
        return scheme;
    yonder_text host = yn_slice(value, 0, yn_find_any(value, "/?#"));
    size_t at = yn_find_char(host, '@');
    host = at < host.len ? yn_skip(host, at + 1) : host;
    yonder_text label = yn_slice(host, 0, yn_find_char(host, '.'));
    for (const char *const *name = reading->guessed; *name && label.len < host.len; name++)
        if (yn_equal_nocase(label, yonder_text_of(*name)))
            return yonder_text_of(*name);
    return YN_TEXT("http");
}

static size_t count_slashes(yonder_text t)
{
    size_t n = 0;
    while (n < t.len && t.ptr[n] == '/')
        n++;
    return n;
}

// Where curl 7.88 starts to escape "//rest": at the first "/" or "?", counted from the "//" that
// `rest` itself may hold. What lies before is escaped later, but for its fragment and its spaces.
static size_t text_escape_start(yonder_text rest)
{
    const char *slashes = rest.len ? memmem(rest.ptr, rest.len, "//", 2) : NULL;
    size_t from = slashes ? (size_t)(slashes - rest.ptr) + 2 : 0;
    return from + yn_find_any(yn_skip(rest, from), "/?");
}

// Whether a space stands where curl would not escape it, and then not send it: in a fragment before
// `start`.
static bool has_raw_space(yonder_text host, size_t start)
{
    size_t hash = yn_find_char(host, '#');
    return hash < start && yn_find_char(yn_slice(host, hash, start), ' ') < start - hash;
}

static int escape(const work *w, yonder_text t, yn_buf *out)
{
    return yn_reading_escape(w->reading, t, w->all_percents, out);
}

// A reference that names a host, from its slashes on.
static int put_with_host(const work *w, yn_buf *out, yonder_text ref, bool has_scheme)
{
    const yn_reading *r = w->reading;
    size_t slashes = count_slashes(ref);
    if (slashes < r->min_slashes || slashes > r->max_slashes)
        return YONDER_INVALID_URL;
    yonder_text host = yn_skip(ref, slashes);
    size_t tail = yn_find_any(host, "/?#"), again = tail;
    if (r->merge == YN_MERGE_TEXT) {
        size_t start = host.len;
        if (!has_scheme) {
            size_t skipped = slashes - 2;
            start = text_escape_start(yn_skip(ref, 2));
            start = start > skipped ? start - skipped : 0;
        }
        if (has_raw_space(host, start))
            return YONDER_INVALID_URL;
        again = start;
        tail = start < tail ? start : tail;
    }
    yn_buf_str(out, "//");
    if (r->decodes_unreserved && !w->all_percents)
        yn_reading_decode_unreserved(yn_slice(host, 0, tail), out);
    else
        yn_buf_put(out, yn_slice(host, 0, tail));
    int error = escape(w, yn_slice(host, tail, again), out);
    return error ? error : escape(w, yn_skip(host, again), out); // its first "?" is counted anew
}

// A text without a base, hence with a host.
static int alone(const work *w, yonder_text text, yn_buf *out)
{
    const yn_reading *r = w->reading;
    yonder_text scheme = yn_reading_first_scheme(r, text);
    if (scheme.len == 0)
        return YONDER_INVALID_URL;
    yn_buf_put(out, scheme);
    yn_buf_char(out, ':');
    if (scheme.ptr == text.ptr)
        return put_with_host(w, out, yn_skip(text, scheme.len + 1), true);
    size_t tail = yn_find_any(text, "/?#");
    if (tail && text.ptr[tail - 1] == ':') // an empty port is for those who name the scheme
        return YONDER_INVALID_URL;
    yn_buf_str(out, "//");
    yn_buf_put(out, yn_slice(text, 0, tail));
    return escape(w, yn_skip(text, tail), out);
}

// What names a host, and how: "scheme:" in front, or none, and "//" behind it.
typedef struct site {
    yonder_text scheme; // empty: that of the base
    yonder_text rest;   // from "//" on, or what is joined with the base
    bool named;         // it names a host, or ought to
    bool rooted;        // joined at the root
} site;

static bool names_host(yonder_text t)
{
    return yn_starts_with(t, YN_TEXT("//")) && yn_find_any(yn_skip(t, 2), "/?#") > 0;
}

// Python: "//" with no host behind it is passed over, twice, the second time since urlparse's
// result is put together as text and parsed again.
static site urljoin_site(yonder_text scheme, yonder_text rest, bool same)
{
    site s = {.scheme = scheme, .rest = rest, .named = scheme.len && !same};
    if (s.named || names_host(rest)) {
        s.named = true;
        return s;
    }
    if (yn_starts_with(rest, YN_TEXT("//"))) {
        s.rest = yn_skip(rest, 2);
        s.named = names_host(s.rest);
        if (!s.named && yn_starts_with(s.rest, YN_TEXT("//")))
            s.rest = yn_skip(s.rest, 2);
    }
    s.rooted = scheme.len != 0;
    return s;
}

// Go: three slashes are a path, and so is "//" with nothing behind it but "?" or "#".
static site go_site(yonder_text scheme, yonder_text rest)
{
    bool slashes = yn_starts_with(rest, YN_TEXT("//")) && !yn_starts_with(rest, YN_TEXT("///"));
    site s = {.scheme = scheme, .rest = rest, .named = scheme.len || (slashes && names_host(rest))};
    if (slashes && !s.named)
        s.rest = yn_skip(rest, 2);
    return s;
}

static site site_of(const work *w, yonder_text ref)
{
    yonder_text scheme = yn_reading_scheme(w->reading, ref);
    yonder_text base_scheme = yonder_url_get(w->base, YONDER_URL_PROTOCOL);
    bool same = yn_equal_nocase(scheme, yn_slice(base_scheme, 0, base_scheme.len - 1));
    yonder_text rest = scheme.len ? yn_skip(ref, scheme.len + 1) : ref;
    switch (w->reading->merge) {
    case YN_MERGE_URLJOIN:
        return urljoin_site(scheme, rest, same);
    case YN_MERGE_GO:
        return go_site(scheme, rest);
    case YN_MERGE_RFC3986:
    case YN_MERGE_TEXT:
        break;
    }
    return (site){
        .scheme = scheme, .rest = rest, .named = scheme.len || yn_starts_with(ref, YN_TEXT("//"))};
}

// Go: the first segment of a path has no ":", lest it be taken for a scheme.
static bool has_early_colon(yonder_text t)
{
    size_t end = yn_find_any(t, "/?#");
    return yn_find_char(t, ':') < end;
}

static int join(work *w, const site *s, yn_buf *out)
{
    if (!w->base->has_host || (w->reading->merge == YN_MERGE_GO && has_early_colon(s->rest)))
        return YONDER_INVALID_URL;
    yn_buf escaped = yn_buf_make(YONDER_URL_MAX, w->mem);
    bool path = s->rest.len && s->rest.ptr[0] != '?' && s->rest.ptr[0] != '#';
    if (s->rooted && path && s->rest.ptr[0] != '/')
        yn_buf_char(&escaped, '/');
    int error = escape(w, s->rest, &escaped);
    if (!error)
        yn_reading_join(w->reading, w->base, yn_buf_text(&escaped), out, &w->joined);
    yn_buf_free(&escaped);
    return error ? error : out->error;
}

static int absolute(work *w, yonder_text ref, yn_buf *out)
{
    if (!w->base)
        return alone(w, ref, out);
    site s = site_of(w, ref);
    if (!s.named)
        return join(w, &s, out);
    yonder_text scheme = s.scheme;
    if (scheme.len == 0) {
        scheme = yonder_url_get(w->base, YONDER_URL_PROTOCOL);
        scheme.len--;
    }
    yn_buf_put(out, scheme);
    yn_buf_char(out, ':');
    return put_with_host(w, out, s.rest, s.scheme.len != 0);
}

// ---- taking it apart ----------------------------------------------------------------------------

static bool port_is_good(yonder_text port)
{
    uint64_t n;
    return port.len == 0 || yn_parse_number(port, 65535, &n);
}

// RFC 3986 section 3.2.1, and "@".
static bool user_is_rfc3986(yonder_text user)
{
    for (size_t i = 0; i < user.len; i++) {
        unsigned char c = (unsigned char)user.ptr[i];
        char byte;
        bool fine = yn_is_alpha(c) || yn_is_digit(c) || (c && strchr("-._~!$&'()*+,;=:@", c)) ||
                    yn_percent_decode_at(user, i, &byte);
        if (!fine)
            return false;
    }
    return true;
}

static bool user_is_good(const yn_reading *r, yonder_text user)
{
    switch (r->user) {
    case YN_USER_WITHOUT_SPACE:
        return yn_find_char(user, ' ') == user.len;
    case YN_USER_ANY:
        return true;
    case YN_USER_NAMED:
        return user.len && user.ptr[0] != ':';
    case YN_USER_RFC3986:
        return user_is_rfc3986(user);
    }
    return false;
}

// Where the "@" is that ends the user; the length of `t` if there is none.
static size_t find_at(const yn_reading *r, yonder_text t)
{
    size_t at = t.len;
    if (!r->last_at)
        return yn_find_char(t, '@');
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] == '@')
            at = i;
    return at;
}

// What would end the host, or the authority, for the URL standard's parser.
static bool ends_host(unsigned char c)
{
    return c <= ' ' || c == 0x7F || strchr("/\\?#@:", c);
}

static bool host_is_good(const yn_reading *r, yonder_text host)
{
    bool dot = false, dots = true;
    for (size_t i = 0; i < host.len; i++) {
        char byte = host.ptr[i];
        bool escape = yn_percent_decode_at(host, i, &byte);
        unsigned char c = (unsigned char)byte;
        if (escape && r->host_escapes == YN_HOST_DECODED_BEYOND_ASCII && c < 0x80)
            return false;
        if (r->host_escapes == YN_HOST_ASCII_ONLY && (escape || c >= 0x80))
            return false;
        if (ends_host(c) || (r->host_refused && strchr(r->host_refused, c)))
            return false;
        i += escape ? 2 : 0;
        dots = c == '.' && (dot || i == 0);
        dot = c == '.';
    }
    return host.len > 0 && !(dots && r->host_end_refused);
}

typedef struct authority {
    yonder_text user; // with its "@"; empty for none
    yonder_text host, port;
    bool literal; // "[…]"
} authority;

static bool take_authority_apart(const yn_reading *r, yonder_text t, authority *out)
{
    size_t at = find_at(r, t);
    authority a = {.user = yn_slice(t, 0, at < t.len ? at + 1 : 0)};
    a.host = yn_skip(t, a.user.len);
    if (a.user.len && !user_is_good(r, yn_slice(t, 0, at)))
        return false;
    a.literal = a.host.len && a.host.ptr[0] == '[';
    size_t end = a.literal ? yn_find_char(a.host, ']') + 1 : yn_find_char(a.host, ':');
    if (end > a.host.len)
        return false;
    a.port = yn_skip(a.host, end);
    a.host.len = end;
    if (a.port.len && a.port.ptr[0] != ':')
        return false;
    *out = a;
    return port_is_good(a.port.len ? yn_skip(a.port, 1) : a.port) &&
           (a.literal || host_is_good(r, a.host));
}

// In a form the URL standard takes as it is meant.
static void put_user(yn_buf *out, const yn_reading *r, yonder_text user)
{
    for (size_t i = 0; i < user.len; i++) {
        unsigned char c = (unsigned char)user.ptr[i];
        if (c <= ' ' || c >= 0x7F || c == '\\') // a backslash would end the authority
            yn_reading_escape_byte(r, c, out);
        else
            yn_buf_char(out, (char)c);
    }
}

// A number as the URL standard reads one: digits, or "0x" and hex digits.
static bool is_number_label(yonder_text label)
{
    bool hex = label.len > 1 && label.ptr[0] == '0' && yn_lower(label.ptr[1]) == 'x';
    for (size_t i = hex ? 2 : 0; i < label.len; i++)
        if (hex ? yn_hex_value((unsigned char)label.ptr[i]) < 0
                : !yn_is_digit((unsigned char)label.ptr[i]))
            return false;
    return label.len > 0;
}

// A host that the URL standard takes for an IPv4 address ("0x7f.1"), or tries to ("h.1").
static bool is_number(yonder_text host)
{
    for (size_t i = 0; i < host.len; i++)
        if (!yn_is_digit((unsigned char)host.ptr[i]) && !yn_is_alpha((unsigned char)host.ptr[i]) &&
            !strchr(".-_", host.ptr[i]))
            return false;
    if (host.len && host.ptr[host.len - 1] == '.')
        host.len--;
    size_t label = host.len;
    while (label && host.ptr[label - 1] != '.')
        label--;
    return is_number_label(yn_skip(host, label));
}

// Puts `with` in the place of `len` bytes of the href, and moves the parts behind them.
static int splice(const work *w, yonder_url *url, size_t at, size_t len, yonder_text with)
{
    yonder_text old = yonder_url_href(url);
    yn_buf href = yn_buf_make(YONDER_URL_MAX, w->mem);
    yn_buf_put(&href, yn_slice(old, 0, at));
    yn_buf_put(&href, with);
    yn_buf_put(&href, yn_skip(old, at + len));
    yn_buf_char(&href, '\0');
    if (href.error) {
        yn_buf_free(&href);
        return href.error;
    }
    for (int part = 0; part < YONDER_URL_PARTS; part++)
        if (url->part[part].at >= at + len)
            url->part[part].at += (uint32_t)(with.len - len);
    url->length = (uint32_t)href.len - 1;
    yn_free(w->mem, url->href);
    url->href = href.ptr;
    return YONDER_OK;
}

// Puts `host`, ASCII that the standard would make another of, in the place of the host of `url`.
static int replace_host(const work *w, yonder_text host, yonder_url *url)
{
    yonder_url_span *hostname = &url->part[YONDER_URL_HOSTNAME];
    uint32_t old = hostname->len;
    int error = splice(w, url, hostname->at, old, host);
    if (error)
        return error;
    for (size_t i = 0; i < host.len; i++)
        url->href[hostname->at + i] = yn_lower(host.ptr[i]);
    hostname->len = (uint32_t)host.len;
    url->part[YONDER_URL_HOST].len += (uint32_t)host.len - old;
    return YONDER_OK;
}

// "u:@" for the "u@" that the standard makes of it.
static int keep_empty_password(const work *w, yonder_text user, yonder_url *url)
{
    const yonder_url_span *name = &url->part[YONDER_URL_USERNAME];
    bool empty = yn_find_char(user, ':') + 2 == user.len; // ":@" is what is left
    if (!w->reading->empty_password_kept || !empty || name->len == 0)
        return YONDER_OK;
    return splice(w, url, name->at + name->len, 0, YN_TEXT(":"));
}

static bool keeps_number(const yn_reading *r, yonder_text host)
{
    switch (r->host_number) {
    case YN_NUMBER_READ:
        return false;
    case YN_NUMBER_READ_WITHOUT_DOT:
        return host.len && host.ptr[host.len - 1] == '.' && is_number(host);
    case YN_NUMBER_KEPT:
        return is_number(host);
    }
    return false;
}

static yonder_text port_of(const yn_reading *r, const authority *a)
{
    uint64_t number;
    bool zero = a->port.len > 1 && yn_parse_number(yn_skip(a->port, 1), 0, &number);
    return zero && r->port_zero_dropped ? YN_TEXT("") : a->port;
}

// The URL of scheme and authority alone, by the standard: "http://user@host:1/".
static int parse_site(const work *w, yonder_text scheme, yonder_text text, yonder_url *out)
{
    authority a;
    if (!take_authority_apart(w->reading, text, &a))
        return YONDER_INVALID_URL;
    bool number = keeps_number(w->reading, a.host);
    yn_buf plain = yn_buf_make(YONDER_URL_MAX, w->mem);
    yn_buf_put(&plain, scheme);
    yn_buf_str(&plain, "://");
    put_user(&plain, w->reading, a.user);
    yn_buf_put(&plain, number ? YN_TEXT("h") : a.host);
    yn_buf_put(&plain, port_of(w->reading, &a));
    yn_buf_char(&plain, '/');
    yonder_url url;
    int error = plain.error;
    if (!error)
        error = yonder_url_parse(&url, yn_buf_text(&plain), NULL, w->mem);
    yn_buf_free(&plain);
    if (error)
        return error;
    if (number || (a.literal && w->reading->host_number == YN_NUMBER_KEPT))
        error = replace_host(w, a.host, &url);
    // IDNA may have mapped something to a byte that the client refuses: "；" is ";".
    else if (!a.literal && !host_is_good(w->reading, yonder_url_get(&url, YONDER_URL_HOSTNAME)))
        error = YONDER_INVALID_URL;
    if (!error)
        error = keep_empty_password(w, a.user, &url);
    if (error)
        yonder_url_free(&url, w->mem);
    else
        *out = url;
    return error;
}

// `kept`: the mark is put even if nothing follows.
static yonder_url_span put_part(const work *w, yn_buf *href, char mark, yonder_text t, bool kept)
{
    size_t at = href->len;
    if (t.len || kept)
        yn_buf_char(href, mark);
    yn_reading_put_part(w->reading, t, href);
    return (yonder_url_span){(uint32_t)at, t.len ? (uint32_t)(href->len - at) : 0};
}

static yonder_text cut(yonder_text *t, char mark)
{
    size_t at = yn_find_char(*t, mark);
    yonder_text after = at < t->len ? yn_skip(*t, at + 1) : (yonder_text){NULL, 0};
    t->len = at;
    return after;
}

static int put_path(const work *w, yonder_text path, yn_buf *href)
{
    yn_buf plain = yn_buf_make(YONDER_URL_MAX, w->mem);
    yn_reading_put_path(w->reading, path, w->joined, &plain);
    yn_reading_put_part(w->reading, yn_buf_text(&plain), href);
    int error = plain.error;
    yn_buf_free(&plain);
    return error ? error : href->error;
}

// `text` is "scheme://authority…", escaped. The site's own path, "/", gives way to that of the
// text.
static int assemble(const work *w, yonder_text text, yonder_url *out)
{
    const yn_reading *r = w->reading;
    size_t scheme = yn_find_char(text, ':');
    yonder_text rest = yn_skip(text, scheme + 3);
    size_t site_end = yn_find_any(rest, "/?#");
    yonder_url url;
    int error = parse_site(w, yn_slice(text, 0, scheme), yn_slice(rest, 0, site_end), &url);
    if (error)
        return error;
    yonder_text path = yn_skip(rest, site_end);
    yonder_text fragment = cut(&path, '#'), query = cut(&path, '?');
    if (r->without_fragment)
        fragment.len = 0;
    yn_buf href = yn_buf_make(YONDER_URL_MAX, w->mem);
    yn_buf_put(&href, yn_reading_site(&url));
    url.part[YONDER_URL_PATHNAME].at = (uint32_t)href.len;
    error = put_path(w, path, &href);
    url.part[YONDER_URL_PATHNAME].len = (uint32_t)href.len - url.part[YONDER_URL_PATHNAME].at;
    url.has_query = query.len || (query.ptr && r->keeps_empty_query);
    url.part[YONDER_URL_SEARCH] = put_part(w, &href, '?', query, url.has_query);
    url.part[YONDER_URL_HASH] = put_part(w, &href, '#', fragment, false);
    url.has_fragment = fragment.len != 0;
    url.length = (uint32_t)href.len;
    yn_buf_char(&href, '\0');
    yn_free(w->mem, url.href);
    url.href = href.ptr;
    error = error ? error : href.error;
    if (error)
        yn_buf_free(&href);
    else
        *out = url;
    return error;
}

int yn_reading_resolve(const yn_reading *reading, yonder_text value, const yonder_url *base,
                       const yonder_mem *mem, yonder_url *out)
{
    work w = {.reading = reading, .base = base, .mem = mem};
    yn_buf reference = yn_buf_make(YONDER_URL_MAX, mem);
    yn_buf text = yn_buf_make(YONDER_URL_MAX, mem);
    int error = yn_reading_clean(reading, value, &reference);
    w.all_percents = !error && yn_reading_escapes_all(reading, yn_buf_text(&reference));
    if (!error)
        error = absolute(&w, yn_buf_text(&reference), &text);
    if (!error)
        error = text.error ? text.error : assemble(&w, yn_buf_text(&text), out);
    yn_buf_free(&reference);
    yn_buf_free(&text);
    return error;
}
