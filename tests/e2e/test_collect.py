# SPDX-License-Identifier: MIT
"""What is collected of the rig's sites: the evidence itself, before anybody grades it."""
import json
import os
import pathlib
import signal
import subprocess
import time

import audit_rig
import audit_sites
import program
import pytest

TOOL = pathlib.Path(program.path()).parent / "tests/audit/collect_tool"
SLOW = {"http-silent.test", "https-silent.test", "all-silent.test"}


@pytest.fixture(scope="module")
def rig(tmp_path_factory):
    rig = audit_rig.Rig(tmp_path_factory.mktemp("rig"))
    yield rig
    rig.close()


@pytest.fixture(scope="module")
def collect(rig):
    """collect(*arguments, names=…) -> [evidence]"""

    def run(*args, names):
        done = rig.run([TOOL, "--cacert", rig.cafile, *args], input="".join(f"{name}\n" for name in names),
                       capture_output=True, encoding="utf-8", timeout=60, env=program.environment())
        program.check_sound(args, done.returncode, done.stderr)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return run


@pytest.fixture(scope="module")
def seen(collect):
    """Evidence by domain, of all that answer at once."""
    names = [f"{label}.test" for label in audit_sites.SITES]
    return {e["domain"]: e for e in collect(names=[*(n for n in names if n not in SLOW), "nowhere.test"])}


def visit(evidence, purpose, url=None, family="any"):
    """The first such visit; there has to be one."""
    return next(v for v in evidence["visits"] if v["purpose"] == purpose and v["family"] == family
                and url in (None, v["url"]))


def first(evidence):
    return visit(evidence, "chain", f"https://{evidence['domain']}/")


def chain(evidence, start):
    """(how it ends, the URLs)"""
    seen = evidence["chains"][start]
    return seen["end"], [evidence["visits"][i]["url"] for i in seen["hops"]]


def field(visit):
    return [value for name, value in visit["response"]["fields"] if name == "Strict-Transport-Security"]


# ---- chains -----------------------------------------------------------------------------------------

CHAINS = [  # site, start, end, URLs without "https://SITE.test"
    ("good", "http", "answered", ["http://good.test/", "/"]),
    ("good", "https", "answered", ["/"]),
    ("good", "www_https", "failed", ["https://www.good.test/"]),
    ("good-to-www", "https", "answered", ["/", "https://www.good-to-www.test/"]),
    ("good-to-www", "www_http", "answered", ["http://www.good-to-www.test/", "https://www.good-to-www.test/"]),
    ("loop", "https", "loop", ["/"]),
    ("ping-pong", "https", "loop", ["/", "http://ping-pong.test/"]),
    ("three", "http", "answered", ["http://three.test/", "/", "/1", "/2"]),
    ("endless", "https", "long", ["/", *(f"/{i}" for i in range(1, 12))]),
    ("follow-error", "https", "failed", ["/", "https://all-closed.test/"]),
    ("bad-location", "https", "unreadable", ["/"]),
    ("mail-location", "https", "unreadable", ["/"]),
    ("no-location", "https", "answered", ["/"]),
    ("fragment", "http", "answered", ["http://fragment.test/", "/"]),
    ("upper-case", "http", "answered", ["http://upper-case.test/", "/"]),
    ("https-closed", "https", "failed", ["/"]),
]


@pytest.mark.parametrize("site, start, end, urls", CHAINS, ids=[f"{row[0]}-{row[1]}" for row in CHAINS])
def test_a_chain_is_followed_to_its_end(seen, site, start, end, urls):
    whole = [f"https://{site}.test{url}" if url.startswith("/") else url for url in urls]
    assert chain(seen[f"{site}.test"], start) == (end, whole)


def test_no_url_is_asked_twice_for_the_same(seen):
    for evidence in seen.values():
        asked = [(v["method"], v["url"], v["agent"], v["family"]) for v in evidence["visits"] if v["purpose"] != "repeat"]
        assert len(asked) == len(set(asked)), evidence["domain"]
        assert sum(v["tries"] for v in evidence["visits"]) <= 32 + 8


def test_an_endless_site_leaves_requests_for_the_rest(seen):
    purposes = {v["purpose"] for v in seen["endless.test"]["visits"]}
    assert {"repeat", "agent", "method", "error"} <= purposes


# ---- TLS --------------------------------------------------------------------------------------------

DISTRUST = {"good": "", "good-chain": "", "expired": "expired", "early": "not_yet_valid", "self-signed": "self_signed",
            "wrong-name": "name_mismatch", "unknown-issuer": "unknown_issuer", "incomplete": "incomplete_chain",
            "sha1": "weak"}


@pytest.mark.parametrize("site", DISTRUST)
def test_it_is_told_why_a_certificate_is_not_valid_and_what_is_behind_it(seen, site):
    asked = first(seen[f"{site}.test"])
    tls, response = asked["tls"], asked["response"]
    assert tls["distrust"] == DISTRUST[site] and tls["complete"]
    assert (response["distrust"] is None) == (DISTRUST[site] == "")
    assert (tls["verified"] == []) == (DISTRUST[site] != "")
    assert (response["error"], response["status"], field(asked)) == ("", 200, [audit_sites.GOOD])


def test_certificates_are_told_as_they_are(seen, rig):
    tls = first(seen["good-chain.test"])["tls"]
    leaf, between = tls["sent"]
    assert [c["subject"] for c in tls["verified"]] == ["good.test", "rig between", "rig CA"]
    assert (leaf["issuer"], between["issuer"]) == ("rig between", "rig CA")
    assert "www.good-www.test" in leaf["names"] and between["names"] == []
    assert (leaf["signature"], leaf["key"], leaf["self_signed"]) == ("ecdsa-with-SHA256", "EC P-256", False)
    assert (leaf["not_before"], leaf["not_after"]) == (1577836800, 2493072000)
    assert first(seen["sha1.test"])["tls"]["sent"][0]["signature"] == "ecdsa-with-SHA1"
    assert first(seen["rsa-kx.test"])["tls"]["sent"][0]["key"] == "RSA 2048"
    said = subprocess.run(["openssl", "x509", "-in", rig.cafile, "-noout", "-fingerprint", "-sha256"],
                          capture_output=True, text=True, check=True).stdout
    assert said.partition("=")[2].strip().replace(":", "").lower() == tls["verified"][2]["sha256"]


def test_version_and_cipher_are_those_of_the_connection(seen):
    facts = {site: first(seen[f"{site}.test"])["tls"] for site in ("good", "cbc", "rsa-kx", "tls11")}
    assert facts["good"]["version"] == "TLSv1.3" and facts["good"]["cipher"].startswith("TLS_AES_")
    assert (facts["cbc"]["version"], facts["cbc"]["cipher"]) == ("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")
    assert facts["rsa-kx"]["cipher"] == "TLS_RSA_WITH_AES_128_GCM_SHA256"
    assert not facts["tls11"]["complete"] and facts["tls11"]["version"] == ""


# ---- failures ---------------------------------------------------------------------------------------

FAILURES = {"https-closed": "connection_refused", "https-plain": "tls_handshake", "https-drop": "tls_handshake",
            "https-empty": "empty_reply", "tls11": "tls_handshake", "expired-drop": "empty_reply"}


@pytest.mark.parametrize("site", FAILURES)
def test_a_request_that_fails_is_made_once_more(seen, site):
    asked = first(seen[f"{site}.test"])
    assert (asked["response"]["error"], asked["tries"]) == (FAILURES[site], 2)


def test_a_certificate_counts_although_nothing_comes_behind_it(seen):
    assert first(seen["expired-drop.test"])["tls"]["distrust"] == "expired"


def test_silence_is_a_time_out_and_no_closed_port(collect):
    begun = time.monotonic()
    evidence = {e["domain"]: e for e in collect("--request-ms", "400", names=SLOW)}
    assert time.monotonic() - begun < 20
    for label, url in ("http-silent", "http://http-silent.test/"), ("https-silent", "https://https-silent.test/"):
        asked = visit(evidence[f"{label}.test"], "chain", url)
        assert (asked["response"]["error"], asked["tries"]) == ("timeout", 2)
    host = evidence["all-silent.test"]["hosts"][0]
    assert (host["port_80"], host["port_443"]) == ("yes", "yes")  # they were let in


def test_https_is_asked_whatever_time_port_80_takes(collect):
    [evidence] = collect("--request-ms", "500", "--domain-ms", "900", names=["http-silent.test"])
    assert [evidence["chains"][start]["end"] for start in ("https", "http")] == ["answered", "failed"]
    # After a time-out it is not tried again: there is less than half of the time left.
    assert visit(evidence, "chain", "http://http-silent.test/")["tries"] == 1


def test_the_time_of_a_domain_is_bounded(collect):
    begun = time.monotonic()
    evidence = collect("--request-ms", "5000", "--domain-ms", "700", names=["all-silent.test"])[0]
    assert time.monotonic() - begun < 4
    assert evidence["cut_short"] and evidence["chains"]["https"]["end"] == "unknown"
    assert evidence["chains"]["https"]["hops"] == []


# ---- hosts ------------------------------------------------------------------------------------------


def test_hosts_are_told_with_their_addresses_and_ports(seen):
    def told(domain):
        return [(h["name"], h["origin"], h["exists"], h["port_80"], h["port_443"]) for h in seen[domain]["hosts"]]

    assert told("good-to-www.test") == [("good-to-www.test", "domain", "yes", "yes", "yes"),
                                        ("www.good-to-www.test", "www", "yes", "yes", "yes")]
    assert told("https-closed.test")[0][3:] == ("yes", "no")
    assert told("http-closed.test")[0][3:] == ("no", "yes")
    assert told("nowhere.test") == [("nowhere.test", "domain", "no", "no", "no"),
                                    ("www.nowhere.test", "www", "no", "no", "no")]
    assert told("servfail.test")[0] == ("servfail.test", "domain", "unknown", "unknown", "unknown")
    assert told("follow-error.test")[2] == ("all-closed.test", "chain", "yes", "unknown", "no")
    addresses = seen["good-both.test"]["hosts"][0]["addresses"]
    assert sorted(":" in a for a in addresses) == [False, True]


def test_sub_domains_are_asked_that_a_certificate_names_or_the_caller_does(seen, collect):
    def below(evidence):
        return {(h["name"].partition(".")[0], h["origin"], h["exists"], h["port_443"]) for h in evidence["hosts"][2:]}

    named = {("shop", "certificate", "yes", "yes"), ("old", "certificate", "yes", "no"),
             ("gone", "certificate", "no", "no")}
    assert below(seen["below.test"]) == named
    given = collect("--subdomain", "old.below.test", "--subdomain", "shop.good.test", names=["below.test"])[0]
    assert below(given) == named - {("old", "certificate", "yes", "no")} | {("old", "given", "yes", "no")}
    assert field(visit(given, "subdomain", "https://shop.below.test/")) == [audit_sites.GOOD]


# ---- what does not hold still -----------------------------------------------------------------------


def test_what_changes_between_requests_is_seen(seen):
    good = [audit_sites.GOOD]
    rows = [("by-agent", "agent", [], good), ("by-method", "method", good, []), ("by-turn", "repeat", good, []),
            ("by-status", "error", good, [])]
    for site, purpose, before, after in rows:
        evidence = seen[f"{site}.test"]
        assert (field(first(evidence)), field(visit(evidence, purpose))) == (before, after), site
    blocked = seen["blocks-checkers.test"]
    assert first(blocked)["response"]["error"] == "empty_reply"
    assert visit(blocked, "agent")["response"]["status"] == 200


def test_each_family_of_addresses_is_asked(seen):
    differs = seen["by-family.test"]
    assert field(visit(differs, "family", "https://by-family.test/", "4")) == [audit_sites.GOOD]
    assert field(visit(differs, "family", "https://by-family.test/", "6")) == []
    lacks = seen["no-v6.test"]
    assert visit(lacks, "family", "https://no-v6.test/", "6")["response"]["error"] == "connection_refused"
    assert lacks["hosts"][0]["port_443"] == "yes"
    assert not [v for v in seen["good.test"]["visits"] if v["purpose"] == "family"]


def test_header_fields_keep_their_bytes(seen):
    value = dict(audit_sites.SITES["bytes"].apex.https(None).fields)["Strict-Transport-Security"]
    assert [v.encode("latin-1") for v in field(first(seen["bytes.test"]))] == [value]
    assert len(field(first(seen["two-headers.test"]))) == 2
    assert field(first(seen["empty-header.test"])) == [""]


# ---- names ------------------------------------------------------------------------------------------

NAMES = [("GOOD.Test", "good.test"), ("bücher.test", "xn--bcher-kva.test"), ("a_b.test", "a_b.test"), ("", ""),
         (".good.test", ""), ("good.test.", ""), ("good..test", ""), ("127.0.0.1", ""), ("[::1]", ""),
         ("good.test:443", ""), ("https://good.test/", ""), ("a b", ""), ("a%2eb", ""), (f"{'a' * 64}.test", ""),
         (".".join(["a" * 60] * 5), "")]


def test_what_is_no_host_name_is_not_asked(collect):
    names = [name for name, _ in NAMES]
    for (_, ascii_name), evidence in zip(NAMES, collect(names=names), strict=True):
        assert evidence["ascii"] == ascii_name
        assert (evidence["visits"] == []) == (ascii_name == ""), evidence["domain"]


def test_suffixes_are_those_of_the_list(collect):
    rows = {"a.b.co.uk": ("co.uk", "b.co.uk"), "x.github.io": ("github.io", "x.github.io"), "github.io": ("github.io", ""),
            "good.test": ("test", "good.test")}
    for evidence in collect("--domain-ms", "3000", names=rows):
        assert (evidence["public_suffix"], evidence["registrable"]) == rows[evidence["domain"]]


# ---- many -------------------------------------------------------------------------------------------


def test_many_come_out_in_the_order_they_went_in(collect):
    names = [f"{label}.test" for label in audit_sites.SITES if f"{label}.test" not in SLOW] * 3
    # The first is the slowest, and those behind it wait for it.
    names = ["http-silent.test", *names]
    for how in ["--at-once", "60"], ["--at-once", "8", "--per-address", "1"]:
        evidence = collect("--request-ms", "500", *how, names=names)
        assert [e["domain"] for e in evidence] == names


def test_a_stop_hands_out_what_is_done_without_a_gap(rig):
    names = ["good.test", "cbc.test", "all-silent.test", "good.test"]
    with subprocess.Popen([*rig.enter, str(TOOL), "--cacert", str(rig.cafile), "--request-ms", "1500", "--quiet"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdin.write("".join(f"{name}\n" for name in names))
        process.stdin.close()
        time.sleep(1)  # the first two are done, the third is not
        os.kill(process.pid, signal.SIGINT)
        begun = time.monotonic()
        said = process.stdout.read()
        process.wait(20)
    assert time.monotonic() - begun < 4
    assert [line.split()[0] for line in said.splitlines()] == names[:2]


def test_addresses_that_are_not_public_are_not_asked(collect):
    """All of the rig's are such. What the caller gives is asked, and no redirect leads on from there."""
    withheld, = collect("--public-only", names=["good.test"])
    assert {v["response"]["error"] for v in withheld["visits"] if "//good" in v["url"]} == {"not_public"}
    assert not any(v["response"]["remote"] for v in withheld["visits"])
    assert withheld["hosts"][0]["exists"] == "no" and withheld["hosts"][0]["addresses"] == []
    [own] = [h["addresses"] for h in collect(names=["other-host.test"])[0]["hosts"] if h["name"] == "other-host.test"]
    given, = collect("--public-only", *(f"--resolve=other-host.test:{port}:{own[0]}" for port in (80, 443)),
                     names=["other-host.test"])
    assert first(given)["response"]["status"] == 200
    assert chain(given, "http") == ("failed", ["http://other-host.test/", "https://good.test/"])
    assert visit(given, "chain", "https://good.test/")["response"]["error"] == "not_public"


def test_the_gate_holds_where_a_name_is_not_looked_up_before(collect):
    """Of one port that is given, another is not; libcurl would look that up by itself."""
    [own] = [h["addresses"] for h in collect(names=["other-host.test"])[0]["hosts"] if h["name"] == "other-host.test"]
    given, = collect("--public-only", f"--resolve=other-host.test:443:{own[0]}", "--connect-to=elsewhere.test:1::2",
                     names=["other-host.test"])
    assert first(given)["response"]["status"] == 200
    assert visit(given, "chain", "http://other-host.test/")["response"]["error"] == "not_public"
