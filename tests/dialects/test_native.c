// SPDX-License-Identifier: MIT
#include "rules/rules_test.h"

#include <stdlib.h>

#include "base/buf.h"

/* ---- errors -------------------------------------------------------------------------------- */

static void note(void *context, const yonder_diagnostic *d)
{
    yn_buf_printf(context, "%u:%u: %.*s\n", (unsigned)d->line, (unsigned)d->column,
                  (int)d->message.len, d->message.ptr);
}

// Every diagnostic of a text, a line each; empty where the text is good.
static yn_buf diagnostics(yonder_text text)
{
    yn_buf out = yn_buf_make(1 << 20, NULL);
    yonder_rules_source source = {yonder_text_of("f"), text};
    yonder_rules *rules = NULL;
    int error = yonder_rules_read(&rules, &source, 1,
                                  &(yonder_rules_reading){.report = note, .report_context = &out});
    assert_int_equal(error, out.len ? YONDER_INVALID_RULES : YONDER_OK);
    assert_int_equal(error != 0, rules == NULL);
    yonder_rules_free(rules);
    return out;
}

typedef struct error_row {
    const char *rules;
    const char *errors; // "line:column: message\n" each; "" for none
} error_row;

static void check(const error_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        yn_buf out = diagnostics(yonder_text_of(rows[i].rules));
        assert_text(rows[i].rules, yn_buf_text(&out), rows[i].errors);
        yn_buf_free(&out);
    }
}

#define NOT_A_STATUS                                                                               \
    " is not a status: permanent, temporary, see-other, gone, 301, 302, 303, 307, 308, 403, 404, " \
    "410 and 451 are\n"
#define NO_LINE                                                                                      \
    "a line starts with a path ('/…'), a URL ('https://…', '//host/…'), a regular expression " \
    "('~…'), a section ('[host]'), or one of https, hsts, canonical, maintenance, http10, query, " \
    "slash, case and cache\n"
#define NO_TARGET "neither a query pair ('name=value') nor a target ('/…', 'https://…' or '-')"
#define NO_SEGMENT                                                                                 \
    "'*' can only be a whole segment, as in '/blog/*'; a star itself is matched by a regular "     \
    "expression ('~^/a\\*b$')\n"
#define TWO_STARS       "there can be one '*' only: two could divide a path in many ways\n"
#define ONLY_CONDITIONS "after the status only conditions ('name=value') can follow\n"
#define CONDITIONS                                                                                 \
    "method, language, country, header:NAME, cookie, cookie:NAME, from, until, share and http are"
#define UNBOUND " is not bound by FROM (a plain colon can be written '%3A')\n"

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

static void blank_lines_comments_and_line_ends_are_taken_as_they_come(void **state)
{
    (void)state;
    static const error_row rows[] = {
        {"", ""},
        {"\n\n  \t\n", ""},
        {"# comment", ""},
        {"   # comment", ""},
        {"/a /b", ""},
        {"/a /b\r\n/c /d\r\n", ""},
        {"  /a\t/b  301  # why not\n", ""},
        {"/a /b #301", ""},
        {"\xEF\xBB\xBF/a /b\n", ""},
        {"\xEF\xBB\xBF# caf\xC3\xA9\n", ""},
        {"/a /b\xEF\xBF\xBD\n", ""}, // U+FFFD itself is a character
        {"/a # /b\n", "1:4: the target is missing\n"},
#define BYTE_ORDER_MARK                                                                            \
    " a byte order mark (U+FEFF, not visible) can only start a file; in a URL it is written "      \
    "'%EF%BB%BF'\n"
        // As it comes to stand when files are put together.
        {"\xEF\xBB\xBF/a /b\n\xEF\xBB\xBF/c /d\n", "2:1:" BYTE_ORDER_MARK},
        {"/a /b\n\xEF\xBB\xBF# c\n", "2:1:" BYTE_ORDER_MARK},
        {"\n\xEF\xBB\xBF[a.test]\nhttp://b.test/ /x\n",
         "2:1:" BYTE_ORDER_MARK
         "3:1: the URL's host is not one of the section's: the rule can never fire\n"},
        {"\n\xEF\xBB\xBF/a /b 999\n", "2:1:" BYTE_ORDER_MARK "2:10: '999'" NOT_A_STATUS},
        {"/a /b # c\xEF\xBB\xBF/c /d\n", "1:10:" BYTE_ORDER_MARK},
    };
    CHECK(rows);
}

static void a_line_is_utf8_without_control_characters(void **state)
{
    (void)state;
    static const error_row rows[] = {
        {"/a /b\x01\n", "1:6: control character 0x01\n"},
        {"/a\r /b\n", "1:3: control character 0x0D\n"},
        {"/a /b\r\r\n", "1:6: control character 0x0D\n"},
        {"/a /b # \x7F\n", "1:9: control character 0x7F\n"},
        {"/a /\x80\n", "1:5: byte 0x80 is not UTF-8\n"},
        {"/a /\xC3\n", "1:5: byte 0xC3 is not UTF-8\n"},
        {"/a /\xED\xA0\x80\n", "1:5: byte 0xED is not UTF-8\n"},
        {"/a /\xFF\xFE\x01\n", "1:5: byte 0xFF is not UTF-8\n"}, // the first of a line
        {"\n/a /\xC3\xA9\x02/abcdefgh\n", "2:7: control character 0x02\n"},
    };
    CHECK(rows);
    yn_buf out = diagnostics((yonder_text){"/a /b\0c", 7});
    assert_text("NUL", yn_buf_text(&out), "1:6: control character 0x00\n");
    yn_buf_free(&out);
}

static void from_is_a_path_or_a_url(void **state)
{
    (void)state;
    static const error_row rows[] = {
        {"a /b", "1:1: " NO_LINE},
        {"ftp://h/a /b", "1:1: " NO_LINE},
        {"www.example.com/a /b", "1:1: " NO_LINE},
        {"/a/b/c /x\n/a/*/b /x\n/*/b /x\n/* /x\n/:a/*/:b /x\n/.//a /x\n//h/a /x", ""},
        {"//h:81/* /x\n//*.h/:a/*/b /x\n// /x",
         "3:3: the host is missing; a path that starts with '//' is written '/.//'\n"},
        {"///a /x", "1:3: the host is missing; a path that starts with '//' is written '/.//'\n"},
        {"/a?b=c /d", "1:3: a query is matched by pairs after the path: '/a name=value'\n"},
        {"http://h?b /d", "1:9: a query is matched by pairs after the path: ' name=value'\n"},
        {"/a#b /d", "1:3: a fragment is never sent to a server: it cannot be matched\n"},
        {"/a*  /b", "1:3: " NO_SEGMENT},
        {"/a/*b/* /b", "1:4: " NO_SEGMENT},
        {"/a/*/* /b", "1:6: " TWO_STARS},
        {"/*/a/*/b/* /c", "1:6: " TWO_STARS "1:10: " TWO_STARS},
        {"/a%2A/%2A /b", ""},
        {"/:a.html /b",
         "1:2: a placeholder is a whole segment: ':' and a name of letters, digits and '_'\n"},
        {"/:a-b/c /b",
         "1:2: a placeholder is a whole segment: ':' and a name of letters, digits and '_'\n"},
        {"/:a/:b/:a /b", "1:8: ':a' is bound twice\n"},
        {"/:splat /b", "1:2: ':splat' is the name of what '*' stands for; take another one\n"},
        {"http:///a /b", "1:8: the host is missing\n"},
        {"http://h:x/a /b", "1:8: 'h:x' is not a valid host\n"},
        {"http://h:65536/a /b", "1:8: 'h:65536' is not a valid host\n"},
        {"http://u@h/a /b", "1:8: a user name is not part of what can be matched\n"},
        {"http://a.*.h/a /b",
         "1:8: '*' stands for whole labels at the start of a host: '*.example.com'\n"},
        {"http://*/a /b",
         "1:8: '*' stands for whole labels at the start of a host: '*.example.com'\n"},
        {"http://h\\x/a /b", "1:8: 'h\\x' is not a valid host\n"},
        {"/a/../:b /:b", ""},
        {"/:b/../a /:b", "1:11: ':b' is not bound by FROM (a plain colon can be written '%3A')\n"},
    };
    CHECK(rows);
}

static void pairs_stand_between_from_and_to(void **state)
{
    (void)state;
    static const error_row rows[] = {
        {"/a =b /c", "1:4: a query pair needs a name before '='\n"},
        {"/a b=:c.d /c",
         "1:6: a placeholder is a whole value: ':' and a name of letters, digits and '_'\n"},
        {"/a b=1 c=2 b=3 /c", "1:12: 'b=' is named twice\n"},
        {"/a b%20c=1 b+c=3 /c", "1:12: 'b+c=' is named twice\n"},
        {"/:x b=:x /c", "1:7: ':x' is bound twice\n"},
        {"/a b /c", "1:4: " NO_TARGET "\n"},
        {"/a language=de /c", ""}, // a pair as any other: conditions stand behind TO
        {"/a b=c=d e= f=:1 /c", ""},
    };
    CHECK(rows);
}

static void to_is_a_path_a_url_or_a_dash(void **state)
{
    (void)state;
    static const error_row rows[] = {
        {"/a", "1:3: the target is missing\n"},
        {"/a 301", "1:4: the target is missing\n"},
        {"/a b=c", "1:7: the target is missing\n"},
        {"/a ftp://x/", "1:4: " NO_TARGET "\n"},
        {"/a http://", "1:11: the host is missing\n"},
        {"/a https:///x", "1:12: the host is missing\n"},
        {"/a //", "1:6: the host is missing\n"},
        {"/a http://a_b:80x/", "1:11: 'a_b:80x' is not a valid host\n"},
        {"/a http://a\"b.test/", "1:11: 'a\"b.test' is not a valid host\n"},
        {"/a //\xEF\xBC\x82.test/", "1:6: '\xEF\xBC\x82.test' is not a valid host\n"}, // '"', wide
        {"/a //{a}.test/", "1:6: '{a}.test' is not a valid host\n"},
        {"/a http://[::1/", "1:11: '[::1' is not a valid host\n"},
        {"/a http://1.2.3.256/", "1:11: '1.2.3.256' is not a valid host\n"},
        {"/a https://u:1@h/", "1:12: a Location has no user name (RFC 9110 section 4.2.4)\n"},
        {"/a /:b", "1:5: ':b' is not bound by FROM (a plain colon can be written '%3A')\n"},
        {"/:b /:bc", "1:6: ':bc' is not bound by FROM (a plain colon can be written '%3A')\n"},
        {"/a /:splat", "1:5: ':splat' is not bound by FROM (a plain colon can be written '%3A')\n"},
        {"/a /?u=urn:isbn:1 ",
         "1:11: ':isbn' is not bound by FROM (a plain colon can be written '%3A')\n"},
        {"/* https://:splat.test/", "1:12: ':splat' cannot be part of a host\n"},
        {"/* https://test:splat", "1:16: ':splat' cannot be part of a host\n"},
        {"/:a https://:a", "1:13: what a request brings cannot end a host: a literal '.domain' has "
                           "to follow\n"},
        {"/:a https://:a/x", "1:13: what a request brings cannot end a host: a literal '.domain' "
                             "has to follow\n"},
        {"/:a https://:a./x", "1:13: what a request brings cannot end a host: a literal '.domain' "
                              "has to follow\n"},
        {"/:a https://h::a/x", "1:15: what a request brings cannot end a host: a literal '.domain' "
                               "has to follow\n"},
        {"/:a //:a-b.test/", "1:7: what a request brings cannot end a host: a literal '.domain' "
                             "has to follow\n"},
        {"/:a https://:a.b\xC3\xBC.test/",
         "1:13: beside a placeholder, a host is written in ASCII ('xn--…')\n"},
        {"/:a https://:a.b.test:8080/ 302", ""},
        {"/a https://h:8080/x:/:1/::", ""},
    };
    CHECK(rows);
}

static void a_status_is_a_word_or_a_number_of_the_list(void **state)
{
    (void)state;
    static const error_row rows[] = {
        {"/a /b permanent\n/c /d temporary\n/e /f see-other\n/g - gone", ""},
        {"/a /b 301\n/c /d 302\n/e /f 303\n/g /h 307\n/i /j 308\n/k - 410\n/l -", ""},
        {"/a /b 200", "1:7: '200'" NOT_A_STATUS},
        {"/a /b 300", "1:7: '300'" NOT_A_STATUS},
        {"/a /b 304", "1:7: '304'" NOT_A_STATUS},
        {"/a /b Permanent", "1:7: 'Permanent'" NOT_A_STATUS},
        {"/a /b 0301", "1:7: '0301'" NOT_A_STATUS},
        {"/a /b /c", "1:7: '/c'" NOT_A_STATUS},
        {"/a /b 301!", "1:10: a status ends without '!': a rule never gives way to a file\n"},
        {"/a /b 410", "1:4: status 410 has no target: write '-' in its place\n"},
        {"/a /b gone", "1:4: status 410 has no target: write '-' in its place\n"},
        {"/a - 301", "1:4: status 301 needs a target\n"},
        {"/a - permanent", "1:4: status 308 needs a target\n"},
        {"/a - 403\n/b - 404\n/c - 451\n/d - gone method=POST", ""},
        {"/a /b 403", "1:4: status 403 has no target: write '-' in its place\n"},
        {"/a /b 301 302", "1:11: " ONLY_CONDITIONS},
        {"/a /b 301 x y", "1:11: " ONLY_CONDITIONS},
        {"/a /b method=GET 302",
         "1:18: the status stands right after the target, before conditions\n"},
        {"/a /b method=GET x", "1:18: " ONLY_CONDITIONS},
    };
    CHECK(rows);
}

static void a_from_may_be_a_regular_expression(void **state)
{
    (void)state;
    static const error_row rows[] = {
        {"~^/p/(\\d+)$ /post/$1\n~*^/(?<n>.)(.*) n=:m /:n${2}0/$0/:m\n~a|b -", ""},
        {"~^/a#b$ /c # not a comment", ""},
        {"~(.) /$x/$/${1/$1x", ""}, // only "$1" and "${1}" stand for something
        {"/a /$1", ""},             // here "$" is a "$"
        {"~", "1:2: the target is missing\n1:2: the regular expression is missing after '~'\n"},
        {"~* /b", "1:3: the regular expression is missing after '~'\n"},
        {"~(a /b", "1:4: regular expression: missing closing parenthesis\n"},
        {"~*(a /b", "1:5: regular expression: missing closing parenthesis\n"},
        {"~a\\K /b", "1:3: '\\K' is not taken: a rule replaces nothing\n"},
        {"~(*UTF)a /b", "1:2: '(*…)' is not taken in a regular expression\n"},
        {"~^/a b$ /c", "1:6: " NO_TARGET "; a blank in a regular expression is written '\\x20'\n"},
        {"~a /$1", "1:5: '$1' is not there: the regular expression has 0 groups\n"},
        {"~(a) /${12}", "1:7: '$12' is not there: the regular expression has 1 group\n"},
        {"~(a) /$10", "1:7: '$10' is not there: write '${1}0' for group 1 and a '0'\n"},
        {"~(?<n>a) /:n/:m", "1:14: ':m'" UNBOUND},
        {"~(.*) /:splat", "1:8: ':splat'" UNBOUND},
        {"~(a) https://$1.b.test/", ""},
        {"~(a) https://$1/", "1:14: what a request brings cannot end a host: a literal '.domain' "
                             "has to follow\n"},
        // What is wrong with the expression hides nothing else, and is not told again for TO.
        {"~(a /$1/:x 999 foo=1",
         "1:4: regular expression: missing closing parenthesis\n1:12: '999'" NOT_A_STATUS
         "1:16: 'foo' is not a condition: " CONDITIONS "\n"},
    };
    CHECK(rows);
}

#define NO_DATE                                                                                    \
    " is not a date that exists, written as in '2026-12-01', '2026-12-01T09:00', "                 \
    "'2026-12-01T09:00:00Z' or '2026-12-01T09:00+01:00'\n"
#define NO_SHARE " is not a share from 0% to 100%, as '10%' and '12.5%' are; two decimals at most\n"

static void conditions_stand_behind_the_target(void **state)
{
    (void)state;
    static const error_row rows[] = {
        {"/a /b method=GET,HEAD,PROPFIND language=de,de-AT country=DE,at\n"
         "/a /b 302 header:Accept=*html* header:X-A= cookie=a,b cookie:c=x*\n"
         "/a - from=2026-12-01 until=2026-12-26T12:00 http=1.0\n"
         "/a /b from=2026-12-01T09:00:30 until=2026-12-26T12:00+01:00 http=1.1\n"
         "/a /b from=0000-01-01Z share=0% share=99.25% share=100%\n",
         "5:12: '0000-01-01Z'" NO_DATE},
        {"/a /b foo=bar", "1:7: 'foo' is not a condition: " CONDITIONS "\n"},
        {"/a /b langauge=de",
         "1:7: 'langauge' is not a condition; is 'language' meant? (" CONDITIONS ")\n"},
        {"/a /b 301 Headers:X=1",
         "1:11: 'Headers:X' is not a condition; is 'header:X' meant? (" CONDITIONS ")\n"},
        {"/a /b =x", "1:7: the name of a condition is missing before '='\n"},
        {"/a /b header=x", "1:7: a header is asked for by its name: 'header:Accept=…'\n"},
        {"/a /b method:x=GET", "1:13: nothing can follow 'method' before '='\n"},
        {"/a /b method=", "1:14: a method is missing\n"},
        {"/a /b method=GET,,PUT", "1:18: a method is missing beside ','\n"},
        {"/a /b method=get", "1:14: case counts in methods: 'GET'\n"},
        {"/a /b method=G@T", "1:14: 'G@T' is not a method\n"},
        {"/a /b language=de_AT", "1:18: the parts of a language are joined by '-': 'de-AT'\n"},
        {"/a /b language=de,*", "1:19: '*' is not a language, as 'de' and 'de-AT' are\n"},
        {"/a /b country=GER", "1:15: 'GER' is not a country of two letters, as 'DE' is\n"},
        {"/a /b header:=x", "1:14: a name is missing after ':'\n"},
        {"/a /b header:a(b=x", "1:14: 'a(b' is not the name of a header\n"},
        {"/a /b header:A=%2", "1:16: '%' starts an escape like '%20'; for itself write '%25'\n"},
        {"/a /b header:A=x%0A", "1:17: no field holds a control character\n"},
        {"/a /b cookie=", "1:14: the name of a cookie is missing\n"},
        {"/a /b cookie=a=b", "1:14: the value of a cookie is asked for by 'cookie:a=…'\n"},
        {"/a /b cookie=a;b", "1:14: 'a;b' is not the name of a cookie\n"},
        {"/a /b cookie:=b", "1:14: a name is missing after ':'\n"},
        {"/a /b from=2026-02-29", "1:12: '2026-02-29'" NO_DATE},
        {"/a /b until=1.12.2026", "1:13: '1.12.2026'" NO_DATE},
        {"/a /b until=2026-12-01T9:00", "1:13: '2026-12-01T9:00'" NO_DATE},
        {"/a /b from=0000-01-01T00:00+01:00", "1:12: years go from 0000 to 9999\n"},
        {"/a /b share=10", "1:13: '10'" NO_SHARE},
        {"/a /b share=101%", "1:13: '101%'" NO_SHARE},
        {"/a /b share=1.255%", "1:13: '1.255%'" NO_SHARE},
        {"/a /b http=2",
         "1:12: '2' is not one of '1.0' and '1.1', which stands for all later ones, too\n"},
    };
    CHECK(rows);
}

#define SCHEME_STATUSES " 'permanent', 'temporary', '301', '302', '307', '308' and 'off' are\n"
#define HSTS_WORDS      " 'max-age=SECONDS', 'includeSubDomains' and 'preload' are, or 'off'\n"
#define PLACES          " 'off', 'on', a path ('/…') and a URL ('https://…') are\n"

static void lines_about_a_site_are_checked(void **state)
{
    (void)state;
    static const error_row rows[] = {
        {"https permanent # why\nhsts max-age=63072000 includeSubDomains preload\n"
         "canonical www.a.test\nmaintenance off\nhttp10 301\nquery ignore=utm_*,fbclid\n"
         "slash ignore\ncase ignore\ncache max-age=600 public\n/a /b\n",
         ""},
        {"[a.test]\n\thttps off\n  hsts off\n[b.test]\nhttps 302\nhsts max-age=0\n", ""},
        {"htps permanent", "1:1: 'htps' starts no line; is 'https' meant?\n"},
        {"HSTS off", "1:1: 'HSTS' starts no line; is 'hsts' meant?\n"},
        {"https", "1:6: a value is missing:" SCHEME_STATUSES},
        {"https on", "1:7: 'on' is not allowed here:" SCHEME_STATUSES},
        {"https permanent now", "1:17: nothing can follow 'permanent'\n"},
        {"http10 307", "1:8: '307' is not allowed here: '302', '301' and 'off' are\n"},
        {"hsts", "1:5: 'max-age=SECONDS' is missing\n"},
        {"hsts on", "1:6: 'on' is not allowed here:" HSTS_WORDS},
        {"hsts off preload", "1:10: nothing can follow 'off'\n"},
        {"hsts max-age=a", "1:14: max-age is a number of seconds, 4294967295 at most\n"},
        {"hsts max-age=1 max-age=2", "1:16: 'max-age' stands twice\n"},
        {"hsts max-age=1 preload",
         "1:6: the preload list refuses a max-age under 31536000, a year\n"
         "1:16: the preload list refuses a site without includeSubDomains\n"},
        {"canonical", "1:10: a value is missing: a host or 'off' is\n"},
        {"canonical https://a.test/",
         "1:11: a host is written without scheme and path: 'www.example.com'\n"},
        {"canonical *.a.test", "1:11: '*.a.test' is not a valid host\n"},
        {"canonical a b", "1:13: nothing can follow 'a'\n"},
        {"maintenance", "1:12: a value is missing:" PLACES},
        {"maintenance soon", "1:13: 'soon' is not allowed here:" PLACES},
        {"maintenance //a.test/", "1:13: '//a.test/' is not allowed here:" PLACES},
        {"maintenance on 60", "1:16: '60' is not allowed here: 'retry-after=SECONDS' is\n"},
        {"maintenance /x retry-after=0",
         "1:28: retry-after is a number of seconds from 1 to 4294967295\n"},
        {"maintenance https://u@a.test/",
         "1:13: a Location has no user name (RFC 9110 section 4.2.4)\n"},
        {"query", "1:6: a value is missing: 'pass', 'drop' and 'ignore=NAME,…' are\n"},
        {"query ignore=", "1:14: the name of a parameter is missing\n"},
        {"query ignore=*", "1:14: to ignore all parameters write 'query drop'\n"},
        {"query ignore=a*b", "1:15: '*' can only end a name: 'utm_*'\n"},
        {"query ignore=a b", "1:16: nothing can follow 'ignore=a'\n"},
        {"slash strict", "1:7: 'strict' is not allowed here: 'exact' and 'ignore' are\n"},
        {"case", "1:5: a value is missing: 'exact' and 'ignore' are\n"},
        {"cache", "1:6: a value is missing: a Cache-Control value ('max-age=600') or 'off' is\n"},
        {"cache 86400", "1:7: '86400' is not a cache directive; is 'max-age=86400' meant?\n"},
        {"cache on", "1:7: 'on' is not a cache directive, as 'max-age=600' and 'no-store' are\n"},
        {"cache off public", "1:11: nothing can follow 'off'\n"},
        {"cache max-agee=1", "1:7: 'max-agee' is not a cache directive; is 'max-age' meant?\n"},
        {"cache no-store=1", "1:15: 'no-store' takes no value\n"},
        {"cache public max-age", "1:14: 'max-age' takes a number of seconds, 2147483647 at most\n"},
    };
    CHECK(rows);
}

#define SLASH_FIRST "'slash' stands before the first rule of its section\n"
#define SLASH_OUTSIDE                                                                              \
    "outside sections, 'slash' stands before the first rule and the first section\n"

static void a_site_is_told_of_once_and_how_paths_compare_before_its_rules(void **state)
{
    (void)state;
    static const error_row rows[] = {
        {"/a /b\nslash ignore", "2:1: " SLASH_OUTSIDE},
        {"[a.test]\n[b.test]\n/a /b\n[a.test]\nslash ignore", ""},
        {"[a.test]\n/a /b\nslash ignore", "3:1: " SLASH_FIRST},
        {"[a.test]\n/a /b\n[b.test]\n[a.test]\nslash ignore", "5:1: " SLASH_FIRST},
        {"[a.test]\nhttp://a.test/a /b\ncase ignore",
         "3:1: 'case' stands before the first rule of its section\n"},
        {"[a.test]\n/a /b\nhttps permanent", ""}, // the others may stand anywhere
        {"https off\nhttps off", "2:1: 'https' is said twice of the same hosts\n"},
        {"https off\n[a.test]\nhttps permanent", ""},
        {"[a.test b.test]\ncache off\n[a.test]\ncache off\n[a.test b.test]\ncache max-age=1",
         "6:1: 'cache' is said twice of the same hosts\n"},
        // Of a section in error only its own lines are checked.
        {"[a:1]\nslash ignore\nhttps off\nhttps on\n/a /b\nslash exact",
         "1:2: a section names hosts without a port\n"
         "4:7: 'on' is not allowed here:" SCHEME_STATUSES},
    };
    CHECK(rows);
}

static void a_section_names_hosts(void **state)
{
    (void)state;
    static const error_row rows[] = {
        {"[a.test *.b.test]\n[a.test] # again\n", ""},
        {"[]", "1:2: a section names at least one host\n"},
        {"[ ]", "1:2: a section names at least one host\n"},
        {"[", "1:2: ']' is missing after the section's hosts\n"
              "1:2: a section names at least one host\n"},
        {"[a.test", "1:8: ']' is missing after the section's hosts\n"},
        {"[a.test # ]", "1:8: ']' is missing after the section's hosts\n"},
        {"[a.test] b", "1:2: 'a.test]' is not a valid host\n"
                       "1:11: ']' is missing after the section's hosts\n"},
        {"[a.test:80]", "1:2: a section names hosts without a port\n"},
        {"[a.test <b> *c]", "1:9: '<b>' is not a valid host\n"
                            "1:13: '*' stands for whole labels at the start of a host: "
                            "'*.example.com'\n"},
        {"[*.]", "1:2: the host is missing\n"},
        {"[.a.test]", "1:2: a host starts with a label; '*.' stands for any\n"},
        {"[*..a.test]", "1:2: a host starts with a label; '*.' stands for any\n"},
        {"[.]", "1:2: '.' is not a valid host\n"},
        {"[a.test]\nhttp://b.test/ /x",
         "2:1: the URL's host is not one of the section's: the rule can never fire\n"},
        {"[*.a.test]\nhttp://a.test/ /x",
         "2:1: the URL's host is not one of the section's: the rule can never fire\n"},
        {"[a.test]\nhttp://*.a.test/ /x",
         "2:1: the URL's host is not one of the section's: the rule can never fire\n"},
        {"[*.a.test]\nhttp://b.a.test/ /x\nhttp://*.a.test/ /y\nhttp://*.b.a.test/ /z", ""},
        {"[*.b.a.test]\nhttp://*.a.test/ /x", ""},
        {"[b.a.test]\nhttp://*.a.test/ /x", ""},
        // A section in error is no reason to doubt its rules.
        {"[a:1]\nhttp://b.test/ /x", "1:2: a section names hosts without a port\n"},
    };
    CHECK(rows);
}

static void every_error_is_reported(void **state)
{
    (void)state;
    static const error_row rows[] = {
        {"/a /:b 200\n/good /rule\n/*/*/x /:y\n[a:1]\nhttps on\n",
         "1:5: ':b'" UNBOUND "1:8: '200'" NOT_A_STATUS "3:4: " TWO_STARS "3:9: ':y'" UNBOUND
         "4:2: a section names hosts without a port\n"
         "5:7: 'on' is not allowed here:" SCHEME_STATUSES},
        {"/a?x#y*/:b/:b =1 c=:d-e /x",
         "1:3: a query is matched by pairs after the path: '/a name=value'\n"
         "1:15: a query pair needs a name before '='\n"
         "1:20: a placeholder is a whole value: ':' and a name of letters, digits and '_'\n"},
        {"/a /:x/:y/:z", "1:5: ':x' is not bound by FROM (a plain colon can be written '%3A')\n"
                         "1:8: ':y' is not bound by FROM (a plain colon can be written '%3A')\n"
                         "1:11: ':z' is not bound by FROM (a plain colon can be written '%3A')\n"},
        // What is wrong with one part hides nothing that is wrong with another.
        {"/a/*b /c/:x 999", "1:4: " NO_SEGMENT "1:10: ':x'" UNBOUND "1:13: '999'" NOT_A_STATUS},
        {"/a/:x?k /b/:y",
         "1:6: a query is matched by pairs after the path: '/a/:x name=value'\n1:12: ':y'" UNBOUND},
        {"[a.test]\nhttp://b.test/*- //:x/ 2",
         "2:1: the URL's host is not one of the section's: the rule can never fire\n"
         "2:15: " NO_SEGMENT "2:20: ':x'" UNBOUND
         "2:20: what a request brings cannot end a host: a literal '.domain' has to follow\n"
         "2:24: '2'" NOT_A_STATUS},
        {"/a https://u@:x.b c/ 301 x=1",
         "1:12: a Location has no user name (RFC 9110 section 4.2.4)\n"
         "1:14: ':x'" UNBOUND "1:19: 'c/'" NOT_A_STATUS "1:26: 'x' is not a condition: " CONDITIONS
         "\n"},
        {"/*-b", "1:2: " NO_SEGMENT "1:5: the target is missing\n"},
        {"/*-b x y /:z",
         "1:2: " NO_SEGMENT "1:6: " NO_TARGET "\n1:8: " NO_TARGET "\n1:11: ':z'" UNBOUND},
        {"/a /b 999 method=get 302",
         "1:7: '999'" NOT_A_STATUS "1:18: case counts in methods: 'GET'\n"},
        {"/:c z=:c y=:d x=:d x=2 /x",
         "1:7: ':c' is bound twice\n1:12: ':d' is bound twice\n1:20: 'x=' is named twice\n"},
        // A name in a part in error is not told a second time where TO uses it.
        {"/a*b /:splat", "1:3: " NO_SEGMENT},
        {"/a?b=:c /:c", "1:3: a query is matched by pairs after the path: '/a name=value'\n"},
        {"/:a-b /:a",
         "1:2: a placeholder is a whole segment: ':' and a name of letters, digits and '_'\n"},
        {"/a b=:c-d =:e /:c/:e",
         "1:6: a placeholder is a whole value: ':' and a name of letters, digits and '_'\n"
         "1:11: a query pair needs a name before '='\n"},
    };
    CHECK(rows);
}

static void limits_are_told(void **state)
{
    (void)state;
    static char line[YONDER_RULES_MAX_LINE + 16];
    yn_buf text = yn_buf_make(1 << 20, NULL), out;
    memset(line, 'a', sizeof line);
    memcpy(line, "/b /", 4);
    out = diagnostics((yonder_text){line, YONDER_RULES_MAX_LINE});
    assert_text("the longest line", yn_buf_text(&out), "");
    yn_buf_free(&out);
    out = diagnostics((yonder_text){line, YONDER_RULES_MAX_LINE + 1});
    assert_text("longer", yn_buf_text(&out), "1:16385: the line is longer than 16384 bytes\n");
    yn_buf_free(&out);

    for (unsigned i = 0; i < YONDER_RULES_MAX_PLACEHOLDERS; i++)
        yn_buf_printf(&text, "/:p%u", i);
    size_t most = text.len;
    yn_buf_str(&text, " /x");
    out = diagnostics(yn_buf_text(&text));
    assert_text("the most placeholders", yn_buf_text(&out), "");
    yn_buf_free(&out);
    text.len = most;
    yn_buf_str(&text, "/* /x");
    out = diagnostics(yn_buf_text(&text));
    char expected[80];
    snprintf(expected, sizeof expected, "1:%zu: more than 255 placeholders in one rule\n",
             most + 2);
    assert_text("one more", yn_buf_text(&out), expected);
    yn_buf_free(&out);
    text.len = most;
    yn_buf_str(&text, "/:a/:b/:c /:c/:b/:a/:p0");
    out = diagnostics(yn_buf_text(&text));
    assert_text("three more", yn_buf_text(&out), expected); // told once, and not again for TO
    yn_buf_free(&out);

    text.len = 0;
    yn_buf_str(&text, "/a");
    for (unsigned i = 0; i < YONDER_RULES_MAX_PAIRS; i++)
        yn_buf_printf(&text, " p%u=", i);
    most = text.len;
    yn_buf_str(&text, " /x");
    out = diagnostics(yn_buf_text(&text));
    assert_text("the most pairs", yn_buf_text(&out), "");
    yn_buf_free(&out);
    text.len = most;
    yn_buf_str(&text, " q= /x");
    out = diagnostics(yn_buf_text(&text));
    assert_int_equal(out.error, YONDER_OK);
    assert_non_null(strstr(out.ptr, "more than 64 query pairs in one rule"));
    yn_buf_free(&out);
    yn_buf_free(&text);
}

static void limits_of_conditions_and_groups_are_told(void **state)
{
    (void)state;
    char expected[80];
    yn_buf text = yn_buf_make(1 << 20, NULL), out;
    yn_buf_str(&text, "/a /x");
    for (unsigned i = 0; i < YONDER_RULES_MAX_CONDITIONS; i++)
        yn_buf_printf(&text, " header:h%u=", i);
    size_t most = text.len;
    out = diagnostics(yn_buf_text(&text));
    assert_text("the most conditions", yn_buf_text(&out), "");
    yn_buf_free(&out);
    yn_buf_str(&text, " http=1.0");
    out = diagnostics(yn_buf_text(&text));
    snprintf(expected, sizeof expected, "1:%zu: more than 64 conditions in one rule\n", most + 2);
    assert_text("one more", yn_buf_text(&out), expected);
    yn_buf_free(&out);

    text.len = 0;
    yn_buf_str(&text, "~");
    for (unsigned i = 0; i < 100; i++)
        yn_buf_str(&text, "()");
    yn_buf_str(&text, " /x");
    out = diagnostics(yn_buf_text(&text));
    assert_text("groups", yn_buf_text(&out), "1:2: more than 99 groups in a regular expression\n");
    yn_buf_free(&out);
    yn_buf_free(&text);
}

static void check_diagnostic(void *context, const yonder_diagnostic *d)
{
    unsigned *count = context;
    ++*count;
    assert_text("file", d->file, *count == 1 ? "one.rules" : "two.rules");
    assert_text("line", d->source_line, *count == 1 ? "  /a /b 200" : "/c");
    assert_int_equal(d->line, *count == 1 ? 2 : 1);
}

static void a_diagnostic_shows_file_and_line(void **state)
{
    (void)state;
    yonder_rules_source sources[] = {
        {yonder_text_of("one.rules"), yonder_text_of("# x\r\n  /a /b 200\r\n")},
        {yonder_text_of("two.rules"), yonder_text_of("/c")},
    };
    yonder_rules *rules = NULL;
    unsigned count = 0;
    assert_int_equal(yonder_rules_read(&rules, sources, 2,
                                       &(yonder_rules_reading){.report = check_diagnostic,
                                                               .report_context = &count}),
                     YONDER_INVALID_RULES);
    assert_int_equal(count, 2);
    assert_null(rules);
    assert_int_equal(yonder_rules_read(&rules, sources, 2, &(yonder_rules_reading){0}),
                     YONDER_INVALID_RULES);
}

static void the_example_file_does_what_it_says(void **state)
{
    (void)state;
    static const char *const answers[][3] = {
        {"127.0.0.1:8080", "/register-form.html", "307 /signup-form.html"},
        {"127.0.0.1:8080", "/old-guide", "308 /guide"},
        {"127.0.0.1:8080", "/guide", "308 /docs/guide/"},
        {"127.0.0.1:8080", "/docs/guide/", "none"},
        {"127.0.0.1:8080", "/ping", "307 /pong"},
        {"127.0.0.1:8080", "/pong", "307 /ping"},
        {"127.0.0.1:8080", "/blog/2026/x", "308 https://blog.example.com/2026/x"},
        {"127.0.0.1:8080", "/user/ada/posts", "308 /people/ada/articles"},
        {"127.0.0.1:8080", "/store/item?utm=1&id=5", "308 /shop/5?utm=1"},
        {"127.0.0.1:8080", "/leaflet.pdf", "410"},
        {"www.example.net", "/a", "308 https://example.net/a"},
        {"a", "/item-17.html", "308 /items/17"},
        {"a", "/hello", "302 /hello/en"},
        {"example.edu", "/COURSES?utm_source=mail&year=1",
         "308 http://www.example.edu/study/courses?year=1"},
        {"www.example.edu", "/courses", "308 /study/courses"},
        {"www.example.org", "/", "303 /welcome"},
        {"example.org", "/blog/x", "302 /stories/x"},
    };
    char path[4096], text[1 << 14];
    const char *data = getenv("YONDER_TEST_DATA");
    if (!data)
        skip(); // not started by Meson
    snprintf(path, sizeof path, "%s/../../examples/site.rules", data);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    yonder_rules *rules = rules_of(path, (yonder_text){text, fread(text, 1, sizeof text, f)});
    fclose(f);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        yonder_text answer = yonder_text_of(answer_to(rules, answers[i][0], answers[i][1]));
        const char *line = strstr(answer.ptr, " line ");
        if (line)
            answer.len = (size_t)(line - answer.ptr);
        assert_text(answers[i][1], answer, answers[i][2]);
    }
    yonder_rules_free(rules);
}

/* ---- the manual page --------------------------------------------------------------------------
 */

// A line of the page's source as it is shown.
static void put_shown(yn_buf *out, const char *line, size_t len)
{
    static const char *const escapes[][2] = {{"\\(ti", "~"}, {"\\(ha", "^"}, {"\\(dq", "\""},
                                             {"\\(ga", "`"}, {"\\e", "\\"},  {"\\&", ""}};
    for (size_t i = 0; i < len;) {
        size_t k = 0, count = sizeof escapes / sizeof *escapes;
        while (k < count && strncmp(line + i, escapes[k][0], strlen(escapes[k][0])) != 0)
            k++;
        assert_true(k < count || line[i] != '\\');
        yn_buf_str(out, k < count ? escapes[k][1] : (char[]){line[i], 0});
        i += k < count ? strlen(escapes[k][0]) : 1;
    }
    yn_buf_char(out, '\n');
}

// Takes the next literal block off the page.
static bool next_example(const char **page, yn_buf *out)
{
    static const char start[] = "\n.Bd -literal", end[] = "\n.Ed";
    const char *at = strstr(*page, start);
    if (!at)
        return false;
    out->len = 0;
    at = strchr(at + 1, '\n') + 1;
    *page = strstr(at, end);
    assert_non_null(*page);
    while (at <= *page) {
        size_t len = strcspn(at, "\n");
        put_shown(out, at, len);
        at += len + 1;
    }
    return true;
}

typedef struct example_row {
    const char *in; // what stands in the example
    const char *host, *target, *answer;
    const char *field; // "Name: value"
    const char *method, *client, *country;
    int64_t now;
    bool http10;
} example_row;

static void check_example(const yonder_rules *rules, const example_row *row)
{
    static char scratch[YONDER_RULES_SCRATCH(256)], words[512];
    bool https = strncmp(row->host, "https://", 8) == 0;
    yonder_field field = {{NULL, 0}, {NULL, 0}};
    if (row->field) {
        size_t colon = strcspn(row->field, ":");
        field = (yonder_field){{row->field, colon}, yonder_text_of(row->field + colon + 2)};
    }
    yonder_rules_request request = {.https = https,
                                    .host = yonder_text_of(row->host + (https ? 8 : 0)),
                                    .target = yonder_text_of(row->target),
                                    .fields = &field,
                                    .field_count = row->field != NULL,
                                    .now = row->now,
                                    .http10 = row->http10};
    yonder_rules_answer answer;
    if (row->method)
        request.method = yonder_text_of(row->method);
    if (row->client)
        request.client = yonder_text_of(row->client);
    if (row->country)
        request.country = yonder_text_of(row->country);
    int found = yonder_rules_match(rules, &request, scratch, sizeof scratch, &answer);
    snprintf(words, sizeof words, "%d%s%.*s", found > 0 ? answer.status : 404,
             answer.location.len ? " " : "", (int)answer.location.len, answer.location.ptr);
    char name[256];
    snprintf(name, sizeof name, "%s %s %s", row->in, row->host, row->target);
    assert_text(name, yonder_text_of(words), row->answer);
}

#define FIELD(name, value)                                                                         \
    {                                                                                              \
        YN_TEXT_INIT(name), YN_TEXT_INIT(value)                                                    \
    }

static const example_row example_rows[] = {
    {"# Pages that moved", "a", "/blog/x/y?z", "308 https://blog.example.com/x/y?z"},
    {"# Pages that moved", "a", "/blog", "308 https://blog.example.com/"},
    {"# Pages that moved", "a", "/user/7", "308 /u/7"},
    {"# Pages that moved", "a", "/old-store?id=7&b", "308 /store/7?b"},
    {"# Pages that moved", "a", "/p/42", "308 /post/42"},
    {"# Pages that moved", "a", "/promo", "302 /xmas", .now = 1796083200}, // 1 December 2026
    {"# Pages that moved", "a", "/promo", "404", .now = 1796083199},
    {"# Pages that moved", "a", "/promo", "302 /xmas", .now = 1798329599},
    {"# Pages that moved", "a", "/promo", "404", .now = 1798329600}, // the 27th
    {"# Pages that moved", "a", "/", "302 /de/", "Accept-Language: de"},
    {"# Pages that moved", "a", "/leaflet.pdf", "410"},
    {"# Pages that moved", "example.com", "/welcome?utm_x=1&y", "303 http://www.example.com/?y"},
    {"# Pages that moved", "example.com", "/a?utm_x=1", "308 http://www.example.com/a?utm_x=1"},
    {"# Pages that moved", "www.example.com", "/a", "404"},
    {"/docs/*/print", "a", "/docs/print", "301 /docs/"},
    {"/docs/*/print", "a", "/docs/a/b/print", "301 /docs/a/b"},
    {"/docs/*/print", "a", "//a", "301 /a"},
    {"/docs/*/print", "a", "/shop/x/y", "301 /x/y"},
    {"/docs/*/print", "example.com:8080", "/admin", "404"},
    {"/docs/*/print", "https://example.com", "/admin", "302 https://admin.example.com/"},
    {"/docs/*/print", "a.example.net:81", "/b", "308 https://example.net/b"},
    {"/docs/*/print", "example.net", "/b", "404"},
    {"/archive/$1", "a", "/2026/01/x%20y", "308 /archive/2026-01/x%20y"},
    {"/archive/$1", "a", "/x/Y.ASPX", "303 /"},
    {"/archive/$1", "a", "/item-7?lang=de", "308 /de/items/7"},
    {"/archive/$1", "a", "/item-7", "404"},
    {"/archive/$1", "a", "/v3", "301 /v30/"},
    {"/search/help", "a", "/search", "301 /search/help"},
    {"/search/help", "a", "/search?page=1&q=a+b", "301 /find/a+b"},
    {"/search/help", "a", "/search?page=2&q=a", "301 /find/a?page=2"},
    {"/help#questions", "a", "/faq?a=b", "301 /help?a=b#questions"},
    {"/help#questions", "a", "/index.php?a=b", "301 /"},
    {"/help#questions", "a", "/find/x?a=b", "301 /search?q=x&from=old-site"},
    {"/terms-eu", "a", "/api/x", "403", .method = "DELETE"},
    {"/terms-eu", "a", "/api/x", "404"},
    {"/terms-eu", "a", "/cart", "307 /basket", .method = "POST"},
    {"/terms-eu", "a", "/cart", "301 /basket"},
    {"/terms-eu", "a", "/app", "302 https://apps.example/android", "User-Agent: X (Android 4)"},
    {"/terms-eu", "a", "/app", "302 https://apps.example/", "User-Agent: X (android)"},
    {"/terms-eu", "a", "/home", "302 /members", "Cookie: a=1; session="},
    {"/terms-eu", "a", "/home", "302 /start", "Cookie: group=beta"},
    {"/terms-eu", "a", "/terms", "302 /terms-eu", .country = "at"},
    {"/terms-eu", "a", "/terms", "404"},
    {"/terms-eu", "a", "/sale", "302 /", .now = 1798329600},
    {"/ /at/", "a", "/", "302 /at/", "Accept-Language: de-AT, en;q=0.5"},
    {"/ /at/", "a", "/", "302 /de/", "Accept-Language: de, en;q=0.5"},
    {"/ /at/", "a", "/", "302 /en/", "Accept-Language: it"},
    {"/robots/shop.txt", "shop.example.com", "/robots.txt", "302 /robots/shop.txt"},
    {"/robots/shop.txt", "www.example.com", "/robots.txt", "308 https://example.com/robots.txt"},
    {"/robots/shop.txt", "example.com", "/robots.txt", "302 /robots/all.txt"},
    {"/robots/shop.txt", "shop.example.com", "/pay", "307 https://pay.example.com/"},
    {"/robots/shop.txt", "shop.example.com", "/x", "308 https://example.com/x"},
    {"/about/team", "example.com", "/team?a", "308 https://example.com/team?a"},
    {"/about/team", "https://example.com", "/team/", "308 https://www.example.com/about/team"},
    {"/about/team", "https://www.example.com", "/TEAM?fbclid=1", "308 /about/team"},
    {"/about/team", "https://www.example.com", "/x", "404"},
    {"/about/team", "static.example.com", "/x", "404"},
    {"/about/team", "https://www.example.com", "/team", "301 /about/team", .http10 = true},
    {"/about/team", "status.example.org", "/x", "307 /sorry.html"},
    {"/about/team", "status.example.org", "/x", "301 /sorry.html", .http10 = true},
    {"/about/team", "status.example.org", "/sorry.html", "404"},
    {"/product.php id=17", "a", "/product.php?id=17&utm=1", "308 /lamps/desk-lamp?utm=1"},
    {"/product.php id=17", "a", "/product.php?id=18", "308 /product/18"},
    {"/product.php id=17", "a", "/product.php", "308 /products/"},
    {"old.example www.", "old.example", "/imprint", "303 https://new.example/legal/imprint"},
    {"old.example www.", "www.old.example", "/a/b", "308 https://new.example/a/b"},
    {"/about/contact", "https://example.com", "/contact/",
     "308 https://www.example.com/about/contact"},
    {"/plans/new", "a", "/plans", "302 /plans/old", .country = "DE", .now = 1796083200,
     .client = "192.0.2.1"},
    {"/plans/new", "a", "/plans", "302 /plans/old", .country = "CH", .now = 1796083200},
};

static void the_examples_of_the_manual_page_do_what_it_says(void **state)
{
    (void)state;
    static char path[4096], page[1 << 17];
    const char *data = getenv("YONDER_TEST_DATA"), *rest = page;
    if (!data)
        skip(); // not started by Meson
    snprintf(path, sizeof path, "%s/../../doc/man/yonder-rules.5", data);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_true(fread(page, 1, sizeof page - 1, f) < sizeof page - 1);
    fclose(f);
    size_t asked = 0, rows = sizeof example_rows / sizeof *example_rows;
    yn_buf text = yn_buf_make(1 << 16, NULL);
    while (next_example(&rest, &text)) {
        yonder_rules *rules = rules_of("an example", yn_buf_text(&text));
        yn_buf_char(&text, '\0');
        for (size_t i = 0; i < rows; i++) {
            if (strstr(text.ptr, example_rows[i].in)) {
                check_example(rules, &example_rows[i]);
                asked++;
            }
        }
        yonder_rules_free(rules);
    }
    assert_int_equal(asked, rows); // each belongs to one example
    yn_buf_free(&text);
}

/* ---- memory -------------------------------------------------------------------------------- */

typedef struct failing {
    size_t until; // allocations that still succeed
    size_t live;
} failing;

static void *fail_after(void *context, void *ptr, size_t size)
{
    failing *f = context;
    if (size == 0) {
        f->live--;
        free(ptr);
        return NULL;
    }
    if (f->until == 0)
        return NULL;
    f->until--;
    f->live += !ptr;
    return realloc(ptr, size);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    yn_buf text = yn_buf_make(1 << 20, NULL);
    for (unsigned i = 0; i < 40; i++)
        yn_buf_printf(&text,
                      "/exact/%u /x%u\n/p%u/:a/:b/* /:a/:b/:splat\n/q%u id=%u n=:n /y/:n\n"
                      "http://h%u.test:8080/a /z\n",
                      i, i, i, i, i, i);
    for (unsigned i = 0; i < 40; i++)
        yn_buf_printf(&text, "[s%u.test *.s%u.test]\n/a /b\nhttps://x.s%u.test/:v /:v\n", i, i, i);
    yn_buf_str(&text, "[r.test]\nslash ignore\nquery ignore=utm_*\ncanonical r.test\n");
    for (unsigned i = 0; i < 20; i++)
        yn_buf_printf(&text,
                      "~^/r%u/(.*)$ a=1 /$1 language=de,en share=5%% cookie:a=b*\n"
                      "/a/*/%u /:splat 302 method=GET,HEAD header:X=%u from=2026-12-01\n",
                      i, i, i);
    yonder_rules_source source = {yonder_text_of("f"), yn_buf_text(&text)};
    failing f = {0};
    yonder_mem mem = {fail_after, &f};
    yonder_rules *rules = NULL;
    size_t n = 0;
    int error;
    for (;
         f.until = n, (error = yonder_rules_read(&rules, &source, 1,
                                                 &(yonder_rules_reading){.report = print_diagnostic,
                                                 .mem = &mem})) != YONDER_OK;
         n++) {
        assert_int_equal(error, YONDER_NO_MEMORY);
        assert_null(rules);
        assert_int_equal(f.live, 0);
        assert_true(n < 10000);
    }
    assert_true(n > 30);
    assert_int_equal(yonder_rules_count(rules), 280);
    yonder_rules_source bad = {yonder_text_of("f"),
                               yonder_text_of("/*-a /:b 999\n~(a /$1\n[x:1]\nhttps on\n/c\n")};
    size_t live = f.live;
    yonder_rules *none = NULL;
    for (n = 0; f.until = n,
        (error = yonder_rules_read(&none, &bad, 1, &(yonder_rules_reading){.mem = &mem})) ==
                    YONDER_NO_MEMORY;
         n++)
        assert_int_equal(f.live, live);
    assert_int_equal(error, YONDER_INVALID_RULES);
    assert_int_equal(f.live, live);
    f.until = 0; // matching allocates nothing
    assert_string_equal(answer_to(rules, "h7.test:8080", "/a"), "301 /z line 32");
    assert_string_equal(answer_to(rules, "https://x.s3.test", "/v"), "301 /v line 172");
    assert_string_equal(answer_to(rules, "h", "/p1/2/3/4?5"), "301 /2/3/4?5 line 6");
    yonder_rules_free(rules);
    assert_int_equal(f.live, 0);
    yn_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blank_lines_comments_and_line_ends_are_taken_as_they_come),
        cmocka_unit_test(a_line_is_utf8_without_control_characters),
        cmocka_unit_test(from_is_a_path_or_a_url),
        cmocka_unit_test(pairs_stand_between_from_and_to),
        cmocka_unit_test(to_is_a_path_a_url_or_a_dash),
        cmocka_unit_test(a_status_is_a_word_or_a_number_of_the_list),
        cmocka_unit_test(a_from_may_be_a_regular_expression),
        cmocka_unit_test(conditions_stand_behind_the_target),
        cmocka_unit_test(lines_about_a_site_are_checked),
        cmocka_unit_test(a_site_is_told_of_once_and_how_paths_compare_before_its_rules),
        cmocka_unit_test(a_section_names_hosts),
        cmocka_unit_test(every_error_is_reported),
        cmocka_unit_test(limits_are_told),
        cmocka_unit_test(limits_of_conditions_and_groups_are_told),
        cmocka_unit_test(a_diagnostic_shows_file_and_line),
        cmocka_unit_test(the_example_file_does_what_it_says),
        cmocka_unit_test(the_examples_of_the_manual_page_do_what_it_says),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
