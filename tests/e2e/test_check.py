# SPDX-License-Identifier: MIT
"""yonder check and yonder hsts advise against local sites: what is printed, in which order, and how it ends.
Which finding comes of which fault is for the rig's tests; here a few sites stand for all."""
import json
import os
import pty
import signal
import socket
import subprocess
import time

import pytest

import peers
import program
import recorder as recording

GOOD = "max-age=63072000; includeSubDomains"
READY = GOOD + "; preload"
NAMES = ["good.test", "bare.test", "ready.test", "long.test", "turn.test", "silent.test", "odd.test"]


class ByHost:
    """Routes that are all one: a recorder asks by target, and here the host matters."""

    def __init__(self, answer):
        self.answer = answer

    def get(self, *_):
        return self.answer


class Sites:
    """http and https of any host of NAMES. `headers` and `redirects` say what a host does; both may be changed."""

    def __init__(self, folder):
        folder.mkdir()
        self.pki = peers.Pki(folder, [f"{www}{name}" for name in NAMES for www in ("", "www.")])
        self.headers = {"good.test": GOOD, "ready.test": READY, "long.test": "max-age=315360001; includeSubDomains; preload",
                        "turn.test": GOOD, "odd.test": '"><script>document.title="owned"</script>'}
        self.plain = {"bare.test"}
        self.delay = 0
        self.http = recording.Recorder(ByHost(self._plain))
        self.https = recording.Recorder(ByHost(self._secure), self.pki)
        self.silent = socket.create_server(("127.0.0.1", 0), backlog=64)  # takes connections, says nothing
        self.options = ["--cacert", self.pki.cafile]
        for port, server in (("80", self.http.port), ("443", self.https.port)):
            self.options += ["--connect-to", f"silent.test:{port}:127.0.0.1:{self.silent.getsockname()[1]}",
                             "--connect-to", f":{port}:127.0.0.1:{server}"]

    def _plain(self, request):
        time.sleep(self.delay)
        host = request.header("Host").partition(":")[0]
        if host.removeprefix("www.") in self.plain:
            return 200, [("Server", "nginx/1.22.1")], b"plain"
        return 301, [("Location", f"https://{host}/")], b""

    def _secure(self, request):
        time.sleep(self.delay)
        host = request.header("Host").partition(":")[0].removeprefix("www.")
        header = self.headers.get(host)
        if host == "round.test":
            return 301, [("Location", "/")], b""
        return 200, [("Strict-Transport-Security", header)] if header else [("Server", "nginx/1.22.1")], b"page"

    def asked(self):
        return len(self.http.requests) + len(self.https.requests)

    def close(self):
        self.http.close()
        self.https.close()
        self.silent.close()


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    running = Sites(tmp_path_factory.mktemp("check") / "pki")
    yield running
    running.close()


@pytest.fixture
def check(sites, yonder):
    return lambda *args, **how: yonder("check", *sites.options, *args, **how)


def codes(issues):
    return [issue["code"] for issue in issues]


# ---- a domain ---------------------------------------------------------------------------------------


def test_the_report_says_what_stands_and_what_to_do(check):
    done = check("--server", "nginx", "bare.test")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("NOT PROTECTED  bare.test: ")
    assert "\nhttp://bare.test/\n  1  200 OK  http://bare.test/" in done.stdout
    assert "https://bare.test/" in done.stdout and "no HSTS" in done.stdout
    first = done.stdout.index("\n1. error: ")
    assert "\n   seen  " in done.stdout[first:] and "\n   why   " in done.stdout[first:]
    assert "add_header Strict-Transport-Security" in done.stdout
    assert "Header always set" not in done.stdout and "return 30" in done.stdout
    assert done.returncode == 1 and done.stderr == ""


def test_the_lines_are_those_of_the_server_that_answers_or_of_all(check):
    guessed = check("bare.test").stdout
    assert "nginx:" in guessed and "Apache:" not in guessed
    every = check("--server", "all", "bare.test").stdout
    for title in ("nginx:", "Apache:", "Caddy:", "HAProxy:", "h2o:", "yonder:"):
        assert title in every, title


def test_a_good_site_passes(check):
    done = check("good.test")
    assert done.stdout.startswith("PROTECTED  good.test")
    assert "HSTS for 2 years, subdomains too" in done.stdout
    assert "as http://good.test/ from its hop 2 on" in done.stdout
    assert "What preloading would cost" in done.stdout
    assert done.returncode == 0


def test_what_has_no_lines_has_a_way_out_all_the_same(check):
    done = check("round.test").stdout
    assert "Redirects go in a circle" in done and "\n   do    take out, or lead elsewhere" in done
    assert "What preloading would cost" not in check("silent.test", "--timeout", "1").stdout


def test_json_is_compatible_with_the_lists_own_service(check):
    ready = json.loads(check("--json", "ready.test").stdout)
    assert ready["chromium"] == {"errors": [], "warnings": []}
    bare = json.loads(check("--json", "bare.test").stdout)
    assert codes(bare["chromium"]["errors"]) == ["response.no_header", "redirects.http.no_redirect"]
    assert set(bare["chromium"]) == {"errors", "warnings"}
    assert set(bare["chromium"]["errors"][0]) == {"code", "summary", "message"}
    graders = ["chromium", "rfc6797", "observatory", "internetnl", "yonder"]
    assert list(bare["grades"]) == graders and all(isinstance(bare[g]["errors"], list) for g in graders)
    assert bare["schema"] == 1 and bare["result"] == "failed" and bare["verdict"] == "NOT PROTECTED"
    assert bare["grades"]["observatory"]["score"] < 0 and bare["baseline"] is None
    assert [hop["status"] for hop in bare["chains"]["http"]["hops"]] == [200]
    assert ready["chains"]["https"]["hops"][0]["hsts"] == [READY]


def test_whom_the_user_picks_decides(check):
    assert check("good.test").returncode == 0
    done = check("--grader", "chromium", "--json", "good.test")
    assert codes(json.loads(done.stdout)["chromium"]["errors"]) == ["header.preloadable.preload.missing"]
    assert done.returncode == 1 and "yonder" not in json.loads(done.stdout)
    assert check("--grader", "chromium", "--removal", "good.test").returncode == 0
    done = check("--grader", "chromium", "--removal", "--json", "ready.test")
    assert codes(json.loads(done.stdout)["chromium"]["errors"]) == ["header.removable.contains.preload"]
    warned = ("--grader", "chromium", "--json", "long.test")
    assert codes(json.loads(check(*warned).stdout)["chromium"]["warnings"]) == ["header.preloadable.max_age.over_10_years"]
    assert check(*warned).returncode == 0
    assert check("--fail-on", "warning", *warned).returncode == 1


def test_silence_is_unknown_and_no_failure(check):
    done = check("--domain-timeout", "1", "--jsonl", "silent.test", timeout=60)
    answer = json.loads(done.stdout)
    assert answer["verdict"] == "UNKNOWN" and answer["result"] == "unknown" and done.returncode == 3
    done = check("--domain-timeout", "1", "--jsonl", "silent.test", "bare.test", timeout=60)
    assert [json.loads(line)["result"] for line in done.stdout.splitlines()] == ["unknown", "failed"]
    assert done.returncode == 1


@pytest.mark.parametrize("args, says", [
    ([], "DOMAIN is missing"),
    (["--grader", "mozilla", "a.test"], "there is no grader 'mozilla' (there are: chromium, "),
    (["--policy", "bulk", "a.test"], "--policy is "),
    (["--fail-on", "note", "a.test"], "--fail-on is error or warning"),
    (["--server", "iis", "a.test"], "--server is one of nginx"),
    (["--json", "--jsonl", "a.test"], "--json is one document"),
    (["--resume", "x", "a.test"], "--jsonl"),
    (["--file", "/nonexistent"], "cannot read /nonexistent"),
    (["--from-evidence", "/nonexistent", "a.test"], "cannot read /nonexistent"),
    (["--cacert", "/nonexistent", "a.test"], "/nonexistent"),
    (["--resolve", "nonsense", "a.test"], "nonsense"),
    (["--preload", "/nonexistent", "a.test"], "/nonexistent"),
    (["--baseline", "/dev/null/x", "a.test"], "/dev/null/x"),
])
def test_what_cannot_be_meant_is_refused_before_anybody_is_asked(yonder, args, says):
    done = yonder("check", *args)
    assert done.returncode == 2 and says in done.stderr and done.stdout == "", done.stderr


# ---- lists ------------------------------------------------------------------------------------------


def test_lists_are_looked_into(check, yonder, tmp_path):
    (tmp_path / "list.json").write_text('{"entries":[{"name":"ready.test","mode":"force-https","include_subdomains":true}]}')
    assert yonder("preload", "build", tmp_path / "list.json", "--output", tmp_path / "image").returncode == 0
    lists = ["--preload", tmp_path / "image", "--preload", f"firefox={tmp_path / 'image'}"]
    answer = json.loads(check(*lists, "--json", "ready.test").stdout)["lists"]
    assert [(entry["list"], entry["listed"], entry["matched"], entry["include_subdomains"]) for entry in answer] == [
        ("chromium", True, "ready.test", True), ("firefox", True, "ready.test", True)]
    text = check(*lists, "ready.test").stdout
    assert "chromium: listed, by the entry ready.test with its subdomains" in text and "How to leave the list" in text
    assert "chromium: not listed" in check(*lists, "good.test").stdout


# ---- evidence ---------------------------------------------------------------------------------------


def test_evidence_is_graded_again_without_a_network(check, sites, yonder, tmp_path):
    seen = tmp_path / "seen"
    first = check("--json", "--save-evidence", seen, "bare.test", "good.test")
    asked = sites.asked()
    again = yonder("check", "--json", "--from-evidence", seen, "bare.test", "good.test")
    assert json.loads(again.stdout) == json.loads(first.stdout) and again.returncode == first.returncode == 1
    assert yonder("check", "--json", "--from-evidence", seen).stdout == again.stdout  # all there is, by name
    one = yonder("check", "--from-evidence", seen / "good.test.json")
    assert one.stdout.startswith("PROTECTED  good.test") and one.returncode == 0
    missing = yonder("check", "--from-evidence", seen, "--jsonl", "none.test", "good.test")
    assert missing.returncode == 2 and "none.test.json" in missing.stderr and '"domain":"good.test"' in missing.stdout
    assert sites.asked() == asked


# ---- what got worse ---------------------------------------------------------------------------------


def test_only_what_got_worse_fails(check, sites, tmp_path):
    baseline = tmp_path / "baseline.jsonl"
    baseline.write_text(check("--jsonl", "turn.test", "bare.test").stdout)
    same = check("--baseline", baseline, "--jsonl", "turn.test", "bare.test")
    assert same.returncode == 0
    assert [json.loads(line)["baseline"] for line in same.stdout.splitlines()] == [{"known": True, "worse": [], "better": []}] * 2
    del sites.headers["turn.test"]
    worse = check("--baseline", baseline, "turn.test", "bare.test")
    assert worse.returncode == 1 and "  worse   error: " in worse.stdout
    assert "against the baseline: 1 domain worse, 0 findings gone" in worse.stdout
    bad = tmp_path / "bad.json"
    bad.write_text(check("--json", "turn.test").stdout)
    sites.headers["turn.test"] = GOOD
    better = check("--baseline", bad, "turn.test")
    assert better.returncode == 0 and "  better  error: " in better.stdout and "worse" not in better.stdout
    new = check("--baseline", bad, "bare.test")
    assert new.returncode == 1 and "the baseline does not have it" in new.stdout


# ---- many -------------------------------------------------------------------------------------------


def test_the_order_is_that_of_the_input(check):
    names = [NAMES[i % 4] for i in range(40)]
    done = check("--jsonl", "--file", "-", "good.test", input="# a comment\n\n" + "\n".join(f" {n}\r" for n in names))
    assert [json.loads(line)["domain"] for line in done.stdout.splitlines()] == ["good.test", *names]
    assert done.stderr == "" and done.returncode == 1


def test_several_are_told_in_brief_or_in_full(check):
    brief = check("bare.test", "good.test").stdout.splitlines()
    assert brief[0] == "NOT PROTECTED  bare.test" and brief[1].startswith("  error  ")
    assert "PROTECTED  good.test" in brief and brief[-1] == "2 domains: 1 passed, 1 failed, 0 not known"
    assert check("--full", "bare.test", "good.test").stdout.count("What to do") == 2
    document = json.loads(check("--json", "bare.test", "good.test").stdout)
    assert document["schema"] == 1 and [d["domain"] for d in document["domains"]] == ["bare.test", "good.test"]


def test_a_run_that_was_killed_goes_on(sites, tmp_path):
    names = [f"d{i}.test" for i in range(120)]
    domains, results = tmp_path / "domains", tmp_path / "results.jsonl"
    domains.write_text("\n".join(names))
    command = [program.path(), "check", *map(str, sites.options), "--jsonl", "--file", str(domains), "--jobs", "4",
               "--per-address", "4", "--resume", str(results)]
    sites.delay = 0.01
    try:
        running = subprocess.Popen(command, env=program.environment())
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not (results.exists() and results.read_bytes().count(b"\n") >= 5):
            time.sleep(0.02)
        running.send_signal(signal.SIGKILL)
        running.wait(10)
    finally:
        sites.delay = 0
    whole = results.read_bytes()
    done = [json.loads(line)["domain"] for line in whole.splitlines()]  # whole lines only
    assert whole.endswith(b"\n") and 5 <= len(done) < len(names) and done == names[:len(done)]
    results.write_bytes(whole[:-20])  # as if the disk had been full
    before = len(sites.https.requests)
    again = subprocess.run(command, env=program.environment(), capture_output=True, text=True, timeout=120)
    assert again.returncode in (0, 1) and again.stdout == "", again.stderr
    assert [json.loads(line)["domain"] for line in results.read_text().splitlines()] == names
    asked = {request.header("Host").removeprefix("www.") for request in sites.https.requests[before:]}
    assert asked and not asked & set(names[:len(done) - 1])


def test_a_signal_lets_what_is_under_way_finish(sites, tmp_path):
    domains, results = tmp_path / "domains", tmp_path / "results"
    domains.write_text("\n".join(f"d{i}.test" for i in range(500)))
    sites.delay = 0.01
    try:
        with open(results, "wb") as out:
            running = subprocess.Popen([program.path(), "check", *map(str, sites.options), "--jsonl", "--file", str(domains),
                                        "--jobs", "4", "--per-address", "4"], env=program.environment(), text=True,
                                       stdout=out, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not results.stat().st_size:
            time.sleep(0.02)
        running.send_signal(signal.SIGTERM)
        complaint = running.communicate(timeout=60)[1]
    finally:
        sites.delay = 0
    lines = results.read_text().splitlines()
    assert 0 < len(lines) < 500 and [json.loads(line)["domain"] for line in lines] == [f"d{i}.test" for i in range(len(lines))]
    assert running.returncode == 3 and f"stopped after {len(lines)} domain" in complaint


def test_progress_is_shown_on_a_terminal_and_nowhere_else(sites):
    mine, theirs = pty.openpty()
    sites.delay = 0.3
    try:
        running = subprocess.Popen([program.path(), "check", *map(str, sites.options), "--jsonl", "good.test", "bare.test"],
                                   env=program.environment(), stdout=subprocess.PIPE, stderr=theirs)
        out = running.communicate(timeout=60)[0]
        os.close(theirs)
        shown = os.read(mine, 1 << 16).decode()
    finally:
        sites.delay = 0
        os.close(mine)
    assert " of 2 domains, " in shown and "/s" in shown and shown.endswith("\r\x1b[K")
    assert len(out.splitlines()) == 2 and b"domains," not in out


# ---- the page ---------------------------------------------------------------------------------------


def colours(browser, scheme):
    browser._ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    return evaluate(browser, "getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color")


def evaluate(browser, script):
    return browser._ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")


def test_the_page_stands_alone_in_light_and_dark(check, chromium, tmp_path):
    page = tmp_path / "report.html"
    done = check("--html", page, "bare.test", "odd.test")
    assert done.returncode == 1 and done.stdout.startswith("NOT PROTECTED  bare.test")
    source = page.read_text()
    assert "<script" not in source and "http-equiv" in source and "src=" not in source and "href=" not in source
    browser = chromium()
    browser.visit(page.as_uri())
    assert evaluate(browser, "document.title") == "yonder check"
    assert evaluate(browser, "document.scripts.length + document.images.length + document.links.length") == 0
    assert evaluate(browser, "performance.getEntriesByType('resource').length") == 0
    assert evaluate(browser, "document.querySelectorAll('details.site').length") == 2
    assert evaluate(browser, "document.querySelector('details.site').open") is False  # of several
    text = evaluate(browser, "document.querySelectorAll('details').forEach(d => d.open = true), document.body.innerText")
    assert "What to do" in text and "add_header Strict-Transport-Security" in text
    assert '"><script>document.title="owned"</script>' in text  # shown, not run
    assert colours(browser, "light") != colours(browser, "dark")
    assert evaluate(browser, "document.documentElement.scrollWidth <= innerWidth") is True


# ---- advice -----------------------------------------------------------------------------------------


@pytest.fixture
def advise(sites, yonder):
    return lambda *args: yonder("hsts", "advise", *sites.options, *args)


def test_the_next_step_is_told_with_the_lines_for_it(advise, sites):
    sites.headers["turn.test"] = "max-age=300"
    done = advise("--server", "apache", "turn.test")
    sites.headers["turn.test"] = GOOD
    assert 'turn.test: sends "max-age=300"' in done.stdout and "Next: raise max-age" in done.stdout
    assert 'Header always set Strict-Transport-Security "max-age=604800"' in done.stdout
    assert "served for 1 day" in done.stdout and "Keep it for 1 week" in done.stdout
    after = done.stdout[done.stdout.index("After that"):].splitlines()[1:]
    assert [line.split("  ")[1].strip() for line in after] == [
        "max-age=2592000", "max-age=31536000", "max-age=604800; includeSubDomains", "max-age=2592000; includeSubDomains",
        "max-age=31536000; includeSubDomains", "max-age=63072000; includeSubDomains"]
    assert done.returncode == 0


def test_subdomains_without_https_are_named_and_not_locked_out(advise):
    done = advise("--json", "--subdomain", "shop.good.test", "--wants-preload", "good.test")
    answer = json.loads(done.stdout)
    assert answer["next"]["step"] == "back" and answer["next"]["value"] == "max-age=63072000"
    assert [(s["code"], s["host"]) for s in answer["subdomains"]] == [("subdomain_without_https", "shop.good.test")]
    assert "preload" not in answer["next"]["lines"]["nginx"] and done.returncode == 1
    text = advise("--subdomain", "shop.good.test", "good.test").stdout
    assert "No includeSubDomains until this is put right:\n  - shop.good.test: " in text


def test_what_is_in_the_way_comes_first(advise, sites, yonder, tmp_path):
    done = advise("--json", "bare.test")
    answer = json.loads(done.stdout)
    assert answer["next"]["step"] == "prepare" and answer["now"] is None and done.returncode == 1
    assert [o["code"] for o in answer["obstacles"]] == ["no_redirect"]
    done = advise("--domain-timeout", "1", "silent.test")
    assert "Next: try again" in done.stdout and done.returncode == 3
    assert advise("--json", "good.test").returncode == 0
    assert json.loads(advise("--json", "--wants-preload", "good.test").stdout)["next"]["value"] == READY
    seen = tmp_path / "seen"
    yonder("check", *sites.options, "--save-evidence", seen, "good.test")
    again = yonder("hsts", "advise", "--from-evidence", seen, "good.test")
    assert "Next: stay as it is" in again.stdout and again.returncode == 0


def test_options_of_advise_are_for_advise(yonder):
    done = yonder("hsts", "parse", "--server", "nginx", "max-age=1")
    assert done.returncode == 2 and "parse takes no --server" in done.stderr
    assert yonder("hsts", "advise").returncode == 2
    assert "takes no --state" in yonder("hsts", "advise", "--state", "x", "a.test").stderr
