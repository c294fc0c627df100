# SPDX-License-Identifier: MIT
"""Writes tests/data/<client>.jsonl: what a program that is not in Debian 12 does in our scenes.

    YONDER_CURL_FOLLOW="curl --follow" /usr/bin/python3 tests/e2e/record.py curl-follow VERSION
    /usr/bin/python3 tests/e2e/record.py go VERSION BINARY     (BINARY: Go.build() with that Go)
"""
import json
import os
import pathlib
import random
import sys

import differential
import scenes

client, version = sys.argv[1:3]
rng = random.Random("vectors")
some = scenes.with_locations(scenes.LOCATIONS + scenes.MORE_LOCATIONS + scenes.random_locations(rng, 150))
if client == "curl-follow":
    program = differential.Curl(differential.command("curl-follow", ["curl", "--follow"]),
                                os.environ.get("YONDER_CURL_FOLLOW_TMP", "/tmp"))
    some += [s for s in scenes.every_status_and_method(streams=(False, True))
             if s["method"] == "PUT" or not s["stream"]] + scenes.at_the_limit(50, ["/x", "mailto:x"])
else:
    program = differential.Go(sys.argv[3])
    some += scenes.every_status_and_method(streams=(False, True)) + scenes.at_the_limit(9, ["/x", "mailto:x"])
some += scenes.random_chains(rng, 150, customs=client == "curl-follow")
path = pathlib.Path(__file__).resolve().parents[1] / "data" / f"{client}.jsonl"
with path.open("w") as out:
    print(json.dumps({"version": version}), file=out)
    for scene, seen in zip(some, differential.perform(program, some)):
        for request in seen["requests"]:
            request["fields"] = [f for f in request["fields"] if f in scene.get("fields", [])]
        print(json.dumps({"scene": scene, **seen}, ensure_ascii=False, separators=(",", ":")), file=out)
