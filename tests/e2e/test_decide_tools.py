# SPDX-License-Identifier: MIT
"""`yonder decide` as wget, requests and Go, held against the programs themselves; as curl --follow
and the Go of today against what was seen of them (tests/data, written by record.py).

A row describes one version; versions.py says what becomes of its tests with another.
"""
import json
import os
import pathlib
import random
import re
import subprocess

import pytest

import differential
import scenes
import versions
from differential import Curl, Go, Requests, Wget, command

SEED = os.environ.get("YONDER_SEED", "1")
COUNT = int(os.environ.get("YONDER_COUNT", 400))
DATA = pathlib.Path(__file__).resolve().parents[1] / "data"


# ---- what is known to differ ---------------------------------------------------------------------
# Each with its reason in doc/why/clients-measured.md.

def location_of(scene):
    return ", ".join(value for _, fields in scene["answers"] for _, value in fields)


def is_known(client, scene, what, urls, end):
    where = location_of(scene)
    if "xn--" in "".join(urls) or not where.isascii() and re.match(r"(\w+:)?//[^/?#]*[^\x00-\x7f]", where):
        return True  # IDNA libraries disagree about what is no word of any language
    if "\0" in where and client in ("wget", "curl-follow"):
        return True  # the end of a text, in C; or no head at all
    if client == "curl-follow" and re.match(r"(\w+:)?//([\dx.]+/|\[)", where):
        return True  # asks for hosts that are numbers too large; spells an IPv6 address as it came
    if client == "wget" and re.match(r"(\w+:)?//[^/?#]* ", where):
        return True  # asks for hosts with blanks in them
    if client == "requests":
        if re.match(r"(\w+:)?//[^/?#]*:0\d{5}", where):
            return True  # urllib3 reads at most five digits of a port
        if any(re.search(r"\.(:\d+)?$", differential.split(u)[1]) for u in urls):
            return True  # a dot at the end of the host is not in its Host field
        if any(differential.split(u)[2].startswith("//") for u in urls) and "ended with" in what:
            return True  # urllib3 reads a path of two slashes as a host once more
        if re.search(r"%[^\x00-\x7f]", where):
            return True  # Python's isalnum() knows the letters of all languages
    if client == "go" and "\t" in where.partition("#")[2]:
        return True  # let pass in a fragment
    return False


def hold(yonder, client, program, some):
    differ = [d for d in differential.compare(yonder, client, program, some) if not is_known(client, *d)]
    assert not differ, f"{len(differ)} of {len(some)}:\n" + "\n".join(map(str, differ[:20]))


# ---- the programs --------------------------------------------------------------------------------

def first_word(words, *arguments):
    return subprocess.run([*words, *arguments], capture_output=True, text=True, timeout=60).stdout


@pytest.fixture(scope="module")
def wget():
    words = command("wget", ["wget"])
    versions.need("wget", "1.21.3", versions.of(*words, "--version"))
    return Wget(words)


@pytest.fixture(scope="module")
def requests():
    words = command("requests", ["/usr/bin/python3"])
    versions.need("requests", "2.28.1", versions.of(*words, "-c", "import requests; print(requests.__version__)"))
    return Requests(words)


@pytest.fixture(scope="module")
def go(tmp_path_factory):
    """Any Go. One older than 1.24 is asked only what did not change since; see `changed_since`."""
    words = command("go", ["go"])
    version = re.search(r"go1\.(\d+)", first_word(words, "version"))
    program = Go(Go.build(tmp_path_factory.mktemp("go"), words))
    program.is_old = int(version[1]) < 24
    return program


def changed_since(scene):
    """Whether a Go before 1.24 does something else here: there a body that was lost comes back, Content
    fields outlive it, another port is another site, and what was withheld from a site is given to the
    next one again."""
    names = {name for name, _ in scene.get("fields", [])}
    once = len(scene["answers"]) == 1
    where = location_of(scene)
    return (not once and (scene.get("body") or names & {"Authorization", "Cookie", "Cookie2", "Www-Authenticate"})
            or any(name.startswith(("Content-", "Proxy-")) for name in names) or "Referer" in names
            or bool(names and re.search("[A-Z]|:81", where)) or bool(re.search(r"//[^/]*(:\d+:|\")|\.\.//", where)))


def for_go(program, some):
    return [s for s in some if not (program.is_old and changed_since(s))]


# ---- statuses, methods, bodies -------------------------------------------------------------------

def test_wget_each_status_and_method(yonder, wget):
    hold(yonder, "wget", wget, [s for s in scenes.every_status_and_method(customs=(False, True))
                                if not (s["body"] and s["method"] == "GET" and not s["custom"])])


def test_wget_spider_is_head(yonder, wget):
    hold(yonder, "wget", wget, [s | {"how": "--spider"} for s in scenes.every_status_and_method()
                                if s["method"] == "HEAD" and not s["body"]])


def test_requests_each_status_and_method(yonder, requests):
    hold(yonder, "requests", requests, scenes.every_status_and_method(streams=(False, True)))


def test_go_each_status_and_method(yonder, go):
    hold(yonder, "go", go, for_go(go, scenes.every_status_and_method(streams=(False, True))))


# ---- Locations -----------------------------------------------------------------------------------

EVERY_LOCATION = scenes.with_locations(scenes.LOCATIONS + scenes.MORE_LOCATIONS)


def random_locations():
    return scenes.with_locations(scenes.random_locations(random.Random(SEED), COUNT))


@pytest.mark.parametrize("some", [EVERY_LOCATION, random_locations()], ids=["written", "random"])
def test_wget_locations(yonder, wget, some):
    hold(yonder, "wget", wget, some)


@pytest.mark.parametrize("some", [EVERY_LOCATION, random_locations()], ids=["written", "random"])
def test_requests_locations(yonder, requests, some):
    hold(yonder, "requests", requests, some)


@pytest.mark.parametrize("some", [EVERY_LOCATION, random_locations()], ids=["written", "random"])
def test_go_locations(yonder, go, some):
    hold(yonder, "go", go, for_go(go, some))


@pytest.mark.parametrize("client, expected", [("wget", "/%FF?%C3("), ("requests", None), ("go", "/%FF?\ufffd(")])
def test_bytes_that_are_not_utf_8(yonder, request, client, expected):
    raw = os.fsdecode(b"/\xff?\xc3(")
    seen, = differential.perform(request.getfixturevalue(client), scenes.with_locations([raw]))
    done = yonder("decide", "--as", client, "-H", f"Location: {raw}", "--json", differential.START.format(0))
    url = json.loads(done.stdout)["url"]
    assert url == (expected and "http://first.test" + expected)
    assert [r["target"] for r in seen["requests"][1:]] == ([expected.replace("\ufffd", "\xc3")] if expected else [])


# ---- chains, fields, limits ----------------------------------------------------------------------

@pytest.mark.parametrize("client", ["wget", "requests", "go"])
def test_chains_with_fields_between_hosts(yonder, request, client):
    program = request.getfixturevalue(client)
    some = scenes.random_chains(random.Random(SEED), COUNT, customs=client == "wget")
    hold(yonder, client, program, for_go(program, some) if client == "go" else some)


# requests has read the text of a Location when it counts, Go has not looked at the port.
@pytest.mark.parametrize("client, limit, ends", [
    ("wget", 20, ["/x", "mailto:x", "http://second.test:99999/", "http://[::1/"]),
    ("requests", 30, ["/x", "mailto:x", "http://second.test:99999/"]), ("go", 9, ["/x", "mailto:x", "http://[::1/"])])
def test_the_limit_and_what_comes_before_it(yonder, request, client, limit, ends):
    hold(yonder, client, request.getfixturevalue(client), scenes.at_the_limit(limit, ends))


# ---- trace makes the requests themselves -----------------------------------------------------------

def requests_of(scene, seen):
    return [(r["method"], differential.plain_port(r["host"]), r["target"], r["body"],
             differential.given_fields(scene, r["fields"]),
             sorted(value for name, value in r["fields"] if name.lower() in ("authorization", "user-agent")))
            for r in seen["requests"]]


@pytest.mark.parametrize("client", ["wget", "requests", "go"])
def test_trace_makes_the_requests_of_the_program(yonder, request, client):
    program = request.getfixturevalue(client)
    some = scenes.walks(random.Random(SEED), 40, customs=client == "wget")
    if client == "go":
        some = for_go(program, some)
    some = [s | {"url": re.sub(r"/\d+/b/c", f"/{n}/b/c", s["url"])} for n, s in enumerate(some)]
    ours = differential.perform(differential.Trace(yonder, client), some)
    theirs = differential.perform(program, some)
    differ = [(scene, a, b) for scene, mine, other in zip(some, ours, theirs)
              if (a := requests_of(scene, mine)) != (b := requests_of(scene, other))]
    assert not differ, f"{len(differ)} of {len(some)}:\n" + "\n".join(map(str, differ[:10]))


@pytest.mark.parametrize("given", [[], [["Authorization", "own"]]], ids=["", "-H"])
def test_requests_takes_user_and_password_of_the_first_url(yonder, requests, given):
    users = ["u:p@", "u:@", "u@", ":p@", ":@", "@", "u:a:b@", "u@v:p@", "ü:p@", "u:ü@", "u%20v:%41%c3%bc@", "u:%@"]
    some = [{"url": f"http://{user}first.test/{n}/b/c", "fields": given,
             "answers": [[302, [["Location", "/x"]]], [302, [["Location", "http://x:y@first.test/y"]]],
                         [302, [["Location", "http://second.test/"]]]]} for n, user in enumerate(users)]
    ours = differential.perform(differential.Trace(yonder, "requests"), some)
    theirs = differential.perform(requests, some)
    for user, scene, mine, other in zip(users, some, ours, theirs):
        assert len(other["requests"]) == 4
        assert requests_of(scene, mine) == requests_of(scene, other), user


# What decides and what asks read the same bytes.
def test_requests_goes_to_the_blanks_behind_a_location_and_to_no_port_0(yonder, requests):
    some = scenes.with_locations(["/x ", "/x \t", "/x?q ", "x ", " /x\t ", "http://second.test:0/x", "//second.test:00",
                                  "http://u:@second.test:0/x ", "http://127.0.0.1:0/"])
    hold(yonder, "requests", requests, some)
    ours = differential.perform(differential.Trace(yonder, "requests"), some)
    theirs = differential.perform(requests, some)
    for scene, mine, other in zip(map(dict, differential.complete(some)), ours, theirs):
        assert requests_of(scene, mine) == requests_of(scene, other), scene["answers"]


# ---- programs that are not here ------------------------------------------------------------------

@pytest.mark.parametrize("client", ["curl-follow", "go"])
def test_what_was_seen_of_newer_programs(yonder, client):
    """tests/data/<client>.jsonl: the version, then a scene and what the program did, line by line."""
    lines = (DATA / f"{client}.jsonl").read_text().strip("\n").split("\n")  # U+2028 ends no line here
    assert "version" in json.loads(lines[0]) and len(lines) > 500
    seen = [json.loads(line) for line in lines[1:]]
    some = [line["scene"] for line in seen]
    differ = [d for d in differential.differences(some, differential.predict(yonder, client, some), seen)
              if not is_known(client, *d)]
    assert not differ, f"{len(differ)} of {len(some)}:\n" + "\n".join(map(str, differ[:20]))


@pytest.mark.skipif("YONDER_CURL_FOLLOW" not in os.environ, reason="a curl >= 8.16: set YONDER_CURL_FOLLOW")
def test_curl_follow_itself(yonder):
    program = Curl(command("curl-follow", None), os.environ.get("YONDER_CURL_FOLLOW_TMP", "/tmp"))
    hold(yonder, "curl-follow", program, random_locations() + scenes.random_chains(random.Random(SEED), COUNT, customs=True))
