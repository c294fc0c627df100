# SPDX-License-Identifier: MIT
"""The rig itself: what the other tests lean on, held against real curl."""
import subprocess


def curl(*args, **kwargs):
    return subprocess.run(["curl", "-sS", "--noproxy", "*", "--max-time", "20", *args],
                          capture_output=True, text=True, timeout=30, **kwargs)


def test_nginx_redirects_and_logs_each_request(nginx):
    peer = nginx("location = /a { return 307 /b; } location = /b { return 200 'here\\n'; }")
    done = curl("-L", "-d", "k=v", "-A", 'a"b\\xé', f"{peer.url}/a?q=1")
    assert done.stdout == "here\n", done.stderr
    first, second = peer.access_log(at_least=2)
    assert (first.method, first.target, first.status, first.body_length) == ("POST", "/a?q=1", 307, 3)
    assert (second.method, second.target, second.status, second.body_length) == ("POST", "/b", 200, 3)
    assert first.content_type == "application/x-www-form-urlencoded"
    assert first.user_agent == 'a"b\\xÃ©'
    peer.clear_log()
    assert peer.access_log() == []


def test_apache_redirects_and_logs_each_request(apache):
    peer = apache("Redirect 301 /old /new\n")
    (peer.root / "new").write_text("here\n")
    done = curl("-L", "-A", 'a"b\\xé', f"{peer.url}/old")
    assert done.stdout == "here\n", done.stderr
    first, second = peer.access_log(at_least=2)
    assert (first.method, first.target, first.status, first.body_length) == ("GET", "/old", 301, 0)
    assert (second.target, second.status, second.user_agent) == ("/new", 200, 'a"b\\xÃ©')


def test_both_peers_speak_tls(nginx, apache, pki):
    for peer in (nginx("return 200 'n';", tls=True), apache("Redirect 307 / /x", tls=True)):
        for name in ("localhost", "www.example.test", "new.test"):
            done = curl("--cacert", str(pki.cafile), "--connect-to", f"{name}::127.0.0.1:",
                        "-o", "/dev/null", "-w", "%{http_code}", f"https://{name}:{peer.port}/")
            assert done.stdout in ("200", "307"), done.stderr


def test_the_recorder_remembers_every_byte_of_a_request(recorder):
    server = recorder({"/a": (302, [("Location", "//x/y"), ("X", "1"), ("X", "2")], b"moved"),
                       "/raw": b"HTTP/1.1 299 Odd\r\n\r\nodd", "/none": None,
                       "/echo": lambda request: (200, [], request.body)})
    assert "Location: //x/y\r\nX: 1\r\nX: 2\r\nContent-Length: 5\r\n" in curl(
        "-D", "-", "-o", "/dev/null", f"{server.url}/a?q").stdout.replace("\n", "\r\n").replace("\r\r", "\r")
    body = "b" * 3_000_000  # curl says Expect: 100-continue
    assert curl("--data-binary", "@-", "-X", "PURGE", f"{server.url}/echo", input=body).stdout == body
    assert curl("-T", "-", f"{server.url}/echo", input="in chunks").stdout == "in chunks"
    assert curl("-I", f"{server.url}/echo", f"{server.url}/echo").returncode == 0
    assert curl(f"{server.url}/raw").stdout == "odd"
    assert curl(f"{server.url}/none").returncode == 52
    assert curl("--path-as-is", f"{server.url}//x").stdout == "not here\n"
    methods = [r.method for r in server.requests]
    assert methods == ["GET", "PURGE", "PUT", "HEAD", "HEAD", "GET", "GET", "GET"]
    assert server.requests[-1].target == "//x"
    assert server.requests[1].header("expect") == "100-continue"
    assert server.requests[2].header("Transfer-Encoding") == "chunked"


def test_the_recorder_speaks_tls_under_its_own_ca(recorder):
    server = recorder({"/": (200, [], b"safe")}, tls=True)
    assert curl("--cacert", server.cafile, server.url).stdout == "safe"
    assert curl(server.url).returncode == 60
    assert curl("--cacert", server.cafile, server.url).stdout == "safe"
    assert len(server.requests) == 2


def test_raw_returns_what_came_until_the_peer_closed(recorder, raw):
    server = recorder({"/": (200, [], b"whole")})
    answer = raw(server.port, b"GET / HT", chunks=[b"TP/1.1\r\nHost: x\r\n", b"Connection: close\r\n\r\n"])
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and answer.endswith(b"\r\n\r\nwhole")


def test_the_program_says_its_version_and_refuses_an_unknown_command(yonder):
    assert yonder("--version").stdout.startswith("yonder ")
    assert yonder("no-such-command").returncode == 2
