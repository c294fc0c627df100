// SPDX-License-Identifier: MIT
#include "lists/preload_version.h"
