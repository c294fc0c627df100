// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "rules/pattern.h"
#include "rules/regex.h"

// Whether there are alternatives outside all groups, or anything about which that is hard to tell.
static bool has_alternatives(yonder_text pattern)
{
    size_t depth = 0;
    for (yonder_text rest = pattern;;) {
        yn_token token = yn_token_next(&rest);
        if (token.kind == YN_TOKEN_END)
            return false;
        if (token.kind == YN_TOKEN_BAR && depth == 0)
            return true;
        if (token.kind == YN_TOKEN_CLOSE && depth-- == 0)
            return true;
        depth += token.kind == YN_TOKEN_OPEN;
    }
}

static bool has_control(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if ((unsigned char)t.ptr[i] < 0x20)
            return true;
    return false;
}

size_t yn_regex_prefix(char *out, yonder_text pattern, bool *whole)
{
    size_t len = 0, last = 0; // `last`: of the last character
    yonder_text rest = pattern;
    const char *forbidden_at;
    *whole = false;
    if (yn_token_next(&rest).kind != YN_TOKEN_START || has_alternatives(pattern) ||
        has_control(pattern) || yn_pattern_forbidden(pattern, &forbidden_at))
        return 0;
    for (;;) {
        yn_token token = yn_token_next(&rest);
        switch (token.kind) {
        case YN_TOKEN_LITERAL:
            if (token.text.len > YN_REGEX_MAX_PREFIX - len)
                return len;
            memcpy(out + len, token.text.ptr, token.text.len);
            last = token.text.len;
            len += last;
            break;
        case YN_TOKEN_FINISH:
            *whole = rest.len == 0;
            return len;
        case YN_TOKEN_REPEAT: // a first "^*" repeats nothing that counts
            return token.min ? len : len - last;
        case YN_TOKEN_NOTHING: // what stands behind one can still repeat the character
        case YN_TOKEN_QUOTE:
            return len - last;
        default:
            return len;
        }
    }
}
