// SPDX-License-Identifier: MIT
#include "cli/preload_download.h"

#include <assert.h>
#include <stdio.h>

#include <yonder/url.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/file.h"
#include "report/style.h"

enum {
    message_max = 1 << 16,
    max_condition = 1024, // bytes of an ETag or a date that are kept
};

static int fail(const char *source, const char *why)
{
    fprintf(stderr, "yonder preload: %s: %s\n", source, why);
    return YN_EXIT_FAILED;
}

static int no_memory(const char *source)
{
    return fail(source, yonder_strerror(YONDER_NO_MEMORY));
}

// ---- a file -------------------------------------------------------------------------------------

static int read_file(yn_download *d, const char *path)
{
    yn_buf text = yn_buf_make(YN_DOWNLOAD_MAX, NULL);
    int code = YN_EXIT_USAGE;
    if (yn_file_read(path, &text)) {
        d->body = yn_arena_text(&d->arena, yn_buf_text(&text));
        code = d->body.ptr ? YN_EXIT_OK : no_memory(path);
    }
    yn_buf_free(&text);
    return code;
}

// ---- the answer ---------------------------------------------------------------------------------

// Of a field that is odd nothing is kept: the next time the list is then fetched whole.
static yonder_text condition(const yn_evidence *e, const char *name)
{
    yonder_text value = yn_evidence_field(e, name);
    bool good = value.ptr && value.len <= max_condition;
    for (size_t i = 0; good && i < value.len; i++)
        good = (unsigned char)value.ptr[i] >= ' ' && value.ptr[i] != 0x7F;
    return good ? value : YN_TEXT("");
}

int yn_download_answered(const char *url, const yn_evidence *e)
{
    if (!e->error)
        return YN_EXIT_OK;
    yn_buf detail = yn_buf_make(message_max, NULL); // names of a certificate may be in it
    yn_put_untrusted(&detail, e->detail);
    fprintf(stderr, "yonder preload: %s: %s%s%.*s\n", url, yn_fetch_error_prose(e->error),
            e->detail.len ? ": " : "", YN_PRINT(yn_buf_text(&detail)));
    yn_buf_free(&detail);
    return YN_EXIT_FAILED;
}

int yn_download_check(const char *url, const yn_evidence *e, size_t max)
{
    char why[128];
    if (yn_download_answered(url, e))
        return YN_EXIT_FAILED;
    if (e->status != 200) {
        (void)snprintf(why, sizeof why, "the answer is %d, not 200", e->status);
        return fail(url, why);
    }
    yonder_text coding = yn_evidence_field(e, "Content-Encoding");
    if (coding.len && !yn_equal_nocase(coding, YN_TEXT("identity"))) {
        yn_buf shown = yn_buf_make(message_max, NULL);
        yn_put_untrusted(&shown, yn_slice(coding, 0, coding.len < 40 ? coding.len : 40));
        (void)snprintf(why, sizeof why, "the answer is coded (Content-Encoding: %.*s)",
                       YN_PRINT(yn_buf_text(&shown)));
        yn_buf_free(&shown);
        return fail(url, why);
    }
    if (e->incomplete)
        return fail(url, "the answer was cut short");
    if (e->cut) {
        (void)snprintf(why, sizeof why, "the answer is longer than %zu bytes, or too slow", max);
        return fail(url, why);
    }
    return YN_EXIT_OK;
}

static int take_answer(yn_download *d, const char *url, const yn_evidence *e, bool asked)
{
    if (!e->error && e->status == 304 && asked) {
        d->unchanged = true;
        return YN_EXIT_OK;
    }
    int code = yn_download_check(url, e, YN_DOWNLOAD_MAX);
    if (code)
        return code;
    d->body = e->body;
    d->etag = condition(e, "ETag");
    d->modified = condition(e, "Last-Modified");
    return YN_EXIT_OK;
}

bool yn_download_is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// ---- the requests -------------------------------------------------------------------------------

static bool is_https(const yonder_url *url)
{
    return yn_equal(yonder_url_get(url, YONDER_URL_PROTOCOL), YN_TEXT("https:"));
}

// Puts where the answer leads in the place of `url`.
static int follow(yonder_url *url, const yn_evidence *e)
{
    yonder_text location = yn_evidence_field(e, "Location");
    yonder_url next;
    if (!location.ptr || yonder_url_parse(&next, location, url, NULL) != YONDER_OK)
        return fail(url->href, "it redirects to no URL");
    if (!is_https(&next)) {
        fprintf(stderr, "yonder preload: %s: it redirects to %s, which is not https\n", url->href,
                next.href);
        yonder_url_free(&next, NULL);
        return YN_EXIT_FAILED;
    }
    yonder_url_free(url, NULL);
    *url = next;
    return YN_EXIT_OK;
}

int yn_download_ask(yn_fetcher *fetcher, const yonder_url *url, const yonder_field *more,
                    size_t more_count, yn_arena *arena, yn_evidence *out)
{
    char agent[64];
    (void)snprintf(agent, sizeof agent, "yonder/%s", yonder_version());
    yonder_field fields[2 + YN_DOWNLOAD_FIELDS] = {{YN_TEXT("User-Agent"), yonder_text_of(agent)},
                                                   {YN_TEXT("Accept"), YN_TEXT("*/*")}};
    assert(more_count <= YN_DOWNLOAD_FIELDS);
    for (size_t i = 0; i < more_count; i++)
        fields[2 + i] = more[i];
    const yn_fetch_request request = {.method = YN_TEXT("GET"),
                                      .url = url,
                                      .fields = fields,
                                      .field_count = 2 + more_count,
                                      .wants_body = true};
    return yn_fetch(fetcher, &request, arena, out) == YONDER_OK ? YN_EXIT_OK : no_memory(url->href);
}

static int ask(yn_download *d, yonder_url *url, yonder_text etag, yonder_text modified,
               yn_fetcher *fetcher)
{
    yonder_field fields[YN_DOWNLOAD_FIELDS];
    size_t count = 0;
    if (etag.len)
        fields[count++] = (yonder_field){YN_TEXT("If-None-Match"), etag};
    if (modified.len)
        fields[count++] = (yonder_field){YN_TEXT("If-Modified-Since"), modified};
    for (int hops = 0;; hops++) {
        yn_evidence e;
        int code = yn_download_ask(fetcher, url, fields, count, &d->arena, &e);
        if (code)
            return code;
        if (e.error || !yn_download_is_redirect(e.status))
            return take_answer(d, url->href, &e, count > 0);
        if (hops == YN_DOWNLOAD_REDIRECTS)
            return fail(url->href, "too many redirects");
        code = follow(url, &e);
        if (code)
            return code;
    }
}

static int read_url(yn_download *d, const char *source, yonder_text etag, yonder_text modified,
                    const yn_fetch_options *reach)
{
    yonder_url url;
    if (yonder_url_parse(&url, yonder_text_of(source), NULL, NULL) != YONDER_OK)
        return yn_usage_error("preload", "'%s' is no URL", source);
    if (!is_https(&url)) {
        yonder_url_free(&url, NULL);
        return yn_usage_error("preload", "'%s': a list is fetched by https, or read from a path",
                              source);
    }
    yn_buf message = yn_buf_make(message_max, NULL);
    yn_fetcher *fetcher = yn_fetcher_new(reach, &message);
    int code = YN_EXIT_OK;
    if (!fetcher) {
        fprintf(stderr, "yonder preload: %.*s\n", YN_PRINT(yn_buf_text(&message)));
        code = reach->ca_file ? YN_EXIT_USAGE : YN_EXIT_FAILED;
    } else {
        code = ask(d, &url, etag, modified, fetcher);
    }
    yn_fetcher_free(fetcher);
    yn_buf_free(&message);
    yonder_url_free(&url, NULL);
    return code;
}

int yn_download_list(yn_download *out, const char *source, yonder_text etag, yonder_text modified,
                     const yn_fetch_options *reach)
{
    yn_download d = {.arena = yn_arena_make(NULL),
                     .body = YN_TEXT(""),
                     .etag = YN_TEXT(""),
                     .modified = YN_TEXT("")};
    int code =
        strstr(source, "://") ? read_url(&d, source, etag, modified, reach) : read_file(&d, source);
    if (code)
        yn_arena_free(&d.arena);
    else
        *out = d;
    return code;
}

void yn_download_free(yn_download *download)
{
    yn_arena_free(&download->arena);
}
