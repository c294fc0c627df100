// SPDX-License-Identifier: MIT
// The index against a scan of the files: random rule sets, random requests, the same answers.
#include "rules/naive.h"
#include "rules/rules_test.h"

#include "base/hash.h"

typedef struct chance {
    uint64_t state;
} chance;

static unsigned below(chance *c, unsigned n)
{
    c->state += 0x9e3779b97f4a7c15u;
    return (unsigned)(yn_hash_mix(c->state, 0xd6e8feb86659fd93u) % n);
}

typedef struct page {
    char text[1 << 15];
    size_t len;
} page;

static void put(page *p, const char *s)
{
    size_t len = strlen(s);
    assert_true(p->len + len < sizeof p->text);
    memcpy(p->text + p->len, s, len + 1);
    p->len += len;
}

#define PICK(c, list) (list)[below(c, sizeof(list) / sizeof *(list))]

// Few words, many spellings: so that rules meet.
static const char *const segments[] = {
    "a", "a",  "a",   "a",   "b", "b",   "b", "%61",   "c%c3%a9", "cé",  "",
    ".", "..", "%2e", "x:y", "%", "%25", "A", "b%2Fc", "b%2fc",   "[x|", "%5bx%7C"};
static const char *const hosts[] = {
    "a.test", "b.a.test",    "c.b.a.test", "*.a.test", "*.b.a.test",
    "A.TEST", "bücher.test", "[::1]",      "127.1",    "xn--bcher-kva.test."};
static const char *const names[] = {"p", "q", "p%20", "r"};
static const char *const values[] = {"1", "2", "a%2Fb", "a/b", "1+2", "1%202"};

static void put_path(page *p, chance *c, unsigned *placeholders, unsigned *splat, bool pattern)
{
    unsigned count = 1 + below(c, 3);
    for (unsigned i = 0; i < count; i++) {
        put(p, "/");
        if (pattern && below(c, 3) == 0) {
            char name[16];
            snprintf(name, sizeof name, ":n%u", (*placeholders)++);
            put(p, name);
        } else {
            put(p, PICK(c, segments));
        }
    }
    if (pattern && below(c, 3) == 0) {
        put(p, "/*");
        *splat = 1;
    }
}

static void put_target(page *p, chance *c, bool may_capture, unsigned bound, bool splat)
{
    static const char *const starts[] = {"/t",
                                         "/",
                                         "https://to.test/",
                                         "//to.test/",
                                         "https://é.test:81/",
                                         "/t?own=1",
                                         "/t?",
                                         "/t#f",
                                         "/t?#f",
                                         "/é|x",
                                         "/[%2[?[%zz"};
    if (may_capture && bound && below(c, 6) == 0)
        put(p, "https://:n0.to.test/");
    else
        put(p, PICK(c, starts));
    for (unsigned i = 0; may_capture && i < bound; i++) {
        char use[16];
        snprintf(use, sizeof use, ":n%u%s", i, below(c, 2) ? "/" : "");
        put(p, use);
    }
    if (may_capture && splat && below(c, 4))
        put(p, below(c, 2) ? ":splat" : "?s=:splat");
}

// `section` is a host of the section the rule stands in, or NULL: there a URL of another host would
// be an error.
static void put_rule(page *p, chance *c, const char *section)
{
    static const char *const schemes[] = {"http://", "https://", "HTTP://"};
    static const char *const ports[] = {"", "", ":80", ":443", ":8080"};
    static const char *const statuses[] = {"", " 301", " permanent", " 307", " see-other # why"};
    unsigned placeholders = 0, splat = 0;
    if (below(c, 4) == 0) {
        put(p, PICK(c, schemes));
        put(p, section ? section : PICK(c, hosts));
        put(p, PICK(c, ports));
    }
    size_t path = p->len;
    put_path(p, c, &placeholders, &splat, below(c, 2));
    // Dot segments may take a placeholder away: such a rule must not use it.
    bool may_capture = !strstr(p->text + path, "/.") && !strstr(p->text + path, "/%2e");
    for (unsigned i = 0; i < 4 && below(c, 3) == 0; i++) {
        put(p, " ");
        put(p, names[i]);
        put(p, "=");
        if (below(c, 3) == 0 && may_capture) {
            char name[16];
            snprintf(name, sizeof name, ":n%u", placeholders++);
            put(p, name);
        } else if (below(c, 4)) {
            put(p, PICK(c, values));
        }
    }
    put(p, " ");
    if (below(c, 12) == 0) {
        put(p, "- 410\n");
    } else {
        put_target(p, c, may_capture, placeholders, splat);
        put(p, PICK(c, statuses));
        put(p, "\n");
    }
}

static void put_file(page *p, chance *c)
{
    unsigned rules = 1 + below(c, 24);
    const char *section = NULL;
    p->len = 0;
    for (unsigned i = 0; i < rules; i++) {
        if (below(c, 6) == 0) {
            section = PICK(c, hosts);
            put(p, "[");
            put(p, section);
            if (below(c, 2)) {
                put(p, " ");
                put(p, PICK(c, hosts));
            }
            put(p, "]\n");
        }
        put_rule(p, c, section);
    }
}

static void put_request(page *p, chance *c)
{
    unsigned ignored = 0;
    p->len = 0;
    put_path(p, c, &ignored, &ignored, false);
    if (below(c, 2)) {
        put(p, "?");
        for (unsigned i = below(c, 5); i; i--) {
            put(p, PICK(c, names));
            put(p, below(c, 6) ? "=" : "");
            put(p, below(c, 5) ? PICK(c, values) : "");
            put(p, i > 1 || below(c, 4) == 0 ? "&" : "");
        }
    }
}

enum {
    most_files = 3,
};
static const char *const file_names[most_files] = {"0", "1", "2"};

static size_t compare(page *rules_pages, page *request_page, chance *c, naive_answer *expected)
{
    static const char *const request_hosts[] = {"",
                                                "a.test",
                                                "b.a.test:80",
                                                "c.b.a.test",
                                                "d.c.b.a.test:8080",
                                                "xn--bcher-kva.test",
                                                "A.test.",
                                                "[::1]:443",
                                                "127.0.0.1",
                                                "other",
                                                "bücher.test",
                                                "a..test",
                                                ".a.test",
                                                ":80"};
    size_t found = 0, count = 1 + below(c, most_files);
    yonder_text texts[most_files];
    yonder_rules_source sources[most_files];
    yonder_rules *rules = NULL;
    for (size_t i = 0; i < count; i++) {
        put_file(&rules_pages[i], c);
        texts[i] = (yonder_text){rules_pages[i].text, rules_pages[i].len};
        sources[i] = (yonder_rules_source){yonder_text_of(file_names[i]), texts[i]};
    }
    assert_int_equal(yonder_rules_read(&rules, sources, count, &(yonder_rules_reading){.report = print_diagnostic}), 0);
    for (unsigned i = 0; i < 40; i++) {
        static char scratch[YONDER_RULES_SCRATCH(sizeof request_page->text)];
        put_request(request_page, c);
        yonder_rules_request request = {.https = below(c, 2),
                                        .host = yonder_text_of(PICK(c, request_hosts)),
                                        .target = {request_page->text, request_page->len}};
        yonder_rules_answer answer = {0};
        int result = yonder_rules_match(rules, &request, scratch,
                                        YONDER_RULES_SCRATCH(request.target.len), &answer);
        naive_match(expected, texts, count, &request);
        bool same = result == expected->found;
        if (same && expected->found)
            same = answer.status == expected->status && answer.line == expected->line &&
                   yn_equal(answer.file, sources[expected->source].name) &&
                   yn_equal(answer.location, yonder_text_of(expected->location));
        if (!same) {
            for (size_t k = 0; k < count; k++)
                print_error("--- file %zu\n%s", k, rules_pages[k].text);
            print_error("%s %s%s\nindex: %d %d %.*s %.*s:%u\nscan: %d %d %s %zu:%u\n",
                        request.https ? "https" : "http", request.host.ptr, request.target.ptr,
                        result, answer.status, (int)answer.location.len, answer.location.ptr,
                        (int)answer.file.len, answer.file.ptr, answer.line, expected->found,
                        expected->status, expected->location, expected->source, expected->line);
            fail();
        }
        found += expected->found;
    }
    yonder_rules_free(rules);
    return found;
}

static void the_index_answers_as_a_scan_of_the_files_would(void **state)
{
    (void)state;
    enum {
        sets = 6000
    };
    static page rules_pages[most_files], request_page;
    static naive_answer expected;
    chance c = {2026};
    size_t found = 0;
    for (unsigned i = 0; i < sets; i++) {
        found += compare(rules_pages, &request_page, &c, &expected);
    }
    // A test of nothing but misses would prove nothing.
    assert_true(found > sets * 40 / 10);
    print_message("%u requests, %zu answered\n", sets * 40u, found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_index_answers_as_a_scan_of_the_files_would),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
