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
    int error = yonder_rules_read(
        &rules, &source, 1, &(yonder_rules_reading){.report = note, .report_context = &out});
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
    " is not a status: permanent, temporary, see-other, gone, 301, 302, 303, 307, 308, 404, 410 "  \
    "and 451 are\n"
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
        {"a /b", "1:1: a rule starts with a path ('/…') or a URL ('https://…')\n"},
        {"ftp://h/a /b", "1:1: a rule starts with a path ('/…') or a URL ('https://…')\n"},
        {"/a?b=c /d", "1:3: a query is matched by pairs after the path: '/a name=value'\n"},
        {"http://h?b /d", "1:9: a query is matched by pairs after the path: ' name=value'\n"},
        {"/a#b /d", "1:3: a fragment is never sent to a server: it cannot be matched\n"},
        {"/*/a /b", "1:2: '*' can only be the whole last segment, as in '/blog/*'\n"},
        {"/a*  /b", "1:3: '*' can only be the whole last segment, as in '/blog/*'\n"},
        {"/a/*b/* /b", "1:4: '*' can only be the whole last segment, as in '/blog/*'\n"},
        {"/:a.html /b",
         "1:2: a placeholder is a whole segment: ':' and a name of letters, digits and '_'\n"},
        {"/:a-b/c /b",
         "1:2: a placeholder is a whole segment: ':' and a name of letters, digits and '_'\n"},
        {"/:a/:b/:a /b", "1:8: ':a' is bound twice\n"},
        {"/:splat /b", "1:2: ':splat' is the name of what '/*' matches; take another one\n"},
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
        {"/a b /c",
         "1:4: neither a query pair ('name=value') nor a target ('/…', 'https://…' or '-')\n"},
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
        {"/a ftp://x/",
         "1:4: neither a query pair ('name=value') nor a target ('/…', 'https://…' or '-')\n"},
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
        {"/a /b 301 302", "1:11: nothing can follow the status\n"},
    };
    CHECK(rows);
}

static void what_comes_later_is_named_and_never_ignored(void **state)
{
    (void)state;
    static const error_row rows[] = {
        {"~^/a$ /b", "1:1: regular expressions ('~…') are not supported by this version\n"},
        {"/a /b language=de", "1:7: the condition 'language=' is not supported by this version\n"},
        {"/a /b 302 language=de",
         "1:11: the condition 'language=' is not supported by this version\n"},
        {"/a /b 302 from=2026-01-01 until=x",
         "1:11: the condition 'from=' is not supported by this version\n"
         "1:27: the condition 'until=' is not supported by this version\n"},
        {"https permanent", "1:1: 'https' lines are not supported by this version\n"},
        {"[h]\n  hsts max-age=1", "2:3: 'hsts' lines are not supported by this version\n"},
        {"canonical h", "1:1: 'canonical' lines are not supported by this version\n"},
        {"maintenance off", "1:1: 'maintenance' lines are not supported by this version\n"},
        {"http10 302", "1:1: 'http10' lines are not supported by this version\n"},
        {"query pass", "1:1: 'query' lines are not supported by this version\n"},
        {"slash exact", "1:1: 'slash' lines are not supported by this version\n"},
        {"case exact", "1:1: 'case' lines are not supported by this version\n"},
        {"cache max-age=1", "1:1: 'cache' lines are not supported by this version\n"},
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
        {"/a /:b 200\n/good /rule\n/*/x /:y\n[a:1]\nhttps on\n",
         "1:5: ':b'" UNBOUND "1:8: '200'" NOT_A_STATUS
         "3:2: '*' can only be the whole last segment, as in '/blog/*'\n"
         "3:7: ':y'" UNBOUND "4:2: a section names hosts without a port\n"
         "5:1: 'https' lines are not supported by this version\n"},
        {"/a?x#y*/:b/:b =1 c=:d-e /x",
         "1:3: a query is matched by pairs after the path: '/a name=value'\n"
         "1:15: a query pair needs a name before '='\n"
         "1:20: a placeholder is a whole value: ':' and a name of letters, digits and '_'\n"},
        {"/a /:x/:y/:z", "1:5: ':x' is not bound by FROM (a plain colon can be written '%3A')\n"
                         "1:8: ':y' is not bound by FROM (a plain colon can be written '%3A')\n"
                         "1:11: ':z' is not bound by FROM (a plain colon can be written '%3A')\n"},
        // What is wrong with one part hides nothing that is wrong with another.
        {"/a/*/b /c/:x 999", "1:4: '*' can only be the whole last segment, as in '/blog/*'\n"
                             "1:11: ':x'" UNBOUND "1:14: '999'" NOT_A_STATUS},
        {"/a/:x?k /b/:y",
         "1:6: a query is matched by pairs after the path: '/a/:x name=value'\n1:12: ':y'" UNBOUND},
        {"[a.test]\nhttp://b.test/*/ //:x/ 2",
         "2:1: the URL's host is not one of the section's: the rule can never fire\n"
         "2:15: '*' can only be the whole last segment, as in '/blog/*'\n"
         "2:20: ':x'" UNBOUND
         "2:20: what a request brings cannot end a host: a literal '.domain' has to follow\n"
         "2:24: '2'" NOT_A_STATUS},
        {"/a https://u@:x.b c/ 301 x=1",
         "1:12: a Location has no user name (RFC 9110 section 4.2.4)\n"
         "1:14: ':x'" UNBOUND "1:19: 'c/'" NOT_A_STATUS "1:22: nothing can follow the status\n"
         "1:26: the condition 'x=' is not supported by this version\n"},
        {"/*/b", "1:2: '*' can only be the whole last segment, as in '/blog/*'\n"
                 "1:5: the target is missing\n"},
        {"/*/b x y /:z",
         "1:2: '*' can only be the whole last segment, as in '/blog/*'\n"
         "1:6: neither a query pair ('name=value') nor a target ('/…', 'https://…' or '-')\n"
         "1:8: neither a query pair ('name=value') nor a target ('/…', 'https://…' or '-')\n"
         "1:11: ':z'" UNBOUND},
        {"/:c z=:c y=:d x=:d x=2 /x",
         "1:7: ':c' is bound twice\n1:12: ':d' is bound twice\n1:20: 'x=' is named twice\n"},
        // A name in a part in error is not told a second time where TO uses it.
        {"/a*b /:splat", "1:3: '*' can only be the whole last segment, as in '/blog/*'\n"},
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
    assert_int_equal(yonder_rules_read(&rules, sources, 2, &(yonder_rules_reading){0}), YONDER_INVALID_RULES);
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
    yonder_rules_source source = {yonder_text_of("f"), yn_buf_text(&text)};
    failing f = {0};
    yonder_mem mem = {fail_after, &f};
    yonder_rules *rules = NULL;
    size_t n = 0;
    int error;
    for (; f.until = n, (error = yonder_rules_read(&rules, &source, 1,
                                                   &(yonder_rules_reading){
                                                       .report = print_diagnostic, .mem = &mem})) !=
                           YONDER_OK;
         n++) {
        assert_int_equal(error, YONDER_NO_MEMORY);
        assert_null(rules);
        assert_int_equal(f.live, 0);
        assert_true(n < 10000);
    }
    assert_true(n > 30);
    assert_int_equal(yonder_rules_count(rules), 240);
    yonder_rules_source bad = {yonder_text_of("f"), yonder_text_of("/*/a /:b 999\n/c\n")};
    size_t live = f.live;
    yonder_rules *none = NULL;
    for (n = 0; f.until = n,
        (error = yonder_rules_read(&none, &bad, 1, &(yonder_rules_reading){.mem = &mem})) == YONDER_NO_MEMORY;
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
        cmocka_unit_test(what_comes_later_is_named_and_never_ignored),
        cmocka_unit_test(a_section_names_hosts),
        cmocka_unit_test(every_error_is_reported),
        cmocka_unit_test(limits_are_told),
        cmocka_unit_test(a_diagnostic_shows_file_and_line),
        cmocka_unit_test(the_example_file_does_what_it_says),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
