// SPDX-License-Identifier: MIT
#ifndef YN_LISTS_PRELOAD_DELTA_H
#define YN_LISTS_PRELOAD_DELTA_H

#include "base/buf.h"

#endif
