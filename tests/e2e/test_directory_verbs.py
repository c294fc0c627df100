# SPDX-License-Identifier: MIT
"""yonder directory, without `serve`: what its operator does to the database from the command line."""
import base64
import json
import os
import sqlite3
import stat
import subprocess

import audit_rig
import program
import pytest


def chromium(*entries):
    return json.dumps({"pinsets": [], "entries": [dict(e) for e in entries]})


def entry(name, policy="bulk-1-year", include=True, https=True):
    made = {"name": name, "policy": policy, "include_subdomains": include}
    return made | {"mode": "force-https"} if https else made


@pytest.fixture
def directory(yonder, tmp_path):
    """directory(*arguments, code=0) -> the objects that --json prints"""

    def run(*args, code=0, db="db"):
        done = yonder("directory", *args, "--json", "--db", str(tmp_path / db))
        assert done.returncode == code, (done.stdout, done.stderr)
        assert code not in (2, 3) or done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


@pytest.fixture
def listed(directory, tmp_path):
    """Imports these entries into a new database."""

    def run(*entries):
        path = tmp_path / "list.json"
        path.write_text(chromium(*entries))
        return directory("import", str(path))

    return run


NO_HTTPS, BARRED = "no force-https", "barred by the operator: allow it first"


def entered(imported, unchanged=0, leaving=0, skips=()):
    """What import and add say."""
    return {"imported": imported, "unchanged": unchanged, "leaving": leaving, "skipped": len(skips),
            "skips": [{"name": name, "why": why} for name, why in skips]}


def age(tmp_path, domain, days):
    """Two scans of a member failed, `days` from one to the other. Through the front door they would take
    as long."""
    with sqlite3.connect(tmp_path / "db") as db:
        kept = db.execute("SELECT at FROM events WHERE domain = ?", (domain,)).fetchone()[0]
        for at in (kept + 1, kept + 1 + days * 86400):
            db.execute("INSERT INTO events (domain, at, kind, policy, include_subdomains, actor, reason,"
                       " issues, version, from_state, to_state) VALUES (?, ?, 'scan-failed', '', 0, 'scanner', '',"
                       " '', 0, 'preloaded', 'preloaded')", (domain, at))
    db.close()


# ---- import -----------------------------------------------------------------------------------------


def test_a_list_is_taken_over_once(directory, listed):
    entries = [entry("a.example"), entry("b.example", "custom", include=False), entry("pins.example", https=False)]
    assert listed(*entries) == [entered(2, skips=[("pins.example", NO_HTTPS)])]
    assert listed(*entries) == [entered(0, 2, skips=[("pins.example", NO_HTTPS)])]
    assert [(m["name"], m["policy"], m["include_subdomains"]) for m in directory("list", "preloaded")] == [
        ("a.example", "bulk-1-year", True), ("b.example", "custom", False)]
    entries[0]["include_subdomains"] = False
    assert listed(*entries) == [entered(1, 1, skips=[("pins.example", NO_HTTPS)])]
    assert len(directory("history", "a.example")) == 2
    directory("remove", "a.example", "--reason", "moved")
    assert listed(*entries) == [entered(0, 1, 0, [("pins.example", NO_HTTPS), ("a.example", BARRED)])]
    assert directory("status", "a.example")[0]["status"] == "pending-removal"


def test_a_list_with_an_error_is_not_taken_over_in_part(directory, yonder, tmp_path):
    path = tmp_path / "list.json"
    for bad in (entry("b.example", "<b>Bulk</b>"), entry("b..example"), entry("b.example", "x" * 32)):
        path.write_text(chromium(entry("a.example"), bad))
        directory("import", str(path), code=2)
        assert not (tmp_path / "db").exists()
    directory("import", str(tmp_path / "nowhere"), code=2)
    path.write_text("no list")
    done = yonder("directory", "import", str(path), "--db", str(tmp_path / "db"))
    assert done.returncode == 2 and done.stderr.endswith(f"\n{path}: nor names, one a line\n")
    path.write_text('{"entries": [{"name": 3}]}')
    done = yonder("directory", "import", str(path), "--db", str(tmp_path / "db"))
    assert done.returncode == 2 and "nor names" not in done.stderr
    done = yonder("directory", "import", str(path))
    assert done.returncode == 2 and "--db FILE is missing" in done.stderr


def test_an_image_has_no_policies(directory, yonder, tmp_path):
    (tmp_path / "list.json").write_text(chromium(entry("a.example"), entry("b.example", include=False)))
    image = str(tmp_path / "image")
    assert yonder("preload", "build", str(tmp_path / "list.json"), "-o", image).returncode == 0
    directory("import", image)
    assert {m["policy"] for m in directory("list", "preloaded")} == {"custom"}
    directory("import", image, "--policy", "bulk-18-weeks", db="other")
    assert {m["policy"] for m in directory("list", "preloaded", db="other")} == {"bulk-18-weeks"}
    directory("import", image, "--policy", "No Policy", code=2)
    # What is known stays known.
    directory("policy", "a.example", "bulk-1-year")
    assert directory("import", image) == [entered(0, 2)]


def test_names_one_a_line_are_a_list_too(directory, yonder, tmp_path):
    path = tmp_path / "names"
    path.write_text("# ours\n\nB.example  # the shop\nintranet\r\nbücher.example\nb.example")
    assert directory("import", str(path)) == [entered(3)]
    assert directory("import", str(path)) == [entered(0, 3)]
    assert [(m["name"], m["policy"], m["include_subdomains"]) for m in directory("list", "preloaded")] == [
        ("b.example", "custom", True), ("intranet", "custom", True), ("xn--bcher-kva.example", "custom", True)]
    assert directory("import", str(path), "--no-subdomains", "--policy", "google", db="other") == [entered(3)]
    assert {(m["policy"], m["include_subdomains"]) for m in directory("list", "preloaded", db="other")} == {
        ("google", False)}
    path.write_text("a.example\nno name\x1b[31m\n")
    done = yonder("directory", "import", str(path), "--db", str(tmp_path / "db"))
    assert done.returncode == 2 and f"{path}:2: 'no name\\x1B[31m': " in done.stderr and "\x1b" not in done.stderr
    assert directory("status", "a.example", code=1)[0]["status"] == "unknown"
    path.write_text(chromium(entry("a.example")))
    directory("import", str(path), "--no-subdomains", code=2)  # a list says that itself


def test_what_is_left_out_is_named_with_the_reason(yonder, listed, tmp_path):
    listed(entry("a.example"))
    path = tmp_path / "list.json"
    path.write_text(chromium(entry("b.example", https=False), *(entry(f"n{i:02}.example", https=False) for i in range(30))))
    done = yonder("directory", "import", str(path), "--db", str(tmp_path / "db"))
    assert done.stdout.startswith("0 imported, 0 as they were\n31 skipped (no force-https): b.example n00.example ")
    assert done.stdout.endswith(" n18.example and 11 more\n") and done.returncode == 0


def test_the_operator_adds_names_of_the_own_network(directory, yonder, tmp_path):
    for bad in (["a.example"], ["--reason", "x"], ["a b", "--reason", "x"], ["a.example", "--reason", "x", "--policy", "mine"]):
        directory("add", *bad, code=2)
    assert not (tmp_path / "db").exists()
    assert directory("add", "intranet", "Wiki.corp.example", "intranet", "--reason", "ours") == [entered(2)]
    assert directory("add", "intranet", "--reason", "ours") == [entered(0, 1)]
    seen = directory("status", "intranet", "wiki.corp.example")
    assert [(s["status"], s["policy"], s["include_subdomains"]) for s in seen] == [("preloaded", "custom", True)] * 2
    assert directory("add", "intranet", "--no-subdomains", "--policy", "test", "--reason", "alone") == [entered(1)]
    event = directory("history", "intranet")[0]
    assert (event["event"], event["actor"], event["reason"]) == ("imported", "operator", "alone")
    assert directory("status", "intranet")[0] | {"policy": "test", "include_subdomains": False} == \
        directory("status", "intranet")[0]


# ---- looks ------------------------------------------------------------------------------------------


def test_status_says_how_a_domain_stands(directory, listed):
    listed(entry("a.example"), entry("b.example", include=False))
    seen = directory("status", "A.example.", "sub.a.example", "b.example")
    assert [(s["domain"], s["status"], s["preloaded_domain"]) for s in seen] == [
        ("a.example", "preloaded", "a.example"), ("sub.a.example", "preloaded", "a.example"),
        ("b.example", "preloaded", "b.example")]
    assert directory("status", "sub.b.example", code=1)[0]["status"] == "unknown"
    assert directory("status", "bücher.example", code=1)[0]["domain"] == "xn--bcher-kva.example"
    assert directory("status", "<b>", "a.example", code=2)[0]["status"] == "preloaded"
    directory("status", "", code=2)
    directory("status", code=2)


def test_a_history_has_who_what_and_why(directory, listed, yonder, tmp_path):
    listed(entry("a.example"))
    directory("policy", "a.example", "custom", "--reason", "'); -- <b>\x1b[31m")
    directory("remove", "a.example", "--reason", "sold")
    events = directory("history", "a.example")
    assert [(e["event"], e["from"], e["to"], e["actor"]) for e in events] == [
        ("removal-requested", "preloaded", "pending-removal", "operator"),
        ("policy-set", "preloaded", "preloaded", "operator"),
        ("imported", "unknown", "preloaded", "operator")]
    assert [e["reason"] for e in events[:2]] == ["sold", "'); -- <b>\x1b[31m"]
    assert directory("history", "a.example", "--limit", "1") == events[:1]
    assert directory("history", "other.example", code=1) == []
    done = yonder("directory", "history", "other.example", "--db", str(tmp_path / "db"))
    assert (done.returncode, done.stderr) == (1, "yonder directory: nothing is known of other.example\n")


def test_no_byte_steers_the_terminal(directory, listed, yonder, tmp_path):
    listed(entry("a.example"))
    directory("policy", "a.example", "custom", "--reason", "\x1b[31mred\x07")
    done = yonder("directory", "history", "a.example", "--db", str(tmp_path / "db"))
    assert done.returncode == 0 and r"\x1B[31mred\x07" in done.stdout and "\x1b" not in done.stdout
    for args in (["status", "\x1b[31m"], ["\x1b[31m"], ["list", "\x1b[31m"], ["settings", "\x1b[31m", "1"]):
        done = yonder("directory", *args, "--db", str(tmp_path / "db"))
        assert done.returncode == 2 and done.stderr and "\x1b" not in done.stderr


# ---- decisions --------------------------------------------------------------------------------------


def test_what_cannot_happen_is_refused(directory, listed, yonder, tmp_path):
    listed(entry("a.example"))
    done = yonder("directory", "reject", "a.example", "--reason", "no", "--db", str(tmp_path / "db"))
    assert done.returncode == 1 and "a.example is preloaded: it cannot be rejected" in done.stderr
    directory("remove", "other.example", "--reason", "no", code=1)
    directory("policy", "other.example", "custom", code=1)
    directory("policy", "a.example", "Custom", code=2)
    done = yonder("directory", "policy", "a.example", "blah", "--db", str(tmp_path / "db"))
    assert done.returncode == 2 and "no policy 'blah'; the policies are: bulk-1-year" in done.stderr
    directory("reject", "a.example", code=2)
    directory("remove", "a.example", code=2)
    assert len(directory("history", "a.example")) == 1


def test_what_the_operator_did_not_take_stays_out_until_it_is_allowed(directory, listed):
    listed(entry("a.example"))
    directory("reject", "never.example", "--reason", "Not ours.")
    assert directory("reject", "never.example", "--reason", "Not ours at all.")[0]["from"] == "rejected"
    directory("remove", "a.example", "--reason", "Sold.")
    for name, state in ("never.example", "rejected"), ("a.example", "pending-removal"):
        status = directory("status", name, code=0 if state == "pending-removal" else 1)[0]
        assert status["barred"] and status["status"] == state, status
        assert directory("add", name, "--reason", "?", code=1) == [entered(0, skips=[(name, BARRED)])]
    assert directory("status", "a.example")[0]["message"] == "The operator takes it off: Sold."
    assert directory("status", "never.example", code=1)[0]["message"] == "Not ours at all."
    assert directory("allow", "never.example")[0]["event"] == "allowed"
    assert not directory("status", "never.example", code=1)[0]["barred"]
    directory("allow", "never.example", code=1)
    directory("allow", "other.example", code=1)
    assert directory("add", "never.example", "--reason", "ours now") == [entered(1)]
    assert directory("rebuild") == [{"differ": 0}]


def test_settings_are_kept_within_bounds(directory, listed):
    listed(entry("a.example"))
    before = {s["name"]: s["value"] for s in directory("settings")}
    assert before["removal.scans"] == 2 and before["removal.days"] == 30
    assert directory("settings", "removal.days", "10") == [{"name": "removal.days", "value": 10}]
    assert directory("settings", "removal.days") == [{"name": "removal.days", "value": 10}]
    for bad in (["removal.days", "-1"], ["removal.days", "x"], ["removal.scans", "0"], ["nothing", "1"], ["nothing"],
                ["removal.days", "1", "2"], ["site.name", "a\nb"]):
        directory("settings", *bad, code=2)
    assert directory("settings", "site.name", "Us & <co>") == [{"name": "site.name", "value": "Us & <co>"}]
    assert {s["name"]: s["value"] for s in directory("settings")} == before | {"removal.days": 10, "site.name": "Us & <co>"}


def test_who_fails_for_too_long_is_marked_up_to_the_cap(directory, listed, tmp_path):
    listed(*(entry(f"{name}.example") for name in "abcd"))
    for name, days in {"a": 40, "b": 60, "c": 30}.items():
        age(tmp_path, f"{name}.example", days)
    assert directory("rebuild", code=1) == [{"differ": 3}]
    assert directory("rebuild") == [{"differ": 0}]
    directory("settings", "removal.cap", "1")
    assert directory("sweep", "--dry-run") == [{"domain": "a.example", "marked": False}]
    assert directory("list", "pending-automated-removal") == []
    assert directory("sweep") == [{"domain": "a.example", "marked": True}]
    assert [m["name"] for m in directory("list", "pending-automated-removal")] == ["a.example"]
    event = directory("history", "a.example")[0]
    assert event["event"] == "marked" and event["actor"] == "scanner" and event["reason"]


def test_options_belong_to_verbs(yonder, tmp_path):
    for args, said in ((["scan", "--reason", "x"], "scan takes no --reason"),
                       (["list", "pending", "--listen", "x"], "list takes no --listen"),
                       (["key", "--rate-read", "7"], "key takes no --rate-read"),
                       (["reject", "a.example", "--reason", ""], "reject needs --reason"),
                       (["remove", "a.example", "--reason="], "remove needs --reason"),
                       (["add", "a.example", "--reason", ""], "add needs --reason"),
                       (["sweep", "x"], "sweep takes no 'x'"), (["fly"], "'fly' is not serve, import")):
        done = yonder("directory", *args, "--db", str(tmp_path / "db"))
        assert done.returncode == 2 and said in done.stderr
    assert not (tmp_path / "db").exists()


# ---- the database and its key -----------------------------------------------------------------------


@pytest.mark.parametrize("verb", [["status", "a.example"], ["history", "a.example"], ["list", "pending"], ["settings"],
                                  ["sweep"], ["scan"], ["publish"], ["rebuild"],
                                  ["remove", "a.example", "--reason", "x"], ["allow", "a.example"],
                                  ["backup", "copy"]])
def test_no_database_is_made_by_mistake(directory, tmp_path, verb):
    directory(*verb, code=2)
    assert list(tmp_path.glob("db*")) == []


def test_what_is_no_database_is_left_as_it_is(directory, tmp_path):
    (tmp_path / "db").write_text("Dear diary, " * 100)
    directory("list", "pending", code=3)
    directory("key", code=3)
    assert (tmp_path / "db").read_text() == "Dear diary, " * 100


def test_the_key_is_made_once_for_its_owner_alone(directory, tmp_path):
    first = directory("key")[0]["public_key"]
    assert len(base64.b64decode(first)) == 32
    path = tmp_path / "db.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    pem = path.read_bytes()
    assert directory("key") == [{"public_key": first}] and path.read_bytes() == pem
    assert directory("key", "--signing-key", str(tmp_path / "k2")) != [{"public_key": first}]
    shown = subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"], stdout=subprocess.PIPE,
                           check=True).stdout
    assert shown[-32:] == base64.b64decode(first)
    path.write_text("no key")
    directory("key", code=3)
    assert path.read_text() == "no key"


def test_a_lost_key_is_not_replaced_by_accident(directory, listed, yonder, tmp_path):
    listed(entry("a.example", "custom"))
    assert directory("publish")[0]["version"] == 1
    first = directory("key")[0]["public_key"]
    path, kept = tmp_path / "db.key", tmp_path / "kept"
    path.rename(kept)
    for verb in ["publish"], ["key"], ["serve", "--listen", "127.0.0.1:0"]:
        done = yonder("directory", *verb, "--db", str(tmp_path / "db"))
        assert done.returncode == 2 and "it is missing" in done.stderr and first in done.stderr, done.stderr
        assert "--new-key" in done.stderr and not path.exists()
    assert directory("publish", "--dry-run", "--even-if-same")[0]["version"] == 2 and not path.exists()
    done = yonder("directory", "key", "--db", str(tmp_path / "other"), "--signing-key", str(path))
    assert done.returncode == 0
    done = yonder("directory", "publish", "--even-if-same", "--db", str(tmp_path / "db"))
    assert done.returncode == 2 and "not the key that the newest version was signed with" in done.stderr
    assert directory("publish", "--even-if-same", "--signing-key", str(kept))[0]["version"] == 2
    done = yonder("directory", "publish", "--even-if-same", "--new-key", "--db", str(tmp_path / "db"))
    assert done.returncode == 0 and "clients have to be told" in done.stderr
    assert directory("key")[0]["public_key"] != first  # it is the newest version's now
    directory("key", "--signing-key", str(kept), code=2)


def test_a_key_that_others_can_read_is_warned_of(directory, yonder, tmp_path):
    directory("key")
    assert "chmod" not in yonder("directory", "key", "--db", str(tmp_path / "db")).stderr
    (tmp_path / "db.key").chmod(0o640)
    done = yonder("directory", "key", "--db", str(tmp_path / "db"))
    assert done.returncode == 0 and "db.key is open to others than its owner (mode 0640)" in done.stderr


def test_a_copy_is_restored_without_numbers_twice(directory, listed, yonder, tmp_path):
    listed(entry("a.example", "custom"))
    assert directory("publish")[0]["version"] == 1
    copy = tmp_path / "copy"
    assert directory("backup", str(copy)) == [{"version": 1}]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("copy?*"))
    before = copy.read_bytes()
    directory("backup", str(copy), code=3)
    assert copy.read_bytes() == before
    directory("backup", code=2)
    directory("backup", str(tmp_path / "no" / "copy"), code=3)
    for i in range(2):  # which clients fetch, and then all is lost
        directory("publish", "--even-if-same")
    (tmp_path / "db").unlink()
    for rest in tmp_path.glob("db-*"):
        rest.unlink()
    copy.rename(tmp_path / "db")
    assert directory("publish")[0]["version"] is None
    directory("publish", "--at-least", "0", code=2)
    assert directory("publish", "--at-least", "4")[0]["version"] == 4
    directory("add", "b.example", "--reason", "ours")
    assert directory("publish")[0]["version"] == 5
    assert directory("rebuild") == [{"differ": 0}]


# ---- rounds over the network ------------------------------------------------------------------------


def test_members_are_scanned_and_versions_published(tmp_path):
    rig = audit_rig.Rig(tmp_path / "rig")

    def run(*args, code=0):
        done = rig.run([program.path(), "directory", *args, "--json", "--db", tmp_path / "db"], capture_output=True,
                       encoding="utf-8", timeout=60, env=program.environment())
        program.check_sound(args, done.returncode, done.stderr)
        assert done.returncode == code, (done.stdout, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    try:
        (tmp_path / "list.json").write_text(chromium(
            entry("good.test"), entry("no-header.test"), entry("nowhere.test"), entry("expired.test", "custom")))
        run("import", str(tmp_path / "list.json"))
        reach = ["--cacert", str(rig.cafile)]
        assert run("scan", *reach) == [  # nobody is due yet
            {"scanned": 0, "passed": 0, "failed": 0, "unsure": 0, "unreachable": 0, "doubted": False, "failures": []}]
        scanned = run("scan", "--everyone", *reach)[0]
        failures = scanned.pop("failures")
        assert scanned == {"scanned": 3, "passed": 1, "failed": 2, "unsure": 0, "unreachable": 1, "doubted": False}
        assert [(f["domain"], f["code"]) for f in failures] == [
            ("no-header.test", "response.no_header"), ("nowhere.test", "domain.tls.cannot_connect")]
        assert all(f["reason"] for f in failures)
        assert run("history", "no-header.test")[0]["issues"]["errors"]
        assert run("status", "good.test")[0]["failing"] == 0
        assert run("status", "no-header.test")[0]["failing"] == 1
        run("remove", "nowhere.test", "--reason", "gone")
        dry = run("publish", "--dry-run", *reach)[0]
        assert (dry["version"], dry["names"], dry["withdrawn"]) == (1, 3, 1)
        assert run("status", "nowhere.test")[0]["status"] == "pending-removal"
        assert run("publish", *reach)[0] == dry | {"dry_run": False}
        assert run("status", "nowhere.test", code=1)[0]["status"] == "removed"
        assert run("history", "nowhere.test")[0]["version"] == 1
        assert run("publish", *reach)[0]["version"] is None
        assert run("publish", "--even-if-same", *reach)[0]["version"] == 2
        assert run("rebuild") == [{"differ": 0}]
    finally:
        rig.close()
    assert os.stat(tmp_path / "db.key").st_mode & 0o777 == 0o600
