# SPDX-License-Identifier: MIT
"""Runs the program under test, to its end or as a server."""
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What a sanitizer says when it found something; never in what the program itself prints.
SANITIZER = re.compile(r"(Address|Leak|UndefinedBehavior|Thread)Sanitizer|: runtime error: ")


def path():
    """The program: $YONDER, or build/yonder."""
    return os.path.abspath(os.environ.get("YONDER", ROOT / "build" / "yonder"))


def sanitized():
    """Whether the program was built with AddressSanitizer or ThreadSanitizer, which cost memory and time."""
    code = pathlib.Path(path()).read_bytes()
    return b"__asan_init" in code or b"__tsan_init" in code


def environment(extra=None):
    """Ours without what would change the program's output, and with sanitizers that stop."""
    drop = ("NO_COLOR", "CLICOLOR_FORCE", "http_proxy", "https_proxy", "all_proxy", "no_proxy")
    env = {k: v for k, v in os.environ.items() if k not in drop and k.lower() not in drop}
    env.setdefault("ASAN_OPTIONS", "detect_leaks=1")
    env.setdefault("UBSAN_OPTIONS", "halt_on_error=1:print_stacktrace=1")
    env["LC_ALL"] = "C.UTF-8"
    env.update(extra or {})
    return env


def check_sound(args, returncode, stderr):
    """Fails if the program was ended by a signal or by a sanitizer."""
    assert not SANITIZER.search(stderr), f"{args}: {stderr}"
    assert returncode >= 0, f"{args} was ended by signal {-returncode}: {stderr}"


def run(args, input=None, timeout=30, env=None, cwd=None):
    command = [path(), *map(str, args)]
    done = subprocess.run(
        command,
        input=input,
        stdin=subprocess.DEVNULL if input is None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=timeout,
        env=environment(env),
        cwd=cwd,
    )
    check_sound(command, done.returncode, done.stderr)
    return done


def batch(*args, questions):
    """Runs a command that reads a JSON object a line; its answers."""
    done = run(args, input="".join(json.dumps(q) + "\n" for q in questions), timeout=60)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(questions), done.stderr
    return answers


class Serve:
    """A running `yonder serve`. The port is the one the program says it listens on."""

    def __init__(self, rules_path, rules_text, args, cwd=None):
        self.rules_path = pathlib.Path(rules_path)
        self._write(rules_text)
        self.args = [path(), "serve", str(self.rules_path), "--listen", "127.0.0.1:0", *map(str, args)]
        self.process = subprocess.Popen(
            self.args,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(),
            cwd=cwd,
        )
        self.pid = self.process.pid
        self._output = b""
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._checked = False

    def wait_ready(self, timeout=20):
        listeners = sum(arg in ("-l", "--listen") or arg.startswith("--listen=") for arg in self.args)
        self.wait_stderr("listening on http://", timeout, count=listeners)
        self.url = re.search(r"listening on (http://[^/\s]+)/", self.stderr()).group(1)
        self.port = int(self.url.rpartition(":")[2])

    def reload(self, new_text):
        """Puts new rules in place and asks the program to read them. Does not wait: see stderr."""
        self._write(new_text)
        self.process.send_signal(signal.SIGHUP)

    def stderr(self):
        """All it has said so far, on stderr and stdout."""
        with self._news:
            return self._output.decode("utf-8", "surrogateescape")

    def wait_stderr(self, substring, timeout=5, count=1):
        """Waits until it has said `substring` so many times, and returns all it has said."""
        deadline = time.monotonic() + timeout
        with self._news:
            while self._output.count(substring.encode()) < count:
                left = deadline - time.monotonic()
                alive = self._reader.is_alive()
                if left <= 0 or not alive:
                    raise AssertionError(
                        f"{self.args} did not say {substring!r}"
                        f"{'' if alive else f' and ended ({self.process.poll()})'}: {self._output!r}"
                    )
                self._news.wait(min(left, 0.2))
        return self.stderr()

    def stop(self, timeout=15):
        """Asks it to end, waits, and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self.args} did not end on SIGTERM in {timeout} s: {self.stderr()}")
        finally:
            self._reader.join(5)
        return code

    def close(self):
        if self.process.poll() is None:
            assert self.stop() == 0, self.stderr()
        check_sound(self.args, 0 if self.process.returncode == -signal.SIGKILL else self.process.returncode, self.stderr())

    def _write(self, text):
        data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
        fresh = self.rules_path.with_suffix(".new")
        fresh.write_bytes(data)
        fresh.rename(self.rules_path)

    def _read(self):
        while part := self.process.stdout.read1(65536):
            with self._news:
                self._output += part
                self._news.notify_all()
