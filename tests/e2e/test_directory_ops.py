# SPDX-License-Identifier: MIT
"""`yonder directory serve` as who runs it sees it: its names, what SIGHUP renews, the log, metrics, proxies."""
import http.client
import pathlib
import re
import signal
import socket
import ssl
import subprocess
import threading
import time

import pytest

import program
import program
import tlsrig
from directory_rig import TOKEN, Directory

OTHER_TOKEN = "another-token-for-tests-987654"


def run(*args):
    return subprocess.run([program.path(), "directory", *map(str, args)], capture_output=True, encoding="utf-8",
                          timeout=20, env=program.environment())


@pytest.fixture
def serve(tmp_path):
    """Makes directories, with options."""
    made = []

    def make(*options, **how):
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Directory(folder, *options, **how))
        return made[-1]

    yield make
    for one in made:
        one.close()


# ---- names --------------------------------------------------------------------------------------------


def test_a_host_that_is_none_of_its_names_is_refused(serve):
    directory = serve("--name", "lists.corp.example", "--name", "LISTS", "--rate-read", "0")
    for host, status in ("lists.corp.example", 200), ("Lists.Corp.Example.:8080", 200), ("lists", 200), \
            ("127.0.0.1:1", 200), ("[::1]", 200), ("localhost", 200), ("evil.test", 421), \
            ("lists.corp.example.evil.test", 421), ("<script>", 421):
        answer = directory.get("/healthz", headers={"Host": host})
        assert answer.status == status, host
        assert status == 200 or "none of the names" in answer.text
    assert directory.get("/metrics", headers={"Host": "lists.corp.example"}).status == 200
    assert directory.get("/metrics", headers={"Host": "evil.test"}, operator=True).status == 421
    page = directory.get("/", headers={"Host": "evil.test", "Accept": "text/html"})
    assert page.status == 421 and page.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("name", ["", "a b", "lists.test:80", "http://lists.test", "a/b", "x" * 300])
def test_what_is_no_name_is_refused(tmp_path, name):
    done = run("serve", "--db", tmp_path / "l.db", "--name", name)
    assert done.returncode == 2 and "--name takes a host" in done.stderr


# ---- what is renewed ----------------------------------------------------------------------------------


class Client:
    """A connection that is kept, over TLS; .serial is of the certificate that it was shown."""

    def __init__(self, port, cafile):
        self.context = ssl.create_default_context(cafile=str(cafile))
        self.connection = http.client.HTTPSConnection("localhost", port, context=self.context, timeout=20)
        self.connection.connect()
        self.serial = self.connection.sock.getpeercert()["serialNumber"]

    def get(self, path):
        self.connection.request("GET", path)
        response = self.connection.getresponse()
        response.read()
        return response


@pytest.fixture
def pairs(tmp_path):
    """Two certificates for localhost, and where the served one is put."""
    authority = tlsrig.Authority(tmp_path)
    return authority, [authority.issue(name, ["localhost"]) for name in ("first", "second")]


def put(pair, folder):
    for path, name in zip(pair, ("cert.pem", "key.pem")):
        new = folder / (name + ".new")
        new.write_bytes(open(path, "rb").read())
        new.rename(folder / name)
    return folder / "cert.pem", folder / "key.pem"


def test_a_renewed_certificate_is_served_without_losing_a_request(serve, pairs, tmp_path):
    authority, (first, second) = pairs
    cert, key = put(first, tmp_path)
    directory = serve("--cert", cert, "--key", key, "--rate-read", "0")
    kept = Client(directory.port, authority.cafile)
    assert kept.get("/healthz").status == 200
    lost, done, over = [], [], threading.Event()

    def visit():
        while not over.is_set():
            try:
                done.append(Client(directory.port, authority.cafile).get("/healthz").status)
            except Exception as error:  # noqa: BLE001 - whatever it is, a request was lost
                lost.append(error)

    thread = threading.Thread(target=visit)
    thread.start()
    try:
        for turn, pair in enumerate((second, first, second), 1):
            put(pair, tmp_path)
            directory.process.send_signal(signal.SIGHUP)
            directory.said("(?s)" + ".*".join(["the certificate was renewed"] * turn))
        fresh = Client(directory.port, authority.cafile)
        assert fresh.serial != kept.serial
        last = kept.get("/healthz")  # who was there keeps the old one, and is asked to leave
        assert last.status == 200 and last.headers["Connection"] == "close"
        assert fresh.get("/healthz").headers["Connection"] != "close"
    finally:
        over.set()
        thread.join()
    assert not lost and set(done) == {200} and len(done) > 3


def test_a_bad_certificate_leaves_the_old_one(serve, pairs, tmp_path):
    authority, (first, second) = pairs
    cert, key = put(first, tmp_path)
    directory = serve("--cert", cert, "--key", key)
    serial = Client(directory.port, authority.cafile).serial
    cert.write_text("no certificate")
    directory.process.send_signal(signal.SIGHUP)
    directory.said("error: the certificate stays as it was: .+")
    assert Client(directory.port, authority.cafile).serial == serial
    put((second[0], first[1]), tmp_path)  # a key that is another's
    directory.process.send_signal(signal.SIGHUP)
    directory.said("(?s)stays as it was: .*stays as it was: ")
    assert Client(directory.port, authority.cafile).serial == serial
    put(second, tmp_path)  # and what changed is seen without a signal
    directory.said("the certificate was renewed")
    assert Client(directory.port, authority.cafile).serial != serial


def test_a_renewed_token_is_the_operators(serve, tmp_path):
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    directory = serve("--token-file", file, token=None)
    assert directory.get("/api/v2/settings", operator=True).status == 200
    file.write_text("short")
    directory.process.send_signal(signal.SIGHUP)
    directory.said("the operator's token stays as it was")
    assert directory.get("/api/v2/settings", operator=True).status == 200
    file.write_text(OTHER_TOKEN)
    directory.process.send_signal(signal.SIGHUP)
    directory.said("the operator's token was renewed")
    assert directory.get("/api/v2/settings", operator=True).status == 401
    assert directory.get("/api/v2/settings", headers={"Authorization": "Bearer " + OTHER_TOKEN}).status == 200


# ---- the log, and metrics -----------------------------------------------------------------------------


def metrics(directory):
    text = directory.get("/metrics", operator=True).text
    return {name: int(value) for name, value in re.findall(r"^yonder_directory_(\S+) (-?\d+)$", text, re.M)}


def test_metrics_tell_what_is_due_and_what_expires(serve, pairs, tmp_path):
    authority, (first, _) = pairs
    quiet = serve("--cert", first[0], "--key", first[1])
    connection = Client(quiet.port, authority.cafile).connection
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    expires = int(re.search(r"^yonder_directory_certificate_expires_seconds (\d+)$", text, re.M)[1])
    assert 0 < expires - time.time() < 3 * 86400
    assert "publish_due" not in text and "sweep_due" not in text and "hooks_waiting" not in text

    directory = serve("--hook-command", "/bin/false", rounds=True)
    imported = tmp_path / "names.txt"
    imported.write_text("%%\nexample.test, 1\n%%\n")
    run("import", imported, "--db", directory.db)
    assert directory.update()["version"] == 1
    deadline = time.monotonic() + 20
    while not {"publish_due_seconds", "sweep_due_seconds"} <= set(found := metrics(directory)):
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    now = time.time()
    assert 0 < found["publish_due_seconds"] - now <= 86400 and 0 < found["sweep_due_seconds"] - now <= 86400
    assert found["statement_expires_seconds"] == found["published_seconds"] + 18 * 7 * 86400
    assert "certificate_expires_seconds" not in found
    assert directory.post("/api/v2/reject", query={"domain": "example.test", "reason": "x"}, operator=True).status == 409
    assert directory.post("/api/v2/withdraw", query={"domain": "example.test", "reason": "x"}, operator=True).status == 200
    while not found["hooks_failed_total"]:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
        found = metrics(directory)
    assert found["hooks_waiting"] == 1 and found["hooks_told_total"] == 0 and found["hooks_given_up_total"] == 0
    directory.get("/api/v2/settings", headers={"Authorization": "Bearer no-such-token-at-all"})
    assert metrics(directory)["wrong_tokens_total"] == 1


def test_the_log_tells_of_start_settings_and_end(serve):
    directory = serve()
    assert directory.said(r"directory \(\S+\): version 0, 0 names; scans: no, publishes: no, hooks: no, "
                          r"operator's token: yes")
    directory.post("/api/v2/settings", query={"name": "removal.days", "value": "31"}, operator=True)
    directory.said(r"settings: removal\.days is now 31 \(operator\)")
    directory.post("/api/v2/settings", query={"name": "removal.days", "value": "3\x1b[31m\n"}, operator=True)
    directory.close()
    log = directory.log.read_text()
    assert "ending: " in log and log.endswith("yonder: ended\n") and "\x1b" not in log


# ---- behind a proxy -----------------------------------------------------------------------------------


def test_the_lines_for_nginx_in_the_tour_do_what_it_says(serve, nginx):
    page = (pathlib.Path(__file__).parents[2] / "doc/tour-directory.md").read_text()
    directory = serve("--name", "lists.corp.example", "--trust", "127.0.0.1", "--hsts", "max-age=31536000")
    lines = re.search(r"^```nginx\n(.*?)^```$", page, re.M | re.S)[1]
    assert "http://127.0.0.1:8080" in lines
    proxy = nginx(lines.replace("127.0.0.1:8080", f"127.0.0.1:{directory.port}"), tls=True)
    context = ssl.create_default_context(cafile=str(proxy.pki.cafile))

    def get(path, host="lists.corp.example", **headers):
        connection = http.client.HTTPSConnection("localhost", proxy.port, context=context, timeout=20)
        connection.request("GET", path, headers={"Host": host, **headers})
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode()

    status, headers, _ = get("/healthz")
    assert status == 200 and headers["Strict-Transport-Security"] == "max-age=31536000"
    assert get("/healthz", host="evil.test")[0] == 421
    assert get("/metrics")[0] == 403  # which is for this machine, and that is the proxy alone
    # Whom the client claims to be is not believed, for nginx says it anew: who it says asks is limited and logged.
    get("/api/v2/settings", **{"X-Forwarded-For": "192.0.2.66", "Authorization": "Bearer no-such-token-at-all"})
    directory.said(r"a wrong token of the operator's from 127\.0\.0\.1 ")
