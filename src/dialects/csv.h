// SPDX-License-Identifier: MIT
// Tables as text (RFC 4180), in the spellings spreadsheets have: quotes, line ends of any kind,
// commas, semicolons or tabs.
#ifndef YN_DIALECTS_CSV_H
#define YN_DIALECTS_CSV_H

#include "dialects/carry.h"

enum {
    YN_CSV_MOST = 256 /**< cells of a row */
};

typedef struct yn_csv {
    yonder_text rest;
    char separator;
    uint32_t line; /**< where `rest` starts */
    size_t count;  /**< cells of the present row, not counting empty ones at its end */
    yonder_text cells[YN_CSV_MOST]; /**< without blanks around them; in the arena, or the source */
} yn_csv;

/** Starts before the first row. `separator` 0: whichever of ",", ";" and tab the first line has
 *  most often, or what a line "sep=;" says. */
void yn_csv_open(yn_csv *csv, yonder_text text, char separator);

/** Goes to the next row that is not empty, and has carry->line say where it starts. Rows that
 *  cannot be taken apart are noted and passed over; what stands in cells is not looked at. False
 *  after the last. */
bool yn_csv_next(yn_csv *csv, yn_carry *carry);

/** The n-th cell, from 0; empty if there is none. */
yonder_text yn_csv_cell(const yn_csv *csv, size_t n);

/** Appends a cell, in quotes if it needs them. */
void yn_csv_put(yn_buf *out, yonder_text cell, char separator);

#endif
