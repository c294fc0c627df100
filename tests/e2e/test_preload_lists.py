# SPDX-License-Identifier: MIT
"""yonder preload fetch, diff, stats and status: lists from a server of our own, told apart, and what
is wrong with them said; the image is at any moment the old or the new one."""
import base64
import gzip
import json
import os
import pathlib
import signal
import subprocess
import time

import pytest

import program

EXPIRES = 1800000000  # 2027-01-15T08:00:00Z


def names(count, first=0):
    return [f"name{i:05}.example" for i in range(first, first + count)]


def chromium(listed, policy="bulk-1-year", extra=()):
    """Chromium's list; `extra` are whole entries."""
    entries = [{"name": n, "policy": policy, "mode": "force-https", "include_subdomains": True} for n in listed]
    lines = ",\n".join("    " + json.dumps(e) for e in [*extra, *entries])
    return f'// A comment\n{{\n  "pinsets": [],\n  "entries": [\n    // more\n{lines}\n  ]\n}}\n'


def firefox(listed, expires=EXPIRES):
    rows = "".join(f"{name}, 1\n" for name in listed)
    return ("/* This Source Code Form */\n#include <stdint.h>\n"
            f"const PRTime gPreloadListExpirationTime = INT64_C({expires}000000);\n%%\n{rows}%%\n")


def wrapped(text):
    return base64.b64encode(text.encode())


@pytest.fixture
def place(tmp_path):
    """The folder where fetch puts images."""
    return tmp_path / "cache" / "yonder" / "preload"


@pytest.fixture
def fetch(yonder, tmp_path, pki):
    """Fetches and gives the JSON, or, where it fails, the finished process."""

    def run(server, *args, browser="chromium", path="/list"):
        source = ["--from", f"https://localhost:{server.port}{path}", "--cacert", pki.cafile,
                  "--resolve", f"localhost:{server.port}:127.0.0.1"] if server else []
        done = yonder("preload", "fetch", browser, *source, "--json", *args,
                      env={"XDG_CACHE_HOME": str(tmp_path / "cache")})
        if done.returncode:
            assert done.stdout == "" and done.stderr
            return done
        assert done.stderr == ""
        return json.loads(done.stdout)

    return run


@pytest.fixture
def status(yonder, tmp_path):
    def run(*domains, args=(), code=None):
        done = yonder("preload", "status", "--json", *args, *domains,
                      env={"XDG_CACHE_HOME": str(tmp_path / "cache")})
        assert code is None or done.returncode == code, done
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


def image_names(yonder, image):
    done = yonder("preload", "dump", "--json", str(image))
    assert (done.returncode, done.stderr) == (0, "")
    return {json.loads(line)["name"] for line in done.stdout.splitlines()}


# ---- fetch ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("browser, text, expires", [
    ("chromium", chromium(names(1200)).encode(), None),
    ("chromium", wrapped(chromium(names(1200))), None),
    ("chromium", base64.encodebytes(chromium(names(1200)).encode()), None),  # in lines
    ("firefox", firefox(names(1200)).encode(), "2027-01-15T08:00:00Z"),
    ("firefox", wrapped(firefox(names(1200))), "2027-01-15T08:00:00Z"),
], ids=["json", "base64", "base64 in lines", "firefox", "firefox in base64"])
def test_a_list_is_fetched_however_it_is_wrapped(fetch, yonder, recorder, place, browser, text, expires):
    server = recorder({"/list": (200, [("ETag", '"1"')], text)}, tls=True)
    got = fetch(server, browser=browser)
    image = place / f"{browser}.img"
    assert got == {"browser": browser, "result": "new", "source": f"https://localhost:{server.port}/list",
                   "image": str(image), "names": 1200, "added": None, "removed": None, "changed": None,
                   "expires": expires}
    assert image_names(yonder, image) == set(names(1200))
    assert server.requests[0].header("Accept-Encoding") is None
    assert sorted(p.name for p in place.iterdir()) == [f"{browser}.img", f"{browser}.img.about"]


def test_a_list_that_has_not_changed_is_not_sent_again(fetch, recorder, place):
    def answer(request):
        known = request.header("If-None-Match") == '"one"'
        assert not known or request.header("If-Modified-Since") == "Thu, 26 Nov 2026 11:00:00 GMT"
        return (304, [], b"") if known else (
            200, [("ETag", '"one"'), ("Last-Modified", "Thu, 26 Nov 2026 11:00:00 GMT")], wrapped(chromium(names(1000))))

    server = recorder({"/list": answer}, tls=True)
    assert fetch(server)["result"] == "new"
    assert server.requests[0].header("If-None-Match") is None
    image = place / "chromium.img"
    before = image.read_bytes(), image.stat().st_ino, (place / "chromium.img.about").read_bytes()
    again = fetch(server)
    assert (again["result"], again["names"], again["added"]) == ("unchanged", 1000, 0)
    assert len(server.requests) == 2
    assert before == (image.read_bytes(), image.stat().st_ino, (place / "chromium.img.about").read_bytes())
    # What is known of another image, or from elsewhere, is no condition.
    (place / "chromium.img.about").unlink()
    assert fetch(server)["result"] == "unchanged"
    assert server.requests[2].header("If-None-Match") is None
    server.routes["/other"] = (200, [], chromium(names(1000)))
    assert fetch(server, path="/other")["result"] == "unchanged"
    assert server.requests[3].header("If-None-Match") is None


def test_what_has_changed_is_counted_and_dated(fetch, status, recorder, place):
    lists = [chromium(names(1000)), chromium(names(1000, 5), extra=[
        {"name": "name00005.example", "policy": "custom", "mode": "force-https"}])]
    server = recorder({"/list": lambda request: (200, [], lists.pop(0))}, tls=True)
    fetch(server)
    about = (place / "chromium.img.about").read_text()
    (place / "chromium.img.about").write_text(about.replace("list 20", "list 19"))
    got = fetch(server)
    assert (got["result"], got["added"], got["removed"], got["changed"]) == ("updated", 5, 5, 1)
    old, new, gone = status("www.name00006.example", "name01004.example", "name00004.example", code=1)
    entry = old["lists"][0]
    assert (entry["browser"], entry["listed"], entry["matched"], entry["policy"], entry["include_subdomains"]) == (
        "chromium", True, "name00006.example", "bulk-1-year", True)
    assert entry["since"].startswith("19") and entry["since_or_before"]
    assert new["lists"][0]["since"].startswith("20") and not new["lists"][0]["since_or_before"]
    assert not gone["lists"][0]["listed"] and gone["lists"][0]["since"] is None
    assert status("name00005.example")[0]["lists"][0]["policy"] == "custom"


def test_redirects_are_followed_but_not_away_from_https(fetch, recorder):
    plain = recorder({"/list": (200, [], chromium(names(1000)))})
    server = recorder({"/list": (302, [("Location", "/a")], b""), "/a": (308, [("Location", "b?x#y")], b""),
                       "/b": (200, [], chromium(names(1000))),
                       "/down": (301, [("Location", f"http://127.0.0.1:{plain.port}/list")], b""),
                       "/loop": (301, [("Location", "/loop")], b""), "/none": (301, [], b"")}, tls=True)
    got = fetch(server)
    assert got["names"] == 1000 and got["source"].endswith("/list")
    for path, message in ("/down", "which is not https"), ("/loop", "too many redirects"), ("/none", "to no URL"):
        failed = fetch(server, path=path)
        assert failed.returncode == 3 and message in failed.stderr
    assert plain.requests == []
    assert [r.target for r in server.requests].count("/loop") == 6


WHOLE = chromium(names(1000))


@pytest.mark.parametrize("answer, code, message", [
    ((404, [], b"no"), 3, "the answer is 404"),
    ((304, [], b""), 3, "the answer is 304"),
    ((200, [("Content-Length", "100000000"), ("Connection", "close")], WHOLE), 3, "cut short"),
    ((200, [("Content-Encoding", "gzip")], gzip.compress(WHOLE.encode())), 3, "Content-Encoding: gzip"),
    ((200, [], gzip.compress(WHOLE.encode())), 2, "neither Chromium's list"),
    ((200, [], WHOLE[:-100]), 2, "not JSON"),
    ((200, [], wrapped(WHOLE)[:-101]), 2, "the rest is missing"),
    ((200, [], wrapped(WHOLE)[:2000] + b"*" + wrapped(WHOLE)[2000:]), 2, "not Base64 at byte 2000"),
    ((200, [], wrapped(WHOLE[:-100])), 2, "not JSON"),
    ((200, [], WHOLE.encode("utf-16")), 2, "neither Chromium's list"),
    ((200, [], WHOLE.replace("name00007.example", "b\u00fccher.example").encode("latin-1")), 2, "not JSON"),
    ((200, [], WHOLE.replace("name00007.example", "b\u00fccher.example").encode()), 2, "not the name of a host"),
    ((200, [], WHOLE.replace("name00007.example", "a..b")), 2, "entry 'a..b'"),
    ((200, [], WHOLE.replace('"bulk-1-year"', "7", 1)), 2, "no word"),
    ((200, [], b""), 2, "neither Chromium's list"),
    ((200, [], b"<html>busy</html>"), 2, "neither Chromium's list"),
    ((200, [], firefox(names(1000))), 2, "this is the list of firefox"),
    ((200, [], firefox(names(1000))[:-4]), 2, "ends without a line"),
    ((200, [], chromium(names(999))), 1, "999 names, and --min-names is 1000"),
    ((200, [], chromium(names(1199))), 1, "1199 names where there were 1500"),
    (None, 3, ""),
])
def test_what_is_not_a_whole_list_is_refused_and_the_old_one_stays(fetch, recorder, place, answer, code, message):
    server = recorder({"/list": (200, [("ETag", '"1"')], chromium(names(1500)))}, tls=True)
    fetch(server)
    before = {p.name: p.read_bytes() for p in place.iterdir()}
    server.routes["/other"] = answer
    failed = fetch(server, path="/other")
    assert failed.returncode == code and message in failed.stderr
    assert f"localhost:{server.port}/other" in failed.stderr
    assert {p.name: p.read_bytes() for p in place.iterdir()} == before


def test_the_limits_can_be_set(fetch, recorder):
    server = recorder({"/list": (200, [], chromium(names(100)))}, tls=True)
    assert fetch(server, "--min-names", "100")["names"] == 100
    server.routes["/list"] = (200, [], chromium(names(60)))
    assert fetch(server, "--min-names", "1", "--max-shrink", "39").returncode == 1
    assert fetch(server, "--min-names", "1", "--max-shrink", "40")["removed"] == 40


def test_a_list_that_is_too_long_or_slow_is_given_up(fetch, recorder):
    def endless(request):
        return 200, [("Content-Length", str(200 << 20))], b"a" * (129 << 20)

    def slow(request):
        time.sleep(4)
        return 200, [], WHOLE

    server = recorder({"/long": endless, "/slow": slow}, tls=True)
    failed = fetch(server, path="/long")
    assert failed.returncode == 3 and "longer than 134217728 bytes" in failed.stderr
    start = time.monotonic()
    failed = fetch(server, "--timeout", "1", path="/slow")
    assert failed.returncode == 3 and "no answer in time" in failed.stderr
    assert time.monotonic() - start < 3.5


def test_whom_we_do_not_trust_is_not_asked(yonder, recorder, tmp_path):
    server = recorder({"/list": (200, [], WHOLE)}, tls=True)
    source = f"https://localhost:{server.port}/list"
    done = yonder("preload", "fetch", "chromium", "--from", source, "-o", str(tmp_path / "x.img"))
    assert done.returncode == 3 and "certificate" in done.stderr and server.requests == []
    assert not (tmp_path / "x.img").exists()
    for bad in ("http://example.com/", "file:///etc/passwd", "ftp://x/"):
        done = yonder("preload", "fetch", "chromium", "--from", bad)
        assert done.returncode == 2 and "https" in done.stderr


def test_a_path_and_connect_to_will_do_as_well(fetch, yonder, recorder, tmp_path, pki):
    (tmp_path / "list").write_text(firefox(names(1000), expires=1500000000))
    out = tmp_path / "f.img"
    done = yonder("preload", "fetch", "firefox", "--from", str(tmp_path / "list"), "-o", str(out))
    assert done.returncode == 0 and "firefox: new, 1000 names, expired on 2017-07-14" in done.stdout
    done = yonder("preload", "fetch", "chromium", "--from", str(tmp_path / "list"), "-o", str(out))
    assert done.returncode == 2 and "is the list of firefox, not of chromium" in done.stderr
    server = recorder({"/list": (200, [], WHOLE)}, tls=True)
    done = yonder("preload", "fetch", "chromium", "--from", "https://a.test/list", "--cacert", pki.cafile,
                  "--connect-to", f"a.test:443:127.0.0.1:{server.port}", "-o", str(tmp_path / "c.img"))
    assert (done.returncode, done.stderr) == (0, "")


def test_an_image_of_an_older_format_is_refused_and_made_anew(fetch, yonder, recorder, place):
    server = recorder({"/list": (200, [], WHOLE)}, tls=True)
    fetch(server)
    image = place / "chromium.img"
    whole = image.read_bytes()
    image.write_bytes(whole[:7] + b"\x01" + whole[8:])
    done = yonder("preload", "query", "--preload", str(image), "example.com")
    assert done.returncode == 2
    assert "its format is 1 and that of this program 2; build it again" in done.stderr
    done = yonder("preload", "fetch", "chromium", "--from", f"https://localhost:{server.port}/list",
                  "--cacert", server.cafile, env={"XDG_CACHE_HOME": str(place.parents[1])})
    assert done.returncode == 0 and "its format is 1" in done.stderr and "new, 1000" in done.stdout
    assert image.read_bytes() == whole


def test_killed_at_any_moment_it_leaves_the_old_image_or_the_new(yonder, tmp_path, place):
    """Every few hundred microseconds of its life; the lists take turns."""
    for i in range(2):
        (tmp_path / f"list{i}").write_text(chromium(names(1000, 10 * i)))
    env = program.environment({"XDG_CACHE_HOME": str(tmp_path / "cache")})
    command = [program.path(), "preload", "fetch", "chromium", "--from"]
    image, seen, rounds = place / "chromium.img", set(), 30
    start = time.monotonic()
    for i in range(2):
        subprocess.run([*command, str(tmp_path / f"list{i}")], env=env, check=True, stdout=subprocess.DEVNULL)
        seen.add(image.read_bytes())
    life = (time.monotonic() - start) / 2
    assert len(seen) == 2
    killed = 0
    for i in range(rounds):
        child = subprocess.Popen([*command, str(tmp_path / f"list{i % 2}")], env=env, stdout=subprocess.DEVNULL)
        time.sleep(life * 1.2 * i / rounds)
        child.kill()
        killed += child.wait() == -signal.SIGKILL
        assert image.read_bytes() in seen
        # And what is known of it is known: one of the two files is about this image.
        done = yonder("preload", "status", "--json", "name00500.example", env={"XDG_CACHE_HOME": str(tmp_path / "cache")})
        entry = json.loads(done.stdout)["lists"][0]
        assert done.stderr == "" and entry["listed"] and entry["policy"] == "bulk-1-year" and entry["since"]
    assert killed > rounds / 4


# ---- diff ----------------------------------------------------------------------------------------


@pytest.fixture
def two(yonder, tmp_path):
    """Two lists, and an image of each."""
    (tmp_path / "old").write_text(chromium(["same.com", "gone.com", "policy.com"], extra=[
        {"name": "narrow.com", "mode": "force-https"}]))
    (tmp_path / "new").write_text(chromium(["narrow.com", "same.com", "come.com"], extra=[
        {"name": "policy.com", "mode": "force-https", "include_subdomains": True, "policy": "custom"}]))
    return tmp_path / "old", tmp_path / "new"


def test_a_difference_is_named_entry_by_entry(yonder, two):
    done = yonder("preload", "diff", *two)
    # narrow.com has no policy in the old list: that it has one now is no change known of
    assert done.stdout.splitlines()[:4] == [
        "+ come.com  bulk-1-year", "- gone.com  bulk-1-year", "~ narrow.com  subdomains: no -> yes",
        "~ policy.com  policy: bulk-1-year -> custom"]
    assert done.returncode == 1
    document = json.loads(yonder("preload", "diff", "--json", *two).stdout)
    lines = [json.loads(line) for line in yonder("preload", "diff", "--jsonl", *two).stdout.splitlines()]
    assert document["changes"] == lines
    assert (document["added"], document["removed"], document["changed"]) == (1, 1, len(lines) - 2)
    assert lines[0] == {"change": "added", "name": "come.com", "old": None, "new": {
        "force_https": True, "include_subdomains": True, "policy": "bulk-1-year"}}


def test_no_difference_is_told_by_the_exit_code(yonder, two, tmp_path):
    old, _ = two
    image = tmp_path / "old.img"
    assert yonder("preload", "build", str(old), "-o", str(image)).returncode == 0
    (tmp_path / "firefox").write_text("%%\ngone.com, 1\nnarrow.com, 0\npolicy.com, 1\n%%\n")
    for pair in (old, old), (old, image), (image, old), (image, image):
        done = yonder("preload", "diff", *pair)
        assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("0 added, 0 removed, 0 changed")
    done = yonder("preload", "diff", "--jsonl", str(image), str(tmp_path / "firefox"))
    assert [json.loads(line)["name"] for line in done.stdout.splitlines()] == ["same.com"]


@pytest.mark.parametrize("args", [["a"], ["a", "b", "c"], ["a", "b", "--json", "--jsonl"]])
def test_diff_takes_two(yonder, args):
    assert yonder("preload", "diff", *args).returncode == 2


# ---- stats and status ----------------------------------------------------------------------------


def test_stats_count_a_list_or_an_image_by_what_its_entries_have(yonder, fetch, recorder, place, tmp_path):
    extra = [{"name": "app", "policy": "google", "mode": "force-https", "include_subdomains": True},
             {"name": "a.b.com", "policy": "custom", "mode": "force-https"}, {"name": "pins.net", "policy": "test"}]
    server = recorder({"/list": (200, [], chromium(names(1000), extra=extra))}, tls=True)
    fetch(server)
    image = json.loads(yonder("preload", "stats", "--json", str(place / "chromium.img")).stdout)
    (tmp_path / "list").write_text(chromium(names(1000), extra=extra))
    listed = json.loads(yonder("preload", "stats", "--json", str(tmp_path / "list")).stdout)
    assert (image.pop("entries"), listed.pop("entries")) == (None, 1003)
    assert image == listed
    assert image["names"] == 1002 and image["without_subdomains"] == 1 and image["shields"] == 0
    assert image["labels"] == {"1": 1, "2": 1000, "3": 1}
    assert image["policies"] == [{"policy": "bulk-1-year", "names": 1000}, {"policy": "custom", "names": 1},
                                 {"policy": "google", "names": 1}]
    assert image["top_tlds"] == [{"tld": "example", "names": 1000}, {"tld": "app", "names": 1}, {"tld": "com", "names": 1}]
    assert "      1000  bulk-1-year\n" in yonder("preload", "stats", str(place / "chromium.img")).stdout


BROAD = {"name": "example.com", "mode": "force-https", "include_subdomains": True, "policy": "custom"}
NARROW = {"name": "www.example.com", "mode": "force-https", "policy": "bulk-1-year"}
PINS = {"name": "pins.example.com", "policy": "google"}
WIDE_PINS = {"name": "wide.example.com", "policy": "google", "include_subdomains": True}


@pytest.mark.parametrize("image", [False, True])
def test_status_tells_where_the_browser_and_the_service_differ(yonder, status, tmp_path, image):
    path = tmp_path / "list"
    path.write_text(chromium(["other.org"], extra=[BROAD, NARROW, PINS, WIDE_PINS]))
    if image:
        done = yonder("preload", "fetch", "chromium", "--from", str(path), "-o", str(tmp_path / "i"), "--min-names", "1")
        assert done.returncode == 0
        path = tmp_path / "i"
    rows = [  # domain, the browser's reading and entry, the service's
        ("example.com", True, "example.com", True, "example.com"),
        ("a.example.com", True, "example.com", True, "example.com"),
        ("www.example.com", True, "www.example.com", True, "www.example.com"),
        ("a.www.example.com", False, "www.example.com", True, "example.com"),
        ("pins.example.com", False, "pins.example.com", False, "pins.example.com"),
        ("a.pins.example.com", False, "pins.example.com", True, "example.com"),
        ("a.wide.example.com", False, "wide.example.com", False, "wide.example.com"),
        ("com", False, None, False, None),
        ("B\u00fccher.example", False, None, False, None),
        ("EXAMPLE.com.", True, "example.com", True, "example.com"),
    ]
    answers = status(*[row[0] for row in rows], args=["--chromium", str(path)], code=1)
    for row, answer in zip(rows, answers, strict=True):
        (entry,) = answer["lists"]
        assert (answer["domain"], entry["listed"], entry["matched"], entry["service"]["listed"],
                entry["service"]["matched"]) == row
    assert status(*[row[0] for row in rows], args=["--preload", str(path)], code=1) == answers
    text = yonder("preload", "status", "--chromium", str(path), "a.www.example.com").stdout
    assert "not listed, by the entry www.example.com (bulk-1-year), subdomains not included" in text
    assert "service reads it otherwise: listed, by the entry example.com (custom)" in text


def test_status_asks_the_list_of_each_browser_in_batches_too(yonder, fetch, status, recorder, tmp_path):
    done = yonder("preload", "status", "example.com", env={"XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert done.returncode == 2 and "there is no list" in done.stderr
    server = recorder({"/c": (200, [], chromium(names(1000))), "/f": (200, [], firefox(names(1000, 1), 1500000000))},
                      tls=True)
    fetch(server, path="/c")
    fetch(server, path="/f", browser="firefox")
    (answer,) = status("name00500.example", code=0)
    assert [(e["browser"], e["listed"], e["policy"]) for e in answer["lists"]] == [
        ("chromium", True, "bulk-1-year"), ("firefox", True, None)]
    assert answer["lists"][1]["list"]["expired"] and answer["lists"][1]["service"] is None
    (answer,) = status("name00000.example", code=1)
    assert [e["listed"] for e in answer["lists"]] == [True, False]
    asked = [f"www.name{i:05}.example" for i in range(0, 1001)]
    done = yonder("preload", "status", "--batch", env={"XDG_CACHE_HOME": str(tmp_path / "cache")},
                  input="".join(json.dumps({"domain": d}) + "\n" for d in asked) + "{}\n")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers.pop() == {"error": '"domain" must be a string'}
    assert [a["domain"] for a in answers] == asked
    assert [[e["listed"] for e in a["lists"]] for a in answers] == [[True, False], *[[True, True]] * 999, [False, True]]
    wrong = yonder("preload", "status", "--firefox", str(tmp_path / "cache/yonder/preload/chromium.img"), "x.com")
    assert wrong.returncode == 2 and "is the list of Chromium" in wrong.stderr


def test_what_is_known_of_an_image_is_of_that_image_only(yonder, status, fetch, recorder, place):
    server = recorder({"/list": (200, [], WHOLE)}, tls=True)
    fetch(server)
    about = place / "chromium.img.about"
    text = about.read_text()
    for damaged in text[:200], text + "0 0\n", text.replace("image ", "image 0", 1), "":
        about.write_text(damaged)
        done = yonder("preload", "status", "--json", "name00001.example", env={"XDG_CACHE_HOME": str(place.parents[1])})
        entry = json.loads(done.stdout)["lists"][0]
        assert entry["listed"] and entry["policy"] is None and str(about) in done.stderr
    lines = text.splitlines()
    lines[1] = "image 0123456789abcdef"
    about.write_text("\n".join(lines) + "\n")
    assert status("name00001.example")[0]["lists"][0]["policy"] is None
    about.write_text(text)
    assert status("name00001.example")[0]["lists"][0]["policy"] == "bulk-1-year"


def test_wrong_usage_is_said(yonder):
    for args in (["fetch", "opera"], ["fetch", "--from", "x"], ["fetch", "-o", "x"], ["fetch", "chromium", "--preload", "x"],
                 ["fetch", "chromium", "--from", ""], ["status", "--from", "x", "a"], ["build", "x", "-o", "y", "--timeout", "3"],
                 ["status", "a", "--batch"], ["fetch", "chromium", "--from", "x", "--resolve", "y"], ["stats", "a", "b"]):
        done = yonder("preload", *args)
        assert (done.returncode, done.stdout) == (2, "") and "yonder" in done.stderr, args


def test_no_name_of_a_likeness_of_todays_list_is_lost(yonder, tmp_path):
    """Of 20,000 names, for time; bench/README.md tells how the whole is measured."""
    shared = pathlib.Path(os.environ.get("YONDER_SHARED", program.ROOT.parent / "shared"))
    source = shared / "data" / "transport_security_state_static.json"
    if not source.exists():
        pytest.skip(f"{source} is not there; YONDER_SHARED names its folder")
    made = subprocess.run([program.ROOT / "bench/gen_preload_list.py", source, "20000"], capture_output=True,
                          text=True, check=True, timeout=120)
    (tmp_path / "list").write_text(made.stdout)
    stats = json.loads(yonder("preload", "stats", "--json", str(tmp_path / "list"), timeout=120).stdout)
    assert stats["names"] == 20000 and stats["bits_per_name"] <= 45.5
    assert stats["labels"] == {"1": 11, "2": 18237, "3": 1720, "4": 32}
    yonder("preload", "build", str(tmp_path / "list"), "-o", str(tmp_path / "i"), timeout=120)
    listed = {entry["name"] for entry in json.loads(made.stdout.split("\n", 1)[1])["entries"]}
    assert image_names(yonder, tmp_path / "i") == listed


# ---- check ---------------------------------------------------------------------------------------


def test_check_says_what_fetch_knows_of_a_list(fetch, status, yonder, recorder, place, tmp_path):
    """Which list, and by which policy: a name of the policy "custom" is never taken off."""
    custom = {"name": "127.test", "policy": "custom", "mode": "force-https", "include_subdomains": True}
    server = recorder({"/list": (200, [], chromium(names(1000), extra=[custom]))}, tls=True)
    fetch(server)
    server.routes["/list"] = (200, [], firefox(names(1000)))
    fetch(server, browser="firefox")
    published = tmp_path / "published.json"
    published.write_text(chromium(names(5), extra=[custom]))
    fetched = {entry["browser"]: entry["list"]["fetched"] for entry in status("127.test")[0]["lists"]}
    lists = [str(place / "chromium.img"), str(place / "firefox.img"), f"mine={published}"]
    done = yonder("check", "--json", "--connect-to", "::127.0.0.1:1",
                  *[word for path in lists for word in ("--preload", path)], "127.test")
    assert json.loads(done.stdout)["lists"] == [
        {"list": "chromium", "version": fetched["chromium"], "listed": True, "matched": "127.test",
         "include_subdomains": True, "policy": "custom"},
        {"list": "firefox", "version": fetched["firefox"], "listed": False, "matched": None,
         "include_subdomains": False, "policy": None},
        {"list": "mine", "version": None, "listed": True, "matched": "127.test",
         "include_subdomains": True, "policy": "custom"}]
    assert json.loads(done.stdout)["verdict"] == "NOT PROTECTED"  # it would be AT RISK OF REMOVAL by a bulk policy
