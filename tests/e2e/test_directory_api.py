# SPDX-License-Identifier: MIT
"""`yonder directory serve` from outside: the API of the existing service as its clients use it, what is new
in ours, and clients that mean ill."""
import json
import signal
import socket
import threading
import time

import pytest

from directory_rig import GOOD, LEAVING, TOKEN, Directory, Sites

ALONE = "one.test", "two.test", "three.test", "four.test", "five.test", "six.test"
NAMES = *ALONE, *(f"n{i}.test" for i in range(24))


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    sites = Sites(tmp_path_factory.mktemp("sites"), NAMES)
    yield sites
    sites.close()


@pytest.fixture(scope="module")
def directory(sites, tmp_path_factory):
    directory = Directory(tmp_path_factory.mktemp("directory"), *sites.options(), "--rate-read", "0", "--rate-check",
                          "0", "--rate-site", "0", "--cors", "https://observatory.example")
    yield directory
    directory.close()


@pytest.fixture
def fresh(sites, tmp_path):
    """Makes directories of their own, with more options; all sites are good, whatever a test before left."""
    made = []
    for name in NAMES:
        sites.hsts[name] = GOOD

    def make(*options, **how):
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Directory(folder, *sites.options(), *options, **how))
        return made[-1]

    yield make
    for one in made:
        one.close()


def submit(directory, domain):
    return directory.post("/api/v2/submit", query={"domain": domain})


def remove(directory, domain):
    return directory.post("/api/v2/remove", query={"domain": domain})


# ---- the life of a domain -----------------------------------------------------------------------------


def test_a_domain_enters_the_list_and_leaves_it(directory, sites):
    name = "one.test"
    assert directory.get("/api/v2/preloadable", query={"domain": name}).codes() == ([], [])
    assert directory.status(name) == "unknown"
    assert remove(directory, name).codes() == ([], ["server.remove.not_preloaded"])
    assert submit(directory, name).codes() == ([], [])
    assert directory.status(name) == "pending"
    assert submit(directory, name).codes() == ([], ["server.preload.already_pending"])
    assert f'    {{ "name": "{name}", "policy": "bulk-1-year", "mode": "force-https", "include_subdomains": true }}' \
        in directory.get("/api/v2/pending").text.replace("},", "}").splitlines()

    made = directory.update()
    assert made["published"] and made["added"] == 1
    assert directory.status(name) == "preloaded"
    assert name not in directory.get("/api/v2/pending").text
    assert submit(directory, name).codes() == (["server.preload.already_preloaded"], [])
    status = directory.get("/api/v2/status", query={"domain": "below." + name}).json()
    assert status == {"name": "below." + name, "status": status["status"], "bulk": status["bulk"],
                      "preloadedDomain": name}
    assert directory.get("/api/v2/removable", query={"domain": "below." + name}).codes()[0] == \
        ["server.removable.subdomain"]
    document = directory.get(f"/lists/{made['version']}/list.json").text
    entries = json.loads("\n".join(line for line in document.splitlines() if not line.strip().startswith("//")))
    assert name in [entry["name"] for entry in entries["entries"]]

    errors, _ = remove(directory, name).codes()
    assert errors and directory.status(name) == "preloaded"  # its header asks for preloading still
    sites.hsts[name] = LEAVING
    assert remove(directory, name).codes() == ([], [])
    assert directory.status(name) == "pending-removal"
    assert directory.get("/api/v2/pending-removal").json() == [name]
    assert remove(directory, name).codes() == ([], ["server.remove.already_pending_removal"])
    sites.hsts[name] = GOOD
    assert submit(directory, name).codes()[0] == []  # and comes back, its policy kept
    assert directory.status(name) == "preloaded"
    sites.hsts[name] = LEAVING
    assert remove(directory, name).codes() == ([], [])
    assert directory.update()["withdrawn"] == 1
    assert directory.status(name) == "removed"
    assert remove(directory, name).codes() == ([], ["server.remove.already_removed"])

    events = directory.get("/api/v2/history", query={"domain": name}).json()["events"]
    assert [event["event"] for event in events] == \
        ["withdrawn", "removal-requested", "submitted", "removal-requested", "published", "submitted"]
    assert [event["to"] for event in events] == \
        ["removed", "pending-removal", "preloaded", "pending-removal", "preloaded", "pending"]
    assert all("address" not in event for event in events)
    seen = directory.get("/api/v2/history", query={"domain": name}, operator=True).json()["events"]
    assert seen[-1]["address"] == "127.0.0.1" and seen[-1]["actor"] == "visitor"
    ids = []
    before = 0
    while before is not None:
        page = directory.get("/api/v2/history", query={"domain": name, "limit": 4, "before": before}).json()
        ids += [event["id"] for event in page["events"]]
        before = page["before"]
    assert ids == [event["id"] for event in events]


def test_a_domain_that_fails_is_told_why_and_enters_once_mended(directory, sites):
    name = "two.test"
    sites.hsts[name] = "max-age=1000"
    errors, _ = submit(directory, name).codes()
    assert {code.rpartition(".")[2] for code in errors} >= {"missing", "too_low"} or errors
    assert directory.status(name) == "unknown"
    assert directory.get("/api/v2/preloadable", query={"domain": name}).codes()[0] == errors
    sites.hsts[name] = GOOD
    assert directory.post("/api/v2/submit", form={"domain": "TWO.test"}).codes() == ([], [])
    assert directory.status(name) == "pending"
    sites.hsts[name] = None  # fails before the version
    assert directory.update()["rejected"] == 1
    assert directory.status(name) == "rejected"
    [row] = [row for row in directory.get("/api/v2/rejected").json() if row["name"] == name]
    assert row["reason"] and row["at"].endswith("Z")
    assert directory.get("/api/v2/status", query={"domain": name}).json()["message"]
    event = directory.get("/api/v2/history", query={"domain": name}).json()["events"][0]
    assert event["event"] == "rejected" and event["issues"]["errors"]
    sites.hsts[name] = GOOD
    assert submit(directory, name).codes() == ([], [])
    assert directory.status(name) == "pending"


def test_no_visitor_undoes_what_the_operator_decided(fresh, sites):
    directory = fresh("--rate-check", "0", "--rate-site", "0")

    def operate(verb, name, **form):
        answer = directory.post(f"/api/v2/{verb}", form={"domain": name, **form}, operator=True)
        assert answer.status == 200, answer.text
        return answer.json()

    def refused(name, message):
        asked = sites.asked
        answer = submit(directory, name)
        assert answer.codes() == (["server.preload.barred"], [])
        assert answer.json()["errors"][0]["message"] == message
        assert sites.asked == asked  # what cannot be is answered at once
        page = directory.get("/check", query={"domain": name}).text
        assert 'action="/submit"' not in page
        page = directory.post("/submit", form={"domain": name, "confirm": "yes"}).text
        assert "Only the operator can lift that." in page and 'action="/submit"' not in page

    assert submit(directory, "four.test").codes() == ([], [])
    assert 'action="/submit"' in directory.get("/check", query={"domain": "five.test"}).text
    operate("reject", "five.test", reason="Not <ours>.")  # before anybody asks
    assert operate("reject", "four.test", reason="Nor this")["to"] == "rejected"
    refused("five.test", "The operator did not take it: Not <ours>. Only the operator can lift that.")
    refused("four.test", "The operator did not take it: Nor this. Only the operator can lift that.")
    assert submit(directory, "six.test").codes() == ([], [])
    assert directory.update()["names"] == 1
    for verb in "reject", "withdraw":
        for form in {}, {"reason": ""}:
            answer = directory.post(f"/api/v2/{verb}", form={"domain": "six.test", **form}, operator=True)
            assert answer.status == 400 and "needs a reason" in answer.text
    assert operate("withdraw", "six.test", reason="Sold.")["to"] == "pending-removal"
    refused("six.test", "The operator took it off: Sold. Only the operator can lift that.")
    assert directory.update()["withdrawn"] == 1
    refused("six.test", "The operator took it off: Sold. Only the operator can lift that.")
    told = directory.get("/api/v2/status", query={"domain": "six.test"}).json()
    assert (told["status"], told["message"]) == ("removed", "The operator takes it off: Sold.")
    rows = directory.get("/api/v2/rejected").json()
    assert [(row["name"], row["reason"], row["by_operator"]) for row in rows] == [
        ("five.test", "Not <ours>.", True), ("four.test", "Nor this", True)]
    for name in "four.test", "five.test", "six.test":
        assert operate("allow", name)["event"] == "allowed"
        assert directory.post("/api/v2/allow", form={"domain": name}, operator=True).status == 409
        assert submit(directory, name).codes() == ([], [])
    assert directory.update()["names"] == 3
    assert directory.get("/api/v2/rejected").json() == []


def test_what_changes_is_in_the_log_a_line_each(fresh):
    directory = fresh("--rate-check", "0", "--rate-site", "0")
    for name in "four.test", "five.test":
        assert submit(directory, name).codes() == ([], [])
    form = {"domain": "four.test", "reason": "\u202eno"}
    assert directory.post("/api/v2/reject", form=form, operator=True).status == 200
    directory.update()
    assert directory.post("/api/v2/policy", form={"domain": "five.test", "policy": "custom"}, operator=True).status == 200
    for _ in range(5):
        answer = directory.post("/api/v2/update", headers={"Authorization": "Bearer wrong-token-wrong-token"})
        assert answer.status == 401
    directory.said("401")
    log = [line.removeprefix("yonder: ").removeprefix("warning: ") for line in directory.log.read_text().splitlines()]
    for line in ("submitted four.test (visitor 127.0.0.1)", "submitted five.test (visitor 127.0.0.1)",
                 "rejected four.test (operator): \\xE2\\x80\\xAEno",
                 "version 1 is published: 1 names, 1 new, 0 imported, 0 gone, 0 rejected (operator)",
                 "policy-set five.test (operator): custom"):
        assert log.count(line) == 1, (line, log)
    assert len([line for line in log if line.startswith("401: a wrong token of the operator's from 127.0.0.1")]) == 1


def test_a_token_that_others_can_read_is_warned_of(fresh, tmp_path):
    path = tmp_path / "token"
    path.write_text(TOKEN)
    for mode, warned in (0o644, True), (0o600, False):
        path.chmod(mode)
        directory = fresh("--token-file", str(path), token=None)
        assert ("token is open to others than its owner (mode 0644)" in directory.log.read_text()) == warned


def test_a_directory_is_copied_while_it_is_served(fresh, yonder, tmp_path, sites):
    sites.hsts.update(dict.fromkeys(NAMES, GOOD))  # whatever tests before have left
    directory = fresh("--rate-check", "0", "--rate-site", "0")
    stop, submitted = threading.Event(), []

    def write():
        for name in NAMES:
            if not stop.is_set():
                assert submit(directory, name).codes() == ([], [])
                submitted.append(name)

    writer = threading.Thread(target=write)
    writer.start()
    while len(submitted) < 3:
        assert writer.is_alive()
        time.sleep(0.01)
    known = list(submitted)
    done = yonder("directory", "backup", str(tmp_path / "copy"), "--db", str(directory.db))
    stop.set()
    writer.join()
    assert done.returncode == 0 and "The signing key is not in it" in done.stdout, done.stderr
    listed = yonder("directory", "list", "pending", "--db", str(tmp_path / "copy")).stdout.split()
    assert set(known) <= set(listed) <= set(NAMES)
    assert yonder("directory", "rebuild", "--db", str(tmp_path / "copy")).returncode == 0


def test_numbers_may_be_left_out(fresh, yonder, tmp_path):
    directory = fresh("--rate-check", "0", "--rate-site", "0")
    key = yonder("directory", "key", "--db", str(directory.db)).stdout.strip()

    def fetch():
        done = yonder("preload", "fetch", "--from", f"http://127.0.0.1:{directory.port}/", "--key", key, "--json",
                      "-o", str(tmp_path / "list.img"))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def update(least):
        return directory.post("/api/v2/update", query={"at-least": least}, operator=True)

    assert submit(directory, "four.test").codes() == ([], [])
    assert directory.update()["version"] == 1
    assert fetch()["version"] == 1
    assert update("0").status == 400 and update("x").status == 400
    assert update(1000).json()["version"] == 1000
    assert fetch()["version"] == 1000
    assert submit(directory, "five.test").codes() == ([], [])
    assert directory.update()["version"] == 1001
    assert fetch()["version"] == 1001
    seen = yonder("preload", "status", "--preload", str(tmp_path / "list.img"), "five.test", "n1.test", "--json")
    assert seen.returncode == 1
    assert [json.loads(line)["lists"][0]["listed"] for line in seen.stdout.splitlines()] == [True, False]


def test_another_key_than_the_newest_versions_signs_nothing(fresh, yonder, tmp_path):
    directory = fresh()
    assert submit(directory, "four.test").codes() == ([], [])
    assert directory.update()["version"] == 1
    done = yonder("directory", "publish", "--even-if-same", "--new-key", "--signing-key", str(tmp_path / "other"),
                  "--db", str(directory.db))
    assert done.returncode == 0, done.stderr
    answer = directory.post("/api/v2/update", query={"even-if-same": "1"}, operator=True)
    assert (answer.status, answer.text.strip()) == (409, "The newest version was signed with another key.")
    answer = directory.post("/api/v2/update", query={"even-if-same": "1", "dry-run": "1"}, operator=True)
    assert answer.json()["version"] == 3  # nothing is signed


def test_what_is_the_operators_alone(directory):
    name = "three.test"
    assert submit(directory, name).codes() == ([], [])
    for path in "update", "remove-ineligible-domains", "reject", "allow", "policy", "withdraw", "settings":
        for headers in {}, {"Authorization": "Bearer wrong-token-wrong-token"}, {"Authorization": TOKEN}:
            answer = directory.post("/api/v2/" + path, form={"domain": name, "reason": "x"}, headers=headers)
            assert answer.status == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer"), path
    assert directory.status(name) == "pending"
    directory.update()
    assert directory.post("/api/v2/policy", query={"domain": name, "policy": "custom"}, operator=True).status == 200
    assert remove(directory, name).codes()[0] == ["server.remove.protected"]
    assert "server.removable.protected" in directory.get("/api/v2/removable", query={"domain": name}).codes()[0]
    assert directory.post("/api/v2/reject", query={"domain": name, "reason": "no"}, operator=True).status == 409
    assert directory.post("/api/v2/reject", query={"domain": name}, operator=True).status == 400
    assert directory.post("/api/v2/policy", query={"domain": name, "policy": "<b>"}, operator=True).status == 400
    answer = directory.post("/api/v2/policy", query={"domain": name, "policy": "blah"}, operator=True)
    assert answer.status == 400 and "public-suffix-requested" in answer.text
    assert directory.post("/api/v2/withdraw", query={"domain": name, "reason": "asked by post"},
                          operator=True).json()["to"] == "pending-removal"
    assert directory.update()["withdrawn"] == 1
    swept = directory.post("/api/v2/remove-ineligible-domains", query={"dry-run": 1}, operator=True).json()
    assert swept["dry_run"] and swept["marked"] == []
    assert directory.post("/api/v2/settings", form={"name": "removal.days", "value": "31"},
                          operator=True).json()["removal.days"] == 31
    assert directory.get("/api/v2/settings", operator=True).json()["removal.days"] == 31
    for name, value in ("removal.days", "-1"), ("removal.days", "x"), ("nothing", "1"), ("", ""):
        assert directory.post("/api/v2/settings", form={"name": name, "value": value}, operator=True).status == 400


def test_without_a_token_nobody_is_the_operator(fresh):
    directory = fresh(token=None)
    answer = directory.post("/api/v2/update", operator=True)
    assert answer.status == 403 and "--token-file" in answer.text


# ---- HTTP ---------------------------------------------------------------------------------------------


def test_methods_and_parameters(directory):
    for path in "preloadable", "removable", "status", "pending", "pending-removal", "pending-automated-removal":
        answer = directory.post("/api/v2/" + path)
        assert (answer.status, answer.text) == (405, "Wrong method. Requires GET.\n")
        assert answer.headers["Allow"] == "GET, HEAD"
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    for path in "submit", "remove":
        answer = directory.get("/api/v2/" + path, query={"domain": "one.test"})
        assert (answer.status, answer.text) == (405, "Wrong method. Requires POST.\n")
    for method, path in ("GET", "preloadable"), ("GET", "removable"), ("GET", "status"), ("POST", "submit"), \
            ("POST", "remove"), ("GET", "history"):
        assert directory.ask(method, "/api/v2/" + path).status == 400
        assert directory.ask(method, "/api/v2/" + path + "?domain=").status == 400
        assert directory.ask(method, "/api/v2/" + path + "?domain=a.test&domain=b.test").status == 400
    answer = directory.get("/nothing/<b>here")
    assert answer.status == 404 and "/api/v2/status" in answer.text and "<b>" not in answer.text
    head = directory.ask("HEAD", "/api/v2/states")
    assert head.status == 200 and head.body == b"" and int(head.headers["Content-Length"]) > 100
    assert directory.post("/api/v2/submit", headers={"Expect": "100-continue"}, form={}).status == 400


def test_every_answer_has_the_fields_that_browsers_heed(directory):
    for path in "/", "/api/v2/states", "/nothing", "/api/v2/status", "/lists", "/lists/key", "/style.css":
        headers = directory.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert "'unsafe" not in headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" not in headers  # it is plain HTTP
        assert headers["Cache-Control"]


def test_lists_have_tags(directory):
    for path in "pending", "pending-removal", "pending-automated-removal", "rejected":
        first = directory.get("/api/v2/" + path)
        tag = first.headers["ETag"]
        for asked in tag, f'"x", W/{tag}', "*":
            again = directory.get("/api/v2/" + path, headers={"If-None-Match": asked})
            assert (again.status, again.body) == (304, b"") and again.headers["ETag"] == tag
        assert directory.get("/api/v2/" + path, headers={"If-None-Match": '"x"'}).status == 200
    tag = directory.get("/api/v2/pending").headers["ETag"]
    assert submit(directory, "four.test").codes() == ([], [])
    fresh = directory.get("/api/v2/pending", headers={"If-None-Match": tag})
    assert fresh.status == 200 and fresh.headers["ETag"] != tag
    names = [entry["name"] for entry in fresh.json()]
    assert names == sorted(names) and "four.test" in names


def test_published_documents_are_immutable(directory):
    version = directory.update()["version"] or directory.get("/api/v2/states").json()["version"]
    first = directory.get(f"/lists/{version}/list.json")
    assert first.status == 200 and first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert directory.get(f"/lists/{version}/list.json", headers={"If-None-Match": first.headers["ETag"]}).status == 304
    newest = directory.get("/lists/newest/list.json")
    assert newest.status == 307 and newest.headers["Location"] == f"/lists/{version}/list.json"
    assert newest.headers["Cache-Control"] == "no-store"
    assert directory.get("/lists").json()[0]["version"] == version
    assert len(directory.get("/lists/key").text.strip()) == 44
    for path in "0/list.json", f"{version}/no", "999/list.json", f"{version}/../list.json", "x/list.json", "", \
            f"{version}", f"{version}/", f"0{version}/list.json", f"{version}/%2e%2e", "newest/../key":
        assert directory.get("/lists/" + path).status == 404, path


def test_scripts_of_other_sites(directory):
    for path in "preloadable", "status":
        for origin, allowed in ("https://observatory.example", True), ("http://localhost:8000", True), \
                ("https://localhost", True), ("https://localhost.evil.test", False), ("http://localhost:evil", False), \
                ("https://evil.example", False), ("null", False):
            headers = directory.get("/api/v2/" + path, query={"domain": "five.test"}, headers={"Origin": origin}).headers
            assert headers["Access-Control-Allow-Origin"] == (origin if allowed else None), origin
            assert headers["Vary"] == "Origin"
    headers = directory.get("/api/v2/pending", headers={"Origin": "http://localhost"}).headers
    assert "Access-Control-Allow-Origin" not in headers


def test_health_and_metrics(directory):
    assert directory.get("/healthz").text == "ok\n"
    text = directory.get("/metrics").text
    assert 'yonder_directory_domains{state="pending"}' in text
    assert 'yonder_directory_requests_total{method="GET",route="/healthz",status="200"}' in text
    assert directory.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status == 403
    assert directory.get("/metrics", headers={"Host": "evil.test"}).status == 403
    assert directory.get("/metrics", headers={"X-Forwarded-For": "192.0.2.1"}, operator=True).status == 200


def test_tls_with_hsts_and_a_redirect(fresh, sites, tmp_path):
    import http.client
    import ssl
    folder = sites.cafile.parent
    directory = fresh("--cert", folder / "sites.pem", "--key", folder / "sites.key", "--redirect-http", "127.0.0.1:0")
    tls, plain = directory.said(r"listening on (https?)://[^/\s]+:(\d+)/"), None
    while len(tls) < 2:
        tls = directory.said(r"listening on (https?)://[^/\s]+:(\d+)/")
    ports = dict(tls)
    context = ssl.create_default_context(cafile=str(sites.cafile))
    context.check_hostname = False
    connection = http.client.HTTPSConnection("127.0.0.1", int(ports["https"]), context=context, timeout=20)
    connection.request("GET", "/api/v2/status")
    response = connection.getresponse()
    assert response.status == 400 and response.headers["Strict-Transport-Security"] == "max-age=31536000"
    connection.close()
    for host, path, to in ("one.test", "/a?b=%3C", f"https://one.test:{ports['https']}/a?b=%3C"), \
            (f"[::1]:{ports['http']}", "/", f"https://[::1]:{ports['https']}/"):
        connection = http.client.HTTPConnection("127.0.0.1", int(ports["http"]), timeout=20)
        connection.request("POST", path, headers={"Host": host})
        response = connection.getresponse()
        assert (response.status, response.headers["Location"]) == (308, to)
        assert "Strict-Transport-Security" not in response.headers
        connection.close()


def test_what_it_does_not_start_with(sites, tmp_path):
    import program
    folder = sites.cafile.parent
    other = tmp_path / "token"
    other.write_text("short\n")
    for options, words in (
        ([], "--db FILE is missing"),
        (["--db", tmp_path / "x.db", "--listen", "nowhere"], "--listen takes ADDR:PORT"),
        (["--db", tmp_path / "x.db", "--cert", folder / "sites.pem"], "--cert and --key"),
        (["--db", tmp_path / "x.db", "--redirect-http", "127.0.0.1:0"], "needs --cert"),
        (["--db", tmp_path / "x.db", "--hsts", "max-age"], "--hsts"),
        (["--db", tmp_path / "x.db", "--hsts", "max-age=1\r\nX: y"], "--hsts"),
        (["--db", tmp_path / "x.db", "--reach", "all"], "--reach takes"),
        (["--db", tmp_path / "x.db", "--trust", "10.0.0.1/8"], "--trust takes"),
        (["--db", tmp_path / "x.db", "--cors", "*"], "--cors takes"),
        (["--db", tmp_path / "x.db", "--token-file", other], "token has 16"),
        (["--db", tmp_path / "x.db", "--hook-url", "hooks.test/told"], "--hook-url takes a URL"),
        (["--db", tmp_path / "x.db", "--hook-url", "ftp://hooks.test/"], "--hook-url takes a URL"),
        (["--db", tmp_path / "x.db", "--hook-command", other], "--hook-command takes a program"),
        (["--db", tmp_path / "x.db", "--hook-command", tmp_path], "--hook-command takes a program"),
        (["--db", tmp_path / "x.db", "--hook-command", tmp_path / "none"], "--hook-command takes a program"),
        (["--db", tmp_path / "x.db", "--hook-command", "true"], "--hook-command takes a program"),  # no such file here
        (["--db", tmp_path / "x.db", "--listen", "127.0.0.1:0", "--cert", folder / "sites.pem", "--key",
          folder / "ca.secret"], ""),
    ):
        done = program.run(["directory", "serve", *map(str, options)])
        assert done.returncode in (2, 3) and words in done.stderr, (options, done.stderr)


# ---- clients that mean ill ----------------------------------------------------------------------------


def raw(directory, data, timeout=5):
    with socket.create_connection(("127.0.0.1", directory.port), timeout=timeout) as connection:
        connection.sendall(data)
        received = b""
        try:
            while part := connection.recv(65536):
                received += part
        except (TimeoutError, ConnectionError):
            pass
        return received


def status_of(received):
    return int(received.split(b" ", 2)[1]) if received else None


HOSTILE = [
    "", ".", "..", "a..b", "-", "a" * 64 + ".test", "a." * 200 + "test", "x" * 10000, "127.0.0.1", "[::1]", "1.2.3",
    "*.test", "a b.test", "a\0b.test", "one.test\0", "one.test\r\nX-Evil: 1", "one.test\n", "\x7f.test", "xn--", "xn--a.test",
    "xn--zzzzzzzzzzzz.test", "\u202eone.test", "\ufdfa.test", "\U0001f4a9" * 70, "one.test/path", "one.test:443",
    "user@one.test", "http://one.test/", "'; DROP TABLE members; --", "' OR '1'='1", "one.test' UNION SELECT 1--",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "%00", "${jndi:ldap://x}", "../../etc/passwd",
]


def test_hostile_names_do_no_harm(directory):
    before = directory.get("/api/v2/states").json()
    for method, path in ("GET", "preloadable"), ("GET", "removable"), ("POST", "submit"), ("POST", "remove"), \
            ("GET", "status"), ("GET", "history"):
        for name in HOSTILE:
            answer = directory.ask(method, "/api/v2/" + path, query={"domain": name})
            assert answer.status in (200, 400), (path, name, answer.text)
            assert "X-Evil" not in answer.headers
            if answer.status == 200 and path != "history":
                assert path == "status" or any(answer.codes()), (path, name, answer.text)  # never is all well
            elif answer.status == 200:
                answer.json()
                assert name == "-" or "xn--" in name, name  # no such domain, but a name
            else:
                assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
                assert not any(ord(c) < 32 or ord(c) == 127 for c in answer.text[:-1]), (name, answer.text)
    for bad in b"\xff\xfe.test", b"%ff%fe.test", b"%c0%ae.test", b"%", b"%0d%0aX-Evil:%201":
        assert status_of(raw(directory, b"GET /api/v2/status?domain=" + bad +
                             b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) in (200, 400)
    for field in "reason", "policy", "name", "value", "before", "limit", "after":
        for value in HOSTILE:
            for path in "history", "rejected":
                answer = directory.get("/api/v2/" + path, query={"domain": "nobody.test", field: value})
                assert answer.status in (200, 400)
            answer = directory.post("/api/v2/withdraw", query={"domain": "nobody.test", field: value}, operator=True)
            assert answer.status in (400, 409)
    assert directory.get("/api/v2/states").json() == before
    assert directory.get("/healthz").status == 200


MALFORMED = {
    "a..com": "contains_double_dot", ".one.test": "begins_with_dot", "one.test.": "ends_with_dot", "test": "public_suffix",
    "1.2.3.4": "is_ip_address", "[::1]": "public_suffix", "a_b.com": "invalid_characters", "a b.com": "invalid_characters",
    "http://one.test/": "invalid_characters", "one.test:443": "invalid_characters", "b\u00fccher..de": "contains_double_dot",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_name_is_answered_by_the_check(directory, name):
    """As the existing service does: its clients read the issue, not a status."""
    issue = ["domain.format." + MALFORMED[name]]
    query = {"domain": name}
    assert directory.get("/api/v2/preloadable", query=query).codes() == (issue, [])
    assert directory.post("/api/v2/submit", query=query).codes() == (issue, [])
    assert directory.get("/api/v2/removable", query=query).codes()[0][0].startswith("domain.tls.")
    assert directory.post("/api/v2/remove", query=query).codes() == ([], ["server.remove.not_preloaded"])
    assert directory.get("/api/v2/status", query=query).json() == {
        "name": name.replace("b\u00fccher", "xn--bcher-kva"), "status": "unknown", "bulk": False, "preloadedDomain": ""}


def test_hostile_reasons_come_back_as_text(directory):
    reason = "'; DROP TABLE events; --<script>alert(1)</script>\u202e\"\\"
    assert submit(directory, "five.test").codes()[0] == []
    assert directory.post("/api/v2/reject", form={"domain": "five.test", "reason": reason}, operator=True).status == 200
    [row] = [row for row in directory.get("/api/v2/rejected").json() if row["name"] == "five.test"]
    assert row["reason"] == reason
    assert "<script>" not in directory.get("/domain", query={"name": "five.test"}).text


def test_malformed_requests_are_refused(directory):
    head = b"Host: x\r\nConnection: close\r\n"
    for data, statuses in (
        (b"GET /healthz HTTP/1.1\r\n\r\n", {400}),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", {400}),
        (b"POST /api/v2/submit HTTP/1.1\r\n" + head + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
        (b"POST /api/v2/submit HTTP/1.1\r\n" + head + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", {400}),
        (b"POST /api/v2/submit HTTP/1.1\r\n" + head + b"Transfer-Encoding: gzip\r\n\r\n", {400, 501}),
        (b"POST /api/v2/submit HTTP/1.1\r\n" + head + b"Content-Length: 99999999\r\n\r\n", {413}),
        (b"POST /api/v2/submit HTTP/1.1\r\n" + head + b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", {415}),
        (b"POST /api/v2/submit HTTP/1.1\r\n" + head + b"Content-Type: application/x-www-form-urlencoded\r\n"
         b"Transfer-Encoding: chunked\r\n\r\n7\r\ndomain=\r\n0\r\n\r\n", {400}),
        (b"GET /healthz HTTP/1.1\r\n" + head + b"X: " + b"a" * 100000 + b"\r\n\r\n", {413, 431, None}),
        (b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n" + head + b"\r\n", {414, 431, None}),
        (b"GET /healthz HTTP/1.1\r\n" + head + b"X: y\r\n" * 120 + b"\r\n", {431}),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", {400, None}),
        (b"GET /healthz HTTP/1.1\r\n" + head + b"Transfer-Encoding : chunked\r\n\r\n", {400}),
        (b"BREW /healthz HTTP/1.1\r\n" + head + b"\r\n", {405}),
        (b"GET http://x/healthz HTTP/1.1\r\n" + head + b"\r\n", {200}),
    ):
        assert status_of(raw(directory, data, 0.5)) in statuses, data[:80]
    assert directory.get("/healthz").status == 200


def test_a_flood_is_answered_429_and_others_go_on(fresh):
    directory = fresh("--rate-read", "60", "--rate-check", "5", "--trust", "127.0.0.1")

    def ask(path, client):
        return directory.get(path, headers={"X-Forwarded-For": client})

    checks = [ask("/api/v2/preloadable?domain=one.test", "192.0.2.1") for _ in range(13)]
    assert [answer.status for answer in checks[:10]] == [200] * 10
    assert checks[-1].status == 429 and 1 <= int(checks[-1].headers["Retry-After"]) <= 12
    assert checks[-1].text.endswith(".\n")
    assert ask("/api/v2/states", "192.0.2.1").status == 200  # to look is cheaper
    statuses = [ask("/healthz", "192.0.2.1").status for _ in range(130)]
    assert statuses[0] == 200 and statuses[-1] == 429
    assert ask("/api/v2/preloadable?domain=one.test", "192.0.2.2").status == 200
    assert ask("/healthz", "2001:db8::1").status == 200
    assert directory.get("/healthz", headers={"X-Forwarded-For": "192.0.2.1"}, operator=True).status == 200
    for _ in range(12):  # to guess the token is as dear as a check
        last = directory.post("/api/v2/update", headers={"X-Forwarded-For": "192.0.2.9", "Authorization": "Bearer " + "x" * 20})
    assert last.status == 429


def test_connections_that_say_nothing_do_not_keep_others_out(fresh):
    directory = fresh("--max-per-address", "20")
    idle = [socket.create_connection(("127.0.0.1", directory.port)) for _ in range(60)]
    for connection in idle:
        try:
            connection.sendall(b"GET /")
        except OSError:
            pass
    time.sleep(0.3)
    alive = []
    for connection in idle:
        connection.settimeout(0.02)
        try:
            if connection.recv(1):
                alive.append(connection)
        except TimeoutError:
            alive.append(connection)
        except OSError:
            pass
    assert len(alive) <= 20
    for connection in idle:
        connection.close()
    for _ in range(50):
        try:
            if directory.get("/healthz").status == 200:
                break
        except OSError:
            time.sleep(0.05)
    else:
        raise AssertionError("it answers nobody any more")


# ---- death --------------------------------------------------------------------------------------------


def test_what_was_acknowledged_survives_kill_9(fresh):
    directory = fresh("--rate-read", "0", "--rate-check", "0")
    names = [f"n{i}.test" for i in range(24)]
    acknowledged = []
    waiting = list(names)

    def work():
        while waiting:
            try:
                name = waiting.pop()
            except IndexError:
                return
            try:
                answer = submit(directory, name)
                if answer.status == 200 and answer.codes()[0] == []:
                    acknowledged.append(name)
            except (OSError, Exception) as problem:
                if isinstance(problem, AssertionError):
                    raise

    for moment in 4, 12:
        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 20
        while len(acknowledged) < moment and time.monotonic() < deadline:
            time.sleep(0.002)
        directory.kill()
        waiting.clear()
        for thread in threads:
            thread.join()
        assert len(acknowledged) >= moment
        directory.start()
        pending = [entry["name"] for entry in directory.get("/api/v2/pending").json()]
        assert set(acknowledged) <= set(pending)
        waiting.extend(name for name in names if name not in pending)


def test_sigterm_lets_what_is_under_way_end(fresh, sites):
    directory = fresh()
    results = []
    threads = [threading.Thread(target=lambda i=i: results.append(submit(directory, f"n{i}.test").codes()))
               for i in range(4)]
    asked = sites.asked
    for thread in threads:
        thread.start()
    while sites.asked == asked:
        time.sleep(0.001)
    directory.process.terminate()
    for thread in threads:
        thread.join()
    assert directory.process.wait(30) == 0
    assert len(results) >= 1 and all(codes == ([], []) for codes in results)
    directory.start()
    assert len(directory.get("/api/v2/pending").json()) == len(results)


def test_looks_at_the_same_time_share_one_visit(directory, sites):
    def at_once(asks):
        """The sorted answers of these, all of which come in before the site answers; how often it was asked."""
        answers, before = [], sites.asked
        sites.awake.clear()
        threads = [threading.Thread(target=lambda ask=ask: answers.append(ask().codes())) for ask in asks]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        sites.awake.set()
        for thread in threads:
            thread.join()
        return sorted(answers), sites.asked - before

    def look():
        return directory.get("/api/v2/preloadable", query={"domain": "n20.test"})

    def leave():
        return directory.get("/api/v2/removable", query={"domain": "n20.test"})

    _, once = at_once([look])
    says_preload = ["header.removable.contains.preload"], []
    assert at_once([look] * 6 + [leave] * 2) == ([([], [])] * 6 + [says_preload] * 2, once)
    sites.hsts["n20.test"] = None  # nothing is remembered
    assert look().codes()[0] == ["response.no_header"]
    # A wish has a visit of its own.
    assert at_once([look, lambda: submit(directory, "n20.test")])[1] > once
    sites.hsts["n20.test"] = GOOD


# ---- what it does by itself ---------------------------------------------------------------------------


def test_it_publishes_by_itself_and_tells_hooks(fresh, tmp_path):
    told = tmp_path / "told"
    hook = tmp_path / "hook"
    hook.write_text(f"#!/bin/sh\ncat >> {told}\necho >> {told}\n")
    hook.chmod(0o755)
    directory = fresh("--hook-command", hook, rounds=True)
    assert directory.post("/api/v2/settings", form={"name": "publish.interval", "value": "1"},
                          operator=True).status == 200
    assert submit(directory, "six.test").codes() == ([], [])
    directory.said(r"version 1 is published: 1 names")
    assert directory.status("six.test") == "preloaded"
    deadline = time.monotonic() + 10
    while not told.exists() or "published" not in told.read_text():
        assert time.monotonic() < deadline, directory.log.read_text()
        time.sleep(0.05)
    events = [json.loads(line) for line in told.read_text().splitlines() if line]
    assert [(event["domain"], event["event"], event["to"]) for event in events] == \
        [("six.test", "submitted", "pending"), ("six.test", "published", "preloaded")]
    assert "yonder_directory_publishes_total 1\n" in directory.get("/metrics").text


def test_the_end_waits_for_no_version(fresh, sites):
    """A version takes minutes where many are pending: it is ended, and nothing of it has happened."""
    directory = fresh(rounds=True)
    assert submit(directory, "five.test").codes() == ([], [])
    sites.awake.clear()
    try:
        asked = sites.asked
        answer = directory.post("/api/v2/settings", form={"name": "publish.interval", "value": "1"}, operator=True)
        assert answer.status == 200
        deadline = time.monotonic() + 10
        while sites.asked == asked:
            assert time.monotonic() < deadline, directory.log.read_text()
            time.sleep(0.05)
        directory.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
    finally:
        sites.awake.set()
    assert directory.process.wait(5) == 0, directory.log.read_text()
    directory.args += ["--no-publish"]
    directory.start()
    assert directory.status("five.test") == "pending"


def test_hooks_are_told_from_when_they_are_there(fresh, tmp_path):
    told = tmp_path / "told"
    hook = tmp_path / "hook"
    hook.write_text(f"#!/bin/sh\ncat >> {told}\n")
    hook.chmod(0o755)
    directory = fresh()
    assert submit(directory, "three.test").codes() == ([], [])
    directory.close()
    directory.args += ["--hook-command", hook]
    directory.start()
    assert submit(directory, "four.test").codes() == ([], [])
    deadline = time.monotonic() + 10
    while not told.exists() or not told.read_text().endswith("\n"):
        assert time.monotonic() < deadline, directory.log.read_text()
        time.sleep(0.05)
    assert [json.loads(line)["domain"] for line in told.read_text().splitlines()] == ["four.test"]


def test_a_browser_gets_pages_where_it_is_refused(directory):
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for path, status in ("/no<b>thing", 404), ("/submit", 405):
        answer = directory.get(path, headers=browser)
        assert answer.status == status and answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "</html>" in answer.text and "<b>" not in answer.text
        assert answer.headers["Content-Security-Policy"] and answer.headers["Cache-Control"] == "no-store"
    assert directory.get("/api/v2/nothing", headers=browser).headers["Content-Type"] == "text/plain; charset=utf-8"
