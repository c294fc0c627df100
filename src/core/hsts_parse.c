// SPDX-License-Identifier: MIT
// What a client takes a field value to say.
#include "base/text.h"
#include "core/client.h"

// A number as strtoll() reads it: what follows it is not looked at, and no number is 0.
static bool leading_number(yonder_text t, uint64_t *out, bool *overflow)
{
    t = yn_trim(t, " \t\n\v\f\r");
    bool negative = t.len && *t.ptr == '-';
    if (t.len && (*t.ptr == '-' || *t.ptr == '+'))
        t = yn_skip(t, 1);
    *out = 0;
    for (; t.len && yn_is_digit((unsigned char)*t.ptr); t = yn_skip(t, 1)) {
        uint64_t digit = (uint64_t)(*t.ptr - '0');
        *overflow = *overflow || *out > (INT64_MAX - digit) / 10;
        *out = *overflow ? 0 : *out * 10 + digit;
    }
    return !negative || (*out == 0 && !*overflow);
}

// Digits and nothing else; of "\1" in quotes the 1.
static bool whole_number(const yn_hsts_directive *d, uint64_t *out, bool *overflow)
{
    bool any = false;
    *out = 0;
    for (size_t i = 0; i < d->value.len; i++) {
        if (d->quoted && d->value.ptr[i] == '\\' && ++i == d->value.len)
            return false;
        if (!yn_is_digit((unsigned char)d->value.ptr[i]))
            return false;
        uint64_t digit = (uint64_t)(d->value.ptr[i] - '0');
        *overflow = *overflow || *out > (UINT64_MAX - digit) / 10;
        *out = *overflow ? 0 : *out * 10 + digit;
        any = true;
    }
    return any;
}

static bool read_max_age(const yn_hsts_rules *rules, const yn_hsts_directive *d, int64_t *out)
{
    uint64_t seconds;
    bool overflow = false;
    bool number = rules->scanner == YN_HSTS_PARAMETERS
                      ? leading_number(d->value, &seconds, &overflow)
                      : whole_number(d, &seconds, &overflow);
    if (!number || (overflow && rules->overflow == YN_HSTS_OVERFLOW_IS_REFUSED))
        return false;
    int64_t most = rules->longest ? rules->longest : YONDER_HSTS_FOREVER;
    *out = overflow || seconds > (uint64_t)most ? most : (int64_t)seconds;
    return true;
}

typedef struct met {
    bool max_age, subdomains;
    bool good_max_age; // the last one was
} met;

static yonder_hsts_reading take(const yn_hsts_rules *rules, const yn_hsts_directive *d, met *seen,
                                yonder_hsts_policy *policy)
{
    if (yn_equal_nocase(d->name, YN_TEXT("max-age"))) {
        if (seen->max_age && !rules->repeats)
            return YONDER_HSTS_REPEATED;
        seen->max_age = true;
        seen->good_max_age = read_max_age(rules, d, &policy->max_age);
        if (!seen->good_max_age && !rules->repeats) // otherwise another may come
            return YONDER_HSTS_BAD_MAX_AGE;
    } else if (yn_equal_nocase(d->name, YN_TEXT("includesubdomains"))) {
        if (seen->subdomains && !rules->repeats)
            return YONDER_HSTS_REPEATED;
        seen->subdomains = true;
        if (d->has_value && !rules->any_subdomains_value)
            return YONDER_HSTS_UNEXPECTED_VALUE;
        policy->include_subdomains = true;
    } else if (yn_equal_nocase(d->name, YN_TEXT("preload")) && !d->has_value) {
        policy->preload = true;
    }
    return YONDER_HSTS_VALID;
}

yonder_hsts_reading yonder_hsts_parse(const yonder_client *client, yonder_text value,
                                      yonder_hsts_policy *out)
{
    const yn_hsts_rules *rules = &client->hsts;
    if (rules->support == YONDER_HSTS_NEVER)
        return YONDER_HSTS_UNKNOWN_TO_CLIENT;
    yonder_text rest = yn_trim(value, " \t");
    yonder_hsts_policy policy = {0};
    yn_hsts_directive directive;
    yn_hsts_scanned scanned;
    met seen = {0};
    while ((scanned = yn_hsts_scan(rules, &rest, &directive)) == YN_HSTS_DIRECTIVE) {
        yonder_hsts_reading reading = take(rules, &directive, &seen, &policy);
        if (reading != YONDER_HSTS_VALID)
            return reading;
    }
    if (scanned == YN_HSTS_BAD)
        return YONDER_HSTS_SYNTAX;
    if (!seen.max_age)
        return YONDER_HSTS_NO_MAX_AGE;
    if (!seen.good_max_age)
        return YONDER_HSTS_BAD_MAX_AGE;
    *out = policy;
    return YONDER_HSTS_VALID;
}

yonder_hsts_support yonder_hsts_supported(const yonder_client *client)
{
    return client->hsts.support;
}

// ---- words --------------------------------------------------------------------------------------

#define CODE(name, code, prose)                                                                    \
    case name:                                                                                     \
        return code;
#define PROSE(name, code, prose)                                                                   \
    case name:                                                                                     \
        return prose;

const char *yonder_hsts_reading_code(yonder_hsts_reading reading)
{
    switch (reading) {
        YONDER_HSTS_READINGS(CODE)
    }
    return "";
}

const char *yonder_hsts_reading_prose(yonder_hsts_reading reading)
{
    switch (reading) {
        YONDER_HSTS_READINGS(PROSE)
    }
    return "";
}

const char *yonder_hsts_effect_code(yonder_hsts_effect effect)
{
    switch (effect) {
        YONDER_HSTS_EFFECTS(CODE)
    }
    return "";
}

const char *yonder_hsts_effect_prose(yonder_hsts_effect effect)
{
    switch (effect) {
        YONDER_HSTS_EFFECTS(PROSE)
    }
    return "";
}

const char *yonder_hsts_source_code(yonder_hsts_source source)
{
    switch (source) {
    case YONDER_HSTS_NONE:
        return NULL;
    case YONDER_HSTS_DYNAMIC:
        return "dynamic";
    case YONDER_HSTS_PRELOAD:
        return "preload";
    }
    return NULL;
}
