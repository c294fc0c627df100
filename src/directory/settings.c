// SPDX-License-Identifier: MIT
#include "directory/directory.h"
