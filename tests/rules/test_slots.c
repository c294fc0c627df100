// SPDX-License-Identifier: MIT
#include "test.h"

#include "rules/slots.h"

// Keys are the numbers themselves, hashed badly on purpose.
static uint32_t hash_of(uint32_t n)
{
    return n / 3;
}

static bool has(const yn_slots *s, uint32_t n)
{
    size_t at = hash_of(n);
    for (const yn_slot *slot; (slot = yn_slots_next(s, hash_of(n), &at));)
        if (slot->ref == n)
            return true;
    return false;
}

static void a_table_finds_all_and_only_what_was_added(void **state)
{
    (void)state;
    enum {
        count = 20000
    };
    yn_slots s = {0};
    assert_false(has(&s, 1));
    for (uint32_t n = 1; n <= count; n++) {
        assert_true(yn_slots_reserve(&s, 1, NULL));
        yn_slots_insert(&s, hash_of(n), n);
    }
    assert_int_equal(s.count, count);
    assert_true(s.mask + 1 > count); // some slot is free, or a miss would go round for ever
    for (uint32_t n = 1; n <= count; n++)
        assert_true(has(&s, n));
    for (uint32_t n = count + 1; n < 2 * count; n++)
        assert_false(has(&s, n));
    yn_free(NULL, s.slot);
}

static void room_is_made_at_once(void **state)
{
    (void)state;
    yn_slots s = {0};
    assert_true(yn_slots_reserve(&s, 1000, NULL));
    yn_slot *before = s.slot;
    for (uint32_t n = 1; n <= 1000; n++) {
        assert_true(yn_slots_reserve(&s, 1, NULL));
        yn_slots_insert(&s, hash_of(n), n);
    }
    assert_ptr_equal(s.slot, before);
    yn_free(NULL, s.slot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_finds_all_and_only_what_was_added),
        cmocka_unit_test(room_is_made_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
