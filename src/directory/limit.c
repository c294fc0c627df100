// SPDX-License-Identifier: MIT
#include "directory/limit.h"
