// SPDX-License-Identifier: MIT
// Header values as the preload list's checker, the standard and clients read them: what each says
// of a value hangs together.
#include <stdlib.h>

#include "audit/preload_header.h"
#include "audit/readings.h"
#include "audit/rfc6797.h"
#include "base/text.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

typedef struct told {
    yonder_text value;
    size_t counts[YN_CHROMIUM_COUNT];
} told;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void note(void *context, yn_chromium_code code, yonder_text about)
{
    told *t = context;
    CHECK(code < YN_CHROMIUM_COUNT);
    CHECK(about.len <= t->value.len);
    t->counts[code]++;
}

static size_t of(const told *t, yn_chromium_code code)
{
    return t->counts[code];
}

static void check_eligible(yonder_text value, const yn_preload_header *h, uint64_t min_age)
{
    told t = {.value = value};
    yn_preload_header_eligible(value, min_age, note, &t);
    CHECK(of(&t, YN_CR_NO_PRELOAD) == !h->preload);
    CHECK(of(&t, YN_CR_NO_SUBDOMAINS) == !h->include_subdomains);
    CHECK(of(&t, YN_CR_NO_MAX_AGE) == !h->has_max_age);
    CHECK(of(&t, YN_CR_ZERO) == (h->has_max_age && h->max_age == 0));
    CHECK(of(&t, YN_CR_BELOW_YEAR) + of(&t, YN_CR_BELOW_18_WEEKS) ==
          (h->has_max_age && h->max_age && h->max_age < min_age));
    CHECK(of(&t, YN_CR_OVER_10_YEARS) == (h->has_max_age && h->max_age > UINT64_C(315360000)));
}

// Directives may be empty, so one more semicolon changes nothing. Clients that agree all
// accept a value, or none does.
static void check_grammar(yonder_text value)
{
    yn_buf longer = yn_buf_make(value.len + 1, NULL);
    yn_buf_put(&longer, value);
    yn_buf_char(&longer, ';');
    yn_sts_grammar a = yn_rfc6797_read(value), b = yn_rfc6797_read(yn_buf_text(&longer));
    CHECK(longer.error == YONDER_OK);
    CHECK((a.reading == YONDER_HSTS_VALID) == (b.reading == YONDER_HSTS_VALID));
    CHECK(a.reading != YONDER_HSTS_VALID ||
          (a.max_age == b.max_age && a.include_subdomains == b.include_subdomains));
    yn_buf_free(&longer);
    yn_readings r;
    yn_readings_make(&r, value);
    CHECK(r.count > 1 && r.accepting <= r.count);
    CHECK(!r.agree || r.accepting == 0 || r.accepting == r.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    yonder_text value = {(const char *)data, size};
    told t = {.value = value}, removal = {.value = value};
    yn_preload_header h = yn_preload_header_parse(value, note, &t);
    CHECK(of(&t, YN_CR_REPEATED_PRELOAD) <= h.preload);
    CHECK(of(&t, YN_CR_REPEATED_SUBDOMAINS) <= h.include_subdomains);
    CHECK(of(&t, YN_CR_REPEATED_MAX_AGE) <= h.has_max_age);
    CHECK(of(&t, YN_CR_EMPTY_DIRECTIVE) <= 1 && of(&t, YN_CR_EMPTY) <= 1);
    check_eligible(value, &h, YN_PRELOAD_YEAR);
    check_eligible(value, &h, YN_PRELOAD_18_WEEKS);
    yn_preload_header_removable(value, note, &removal);
    for (yn_chromium_code c = 0; c < YN_CR_CONTAINS_PRELOAD; c++)
        CHECK(of(&removal, c) == (yn_chromium_is_error(c) ? of(&t, c) : 0));
    CHECK(of(&removal, YN_CR_CONTAINS_PRELOAD) == h.preload);
    CHECK(of(&removal, YN_CR_REMOVABLE_NO_MAX_AGE) == !h.has_max_age);
    check_grammar(value);
    return 0;
}
