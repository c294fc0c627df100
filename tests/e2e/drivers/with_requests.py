# SPDX-License-Identifier: MIT
"""Makes the requests of scenes (differential.py) with Python's requests: JSON lines in, JSON lines out.
Whatever host and port is asked for, the connection is made to the stage, whose port is the argument."""
import io
import json
import socket
import sys

import requests
import urllib3.util.connection

STAGE = ("127.0.0.1", int(sys.argv[1]))
urllib3.util.connection.create_connection = lambda address, *a, **k: socket.create_connection(STAGE, 20)


class Gone(io.BytesIO):
    """A body that can be read once."""
    def seek(self, *_):
        raise OSError("gone")

    def tell(self):
        raise OSError("gone")


def end_of(error):
    names = [c.__name__ for c in type(error).__mro__]
    if "TooManyRedirects" in names:
        return "too_many_redirects"
    if "InvalidSchema" in names:
        return "scheme_not_followed"
    if "UnrewindableBodyError" in names:
        return "body_not_replayable"
    if "ConnectionError" in names and "ProxyError" not in names:
        return "other"  # TLS with a stage that has none
    if isinstance(error, (ValueError, urllib3.exceptions.HTTPError)):
        return "invalid_location"  # MissingSchema, InvalidURL, UnicodeError, LocationParseError…
    return repr(error)


def data_of(scene):
    body = scene["body"]
    if body is None:
        return None
    body = body.encode()
    if scene["how"] == "generator":
        return iter([body])
    return Gone(body) if scene["stream"] else body


def main():
    for line in sys.stdin:
        scene = json.loads(line)
        session = requests.Session()
        session.trust_env = False
        try:
            session.request(scene["method"], scene["url"], data=data_of(scene), headers=dict(scene["fields"]),
                            allow_redirects=True, timeout=20)
            end = "ok"
        except Exception as error:
            end = end_of(error)
        session.close()
        print(json.dumps({"end": end}), flush=True)


main()
