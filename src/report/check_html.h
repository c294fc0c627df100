// SPDX-License-Identifier: MIT
// The sections of the HTML report of a check: for its own page, and for pages that have a head and
// a first line of their own. None has a style, a script or an id; they begin with <h2>.
#ifndef YN_REPORT_CHECK_HTML_H
#define YN_REPORT_CHECK_HTML_H

#include "report/check.h"

/** The style sheet that they go by. */
extern const char yn_check_css[];

/** The redirect chains, drawn. */
void yn_check_html_way_in(yn_buf *out, const yn_checked *checked);
/** The hosts, and how clients read the header where they part over it. */
void yn_check_html_hosts(yn_buf *out, const yn_checked *checked);
/** The findings that are told in full, with the lines to change. `for_owner`: for the owner of a
 *  site, who need not have yonder, on a page that shows the header's lines elsewhere. Then neither
 *  stands here, and the same finding at two places is one. */
void yn_check_html_findings(yn_buf *out, const yn_checked *checked, const char *title,
                            bool for_owner);

/* ---- pieces: check_html_piece.c ----------------------------------------------------------------
 */

typedef struct yn_check_page {
    const yn_checked *checked;
    yn_buf *out;
    yn_buf scratch, safe;
} yn_check_page;

yn_check_page yn_check_page_begin(yn_buf *out, const yn_checked *checked);
/** An error of the page's own buffers becomes that of `out`. */
void yn_check_page_end(yn_check_page *p);

/** Bytes from elsewhere: what is not printable ASCII shows as \xNN, then nothing is left to be
 *  markup. */
void yn_check_put_safe(yn_check_page *p, yonder_text t);
void yn_check_put_str(yn_check_page *p, const char *words);
/** What stands in `scratch`, which is then empty; and the same line by line. */
void yn_check_put_scratch(yn_check_page *p);
void yn_check_put_scratch_lines(yn_check_page *p);
void yn_check_put_element(yn_check_page *p, const char *name, const char *words);
/** An element with what stands in `scratch`, in that look. */
void yn_check_put_looked(yn_check_page *p, const char *element, yn_look look);

const char *yn_look_class(yn_look look);
yn_look yn_severity_look(yn_severity severity);

#endif
