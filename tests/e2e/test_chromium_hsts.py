# SPDX-License-Identifier: MIT
"""HSTS and HTTPS-Upgrades in the real Chromium: the hops that no server sees. doc/why/chromium.md has what was learnt."""
import json
import os
import random

import pytest

import peers
import program

pytestmark = pytest.mark.browser

HTML = [("Content-Type", "text/html"), ("Cache-Control", "no-store")]


@pytest.fixture(scope="module")
def rig(module_recorder, module_chromium, pki):
    """A browser; over https /note says what its query says in Strict-Transport-Security, /N the N-th of `values`."""
    class Rig:
        values = []

        @classmethod
        def note(cls, host, value):
            return cls.browser.visit(f"https://{host}/note?{value.replace(' ', '')}")

    def answer(request):
        path, _, query = request.target.partition("?")
        if path == "/to":
            return 302, [*HTML, ("Location", query)], b""
        if path == "/twice":
            return 302, [("Strict-Transport-Security", "max-age=600"), ("Location", "/1"), ("Location", "/2")], b""
        if path == "/note":
            return 200, [*HTML, ("Strict-Transport-Security", query)], b"noted"
        if path[1:].isdigit():
            value = Rig.values[int(path[1:])].encode()
            return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nStrict-Transport-Security: " + value + b"\r\n\r\n"
        return 200, HTML, b"page"

    routes = type("Everything", (dict,), {"get": lambda self, *_: answer})()
    Rig.plain, Rig.safe = module_recorder(routes), module_recorder(routes, tls=True)
    names = [form for name in ("a.test", "b.test", "c.test") for form in (name, f"*.{name}", f"*.{name}.")]
    hosts = {f"{n}:80": f"127.0.0.1:{Rig.plain.port}" for n in names} | {
        f"{n}:443": f"127.0.0.1:{Rig.safe.port}" for n in names}
    Rig.browser = module_chromium(cafile=pki.cafile, hosts=hosts)
    return Rig


def upgraded(visit):
    """Where the internal redirect at the head of a chain leads; None where there is none."""
    return visit.chain[0].header("Location") if visit.chain[0].internal else None


def test_the_internal_redirect_as_it_is_shown(rig):
    rig.note("i.a.test", "max-age=600")
    visit = rig.browser.visit("http://i.a.test/x?q#f")
    synthetic, real = visit.chain
    assert (synthetic.status, synthetic.phrase, synthetic.internal) == (307, "Internal Redirect", True)
    assert dict(synthetic.headers) == {"Location": "https://i.a.test/x?q#f", "Non-Authoritative-Reason": "HSTS",
                                       "Cross-Origin-Resource-Policy": "Cross-Origin"}
    assert (real.url, real.status, real.internal) == ("https://i.a.test/x?q#f", 200, False)
    assert visit.network == [real]
    assert not [r for r in rig.plain.requests if r.header("Host") == "i.a.test"]


def test_it_keeps_the_method_and_answers_the_origin(rig):
    rig.note("p.a.test", "max-age=600")
    visit = rig.browser.submit("http://p.a.test/x", body="k=v", page="http://b.test/")
    assert [h.method for h in visit.chain] == ["POST", "POST"]
    assert visit.chain[0].header("Access-Control-Allow-Origin") == "http://b.test"
    assert visit.chain[0].header("Access-Control-Allow-Credentials") == "true"
    last = next(r for r in reversed(rig.safe.requests) if r.target == "/x")
    assert (last.method, last.body, last.header("Origin")) == ("POST", b"k=v", "null")


def test_a_form_of_no_page_has_an_origin_too(rig, yonder, tmp_path):
    rig.note("q.a.test", "max-age=600")
    (tmp_path / "hsts").write_text('q.a.test "unlimited"\n')
    made_up = rig.browser.submit("http://q.a.test/x", body="k=v").chain[0]
    done = yonder("trace", "--as", "chrome", "--json", "--state", "hsts", "-d", "k=v", "--cacert", rig.safe.cafile,
                  "--connect-to", f"::127.0.0.1:{rig.safe.port}", "http://q.a.test/x")
    hop = json.loads(done.stdout)["hops"][0]
    assert made_up.header("Access-Control-Allow-Origin") == "null"
    assert (hop["status"], hop["phrase"], dict(hop["headers"])) == (made_up.status, made_up.phrase, dict(made_up.headers))


def test_a_head_that_is_refused_teaches_nothing(rig, yonder, tmp_path):
    visit = rig.browser.visit("https://r.a.test/twice")
    assert visit.error == "net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION"
    assert not upgraded(rig.browser.visit("http://r.a.test/"))
    done = yonder("trace", "--as", "chrome", "--json", "--state", "hsts", "--cacert", rig.safe.cafile,
                  "--connect-to", f"::127.0.0.1:{rig.safe.port}", "https://r.a.test/twice")
    assert json.loads(done.stdout)["hops"][0]["hsts"] is None


def test_it_is_one_of_the_nineteen(rig):
    rig.note("n.a.test", "max-age=600")

    def countdown(n):
        return "/to?" * n + "/end"

    assert len(rig.browser.visit(f"http://n.a.test{countdown(18)}").chain) == 20
    assert rig.browser.visit(f"http://n.a.test{countdown(19)}").error == "net::ERR_TOO_MANY_REDIRECTS"


@pytest.mark.parametrize("url, to", [
    ("http://h.a.test:80/x", "https://h.a.test/x"), ("http://h.a.test:443/x", "https://h.a.test/x"),
    ("http://h.a.test:8080/x", "https://h.a.test:8080/x"), ("http://H.A.test/x", "https://h.a.test/x"),
    ("http://h.a.test./x", "https://h.a.test./x"), ("http://u:p@h.a.test/x#", "https://u:p@h.a.test/x#"),
    ("http://h.a.test:25/", "https://h.a.test:25/"), ("http://below.h.a.test/", None),
])
def test_ports_dots_and_case(rig, url, to):
    rig.note("h.a.test", "max-age=600")
    assert upgraded(rig.browser.visit(url)) == to


def test_what_is_not_noted(rig):
    rig.browser.visit("http://clear.a.test/note?max-age=600")
    assert not upgraded(rig.browser.visit("http://clear.a.test/"))
    bad = rig.browser.visit("https://not.in.the.cert.a.test/note?max-age=600")
    assert bad.error == "net::ERR_CERT_COMMON_NAME_INVALID"
    assert not upgraded(rig.browser.visit("http://not.in.the.cert.a.test/"))
    for host in ("127.0.0.1", "localhost"):
        assert rig.browser.visit(f"https://{host}:{rig.safe.port}/note?max-age=600").text == "noted"
        assert rig.browser.visit(f"http://{host}:{rig.plain.port}/").status == 200


def test_who_is_known_after_what_was_said(rig, yonder, tmp_path):
    """The same words to the browser and to `yonder hsts learn`; then both are asked about every host."""
    rng = random.Random(os.environ.get("YONDER_SEED", "1"))
    state = tmp_path / "hsts"
    state.touch()
    learnable = ["c.test", "x.c.test", "y.c.test"]
    asked = [*learnable, "z.c.test", "w.x.c.test", "v.w.x.c.test"]
    values = ["max-age=600", "max-age=600;includeSubDomains", "max-age=0", "max-age=0;includeSubDomains", "bad"]
    for _ in range(14):
        host, value = rng.choice(learnable), rng.choice(values)
        rig.note(host, value)
        yonder("hsts", "learn", "--as", "chrome", "--state", state, host, value)
        answers = yonder("hsts", "query", "--as", "chrome", "--state", state, "--batch",
                         input="".join(json.dumps({"host": name}) + "\n" for name in asked))
        said = [json.loads(line)["upgrade"] for line in answers.stdout.splitlines()]
        results = rig.browser.fetch_all([{"url": f"http://{name}/q", "mode": "no-cors"} for name in asked],
                                        page="http://b.test/")
        assert [r["chain"][0].internal for r in results] == said, (host, value)


# Each noted by a host of its own.
VALUES = [
    "max-age=9000", 'max-age="9000"', "max-age=9000; max-age=9001", "max-age=9000; includeSubDomains; includesubdomains",
    "max-age=9000 includesubdomains", "max-age=9000randomstuff", "max-age=9000, max-age=9001; includeSubdomains",
    "max-age=9000; includesubdomainsXyz", 'max-age=9000; includeSubDomains=""', "max-age=9000; includeSubDomains=true",
    "max-age=9000; unk=", "max-age=9000; unk=a@b", "max-age=9000; a,b", 'max-age=9000; "x"', "max-age=9000; =2",
    'max-age=9000"', "max-age=+9000", "max-age=-1", "max-age=9000.5", "max-age='9000'", "max-age==9000", "", "max-age",
    "max-age=", ";; max-age=9000 ;; ;", "max-age=99999999999999999999999", "max-age=0", "MAX-AGE=9000", "max-age = 9000",
    "max-age\t=\t9000", "includeSubDomains", "includeSubDomains; max-age=9000", "preload", "max-age=9000; preload=x",
    'max-age="9000', 'max-age="90""00"', 'max-age="\\9000"', 'max-age=""', 'max-age="+9000"', 'max-age=" 9000"',
    'max-age=9000;x="a;b"', 'max-age=9000;x="a\\"b"', 'max-age=9000;x="', 'max-age=9000;x="a"b', "max-age=9000;x=a b",
    "x;max-age=9000", "max-age=9000;x;x", "max-age=0x9000", "max-age=009000", "max-age=9000,includeSubDomains",
    "=;max-age=9000", "max-age=9000;\x01", "max-age=9000;é", 'max-age=9000;x="é"', "max-age:9000", "max-age=9000;(x)",
    "max-age=18446744073709551616", "max-age=9000;max-age", "max-age=9000; includeSubDomains =x", "max-age=9000;x==",
    "max-age=9000;x/y", "max-age=9000;~!$&*+-.^_`|", '"max-age"=9000', 'max-age=9000;x=";max-age=5"',
]


def test_every_form_of_the_header(rig):
    rng = random.Random(os.environ.get("YONDER_SEED", "1"))
    pieces = ["max-age", "max-age=9000", "=9000", "=", "9000", ";", "; ", ";", "includeSubDomains", "includesubdomains", "preload",
              "x", "x=y", '"', '"9000"', " ", "\t", ",", '=""', "\\", "@", "max-age=0", "(", ";;", "-", "é", 'x="a;b"', "Max-Age=9000"]
    more = int(os.environ.get("YONDER_COUNT", 600)) // 4
    rig.values = VALUES + ["".join(rng.choices(pieces, k=rng.randrange(1, 8))) for _ in range(more)]
    hosts = [f"v{n}.b.test" for n in range(len(rig.values))]
    rig.browser.fetch_all([{"url": f"https://{host}/{n}", "mode": "no-cors"} for n, host in enumerate(hosts)],
                          page="http://a.test/")
    results = rig.browser.fetch_all([{"url": f"http://{below}{host}/q", "mode": "no-cors"} for host in hosts
                                     for below in ("", "below.")], page="http://a.test/")
    known = [r["chain"][0].internal for r in results]
    answers = program.batch("hsts", "parse", "--batch",
                            questions=[{"client": "chrome", "value": value} for value in rig.values])
    differences = []
    for n, said in enumerate(answers):
        on = bool(said["valid"] and said["max_age"])
        if known[2 * n:2 * n + 2] != [on, bool(on and said["include_subdomains"])]:
            differences.append((rig.values[n], known[2 * n:2 * n + 2], said))
    assert not differences, "\n".join(map(str, differences[:20]))
    assert 20 < sum(known)


# ---- HTTPS-Upgrades ------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def upgrading(module_recorder, module_chromium, tmp_path_factory):
    """A browser with HTTPS-Upgrades. Only names under a real top-level domain are upgraded, so here
    are some that nobody is asked about."""
    folder = tmp_path_factory.mktemp("example")
    pki = peers.Pki(folder, ["*.example.com"])

    def safe(request):
        path, _, query = request.target.partition("?")
        if path == "/back":
            return 302, [*HTML, ("Location", f"http://{request.header('Host')}{request.target}")], b""
        if path == "/close":
            return None
        return (404 if path == "/404" else 200), HTML, b"safe"

    def plain(request):
        path, _, query = request.target.partition("?")
        return (302, [*HTML, ("Location", query)], b"") if path == "/to" else (200, HTML, b"plain")

    def routes(answer):
        return type("Everything", (dict,), {"get": lambda self, *_: answer})()

    http, https = module_recorder(routes(plain)), module_recorder(routes(safe), tls=pki)
    hosts = {"dead.example.com:443": "127.0.0.1:1", "*.example.com:80": f"127.0.0.1:{http.port}",
             "*.example.com:443": f"127.0.0.1:{https.port}", "*.example.com:8080": f"127.0.0.1:{http.port}",
             "a.test:80": f"127.0.0.1:{http.port}"}
    return module_chromium(cafile=pki.cafile, hosts=hosts, features=["HttpsUpgrades"])


UP = ("307 Temporary Redirect", "HttpsUpgrades")


def story(visit):
    """(URL, status and phrase or the reason of a synthetic one), hop by hop."""
    return [(h.url, UP if h.internal and (f"{h.status} {h.phrase}", h.header("Non-Authoritative-Reason")) == UP
             and len(h.headers) == 2 else h.status) for h in visit.chain]


@pytest.mark.parametrize("start, hops", [
    ("http://a1.example.com/x?y#z", [("http://a1.example.com/x?y#z", UP), ("https://a1.example.com/x?y#z", 200)]),
    ("http://a2.example.com:8080/", [("http://a2.example.com:8080/", 200)]),
    ("http://a.test/", [("http://a.test/", 200)]),
    ("http://a3.example.com/404", [("http://a3.example.com/404", UP), ("https://a3.example.com/404", 404)]),
    ("http://a.test/to?http://a4.example.com/", [("http://a.test/to?http://a4.example.com/", 302),
                                                ("http://a4.example.com/", UP), ("https://a4.example.com/", 200)]),
    ("http://dead.example.com/1", [("http://dead.example.com/1", UP), ("https://dead.example.com/1", UP),
                                  ("http://dead.example.com/1", 200)]),
    ("http://dead.example.com/2", [("http://dead.example.com/2", 200)]),  # it has been let be
    ("http://bad.cert.example.com/", [("http://bad.cert.example.com/", UP), ("https://bad.cert.example.com/", UP),
                                     ("http://bad.cert.example.com/", 200)]),
    ("http://a5.example.com/close", [("http://a5.example.com/close", UP), ("https://a5.example.com/close", UP),
                                    ("http://a5.example.com/close", 200)]),
    ("http://a6.example.com/back", [("http://a6.example.com/back", UP), ("https://a6.example.com/back", 302),
                                   ("http://a6.example.com/back", UP), ("http://a6.example.com/back", 200)]),
])
def test_https_upgrades_and_the_way_back(upgrading, start, hops):
    upgrading.visit("about:blank")
    assert story(upgrading.visit(start)) == hops


def test_a_post_is_not_upgraded(upgrading):
    assert story(upgrading.submit("http://a7.example.com/")) == [("http://a7.example.com/", 200)]
