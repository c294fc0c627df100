// SPDX-License-Identifier: MIT
#include "report/notes.h"

#include "base/date.h"
#include "base/text.h"
#include "report/style.h"

static void begin(yn_buf *out, size_t n)
{
    yn_buf_printf(out, "Note: hop %zu: ", n);
}

// To the minute, or `exact` to the second.
static void write_moment(yn_buf *out, int64_t seconds, bool exact)
{
    const char *form = exact ? "YYYY-MM-DD hh:mm:ss UTC" : "YYYY-MM-DD hh:mm UTC";
    char text[sizeof "YYYY-MM-DD hh:mm:ss UTC"];
    if (seconds < YN_DATE_MIN || seconds > YN_DATE_MAX) {
        yn_buf_put(out, YN_TEXT("a day far off"));
        return;
    }
    yn_date_write(text, form, seconds);
    yn_buf_put(out, (yonder_text){text, strlen(form)});
}

// ---- who caused an internal hop -----------------------------------------------------------------

static void by_entry(yn_buf *out, const yn_cause *c)
{
    bool exact = c->expires < c->learnt + 60;
    yn_buf_put(out, YN_TEXT("HSTS of "));
    yn_put_untrusted(out, c->matched);
    if (c->include_subdomains)
        yn_buf_put(out, YN_TEXT(" and its subdomains"));
    if (c->learnt_at) {
        yn_buf_printf(out, ", learnt at hop %zu", c->learnt_at);
    } else if (c->learnt) {
        yn_buf_put(out, YN_TEXT(", learnt "));
        write_moment(out, c->learnt, exact);
    }
    if (c->expires == YONDER_HSTS_FOREVER) {
        yn_buf_put(out, YN_TEXT(", without end"));
    } else {
        yn_buf_put(out, YN_TEXT(", until "));
        write_moment(out, c->expires, exact);
    }
}

static void by_list(yn_buf *out, const yn_cause *c)
{
    yn_buf_put(out, YN_TEXT("HSTS, on the preload list as "));
    yn_put_untrusted(out, c->matched);
    if (c->include_subdomains)
        yn_buf_put(out, YN_TEXT(", subdomains included"));
}

static void falls_back(yn_buf *out, const yn_hop *hop)
{
    yn_buf_put(out, YN_TEXT("https "));
    if (hop->cause.failure)
        yn_buf_printf(out, "did not work (%s)", hop->cause.prose);
    else
        yn_buf_put(out, YN_TEXT("only leads back here"));
    yn_buf_put(out, YN_TEXT("; "));
    yn_put_untrusted(out, yonder_url_get(&hop->target, YONDER_URL_HOSTNAME));
    yn_buf_printf(out, " stays at http for %d days", YN_HTTPS_FIRST_DAYS);
}

static void write_cause(yn_buf *out, const yn_hop *hop, size_t n)
{
    begin(out, n);
    switch (hop->cause.reason) {
    case YN_INTERNAL_HSTS:
        if (hop->cause.source == YONDER_HSTS_PRELOAD)
            by_list(out, &hop->cause);
        else
            by_entry(out, &hop->cause);
        break;
    case YN_INTERNAL_HTTPS_FIRST:
        yn_buf_put(out, YN_TEXT("https is tried first"));
        break;
    case YN_INTERNAL_FALLBACK:
        falls_back(out, hop);
        break;
    }
    yn_buf_char(out, '\n');
}

// ---- what was learnt ----------------------------------------------------------------------------

static void write_policy(yn_buf *out, const yonder_hsts_policy *policy)
{
    if (policy->include_subdomains)
        yn_buf_put(out, YN_TEXT(" and its subdomains"));
    if (policy->max_age == YONDER_HSTS_FOREVER)
        yn_buf_put(out, YN_TEXT(", without end"));
    else
        yn_buf_printf(out, ", for %lld second%s", (long long)policy->max_age,
                      policy->max_age == 1 ? "" : "s");
}

// A time that begins anew is no news.
static void write_hsts(yn_buf *out, const yn_hop *hop, size_t n)
{
    const yonder_hsts_noted *noted = &hop->hsts;
    yonder_text host = yonder_url_get(&hop->url, YONDER_URL_HOSTNAME);
    if (noted->effect == YONDER_HSTS_NOTHING || noted->effect == YONDER_HSTS_REFRESHED)
        return;
    begin(out, n);
    switch (noted->effect) {
    case YONDER_HSTS_LEARNT:
        yn_buf_put(out, YN_TEXT("HSTS learnt for "));
        yn_put_untrusted(out, host);
        write_policy(out, &noted->policy);
        break;
    case YONDER_HSTS_FORGOTTEN:
    case YONDER_HSTS_KNOCKED_OUT:
        yn_buf_put(out, YN_TEXT("HSTS of "));
        yn_put_untrusted(out, host);
        yn_buf_printf(out, ": %s", yonder_hsts_effect_prose(noted->effect));
        break;
    case YONDER_HSTS_NOT_ACCEPTED:
        yn_buf_printf(out, "Strict-Transport-Security is not accepted: %s",
                      yonder_hsts_reading_prose(noted->reading));
        break;
    default:
        yn_buf_printf(out, "Strict-Transport-Security: %s",
                      yonder_hsts_effect_prose(noted->effect));
    }
    yn_buf_char(out, '\n');
}

// ---- what the page asks for ---------------------------------------------------------------------

static void write_refresh(yn_buf *out, const yn_hop_refresh *r, size_t n)
{
    begin(out, n);
    yn_buf_str(out, r->source == YONDER_REFRESH_HEADER ? "its Refresh field" : "a meta element");
    if (r->reloads) {
        yn_buf_printf(out, " asks to load the page again, after %lld s", (long long)r->seconds);
    } else {
        yn_buf_printf(out, " asks to go on after %lld s, to ", (long long)r->seconds);
        yn_put_untrusted(out, yonder_url_href(&r->url));
    }
    yn_buf_char(out, '\n');
}

void yn_notes_write(yn_buf *out, const yn_chain *chain)
{
    for (size_t i = 0; i < chain->count; i++) {
        const yn_hop *hop = &chain->hops[i];
        if (hop->kind == YN_HOP_INTERNAL)
            write_cause(out, hop, i + 1);
        write_hsts(out, hop, i + 1);
        if (hop->refresh.present && hop->kind != YN_HOP_REFRESH)
            write_refresh(out, &hop->refresh, i + 1);
        if (hop->page_unread)
            yn_buf_printf(out, "Note: hop %zu: the page is %s and was not read\n", i + 1,
                          hop->page_unread);
        if (hop->evidence.incomplete)
            yn_buf_printf(out, "Note: the body of hop %zu was cut short\n", i + 1);
    }
}
