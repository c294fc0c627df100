// SPDX-License-Identifier: MIT
#include "core/spelling.h"

#include "base/buf.h"
#include "base/text.h"

static bool lies_in(const yonder_url *url, yonder_url_part part, uint32_t at)
{
    yonder_url_span span = url->part[part];
    return at >= span.at && at - span.at < span.len;
}

static bool is_escaped(const yn_spelling *spelling, const yonder_url *url, uint32_t at)
{
    const char *escaped = NULL;
    if (lies_in(url, YONDER_URL_PATHNAME, at))
        escaped = spelling->path;
    else if (lies_in(url, YONDER_URL_HOSTNAME, at))
        escaped = spelling->host;
    else if (lies_in(url, YONDER_URL_USERNAME, at) || lies_in(url, YONDER_URL_PASSWORD, at))
        escaped = spelling->user;
    return escaped && strchr(escaped, url->href[at]);
}

static bool has_any(const yonder_url *url, yonder_url_part part, const char *escaped)
{
    yonder_url_span span = url->part[part];
    for (const char *c = escaped; c && *c; c++)
        if (memchr(url->href + span.at, *c, span.len))
            return true;
    return false;
}

static bool stays(const yn_spelling *spelling, const yonder_url *url)
{
    return !url->special || !(has_any(url, YONDER_URL_PATHNAME, spelling->path) ||
                              has_any(url, YONDER_URL_HOSTNAME, spelling->host) ||
                              has_any(url, YONDER_URL_USERNAME, spelling->user) ||
                              has_any(url, YONDER_URL_PASSWORD, spelling->user));
}

// By how many bytes what stands at `end` has moved.
static uint32_t growth(const yn_spelling *spelling, const yonder_url *url, uint32_t end)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < end; i++)
        count += is_escaped(spelling, url, i);
    return 2 * count;
}

int yn_spell(const yn_spelling *spelling, const yonder_mem *mem, yonder_url *url)
{
    if (stays(spelling, url))
        return YONDER_OK;
    yn_buf href = yn_buf_make(YONDER_URL_MAX + 1, mem); // and the NUL
    for (uint32_t i = 0; i < url->length; i++) {
        if (is_escaped(spelling, url, i))
            yn_buf_printf(&href, "%%%02X", (unsigned)url->href[i]);
        else
            yn_buf_char(&href, url->href[i]);
    }
    yn_buf_char(&href, '\0');
    int error = href.error;
    if (error) {
        yn_buf_free(&href);
        return error;
    }
    yonder_url spelt = *url;
    for (int part = 0; part < YONDER_URL_PARTS; part++) {
        yonder_url_span *span = &spelt.part[part];
        uint32_t end = span->at + span->len;
        span->len += growth(spelling, url, end) - growth(spelling, url, span->at);
        span->at += growth(spelling, url, span->at);
    }
    spelt.href = href.ptr;
    spelt.length = (uint32_t)href.len - 1;
    yonder_url_free(url, mem);
    *url = spelt;
    return YONDER_OK;
}
