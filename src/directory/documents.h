// SPDX-License-Identifier: MIT
#ifndef YN_DIRECTORY_DOCUMENTS_H
#define YN_DIRECTORY_DOCUMENTS_H

#include "base/buf.h"

#endif
