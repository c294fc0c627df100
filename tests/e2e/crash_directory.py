#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Kills `yonder directory serve` at random moments, and `yonder preload fetch` beside it, while clients submit
and leave, members are scanned, versions published and hooks told; and looks at what is left after each.

    ./dev _python tests/e2e/crash_directory.py --seconds 600 [--seed N] [--members N]
"""
import argparse
import base64
import collections
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.parse

import program
import tlsrig
from directory_rig import GOOD, LEAVING, TOKEN, Sites

CLIENTS, OWN = 4, 8  # who submit and leave, and how many domains each has
GROUP = 25  # members that share a certificate


class ManySites(Sites):
    """As Sites, with a certificate for each GROUP of names: one for thousands would take long to send."""

    def __init__(self, folder, names):
        self.contexts = {}
        super().__init__(folder, names[:1])
        self.hsts = dict.fromkeys(names, GOOD)
        authority = tlsrig.Authority(folder)
        self.cafile = authority.cafile
        for i in range(0, len(names), GROUP):
            some = [n for name in names[i:i + GROUP] for n in (name, "www." + name)]
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*authority.issue(f"group{i}", some))
            self.contexts.update(dict.fromkeys(some, context))
        self.secure.socket.context.sni_callback = self.choose

    def choose(self, connection, name, _):
        if name in self.contexts:
            connection.context = self.contexts[name]


class Crash:
    def __init__(self, folder, seed, members):
        self.folder, self.random = folder, random.Random(seed)
        self.db, self.key, self.told = folder / "list.db", folder / "list.db.key", folder / "told"
        self.owned = [[f"c{c}d{d}.test" for d in range(OWN)] for c in range(CLIENTS)]
        self.members = [f"member{i}.test" for i in range(members)]
        self.sites = ManySites(folder, [n for names in self.owned for n in names] + self.members)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.hook = folder / "hook"
        self.hook.write_text(f"#!/bin/sh\nexec cat >>{self.told}\n")
        self.hook.chmod(0o755)
        self.told.touch()
        self.acked = {}  # address of the attempt -> (domain, event), in the order of answers
        self.sent = {}  # all attempts
        self.order = collections.defaultdict(list)  # domain -> addresses that were acknowledged
        self.verified, self.images = set(), set()
        self.versions = {}  # number -> (statement, signature) as it was seen first
        self.published = 0  # the newest version that an answer told of
        self.attempt = 0
        self.mutex = threading.Lock()
        self.over = threading.Event()
        self.wrong = []
        self.counts = collections.Counter()

    # ---- the program ----

    def verb(self, *args, codes=(0,)):
        args = [program.path(), "directory", "--db", self.db, *args]
        done = subprocess.run([str(a) for a in args], capture_output=True, encoding="utf-8", timeout=120,
                              env=program.environment())
        program.check_sound(args, done.returncode, done.stderr)
        assert done.returncode in codes, (args, done)
        return done.stdout

    def prepare(self):
        listed = self.folder / "first.json"
        listed.write_text(json.dumps({"entries": [
            {"name": name, "policy": "bulk-1-year", "mode": "force-https", "include_subdomains": True}
            for name in self.members]}))
        self.verb("import", listed)
        for setting in ("publish.interval", "1"), ("scan.interval", "60"), ("removal.days", "0"), ("publish.keep", "5"):
            self.verb("settings", *setting)

    def start(self, *options):
        args = [program.path(), "directory", "serve", "--db", self.db, "--listen", f"127.0.0.1:{self.port}", "--rate-read", "0",
                "--rate-check", "0", "--rate-site", "0", "--trust", "127.0.0.1/32", "--reach", "any",
                "--hook-command", self.hook, *self.sites.options(), *options]
        with (self.folder / "log").open("wb") as log:
            return subprocess.Popen([str(a) for a in args], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                    env={**program.environment(), "YONDER_DIRECTORY_TOKEN": TOKEN})

    def said(self):
        return (self.folder / "log").read_text(errors="replace")

    def wait_ready(self, process):
        deadline = time.monotonic() + 30
        while "listening on" not in self.said():
            assert process.poll() is None and time.monotonic() < deadline, self.said()
            time.sleep(0.01)

    # ---- load ----

    def ask(self, method, path, headers=None, **query):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path + "?" + urllib.parse.urlencode(query), None, headers or {})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def wish(self, domain, verb, event):
        """Submits or removes, and notes whether that was acknowledged."""
        with self.mutex:
            self.attempt += 1
            address = f"10.{self.attempt >> 16}.{self.attempt >> 8 & 255}.{self.attempt & 255}"
            self.sent[address] = domain, event
        status, body = self.ask("POST", f"/api/v2/{verb}", {"X-Forwarded-For": address}, domain=domain)
        issues = json.loads(body) if status == 200 else None
        if status != 200 or issues["errors"] or any(i["code"].startswith("server.") for i in issues["warnings"]):
            self.counts["answered no"] += 1
            return
        with self.mutex:
            self.acked[address] = domain, event
            self.order[domain].append(address)

    def client(self, number):
        dice = random.Random(f"{self.random.random()} {number}")
        while not self.over.is_set():
            domain = dice.choice(self.owned[number])
            try:
                if dice.random() < 0.6:
                    self.sites.hsts[domain] = GOOD
                    self.wish(domain, "submit", "submitted")
                else:
                    self.sites.hsts[domain] = LEAVING
                    self.wish(domain, "remove", "removal-requested")
            except (OSError, http.client.HTTPException):
                self.counts["unanswered"] += 1
                time.sleep(0.02)

    def operator(self):
        dice = random.Random(self.random.random())
        token = {"Authorization": f"Bearer {TOKEN}"}
        while not self.over.is_set():
            for name in dice.sample(self.members, min(5, len(self.members))):
                self.sites.hsts[name] = dice.choice([GOOD, None])
            try:
                if dice.random() < 0.5:
                    self.ask("POST", "/api/v2/remove-ineligible-domains", token, limit=100, everyone=1)
                else:
                    status, body = self.ask("POST", "/api/v2/update", token)
                    if status == 200 and (number := json.loads(body).get("version")):
                        self.published = max(self.published, number)
            except (OSError, http.client.HTTPException):
                pass
            self.over.wait(0.1)

    def fetcher(self, number):
        dice = random.Random(f"{self.random.random()} fetch {number}")
        image, newest = self.folder / f"fetched{number}.img", 0
        args = [program.path(), "preload", "fetch", "--from", f"http://127.0.0.1:{self.port}", "-o", image, "--json"]
        while not self.over.is_set():
            process = subprocess.Popen([str(a) for a in args], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                       env=program.environment())
            try:
                out, err = process.communicate(timeout=dice.choice([0.005, 0.01, 0.03, 0.1, 20]))
                program.check_sound(args, process.returncode, err.decode())
                if process.returncode == 0:
                    answer = json.loads(out)
                    if answer["version"] < newest:
                        self.wrong.append(f"fetch went back from {newest} to {answer['version']}")
                    newest = answer["version"]
                    self.counts["fetched by delta" if answer["delta"] else "fetched"] += answer["result"] != "unchanged"
                else:
                    self.counts["fetch: " + err.decode().strip().rpartition("/")[2]] += 1
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                self.counts["fetches killed"] += 1
            if image.exists():
                with self.mutex:  # of some version, it is to be
                    self.images.add(hashlib.sha256(image.read_bytes()).hexdigest())
            self.over.wait(dice.random() * 0.2)

    # ---- what is left ----

    def check_versions(self, store):
        rows = store.execute("SELECT number FROM versions ORDER BY number").fetchall()
        numbers = [number for number, in rows]
        assert numbers == list(range(1, len(numbers) + 1)), numbers
        assert len(numbers) >= self.published, (len(numbers), self.published)
        public = self.folder / "public.pem"
        if not public.exists():
            tlsrig.openssl("pkey", "-in", self.key, "-pubout", "-out", public)
        for number in numbers:
            documents = dict(store.execute("SELECT name, bytes FROM documents WHERE version = ?", [number]))
            seal = documents["version.json"], documents["version.sig"]
            assert self.versions.setdefault(number, seal) == seal, number
            statement = json.loads(seal[0])
            assert statement["version"] == number
            for d in statement["documents"] if "list.json" in documents else []:
                bytes_ = documents[d["name"]]
                assert (len(bytes_), hashlib.sha256(bytes_).hexdigest()) == (d["size"], d["sha256"]), (number, d["name"])
            if number in self.verified:
                continue
            if number > 1:
                before = hashlib.sha256(self.versions[number - 1][0]).hexdigest()
                assert before in json.dumps(statement["previous"]), statement
            self.verify(public, seal)
            self.check_deltas(store, number, documents)
            self.verified.add(number)

    def verify(self, public, seal):
        text, signature = self.folder / "text", self.folder / "signature"
        text.write_bytes(seal[0])
        signature.write_bytes(base64.b64decode(seal[1]))
        tlsrig.openssl("pkeyutl", "-verify", "-pubin", "-inkey", public, "-rawin", "-in", text, "-sigfile", signature)

    @staticmethod
    def entries(text):
        lines = "\n".join(line for line in text.decode().split("\n") if not line.lstrip().startswith("//"))
        return {e["name"]: f"{e['policy']} {int(e.get('include_subdomains', False))}" for e in json.loads(lines)["entries"]}

    def check_deltas(self, store, number, documents):
        if "list.json" not in documents:
            return
        after = self.entries(documents["list.json"])
        for name in documents:
            if not name.startswith("delta-"):
                continue
            row = store.execute("SELECT bytes FROM documents WHERE version = ? AND name = 'list.json'", [name[6:]]).fetchone()
            if not row:
                continue
            entries = self.entries(row[0])
            for line in documents[name].decode().splitlines()[3:]:
                if line[0] == "-":
                    del entries[line[1:]]
                else:
                    key, value = line[1:].split(" ", 1)
                    assert entries.get(key) != value
                    entries[key] = value
            assert entries == after, (number, name)
            self.counts["deltas"] += 1

    def check_events(self, store):
        ids = {}
        for id_, domain, kind, address in store.execute("SELECT id, domain, kind, address FROM events JOIN addresses ON event = id"):
            assert address not in ids, f"{address} twice"
            assert self.sent.get(address) == (domain, kind), (address, domain, kind)
            ids[address] = id_
        for address, (domain, kind) in self.acked.items():
            assert address in ids, f"{kind} of {domain} was acknowledged, and is lost"
        for domain, addresses in self.order.items():
            order = [ids[a] for a in addresses]
            assert order == sorted(order), (domain, order)
        self.counts["acknowledged"] = len(self.acked)

    def check_hooks(self, store, all_of_them=False):
        untold = {id_ for id_, in store.execute("SELECT event FROM hooks")}
        wanted = {}
        for id_, domain, kind, before, after in store.execute("SELECT id, domain, kind, from_state, to_state FROM events ORDER BY id"):
            if before != after and kind != "imported":  # of which hooks are not told
                wanted[id_] = domain
        first, last, again = {}, {}, 0
        for line in self.told.read_text().splitlines():
            event = json.loads(line)
            if event["id"] in first:
                again += 1
                continue
            first[event["id"]] = event["domain"]
            assert last.get(event["domain"], 0) < event["id"], f"{event['domain']}: {event['id']} after {last[event['domain']]}"
            last[event["domain"]] = event["id"]
        missing = set(wanted) - set(first) - (set() if all_of_them else untold)
        assert not missing, f"hooks were never told of {sorted(missing)[:5]}"
        self.counts["told"], self.counts["told again"] = len(first), again
        if all_of_them:
            assert not untold

    def check_images(self):
        with self.mutex:
            images, known = set(self.images), set()
        for statement, _ in self.versions.values():
            known |= {d["sha256"] for d in json.loads(statement)["documents"] if d["name"] == "preload.img"}
        strange = images - known
        assert not strange, strange
        self.counts["images seen"] = len(images)

    def check(self, last=False):
        self.verb("rebuild")
        with contextlib.closing(sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)) as store:
            assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert store.execute("PRAGMA foreign_key_check").fetchall() == []
            with self.mutex:
                self.check_events(store)
            self.check_versions(store)
            self.check_hooks(store, last)
            listed = {n for n, in store.execute("SELECT domain FROM members WHERE published")}
            if self.versions:
                newest = store.execute("SELECT bytes FROM documents WHERE version = ? AND name = 'list.json'",
                                       [max(self.versions)]).fetchone()[0]
                # What was taken over since is to come; all else of the list is in its newest version.
                assert not set(self.entries(newest)) - listed, set(self.entries(newest)) - listed
        self.check_images()
        assert not self.wrong, self.wrong

    # ---- lives ----

    def life(self, length):
        process = self.start()
        try:
            if self.random.random() < 0.8:
                self.wait_ready(process)
            deadline = time.monotonic() + length
            while time.monotonic() < deadline and process.poll() is None:
                time.sleep(0.01)
            assert process.poll() is None, self.said()
        finally:
            process.kill()
            process.wait()
        program.check_sound(["serve"], 0, self.said())
        self.counts["lives"] += 1

    def last_life(self):
        """Nothing new happens, so that hooks can be told of all there was."""
        process = self.start("--no-scan", "--no-publish")
        self.wait_ready(process)
        deadline = time.monotonic() + 120
        left = 1
        with contextlib.closing(sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)) as store:
            while left and time.monotonic() < deadline:
                left = store.execute("SELECT count(*) FROM hooks").fetchone()[0]
                time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, self.said()
        program.check_sound(["serve"], 0, self.said())
        self.check(last=True)

    def run(self, seconds):
        self.prepare()
        threads = [threading.Thread(target=f, args=a) for f, *a in [
            *((self.client, i) for i in range(CLIENTS)), (self.operator,), (self.fetcher, 0), (self.fetcher, 1)]]
        for thread in threads:
            thread.start()
        try:
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                self.life(self.random.choice([0.02, 0.1, 0.4, 1, 2]) * (0.5 + self.random.random()))
                # Nobody writes now but for the checks, so what is there stays while it is looked at.
                self.check()
                with contextlib.closing(sqlite3.connect(self.db)) as store, store:  # each life has something to scan
                    store.execute("UPDATE members SET next_scan = 1 WHERE next_scan IS NOT NULL")
        finally:
            self.over.set()
            for thread in threads:
                thread.join()
        self.last_life()
        self.sites.close()
        return dict(self.counts, versions=len(self.versions))


def run(folder, seconds, seed, members=200):
    """Figures, or an AssertionError that says what was lost."""
    crash = Crash(pathlib.Path(folder), seed, members)
    try:
        return crash.run(seconds)
    except BaseException:
        print(f"seed {seed}; the log of the last life:\n{crash.said()[-3000:]}", flush=True)
        raise


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(3), "big"))
    parser.add_argument("--members", type=int, default=1000)
    o = parser.parse_args()
    print(f"seed {o.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, count in run(folder, o.seconds, o.seed, o.members).items():
            print(f"{count:8} {name}")


if __name__ == "__main__":
    main()
