# SPDX-License-Identifier: MIT
"""yonder hsts, held against the real curl and the real wget: what they note, and where they go.

The rows describe curl 7.88.1 and wget 1.21.3; versions.py says what becomes of these tests with others.
"""
import calendar
import json
import os
import random
import re
import shutil
import socket
import subprocess
import threading
import time

import pytest

import hsts_values
import versions
from recorder import end_listener

DAY = 86400


def need(program, version):
    versions.need(program, version, versions.of(program, "--version"))


class Answers(dict):
    """Routes: /N answers with the N-th value."""

    def __init__(self, values):
        super().__init__()
        self.values_ = values

    def get(self, target, default=None):
        number = target.strip("/")
        if not number.isdigit() or int(number) >= len(self.values_):
            return 200, [], b""
        value = self.values_[int(number)]
        fields = [("Strict-Transport-Security", v) for v in ([value] if isinstance(value, str) else value)]
        return 200, fields, b""


class Proxy:
    """An HTTP proxy for clients that have no other way to map names. A CONNECT leads to the TLS
    server, whatever the name; what comes without one came in clear text and is answered 200.
    `asked` holds the URLs in the order they came, of a CONNECT https://host:port."""

    def __init__(self, tls_port):
        self.tls_port = tls_port
        self.asked = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        end_listener(self._listener, self._thread)

    def _serve(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(client,), daemon=True).start()

    def _one(self, client):
        with client:
            client.settimeout(20)
            head = b""
            while b"\r\n\r\n" not in head:
                part = client.recv(65536)
                if not part:
                    return
                head += part
            method, target, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ")
            if method != "CONNECT":
                self.asked.append(target)
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            self.asked.append(f"https://{target}")
            with socket.create_connection(("127.0.0.1", self.tls_port), timeout=20) as server:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=self._copy, args=(server, client), daemon=True)
                back.start()
                self._copy(client, server)
                back.join(20)

    @staticmethod
    def _copy(source, sink):
        try:
            while part := source.recv(65536):
                sink.sendall(part)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


# ---- what is noted -------------------------------------------------------------------------------


def curl_many(urls, folder, server, state, *more):
    """One curl for all the URLs, each host mapped to the server."""
    config = folder / "curl.conf"
    config.write_text("".join(f'url = "{url}"\noutput = "/dev/null"\n' for url in urls))
    subprocess.run(["curl", "-s", "--noproxy", "*", "--hsts", str(state), "--connect-to", f"::127.0.0.1:{server.port}",
                    "--cacert", server.cafile, "-K", str(config), *more], timeout=240)


def wget_many(urls, folder, server, proxy, state, *more):
    (folder / "urls").write_text("".join(f"{url}\n" for url in urls))
    subprocess.run(["wget", "-q", "-O", "/dev/null", f"--hsts-file={state}", f"--ca-certificate={server.cafile}",
                    "-e", "use_proxy=on", "-e", f"https_proxy=http://127.0.0.1:{proxy.port}", "-e", "no_proxy=",
                    "-e", f"http_proxy=http://127.0.0.1:{proxy.port}", "-t", "1", "-T", "20",
                    "-i", str(folder / "urls"), *more], timeout=240)


def curl_entries(state):
    """host → (ends at, or None for never; subdomains), of curl's file."""
    found = {}
    for host, moment in re.findall(r'^(\S+) "([^"]+)"$', state.read_text(), re.MULTILINE):
        beyond = moment == "unlimited" or len(moment) > len("YYYYMMDD hh:mm:ss")  # the year 10000 and later
        end = None if beyond else calendar.timegm(time.strptime(moment, "%Y%m%d %H:%M:%S"))
        found[host.lstrip(".")] = (end, host.startswith("."))
    return found


def wget_entries(state):
    """host → (max-age, subdomains), of wget's file."""
    found = {}
    for line in state.read_text().splitlines():
        if not line.startswith("#"):
            host, _, subdomains, _, max_age = line.split("\t")
            found[host] = (int(max_age), subdomains == "1")
    return found


TOO_LONG = 2**63 - 1
COUNT = int(os.environ.get("YONDER_HSTS_VALUES", 300))


def test_curl_reads_values_as_we_say(yonder, recorder, tmp_path):
    need("curl", "7.88.1")
    values = [v for v in hsts_values.values(COUNT)]
    server = recorder(Answers(values), tls=True)
    state = tmp_path / "hsts"
    # 'h0.example.test' and so on; each is known for long before, so that one sees what max-age=0 does.
    state.write_text("".join(f'h{i}.example.test "20990101 00:00:00"\n' for i in range(len(values))))
    began = int(time.time())
    curl_many([f"https://h{i}.example.test/{i}" for i in range(len(values))], tmp_path, server, state)
    took = int(time.time()) - began + 1
    assert len(server.requests) == len(values)
    entries = curl_entries(state)
    wrong = []
    for i, (value, said) in enumerate(zip(values, hsts_values.readings(yonder, "curl", values))):
        entry = entries.get(f"h{i}.example.test")
        if not said["valid"]:
            good = entry == (4070908800, False)
        elif said["max_age"] == 0:
            good = entry is None
        elif said["max_age"] <= took and entry is None:
            good = True  # it is over by now
        elif said["max_age"] > 200000000000:
            good = entry is not None and entry[1] == said["include_subdomains"]
        else:
            good = (entry is not None and entry[1] == said["include_subdomains"]
                    and 0 <= entry[0] - began - said["max_age"] <= took)
        if not good:
            wrong.append((value, said, entry))
    assert not wrong, f"{len(wrong)}: {wrong[:20]}"


def test_wget_reads_values_as_we_say(yonder, recorder, tmp_path, ended):
    need("wget", "1.21.3")
    values = hsts_values.values(COUNT)
    server = recorder(Answers(values), tls=True)
    proxy = Proxy(server.port)
    ended.append(proxy)
    state = tmp_path / "hsts"
    wget_many([f"https://h{i}.example.test/{i}" for i in range(len(values))], tmp_path, server, proxy, state)
    assert len(server.requests) == len(values)
    entries = wget_entries(state)
    wrong = []
    for i, (value, said) in enumerate(zip(values, hsts_values.readings(yonder, "wget", values))):
        entry = entries.get(f"h{i}.example.test")
        if entry and entry[0] == TOO_LONG and not said["valid"]:
            continue  # it is in the file, but never counts: see the test after this one
        if entry != ((said["max_age"], said["include_subdomains"]) if said["valid"] else None):
            wrong.append((value, said, entry))
    assert not wrong, f"{len(wrong)}: {wrong[:20]}"


def test_wget_keeps_what_overflows_and_does_not_upgrade_for_it(recorder, tmp_path, ended):
    need("wget", "1.21.3")
    server = recorder(Answers([f"max-age={TOO_LONG}", "max-age=99999999999999999999", "max-age=1000"]), tls=True)
    proxy = Proxy(server.port)
    ended.append(proxy)
    wget_many([f"https://h{i}.example.test/{i}" for i in range(3)], tmp_path, server, proxy, tmp_path / "wget")
    for i in range(3):  # a run each: one that comes to such an entry ends early
        wget_many([f"http://h{i}.example.test/{i}"], tmp_path, server, proxy, tmp_path / "wget")
    assert [url.partition(":")[0] for url in proxy.asked[3:]] == ["http", "http", "https"]


# ---- where and when it is noted ------------------------------------------------------------------


def learn(yonder, state, client, host, *values):
    for value in values:
        yonder("hsts", "learn", "--state", state, "--as", client, host, value)


def listed(yonder, state):
    done = yonder("hsts", "list", "--state", state, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return {(e["host"], e["port"]): e for e in map(json.loads, done.stdout.splitlines())}


PLACES = ["a.test", "A.Test", "a.test.", "x.a.test:8443", "a.test:443", "127.0.0.1", "[::1]", "localhost", "x.example.test."]


@pytest.mark.parametrize("client", ["curl", "wget"])
def test_the_same_places_are_noted(client, yonder, recorder, tmp_path, ended):
    need(client, {"curl": "7.88.1", "wget": "1.21.3"}[client])
    server = recorder(Answers(["max-age=1000; includeSubDomains"]), tls=True)
    proxy = Proxy(server.port)
    ended.append(proxy)
    urls = [f"https://{place}/0" for place in PLACES]
    if client == "curl":
        state = tmp_path / "theirs"
        curl_many(urls, tmp_path, server, state, "-k")
        theirs = set(listed(yonder, state))
    else:
        wget_many(urls, tmp_path, server, proxy, tmp_path / "wget", "--no-check-certificate")
        theirs = {(h, int(p) or None) for h, p in
                  re.findall(r"^([^#\t]+)\t(\d+)\t", (tmp_path / "wget").read_text(), re.MULTILINE)}
    for place in PLACES:
        learn(yonder, tmp_path / "ours", client, place, "max-age=1000; includeSubDomains")
    assert set(listed(yonder, tmp_path / "ours")) == theirs


FIELDS = [["max-age=1000", "max-age=2000"], ["max-age=x", "max-age=2000"], ["max-age=1000", "max-age=x"],
          ["", "max-age=2000"], ["max-age=0", "max-age=2000"], ["max-age=1000", "max-age=0"],
          ["max-age=1000; includeSubDomains", "max-age=2000"]]


def test_of_several_fields_the_same_ones_count(recorder, tmp_path, ended):
    need("curl", "7.88.1")
    need("wget", "1.21.3")
    server = recorder(Answers(FIELDS), tls=True)
    proxy = Proxy(server.port)
    ended.append(proxy)
    urls = [f"https://h{i}.example.test/{i}" for i in range(len(FIELDS))]
    began = int(time.time())
    curl_many(urls, tmp_path, server, tmp_path / "curl")
    wget_many(urls, tmp_path, server, proxy, tmp_path / "wget")
    curl, wget = curl_entries(tmp_path / "curl"), wget_entries(tmp_path / "wget")
    # tests/core/test_hsts_store.c has the same of our rows: curl takes one after the other, wget the first.
    ages = [round((curl[h][0] - began) / 1000) * 1000 if (h := f"h{i}.example.test") in curl else None
            for i in range(len(FIELDS))]
    assert ages == [2000, 2000, 1000, 2000, 2000, None, 2000]
    assert not curl["h6.example.test"][1]
    assert [wget.get(f"h{i}.example.test") for i in range(len(FIELDS))] == [
        (1000, False), (0, False), (1000, False), None, (0, False), (1000, False), (1000, True)]


# ---- matching ------------------------------------------------------------------------------------


def names(rng, count):
    found = {}
    while len(found) < count:
        labels = [rng.choice("abc") for _ in range(rng.randrange(1, 5))] + rng.choice([["example", "test"], ["test"]])
        found[".".join(labels)] = None
    return list(found)


def asked_in_clear(proxy, urls, run):
    """Of each URL, in order, what was asked for it."""
    proxy.asked.clear()
    run(urls)
    assert len(proxy.asked) == len(urls), (len(proxy.asked), proxy.asked[-1])
    return list(proxy.asked)


def compare(yonder, client, state, hosts, asked):
    lines = "".join(json.dumps({"client": client, "host": host}) + "\n" for host in hosts)
    done = yonder("hsts", "query", "--state", state, "--batch", input=lines)
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = []
    for host, there, line in zip(hosts, asked, done.stdout.splitlines()):
        said = json.loads(line)
        name, _, port = host.partition(":")
        expected = f"https://{name}:{port or 443}" if said["upgrade"] else f"http://{name}{port and ':'}{port}/"
        if there.lower() != expected.lower():
            wrong.append((host, there, said))
    assert not wrong, f"{len(wrong)}: {wrong[:10]}"
    return sum(json.loads(line)["upgrade"] for line in done.stdout.splitlines())


def test_curl_upgrades_what_we_say(yonder, recorder, tmp_path, ended):
    need("curl", "7.88.1")
    rng = random.Random(7)
    proxy = Proxy(recorder(Answers([]), tls=True).port)
    ended.append(proxy)
    state = tmp_path / "state"
    moments = ["20991231 00:00:00", "unlimited", "20200101 00:00:00"]
    state.write_text("# a comment\n" + "".join(
        f'{rng.choice(["", "."])}{name} "{rng.choice(moments)}"\n' for name in names(rng, 60)))
    shutil.copy(state, tmp_path / "curls")
    hosts = [h + rng.choice(["", "", "", ".", ":8080"]) for h in names(rng, 150)] + ["test", "127.0.0.1"]

    def run(urls):
        (tmp_path / "c").write_text("".join(f'url = "{url}"\noutput = "/dev/null"\n' for url in urls))
        subprocess.run(["curl", "-sk", "--noproxy", "", "-x", f"http://127.0.0.1:{proxy.port}", "--hsts",
                        str(tmp_path / "curls"), "-K", str(tmp_path / "c")], timeout=120)

    asked = asked_in_clear(proxy, [f"http://{h}/" for h in hosts], run)
    assert 20 < compare(yonder, "curl", state, hosts, asked) < 130
    # What we cannot say: the URL has lost its ":80", with which curl goes on to speak TLS on port 80.
    state.write_text('a.test "unlimited"\n')
    shutil.copy(state, tmp_path / "curls")
    assert asked_in_clear(proxy, ["http://a.test:80/"], run) == ["https://a.test:80"]


def test_wget_upgrades_what_we_say(yonder, recorder, tmp_path, ended):
    need("wget", "1.21.3")
    rng = random.Random(8)
    server = recorder(Answers([]), tls=True)
    proxy = Proxy(server.port)
    ended.append(proxy)
    now = int(time.time())
    theirs = tmp_path / "wget"
    theirs.write_text("".join(
        f"{name}\t{rng.choice([0, 0, 0, 443, 8080])}\t{rng.randrange(2)}\t{now - 10}\t100000\n"
        for name in [*names(rng, 60), *(f"{n}." for n in names(rng, 30)), "test"]) + f"b.test.\t443\t1\t{now}\t1000\n")
    theirs.chmod(0o600)
    state = tmp_path / "state"
    done = yonder("hsts", "learn", "--state", state, "--import-wget", theirs)
    assert (done.returncode, done.stderr) == (0, "")
    hosts = [h + rng.choice(["", ".", "", ".", ":8080", ".:8080", ":443"]) for h in names(rng, 150)] + [
        "test", "test.", "b.test", "b.test.", "x.b.test.", "127.0.0.1"]

    def run(urls):
        wget_many(urls, tmp_path, server, proxy, theirs, "--no-check-certificate")

    asked = asked_in_clear(proxy, [f"http://{h}/" for h in hosts], run)
    assert 20 < compare(yonder, "wget", state, hosts, asked) < 140


def test_wget_looks_no_further_than_an_entry_that_is_over(yonder, recorder, tmp_path, ended):
    need("wget", "1.21.3")
    server = recorder(Answers([]), tls=True)
    proxy = Proxy(server.port)
    ended.append(proxy)
    now = int(time.time())
    theirs, state = tmp_path / "wget", tmp_path / "state"
    theirs.write_text(f"example.test\t0\t1\t{now}\t1000\na.example.test\t0\t1\t{now - 100}\t10\n")
    theirs.chmod(0o600)
    yonder("hsts", "learn", "--state", state, "--import-wget", theirs)
    hosts = ["b.example.test", "x.a.example.test"]
    asked = asked_in_clear(proxy, [f"http://{h}/" for h in hosts],
                           lambda urls: wget_many(urls, tmp_path, server, proxy, theirs, "--no-check-certificate"))
    assert compare(yonder, "wget", state, hosts, asked) == 1


# ---- one file for both ---------------------------------------------------------------------------


def answers(yonder, client, state, hosts):
    lines = "".join(json.dumps({"client": client, "host": host}) + "\n" for host in hosts)
    done = yonder("hsts", "query", "--state", state, "--batch", input=lines)
    assert done.returncode == 0, done.stdout
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return [{k: v for k, v in answer.items() if k != "learnt"} for answer in found]


def as_curl_has_it(state):
    """curl reads the file, asks for nothing, and writes it again."""
    subprocess.run(["curl", "-s", "--hsts", str(state), "http://127.0.0.1:1/"], timeout=20)
    assert state.read_text().startswith("# Your HSTS cache")


def test_curl_takes_of_a_file_what_we_say(yonder, tmp_path):
    need("curl", "7.88.1")
    rng = random.Random(9)
    state, theirs = tmp_path / "state", tmp_path / "theirs"
    moments = ["20991231 00:00:00", "20980101 00:00:00", "20970101", "unlimited", "20200101 00:00:00"]
    for _ in range(8):
        some = names(rng, 25)
        state.write_text("".join(f'{rng.choice(["", "."])}{rng.choice(some)} "{rng.choice(moments)}"\n' for _ in range(60)))
        shutil.copy(state, theirs)
        as_curl_has_it(theirs)
        hosts = [*some, *(f"x.{name}" for name in some)]
        # What curl wrote has nothing in it that could be read in two ways.
        expected = answers(yonder, "curl-follow", theirs, hosts)
        assert answers(yonder, "curl", state, hosts) == expected
        assert 10 < sum(a["upgrade"] for a in expected)


DATES = ['"20990101"', '"20990101 07:08"', '"20990101 07:08:09"', '" 20990101\t"', '"20990101 00:00:00" as you like',
         '"20990101"x', '"Sun, 06 Nov 2033 08:49:37 GMT"', '"Sunday, 06-Nov-33 08:49:37 GMT"', '"Sun Nov  6 08:49:37 2033"',
         '"Sunday, 06-Nov-70 08:49:37 GMT"', '"Sunday, 06-Nov-71 08:49:37 GMT"', '"unlimited"', '"unlimited" or so',
         '"soon"', '"20990101 07:08:09', '20990101', '"20991301"', '"20990101 24:00:00"', '"2099-01-01"', '""', '']
UNCLOSED = DATES.index('"20990101 07:08:09')  # curl 7.88 takes it, later ones do not; to us it is damaged


def test_curl_takes_the_dates_we_take(yonder, tmp_path):
    need("curl", "7.88.1")
    state, theirs = tmp_path / "state", tmp_path / "theirs"
    state.write_text("".join(f"h{i}.test {date}\n" for i, date in enumerate(DATES)))
    shutil.copy(state, theirs)
    as_curl_has_it(theirs)
    hosts = [f"h{i}.test" for i in range(len(DATES)) if i != UNCLOSED]
    ours = answers(yonder, "curl", state, hosts)
    assert ours == answers(yonder, "curl", theirs, hosts)
    assert sum(answer["upgrade"] for answer in ours) == 12


def test_curl_and_yonder_share_a_file(yonder, recorder, tmp_path):
    server = recorder(Answers(["max-age=5000; includeSubDomains", "max-age=0"]), tls=True)
    state = tmp_path / "state"
    learn(yonder, state, "curl", "ours.example.test", "max-age=9000; includeSubDomains")
    learn(yonder, state, "curl", "gone.example.test", "max-age=9000")
    learn(yonder, state, "curl", "ever.example.test", "max-age=99999999999999999999")
    learn(yonder, state, "wget", "port.example.test:8443", "max-age=9000")
    before = listed(yonder, state)
    curl_many(["https://theirs.example.test/0", "https://gone.example.test/1", "http://x.ours.example.test:1/"],
              tmp_path, server, state, "-k")
    assert [r.target for r in server.requests] == ["/0", "/1", "/"]  # the last one over TLS
    after = listed(yonder, state)
    assert set(after) == {("ours.example.test", None), ("theirs.example.test", None), ("ever.example.test", None)}
    for host in ("ours.example.test", "ever.example.test"):
        same = {k: v for k, v in before[host, None].items() if k != "learnt"}
        assert {k: v for k, v in after[host, None].items() if k != "learnt"} == same
    assert after["theirs.example.test", None]["include_subdomains"]
    # And back: what curl wrote, we write, curl reads.
    learn(yonder, state, "curl", "more.example.test", "max-age=9000")
    server.requests.clear()
    curl_many([f"http://{h}.example.test:1/" for h in ("more", "theirs", "ours", "ever", "gone")], tmp_path, server,
              state, "-m", "5")
    assert len(server.requests) == 4


def test_processes_do_not_lose_each_others_hosts(yonder, tmp_path):
    state = tmp_path / "state"
    state.write_text('# mine\nold.test "20991231 00:00:00"\nnot an entry\n')
    state.chmod(0o600)
    (tmp_path / "link").symlink_to("state")
    workers = [threading.Thread(target=learn, args=(yonder, tmp_path / "link", "chrome", f"h{i}.test", "max-age=60"))
               for i in range(12)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    done = yonder("hsts", "list", "--state", state, "--json")
    assert {json.loads(line)["host"] for line in done.stdout.splitlines()} == {
        "old.test", *(f"h{i}.test" for i in range(12))}
    assert "not an entry" in done.stderr
    text = state.read_text()
    assert "# mine\n" in text and "\nnot an entry\n" in text
    assert state.stat().st_mode & 0o777 == 0o600 and (tmp_path / "link").is_symlink()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "state"]
