# SPDX-License-Identifier: MIT
"""The row `chrome`, held against the real Chromium: what it follows, how it reads a Location, what it sends.

Each test compares the requests the browser made, as the server saw them, with what `yonder decide` says or with those
`yonder trace` makes. YONDER_SEED and YONDER_COUNT vary the random ones. doc/why/chromium.md has what was learnt.
"""
import json
import os
import random
import re
import socket

import pytest

import program

pytestmark = pytest.mark.browser

SEED = os.environ.get("YONDER_SEED", "1")
COUNT = int(os.environ.get("YONDER_COUNT", 600))

# What a cross-origin fetch() has to be told before it goes on.
ALLOW = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "*"), ("Cache-Control", "no-store"),
         ("Access-Control-Allow-Headers", "Authorization, Content-Language, Content-Type, X-Own")]
HTML = [("Content-Type", "text/html"), ("Cache-Control", "no-store")]


class Everything:
    """Routes of a recorder: every request has the answer that the function gives."""

    def __init__(self, answer):
        self.answer = answer

    def get(self, *_):
        return self.answer


@pytest.fixture(scope="module")
def rig(module_recorder, module_chromium, pki):
    """A browser, and a server for http:// and for https:// under the names *.a.test and *.b.test."""
    class Rig:
        plain = module_recorder({})
        safe = module_recorder({}, tls=True)

        @classmethod
        def answer(cls, function):
            """All that comes has this answer; what came before is forgotten."""
            cls.plain.routes = cls.safe.routes = Everything(function)
            cls.forget()

        @classmethod
        def forget(cls):
            cls.plain.requests.clear()
            cls.safe.requests.clear()

        @classmethod
        def seen(cls):
            """The requests since then, those over http first. One for an icon may come although the
            driver blocks them: it belongs to a page that is being left."""
            return [r for r in cls.plain.requests + cls.safe.requests if r.target != "/favicon.ico"]

    names = ("a.test", "*.a.test", "b.test", "*.b.test")
    hosts = {f"{n}:80": f"127.0.0.1:{Rig.plain.port}" for n in names}
    hosts |= {f"{n}:443": f"127.0.0.1:{Rig.safe.port}" for n in names}
    Rig.browser = module_chromium(cafile=pki.cafile, hosts=hosts)
    return Rig


def decide(questions):
    return program.batch("decide", "--batch", questions=[{"client": "chrome"} | q for q in questions])


def test_the_driver_tells_what_the_browser_did(rig):
    rig.plain.routes = {"/go": (302, [("Location", "/there#f")], b""), "/there": (200, [], b"here"),
                        "/away": (302, [("Location", "data:,x")], b"")}
    visit = rig.browser.visit("http://a.test/go")
    assert (visit.url, visit.status, visit.error, visit.text) == ("http://a.test/there#f", 200, None, "here")
    assert [(h.method, h.url, h.status, h.phrase, h.internal) for h in visit.chain] == [
        ("GET", "http://a.test/go", 302, "Found", False), ("GET", "http://a.test/there#f", 200, "OK", False)]
    assert rig.browser.visit("http://a.test/away").error == "net::ERR_UNSAFE_REDIRECT"
    assert rig.browser.visit("http://nobody.test/").error == "net::ERR_NAME_NOT_RESOLVED"
    assert rig.browser.submit("http://a.test/there", body="k=v&w=").text == "here"
    assert rig.seen()[-1].body == b"k=v&w="
    assert rig.browser.fetch("http://a.test/there", "PATCH", {"X-Own": "1"}, "b")["text"] == "here"
    last = rig.seen()[-1]
    assert (last.method, last.header("X-Own"), last.body) == ("PATCH", "1", b"b")


# ---- methods, bodies, fields --------------------------------------------------------------------

STATUSES = [200, 201, 204, *range(300, 310), 350, 399, 404, 410]
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"]
BODY = "k=v"
FIELDS = {"Authorization": "secret", "Content-Language": "de", "Content-Type": "text/x", "X-Own": "1"}


@pytest.mark.parametrize("goal", ["/next", "http://b.test/next"], ids=["same-origin", "cross-origin"])
def test_method_body_and_fields_of_the_next_request(rig, goal):
    cases = [(status, method, body) for status in STATUSES for method in METHODS for body in (None, BODY)
             if not (body and method in ("GET", "HEAD"))]

    def answer(request):
        if request.header("Access-Control-Request-Method"):
            return 204, ALLOW, b""
        where, _, n = request.target[1:].rpartition("/")
        return (cases[int(n)][0], [*ALLOW, ("Location", f"{goal}/{n}")], b"x") if where == "first" else (200, ALLOW, b"")

    rig.answer(answer)
    rig.browser.visit("http://a.test/next/0")
    rig.forget()
    answers = decide([{"url": f"http://a.test/first/{n}", "status": status, "method": method, "body": bool(body),
                       "headers": [["Location", f"{goal}/{n}"]]} for n, (status, method, body) in enumerate(cases)])
    rig.browser.fetch_all([{"url": f"/first/{n}", "method": method, "headers": FIELDS, "body": body}
                           for n, (_, method, body) in enumerate(cases)], page="http://a.test/next/0")
    seen = {r.target: r for r in rig.seen() if not r.header("Access-Control-Request-Method")}
    for n, (case, said) in enumerate(zip(cases, answers)):
        first, after = seen[f"/first/{n}"], seen.get(f"/next/{n}")
        assert (said["action"] == "follow") == bool(after), case
        if not after:
            continue
        assert (said["method"], said["body"]) == (after.method, bool(after.body)), case
        assert after.body in (b"", BODY.encode())
        dropped = {name.lower() for name in said["dropped"]}
        for name in FIELDS:
            if first.header(name):
                assert (after.header(name) is None) == (name.lower() in dropped), (case, name)


def test_a_navigation_changes_the_method_likewise(rig):
    rig.answer(lambda r: (int(r.target[1:]), [*HTML, ("Location", "/end")], b"x") if r.target != "/end" else (200, HTML, b""))
    questions = [{"url": f"http://a.test/{status}", "status": status, "method": method, "body": method == "POST",
                  "headers": [["Location", "/end"]]} for status in STATUSES for method in ("GET", "POST")]
    for question, said in zip(questions, decide(questions)):
        rig.forget()
        if question["method"] == "GET":
            rig.browser.visit(question["url"])
        else:
            rig.browser.submit(question["url"], body=BODY)
        body = BODY.encode() if question["body"] else b""
        expected = [(question["method"], f"/{question['status']}", body)]
        if said["action"] == "follow":
            expected.append((said["method"], "/end", body if said["body"] else b""))
        assert [(r.method, r.target, r.body) for r in rig.seen()] == expected, question


def test_origin_is_null_from_the_first_boundary_on(rig):
    rig.answer(lambda r: (307, [*HTML, ("Location", r.target[4:])], b"") if r.target.startswith("/to?") else (200, HTML, b""))
    for target, origins in {
        "/to?/same": ["http://a.test", "http://a.test"], "/to?http://b.test/": ["http://a.test", "null"],
        "/to?http://b.test/to?http://a.test/": ["http://a.test", "null", "null"],
    }.items():
        rig.browser.visit("http://a.test/page?x#y")
        rig.forget()
        rig.browser.submit(f"http://a.test{target}", page="http://a.test/page?x#y")
        assert [r.header("Origin") for r in rig.seen()] == origins
        assert rig.seen()[0].header("Referer") == "http://a.test/page?x"
        assert rig.seen()[-1].header("Referer") == (
            "http://a.test/page?x" if target == "/to?/same" else "http://a.test/")


def test_credentials_of_a_url_wait_until_they_are_asked_for(rig):
    rig.answer(lambda r: (302, [*HTML, ("Location", "http://x:y@b.test/")], b"") if r.target == "/go" else (200, HTML, b""))
    assert rig.browser.visit("http://u:p@a.test/go").url == "http://x:y@b.test/"
    assert [r.header("Authorization") for r in rig.seen()] == [None, None]


# ---- the limit -----------------------------------------------------------------------------------

def countdown(request):
    """/N: N redirects, then a page."""
    n, _, last = request.target[1:].partition("?")
    if not n.isdigit() or n == "0":
        return 200, [*HTML, *ALLOW[:1]], b""
    return 302, [*HTML, *ALLOW[:1], ("Location", last if n == "1" and last else f"/{int(n) - 1}{'?' * bool(last)}{last}")], b""


def test_the_twentieth_redirect_of_a_navigation_is_one_too_many(rig):
    rig.answer(countdown)
    answers = decide([{"url": "http://a.test/1", "status": 302, "count": n, "headers": [["Location", "/0"]]}
                      for n in range(30)])
    limit = sum(a["action"] == "follow" for a in answers)
    assert answers[limit]["reason"] == "too_many_redirects"
    for n, error in ((limit, None), (limit + 1, "net::ERR_TOO_MANY_REDIRECTS")):
        for go in (rig.browser.visit, rig.browser.submit):
            rig.forget()
            assert go(f"http://a.test/{n}").error == error
            assert len(rig.seen()) == limit + 1
    # fetch() asks no navigation, only the network stack
    results = rig.browser.fetch_all([{"url": f"http://a.test/{limit + n}"} for n in (1, 2)], page="http://a.test/0")
    assert [r["failure"] for r in results] == [None, "net::ERR_TOO_MANY_REDIRECTS"]


@pytest.mark.parametrize("location", ["http://b.test:99999/", "data:,x", "file:///x", "mailto:x", "http://b.test:25/"])
def test_what_is_looked_at_before_the_limit(rig, location):
    rig.answer(countdown)
    for n in (19, 20):
        said, = decide([{"url": "http://a.test/", "status": 302, "count": n - 1, "headers": [["Location", location]]}])
        visit = rig.browser.visit(f"http://a.test/{n}?{location}")
        assert outcome(visit.chain[n - 1:], visit.error) == expected(said), n


# ---- Locations -----------------------------------------------------------------------------------

# Each a Location, or a list of them, met at http://a.test/N/b/c?x=1#first.
LOCATIONS = [
    [], "", "  \t ", "/x", "x", " /x ", "/x\v", "\t/x\t", "./x", "../x", "../../../x", "..", ".", "?z=1", "#f", "?", "#",
    "/x#f", "/x?#f", "/x#", "/a b?c d", "/a b?c d#e f", "#e f", "#b?c d", "?q#e f", "/☃?q=☃#☃", "/a%", "\\x\\y",
    "/%zz%2e%2E/x", "/a/./b/../c/.", "/a/..", "/a//../b", "//b.test/p", "//b.test?q r", "///b.test/p", "////b.test/p",
    "http:abs", "http:/b.test/os", "http:///b.test/ts", "http:////b.test/4s", "https:/b.test/os", "https:b.test",
    "https:///b.test/x", "https:////b.test", "HTTP://b.test/x", "http://b.test", "http://b.test?q", "http://b.test#f",
    "http://b.test?z w/x y", "http://b.test/x y?z w", "http://b.test/x#e f", "http://b.test\\x", "http://b.test/..\\x",
    "http:\\\\b.test\\x", "/a\tb", "/a\x01b", "/a\x7fb", "/a[1]|{x}\"<>^`'", "/?a[1]|{x}\"<>^`'", "/#a[1]|{x}\"<>^`'",
    "http://2130706433:1/d", "http://0x7f.1:1/d", "http://0177.1:1/d", "http://127.1:1/d", "http://b.test:99999/",
    "http://b.test:65536/", "http://b.test:x/", "http://b.test:-1/", "http://b.test:/zz", "http://b.test:0080/",
    "http://b.test:080:80/", "http://b.test:0/", "http://b.test:22/", "http://b.test:6667/x#y", "https://b.test:25/",
    "http://u:p@b.test/a", "http://u@b.test/a", "http://u:p@q@b.test/", "http://u v@b.test/", "http://:p@b.test/",
    "http://u's:p's@b.test/", "http://@b.test/", "http://:@b.test/", "mailto:a@b", "gopher://b.test/", "file:///etc/passwd",
    "data:text/html,x", "tel:1", "intent:x", "foo:bar", "foo://b.test/x", "javascript:1", "about:blank", "blob:http://a.test/x",
    "view-source:http://a.test/", "chrome://version", "filesystem:http://a.test/x", "ws://b.test/", "ftp://b.test/",
    "a:b", "1http://b.test/", "+x://b.test/", "http://", "http:///", "https://", "//", "///", "http://a;b/", "http://a*b/",
    "http://a%2ab/", "http://a{b/", "http://a%2fb/", "http://a_b.test/", "http://a!$&'()+,=b.test/", "http://a`b.test",
    "http://a\"b.test/", "http://a^b/", "http://a|b/", "http://a<b/", "http://a\\b/", "http://%62.test/x", "http://b.test./x",
    "http://b..test/", "http://.b.test/", "http://" + "a" * 64 + ".test/", "http://b%2Etest/x", "http://[::1/",
    "http://[::1]x/", "http://[::1]:1/", "http://[::ffff:1.2.3.4]:1/", "http://[1:2::3:4:5:6:7:8]/", "http://[fe80::1%25x]/",
    "http://münchen.b.test/ü ü?ü ü", "http://ＢＢ.b.test/", "http://xn--.b.test/", "http://ß.b.test/",
    "http://a\u00adb.b.test/", "http://\u200d.b.test", "http://b\u3002test/x", "/?a/b", "y?a/../b", "/x/%2e./y", "/x/.%2E/y",
    "/x/%2e/y", "/..//x", "../", "../?q", "./?q", "./#z", "..//x", ".//x", ".../z", ";p", "x y:z", "/a:b", "@x",
    ["/1", "/2"], ["/1", "/1"], ["", "/2"], ["/1", ""], ["/1", " /1 "], ["/1", "/1#x"], ["/1", "/1", "/2"], ["", ""],
    "/1, /2", "</x>", "\"/x\"", "/x\u00a0", "/x\ufffd", "\ufeff/x", "/a\u0301", "/\U0001F600", "/~!@$&*()_+-=:;',.",
    "/%00", "/%0a%0d", "/%7F", "%2F%2Fb.test", "/?%zz%", "/#%zz%", "//u:p@b.test:80/x", "https://b.test:443/x#y",
    "http://b.test/%", "http://b.test/?é#é", "?é=ÿ", "http://1.2.3:1/", "http://1.2.3.4.5/", "http://256.1.1.1/", "http://0x:1/",
    "http://1e3/", "http://09/", "http://a.09/", "C:\\x", "c|/x", "/c|/x", "http:", "https:", "http:?q", "http:#f", "http:.",
    "https:?q", "/\\b.test/x", "\\\\b.test\\x", "\\/b.test/x", "/ /x", "\u3000/x", "/" + "x" * 30000, "#" + "x" * 30000,
]

ERRORS = {
    "net::ERR_INVALID_REDIRECT": "invalid_location", "net::ERR_UNSAFE_REDIRECT": "scheme_not_followed",
    "net::ERR_UNKNOWN_URL_SCHEME": "scheme_not_followed", "net::ERR_UNSAFE_PORT": "port_not_followed",
    "net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION": "multiple_locations",
    "net::ERR_TOO_MANY_REDIRECTS": "too_many_redirects",
}


def outcome(chain, error):
    """What became of the first hop of a chain, in the words of `decide`."""
    if error in ERRORS:
        return ERRORS[error]
    if len(chain) > 1:
        scheme = chain[1].url.partition(":")[0]
        # mailto: and the like are handed to the system
        return chain[1].url if scheme in ("http", "https") else "scheme_not_followed"
    # javascript: and view-source: end without a word; so does a body that is nothing to show
    return "scheme_not_followed" if error == "net::ERR_ABORTED" else "stop" if chain[0].status else error


def expected(said):
    return {"follow": said["url"], "stop": "stop", "error": said["reason"]}[said["action"]]


def first_time(locations, seen):
    """Answers /N/b/c?x=1 with the N-th Location the first time, and all else with a page."""

    def answer(request):
        match = re.fullmatch(r"/(\d+)/b/c\?x=1", request.target)
        if not match or request.header("Host") != "a.test" or int(match[1]) in seen:
            return 200, [*HTML, *ALLOW[:1]], b"page"
        seen.add(int(match[1]))
        where = locations[int(match[1])]
        lines = b"".join(b"Location: " + os.fsencode(v) + b"\r\n" for v in (where if isinstance(where, list) else [where]))
        return b"HTTP/1.1 302 Found\r\n" + lines + b"Access-Control-Allow-Origin: *\r\nContent-Length: 0\r\n\r\n"

    return answer


def questions_of(locations, scheme="http", fragment=""):
    return [{"url": f"{scheme}://a.test/{n}/b/c?x=1{fragment}", "status": 302,
             "headers": [["Location", v] for v in (where if isinstance(where, list) else [where])]}
            for n, where in enumerate(locations)]


def asked(url):
    """Host and target of the request for a URL."""
    authority, _, rest = url.partition("://")[2].partition("#")[0].partition("/")
    return re.sub(":(80|443)$", "", authority.rpartition("@")[2]), "/" + rest


def has_a_word_of_its_own(where):
    """Where a navigation may differ from fetch(): schemes, ports, nothing to follow."""
    return not where or isinstance(where, list) or re.match(r"\s*$|[a-z+-]+:(?!/*b\.test)", where)


def test_forms_of_location_in_navigations(rig):
    locations = [w for n, w in enumerate(LOCATIONS) if n % 6 == 0 or has_a_word_of_its_own(w)]
    rig.answer(first_time(locations, set()))
    questions = questions_of(locations, fragment="#first")
    differences = []
    for where, question, said in zip(locations, questions, decide(questions)):
        rig.forget()
        visit = rig.browser.visit(question["url"])
        got = outcome(visit.chain, visit.error)
        requests = [(r.header("Host"), r.target) for r in rig.seen()[1:]]
        if got != expected(said) or (requests and requests != [asked(said["url"])]):
            differences.append((where, got, visit.error, requests, said))
    assert not differences, "\n".join(map(str, differences))


def test_every_form_of_location(rig):
    compare_by_fetch(rig, LOCATIONS, "http", "#first")


def compare_by_fetch(rig, locations, scheme, fragment=""):
    rig.answer(first_time(locations, set()))
    questions = questions_of(locations, scheme, fragment)
    results = rig.browser.fetch_all([{"url": q["url"], "mode": "no-cors"} for q in questions], page=f"{scheme}://a.test/")
    differences = []
    for where, result, said in zip(locations, results, decide(questions)):
        got = outcome(result["chain"], result["failure"])
        if got in ("net::ERR_FAILED", "net::ERR_ABORTED") and said["reason"] == "scheme_not_followed":
            continue  # fetch() hands nothing to the system
        if got != expected(said) and got != (said["url"] if said["reason"] == "port_not_followed" else None):
            differences.append((where, got, said))
    assert not differences, "\n".join(map(str, differences[:20]))


@pytest.mark.parametrize("form", ["/p{}q", "/?p{}q", "/#p{}q", "{}x", "http://p{}q.b.test/x", "http://p{}q@b.test/",
                                  "http://u:p{}q@b.test/", "http://b.test:8{}0/"])
def test_every_ascii_character_in_its_place(rig, form):
    characters = [chr(c) for c in range(1, 128) if chr(c) not in "\r\n" and not (chr(c) == " " and "q.b.test" in form)]
    compare_by_fetch(rig, [form.format(c) for c in characters], "http")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_random_locations(rig, scheme):
    rng = random.Random(SEED + scheme)
    starts = ["", "", "", "/", "//", "///", "?", "#", "./", "../", "http://b.test", "http://b.test/", "https://b.test",
              "HTTP:/b.test/", "http:", "https:", "https:/", "http:///", "http://u:p@b.test", "http://b.test:80", "//b.test",
              "//b.test:", "http://", "//", "\\\\"]
    pieces = ["/", "/", ".", "..", "../", "./", "?", "#", "a", "b", "%41", "%2e", "%2E", "%", ":", ";", "=", "&", "+", "\\",
              "|", "\"", "<", "{", "^", "'", "~", "[", "]", "@", "é", "☃", "😀", "\t", "//", ".test", "b.test", "0x", "1", "127",
              "ß", "ﬁ", "。", "\u00ad", "\u200d", "xn--", "-", "_", "!", "$", "(", "`", "}", ",", "80", "443", "8080", "\x0b",
              "\x7f", "\x1f", "%00", "%c3%a9", "%ff", "א", "ا", "ー", "Ⅷ", "㎏", "\u0301", "\ufdfa", "İ", "ſ", "\u212a"]
    locations = [rng.choice(starts) + "".join(rng.choices(pieces, k=rng.randrange(9))) for _ in range(COUNT)]
    compare_by_fetch(rig, locations, scheme)


RAW = [b"/\xff?\xc3(", b"/\x80", b"/\xe9?\xe9#\xe9", b"/\xc3\xa9\xff", b"http://\xff.b.test/", b"http://m\xfcnchen.b.test/",
       b"\xff", b"/\xed\xa0\x80", b"/\xf4\x90\x80\x80", b"http://b.test/\xff#\xff", b"/x#\xff", b"\xc2\xa0/x"]


def test_bytes_that_are_not_utf_8(rig, yonder):
    locations = [os.fsdecode(raw) for raw in RAW]
    rig.answer(first_time(locations, set()))
    for n, where in enumerate(locations):
        url = f"http://a.test/{n}/b/c?x=1"
        visit = rig.browser.visit(url)
        said = json.loads(yonder("decide", "--as", "chrome", "-H", f"Location: {where}", "--json", url).stdout)
        assert outcome(visit.chain, visit.error) == expected(said), RAW[n]


@pytest.mark.parametrize("location, url", [
    ("http://p q.b.test/", "http://p%20q.b.test/"), ("http://p%20q.b.test/", "http://p%20q.b.test/"),
    ("http://b.test％44/", "http://b.testd/"), ("http://é*.b.test/", "http://xn--%2A-9la.b.test/"),
])
def test_the_known_differences_are_what_they_were(rig, location, url):
    """doc/why/chromium.md lists them."""
    rig.answer(first_time([location], set()))
    question, = questions_of([location])
    assert decide([question])[0]["url"] != url
    assert rig.browser.visit(question["url"]).chain[1].url == url


def test_two_locations_over_http_2(rig, nginx):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    peer = nginx(f"listen 127.0.0.1:{port} ssl http2; absolute_redirect off;"
                 "location = /same { add_header Location /a always; return 302 /a; }"
                 "location = /differ { add_header Location /a always; return 302 /b; }"
                 "location = /shown { add_header Location /a always; add_header Location /b always; return 200 x; }"
                 "location = /a { return 200 there; }", tls=True)
    conflict = "net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION"
    for path, error in {"/same": None, "/differ": conflict, "/shown": conflict}.items():
        visit = rig.browser.visit(f"https://localhost:{port}{path}")
        assert visit.error == error
    assert {line.version for line in peer.access_log(at_least=4)} == {"HTTP/2.0"}
    for status, locations in ((302, ["/a", "/a"]), (302, ["/a", "/b"]), (200, ["/a", "/b"])):
        said, = decide([{"url": "https://a.test/", "status": status, "headers": [["Location", v] for v in locations]}])
        assert said["reason"] == ("method_kept" if locations[1] == "/a" else "multiple_locations")


# ---- whole chains --------------------------------------------------------------------------------

def essence(requests):
    """What two programs that do the same have in common: no User-Agent of a headless browser, nothing that depends on
    the connection."""
    names = ("accept", "accept-language", "content-type", "host", "upgrade-insecure-requests", "user-agent", "authorization")
    return [(r.method, r.target, r.body, sorted((n.lower(), v.replace("Headless", "")) for n, v in r.headers
                                                if n.lower() in names)) for r in requests]


CHAIN = {
    "/1": (301, [("Location", "2?x=|^'#f")], b""), "/2": (302, [("Location", "http://b.test/3")], b""),
    "/3": (307, [("Location", "//a.test/4")], b""), "/4": (308, [("Location", "/5/%2e%2e/6|")], b""),
    "/6%7C": (303, [("Location", "/end")], b""), "/end": (200, HTML, b"there"),
    "/post": (307, [("Location", "http://b.test/post2")], b""), "/post2": (308, [("Location", "/post3")], b""),
    "/post3": (302, [("Location", "/end")], b""), "/300": (300, [("Location", "/end"), *HTML], b"choose"),
    "/bad": (302, [("Location", "http://b.test:99999/")], b""), "/empty": (302, [("Location", ""), *HTML], b"stays"),
    "/gone": (410, [("Location", "/end"), *HTML], b"gone"), "/mail": (302, [("Location", "mailto:a@b")], b""),
}


@pytest.mark.parametrize("start, body", [("/1#g", None), ("/1", "a=1"), ("/post", "a=1"), ("/300", None), ("/bad", None),
                                         ("/empty", None), ("/gone", None), ("/mail", None), ("/none|?|^", None)])
def test_trace_makes_the_requests_that_chromium_makes(rig, yonder, start, body):
    rig.plain.routes = CHAIN
    rig.forget()
    rig.browser.visit("about:blank")
    visit = rig.browser.visit(f"http://a.test{start}") if body is None else rig.browser.submit(f"http://a.test{start}", body=body)
    theirs = essence(rig.seen())
    rig.forget()
    done = yonder("trace", "--as", "chrome", "--json", "--connect-to", f"::127.0.0.1:{rig.plain.port}",
                  *(["-d", body] if body else []), f"http://a.test{start}")
    assert essence(rig.seen()) == theirs
    assert theirs
    hops = json.loads(done.stdout)["hops"]
    chain = [hop for hop in visit.chain if hop.url.startswith("http")]
    assert [(h["method"], h["url"], h["status"]) for h in hops] == [
        (hop.method, hop.url, hop.status or CHAIN[start][0]) for hop in chain]


@pytest.mark.parametrize("start", ["/1#", "/0", "/0#f", "/1#f"])
def test_an_empty_fragment_is_not_inherited(rig, yonder, start):
    rig.answer(lambda request: {"/0": (302, [("Location", "/1#"), *HTML], b""),
                                "/1": (302, [("Location", "./2?q"), *HTML], b"")}.get(request.target, (200, HTML, b"")))
    visit = rig.browser.visit(f"http://a.test{start}")
    done = yonder("trace", "--as", "chrome", "--json", "--connect-to", f"::127.0.0.1:{rig.plain.port}",
                  f"http://a.test{start}")
    assert [hop["url"] for hop in json.loads(done.stdout)["hops"]] == [hop.url for hop in visit.chain]
    assert visit.url == "http://a.test/2?q" + ("#f" if start == "/1#f" else "")
