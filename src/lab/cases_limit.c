// SPDX-License-Identifier: MIT
// How many redirects in a row, and loops.
#include "lab/case.h"

#define SECTION  "RFC 9110, section 15.4, and Fetch standard, section 4.4"
#define FETCH_20 "The twenty-first redirect in a row is one too many."

#define CHAIN(n, ...)                                                                              \
    {                                                                                              \
        .id = "limit-chain-" #n, .title = #n " redirects in a row", .section = SECTION,            \
        .asked = FETCH_20, .visits = {{"GET", "{http}{base}/" #n, NULL, {NULL}}},                  \
        .pages = {{"#", YN_LAB_ANY, 302, "Location: {base}/{n}\n"}}, .outcomes = {                 \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

// Steps that stand for any number of requests, so that patterns stay short.
#define S   "* * > "
#define S5  S S S S S
#define S20 S5 S5 S5 S5

#define WITHIN(n, steps)                                                                           \
    CHAIN(n, {YN_LAB_PASS, steps "GET {http}{base}/0", "followed to its end"},                     \
          {YN_LAB_DIFFERS, "...", "given up before its end: the Fetch standard has twenty"})
#define BEYOND(n)                                                                                  \
    CHAIN(n, {YN_LAB_PASS, S20 "* *", "given up at the twenty-first"},                             \
          {YN_LAB_DIFFERS, S20 "* * > * * > ...",                                                  \
           "followed farther than the Fetch standard has it"},                                     \
          {YN_LAB_DIFFERS, "...", "given up earlier than the Fetch standard has it"})

#define LOOP_ASKED "Loops are to be noticed, be it by counting."
#define LOOP_OUTCOMES                                                                              \
    {YN_LAB_FAIL, S20 S20 S20 S20 S20 S20 "...", "it goes on and on"},                             \
        {YN_LAB_DIFFERS, S20 "* * > * * > ...", "given up, later than the Fetch standard has it"}, \
        {YN_LAB_DIFFERS, "* *", "not followed at all"},                                            \
    {                                                                                              \
        YN_LAB_PASS, "...", "given up in time"                                                     \
    }

#define LOOP(name, title_, ...)                                                                    \
    {                                                                                              \
        .id = "limit-" name, .title = title_, .section = SECTION, .asked = LOOP_ASKED,             \
        .visits = {{"GET", "{http}{base}/start", NULL, {NULL}}}, .pages = {__VA_ARGS__},           \
        .outcomes = {LOOP_OUTCOMES},                                                               \
    }

static const yn_lab_case cases[] = {
    WITHIN(5, S5),
    WITHIN(10, S5 S5),
    WITHIN(20, S20),
    BEYOND(21),
    BEYOND(31),
    BEYOND(51),
    LOOP("self", "a redirect to itself",
         {"start", YN_LAB_ANY, 302, "Location: {origin}{base}/start\n"}),
    LOOP("two", "two redirects to each other",
         {"start", YN_LAB_ANY, 302, "Location: {origin}{base}/back\n"},
         {"back", YN_LAB_ANY, 302, "Location: {origin}{base}/start\n"}),
    LOOP("self-301", "a permanent redirect to itself",
         {"start", YN_LAB_ANY, 301, "Cache-Control: no-store\nLocation: {origin}{base}/start\n"}),
    LOOP("fragment", "a redirect to itself with a fragment",
         {"start", YN_LAB_ANY, 302, "Location: {origin}{base}/start#again\n"}),
};

const yn_lab_group yn_lab_limit = {"limit", "Limits and loops", cases,
                                   sizeof cases / sizeof *cases};
