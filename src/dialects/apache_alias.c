// SPDX-License-Identifier: MIT
// mod_alias: Redirect and its kin; and ProxyPass, which takes requests away from it.
#include "base/text.h"
#include "dialects/apache.h"
#include "dialects/regexp.h"

typedef struct redirect {
    int status;
    bool regex;
    yonder_text from, to; // `from` empty: the place it stands in
} redirect;

static const struct {
    yonder_text word;
    int status;
} words[] = {
    {YN_TEXT_INIT("permanent"), 301},
    {YN_TEXT_INIT("temp"), 302},
    {YN_TEXT_INIT("seeother"), 303},
    {YN_TEXT_INIT("gone"), 410},
};

static bool read_status(yonder_text word, int *status)
{
    uint64_t number;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (yn_equal_nocase(words[i].word, word)) {
            *status = words[i].status;
            return true;
        }
    if (!yn_parse_number(word, 999, &number))
        return false;
    *status = (int)number;
    return true;
}

// False if it is no redirect, or one that Apache would not take.
static bool read_redirect(yn_apache *a, const yn_directive *d, redirect *out)
{
    size_t at = 1;
    *out = (redirect){.status = 302, .regex = yn_apache_is(d, "RedirectMatch")};
    if (yn_apache_is(d, "RedirectPermanent"))
        out->status = 301;
    else if (!out->regex && !yn_apache_is(d, "Redirect") && !yn_apache_is(d, "RedirectTemp"))
        return false;
    bool fixed = d->words[0].len > 8 && !out->regex;
    if (!fixed && d->count > 1 && d->words[1].len && d->words[1].ptr[0] != '/' &&
        read_status(d->words[1], &out->status))
        at = 2;
    bool leads = out->status >= 300 && out->status < 400;
    size_t left = d->count - at;
    if (left == (leads ? 2u : 1u)) {
        out->from = d->words[at];
        out->to = leads ? d->words[at + 1] : (yonder_text){0};
        return true;
    }
    if (left == (leads ? 1u : 0u) && !out->regex) {
        out->to = leads ? d->words[at] : (yonder_text){0};
        return true;
    }
    yn_plan_note(a->plan, YN_NOTE_ERROR, d->file, d->line,
                 leads ? "a path and a target are what it takes"
                       : "a path is what it takes: this status has no target");
    return false;
}

/* ---- steps ----------------------------------------------------------------------------------- */

static yn_step *add(yn_apache *a, const yn_apache_place *place, const yn_case *which,
                    const yn_directive *d, const redirect *r, const yn_to *to)
{
    yn_step *step = yn_plan_step_add(a->plan, a->server, YN_STEP_ANSWER, which, d->file, d->line);
    step->phase = place->alias_phase;
    step->status = r->status;
    step->to = to->first;
    step->query = YN_QUERY_PASSED;
    return step;
}

// "https://host" without a path, behind which a path would become part of the host.
static bool ends_in_host(yonder_text to)
{
    size_t from = yn_starts_with(to, YN_TEXT("http://"))    ? 7
                  : yn_starts_with(to, YN_TEXT("https://")) ? 8
                                                            : 0;
    return from && yn_find_char(yn_skip(to, from), '/') == to.len - from;
}

static bool is_target(yonder_text to)
{
    return to.len && (to.ptr[0] == '/' || yn_find_char(to, ':') < to.len);
}

// What is below a path: "/a" has "/a/b", and "/a/" as well.
static void add_below(yn_apache *a, const yn_apache_place *place, const yn_directive *d,
                      const redirect *r, yonder_text folder, const char *before)
{
    yn_case which = place->which;
    yn_path path = yn_path_folder(a->plan, folder);
    yn_to to = {0};
    if (yn_equal(folder, YN_TEXT("/")))
        path = yn_path_regex(a->plan, YN_TEXT("^/(.*)$"), false);
    if (!yn_case_path(a->plan, &which, &path))
        return;
    if (r->to.len) {
        yn_to_add(a->plan, &to, YN_TO_TEXT, r->to);
        yn_to_add(a->plan, &to, YN_TO_TEXT, yonder_text_of(before));
        yn_to_add_group(a->plan, &to, path.id, 1);
    }
    add(a, place, &which, d, r, &to);
}

static void add_prefix(yn_apache *a, const yn_apache_place *place, const yn_directive *d,
                       redirect *r)
{
    yn_plan *plan = a->plan;
    yn_case which = place->which;
    yonder_text from = yn_plan_decoded(plan, r->from);
    yn_path exact = yn_path_exact(from, false);
    yn_to to = {0};
    bool folder = from.len && from.ptr[from.len - 1] == '/';
    if (folder && from.len > 1) { // "/a/" is not for "/a"
        yn_buf_char(&plan->scratch, '^');
        yn_regexp_quote(&plan->scratch, from);
        yn_buf_str(&plan->scratch, "(.*)$");
        yn_path path = yn_path_regex(plan, yn_plan_written(plan), false);
        if (!yn_case_path(plan, &which, &path))
            return;
        if (r->to.len) {
            yn_to_add(plan, &to, YN_TO_TEXT, r->to);
            yn_to_add_group(plan, &to, path.id, 1);
        }
        add(a, place, &which, d, r, &to);
        return;
    }
    if (folder) {
        add_below(a, place, d, r, from, "");
        return;
    }
    yn_to_add(plan, &to, YN_TO_TEXT, r->to);
    if (yn_case_path(plan, &which, &exact))
        add(a, place, &which, d, r, &to);
    yn_buf_put(&plan->scratch, from);
    yn_buf_char(&plan->scratch, '/');
    add_below(a, place, d, r, yn_plan_written(plan), "/");
}

static void put_escaped(yn_buf *out, yonder_text t)
{
    size_t path = yn_find_char(t, '?');
    for (size_t i = 0; i < t.len; i++)
        if (i < path && t.ptr[i] == '%')
            yn_buf_str(out, "%25");
        else
            yn_buf_char(out, t.ptr[i]);
}

static void add_regex(yn_apache *a, const yn_apache_place *place, const yn_directive *d,
                      const redirect *r)
{
    yn_plan *plan = a->plan;
    yn_case which = place->which;
    yonder_text pattern;
    yn_to to = {0};
    if (!yn_apache_path_pattern(a, d, r->from, &pattern))
        return;
    yn_path path = yn_path_regex(plan, pattern, false);
    if (!yn_case_path(plan, &which, &path))
        return;
    for (size_t i = 0; i < r->to.len; i++) {
        bool group = r->to.ptr[i] == '$' && i + 1 < r->to.len &&
                     yn_is_digit((unsigned char)r->to.ptr[i + 1]);
        size_t from = i;
        if (group) {
            yn_to_add_group(plan, &to, path.id, (uint32_t)(r->to.ptr[++i] - '0'));
            continue;
        }
        if (r->to.ptr[i] == '\\' && i + 1 < r->to.len)
            from = ++i;
        while (i + 1 < r->to.len && r->to.ptr[i + 1] != '$' && r->to.ptr[i + 1] != '\\')
            i++;
        put_escaped(&plan->scratch, yn_slice(r->to, from, i + 1));
        yn_to_add(plan, &to, YN_TO_TEXT, yn_plan_written(plan));
    }
    add(a, place, &which, d, r, &to);
}

static void run_redirect(yn_apache *a, const yn_apache_place *place, const yn_directive *d)
{
    redirect r;
    if (!read_redirect(a, d, &r))
        return;
    if (!r.from.len) {
        yn_plan_note(a->plan, YN_NOTE_ERROR, d->file, d->line,
                     "without a path it stands inside <Location> only");
        return;
    }
    if (r.to.len && !r.regex && !is_target(r.to)) {
        yn_plan_note(a->plan, YN_NOTE_ERROR, d->file, d->line,
                     "its target is neither a path nor a URL");
        return;
    }
    if (!r.regex && (r.from.ptr[0] != '/')) {
        yn_plan_note(a->plan, YN_NOTE_ERROR, d->file, d->line, "its path does not start with '/'");
        return;
    }
    if (!r.regex && ends_in_host(r.to) && r.from.ptr[r.from.len - 1] == '/') {
        yn_plan_note(a->plan, YN_NOTE_CHANGED, d->file, d->line,
                     "there is no '/' behind the host of its target: Apache puts the rest of the "
                     "path right behind it, here a '/' stands between");
        yn_buf_printf(&a->plan->scratch, "%.*s/", YN_PRINT(r.to));
        r.to = yn_plan_written(a->plan);
    }
    if (r.regex)
        add_regex(a, place, d, &r);
    else
        add_prefix(a, place, d, &r);
}

void yn_apache_alias(yn_apache *a, const yn_apache_place *place, const yn_directive *first)
{
    for (const yn_directive *d = first; d && !a->plan->error; d = d->next)
        if (yn_apache_is_open(a, d))
            yn_apache_alias(a, place, d->first);
        else if (!d->is_block)
            run_redirect(a, place, d);
}

void yn_apache_alias_here(yn_apache *a, const yn_apache_place *place, const yn_directive *first)
{
    for (const yn_directive *d = first; d && !a->plan->error; d = d->next) {
        redirect r;
        if (yn_apache_is_open(a, d))
            yn_apache_alias_here(a, place, d->first);
        if (d->is_block || !yn_starts_with(d->words[0], YN_TEXT("Redirect")) ||
            !read_redirect(a, d, &r))
            continue;
        if (r.from.len) {
            run_redirect(a, place, d);
            continue;
        }
        yn_to to = {0};
        if (memmem(r.to.ptr, r.to.len, "%{", 2))
            yn_to_add(a->plan, &to, YN_TO_UNKNOWN, r.to);
        else
            yn_to_add(a->plan, &to, YN_TO_TEXT, r.to);
        add(a, place, &place->which, d, &r, &to);
    }
}

/* ---- mod_proxy ------------------------------------------------------------------------------- */

void yn_apache_proxy(yn_apache *a, const yn_apache_place *place, const yn_directive *first)
{
    for (const yn_directive *d = first; d && !a->plan->error; d = d->next) {
        bool regex = yn_apache_is(d, "ProxyPassMatch");
        yonder_text pattern;
        if (yn_apache_is_open(a, d))
            yn_apache_proxy(a, place, d->first);
        if (d->is_block || d->count < 3 || !(regex || yn_apache_is(d, "ProxyPass")))
            continue;
        yn_case which = place->which;
        yn_path path = yn_path_prefix(yn_plan_decoded(a->plan, d->words[1]));
        if (regex && !yn_apache_path_pattern(a, d, d->words[1], &pattern))
            continue;
        if (regex)
            path = yn_path_regex(a->plan, pattern, false);
        bool kept = yn_equal(d->words[2], YN_TEXT("!"));
        if (!yn_case_path(a->plan, &which, &path))
            continue;
        yn_step *step =
            yn_plan_step_add(a->plan, a->server, YN_STEP_STOP, &which, d->file, d->line);
        step->phase = YN_APACHE_PROXY;
        step->until = kept ? YN_APACHE_PROXY : YN_APACHE_ALL;
    }
}
