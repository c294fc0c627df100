// SPDX-License-Identifier: MIT
#include "dialects/convert.h"

static void redirect_is_for_a_path_and_what_is_below(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"Redirect /a /b\n",
         "/a /b 302\n"
         "/a/* /b/:splat 302\n",
         "0: changed\n"},
        {"Redirect permanent /a https://x.test/b\n",
         "/a https://x.test/b 301\n"
         "/a/* https://x.test/b/:splat 301\n",
         "0: changed\n"},
        {"Redirect 307 /a/ https://x.test/\n", "~^/a/(.*)$ https://x.test/$1 temporary\n",
         "0: changed\n"},
        {"Redirect gone /a\n",
         "/a - gone\n"
         "/a/* - gone\n",
         "0: changed\n"},
        {"Redirect 404 /a\n",
         "/a - 404\n"
         "/a/* - 404\n",
         "0: changed\n"},
        {"Redirect / https://x.test\n", "/* https://x.test/:splat 302\n", "1: changed\n"},
        {"Redirect / https://x.test/\n", "/* https://x.test/:splat 302\n", ""},
        {"Redirect 301 /a\n", "", "1: error\n"},
        {"Redirect gone /a /b\n", "", "1: error\n"},
        {"Redirect a /b\n", "", "1: error\n"},
        {"Redirect 301 \"/a b\" /c%20d\n",
         "/a%20b /c%20d 301\n"
         "/a%20b/* /c%20d/:splat 301\n",
         "0: changed\n"},
        {"Redirect seeother /a /b?c=d\n",
         "/a /b?c=d see-other\n"
         "/a/* /b?c=d/:splat see-other\n",
         "0: changed\n"},
        {"RedirectPermanent /a /b\n"
         "RedirectTemp /c /d\n",
         "/a /b 301\n"
         "/a/* /b/:splat 301\n"
         "/c /d 302\n"
         "/c/* /d/:splat 302\n",
         "0: changed\n"},
        {"RedirectMatch 301 ^/a/(.*)\\.gif$ https://x.test/$1.jpg\n",
         "~^/a/(.*)\\.gif$ https://x.test/$1.jpg 301\n", "0: changed\n"},
        {"RedirectMatch ^(.*)$ https://x.test$1\n", "/* https://x.test/:splat 302\n", ""},
        {"RedirectMatch 410 ^/x\n", "~^/x - gone\n", "0: changed\n"},
        {"RedirectMatch (b /c\n", "", "1: error\n"},
        {"Redirect 300 /a /b\n", "", "1: lost\n"},
    };
    CONVERT(apache, yonder, rows);
}

static void rewrite_rules_go_before_redirects(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"RewriteEngine on\n"
         "RewriteRule ^/a$ /b [R=301,L]\n",
         "/a /b 301\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^a$ /b [R=301,L]\n",
         "", ""},
        {"RewriteEngine on\n"
         "RewriteRule ^/a/(.*) /b/$1 [R]\n",
         "~^/a/(.*) /b/$1 302\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a /b? [R=308]\n",
         "~^/a /b? permanent\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a /b [R,QSD]\n",
         "~^/a /b? 302\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a /b?c=d [R,QSA]\n",
         "~^/a /b?c=d 302\n",
         "2: changed\n"
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a - [G]\n"
         "RewriteRule ^/b - [F]\n"
         "RewriteRule ^/c - [R=404]\n",
         "~^/a - gone\n"
         "~^/b - 403\n"
         "~^/c - 404\n",
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a(.*) https://x.test/ [L]\n",
         "~^/a(.*) https://x.test/ 302\n",
         "2: changed\n"
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a b\\%20c#d [R,NE]\n"
         "RewriteRule ^/b c\\%20d#e [R]\n",
         "~^/a /b%20c#d 302\n"
         "~^/b /c%2520d%23e 302\n",
         "2: changed\n"
         "2: changed\n"
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/keep/ - [L]\n"
         "RewriteRule ^/(.*) /x/$1 [R]\n"
         "Redirect /keep /kept\n",
         "~^(?!/keep/)/(.*) /x/$1 302\n"
         "/keep /kept 302\n"
         "/keep/* /kept/:splat 302\n",
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/p/ http://127.0.0.1/ [P]\n"
         "Redirect /p /q\n",
         "/p /q 302\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule !^/a /b [R]\n",
         "~^(?!/a) /b 302\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a - [S=1]\n"
         "RewriteRule ^/(a|b) /c [R]\n"
         "RewriteRule ^/(a|b) /d [R]\n",
         "~^(?!/a)/(?:a|b) /c 302\n"
         "~^/(a|b) /d 302\n",
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a /x [C]\n"
         "RewriteRule ^/b /y [R]\n"
         "RewriteRule ^/c /z [R]\n",
         "~^/c /z 302\n",
         "2: lost\n"
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a - [C]\n"
         "RewriteRule b$ /y [R]\n",
         "~^(?=.*?(?:b$))/a /y 302\n", "0: changed\n"},
        {"RewriteRule ^/a /b [R]\n", "", "1: lost\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a /b [R,X]\n",
         "~^/a /b 302\n",
         "2: error\n"
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a\n",
         "", "2: error\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a /b\n"
         "RewriteRule ^/b /c [R]\n",
         "~^/a /c 302\n"
         "~^/b /c 302\n",
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a/(.*) /b/$1\n"
         "RewriteRule ^/b /c [R]\n",
         "~^/b /c 302\n",
         "2: lost\n"
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a \\\n"
         "   /b \\\n"
         "   [R]\n",
         "~^/a /b 302\n", "0: changed\n"},
    };
    CONVERT(apache, yonder, rows);
}

static void conditions_bind_to_the_next_rule(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"RewriteEngine on\n"
         "RewriteCond %{HTTP_HOST} ^www\\.(a\\.test)$ [NC]\n"
         "RewriteRule ^(.*)$ http://%1$1 [R=301,L]\n"
         "RewriteRule ^/x$ /y [R]\n",
         "/x /y 302\n"
         "\n"
         "[www.a.test]\n"
         "/* http://a.test/:splat 301\n",
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{HTTP_HOST} ^a\\.test$ [OR]\n"
         "RewriteCond %{HTTP_HOST} ^b\\.test$\n"
         "RewriteRule ^/x /y [R]\n",
         "[a.test b.test]\n"
         "~^/x /y 302\n",
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{HTTP_HOST} !^a\\.test$\n"
         "RewriteRule ^/(.*) http://a.test/$1 [R=301,L]\n",
         "/* http://a.test/:splat 301\n"
         "\n"
         "[a.test]\n"
         "/* - 404\n",
         "1: changed\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{HTTP_HOST} !^www\\.\n"
         "RewriteRule ^/(.*) http://www.%{HTTP_HOST}/$1 [R=301,L]\n",
         "", "3: lost\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{HTTPS} off\n"
         "RewriteRule ^(.*)$ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]\n",
         "https 301\n", ""},
        {"RewriteEngine on\n"
         "RewriteCond %{HTTP:X-Forwarded-Proto} !https\n"
         "RewriteRule ^ https://a.test%{REQUEST_URI} [R=301,L]\n",
         "https 301\n",
         "2: changed\n"
         "3: changed\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{QUERY_STRING} ^id=(\\d+)$\n"
         "RewriteRule ^/p\\.php$ /p/%1? [R=301]\n",
         "/p.php id=:id /p/:id? 301\n",
         "2: changed\n"
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{QUERY_STRING} (^|&)id=(1|2)(&|$)\n"
         "RewriteRule ^/p\\.php$ /x? [R=301]\n",
         "/p.php id=1 /x? 301\n"
         "/p.php id=2 /x? 301\n",
         "2: changed\n"
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{QUERY_STRING} ^$\n"
         "RewriteRule ^/p /x [R=301]\n",
         "", "2: lost\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{REQUEST_METHOD} ^(GET|HEAD)$\n"
         "RewriteRule ^/p /x [R=301]\n",
         "~^/p /x 301 method=GET,HEAD\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{REQUEST_METHOD} !POST\n"
         "RewriteRule ^/p /x [R=301]\n",
         "", "2: lost\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{REQUEST_URI} !^/keep\n"
         "RewriteRule ^/(.*) /x/$1 [R=301]\n",
         "~^(?!/keep)/(.*) /x/$1 301\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{REQUEST_FILENAME} !-f\n"
         "RewriteRule ^/(.*) /x/$1 [R=301]\n",
         "/* /x/:splat 301\n", "2: changed\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{REQUEST_FILENAME} -f\n"
         "RewriteRule ^/(.*) /x/$1 [R=301]\n",
         "", "2: changed\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{THE_REQUEST} ^[A-Z]{3,9}\\ /index\\.php\\ HTTP/\n"
         "RewriteRule . / [R=301]\n",
         "/index.php / 301\n",
         "2: changed\n"
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{THE_REQUEST} \\s/+(.*?)/+[\\s?]\n"
         "RewriteRule . /%1 [R=301]\n",
         "~^/(.*?)/+$ /$1 301\n",
         "2: changed\n"
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{HTTP_USER_AGENT} Mobile\n"
         "RewriteRule . https://m.test/ [R]\n",
         "/* https://m.test/ 302 header:User-Agent=*Mobile*\n", ""},
        {"RewriteEngine on\n"
         "RewriteCond %{HTTP_USER_AGENT} mobile [NC]\n"
         "RewriteRule . https://m.test/ [R]\n",
         "", "2: lost\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{REMOTE_ADDR} ^1\\.\n"
         "RewriteRule . /x [R]\n"
         "RewriteRule ^/y /z [R]\n",
         "~^/y /z 302\n",
         "2: lost\n"
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteCond %{HTTP_HOST} a\\.test\n",
         "", ""},
    };
    CONVERT(apache, yonder, rows);
}

static void virtual_hosts_become_sections(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"<VirtualHost *:80>\n"
         "ServerName a.test\n"
         "ServerAlias www.a.test *.c.test\n"
         "Redirect /x /y\n"
         "</VirtualHost>\n",
         "[a.test www.a.test *.c.test]\n"
         "/x /y 302\n"
         "/x/* /y/:splat 302\n",
         "0: changed\n"
         "0: changed\n"},
        {"<VirtualHost *:80>\n"
         "Redirect / https://a.test/\n"
         "</VirtualHost>\n"
         "<VirtualHost *:443>\n"
         "ServerName a.test\n"
         "SSLEngine on\n"
         "RedirectMatch ^/x(.*) /y$1\n"
         "</VirtualHost>\n",
         "https 302\n"
         "\n"
         "[a.test]\n"
         "https 302\n"
         "~^/x(.*) /y$1 302\n"
         "/* - 404\n",
         "0: changed\n"
         "2: changed\n"
         "0: changed\n"
         "1: changed\n"},
        {"Redirect /all /ALL\n"
         "<VirtualHost *:80>\n"
         "ServerName a.test\n"
         "Redirect /x /y\n"
         "</VirtualHost>\n",
         "[a.test]\n"
         "/x /y 302\n"
         "/x/* /y/:splat 302\n"
         "/all /ALL 302\n"
         "/all/* /ALL/:splat 302\n",
         "0: changed\n"
         "0: changed\n"},
        {"<VirtualHost *>\n"
         "DocumentRoot /var/www\n"
         "<Directory /var/www>\n"
         "RewriteEngine on\n"
         "RewriteRule ^a$ b [R]\n"
         "</Directory>\n"
         "<Directory /var/www/sub>\n"
         "RewriteEngine on\n"
         "RewriteRule ^a$ b [R]\n"
         "</Directory>\n"
         "</VirtualHost>\n",
         "/sub/a /sub/b 302\n"
         "/a /b 302\n",
         "0: changed\n"},
        {"<Location /x>\n"
         "Redirect permanent https://a.test/y\n"
         "</Location>\n",
         "~^/x(?:/|$) https://a.test/y 301\n", "0: changed\n"},
        {"<If \"true\">\n"
         "Redirect /x /y\n"
         "</If>\n"
         "<IfModule !mod_alias.c>\n"
         "Redirect /z /y\n"
         "</IfModule>\n"
         "<IfModule mod_alias.c>\n"
         "Redirect /a /b\n"
         "</IfModule>\n",
         "/a /b 302\n"
         "/a/* /b/:splat 302\n",
         "0: changed\n"
         "1: lost\n"
         "0: changed\n"},
        {"ProxyPass /api http://x/\n"
         "Redirect / https://a.test/\n",
         "~^(?!/api)/(.*)$ https://a.test/$1 302\n", "0: changed\n"},
        {"Include nowhere.conf\n"
         "</VirtualHost>\n"
         "<VirtualHost *:80>\n",
         "",
         "1: lost\n"
         "2: error\n"
         "3: error\n"},
    };
    CONVERT(apache, yonder, rows);
}

static void htaccess_files_see_paths_without_the_first_slash(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"RewriteEngine on\n"
         "RewriteRule ^a$ /b [R=301,L]\n",
         "/a /b 301\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^/a$ /b [R=301,L]\n",
         "~^//a$ /b 301\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^$ /b [R]\n",
         "/ /b 302\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule a/(b) /c/$1 [R]\n",
         "~^/.*?a/(b) /c/$1 302\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule (^|/)a /b [R]\n",
         "~^/.*?((?<=^/)|/)a /b 302\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^(.*)$ https://x.test/$1 [R]\n",
         "/* https://x.test/:splat 302\n", ""},
        {"RewriteEngine on\n"
         "RewriteRule ^(.*)/$ /$1 [R]\n",
         "~^/(.*)/$ /$1 302\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^a|b$ /c [R]\n",
         "~^/.*?(?:(?<=^/)a|b$) /c 302\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^a$ b [R]\n",
         "/a /b 302\n", "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteBase /sub/\n"
         "RewriteRule ^a$ b [R]\n",
         "/sub/a /sub/b 302\n",
         "3: changed\n"
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^index\\.php$ - [L]\n"
         "RewriteCond %{REQUEST_FILENAME} !-f\n"
         "RewriteRule . /index.php [L]\n"
         "Redirect 301 /old /new\n",
         "/old /new 301\n"
         "/old/* /new/:splat 301\n",
         "3: changed\n"
         "0: changed\n"},
        {"RewriteEngine on\n"
         "RewriteRule ^a$ b [L]\n"
         "RewriteRule ^b$ /c [R,L]\n",
         "/a /c 302\n"
         "/b /c 302\n",
         "0: changed\n"},
        {"Redirect 301 /a /b\n",
         "/a /b 301\n"
         "/a/* /b/:splat 301\n",
         "0: changed\n"},
    };
    CONVERT(htaccess, yonder, rows);
}

static void rules_are_written_in_their_order(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"/a /b 301\n"
         "/a/* /c/:splat 308\n"
         "/u/:id https://x.test/:id?\n"
         "/g - 410\n",
         "# For a <VirtualHost> of Apache httpd.\n"
         "MergeSlashes Off\n"
         "RewriteEngine On\n"
         "\n"
         "RewriteRule \"^/a$\" \"/b\" [R=301,L,NE]\n"
         "RewriteRule \"^/a(?:/(.*))?$\" \"/c/$1\" [R=308,L]\n"
         "RewriteRule \"^/u/([^/]+)$\" \"https://x.test/$1\" [R=301,L,QSD]\n"
         "RewriteRule \"^/g$\" - [G]\n",
         ""},
        {"/a?b /c\n",
         "# For a <VirtualHost> of Apache httpd.\n"
         "MergeSlashes Off\n"
         "RewriteEngine On\n"
         "\n",
         "1: error\n"},
        {"/caf%C3%A9/* /caf%C3%A9/:splat\n"
         "/x%2Fy /z\n",
         "# For a <VirtualHost> of Apache httpd.\n"
         "MergeSlashes Off\n"
         "RewriteEngine On\n"
         "\n"
         "RewriteRule \"^/café(?:/(.*))?$\" \"/café/$1\" [R=301,L]\n"
         "RewriteRule \"^/x/y$\" \"/z\" [R=301,L,NE]\n",
         "2: changed\n"},
        {"~^/p/(\\d+)$ /q/$1?own=1 302\n"
         "~*^/x /y#z\n",
         "# For a <VirtualHost> of Apache httpd.\n"
         "MergeSlashes Off\n"
         "RewriteEngine On\n"
         "\n"
         "RewriteRule \"^/p/(\\d+)$\" \"/q/$1?own=1\" [R=302,L]\n"
         "RewriteRule \"^/x\" \"/y?%{QUERY_STRING}#z\" [R=301,L,NC,NE]\n",
         ""},
        {"/a id=1 /b\n"
         "/a id=:id /c/:id?\n"
         "/a id= /d\n",
         "# For a <VirtualHost> of Apache httpd.\n"
         "MergeSlashes Off\n"
         "RewriteEngine On\n"
         "\n"
         "RewriteCond %{QUERY_STRING} \"^(?:(?!id=)[^&]*&)*id=1(?:&|$)\"\n"
         "RewriteRule \"^/a$\" \"/b\" [R=301,L,NE]\n"
         "RewriteCond %{QUERY_STRING} \"^(?:(?!id=)[^&]*&)*id=([^&]+)\"\n"
         "RewriteRule \"^/a$\" \"/c/%1\" [R=301,L,QSD]\n"
         "RewriteCond %{QUERY_STRING} \"!^(?:(?!id=)[^&]*&)*id=[^&]\"\n"
         "RewriteRule \"^/a$\" \"/d\" [R=301,L,NE]\n",
         "1: changed\n"
         "3: changed\n"},
        {"/a /b 301 method=GET header:X=a*b cookie=c cookie:d=e\n"
         "/a /c 301 language=de\n",
         "# For a <VirtualHost> of Apache httpd.\n"
         "MergeSlashes Off\n"
         "RewriteEngine On\n"
         "\n"
         "RewriteCond %{REQUEST_METHOD} \"^(?:GET|HEAD)$\"\n"
         "RewriteCond %{HTTP:X} \"^a.*b$\"\n"
         "RewriteCond %{HTTP_COOKIE} \"(?:^|; *)(?:c)=\"\n"
         "RewriteCond %{HTTP_COOKIE} \"(?:^|; *)d=e(?:;|$)\"\n"
         "RewriteRule \"^/a$\" \"/b\" [R=301,L,NE]\n",
         "2: lost\n"},
        {"[a.test *.b.test]\n"
         "/a /b\n"
         "[a.test]\n"
         "https 301\n"
         "/c /d\n",
         "# For a <VirtualHost> of Apache httpd.\n"
         "MergeSlashes Off\n"
         "RewriteEngine On\n"
         "\n"
         "RewriteCond %{HTTP_HOST} \"!^(?:a\\.test)(?::[0-9]+)?$\" [NC]\n"
         "RewriteRule ^ - [S=3]\n"
         "RewriteCond %{HTTPS} \"!=on\"\n"
         "RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]\n"
         "RewriteRule \"^/a$\" \"/b\" [R=301,L,NE]\n"
         "RewriteRule \"^/c$\" \"/d\" [R=301,L,NE]\n"
         "\n"
         "RewriteCond %{HTTP_HOST} \"!^(?:.+\\.b\\.test)(?::[0-9]+)?$\" [NC]\n"
         "RewriteRule ^ - [S=1]\n"
         "RewriteRule \"^/a$\" \"/b\" [R=301,L,NE]\n"
         "\n",
         ""},
        {"http://a.test/x /y\n"
         "//*.b.test/x /z\n",
         "# For a <VirtualHost> of Apache httpd.\n"
         "MergeSlashes Off\n"
         "RewriteEngine On\n"
         "\n"
         "RewriteCond %{HTTPS} \"!=on\"\n"
         "RewriteCond %{HTTP_HOST} \"^(?:a\\.test)(?::[0-9]+)?$\" [NC]\n"
         "RewriteRule \"^/x$\" \"/y\" [R=301,L,NE]\n"
         "RewriteCond %{HTTP_HOST} \"^(?:.+\\.b\\.test)(?::[0-9]+)?$\" [NC]\n"
         "RewriteRule \"^/x$\" \"/z\" [R=301,L,NE]\n",
         ""},
        {"canonical www.a.test\n"
         "hsts max-age=60\n"
         "query drop\n"
         "/a /b\n",
         "# For a <VirtualHost> of Apache httpd.\n"
         "MergeSlashes Off\n"
         "RewriteEngine On\n"
         "\n"
         "RewriteRule \"^/a$\" \"/b\" [R=301,L,NE,QSD]\n"
         "RewriteCond %{HTTP_HOST} \"!^(?:www\\.a\\.test)(?::[0-9]+)?$\" [NC]\n"
         "RewriteRule ^ %{REQUEST_SCHEME}://www.a.test%{REQUEST_URI} [R=308,L]\n",
         "1: changed\n"
         "2: lost\n"},
    };
    CONVERT(yonder, apache, rows);
}

static void and_for_htaccess_files(void **state)
{
    (void)state;
    static const convert_row rows[] = {
        {"/a /b 301\n"
         "/a/* /c/:splat 308\n"
         "/* https://x.test/:splat\n",
         "# A .htaccess file for the document root.\n"
         "RewriteEngine On\n"
         "RewriteBase /\n"
         "\n"
         "RewriteRule \"^a$\" \"/b\" [R=301,L,NE]\n"
         "RewriteRule \"^a(?:/(.*))?$\" \"/c/$1\" [R=308,L]\n"
         "RewriteRule \"^(.*)$\" \"https://x.test/$1\" [R=301,L]\n",
         ""},
        {"~^/p/(\\d+)$ /q/$1\n"
         "~p/(\\d+) /q/$1\n"
         "~^(/x)$ /y$1\n",
         "# A .htaccess file for the document root.\n"
         "RewriteEngine On\n"
         "RewriteBase /\n"
         "\n"
         "RewriteRule \"^p/(\\d+)$\" \"/q/$1\" [R=301,L]\n"
         "RewriteCond %{REQUEST_URI} \"p/(\\d+)\"\n"
         "RewriteRule \"^\" \"/q/%1\" [R=301,L]\n"
         "RewriteCond %{REQUEST_URI} \"^(/x)$\"\n"
         "RewriteRule \"^\" \"/y%1\" [R=301,L]\n",
         ""},
    };
    CONVERT(yonder, htaccess, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(redirect_is_for_a_path_and_what_is_below),
        cmocka_unit_test(rewrite_rules_go_before_redirects),
        cmocka_unit_test(conditions_bind_to_the_next_rule),
        cmocka_unit_test(virtual_hosts_become_sections),
        cmocka_unit_test(htaccess_files_see_paths_without_the_first_slash),
        cmocka_unit_test(rules_are_written_in_their_order),
        cmocka_unit_test(and_for_htaccess_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
