// SPDX-License-Identifier: MIT
// Matchers of Caddy: which requests they let through.
#include "base/text.h"
#include "dialects/caddy.h"
#include "dialects/regexp.h"

typedef struct match {
    yn_caddy *c;
    const yn_directive *where;
    yn_caddy_envs envs; // what is left so far
} match;

static bool lost(const match *m, const char *why)
{
    yn_plan_note(m->c->plan, YN_NOTE_LOST, m->where->file, m->where->line, "%s", why);
    return false;
}

/* ---- paths ----------------------------------------------------------------------------------- */

// A path as Caddy matches it: case does not count, "*" stands for anything at either end, and for a
// part of a segment elsewhere.
static yn_path path_of(yn_plan *plan, yonder_text pattern)
{
    yn_buf *out = &plan->scratch;
    bool front = pattern.len && pattern.ptr[0] == '*';
    bool back = pattern.len > 1 && pattern.ptr[pattern.len - 1] == '*';
    yonder_text middle = yn_slice(pattern, front, pattern.len - back);
    if (!front && !back && yn_find_char(middle, '*') == middle.len)
        return yn_path_exact(yn_plan_decoded(plan, middle), true);
    yonder_text subject = yn_plan_decoded(plan, middle);
    yn_buf_str(out, front ? "" : "^");
    for (size_t i = 0; i < subject.len; i++)
        if (subject.ptr[i] == '*')
            yn_buf_str(out, "[^/]*");
        else
            yn_regexp_quote(out, yn_slice(subject, i, i + 1));
    yn_buf_str(out, back ? "" : "$");
    return yn_path_regex(plan, yn_plan_written(plan), true);
}

static bool is_everything(yonder_text pattern)
{
    return yn_equal(pattern, YN_TEXT("*")) || yn_equal(pattern, YN_TEXT("/*"));
}

static bool match_paths(match *m, const yonder_text *paths, size_t count, bool negative)
{
    yn_caddy_envs before = m->envs;
    yn_plan *plan = m->c->plan;
    m->envs.count = 0;
    for (size_t i = 0; i < before.count; i++) {
        bool left = true;
        for (size_t k = 0; k < count && left; k++) {
            yn_caddy_env env = before.envs[i];
            yn_path path = path_of(plan, paths[k]);
            if (is_everything(paths[k]))
                path = (yn_path){.kind = YN_PATH_ANY};
            if (env.stripped)
                return lost(m, "a matcher inside handle_path");
            if (negative) {
                left = yn_case_not_path(plan, &before.envs[i].which, &path);
                continue;
            }
            if (!yn_case_path(plan, &env.which, &path))
                continue;
            if (m->envs.count == YN_MOST_CASES)
                return lost(m, "a matcher of too many paths");
            m->envs.envs[m->envs.count++] = env;
        }
        if (negative && left)
            m->envs.envs[m->envs.count++] = before.envs[i];
    }
    return true;
}

static bool match_regex(match *m, const yonder_text *words, size_t count, bool negative)
{
    yn_plan *plan = m->c->plan;
    yn_regexp read;
    yonder_text name = count > 1 ? words[0] : (yonder_text){0}, text = words[count - 1];
    yn_caddy_envs before = m->envs;
    bool any_case = yn_starts_with(text, YN_TEXT("(?i)"));
    if (any_case)
        text = yn_skip(text, 4);
    if (!yn_regexp_read(&read, text))
        return lost(m, "its regular expression cannot be read");
    yn_regexp_write(&plan->scratch, text, YN_REGEXP_DECODED);
    yn_path path = yn_path_regex(plan, yn_plan_written(plan), any_case);
    m->envs.count = 0;
    for (size_t i = 0; i < before.count; i++) {
        yn_caddy_env env = before.envs[i];
        yn_caddy_regex *regex = yn_plan_alloc(plan, sizeof *regex);
        if (env.stripped)
            return lost(m, "a matcher inside handle_path");
        if (!regex || !(negative ? yn_case_not_path(plan, &env.which, &path)
                                 : yn_case_path(plan, &env.which, &path)))
            continue;
        *regex = (yn_caddy_regex){env.regexes, name, path.id};
        env.regexes = negative ? env.regexes : regex;
        m->envs.envs[m->envs.count++] = env;
    }
    return true;
}

/* ---- the rest of a request ------------------------------------------------------------------- */

static bool match_hosts(match *m, const yonder_text *hosts, size_t count, bool negative)
{
    yn_caddy_envs before = m->envs;
    yn_plan *plan = m->c->plan;
    m->envs.count = 0;
    for (size_t i = 0; i < before.count; i++) {
        yn_caddy_env env = before.envs[i];
        for (size_t k = 0; k < count; k++) {
            yn_host_test test = {.kind = YN_HOST_IS, .negative = negative};
            for (size_t n = 0; n < hosts[k].len; n++)
                yn_buf_char(&plan->scratch, yn_lower(hosts[k].ptr[n]));
            test.text = yn_plan_written(plan);
            if (yn_find_char(test.text, '{') < test.text.len)
                return lost(m, "a host with a placeholder in it");
            if (!negative)
                env = before.envs[i];
            yn_case_host(plan, &env.which, &test);
            if (negative && k + 1 < count)
                continue;
            if (m->envs.count == YN_MOST_CASES)
                return lost(m, "a matcher of too many hosts");
            m->envs.envs[m->envs.count++] = env;
        }
    }
    return true;
}

static bool match_protocol(match *m, yonder_text name, bool negative)
{
    unsigned schemes = yn_equal(name, YN_TEXT("https"))  ? YN_HTTPS
                       : yn_equal(name, YN_TEXT("http")) ? YN_HTTP
                                                         : 0;
    size_t count = 0;
    if (!schemes)
        return lost(m, "a protocol that is neither http nor https");
    if (negative)
        schemes = YN_HTTP_AND_HTTPS & ~schemes;
    for (size_t i = 0; i < m->envs.count; i++)
        if (yn_case_schemes(&m->envs.envs[i].which, schemes))
            m->envs.envs[count++] = m->envs.envs[i];
    m->envs.count = count;
    return true;
}

static bool add_condition(match *m, yonder_text name, yonder_text value)
{
    for (size_t i = 0; i < m->envs.count; i++)
        yn_case_condition(m->c->plan, &m->envs.envs[i].which, name, value);
    return true;
}

static bool match_method(match *m, const yonder_text *words, size_t count)
{
    yn_plan *plan = m->c->plan;
    for (size_t i = 0; i < count; i++) {
        yn_buf_str(&plan->scratch, i ? "," : "");
        for (size_t k = 0; k < words[i].len; k++)
            yn_buf_char(&plan->scratch, yn_upper(words[i].ptr[k]));
    }
    yonder_text list = yn_plan_written(plan);
    for (size_t i = 0; i < m->envs.count; i++)
        yn_case_methods(plan, &m->envs.envs[i].which, list, m->where->file, m->where->line);
    return true;
}

// "header Field value", where a star stands at either end of the value; "header !Field".
static bool match_header(match *m, const yonder_text *words, size_t count)
{
    yn_plan *plan = m->c->plan;
    bool absent = words[0].len > 1 && words[0].ptr[0] == '!';
    if (count > 2 || (count == 1 && !absent))
        return lost(
            m, "that a field is there, or has one of several values, is nothing a rule asks for");
    yn_buf_printf(&plan->scratch, "header:%.*s", YN_PRINT(yn_skip(words[0], absent ? 1 : 0)));
    yonder_text name = yn_plan_written(plan);
    if (absent) {
        yn_plan_note(plan, YN_NOTE_CHANGED, m->where->file, m->where->line,
                     "a field that is empty counts as absent");
        return add_condition(m, name, (yonder_text){0});
    }
    if (yn_equal(words[1], YN_TEXT("*")))
        return lost(m, "that a field is there is nothing a rule asks for");
    for (size_t i = 0; i < words[1].len; i++)
        if ((unsigned char)words[1].ptr[i] <= ' ' || words[1].ptr[i] == '%')
            yn_buf_printf(&plan->scratch, "%%%02X", (unsigned)(unsigned char)words[1].ptr[i]);
        else
            yn_buf_char(&plan->scratch, words[1].ptr[i]);
    return add_condition(m, name, yn_plan_written(plan));
}

static bool match_header_regex(match *m, const yonder_text *words, size_t count)
{
    yn_plan *plan = m->c->plan;
    yn_caddy_envs before = m->envs;
    if (count < 2)
        return lost(m, "a matcher without a pattern");
    yn_buf_printf(&plan->scratch, "header:%.*s", YN_PRINT(words[count - 2]));
    yonder_text name = yn_plan_written(plan);
    m->envs.count = 0;
    for (size_t i = 0; i < before.count; i++) {
        yn_cases cases = {1, {before.envs[i].which}};
        if (!yn_case_field_regex(plan, name, words[count - 1], false, &cases) ||
            m->envs.count + cases.count > YN_MOST_CASES)
            return lost(m, "what it wants of a field is nothing a rule can ask for");
        for (size_t k = 0; k < cases.count; k++) {
            m->envs.envs[m->envs.count] = before.envs[i];
            m->envs.envs[m->envs.count++].which = cases.cases[k];
        }
    }
    return true;
}

static bool match_query(match *m, const yonder_text *words, size_t count)
{
    yn_plan *plan = m->c->plan;
    size_t left = 0;
    if (count > 1)
        return lost(m, "several parameters: whether one of them is enough depends on the version");
    for (size_t i = 0; i < m->envs.count; i++) {
        yn_case *which = &m->envs.envs[i].which;
        bool good = true;
        for (size_t k = 0; k < count && good; k++) {
            size_t equals = yn_find_char(words[k], '=');
            yonder_text name = yn_slice(words[k], 0, equals);
            yonder_text value =
                equals < words[k].len ? yn_skip(words[k], equals + 1) : (yonder_text){0};
            bool any = yn_equal(value, YN_TEXT("*"));
            if (!name.len || yn_find_char(words[k], '{') < words[k].len)
                return lost(m, "a query that is empty, or has placeholders in it");
            if (any)
                yn_plan_note(plan, YN_NOTE_CHANGED, m->where->file, m->where->line,
                             "a parameter that is empty counts as absent");
            good = yn_case_argument(plan, which, name, any ? NULL : &value);
        }
        if (good)
            m->envs.envs[left++] = m->envs.envs[i];
    }
    m->envs.count = left;
    return true;
}

/* ---- matchers -------------------------------------------------------------------------------- */

static bool match_line(match *m, const yonder_text *words, size_t count, const yn_directive *block,
                       bool negative);

// What has to hold, all of it: a block, or what stands behind a name in one line.
static bool match_lines(match *m, const yn_directive *block)
{
    for (const yn_directive *d = block; d; d = d->next)
        if (!match_line(m, d->words, d->count, d->first, false))
            return false;
    return true;
}

static bool match_not(match *m, const yonder_text *words, size_t count, const yn_directive *block)
{
    if (count)
        return match_line(m, words, count, NULL, true);
    if (!block || block->next)
        return lost(m, "'not' of several things at once");
    return match_line(m, block->words, block->count, block->first, true);
}

static bool match_line(match *m, const yonder_text *words, size_t count, const yn_directive *block,
                       bool negative)
{
    yonder_text name = words[0];
    words++, count--;
    if (yn_equal(name, YN_TEXT("not")) && !negative)
        return match_not(m, words, count, block);
    if (!count)
        return lost(m, "a matcher that is nothing a rule can ask for");
    if (yn_equal(name, YN_TEXT("path")))
        return match_paths(m, words, count, negative);
    if (yn_equal(name, YN_TEXT("path_regexp")))
        return match_regex(m, words, count, negative);
    if (yn_equal(name, YN_TEXT("host")))
        return match_hosts(m, words, count, negative);
    if (yn_equal(name, YN_TEXT("protocol")))
        return match_protocol(m, words[0], negative);
    if (negative)
        return lost(m, "that this is not so is nothing a rule can ask for");
    if (yn_equal(name, YN_TEXT("method")))
        return match_method(m, words, count);
    if (yn_equal(name, YN_TEXT("header")))
        return match_header(m, words, count);
    if (yn_equal(name, YN_TEXT("header_regexp")))
        return match_header_regex(m, words, count);
    if (yn_equal(name, YN_TEXT("query")))
        return match_query(m, words, count);
    return lost(m, "a matcher that is nothing a rule can ask for");
}

static const yn_directive *find_named(const yn_directive *block, yonder_text name)
{
    for (const yn_directive *d = block; d; d = d->next)
        if (yn_equal(d->words[0], name))
            return d;
    return NULL;
}

bool yn_caddy_match(yn_caddy *c, const yn_caddy_env *env, const yn_directive *block,
                    const yn_directive *d, yonder_text matcher, yn_caddy_envs *out)
{
    match m = {.c = c, .where = d, .envs = {1, {*env}}};
    bool good = true;
    if (matcher.len && matcher.ptr[0] == '@') {
        const yn_directive *named = find_named(block, matcher);
        if (!named)
            return lost(&m, "its matcher is not here");
        good = named->is_block ? match_lines(&m, named->first)
                               : named->count > 1 && match_line(&m, named->words + 1,
                                                                named->count - 1, NULL, false);
    } else if (matcher.len && !is_everything(matcher)) {
        good = match_paths(&m, &matcher, 1, false);
    }
    *out = m.envs;
    return good;
}

yonder_text yn_caddy_matcher(const yn_directive *d, size_t *at)
{
    *at = 1;
    if (d->count < 2 || !d->words[1].len || !strchr("/*@", d->words[1].ptr[0]) ||
        (d->words[1].ptr[0] == '*' && d->words[1].len > 1))
        return (yonder_text){0};
    // "redir /somewhere": a target, and no matcher.
    if (yn_caddy_is(d, "redir") && d->count == 2)
        return (yonder_text){0};
    *at = 2;
    return d->words[1];
}

yonder_text yn_caddy_path_of(const yn_directive *d, const yn_directive *block, bool *any)
{
    size_t at;
    yonder_text matcher = yn_caddy_matcher(d, &at);
    *any = matcher.len && !yn_equal(matcher, YN_TEXT("*"));
    if (matcher.len && matcher.ptr[0] == '/')
        return matcher;
    const yn_directive *named =
        matcher.len && matcher.ptr[0] == '@' ? find_named(block, matcher) : NULL;
    if (!named)
        return (yonder_text){0};
    if (!named->is_block)
        return named->count == 3 && yn_equal(named->words[1], YN_TEXT("path")) ? named->words[2]
                                                                               : (yonder_text){0};
    for (const yn_directive *line = named->first; line; line = line->next)
        if (yn_caddy_is(line, "path") && line->count == 2)
            return line->words[1];
    return (yonder_text){0};
}
