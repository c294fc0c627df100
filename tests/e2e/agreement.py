# SPDX-License-Identifier: MIT
"""Whether two redirect servers give the same answers: many requests over few connections, and
answers in a form in which only what differs to a client differs.

requests(seed, count, ...)      odd requests, the same for each run
ask(port, requests, tls=None)   their answers from a server on 127.0.0.1
answers_of(rules, requests)     those of `yonder match`
differences(...)                where they differ, as text
"""
import http
import random
import re
import socket
import ssl
import urllib.parse
from typing import NamedTuple

import program

REDIRECTS = (301, 302, 303, 307, 308)


class Request(NamedTuple):
    target: str  # path and query as they stand in the request line
    host: str = "a.test"
    scheme: str = "http"
    method: str = "GET"
    headers: tuple = ()

    @property
    def url(self):
        return f"{self.scheme}://{self.host}{self.target}"


class Answer(NamedTuple):
    status: int  # 0: it is no answer of a rule
    location: str  # absolute, in normal form; "" where there is none


# ---- requests ------------------------------------------------------------------------------------

ODD_SEGMENTS = ["%20", "a%20b", "caf%C3%A9", "%7Euser", "x%22y", "%E2%82%AC", ".", "..", "a.b", "%3Cb%3E", "A", "-_.~",
                "a|b", "$1", "100", "(x)", "a%5Eb", "%61", "[z]", "'q'", "a;b", "a,b=c", "!", "index.html", "x.php"]
ODD_QUERIES = ["", "", "", "?a=1", "?a=1&b=2", "?", "?q=%20x", "?id=17", "?id=5&x=y", "?x=y&id=5", "?%C3%A9", "?=", "?a",
               "?url=http://x/?y", "?id=", "?lang=de", "?a=b#"[:-1]]


def requests(seed, count, paths, hosts=("a.test",), schemes=("http",), methods=("GET",), fields=((),), odd=True):
    """`count` requests around `paths`: these themselves, with more behind them, with parts cut off,
    in other spellings, and others."""
    rand = random.Random(seed)
    made = []
    while len(made) < count:
        path = rand.choice(paths)
        for _ in range(rand.choice([0, 0, 1, 1, 2])):
            path = _vary(rand, path, odd)
        query = rand.choice(ODD_QUERIES)
        if "?" in path and query:
            query = query.replace("?", "&", 1)
        if not path.startswith("/"):
            path = "/" + path
        made.append(Request(path + query, rand.choice(hosts), rand.choice(schemes), rand.choice(methods),
                            rand.choice(fields)))
    return made


def _vary(rand, path, odd):
    path, question, query = path.partition("?")
    segment = rand.choice(ODD_SEGMENTS if odd else ["a", "b", "index.html", "1"])
    kind = rand.randrange(9)
    if kind == 0:
        path += "/"
    elif kind == 1:
        path = path.rstrip("/") + "/" + segment
    elif kind == 2:
        path += rand.choice(["x", "1", ".html", "-"])
    elif kind == 3:
        path = path[: rand.randrange(1, len(path) + 1)]
        path = re.sub("%.?$", "", path)
    elif kind == 4 and path[1:]:
        at = rand.randrange(1, len(path))
        if not re.search("%.?$", path[:at]):
            path = path[:at] + "%%%02X" % ord(path[at]) + path[at + 1:] if path[at].isalnum() else path
    elif kind == 5:
        path = path.swapcase() if "%" not in path else path
    elif kind == 6:
        path = "/" + segment + path
    elif kind == 7:
        path = "/x/.." + path
    else:
        path = rand.choice(["/", "/" + segment, "/nothing/here"])
    return path + question + query


# ---- answers -------------------------------------------------------------------------------------

def ask(port, asked, tls=None):
    """The answers of the server at that port. `tls`: its certificate's authority."""
    answers = []
    for start in range(0, len(asked), 200):
        answers += _ask_some(port, asked[start:start + 200], tls)
    # The port is the test's, not the configuration's.
    return [Answer(a.status, a.location.replace(f":{port}/", "/")) for a in answers]


def _connect(port, tls, host):
    plain = socket.create_connection(("127.0.0.1", port), timeout=20)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not tls:
        return plain
    context = ssl.create_default_context(cafile=tls)
    context.check_hostname = False
    return context.wrap_socket(plain, server_hostname=host)


def _ask_some(port, asked, tls):
    """One connection, as long as the server lets it live."""
    answers = []
    while len(answers) < len(asked):
        before = len(answers)
        with _connect(port, tls, asked[before].host) as s, s.makefile("rb") as stream:
            for request in asked[before:]:
                s.sendall(_bytes(request))
                answer, ends = _read(stream, request)
                if answer is None:
                    break
                answers.append(answer)
                if ends:
                    break
        assert len(answers) > before, f"no answer to {asked[before]}"
    return answers


def _bytes(request):
    fields = "".join(f"{name}: {value}\r\n" for name, value in request.headers)
    return f"{request.method} {request.target} HTTP/1.1\r\nHost: {request.host}\r\n{fields}\r\n".encode("latin-1")


def _read(stream, request):
    line = stream.readline()
    if not line:
        return None, True
    status = int(line.split()[1])
    fields = {}
    while (line := stream.readline().rstrip(b"\r\n")):
        name, _, value = line.partition(b":")
        fields[name.lower()] = value[1:] if value.startswith(b" ") else value
    if fields.get(b"transfer-encoding", b"").lower() == b"chunked":
        while size := int(stream.readline(), 16):
            stream.read(size + 2)
        stream.readline()
    elif request.method != "HEAD" and status not in (204, 304):
        stream.read(int(fields.get(b"content-length", 0)))
    location = fields.get(b"location")
    answer = answer_of(request, status, location.decode("latin-1") if location is not None else "")
    return answer, fields.get(b"connection", b"").lower() == b"close"


def answers_of(rules, asked, *options):
    """The answers of `yonder match` with that file of rules."""
    questions = [{"url": r.url, "method": r.method, "headers": [list(h) for h in r.headers]} for r in asked]
    given = program.batch("match", rules, "--batch", *options, questions=questions)
    return [answer_of(r, g.get("status") or 0, g.get("location") or "") for r, g in zip(asked, given)]


def answer_of(request, status, location):
    if status not in REDIRECTS:
        return Answer(status, "")
    return Answer(status, normal(urllib.parse.urljoin(normal(request.url), location)))


UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
KEPT = UNRESERVED | frozenset(b":/?#@!$&'()*+,;=%")


def normal(url):
    """RFC 3986, section 6.2.2: case, escapes, dot segments; and no port that says nothing."""
    scheme, _, rest = url.partition("://")
    authority, slash, rest = re.match(r"([^/?#]*)(/?)(.*)", rest, re.S).groups()
    authority = re.sub(r":(80|443)?$", "", authority.lower())
    rest, hash_, fragment = rest.partition("#")
    path, question, query = rest.partition("?")
    path = _without_dots("/" + _escapes(path))
    return (f"{scheme.lower()}://{authority}{path}" + (f"?{_escapes(query)}" if query else "") +
            (f"#{_escapes(fragment)}" if fragment else ""))


def _escapes(text):
    data = text.encode("latin-1") if all(ord(c) < 256 for c in text) else text.encode()
    out, at = "", 0
    while at < len(data):
        if data[at:at + 1] == b"%" and re.match(rb"[0-9A-Fa-f]{2}", data[at + 1:at + 3]):
            byte = int(data[at + 1:at + 3], 16)
            out += chr(byte) if byte in UNRESERVED else f"%{byte:02X}"
            at += 3
        else:
            out += chr(data[at]) if data[at] in KEPT and data[at:at + 1] != b"%" else f"%{data[at]:02X}"
            at += 1
    return out


def _without_dots(path):
    out = []
    segments = path.split("/")[1:]
    for place, segment in enumerate(segments):
        last = place == len(segments) - 1
        if segment == "..":
            out = out[:-1]
        if segment in (".", ".."):
            out += [""] if last else []
        else:
            out.append(segment)
    return "/" + "/".join(out)


# ---- comparing -----------------------------------------------------------------------------------

# What a converter says it changes in every file: see the notes of `yonder convert`.
RESERVED = re.compile(r"%(2[1-9A-CF]|3[ABDF]|40|5B|5D|2f|3a|3b|3d|3f)|//", re.I)


def is_told(request):
    """True where servers differ that decode all escapes before they compare."""
    path = request.target.partition("?")[0]
    return bool(RESERVED.search(path))


def differences(asked, expected, given, silent=(0, 200, 403, 404, 405, 502), most=20):
    """Lines for the first requests that are answered in two ways. `silent` statuses are no answer of
    a redirect rule: a file, or none."""
    out = []
    for request, a, b in zip(asked, expected, given):
        # What is refused as malformed tells nothing.
        if a == b or 400 in (a.status, b.status) or (a.status in silent and b.status in silent):
            continue
        out.append(f"{request.method} {request.url} {request.headers or ''}: {_show(a)}, not {_show(b)}")
    return out[:most]


def _show(answer):
    try:
        phrase = http.HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "nothing"
    return f"{answer.status} {phrase} {answer.location}".strip()
