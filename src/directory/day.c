// SPDX-License-Identifier: MIT
#include "directory/day.h"

#include "base/date.h"

void yn_day_put(yn_buf *out, int64_t at)
{
    static const char form[] = "YYYY-MM-DD";
    char text[sizeof form];
    yn_date_write(text, form, at < 0 ? 0 : at > YN_DATE_MAX ? YN_DATE_MAX : at);
    yn_buf_put(out, (yonder_text){text, sizeof form - 1});
}
