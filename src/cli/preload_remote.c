// SPDX-License-Identifier: MIT
#include "cli/preload_remote.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "cli/preload_download.h"
#include "cli/preload_install.h"
#include "report/style.h"

enum {
    url_max = 1 << 16,
    message_max = 1 << 16,
    small = 1 << 20, // bytes of a document that a connection which is there already is used for
};

int yn_remote_complain(const yn_remote *r, int code, const char *path, const char *format, ...)
{
    va_list arguments;
    fprintf(stderr, "yonder preload: %s%s: ", r->base.href, path);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return code;
}

int yn_remote_unreadable(const yn_remote *r, const char *path, const yn_list_problem *problem)
{
    yn_buf text = yn_buf_make(message_max, NULL);
    if (problem->line)
        yn_buf_printf(&text, "line %zu: ", problem->line);
    yn_put_untrusted(&text, yonder_text_of(problem->message));
    (void)yn_remote_complain(r, YN_EXIT_USAGE, path, "%.*s", YN_PRINT(yn_buf_text(&text)));
    yn_buf_free(&text);
    return YN_EXIT_USAGE;
}

// ---- the base -----------------------------------------------------------------------------------

static bool is_here(yonder_text host)
{
    if (yn_equal(host, YN_TEXT("localhost")) || yn_equal(host, YN_TEXT("[::1]")))
        return true;
    for (size_t i = 0; i < host.len; i++)
        if (!yn_is_digit((unsigned char)host.ptr[i]) && host.ptr[i] != '.')
            return false;
    return yn_starts_with(host, YN_TEXT("127."));
}

// The URL with a '/' at the end of its path.
static int read_base(yonder_url *out, const char *from)
{
    yonder_url url;
    if (yonder_url_parse(&url, yonder_text_of(from), NULL, NULL) != YONDER_OK)
        return yn_usage_error("preload", "'%s' is no URL", from);
    const yonder_text path = yonder_url_get(&url, YONDER_URL_PATHNAME);
    const bool plain = yonder_url_get(&url, YONDER_URL_SEARCH).len == 0 &&
                       yonder_url_get(&url, YONDER_URL_HASH).len == 0 &&
                       yonder_url_get(&url, YONDER_URL_USERNAME).len == 0 &&
                       yonder_url_get(&url, YONDER_URL_PASSWORD).len == 0;
    yn_buf text = yn_buf_make(url_max, NULL);
    yn_buf_put(&text, yonder_url_href(&url));
    if (path.len == 0 || path.ptr[path.len - 1] != '/')
        yn_buf_char(&text, '/');
    int error = text.error;
    if (!error && plain)
        error = yonder_url_parse(out, yn_buf_text(&text), NULL, NULL);
    yn_buf_free(&text);
    yonder_url_free(&url, NULL);
    if (!plain)
        return yn_usage_error("preload",
                              "'%s': the URL of a directory has no user name, no query "
                              "and no fragment",
                              from);
    return error ? yn_usage_error("preload", "'%s': %s", from, yonder_strerror(error)) : YN_EXIT_OK;
}

static int check_base(yn_remote *r, const char *from)
{
    const yonder_text scheme = yonder_url_get(&r->base, YONDER_URL_PROTOCOL);
    const bool https = yn_equal(scheme, YN_TEXT("https:"));
    if (!https && !yn_equal(scheme, YN_TEXT("http:")))
        return yn_usage_error("preload", "'%s': a directory is asked by https or http", from);
    r->trusted = https || is_here(yonder_url_get(&r->base, YONDER_URL_HOSTNAME));
    if (!r->trusted && !r->options->key)
        return yn_usage_error("preload",
                              "'%s': by http anyone on the way could answer: use https, or give "
                              "the directory's public key by --key",
                              from);
    return YN_EXIT_OK;
}

static int open_fetcher(const yn_preload_options *o, size_t max, yn_fetcher **out)
{
    yn_buf message = yn_buf_make(message_max, NULL);
    const yn_fetch_options reach = yn_install_reach(o, max);
    *out = yn_fetcher_new(&reach, &message);
    if (!*out)
        fprintf(stderr, "yonder preload: %.*s\n", YN_PRINT(yn_buf_text(&message)));
    yn_buf_free(&message);
    return *out ? YN_EXIT_OK : o->ca_file ? YN_EXIT_USAGE : YN_EXIT_FAILED;
}

int yn_remote_open(yn_remote *out, const yn_preload_options *options)
{
    yn_remote r = {.options = options, .arena = yn_arena_make(NULL)};
    int code = read_base(&r.base, options->from);
    if (!code)
        code = check_base(&r, options->from);
    if (!code)
        code = open_fetcher(options, small, &r.fetcher);
    if (code)
        yn_remote_close(&r);
    else
        *out = r;
    return code;
}

void yn_remote_close(yn_remote *r)
{
    yn_fetcher_free(r->fetcher);
    yonder_url_free(&r->base, NULL);
    yn_arena_free(&r->arena);
}

// ---- requests -----------------------------------------------------------------------------------

static int make_url(const yn_remote *r, const char *path, yonder_url *out)
{
    int error = yonder_url_parse(out, yonder_text_of(path), &r->base, NULL);
    return error ? yn_remote_complain(r, YN_EXIT_FAILED, path, "%s", yonder_strerror(error))
                 : YN_EXIT_OK;
}

// What is asked for next is small, too, so its connection is kept.
static int ask(yn_remote *r, const yonder_url *url, size_t max, yn_evidence *out)
{
    if (max <= small)
        return yn_download_ask(r->fetcher, url, NULL, 0, &r->arena, out);
    yn_fetcher *fetcher;
    int code = open_fetcher(r->options, max, &fetcher);
    if (code)
        return code;
    code = yn_download_ask(fetcher, url, NULL, 0, &r->arena, out);
    yn_fetcher_free(fetcher);
    return code;
}

int yn_remote_get(yn_remote *r, const char *path, size_t max, yonder_text *out)
{
    yonder_url url;
    yn_evidence e;
    int code = make_url(r, path, &url);
    if (code)
        return code;
    code = ask(r, &url, max, &e);
    if (!code)
        code = yn_download_check(url.href, &e, max > small ? max : small);
    if (!code && e.body.len > max)
        code =
            yn_remote_complain(r, YN_EXIT_FAILED, path, "the answer is longer than %zu bytes", max);
    yonder_url_free(&url, NULL);
    if (!code) {
        *out = e.body.len ? e.body : YN_TEXT("");
        r->bytes += out->len;
    }
    return code;
}

// ---- the newest version -------------------------------------------------------------------------

// The N of a path that ends in "/lists/N/version.json".
static bool read_number(yonder_text path, int64_t *version)
{
    const yonder_text end = YN_TEXT("/version.json"), begin = YN_TEXT("/lists/");
    uint64_t number;
    if (path.len < end.len || !yn_equal(yn_skip(path, path.len - end.len), end))
        return false;
    path.len -= end.len;
    size_t digits = 0;
    while (digits < path.len && yn_is_digit((unsigned char)path.ptr[path.len - digits - 1]))
        digits++;
    const yonder_text text = yn_skip(path, path.len - digits);
    path.len -= digits;
    if (!yn_parse_number(text, INT64_MAX, &number) || number == 0 || path.len < begin.len ||
        !yn_equal(yn_skip(path, path.len - begin.len), begin))
        return false;
    *version = (int64_t)number;
    return true;
}

// The redirect is read, not followed: the directory's documents are below the URL that the user
// gave, even where a server in front of it has other ideas of its path.
static int read_redirect(const yn_remote *r, const yonder_url *url, const yn_evidence *e,
                         int64_t *version)
{
    const yonder_text location = yn_evidence_field(e, "Location");
    yonder_url next;
    if (!location.ptr || yonder_url_parse(&next, location, url, NULL) != YONDER_OK) {
        fprintf(stderr, "yonder preload: %s: it redirects to no URL\n", url->href);
        return YN_EXIT_FAILED;
    }
    int code = YN_EXIT_OK;
    if (!yonder_url_same_origin(&next, &r->base) ||
        !read_number(yonder_url_get(&next, YONDER_URL_PATHNAME), version)) {
        fprintf(stderr, "yonder preload: %s: it redirects elsewhere, to %s\n", url->href,
                next.href);
        code = YN_EXIT_FAILED;
    }
    yonder_url_free(&next, NULL);
    return code;
}

int yn_remote_newest(yn_remote *r, int64_t *version)
{
    yonder_url url;
    yn_evidence e;
    int code = make_url(r, "lists/newest/version.json", &url);
    if (code)
        return code;
    code = yn_download_ask(r->fetcher, &url, NULL, 0, &r->arena, &e);
    if (!code)
        code = yn_download_answered(url.href, &e);
    if (!code && yn_download_is_redirect(e.status)) {
        code = read_redirect(r, &url, &e, version);
    } else if (!code) {
        fprintf(stderr,
                "yonder preload: %s: the answer is %d, not a redirect to the newest version: is "
                "there a directory, and has it published a version?\n",
                url.href, e.status);
        code = YN_EXIT_FAILED;
    }
    yonder_url_free(&url, NULL);
    return code;
}
