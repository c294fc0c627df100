// SPDX-License-Identifier: MIT
// mod_rewrite: its rules one after the other, for all requests at once.
#include "base/text.h"
#include "dialects/apache.h"
#include "dialects/regexp.h"

enum {
    most_rules = 900000, // of one place: phases are counted on from it
    most_conds = 200,    // of one rule
    most_work = 2000000, // rules gone through; an end to what nests itself
    deepest_jump = 3,
};

typedef struct list {
    yn_apache *a;
    const yn_apache_place *place;
    yn_apache_rule *rules;
    size_t count, cap;
    yonder_text base; // RewriteBase, or empty
    bool on, told_off;
} list;

static void note(const list *l, const yn_directive *d, yn_note_kind kind, const char *what)
{
    yn_plan_note(l->a->plan, kind, d->file, d->line, "%s", what);
}

static int phase_of(const list *l, size_t number)
{
    return l->place->rewrite_phase + (int)number;
}

static int last_phase(const list *l)
{
    return l->place->in_folder ? YN_APACHE_FOLDER_ALIAS - 1 : YN_APACHE_PROXY - 1;
}

static void stop(const list *l, size_t number, const yn_apache_env *env, int until)
{
    const yn_directive *d = l->rules[number].where;
    yn_step *step =
        yn_plan_step_add(l->a->plan, l->a->server, YN_STEP_STOP, &env->which, d->file, d->line);
    step->phase = phase_of(l, number);
    step->until = until;
}

/* ---- targets --------------------------------------------------------------------------------- */

static bool is_url(yonder_text to)
{
    return yn_starts_with(to, YN_TEXT("http://")) || yn_starts_with(to, YN_TEXT("https://")) ||
           yn_starts_with(to, YN_TEXT("http%{ENV:protossl}://")) ||
           yn_starts_with(to, YN_TEXT("%{REQUEST_SCHEME}://"));
}

// The target with what Apache puts before it.
static yonder_text full_target(const list *l, const yn_apache_rule *rule)
{
    yonder_text to = rule->to;
    bool whole = is_url(to) || yn_starts_with(to, YN_TEXT("/")) ||
                 yn_starts_with(to, YN_TEXT("%{REQUEST_URI}")) || memmem(to.ptr, to.len, "://", 3);
    if (whole || (!l->place->in_folder && to.len && to.ptr[0] == '$'))
        return to;
    yn_buf *out = &l->a->plan->scratch;
    yonder_text base = !l->place->in_folder ? YN_TEXT("/")
                       : l->base.len        ? l->base
                                            : l->place->folder;
    yn_buf_put(out, base);
    if (base.len && base.ptr[base.len - 1] != '/')
        yn_buf_char(out, '/');
    yn_buf_put(out, to);
    return yn_plan_written(l->a->plan);
}

static yn_query_rule query_rule(const yn_apache_rule *rule, yonder_text *to)
{
    size_t question = yn_find_char(*to, '?');
    if (question == to->len)
        return rule->query_drop ? YN_QUERY_DROPPED : YN_QUERY_PASSED;
    if (question + 1 == to->len && rule->query_append) {
        to->len--;
        return YN_QUERY_PASSED;
    }
    return rule->query_append ? YN_QUERY_JOINED : YN_QUERY_DROPPED;
}

static bool is_name_of(const yn_plan_server *server, yonder_text host)
{
    for (const yn_plan_name *name = server->names; name; name = name->next)
        if (yn_equal_nocase(name->host, host))
            return true;
    return false;
}

// Without R a URL of the request's own host is no redirect.
static bool leave_own_host(const list *l, yn_apache_env *env, const yn_apache_rule *rule,
                           yonder_text to)
{
    size_t from = yn_find_char(to, ':') + 3;
    yonder_text host = from < to.len ? yn_skip(to, from) : (yonder_text){0};
    host = yn_slice(host, 0, yn_find_char(host, '/'));
    yn_host_test test = {.kind = YN_HOST_IS, .negative = true};
    if (is_name_of(l->a->server, host)) {
        for (size_t i = 0; i < host.len; i++)
            yn_buf_char(&l->a->plan->scratch, yn_lower(host.ptr[i]));
        test.text = yn_plan_written(l->a->plan);
        return yn_case_host(l->a->plan, &env->which, &test);
    }
    if (!env->which.hosts && !l->a->server->names)
        note(l, rule->where, YN_NOTE_CHANGED,
             "without the flag R Apache redirects from hosts that are not the target's only");
    return true;
}

static void redirect(const list *l, size_t number, yn_apache_env *env, const yn_apache_rule *rule)
{
    yn_plan *plan = l->a->plan;
    yonder_text to = full_target(l, rule);
    size_t at, length;
    yonder_text name, key, fallback;
    if (!rule->status && !leave_own_host(l, env, rule, to))
        return;
    yn_step *step = yn_plan_step_add(plan, l->a->server, YN_STEP_ANSWER, &env->which,
                                     rule->where->file, rule->where->line);
    step->phase = phase_of(l, number);
    step->status = rule->status ? rule->status : 302;
    step->query = query_rule(rule, &to);
    yn_to value = {0};
    if (yn_apache_find_map(to, &at, &length, &name, &key, &fallback))
        yn_to_add(plan, &value, YN_TO_UNKNOWN, name);
    else
        value = yn_apache_value(l->a, env, to, !rule->no_escape);
    step->to = value.first;
    if (rule->escapes_back && memchr(rule->to.ptr, '$', rule->to.len))
        note(l, rule->where, YN_NOTE_CHANGED,
             "groups are put in as the request has them: they are not escaped once more (flag B)");
}

/* ---- what follows from a rule ---------------------------------------------------------------- */

static void run_rules(list *l, size_t first, const yn_apache_env *env);

// A path the target might come to.
static yonder_text sample(const list *l, yonder_text to)
{
    yn_buf *out = &l->a->plan->scratch;
    for (size_t i = 0; i < to.len && to.ptr[i] != '?'; i++) {
        bool group = (to.ptr[i] == '$' || to.ptr[i] == '%') && i + 1 < to.len;
        if (group && yn_is_digit((unsigned char)to.ptr[i + 1])) {
            yn_buf_char(out, 'x');
            i++;
        } else if (group && to.ptr[i + 1] == '{') {
            yn_buf_char(out, 'x');
            i += yn_find_char(yn_skip(to, i), '}');
        } else {
            yn_buf_char(out, to.ptr[i]);
        }
    }
    return yn_plan_written(l->a->plan);
}

static bool redirects(const yn_apache_rule *rule)
{
    return rule->status || is_url(rule->to);
}

// Whether a rule from `first` on may take what another one made.
static bool may_be_taken(const list *l, size_t first, yonder_text text)
{
    yonder_text groups[1];
    for (size_t i = first; i < l->count; i++) {
        const yn_apache_rule *rule = &l->rules[i];
        if (yn_plan_fits(l->a->plan, rule->pattern, rule->ignore_case, text, groups, 1) !=
                rule->negative &&
            (redirects(rule) || !yn_equal(rule->to, YN_TEXT("-"))))
            return true;
    }
    return false;
}

static bool has_redirect_for(const list *l, size_t first, yonder_text text)
{
    yonder_text groups[1];
    for (size_t i = first; i < l->count; i++)
        if (redirects(&l->rules[i]) &&
            yn_plan_fits(l->a->plan, l->rules[i].pattern, l->rules[i].ignore_case, text, groups, 1))
            return true;
    return false;
}

// The path goes on as another one.
static void rewrite(list *l, size_t number, const yn_apache_env *env, const yn_apache_rule *rule)
{
    yonder_text to = full_target(l, rule);
    yonder_text path = yn_slice(to, 0, yn_find_char(to, '?'));
    bool certain = yn_find_char(path, '$') == path.len && yn_find_char(path, '%') == path.len;
    bool again = rule->last && l->place->in_folder && !rule->end;
    size_t next = again ? 0 : number + 1;
    if (rule->last && !again) {
        // It is done.
    } else if (certain && l->a->jumps < deepest_jump) {
        yn_apache_env inside = {.which = env->which};
        inside.fixed = yn_plan_decoded(l->a->plan, path);
        l->a->jumps++;
        run_rules(l, next, &inside);
        l->a->jumps--;
    } else {
        yonder_text seen = sample(l, to);
        if (l->place->in_folder && yn_starts_with(seen, l->place->folder))
            seen = yn_skip(seen, l->place->folder.len);
        if (has_redirect_for(l, next, seen))
            note(l, rule->where, YN_NOTE_LOST,
                 "an internal rewrite, after which another rule may redirect");
    }
    stop(l, number, env,
         l->place->in_folder || rule->passes_through ? last_phase(l) : YN_APACHE_ALL);
}

static void act(list *l, size_t number, yn_apache_env *env, const yn_apache_rule *rule)
{
    bool same = yn_equal(rule->to, YN_TEXT("-"));
    bool leads = rule->status >= 300 && rule->status < 400;
    if (rule->proxy) {
        stop(l, number, env, YN_APACHE_ALL);
    } else if (rule->next) {
        note(l, rule->where, YN_NOTE_LOST, "rules that start anew (flag N)");
        stop(l, number, env, last_phase(l));
    } else if (rule->status && !leads) {
        yn_step *step = yn_plan_step_add(l->a->plan, l->a->server, YN_STEP_ANSWER, &env->which,
                                         rule->where->file, rule->where->line);
        step->phase = phase_of(l, number);
        step->status = rule->status;
    } else if (same && rule->skip) {
        stop(l, number, env, phase_of(l, number + rule->skip));
    } else if (same && rule->last) {
        stop(l, number, env, last_phase(l));
    } else if (same && leads) {
        note(l, rule->where, YN_NOTE_LOST, "a redirect to the same URL");
    } else if (same) {
        return;
    } else if (leads || is_url(rule->to)) {
        redirect(l, number, env, rule);
        if (!rule->last && may_be_taken(l, number + 1, sample(l, full_target(l, rule))))
            note(l, rule->where, YN_NOTE_CHANGED,
                 "without the flag L Apache goes on with the rules that follow, of which one may "
                 "change the target");
    } else {
        rewrite(l, number, env, rule);
    }
}

/* ---- which requests a rule is for ------------------------------------------------------------ */

static bool fits_fixed(list *l, yn_apache_env *env, const yn_apache_rule *rule)
{
    yonder_text subject = env->fixed, groups[10] = {{0}};
    if (l->place->in_folder && yn_starts_with(subject, l->place->folder))
        subject = yn_skip(subject, l->place->folder.len);
    bool fits = yn_plan_fits(l->a->plan, rule->pattern, rule->ignore_case, subject, groups, 10);
    memcpy(env->rule_groups, groups, sizeof groups);
    return fits != rule->negative;
}

// Makes `env` smaller by the rule's pattern. False where nothing is left, or it cannot be said.
static bool fits_pattern(list *l, yn_apache_env *env, const yn_apache_rule *rule)
{
    yonder_text pattern;
    if (env->fixed.len)
        return fits_fixed(l, env, rule);
    if (!yn_apache_pattern(l->a, l->place, rule->where, rule->pattern, &pattern))
        return false;
    yn_path path = yn_path_regex(l->a->plan, pattern, rule->ignore_case);
    if (rule->negative) {
        env->rule_id = 0;
        return !yn_path_fits_all(&path) && yn_case_not_path(l->a->plan, &env->which, &path);
    }
    env->rule_id = path.id;
    return yn_case_path(l->a->plan, &env->which, &path);
}

// Every condition, those with OR between them as one. False: it is not known for what they hold.
static bool run_conds(list *l, size_t number, yn_apache_env *env, const yn_apache_rule *rule,
                      size_t at)
{
    size_t end = at;
    bool good = true;
    if (at == rule->cond_count) {
        act(l, number, env, rule);
        return true;
    }
    while (end + 1 < rule->cond_count && rule->conds[end].or_next)
        end++;
    yn_apache_envs *envs = yn_plan_alloc(l->a->plan, sizeof *envs);
    for (size_t i = at; envs && i <= end && good; i++) {
        good = yn_apache_test(l->a, env, l->place, &rule->conds[i], envs) == YN_APACHE_CASES;
        for (size_t k = 0; good && k < envs->count; k++)
            good = run_conds(l, number, &envs->envs[k], rule, end + 1);
    }
    return good;
}

/* ---- maps ------------------------------------------------------------------------------------ */

// `text` with what a map gives for a key, or the fallback where there is no value.
static yonder_text put_map_value(const list *l, yonder_text text, yonder_text name, yonder_text key,
                                 const yonder_text *value)
{
    yn_buf *out = &l->a->plan->scratch;
    size_t at, length;
    yonder_text name_here, key_here, fallback;
    while (yn_apache_find_map(text, &at, &length, &name_here, &key_here, &fallback)) {
        bool same = yn_equal(name, name_here) && yn_equal(key, key_here);
        yonder_text put = !same ? yn_slice(text, at, at + length) : value ? *value : fallback;
        yn_buf_put(out, yn_slice(text, 0, at));
        for (size_t i = 0; i < put.len; i++) {
            if (same && strchr("$%\\", put.ptr[i]))
                yn_buf_char(out, '\\');
            yn_buf_char(out, put.ptr[i]);
        }
        text = yn_skip(text, at + length);
    }
    yn_buf_put(out, text);
    return yn_plan_written(l->a->plan);
}

// Where the rule uses a map, its first use.
static bool find_map(const yn_apache_rule *rule, yonder_text *name, yonder_text *key)
{
    size_t at, length;
    yonder_text fallback;
    if (yn_apache_find_map(rule->to, &at, &length, name, key, &fallback))
        return true;
    for (size_t i = 0; i < rule->cond_count; i++)
        if (yn_apache_find_map(rule->conds[i].test, &at, &length, name, key, &fallback))
            return true;
    return false;
}

// The rule's pattern with group `number` fitting `key` alone.
static yonder_text pattern_with_key(const list *l, yonder_text pattern, char number,
                                    yonder_text key)
{
    yonder_text rest = pattern;
    yn_buf *out = &l->a->plan->scratch;
    int count = 0, depth = 0, own = -1;
    for (yn_regexp_token token; (token = yn_regexp_next(&rest)).kind != YN_REGEXP_END;) {
        bool mine = token.captures && ++count == number - '0';
        depth += token.kind == YN_REGEXP_OPEN;
        if (mine) {
            own = depth;
            yn_buf_char(out, '(');
            yn_regexp_quote(out, key);
        }
        if (own < 0 || (token.kind == YN_REGEXP_CLOSE && depth == own)) {
            yn_buf_put(out, token.text);
            own = -1;
        }
        depth -= token.kind == YN_REGEXP_CLOSE;
    }
    return yn_plan_written(l->a->plan);
}

static bool fits_key(list *l, yn_apache_env *env, const yn_apache_rule *rule, yonder_text key,
                     yonder_text value)
{
    yn_plan *plan = l->a->plan;
    yn_apache_rule with_key = *rule;
    if (key.len == 2 && key.ptr[0] == '$') {
        with_key.pattern = pattern_with_key(l, rule->pattern, key.ptr[1], value);
        return fits_pattern(l, env, &with_key);
    }
    if (!fits_pattern(l, env, rule))
        return false;
    if (yn_equal(key, YN_TEXT("%{REQUEST_URI}"))) {
        yn_path path = yn_path_exact(yn_plan_decoded(plan, value), false);
        return yn_case_path(plan, &env->which, &path);
    }
    yn_host_test test = {.kind = YN_HOST_IS, .text = value};
    return yn_case_host(plan, &env->which, &test);
}

static bool is_known_key(const yn_apache_rule *rule, yonder_text key)
{
    return (key.len == 2 && key.ptr[0] == '$' && yn_is_digit((unsigned char)key.ptr[1]) &&
            !rule->negative) ||
           yn_equal(key, YN_TEXT("%{REQUEST_URI}")) || yn_equal(key, YN_TEXT("%{HTTP_HOST}"));
}

static yn_apache_rule with_value(const list *l, const yn_apache_rule *rule, yonder_text name,
                                 yonder_text key, const yonder_text *value)
{
    yn_apache_rule out = *rule;
    yn_apache_cond *conds = yn_plan_alloc(l->a->plan, rule->cond_count * sizeof *conds + 1);
    out.to = put_map_value(l, rule->to, name, key, value);
    for (size_t i = 0; conds && i < rule->cond_count; i++) {
        conds[i] = rule->conds[i];
        conds[i].test = put_map_value(l, rule->conds[i].test, name, key, value);
    }
    out.conds = conds;
    out.cond_count = conds ? rule->cond_count : 0;
    return out;
}

static bool run_with_map(list *l, size_t number, const yn_apache_env *env,
                         const yn_apache_rule *rule, yonder_text name, yonder_text key)
{
    const yn_apache_map *map = yn_apache_map_find(l->a, name);
    yonder_text rest, entry_key, value, other_name, other_key;
    if (!map || !map->known || !is_known_key(rule, key) || env->fixed.len) {
        note(l, rule->where, YN_NOTE_LOST,
             map && !map->known ? "its map is no text file, or cannot be read"
             : !map             ? "its map is not here"
                                : "what it looks up in a map is nothing rules can have for keys");
        return false;
    }
    bool good = true, added;
    yn_map keys = yn_map_make(l->a->plan->mem);
    rest = map->text;
    while (good && yn_apache_map_next(&rest, &entry_key, &value)) {
        if (yn_map_add(&keys, entry_key, 0, &added) && !added)
            continue; // the first one counts
        if (yn_find_char(value, '?') < value.len)
            note(l, rule->where, YN_NOTE_CHANGED,
                 "newer versions of Apache answer 403 where a map puts a '?' into the target");
        yn_apache_env inside = *env;
        yn_apache_rule one = with_value(l, rule, name, key, &value);
        if (find_map(&one, &other_name, &other_key)) {
            note(l, rule->where, YN_NOTE_LOST, "it looks up more than one thing in maps");
            good = false;
            break;
        }
        if (fits_key(l, &inside, rule, key, entry_key))
            good = run_conds(l, number, &inside, &one, 0);
    }
    yn_map_free(&keys);
    yn_apache_env others = *env;
    yn_apache_rule fallback = with_value(l, rule, name, key, NULL);
    if (good && fits_pattern(l, &others, rule))
        good = run_conds(l, number, &others, &fallback, 0);
    return good;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static bool run_rule(list *l, size_t number, const yn_apache_env *env, const yn_apache_rule *rule)
{
    yonder_text name, key;
    yn_apache_env inside = *env;
    if (find_map(rule, &name, &key))
        return run_with_map(l, number, env, rule, name, key);
    return !fits_pattern(l, &inside, rule) || run_conds(l, number, &inside, rule, 0);
}

// Rules chained to each other as one: the targets of all but the last are "-". Otherwise it is not
// known what the last one sees.
static size_t run_chain(list *l, size_t number, const yn_apache_env *env)
{
    yn_apache_cond *conds = yn_plan_alloc(l->a->plan, most_conds * sizeof *conds);
    size_t count = 0, at = number;
    bool good = conds != NULL;
    for (;; at++) {
        const yn_apache_rule *rule = &l->rules[at];
        bool last = !rule->chains || at + 1 == l->count;
        good = good && count + rule->cond_count + 1 <= most_conds &&
               (last || yn_equal(rule->to, YN_TEXT("-"))) && !l->place->in_folder;
        if (good) {
            memcpy(conds + count, rule->conds, rule->cond_count * sizeof *conds);
            count += rule->cond_count;
            if (!last)
                conds[count++] = (yn_apache_cond){.test = YN_TEXT("%{REQUEST_URI}"),
                                                  .pattern = rule->pattern,
                                                  .ignore_case = rule->ignore_case,
                                                  .negative = rule->negative,
                                                  .where = rule->where};
        }
        if (last)
            break;
    }
    if (!good) {
        note(l, l->rules[number].where, YN_NOTE_LOST,
             "rules that are chained to each other (flag C)");
        return at + 1;
    }
    yn_apache_rule whole = l->rules[at];
    whole.conds = conds;
    whole.cond_count = count;
    run_rule(l, at, env, &whole);
    return at + 1;
}

static void run_rules(list *l, size_t first, const yn_apache_env *env)
{
    for (size_t i = first; i < l->count && !l->a->plan->error;) {
        if (++l->a->work > most_work) {
            note(l, l->rules[i].where, YN_NOTE_LOST,
                 "too much follows from what: the rest is left out");
            return;
        }
        if (l->rules[i].chains) {
            i = run_chain(l, i, env);
            continue;
        }
        run_rule(l, i, env, &l->rules[i]);
        i++;
    }
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct collecting {
    yn_apache_cond conds[most_conds];
    size_t count;
    bool broken; // a condition that could not be read: the rule would be for too many
} collecting;

static void add_rule(list *l, const yn_directive *d, collecting *c)
{
    yn_apache_rule rule;
    bool good = yn_apache_rule_read(l->a, d, &rule) && !c->broken;
    size_t count = c->count;
    c->count = 0;
    c->broken = false;
    if (!l->on && !l->told_off)
        note(l, d, YN_NOTE_LOST, "without 'RewriteEngine on' the rules of mod_rewrite do nothing");
    l->told_off = l->told_off || !l->on;
    if (!good || !l->on || l->count >= most_rules)
        return;
    if (l->count == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 16;
        yn_apache_rule *more = yn_resize(l->a->plan->mem, l->rules, cap * sizeof *more);
        if (!more) {
            l->a->plan->error = YONDER_NO_MEMORY;
            return;
        }
        l->rules = more;
        l->cap = cap;
    }
    yn_apache_cond *conds = yn_plan_alloc(l->a->plan, count * sizeof *conds + 1);
    if (conds)
        memcpy(conds, c->conds, count * sizeof *conds);
    rule.conds = conds;
    rule.cond_count = conds ? count : 0;
    l->rules[l->count++] = rule;
}

static void add_cond(list *l, const yn_directive *d, collecting *c)
{
    if (c->count == most_conds || !yn_apache_cond_read(l->a, d, &c->conds[c->count]))
        c->broken = true;
    else
        c->count++;
}

static void set_option(list *l, const yn_directive *d)
{
    if (yn_apache_is(d, "RewriteEngine") && d->count > 1)
        l->on = yn_equal_nocase(d->words[1], YN_TEXT("on"));
    else if (yn_apache_is(d, "RewriteBase") && d->count > 1)
        l->base = d->words[1];
    else if (yn_apache_is(d, "RewriteOptions"))
        for (size_t i = 1; i < d->count; i++)
            if (d->words[i].len >= 7 &&
                yn_equal_nocase(yn_slice(d->words[i], 0, 7), YN_TEXT("Inherit")))
                note(l, d, YN_NOTE_LOST, "rules inherited from elsewhere");
}

static void collect(list *l, const yn_directive *first, collecting *c)
{
    for (const yn_directive *d = first; d && !l->a->plan->error; d = d->next) {
        if (yn_apache_is_open(l->a, d))
            collect(l, d->first, c);
        else if (yn_apache_is(d, "RewriteCond"))
            add_cond(l, d, c);
        else if (yn_apache_is(d, "RewriteRule"))
            add_rule(l, d, c);
        else
            set_option(l, d);
    }
}

// RewriteEngine counts for the whole place, wherever it stands.
static bool is_on(yn_apache *a, const yn_directive *first, bool on)
{
    for (const yn_directive *d = first; d; d = d->next)
        if (yn_apache_is_open(a, d))
            on = is_on(a, d->first, on);
        else if (yn_apache_is(d, "RewriteEngine") && d->count > 1)
            on = yn_equal_nocase(d->words[1], YN_TEXT("on"));
    return on;
}

void yn_apache_rewrite(yn_apache *a, const yn_apache_place *place, const yn_directive *first)
{
    list l = {.a = a, .place = place};
    yn_apache_place here = *place;
    collecting *c = yn_plan_alloc(a->plan, sizeof *c);
    if (!c)
        return;
    l.on = is_on(a, first, false);
    collect(&l, first, c);
    l.on = is_on(a, first, false);
    // A file with a RewriteBase stands in that folder.
    if (place->in_folder && l.base.len > 1 && yn_equal(place->folder, YN_TEXT("/")) && l.count) {
        yn_buf_printf(&a->plan->scratch, "%.*s/", YN_PRINT(yn_trim(l.base, "/")));
        yonder_text folder = yn_plan_written(a->plan);
        yn_buf_printf(&a->plan->scratch, "/%.*s", YN_PRINT(folder));
        here.folder = yn_plan_written(a->plan);
        yn_path path = yn_path_prefix(here.folder);
        yn_case_path(a->plan, &here.which, &path);
        note(&l, l.rules[0].where, YN_NOTE_CHANGED,
             "taken to stand in the folder that RewriteBase names");
    }
    l.place = &here;
    yn_apache_env env = {.which = here.which};
    run_rules(&l, 0, &env);
    yn_free(a->plan->mem, l.rules);
}
