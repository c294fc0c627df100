// SPDX-License-Identifier: MIT
#include "directory/assess.h"
