// SPDX-License-Identifier: MIT
// What people call the columns of a table of redirects, and what they write into its cells.
#ifndef YN_DIALECTS_COLUMNS_H
#define YN_DIALECTS_COLUMNS_H

#include "dialects/csv.h"

typedef enum yn_column {
    YN_COLUMN_FROM,
    YN_COLUMN_TO,
    YN_COLUMN_STATUS,
    YN_COLUMN_COUNT,
} yn_column;

/** Where the row at hand, taken for a header, has the column; SIZE_MAX: nowhere. */
size_t yn_column_find(const yn_csv *csv, yn_column column);

/** Whether a cell may be an address, and no name of a column. */
bool yn_cell_is_address(yonder_text cell);

/** Whether a cell starts with a host, whose scheme was left out: "example.com/a", "www.example". */
bool yn_cell_starts_with_host(yonder_text cell);

/** Whether it starts with a scheme that is not http or https: "mailto:x"; "h:80/" is none. */
bool yn_cell_has_other_scheme(yonder_text cell);

/** Reads "301", "301.0", "301 Moved Permanently", or a word of yonder-rules(5); false if it is none
 *  of them. */
bool yn_cell_status(yonder_text cell, int *status);

#endif
