// SPDX-License-Identifier: MIT
// Values with variables.
#include "base/text.h"
#include "dialects/nginx.h"
#include "dialects/regexp.h"

static const struct {
    yonder_text name;
    yn_part_of_to parts[3];
    size_t count;
} built_in[] = {
    {YN_TEXT_INIT("uri"), {YN_TO_PATH}, 1},
    {YN_TEXT_INIT("document_uri"), {YN_TO_PATH}, 1},
    {YN_TEXT_INIT("request_uri"), {YN_TO_PATH, YN_TO_QUESTION, YN_TO_QUERY}, 3},
    {YN_TEXT_INIT("args"), {YN_TO_QUERY}, 1},
    {YN_TEXT_INIT("query_string"), {YN_TO_QUERY}, 1},
    {YN_TEXT_INIT("is_args"), {YN_TO_QUESTION}, 1},
    {YN_TEXT_INIT("host"), {YN_TO_HOST}, 1},
    {YN_TEXT_INIT("http_host"), {YN_TO_AUTHORITY}, 1},
    {YN_TEXT_INIT("scheme"), {YN_TO_SCHEME}, 1},
};

const yn_ngx_var *yn_ngx_var_find(const yn_ngx_env *env, yonder_text name)
{
    const yn_ngx_var *var = env->vars;
    while (var && !yn_equal(var->name, name))
        var = var->next;
    return var;
}

const yn_ngx_map *yn_ngx_map_find(yn_ngx *n, yonder_text name)
{
    uint32_t *place = yn_map_find(&n->map_places, name);
    return place ? &n->maps[*place] : NULL;
}

void yn_ngx_set(yn_ngx *n, yn_ngx_env *env, yonder_text name, const yn_to_part *value, bool known)
{
    yn_ngx_var *var = yn_plan_alloc(n->plan, sizeof *var);
    if (!var)
        return;
    *var = (yn_ngx_var){env->vars, name, value, known};
    env->vars = var;
}

bool yn_ngx_take_variable(yonder_text *rest, yonder_text *name)
{
    yonder_text t = *rest;
    if (t.len < 2 || t.ptr[0] != '$')
        return false;
    bool braced = t.ptr[1] == '{';
    size_t from = braced ? 2 : 1, at = from;
    while (at < t.len && (yn_is_alpha((unsigned char)t.ptr[at]) || t.ptr[at] == '_' ||
                          yn_is_digit((unsigned char)t.ptr[at]))) {
        bool digit = yn_is_digit((unsigned char)t.ptr[at++]);
        if (digit && at == from + 1 && !braced)
            break; // "$12" is "$1" and "2"
    }
    if (at == from || (braced && (at == t.len || t.ptr[at] != '}')))
        return false;
    *name = yn_slice(t, from, at);
    *rest = yn_skip(t, at + braced);
    return true;
}

bool yn_ngx_is_text(yn_plan *plan, const yn_to_part *value, yonder_text *text)
{
    for (const yn_to_part *part = value; part; part = part->next) {
        if (part->kind != YN_TO_TEXT) {
            plan->scratch.len = 0;
            return false;
        }
        yn_buf_put(&plan->scratch, part->text);
    }
    *text = yn_plan_written(plan);
    return true;
}

static void add_built_in(yn_ngx *n, const yn_ngx_env *env, yonder_text name, yn_to *to)
{
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++) {
        if (!yn_equal(built_in[i].name, name))
            continue;
        if (env->fixed.len && i < 2)
            yn_to_add(n->plan, to, YN_TO_TEXT, env->fixed);
        else
            for (size_t k = 0; k < built_in[i].count; k++)
                yn_to_add(n->plan, to, built_in[i].parts[k], (yonder_text){0});
        return;
    }
    if (yn_equal(name, YN_TEXT("server_name")) && n->server->names)
        yn_to_add(n->plan, to, YN_TO_TEXT, n->server->names->host);
    else if (yn_starts_with(name, YN_TEXT("arg_")) && name.len > 4)
        yn_to_add(n->plan, to, YN_TO_ARGUMENT, yn_skip(name, 4));
    else
        yn_to_add(n->plan, to, YN_TO_UNKNOWN, name);
}

static void add_variable(yn_ngx *n, const yn_ngx_env *env, yonder_text name, yn_to *to,
                         const yn_ngx_map **pending)
{
    const yn_ngx_var *var = yn_ngx_var_find(env, name);
    size_t named;
    if (var && var->known) {
        yn_to_append(n->plan, to, var->value);
    } else if (var) {
        yn_to_add(n->plan, to, YN_TO_UNKNOWN, name);
    } else if (name.len == 1 && yn_is_digit((unsigned char)name.ptr[0])) {
        if (env->regex_id)
            yn_to_add_group(n->plan, to, env->regex_id, (uint32_t)(name.ptr[0] - '0'));
    } else if (env->regex_id && (named = yn_regexp_group(env->regex, name))) {
        yn_to_add_group(n->plan, to, env->regex_id, (uint32_t)named);
    } else if (yn_ngx_map_find(n, name)) {
        *pending = yn_ngx_map_find(n, name);
    } else {
        add_built_in(n, env, name, to);
    }
}

yn_to yn_ngx_value(yn_ngx *n, const yn_ngx_env *env, yonder_text text, const yn_ngx_map **pending)
{
    yn_to to = {0};
    *pending = NULL;
    while (text.len) {
        yonder_text name;
        if (yn_ngx_take_variable(&text, &name)) {
            add_variable(n, env, name, &to, pending);
            continue;
        }
        yonder_text after = yn_skip(text, 1);
        size_t length = 1 + yn_find_char(after, '$');
        yn_to_add(n->plan, &to, YN_TO_TEXT, yn_slice(text, 0, length));
        text = yn_skip(text, length);
    }
    return to;
}
