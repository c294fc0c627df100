// SPDX-License-Identifier: MIT
// The rows of the formats, for the table in dialect.c.
#ifndef YN_DIALECTS_ROWS_H
#define YN_DIALECTS_ROWS_H

#include "dialects/dialect.h"

extern const yn_dialect yn_dialect_nginx, yn_dialect_apache, yn_dialect_htaccess, yn_dialect_caddy,
    yn_dialect_haproxy;

extern const yn_dialect yn_dialect_yonder, yn_dialect_netlify, yn_dialect_cloudflare,
    yn_dialect_gitlab, yn_dialect_ipfs, yn_dialect_cloudflare_bulk, yn_dialect_vercel,
    yn_dialect_vercel_csv, yn_dialect_wordpress, yn_dialect_wordpress_json, yn_dialect_microsoft,
    yn_dialect_csv, yn_dialect_tsv;

/** Writers of rows whose readers are in files of their own. */
yn_dialect_write_fn yn_nginx_write, yn_apache_write, yn_htaccess_write, yn_caddy_write;

/** The reader of the row `yonder`. */
yn_dialect_read_fn yn_native_read;

#endif
