// SPDX-License-Identifier: MIT
#include "report/diff.h"

#include "base/text.h"
#include "report/witness.h"

static bool answers(const yn_diff_answer *a)
{
    return a->cause != YONDER_RULES_NONE;
}

static const char *name_of(const yn_diff_change *c)
{
    return !answers(&c->before) && answers(&c->after)   ? "added"
           : answers(&c->before) && !answers(&c->after) ? "removed"
                                                        : "changed";
}

/* ---- text ------------------------------------------------------------------------------------ */

static void put_answer(yn_buf *out, const char *sign, const yn_diff_answer *a,
                       const yn_diff_answer *other, yn_look look, const yn_style *style)
{
    yn_buf_str(out, "  ");
    yn_look_begin(out, style, look);
    yn_buf_str(out, sign);
    if (!answers(a))
        yn_buf_str(out, a->status ? " 414 (too long)" : " nothing");
    else
        yn_buf_printf(out, " %d", a->status);
    if (a->location.len) {
        yn_buf_char(out, ' ');
        yn_put_untrusted(out, a->location);
    }
    if (!yn_equal(a->cache_control, other->cache_control) && a->cache_control.len) {
        yn_buf_str(out, "  Cache-Control: ");
        yn_put_untrusted(out, a->cache_control);
    }
    if (!yn_equal(a->hsts, other->hsts) && a->hsts.len) {
        yn_buf_str(out, "  Strict-Transport-Security: ");
        yn_put_untrusted(out, a->hsts);
    }
    yn_look_end(out, style, look);
    if (answers(a)) {
        yn_look_begin(out, style, YN_DIM);
        yn_buf_str(out, "  ");
        yn_put_untrusted(out, a->file);
        yn_buf_printf(out, ":%u", a->line);
        yn_look_end(out, style, YN_DIM);
    }
    yn_buf_char(out, '\n');
}

void yn_diff_text(yn_buf *out, const yn_diff *diff, const yn_style *style)
{
    const yn_diff_change *c;
    size_t added = 0, removed = 0, i = 0;
    for (; (c = yn_diff_change_at(diff, i)); i++) {
        yn_look_begin(out, style, YN_BOLD);
        yn_put_untrusted(out, c->witness.url);
        yn_look_end(out, style, YN_BOLD);
        yn_witness_text(out, &c->witness);
        yn_buf_char(out, '\n');
        put_answer(out, "-", &c->before, &c->after, YN_BAD, style);
        put_answer(out, "+", &c->after, &c->before, YN_GOOD, style);
        added += name_of(c)[0] == 'a';
        removed += name_of(c)[0] == 'r';
    }
    if (i)
        yn_buf_printf(out, "\n%zu changed, %zu added, %zu removed (%zu requests compared)\n",
                      i - added - removed, added, removed, diff->asked);
    else
        yn_buf_printf(out, "no difference (%zu requests compared)\n", diff->asked);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void put_text_or_null(yn_json *j, const char *name, yonder_text t)
{
    if (t.len)
        yn_json_text(j, name, t);
    else
        yn_json_null(j, name);
}

static void put_answer_json(yn_json *j, const char *name, const yn_diff_answer *a)
{
    if (!answers(a)) {
        yn_json_null(j, name);
        return;
    }
    yn_json_object(j, name);
    yn_json_int(j, "status", a->status);
    put_text_or_null(j, "location", a->location);
    put_text_or_null(j, "cache_control", a->cache_control);
    put_text_or_null(j, "hsts", a->hsts);
    yn_json_object(j, "rule");
    yn_json_text(j, "file", a->file);
    yn_json_int(j, "line", a->line);
    yn_json_object_end(j);
    yn_json_object_end(j);
}

void yn_diff_json(yn_buf *out, const yn_diff *diff)
{
    yn_json j = yn_json_make(out, false);
    const yn_diff_change *c;
    yn_json_object(&j, NULL);
    yn_json_int(&j, "schema", 1);
    yn_json_array(&j, "changes");
    for (size_t i = 0; (c = yn_diff_change_at(diff, i)); i++) {
        yn_json_object(&j, NULL);
        yn_json_str(&j, "change", name_of(c));
        yn_json_text(&j, "witness", c->witness.url);
        yn_witness_json(&j, &c->witness);
        put_answer_json(&j, "before", &c->before);
        put_answer_json(&j, "after", &c->after);
        yn_json_object_end(&j);
    }
    yn_json_array_end(&j);
    yn_json_object_end(&j);
}
