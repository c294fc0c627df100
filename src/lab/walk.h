// SPDX-License-Identifier: MIT
// A walk: the requests a client made for a case, in order, seen by the server or foretold by
// simulation; and patterns to hold it against.
#ifndef YN_LAB_WALK_H
#define YN_LAB_WALK_H

#include "base/arena.h"
#include "lab/site.h"

enum {
    YN_LAB_WALK_MAX = 128 /**< steps that are kept of one walk */
};

/** A request. */
typedef struct yn_lab_step {
    yonder_text method;
    yonder_text url; /**< scheme, host in lower case without the default port, target as sent */
    bool secure;
    uint64_t body;              /**< bytes of content; none and an empty one are the same */
    const yonder_field *fields; /**< those that are of interest: yn_lab_is_of_interest() */
    size_t field_count;
} yn_lab_step;

typedef struct yn_lab_walk {
    yn_lab_step *steps;
    size_t count;
    bool more; /**< there were more than are kept */
} yn_lab_walk;

/** Whether reports and comparisons look at a field of that name. */
bool yn_lab_is_of_interest(yonder_text name);

/** The field of that name, or NULL. */
const yonder_field *yn_lab_step_field(const yn_lab_step *step, yonder_text name);

/** Puts the URL of a request together. */
void yn_lab_put_url(yn_buf *out, bool secure, yonder_text host, yonder_text target);

/**
 * Whether the walk is the one that `pattern`, a template, describes: steps with " > " between, each
 * "METHOD URL" and then, separated by blanks, "+body" or "-body", "+Name" or "-Name" of a header
 * field that has, or has not, to be there. "*" for METHOD or URL is any; a last step "..." is any
 * steps, or none. What a step does not speak of does not matter.
 */
bool yn_lab_walk_matches(const yn_lab_walk *walk, const char *pattern, const yn_lab_where *where);

/** Whether a client that makes the requests of `b` could not be told from one that makes those of
 *  `a`: method, URL, content and, of fields, the `given` ones and whether there is a Content-Type
 *  where there is content. `b` is a simulation: a field it does not speak of does not matter. */
bool yn_lab_walk_same(const yn_lab_walk *a, const yn_lab_walk *b, const yn_lab_case *item);

#endif
