// SPDX-License-Identifier: MIT
/**
 * @file
 * Pages that ask to go on by themselves: the Refresh field and `<meta http-equiv=refresh>` (HTML
 * standard, "shared declarative refresh steps").
 */
#ifndef YONDER_REFRESH_H
#define YONDER_REFRESH_H

#include <yonder/url.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Where a page asks to go, and when. */
typedef struct yonder_refresh {
    int64_t seconds; /**< after the page has loaded; more than fit are INT64_MAX */
    yonder_url url;  /**< the page's own where none is named; any scheme but javascript */
} yonder_refresh;

/** Where the value comes from, which tells how its bytes are read. */
typedef enum yonder_refresh_source {
    YONDER_REFRESH_HEADER, /**< of a Refresh field: each byte is a code point of its own (Infra
                                standard, "isomorphic decode") */
    YONDER_REFRESH_META,   /**< of a meta element's content attribute: UTF-8 */
} yonder_refresh_source;

/**
 * Reads one value. `document` is the URL of the page; `base` is what relative URLs count from, the
 * page's base URL, or NULL where that is `document` (for a field it always is: no element has been
 * seen yet). A page obeys the first value that is read as a refresh, and no other.
 *
 * @return 1 with `*out` set, its url to be freed by yonder_url_free(); 0 if the value asks for
 *         nothing; YONDER_TOO_LARGE, YONDER_NO_MEMORY
 */
YONDER_API int yonder_refresh_read(yonder_text value, yonder_refresh_source source,
                                   const yonder_url *document, const yonder_url *base,
                                   const yonder_mem *mem, yonder_refresh *out);

#ifdef __cplusplus
}
#endif
#endif
