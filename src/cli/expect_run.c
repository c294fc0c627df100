// SPDX-License-Identifier: MIT
#include "cli/expect_run.h"

#include "base/text.h"

static void put_field(yn_buf *room, const yonder_field *field)
{
    yn_buf_put(room, (yonder_text){(const char *)field, sizeof *field});
}

static bool has_field(const yn_expect_more *more, yonder_text name)
{
    for (size_t i = 0; more && i < more->field_count; i++)
        if (yn_equal_nocase(more->fields[i].name, name))
            return true;
    return false;
}

void yn_expect_fields(const yn_expect_run *run, const yn_expectation *e, yn_buf *room)
{
    room->len = 0;
    for (size_t i = 0; e->more && i < e->more->field_count; i++)
        put_field(room, &e->more->fields[i]);
    for (size_t i = 0; i < run->field_count; i++)
        if (!has_field(e->more, run->fields[i].name))
            put_field(room, &run->fields[i]);
}

void yn_expect_url(const yn_expect_run *run, const yn_expectation *e, yn_buf *out)
{
    bool https = e->host.len ? e->https : run->https;
    yonder_text host = e->host.len ? e->host : run->host;
    out->len = 0;
    yn_buf_str(out, https ? "https://" : "http://");
    yn_buf_put(out, host.len ? host : YN_EXPECT_NO_HOST);
    yn_buf_put(out, e->target);
}

bool yn_expect_follows(const yn_expect_run *run, const yn_expectation *e, int status,
                       yonder_text location)
{
    return run->follow && e->place != YN_EXPECT_NOWHERE && yn_expect_redirects(status) &&
           location.len;
}

// Where no host is known, none is told.
static yonder_text end_of(const yn_trail *trail)
{
    static const yonder_text nowhere = YN_TEXT_INIT("http://host.invalid");
    yonder_text end = yonder_url_href(&trail->at);
    return yn_starts_with(end, nowhere) ? yn_skip(end, nowhere.len) : end;
}

void yn_expect_judge(const yn_expectation *e, yonder_text url, const yn_trail *trail,
                     yn_expect_outcome *o)
{
    yonder_text location = o->location;
    unsigned faults = 0;
    if (trail) {
        o->hops = (uint32_t)trail->hops;
        o->final = location = end_of(trail);
        faults = trail->faults;
    } else {
        o->hops = yn_expect_redirects(o->status) && location.len;
    }
    faults |= yn_expect_compare(e, url, o->status, location);
    o->faults = (uint8_t)faults;
    o->verdict = faults ? YN_VERDICT_FAILED : YN_VERDICT_MET;
}
