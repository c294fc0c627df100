// SPDX-License-Identifier: MIT
#include "dialects/plan_check.h"

#include "base/text.h"
#include "rules/problem.h"

// Nearly all rules of large tables: not worth to be read for a trial.
static bool is_simple_text(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!yn_is_alpha((unsigned char)t.ptr[i]) && !yn_is_digit((unsigned char)t.ptr[i]) &&
            !strchr("/-_.", t.ptr[i]))
            return false;
    return !memmem(t.ptr, t.len, "/.", 2) && !memmem(t.ptr, t.len, "//", 2);
}

static bool is_simple(const yn_draft *draft)
{
    yonder_text to = draft->to;
    if (to.len && to.ptr[to.len - 1] == '?')
        to.len--;
    return draft->from.len && draft->from.ptr[0] == '/' && is_simple_text(draft->from) &&
           draft->from.len < 1000 && to.len < 1000 && !draft->pair_count &&
           !draft->condition_count && (!to.len || (to.ptr[0] == '/' && is_simple_text(to)));
}

static void take_message(void *context, const yonder_diagnostic *d)
{
    yn_plan *plan = context;
    if (!plan->scratch.len)
        yn_buf_put(&plan->scratch, d->message);
}

static bool is_good(yn_plan *plan, const yn_buf *text)
{
    yonder_rules_source source = {YN_TEXT("rule"), yn_buf_text(text)};
    yonder_rules_reading how = {.report = take_message, .report_context = plan, .mem = plan->mem};
    yonder_rules *rules = NULL;
    int error = yonder_rules_read(&rules, &source, 1, &how);
    yonder_rules_free(rules);
    if (error == YONDER_NO_MEMORY || text->error == YONDER_NO_MEMORY)
        plan->error = YONDER_NO_MEMORY;
    return error == YONDER_OK;
}

static void put_words(yn_buf *out, const yn_draft_pair *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        yn_buf_printf(out, " %.*s=%.*s", YN_PRINT(words[i].name), YN_PRINT(words[i].value));
}

static bool has_blanks(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if ((unsigned char)t.ptr[i] <= ' ')
            return true;
    return false;
}

bool yn_plan_is_rule(yn_plan *plan, const yn_draft *draft, yonder_text hosts)
{
    if (is_simple(draft))
        return true;
    plan->scratch.len = 0;
    bool blanks = has_blanks(draft->from) || has_blanks(draft->to);
    for (size_t i = 0; i < draft->pair_count; i++)
        blanks = blanks || has_blanks(draft->pairs[i].name) || has_blanks(draft->pairs[i].value);
    for (size_t i = 0; i < draft->condition_count; i++)
        blanks = blanks || has_blanks(draft->conditions[i].name) ||
                 has_blanks(draft->conditions[i].value);
    if (blanks) {
        yn_buf_str(&plan->scratch, "a rule cannot have blanks where it has them");
        return false;
    }
    yn_buf text = yn_buf_make(1 << 20, plan->mem);
    if (hosts.len)
        yn_buf_printf(&text, "[%.*s]\n", YN_PRINT(hosts));
    yn_buf_put(&text, draft->from);
    put_words(&text, draft->pairs, draft->pair_count);
    yn_buf_printf(&text, " %.*s %d", YN_PRINT(draft->to.len ? draft->to : YN_TEXT("-")),
                  draft->status);
    put_words(&text, draft->conditions, draft->condition_count);
    yn_buf_char(&text, '\n');
    bool good = is_good(plan, &text);
    yn_buf_free(&text);
    return good;
}

bool yn_plan_is_host(yn_plan *plan, yonder_text host)
{
    yn_buf text = yn_buf_make(1 << 16, plan->mem);
    plan->scratch.len = 0;
    yn_buf_printf(&text, "[%.*s]\n", YN_PRINT(host));
    bool good = !has_blanks(host) && is_good(plan, &text);
    if (!good && !plan->scratch.len)
        yn_buf_printf(&plan->scratch, "'%.*s' is not a valid host", YN_PRINT(yn_quotable(host)));
    yn_buf_free(&text);
    return good;
}
