// SPDX-License-Identifier: MIT
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int log_level = YN_LOG_INFO;

void yn_log_set_level(yn_log_level level)
{
    atomic_store(&log_level, (int)level);
}

void yn_log(yn_log_level level, const char *format, ...)
{
    static const char *const names[] = {"error: ", "warning: ", ""};
    if ((int)level > atomic_load(&log_level))
        return;
    va_list args;
    va_start(args, format);
    flockfile(stderr);
    fprintf(stderr, "yonder: %s", names[level]);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    funlockfile(stderr);
    va_end(args);
}
