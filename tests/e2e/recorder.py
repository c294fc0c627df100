# SPDX-License-Identifier: MIT
"""A small threaded server with canned answers that remembers every request.

A route maps a request-target, or a path without its query, to an answer:
  (status, [(name, value), ...], body)   Content-Length is added unless framing fields are given
  bytes                                  sent as they are, then the connection is closed
  None                                   the connection is closed without an answer
  callable                               called with the Request; returns one of the above
Anything else is answered 404.
"""
import dataclasses
import http.server
import socket
import ssl
import threading


def end_listener(listener, thread):
    """Closes a socket at which that thread accepts, once the thread has left it: otherwise it may accept at
    whatever listens by the same descriptor next."""
    try:
        listener.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it is closed already
    thread.join(30)
    listener.close()


@dataclasses.dataclass
class Request:
    method: str
    target: str  # as it stood in the request line
    headers: list  # of (name, value), in the order they came
    body: bytes
    version: str

    def header(self, name, default=None):
        """The value of the first field of that name."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), default)


class Recorder:
    def __init__(self, routes, pki=None):
        self.routes = routes
        self.requests = []
        self._lock = threading.Lock()
        context = None
        if pki:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pki.cert, pki.key)
            context.set_alpn_protocols(["http/1.1"])
            self.cafile = str(pki.cafile)
        self._server = _Server(self, context)
        self.port = self._server.server_address[1]
        self.url = f"{'https' if pki else 'http'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def record(self, request):
        """Remembers the request and finds its answer."""
        with self._lock:
            self.requests.append(request)
        path = request.target.partition("?")[0]
        answer = self.routes.get(request.target, self.routes.get(path, (404, [], b"not here\n")))
        return answer(request) if callable(answer) else answer


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, recorder, context):
        self.recorder = recorder
        self.context = context
        super().__init__(("127.0.0.1", 0), _Handler)
        self.socket.setblocking(False)  # a connection that is gone again must not hold us up

    def get_request(self):
        connection, address = super().get_request()
        connection.settimeout(30)
        if self.context:
            # The handshake happens at the first read, in the connection's own thread.
            connection = self.context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, address

    def handle_error(self, request, client_address):
        pass  # a client that goes away, or does not trust us, is its test's business


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, *args):
        pass

    def _answer(self):
        body = self._read_body()
        # self.path has lost a slash where the target begins with two.
        words = self.requestline.split(" ")
        request = Request(self.command, words[1], list(self.headers.items()), body, self.request_version)
        answer = self.server.recorder.record(request)
        if answer is None or isinstance(answer, bytes):
            self.close_connection = True
            self.wfile.write(answer or b"")
            return
        status, fields, content = answer
        content = content.encode() if isinstance(content, str) else content
        names = {name.lower() for name, _ in fields}
        self.send_response_only(status)
        for name, value in fields:
            self.send_header(name, value)
        if not names & {"content-length", "transfer-encoding"} and status not in (204, 304):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(content)

    def _read_body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass  # trailers
            return body
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))
