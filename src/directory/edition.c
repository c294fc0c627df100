// SPDX-License-Identifier: MIT
#include "directory/rounds.h"
