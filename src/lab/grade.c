// SPDX-License-Identifier: MIT
#include "lab/grade.h"

#include "base/text.h"

yn_lab_where yn_lab_where_of(const yn_lab_site *site, yonder_text run, const yn_lab_case *item,
                             yonder_text url)
{
    yn_lab_where where = {.site = site, .run = run, .item = item};
    where.secure = yn_starts_with(url, YN_TEXT("https:"));
    yonder_text host = yn_skip(url, where.secure ? 8 : 7);
    yn_lab_take_host(&where, yn_slice(host, 0, yn_find_char(host, '/')));
    return where;
}

// What is wrong with the first request, or NULL. It may be that of a later visit: where a client
// refuses a certificate, the first visit never arrives.
static const char *why_not_begun(const yn_lab_case *item, const yn_lab_step *first)
{
    const char *wrong = "not begun as asked: the first request has another method than the case's";
    for (size_t i = 0; i < yn_lab_visit_count(item); i++) {
        const yn_lab_visit *visit = &item->visits[i];
        if (!yn_equal(first->method, yonder_text_of(visit->method)))
            continue;
        if (!first->body == !visit->body)
            return NULL;
        wrong = visit->body ? "not begun as asked: the first request has no content"
                            : "not begun as asked: the first request has content";
    }
    return wrong;
}

static void judge(const yn_lab_where *where, const yn_lab_walk *walk, yn_lab_grade *out)
{
    const yn_lab_outcome *outcomes = where->item->outcomes;
    out->verdict = YN_LAB_DIFFERS;
    out->why = "the requests are not those the standard leads to";
    for (size_t i = 0; i < YN_LAB_OUTCOMES && outcomes[i].walk; i++)
        if (yn_lab_walk_matches(walk, outcomes[i].walk, where)) {
            out->verdict = outcomes[i].verdict;
            out->why = outcomes[i].why;
            return;
        }
}

int yn_lab_grade_walk(const yn_lab_site *site, yonder_text run, const yn_lab_case *item,
                      const yn_lab_walk *walk, yn_lab_grade *out)
{
    yn_lab_grade grade = {.verdict = YN_LAB_NOT_RUN, .why = "nothing was asked"};
    if (walk->count == 0) {
        *out = grade;
        return YONDER_OK;
    }
    const char *wrong = why_not_begun(item, &walk->steps[0]);
    if (wrong) { // no fault of the client's, and like no client
        *out = (yn_lab_grade){.verdict = YN_LAB_NOT_BEGUN, .why = wrong};
        return YONDER_OK;
    }
    yn_lab_where where = yn_lab_where_of(site, run, item, walk->steps[0].url);
    judge(&where, walk, &grade);
    int error = YONDER_OK;
    const yonder_client *client;
    for (size_t i = 0; !error && (client = yonder_client_at(i)); i++) {
        yn_arena arena = yn_arena_make(NULL);
        yn_lab_walk foretold;
        error = yn_lab_simulate(client, &where, &arena, &foretold);
        if (!error && yn_lab_walk_same(walk, &foretold, item))
            grade.resembles |= (uint64_t)1 << i;
        yn_arena_free(&arena);
    }
    if (!error)
        *out = grade;
    return error;
}

int yn_lab_grade_run(const yn_lab_site *site, const yn_lab_run *run, yn_lab_grade *grades)
{
    static const yn_lab_walk nothing;
    int error = YONDER_OK;
    for (size_t i = 0; i < yn_lab_case_count() && !error; i++)
        error =
            yn_lab_grade_walk(site, yonder_text_of(run ? run->name : ""), yn_lab_case_at(i).item,
                              run ? &run->walks[i] : &nothing, &grades[i]);
    return error;
}
