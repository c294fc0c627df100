// SPDX-License-Identifier: MIT
// The codes of machine output and their prose, from the tables the library and the tracer have:
// for the pages of the commands that print them. Each ends with a row whose name is NULL.
#ifndef YN_CLI_CODES_H
#define YN_CLI_CODES_H

#include "cli/cli.h"

extern const yn_term yn_codes_reasons[];      /**< of YONDER_REASONS */
extern const yn_term yn_codes_fetch_errors[]; /**< of YN_FETCH_ERRORS; that of success is "" */
extern const yn_term yn_codes_findings[];     /**< of YN_FINDINGS */
extern const yn_term yn_codes_outcomes[];     /**< of YN_OUTCOMES */
extern const yn_term yn_codes_hop_kinds[];    /**< of YN_HOP_KINDS */

extern const yn_term yn_codes_hsts_readings[]; /**< of YONDER_HSTS_READINGS */
extern const yn_term yn_codes_hsts_effects[];  /**< of YONDER_HSTS_EFFECTS */

#endif
