// SPDX-License-Identifier: MIT
#include "base/date.h"

#include <assert.h>

#include "base/text.h"

typedef struct civil {
    int64_t year;
    unsigned month, day; // from 1
} civil;

static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char day_names[] = "SunMonTueWedThuFriSat";
static const char *const long_day_names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                             "Thursday", "Friday", "Saturday"};

// Days from civil and back, by counting years that start in March: the leap day then comes last.
static int64_t days_of(civil c)
{
    int64_t y = c.year - (c.month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    unsigned year_of_era = (unsigned)(y - era * 400);
    unsigned day_of_year = (153 * (c.month > 2 ? c.month - 3 : c.month + 9) + 2) / 5 + c.day - 1;
    unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + (int64_t)day_of_era - 719468;
}

static civil civil_of(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    unsigned doe = (unsigned)(days - era * 146097);
    unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    unsigned mp = (5 * doy + 2) / 153;
    unsigned month = mp < 10 ? mp + 3 : mp - 9;
    return (civil){(int64_t)yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1};
}

static void digits(char *out, unsigned width, unsigned n)
{
    while (width--) {
        out[width] = (char)('0' + n % 10);
        n /= 10;
    }
}

int64_t yn_date_days(int64_t year, unsigned month, unsigned day)
{
    return days_of((civil){year, month, day});
}

void yn_date_format(char out[YN_DATE_LEN], int64_t seconds)
{
    assert(seconds >= YN_DATE_MIN && seconds <= YN_DATE_MAX);
    int64_t days = (seconds >= 0 ? seconds : seconds - 86399) / 86400;
    unsigned rest = (unsigned)(seconds - days * 86400);
    civil c = civil_of(days);
    memcpy(out, "Ddd, dd Mmm yyyy hh:mm:ss GMT", YN_DATE_LEN);
    memcpy(out, day_names + 3 * (((days % 7) + 11) % 7), 3); // day 0 was a Thursday
    digits(out + 5, 2, c.day);
    memcpy(out + 8, month_names + 3 * (size_t)(c.month - 1), 3);
    digits(out + 12, 4, (unsigned)c.year);
    digits(out + 17, 2, rest / 3600);
    digits(out + 20, 2, rest / 60 % 60);
    digits(out + 23, 2, rest % 60);
}

// A cursor over fixed-form text; `ok` falls once and stays down.
typedef struct cursor {
    yonder_text rest;
    bool ok;
} cursor;

static void expect(cursor *c, const char *literal)
{
    yonder_text t = yonder_text_of(literal);
    c->ok = c->ok && yn_starts_with(c->rest, t);
    if (c->ok)
        c->rest = yn_skip(c->rest, t.len);
}

static unsigned number(cursor *c, unsigned width, bool space_padded)
{
    unsigned n = 0;
    c->ok = c->ok && c->rest.len >= width;
    for (unsigned i = 0; c->ok && i < width; i++) {
        char ch = c->rest.ptr[i];
        if (space_padded && i == 0 && ch == ' ')
            continue;
        c->ok = yn_is_digit((unsigned char)ch);
        n = n * 10 + (unsigned)(ch - '0');
    }
    if (c->ok)
        c->rest = yn_skip(c->rest, width);
    return n;
}

static unsigned month(cursor *c)
{
    for (unsigned m = 0; c->ok && c->rest.len >= 3 && m < 12; m++) {
        if (memcmp(c->rest.ptr, month_names + 3 * (size_t)m, 3) == 0) {
            c->rest = yn_skip(c->rest, 3);
            return m + 1;
        }
    }
    c->ok = false;
    return 1;
}

static int64_t time_of_day(cursor *c)
{
    unsigned h = number(c, 2, false);
    expect(c, ":");
    unsigned m = number(c, 2, false);
    expect(c, ":");
    unsigned s = number(c, 2, false);
    c->ok = c->ok && h < 24 && m < 60 && s <= 60;
    if (s == 60) // a leap second is the one before it, once more
        s = 59;
    return (int64_t)h * 3600 + m * 60 + s;
}

static bool skip_day_name(cursor *c)
{
    for (size_t i = 0; i < 7; i++) {
        if (yn_starts_with(c->rest, yonder_text_of(long_day_names[i]))) {
            expect(c, long_day_names[i]);
            return true;
        }
    }
    bool known = false;
    for (size_t i = 0; i < 7 && c->rest.len >= 3; i++)
        known = known || memcmp(c->rest.ptr, day_names + 3 * i, 3) == 0;
    c->ok = known;
    if (known)
        c->rest = yn_skip(c->rest, 3);
    return false;
}

// RFC 9110: what seems to be more than 50 years ahead is the century before.
static int64_t whole_year(civil two_digits, int64_t time, int64_t now)
{
    const int64_t latest = YN_DATE_MAX - INT64_C(50) * 366 * 86400;
    now = now < 0 ? 0 : now > latest ? latest : now;
    int64_t this_year = civil_of(now / 86400).year;
    civil d = two_digits;
    d.year += this_year - this_year % 100 + 100;
    while (days_of((civil){d.year - 50, d.month, d.day}) * 86400 + time > now)
        d.year -= 100;
    return d.year;
}

bool yn_date_parse(yonder_text t, int64_t now, int64_t *seconds)
{
    cursor c = {t, true};
    civil d = {0, 1, 1};
    int64_t time = 0;
    bool long_name = skip_day_name(&c);
    if (c.ok && !long_name && c.rest.len && c.rest.ptr[0] == ' ') { // asctime
        expect(&c, " ");
        d.month = month(&c);
        expect(&c, " ");
        d.day = number(&c, 2, true);
        expect(&c, " ");
        time = time_of_day(&c);
        expect(&c, " ");
        d.year = number(&c, 4, false);
    } else {
        const char *dash = long_name ? "-" : " ";
        expect(&c, ", ");
        d.day = number(&c, 2, false);
        expect(&c, dash);
        d.month = month(&c);
        expect(&c, dash);
        d.year = number(&c, long_name ? 2 : 4, false);
        expect(&c, " ");
        time = time_of_day(&c);
        expect(&c, " GMT");
        if (c.ok && long_name)
            d.year = whole_year(d, time, now);
    }
    if (!c.ok || c.rest.len || d.day < 1 || d.day > 31)
        return false;
    civil back = civil_of(days_of(d));
    if (back.day != d.day || back.month != d.month) // 31 June
        return false;
    *seconds = days_of(d) * 86400 + time;
    return true;
}

// ---- other forms --------------------------------------------------------------------------------

typedef enum part {
    YEAR,
    MONTH,
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    PARTS
} part;

// The part that stands next in a form, and how many digits it has; PARTS for a byte that is itself.
static part next_part(const char *form, size_t *width)
{
    static const char *const letters[PARTS] = {"YYYY", "MM", "DD", "hh", "mm", "ss"};
    for (part p = YEAR; p < PARTS; p++) {
        *width = strlen(letters[p]);
        if (strncmp(form, letters[p], *width) == 0)
            return p;
    }
    *width = 1;
    return PARTS;
}

void yn_date_write(char *out, const char *form, int64_t seconds)
{
    assert(seconds >= YN_DATE_MIN && seconds <= YN_DATE_MAX);
    int64_t days = (seconds >= 0 ? seconds : seconds - 86399) / 86400;
    unsigned rest = (unsigned)(seconds - days * 86400);
    civil c = civil_of(days);
    const unsigned values[PARTS] = {(unsigned)c.year, c.month,        c.day,
                                    rest / 3600,      rest / 60 % 60, rest % 60};
    for (size_t width; *form; form += width, out += width) {
        part p = next_part(form, &width);
        if (p == PARTS)
            *out = *form;
        else
            digits(out, (unsigned)width, values[p]);
    }
}

bool yn_date_read(yonder_text t, const char *form, int64_t *seconds)
{
    cursor c = {t, true};
    unsigned values[PARTS] = {1970, 1, 1, 0, 0, 0};
    for (size_t width; c.ok && *form; form += width) {
        part p = next_part(form, &width);
        if (p == PARTS) {
            c.ok = c.rest.len && *c.rest.ptr == *form;
            c.rest = c.ok ? yn_skip(c.rest, 1) : c.rest;
        } else {
            values[p] = number(&c, (unsigned)width, false);
        }
    }
    civil d = {values[YEAR], values[MONTH], values[DAY]};
    bool clock = values[HOUR] < 24 && values[MINUTE] < 60 && values[SECOND] < 60;
    if (!c.ok || c.rest.len || !clock || d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31)
        return false;
    civil back = civil_of(days_of(d));
    if (back.day != d.day || back.month != d.month) // 31 June
        return false;
    *seconds =
        days_of(d) * 86400 + (int64_t)values[HOUR] * 3600 + values[MINUTE] * 60 + values[SECOND];
    return true;
}
