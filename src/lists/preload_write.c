// SPDX-License-Identifier: MIT
#include "lists/preload_write.h"

#include "base/date.h"
#include "base/text.h"

static void write_moment(yn_buf *out, int64_t moment)
{
    char text[sizeof YN_DATE_MOMENT - 1];
    yn_date_write(text, YN_DATE_MOMENT, moment);
    yn_buf_put(out, (yonder_text){text, sizeof text});
}

// ---- Chromium -----------------------------------------------------------------------------------

// The policies that Chromium's list knows, in the order of their sections, and how these are
// called there.
static const struct {
    const char *policy, *section;
} sections[] = {
    {"test", "TEST"},
    {"google", "GOOGLE"},
    {"custom", "CUSTOM"},
    {"public-suffix", "PUBLIC SUFFIX"},
    {"public-suffix-requested", "ETLD-OWNER REQUESTED"},
    {NULL, NULL}, // all others
    {"bulk-legacy", "LEGACY BULK HSTS"},
    {"bulk-18-weeks", "18-WEEK BULK HSTS"},
    {"bulk-1-year", "1-YEAR BULK HSTS"},
};

enum {
    section_count = sizeof sections / sizeof *sections,
    last_section = section_count - 1,
};

static size_t section_of(yonder_text policy)
{
    size_t others = 0;
    for (size_t s = 0; s < section_count; s++) {
        if (!sections[s].policy)
            others = s;
        else if (yn_equal(policy, yonder_text_of(sections[s].policy)))
            return s;
    }
    return others;
}

static void write_marker(yn_buf *out, const char *edge, const char *section)
{
    yn_buf_printf(out, "    // %s OF %s ENTRIES\n", edge, section ? section : "OTHER");
}

static void write_entry(yn_buf *out, const yn_preload_item *item, bool last)
{
    yn_buf_printf(out, "    { \"name\": \"%.*s\", \"policy\": \"%.*s\", \"mode\": \"force-https\"",
                  YN_PRINT(item->name), YN_PRINT(item->policy));
    if (item->include_subdomains)
        yn_buf_str(out, ", \"include_subdomains\": true");
    yn_buf_str(out, last ? " }\n" : " },\n");
}

// Writes what is in that section; `*left` entries are still to come, which says where commas are.
static void write_section(yn_buf *out, yn_preload_items items, size_t section, size_t *left)
{
    bool begun = section == last_section;
    if (begun)
        write_marker(out, "START", sections[section].section);
    for (size_t i = 0; i < items.count; i++) {
        if (section_of(items.items[i].policy) != section)
            continue;
        if (!begun)
            write_marker(out, "START", sections[section].section);
        begun = true;
        write_entry(out, &items.items[i], --*left == 0);
    }
    if (begun)
        write_marker(out, "END", sections[section].section);
}

void yn_preload_write_chromium(yn_preload_items items, const yn_preload_heading *heading,
                               yn_buf *out)
{
    size_t left = items.count;
    yn_buf_printf(out, "// Version %lld of this list, published ", (long long)heading->version);
    write_moment(out, heading->published);
    yn_buf_str(out, ",\n// of use until ");
    write_moment(out, heading->expires);
    yn_buf_str(out, ". Lines like these are no JSON; the others are.\n"
                    "{\n  \"pinsets\": [\n  ],\n\n  \"entries\": [\n");
    for (size_t s = 0; s < section_count; s++)
        write_section(out, items, s, &left);
    yn_buf_str(out, "  ]\n}\n");
}

// ---- Firefox ------------------------------------------------------------------------------------

void yn_preload_write_firefox(yn_preload_items items, const yn_preload_heading *heading,
                              yn_buf *out)
{
    yn_buf_printf(out, "/* Version %lld of this list, published ", (long long)heading->version);
    write_moment(out, heading->published);
    yn_buf_printf(out,
                  " */\n\n#include <stdint.h>\n"
                  "const PRTime gPreloadListExpirationTime = INT64_C(%lld000000);\n%%%%\n",
                  (long long)heading->expires);
    for (size_t i = 0; i < items.count; i++) {
        yn_buf_put(out, items.items[i].name);
        yn_buf_str(out, items.items[i].include_subdomains ? ", 1\n" : ", 0\n");
    }
    yn_buf_str(out, "%%\n");
}
