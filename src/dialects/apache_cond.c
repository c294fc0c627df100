// SPDX-License-Identifier: MIT
// RewriteCond: which requests a condition leaves.
#include "base/text.h"
#include "dialects/apache.h"
#include "dialects/regexp.h"

typedef struct test {
    yn_apache *a;
    const yn_apache_env *env;
    const yn_apache_place *place;
    const yn_apache_cond *cond;
    yonder_text name;    // of the variable, or the text itself
    yonder_text pattern; // without "="
    bool equals;         // "=text"
    yn_apache_envs *out;
} test;

typedef yn_apache_outcome test_fn(const test *t);

static void note(const test *t, yn_note_kind kind, const char *what)
{
    yn_plan_note(t->a->plan, kind, t->cond->where->file, t->cond->where->line, "%s", what);
}

static yn_apache_outcome unknown(const test *t, const char *why)
{
    note(t, YN_NOTE_LOST, why);
    return YN_APACHE_UNKNOWN;
}

static yn_apache_outcome keep(const test *t, const yn_apache_env *env)
{
    t->out->envs[0] = *env;
    t->out->count = 1;
    return YN_APACHE_CASES;
}

static yn_apache_outcome keep_if(const test *t, bool holds)
{
    if (holds)
        return keep(t, t->env);
    t->out->count = 0;
    return YN_APACHE_CASES;
}

static void forget_groups(yn_apache_env *env)
{
    env->cond_id = 0;
    env->has_texts = false;
    for (int i = 0; i < 10; i++)
        env->cond_names[i] = (yonder_text){0};
}

// Whether a text that is known fits; its groups are %0, %1 …
static bool text_fits(const test *t, yonder_text text, yonder_text groups[10])
{
    if (t->equals)
        return t->cond->ignore_case ? yn_equal_nocase(text, t->pattern)
                                    : yn_equal(text, t->pattern);
    return yn_plan_fits(t->a->plan, t->pattern, t->cond->ignore_case, text, groups, 10);
}

static yn_apache_outcome test_text(const test *t, yonder_text text)
{
    yonder_text groups[10] = {{0}};
    yn_apache_env env = *t->env;
    bool fits = text_fits(t, text, groups);
    if (!fits || t->cond->negative)
        return keep_if(t, fits != t->cond->negative);
    forget_groups(&env);
    env.has_texts = true;
    for (int i = 0; i < 10; i++)
        env.cond_texts[i] = groups[i].len ? yn_plan_copy(t->a->plan, groups[i]) : groups[i];
    return keep(t, &env);
}

/* ---- path ------------------------------------------------------------------------------------ */

static yn_apache_outcome keep_path(const test *t, const yn_path *path)
{
    yn_plan *plan = t->a->plan;
    yn_apache_env env = *t->env;
    if (t->cond->negative)
        return yn_case_not_path(plan, &env.which, path) ? keep(t, &env) : keep_if(t, false);
    if (!yn_case_path(plan, &env.which, path))
        return keep_if(t, false);
    forget_groups(&env);
    env.cond_id = path->id;
    return keep(t, &env);
}

static yn_apache_outcome test_path(const test *t)
{
    yonder_text pattern;
    yn_plan *plan = t->a->plan;
    if (t->env->fixed.len)
        return test_text(t, t->env->fixed);
    if (t->equals) {
        yn_path path = yn_path_exact(yn_plan_decoded(plan, t->pattern), t->cond->ignore_case);
        return keep_path(t, &path);
    }
    if (!yn_apache_path_pattern(t->a, t->cond->where, t->pattern, &pattern))
        return YN_APACHE_UNKNOWN;
    yn_path path = yn_path_regex(plan, pattern, t->cond->ignore_case);
    return keep_path(t, &path);
}

static bool is_separator(const yn_regexp_token *token)
{
    if (token->kind == YN_REGEXP_LITERAL)
        return token->byte == ' ';
    if (token->kind == YN_REGEXP_ESCAPE)
        return yn_equal(token->text, YN_TEXT("\\s"));
    // "[\s?]", "[ \?]": the end of the path, whether a query follows or not
    return token->kind == YN_REGEXP_CLASS && token->text.len > 2 && token->text.ptr[1] != '^' &&
           (memmem(token->text.ptr, token->text.len, "\\s", 2) ||
            memchr(token->text.ptr, ' ', token->text.len));
}

// The part of a pattern for "GET /path?query HTTP/1.1" that is about the path. False: it is not so
// simple. `*closed` tells that it goes up to the end of the path.
static bool line_path(yonder_text pattern, yonder_text *path, bool *closed)
{
    yonder_text rest = pattern;
    bool inside = false;
    *closed = false;
    for (yn_regexp_token token; (token = yn_regexp_next(&rest)).kind != YN_REGEXP_END;) {
        if (!inside && token.kind == YN_REGEXP_LITERAL && token.byte == '/') {
            inside = true;
            *path = rest; // without the slash
            yonder_text after = rest;
            if (yn_equal(yn_regexp_next(&after).text, YN_TEXT("+"))) { // "/+": slashes are merged
                rest = after;
                *path = rest;
            }
            continue;
        }
        if (!inside || !is_separator(&token))
            continue;
        path->len = (size_t)(token.text.ptr - path->ptr);
        *closed = true;
        break;
    }
    return inside && !memmem(path->ptr, path->len, "\\?", 2);
}

// %{THE_REQUEST}: the request line. Whoever asks for it wants the path as it came, which rules
// have.
static yn_apache_outcome test_line(const test *t)
{
    yonder_text path_part, pattern;
    bool closed;
    yn_buf *out = &t->a->plan->scratch;
    yn_regexp read;
    if (t->equals || !line_path(t->pattern, &path_part, &closed))
        return unknown(t, "a condition on the whole request line is nothing a rule can ask for");
    yn_buf_str(out, "^/");
    yn_buf_put(out, path_part);
    yn_buf_str(out, closed ? "$" : "");
    yonder_text whole = yn_plan_written(t->a->plan);
    if (!yn_regexp_read(&read, whole) || read.alternates)
        return unknown(t, "a condition on the whole request line is nothing a rule can ask for");
    if (!yn_apache_path_pattern(t->a, t->cond->where, whole, &pattern))
        return YN_APACHE_UNKNOWN;
    note(t, YN_NOTE_CHANGED, "of the request line the path is compared, in any spelling");
    yn_path path = yn_path_regex(t->a->plan, pattern, t->cond->ignore_case);
    return keep_path(t, &path);
}

/* ---- host and scheme ------------------------------------------------------------------------- */

static yn_apache_outcome test_host(const test *t)
{
    yn_plan *plan = t->a->plan;
    yn_apache_env env = *t->env;
    yn_host_test host = {.kind = t->equals ? YN_HOST_IS : YN_HOST_REGEX,
                         .negative = t->cond->negative,
                         .ignore_case = true};
    if (t->equals && yn_find_char(t->pattern, ':') < t->pattern.len)
        return unknown(t, "of a port no rule knows");
    if (t->equals && !t->pattern.len) // there always is one
        return keep_if(t, t->cond->negative);
    for (size_t i = 0; i < t->pattern.len; i++)
        yn_buf_char(&plan->scratch, t->equals ? yn_lower(t->pattern.ptr[i]) : t->pattern.ptr[i]);
    host.text = yn_plan_written(plan);
    host.id = t->equals ? 0 : ++plan->last_id;
    if (!yn_case_host(plan, &env.which, &host))
        return keep_if(t, false);
    if (!t->cond->negative) {
        forget_groups(&env);
        env.cond_id = host.id;
    }
    return keep(t, &env);
}

// A variable with one value for http and another for https.
static yn_apache_outcome keep_schemes(const test *t, const char *http, const char *https)
{
    yonder_text groups[10];
    yn_apache_env env = *t->env;
    unsigned schemes = 0;
    schemes |= text_fits(t, yonder_text_of(http), groups) ? YN_HTTP : 0;
    schemes |= text_fits(t, yonder_text_of(https), groups) ? YN_HTTPS : 0;
    if (t->cond->negative)
        schemes = YN_HTTP_AND_HTTPS & ~schemes;
    return yn_case_schemes(&env.which, schemes) ? keep(t, &env) : keep_if(t, false);
}

static yn_apache_outcome test_https(const test *t)
{
    return keep_schemes(t, "off", "on");
}

static yn_apache_outcome test_scheme(const test *t)
{
    return keep_schemes(t, "http", "https");
}

static yn_apache_outcome test_port(const test *t)
{
    return keep_schemes(t, "80", "443");
}

static yn_apache_outcome test_forwarded(const test *t)
{
    note(t, YN_NOTE_CHANGED, "X-Forwarded-Proto is taken for the scheme of the request");
    return keep_schemes(t, "http", "https");
}

/* ---- the rest of a request ------------------------------------------------------------------- */

static yn_apache_outcome keep_cases(const test *t, const yn_cases *cases)
{
    for (size_t i = 0; i < cases->count; i++) {
        t->out->envs[i] = *t->env;
        t->out->envs[i].which = cases->cases[i];
    }
    t->out->count = cases->count;
    return YN_APACHE_CASES;
}

static yn_apache_outcome test_query(const test *t)
{
    yonder_text groups[10] = {{0}};
    yn_cases cases = {1, {t->env->which}};
    if (t->cond->negative || !t->pattern.len)
        return unknown(t, "that a query is not so, or empty, is nothing a rule can ask for");
    if (t->equals) {
        if (!yn_case_query(t->a->plan, &cases.cases[0], t->pattern))
            return keep_if(t, false);
    } else if (!yn_case_query_regex(t->a->plan, t->pattern, &cases, groups)) {
        if (yn_equal(t->pattern, YN_TEXT("(.*)")) || yn_equal(t->pattern, YN_TEXT("^(.*)$")) ||
            yn_equal(t->pattern, YN_TEXT(".*")) || yn_equal(t->pattern, YN_TEXT("^.*$")))
            return keep(t, t->env);
        return unknown(t, "of a query rules can ask for parameters and their values only");
    }
    note(t, YN_NOTE_CHANGED,
         "the query is compared parameter by parameter: others may be there, in any order, and a "
         "value that a group takes may be any");
    keep_cases(t, &cases);
    for (size_t k = 0; k < t->out->count; k++) {
        forget_groups(&t->out->envs[k]);
        memcpy(t->out->envs[k].cond_names, groups, sizeof groups);
    }
    return YN_APACHE_CASES;
}

static yn_apache_outcome test_method(const test *t)
{
    yn_plan *plan = t->a->plan;
    yn_regexp_texts texts = {.count = 1, .texts = {t->pattern}};
    yn_apache_env env = *t->env;
    if (!t->equals && !yn_regexp_expand(&texts, t->pattern, &plan->arena))
        plan->error = YONDER_NO_MEMORY;
    if (t->cond->negative || !texts.count)
        return unknown(t, "that a method is not so is nothing a rule can ask for");
    for (size_t i = 0; i < texts.count; i++) {
        if (!yn_is_token(texts.texts[i]))
            return unknown(t, "it is no method");
        yn_buf_str(&plan->scratch, i ? "," : "");
        yn_buf_put(&plan->scratch, texts.texts[i]);
    }
    yonder_text list = yn_plan_written(plan);
    return yn_case_methods(plan, &env.which, list, t->cond->where->file, t->cond->where->line)
               ? keep(t, &env)
               : keep_if(t, false);
}

static yn_apache_outcome test_field_named(const test *t, yonder_text field)
{
    yn_plan *plan = t->a->plan;
    yn_cases cases = {1, {t->env->which}};
    yn_buf_printf(&plan->scratch, "header:%.*s", YN_PRINT(field));
    yonder_text name = yn_plan_written(plan);
    bool empty = t->equals ? !t->pattern.len : yn_equal(t->pattern, YN_TEXT("^$"));
    if (empty && !t->cond->negative)
        return yn_case_condition(plan, &cases.cases[0], name, (yonder_text){0})
                   ? keep_cases(t, &cases)
                   : keep_if(t, false);
    if (t->cond->negative)
        return unknown(t, "that a field is not so is nothing a rule can ask for");
    bool good = t->equals && !t->cond->ignore_case
                    ? yn_case_field(plan, &cases.cases[0], name, t->pattern)
                    : !t->equals &&
                          yn_case_field_regex(plan, name, t->pattern, t->cond->ignore_case, &cases);
    return good ? keep_cases(t, &cases)
                : unknown(t, "what it wants of a field is nothing a rule can ask for");
}

// %{HTTP_USER_AGENT}, %{HTTP:Accept-Language}
static yn_apache_outcome test_field(const test *t)
{
    yonder_text name = yn_skip(t->name, 5);
    yn_buf *out = &t->a->plan->scratch;
    bool first = true;
    if (t->name.ptr[4] == ':') {
        if (yn_equal_nocase(name, YN_TEXT("X-Forwarded-Proto")))
            return test_forwarded(t);
        return test_field_named(t, name);
    }
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        yn_buf_char(out, c == '_' ? '-' : first ? yn_upper(c) : yn_lower(c));
        first = c == '_';
    }
    return test_field_named(t, yn_plan_written(t->a->plan));
}

// A pattern "name=value" of the whole Cookie field.
static yn_apache_outcome test_cookie(const test *t)
{
    return test_field_named(t, YN_TEXT("Cookie"));
}

// What only an internal redirect sets.
static yn_apache_outcome test_redirect_status(const test *t)
{
    return test_text(t, (yonder_text){0});
}

static const struct {
    yonder_text name;
    bool starts;
    test_fn *run;
} tests[] = {
    {YN_TEXT_INIT("REQUEST_URI"), false, test_path},
    {YN_TEXT_INIT("THE_REQUEST"), false, test_line},
    {YN_TEXT_INIT("HTTP_HOST"), false, test_host},
    {YN_TEXT_INIT("SERVER_NAME"), false, test_host},
    {YN_TEXT_INIT("HTTP:Host"), false, test_host},
    {YN_TEXT_INIT("HTTPS"), false, test_https},
    {YN_TEXT_INIT("ENV:HTTPS"), false, test_https},
    {YN_TEXT_INIT("REQUEST_SCHEME"), false, test_scheme},
    {YN_TEXT_INIT("SERVER_PORT"), false, test_port},
    {YN_TEXT_INIT("QUERY_STRING"), false, test_query},
    {YN_TEXT_INIT("REQUEST_METHOD"), false, test_method},
    {YN_TEXT_INIT("HTTP_COOKIE"), false, test_cookie},
    {YN_TEXT_INIT("ENV:REDIRECT_STATUS"), false, test_redirect_status},
    {YN_TEXT_INIT("HTTP_"), true, test_field},
    {YN_TEXT_INIT("HTTP:"), true, test_field},
};

/* ---- which of them --------------------------------------------------------------------------- */

static bool is_file_test(yonder_text pattern)
{
    static const char *const names[] = {"-f", "-d", "-s", "-l", "-L", "-F", "-U", "-x", "-h", "-e"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (yn_equal(pattern, yonder_text_of(names[i])))
            return true;
    return false;
}

// The name of the variable that a test text is, and nothing else.
static bool is_variable(yonder_text text, yonder_text *name)
{
    if (!yn_starts_with(text, YN_TEXT("%{")) || yn_find_char(text, '}') != text.len - 1)
        return false;
    *name = yn_slice(text, 2, text.len - 1);
    return true;
}

// Whether a text has no variables in it; then it goes to `*plain`, without backslashes.
static bool is_plain(yn_plan *plan, yonder_text text, yonder_text *plain)
{
    bool good = true;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\\' && i + 1 < text.len)
            i++;
        else
            good = good && text.ptr[i] != '%' && text.ptr[i] != '$';
        yn_buf_char(&plan->scratch, text.ptr[i]);
    }
    *plain = yn_plan_written(plan);
    return good;
}

// "$1", where the group is the whole path as mod_rewrite has it.
static bool is_whole_path(const test *t)
{
    static const char *const wholes[] = {"^(.*)$",  "(.*)",  "^(.+)$", "(.+)",
                                         "^/(.*)$", "^(.*)", "^/(.*)"};
    const yn_path *path = &t->env->which.path;
    if (!yn_equal(t->cond->test, YN_TEXT("$1")) || path->id != t->env->rule_id)
        return false;
    for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++)
        if (yn_equal(path->text, yonder_text_of(wholes[i])))
            return true;
    return false;
}

static yn_apache_outcome test_rule_group(const test *t)
{
    yonder_text pattern;
    yn_apache_place place = *t->place;
    place.in_folder = t->env->which.path.text.len > 1 && t->env->which.path.text.ptr[1] == '/';
    if (t->equals || !yn_apache_pattern(t->a, &place, t->cond->where, t->pattern, &pattern))
        return unknown(t, "a condition on a part of the path");
    yn_path path = yn_path_regex(t->a->plan, pattern, t->cond->ignore_case);
    return keep_path(t, &path);
}

static yn_apache_outcome test_file(const test *t)
{
    note(t, YN_NOTE_CHANGED,
         t->cond->negative ? "here there are no files: that there is none is taken as given"
                           : "here there are no files: a rule for those that exist is left out");
    return keep_if(t, t->cond->negative);
}

yn_apache_outcome yn_apache_test(yn_apache *a, const yn_apache_env *env,
                                 const yn_apache_place *place, const yn_apache_cond *cond,
                                 yn_apache_envs *out)
{
    test t = {
        .a = a, .env = env, .place = place, .cond = cond, .pattern = cond->pattern, .out = out};
    out->count = 0;
    if (is_file_test(cond->pattern))
        return test_file(&t);
    if (cond->pattern.len && strchr("<>", cond->pattern.ptr[0]))
        return unknown(&t, "texts that are more or less than another");
    if (yn_equal(cond->pattern, YN_TEXT("\"\"")))
        t.equals = true, t.pattern.len = 0;
    if (cond->pattern.len && cond->pattern.ptr[0] == '=') {
        t.equals = true;
        t.pattern = yn_trim(yn_skip(cond->pattern, 1), "\"");
    }
    yonder_text plain;
    if (is_plain(a->plan, cond->test, &plain))
        return test_text(&t, plain);
    if (is_whole_path(&t))
        return test_rule_group(&t);
    if (!is_variable(cond->test, &t.name))
        return unknown(&t, "a condition on more than one thing, or on a part of one");
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        yonder_text start =
            yn_slice(t.name, 0, t.name.len < tests[i].name.len ? t.name.len : tests[i].name.len);
        if (yn_equal_nocase(start, tests[i].name) &&
            (tests[i].starts ? t.name.len > start.len : t.name.len == start.len))
            return tests[i].run(&t);
    }
    return unknown(&t, "its condition is nothing a rule can ask for");
}
