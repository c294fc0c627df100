// SPDX-License-Identifier: MIT
#include "directory/hook_command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "audit/visit.h"

enum {
    cannot_run = 127, // the exit status where there is no such program, as shells have it
    tick_ms = 10,
};

// A file without a name: unlike a pipe it takes the whole text whether it is read or not, and
// nobody gets a SIGPIPE.
static int open_input(yonder_text input)
{
    int fd = memfd_create("event", MFD_CLOEXEC);
    size_t written = 0;
    while (fd >= 0 && written < input.len) {
        ssize_t n = write(fd, input.ptr + written, input.len - written);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            (void)close(fd);
            return -1;
        }
        written += (size_t)n;
    }
    if (fd >= 0)
        (void)lseek(fd, 0, SEEK_SET);
    return fd;
}

// In the child, where other threads may have held locks: system calls only.
static void become(const char *command, int input, int nowhere)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD, SIGUSR1, SIGUSR2};
    char *const arguments[] = {(char *)command, NULL};
    sigset_t none;
    (void)setpgid(0, 0);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        (void)signal(signals[i], SIG_DFL);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(input, STDIN_FILENO) >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0 &&
        dup2(nowhere, STDERR_FILENO) >= 0)
        (void)execv(command, arguments);
    _exit(cannot_run);
}

// False where its time was over.
static bool wait_for(pid_t child, long timeout_ms, const atomic_bool *stop, int *status)
{
    const struct timespec tick = {.tv_nsec = tick_ms * 1000000L};
    double end = yn_visit_now_ms() + (double)timeout_ms;
    for (;;) {
        pid_t ended = waitpid(child, status, WNOHANG);
        if (ended == child)
            return true;
        if (yn_visit_now_ms() >= end || (stop && atomic_load(stop)) ||
            (ended < 0 && errno != EINTR))
            break;
        (void)nanosleep(&tick, NULL);
    }
    (void)kill(-child, SIGKILL);
    (void)kill(child, SIGKILL); // who has no group of its own yet
    while (waitpid(child, status, 0) < 0 && errno == EINTR)
        ;
    return false;
}

static bool tell_end(int status, const char *command, yn_buf *problem)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFEXITED(status) && WEXITSTATUS(status) == cannot_run)
        yn_buf_printf(problem, "%s cannot be run", command);
    else if (WIFEXITED(status))
        yn_buf_printf(problem, "%s ended with %d", command, WEXITSTATUS(status));
    else
        yn_buf_printf(problem, "%s was ended by signal %d", command, WTERMSIG(status));
    return false;
}

bool yn_hook_command(const char *command, yonder_text input, long timeout_ms,
                     const atomic_bool *stop, yn_buf *problem)
{
    int status = 0, fd = open_input(input), nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    pid_t child = fd >= 0 && nowhere >= 0 ? fork() : -1;
    if (child == 0)
        become(command, fd, nowhere);
    bool in_time = child > 0 && wait_for(child, timeout_ms, stop, &status);
    if (child < 0)
        yn_buf_printf(problem, "%s cannot be run: %s", command,
                      "there are no processes or files left");
    else if (!in_time)
        yn_buf_printf(problem, "%s did not end in time", command);
    if (fd >= 0)
        (void)close(fd);
    if (nowhere >= 0)
        (void)close(nowhere);
    return in_time && tell_end(status, command, problem);
}
