// SPDX-License-Identifier: MIT
#include "lists/preload_write.h"
