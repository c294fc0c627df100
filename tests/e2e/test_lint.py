# SPDX-License-Identifier: MIT
"""`yonder lint`: every witness does under `yonder match` what the finding says."""
import json
import re
from urllib.parse import urljoin

import pytest

RULES = """\
/a /b
/b /c
/c /a
/x /y
/y /z 302
/blog/* /news/:splat
/news/* /archive/:splat
/p/:id /q/:id
/q/7 /seven
/x /other
/blog/2020/* /old/:splat
~^/r/(\\d+)$ /q/$1
/lang /de language=de
/de /en
/go/:name https://:name.com/
/once /done permanent until=2001-01-01

[shop.example *.shop.example]
https permanent
/cart/:id /basket/:id
/basket/:id /order/:id
"""


@pytest.fixture
def lint(yonder, tmp_path):
    def run(text, *args, name="site.rules"):
        (tmp_path / name).write_text(text)
        return yonder("lint", *args, str(tmp_path / name))
    return run


def document(done):
    assert done.stderr == ""
    return json.loads(done.stdout)


def match(yonder, path, finding, url):
    question = {"url": url} | finding.get("request", {})
    done = yonder("match", "--batch", str(path), input=json.dumps(question) + "\n")
    return json.loads(done.stdout)


def hops(yonder, path, finding, most=25):
    """Which lines answer, one after the other, from the witness on."""
    url, lines = finding["witness"], []
    for _ in range(most):
        answer = match(yonder, path, finding, url)
        if not answer["rule"]:
            break
        lines.append(answer["rule"]["line"])
        if not answer["location"]:
            break
        url = urljoin(url, answer["location"])
        if "any.example" not in url and "shop.example" not in url:
            break
    return lines


def test_every_witness_behaves_as_told(yonder, lint, tmp_path):
    done = lint(RULES, "--json")
    assert done.returncode == 1
    told = document(done)
    codes = set()
    for finding in told["findings"]:
        lines = [rule["line"] for rule in finding["rules"]]
        assert all(rule["file"].endswith("site.rules") for rule in finding["rules"])
        assert finding["severity"] in ("error", "warning", "note")
        codes.add(finding["code"])
        if not finding["witness"]:
            continue
        seen = hops(yonder, tmp_path / "site.rules", finding)
        if finding["code"] == "loop":
            assert len(seen) == 25 and set(seen) == set(lines), finding
        elif finding["code"] == "chain":
            assert seen == lines and len(seen) > 1, finding
        elif finding["code"] in ("shadowed", "duplicate", "duplicate-conflict"):
            assert seen[0] == lines[1], finding
        else:
            assert seen[0] == lines[0], finding
    assert codes == {"loop", "chain", "shadowed", "duplicate-conflict", "open-redirect", "expired",
                     "permanent-conditional"}


def test_the_text_shows_lines_witness_and_advice(lint):
    done = lint("/a /b # here\n/b /a\n")
    assert done.returncode == 1
    assert re.search(r"site\.rules:1: error: loop: never ends: https://any\.example/a -> /b -> /a\n", done.stdout)
    assert "/a /b # here\n" in done.stdout
    assert "try: https://any.example/a\n" in done.stdout
    assert done.stdout.endswith("2 rules: 1 error, 0 warnings, 0 notes, 0 undecided\n")


def test_a_clean_set_and_one_with_notes_are_well(lint):
    assert lint("/a /b\n").returncode == 0
    done = lint("/a /b permanent share=10%\n", "--json")
    assert (done.returncode, [f["severity"] for f in document(done)["findings"]]) == (0, ["note"])


def test_what_cannot_be_read_is_no_finding(yonder, lint, tmp_path):
    assert lint("/a\n").returncode == 2
    assert yonder("lint", str(tmp_path / "none.rules")).returncode == 2
    assert lint("/a /b\n", "--host", "a b").returncode == 2
    assert lint("/a /b\n", "--json", "--sarif").returncode == 2
    assert yonder("lint").returncode == 2


def test_hosts_decide_what_is_followed(lint):
    moved = "/a https://www.site.example/b\n/b /c\n"
    assert lint(moved).returncode == 0
    told = document(lint(moved, "--json", "--host", "www.site.example"))
    assert [f["code"] for f in told["findings"]] == ["chain"]
    assert told["findings"][0]["witness"] == "https://www.site.example/a"


def test_targets_may_be_held_to_hosts(lint):
    text = "/a https://good.example/\n/b https://www.good.example/\n/c https://bad.example/\n"
    told = document(lint(text, "--json", "--allow-host", "good.example", "--allow-host", "*.good.example"))
    assert [(f["code"], f["rules"][0]["line"]) for f in told["findings"]] == [("external", 3)]


def test_an_image_is_proven_as_its_text_is(yonder, lint, tmp_path):
    (tmp_path / "site.rules").write_text(RULES)
    image = tmp_path / "site.image"
    assert yonder("compile", str(tmp_path / "site.rules"), "-o", str(image)).returncode == 0
    assert yonder("lint", "--json", str(image)).stdout == lint(RULES, "--json").stdout


def test_sarif_is_what_the_standard_wants(lint):
    done = lint(RULES, "--sarif")
    assert done.returncode == 1
    log = document(done)
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-schema-2.1.0.json")
    run, = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "yonder lint"
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"] and rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["level"] == rules[result["ruleIndex"]]["defaultConfiguration"]["level"]
        for location in result["locations"] + result.get("relatedLocations", []):
            physical = location["physicalLocation"]
            assert physical["artifactLocation"]["uri"].endswith("/site.rules")
            assert physical["region"]["startLine"] >= 1
        assert len(result["locations"]) == 1


def test_flattening_changes_the_lines_that_begin_chains_alone(yonder, lint, tmp_path):
    text = "# kept\n/a   /b permanent # why\n/b /c 302\n/c   /d\n\n/s/* /t/:splat\n/t/* https://new.example/:splat\n"
    done = lint(text, "--flatten")
    assert done.returncode == 0
    assert done.stdout == ("# kept\n/a /d 302 # why\n/b /d 302\n/c   /d\n\n/s/* https://new.example/:splat 301\n"
                           "/t/* https://new.example/:splat\n")
    assert re.search(r"^3 rules changed, 4 redirects saved; \d+ requests lead to the same places", done.stderr)
    again = lint(done.stdout, "--json")
    assert (again.returncode, document(again)["findings"]) == (0, [])


def test_flattening_puts_lines_before_a_rule_that_leads_on_for_some_requests(lint):
    done = lint("/a/*   /b/:splat # why\n/b/:x /c/:x\n/c/7 /d\n/i /h\n/h /en language=en\n/h /de\n", "--flatten")
    assert done.returncode == 0
    assert done.stdout == ("/a/7 /d 301\n/a/:s1 /c/:s1 301\n/a/*   /b/:splat # why\n"
                           "/b/7 /d 301\n/b/:x /c/:x\n/c/7 /d\n"
                           "/i /en 301 language=en\n/i /de 301\n/h /en language=en\n/h /de\n")
    assert re.search(r"^1 rule changed, 4 added, 5 redirects saved; \d+ requests lead to", done.stderr)
    again = lint(done.stdout, "--flatten")
    assert again.stdout == done.stdout


def test_flattening_says_what_stays_by_the_lines_of_the_file(lint):
    done = lint("/x/* /y/:splat\n/y/7 /z\n/a/* /b/:splat\n/b/8 id=8 /c\n", "--flatten")
    assert done.stdout == "/x/7 /z 301\n/x/* /y/:splat\n/y/7 /z\n/a/* /b/:splat\n/b/8 id=8 /c\n"
    assert re.search(r"site\.rules:3: stays a chain: ", done.stderr)


def test_several_files_become_one(yonder, tmp_path):
    (tmp_path / "one").write_text("/a /b\n[h.example]\n/x /y\n")
    (tmp_path / "two").write_text("/b /c\n")
    done = yonder("lint", "--flatten", str(tmp_path / "one"), str(tmp_path / "two"))
    assert done.returncode == 0
    assert done.stdout == "/a /c 301\n/b /c\n[h.example]\n/x /y\n"
