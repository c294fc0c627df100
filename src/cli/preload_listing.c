// SPDX-License-Identifier: MIT
#include "cli/preload_listing.h"

#include <stdio.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/file.h"
#include "cli/preload_file.h"

enum {
    list_max = 1 << 30, // bytes
    path_max = 1 << 16,
};

static int no_memory(const char *path)
{
    fprintf(stderr, "yonder preload: %s: %s\n", path, yonder_strerror(YONDER_NO_MEMORY));
    return YN_EXIT_FAILED;
}

int yn_listing_complain(const char *path, const yn_list_problem *problem)
{
    fprintf(stderr, "%s:", path);
    if (problem->line)
        fprintf(stderr, "%zu:", problem->line);
    fprintf(stderr, " %s\n", problem->message);
    return YN_EXIT_USAGE;
}

void yn_listing_about_path(const char *path, bool next, yn_buf *out)
{
    yn_buf_printf(out, "%s.about%s", path, next ? ".next" : "");
    yn_buf_char(out, '\0');
}

// ---- the entries --------------------------------------------------------------------------------

static int add_entry(void *context, const yonder_preload_entry *entry)
{
    yn_listing *l = context;
    bool added;
    yn_listed *e = &l->entries[l->count];
    *e = (yn_listed){
        .name = yn_arena_text(&l->arena, entry->name),
        .policy = YN_TEXT(""),
        .force_https = entry->force_https,
        .include_subdomains = entry->include_subdomains,
    };
    if (!e->name.ptr || !yn_map_add(&l->numbers, e->name, (uint32_t)l->count, &added))
        return YONDER_NO_MEMORY;
    l->force_https += entry->force_https;
    l->count++;
    return 0;
}

// Takes the entries out of the image, which is open.
static int read_entries(yn_listing *l)
{
    l->entries = yn_arena_alloc(&l->arena, (yonder_preload_count(l->set) + 1) * sizeof(yn_listed));
    if (!l->entries || yonder_preload_each(l->set, add_entry, l) != 0)
        return no_memory(l->path);
    return YN_EXIT_OK;
}

const yn_listed *yn_listing_find(const yn_listing *l, yonder_text name)
{
    const uint32_t *number = yn_map_find(&l->numbers, name);
    return number ? &l->entries[*number] : NULL;
}

// ---- a list -------------------------------------------------------------------------------------

// What the list tells of its entries and the image does not. Of a name that is there twice the
// first counts, as for the image.
static void add_policies(yn_listing *l, const yn_preload_list *list)
{
    for (size_t i = list->count; i-- > 0;) {
        const uint32_t *number = yn_map_find(&l->numbers, list->entries[i].name);
        if (!number)
            continue;
        yn_listed *e = &l->entries[*number];
        e->policy = list->policies[i];
        e->include_subdomains = list->entries[i].include_subdomains;
        l->has_policies = l->has_policies || e->policy.len;
    }
}

static int build_image(yn_listing *l, const yn_preload_list *list)
{
    void *image;
    size_t size, bad;
    int error = yonder_preload_build(list->entries, list->count, NULL, &image, &size, &bad);
    if (error == YONDER_INVALID_HOST) {
        yn_list_problem problem;
        yn_preload_list_bad_name(&list->entries[bad], &problem);
        return yn_listing_complain(l->path, &problem);
    }
    if (!error) {
        l->image = (yonder_text){image, size};
        error = yonder_preload_open(&l->set, image, size, NULL);
    }
    if (!error)
        return YN_EXIT_OK;
    fprintf(stderr, "yonder preload: %s: %s\n", l->path, yonder_strerror(error));
    return YN_EXIT_FAILED;
}

// The list's arena goes on to live in the listing, for its policies.
static int take_list(yn_listing *l, yn_preload_list *list)
{
    l->arena = list->arena;
    l->of_list = list->count;
    l->layout = list->layout;
    l->expires = list->expires;
    int code = build_image(l, list);
    if (!code)
        code = read_entries(l);
    if (!code)
        add_policies(l, list);
    return code;
}

// Neighbours mostly have the same policy, of which there is then one copy.
static bool copy_items(yn_preload_list *list, yn_preload_items items)
{
    list->entries = yn_arena_alloc(&list->arena, (items.count + 1) * sizeof *list->entries);
    list->policies = yn_arena_alloc(&list->arena, (items.count + 1) * sizeof *list->policies);
    if (!list->entries || !list->policies)
        return false;
    for (; list->count < items.count; list->count++) {
        const yn_preload_item *item = &items.items[list->count];
        yonder_text *policy = &list->policies[list->count];
        *policy = list->count && yn_equal(policy[-1], item->policy)
                      ? policy[-1]
                      : yn_arena_text(&list->arena, item->policy);
        if (!policy->ptr)
            return false;
        list->entries[list->count] =
            (yonder_preload_entry){item->name, true, item->include_subdomains};
    }
    return true;
}

int yn_listing_of_items(yn_listing *out, const char *path, yn_preload_items items, int64_t expires)
{
    yn_listing l = {.path = path, .numbers = yn_map_make(NULL), .arena = yn_arena_make(NULL)};
    yn_preload_list list = {
        .layout = YN_PRELOAD_DIRECTORY, .expires = expires, .arena = yn_arena_make(NULL)};
    if (!copy_items(&list, items)) {
        yn_preload_list_free(&list);
        return no_memory(path);
    }
    int code = take_list(&l, &list);
    if (code)
        yn_listing_close(&l);
    else
        *out = l;
    return code;
}

int yn_listing_of_text(yn_listing *out, const char *path, yonder_text text)
{
    yn_listing l = {.path = path, .numbers = yn_map_make(NULL), .arena = yn_arena_make(NULL)};
    yn_preload_list list;
    yn_list_problem problem;
    int error = yn_preload_list_read(&list, text, &problem);
    if (error) {
        int code = yn_listing_complain(path, &problem);
        return error == YONDER_NO_MEMORY ? YN_EXIT_FAILED : code;
    }
    int code = take_list(&l, &list);
    if (code)
        yn_listing_close(&l);
    else
        *out = l;
    return code;
}

// ---- an image -----------------------------------------------------------------------------------

bool yn_listing_about_read(const char *image, bool next, yn_preload_about *out)
{
    yn_buf path = yn_buf_make(path_max, NULL), text = yn_buf_make(list_max, NULL);
    yn_list_problem problem;
    yn_listing_about_path(image, next, &path);
    bool good = !path.error && access(path.ptr, R_OK) == 0 && yn_file_take(path.ptr, &text) == 0;
    if (good && yn_preload_about_read(out, yn_buf_text(&text), &problem) != YONDER_OK) {
        good = false;
        if (!next) // the other may have been left half-written, and this is then as good as none
            (void)yn_listing_complain(path.ptr, &problem);
    }
    yn_buf_free(&path);
    yn_buf_free(&text);
    return good;
}

// Reads what is known, if it is of this image.
static bool read_about(yn_listing *l, bool next)
{
    bool good = yn_listing_about_read(l->path, next, &l->about);
    if (good && (l->about.image != yn_hash(l->image, 0) || l->about.row_count != l->count)) {
        yn_preload_about_free(&l->about);
        good = false;
    }
    return good;
}

static void add_about(yn_listing *l)
{
    l->layout = l->about.browser;
    l->expires = l->about.expires;
    for (size_t i = 0; i < l->count; i++) {
        const yn_preload_row *row = &l->about.rows[i];
        l->entries[i].since = row->since;
        l->entries[i].include_subdomains = l->entries[i].include_subdomains || row->idle_subdomains;
        if (row->policy != YN_PRELOAD_NO_POLICY) {
            l->entries[i].policy = l->about.policies[row->policy];
            l->has_policies = true;
        }
    }
}

static int open_image(yn_listing *l)
{
    yn_preload_file file;
    int code = yn_preload_file_open(&file, l->path);
    if (code)
        return code;
    l->image = file.image;
    l->set = file.set;
    l->mapped = true;
    code = read_entries(l);
    if (code)
        return code;
    l->has_about = read_about(l, false);
    l->about_is_next = !l->has_about && read_about(l, true);
    l->has_about = l->has_about || l->about_is_next;
    if (l->has_about)
        add_about(l);
    return YN_EXIT_OK;
}

// ---- either -------------------------------------------------------------------------------------

int yn_listing_open(yn_listing *out, const char *path)
{
    yn_buf text = yn_buf_make(list_max, NULL);
    int code = YN_EXIT_USAGE;
    if (yn_file_read(path, &text) && !yn_preload_file_is_image(yn_buf_text(&text))) {
        code = yn_listing_of_text(out, path, yn_buf_text(&text));
    } else if (!text.error && text.len) {
        yn_listing l = {.path = path, .numbers = yn_map_make(NULL), .arena = yn_arena_make(NULL)};
        code = open_image(&l);
        if (code)
            yn_listing_close(&l);
        else
            *out = l;
    }
    yn_buf_free(&text);
    return code;
}

void yn_listing_close(yn_listing *l)
{
    yonder_preload_close(l->set);
    if (l->mapped)
        yn_file_unmap(l->image);
    else
        yn_free(NULL, (void *)l->image.ptr);
    if (l->has_about)
        yn_preload_about_free(&l->about);
    yn_map_free(&l->numbers);
    yn_arena_free(&l->arena);
}
