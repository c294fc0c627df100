// SPDX-License-Identifier: MIT
// The input is an image; or rules, a NUL, and changes to the image they make: each the place (2
// bytes, the lower one first) and the new byte. The hash of its header is made to fit, so that it
// gets past that. However damaged it is, opening it ends, and so does each look-up, and changing
// and merging it, and none leaves it.
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "rules/image.h"
#include "rules/match.h"

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static void ignore_candidate(void *context, const yonder_rules *owner, const yn_rule *rule,
                             yn_verdict verdict, size_t condition, const yonder_text *captures)
{
    (void)context, (void)owner, (void)rule, (void)verdict, (void)condition, (void)captures;
}

// Reads `t`, so that a sanitizer sees where it lies.
static unsigned sum(yonder_text t)
{
    unsigned n = 0;
    for (size_t i = 0; i < t.len; i++)
        n += (unsigned char)t.ptr[i];
    return n;
}

static unsigned ask_one(const yonder_rules *rules, const yonder_rules_request *request)
{
    static const yn_watch watch = {ignore_candidate, NULL};
    static char scratch[YONDER_RULES_SCRATCH(64)];
    yonder_rules_answer a;
    const yonder_rules *owner;
    const yn_rule *fired;
    unsigned n = 0;
    for (int i = 0; i < 2; i++) {
        if (yn_match(rules, request, scratch, sizeof scratch, &a, i ? &watch : NULL, &owner,
                     &fired) < 0)
            continue;
        n += sum(a.location) + sum(a.file) + sum(a.vary) + sum(a.cache_control) + sum(a.hsts);
    }
    return n;
}

static unsigned ask(const yonder_rules *rules, size_t count)
{
    static const char *const hosts[] = {"", "a.test", "b.a.test:8080"};
    static const char *const targets[] = {"/a?p=1&q=2", "/a/b", "/a/x/b/y", "/b/", "/A/B?r"};
    static const yonder_field fields[] = {
        {YN_TEXT_INIT("Accept-Language"), YN_TEXT_INIT("en, de;q=0.5")},
        {YN_TEXT_INIT("X"), YN_TEXT_INIT("abc")},
        {YN_TEXT_INIT("Cookie"), YN_TEXT_INIT("c=1")}};
    unsigned n = 0;
    for (size_t i = 0; i < count; i++) {
        yonder_rules_request r = {.https = i < 15,
                                  .host = yonder_text_of(hosts[i % 3]),
                                  .target = yonder_text_of(targets[i % 5]),
                                  .fields = fields,
                                  .field_count = 3,
                                  .client = YN_TEXT("c"),
                                  .country = YN_TEXT("DE"),
                                  .http10 = i % 2,
                                  .now = 1 << 30};
        n += ask_one(rules, &r);
    }
    return n;
}

// Each rule is taken apart, and written.
static void change(const yonder_rules *rules)
{
    static const yonder_rules_change changes[] = {
        {YN_TEXT_INIT("f"), 0, YN_TEXT_INIT("/a /z language=de"), YN_TEXT_INIT("a.test *.a.test")},
        {YN_TEXT_INIT("f"), 4, YN_TEXT_INIT("/a /x"), {NULL, 0}},
        {YN_TEXT_INIT("f"), 1, {NULL, 0}, {NULL, 0}},
    };
    for (size_t i = 0; i < 3; i++) {
        yonder_rules *changed = NULL, *merged = NULL;
        yonder_rules_change_set(&changed, rules, &changes[i], 1, &(yonder_rules_reading){0});
        if (changed) {
            ask(changed, 6);
            yonder_rules_merge(&merged, changed, NULL);
        }
        if (merged)
            ask(merged, 6);
        yonder_rules_free(merged);
        yonder_rules_free(changed);
    }
}

// Opens the image, which is freed.
static void try_image(char *image, size_t size)
{
    yonder_rules *rules = NULL;
    yn_image_header *h = (yn_image_header *)(void *)image;
    if (size >= sizeof *h) {
        h->size = size;
        h->header_hash = yn_hash((yonder_text){image, offsetof(yn_image_header, header_hash)}, 0);
    }
    int error = yonder_rules_open(&rules, (yonder_text){image, size}, NULL);
    REQUIRE(error == YONDER_OK || error == YONDER_INVALID_IMAGE);
    if (!error) {
        static volatile unsigned result; // so that nothing is left out
        result = ask(rules, 30);
        (void)result;
        yonder_rules_verify(rules);
        change(rules);
    }
    yonder_rules_free(rules);
    free(image);
}

static char *copy_of(yonder_text t)
{
    char *copy = aligned_alloc(8, t.len ? (t.len + 7) / 8 * 8 : 8);
    REQUIRE(copy);
    if (t.len)
        memcpy(copy, t.ptr, t.len);
    return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    yonder_text input = {(const char *)data, size};
    if (size > 65536)
        return 0;
    if (yn_starts_with(input, YN_TEXT(YONDER_RULES_IMAGE_MAGIC))) {
        try_image(copy_of(input), size);
        return 0;
    }
    size_t end = yn_find_char(input, '\0');
    yonder_rules_source source = {YN_TEXT("f"), yn_slice(input, 0, end)};
    yonder_rules *rules = NULL;
    if (yonder_rules_read(&rules, &source, 1, &(yonder_rules_reading){0}))
        return 0;
    yonder_text image = yonder_rules_image(rules);
    char *copy = copy_of(image);
    for (size_t i = end + 1; i + 3 <= size; i += 3) {
        size_t at = data[i] | (size_t)data[i + 1] << 8;
        copy[at % image.len] = (char)data[i + 2];
    }
    try_image(copy, image.len);
    yonder_rules_free(rules);
    return 0;
}
