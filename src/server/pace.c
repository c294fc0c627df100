// SPDX-License-Identifier: MIT
#include "server/pace.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    turn = 100 * 1000, // ns
    behind = 3,        // of a busy processor this leaves a third: 526 parts to 1024
};

static struct {
    pthread_t metronome;
    bool running;
    atomic_bool stop;
} pace;

void yn_pace_step_behind(void)
{
    // A scheduler that knows of it (Linux 6.12) gives short turns to who asks for them.
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } wish = {.size = sizeof wish, .nice = behind, .runtime = turn};
    if (syscall(SYS_sched_setattr, 0, &wish, 0) != 0)
        setpriority(PRIO_PROCESS, 0, behind);
    prctl(PR_SET_TIMERSLACK, 1000);
}

// Where two threads have enough to do, the kernel looks whose turn it is every 4 ms, by its tick.
// A thread that wakes up, and be it to sleep again, has it look then.
static void *beat(void *context)
{
    (void)context;
    while (!atomic_load_explicit(&pace.stop, memory_order_relaxed))
        nanosleep(&(struct timespec){.tv_nsec = turn}, NULL);
    return NULL;
}

void yn_pace_begin(void)
{
    atomic_store(&pace.stop, false);
    pace.running = pthread_create(&pace.metronome, NULL, beat, NULL) == 0;
}

void yn_pace_end(void)
{
    atomic_store(&pace.stop, true);
    if (pace.running)
        pthread_join(pace.metronome, NULL);
    pace.running = false;
}
