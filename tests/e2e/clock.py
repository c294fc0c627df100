# SPDX-License-Identifier: MIT
"""Another time of day for a program, so that no test begins to fail by the calendar.

    environment(folder, moment)     what to add to a program's environment: its clock then goes on from
                                    `moment`, seconds since 1970. Libraries are found in `folder`
"""
import pathlib
import subprocess
import time

SHIM = r"""
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static time_t offset;

__attribute__((constructor)) static void begin(void)
{
    const char *given = getenv("TESTS_CLOCK_OFFSET");
    offset = given ? atoll(given) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += offset;
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec t;
    (void)zone;
    int result = clock_gettime(CLOCK_REALTIME, &t);
    *now = (struct timeval){t.tv_sec, t.tv_nsec / 1000};
    return result;
}

time_t time(time_t *now)
{
    struct timespec t = {0};
    clock_gettime(CLOCK_REALTIME, &t);
    if (now)
        *now = t.tv_sec;
    return t.tv_sec;
}
"""


def environment(folder, moment):
    library = pathlib.Path(folder) / "clock.so"
    if not library.exists():
        source = library.with_suffix(".c")
        source.write_text(SHIM)
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source], check=True, timeout=60)
    return {"LD_PRELOAD": str(library), "TESTS_CLOCK_OFFSET": str(int(moment - time.time()))}
