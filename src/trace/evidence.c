// SPDX-License-Identifier: MIT
#include "trace/evidence.h"

static const struct {
    const char *code, *title, *prose;
} rows[] = {
#define ROW(name, code, title, prose) {code, title, prose},
    YN_FETCH_ERRORS(ROW)
#undef ROW
};

const char *yn_fetch_error_code(yn_fetch_error error)
{
    return rows[error].code;
}

const char *yn_fetch_error_title(yn_fetch_error error)
{
    return rows[error].title;
}

const char *yn_fetch_error_prose(yn_fetch_error error)
{
    return rows[error].prose;
}
