// SPDX-License-Identifier: MIT
#include "audit/graders.h"

#include "audit/chromium.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const yn_grader graders[] = {
    {"chromium", "the preload list's own checker", yn_grade_chromium, yn_chromium_checks,
     COUNT(yn_chromium_checks)},
};

const yn_grader *yn_graders(size_t *count)
{
    *count = COUNT(graders);
    return graders;
}

const yn_grader *yn_grader_find(yonder_text name)
{
    for (size_t i = 0; i < COUNT(graders); i++)
        if (yn_equal(name, yonder_text_of(graders[i].name)))
            return &graders[i];
    return NULL;
}
