// SPDX-License-Identifier: MIT
#include "test.h"

#include "server/pool.h"

static void blocks_come_back_and_a_bounded_number_is_kept(void **state)
{
    (void)state;
    yn_pool pool = yn_pool_make(64, 2);
    size_t keep = pool.keep; // none under AddressSanitizer
    void *blocks[4];
    for (size_t i = 0; i < 4; i++) {
        blocks[i] = yn_pool_take(&pool);
        assert_non_null(blocks[i]);
        memset(blocks[i], 0xAB, 64);
    }
    for (size_t i = 0; i < 4; i++)
        yn_pool_give(&pool, blocks[i]);
    assert_int_equal(pool.kept, keep);
    void *again = yn_pool_take(&pool);
    assert_int_equal(pool.kept, keep ? keep - 1 : 0);
    yn_pool_give(&pool, again);
    yn_pool_free(&pool);
    assert_int_equal(pool.kept, 0);
}

static void a_chain_gives_back_what_was_put_in(void **state)
{
    (void)state;
    static char in[10000], out[10000];
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (char)(i * 7);
    yn_pool pool = yn_pool_make(sizeof(yn_chunk), 16);
    for (size_t piece = 1; piece <= sizeof in; piece = piece * 3 + 1) {
        yn_chunk *chain = NULL;
        for (size_t at = 0; at < sizeof in; at += piece) {
            size_t n = sizeof in - at < piece ? sizeof in - at : piece;
            assert_true(yn_chain_put(&chain, (yonder_text){in + at, n}, &pool));
        }
        assert_int_equal(yn_chain_length(chain), sizeof in);
        assert_int_equal(yn_chain_take(&chain, out, &pool), sizeof in);
        assert_memory_equal(in, out, sizeof in);
        assert_null(chain);
    }
    yn_pool_free(&pool);
}

static void a_chain_can_be_dropped_from_the_front(void **state)
{
    (void)state;
    static char in[9000], out[9000];
    memset(in, 'a', sizeof in);
    yn_pool pool = yn_pool_make(sizeof(yn_chunk), 16);
    for (size_t step = 1; step < sizeof in; step = step * 2 + 1) {
        yn_chunk *chain = NULL;
        assert_true(yn_chain_put(&chain, (yonder_text){in, sizeof in}, &pool));
        for (size_t left = sizeof in; left > step; left -= step) {
            yn_chain_drop(&chain, step, &pool);
            assert_int_equal(yn_chain_length(chain), left - step);
        }
        assert_true(yn_chain_put(&chain, (yonder_text){"xyz", 3}, &pool));
        size_t n = yn_chain_take(&chain, out, &pool);
        assert_memory_equal(out + n - 4, "axyz", 4);
    }
    yn_chunk *empty = NULL;
    yn_chain_drop(&empty, SIZE_MAX, &pool);
    assert_true(yn_chain_put(&empty, (yonder_text){NULL, 0}, &pool));
    assert_null(empty);
    yn_pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_come_back_and_a_bounded_number_is_kept),
        cmocka_unit_test(a_chain_gives_back_what_was_put_in),
        cmocka_unit_test(a_chain_can_be_dropped_from_the_front),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
