// SPDX-License-Identifier: MIT
// Configurations of Apache httpd, as far as they redirect: mod_rewrite and mod_alias, in virtual
// hosts, folders and .htaccess files.
#include "base/text.h"
#include "dialects/apache.h"
#include "dialects/regexp.h"
#include "dialects/rows.h"

/* ---- blocks ---------------------------------------------------------------------------------- */

static bool has_redirects(const yn_directive *first)
{
    for (const yn_directive *d = first; d; d = d->next)
        if (yn_starts_with(d->words[0], YN_TEXT("Redirect")) ||
            yn_starts_with(d->words[0], YN_TEXT("RewriteRule")) || has_redirects(d->first))
            return true;
    return false;
}

bool yn_apache_is_open(yn_apache *a, const yn_directive *d)
{
    bool negative = d->count > 1 && yn_starts_with(d->words[1], YN_TEXT("!"));
    if (!d->is_block)
        return false;
    if (!yn_apache_is(d, "IfModule") && !yn_apache_is(d, "IfVersion") &&
        !yn_apache_is(d, "IfFile") && !yn_apache_is(d, "RequireAll") &&
        !yn_apache_is(d, "IfDirective"))
        return false;
    if (has_redirects(d->first))
        yn_plan_note(a->plan, YN_NOTE_CHANGED, d->file, 0,
                     "<IfModule> and the like count as true, or with '!' as false");
    return !negative;
}

// Blocks whose meaning no rule has.
static void note_blocks(yn_apache *a, const yn_directive *first, bool in_folder)
{
    static const char *const lost[] = {"If",    "ElseIf",    "Else",       "IfDefine",
                                       "Macro", "Files",     "FilesMatch", "DirectoryMatch",
                                       "Proxy", "ProxyMatch"};
    static const char *const lost_in_folder[] = {"Limit", "LimitExcept"};
    for (const yn_directive *d = first; d; d = d->next) {
        bool known = false;
        for (size_t i = 0; i < sizeof lost / sizeof *lost; i++)
            known = known || yn_apache_is(d, lost[i]);
        for (size_t i = 0; in_folder && i < 2; i++)
            known = known || yn_apache_is(d, lost_in_folder[i]);
        if (d->is_block && known && has_redirects(d->first))
            yn_plan_note(
                a->plan, YN_NOTE_LOST, d->file, d->line,
                "which requests <%.*s> is for is nothing a rule can ask for: what redirects "
                "in it",
                YN_PRINT(d->words[0]));
        if (yn_apache_is_open(a, d))
            note_blocks(a, d->first, in_folder);
        if (yn_apache_is(d, "ErrorDocument") && d->count > 2 &&
            yn_starts_with(d->words[2], YN_TEXT("http")))
            yn_plan_note(a->plan, YN_NOTE_LOST, d->file, d->line,
                         "a redirect that depends on what the server itself answers");
        if (yn_apache_is(d, "UseCanonicalName") && d->count > 1 &&
            yn_equal_nocase(d->words[1], YN_TEXT("on")))
            yn_plan_note(a->plan, YN_NOTE_CHANGED, d->file, d->line,
                         "a target without a host leads to the request's host, not to ServerName");
    }
}

/* ---- maps ------------------------------------------------------------------------------------ */

static void read_map(yn_apache *a, const yn_directive *d)
{
    if (d->count < 3)
        return;
    if (a->map_count == a->map_cap) {
        size_t cap = a->map_cap ? a->map_cap * 2 : 8;
        yn_apache_map *more = yn_resize(a->plan->mem, a->maps, cap * sizeof *more);
        if (!more) {
            a->plan->error = YONDER_NO_MEMORY;
            return;
        }
        a->maps = more;
        a->map_cap = cap;
    }
    yn_apache_map *map = &a->maps[a->map_count++];
    *map = (yn_apache_map){.name = d->words[1]};
    if (yn_starts_with(d->words[2], YN_TEXT("txt:")))
        map->known = yn_apache_file(a, d, yn_skip(d->words[2], 4), &map->text);
}

static void read_maps(yn_apache *a, const yn_directive *first)
{
    for (const yn_directive *d = first; d; d = d->next)
        if (yn_apache_is(d, "RewriteMap"))
            read_map(a, d);
        else if (yn_apache_is(d, "VirtualHost") || yn_apache_is_open(a, d))
            read_maps(a, d->first);
}

/* ---- folders and locations ------------------------------------------------------------------- */

static yonder_text find_word(yn_apache *a, const yn_directive *first, const char *name)
{
    for (const yn_directive *d = first; d; d = d->next) {
        if (yn_apache_is(d, name) && d->count > 1)
            return d->words[1];
        if (yn_apache_is_open(a, d)) {
            yonder_text inside = find_word(a, d->first, name);
            if (inside.len)
                return inside;
        }
    }
    return (yonder_text){0};
}

// The URL of a folder in the file system, "/a/"; false if none is known.
static bool folder_url(yn_apache *a, yonder_text folder, yonder_text *url)
{
    yonder_text root = a->root;
    while (folder.len > 1 && folder.ptr[folder.len - 1] == '/')
        folder.len--;
    while (root.len > 1 && root.ptr[root.len - 1] == '/')
        root.len--;
    // Without a document root the only folder there is will be it; one above it is, too.
    if (!root.len || yn_equal(folder, root) || yn_equal(folder, YN_TEXT("/")) ||
        (yn_starts_with(root, folder) && root.ptr[folder.len] == '/')) {
        *url = YN_TEXT("/");
        return true;
    }
    if (!yn_starts_with(folder, root) || folder.ptr[root.len] != '/')
        return false;
    yn_buf_printf(&a->plan->scratch, "%.*s/", YN_PRINT(yn_skip(folder, root.len)));
    *url = yn_plan_written(a->plan);
    return true;
}

static yn_apache_place folder_place(yn_apache *a, const yn_case *which, yonder_text folder)
{
    yn_apache_place place = {.which = *which, .in_folder = true, .folder = folder};
    yn_path path = yn_path_prefix(folder);
    yn_case_path(a->plan, &place.which, &path);
    place.rewrite_phase = YN_APACHE_FOLDER_REWRITE;
    place.alias_phase = YN_APACHE_FOLDER_ALIAS;
    return place;
}

// The rules of a deeper folder take the place of those above it, redirects come on top.
static void run_folders(yn_apache *a, const yn_case *which, const yn_directive *first, size_t depth)
{
    for (const yn_directive *d = first; d; d = d->next) {
        yonder_text url;
        if (yn_apache_is_open(a, d))
            run_folders(a, which, d->first, depth);
        if (!yn_apache_is(d, "Directory") || !d->is_block || !has_redirects(d->first))
            continue;
        if (d->count != 2 || !folder_url(a, d->words[1], &url)) {
            yn_plan_note(a->plan, YN_NOTE_LOST, d->file, d->line,
                         "which paths lead to this folder is not known: what redirects in it");
            continue;
        }
        size_t slashes = 0;
        for (size_t i = 0; i < url.len; i++)
            slashes += url.ptr[i] == '/';
        if (slashes != depth)
            continue;
        yn_apache_place place = folder_place(a, which, url);
        yn_apache_rewrite(a, &place, d->first);
        if (depth > 1) {
            yn_step *step =
                yn_plan_step_add(a->plan, a->server, YN_STEP_STOP, &place.which, d->file, d->line);
            step->phase = place.rewrite_phase;
            step->until = YN_APACHE_FOLDER_ALIAS - 1;
        }
        yn_apache_alias(a, &place, d->first);
        note_blocks(a, d->first, true);
    }
}

static size_t deepest_folder(yn_apache *a, const yn_directive *first)
{
    size_t deepest = 1;
    for (const yn_directive *d = first; d; d = d->next) {
        size_t depth = 1;
        if (yn_apache_is_open(a, d))
            depth = deepest_folder(a, d->first);
        for (size_t i = 0; yn_apache_is(d, "Directory") && d->count > 1 && i < d->words[1].len; i++)
            depth += d->words[1].ptr[i] == '/';
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

static bool location_path(yn_apache *a, const yn_directive *d, yn_path *path)
{
    yonder_text text = d->words[d->count - 1], pattern;
    bool regex =
        yn_apache_is(d, "LocationMatch") || (d->count == 3 && yn_equal(d->words[1], YN_TEXT("~")));
    if (regex) {
        if (!yn_apache_path_pattern(a, d, text, &pattern))
            return false;
        *path = yn_path_regex(a->plan, pattern, false);
        return true;
    }
    if (yn_find_char(text, '*') < text.len || yn_find_char(text, '?') < text.len)
        return false;
    if (yn_equal(text, YN_TEXT("/"))) {
        *path = yn_path_prefix(text);
        return true;
    }
    // "/a" is "/a" and what is below; "/a/" what is below.
    yonder_text subject = yn_plan_decoded(a->plan, text); // it uses the scratch as well
    yn_buf_char(&a->plan->scratch, '^');
    yn_regexp_quote(&a->plan->scratch, subject);
    if (text.len && text.ptr[text.len - 1] != '/')
        yn_buf_str(&a->plan->scratch, "(?:/|$)");
    *path = yn_path_regex(a->plan, yn_plan_written(a->plan), false);
    return true;
}

static void run_locations(yn_apache *a, const yn_case *which, const yn_directive *first)
{
    for (const yn_directive *d = first; d; d = d->next) {
        yn_apache_place place = {.which = *which, .alias_phase = YN_APACHE_FOLDER_ALIAS};
        yn_path path;
        if (yn_apache_is_open(a, d))
            run_locations(a, which, d->first);
        if (!d->is_block || !(yn_apache_is(d, "Location") || yn_apache_is(d, "LocationMatch")) ||
            !has_redirects(d->first))
            continue;
        if (d->count < 2 || !location_path(a, d, &path)) {
            yn_plan_note(a->plan, YN_NOTE_LOST, d->file, d->line,
                         "which requests this is for is nothing a rule can ask for");
            continue;
        }
        if (yn_case_path(a->plan, &place.which, &path))
            yn_apache_alias_here(a, &place, d->first);
        for (const yn_directive *inside = d->first; inside; inside = inside->next)
            if (yn_apache_is(inside, "RewriteRule"))
                yn_plan_note(
                    a->plan, YN_NOTE_LOST, inside->file, inside->line,
                    "mod_rewrite inside <Location>, where Apache itself advises against it");
    }
}

/* ---- servers --------------------------------------------------------------------------------- */

static void run_server(yn_apache *a, const yn_directive *first, const yn_directive *shared)
{
    yn_apache_place place = {.which = {.schemes = YN_HTTP_AND_HTTPS}};
    place.rewrite_phase = YN_APACHE_REWRITE;
    place.alias_phase = YN_APACHE_ALIAS;
    if (a->server->schemes)
        place.which.schemes = a->server->schemes;
    a->root = find_word(a, first, "DocumentRoot");
    if (!a->root.len)
        a->root = find_word(a, shared, "DocumentRoot");
    yn_apache_rewrite(a, &place, first);
    yn_apache_proxy(a, &place, first);
    yn_apache_alias(a, &place, first);
    if (shared != first)
        yn_apache_alias(a, &place, shared);
    for (size_t depth = deepest_folder(a, first); depth > 0; depth--)
        run_folders(a, &place.which, first, depth);
    for (size_t depth = deepest_folder(a, shared); shared != first && depth > 0; depth--)
        run_folders(a, &place.which, shared, depth);
    run_locations(a, &place.which, first);
    if (shared != first)
        run_locations(a, &place.which, shared);
    note_blocks(a, first, false);
}

static void read_address(yonder_text address, unsigned *schemes, bool *odd_port)
{
    size_t colon = address.len;
    uint64_t port;
    while (colon && address.ptr[colon - 1] != ':' && address.ptr[colon - 1] != ']')
        colon--;
    if (!yn_parse_number(yn_skip(address, colon), 65535, &port) || !colon)
        port = 80;
    *schemes |= port == 443 ? YN_HTTPS : YN_HTTP;
    *odd_port = *odd_port || (port != 80 && port != 443);
}

static void add_name(yn_apache *a, yonder_text name)
{
    size_t scheme = yn_starts_with(name, YN_TEXT("http://"))    ? 7
                    : yn_starts_with(name, YN_TEXT("https://")) ? 8
                                                                : 0;
    name = yn_skip(name, scheme);
    name = yn_slice(name, 0, yn_find_char(name, ':'));
    if (name.len)
        yn_plan_name_add(a->plan, a->server, name);
}

static void read_names(yn_apache *a, const yn_directive *first)
{
    for (const yn_directive *d = first; d; d = d->next) {
        if (yn_apache_is_open(a, d))
            read_names(a, d->first);
        if (!yn_apache_is(d, "ServerName") && !yn_apache_is(d, "ServerAlias"))
            continue;
        for (size_t i = 1; i < d->count; i++) {
            yonder_text name = d->words[i];
            yonder_text rest = yn_starts_with(name, YN_TEXT("*.")) ? yn_skip(name, 2) : name;
            if (yn_find_char(rest, '*') < rest.len || yn_find_char(rest, '?') < rest.len)
                yn_plan_note(a->plan, YN_NOTE_LOST, d->file, d->line,
                             "a section has no hosts like '%.*s'", YN_PRINT(name));
            else
                add_name(a, name);
        }
    }
}

static void read_virtual_host(yn_apache *a, const yn_directive *d, const yn_directive *shared,
                              unsigned *with_default)
{
    unsigned schemes = 0;
    bool odd_port = false;
    a->server = yn_plan_server_add(a->plan, d->file, d->line);
    for (size_t i = 1; i < d->count; i++)
        read_address(d->words[i], &schemes, &odd_port);
    if (yn_equal_nocase(find_word(a, d->first, "SSLEngine"), YN_TEXT("on")))
        schemes = YN_HTTPS;
    a->server->schemes = schemes ? schemes : YN_HTTP;
    a->server->hides_ports = !odd_port;
    read_names(a, d->first);
    unsigned is_first = a->server->schemes & ~*with_default;
    if (is_first && !a->server->names)
        a->server->defaults = is_first;
    else if (is_first)
        yn_plan_note(a->plan, YN_NOTE_CHANGED, d->file, 0,
                     "requests for hosts that no virtual host is named after go to the first one "
                     "there, and to no rule here");
    *with_default |= a->server->schemes;
    run_server(a, d->first, shared);
}

static size_t read_virtual_hosts(yn_apache *a, const yn_directive *first,
                                 const yn_directive *shared, unsigned *with_default)
{
    size_t count = 0;
    for (const yn_directive *d = first; d; d = d->next) {
        if (yn_apache_is_open(a, d))
            count += read_virtual_hosts(a, d->first, shared, with_default);
        if (!yn_apache_is(d, "VirtualHost") || !d->is_block)
            continue;
        read_virtual_host(a, d, shared, with_default);
        count++;
    }
    return count;
}

// What stands outside the virtual hosts, as a list of its own: each of them goes through it.
static yn_directive *outside_hosts(yn_apache *a, const yn_directive *first)
{
    yn_directive *outside = NULL, **end = &outside;
    for (const yn_directive *d = first; d; d = d->next) {
        if (d->is_block && yn_apache_is(d, "VirtualHost"))
            continue;
        yn_directive *copy = yn_plan_alloc(a->plan, sizeof *copy);
        if (!copy)
            break;
        *copy = *d;
        copy->next = NULL;
        if (yn_apache_is_open(a, d))
            copy->first = outside_hosts(a, d->first);
        *end = copy;
        end = &copy->next;
    }
    return outside;
}

static void read_main(yn_apache *a, const yn_directive *tree)
{
    unsigned with_default = 0;
    if (read_virtual_hosts(a, tree, outside_hosts(a, tree), &with_default)) {
        for (const yn_directive *d = tree; d; d = d->next)
            if (yn_apache_is(d, "RewriteRule"))
                yn_plan_note(a->plan, YN_NOTE_LOST, d->file, d->line,
                             "outside the virtual hosts it is for requests that come to none");
        return;
    }
    a->server = yn_plan_server_add(a->plan, tree->file, tree->line);
    a->server->defaults = YN_HTTP_AND_HTTPS;
    a->server->hides_ports = true;
    run_server(a, tree, tree);
}

static void read_htaccess_file(yn_apache *a, const yn_directive *tree)
{
    yn_case which = {.schemes = YN_HTTP_AND_HTTPS};
    a->server = yn_plan_server_add(a->plan, tree->file, tree->line);
    a->server->defaults = YN_HTTP_AND_HTTPS;
    a->server->hides_ports = true;
    yn_apache_place place = folder_place(a, &which, YN_TEXT("/"));
    yn_apache_rewrite(a, &place, tree);
    yn_apache_alias(a, &place, tree);
    note_blocks(a, tree, true);
}

static int read_any(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes,
                    void (*read)(yn_apache *a, const yn_directive *tree))
{
    yn_plan plan;
    yn_plan_make(&plan, YN_TEXT("Apache"), notes, input->mem);
    plan.merges_slashes = true;
    yn_apache a = {.plan = &plan, .input = input};
    yn_directive *tree = yn_apache_tree(&a, input);
    if (tree && !plan.error) {
        read_maps(&a, tree);
        read(&a, tree);
    }
    int error = plan.error ? plan.error : yn_plan_emit(&plan, sink);
    yn_free(plan.mem, a.maps);
    yn_plan_free(&plan);
    return error;
}

static int read_apache(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes)
{
    return read_any(input, sink, notes, read_main);
}

static int read_htaccess(const yn_dialect_input *input, const yn_sink *sink, const yn_notes *notes)
{
    return read_any(input, sink, notes, read_htaccess_file);
}

const yn_dialect yn_dialect_apache = {
    .name = "apache",
    .summary = "Apache httpd: Redirect and RewriteRule in servers and virtual hosts",
    .read = read_apache,
    .write = yn_apache_write,
};

const yn_dialect yn_dialect_htaccess = {
    .name = "htaccess",
    .summary = "Apache httpd: .htaccess files",
    .read = read_htaccess,
    .write = yn_htaccess_write,
};
