// SPDX-License-Identifier: MIT
// The rows of the formats that web servers have.
#ifndef YN_DIALECTS_ROWS_SERVERS_H
#define YN_DIALECTS_ROWS_SERVERS_H

#include "dialects/dialect.h"

extern const yn_dialect yn_dialect_nginx, yn_dialect_apache, yn_dialect_htaccess, yn_dialect_caddy,
    yn_dialect_haproxy;

#endif
