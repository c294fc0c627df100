// SPDX-License-Identifier: MIT
// Which word was meant.
#ifndef YN_RULES_LIKELY_H
#define YN_RULES_LIKELY_H

#include <yonder/base.h>

/** Of `count` words, the one that `typed` is most likely a slip of: other case, an underscore for a
 *  hyphen, its beginning, a letter or two amiss. -1 where none is close. */
int yn_likely(yonder_text typed, const char *const *words, size_t count);

#endif
