// SPDX-License-Identifier: MIT
// How much a request wants a condition's languages: RFC 9110 section 12.5.4, RFC 4647 section 3.4.
#include "base/text.h"
#include "rules/condition.h"

// ---- Accept-Language ----------------------------------------------------------------------------

bool yn_is_language(yonder_text t)
{
    size_t len = 0; // of the subtag so far
    bool first = true;
    for (size_t i = 0; i <= t.len; i++) {
        if (i == t.len || t.ptr[i] == '-') {
            if (len == 0 || len > 8)
                return false;
            len = 0;
            first = false;
        } else if (yn_is_alpha((unsigned char)t.ptr[i]) ||
                   (!first && yn_is_digit((unsigned char)t.ptr[i]))) {
            len++;
        } else {
            return false;
        }
    }
    return true;
}

// A qvalue (RFC 9110 section 12.4.2) in thousandths, or -1.
static int read_weight(yonder_text t)
{
    int value = 0, unit = 100;
    if (t.len == 0 || t.len > 5 || (t.ptr[0] != '0' && t.ptr[0] != '1') ||
        (t.len > 1 && t.ptr[1] != '.'))
        return -1;
    value = 1000 * (t.ptr[0] - '0');
    for (size_t i = 2; i < t.len; i++, unit /= 10) {
        if (!yn_is_digit((unsigned char)t.ptr[i]))
            return -1;
        value += unit * (t.ptr[i] - '0');
    }
    return value <= 1000 ? value : -1;
}

typedef struct wish {
    yonder_text range;
    int weight;
} wish;

// "de-AT;q=0.8"
static bool read_wish(yonder_text t, wish *out)
{
    size_t semicolon = yn_find_char(t, ';');
    out->range = yn_trim(yn_slice(t, 0, semicolon), " \t");
    out->weight = 1000;
    if (semicolon < t.len) {
        yonder_text q = yn_trim(yn_skip(t, semicolon + 1), " \t");
        if (q.len < 2 || yn_lower(q.ptr[0]) != 'q' || q.ptr[1] != '=')
            return false;
        out->weight = read_weight(yn_skip(q, 2));
    }
    return out->weight >= 0 && (yn_equal(out->range, YN_TEXT("*")) || yn_is_language(out->range));
}

// The members of all fields, as the one list they are; those that are malformed are passed over.
typedef struct wishes {
    const yonder_rules_request *request;
    size_t next_field;
    yonder_text rest;
} wishes;

static bool next_wish(wishes *w, wish *out)
{
    for (;;) {
        while (w->rest.len == 0) {
            if (w->next_field == w->request->field_count)
                return false;
            const yonder_field *field = &w->request->fields[w->next_field++];
            if (yn_equal_nocase(field->name, YN_TEXT("Accept-Language")))
                w->rest = field->value;
        }
        size_t end = yn_find_char(w->rest, ',');
        yonder_text member = yn_slice(w->rest, 0, end);
        w->rest = yn_skip(w->rest, end < w->rest.len ? end + 1 : end);
        if (read_wish(member, out))
            return true;
    }
}

// ---- look-up ------------------------------------------------------------------------------------

// Whether `t` is `shorter` with more subtags behind it.
static bool is_longer(yonder_text t, yonder_text shorter)
{
    return t.len > shorter.len && t.ptr[shorter.len] == '-' &&
           yn_equal_nocase(yn_slice(t, 0, shorter.len), shorter);
}

static int max(int a, int b)
{
    return a > b ? a : b;
}

enum {
    STEP = 256 // a thousandth is that much: subtags taken off count for less
};

static int quality_of_wish(wish w, size_t taken_off)
{
    return w.weight * STEP - (taken_off < STEP ? (int)taken_off : STEP - 1);
}

// How many subtags follow the first `len` bytes.
static size_t subtags_after(yonder_text range, size_t len)
{
    size_t count = 0;
    for (size_t i = len; i < range.len; i++)
        count += range.ptr[i] == '-';
    return count;
}

// RFC 4647 takes a subtag of one letter off along with the one after it.
static bool ends_in_single(yonder_text tag)
{
    return tag.len >= 2 && tag.ptr[tag.len - 2] == '-';
}

static int quality_of(yonder_text tag, const yonder_rules_request *request)
{
    int exact = -1, shortened = 0, any = 0;
    bool refused = false; // a range above it is
    wishes all = {.request = request};
    for (wish w; next_wish(&all, &w);) {
        if (yn_equal(w.range, YN_TEXT("*")))
            any = max(any, w.weight ? quality_of_wish(w, STEP - 1) : 0);
        else if (yn_equal_nocase(w.range, tag))
            exact = max(exact, quality_of_wish(w, 0));
        else if (w.weight && is_longer(w.range, tag) && !ends_in_single(tag))
            shortened = max(shortened, quality_of_wish(w, subtags_after(w.range, tag.len)));
        else if (!w.weight && is_longer(tag, w.range))
            refused = true;
    }
    if (exact == 0)
        return 0;
    if (exact > 0 || shortened > 0)
        return max(exact, shortened);
    return refused ? 0 : any;
}

int yn_condition_quality(const yn_condition *c, const yonder_rules_request *request)
{
    int best = 0;
    yonder_text values = c->values, tag;
    while (yn_condition_value(&values, &tag))
        best = max(best, quality_of(tag, request));
    return best;
}
