// SPDX-License-Identifier: MIT
// Static Analysis Results Interchange Format (SARIF) version 2.1.0, OASIS Standard.
#include "base/text.h"
#include "core/percent.h"
#include "report/lint.h"

// Names of files as URI references (section 3.4.3): relative ones stay so.
static void put_uri(yn_json *j, yonder_text file)
{
    yn_buf uri = yn_buf_make(1 << 16, NULL);
    if (file.len && file.ptr[0] == '/')
        yn_buf_str(&uri, "file://");
    for (size_t i = 0; i < file.len; i++)
        if (file.ptr[i] == '%' || file.ptr[i] == ':')
            yn_buf_printf(&uri, "%%%02X", (unsigned)file.ptr[i]);
        else
            yn_percent_encode(&uri, yn_slice(file, i, i + 1), YN_SET_PATH);
    yn_json_text(j, "uri", yn_buf_text(&uri));
    yn_buf_free(&uri);
}

static void put_location(yn_json *j, const yn_proof_line *line, int64_t id)
{
    yn_json_object(j, NULL);
    if (id >= 0)
        yn_json_int(j, "id", id);
    yn_json_object(j, "physicalLocation");
    yn_json_object(j, "artifactLocation");
    put_uri(j, line->file);
    yn_json_object_end(j);
    yn_json_object(j, "region");
    yn_json_int(j, "startLine", line->line);
    yn_json_object_end(j);
    yn_json_object_end(j);
    yn_json_object_end(j);
}

static void put_message(yn_json *j, const char *name, yonder_text text)
{
    yn_json_object(j, name);
    yn_json_text(j, "text", text);
    yn_json_object_end(j);
}

static void put_rule(yn_json *j, const yn_proof_code_row *row)
{
    yn_json_object(j, NULL);
    yn_json_str(j, "id", row->code);
    put_message(j, "shortDescription", yonder_text_of(row->title));
    put_message(j, "help", yonder_text_of(row->advice));
    yn_json_object(j, "defaultConfiguration");
    yn_json_str(j, "level", yn_proof_severity_name(row->severity));
    yn_json_object_end(j);
    yn_json_object_end(j);
}

static void put_driver(yn_json *j)
{
    yn_json_object(j, "tool");
    yn_json_object(j, "driver");
    yn_json_str(j, "name", "yonder lint");
    yn_json_str(j, "version", yonder_version());
    yn_json_array(j, "rules");
    for (size_t i = 0; i < YN_PROOF_CODE_COUNT; i++)
        put_rule(j, &yn_proof_codes[i]);
    yn_json_array_end(j);
    yn_json_object_end(j);
    yn_json_object_end(j);
}

static void put_result(yn_json *j, const yn_proof_finding *f)
{
    const yn_proof_code_row *row = &yn_proof_codes[f->code];
    yn_json_object(j, NULL);
    yn_json_str(j, "ruleId", row->code);
    yn_json_int(j, "ruleIndex", (int64_t)f->code);
    yn_json_str(j, "level", yn_proof_severity_name(row->severity));
    put_message(j, "message", f->message);
    yn_json_array(j, "locations");
    if (f->rule_count)
        put_location(j, &f->rules[0], -1);
    yn_json_array_end(j);
    if (f->rule_count > 1) {
        yn_json_array(j, "relatedLocations");
        for (size_t i = 1; i < f->rule_count; i++)
            put_location(j, &f->rules[i], (int64_t)i);
        yn_json_array_end(j);
    }
    if (f->witness.url.len) {
        yn_json_object(j, "properties");
        yn_json_text(j, "witness", f->witness.url);
        yn_json_object_end(j);
    }
    yn_json_object_end(j);
}

void yn_lint_sarif(yn_buf *out, const yn_proof *proof)
{
    yn_json j = yn_json_make(out, false);
    const yn_proof_finding *f;
    yn_json_object(&j, NULL);
    yn_json_str(&j, "$schema",
                "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
                "sarif-schema-2.1.0.json");
    yn_json_str(&j, "version", "2.1.0");
    yn_json_array(&j, "runs");
    yn_json_object(&j, NULL);
    put_driver(&j);
    yn_json_array(&j, "results");
    for (size_t i = 0; (f = yn_proof_finding_at(proof, i)); i++)
        put_result(&j, f);
    yn_json_array_end(&j);
    yn_json_object_end(&j);
    yn_json_array_end(&j);
    yn_json_object_end(&j);
}
