// SPDX-License-Identifier: MIT
// The words in which `yonder` sums up how a domain stands.
#ifndef YN_AUDIT_VERDICT_H
#define YN_AUDIT_VERDICT_H

/** X(id, words, prose) */
#define YN_VERDICTS(X)                                                                             \
    X(YN_VERDICT_PROTECTED, "PROTECTED",                                                           \
      "who comes back is on HTTPS from the first byte, and who comes first is led there")          \
    X(YN_VERDICT_PARTLY, "PARTLY", "some visitors, hosts or answers are not protected")            \
    X(YN_VERDICT_NOT, "NOT PROTECTED",                                                             \
      "anyone on the way can read and answer in the site's place")                                 \
    X(YN_VERDICT_AT_RISK, "AT RISK OF REMOVAL",                                                    \
      "it is on the preload list and no longer what the list asks for, so it may be taken off")    \
    X(YN_VERDICT_UNKNOWN, "UNKNOWN",                                                               \
      "it could not be asked, or did not answer in time, so nothing can be said")

typedef enum yn_verdict {
#define YN_VERDICT_ENUM(id, words, prose) id,
    YN_VERDICTS(YN_VERDICT_ENUM)
#undef YN_VERDICT_ENUM
} yn_verdict;

const char *yn_verdict_words(yn_verdict verdict);
const char *yn_verdict_prose(yn_verdict verdict);

#endif
