// SPDX-License-Identifier: MIT
// Dates as browsers guess them: words and numbers in any order.
#include "base/date.h"
#include "base/text.h"

enum {
    unknown = -1,
    longest_year = 32767,
};

typedef struct guess {
    yonder_text text;
    size_t at;
    bool iso; // knows those of ISO 8601
    int year, month, day, hour, minute, second;
    bool has_zone, has_offset; // a zone by its name; a number of minutes
    bool zone_is_utc;
    int offset; // of the zone, in minutes
} guess;

// The byte `ahead`, or 0 at the end.
static char peek(const guess *g, size_t ahead)
{
    return g->at + ahead < g->text.len ? g->text.ptr[g->at + ahead] : 0;
}

static bool digit_at(const guess *g, size_t ahead)
{
    return yn_is_digit((unsigned char)peek(g, ahead));
}

static size_t digits_at(const guess *g, size_t ahead)
{
    size_t n = 0;
    while (digit_at(g, ahead + n))
        n++;
    return n;
}

// The number of `digits` digits that stands `ahead`.
static int number_at(const guess *g, size_t ahead, size_t digits)
{
    int n = 0;
    for (size_t i = 0; i < digits; i++)
        n = n * 10 + (peek(g, ahead + i) - '0');
    return n;
}

static int whole_year(int year)
{
    return year < 70 ? year + 2000 : year < 100 ? year + 1900 : year;
}

// ---- words --------------------------------------------------------------------------------------

static const char months[][4] = {"jan", "feb", "mar", "apr", "may", "jun",
                                 "jul", "aug", "sep", "oct", "nov", "dec"};

static const struct {
    char name[4];
    int minutes;
} zones[] = {
    {"pst", -480}, {"pdt", -420}, {"mst", -420}, {"mdt", -360}, {"cst", -360},
    {"cdt", -300}, {"est", -300}, {"edt", -240}, {"ast", -240}, {"nst", -210},
    {"gmt", 0},    {"bst", 60},   {"met", 60},   {"eet", 120},  {"jst", 540},
};

// Whether a word begins with this one.
static bool word_is(const guess *g, const char *word)
{
    size_t i = 0;
    while (word[i] && yn_lower(peek(g, i)) == word[i])
        i++;
    return word[i] == 0;
}

static void take_word(guess *g)
{
    for (int m = 0; m < 12; m++)
        if (g->month == unknown && word_is(g, months[m]))
            g->month = m + 1;
    if (g->has_zone)
        return;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        if (word_is(g, zones[i].name)) {
            g->has_zone = true;
            g->offset = zones[i].minutes;
            g->zone_is_utc = word_is(g, "gmt");
        }
    }
    if (word_is(g, "ut") && !yn_is_alpha((unsigned char)peek(g, 2)))
        g->has_zone = g->zone_is_utc = true;
}

// A sign before one digit or two, hours, or four, hours and minutes.
static void take_offset(guess *g)
{
    if (g->has_offset || (g->has_zone && !g->zone_is_utc)) {
        g->at++;
        return;
    }
    int sign = peek(g, 0) == '+' ? 1 : -1;
    g->at++;
    size_t n = digits_at(g, 0);
    if (n == 4)
        g->offset = sign * (number_at(g, 0, 2) * 60 + number_at(g, 2, 2));
    else if (n == 1 || n == 2)
        g->offset = sign * number_at(g, 0, n) * 60;
    else
        return;
    g->has_zone = g->zone_is_utc = g->has_offset = true;
}

// ---- numbers ------------------------------------------------------------------------------------

// "8:05", "08:05:09", "8:05 pm"; it begins with `n` digits.
static void take_time(guess *g, size_t n)
{
    if ((g->hour != unknown && g->minute != unknown) || n > 2)
        return;
    int hour = number_at(g, 0, n), minute, second = unknown;
    g->at += n + 1;
    n = digits_at(g, 0);
    if (n == 0 || n > 2)
        return;
    minute = number_at(g, 0, n);
    g->at += n;
    g->at += peek(g, 0) == ':';
    n = digits_at(g, 0);
    if (n > 2)
        return;
    if (n)
        second = number_at(g, 0, n);
    g->at += n;
    size_t blanks = 0;
    while (peek(g, blanks) == ' ' || peek(g, blanks) == '\t')
        blanks++;
    char half = yn_lower(peek(g, blanks));
    bool named = hour <= 12 && yn_lower(peek(g, blanks + 1)) == 'm';
    if (named && half == 'p')
        hour = hour == 12 ? 12 : hour + 12;
    else if (named && half == 'a' && hour == 12)
        hour = 0;
    g->hour = hour;
    g->minute = minute;
    g->second = second;
}

// Three numbers that are a date, from what they may be.
static bool place_numbers(guess *g, int a, int b, int c)
{
    if (a > 31 || a == 0) { // the year first
        if (b > 12 || c > 31)
            return false;
        g->year = whole_year(a);
        g->month = b;
        g->day = c;
        return true;
    }
    if (a > 12 && b > 12)
        return true; // no date, but read
    g->year = whole_year(c);
    g->month = a > 12 ? b : a; // 6/5/95 is of June
    g->day = a > 12 ? a : b;
    return true;
}

// "6/16/95", "16-6-1995", "1995-06-16".
static void take_numbers(guess *g)
{
    size_t first = digits_at(g, 0), second, third;
    if (g->month != unknown || (first > 2 && !(g->iso && first == 4)))
        return;
    second = digits_at(g, first + 1);
    char mark = peek(g, first + 1 + second);
    if (second == 0 || second > 2 || (mark != '/' && mark != '-'))
        return;
    size_t at = first + second + 2;
    third = digits_at(g, at);
    if (third == 0 || third == 3 || third > 5)
        return;
    char after = peek(g, at + third);
    if (yn_is_alpha((unsigned char)after) &&
        !(g->iso && after == 'T' && digit_at(g, at + third + 1)))
        return;
    if (place_numbers(g, number_at(g, 0, first), number_at(g, first + 1, second),
                      number_at(g, at, third)))
        g->at += at + third;
}

static void take_number(guess *g)
{
    size_t n = digits_at(g, 0);
    char after = peek(g, n);
    if (after == ':') {
        take_time(g, n);
    } else if ((after == '/' || after == '-') && digit_at(g, n + 1)) {
        take_numbers(g);
    } else if (yn_is_alpha((unsigned char)after) || n == 3 || n > 5) {
        return;
    } else if (n >= 4) {
        g->year = g->year == unknown ? number_at(g, 0, n) : g->year;
    } else if (g->day == unknown && number_at(g, 0, n) < 32) {
        g->day = number_at(g, 0, n);
    } else if (n == 2 && g->year == unknown) {
        g->year = whole_year(number_at(g, 0, 2));
    }
}

// ---- all of it ----------------------------------------------------------------------------------

static bool is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

// Before the time in "2037-11-22T07:00:00Z".
static bool at_time_mark(const guess *g)
{
    return g->iso && peek(g, 0) == 'T' && digit_at(g, 1);
}

static void skip_to_next(guess *g)
{
    while (peek(g, 0) && !is_one_of(peek(g, 0), " \t,;-+/()[]") && !at_time_mark(g))
        g->at++;
    for (;;) {
        while (is_one_of(peek(g, 0), " \t,;/()[]"))
            g->at++;
        bool after_word = g->at && yn_is_alpha((unsigned char)g->text.ptr[g->at - 1]);
        if (peek(g, 0) != '-' || !((after_word && g->year == unknown) || !digit_at(g, 1)))
            break;
        g->at++;
    }
    g->at += at_time_mark(g);
}

bool yn_date_guess(yonder_text t, bool iso, int64_t *seconds)
{
    guess g = {.text = t,
               .iso = iso,
               .year = unknown,
               .month = unknown,
               .day = unknown,
               .hour = unknown,
               .minute = unknown};
    while (peek(&g, 0)) {
        char c = peek(&g, 0);
        if (yn_is_digit((unsigned char)c))
            take_number(&g);
        else if (c == '+' || c == '-')
            take_offset(&g);
        else
            take_word(&g);
        skip_to_next(&g);
    }
    if (g.year == unknown || g.month == unknown || g.day == unknown || g.year > longest_year)
        return false;
    // A month or day of 0, and one that is too late, is counted from the first.
    bool no_month = g.month == 0;
    int64_t days =
        yn_date_days(g.year - no_month, no_month ? 12 : (unsigned)g.month, 1) + g.day - 1;
    int64_t minutes = (g.hour > 0 ? g.hour * 60 : 0) + (g.minute > 0 ? g.minute : 0) - g.offset;
    *seconds = days * 86400 + minutes * 60 + (g.second > 0 ? g.second : 0);
    return true;
}
