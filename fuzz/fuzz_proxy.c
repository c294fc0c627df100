// SPDX-License-Identifier: MIT
// PROXY headers: the verdict does not depend on how the bytes arrive, and a header is no longer
// than what is there.
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "net/proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int verdict = 0;
    for (size_t len = 0; len <= size && len <= 600; len++) {
        char *bytes = malloc(len ? len : 1); // no longer, so that reading past it shows
        if (!bytes)
            return 0;
        if (len)
            memcpy(bytes, data, len);
        yn_proxy found;
        int n = yn_proxy_parse((yonder_text){bytes, len}, &found);
        assert(!verdict || n == verdict);
        assert(n <= 0 || (size_t)n <= len);
        assert(n <= 0 || !found.known || found.client.len);
        verdict = n;
        free(bytes);
    }
    return 0;
}
