# SPDX-License-Identifier: MIT
"""The row `firefox`, held against the real Firefox, request by request."""
import collections
import email.utils
import json
import os
import random
import time

import pytest

import dates

pytestmark = pytest.mark.browser

PORTS = [80, 8080, 0, 25, 6667, 10080]


class Rig:
    """A browser, and a server for http:// and one for https:// under any name."""

    def __init__(self, recorders, firefoxes, pki):
        self.plain = recorders({"/": (200, [], b"")})
        self.safe = recorders({"/": (200, [], b"")}, tls=True)
        self.cafile = str(pki.cafile)
        hosts = {f"*:{port}": f"127.0.0.1:{self.plain.port}" for port in PORTS}
        self.browser = firefoxes(cafile=pki.cafile, hosts={**hosts, "*:443": f"127.0.0.1:{self.safe.port}"})
        self.to_here = [f"--connect-to=:{port}:127.0.0.1:{self.plain.port}" for port in PORTS]
        self.to_here.append(f"--connect-to=:443:127.0.0.1:{self.safe.port}")

    def clear(self):
        self.plain.requests.clear()
        self.safe.requests.clear()

    def seen(self):
        return [(n, r.method, r.header("Host"), r.target, r.body) for n in ("plain", "safe")
                for r in getattr(self, n).requests]

    def trace(self, yonder, url, *args):
        done = yonder("trace", "--as", "firefox", "--json", "--cacert", self.cafile, *self.to_here, *args, url)
        return json.loads(done.stdout)

    def note(self, host, *values, scheme="https", status=200):
        fields = [("Strict-Transport-Security", value) for value in values]
        fields += [("Location", "/")] * (status == 302)
        (self.safe if scheme == "https" else self.plain).routes["/note"] = (status, fields, b"")
        return self.browser.visit(f"{scheme}://{host}/note")


@pytest.fixture(scope="module")
def rig(module_recorder, module_firefox, pki):
    return Rig(module_recorder, module_firefox, pki)


def test_the_driver_tells_what_the_browser_did(rig):
    rig.plain.routes |= {"/go": (302, [("Location", "/there#f")], b""), "/there": (200, [], b"here"),
                         "/away": (302, [("Location", "data:,x")], b""), "/nothing": (204, [], b""),
                         "/file": (200, [("Content-Type", "application/octet-stream")], b"")}
    visit = rig.browser.visit("http://a.test/go")
    assert (visit.url, visit.status, visit.error, visit.text) == ("http://a.test/there#f", 200, None, "here")
    assert [(h.method, h.url, h.status, h.phrase, h.internal) for h in visit.chain] == [
        ("GET", "http://a.test/go", 302, "Found", False), ("GET", "http://a.test/there#f", 200, "OK", False)]
    assert visit.chain[0].header("location") == "/there#f"
    assert rig.browser.visit("http://a.test/away").error == "NS_ERROR_CORRUPTED_CONTENT"
    assert rig.browser.visit("http://a.test:9999/").error == "NS_ERROR_CONNECTION_REFUSED"
    assert rig.browser.visit("http://a.test/file").error == "DOWNLOAD"
    assert rig.browser.submit("http://a.test/nothing").error == "NS_BINDING_ABORTED"
    assert rig.browser.submit("http://a.test/there", body="k=v&w=").text == "here"
    assert rig.plain.requests[-1].body == b"k=v&w="
    assert rig.browser.fetch("http://a.test/there", "PATCH", {"X-Own": "1"}, "b")["text"] == "here"
    last = rig.plain.requests[-1]
    assert (last.method, last.header("X-Own"), last.body) == ("PATCH", "1", b"b")
    assert not [r for r in rig.plain.requests if r.target == "/favicon.ico"]
    assert rig.browser.visit("https://a.test/").error is None


def decide(yonder, questions):
    lines = "".join(json.dumps({"client": "firefox", **q}) + "\n" for q in questions)
    done = yonder("decide", "--batch", input=lines)
    assert done.returncode == 0, done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()]


# ---- statuses, methods, fields ------------------------------------------------------------------

STATUSES = [200, 201, 300, 301, 302, 303, 304, 305, 306, 307, 308, 309, 350, 399, 404, 410]
FIELDS = {"X-Own": "1", "Authorization": "Basic eDp5", "Content-Language": "de", "Content-Encoding": "x",
          "Content-Location": "/l", "Content-Own": "1"}


def check_next(answer, requests, case):
    """The second request is the one that was predicted, its fields included."""
    follow = answer["action"] == "follow"
    said = [(answer["method"], answer["url"].partition(".test")[2])] if follow else []
    assert [(r.method, r.target) for r in requests[1:]] == said, (case, answer)
    if not said:
        return
    first, second = ({n.lower(): v for n, v in r.headers} for r in requests)
    assert requests[1].body == (requests[0].body if answer["body"] else b""), case
    dropped = {name.lower() for name in answer["dropped"]}
    gone = set(first) - set(second) - {"content-length"}
    assert gone == (dropped & set(first)) - {"content-length"}, (case, gone, dropped)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_status_with_that_method(rig, yonder, method):
    rig.plain.routes |= {f"/m{s}": (s, [("Location", "/next")], b"") for s in STATUSES}
    rig.plain.routes["/next"] = (200, [], b"")
    cases = [(s, body) for s in STATUSES for body in (None, "k=v")[:1 if method in ("GET", "HEAD") else 2]]
    answers = decide(yonder, [{"method": method, "url": f"http://a.test/m{s}", "status": s,
                               "headers": [["Location", "/next"]], "body": bool(body)} for s, body in cases])
    rig.browser.stand_on("http://a.test/")
    for (status, body), answer in zip(cases, answers):
        rig.plain.requests.clear()
        rig.browser.fetch(f"http://a.test/m{status}", method, FIELDS, body, page="http://a.test/")
        check_next(answer, rig.plain.requests, (status, method, body))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_status_as_a_navigation(rig, yonder, method):
    rig.plain.routes |= {f"/n{s}": (s, [("Location", "/next")], b"") for s in STATUSES}
    rig.plain.routes["/next"] = (200, [], b"")
    answers = decide(yonder, [{"method": method, "url": f"http://a.test/n{s}", "status": s, "body": method == "POST",
                               "headers": [["Location", "/next"]]} for s in STATUSES])
    for status, answer in zip(STATUSES, answers):
        rig.plain.requests.clear()
        url = f"http://a.test/n{status}"
        rig.browser.visit(url) if method == "GET" else rig.browser.submit(url)
        check_next(answer, rig.plain.requests, (status, method))


def test_fields_for_one_origin_stay_with_it(rig, yonder):
    def answer(request):
        allow = [("Access-Control-Allow-Origin", request.header("Origin") or "*"),
                 ("Access-Control-Allow-Headers", "x-own, content-language")]
        if request.target == "/out" and request.method != "OPTIONS":
            return (302, [("Location", rig.to), *allow], b"")
        return (200, allow, b"")

    rig.plain.routes |= {"/out": answer, "/in": answer}
    rig.safe.routes |= {"/in": answer}
    for rig.to in ("http://a.test/in", "http://b.test/in", "https://a.test/in", "http://u:p@a.test/in"):
        rig.clear()
        rig.browser.fetch("http://a.test/out", "GET", {"X-Own": "1", "Authorization": "Basic eDp5"},
                          page="http://a.test/")
        said, = decide(yonder, [{"method": "GET", "url": "http://a.test/out", "status": 302,
                                 "headers": [["Location", rig.to]]}])
        last = [r for r in rig.plain.requests + rig.safe.requests if r.target == "/in" and r.method == "GET"][-1]
        assert (last.header("Authorization") is None) == ("Authorization" in said["dropped"]), rig.to
        assert last.header("X-Own") == "1"


# ---- Location -----------------------------------------------------------------------------------

LOCATIONS = [
    "", " ", "/a", "b", "./b", "../../b", "/a/%2e%2e/b", "/a/.%2E/b", "/a/%2e", "/a/..", "?z=1", "?", "#f",
    "/p#f", "/p#", "/p?#", "//b.test/x", "///b.test/x", "http://b.test", "HTTP://B.TEST/X", "http:abs",
    "http:/h/os", "http:///b.test/ts", "https:/b.test/os", "https://b.test/s", "http:?q", "http:", "http://",
    "\\x\\y", "/\\b.test/x", "http:\\\\b.test\\x", "/a b?c d#e f", " /lead ", "/a\tb", "/a\x01b", "\x01/a",
    "/a\x01", "/a\x7fb", "/\u2603?q=\u2603", b"/\xff", b"/\xe9?q=\xe9", "/%zz%2e%2E/x", "/%", "/%2f%0a",
    "/a^b|c`d?a^b|c`d#a^b|c`d", "/\"<>{}[]", "/?\"<>'{}[]", "/!$&()*;=,~'", "http://b.test:80/x",
    "http://b.test:8080/x", "http://b.test:080/x", "http://b.test:/x", "http://b.test:99999/x",
    "http://b.test:0/x", "http://b.test:25/x", "http://b.test:6667/x", "http://b.test:10080/x",
    "http://2130706433/x", "http://0x7f.1/x", "http://0177.0.0.1/x", "http://127.0.0.1./x", "http://1.2.3.4.5/",
    "http://127.0.0.09/", "http://[::1/", "http://[g]/", "http://b\u00fccher.test/x", "http://b%c3%bccher.test/",
    "http://xn--bcher-kva.test/", "http://xn--a.test/", "http://xn--.test/", "http://fa\u00df.test/",
    "http://b..test/", "http://b_c.test/", "http://b*c.test/", "http://a\"b.test/", "http://a b.test/",
    "http://a%20b.test/", "http://a%41.test/", "http://a^b.test/", "http://a|b.test/", "http://b\u3002test/",
    "http://user:pw@b.test/x", "http://@b.test/x", "http://u@v@b.test/", "http://u:p@/", "data:text/plain,x",
    "file:///etc/hosts", "about:config", "javascript:alert(1)", "ftp://b.test/x", "blob:http://a.test/x",
    "view-source:http://b.test/", "ws://b.test/", "tel:1", "foo:bar", "C:\\x", "b.test:80/x", "://x", "/a, /b",
    "/a//b", "//", "/./../a/b/../c", "<http://b.test/>",
]
START = "http://a.test/dir/start?q=1#frag"


def test_every_location_leads_where_trace_goes(rig, yonder):
    def here(request):
        if request.target == "/dir/start?q=1" and request.header("Host") == "a.test":
            return b"HTTP/1.1 302 Found\r\nLocation: %b\r\nConnection: close\r\n\r\n" % rig.location
        return (200, [], b"there")

    rig.plain.routes, before = type("Any", (dict,), {"get": lambda self, *_: here})(), rig.plain.routes
    rig.safe.routes, safe_before = rig.plain.routes, rig.safe.routes
    try:
        for location in LOCATIONS:
            rig.location = location if isinstance(location, bytes) else location.encode()
            rig.clear()
            visit = rig.browser.visit(START)
            theirs = rig.seen()
            rig.clear()
            trace = rig.trace(yonder, START)
            result = trace["result"]
            if result["outcome"] == "loop":
                assert (len(theirs), visit.error) == (21, "NS_ERROR_REDIRECT_LOOP"), location
                continue
            assert theirs == rig.seen(), location
            assert (visit.error is None) == (result["outcome"] == "final"), (location, visit.error, result)
            if not visit.error:
                assert visit.url == result["url"], location
    finally:
        rig.plain.routes, rig.safe.routes = before, safe_before


def test_a_page_of_the_browser_own_is_shown_and_asks_nobody(rig):
    rig.plain.routes["/blank"] = (302, [("Location", "about:blank")], b"")
    visit = rig.browser.visit("http://a.test/blank")  # the one scheme but http that is gone to
    assert (visit.url, visit.error, len(visit.chain)) == ("about:blank", None, 1)


@pytest.mark.parametrize("status", [200, 300, 302, 404])
def test_several_locations_have_to_agree(rig, yonder, status):
    rows = [["/x", "/x"], ["/x", "/y"], ["", "/x"], ["/x", ""], ["/x", " /x "], ["/x", "/X"], ["/x, /x"],
            ["/x", "http://a.test/x"], ["/x#a", "/x#a"], ["/x", "/x", "/y"]]
    for row in rows:
        fields = [("Location", value) for value in row]
        rig.plain.routes["/several"] = (status, fields, b"")
        rig.plain.requests.clear()
        visit = rig.browser.visit("http://a.test/several")
        said, = decide(yonder, [{"url": "http://a.test/several", "status": status, "headers": fields}])
        targets = [r.target for r in rig.plain.requests[1:]]
        next_url = [said["url"].split("#")[0]] if said["action"] == "follow" else []
        assert [f"http://a.test{target}" for target in targets] == next_url, (row, said)
        assert (visit.error is not None) == (said["action"] == "error"), (row, visit.error, said)


# ---- the limit ----------------------------------------------------------------------------------

def test_the_twenty_first_redirect_is_one_too_many(rig, yonder):
    for n in (20, 21):
        rig.plain.routes |= {f"/l{n}-{i}": (302, [("Location", f"/l{n}-{i + 1}")], b"") for i in range(n)}
        rig.plain.routes[f"/l{n}-{n}"] = (200, [], b"")
        rig.clear()
        visit = rig.browser.visit(f"http://a.test/l{n}-0")
        theirs = rig.seen()
        rig.clear()
        trace = rig.trace(yonder, f"http://a.test/l{n}-0")
        assert rig.seen() == theirs and len(theirs) == 21
        assert (visit.error, trace["result"]["outcome"]) == (
            (None, "final") if n == 20 else ("NS_ERROR_REDIRECT_LOOP", "too_many"))


def test_an_upgrade_by_hsts_counts_as_a_redirect(rig, yonder, tmp_path):
    state = tmp_path / "hsts"
    state.write_text('limit.example.test "unlimited"\n')
    rig.note("limit.example.test", "max-age=1000")
    for n in (9, 10):
        rig.safe.routes |= {f"/u{n}-{i}": (302, [("Location", f"http://limit.example.test/u{n}-{i + 1}")], b"")
                            for i in range(n)}
        rig.safe.routes[f"/u{n}-{n}"] = (200, [], b"")
        start = f"http://limit.example.test/u{n}-0"
        rig.clear()
        visit = rig.browser.visit(start)
        theirs = rig.seen()
        rig.clear()
        trace = rig.trace(yonder, start, "--state", str(state))
        assert rig.seen() == theirs, (n, theirs)
        assert len(theirs) == 10
        assert (visit.error, trace["result"]["outcome"]) == (
            (None, "final") if n == 9 else ("NS_ERROR_REDIRECT_LOOP", "too_many"))


# ---- HSTS ---------------------------------------------------------------------------------------

STS = ["max-age=100", 'max-age="100"', "MAX-AGE=100", "max-age=100; includeSubDomains", ";; max-age=5 ;; ;",
       "max-age=100; max-age=200", "max-age=100 includesubdomains", "max-age=100x", "max-age=+1", "max-age=-1",
       "max-age=1.5", "max-age", "", "max-age=0", "includeSubDomains", "max-age=100, max-age=200",
       "max-age=100; includeSubDomains=true", "max-age=100; unk=a@b", "max-age=100; unk=", "max-age = 100",
       "preload; max-age=100", "max-age=100; preload"]


def test_a_field_upgrades_the_next_visit_if_hsts_parse_takes_it(rig, yonder):
    lines = "".join(json.dumps({"client": "firefox", "value": value}) + "\n" for value in STS)
    answers = [json.loads(line) for line in yonder("hsts", "parse", "--batch", input=lines).stdout.splitlines()]
    for n, (value, answer) in enumerate(zip(STS, answers)):
        host = f"h{n}.example.test"
        rig.note(host, value)
        upgraded = rig.browser.visit(f"http://{host}/").chain[0].url.startswith("https:")
        assert upgraded == (answer["valid"] and answer["max_age"] > 0), (value, answer)


def test_hsts_is_noted_by_name_over_good_tls_only(rig):
    def upgraded(url):
        visit = rig.browser.visit(url)
        return visit.chain[0].url.startswith("https:") and not visit.chain[0].internal

    rig.note("plain.example.test", "max-age=100", scheme="http")
    assert rig.note("wrong.nowhere.test", "max-age=100").error  # not a name of the certificate
    rig.note("localhost", "max-age=100")
    rig.note("127.0.0.1", "max-age=100")
    for host in ("plain.example.test", "wrong.nowhere.test", "localhost", "127.0.0.1"):
        assert not upgraded(f"http://{host}/"), host
    rig.note("moved.example.test", "max-age=100", status=302)
    rig.note("gone.example.test", "max-age=100", status=404)
    for host in ("moved.example.test", "gone.example.test", "gone.example.test:443"):
        assert upgraded(f"http://{host}/"), host
    assert not upgraded("http://gone.example.test./")  # another name
    rig.note("gone.example.test", "max-age=0")
    assert not upgraded("http://gone.example.test/")
    rig.note("first.example.test", "max-age=100", "max-age=0")
    assert upgraded("http://first.example.test/")
    rig.note("first-bad.example.test", "x", "max-age=100")
    assert not upgraded("http://first-bad.example.test/")
    rig.clear()
    rig.browser.submit("http://moved.example.test/form", body="k=v")
    assert [(r.method, r.body) for r in rig.safe.requests] == [("POST", b"k=v")] and not rig.plain.requests


def test_names_below_an_entry_with_them_are_upgraded(rig):
    rig.note("old.test", "max-age=100; includeSubDomains")
    rig.note("new.test", "max-age=100")
    assert rig.browser.visit("http://www.old.test/").chain[0].url == "https://www.old.test/"
    assert rig.browser.visit("http://www.new.test/").chain[0].url == "http://www.new.test/"
    rig.note("old.test", "max-age=0")
    assert rig.browser.visit("http://www.old.test/").chain[0].url == "http://www.old.test/"


# ---- cache --------------------------------------------------------------------------------------

def moment(seconds):
    return email.utils.formatdate(int(time.time()) + seconds, usegmt=True)


def cache_cases():
    cc, expires, date, modified = "Cache-Control", "Expires", "Date", "Last-Modified"
    minute, old = (cc, "max-age=60"), (modified, moment(-864000))
    common = [[], [minute], [(cc, "public")], [old], [old, (cc, "public")], [(cc, "no-store")],
              [(expires, moment(3600))], [(expires, "soon")]]
    more = [
        [(cc, 'max-age="60"')], [(cc, "max-age=0")], [(cc, "no-cache, max-age=60")], [(cc, "must-revalidate")],
        [minute, (cc, "must-revalidate")], [(cc, "s-maxage=60")], [(cc, "immutable")], [(expires, moment(-60))],
        [(expires, "0")], [(date, moment(7200)), (expires, moment(3600))], [("Pragma", "no-cache"), minute],
        [("Vary", "*"), minute], [("Vary", "Cookie"), minute], [("Age", "30"), minute], [("Age", "90"), minute],
        [(date, moment(-3600)), minute], [minute, (cc, "max-age=0")], [(cc, "max-age=0, max-age=60")],
        [(cc, "max-age=60, max-age=x")], [(cc, "max-age = 60x; y")], [(cc, "max-age=4294967296")],
        [(cc, 'max-age=60, no-cache="a"')], [("Set-Cookie", "z=1"), minute], [(cc, "public,, max-age=60")],
        [(cc, 'private="x", max-age=60')], [(cc, 'max-age=60, private="x", no-store')], [(cc, "public;x, max-age=60")],
        [(cc, "max-age=60, private, no-store")], [(cc, "immutable x, max-age=60")], [(cc, "private"), minute],
        [(cc, "privatex=1, must-revalidate=1, max-age=60")], [(cc, '"x", max-age=60')], [(cc, 'x="a,b", max-age=60')],
        [minute, (expires, moment(-60))], [old, (cc, "public, must-revalidate")],
        [(modified, moment(-94608000)), (cc, "public"), ("Age", "605000")],
    ]
    for status in (300, 301, 302, 303, 308, 410):
        for n, fields in enumerate(common + (more if status == 302 else [])):
            yield f"/c{status}-{n}", status, fields


def asked_twice(rig, yonder, cases, ask):
    """Those of which the server saw more, or less, than `decide` says. `ask` gets all URLs, twice."""
    rig.plain.routes["/uncached"] = (200, [("Cache-Control", "no-store")], b"")
    rig.plain.routes |= {path: (status, [("Location", "/uncached"), *fields], b"") for path, status, fields in cases}
    urls = [f"http://a.test{path}" for path, _, _ in cases]
    rig.plain.requests.clear()
    received = int(time.time())
    ask(urls)
    ask(urls)
    hits = collections.Counter(r.target for r in rig.plain.requests)
    answers = decide(yonder, [{"url": url, "status": status, "headers": [("Location", "/uncached"), *fields],
                               "received": received} for url, (_, status, fields) in zip(urls, cases)])
    return [(case, answer) for case, answer in zip(cases, answers) if hits[case[0]] != (1 if answer["cacheable"] else 2)]


def test_what_is_asked_again_is_answered_from_cache_where_decide_says_so(rig, yonder):
    def ask(urls):
        # Without cookies: one that a case sets would make another's Vary differ.
        rig.browser.fetch_all([{"url": url, "credentials": "omit"} for url in urls], page="http://a.test/")

    assert not asked_twice(rig, yonder, list(cache_cases()), ask)


def test_dates_in_all_forms(rig, yonder):
    rng = random.Random(os.environ.get("YONDER_SEED", "1"))
    made, values = ("Date", moment(0)), dates.FIXED + [dates.one(rng) for _ in range(300)]
    fields = [(302, [made, ("Expires", value)]) for value in values]
    for value in dates.FIXED:
        fields += [(301, [made, ("Last-Modified", value)]), (302, [("Date", value), ("Cache-Control", "max-age=900")]),
                   (302, [("Date", value), ("Expires", "22 Nov 2037")])]
    cases = [(f"/d{n}", *case) for n, case in enumerate(fields)]
    assert not asked_twice(rig, yonder, cases, lambda urls: rig.browser.fetch_all(
        [{"url": url, "credentials": "omit"} for url in urls], page="http://a.test/", timeout=180))


def test_a_second_visit_is_no_different(rig, yonder):
    def ask(urls):
        for url in urls:
            rig.browser.visit(url)

    some = [("/v" + path[2:], status, fields) for path, status, fields in cache_cases() if status in (301, 302)]
    assert not asked_twice(rig, yonder, some[:8] + some[8::4], ask)


def test_a_post_is_not_kept(rig, yonder):
    rig.plain.routes["/kept"] = (301, [("Location", "/"), ("Cache-Control", "max-age=60")], b"")
    rig.plain.requests.clear()
    rig.browser.submit("http://a.test/kept")
    rig.browser.submit("http://a.test/kept")
    rig.browser.visit("http://a.test/kept")
    assert [r.method for r in rig.plain.requests if r.target == "/kept"] == ["POST", "POST", "GET"]
    said, = decide(yonder, [{"method": "POST", "url": "http://a.test/kept", "status": 301, "body": True,
                             "headers": [("Location", "/"), ("Cache-Control", "max-age=60")]}])
    assert not said["cacheable"]


def test_a_redirect_that_is_refused_is_not_kept_but_for_mailto(rig, yonder):
    locations = ["data:,x", "javascript:1", "http://[", "http://a.test:25/", "foo:x", "mailto:a@b.test", "/uncached"]
    rig.plain.routes["/uncached"] = (200, [("Cache-Control", "no-store")], b"")
    for n, location in enumerate(locations):
        fields = [("Location", location), ("Cache-Control", "max-age=60")]
        rig.plain.routes[f"/refused{n}"] = (301, fields, b"")
        rig.plain.requests.clear()
        for _ in "12":
            rig.browser.visit(f"http://a.test/refused{n}")
        hits = [r.target for r in rig.plain.requests].count(f"/refused{n}")
        said, = decide(yonder, [{"url": f"http://a.test/refused{n}", "status": 301, "headers": fields}])
        assert hits == (1 if said["cacheable"] else 2), location
        assert said["cacheable"] is (location in ("mailto:a@b.test", "/uncached"))


def test_what_makes_it_forget(rig):
    kept = (301, [("Location", "/"), ("Cache-Control", "max-age=60")], b"")
    asked = [(method, status) for method in ("POST", "DELETE", "FOO", "OPTIONS", "HEAD") for status in (200, 303, 500)]
    paths = [f"/forget{n}{part}" for n in range(len(asked)) for part in ("", "-to", "-at")]
    for n, (method, status) in enumerate(asked):
        target = [("Location", f"/forget{n}-to"), ("Content-Location", f"/forget{n}-at")]
        rig.plain.routes |= {f"/forget{n}-to": kept, f"/forget{n}-at": kept, f"/forget{n}": lambda request, answer=(
            method, (status, target, b"")): answer[1] if request.method == answer[0] else kept}

    def get_all():
        rig.plain.requests.clear()
        rig.browser.fetch_all([{"url": f"http://a.test{path}"} for path in paths])
        return {r.target for r in rig.plain.requests} & set(paths)

    assert get_all() == set(paths) and not get_all()
    rig.browser.fetch_all([{"url": f"http://a.test/forget{n}", "method": method, "redirect": "manual"}
                           for n, (method, _) in enumerate(asked)])
    assert get_all() == {path for n in range(len(asked)) for path in paths[3 * n:3 * n + 3]
                         if asked[n][0] in ("POST", "DELETE", "FOO")}


@pytest.mark.parametrize("redirect", [302, 307])
def test_a_form_takes_from_it_what_is_not_forgotten(rig, yonder, redirect):
    fresh = ("Cache-Control", "max-age=60")
    host = f"form{redirect}.test"
    rig.plain.routes |= {"/form0": (redirect, [("Location", "/form1")], b""), "/form1": (301, [("Location", "/form2")], b""),
                         "/form2": (302, [("Location", f"http://{host}/form3"), fresh], b""),
                         "/form3": (302, [("Location", "/form4"), fresh], b""), "/form4": (404, [], b"")}

    def asked(visit):
        rig.clear()
        visit()
        return [(r.method, r.header("Host"), r.target) for r in rig.plain.requests]

    browser = asked(lambda: [rig.browser.submit("http://a.test/form0") for _ in "12"])
    assert browser == asked(lambda: rig.trace(yonder, "http://a.test/form0", "--visits", "2", "-d", "a=1"))


# ---- what a head that is refused leaves behind, and what an empty fragment does -------------------

def test_a_head_that_is_refused_teaches_nothing(rig, yonder, tmp_path):
    rig.safe.routes["/twice"] = (200, [("Strict-Transport-Security", "max-age=600"), ("Location", "/1"), ("Location", "/2")],
                                 b"")
    assert rig.browser.visit("https://twice.example.test/twice").error == "NS_ERROR_CORRUPTED_CONTENT"
    assert rig.browser.visit("http://twice.example.test/").chain[0].url == "http://twice.example.test/"
    trace = rig.trace(yonder, "https://twice.example.test/twice", "--state", str(tmp_path / "hsts"))
    assert trace["hops"][0]["hsts"] is None


@pytest.mark.parametrize("start", ["/1#", "/0", "/0#f", "/1#f"])
def test_an_empty_fragment_is_not_inherited(rig, yonder, start):
    rig.plain.routes |= {"/0": (302, [("Location", "/1#")], b""), "/1": (302, [("Location", "./2?q")], b""),
                         "/2": (200, [], b"")}
    visit = rig.browser.visit(f"http://a.test{start}")
    assert [hop["url"] for hop in rig.trace(yonder, f"http://a.test{start}")["hops"]] == [hop.url for hop in visit.chain]
    assert visit.url == "http://a.test/2?q" + ("#f" if start == "/1#f" else "")
