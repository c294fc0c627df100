// SPDX-License-Identifier: MIT
// The lines about a site for naive.h: what they make of a request and of an answer. Each function
// takes what stands in the line after its word.
#ifndef YN_TESTS_NAIVE_SITE_H
#define YN_TESTS_NAIVE_SITE_H

#include <yonder/url.h>

#include "naive_to.h"

// Takes the next word, between any of `separators` and outside quotes.
static inline yonder_text naive_word(yonder_text *rest, const char *separators)
{
    size_t i = 0;
    bool quoted = false;
    *rest = yn_trim(*rest, separators);
    for (; i < rest->len && (quoted || !strchr(separators, rest->ptr[i])); i++)
        quoted = quoted != (rest->ptr[i] == '"');
    yonder_text word = yn_slice(*rest, 0, i);
    *rest = yn_skip(*rest, i);
    return word;
}

static inline bool naive_is(yonder_text value, const char *word)
{
    return yn_equal(value, yonder_text_of(word));
}

static inline int naive_status_word(yonder_text word)
{
    static const char *const words[] = {"permanent", "temporary", "see-other", "gone"};
    static const int codes[] = {308, 307, 303, 410};
    for (size_t i = 0; i < 4; i++)
        if (naive_is(word, words[i]))
            return codes[i];
    return (int)strtol(word.ptr, NULL, 10);
}

/** A URL, or a path of one, as it goes over the wire, into `out`, NUL-terminated. */
static inline void naive_spell(char *out, yonder_text as_written)
{
    yonder_url base, url;
    if (yonder_url_parse(&base, YN_TEXT("http://a/"), NULL, NULL) ||
        yonder_url_parse(&url, as_written, &base, NULL))
        abort();
    yonder_text href = yonder_url_href(&url);
    if (as_written.ptr[0] == '/')
        href = yn_skip(href, url.part[YONDER_URL_PATHNAME].at);
    sprintf(out, "%.*s", YN_PRINT(href));
    yonder_url_free(&url, NULL);
    yonder_url_free(&base, NULL);
}

/** Whether the request is for the page `url` itself. */
static inline bool naive_is_page(yonder_text url, const naive_request *r)
{
    size_t origin = naive_origin(url);
    char room[256];
    yonder_text host, path = yn_skip(url, origin);
    int32_t port;
    if (origin && (yn_host_canonical(yn_slice(url, naive_scheme(url), origin), room, sizeof room,
                                     &host, &port) ||
                   !r->has_host || !yn_equal(host, r->host)))
        return false;
    path.len = yn_find_char(path, '#');
    path.len = yn_find_char(path, '?');
    return yn_equal(path.len ? path : YN_TEXT("/"), r->raw);
}

/** The host of `canonical`, its port included, and whether the request is for another one. */
static inline bool naive_is_elsewhere(yonder_text value, const naive_request *r, char *host)
{
    char room[256];
    yonder_text name;
    int32_t port;
    if (!value.ptr || naive_is(value, "off") || !r->has_host)
        return false;
    if (yn_host_canonical(value, room, sizeof room, &name, &port))
        abort();
    sprintf(host, "%.*s", YN_PRINT(name));
    if (port >= 0)
        sprintf(host + name.len, ":%d", port);
    return !yn_equal(name, r->host);
}

/** Strict-Transport-Security, in words that are always spelt alike. */
static inline void naive_hsts(char *out, yonder_text value)
{
    yonder_text word, age = {"", 0};
    bool subdomains = false, preload = false;
    while ((word = naive_word(&value, " \t;")).len) {
        if (yn_equal_nocase(word, YN_TEXT("includeSubDomains")))
            subdomains = true;
        else if (yn_equal_nocase(word, YN_TEXT("preload")))
            preload = true;
        else
            age = yn_skip(word, strlen("max-age="));
    }
    sprintf(out, "max-age=%.*s%s%s", YN_PRINT(age), subdomains ? "; includeSubDomains" : "",
            preload ? "; preload" : "");
}

/** Cache-Control. */
static inline void naive_cache(char *out, yonder_text value)
{
    yonder_text word;
    const char *before = "";
    *out = '\0';
    for (; (word = naive_word(&value, " \t,")).len; before = ", ")
        out += sprintf(out, "%s%.*s", before, YN_PRINT(word));
}

/** What a client of HTTP/1.0 is sent instead. */
static inline int naive_status_10(int status, yonder_text value)
{
    if (naive_is(value, "off"))
        return status;
    if (status == 303 || status == 307)
        return value.ptr ? naive_status_word(value) : 302;
    return status == 308 ? 301 : status;
}

#endif
