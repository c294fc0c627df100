// SPDX-License-Identifier: MIT
#include "server/pace.h"

#include <pthread.h>
#include <semaphore.h>
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
    behind = 2,        // of a busy processor this leaves two fifths: 655 parts to 1024
};

static struct {
    sem_t wanted; // once for each time that turns are to be short
    atomic_bool stop;
} pace;

static bool ask_for_turns(int32_t nice)
{
    // A scheduler that knows of it (Linux 6.12) gives short turns to who asks for them.
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } wish = {.size = sizeof wish, .nice = nice, .runtime = turn};
    return syscall(SYS_sched_setattr, 0, &wish, 0) == 0;
}

// Where two threads have enough to do, the kernel looks whose turn it is every 4 ms, by its tick.
// A thread that wakes up, and be it to sleep again, has it look then. It is not behind anyone:
// waking it must not come to waiting behind the one it is to interrupt.
static void *beat(void *context)
{
    (void)context;
    ask_for_turns(getpriority(PRIO_PROCESS, 0));
    prctl(PR_SET_TIMERSLACK, 1000);
    for (;;) {
        while (sem_wait(&pace.wanted) != 0)
            ;
        while (!atomic_load_explicit(&pace.stop, memory_order_relaxed))
            nanosleep(&(struct timespec){.tv_nsec = turn}, NULL);
    }
    return NULL;
}

void yn_pace_step_behind(void)
{
    pthread_t metronome;
    sem_init(&pace.wanted, 0, 0);
    if (pthread_create(&metronome, NULL, beat, NULL) == 0)
        pthread_detach(metronome);
    int now = getpriority(PRIO_PROCESS, 0); // which is the workers', too
    int nice = now + behind < 19 ? now + behind : 19;
    if (!ask_for_turns(nice))
        setpriority(PRIO_PROCESS, 0, nice);
}

void yn_pace_begin(void)
{
    atomic_store(&pace.stop, false);
    sem_post(&pace.wanted);
}

void yn_pace_end(void)
{
    atomic_store(&pace.stop, true);
}
