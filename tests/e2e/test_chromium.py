# SPDX-License-Identifier: MIT
"""The row `chrome`, held against the real Chromium, request by request."""
import pytest

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def rig(module_recorder, module_chromium, pki):
    """A browser, and a server for http:// and for https:// under the names *.a.test and *.b.test."""
    class Rig:
        plain = module_recorder({})
        safe = module_recorder({}, tls=True)

    names = ("a.test", "*.a.test", "b.test", "*.b.test")
    hosts = {f"{n}:80": f"127.0.0.1:{Rig.plain.port}" for n in names}
    hosts |= {f"{n}:443": f"127.0.0.1:{Rig.safe.port}" for n in names}
    Rig.browser = module_chromium(cafile=pki.cafile, hosts=hosts)
    return Rig


def test_the_driver_tells_what_the_browser_did(rig):
    rig.plain.routes |= {"/go": (302, [("Location", "/there#f")], b""), "/there": (200, [], b"here"),
                         "/away": (302, [("Location", "data:,x")], b"")}
    visit = rig.browser.visit("http://a.test/go")
    assert (visit.url, visit.status, visit.error, visit.text) == ("http://a.test/there#f", 200, None, "here")
    assert [(h.method, h.url, h.status, h.phrase, h.internal) for h in visit.chain] == [
        ("GET", "http://a.test/go", 302, "Found", False), ("GET", "http://a.test/there#f", 200, "OK", False)]
    assert rig.browser.visit("http://a.test/away").error == "net::ERR_UNSAFE_REDIRECT"
    assert rig.browser.visit("http://nobody.test/").error == "net::ERR_NAME_NOT_RESOLVED"
    assert rig.browser.submit("http://a.test/there", body="k=v&w=").text == "here"
    assert rig.plain.requests[-1].body == b"k=v&w="
    assert rig.browser.fetch("http://a.test/there", "PATCH", {"X-Own": "1"}, "b")["text"] == "here"
    last = rig.plain.requests[-1]
    assert (last.method, last.header("X-Own"), last.body) == ("PATCH", "1", b"b")
    assert not [r for r in rig.plain.requests if r.target == "/favicon.ico"]


def test_a_host_noted_over_trusted_tls_is_reached_by_an_internal_307(rig):
    rig.safe.routes["/note"] = (200, [("Strict-Transport-Security", "max-age=60")], b"safe")
    rig.browser.visit("https://www.a.test/note")
    visit = rig.browser.visit("http://www.a.test/note?q#f")
    rig.browser.visit("about:blank")
    synthetic, real = visit.chain
    assert (synthetic.status, synthetic.phrase, synthetic.internal) == (307, "Internal Redirect", True)
    assert list(synthetic.headers.items()) == [
        ("Cross-Origin-Resource-Policy", "Cross-Origin"), ("Location", "https://www.a.test/note?q#f"),
        ("Non-Authoritative-Reason", "HSTS")]
    assert (real.url, real.status, real.internal) == ("https://www.a.test/note?q#f", 200, False)
    assert visit.network == [real]
