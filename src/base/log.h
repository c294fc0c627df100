// SPDX-License-Identifier: MIT
// Messages of the program to its operator, on stderr. The library's own code never calls this.
#ifndef YN_BASE_LOG_H
#define YN_BASE_LOG_H

typedef enum yn_log_level {
    YN_LOG_ERROR,
    YN_LOG_WARNING,
    YN_LOG_INFO,
} yn_log_level;

/** Messages above `level` are left out from now on. The default is YN_LOG_INFO. */
void yn_log_set_level(yn_log_level level);

/** One line "yonder: error: …"; the line end is added. Any thread may call it: lines do not mix. */
void yn_log(yn_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
