# SPDX-License-Identifier: MIT
"""A few seconds of crash_directory.py, and other accidents: a full disk, a database that goes away, company."""
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess

import pytest

import crash_directory
import program
from directory_rig import Directory, Sites

NAMES = [f"n{i}.test" for i in range(25)]


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    sites = Sites(tmp_path_factory.mktemp("sites"), NAMES)
    yield sites
    sites.close()


@pytest.fixture
def directory(sites, tmp_path):
    directory = Directory(tmp_path, *sites.options(), "--rate-read", "0", "--rate-check", "0")
    yield directory
    directory.close()


def submit(directory, domain):
    return directory.post("/api/v2/submit", query={"domain": domain})


def verb(directory, *args):
    done = program.run(["directory", "--db", directory.db, *args])
    assert done.returncode == 0, done
    return done.stdout


def test_what_was_acknowledged_outlives_kill_9(tmp_path):
    figures = crash_directory.run(tmp_path, seconds=5, seed=7, members=50)
    print(figures)
    assert min(figures[what] for what in ("lives", "acknowledged", "versions", "deltas", "told", "images seen")) > 0


def test_where_nothing_can_be_written_nothing_is_acknowledged(directory):
    """A limit to the length of files, which is to a program what a full disk is."""
    assert submit(directory, NAMES[0]).json()["errors"] == []
    pid = directory.process.pid
    taken, refused = [NAMES[0]], []
    limit = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (os.path.getsize(f"{directory.db}-wal") + 20000, limit[1]))
    for name in NAMES[1:]:
        answer = submit(directory, name)
        assert answer.status in (200, 500), answer.text
        (taken if answer.status == 200 else refused).append(name)
    assert taken and refused
    assert directory.status(taken[-1]) == "pending" and directory.status(refused[-1]) == "unknown"
    assert directory.post("/api/v2/update", operator=True).status == 500
    resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)
    assert submit(directory, refused[-1]).status == 200
    directory.kill()
    verb(directory, "rebuild")
    listed = {json.loads(line)["name"] for line in verb(directory, "--json", "list", "pending").splitlines()}
    assert listed == {*taken, refused[-1]}


@pytest.mark.parametrize("replaced", [False, True])
def test_a_database_that_is_not_there_any_more_takes_nothing(directory, replaced):
    assert submit(directory, NAMES[0]).status == 200
    away = directory.db.with_suffix(".away")
    if replaced:
        shutil.copy(directory.db, away)
        os.rename(away, directory.db)
    else:
        os.rename(directory.db, away)
    answer = submit(directory, NAMES[1])
    assert answer.status == 500
    directory.said("it was deleted or replaced")
    if not replaced:  # and goes on where it is back
        os.rename(away, directory.db)
        assert submit(directory, NAMES[1]).status == 200


def test_one_serves_a_database(directory):
    command = [program.path(), "directory", "serve", "--db", directory.db, "--listen", "127.0.0.1:0"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=30, env=program.environment())
    assert (done.returncode, done.stderr) == (
        3, f"yonder directory: {directory.db}: another 'yonder directory serve' serves it already\n")
    assert "listening" not in done.stderr
    # Verbs beside it do their work, and whoever comes after one that was killed is let in at once.
    assert submit(directory, NAMES[0]).status == 200
    verb(directory, "reject", "--reason", "It is not ours.", NAMES[0])
    assert directory.status(NAMES[0]) == "rejected"
    directory.kill()
    assert os.path.getsize(f"{directory.db}-wal") > 0  # left behind
    directory.start()
    assert directory.status(NAMES[0]) == "rejected"


def test_half_a_key_is_never_left(tmp_path):
    """Killed while the database and the key are made."""
    for number in range(30):
        db = tmp_path / f"{number}.db"
        args = [program.path(), "directory", "--db", db, "key"]
        process = subprocess.Popen([str(a) for a in args], stdout=subprocess.DEVNULL, env=program.environment())
        try:
            process.wait(0.001 * number)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        first = program.run(["directory", "--db", db, "key"])
        assert first.returncode == 0, first
        assert first.stdout == program.run(["directory", "--db", db, "key"]).stdout


def test_clocks_that_go_back(directory):
    """Events of an hour that is yet to come, as a clock that was wrong has left them."""
    assert submit(directory, NAMES[0]).status == 200
    directory.kill()
    with sqlite3.connect(directory.db) as store:
        store.execute("DROP TRIGGER events_stay")
        store.execute("UPDATE events SET at = at + 10000000")
        store.execute("UPDATE hooks SET due = 3000000000")
    store.close()
    assert program.run(["directory", "--db", directory.db, "rebuild"]).returncode == 1
    directory.start()
    assert directory.status(NAMES[0]) == "pending"
    assert directory.update()["version"] == 1
    assert directory.status(NAMES[0]) == "preloaded"
    assert verb(directory, "rebuild") == "All rows are what the events come to\n"
