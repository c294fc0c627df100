# SPDX-License-Identifier: MIT
"""`yonder trace --all`: every client's own requests, and where they part; what a trace tells beyond
where it ends."""
import collections
import json
import re

import pytest

CLIENTS = ["chrome", "firefox", "safari", "curl", "curl-follow", "wget", "requests", "go", "googlebot", "http10"]


@pytest.fixture
def trace_all(yonder):
    def run(*args, **kwargs):
        done = yonder("trace", "--all", "--json", *args, **kwargs)
        return done.returncode, json.loads(done.stdout)

    return run


@pytest.fixture
def trace(yonder):
    def run(*args, **kwargs):
        done = yonder("trace", "--json", *args, **kwargs)
        return done.returncode, json.loads(done.stdout)

    return run


def redirect(status, location, *fields):
    return status, [("Location", location), *fields], b""


def groups_of(document):
    return [(g["clients"], g["differs_at"]) for g in document["groups"]]


# ---- every client ---------------------------------------------------------------------------------


def test_each_client_makes_the_requests_it_makes_alone(trace_all, trace, recorder):
    server = recorder({})
    server.routes.update({"/form": redirect(302, f"{server.url}/sent"), "/sent": redirect(307, f"{server.url}/end")})
    args = ["-d", "k=v", f"{server.url}/form"]
    code, document = trace_all(*args)
    together = [(r.method, r.target, r.header("User-Agent"), r.body) for r in server.requests]
    assert code == 0
    assert [c["client"] for c in document["clients"]] == CLIENTS
    server.requests.clear()
    for client, row in zip(CLIENTS, document["clients"]):
        _, alone = trace("--as", client, *args)
        assert [(h["method"], h["url"], h["status"], h["kind"]) for h in row["hops"]] == \
            [(h["method"], h["url"], h["status"], h["kind"]) for h in alone["hops"]], client
        assert set(row) == set(alone) - {"schema"} | {"version"}
        assert {k: v for k, v in row["result"].items() if k != "total_ms"} == \
            {k: v for k, v in alone["result"].items() if k != "total_ms"}
    assert [(r.method, r.target, r.header("User-Agent"), r.body) for r in server.requests] == together


def test_clients_that_do_the_same_are_one_group(trace_all, recorder):
    server = recorder({"/b": (200, [], b"")})
    server.routes["/"] = redirect(308, f"{server.url}/b")
    code, document = trace_all(server.url)
    assert code == 0
    # Nobody but HTTP/1.0 has not heard of 308.
    assert groups_of(document) == [([c for c in CLIENTS if c != "http10"], None), (["http10"], 2)]
    assert document["groups"][0]["difference"] is None
    assert document["groups"][1]["difference"] == (
        "hop 2: http10 stops at 308 Permanent Redirect, for this client does not follow the status; "
        f"chrome makes GET {server.url}/b")


def test_groups_have_every_client_once(trace_all, recorder):
    server = recorder({"/b": (200, [], b"")})
    server.routes["/"] = redirect(301, f"{server.url}/b")
    document = trace_all("-X", "PUT", "-d", "x", server.url)[1]
    names = [name for group in document["groups"] for name in group["clients"]]
    assert sorted(names) == sorted(CLIENTS)
    assert document["groups"][0]["clients"][0] == "chrome" and document["groups"][0]["differs_at"] is None
    ends = {c["client"]: (c["hops"][-1]["method"], c["hops"][-1]["body_sent"]) for c in document["clients"]}
    for group in document["groups"]:
        assert len({ends[name] for name in group["clients"]}) == 1
    assert ends["chrome"] == ("PUT", True) and ends["requests"] == ("PUT", False) and ends["go"] == ("GET", False)


def test_a_server_that_tells_clients_apart_is_found_out(trace_all, recorder):
    def answer(request):
        return (403, [], b"") if "curl/7.88" in (request.header("User-Agent") or "") else (200, [], b"")

    server = recorder({"/": answer})
    code, document = trace_all(server.url)
    assert code == 0
    others = [c for c in CLIENTS if c != "curl"]
    assert groups_of(document) == [(others, None), (["curl"], 1)]
    assert "gets 403 Forbidden; chrome makes" in document["groups"][1]["difference"]


def test_the_exit_code_is_the_worst_of_any_client(trace_all, recorder):
    server = recorder({"/page": (200, [], b"")})
    server.routes["/loop"] = redirect(308, f"{server.url}/loop")
    server.routes["/two"] = redirect(302, f"{server.url}/one")
    server.routes["/one"] = redirect(302, f"{server.url}/page")
    assert trace_all(f"{server.url}/loop")[0] == 1  # http10 stops, the others go round
    assert trace_all(f"{server.url}/two")[0] == 0
    code, document = trace_all("--max-hops", "1", f"{server.url}/two")
    assert code == 1
    assert {c["result"]["outcome"] for c in document["clients"]} == {"too_many"}
    server.close()
    assert trace_all(server.url)[0] == 3


@pytest.mark.parametrize("args, message", [
    (["--as", "curl"], "there is no --as beside it"), (["--visits", "2"], "there is no --visits beside it")])
def test_what_makes_no_sense_with_it_is_a_usage_error(yonder, recorder, args, message):
    server = recorder({})
    done = yonder("trace", "--all", *args, server.url)
    assert (done.returncode, done.stdout, server.requests) == (2, "", [])
    assert message in done.stderr


def test_each_client_has_a_memory_of_its_own(yonder, trace_all, recorder, tmp_path):
    server = recorder({"/": (200, [("Strict-Transport-Security", "max-age=600")], b"")}, tls=True)
    state = tmp_path / "hosts"
    state.write_text('a.test "20990101 00:00:00"\n')
    before = state.read_text()
    code, document = trace_all("--cacert", server.cafile, "--state", state, "--connect-to",
                               f"::127.0.0.1:{server.port}", "http://a.test:8443/")
    kinds = {c["client"]: [h["kind"] for h in c["hops"]] for c in document["clients"]}
    assert kinds["chrome"] == kinds["firefox"] == kinds["curl"] == ["internal", "network"]
    assert kinds["go"] == kinds["googlebot"] == ["network"]
    assert state.read_text() == before  # ten clients have no one state to write
    by = {c["client"]: c["result"]["requests"] for c in document["clients"]}
    assert by["chrome"] == 1


def test_the_table_has_a_row_for_each_and_says_why_they_part(yonder, recorder):
    server = recorder({"/b": (200, [], b"")})
    server.routes["/"] = redirect(307, f"{server.url}/b")
    out = yonder("trace", "--all", "-d", "k=v", server.url).stdout
    table, _, reasons = out.partition("\n\n")
    heading, *rows = table.split("\n")
    assert re.match(r"client +requests +method +ends with +URL$", heading)
    assert [row.split()[0] for row in rows] == CLIENTS
    assert re.match(rf"chrome +2  POST +200 OK +{server.url}/b$", rows[0])
    assert rows[1] == "firefox      as chrome" and rows[9] == "http10       as googlebot"
    first, *lines = reasons.splitlines()
    assert first == "Where they part from chrome"
    assert len(lines) == 1 and lines[0].startswith("hop 2: googlebot stops at 307 Temporary Redirect, for ")
    assert "\033" not in out and "\033" in yonder("trace", "--all", "--color", "always", server.url).stdout


def test_a_step_of_the_clients_own_parts_nobody_for_what_it_shows(yonder, trace_all, recorder, tmp_path):
    server = recorder({"/": (200, [], b"")}, tls=True)
    state = tmp_path / "hosts"
    state.write_text('a.test "unlimited"\n')
    args = ["--cacert", server.cafile, "--state", state, "--connect-to", f"::127.0.0.1:{server.port}",
            "http://a.test:8443/"]
    groups = {tuple(g["clients"]): g["difference"] for g in trace_all(*args)[1]["groups"]}
    knowing = ("chrome", "firefox", "safari", "curl", "curl-follow")  # wget keeps ports apart
    assert list(groups) == [knowing, tuple(c for c in CLIENTS if c not in knowing)]
    assert groups[knowing] is None
    # Their request goes to a port where TLS is spoken.
    difference = list(groups.values())[1]
    assert difference.startswith("hop 1: wget makes GET http://a.test:8443/ and gets ")
    assert difference.endswith(
        "; chrome changes the scheme by itself at GET http://a.test:8443/ and shows 307 Internal Redirect")
    assert difference in yonder("trace", "--all", *args).stdout


def test_what_is_worth_knowing_is_told_once_with_the_clients_it_holds_for(yonder, recorder):
    server = recorder({"/b": (200, [("X-Robots-Tag", "otherbot: noindex")], b"")})
    server.routes["/"] = redirect(301, "http://a.test/b")
    to = ["--connect-to", f"a.test:80:127.0.0.1:{server.port}", "http://a.test/"]
    out = yonder("trace", "--all", *to).stdout
    assert "Note (chrome, safari): hop 1 (301) names no end" in out
    assert out.count("Warning (all): hops 1 and 2 go out in clear text") == 1
    assert out.splitlines()[-1] == ("Search engines: http://a.test/b is kept (strong sign): each redirect on the way "
                                    "is permanent")
    lost = yonder("trace", "--all", "-X", "PUT", "-d", "x", *to).stdout
    assert "\nWarning (curl-follow, go): hop 1 turns PUT into GET with its 301" in lost
    assert "\nWarning (curl, requests): hop 1 makes this client send PUT again without its body" in lost
    assert "\nWarning (all but googlebot, http10): hops 1 and 2 go out in clear text" in lost
    assert "Search engines" not in lost


# ---- what a trace tells ---------------------------------------------------------------------------


def codes(document):
    return [(f["code"], f["severity"], f["hops"]) for f in document["findings"]]


def test_a_lost_form_and_a_hop_to_save_are_told(trace, yonder, recorder):
    server = recorder({"/c": (200, [], b"")})
    server.routes.update({"/a": redirect(307, "/b"), "/b": redirect(301, "/c", ("Cache-Control", "max-age=60"))})
    code, document = trace("-d", "k=v", f"{server.url}/a")
    assert code == 0
    assert codes(document) == [("method_lost", "warning", [2]), ("hops_saved", "note", [2])]
    *_, lost, saved, final = yonder("trace", "-d", "k=v", f"{server.url}/a").stdout.splitlines()
    assert lost == ("Warning: hop 2 turns POST into GET with its 301, and the body is lost: 308 would keep both, "
                    "303 would say that it is meant")
    assert re.fullmatch(rf"Note: hop 2 could be saved, \d+\.\d ms: let hop 1 lead to {server.url}/c", saved)
    assert final.startswith("Final: ")


@pytest.mark.parametrize("status, kept, strength", [
    (301, "/b", "strong"), (308, "/b", "strong"), (302, "/a", "weak"), (303, "/a", "weak"), (307, "/a", "weak")])
def test_which_url_a_search_engine_keeps(trace, yonder, recorder, status, kept, strength):
    server = recorder({"/a": redirect(status, "/b"), "/b": (200, [], b"")})
    canonical = trace("--as", "googlebot", f"{server.url}/a")[1]["canonical"]
    assert (canonical["url"], canonical["strength"]) == (server.url + kept, strength)
    lines = yonder("trace", f"{server.url}/a").stdout.splitlines()
    assert f"Search engines: {server.url}{kept} is kept ({strength} sign): {canonical['reason']}" in lines


@pytest.mark.parametrize("policy, severity, words", [
    ("max-age=31536000", "note", "closes that from the second visit on, for 365 days after the last visit; only the"),
    ("max-age=600", "warning", "closes that from the second visit on, but for no more than 600 seconds after"),
    (None, "warning", "no response has Strict-Transport-Security"),
    ("max-age=never", "warning", "does not count: max-age is not a number of seconds")])
def test_whether_hsts_closes_the_gap_of_the_first_visit(trace, recorder, policy, severity, words):
    fields = [("Strict-Transport-Security", policy)] if policy else []
    secure = recorder({"/": (200, fields, b"")}, tls=True)
    plain = recorder({"/": redirect(301, "https://a.test/")})
    code, document = trace("--cacert", secure.cafile, "--connect-to", f"a.test:443:127.0.0.1:{secure.port}",
                           "--connect-to", f"a.test:80:127.0.0.1:{plain.port}", "http://a.test/")
    assert code == 0, document
    assert codes(document) == [("clear_text", severity, [1])]
    assert words in document["findings"][0]["message"]
    assert document["canonical"]["strength"] == "strong"


def test_a_way_back_to_http_is_an_error(trace, recorder):
    plain = recorder({"/": (200, [], b"")})
    secure = recorder({"/": redirect(302, f"{plain.url}/")}, tls=True)
    code, document = trace("--cacert", secure.cafile, "--connect-to", f"a.test:443:127.0.0.1:{secure.port}",
                           "https://a.test/")
    assert code == 0
    assert codes(document) == [("downgrade", "error", [1])]


def test_a_loop_names_its_hops_and_statuses(trace, recorder):
    server = recorder({"/a": redirect(302, "/b"), "/b": redirect(307, "/a")})
    code, document = trace(f"{server.url}/a")
    assert code == 1
    assert codes(document) == [("loop", "error", [1, 2])]
    assert "hops 1 and 2 (302 and 307) go in a circle" in document["findings"][0]["message"]
    assert document["canonical"]["url"] is None and "circle" in document["canonical"]["reason"]


def test_the_page_tells_of_every_finding(yonder):
    page = yonder("help", "--man", "trace").stdout
    listed = collections.Counter(re.findall(r"^\.It Cm (\w+)$", page, re.MULTILINE))
    for code in ("loop", "growing_url", "downgrade", "method_lost", "body_lost", "clear_text", "https_elsewhere",
                 "temporary_upgrade", "hops_saved", "kept_without_end"):
        assert listed[code], code
