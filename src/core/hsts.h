// SPDX-License-Identifier: MIT
// What clients differ in about HSTS: a member of a client's row. 0 everywhere, but for `support`,
// is RFC 6797.
#ifndef YN_CORE_HSTS_H
#define YN_CORE_HSTS_H

#include <yonder/hsts.h>

// ---- the field ----------------------------------------------------------------------------------

/** How a field value falls into directives: hsts_scan.c has one function for each. */
typedef enum yn_hsts_scanner {
    YN_HSTS_TOKENS,     /**< the grammar of RFC 6797 section 6.1, nothing beyond it (Chromium) */
    YN_HSTS_LENIENT,    /**< names and values may be empty, too (Firefox) */
    YN_HSTS_PREFIXES,   /**< looks for what it knows at the start of each directive (curl) */
    YN_HSTS_PARAMETERS, /**< as parameters of any field; ends at the first that is none (wget) */
} yn_hsts_scanner;

/** Which of several fields in a response count. */
typedef enum yn_hsts_which {
    YN_HSTS_FIRST,
    YN_HSTS_EACH, /**< one after the other */
} yn_hsts_which;

/** What a max-age is that is no number of 64 bits. */
typedef enum yn_hsts_overflow {
    YN_HSTS_OVERFLOW_IS_MOST,    /**< the most that is kept, or without end */
    YN_HSTS_OVERFLOW_IS_REFUSED, /**< likewise where the end would lie beyond what 64 bits hold */
} yn_hsts_overflow;

// ---- noting -------------------------------------------------------------------------------------

/** What max-age=0 does. */
typedef enum yn_hsts_zero {
    YN_HSTS_ZERO_FORGETS,    /**< the host's own entry */
    YN_HSTS_ZERO_KNOCKS_OUT, /**< and stands against the preload entry of the same host, if any */
    YN_HSTS_ZERO_IS_KEPT,    /**< forgets; an unknown host gets an entry that ends at once */
} yn_hsts_zero;

/** localhost and what is below it. */
typedef enum yn_hsts_localhost {
    YN_HSTS_LOCALHOST_IS_A_HOST,
    YN_HSTS_LOCALHOST_IS_NOT_UPGRADED, /**< but noted */
    YN_HSTS_LOCALHOST_IS_IGNORED,
} yn_hsts_localhost;

// ---- matching -----------------------------------------------------------------------------------

/** What a preload set adds. */
typedef enum yn_hsts_preloads {
    YN_HSTS_PRELOAD_AFTER,    /**< asked where no entry of the store covers the host */
    YN_HSTS_PRELOAD_PER_NAME, /**< for the host and each ancestor on its own: an entry of the
                                   store, whatever it says, hides the preload entry of that name */
    YN_HSTS_PRELOAD_NONE,     /**< the client has none */
} yn_hsts_preloads;

typedef struct yn_hsts_rules {
    yonder_hsts_support support;

    yn_hsts_scanner scanner;
    yn_hsts_which which;
    yn_hsts_overflow overflow;
    int64_t longest;           /**< max-age is cut down to this; 0: not cut */
    bool repeats;              /**< of a directive that comes twice the last counts */
    bool any_subdomains_value; /**< includeSubDomains may have a value, which is not looked at */
    bool strict_names;         /**< YN_HSTS_PREFIXES: "max-age" must be followed by "=", blanks
                                    between; a number has no sign and no blanks before it */
    bool any_certificate;      /**< notes on any TLS connection that its user put up with */
    yn_hsts_zero zero;
    yn_hsts_localhost localhost;
    size_t capacity; /**< at most so many hosts, the oldest goes; 0: no bound */

    bool nearest_decides;  /**< of the host and its ancestors only the first that has an entry is
                                looked at, one that has ended too; otherwise any may cover it */
    bool dotted_ancestors; /**< an ancestor counts only if it has a dot */
    bool ports_apart;      /**< an entry is for the port it was learnt on */
    bool dots_apart;       /**< a host with a dot at its end is another than that without */
    bool end_is_past;      /**< an entry no longer counts in the second in which it ends */
    yn_hsts_preloads preload;

    bool file_below_left_out; /**< of its file it does not take an entry with subdomains that one
                                   before it covers, and where a host comes twice, the first says
                                   whether subdomains are included */
} yn_hsts_rules;

// ---- scanning -----------------------------------------------------------------------------------

typedef struct yn_hsts_directive {
    yonder_text name, value;
    bool has_value; /**< there is a "=" */
    bool quoted;    /**< the value was in quotes, in which "\x" stands for x */
} yn_hsts_directive;

typedef enum yn_hsts_scanned {
    YN_HSTS_DIRECTIVE,
    YN_HSTS_END,
    YN_HSTS_BAD, /**< the rest cannot be read */
} yn_hsts_scanned;

/** Takes the next directive off `*rest`. */
yn_hsts_scanned yn_hsts_scan(const yn_hsts_rules *rules, yonder_text *rest, yn_hsts_directive *out);

#endif
