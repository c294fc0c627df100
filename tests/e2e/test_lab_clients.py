# SPDX-License-Identifier: MIT
"""Real clients walk the lab: for each case they make the requests that yonder foretells for them.

Where one does not, and that is meant, the case stands in EXCEPTIONS with the reason, and in
doc/why/lab-exceptions.md at more length.
"""
import sys

import pytest

import labwalk
import versions

AS_WRITTEN = "keeps the host as it was written, in Host too; the same machine is asked"
DOT = "a dot at the end of a host"

EXCEPTIONS = {
    "curl": {},
    "wget": {"location-ipv4-number": AS_WRITTEN, "location-ipv4-hex": AS_WRITTEN},
    "requests": {"location-ipv4-number": AS_WRITTEN, "location-ipv4-hex": AS_WRITTEN, "hsts-dot": DOT,
                 "location-idn": "escapes the host; only a resolver that takes anything finds it",
                 "location-port-zeros": "a port of six digits is none",
                 "location-blanks-around": "a blank before a tab at the end is kept"},
    "chrome": {"hsts-dot": DOT},
    "firefox": {},
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    server = labwalk.Lab(tmp_path_factory.mktemp("lab"))
    yield server
    server.close()


def verify(lab, client, cases):
    """Every one of the cases was walked as the row of `client` foretells."""
    walked = {case["id"] for case in cases}
    exceptions = EXCEPTIONS[client]
    wrong, mended = [], []
    results = [case for case in lab.report(client)["cases"] if case["id"] in walked]
    assert len(results) == len(cases)
    for case in results:
        agrees = client in case["resembles"]
        if not agrees and case["id"] not in exceptions:
            did = [f"{d['method']} {d['url']}" for d in case["did"]]
            wrong.append(f"{case['id']} ({len(did)}): {did[:5]}")
        elif agrees and case["id"] in exceptions:
            mended.append(case["id"])
    assert not wrong, f"{len(wrong)} cases are not walked as foretold:\n" + "\n".join(wrong)
    assert not mended, f"these need no exception any more: {mended}"


def test_curl_walks_as_foretold(lab, tmp_path):
    versions.need("curl", "7.88.1", versions.of("curl", "--version"))
    cases = lab.cases("curl")
    labwalk.curl(lab, cases, tmp_path)
    verify(lab, "curl", cases)


def test_wget_walks_as_foretold(lab, tmp_path):
    versions.need("wget", "1.21.3", versions.of("wget", "--version"))
    cases = lab.cases("wget")
    labwalk.wget(lab, cases, tmp_path)
    verify(lab, "wget", cases)


def test_requests_walks_as_foretold(lab, tmp_path):
    script = "import requests; print(requests.__version__)"
    versions.need("requests", "2.28", versions.of(sys.executable, "-c", script))
    cases = lab.cases("requests")
    labwalk.requests(lab, cases, tmp_path)
    verify(lab, "requests", cases)


@pytest.mark.browser
def test_chromium_walks_as_foretold(lab, chromium):
    browser = chromium(cafile=lab.cafile, hosts={labwalk.DOMAIN: "127.0.0.1", f"*.{labwalk.DOMAIN}": "127.0.0.1"})
    cases = [case for case in lab.cases("chrome") if labwalk.can_browse(case)]
    labwalk.browse(browser, cases)
    verify(lab, "chrome", cases)


@pytest.mark.browser
def test_firefox_walks_as_foretold(lab, firefox):
    browser = firefox(cafile=lab.cafile)
    cases = [case for case in lab.cases("firefox") if labwalk.can_browse(case)]
    labwalk.browse(browser, cases)
    verify(lab, "firefox", cases)
