// SPDX-License-Identifier: MIT
#include "directory/intake.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "directory/day.h"

enum {
    message_max = 1024, // bytes of a sentence
    issues_max = 1 << 20,
    tries_max = 4, // with a state that others change
};

#define POLICY "bulk-1-year" // of what is submitted

// A wish that is being heard.
typedef struct intake {
    const yn_directory *directory;
    yonder_text domain;
    const yn_intake_asker *asker;
    yn_arena *arena;
    yn_intake_answer *out;
    bool shares; // a visit that is under way
} intake;

/* ---- the answer --------------------------------------------------------------------------------
 */

// Issues are few: an array that is full is copied to one twice as long, which the power of two that
// its count is tells.
static int put_issue(yn_arena *arena, yn_intake_issue **all, size_t *count,
                     const yn_intake_issue *issue)
{
    size_t n = *count;
    if ((n & (n - 1)) == 0) {
        yn_intake_issue *more = yn_arena_alloc(arena, (n ? 2 * n : 1) * sizeof *more);
        if (!more)
            return YONDER_NO_MEMORY;
        if (n)
            memcpy(more, *all, n * sizeof *more);
        *all = more;
    }
    (*all)[(*count)++] = *issue;
    return YONDER_OK;
}

static int put(intake *in, bool error, const yn_intake_issue *issue)
{
    yn_intake_answer *o = in->out;
    return error ? put_issue(in->arena, &o->errors, &o->error_count, issue)
                 : put_issue(in->arena, &o->warnings, &o->warning_count, issue);
}

static int tell(intake *in, bool error, const char *code, const char *summary, const char *format,
                ...) __attribute__((format(printf, 5, 6)));

static int tell(intake *in, bool error, const char *code, const char *summary, const char *format,
                ...)
{
    char text[message_max];
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t kept = len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
    const yn_intake_issue issue = {yonder_text_of(code), yonder_text_of(summary),
                                   yn_arena_text(in->arena, (yonder_text){text, kept})};
    return issue.message.ptr ? put(in, error, &issue) : YONDER_NO_MEMORY;
}

// What the check has found.
static int tell_grade(intake *in)
{
    const yn_grade *g = &in->out->assessed.grade;
    int error = YONDER_OK;
    for (size_t i = 0; i < g->count && !error; i++) {
        const yn_issue *found = &g->issues[i];
        const yn_intake_issue issue = {
            yonder_text_of(found->check->code),
            found->title.len ? found->title : yonder_text_of(found->check->title), found->message};
        if (found->check->severity == YN_SEVERITY_ERROR ||
            found->check->severity == YN_SEVERITY_WARNING)
            error = put(in, found->check->severity == YN_SEVERITY_ERROR, &issue);
    }
    if (!error && in->out->assessed.cut_short)
        error = tell(in, true, "server.check.cut_short", "Not checked to the end",
                     "Nothing is wrong so far, but %.*s and what it leads to answer so slowly that "
                     "there was no time to ask for all of it.",
                     YN_PRINT(in->domain));
    return error;
}

// What follows the domain's name in the answer to a wish that its state does not allow. %s is a
// date: that of its submission, or that of its state.
static const char *const told[] = {
    [YN_LIFE_ALREADY_PENDING] = "was submitted on %s, and waits for the next version of the list.",
    [YN_LIFE_ALREADY_PRELOADED] = "is on the list since %s.",
    [YN_LIFE_PROTECTED] = "is on the list since %s by an arrangement with whoever runs it, and can "
                          "be removed by them only.",
    [YN_LIFE_NOT_PRELOADED] = "is neither on the list nor waiting for it.%.0s",
    [YN_LIFE_ALREADY_PENDING_REMOVAL] = "is to leave the list with its next version; that was "
                                        "asked for on %s.",
    [YN_LIFE_ALREADY_REMOVED] = "left the list on %s.",
};

// In the operator's own words, which are what its owner has to go by.
static int tell_barred(intake *in)
{
    yn_store_event event = {.reason = YN_TEXT("")};
    int error =
        yn_store_last(in->directory->store, in->domain,
                      1U << YN_LIFE_REJECTION | 1U << YN_LIFE_REMOVAL_REQUESTED, in->arena, &event);
    if (error && error != YN_STORE_MISSING)
        return error;
    yonder_text reason = yn_trim(event.reason, " .");
    bool removed = event.what.kind == YN_LIFE_REMOVAL_REQUESTED;
    return tell(
        in, true, yn_life_answer_code(YN_LIFE_BARRED), yn_life_answer_summary(YN_LIFE_BARRED),
        "The operator %s%s%.*s. Only the operator can lift that.",
        removed ? "took it off" : "did not take it", reason.len ? ": " : "", YN_PRINT(reason));
}

static int tell_state(intake *in, yn_life_answer answer)
{
    if (answer == YN_LIFE_BARRED)
        return tell_barred(in);
    const yn_life *life = &in->out->life;
    yn_buf day = yn_buf_make(message_max, NULL), text = yn_buf_make(message_max, NULL);
    yn_day_put(&day, answer == YN_LIFE_ALREADY_PENDING ? life->submitted : life->changed);
    yn_buf_char(&day, '\0');
    if (!day.error)
        yn_buf_printf(&text, told[answer], day.ptr); // NOLINT(*-format-nonliteral)
    int error = day.error ? day.error
                : text.error
                    ? text.error
                    : tell(in, yn_life_answer_is_error(answer), yn_life_answer_code(answer),
                           yn_life_answer_summary(answer), "%.*s %.*s", YN_PRINT(in->domain),
                           YN_PRINT(yn_buf_text(&text)));
    yn_buf_free(&day);
    yn_buf_free(&text);
    return error;
}

/* ---- wishes ------------------------------------------------------------------------------------
 */

static int check(intake *in, yn_assess_what what)
{
    const yn_directory *d = in->directory;
    const yn_collector *collector = in->asker->inside ? d->anywhere : d->outside;
    yn_intake_answer *o = in->out;
    int error;
    if (!d->joints || !in->shares) {
        error = yn_assess(collector, in->domain, what, POLICY, in->asker->stop, in->arena,
                          &o->assessed);
    } else {
        error = yn_joint_look(d->joints, collector, in->domain, in->asker->stop, &o->joint);
        if (!error)
            error =
                yn_assess_grade(yn_joint_audit(o->joint), what, POLICY, in->arena, &o->assessed);
    }
    in->out->checked = !error;
    return error ? error : tell_grade(in);
}

// For whoever watches the server. Name and address are of letters that steer nothing.
static void note(const yn_store_event *event)
{
    yn_log(YN_LOG_INFO, "%s %.*s (%s%s%.*s)", yn_life_kind_code(event->what.kind),
           YN_PRINT(event->domain), yn_actor_code(event->actor), event->address.len ? " " : "",
           YN_PRINT(event->address));
}

static int add_event(intake *in, yn_life_kind kind)
{
    const yn_assessed *a = &in->out->assessed;
    yn_buf issues = yn_buf_make(issues_max, NULL);
    yn_assess_issues(&issues, &a->grade, false);
    yn_store_event event = {
        .domain = in->domain,
        .what = {kind, in->directory->now(), YN_TEXT(POLICY), a->include_subdomains},
        .actor = in->asker->actor,
        .address = in->asker->address,
        .issues = yn_buf_text(&issues)};
    int error = issues.error;
    if (!error)
        error = yn_store_add(in->directory->store, &event, &in->out->life);
    if (!error)
        note(&event);
    yn_buf_free(&issues);
    return error;
}

// Submit and remove: what the state allows, then what the domain itself says, then the event; and
// from the state anew where that was changed by somebody else meanwhile.
static int change(intake *in, yn_life_wish wish, yn_assess_what what, yn_life_kind kind)
{
    yn_intake_answer *o = in->out;
    int error = YN_STORE_REFUSED;
    for (int i = 0; i < tries_max && error == YN_STORE_REFUSED; i++) {
        error = yn_store_get(in->directory->store, in->domain, &o->life);
        yn_life_answer answer = error ? YN_LIFE_GO_ON : yn_life_ask(&o->life, wish);
        if (answer != YN_LIFE_GO_ON)
            return tell_state(in, answer);
        if (!error && !o->checked)
            error = check(in, what);
        if (error || o->error_count)
            return error;
        error = add_event(in, kind);
    }
    o->accepted = error == YONDER_OK;
    return error;
}

static int tell_covered(intake *in, yonder_text by)
{
    bool tld = yn_find_char(by, '.') == by.len;
    return tld ? tell(
                     in, true, "server.removable.preloaded_tld", "Listed as a top-level domain",
                     "%.*s is covered by the entry for all of .%.*s, which its registry asked for.",
                     YN_PRINT(in->domain), YN_PRINT(by))
               : tell(in, true, "server.removable.subdomain", "Covered by the domain above it",
                      "%.*s is covered by the entry for %.*s, and can leave the list only with it.",
                      YN_PRINT(in->domain), YN_PRINT(by));
}

// A look. What an ancestor covers cannot be removed by itself, whatever it says.
static int removable(intake *in)
{
    yn_life above;
    yn_buf by = yn_buf_make(message_max, NULL);
    int error = yn_store_covering(in->directory->store, in->domain, &by, &above);
    bool covered = !error && by.len > 0 && !yn_equal(yn_buf_text(&by), in->domain);
    if (covered)
        error = tell_covered(in, yn_buf_text(&by));
    yn_buf_free(&by);
    if (error || covered)
        return error;
    error = check(in, YN_ASSESS_REMOVABLE);
    if (!error && in->out->life.published &&
        yn_life_ask(&in->out->life, YN_LIFE_TO_REMOVE) == YN_LIFE_PROTECTED)
        error = tell(in, true, "server.removable.protected", "Domain is protected",
                     "%.*s is on the list by an arrangement with whoever runs it, and can be "
                     "removed by them only.",
                     YN_PRINT(in->domain));
    return error;
}

int yn_intake(const yn_directory *directory, yn_intake_wish wish, yonder_text domain,
              const yn_intake_asker *asker, yn_arena *arena, yn_intake_answer *out)
{
    yn_intake_answer answer = {0};
    intake in = {directory, domain, asker, arena, &answer, false};
    int error = yn_store_get(directory->store, domain, &answer.life);
    if (error)
        return error;
    switch (wish) {
    case YN_INTAKE_PRELOADABLE:
        in.shares = true;
        error = check(&in, YN_ASSESS_PRELOADABLE);
        break;
    case YN_INTAKE_REMOVABLE:
        in.shares = true;
        error = removable(&in);
        break;
    case YN_INTAKE_SUBMIT:
        error = change(&in, YN_LIFE_TO_SUBMIT, YN_ASSESS_PRELOADABLE, YN_LIFE_SUBMITTED);
        break;
    case YN_INTAKE_REMOVE:
        error = change(&in, YN_LIFE_TO_REMOVE, YN_ASSESS_REMOVABLE, YN_LIFE_REMOVAL_REQUESTED);
        break;
    }
    if (error)
        yn_intake_end(&answer);
    else
        *out = answer;
    return error;
}

void yn_intake_end(yn_intake_answer *answer)
{
    yn_joint_end(answer->joint);
    answer->joint = NULL;
}

/* ---- as JSON -----------------------------------------------------------------------------------
 */

static void write_issues(yn_json *j, const char *name, const yn_intake_issue *issues, size_t count)
{
    yn_json_array(j, name);
    for (size_t i = 0; i < count; i++) {
        yn_json_object(j, NULL);
        yn_json_text(j, "code", issues[i].code);
        yn_json_text(j, "summary", issues[i].summary);
        yn_json_text(j, "message", issues[i].message);
        yn_json_object_end(j);
    }
    yn_json_array_end(j);
}

void yn_intake_write(yn_buf *out, const yn_intake_answer *answer, bool pretty)
{
    yn_json j = yn_json_make(out, pretty);
    yn_json_object(&j, NULL);
    write_issues(&j, "errors", answer->errors, answer->error_count);
    write_issues(&j, "warnings", answer->warnings, answer->warning_count);
    yn_json_object_end(&j);
}
