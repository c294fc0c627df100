// SPDX-License-Identifier: MIT
// Rule files and images on disk become one rule set, or errors on stderr.
#ifndef YN_SERVER_RULEFILES_H
#define YN_SERVER_RULEFILES_H

#include <stdio.h>

#include <yonder/rules.h>

#include "server/certs.h"
#include "server/hits.h"

/** One error as a person reads it: "file:line:column: message", the line, and a caret under the
 *  column. Control characters of the line show as "?". */
void yn_diagnostic_print(FILE *out, const yonder_diagnostic *diagnostic);

/** A rule set and the mapped file it lies in, if it does; and what goes with it. */
typedef struct yn_ruleset {
    yonder_rules *rules;
    void *map;
    size_t map_size;
    yn_certs *certs; /**< of a server with TLS; otherwise NULL */
    yn_hits *hits;   /**< what is counted of it; or NULL */
} yn_ruleset;

/**
 * Reads `count` files as one rule set; or maps the one file that is an image, whose checksum is
 * left to yonder_rules_verify(). Every error in any of them goes to stderr. What is no regular file
 * is read, too, but fails when it gives nothing for a second.
 *
 * @return the set; NULL after at least one line on stderr
 */
yn_ruleset *yn_ruleset_read(const char *const *names, size_t count);

/** Frees what goes with it, too. NULL is left alone. */
void yn_ruleset_free(yn_ruleset *set);

/** Seconds since 1970 at which the local clock shows what `time` is in Greenwich: a
 *  yonder_local_time_fn. */
int64_t yn_local_time(void *context, int64_t time);

#endif
