// SPDX-License-Identifier: MIT
#include "report/verdict.h"

#include "base/text.h"
#include "report/style.h"

void yn_status_write(yn_buf *out, const yn_hop *hop)
{
    const yn_evidence *e = &hop->evidence;
    bool own = hop->kind == YN_HOP_INTERNAL;
    yonder_text registered = yonder_text_of(yonder_status_phrase(e->status));
    yonder_text phrase = own || !registered.len ? e->phrase : registered;
    if (own && !e->status) {
        yn_buf_put(out, YN_TEXT("(no response)"));
        return;
    }
    yn_buf_number(out, e->status);
    if (phrase.len)
        yn_buf_char(out, ' ');
    yn_put_untrusted(out, phrase);
}

static void final(yn_buf *out, const yn_hop *last)
{
    yn_buf_put(out, YN_TEXT("Final: "));
    yn_status_write(out, last);
    yn_buf_put(out, YN_TEXT(" at "));
    yn_put_untrusted(out, yonder_url_href(&last->url));
    if (last->decision.reason != YONDER_NOT_A_REDIRECT) {
        yn_buf_put(out, YN_TEXT("; "));
        yn_buf_str(out, yonder_reason_prose(last->decision.reason));
    }
}

static void loop(yn_buf *out, const yn_chain *c)
{
    const yn_hop *again = &c->hops[c->loop_to - 1];
    yn_buf_printf(out, "Loop: hop %zu would be hop %zu again, ", c->count + 1, c->loop_to);
    yn_put_untrusted(out, again->method);
    yn_buf_char(out, ' ');
    yn_put_untrusted(out, yonder_url_href(&again->url));
    if (c->loop_sets_cookie)
        yn_buf_put(out, YN_TEXT("; a cookie is set on the way and was not sent back, "
                                "a client that keeps cookies may get out"));
}

static void too_many(yn_buf *out, const yn_chain *c)
{
    const yn_hop *last = &c->hops[c->count - 1];
    if (last->kind == YN_HOP_REFRESH && c->followed == 0)
        yn_buf_printf(out, "Too many hops: %d pages asked to go on", YN_MAX_REFRESHES);
    else
        yn_buf_printf(out, "Too many hops: the limit of %zu redirect%s is reached", c->followed,
                      c->followed == 1 ? "" : "s");
    if (last->target.href) {
        yn_buf_put(out, YN_TEXT(", next would be "));
        yn_put_untrusted(out, yonder_url_href(&last->target));
    }
}

static void quoted(yn_buf *out, yonder_text t)
{
    yn_buf_char(out, '"');
    yn_put_untrusted(out, t);
    yn_buf_char(out, '"');
}

// The first Location, the first that differs from it, and how many more there are.
static void different_locations(yn_buf *out, const yn_hop *hop)
{
    const yn_evidence *e = &hop->evidence;
    const yonder_text *other = NULL;
    size_t more = 0;
    for (size_t i = 0; i < e->field_count; i++) {
        const yonder_field *f = &e->fields[i];
        if (!yn_equal_nocase(f->name, YN_TEXT("Location")) || yn_equal(f->value, hop->location))
            continue;
        if (!other)
            other = &f->value;
        else if (!yn_equal(f->value, *other))
            more++;
    }
    quoted(out, hop->location);
    if (other) {
        yn_buf_str(out, more ? ", " : " and ");
        quoted(out, *other);
    }
    if (more)
        yn_buf_printf(out, " and %zu more", more);
}

static void refused_location(yn_buf *out, const yn_hop *last)
{
    if (last->decision.reason == YONDER_INVALID_LOCATION)
        yn_buf_put(out, YN_TEXT("Invalid Location"));
    else
        yn_buf_put(out, YN_TEXT("Refused redirect"));
    yn_buf_put(out, YN_TEXT(" at "));
    yn_put_untrusted(out, yonder_url_href(&last->url));
    yn_buf_put(out, YN_TEXT(": "));
    yn_buf_str(out, yonder_reason_prose(last->decision.reason));
    if (last->location.ptr) {
        yn_buf_put(out, YN_TEXT(" ("));
        if (last->decision.reason == YONDER_MULTIPLE_LOCATIONS)
            different_locations(out, last);
        else
            quoted(out, last->location);
        yn_buf_char(out, ')');
    }
}

static void failure(yn_buf *out, const yn_hop *last)
{
    const yn_evidence *e = &last->evidence;
    yn_buf_str(out, yn_fetch_error_title(e->error));
    yn_buf_put(out, YN_TEXT(" at "));
    yn_put_untrusted(out, yonder_url_href(&last->url));
    yn_buf_put(out, YN_TEXT(": "));
    yn_buf_str(out, yn_fetch_error_prose(e->error));
    if (e->detail.len) {
        yn_buf_put(out, YN_TEXT(" ("));
        yn_put_untrusted(out, e->detail);
        yn_buf_char(out, ')');
    }
}

void yn_verdict_write(yn_buf *out, const yn_chain *c)
{
    const yn_hop *last = &c->hops[c->count - 1];
    switch (c->outcome) {
    case YN_OUTCOME_FINAL:
        final(out, last);
        break;
    case YN_OUTCOME_LOOP:
        loop(out, c);
        break;
    case YN_OUTCOME_TOO_MANY:
        too_many(out, c);
        break;
    case YN_OUTCOME_ERROR:
        if (last->decided)
            refused_location(out, last);
        else
            failure(out, last);
        break;
    }
}
