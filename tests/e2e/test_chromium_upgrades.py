# SPDX-License-Identifier: MIT
"""`yonder trace --https-first` against the real Chromium with HTTPS-Upgrades: the same steps, made-up responses included,
and the same requests over http. The names are of the public network and mapped to the loopback; there is no
certificate for them, so https fails wherever it is tried."""
import json

import pytest

pytestmark = pytest.mark.browser

HTML = [("Content-Type", "text/html"), ("Cache-Control", "no-store")]
# What is asked for, in this order, by one browser and by one client with a memory.
URLS = [
    "http://closed.com/a?b#f",  # nobody listens on 443
    "http://closed.com/again",  # so it stays at http
    "http://wrong.com/",  # the certificate is for other names
    "http://hop.com/",  # an http redirect to a host that is then tried as well
    "http://closed.com:8080/",
    "http://x.test/",
    "http://single/",
]


@pytest.fixture(scope="module")
def rig(module_recorder, module_chromium, pki):
    plain = module_recorder({"/": lambda r: (302, [("Location", "http://fresh.com/end"), *HTML], b"")
                      if r.header("Host") == "hop.com" else (200, HTML, b"<p>plain"),
                      "/a": (200, HTML, b"<p>plain"), "/again": (200, HTML, b"<p>plain"),
                      "/end": (200, HTML, b"<p>plain")})
    tls = module_recorder({}, tls=True)
    names = ["closed.com", "hop.com", "fresh.com", "x.test", "single", "wrong.com"]
    hosts = {f"{name}:80": f"127.0.0.1:{plain.port}" for name in names}
    hosts |= {f"{name}:443": "127.0.0.1:1" for name in names}
    hosts |= {"wrong.com:443": f"127.0.0.1:{tls.port}", "closed.com:8080": f"127.0.0.1:{plain.port}"}
    return plain, hosts, module_chromium(cafile=pki.cafile, hosts=hosts, features=["HttpsUpgrades"])


def steps_of_trace(yonder, pki, hosts, url):
    reach = [part for name, where in hosts.items() for part in ("--connect-to", f"{name}:{where}")]
    done = yonder("trace", "--json", "--https-first", "--cacert", pki.cafile, *reach, url)
    return [(hop["url"], hop["status"], hop["kind"] == "internal",
             hop["headers"] if hop["kind"] == "internal" else None) for hop in json.loads(done.stdout)["hops"]]


def test_https_first_takes_the_steps_of_chromium(rig, yonder, pki):
    plain, hosts, browser = rig
    for url in URLS:
        if url.endswith("/again"):
            continue
        plain.requests.clear()
        visit = browser.visit(url)
        theirs = [(hop.url, hop.status, hop.internal, [list(pair) for pair in dict(hop.headers).items()]
                   if hop.internal else None) for hop in visit.chain]
        asked = [(r.header("Host"), r.target) for r in plain.requests]
        plain.requests.clear()
        assert steps_of_trace(yonder, pki, hosts, url) == theirs, url
        assert [(r.header("Host"), r.target) for r in plain.requests] == asked, url


def test_a_host_where_https_failed_is_left_at_http(rig, yonder):
    plain, hosts, browser = rig
    for url in URLS[:2]:
        visit = browser.visit(url)
    assert [(hop.url, hop.status, hop.internal) for hop in visit.chain] == [("http://closed.com/again", 200, False)]
