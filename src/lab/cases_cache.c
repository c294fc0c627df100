// SPDX-License-Identifier: MIT
// May the answer be used again without asking? The same visit twice. Where the answer is a page,
// there is another visit between, for a page that is asked for while it is shown is reloaded, and
// one after, which shows that the second was made.
#include "lab/case.h"

#define START   "{http}{base}/start"
#define GO      "GET " START
#define END     "GET {http}{base}/end"
#define BETWEEN "GET {http}{base}/between"
#define LAST    "GET {http}{base}/last"

#define ASKED_AGAIN GO " > " END " > " GO " > " END
#define REUSED      GO " > " END " > " END
#define NOT_SHOWN                                                                                  \
    {YN_LAB_DIFFERS, GO " > " GO, "not followed"},                                                 \
    {                                                                                              \
        YN_LAB_DIFFERS, GO, "not followed"                                                         \
    }

// Followed or not, with the visits between and after.
#define PAGE_ASKED_AGAIN GO " > " END " > " BETWEEN " > " GO " > " END " > " LAST
#define PAGE_REUSED      GO " > " END " > " BETWEEN " > " END " > " LAST
#define SHOWN_AGAIN      GO " > " BETWEEN " > " GO " > " LAST
#define SHOWN_REUSED     GO " > " BETWEEN " > " LAST

#define VISIT(path)                                                                                \
    {                                                                                              \
        "GET", "{http}{base}/" path, NULL,                                                         \
        {                                                                                          \
            NULL                                                                                   \
        }                                                                                          \
    }
#define VISITS                                                                                     \
    {                                                                                              \
        VISIT("start"), VISIT("start")                                                             \
    }
#define PAGE_VISITS                                                                                \
    {                                                                                              \
        VISIT("start"), VISIT("between"), VISIT("start"), VISIT("last")                            \
    }

#define ROW_OF(visits_, status, name, section_, asked_, fields, ...)                               \
    {                                                                                              \
        .id = "cache-" #status "-" name, .title = #status ", " name, .section = section_,          \
        .asked = asked_, .needs = YN_LAB_CACHE, .visits = visits_,                                 \
        .pages = {{"start", YN_LAB_ANY, status, "Location: {base}/end\n" fields}}, .outcomes = {   \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define ROW(...)      ROW_OF(VISITS, __VA_ARGS__)
#define PAGE_ROW(...) ROW_OF(PAGE_VISITS, __VA_ARGS__)

// A cache is free not to use what it may use.
#define MAY_ASKED "May be used again without asking."
#define MAY(status, name, section, fields)                                                         \
    ROW(status, name, section, MAY_ASKED, fields, {YN_LAB_PASS, REUSED, "used again"},             \
        {YN_LAB_PASS, ASKED_AGAIN, "asked again"}, NOT_SHOWN)
#define PAGE_MAY(status, name, section, fields)                                                    \
    PAGE_ROW(status, name, section, MAY_ASKED, fields, {YN_LAB_PASS, PAGE_REUSED, "used again"},   \
             {YN_LAB_PASS, PAGE_ASKED_AGAIN, "asked again"},                                       \
             {YN_LAB_PASS, SHOWN_REUSED, "used again, not followed"},                              \
             {YN_LAB_PASS, SHOWN_AGAIN, "asked again, not followed"})

#define NOT_ASKED "Must not be used again without asking."
#define MUST_NOT(status, name, section, fields)                                                    \
    ROW(status, name, section, NOT_ASKED, fields, {YN_LAB_PASS, ASKED_AGAIN, "asked again"},       \
        {YN_LAB_FAIL, REUSED, "used again without asking"}, NOT_SHOWN)
#define PAGE_MUST_NOT(status, name, section, fields)                                               \
    PAGE_ROW(status, name, section, NOT_ASKED, fields,                                             \
             {YN_LAB_PASS, PAGE_ASKED_AGAIN, "asked again"},                                       \
             {YN_LAB_FAIL, PAGE_REUSED, "used again without asking"},                              \
             {YN_LAB_PASS, SHOWN_AGAIN, "asked again, not followed"},                              \
             {YN_LAB_FAIL, SHOWN_REUSED, "used again without asking"})

#define SECTION "RFC 9111, section 5.2.2"

// `may` and `not` are what permission and prohibition look like; `bare` is one of them.
#define COMMON(status, section, bare, may, not )                                                   \
    bare(status, "bare", section, ""),                                                             \
        may(status, "max-age", SECTION ".1", "Cache-Control: max-age=3600\n"),                     \
        not(status, "max-age-0", SECTION ".1", "Cache-Control: max-age=0\n"),                      \
        not(status, "no-store", SECTION ".5", "Cache-Control: no-store\n"),                        \
        not(status, "no-cache", SECTION ".4", "Cache-Control: no-cache\n"),                        \
        may(status, "expires", "RFC 9111, section 5.3",                                            \
            "Expires: Fri, 01 Jan 2100 00:00:00 GMT\n"),                                           \
        not(status, "expired", "RFC 9111, section 5.3",                                            \
            "Expires: Thu, 01 Jan 1970 00:00:00 GMT\n"),                                           \
        not(status, "vary", "RFC 9111, section 4.1", "Cache-Control: max-age=3600\nVary: *\n")

// Without a Location that is followed.
#define GONE_ROW(name, asked_, fields, ...)                                                        \
    {                                                                                              \
        .id = "cache-410-" name, .title = "410, " name, .section = "RFC 9110, section 15.5.11",    \
        .asked = asked_, .needs = YN_LAB_CACHE, .visits = PAGE_VISITS,                             \
        .pages = {{"start", YN_LAB_ANY, 410, fields}}, .outcomes = {                               \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

static const yn_lab_case cases[] = {
    COMMON(300, "RFC 9110, section 15.4.1", PAGE_MAY, PAGE_MAY, PAGE_MUST_NOT),
    COMMON(301, "RFC 9110, section 15.4.2", MAY, MAY, MUST_NOT),
    COMMON(302, "RFC 9110, section 15.4.3", MUST_NOT, MAY, MUST_NOT),
    COMMON(303, "RFC 9110, section 15.4.4", MUST_NOT, MAY, MUST_NOT),
    COMMON(307, "RFC 9110, section 15.4.8", MUST_NOT, MAY, MUST_NOT),
    COMMON(308, "RFC 9110, section 15.4.9", MAY, MAY, MUST_NOT),
    MAY(301, "must-revalidate", SECTION ".2", "Cache-Control: must-revalidate\n"),
    MUST_NOT(301, "pragma", "RFC 9111, section 5.4", "Cache-Control: no-cache\nPragma: no-cache\n"),
    GONE_ROW("bare", "May be used again without asking.", "",
             {YN_LAB_PASS, SHOWN_AGAIN, "asked again"}, {YN_LAB_PASS, SHOWN_REUSED, "used again"}),
    GONE_ROW("no-store", "Must not be used again without asking.", "Cache-Control: no-store\n",
             {YN_LAB_PASS, SHOWN_AGAIN, "asked again"},
             {YN_LAB_FAIL, SHOWN_REUSED, "used again without asking"}),
    {
        .id = "cache-301-post",
        .title = "301 to a POST, then a GET",
        .section = "RFC 9111, section 4",
        .asked = "The answer to POST is no answer to GET.",
        .needs = YN_LAB_CACHE,
        .visits = {{"POST", START, "k=v", {NULL}},
                   {"GET", START, NULL, {NULL}},
                   {"GET", "{http}{base}/last", NULL, {NULL}}},
        .pages = {{"start", YN_LAB_ANY, 301, "Location: {base}/end\n"}},
        .outcomes = {{YN_LAB_PASS, "POST " START " > * * > " GO " > " END " > " LAST,
                      "asked again"},
                     {YN_LAB_FAIL, "POST " START " > * * > " END " > " LAST,
                      "used again without asking"}},
    },
};

const yn_lab_group yn_lab_cache = {"cache", "Redirects kept in a cache", cases,
                                   sizeof cases / sizeof *cases};
