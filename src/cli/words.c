// SPDX-License-Identifier: MIT
#include "cli/words.h"

#include "base/date.h"
#include "base/text.h"

bool yn_word_field(const char *word, yonder_field *field)
{
    yonder_text t = yonder_text_of(word);
    size_t colon = yn_find_char(t, ':');
    if (colon == 0 || colon == t.len)
        return false;
    field->name = yn_slice(t, 0, colon);
    field->value = yn_trim(yn_skip(t, colon + 1), " \t");
    return true;
}

bool yn_word_moment(yonder_text word, int64_t *seconds)
{
    static const char *const forms[] = {"YYYY-MM-DD", "YYYY-MM-DD hh:mm:ss", "YYYY-MM-DDThh:mm:ss",
                                        YN_DATE_MOMENT, "YYYY-MM-DD hh:mm:ss UTC"};
    uint64_t number;
    if (yn_parse_number(word, INT64_MAX / 2, &number)) {
        *seconds = (int64_t)number;
        return true;
    }
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (yn_date_read(word, forms[i], seconds))
            return true;
    return false;
}
