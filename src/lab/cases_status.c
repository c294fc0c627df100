// SPDX-License-Identifier: MIT
// Statuses 300 to 308 by seven methods. The Location is absolute and good: the status alone counts.
#include "lab/case.h"

#define START "{http}{base}/start"
#define END   "{http}{base}/end"

#define STOPPED(M)      M " " START
#define KEPT(M)         M " " START " > " M " " END " -body"
#define KEPT_WITH(M)    M " " START " +body > " M " " END " +body"
#define KEPT_WITHOUT(M) M " " START " +body > " M " " END " -body"
#define TO_GET(M)       M " " START " > GET " END " -body"

#define NOT_FOLLOWED "not followed; RFC 9110 leaves that open, browsers follow"
#define LOST         "the method is kept but the content is lost: that is another request"
#define CHANGED_301  "the method may be changed for POST only"

#define ROW(code_, name, M, body_, section_, asked_, ...)                                          \
    {                                                                                              \
        .id = "status-" #code_ "-" name, .title = #code_ " in answer to " M,                       \
        .section = "RFC 9110, section " section_, .asked = asked_,                                 \
        .visits = {{M, START, body_, {NULL}}},                                                     \
        .pages = {{"start", YN_LAB_ANY, code_, "Location: {origin}{base}/end\n"}}, .outcomes = {   \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

// ---- what is followed with the same method ------------------------------------------------------

#define PLAIN_ASKED "May be followed, with the same method."
#define PLAIN(code, section, name, M)                                                              \
    ROW(code, name, M, NULL, section, PLAIN_ASKED,                                                 \
        {YN_LAB_PASS, KEPT(M), "followed with the same method"},                                   \
        {YN_LAB_DIFFERS, STOPPED(M), NOT_FOLLOWED},                                                \
        {YN_LAB_FAIL, "...", "the method was changed"})

#define UPLOAD_ASKED "May be followed, with the same method and content; only POST may become GET."
#define UPLOAD(code, section, name, M)                                                             \
    ROW(code, name, M, "k=v", section, UPLOAD_ASKED,                                               \
        {YN_LAB_PASS, KEPT_WITH(M), "followed with the same method and content"},                  \
        {YN_LAB_DIFFERS, STOPPED(M), NOT_FOLLOWED}, {YN_LAB_FAIL, KEPT_WITHOUT(M), LOST},          \
        {YN_LAB_FAIL, "...", CHANGED_301})

#define POST_ASKED                                                                                 \
    "May be followed; for historical reasons POST may become GET, and browsers have it so."
#define POST(code, section)                                                                        \
    ROW(code, "post", "POST", "k=v", section, POST_ASKED,                                          \
        {YN_LAB_PASS, TO_GET("POST"), "POST became GET, as in browsers"},                          \
        {YN_LAB_DIFFERS, KEPT_WITH("POST"), "POST was kept: allowed, but browsers change it"},     \
        {YN_LAB_DIFFERS, STOPPED("POST"), NOT_FOLLOWED},                                           \
        {YN_LAB_FAIL, KEPT_WITHOUT("POST"), LOST})

#define MOVED(code, section)                                                                       \
    PLAIN(code, section, "get", "GET"), PLAIN(code, section, "head", "HEAD"), POST(code, section), \
        UPLOAD(code, section, "put", "PUT"), UPLOAD(code, section, "patch", "PATCH"),              \
        PLAIN(code, section, "delete", "DELETE"), PLAIN(code, section, "options", "OPTIONS")

// ---- 303 ----------------------------------------------------------------------------------------

#define SEE_ASKED "May be followed with a retrieval request, which is GET, or HEAD after HEAD."
#define SEE(name, M, body)                                                                         \
    ROW(303, name, M, body, "15.4.4", SEE_ASKED, {YN_LAB_PASS, TO_GET(M), "followed with GET"},    \
        {YN_LAB_DIFFERS, STOPPED(M), NOT_FOLLOWED},                                                \
        {YN_LAB_FAIL, "...", "followed with a method that does not just retrieve"})

// ---- 307 and 308 --------------------------------------------------------------------------------

#define SAME_ASKED "The method must not be changed when it is followed."
#define SAME(code, section, name, M)                                                               \
    ROW(code, name, M, NULL, section, SAME_ASKED,                                                  \
        {YN_LAB_PASS, KEPT(M), "followed with the same method"},                                   \
        {YN_LAB_DIFFERS, STOPPED(M), NOT_FOLLOWED},                                                \
        {YN_LAB_FAIL, "...", "the method was changed"})
#define SAME_WITH(code, section, name, M)                                                          \
    ROW(code, name, M, "k=v", section, SAME_ASKED,                                                 \
        {YN_LAB_PASS, KEPT_WITH(M), "followed with the same method and content"},                  \
        {YN_LAB_DIFFERS, STOPPED(M), NOT_FOLLOWED}, {YN_LAB_FAIL, KEPT_WITHOUT(M), LOST},          \
        {YN_LAB_FAIL, "...", "the method was changed"})
#define STRICT(code, section)                                                                      \
    SAME(code, section, "get", "GET"), SAME(code, section, "head", "HEAD"),                        \
        SAME_WITH(code, section, "post", "POST"), SAME_WITH(code, section, "put", "PUT"),          \
        SAME_WITH(code, section, "patch", "PATCH"), SAME(code, section, "delete", "DELETE"),       \
        SAME(code, section, "options", "OPTIONS")

// ---- 300, 304, 305, 306 -------------------------------------------------------------------------

#define NONE_OUTCOMES(M)                                                                           \
    {YN_LAB_PASS, STOPPED(M), "not followed"},                                                     \
    {                                                                                              \
        YN_LAB_DIFFERS, "...",                                                                     \
            "followed: RFC 9110 allows that for any 3xx with a Location, the "                     \
            "Fetch standard does not have it"                                                      \
    }
#define NONE(code, section, asked)                                                                 \
    ROW(code, "get", "GET", NULL, section, asked, NONE_OUTCOMES("GET")),                           \
        ROW(code, "head", "HEAD", NULL, section, asked, NONE_OUTCOMES("HEAD")),                    \
        ROW(code, "post", "POST", "k=v", section, asked, NONE_OUTCOMES("POST")),                   \
        ROW(code, "put", "PUT", "k=v", section, asked, NONE_OUTCOMES("PUT")),                      \
        ROW(code, "patch", "PATCH", "k=v", section, asked, NONE_OUTCOMES("PATCH")),                \
        ROW(code, "delete", "DELETE", NULL, section, asked, NONE_OUTCOMES("DELETE")),              \
        ROW(code, "options", "OPTIONS", NULL, section, asked, NONE_OUTCOMES("OPTIONS"))

static const yn_lab_case cases[] = {
    NONE(300, "15.4.1", "A choice for the user; may be followed, and browsers differ."),
    MOVED(301, "15.4.2"),
    MOVED(302, "15.4.3"),
    SEE("get", "GET", NULL),
    ROW(303, "head", "HEAD", NULL, "15.4.4", SEE_ASKED,
        {YN_LAB_PASS, KEPT("HEAD"), "followed with HEAD"},
        {YN_LAB_DIFFERS, TO_GET("HEAD"), "followed with GET: allowed, but browsers keep HEAD"},
        {YN_LAB_DIFFERS, STOPPED("HEAD"), NOT_FOLLOWED},
        {YN_LAB_FAIL, "...", "followed with a method that does not just retrieve"}),
    SEE("post", "POST", "k=v"),
    SEE("put", "PUT", "k=v"),
    SEE("patch", "PATCH", "k=v"),
    SEE("delete", "DELETE", NULL),
    SEE("options", "OPTIONS", NULL),
    NONE(304, "15.4.5", "No redirect to another URL: it names a stored response."),
    NONE(305, "15.4.6", "Deprecated, for its security; not to be followed as a redirect."),
    NONE(306, "15.4.7", "No longer used; a Location has no meaning of its own here."),
    STRICT(307, "15.4.8"),
    STRICT(308, "15.4.9"),
};

const yn_lab_group yn_lab_status = {"status", "Statuses by methods", cases,
                                    sizeof cases / sizeof *cases};
