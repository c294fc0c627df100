// SPDX-License-Identifier: MIT
// The output of an earlier run, whatever it is: either there is a message, or every domain can be
// found again, and nothing is worse or better than itself.
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/check_earlier.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const yn_earlier *earlier)
{
    const yn_earlier_domain *d;
    static const yn_grader grader = {.name = "yonder"};
    for (size_t i = 0; (d = yn_earlier_at(earlier, i)); i++) {
        const yn_earlier_domain *last = yn_earlier_find(earlier, d->domain);
        const yn_checked_grade nothing = {.grader = &grader};
        const yn_audit audit = {.domain = d->domain};
        const yn_checked now = {.audit = &audit, .grades = &nothing, .count = 1};
        yn_arena arena = yn_arena_make(NULL);
        yn_check_changes changes;
        CHECK(last && yn_equal(last->domain, d->domain));
        CHECK(yn_earlier_compare(earlier, &now, YN_SEVERITY_WARNING, &arena, &changes));
        CHECK(changes.known && !changes.worse_count && changes.better_count <= last->count);
        yn_arena_free(&arena);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    yn_buf message = yn_buf_make(65536, NULL);
    yn_earlier *earlier = yn_earlier_parse("it", (yonder_text){(const char *)data, size}, &message);
    CHECK((earlier == NULL) == (message.len > 0));
    if (earlier)
        look(earlier);
    yn_earlier_free(earlier);
    yn_buf_free(&message);
    return 0;
}
