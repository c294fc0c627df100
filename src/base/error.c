// SPDX-License-Identifier: MIT
#include <yonder/base.h>

const char *yonder_version(void)
{
    return YONDER_VERSION;
}

const char *yonder_strerror(int error)
{
    switch (error) {
#define PROSE(name, code, prose)                                                                   \
    case code:                                                                                     \
        return prose;
        YONDER_ERRORS(PROSE)
#undef PROSE
    }
    return "unknown error";
}
