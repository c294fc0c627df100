// SPDX-License-Identifier: MIT
#include "cli/codes.h"

#include <yonder/hsts.h>

#include "trace/findings.h"

#define ROW(name, code, prose) {code, prose},

const yn_term yn_codes_reasons[] = {YONDER_REASONS(ROW){NULL, NULL}};
const yn_term yn_codes_hsts_readings[] = {YONDER_HSTS_READINGS(ROW){NULL, NULL}};
const yn_term yn_codes_hsts_effects[] = {YONDER_HSTS_EFFECTS(ROW){NULL, NULL}};
const yn_term yn_codes_outcomes[] = {YN_OUTCOMES(ROW){NULL, NULL}};
const yn_term yn_codes_findings[] = {YN_FINDINGS(ROW){NULL, NULL}};
const yn_term yn_codes_hop_kinds[] = {YN_HOP_KINDS(ROW){NULL, NULL}};

#define ERROR_ROW(name, code, title, prose) {code, prose},

const yn_term yn_codes_fetch_errors[] = {YN_FETCH_ERRORS(ERROR_ROW){NULL, NULL}};
