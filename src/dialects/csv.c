// SPDX-License-Identifier: MIT
#include "dialects/csv.h"

#include "base/text.h"

static size_t line_length(yonder_text t)
{
    size_t n = 0;
    while (n < t.len && t.ptr[n] != '\n' && t.ptr[n] != '\r')
        n++;
    return n;
}

static void skip_line_end(yn_csv *csv)
{
    if (!csv->rest.len)
        return;
    size_t n = 1 + (csv->rest.ptr[0] == '\r' && csv->rest.len > 1 && csv->rest.ptr[1] == '\n');
    csv->rest = yn_skip(csv->rest, n);
    csv->line++;
}

static size_t count_outside_quotes(yonder_text t, char c)
{
    size_t n = 0;
    bool quoted = false;
    for (size_t i = 0; i < t.len; i++) {
        quoted ^= t.ptr[i] == '"';
        n += !quoted && t.ptr[i] == c;
    }
    return n;
}

void yn_csv_open(yn_csv *csv, yonder_text text, char separator)
{
    *csv = (yn_csv){.rest = text, .separator = separator, .line = 1};
    yonder_text first = yn_slice(text, 0, line_length(text));
    if (separator)
        return;
    csv->separator = ',';
    if (first.len == 5 && yn_equal_nocase(yn_slice(first, 0, 4), YN_TEXT("sep="))) {
        csv->separator = first.ptr[4];
        csv->rest = yn_skip(text, first.len);
        skip_line_end(csv);
        return;
    }
    size_t most = count_outside_quotes(first, ',');
    for (const char *c = ";\t"; *c; c++) {
        size_t n = count_outside_quotes(first, *c);
        if (n > most) {
            most = n;
            csv->separator = *c;
        }
    }
}

// Takes a cell in quotes. False if these do not end.
static bool take_quoted(yn_csv *csv, yn_carry *carry, yonder_text *cell)
{
    yn_buf out = yn_carry_buf(carry);
    yonder_text t = csv->rest;
    uint32_t line = csv->line;
    for (size_t i = 1; i < t.len; i++) {
        if (t.ptr[i] == '"' && i + 1 < t.len && t.ptr[i + 1] == '"') {
            yn_buf_char(&out, '"');
            i++;
        } else if (t.ptr[i] == '"') {
            csv->rest = yn_skip(t, i + 1);
            csv->line = line;
            size_t end = 0; // what follows the quotes is part of it, as spreadsheets have it
            while (end < csv->rest.len && csv->rest.ptr[end] != csv->separator &&
                   csv->rest.ptr[end] != '\n' && csv->rest.ptr[end] != '\r')
                end++;
            yn_buf_put(&out, yn_slice(csv->rest, 0, end));
            csv->rest = yn_skip(csv->rest, end);
            *cell = yn_carry_text(carry, &out);
            return true;
        } else {
            line +=
                t.ptr[i] == '\n' || (t.ptr[i] == '\r' && !(i + 1 < t.len && t.ptr[i + 1] == '\n'));
            yn_buf_char(&out, t.ptr[i]);
        }
    }
    return YN_ERROR(carry, "a quote is opened, and not closed before the end of the file");
}

static bool take_cell(yn_csv *csv, yn_carry *carry, yonder_text *cell)
{
    if (csv->rest.len && csv->rest.ptr[0] == '"')
        return take_quoted(csv, carry, cell);
    size_t end = 0;
    while (end < csv->rest.len && csv->rest.ptr[end] != csv->separator &&
           csv->rest.ptr[end] != '\n' && csv->rest.ptr[end] != '\r')
        end++;
    *cell = yn_slice(csv->rest, 0, end);
    csv->rest = yn_skip(csv->rest, end);
    return true;
}

// Takes the cells of a row and the end of its line. False after a note.
static bool take_row(yn_csv *csv, yn_carry *carry)
{
    yonder_text cell = {NULL, 0};
    bool too_many = false;
    size_t n = 0;
    csv->count = 0;
    for (;; csv->rest = yn_skip(csv->rest, 1)) {
        if (!take_cell(csv, carry, &cell)) {
            csv->rest = yn_skip(csv->rest, line_length(csv->rest));
            skip_line_end(csv);
            return false;
        }
        cell = yn_trim(cell, " \t");
        too_many = too_many || (n >= YN_CSV_MOST && cell.len);
        if (n < YN_CSV_MOST)
            csv->cells[n++] = cell;
        if (cell.len)
            csv->count = n;
        if (!csv->rest.len || csv->rest.ptr[0] != csv->separator)
            break;
    }
    skip_line_end(csv);
    return !too_many || YN_ERROR(carry, "more than %d columns", YN_CSV_MOST);
}

bool yn_csv_next(yn_csv *csv, yn_carry *carry)
{
    while (csv->rest.len && !carry->error) {
        carry->line = csv->line;
        if (take_row(csv, carry) && csv->count)
            return true;
    }
    return false;
}

yonder_text yn_csv_cell(const yn_csv *csv, size_t n)
{
    return n < csv->count ? csv->cells[n] : (yonder_text){NULL, 0};
}

void yn_csv_put(yn_buf *out, yonder_text cell, char separator)
{
    bool quote = false;
    for (size_t i = 0; i < cell.len && !quote; i++)
        quote = cell.ptr[i] == separator || cell.ptr[i] == '"' || cell.ptr[i] == '\n' ||
                cell.ptr[i] == '\r' || ((i == 0 || i + 1 == cell.len) && cell.ptr[i] == ' ');
    if (!quote) {
        yn_buf_put(out, cell);
        return;
    }
    yn_buf_char(out, '"');
    for (size_t i = 0; i < cell.len; i++) {
        if (cell.ptr[i] == '"')
            yn_buf_char(out, '"');
        yn_buf_char(out, cell.ptr[i]);
    }
    yn_buf_char(out, '"');
}
