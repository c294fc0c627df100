// SPDX-License-Identifier: MIT
// `_redirects` files: one grammar, and four programs that read it in their own way.
#ifndef YN_DIALECTS_REDIRECTS_H
#define YN_DIALECTS_REDIRECTS_H

#include "dialects/dialect.h"

typedef enum yn_redirects_query {
    YN_REDIRECTS_PASS,  /**< the request's query is passed on, unless TO has its own */
    YN_REDIRECTS_DROP,  /**< it is not */
    YN_REDIRECTS_3_PASS /**< with 301 and 302 only */
} yn_redirects_query;

typedef struct yn_redirects_traits {
    const char *name;
    int default_status;
    const uint16_t *statuses; /**< that the program takes, ended by 0; NULL: any */
    size_t comment_from;      /**< the first word, from 0, that a "#" can make a comment of */
    yn_redirects_query query;
    bool conditions;  /**< query pairs, "!" and conditions */
    bool urls;        /**< FROM may be a URL */
    bool bare_fits;   /**< "/a" + slash + "*" fits "/a" */
    bool star_inside; /**< "*" may stand anywhere */
    bool any_slash;   /**< "/a" and "/a/" are one */
    bool files_win;   /**< a file that exists goes before a rule */
    bool https_only;  /**< no "http:" in TO, and no empty segments in paths there */
    bool name_inside; /**< a placeholder may be a part of a segment */
    size_t max_static, max_dynamic, max_line, max_file; /**< 0: none */
} yn_redirects_traits;

extern const yn_redirects_traits yn_redirects_netlify, yn_redirects_cloudflare, yn_redirects_gitlab,
    yn_redirects_ipfs;

/** Starts a writer for the program with these traits. */
int yn_redirects_write(const yn_redirects_traits *traits, yn_writer *writer, yn_buf *out,
                       const yn_notes *notes, const yonder_mem *mem);

#endif
