// SPDX-License-Identifier: MIT
// The Public Suffix List (publicsuffix.org), as libpsl has it built in. psl.c is the only file that
// knows libpsl. Names are in ASCII and lower case, without a dot at the end.
#ifndef YN_TRACE_PSL_H
#define YN_TRACE_PSL_H

#include <yonder/base.h>

/** Whether the name is below a suffix of the list's ICANN part. The suffix itself is not. */
bool yn_psl_is_below(const char *name);

/** The public suffix of a name: the end of it, a view. Private rules count, and what no rule is
 *  about has its last label for one. */
yonder_text yn_psl_suffix(const char *name);

/** The public suffix and the label before it, a view; empty where there is none before it. */
yonder_text yn_psl_registrable(const char *name);

#endif
