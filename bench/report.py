# SPDX-License-Identifier: MIT
"""Samples to medians, ratios and a table."""

import statistics

FIGURES = ("cpu_us", "rps", "rss", "pss", "start")  # of a sample
RELOAD_FIGURES = ("seen", "seen_idle", "failed", "p99_before", "p99", "p99_ratio", "most", "peak")
OURS = "yonder"


def spread(values):
    """Median, least and greatest."""
    values = list(values)
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def ratios(samples, base, figures):
    """yonder's figures over those of `base`, round by round."""
    ours = {s["round"]: s for s in samples if s["server"] == OURS}
    theirs = {s["round"]: s for s in samples if s["server"] == base}
    rounds = sorted(ours.keys() & theirs.keys())
    return {figure: spread(ours[r][figure] / theirs[r][figure] for r in rounds)
            for figure in figures} if rounds else None


def summary(workload, samples):
    """One workload's samples, all servers and rounds, as one object."""
    servers = list(dict.fromkeys(s["server"] for s in samples))
    figures = RELOAD_FIGURES if samples and "seen" in samples[0] else FIGURES
    out = {"workload": workload.name, "title": workload.title, "rules": workload.rules,
           "servers": {}, "ratios": {}, "samples": samples}
    for server in servers:
        own = [s for s in samples if s["server"] == server]
        out["servers"][server] = {f: spread(s[f] for s in own) for f in figures}
        for count in ("wrong", "errors"):
            out["servers"][server][count] = sum(s[count] for s in own)
    for base in servers if figures is FIGURES else ():
        found = ratios(samples, base, figures) if base != OURS else None
        if found:
            out["ratios"][base] = found
    return out


def _seconds(s):
    return f"{s * 1000:.1f} ms" if s < 1 else f"{s:.2f} s"


def _ratio(r):
    return f"{r['median']:.2f} ({r['min']:.2f}–{r['max']:.2f})"


def _range(r, digits):
    return f"{r['median']:.{digits}f} ({r['min']:.{digits}f}–{r['max']:.{digits}f})"


def reload_table(out):
    """The lines of the workload in which the rules change."""
    lines = ["", out["title"],
             f"  {'':10}{'seen after s':>20}{'idle s':>8}{'failed':>9}{'p99 before, at the reload, ms':>32}"
             f"{'ratio':>20}{'slowest ms':>12}{'peak PSS MiB':>14}"]
    for name, s in out["servers"].items():
        lines.append(
            f"  {name:10}{_range(s['seen'], 2):>20}{s['seen_idle']['median']:8.2f}"
            f"{s['failed']['median']:9.0f}"
            f"{s['p99_before']['median']:22.2f}{s['p99']['median']:10.2f}"
            f"{_range(s['p99_ratio'], 2):>20}{s['most']['median']:12.1f}"
            f"{s['peak']['median'] / 2**20:14.1f}")
    return lines


def target_table(judged):
    """What was aimed at, and what came of it."""
    lines = ["", "targets"]
    for target, base, measured, met in judged:
        what = f"{target.workload}: {target.figure}" + (f" / {base}" if base else "")
        lines.append(f"  {what:44}at most {target.most:<6g}{_range(measured, 2):>22}  "
                     f"{'met' if met else 'MISSED'}")
    return lines if judged else []


def table(out):
    """The lines of one workload."""
    if any("seen" in s for s in out["servers"].values()):
        return reload_table(out)
    lines = ["", out["title"],
             f"  {'':16}{'CPU µs a request':>24}{'requests/s':>12}{'RSS MiB':>10}{'PSS MiB':>10}"
             f"{'start':>11}{'wrong':>7}{'errors':>8}"]
    for name, s in out["servers"].items():
        cpu = s["cpu_us"]
        lines.append(
            f"  {name:16}{cpu['median']:10.2f} ({cpu['min']:.2f}–{cpu['max']:.2f})".ljust(42)
            + f"{s['rps']['median']:12,.0f}{s['rss']['median'] / 2**20:10.1f}"
            + f"{s['pss']['median'] / 2**20:10.1f}{_seconds(s['start']['median']):>11}"
            + f"{s['wrong']:7}{s['errors']:8}")
    for base, r in out["ratios"].items():
        lines.append(f"  yonder/{base}: CPU {_ratio(r['cpu_us'])}   PSS {_ratio(r['pss'])}   "
                     f"start {_ratio(r['start'])}")
    return lines


def noise(samples):
    """What else happened on the server's processor, in words; empty where all was quiet."""
    lines = []
    foreign = max((s["foreign"] for s in samples), default=0)
    steal = max((s["steal"] for s in samples), default=0)
    if foreign > 0.05:
        lines.append(f"Not quiet: other work took up to {foreign:.0%} of the server's processor.")
    if steal > 0.02:
        lines.append(f"Not quiet: the hypervisor took up to {steal:.0%} of the server's processor.")
    return lines
