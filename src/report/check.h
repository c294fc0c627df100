// SPDX-License-Identifier: MIT
// What was found of domains by `yonder check`, for people and for machines.
//
// As JSON, one object a domain. Keys are only ever added; "schema" changes if one's meaning does:
//
//   {"schema":1, "domain","ascii","time","verdict","result","cut_short",
//    "chromium":{"errors":[{"code","summary","message"}…],"warnings":[…]},
//    and each other grader's name:{"errors":[{"code","summary","message","host","url"}…],
//                                  "warnings":[…],"notes":[…]},
//    "baseline":{"known","worse":[{"grader","code","host","severity"}…],"better":[…]} or null,
//    "grades":{NAME:{"title","verdict","passed","unknown","score"}…},
//    "readings":[{"client","valid","reason","max_age","include_subdomains"}…],
//    "chains":{"http":{"hops":[{"url","status","error","location","hsts":[values]}…],"end"}
//              or null, "https","www_http","www_https"},
//    "hosts":[{"host","origin","exists","addresses","port_80","port_443","https","distrust"}…],
//    "lists":[{"list","version","listed","matched","include_subdomains","policy"}…]}
//
// "chromium" is what the preload list's own service answers, member for member; what more there is
// to say of it stands in "grades". Empty lists are []. "readings" are those of
// the header of https://DOMAIN/, where clients part over it.
#ifndef YN_REPORT_CHECK_H
#define YN_REPORT_CHECK_H

#include "audit/grade.h"
#include "base/json.h"
#include "report/style.h"

/** The grader whose issues have the members of the list's own service, and no more. */
#define YN_CHECK_COMPATIBLE "chromium"

typedef struct yn_checked_grade {
    const yn_grader *grader;
    yn_grade grade;
} yn_checked_grade;

/** What comes of a domain for the exit code: X(name, code). */
#define YN_CHECK_RESULTS(X)                                                                        \
    X(YN_CHECK_PASSED, "passed")                                                                   \
    X(YN_CHECK_FAILED, "failed")                                                                   \
    X(YN_CHECK_UNKNOWN, "unknown") /* it could not be told */

typedef enum yn_check_result {
#define YN_CHECK_RESULT_ENUM(name, code) name,
    YN_CHECK_RESULTS(YN_CHECK_RESULT_ENUM)
#undef YN_CHECK_RESULT_ENUM
} yn_check_result;

const char *yn_check_result_code(yn_check_result result);

/** An issue that is there now and was not before, or the other way round. */
typedef struct yn_check_change {
    yonder_text grader, code, host;
    yn_severity severity;
} yn_check_change;

/** Against an earlier run. */
typedef struct yn_check_changes {
    bool known; /**< the domain was in it */
    yn_check_change *worse, *better;
    size_t worse_count, better_count;
} yn_check_changes;

/** A domain, with what graders say of it. Borrowed. */
typedef struct yn_checked {
    const yn_audit *audit;
    const yn_checked_grade *grades; /**< in the order in which they are shown */
    size_t count;
    const yn_checked_grade *own; /**< whose issues are told in full: yonder's, or NULL for all */
    const char *server; /**< whose lines are shown: "nginx"…; NULL: that which answers, if
                             it says so, or every one; "all" */
    yn_check_result result;
    const yn_check_changes *changes; /**< NULL where nothing was compared */
} yn_checked;

/** Whether `server` of yn_checked may be that. */
bool yn_check_is_server(const char *name);

/** The report as text. */
void yn_check_text(yn_buf *out, const yn_checked *checked, const yn_style *style);

/** A line for a domain, and one for each finding that counts and is no note. */
void yn_check_brief(yn_buf *out, const yn_checked *checked, const yn_style *style);

/** The verdict and the name, without a line end. */
void yn_check_line(yn_buf *out, const yn_checked *checked, const yn_style *style);

/** The issues of one severity as the list's own service has them, an array of that name. */
void yn_check_issues(yn_json *j, const yn_grade *grade, const char *name, yn_severity severity);

/** One object; a document of its own, or a line, or an item of an array. */
void yn_check_json(yn_json *j, const yn_checked *checked);

/** A page is begun, gets a section for each domain, and is ended. It loads nothing from anywhere
 * and has no script; a section opens by itself, and is open from the start if it is to be. */
void yn_check_html_begin(yn_buf *out, size_t domains);
void yn_check_html(yn_buf *out, const yn_checked *checked, bool open);
void yn_check_html_end(yn_buf *out);

/** How many issues of that severity the grade has. */
size_t yn_check_count(const yn_grade *grade, yn_severity severity);

/** The word of the first line, and whether it is good. Yonder's verdict; without it, of what others
 *  say. */
yonder_text yn_check_verdict(const yn_checked *checked, yn_look *look);

#endif
