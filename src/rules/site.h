// SPDX-License-Identifier: MIT
// Lines about a whole site: read and checked here, kept as bytes in the set. yonder-rules(5),
// "Site lines".
#ifndef YN_RULES_SITE_H
#define YN_RULES_SITE_H

#include <yonder/rules.h>

#include "base/buf.h"
#include "rules/draft.h"
#include "rules/problem.h"

/** The site lines, once: X(name, WORD). */
#define YN_SITE_LINES(X)                                                                           \
    X(HTTPS, "https")                                                                              \
    X(HSTS, "hsts")                                                                                \
    X(CANONICAL, "canonical")                                                                      \
    X(MAINTENANCE, "maintenance")                                                                  \
    X(HTTP10, "http10")                                                                            \
    X(QUERY, "query")                                                                              \
    X(SLASH, "slash")                                                                              \
    X(CASE, "case")                                                                                \
    X(CACHE, "cache")

typedef enum yn_site_line {
#define YN_SITE_ENUM(name, word) YN_SITE_##name,
    YN_SITE_LINES(YN_SITE_ENUM)
#undef YN_SITE_ENUM
    YN_SITE_COUNT,
} yn_site_line;

/** A line's meaning. Which members count depends on the line. */
typedef struct yn_site_value {
    bool off;    /**< https off, hsts off, maintenance off, http10 off, canonical off, cache off */
    bool ignore; /**< slash ignore, case ignore */
    bool drop;   /**< query drop */
    uint16_t status;  /**< https: 301, 302, 307 or 308; http10: 301 or 302 */
    uint32_t seconds; /**< maintenance: retry-after, 0 for none */
    yonder_text text; /**< hsts: the field's value; canonical: a host, canonical, with a port where
                           one was given; maintenance: a URL, or empty; cache: a field value; query:
                           names to ignore, separated by commas, decoded, "*" at the end of some */
} yn_site_value;

/** Which line `word` starts, or YN_SITE_COUNT. */
yn_site_line yn_site_find(yonder_text word);

/**
 * Reads the rest of a line, and writes its meaning to `*out`; texts lie in `room`, which has four
 * times as many bytes as `value`, and 256.
 *
 * @return YONDER_OK; YONDER_INVALID_RULES, every problem told; YONDER_NO_MEMORY
 */
int yn_site_read(yn_site_value *out, char *room, yn_site_line line, yonder_text value,
                 const yn_problems *problems);

/** The line as it would be written: "https permanent". */
void yn_site_write(yn_buf *out, yn_site_line line, const yn_site_value *value);

/** Whether `query ignore=` with this text names the parameter `name`, as written in a query. */
bool yn_site_ignores(yonder_text names, yonder_text name);

#endif
