// SPDX-License-Identifier: MIT
#include "audit/href.h"

#include "base/text.h"

int yn_href_parse(yn_arena *arena, yonder_text text, const yonder_url *base, yonder_url *out)
{
    yonder_url parsed;
    int error = yonder_url_parse(&parsed, text, base, NULL);
    if (error)
        return error;
    yonder_text copy = yn_arena_text(arena, yonder_url_href(&parsed));
    if (copy.ptr) {
        *out = parsed; // parts are places in the text, so they hold for the copy too
        out->href = (char *)copy.ptr;
    }
    yonder_url_free(&parsed, NULL);
    return copy.ptr ? YONDER_OK : YONDER_NO_MEMORY;
}

bool yn_href_is_https(const yonder_url *url)
{
    return yn_equal(yonder_url_get(url, YONDER_URL_PROTOCOL), YN_TEXT("https:"));
}

bool yn_href_is_http(const yonder_url *url)
{
    return yn_href_is_https(url) ||
           yn_equal(yonder_url_get(url, YONDER_URL_PROTOCOL), YN_TEXT("http:"));
}
