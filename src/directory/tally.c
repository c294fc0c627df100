// SPDX-License-Identifier: MIT
#include "directory/tally.h"

static void enter(yn_tally *tally)
{
    while (atomic_flag_test_and_set_explicit(&tally->busy, memory_order_acquire))
        ;
}

static void leave(yn_tally *tally)
{
    atomic_flag_clear_explicit(&tally->busy, memory_order_release);
}

void yn_tally_answer(yn_tally *tally, const char *method, const char *path, unsigned status)
{
    enter(tally);
    for (yn_tally_row *row = tally->rows; row < tally->rows + YN_TALLY_ROWS; row++) {
        if (!row->status)
            *row = (yn_tally_row){method, path, status, 0};
        if (row->path == path && row->method == method && row->status == status) {
            row->count++;
            break;
        }
    }
    leave(tally);
}

void yn_tally_write(yn_tally *tally, yn_buf *out)
{
    const struct {
        const char *name, *help;
        uint64_t value;
    } counters[] = {
#define ROW(member, name, help) {name, help, atomic_load(&tally->member)},
        YN_TALLY_COUNTERS(ROW)
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
    enter(tally);
    for (const yn_tally_row *row = tally->rows; row < tally->rows + YN_TALLY_ROWS && row->status;
         row++)
        yn_buf_printf(out,
                      "yonder_directory_requests_total{method=\"%s\",route=\"%s\",status=\"%u\"} "
                      "%llu\n",
                      row->method, row->path, row->status, (unsigned long long)row->count);
    leave(tally);
}
