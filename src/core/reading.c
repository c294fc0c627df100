// SPDX-License-Identifier: MIT
// In three steps: escape what the reading escapes in the reference; make it one absolute text,
// with the base's help; take that apart and let the URL standard judge scheme, user, host and port.
#include "core/reading.h"

#include "base/buf.h"
#include "base/text.h"
#include "base/utf8.h"
#include "core/percent.h"

typedef struct work {
    const yn_reading *reading;
    const yonder_url *base; // NULL for none
    const yonder_mem *mem;
} work;

static bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7F;
}

static size_t find_any(yonder_text t, const char *set)
{
    size_t i = 0;
    while (i < t.len && !(t.ptr[i] && strchr(set, t.ptr[i])))
        i++;
    return i;
}

// ---- escaping -----------------------------------------------------------------------------------

static bool is_escape(yonder_text t, size_t at)
{
    char byte;
    return yn_percent_decode_at(t, at, &byte);
}

static bool has_bad_percent(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] == '%' && !is_escape(t, i))
            return true;
    return false;
}

static void put_escaped(yn_buf *out, unsigned char c, bool lower_hex)
{
    const char *digits = lower_hex ? "0123456789abcdef" : "0123456789ABCDEF";
    yn_buf_char(out, '%');
    yn_buf_char(out, digits[c >> 4]);
    yn_buf_char(out, digits[c & 15]);
}

// Writes `t`, what follows the host in a reference or the whole of one without a host.
static void put_reference(yn_buf *out, const yn_reading *r, yonder_text t)
{
    bool all_percents = r->bad_percent == YN_PERCENT_ALL_ESCAPED && has_bad_percent(t);
    bool in_query = false;
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (r->path_only && (c == '?' || c == '#')) {
            yn_buf_put(out, yn_skip(t, i));
            return;
        }
        bool bad_percent = c == '%' && (all_percents ||
                                        (r->bad_percent == YN_PERCENT_ESCAPED && !is_escape(t, i)));
        if (c == ' ' && in_query && r->plus_for_space)
            yn_buf_char(out, '+');
        else if (c <= ' ' || c >= 0x7F || bad_percent || (r->escaped && strchr(r->escaped, c)))
            put_escaped(out, c, r->lower_hex);
        else
            yn_buf_char(out, (char)c);
        in_query = in_query || c == '?';
    }
}

// The reference without the bytes that are removed; INVALID_URL for those that are refused.
static int cleaned(const yn_reading *r, yonder_text value, yn_buf *out)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        bool refused = is_control((unsigned char)c) && r->controls == YN_CONTROLS_REFUSED;
        if (r->controls == YN_CONTROLS_AND_SPACES_REFUSED)
            refused = c == ' ' || is_control((unsigned char)c);
        if (refused)
            return YONDER_INVALID_URL;
        if (!(r->controls == YN_CONTROLS_TAB_REMOVED && (c == '\t' || c == '\n' || c == '\r')))
            yn_buf_char(out, c);
    }
    for (size_t i = 0; r->utf8_only && i < value.len;) {
        uint32_t code_point;
        size_t n = yn_utf8_decode(yn_skip(value, i), &code_point);
        if (code_point == 0xFFFD && !yn_starts_with(yn_skip(value, i), YN_TEXT("\xEF\xBF\xBD")))
            return YONDER_INVALID_URL;
        i += n;
    }
    return out->error;
}

// ---- one absolute text --------------------------------------------------------------------------

// The base from its start to its path: "http://user@host:1".
static yonder_text base_site(const yonder_url *base)
{
    return (yonder_text){base->href, base->part[YONDER_URL_PATHNAME].at};
}

static size_t last_slash(yonder_text t)
{
    size_t i = t.len;
    while (i && t.ptr[i - 1] != '/')
        i--;
    return i ? i - 1 : t.len;
}

// curl 7.88: all that follows the host is one text, fragment and all. What is cut off is cut at a
// slash, wherever it stands.
static void merge_text(yn_buf *out, const yonder_url *base, yonder_text ref)
{
    yonder_text site = base_site(base), rest = yn_skip(yonder_url_href(base), site.len);
    yn_buf_put(out, site);
    if (ref.ptr[0] == '/') {
        yn_buf_put(out, ref);
        return;
    }
    rest.len = find_any(rest, "?");
    if (ref.ptr[0] != '?')
        rest.len = last_slash(rest);
    if (yn_starts_with(ref, YN_TEXT("./")))
        ref = yn_skip(ref, 2);
    for (; yn_starts_with(ref, YN_TEXT("../")); ref = yn_skip(ref, 3)) {
        yonder_text below = rest.len ? yn_skip(rest, 1) : rest; // the first slash stays
        size_t slash = last_slash(below);
        rest.len = slash < below.len ? slash + 1 : rest.len ? 1 : 0;
    }
    yn_buf_put(out, rest);
    bool at_root = rest.len == 1;
    if (!at_root && !(ref.len && (ref.ptr[0] == '/' || ref.ptr[0] == '?')))
        yn_buf_char(out, '/');
    yn_buf_put(out, ref);
}

static void merge_rfc3986(yn_buf *out, const yonder_url *base, yonder_text ref)
{
    yonder_text path = yonder_url_get(base, YONDER_URL_PATHNAME);
    yn_buf_put(out, base_site(base));
    char first = ref.len ? ref.ptr[0] : '#';
    if (first != '/') {
        if (first != '?' && first != '#' && path.len)
            path.len = last_slash(path) + 1; // a path after a host starts with a slash
        yn_buf_put(out, path);
        if (first == '#')
            yn_buf_put(out, yonder_url_get(base, YONDER_URL_SEARCH));
    }
    yn_buf_put(out, ref);
}

static bool is_scheme_byte(unsigned char c)
{
    return yn_is_alpha(c) || yn_is_digit(c) || c == '+' || c == '-' || c == '.';
}

// "scheme:" at the start, its colon not counted; 0 if there is none.
static size_t scheme_length(yonder_text t)
{
    size_t i = 0;
    while (i < t.len && is_scheme_byte((unsigned char)t.ptr[i]))
        i++;
    return i < t.len && t.ptr[i] == ':' ? i : 0;
}

yonder_text yn_reading_scheme(yonder_text value)
{
    return (yonder_text){value.ptr, scheme_length(value)};
}

yonder_text yn_reading_first_scheme(const yn_reading *reading, yonder_text value)
{
    yonder_text scheme = yn_reading_scheme(value);
    if (!reading->guessed || yn_starts_with(yn_skip(value, scheme.len), YN_TEXT(":/")))
        return scheme;
    yonder_text host = yn_slice(value, 0, find_any(value, "/?#"));
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
    return from + find_any(yn_skip(rest, from), "/?");
}

// Whether a space stands where curl would not escape it, and then not send it: in a fragment before
// `start`.
static bool has_raw_space(yonder_text host, size_t start)
{
    size_t hash = yn_find_char(host, '#');
    return hash < start && yn_find_char(yn_slice(host, hash, start), ' ') < start - hash;
}

// A reference that names a host: from `at` on, which is 0 where it has no scheme, come the slashes
// before it.
static int put_with_host(yn_buf *out, const yn_reading *r, yonder_text ref, size_t at)
{
    size_t slashes = count_slashes(yn_skip(ref, at));
    if (slashes < r->min_slashes || slashes > r->max_slashes)
        return YONDER_INVALID_URL;
    yonder_text host = yn_skip(ref, at + slashes);
    size_t tail = find_any(host, "/?#"), again = tail;
    if (r->merge == YN_MERGE_TEXT) {
        size_t start = host.len;
        if (at == 0) {
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
    yn_buf_put(out, yn_slice(host, 0, tail));
    put_reference(out, r, yn_slice(host, tail, again));
    put_reference(out, r, yn_skip(host, again)); // its first "?" is counted anew
    return out->error;
}

// A text without a base, hence with a host.
static int alone(const yn_reading *r, yonder_text text, yn_buf *out)
{
    yonder_text scheme = yn_reading_first_scheme(r, text);
    if (scheme.len == 0)
        return YONDER_INVALID_URL;
    yn_buf_put(out, scheme);
    yn_buf_char(out, ':');
    if (scheme.ptr == text.ptr)
        return put_with_host(out, r, text, scheme.len + 1);
    size_t tail = find_any(text, "/?#");
    if (tail && text.ptr[tail - 1] == ':') // an empty port is for those who name the scheme
        return YONDER_INVALID_URL;
    yn_buf_str(out, "//");
    yn_buf_put(out, yn_slice(text, 0, tail));
    put_reference(out, r, yn_skip(text, tail));
    return out->error;
}

static int absolute(const work *w, yonder_text ref, yn_buf *out)
{
    const yn_reading *r = w->reading;
    if (!w->base)
        return alone(r, ref, out);
    yonder_text base_scheme = yonder_url_get(w->base, YONDER_URL_PROTOCOL);
    base_scheme.len--;
    yonder_text scheme = yn_reading_scheme(ref);
    if (scheme.len && r->same_scheme_relative && yn_equal_nocase(scheme, base_scheme)) {
        size_t slashes = count_slashes(yn_skip(ref, scheme.len + 1));
        if (slashes != 2)
            ref = yn_skip(ref, scheme.len + 1 + (slashes > 2 ? 2 : 0));
    }
    scheme = yn_reading_scheme(ref);
    if (scheme.len) {
        yn_buf_put(out, scheme);
        yn_buf_char(out, ':');
        return put_with_host(out, r, ref, scheme.len + 1);
    }
    if (yn_starts_with(ref, YN_TEXT("//"))) {
        yn_buf_put(out, base_scheme);
        yn_buf_char(out, ':');
        return put_with_host(out, r, ref, 0);
    }
    if (!w->base->has_host)
        return YONDER_INVALID_URL;
    yn_buf escaped = yn_buf_make(YONDER_URL_MAX, w->mem);
    put_reference(&escaped, r, ref);
    if (!escaped.error && r->merge == YN_MERGE_TEXT && escaped.len)
        merge_text(out, w->base, yn_buf_text(&escaped));
    else if (!escaped.error)
        merge_rfc3986(out, w->base, yn_buf_text(&escaped));
    int error = escaped.error ? escaped.error : out->error;
    yn_buf_free(&escaped);
    return error;
}

// ---- taking it apart ----------------------------------------------------------------------------

static bool port_is_good(yonder_text port)
{
    uint64_t n;
    return port.len == 0 || yn_parse_number(port, 65535, &n);
}

static bool host_is_good(const yn_reading *r, yonder_text host)
{
    for (size_t i = 0; i < host.len; i++) {
        char byte = host.ptr[i];
        if (yn_percent_decode_at(host, i, &byte))
            i += 2;
        unsigned char c = (unsigned char)byte;
        if (c <= ' ' || c == 0x7F || (r->host_refused && strchr(r->host_refused, c)))
            return false;
    }
    return host.len > 0;
}

// "user@host:port" in the form the URL standard takes it in, or INVALID_URL.
static int put_authority(yn_buf *out, const yn_reading *r, yonder_text t)
{
    size_t at = yn_find_char(t, '@');
    for (size_t i = 0; at < t.len && i <= at; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (c == ' ')
            return YONDER_INVALID_URL;
        if (c < 0x20 || c >= 0x7F || c == '\\') // a backslash would end the authority
            put_escaped(out, c, r->lower_hex);
        else
            yn_buf_char(out, (char)c);
    }
    yonder_text host = at < t.len ? yn_skip(t, at + 1) : t;
    bool literal = host.len && host.ptr[0] == '[';
    size_t end = literal ? yn_find_char(host, ']') + 1 : yn_find_char(host, ':');
    if (end > host.len)
        return YONDER_INVALID_URL;
    yonder_text port = yn_skip(host, end);
    host.len = end;
    if (port.len && port.ptr[0] != ':')
        return YONDER_INVALID_URL;
    if (!port_is_good(port.len ? yn_skip(port, 1) : port) || (!literal && !host_is_good(r, host)))
        return YONDER_INVALID_URL;
    yn_buf_put(out, host);
    yn_buf_put(out, port);
    return out->error;
}

// RFC 3986 section 5.2.4, on segments; "%2e" is no dot here.
static void put_path(yn_buf *out, yonder_text path)
{
    size_t start = out->len;
    bool directory = true;
    while (path.len && !out->error) {
        path = yn_skip(path, 1); // its slash
        yonder_text segment = yn_slice(path, 0, yn_find_char(path, '/'));
        path = yn_skip(path, segment.len);
        directory = yn_equal(segment, YN_TEXT(".")) || yn_equal(segment, YN_TEXT(".."));
        if (directory && segment.len == 2 && out->len > start)
            out->len = start + last_slash(yn_skip(yn_buf_text(out), start));
        if (directory)
            continue;
        yn_buf_char(out, '/');
        yn_buf_put(out, segment);
    }
    if (directory)
        yn_buf_char(out, '/');
}

// The URL of scheme and authority alone, by the standard: "http://user@host:1/".
static int parse_site(const work *w, yonder_text scheme, yonder_text authority, yonder_url *out)
{
    yn_buf text = yn_buf_make(YONDER_URL_MAX, w->mem);
    yn_buf_put(&text, scheme);
    yn_buf_str(&text, "://");
    int error = put_authority(&text, w->reading, authority);
    yn_buf_char(&text, '/');
    if (!error)
        error = text.error;
    if (!error)
        error = yonder_url_parse(out, yn_buf_text(&text), NULL, w->mem);
    yn_buf_free(&text);
    if (error)
        return error;
    // IDNA may have mapped something to a byte that the client refuses: "；" is ";".
    yonder_text host = yonder_url_get(out, YONDER_URL_HOSTNAME);
    if (host.ptr[0] == '[' || host_is_good(w->reading, host))
        return YONDER_OK;
    yonder_url_free(out, w->mem);
    return YONDER_INVALID_URL;
}

// `kept`: the mark is put even if nothing follows.
static yonder_url_span put_part(yn_buf *href, char mark, yonder_text t, bool kept)
{
    yonder_url_span span = {(uint32_t)href->len, t.len ? (uint32_t)t.len + 1 : 0};
    if (t.len || kept)
        yn_buf_char(href, mark);
    yn_buf_put(href, t);
    return span;
}

static yonder_text cut(yonder_text *t, char mark)
{
    size_t at = yn_find_char(*t, mark);
    yonder_text after = at < t->len ? yn_skip(*t, at + 1) : (yonder_text){NULL, 0};
    t->len = at;
    return after;
}

// `text` is "scheme://authority…", escaped. The site's own path, "/", gives way to that of the
// text.
static int assemble(const work *w, yonder_text text, yonder_url *out)
{
    size_t scheme = yn_find_char(text, ':');
    yonder_text rest = yn_skip(text, scheme + 3);
    size_t authority = find_any(rest, "/?#");
    yonder_url url;
    int error = parse_site(w, yn_slice(text, 0, scheme), yn_slice(rest, 0, authority), &url);
    if (error)
        return error;
    yonder_text path = yn_skip(rest, authority);
    yonder_text fragment = cut(&path, '#'), query = cut(&path, '?');
    yn_buf href = yn_buf_make(YONDER_URL_MAX, w->mem);
    yn_buf_put(&href, base_site(&url));
    url.part[YONDER_URL_PATHNAME].at = (uint32_t)href.len;
    put_path(&href, path);
    url.part[YONDER_URL_PATHNAME].len = (uint32_t)href.len - url.part[YONDER_URL_PATHNAME].at;
    url.has_query = query.len || (query.ptr && w->reading->keeps_empty_query);
    url.part[YONDER_URL_SEARCH] = put_part(&href, '?', query, url.has_query);
    url.part[YONDER_URL_HASH] = put_part(&href, '#', fragment, false);
    url.has_fragment = fragment.len != 0;
    url.length = (uint32_t)href.len;
    yn_buf_char(&href, '\0');
    yn_free(w->mem, url.href);
    url.href = href.ptr;
    error = href.error;
    if (error)
        yn_buf_free(&href);
    else
        *out = url;
    return error;
}

int yn_reading_resolve(const yn_reading *reading, yonder_text value, const yonder_url *base,
                       const yonder_mem *mem, yonder_url *out)
{
    const work w = {reading, base, mem};
    yn_buf reference = yn_buf_make(YONDER_URL_MAX, mem);
    yn_buf text = yn_buf_make(YONDER_URL_MAX, mem);
    int error = cleaned(reading, value, &reference);
    if (!error)
        error = absolute(&w, yn_buf_text(&reference), &text);
    if (!error)
        error = text.error ? text.error : assemble(&w, yn_buf_text(&text), out);
    yn_buf_free(&reference);
    yn_buf_free(&text);
    return error;
}
