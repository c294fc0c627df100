// SPDX-License-Identifier: MIT
#include "directory/life.h"

#include <string.h>

#include "base/text.h"

/* ---- words -------------------------------------------------------------------------------------
 */

static const char *const state_codes[] = {
#define CODE(name, code) code,
    YN_LIFE_STATES(CODE)};

static const char *const kind_codes[] = {YN_LIFE_KINDS(CODE)};
#undef CODE

static const struct {
    const char *code, *summary;
    bool error;
} answers[] = {
#define ANSWER(name, code, error, summary) {code, summary, error},
    YN_LIFE_ANSWERS(ANSWER)
#undef ANSWER
};

const char *yn_life_state_code(yn_life_state state)
{
    return state_codes[state];
}

const char *yn_life_kind_code(yn_life_kind kind)
{
    return kind_codes[kind];
}

static bool find(yonder_text code, const char *const *codes, unsigned count, unsigned *out)
{
    for (unsigned i = 0; i < count; i++)
        if (yn_equal(code, yonder_text_of(codes[i]))) {
            *out = i;
            return true;
        }
    return false;
}

bool yn_life_state_find(yonder_text code, yn_life_state *out)
{
    return find(code, state_codes, YN_LIFE_STATE_COUNT, out);
}

bool yn_life_kind_find(yonder_text code, yn_life_kind *out)
{
    return find(code, kind_codes, YN_LIFE_KIND_COUNT, out);
}

/* ---- the machine -------------------------------------------------------------------------------
 */

enum {
    never,     // the event cannot happen there
    stays = 1, // the state is as before
    goes = 2,  // goes + the next state
};

#define U YN_LIFE_UNKNOWN
#define P YN_LIFE_PENDING
#define L YN_LIFE_PRELOADED
#define R YN_LIFE_REJECTED
#define X YN_LIFE_REMOVED
#define A YN_LIFE_PENDING_REMOVAL
#define M YN_LIFE_PENDING_AUTOMATED_REMOVAL

// Who submits again while a removal is pending stays what he was: on the list, if he was on it.
static const unsigned char table[YN_LIFE_KIND_COUNT][YN_LIFE_STATE_COUNT] = {
    [YN_LIFE_SUBMITTED] =
        {[U] = goes + P, [R] = goes + P, [X] = goes + P, [A] = goes + L, [M] = goes + L},
    [YN_LIFE_REJECTION] = {[P] = goes + R},
    [YN_LIFE_PUBLISHED] = {[P] = goes + L},
    [YN_LIFE_IMPORTED] =
        {[U] = goes + L, [P] = goes + L, [R] = goes + L, [X] = goes + L, [L] = stays},
    [YN_LIFE_REMOVAL_REQUESTED] = {[P] = goes + A, [L] = goes + A, [M] = goes + A},
    [YN_LIFE_SCAN_FAILED] = {[L] = stays, [A] = stays, [M] = stays},
    [YN_LIFE_SCAN_PASSED] = {[L] = stays, [A] = stays, [M] = stays},
    [YN_LIFE_MARKED] = {[L] = goes + M},
    [YN_LIFE_SPARED] = {[M] = goes + L},
    [YN_LIFE_WITHDRAWN] = {[L] = goes + X, [A] = goes + X, [M] = goes + X},
    [YN_LIFE_POLICY_SET] = {[P] = stays, [L] = stays, [A] = stays, [M] = stays},
    [YN_LIFE_ALLOWED] = {[R] = stays, [X] = stays, [A] = stays},
};

// What the operator can do beside: bar what nobody submitted yet, and what is out or going already.
static const unsigned char operators[YN_LIFE_KIND_COUNT][YN_LIFE_STATE_COUNT] = {
    [YN_LIFE_REJECTION] = {[U] = goes + R, [R] = stays, [X] = goes + R},
    [YN_LIFE_REMOVAL_REQUESTED] = {[A] = stays},
};

static void keep_policy(yn_life *life, yonder_text policy)
{
    size_t len = policy.len < sizeof life->policy - 1 ? policy.len : sizeof life->policy - 1;
    memset(life->policy, 0, sizeof life->policy);
    if (len)
        memcpy(life->policy, policy.ptr, len);
}

static void passes(yn_life *life)
{
    life->failing = 0;
    life->failing_since = life->failing_at = 0;
}

static void fails(yn_life *life, int64_t at)
{
    if (life->failing++ == 0)
        life->failing_since = at;
    life->failing_at = at;
}

// What the event says beside the state. `before` is the state it came to.
static void note(yn_life *life, const yn_life_event *event, yn_life_state before)
{
    switch (event->kind) {
    case YN_LIFE_SUBMITTED: // a member that comes back has its policy still
        if (!life->published)
            keep_policy(life, event->policy);
        life->include_subdomains = event->include_subdomains;
        life->submitted = event->at;
        passes(life);
        break;
    case YN_LIFE_IMPORTED:
        keep_policy(life, event->policy);
        life->include_subdomains = event->include_subdomains;
        life->published = true;
        break;
    case YN_LIFE_PUBLISHED:
        life->published = true;
        break;
    case YN_LIFE_POLICY_SET:
        keep_policy(life, event->policy);
        break;
    case YN_LIFE_SCAN_FAILED:
        fails(life, event->at);
        break;
    case YN_LIFE_SCAN_PASSED:
    case YN_LIFE_SPARED:
        passes(life);
        break;
    case YN_LIFE_ALLOWED:
        life->barred = false;
        break;
    case YN_LIFE_REMOVAL_REQUESTED:
        life->barred |= event->by_operator;
        break;
    case YN_LIFE_REJECTION:
    case YN_LIFE_WITHDRAWN:
        life->barred |= event->by_operator && event->kind == YN_LIFE_REJECTION;
        keep_policy(life, YN_TEXT(""));
        life->include_subdomains = life->published = false;
        passes(life);
        break;
    default:
        break;
    }
    if (life->state != before)
        life->changed = event->at;
}

// Where it leads by the tables, or `never`.
static unsigned next(const yn_life *life, const yn_life_event *event)
{
    unsigned to = table[event->kind][life->state];
    if (to == never && event->by_operator)
        to = operators[event->kind][life->state];
    bool comes = event->kind == YN_LIFE_SUBMITTED || event->kind == YN_LIFE_IMPORTED;
    bool lifts = event->kind == YN_LIFE_ALLOWED;
    if ((comes && life->barred) || (lifts && !(life->barred && event->by_operator)))
        to = never;
    return to;
}

bool yn_life_apply(yn_life *life, const yn_life_event *event)
{
    unsigned to = next(life, event);
    yn_life_state before = life->state;
    if (to == never)
        return false;
    if (to >= goes)
        life->state = (yn_life_state)(to - goes);
    // What was never in a version goes back to waiting for one.
    if (event->kind == YN_LIFE_SUBMITTED && life->state == YN_LIFE_PRELOADED && !life->published)
        life->state = YN_LIFE_PENDING;
    note(life, event, before);
    return true;
}

/* ---- rules -------------------------------------------------------------------------------------
 */

bool yn_life_is_bulk(yonder_text policy)
{
    return yn_equal(policy, YN_TEXT("bulk-1-year")) || yn_equal(policy, YN_TEXT("bulk-18-weeks"));
}

const char *yn_life_requirement(const yn_life *life)
{
    return strcmp(life->policy, "bulk-18-weeks") == 0 ? "bulk-18-weeks" : "bulk-1-year";
}

bool yn_life_is_policy(yonder_text policy)
{
    for (size_t i = 0; i < policy.len; i++)
        if (policy.ptr[i] != '-' && !yn_is_digit((unsigned char)policy.ptr[i]) &&
            (policy.ptr[i] < 'a' || policy.ptr[i] > 'z'))
            return false;
    return policy.len && policy.len < YN_LIFE_POLICY_MAX;
}

static const char *const policies[] = {
#define POLICY(policy) policy,
    YN_LIFE_POLICIES(POLICY)
#undef POLICY
};

#define POLICY(policy) " " policy
const char yn_life_known_policies[] = "the policies are:" YN_LIFE_POLICIES(POLICY);
#undef POLICY

bool yn_life_is_known_policy(yonder_text policy)
{
    unsigned number;
    return find(policy, policies, sizeof policies / sizeof *policies, &number);
}

bool yn_life_is_due(const yn_life *life, const yn_life_rule *rule)
{
    return life->state == YN_LIFE_PRELOADED && yn_life_is_bulk(yonder_text_of(life->policy)) &&
           life->failing >= rule->scans &&
           life->failing_at - life->failing_since > (int64_t)rule->days * 86400;
}

static yn_life_answer to_remove(const yn_life *life)
{
    switch (life->state) {
    case YN_LIFE_PENDING_REMOVAL:
        return YN_LIFE_ALREADY_PENDING_REMOVAL;
    case YN_LIFE_REMOVED:
        return YN_LIFE_ALREADY_REMOVED;
    case YN_LIFE_PENDING:
        return YN_LIFE_GO_ON;
    case YN_LIFE_PRELOADED:
    case YN_LIFE_PENDING_AUTOMATED_REMOVAL:
        return yn_life_is_bulk(yonder_text_of(life->policy)) ? YN_LIFE_GO_ON : YN_LIFE_PROTECTED;
    default:
        return YN_LIFE_NOT_PRELOADED;
    }
}

yn_life_answer yn_life_ask(const yn_life *life, yn_life_wish wish)
{
    if (wish == YN_LIFE_TO_REMOVE)
        return to_remove(life);
    return life->barred                       ? YN_LIFE_BARRED
           : life->state == YN_LIFE_PENDING   ? YN_LIFE_ALREADY_PENDING
           : life->state == YN_LIFE_PRELOADED ? YN_LIFE_ALREADY_PRELOADED
                                              : YN_LIFE_GO_ON;
}

const char *yn_life_answer_code(yn_life_answer answer)
{
    return answers[answer].code;
}

const char *yn_life_answer_summary(yn_life_answer answer)
{
    return answers[answer].summary;
}

bool yn_life_answer_is_error(yn_life_answer answer)
{
    return answers[answer].error;
}
