# SPDX-License-Identifier: MIT
"""yonder serve under real attack programs, slowhttptest and h2load, while a client of good will is served.

What slowhttptest says at its end is what its own kernel still holds for it; who is cut is told by the server."""
import pathlib
import re
import subprocess
import threading
import time

import pytest

import program
from http1 import Client
from test_serve_ops import Admin

RULES = f"/old /new 301\n/long /{'x' * 4000} 301\n"
TIMES = [f"--{name}-timeout=1" for name in ("idle", "head", "body", "write")]
CROWD = 400
PATIENCE = 2.0 if program.sanitized() else 0.5  # s: for any one answer


class Visitor(threading.Thread):
    """Asks all the time, on connections kept and new, and notes how long each answer took."""

    def __init__(self, port):
        super().__init__()
        self.port, self.times, self.failed, self.over = port, [], [], threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()

    def run(self):
        while not self.over.is_set():
            try:
                with Client(self.port) as client:
                    for _ in range(10):
                        begin = time.monotonic()
                        assert client.ask("/old").status == 301
                        self.times.append(time.monotonic() - begin)
                        time.sleep(0.002)
            except Exception as error:  # whatever it is, it is counted
                self.failed.append(error)

    def assert_served(self):
        assert not self.failed
        assert len(self.times) > 100
        assert max(self.times) < PATIENCE, sorted(self.times)[-10:]


def memory(server):
    """In KB, without what files and the kernel hold."""
    return int(pathlib.Path(f"/proc/{server.pid}/status").read_text().split("RssAnon:")[1].split()[0])


@pytest.fixture
def attacked(serve, tmp_path):
    server = serve(RULES, "--admin", tmp_path / "admin.sock", "--workers", "1", *TIMES)
    return server, Admin(tmp_path / "admin.sock")


def slowhttptest(server, path, *mode):
    return subprocess.Popen(["slowhttptest", *mode, "-c", str(CROWD), "-r", str(CROWD), "-l", "8", "-v", "0", "-u",
                             server.url + path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.parametrize("path,mode", [
    ("/old", ["-H", "-i", "10"]),  # a line of a head each ten seconds
    ("/old", ["-H", "-i", "1", "-x", "8"]),  # and each second: the deadline is not put off
    ("/old", ["-B", "-i", "1", "-s", "100000"]),
    ("/old", ["-R", "-a", "1", "-b", "3000"]),
    ("/long", ["-X", "-k", "10", "-w", "512", "-y", "1024", "-n", "2", "-z", "32"]),
], ids=["slow heads", "heads that never end", "slow bodies", "ranges", "slow reading"])
def test_slow_clients_are_cut_and_others_served(attacked, path, mode):
    server, admin = attacked
    before = memory(server)
    with Visitor(server.port) as visitor:
        attack = slowhttptest(server, path, *mode)
        try:
            most, deadline = 0, time.monotonic() + 6
            while True:
                now = admin.json("/status")["connections"]
                most = max(most, now)
                if now < 5 and (most > CROWD * 0.8 or attack.poll() is not None):
                    break
                assert time.monotonic() < deadline, (most, now)
                time.sleep(0.02)
            if mode[0] in ("-H", "-X"):
                assert most > CROWD * 0.8  # they were there
            if not program.sanitized():
                assert memory(server) - before < CROWD * 16
        finally:
            attack.terminate()
            attack.wait()
    visitor.assert_served()


def test_slow_clients_find_their_limit(serve):
    """More of them than one address may have: an old connection of that address is served as ever."""
    server = serve(RULES, "--max-per-address", "50", "--workers", "1")
    old = Client(server.port)
    assert old.ask("/old").status == 301
    attack = slowhttptest(server, "/old", "-H", "-i", "1")
    try:
        for _ in range(100):
            begin = time.monotonic()
            assert old.ask("/old").status == 301
            assert time.monotonic() - begin < PATIENCE
            time.sleep(0.02)
    finally:
        attack.terminate()
        attack.wait()
        old.socket.close()


@pytest.mark.parametrize("how", [["-c", "400", "-m", "1"], ["-c", "100", "-m", "128"], ["-c", "20", "-m", "1000", "-w", "1"],
                                 ["-c", "50", "-m", "100", "-d", "BODY"]],
                         ids=["many connections", "many streams", "streams past the limit, no windows", "uploads"])
def test_floods_leave_room_for_others(serve, tmp_path, how):
    server = serve(RULES, "--workers", "1", "--max-connections", "1000")
    if "BODY" in how:
        (tmp_path / "body").write_bytes(b"x" * 100000)
        how = [str(tmp_path / "body") if part == "BODY" else part for part in how]
    before = memory(server)
    with Visitor(server.port) as visitor:
        load = subprocess.run(["h2load", "-D", "1", *how, f"{server.url}/long"], capture_output=True, text=True, timeout=30)
    asked = re.search(r"(\d+) total.* (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored", load.stdout)
    assert asked and int(asked.group(3)) > 500, load.stdout
    assert int(asked.group(4)) == 0 and int(asked.group(5)) == 0, load.stdout
    if not program.sanitized():
        assert memory(server) - before < 60000
    visitor.assert_served()
