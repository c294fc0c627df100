// SPDX-License-Identifier: MIT
// Which country an address is in, by a MaxMind DB file: what the condition `country=` asks for. The
// one place that sees libmaxminddb.
#ifndef YN_SERVER_COUNTRY_H
#define YN_SERVER_COUNTRY_H

#include <sys/socket.h>

#include <yonder/base.h>

typedef struct yn_country_db yn_country_db;

/** Maps the file. NULL after a line on stderr. */
yn_country_db *yn_country_open(const char *path);
void yn_country_close(yn_country_db *db);

/** The two letters of the country (ISO 3166), a view of the file; empty where it does not say. Any
 *  number of threads at once. */
yonder_text yn_country_of(const yn_country_db *db, const struct sockaddr *address);

/** The same for an address in words: "192.0.2.1", "2001:db8::1". */
yonder_text yn_country_of_text(const yn_country_db *db, const char *address);

#endif
