// SPDX-License-Identifier: MIT
#include "rules/problem.h"

#include <stdarg.h>
#include <stdio.h>

int yn_problem(const yn_problems *p, const char *at, const char *format, ...)
{
    char message[320];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (len < 0)
        len = 0;
    size_t cut = (size_t)len < sizeof message ? (size_t)len : sizeof message - 1;
    p->tell(p->context, at, (yonder_text){message, cut});
    return YONDER_INVALID_RULES;
}

yonder_text yn_quotable(yonder_text t)
{
    enum {
        longest = 60
    };
    if (t.len > longest) {
        t.len = longest;
        while (t.len && ((unsigned char)t.ptr[t.len] & 0xC0) == 0x80)
            t.len--;
    }
    return t;
}
