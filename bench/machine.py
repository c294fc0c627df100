# SPDX-License-Identifier: MIT
"""What the kernel says about processes and processors."""

import ctypes
import os
import signal

TICK = os.sysconf("SC_CLK_TCK")
_libc = ctypes.CDLL(None)


def processors():
    """The two processors to use: one for the server, one for the load."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        raise SystemExit("bench: needs two processors: one for the server, one for the load")
    return allowed[0], allowed[1]


def child_setup(processor):
    """A preexec_fn that pins the child and lets it end when we do, however we end."""

    def setup():
        os.sched_setaffinity(0, {processor})
        _libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG

    return setup


def family(pid):
    """The process and all that descend from it."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                parents[int(name)] = int(_stat(name)[1])
            except OSError:
                pass  # it has ended meanwhile
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _stat(pid):
    """The fields of /proc/PID/stat after the name, which may hold anything: state, ppid, …"""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as f:
        return f.read().rpartition(")")[2].split()


def cpu_seconds(pids):
    """User and system time of the processes, all their threads."""
    ticks = 0
    for pid in pids:
        fields = _stat(pid)
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICK


def memory(pids):
    """(RSS, PSS) in bytes, summed over the processes; one that has ended has none."""
    sums = {"Rss:": 0, "Pss:": 0}
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii", errors="replace") as f:
                lines = f.readlines()
        except OSError:
            continue
        for line in lines:
            key, _, value = line.partition(" ")
            if key in sums:
                sums[key] += int(value.split()[0]) * 1024
    return sums["Rss:"], sums["Pss:"]


def processor_seconds(processor):
    """(busy, stolen) seconds of a processor since the machine started; busy is without stolen."""
    with open("/proc/stat", encoding="ascii") as f:
        for line in f:
            fields = line.split()
            if fields[0] == f"cpu{processor}":
                user, nice, system, _, _, irq, softirq, steal = map(int, fields[1:9])
                return (user + nice + system + irq + softirq) / TICK, steal / TICK
    raise OSError(f"/proc/stat does not know processor {processor}")


def description():
    """The machine in one line."""
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    return f"{model}, {os.cpu_count()} processors, Linux {os.uname().release}"
