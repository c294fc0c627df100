# SPDX-License-Identifier: MIT
"""The real programs on a stage, and what `yonder decide` says they do, hop by hop.

A scene is one call of a program and the answers it meets, as plain data:

    {"url": "http://first.test/a/b/c?x=1", "method": "GET", "body": null, "stream": false,
     "custom": false, "fields": [["Name", "value"]], "answers": [[302, [["Location", "/x"]]]]}

All but "answers" may be left out. After the last answer comes 200. Every program is led to the
stage whatever host and port it asks for, so names need not exist. What a program did is

    {"requests": [{"method", "target", "host", "body", "fields"}…], "end": word}

"end" is "ok" where it came to a response it was content with, else what it complained about, in
the words of `decide` ("invalid_location"…), "other" where it has no such word.
"""
import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import threading

from recorder import end_listener

HERE = pathlib.Path(__file__).resolve().parent
START = "http://first.test/{}/b/c?x=1"


def command(name, default):
    """How a program is run: the words of $YONDER_<NAME>, or `default`."""
    words = os.environ.get("YONDER_" + name.upper().replace("-", "_"))
    return words.split() if words else default


# ---- the stage -----------------------------------------------------------------------------------

class Stage:
    """Answers the k-th request of scene n with the scene's k-th answer. Which scene it is, the
    first request's path says; those after it belong to the scene that was begun last."""

    def __init__(self, scenes):
        self.scenes = scenes
        self.seen = [[] for _ in scenes]
        self._now = None
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self):
        end_listener(self._listener, self._thread)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(20)
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection):
        with connection, connection.makefile("rb") as stream:
            try:
                if stream.peek(1)[:1] == b"\x16":  # TLS
                    return
                while (request := read_request(stream, connection)) and self._answer(request, connection):
                    pass
            except (OSError, ValueError):
                pass  # a client that goes away

    def _answer(self, request, connection):
        with self._lock:
            begun = re.fullmatch(r"/(\d+)/b/c(\?.*)?", request["target"])
            if begun and not self.seen[int(begun[1])]:
                self._now = int(begun[1])
            seen, answers = self.seen[self._now], self.scenes[self._now]["answers"]
            status, fields = answers[len(seen)] if len(seen) < len(answers) else (200, [])
            seen.append(request)
        if request["method"] == "CONNECT":
            status, fields = 403, []
        head = b"HTTP/1.1 %d Answer\r\n" % status
        for name, value in fields:
            head += name.encode() + b": " + value.encode("utf-8", "surrogateescape") + b"\r\n"
        if status not in (204, 304):
            head += b"Content-Length: 0\r\n"
        connection.sendall(head + b"\r\n")
        return request["method"] != "CONNECT"


def read_request(stream, connection):
    line = stream.readline().rstrip(b"\r\n").decode("latin-1")
    if not line:
        return None
    method, _, rest = line.partition(" ")
    target = rest.rpartition(" ")[0]
    fields = []
    while text := stream.readline().rstrip(b"\r\n").decode("latin-1"):
        name, _, value = text.partition(":")
        fields.append([name, value.strip(" \t")])
    named = {name.lower(): value for name, value in fields}
    if "expect" in named:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = b""
    if "chunked" in named.get("transfer-encoding", ""):
        while size := int(stream.readline(), 16):
            body += stream.read(size)
            stream.readline()
        while stream.readline().strip():
            pass
    else:
        body = stream.read(int(named.get("content-length", 0)))
    proxied = re.fullmatch(r"\w+://([^/?]*)(.*)", target)  # as a proxy is asked
    if proxied:
        target = proxied[2]
    return {"method": method, "target": target, "host": named.get("host", "").lower(),
            "body": body.decode("latin-1"), "fields": fields}


# ---- the programs --------------------------------------------------------------------------------

def complete(scenes):
    """The scenes with everything that may be left out."""
    full = {"method": "GET", "body": None, "stream": False, "custom": False, "fields": [], "how": None}
    return [full | {"url": START.format(n)} | scene for n, scene in enumerate(scenes)]


def run_lines(words, lines, timeout=300, **more):
    """Runs a driver: a line of JSON in, a line of JSON out."""
    done = subprocess.run(words, input="".join(json.dumps(line) + "\n" for line in lines), capture_output=True,
                          encoding="utf-8", timeout=timeout, **more)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


class Curl:
    """`ends` are curl's exit codes."""
    ends = {0: "ok", 1: "scheme_not_followed", 3: "invalid_location", 8: "multiple_locations",
            47: "too_many_redirects", 65: "body_not_replayable"}

    def __init__(self, words, directory="/tmp"):
        self.words = words
        self.directory = directory  # /tmp, as we see that of the program

    @staticmethod
    def is_custom(scene):
        """Whether it takes -X to have curl do that."""
        own = {"GET": None, "HEAD": None, "POST": "", "PUT": ""}
        method = scene["method"]
        return scene["custom"] or method not in own or (own[method] is None) != (scene["body"] is None)

    def arguments(self, scene, upload):
        words = []
        method, body = scene["method"], scene["body"]
        if scene["stream"]:
            words += ["-T", "-"]
        elif method == "PUT" and body is not None and not scene["custom"]:
            words += ["-T", upload]
        elif body is not None:
            words += ["--data-binary", body]
        if self.is_custom(scene):
            words += ["-X", method]
        elif method == "HEAD":
            words += ["-I"]
        for name, value in scene["fields"]:
            words += ["-H", f"{name}: {value}"]
        return words

    def run(self, scenes, stage):
        with tempfile.NamedTemporaryFile("w", dir=self.directory) as upload:
            return [self.call(scene, stage, upload) for scene in scenes]

    def call(self, scene, stage, upload):
        upload.seek(0)
        upload.truncate()
        upload.write(scene["body"] or "")
        upload.flush()
        done = subprocess.run(
            [*self.words, "-sS", "-g", "--http1.1", "--noproxy", "*", "--max-time", "20", "-o", os.devnull,
             "--connect-to", f"::127.0.0.1:{stage.port}", *self.arguments(scene, os.path.join("/tmp", os.path.basename(upload.name))),
             "--", scene["url"]],
            input=(scene["body"] or "").encode() if scene["stream"] else None,
            stdin=None if scene["stream"] else subprocess.DEVNULL, capture_output=True, timeout=60)
        return self.ends.get(done.returncode, "other")


class Wget:
    """Led to the stage as to a proxy: only so it asks for hosts that no name server knows."""
    messages = [(r"Unsupported scheme ‘(?i:https?|ftp)’", "invalid_location"),
                ("HTTPS support not compiled in", "invalid_location"),  # "https:" without "//"
                ("Unsupported scheme", "scheme_not_followed"), ("Scheme missing", "invalid_location"),
                ("redirections exceeded", "too_many_redirects"), ("without location", "no_location"),
                ("Invalid ", "invalid_location"), ("Bad port", "invalid_location"),
                ("Unterminated IPv6", "invalid_location"), ("IPv6 addresses not supported", "invalid_location")]

    def __init__(self, words=None, locale="C.UTF-8"):
        self.words = words or command("wget", ["wget"])
        self.locale = locale

    def arguments(self, scene):
        words = []
        method, body = scene["method"], scene["body"]
        if scene["how"] == "--spider":
            words += ["--spider"]
        elif method == "POST" and body is not None and not scene["custom"]:
            words += [f"--post-data={body}"]
        else:
            words += [f"--method={method}"] * (method != "GET" or scene["custom"])
            words += [f"--body-data={body}"] * (body is not None)
        return words + [f"--header={name}: {value}" for name, value in scene["fields"]]

    def run(self, scenes, stage):
        """Scenes that are called alike share a process."""
        groups = {}
        for n, scene in enumerate(scenes):
            groups.setdefault(tuple(self.arguments(scene)), []).append(n)
        ends = ["ok"] * len(scenes)
        proxy = f"http://127.0.0.1:{stage.port}"
        environment = {"PATH": os.environ["PATH"], "LC_ALL": self.locale, "http_proxy": proxy, "https_proxy": proxy,
                       "ftp_proxy": proxy, "HOME": "/nonexistent"}
        for arguments, members in groups.items():
            for at in range(0, len(members), 100):
                part = members[at:at + 100]
                done = subprocess.run(
                    [*self.words, "--no-config", "--no-hsts", "-t", "1", "-T", "20", "-O", os.devnull, *arguments,
                     "--", *(scenes[n]["url"] for n in part)],
                    env=environment, capture_output=True, timeout=120)
                self.read_log(done.stderr.decode("utf-8", "replace"), scenes, part, ends)
        return ends

    def read_log(self, log, scenes, members, ends):
        by_url = {scenes[n]["url"]: n for n in members}
        now = None
        for line in log.splitlines():
            begun = re.match(r"(?:--[-\d]+ [\d:]+--  (.*)|Spider mode)", line)
            if begun:
                now = by_url.get(begun[1], now)
                continue
            for text, word in self.messages:
                if re.search(text, line) and not line.startswith(("Location", "Proxy request", "--")):
                    ends[now] = word
                    break


class Requests:
    def __init__(self, words=None):
        self.words = words or command("requests", ["/usr/bin/python3"])

    def run(self, scenes, stage):
        program = (HERE / "drivers" / "with_requests.py").read_text()
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/nonexistent"}
        return [a["end"] for a in run_lines([*self.words, "-c", program, str(stage.port)], scenes, env=environment)]


class Go:
    def __init__(self, binary):
        self.binary = binary

    def run(self, scenes, stage):
        return [a["end"] for a in run_lines([str(self.binary), str(stage.port)], scenes)]

    @staticmethod
    def build(directory, words=None):
        """The driver, built without network by the Go of this machine."""
        words = words or command("go", ["go"])
        binary = pathlib.Path(directory) / "with_go"
        environment = os.environ | {"GOCACHE": str(pathlib.Path(directory) / "cache"), "GOFLAGS": "-mod=mod",
                                    "GOPROXY": "off", "GO111MODULE": "off", "CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
        subprocess.run([*words, "build", "-o", str(binary), str(HERE / "drivers" / "with_go.go")], env=environment,
                       check=True, timeout=300)
        return binary


class Trace:
    """`yonder trace --as` a client, called as the client is."""

    def __init__(self, yonder, client):
        self.yonder = yonder
        self.client = client

    def run(self, scenes, stage):
        return [self.call(scene, stage) for scene in scenes]

    def call(self, scene, stage):
        words = ["-X", scene["method"]] * (scene["method"] != "GET" or scene["custom"])
        words += ["-d", scene["body"]] * (scene["body"] is not None)
        for name, value in scene["fields"]:
            words += ["-H", f"{name}: {value}"]
        done = self.yonder("trace", "--as", self.client, "--connect-to", f"::127.0.0.1:{stage.port}", "--json",
                           *words, "--", scene["url"])
        assert done.returncode in (0, 1), (words, scene, done.stderr, done.stdout[-600:])
        return "ok"


def perform(program, scenes):
    """What the program does in each scene."""
    scenes = complete(scenes)
    with Stage(scenes) as stage:
        ends = program.run(scenes, stage)
    assert len(ends) == len(scenes)
    return [{"requests": seen, "end": end} for seen, end in zip(stage.seen, ends)]


# ---- what is predicted ---------------------------------------------------------------------------

def decide(yonder, questions):
    if not questions:
        return []
    done = yonder("decide", "--batch", input="".join(json.dumps(q) + "\n" for q in questions), timeout=120)
    assert done.returncode == 0, [line for line in done.stdout.splitlines() if '"error":' in line][:5]
    return [json.loads(line) for line in done.stdout.splitlines()]


def predict(yonder, client, scenes):
    """The requests that `decide` expects after the first, and how it expects the chain to end."""
    scenes = complete(scenes)
    chains = [{"requests": [], "end": None, "method": s["method"], "url": s["url"], "body": s["body"] is not None,
               "dropped": set(), "last": {"action": "stop"}} for s in scenes]
    hop = 0
    while True:
        live = [n for n, chain in enumerate(chains) if chain["end"] is None and hop < len(scenes[n]["answers"])]
        if not live:
            break
        answers = decide(yonder, [question(client, scenes[n], chains[n], hop) for n in live])
        for n, answer in zip(live, answers):
            chain = chains[n]
            chain["last"] = answer
            if answer["action"] != "follow":
                chain["end"] = answer["reason"]
                continue
            chain.update(method=answer["method"], url=answer["url"], body=answer["body"])
            dropped = {name.lower() for name in answer["dropped"]}
            if client in COMPOSE_ANEW:  # of the content fields only their own go
                dropped -= {name for name in dropped if name.startswith("content-")}
            else:
                dropped |= chain["dropped"]
            chain["dropped"] = dropped
            chain["requests"].append({"method": answer["method"], "url": answer["url"],
                                      "body": scenes[n]["body"] if answer["body"] else "",
                                      "fields": [f for f in scenes[n]["fields"] if f[0].lower() not in dropped]})
        hop += 1
    return chains


def question(client, scene, chain, hop):
    status, fields = scene["answers"][hop]
    return {"client": client, "method": chain["method"], "url": chain["url"], "status": status, "headers": fields,
            "body": chain["body"], "stream": scene["stream"], "count": hop,
            "custom_method": Curl.is_custom(scene) if client.startswith("curl") else scene["custom"],
            "initial": scene["url"]}


def split(url):
    """Scheme, host as a Host field has it, target and fragment."""
    scheme, _, rest = url.partition("://")
    end = min((rest.find(c) for c in "/?#" if c in rest), default=len(rest))
    target, _, fragment = rest[end:].partition("#")
    target = target.encode("utf-8", "surrogateescape").decode("latin-1")  # as the stage reads it
    return scheme, rest[:end].rpartition("@")[2].lower(), target, fragment


def plain_port(host):
    """Without a port that goes without saying, or is written oddly: the URL standard's spelling."""
    name, colon, port = host.rpartition(":")
    if not colon or not (port.isdigit() or port == ""):
        return host
    return name if port.lstrip("0") in ("", "80") else f"{name}:{int(port)}"


def no_host_of_any_url(host):
    """Hosts that these programs ask name servers for, to no avail; doc/why/clients-measured.md."""
    return not host.isascii() or bool(re.search(r"[\x00-\x20#%/<>?@\[\\\]^|\x7f]", plain_port(host))) or (
        plain_port(host).strip(".") == "") or "xn--" in host


COMPOSE_ANEW = {"curl", "curl-follow", "wget"}  # yonder_decision.composed_anew
STOPS = {"status_not_followed", "no_location", "not_a_redirect", "ok"}


def given_fields(scene, fields):
    """Those of `fields` that the scene gave the program."""
    given = set(map(tuple, scene["fields"])) if "fields" in scene else set()
    return sorted(given & set(map(tuple, fields)))


def difference(scene, chain, seen):
    """What the program did that was not predicted, or None."""
    requests = seen["requests"][1:]
    for k, expected in enumerate(chain["requests"]):
        scheme, host, target, _ = split(expected["url"])
        if scheme != "http":  # the stage has no TLS: it sees a CONNECT or what a proxy sees, or nothing
            return None if seen["end"] == "other" or len(requests) > k else f"did not go to {expected['url']}"
        if k >= len(requests):
            return f"made no request {k + 2}, ended with {seen['end']}"
        got = requests[k]
        if (got["method"], plain_port(got["host"]), got["target"], got["body"]) != (
                expected["method"], plain_port(host), target, expected["body"]):
            return f"asked {got['method']} {got['host']} {got['target']} {got['body']!r}"
        given = given_fields(scene, got["fields"])
        if given != sorted(map(tuple, expected["fields"])):
            return f"request {k + 2} has {given}, not {sorted(map(tuple, expected['fields']))}"
    if len(requests) > len(chain["requests"]):
        got = requests[len(chain["requests"])]
        if chain["end"] == "invalid_location" and no_host_of_any_url(got["host"]):
            return None
        return f"went on to {got['method']} {got['host']} {got['target']}"
    end = chain["end"] or "ok"
    if (end, seen["end"]) == ("scheme_not_followed", "invalid_location"):
        return None  # the program found another fault first
    stopped = end in STOPS or chain["last"]["action"] == "stop"
    if end != seen["end"] and not (stopped and seen["end"] in STOPS):
        return f"ended with {seen['end']}"
    return None


def compare(yonder, client, program, scenes):
    """Fails with the scenes in which the program did something else than `decide` says."""
    return differences(scenes, predict(yonder, client, scenes), perform(program, scenes))


def differences(scenes, chains, truth):
    return [(scene, what, [r["url"] for r in chain["requests"]], chain["end"])
            for scene, chain, seen in zip(scenes, chains, truth) if (what := difference(scene, chain, seen))]
