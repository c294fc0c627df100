# SPDX-License-Identifier: MIT
"""The drivers of the browsers themselves."""
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

import chromium

HERE = pathlib.Path(__file__).resolve().parent
START = """
import pathlib, sys, time
import {module}
browser = {module}.{kind}(pathlib.Path(sys.argv[1]))
print("started", flush=True)
time.sleep(300)
"""


def processes_of(folder):
    """The processes that have been told to live in the folder, by id."""
    found = {}
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "environ").read_bytes():
                found[int(process.name)] = (process / "comm").read_text().strip()
        except OSError:
            continue  # it has ended, or is not ours
    return found


@pytest.mark.browser
@pytest.mark.parametrize("module, kind", [("chromium", "Chromium"), ("firefox", "Firefox")])
def test_a_browser_ends_with_the_tests_even_if_they_are_killed(tmp_path, module, kind):
    folder = tmp_path / "a-browser"
    tests = subprocess.Popen([sys.executable, "-c", START.format(module=module, kind=kind), folder],
                             stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(HERE)})
    try:
        assert tests.stdout.readline() == b"started\n"
        begun = processes_of(folder)
        assert len(begun) > 2
    finally:
        tests.send_signal(signal.SIGKILL)
        tests.wait()
        tests.stdout.close()
    deadline = time.monotonic() + 30
    while left := processes_of(folder):
        if time.monotonic() > deadline:
            for process in left:
                os.kill(process, signal.SIGKILL)
            pytest.fail(f"left behind: {left} of {begun}")
        time.sleep(0.1)


def test_a_redirect_whose_beginning_was_cleared_is_no_chain():
    browser = chromium.Chromium.__new__(chromium.Chromium)
    request = {"url": "http://a.test/two", "method": "GET"}
    redirect = {"status": 302, "statusText": "Found", "headers": {}}
    browser._events = [("Network.requestWillBeSent", {"requestId": "1", "request": request, "redirectResponse": redirect}),
                       ("Network.responseReceived", {"requestId": "1", "response": redirect | {"status": 200}})]
    assert [(hop.url, hop.status) for hop in browser._chain("1")] == [("http://a.test/two", 200)]
