# SPDX-License-Identifier: MIT
"""`yonder diff`: each witness is answered by both sets as the change says."""
import json

import pytest

BEFORE = """\
/a /b
/gone /away
/blog/* /news/:splat
/:x/b /1
/c/:y /2
/lang /de language=de
"""
AFTER = """\
/blog/* /stories/:splat 302
/a /b
/c/:y /2
/:x/b /1
/lang /fr language=fr
/new /page
"""


@pytest.fixture
def diff(yonder, tmp_path):
    def run(before, after, *args):
        (tmp_path / "before").write_text(before)
        (tmp_path / "after").write_text(after)
        return yonder("diff", *args, str(tmp_path / "before"), str(tmp_path / "after"))
    return run


def test_every_witness_is_answered_as_told(yonder, diff, tmp_path):
    done = diff(BEFORE, AFTER, "--json")
    assert (done.returncode, done.stderr) == (1, "")
    changes = json.loads(done.stdout)["changes"]
    assert {(c["change"], c["witness"].split("/", 3)[3]) for c in changes} == {
        ("removed", "gone"), ("changed", "blog/any1"), ("changed", "c/b"), ("removed", "lang"),
        ("changed", "lang"),  # for who takes both
        ("added", "lang"), ("added", "new")}
    for change in changes:
        for name in ("before", "after"):
            question = {"url": change["witness"]} | change.get("request", {})
            answer = json.loads(yonder("match", "--batch", str(tmp_path / name),
                                       input=json.dumps(question) + "\n").stdout)
            told = change[name]
            if told is None:
                assert answer["rule"] is None, change
            else:
                assert (answer["status"], answer["location"], answer["rule"]["line"]) == \
                    (told["status"], told["location"], told["rule"]["line"]), change


def test_what_means_the_same_is_no_difference(diff):
    done = diff("/a /b\n/c /d\n", "# comment\n/c /d 301\n\n/a   /b\n")
    assert done.returncode == 0
    assert done.stdout.startswith("no difference")


def test_the_text_shows_both_answers(diff):
    done = diff("/a /b\n", "/a /c 302\n")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "https://any.example/a"
    assert lines[1].startswith("  - 301 /b  ") and lines[2].startswith("  + 302 /c  ")
    assert lines[-1].startswith("1 changed, 0 added, 0 removed")


def test_what_cannot_be_read_is_no_difference(yonder, diff, tmp_path):
    assert diff("/a\n", "/a /b\n").returncode == 2
    assert yonder("diff", str(tmp_path / "before")).returncode == 2
