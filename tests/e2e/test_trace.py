# SPDX-License-Identifier: MIT
"""yonder trace against servers on the loopback."""
import fcntl
import json
import os
import pathlib
import pty
import re
import socket
import struct
import subprocess
import termios
import threading
import time

import pytest

import program
from recorder import end_listener

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def trace(yonder):
    """`yonder trace --json`: the exit code and the document."""

    def run(*args, **kwargs):
        done = yonder("trace", "--json", *args, **kwargs)
        return done.returncode, json.loads(done.stdout)

    return run


@pytest.fixture
def listener():
    """A server in a thread that answers its n-th connection with answers[n]: bytes to send once
    the head of the request is there, or a callable that gets the socket."""
    servers = []

    def start(*answers):
        server = socket.create_server(("127.0.0.1", 0))
        server.settimeout(10)

        def serve():
            for answer in answers:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(10)
                    if callable(answer):
                        answer(connection)
                        continue
                    head = b""
                    while b"\r\n\r\n" not in head and (part := connection.recv(65536)):
                        head += part
                    try:
                        connection.sendall(answer)
                        connection.shutdown(socket.SHUT_WR)
                        while connection.recv(65536):
                            pass
                    except OSError:
                        pass  # the client has seen enough

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.getsockname()[1]}"

    yield start
    for server, thread in servers:
        end_listener(server, thread)


def urls(document):
    return [hop["url"] for hop in document["hops"]]


def test_a_chain_is_followed_to_its_end(trace, recorder):
    server = recorder({"/a": (301, [("Location", "/b?x=1#f"), ("X", "1"), ("X", "2")], b"moved"),
                       "/b": (404, [], b"nothing")})
    code, document = trace(f"{server.url}/a")
    assert code == 0
    assert (document["schema"], document["client"]) == (1, "chrome")
    assert document["request"] == {"method": "GET", "url": f"{server.url}/a"}
    first, second = document["hops"]
    assert [first["n"], second["n"]] == [1, 2]
    assert (first["status"], first["kind"], first["reason"]) == (301, "network", "method_kept")
    assert (first["location"], first["location_resolved"]) == ("/b?x=1#f", f"{server.url}/b?x=1#f")
    assert [pair for pair in first["headers"] if pair[0] == "X"] == [["X", "1"], ["X", "2"]]
    assert (first["remote"], first["http_version"]) == (f"127.0.0.1:{server.port}", "1.1")
    assert set(first["timing_ms"]) == {"dns", "connect", "tls", "first_byte", "total"}
    assert first["timing_ms"]["connect"] > 0 and first["timing_ms"]["tls"] == 0
    assert sum(first["timing_ms"].values()) <= 2 * first["timing_ms"]["total"]
    assert second["timing_ms"]["connect"] == 0  # the same connection
    assert (second["url"], second["location"]) == (f"{server.url}/b?x=1#f", None)
    result = document["result"]
    assert (result["outcome"], result["url"], result["status"], result["error"]) == (
        "final", f"{server.url}/b?x=1#f", 404, None)
    assert result["hops"] == 2
    assert result["total_ms"] == pytest.approx(sum(h["timing_ms"]["total"] for h in document["hops"]), abs=0.01)
    assert [r.target for r in server.requests] == ["/a", "/b?x=1"]


@pytest.mark.parametrize("location, target", [
    ("c", "/d/c"), ("/c", "/c"), ("./c/../e", "/d/e"), ("../c", "/c"), ("?q", "/d/a?q"),
    ("//127.0.0.1:@PORT@/c", "/c"), ("http:c", "/d/c"), ("\\c\\d", "/c/d"), ("/c d?e f", "/c%20d?e%20f"),
    ("/%zz", "/%zz"), ("/c?", "/c?"), ("/c//d/", "/c//d/"), ("http://127.0.0.1:@PORT@/%2e%2e/c", "/c"),
    ("HTTP://2130706433:@PORT@/c", "/c"), ("/%c3%a9;x=1,2'()*", "/%c3%a9;x=1,2'()*"), ("  /c  ", "/c"),
    ("/[c]|{d}\"<e>^`", "/[c]%7C%7Bd%7D%22%3Ce%3E%5E%60"),
])
def test_the_request_target_is_what_the_url_standard_makes_of_the_location(trace, recorder, location, target):
    routes = {"/d/a": lambda request: (302, [("Location", location.replace("@PORT@", str(server.port)))], b"")
              if "?" not in request.target else (200, [], b"")}
    server = recorder(routes)
    code, document = trace(f"{server.url}/d/a")
    assert code == 0
    assert server.requests[1].target == target
    assert document["hops"][1]["url"] == server.url + target


def test_utf8_and_other_bytes_of_a_location_are_escaped_one_by_one(trace, listener):
    url = listener(b"HTTP/1.1 302 Found\r\nLocation: /\xe2\x98\x83?\xff\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                   b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    code, document = trace(url)
    assert (code, urls(document)[1]) == (0, url + "/%E2%98%83?%FF")


def test_a_loop_is_found_where_it_closes(yonder, trace, recorder):
    server = recorder({"/in": (302, [("Location", "/a")], b""), "/a": (301, [("Location", "/b")], b""),
                       "/b": (308, [("Location", "/a#x")], b"")})
    code, document = trace(f"{server.url}/in")
    assert code == 1
    assert len(server.requests) == 3
    result = document["result"]
    assert (result["outcome"], result["error"], result["hops"], result["loop_to"]) == ("loop", None, 3, 2)
    assert (result["url"], result["status"]) == (f"{server.url}/b", 308)
    done = yonder("trace", f"{server.url}/in")
    assert done.returncode == 1
    assert f"Loop: hop 4 would be hop 2 again, GET {server.url}/a (3 hops" in done.stdout


def test_a_form_that_redirects_to_itself_is_no_loop(trace, recorder):
    server = recorder({"/form": lambda r: (303, [("Location", "/form")], b"") if r.method == "POST" else (200, [], b"ok")})
    code, document = trace("-d", "k=v", f"{server.url}/form")
    assert (code, document["result"]["outcome"]) == (0, "final")
    assert [h["method"] for h in document["hops"]] == ["POST", "GET"]


def endless(request):
    return (302, [("Location", str(int(request.target[1:]) + 1))], b"")


@pytest.mark.parametrize("args, requests", [
    ([], 20), (["--as", "curl"], 51), (["--max-hops", "0"], 1), (["--max-hops", "3"], 4), (["--max-hops", "30"], 31),
])
def test_the_limit_is_the_clients_own_or_the_one_given(trace, recorder, args, requests):
    server = recorder({f"/{n}": endless for n in range(100)})
    code, document = trace(*args, f"{server.url}/0")
    assert (code, document["result"]["outcome"], document["result"]["hops"]) == (1, "too_many", requests)
    assert len(server.requests) == requests
    assert document["hops"][-1]["reason"] == "too_many_redirects"
    assert document["hops"][-1]["location_resolved"] == f"{server.url}/{requests}"


@pytest.mark.parametrize("location", ["http://[::1", "http://a b/", "http://127.0.0.1:99999/", "https://"])
def test_an_invalid_location_is_named(yonder, trace, recorder, location):
    server = recorder({"/": (301, [("Location", location)], b"")})
    code, document = trace(server.url)
    assert code == 1
    result = document["result"]
    assert (result["outcome"], result["error"], result["status"]) == ("error", "invalid_location", 301)
    (hop,) = document["hops"]
    assert (hop["location"], hop["location_resolved"], hop["reason"]) == (location, None, "invalid_location")
    done = yonder("trace", server.url)
    assert done.returncode == 1 and f"Invalid Location at {server.url}/: " in done.stdout
    assert f'("{location}")' in done.stdout


def test_a_location_out_of_http_is_refused(trace, recorder):
    server = recorder({"/": (302, [("Location", "file:///etc/passwd")], b"")})
    code, document = trace(server.url)
    assert (code, document["result"]["error"]) == (1, "scheme_not_followed")
    assert document["hops"][0]["location_resolved"] == "file:///etc/passwd"


def test_two_different_locations_are_refused_and_two_equal_ones_are_not(trace, recorder):
    server = recorder({"/two": (302, [("Location", "/a"), ("Location", "/b")], b""),
                       "/same": (302, [("Location", "/a"), ("Location", "/a")], b""), "/a": (200, [], b"")})
    code, document = trace(f"{server.url}/two")
    assert (code, document["result"]["error"]) == (1, "multiple_locations")
    assert document["result"]["message"].endswith(' ("/a" and "/b")')
    assert trace(f"{server.url}/same")[0] == 0


@pytest.mark.parametrize("status, fields, reason", [
    (302, [], "no_location"), (302, [("Location", "")], "no_location"), (301, [("Location", "  ")], "no_location"),
    (300, [("Location", "/b")], "not_a_redirect"), (304, [("Location", "/b")], "not_a_redirect"),
    (201, [("Location", "/b")], "not_a_redirect"), (500, [("Location", "/b")], "not_a_redirect"),
])
def test_what_is_not_followed_is_final(trace, recorder, status, fields, reason):
    server = recorder({"/": (status, fields, b""), "/b": (200, [], b"")})
    code, document = trace(server.url)
    assert (code, document["result"]["outcome"], document["result"]["status"]) == (0, "final", status)
    assert document["hops"][0]["reason"] in (reason, "status_not_followed")
    assert len(server.requests) == 1


# ---- the network fails ------------------------------------------------------------------------


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def check_failure(yonder, trace, args, code_name, words):
    code, document = trace(*args)
    assert code == 3
    assert (document["result"]["outcome"], document["result"]["error"]) == ("error", code_name)
    last = document["hops"][-1]
    assert (last["status"], last["reason"], last["http_version"]) == (None, None, None)
    assert document["result"]["status"] is None
    assert document["result"]["message"].startswith(words)
    done = yonder("trace", *args)
    assert done.returncode == 3 and f"\n{words}" in done.stdout
    return document


def test_a_refused_connection_is_named(yonder, trace):
    check_failure(yonder, trace, [f"http://127.0.0.1:{free_port()}/"], "connection_refused", "Refused connection at ")


def test_a_refused_connection_after_a_redirect_is_a_hop_of_its_own(yonder, trace, recorder):
    port = free_port()
    server = recorder({"/": (301, [("Location", f"http://127.0.0.1:{port}/")], b"")})
    document = check_failure(yonder, trace, [server.url], "connection_refused", "Refused connection at ")
    assert [h["status"] for h in document["hops"]] == [301, None]
    assert document["result"]["url"] == f"http://127.0.0.1:{port}/"


def test_a_name_that_does_not_exist_is_named(yonder, trace):
    document = check_failure(yonder, trace, ["--timeout", "20", "http://no-such-host.invalid/"], "dns", "DNS failure at ")
    assert document["hops"][0]["remote"] is None


def test_a_host_that_no_name_server_can_be_asked_for_is_a_dns_failure(yonder, trace):
    check_failure(yonder, trace, ["http://a_b!.invalid/"], "dns", "DNS failure at ")


def test_a_server_that_hangs_up_is_named(yonder, trace, recorder):
    server = recorder({"/": None})
    check_failure(yonder, trace, [server.url], "empty_reply", "Empty reply at ")


def test_a_server_that_says_nothing_runs_into_the_time_out(yonder, trace, listener):
    def silent(connection):
        time.sleep(4)

    started = time.monotonic()
    check_failure(yonder, trace, ["--timeout", "1", listener(silent, silent)], "timeout", "Time-out at ")
    assert time.monotonic() - started < 8


@pytest.mark.parametrize("answer", [
    b"I am no web server\r\n", b"HTTP/1.1 abc\r\n\r\n", b"SSH-2.0-x\r\n" * 10,
])
def test_an_answer_that_is_not_http_is_named(yonder, trace, listener, answer):
    check_failure(yonder, trace, [listener(answer, answer)], "protocol_error", "Protocol error at ")


@pytest.mark.parametrize("head", [b"A: " + b"x" * 200_000 + b"\r\n", b"Some-Field: some-value\r\n" * 20_000],
                         ids=["one long line", "many lines"])
def test_a_head_without_measure_is_named(yonder, trace, listener, head):
    answer = b"HTTP/1.1 302 Found\r\nLocation: /b\r\n" + head + b"\r\n"
    check_failure(yonder, trace, [listener(answer, answer)], "head_too_large", "Oversized answer at ")


def test_a_long_location_is_followed_and_shown_whole(yonder, recorder):
    long = "/" + "x" * 90_000
    server = recorder({"/": lambda r: (302, [("Location", long)], b"")})
    done = yonder("trace", "--color", "always", server.url)
    assert done.returncode == 0 and done.stdout.count(long) == 2


def test_a_head_that_breaks_off_is_no_answer(trace, listener):
    code, document = trace(listener(b"HTTP/1.1 301 Moved\r\nLocation: /b\r\n"))
    assert (code, document["result"]["outcome"]) == (3, "error")
    assert document["result"]["error"] in ("empty_reply", "connection_reset", "protocol_error")


def test_plain_http_where_tls_is_spoken_is_a_tls_failure(yonder, trace, recorder):
    server = recorder({})
    check_failure(yonder, trace, [server.url.replace("http:", "https:")], "tls_handshake", "TLS failure at ")


# ---- TLS ----------------------------------------------------------------------------------------


def test_a_certificate_nobody_vouches_for_is_named_and_cacert_mends_it(yonder, trace, recorder):
    server = recorder({"/": (302, [("Location", "/b")], b""), "/b": (200, [], b"")}, tls=True)
    document = check_failure(yonder, trace, [server.url], "tls_certificate", "TLS failure at ")
    assert "certificate is not valid (" in document["result"]["message"]
    assert server.requests == []
    code, document = trace("--cacert", server.cafile, server.url)
    assert code == 0
    assert document["hops"][0]["timing_ms"]["tls"] > 0
    assert document["hops"][1]["timing_ms"]["tls"] == 0


def test_a_certificate_for_another_name_is_named(yonder, trace, recorder):
    server = recorder({"/": (200, [], b"")}, tls=True)
    document = check_failure(yonder, trace, [
        "--cacert", server.cafile, "--resolve", f"wrong.test:{server.port}:127.0.0.1",
        f"https://wrong.test:{server.port}/"], "tls_certificate", "TLS failure at ")
    assert "wrong.test" in document["result"]["message"]


def test_insecure_goes_on_and_neither_learns_nor_keeps(yonder, trace, recorder, tmp_path):
    fields = [("Strict-Transport-Security", "max-age=600"), ("Location", "/b")]
    server = recorder({"/": (301, fields, b""), "/b": (200, fields[:1], b"")}, tls=True)
    state = tmp_path / "state"
    args = ["--state", state, "--visits", "2", "--connect-to", f"::127.0.0.1:{server.port}"]
    code, document = trace("-k", *args, "https://www.example.test/")
    assert (code, [r.target for r in server.requests]) == (0, ["/", "/b"] * 2)
    assert all(hop["certificate_error"] for hop in document["hops"])
    assert [hop["hsts"]["effect"] for hop in document["hops"]] == ["bad_certificate"] * 2
    assert not any(hop["cacheable"] for hop in document["hops"])
    assert [f["code"] for f in document["findings"]] == ["bad_certificate"]
    assert not state.exists() or "example" not in state.read_text()
    server.requests.clear()
    code, document = trace("-k", "--cacert", server.cafile, *args, "https://www.example.test/")
    assert (code, [r.target for r in server.requests]) == (0, ["/", "/b", "/b"])
    assert not any(hop["certificate_error"] for hop in document["hops"])
    assert [hop["hsts"]["effect"] for hop in document["hops"]] == ["learnt", "refreshed"]
    assert "example.test" in state.read_text()


def test_from_http_to_https_on_the_standard_ports(trace, recorder):
    plain = recorder({"/": (301, [("Location", "https://www.example.test/x")], b"")})
    tls = recorder({"/x": (200, [], b"")}, tls=True)
    code, document = trace("--cacert", tls.cafile,
                           "--connect-to", f"www.example.test:80:127.0.0.1:{plain.port}",
                           "--connect-to", f"www.example.test:443:127.0.0.1:{tls.port}", "www.example.test")
    assert code == 0
    assert urls(document) == ["http://www.example.test/", "https://www.example.test/x"]
    assert [h["remote"] for h in document["hops"]] == [f"127.0.0.1:{plain.port}", f"127.0.0.1:{tls.port}"]
    assert plain.requests[0].header("Host") == tls.requests[0].header("Host") == "www.example.test"


def test_http2_is_spoken_where_the_server_offers_it(trace, nginx, pki):
    port = free_port()
    nginx(f"listen 127.0.0.1:{port} ssl http2; location = /a {{ return 307 /b?x; }}"
          "location = /b { return 200 ok; }", tls=True)
    url = f"https://localhost:{port}"
    for args in (["-d", "k=v"], ["-X", "HEAD"], ["-X", "PURGE"]):
        code, document = trace("--cacert", str(pki.cafile), *args, f"{url}/a")
        assert (code, urls(document)) == (0, [f"{url}/a", f"{url}/b?x"])
        assert [h["http_version"] for h in document["hops"]] == ["2", "2"]
        assert [h["status"] for h in document["hops"]] == [307, 200]


# ---- bodies -------------------------------------------------------------------------------------


def test_head_does_not_wait_for_a_body(trace, recorder):
    server = recorder({"/": (302, [("Location", "/b"), ("Content-Length", "1000000")], b""),
                       "/b": (200, [("Content-Length", "5")], b"")})
    started = time.monotonic()
    code, document = trace("-X", "HEAD", server.url)
    assert (code, [r.method for r in server.requests]) == (0, ["HEAD", "HEAD"])
    code, document = trace("-X", "HEAD", "-d", "body", server.url)  # odd, but it can be asked for
    assert (code, [r.method for r in server.requests[2:]]) == (0, ["HEAD", "HEAD"])
    assert server.requests[2].body == b"body"
    assert time.monotonic() - started < 3


def test_a_body_in_chunks_with_trailers_is_read_over(trace, listener):
    url = listener(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nTransfer-Encoding: chunked\r\n\r\n"
                   b"5\r\nhello\r\n0\r\nLocation: /trap\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    code, document = trace(url)
    assert (code, urls(document)) == (0, [url + "/", url + "/b"])


def test_interim_responses_are_passed_over(trace, listener):
    url = listener(b"HTTP/1.1 103 Early Hints\r\nLocation: /trap\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
                   b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                   b"HTTP/1.1 204 No Content\r\n\r\n")
    code, document = trace(url)
    assert (code, urls(document)) == (0, [url + "/", url + "/b"])
    assert [h["headers"][0] for h in document["hops"][:1]] == [["Location", "/b"]]


def test_a_large_body_is_read_in_part(trace, recorder):
    server = recorder({"/": (302, [("Location", "/b")], b"x" * 50_000_000), "/b": (200, [], b"y" * 50_000_000)})
    code, document = trace(server.url)
    assert (code, urls(document)) == (0, [server.url + "/", server.url + "/b"])
    assert [h["incomplete"] for h in document["hops"]] == [False, False]  # we have seen enough, that is all


def test_a_body_that_never_ends_does_not_hold_the_chain_up(trace, listener):
    def endless_body(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\n")
        try:
            for _ in range(80):
                connection.sendall(b"x")
                time.sleep(0.1)
        except OSError:
            pass

    url = listener(endless_body, b"HTTP/1.0 200 Fine\r\n\r\n")
    started = time.monotonic()
    code, document = trace(url)
    # The thread that serves is busy with the first connection until that is closed.
    assert (code, urls(document)) == (0, [url + "/", url + "/b"])
    assert document["hops"][1]["http_version"] == "1.0"
    assert time.monotonic() - started < 7


def test_a_body_shorter_than_announced_leaves_the_redirect_what_it_is(trace, listener):
    url = listener(b"HTTP/1.1 301 Moved\r\nLocation: /b\r\nContent-Length: 100\r\n\r\nshort",
                   b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    code, document = trace(url)
    assert (code, [h["status"] for h in document["hops"]]) == (0, [301, 200])
    assert [h["incomplete"] for h in document["hops"]] == [True, False]


@pytest.mark.parametrize("rest, incomplete", [
    (b"Content-Length: 1000\r\n\r\nabc", True), (b"Content-Length: 3\r\n\r\nabc", False),
    (b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", True), (b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", True),
    (b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", False), (b"\r\nto the end", False),
])
def test_a_body_that_is_cut_short_is_noted_and_no_error(yonder, trace, listener, rest, incomplete):
    answer = b"HTTP/1.1 200 OK\r\n" + rest
    url = listener(answer, answer)
    code, document = trace(url)
    assert (code, document["result"]["outcome"], document["hops"][0]["incomplete"]) == (0, "final", incomplete)
    done = yonder("trace", url)
    assert (done.returncode, "Note: the body of hop 1 was cut short\nFinal: 200 OK" in done.stdout) == (0, incomplete)


def test_a_large_upload_is_sent_again_and_an_early_answer_is_heard(trace, recorder, tmp_path):
    body = os.urandom(3_000_000)
    (tmp_path / "big").write_bytes(body)
    server = recorder({"/": (307, [("Location", "/b")], b""), "/b": (200, [], b"")})
    code, document = trace("-d", "@big", server.url)
    assert (code, [r.body == body for r in server.requests]) == (0, [True, True])


def test_an_answer_before_the_end_of_the_upload_is_heard(trace, nginx, tmp_path):
    (tmp_path / "big").write_bytes(b"x" * 5_000_000)
    peer = nginx("client_max_body_size 1k; location = /b { return 200; }")
    code, document = trace("-d", "@big", f"{peer.url}/")
    assert (code, document["result"]["status"]) == (0, 413)


# ---- what is sent -------------------------------------------------------------------------------


def test_any_method_is_sent_as_it_is(trace, recorder):
    server = recorder({"/": (307, [("Location", "/b")], b""), "/b": (200, [], b"")})
    for method in ("PURGE", "get", "M-SEARCH", "OPTIONS", "TRACE", "!#$%&'*+-.^_`|~"):
        code, _ = trace("-X", method, server.url)
        assert (code, [r.method for r in server.requests[-2:]]) == (0, [method, method])


def test_data_comes_from_words_files_and_standard_input(yonder, recorder, tmp_path):
    server = recorder({"/": (200, [], b"")})
    (tmp_path / "file").write_bytes(b"line\r\n\0end\n")
    for args, given, body in (
        (["-d", "a=1", "-d", "b=2"], None, b"a=1&b=2"),
        (["-d", "@file"], None, b"line\r\n\0end\n"),
        (["-d", "@-"], "from stdin\n", b"from stdin\n"),
        (["-d", "x", "-d", "@file"], None, b"x&line\r\n\0end\n"),
        (["-d", ""], None, b""),
    ):
        assert yonder("trace", *args, server.url, input=given).returncode == 0
        request = server.requests[-1]
        assert (request.method, request.body) == ("POST", body)
        assert request.header("Content-Length") == str(len(body))
        assert request.header("Content-Type") == "application/x-www-form-urlencoded"


def test_header_fields_can_be_added_replaced_emptied_and_left_out(yonder, recorder):
    server = recorder({"/": (200, [], b"")})
    yonder("trace", "--as", "curl", "-H", "user-agent: mine", "-H", "Accept:", "-H", "X-Empty;", "-H", "X: 1",
           "-H", "X: 2", "-H", "Host: other.test", server.url)
    (request,) = server.requests
    assert sorted(request.headers) == [("Host", "other.test"), ("X", "1"), ("X", "2"), ("X-Empty", ""),
                                       ("user-agent", "mine")]


def test_nothing_of_the_environment_gets_in_between(yonder, recorder, tmp_path):
    server = recorder({"/": (200, [], b"")})
    nowhere = f"http://127.0.0.1:{free_port()}"
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login u password p\n")
    (tmp_path / ".curlrc").write_text(f"proxy = {nowhere}\n")
    done = yonder("trace", server.url, env={"http_proxy": nowhere, "ALL_PROXY": nowhere, "HOME": str(tmp_path)})
    assert done.returncode == 0
    assert server.requests[0].target == "/"
    assert server.requests[0].header("Authorization") is None


# ---- getting there ------------------------------------------------------------------------------


def test_resolve_and_connect_to_lead_to_the_server(trace, recorder):
    server = recorder({"/": (302, [("Location", f"http://b.test:{0}/")], b"")})
    server.routes["/"] = lambda r: (302, [("Location", f"http://b.test:{server.port}/x")], b"")
    server.routes["/x"] = (302, [("Location", "http://c.test/y")], b"")
    server.routes["/y"] = (200, [], b"")
    code, document = trace("--resolve", f"a.test:{server.port}:127.0.0.1",
                           "--resolve", f"b.test:{server.port}:127.0.0.1",
                           "--connect-to", f"c.test:80:127.0.0.1:{server.port}", f"http://a.test:{server.port}/")
    assert code == 0
    assert [r.header("Host") for r in server.requests] == [
        f"a.test:{server.port}", f"b.test:{server.port}", "c.test"]
    assert {h["remote"] for h in document["hops"]} == {f"127.0.0.1:{server.port}"}


def test_an_address_without_a_scheme_is_plain_http(trace, recorder):
    server = recorder({"/x": (200, [], b"")})
    for argument in (f"localhost:{server.port}/x", f"127.0.0.1:{server.port}/x", f"//127.0.0.1:{server.port}/x",
                     f"  HTTP:127.0.0.1:{server.port}/x"):
        code, document = trace(argument)
        assert (code, document["hops"][0]["url"].split(":")[0]) == (0, "http"), argument
    assert len(server.requests) == 4


@pytest.mark.parametrize("args", [
    [], ["http://a.test/", "http://b.test/"], ["http://[::1"], ["ftp://a.test/"], ["mailto:me@a.test"], [""],
    ["--as", "netscape", "a.test"], ["-X", "GE T", "a.test"], ["-X", "", "a.test"], ["-H", "no colon", "a.test"],
    ["-H", "A: b\r\nC: d", "a.test"], ["-H", "Content-Length: 3", "a.test"], ["-d", "@no-such-file", "a.test"],
    ["--cacert", "no-such-file", "https://a.test/"], ["--cacert", "/etc/hostname", "https://a.test/"],
    ["--resolve", "a.test:80", "a.test"], ["--resolve", "a.test:x:127.0.0.1", "a.test"],
    ["--resolve", "a.test:80:localhost", "a.test"], ["--connect-to", "a:1:b", "a.test"],
    ["--connect-to", "a:1:b:c", "a.test"], ["--max-hops", "-1", "a.test"], ["--max-hops", "x", "a.test"],
    ["--timeout", "0", "a.test"], ["--color", "pink", "a.test"], ["--no-such", "a.test"],
])
def test_wrong_usage_is_told_and_nothing_is_sent(yonder, args):
    done = yonder("trace", *args)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("yonder trace: ")


@pytest.mark.parametrize("file, words", [
    ("no-such-file", "cannot read 'no-such-file': No such file or directory"), ("/etc", "cannot read '/etc': Is a directory"),
    ("/etc/hostname", "'/etc/hostname' holds no certificate in PEM form"),
])
def test_a_ca_file_that_cannot_be_used_is_named_with_the_reason(yonder, file, words):
    done = yonder("trace", "--cacert", file, "https://a.test/")
    assert (done.returncode, done.stderr) == (2, f"yonder trace: {words}\n")


# ---- how it looks -------------------------------------------------------------------------------


def on_a_terminal(args, env, columns=0):
    """What the program writes to a terminal."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    process = subprocess.Popen([program.path(), *args], stdin=subprocess.DEVNULL, stdout=slave, stderr=slave,
                               env=program.environment(env))
    os.close(slave)
    output = b""
    try:
        while part := os.read(master, 65536):
            output += part
    except OSError:
        pass  # the other end is closed
    os.close(master)
    assert process.wait(20) in (0, 1)
    return output.decode().replace("\r\n", "\n")


def test_colour_only_on_a_terminal_and_never_with_no_color(yonder, recorder):
    server = recorder({"/": (302, [("Location", "/b")], b""), "/b": (200, [], b"")})
    assert "\033" in on_a_terminal(["trace", server.url], {"TERM": "xterm"})
    assert "\033" not in on_a_terminal(["trace", server.url], {"TERM": "xterm", "NO_COLOR": "1"})
    assert "\033" not in on_a_terminal(["trace", server.url], {"TERM": "dumb"})
    assert "\033" not in on_a_terminal(["trace", server.url, "--json"], {"TERM": "xterm"})
    assert "\033" not in yonder("trace", server.url).stdout
    assert "\033" in yonder("trace", "--color", "always", server.url).stdout


def test_the_table_has_the_whole_url_of_each_hop_and_marks_the_method(yonder, recorder):
    long = "/b?" + "x" * 3000
    server = recorder({"/a": (302, [("Location", long)], b""), "/b": (200, [], b"")})
    done = yonder("trace", "-d", "k=v", f"{server.url}/a")
    heading, first, second, warning, verdict = done.stdout.splitlines()
    assert warning.startswith("Warning: hop 1 turns POST into GET")
    assert first.endswith(f"  {server.url}/a") and second.endswith(f"  {server.url}{long}")
    assert "POST → GET" in second and "302 " in first and "200 OK" in second
    assert verdict.startswith(f"Final: 200 OK at {server.url}{long} (2 hops, ")


@pytest.mark.parametrize("columns", [80, 100])
@pytest.mark.parametrize("args", [["-d", "name=Ada", "/register-form.html"], ["/old-guide"], ["/ping"]])
def test_the_first_traces_of_a_newcomer_fit_the_terminal(yonder, serve, columns, args):
    server = serve((ROOT / "examples/site.rules").read_text())
    *options, path = args
    *lines, verdict = on_a_terminal(["trace", *options, server.url + path], {"TERM": "dumb"}, columns).splitlines()
    assert verdict.startswith(("Final: 404", "Loop: hop 3"))
    for line in lines:
        assert len(line) <= columns or re.fullmatch(r"    http://\S+", line)
    assert re.match(r"#  status +method +tcp +wait +total ms", lines[0])  # neither dns nor tls took place
    assert all(re.match(r"\d  (30[78] for (now|good), method kept|404 Not Found) |(Error|Note|Search engines): ", line)
               for line in lines[1:] if line[0] != " ")


def test_a_name_is_looked_up_and_an_address_is_not(yonder, recorder):
    server = recorder({"/": (200, [], b"")})
    assert " dns " not in yonder("trace", server.url).stdout
    assert " dns " in yonder("trace", f"http://localhost:{server.port}/").stdout
    assert " dns " in yonder("trace", "--connect-to", f"::localhost:{server.port}", "http://192.0.2.1/").stdout


def keys(value):
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_the_page_tells_of_every_member_and_code(yonder, trace, recorder):
    page = yonder("help", "--man", "trace").stdout
    section = page[page.index(".Sh MACHINE OUTPUT"):page.index(".Sh EXIT STATUS")]
    server = recorder({"/": (301, [("Location", "/b")], b""), "/b": (200, [], b"")})
    document = trace(server.url)[1]
    assert "loop_to" in keys(document)
    for word in keys(document):
        assert re.search(rf"^\.It Cm (.*, )?{word}(,|$)|\"{word}\"", section, re.MULTILINE), word
    for code in ("too_many", "invalid_location", "connection_refused", "tls_certificate"):
        assert f"\n.It Cm {code}\n" in section


def test_bytes_from_the_server_do_not_reach_the_terminal(yonder, listener):
    answer = b"HTTP/1.1 299 \x1b[31m\x9b\xc2\x85evil\x07\r\nX: \x1b]0;x\x07\r\nContent-Length: 0\r\n\r\n"
    out = yonder("trace", listener(answer)).stdout
    assert "299 \\x1B[31m\\x9B\\xC2\\x85evil\\x07" in out
    assert all(c == "\n" or c.isprintable() for c in out)

# ---- our own server -----------------------------------------------------------------------------


def test_our_own_server_is_traced(trace, serve):
    server = serve("/form /signup temporary\n/a /b 301\n/b /c 302\n/c /a 303\n")
    code, document = trace("-d", "k=v", f"{server.url}/form")
    assert (code, [h["method"] for h in document["hops"]], document["result"]["status"]) == (0, ["POST", "POST"], 404)
    code, document = trace(f"{server.url}/a")
    assert (code, document["result"]["outcome"], document["result"]["hops"]) == (1, "loop", 3)
