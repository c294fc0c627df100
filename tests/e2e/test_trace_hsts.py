# SPDX-License-Identifier: MIT
"""yonder trace where the client goes to https by itself: HSTS learnt on the way, from a state file
that curl shares, from a preload image; and https tried first."""
import datetime
import json
import re
import subprocess

import pytest

STS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


@pytest.fixture
def site(recorder):
    """http and https of every name of the test certificates; .trace() goes there."""
    return recorder({"/": (200, [], b"plain")}), recorder(
        {"/": (302, [("Location", "http://a.test/in#f"), STS], b""), "/in": (200, [STS], b"ok")}, tls=True)


@pytest.fixture
def trace(yonder, site):
    """`yonder trace` with every port 80 and 443 at the two servers."""

    def run(*args, text=False):
        plain, tls = site
        done = yonder("trace", *([] if text else ["--json"]), "--cacert", tls.cafile,
                      "--connect-to", f":80:127.0.0.1:{plain.port}",
                      "--connect-to", f":443:127.0.0.1:{tls.port}", *args)
        assert done.stdout, done.stderr
        return (done.returncode, done.stdout if text else json.loads(done.stdout))

    return run


def kinds(document):
    return [hop["kind"] for hop in document["hops"]]


def test_what_is_learnt_on_a_hop_counts_for_the_next(trace, site):
    plain, tls = site
    code, document = trace("https://a.test/")
    assert code == 0
    assert kinds(document) == ["network", "internal", "network"]
    first, made_up, last = document["hops"]
    assert (first["hsts"]["effect"], first["hsts"]["max_age"], first["hsts"]["include_subdomains"]) == (
        "learnt", 31536000, True)
    assert (made_up["url"], made_up["status"], made_up["http_version"]) == ("http://a.test/in#f", 307, "1.1")
    assert made_up["headers"] == [["Location", "https://a.test/in#f"], ["Cross-Origin-Resource-Policy", "Cross-Origin"],
                                  ["Non-Authoritative-Reason", "HSTS"]]
    assert [hop["phrase"] for hop in document["hops"]] == ["Found", "Internal Redirect", "OK"]
    assert (made_up["remote"], made_up["timing_ms"]["total"]) == (None, 0)
    cause = made_up["cause"]
    assert (cause["reason"], cause["source"], cause["matched"], cause["learnt_at_hop"]) == (
        "HSTS", "dynamic", "a.test", 1)
    learnt, expires = (datetime.datetime.strptime(cause[k], "%Y-%m-%dT%H:%M:%SZ") for k in ("learnt", "expires"))
    assert expires - learnt == datetime.timedelta(days=365)
    assert (last["url"], last["hsts"]["effect"]) == ("https://a.test/in#f", "refreshed")
    assert (document["result"]["hops"], document["result"]["requests"]) == (3, 2)
    assert not plain.requests
    assert [r.target for r in tls.requests] == ["/", "/in"]


def test_the_text_shows_the_made_up_response_and_who_caused_it(trace):
    code, text = trace("https://a.test/", text=True)
    assert code == 0
    assert re.search(r"^2  307 Internal Redirect +GET( +-)+  http://a.test/in#f$", text, re.MULTILINE)
    assert "Note: hop 1: HSTS learnt for a.test and its subdomains, for 31536000 seconds\n" in text
    assert re.search(r"^Note: hop 2: HSTS of a.test and its subdomains, learnt at hop 1, until \d{4}-\d\d-\d\d \d\d:\d\d UTC$",
                     text, re.MULTILINE)
    assert "(3 hops, 2 over the network, " in text


def test_short_times_are_told_to_the_second(trace, site, tmp_path):
    plain, tls = site
    tls.routes["/"] = (302, [("Location", "http://a.test/in"), ("Strict-Transport-Security", "max-age=1")], b"")
    text = trace("https://a.test/", text=True)[1]
    assert "Note: hop 1: HSTS learnt for a.test, for 1 second\n" in text
    assert re.search(r"^Note: hop 2: HSTS of a.test, learnt at hop 1, until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$",
                     text, re.MULTILINE)
    now = datetime.datetime.now(datetime.timezone.utc)
    begun, ends = (f"{now + datetime.timedelta(seconds=s):%Y%m%d %H:%M:%S}" for s in (-10, 30))
    (tmp_path / "known").write_text(f'a.test "{ends}"\n# yonder: learnt "{begun}"\n')
    text = trace("--state", tmp_path / "known", "http://a.test/", text=True)[1]
    assert re.search(r"^Note: hop 1: HSTS of a.test, learnt \S+ \d\d:\d\d:\d\d UTC, until \S+ \d\d:\d\d:\d\d UTC$",
                     text, re.MULTILINE)


@pytest.mark.parametrize("client", ["firefox", "wget"])
def test_others_go_to_https_without_a_response(trace, client):
    code, document = trace("--as", client, "https://a.test/")
    assert (code, kinds(document)) == (0, ["network", "internal", "network"])
    upgrade = document["hops"][1]
    assert (upgrade["status"], upgrade["phrase"], upgrade["headers"], upgrade["http_version"]) == (None, None, [], None)
    assert upgrade["location_resolved"].startswith("https://a.test/in")
    assert re.search(r"^2  to https \(no response\) ", trace("--as", client, "https://a.test/", text=True)[1],
                     re.MULTILINE)


@pytest.mark.parametrize("client", ["curl", "requests"])
def test_clients_without_hsts_ask_by_http(trace, site, client):
    site[0].routes["/in"] = (200, [STS], b"")
    code, document = trace("--as", client, "https://a.test/")
    assert (code, kinds(document)) == (0, ["network", "network"])
    assert document["hops"][0]["hsts"] is None


def test_over_http_the_field_does_not_count(trace, site):
    site[0].routes["/"] = (200, [STS], b"")
    code, document = trace("http://b.test/")
    assert (code, document["hops"][0]["hsts"]["effect"]) == (0, "insecure")
    assert "Note: hop 1: Strict-Transport-Security: it does not count over plain HTTP\n" in trace(
        "http://b.test/", text=True)[1]


def test_a_state_file_is_shared_with_curl_and_with_the_next_run(trace, site, tmp_path):
    plain, tls = site
    state = tmp_path / "hsts"
    code, document = trace("--state", state, "--as", "curl", "https://a.test/in")
    assert (code, document["hops"][0]["hsts"]["effect"]) == (0, "learnt")
    reach = ["--cacert", tls.cafile, "--connect-to", f":80:127.0.0.1:{plain.port}",
             "--connect-to", f":443:127.0.0.1:{tls.port}"]
    done = subprocess.run(["curl", "-sS", *reach, "--hsts", str(state), "-w", "%{url_effective}", "-o", "/dev/null",
                           "http://sub.a.test/in"], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout, done.stderr) == (0, "https://sub.a.test/in", "")
    for client, status in (("curl", None), ("chrome", 307)):
        code, document = trace("--state", state, "--as", client, "http://sub.a.test/in")
        assert (code, kinds(document)) == (0, ["internal", "network"])
        hop = document["hops"][0]
        assert (hop["status"], hop["cause"]["learnt_at_hop"]) == (status, None)
        assert hop["cause"]["matched"] in ("a.test", "sub.a.test")
    assert not plain.requests
    # What curl writes is read, and what it has forgotten is forgotten.
    tls.routes["/in"] = (200, [("Strict-Transport-Security", "max-age=0")], b"")
    trace("--state", state, "https://a.test/in")
    trace("--state", state, "https://sub.a.test/in")
    assert "a.test" not in "".join(l for l in state.read_text().splitlines() if not l.startswith("#"))
    assert kinds(trace("--state", state, "http://a.test/")[1]) == ["network"]


def test_a_state_file_that_is_none_is_refused_before_a_packet_is_sent(yonder, site, tmp_path):
    done = yonder("trace", "--state", tmp_path, f"{site[0].url}/")
    assert (done.returncode, done.stdout) == (2, "")
    assert str(tmp_path) in done.stderr
    assert not site[0].requests


def test_a_preloaded_host_is_never_asked_by_http(yonder, trace, site, tmp_path):
    (tmp_path / "list.json").write_text(json.dumps({"entries": [
        {"name": "test", "mode": "force-https", "include_subdomains": True},
        {"name": "b.test", "include_subdomains": True}]}))
    image = tmp_path / "image"
    assert yonder("preload", "build", tmp_path / "list.json", "-o", image).returncode == 0
    code, document = trace("--preload", image, "http://a.test/in")
    assert (code, kinds(document)) == (0, ["internal", "network"])
    cause = document["hops"][0]["cause"]
    assert (cause["source"], cause["matched"], cause["include_subdomains"], cause["expires"]) == (
        "preload", "test", True, None)
    assert "Note: hop 1: HSTS, on the preload list as test, subdomains included\n" in trace(
        "--preload", image, "http://a.test/in", text=True)[1]
    assert kinds(trace("--preload", image, "http://b.test/")[1]) == ["network"]


@pytest.mark.parametrize("client, option", [("requests", "--state"), ("curl", "--preload"), ("go", "--https-first"),
                                            ("curl", "--refresh")])
def test_what_a_client_does_not_have_cannot_be_asked_of_it(yonder, tmp_path, client, option):
    value = [] if option in ("--https-first", "--refresh") else [tmp_path / "x"]
    done = yonder("trace", "--as", client, option, *value, "http://127.0.0.1:1/")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{option}: {client} " in done.stderr


# ---- https first -------------------------------------------------------------------------------


def first(yonder, plain, port, *args, tls=None):
    cafile = ["--cacert", tls.cafile] if tls else []
    done = yonder("trace", "--json", "--https-first", *cafile, "--connect-to", f":80:127.0.0.1:{plain.port}",
                  "--connect-to", f":443:127.0.0.1:{port}", *args)
    return done.returncode, json.loads(done.stdout)


def test_https_that_does_not_work_leads_back_to_http_for_a_week(yonder, recorder):
    plain = recorder({"/": (200, [], b"")})
    code, document = first(yonder, plain, 1, "--visits", "2", "http://example.com/#f")
    assert code == 0
    tried, back, last = document["hops"]
    assert (tried["kind"], tried["status"], tried["headers"]) == (
        "internal", 307, [["Location", "https://example.com/#f"], ["Non-Authoritative-Reason", "HttpsUpgrades"]])
    assert (back["kind"], back["url"], back["status"], back["headers"]) == (
        "internal", "https://example.com/#f", 307,
        [["Location", "http://example.com/#f"], ["Non-Authoritative-Reason", "HttpsUpgrades"]])
    assert (back["cause"]["reason"], back["cause"]["failure"]) == ("HttpsUpgrades", "connection_refused")
    assert (last["kind"], last["status"]) == ("network", 200)
    assert [hop["kind"] for hop in document["visits"][1]["hops"]] == ["network"]


def test_a_certificate_for_another_name_is_no_https(yonder, recorder):
    plain, tls = recorder({"/": (200, [], b"")}), recorder({"/": (200, [], b"")}, tls=True)
    code, document = first(yonder, plain, tls.port, "http://example.com/", tls=tls)
    assert (code, document["hops"][1]["cause"]["failure"]) == (0, "tls_certificate")
    assert document["result"]["url"] == "http://example.com/"


def test_names_that_are_not_public_are_not_tried(yonder, recorder):
    plain = recorder({"/": (200, [], b"")})
    for host in ("a.test", "printer", "10.0.0.1", "localhost"):
        code, document = first(yonder, plain, 1, f"http://{host}/")
        assert (code, kinds(document)) == (0, ["network"])
