// SPDX-License-Identifier: MIT
#include "trace/evidence.h"

#include "base/text.h"

static const struct {
    const char *code, *title, *prose;
} rows[] = {
#define ROW(name, code, title, prose) {code, title, prose},
    YN_FETCH_ERRORS(ROW)
#undef ROW
};

const char *yn_fetch_error_code(yn_fetch_error error)
{
    return rows[error].code;
}

const char *yn_fetch_error_title(yn_fetch_error error)
{
    return rows[error].title;
}

const char *yn_fetch_error_prose(yn_fetch_error error)
{
    return rows[error].prose;
}

yonder_text yn_evidence_field(const yn_evidence *evidence, const char *name)
{
    for (size_t i = 0; i < evidence->field_count; i++) {
        yonder_text value = evidence->fields[i].value;
        if (yn_equal_nocase(evidence->fields[i].name, yonder_text_of(name)))
            return value.ptr ? value : YN_TEXT("");
    }
    return (yonder_text){NULL, 0};
}

static bool copy_text(yn_arena *arena, yonder_text *t)
{
    if (!t->ptr)
        return true;
    *t = yn_arena_text(arena, *t);
    return t->ptr;
}

bool yn_evidence_copy(yn_evidence *evidence, yn_arena *arena)
{
    yonder_field *fields = yn_arena_alloc(arena, (evidence->field_count + 1) * sizeof *fields);
    bool ok = fields && copy_text(arena, &evidence->phrase) &&
              copy_text(arena, &evidence->version) && copy_text(arena, &evidence->remote) &&
              copy_text(arena, &evidence->detail) && copy_text(arena, &evidence->distrust) &&
              copy_text(arena, &evidence->body);
    for (size_t i = 0; ok && i < evidence->field_count; i++) {
        fields[i] = evidence->fields[i];
        ok = copy_text(arena, &fields[i].name) && copy_text(arena, &fields[i].value);
    }
    evidence->fields = fields;
    return ok;
}
