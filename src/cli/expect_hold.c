// SPDX-License-Identifier: MIT
#include "cli/expect_hold.h"

#include "base/text.h"

/* ---- one answer ------------------------------------------------------------------------------ */

static bool same_url(yonder_text base, yonder_text a, yonder_text b)
{
    yonder_url from = {0}, one = {0}, other = {0};
    bool same = yonder_url_parse(&from, base, NULL, NULL) == YONDER_OK &&
                yonder_url_parse(&one, a, &from, NULL) == YONDER_OK &&
                yonder_url_parse(&other, b, &from, NULL) == YONDER_OK &&
                yonder_url_equal(&one, &other, false);
    yonder_url_free(&from, NULL);
    yonder_url_free(&one, NULL);
    yonder_url_free(&other, NULL);
    return same;
}

static bool fits_place(const yn_expectation *e, yonder_text base, int status, yonder_text location)
{
    yonder_text group;
    switch ((yn_expect_place)e->place) {
    case YN_EXPECT_ANYWHERE:
        return true;
    case YN_EXPECT_NOWHERE:
        return !(yn_expect_redirects(status) && location.len);
    case YN_EXPECT_EXACTLY:
        return location.len &&
               (yn_equal(location, e->location) || same_url(base, location, e->location));
    case YN_EXPECT_PATTERN:
        return location.len && yn_regex_match(e->pattern, location, &group, 1) == YN_REGEX_YES;
    }
    return false;
}

unsigned yn_expect_compare(const yn_expectation *e, yonder_text base, int status,
                           yonder_text location)
{
    unsigned faults = 0;
    if (status == 0)
        status = 404;
    if (e->status && e->status != status)
        faults |= YN_FAULT_STATUS;
    if (!fits_place(e, base, status, location))
        faults |= YN_FAULT_LOCATION;
    return faults;
}

/* ---- a chain --------------------------------------------------------------------------------- */

int yn_trail_begin(yn_trail *t, yonder_text url, yonder_text method, long max_hops,
                   const yn_map *hosts)
{
    *t = (yn_trail){.method = method.len ? method : YN_TEXT("GET"),
                    .seen = yn_buf_make(SIZE_MAX / 4, NULL),
                    .max_hops = max_hops,
                    .hosts = hosts};
    return yonder_url_parse(&t->at, url, NULL, NULL);
}

void yn_trail_free(yn_trail *t)
{
    yonder_url_free(&t->at, NULL);
    yn_buf_free(&t->seen);
}

// The URL as a server is asked for it: without the fragment.
static yonder_text asked(const yonder_url *url)
{
    return yn_slice(yonder_url_href(url), 0, url->part[YONDER_URL_HASH].at);
}

static bool was_seen(const yn_trail *t, yonder_text url)
{
    yonder_text rest = yn_buf_text(&t->seen);
    while (rest.len) {
        size_t end = yn_find_char(rest, '\n');
        if (yn_equal(yn_slice(rest, 0, end), url))
            return true;
        rest = yn_skip(rest, end + 1);
    }
    return false;
}

static bool is_followed(const yn_trail *t)
{
    yonder_text protocol = yonder_url_get(&t->at, YONDER_URL_PROTOCOL);
    return (yn_equal(protocol, YN_TEXT("http:")) || yn_equal(protocol, YN_TEXT("https:"))) &&
           yn_map_find(t->hosts, yonder_url_get(&t->at, YONDER_URL_HOST));
}

// As browsers do (Fetch standard, HTTP-redirect fetch).
static void change_method(yn_trail *t, int status)
{
    bool post = yn_equal(t->method, YN_TEXT("POST")), head = yn_equal(t->method, YN_TEXT("HEAD"));
    if ((status == 303 && !head) || (status <= 302 && post))
        t->method = YN_TEXT("GET");
}

bool yn_trail_next(yn_trail *t, int status, yonder_text location)
{
    yonder_url next;
    if (!yn_expect_redirects(status) || !location.len) {
        if (t->hops && status >= 400)
            t->faults |= YN_FAULT_DEAD_END;
        return false;
    }
    int error = yonder_url_parse(&next, location, &t->at, NULL);
    if (error) { // not a URL: the chain ends before it
        t->error = error == YONDER_NO_MEMORY ? error : YONDER_OK;
        return false;
    }
    yn_buf_put(&t->seen, asked(&t->at));
    yn_buf_char(&t->seen, '\n');
    yonder_url_free(&t->at, NULL);
    t->at = next;
    t->hops++;
    t->error = t->seen.error;
    change_method(t, status);
    if (t->error || !is_followed(t))
        return false;
    if (was_seen(t, asked(&t->at)))
        t->faults |= YN_FAULT_LOOP;
    else if (t->hops >= t->max_hops)
        t->faults |= YN_FAULT_TOO_LONG;
    return !t->faults;
}

yn_trail_request yn_trail_at(const yn_trail *t)
{
    return (yn_trail_request){
        .https = yn_equal(yonder_url_get(&t->at, YONDER_URL_PROTOCOL), YN_TEXT("https:")),
        .host = yonder_url_get(&t->at, YONDER_URL_HOST),
        .target = yonder_url_target(&t->at),
        .method = t->method,
    };
}
