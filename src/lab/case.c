// SPDX-License-Identifier: MIT
#include "lab/case.h"

#include <assert.h>

#include "base/text.h"

const yn_lab_group *const yn_lab_groups[] = {
    &yn_lab_status, &yn_lab_location, &yn_lab_limit, &yn_lab_hygiene,
    &yn_lab_hsts,   &yn_lab_cache,    NULL,
};

const char *yn_lab_verdict_code(yn_lab_verdict verdict)
{
    static const char *const codes[] = {
#define CODE(name, code, prose) code,
        YN_LAB_VERDICTS(CODE)
#undef CODE
    };
    return codes[verdict];
}

const char *yn_lab_verdict_prose(yn_lab_verdict verdict)
{
    static const char *const prose_of[] = {
#define PROSE(name, code, prose) prose,
        YN_LAB_VERDICTS(PROSE)
#undef PROSE
    };
    return prose_of[verdict];
}

size_t yn_lab_case_count(void)
{
    size_t count = 0;
    for (const yn_lab_group *const *g = yn_lab_groups; *g; g++)
        count += (*g)->count;
    return count;
}

yn_lab_ref yn_lab_case_at(size_t index)
{
    size_t before = 0;
    for (const yn_lab_group *const *g = yn_lab_groups; *g; before += (*g++)->count)
        if (index - before < (*g)->count)
            return (yn_lab_ref){&(*g)->cases[index - before], *g, index};
    assert(false);
    return (yn_lab_ref){NULL, NULL, 0};
}

// Two hundred comparisons that end at the first letters; a request costs more than that elsewhere.
yn_lab_ref yn_lab_case_find(yonder_text id)
{
    size_t index = 0;
    for (const yn_lab_group *const *g = yn_lab_groups; *g; g++)
        for (size_t i = 0; i < (*g)->count; i++, index++)
            if (yn_equal_nocase(id, yonder_text_of((*g)->cases[i].id)))
                return (yn_lab_ref){&(*g)->cases[i], *g, index};
    return (yn_lab_ref){NULL, NULL, 0};
}

size_t yn_lab_visit_count(const yn_lab_case *item)
{
    size_t count = 0;
    while (count < YN_LAB_VISITS && item->visits[count].method)
        count++;
    return count;
}
