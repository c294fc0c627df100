// SPDX-License-Identifier: MIT
// What is worth knowing about a chain, as lines below its table and as members of its document.
#ifndef YN_REPORT_FINDINGS_H
#define YN_REPORT_FINDINGS_H

#include "base/json.h"
#include "report/style.h"
#include "trace/chain.h"

enum {
    YN_FINDINGS_CHAINS = 32, /**< told together, at most */
};

/** A line for each finding, and one for the URL a search engine keeps where there is a redirect:
 *    Warning: hop 1 turns POST into GET with its 302…
 *    Search engines keep http://a.test/ (weak): the redirect from there is temporary */
void yn_findings_text(yn_buf *out, const yn_chain *chain, const yn_style *style);

/** The same of chains that differ in their client alone. Each finding has one line, with the
 * clients it holds for, and the URL that is kept is that of the search engine among them: Warning
 * (all but curl): hop 1 goes out in clear text… */
void yn_findings_text_of_all(yn_buf *out, const yn_chain *chains, size_t count,
                             const yn_style *style);

/** Two members of an object:
 *    "findings":[{"code","severity","hops":[n…],"message"}…],
 *    "canonical":{"url","strength","reason","hop","caveat"} */
void yn_findings_json(yn_json *j, const yn_chain *chain);

#endif
