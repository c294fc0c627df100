# SPDX-License-Identifier: MIT
"""HTTP/2 of `yonder serve`, sentence by sentence: what RFC 9113 and RFC 7541 say a server must make of
frames that should not have come, or not like this. tests/http/test_h2.c has a row for most frames by
themselves; here are the states of streams, windows, header tables and flags between them."""
import struct

import http2
import program
import pytest
from http2 import CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PADDED, PING, PRIORITY, PUSH_PROMISE, RST_STREAM
from http2 import SETTINGS, WINDOW_UPDATE, block, fields, frame, number, request, text

RULES = "/old /new 301\n"
WHOLE = END_STREAM | END_HEADERS
HAS_PRIORITY = 32
COMPRESSION, FLOW, PROTOCOL, SIZE = http2.COMPRESSION_ERROR, http2.FLOW_CONTROL_ERROR, http2.PROTOCOL_ERROR, http2.FRAME_SIZE_ERROR
CLOSED = http2.STREAM_CLOSED

GET = block(fields())
POST = request(1, method="POST", end=False)


@pytest.fixture(scope="module")
def server(tmp_path_factory, module_ended):
    server = program.Serve(tmp_path_factory.mktemp("rfc") / "site.rules", RULES, ["--workers", "1"])
    module_ended.append(server)
    server.wait_ready()
    return server


def whole(data, stream=1, flags=WHOLE):
    return frame(HEADERS, flags, stream, data)


def setting(name, value):
    return struct.pack(">HI", name, value)


def window(stream, more):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", more))


def rst(stream, code=http2.CANCEL):
    return frame(RST_STREAM, 0, stream, struct.pack(">I", code))


FATAL = [  # section, what is sent after the preface and settings, the error of the connection
    ("4.1 the reserved bit is ignored, the stream is not", frame(PING, 0, 1 << 31 | 1, b"12345678"), PROTOCOL),
    ("4.2 SETTINGS longer than a frame may be", frame(SETTINGS, 0, 0, setting(99, 1) * 2731), SIZE),
    ("4.2 CONTINUATION longer than a frame may be", frame(HEADERS, END_STREAM, 1, GET) + frame(CONTINUATION, 4, 1, b"x" * 16385), SIZE),
    ("4.3 a header block that is cut off", whole(GET + b"\0\5ab"), COMPRESSION),
    ("5.1 idle: WINDOW_UPDATE", window(1, 1), PROTOCOL),
    ("5.1 idle: RST_STREAM", rst(1), PROTOCOL),
    ("5.1 idle: CONTINUATION", frame(CONTINUATION, 4, 1, GET), PROTOCOL),
    ("5.1 half-closed: HEADERS", frame(SETTINGS, payload=setting(4, 0)) + request(1) + request(1), CLOSED),
    ("5.1 half-closed: CONTINUATION", frame(SETTINGS, payload=setting(4, 0)) + request(1) + frame(CONTINUATION, 4, 1, GET), PROTOCOL),
    ("5.1 closed: HEADERS", request(1) + request(1), CLOSED),
    ("5.1 closed by RST_STREAM: HEADERS", POST + rst(1) + request(1), CLOSED),
    ("5.1 closed: CONTINUATION", request(1) + frame(CONTINUATION, 4, 1, GET), PROTOCOL),
    ("5.1.1 an even stream, RST_STREAM", request(1) + rst(2), PROTOCOL),
    ("5.1.1 an even stream, WINDOW_UPDATE", request(3) + window(2, 1), PROTOCOL),
    ("5.1.1 an even stream, DATA", request(3) + frame(DATA, 0, 2, b"x"), PROTOCOL),
    ("6.1 DATA, padded, of no length", POST + frame(DATA, PADDED, 1), SIZE),
    ("6.1 DATA padded by its whole length", POST + frame(DATA, PADDED, 1, b"\5abcd"), PROTOCOL),
    ("6.2 HEADERS, padded, of no length", whole(b"", 1, WHOLE | PADDED), SIZE),
    ("6.2 HEADERS too short for its priority", whole(b"\0\0\0\1", 1, WHOLE | HAS_PRIORITY), SIZE),
    ("6.2 HEADERS within another stream's", frame(HEADERS, END_STREAM, 1, GET) + request(3), PROTOCOL),
    ("6.2 HEADERS within its own", frame(HEADERS, END_STREAM, 1, GET) + request(1), PROTOCOL),
    ("6.3 PRIORITY of six bytes", frame(PRIORITY, 0, 1, b"\0" * 6), SIZE),
    ("6.4 RST_STREAM of five bytes", POST + frame(RST_STREAM, 0, 1, b"\0" * 5), SIZE),
    ("6.5 SETTINGS of seven bytes", frame(SETTINGS, 0, 0, b"\0" * 7), SIZE),
    ("6.5 ENABLE_PUSH of 2^32 - 1", frame(SETTINGS, 0, 0, setting(2, 2**32 - 1)), PROTOCOL),
    ("6.5 an error behind good ones", frame(SETTINGS, 0, 0, setting(1, 0) + setting(4, 5) + setting(5, 1)), PROTOCOL),
    ("RFC 9218 NO_RFC7540_PRIORITIES of 2", frame(SETTINGS, 0, 0, setting(9, 2)), PROTOCOL),
    ("6.6 PUSH_PROMISE of no stream", frame(PUSH_PROMISE, 4, 0, b"\0\0\0\2"), PROTOCOL),
    ("6.8 GOAWAY of seven bytes", frame(GOAWAY, 0, 0, b"\0" * 7), SIZE),
    ("6.9 a window past 2^31 - 1, in two steps", window(0, 2**30) + window(0, 2**30), FLOW),
    ("6.9.2 a window past 2^31 - 1 by settings", POST + window(1, 2**30) + frame(SETTINGS, payload=setting(4, 2**31 - 1)), FLOW),
    ("6.10 CONTINUATION of stream 0", frame(HEADERS, END_STREAM, 1, GET) + frame(CONTINUATION, 4, 0, b""), PROTOCOL),
    ("6.10 CONTINUATION after the last", request(1) + frame(CONTINUATION, 4, 1, b""), PROTOCOL),
    ("6.10 PRIORITY within a head", frame(HEADERS, END_STREAM, 1, GET) + frame(PRIORITY, 0, 3, b"\0" * 5), PROTOCOL),
    ("7541 2.3.3 index 0", whole(GET + b"\x80"), COMPRESSION),
    ("7541 2.3.3 an index of no entry", whole(GET + b"\xbe"), COMPRESSION),
    ("7541 2.3.3 a name of no entry", whole(GET + b"\x7e" + text("x")), COMPRESSION),
    ("7541 4.2 a table larger than was allowed", whole(number(4097, 5, 32) + GET), COMPRESSION),
    ("7541 4.2 a table resized behind a field", whole(GET + b"\x20"), COMPRESSION),
    ("7541 5.1 a number without end", whole(GET + b"\xff" + b"\x80" * 20), COMPRESSION),
    ("7541 5.2 a string longer than the block", whole(GET + b"\0\x7f\x80\x01x"), COMPRESSION),
    ("7541 5.2 Huffman's code padded by a whole byte", whole(GET + b"\0" + text("x") + b"\x82\x1f\xff"), COMPRESSION),
    ("7541 5.2 Huffman's code padded by zeros", whole(GET + b"\0" + text("x") + b"\x81\x18"), COMPRESSION),
    ("7541 5.2 Huffman's code with its end in it", whole(GET + b"\0" + text("x") + b"\x84\xff\xff\xff\xff"), COMPRESSION),
]


@pytest.mark.parametrize("data,error", [row[1:] for row in FATAL], ids=[row[0] for row in FATAL])
def test_it_ends_the_connection(server, data, error):
    with http2.Client(server.port) as client:
        client.send(data)
        assert client.end() == error, client.__dict__


def malformed(extra, **how):
    return whole(block(fields(extra=extra, **how)))


RESET = [  # section, what is sent, the error of stream 1; the connection stays
    ("5.1 half-closed: DATA", frame(SETTINGS, payload=setting(4, 0)) + request(1) + frame(DATA, 1, 1, b"x"), CLOSED),
    ("5.1 closed: DATA", request(1) + frame(DATA, 1, 1, b"x"), CLOSED),
    ("5.1 closed by RST_STREAM: DATA", POST + rst(1) + frame(DATA, 1, 1, b"x"), CLOSED),
    ("6.9 an increment of 0", POST + window(1, 0), PROTOCOL),
    ("6.9 an increment of 0 with the reserved bit", POST + window(1, 1 << 31), PROTOCOL),
    ("6.9.1 a window past 2^31 - 1", POST + window(1, 2**30) + window(1, 2**30), FLOW),
    ("6.9.1 likewise, where all was answered", request(1) + window(1, 2**31 - 1), FLOW),
    ("8.1 trailers without END_STREAM", POST + whole(block([("a", "b")]), 1, END_HEADERS), PROTOCOL),
    ("8.1 trailers with a pseudo-field", POST + whole(block([(":method", "GET")])), PROTOCOL),
    ("8.2.1 trailers in upper case", POST + whole(block([("A", "b")])), PROTOCOL),
    ("8.2.2 trailers about the connection", POST + whole(block([("connection", "close")])), PROTOCOL),
    ("8.2.1 a name with a control", malformed([("a\x1f", "b")]), PROTOCOL),
    ("8.2.1 a name with a byte above ASCII", malformed([("a\xe9", "b")]), PROTOCOL),
    ("8.2.1 a name with a colon", malformed([("a:b", "c")]), PROTOCOL),
    ("8.2.1 no name", malformed([("", "c")]), PROTOCOL),
    ("8.2.1 a value with LF", malformed([("a", "b\nc")]), PROTOCOL),
    ("8.2.1 a value with a tab behind it", malformed([("a", "b\t")]), PROTOCOL),
    ("8.2.2 TE that is more than trailers", malformed([("te", "trailers, deflate")]), PROTOCOL),
    ("8.3.1 :path with no bytes", malformed([], path=""), PROTOCOL),
    ("8.3 a pseudo-field in upper case", whole(block([(":Method", "GET"), *fields()])), PROTOCOL),
    ("8.3 :authority twice", whole(block([(":authority", "b"), *fields()])), PROTOCOL),
    ("8.3 :scheme twice", whole(block([(":scheme", "http"), *fields()])), PROTOCOL),
    ("8.5 CONNECT with a scheme", whole(block([(":method", "CONNECT"), (":scheme", "http"), (":authority", "a:1")])), PROTOCOL),
    ("8.5 CONNECT of nothing", whole(block([(":method", "CONNECT")])), PROTOCOL),
    ("8.1.1 a length that DATA exceeds", request(1, method="POST", end=False, extra=[("content-length", "1")])
     + frame(DATA, 0, 1, b"ab"), PROTOCOL),
    ("8.1.1 a length that DATA falls short of", request(1, method="POST", end=False, extra=[("content-length", "9")])
     + frame(DATA, 1, 1, b"ab"), PROTOCOL),
    ("8.1.1 a length that trailers cut short", request(1, method="POST", end=False, extra=[("content-length", "9")])
     + frame(DATA, 0, 1, b"ab") + whole(block([("a", "b")])), PROTOCOL),
    ("8.1.1 a length with a sign", malformed([("content-length", "+0")]), PROTOCOL),
    ("8.1.1 a length of two numbers", malformed([("content-length", "0, 0")]), PROTOCOL),
]


@pytest.mark.parametrize("data,error", [row[1:] for row in RESET], ids=[row[0] for row in RESET])
def test_it_ends_the_stream_and_the_connection_stays(server, data, error):
    with http2.Client(server.port) as client:
        client.send(data)
        client.until(lambda: client.resets)
        assert client.resets == {1: error}
        client.send(frame(SETTINGS, payload=setting(4, 65535)))
        assert client.ask(3).status == 301 and not client.goaways


FINE = [  # what looks odd, and is allowed: another request is answered
    ("4.1 flags nobody knows", frame(PING, 0xFE, 0, b"12345678") + frame(SETTINGS, 0xFE, 0, b"")),
    ("4.1 the reserved bit", frame(HEADERS, WHOLE, 1 << 31 | 1, GET)),
    ("4.1 a type nobody knows, of any stream", frame(0xEE, 0xFF, 0, b"x" * 16384) + frame(0xEF, 0, 101, b"")),
    ("5.1 idle: PRIORITY", frame(PRIORITY, 0, 101, b"\0\0\0\1\0")),
    ("5.1 half-closed: WINDOW_UPDATE, PRIORITY", frame(SETTINGS, payload=setting(4, 0)) + request(1) + window(1, 1)
     + frame(PRIORITY, 0, 1, b"\0\0\0\3\0") + frame(SETTINGS, payload=setting(4, 65535))),
    ("5.1 closed: WINDOW_UPDATE, PRIORITY, RST_STREAM", request(1) + window(1, 100) + frame(PRIORITY, 0, 1, b"\0\0\0\3\0") + rst(1)),
    ("6.1 DATA of nothing but padding", POST + frame(DATA, PADDED, 1, b"\4\0\0\0\0") + frame(DATA, 1, 1)),
    ("6.2 padding and priority", whole(b"\2\0\0\0\3\x10" + GET + b"\0\0", 1, WHOLE | PADDED | HAS_PRIORITY)),
    ("6.4 RST_STREAM with a code nobody knows", POST + rst(1, 0xFFFFFFFF)),
    ("6.5 the same setting twice", frame(SETTINGS, payload=setting(4, 0) + setting(4, 65535))),
    ("6.5 all extremes", frame(SETTINGS, payload=setting(1, 2**32 - 1) + setting(2, 1) + setting(3, 0) + setting(4, 2**31 - 1)
                               + setting(5, 2**24 - 1) + setting(6, 2**32 - 1))),
    ("6.5 no header table", frame(SETTINGS, payload=setting(1, 0)) + request(1)),
    ("6.9 the widest window", window(0, 2**31 - 1 - 65535)),
    ("6.10 a block in frames of no length", frame(HEADERS, END_STREAM, 1) + frame(CONTINUATION, 0, 1) + frame(CONTINUATION, 4, 1, GET)),
    ("6.10 a field across frames", frame(HEADERS, END_STREAM, 1, GET[:5]) + frame(CONTINUATION, 0, 1, GET[5:6])
     + frame(CONTINUATION, 4, 1, GET[6:])),
    ("7541 4.2 the table resized, twice, at the front", whole(b"\x20" + number(4096, 5, 32) + GET)),
    ("7541 6.2 literals that are indexed, and never", whole(GET + b"\x40" + text("a") + text("b") + b"\x10" + text("c") + text("d")
                                                            + b"\xbe")),
    ("7541 4.4 an entry larger than the table", whole(GET + b"\x40" + text("a") + text("b" * 5000))),
    ("8.1 trailers", POST + frame(DATA, 0, 1, b"abc") + whole(block([("a", "b")]))),
    ("8.1 trailers and no body", POST + whole(block([("a", "b")]))),
    ("8.2.2 TE: trailers", whole(block(fields(extra=[("te", "trailers")])))),
    ("8.3.1 Host like :authority", whole(block(fields(extra=[("host", "A.EXAMPLE")])))),
    ("8.1 a request after GOAWAY of ours", frame(GOAWAY, 0, 0, b"\0" * 8)),
]


@pytest.mark.parametrize("data", [row[1] for row in FINE], ids=[row[0] for row in FINE])
def test_it_does_not_mind(server, data):
    with http2.Client(server.port) as client:
        client.send(data)
        assert client.ask(7).status == 301
        assert not client.goaways and not client.resets
        if 1 in client.answers:
            assert client.answers[1].status == 301


def test_more_than_a_streams_window_ends_the_stream(serve):
    """Section 6.9.1. The connection's window is given back before it could be used up."""
    server = serve(RULES, "--max-body", 1000, "--workers", "1")  # of longer bodies no more is asked for
    with http2.Client(server.port) as client:
        client.send(POST)
        for _ in range(4):
            client.send(frame(DATA, 0, 1, b"x" * 16384))
        client.until(lambda: client.resets)
        assert client.resets == {1: FLOW}
        assert client.ask(3).status == 301


def test_huffmans_code_is_read(server):
    with http2.Client(server.port) as client:
        # /old: 011000 00111 101000 100100, filled up with ones
        client.send(whole(b"\x82\x86\x41" + text("a.example") + b"\x44\x83\x60\xf4\x49"))
        assert client.answer(1).get("location") == "/new"


@pytest.mark.parametrize("first", [request(1), frame(PING, 0, 0, b"12345678"), frame(SETTINGS, 1), window(0, 1), frame(0xEE)],
                         ids=["HEADERS", "PING", "an acknowledgement", "WINDOW_UPDATE", "a type nobody knows"])
def test_settings_come_first(server, first):
    """Section 3.4."""
    with http2.Client(server.port, start=False) as client:
        client.send(http2.PREFACE + first)
        assert client.end() == PROTOCOL
