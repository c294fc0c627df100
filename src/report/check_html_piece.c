// SPDX-License-Identifier: MIT
#include "base/text.h"
#include "report/check_html.h"
#include "report/html.h"

yn_check_page yn_check_page_begin(yn_buf *out, const yn_checked *checked)
{
    return (yn_check_page){.checked = checked,
                           .out = out,
                           .scratch = yn_buf_make(out->max, out->mem),
                           .safe = yn_buf_make(out->max, out->mem)};
}

void yn_check_page_end(yn_check_page *p)
{
    if (p->scratch.error && !p->out->error)
        p->out->error = p->scratch.error;
    yn_buf_free(&p->scratch);
    yn_buf_free(&p->safe);
}

void yn_check_put_safe(yn_check_page *p, yonder_text t)
{
    p->safe.len = 0;
    yn_put_untrusted(&p->safe, t);
    yn_html_put(p->out, yn_buf_text(&p->safe));
    if (p->safe.error && !p->out->error)
        p->out->error = p->safe.error;
}

void yn_check_put_str(yn_check_page *p, const char *words)
{
    yn_check_put_safe(p, yonder_text_of(words));
}

void yn_check_put_scratch(yn_check_page *p)
{
    yn_check_put_safe(p, yn_buf_text(&p->scratch));
    p->scratch.len = 0;
}

void yn_check_put_scratch_lines(yn_check_page *p)
{
    yonder_text rest = yn_buf_text(&p->scratch);
    while (rest.len) {
        size_t end = yn_find_char(rest, '\n');
        yn_check_put_safe(p, yn_slice(rest, 0, end));
        yn_buf_char(p->out, '\n');
        rest = yn_skip(rest, end + (end < rest.len));
    }
    p->scratch.len = 0;
}

void yn_check_put_element(yn_check_page *p, const char *name, const char *words)
{
    yn_buf_printf(p->out, "<%s>", name);
    yn_check_put_str(p, words);
    yn_buf_printf(p->out, "</%s>\n", name);
}

const char *yn_look_class(yn_look look)
{
    static const char *const names[] = {"", "", "dim", "good", "notice", "bad"};
    return names[look];
}

void yn_check_put_looked(yn_check_page *p, const char *element, yn_look look)
{
    yn_buf_printf(p->out, "<%s class=\"%s\">", element, yn_look_class(look));
    yn_check_put_scratch(p);
    yn_buf_printf(p->out, "</%s>", element);
}

yn_look yn_severity_look(yn_severity severity)
{
    return severity == YN_SEVERITY_ERROR     ? YN_BAD
           : severity == YN_SEVERITY_WARNING ? YN_NOTICE
                                             : YN_DIM;
}
