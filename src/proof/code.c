// SPDX-License-Identifier: MIT
#include "proof/code.h"

const yn_proof_code_row yn_proof_codes[YN_PROOF_CODE_COUNT] = {
#define ROW(name, code, severity, title, advice) {code, YN_PROOF_##severity, title, advice},
    YN_PROOF_CODES(ROW)
#undef ROW
};

const char *yn_proof_severity_name(yn_proof_severity severity)
{
    return severity == YN_PROOF_ERROR ? "error" : severity == YN_PROOF_WARNING ? "warning" : "note";
}
