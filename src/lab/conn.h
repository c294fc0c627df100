// SPDX-License-Identifier: MIT
// A connection to the lab: plain or TLS, a request at a time, each read whole and then answered.
//
//   FIRST_BYTE ──▶ HANDSHAKE (TLS) ──▶ READING ◀──▶ WRITING
//
// Whatever it is about, a connection has so much time to come to the end of its next answer: bytes
// that drip in do not prolong it. It is closed then, or earlier if it is the one that has taken the
// longest of too many.
#ifndef YN_LAB_CONN_H
#define YN_LAB_CONN_H

#include "lab/lab.h"

enum {
    YN_LAB_MAX_HEAD = 64 * 1024,
    YN_LAB_MAX_BODY = 1024 * 1024, /**< larger ones get 413 */
    YN_LAB_EXCHANGE_MS = 30000,
};

/** Takes a socket over that was just accepted. */
void yn_lab_conn_open(yn_lab *lab, int fd);
/** Closes the connection and frees it. */
void yn_lab_conn_close(yn_lab_conn *conn);
/** What the timer list calls. */
void yn_lab_conn_expired(yn_timer *timer);

#endif
