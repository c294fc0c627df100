// SPDX-License-Identifier: MIT
// The codes of the preload list's own checker, in the order of its source. Three more that it has
// are about its own failures (a look-up without a result, a connection that would not close) and
// cannot be seen from outside.
#ifndef YN_AUDIT_CHROMIUM_CODES_H
#define YN_AUDIT_CHROMIUM_CODES_H

/** X(id, code, severity, summary, why) */
#define YN_CHROMIUM_CODES(X)                                                                       \
    X(YN_CR_BEGINS_WITH_DOT, "domain.format.begins_with_dot", ERROR, "Not a domain name",          \
      "The list has names as they are, without a dot before them.")                                \
    X(YN_CR_ENDS_WITH_DOT, "domain.format.ends_with_dot", ERROR, "Not a domain name",              \
      "The list has names without the dot of the root.")                                           \
    X(YN_CR_DOUBLE_DOT, "domain.format.contains_double_dot", ERROR, "Not a domain name",           \
      "There is no empty label within a name.")                                                    \
    X(YN_CR_PUBLIC_SUFFIX, "domain.format.public_suffix", ERROR, "A public suffix",                \
      "Under it names of many owners are registered; only its registry can have it listed.")       \
    X(YN_CR_INVALID_CHARACTERS, "domain.format.invalid_characters", ERROR, "Not a domain name",    \
      "The list takes letters, digits, hyphens and dots; other scripts in their xn-- form.")       \
    X(YN_CR_IP_ADDRESS, "domain.format.is_ip_address", ERROR, "An address",                        \
      "HSTS holds for names, never for addresses.")                                                \
    X(YN_CR_SUBDOMAIN, "domain.is_subdomain", ERROR, "A sub-domain",                               \
      "The list takes domains as they are registered, which cover what is below them.")            \
    X(YN_CR_INVALID_CERT, "domain.tls.invalid_cert_chain", ERROR, "Certificate not valid",         \
      "Browsers heed the header only over a connection that they trust.")                          \
    X(YN_CR_CANNOT_CONNECT, "domain.tls.cannot_connect", ERROR, "No answer over HTTPS",            \
      "Listed domains are asked over HTTPS only.")                                                 \
    X(YN_CR_SHA1, "domain.tls.sha1", ERROR, "SHA-1 certificate",                                   \
      "Browsers do not trust signatures that rest on SHA-1.")                                      \
    X(YN_CR_CIPHER, "tls.obsolete_cipher_suite", WARNING, "Obsolete cipher suite",                 \
      "A suite with ECDHE and an authenticated cipher keeps what is recorded today secret.")       \
    X(YN_CR_NO_HEADER, "response.no_header", ERROR, "No HSTS header",                              \
      "The header at the domain itself is the consent to be listed.")                              \
    X(YN_CR_MULTIPLE_HEADERS, "response.multiple_headers", ERROR, "Several HSTS headers",          \
      "Browsers take the first, whichever that is; the list takes none.")                          \
    X(YN_CR_EMPTY, "header.parse.empty", WARNING, "Empty header", "It says nothing.")              \
    X(YN_CR_REPEATED_PRELOAD, "header.parse.repeated.preload", WARNING, "Repeated preload",        \
      "Browsers may refuse a header with a directive in it twice.")                                \
    X(YN_CR_INVALID_PRELOAD, "header.parse.invalid.preload", WARNING, "Invalid preload",           \
      "The directive is the bare word.")                                                           \
    X(YN_CR_REPEATED_SUBDOMAINS, "header.parse.repeated.include_sub_domains", WARNING,             \
      "Repeated includeSubDomains", "Browsers may refuse a header with a directive in it twice.")  \
    X(YN_CR_INVALID_SUBDOMAINS, "header.parse.invalid.include_sub_domains", WARNING,               \
      "Invalid includeSubDomains", "The directive is the bare word.")                              \
    X(YN_CR_LEADING_ZERO, "header.parse.max_age.leading_zero", WARNING, "max-age begins with 0",   \
      "A number is written without zeros before it.")                                              \
    X(YN_CR_NON_DIGIT, "header.parse.max_age.non_digit_characters", ERROR, "Invalid max-age",      \
      "The list reads digits directly behind \"max-age=\", without quotes or blanks.")             \
    X(YN_CR_PARSE_INT, "header.parse.max_age.parse_int_error", ERROR, "Invalid max-age",           \
      "It is a number of seconds that fits 64 bits.")                                              \
    X(YN_CR_REPEATED_MAX_AGE, "header.parse.repeated.max_age", WARNING, "Repeated max-age",        \
      "Here the first counts; browsers may refuse the header.")                                    \
    X(YN_CR_MAX_AGE_NO_VALUE, "header.parse.invalid.max_age.no_value", ERROR,                      \
      "max-age has no value",                                                                      \
      "The list reads digits directly behind \"max-age=\", without quotes or blanks.")             \
    X(YN_CR_EMPTY_DIRECTIVE, "header.parse.empty_directive", WARNING, "Empty directive",           \
      "There is a semicolon too many.")                                                            \
    X(YN_CR_UNKNOWN_DIRECTIVE, "header.parse.unknown_directive", WARNING, "Unknown directive",     \
      "Browsers pass over what they do not know; most often it is a slip of the pen.")             \
    X(YN_CR_NO_SUBDOMAINS, "header.preloadable.include_sub_domains.missing", ERROR,                \
      "No includeSubDomains", "An entry of the list covers all sub-domains.")                      \
    X(YN_CR_NO_PRELOAD, "header.preloadable.preload.missing", ERROR, "No preload",                 \
      "Without the word the owner has not agreed to be listed.")                                   \
    X(YN_CR_NO_MAX_AGE, "header.preloadable.max_age.missing", ERROR, "No max-age",                 \
      "The header has no meaning without it.")                                                     \
    X(YN_CR_ZERO, "header.preloadable.max_age.zero", ERROR, "max-age is 0",                        \
      "It takes HSTS back. Leaving the list takes a request for removal beside that.")             \
    X(YN_CR_BELOW_YEAR, "header.preloadable.max_age.below_1_year", ERROR, "max-age too short",     \
      "The list asks for a year, 31536000 seconds.")                                               \
    X(YN_CR_BELOW_18_WEEKS, "header.preloadable.max_age.below_18_weeks", ERROR,                    \
      "max-age too short",                                                                         \
      "Of entries of that time the list asks for 18 weeks, 10886400 seconds.")                     \
    X(YN_CR_OVER_10_YEARS, "header.preloadable.max_age.over_10_years", WARNING,                    \
      "max-age over ten years", "It is most likely a slip; two years are enough.")                 \
    X(YN_CR_HTTP_ABSENT, "redirects.http.does_not_exist", WARNING, "No answer over http",          \
      "That is allowed. Visitors who type the name may see an error the first time.")              \
    X(YN_CR_USELESS_HEADER, "redirects.http.useless_header", WARNING, "HSTS over http",            \
      "Browsers pass it over, for anyone on the way could have written it.")                       \
    X(YN_CR_TOO_MANY, "redirects.too_many", ERROR, "Too many redirects",                           \
      "The list follows three.")                                                                   \
    X(YN_CR_FOLLOW_ERROR, "redirects.follow_error", ERROR, "Redirect leads to a failure",          \
      "What it leads to has to answer, with a valid certificate.")                                 \
    X(YN_CR_NO_REDIRECT, "redirects.http.no_redirect", ERROR, "No redirect from http",             \
      "Visitors who come by http stay there, and never see the header.")                           \
    X(YN_CR_FIRST_INVALID, "redirects.http.first_redirect.invalid", ERROR,                         \
      "First redirect leads to a failure", "The header has to be seen where http leads to.")       \
    X(YN_CR_FIRST_NO_HSTS, "redirects.http.first_redirect.no_hsts", ERROR,                         \
      "No HSTS at the first redirect", "The header has to be seen where http leads to.")           \
    X(YN_CR_WWW_FIRST, "redirects.http.www_first", ERROR, "www before https",                      \
      "The domain itself is then never asked over https, and cannot tell browsers its policy.")    \
    X(YN_CR_FIRST_INSECURE, "redirects.http.first_redirect.insecure", ERROR,                       \
      "First redirect not to https on the same host",                                              \
      "The domain itself is then never asked over https, and cannot tell browsers its policy.")    \
    X(YN_CR_INITIAL, "redirects.insecure.initial", ERROR, "https leads to http",                   \
      "From there on anyone on the way can read and answer.")                                      \
    X(YN_CR_SUBSEQUENT, "redirects.insecure.subsequent", ERROR, "A later redirect to http",        \
      "From there on anyone on the way can read and answer.")                                      \
    X(YN_CR_WWW_NO_TLS, "domain.www.no_tls", ERROR, "No HTTPS on www",                             \
      "The entry would cover www, which could not be reached any more.")                           \
    X(YN_CR_CONTAINS_PRELOAD, "header.removable.contains.preload", ERROR, "Header says preload",   \
      "To be removed, a domain takes the word out of its header first.")                           \
    X(YN_CR_REMOVABLE_NO_MAX_AGE, "header.removable.missing.max_age", ERROR, "No max-age",         \
      "To be removed, a domain sends a header that browsers can read, be it max-age=0.")

typedef enum yn_chromium_code {
#define YN_CHROMIUM_ENUM(id, code, severity, summary, why) id,
    YN_CHROMIUM_CODES(YN_CHROMIUM_ENUM)
#undef YN_CHROMIUM_ENUM
    YN_CHROMIUM_COUNT
} yn_chromium_code;

#endif
