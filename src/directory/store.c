// SPDX-License-Identifier: MIT
#include "directory/store.h"
