// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "directory/day.h"
#include "directory/rounds.h"

enum {
    reason_max = 256,
};

static void put_reason(yn_buf *out, const yn_life *life)
{
    long long days = (long long)((life->failing_at - life->failing_since) / 86400);
    yn_buf_printf(out, "It failed %u scans in a row, from ", (unsigned)life->failing);
    yn_day_put(out, life->failing_since);
    yn_buf_str(out, " to ");
    yn_day_put(out, life->failing_at);
    yn_buf_printf(out, ": %lld days.", days);
}

// `*marked` is false where it passed, or left, since the rule was asked.
static int mark(const yn_directory *directory, yonder_text domain, const yn_life_rule *rule,
                bool *marked)
{
    yn_life life;
    int error = yn_store_get(directory->store, domain, &life);
    *marked = !error && yn_life_is_due(&life, rule);
    if (!*marked)
        return error;
    yn_buf reason = yn_buf_make(reason_max, NULL);
    put_reason(&reason, &life);
    yn_store_event event = {.domain = domain,
                            .what = {.kind = YN_LIFE_MARKED, .at = directory->now()},
                            .actor = YN_ACTOR_SCANNER,
                            .reason = yn_buf_text(&reason)};
    error = reason.error ? reason.error : yn_store_add(directory->store, &event, NULL);
    yn_buf_free(&reason);
    *marked = error == YONDER_OK;
    return error == YN_STORE_REFUSED ? YONDER_OK : error;
}

int yn_sweep_run(const yn_directory *directory, bool dry, const atomic_bool *stop, yn_arena *arena,
                 yn_sweep_round *out)
{
    yn_directory_settings s;
    yn_sweep_round round = {0};
    size_t count = 0;
    int error = yn_directory_settings_read(directory->store, &s);
    if (!error && !dry)
        error = yn_directory_forget(directory->store, directory->now());
    if (error)
        return error;
    const yn_life_rule rule = {(uint32_t)s.removal_scans, (uint32_t)s.removal_days,
                               (uint32_t)s.removal_cap};
    error =
        yn_store_removable(directory->store, &rule, arena, &round.domains, &count, &round.total);
    for (size_t i = 0; i < count && !error && !(stop && atomic_load(stop)); i++) {
        bool marked = true;
        if (!dry)
            error = mark(directory, round.domains[i], &rule, &marked);
        if (marked)
            round.domains[round.count++] = round.domains[i];
    }
    if (!error)
        *out = round;
    return error;
}
