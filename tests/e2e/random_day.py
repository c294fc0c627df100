# SPDX-License-Identifier: MIT
"""random_day.py [--seconds N] [--count N] [--seed N] [--only SCENE] PROGRAM: a day of random requests.

A day is what a site of 100 requests a second is asked in one: 8,640,000. They come over HTTP/1 and HTTP/2, with and
without TLS and PROXY headers, whole, damaged, slow and broken off (random_scenes.py), while rules and certificates are
replaced and the admin socket is asked. Every well-formed request has to be answered as `yonder match` says; every other
one with an error of the client's, or not at all; nothing may hang; the servers have to be sound at the end. `./dev fuzz
requests` does this with the program built for AddressSanitizer and for ThreadSanitizer.

What was asked follows from the seed. Where something is wrong the seed and the scene are printed: --seed and --only
play that scene again."""
import argparse
import itertools
import os
import pathlib
import random
import shutil
import signal
import ssl
import sys
import tempfile
import threading
import time

import program
import random_asks
import random_scenes
import tlsrig
from random_h1 import Wrong
from test_serve_ops import Admin

DAY = 8_640_000
THREADS = 4
NAMES = [*random_asks.HOSTS, "*.wild.test", "localhost", "IP:127.0.0.1"]


class Certificates:
    """Two sets of an ECDSA and an RSA certificate; one of them is in `live`."""

    def __init__(self, folder):
        self.folder, self.live = folder, folder / "live"
        self.live.mkdir()
        self.authority = tlsrig.Authority(folder)
        for which in (0, 1):
            for kind in ("ec", "rsa"):
                self.authority.issue(f"{kind}{which}", NAMES, kind)
        self.use(0)

    def use(self, which):
        for kind in ("ec", "rsa"):
            for end in ("pem", "key"):
                shutil.copy(self.folder / f"{kind}{which}.{end}", self.folder / "fresh")
                os.rename(self.folder / "fresh", self.live / f"{kind}.{end}")

    def contexts(self, h2):
        made = []
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context = self.authority.context(minimum_version=version, maximum_version=version)
            context.set_alpn_protocols(["h2"] if h2 else ["http/1.1"])
            context.remembered = None
            made.append(context)
        return made


class Stage:
    """Two servers, one of them behind a proxy, with the same rules and certificates; and what is asked of them."""

    def __init__(self, folder, seed):
        self.seed, self.folder, self.rand = seed, folder, random.Random(f"{seed} stage")
        self.certificates = Certificates(folder)
        self.contexts = {h2: self.certificates.contexts(h2) for h2 in (False, True)}
        self.sets = [folder / f"set{which}.rules" for which in (0, 1)]
        for which, file in enumerate(self.sets):
            file.write_text(random_asks.rules(seed, which))
        self.asks = {https: random_asks.asks(seed, 3000, https, self.sets) for https in (False, True)}
        for asks in self.asks.values():
            random_scenes.prepare(asks, seed)
        self.servers = [self._serve("front"), self._serve("behind", "--proxy-protocol")]
        self.reloads = 0

    def _serve(self, name, *more):
        folder = self.folder / name
        folder.mkdir()
        server = program.Serve(folder / "site.rules", self.sets[0].read_text(), [
            "--tls-listen", "127.0.0.1:0", "--cert", self.certificates.live, "--workers", 2, "--admin", folder / "admin.sock",
            "--access-log", folder / "log", "--log-format", "json", *more], cwd=folder)
        server.wait_ready(60)
        server.admin = Admin(folder / "admin.sock")
        return tlsrig.ready(server)

    def port(self, proxied, tls):
        server = self.servers[proxied]
        return server.tls_port if tls else server.port

    def tick(self):
        """Something that an operator does."""
        deed, which = self.rand.randrange(5), self.rand.randrange(2)
        if deed < 2:
            for server in self.servers:
                server.reload(self.sets[which].read_text())
            self.reloads += 1
        elif deed == 2:
            self.certificates.use(which)
            for server in self.servers:
                server.process.send_signal(signal.SIGHUP)
            self.reloads += 1
        elif deed == 3:  # rules that are none change nothing
            for server in self.servers:
                server.reload("/a /b 999\n")
        for server in self.servers:
            server.admin.get(self.rand.choice(["/status", "/metrics", "/hits", "/misses"]))

    def close(self):
        for server in self.servers:
            if server.process.poll() is not None:
                raise Wrong(f"a server is gone ({server.process.returncode}): {server.stderr()[-8000:]}")
            server.close()


class Day:
    def __init__(self, stage, count, numbers):
        self.stage, self.count, self.numbers = stage, count, numbers
        self.requests = self.scenes = 0
        self.wrong = []
        self.lock = threading.Lock()
        self.over = threading.Event()

    def play(self):
        """One thread's part."""
        while not self.over.is_set():
            with self.lock:
                number = next(self.numbers, None)
            if number is None:
                return
            scene = random_scenes.Scene(self.stage, number)
            try:
                requests = scene.run()
            except Exception as error:
                self.wrong.append((scene, error))
                self.over.set()
                return
            with self.lock:
                self.requests += requests
                self.scenes += 1
            if self.requests >= self.count:
                self.over.set()

    def run(self, seconds):
        end = time.monotonic() + seconds
        threads = [threading.Thread(target=self.play) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads) and time.monotonic() < end:
            self.stage.tick()
            self.over.wait(0.3)
        self.over.set()
        for thread in threads:
            thread.join()


def run(folder, seconds, count=DAY, seed=None, only=None):
    """Raises Wrong, or says how it went."""
    seed = random.SystemRandom().randrange(10**9) if seed is None else seed
    begin = time.monotonic()
    stage = Stage(folder, seed)
    day = Day(stage, count, itertools.count() if only is None else itertools.repeat(only, 200))
    try:
        day.run(seconds)
    finally:
        again = f"python3 tests/e2e/random_day.py --seed {seed}"
        try:
            stage.close()
        except (AssertionError, Wrong) as error:
            raise Wrong(f"{error}\nThis may show it again: {again} {program.path()}") from error
    for scene, error in day.wrong:
        raise Wrong(f"{scene}: {error}\nAgain: {again} --only {scene.number} {program.path()}") from error
    return (f"{day.requests} requests on {day.scenes} connections, {stage.reloads} reloads, seed {seed}, "
            f"{time.monotonic() - begin:.0f} s: all as it should be")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--count", type=int, default=DAY)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--only", type=int)
    parser.add_argument("program")
    options = parser.parse_args()
    os.environ["YONDER"] = options.program
    with tempfile.TemporaryDirectory() as folder:
        try:
            print(run(pathlib.Path(folder), options.seconds, options.count, options.seed, options.only))
        except Wrong as error:
            sys.exit(f"WRONG: {error}")


if __name__ == "__main__":
    main()
