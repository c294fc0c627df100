# SPDX-License-Identifier: MIT
"""Where the real Chromium goes from a page that asks it to go on, and where `yonder trace` says that it goes."""
import json

import pytest

pytestmark = pytest.mark.browser

# Values of the Refresh field, and of content= where they can stand in an attribute.
VALUES = [
    "0; url=/t", "0;/t", "0 /t", "0,/t", "0; URL = '/t'", "0;url=\"/t\"x", "0; url=/t;x", "0.5; url=/t", "; url=/t", "x; url=/t",
    "+0; url=/t", "-1; url=/t", "", "0", "0;", "0; ", "0; url", "0; url=", "0; url=''", "0; urlx", "0;u=/t", "0; url = /t",
    "0; url='/t", "0;url=javascript:1", "0;url=http://b.test/t", "\t0;\turl=/t", " 0; url=/t", "0 url=/t", "0url=/t",
    "0 ; url=/t", "0;;url=/t", "0,,/t", "0.9.9;/t", ".5;/t", "00;/t", "1e3;/t", "0; url=/t#f", "0;url=/☃", "0; 'url'=/t",
    "0;url=\\t", "0; url=//b.test/t", "0; url= '/t' x", "0;\"/t\"", "0; url=?q",
    "0;/a|b?c|d", "0;url=http://u':p@a.test/t", ".;/t", "..", ".", "2147483;/t", "2147484;/t", "2147483.9;/t", "2147484.0;/t",
    "4294967296;/t", "99999999999999999999;/t", "00000000000000000000000;/t",
]


@pytest.fixture(scope="module")
def rig(module_recorder, module_chromium):
    class Rig:
        pages = []
        left = set()

    def answer(request):
        n = request.target.removeprefix("/dir/")
        browser = "Headless" in request.header("User-Agent", "")
        if not n.isdigit() or (browser and n in Rig.left):
            return 200, [("Content-Type", "text/html"), ("Cache-Control", "no-store")], b"there"
        if browser:
            Rig.left.add(n)  # it may ask for itself, and has been there
        field, body = Rig.pages[int(n)]
        return (b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n" + field
                + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    Rig.server = module_recorder(type("Everything", (dict,), {"get": lambda self, *_: answer})())
    Rig.browser = module_chromium(hosts={f"{n}:80": f"127.0.0.1:{Rig.server.port}" for n in ("a.test", "b.test")})
    return Rig


def both(rig, yonder, page):
    """Where the browser goes from the page, and where we say that it goes."""
    url = f"http://a.test/dir/{len(rig.pages)}"
    rig.pages.append(page)
    done = yonder("trace", "--as", "chrome", "--json", "--connect-to", f"::127.0.0.1:{rig.server.port}", url)
    refresh = json.loads(done.stdout)["hops"][0]["refresh"]
    return rig.browser.refresh_of(url), refresh and refresh["url"]


def compare(rig, yonder, pages):
    results = {value: both(rig, yonder, page) for value, page in pages.items()}
    differences = {value: pair for value, pair in results.items() if pair[0] != pair[1]}
    assert not differences


def test_the_field(rig, yonder):
    compare(rig, yonder, {v: (b"Refresh: " + v.encode() + b"\r\n", b"x") for v in VALUES})


def test_the_element(rig, yonder):
    compare(rig, yonder, {v: (b"", b"<!doctype html><meta http-equiv=refresh content='" + v.replace("'", "&#39;").encode()
                              + b"'>") for v in VALUES})


def test_a_page_that_is_refused_by_its_field_is_asked_for_its_element(rig, yonder):
    element = b"<!doctype html><meta http-equiv=refresh content='5;/t'>"
    compare(rig, yonder, {v: (b"Refresh: " + v + b";/u\r\n", element) for v in (b".", b"2147484")})
