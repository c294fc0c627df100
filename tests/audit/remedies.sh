#!/bin/sh
# SPDX-License-Identifier: MIT
# Each remedy, read by the server it is for: remedies.sh REMEDY_LINES YONDER. A server that is not
# installed is passed over, and said so; where none is, the test is skipped.
set -u
lines=$1 yonder=$2
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
export HOME="$dir" XDG_DATA_HOME="$dir" XDG_CONFIG_HOME="$dir"
PATH=$PATH:/usr/sbin:/sbin
read_by=0 failed=0

# What goes at the outer level, and what goes into the site's block: the latter begins at "# and", or
# is all of it where $2 says so.
outer() { [ "$2" = inner ] || sed '/^# and/,$d' "$1"; }
inner() { if [ "$2" = inner ]; then cat "$1"; else sed -n '/^# and/,$p' "$1"; fi; }

module() { for m in "$@"; do echo "LoadModule ${m}_module /usr/lib/apache2/modules/mod_$m.so"; done; }

wrap() { # SERVER LINES PLACE
    case $1 in
    nginx)
        printf 'pid %s/pid; error_log stderr;\nevents {}\nhttp {\n access_log off;\n' "$dir"
        for d in client_body proxy fastcgi uwsgi scgi; do echo " ${d}_temp_path $dir/$d;"; done
        outer "$2" "$3"
        printf ' server {\n listen 443;\n server_name example.test;\n'
        inner "$2" "$3"
        printf ' }\n}\n' ;;
    apache)
        printf 'ServerRoot %s\nServerName localhost\nPidFile %s/pid\nErrorLog /dev/null\nListen 18080\nListen 18443\n' "$dir" "$dir"
        module mpm_event authz_core headers alias
        outer "$2" "$3"
        printf '<VirtualHost *:443>\nServerName example.test\n'
        inner "$2" "$3"
        printf '</VirtualHost>\n' ;;
    caddy)
        outer "$2" "$3"
        if [ "$3" = inner ]; then echo 'https://example.test {'; cat "$2"; echo '}'; fi ;;
    haproxy)
        printf 'defaults\n mode http\n timeout client 1s\n timeout server 1s\n timeout connect 1s\nfrontend f\n bind 127.0.0.1:18080\n default_backend b\n'
        cat "$2"
        printf 'backend b\n http-request return status 200\n' ;;
    h2o)
        echo 'hosts:'
        outer "$2" "$3"
        printf '  "example.test:443":\n    listen:\n      port: 18443\n'
        inner "$2" "$3"
        grep -q 'paths:' "$dir/inner" || printf '    paths:\n      "/":\n        file.dir: %s\n' "$dir" ;;
    yonder) cat "$2" ;;
    esac
}

check() { # SERVER CONFIGURATION
    case $1 in
    nginx) nginx -t -p "$dir" -c "$2" ;;
    apache) apache2 -t -f "$2" ;;
    caddy) caddy validate --adapter caddyfile --config "$2" ;;
    haproxy) haproxy -c -f "$2" ;;
    h2o) h2o -t -c "$2" ;;
    yonder) "$yonder" compile "$2" -o "$dir/image" ;;
    esac >"$dir/said" 2>&1
}

program() { case $1 in apache) echo apache2 ;; yonder) echo "$yonder" ;; *) echo "$1" ;; esac; }

for server in nginx apache caddy haproxy h2o yonder; do
    if ! command -v "$(program $server)" >/dev/null; then
        echo "# $server is not installed"
        continue
    fi
    for fix in redirect_to_https send_hsts send_hsts_once canonical_host; do
        "$lines" $fix $server >"$dir/lines" || { echo "not ok: no $fix for $server"; failed=1; }
        case $fix in send_hsts*) place=inner ;; *) place=outer ;; esac
        inner "$dir/lines" $place >"$dir/inner"
        # Privileged ports are for the real server.
        wrap $server "$dir/lines" $place | sed 's/listen 80;/listen 127.0.0.1:18080;/; s/listen \[::\]:80;//; s/listen 443;/listen 127.0.0.1:18443;/; s/port: 80$/port: 18080/' >"$dir/conf"
        if check $server "$dir/conf"; then
            read_by=$((read_by + 1))
        else
            echo "not ok: $server refuses $fix"
            cat "$dir/conf" "$dir/said"
            failed=1
        fi
    done
done
echo "$read_by remedies were read"
[ $failed = 0 ] || exit 1
[ $read_by -gt 4 ] || exit 77
