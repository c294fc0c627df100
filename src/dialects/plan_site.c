// SPDX-License-Identifier: MIT
// Hosts: which of them a test tells from others, and for which it holds.
#include "base/text.h"
#include "dialects/plan_render.h"
#include "dialects/regexp.h"

static void add_host(yn_test_hosts *out, yonder_text host)
{
    if (out->count < sizeof out->hosts / sizeof *out->hosts)
        out->hosts[out->count++] = host;
}

static yonder_text lower(yn_plan *plan, const char *before, yonder_text host)
{
    yn_buf_str(&plan->scratch, before);
    for (size_t i = 0; i < host.len; i++)
        yn_buf_char(&plan->scratch, yn_lower(host.ptr[i]));
    return yn_plan_written(plan);
}

static bool looks_like_a_host(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!yn_is_alpha((unsigned char)t.ptr[i]) && !yn_is_digit((unsigned char)t.ptr[i]) &&
            !(t.ptr[i] && strchr("-._", t.ptr[i])))
            return false;
    return t.len > 0;
}

void yn_test_hosts_of(yn_plan *plan, const yn_host_test *test, yn_test_hosts *out)
{
    yn_regexp_texts texts;
    *out = (yn_test_hosts){0};
    if (test->kind == YN_HOST_IS) {
        add_host(out, test->text);
        return;
    }
    if (!yn_regexp_expand(&texts, test->text, &plan->arena))
        plan->error = YONDER_NO_MEMORY;
    for (size_t i = 0; i < texts.count; i++)
        if (!looks_like_a_host(texts.texts[i]) || texts.texts[i].ptr[texts.texts[i].len - 1] == '.')
            return;
    for (size_t i = 0; i < texts.count; i++) {
        bool below = texts.open_start && texts.texts[i].ptr[0] == '.';
        if (texts.open_start)
            add_host(out, lower(plan, below ? "*" : "*.", texts.texts[i]));
        if (!below)
            add_host(out, lower(plan, "", texts.texts[i]));
        out->inexact = out->inexact || texts.open_end || (texts.open_start && !below);
    }
}

// Whether `host` is `name`, or below it where that is a wildcard; or both are, and one in the
// other.
static bool is_within(yonder_text host, yonder_text name)
{
    if (yn_equal(host, name))
        return true;
    if (!yn_starts_with(name, YN_TEXT("*.")))
        return false;
    yonder_text tail = yn_skip(name, 1);
    return host.len > tail.len && yn_equal(yn_skip(host, host.len - tail.len), tail);
}

static yn_holds is_one_of(yn_plan *plan, const yn_site *site, const yn_host_test *test)
{
    static const char *const all[] = {"",     ".",      ".*",     ".+",   "^",   "^.*$",
                                      "^.+$", "^(.*)$", "^(.+)$", "(.*)", "(.+)"};
    yn_test_hosts hosts;
    yn_test_hosts_of(plan, test, &hosts);
    for (size_t i = 0; i < hosts.count; i++)
        if (site->host.len && is_within(site->host, hosts.hosts[i]))
            return YN_HOLDS;
    if (hosts.count)
        return YN_HOLDS_NOT; // these have sites of their own
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (yn_equal(test->text, yonder_text_of(all[i])))
            return YN_HOLDS;
    return YN_HOLDS_MAYBE;
}

yn_holds yn_site_holds(yn_plan *plan, const yn_site *site, const yn_host_test *test,
                       yonder_text *groups, size_t group_count)
{
    yn_holds holds;
    if (!site->host.len || site->wildcard)
        holds = is_one_of(plan, site, test);
    else if (test->kind == YN_HOST_IS)
        holds = is_within(site->host, test->text) ? YN_HOLDS : YN_HOLDS_NOT;
    else
        holds = yn_plan_fits(plan, test->text, test->ignore_case, site->host, groups, group_count)
                    ? YN_HOLDS
                    : YN_HOLDS_NOT;
    if (holds == YN_HOLDS_MAYBE || !test->negative)
        return holds;
    return holds == YN_HOLDS ? YN_HOLDS_NOT : YN_HOLDS;
}
