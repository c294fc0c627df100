// SPDX-License-Identifier: MIT
#include "core/idna.h"

#include <unicode/uidna.h>

enum {
    options = UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII |
              UIDNA_NONTRANSITIONAL_TO_UNICODE,
    // ICU always looks at hyphens and lengths; the standard asks for neither.
    not_errors = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
                 UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN |
                 UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4
};

int yn_idna_to_ascii(yn_buf *out, yonder_text domain)
{
    if (domain.len > YN_IDNA_MAX)
        return YONDER_TOO_LARGE;
    UErrorCode status = U_ZERO_ERROR;
    UIDNA *idna = uidna_openUTS46(options, &status);
    if (U_FAILURE(status))
        return YONDER_NO_MEMORY;
    UIDNAInfo info;
    int32_t length;
    for (;;) {
        size_t room = out->cap - out->len;
        info = (UIDNAInfo)UIDNA_INFO_INITIALIZER;
        status = U_ZERO_ERROR;
        length =
            uidna_nameToASCII_UTF8(idna, domain.ptr, (int32_t)domain.len, out->ptr + out->len,
                                   room > INT32_MAX ? INT32_MAX : (int32_t)room, &info, &status);
        if (status != U_BUFFER_OVERFLOW_ERROR || !yn_buf_reserve(out, (size_t)length))
            break;
    }
    uidna_close(idna);
    if (out->error)
        return out->error;
    if (status == U_MEMORY_ALLOCATION_ERROR)
        return YONDER_NO_MEMORY;
    if (U_FAILURE(status) || (info.errors & ~(uint32_t)not_errors))
        return YONDER_INVALID_HOST;
    out->len += (size_t)length;
    return YONDER_OK;
}
