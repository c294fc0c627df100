// SPDX-License-Identifier: MIT
// A report on a match, as text and as JSON.
#include <yonder/redirect.h>

#include "base/text.h"
#include "report/match.h"

static const char *cause_name(yonder_rules_cause cause)
{
    static const char *const names[] = {[YONDER_RULES_HTTPS] = "https",
                                        [YONDER_RULES_CANONICAL] = "canonical",
                                        [YONDER_RULES_MAINTENANCE] = "maintenance"};
    return cause >= YONDER_RULES_HTTPS ? names[cause] : NULL;
}

static const char *verdict_name(const yn_match_report *r, size_t n)
{
    static const char *const names[] = {[YN_VERDICT_FIRES] = "later",
                                        [YN_VERDICT_CONDITION] = "condition",
                                        [YN_VERDICT_AUTHORITY] = "authority",
                                        [YN_VERDICT_PAIRS] = "pairs"};
    return n == r->fired ? "fires" : names[r->candidates[n].verdict];
}

// "segment 2", "the splat", "id of the query": where a capture comes from.
static void put_what(yn_buf *out, const yn_view *v, yn_capture c)
{
    switch ((yn_capture_kind)c.kind) {
    case YN_CAPTURE_SEGMENT:
        yn_buf_printf(out, "segment %u", c.n + 1u);
        break;
    case YN_CAPTURE_BACK:
        yn_buf_printf(out, "segment %u from the end", c.n + 1u);
        break;
    case YN_CAPTURE_SPLAT:
        yn_buf_str(out, "splat");
        break;
    case YN_CAPTURE_PAIR:
        yn_buf_str(out, "query ");
        if (c.n < v->pair_count)
            yn_put_untrusted(out, v->pairs[c.n].name);
        break;
    case YN_CAPTURE_GROUP:
        yn_buf_printf(out, "group %u", (unsigned)c.n);
        break;
    }
}

// Rules are text without control characters; only an image could say otherwise.
static void put_rule_text(yn_buf *out, yonder_text t)
{
    bool plain = true;
    for (size_t i = 0; i < t.len; i++)
        plain = plain && (unsigned char)t.ptr[i] >= 0x20 && (unsigned char)t.ptr[i] < 0x7F;
    if (plain)
        yn_buf_put(out, t);
    else
        yn_put_untrusted(out, t);
}

static void write_line(yn_buf *out, const yn_match_candidate *c)
{
    yn_arena arena = yn_arena_make(NULL);
    yn_buf line = yn_buf_make(SIZE_MAX / 2, NULL);
    if (yn_view_write(&line, &c->view, c->owner, &arena))
        put_rule_text(out, yn_buf_text(&line));
    yn_buf_free(&line);
    yn_arena_free(&arena);
}

/* ---- text ------------------------------------------------------------------------------------ */

static void put_label(yn_buf *out, const char *label)
{
    yn_buf_printf(out, "%-10s ", label);
}

static void put_place(yn_buf *out, yonder_text file, uint32_t line)
{
    yn_put_untrusted(out, file);
    yn_buf_printf(out, ":%u", (unsigned)line);
}

static void put_fields(yn_buf *out, const yonder_rules_answer *a)
{
    const struct {
        const char *name;
        yonder_text value;
    } fields[] = {{"Location", a->location},
                  {"Vary", a->vary},
                  {"Cache-Control", a->cache_control},
                  {"Strict-Transport-Security", a->hsts}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!fields[i].value.len)
            continue;
        yn_buf_printf(out, "%s: ", fields[i].name);
        yn_put_untrusted(out, fields[i].value);
        yn_buf_char(out, '\n');
    }
    if (a->retry_after)
        yn_buf_printf(out, "Retry-After: %u\n", (unsigned)a->retry_after);
}

static void put_answer(yn_buf *out, const yn_style *style, const yn_match_report *r)
{
    int status = r->found > 0 ? r->answer.status : r->found == 0 ? 404 : 414;
    yn_look_begin(out, style, r->found > 0 ? YN_GOOD : YN_NOTICE);
    yn_buf_printf(out, "%d %s", status, yonder_status_phrase(status));
    yn_look_end(out, style, r->found > 0 ? YN_GOOD : YN_NOTICE);
    yn_buf_char(out, '\n');
    if (r->found >= 0)
        put_fields(out, &r->answer);
    if (r->found == 0)
        yn_buf_str(out, "no rule answers\n");
    else if (r->found < 0)
        yn_buf_str(out, "the Location would be too long\n");
}

static void put_captures(yn_buf *out, const yn_match_candidate *c)
{
    size_t count = yn_rule_rest(c->view.rule)->capture_count;
    for (size_t i = 0; i < count; i++) {
        put_label(out, i ? "" : "captured");
        put_what(out, &c->view, yn_rule_capture(c->view.rule, i));
        yn_buf_str(out, " = ");
        yn_put_untrusted(out, c->captures[i]);
        yn_buf_char(out, '\n');
    }
}

// Conditions are held one after the other, up to the first that does not hold.
static const char *outcome(const yn_match_candidate *c, size_t n)
{
    if (c->verdict != YN_VERDICT_CONDITION)
        return c->verdict == YN_VERDICT_FIRES ? "holds" : "not asked";
    return n + 1 < c->condition ? "holds" : n + 1 == c->condition ? "does not hold" : "not asked";
}

static void put_conditions(yn_buf *out, const yn_match_candidate *c, const char *indent)
{
    for (size_t i = 0; i < c->view.condition_count; i++) {
        yn_buf text = yn_buf_make(SIZE_MAX / 2, NULL);
        yn_condition_write(&text, &c->view.conditions[i]);
        yn_buf_str(out, indent);
        yn_put_untrusted(out, yn_buf_text(&text));
        yn_buf_printf(out, "  %s\n", outcome(c, i));
        yn_buf_free(&text);
    }
}

static bool asks_for_language(const yn_view *v)
{
    for (size_t i = 0; i < v->condition_count; i++)
        if (v->conditions[i].kind == YN_IF_LANGUAGE)
            return true;
    return false;
}

// Why a rule that would fire does not.
static const char *gives_way(const yn_match_report *r, const yn_view *v)
{
    if (r->answer.cause != YONDER_RULES_RULE)
        return "the site answers first";
    if (r->fired == r->candidate_count)
        return "comes later";
    const yn_view *fired = &r->candidates[r->fired].view;
    if (v->order > fired->order)
        return "comes later";
    return asks_for_language(v) && asks_for_language(fired)
               ? "the client likes another language better"
               : "a section of the request's host goes first";
}

static void put_others(yn_buf *out, const yn_match_report *r)
{
    static const char *const why[] = {[YN_VERDICT_CONDITION] = "a condition does not hold",
                                      [YN_VERDICT_AUTHORITY] =
                                          "what it captures cannot stand in its target's host",
                                      [YN_VERDICT_PAIRS] = "the query does not fit"};
    bool first = true;
    for (size_t i = 0; i < r->candidate_count; i++) {
        const yn_match_candidate *c = &r->candidates[i];
        if (i == r->fired)
            continue;
        if (first)
            yn_buf_str(out, "\nOther rules for this path\n");
        first = false;
        yn_buf_str(out, "  ");
        put_place(out, c->view.file, c->view.line);
        yn_buf_str(out, "  ");
        write_line(out, c);
        yn_buf_printf(out, "\n    %s\n",
                      c->verdict == YN_VERDICT_FIRES ? gives_way(r, &c->view) : why[c->verdict]);
        put_conditions(out, c, "      ");
    }
}

static void put_near(yn_buf *out, const yn_match_report *r)
{
    for (size_t i = 0; i < r->near_count; i++) {
        if (i == 0)
            yn_buf_str(out, "\nNearly\n");
        yn_buf_printf(out, "  %s: ", r->near[i].what);
        yn_put_untrusted(out, r->near[i].target);
        yn_buf_str(out, " is answered by ");
        put_place(out, r->near[i].file, r->near[i].line);
        yn_buf_char(out, '\n');
    }
}

void yn_match_text(yn_buf *out, const yn_style *style, const yn_match_report *r)
{
    put_answer(out, style, r);
    if (r->found > 0) {
        const char *cause = cause_name(r->answer.cause);
        put_label(out, cause ? "site" : "rule");
        put_place(out, r->answer.file, r->answer.line);
        yn_buf_str(out, "  ");
        if (cause)
            yn_buf_str(out, cause);
        else if (r->fired < r->candidate_count)
            write_line(out, &r->candidates[r->fired]);
        yn_buf_char(out, '\n');
    }
    if (r->fired < r->candidate_count) {
        put_captures(out, &r->candidates[r->fired]);
        put_conditions(out, &r->candidates[r->fired], "condition  ");
    }
    put_others(out, r);
    put_near(out, r);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void json_place(yn_json *out, const char *name, yonder_text file, uint32_t line)
{
    yn_json_object(out, name);
    yn_json_text(out, "file", file);
    yn_json_int(out, "line", line);
    yn_json_object_end(out);
}

static void json_field(yn_json *out, const char *name, yonder_text value)
{
    if (value.len)
        yn_json_text(out, name, value);
}

void yn_match_json_answer(yn_json *out, int found, const yonder_rules_answer *a)
{
    yn_json_int(out, "status", found > 0 ? a->status : found == 0 ? 404 : 414);
    if (found > 0 && a->location.len)
        yn_json_text(out, "location", a->location);
    else
        yn_json_null(out, "location");
    if (found > 0)
        json_place(out, "rule", a->file, a->line);
    else
        yn_json_null(out, "rule");
    if (found < 0)
        return;
    if (cause_name(a->cause))
        yn_json_str(out, "cause", cause_name(a->cause));
    json_field(out, "vary", a->vary);
    json_field(out, "cache_control", a->cache_control);
    json_field(out, "hsts", a->hsts);
    if (a->retry_after)
        yn_json_int(out, "retry_after", a->retry_after);
}

static void json_captures(yn_json *out, const yn_match_report *r)
{
    yn_json_array(out, "captures");
    const yn_match_candidate *c = r->fired < r->candidate_count ? &r->candidates[r->fired] : NULL;
    for (size_t i = 0; c && i < yn_rule_rest(c->view.rule)->capture_count; i++) {
        yn_buf what = yn_buf_make(SIZE_MAX / 2, NULL);
        put_what(&what, &c->view, yn_rule_capture(c->view.rule, i));
        yn_json_object(out, NULL);
        yn_json_text(out, "what", yn_buf_text(&what));
        yn_json_text(out, "text", c->captures[i]);
        yn_json_object_end(out);
        yn_buf_free(&what);
    }
    yn_json_array_end(out);
}

static void json_conditions(yn_json *out, const yn_match_candidate *c)
{
    yn_json_array(out, "conditions");
    for (size_t i = 0; i < c->view.condition_count; i++) {
        yn_buf text = yn_buf_make(SIZE_MAX / 2, NULL);
        const char *what = outcome(c, i);
        yn_condition_write(&text, &c->view.conditions[i]);
        yn_json_object(out, NULL);
        yn_json_text(out, "text", yn_buf_text(&text));
        if (what[0] == 'n')
            yn_json_null(out, "holds");
        else
            yn_json_bool(out, "holds", what[0] == 'h');
        yn_json_object_end(out);
        yn_buf_free(&text);
    }
    yn_json_array_end(out);
}

void yn_match_json(yn_json *out, const yn_match_report *r)
{
    yn_json_object(out, NULL);
    yn_match_json_answer(out, r->found, &r->answer);
    json_captures(out, r);
    yn_json_array(out, "candidates");
    for (size_t i = 0; i < r->candidate_count; i++) {
        yn_json_object(out, NULL);
        json_place(out, "rule", r->candidates[i].view.file, r->candidates[i].view.line);
        yn_json_str(out, "verdict", verdict_name(r, i));
        json_conditions(out, &r->candidates[i]);
        yn_json_object_end(out);
    }
    yn_json_array_end(out);
    yn_json_array(out, "near");
    for (size_t i = 0; i < r->near_count; i++)
        yn_json_text(out, NULL, r->near[i].target);
    yn_json_array_end(out);
    yn_json_object_end(out);
}
