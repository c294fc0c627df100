// SPDX-License-Identifier: MIT
// One header value, read as each client that has HSTS reads it, by libyonder's table of clients;
// and where they disagree.
#ifndef YN_AUDIT_READINGS_H
#define YN_AUDIT_READINGS_H

#include <yonder/hsts.h>

#include "base/buf.h"

enum {
    YN_READERS_MAX = 16,
};

typedef struct yn_reading {
    const yonder_client *client;
    yonder_hsts_reading reading;
    yonder_hsts_policy policy; /**< where it is valid */
} yn_reading;

typedef struct yn_readings {
    yn_reading items[YN_READERS_MAX]; /**< chrome is the first */
    size_t count;
    size_t accepting; /**< who find it valid */
    size_t browsers;  /**< of these, those that are browsers */
    bool agree;       /**< all find the same in it; how long they keep at most is no matter */
} yn_readings;

void yn_readings_make(yn_readings *out, yonder_text value);

/** "chrome and safari: 1 year…; firefox: not accepted…": who reads alike stands together. */
void yn_readings_write(yn_buf *out, const yn_readings *readings);

#endif
