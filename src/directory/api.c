// SPDX-License-Identifier: MIT
#include "directory/web.h"
