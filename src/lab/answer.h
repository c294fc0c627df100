// SPDX-License-Identifier: MIT
// What a request of a case is answered: from the tables and the request alone, so that a simulated
// client gets the same as a real one.
#ifndef YN_LAB_ANSWER_H
#define YN_LAB_ANSWER_H

#include "lab/site.h"

/**
 * Appends the field lines of the answer, each ended by CR LF, to `fields`.
 *
 * @param where  of the request: its host, port and scheme
 * @param path   below the case, query included
 * @return the status
 */
int yn_lab_answer(yn_buf *fields, const yn_lab_where *where, yonder_text path);

/** A certificate that shall not be good: by the first label of the name asked for. */
typedef enum yn_lab_flaw {
    YN_LAB_SOUND,
    YN_LAB_EXPIRED,   /**< "expired" */
    YN_LAB_MISNAMED,  /**< "misnamed": made out to another name */
    YN_LAB_UNTRUSTED, /**< "untrusted": by an authority nobody knows */
} yn_lab_flaw;

yn_lab_flaw yn_lab_flaw_of(yonder_text hostname);

#endif
