// SPDX-License-Identifier: MIT
#include "report/findings.h"

#include "base/text.h"
#include "trace/findings.h"

enum {
    indent = 2, // of the lines after the first
};

// ---- text ---------------------------------------------------------------------------------------

static yn_look severity_look(yn_severity severity)
{
    return severity == YN_SEVERITY_ERROR     ? YN_BAD
           : severity == YN_SEVERITY_WARNING ? YN_NOTICE
                                             : YN_BOLD;
}

static const char *severity_word(yn_severity severity)
{
    static const char *const words[] = {"Error", "Warning", "Note"};
    return words[severity];
}

// A word that stands out, and a line of what may come from elsewhere.
static void put_line(yn_buf *out, const yn_style *style, yn_look look, const char *word,
                     yonder_text text)
{
    yn_buf safe = yn_buf_make(out->max, out->mem);
    yn_buf_str(&safe, ": ");
    yn_put_untrusted(&safe, text);
    yn_buf_char(&safe, '\0');
    yn_look_begin(out, style, look);
    yn_buf_str(out, word);
    yn_look_end(out, style, look);
    if (!safe.error)
        yn_put_wrapped(out, safe.ptr, strlen(word), indent, style->width ? style->width : SIZE_MAX);
    else if (!out->error)
        out->error = safe.error;
    yn_buf_char(out, '\n');
    yn_buf_free(&safe);
}

// Where there is no redirect there is nothing to choose from, and where there is no final response
// the verdict says enough.
static void put_canonical(yn_buf *out, const yn_chain *chain, const yn_canonical *c,
                          const yn_style *style)
{
    yn_buf text = yn_buf_make(out->max, out->mem);
    bool reads = yn_equal(chain->plan.method, YN_TEXT("GET"));
    if (chain->count < 2 || chain->outcome != YN_OUTCOME_FINAL || !reads)
        return;
    if (c->url) {
        yn_buf_put(&text, yonder_url_href(c->url));
        yn_buf_printf(&text, " is kept (%s sign): %s", yn_strength_code(c->strength), c->reason);
    } else {
        yn_buf_str(&text, c->reason);
    }
    if (text.error && !out->error)
        out->error = text.error;
    put_line(out, style, YN_BOLD, "Search engines", yn_buf_text(&text));
    yn_buf_free(&text);
}

void yn_findings_text(yn_buf *out, const yn_chain *chain, const yn_style *style)
{
    yn_findings findings;
    int error = yn_findings_make(&findings, chain, out->mem);
    if (error) {
        out->error = out->error ? out->error : error;
        return;
    }
    for (size_t i = 0; i < findings.count; i++) {
        const yn_finding *f = &findings.items[i];
        put_line(out, style, severity_look(f->severity), severity_word(f->severity), f->message);
    }
    put_canonical(out, chain, &findings.canonical, style);
    yn_findings_free(&findings);
}

// ---- JSON ---------------------------------------------------------------------------------------

static void one_finding(yn_json *j, const yn_finding *f)
{
    yn_json_object(j, NULL);
    yn_json_str(j, "code", yn_finding_code_name(f->code));
    yn_json_str(j, "severity", yn_severity_name(f->severity));
    yn_json_array(j, "hops");
    for (size_t i = 0; i < f->hop_count; i++)
        yn_json_int(j, NULL, (int64_t)f->hops[i]);
    yn_json_array_end(j);
    yn_json_text(j, "message", f->message);
    yn_json_object_end(j);
}

static void canonical(yn_json *j, const yn_canonical *c)
{
    yn_json_object(j, "canonical");
    yn_json_str(j, "url", c->url ? c->url->href : NULL);
    yn_json_str(j, "strength", yn_strength_code(c->strength));
    yn_json_str(j, "reason", c->reason);
    yn_json_int(j, "hop", (int64_t)c->hop);
    yn_json_object_end(j);
}

void yn_findings_json(yn_json *j, const yn_chain *chain)
{
    yn_findings findings;
    int error = yn_findings_make(&findings, chain, j->out->mem);
    if (error) {
        j->out->error = j->out->error ? j->out->error : error;
        return;
    }
    yn_json_array(j, "findings");
    for (size_t i = 0; i < findings.count; i++)
        one_finding(j, &findings.items[i]);
    yn_json_array_end(j);
    canonical(j, &findings.canonical);
    yn_findings_free(&findings);
}
