# SPDX-License-Identifier: MIT
"""What is aimed at: the one table of it."""

import collections

# `figure` of `workload`, over that of the server `base` in the same round, is to be at most `most`.
# Base "best": the peer whose median is least. Base None: the figure itself.
Target = collections.namedtuple("Target", "workload figure base most")

TARGETS = (
    Target("million", "cpu_us", "nginx", 0.80),
    Target("million", "cpu_us", "floor", 1.15),
    Target("pipelined", "cpu_us", "nginx", 0.15),
    Target("connection", "cpu_us", "nginx deferred", 0.95),
    Target("tls", "cpu_us", "nginx", 0.85),
    Target("handshake", "cpu_us", "best", 0.95),
    Target("resumption", "cpu_us", "best", 0.95),
    Target("h2", "cpu_us", "h2o", 1.1),
    Target("million", "pss", "haproxy", 0.35),
    Target("million", "start", "nginx", 0.2),
    Target("reload", "seen", None, 2.0),
    Target("reload", "failed", None, 0),
    Target("reload", "p99_ratio", None, 1.2),
)

NO_PEERS = ("yonder", "floor", "floor deferred")


def best_peer(servers, figure):
    """The peer with the least median of `figure`, of a summary's servers."""
    peers = {name: s[figure]["median"] for name, s in servers.items() if name not in NO_PEERS}
    return min(peers, key=peers.get) if peers else None


def judged(summaries, targets=TARGETS):
    """For each target that was measured: (target, the base's name, spread, met or not)."""
    found = []
    for out in summaries:
        ours = out["servers"].get("yonder")
        for t in targets:
            if t.workload != out["workload"] or not ours or t.figure not in ours:
                continue
            base = best_peer(out["servers"], t.figure) if t.base == "best" else t.base
            if base is not None and base not in out["ratios"]:
                continue
            spread = out["ratios"][base][t.figure] if base else ours[t.figure]
            found.append((t, base, spread, spread["median"] <= t.most))
    return found
