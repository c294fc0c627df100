// SPDX-License-Identifier: MIT
#ifndef YN_LISTS_PRELOAD_WRITE_H
#define YN_LISTS_PRELOAD_WRITE_H

#include "base/buf.h"

#endif
