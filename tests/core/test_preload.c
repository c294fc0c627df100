// SPDX-License-Identifier: MIT
#include "test.h"

#include <stdlib.h>

#include <yonder/preload.h>

#include "base/hash.h"
#include "base/text.h"
#include "core/preload_image.h"

enum {
    max_names = 400
};

typedef struct list {
    yonder_preload_entry entries[max_names];
    char text[max_names][300];
    size_t count;
} list;

static void add(list *l, const char *name, bool force_https, bool include)
{
    assert_true(l->count < max_names);
    snprintf(l->text[l->count], sizeof l->text[0], "%s", name);
    l->entries[l->count] =
        (yonder_preload_entry){yonder_text_of(l->text[l->count]), force_https, include};
    l->count++;
}

typedef struct opened {
    void *image;
    size_t size;
    yonder_preload *set;
} opened;

static opened open_list(const list *l)
{
    opened o;
    size_t bad;
    assert_int_equal(yonder_preload_build(l->entries, l->count, NULL, &o.image, &o.size, &bad),
                     YONDER_OK);
    assert_int_equal(yonder_preload_open(&o.set, o.image, o.size, NULL), YONDER_OK);
    return o;
}

static void close_list(opened *o)
{
    yonder_preload_close(o->set);
    free(o->image);
}

// ---- the rule -----------------------------------------------------------------------------------

static void make_examples(list *l)
{
    l->count = 0;
    add(l, "example.com", true, true);
    add(l, "exact.com", true, false);
    add(l, "www.exact.com", true, true);
    add(l, "shield.example.com", false, false);
    add(l, "deep.shield.example.com", true, true);
    add(l, "narrow.example.com", true, false);
    add(l, "idle.net", false, true);
    add(l, "dev", true, true);
    add(l, "only.co.uk", true, true);
    add(l, "_dmarc.a-b.org", true, true);
    add(l, "example.com", false, false); // the first wins
}

static void the_most_specific_entry_decides(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        const char *matched; // NULL: no entry decides
        bool preloaded, include;
    } rows[] = {
        {"example.com", "example.com", true, true},
        {"EXAMPLE.com.", "EXAMPLE.com", true, true},
        {"www.example.com", "example.com", true, true},
        {"a.b.c.example.com", "example.com", true, true},
        {"xexample.com", NULL, false, false},
        {"example.co", NULL, false, false},
        {"example.comm", NULL, false, false},
        {"com", NULL, false, false},
        {"exact.com", "exact.com", true, false},
        {"a.exact.com", "exact.com", false, false},
        {"www.exact.com", "www.exact.com", true, true},
        {"a.www.exact.com", "www.exact.com", true, true},
        {"wwww.exact.com", "exact.com", false, false},
        {"shield.example.com", "shield.example.com", false, false},
        {"a.shield.example.com", "shield.example.com", false, false},
        {"deep.shield.example.com", "deep.shield.example.com", true, true},
        {"a.deep.shield.example.com", "deep.shield.example.com", true, true},
        {"narrow.example.com", "narrow.example.com", true, false},
        {"a.narrow.example.com", "narrow.example.com", false, false},
        {"idle.net", NULL, false, false},
        {"dev", "dev", true, true},
        {"dev.", "dev", true, true},
        {"any.thing.dev", "dev", true, true},
        {"only.co.uk", "only.co.uk", true, true},
        {"co.uk", NULL, false, false},
        {"_dmarc.a-b.org", "_dmarc.a-b.org", true, true},
        {"", NULL, false, false},
        {".", NULL, false, false},
        {"..", NULL, false, false},
        {".example.com", NULL, false, false},
        {"example.com..", NULL, false, false},
        {"a..example.com", NULL, false, false},
        {"exam\xC3\xBCple.com", NULL, false, false},
        {"a b.example.com", NULL, false, false},
        {"[::1]", NULL, false, false},
    };
    static list l;
    make_examples(&l);
    opened o = open_list(&l);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_preload_match m;
        yonder_preload_query(o.set, yonder_text_of(rows[i].host), &m);
        assert_row(rows[i].host, m.found == (rows[i].matched != NULL));
        assert_text(rows[i].host, m.matched, rows[i].matched);
        assert_row(rows[i].host, m.preloaded == rows[i].preloaded);
        assert_row(rows[i].host, m.include_subdomains == rows[i].include);
    }
    close_list(&o);
}

static void a_name_that_is_none_is_named(void **state)
{
    (void)state;
    static const char *const rows[] = {"",      ".",       "a.",   ".a",         "a..b",
                                       "A.com", "a b.com", "a*.b", "\xC3\xBC.de"};
    char longest[300];
    memset(longest, 'a', sizeof longest);
    for (size_t i = 0; i <= sizeof rows / sizeof *rows + 1; i++) {
        yonder_preload_entry entries[] = {{YN_TEXT("good.com"), true, true}, {.force_https = true}};
        if (i < sizeof rows / sizeof *rows)
            entries[1].name = yonder_text_of(rows[i]);
        else // a label of 64; a name of 254
            entries[1].name = (yonder_text){longest, i == sizeof rows / sizeof *rows ? 64 : 254};
        void *image = NULL;
        size_t size = 0, bad = 0;
        assert_int_equal(yonder_preload_build(entries, 2, NULL, &image, &size, &bad),
                         YONDER_INVALID_HOST);
        assert_int_equal(bad, 1);
        assert_null(image);
    }
}

static void an_empty_list_is_an_image(void **state)
{
    (void)state;
    static list l;
    l.count = 0;
    opened o = open_list(&l);
    yonder_preload_match m;
    yonder_preload_query(o.set, YN_TEXT("example.com"), &m);
    assert_false(m.found);
    assert_int_equal(yonder_preload_count(o.set), 0);
    close_list(&o);
}

// ---- against a plain search ---------------------------------------------------------------------

static uint32_t random_below(uint32_t n)
{
    static uint64_t seed = 20261122;
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 32) * n >> 32);
}

// Names that share much: few labels, now and then a long one, up to six of them.
static void random_name(char *out)
{
    static const char longest[] = "x12345678901234567890123456789012345678901234567890123456789012";
    static const char *const labels[] = {"a",   "b",  "ab", "abc",  "com",
                                         "a-b", "a0", "_a", "abcd", longest};
    uint32_t count = 1 + random_below(4);
    size_t len = 0;
    for (uint32_t i = 0; i < count && len < 180; i++) {
        const char *label = labels[random_below(sizeof labels / sizeof *labels)];
        if (len)
            out[len++] = '.';
        memcpy(out + len, label, strlen(label) + 1);
        len += strlen(label);
    }
}

static const yonder_preload_entry *plain_search(const list *l, yonder_text name)
{
    for (size_t i = 0; i < l->count; i++)
        if (yn_equal(l->entries[i].name, name))
            return &l->entries[i];
    return NULL;
}

static bool plain_query(const list *l, yonder_text host)
{
    for (yonder_text rest = host; rest.len;) {
        const yonder_preload_entry *e = plain_search(l, rest);
        if (e)
            return e->force_https && (e->include_subdomains || rest.len == host.len);
        size_t dot = yn_find_char(rest, '.');
        rest = yn_skip(rest, dot < rest.len ? dot + 1 : dot);
    }
    return false;
}

typedef struct seen {
    const list *list;
    size_t count, force_https;
} seen;

static int see(void *context, const yonder_preload_entry *entry)
{
    seen *s = context;
    const yonder_preload_entry *e = plain_search(s->list, entry->name);
    assert_non_null(e);
    assert_int_equal(e->force_https, entry->force_https);
    assert_int_equal(e->force_https && e->include_subdomains, entry->include_subdomains);
    s->count++;
    s->force_https += entry->force_https;
    return 0;
}

static void random_sets_answer_as_a_plain_search(void **state)
{
    (void)state;
    static list l;
    for (unsigned round = 0; round < 60; round++) {
        l.count = 0;
        size_t distinct = 0;
        for (uint32_t n = random_below(max_names); n; n--) {
            char name[300];
            random_name(name);
            const yonder_preload_entry *before = plain_search(&l, yonder_text_of(name));
            bool force = random_below(4) > 0;
            distinct += !before && force;
            add(&l, name, force, random_below(2));
        }
        opened o = open_list(&l);
        seen s = {.list = &l};
        assert_int_equal(yonder_preload_each(o.set, see, &s), 0);
        assert_int_equal(s.count, yonder_preload_count(o.set));
        assert_int_equal(s.force_https, distinct);
        for (unsigned i = 0; i < 1500; i++) {
            char name[300];
            random_name(name);
            yonder_preload_match m;
            yonder_preload_query(o.set, yonder_text_of(name), &m);
            assert_row(name, m.preloaded == plain_query(&l, yonder_text_of(name)));
        }
        close_list(&o);
    }
}

// ---- damage -------------------------------------------------------------------------------------

static void every_damage_is_refused(void **state)
{
    (void)state;
    static list l;
    make_examples(&l);
    opened o = open_list(&l);
    yonder_preload *set;
    for (size_t size = 0; size < o.size; size++)
        assert_int_equal(yonder_preload_open(&set, o.image, size, NULL), YONDER_INVALID_IMAGE);
    unsigned char *bytes = o.image;
    for (size_t i = 0; i < o.size; i++)
        for (unsigned change = 1; change < 256; change += i % 2 ? 127 : 63) {
            bytes[i] ^= (unsigned char)change;
            assert_int_equal(yonder_preload_open(&set, bytes, o.size, NULL), YONDER_INVALID_IMAGE);
            bytes[i] ^= (unsigned char)change;
        }
    close_list(&o);
}

static int pass(void *context, const yonder_preload_entry *entry)
{
    *(size_t *)context += entry->name.len;
    return 0;
}

// Whatever it answers; under AddressSanitizer this shows that it stays in the image.
static void an_enemys_image_is_refused_or_harmless(void **state)
{
    (void)state;
    static list l;
    make_examples(&l);
    for (size_t i = 0; i < 60; i++) {
        char name[300];
        random_name(name);
        add(&l, name, true, true);
    }
    opened o = open_list(&l);
    size_t opens = 0, length = 0;
    char *copy = malloc(o.size);
    assert_non_null(copy);
    const size_t summed = offsetof(yn_preload_header, size);
    for (size_t i = summed; i < o.size; i++)
        for (unsigned change = 1; change < 256; change = change * 2 + 1) {
            yonder_preload *set;
            yonder_preload_match m;
            memcpy(copy, o.image, o.size);
            copy[i] = (char)(copy[i] ^ (int)change);
            uint64_t sum = yn_hash((yonder_text){copy + summed, o.size - summed}, 0);
            memcpy(copy + offsetof(yn_preload_header, checksum), &sum, sizeof sum);
            if (yonder_preload_open(&set, copy, o.size, NULL) != YONDER_OK)
                continue;
            opens++;
            yonder_preload_each(set, pass, &length);
            for (size_t n = 0; n < l.count; n++)
                yonder_preload_query(set, l.entries[n].name, &m);
            yonder_preload_close(set);
        }
    assert_true(opens > 100 && length > 0); // the checksum was right
    free(copy);
    close_list(&o);
}

// ---- memory -------------------------------------------------------------------------------------

static void *failing_resize(void *context, void *ptr, size_t size)
{
    long *left = context;
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    return (*left)-- > 0 ? realloc(ptr, size) : NULL;
}

static void memory_that_runs_out_is_an_error(void **state)
{
    (void)state;
    static list l;
    make_examples(&l);
    int error = YONDER_NO_MEMORY;
    for (long turn = 0; error == YONDER_NO_MEMORY; turn++) {
        assert_true(turn < 1000);
        long left = turn;
        const yonder_mem mem = {failing_resize, &left};
        void *image = NULL;
        size_t size, bad;
        error = yonder_preload_build(l.entries, l.count, &mem, &image, &size, &bad);
        assert_true(error == YONDER_OK || (error == YONDER_NO_MEMORY && !image));
        left = 0;
        yonder_preload *set;
        if (!error)
            assert_int_equal(yonder_preload_open(&set, image, size, &mem), YONDER_NO_MEMORY);
        free(image);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_most_specific_entry_decides),
        cmocka_unit_test(a_name_that_is_none_is_named),
        cmocka_unit_test(an_empty_list_is_an_image),
        cmocka_unit_test(random_sets_answer_as_a_plain_search),
        cmocka_unit_test(every_damage_is_refused),
        cmocka_unit_test(an_enemys_image_is_refused_or_harmless),
        cmocka_unit_test(memory_that_runs_out_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
