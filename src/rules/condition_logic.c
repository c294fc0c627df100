// SPDX-License-Identifier: MIT
// What conditions say of each other.
#include "base/text.h"
#include "rules/condition.h"
#include "rules/condition_bytes.h"
#include "rules/glob.h"

static bool has_value(const yn_condition *c, yonder_text wanted)
{
    yonder_text values = c->values, value;
    while (yn_condition_value(&values, &value))
        if (yn_equal(value, wanted))
            return true;
    return false;
}

static bool is_subset(const yn_condition *a, const yn_condition *b)
{
    yonder_text values = a->values, value;
    while (yn_condition_value(&values, &value))
        if (!has_value(b, value))
            return false;
    return true;
}

static bool are_disjoint(const yn_condition *a, const yn_condition *b)
{
    yonder_text values = a->values, value;
    while (yn_condition_value(&values, &value))
        if (has_value(b, value))
            return false;
    return true;
}

// Who asks for GET takes HEAD, too.
static bool has_method(const yn_condition *c, yonder_text method)
{
    return has_value(c, method) ||
           (yn_equal(method, YN_TEXT("HEAD")) && has_value(c, YN_TEXT("GET")));
}

static bool any_method_is_of(const yn_condition *a, const yn_condition *b)
{
    yonder_text values = a->values, value;
    while (yn_condition_value(&values, &value))
        if (has_method(b, value))
            return true;
    return false;
}

static bool methods_are_of(const yn_condition *a, const yn_condition *b)
{
    yonder_text values = a->values, value;
    while (yn_condition_value(&values, &value))
        if (!has_method(b, value))
            return false;
    return true;
}

static bool is_always(const yn_condition *c)
{
    return c->kind == YN_IF_SHARE && c->number == YN_SHARE_ALL;
}

static bool is_never(const yn_condition *c)
{
    return c->kind == YN_IF_SHARE && c->number == 0;
}

// ---- globs --------------------------------------------------------------------------------------

static bool fits(yonder_text glob, yonder_text text)
{
    return yn_glob_fits(glob, (yn_joined){.rest = text});
}

// Whether what stands before the first star, or behind the last one, tells the two apart.
static bool ends_differ(yonder_text a, yonder_text b)
{
    bool fixed = true; // no star yet, in either
    for (size_t i = 0; fixed && i < a.len && i < b.len; i++) {
        fixed = a.ptr[i] != YN_GLOB_STAR && b.ptr[i] != YN_GLOB_STAR;
        if (fixed && a.ptr[i] != b.ptr[i])
            return true;
    }
    fixed = true;
    for (size_t i = 1; fixed && i <= a.len && i <= b.len; i++) {
        char x = a.ptr[a.len - i], y = b.ptr[b.len - i];
        fixed = x != YN_GLOB_STAR && y != YN_GLOB_STAR;
        if (fixed && x != y)
            return true;
    }
    return false;
}

static bool has_star(yonder_text glob)
{
    return yn_find_char(glob, YN_GLOB_STAR) < glob.len;
}

// A field has one text, and a cookie that counts has one.
static bool globs_exclude(yonder_text a, yonder_text b)
{
    if (!has_star(a))
        return !fits(b, a);
    if (!has_star(b))
        return !fits(a, b);
    return ends_differ(a, b);
}

static bool glob_implies(yonder_text a, yonder_text b)
{
    // The empty one takes what is absent, which no other does. As to the others: a star of `a` is a
    // byte that nothing but a star of `b` takes.
    return a.len == 0 || b.len == 0 ? a.len == b.len : fits(b, a);
}

// ---- pairs --------------------------------------------------------------------------------------

bool yn_condition_excludes(const yn_condition *a, const yn_condition *b)
{
    if (is_never(a) || is_never(b))
        return true;
    if (a->kind == YN_IF_UNTIL && b->kind == YN_IF_FROM)
        return a->number <= b->number;
    if (a->kind == YN_IF_FROM && b->kind == YN_IF_UNTIL)
        return b->number <= a->number;
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case YN_IF_METHOD:
        return !any_method_is_of(a, b) && !any_method_is_of(b, a);
    case YN_IF_COUNTRY:
        return are_disjoint(a, b);
    case YN_IF_HEADER:
    case YN_IF_COOKIE:
        return a->name.len && yn_equal(a->name, b->name) &&
               globs_exclude(yn_condition_glob(a), yn_condition_glob(b));
    case YN_IF_HTTP:
        return a->number != b->number;
    default: // a client may take several languages, and shares go by salts not known here
        return false;
    }
}

static bool cookie_implies(const yn_condition *a, const yn_condition *b)
{
    if (a->name.len && b->name.len)
        return yn_equal(a->name, b->name) &&
               glob_implies(yn_condition_glob(a), yn_condition_glob(b));
    if (a->name.len)
        return yn_condition_glob(a).len && has_value(b, a->name);
    if (!b->name.len)
        return is_subset(a, b);
    static const char star = YN_GLOB_STAR;
    yonder_text values = a->values, only;
    return yn_equal(yn_condition_glob(b), (yonder_text){&star, 1}) &&
           yn_condition_value(&values, &only) && values.len == 0 && yn_equal(only, b->name);
}

bool yn_condition_implies(const yn_condition *a, const yn_condition *b)
{
    if (is_never(a) || is_always(b))
        return true;
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case YN_IF_METHOD:
        return methods_are_of(a, b);
    case YN_IF_LANGUAGE:
    case YN_IF_COUNTRY:
        return is_subset(a, b);
    case YN_IF_HEADER:
        return yn_equal(a->name, b->name) &&
               glob_implies(yn_condition_glob(a), yn_condition_glob(b));
    case YN_IF_COOKIE:
        return cookie_implies(a, b);
    case YN_IF_FROM:
        return a->number >= b->number;
    case YN_IF_UNTIL:
        return a->number <= b->number;
    case YN_IF_HTTP:
        return a->number == b->number;
    case YN_IF_SHARE:
        return false;
    }
    return false;
}
