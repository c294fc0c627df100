// SPDX-License-Identifier: MIT
// Evidence of many domains, so many at a time. What comes in is read as there is room for it, what
// goes out is in the order of what came in. Of domains that share an address so many are asked at
// once, and the others wait while those of other addresses go first.
#ifndef YN_AUDIT_MANY_H
#define YN_AUDIT_MANY_H

#include <stdatomic.h>

#include "audit/collect.h"

typedef enum yn_many_input {
    YN_MANY_GIVEN, /**< a domain was put */
    YN_MANY_WAIT,  /**< none is there yet; it was waited for, a tenth of a second or so */
    YN_MANY_END,   /**< there are no more */
} yn_many_input;

typedef struct yn_many_work {
    /** Puts the next domain into `domain`, which is empty. From the thread of yn_many_run(), as is
     *  take(). */
    yn_many_input (*next)(void *context, yn_buf *domain);
    /** Makes of the evidence what take() wants: a grade, a line of output. From the thread that
     *  collected it, several at once. The arena and what is in it end with the call, so the result
     *  has memory of its own; NULL stands for memory being out. */
    void *(*make)(void *context, yn_audit *audit, yn_arena *arena);
    /** Takes what make() has returned, one after the other in the order of the input, and owns it.
     *  False ends it all: what is under way is finished, and given to drop(). */
    bool (*take)(void *context, void *result);
    /** Frees what take() will not get. */
    void (*drop)(void *context, void *result);
    void *context;
} yn_many_work;

typedef struct yn_many_options {
    size_t at_once;     /**< domains; 0: YN_MANY_AT_ONCE */
    size_t per_address; /**< of these on one address; 0: YN_MANY_PER_ADDRESS */
    size_t window;      /**< domains between the first that is not taken and the last that is under
                             way; 0: sixteen times at_once */
} yn_many_options;

enum {
    YN_MANY_AT_ONCE = 200,
    YN_MANY_PER_ADDRESS = 8,
    YN_MANY_MAX_AT_ONCE = 10000,
};

/** How far it is; to be read at any time, from any thread. */
typedef struct yn_many_progress {
    atomic_size_t read;     /**< domains that came in */
    atomic_size_t finished; /**< of these, collected */
    atomic_size_t taken;    /**< of these, handed out */
    atomic_size_t running;  /**< under way just now */
} yn_many_progress;

/**
 * Runs until the input ends and all is taken; or until `*stop` (NULL for never) is set, from a
 * signal handler, say: then nothing new is begun, requests under way are waited for, and take()
 * gets what was finished, up to the first domain that was not.
 *
 * @return YONDER_OK; YONDER_NO_MEMORY where there are no threads or no memory
 */
int yn_many_run(const yn_collector *collector, const yn_many_options *options,
                const yn_many_work *work, yn_many_progress *progress, const atomic_bool *stop);

#endif
