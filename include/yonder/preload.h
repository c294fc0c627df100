// SPDX-License-Identifier: MIT
/**
 * @file
 * A preload set: the names a browser knows, before it has ever visited them, to be HTTPS-only
 * (RFC 6797 section 12.3). An immutable image that can be mapped from a file and shared by
 * processes; one look-up answers for a host and all its ancestors, exactly.
 *
 * The rule is that of Chromium's list: of the entries for the host and its ancestors the most
 * specific decides, and an ancestor's entry counts only if it includes subdomains. An entry that
 * does not ask for HTTPS (it is there for other reasons) therefore shields what lies below it.
 */
#ifndef YONDER_PRELOAD_H
#define YONDER_PRELOAD_H

#include <yonder/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The longest name, in bytes, and the largest image. */
#define YONDER_PRELOAD_MAX_NAME  253u
#define YONDER_PRELOAD_MAX_IMAGE (1u << 30)

/** An entry of a list. `name` is a host in ASCII, lower case, without a dot at either end. */
typedef struct yonder_preload_entry {
    yonder_text name;
    bool force_https;        /**< "mode": "force-https" */
    bool include_subdomains; /**< counts only with force_https */
} yonder_preload_entry;

/**
 * Makes an image from `count` entries in any order. A name that occurs twice is kept once, the
 * first wins; an entry without force_https is kept only where it shields from a broader one.
 * `*image` is allocated from `mem` and the caller's to free.
 *
 * @return YONDER_OK; YONDER_INVALID_HOST with `*bad` set to the index of the entry whose name is
 *         empty, too long or holds a byte other than a-z 0-9 - _ . ; YONDER_NO_MEMORY;
 *         YONDER_TOO_LARGE
 */
YONDER_API int yonder_preload_build(const yonder_preload_entry *entries, size_t count,
                                    const yonder_mem *mem, void **image, size_t *size, size_t *bad);

/** An open image. Any number of threads may query it at once. */
typedef struct yonder_preload yonder_preload;

/**
 * Opens an image, aligned to 8 bytes, which must stay as it is until yonder_preload_close(). Its
 * checksum is verified: a truncated or damaged one is refused. Allocates some 70 KB of decoding
 * tables.
 *
 * @return YONDER_OK, YONDER_INVALID_IMAGE, YONDER_NO_MEMORY
 */
YONDER_API int yonder_preload_open(yonder_preload **out, const void *image, size_t size,
                                   const yonder_mem *mem);
YONDER_API void yonder_preload_close(yonder_preload *set);

/** The answer for a host. */
typedef struct yonder_preload_match {
    bool preloaded;          /**< the host is to be reached by HTTPS only */
    bool found;              /**< some entry decided, be it against */
    bool include_subdomains; /**< of the entry that decided */
    yonder_text matched;     /**< the name of that entry: the tail of the host that was asked for */
} yonder_preload_match;

/**
 * Looks `host` up: ASCII, any case, one dot at the end tolerated. A host that is no valid name is
 * never preloaded. Allocates nothing.
 */
YONDER_API void yonder_preload_query(const yonder_preload *set, yonder_text host,
                                     yonder_preload_match *match);

/** How many names the set holds. */
YONDER_API size_t yonder_preload_count(const yonder_preload *set);

/** Calls `each` for every entry, in the order of the image (by top-level domain). The name is good
 *  during the call. Stops early and returns what `each` returned if that is not 0. */
YONDER_API int yonder_preload_each(const yonder_preload *set,
                                   int (*each)(void *context, const yonder_preload_entry *entry),
                                   void *context);

#ifdef __cplusplus
}
#endif
#endif
