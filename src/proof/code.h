// SPDX-License-Identifier: MIT
// What the linter can find, once: the code that machines read, how bad it is, a title, and what to
// do. The help page, the findings and their SARIF form are made from this.
#ifndef YN_PROOF_CODE_H
#define YN_PROOF_CODE_H

#include <stddef.h>

typedef enum yn_proof_severity {
    YN_PROOF_ERROR,
    YN_PROOF_WARNING,
    YN_PROOF_NOTE,
} yn_proof_severity;

/** X(NAME, code, severity, title, what to do) */
#define YN_PROOF_CODES(X)                                                                          \
    X(LOOP, "loop", ERROR, "redirects go round in a circle, or on and on to longer URLs",          \
      "Let one of these rules lead elsewhere, or take it out.")                                    \
    X(CHAIN_TOO_LONG, "chain-too-long", ERROR, "more redirects in a row than a browser follows",   \
      "Browsers give up after 20. Let the first rule lead to the last URL at once; --flatten "     \
      "does "                                                                                      \
      "that.")                                                                                     \
    X(CHAIN, "chain", WARNING, "several redirects in a row where one would do",                    \
      "Let the first rule lead to the last URL at once; --flatten does that.")                     \
    X(DUPLICATE_CONFLICT, "duplicate-conflict", ERROR,                                             \
      "two rules for the same requests that answer differently",                                   \
      "Only the first one counts. Take out the one that is wrong.")                                \
    X(DUPLICATE, "duplicate", WARNING, "the same rule twice", "Take one of them out.")             \
    X(SHADOWED, "shadowed", WARNING, "a rule that can never fire",                                 \
      "What stands before it answers all its requests. Move it up, or take it out.")               \
    X(EXPIRED, "expired", NOTE, "a rule whose time is over", "Take it out.")                       \
    X(DOWNGRADE, "downgrade", WARNING, "a redirect from https to http",                            \
      "What follows goes in clear text, and browsers may refuse it. Write https:// where the "     \
      "target has it.")                                                                            \
    X(WWW_BEFORE_HTTPS, "www-before-https", WARNING,                                               \
      "http leads to another name of the site before it leads to https",                           \
      "Go to https on the same host first, or its Strict-Transport-Security is never seen: a "     \
      "line 'https permanent' in the section does that.")                                          \
    X(OPEN_REDIRECT, "open-redirect", ERROR, "whoever makes the link chooses the site",            \
      "What a request brings is put before a public suffix. Name the whole domain in the target.") \
    X(CAPTURE_IN_HOST, "capture-in-host", NOTE, "a part of the host comes from the request",       \
      "See that every name below that domain is yours.")                                           \
    X(EXTERNAL, "external", ERROR, "a target outside the hosts that are allowed",                  \
      "Correct the target, or allow the host with --allow-host.")                                  \
    X(CONTROL_CHARACTER, "control-character", WARNING, "an escaped control character in a target", \
      "Line ends and other control characters have no place in a URL, and help to attack what is " \
      "behind it.")                                                                                \
    X(REGEX_SLOW, "regex-slow", WARNING, "a regular expression that may take very long",           \
      "Write it so that no text can be divided among its repeats in more than one way.")           \
    X(PERMANENT_CONDITIONAL, "permanent-conditional", NOTE,                                        \
      "a permanent redirect that holds for some time or for some clients only",                    \
      "Browsers keep it, whatever the condition says later. Make it temporary.")                   \
    X(HSTS_WITHOUT_HTTPS, "hsts-without-https", WARNING, "'hsts' without 'https'",                 \
      "Who comes over http is not led to https, and never sees the field. Add a line 'https "      \
      "permanent'.")                                                                               \
    X(HSTS_SUBDOMAIN, "hsts-subdomain", ERROR,                                                     \
      "'includeSubDomains' covers a host that is served over http",                                \
      "Browsers will refuse to visit that host over http. Give it https first.")                   \
    X(HOST_ASSUMED, "host-assumed", NOTE, "rules lead to a host that these files do not name",     \
      "It was taken for somebody else's. If these rules are served for it, too, say so with "      \
      "--host: there may be loops and chains.")

typedef enum yn_proof_code {
#define YN_PROOF_ENUM(name, code, severity, title, advice) YN_PROOF_##name,
    YN_PROOF_CODES(YN_PROOF_ENUM)
#undef YN_PROOF_ENUM
    YN_PROOF_CODE_COUNT,
} yn_proof_code;

typedef struct yn_proof_code_row {
    const char *code;
    yn_proof_severity severity;
    const char *title;
    const char *advice;
} yn_proof_code_row;

extern const yn_proof_code_row yn_proof_codes[YN_PROOF_CODE_COUNT];

/** "error", "warning", "note". */
const char *yn_proof_severity_name(yn_proof_severity severity);

#endif
