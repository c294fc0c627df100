# SPDX-License-Identifier: MIT
"""The row `firefox`, held against the real Firefox, request by request."""
import pytest

pytestmark = pytest.mark.browser


class Rig:
    def __init__(self, recorders, firefoxes, pki):
        self.plain = recorders({"/": (200, [], b"")})
        self.safe = recorders({"/": (200, [], b"")}, tls=True)
        self.browser = firefoxes(cafile=pki.cafile, hosts={"*:80": f"127.0.0.1:{self.plain.port}",
                                                           "*:443": f"127.0.0.1:{self.safe.port}"})


@pytest.fixture(scope="module")
def rig(module_recorder, module_firefox, pki):
    """A browser, and a server for http:// and for https:// under any name."""
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
