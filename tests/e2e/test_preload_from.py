# SPDX-License-Identifier: MIT
"""yonder preload fetch --from DIRECTORY: versions made by documents_tool, from a server of our own that
may lie; and what others make of the documents."""
import base64
import hashlib
import json
import pathlib
import re
import shutil
import signal
import subprocess
import time

import pytest

import program

TOOL = pathlib.Path(program.path()).parent / "tests/directory/documents_tool"
NOW = int(time.time())
LIFE = 18 * 7 * 86400


def member(name, policy="bulk-1-year", include=1):
    return f"{name} {policy} {include}\n"


def names(count, first=0):
    return [member(f"name{i:05}.example") for i in range(first, first + count)]


class Directory:
    """Versions in a folder, and a server that has them; `lies` are answers in the place of documents."""

    def __init__(self, recorder, folder, tls=False):
        self.folder, self.key = folder, folder / "key.pem"
        self.newest, self.lies = 0, {}
        self.server = recorder(self, tls=tls)
        self.url = f"{'https' if tls else 'http'}://localhost:{self.server.port}"

    def tool(self, *args, **rest):
        return subprocess.run([TOOL, *map(str, args)], check=True, capture_output=True, encoding="utf-8", **rest).stdout.strip()

    @property
    def public(self):
        return self.tool("public", self.key)

    def publish(self, members, deltas=(), published=NOW, version=None):
        self.newest = version or self.newest + 1
        self.tool("make", self.key, self.newest, published, self.folder, *deltas, input="".join(sorted(members)))

    def read(self, name, version=None):
        return (self.folder / str(version or self.newest) / name).read_bytes()

    def restate(self, change):
        """Signs a statement that is another than that of the documents."""
        path = self.folder / str(self.newest)
        text = change((path / "version.json").read_text())
        (path / "version.json").write_text(text)
        (path / "version.sig").write_text(self.tool("sign", self.key, path / "version.json"))

    # As the recorder's routes.
    def get(self, target, default):
        if target in self.lies:
            return self.lies[target]
        if target == "/lists/key":
            return 200, [], self.public.encode()
        if match := re.fullmatch(r"/lists/newest/(.+)", target):
            return 307, [("Location", f"/lists/{self.newest}/{match[1]}"), ("Cache-Control", "no-store")], b""
        path = self.folder / target.removeprefix("/lists/")
        return (200, [], path.read_bytes()) if target.startswith("/lists/") and path.is_file() else default

    def asked(self):
        """What was asked for since the last time."""
        targets = [r.target.removeprefix("/lists/") for r in self.server.requests]
        self.server.requests.clear()
        return targets


@pytest.fixture
def directory(recorder, tmp_path):
    (tmp_path / "lists").mkdir()
    return Directory(recorder, tmp_path / "lists")


@pytest.fixture
def place(tmp_path):
    return tmp_path / "cache" / "yonder" / "preload"


@pytest.fixture
def fetch(yonder, tmp_path, directory):
    """The finished process, with the JSON that it printed, if any, as .answer."""

    def run(*args, url=None, **rest):
        done = yonder("preload", "fetch", "--from", url or directory.url, "--json", *args,
                      env={"XDG_CACHE_HOME": str(tmp_path / "cache")}, **rest)
        assert (done.returncode == 0) == bool(done.stdout), done
        done.answer = json.loads(done.stdout) if done.stdout else None
        return done

    return run


def dump(yonder, image):
    done = yonder("preload", "dump", "--json", image)
    assert (done.returncode, done.stderr) == (0, "")
    return {e["name"]: e["include_subdomains"] for e in map(json.loads, done.stdout.splitlines())}


def state(place):
    return {p.name: p.read_bytes() for p in place.iterdir()}


# ---- what goes well ------------------------------------------------------------------------------


def test_versions_come_one_after_the_other(directory, fetch, yonder, place):
    directory.publish([member("a.example"), member("b.example", "custom", 0), member("xn--bcher-kva.example")])
    first = fetch()
    assert first.answer == {
        "browser": "directory", "result": "new", "source": directory.url, "image": str(place / "directory.img"),
        "names": 3, "added": None, "removed": None, "changed": None,
        "expires": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW + LIFE)), "version": 1, "delta": False,
        "bytes": sum(len(directory.read(n)) for n in ("version.json", "version.sig", "list.json")) + 44}
    assert f"its key is {directory.public}." in first.stderr
    assert (place / "directory.img").read_bytes() == directory.read("preload.img")
    assert dump(yonder, place / "directory.img") == {"a.example": True, "b.example": False, "xn--bcher-kva.example": True}
    assert directory.asked() == ["key", "newest/version.json", "1/version.json", "1/version.sig", "1/list.json"]

    before = state(place)
    same = fetch()
    assert (same.answer["result"], same.answer["version"], same.answer["delta"], same.answer["added"]) == ("unchanged", 1, False, 0)
    assert same.stderr == "" and state(place) == before
    assert directory.asked() == ["newest/version.json", "1/version.json", "1/version.sig"]

    # A delta is smaller than the list only where that is not tiny.
    directory.publish(names(500))
    assert fetch().answer["delta"] is False
    directory.asked()
    directory.publish([*names(499, 3), member("name00001.example", "custom", 0), member("new.example")], deltas=[2, 1])
    by_delta = fetch()
    assert by_delta.stderr == "" and directory.asked() == ["newest/version.json", "3/version.json", "3/version.sig", "3/delta-2"]
    answer = by_delta.answer
    assert (answer["result"], answer["version"], answer["delta"], answer["names"]) == ("updated", 3, True, 501)
    assert (answer["added"], answer["removed"], answer["changed"]) == (3, 2, 1)
    assert (place / "directory.img").read_bytes() == directory.read("preload.img")
    assert sorted(state(place)) == ["directory.img", "directory.img.about"]
    about = (place / "directory.img.about").read_text()
    assert f"\nbrowser directory\nsource {directory.url}\n" in about and f"\nversion 3\nkey {directory.public}\n" in about

    # By a chain of deltas one arrives at the same as at once, policies and all.
    directory.publish([*names(480, 3), member("z.example", "bulk-18-weeks")], deltas=[1, 2, 3])
    assert fetch().answer["delta"] is True
    at_once = place / "other.img"
    assert fetch("-o", at_once).answer["delta"] is False
    assert at_once.read_bytes() == (place / "directory.img").read_bytes()
    done = yonder("preload", "diff", "--json", place / "directory.img", directory.folder / "4/list.json")
    assert done.returncode == 0 and json.loads(done.stdout)["changes"] == []


def test_the_image_is_one_like_any_other(directory, fetch, yonder, serve, place, tmp_path):
    directory.publish([member("a.example"), member("b.example", "custom", 0)])
    fetch()
    image, env = place / "directory.img", {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = yonder("preload", "status", "--json", "www.a.example", env=env)
    entry = json.loads(done.stdout)["lists"][0]
    assert done.returncode == 0 and (entry["browser"], entry["matched"], entry["policy"]) == ("directory", "a.example", "bulk-1-year")
    assert entry["list"]["source"] == directory.url and entry["service"] is None
    assert "Directory: listed, by the entry b.example (custom)" in yonder("preload", "status", "b.example", env=env).stdout
    for option in "--chromium", "--firefox", "--directory":
        assert yonder("preload", "status", option, image, "a.example").returncode == 0
    assert yonder("preload", "status", "--directory", directory.folder / "1/list.json", "a.example").returncode == 0
    stats = json.loads(yonder("preload", "stats", "--json", image).stdout)
    assert stats["names"] == 2 and {"policy": "custom", "names": 1} in stats["policies"]
    assert yonder("preload", "query", "--preload", image, "x.a.example").returncode == 0
    done = yonder("trace", "--json", "--preload", image, "--resolve", "a.example:443:127.0.0.1", "http://a.example/")
    assert "https://a.example/" in done.stdout
    done = yonder("preload", "fetch", "chromium", "--from", directory.folder / "1/list.json", "-o", image)
    assert done.returncode == 2 and "is the list of directory, not of chromium" in done.stderr


def test_the_program_says_it_in_words_too(directory, yonder, tmp_path):
    directory.publish([member("a.example")])
    done = yonder("preload", "fetch", "--from", directory.url + "/", "-o", tmp_path / "x.img")
    assert re.match(r"directory: new, 1 names, version 1, \d+ bytes fetched, expires on \d{4}-\d\d-\d\d\n", done.stdout)


def test_an_empty_list_is_a_list(directory, fetch, yonder, place):
    directory.publish([])
    assert fetch().answer["names"] == 0
    directory.publish([member("a.example")], deltas=[1])
    assert fetch().answer["added"] == 1
    directory.publish([], deltas=[2])
    assert fetch().answer["removed"] == 1
    assert dump(yonder, place / "directory.img") == {}


def test_a_directory_below_a_path_and_by_https(recorder, tmp_path, yonder, pki):
    (tmp_path / "lists").mkdir()
    inner = Directory(recorder, tmp_path / "lists", tls=True)
    inner.publish([member("a.example")])
    # A proxy in front of it, which the redirect knows nothing of.
    get = inner.get
    inner.get = lambda target, default: get(target.removeprefix("/dir"), default) if target.startswith("/dir/") else default
    done = yonder("preload", "fetch", "--from", f"{inner.url}/dir", "--cacert", pki.cafile, "--json", "-o", tmp_path / "x.img")
    assert done.returncode == 0 and json.loads(done.stdout)["names"] == 1
    assert yonder("preload", "fetch", "--from", f"{inner.url}/dir", "-o", tmp_path / "y.img").returncode == 3
    assert not (tmp_path / "y.img").exists()


# ---- deltas that will not do ---------------------------------------------------------------------


@pytest.mark.parametrize("spoil, message", [
    (lambda d: (404, [], b""), "the answer is 404"),
    (lambda d: None, "3/delta-2"),
    (lambda d: (200, [], d[:-9]), "not what the signed statement says"),
    (lambda d: (200, [], d + b"+z.example custom 1\n"), "delta-2: "),
    (lambda d: (200, [], b""), "not what the signed statement says"),
    (lambda d: (200, [("Content-Length", "9999"), ("Connection", "close")], d), "cut short"),
])
def test_without_the_delta_the_whole_list_is_fetched(directory, fetch, place, spoil, message):
    for version, deltas in (1, []), (2, []), (3, [2]):
        directory.publish(names(200, version), deltas=deltas)
    directory.newest = 2
    fetch()
    directory.newest = 3
    directory.lies["/lists/3/delta-2"] = spoil(directory.read("delta-2"))
    got = fetch()
    assert got.answer["delta"] is False and got.answer["result"] == "updated"
    assert message in got.stderr and "the whole list is fetched instead" in got.stderr
    assert (place / "directory.img").read_bytes() == directory.read("preload.img")


@pytest.mark.parametrize("spoil, message", [
    (lambda d: d.replace(b"from 2 ", b"from 1 "), "it leads from version 1 to 3"),
    (lambda d: re.sub(rb"from 2 .", b"from 2 g", d), "line 2: "),
    (lambda d: re.sub(rb"(from 2) \w{64}", rb"\1 " + b"0" * 64, d), "it does not fit: the list that there is"),
    (lambda d: re.sub(rb"(to 3) \w{64}", rb"\1 " + b"0" * 64, d), "it does not fit: what comes of it"),
    (lambda d: d.replace(b"-name00002.example", b"-name00000.example"), "'name00000.example' is to go and is not there"),
])
def test_a_delta_that_is_signed_and_does_not_fit_is_none(directory, fetch, place, spoil, message):
    for version, deltas in (1, []), (2, []), (3, [2]):
        directory.publish(names(200, version), deltas=deltas)
    directory.newest = 2
    fetch()
    directory.newest = 3
    old = directory.read("delta-2")
    new = spoil(old)
    assert new != old and len(new) == len(old)
    (directory.folder / "3/delta-2").write_bytes(new)
    directory.restate(lambda t: t.replace(hashlib.sha256(old).hexdigest(), hashlib.sha256(new).hexdigest()))
    got = fetch()
    assert message in got.stderr and got.answer["delta"] is False
    assert (place / "directory.img").read_bytes() == directory.read("preload.img")


# ---- what is refused -----------------------------------------------------------------------------


def flip(data):
    return data[:-3] + bytes([data[-3] ^ 1]) + data[-2:]


def lies(path, answer):
    def spoil(directory):
        directory.lies[f"/lists/{path}"] = answer(directory) if callable(answer) else answer
    return spoil


def statement(old, new):
    return lambda directory: directory.restate(lambda text: re.sub(old, new, text, count=1))


def swap_lists(directory):
    directory.lies["/lists/2/list.json"] = (200, [], directory.read("list.json", 1))


def swap_all(directory):
    """Version 1 under the number 2."""
    for name in "version.json", "version.sig", "list.json":
        directory.lies[f"/lists/2/{name}"] = (200, [], directory.read(name, 1))


def other_key(directory):
    directory.key = directory.folder / "other.pem"
    directory.publish(names(60), version=2)


@pytest.mark.parametrize("spoil, code, message", [
    (lies("2/version.sig", lambda d: (200, [], base64.b64encode(flip(base64.b64decode(d.read("version.sig")))))), 1, "not signed by the key"),
    (lies("2/version.sig", (200, [], b"")), 1, "not signed by the key"),
    (lies("2/version.sig", (200, [], b"A" * 20000)), 3, "longer than 16384 bytes"),
    (lies("2/version.json", lambda d: (200, [], flip(d.read("version.json")))), 1, "not signed by the key"),
    (lies("2/version.json", (200, [], b" " * (1 << 20) + b"x")), 3, "longer than 1048576 bytes"),
    (lies("2/version.json", (404, [], b"")), 3, "2/version.json: the answer is 404"),
    (lies("newest/version.json", (404, [], b"")), 3, "the answer is 404, not a redirect"),
    (lies("newest/version.json", (307, [("Location", "http://127.0.0.2/lists/2/version.json")], b"")), 3, "it redirects elsewhere, to http://127.0.0.2/"),
    (lies("newest/version.json", (307, [("Location", "/lists/2x/version.json")], b"")), 3, "it redirects elsewhere"),
    (lies("newest/version.json", (307, [("Location", "/lists/99999999999999999999/version.json")], b"")), 3, "it redirects elsewhere"),
    (lies("newest/version.json", (307, [("Location", "http://[")], b"")), 3, "it redirects to no URL"),
    (lies("2/list.json", (302, [("Location", "/lists/1/list.json")], b"")), 3, "the answer is 302"),
    (lies("2/list.json", lambda d: (200, [], d.read("list.json")[:-40])), 1, "not what the signed statement says"),
    (lies("2/list.json", lambda d: (200, [], d.read("list.json") + b"\n")), 3, "longer than"),
    (lies("2/list.json", lambda d: (200, [("Content-Length", "99999"), ("Connection", "close")], d.read("list.json"))), 3, "cut short"),
    (lies("2/list.json", lambda d: (200, [], flip(d.read("list.json")))), 1, "not what the signed statement says"),
    (lies("2/list.json", None), 3, "2/list.json"),
    (swap_lists, 1, "not what the signed statement says"),
    (swap_all, 1, "it is the statement of version 1"),
    (other_key, 1, "say it once: --key "),
    # Signed, and wrong all the same.
    (statement(r"list version 1", "list version 2"), 2, "its \"format\" is 'yonder list version 2'"),
    (statement(r'"names": 60', '"names": 61'), 1, "it leads to 60 names"),
    (statement(r'("preload.img",\s+"size": \d+,\s+"sha256": ")\w{64}', r"\g<1>" + "0" * 64), 1, "its image is not the one"),
    (statement(r'"preload.img"', '"preload.iso"'), 2, "it names no"),
    (statement(r'("list.json",\s+"size": )\d+', r"\g<1>999999999"), 1, "134217728 are the most"),
    (statement(r'("list.json",\s+"size": )\d+', r"\g<1>9999999999"), 2, '"size" is no number'),
    (statement(r"\{", "["), 2, "not JSON"),
])
def test_what_is_refused_leaves_everything_as_it_was(directory, fetch, place, spoil, code, message):
    directory.publish(names(50))
    fetch()
    before = state(place)
    directory.publish(names(60))
    spoil(directory)
    failed = fetch()
    assert failed.returncode == code and message in failed.stderr and directory.url in failed.stderr
    assert state(place) == before
    # And it goes on as soon as all is well.
    directory.lies.clear()
    if "--key" not in message:
        shutil.rmtree(directory.folder / "2")
        directory.publish(names(60), version=2)
        assert fetch().answer["result"] == "updated"


def test_what_is_signed_may_be_written_ill_all_the_same(directory, fetch):
    directory.publish(names(3))
    old = directory.read("list.json")
    for spoil, message in [(lambda d: d.replace(b"name00001.example", b"n\\u009b2J\\u202e.example"), "entry 'n??2j???.example': not the name"),
                           (lambda d: d.replace(b'name00001.example", "policy": "bulk-1-year"', b'n\\u009b2J", "policy": 7'), r"entry 'n\xC2\x9B2j': its"),
                           (lambda d: d.replace(b"bulk-1-year", b"bulk 1 year", 1), 'its "policy" is no word'),
                           (lambda d: d.replace(b'"policy": "bulk-1-year", ', b"", 1), "it has no policy"),
                           (lambda d: d.replace(b"name00001", b"name00002"), "'name00002.example': it is there twice"),
                           (lambda d: d.replace(b'"mode": "force-https", ', b"", 1), "all ask for HTTPS"),
                           (lambda d: d + b"}", "line 15: not JSON"), (lambda d: b"", "neither Chromium's list")]:
        new = spoil(old)
        (directory.folder / "1/list.json").write_bytes(new)
        stated = (directory.folder / "1/version.json").read_text()
        directory.restate(lambda t: re.sub(r'("list.json",\s+"size": )\d+(,\s+"sha256": ")\w+', rf"\g<1>{len(new)}\g<2>{hashlib.sha256(new).hexdigest()}", t))
        failed = fetch()
        assert failed.returncode == 2 and message in failed.stderr and failed.stderr.isascii(), failed
        (directory.folder / "1/version.json").write_text(stated)


def test_what_is_older_is_not_taken_back(directory, fetch, place):
    for i in range(1, 4):
        directory.publish(names(50 + i))
    fetch()
    before = state(place)
    directory.newest = 2
    failed = fetch()
    assert failed.returncode == 1 and "version 3 is here already, and it is older" in failed.stderr and state(place) == before
    # Nor where the image is gone, or damaged: what is known of it still is.
    (place / "directory.img").write_bytes(before["directory.img"][:-1])
    failed = fetch()
    assert failed.returncode == 1 and "it is older" in failed.stderr
    (place / "directory.img").unlink()
    assert "it is older" in fetch().stderr
    directory.newest = 3
    assert fetch().answer["result"] == "new" and state(place)["directory.img"] == before["directory.img"]
    # Nor is another version of the same number.
    shutil.rmtree(directory.folder / "3")
    directory.publish(names(70), version=3)
    failed = fetch()
    assert failed.returncode == 1 and "the directory has signed two" in failed.stderr


def test_the_key_is_that_of_the_first_time_or_the_one_that_is_given(directory, fetch, yonder, place, tmp_path):
    directory.publish(names(5))
    other = directory.tool("public", tmp_path / "other.pem")
    failed = fetch("--key", other)
    assert failed.returncode == 1 and f"not signed by the key {other}" in failed.stderr and directory.public in failed.stderr
    assert not (place / "directory.img").exists()
    (tmp_path / "key").write_text(f" {directory.public}\n")
    assert fetch("--key", tmp_path / "key").stderr == ""
    assert fetch("--key", directory.public).answer["result"] == "unchanged"
    # Another key counts its versions anew, if it is said to be good.
    directory.publish(names(6))
    fetch()
    directory.key, directory.newest = tmp_path / "other.pem", 0
    directory.publish(names(7))
    before = state(place)
    assert fetch().returncode == 1 and state(place) == before
    moved = fetch("--key", other)
    assert moved.answer["version"] == 1 and moved.answer["names"] == 7 and f"and is now {other}" in moved.stderr
    assert fetch().answer["result"] == "unchanged"
    for bad in "short", str(tmp_path / "none"), str(tmp_path / "lists/1/list.json"), other[:-4] + "A===":
        assert fetch("--key", bad).returncode == 2
    directory.lies["/lists/key"] = (200, [], b"<html>")
    failed = fetch("-o", tmp_path / "fresh.img")
    assert failed.returncode == 2 and "this is no public key" in failed.stderr


def test_whom_it_asks_how(yonder, directory, tmp_path):
    directory.publish(names(5))
    there = ["--resolve", f"lists.test:{directory.server.port}:127.0.0.1", "-o", tmp_path / "x.img"]
    url = f"http://lists.test:{directory.server.port}/"
    done = yonder("preload", "fetch", "--from", url, *there)
    assert done.returncode == 2 and "use https, or give the directory's public key" in done.stderr and directory.asked() == []
    done = yonder("preload", "fetch", "--from", url, "--key", directory.public, *there)
    assert (done.returncode, done.stderr) == (0, "")
    for bad, message in [("http://127.1.example/", "by http anyone"), ("ftp://x/", "by https or http"), ("https://u@x/", "no user name"),
                         ("https://x/?q", "no query"), ("https:///", "is no URL"), ("https://x/\n", "no URL and no path")]:
        done = yonder("preload", "fetch", "--from", bad, *there)
        assert done.returncode == 2 and message in done.stderr, bad
    for args in ["--key", "x"], ["chromium", "--key", "x"], ["--from", "x"], ["chromium", "--from", "https://x/", "--key", "x"]:
        assert yonder("preload", "fetch", *args).returncode == 2


def test_an_old_version_is_taken_with_a_warning(directory, fetch):
    directory.publish(names(5), published=NOW - LIFE - 86400)
    for result in "new", "unchanged":
        got = fetch()
        assert got.answer["result"] == result and "version 1, the newest, expired on" in got.stderr


def test_the_limits_hold_for_it_too(directory, fetch):
    directory.publish(names(2000))
    assert fetch("--min-names", "2001").returncode == 1
    fetch()
    directory.publish(names(1599), deltas=[1])
    failed = fetch()
    assert failed.returncode == 1 and "--max-shrink is 20 percent" in failed.stderr
    assert fetch("--max-shrink", "30").answer["delta"] is True
    # A small list loses what it likes, unless told otherwise.
    directory.publish(names(900))
    fetch("--max-shrink", "99")
    directory.publish(names(1))
    assert fetch("--max-shrink", "50").returncode == 1
    assert fetch().answer["removed"] == 899


def test_killed_at_any_moment_it_leaves_the_old_version_or_the_new(directory, fetch, yonder, place, tmp_path):
    env = program.environment({"XDG_CACHE_HOME": str(tmp_path / "cache")})
    command = [program.path(), "preload", "fetch", "--from", directory.url]
    directory.publish(names(1500))
    fetch()
    start, killed, rounds = time.monotonic(), 0, 16
    directory.publish(names(1500, 1), deltas=[1])
    fetch()
    life = time.monotonic() - start - 0.05
    for i in range(rounds):
        old = (place / "directory.img").read_bytes()
        directory.publish(names(1500, 2 + i), deltas=[directory.newest])
        child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(max(0, life) * i / rounds)
        child.kill()
        killed += child.wait() == -signal.SIGKILL
        assert (place / "directory.img").read_bytes() in (old, directory.read("preload.img"))
        got = fetch()  # from either, all that is known of it being there
        assert got.stderr == "" and (got.answer["delta"] or got.answer["result"] == "unchanged")
        assert (place / "directory.img").read_bytes() == directory.read("preload.img")
    assert killed > rounds / 4


# ---- what others make of it ----------------------------------------------------------------------

MIXED = [member("a.example"), member("b.example", "custom", 0), member("c.example", "bulk-18-weeks"), member("d.gov", "public-suffix-requested"),
         member("e.example", "own-policy"), member("f.example", "bulk-1-year", 0), member("g.example", "google")]


def test_a_line_tool_reads_the_list_as_it_reads_chromiums(directory):
    directory.publish(MIXED)
    text = directory.read("list.json").decode("ascii")
    read = json.loads("".join(line for line in text.splitlines(True) if not line.lstrip().startswith("//")))
    assert list(read) == ["pinsets", "entries"] and read["pinsets"] == []
    expected = {m.split()[0]: m.split()[1:] for m in MIXED}
    assert {e["name"]: [e["policy"], str(int(e.get("include_subdomains", False)))] for e in read["entries"]} == expected
    assert all(e["mode"] == "force-https" for e in read["entries"])
    # An entry a line, its keys in order; and each section has its entries, sorted.
    lines = text.splitlines()
    entry = re.compile(r'    \{ "name": "[a-z0-9.-]+", "policy": "[a-z0-9-]+", "mode": "force-https"(, "include_subdomains": true)? \},?')
    assert sum(bool(entry.fullmatch(line)) for line in lines) == len(MIXED)
    end = lines.index("    // END OF 1-YEAR BULK HSTS ENTRIES")
    begin = lines.index("    // START OF 1-YEAR BULK HSTS ENTRIES")
    assert [re.search(r'"name": "([^"]+)"', line)[1] for line in lines[begin + 1:end]] == ["a.example", "f.example"]
    assert "    // END OF ETLD-OWNER REQUESTED ENTRIES" in lines and "    // END OF 18-WEEK BULK HSTS ENTRIES" in lines


def test_node_reads_the_list_as_well(directory):
    node = shutil.which("node") or shutil.which("nodejs")
    if not node:
        pytest.skip("there is no Node")
    directory.publish(MIXED)
    script = ("const text = require('fs').readFileSync(process.argv[1], 'utf8');"
              "const list = JSON.parse(text.replace(/^\\s*\\/\\/.*$/gm, ''));"
              "const set = new Map(list.entries.filter(e => e.mode === 'force-https').map(e => [e.name, !!e.include_subdomains]));"
              "console.log(JSON.stringify([...set].sort()));")
    done = subprocess.run([node, "-e", script, directory.folder / "1/list.json"], check=True, capture_output=True, encoding="utf-8")
    assert json.loads(done.stdout) == [[m.split()[0], m.split()[2] == "1"] for m in sorted(MIXED)]


def test_the_signature_is_one_to_openssl(directory, tmp_path):
    directory.publish(MIXED)
    der = bytes.fromhex("302a300506032b6570032100") + base64.b64decode(directory.public)
    (tmp_path / "public.der").write_bytes(der)
    (tmp_path / "sig").write_bytes(base64.b64decode(directory.read("version.sig")))
    subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", tmp_path / "public.der", "-keyform", "DER", "-rawin",
                    "-in", directory.folder / "1/version.json", "-sigfile", tmp_path / "sig"], check=True, capture_output=True)
    stated = json.loads(directory.read("version.json"))
    assert stated["previous"] is None and stated["names"] == len(MIXED)
    for document in stated["documents"]:
        data = directory.read(document["name"])
        assert (len(data), hashlib.sha256(data).hexdigest()) == (document["size"], document["sha256"])
    directory.publish(MIXED[1:], deltas=[1])
    previous = json.loads(directory.read("version.json"))["previous"]
    assert previous == {"version": 1, "sha256": hashlib.sha256(directory.read("version.json", 1)).hexdigest()}


def test_both_layouts_make_the_image_that_is_published(directory, yonder, tmp_path):
    directory.publish(MIXED)
    for name in "list.json", "nsSTSPreloadList.inc":
        done = yonder("preload", "build", directory.folder / "1" / name, "-o", tmp_path / "built.img")
        assert done.returncode == 0 and (tmp_path / "built.img").read_bytes() == directory.read("preload.img")
    stats = json.loads(yonder("preload", "stats", "--json", directory.folder / "1/nsSTSPreloadList.inc").stdout)
    assert stats["expires"] == time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(NOW + LIFE))
