# SPDX-License-Identifier: MIT
"""Values of Strict-Transport-Security for real clients to judge: those that people have written, and
as many more as one likes, put together from pieces that parsers stumble over."""
import json
import random

WRITTEN = [
    "max-age=100", "MAX-AGE=100", "max-age = 100", "max-age =100", "max-age= 100", "\tmax-age=100\t",
    'max-age="100"', 'max-age=" 100"', 'max-age="100 "', 'max-age="1\\00"', 'max-age=""', "max-age='100'",
    "max-age=100;includeSubDomains;preload", "IncludeSubdomains ; max-age=100", "includesubdomains",
    "", ";", ";;", " ", "preload", ";; max-age=5 ;; ;", ";max-age=100", "max-age=100;", "max-age=100;;",
    "max-age=100; max-age=200", "max-age=100; max-age=100", "max-age=0; max-age=100", "max-age=x; max-age=100",
    "max-age=100; includeSubDomains; includesubdomains", "max-age=100 includesubdomains",
    "max-age=100randomstuff", "max-age=100, max-age=200; includeSubdomains", "max-age=100,includesubdomains",
    "max-age=100; includesubdomainsXyz", "max-age=100; xincludesubdomains", 'max-age=100; includeSubDomains=""',
    "max-age=100; includeSubDomains=", "max-age=100; includeSubDomains=true", "max-age=100; includeSubDomains true",
    'max-age=100; "includeSubDomains"', "max-age=100; includeSubDomains; preload=", "max-age=100; unk=",
    "max-age=100; unk=a@b", "max-age=100; unk=a", "max-age=100; unk = a", 'max-age=100; unk="a;b"; includesubdomains',
    'max-age=100; unk="a\\"b"', 'max-age=100; unk="a', 'max-age=100; unk="a"b', 'max-age=100; unk=a"b"', "max-age=100; a,b",
    "max-age=100; a b", 'max-age=100; "x"', "max-age=100; =2", "max-age=100; =", 'max-age=100; ="x"', "max-age=100; x=y=z",
    'max-age=12"', 'max-age="12', "max-age=+1", "max-age=-1", "max-age=-0", "max-age=1.5", "max-age=1e3", "max-age=0x10",
    "max-age==1", "max-age=", "max-age", "max-age;", "max-age:100", "max-age=0", "max-age=00", 'max-age="0"',
    "max-age=0; includeSubDomains", "max-age=007", "max-age=31536000", "max-age=31536001", "max-age=3153600000",
    "max-age=3153600001", "max-age=4294967295", "max-age=4294967296", "max-age=9223372036854775807",
    "max-age=9223372036854775808", "max-age=18446744073709551615", "max-age=18446744073709551616",
    'max-age="99999999999999999999999"', "max-age=99999999999999999999999; includeSubDomains",
    "max-age=99999999999999999999999 includeSubDomains", "max-age*=UTF-8''100", "max-age*=100", "max-age*0=100", "max-age*0*=x'y'100",
    "max-age100", "max-age 100", "max-agex=100", "xmax-age=100", "max_age=100", "strict; max-age=100", "max-age=100 ; foo ; includeSubDomains",
    "max-age=100\x0b", "max-age=100\xe9", "max-age=100; \xe9", 'max-age=100; unk="\xe9"', "max-age=\xe9", 'max-age=100; unk="\x7f"',
    'max-age=100; unk="\x01"', "max-age=100; unk=\x01", 'max-age=100; unk="\\\xe9"', 'max-age=100; unk="\\\x01"', "max-age=100; (x)", "max-age=100; x/y", "max-age=100; {x}", "max-age=100; x[1]",
    "max-age=100; foo bar=baz", "max-age=100; foo'bar", "max-age=100; a=b c", "max-age=100; 'a;b'",
]

PIECES = {
    "max_age": ["max-age"] * 8 + ["Max-Age", "MAX-AGE", "max-age*", "max-ag", "max-agee", " max-age", "max-age "],
    "equals": ["="] * 10 + [" = ", "= ", " =", "==", "", " ", "=\t"],
    "number": ["100"] * 6 + ["0", "1", "007", "31536000", "99999999999999999999", "+5", "-5", "5.5", "5 5", "5x", "x5", "",
                             "1e9", "\\5", "3 ", "2147483648", "4000000000", "18446744073709551616"],
    "subdomains": ["includeSubDomains"] * 6 + ["includesubdomains", "INCLUDESUBDOMAINS", "includeSubDomain", "includeSubDomainss",
                                               "includeSubDomains=", 'includeSubDomains=""', "includeSubDomains=1", "includeSubDomains "],
    "other": ["preload", "foo", "foo=bar", "foo=", "=bar", 'foo="b;r"', 'foo="b', 'foo=b"', "foo bar", "a,b", "foo=a@b", '"foo"',
              "foo = bar", "foo=bar=baz", "", " ", "'", "'a;b'", 'foo="a\\"b"', 'foo="a\\', "x\\y", "foo:bar", "foo*=a'b'c", "\xe9", "foo='b"],
    "separator": [";"] * 4 + ["; "] * 8 + [" ; ", ";;", ",", ", ", " ", "", "\t;", ";\t"],
}
BYTES = ';;=="" \t,\\\'*+-.09amx\xe9\x0b@()'


def _directive(rng):
    pick = lambda name: rng.choice(PIECES[name])
    kind = rng.random()
    if kind < 0.55:
        number = pick("number")
        if rng.random() < 0.2:
            number = f'"{number}"'
        return pick("max_age") + pick("equals") + number
    return pick("subdomains") if kind < 0.75 else pick("other")


def _value(rng):
    text = _directive(rng)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3))):
        text += rng.choice(PIECES["separator"]) + _directive(rng)
    while rng.random() < 0.25:
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(BYTES) + text[at + rng.randrange(2):]
    return text


def values(count, seed=6797):
    """The first `count` values, each once; the same for the same seed."""
    rng = random.Random(seed)
    found = dict.fromkeys(WRITTEN)
    while len(found) < count:
        found[_value(rng)] = None
    return list(found)[:count]


def readings(yonder, client, some):
    """What `yonder hsts parse` says of them. Bytes beyond ASCII go as characters: both are no token."""
    lines = "".join(json.dumps({"client": client, "value": value}) + "\n" for value in some)
    done = yonder("hsts", "parse", "--batch", input=lines, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]
