// SPDX-License-Identifier: MIT
// What the tests of src/proof share: findings as words, and witnesses put to the set.
#ifndef YN_TESTS_PROOF_TEST_H
#define YN_TESTS_PROOF_TEST_H

#include "rules/rules_test.h"

#include <stdlib.h>

#include "proof/proof.h"

enum {
    TEST_NOW = 1800000000, // in January 2027
};

typedef struct words {
    char bytes[1 << 16];
    size_t len;
} words;

__attribute__((format(printf, 2, 3))) static inline void put_words(words *w, const char *format,
                                                                   ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(w->bytes + w->len, sizeof w->bytes - w->len, format, arguments);
    va_end(arguments);
    w->len += n > 0 && w->len + (size_t)n < sizeof w->bytes ? (size_t)n : 0;
}

/** "loop 1,2; chain 4,5; undecided 7", by line. */
static inline void put_findings(words *w, const yn_proof *proof)
{
    const yn_proof_finding *f;
    const yn_proof_undecided *u;
    w->len = 0;
    w->bytes[0] = '\0';
    for (size_t i = 0; (f = yn_proof_finding_at(proof, i)); i++) {
        put_words(w, "%s%s", w->len ? "; " : "", yn_proof_codes[f->code].code);
        for (size_t k = 0; k < f->rule_count; k++)
            put_words(w, "%c%u", k ? ',' : ' ', f->rules[k].line);
    }
    for (size_t i = 0; (u = yn_proof_undecided_at(proof, i)); i++)
        put_words(w, "%sundecided %u", w->len ? "; " : "", u->rule.line);
}

/** The line that answers the witness; 0 if none does. Good until the next call. */
static inline uint32_t line_for_witness(const yonder_rules *rules, const yn_witness *w)
{
    static char scratch[YONDER_RULES_SCRATCH(65536)];
    yonder_text url = w->url;
    bool https = url.len > 8 && memcmp(url.ptr, "https://", 8) == 0;
    size_t start = https ? 8 : 7, path = start;
    while (path < url.len && url.ptr[path] != '/')
        path++;
    yonder_rules_request request = {.https = https,
                                    .host = {url.ptr + start, path - start},
                                    .target = {url.ptr + path, url.len - path},
                                    .method = w->method,
                                    .http10 = w->http10,
                                    .fields = w->fields,
                                    .field_count = w->field_count,
                                    .client = w->client,
                                    .country = w->country,
                                    .now = w->now ? w->now : TEST_NOW};
    yonder_rules_answer answer;
    return yonder_rules_match(rules, &request, scratch, sizeof scratch, &answer) == 1 ? answer.line
                                                                                      : 0;
}

/** Every witness is answered by the line the finding begins with; of a rule that never fires, by
 * the other one. */
static inline void replay_witnesses(const char *row, const yonder_rules *rules,
                                    const yn_proof *proof)
{
    const yn_proof_finding *f;
    for (size_t i = 0; (f = yn_proof_finding_at(proof, i)); i++) {
        bool dead = f->code == YN_PROOF_SHADOWED || f->code == YN_PROOF_DUPLICATE ||
                    f->code == YN_PROOF_DUPLICATE_CONFLICT;
        if (!f->witness.url.len)
            continue;
        uint32_t expected = f->rules[dead].line, line = line_for_witness(rules, &f->witness);
        if (line != expected)
            print_error("%s: %.*s is answered by line %u, not %u\n", row, (int)f->witness.url.len,
                        f->witness.url.ptr, line, expected);
        assert_int_equal(line, expected);
    }
}

#endif
