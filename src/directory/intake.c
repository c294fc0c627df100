// SPDX-License-Identifier: MIT
#include "directory/intake.h"
