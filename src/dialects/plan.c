// SPDX-License-Identifier: MIT
#include "dialects/plan.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

enum {
    largest_text = 1 << 20
};

void yn_plan_make(yn_plan *plan, yonder_text program, const yn_notes *notes, const yonder_mem *mem)
{
    *plan = (yn_plan){.notes = notes, .mem = mem, .program = program};
    plan->arena = yn_arena_make(mem);
    plan->scratch = yn_buf_make(largest_text, mem);
    plan->servers_end = &plan->servers;
    plan->told = yn_map_make(mem);
    plan->compiled = yn_map_make(mem);
}

void yn_plan_free(yn_plan *plan)
{
    for (size_t i = 0; i < plan->regex_count; i++)
        yn_regex_free(plan->regexes[i]);
    yn_free(plan->mem, plan->regexes);
    yn_map_free(&plan->compiled);
    yn_map_free(&plan->told);
    yn_buf_free(&plan->scratch);
    yn_arena_free(&plan->arena);
}

void *yn_plan_alloc(yn_plan *plan, size_t size)
{
    void *p = yn_arena_alloc(&plan->arena, size);
    if (p)
        memset(p, 0, size);
    else
        plan->error = YONDER_NO_MEMORY;
    return p;
}

yonder_text yn_plan_copy(yn_plan *plan, yonder_text text)
{
    yonder_text copy = yn_arena_text(&plan->arena, text);
    if (!copy.ptr) {
        plan->error = YONDER_NO_MEMORY;
        return (yonder_text){0};
    }
    return copy;
}

yonder_text yn_plan_written(yn_plan *plan)
{
    yonder_text text = yn_plan_copy(plan, yn_buf_text(&plan->scratch));
    if (plan->scratch.error == YONDER_NO_MEMORY)
        plan->error = YONDER_NO_MEMORY;
    plan->scratch.len = 0;
    plan->scratch.error =
        YONDER_OK; // what is too long is cut, and refused where lines are too long
    return text;
}

void yn_plan_note(yn_plan *plan, yn_note_kind kind, yonder_text file, uint32_t line,
                  const char *format, ...)
{
    char message[400];
    if (plan->error) // what is told now may not be so
        return;
    yn_buf key = yn_buf_make(largest_text, plan->mem);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    yn_buf_printf(&key, "%d:%u:%.*s:%s", (int)kind, (unsigned)line, YN_PRINT(file), message);
    bool added = true;
    if (!key.error)
        yn_map_add(&plan->told, yn_plan_copy(plan, yn_buf_text(&key)), 0, &added);
    yn_buf_free(&key);
    if (added)
        yn_note_take(plan->notes, kind, file, line, "%s", message);
}

yn_plan_server *yn_plan_server_add(yn_plan *plan, yonder_text file, uint32_t line)
{
    yn_plan_server *server = yn_plan_alloc(plan, sizeof *server);
    if (!server)
        server = &plan->spare_server;
    *server = (yn_plan_server){.file = file, .line = line};
    server->names_end = &server->names;
    server->steps_end = &server->steps;
    if (server == &plan->spare_server)
        return server;
    *plan->servers_end = server;
    plan->servers_end = &server->next;
    return server;
}

void yn_plan_name_add(yn_plan *plan, yn_plan_server *server, yonder_text host)
{
    yn_plan_name *name = yn_plan_alloc(plan, sizeof *name);
    char *lower = yn_plan_alloc(plan, host.len);
    if (!name || !lower)
        return;
    for (size_t i = 0; i < host.len; i++)
        lower[i] = yn_lower(host.ptr[i]);
    name->host = (yonder_text){lower, host.len};
    *server->names_end = name;
    server->names_end = &name->next;
}

yn_step *yn_plan_step_add(yn_plan *plan, yn_plan_server *server, yn_step_kind kind,
                          const yn_case *which, yonder_text file, uint32_t line)
{
    yn_step *step = yn_plan_alloc(plan, sizeof *step);
    if (!step)
        step = &plan->spare_step;
    *step = (yn_step){.kind = kind, .file = file, .line = line, .which = *which};
    if (step == &plan->spare_step)
        return step;
    *server->steps_end = step;
    server->steps_end = &step->next;
    server->step_count++;
    return step;
}

/* ---- targets --------------------------------------------------------------------------------- */

static void add_part(yn_plan *plan, yn_to *to, const yn_to_part *like)
{
    yn_to_part *part = yn_plan_alloc(plan, sizeof *part);
    if (!part)
        return;
    *part = *like;
    part->next = NULL;
    if (to->last)
        to->last->next = part;
    else
        to->first = part;
    to->last = part;
}

void yn_to_add(yn_plan *plan, yn_to *to, yn_part_of_to kind, yonder_text text)
{
    if (kind != YN_TO_TEXT || text.len)
        add_part(plan, to, &(yn_to_part){.kind = kind, .text = text});
}

void yn_to_add_group(yn_plan *plan, yn_to *to, uint32_t id, uint32_t number)
{
    add_part(plan, to, &(yn_to_part){.kind = YN_TO_GROUP, .id = id, .number = number});
}

void yn_to_append(yn_plan *plan, yn_to *to, const yn_to_part *more)
{
    for (; more; more = more->next)
        add_part(plan, to, more);
}
