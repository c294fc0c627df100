#!/bin/sh
# SPDX-License-Identifier: MIT
# man.sh BUILD: mandoc has nothing to say against any manual page, made or written by hand.
set -eu
build=$1
count=0
for page in "$build"/doc/man/*.[1-9] doc/man/*.[1-9]; do
    [ -e "$page" ] || continue
    mandoc -Tlint -W warning "$page"
    # All of it can be shown.
    mandoc -Tutf8 "$page" >/dev/null
    count=$((count + 1))
done
echo "$count pages"
[ "$count" -gt 0 ]
