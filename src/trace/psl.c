// SPDX-License-Identifier: MIT
#include "trace/psl.h"

#include <libpsl.h>

// The list's own verdict is on whole names: so each tail is asked for, from the shortest.
bool yn_psl_is_below(const char *name)
{
    const psl_ctx_t *list = psl_builtin();
    for (const char *dot = strchr(name, '.'); list && dot; dot = strchr(dot + 1, '.'))
        if (psl_is_public_suffix2(list, dot + 1, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE))
            return true;
    return false;
}

yonder_text yn_psl_suffix(const char *name)
{
    const psl_ctx_t *list = psl_builtin();
    const char *suffix = list ? psl_unregistrable_domain(list, name) : NULL;
    return yonder_text_of(suffix ? suffix : name);
}

yonder_text yn_psl_registrable(const char *name)
{
    const psl_ctx_t *list = psl_builtin();
    return yonder_text_of(list ? psl_registrable_domain(list, name) : NULL);
}
