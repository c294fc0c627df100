# SPDX-License-Identifier: MIT
"""`yonder decide` with client curl, held against the real curl on real sockets.

The row describes curl 7.88.1; versions.py says what becomes of these tests with another one.
"""
import json
import os
import random
import re
import subprocess

import pytest

import versions
from scenes import LOCATIONS, random_locations

CURL = ["curl", "-sS", "-L", "--noproxy", "*", "--max-time", "20"]
BODY = "k=v"


@pytest.fixture(scope="module", autouse=True)
def curl_is_the_one_described():
    versions.need("curl", "7.88.1", versions.of("curl", "--version"))


def decide(yonder, questions):
    done = yonder("decide", "--batch", input="".join(json.dumps(q) + "\n" for q in questions))
    assert done.returncode == 0, done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()]


# How curl is called, and what that is to `decide`.
REQUESTS = {
    "GET": ([], {}),
    "HEAD": (["-I"], {"method": "HEAD"}),
    "POST": (["-d", BODY], {"method": "POST", "body": True}),
    "PUT": (["-T", "UPLOAD"], {"method": "PUT", "body": True}),
    "-X GET -d": (["-X", "GET", "-d", BODY], {"method": "GET", "body": True, "custom_method": True}),
    "-X POST": (["-X", "POST"], {"method": "POST", "custom_method": True}),
    "-X POST -d": (["-X", "POST", "-d", BODY], {"method": "POST", "body": True, "custom_method": True}),
    "-X PUT -d": (["-X", "PUT", "-d", BODY], {"method": "PUT", "body": True, "custom_method": True}),
    "-X PUT": (["-X", "PUT"], {"method": "PUT", "custom_method": True}),
    "-X PATCH -d": (["-X", "PATCH", "-d", BODY], {"method": "PATCH", "body": True}),
    "-X DELETE": (["-X", "DELETE"], {"method": "DELETE"}),
    "-X DELETE -d": (["-X", "DELETE", "-d", BODY], {"method": "DELETE", "body": True}),
    "-X OPTIONS": (["-X", "OPTIONS"], {"method": "OPTIONS"}),
}
STATUSES = [200, 201, 204, 300, 301, 302, 303, 304, 305, 306, 307, 308, 309, 399, 404, 410]


@pytest.mark.parametrize("name", REQUESTS)
def test_method_and_body_of_the_next_request(name, yonder, recorder, tmp_path):
    (tmp_path / "upload").write_text(BODY)
    arguments, request = REQUESTS[name]
    arguments = [str(tmp_path / "upload") if a == "UPLOAD" else a for a in arguments]
    server = recorder({f"/{s}": (s, [("Location", "/next")], b"") for s in STATUSES}
                      | {"/next": (200, [], b"")})
    answers = decide(yonder, [{"client": "curl", "url": f"{server.url}/{s}", "status": s,
                               "headers": [["Location", "/next"]], **request} for s in STATUSES])
    for status, answer in zip(STATUSES, answers):
        server.requests.clear()
        subprocess.run([*CURL, *arguments, "-o", os.devnull, f"{server.url}/{status}"], check=True,
                       timeout=30)
        said = [(answer["method"], BODY.encode() if answer["body"] else b"")] * (
            answer["action"] == "follow")
        seen = [(r.method, r.body) for r in server.requests[1:]]
        assert said == seen, (name, status, answer)
        dropped = {d.lower() for d in answer["dropped"]}
        for r in server.requests[1:]:
            assert not dropped & {n.lower() for n, _ in r.headers}, (name, status)


def test_fields_for_one_origin_stay_with_it(yonder, recorder):
    there = recorder({"/b": (200, [], b""), "/back": lambda r: (302, [("Location", f"{here.url}/c")], b"")})
    here = recorder({"/c": (200, [], b""), "/out": (302, [("Location", f"{there.url}/b")], b""),
                     "/same": (302, [("Location", "/c")], b""),
                     "/name": lambda r: (302, [("Location", f"http://localhost:{here.port}/c")], b""),
                     "/away": (302, [("Location", f"{there.url}/back")], b"")})
    fields = ["-H", "Authorization: secret", "-H", "Cookie: a=b", "-H", "X-Other: 1"]
    hops = [("/out", there, "/b"), ("/same", here, "/c"), ("/name", here, "/c")]
    for path, end, target in hops:
        subprocess.run([*CURL, *fields, "-o", os.devnull, here.url + path], check=True, timeout=30)
        answer, = decide(yonder, [{"client": "curl", "url": here.url + path, "status": 302,
                                   "headers": [["Location", here.routes[path](None)[1][0][1]
                                                if callable(here.routes[path])
                                                else here.routes[path][1][0][1]]]}])
        last = end.requests[-1]
        assert last.target == target
        for name in ("Authorization", "Cookie", "X-Other"):
            assert (last.header(name) is None) == (name in answer["dropped"]), (path, name)
    # Back home the fields are back: what counts is where the chain began.
    subprocess.run([*CURL, *fields, "-o", os.devnull, here.url + "/away"], check=True, timeout=30)
    assert there.requests[-1].target == "/back" and not there.requests[-1].header("Authorization")
    assert here.requests[-1].target == "/c" and here.requests[-1].header("Authorization") == "secret"
    answer, = decide(yonder, [{"client": "curl", "url": f"{there.url}/back", "initial": f"{here.url}/away",
                               "status": 302, "headers": [["Location", f"{here.url}/c"]]}])
    assert answer["dropped"] == []


def test_a_body_that_is_gone_ends_the_chain_where_it_is_needed(yonder, recorder):
    statuses = [300, 301, 302, 303, 307, 308]
    server = recorder({f"/{s}": (s, [("Location", "/next")], b"") for s in statuses}
                      | {"/next": (200, [], b"")})
    answers = decide(yonder, [{"client": "curl", "url": f"{server.url}/{s}", "status": s, "method": "PUT",
                               "body": True, "stream": True, "headers": [["Location", "/next"]]}
                              for s in statuses])
    for status, answer in zip(statuses, answers):
        done = subprocess.run([*CURL, "-T", "-", "-o", os.devnull, f"{server.url}/{status}"],
                              input=b"gone", stderr=subprocess.DEVNULL, timeout=30)
        assert (done.returncode == 65) == (answer["reason"] == "body_not_replayable"), status
        assert done.returncode in (0, 65)


def test_the_fifty_first_redirect_is_one_too_many(yonder, recorder):
    server = recorder({"/loop": (302, [("Location", "/loop")], b"")})
    done = subprocess.run([*CURL, "-o", os.devnull, f"{server.url}/loop"], timeout=30,
                          stderr=subprocess.DEVNULL)
    assert done.returncode == 47
    question = {"client": "curl", "url": f"{server.url}/loop", "status": 302,
                "headers": [["Location", "/loop"]]}
    answers = decide(yonder, [question | {"count": n} for n in range(60)])
    assert sum(a["action"] == "follow" for a in answers) == len(server.requests) - 1 == 50
    assert answers[50]["reason"] == "too_many_redirects"


# ---- Locations -----------------------------------------------------------------------------------

def curl_follows(recorder, locations, tmp_path):
    """What curl does with each: (exit code, requests after the first, effective URL)."""
    seen = {}

    def first_time(request):
        n = int(re.fullmatch(r"/(\d+)/b/c\?x=1", request.target).group(1))
        seen.setdefault("order", []).append(n)
        if seen["order"].count(n) > 1:
            return 200, [], b""
        values = locations[n] if isinstance(locations[n], list) else [locations[n]]
        lines = b"".join(b"Location: " + v.encode("utf-8", "surrogateescape") + b"\r\n" for v in values)
        return b"HTTP/1.1 302 Found\r\n" + lines + b"Content-Length: 0\r\nConnection: close\r\n\r\n"

    routes = {f"/{n}/b/c?x=1": first_time for n in range(len(locations))}
    server = recorder(routes)
    config = tmp_path / "config"
    config.write_text("".join(f'url = "http://first.test/{n}/b/c?x=1"\noutput = {os.devnull}\n'
                              for n in range(len(locations))))
    done = subprocess.run([*CURL, "-K", config, "--connect-to", f"::127.0.0.1:{server.port}",
                           "-w", "%{urlnum}\t%{exitcode}\t%{url_effective}\n"],
                          capture_output=True, timeout=300)
    hops = {}
    n = None
    for request in server.requests:
        match = re.fullmatch(r"/(\d+)/b/c\?x=1", request.target)
        if match and int(match.group(1)) not in hops and request.header("Host") == "first.test":
            n = int(match.group(1))
            hops[n] = []
        else:
            hops[n].append(request)
    lines = [line.split(b"\t", 2) for line in done.stdout.splitlines()]
    assert [int(line[0]) for line in lines] == list(range(len(locations))), done.stderr[-500:]
    return [(int(line[1]), hops[int(line[0])], line[2].decode("utf-8", "replace")) for line in lines]


ENDS = {1: "scheme_not_followed", 3: "invalid_location"}


def difference(answer, code, hops, effective):
    """What curl did that `decide` did not say, or None."""
    if code == 3 and answer["action"] == "follow" and "xn--" in answer["url"]:
        return None  # its IDNA library refuses more than UTS #46 does; see doc/why/curl-locations.md
    if code in ENDS:
        return None if answer["action"] == "error" and answer["reason"] == ENDS[code] else f"exit {code}"
    if not hops:
        # https, ftp and hosts that do not resolve end without a request of ours
        stayed = re.fullmatch(r"http://first\.test/\d+/b/c\?x=1", effective)
        return None if answer["action"] == ("stop" if stayed else "follow") else f"ended at {effective}"
    if re.search("[%|]", hops[0].header("Host")):
        # curl asks for hosts the URL standard knows no URL for; see doc/why/curl-locations.md
        return None if answer["reason"] == "invalid_location" else "asked for no host"
    if answer["action"] != "follow":
        return f"went on to {hops[0].target}"
    scheme, _, rest = answer["url"].partition("://")
    end = min((rest.find(c) for c in "/?#" if c in rest), default=len(rest))
    host = rest[:end].rpartition("@")[2]
    target, _, fragment = rest[end:].partition("#")
    if target != hops[0].target:
        return f"asked for {hops[0].target}"
    if host != hops[0].header("Host").lower():
        return f"asked {hops[0].header('Host')}"
    # curl leaves fragments of absolute Locations as they are; ours are ASCII
    if effective.isascii() and fragment != effective.partition("#")[2]:
        return f"ended at {effective}"
    return None


def compare(yonder, recorder, locations, tmp_path):
    answers = decide(yonder, [
        {"client": "curl", "url": f"http://first.test/{n}/b/c?x=1", "status": 302,
         "headers": [["Location", v] for v in (where if isinstance(where, list) else [where])]}
        for n, where in enumerate(locations)])
    truth = curl_follows(recorder, locations, tmp_path)
    differences = [(locations[n], what, answers[n]) for n in range(len(locations))
                   if (what := difference(answers[n], *truth[n]))]
    assert not differences, "\n".join(map(str, differences[:20]))


def test_every_form_of_location(yonder, recorder, tmp_path):
    compare(yonder, recorder, LOCATIONS, tmp_path)


def test_random_locations(yonder, recorder, tmp_path):
    seed, count = os.environ.get("YONDER_SEED", "1"), int(os.environ.get("YONDER_COUNT", 600))
    locations = random_locations(random.Random(seed), count)
    compare(yonder, recorder, locations, tmp_path)


def test_bytes_that_are_not_utf_8(yonder, recorder, tmp_path):
    raw = os.fsdecode(b"/\xff?\xc3(")
    (code, hops, _), = curl_follows(recorder, [raw], tmp_path)
    done = yonder("decide", "--as", "curl", "-H", f"Location: {raw}", "--json", "http://first.test/0/b/c?x=1")
    assert code == 0 and json.loads(done.stdout)["url"] == f"http://first.test{hops[0].target}"


# ---- the URL it is started with -----------------------------------------------------------------

STARTS = [
    "http://a.test", "http://a.test/", "http://a.test?q", "http://a.test#f", "http://a.test/?", "http://a.test/#",
    "http://a.test?#", "http://a.test/x?#y", "http://a.test??", "http://a.test?x/../y", "http://a.test?a#b/../c",
    "http://a.test/\"<>", "http://a.test/\\x", "http://a.test/\\..\\x", "http://a.test/a^b", "http://a.test/[1]{2}|`'",
    "http://a.test/é", "http://a.test/?é", "http://a.test/#é", "http://a.test/é?é#é", "http://a.test?é",
    os.fsdecode(b"http://a.test/\xff\xc3(?\x80"), "http://a.test/a b", "http://a.test/?a b", "http://a.test/#a b",
    "http://a.test/a\tb", "http://a.test/a\nb", "http://a.test/a\x01b", "http://a.test/a\x7fb", " http://a.test/",
    "http://a.test/ ", "http://a.test/x\n", "http://a.test/a/../b", "http://a.test/./x", "http://a.test/../../x",
    "http://a.test/a/b/..", "http://a.test/a/b/.", "http://a.test/%2e%2e/x", "http://a.test/a/.%2E/x",
    "http://a.test//a//..//b", "http://a.test/.x/..y/...", "http://a.test/a%zz%", "http://a.test/%41%7e",
    "http:/a.test/x", "http:a.test/x", "http:///a.test/x", "http:////a.test/x", "http:\\\\a.test/x", "HTTP://a.test/X",
    "a.test", "a.test/x", "a.test?x", "a.test:80/x", "a.test:8080", "localhost:8080/x", "localhost:x", "a:b",
    "//a.test/x", "/x", "?x", "#x", "x y", ":80/", "http://", "http:///", "http:", "http/x", "http:80/x", "[::1]/x",
    "http://a.test:080/", "http://a.test:/x", "http://a.test:65536/", "http://a.test:x/", "a.test:80:80/",
    "http://u:p@a.test/", "http://u@a.test/", "http://u:p@q@a.test/", "http://u v@a.test/", "http://u%20v:p@a.test/",
    "http://é:p@a.test/", "u:p@a.test/x", "u@a.test/x", "a.test:x@b.test/y", "mailto:a@b", "http://http://a.test/",
    "a.test/http://b/", "http://münchen.test/", "http://m%C3%BCnchen.test/", "http://a%2etest/", "http://a%20b/",
    "http://0x7f.1/", "http://127.1/", "http://127.1./", "http://1.2.3.4.:81/", "http://[::1]/", "http://[::1/", "http://a;b/", "http://a*b/", "http://a\\b/",
    "http://a.test\\x", "www.a.test/x", "ftpx.a.test/", "https.a.test/x", "ftp.a.test/x", "FTP.a.test", "u@ftp.a.test/",
    "dict.a.test/x", "imap.a.test", "foo://a.test/", "1http://a.test/", "+x://a.test/", "localhost:/x",
]


def first_requests(recorder, starts, run):
    """What a server sees of each: None where nothing comes; and the exit codes."""
    server = recorder({})
    seen, codes = [], []
    for start in starts:
        before = len(server.requests)
        codes.append(run(start, server.port).returncode)
        new = [(r.target, r.header("Host").lower(), r.header("Authorization")) for r in server.requests[before:]]
        assert len(new) < 2, start
        seen.append(new[0] if new else None)
    return seen, codes


def curl_starts(start, port):
    # --proto: what is not HTTP is refused as curl refuses a scheme it does not know
    return subprocess.run([*CURL, "-g", "--proto", "=http,https", "--connect-to", f"::127.0.0.1:{port}",
                           "-o", os.devnull, "--", start], capture_output=True, timeout=30)


def test_every_form_of_first_url(yonder, recorder):
    truth, codes = first_requests(recorder, STARTS, curl_starts)
    ours, our_codes = first_requests(recorder, STARTS, lambda start, port: yonder(
        "trace", "--as", "curl", "--connect-to", f"::127.0.0.1:{port}", "--json", "--", start))
    differences = [row for row in zip(STARTS, truth, ours) if row[1] != row[2]]
    assert not differences, "\n".join(map(str, differences))
    assert set(codes) == {0, 1, 3}
    for start, code, our_code in zip(STARTS, codes, our_codes):
        assert our_code == (0 if code == 0 else 2), start  # 2: wrong usage


def test_random_first_urls(yonder, recorder):
    seed, count = os.environ.get("YONDER_SEED", "1"), int(os.environ.get("YONDER_COUNT", 600)) // 4
    rng = random.Random(seed)
    starts = ["http://a.test", "http://a.test/", "HTTP:/a.test/", "a.test", "a.test/", "http://u:p@a.test:81", "", "http:"]
    pieces = ["/", "/", ".", "..", "../", "./", "?", "#", "a", "%41", "%2e", "%", ";", "=", "&", "+", "\\", "|", "\"",
              "<", "{", "^", "'", "~", "[", "é", "☃", "//", "@"]
    urls = [rng.choice(starts) + "".join(rng.choices(pieces, k=rng.randrange(9))) for _ in range(count)]
    urls = [u for u in urls if not u.startswith("-")]
    truth, _ = first_requests(recorder, urls, curl_starts)
    ours, _ = first_requests(recorder, urls, lambda start, port: yonder(
        "trace", "--as", "curl", "--connect-to", f"::127.0.0.1:{port}", "--json", "--", start))

    def is_known(theirs, ours):  # doc/why/curl-locations.md
        if ours is None:  # hosts the URL standard knows no URL for
            return re.search("[%|]", theirs[1])
        if theirs is None:  # its IDNA library refuses more
            return "xn--" in ours[1]
        return theirs == (*ours[:2], "Basic Og==")  # an empty user name

    differences = [row for row in zip(urls, truth, ours) if row[1] != row[2] and not is_known(*row[1:])]
    assert not differences, "\n".join(map(str, differences))


def test_a_location_is_read_against_the_first_url_as_curl_reads_it(yonder, recorder):
    def requests(start, run):
        server = recorder({})

        def record(request):
            server.requests.append(request)
            return (302, [("Location", "z?w")], b"") if len(server.requests) == 1 else (200, [], b"")

        server.record = record
        assert run(server.url + start).returncode == 0
        return [r.target for r in server.requests]

    for start in ["/a\\y", "/é/y", "/y?é/b", "/y\"/", "/y^?", "/b/../y/x", "/y?", "?y/"]:
        truth = requests(start, lambda url: subprocess.run([*CURL, "-g", "-o", os.devnull, url]))
        assert len(truth) == 2
        assert requests(start, lambda url: yonder("trace", "--as", "curl", url)) == truth, start
