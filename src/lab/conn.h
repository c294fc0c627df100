// SPDX-License-Identifier: MIT
// A connection to the lab: plain or TLS, a request at a time, each read whole and then answered.
//
//   FIRST_BYTE ──▶ HANDSHAKE (TLS) ──▶ READING ◀──▶ WRITING
//
// A connection that comes to nothing is closed when its time is over, whatever it is about.
#ifndef YN_LAB_CONN_H
#define YN_LAB_CONN_H

#include "lab/lab.h"

enum {
    YN_LAB_MAX_HEAD = 64 * 1024,
    YN_LAB_MAX_BODY = 1024 * 1024, /**< larger ones get 413 */
    YN_LAB_IDLE_MS = 30000,
};

/** Takes a socket over that was just accepted. */
void yn_lab_conn_open(yn_lab *lab, int fd);
/** Closes the connection and frees it. */
void yn_lab_conn_close(yn_lab_conn *conn);
/** What the timer list calls. */
void yn_lab_conn_expired(yn_timer *timer);

#endif
