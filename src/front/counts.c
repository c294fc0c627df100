// SPDX-License-Identifier: MIT
#include "front/counts.h"

static void enter(yn_counts *counts)
{
    while (atomic_flag_test_and_set_explicit(&counts->busy, memory_order_acquire))
        ;
}

static void leave(yn_counts *counts)
{
    atomic_flag_clear_explicit(&counts->busy, memory_order_release);
}

void yn_counts_answer(yn_counts *counts, const char *method, const char *path, unsigned status)
{
    enter(counts);
    for (yn_counts_row *row = counts->rows; row < counts->rows + YN_COUNTS_ROWS; row++) {
        if (!row->status)
            *row = (yn_counts_row){method, path, status, 0};
        if (row->path == path && row->method == method && row->status == status) {
            row->count++;
            break;
        }
    }
    leave(counts);
}

void yn_counts_write(yn_counts *counts, yn_buf *out)
{
    const struct {
        const char *name, *help;
        uint64_t value;
    } counters[] = {
#define ROW(member, name, help) {name, help, atomic_load(&counts->member)},
        YN_COUNTS_COUNTERS(ROW)
#undef ROW
    };
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
        const char *name = counters[i].name;
        yn_buf_printf(out, "# HELP yonder_directory_%s %s\n# TYPE yonder_directory_%s counter\n",
                      name, counters[i].help, name);
        yn_buf_printf(out, "yonder_directory_%s %llu\n", name,
                      (unsigned long long)counters[i].value);
    }
    yn_buf_str(out, "# HELP yonder_directory_requests_total Requests that were answered.\n"
                    "# TYPE yonder_directory_requests_total counter\n");
    enter(counts);
    for (const yn_counts_row *row = counts->rows;
         row < counts->rows + YN_COUNTS_ROWS && row->status; row++)
        yn_buf_printf(out,
                      "yonder_directory_requests_total{method=\"%s\",route=\"%s\",status=\"%u\"} "
                      "%llu\n",
                      row->method, row->path, row->status, (unsigned long long)row->count);
    leave(counts);
}
