// SPDX-License-Identifier: MIT
// An expectation held against an answer; and answers followed from URL to URL, for those who expect
// where a chain ends.
#ifndef YN_CLI_EXPECT_HOLD_H
#define YN_CLI_EXPECT_HOLD_H

#include <yonder/url.h>

#include "cli/expect.h"

/** What differs: a set of them. */
typedef enum yn_fault {
    YN_FAULT_STATUS = 1,
    YN_FAULT_LOCATION = 2,
    YN_FAULT_LOOP = 4,      /**< of a chain: it comes back to where it was */
    YN_FAULT_TOO_LONG = 8,  /**< it has more hops than may be */
    YN_FAULT_DEAD_END = 16, /**< it ends with a status that tells of an error */
} yn_fault;

/**
 * Compares. `status` 0 is that nothing answers, and as good as 404. A Location is as expected if
 * its bytes are, or if both are the same URL once resolved against `base`; a pattern is held
 * against its bytes. `base` is the URL that was asked for, as text.
 *
 * @return the faults; 0: as expected
 */
unsigned yn_expect_compare(const yn_expectation *e, yonder_text base, int status,
                           yonder_text location);

/** A request of a chain. Texts lie in the trail. */
typedef struct yn_trail_request {
    bool https;
    yonder_text host, target, method;
} yn_trail_request;

typedef struct yn_trail {
    yonder_url at; /**< the URL to be asked for, or where the chain has ended */
    yonder_text method;
    yn_buf seen; /**< URLs, each after a line end */
    long hops, max_hops;
    unsigned faults;     /**< that ended it */
    const yn_map *hosts; /**< beyond these, in ASCII, it is not followed */
    int error;           /**< YONDER_NO_MEMORY */
} yn_trail;

/** Starts at `url`. It ends with yn_trail_free(), whatever is returned. @return YONDER_OK;
 *  YONDER_INVALID_URL; YONDER_NO_MEMORY */
int yn_trail_begin(yn_trail *trail, yonder_text url, yonder_text method, long max_hops,
                   const yn_map *hosts);

/** Takes the answer to the present request. True if there is a next one to be made; false at the
 *  end, for which see `at`, `faults` and `error`. */
bool yn_trail_next(yn_trail *trail, int status, yonder_text location);

/** The present request. */
yn_trail_request yn_trail_at(const yn_trail *trail);

void yn_trail_free(yn_trail *trail);

#endif
