// SPDX-License-Identifier: MIT
// How much may be asked: by one client, and of one site by all clients together.
//
// Looks (is it preloadable, is it removable, the page's check) and wishes (submit, remove) have
// budgets of their own, of a client and of a site: who looks at a site again and again does not
// keep its owner from submitting it. Of a site's budget one client has no more than a part.
#ifndef YN_FRONT_GATES_H
#define YN_FRONT_GATES_H

#include "front/limit.h"
#include "front/turns.h"
#include "front/web.h"

/** Numbers a minute, twice that at once; 0: any number. */
typedef struct yn_gates_options {
    uint32_t reads, checks; /**< of one client; `checks` are looks, and as many wishes */
    uint32_t site;          /**< checks of one site, likewise */
    unsigned at_once;       /**< checks under way */
    uint64_t seed;          /**< secret */
} yn_gates_options;

typedef struct yn_gates yn_gates;

enum {
    YN_GATES_PARTS = 3, /**< so many clients together can have a site's budget */
};

/** @return NULL where memory is out */
yn_gates *yn_gates_new(const yn_gates_options *options);
void yn_gates_free(yn_gates *gates); /**< NULL is left alone */

typedef enum yn_gate {
    YN_GATE_OPEN,
    YN_GATE_CLIENT, /**< he asks too much */
    YN_GATE_SITE,   /**< it is asked too much */
    YN_GATE_BUSY,   /**< too many checks are under way */
    YN_GATE_SHARE,  /**< too many of them are his */
} yn_gate;

/** One more request. `route` is NULL where there is none, `failed` where it has tried a wrong
 * token, which costs as much as a look. `*seconds` is what is to be waited where it is not
 *  YN_GATE_OPEN. */
yn_gate yn_gates_request(yn_gates *gates, const yn_address *from, const yn_web_route *route,
                         bool failed, uint64_t now, unsigned *seconds);

/** A check of the domain that the request names. A look that joins one under way costs the site
 *  nothing. With YN_GATE_OPEN, yn_gates_leave() has to follow. */
yn_gate yn_gates_check(yn_gates *gates, const yn_address *from, const yn_web_route *route,
                       const yn_web_request *request, const yn_directory *directory, uint64_t now,
                       unsigned *seconds);
void yn_gates_leave(yn_gates *gates, const yn_address *from);

#endif
