// SPDX-License-Identifier: MIT
// Tests of `if` and keys of maps: which requests they leave.
#include "base/text.h"
#include "dialects/nginx.h"
#include "dialects/regexp.h"

typedef struct test {
    yn_ngx *n;
    const yn_ngx_env *env;
    yonder_text name, op, value;
    bool negative, regex, truth; // "!=", "!~"; "~", "!~"; no operator at all
    bool ignore_case;
    bool any_case; // of a map's key: it is compared without case
    const yn_directive *where;
    yn_ngx_envs *out;
} test;

typedef yn_ngx_outcome test_fn(const test *t);

static void note(const test *t, yn_note_kind kind, const char *what)
{
    yn_plan_note(t->n->plan, kind, t->where->file, t->where->line, "%s", what);
}

static yn_ngx_outcome keep(const test *t, const yn_ngx_env *env)
{
    t->out->envs[0] = *env;
    t->out->count = 1;
    return YN_NGX_CASES;
}

static yn_ngx_outcome keep_if(const test *t, bool holds)
{
    return holds ? keep(t, t->env) : YN_NGX_NEVER;
}

static yn_ngx_outcome keep_cases(const test *t, const yn_cases *cases)
{
    for (size_t i = 0; i < cases->count; i++) {
        t->out->envs[i] = *t->env;
        t->out->envs[i].which = cases->cases[i];
    }
    t->out->count = cases->count;
    return cases->count ? YN_NGX_CASES : YN_NGX_NEVER;
}

/* ---- paths ----------------------------------------------------------------------------------- */

bool yn_ngx_pattern(yn_ngx *n, yonder_text text, const yn_directive *where, yonder_text *out)
{
    yn_regexp pattern;
    if (!yn_regexp_read(&pattern, text)) {
        yn_plan_note(n->plan, YN_NOTE_ERROR, where->file, where->line,
                     "the parentheses of its regular expression do not go in pairs");
        return false;
    }
    yn_regexp_write(&n->plan->scratch, text, YN_REGEXP_DECODED);
    *out = yn_plan_written(n->plan);
    return true;
}

// After an internal rewrite the path is known, and its groups are texts.
static bool is_fixed_path(yn_ngx *n, yn_ngx_env *env, const yn_path *path, bool negative)
{
    yn_path fixed = yn_path_exact(env->fixed, false);
    bool fits = yn_path_covers(n->plan, path, &fixed) == YN_COVER_ALL;
    if (!fits || negative || path->kind != YN_PATH_REGEX)
        return fits != negative;
    yonder_text groups[10] = {{0}};
    static const char digits[] = "0123456789";
    yn_plan_fits(n->plan, path->text, path->ignore_case, env->fixed, groups, 10);
    for (int i = 0; i < 10; i++) {
        yn_to value = {0};
        yn_to_add(n->plan, &value, YN_TO_TEXT, groups[i]);
        yn_ngx_set(n, env, (yonder_text){digits + i, 1}, value.first, true);
    }
    return true;
}

bool yn_ngx_is_path(yn_ngx *n, yn_ngx_env *env, const yn_path *path, bool negative)
{
    if (env->fixed.len)
        return is_fixed_path(n, env, path, negative);
    if (negative)
        return yn_case_not_path(n->plan, &env->which, path);
    if (!yn_case_path(n->plan, &env->which, path))
        return false;
    if (path->kind == YN_PATH_REGEX) {
        env->regex_id = path->id;
        env->regex = path->text;
    }
    return true;
}

static yn_ngx_outcome test_path(const test *t)
{
    yn_plan *plan = t->n->plan;
    yn_ngx_env env = *t->env;
    yonder_text pattern;
    if (t->truth)
        return keep(t, &env);
    if (t->regex && !yn_ngx_pattern(t->n, t->value, t->where, &pattern))
        return YN_NGX_NEVER;
    yn_path path = t->regex ? yn_path_regex(plan, pattern, t->ignore_case)
                            : yn_path_exact(yn_plan_decoded(plan, t->value), t->any_case);
    return yn_ngx_is_path(t->n, &env, &path, t->negative) ? keep(t, &env) : YN_NGX_NEVER;
}

// $request_uri: as the request line has it, query and all.
static yn_ngx_outcome test_target(const test *t)
{
    yn_plan *plan = t->n->plan;
    yn_ngx_env env = *t->env;
    size_t question = yn_find_char(t->value, '?');
    if (t->truth)
        return keep(t, &env);
    env.fixed = (yonder_text){0};
    if (t->regex && memmem(t->value.ptr, t->value.len, "\\?", 2))
        return YN_NGX_UNKNOWN;
    yn_regexp read;
    if (t->regex && (!yn_regexp_read(&read, t->value) || t->value.len == 0))
        return YN_NGX_UNKNOWN;
    if (question < t->value.len && t->negative)
        return YN_NGX_UNKNOWN;
    if (t->regex)
        yn_regexp_write(&plan->scratch, t->value, 0);
    yn_path path = t->regex ? yn_path_regex(plan, yn_plan_written(plan), t->ignore_case)
                            : yn_path_exact(yn_plan_subject(plan, yn_slice(t->value, 0, question)),
                                            t->any_case);
    if (!t->regex || read.closed)
        note(t, YN_NOTE_CHANGED,
             "$request_uri is the path and the whole query, as the request has them; here the path "
             "is compared in any spelling, and the query may have other parameters");
    if (!yn_ngx_is_path(t->n, &env, &path, t->negative))
        return YN_NGX_NEVER;
    if (!t->regex && question < t->value.len &&
        !yn_case_query(plan, &env.which, yn_skip(t->value, question + 1)))
        return YN_NGX_NEVER;
    env.fixed = t->env->fixed;
    return keep(t, &env);
}

/* ---- host and scheme ------------------------------------------------------------------------- */

static bool is_port(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!yn_is_digit((unsigned char)t.ptr[i]))
            return false;
    return true;
}

static yn_ngx_outcome test_host(const test *t)
{
    yn_plan *plan = t->n->plan;
    yn_ngx_env env = *t->env;
    yonder_text value = t->value;
    size_t colon = yn_find_char(value, ':');
    if (t->truth)
        return keep(t, &env);
    if (!t->regex && colon < value.len && is_port(yn_skip(value, colon + 1)))
        return YN_NGX_UNKNOWN; // of a port no rule knows
    yn_host_test host = {.kind = t->regex ? YN_HOST_REGEX : YN_HOST_IS, .negative = t->negative};
    host.ignore_case = t->ignore_case || t->any_case;
    for (size_t i = 0; i < value.len; i++)
        yn_buf_char(&plan->scratch, t->regex ? value.ptr[i] : yn_lower(value.ptr[i]));
    host.text = yn_plan_written(plan);
    host.id = t->regex ? ++plan->last_id : 0;
    if (!yn_case_host(plan, &env.which, &host))
        return YN_NGX_NEVER;
    if (t->regex && !t->negative) {
        env.regex_id = host.id;
        env.regex = host.text;
    }
    return keep(t, &env);
}

static yn_ngx_outcome keep_schemes(const test *t, unsigned schemes)
{
    yn_ngx_env env = *t->env;
    if (t->negative)
        schemes = YN_HTTP_AND_HTTPS & ~schemes;
    return yn_case_schemes(&env.which, schemes) ? keep(t, &env) : YN_NGX_NEVER;
}

static yn_ngx_outcome test_scheme(const test *t)
{
    yonder_text groups[1];
    unsigned schemes = 0;
    if (t->truth)
        return keep(t, t->env);
    for (unsigned i = 0; i < 2; i++) {
        yonder_text scheme = i ? YN_TEXT("https") : YN_TEXT("http");
        bool fits = t->regex ? yn_plan_fits(t->n->plan, t->value, t->ignore_case, scheme, groups, 1)
                             : yn_equal(scheme, t->value);
        schemes |= fits ? 1u << i : 0;
    }
    return keep_schemes(t, schemes);
}

static yn_ngx_outcome test_https(const test *t)
{
    if (t->truth || yn_equal(t->value, YN_TEXT("on")))
        return keep_schemes(t, YN_HTTPS);
    if (!t->regex && !t->value.len)
        return keep_schemes(t, YN_HTTP);
    return YN_NGX_UNKNOWN;
}

static yn_ngx_outcome test_port(const test *t)
{
    if (t->regex || t->truth)
        return YN_NGX_UNKNOWN;
    if (yn_equal(t->value, YN_TEXT("80")))
        return keep_schemes(t, YN_HTTP);
    return yn_equal(t->value, YN_TEXT("443")) ? keep_schemes(t, YN_HTTPS) : YN_NGX_UNKNOWN;
}

// What a proxy in front says of the scheme.
static yn_ngx_outcome test_forwarded(const test *t)
{
    if (t->truth || (t->regex && !yn_equal(t->value, YN_TEXT("https"))))
        return YN_NGX_UNKNOWN;
    if (!yn_equal(t->value, YN_TEXT("http")) && !yn_equal(t->value, YN_TEXT("https")))
        return YN_NGX_UNKNOWN;
    note(t, YN_NOTE_CHANGED, "X-Forwarded-Proto is taken for the scheme of the request");
    return keep_schemes(t, yn_equal(t->value, YN_TEXT("http")) ? YN_HTTP : YN_HTTPS);
}

/* ---- the rest of a request ------------------------------------------------------------------- */

static yn_ngx_outcome test_method(const test *t)
{
    yn_plan *plan = t->n->plan;
    yn_regexp_texts texts = {.count = 1, .texts = {t->value}};
    yn_ngx_env env = *t->env;
    if (t->truth)
        return keep(t, &env);
    if (t->regex && !yn_regexp_expand(&texts, t->value, &plan->arena))
        plan->error = YONDER_NO_MEMORY;
    if (t->negative || !texts.count || (t->regex && (texts.open_start || texts.open_end)))
        return YN_NGX_UNKNOWN;
    for (size_t i = 0; i < texts.count; i++) {
        if (!yn_is_token(texts.texts[i]))
            return YN_NGX_UNKNOWN;
        yn_buf_str(&plan->scratch, i ? "," : "");
        yn_buf_put(&plan->scratch, texts.texts[i]);
    }
    yonder_text list = yn_plan_written(plan);
    return yn_case_methods(plan, &env.which, list, t->where->file, t->where->line) ? keep(t, &env)
                                                                                   : YN_NGX_NEVER;
}

static yn_ngx_outcome test_query(const test *t)
{
    yonder_text groups[10];
    yn_cases cases = {1, {t->env->which}};
    if (t->truth || t->negative || !t->value.len)
        return YN_NGX_UNKNOWN;
    if (!t->regex) {
        if (!yn_case_query(t->n->plan, &cases.cases[0], t->value))
            return YN_NGX_NEVER;
    } else if (!yn_case_query_regex(t->n->plan, t->value, &cases, groups)) {
        return YN_NGX_UNKNOWN;
    }
    note(t, YN_NOTE_CHANGED,
         "the query is compared parameter by parameter: others may be there, in any order");
    yn_ngx_outcome outcome = keep_cases(t, &cases);
    for (size_t k = 0; t->regex && k < t->out->count; k++)
        for (int i = 1; i < 10; i++) {
            static const char digits[] = "0123456789";
            yn_to value = {0};
            if (groups[i].len)
                yn_to_add(t->n->plan, &value, YN_TO_ARGUMENT, groups[i]);
            if (groups[i].len)
                yn_ngx_set(t->n, &t->out->envs[k], (yonder_text){digits + i, 1}, value.first, true);
        }
    return outcome;
}

static yn_ngx_outcome test_argument(const test *t)
{
    yn_plan *plan = t->n->plan;
    yonder_text name = yn_skip(t->name, 4);
    yn_regexp_texts texts = {.count = 1, .texts = {t->value}};
    yn_cases cases = {1, {t->env->which}};
    yn_case *one = &cases.cases[0];
    bool empty = !t->regex && !t->truth && !t->value.len;
    if (t->truth || (empty && t->negative))
        return yn_case_argument(plan, one, name, NULL) ? keep_cases(t, &cases) : YN_NGX_NEVER;
    if (t->negative)
        return YN_NGX_UNKNOWN;
    if (empty)
        return yn_case_pair(plan, one, name, (yonder_text){0}) ? keep_cases(t, &cases)
                                                               : YN_NGX_NEVER;
    if (t->regex && !yn_regexp_expand(&texts, t->value, &plan->arena))
        plan->error = YONDER_NO_MEMORY;
    if (!texts.count || (t->regex && (texts.open_start || texts.open_end || t->ignore_case)))
        return YN_NGX_UNKNOWN;
    cases.count = 0;
    for (size_t i = 0; i < texts.count; i++) {
        cases.cases[cases.count] = t->env->which;
        if (yn_case_argument(plan, &cases.cases[cases.count], name, &texts.texts[i]))
            cases.count++;
    }
    return keep_cases(t, &cases);
}

// "$http_accept_language": Accept-Language. `name` of the condition goes to the scratch buffer.
static void put_field(yn_plan *plan, yonder_text variable)
{
    bool first = true;
    yn_buf_str(&plan->scratch, "header:");
    for (size_t i = 0; i < variable.len; i++) {
        char c = variable.ptr[i];
        yn_buf_char(&plan->scratch, c == '_' ? '-' : first ? yn_upper(c) : c);
        first = c == '_';
    }
}

static yn_ngx_outcome test_field(const test *t)
{
    yn_plan *plan = t->n->plan;
    yn_cases cases = {1, {t->env->which}};
    bool cookie = yn_starts_with(t->name, YN_TEXT("cookie_"));
    if (t->negative || (t->truth && !cookie))
        return YN_NGX_UNKNOWN;
    if (t->truth) {
        note(t, YN_NOTE_CHANGED, "the cookie has to be there, whatever its value");
        return yn_case_condition(plan, &cases.cases[0], YN_TEXT("cookie"), yn_skip(t->name, 7))
                   ? keep_cases(t, &cases)
                   : YN_NGX_NEVER;
    }
    if (cookie)
        yn_buf_printf(&plan->scratch, "cookie:%.*s", YN_PRINT(yn_skip(t->name, 7)));
    else
        put_field(plan, yn_skip(t->name, 5));
    yonder_text name = yn_plan_written(plan);
    if (t->any_case)
        note(t, YN_NOTE_CHANGED, "a map's keys are compared without case; here it counts");
    bool good = t->regex ? yn_case_field_regex(plan, name, t->value, t->ignore_case, &cases)
                         : yn_case_field(plan, &cases.cases[0], name, t->value);
    return good ? keep_cases(t, &cases) : YN_NGX_UNKNOWN;
}

/* ---- which of them --------------------------------------------------------------------------- */

static const struct {
    yonder_text name;
    bool starts; // the name is only the start of the variable's
    test_fn *run;
} tests[] = {
    {YN_TEXT_INIT("uri"), false, test_path},
    {YN_TEXT_INIT("document_uri"), false, test_path},
    {YN_TEXT_INIT("request_uri"), false, test_target},
    {YN_TEXT_INIT("host"), false, test_host},
    {YN_TEXT_INIT("http_host"), false, test_host},
    {YN_TEXT_INIT("scheme"), false, test_scheme},
    {YN_TEXT_INIT("https"), false, test_https},
    {YN_TEXT_INIT("server_port"), false, test_port},
    {YN_TEXT_INIT("http_x_forwarded_proto"), false, test_forwarded},
    {YN_TEXT_INIT("request_method"), false, test_method},
    {YN_TEXT_INIT("args"), false, test_query},
    {YN_TEXT_INIT("query_string"), false, test_query},
    {YN_TEXT_INIT("arg_"), true, test_argument},
    {YN_TEXT_INIT("http_"), true, test_field},
    {YN_TEXT_INIT("cookie_"), true, test_field},
};

static yn_ngx_outcome test_text(const test *t, yonder_text text)
{
    yonder_text groups[1];
    if (t->truth)
        return keep_if(t, text.len && !yn_equal(text, YN_TEXT("0")));
    bool fits = t->regex ? yn_plan_fits(t->n->plan, t->value, t->ignore_case, text, groups, 1)
                         : yn_equal(text, t->value);
    return keep_if(t, fits != t->negative);
}

// The variable that a variable stands for, where `set` made it one and the same.
static yonder_text behind(yn_part_of_to kind, yonder_text text, char room[64])
{
    switch (kind) {
    case YN_TO_PATH:
        return YN_TEXT("uri");
    case YN_TO_QUERY:
        return YN_TEXT("args");
    case YN_TO_HOST:
        return YN_TEXT("host");
    case YN_TO_AUTHORITY:
        return YN_TEXT("http_host");
    case YN_TO_SCHEME:
        return YN_TEXT("scheme");
    case YN_TO_ARGUMENT:
        if (text.len > 50)
            return (yonder_text){0};
        memcpy(room, "arg_", 4);
        memcpy(room + 4, text.ptr, text.len);
        return (yonder_text){room, 4 + text.len};
    default:
        return (yonder_text){0};
    }
}

static bool has_variable(yonder_text t)
{
    yonder_text rest, name;
    for (size_t i = 0; i < t.len; i++) {
        rest = yn_skip(t, i);
        if (yn_ngx_take_variable(&rest, &name))
            return true;
    }
    return false;
}

yn_ngx_outcome yn_ngx_test(yn_ngx *n, const yn_ngx_env *env, yonder_text name, yonder_text op,
                           yonder_text value, bool any_case, const yn_directive *where,
                           yn_ngx_envs *out)
{
    test t = {n, env, name, op, value, .any_case = any_case, .where = where, .out = out};
    const yn_ngx_var *var = yn_ngx_var_find(env, name);
    yonder_text text;
    char room[64];
    out->count = 0;
    t.truth = !op.len;
    t.negative = op.len && op.ptr[0] == '!';
    t.regex = yn_find_char(op, '~') < op.len;
    t.ignore_case = op.len && op.ptr[op.len - 1] == '*';
    if (!t.regex && has_variable(value))
        return YN_NGX_UNKNOWN;
    if (var && !var->known)
        return YN_NGX_UNKNOWN;
    if (var && yn_ngx_is_text(n->plan, var->value, &text))
        return test_text(&t, text);
    if (var)
        t.name =
            var->value->next ? (yonder_text){0} : behind(var->value->kind, var->value->text, room);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        bool fits = tests[i].starts
                        ? yn_starts_with(t.name, tests[i].name) && t.name.len > tests[i].name.len
                        : yn_equal(t.name, tests[i].name);
        if (fits)
            return tests[i].run(&t);
    }
    return YN_NGX_UNKNOWN;
}

/* ---- words ----------------------------------------------------------------------------------- */

static bool is_operator(yonder_text t)
{
    static const char *const operators[] = {"=", "!=", "~", "~*", "!~", "!~*"};
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (yn_equal(t, yonder_text_of(operators[i])))
            return true;
    return false;
}

bool yn_ngx_condition(const yn_directive *directive, yonder_text *name, yonder_text *op,
                      yonder_text *value)
{
    yonder_text words[8], *w = words;
    size_t count = directive->count - 1;
    if (count == 0 || count > 6)
        return false;
    memcpy(words, directive->words + 1, count * sizeof *words);
    if (words[0].len == 0 || words[0].ptr[0] != '(')
        return false;
    words[0] = yn_skip(words[0], 1);
    if (!words[0].len)
        w++, count--;
    if (!count || !w[count - 1].len || w[count - 1].ptr[w[count - 1].len - 1] != ')')
        return false;
    w[count - 1].len--;
    if (!w[count - 1].len)
        count--;
    if (count == 2 && is_operator(w[1])) // ($a = "") whose value is nothing but the bracket
        w[count++] = (yonder_text){0};
    if ((count != 1 && count != 3) || !yn_ngx_take_variable(&w[0], name) || w[0].len)
        return false;
    *op = count == 3 ? w[1] : (yonder_text){0};
    *value = count == 3 ? w[2] : (yonder_text){0};
    return count == 1 || is_operator(*op);
}
