# SPDX-License-Identifier: MIT
"""Holds the grader "chromium" against preload_checker.go, which has the same rules written a second
time in the checker's own language.

    preload.py headers TOOL [COUNT [SEED]]   values of the field; TOOL is build/tests/compare/preload_header
    preload.py sites YONDER [WORD…]          every site of the rig (tests/e2e/audit_rig.py), and more whose
                                             Locations and names are odd, asked by both; with WORD those
                                             whose name has it

What differs is shown, and the exit code is 1.
"""
import collections
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
import audit_rig  # noqa: E402
import audit_sites  # noqa: E402

GOOD = audit_sites.GOOD

# Where they may differ, by the name of the site, and why.
EXPLAINED = {
    "by-family.test": "which family of addresses is asked first is up to the client",
    "v6-no-redirect.test": "likewise",
    "by-turn.test": "each has its own turn",
    "\u212aa.test": "the checker takes letters that only lower-case into ASCII",
    "\u0130a.test": "likewise",
    "good.test.": "for removal the checker asks for any name; what is no host name of the list is not asked here",
    "good.test:443": "likewise",
    "https://good.test": "likewise",
}


def build(folder):
    program = pathlib.Path(folder) / "preload_checker"
    subprocess.run(["go", "build", "-o", program, HERE / "preload_checker.go"], check=True, timeout=300)
    return program


# ---- values ----------------------------------------------------------------------------------------

PIECES = [
    b"max-age=31536000", b"max-age=63072000", b"max-age=31535999", b"max-age=10886400", b"max-age=10886399", b"max-age=0",
    b"max-age=00", b"max-age=031536000", b"max-age=315360000", b"max-age=315360001", b"max-age=18446744073709551615",
    b"max-age=18446744073709551616", b"max-age=000000000000000000000000000031536000", b"max-age=", b"max-age", b"max-age =1",
    b"max-age= 1", b"max-age=+1", b"max-age=-1", b'max-age="31536000"', b"max-age=1_000", b"max-age=0x10", b"max-age=0a", b"max-age=1\xff",
    b"max-age=\xd9\xa1", b"max-ages=1", b"MAX-AGE=31536000", b"max-age=31536000, x", b"max-age:31536000", b"includeSubDomains",
    b"includesubdomains", b"INCLUDESUBDOMAINS", b"includeSubDomain", b"includeSubDomainsX", b"includeSubDomains=1",
    b"include\xc5\xbfubDomains", b"includeSubDomain\xc5\xbf", b"\xc4\xb0ncludeSubDomains", b"includeSubDoma\xc4\xb0ns", b"\xc4\xb1ncludeSubDomains",
    b"includeSubDomains preload", b"preload", b"PreLoad", b"preloaded", b"preload=1", b"preload;", b"pre load", b"prel\xc3\xb6ad", b"",
    b" ", b"\t", b"\xc2\xa0", b"\xe2\x80\x83", b"\xe2\x80\x8b", b"\xe3\x80\x80", b"\xc2\x85", b"\x85", b"\xa0", b"\xef\xbb\xbf", b"\x0b", b"\x0c",
    b"\x1c", b"\xe1\xa0\x8e", b"\x00", b"foo", b"foo=bar", b'report="a;b"', b"\xe2\x84\xaa", b"\xff", b"\xe2\x80", b"max-age=1;max-age=2",
    # more that lower-case or fold into ASCII, or nearly do
    b"ma\xd5\xad-age=1", b"includeSubDoma\xc3\xads", b"p\xe2\x84\x9breload",
]
BLANKS = [b"", b"", b"", b" ", b"  ", b"\t", b"\xc2\xa0", b"\xe2\x80\x89", b"\x0b", b"\xc2\x85", b"\xa0", b"\xe2\x80\xa8", b"\xe2\x81\x9f", b"\xef\xbb\xbf"]
BYTES = b"maxage-=0123456789 ;,\t\"includesubDomainspreload\xc5\xbf\xe2\x84\xaa\xc4\xb0\xc2\xa0\x00\xff"


def piece(rng):
    text = bytearray(rng.choice(PIECES))
    if rng.random() < 0.15 and text:
        at = rng.randrange(len(text))
        if rng.random() < 0.5:
            text[at] = rng.choice(BYTES)
        else:
            text[at:at] = bytes([rng.choice(BYTES)])
    if rng.random() < 0.1:
        text = bytes(text).swapcase()
    return rng.choice(BLANKS) + bytes(text) + rng.choice(BLANKS)


def values(count, seed):
    rng = random.Random(seed)
    yield from PIECES
    yield from (GOOD.encode() + b"; " + p for p in PIECES)
    yield from (p + b";" + GOOD.encode() for p in PIECES)
    for _ in range(count):
        kind = rng.random()
        if kind < 0.1:
            yield bytes(rng.choice(BYTES) for _ in range(rng.randrange(40))).replace(b"\n", b"")
        else:
            yield rng.choice([b";", b";", b";", b"; ", b",", b";;"]).join(piece(rng) for _ in range(rng.randrange(7)))


def split(codes, errors):
    """The codes of TOOL as two lists: `errors` are the codes that the other side calls so."""
    return [c for c in codes if c in errors], [c for c in codes if c not in errors]


ERRORS = {"header.parse.max_age.non_digit_characters", "header.parse.max_age.parse_int_error", "header.parse.invalid.max_age.no_value",
          "header.preloadable.include_sub_domains.missing", "header.preloadable.preload.missing", "header.preloadable.max_age.missing",
          "header.preloadable.max_age.zero", "header.preloadable.max_age.below_1_year", "header.preloadable.max_age.below_18_weeks",
          "header.removable.contains.preload", "header.removable.missing.max_age"}


def compare_values(tool, count, seed):
    lines = "".join(value.hex() + "\n" for value in values(count, seed))
    seen, wrong = collections.Counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        checker = build(folder)
        for name, ours, theirs in (("bulk-1-year", "31536000", []), ("bulk-18-weeks", "10886400", ["-policy", "bulk-18-weeks"]),
                                   ("removal", "removal", ["-removal"])):
            how = {"input": lines, "capture_output": True, "text": True, "check": True, "timeout": 600}
            mine = subprocess.run([tool, ours], **how).stdout.splitlines()
            other = [json.loads(line) for line in subprocess.run([checker, "-headers", *theirs], **how).stdout.splitlines()]
            assert len(mine) == len(other) > count
            for codes, o in zip(mine, other):
                seen.update(codes.split())
                if split(codes.split(), ERRORS) != (o["errors"], o["warnings"]):
                    wrong += 1
                    if wrong <= 20:
                        print(f"{name}: {bytes.fromhex(o['input'])!r}\n  yonder {codes}\n  checker {o['errors']} {o['warnings']}")
    print(f"{3 * len(other)} values judged, {wrong} differently; codes seen:")
    for code, times in sorted(seen.items()):
        print(f"  {times:8} {code}")
    return wrong


# ---- sites -----------------------------------------------------------------------------------------

# Where http:// leads to, in sites that are right otherwise.
LOCATIONS = {
    "plain": "https://{host}/", "port": "https://{host}:443/", "other-port": "https://{host}:8443/", "no-slash": "https://{host}",
    "query": "https://{host}?a=b", "user": "https://u:p@{host}/", "empty-port": "https://{host}:/", "scheme-case": "HTTPS://{host}/",
    "upper-host": "https://LOCATION-UPPER-HOST.test/", "dot": "https://{host}./", "relative": "/a", "relative-dots": "../../a/./b", "only-query": "?x",
    "only-fragment": "#x", "no-scheme": "//{host}/", "no-scheme-www": "//www.{host}/", "www": "https://www.{host}/", "www-http": "http://www.{host}/",
    "www-port": "https://www.{host}:444/", "www-upper": "https://WWW.{host}/", "wwww": "https://wwww.{host}/", "backslash": "https:\\\\{host}\\",
    "one-slash": "https:/{host}/", "three-slashes": "https:///{host}/", "no-slashes": "https:{host}/", "opaque": "https:x", "space-inside": "https://{host}/a b",
    "space-before": " https://{host}/", "percent": "https://{host}/%zz", "percent-host": "https://%6cocation-percent-host.test/", "bracket": "https://[::1", "colon": ":",
    "colon-path": "a:b/c", "empty": "", "control": "https://{host}/\x01", "tab": "https://{host}/a\tb", "mail": "mailto:a@b.test", "ftp": "ftp://{host}/", "port-name": "https://{host}:https/",
    "port-large": "https://{host}:99999/", "port-large-relative": "//{host}:65536/", "port-largest": "https://{host}:65535/", "no-host-port": "https://:443/",
    "no-slashes-percent": "https:%zz", "one-slash-percent": "https:/%zz", "one-slash-query": "https:/?%zz", "one-slash-fragment": "https:/#%zz",
    "http-one-slash": "HTTP:/x", "only-scheme": "https:", "empty-host": "https://", "empty-host-query": "https://?a", "empty-user": "https://@/",
    "no-slashes-control": "https:a\x01", "no-slashes-space": "https:a b", "no-scheme-empty": "//", "no-scheme-port": "//:80/a", "user-large-port": "https://u@{host}:70000/", "user-odd": "https://u[@{host}:70000/", "user-percent": "https://%zz@/", "two-users": "https://a@b@{host}:70000/", "utf8-path": "https://{host}/\u00e9", "utf8-host": "https://\u00e9.test/", "ip": "https://127.0.0.1/", "at-path": "https://{host}/@a",
    "two-ats": "https://a@b@{host}/", "semicolon": "https://{host};a/", "underscore": "https://_a.{host}/",
}


def odd_sites():
    """name: Site."""
    for name, location in LOCATIONS.items():
        for kind in ("location", "https-location"):
            # The name as it is: clients differ in the Host that they send for ":443".
            lead = audit_sites.to(location.replace("{host}", f"{kind}-{name}.test"), GOOD)
            lead = lead if kind == "location" else audit_sites.at({"/": lead}, audit_sites.page(GOOD))
            if kind == "location":
                host = audit_sites.Host(at_root(lead), audit_sites.page(GOOD))
            else:
                host = audit_sites.Host(audit_sites.UPGRADE, lead)
            yield f"{kind}-{name}", audit_sites.Site(location, host)
    for status in (300, 301, 302, 303, 304, 305, 306, 307, 308, 309, 399, 200, 201, 404):
        lead = audit_sites.to("https://{host}/", status=status)
        yield f"status-{status}", audit_sites.Site("", audit_sites.Host(lead, audit_sites.page(GOOD)))


def at_root(lead):
    return audit_sites.at({"/": lead}, audit_sites.to("https://{host}/"))


NAMES = ["", ".", ".good.test", "good.test.", "go..od.test", "test", "localhost", "com", "co.uk", "github.io", "a.github.io", "no_such.test",
         "b\u00fccher.test", "xn--bcher-kva.test", "GOOD.test", "good.test:443", "https://good.test", "127.0.0.1", "1.2.3", "[::1]", "::1", "shop.below.test",
         "www.good.test", "www.good-to-www.test", "nowhere.test", "a b.test", "-a.test", "a-.test", "\u212aa.test", "\u0130a.test", "\u017fa.test", "0x7f.1", "127.1", "01.2.3.4",
         "foo.appspot.com", "x" * 64 + ".test"]


def codes(found):
    return [[issue["code"] for issue in found[kind]] for kind in ("errors", "warnings")]


def ask(rig, checker, yonder, names, more):
    lines = "".join(f"{name}\n" for name in names)
    theirs, ours = more
    how = {"input": lines, "capture_output": True, "encoding": "utf-8", "timeout": 900}
    other = rig.run([checker, *theirs], env={**os.environ, "SSL_CERT_FILE": str(rig.cafile)}, **how)
    mine = rig.run([yonder, "check", "--cacert", rig.cafile, "--grader", "chromium", "--jsonl", "--file", "-", *ours], **how)
    assert other.returncode == 0, other.stderr
    there = [json.loads(line) for line in other.stdout.splitlines()]
    here = [json.loads(line) for line in mine.stdout.splitlines()]
    assert len(there) == len(here) == len(names), (len(there), len(here), len(names), mine.stderr)
    return [(name, codes(h["chromium"]), [t["errors"], t["warnings"]]) for name, h, t in zip(names, here, there)]


def compare_sites(yonder, words):
    audit_rig.HERE = pathlib.Path(__file__).resolve()  # so that the namespace has the odd sites, too
    odd = dict(odd_sites())
    names = [f"{label}.test" for label in [*audit_sites.SITES, *odd]] + [n for n in NAMES if n]
    names = [n for n in names if not words or any(w in n for w in words)]
    wrong = explained = total = 0
    seen = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        checker = build(folder)
        rig = audit_rig.Rig(pathlib.Path(folder) / "rig")
        try:
            for what, more in {"eligible": ([], []), "18 weeks": (["-policy", "bulk-18-weeks"], ["--policy", "bulk-18-weeks"]),
                               "removable": (["-removal"], ["--removal"])}.items():
                for name, ours, theirs in ask(rig, checker, yonder, names, more):
                    total += 1
                    seen.update(c for kind in theirs for c in kind)
                    if ours != theirs:
                        known = EXPLAINED.get(name)
                        wrong += not known
                        explained += bool(known)
                        print(f"{what} {name}: {known or ''}\n  yonder  {ours}\n  checker {theirs}")
        finally:
            rig.close()
    print(f"{total} answers compared, {wrong} differ, {explained} more for a reason; {len(seen)} codes seen:\n  " + "\n  ".join(sorted(seen)))
    return wrong


def main(arguments):
    if arguments[:1] == ["headers"] and len(arguments) in (2, 3, 4):
        count, seed = [*map(int, arguments[2:]), *(100000, 1)[len(arguments) - 2 :]]
        return 1 if compare_values(arguments[1], count, seed) else 0
    if arguments[:1] == ["sites"] and len(arguments) > 1:
        return 1 if compare_sites(pathlib.Path(arguments[1]).resolve(), arguments[2:]) else 0
    if arguments[:1] == ["--inside"]:
        audit_sites.SITES.update(odd_sites())
        return audit_rig.main(arguments)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
