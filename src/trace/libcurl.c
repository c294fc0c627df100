// SPDX-License-Identifier: MIT
#define YN_LIBCURL_TABLE // the functions' own names are meant here
#include "trace/libcurl.h"

#include <dlfcn.h>

yn_libcurl yn_curl;

// Found, or what is missing.
static const char *find_all(void *library)
{
#define FIND(name)                                                                                 \
    if (!(yn_curl.name##_ = (__typeof__(&name))dlsym(library, #name)))                             \
        return "libcurl has no " #name;
    YN_LIBCURL(FIND)
#undef FIND
    return NULL;
}

const char *yn_libcurl_load(void)
{
    static void *library;
    if (library)
        return NULL;
    void *found = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!found)
        return "libcurl cannot be loaded";
    const char *wrong = find_all(found);
    if (wrong)
        dlclose(found);
    else
        library = found;
    return wrong;
}
