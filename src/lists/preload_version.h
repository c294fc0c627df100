// SPDX-License-Identifier: MIT
#ifndef YN_LISTS_PRELOAD_VERSION_H
#define YN_LISTS_PRELOAD_VERSION_H

#include "base/buf.h"

#endif
