# SPDX-License-Identifier: MIT
"""What all commands have in common: help, pages, completion, exit codes, batches."""
import json
import os
import pathlib
import re
import select
import subprocess

import pytest

import program

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMANDS = re.findall(r"^  (\w+) ", subprocess.run([program.path(), "--help"], capture_output=True,
                                                   text=True, check=True).stdout, re.MULTILINE)


def test_the_program_lists_its_commands(yonder):
    assert {"trace", "serve", "decide", "url", "help"} <= set(COMMANDS)
    assert yonder("--help").stdout == yonder("help").stdout == yonder("-h").stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_a_page_and_completion(yonder, command):
    done = yonder(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == yonder("help", command).stdout
    assert done.stdout.startswith(f"Usage: yonder {command} ")
    page = yonder("help", "--man", command).stdout
    shown = subprocess.run(["mandoc", "-Tlint", "-W", "warning"], input=page, text=True,
                           capture_output=True, timeout=30)
    assert (shown.returncode, shown.stdout) == (0, "")
    completion = yonder("help", "--completion").stdout
    for option in re.findall(r"^  (?:-\w,|   ) --([\w-]+)", done.stdout, re.MULTILINE):
        assert re.search(rf"^\.It .*Fl Fl {option}\b", page, re.MULTILINE)
        assert re.search(rf"^    {command}\) words='.*--{option}\b", completion, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_option_is_wrong_usage(yonder, command):
    done = yonder(command, "--no-such-option")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"yonder {command}: there is no option '--no-such-option'\n")


def test_every_command_has_its_place_in_the_documentation():
    pages = re.findall(r"'yonder-(\w+)'", (ROOT / "doc/man/meson.build").read_text())
    assert sorted(pages) == sorted([*COMMANDS])
    readme = (ROOT / "README.md").read_text()
    table = readme[readme.index("## Commands"):readme.index("## More")]
    assert set(re.findall(r"^\| `yonder (\w+)", table, re.MULTILINE)) == set(COMMANDS)
    assert "./dev run" in readme and "./dev test" in readme


def test_without_a_command_the_usage_is_shown_and_it_is_wrong(yonder):
    assert yonder().returncode == 2
    assert yonder("--version").stdout == yonder("-V").stdout


def test_output_that_cannot_be_written_is_a_failure():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([program.path(), "url", "http://a/"], stdout=full, timeout=30,
                              stderr=subprocess.PIPE, text=True, env=program.environment())
    assert done.returncode == 3
    assert done.stderr.startswith("yonder: cannot write output: ")


@pytest.mark.parametrize("lines", [10, 100_000])
def test_a_reader_that_leaves_ends_a_batch_without_a_word(tmp_path, lines):
    (tmp_path / "in").write_text('{"input":"http://a/"}\n' * lines)
    reader, writer = os.pipe()
    os.close(reader)
    with open(tmp_path / "in", "rb") as questions, open(writer, "wb") as output:
        done = subprocess.run([program.path(), "url", "--batch"], stdin=questions, stdout=output, timeout=30,
                              stderr=subprocess.PIPE, text=True, env=program.environment())
    assert (done.returncode, done.stderr) == (3, "")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_page_tells_the_exit_codes_its_command_has(yonder, command):
    page = yonder("help", "--man", command).stdout
    codes = re.findall(r"^\.It (\d)$", page[page.index(".Sh EXIT STATUS"):], re.MULTILINE)
    assert codes == (["0", "2", "3"] if command in ("serve", "compile", "status", "hits", "misses", "help", "explain", "lab") else ["0", "1", "2", "3"])
    assert re.findall(r"^  (\d)  ", yonder(command, "--help").stdout, re.MULTILINE) == codes


def test_the_page_of_decide_tells_of_every_member_and_code(yonder):
    page = yonder("help", "--man", "decide").stdout
    answer = json.loads(yonder("decide", "--json", "-H", "Location: /", "http://a/").stdout)
    for word in (*answer, "multiple_locations", "error"):
        assert f"\n.It Cm {word}\n" in page


def test_a_batch_answers_before_it_waits_for_more():
    with subprocess.Popen([program.path(), "url", "--batch"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, env=program.environment()) as process:
        for i in range(3):
            process.stdin.write(b'{"input":"http://a/%d"}\n' % i)
            process.stdin.flush()
            readable, _, _ = select.select([process.stdout], [], [], 10)
            assert readable, "no answer came while the next line was waited for"
            answer = json.loads(process.stdout.readline())
            assert answer["href"] == f"http://a/{i}"
        process.stdin.close()
        assert process.wait(10) == 0


def test_a_batch_goes_on_after_a_bad_line(yonder):
    lines = ['{"input":"http://a/1"}', "no JSON", '{"input":1}', "[]", '{"input":"http://a/2"}']
    done = yonder("url", "--batch", input="\n".join(lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 2
    assert ["error" in answer for answer in answers] == [False, True, True, True, False]


def test_a_batch_of_many_lines_keeps_its_order(yonder):
    count = 50_000
    done = yonder("url", "--batch", input="".join(f'{{"input":"http://a/{i}"}}\n' for i in range(count)))
    hrefs = [json.loads(line)["href"] for line in done.stdout.splitlines()]
    assert hrefs == [f"http://a/{i}" for i in range(count)]


def test_input_that_cannot_be_read_is_a_failure():
    folder = os.open("/", os.O_RDONLY)
    try:
        done = subprocess.run([program.path(), "url", "--batch"], stdin=folder, timeout=30,
                              capture_output=True, text=True, env=program.environment())
    finally:
        os.close(folder)
    assert done.returncode == 3
    assert done.stderr == "yonder: cannot read standard input: Is a directory\n"
