// SPDX-License-Identifier: MIT
#include "lists/preload_delta.h"
