// SPDX-License-Identifier: MIT
#include "dialects/convert.h"

static void redir_has_a_matcher_a_target_and_a_status(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"http:// {\n"
         "redir /a /b\n"
         "}\n",
         "case ignore\n"
         "/a /b? 302\n",
         "0: changed\n"},
        {"http:// {\n"
         "redir /a /b permanent\n"
         "}\n",
         "case ignore\n"
         "/a /b? 301\n",
         "0: changed\n"},
        {"http:// {\n"
         "redir /a/* https://x.test{uri} 308\n"
         "}\n",
         "~^(?=(?i:/a/))/(.*) https://x.test/$1 permanent\n", "0: changed\n"},
        {"http:// {\n"
         "redir https://x.test{uri}\n"
         "}\n",
         "/* https://x.test/:splat 302\n", ""},
        {"http:// {\n"
         "redir * https://x.test{path}?{query} 301\n"
         "}\n",
         "/* https://x.test/:splat 301\n", ""},
        {"http:// {\n"
         "redir /a /b html\n"
         "}\n",
         "", "2: lost\n"},
        {"http:// {\n"
         "redir /a* {scheme}://x.test/{host}\n"
         "}\n",
         "", "2: lost\n"},
        {"http:// {\n"
         "redir /a /b?q={query.q}\n"
         "}\n",
         "case ignore\n"
         "/a q=:q /b?q=:q 302\n"
         "/a /b?q= 302\n",
         "0: changed\n"},
        {"http:// {\n"
         "redir /a {env.X}\n"
         "}\n",
         "", "2: lost\n"},
        {"http:// {\n"
         "redir `/a b` /c\n"
         "}\n",
         "case ignore\n"
         "/a%20b /c? 302\n",
         "0: changed\n"},
    };
    CONVERT(caddy, yonder, rows);
}

static void matchers_say_for_which_requests(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"http:// {\n"
         "@m path /a /b/* *.php\n"
         "redir @m /c\n"
         "}\n",
         "case ignore\n"
         "/a /c? 302\n"
         "~*^/b/ /c? 302\n"
         "~*\\.php$ /c? 302\n",
         "0: changed\n"},
        {"http:// {\n"
         "@m {\n"
         "path_regexp r ^/u/(\\d+)$\n"
         "method GET\n"
         "}\n"
         "redir @m /{re.r.1}\n"
         "}\n",
         "~^/u/(\\d+)$ /$1? 302 method=GET\n",
         "6: changed\n"
         "0: changed\n"},
        {"http:// {\n"
         "@m not path /a*\n"
         "redir @m /b\n"
         "}\n",
         "~^(?!(?i:/a)) /b? 302\n", "0: changed\n"},
        {"http:// {\n"
         "@m host a.test *.b.test\n"
         "redir @m /b\n"
         "}\n",
         "[a.test *.b.test]\n"
         "/* /b? 302\n",
         ""},
        {"http:// {\n"
         "@m protocol https\n"
         "redir @m /b\n"
         "}\n",
         "", ""},
        {"http:// {\n"
         "@m header X-A b*\n"
         "redir @m /b\n"
         "}\n",
         "/* /b? 302 header:X-A=b*\n", ""},
        {"http:// {\n"
         "@m header !X-A\n"
         "redir @m /b\n"
         "}\n",
         "/* /b? 302 header:X-A=\n", "3: changed\n"},
        {"http:// {\n"
         "@m query a=1 b=*\n"
         "redir @m /b\n"
         "}\n",
         "", "3: lost\n"},
        {"http:// {\n"
         "@m expression {path} == \"/a\"\n"
         "redir @m /b\n"
         "}\n",
         "", "3: lost\n"},
        {"http:// {\n"
         "@m header_regexp Cookie lang=de\n"
         "redir @m /b\n"
         "}\n",
         "/* /b? 302 header:Cookie=*lang=de*\n", ""},
        {"http:// {\n"
         "redir @none /b\n"
         "}\n",
         "", "2: lost\n"},
        {"http:// {\n"
         "@m not method GET\n"
         "redir @m /b\n"
         "}\n",
         "", "3: lost\n"},
    };
    CONVERT(caddy, yonder, rows);
}

static void directives_are_run_in_their_own_order(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"http:// {\n"
         "redir * /all\n"
         "redir /a/* /short\n"
         "redir /a/b/* /long\n"
         "redir /a /exact\n"
         "}\n",
         "case ignore\n"
         "~*^/a/b/ /long? 302\n"
         "~*^/a/ /short? 302\n"
         "/a /exact? 302\n"
         "/* /all? 302\n",
         "0: changed\n"},
        {"http:// {\n"
         "respond /a/* 404\n"
         "redir /a/b /c\n"
         "}\n",
         "case ignore\n"
         "/a/b /c? 302\n"
         "~*^/a/ - 404\n",
         "0: changed\n"},
        {"http:// {\n"
         "handle /a/* {\n"
         "redir /a/b /c\n"
         "}\n"
         "handle {\n"
         "redir * /d\n"
         "}\n"
         "}\n",
         "case ignore\n"
         "/a/b /c? 302\n"
         "~(?-i)^(?!(?i:/a/)) /d? 302\n",
         "0: changed\n"},
        {"http:// {\n"
         "handle_path /a/* {\n"
         "redir /b /c\n"
         "redir * /d\n"
         "}\n"
         "}\n",
         "~*^/a/ /d? 302\n",
         "3: lost\n"
         "0: changed\n"},
        {"http:// {\n"
         "route {\n"
         "redir * /first\n"
         "redir /a /never\n"
         "}\n"
         "}\n",
         "/* /first? 302\n", ""},
        {"http:// {\n"
         "reverse_proxy /api/* x:1\n"
         "route {\n"
         "rewrite /a /b\n"
         "redir /b /c\n"
         "}\n"
         "}\n",
         "case ignore\n"
         "/b /c? 302\n",
         "4: lost\n"
         "0: changed\n"},
    };
    CONVERT(caddy, yonder, rows);
}

static void sites_become_sections(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"a.test, www.a.test {\n"
         "redir /x /y\n"
         "}\n",
         "[a.test www.a.test]\n"
         "case ignore\n"
         "https 308\n"
         "/x /y? 302\n",
         "0: changed\n"},
        {"http://a.test {\n"
         "redir /x /y\n"
         "}\n"
         "https://a.test {\n"
         "redir /z /y\n"
         "}\n",
         "[a.test]\n"
         "case ignore\n"
         "http://a.test/x /y? 302\n"
         "https://a.test/z /y? 302\n",
         "0: changed\n"},
        {":80 {\n"
         "redir /x /y\n"
         "}\n"
         "a.test {\n"
         "redir / /z\n"
         "}\n",
         "case ignore\n"
         "/x /y? 302\n"
         "\n"
         "[a.test]\n"
         "case ignore\n"
         "https 308\n"
         "/ /z? 302\n"
         "/* - 404\n",
         "2: changed\n"
         "0: changed\n"
         "4: changed\n"},
        {"{\n"
         "auto_https off\n"
         "}\n"
         "a.test\n"
         "redir /x /y\n",
         "[a.test]\n"
         "case ignore\n"
         "/x /y? 302\n",
         "0: changed\n"},
        {"(s) {\n"
         "redir /x /y\n"
         "}\n"
         "a.test {\n"
         "import s\n"
         "import t\n"
         "}\n",
         "[a.test]\n"
         "case ignore\n"
         "https 308\n"
         "/x /y? 302\n",
         "6: lost\n"
         "0: changed\n"},
        {"a.test/x {\n"
         "redir /x /y\n"
         "}\n",
         "", "1: lost\n"},
        {"www.a.test {\n"
         "redir https://a.test{uri}\n"
         "}\n"
         "*.b.test {\n"
         "redir https://{host}/x\n"
         "}\n",
         "[www.a.test]\n"
         "https 308\n"
         "/* https://a.test/:splat 302\n"
         "\n"
         "[*.b.test]\n"
         "https 308\n"
         "/* /x? 302\n",
         "4: changed\n"},
        {"a.test {\n"
         "redir /x /y\n",
         "[a.test]\n"
         "case ignore\n"
         "https 308\n"
         "/x /y? 302\n",
         "3: error\n"
         "0: changed\n"},
        {"}\n", "", "1: error\n"},
    };
    CONVERT(caddy, yonder, rows);
}

static void rules_are_written_inside_route(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"/a /b 301\n"
         "/a/:b/* /c/:splat/:b?x=y 308\n"
         "/g - 410\n"
         "[a.test *.b.test]\n"
         "/x /y\n",
         "# For https, name the hosts and import the rules: example.com { import yonder }\n"
         "(yonder) {\n"
         "\troute {\n"
         "\t\t@hosts1 header_regexp Host `(?i)^(?:a\\.test)(?::[0-9]+)?$`\n"
         "\t\troute @hosts1 {\n"
         "\t\t\t@r1 {\n"
         "\t\t\t\tpath_regexp r1 `^/x$`\n"
         "\t\t\t}\n"
         "\t\t\tredir @r1 \"/y?{query}\" 301\n"
         "\t\t}\n"
         "\t\t@hosts2 header_regexp Host `(?i)^(?:.+\\.b\\.test)(?::[0-9]+)?$`\n"
         "\t\troute @hosts2 {\n"
         "\t\t\t@r2 {\n"
         "\t\t\t\tpath_regexp r2 `^/x$`\n"
         "\t\t\t}\n"
         "\t\t\tredir @r2 \"/y?{query}\" 301\n"
         "\t\t}\n"
         "\t\t@r3 {\n"
         "\t\t\tpath_regexp r3 `^/a$`\n"
         "\t\t}\n"
         "\t\tredir @r3 \"/b?{query}\" 301\n"
         "\t\t@r4 {\n"
         "\t\t\tpath_regexp r4 `^/a/([^/]+)(?:/(.*))?$`\n"
         "\t\t}\n"
         "\t\tredir @r4 \"/c/{re.r4.2}/{re.r4.1}?x=y\" 308\n"
         "\t\t@r5 {\n"
         "\t\t\tpath_regexp r5 `^/g$`\n"
         "\t\t}\n"
         "\t\trespond @r5 410\n"
         "\t\trespond 404\n"
         "\t}\n"
         "}\n"
         "\n"
         "http:// {\n"
         "\timport yonder\n"
         "}\n",
         "0: changed\n"},
        {"~^/(?=a) /b\n"
         "/a id=1 id2=:x id3= /b/:x?\n"
         "/a /b 302 method=GET header:X=a*b cookie=c\n",
         "# For https, name the hosts and import the rules: example.com { import yonder }\n"
         "(yonder) {\n"
         "\troute {\n"
         "\t\t@r2 {\n"
         "\t\t\tpath_regexp r2 `^/a$`\n"
         "\t\t\texpression `{http.request.uri.query.id} == \"1\" && {http.request.uri.query.id2} "
         "!= \"\" && {http.request.uri.query.id3} == \"\"`\n"
         "\t\t}\n"
         "\t\tredir @r2 \"/b/{http.request.uri.query.id2}\" 301\n"
         "\t\t@r3 {\n"
         "\t\t\tpath_regexp r3 `^/a$`\n"
         "\t\t\tmethod GET HEAD\n"
         "\t\t\theader_regexp X `^a.*b$`\n"
         "\t\t\theader_regexp Cookie `(?:^|; *)(?:c)=`\n"
         "\t\t}\n"
         "\t\tredir @r3 \"/b?{query}\" 302\n"
         "\t\trespond 404\n"
         "\t}\n"
         "}\n"
         "\n"
         "http:// {\n"
         "\timport yonder\n"
         "}\n",
         "1: lost\n"
         "2: changed\n"
         "0: changed\n"},
        {"https 301\n"
         "canonical a.test\n"
         "http://a.test/x /y\n",
         "# For https, name the hosts and import the rules: example.com { import yonder }\n"
         "(yonder) {\n"
         "\troute {\n"
         "\t\t@r1 protocol http\n"
         "\t\tredir @r1 https://{host}{uri} 301\n"
         "\t\t@r2 {\n"
         "\t\t\tpath_regexp r2 `^/x$`\n"
         "\t\t\tprotocol http\n"
         "\t\t\thost a.test\n"
         "\t\t}\n"
         "\t\tredir @r2 \"/y?{query}\" 301\n"
         "\t\t@r3 not host a.test\n"
         "\t\tredir @r3 {scheme}://a.test{uri} 308\n"
         "\t\trespond 404\n"
         "\t}\n"
         "}\n"
         "\n"
         "http:// {\n"
         "\timport yonder\n"
         "}\n",
         "2: changed\n"
         "0: changed\n"},
        {"/a /b? 302 cookie:c=a%7Eb*%2A\n",
         "# For https, name the hosts and import the rules: example.com { import yonder }\n"
         "(yonder) {\n"
         "\troute {\n"
         "\t\t@r1 {\n"
         "\t\t\tpath_regexp r1 `^/a$`\n"
         "\t\t\theader_regexp Cookie `(?:^|; *)c=a~b[^;]*\\*(?:;|$)`\n"
         "\t\t}\n"
         "\t\tredir @r1 \"/b\" 302\n"
         "\t\trespond 404\n"
         "\t}\n"
         "}\n"
         "\n"
         "http:// {\n"
         "\timport yonder\n"
         "}\n",
         ""},
    };
    CONVERT(yonder, caddy, rows);
}

static void for_haproxy_tables_are_maps(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"/a /b 301\n"
         "/a/:b/* /c/:splat/:b?x=y 308\n"
         "/g - 410\n"
         "[a.test *.b.test]\n"
         "/x /y\n",
         "global\n"
         " expose-experimental-directives # for normalize-uri\n"
         "\n"
         "defaults\n"
         " mode http\n"
         " timeout client 30s\n"
         " timeout connect 5s\n"
         " timeout server 30s\n"
         "\n"
         "frontend yonder\n"
         " bind :80\n"
         " # bind :443 ssl crt /etc/haproxy/certs/\n"
         " http-request normalize-uri percent-to-uppercase\n"
         " http-request normalize-uri percent-decode-unreserved\n"
         " http-request normalize-uri path-strip-dot\n"
         " http-request normalize-uri path-strip-dotdot full\n"
         " http-request set-var-fmt(txn.yonder_query) \"?%[query]\" if { query -m len gt 0 }\n"
         "\n"
         " acl yonder_hosts_1 req.hdr(host),field(1,:),lower -m str a.test\n"
         " http-request redirect code 301 location \"/y%[var(txn.yonder_query)]\" if "
         "yonder_hosts_1 { path -m str '/x' }\n"
         "\n"
         " acl yonder_hosts_2 req.hdr(host),field(1,:),lower -m end .b.test\n"
         " http-request redirect code 301 location \"/y%[var(txn.yonder_query)]\" if "
         "yonder_hosts_2 { path -m str '/x' }\n"
         "\n"
         " http-request redirect code 301 location \"/b%[var(txn.yonder_query)]\" if { path -m str "
         "'/a' }\n"
         " http-request redirect code 308 location "
         "\"/c/%[path,regsub('^/a/([^/]+)(?:/(.*))?\\$','\\\\2')]/%[path,regsub('^/a/([^/]+)(?:/"
         "(.*))?\\$','\\\\1')]?x=y\" if { path -m reg '^/a/([^/]+)(?:/(.*))?$' }\n"
         " http-request return status 410 if { path -m str '/g' }\n"
         " http-request return status 404\n",
         ""},
        {"~^/p/(\\d+)'$ /q/$1\n"
         "/a id=1 id2=:x id3= /b/:x?\n"
         "/a /b 302 method=GET header:X=a*b cookie=c cookie:d=e http=1.1\n",
         "global\n"
         " expose-experimental-directives # for normalize-uri\n"
         "\n"
         "defaults\n"
         " mode http\n"
         " timeout client 30s\n"
         " timeout connect 5s\n"
         " timeout server 30s\n"
         "\n"
         "frontend yonder\n"
         " bind :80\n"
         " # bind :443 ssl crt /etc/haproxy/certs/\n"
         " http-request normalize-uri percent-to-uppercase\n"
         " http-request normalize-uri percent-decode-unreserved\n"
         " http-request normalize-uri path-strip-dot\n"
         " http-request normalize-uri path-strip-dotdot full\n"
         " http-request set-var-fmt(txn.yonder_query) \"?%[query]\" if { query -m len gt 0 }\n"
         "\n"
         " http-request redirect code 301 location "
         "\"/q/%[path,regsub('^/p/(\\\\d+)\\\\x27\\$','\\\\1')]%[var(txn.yonder_query)]\" if { "
         "path -m reg '^/p/(\\d+)'\\''$' }\n"
         " http-request redirect code 301 location \"/b/%[url_param(id2)]\" if { path -m str '/a' "
         "} { url_param(id) -m str '1' } { url_param(id2) -m len gt 0 } !{ url_param(id3) -m len "
         "gt 0 }\n"
         " http-request redirect code 302 location \"/b%[var(txn.yonder_query)]\" if { path -m str "
         "'/a' } { method 'GET' 'HEAD' } { req.fhdr(X) -m reg '^a.*b$' } { req.fhdr(cookie) -m reg "
         "'(^|; *)(c)=' } { req.cook(d) -m reg '^e$' } !{ req.ver 1.0 }\n"
         " http-request return status 404\n",
         ""},
        {"https 301\n"
         "canonical a.test\n"
         "https://a.test/x /y\n",
         "global\n"
         " expose-experimental-directives # for normalize-uri\n"
         "\n"
         "defaults\n"
         " mode http\n"
         " timeout client 30s\n"
         " timeout connect 5s\n"
         " timeout server 30s\n"
         "\n"
         "frontend yonder\n"
         " bind :80\n"
         " # bind :443 ssl crt /etc/haproxy/certs/\n"
         " http-request normalize-uri percent-to-uppercase\n"
         " http-request normalize-uri percent-decode-unreserved\n"
         " http-request normalize-uri path-strip-dot\n"
         " http-request normalize-uri path-strip-dotdot full\n"
         " http-request set-var-fmt(txn.yonder_query) \"?%[query]\" if { query -m len gt 0 }\n"
         "\n"
         " http-request redirect scheme https code 301 if !{ ssl_fc }\n"
         " http-request redirect code 301 location \"/y%[var(txn.yonder_query)]\" if { path -m str "
         "'/x' } { ssl_fc } { req.hdr(host),field(1,:),lower -m str a.test }\n"
         " http-request redirect code 308 location \"%[ssl_fc,iif(https,http)]://a.test%[pathq]\" "
         "if !{ req.hdr(host),lower -m str a.test }\n"
         " http-request return status 404\n",
         "2: changed\n"},
        {"/t0 /u0\n"
         "/t1 /u1\n"
         "/t2 /u2\n"
         "/t3 /u3\n"
         "/t4 /u4\n"
         "/t5 /u5\n"
         "/t6 /u6\n"
         "/t7 /u7\n"
         "/t8 /u8\n"
         "/t9 /u9\n"
         "/t10 /u10\n"
         "/t11 /u11\n"
         "/t12 /u12\n"
         "/t13 /u13\n"
         "/t14 /u14\n"
         "/t15 /u15\n"
         "/t16 /u16\n",
         "# The maps are in this file, in lines that start with '#yonder-1.map' and so on.\n"
         "# This makes files of them, to lie where HAProxy starts:\n"
         "# for n in $(seq 1); do sed -n \"s/^#yonder-$n.map //p\" FILE >yonder-$n.map; done\n"
         "\n"
         "global\n"
         " expose-experimental-directives # for normalize-uri\n"
         "\n"
         "defaults\n"
         " mode http\n"
         " timeout client 30s\n"
         " timeout connect 5s\n"
         " timeout server 30s\n"
         "\n"
         "frontend yonder\n"
         " bind :80\n"
         " # bind :443 ssl crt /etc/haproxy/certs/\n"
         " http-request normalize-uri percent-to-uppercase\n"
         " http-request normalize-uri percent-decode-unreserved\n"
         " http-request normalize-uri path-strip-dot\n"
         " http-request normalize-uri path-strip-dotdot full\n"
         " http-request set-var-fmt(txn.yonder_query) \"?%[query]\" if { query -m len gt 0 }\n"
         "\n"
         " http-request redirect code 301 location "
         "\"%[path,map_str(yonder-1.map)]%[var(txn.yonder_query)]\" if { "
         "path,map_str(yonder-1.map) -m found }\n"
         " http-request return status 404\n"
         "\n"
         "#yonder-1.map /t0 /u0\n"
         "#yonder-1.map /t1 /u1\n"
         "#yonder-1.map /t2 /u2\n"
         "#yonder-1.map /t3 /u3\n"
         "#yonder-1.map /t4 /u4\n"
         "#yonder-1.map /t5 /u5\n"
         "#yonder-1.map /t6 /u6\n"
         "#yonder-1.map /t7 /u7\n"
         "#yonder-1.map /t8 /u8\n"
         "#yonder-1.map /t9 /u9\n"
         "#yonder-1.map /t10 /u10\n"
         "#yonder-1.map /t11 /u11\n"
         "#yonder-1.map /t12 /u12\n"
         "#yonder-1.map /t13 /u13\n"
         "#yonder-1.map /t14 /u14\n"
         "#yonder-1.map /t15 /u15\n"
         "#yonder-1.map /t16 /u16\n",
         ""},
    };
    CONVERT(yonder, haproxy, rows);
}

static void for_nginx_tables_are_maps(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"/t0 /u0?\n"
         "/t1 /u1?\n"
         "/t2 /u2?\n"
         "/t3 /u3?\n"
         "/t4 /u4?\n"
         "/t5 /u5?\n"
         "/t6 /u6?\n"
         "/t7 /u7?\n"
         "/t8 /u8?\n"
         "/t9 /u9?\n"
         "/t10 /u10?\n"
         "/t11 /u11?\n"
         "/t12 /u12?\n"
         "/t13 /u13?\n"
         "/t14 /u14?\n"
         "/t15 /u15?\n"
         "/t16 /u16?\n",
         "# For the http block of nginx: include this file there.\n"
         "map_hash_max_size 64;\n"
         "map_hash_bucket_size 64;\n"
         "\n"
         "map $uri $yonder_to_1 {\n"
         " \"/t0\" \"/u0\";\n"
         " \"/t1\" \"/u1\";\n"
         " \"/t2\" \"/u2\";\n"
         " \"/t3\" \"/u3\";\n"
         " \"/t4\" \"/u4\";\n"
         " \"/t5\" \"/u5\";\n"
         " \"/t6\" \"/u6\";\n"
         " \"/t7\" \"/u7\";\n"
         " \"/t8\" \"/u8\";\n"
         " \"/t9\" \"/u9\";\n"
         " \"/t10\" \"/u10\";\n"
         " \"/t11\" \"/u11\";\n"
         " \"/t12\" \"/u12\";\n"
         " \"/t13\" \"/u13\";\n"
         " \"/t14\" \"/u14\";\n"
         " \"/t15\" \"/u15\";\n"
         " \"/t16\" \"/u16\";\n"
         "}\n"
         "map $uri $yonder_key_1 {\n"
         " \"/t0\" \"/t0\";\n"
         " \"/t1\" \"/t1\";\n"
         " \"/t2\" \"/t2\";\n"
         " \"/t3\" \"/t3\";\n"
         " \"/t4\" \"/t4\";\n"
         " \"/t5\" \"/t5\";\n"
         " \"/t6\" \"/t6\";\n"
         " \"/t7\" \"/t7\";\n"
         " \"/t8\" \"/t8\";\n"
         " \"/t9\" \"/t9\";\n"
         " \"/t10\" \"/t10\";\n"
         " \"/t11\" \"/t11\";\n"
         " \"/t12\" \"/t12\";\n"
         " \"/t13\" \"/t13\";\n"
         " \"/t14\" \"/t14\";\n"
         " \"/t15\" \"/t15\";\n"
         " \"/t16\" \"/t16\";\n"
         "}\n"
         "\n"
         "server {\n"
         " listen 80 default_server;\n"
         " # listen 443 ssl; ssl_certificate …; ssl_certificate_key …;\n"
         " server_name _;\n"
         " merge_slashes off;\n"
         " absolute_redirect off;\n"
         " if ($yonder_key_1 = $uri) { return 301 $yonder_to_1; }\n"
         " location / { return 404; }\n"
         "}\n"
         "\n",
         ""},
        {"/go/* /:splat\n"
         "~^(.*)x$ https://:a.test/\n"
         "~^/(a)$ //b.test/$1\n",
         "# For the http block of nginx: include this file there.\n"
         "map $request_uri $yonder_path {\n"
         " \"~^(?<yonder_raw>[^?]*)\" $yonder_raw;\n"
         "}\n"
         "\n"
         "server {\n"
         " listen 80 default_server;\n"
         " # listen 443 ssl; ssl_certificate …; ssl_certificate_key …;\n"
         " server_name _;\n"
         " merge_slashes off;\n"
         " absolute_redirect off;\n"
         " rewrite \"(?!.*//)^/go(?:/(.*))?$\" \"/$1\" permanent;\n"
         " if ($yonder_path ~ \"^/(?<y1>a)$\") { return 301 "
         "\"$scheme://b.test/${y1}$is_args$args\"; }\n"
         " location / { return 404; }\n"
         "}\n"
         "\n",
         "2: error\n"
         "1: changed\n"
         "3: changed\n"},
        {"case ignore\n"
         "/A /b\n"
         "~^/x /y\n",
         "# For the http block of nginx: include this file there.\n"
         "\n"
         "server {\n"
         " listen 80 default_server;\n"
         " # listen 443 ssl; ssl_certificate …; ssl_certificate_key …;\n"
         " server_name _;\n"
         " merge_slashes off;\n"
         " absolute_redirect off;\n"
         " if ($uri ~ \"(?i)^/A$\") { return 301 \"/b$is_args$args\"; }\n"
         " if ($uri ~ \"(?i)^/x\") { return 301 \"/y$is_args$args\"; }\n"
         " location / { return 404; }\n"
         "}\n"
         "\n",
         ""},
        {"[a.test]\n"
         "https permanent\n"
         "hsts max-age=60 includeSubDomains\n"
         "canonical a.test\n"
         "maintenance on\n"
         "/a /b\n",
         "# For the http block of nginx: include this file there.\n"
         "\n"
         "map $https $yonder_hsts_1 {\n"
         " on \"max-age=60; includeSubDomains\";\n"
         "}\n"
         "\n"
         "server {\n"
         " listen 80;\n"
         " # listen 443 ssl; ssl_certificate …; ssl_certificate_key …;\n"
         " server_name a.test;\n"
         " merge_slashes off;\n"
         " absolute_redirect off;\n"
         " add_header Strict-Transport-Security $yonder_hsts_1 always;\n"
         " if ($scheme = http) { return 308 \"https://$host$request_uri\"; }\n"
         " if ($uri = \"/a\") { return 301 \"/b$is_args$args\"; }\n"
         " if ($http_host != \"a.test\") { return 308 \"$scheme://a.test$request_uri\"; }\n"
         " location / { return 404; }\n"
         "}\n"
         "\n"
         "server {\n"
         " listen 80 default_server;\n"
         " # listen 443 ssl; ssl_certificate …; ssl_certificate_key …;\n"
         " server_name _;\n"
         " merge_slashes off;\n"
         " absolute_redirect off;\n"
         " location / { return 404; }\n"
         "}\n"
         "\n",
         "4: changed\n"
         "5: lost\n"},
    };
    CONVERT(yonder, nginx, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(redir_has_a_matcher_a_target_and_a_status),
        cmocka_unit_test(matchers_say_for_which_requests),
        cmocka_unit_test(directives_are_run_in_their_own_order),
        cmocka_unit_test(sites_become_sections),
        cmocka_unit_test(rules_are_written_inside_route),
        cmocka_unit_test(for_haproxy_tables_are_maps),
        cmocka_unit_test(for_nginx_tables_are_maps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
