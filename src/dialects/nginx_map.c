// SPDX-License-Identifier: MIT
// `map`: each of its entries is a set of requests, by what its source is.
#include "base/text.h"
#include "dialects/nginx.h"
#include "dialects/regexp.h"

enum {
    most_exceptions = 200 // entries that a later one has to leave out
};

// What the source of a map consists of.
typedef struct source {
    bool scheme, host;  // in front
    yonder_text path;   // "uri", "request_uri", or empty
    yonder_text single; // any other variable, alone
} source;

typedef struct entry {
    yonder_text key, value;
    bool regex, ignore_case, is_default, wildcard;
    const yn_directive *where;
} entry;

typedef struct map_run {
    yn_ngx *n;
    const yn_ngx_env *env;
    const yn_ngx_map *map;
    const yn_ngx_selection *selection;
    source source;
    void (*each)(yn_ngx *n, yn_ngx_env *env, void *context);
    void *context;
    entry exceptions[most_exceptions];
    size_t exception_count;
    bool too_many;
    bool unknown;
} map_run;

/* ---- the source ------------------------------------------------------------------------------ */

static bool is_host(yonder_text name)
{
    return yn_equal(name, YN_TEXT("host")) || yn_equal(name, YN_TEXT("http_host")) ||
           yn_equal(name, YN_TEXT("server_name"));
}

static bool read_source(yonder_text text, source *out)
{
    yonder_text name;
    *out = (source){0};
    if (!yn_ngx_take_variable(&text, &name))
        return false;
    if (yn_equal(name, YN_TEXT("scheme")) && yn_starts_with(text, YN_TEXT("://"))) {
        out->scheme = true;
        text = yn_skip(text, 3);
        if (!yn_ngx_take_variable(&text, &name))
            return false;
    }
    if (is_host(name) && (text.len || out->scheme)) {
        out->host = true;
        if (!yn_ngx_take_variable(&text, &name))
            return false;
    }
    if (text.len)
        return false;
    if (!out->host) {
        out->single = is_host(name) ? YN_TEXT("host") : name;
        return true;
    }
    out->path = name;
    return yn_equal(name, YN_TEXT("uri")) || yn_equal(name, YN_TEXT("document_uri")) ||
           yn_equal(name, YN_TEXT("request_uri"));
}

/* ---- keys ------------------------------------------------------------------------------------ */

static bool read_entry(const map_run *r, const yn_directive *d, entry *out)
{
    *out = (entry){.key = d->words[0], .where = d};
    if (d->count != 2)
        return false; // volatile, hostnames
    out->value = d->words[1];
    out->is_default = yn_equal(out->key, YN_TEXT("default"));
    if (out->is_default)
        return true;
    if (yn_starts_with(out->key, YN_TEXT("~"))) {
        out->regex = true;
        out->ignore_case = yn_starts_with(out->key, YN_TEXT("~*"));
        out->key = yn_skip(out->key, out->ignore_case ? 2 : 1);
    } else if (yn_starts_with(out->key, YN_TEXT("\\"))) {
        out->key = yn_skip(out->key, 1);
    }
    out->wildcard = r->map->hostnames && !out->regex && out->key.len > 1 &&
                    (out->key.ptr[0] == '.' || out->key.ptr[0] == '*');
    return true;
}

static yonder_text op_of(const entry *e, bool negative)
{
    if (!e->regex)
        return negative ? YN_TEXT("!=") : YN_TEXT("=");
    if (e->ignore_case)
        return negative ? YN_TEXT("!~*") : YN_TEXT("~*");
    return negative ? YN_TEXT("!~") : YN_TEXT("~");
}

static yn_ngx_outcome test_one(const map_run *r, const yn_ngx_env *env, const entry *e,
                               bool negative, yn_ngx_envs *out)
{
    yonder_text key = e->key, name = r->source.single;
    if (!e->wildcard || e->key.ptr[0] == '*' || negative)
        return yn_ngx_test(r->n, env, name, op_of(e, negative), key, !e->regex, e->where, out);
    // ".example.com" is two.
    yn_ngx_envs more;
    yn_buf_printf(&r->n->plan->scratch, "*%.*s", YN_PRINT(key));
    key = yn_plan_written(r->n->plan);
    yn_ngx_outcome outcome = yn_ngx_test(r->n, env, name, YN_TEXT("="), key, true, e->where, &more);
    if (outcome == YN_NGX_UNKNOWN)
        return outcome;
    outcome = yn_ngx_test(r->n, env, name, YN_TEXT("="), yn_skip(key, 2), true, e->where, out);
    for (size_t i = 0; i < more.count && out->count < YN_MOST_CASES; i++)
        out->envs[out->count++] = more.envs[i];
    return out->count ? YN_NGX_CASES : outcome;
}

// Of "^(www\.)?a\.test/x(.*)$" the host is all before the first slash.
static bool split_regex(map_run *r, yonder_text pattern, yonder_text *host, yonder_text *path)
{
    yonder_text rest = pattern;
    size_t depth = 0;
    yn_regexp_token token = yn_regexp_next(&rest);
    if (token.kind != YN_REGEXP_START)
        return false;
    while ((token = yn_regexp_next(&rest)).kind != YN_REGEXP_END) {
        depth += token.kind == YN_REGEXP_OPEN;
        depth -= token.kind == YN_REGEXP_CLOSE && depth;
        if (token.kind == YN_REGEXP_BAR && !depth)
            return false;
        if (token.kind != YN_REGEXP_LITERAL || token.byte != '/' || depth)
            continue;
        size_t at = (size_t)(token.text.ptr - pattern.ptr);
        yn_buf_printf(&r->n->plan->scratch, "%.*s$", YN_PRINT(yn_slice(pattern, 0, at)));
        *host = yn_plan_written(r->n->plan);
        yn_buf_printf(&r->n->plan->scratch, "^%.*s", YN_PRINT(yn_skip(pattern, at)));
        *path = yn_plan_written(r->n->plan);
        return true;
    }
    return false;
}

// Groups are counted through host and path.
static void number_groups(map_run *r, yn_ngx_env *env, const yn_ngx_env *with_host,
                          yonder_text host_pattern)
{
    static const char digits[] = "0123456789";
    yn_regexp host;
    uint32_t path_id = env->regex_id;
    if (!yn_regexp_read(&host, host_pattern) || !host.group_count)
        return;
    for (uint32_t i = 1; i < 10; i++) {
        yn_to value = {0};
        if (i <= host.group_count)
            yn_to_add_group(r->n->plan, &value, with_host->regex_id, i);
        else
            yn_to_add_group(r->n->plan, &value, path_id, i - (uint32_t)host.group_count);
        yn_ngx_set(r->n, env, (yonder_text){digits + i, 1}, value.first, true);
    }
}

static yn_ngx_outcome test_host_and_path(map_run *r, const entry *e, yn_ngx_envs *out)
{
    yn_ngx_env env = *r->env;
    yn_ngx_envs hosts;
    yonder_text key = e->key, host, path;
    if (r->source.scheme) {
        bool https = yn_starts_with(key, YN_TEXT("https://"));
        if (e->regex || (!https && !yn_starts_with(key, YN_TEXT("http://"))))
            return YN_NGX_UNKNOWN;
        key = yn_skip(key, https ? 8 : 7);
        if (!yn_case_schemes(&env.which, https ? YN_HTTPS : YN_HTTP))
            return YN_NGX_NEVER;
    }
    if (!e->regex) {
        size_t slash = yn_find_char(key, '/');
        host = yn_slice(key, 0, slash);
        path = yn_skip(key, slash);
    } else if (!split_regex(r, key, &host, &path)) {
        return YN_NGX_UNKNOWN;
    }
    yn_ngx_outcome outcome = yn_ngx_test(r->n, &env, YN_TEXT("host"), op_of(e, false), host,
                                         !e->regex, e->where, &hosts);
    if (outcome != YN_NGX_CASES)
        return outcome;
    outcome = yn_ngx_test(r->n, &hosts.envs[0], r->source.path, op_of(e, false), path, !e->regex,
                          e->where, out);
    for (size_t i = 0; e->regex && i < out->count; i++)
        number_groups(r, &out->envs[i], &hosts.envs[0], host);
    return outcome;
}

/* ---- which entries --------------------------------------------------------------------------- */

// 1: it is one of those that are wanted, 0: it is not, -1: that cannot be told.
static int selects(map_run *r, const entry *e)
{
    const yn_ngx_map *pending;
    const yn_ngx_selection *s = r->selection;
    yonder_text text, groups[1];
    yn_to value = yn_ngx_value(r->n, r->env, e->value, &pending);
    bool known = yn_ngx_is_text(r->n->plan, value.first, &text);
    if (s->all)
        return 1;
    if (!s->op.len)
        return known ? text.len && !yn_equal(text, YN_TEXT("0")) : 1;
    bool negative = s->op.ptr[0] == '!';
    if (yn_find_char(s->op, '~') == s->op.len) {
        if (!known) // what starts with a text is not empty
            return s->value.len ? -1 : negative;
        return yn_equal(text, s->value) != negative;
    }
    bool any_case = s->op.ptr[s->op.len - 1] == '*';
    return known ? yn_plan_fits(r->n->plan, s->value, any_case, text, groups, 1) != negative : -1;
}

static void add_exception(map_run *r, const entry *e)
{
    if (r->exception_count < most_exceptions)
        r->exceptions[r->exception_count++] = *e;
    else
        r->too_many = true;
}

// Takes out the keys that have an entry of their own.
static yn_ngx_outcome leave_out(map_run *r, yn_ngx_env *env)
{
    if (r->too_many || (r->exception_count && !r->source.single.len))
        return YN_NGX_UNKNOWN;
    for (size_t i = 0; i < r->exception_count; i++) {
        yn_ngx_envs left;
        yn_ngx_outcome outcome = test_one(r, env, &r->exceptions[i], true, &left);
        if (outcome != YN_NGX_CASES)
            return outcome;
        *env = left.envs[0];
    }
    return YN_NGX_CASES;
}

static void run_entry(map_run *r, const entry *e)
{
    yn_ngx_envs envs = {.count = 1, .envs = {*r->env}};
    int selected = selects(r, e);
    if (selected < 0)
        r->unknown = true;
    if (selected == 0 && !e->is_default)
        add_exception(r, e);
    if (selected <= 0)
        return;
    yn_ngx_outcome outcome = YN_NGX_CASES;
    if (!e->is_default)
        outcome =
            r->source.host ? test_host_and_path(r, e, &envs) : test_one(r, r->env, e, false, &envs);
    for (size_t i = 0; outcome == YN_NGX_CASES && i < envs.count; i++) {
        const yn_ngx_map *pending;
        if (e->regex || e->is_default)
            outcome = leave_out(r, &envs.envs[i]);
        if (outcome != YN_NGX_CASES)
            break;
        yn_to value = yn_ngx_value(r->n, &envs.envs[i], e->value, &pending);
        yn_ngx_set(r->n, &envs.envs[i], r->map->name, value.first, !pending);
        r->each(r->n, &envs.envs[i], r->context);
    }
    if (outcome == YN_NGX_UNKNOWN)
        yn_plan_note(r->n->plan, YN_NOTE_LOST, e->where->file, e->where->line,
                     "which requests have this key is nothing a rule can ask for");
}

// Keys with a query go before the same paths without one.
static bool is_turn(const entry *e, int turn)
{
    bool query = !e->regex && yn_find_char(e->key, '?') < e->key.len;
    int own = e->is_default ? 4 : e->regex ? 3 : e->wildcard ? 2 : query ? 0 : 1;
    return own == turn;
}

bool yn_ngx_map_run(yn_ngx *n, const yn_ngx_env *env, const yn_ngx_map *map,
                    const yn_ngx_selection *selection,
                    void (*each)(yn_ngx *n, yn_ngx_env *env, void *context), void *context)
{
    map_run *r = yn_plan_alloc(n->plan, sizeof *r);
    if (!r)
        return false;
    *r = (map_run){.n = n, .env = env, .map = map, .selection = selection, .each = each};
    r->context = context;
    if (!read_source(map->source, &r->source))
        return false;
    for (int turn = 0; turn < 5; turn++)
        for (const yn_directive *d = map->block->first; d && !n->plan->error; d = d->next) {
            entry e;
            if (read_entry(r, d, &e) && is_turn(&e, turn))
                run_entry(r, &e);
        }
    return !r->unknown;
}
