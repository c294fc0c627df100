// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "front/page.h"
#include "report/check_words.h"
#include "report/html.h"

enum {
    day = 86400,
};

/* ---- tables ------------------------------------------------------------------------------------
 */

static const struct {
    const char *words, *look;
} states[YN_LIFE_STATE_COUNT] = {
    [YN_LIFE_UNKNOWN] = {"Not on the list", "dim"},
    [YN_LIFE_PENDING] = {"Waiting for the next version", "good"},
    [YN_LIFE_PRELOADED] = {"On the list", "good"},
    [YN_LIFE_REJECTED] = {"Not taken", "bad"},
    [YN_LIFE_REMOVED] = {"Removed", "dim"},
    [YN_LIFE_PENDING_REMOVAL] = {"Leaves with the next version", "notice"},
    [YN_LIFE_PENDING_AUTOMATED_REMOVAL] = {"About to be removed: it fails", "bad"},
};

// For good, as far as its owner goes.
static bool is_barred(const yn_life *life)
{
    return life->barred && (life->state == YN_LIFE_REJECTED || life->state == YN_LIFE_REMOVED);
}

const char *yn_page_state_words(const yn_life *life)
{
    if (is_barred(life))
        return "Not taken by the operator";
    if (life->state == YN_LIFE_PRELOADED && life->failing)
        return "On the list, and failing";
    return states[life->state].words;
}

const char *yn_page_state_look(const yn_life *life)
{
    if (is_barred(life))
        return "bad";
    if (life->state == YN_LIFE_PRELOADED && life->failing)
        return "notice";
    return states[life->state].look;
}

const char *yn_page_kind_words(yn_life_kind kind, yn_actor actor)
{
    static const char *const words[YN_LIFE_KIND_COUNT] = {
        [YN_LIFE_SUBMITTED] = "Submitted: it meets the requirements",
        [YN_LIFE_REJECTION] = "Not taken into the list",
        [YN_LIFE_PUBLISHED] = "Entered the list",
        [YN_LIFE_IMPORTED] = "Taken over from an earlier list",
        [YN_LIFE_REMOVAL_REQUESTED] = "Its owner asked to leave",
        [YN_LIFE_SCAN_FAILED] = "A scan failed",
        [YN_LIFE_SCAN_PASSED] = "A scan passed again",
        [YN_LIFE_MARKED] = "Marked for removal",
        [YN_LIFE_SPARED] = "Stays: the last check passed",
        [YN_LIFE_WITHDRAWN] = "Left the list",
        [YN_LIFE_POLICY_SET] = "Policy set",
        [YN_LIFE_ALLOWED] = "May be submitted again",
    };
    if (kind == YN_LIFE_REMOVAL_REQUESTED && actor == YN_ACTOR_OPERATOR)
        return "The operator takes it off";
    return words[kind];
}

const char *yn_page_actor_words(yn_actor actor)
{
    static const char *const words[YN_ACTOR_COUNT] = {
        [YN_ACTOR_VISITOR] = "a visitor",
        [YN_ACTOR_OPERATOR] = "the operator",
        [YN_ACTOR_SCANNER] = "the scanner",
        [YN_ACTOR_PUBLISHER] = "the publisher",
    };
    return words[actor];
}

/* ---- what happens next -------------------------------------------------------------------------
 */

// When the next version is expected, from which on a domain may be in it.
static void put_next(yn_page *page, int64_t not_before)
{
    int64_t interval = page->settings.publish_interval;
    int64_t at = page->next_publish ? page->next_publish : page->now + interval;
    at = at > page->now ? at : page->now;
    bool later = interval && at < not_before;
    if (later) // versions come in steps
        at += (not_before - at + interval - 1) / interval * interval;
    yn_buf_printf(page->out, "version %lld%s, ", (long long)page->newest.number + 1,
                  later ? " or a later one" : "");
    if (!interval || page->by_hand) {
        yn_buf_str(page->out, "which comes when the operator makes it");
    } else if (at <= page->now) {
        yn_buf_str(page->out, "expected shortly");
    } else {
        yn_buf_str(page->out, "expected ");
        yn_page_time(page, at);
    }
}

static void put_pending(yn_page *page, const yn_life *life)
{
    yn_buf_str(page->out, "<p>Submitted ");
    yn_page_time(page, life->submitted);
    yn_buf_str(page->out, ". It enters the list with ");
    put_next(page, life->submitted + page->settings.publish_wait);
    yn_buf_str(page->out,
               ", if it still meets the requirements when that is made. Leave the header "
               "as it is until then, preload included, and after.</p>\n");
}

static void put_failing(yn_page *page, const yn_life *life)
{
    const yn_directory_settings *s = &page->settings;
    int64_t due = life->failing_since + s->removal_days * day;
    yn_buf_printf(page->out, "<p>It fails: %u scan%s in a row, since ", (unsigned)life->failing,
                  life->failing == 1 ? "" : "s");
    yn_page_time(page, life->failing_since);
    yn_buf_printf(page->out,
                  ". After %lld failing scans in a row over more than %lld days it is marked "
                  "for removal, ",
                  (long long)s->removal_scans, (long long)s->removal_days);
    if (page->unwatched) {
        yn_buf_str(page->out, "once the operator has that looked after");
    } else {
        yn_buf_str(page->out, "so not before ");
        yn_page_time(page, due > page->now ? due : page->now);
    }
    yn_buf_str(page->out, ". One scan that passes ends this.</p>\n");
}

static void put_member(yn_page *page, const yn_life *life)
{
    yn_buf_str(page->out, "<p>On the list since ");
    yn_page_time(page, life->changed);
    yn_buf_str(page->out, life->include_subdomains ? ", with every name below it.</p>\n"
                                                   : ", this name alone.</p>\n");
    if (!yn_life_is_bulk(yonder_text_of(life->policy))) {
        yn_buf_str(page->out, "<p>The operator keeps this entry (policy <code>");
        yn_html_put(page->out, yonder_text_of(life->policy));
        yn_buf_str(page->out,
                   "</code>): it is not scanned, and cannot be taken off from here.</p>\n");
    } else if (life->failing) {
        put_failing(page, life);
    } else if (page->unwatched) {
        yn_buf_str(page->out, "<p>It is scanned when the operator has it done; no failing scan "
                              "stands against it.</p>\n");
    } else {
        yn_buf_str(page->out, "<p>It is scanned every ");
        yn_buf words = yn_buf_make(256, page->out->mem);
        yn_duration_write(&words, page->settings.scan_interval);
        yonder_text t = yn_buf_text(&words);
        yn_html_put(page->out, yn_starts_with(t, YN_TEXT("1 ")) ? yn_skip(t, 2) : t);
        yn_buf_free(&words);
        yn_buf_str(page->out, "; no failing scan stands against it.</p>\n");
    }
}

static void put_leaving(yn_page *page, const yn_intake_status *status)
{
    const yn_life *life = &status->life;
    bool asked = life->state == YN_LIFE_PENDING_REMOVAL;
    if (life->barred && status->message.len) { // "The operator takes it off: …"
        yn_buf_str(page->out, "<p>");
        yn_html_put(page->out, status->message);
        yn_buf_str(page->out, "</p>\n<p>Decided ");
    } else {
        yn_buf_str(page->out, life->barred ? "<p>The operator takes it off: decided "
                              : asked      ? "<p>Its owner asked for that "
                                           : "<p>It failed for too long; marked ");
    }
    yn_page_time(page, life->changed);
    yn_buf_str(page->out, ". It leaves the list with ");
    put_next(page, 0);
    yn_buf_str(page->out,
               life->barred ? ".</p>\n"
               : asked      ? ". Submit it again to stay.</p>\n"
                            : ", unless it meets the requirements again when that is made: fix it, "
                              "and submit it again.</p>\n");
    yn_buf_str(page->out,
               "<p>Clients that have an older version go on with HTTPS until they fetch the "
               "new one. Keep HTTPS working.</p>\n");
}

static void put_over(yn_page *page, const yn_life *life)
{
    bool removed = life->state == YN_LIFE_REMOVED;
    yn_buf_str(page->out, removed ? "<p>Off the list since " : "<p>Not taken, ");
    yn_page_time(page, life->changed);
    yn_buf_str(page->out, removed ? ". Clients that have an older version go on with HTTPS until "
                                    "they fetch the new one."
                                  : ".");
    yn_buf_str(page->out,
               life->barred ? " Only the operator can let it in again.</p>\n"
               : removed ? " It may be submitted again once it meets what the list asks for.</p>\n"
                         : " Fix it and submit it again.</p>\n");
}

// Where an ancestor's entry decides.
static void put_covered(yn_page *page, yonder_text by)
{
    yn_buf_str(page->out, "<p>It has no entry of its own. That of <a href=\"/domain?name=");
    yn_page_in_url(page, by);
    yn_buf_str(page->out, "\">");
    yn_page_name(page, by);
    yn_buf_str(page->out,
               "</a> covers it, for that is listed with every name below it. To leave, that one "
               "has to.</p>\n");
}

void yn_page_standing(yn_page *page, yonder_text name, const yn_intake_status *status)
{
    const yn_life *life = &status->life;
    if (status->preloaded_domain.len && !yn_equal(status->preloaded_domain, name)) {
        put_covered(page, status->preloaded_domain);
        return;
    }
    switch (life->state) {
    case YN_LIFE_PENDING:
        put_pending(page, life);
        break;
    case YN_LIFE_PRELOADED:
        put_member(page, life);
        break;
    case YN_LIFE_PENDING_REMOVAL:
    case YN_LIFE_PENDING_AUTOMATED_REMOVAL:
        put_leaving(page, status);
        break;
    case YN_LIFE_REJECTED:
    case YN_LIFE_REMOVED:
        put_over(page, life);
        break;
    default:
        yn_buf_str(page->out, "<p>Nobody has submitted it.</p>\n");
    }
    // What fails, and what the operator takes off, is told above.
    if (status->message.len && life->state != YN_LIFE_PRELOADED &&
        life->state != YN_LIFE_PENDING_REMOVAL) {
        yn_buf_str(page->out, "<p>The reason: ");
        yn_html_put(page->out, status->message);
        yn_buf_str(page->out, "</p>\n");
    }
}
