# SPDX-License-Identifier: MIT
"""yonder serve: what an operator asks of it while it runs."""
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import time
import urllib.request

import pytest

from http1 import Client, request

RULES = """/old /new 301
/gone - 410
/Case /lower
/dir/ /x
/unused /y
[a.test *.b.test]
/only /here 302
[tls.test]
https permanent
"""


class Admin:
    """The --admin address of a server: a Unix socket in the test's folder."""

    def __init__(self, path):
        self.path = str(path)

    def get(self, target, head="Host: x"):
        """Status, header fields and body."""
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(10)
            s.connect(self.path)
            s.sendall(f"GET {target} HTTP/1.0\r\n{head}\r\n\r\n".encode())
            data = b""
            while part := s.recv(65536):
                data += part
        head, _, body = data.partition(b"\r\n\r\n")
        return int(head.split()[1]), head.decode(), body.decode()

    def json(self, target):
        status, _, body = self.get(target)
        assert status == 200, body
        return json.loads(body)

    def metrics(self):
        """Values by name and labels."""
        status, _, body = self.get("/metrics")
        assert status == 200
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
                for line in body.splitlines() if not line.startswith("#")}

    def wait(self, target, condition, timeout=5):
        deadline = time.monotonic() + timeout
        while not condition(found := self.json(target)):
            assert time.monotonic() < deadline, found
            time.sleep(0.05)
        return found


@pytest.fixture
def watched(serve, tmp_path):
    def start(rules, *args):
        server = serve(rules, "--admin", tmp_path / "admin.sock", *args)
        return server, Admin(tmp_path / "admin.sock")

    return start


def ask(server, *targets, host="h"):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as s:
        s.sendall(b"".join(f"GET {t} HTTP/1.1\r\nHost: {host}\r\n{'Connection: close' if i + 1 == len(targets) else 'X: y'}\r\n\r\n"
                           .encode("latin-1") for i, t in enumerate(targets)))
        data = b""
        while part := s.recv(65536):
            data += part
    return data


# ---- counters -----------------------------------------------------------------------------------


def test_every_request_is_counted_once(watched):
    server, admin = watched(RULES, "--workers", "2")
    for _ in range(5):
        ask(server, "/old", "/old", "/none", "/gone")
    ask(server, "/only", host="a.test")
    ask(server, "/only", host="x.b.test")
    ask(server, "/any", host="tls.test")
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as s:
        s.sendall(b"nonsense\r\n\r\n")
        while s.recv(4096):
            pass
    status = admin.wait("/status", lambda s: s["connections"] == 0)
    assert status["requests"] == 24
    assert status["statuses"] == {"301": 10, "302": 2, "308": 1, "400": 1, "404": 5, "410": 5}
    assert status["causes"] == {"none": 5, "rule": 17, "https": 1, "canonical": 0, "maintenance": 0}
    assert status["events"]["requests_refused"] == 1
    assert {s["site"]: s["requests"] for s in status["sites"]} == {"a.test": 1, ".b.test": 1, "tls.test": 1, "": 20}
    m = admin.metrics()
    assert m['yonder_requests_total{status="301"}'] == 10
    assert m['yonder_answers_total{cause="https"}'] == 1
    assert m["yonder_request_seconds_count"] == m['yonder_request_seconds_bucket{le="+Inf"}'] == 24
    assert m["yonder_connections_accepted_total"] == m["yonder_connections_closed_total"] == 9
    assert m["yonder_connections_open"] == 0 and m["yonder_workers"] == 2 and m["yonder_rules"] == 6
    assert m["yonder_resident_bytes"] > 1 << 20
    spans = [v for k, v in m.items() if k.startswith("yonder_request_seconds_bucket")]
    assert spans == sorted(spans)


def test_a_slow_head_shows_in_the_histogram(watched):
    server, admin = watched(RULES)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as s:
        s.sendall(b"GET /old HTTP/1.1\r\n")
        time.sleep(0.6)
        s.sendall(b"Host: h\r\nConnection: close\r\n\r\n")
        while s.recv(4096):
            pass
    admin.wait("/status", lambda s: s["requests"] == 1)
    m = admin.metrics()
    assert m['yonder_request_seconds_bucket{le="0.25"}'] == 0
    assert m['yonder_request_seconds_bucket{le="1"}'] == 1
    assert 0.5 < m["yonder_request_seconds_sum"] < 1


def test_handshakes_are_counted(serve, tmp_path, pki):
    server = serve(RULES, "--tls-listen", "127.0.0.1:0", "--cert", pki.cert, "--key", pki.key,
                   "--admin", tmp_path / "admin.sock")
    admin = Admin(tmp_path / "admin.sock")
    server.wait_stderr("listening on https://")
    port = int(re.search(r"listening on https://[^:]+:(\d+)", server.stderr()).group(1))
    context = ssl.create_default_context(cafile=str(pki.cafile))
    context.check_hostname = False
    session = None
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
            with context.wrap_socket(s, server_hostname="localhost", session=session) as t:
                t.sendall(b"GET /old HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                while t.recv(4096):
                    pass
                session = t.session
    with socket.create_connection(("127.0.0.1", port), timeout=10) as s:
        s.sendall(b"GET / HTTP/1.1\r\n\r\n")
        while s.recv(4096):
            pass
    events = admin.wait("/status", lambda s: s["connections"] == 0)["events"]
    assert (events["tls_handshakes_full"], events["tls_handshakes_resumed"], events["tls_handshakes_failed"]) == (1, 2, 1)


# ---- the admin server ---------------------------------------------------------------------------


def test_health_tells_of_draining(watched):
    server, admin = watched(RULES)
    status, head, body = admin.get("/healthz")
    assert (status, body) == (200, "ok\n")
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as s:
        s.sendall(b"GET /old HTTP/1.1\r\n")
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        server.wait_stderr("yonder: draining")
        assert admin.get("/healthz")[0] == 503
        assert admin.json("/status")["state"] == "draining"
        s.sendall(b"Host: h\r\n\r\n")
        assert b" 301 " in s.recv(4096)
    assert server.process.wait(10) == 0
    assert not os.path.exists(admin.path)


def test_only_documents_that_are_there_can_be_read(watched):
    _, admin = watched(RULES)
    assert admin.get("/other")[0] == 404
    assert admin.get("/hits?limit=x")[0] == 400
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(admin.path)
        s.sendall(b"POST /status HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc")
        assert b" 405 " in s.recv(4096)
    assert os.stat(admin.path).st_mode & 0o777 == 0o660


def test_a_loopback_address_answers_to_its_own_names_only(serve):
    server = serve(RULES, "--admin", "127.0.0.1:0")
    port = int(re.search(r"admin on http://127.0.0.1:(\d+)/", server.stderr()).group(1))
    for host, status in (("localhost", 200), (f"127.0.0.1:{port}", 200), ("[::1]:80", 200),
                         ("evil.example", 421), ("evil.example:80", 421), ("", 200)):
        with Client(port) as c:
            c.send(f"GET /healthz HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            assert f" {status} ".encode() in c.socket.recv(4096), host


def test_addresses_others_can_reach_and_sockets_in_use_are_refused(yonder, watched, tmp_path):
    server, admin = watched(RULES)
    for where, said in (("0.0.0.0:0", "this machine alone"), ("*:0", "this machine alone"), ("x", "this machine alone"),
                        (admin.path, "in use"), ("/no/such/folder/s", "No such file"), ("/" + "x" * 200, "bytes at most")):
        done = yonder("serve", server.rules_path, "--listen", "127.0.0.1:0", "--admin", where)
        assert done.returncode == 3 and said in done.stderr, done.stderr
    assert admin.get("/healthz")[0] == 200


def test_a_socket_left_behind_is_taken_over(watched, serve, tmp_path):
    server, admin = watched(RULES)
    server.process.kill()
    server.process.wait()
    assert os.path.exists(admin.path)
    _, again = watched(RULES)
    assert again.get("/healthz")[0] == 200


# ---- hits ---------------------------------------------------------------------------------------


def test_hits_name_lines_and_survive_a_reload(watched, yonder):
    server, admin = watched(RULES)
    ask(server, *["/old"] * 7, "/gone")
    ask(server, "/x", host="tls.test")
    hits = admin.wait("/hits", lambda h: len(h["lines"]) == 3)
    assert [(h["line"], h["hits"], h["kind"]) for h in hits["lines"]] == [(1, 7, "rule"), (2, 1, "rule"), (9, 1, "site")]
    server.reload("# one more line\n" + RULES)
    server.wait_stderr("reloaded")
    ask(server, "/old")
    admin.wait("/hits", lambda h: h["lines"][0]["hits"] == 8)
    done = yonder("hits", "--admin", admin.path)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert [(r[0], r[2]) for r in rows] == [("8", f"{server.rules_path}:2"), ("1", f"{server.rules_path}:3"),
                                            ("1", f"{server.rules_path}:10")]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", rows[0][1])
    unused = yonder("hits", "--unused", env={"YONDER_ADMIN": admin.path})
    assert unused.stdout.splitlines() == [f"{server.rules_path}:{n}" for n in (4, 5, 6, 8)]
    assert "4 of 6 rules" in unused.stderr
    assert json.loads(yonder("hits", "--admin", admin.path, "--unused", "--limit", "1", "--json").stdout)["unused"] == 4
    server.reload("/x /y 999\n")
    server.wait_stderr("not reloaded")
    status = admin.json("/status")
    assert (status["reloads"], status["reloads_failed"]) == (1, 1)


def test_counts_are_whole_under_reloads(watched):
    server, admin = watched(RULES, "--workers", "2")
    for n in range(10):
        ask(server, *["/old"] * 50)
        server.reload(f"# {n}\n" * n + RULES)
        server.wait_stderr("reloaded", count=n + 1)
    assert admin.json("/hits")["lines"][0]["hits"] == 500


# ---- misses -------------------------------------------------------------------------------------


def test_misses_tell_counts_and_near_rules_and_escape_what_they_show(watched, yonder):
    server, admin = watched(RULES)
    ask(server, *["/none?secret=1"] * 3, "/case", "/case", "/dir", "/\x9b\xe4")
    admin.wait("/misses", lambda m: m["misses"] == 7)
    misses = admin.json("/misses")
    assert [(m["url"], m["count"], (m["near"] or {}).get("path")) for m in misses["urls"]] == [
        ("http://h/none", 3, None), ("http://h/case", 2, "/Case"), *sorted(
            [("http://h/dir", 1, "/dir/"), ("http://h/%9B%E4", 1, None)],
            key=lambda row: [m["url"] for m in misses["urls"]].index(row[0]))]
    text = yonder("misses", "--admin", admin.path, "--limit", "2").stdout.splitlines()
    assert len(text) == 2 and text[0].endswith("http://h/none") and text[1].endswith(f"(/Case is {server.rules_path}:3)")


def test_a_flood_of_missing_urls_takes_no_memory(watched):
    server, admin = watched(RULES, "--workers", "1")
    ask(server, "/often")
    before = admin.json("/status")["resident_bytes"]
    for n in range(60):
        ask(server, *(f"/{n}-{i}-{'x' * 200}" for i in range(100)), *["/often"] * 10)
    misses = admin.wait("/misses?limit=0", lambda m: m["misses"] == 6601)
    assert len(misses["urls"]) == 512 and misses["urls"][0]["url"] == "http://h/often"
    assert misses["urls"][0]["count"] - misses["urls"][0]["error"] <= 601 <= misses["urls"][0]["count"]
    assert admin.json("/status")["resident_bytes"] - before < 4 << 20


# ---- the commands -------------------------------------------------------------------------------


def test_status_is_told_in_words_and_json(watched, yonder):
    server, admin = watched(RULES)
    ask(server, "/old", "/none")
    admin.wait("/status", lambda s: s["requests"] == 2)
    text = yonder("status", "--admin", admin.path).stdout
    assert "301 1, 404 1" in text and "6 live" in text and "serving since" in text
    assert json.loads(yonder("status", "--admin", admin.path, "--json").stdout)["pid"] == server.pid


def test_asking_nobody_says_so(yonder, tmp_path, recorder):
    assert yonder("status").returncode == 2
    done = yonder("hits", "--admin", tmp_path / "none")
    assert done.returncode == 3 and "No such file" in done.stderr
    other = recorder({})
    done = yonder("misses", "--admin", f"127.0.0.1:{other.port}")
    assert done.returncode == 3 and "no --admin address" in done.stderr


# ---- the access log -----------------------------------------------------------------------------


def lines_of(path, count, timeout=5):
    deadline = time.monotonic() + timeout
    while len(lines := pathlib.Path(path).read_text().splitlines()) < count:
        assert time.monotonic() < deadline, lines
        time.sleep(0.02)
    return lines


def test_each_answer_is_a_line(serve, tmp_path):
    log = tmp_path / "access.log"
    server = serve(RULES, "--access-log", log, "--workers", "2")
    for _ in range(10):
        ask(server, "/old", "/none?q")
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as s:
        s.sendall(b"nonsense\r\n\r\n")
        while s.recv(4096):
            pass
    lines = lines_of(log, 21)
    form = r'127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] "([^"]*)" (\d+) (\d+) "-" "-"'
    found = sorted(re.fullmatch(form, line).groups() for line in lines)
    body = len(ask(server, "/old").partition(b"\r\n\r\n")[2])
    assert found.count(("GET /old HTTP/1.1", "301", str(body))) == 10
    assert [f[:2] for f in found].count(("GET /none?q HTTP/1.1", "404")) == 10
    assert [f[:2] for f in found].count(("-", "400")) == 1
    assert log.stat().st_mode & 0o777 == 0o640


def test_json_lines_name_the_rule(serve, tmp_path):
    log = tmp_path / "access.log"
    server = serve(RULES, "--access-log", log, "--log-format", "json")
    ask(server, "/old", "/\xe4\"")
    rule, none = map(json.loads, lines_of(log, 2))
    assert (rule["target"], rule["status"], rule["location"], rule["line"], rule["host"]) == ("/old", 301, "/new", 1, "h")
    assert none["status"] == 404 and "line" not in none


def test_the_log_is_opened_anew_on_sighup(serve, tmp_path):
    log, moved = tmp_path / "access.log", tmp_path / "access.log.1"
    server = serve(RULES, "--access-log", log)
    ask(server, "/old")
    lines_of(log, 1)
    log.rename(moved)
    server.process.send_signal(signal.SIGHUP)
    server.wait_stderr("reloaded")
    deadline = time.monotonic() + 5
    while not log.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    ask(server, "/none")
    assert "/none" in lines_of(log, 1)[0]
    assert len(lines_of(moved, 1)) == 1


def test_the_last_lines_are_written_at_the_end(serve, tmp_path):
    log = tmp_path / "access.log"
    server = serve(RULES, "--access-log", log)
    ask(server, *["/old"] * 1000)
    server.stop()
    assert len(log.read_text().splitlines()) == 1000


def test_stdout_takes_the_log_as_well(serve):
    server = serve(RULES, "--access-log", "-")
    ask(server, "/old")
    server.wait_stderr('"GET /old HTTP/1.1" 301')


def test_a_log_nobody_reads_costs_lines_and_no_answers(watched, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        server, admin = watched(RULES, "--access-log", pipe, "--workers", "1")
        long = "/" + "x" * 4000
        for n in range(20):
            assert ask(server, *[long] * 50).count(b"HTTP/1.1 404") == 50
        status = admin.json("/status")
        assert status["requests"] == 1000 and 500 < status["log_lines_lost"] < 1000
        server.wait_stderr("the access log has lost")
        assert "written too slowly" in server.stderr()
    finally:
        os.close(reader)


def test_a_full_disk_costs_lines_and_no_answers(watched):
    server, admin = watched(RULES, "--access-log", "/dev/full")
    assert b" 301 " in ask(server, "/old")
    admin.wait("/status", lambda s: s["log_lines_lost"] == 1)
    server.wait_stderr("it cannot be written")


def test_a_log_that_cannot_be_opened_is_an_error(yonder, tmp_path):
    (tmp_path / "r").write_text(RULES)
    done = yonder("serve", tmp_path / "r", "--listen", "127.0.0.1:0", "--access-log", "/no/such/folder/log")
    assert done.returncode == 3 and "No such file" in done.stderr
    for args in (["--log-format", "json"], ["--access-log", "-", "--log-format", "x"]):
        assert yonder("serve", tmp_path / "r", "--listen", "127.0.0.1:0", *args).returncode == 2
