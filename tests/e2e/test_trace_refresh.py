# SPDX-License-Identifier: MIT
"""yonder trace and pages that ask to go on: the Refresh field and the meta element."""
import gzip
import json
import re

import pytest

HTML = ("Content-Type", "text/html; charset=utf-8")


@pytest.fixture
def trace(yonder):
    def run(*args):
        done = yonder("trace", "--json", *args)
        return done.returncode, json.loads(done.stdout)

    return run


@pytest.fixture
def site(recorder):
    return recorder({
        "/field": (200, [("Refresh", "5; url=/end")], b""),
        "/page": (404, [HTML], b"<!doctype html><base href=/x/><meta http-equiv=Refresh content=\"0;URL='../end#g'\">"),
        "/end": (200, [HTML], b"<p>the end"),
        "/self": (200, [HTML], b"<meta http-equiv=refresh content=300>"),
        "/a": (200, [("Refresh", "0;url=/b")], b""), "/b": (200, [("Refresh", "0;url=/a")], b""),
        "/packed": (200, [HTML, ("Content-Encoding", "gzip")],
                    gzip.compress(b"<meta http-equiv=refresh content='0;/end'>")),
    })


def asked(server):
    return [r.target for r in server.requests]


def test_without_the_option_it_is_a_finding(trace, yonder, site):
    code, document = trace(f"{site.url}/field#f")
    assert (code, len(document["hops"])) == (0, 1)
    assert document["hops"][0]["refresh"] == {"source": "header", "seconds": 5, "url": f"{site.url}/end"}
    assert (f"Note: hop 1: its Refresh field asks to go on after 5 s, to {site.url}/end\n"
            in yonder("trace", f"{site.url}/field").stdout)
    assert asked(site) == ["/field", "/field"]


def test_with_it_the_page_is_left(trace, yonder, site):
    code, document = trace("--refresh", f"{site.url}/page?q#f")
    assert code == 0
    page, refresh, end = document["hops"]
    assert page["refresh"] == {"source": "meta", "seconds": 0, "url": f"{site.url}/end#g"}
    assert (refresh["kind"], refresh["status"], refresh["url"], refresh["location_resolved"]) == (
        "refresh", None, page["url"], f"{site.url}/end#g")
    assert refresh["refresh"] == page["refresh"]
    assert (end["kind"], end["url"], end["status"]) == ("network", f"{site.url}/end#g", 200)
    assert site.requests[1].header("Referer") == f"{site.url}/page?q"
    assert document["result"]["requests"] == 2
    text = yonder("trace", "--refresh", f"{site.url}/page").stdout
    assert re.search(rf"^2  refresh at once +-( +-)+  {site.url}/page$", text, re.MULTILINE)


def test_a_form_is_left_by_get_without_its_body(trace, site):
    code, document = trace("--refresh", "-d", "k=v", f"{site.url}/field")
    assert [(r.method, r.body) for r in site.requests] == [("POST", b"k=v"), ("GET", b"")]
    assert document["hops"][2]["method_changed"] is True


def test_pages_that_ask_for_each_other_are_a_loop(trace, site):
    code, document = trace("--refresh", f"{site.url}/a")
    assert (code, document["result"]["outcome"], document["result"]["loop_to"]) == (1, "loop", 1)
    assert asked(site) == ["/a", "/b"]


def test_a_page_that_loads_itself_again_is_the_end(trace, yonder, site):
    code, document = trace("--refresh", f"{site.url}/self")
    assert (code, document["result"]["outcome"], len(document["hops"])) == (0, "final", 1)
    assert "Note: hop 1: a meta element asks to load the page again, after 300 s\n" in yonder(
        "trace", f"{site.url}/self").stdout


def test_a_compressed_page_is_not_read_and_that_is_said(trace, yonder, site):
    code, document = trace("--refresh", f"{site.url}/packed")
    assert (code, document["hops"][0]["refresh"]) == (0, None)
    assert "Note: hop 1: the page is compressed and was not read\n" in yonder("trace", f"{site.url}/packed").stdout


@pytest.mark.parametrize("charset, mark", [("; Charset=UTF-16BE", b""), ("", b"\xfe\xff"), ("; charset=utf-8", b"\xfe\xff")])
def test_nor_is_a_page_in_utf_16(trace, yonder, site, charset, mark):
    page = mark + "<meta http-equiv=refresh content='0;/end'>".encode("utf-16-be")
    site.routes["/wide"] = (200, [("Content-Type", f"text/html{charset}")], page)
    assert trace("--refresh", f"{site.url}/wide")[1]["hops"][0]["refresh"] is None
    assert "Note: hop 1: the page is in UTF-16 and was not read\n" in yonder("trace", f"{site.url}/wide").stdout


def test_a_page_in_utf_8_whatever_its_type_says_is_read(trace, site):
    page = b"\xef\xbb\xbf<meta http-equiv=refresh content='0;/end'>"
    site.routes["/narrow"] = (200, [("Content-Type", "text/html; charset=utf-16")], page)
    assert trace(f"{site.url}/narrow")[1]["hops"][0]["refresh"]["url"] == f"{site.url}/end"


@pytest.mark.parametrize("client, value, url", [
    ("chrome", "99999999999999999999; url=/end", None), ("chrome", "2147484; url=/end", None), ("chrome", ".;/end", None),
    ("chrome", "2147483; url=/end", "/end"), ("firefox", ".;/end", "/end"), ("chrome", "0;/a|b", "/a%7Cb"),
    ("firefox", "0;/a|b", "/a|b")])
def test_a_refresh_is_read_as_the_client_reads_it(trace, site, client, value, url):
    site.routes["/ask"] = (200, [("Refresh", value)], b"")
    refresh = trace("--as", client, f"{site.url}/ask")[1]["hops"][0]["refresh"]
    assert (refresh and refresh["url"]) == (url and site.url + url)


def test_clients_that_show_no_pages_have_no_such_finding(trace, site):
    assert trace("--as", "curl", f"{site.url}/field")[1]["hops"][0]["refresh"] is None
    assert trace("--as", "googlebot", "--refresh", f"{site.url}/field")[1]["result"]["url"] == f"{site.url}/end"
