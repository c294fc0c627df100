// SPDX-License-Identifier: MIT
#include "core/idna.h"

#include <unicode/uidna.h>

#include "base/text.h"
#include "base/utf8.h"

enum {
    options = UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII |
              UIDNA_NONTRANSITIONAL_TO_UNICODE,
    // ICU always looks at hyphens and lengths; the standard asks for neither.
    not_errors = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
                 UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN |
                 UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4
};

// UTS #46 of Unicode 17 maps characters that UTS #46 of Unicode 15, which is in ICU 72, refuses or
// maps otherwise. These are all there are among the characters of Unicode 15, but U+1806, which is
// valid now and which ICU cannot be told to pass. A newer ICU maps them the same.
static const struct remap {
    uint32_t first, last;
    uint32_t to; // what `first` becomes, and the others in step; 0: they go
} remaps[] = {
    {0x04C0, 0x04C0, 0x04CF},    {0x10A0, 0x10C5, 0x2D00},   {0x115F, 0x1160, 0},
    {0x17B4, 0x17B5, 0},         {0x180E, 0x180E, 0},        {0x1E9E, 0x1E9E, 0x00DF},
    {0x2061, 0x2063, 0},         {0x206A, 0x206F, 0},        {0x2132, 0x2132, 0x214E},
    {0x2183, 0x2183, 0x2184},    {0x3164, 0x3164, 0},        {0xFFA0, 0xFFA0, 0},
    {0x1D173, 0x1D17A, 0},       {0x2F868, 0x2F868, 0x36FC}, {0x2F874, 0x2F874, 0x5F53},
    {0x2F91F, 0x2F91F, 0x243AB}, {0x2F95F, 0x2F95F, 0x7AEE}, {0x2F9BF, 0x2F9BF, 0x45D7},
};

static const struct remap *find_remap(uint32_t code_point)
{
    for (size_t i = 0; i < sizeof remaps / sizeof *remaps; i++)
        if (code_point >= remaps[i].first && code_point <= remaps[i].last)
            return &remaps[i];
    return NULL;
}

// Writes `domain` with the characters of the table mapped; no mapping is longer than what it maps.
static size_t map_ahead(char out[YN_IDNA_MAX], yonder_text domain)
{
    size_t len = 0;
    while (domain.len) {
        uint32_t code_point;
        size_t taken = yn_utf8_decode(domain, &code_point);
        const struct remap *remap = code_point < 0x80 ? NULL : find_remap(code_point);
        if (!remap) {
            memcpy(out + len, domain.ptr, taken);
            len += taken;
        } else if (remap->to) {
            len += yn_utf8_encode(out + len, remap->to + (code_point - remap->first));
        }
        domain = yn_skip(domain, taken);
    }
    return len;
}

// Whether `label` ("xn--…", valid) decodes to what starts with "xn--" itself, which validity
// criterion 4 forbids and ICU 72 takes for a matter of hyphens.
static bool is_doubly_encoded(const UIDNA *idna, yonder_text label)
{
    if (!yn_starts_with(label, YN_TEXT("xn--xn--")))
        return false;
    char decoded[4]; // ICU writes what fits and says that it was not all
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = uidna_labelToUnicodeUTF8(idna, label.ptr, (int32_t)label.len, decoded,
                                              sizeof decoded, &info, &status);
    return length >= 4 && memcmp(decoded, "xn--", 4) == 0;
}

static bool any_doubly_encoded(const UIDNA *idna, yonder_text domain)
{
    while (domain.len) {
        size_t dot = yn_find_char(domain, '.');
        if (is_doubly_encoded(idna, yn_slice(domain, 0, dot)))
            return true;
        domain = yn_skip(domain, dot < domain.len ? dot + 1 : dot);
    }
    return false;
}

typedef int32_t convert_fn(const UIDNA *idna, const char *name, int32_t length, char *dest,
                           int32_t capacity, UIDNAInfo *info, UErrorCode *status);

// Appends what ICU makes of `domain`, as `*result`.
static int convert(convert_fn *by, const UIDNA *idna, yn_buf *out, yonder_text domain,
                   yonder_text *result)
{
    UErrorCode status;
    UIDNAInfo info;
    int32_t length;
    do {
        size_t room = out->cap - out->len;
        status = U_ZERO_ERROR;
        info = (UIDNAInfo)UIDNA_INFO_INITIALIZER;
        length = by(idna, domain.ptr, (int32_t)domain.len, out->ptr + out->len,
                    room > INT32_MAX ? INT32_MAX : (int32_t)room, &info, &status);
    } while (status == U_BUFFER_OVERFLOW_ERROR && yn_buf_reserve(out, (size_t)length));
    if (out->error)
        return out->error;
    if (status == U_MEMORY_ALLOCATION_ERROR)
        return YONDER_NO_MEMORY;
    if (status == U_INPUT_TOO_LONG_ERROR) // a label of more than about a thousand characters
        return YONDER_TOO_LARGE;
    if (U_FAILURE(status) || info.errors & ~(uint32_t)not_errors)
        return YONDER_INVALID_HOST;
    *result = (yonder_text){out->ptr + out->len, (size_t)length};
    out->len += result->len;
    return YONDER_OK;
}

int yn_idna_to_ascii(yn_buf *out, yonder_text domain)
{
    char mapped[YN_IDNA_MAX];
    if (domain.len > sizeof mapped)
        return YONDER_TOO_LARGE;
    domain = (yonder_text){mapped, map_ahead(mapped, domain)};
    UErrorCode status = U_ZERO_ERROR;
    UIDNA *idna = uidna_openUTS46(options, &status);
    if (U_FAILURE(status))
        return YONDER_NO_MEMORY;
    yonder_text result;
    int error = convert(uidna_nameToASCII_UTF8, idna, out, domain, &result);
    if (!error && any_doubly_encoded(idna, result))
        error = YONDER_INVALID_HOST;
    uidna_close(idna);
    return error;
}

int yn_idna_to_unicode(yn_buf *out, yonder_text domain)
{
    if (domain.len > YN_IDNA_MAX)
        return YONDER_TOO_LARGE;
    UErrorCode status = U_ZERO_ERROR;
    UIDNA *idna = uidna_openUTS46(options, &status);
    if (U_FAILURE(status))
        return YONDER_NO_MEMORY;
    yonder_text result;
    int error = any_doubly_encoded(idna, domain)
                    ? YONDER_INVALID_HOST
                    : convert(uidna_nameToUnicodeUTF8, idna, out, domain, &result);
    uidna_close(idna);
    return error;
}
