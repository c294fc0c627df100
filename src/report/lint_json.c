// SPDX-License-Identifier: MIT
#include "report/lint.h"

#include "report/witness.h"

static void put_rules(yn_json *j, const yn_proof_line *rules, size_t count)
{
    yn_json_array(j, "rules");
    for (size_t i = 0; i < count; i++) {
        yn_json_object(j, NULL);
        yn_json_text(j, "file", rules[i].file);
        yn_json_int(j, "line", rules[i].line);
        yn_json_object_end(j);
    }
    yn_json_array_end(j);
}

static void put_finding(yn_json *j, const yn_proof_finding *f)
{
    const yn_proof_code_row *row = &yn_proof_codes[f->code];
    yn_json_object(j, NULL);
    yn_json_str(j, "code", row->code);
    yn_json_str(j, "severity", yn_proof_severity_name(row->severity));
    put_rules(j, f->rules, f->rule_count);
    if (f->witness.url.len)
        yn_json_text(j, "witness", f->witness.url);
    else
        yn_json_null(j, "witness");
    yn_witness_json(j, &f->witness);
    yn_json_text(j, "message", f->message);
    yn_json_str(j, "advice", row->advice);
    yn_json_object_end(j);
}

void yn_lint_json(yn_buf *out, const yn_proof *proof)
{
    yn_json j = yn_json_make(out, false);
    const yn_proof_finding *f;
    const yn_proof_undecided *u;
    yn_json_object(&j, NULL);
    yn_json_int(&j, "schema", 1);
    yn_json_int(&j, "rules", (int64_t)proof->rule_count);
    yn_json_array(&j, "findings");
    for (size_t i = 0; (f = yn_proof_finding_at(proof, i)); i++)
        put_finding(&j, f);
    yn_json_array_end(&j);
    yn_json_array(&j, "undecided");
    for (size_t i = 0; (u = yn_proof_undecided_at(proof, i)); i++) {
        yn_json_object(&j, NULL);
        put_rules(&j, &u->rule, 1);
        yn_json_text(&j, "message", u->reason);
        yn_json_object_end(&j);
    }
    yn_json_array_end(&j);
    yn_json_object_end(&j);
}
