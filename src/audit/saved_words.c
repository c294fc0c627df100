// SPDX-License-Identifier: MIT
#include "audit/saved_words.h"

#include "audit/evidence.h"

#define CODE3(name, code, prose)        [name] = code,
#define CODE2(name, code)               [name] = code,
#define CODE4(name, code, title, prose) [name] = code,
#define WORDS(of, ...)                                                                             \
    static const char *const of##_words[] = {__VA_ARGS__};                                         \
    const yn_saved_words of = {of##_words, sizeof of##_words / sizeof *of##_words};

WORDS(yn_saved_purposes, YN_PURPOSES(CODE3))
WORDS(yn_saved_errors, YN_FETCH_ERRORS(CODE4))
WORDS(yn_saved_distrusts, YN_DISTRUSTS(CODE3))
WORDS(yn_saved_ends, YN_CHAIN_ENDS(CODE3))
WORDS(yn_saved_origins, YN_HOST_ORIGINS(CODE2))
WORDS(yn_saved_agents, [YN_AGENT_CHECK] = "check", [YN_AGENT_BROWSER] = "browser")
WORDS(yn_saved_families, [YN_FAMILY_ANY] = "any", [YN_FAMILY_4] = "4", [YN_FAMILY_6] = "6")
WORDS(yn_saved_starts, [YN_START_HTTP] = "http", [YN_START_HTTPS] = "https",
      [YN_START_WWW_HTTP] = "www_http", [YN_START_WWW_HTTPS] = "www_https")
WORDS(yn_saved_known, [YN_UNKNOWN] = "unknown", [YN_NO] = "no", [YN_YES] = "yes")
