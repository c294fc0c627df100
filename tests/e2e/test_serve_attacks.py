# SPDX-License-Identifier: MIT
"""yonder serve attacked by programs that are made for it: slowhttptest in its four ways, and floods by h2load.

While an attack goes on a client of good will asks all the time. It has to be answered, and soon; the attackers
have to be cut by a deadline, and to cost little memory. Frames and floods made by hand are in test_serve_h2.py."""
import re
import signal
import subprocess
import threading
import time

import pytest

import program
from http1 import Client
from test_serve_ops import Admin
from tlsrig import resident_kb

ATTACKERS = 300
RULES = f"/old /new 301\n/long /{'x' * 7000} 301\n"
SLOW = ["--head-timeout", 1, "--body-timeout", 1, "--write-timeout", 1, "--idle-timeout", 1]
SOON = 0.5 if program.sanitized() else 0.2  # seconds, for 95 of 100; the others may take five times as long
LEAST = 5 if program.sanitized() else 20  # answers, of which that is told
MEMORY = 16384 if program.sanitized() else 4096  # KiB


class Witness:
    """Asks on a new connection and on one that is kept, in turn, and times the answers."""

    def __init__(self, server):
        self.times, self.failed, self._port = [], [], server.port
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()

    def _run(self):
        kept = Client(self._port)
        while not self._end.wait(0.005):
            begin = time.monotonic()
            try:
                with Client(self._port) as fresh:
                    statuses = fresh.ask("/old").status, kept.ask("/old").status
                if statuses != (301, 301):
                    self.failed.append(statuses)
            except (OSError, EOFError) as error:
                self.failed.append(repr(error))
                kept = Client(self._port)
            self.times.append(time.monotonic() - begin)
        kept.socket.close()

    def was_served(self):
        assert not self.failed and len(self.times) > LEAST, (len(self.times), self.failed[:5])
        soonest = sorted(self.times)
        assert soonest[len(soonest) * 95 // 100] < SOON and soonest[-1] < 5 * SOON, soonest[-20:]


@pytest.fixture
def attacked(serve, tmp_path):
    """A server with short deadlines, and its admin socket."""
    server = serve(RULES, "--workers", 2, "--admin", tmp_path / "admin.sock", *SLOW)
    return server, Admin(tmp_path / "admin.sock")


# How it attacks, and with how many connections at a time at least. A slow body or one who wants many ranges ends by
# itself: the answer comes before the body, and the program goes when it has it.
ATTACKS = {
    "headers": (["-H", "-i", 1], ATTACKERS // 2),
    "bodies": (["-B", "-i", 1, "-s", 100000], 0),
    "ranges": (["-R"], 0),
    "reading": (["-X", "-k", 10, "-w", 10, "-y", 512, "-n", 5, "-z", 5], ATTACKERS // 2),
}


@pytest.mark.parametrize("way", ATTACKS)
def test_slow_clients_are_cut_and_the_others_served(attacked, way):
    server, admin = attacked
    how, least = ATTACKS[way]
    before, most, now, deadline = resident_kb(server), 0, 0, time.monotonic() + 15
    with Witness(server) as witness:
        attack = subprocess.Popen(["slowhttptest", *map(str, how), "-c", str(ATTACKERS), "-r", "1000", "-l", "30", "-p", "5",
                                   "-v", "1", "-u", server.url + "/long"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        while attack.poll() is None and (not least or most < least or now > 2):
            assert time.monotonic() < deadline, f"{now} of {most} connections are still there"
            now = admin.json("/status")["connections"]
            most = max(most, now)
            time.sleep(0.05)
        attack.send_signal(signal.SIGINT)
        said = attack.communicate(timeout=30)[0].decode("latin-1")
    assert "Exit status:" in said and most >= least, (most, said[-800:])
    witness.was_served()
    admin.wait("/status", lambda s: s["connections"] <= 1)
    assert resident_kb(server) - before < MEMORY


@pytest.mark.parametrize("streams", [1, 1000])
def test_floods_of_requests_leave_room_for_others(attacked, streams):
    """h2load with many connections, and with more streams at a time than it is allowed."""
    server, admin = attacked
    before = resident_kb(server)
    with Witness(server) as witness:
        done = subprocess.run(["h2load", "-D", "1", "-c", "100", "-m", str(streams), server.url + "/old"], capture_output=True,
                              text=True, timeout=60, check=False)
    succeeded, failed = re.search(r"(\d+) succeeded, (\d+) failed", done.stdout).groups()
    assert int(succeeded) > 1000 and int(failed) == 0, done.stdout
    witness.was_served()
    admin.wait("/status", lambda s: s["connections"] <= 1)
    assert resident_kb(server) - before < 2 * MEMORY


def test_a_flood_of_connections_takes_no_more_than_its_share(serve, tmp_path):
    server = serve(RULES, "--workers", 2, "--admin", tmp_path / "admin.sock", "--max-connections", 60, *SLOW)
    admin, most = Admin(tmp_path / "admin.sock"), 0
    with Client(server.port) as old:
        assert old.ask("/old").status == 301
        flood = subprocess.Popen(["h2load", "-D", "1", "-c", "300", "-m", "10", server.url + "/old"],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times = []
        while flood.poll() is None:
            begin = time.monotonic()
            assert old.ask("/old").status == 301  # who was there is served as ever
            times.append(time.monotonic() - begin)
            most = max(most, admin.json("/status")["connections"])
            time.sleep(0.02)
    assert most <= 60 and max(times) < 5 * SOON
    assert admin.json("/status")["events"]["connections_shed"] >= 240
