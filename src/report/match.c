// SPDX-License-Identifier: MIT
#include "report/match.h"

#include <stdlib.h>

#include "base/text.h"

typedef struct noting {
    yn_match_report *report;
    size_t room; // for candidates
    bool failed;
} noting;

static bool grow(noting *n)
{
    yn_match_report *r = n->report;
    if (r->candidate_count < n->room)
        return true;
    size_t room = n->room ? 2 * n->room : 16;
    yn_match_candidate *more = realloc(r->candidates, room * sizeof *more);
    if (!more)
        return false;
    r->candidates = more;
    n->room = room;
    return true;
}

static void note(void *context, const yonder_rules *owner, const yn_rule *rule, yn_verdict verdict,
                 size_t condition, const yonder_text *captures)
{
    noting *n = context;
    yn_match_report *r = n->report;
    for (size_t i = 0; i < r->candidate_count; i++)
        if (r->candidates[i].view.rule == rule) // met on two ways
            return;
    size_t count = yn_rule_rest(rule)->capture_count;
    yonder_text *kept = yn_arena_alloc(&r->arena, (count + 1) * sizeof *kept);
    if (!kept || !grow(n)) {
        n->failed = true;
        return;
    }
    yn_match_candidate *c = &r->candidates[r->candidate_count];
    *c = (yn_match_candidate){
        .owner = owner, .verdict = verdict, .condition = condition, .captures = kept};
    if (!yn_view_rule(&c->view, owner, rule, &r->arena)) {
        n->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++) { // a regular expression's lie in space that is used again
        kept[i] = yn_arena_text(&r->arena, captures[i]);
        n->failed = n->failed || !kept[i].ptr;
    }
    r->candidate_count++;
}

static int by_order(const void *a, const void *b)
{
    const yn_match_candidate *x = a, *y = b;
    return (x->view.order > y->view.order) - (x->view.order < y->view.order);
}

/* ---- what is like it ------------------------------------------------------------------------- */

static void try_near(yn_match_report *r, const char *what, yonder_text target)
{
    yonder_rules_request request = *r->request;
    yonder_rules_answer answer;
    size_t size = YONDER_RULES_SCRATCH(target.len);
    char *scratch = yn_arena_alloc(&r->arena, size);
    request.target = target;
    if (!scratch || !target.ptr ||
        yonder_rules_match(r->rules, &request, scratch, size, &answer) != 1 ||
        answer.cause != YONDER_RULES_RULE)
        return;
    r->near[r->near_count++] = (yn_match_near){what, target, answer.file, answer.line};
}

static yonder_text with_case_folded(yn_match_report *r, yonder_text target)
{
    yonder_text copy = yn_arena_text(&r->arena, target);
    char *bytes = (char *)copy.ptr;
    for (size_t i = 0; bytes && i < copy.len && bytes[i] != '?'; i++)
        bytes[i] = yn_lower(bytes[i]);
    return copy;
}

static yonder_text with_slash_turned(yn_match_report *r, yonder_text target)
{
    size_t path = yn_find_char(target, '?');
    char *bytes = yn_arena_alloc(&r->arena, target.len + 1), *end = bytes;
    bool has_slash = path > 1 && target.ptr[path - 1] == '/';
    if (!bytes)
        return (yonder_text){NULL, 0};
    end = mempcpy(end, target.ptr, path - has_slash);
    if (!has_slash)
        *end++ = '/';
    end = mempcpy(end, target.ptr + path, target.len - path);
    return (yonder_text){bytes, (size_t)(end - bytes)};
}

static void find_near(yn_match_report *r)
{
    yonder_text target = r->request->target;
    size_t path = yn_find_char(target, '?');
    bool has_slash = path > 1 && target.ptr[path - 1] == '/';
    if (!target.len || target.ptr[0] != '/')
        return;
    if (path > 1)
        try_near(r, has_slash ? "without the slash at the end" : "with a slash at the end",
                 with_slash_turned(r, target));
    yonder_text folded = with_case_folded(r, target);
    if (!yn_equal(folded, target))
        try_near(r, "in lower case", folded);
    if (path < target.len)
        try_near(r, "without the query", yn_slice(target, 0, path));
}

/* ---- the report ------------------------------------------------------------------------------ */

bool yn_match_report_make(yn_match_report *out, const yonder_rules *rules,
                          const yonder_rules_request *request)
{
    *out = (yn_match_report){.rules = rules, .request = request, .arena = yn_arena_make(NULL)};
    noting n = {.report = out};
    const yn_watch watch = {note, &n};
    const yonder_rules *owner;
    const yn_rule *fired;
    size_t size = YONDER_RULES_SCRATCH(request->target.len);
    char *scratch = yn_arena_alloc(&out->arena, size);
    if (scratch)
        out->found = yn_match(rules, request, scratch, size, &out->answer, &watch, &owner, &fired);
    if (!scratch || n.failed) {
        yn_match_report_free(out);
        return false;
    }
    if (out->candidate_count)
        qsort(out->candidates, out->candidate_count, sizeof *out->candidates, by_order);
    out->fired = out->candidate_count;
    for (size_t i = 0; i < out->candidate_count && out->found > 0; i++)
        if (out->candidates[i].view.rule == fired && out->answer.cause == YONDER_RULES_RULE)
            out->fired = i;
    if (out->found == 0)
        find_near(out);
    return true;
}

void yn_match_report_free(yn_match_report *report)
{
    free(report->candidates);
    yn_arena_free(&report->arena);
    *report = (yn_match_report){0};
}
