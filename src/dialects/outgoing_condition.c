// SPDX-License-Identifier: MIT
// Conditions, as regular expressions.
#include "base/text.h"
#include "core/percent.h"
#include "dialects/outgoing.h"
#include "dialects/regexp.h"

yonder_text yn_out_methods(yn_outgoing *o, yonder_text list)
{
    bool get = false, head = false;
    for (yonder_text rest = list; rest.len;) {
        size_t end = yn_find_char(rest, ',');
        yonder_text method = yn_slice(rest, 0, end);
        get = get || yn_equal(method, YN_TEXT("GET"));
        head = head || yn_equal(method, YN_TEXT("HEAD"));
        rest = yn_skip(rest, end < rest.len ? end + 1 : end);
    }
    if (!get || head)
        return list;
    yn_buf_printf(&o->plan.scratch, "%.*s,HEAD", YN_PRINT(list));
    return yn_plan_written(&o->plan);
}

void yn_out_put_host(yn_buf *out, yonder_text host)
{
    bool wildcard = yn_starts_with(host, YN_TEXT("*."));
    yn_buf_str(out, wildcard ? ".+" : "");
    yn_regexp_quote(out, yn_skip(host, wildcard ? 1 : 0));
}

void yn_out_put_alternatives(yn_buf *out, yonder_text list)
{
    for (size_t i = 0; i < list.len; i++)
        if (list.ptr[i] == ',')
            yn_buf_char(out, '|');
        else
            yn_regexp_quote(out, yn_slice(list, i, i + 1));
}

// A glob whose "*" is `any`.
static void put_glob(yn_buf *out, yonder_text glob, const char *any)
{
    char byte;
    for (size_t i = 0; i < glob.len; i++)
        if (glob.ptr[i] == '*') {
            yn_buf_str(out, any);
        } else if (yn_percent_decode_at(glob, i, &byte)) {
            yn_regexp_quote(out, (yonder_text){&byte, 1});
            i += 2;
        } else {
            yn_regexp_quote(out, yn_slice(glob, i, i + 1));
        }
}

void yn_out_put_glob(yn_buf *out, yonder_text glob)
{
    yn_buf_char(out, '^');
    put_glob(out, glob, ".*");
    yn_buf_char(out, '$');
}

void yn_out_put_cookie(yn_buf *out, yonder_text name, yonder_text glob)
{
    yn_buf_str(out, "(?:^|; *)");
    yn_regexp_quote(out, name);
    yn_buf_char(out, '=');
    put_glob(out, glob, "[^;]*"); // a value ends at ";"
    yn_buf_str(out, "(?:;|$)");
}

void yn_out_put_cookies(yn_buf *out, yonder_text names)
{
    yn_buf_str(out, "(?:^|; *)(?:");
    yn_out_put_alternatives(out, names);
    yn_buf_str(out, ")=");
}
