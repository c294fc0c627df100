// SPDX-License-Identifier: MIT
#include "cli/expect_report.h"

#include <stdio.h>

#include "base/text.h"

enum {
    flush_at = 1 << 16
};

static const char *const verdicts[YN_VERDICTS] = {"unasked", "met", "failed", "unknown", "skipped"};

static const struct {
    yn_fault fault;
    const char *code;
    const char *prose; // NULL: what was got shows it
} faults[] = {
    {YN_FAULT_STATUS, "status", NULL},
    {YN_FAULT_LOCATION, "location", NULL},
    {YN_FAULT_LOOP, "loop", "the chain is a loop"},
    {YN_FAULT_TOO_LONG, "too_many_hops", "the chain goes on beyond --max-hops"},
    {YN_FAULT_DEAD_END, "dead_end", "the chain ends with an error"},
};

static void flush(yn_expect_report *r, size_t more_than)
{
    if (r->out.len <= more_than)
        return;
    (void)fwrite(r->out.ptr, 1, r->out.len, stdout); // main() sees whether that went well
    r->out.len = 0;
}

void yn_expect_report_begin(yn_expect_report *r, yn_expect_form form, yn_colour colour,
                            const char *file, bool follow)
{
    *r = (yn_expect_report){.form = form,
                            .style = yn_style_for(stdout, colour),
                            .file = yonder_text_of(file),
                            .follow = follow,
                            .out = yn_buf_make(SIZE_MAX / 4, NULL)};
    r->json = yn_json_make(&r->out, form == YN_EXPECT_JSON);
    if (form != YN_EXPECT_JSON)
        return;
    yn_json_object(&r->json, NULL);
    yn_json_int(&r->json, "version", 1);
    yn_json_text(&r->json, "file", r->file);
    yn_json_array(&r->json, "failures");
}

bool yn_expect_report_shows(const yn_expect_report *r, yn_expect_verdict verdict)
{
    return r->form == YN_EXPECT_JSONL || verdict == YN_VERDICT_FAILED ||
           verdict == YN_VERDICT_UNKNOWN;
}

/* ---- text ------------------------------------------------------------------------------------ */

static void put_expected(yn_buf *out, const yn_expectation *e)
{
    if (e->status)
        yn_buf_printf(out, "%u", e->status);
    switch ((yn_expect_place)e->place) {
    case YN_EXPECT_ANYWHERE:
        break;
    case YN_EXPECT_NOWHERE:
        yn_buf_str(out, e->status ? "" : "no redirect");
        break;
    default:
        yn_buf_str(out, e->status ? " " : "");
        yn_buf_put(out, e->location);
    }
}

static void put_got(yn_buf *out, const yn_expect_outcome *o)
{
    if (o->verdict == YN_VERDICT_UNKNOWN) {
        yn_buf_printf(out, "no answer: %s", yn_fetch_error_prose(o->fetch_error));
        return;
    }
    if (!o->status)
        yn_buf_str(out, "no rule answers");
    else
        yn_buf_printf(out, "%u", o->status);
    if (o->location.len) {
        yn_buf_char(out, ' ');
        yn_put_untrusted(out, o->location);
    }
    if (o->rule_line)
        yn_buf_printf(out, "   (%.*s:%u)", YN_PRINT(o->rule_file), (unsigned)o->rule_line);
    if (o->final.len) {
        yn_buf_printf(out, "\n  after %u hop%s ", (unsigned)o->hops, o->hops == 1 ? "" : "s");
        yn_put_untrusted(out, o->final);
    }
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if ((o->faults & faults[i].fault) && faults[i].prose)
            yn_buf_printf(out, "\n  %s", faults[i].prose);
}

static void put_text(yn_expect_report *r, const yn_expectation *e, const yn_expect_outcome *o)
{
    yn_look_begin(&r->out, &r->style, YN_BOLD);
    yn_buf_printf(&r->out, "%.*s:%u: ", YN_PRINT(r->file), (unsigned)e->line);
    yn_buf_put(&r->out, e->url);
    yn_look_end(&r->out, &r->style, YN_BOLD);
    yn_buf_str(&r->out, "\n  expected ");
    yn_look_begin(&r->out, &r->style, YN_GOOD);
    put_expected(&r->out, e);
    yn_look_end(&r->out, &r->style, YN_GOOD);
    yn_buf_str(&r->out, "\n  got      ");
    yn_look_begin(&r->out, &r->style, YN_BAD);
    put_got(&r->out, o);
    yn_look_end(&r->out, &r->style, YN_BAD);
    yn_buf_char(&r->out, '\n');
}

static void put_summary(const yn_expect_report *r, yn_buf *out)
{
    static const struct {
        yn_expect_verdict verdict;
        const char *words;
    } rows[] = {{YN_VERDICT_MET, "met"},
                {YN_VERDICT_FAILED, "failed"},
                {YN_VERDICT_UNKNOWN, "could not be told"},
                {YN_VERDICT_UNASKED, "not asked"},
                {YN_VERDICT_SKIPPED, "skipped"}};
    size_t total = 0;
    for (size_t i = 0; i < YN_VERDICTS; i++)
        total += r->counts[i];
    yn_buf_printf(out, "%zu expectation%s: ", total, total == 1 ? "" : "s");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (i < 2 || r->counts[rows[i].verdict])
            yn_buf_printf(out, "%s%zu %s", i ? ", " : "", r->counts[rows[i].verdict],
                          rows[i].words);
    if (r->follow)
        yn_buf_printf(out, "; %zu in one hop, %zu in more", r->one_hop, r->more_hops);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void write_text(yn_json *j, const char *name, yonder_text t, bool there)
{
    if (there)
        yn_json_text(j, name, t);
    else
        yn_json_null(j, name);
}

static void write_number(yn_json *j, const char *name, int64_t n)
{
    if (n)
        yn_json_int(j, name, n);
    else
        yn_json_null(j, name);
}

static void write_expected(yn_json *j, const yn_expectation *e)
{
    yn_json_object(j, "expected");
    write_number(j, "status", e->status);
    write_text(j, "location", e->location, e->place == YN_EXPECT_EXACTLY);
    write_text(j, "pattern", e->location, e->place == YN_EXPECT_PATTERN);
    yn_json_bool(j, "no_redirect", e->place == YN_EXPECT_NOWHERE);
    yn_json_object_end(j);
}

static void write_got(yn_json *j, const yn_expect_outcome *o, bool follow)
{
    yn_json_object(j, "got");
    write_number(j, "status", o->status);
    write_text(j, "location", o->location, o->location.len);
    if (follow) {
        write_text(j, "final", o->final, o->final.len);
        yn_json_int(j, "hops", o->hops);
    }
    yn_json_object_end(j);
    if (o->rule_line) {
        yn_json_object(j, "rule");
        yn_json_text(j, "file", o->rule_file);
        yn_json_int(j, "line", o->rule_line);
        yn_json_object_end(j);
    } else {
        yn_json_null(j, "rule");
    }
}

static void write_outcome(yn_json *j, yonder_text file, const yn_expectation *e,
                          const yn_expect_outcome *o, bool follow)
{
    yn_json_object(j, NULL);
    yn_json_text(j, "file", file);
    yn_json_int(j, "line", e->line);
    yn_json_text(j, "url", e->url);
    yn_json_str(j, "verdict", verdicts[o->verdict]);
    yn_json_array(j, "faults");
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (o->faults & faults[i].fault)
            yn_json_str(j, NULL, faults[i].code);
    yn_json_array_end(j);
    write_expected(j, e);
    write_got(j, o, follow);
    yn_json_str(j, "error",
                o->verdict == YN_VERDICT_UNKNOWN ? yn_fetch_error_code(o->fetch_error) : NULL);
    yn_json_object_end(j);
}

static void write_counts(yn_expect_report *r)
{
    size_t total = 0;
    yn_json_array_end(&r->json);
    for (size_t i = 0; i < YN_VERDICTS; i++)
        total += r->counts[i];
    yn_json_int(&r->json, "total", (int64_t)total);
    for (size_t i = 0; i < YN_VERDICTS; i++)
        yn_json_int(&r->json, verdicts[i], (int64_t)r->counts[i]);
    if (r->follow) {
        yn_json_int(&r->json, "one_hop", (int64_t)r->one_hop);
        yn_json_int(&r->json, "more_hops", (int64_t)r->more_hops);
    }
    yn_json_object_end(&r->json);
    yn_buf_char(&r->out, '\n');
}

/* ---- all of it ------------------------------------------------------------------------------- */

void yn_expect_report_take(yn_expect_report *r, const yn_expectation *e, const yn_expect_outcome *o)
{
    r->counts[o->verdict]++;
    if (o->verdict == YN_VERDICT_MET) {
        r->one_hop += o->hops == 1;
        r->more_hops += o->hops > 1;
    }
    if (!yn_expect_report_shows(r, o->verdict))
        return;
    if (r->form == YN_EXPECT_TEXT) {
        put_text(r, e, o);
    } else {
        write_outcome(&r->json, r->file, e, o, r->follow);
        if (r->form == YN_EXPECT_JSONL) {
            yn_buf_char(&r->out, '\n');
            r->json = yn_json_make(&r->out, false);
        }
    }
    flush(r, flush_at);
}

int yn_expect_report_end(yn_expect_report *r)
{
    if (r->form == YN_EXPECT_JSON)
        write_counts(r);
    flush(r, 0);
    if (r->form != YN_EXPECT_JSON) {
        put_summary(r, &r->out);
        yn_buf_char(&r->out, '\n');
        FILE *to = r->form == YN_EXPECT_TEXT ? stdout : stderr;
        (void)fwrite(r->out.ptr, 1, r->out.len, to);
    }
    int error = r->out.error;
    yn_buf_free(&r->out);
    return error;
}
