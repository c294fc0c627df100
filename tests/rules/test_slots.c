// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdlib.h>

#include "rules/slots.h"

// Keys are the numbers themselves; three of them share a hash.
static uint32_t hash_of(uint32_t n)
{
    return n / 3 * 0x9e3779b9u;
}

static bool table_has(const yn_slot *table, size_t size, uint32_t n)
{
    yn_probe probe = yn_slots_probe(hash_of(n), size);
    for (const yn_slot *slot; (slot = yn_slots_next(table, size, hash_of(n), &probe));)
        if (slot->ref == n)
            return true;
    return false;
}

static bool has(const yn_slots *s, uint32_t n)
{
    return table_has(s->slot, s->size, n);
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
    assert_true(s.size > count); // some slot is free, or a miss would go round for ever
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

static void a_packed_table_has_the_same_entries_and_a_free_slot(void **state)
{
    (void)state;
    for (uint32_t count = 0; count < 500; count += 1 + count / 4) {
        yn_slots s = {0};
        for (uint32_t n = 1; n <= count; n++) {
            assert_true(yn_slots_reserve(&s, 1, NULL));
            yn_slots_insert(&s, hash_of(n), n);
        }
        size_t size = yn_slots_size_for(count);
        yn_slot *packed = calloc(size + 1, sizeof *packed);
        yn_slots_pack(packed, &s);
        for (uint32_t n = 1; n <= count; n++)
            assert_true(table_has(packed, size, n));
        assert_false(table_has(packed, size, count + 1));
        assert_true(size == 0 || size > count);
        free(packed);
        yn_free(NULL, s.slot);
    }
}

static void a_table_without_a_free_slot_is_looked_through_once(void **state)
{
    (void)state;
    yn_slot full[4] = {{1, 1}, {2, 2}, {3, 3}, {4, 4}};
    yn_probe probe = yn_slots_probe(9, 4);
    assert_null(yn_slots_next(full, 4, 9, &probe));
    assert_null(yn_slots_next(full, 4, 9, &probe));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_finds_all_and_only_what_was_added),
        cmocka_unit_test(room_is_made_at_once),
        cmocka_unit_test(a_packed_table_has_the_same_entries_and_a_free_slot),
        cmocka_unit_test(a_table_without_a_free_slot_is_looked_through_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
