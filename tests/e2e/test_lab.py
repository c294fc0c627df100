# SPDX-License-Identifier: MIT
"""`yonder lab` as a server and a program; real clients walk it in test_lab_clients.py."""
import html.parser
import json
import os
import re
import signal
import socket
import ssl
import stat
import subprocess

import pytest

import labwalk


@pytest.fixture
def lab(tmp_path, ended):
    def start(*args):
        folder = tmp_path / f"lab{len(ended)}"
        folder.mkdir()
        server = labwalk.Lab(folder, *args)
        ended.append(server)
        return server

    return start


def ask(raw, lab, target, method="GET", host="127.0.0.1", fields="", body=b"", port=None):
    """(status, header fields in lower case as text, content)"""
    port = port or lab.port
    head = f"{method} {target} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n{fields}"
    if body:
        head += f"Content-Length: {len(body)}\r\n"
    got = raw(port, head.encode("latin-1") + b"\r\n" + body)
    top, _, content = got.partition(b"\r\n\r\n")
    return int(top.split()[1]), top.decode("latin-1").lower(), content


def secure(lab, name, trust=True):
    context = ssl.create_default_context(cafile=lab.cafile if trust else None)
    plain = socket.create_connection(("127.0.0.1", lab.port), timeout=10)
    return context.wrap_socket(plain, server_hostname=name)


def case_of(report, name):
    return next(case for case in report["cases"] if case["id"] == name)


# ---- the list ------------------------------------------------------------------------------------

def test_the_list_needs_no_server(yonder):
    lines = yonder("lab", "--list").stdout.splitlines()
    document = json.loads(yonder("lab", "--list", "--json").stdout)
    assert [line.split()[0] for line in lines] == [case["id"] for case in document["cases"]]
    assert document["schema"] == 1
    statuses = [c for c in document["cases"] if c["group"] == "status"]
    assert len(statuses) == 9 * 7
    assert len([c for c in document["cases"] if c["group"] == "location"]) >= 35
    for case in document["cases"]:
        assert set(case) == {"id", "group", "title", "section", "asked", "needs", "steps"}
        assert set(case["needs"]) <= {"names", "tls", "cache", "hsts"}
        assert case["steps"] and all(re.match(r"https?://", step["url"]) for step in case["steps"])
        for step in case["steps"]:
            assert set(step) == {"method", "url", "headers", "body", "kind"}
            simple = step["method"] in ("GET", "POST") and not step["headers"]
            assert step["kind"] == ("navigate" if simple else "any")


def test_wrong_usage_is_said(yonder):
    for args in (["--listen", "nowhere"], ["--listen", "127.0.0.1:0"] * 3, ["--json"], ["extra"],
                 ["--listen", "127.0.0.1:99999"]):
        done = yonder("lab", *(args if isinstance(args, list) else [args]))
        assert done.returncode == 2 and done.stderr, args
    assert yonder("lab", "--listen", "127.0.0.1:0", "--name", "no name").returncode == 3


# ---- a run ---------------------------------------------------------------------------------------

def test_a_walk_is_noted_graded_and_named(lab, raw):
    lab = lab()
    status, head, _ = ask(raw, lab, "/mine/status-307-post/start", "POST", body=b"k=v",
                          fields="Content-Type: application/x-www-form-urlencoded\r\n")
    assert status == 307
    assert f"location: http://127.0.0.1:{lab.port}/mine/status-307-post/end" in head
    assert ask(raw, lab, "/mine/status-307-post/end", "GET")[0] == 200  # as it must not be
    result = case_of(lab.report("mine"), "status-307-post")
    base = f"http://127.0.0.1:{lab.port}/mine/status-307-post"
    assert result["did"] == [
        {"method": "POST", "url": f"{base}/start", "secure": False, "body": 3,
         "headers": [["Content-Type", "application/x-www-form-urlencoded"]]},
        {"method": "GET", "url": f"{base}/end", "secure": False, "body": None, "headers": []}]
    assert (result["verdict"], result["resembles"]) == ("fail", [])
    assert ask(raw, lab, "/yours/status-307-post/start")[0] == 307  # a run of its own
    report = lab.report("mine")
    assert sum(case["verdict"] != "not_run" for case in report["cases"]) == 1
    assert report["verdicts"]["fail"] == 1 and report["verdicts"]["not_run"] == len(report["cases"]) - 1
    text = lab.get("/mine/report")
    assert re.search(r"fail +status-307-post: the method was changed", text)


def test_a_walk_begun_otherwise_is_no_fault_of_the_client(lab, raw):
    lab = lab()
    for path in ("start", "end"):
        assert ask(raw, lab, f"/r/status-307-put/{path}")[0] in (307, 200)
    report = lab.report("r")
    result = case_of(report, "status-307-put")
    assert (result["verdict"], result["resembles"]) == ("not_begun", [])
    assert report["verdicts"] == {"pass": 0, "differs": 0, "fail": 0, "not_begun": 1,
                                  "not_run": len(report["cases"]) - 1}
    assert {client["of"] for client in report["resembles"]} == {0}
    text = lab.get("/r/report")
    assert "0 fail; 1 not begun as asked" in text and "begin with: PUT, with content" in text


def test_secrets_across_origins_are_found(lab, raw):
    lab = lab()
    field = "Authorization: Bearer lab-secret\r\n"
    ask(raw, lab, "/r/headers-port-authorization/start", fields=field)
    ask(raw, lab, "/r/headers-port-authorization/end", fields=field, port=lab.other_port)
    result = case_of(lab.report("r"), "headers-port-authorization")
    assert result["verdict"] == "fail"
    assert "wget" in result["resembles"] and not {"chrome", "firefox", "curl"} & set(result["resembles"])


def test_what_a_client_sends_is_escaped(lab, raw):
    lab = lab()
    ask(raw, lab, '/r/location-path/dir/start?"><script>alert(1)</script>&\xff', fields='X-Lab: <b>"\xff\x1b\r\n')
    ask(raw, lab, "/r/location-path/dir/start", fields='X-Lab: <b>"\xff\r\n')
    page, text = lab.get("/r/"), lab.get("/r/report")
    assert "<script" not in page and "<b>\"" not in page
    assert "\x1b" not in text and all(c == "\n" or " " <= c < "\x7f" for c in text)
    json.loads(lab.get("/r/report.json"))
    for target in ('/<script>/', "/a%3Cb/", "/" + "a" * 33 + "/", "/a_b/report"):
        status, _, content = ask(raw, lab, target)
        assert status == 404 and b"<" not in content


class Links(html.parser.HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.links, self.tags = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name == "href"]


def test_the_pages_lead_to_every_case(lab):
    lab = lab()
    home = Links(lab.get("/"))
    run = next(link for link in home.links if re.fullmatch(r"/[a-z0-9]+/", link))
    assert run != next(link for link in Links(lab.get("/")).links if re.fullmatch(r"/[a-z0-9]+/", link))
    page = Links(lab.get(run))
    assert "script" not in page.tags
    wanted = {step["url"] for case in lab.cases(run.strip("/")) for step in case["steps"] if step["method"] == "GET"}
    assert wanted <= set(page.links)
    assert "BEGIN CERTIFICATE" in lab.get("/ca.pem")


def test_a_walk_without_end_is_ended(lab, raw):
    lab = lab()
    requests = b"GET /r/limit-self/start HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 140
    last = b"GET /r/limit-self/start HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    got = raw(lab.port, requests + last, timeout=20)
    assert (got.count(b"HTTP/1.1 302 "), got.count(b"HTTP/1.1 200 ")) == (128, 13)
    result = case_of(lab.report("r"), "limit-self")
    assert (len(result["did"]), result["more"], result["verdict"]) == (128, True, "fail")


# ---- http and https ------------------------------------------------------------------------------

def test_a_port_speaks_both_and_certificates_are_for_the_name(lab, raw):
    lab = lab()
    for name in ("lab.test", "deep.below.hsts-forget.r.lab.test", "localhost", "127.0.0.1"):
        with secure(lab, name) as tls:
            tls.sendall(b"GET /r/hsts-forget/note HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n\r\n"
                        % (name.encode(), lab.port))
            got = b""
            while part := tls.recv(65536):
                got += part
            assert b"Strict-Transport-Security: max-age=3600\r\n" in got
    assert "strict-transport-security" not in ask(raw, lab, "/r/hsts-forget/note")[1]
    steps = case_of(lab.report("r"), "hsts-forget")["did"]
    assert [step["secure"] for step in steps] == [True] * 4 + [False]


def test_bad_certificates_are_bad(lab):
    lab = lab()
    for label, complaint in (("expired", "expired"), ("misnamed", "Hostname mismatch"),
                             ("untrusted", "certificate verify failed")):
        with pytest.raises(ssl.SSLCertVerificationError, match=complaint):
            secure(lab, f"{label}.hsts-{label}.r.lab.test").close()
    with pytest.raises(ssl.SSLCertVerificationError):
        secure(lab, "www.example.com").close()
    with pytest.raises(ssl.SSLCertVerificationError):
        secure(lab, "lab.test", trust=False).close()


def test_the_authority_is_confined_and_its_key_is_nowhere(lab):
    lab = lab()
    assert os.listdir(lab.cafile.parent) == ["ca.pem"]
    assert stat.S_IMODE(os.stat(lab.cafile.parent).st_mode) == 0o700
    assert b"PRIVATE" not in lab.cafile.read_bytes()
    said = subprocess.run(["openssl", "x509", "-noout", "-text", "-in", lab.cafile], capture_output=True, text=True,
                          check=True).stdout
    assert "Name Constraints: critical" in said and "DNS:lab.test" in said and "CA:TRUE, pathlen:0" in said
    assert lab.get("/ca.pem") == lab.cafile.read_text()


def test_another_domain(lab):
    lab = lab("--name", "redirects.example")
    urls = [step["url"] for case in lab.cases("r") for step in case["steps"]]
    assert not any("lab.test" in url for url in urls)
    with secure(lab, "hsts-forget.r.redirects.example") as tls:
        assert tls.version() in ("TLSv1.2", "TLSv1.3")


# ---- as a server ---------------------------------------------------------------------------------

def test_bodies_are_read_and_counted(lab, raw):
    lab = lab()
    chunked = b"5\r\nhello\r\n1;x=y\r\n!\r\n0\r\n\r\n"
    head = b"PUT /r/status-308-put/start HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    got = raw(lab.port, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunked + head +
              b"Connection: close\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n", chunks=[b"a", b"bc"])
    assert re.findall(rb"HTTP/1.1 (\d+)", got) == [b"308", b"100", b"308"]
    assert [step["body"] for step in case_of(lab.report("r"), "status-308-put")["did"]] == [6, 3]


@pytest.mark.parametrize("request_, status", [
    (b"GET / HTTP/1.1\r\n\r\n", 400),
    (b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\nHost: h\r\n\r\n", 414),
    (b"CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\nConnection: close\r\n\r\n", 405),
    (b"OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 405),
    (b"PUT /r/status-308-put/start HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n", 413),
    (b"PUT /r/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    (b"GET /ca.pem HTTP/1.0\r\n\r\n", 200),
    (b"GET /nothing HTTP/1.0\r\n\r\n", 404),
    (b"\x16\x03\x01\x00\x05hello", None),
    (b"", None),
])
def test_odd_requests(lab, raw, request_, status):
    lab = lab()
    got = raw(lab.port, request_, shutdown=not request_, timeout=10)
    if status is None:
        assert not got.startswith(b"HTTP")
    else:
        assert int(got.split()[1]) == status
    assert lab.get("/r/report.json")  # and it is still there


def test_head_and_304_have_no_content(lab, raw):
    lab = lab()
    assert ask(raw, lab, "/r/status-303-head/start", "HEAD")[2] == b""
    assert ask(raw, lab, "/r/status-304-get/start")[2] == b""
    assert ask(raw, lab, "/r/status-303-get/start")[2] != b""


def test_slow_connections_make_room_for_others(lab, raw):
    lab = lab()
    held = []
    try:
        for _ in range(300):
            held.append(socket.create_connection(("127.0.0.1", lab.port), timeout=10))
            held[-1].sendall(b"GET /ca.pem HTTP/1.1\r\n")  # and no more
        for slow in held[:44]:
            assert slow.recv(1) == b""  # for the last ones to come
        held[44].sendall(b"X: 1\r\n")  # that makes it no faster
        assert ask(raw, lab, "/ca.pem")[0] == 200
        assert held[44].recv(1) == b""
        held[-1].sendall(b"Host: h\r\n\r\n")
        assert held[-1].recv(4) == b"HTTP"
    finally:
        for slow in held:
            slow.close()


# ---- the end -------------------------------------------------------------------------------------

def test_the_end_reports_every_run(lab, raw):
    running = lab()
    for run in ("one", "two"):
        ask(raw, running, f"/{run}/status-301-get/start")
    assert running.stop(signal.SIGTERM) == 0
    said = running.said()
    assert said.count("cases walked") == 2 and "run one:" in said and "run two:" in said


def test_the_report_goes_to_a_file(lab, raw, tmp_path):
    path = tmp_path / "report.json"
    for runs in ([], ["one"], ["one", "two"]):
        running = lab("--report", str(path))
        for run in runs:
            ask(raw, running, f"/{run}/status-301-get/start")
        served = [json.loads(running.get(f"/{run}/report.json")) for run in runs]
        assert running.stop() == 0 and running.said() == ""
        report = json.loads(path.read_text())
        assert report == {"schema": 1, "dropped": 0,
                          "runs": [{k: v for k, v in one.items() if k != "schema"} for one in served]}


def test_runs_that_are_no_longer_kept_are_counted(lab, raw):
    running = lab()
    head = "GET /run{}/status-301-get/start HTTP/1.1\r\nHost: h\r\n\r\n"
    assert raw(running.port, "".join(map(head.format, range(66))).encode(), shutdown=True).count(b"HTTP/1.1 301 ") == 66
    assert running.stop() == 0
    said = running.said()
    assert said.count("cases walked") == 64 and "\n2 more were dropped" in said


def test_a_lab_that_nobody_asked_says_so(lab):
    running = lab()
    assert running.stop() == 0 and running.said() == "no case was walked\n"


def test_a_folder_that_cannot_be_written_is_said(yonder, tmp_path):
    (tmp_path / "file").write_text("")
    done = yonder("lab", "--listen", "127.0.0.1:0", "--ca", str(tmp_path / "file"))
    assert done.returncode == 3 and "ca.pem" in done.stderr
