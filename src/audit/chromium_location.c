// SPDX-License-Identifier: MIT
#include "audit/chromium.h"
#include "base/text.h"

static bool has_control(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if ((unsigned char)t.ptr[i] < ' ' || t.ptr[i] == '\x7f')
            return true;
    return false;
}

static bool has_bad_escape(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] == '%' && (i + 2 >= t.len || yn_hex_value((unsigned char)t.ptr[i + 1]) < 0 ||
                                yn_hex_value((unsigned char)t.ptr[i + 2]) < 0))
            return true;
    return false;
}

static bool is_plain_host(yonder_text host)
{
    for (size_t i = 0; i < host.len; i++)
        if (!yn_is_alpha((unsigned char)host.ptr[i]) && !yn_is_digit((unsigned char)host.ptr[i]) &&
            host.ptr[i] != '-' && host.ptr[i] != '.')
            return false;
    return true;
}

static bool is_digits(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!yn_is_digit((unsigned char)t.ptr[i]))
            return false;
    return true;
}

// Takes "http:" or "https:" off, in any case. False where there is neither.
static bool take_scheme(yonder_text *t, bool *https)
{
    size_t colon = yn_find_char(*t, ':');
    yonder_text scheme = yn_slice(*t, 0, colon);
    bool is_https = yn_equal_nocase(scheme, YN_TEXT("https"));
    if (colon == t->len || (!is_https && !yn_equal_nocase(scheme, YN_TEXT("http"))))
        return false;
    *https = is_https;
    *t = yn_skip(*t, colon + 1);
    return true;
}

// Takes "user:password@" off. False where there is something else in it than Go takes.
static bool take_user(yonder_text *authority)
{
    size_t end = authority->len;
    while (end && authority->ptr[end - 1] != '@')
        end--;
    const yonder_text user = yn_slice(*authority, 0, end);
    *authority = yn_skip(*authority, end);
    for (size_t i = 0; i < user.len; i++)
        if (!yn_is_alpha((unsigned char)user.ptr[i]) && !yn_is_digit((unsigned char)user.ptr[i]) &&
            (user.ptr[i] == '\0' || !strchr("-._:~!$&'()*+,;=%@", user.ptr[i])))
            return false;
    return !has_bad_escape(user);
}

// An authority with a host to ask, or one that is none: `*host` is then what Go has for its host.
static bool is_nowhere(yonder_text authority, yonder_text *host)
{
    if (!take_user(&authority))
        return false;
    *host = yn_slice(authority, 0, yn_find_char(authority, ':'));
    yonder_text port = yn_skip(authority, host->len + (host->len < authority.len));
    uint64_t number;
    if (!is_plain_host(*host) || !is_digits(port))
        return false;
    return !host->len || (port.len && !yn_parse_number(port, UINT16_MAX, &number));
}

bool yn_chromium_leads_nowhere(yonder_text location, bool *https, yonder_text *host)
{
    yonder_text rest = yn_trim(location, " \t"), at = YN_TEXT("");
    bool secure = *https;
    if (has_control(rest) || (!take_scheme(&rest, &secure) && !yn_starts_with(rest, YN_TEXT("//"))))
        return false;
    size_t hash = yn_find_char(rest, '#');
    if (has_bad_escape(yn_skip(rest, hash)))
        return false;
    rest.len = hash;
    rest.len = yn_find_char(rest, '?');
    if (yn_starts_with(rest, YN_TEXT("//"))) {
        rest = yn_skip(rest, 2);
        yonder_text authority = yn_slice(rest, 0, yn_find_char(rest, '/'));
        rest = yn_skip(rest, authority.len);
        if (!is_nowhere(authority, &at))
            return false;
    }
    if (yn_starts_with(rest, YN_TEXT("/")) && has_bad_escape(rest))
        return false;
    *https = secure;
    *host = at;
    return true;
}
