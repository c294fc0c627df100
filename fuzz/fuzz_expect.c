// SPDX-License-Identifier: MIT
// Files of expectations. Whatever one is, a bad line is told where it is; what was read can be
// sent, and is met by the answer that it asks for.
#include <stdlib.h>

#include "base/text.h"
#include "cli/expect_hold.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(void *context, const yonder_diagnostic *d)
{
    size_t *count = context;
    CHECK(d->line >= 1 && d->column >= 1 && d->column <= d->source_line.len + 1);
    CHECK(d->message.len);
    ++*count;
}

static void check_expectation(const yn_expectation *e)
{
    CHECK(e->line >= 1 && e->url.len && e->target.len && e->target.ptr[0] == '/');
    for (size_t i = 0; i < e->target.len; i++)
        CHECK(e->target.ptr[i] > ' ' && e->target.ptr[i] < 0x7F);
    CHECK(e->status == 0 || (e->status >= 100 && e->status <= 599));
    CHECK((e->place == YN_EXPECT_PATTERN) == (e->pattern != NULL));
    int status = e->status ? e->status : e->place == YN_EXPECT_NOWHERE ? 0 : 301;
    yonder_text location = e->place == YN_EXPECT_NOWHERE ? YN_TEXT("") : e->location;
    if (e->place != YN_EXPECT_PATTERN)
        CHECK(yn_expect_compare(e, YN_TEXT("http://h/"), status, location) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    yn_expectations e;
    size_t told = 0;
    yonder_text text = {(const char *)data, size};
    int error = yn_expectations_read(&e, YN_TEXT("f"), text, take, &told);
    CHECK(error == (told ? YONDER_INVALID_RULES : YONDER_OK));
    for (size_t i = 0; i < e.count; i++)
        check_expectation(&e.items[i]);
    yn_expectations_free(&e);
    return 0;
}
