// SPDX-License-Identifier: MIT
// What a proof found, for people and for machines.
#ifndef YN_REPORT_LINT_H
#define YN_REPORT_LINT_H

#include "base/json.h"
#include "proof/proof.h"
#include "report/style.h"

/** The text of a rule's line, or an empty text where it is not at hand. */
typedef yonder_text yn_lint_line_fn(void *context, const yn_proof_line *line);

/** Each finding with its lines, witness and advice, what is undecided, and a last line that counts.
 *  `line` may be NULL. */
void yn_lint_text(yn_buf *out, const yn_proof *proof, yn_lint_line_fn *line, void *context,
                  const yn_style *style);

/** One document:
 *    {"schema":1,"rules":n,
 *     "findings":[{"code","severity","rules":[{"file","line"}…],"witness":URL or null,
 *                  "request":{…},"message","advice"}…],
 *     "undecided":[{"rules":[{"file","line"}],"message"}…]}
 *  "request" is there where the witness takes more than a GET. */
void yn_lint_json(yn_buf *out, const yn_proof *proof);

/** The same in SARIF 2.1.0, for tools that show findings beside the code. */
void yn_lint_sarif(yn_buf *out, const yn_proof *proof);

#endif
