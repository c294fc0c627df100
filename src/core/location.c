// SPDX-License-Identifier: MIT
#include "core/location.h"

#include "base/text.h"
#include "core/idna.h"

// ---- which Location -----------------------------------------------------------------------------

static yonder_text trimmed(const yonder_client *client, yonder_text value)
{
    yonder_text v = yn_trim(value, client->blanks);
    if (client->blanks_after_kept && v.len)
        v.len = (size_t)(value.ptr + value.len - v.ptr);
    return v;
}

yn_found yn_location_find(const yonder_client *client, const yonder_response *response,
                          yn_buf *joined, yonder_text *value)
{
    bool skip_empty = client->empties_skipped;
    size_t count = 0;
    for (size_t i = 0; i < response->field_count; i++) {
        const yonder_field *field = &response->fields[i];
        if (!yn_equal_nocase(field->name, YN_TEXT("Location")))
            continue;
        yonder_text v = trimmed(client, field->value);
        if (v.len == 0 && skip_empty)
            continue;
        if (count++ == 0) {
            *value = v;
        } else if (client->duplicates == YN_DUPLICATES_MUST_AGREE && !yn_equal(v, *value)) {
            return YN_LOCATION_CONFLICT;
        } else if (client->duplicates == YN_DUPLICATES_JOIN) {
            if (count == 2)
                yn_buf_put(joined, *value);
            yn_buf_str(joined, ", ");
            yn_buf_put(joined, v);
        }
    }
    if (joined->len) // with its ", " in between
        *value = yn_buf_text(joined);
    if (count == 0 || (value->len == 0 && client->empty == YN_EMPTY_IS_NONE))
        return YN_LOCATION_NONE;
    return YN_LOCATION_FOUND;
}

// ---- which URL ----------------------------------------------------------------------------------

bool yn_location_scheme_in(const char *const *schemes, yonder_text scheme)
{
    for (const char *const *s = schemes; s && *s; s++)
        if (yn_equal_nocase(scheme, yonder_text_of(*s)))
            return true;
    return false;
}

bool yn_location_follows_scheme(const yonder_client *client, yonder_text scheme)
{
    return yn_location_scheme_in(client->schemes, scheme);
}

static bool is_escaped(unsigned char c, bool controls)
{
    return c >= 0x80 || (controls && (c < ' ' || c == 0x7F));
}

static bool has_punycode(yonder_text host)
{
    for (; host.len; host = yn_skip(host, yn_find_char(host, '.'))) {
        host = yn_skip(host, host.ptr[0] == '.');
        if (yn_starts_with(host, YN_TEXT("xn--")))
            return true;
    }
    return false;
}

// The standard's reading, of the bytes as they came: each beyond ASCII is escaped by itself, so
// that what is not UTF-8 is passed on and not replaced by U+FFFD.
static int resolve_standard(yonder_text value, const yonder_url *base, bool controls,
                            const yonder_mem *mem, yonder_url *out)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t kept = 0;
    while (kept < value.len && !is_escaped((unsigned char)value.ptr[kept], controls))
        kept++;
    if (kept == value.len)
        return yonder_url_parse(out, value, base, mem);
    yn_buf escaped = yn_buf_make(YONDER_URL_MAX, mem);
    yn_buf_put(&escaped, yn_slice(value, 0, kept));
    for (size_t i = kept; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if (!is_escaped(c, controls))
            yn_buf_char(&escaped, (char)c);
        else
            yn_buf_put(&escaped, (yonder_text){(char[]){'%', digits[c >> 4], digits[c & 15]}, 3});
    }
    int error = escaped.error;
    if (!error)
        error = yonder_url_parse(out, yn_buf_text(&escaped), base, mem);
    yn_buf_free(&escaped);
    return error;
}

// Whether the client takes the host of a URL that is one by the standard.
static int check_host(const yonder_client *client, const yonder_url *url, const yonder_mem *mem)
{
    yonder_text host = yonder_url_get(url, YONDER_URL_HOSTNAME);
    if (host.len && client->host_refused)
        for (const char *c = client->host_refused; *c; c++)
            if (yn_find_char(host, *c) < host.len)
                return YONDER_INVALID_URL;
    if (!client->decodes_punycode || !has_punycode(host))
        return YONDER_OK;
    yn_buf ascii = yn_buf_make(YONDER_URL_MAX, mem);
    int error = yn_idna_to_ascii(&ascii, host);
    yn_buf_free(&ascii);
    return error == YONDER_INVALID_HOST ? YONDER_INVALID_URL : error;
}

// Fetch standard, HTTP-redirect fetch: a Location without a fragment takes that of the request; but
// no client takes one that is empty.
static int inherit_fragment(yonder_url *url, const yonder_url *from, const yonder_mem *mem)
{
    yonder_text hash = yonder_url_get(from, YONDER_URL_HASH);
    if (url->has_fragment || hash.len == 0)
        return YONDER_OK;
    if (hash.len > YONDER_URL_MAX - url->length)
        return YONDER_TOO_LARGE;
    char *href = yn_resize(mem, url->href, url->length + hash.len + 1);
    if (!href)
        return YONDER_NO_MEMORY;
    memcpy(href + url->length, hash.ptr, hash.len);
    url->href = href;
    url->part[YONDER_URL_HASH] = (yonder_url_span){url->length, (uint32_t)hash.len};
    url->length += (uint32_t)hash.len;
    href[url->length] = '\0';
    url->has_fragment = true;
    return YONDER_OK;
}

bool yn_location_lacks_scheme(const yonder_client *client, yonder_text value)
{
    static const yn_reading standard = {.scheme_from_letter = true};
    return client->absolute_only && yn_reading_scheme(&standard, value).len == 0;
}

bool yn_location_leaves(const yonder_client *client, yonder_text value)
{
    if (!client->reading)
        return false;
    yonder_text scheme = yn_reading_scheme(client->reading, value);
    return scheme.len && !yn_location_follows_scheme(client, scheme);
}

int yn_location_resolve(const yonder_client *client, yonder_text value, const yonder_url *base,
                        const yonder_mem *mem, yonder_url *out)
{
    if (yn_location_lacks_scheme(client, value))
        return YONDER_INVALID_URL;
    yonder_url url;
    int error;
    if (yn_location_leaves(client, value)) // no reading of the client's own; what it names will do
        error = resolve_standard(value, NULL, false, mem, &url);
    else if (client->reading)
        error = yn_reading_resolve(client->reading, value, base, mem, &url);
    else
        error = resolve_standard(value, base, client->escapes_controls, mem, &url);
    if (error)
        return error;
    error = check_host(client, &url, mem);
    if (!error && client->spelling)
        error = yn_spell(client->spelling, mem, &url);
    if (!error && client->inherits_fragment)
        error = inherit_fragment(&url, base, mem);
    if (error)
        yonder_url_free(&url, mem);
    else
        *out = url;
    return error;
}
