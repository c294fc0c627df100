// SPDX-License-Identifier: MIT
// Configurations of nginx, as far as they redirect: ngx_http_rewrite_module, ngx_http_map_module.
#include "base/text.h"
#include "dialects/nginx.h"
#include "dialects/regexp.h"
#include "dialects/rows.h"

/* ---- maps ------------------------------------------------------------------------------------ */

static size_t count_maps(const yn_directive *first)
{
    size_t count = 0;
    for (const yn_directive *d = first; d; d = d->next)
        count += yn_ngx_is(d, "map") ? 1 : yn_ngx_is(d, "http") ? count_maps(d->first) : 0;
    return count;
}

static void read_maps(yn_ngx *n, const yn_directive *first)
{
    bool added;
    for (const yn_directive *d = first; d && n->maps; d = d->next) {
        if (yn_ngx_is(d, "http"))
            read_maps(n, d->first);
        if (!yn_ngx_is(d, "map"))
            continue;
        if (d->count != 3 || !d->is_block || d->words[2].len < 2 || d->words[2].ptr[0] != '$') {
            yn_plan_note(n->plan, YN_NOTE_ERROR, d->file, d->line, "a map without source or name");
            continue;
        }
        yn_ngx_map *map = &n->maps[n->map_count];
        *map = (yn_ngx_map){yn_skip(d->words[2], 1), d->words[1], false, d};
        for (const yn_directive *e = d->first; e; e = e->next)
            map->hostnames = map->hostnames || yn_ngx_is(e, "hostnames");
        if (!yn_map_add(&n->map_places, map->name, (uint32_t)n->map_count++, &added))
            n->plan->error = YONDER_NO_MEMORY;
    }
}

/* ---- server_name and listen ------------------------------------------------------------------ */

typedef struct listening {
    unsigned schemes, explicit_default;
    bool odd_port;
} listening;

static void read_listen(const yn_directive *d, bool ssl_on, listening *out)
{
    yonder_text address = d->words[1];
    size_t colon = address.len;
    bool ssl = ssl_on, is_default = false;
    while (colon && address.ptr[colon - 1] != ':' && address.ptr[colon - 1] != ']')
        colon--;
    yonder_text port = yn_skip(address, colon);
    uint64_t number = 80;
    if (!yn_parse_number(port, 65535, &number))
        number = 80;
    for (size_t i = 2; i < d->count; i++) {
        ssl =
            ssl || yn_equal(d->words[i], YN_TEXT("ssl")) || yn_equal(d->words[i], YN_TEXT("quic"));
        is_default = is_default || yn_equal(d->words[i], YN_TEXT("default_server")) ||
                     yn_equal(d->words[i], YN_TEXT("default"));
    }
    unsigned scheme = ssl || number == 443 ? YN_HTTPS : YN_HTTP;
    out->schemes |= scheme;
    out->explicit_default |= is_default ? scheme : 0;
    out->odd_port = out->odd_port || (number != 80 && number != 443);
}

static void read_listens(const yn_directive *first, listening *out)
{
    bool ssl_on = false;
    *out = (listening){0};
    for (const yn_directive *d = first; d; d = d->next)
        ssl_on =
            ssl_on || (yn_ngx_is(d, "ssl") && d->count > 1 && yn_equal(d->words[1], YN_TEXT("on")));
    for (const yn_directive *d = first; d; d = d->next)
        if (yn_ngx_is(d, "listen") && d->count > 1 &&
            !yn_starts_with(d->words[1], YN_TEXT("unix:")))
            read_listen(d, ssl_on, out);
    if (!out->schemes)
        out->schemes = YN_HTTP;
}

static bool is_host(yonder_text t)
{
    bool good = t.len > 0 && t.len < 254;
    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i];
        good =
            good && (yn_is_alpha((unsigned char)c) || yn_is_digit((unsigned char)c) || c == '-' ||
                     c == '.' || (unsigned char)c >= 0x80 || (c == '_' && t.len > 1) ||
                     (c == '*' && i == 0 && t.len > 2 && t.ptr[1] == '.'));
    }
    return good && t.ptr[0] != '.';
}

// A server named by a regular expression, whose groups its directives may use.
static void read_name_regex(yn_ngx *n, yn_ngx_env *env, yonder_text pattern, const yn_directive *d)
{
    yn_host_test test = {.kind = YN_HOST_REGEX, .ignore_case = true, .text = pattern};
    yn_test_hosts hosts;
    test.id = ++n->plan->last_id;
    yn_test_hosts_of(n->plan, &test, &hosts);
    if (!hosts.count || hosts.inexact) {
        yn_plan_note(n->plan, YN_NOTE_LOST, d->file, d->line,
                     "which hosts '~%.*s' fits cannot be told: the server is not carried over for "
                     "them",
                     YN_PRINT(yn_slice(pattern, 0, pattern.len < 200 ? pattern.len : 200)));
        return;
    }
    for (size_t i = 0; i < hosts.count; i++)
        yn_plan_name_add(n->plan, n->server, hosts.hosts[i]);
    if (d->count > 2)
        return; // its groups are there for some of the names only
    yn_case_host(n->plan, &env->which, &test);
    env->regex_id = test.id;
    env->regex = pattern;
}

static void read_names(yn_ngx *n, yn_ngx_env *env, const yn_directive *first)
{
    for (const yn_directive *d = first; d; d = d->next) {
        if (!yn_ngx_is(d, "server_name"))
            continue;
        for (size_t i = 1; i < d->count; i++) {
            yonder_text name = d->words[i];
            if (name.len > 1 && name.ptr[0] == '~') {
                read_name_regex(n, env, yn_skip(name, 1), d);
            } else if (name.len > 1 && name.ptr[0] == '.' && is_host(yn_skip(name, 1))) {
                yn_plan_name_add(n->plan, n->server, yn_skip(name, 1));
                yn_buf_printf(&n->plan->scratch, "*%.*s", YN_PRINT(name));
                yn_plan_name_add(n->plan, n->server, yn_plan_written(n->plan));
            } else if (is_host(name)) {
                yn_plan_name_add(n->plan, n->server, name);
            } else if (yn_find_char(name, '*') < name.len) {
                yn_plan_note(n->plan, YN_NOTE_LOST, d->file, d->line,
                             "a section has no hosts like '%.*s'", YN_PRINT(name));
            }
        }
    }
}

/* ---- servers --------------------------------------------------------------------------------- */

static bool is_named(const yn_directive *first)
{
    for (const yn_directive *d = first; d; d = d->next)
        if (yn_ngx_is(d, "server_name"))
            for (size_t i = 1; i < d->count; i++)
                if (d->words[i].len && !yn_equal(d->words[i], YN_TEXT("_")))
                    return true;
    return false;
}

// Named locations are reached through answers of the server, which it alone knows.
static void note_named(yn_ngx *n)
{
    for (const yn_ngx_location *l = n->locations; l; l = l->next)
        if (l->is_named && yn_ngx_acts(l->directive->first))
            yn_plan_note(n->plan, YN_NOTE_LOST, l->directive->file, l->directive->line,
                         "which requests get to '%.*s' depends on files or on what the server "
                         "answers",
                         YN_PRINT(l->name));
}

static void run_server(yn_ngx *n, yn_ngx_env *env, const yn_directive *first)
{
    yn_ngx_locations_read(n, first);
    note_named(n);
    for (const yn_directive *d = first; d; d = d->next)
        if (yn_ngx_is(d, "merge_slashes") && d->count > 1 && yn_equal(d->words[1], YN_TEXT("off")))
            n->plan->merges_slashes = false;
    if (!yn_ngx_run(n, env, first, false))
        yn_ngx_locate(n, env);
}

static void read_server(yn_ngx *n, const yn_directive *server, unsigned *with_default)
{
    listening listens;
    yn_ngx_env env = {.which = {.schemes = YN_HTTP_AND_HTTPS}};
    n->server = yn_plan_server_add(n->plan, server->file, server->line);
    read_listens(server->first, &listens);
    read_names(n, &env, server->first);
    n->server->schemes = listens.schemes;
    n->server->hides_ports = !listens.odd_port;
    env.which.schemes = listens.schemes;
    unsigned is_first = listens.schemes & ~*with_default;
    if (!is_named(server->first))
        n->server->defaults |= is_first;
    else if (is_first & ~listens.explicit_default)
        yn_plan_note(n->plan, YN_NOTE_CHANGED, server->file, 0,
                     "requests for hosts that no server is named after go to the first server "
                     "there, and to no rule here");
    n->server->defaults |= listens.explicit_default;
    *with_default |= listens.schemes;
    run_server(n, &env, server->first);
}

// Servers that are asked for to be the default one come before the first that is so by chance.
static unsigned explicit_defaults(const yn_directive *first)
{
    unsigned schemes = 0;
    for (const yn_directive *d = first; d; d = d->next) {
        listening listens = {0};
        if (yn_ngx_is(d, "http"))
            schemes |= explicit_defaults(d->first);
        if (!yn_ngx_is(d, "server") || !d->is_block)
            continue;
        read_listens(d->first, &listens);
        schemes |= listens.explicit_default;
    }
    return schemes;
}

static void read_servers(yn_ngx *n, const yn_directive *first, unsigned *with_default)
{
    for (const yn_directive *d = first; d && !n->plan->error; d = d->next) {
        if (yn_ngx_is(d, "http"))
            read_servers(n, d->first, with_default);
        else if (yn_ngx_is(d, "server") && d->is_block)
            read_server(n, d, with_default);
    }
}

// What stands outside any server is part of one that another file has.
static void read_snippet(yn_ngx *n, const yn_directive *first)
{
    yn_ngx_env env = {.which = {.schemes = YN_HTTP_AND_HTTPS}};
    bool any = false;
    for (const yn_directive *d = first; d; d = d->next) {
        bool is_entry = d->words[0].len && strchr("/~", d->words[0].ptr[0]);
        any = any || yn_ngx_is(d, "location") || yn_ngx_is(d, "return") ||
              yn_ngx_is(d, "rewrite") || yn_ngx_is(d, "if");
        if (is_entry)
            yn_plan_note(n->plan, YN_NOTE_LOST, d->file, d->line,
                         "it seems to be the entry of a map, which is not here");
    }
    if (!any)
        return;
    n->server = yn_plan_server_add(n->plan, first->file, first->line);
    n->server->defaults = YN_HTTP_AND_HTTPS;
    n->server->hides_ports = true;
    run_server(n, &env, first);
}

static int read_nginx(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes)
{
    yn_plan plan;
    yn_plan_make(&plan, YN_TEXT("nginx"), notes, input->mem);
    plan.merges_slashes = true;
    yn_ngx n = {.plan = &plan, .map_places = yn_map_make(input->mem)};
    yn_directive *tree = yn_nginx_tree(&plan, input);
    n.maps = yn_plan_alloc(&plan, (count_maps(tree) + 1) * sizeof *n.maps);
    read_maps(&n, tree);
    unsigned with_default = explicit_defaults(tree);
    read_servers(&n, tree, &with_default);
    if (tree)
        read_snippet(&n, tree);
    int error = plan.error ? plan.error : yn_plan_emit(&plan, sink);
    yn_map_free(&n.map_places);
    yn_plan_free(&plan);
    return error;
}

const yn_dialect yn_dialect_nginx = {
    .name = "nginx",
    .summary = "nginx: server, location, return, rewrite, map",
    .read = read_nginx,
    .write = yn_nginx_write,
};
