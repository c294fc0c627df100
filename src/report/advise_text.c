// SPDX-License-Identifier: MIT
#include "audit/policy.h"
#include "base/text.h"
#include "report/advise.h"
#include "report/check_fix.h"
#include "report/check_words.h"

enum {
    plain_width = 100,
};

typedef struct text {
    const yn_advised *advised;
    const yn_style *style;
    yn_buf *out;
    yn_buf scratch;
} text;

// What stands in `scratch`, NUL-terminated, and empty from then on.
static const char *scratch(text *t)
{
    yn_buf_char(&t->scratch, '\0');
    t->scratch.len = 0;
    if (t->scratch.error && !t->out->error)
        t->out->error = t->scratch.error;
    return t->scratch.error ? "" : t->scratch.ptr;
}

// The cursor stands at `indent`.
static void wrapped(text *t, size_t indent, const char *words)
{
    yn_put_wrapped(t->out, words, indent, indent, t->style->width ? t->style->width : plain_width);
    yn_buf_char(t->out, '\n');
}

static void paragraph(text *t, size_t indent, const char *words)
{
    yn_put_spaces(t->out, indent);
    wrapped(t, indent, words);
}

static void looked(text *t, const char *words, yn_look look)
{
    yn_look_begin(t->out, t->style, look);
    yn_buf_str(t->out, words);
    yn_look_end(t->out, t->style, look);
}

/* ---- where it stands ---------------------------------------------------------------------------
 */

static void put_now(text *t)
{
    const yn_advice *a = t->advised->advice;
    yn_put_untrusted(t->out, yn_check_name(t->advised->audit));
    yn_buf_str(t->out, ": ");
    if (!a->has_header) {
        yn_buf_str(t->out, "sends no Strict-Transport-Security header over HTTPS\n");
    } else {
        yn_buf_str(t->out, "sends \"");
        yn_put_untrusted(t->out, a->value);
        yn_buf_str(t->out, "\"\n");
        if (a->reading != YONDER_HSTS_VALID)
            yn_buf_printf(t->out, "  browsers do not accept that: %s\n",
                          yonder_hsts_reading_prose(a->reading));
    }
    if (a->listed)
        yn_buf_str(t->out, "  it is on a preload list\n");
}

static void put_obstacles(text *t, const yn_obstacle *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        yn_put_untrusted(&t->scratch, all[i].host);
        yn_buf_printf(&t->scratch, ": %s", yn_obstacle_prose(all[i].code));
        yn_buf_str(t->out, "  - ");
        wrapped(t, 4, scratch(t));
    }
}

static void put_refusal(text *t)
{
    const yn_advice *a = t->advised->advice;
    if (!a->subdomain_count)
        return;
    yn_buf_char(t->out, '\n');
    looked(t, "No includeSubDomains", YN_BOLD);
    yn_buf_printf(t->out, "%s until this is put right:\n",
                  t->advised->wants_preload ? ", and so no preload," : "");
    put_obstacles(t, a->subdomains, a->subdomain_count);
}

/* ---- what comes next ---------------------------------------------------------------------------
 */

static void put_lines(text *t, yn_fix fix, const yn_remedy_place *place)
{
    const yn_checked checked = {.audit = t->advised->audit, .server = t->advised->server};
    for (yn_server s = 0; s < YN_SERVER_COUNT; s++) {
        t->scratch.len = 0;
        if (yn_check_shows(&checked, s) && yn_remedy_write(&t->scratch, fix, s, place))
            yn_check_put_lines(t->out, t->style, s, yn_buf_text(&t->scratch), 2);
        t->scratch.len = 0;
    }
}

static void put_header_lines(text *t, const yonder_hsts_policy *policy)
{
    yn_buf value = yn_buf_make(1 << 10, t->out->mem);
    yn_policy_write(&value, policy);
    const yn_remedy_place place = {.host = t->advised->audit->ascii, .value = yn_buf_text(&value)};
    put_lines(t, YN_FIX_HSTS, &place);
    yn_buf_free(&value);
}

// How to put right what a configuration can.
static void put_remedies(text *t)
{
    const yn_advice *a = t->advised->advice;
    for (size_t i = 0; i < a->obstacle_count; i++) {
        const yn_remedy_place place = {.host = a->obstacles[i].host};
        if (a->obstacles[i].code != YN_OBSTACLE_REDIRECT)
            continue;
        yn_buf_char(t->out, '\n');
        put_lines(t, YN_FIX_REDIRECT, &place);
    }
}

static void put_next(text *t)
{
    const yn_advice *a = t->advised->advice;
    const yn_ramp_step *next = &a->steps[0];
    yn_buf_char(t->out, '\n');
    looked(t, "Next: ", YN_BOLD);
    yn_buf_printf(t->out, "%s\n", yn_step_prose(next->step));
    if (a->settle && (next->step == YN_STEP_RAISE || next->step == YN_STEP_SUBDOMAINS)) {
        yn_buf_str(&t->scratch, "once the present header has been served for ");
        yn_duration_write(&t->scratch, a->settle);
        yn_buf_str(&t->scratch, " without complaints");
        paragraph(t, 2, scratch(t));
    }
    put_obstacles(t, a->obstacles, a->obstacle_count);
    put_remedies(t);
    if (!yn_step_has_header(next->step))
        return;
    yn_buf_char(t->out, '\n');
    put_header_lines(t, &next->policy);
    yn_buf_char(t->out, '\n');
    if (*next->why)
        paragraph(t, 2, next->why);
    if (next->wait) {
        yn_buf_str(&t->scratch, "Keep it for ");
        yn_duration_write(&t->scratch, next->wait);
        yn_buf_str(&t->scratch, "; then ask 'yonder hsts advise' again.");
        paragraph(t, 2, scratch(t));
    }
}

static void put_ramp(text *t)
{
    const yn_advice *a = t->advised->advice;
    if (a->step_count < 2)
        return;
    yn_buf_char(t->out, '\n');
    looked(t, "After that", YN_BOLD);
    yn_buf_char(t->out, '\n');
    for (size_t i = 1; i < a->step_count; i++) {
        yn_policy_write(&t->scratch, &a->steps[i].policy);
        yn_buf_printf(t->out, "  %-46s", scratch(t));
        if (a->steps[i].wait) {
            yn_buf_str(t->out, "for ");
            yn_duration_write(t->out, a->steps[i].wait);
        } else {
            yn_buf_str(t->out, i + 1 < a->step_count ? "" : "to stay");
        }
        yn_buf_char(t->out, '\n');
    }
}

static void put_preload(text *t)
{
    if (!t->advised->wants_preload)
        return;
    yn_buf_char(t->out, '\n');
    looked(t, "What preloading costs", YN_BOLD);
    yn_buf_char(t->out, '\n');
    for (const char *const *p = yn_check_costs; *p; p++) {
        yn_buf_str(t->out, "  - ");
        wrapped(t, 4, *p);
    }
}

void yn_advise_text(yn_buf *out, const yn_advised *advised, const yn_style *style)
{
    text t = {
        .advised = advised, .style = style, .out = out, .scratch = yn_buf_make(1 << 16, out->mem)};
    put_now(&t);
    put_next(&t);
    put_refusal(&t);
    put_ramp(&t);
    put_preload(&t);
    yn_buf_free(&t.scratch);
}
