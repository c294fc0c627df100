// SPDX-License-Identifier: MIT
// Requests that show something, beside their URL: as `yonder match` takes them.
#ifndef YN_REPORT_WITNESS_H
#define YN_REPORT_WITNESS_H

#include "base/json.h"
#include "proof/proof.h"
#include "report/style.h"

/** A member "request" with the members of a line of its batch, where it takes more than a GET. */
void yn_witness_json(yn_json *j, const yn_witness *witness);

/** Options to put behind the URL. */
void yn_witness_text(yn_buf *out, const yn_witness *witness);

#endif
