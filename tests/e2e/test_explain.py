# SPDX-License-Identifier: MIT
"""`yonder explain`: its tables are what `yonder decide` answers, its pages are complete."""
import json
import re

import pytest

NUMBERS = [str(status) for status in range(300, 309)]
NAMES = [*NUMBERS, "internal"]
LOCATION = ["Location", "http://a.test/b"]  # absolute: HTTP/1.0 knows no other
DATE = ["Date", "Thu, 01 Jan 2026 00:00:00 GMT"]
METHODS = {"GET": False, "HEAD": False, "POST": True, "PUT": True, "PATCH": True, "DELETE": False, "OPTIONS": False}


def page(yonder, name):
    done = yonder("explain", "--json", name)
    assert (done.returncode, done.stderr) == (0, ""), name
    return json.loads(done.stdout)


def decisions(yonder, questions):
    lines = "".join(json.dumps(q) + "\n" for q in questions)
    done = yonder("decide", "--batch", input=lines)
    assert done.returncode == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_table_agrees_with_decide(yonder):
    claims, questions = [], []
    for name in NUMBERS:
        explained = page(yonder, name)
        for client in explained["clients"]:
            assert {m["method"]: m["had_body"] for m in client["methods"]} == METHODS
            common = {"client": client["client"], "url": "http://a.test/", "status": explained["code"],
                      "headers": [LOCATION]}
            for method in client["methods"]:
                claims.append((name, client["client"], method))
                questions.append(common | {"method": method["method"], "body": method["had_body"]})
                claims.append((name, client["client"], method["if_named"]))
                questions.append(questions[-1] | {"custom_method": True})
            claims.append((name, client["client"], {"cacheable": client["cacheable_by_default"]}))
            questions.append(common)
            claims.append((name, client["client"], {"cacheable": client["cacheable_if_told"]}))
            questions.append(common | {"headers": [LOCATION, ["Cache-Control", "max-age=60"]]})
            claims.append((name, client["client"], {"cacheable": client["cacheable_if_expires"]}))
            questions.append(common | {"headers": [LOCATION, DATE, ["Expires", "Fri, 02 Jan 2026 00:00:00 GMT"]]})
            claims.append((name, client["client"], {"fresh_for": client["fresh_if_ten_years_old"]}))
            questions.append(common | {"headers": [LOCATION, DATE, ["Last-Modified", "Fri, 01 Jan 2016 00:00:00 GMT"]]})
    answers = decisions(yonder, questions)
    assert len(answers) == len(claims) == 9 * 10 * (2 * len(METHODS) + 4)
    for claim, answer in zip(claims, answers):
        said = claim[2]
        if "cacheable" in said:
            assert said["cacheable"] == answer["cacheable"], claim
        elif "fresh_for" in said:
            assert said["fresh_for"] == answer["fresh_for"], claim
        else:
            assert (said["follows"], said["next_method"], said["body"]) == \
                (answer["action"] == "follow", answer["method"], answer["body"]), claim


def test_limits_agree_with_decide(yonder):
    clients = json.loads(yonder("explain", "--json").stdout)["clients"]
    assert len(clients) == 10
    for client in clients:
        common = {"client": client["client"], "url": "http://a.test/", "status": 301,
                  "headers": [LOCATION]}
        last, beyond = decisions(yonder, [common | {"count": client["limit"] - 1}, common | {"count": client["limit"]}])
        assert (last["action"], beyond["reason"]) == ("follow", "too_many_redirects"), client


def test_every_status_is_in_the_overview_with_its_page(yonder):
    overview = json.loads(yonder("explain", "--json").stdout)
    assert [s["name"] for s in overview["statuses"]] == NAMES
    for status in overview["statuses"]:
        explained = page(yonder, status["name"])
        assert {k: explained[k] for k in status} == status
        for member in ("meaning", "cache", "search_engine", "use_when", "instead", "specification"):
            assert explained[member].endswith(".") or member == "specification", (status["name"], member)
        assert all(s["title"] and s["text"] for s in explained["sections"])
    known = {s["code"] for s in overview["statuses"]}
    assert {c["code"] for c in overview["choice"]} == {301, 302, 303, 307, 308} <= known
    assert page(yonder, "307-internal") == page(yonder, "internal") == page(yonder, "INTERNAL")


def test_the_help_tells_of_every_member(yonder):
    words = set(re.findall(r"\w+", yonder("explain", "--help").stdout))

    def members(value):
        if isinstance(value, dict):
            return set(value).union(*map(members, value.values()))
        return set().union(*map(members, value)) if isinstance(value, list) else set()

    documents = [page(yonder, name) for name in NAMES] + [json.loads(yonder("explain", "--json").stdout)]
    for document in documents:
        assert members(document) <= words
    assert members(documents[-2]) > {"hsts", "support", "learnt", "preloaded"}


def test_the_choices_do_what_they_promise(yonder):
    for choice in json.loads(yonder("explain", "--json").stdout)["choice"]:
        explained = page(yonder, str(choice["code"]))
        chrome = next(c for c in explained["clients"] if c["client"] == "chrome")
        put, post = (next(m for m in chrome["methods"] if m["method"] == name) for name in ("PUT", "POST"))
        assert chrome["cacheable_by_default"] == (choice["lasting"] == "permanent")
        assert (post["next_method"], put["next_method"]) == {
            "may_change": ("GET", "PUT"), "kept": ("POST", "PUT"), "get": ("GET", "GET")}[choice["method"]]


def test_the_internal_redirect_agrees_with_hsts_query(yonder, tmp_path):
    known = tmp_path / "known"
    known.write_text('known.test "unlimited"\n')
    clients = page(yonder, "internal")["clients"]
    assert len(clients) == 10
    for client in clients:
        name, hsts = client["client"], client["hsts"]
        done = yonder("hsts", "query", "--json", "--as", name, "--state", known, "known.test")
        assert (json.loads(done.stdout)["upgrade"], True) == (hsts["learnt"], done.returncode in (0, 1)), name
        assert all(m["follows"] == (hsts["learnt"] or hsts["preloaded"]) for m in client["methods"])
        assert (hsts["support"] == "never") == (not hsts["learnt"])
    assert [c["client"] for c in clients if c["hsts"]["phrase"]] == ["chrome"]
    text = yonder("explain", "internal").stdout
    assert "  chrome       yes           yes        307 Internal Redirect\n" in text
    assert "  curl         if told to    no         https from the start\n" in text
    assert "  go           no            no         -\n" in text


@pytest.mark.parametrize("name", ["", *NAMES])
def test_a_page_fits_80_columns_and_says_what_json_says(yonder, name):
    args = [name] if name else []
    text = yonder("explain", *args)
    assert (text.returncode, text.stderr) == (0, "")
    assert max(map(len, text.stdout.splitlines())) <= 80
    coloured = yonder("explain", "--color=always", *args).stdout
    assert "\033[" in coloured and re.sub(r"\033\[\d*m", "", coloured) == text.stdout
    if name:
        explained = page(yonder, name)
        flat = " ".join(text.stdout.split())
        assert text.stdout.startswith(f"{explained['code']} {explained['phrase']}: {explained['summary']}\n")
        for member in ("meaning", "cache", "search_engine", "use_when", "instead", "specification"):
            assert explained[member] in flat
        for section in explained["sections"]:
            assert f"{section['title']} {section['text']}" in flat


@pytest.mark.parametrize("args, message", [
    (["404"], "'404' is not a redirect status (there are: 300, 301, 302, 303, 304, 305, 306, 307, 308, internal)"),
    (["309"], "'309' is not a redirect status"), (["Found"], "'Found' is not"), ([""], "'' is not"),
    (["301", "302"], "one argument too many"), (["--color=red", "301"], "--color takes")])
def test_what_makes_no_sense_is_a_usage_error(yonder, args, message):
    done = yonder("explain", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
