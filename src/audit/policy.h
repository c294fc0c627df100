// SPDX-License-Identifier: MIT
// What an answer or a host comes to: its HSTS policy in full length, whether its HTTPS works.
#ifndef YN_AUDIT_POLICY_H
#define YN_AUDIT_POLICY_H

#include <yonder/hsts.h>

#include "audit/evidence.h"
#include "base/buf.h"

/** The first Strict-Transport-Security field as Chrome reads it, but that max-age is not cut down
 * to the year that Chrome keeps: `*out` is set where the answer is YONDER_HSTS_VALID. The visit has
 *  the field. */
yonder_hsts_reading yn_policy_read(const yn_visit *visit, yonder_hsts_policy *out);

/** The value of a header that says it: "max-age=300; includeSubDomains". */
void yn_policy_write(yn_buf *out, const yonder_hsts_policy *policy);

/** Whether a host can be had over HTTPS with a certificate that is valid for it. */
yn_known yn_policy_https(const yn_audit *audit, const yn_seen_host *host);

#endif
