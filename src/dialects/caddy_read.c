// SPDX-License-Identifier: MIT
// Caddyfiles, as far as they redirect: redir with its matchers, in sites, handle and route blocks,
// in the order in which Caddy runs directives.
#include "base/text.h"
#include "dialects/caddy.h"
#include "dialects/rows.h"

enum {
    most_directives = 4096, // of one block
    last_phase = 1 << 30
};

/* ---- targets --------------------------------------------------------------------------------- */

static const struct {
    yonder_text name;
    yn_part_of_to parts[3];
    size_t count;
} placeholders[] = {
    {YN_TEXT_INIT("uri"), {YN_TO_PATH, YN_TO_QUESTION, YN_TO_QUERY}, 3},
    {YN_TEXT_INIT("http.request.uri"), {YN_TO_PATH, YN_TO_QUESTION, YN_TO_QUERY}, 3},
    {YN_TEXT_INIT("path"), {YN_TO_PATH}, 1},
    {YN_TEXT_INIT("http.request.uri.path"), {YN_TO_PATH}, 1},
    {YN_TEXT_INIT("query"), {YN_TO_QUERY}, 1},
    {YN_TEXT_INIT("http.request.uri.query"), {YN_TO_QUERY}, 1},
    {YN_TEXT_INIT("?query"), {YN_TO_QUESTION, YN_TO_QUERY}, 2},
    {YN_TEXT_INIT("host"), {YN_TO_HOST}, 1},
    {YN_TEXT_INIT("http.request.host"), {YN_TO_HOST}, 1},
    {YN_TEXT_INIT("hostport"), {YN_TO_AUTHORITY}, 1},
    {YN_TEXT_INIT("http.request.hostport"), {YN_TO_AUTHORITY}, 1},
    {YN_TEXT_INIT("scheme"), {YN_TO_SCHEME}, 1},
    {YN_TEXT_INIT("http.request.scheme"), {YN_TO_SCHEME}, 1},
};

// "re.name.1", "http.regexp.name.1"
static bool add_group(yn_caddy *c, const yn_caddy_env *env, yn_to *to, yonder_text name)
{
    uint64_t number;
    size_t front = yn_starts_with(name, YN_TEXT("re."))            ? 3
                   : yn_starts_with(name, YN_TEXT("http.regexp.")) ? 12
                                                                   : 0;
    if (!front)
        return false;
    name = yn_skip(name, front);
    size_t dot = name.len;
    while (dot && name.ptr[dot - 1] != '.')
        dot--;
    if (!yn_parse_number(yn_skip(name, dot), 99, &number))
        return false;
    yonder_text own = dot ? yn_slice(name, 0, dot - 1) : (yonder_text){0};
    for (const yn_caddy_regex *regex = env->regexes; regex; regex = regex->next)
        if (yn_equal(regex->name, own) || !own.len) {
            yn_to_add_group(c->plan, to, regex->id, (uint32_t)number);
            return true;
        }
    return false;
}

static void add_placeholder(yn_caddy *c, const yn_caddy_env *env, yn_to *to, yonder_text name)
{
    for (size_t i = 0; i < sizeof placeholders / sizeof *placeholders; i++) {
        if (!yn_equal(placeholders[i].name, name))
            continue;
        bool path = placeholders[i].parts[0] == YN_TO_PATH;
        for (size_t k = 0; k < placeholders[i].count; k++)
            yn_to_add(c->plan, to, path && env->stripped ? YN_TO_UNKNOWN : placeholders[i].parts[k],
                      (yonder_text){0});
        return;
    }
    if (add_group(c, env, to, name))
        return;
    size_t front = yn_starts_with(name, YN_TEXT("query."))                    ? 6
                   : yn_starts_with(name, YN_TEXT("http.request.uri.query.")) ? 23
                                                                              : 0;
    if (front && name.len > front)
        yn_to_add(c->plan, to, YN_TO_ARGUMENT, yn_skip(name, front));
    else
        yn_to_add(c->plan, to, YN_TO_UNKNOWN, name);
}

static yn_to read_target(yn_caddy *c, const yn_caddy_env *env, yonder_text text)
{
    yn_to to = {0};
    while (text.len) {
        size_t end = text.ptr[0] == '{' ? yn_find_char(text, '}') : text.len;
        if (end < text.len) {
            add_placeholder(c, env, &to, yn_slice(text, 1, end));
            text = yn_skip(text, end + 1);
            continue;
        }
        end = 1 + yn_find_char(yn_skip(text, 1), '{');
        yn_to_add(c->plan, &to, YN_TO_TEXT, yn_slice(text, 0, end));
        text = yn_skip(text, end);
    }
    return to;
}

/* ---- directives ------------------------------------------------------------------------------ */

static void note(yn_caddy *c, const yn_directive *d, yn_note_kind kind, const char *what)
{
    yn_plan_note(c->plan, kind, d->file, d->line, "%s", what);
}

static void stop(yn_caddy *c, const yn_caddy_env *env, const yn_directive *d, int until)
{
    yn_step *step =
        yn_plan_step_add(c->plan, c->server, YN_STEP_STOP, &env->which, d->file, d->line);
    step->phase = c->phase;
    step->until = until;
}

static void answer(yn_caddy *c, const yn_caddy_env *env, const yn_directive *d, int status,
                   const yn_to_part *to)
{
    yn_step *step =
        yn_plan_step_add(c->plan, c->server, YN_STEP_ANSWER, &env->which, d->file, d->line);
    step->phase = c->phase;
    step->status = status;
    step->to = to;
}

// 0: it is no redirect.
static int redir_status(yonder_text word)
{
    uint64_t number;
    if (!word.len || yn_equal(word, YN_TEXT("temporary")))
        return 302;
    if (yn_equal(word, YN_TEXT("permanent")))
        return 301;
    return yn_parse_number(word, 399, &number) && number >= 300 ? (int)number : 0;
}

static void run_redir(yn_caddy *c, const yn_caddy_envs *envs, const yn_directive *d, size_t at)
{
    int status = redir_status(at + 1 < d->count ? d->words[at + 1] : (yonder_text){0});
    if (at >= d->count) {
        note(c, d, YN_NOTE_ERROR, "it has no target");
        return;
    }
    if (!status)
        note(c, d, YN_NOTE_LOST, "a page that leads on is no redirect");
    for (size_t i = 0; i < envs->count; i++) {
        yn_to to = read_target(c, &envs->envs[i], d->words[at]);
        if (status && to.first)
            answer(c, &envs->envs[i], d, status, to.first);
        else
            stop(c, &envs->envs[i], d, last_phase);
    }
}

// "respond 404", `respond "text" 404`, "error 404", "abort"
static void run_respond(yn_caddy *c, const yn_caddy_envs *envs, const yn_directive *d, size_t at)
{
    uint64_t status = yn_caddy_is(d, "error") ? 500 : 200;
    for (size_t i = at; i < d->count; i++)
        yn_parse_number(d->words[i], 999, &status);
    for (size_t i = 0; i < envs->count; i++)
        if (status == 403 || status == 404 || status == 410 || status == 451)
            answer(c, &envs->envs[i], d, (int)status, NULL);
        else
            stop(c, &envs->envs[i], d, last_phase);
}

static bool has_redir(const yn_directive *first)
{
    for (const yn_directive *d = first; d; d = d->next)
        if (yn_caddy_is(d, "redir") || has_redir(d->first))
            return true;
    return false;
}

static void run_block(yn_caddy *c, const yn_caddy_env *env, const yn_directive *first,
                      bool in_order);

// handle_path takes away what its matcher is for.
static void run_nested(yn_caddy *c, yn_caddy_envs *envs, const yn_directive *d)
{
    int phase = c->phase;
    for (size_t i = 0; i < envs->count; i++) {
        c->phase = phase;
        envs->envs[i].stripped = envs->envs[i].stripped || yn_caddy_is(d, "handle_path");
        run_block(c, &envs->envs[i], d->first, yn_caddy_is(d, "route"));
    }
}

static void run_directive(yn_caddy *c, const yn_caddy_env *env, const yn_directive *d,
                          const yn_directive *block, bool in_order, int handles_end)
{
    static const char *const ends[] = {"reverse_proxy", "file_server", "php_fastcgi",
                                       "acme_server",   "metrics",     "abort"};
    size_t at;
    yn_caddy_envs *envs = yn_plan_alloc(c->plan, sizeof *envs);
    yonder_text matcher = yn_caddy_matcher(d, &at);
    bool nested =
        yn_caddy_is(d, "handle") || yn_caddy_is(d, "handle_path") || yn_caddy_is(d, "route");
    bool rewrites =
        yn_caddy_is(d, "rewrite") || yn_caddy_is(d, "uri") || yn_caddy_is(d, "try_files");
    bool is_end = false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        is_end = is_end || yn_caddy_is(d, ends[i]);
    bool responds = yn_caddy_is(d, "respond") || yn_caddy_is(d, "error");
    bool redirects = yn_caddy_is(d, "redir");
    if (!envs || !(nested || rewrites || is_end || responds || redirects))
        return;
    if (nested && !has_redir(d->first) && yn_caddy_is(d, "route"))
        return;
    if (!yn_caddy_match(c, env, block, d, matcher, envs))
        return;
    if (redirects) {
        run_redir(c, envs, d, at);
    } else if (responds) {
        run_respond(c, envs, d, at);
    } else if (nested) {
        yn_caddy_envs inside = *envs;
        int phase = c->phase;
        run_nested(c, &inside, d);
        c->phase = phase;
        for (size_t i = 0; i < envs->count && !yn_caddy_is(d, "route"); i++)
            stop(c, &envs->envs[i], d, handles_end);
    } else if (is_end) {
        for (size_t i = 0; i < envs->count; i++)
            stop(c, &envs->envs[i], d, last_phase);
    } else if (has_redir(d->next) && in_order) {
        note(c, d, YN_NOTE_LOST, "what follows sees another path than the client sent");
        for (size_t i = 0; i < envs->count; i++)
            stop(c, &envs->envs[i], d, last_phase);
    }
}

/* ---- the order of directives ----------------------------------------------------------------- */

// Those that matter, in Caddy's own order.
static const char *const order[] = {
    "redir", "rewrite", "uri",     "try_files",     "handle",      "route",       "abort",
    "error", "respond", "metrics", "reverse_proxy", "php_fastcgi", "file_server", "acme_server"};

static size_t place_of(const yn_directive *d)
{
    size_t i = 0;
    if (yn_caddy_is(d, "handle_path"))
        return 4;
    while (i < sizeof order / sizeof *order && !yn_caddy_is(d, order[i]))
        i++;
    return i;
}

static yonder_text without_star(yonder_text t)
{
    t.len -= t.len && t.ptr[t.len - 1] == '*';
    return t;
}

static bool goes_before(const yn_directive *a, const yn_directive *b, const yn_directive *block)
{
    bool a_any, b_any;
    yonder_text mine = yn_caddy_path_of(a, block, &a_any),
                other = yn_caddy_path_of(b, block, &b_any);
    if (place_of(a) != place_of(b))
        return place_of(a) < place_of(b);
    if (mine.len && other.len) {
        if (yn_equal(without_star(mine), without_star(other)))
            return mine.len < other.len;
        return mine.len > other.len;
    }
    return a_any && !b_any;
}

// How many directives there are in one, itself included.
static int size_of(const yn_directive *d)
{
    int size = 1;
    for (const yn_directive *inside = d->first; inside; inside = inside->next)
        size += size_of(inside);
    return size;
}

static size_t put_in_order(yn_caddy *c, const yn_directive *first, bool in_order,
                           const yn_directive **list)
{
    size_t count = 0;
    for (const yn_directive *d = first; d; d = d->next) {
        if (place_of(d) == sizeof order / sizeof *order)
            continue;
        if (count == most_directives) {
            note(c, d, YN_NOTE_LOST, "more directives than can be put in order");
            break;
        }
        size_t at = count++;
        for (; !in_order && at && goes_before(d, list[at - 1], first); at--)
            list[at] = list[at - 1];
        list[at] = d;
    }
    return count;
}

// A directive's phase is the number of those that are run before it: whatever a `handle` takes away
// from those beside it does not reach beyond them.
static void run_block(yn_caddy *c, const yn_caddy_env *env, const yn_directive *first,
                      bool in_order)
{
    size_t room = 0;
    for (const yn_directive *d = first; d && room < most_directives; d = d->next)
        room++;
    const yn_directive **list = yn_plan_alloc(c->plan, room * sizeof(yn_directive *) + 1);
    size_t count = list ? put_in_order(c, first, in_order, list) : 0;
    int phase = c->phase + 1;
    for (size_t i = 0; i < count && !c->plan->error; i++) {
        int handles_end = phase;
        for (size_t k = i; k < count && place_of(list[k]) == place_of(list[i]); k++)
            handles_end += size_of(list[k]);
        c->phase = phase;
        run_directive(c, env, list[i], first, in_order, handles_end - 1);
        phase += size_of(list[i]);
    }
}

/* ---- sites ----------------------------------------------------------------------------------- */

typedef struct address {
    yonder_text host;
    unsigned schemes; // 0: it is https, and http leads there
    bool odd_port, has_path;
} address;

static address read_address(yonder_text t)
{
    address a = {0};
    uint64_t port = 0;
    if (yn_starts_with(t, YN_TEXT("http://"))) {
        a.schemes = YN_HTTP;
        t = yn_skip(t, 7);
    } else if (yn_starts_with(t, YN_TEXT("https://"))) {
        a.schemes = YN_HTTPS;
        t = yn_skip(t, 8);
    }
    size_t slash = yn_find_char(t, '/');
    a.has_path = slash + 1 < t.len;
    t = yn_slice(t, 0, slash);
    size_t colon = t.len;
    while (colon && t.ptr[colon - 1] != ':' && t.ptr[colon - 1] != ']')
        colon--;
    bool has_port =
        colon && t.ptr[colon - 1] == ':' && yn_parse_number(yn_skip(t, colon), 65535, &port);
    a.host = has_port ? yn_slice(t, 0, colon - 1) : t;
    if (has_port && !a.schemes)
        a.schemes = port == 80 || (port != 443 && !a.host.len) ? YN_HTTP : YN_HTTPS;
    else if (!a.schemes && !a.host.len)
        a.schemes = YN_HTTP_AND_HTTPS;
    a.odd_port = has_port && port != 80 && port != 443;
    return a;
}

// http goes to https by itself, where a site is named without scheme and port.
static void add_upgrade(yn_caddy *c, yonder_text host, const yn_directive *d)
{
    yn_case which = {.schemes = YN_HTTP};
    yn_to to = {0};
    yn_plan_server *server = yn_plan_server_add(c->plan, d->file, d->line);
    server->schemes = YN_HTTP;
    server->hides_ports = true;
    yn_plan_name_add(c->plan, server, host);
    yn_to_add(c->plan, &to, YN_TO_TEXT, YN_TEXT("https://"));
    yn_to_add(c->plan, &to, YN_TO_HOST, (yonder_text){0});
    yn_to_add(c->plan, &to, YN_TO_PATH, (yonder_text){0});
    yn_to_add(c->plan, &to, YN_TO_QUESTION, (yonder_text){0});
    yn_to_add(c->plan, &to, YN_TO_QUERY, (yonder_text){0});
    yn_step *step = yn_plan_step_add(c->plan, server, YN_STEP_ANSWER, &which, d->file, d->line);
    step->status = 308;
    step->to = to.first;
}

// Some addresses of a site, those of one scheme, with its directives.
static void read_site(yn_caddy *c, const address *addresses, size_t count, unsigned schemes,
                      const yn_directive *d, const yn_directive *first)
{
    yn_caddy_env env = {.which = {.schemes = schemes}};
    c->server = yn_plan_server_add(c->plan, d->file, d->line);
    c->server->schemes = schemes;
    c->server->hides_ports = true;
    for (size_t i = 0; i < count; i++) {
        if ((addresses[i].schemes ? addresses[i].schemes : YN_HTTPS) != schemes)
            continue;
        if (addresses[i].host.len)
            yn_plan_name_add(c->plan, c->server, addresses[i].host);
        else
            c->server->defaults |= schemes;
        if (yn_starts_with(addresses[i].host, YN_TEXT("*.")))
            note(c, d, YN_NOTE_CHANGED,
                 "a '*' stands for one label there, here for any number of them");
        if (addresses[i].odd_port)
            c->server->hides_ports = false;
    }
    c->phase = 0;
    run_block(c, &env, first, false);
}

static void read_sites(yn_caddy *c, const yn_directive *d, const yn_directive *first, bool upgrades)
{
    address *addresses = yn_plan_alloc(c->plan, d->count * sizeof *addresses + 1);
    size_t count = 0;
    unsigned seen = 0;
    for (size_t i = 0; addresses && i < d->count; i++) {
        yonder_text text = yn_trim(d->words[i], ",");
        if (!text.len)
            continue;
        addresses[count] = read_address(text);
        if (addresses[count].has_path || yn_find_char(text, '{') < text.len) {
            note(c, d, YN_NOTE_LOST, "an address with a path or a placeholder in it");
            continue;
        }
        seen |= 1u << (addresses[count].schemes ? addresses[count].schemes : YN_HTTPS);
        count++;
    }
    for (unsigned schemes = YN_HTTP; schemes <= YN_HTTP_AND_HTTPS; schemes++)
        if (seen & 1u << schemes)
            read_site(c, addresses, count, schemes, d, first);
    for (size_t i = 0; i < count; i++)
        if (!addresses[i].schemes && upgrades)
            add_upgrade(c, addresses[i].host, d);
}

static bool is_global(const yn_directive *d)
{
    return d->is_block && !d->words[0].len;
}

static int read_caddy(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes)
{
    yn_plan plan;
    bool upgrades = true, blocks = false;
    yn_plan_make(&plan, YN_TEXT("Caddy"), notes, input->mem);
    plan.merges_slashes = plan.keeps_dots = true;
    yn_caddy c = {.plan = &plan};
    const yn_directive *tree = yn_caddy_tree(&plan, input);
    for (const yn_directive *d = tree; d; d = d->next) {
        if (is_global(d))
            for (const yn_directive *o = d->first; o; o = o->next)
                upgrades = upgrades && !(yn_caddy_is(o, "auto_https") && o->count > 1);
        blocks = blocks || (d->is_block && !is_global(d));
    }
    bool single = tree && !blocks; // a file of one site does without braces
    for (const yn_directive *d = tree; d && !plan.error; d = d->next) {
        if (is_global(d))
            continue;
        if (single) {
            read_sites(&c, d, d->next, upgrades);
            break;
        }
        if (d->is_block)
            read_sites(&c, d, d->first, upgrades);
    }
    int error = plan.error ? plan.error : yn_plan_emit(&plan, sink);
    yn_plan_free(&plan);
    return error;
}

const yn_dialect yn_dialect_caddy = {
    .name = "caddy",
    .summary = "Caddyfile: redir and its matchers",
    .read = read_caddy,
    .write = yn_caddy_write,
};
