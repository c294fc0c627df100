// SPDX-License-Identifier: MIT
// Site lines, as writers ask for them.
#include "base/text.h"
#include "dialects/outgoing.h"

const yn_out_site *yn_out_site_find(const yn_out_section *const *sections, size_t count,
                                    const char *name)
{
    const yn_out_site *found = NULL;
    for (size_t i = 0; i < count; i++)
        for (const yn_out_site *site = sections[i]->sites; site; site = site->next)
            if (yn_equal(site->name, yonder_text_of(name)))
                found = site;
    return found;
}

bool yn_out_site_is(const yn_out_site *site, const char *value)
{
    return site && yn_equal(site->value, yonder_text_of(value));
}

bool yn_out_site_on(const yn_out_site *site)
{
    return site && !yn_out_site_is(site, "off");
}

int yn_out_https_status(const yn_out_site *https)
{
    uint64_t number;
    if (yn_out_site_is(https, "temporary"))
        return 307;
    return yn_parse_number(https->value, 999, &number) ? (int)number : 308;
}

size_t yn_out_sections_of(const yn_outgoing *o, const yn_out_block *block,
                          const yn_out_section *sections[YN_OUT_MOST_SECTIONS + 1])
{
    size_t count = 0;
    sections[count++] = o->sections;
    for (size_t i = 0; block && i < block->section_count; i++)
        sections[count++] = block->sections[i];
    return count;
}

/* ---- what is not written --------------------------------------------------------------------- */

static void tell_lost(yn_outgoing *o, const yn_out_site *site)
{
    static const char *const idle[] = {"off", "exact", "pass"};
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
        if (yn_equal(site->value, yonder_text_of(idle[i])))
            return;
    yn_plan_note(&o->plan, YN_NOTE_LOST, site->file, site->line,
                 "%.*s: the line '%.*s' is not written", YN_PRINT(o->plan.program),
                 YN_PRINT(site->name));
}

static bool is_one_of(yonder_text name, const char *const *names)
{
    for (; *names; names++)
        if (yn_equal(name, yonder_text_of(*names)))
            return true;
    return false;
}

void yn_out_tell_sites(yn_outgoing *o, const char *const *known)
{
    for (const yn_out_section *section = o->sections; section; section = section->next)
        for (const yn_out_site *site = section->sites; site; site = site->next)
            if (!is_one_of(site->name, known) || yn_starts_with(site->value, YN_TEXT("ignore=")))
                tell_lost(o, site);
}
