// SPDX-License-Identifier: MIT
#include "dialects/convert.h"

static void return_has_a_status_and_a_target(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"server {\n"
         "listen 80 default_server;\n"
         "location = /a { return 301 /b; }\n"
         "}\n",
         "/a /b? 301\n", "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "location = /a { return 302 https://x.test/?c=d; }\n"
         "}\n",
         "/a https://x.test/?c=d 302\n", "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "location = /a { return http://x.test; }\n"
         "}\n",
         "/a http://x.test? 302\n", "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "location = /a { return 410; }\n"
         "}\n",
         "/a - gone\n", "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "location = /a { return 418; }\n"
         "}\n",
         "", "3: lost\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "location = /a { return 301; }\n"
         "}\n",
         "", "3: lost\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "location = /a { return 200 ok; }\n"
         "}\n",
         "", ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "return 308 https://x.test$request_uri;\n"
         "}\n",
         "/* https://x.test/:splat permanent\n", ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "return 301 https://x.test$uri;\n"
         "}\n",
         "/* https://x.test/:splat? 301\n", ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "return 301 https://x.test$uri$is_args$args;\n"
         "}\n",
         "/* https://x.test/:splat 301\n", ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "return 301 https://x.test/in?to=$request_uri;\n"
         "}\n",
         "/* https://x.test/in?to=/:splat 301\n", "3: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "return 301 https://x.test/$arg_id;\n"
         "}\n",
         "/* id=:id https://x.test/:id? 301\n"
         "/* https://x.test/? 301\n",
         ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "return 301 https://x.test/$cookie_id;\n"
         "}\n",
         "", "3: lost\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "return 301 https://$1.x.test/;\n"
         "}\n",
         "/* https://.x.test/? 301\n", ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "return 302 \"/a b;c\\\"{}\";\n"
         "}\n",
         "/* /a%20b;c\"{}? 302\n", ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "location = /a? { return 301 /b$ ; }\n"
         "}\n",
         "/a%3F /b$? 301\n", "0: changed\n"},
    };
    CONVERT(nginx, yonder, rows);
}

static void locations_get_requests_in_their_own_order(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"server {\n"
         "listen 80 default_server;\n"
         "location / { return 301 /all; }\n"
         "location /a { return 301 /prefix; }\n"
         "location ~ b$ { return 301 /regex; }\n"
         "location ^~ /a/stop { return 301 /stop; }\n"
         "location = /a { return 301 /exact; }\n"
         "location /a/stop/not/ { return 301 /not; }\n"
         "}\n",
         "/a /exact? 301\n"
         "~^(?!/a/stop/not/)/a/stop /stop? 301\n"
         "~b$ /regex? 301\n"
         "~^/a/stop/not/ /not? 301\n"
         "~^/a /prefix? 301\n"
         "/* /all? 301\n",
         "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "location /api/ { proxy_pass http://x; }\n"
         "location ~ \\.php$ { fastcgi_pass x; }\n"
         "location / { return 301 https://n.test$request_uri; }\n"
         "}\n",
         "/api /api/ 301\n"
         "~^(?!/api/|.*?(?:\\.php$))/(.*) https://n.test/$1 301\n",
         "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "location /a { location ~ x { return 301 /x; }\n"
         "return 301 /a; }\n"
         "location ~ a { return 301 /y; }\n"
         "}\n",
         "~^(?=.*?(?:x))/a /x? 301\n"
         "~a /y? 301\n"
         "~^/a /a? 301\n",
         "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "location @named { return 301 /x; }\n"
         "location / { try_files $uri @named; }\n"
         "}\n",
         "", "3: lost\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "location ~* ^/Shop/(?<what>.*)$ { return 301 /store/$what; }\n"
         "}\n",
         "~*^/Shop/(?<what>.*)$ /store/$1? 301\n", "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "location = /:a { return 301 /b; }\n"
         "location = /c* { return 301 /d; }\n"
         "}\n",
         "~^/:a$ /b? 301\n"
         "~^/c\\*$ /d? 301\n",
         "0: changed\n"},
    };
    CONVERT(nginx, yonder, rows);
}

static void rewrite_goes_on_with_the_query(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite ^/a/(.*)$ /b/$1 permanent;\n"
         "}\n",
         "~^/a/(.*)$ /b/$1 301\n", "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite ^/a/(.*)$ /b/$1? permanent;\n"
         "}\n",
         "~^/a/(.*)$ /b/$1? 301\n", "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite ^/a/(.*)$ /b/$1?c=d permanent;\n"
         "}\n",
         "~^/a/(.*)$ /b/$1?c=d 301\n",
         "3: changed\n"
         "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite ^/a$ /b redirect;\n"
         "}\n",
         "/a /b 302\n", "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite ^/(a|b)/?$ /c/$1 permanent;\n"
         "}\n",
         "/a/ /c/a 301\n"
         "/a /c/a 301\n"
         "/b/ /c/b 301\n"
         "/b /c/b 301\n",
         "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite ^ https://x.test$request_uri? permanent;\n"
         "}\n",
         "/* https://x.test/:splat 301\n", ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite ^(.*)$ https://x.test$1 permanent;\n"
         "}\n",
         "/* https://x.test/:splat 301\n", ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite ^/a(/.*)?$ https://x.test$1 permanent;\n"
         "}\n",
         "~^/a/(.*)$ https://x.test/$1 301\n"
         "/a https://x.test 301\n",
         "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite ^/a(.*)$ https://x.test$1 permanent;\n"
         "}\n",
         "~^/a/(.*)$ https://x.test/$1 301\n"
         "/a https://x.test 301\n",
         "3: changed\n"
         "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite ^([a-z/]*)$ https://x.test$1 permanent;\n"
         "}\n",
         "", "3: lost\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite \"^/a{2} b%c\" /d permanent;\n"
         "}\n",
         "~^/a{2}\\x20b%25c /d 301\n", "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite ^/(a /b permanent;\n"
         "}\n",
         "", "3: error\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite ^/a$ /b last;\n"
         "location = /b { return 301 /c; }\n"
         "}\n",
         "/a /c? 301\n"
         "/b /c? 301\n",
         "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite ^/a/(.*)$ /b/$1 last;\n"
         "location /b/ { return 301 /c; }\n"
         "}\n",
         "~^/b/ /c? 301\n",
         "3: lost\n"
         "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "rewrite ^/keep/ /x last;\n"
         "return 301 /y;\n"
         "}\n",
         "~^(?!/keep/) /y? 301\n", "0: changed\n"},
    };
    CONVERT(nginx, yonder, rows);
}

static void conditions_are_carried_over_where_rules_have_them(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"server {\n"
         "listen 80 default_server;\n"
         "if ($host = www.a.test) { return 301 $scheme://a.test$request_uri; }\n"
         "location = /x { return 301 /y; }\n"
         "}\n",
         "/x /y? 301\n"
         "\n"
         "[www.a.test]\n"
         "/* http://a.test/:splat 301\n",
         "0: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "if ($host != a.test) { return 301 $scheme://a.test$request_uri; }\n"
         "}\n",
         "/* http://a.test/:splat 301\n"
         "\n"
         "[a.test]\n"
         "/* - 404\n",
         "1: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "if ($host ~* ^www\\.(a|b)\\.test$) { return 301 http://$1.test$request_uri; }\n"
         "}\n",
         "[www.a.test]\n"
         "/* http://a.test/:splat 301\n"
         "\n"
         "[www.b.test]\n"
         "/* http://b.test/:splat 301\n",
         ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "if ($request_method = POST) { return 303 /p; }\n"
         "}\n",
         "/* /p? see-other method=POST\n", ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "if ($request_method !~ ^(GET|HEAD)$) { return 403; }\n"
         "}\n",
         "", "3: lost\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "if ($args ~ ^id=(\\d+)$) { return 301 /p/$1; }\n"
         "}\n",
         "/* id=:id /p/:id? 301\n", "3: changed\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "if ($arg_id = 5) { return 301 /five; }\n"
         "if ($arg_id) { return 301 /x/$arg_id; }\n"
         "if ($arg_id = \"\") { return 301 /none; }\n"
         "}\n",
         "/* id=5 /five? 301\n"
         "/* id=:id /x/:id? 301\n"
         "/* id= /none? 301\n",
         ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "if ($http_user_agent ~ Mobile) { return 302 https://m.test$request_uri; }\n"
         "}\n",
         "/* https://m.test/:splat 302 header:User-Agent=*Mobile*\n", ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "if ($http_user_agent ~* mobile) { return 302 https://m.test$request_uri; }\n"
         "}\n",
         "", "3: lost\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "if ($cookie_lang = de) { return 302 /de; }\n"
         "}\n",
         "/* /de? 302 cookie:lang=de\n", ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "if (-f $request_filename) { return 301 /f; }\n"
         "}\n",
         "", "3: lost\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "if (!-f $request_filename) { set $x 1; }\n"
         "if ($x) { return 301 /x; }\n"
         "}\n",
         "", "4: lost\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "set $to https://x.test;\n"
         "return 301 $to$request_uri;\n"
         "}\n",
         "/* https://x.test/:splat 301\n", ""},
        {"server {\n"
         "listen 80 default_server;\n"
         "if ($uri = /a) { return 301 /b; }\n"
         "if ($uri !~ ^/keep/) { return 301 /c; }\n"
         "}\n",
         "/a /b? 301\n"
         "~^(?!/keep/) /c? 301\n",
         "0: changed\n"},
    };
    CONVERT(nginx, yonder, rows);
}

static void maps_are_tables(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"map $uri $to { /a /b; /C /d; ~^/e/(.*) /f/$1; }\n"
         "server {\n"
         "listen 80 default_server;\n"
         "if ($to) { return 301 $to; }\n"
         "}\n",
         "case ignore\n"
         "/a /b? 301\n"
         "/C /d? 301\n"
         "~(?-i)^/e/(.*) /f/$1? 301\n",
         "0: changed\n"},
        {"map $uri $to { default \"\"; /a /b; }\n"
         "server {\n"
         "listen 80 default_server;\n"
         "location = /x { return 301 /y; }\n"
         "location = /z { return 301 /w; }\n"
         "if ($to) { return 301 $to; }\n"
         "}\n",
         "~*^/a$ /b? 301\n"
         "/x /y? 301\n"
         "/z /w? 301\n",
         "0: changed\n"},
        {"map $request_uri $to { /a /b; /p?id=1 /one; }\n"
         "server {\n"
         "listen 80 default_server;\n"
         "if ($to) { return 301 $to; }\n"
         "}\n",
         "case ignore\n"
         "/p id=1 /one? 301\n"
         "/a /b? 301\n",
         "1: changed\n"
         "0: changed\n"},
        {"map $host $h { a.test b.test; *.c.test d.test; default \"\"; }\n"
         "server {\n"
         "listen 80 default_server;\n"
         "if ($h) { return 301 http://$h$request_uri; }\n"
         "}\n",
         "[a.test]\n"
         "/* http://b.test/:splat 301\n"
         "\n"
         "[*.c.test]\n"
         "/* http://d.test/:splat 301\n",
         ""},
        {"map $host$uri $to { a.test/x /1; ~^b\\.test/(.*)$ /2/$1; }\n"
         "server {\n"
         "listen 80 default_server;\n"
         "if ($to) { return 301 $to; }\n"
         "}\n",
         "[a.test]\n"
         "case ignore\n"
         "/x /1? 301\n"
         "\n"
         "[b.test]\n"
         "/* /2/:splat? 301\n",
         "0: changed\n"},
        {"map $uri $off { /keep 1; default 0; }\n"
         "server {\n"
         "listen 80 default_server;\n"
         "if ($off = 0) { return 301 https://n.test$request_uri; }\n"
         "}\n",
         "~^(?!(?i:/keep$))/(.*) https://n.test/$1 301\n", "0: changed\n"},
        {"map $http_accept_language $l { ~^de /de; }\n"
         "server {\n"
         "listen 80 default_server;\n"
         "location = / { return 302 $l; }\n"
         "}\n",
         "/ /de? 302 header:Accept-Language=de*\n", "0: changed\n"},
        {"map $remote_addr $l { 1.2.3.4 /x; }\n"
         "server {\n"
         "listen 80 default_server;\n"
         "if ($l) { return 302 $l; }\n"
         "}\n",
         "", "1: lost\n"},
        {"/a /b;\n", "", "1: lost\n"},
    };
    CONVERT(nginx, yonder, rows);
}

static void servers_become_sections(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"server { server_name a.test www.a.test; return 301 https://$host$request_uri; }\n"
         "server { listen 443 ssl; server_name a.test www.a.test; rewrite ^/x/(.*) /y/$1 "
         "permanent; }\n",
         "[a.test www.a.test]\n"
         "https 301\n"
         "~^/x/(.*) /y/$1 301\n",
         "0: changed\n"
         "0: changed\n"},
        {"server { listen 80 default_server; return 301 https://$host$request_uri; }\n"
         "server { server_name b.test; location = /x { return 301 /y; } }\n",
         "https 301\n"
         "\n"
         "[b.test]\n"
         "https off\n"
         "/x /y? 301\n"
         "/* - 404\n",
         "0: changed\n"
         "2: changed\n"},
        {"server { listen 80 default_server; location = /a { return 301 /b; } }\n"
         "server { server_name .b.test; location = /x { return 301 /y; } }\n",
         "/a /b? 301\n"
         "\n"
         "[b.test *.b.test]\n"
         "/x /y? 301\n"
         "/* - 404\n",
         "0: changed\n"
         "2: changed\n"},
        {"server { server_name ~^(www\\.)?c\\.test$ d.*; location = /x { return 301 /y; } }\n",
         "[www.c.test c.test]\n"
         "/x /y? 301\n",
         "1: lost\n"
         "0: changed\n"
         "0: changed\n"},
        {"server { server_name ~^(?<sub>.+)\\.c\\.test$; return 301 https://c.test/$sub; }\n", "",
         "1: lost\n"
         "0: changed\n"},
        {"server { listen 80; listen 443 ssl; server_name a.test; if ($scheme = http) { return 301 "
         "https://a.test$request_uri; } location = /x { return 301 /y; } }\n",
         "[a.test]\n"
         "https 301\n"
         "/x /y? 301\n",
         "0: changed\n"
         "0: changed\n"},
        {"http { include nowhere.conf; server { listen 8080; server_name a.test; return 301 "
         "$scheme://$host/x; } }\n",
         "[a.test]\n"
         "/* http://a.test/x? 301\n",
         "1: lost\n"
         "0: changed\n"},
    };
    CONVERT(nginx, yonder, rows);
}

static void what_is_wrong_is_told(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"server {\n"
         "listen 80 default_server;\n"
         "return 301 /a\n"
         "}\n",
         "/* /a? 301\n", "3: error\n"},
        {"server { listen 80; return 301 /a; \n", "/* /a? 301\n", "2: error\n"},
        {"}\n"
         "server { listen 80; return 301 /a; }\n",
         "/* /a? 301\n", "1: error\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "error_page 404 =301 https://x.test/;\n"
         "}\n",
         "", "3: lost\n"},
        {"server {\n"
         "listen 80 default_server;\n"
         "content_by_lua_block { if x then { return } end }\n"
         "location = /a { return 301 /b; }\n"
         "}\n",
         "/a /b? 301\n",
         "3: lost\n"
         "0: changed\n"},
    };
    CONVERT(nginx, yonder, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(return_has_a_status_and_a_target),
        cmocka_unit_test(locations_get_requests_in_their_own_order),
        cmocka_unit_test(rewrite_goes_on_with_the_query),
        cmocka_unit_test(conditions_are_carried_over_where_rules_have_them),
        cmocka_unit_test(maps_are_tables),
        cmocka_unit_test(servers_become_sections),
        cmocka_unit_test(what_is_wrong_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
