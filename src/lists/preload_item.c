// SPDX-License-Identifier: MIT
#include "lists/preload_item.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "core/preload_image.h"

enum {
    row_max = YONDER_PRELOAD_MAX_NAME + YN_PRELOAD_POLICY_MAX + 4, // bytes of a canonical line
};

int yn_preload_item_order(yonder_text a, yonder_text b)
{
    const size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.ptr, b.ptr, len) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

// ---- what can be published ----------------------------------------------------------------------

static bool is_name(yonder_text name)
{
    uint8_t symbols[YONDER_PRELOAD_MAX_NAME];
    yonder_text tld;
    size_t count;
    for (size_t i = 0; i < name.len; i++)
        if (yn_lower(name.ptr[i]) != name.ptr[i])
            return false;
    return yn_preload_split(name, &tld, symbols, &count);
}

static bool is_policy(yonder_text policy)
{
    for (size_t i = 0; i < policy.len; i++) {
        const unsigned char c = (unsigned char)policy.ptr[i];
        if (!yn_is_alpha(c) && !yn_is_digit(c) && c != '-' && c != '_' && c != '.')
            return false;
    }
    return policy.len > 0 && policy.len <= YN_PRELOAD_POLICY_MAX;
}

bool yn_preload_item_is_good(const yn_preload_item *item)
{
    return is_name(item->name) && is_policy(item->policy);
}

bool yn_preload_items_are_good(yn_preload_items items)
{
    for (size_t i = 0; i < items.count; i++)
        if (!yn_preload_item_is_good(&items.items[i]) ||
            (i && yn_preload_item_order(items.items[i - 1].name, items.items[i].name) >= 0))
            return false;
    return true;
}

// ---- of a list ----------------------------------------------------------------------------------

static int wrong(yn_list_problem *problem, yonder_text name, const char *what)
{
    // Names of lists may be of any length, and of any bytes.
    char shown[81] = "";
    for (size_t i = 0; i < name.len && i < sizeof shown - 1; i++) {
        shown[i] = name.ptr[i] > ' ' && name.ptr[i] < 0x7F ? name.ptr[i] : '?';
        shown[i + 1] = '\0';
    }
    (void)snprintf(problem->message, sizeof problem->message, "entry '%s': %s", shown, what);
    problem->line = 0;
    return YONDER_INVALID_ARGUMENT;
}

static int by_name(const void *a, const void *b)
{
    const yn_preload_item *x = a, *y = b;
    return yn_preload_item_order(x->name, y->name);
}

static int check(const yn_preload_list *list, yn_preload_items items, yn_list_problem *problem)
{
    for (size_t i = 0; i < list->count; i++)
        if (!list->entries[i].force_https)
            return wrong(problem, list->entries[i].name, "a directory's names all ask for HTTPS");
    for (size_t i = 0; i < items.count; i++) {
        const yn_preload_item *item = &items.items[i];
        if (!is_name(item->name))
            return wrong(problem, item->name, "not the name of a host in ASCII");
        if (!is_policy(item->policy))
            return wrong(problem, item->name, "it has no policy, or one that is too long");
        if (i && yn_equal(item[-1].name, item->name))
            return wrong(problem, item->name, "it is there twice");
    }
    return YONDER_OK;
}

int yn_preload_items_of(const yn_preload_list *list, yn_arena *arena, yn_preload_items *out,
                        yn_list_problem *problem)
{
    yn_preload_items items = {yn_arena_alloc(arena, (list->count + 1) * sizeof *items.items), 0};
    if (!items.items) {
        problem->line = 0;
        (void)snprintf(problem->message, sizeof problem->message, "%s",
                       yonder_strerror(YONDER_NO_MEMORY));
        return YONDER_NO_MEMORY;
    }
    for (; items.count < list->count; items.count++)
        items.items[items.count] =
            (yn_preload_item){list->entries[items.count].name, list->policies[items.count],
                              list->entries[items.count].include_subdomains};
    qsort(items.items, items.count, sizeof *items.items, by_name);
    int error = check(list, items, problem);
    if (!error)
        *out = items;
    return error;
}

// ---- what they come to --------------------------------------------------------------------------

bool yn_preload_items_digest(yn_preload_items items, char out[YN_SEAL_DIGEST])
{
    yn_buf text = yn_buf_make(items.count * row_max + 1, NULL);
    for (size_t i = 0; i < items.count; i++) {
        yn_buf_put(&text, items.items[i].name);
        yn_buf_char(&text, ' ');
        yn_buf_put(&text, items.items[i].policy);
        yn_buf_str(&text, items.items[i].include_subdomains ? " 1\n" : " 0\n");
    }
    const bool ok = !text.error && yn_seal_digest(text.len ? yn_buf_text(&text) : YN_TEXT(""), out);
    yn_buf_free(&text);
    return ok;
}

int yn_preload_items_image(yn_preload_items items, yonder_text *image)
{
    yonder_preload_entry *entries = yn_alloc(NULL, (items.count + 1) * sizeof *entries);
    void *bytes;
    size_t size, bad;
    if (!entries)
        return YONDER_NO_MEMORY;
    for (size_t i = 0; i < items.count; i++)
        entries[i] =
            (yonder_preload_entry){items.items[i].name, true, items.items[i].include_subdomains};
    int error = yonder_preload_build(entries, items.count, NULL, &bytes, &size, &bad);
    yn_free(NULL, entries);
    if (!error)
        *image = (yonder_text){bytes, size};
    return error;
}
