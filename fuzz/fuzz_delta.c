// SPDX-License-Identifier: MIT
// The input is a delta, or makes two lists: what is then written leads from one to the other, and
// with a byte of it changed to the same or nowhere. Whatever is refused leaves nothing behind.
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "lists/preload_delta.h"

enum {
    most_names = 256,
    text_max = 1 << 20,
};

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static bool same(yn_preload_items a, yn_preload_items b)
{
    for (size_t i = 0; i < a.count && a.count == b.count; i++)
        if (!yn_equal(a.items[i].name, b.items[i].name) ||
            !yn_equal(a.items[i].policy, b.items[i].policy) ||
            a.items[i].include_subdomains != b.items[i].include_subdomains)
            return false;
    return a.count == b.count;
}

static int read_delta(yn_preload_delta *out, yonder_text text, yn_arena *arena)
{
    yn_list_problem problem = {0};
    int error = yn_preload_delta_read(out, text, arena, &problem);
    if (error) {
        CHECK(problem.line > 0 && *problem.message);
        for (const char *c = problem.message; *c; c++)
            CHECK(*c >= ' ' && *c < 0x7F);
        return error;
    }
    CHECK(out->from.version > 0 && out->to.version > 0);
    for (size_t i = 0; i < out->count; i++)
        CHECK(yn_preload_item_is_good(&out->changes[i].item) &&
              (i == 0 || yn_preload_item_order(out->changes[i - 1].item.name,
                                               out->changes[i].item.name) < 0));
    return YONDER_OK;
}

static int apply(const yn_preload_delta *delta, yn_preload_items before, yn_arena *arena,
                 yn_preload_items *out)
{
    yn_list_problem problem = {0};
    *out = (yn_preload_items){NULL, 99};
    int error = yn_preload_delta_apply(delta, before, arena, out, &problem);
    CHECK(error ? !out->items && out->count == 99 && *problem.message
                : yn_preload_items_are_good(*out));
    return error;
}

// Two bits a name and list: not there, or there in one of three ways.
static void add(yn_preload_items *items, yonder_text name, unsigned how)
{
    if (how)
        items->items[items->count++] =
            (yn_preload_item){name, how == 3 ? YN_TEXT("custom") : YN_TEXT("bulk-1-year"), how > 1};
}

static void make_lists(yonder_text text, yn_arena *arena, yn_preload_items *a, yn_preload_items *b)
{
    a->items = yn_arena_alloc(arena, most_names * sizeof *a->items);
    b->items = yn_arena_alloc(arena, most_names * sizeof *b->items);
    for (size_t i = 0; i < text.len && i < most_names; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "n%03zu%s", i, text.ptr[i] & 16 ? ".example" : "");
        const yonder_text kept = yn_arena_text(arena, yonder_text_of(name));
        add(a, kept, (unsigned char)text.ptr[i] & 3);
        add(b, kept, (unsigned char)text.ptr[i] >> 2 & 3);
    }
}

// Changes one byte of the delta, at a place and to a value that the input says.
static void check_spoilt(yn_buf *delta, yonder_text input, yn_preload_items a, yn_preload_items b,
                         yn_arena *arena)
{
    yn_preload_delta read;
    yn_preload_items got;
    if (input.len < 3)
        return;
    const size_t at =
        ((size_t)(unsigned char)input.ptr[0] << 8 | (unsigned char)input.ptr[1]) % delta->len;
    delta->ptr[at] = input.ptr[2];
    if (read_delta(&read, yn_buf_text(delta), arena) == YONDER_OK &&
        apply(&read, a, arena, &got) == YONDER_OK)
        CHECK(same(got, b));
}

static void check_lists(yonder_text text, yn_arena *arena)
{
    yn_preload_items a = {NULL, 0}, b = {NULL, 0}, got;
    yn_preload_delta delta;
    yn_buf out = yn_buf_make(text_max, NULL), again = yn_buf_make(text_max, NULL);
    make_lists(text, arena, &a, &b);
    CHECK(yn_preload_delta_write(1, a, 2, b, &out) == YONDER_OK);
    CHECK(read_delta(&delta, yn_buf_text(&out), arena) == YONDER_OK);
    CHECK(apply(&delta, a, arena, &got) == YONDER_OK && same(got, b));
    CHECK(yn_preload_delta_write(1, a, 2, got, &again) == YONDER_OK);
    CHECK(yn_equal(yn_buf_text(&out), yn_buf_text(&again)));
    CHECK(same(a, b) || apply(&delta, b, arena, &got) == YONDER_INVALID_ARGUMENT);
    check_spoilt(&out, text, a, b, arena);
    yn_buf_free(&out);
    yn_buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const yonder_text text = {(const char *)data, size};
    yn_arena arena = yn_arena_make(NULL);
    yn_preload_delta delta;
    yn_preload_items got;
    if (read_delta(&delta, text, &arena) == YONDER_OK)
        (void)apply(&delta, (yn_preload_items){NULL, 0}, &arena, &got);
    check_lists(text, &arena);
    yn_arena_free(&arena);
    return 0;
}
