// SPDX-License-Identifier: MIT
#include "proof/proof_test.h"
#include "proof/random_rules.h"

#include "proof/diff.h"

// One row: two rule files, and the changes as "witness path: before → after".
typedef struct row {
    const char *before, *after;
    const char *changes;
} row;

static void put_answer(words *w, const yn_diff_answer *a)
{
    if (a->cause == YONDER_RULES_NONE)
        put_words(w, "none");
    else
        put_words(w, "%d%s%.*s", a->status, a->location.len ? " " : "", (int)a->location.len,
                  a->location.ptr);
}

static yonder_text path_of(yonder_text url)
{
    size_t at = 0;
    for (unsigned slashes = 0; at < url.len; at++)
        if (url.ptr[at] == '/' && ++slashes == 3)
            break;
    return (yonder_text){url.ptr + at, url.len - at};
}

static void put_changes(words *w, const yn_diff *diff)
{
    const yn_diff_change *c;
    w->len = 0;
    w->bytes[0] = '\0';
    for (size_t i = 0; (c = yn_diff_change_at(diff, i)); i++) {
        yonder_text path = path_of(c->witness.url);
        put_words(w, "%s%.*s: ", i ? "; " : "", (int)path.len, path.ptr);
        put_answer(w, &c->before);
        put_words(w, " -> ");
        put_answer(w, &c->after);
    }
}

static void what_changes_is_shown(void **state)
{
    (void)state;
    static words changes;
    static const row rows[] = {
        {"/a /b", "/a /b", ""},
        {"/a /b\n/c /d", "# moved\n/c /d\n/a /b", ""},
        {"/a /b", "/a /b 301", ""},
        {"/a /b", "/a /b?", "/a?q=1: 301 /b?q=1 -> 301 /b"},
        {"/a /b", "/a /c", "/a: 301 /b -> 301 /c"},
        {"/a /b", "/a /b 308", "/a: 301 /b -> 308 /b"},
        {"/a /b", "", "/a: 301 /b -> none"},
        {"", "/a /b", "/a: none -> 301 /b"},
        {"/a /b", "/a - gone", "/a: 301 /b -> 410"},
        {"/a/* /b/:splat", "/a/* /c/:splat", "/a/any1: 301 /b/any1 -> 301 /c/any1"},
        {"/:x/b /1\n/a/:y /2", "/a/:y /2\n/:x/b /1", "/a/b: 301 /1 -> 301 /2"},
        {"/a/* /1", "/a/x /2\n/a/* /1", "/a/x: 301 /1 -> 301 /2"},
        {"/p id=1 /1\n/p /2", "/p /2", "/p?id=1: 301 /1 -> 301 /2?id=1"},
        {"/a /b language=de\n/a /c", "/a /c", "/a: 301 /b -> 301 /c; /a: 301 /c -> 301 /c"},
        {"/a /b", "/a /b\n/a /c", ""},
        {"[h.example]\n/a /b", "[h.example]\n/a /c", "/a: 301 /b -> 301 /c"},
        {"[h.example]\nhttps permanent", "[h.example]\nhttps temporary",
         "/any1/any2: 308 https://h.example/any1/any2 -> 307 https://h.example/any1/any2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yonder_rules *before = rules_of(rows[i].before, yonder_text_of(rows[i].before));
        yonder_rules *after = rules_of(rows[i].after, yonder_text_of(rows[i].after));
        yn_proof_options options = {.now = TEST_NOW};
        yn_diff diff;
        assert_int_equal(yn_diff_sets(&diff, before, after, &options), YONDER_OK);
        put_changes(&changes, &diff);
        assert_text(rows[i].before, yonder_text_of(changes.bytes), rows[i].changes);
        yn_diff_free(&diff);
        yonder_rules_free(before);
        yonder_rules_free(after);
    }
}

/* ---- against brute force --------------------------------------------------------------------- */

static char scratch[2][YONDER_RULES_SCRATCH(4096)];

typedef struct pair {
    const yonder_rules *rules[2];
    const yn_diff *diff;
    const char *texts[2];
    unsigned different;
} pair;

static bool is_told(const yn_diff *diff, const yonder_rules_answer *a, const yonder_rules_answer *b)
{
    const yn_diff_change *c;
    for (size_t i = 0; (c = yn_diff_change_at(diff, i)); i++)
        if (c->before.line == a->line && c->after.line == b->line)
            return true;
    return false;
}

static void check_target(pair *p, const char *target)
{
    yonder_rules_answer answers[2] = {{0}, {0}};
    for (size_t i = 0; i < 2; i++) {
        yonder_rules_request request = {.https = true,
                                        .host = yonder_text_of("any.example"),
                                        .target = yonder_text_of(target),
                                        .now = TEST_NOW};
        if (yonder_rules_match(p->rules[i], &request, scratch[i], sizeof scratch[i], &answers[i]) !=
            1)
            answers[i] = (yonder_rules_answer){0};
    }
    if (answers[0].status == answers[1].status &&
        answers[0].location.len == answers[1].location.len &&
        (!answers[0].location.len ||
         memcmp(answers[0].location.ptr, answers[1].location.ptr, answers[0].location.len) == 0))
        return;
    p->different++;
    if (is_told(p->diff, &answers[0], &answers[1]))
        return;
    print_error("%s: line %u, then line %u: not told\n%s---\n%s", target, answers[0].line,
                answers[1].line, p->texts[0], p->texts[1]);
    fail();
}

static void check_below(pair *p, char *target, size_t len, unsigned left)
{
    static const char *const segments[] = {"a", "b", "c", "zb"};
    char with_query[128];
    check_target(p, target);
    snprintf(with_query, sizeof with_query, "%s?n=1", target);
    check_target(p, with_query);
    for (size_t i = 0; left && i < sizeof segments / sizeof *segments; i++) {
        size_t more = (size_t)snprintf(target + len, 8, len == 1 ? "%s" : "/%s", segments[i]);
        check_below(p, target, len + more, left - 1);
        target[len] = '\0';
    }
}

// The second set is the first one without a line, or with two lines that changed places.
static void change(text *out, const char *rules, unsigned count)
{
    unsigned line = dice(count - 1), n = 0;
    bool swap = dice(2);
    const char *kept = rules;
    out->len = 0;
    for (; *rules; n++) {
        size_t len = strcspn(rules, "\n") + 1;
        if (n == line)
            kept = rules;
        else
            out->len += (size_t)snprintf(out->bytes + out->len, sizeof out->bytes - out->len,
                                         "%.*s", (int)len, rules);
        if (n == line + 1 && swap)
            out->len += (size_t)snprintf(out->bytes + out->len, sizeof out->bytes - out->len,
                                         "%.*s", (int)strcspn(kept, "\n") + 1, kept);
        rules += len;
    }
}

static void nothing_that_changes_is_missed(void **state)
{
    (void)state;
    unsigned different = 0;
    for (unsigned number = 0; number < 600; number++) {
        text before, after;
        unsigned count = random_rules(&before, 5000000 + number, false, number % 2 == 0);
        if (strchr(before.bytes, '~')) // of regular expressions, samples are tried
            continue;
        change(&after, before.bytes, count);
        yonder_rules *sets[] = {rules_of(before.bytes, yonder_text_of(before.bytes)),
                                rules_of(after.bytes, yonder_text_of(after.bytes))};
        yn_proof_options options = {.now = TEST_NOW};
        yn_diff diff;
        assert_int_equal(yn_diff_sets(&diff, sets[0], sets[1], &options), YONDER_OK);
        pair p = {{sets[0], sets[1]}, &diff, {before.bytes, after.bytes}, 0};
        char target[64] = "/";
        check_below(&p, target, 1, 4);
        different += p.different;
        yn_diff_free(&diff);
        yonder_rules_free(sets[0]);
        yonder_rules_free(sets[1]);
    }
    print_message("# %u requests answered differently\n", different);
    assert_true(different);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_changes_is_shown),
        cmocka_unit_test(nothing_that_changes_is_missed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
