// SPDX-License-Identifier: MIT
#include "report/lint.h"

#include "base/text.h"
#include "report/witness.h"

enum {
    shown_rules = 8, // of one finding
};

static yn_look look_of(yn_proof_severity severity)
{
    return severity == YN_PROOF_ERROR ? YN_BAD : severity == YN_PROOF_WARNING ? YN_NOTICE : YN_DIM;
}

static void put_line(yn_buf *out, const yn_proof_line *line)
{
    yn_put_untrusted(out, line->file);
    yn_buf_printf(out, ":%u", line->line);
}

// A line of a file: what could steer the terminal is shown as "?".
static void put_text(yn_buf *out, yonder_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        bool c1 = c == 0xc2 && i + 1 < t.len && (unsigned char)t.ptr[i + 1] < 0xa0;
        yn_buf_char(out, c1 || c == 0x7f || (c < 0x20 && c != '\t') ? '?' : t.ptr[i]);
        i += c1;
    }
}

static void put_rule(yn_buf *out, const yn_proof_line *rule, yn_lint_line_fn *line, void *context,
                     const yn_style *style)
{
    yonder_text text = line ? yn_trim(line(context, rule), " \t\r\n") : (yonder_text){NULL, 0};
    yn_buf_str(out, "    ");
    yn_look_begin(out, style, YN_DIM);
    put_line(out, rule);
    yn_look_end(out, style, YN_DIM);
    if (text.len) {
        yn_buf_str(out, "  ");
        put_text(out, text);
    }
    yn_buf_char(out, '\n');
}

static void put_finding(yn_buf *out, const yn_proof_finding *f, yn_lint_line_fn *line,
                        void *context, const yn_style *style)
{
    const yn_proof_code_row *row = &yn_proof_codes[f->code];
    if (f->rule_count)
        put_line(out, &f->rules[0]);
    yn_buf_str(out, ": ");
    yn_look_begin(out, style, look_of(row->severity));
    yn_buf_str(out, yn_proof_severity_name(row->severity));
    yn_look_end(out, style, look_of(row->severity));
    yn_buf_printf(out, ": %s: ", row->code);
    yn_put_untrusted(out, f->message);
    yn_buf_char(out, '\n');
    for (size_t i = 0; i < f->rule_count && i < shown_rules; i++)
        put_rule(out, &f->rules[i], line, context, style);
    if (f->rule_count > shown_rules)
        yn_buf_printf(out, "    and %zu more\n", f->rule_count - shown_rules);
    if (f->witness.url.len) {
        yn_buf_str(out, "    try: ");
        yn_put_untrusted(out, f->witness.url);
        yn_witness_text(out, &f->witness);
        yn_buf_char(out, '\n');
    }
    yn_buf_str(out, "    ");
    yn_put_wrapped(out, row->advice, 4, 4, style->width ? style->width : 100);
    yn_buf_str(out, "\n\n");
}

static void put_count(yn_buf *out, size_t n, const char *what)
{
    yn_buf_printf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

void yn_lint_text(yn_buf *out, const yn_proof *proof, yn_lint_line_fn *line, void *context,
                  const yn_style *style)
{
    const yn_proof_finding *f;
    const yn_proof_undecided *u;
    size_t undecided = proof->undecided.len / sizeof *u;
    for (size_t i = 0; (f = yn_proof_finding_at(proof, i)); i++)
        put_finding(out, f, line, context, style);
    for (size_t i = 0; (u = yn_proof_undecided_at(proof, i)); i++) {
        put_line(out, &u->rule);
        yn_buf_str(out, ": undecided: ");
        yn_put_untrusted(out, u->reason);
        yn_buf_char(out, '\n');
        put_rule(out, &u->rule, line, context, style);
    }
    if (undecided)
        yn_buf_char(out, '\n');
    put_count(out, proof->rule_count, "rule");
    yn_buf_str(out, ": ");
    put_count(out, proof->count[YN_PROOF_ERROR], "error");
    yn_buf_str(out, ", ");
    put_count(out, proof->count[YN_PROOF_WARNING], "warning");
    yn_buf_str(out, ", ");
    put_count(out, proof->count[YN_PROOF_NOTE], "note");
    yn_buf_printf(out, ", %zu undecided\n", undecided);
}
