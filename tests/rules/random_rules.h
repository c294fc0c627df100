// SPDX-License-Identifier: MIT
// Random rule files without errors, of few words in many shapes, so that rules meet; and random
// requests for them.
#ifndef YN_TESTS_RANDOM_RULES_H
#define YN_TESTS_RANDOM_RULES_H

#include "test.h"

#include <yonder/rules.h>

#include "base/hash.h"

typedef struct chance {
    uint64_t state;
} chance;

static inline unsigned below(chance *c, unsigned n)
{
    c->state += 0x9e3779b97f4a7c15u;
    return (unsigned)(yn_hash_mix(c->state, 0xd6e8feb86659fd93u) % n);
}

#define PICK(c, list) (list)[below(c, sizeof(list) / sizeof *(list))]

typedef struct page {
    char text[1 << 16];
    size_t len;
} page;

static inline void put(page *p, const char *s)
{
    size_t len = strlen(s);
    assert_true(p->len + len < sizeof p->text);
    memcpy(p->text + p->len, s, len + 1);
    p->len += len;
}

static inline yonder_text page_text(const page *p)
{
    return (yonder_text){p->text, p->len};
}

/* ---- sections -------------------------------------------------------------------------------- */

typedef struct section_row {
    const char *line;
    unsigned list;        /**< those with one number list the same hosts; 0: outside */
    const char *hosts[2]; /**< that a URL inside may name */
} section_row;

static const section_row section_rows[] = {
    {"", 0, {NULL, NULL}},
    {"[a.test]", 1, {"a.test", "A.TEST."}},
    {"[A.TEST]", 1, {"a.test", "*.test"}},
    {"[b.a.test]", 2, {"b.a.test", "*.a.test"}},
    {"[*.a.test]", 3, {"*.a.test", "b.a.test"}},
    {"[a.test *.a.test]", 4, {"a.test", "c.b.a.test"}},
    {"[b.a.test  a.test b.a.test]", 5, {"a.test", "b.a.test"}},
    {"[*.b.a.test c.b.a.test]", 6, {"c.b.a.test", "*.b.a.test"}},
    {"[bücher.test [::1]]", 7, {"[::1]", "BÜCHER.test"}},
    {"[xn--bcher-kva.test. [0:0::1]]", 7, {"xn--bcher-kva.test", "[::1]"}},
    {"[127.1] # a number", 8, {"127.0.0.1", "0x7f.1"}},
    {"[127.0.0.1 *.test]", 9, {"127.1", "*.a.test"}},
};

enum {
    section_lists = 10
};

/** What is known of the files so far. */
typedef struct writing {
    page *out;
    chance *c;
    bool sites;   /**< lines about sites may be written */
    bool shares;  /**< shares between nothing and all, too */
    bool request; /**< it is no file */
    const section_row *section;
    unsigned said[section_lists]; /**< a bit for each line */
    bool has_rules[section_lists];
    bool anything;
    // The last FROM and its pairs, for another rule of the same.
    char from[512];
    bool has_from;
    unsigned bound, groups;
    bool splat, named;
} writing;

/** Begins files that are read together. */
static inline writing writing_of(chance *c, bool sites, bool shares)
{
    return (writing){.c = c, .sites = sites, .shares = shares, .section = section_rows};
}

/* ---- site lines ------------------------------------------------------------------------------ */

static const char *const site_lines[][8] = {
    {"https permanent", "https 302", "https off", "https temporary", "https off"},
    {"hsts max-age=600", "hsts max-age=31536000;includesubdomains preload", "hsts off"},
    {"canonical a.test", "canonical A.test:8443", "canonical bücher.test", "canonical off"},
    {"maintenance off", "maintenance on", "maintenance on retry-after=120", "maintenance /a",
     "maintenance https://a.test/a?x retry-after=1", "maintenance off", "maintenance off"},
    {"http10 302", "http10 301", "http10 off"},
    {"query pass", "query drop", "query ignore=p", "query ignore=q*,p%20",
     "query ignore=%2Fs,a%2Bb"},
    {"slash ignore", "slash exact"},
    {"case ignore", "case exact"},
    {"cache max-age=60", "cache max-age=60,public", "cache no-store", "cache off"},
};

enum {
    site_line_count = sizeof site_lines / sizeof *site_lines,
    comparing_lines = 6, // the number of `slash`, which `case` follows
};

static inline void put_site_lines(writing *w)
{
    unsigned list = w->section->list;
    bool may_compare = list ? !w->has_rules[list] : !w->anything;
    for (unsigned i = 0; i < site_line_count; i++) {
        bool compares = i == comparing_lines || i == comparing_lines + 1;
        unsigned count = 0;
        while (count < 8 && site_lines[i][count])
            count++;
        if (below(w->c, 8) || w->said[list] >> i & 1 || (compares && !may_compare))
            continue;
        w->said[list] |= 1u << i;
        put(w->out, site_lines[i][below(w->c, count)]);
        put(w->out, below(w->c, 4) ? "\n" : " # so\n");
    }
}

/* ---- FROM ------------------------------------------------------------------------------------ */

static const char *const segment_words[] = {
    "a",  "a",   "a",   "a", "b",   "b", "b",     "%61",   "c%c3%a9", "cé",      "",    ".",
    "..", "%2e", "x:y", "%", "%25", "A", "b%2Fc", "b%2fc", "[x|",     "%5bx%7C", "ſKa", "\u212Aa"};
static const char *const pair_names[] = {"p", "q", "p%20", "r", "%2Fs", "a%2Bb"};
static const char *const pair_values[] = {"1", "2", "a%2Fb", "a/b", "1+2", "1%202", "%3Ax"};
static const char *const host_words[] = {
    "a.test", "b.a.test", "c.b.a.test",          "*.a.test", "*.b.a.test", "A.TEST", "bücher.test",
    "[::1]",  "127.1",    "xn--bcher-kva.test.", "*.test"};

typedef struct regex_row {
    const char *from;
    unsigned groups;
    bool named; // it has a group "w"
} regex_row;

static const regex_row regex_rows[] = {
    {"~^/a", 0, false},
    {"~*^/A", 0, false},
    {"~^/a/b$", 0, false},
    {"~b$", 0, false},
    {"~^/(a|b)(/.*)?$", 2, false},
    {"~^/cé(.*)", 1, false},
    {"~*^/C(É)", 1, false},
    {"~(?<w>a+)/", 1, true},
    {"~^/a/(?<w>[^/]*)$", 1, true},
    {"~^/[^/]+/a$", 0, false},
    {"~*^/ska", 0, false},
    {"~*^/ka", 0, false},
    {"~^/$", 0, false},
    {"~^/a?b", 0, false},
    {"~^/\\[x(.)", 1, false},
    {"~^/b%2Fc", 0, false},
    {"~^/(?:a|b)/(a)|^/(b)$", 2, false},
    {"~^/ab{0}/", 0, false},
    {"~^/a\\x2fb", 0, false},
    {"~^(?i)/B", 0, false},
    {"~^//", 0, false},
    {"~", 0, false}, // completed below
};

static inline void put_path(writing *w, bool pattern)
{
    unsigned count = 1 + below(w->c, 3),
             splat = pattern && below(w->c, 3) == 0 ? below(w->c, 4) : 9;
    w->splat = false;
    for (unsigned i = 0; i < count || (splat < 9 && !w->splat); i++) {
        put(w->out, "/");
        if (!w->splat && (i == splat || i == 3)) {
            put(w->out, "*");
            w->splat = true;
        } else if (pattern && below(w->c, 3) == 0) {
            char name[16];
            snprintf(name, sizeof name, ":n%u", w->bound++);
            put(w->out, name);
        } else {
            const char *word = PICK(w->c, segment_words);
            bool dots = i == 0 && !*word && !w->request;
            put(w->out, dots ? "./" : word); // two slashes at the start would be a host's
        }
    }
}

static inline void put_url_start(writing *w)
{
    static const char *const schemes[] = {"http://", "https://", "HTTP://", "//", "//"};
    static const char *const ports[] = {"", "", ":80", ":443", ":8080"};
    put(w->out, PICK(w->c, schemes));
    put(w->out, w->section->list ? w->section->hosts[below(w->c, 2)] : PICK(w->c, host_words));
    put(w->out, PICK(w->c, ports));
}

static inline void put_pairs(writing *w, bool may_capture)
{
    unsigned first = below(w->c, 6);
    for (unsigned i = 0; i < 4 && below(w->c, 3) == 0; i++) {
        put(w->out, " ");
        put(w->out, pair_names[(first + i) % 6]);
        put(w->out, "=");
        if (below(w->c, 3) == 0 && may_capture) {
            char name[16];
            snprintf(name, sizeof name, ":n%u", w->bound++);
            put(w->out, name);
        } else if (below(w->c, 4)) {
            put(w->out, PICK(w->c, pair_values));
        }
    }
}

// FROM and its pairs; returns whether TO may use what they bind.
static inline void put_from(writing *w)
{
    size_t start = w->out->len;
    bool may_capture = true;
    w->bound = w->groups = 0;
    w->splat = w->named = false;
    if (below(w->c, 6) == 0) {
        const regex_row *row = &regex_rows[below(w->c, sizeof regex_rows / sizeof *regex_rows)];
        put(w->out, row->from);
        if (!row->from[1]) {
            put(w->out, "^/");
            put(w->out, below(w->c, 2) ? "a{1}" : "b.*c?");
        }
        w->groups = row->groups;
        w->named = row->named;
    } else {
        if (below(w->c, 4) == 0)
            put_url_start(w);
        size_t path = w->out->len;
        put_path(w, below(w->c, 3) != 0);
        // Dot segments may take a placeholder away: such a rule must not use it.
        may_capture = !strstr(w->out->text + path, "/.") && !strstr(w->out->text + path, "/%2e");
    }
    put_pairs(w, may_capture);
    if (!may_capture) {
        w->bound = 0;
        w->splat = false;
    }
    w->has_from = w->out->len - start < sizeof w->from;
    if (w->has_from)
        memcpy(w->from, w->out->text + start, w->out->len - start + 1);
}

/* ---- TO -------------------------------------------------------------------------------------- */

static inline void put_target(writing *w)
{
    static const char *const starts[] = {"/t",
                                         "/",
                                         "https://to.test/",
                                         "//to.test/",
                                         "https://é.test:81/",
                                         "http://to.test/t/t",
                                         "/t?own=1",
                                         "/t?",
                                         "/t#f",
                                         "/t?#f",
                                         "/é|x",
                                         "/[%2[?[%zz",
                                         "https://to.test",
                                         "/x#?$:"};
    static const char *const groups[] = {"$0", "${1}", "$1a", "${2}", "$2"};
    put(w->out, "");
    if (w->bound && below(w->c, 6) == 0)
        put(w->out, "https://:n0.to.test/");
    else if (w->groups && below(w->c, 6) == 0)
        put(w->out, "//${1}.to.test/");
    else
        put(w->out, PICK(w->c, starts));
    if (w->out->text[w->out->len - 1] == ':')
        put(w->out, "/");
    if (!strstr(w->out->text + w->out->len - 4, "test"))
        for (unsigned i = 0; i < w->bound; i++) {
            char use[16];
            snprintf(use, sizeof use, ":n%u%s", i, below(w->c, 2) ? "/" : "");
            put(w->out, use);
        }
    bool in_host = !strcmp(w->out->text + w->out->len - 4, "test");
    if (w->splat && !in_host && below(w->c, 4))
        put(w->out, below(w->c, 2) ? ":splat" : "?s=:splat");
    if (w->groups && !in_host && below(w->c, 4))
        put(w->out, groups[below(w->c, w->groups == 2 ? 5 : 3)]);
    if (w->named && !in_host && below(w->c, 2))
        put(w->out, ":w");
}

static inline void put_conditions(writing *w)
{
    static const char *const words[] = {" method=GET",
                                        " method=HEAD,PUT",
                                        " method=POST",
                                        " country=DE,at",
                                        " header:X-A=",
                                        " header:x-a=*",
                                        " header:X-A=a*c",
                                        " header:Accept=*html*",
                                        " header:X-A=é%20%2A*",
                                        " cookie=s,t",
                                        " cookie:s=1",
                                        " cookie:s=",
                                        " cookie:t=a*",
                                        " from=2026-01-01",
                                        " until=2026-01-01T12:00",
                                        " from=2026-01-01T12:00:00+02:00",
                                        " share=0%",
                                        " share=100%",
                                        " http=1.0",
                                        " http=1.1"};
    static const char *const languages[] = {" language=de", " language=de-AT,fr", " language=en",
                                            " language=de", " language=zh-Hant-TW,de-x-a"};
    static const char *const shares[] = {" share=30%", " share=50.5%", " share=99.99%"};
    if (below(w->c, 5) == 0)
        put(w->out, PICK(w->c, languages));
    for (unsigned i = 0; i < 3 && below(w->c, 6) == 0; i++)
        put(w->out, PICK(w->c, words));
    if (w->shares && below(w->c, 6) == 0)
        put(w->out, PICK(w->c, shares));
}

/** One rule, without the end of its line. */
static inline void put_rule(writing *w)
{
    static const char *const statuses[] = {"", " 301", " permanent", " 307", " see-other", " 302"};
    static const char *const without[] = {"", " gone", " 403", " 404", " 410", " 451"};
    if (w->has_from && below(w->c, 3) == 0)
        put(w->out, w->from);
    else
        put_from(w);
    put(w->out, below(w->c, 4) ? " " : " \t ");
    if (below(w->c, 10) == 0) {
        put(w->out, "-");
        put(w->out, PICK(w->c, without));
    } else {
        put_target(w);
        put(w->out, PICK(w->c, statuses));
    }
    put_conditions(w);
    if (below(w->c, 8) == 0)
        put(w->out, " # why");
    w->has_rules[w->section->list] = w->anything = true;
}

/* ---- files ----------------------------------------------------------------------------------- */

static inline void put_section(writing *w)
{
    w->section = &section_rows[1 + below(w->c, sizeof section_rows / sizeof *section_rows - 1)];
    w->anything = true;
    w->has_from = false; // a URL may be of another host
    put(w->out, w->section->line);
    put(w->out, "\n");
}

/** One more file, of `most` rules at most. */
static inline void put_file(writing *w, page *out, unsigned most)
{
    unsigned rules = 1 + below(w->c, most);
    w->out = out;
    out->len = 0;
    w->section = section_rows;
    w->has_from = false;
    if (w->sites)
        put_site_lines(w);
    for (unsigned i = 0; i < rules; i++) {
        if (below(w->c, 6) == 0) {
            put_section(w);
            if (w->sites)
                put_site_lines(w);
        }
        put_rule(w);
        put(out, below(w->c, 10) ? "\n" : "\r\n\n");
    }
}

/* ---- requests -------------------------------------------------------------------------------- */

enum {
    most_fields = 6
};

/** A request with room for what it points at. */
typedef struct random_request {
    yonder_rules_request request;
    yonder_field fields[most_fields];
    page target;
} random_request;

static inline void put_query(page *p, chance *c)
{
    put(p, "?");
    for (unsigned i = below(c, 5); i; i--) {
        put(p, PICK(c, pair_names));
        put(p, below(c, 6) ? "=" : "");
        put(p, below(c, 5) ? PICK(c, pair_values) : "");
        put(p, i > 1 || below(c, 4) == 0 ? "&" : "");
    }
}

static inline void put_fields(random_request *r, chance *c)
{
    static const char *const fields[][2] = {
        {"Accept-Language", "de"},
        {"accept-language", "de-AT;q=0.5, en;q=0.8"},
        {"Accept-Language", "fr, *;q=0.1, de;q=0"},
        {"Accept-Language", "zh-hant-tw-x-a,zh;q=0.9,de-x-a-b ; q=0.25"},
        {"X-A", ""},
        {"X-A", "abc"},
        {"x-a", " a, c "},
        {"X-A", "é *c"},
        {"Accept", "text/html, */*"},
        {"Cookie", "s=1; t=abc"},
        {"Cookie", "t ; s=; s=1"},
        {"cookie", "u=1;t=x"},
    };
    r->request.fields = r->fields;
    r->request.field_count = 0;
    for (unsigned i = below(c, most_fields + 1); i; i--) {
        const char *const *field = PICK(c, fields);
        r->fields[r->request.field_count++] =
            (yonder_field){yonder_text_of(field[0]), yonder_text_of(field[1])};
    }
}

static inline void make_request(random_request *r, chance *c)
{
    static const char *const hosts[] = {"",
                                        "a.test",
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
    static const char *const methods[] = {"", "GET", "HEAD", "POST"};
    static const char *const clients[] = {"", "192.0.2.1", "192.0.2.2", "2001:db8::7"};
    static const char *const countries[] = {"", "DE", "at", "FR"};
    static const int64_t times[] = {0, 1767225599, 1767225600, 1767261599, 1767261600, 1767268800};
    writing w = writing_of(c, false, false);
    *r = (random_request){.request = {.https = below(c, 2), .http10 = below(c, 4) == 0}};
    w.request = true;
    w.out = &r->target;
    r->target.len = 0;
    put_path(&w, false);
    if (below(c, 4) == 0)
        put(&r->target, "/");
    if (below(c, 2))
        put_query(&r->target, c);
    r->request.target = page_text(&r->target);
    r->request.host = yonder_text_of(PICK(c, hosts));
    r->request.method = yonder_text_of(PICK(c, methods));
    r->request.client = yonder_text_of(PICK(c, clients));
    r->request.country = yonder_text_of(PICK(c, countries));
    r->request.now = PICK(c, times);
    put_fields(r, c);
}

#endif
