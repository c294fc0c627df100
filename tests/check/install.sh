#!/bin/sh
# SPDX-License-Identifier: MIT
# install.sh BUILD: what is installed can be found through pkg-config, compiles every example
# against the shared and the static library, and exports the public names only.
set -eu
build=$1
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
DESTDIR=$root meson install -C "$build" --no-rebuild --quiet

pc=$(find "$root" -name yonder.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
PKG_CONFIG_SYSROOT_DIR=$root
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
shared=$(find "$root" -name libyonder.so)
lib=$(dirname "$shared")

fail() {
    echo "$*"
    exit 1
}

header_version=$(sed -n 's/^#define YONDER_VERSION "\(.*\)"/\1/p' include/yonder/base.h)
[ "$(pkg-config --modversion yonder)" = "$header_version" ] ||
    fail "yonder.pc says $(pkg-config --modversion yonder), base.h $header_version"
[ "$("$root/usr/local/bin/yonder" --version)" = "yonder $header_version" ] || fail "yonder --version"

soname=$(readelf -d "$shared" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
[ "$soname" = libyonder.so.0 ] || fail "the soname is '$soname'"
[ -e "$lib/libyonder.so.0" ] || fail "libyonder.so.0 is not there"
foreign=$(nm -D --defined-only "$shared" | awk '{ print $3 }' | grep -vE '^(yonder_.*|YONDER_0)$' || true)
[ -z "$foreign" ] || fail "exported: $foreign"
declared=$(cat include/yonder/*.h | grep -o 'YONDER_API [^;]*(' | grep -o 'yonder_[a-z0-9_]*(' | tr -d '(' | sort -u)
for name in $declared; do
    nm -D --defined-only "$shared" | grep -q " $name@" || fail "$name is declared and not exported"
done

count=0
for source in examples/*.c; do
    name=$(basename "$source" .c)
    # shellcheck disable=SC2046 # pkg-config answers with words
    {
        cc -std=c17 -Wall -Wextra -pedantic -Werror "$source" -o "$root/$name-shared" \
            $(pkg-config --cflags --libs yonder)
        cc -std=c17 "$source" -o "$root/$name-static" $(pkg-config --cflags yonder) \
            "$lib/libyonder.a" $(PKG_CONFIG_SYSROOT_DIR='' pkg-config --static --libs yonder |
            sed 's/-lyonder//; s|-L/usr/local/[^ ]*||')
    }
    LD_LIBRARY_PATH=$lib "$root/$name-shared" >"$root/$name.shared"
    "$root/$name-static" >"$root/$name.static"
    cmp "$root/$name.shared" "$root/$name.static"
    readelf -d "$root/$name-static" | grep -q 'libyonder' && fail "$name is not static"
    [ -s "$root/$name.shared" ] || fail "$name says nothing"
    count=$((count + 1))
done
[ "$count" -gt 0 ] || fail "there are no examples"

for page in yonder.1 yonder-trace.1; do
    [ -e "$root/usr/local/share/man/man1/$page" ] || fail "$page is not installed"
done
completion=$root/usr/local/share/bash-completion/completions/yonder
bash -n "$completion" || fail "the completion does not parse"
bash -c ". '$completion'; COMP_WORDS=(yonder tr) COMP_CWORD=1; _yonder; [ \"\${COMPREPLY[*]}\" = trace ]" ||
    fail "'yonder tr' does not complete to 'trace'"
echo "$count examples, shared and static"
