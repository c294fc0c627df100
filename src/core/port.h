// SPDX-License-Identifier: MIT
// Ports that browsers do not make requests to (Fetch standard, "port blocking").
#ifndef YN_CORE_PORT_H
#define YN_CORE_PORT_H

#include <stdbool.h>

bool yn_port_is_bad(int port);

#endif
