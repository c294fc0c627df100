# SPDX-License-Identifier: MIT
"""yonder serve: the lines about a site on the wire, over plain HTTP and over TLS."""
import json

import pytest

import tlsrig
from http1 import Client
from tlsrig import Tls

RULES = """/about /team 301
/for-now /later 307
/see /there see-other
/sprache /de/ 302 language=de
/any /where 301

[a.test www.a.test]
https permanent
hsts max-age=63072000 includeSubDomains preload
canonical www.a.test
cache max-age=86400
query ignore=utm_*
slash ignore
case ignore
/old /new permanent
/deep/* /flat/:splat permanent

[b.test]
https 302
http10 off
query drop
/old /new permanent

[plain.test]
hsts max-age=700
canonical www.plain.test
http10 301
/for-now /new 307
"""
HSTS = "max-age=63072000; includeSubDomains; preload"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return tlsrig.Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def pair(authority):
    return authority.issue("all", ["a.test", "*.a.test", "b.test", "plain.test", "www.plain.test", "m.test"])


@pytest.fixture
def serve_tls(serve, pair):
    def start(rules, *more):
        return tlsrig.ready(serve(rules, "--tls-listen", "127.0.0.1:0", *tlsrig.arguments(pair), "-w", "1", *more))

    return start


@pytest.fixture
def ask(authority):
    """One request over a connection of its own, by the URL's scheme."""

    def one(server, url, method="GET", fields="", version="HTTP/1.1"):
        scheme, _, rest = url.partition("://")
        host, slash, target = rest.partition("/")
        target = slash + target or "/"
        fields += "Connection: close\r\n"
        if scheme == "https":
            with Tls(server.tls_port, authority.context(), host.partition(":")[0].rstrip(".")) as client:
                return client.ask(target, method, host, fields, version)
        with Client(server.port) as client:
            return client.ask(target, method, f"Host: {host}\r\n{fields}", version)

    return one


LONG = "x" * 3000

LEADS = [
    # https, on the same host, before everything else; path and query are kept as they are.
    ("http://a.test/old?utm_a=1&b=2", 308, "https://a.test/old?utm_a=1&b=2"),
    ("http://a.test/", 308, "https://a.test/"),
    ("http://a.test/none", 308, "https://a.test/none"),
    ("http://a.test:8080/old", 308, "https://a.test/old"),
    ("http://A.Test./OLD/", 308, "https://a.test/OLD/"),
    ("http://www.a.test/any?x", 308, "https://www.a.test/any?x"),
    ("http://a.test//evil.test/..", 308, "https://a.test//evil.test/.."),
    ("http://a.test/%2e%2e/a%20b?c%0d%0a=d", 308, "https://a.test/%2e%2e/a%20b?c%0d%0a=d"),
    (f"http://a.test/{LONG}", 308, f"https://a.test/{LONG}"),
    ("http://b.test/old?x", 302, "https://b.test/old?x"),
    # Then the rules, and the canonical host with them.
    ("https://a.test/old?utm_a=1&b=2", 308, "https://www.a.test/new?b=2"),
    ("https://a.test/none?utm_a=1", 308, "https://www.a.test/none?utm_a=1"),
    ("https://www.a.test/old", 308, "/new"),
    ("https://www.a.test/OLD/", 308, "/new"),
    ("https://www.a.test/Deep/A/b", 308, "/flat/A/b"),
    ("https://www.a.test/old?utm_source=x&k=v", 308, "/new?k=v"),
    ("https://www.a.test/none", 404, None),
    ("https://b.test/old?x", 308, "/new"),
    ("https://b.test/OLD", 404, None),
    ("https://b.test/old/", 404, None),
    # Without https the canonical host is found over plain HTTP.
    ("http://plain.test/x", 308, "http://www.plain.test/x"),
    ("https://plain.test/x", 308, "https://www.plain.test/x"),
]


def test_where_each_url_leads(serve_tls, ask):
    server = serve_tls(RULES)
    for url, status, location in LEADS:
        for method in ("GET", "POST", "HEAD", "OPTIONS"):
            answer = ask(server, url, method)
            assert (answer.status, answer.get("Location")) == (status, location), (method, url)
            plain = url.startswith("http:")
            host = url.split("/")[2].lower()
            expected = (None if plain else HSTS if "a.test" in host else
                        "max-age=700" if host == "plain.test" else None)
            assert answer.get("Strict-Transport-Security") == expected, url


def test_yonder_match_says_the_same(serve_tls, ask, yonder):
    server = serve_tls(RULES)
    questions = [{"url": url, "method": "GET", "headers": []} for url, _, _ in LEADS]
    done = yonder("match", "--batch", server.rules_path, input="".join(json.dumps(q) + "\n" for q in questions))
    for (url, status, location), line in zip(LEADS, done.stdout.splitlines(), strict=True):
        said = json.loads(line)
        assert said.get("status") in (status, None if status == 404 else status), said
        assert said.get("location") == location, (url, said)


def test_a_visitor_comes_by_https_first_and_then_to_the_canonical_host(serve_tls, ask):
    server = serve_tls(RULES)
    url, chain = "http://a.test/old", []
    while url.startswith("http"):
        answer = ask(server, url)
        chain.append((url, answer.status))
        url = answer.get("Location") or ""
    assert chain == [("http://a.test/old", 308), ("https://a.test/old", 308), ("https://www.a.test/new", 404)]


@pytest.mark.parametrize("url, status, location", [
    ("http://a.test/old", 301, "https://a.test/old"), ("https://a.test/old", 301, "https://www.a.test/new"),
    ("https://www.a.test/old", 301, "https://www.a.test/new"), ("https://a.test/for-now", 302, "https://www.a.test/later"),
    ("https://www.a.test/see", 302, "https://www.a.test/there"), ("http://plain.test/for-now", 301, "http://www.plain.test/new"),
    ("https://b.test/old", 308, "https://b.test/new"), ("https://b.test/for-now", 307, "https://b.test/later"),
])
def test_http_1_0(serve_tls, ask, url, status, location):
    answer = ask(serve_tls(RULES), url, version="HTTP/1.0")
    assert (answer.status, answer.get("Location")) == (status, location)


def test_caches_are_told(serve_tls, ask):
    server = serve_tls(RULES)
    for url, cache, vary in (
        ("http://a.test/old", "max-age=86400", None), ("https://www.a.test/old", "max-age=86400", None),
        ("https://a.test/none", "max-age=86400", None), ("https://www.a.test/for-now", None, None),
        ("https://www.a.test/none", None, None), ("https://b.test/old", None, None),
    ):
        answer = ask(server, url)
        assert (answer.get("Cache-Control"), answer.get("Vary")) == (cache, vary), url
    answer = ask(server, "https://www.a.test/sprache", fields="Accept-Language: de\r\n")
    assert (answer.status, answer.get("Cache-Control"), answer.get("Vary")) == (302, "no-store", "Accept-Language")


# ---- maintenance --------------------------------------------------------------------------------

SITE = """[m.test]
https permanent
hsts max-age=600
maintenance {}
/old /new 308
"""


def write(server, text):
    """As an editor does that puts a new file in the place of the old one."""
    fresh = server.rules_path.with_suffix(".fresh")
    fresh.write_text(text)
    fresh.rename(server.rules_path)


def test_maintenance_is_switched_on_and_off_by_editing_the_file(serve_tls, ask, authority):
    server = serve_tls(SITE.format("off"))
    with Tls(server.tls_port, authority.context(), "m.test") as kept:
        assert kept.ask("/old", host="m.test").status == 308
        for n, (words, status, location, retry) in enumerate((
            ("https://status.m.test/ retry-after=3600", 307, "https://status.m.test/", "3600"),
            ("on retry-after=60", 503, None, "60"),
            ("off", 308, "/new", None),
            ("/sorry retry-after=5", 307, "/sorry", "5"),
            ("off", 308, "/new", None),
        ), 1):
            if n % 2:
                write(server, SITE.format(words))
            else:
                server.rules_path.write_text(SITE.format(words))  # in place
            server.wait_stderr("yonder: reloaded: ", 10, count=n)
            for target in ("/old", "/sorry?x"):
                answer = kept.ask(target, host="m.test")  # the same connection all the time
                if target == "/old" or retry is None or location is None:
                    pass
                elif location == "/sorry":
                    assert answer.status == 404  # the page itself is there
                    continue
                if target != "/old" and retry is None:
                    assert answer.status == 404
                    continue
                assert (answer.status, answer.get("Location"), answer.get("Retry-After")) == (status, location, retry)
                assert answer.get("Cache-Control") == ("no-store" if retry else None)
                assert answer.get("Strict-Transport-Security") == "max-age=600"
            answer = ask(server, "http://m.test/old")  # https goes first
            assert (answer.status, answer.get("Location")) == (308, "https://m.test/old")
            assert answer.get("Retry-After") is None
            assert ask(server, "https://m.test/*", "OPTIONS").get("Strict-Transport-Security") == "max-age=600"


def test_a_mistake_in_the_file_changes_nothing(serve_tls, ask):
    server = serve_tls(SITE.format("off"))
    write(server, SITE.format("of"))
    server.wait_stderr("not reloaded", 10)
    assert ask(server, "https://m.test/old").status == 308
    write(server, SITE.format("on"))
    server.wait_stderr("yonder: reloaded: ", 10)
    assert ask(server, "https://m.test/old").status == 503


# ---- lock-outs ----------------------------------------------------------------------------------

BOUND = "hsts max-age=31536000 includeSubDomains"


@pytest.mark.parametrize("rules, locked", [
    (f"[a.test]\n{BOUND}\n[x.y.a.test]\n/a /b\n", ["site.rules:2", "x.y.a.test"]),
    (f"[a.test]\n{BOUND} preload\n[x.y.a.test]\n/a /b\n", ["site.rules:2", "x.y.a.test"]),
    (f"[*.b.test]\n/a /b\n[b.test]\n{BOUND}\n", ["site.rules:4", "*.b.test"]),
    (f"[c.test]\n{BOUND}\n", ["site.rules:2", "c.test"]),
    (f"//deep.b.test/x /y\n[b.test]\n{BOUND}\n", ["site.rules:3", "deep.b.test"]),
    (f"{BOUND}\n[b.test]\n/a /b\n[shop.b.test]\nhsts off\n", ["site.rules:1", "shop.b.test"]),
    (f"[a.test]\n{BOUND}\n[x.a.test]\n/a /b\n", None),
    (f"[b.test]\n{BOUND}\n[c.test]\n/a /b\n", None),
    (f"[b.test]\nhsts max-age=31536000\n[shop.b.test]\n/a /b\n", None),
    (f"[b.test]\nhsts max-age=0 includeSubDomains\n[shop.b.test]\n/a /b\n", None),
    (f"{BOUND}\n[b.test]\nhsts max-age=1\n[shop.b.test]\n/a /b\n", None),
    (f"{BOUND}\n[a.test]\n/a /b\n[c.test]\n/a /b\n", None),  # hears nothing, as it has no certificate
])
def test_hsts_that_would_lock_visitors_out_is_refused(yonder, serve_tls, pair, tmp_path, rules, locked):
    if not locked:
        serve_tls(rules)
        return
    (tmp_path / "site.rules").write_text(rules)
    done = yonder("serve", "site.rules", "--tls-listen", "127.0.0.1:0", *tlsrig.arguments(pair))
    assert done.returncode == 2 and "listening" not in done.stderr
    place, host = locked
    assert f"{place}: hsts with includeSubDomains for " in done.stderr, done.stderr
    assert f"would lock visitors out of {host}, which has no certificate here" in done.stderr


def test_a_lock_out_is_refused_live_by_rules_and_by_certificates(serve, authority, tmp_path, ask):
    folder = tmp_path / "certs"
    folder.mkdir()
    for title in ("b.test", "shop.b.test"):
        authority.issue(title, [title], cert=folder / f"{title}.pem", key=folder / f"{title}.key")
    mild = "[b.test]\nhsts max-age=600\n/a /b\n[shop.b.test]\n/a /b\n"
    server = tlsrig.ready(serve(mild, "--tls-listen", "127.0.0.1:0", "--cert", folder))
    write(server, mild.replace("max-age=600", "max-age=600 includeSubDomains"))
    server.wait_stderr("yonder: reloaded: ", 10)
    assert ask(server, "https://b.test/a").get("Strict-Transport-Security") == "max-age=600; includeSubDomains"
    (folder / "shop.b.test.pem").rename(tmp_path / "shop.pem")  # the certificate goes: not while HSTS needs it
    server.wait_stderr("would lock visitors out of shop.b.test", 10)
    server.wait_stderr("not reloaded")
    assert ask(server, "https://shop.b.test/a").status == 301
    write(server, mild + "[more.b.test]\n/a /b\n")
    server.wait_stderr("yonder: reloaded: ", 10, count=2)
    write(server, mild.replace("max-age=600", "max-age=600 includeSubDomains"))
    server.wait_stderr("not reloaded", 10, count=2)
    assert ask(server, "https://b.test/a").get("Strict-Transport-Security") == "max-age=600"


# ---- real browsers ------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("name", ["chromium", "firefox"])
def test_a_browser_learns_to_come_by_https(serve_tls, request, authority, name):
    server = serve_tls(RULES)
    names = [form for host in ("a.test", "b.test", "plain.test", "m.test") for form in (host, f"*.{host}")]
    hosts = {f"{n}:{p}": f"127.0.0.1:{port}" for n in names for p, port in ((80, server.port), (443, server.tls_port))}
    browser = request.getfixturevalue(name)(cafile=authority.cafile, hosts=hosts)
    visit = browser.visit("http://a.test/old?utm_a=1&b=2")
    assert [(hop.url, hop.status, hop.internal) for hop in visit.chain] == [
        ("http://a.test/old?utm_a=1&b=2", 308, False), ("https://a.test/old?utm_a=1&b=2", 308, False),
        ("https://www.a.test/new?b=2", 404, False)]
    # What it has learnt: nothing goes out in plain any more, not for a host below, nor a moment.
    for url in ("http://a.test/other", "http://www.a.test/old", "http://below.a.test/x"):
        visit = browser.visit(url)
        assert visit.chain[0].internal or name == "firefox", url  # which does not show that hop
        assert all(hop.url.startswith("https://") for hop in visit.network), url
    # Where nothing is said of HSTS each visit goes out in plain again.
    for _ in range(2):
        visit = browser.visit("http://b.test/old")
        assert visit.network[0].url == "http://b.test/old"
        assert [(hop.status, hop.internal) for hop in visit.chain] == [(302, False), (308, False), (404, False)]
