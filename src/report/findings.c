// SPDX-License-Identifier: MIT
#include "report/findings.h"

#include <assert.h>

#include "base/text.h"
#include "core/client.h"
#include "trace/findings.h"

enum {
    indent = 2, // of the lines after the first
    names_max = 4096,
#define COUNT(name, code, prose) +1
    code_count = 0 YN_FINDINGS(COUNT),
#undef COUNT
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

static void put_finding(yn_buf *out, const yn_style *style, const yn_finding *f, const char *whose)
{
    yn_buf word = yn_buf_make(names_max, out->mem);
    yn_buf_printf(&word, "%s%s", severity_word(f->severity), whose);
    yn_buf_char(&word, '\0');
    if (word.error && !out->error)
        out->error = word.error;
    if (!word.error)
        put_line(out, style, severity_look(f->severity), word.ptr, f->message);
    yn_buf_free(&word);
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
        if (c->caveat)
            yn_buf_printf(&text, "; %s", c->caveat);
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
    for (size_t i = 0; i < findings.count; i++)
        put_finding(out, style, &findings.items[i], "");
    put_canonical(out, chain, &findings.canonical, style);
    yn_findings_free(&findings);
}

// ---- of several clients -------------------------------------------------------------------------

typedef struct several {
    const yn_chain *chains;
    yn_findings *findings; // of each
    size_t count;
} several;

static bool has(const yn_findings *findings, const yn_finding *f)
{
    for (size_t i = 0; i < findings->count; i++)
        if (yn_finding_is_same(&findings->items[i], f))
            return true;
    return false;
}

// " (all)", " (curl, go)", " (all but wget)"
static void write_whose(yn_buf *out, const several *s, const yn_finding *f)
{
    size_t holders = 0, named = 0;
    for (size_t i = 0; i < s->count; i++)
        holders += has(&s->findings[i], f);
    bool most = holders * 2 > s->count;
    yn_buf_str(out, !most ? " (" : holders == s->count ? " (all" : " (all but ");
    for (size_t i = 0; i < s->count; i++)
        if (has(&s->findings[i], f) != most)
            yn_buf_printf(out, "%s%s", named++ ? ", " : "",
                          yonder_client_name(s->chains[i].plan.client));
    yn_buf_char(out, ')');
    yn_buf_char(out, '\0');
}

static void put_shared(yn_buf *out, const several *s, const yn_finding *f, const yn_style *style)
{
    yn_buf whose = yn_buf_make(names_max, out->mem);
    write_whose(&whose, s, f);
    if (whose.error && !out->error)
        out->error = whose.error;
    if (!whose.error)
        put_finding(out, style, f, whose.ptr);
    yn_buf_free(&whose);
}

static bool is_told(const several *s, size_t by, const yn_finding *f)
{
    for (size_t i = 0; i < by; i++)
        if (has(&s->findings[i], f))
            return true;
    return false;
}

static void put_code(yn_buf *out, const several *s, int code, const yn_style *style)
{
    for (size_t i = 0; i < s->count; i++)
        for (size_t k = 0; k < s->findings[i].count; k++) {
            const yn_finding *f = &s->findings[i].items[k];
            if (f->code == (yn_finding_code)code && !is_told(s, i, f))
                put_shared(out, s, f, style);
        }
}

static void put_all(yn_buf *out, const several *s, const yn_style *style)
{
    for (int code = 0; code < code_count; code++)
        put_code(out, s, code, style);
    // A search engine takes a page that asks to go on for a redirect.
    for (size_t i = 0; i < s->count; i++)
        if (s->chains[i].plan.client->refreshing == YN_REFRESH_REDIRECTS)
            put_canonical(out, &s->chains[i], &s->findings[i].canonical, style);
}

void yn_findings_text_of_all(yn_buf *out, const yn_chain *chains, size_t count,
                             const yn_style *style)
{
    yn_findings findings[YN_FINDINGS_CHAINS];
    several s = {.chains = chains, .findings = findings};
    int error = YONDER_OK;
    assert(count <= YN_FINDINGS_CHAINS);
    while (!error && s.count < count) {
        error = yn_findings_make(&findings[s.count], &chains[s.count], out->mem);
        s.count += !error;
    }
    if (!error)
        put_all(out, &s, style);
    else if (!out->error)
        out->error = error;
    while (s.count)
        yn_findings_free(&findings[--s.count]);
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
    yn_json_str(j, "caveat", c->caveat);
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
