// SPDX-License-Identifier: MIT
#include "audit/graders.h"

#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const yn_grader graders[] = {
    {"chromium", "the preload list's own checker", yn_grade_chromium, yn_chromium_checks,
     COUNT(yn_chromium_checks)},
    {"rfc6797", "RFC 6797", yn_grade_rfc6797, yn_rfc6797_checks, COUNT(yn_rfc6797_checks)},
    {"observatory", "MDN's HTTP Observatory", yn_grade_observatory, yn_observatory_checks,
     COUNT(yn_observatory_checks)},
    {"internetnl", "internet.nl", yn_grade_internetnl, yn_internetnl_checks,
     COUNT(yn_internetnl_checks)},
    {"yonder", "yonder's own", yn_grade_yonder, yn_yonder_checks, COUNT(yn_yonder_checks)},
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
