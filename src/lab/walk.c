// SPDX-License-Identifier: MIT
#include "lab/walk.h"

#include "base/text.h"

enum {
    pattern_max = 1 << 16
};

bool yn_lab_is_of_interest(yonder_text name)
{
    static const char *const names[] = {
        "Authorization",
        "Proxy-Authorization",
        "Cookie",
        "Origin",
        "Referer",
        "Content-Type",
        "Content-Encoding",
        "Content-Language",
        "Content-Location",
        "X-Lab",
        NULL,
    };
    for (const char *const *n = names; *n; n++)
        if (yn_equal_nocase(name, yonder_text_of(*n)))
            return true;
    return false;
}

const yonder_field *yn_lab_step_field(const yn_lab_step *step, yonder_text name)
{
    for (size_t i = 0; i < step->field_count; i++)
        if (yn_equal_nocase(step->fields[i].name, name))
            return &step->fields[i];
    return NULL;
}

void yn_lab_put_url(yn_buf *out, bool secure, yonder_text host, yonder_text target)
{
    yn_lab_where where = {.secure = secure};
    yn_lab_take_host(&where, host);
    yn_buf_str(out, secure ? "https://" : "http://");
    for (size_t i = 0; i < where.hostname.len; i++)
        yn_buf_char(out, yn_lower(where.hostname.ptr[i]));
    if (where.port != (secure ? 443 : 80))
        yn_buf_printf(out, ":%u", where.port);
    yn_buf_put(out, target);
}

// ---- patterns -----------------------------------------------------------------------------------

// The next word of `*t`, up to a blank; empty at the end.
static yonder_text next_word(yonder_text *t)
{
    *t = yn_trim(*t, " ");
    yonder_text word = yn_slice(*t, 0, yn_find_char(*t, ' '));
    *t = yn_skip(*t, word.len);
    return word;
}

static yonder_text next_step(yonder_text *t)
{
    size_t end = 0;
    while (end < t->len && !yn_starts_with(yn_skip(*t, end), YN_TEXT(" > ")))
        end++;
    yonder_text step = yn_slice(*t, 0, end);
    *t = yn_skip(*t, end < t->len ? end + 3 : end);
    return step;
}

static bool fits(yonder_text pattern, yonder_text actual)
{
    return yn_equal(pattern, YN_TEXT("*")) || yn_equal(pattern, actual);
}

static bool has(const yn_lab_step *step, yonder_text what)
{
    if (yn_equal(what, YN_TEXT("body")))
        return step->body > 0;
    return yn_lab_step_field(step, what) != NULL;
}

static bool step_matches(const yn_lab_step *step, yonder_text pattern)
{
    if (!fits(next_word(&pattern), step->method) || !fits(next_word(&pattern), step->url))
        return false;
    for (yonder_text word; (word = next_word(&pattern)).len;)
        if (has(step, yn_skip(word, 1)) != (word.ptr[0] == '+'))
            return false;
    return true;
}

bool yn_lab_walk_matches(const yn_lab_walk *walk, const char *pattern, const yn_lab_where *where)
{
    yn_buf expanded = yn_buf_make(pattern_max, NULL);
    yn_lab_expand(&expanded, pattern, where);
    yonder_text rest = yn_buf_text(&expanded);
    size_t i = 0;
    bool ok = !expanded.error, any = false;
    while (ok && rest.len) {
        yonder_text step = next_step(&rest);
        any = yn_equal(step, YN_TEXT("..."));
        if (!any)
            ok = i < walk->count && step_matches(&walk->steps[i++], step);
    }
    yn_buf_free(&expanded);
    return ok && (any || (i == walk->count && !walk->more));
}

// ---- comparison ---------------------------------------------------------------------------------

static bool same_field(const yn_lab_step *a, const yn_lab_step *b, yonder_text name)
{
    const yonder_field *x = yn_lab_step_field(a, name), *y = yn_lab_step_field(b, name);
    return (!x && !y) || (x && y && yn_equal(x->value, y->value));
}

static bool same_step(const yn_lab_step *a, const yn_lab_step *b, const yn_lab_case *item)
{
    static const yonder_text type = YN_TEXT_INIT("Content-Type");
    if (!yn_equal(a->method, b->method) || !yn_equal(a->url, b->url) || a->body != b->body)
        return false;
    if (a->body && !yn_lab_step_field(a, type) != !yn_lab_step_field(b, type))
        return false;
    for (const yn_lab_visit *v = item->visits; v < item->visits + YN_LAB_VISITS && v->method; v++)
        for (size_t i = 0; i < YN_LAB_GIVEN && v->given[i]; i++) {
            yonder_text line = yonder_text_of(v->given[i]);
            if (!same_field(a, b, yn_slice(line, 0, yn_find_char(line, ':'))))
                return false;
        }
    return true;
}

bool yn_lab_walk_same(const yn_lab_walk *a, const yn_lab_walk *b, const yn_lab_case *item)
{
    if (a->count != b->count || a->more != b->more)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_step(&a->steps[i], &b->steps[i], item))
            return false;
    return true;
}
