// SPDX-License-Identifier: MIT
// Evidence that was saved. What is read is written as what is read again, and is the same then.
#include <stdlib.h>

#include "audit/saved.h"
#include "base/text.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    yn_arena arena = yn_arena_make(NULL);
    yn_buf message = yn_buf_make(65536, NULL);
    yn_buf once = yn_buf_make(YN_SAVED_MAX, NULL), twice = yn_buf_make(YN_SAVED_MAX, NULL);
    yn_audit audit, again;
    char name[YN_SAVED_MAX_NAME];
    int error = yn_saved_read((yonder_text){(const char *)data, size}, &arena, &audit, &message);
    CHECK((error == YONDER_INVALID_ARGUMENT) == (message.len > 0));
    if (!error) {
        yn_saved_name(&audit, name);
        yn_saved_write(&audit, &once);
        CHECK(yn_saved_read(yn_buf_text(&once), &arena, &again, &message) == YONDER_OK);
        yn_saved_write(&again, &twice);
        CHECK(yn_equal(yn_buf_text(&once), yn_buf_text(&twice)));
    }
    yn_buf_free(&once);
    yn_buf_free(&twice);
    yn_buf_free(&message);
    yn_arena_free(&arena);
    return 0;
}
