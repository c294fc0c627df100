// SPDX-License-Identifier: MIT
// The input is a list as a browser has it, plain or in Base64, or what is known of one. A list that
// is read has entries with names in lower case; in Base64 it reads the same. What is known is
// written as it is read.
#include <stdlib.h>

#include "base/text.h"
#include "lists/base64.h"
#include "lists/preload_about.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static void check_problem(const yn_list_problem *problem)
{
    CHECK(*problem->message && strlen(problem->message) < sizeof problem->message);
}

static int read_list(yonder_text text, yn_preload_list *out)
{
    yn_list_problem problem = {0};
    int error = yn_preload_list_read(out, text, &problem);
    if (error) {
        check_problem(&problem);
        return error;
    }
    CHECK(out->layout < YN_PRELOAD_LAYOUTS && out->expires >= 0);
    for (size_t i = 0; i < out->count; i++) {
        yonder_text name = out->entries[i].name;
        for (size_t c = 0; c < name.len; c++)
            CHECK(name.ptr[c] == yn_lower(name.ptr[c]));
        CHECK(out->policies[i].ptr && out->policies[i].len <= 80);
    }
    return YONDER_OK;
}

static void check_list(yonder_text text)
{
    yn_preload_list plain, decoded;
    bool is_list = read_list(text, &plain) == YONDER_OK;
    yn_buf wrapped = yn_buf_make(1 << 24, NULL), back = yn_buf_make(1 << 24, NULL);
    size_t bad;
    yn_base64_encode(text, &wrapped);
    CHECK(yn_base64_decode(yn_buf_text(&wrapped), &back, &bad) == YONDER_OK);
    CHECK(yn_equal(yn_buf_text(&back), text));
    // Not what is short, nor what is in Base64 already: that is unwrapped once.
    if (is_list && yn_base64_likely(yn_buf_text(&wrapped)) && !yn_base64_likely(text)) {
        CHECK(read_list(yn_buf_text(&wrapped), &decoded) == YONDER_OK);
        CHECK(decoded.count == plain.count && decoded.layout == plain.layout &&
              decoded.expires == plain.expires);
        for (size_t i = 0; i < plain.count; i++)
            CHECK(yn_equal(plain.entries[i].name, decoded.entries[i].name) &&
                  plain.entries[i].force_https == decoded.entries[i].force_https &&
                  yn_equal(plain.policies[i], decoded.policies[i]));
        yn_preload_list_free(&decoded);
    }
    if (is_list)
        yn_preload_list_free(&plain);
    yn_buf_free(&wrapped);
    yn_buf_free(&back);
}

static void check_base64(yonder_text text)
{
    yn_buf out = yn_buf_make(1 << 24, NULL);
    size_t bad = SIZE_MAX;
    int error = yn_base64_decode(text, &out, &bad);
    CHECK(error == YONDER_OK || (error == YONDER_INVALID_ARGUMENT && bad <= text.len));
    CHECK(out.len <= text.len / 4 * 3 + 2);
    yn_buf_free(&out);
}

static void check_about(yonder_text text)
{
    yn_preload_about about, again;
    yn_list_problem problem = {0};
    yn_buf first = yn_buf_make(1 << 24, NULL), second = yn_buf_make(1 << 24, NULL);
    if (yn_preload_about_read(&about, text, &problem) != YONDER_OK) {
        check_problem(&problem);
        return;
    }
    CHECK(about.list_count > 0);
    for (size_t i = 0; i < about.row_count; i++)
        CHECK(about.rows[i].since < about.list_count &&
              (about.rows[i].policy == YN_PRELOAD_NO_POLICY ||
               about.rows[i].policy < about.policy_count));
    yn_preload_about_write(&about, &first);
    CHECK(yn_preload_about_read(&again, yn_buf_text(&first), &problem) == YONDER_OK);
    yn_preload_about_write(&again, &second);
    CHECK(yn_equal(yn_buf_text(&first), yn_buf_text(&second)));
    yn_preload_about_free(&about);
    yn_preload_about_free(&again);
    yn_buf_free(&first);
    yn_buf_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const yonder_text text = {(const char *)data, size};
    check_list(text);
    check_base64(text);
    check_about(text);
    return 0;
}
