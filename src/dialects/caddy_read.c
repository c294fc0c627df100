// SPDX-License-Identifier: MIT
#include "dialects/rows.h"

const yn_dialect yn_dialect_caddy = {
    .name = "caddy",
    .summary = "Caddyfile: redir and its matchers",
    .read = NULL,
    .write = yn_caddy_write,
};
