// SPDX-License-Identifier: MIT
#include "lists/seal.h"
