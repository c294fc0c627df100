# SPDX-License-Identifier: MIT
"""A few seconds of the day of random requests (random_day.py), and that it would notice."""
import random

import pytest

import http2
import random_asks
import random_day
import random_h1
import random_h2
from random_h1 import Wrong


def test_random_requests_get_the_right_answers(tmp_path):
    print(random_day.run(tmp_path, seconds=8))


def test_wrong_answers_are_noticed(tmp_path, monkeypatch):
    """`match` is asked about other rules than those that are served."""
    asks = random_asks.asks

    def about_others(seed, count, https, files):
        other = tmp_path / "other.rules"
        other.write_text(random_asks.rules(seed, 0).replace("/lang /de 302", "/lang /de 307"))
        return asks(seed, count, https, [other])

    monkeypatch.setattr(random_asks, "asks", about_others)
    monkeypatch.setattr(random_day.Stage, "tick", lambda stage: None)
    with pytest.raises(Wrong, match=r"/lang.*\(302, .*is not one of .*\(307, "):
        random_day.run(tmp_path, seconds=20, seed=1)


def test_cut_and_surplus_answers_are_noticed():
    whole = b"HTTP/1.1 301 M\r\nContent-Length: 2\r\nLocation: /x\r\n\r\nab"
    assert random_h1.taken(whole + b"rest") == (301, [(b"content-length", b"2"), (b"location", b"/x")], False, b"rest")
    assert random_h1.taken(whole[:-1]) is None
    for bad in (b"HTTP/1.1 301 M\r\nX: a\0b\r\n\r\n", b"HTTP/1.1 301 M\nX: a\r\n\r\n", b"ab" + whole):
        with pytest.raises(Wrong):
            random_h1.taken(bad)


def test_the_encoder_says_what_a_decoder_reads():
    encoder, decoder = random_h2.Encoder(random.Random(1)), http2.Decoder()
    for n in range(200):
        fields = [(f"x-{n % 7}", "y" * (n % 90)), ("accept", "*/*"), (f"x-{n % 3}", "z")]
        assert decoder.decode(encoder.block(fields)) == fields
