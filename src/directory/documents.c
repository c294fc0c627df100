// SPDX-License-Identifier: MIT
#include "directory/documents.h"
