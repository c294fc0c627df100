# SPDX-License-Identifier: MIT
"""yonder url: real cases in batch, and what the command itself promises."""
import json
import os
import pathlib

import pytest

import program

PARTS = ("href", "protocol", "username", "password", "host", "hostname", "port", "pathname",
         "search", "hash")


def batch(yonder, lines, *args):
    """Answers to `lines`, which are objects or raw text."""
    text = "".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines)
    done = yonder("url", *args, input=text)
    return [json.loads(line) for line in done.stdout.splitlines()], done


def shared_cases():
    folder = os.environ.get("YONDER_SHARED", program.ROOT.parent / "shared")
    return pathlib.Path(folder) / "data" / "url-cases.json"


def test_every_shared_case_comes_out_as_expected(yonder):
    if not shared_cases().exists():
        pytest.skip(f"{shared_cases()} is not there; YONDER_SHARED names its folder")
    cases = json.loads(shared_cases().read_text())
    answers, done = batch(yonder, [{"input": c["input"], "base": c.get("base")} for c in cases],
                          "--batch")
    assert done.returncode == 0, done.stderr
    assert len(answers) == len(cases) >= 400
    wrong = []
    for case, answer in zip(cases, answers):
        expected = {"failure": True}
        if not case.get("failure"):
            expected = {part: case[part] for part in PARTS if part in case}
            answer = {part: answer.get(part) for part in expected}
        if answer != expected:
            wrong.append((case["input"], case.get("base"), expected, answer))
    assert not wrong


def test_the_href_is_printed(yonder):
    done = yonder("url", "--base", "https://example.com/a/b", "../c?d")
    assert (done.stdout, done.stderr, done.returncode) == ("https://example.com/c?d\n", "", 0)


@pytest.mark.parametrize("args, culprit", [
    (["//"], "'//'"), ([""], "''"), (["-b", "mailto:x", "y"], "'y'"), (["-b", "http://a/", "//["], "'//['"),
    (["-b", "nothing", "http://a/"], "the base 'nothing'"), (["-b", "", "http://a/"], "the base ''"),
])
def test_what_is_no_url_is_said_to_be_none(yonder, args, culprit):
    done = yonder("url", *args)
    assert (done.stdout, done.stderr, done.returncode) == ("", f"yonder url: {culprit}: not a valid URL\n", 1)


def test_json_has_all_ten_parts(yonder):
    done = yonder("url", "--json", "HTTPS://U:P@EXAMPLE.com:444/a/../b?c#d")
    assert json.loads(done.stdout) == {
        "href": "https://U:P@example.com:444/b?c#d", "protocol": "https:", "username": "U",
        "password": "P", "host": "example.com:444", "hostname": "example.com", "port": "444",
        "pathname": "/b", "search": "?c", "hash": "#d"}
    assert done.returncode == 0


def test_json_of_what_is_no_url_is_a_failure_and_a_negative_finding(yonder):
    done = yonder("url", "--json", "http://")
    assert json.loads(done.stdout) == {"failure": True}
    assert done.returncode == 1


def test_without_an_argument_lines_are_read_and_answered_in_order(yonder):
    answers, done = batch(yonder, [{"input": f"http://a/{n}"} for n in range(1000)])
    assert [a["pathname"] for a in answers] == [f"/{n}" for n in range(1000)]
    assert done.returncode == 0


def test_a_line_may_name_a_base_and_otherwise_takes_the_option(yonder):
    answers, _ = batch(yonder, [{"input": "x"}, {"input": "x", "base": None},
                                {"input": "x", "base": "http://b/"}, {"input": "x", "base": ""},
                                {"input": "x", "base": "b"}], "--batch", "-b", "http://a/")
    assert [a.get("href", a) for a in answers] == [
        "http://a/x", "http://a/x", "http://b/x", {"failure": True}, {"failure": True}]


def test_lone_surrogates_and_nul_are_characters_like_others(yonder):
    answers, done = batch(yonder, [r'{"input":"http://a/\ud800x\udc00\ud83d\ude00"}',
                                   r'{"input":"http://a/b\u0000c?\u0000d"}',
                                   r'{"input":"\u0000http://a/\u0000"}',
                                   r'{"input":"http://a\u0000b/"}',
                                   r'{"input":"c:\u0000d"}'])
    assert [a.get("href", a) for a in answers] == [
        "http://a/%EF%BF%BDx%EF%BF%BD%F0%9F%98%80", "http://a/b%00c?%00d", "http://a/",
        {"failure": True}, "c:%00d"]
    assert done.returncode == 0


@pytest.mark.parametrize("line", ["{", "[]", '{"base":"http://a/"}', '{"input":1}',
                                  '{"input":"x","base":1}', '{"input":null}'])
def test_a_line_in_error_is_said_to_be_and_the_others_are_answered(yonder, line):
    answers, done = batch(yonder, [{"input": "a:b"}, line, {"input": "a:c"}])
    assert [a.get("href") for a in answers] == ["a:b", None, "a:c"]
    assert list(answers[1]) == ["error"]
    assert done.returncode == 2


def test_wrong_usage_is_told(yonder):
    for args in (["--batch", "x"], ["a", "b"], ["--nothing"]):
        done = yonder("url", *args)
        assert done.returncode == 2 and "yonder url --help" in done.stderr
