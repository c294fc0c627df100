// SPDX-License-Identifier: MIT
// Conditions: what else has to hold for a rule whose FROM fits. Read once, kept as bytes in the
// set, held against each request. yonder-rules(5), "Conditions".
#ifndef YN_RULES_CONDITION_H
#define YN_RULES_CONDITION_H

#include <yonder/rules.h>

#include "base/buf.h"
#include "rules/draft.h"
#include "rules/problem.h"

typedef enum yn_condition_kind {
    YN_IF_METHOD = 1, /**< values: methods; "GET" takes HEAD, too, which is answered alike */
    YN_IF_LANGUAGE,   /**< values: language tags in lower case; by Accept-Language */
    YN_IF_COUNTRY,    /**< values: two capital letters each */
    YN_IF_HEADER,     /**< name: a field name in lower case; values: one glob (glob.h), its escapes
                           decoded. The fields of the name are held against it as one, joined by
                           ", "; the empty glob also holds where there is none. */
    YN_IF_COOKIE,     /**< name: a cookie's, values: one glob, held against the first cookie of the
                           name; the empty one also holds where there is none. Or no name, and
                           values: names, of which one has to be there */
    YN_IF_FROM,       /**< number: seconds since 1970, from which on it holds */
    YN_IF_UNTIL,      /**< number: seconds since 1970, from which on it does not */
    YN_IF_SHARE,      /**< number: how many clients of 10,000, 0 to all. A client keeps its place as
                           the number grows; one that is not known has none, and meets "100%" only */
    YN_IF_HTTP,       /**< number: 10 for HTTP/1.0, 11 for anything later */
} yn_condition_kind;

typedef struct yn_condition {
    yn_condition_kind kind;
    int64_t number;
    yonder_text name;
    yonder_text values; /**< each after its length (2 bytes); see yn_condition_value() */
} yn_condition;

enum {
    YN_CONDITION_MAX_GLOB = 1024 /**< bytes, as written */
};

/** What a set keeps of the conditions of one rule is a text that these functions write and read. */

/**
 * Reads one condition as written, and appends it to `out`, which is to hold all of a rule's. Where
 * it fails, `out` is as it was, but for its error.
 *
 * @return YONDER_OK; YONDER_INVALID_RULES, every problem told; YONDER_NO_MEMORY; YONDER_TOO_LARGE
 */
int yn_condition_read(yn_buf *out, const yn_draft_pair *condition,
                      const yonder_rules_reading *reading, const yn_problems *problems);

/** True if `word` (the part of a word before its "=") is the name of a condition. */
bool yn_condition_is_name(yonder_text word);

/** Takes the next condition off the front of `*rest`. False after the last, or where `*rest` is not
 *  what yn_condition_read() wrote; no bytes are read beyond it. */
bool yn_condition_next(yonder_text *rest, yn_condition *out);

/** Takes the next value off the front of `*values`. */
bool yn_condition_value(yonder_text *values, yonder_text *value);

/** Whether `c` holds for `request`. YN_IF_LANGUAGE holds if its quality is not 0. `salt` is what a
 *  share goes by besides the client: the same for rules that divide the same requests. */
bool yn_condition_holds(const yn_condition *c, const yonder_rules_request *request, uint64_t salt);

/** A language tag of RFC 5646, as far as its form goes, which is that of RFC 4647's basic ranges
 *  but for "*". */
bool yn_is_language(yonder_text t);

/**
 * How much the request's Accept-Language wants the condition's languages, by look-up (RFC 4647
 * section 3.4): who asks for "de-AT" also takes "de", who asks for "de" does not take "de-AT", and
 * "*" takes all. A range that is refused (";q=0") keeps "*" from it and from all below it. Members
 * that are malformed are passed over.
 *
 * @return of the language that is wanted most, the weight in thousandths, times 256, less the
 *         number of subtags that look-up took off (255 for "*"): so "de-AT" is better than "de" for
 *         who asks for "de-AT". 0: none is wanted, or there is no such field.
 */
int yn_condition_quality(const yn_condition *c, const yonder_rules_request *request);

/** The name of the field that Vary has to name for `c` ("Accept-Language", "Cookie", the header's),
 *  or an empty text where no field tells. */
yonder_text yn_condition_field(const yn_condition *c);

/** `c` as it would be written: "method=GET,HEAD". Times are written in UTC. */
void yn_condition_write(yn_buf *out, const yn_condition *c);

/** Whether no request can meet both. Only what is certain counts; shares are taken to go by salts
 *  that differ. */
bool yn_condition_excludes(const yn_condition *a, const yn_condition *b);

/** Whether every request that meets `a` meets `b`. Only what is certain counts. */
bool yn_condition_implies(const yn_condition *a, const yn_condition *b);

#endif
