// SPDX-License-Identifier: MIT
// What people type where a domain is asked for: an address out of the browser's bar, most often.
#include <yonder/url.h>

#include "base/text.h"
#include "front/page.h"

// "https://www.example.com" as it stands; "www.example.com/shop" as if it began so.
static bool has_scheme(yonder_text t)
{
    for (size_t i = 0; i + 2 < t.len; i++)
        if (t.ptr[i] == ':' && t.ptr[i + 1] == '/' && t.ptr[i + 2] == '/')
            return i > 0;
        else if (strchr("/?#@", t.ptr[i]))
            return false;
    return false;
}

bool yn_page_typed(yonder_text typed, yn_buf *name)
{
    yn_buf whole = yn_buf_make(1 << 13, name->mem);
    yonder_url url;
    yonder_text t = yn_trim(typed, " \t\r\n");
    while (!has_scheme(t) && t.len && t.ptr[0] == '/')
        t = yn_skip(t, 1);
    yn_buf_str(&whole, has_scheme(t) ? "" : "https://");
    yn_buf_put(&whole, t);
    bool good = t.len && !whole.error &&
                yonder_url_parse(&url, yn_buf_text(&whole), NULL, name->mem) == YONDER_OK;
    yn_buf_free(&whole);
    if (!good)
        return false;
    yonder_text host = yonder_url_get(&url, YONDER_URL_HOSTNAME);
    if (host.len > 1 && host.ptr[host.len - 1] == '.') // the root's
        host.len--;
    good = host.len > 0;
    if (good)
        yn_buf_put(name, host);
    yonder_url_free(&url, name->mem);
    return good && !name->error;
}

bool yn_page_typed_domain(yonder_text typed, yn_buf *host, yn_buf *name, yn_buf *message)
{
    yonder_text meant = yn_page_typed(typed, host) ? yn_buf_text(host) : typed;
    return yn_intake_domain(yn_trim(meant, " \t\r\n"), name, message);
}
