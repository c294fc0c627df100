// SPDX-License-Identifier: MIT
// Conditions for naive.h. Of shares it knows those that are all or nothing.
#ifndef YN_TESTS_NAIVE_CONDITION_H
#define YN_TESTS_NAIVE_CONDITION_H

#include "naive_text.h"

// Whether `t` is among the members of `list`.
static inline bool naive_among(yonder_text list, yonder_text t, bool any_case)
{
    while (list.len) {
        yonder_text one = naive_cut(&list, ',');
        if (any_case ? yn_equal_nocase(one, t) : yn_equal(one, t))
            return true;
    }
    return false;
}

/* ---- header fields --------------------------------------------------------------------------- */

// `glob` as it is written against a text.
static inline bool naive_glob(yonder_text glob, yonder_text t)
{
    static bool fits[naive_room + 1]; // by number: what was read of the glob, so many bytes of `t`
    bool escaped;
    size_t taken;
    memset(fits, 0, t.len + 1);
    fits[0] = true;
    for (; glob.len; glob = yn_skip(glob, taken)) {
        unsigned c = naive_byte(glob, &escaped, &taken);
        if (c == '*' && !escaped) {
            for (size_t i = 1; i <= t.len; i++)
                fits[i] = fits[i] || fits[i - 1];
            continue;
        }
        for (size_t i = t.len; i; i--)
            fits[i] = fits[i - 1] && (unsigned char)t.ptr[i - 1] == c;
        fits[0] = false;
    }
    return fits[t.len];
}

static inline bool naive_header(const yonder_rules_request *r, yonder_text name, yonder_text glob)
{
    static char joined[naive_room];
    size_t len = 0;
    bool there = false;
    for (size_t i = 0; i < r->field_count; i++) {
        if (!yn_equal_nocase(r->fields[i].name, name))
            continue;
        yonder_text value = yn_trim(r->fields[i].value, " \t");
        there = true;
        if (value.len)
            len += (size_t)sprintf(joined + len, "%s%.*s", len ? ", " : "", YN_PRINT(value));
    }
    return there || !glob.len ? naive_glob(glob, (yonder_text){joined, len}) : false;
}

// The first cookie of this name.
static inline bool naive_cookie(const yonder_rules_request *r, yonder_text name, yonder_text *value)
{
    for (size_t i = 0; i < r->field_count; i++) {
        yonder_text rest = r->fields[i].value;
        while (yn_equal_nocase(r->fields[i].name, YN_TEXT("cookie")) && rest.len) {
            yonder_text pair = naive_cut(&rest, ';');
            bool has_value = yn_find_char(pair, '=') < pair.len;
            yonder_text own = yn_trim(naive_cut(&pair, '='), " \t");
            *value = yn_trim(pair, " \t");
            if (has_value && yn_equal(own, name))
                return true;
        }
    }
    *value = (yonder_text){"", 0};
    return false;
}

static inline bool naive_any_cookie(const yonder_rules_request *r, yonder_text names)
{
    yonder_text value;
    while (names.len)
        if (naive_cookie(r, naive_cut(&names, ','), &value))
            return true;
    return false;
}

/* ---- languages ------------------------------------------------------------------------------- */

static inline bool naive_is_tag(yonder_text t)
{
    for (bool first = true; t.len; first = false) {
        bool more = yn_find_char(t, '-') < t.len;
        yonder_text part = naive_cut(&t, '-');
        if (!part.len || part.len > 8 || (more && !t.len))
            return false;
        for (size_t i = 0; i < part.len; i++)
            if (!yn_is_alpha((unsigned char)part.ptr[i]) &&
                (first || !yn_is_digit((unsigned char)part.ptr[i])))
                return false;
        if (!t.len)
            return true;
    }
    return false;
}

// "0.85" in thousandths, or -1.
static inline int naive_weight(yonder_text t)
{
    char digits[] = "000";
    if (!t.len || t.len > 5 || (t.ptr[0] != '0' && t.ptr[0] != '1') ||
        (t.len > 1 && t.ptr[1] != '.'))
        return -1;
    for (size_t i = 2; i < t.len; i++) {
        if (!yn_is_digit((unsigned char)t.ptr[i]))
            return -1;
        digits[i - 2] = t.ptr[i];
    }
    int weight = (t.ptr[0] - '0') * 1000 + atoi(digits);
    return weight <= 1000 ? weight : -1;
}

// "de-AT;q=0.5" taken apart; false if it is malformed.
static inline bool naive_wish(yonder_text t, yonder_text *range, int *weight)
{
    bool weighed = yn_find_char(t, ';') < t.len;
    *range = yn_trim(naive_cut(&t, ';'), " \t");
    t = yn_trim(t, " \t");
    *weight = 1000;
    if (weighed) {
        if (t.len < 2 || yn_lower(t.ptr[0]) != 'q' || t.ptr[1] != '=')
            return false;
        *weight = naive_weight(yn_skip(t, 2));
    }
    return *weight >= 0 && (yn_equal(*range, YN_TEXT("*")) || naive_is_tag(*range));
}

// Whether `t` is `start`, or goes on after it with "-"; how many subtags more it has.
static inline bool naive_extends(yonder_text t, yonder_text start, int *more)
{
    *more = 0;
    for (size_t i = start.len; i < t.len; i++)
        *more += t.ptr[i] == '-';
    return t.len >= start.len && yn_equal_nocase(yn_slice(t, 0, start.len), start) &&
           (t.len == start.len || t.ptr[start.len] == '-');
}

// How much one language is liked: by its own name, by a longer one of which look-up takes parts
// off, by "*". A refusal of it, or of a shorter name, keeps it from "*".
static inline int naive_likes_one(const yonder_rules_request *r, yonder_text tag)
{
    int own = -1, longer = 0, any = 0, weight, more;
    bool refused = false, odd = tag.len >= 2 && tag.ptr[tag.len - 2] == '-';
    for (size_t i = 0; i < r->field_count; i++) {
        yonder_text rest = r->fields[i].value, range;
        while (yn_equal_nocase(r->fields[i].name, YN_TEXT("accept-language")) && rest.len) {
            if (!naive_wish(naive_cut(&rest, ','), &range, &weight))
                continue;
            int value = weight ? weight * 256 : 0;
            if (yn_equal(range, YN_TEXT("*")))
                any = value && value - 255 > any ? value - 255 : any;
            else if (naive_extends(range, tag, &more) && !more)
                own = value > own ? value : own;
            else if (naive_extends(range, tag, &more) && !odd)
                longer = value && value - more > longer ? value - more : longer;
            else if (naive_extends(tag, range, &more) && !weight)
                refused = true;
        }
    }
    if (own == 0)
        return 0;
    if (own > 0 || longer > 0)
        return own > longer ? own : longer;
    return refused ? 0 : any;
}

static inline int naive_likes(const yonder_rules_request *r, yonder_text tags)
{
    int best = 0;
    while (tags.len) {
        int one = naive_likes_one(r, naive_cut(&tags, ','));
        best = one > best ? one : best;
    }
    return best;
}

/* ---- dates ----------------------------------------------------------------------------------- */

static inline int64_t naive_number(yonder_text t, size_t at, size_t len)
{
    int64_t n = 0;
    for (size_t i = at; i < at + len && i < t.len; i++)
        n = n * 10 + (t.ptr[i] - '0');
    return n;
}

// Day by day, month by month, year by year.
static inline int64_t naive_days(int64_t year, int64_t month, int64_t day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t days = day - 1;
#define LEAP(y) (((y) % 4 == 0 && (y) % 100 != 0) || (y) % 400 == 0)
    for (int64_t y = 1970; y < year; y++)
        days += LEAP(y) ? 366 : 365;
    for (int64_t y = year; y < 1970; y++)
        days -= LEAP(y) ? 366 : 365;
    for (int64_t m = 1; m < month; m++)
        days += lengths[m - 1] + (m == 2 && LEAP(year));
#undef LEAP
    return days;
}

// "2026-12-01T09:00:00+01:00", of which only the date has to be there.
static inline int64_t naive_time(yonder_text t)
{
    int64_t seconds =
        86400 * naive_days(naive_number(t, 0, 4), naive_number(t, 5, 2), naive_number(t, 8, 2));
    if (t.len < 16)
        return seconds;
    seconds += 3600 * naive_number(t, 11, 2) + 60 * naive_number(t, 14, 2);
    t = yn_skip(t, 16);
    if (t.len && t.ptr[0] == ':') {
        seconds += naive_number(t, 1, 2);
        t = yn_skip(t, 3);
    }
    if (t.len == 6)
        seconds +=
            (t.ptr[0] == '-' ? 60 : -60) * (60 * naive_number(t, 1, 2) + naive_number(t, 4, 2));
    return seconds;
}

/* ---- all ------------------------------------------------------------------------------------- */

/** What an answer depends on. */
typedef struct naive_asked {
    yonder_text field[256]; /**< of the request, each once */
    size_t count;
    bool anything; /**< some condition, that on the method apart */
    bool unsure;   /**< something that this does not know */
} naive_asked;

static inline void naive_note(naive_asked *asked, yonder_text field)
{
    asked->anything = true;
    for (size_t i = 0; i < asked->count; i++)
        if (yn_equal_nocase(asked->field[i], field))
            return;
    if (field.len && asked->count < 256)
        asked->field[asked->count++] = field;
}

static inline bool naive_share(const yonder_rules_request *r, yonder_text value, naive_asked *asked)
{
    yonder_text whole = naive_cut(&value, '%');
    double percent = strtod(whole.ptr, NULL);
    asked->unsure = asked->unsure || (percent > 0 && percent < 100 && r->client.len);
    return percent >= 100;
}

/** Whether the condition `word` holds. */
static inline bool naive_holds(const yonder_rules_request *r, yonder_text word, naive_asked *asked)
{
    yonder_text name = naive_cut(&word, '='), kind = naive_cut(&name, ':'), cookie;
    if (yn_equal(kind, YN_TEXT("method")))
        return naive_among(word, r->method.len ? r->method : YN_TEXT("GET"), false) ||
               (yn_equal(r->method, YN_TEXT("HEAD")) && naive_among(word, YN_TEXT("GET"), false));
    naive_note(asked, yn_equal(kind, YN_TEXT("language")) ? YN_TEXT("Accept-Language")
                      : yn_equal(kind, YN_TEXT("cookie")) ? YN_TEXT("Cookie")
                      : yn_equal(kind, YN_TEXT("header")) ? name
                                                          : (yonder_text){NULL, 0});
    if (yn_equal(kind, YN_TEXT("language")))
        return naive_likes(r, word) > 0;
    if (yn_equal(kind, YN_TEXT("country")))
        return naive_among(word, r->country, true);
    if (yn_equal(kind, YN_TEXT("header")))
        return naive_header(r, name, word);
    if (yn_equal(kind, YN_TEXT("cookie")) && !name.len)
        return naive_any_cookie(r, word);
    if (yn_equal(kind, YN_TEXT("cookie")))
        return (naive_cookie(r, name, &cookie) || !word.len) && naive_glob(word, cookie);
    if (yn_equal(kind, YN_TEXT("from")))
        return r->now >= naive_time(word);
    if (yn_equal(kind, YN_TEXT("until")))
        return r->now < naive_time(word);
    if (yn_equal(kind, YN_TEXT("share")))
        return naive_share(r, word, asked);
    return r->http10 == yn_equal(word, YN_TEXT("1.0"));
}

#endif
