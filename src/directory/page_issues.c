// SPDX-License-Identifier: MIT
#include <jansson.h>

#include "directory/page.h"

static yonder_text text_of(const json_t *object, const char *name, yn_arena *arena)
{
    const json_t *value = json_object_get(object, name);
    yonder_text none = {"", 0};
    if (!json_is_string(value))
        return none;
    yonder_text t = {json_string_value(value), json_string_length(value)};
    t = yn_arena_text(arena, t);
    return t.ptr ? t : none;
}

static void take(const json_t *all, yn_arena *arena, yn_page_issues *out)
{
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *one = json_array_get(all, i);
        out->items[out->count++] = (yn_intake_issue){.code = text_of(one, "code", arena),
                                                     .summary = text_of(one, "summary", arena),
                                                     .message = text_of(one, "message", arena)};
    }
}

bool yn_page_issues_read(yonder_text json, yn_arena *arena, yn_page_issues *out)
{
    json_t *root = json_loadb(json.ptr, json.len, 0, NULL);
    const json_t *errors = json_object_get(root, "errors");
    const json_t *warnings = json_object_get(root, "warnings");
    size_t room = json_array_size(errors) + json_array_size(warnings);
    yn_page_issues made = {0};
    bool good = json_is_array(errors) && json_is_array(warnings);
    if (good && room)
        made.items = yn_arena_alloc(arena, room * sizeof *made.items);
    good = good && (!room || made.items);
    if (good) {
        take(errors, arena, &made);
        made.errors = made.count;
        take(warnings, arena, &made);
        *out = made;
    }
    json_decref(root);
    return good;
}
