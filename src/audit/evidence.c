// SPDX-License-Identifier: MIT
#include "audit/evidence.h"

#include "base/text.h"

static const struct {
    const char *code, *prose;
} distrusts[] = {
#define DISTRUST_ROW(name, code, prose) {code, prose},
    YN_DISTRUSTS(DISTRUST_ROW)
#undef DISTRUST_ROW
};

const char *yn_distrust_code(yn_distrust distrust)
{
    return distrusts[distrust].code;
}

const char *yn_distrust_prose(yn_distrust distrust)
{
    return distrusts[distrust].prose;
}

size_t yn_visit_field_count(const yn_visit *visit, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < visit->response.field_count; i++)
        count += yn_equal_nocase(visit->response.fields[i].name, yonder_text_of(name));
    return count;
}

yonder_text yn_visit_field(const yn_visit *visit, const char *name, size_t index)
{
    for (size_t i = 0; i < visit->response.field_count; i++)
        if (yn_equal_nocase(visit->response.fields[i].name, yonder_text_of(name)) && !index--)
            return visit->response.fields[i].value;
    return (yonder_text){NULL, 0};
}
