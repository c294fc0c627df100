// SPDX-License-Identifier: MIT
// Where a client that follows the URL standard writes a URL a little differently.
#ifndef YN_CORE_SPELLING_H
#define YN_CORE_SPELLING_H

#include <yonder/url.h>

/** ASCII that the client percent-encodes, by part, although the standard lets it stand. NULL: none.
 */
typedef struct yn_spelling {
    const char *user; /**< user name and password */
    const char *host;
    const char *path;
} yn_spelling;

/**
 * Writes `url`, which the standard's parser made, as the client does. URLs of schemes that are not
 * special stay as they are.
 *
 * @return YONDER_OK; YONDER_TOO_LARGE, YONDER_NO_MEMORY with `url` as it was
 */
int yn_spell(const yn_spelling *spelling, const yonder_mem *mem, yonder_url *url);

#endif
