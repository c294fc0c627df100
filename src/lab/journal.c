// SPDX-License-Identifier: MIT
#include "lab/journal.h"

#include <stdlib.h>

#include "base/text.h"

static void free_run(yn_lab_run *run)
{
    for (size_t i = 0; run->walks && i < yn_lab_case_count(); i++)
        free(run->walks[i].steps);
    free(run->walks);
    yn_arena_free(&run->arena);
    *run = (yn_lab_run){.touched = 0};
}

void yn_lab_journal_free(yn_lab_journal *journal)
{
    for (size_t i = 0; i < YN_LAB_RUNS; i++)
        if (journal->runs[i].name[0])
            free_run(&journal->runs[i]);
}

const yn_lab_run *yn_lab_journal_find(const yn_lab_journal *journal, yonder_text run)
{
    for (size_t i = 0; i < YN_LAB_RUNS; i++)
        if (run.len && yn_equal_nocase(run, yonder_text_of(journal->runs[i].name)))
            return &journal->runs[i];
    return NULL;
}

// A free place, or that of the run which has been silent the longest.
static yn_lab_run *begin_run(yn_lab_journal *journal, yonder_text name)
{
    yn_lab_run *place = &journal->runs[0];
    for (size_t i = 1; i < YN_LAB_RUNS; i++)
        if (journal->runs[i].touched < place->touched)
            place = &journal->runs[i];
    if (place->name[0]) {
        free_run(place);
        journal->dropped++;
    }
    yn_lab_walk *walks = calloc(yn_lab_case_count(), sizeof *walks);
    if (!walks)
        return NULL;
    *place = (yn_lab_run){.walks = walks, .arena = yn_arena_make(NULL)};
    memcpy(place->name, name.ptr, name.len);
    return place;
}

static bool copy_step(yn_lab_step *to, const yn_lab_step *from, yn_arena *arena)
{
    yonder_field *fields = yn_arena_alloc(arena, (from->field_count + 1) * sizeof *fields);
    *to = *from;
    to->method = yn_arena_text(arena, from->method);
    to->url = yn_arena_text(arena, from->url);
    bool ok = fields && to->method.ptr && to->url.ptr;
    for (size_t i = 0; ok && i < from->field_count; i++) {
        fields[i].name = yn_arena_text(arena, from->fields[i].name);
        fields[i].value = yn_arena_text(arena, from->fields[i].value);
        ok = fields[i].name.ptr && fields[i].value.ptr;
    }
    to->fields = fields;
    return ok;
}

static bool grow(yn_lab_walk *walk)
{
    if (walk->count & (walk->count - 1))
        return true; // room for the next power of two
    yn_lab_step *steps = realloc(walk->steps, (walk->count ? walk->count * 2 : 1) * sizeof *steps);
    if (steps)
        walk->steps = steps;
    return steps != NULL;
}

size_t yn_lab_journal_note(yn_lab_journal *journal, yonder_text run, size_t case_index,
                           const yn_lab_step *step)
{
    yn_lab_run *r = (yn_lab_run *)yn_lab_journal_find(journal, run);
    if (!r)
        r = begin_run(journal, run);
    if (!r)
        return YN_LAB_WALK_MAX;
    r->touched = ++journal->clock;
    yn_lab_walk *walk = &r->walks[case_index];
    if (walk->count == YN_LAB_WALK_MAX || r->arena.used > YN_LAB_RUN_BYTES || !grow(walk) ||
        !copy_step(&walk->steps[walk->count], step, &r->arena)) {
        walk->more = true;
        return YN_LAB_WALK_MAX;
    }
    return walk->count++;
}
