// SPDX-License-Identifier: MIT
// The proof of a rule set (proof/proof.h) before a server goes by it.
#ifndef YN_SERVER_PROVED_H
#define YN_SERVER_PROVED_H

#include "server/rulefiles.h"

typedef enum yn_proved_mode {
    YN_PROVED_WARN,   /**< errors are told; sets of more than YN_PROVED_MOST rules are not proved */
    YN_PROVED_REFUSE, /**< with an error the set is not to go live */
    YN_PROVED_OFF,
} yn_proved_mode;

enum {
    YN_PROVED_MOST = 100000, /**< rules that are proved within a tenth of a second */
};

/** Tells the errors, the first of them at length, on stderr.
 *  @return false where the mode is REFUSE, and there are some or the proof has failed */
bool yn_proved(const yn_ruleset *set, yn_proved_mode mode);

#endif
