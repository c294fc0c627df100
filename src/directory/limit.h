// SPDX-License-Identifier: MIT
// How much one client may ask: buckets per address, in bounded memory.
#ifndef YN_DIRECTORY_LIMIT_H
#define YN_DIRECTORY_LIMIT_H

#include <yonder/base.h>

#endif
