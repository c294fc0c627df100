// SPDX-License-Identifier: MIT
#include "cli/check_work.h"

#include <stdlib.h>

#include "audit/saved.h"
#include "base/text.h"
#include "cli/preload_file.h"

enum {
    output_max = 1 << 28,
    message_max = 1 << 12,
};

/* ---- lists -------------------------------------------------------------------------------------
 */

// What is copied outlives the lists.
static yn_seen_list ask_list(const yn_check_list_file *list, yonder_text host, yn_arena *arena)
{
    yonder_preload_match match = {0};
    char ascii[512];
    yonder_preload_query(list->listing.set, yn_preload_file_host(host, ascii), &match);
    yn_seen_list seen = {
        .list = list->name,
        .version = yn_arena_text(arena, list->version),
        .listed = match.preloaded,
        .include_subdomains = match.preloaded && match.include_subdomains,
    };
    if (match.preloaded) {
        const yn_listed *entry = yn_listing_find(&list->listing, match.matched);
        seen.matched = yn_arena_text(arena, match.matched);
        seen.policy = yn_arena_text(arena, entry ? entry->policy : YN_TEXT(""));
    }
    return seen;
}

// Lists that are given now are asked in place of those that evidence was saved with.
bool yn_check_ask_lists(const yn_check_how *how, yn_audit *audit, yn_arena *arena)
{
    if (!how->list_count)
        return true;
    yn_seen_list *lists = yn_arena_alloc(arena, how->list_count * sizeof *lists);
    if (!lists)
        return false;
    for (size_t i = 0; i < how->list_count; i++)
        lists[i] = ask_list(&how->lists[i], audit->ascii, arena);
    audit->lists = lists;
    audit->list_count = how->list_count;
    return true;
}

/* ---- the result --------------------------------------------------------------------------------
 */

static yn_check_result result_of(const yn_grade *grade, yn_severity fail_on)
{
    if (grade->unknown)
        return YN_CHECK_UNKNOWN;
    for (size_t i = 0; i < grade->count; i++)
        if (grade->issues[i].check->severity <= fail_on)
            return YN_CHECK_FAILED;
    return YN_CHECK_PASSED;
}

// One that is known to be wrong outweighs one that is not known.
static yn_check_result sum_up(const yn_check_how *how, const yn_checked *counted)
{
    yn_check_result sum = YN_CHECK_PASSED;
    for (size_t i = 0; i < counted->count; i++) {
        yn_check_result one = result_of(&counted->grades[i].grade, how->fail_on);
        if (one == YN_CHECK_FAILED && counted->changes)
            one = YN_CHECK_PASSED; // it was there before, unless it is told below
        if (one == YN_CHECK_FAILED || sum == YN_CHECK_PASSED)
            sum = one;
        if (sum == YN_CHECK_FAILED)
            break;
    }
    return counted->changes && counted->changes->worse_count ? YN_CHECK_FAILED : sum;
}

static bool judge(const yn_check_how *how, yn_checked *checked, yn_check_changes *changes,
                  yn_arena *arena)
{
    yn_checked counted = *checked;
    if (checked->own) {
        counted.grades = checked->own;
        counted.count = 1;
    }
    if (how->baseline) {
        if (!yn_earlier_compare(how->baseline, &counted, how->fail_on, arena, changes))
            return false;
        checked->changes = counted.changes = changes;
    }
    checked->result = sum_up(how, &counted);
    return true;
}

/* ---- writing -----------------------------------------------------------------------------------
 */

static void write_text(const yn_check_how *how, const yn_checked *checked, yn_check_done *done)
{
    yn_json j = yn_json_make(&done->text, how->pretty);
    switch (how->format) {
    case YN_CHECK_TEXT:
        yn_check_text(&done->text, checked, &how->style);
        break;
    case YN_CHECK_BRIEF:
        yn_check_brief(&done->text, checked, &how->style);
        break;
    case YN_CHECK_JSON:
    case YN_CHECK_JSONL:
        yn_check_json(&j, checked);
        yn_buf_char(&done->text, '\n');
        break;
    }
    if (how->html)
        yn_check_html(&done->html, checked, how->html_open);
}

static bool grade_all(const yn_check_how *how, const yn_audit *audit, yn_arena *arena,
                      yn_checked_grade *out, yn_checked *checked)
{
    *checked = (yn_checked){
        .audit = audit, .grades = out, .count = how->grader_count, .server = how->server};
    for (size_t i = 0; i < how->grader_count; i++) {
        out[i].grader = how->graders[i];
        if (out[i].grader->grade(audit, &how->grading, arena, &out[i].grade))
            return false;
        if (out[i].grader == how->own)
            checked->own = &out[i];
    }
    return true;
}

void yn_check_done_free(yn_check_done *done)
{
    if (!done)
        return;
    yn_buf_free(&done->text);
    yn_buf_free(&done->html);
    yn_buf_free(&done->complaint);
    free(done);
}

void *yn_check_make(void *context, yn_audit *audit, yn_arena *arena)
{
    const yn_check_how *how = context;
    yn_checked_grade grades[YN_CHECK_MAX_GRADERS];
    yn_check_changes changes;
    yn_checked checked;
    yn_check_done *done = malloc(sizeof *done);
    if (!done)
        return NULL;
    *done = (yn_check_done){.text = yn_buf_make(output_max, NULL),
                            .html = yn_buf_make(output_max, NULL),
                            .complaint = yn_buf_make(message_max, NULL)};
    if (!yn_check_ask_lists(how, audit, arena) || !grade_all(how, audit, arena, grades, &checked) ||
        !judge(how, &checked, &changes, arena)) {
        yn_check_done_free(done);
        return NULL;
    }
    if (how->save)
        (void)yn_saved_put(how->save, audit, &done->complaint);
    write_text(how, &checked, done);
    done->result = checked.result;
    if (checked.changes) {
        done->changed = changes.worse_count > 0;
        done->better = changes.better_count;
    }
    if (!done->text.error && !done->html.error)
        return done;
    yn_check_done_free(done);
    return NULL;
}
