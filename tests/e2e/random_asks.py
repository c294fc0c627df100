# SPDX-License-Identifier: MIT
"""Random requests of good form, as bytes, and what `yonder match` says they are to be answered.

There are two rule sets, which a server is led from one to the other and back; which of them answers is a matter
of time, so either's answer is right. Most requests have the same in both."""
import json
import random

import agreement
import program

HOSTS = ("a.test", "www.a.test", "b.test", "c.test", "x.wild.test")
LANGUAGES = ("de", "en-GB, de;q=0.5", "fr-FR, *;q=0.1", "x;q=0", "de-AT,de;q=0.9,en;q=0.8")
KEYS = ("status", "location", "vary", "cache_control", "hsts", "retry_after")
FIELDS = {b"vary": "vary", b"cache-control": "cache_control", b"strict-transport-security": "hsts", b"location": "location",
          b"retry-after": "retry_after"}


def rules(seed, which):
    """The text of set 0 or 1."""
    rand = random.Random(f"{seed} rules")
    lines = []
    for n in range(600):
        path = f"/{rand.choice(['p', 'shop', 'caf%C3%A9', 'A'])}/{n}"
        status = rand.choice(["", "301", "302", "303", "307", "308"])
        lines.append(rand.choice([f"{path} /new/{n} {status}", f"{path}/* https://x.example/{n}/:splat {status}",
                                  f"{path}/:id /n/:id?from={n} {status}", f"{path} id=:i /i/:i {status}", f"{path} - gone",
                                  f"{path} /of/{which if n % 7 == 0 else 2}/{n} {status}"]))
    lines += ["/lang /de 302 language=de", "/lang /at 302 language=de-AT", "/lang /en 302", "/c /in 302 cookie=s",
              "/c /b 302 cookie:g=b*", "/c /out 302", "/m /made 303 method=POST,PUT", "/m /read", "/v /old 302 http=1.0",
              "/v /now 302", "~^/item-([0-9]+)\\.html$ /items/$1 308", "/h /agent 302 header:X-Agent=*bot*", "/h /man 302",
              f"/which /set/{which} 302"]
    sites = ["[a.test www.a.test]\nhttps permanent\nhsts max-age=31536000; includeSubDomains\ncanonical www.a.test\n/only /here 302\n",
             "[b.test]\nquery ignore=utm_*\nslash ignore\ncase ignore\ncache max-age=60\n/Courses /study 308\n",
             "[c.test]\nhttp10 302\nhsts max-age=600\n/old /new 307\n/see /saw 303\n",
             f"[*.wild.test]\n/w/* //a.test/{which}/:splat 302\n"]
    return "\n".join(lines) + "\n" + "\n".join(sites)


def paths():
    return ([f"/{first}/{n}" for first in ("p", "shop", "caf%C3%A9", "A") for n in range(0, 600, 3)]
            + ["/which", "/lang", "/c", "/m", "/v", "/item-5.html", "/h", "/only", "/Courses", "/old", "/see", "/w/x"] * 20)


class Ask:
    """A request: what it says, and `right`, the answers that are right."""

    def __init__(self, rand, request, https):
        self.method, self.host, self.target = request.method, request.host, request.target
        self.scheme = "https" if https else "http"
        self.fields = [*request.headers]
        self.http10 = rand.random() < 0.1
        self.right = ()

    def question(self, http10):
        return {"url": f"{self.scheme}://{self.host}{self.target}", "method": self.method, "http10": http10,
                "headers": [["Host", self.host], *map(list, self.fields)]}


def asks(seed, count, https, files):
    """`count` of them, with .right from the rule files; [0] as HTTP/1 says it, [1] as HTTP/2 does."""
    rand = random.Random(f"{seed} asks {https}")
    fields = [()] * 4 + [(("Accept-Language", value),) for value in LANGUAGES]
    fields += [(("Cookie", value),) for value in ("s=1", "g=bx; y=z", "x")] + [(("X-Agent", "a bot"), ("Accept", "*/*"))]
    wanted = agreement.requests(seed, count, paths(), HOSTS, methods=("GET", "GET", "GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE"),
                                fields=fields)
    made = [Ask(rand, request, https) for request in wanted]
    for version in (0, 1):
        questions = [ask.question(ask.http10 and not version) for ask in made]
        sets = [program.batch("match", file, questions=questions) for file in files]
        for ask, *answers in zip(made, *sets):
            assert not any("error" in answer for answer in answers), (ask.__dict__, answers)
            for answer in answers:  # HTTP/1.0 has absolute Locations only, which is the server's to see to
                location = answer["location"] or ""
                if ask.http10 and not version and location.startswith("/"):
                    answer["location"] = f"{ask.scheme}:{'' if location.startswith('//') else '//' + ask.host}{location}"
            ask.right = (*ask.right, frozenset(tuple(answer.get(key) for key in KEYS) for answer in answers))
    return made


def answer(status, fields):
    """In the form of .right, from (name in lower case, value) pairs of bytes."""
    found = {"status": status}
    for name, value in fields:
        key = FIELDS.get(name)
        if key:
            found[key] = int(value) if key == "retry_after" else value.decode("latin-1")
    return tuple(found.get(key) for key in KEYS)


def spelled(rand, ask):
    """The bytes of HTTP/1, body included, in one of many ways."""
    target = ask.target
    if ask.scheme == "http" and rand.random() < 0.1:
        target = f"{rand.choice(['http', 'HTTP'])}://{ask.host}{target}"
    lines = [f"{rand.choice(['Host', 'host', 'HOST'])}:{rand.choice([' ', '', '  '])}{ask.host}{rand.choice(['', '', ' '])}"]
    lines += [f"{name}: {value}" for name, value in ask.fields]
    if ask.http10:
        lines.append("Connection: keep-alive")
    if rand.random() < 0.3:
        lines.append(f"X-{rand.randrange(1000)}: {'y' * rand.choice([0, 1, 50, 900])}")
    body = b""
    if ask.method in ("POST", "PUT"):
        body = bytes(rand.choices(b"abc\r\n0 GET", k=rand.choice([0, 1, 7, 300, 5000])))
        if rand.random() < 0.5 and not ask.http10:
            lines.append("Transfer-Encoding: chunked")
            body = chunked(rand, body)
        else:
            lines.append(f"Content-Length: {len(body)}")
    rand.shuffle(lines)
    head = f"{ask.method} {target} HTTP/1.{0 if ask.http10 else 1}\r\n" + "".join(line + "\r\n" for line in lines) + "\r\n"
    return head.encode("latin-1") + body


def chunked(rand, body):
    out = b""
    while body:
        n = rand.randrange(1, len(body) + 1)
        out += b"%x%s\r\n%s\r\n" % (n, rand.choice([b"", b"", b";a=b", b' ;q="x"']), body[:n])
        body = body[n:]
    return out + b"0\r\n" + rand.choice([b"", b"", b"X: y\r\n"]) + b"\r\n"


def shown(ask):
    return json.dumps({key: value for key, value in ask.__dict__.items() if key not in ("right", "spellings")})
