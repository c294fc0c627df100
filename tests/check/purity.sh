#!/bin/sh
# SPDX-License-Identifier: MIT
# purity.sh BUILD: libyonder asks nothing of the system but memory, text and number routines, and
# holds no variables.
set -eu
library=$1/libyonder.so
objects=$(find "$1/src/base/libyn_base.a.p" "$1/src/core" "$1/src/rules" "$1/src/dialects" -name '*.o')

# What it takes from libc. __assert_fail is for broken invariants, never for input.
allowed='malloc|calloc|realloc|free|mem[a-z]*|str[a-z]*|v?snprintf|qsort|bsearch|__assert_fail'
allowed="$allowed|__ctype_[a-z_]*|abs|labs|pow|log[0-9]*|floor|ceil|l?l?round"
allowed="$allowed|__stack_chk_fail|__[a-z]*_chk|__errno_location|__isoc99_sscanf|__isoc23_[a-z]*"
allowed="$allowed|uidna_[a-zA-Z0-9_]*_[0-9]+|pcre2_[a-z_]*_8|_ITM_[a-zA-Z]*|__cxa_finalize|__gmon_start__"
bad=$(nm -D --undefined-only "$library" | awk '{ sub(/@.*/, "", $2); print $2 }' | grep -vxE "$allowed" || true)
if [ -n "$bad" ]; then
    echo "libyonder calls:" "$bad"
    exit 1
fi

# shellcheck disable=SC2086 # a list of words
state=$(nm $objects | grep -E ' [bBdDC] ' || true)
if [ -n "$state" ]; then
    # Constant tables that hold addresses count as data only once they are relocated: nm calls
    # them 'd' as well, so ask for their section.
    # shellcheck disable=SC2086
    state=$(objdump -t $objects | grep -E ' O (\.data|\.bss|\*COM\*)' | grep -v 'data\.rel\.ro' || true)
fi
if [ -n "$state" ]; then
    echo "libyonder holds state:"
    echo "$state"
    exit 1
fi

echo "exports:" "$(nm -D --defined-only "$library" | grep -c ' T ')" "functions; no state"
