# SPDX-License-Identifier: MIT
"""The rounds of `yonder directory`: scans, sweeps and editions against sites that answer, and whom a visitor
can have asked."""
import contextlib
import json
import sqlite3
import subprocess
import time
import urllib.parse

import audit_rig
import program
import pytest

from directory_rig import GOOD, Sites

WEEKS = "max-age=10886400; includeSubDomains; preload"
NAMES = "one.test", "two.test", "three.test", "four.test"


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    sites = Sites(tmp_path_factory.mktemp("sites"), NAMES)
    yield sites
    sites.close()


@pytest.fixture
def directory(sites, tmp_path):
    """directory(verb, …) -> what it prints, line by line, with NAMES on the list."""
    for name in NAMES:
        sites.hsts[name] = GOOD
    db = tmp_path / "list.db"

    def run(verb, *args):
        reach = sites.options() if verb in ("scan", "publish") else []
        args = [program.path(), "directory", "--db", db, "--json", *reach, verb, *args]
        done = subprocess.run([str(a) for a in args], capture_output=True, encoding="utf-8", timeout=60,
                              env=program.environment())
        program.check_sound(args, done.returncode, done.stderr)
        assert done.returncode in ((0, 1) if verb == "status" else (0,)), done.stderr  # 1: it is not listed
        return [json.loads(line) for line in done.stdout.splitlines()]

    listed = tmp_path / "list.json"
    listed.write_text(json.dumps({"entries": [
        {"name": name, "policy": "bulk-18-weeks" if name == "four.test" else "bulk-1-year", "mode": "force-https",
         "include_subdomains": True} for name in NAMES]}))
    run("import", listed)
    return run


def events(directory, name):
    return [event["event"] for event in directory("history", name)]


def test_a_scan_holds_each_member_against_its_policy(directory, sites):
    sites.hsts.update({"two.test": WEEKS, "three.test": None, "four.test": WEEKS})
    [done] = directory("scan", "--everyone")
    assert (done["scanned"], done["passed"], done["failed"], done["unreachable"]) == (4, 2, 2, 0)
    assert events(directory, "one.test") == ["imported"]
    assert events(directory, "four.test") == ["imported"]  # for which 18 weeks are enough
    newest, *_ = directory("history", "two.test")
    assert newest["event"] == "scan-failed" and newest["actor"] == "scanner"
    assert "max_age.below_1_year" in newest["issues"]["errors"][0]["code"]
    sites.hsts["two.test"] = GOOD
    directory("scan", "--everyone")
    assert events(directory, "two.test") == ["scan-passed", "scan-failed", "imported"]
    assert events(directory, "three.test") == ["scan-failed", "scan-failed", "imported"]


def test_who_fails_for_too_long_is_checked_once_more_and_goes_or_is_spared(directory, sites):
    [first] = directory("publish")
    sites.hsts.update({"one.test": None, "two.test": None, "three.test": None})
    directory("settings", "removal.days", "0")
    directory("scan", "--everyone")
    time.sleep(1.1)  # for it is more than 0 days from the first failure to the last
    directory("scan", "--everyone")
    directory("sweep", "--dry-run")
    assert directory("status", "one.test")[0]["status"] == "preloaded"
    directory("sweep")
    assert {directory("status", name)[0]["status"] for name in NAMES[:3]} == {"pending-automated-removal"}
    sites.hsts["two.test"] = WEEKS  # which the lenient check takes
    sites.hsts["three.test"] = GOOD
    directory("publish", "--dry-run")
    assert directory("status", "one.test")[0]["status"] == "pending-automated-removal"
    [made] = directory("publish")
    assert made["version"] == first["version"] + 1
    assert [directory("status", name)[0]["status"] for name in NAMES] == \
        ["removed", "preloaded", "preloaded", "preloaded"]
    assert "No HSTS header" in directory("status", "one.test")[0]["message"]
    assert events(directory, "two.test")[:2] == ["spared", "marked"]


# ---- the dead, and our own network ----------------------------------------------------------------------

ALIVE = [f"alive{i}.test" for i in range(24)]
DEAD = [f"dead{i}.test" for i in range(30)]
NOWHERE = ["--resolve", "*:443:127.0.0.1", "--resolve", "*:80:127.0.0.1", "--connect-to", "::127.0.0.1:1"]


@pytest.fixture(scope="module")
def alive(tmp_path_factory):
    sites = Sites(tmp_path_factory.mktemp("alive"), ALIVE)
    yield sites
    sites.close()


class Listed:
    """A database with these names imported; run(verb, …) -> (exit code, what it prints)."""

    def __init__(self, folder, names):
        self.db = folder / "list.db"
        path = folder / "list.json"
        path.write_text(json.dumps({"entries": [
            {"name": name, "policy": "bulk-1-year", "mode": "force-https", "include_subdomains": True}
            for name in names]}))
        code, [done] = self.run("import", path)
        assert (code, done["imported"]) == (0, len(names))

    def args(self, verb, *args, reach=()):
        return [str(a) for a in (program.path(), "directory", "--db", self.db, "--json", *reach, verb, *args)]

    def run(self, verb, *args, reach=()):
        args = self.args(verb, *args, reach=reach)
        done = subprocess.run(args, capture_output=True, encoding="utf-8", timeout=60, env=program.environment())
        program.check_sound(args, done.returncode, done.stderr)
        assert done.returncode in (0, 1), done.stderr
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def start(self, verb, *args, reach=()):
        return subprocess.Popen(self.args(verb, *args, reach=reach), stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, env=program.environment())

    def sql(self, text):
        """What somebody beside would read, or do."""
        with contextlib.closing(sqlite3.connect(self.db, timeout=20)) as db, db:
            return db.execute(text).fetchall()


def test_the_dead_are_removed_and_nobody_is_where_our_network_fails(alive, tmp_path):
    listed = Listed(tmp_path, ALIVE + DEAD)
    reach = [o for name in DEAD for o in ("--connect-to", f"{name}::127.0.0.1:1",
                                          "--connect-to", f"www.{name}::127.0.0.1:1")] + alive.options()
    code, [made] = listed.run("publish", reach=reach)
    assert (code, made["names"], made["added"], made["imported"]) == (0, 54, 0, 54)
    listed.run("settings", "removal.days", "0")
    for _ in range(2):  # more are dead than alive, which is no reason to doubt those who answer
        code, [round] = listed.run("scan", "--everyone", reach=reach)
        assert (code, round["passed"], round["failed"], round["doubted"]) == (0, 24, 30, False)
        time.sleep(1.1)  # for it is more than 0 days from the first failure to the last
    # Now nobody is reached: nothing of it counts, and others have their turn.
    code, [round] = listed.run("scan", "--everyone", reach=NOWHERE)
    assert (code, round["scanned"], round["doubted"]) == (1, 0, True)
    assert listed.sql("SELECT count(*) FROM members WHERE failing NOT IN (0, 2)") == [(0,)]
    now = int(time.time())
    assert listed.sql(f"SELECT count(*) FROM members WHERE next_scan BETWEEN {now} + 3000 AND {now} + 3600") == [(54,)]
    assert len(listed.run("sweep")[1]) == 30
    listed.sql("DELETE FROM settings WHERE name = 'checks.reached'")  # it is later
    code, [made] = listed.run("publish", reach=NOWHERE)
    assert (code, made["version"], made["withdrawn"], made["doubted"]) == (1, None, 0, True)
    code, [made] = listed.run("publish", reach=reach)
    assert (code, made["version"], made["names"], made["withdrawn"]) == (0, 2, 24, 30)


def test_a_scan_that_is_killed_is_due_still(alive, tmp_path):
    listed = Listed(tmp_path, ALIVE)
    listed.sql("UPDATE members SET next_scan = 1")
    alive.hsts["alive7.test"] = None
    try:
        begun = alive.asked
        with listed.start("scan", reach=alive.options()) as process:
            while alive.asked < begun + 20:
                assert process.poll() is None
                time.sleep(0.01)
            process.kill()
        assert listed.sql("SELECT count(*) FROM members WHERE next_scan = 1") == [(24,)]
        code, [round] = listed.run("scan", reach=alive.options())
    finally:
        alive.hsts["alive7.test"] = GOOD
    assert (code, round["scanned"], round["passed"], round["failed"]) == (0, 24, 23, 1)
    assert listed.sql("SELECT domain FROM events WHERE kind = 'scan-failed'") == [("alive7.test",)]
    assert listed.run("scan", reach=alive.options())[1][0]["scanned"] == 0


def test_a_hundred_thousand_are_published_and_scanned_on_after_a_kill(tmp_path):
    listed = Listed(tmp_path, [f"n{i}.test" for i in range(100000)])
    code, [made] = listed.run("publish", reach=NOWHERE)
    assert (code, made["names"], made["imported"]) == (0, 100000, 100000)
    listed.run("settings", "scan.doubt", "0")  # nobody is there to be reached
    listed.sql("UPDATE members SET next_scan = 1")
    scanned = "SELECT count(*) FROM members WHERE next_scan > 1"
    with listed.start("scan", reach=NOWHERE) as process:
        while not listed.sql(scanned)[0][0]:
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
    [[before]] = listed.sql(scanned)
    assert before % 500 == 0  # batch by batch, each whole
    code, [round] = listed.run("scan", "--limit", "700", reach=NOWHERE)
    assert (code, round["failed"]) == (0, 700)
    assert listed.sql(scanned) == [(before + 700,)]
    assert listed.sql("SELECT count(*), count(DISTINCT domain) FROM events WHERE kind = 'scan-failed'") == \
        [(before + 700, before + 700)]


# ---- whom a visitor can have asked ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    rig = audit_rig.Rig(tmp_path_factory.mktemp("rig"))
    yield rig
    rig.close()


def ask_within(rig, folder, reach, *domains):
    """The answers to preloadable of a directory in the rig, whose sites are all at private addresses."""
    args = [*rig.enter, program.path(), "directory", "serve", "--db", folder / f"{reach}.db", "--listen",
            "127.0.0.1:8080", "--no-scan", "--no-publish", "--cacert", rig.cafile, "--reach", reach]
    log = folder / f"{reach}.log"
    with log.open("w") as out, subprocess.Popen([str(a) for a in args], stdout=out, stderr=out,
                                                env=program.environment()) as process:
        try:
            deadline = time.monotonic() + 20
            while "listening on" not in log.read_text():
                assert process.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.02)
            return [json.loads(rig.run(["curl", "-s", "http://127.0.0.1:8080/api/v2/preloadable?domain="
                                        + urllib.parse.quote(domain)], capture_output=True, timeout=60).stdout)
                    for domain in domains]
        finally:
            process.terminate()


def test_a_visitor_has_no_private_address_asked(rig, tmp_path):
    [withheld] = ask_within(rig, tmp_path, "public", "good.test")
    [error] = withheld["errors"]
    assert error["code"] == "domain.tls.cannot_connect" and error["message"].endswith("its addresses are not public")
    [answered] = ask_within(rig, tmp_path, "any", "good.test")
    assert answered["errors"] == []
