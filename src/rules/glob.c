// SPDX-License-Identifier: MIT
#include "rules/glob.h"

#include "base/text.h"

// The next field of the name that is not empty.
static bool next_field(yn_joined *j)
{
    while (j->field_count) {
        const yonder_field *field = j->fields++;
        j->field_count--;
        if (!yn_equal_nocase(field->name, j->name))
            continue;
        j->rest = yn_trim(field->value, " \t");
        if (j->rest.len)
            return true;
    }
    return false;
}

yn_joined yn_joined_fields(const yonder_field *fields, size_t count, yonder_text name,
                           bool *present)
{
    yn_joined joined = {.name = name, .fields = fields, .field_count = count};
    *present = next_field(&joined);
    return joined;
}

// Takes the next byte; -1 after the last.
static int take(yn_joined *j, unsigned *separator)
{
    if (*separator)
        return --*separator ? ',' : ' ';
    if (j->rest.len) {
        unsigned char c = (unsigned char)*j->rest.ptr;
        j->rest = yn_skip(j->rest, 1);
        return c;
    }
    if (!next_field(j))
        return -1;
    *separator = 1;
    return ',';
}

bool yn_glob_fits(yonder_text glob, yn_joined text)
{
    // Only the last star ever has to give way: whatever those before it took was the least.
    size_t at = 0, star = 0; // just after the last star; 0: there was none
    unsigned separator = 0, separator_back = 0;
    yn_joined back = text;
    for (;;) {
        if (at < glob.len && glob.ptr[at] == YN_GLOB_STAR) {
            star = ++at;
            if (at == glob.len)
                return true;
            back = text;
            separator_back = separator;
            continue;
        }
        int c = take(&text, &separator);
        if (c < 0)
            return at == glob.len;
        if (at < glob.len && (unsigned char)glob.ptr[at] == c) {
            at++;
            continue;
        }
        if (!star)
            return false;
        take(&back, &separator_back); // the star takes one more
        text = back;
        separator = separator_back;
        at = star;
    }
}
