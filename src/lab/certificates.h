// SPDX-License-Identifier: MIT
// The lab's throw-away authority, and a certificate for whatever name is asked for, made when it is
// first asked for.
#ifndef YN_LAB_CERTIFICATES_H
#define YN_LAB_CERTIFICATES_H

#include "lab/lab.h"

/** @return NULL where memory or random numbers are out. `domain` must outlive it. */
yn_lab_certificates *yn_lab_certificates_new(const char *domain);
void yn_lab_certificates_free(yn_lab_certificates *certificates); /**< NULL is left alone */

/** The authority's certificate, PEM. */
yonder_text yn_lab_certificates_pem(const yn_lab_certificates *certificates);

/** A yn_tls_choose_fn whose context is the certificates: good for the name, unless the name asks
 *  for one that is not (answer.h); for names that are not the lab's, the one for its domain. */
yn_tls_choose_fn yn_lab_certificates_choose;

#endif
