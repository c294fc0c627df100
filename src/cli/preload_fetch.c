// SPDX-License-Identifier: MIT
// yonder preload fetch [BROWSER…]
#include <stdio.h>
#include <time.h>

#include "base/text.h"
#include "cli/preload_download.h"
#include "cli/preload_install.h"
#include "cli/trace_input.h"

// The branch may get another name; HEAD is always the one that is developed.
static const char *const sources[YN_PRELOAD_LAYOUTS] = {
    [YN_PRELOAD_CHROMIUM] = "https://chromium.googlesource.com/chromium/src/+/HEAD/net/http/"
                            "transport_security_state_static.json?format=TEXT",
    [YN_PRELOAD_FIREFOX] = "https://raw.githubusercontent.com/mozilla-firefox/firefox/HEAD/"
                           "security/manager/ssl/nsSTSPreloadList.inc",
};

static int download(const yn_install *j, yn_download *out)
{
    const yn_fetch_options reach = yn_install_reach(j->options, YN_DOWNLOAD_MAX);
    yonder_text etag = YN_TEXT(""), modified = YN_TEXT("");
    if (j->has_old && j->old.has_about &&
        yn_equal(j->old.about.source, yonder_text_of(j->source))) {
        etag = j->old.about.etag;
        modified = j->old.about.modified;
    }
    return yn_download_list(out, j->source, etag, modified, &reach);
}

static int take(yn_install *j, const yn_download *d)
{
    if (d->unchanged) {
        yn_install_unchanged(j);
        return YN_EXIT_OK;
    }
    j->etag = d->etag;
    j->modified = d->modified;
    int code = yn_listing_of_text(&j->new, j->source, d->body);
    if (!code) {
        code = yn_install_new(j);
        yn_listing_close(&j->new);
    }
    return code;
}

static int fetch(const yn_preload_options *o, yn_preload_layout browser)
{
    yn_install j = {
        .options = o,
        .browser = browser,
        .source = o->from ? o->from : sources[browser],
        .now = time(NULL),
    };
    yn_download d;
    int code = yn_install_place(&j);
    if (!code)
        code = yn_install_open_old(&j);
    if (!code)
        code = download(&j, &d);
    if (!code) {
        code = take(&j, &d);
        yn_download_free(&d);
    }
    yn_install_close(&j);
    return code;
}

static bool is_printable(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            return false;
    return true;
}

int yn_preload_fetch(const yn_preload_options *o, size_t count, char **arguments)
{
    bool wanted[YN_PRELOAD_LAYOUTS] = {false};
    for (size_t i = 0; i < count; i++) {
        size_t b = 0;
        while (b < YN_PRELOAD_LAYOUTS && strcmp(arguments[i], yn_preload_browser(b)) != 0)
            b++;
        if (b == YN_PRELOAD_LAYOUTS)
            return yn_usage_error("preload", "'%s' is not chromium or firefox", arguments[i]);
        wanted[b] = true;
    }
    if (o->from && (!*o->from || !is_printable(o->from)))
        return yn_usage_error("preload", "--from is no URL and no path");
    const bool directory = count == 0 && o->from && strstr(o->from, "://");
    if (!directory && count != 1 && (o->from || o->output))
        return yn_usage_error("preload", "with --output, or --from a path, fetch takes one "
                                         "browser: chromium or firefox");
    if (!directory && o->key)
        return yn_usage_error("preload", "--key is for the list of a directory, which --from URL "
                                         "names without a browser");
    int code = yn_trace_check_resolve("preload", &o->resolve);
    if (!code)
        code = yn_trace_check_connect_to(&o->connect_to);
    if (code)
        return code;
    if (directory)
        return yn_preload_from(o);
    for (size_t b = 0; b < YN_PRELOAD_LAYOUTS; b++)
        if (wanted[b] || count == 0) {
            int one = fetch(o, (yn_preload_layout)b);
            code = one > code ? one : code;
        }
    return code;
}
