// SPDX-License-Identifier: MIT
#include "server/load.h"

#include <sys/stat.h>

#include "base/log.h"
#include "base/text.h"
#include "server/lockout.h"

yn_ruleset *yn_load_all(const yn_load *load)
{
    yn_ruleset *set = yn_ruleset_read(load->files, load->file_count);
    bool good = set && yn_proved(set, load->proof);
    if (good && load->certs.cert_count) {
        set->certs = yn_certs_read(&load->certs);
        good = set->certs && yn_lockout_check(set->rules, set->certs);
    }
    if (good)
        return set;
    yn_ruleset_free(set);
    return NULL;
}

bool yn_load_is_intact(const yn_load *load, const yn_ruleset *set)
{
    if (!set->map || yonder_rules_verify(set->rules) == YONDER_OK)
        return true;
    yn_log(YN_LOG_ERROR, "%s is damaged: its checksum is not that of its content", load->files[0]);
    return false;
}

int64_t yn_load_state(const yn_load *load)
{
    uint64_t state = 0;
    for (size_t i = 0; i < load->file_count; i++) {
        struct stat st = {0};
        if (stat(load->files[i], &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        state = state * 31 + (uint64_t)st.st_ino;
        state = state * 31 + (uint64_t)st.st_size;
        state =
            state * 31 + (uint64_t)st.st_mtim.tv_sec * 1000000000 + (uint64_t)st.st_mtim.tv_nsec;
    }
    return (int64_t)(state * 31 + (uint64_t)yn_certs_changed(&load->certs));
}
