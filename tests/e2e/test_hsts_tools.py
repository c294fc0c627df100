# SPDX-License-Identifier: MIT
"""yonder hsts, held against the real curl and the real wget: what they note, and where they go.

The rows describe curl 7.88.1 and wget 1.21.3; with others on the machine these tests would compare
different programs, so they are skipped there, and say so.
"""
import calendar
import json
import os
import re
import socket
import subprocess
import threading
import time

import pytest

import hsts_values

DAY = 86400


def version_of(program):
    return re.search(r"[\d.]+\d", subprocess.run([program, "--version"], capture_output=True, text=True).stdout)[0]


def need(program, version):
    here = version_of(program)
    if here != version:
        pytest.skip(f"{program} here is {here}, the row describes {version}")


class Answers(dict):
    """Routes: /N answers with the N-th value."""

    def __init__(self, values):
        super().__init__()
        self.values_ = values

    def get(self, target, default=None):
        number = target.strip("/")
        if not number.isdigit():
            return default
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
        self._listener.close()

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


COUNT = int(os.environ.get("YONDER_HSTS_VALUES", 700))


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
        if entry != ((said["max_age"], said["include_subdomains"]) if said["valid"] else None):
            wrong.append((value, said, entry))
    assert not wrong, f"{len(wrong)}: {wrong[:20]}"
