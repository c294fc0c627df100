// SPDX-License-Identifier: MIT
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/sandbox.h"

static char folder[] = "/tmp/yonder-sandbox-XXXXXX";
static char allowed[64], beside[64], linked[64], elsewhere[64], made[64];

static int put_file(char *path, const char *name)
{
    snprintf(path, 64, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    return fd < 0 ? -1 : close(fd);
}

static void put_folder(const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    mkdir(path, 0700);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    put_folder("rules");
    put_folder("other");
    put_folder("log");
    put_folder("links");
    put_folder("releases");
    put_folder("releases/1");
    put_folder("releases/2");
    char to[64];
    snprintf(to, sizeof to, "%s/releases/1", folder);
    snprintf(linked, sizeof linked, "%s/links/current", folder);
    if (symlink(to, linked) != 0)
        return -1;
    snprintf(linked, sizeof linked, "%s/links/current/site", folder);
    char one[64];
    snprintf(made, sizeof made, "%s/log/access", folder);
    return put_file(allowed, "rules/site") || put_file(beside, "rules/beside") ||
           put_file(elsewhere, "other/file") || put_file(one, "releases/1/site") ||
           put_file(one, "releases/2/site");
}

static void *nothing(void *context)
{
    return context;
}

static bool opens(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

// In a process of its own. Returns the number of the first thing that is not as it should be, or 0.
static int inside(unsigned entered)
{
    char second[64];
    snprintf(second, sizeof second, "%s/releases/2/site", folder);
    pthread_t thread;
    bool files = entered & YN_SANDBOX_LANDLOCK, calls = entered & YN_SANDBOX_SECCOMP;
    const bool checks[] = {
        true,
        opens(allowed, O_RDONLY),
        opens(beside, O_RDONLY), // a new version is made beside the old one, and renamed
        opens(linked, O_RDONLY),
        opens(second, O_RDONLY), // where the link may come to lead
        opens(made, O_WRONLY | O_CREAT | O_APPEND),
        opens("/proc/self/statm", O_RDONLY),
        !files || !opens(elsewhere, O_RDONLY),
        !files || !opens("/etc/passwd", O_RDONLY),
        !files || !opens(allowed, O_WRONLY),
        pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0,
        close(socket(AF_INET, SOCK_STREAM, 0)) == 0,
        !calls || (fork() < 0 && errno == EPERM),
        !calls || (execl("/bin/true", "true", (char *)NULL) < 0 && errno == EPERM),
        !calls || (setuid(getuid()) < 0 && errno == EPERM),
        !calls || (chmod(allowed, 0777) < 0 && errno == EPERM),
    };
    for (size_t i = 1; i < sizeof checks / sizeof *checks; i++)
        if (!checks[i])
            return (int)i;
    return 0;
}

static void what_a_server_needs_is_left_and_nothing_else(void **state)
{
    (void)state;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        const char *read[] = {allowed, linked}, *make[] = {made};
        _exit(inside(yn_sandbox_enter(&(yn_sandbox_paths){read, 2, make, 1})));
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void an_unknown_user_is_refused(void **state)
{
    (void)state;
    assert_false(yn_sandbox_become("no-such-user-at-all"));
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_server_needs_is_left_and_nothing_else),
        cmocka_unit_test(an_unknown_user_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
