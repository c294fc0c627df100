// SPDX-License-Identifier: MIT
// Header fields the user gave, on the way to another origin or with another method. What a client
// makes up itself (cookies of a jar, a Referer) shows in the report and is not graded here.
#include "lab/case.h"

#define START   "{http}{base}/start"
#define SECTION "RFC 9110, section 15.4, and Fetch standard, section 4.4"

// Its arguments are looked through before they are counted.
#define ACROSS(...) ACROSS_(__VA_ARGS__)
#define ACROSS_(name, title_, needs_, field, line, asked_, start, where, outcome)                  \
    {                                                                                              \
        .id = "headers-" name, .title = title_, .section = SECTION, .asked = asked_,               \
        .needs = needs_, .visits = {{"GET", start "{base}/start", NULL, {line, NULL}}},            \
        .pages = {{"start", YN_LAB_ANY, 302, "Location: " where "{base}/end\n"}}, .outcomes = {    \
            outcome(field, "GET " start "{base}/start +" field, "GET " where "{base}/end ")        \
        }                                                                                          \
    }

// clang-format off
#define NO_START(field) {YN_LAB_DIFFERS, "* * -" field " > ...", "the field was not sent at all"},     \
                        {YN_LAB_DIFFERS, "* *", "not followed"}
#define MUST_GO(field, first, next)                                                                \
    {YN_LAB_PASS, first " > " next "-" field, "not sent to the other origin"},                     \
    {YN_LAB_FAIL, first " > " next "+" field, "a secret was sent to another origin"},              \
    NO_START(field)
#define SHOULD_GO(field, first, next)                                                              \
    {YN_LAB_PASS, first " > " next "-" field, "not sent to the other origin"},                     \
    {YN_LAB_DIFFERS, first " > " next "+" field, "sent to another origin"},                        \
    NO_START(field)
#define STAYS(field, first, next)                                                                  \
    {YN_LAB_PASS, first " > " next "+" field, "sent again to the same origin"},                    \
    {YN_LAB_DIFFERS, first " > " next "-" field, "not sent again"},                                \
    NO_START(field)
#define MAY_GO(field, first, next)                                                                 \
    {YN_LAB_PASS, first " > " next "+" field, "sent again: it is the user's own"},                 \
    {YN_LAB_PASS, first " > " next "-" field, "not sent to the other origin"},                     \
    NO_START(field)
// clang-format on

#define SECRET_ASKED "What tells who the user is, is not for another origin."
#define SAME_ASKED   "The origin is the same: what the user gave goes along."
#define OWN_ASKED    "Fields the client knows nothing about: left to the client and its user."

#define AUTHORIZATION "Authorization", "Authorization: Bearer lab-secret"
#define COOKIE        "Cookie", "Cookie: lab=secret"
#define OWN           "X-Lab", "X-Lab: mine"

#define THREE(name, title, needs, secret, start, where)                                            \
    ACROSS(name "-authorization", "Authorization, " title, needs, AUTHORIZATION, SECRET_ASKED,     \
           start, where, secret),                                                                  \
        ACROSS(name "-cookie", "Cookie, " title, needs, COOKIE, SECRET_ASKED, start, where,        \
               secret),                                                                            \
        ACROSS(name "-own", "a field of the user's own, " title, needs, OWN, OWN_ASKED, start,     \
               where, MAY_GO)

#define HOST       "http://start.{name}:{port1}"
#define OTHER_HOST "http://other.{name}:{port1}"
#define BELOW_HOST "http://below.start.{name}:{port1}"
#define ABOVE_HOST "http://{name}:{port1}"

// What describes the content goes with the content.
#define CONTENT(name, title_, status, asked_, first, pass_, pass_why, fail, fail_why)              \
    {                                                                                              \
        .id = "headers-" name, .title = title_, .section = "RFC 9110, section 15.4, item 5",       \
        .asked = asked_,                                                                           \
        .visits = {{"POST", START, "k=v", {"Content-Language: en", "X-Lab: mine"}}},               \
        .pages = {{"start", YN_LAB_ANY, status, "Location: {base}/end\n"}}, .outcomes = {          \
            {YN_LAB_PASS, first pass_, pass_why},                                                  \
            {YN_LAB_FAIL, first fail, fail_why},                                                   \
            {YN_LAB_DIFFERS, "POST " START, "not followed"},                                       \
        }                                                                                          \
    }
#define FIRST    "POST " START " +body +Content-Type +Content-Language > "
#define GET_END  "GET {http}{base}/end -body "
#define POST_END "POST {http}{base}/end +body "

static const yn_lab_case cases[] = {
    ACROSS("same-authorization", "Authorization, to the same origin", 0, AUTHORIZATION, SAME_ASKED,
           "{http}", "{http}", STAYS),
    ACROSS("same-cookie", "Cookie, to the same origin", 0, COOKIE, SAME_ASKED, "{http}", "{http}",
           STAYS),
    ACROSS("same-own", "a field of the user's own, to the same origin", 0, OWN, SAME_ASKED,
           "{http}", "{http}", STAYS),
    // Cookies are not kept apart by port (RFC 6265 section 8.5), so one that goes there is no leak
    // of the worst kind; an Authorization is.
    ACROSS("port-authorization", "Authorization, to another port", 0, AUTHORIZATION, SECRET_ASKED,
           "{http}", "{http2}", MUST_GO),
    ACROSS("port-cookie", "Cookie, to another port", 0, COOKIE, SECRET_ASKED, "{http}", "{http2}",
           SHOULD_GO),
    ACROSS("port-own", "a field of the user's own, to another port", 0, OWN, OWN_ASKED, "{http}",
           "{http2}", MAY_GO),
    THREE("host", "to another host", YN_LAB_NAMES, MUST_GO, HOST, OTHER_HOST),
    THREE("below", "to a host below", YN_LAB_NAMES, SHOULD_GO, HOST, BELOW_HOST),
    THREE("above", "to the host above", YN_LAB_NAMES, MUST_GO, HOST, ABOVE_HOST),
    THREE("upgrade", "from http to https", YN_LAB_TLS, SHOULD_GO, "{http}", "{https}"),
    THREE("downgrade", "from https to http", YN_LAB_TLS, MUST_GO, "{https}", "{http}"),
    {
        .id = "headers-back-authorization",
        .title = "Authorization, to another port and back",
        .section = SECTION,
        .asked = "What was taken off on the way does not come back.",
        .visits = {{"GET", START, NULL, {"Authorization: Bearer lab-secret", NULL}}},
        .pages = {{"start", YN_LAB_ANY, 302, "Location: {http2}{base}/away\n"},
                  {"away", YN_LAB_ANY, 302, "Location: {http}{base}/end\n"}},
        .outcomes = {{YN_LAB_PASS,
                      "GET " START " +Authorization > GET {http2}{base}/away -Authorization > "
                      "GET {http}{base}/end -Authorization",
                      "taken off at the other origin, for good"},
                     {YN_LAB_DIFFERS,
                      "GET " START " +Authorization > GET {http2}{base}/away -Authorization > "
                      "GET {http}{base}/end +Authorization",
                      "sent once more to the origin it was given for"},
                     {YN_LAB_FAIL, "* * > * * +Authorization > ...",
                      "a secret was sent to another origin"},
                     NO_START("Authorization")},
    },
    {
        .id = "headers-origin",
        .title = "an Origin the user gave, to another port",
        .section = SECTION,
        .asked = "It names who asks; across origins browsers send \"null\" or nothing.",
        .visits = {{"POST", START, "k=v", {"Origin: http://example.com", NULL}}},
        .pages = {{"start", YN_LAB_ANY, 307, "Location: {http2}{base}/end\n"}},
        .outcomes = {{YN_LAB_PASS, "POST " START " +Origin > POST {http2}{base}/end", "followed"},
                     {YN_LAB_DIFFERS, "POST " START, "not followed"},
                     NO_START("Origin")},
    },
    CONTENT("content-gone", "POST that becomes GET", 303,
            "Without content, no field that describes it.", FIRST,
            GET_END "-Content-Type -Content-Language", "they went with the content", GET_END,
            "a GET without content describes its content"),
    CONTENT("content-kept", "POST that stays POST", 307,
            "The content goes along, and the fields that describe it.", FIRST,
            POST_END "+Content-Type +Content-Language", "they went along", POST_END,
            "the content was sent without what describes it"),
};

const yn_lab_group yn_lab_hygiene = {"headers", "Header fields across origins and methods", cases,
                                     sizeof cases / sizeof *cases};
