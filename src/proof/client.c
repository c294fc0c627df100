// SPDX-License-Identifier: MIT
#include "proof/client.h"

#include <stdio.h>

#include "base/text.h"
#include "rules/glob.h"

typedef struct making {
    yn_client_made *out;
    const yn_view *const *rules;
    size_t count;
    yn_arena *arena;
    yn_buf cookies;
    bool failed;
} making;

static void put_field(making *m, const char *name, yonder_text value)
{
    yn_client_side *side = &m->out->side;
    if (side->field_count == YN_CLIENT_FIELDS) {
        m->failed = true;
        return;
    }
    m->out->fields[side->field_count++] = (yonder_field){yonder_text_of(name), value};
}

// A text the glob fits: a star stands for nothing; one that is alone wants something to be there.
static void put_glob(yn_buf *out, yonder_text glob)
{
    size_t before = out->len;
    for (size_t i = 0; i < glob.len; i++)
        if (glob.ptr[i] != YN_GLOB_STAR)
            yn_buf_char(out, glob.ptr[i]);
    if (glob.len && out->len == before)
        yn_buf_str(out, "any");
}

static void put_cookie(making *m, yonder_text name, yonder_text glob)
{
    if (m->cookies.len)
        yn_buf_str(&m->cookies, "; ");
    yn_buf_put(&m->cookies, name);
    yn_buf_char(&m->cookies, '=');
    put_glob(&m->cookies, glob);
}

static void put_header(making *m, const yn_condition *c, yonder_text glob)
{
    yn_buf value = yn_buf_make(1 << 16, NULL);
    put_glob(&value, glob);
    if (value.len) { // an empty one is as good as none
        yonder_text name = yn_arena_text(m->arena, c->name);
        m->failed = m->failed || !name.ptr;
        put_field(m, name.ptr, yn_arena_text(m->arena, yn_buf_text(&value)));
    }
    m->failed = m->failed || value.error;
    yn_buf_free(&value);
}

// Whether the request meets all conditions of this kind.
static bool meets_all(const making *m, yn_condition_kind kind, const yonder_rules_request *request)
{
    for (size_t r = 0; r < m->count; r++)
        for (size_t i = 0; i < m->rules[r]->condition_count; i++) {
            const yn_condition *c = &m->rules[r]->conditions[i];
            if (c->kind == kind && !yn_condition_holds(c, request, 0))
                return false;
        }
    return true;
}

// The first of the values that all conditions of the kind take.
static yonder_text choose(const making *m, const yn_condition *c)
{
    yonder_text values = c->values, value;
    while (yn_condition_value(&values, &value)) {
        yonder_rules_request request = {.method = value, .country = value};
        if (meets_all(m, c->kind, &request))
            return value;
    }
    return (yonder_text){NULL, 0};
}

static yonder_text first_value(const yn_condition *c)
{
    yonder_text values = c->values, value;
    return yn_condition_value(&values, &value) ? value : (yonder_text){NULL, 0};
}

static void make_for_time(making *m, const yn_condition *c)
{
    int64_t *now = &m->out->side.now;
    if (c->kind == YN_IF_FROM && *now < c->number)
        *now = c->number;
    else if (c->kind == YN_IF_UNTIL && *now >= c->number)
        *now = c->number - 1;
}

static void make_for(making *m, const yn_condition *c)
{
    yn_client_side *side = &m->out->side;
    switch (c->kind) {
    case YN_IF_METHOD:
        side->method = choose(m, c);
        break;
    case YN_IF_COUNTRY:
        side->country = choose(m, c);
        break;
    case YN_IF_LANGUAGE:
        put_field(m, "Accept-Language", first_value(c));
        break;
    case YN_IF_HEADER:
        put_header(m, c, first_value(c));
        break;
    case YN_IF_COOKIE:
        if (c->name.len)
            put_cookie(m, c->name, first_value(c));
        else
            put_cookie(m, first_value(c), YN_TEXT("1"));
        break;
    case YN_IF_FROM:
    case YN_IF_UNTIL:
        make_for_time(m, c);
        break;
    case YN_IF_SHARE:
        m->out->has_share = true;
        break;
    case YN_IF_HTTP:
        side->http10 = c->number == 10;
        break;
    }
}

static bool all_hold(const making *m)
{
    const yn_client_side *side = &m->out->side;
    yn_place_at place = {true, YN_TEXT("any.example"), YN_TEXT("/")};
    yonder_rules_request request = yn_request_of(&place, side);
    for (size_t r = 0; r < m->count; r++)
        for (size_t i = 0; i < m->rules[r]->condition_count; i++) {
            const yn_condition *c = &m->rules[r]->conditions[i];
            if (c->kind != YN_IF_SHARE && !yn_condition_holds(c, &request, 0))
                return false;
        }
    return true;
}

bool yn_client_make(yn_client_made *out, const yn_view *const *rules, size_t count, int64_t now,
                    unsigned attempt, yn_arena *arena)
{
    char address[32];
    *out = (yn_client_made){.side = {.now = now}};
    making m = {out, rules, count, arena, yn_buf_make(1 << 16, NULL), false};
    for (size_t r = 0; r < count; r++)
        for (size_t i = 0; i < rules[r]->condition_count; i++) {
            make_for(&m, &rules[r]->conditions[i]);
            out->has_conditions = true;
        }
    if (m.cookies.len)
        put_field(&m, "Cookie", yn_arena_text(arena, yn_buf_text(&m.cookies)));
    if (out->has_share) {
        (void)snprintf(address, sizeof address, "192.0.2.%u", attempt % 256);
        out->side.client = yn_arena_text(arena, yonder_text_of(address));
    }
    out->side.fields = out->fields;
    bool ok = !m.failed && !m.cookies.error && all_hold(&m);
    yn_buf_free(&m.cookies);
    return ok;
}

bool yn_client_break(yn_client_made *out, int64_t now, unsigned variant)
{
    // What a condition asks for is mostly one thing among many: each of these breaks some.
    static const int64_t day = 86400;
    static const char *const methods[] = {"", "POST", "DELETE"};
    static const int64_t times[] = {0, -36500, 36500};
    const unsigned ways = 3 * 3 * 2 * 3;
    if (variant >= ways)
        return false;
    *out = (yn_client_made){.side = {.now = now + times[variant % 3] * day}};
    out->side.method = yonder_text_of(methods[variant / 3 % 3]);
    out->side.http10 = variant / 9 % 2;
    if (variant / 18 % 3 == 1) {
        out->side.country = YN_TEXT("ZZ");
        out->fields[out->side.field_count++] =
            (yonder_field){YN_TEXT("Accept-Language"), YN_TEXT("zz")};
    } else if (variant / 18 % 3 == 2) {
        out->side.client = YN_TEXT("192.0.2.77");
    }
    out->side.fields = out->fields;
    return true;
}
