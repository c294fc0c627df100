// SPDX-License-Identifier: MIT
#include "proof/code.h"

const yn_proof_code_row yn_proof_codes[YN_PROOF_CODE_COUNT] = {
#define ROW(name, code, severity, title, advice) {code, YN_SEVERITY_##severity, title, advice},
    YN_PROOF_CODES(ROW)
#undef ROW
};

const char *yn_severity_name(yn_severity severity)
{
    return severity == YN_SEVERITY_ERROR     ? "error"
           : severity == YN_SEVERITY_WARNING ? "warning"
                                             : "note";
}
