// SPDX-License-Identifier: MIT
#define YN_MICROHTTPD_TABLE // the functions' own names are meant here
#include "net/mhd.h"

#include <dlfcn.h>

yn_microhttpd yn_mhd;

// Found, or what is missing.
static const char *find_all(void *library)
{
#define FIND(name)                                                                                 \
    if (!(yn_mhd.name##_ = (__typeof__(&name))dlsym(library, #name)))                              \
        return "libmicrohttpd has no " #name;
    YN_MICROHTTPD(FIND)
#undef FIND
    return NULL;
}

const char *yn_microhttpd_load(void)
{
    static void *library;
    if (library)
        return NULL;
    void *found = dlopen("libmicrohttpd.so.12", RTLD_NOW | RTLD_LOCAL);
    if (!found)
        return "libmicrohttpd cannot be loaded";
    const char *wrong = find_all(found);
    if (wrong)
        dlclose(found);
    else
        library = found;
    return wrong;
}
