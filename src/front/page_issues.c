// SPDX-License-Identifier: MIT
#include <jansson.h>

#include "front/page.h"

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

static void take(const json_t *all, yn_arena *arena, yn_intake_issue *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(all, i);
        items[i] = (yn_intake_issue){.code = text_of(one, "code", arena),
                                     .summary = text_of(one, "summary", arena),
                                     .message = text_of(one, "message", arena)};
    }
}

bool yn_page_issues_read(yonder_text json, yn_arena *arena, yn_page_issues *out)
{
    json_t *root = json_loadb(json.ptr, json.len, 0, NULL);
    const json_t *errors = json_object_get(root, "errors");
    const json_t *warnings = json_object_get(root, "warnings");
    size_t before = json_array_size(errors), after = json_array_size(warnings);
    yn_intake_issue *items = NULL;
    if (json_is_array(errors) && json_is_array(warnings))
        items = yn_arena_alloc(arena, (before + after + 1) * sizeof *items);
    if (items) {
        take(errors, arena, items, before);
        take(warnings, arena, items + before, after);
        *out = (yn_page_issues){.items = items, .count = before + after, .errors = before};
    }
    json_decref(root);
    return items != NULL;
}
