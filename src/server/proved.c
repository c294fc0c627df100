// SPDX-License-Identifier: MIT
#include "server/proved.h"

#include <time.h>

#include "base/log.h"
#include "base/text.h"
#include "proof/proof.h"

enum {
    most_told = 10
};

static void tell(const yn_proof_finding *f, yn_log_level level)
{
    const yn_proof_line line = f->rule_count ? f->rules[0] : (yn_proof_line){0};
    yn_log(level, "%.*s:%u: %s: %.*s%s%.*s", YN_PRINT(line.file), line.line,
           yn_proof_codes[f->code].code, YN_PRINT(f->message), f->witness.url.len ? ", as " : "",
           YN_PRINT(f->witness.url));
}

static void tell_errors(const yn_proof *proof, yn_log_level level)
{
    const yn_proof_finding *f;
    size_t told = 0;
    for (size_t i = 0; told < most_told && (f = yn_proof_finding_at(proof, i)); i++) {
        if (yn_proof_codes[f->code].severity != YN_PROOF_ERROR)
            continue;
        tell(f, level);
        told++;
    }
    if (told < proof->count[YN_PROOF_ERROR])
        yn_log(level, "and %zu more; 'yonder lint' shows all", proof->count[YN_PROOF_ERROR] - told);
}

bool yn_proved(const yn_ruleset *set, yn_proved_mode mode)
{
    bool refuses = mode == YN_PROVED_REFUSE;
    if (mode == YN_PROVED_OFF || (!refuses && yonder_rules_count(set->rules) > YN_PROVED_MOST))
        return true;
    yn_proof proof;
    const yn_proof_options options = {.now = time(NULL)};
    int error = yn_prove(&proof, set->rules, &options);
    if (error) {
        yn_log(refuses ? YN_LOG_ERROR : YN_LOG_WARNING, "the rules could not be proved: %s",
               yonder_strerror(error));
        return !refuses;
    }
    bool good = proof.count[YN_PROOF_ERROR] == 0;
    tell_errors(&proof, refuses ? YN_LOG_ERROR : YN_LOG_WARNING);
    yn_proof_free(&proof);
    return good || !refuses;
}
