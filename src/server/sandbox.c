// SPDX-License-Identifier: MIT
#include "server/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <pwd.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"

/* ---- the user -------------------------------------------------------------------------------- */

bool yn_sandbox_become(const char *user)
{
    errno = 0;
    const struct passwd *p = getpwnam(user);
    if (!p) {
        yn_log(YN_LOG_ERROR, "there is no user %s", user);
        return false;
    }
    if (geteuid() == p->pw_uid && getuid() == p->pw_uid)
        return true;
    uid_t uid = p->pw_uid;
    gid_t gid = p->pw_gid;
    // Groups first: later there is no right to change them.
    if (initgroups(user, gid) == 0 && setresgid(gid, gid, gid) == 0 &&
        setresuid(uid, uid, uid) == 0 && (uid == 0 || setuid(0) != 0))
        return true;
    yn_log(YN_LOG_ERROR, "cannot go on as user %s: %s", user, strerror(errno));
    return false;
}

/* ---- Landlock -------------------------------------------------------------------------------- */

enum {
    fs_read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
    fs_make = fs_read | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
              LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE,
    fs_all_1 = (1 << 13) - 1, // of the first version
    fs_refer = 1 << 13,       // of the second
    fs_truncate = 1 << 14,    // of the third
    net_connect_tcp = 1 << 1, // of the fourth
};

// landlock_ruleset_attr, of whichever version.
typedef struct ruleset_attributes {
    uint64_t fs, net;
} ruleset_attributes;

static int make_ruleset(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return -1;
    ruleset_attributes a = {.fs = fs_all_1};
    a.fs |= version >= 2 ? fs_refer : 0;
    a.fs |= version >= 3 ? fs_truncate : 0;
    a.net = version >= 4 ? net_connect_tcp : 0;
    return (int)syscall(SYS_landlock_create_ruleset, &a, version >= 4 ? sizeof a : sizeof a.fs, 0);
}

static void allow(int ruleset, const char *path, uint64_t access)
{
    struct stat st;
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return; // what is not there cannot be allowed
    if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
        access &= LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;
    struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = fd};
    syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(fd);
}

// The folder in which `path` is named.
static void allow_folder_of(int ruleset, const char *path, uint64_t access)
{
    char folder[PATH_MAX] = ".";
    const char *slash = strrchr(path, '/');
    if (strlen(path) >= sizeof folder)
        return;
    if (slash) {
        size_t len = slash == path ? 1 : (size_t)(slash - path);
        memcpy(folder, path, len);
        folder[len] = '\0';
    }
    allow(ruleset, folder, access);
}

// A file is replaced by another of its name, or by a link on its way that comes to lead elsewhere:
// to a neighbour of where it leads now.
static void allow_reading(int ruleset, const char *path)
{
    char part[PATH_MAX], real[PATH_MAX];
    struct stat st;
    size_t len = strlen(path);
    allow(ruleset, path, fs_read);
    allow_folder_of(ruleset, path, fs_read);
    for (size_t i = 1; len < sizeof part && i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (lstat(part, &st) != 0 || !S_ISLNK(st.st_mode) || !realpath(part, real))
            continue;
        allow_folder_of(ruleset, part, fs_read);
        allow_folder_of(ruleset, real, fs_read);
    }
}

static bool enter_landlock(const yn_sandbox_paths *paths)
{
    // Time zones, what OpenSSL may want, and what tells of the process itself.
    static const char *const common[] = {"/etc/localtime", "/usr/share/zoneinfo", "/etc/ssl",
                                         "/usr/lib/ssl",   "/dev/urandom",        "/proc/self"};
    int ruleset = make_ruleset();
    if (ruleset < 0)
        return false;
    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        allow(ruleset, common[i], fs_read);
    for (size_t i = 0; i < paths->read_count; i++)
        allow_reading(ruleset, paths->read[i]);
    for (size_t i = 0; i < paths->made_count; i++)
        allow_folder_of(ruleset, paths->made[i], fs_make);
    bool entered = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    close(ruleset);
    return entered;
}

/* ---- seccomp --------------------------------------------------------------------------------- */

#if defined __x86_64__
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

// What a server calls, and what the libraries under it may. Neither execve nor anything that makes
// a process, reaches into one, or changes whose it is.
// clang-format off
static const int calls[] = {
    // What each request or connection needs comes first.
#ifdef __x86_64__
    SYS_epoll_wait,
#endif
    SYS_recvfrom, SYS_sendto, SYS_accept4, SYS_epoll_ctl, SYS_close, SYS_read, SYS_write,
    SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_sendfile, SYS_lseek, SYS_fstat,
    SYS_newfstatat, SYS_statx, SYS_openat, SYS_getdents64, SYS_readlinkat, SYS_faccessat,
    SYS_faccessat2, SYS_unlinkat, SYS_fcntl, SYS_ioctl, SYS_dup, SYS_dup3, SYS_pipe2, SYS_eventfd2,
    SYS_getcwd, SYS_umask, SYS_fadvise64, SYS_fsync, SYS_memfd_create, SYS_ftruncate,
    SYS_epoll_create1, SYS_epoll_pwait, SYS_epoll_pwait2, SYS_ppoll, SYS_pselect6, SYS_socket,
    SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_shutdown, SYS_sendmsg,
    SYS_recvmsg, SYS_sendmmsg, SYS_recvmmsg, SYS_getsockname, SYS_getpeername, SYS_getsockopt,
    SYS_setsockopt, SYS_mmap, SYS_munmap, SYS_mremap, SYS_mprotect, SYS_madvise, SYS_brk,
    SYS_membarrier, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigtimedwait,
    SYS_sigaltstack, SYS_tgkill, SYS_restart_syscall, SYS_futex, SYS_set_robust_list,
    SYS_get_robust_list, SYS_rseq, SYS_set_tid_address, SYS_sched_yield, SYS_sched_getaffinity,
    SYS_sched_setaffinity, SYS_sched_setattr, SYS_setpriority, SYS_getpriority, SYS_sched_getparam, SYS_sched_getscheduler, SYS_nanosleep,
    SYS_clock_nanosleep, SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday, SYS_getpid,
    SYS_gettid, SYS_getppid, SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getrandom,
    SYS_getrusage, SYS_prlimit64, SYS_sysinfo, SYS_uname, SYS_prctl, SYS_exit, SYS_exit_group,
#ifdef __x86_64__
    SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_readlink, SYS_unlink, SYS_poll, SYS_select,
    SYS_epoll_create, SYS_eventfd, SYS_pipe, SYS_dup2, SYS_time, SYS_getrlimit, SYS_arch_prctl,
#endif
};
// clang-format on

enum {
    call_count = sizeof calls / sizeof *calls,
    thread_flags = CLONE_VM | CLONE_THREAD,
};

#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define FAIL(error)  RETURN(SECCOMP_RET_ERRNO | (error))
#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
// Goes on with the next statement if equal, and passes over it otherwise.
#define IF_EQUAL(value)    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1)
#define UNLESS_SAME(value) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0)

static bool enter_seccomp(void)
{
    const struct sock_filter begin[] = {
        LOAD(arch),
        UNLESS_SAME(ARCHITECTURE),
        FAIL(EPERM),
        LOAD(nr),
#ifdef __x86_64__
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
        FAIL(EPERM), // x32
#endif
        IF_EQUAL(SYS_clone3),
        FAIL(ENOSYS), // its flags lie in memory; clone() takes its place
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, thread_flags),
        IF_EQUAL(thread_flags),
        RETURN(SECCOMP_RET_ALLOW),
        FAIL(EPERM),
    };
    struct sock_filter program[sizeof begin / sizeof *begin + 2 * call_count + 1];
    memcpy(program, begin, sizeof begin);
    size_t n = sizeof begin / sizeof *begin;
    for (size_t i = 0; i < call_count; i++) {
        program[n++] = (struct sock_filter)IF_EQUAL((unsigned)calls[i]);
        program[n++] = (struct sock_filter)RETURN(SECCOMP_RET_ALLOW);
    }
    program[n++] = (struct sock_filter)FAIL(EPERM);
    struct sock_fprog filter = {.len = (unsigned short)n, .filter = program};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

#else

static bool enter_seccomp(void)
{
    return false;
}

#endif

unsigned yn_sandbox_enter(const yn_sandbox_paths *paths)
{
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
    (void)paths, (void)enter_landlock, (void)enter_seccomp;
    return 0; // sanitizers look into the process and beyond
#else
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return 0;
    unsigned entered = enter_landlock(paths) ? YN_SANDBOX_LANDLOCK : 0;
    return entered | (enter_seccomp() ? YN_SANDBOX_SECCOMP : 0);
#endif
}
