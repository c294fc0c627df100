// SPDX-License-Identifier: MIT
// What is wrong with a rule, told while it is read: the place in the text and a sentence.
#ifndef YN_RULES_PROBLEM_H
#define YN_RULES_PROBLEM_H

#include <yonder/base.h>

typedef struct yn_problems {
    /** `at` lies in, or just after, the text that was given to the reader of the rule. */
    void (*tell)(void *context, const char *at, yonder_text message);
    void *context;
} yn_problems;

/** Tells one; the message is cut after some 300 bytes. Returns YONDER_INVALID_RULES. */
int yn_problem(const yn_problems *p, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** The start of `t`, cut between characters, for quoting in a message. */
yonder_text yn_quotable(yonder_text t);

#endif
