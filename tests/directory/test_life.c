// SPDX-License-Identifier: MIT
#include "directory/life.h"

#include "test.h"

static void a_domain_that_nothing_is_known_of_may_be_submitted(void **state)
{
    (void)state;
    yn_life life = {0};
    assert_int_equal(yn_life_ask(&life, YN_LIFE_TO_SUBMIT), YN_LIFE_GO_ON);
    assert_int_equal(yn_life_ask(&life, YN_LIFE_TO_REMOVE), YN_LIFE_NOT_PRELOADED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_domain_that_nothing_is_known_of_may_be_submitted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
