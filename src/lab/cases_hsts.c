// SPDX-License-Identifier: MIT
// HTTP Strict Transport Security: is it noted, and does it match? Each case has hosts of its own.
// One visit to learn, one by plain http to show whether it was learnt.
#include "lab/case.h"

#define SAFE       "https://{fresh}{base}"
#define PLAIN      "http://{fresh}{base}"
#define NEEDS      (YN_LAB_NAMES | YN_LAB_TLS | YN_LAB_HSTS)
#define STS        "Strict-Transport-Security: "
#define GOOD       STS "max-age=3600\n"
#define GOOD_BELOW STS "max-age=3600; includeSubDomains\n"

#define LEARNT(note, back)     "GET " note " > GET https://" back
#define NOT_LEARNT(note, back) "GET " note " > GET http://" back

#define UNTAUGHT "it came back by plain http: the client knows no HSTS, or did not take this header"

// What has to be learnt, and what must not be.
#define MUST(note, back)                                                                           \
    {YN_LAB_PASS, LEARNT(note, back), "it came back by https"},                                    \
    {                                                                                              \
        YN_LAB_DIFFERS, NOT_LEARNT(note, back), UNTAUGHT                                           \
    }
#define MUST_NOT(note, back, why)                                                                  \
    {YN_LAB_PASS, NOT_LEARNT(note, back), "it came back by plain http"},                           \
    {                                                                                              \
        YN_LAB_FAIL, LEARNT(note, back), why                                                       \
    }
#define NEED_NOT(note, back, why)                                                                  \
    {YN_LAB_PASS, NOT_LEARNT(note, back), "it came back by plain http"},                           \
    {                                                                                              \
        YN_LAB_DIFFERS, LEARNT(note, back), why                                                    \
    }

#define GET(url)                                                                                   \
    {                                                                                              \
        "GET", url, NULL,                                                                          \
        {                                                                                          \
            NULL                                                                                   \
        }                                                                                          \
    }

#define FORM(name, header, asked_, outcome)                                                        \
    {                                                                                              \
        .id = "hsts-form-" name, .title = header, .section = "RFC 6797, section 6.1",              \
        .asked = asked_, .needs = NEEDS, .visits = {GET(SAFE "/note"), GET(PLAIN "/back")},        \
        .pages = {{"note", YN_LAB_SECURE, 200, STS header "\n"}}, .outcomes = {                    \
            outcome                                                                                \
        }                                                                                          \
    }
#define VALID(name, header)                                                                        \
    FORM(name, header, "Valid: the host is known from now on.",                                    \
         MUST(SAFE "/note", "{fresh}{base}/back"))
// Syntax the standard does not have: clients disagree and none of them is harmful.
#define INVALID(name, header)                                                                      \
    FORM(name, header, "Not of the grammar: to be ignored.",                                       \
         NEED_NOT(SAFE "/note", "{fresh}{base}/back", "taken, though not of the grammar"))

// A client that refuses the certificate never asks; one told to go on must not learn from it.
#define BAD(flaw, title_)                                                                          \
    {                                                                                              \
        .id = "hsts-" flaw, .title = title_, .section = "RFC 6797, section 8.1",                   \
        .asked = "Must be ignored: the connection is not safe.", .needs = NEEDS,                   \
        .visits = {GET("https://" flaw ".{fresh}{base}/note"),                                     \
                   GET("http://" flaw ".{fresh}{base}/back")},                                     \
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD}}, .outcomes = {                               \
            {YN_LAB_PASS, "GET http://" flaw ".{fresh}{base}/back",                                \
             "the certificate was refused, and it came back by plain http"},                       \
            {YN_LAB_DIFFERS,                                                                       \
             "GET https://" flaw ".{fresh}{base}/note > GET http://" flaw ".{fresh}{base}/back",   \
             "the certificate was put up with, but the header was not noted"},                     \
            {YN_LAB_FAIL, "GET https://" flaw ".{fresh}{base}/note > ...",                         \
             "noted with a certificate that is not good"},                                         \
        }                                                                                          \
    }

static const yn_lab_case cases[] = {
    VALID("plain", "max-age=3600"),
    VALID("quoted", "max-age=\"3600\""),
    VALID("capitals", "MAX-AGE=3600; INCLUDESUBDOMAINS"),
    VALID("spaces", "  max-age = 3600 ;  includeSubDomains  "),
    VALID("empty-directives", ";; max-age=3600 ;; ;"),
    VALID("order", "includeSubDomains; max-age=3600"),
    VALID("preload", "max-age=3600; includeSubDomains; preload"),
    VALID("unknown", "max-age=3600; colour=blue; fast"),
    VALID("unknown-quoted", "max-age=3600; colour=\"a;b\""),
    VALID("prefix", "max-age=3600; includeSubDomainsToo"),
    VALID("two-years", "max-age=63072000"),
    VALID("huge", "max-age=99999999999999999999"),
    INVALID("no-max-age", "includeSubDomains"),
    INVALID("no-value", "max-age"),
    INVALID("empty-value", "max-age="),
    INVALID("empty-quotes", "max-age=\"\""),
    INVALID("negative", "max-age=-3600"),
    INVALID("plus", "max-age=+3600"),
    INVALID("fraction", "max-age=3600.5"),
    INVALID("letters", "max-age=3600s"),
    INVALID("hexadecimal", "max-age=0xe10"),
    INVALID("single-quotes", "max-age='3600'"),
    INVALID("half-quoted", "max-age=3600\""),
    INVALID("twice", "max-age=3600; max-age=7200"),
    INVALID("subdomains-twice", "max-age=3600; includeSubDomains; includesubdomains"),
    INVALID("subdomains-value", "max-age=3600; includeSubDomains=true"),
    INVALID("no-semicolon", "max-age=3600 includeSubDomains"),
    INVALID("comma", "max-age=3600, includeSubDomains"),
    INVALID("joined", "max-age=3600, max-age=7200; includeSubDomains"),
    INVALID("two-equals", "max-age==3600"),
    INVALID("nameless", "max-age=3600; =1"),
    INVALID("unknown-empty", "max-age=3600; colour="),
    INVALID("unknown-mark", "max-age=3600; colour=a@b"),
    INVALID("other-name", "maxage=3600"),
    FORM("empty", "", "Not of the grammar: to be ignored.",
         NEED_NOT(SAFE "/note", "{fresh}{base}/back", "taken, though not of the grammar")),

    // -- where it counts
    {
        .id = "hsts-on-301",
        .title = "on a redirect",
        .section = "RFC 6797, section 8.1",
        .asked = "Counts on any response.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET(PLAIN "/back")},
        .pages = {{"note", YN_LAB_SECURE, 301,
                   "Location: {base}/end\nCache-Control: no-store\n" GOOD}},
        .outcomes = {{YN_LAB_PASS, "GET " SAFE "/note > GET " SAFE "/end > GET " SAFE "/back",
                      "it came back by https"},
                     {YN_LAB_DIFFERS, "GET " SAFE "/note > GET " SAFE "/end > GET " PLAIN "/back",
                      UNTAUGHT}},
    },
    {
        .id = "hsts-on-404",
        .title = "on an error",
        .section = "RFC 6797, section 8.1",
        .asked = "Counts on any response.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET(PLAIN "/back")},
        .pages = {{"note", YN_LAB_SECURE, 404, GOOD}},
        .outcomes = {MUST(SAFE "/note", "{fresh}{base}/back")},
    },
    {
        .id = "hsts-on-plain",
        .title = "over plain http",
        .section = "RFC 6797, section 8.1",
        .asked = "Must be ignored: anybody could have put it there.",
        .needs = NEEDS,
        .visits = {GET(PLAIN "/note"), GET(PLAIN "/back")},
        .pages = {{"note", YN_LAB_PLAIN, 200, GOOD}},
        .outcomes = {MUST_NOT(PLAIN "/note", "{fresh}{base}/back",
                              "noted over plain http, where anybody could have put it")},
    },
    {
        .id = "hsts-within-chain",
        .title = "learnt on the way, for the next hop",
        .section = "RFC 6797, section 8.3",
        .asked = "Holds from the moment it is noted.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note")},
        .pages = {{"note", YN_LAB_SECURE, 302, "Location: " PLAIN "/back\n" GOOD}},
        .outcomes = {MUST(SAFE "/note", "{fresh}{base}/back")},
    },
    {
        .id = "hsts-address",
        .title = "for an address",
        .section = "RFC 6797, section 8.1.1",
        .asked = "An address is no host name: not noted.",
        .needs = YN_LAB_TLS | YN_LAB_HSTS,
        .visits = {GET("https://127.0.0.1:{port1}{base}/note"),
                   GET("http://127.0.0.1:{port1}{base}/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD}},
        .outcomes = {MUST_NOT("https://127.0.0.1:{port1}{base}/note",
                              "127.0.0.1:{port1}{base}/back", "noted for an address")},
    },
    {
        .id = "hsts-two-fields",
        .title = "two fields, the first one good",
        .section = "RFC 6797, section 8.1",
        .asked = "Only the first field counts.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET(PLAIN "/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD STS "max-age=0\n"}},
        .outcomes = {MUST(SAFE "/note", "{fresh}{base}/back")},
    },
    {
        .id = "hsts-two-fields-bad",
        .title = "two fields, the second one good",
        .section = "RFC 6797, section 8.1",
        .asked = "Only the first field counts.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET(PLAIN "/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, STS "max-age=0\n" GOOD}},
        .outcomes = {NEED_NOT(SAFE "/note", "{fresh}{base}/back", "a later field counted")},
    },
    BAD("expired", "with a certificate that has expired"),
    BAD("misnamed", "with a certificate for another name"),
    BAD("untrusted", "with a certificate nobody vouches for"),

    // -- how long
    {
        .id = "hsts-forget",
        .title = "max-age=0 takes it back",
        .section = "RFC 6797, section 6.1.1",
        .asked = "The host is no longer known.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET(SAFE "/forget"), GET(PLAIN "/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD},
                  {"forget", YN_LAB_SECURE, 200, STS "max-age=0\n"}},
        .outcomes = {{YN_LAB_PASS, "GET " SAFE "/note > GET " SAFE "/forget > GET " PLAIN "/back",
                      "it came back by plain http"},
                     {YN_LAB_FAIL, "GET " SAFE "/note > GET " SAFE "/forget > GET " SAFE "/back",
                      "max-age=0 did not take it back"}},
    },
    {
        .id = "hsts-zero",
        .title = "max-age=0 for a host that is not known",
        .section = "RFC 6797, section 6.1.1",
        .asked = "Nothing to note.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET(PLAIN "/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, STS "max-age=0; includeSubDomains\n"}},
        .outcomes = {MUST_NOT(SAFE "/note", "{fresh}{base}/back", "max-age=0 was noted")},
    },
    {
        .id = "hsts-refresh",
        .title = "noted again with includeSubDomains",
        .section = "RFC 6797, section 8.1",
        .asked = "The last word counts.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET(SAFE "/again"), GET("http://sub.{fresh}{base}/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD}, {"again", YN_LAB_SECURE, 200, GOOD_BELOW}},
        .outcomes = {{YN_LAB_PASS, "* * > * * > GET https://sub.{fresh}{base}/back",
                      "it came back by https"},
                     {YN_LAB_DIFFERS, "* * > * * > GET http://sub.{fresh}{base}/back", UNTAUGHT}},
    },
    {
        .id = "hsts-narrow",
        .title = "noted again without includeSubDomains",
        .section = "RFC 6797, section 8.1",
        .asked = "The last word counts.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET(SAFE "/again"), GET("http://sub.{fresh}{base}/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD_BELOW}, {"again", YN_LAB_SECURE, 200, GOOD}},
        .outcomes = {{YN_LAB_PASS, "* * > * * > GET http://sub.{fresh}{base}/back",
                      "it came back by plain http"},
                     {YN_LAB_FAIL, "* * > * * > GET https://sub.{fresh}{base}/back",
                      "what was said first still counts"}},
    },

    // -- which hosts
    {
        .id = "hsts-subdomain",
        .title = "includeSubDomains, a host below",
        .section = "RFC 6797, section 8.2",
        .asked = "Covers the hosts below.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET("http://sub.{fresh}{base}/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD_BELOW}},
        .outcomes = {MUST(SAFE "/note", "sub.{fresh}{base}/back")},
    },
    {
        .id = "hsts-subdomain-deep",
        .title = "includeSubDomains, two levels below",
        .section = "RFC 6797, section 8.2",
        .asked = "Covers the hosts below.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET("http://a.sub.{fresh}{base}/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD_BELOW}},
        .outcomes = {MUST(SAFE "/note", "a.sub.{fresh}{base}/back")},
    },
    {
        .id = "hsts-not-subdomain",
        .title = "no includeSubDomains, a host below",
        .section = "RFC 6797, section 8.2",
        .asked = "Covers the host alone.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET("http://sub.{fresh}{base}/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD}},
        .outcomes = {MUST_NOT(SAFE "/note", "sub.{fresh}{base}/back",
                              "a host below was covered, though nobody said so")},
    },
    {
        .id = "hsts-not-above",
        .title = "includeSubDomains, the host above",
        .section = "RFC 6797, section 8.2",
        .asked = "Covers nothing above.",
        .needs = NEEDS,
        .visits = {GET("https://sub.{fresh}{base}/note"), GET(PLAIN "/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD_BELOW}},
        .outcomes = {MUST_NOT("https://sub.{fresh}{base}/note", "{fresh}{base}/back",
                              "the host above was covered")},
    },
    {
        .id = "hsts-carve-out",
        .title = "a host below that says less than the one above",
        .section = "RFC 6797, section 8.2",
        .asked = "Any host above that covers it is enough.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET("https://sub.{fresh}{base}/less"),
                   GET("http://a.sub.{fresh}{base}/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD_BELOW}, {"less", YN_LAB_SECURE, 200, GOOD}},
        .outcomes = {{YN_LAB_PASS, "* * > * * > GET https://a.sub.{fresh}{base}/back",
                      "it came back by https"},
                     {YN_LAB_DIFFERS, "* * > * * > GET http://a.sub.{fresh}{base}/back",
                      "it came back by plain http: no HSTS, or the host between shields it"}},
    },
    {
        .id = "hsts-capitals",
        .title = "the host in capitals",
        .section = "RFC 6797, section 8.2",
        .asked = "Hosts are compared without regard to case.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET("http://{FRESH}{base}/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD}},
        .outcomes = {MUST(SAFE "/note", "{fresh}{base}/back")},
    },
    {
        .id = "hsts-dot",
        .title = "the host with a dot at the end",
        .section = "RFC 6797, section 8.2",
        .asked = "The same host.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET("http://{freshname}.:{port1}{base}/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD}},
        .outcomes = {MUST(SAFE "/note", "{freshname}.:{port1}{base}/back")},
    },
    {
        .id = "hsts-other-port",
        .title = "the same host on another port",
        .section = "RFC 6797, section 8.3",
        .asked = "Holds for every port, which is kept.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET("http://{freshname}:{port2}{base}/back")},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD}},
        .outcomes = {MUST(SAFE "/note", "{freshname}:{port2}{base}/back")},
    },
    {
        .id = "hsts-post",
        .title = "a form that is posted",
        .section = "RFC 6797, section 8.3",
        .asked = "Method and content are kept.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), {"POST", PLAIN "/back", "k=v", {NULL}}},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD}},
        .outcomes = {{YN_LAB_PASS, "GET " SAFE "/note > POST " SAFE "/back +body",
                      "posted by https"},
                     {YN_LAB_DIFFERS, "GET " SAFE "/note > POST " PLAIN "/back +body", UNTAUGHT},
                     {YN_LAB_FAIL, "...", "method or content were lost"}},
    },
    {
        .id = "hsts-redirect-target",
        .title = "a redirect to plain http on a known host",
        .section = "RFC 6797, section 8.3",
        .asked = "Each URL is looked at, those of redirects too.",
        .needs = NEEDS,
        .visits = {GET(SAFE "/note"), GET("http://start.{name}:{port1}{base}/start")},
        .pages = {{"note", YN_LAB_SECURE, 200, GOOD},
                  {"start", YN_LAB_ANY, 302, "Location: " PLAIN "/back\n"}},
        .outcomes = {{YN_LAB_PASS, "* * > * * > GET " SAFE "/back", "it came back by https"},
                     {YN_LAB_DIFFERS, "* * > * * > GET " PLAIN "/back", UNTAUGHT}},
    },
};

const yn_lab_group yn_lab_hsts = {"hsts", "HTTP Strict Transport Security", cases,
                                  sizeof cases / sizeof *cases};
