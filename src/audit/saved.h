// SPDX-License-Identifier: MIT
// Evidence as JSON, to be graded again without a network: one object a domain.
//
// Its member "schema" is YN_SAVED_SCHEMA. The others are named as in evidence.h; what is an
// enum there is a word here. Every text is written byte by byte, a byte as the code point of the
// same number (ISO 8859-1), so that header fields survive whatever is in them. A visit's URL is
// its href, times are milliseconds, and null stands where evidence.h has nothing: YN_NO_VISIT, a
// phase that did not take place, a certificate that was not put up with.
//
// Members that are not known are passed over: a later yonder may add some.
#ifndef YN_AUDIT_SAVED_H
#define YN_AUDIT_SAVED_H

#include "audit/evidence.h"
#include "base/buf.h"

enum {
    YN_SAVED_SCHEMA = 1,
    YN_SAVED_MAX = 1 << 26, /**< bytes of a document that is read */
    YN_SAVED_MAX_NAME = 255 /**< bytes of a file's name, NUL included */
};

/** Puts one object, on one line without its end. `out` keeps the error. */
void yn_saved_write(const yn_audit *audit, yn_buf *out);

/**
 * Reads what yn_saved_write() has put. What cannot be is refused: a hop that is no visit, a word
 * that is none of its table, a code point beyond a byte.
 *
 * @return YONDER_OK with `*out` in `arena`; YONDER_INVALID_ARGUMENT, with what is wrong and where
 *         put into `message` ("visits[3].url: …"); YONDER_NO_MEMORY
 */
int yn_saved_read(yonder_text json, yn_arena *arena, yn_audit *out, yn_buf *message);

/** The file that a domain is kept in: its name and ".json". Of what is no host name, bytes that are
 *  not fit for a file name are written as in "%2F", and what is too long ends in a hash. */
void yn_saved_name(const yn_audit *audit, char out[YN_SAVED_MAX_NAME]);

/** Writes FOLDER/DOMAIN.json, in one step: a reader finds the old file or the new. The folder is
 *  made if it is not there. False with what is wrong put into `message`. */
bool yn_saved_put(const char *folder, const yn_audit *audit, yn_buf *message);

/** Reads a file. @return as yn_saved_read(); the message begins with the path */
int yn_saved_get(const char *path, yn_arena *arena, yn_audit *out, yn_buf *message);

#endif
