# SPDX-License-Identifier: MIT
"""HTTP/2 of `yonder serve`: by curl, nghttp and h2load, and frame by frame."""
import re
import signal
import socket
import ssl
import struct
import subprocess
import threading
import time

import http1
import http2
import pytest
from http2 import DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE, frame

RULES = """/old /new 301
/away https://b.example/x 308
/gone - 410
/l /de 302 language=de
/l /en 302
/c /x 302 cookie=b
[localhost]
hsts max-age=600 includeSubDomains
/old /new 308
"""


@pytest.fixture
def h2c(serve):
    server = serve(RULES)
    return server


@pytest.fixture
def tls(serve, pki):
    """A server with both kinds of listeners: .port and .tls_port; and .context for clients."""
    server = serve(RULES, "--tls-listen", "127.0.0.1:0", "--cert", pki.cert, "--key", pki.key)
    server.tls_port = int(re.search(r"listening on https://[^/\s]+:(\d+)/", server.wait_stderr("listening on https")).group(1))
    server.context = ssl.create_default_context(cafile=str(pki.cafile))
    server.context.set_alpn_protocols(["h2"])
    server.cafile = pki.cafile
    return server


def run(*args, timeout=60):
    return subprocess.run([str(a) for a in args], capture_output=True, text=True, timeout=timeout, check=False)


def setting(name, value):
    return struct.pack(">HI", name, value)


# ---- real clients --------------------------------------------------------------------------------


def test_curl_is_redirected_over_tls_and_hears_of_hsts(tls):
    done = run("curl", "-sS", "-i", "--http2", "--cacert", tls.cafile, f"https://localhost:{tls.tls_port}/old?q=1")
    head, _, body = done.stdout.partition("\n\n")
    assert head.startswith("HTTP/2 308"), done
    assert "\nlocation: /new?q=1" in head
    assert "\nstrict-transport-security: max-age=600; includeSubDomains" in head
    assert '<a href="/new?q=1">' in body


def test_curl_is_redirected_with_prior_knowledge(h2c):
    done = run("curl", "-sS", "-i", "--http2-prior-knowledge", f"{h2c.url}/old")
    assert done.stdout.startswith("HTTP/2 301") and "location: /new" in done.stdout, done


def test_curl_is_not_upgraded(h2c):
    done = run("curl", "-sS", "-i", "--http2", f"{h2c.url}/old")
    assert done.stdout.startswith("HTTP/1.1 301"), done


def test_clients_choose_between_the_protocols(tls):
    for arguments, version in ((["--http2"], "2"), (["--http1.1"], "1.1"), (["--no-alpn"], "1.1")):
        done = run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_version} %{http_code}", *arguments, "--cacert", tls.cafile,
                   f"https://localhost:{tls.tls_port}/old")
        assert done.stdout == f"{version} 308", (arguments, done)


@pytest.mark.parametrize("size", [0, 1, 100000, 1048576, 1048577, 3000000])
def test_uploads_get_their_answer(tls, tmp_path, size):
    body = tmp_path / "body"
    body.write_bytes(b"x" * size)
    for url in (f"http://127.0.0.1:{tls.port}/old", f"https://localhost:{tls.tls_port}/old"):
        done = run("curl", "-sS", "-m", 10, "-o", "/dev/null", "-w", "%{http_version} %{http_code}", "--cacert", tls.cafile,
                   "--http2-prior-knowledge", "--data-binary", f"@{body}", url)
        assert re.fullmatch("2 30[18]", done.stdout), done


def test_nghttp_has_no_complaint(h2c, tmp_path):
    body = tmp_path / "body"
    body.write_bytes(b"x" * 3000000)
    done = run("nghttp", "-v", "-m", 20, f"{h2c.url}/old")
    assert len(re.findall("END_STREAM\n", done.stdout)) and "recv GOAWAY" not in done.stdout, done.stdout
    assert len(re.findall(r"recv \(stream_id=\d+\) :status: 301", done.stdout)) == 20
    done = run("nghttp", "-v", "-d", body, f"{h2c.url}/old")
    assert re.search(r"recv RST_STREAM frame.*\n.*NO_ERROR", done.stdout), done.stdout


def test_every_request_of_a_load_is_answered(tls):
    for url in (f"https://localhost:{tls.tls_port}/old", f"{tls.url}/old"):
        done = run("h2load", "-n", 20000, "-c", 8, "-m", 100, f"--connect-to={url.split('/')[2].replace('localhost', '127.0.0.1')}", url)
        assert "20000 succeeded, 0 failed" in done.stdout, done.stdout
        assert re.search("20000 3xx", done.stdout), done.stdout


# ---- the same answers as HTTP/1 ------------------------------------------------------------------


@pytest.mark.parametrize("path,method,extra", [
    ("/old", "GET", ()), ("/old?a=b", "POST", ()), ("/away", "HEAD", ()), ("/gone", "GET", ()), ("/none", "GET", ()),
    ("/l", "GET", (("accept-language", "de"),)), ("/l", "GET", ()), ("/c", "GET", (("cookie", "a=1; b=2"),)),
    ("/" + "x" * 9000, "GET", ()), ("*", "OPTIONS", ()), ("/old", "GET", (("x", "y" * 20000),)),
])
def test_an_answer_is_that_of_http1(h2c, path, method, extra):
    with http1.Client(h2c.port) as one, http2.Client(h2c.port) as two:
        lines = "".join(f"{name}: {value}\r\n" for name, value in extra)
        first = one.ask(path, method, lines)
        second = two.ask(1, path, method=method, extra=extra)
    assert second.status == first.status
    old = {name.lower(): value for name, value in first.fields}
    old.pop("connection", None)
    new = dict(second.fields)
    assert len(new) == len(second.fields)
    old.pop("date"), new.pop("date")
    assert new == old
    assert second.body == first.body


def test_cookies_in_crumbs_are_one(h2c):
    with http2.Client(h2c.port) as client:
        assert client.ask(1, "/c", extra=(("cookie", "a=1"), ("x", "y"), ("cookie", "b=2"))).get("location") == "/x"


def test_hosts_the_certificate_is_not_for_are_misdirected(tls):
    with http2.Client(tls.tls_port, tls.context) as client:
        assert client.ask(1, scheme="https", authority="localhost").status == 308
        stranger = client.ask(3, scheme="https", authority="stranger.example")
        assert stranger.status == 421 and not stranger.get("strict-transport-security")
        assert client.ask(5, scheme="http", authority="localhost").status == 421
        assert client.ask(7, scheme="https", authority="LOCALHOST:443").status == 308


def test_hsts_goes_with_errors_and_never_over_plain_http(tls):
    with http2.Client(tls.tls_port, tls.context) as client:
        for stream, how, status in ((1, {"path": "/none"}, 404), (3, {"path": "x"}, 400), (5, {"extra": [("a", "x" * 17000)]}, 431),
                                    (7, {"path": "*", "method": "OPTIONS"}, 204)):
            answer = client.ask(stream, scheme="https", authority="localhost", **how)
            assert answer.status == status
            assert answer.get("strict-transport-security") == "max-age=600; includeSubDomains", how
    with http2.Client(tls.port) as client:
        assert not client.ask(1, authority="localhost").get("strict-transport-security")


# ---- the protocol --------------------------------------------------------------------------------


def test_requests_may_come_in_any_pieces(h2c):
    data = http2.PREFACE + frame(SETTINGS) + b"".join(http2.request(i) for i in (1, 3, 5))
    for size in (1, 2, 7, 23, 24, 25, 100):
        with http2.Client(h2c.port, start=False) as client:
            for at in range(0, len(data), size):
                client.send(data[at : at + size])
            assert [client.answer(i).status for i in (1, 3, 5)] == [301] * 3


def test_a_preface_in_the_middle_is_an_error_of_http1(h2c):
    with http1.Client(h2c.port) as client:
        assert client.ask("/old").status == 301
        client.send(http2.PREFACE)
        assert client.receive().status == 505


def test_what_looks_like_a_preface_is_not(h2c, raw):
    for start in (b"PRI * HTTP/2.0\r\n\r\nXX", b"PRI * HTTP/2.0\r\nHost: a\r\n\r\n"):
        assert b"HTTP/1.1 505 " in raw(h2c.port, start + b"\r\n\r\n")


def test_it_says_what_it_allows(h2c):
    with http2.Client(h2c.port) as client:
        client.send(frame(PING, payload=b"12345678"))
        client.until(lambda: client.pongs)
        assert client.settings == {3: 128, 6: 16384, 9: 1} and client.acks == 1
        assert client.pongs == [b"12345678"]


BROKEN = [  # what is sent, the error of the connection
    ("another preface", None, http2.PROTOCOL_ERROR),
    ("a frame too large", frame(HEADERS, 5, 1, b"x" * 16385), http2.FRAME_SIZE_ERROR),
    ("DATA of no stream", frame(DATA, 0, 0, b"x"), http2.PROTOCOL_ERROR),
    ("DATA of an idle stream", frame(DATA, 0, 1, b"x"), http2.PROTOCOL_ERROR),
    ("an even stream", http2.request(2), http2.PROTOCOL_ERROR),
    ("PING of a stream", frame(PING, 0, 1, b"12345678"), http2.PROTOCOL_ERROR),
    ("PING of nine bytes", frame(PING, 0, 0, b"123456789"), http2.FRAME_SIZE_ERROR),
    ("a promise", frame(http2.PUSH_PROMISE, 4, 1, b"\0\0\0\2"), http2.PROTOCOL_ERROR),
    ("a window too large", frame(SETTINGS, payload=setting(4, 2**31)), http2.FLOW_CONTROL_ERROR),
    ("no HPACK", frame(HEADERS, 5, 1, b"\xff\xff\xff\xff\xff\xff"), http2.COMPRESSION_ERROR),
    ("a stream again", http2.request(1) + http2.request(1), http2.STREAM_CLOSED),
    ("a stream that was passed over", http2.request(5) + http2.request(3), http2.PROTOCOL_ERROR),
    ("something within a head", frame(HEADERS, 1, 1, http2.block(http2.fields())) + frame(PING, payload=b"12345678"), http2.PROTOCOL_ERROR),
]


@pytest.mark.parametrize("name,data,error", BROKEN, ids=[b[0] for b in BROKEN])
def test_broken_frames_end_the_connection(h2c, name, data, error):
    with http2.Client(h2c.port, start=False) as client:
        if data is None:
            client.send(http2.PREFACE + b"GET / HTTP/1.1\r\n\r\n")
        else:
            client.send(http2.PREFACE + frame(SETTINGS) + data)
        assert client.end() in ((error,) if data else (error, http2.FRAME_SIZE_ERROR))


MALFORMED = [
    [(":method", "GET"), (":scheme", "http"), (":authority", "a")],
    [(":method", "GET"), (":path", "/"), (":authority", "a")],
    [(":scheme", "http"), (":path", "/"), (":authority", "a")],
    http2.fields(path=""),
    http2.fields(extra=[("Upper", "x")]),
    http2.fields(extra=[("connection", "keep-alive")]),
    http2.fields(extra=[("transfer-encoding", "chunked")]),
    http2.fields(extra=[("te", "gzip")]),
    http2.fields(extra=[("host", "b.example")]),
    http2.fields(extra=[(":path", "/")]),
    http2.fields(extra=[(":unknown", "x")]),
    http2.fields(extra=[("x", "a\r\nb: c")]),
    http2.fields(extra=[("x", "a\0b")]),
    http2.fields(extra=[("content-length", "5")]),
    [("x", "y"), *http2.fields()],
]


@pytest.mark.parametrize("bad", MALFORMED, ids=range(len(MALFORMED)))
def test_malformed_requests_are_reset_and_the_connection_stays(h2c, bad):
    with http2.Client(h2c.port) as client:
        client.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, http2.block(bad)))
        client.until(lambda: client.resets)
        assert client.resets == {1: http2.PROTOCOL_ERROR}
        assert client.ask(3).status == 301


def test_pages_go_as_far_as_there_is_room(h2c):
    with http2.Client(h2c.port, settings=setting(4, 1)) as client:
        client.send(http2.request(1) + http2.request(3))
        client.until(lambda: 3 in client.answers and len(client.answers[3].body) == 1)
        assert [len(client.answers[i].body) for i in (1, 3)] == [1, 1]
        client.send(frame(WINDOW_UPDATE, 0, 3, struct.pack(">I", 1000)))
        assert client.answer(3).body.endswith(b"</p>\n") and not client.answers[1].over
        client.send(frame(SETTINGS, payload=setting(4, 1000)))
        assert client.answer(1).body == client.answers[3].body


# ---- uploads -------------------------------------------------------------------------------------


def test_a_body_is_read_past_and_given_room_for(serve):
    server = serve(RULES, "--max-body", 100000)
    with http2.Client(server.port) as client:
        client.send(http2.request(1, method="POST", end=False))
        assert client.answer(1).status == 301  # before the body
        for _ in range(6):
            client.send(frame(DATA, 0, 1, b"x" * 16384))
            client.send(frame(PING, payload=b"12345678"))
            client.until(lambda: client.pongs.pop() if client.pongs else False)
        assert sum(n for stream, n in client.updates if stream == 1) == 6 * 16384
        client.send(frame(DATA, END_STREAM, 1, b"end"))
        assert client.ask(3).status == 301
        assert not client.resets and not client.goaways


def test_a_body_that_is_too_long_is_ended_without_error(serve):
    server = serve(RULES, "--max-body", 1000)
    with http2.Client(server.port) as client:
        client.send(http2.request(1, method="POST", end=False))
        client.answer(1)
        client.send(frame(DATA, 0, 1, b"x" * 1001))
        client.until(lambda: client.resets, 5)
        assert client.resets == {1: http2.NO_ERROR}
        client.send(frame(DATA, 0, 1, b"x" * 1001))  # was under way
        assert client.ask(3).status == 301 and len(client.resets) == 1


def test_a_body_of_another_length_is_an_error(h2c):
    with http2.Client(h2c.port) as client:
        client.send(http2.request(1, method="POST", end=False, extra=[("content-length", "5")]))
        client.send(frame(DATA, END_STREAM, 1, b"abc"))
        client.until(lambda: client.resets)
        assert client.resets == {1: http2.PROTOCOL_ERROR}


# ---- floods --------------------------------------------------------------------------------------

FLOODS = {
    "pings": frame(PING, payload=b"12345678") * 100,
    "settings": frame(SETTINGS, payload=setting(4, 65535)) * 100,
    "acknowledgements": frame(SETTINGS, 1) * 100,
    "priorities": frame(http2.PRIORITY, 0, 1, b"\0\0\0\0\1") * 100,
    "unknown frames": frame(200, 0, 0, b"x") * 100,
    "empty data": frame(DATA, 0, 1) * 100,
    "window updates": frame(WINDOW_UPDATE, 0, 1, b"\0\0\0\1") * 100,
}


@pytest.mark.parametrize("name", FLOODS)
def test_small_talk_without_end_is_ended(h2c, name):
    with http2.Client(h2c.port) as client:
        client.send(http2.request(1, method="POST", end=False))
        client.answer(1)
        http2.flood(client, FLOODS[name], 1000)
        assert client.end() in (http2.ENHANCE_YOUR_CALM, None)
    with http2.Client(h2c.port) as client:
        assert client.ask(1).status == 301


def test_a_rapid_reset_is_ended(h2c):
    with http2.Client(h2c.port) as client:
        def pairs(start):
            return b"".join(http2.request(i) + frame(RST_STREAM, 0, i, b"\0\0\0\x08") for i in range(start, start + 200, 2))

        try:
            for start in range(1, 40001, 200):
                client.send(pairs(start))
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert client.end() in (http2.ENHANCE_YOUR_CALM, None)
        assert len(client.answers) < 5000
    with http2.Client(h2c.port) as client:
        assert client.ask(1).status == 301


def test_requests_that_have_us_reset_are_ended(h2c):
    with http2.Client(h2c.port) as client:
        try:
            for start in range(1, 20001, 200):
                client.send(b"".join(http2.request(i, extra=[("te", "x")]) for i in range(start, start + 200, 2)))
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert client.end() in (http2.ENHANCE_YOUR_CALM, None)


@pytest.mark.parametrize("size", [0, 1, 1000, 16384])
def test_a_head_without_end_is_ended(h2c, size):
    with http2.Client(h2c.port) as client:
        client.send(frame(HEADERS, 1, 1, http2.block(http2.fields())))
        http2.flood(client, frame(http2.CONTINUATION, 0, 1, b"\x82" * size), 1000)
        assert client.end() in (http2.ENHANCE_YOUR_CALM, None)


def test_a_bomb_of_headers_is_refused(h2c):
    """A long field of the dynamic table, named again and again, each time by one byte."""
    bomb = b"\x40" + http2.text("x") + http2.text("y" * 4000) + b"\xbe" * 12000
    with http2.Client(h2c.port) as client:
        for stream in range(1, 21, 2):
            client.send(frame(HEADERS, 5, stream, http2.block(http2.fields()) + bomb))
            assert client.answer(stream).status == 431


def test_more_streams_than_allowed_are_refused(h2c):
    with http2.Client(h2c.port, settings=setting(4, 0)) as client:
        client.send(b"".join(http2.request(i) for i in range(1, 261, 2)))
        client.until(lambda: client.resets)
        assert set(client.resets.values()) == {http2.REFUSED_STREAM}
        assert min(client.resets) == 257


def test_pages_that_nobody_takes_cost_little(h2c):
    with http2.Client(h2c.port, settings=setting(4, 0)) as client:
        client.send(b"".join(http2.request(i, "/old?" + "'" * 8000) for i in range(1, 200, 2)))
        client.until(lambda: len(client.answers) == 100)
        over = [answer.over for answer in client.answers.values()]
        assert over.count(False) < 5  # the others went without


# ---- time ----------------------------------------------------------------------------------------


def ends_after(client, least, most):
    begin = time.monotonic()
    error = client.end(most + 3)
    assert least <= time.monotonic() - begin <= most
    return error


def test_who_asks_nothing_is_let_go(serve):
    server = serve(RULES, "--idle-timeout", 1)
    with http2.Client(server.port) as client:
        assert client.ask(1).status == 301
        assert ends_after(client, 0.5, 2) == http2.NO_ERROR
        assert client.goaways == [(1, 0)]


def test_pings_keep_nobody(serve):
    server = serve(RULES, "--idle-timeout", 1)
    with http2.Client(server.port) as client:
        stop = threading.Event()

        def ping():
            while not stop.wait(0.1):
                http2.flood(client, frame(PING, payload=b"12345678"), 1)

        thread = threading.Thread(target=ping)
        thread.start()
        try:
            assert ends_after(client, 0.5, 4) == http2.NO_ERROR
        finally:
            stop.set()
            thread.join()


def test_a_slow_head_is_not_waited_for(serve):
    server = serve(RULES, "--head-timeout", 1)
    with http2.Client(server.port) as client:
        client.send(frame(HEADERS, 1, 1, http2.block(http2.fields())))
        assert ends_after(client, 0.5, 2) == http2.NO_ERROR
    with http2.Client(server.port, start=False) as client:  # nor is a slow preface
        client.send(http2.PREFACE[:10])
        client.socket.settimeout(4)
        assert b" 408 " in client.socket.recv(1000)


def test_a_slow_body_is_given_up_and_the_connection_stays(serve):
    server = serve(RULES, "--body-timeout", 1)
    with http2.Client(server.port) as client:
        client.send(http2.request(1, method="POST", end=False))
        client.until(lambda: client.resets, 4)
        assert client.resets == {1: http2.CANCEL}
        assert client.ask(3).status == 301


def test_who_makes_no_room_for_answers_is_let_go(serve):
    server = serve(RULES, "--write-timeout", 1)
    with http2.Client(server.port, settings=setting(4, 0)) as client:
        client.send(http2.request(1))
        assert ends_after(client, 0.5, 3) == http2.NO_ERROR


def test_who_does_not_read_is_not_read_from(serve):
    server = serve(RULES, "--write-timeout", 1)
    with http2.Client(server.port, settings=setting(4, 2**30)) as client:
        client.send(frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", 2**30)))
        client.socket.settimeout(0.5)
        sent = 0
        with pytest.raises((socket.timeout, ConnectionError)):
            for start in range(1, 10**6, 200):
                client.send(b"".join(http2.request(i) for i in range(start, start + 200, 2)))
                sent += 100
        assert sent < 200000
        time.sleep(2.5)
    with http2.Client(server.port) as client:
        assert client.ask(1).status == 301


# ---- drain and reload ----------------------------------------------------------------------------


def test_the_end_is_announced_and_what_is_under_way_is_answered(tls):
    clients = [http2.Client(tls.port), http2.Client(tls.tls_port, tls.context)]
    for client in clients:
        client.send(frame(PING, payload=b"12345678"))
        client.until(lambda c=client: c.pongs)
    tls.process.send_signal(signal.SIGTERM)
    for client, how in zip(clients, ({}, {"scheme": "https", "authority": "localhost"})):
        client.until(lambda c=client: c.goaways)
        assert client.goaways == [(http2.LAST, 0)]
        assert client.ask(1, **how).status in (301, 308)  # it crossed the news
    for client in clients:
        assert client.end() == http2.NO_ERROR
        assert client.goaways == [(http2.LAST, 0), (1, 0)]
    assert tls.process.wait(10) == 0


def test_a_body_is_waited_for_at_the_end(h2c):
    with http2.Client(h2c.port) as client:
        client.send(http2.request(1, method="POST", end=False))
        client.answer(1)
        h2c.process.send_signal(signal.SIGTERM)
        client.until(lambda: client.goaways)
        time.sleep(0.6)
        client.send(frame(DATA, END_STREAM, 1, b"abc"))
        assert client.end() == http2.NO_ERROR
    assert h2c.process.wait(10) == 0


def test_a_reload_under_load_fails_nobody(tls):
    url = f"https://localhost:{tls.tls_port}/old"
    load = subprocess.Popen(["h2load", "-D", "4", "-c", "8", "-m", "32", f"--connect-to=127.0.0.1:{tls.tls_port}", url],
                            stdout=subprocess.PIPE, text=True)
    try:
        for i in range(20):
            tls.reload(RULES + f"/extra{i} /x\n")
            time.sleep(0.15)
    finally:
        out, _ = load.communicate(timeout=30)
    asked = re.search(r"(\d+) total.* (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored", out)
    assert asked and asked.group(4) == "0" and asked.group(5) == "0", out
    assert int(asked.group(3)) > 1000 and re.search(r" 0 2xx, [1-9]\d* 3xx, 0 4xx, 0 5xx", out), out


def test_connections_come_and_go(h2c):
    for _ in range(200):
        with http2.Client(h2c.port) as client:
            client.send(http2.request(1, method="POST", end=False))
            client.until(lambda: client.answers)
    with http2.Client(h2c.port) as client:
        assert client.ask(1).status == 301
        client.send(frame(GOAWAY, payload=b"\0" * 8))
        client.socket.shutdown(socket.SHUT_WR)
        assert client.end() in (None, http2.NO_ERROR)


# ---- who watches ---------------------------------------------------------------------------------


def test_requests_are_logged(serve, tmp_path):
    log = tmp_path / "access.log"
    server = serve(RULES, "--access-log", log)
    with http2.Client(server.port) as client:
        assert client.ask(1, extra=[("user-agent", "test")]).status == 301
        assert client.ask(3, path="x").status == 400
        client.send(http2.request(5, method="HEAD"))
        client.answer(5)
        http1.until(lambda: log.exists() and log.read_text().count("\n") == 3)
    lines = log.read_text().splitlines()
    assert re.fullmatch(r'127\.0\.0\.1 - - \[[^]]*\] "GET /old HTTP/2\.0" 301 134 "-" "test"', lines[0]), lines
    assert '"-" 400 ' in lines[1] and '"HEAD /old HTTP/2.0" 301 0 ' in lines[2], lines


def test_a_trusted_proxy_says_who_asks(serve):
    server = serve("[a.example]\nhttps permanent\n/old /new\n", "--trust", "127.0.0.1")
    with http2.Client(server.port) as client:
        assert client.ask(1, scheme="https", extra=[("x-forwarded-proto", "https")]).get("location") == "/new"
        assert client.ask(3).get("location") == "https://a.example/old"
