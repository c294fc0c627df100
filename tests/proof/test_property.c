// SPDX-License-Identifier: MIT
// Random small rule sets over a tiny alphabet: every URL up to a certain depth is followed, and
// what is seen has to be what was told: each loop, each chain, each rule that never fires.
#include "proof/proof_test.h"
#include "proof/random_rules.h"

#include <yonder/url.h>

enum {
    most_hops = 60,
    depth = 4,
    url_room = 8192,
};

/* ---- all requests ---------------------------------------------------------------------------- */

typedef struct journey {
    uint32_t lines[most_hops];
    bool upgrades[most_hops];
    size_t count;
    bool repeats;
    size_t loop; // where it begins
} journey;

static char scratch[YONDER_RULES_SCRATCH(url_room)];
static const char *const hosts[] = {"h.example", "g.example", "any.example"};

static bool is_served(const char *host, bool named)
{
    return strcmp(host, "any.example") == 0 || named;
}

// From one URL on, as a browser would.
static void travel(journey *j, const yonder_rules *rules, const char *url, bool named)
{
    static char seen[most_hops][url_room];
    yonder_url at;
    memset(j, 0, sizeof *j);
    assert_int_equal(yonder_url_parse(&at, yonder_text_of(url), NULL, NULL), YONDER_OK);
    while (j->count < most_hops) {
        snprintf(seen[j->count], url_room, "%s", at.href);
        for (size_t i = 0; i < j->count && !j->repeats; i++)
            if (strcmp(seen[i], at.href) == 0) {
                j->repeats = true;
                j->loop = i;
            }
        if (j->repeats)
            break;
        char host[256];
        yonder_text h = yonder_url_get(&at, YONDER_URL_HOST);
        snprintf(host, sizeof host, "%.*s", (int)h.len, h.ptr);
        yonder_rules_request request = {.https = at.href[4] == 's',
                                        .host = h,
                                        .target = yonder_url_target(&at),
                                        .now = 1800000000};
        yonder_rules_answer answer;
        if (!is_served(host, named) ||
            yonder_rules_match(rules, &request, scratch, sizeof scratch, &answer) != 1)
            break;
        yonder_url next;
        assert_int_equal(yonder_url_parse(&next, answer.location, &at, NULL), YONDER_OK);
        j->lines[j->count] = answer.line;
        j->upgrades[j->count++] =
            at.href[4] != 's' && next.href[4] == 's' && strcmp(at.href + 4, next.href + 5) == 0;
        yonder_url_free(&at, NULL);
        at = next;
        if (at.length > url_room / 2)
            break;
    }
    yonder_url_free(&at, NULL);
}

/* ---- what was told --------------------------------------------------------------------------- */

static bool names_line(const yn_proof_finding *f, uint32_t line)
{
    for (size_t i = 0; i < f->rule_count; i++)
        if (f->rules[i].line == line)
            return true;
    return false;
}

static bool has_code(const yn_proof_finding *f, const char *prefix)
{
    return strncmp(yn_proof_codes[f->code].code, prefix, strlen(prefix)) == 0;
}

static bool is_undecided(const yn_proof *proof, uint32_t line)
{
    const yn_proof_undecided *u;
    for (size_t i = 0; (u = yn_proof_undecided_at(proof, i)); i++)
        if (u->rule.line == line)
            return true;
    return false;
}

// The rules of the loop, and no others.
static bool loop_is_told(const yn_proof *proof, const uint32_t *lines, size_t count)
{
    const yn_proof_finding *f;
    for (size_t i = 0; (f = yn_proof_finding_at(proof, i)); i++) {
        size_t n = 0, k = 0;
        for (; has_code(f, "loop") && n < count && names_line(f, lines[n]); n++) {
        }
        if (!count || n < count || !has_code(f, "loop"))
            continue;
        for (; k < f->rule_count; k++) {
            size_t m = 0;
            while (m < count && lines[m] != f->rules[k].line)
                m++;
            if (m == count)
                break;
        }
        if (k == f->rule_count)
            return true;
    }
    for (size_t n = 0; n < count; n++)
        if (is_undecided(proof, lines[n]))
            return true;
    return false;
}

static bool chain_is_told(const yn_proof *proof, uint32_t first, uint32_t second)
{
    const yn_proof_finding *f;
    for (size_t i = 0; (f = yn_proof_finding_at(proof, i)); i++)
        if (has_code(f, "chain") && f->rules[0].line == first &&
            (first == second || (f->rule_count > 1 && names_line(f, second))))
            return true;
    return is_undecided(proof, first);
}

/* ---- both ------------------------------------------------------------------------------------ */

typedef struct trial {
    const yonder_rules *rules;
    const yn_proof *proof;
    const char *text;
    bool named;
    bool fired[most_rules + 8];
    unsigned loops, chains;
} trial;

static void complain(const trial *t, const char *url, const char *what, const journey *j)
{
    const yn_proof_finding *f;
    print_error("%s: %s\n%s", url, what, t->text);
    for (size_t i = 0; i < j->count && i < 12; i++)
        print_error("  line %u", j->lines[i]);
    print_error("\ntold:\n");
    for (size_t i = 0; (f = yn_proof_finding_at(t->proof, i)); i++)
        print_error("  %s line %u: %.*s\n", yn_proof_codes[f->code].code, f->rules[0].line,
                    f->message.len < 100 ? (int)f->message.len : 100, f->message.ptr);
    fail();
}

// What was told about the rule is then a loop; a pair that keeps it from looping is no merit.
static bool is_endless_without_query(const trial *t, const char *url)
{
    char path[512];
    journey j;
    snprintf(path, sizeof path, "%.*s", (int)strcspn(url, "?"), url);
    travel(&j, t->rules, path, t->named);
    return strchr(url, '?') && (j.repeats || j.count >= most_hops / 3);
}

static void check_url(trial *t, const char *url)
{
    journey j;
    uint32_t begin[2];
    size_t n = 0;
    travel(&j, t->rules, url, t->named);
    if (j.count)
        t->fired[j.lines[0]] = true;
    if (j.repeats) {
        t->loops++;
        if (!loop_is_told(t->proof, j.lines + j.loop, j.count - j.loop))
            complain(t, url, "a loop that was not told", &j);
        return;
    }
    if (j.count >= most_hops / 3) { // on and on, or very long: some rule of it was told
        t->loops++;
        bool told = false;
        const yn_proof_finding *f;
        for (size_t i = 0; (f = yn_proof_finding_at(t->proof, i)); i++)
            told = told || ((has_code(f, "loop") || has_code(f, "chain-too")) &&
                            names_line(f, j.lines[j.count - 1]));
        if (!told && !is_undecided(t->proof, j.lines[j.count - 1]))
            complain(t, url, "an endless chain that was not told", &j);
        return;
    }
    if (j.count && j.upgrades[0]) // the same chain begins at the next URL
        return;
    for (size_t i = 0; i < j.count && n < 2; i++)
        if (!j.upgrades[i])
            begin[n++] = j.lines[i];
    t->chains += n == 2;
    if (n == 2 && !chain_is_told(t->proof, begin[0], begin[1]) && !is_endless_without_query(t, url))
        complain(t, url, "a chain that was not told", &j);
}

static void check_below(trial *t, const char *origin, char *path, size_t len, unsigned left)
{
    static const char *const queries[] = {"", "?n=1", "?n=2", "?n=", "?n=1&o=2"};
    static const char *const segments[] = {"a", "b", "c", "zb", ""};
    char url[512];
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        snprintf(url, sizeof url, "%s%.*s%s", origin, (int)len, path, queries[i]);
        check_url(t, url);
    }
    for (size_t i = 0; left && i < sizeof segments / sizeof *segments; i++) {
        bool begins = len == 1 || (len == 2 && path[1] == '/');
        if (!segments[i][0] && begins)
            continue;
        size_t more = (size_t)snprintf(path + len, 8, begins ? "%s" : "/%s", segments[i]);
        check_below(t, origin, path, len + more, left - 1);
    }
}

// What was told really happens.
static void check_findings(trial *t)
{
    const yn_proof_finding *f;
    for (size_t i = 0; (f = yn_proof_finding_at(t->proof, i)); i++) {
        char url[url_room];
        journey j;
        if (!f->witness.url.len)
            continue;
        snprintf(url, sizeof url, "%.*s", (int)f->witness.url.len, f->witness.url.ptr);
        travel(&j, t->rules, url, t->named);
        if (has_code(f, "loop") && !j.repeats && j.count < most_hops / 3)
            complain(t, url, "no loop", &j);
        if (has_code(f, "chain") && (j.repeats || j.count < 2 || j.lines[0] != f->rules[0].line))
            complain(t, url, "no chain", &j);
        if (has_code(f, "shadowed") || has_code(f, "duplicate")) {
            if (j.count == 0 || j.lines[0] != f->rules[1].line)
                complain(t, url, "another rule answers", &j);
            if (t->fired[f->rules[0].line])
                complain(t, url, "a rule is alive", &j);
        }
    }
}

static bool is_told_dead(const yn_proof *proof, uint32_t line)
{
    const yn_proof_finding *f;
    for (size_t i = 0; (f = yn_proof_finding_at(proof, i)); i++)
        if ((has_code(f, "shadowed") || has_code(f, "duplicate")) && f->rules[0].line == line)
            return true;
    return false;
}

typedef struct totals {
    unsigned loops, chains, dead, undecided;
} totals;

static void one_set(uint64_t number, bool urls, bool queries, totals *sum)
{
    text t;
    unsigned count = random_rules(&t, number, urls, queries);
    yonder_rules *rules = rules_of(t.bytes, yonder_text_of(t.bytes));
    yn_proof proof;
    yn_proof_options options = {.now = 1800000000};
    yonder_text named[] = {yonder_text_of("h.example"), yonder_text_of("g.example"),
                           yonder_text_of("any.example")};
    if (urls) {
        options.hosts = named;
        options.host_count = 3;
    }
    assert_int_equal(yn_prove(&proof, rules, &options), YONDER_OK);
    trial now = {rules, &proof, t.bytes, urls, {0}, 0, 0};
    char path[64] = "//", origin[64];
    for (size_t h = urls ? 0 : 2; h < 3; h++)
        for (unsigned s = 0; s < (urls ? 2u : 1u); s++) {
            snprintf(origin, sizeof origin, "http%s://%s", s ? "" : "s", hosts[h]);
            check_below(&now, origin, path, 1, depth);
            snprintf(path, sizeof path, "//");
            check_below(&now, origin, path, 2, depth - 1);
        }
    check_findings(&now);
    for (uint32_t line = 1; line <= count; line++) {
        journey none = {0};
        bool dead = is_told_dead(&proof, line);
        sum->dead += dead;
        if (!dead && !now.fired[line] && !is_undecided(&proof, line)) {
            print_error("line %u\n", line);
            complain(&now, "", "a rule that never fires was not told", &none);
        }
    }
    sum->loops += now.loops;
    sum->chains += now.chains;
    sum->undecided += (unsigned)(proof.undecided.len / sizeof(yn_proof_undecided));
    yn_proof_free(&proof);
    yonder_rules_free(rules);
}

static unsigned sets(void)
{
    const char *more = getenv("YONDER_TEST_SETS");
    return more ? (unsigned)atoi(more) : 40;
}

static void every_path_does_what_was_told(void **state)
{
    (void)state;
    totals sum = {0};
    for (unsigned i = 0; i < 4 * sets(); i++)
        one_set(i, false, false, &sum);
    print_message("# %u requests in loops, %u in chains, %u dead rules, %u undecided\n", sum.loops,
                  sum.chains, sum.dead, sum.undecided);
    assert_true(sum.loops && sum.chains && sum.dead);
}

static void every_query_does_what_was_told(void **state)
{
    (void)state;
    totals sum = {0};
    for (unsigned i = 0; i < 2 * sets(); i++)
        one_set(1000000 + i, false, true, &sum);
    print_message("# %u requests in loops, %u in chains, %u dead rules, %u undecided\n", sum.loops,
                  sum.chains, sum.dead, sum.undecided);
}

static void every_host_does_what_was_told(void **state)
{
    (void)state;
    totals sum = {0};
    for (unsigned i = 0; i < sets(); i++)
        one_set(2000000 + i, true, true, &sum);
    print_message("# %u requests in loops, %u in chains, %u dead rules, %u undecided\n", sum.loops,
                  sum.chains, sum.dead, sum.undecided);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_path_does_what_was_told),
        cmocka_unit_test(every_query_does_what_was_told),
        cmocka_unit_test(every_host_does_what_was_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
