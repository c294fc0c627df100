// SPDX-License-Identifier: MIT
// What a page's markup asks for. html.c is the only file that knows the HTML parser.
#ifndef YN_TRACE_HTML_H
#define YN_TRACE_HTML_H

#include "core/refresh.h"

enum {
    YN_HTML_MAX = 64 * 1024, /**< bytes of a page that are parsed: elements that lie one inside the
                                  other cost the parser the square of their number */
};

/**
 * The refresh that the meta elements of a page declare: the first that the client
 * can read, in the order of the source (HTML standard, "pragma directives", the Refresh state). As
 * in a browser that runs scripts, what stands inside noscript is text; templates are not looked
 * into; a base element counts for the elements after it. Bytes that are not UTF-8 are taken for
 * windows-1252. Of a long page only the beginning is looked at.
 *
 * @return 1 with `*out` set, its url to be freed; 0 if there is none; YONDER_NO_MEMORY
 */
int yn_html_refresh(const yonder_client *client, yonder_text page, const yonder_url *document,
                    const yonder_mem *mem, yonder_refresh *out);

#endif
