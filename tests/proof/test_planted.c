// SPDX-License-Identifier: MIT
// Loops, chains and dead rules planted among a hundred thousand rules: every one is found, and
// nothing else.
#include "proof/proof_test.h"

enum {
    plain_rules = 100000,
    planted = 200,
};

typedef struct file {
    char *bytes;
    size_t len, size;
    uint32_t line; // of the next one
} file;

__attribute__((format(printf, 2, 3))) static void put(file *f, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    f->len += (size_t)vsnprintf(f->bytes + f->len, f->size - f->len, format, arguments);
    va_end(arguments);
    assert_true(f->len < f->size);
    f->line++;
}

typedef struct plants {
    unsigned code[plain_rules + 10 * planted]; // by line, what is to be told there; 0: nothing
} plants;

static void plant(file *f, plants *p, unsigned n)
{
    switch (n % 5) {
    case 0: // a loop of three
        p->code[f->line] = 1 + YN_PROOF_LOOP;
        put(f, "/loop/%u/a /loop/%u/b\n", n, n);
        put(f, "/loop/%u/b /loop/%u/c\n", n, n);
        put(f, "/loop/%u/c /loop/%u/a\n", n, n);
        break;
    case 1:
        p->code[f->line] = 1 + YN_PROOF_CHAIN;
        put(f, "/chain/%u/a /chain/%u/b\n", n, n);
        put(f, "/chain/%u/b /end/%u\n", n, n);
        break;
    case 2:
        put(f, "/dead/%u/* /end/%u/:splat\n", n, n);
        p->code[f->line] = 1 + YN_PROOF_SHADOWED;
        put(f, "/dead/%u/:x/y /end\n", n);
        break;
    case 3:
        p->code[f->line] = 1 + YN_PROOF_LOOP;
        put(f, "/round/%u/* /about/%u/:splat\n", n, n);
        put(f, "/about/%u/:x /round/%u/:x\n", n, n);
        break;
    default:
        put(f, "/twice/%u /end/1\n", n);
        p->code[f->line] = 1 + YN_PROOF_DUPLICATE_CONFLICT;
        put(f, "/twice/%u /end/2\n", n);
    }
}

static void every_one_is_found_and_nothing_else(void **state)
{
    (void)state;
    file f = {malloc(32u << 20), 0, 32u << 20, 1};
    plants *p = calloc(1, sizeof *p);
    assert_true(f.bytes && p);
    unsigned expected = 0, found = 0;
    for (unsigned i = 0, n = 0; i < plain_rules; i++) {
        put(&f, "/old/%u/page-%u.html /new/page-%u\n", i % 97, i, i);
        if (i % (plain_rules / planted) == 0)
            plant(&f, p, n++);
    }
    yonder_rules *rules = rules_of("planted", (yonder_text){f.bytes, f.len});
    yn_proof_options options = {.now = TEST_NOW};
    yn_proof proof;
    assert_int_equal(yn_prove(&proof, rules, &options), YONDER_OK);
    for (uint32_t line = 0; line < f.line; line++)
        expected += p->code[line] != 0;
    const yn_proof_finding *finding;
    for (size_t i = 0; (finding = yn_proof_finding_at(&proof, i)); i++) {
        if (p->code[finding->rules[0].line] != 1u + finding->code)
            print_error("line %u: %s: %.*s\n", finding->rules[0].line,
                        yn_proof_codes[finding->code].code, (int)finding->message.len,
                        finding->message.ptr);
        assert_int_equal(p->code[finding->rules[0].line], 1u + finding->code);
        found++;
    }
    assert_int_equal(found, expected);
    assert_int_equal(proof.undecided.len, 0);
    replay_witnesses("planted", rules, &proof);
    yn_proof_free(&proof);
    yonder_rules_free(rules);
    free(p);
    free(f.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_one_is_found_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
