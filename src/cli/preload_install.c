// SPDX-License-Identifier: MIT
#include "cli/preload_install.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/text.h"
#include "cli/file.h"
#include "cli/preload_compare.h"
#include "cli/print.h"

enum {
    path_max = 1 << 16,
    about_max = 1 << 30,
    connect_ms = 10000,
    default_timeout = 120, // seconds
    default_max_shrink = 20,
    default_min_names = 1000, // of a browser's list
};

int yn_install_fail(const yn_install *j, const char *why)
{
    fprintf(stderr, "yonder preload: %s: %s\n", j->source, why);
    return YN_EXIT_FAILED;
}

// ---- the old list -------------------------------------------------------------------------------

// An image that cannot be read is as good as none: it is told, and made anew.
int yn_install_open_old(yn_install *j)
{
    if (access(j->path.ptr, F_OK) != 0)
        return YN_EXIT_OK;
    j->has_old = yn_listing_open(&j->old, j->path.ptr) == YN_EXIT_OK;
    if (!j->has_old || !j->old.has_about || j->old.layout == j->browser)
        return YN_EXIT_OK;
    fprintf(stderr, "yonder preload: %s is the list of %s, not of %s\n", j->path.ptr,
            yn_preload_browser(j->old.layout), yn_preload_browser(j->browser));
    return YN_EXIT_USAGE;
}

// ---- what is known of the new one ---------------------------------------------------------------

static bool add_policy(yn_preload_about *a, yn_map *numbers, yonder_text policy, uint16_t *out)
{
    bool added;
    if (policy.len == 0) {
        *out = YN_PRELOAD_NO_POLICY;
        return true;
    }
    const uint32_t *number = yn_map_add(numbers, policy, (uint32_t)a->policy_count, &added);
    if (!number || *number >= YN_PRELOAD_ABOUT_MAX)
        return false;
    if (added)
        a->policies[a->policy_count++] = policy;
    *out = (uint16_t)*number;
    return true;
}

static uint16_t since_of(const yn_install *j, yonder_text name, uint16_t latest)
{
    const yn_listed *before = j->has_old ? yn_listing_find(&j->old, name) : NULL;
    return !before ? latest : j->old.has_about ? before->since : 0;
}

// Of the lists before, the first, which stands for all that is older, those that some entry is
// from, and this one. The rows are numbered anew.
static void keep_lists(yn_preload_about *a, const yn_preload_past *past, size_t count)
{
    bool used[YN_PRELOAD_ABOUT_MAX + 1] = {[0] = true};
    uint16_t number[YN_PRELOAD_ABOUT_MAX + 1] = {0};
    used[count - 1] = true;
    for (size_t i = 0; i < a->row_count; i++)
        used[a->rows[i].since] = true;
    for (size_t i = 0; i < count; i++) {
        number[i] = (uint16_t)a->list_count;
        if (used[i])
            a->lists[a->list_count++] = past[i];
    }
    for (size_t i = 0; i < a->row_count; i++)
        a->rows[i].since = number[a->rows[i].since];
}

// The lists there were, and this one. An image of which nothing is known counts as one, of the time
// of this one: its names are older than that.
static size_t past_lists(const yn_install *j, yn_preload_past *past)
{
    size_t count = 0;
    if (j->has_old && j->old.has_about) {
        count = j->old.about.list_count;
        if (count == YN_PRELOAD_ABOUT_MAX)
            count--; // the newest gives its place; a list a day lasts for 179 years
        memcpy(past, j->old.about.lists, count * sizeof *past);
    } else if (j->has_old) {
        past[count++] = (yn_preload_past){j->now, (uint32_t)j->old.force_https};
    }
    past[count++] = (yn_preload_past){j->now, (uint32_t)j->new.force_https};
    return count;
}

static bool fill_about(const yn_install *j, yn_preload_about *a, yn_map *numbers)
{
    static yn_preload_past past[YN_PRELOAD_ABOUT_MAX + 1];
    const yn_listing *l = &j->new;
    size_t count = past_lists(j, past);
    a->policies = yn_arena_alloc(&a->arena, (l->count + 1) * sizeof *a->policies);
    a->lists = yn_arena_alloc(&a->arena, count * sizeof *a->lists);
    a->rows = yn_arena_alloc(&a->arena, (l->count + 1) * sizeof *a->rows);
    if (!a->policies || !a->lists || !a->rows)
        return false;
    for (; a->row_count < l->count; a->row_count++) {
        const yn_listed *e = &l->entries[a->row_count];
        yn_preload_row *row = &a->rows[a->row_count];
        row->since = since_of(j, e->name, (uint16_t)(count - 1));
        row->idle_subdomains = !e->force_https && e->include_subdomains;
        if (!add_policy(a, numbers, e->policy, &row->policy))
            return false;
    }
    keep_lists(a, past, count);
    return true;
}

static bool describe(const yn_install *j, yn_buf *out)
{
    yn_map numbers = yn_map_make(NULL);
    yn_preload_about a = {
        .image = yn_hash(j->new.image, 0),
        .browser = j->browser,
        .source = yonder_text_of(j->source),
        .etag = j->etag,
        .modified = j->modified,
        .expires = j->new.expires,
        .version = j->version,
        .key = j->key,
        .arena = yn_arena_make(NULL),
    };
    bool ok = fill_about(j, &a, &numbers);
    if (ok)
        yn_preload_about_write(&a, out);
    yn_map_free(&numbers);
    yn_preload_about_free(&a);
    return ok && !out->error;
}

// ---- writing ------------------------------------------------------------------------------------

// First what will be known of the new image, in a place of its own, then the image, then the former
// goes where it belongs. Each says which image it is about, so at any moment there is an image and
// what is known of it. Where a run before was killed ahead of its last step, that is done first: it
// is this image that the place is about.
static int install(const yn_install *j)
{
    yn_buf about = yn_buf_make(about_max, NULL);
    yn_buf next = yn_buf_make(path_max, NULL), last = yn_buf_make(path_max, NULL);
    yn_listing_about_path(j->path.ptr, true, &next);
    yn_listing_about_path(j->path.ptr, false, &last);
    int code = YN_EXIT_FAILED;
    if (next.error || last.error || !describe(j, &about)) {
        yn_install_fail(j, yonder_strerror(YONDER_NO_MEMORY));
    } else if (j->has_old && j->old.about_is_next && rename(next.ptr, last.ptr) != 0) {
        fprintf(stderr, "yonder: cannot write %s: %s\n", last.ptr, strerror(errno));
    } else if (yn_file_replace(next.ptr, yn_buf_text(&about)) &&
               yn_file_replace(j->path.ptr, j->new.image)) {
        if (rename(next.ptr, last.ptr) == 0)
            code = YN_EXIT_OK;
        else
            fprintf(stderr, "yonder: cannot write %s: %s\n", last.ptr, strerror(errno));
    }
    yn_buf_free(&about);
    yn_buf_free(&next);
    yn_buf_free(&last);
    return code;
}

// ---- the checks ---------------------------------------------------------------------------------

static int check(const yn_install *j)
{
    const yn_preload_options *o = j->options;
    const size_t names = j->new.force_https, before = j->has_old ? j->old.force_https : 0;
    // A directory's list may be as small as it likes, and a small one loses a share easily.
    const bool small = j->browser == YN_PRELOAD_DIRECTORY && before < default_min_names;
    const size_t least = o->min_names >= 0                    ? (size_t)o->min_names
                         : j->browser == YN_PRELOAD_DIRECTORY ? 0
                                                              : default_min_names;
    const size_t shrink = o->max_shrink >= 0 ? (size_t)o->max_shrink
                          : small            ? 100
                                             : default_max_shrink;
    if (j->new.layout != j->browser) {
        fprintf(stderr, "yonder preload: %s: this is the list of %s, not of %s\n", j->source,
                yn_preload_browser(j->new.layout), yn_preload_browser(j->browser));
        return YN_EXIT_USAGE;
    }
    if (names < least) {
        fprintf(stderr, "yonder preload: %s: refused: %zu names, and --min-names is %zu\n",
                j->source, names, least);
        return YN_EXIT_NEGATIVE;
    }
    if (names * 100 < before * (100 - shrink)) {
        fprintf(stderr,
                "yonder preload: %s: refused: %zu names where there were %zu, and --max-shrink is "
                "%zu percent\n",
                j->source, names, before, shrink);
        return YN_EXIT_NEGATIVE;
    }
    return YN_EXIT_OK;
}

// ---- the report ---------------------------------------------------------------------------------

static void print_json(const yn_install *j, const yn_listing *l, const char *result,
                       const yn_listing_changes *c)
{
    yn_buf line = yn_buf_make(1 << 20, NULL);
    yn_json out = yn_json_make(&line, false);
    yn_json_object(&out, NULL);
    yn_json_str(&out, "browser", yn_preload_browser(j->browser));
    yn_json_str(&out, "result", result);
    yn_json_str(&out, "source", j->source);
    yn_json_str(&out, "image", j->path.ptr);
    yn_json_int(&out, "names", (int64_t)l->force_https);
    const struct {
        const char *name;
        size_t value;
    } counts[] = {{"added", c ? c->added : 0},
                  {"removed", c ? c->removed : 0},
                  {"changed", c ? c->changed : 0}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (c)
            yn_json_int(&out, counts[i].name, (int64_t)counts[i].value);
        else
            yn_json_null(&out, counts[i].name);
    }
    yn_preload_json_moment(&out, "expires", l->expires);
    if (j->browser == YN_PRELOAD_DIRECTORY) {
        yn_json_int(&out, "version", j->version);
        yn_json_bool(&out, "delta", j->by_delta);
        yn_json_int(&out, "bytes", (int64_t)j->bytes);
    }
    yn_json_object_end(&out);
    yn_print_line(&line);
    yn_buf_free(&line);
}

static void print(const yn_install *j, const yn_listing *l, const char *result,
                  const yn_listing_changes *c)
{
    if (j->options->json) {
        print_json(j, l, result, c);
        return;
    }
    printf("%s: %s, %zu names", yn_preload_browser(j->browser), result, l->force_https);
    if (c && (c->added || c->removed || c->changed))
        printf(", +%zu -%zu, %zu changed", c->added, c->removed, c->changed);
    if (j->browser == YN_PRELOAD_DIRECTORY)
        printf(", version %lld%s, %zu bytes fetched", (long long)j->version,
               j->by_delta ? " by a delta" : "", j->bytes);
    if (l->expires) {
        char date[11];
        yn_preload_date(l->expires, date);
        printf(", %s %s", l->expires < j->now ? "expired on" : "expires on", date);
    }
    printf("\n  %s\n", j->path.ptr);
}

// ---- all of it ---------------------------------------------------------------------------------

int yn_install_new(yn_install *j)
{
    yn_listing_changes changes = {0};
    int code = check(j);
    if (code)
        return code;
    if (j->has_old && yn_listing_compare(&j->old, &j->new, &changes) != YONDER_OK)
        return yn_install_fail(j, yonder_strerror(YONDER_NO_MEMORY));
    code = install(j);
    const char *result = !j->has_old ? "new" : changes.count ? "updated" : "unchanged";
    if (!code)
        print(j, &j->new, result, j->has_old ? &changes : NULL);
    free(changes.items);
    return code;
}

void yn_install_unchanged(const yn_install *j)
{
    print(j, &j->old, "unchanged", &(yn_listing_changes){0});
}

int yn_install_place(yn_install *j)
{
    j->path = yn_buf_make(path_max, NULL);
    if (!j->options->output)
        return yn_preload_default_path(j->browser, true, &j->path);
    yn_buf_printf(&j->path, "%s%c", j->options->output, 0);
    return j->path.error ? yn_install_fail(j, yonder_strerror(j->path.error)) : YN_EXIT_OK;
}

void yn_install_close(yn_install *j)
{
    if (j->has_old)
        yn_listing_close(&j->old);
    yn_buf_free(&j->path);
}

yn_fetch_options yn_install_reach(const yn_preload_options *o, size_t max_body)
{
    const long ms = (o->timeout >= 0 ? o->timeout : default_timeout) * 1000;
    return (yn_fetch_options){
        .ca_file = o->ca_file,
        .resolve = o->resolve.items,
        .resolve_count = o->resolve.count,
        .connect_to = o->connect_to.items,
        .connect_to_count = o->connect_to.count,
        .connect_ms = ms < connect_ms ? ms : connect_ms,
        .total_ms = ms,
        .max_body = max_body,
        .body_ms = ms,
    };
}
