// SPDX-License-Identifier: MIT
// Forms of the Location field, as answers to GET with 302. The request is for BASE/dir/start.
#include "lab/case.h"

#define START   "{http}{base}/dir/start"
#define GO      "GET " START
#define TO(url) GO " > GET " url

#define RFC   "RFC 9110, section 10.2.2, and RFC 3986, section 5.2"
#define URL   "URL standard, section 4.4"
#define FETCH "Fetch standard, section 4.4"

#define ROW_NEEDS(name, title_, needs_, section_, asked_, fields, ...)                             \
    {                                                                                              \
        .id = "location-" name, .title = title_, .section = section_, .asked = asked_,             \
        .needs = needs_, .visits = {{"GET", START, NULL, {NULL}}},                                 \
        .pages = {{"dir/start", YN_LAB_ANY, 302, fields}}, .outcomes = {                           \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define ROW(name, title, section, asked, fields, ...)                                              \
    ROW_NEEDS(name, title, 0, section, asked, fields, __VA_ARGS__)

#define STOPPED                                                                                    \
    {                                                                                              \
        YN_LAB_DIFFERS, GO, "not followed"                                                         \
    }

// A reference whose meaning RFC 3986 leaves no doubt about.
#define CERTAIN(name, title, location, url)                                                        \
    ROW(name, title, RFC, "Resolved against the URL that was asked for.",                          \
        "Location: " location "\n", {YN_LAB_PASS, TO(url), "resolved as it has to be"}, STOPPED,   \
        {YN_LAB_FAIL, "...", "resolved to another URL"})

// One that RFC 3986 does not allow, and the URL standard reads all the same.
#define READ(name, title, location, url)                                                           \
    ROW(name, title, URL, "No valid URI reference; browsers read it as the URL standard does.",    \
        "Location: " location "\n", {YN_LAB_PASS, TO(url), "read as browsers do"}, STOPPED,        \
        {YN_LAB_DIFFERS, "...", "read as another URL"})

// One that leads nowhere.
#define REFUSED(name, title, section, asked, location)                                             \
    ROW(name, title, section, asked, "Location: " location "\n",                                   \
        {YN_LAB_PASS, GO, "not followed"}, {YN_LAB_DIFFERS, "...", "followed"})

#define SCHEME_ASKED "Not http or https: for the user to decide, not to be fetched unseen."

static const yn_lab_case cases[] = {
    // -- valid references
    CERTAIN("absolute", "an absolute URL", "{origin}{base}/end", "{http}{base}/end"),
    CERTAIN("path", "a path from the root", "{base}/end", "{http}{base}/end"),
    CERTAIN("relative", "a relative path", "end", "{http}{base}/dir/end"),
    CERTAIN("dot", "a path that begins with a dot", "./end", "{http}{base}/dir/end"),
    CERTAIN("dot-dot", "a path that goes up", "../end", "{http}{base}/end"),
    CERTAIN("above-root", "a path that goes up beyond the root", "../../../../../..{base}/end",
            "{http}{base}/end"),
    CERTAIN("dot-dot-last", "a path that ends by going up", "a/..", "{http}{base}/dir/"),
    CERTAIN("double-slash", "an empty segment in the path", "{base}//end", "{http}{base}//end"),
    CERTAIN("query", "a query alone", "?z=1", "{http}{base}/dir/start?z=1"),
    CERTAIN("query-empty", "an empty query", "end?", "{http}{base}/dir/end?"),
    CERTAIN("query-url", "a URL in the query", "end?to=http://example.com/../x",
            "{http}{base}/dir/end?to=http://example.com/../x"),
    CERTAIN("parameters", "semicolons and commas", "end;a=1,b;c", "{http}{base}/dir/end;a=1,b;c"),
    CERTAIN("fragment", "a path with a fragment", "end#part", "{http}{base}/dir/end"),
    CERTAIN("percent", "escapes", "e%6Ed%2Fx?%26", "{http}{base}/dir/e%6Ed%2Fx?%26"),
    CERTAIN("scheme-relative", "two slashes and a host", "//{host}{base}/end", "{http}{base}/end"),
    CERTAIN("upper-scheme", "the scheme in capitals", "HTTP://{host}{base}/end",
            "{http}{base}/end"),
    CERTAIN("port-zeros", "a port with a zero in front", "http://{hostname}:0{port}{base}/end",
            "{http}{base}/end"),
    CERTAIN("long", "four thousand characters", "{long}", "{http}{base}/dir/{long}"),
    ROW("blanks-around", "blanks before and after", "RFC 9110, section 5.5",
        "Blanks around a field's value are not part of it.", "Location: \t  end \t\n",
        {YN_LAB_PASS, TO("{http}{base}/dir/end"), "resolved as it has to be"}, STOPPED,
        {YN_LAB_FAIL, "...", "resolved to another URL"}),
    ROW("lower-case-name", "the field's name in lower case", "RFC 9110, section 5.1",
        "The names of fields are case-insensitive.", "location: end\n",
        {YN_LAB_PASS, TO("{http}{base}/dir/end"), "followed"},
        {YN_LAB_FAIL, "...", "a name in lower case was not recognised"}),
    ROW_NEEDS("host-case", "a host in capitals", YN_LAB_NAMES, RFC, "Hosts are case-insensitive.",
              "Location: http://OTHER.{name}:{port}{base}/end\n",
              {YN_LAB_PASS, TO("http://other.{name}:{port1}{base}/end"), "followed"}, STOPPED,
              {YN_LAB_FAIL, "...", "resolved to another URL"}),

    // -- what the URL standard reads
    READ("spaces", "blanks inside", "a b?c d", "{http}{base}/dir/a%20b?c%20d"),
    READ("utf-8", "characters beyond ASCII, as UTF-8", "\xe2\x98\x83?q=\xe2\x98\x83",
         "{http}{base}/dir/%E2%98%83?q=%E2%98%83"),
    READ("latin-1", "a byte that is not UTF-8", "caf\xe9", "{http}{base}/dir/caf%E9"),
    READ("bad-percent", "percent signs that escape nothing", "e%zz%", "{http}{base}/dir/e%zz%"),
    READ("escaped-dots", "escaped dots", "a/%2e%2E/end", "{http}{base}/dir/end"),
    READ("path-marks", "quotation marks and brackets in the path", "a\"<>^`{x}[1]|b",
         "{http}{base}/dir/a%22%3C%3E%5E%60%7Bx%7D[1]|b"),
    READ("query-marks", "quotation marks and brackets in the query", "a?\"<>^`{x}[1]|'",
         "{http}{base}/dir/a?%22%3C%3E^`{x}[1]|%27"),
    READ("quoted", "in quotation marks", "\"end\"", "{http}{base}/dir/%22end%22"),
    READ("angle", "in angle brackets", "<end>", "{http}{base}/dir/%3Cend%3E"),
    READ("backslash", "backslashes for slashes", "\\{run}\\{case}\\end", "{http}{base}/end"),
    READ("backslash-host", "backslashes before the host", "\\\\{host}\\{run}\\{case}\\end",
         "{http}{base}/end"),
    // Read as a path from the root by some: it has to lead back to the case.
    READ("no-slash", "a scheme and no slash", "http:{run}/{case}/end",
         "{http}{base}/dir{base}/end"),
    READ("one-slash", "a scheme and one slash", "http:{base}/end", "{http}{base}/end"),
    READ("three-slashes", "a scheme and three slashes", "http:///{host}{base}/end",
         "{http}{base}/end"),
    READ("tab", "a tab inside", "e\tnd", "{http}{base}/dir/end"),
    READ("control", "a control character inside", "e\x01nd", "{http}{base}/dir/e%01nd"),
    READ("no-authority-name", "a colon in the first segment", "./a:b", "{http}{base}/dir/a:b"),
    ROW("userinfo", "a user name and password", "RFC 9110, section 4.2.4",
        "Deprecated, for it disguises the host; browsers go there.",
        "Location: http://user:secret@{host}{base}/end\n",
        {YN_LAB_PASS, TO("{http}{base}/end -Authorization"), "followed, nothing sent unasked"},
        {YN_LAB_DIFFERS, TO("{http}{base}/end +Authorization"),
         "followed, and the password was sent before anybody asked for it"},
        STOPPED),
    ROW_NEEDS("idn", "a host beyond ASCII, as UTF-8", YN_LAB_NAMES, URL, "Made ASCII by UTS #46.",
              "Location: http://b\xc3\xbc"
              "cher.{name}:{port}{base}/end\n",
              {YN_LAB_PASS, TO("http://xn--bcher-kva.{name}:{port1}{base}/end"), "followed"},
              STOPPED, {YN_LAB_DIFFERS, "...", "read as another URL"}),
    ROW_NEEDS("host-percent", "an escaped letter in the host", YN_LAB_NAMES, URL,
              "Escapes in hosts are decoded.", "Location: http://%6fther.{name}:{port}{base}/end\n",
              {YN_LAB_PASS, TO("http://other.{name}:{port1}{base}/end"), "followed"}, STOPPED,
              {YN_LAB_DIFFERS, "...", "read as another URL"}),
    READ("ipv4-number", "127.0.0.1 as one number", "http://2130706433:{port}{base}/end",
         "http://127.0.0.1:{port1}{base}/end"),
    READ("ipv4-hex", "127.0.0.1 in parts and bases", "http://0x7f.1:{port}{base}/end",
         "http://127.0.0.1:{port1}{base}/end"),

    // -- none, and several
    ROW("missing", "no Location", "RFC 9110, section 15.4", "Nothing to follow.", "",
        {YN_LAB_PASS, GO, "not followed"}, {YN_LAB_FAIL, "...", "followed, where to?"}),
    ROW("content-location", "a Content-Location alone", "RFC 9110, section 8.7",
        "It names the content, and is nothing to follow.", "Content-Location: {base}/end\n",
        {YN_LAB_PASS, GO, "not followed"}, {YN_LAB_FAIL, "...", "followed"}),
    ROW("empty", "an empty Location", FETCH,
        "The request's own URL, to the letter; most clients take it for none.", "Location:\n",
        {YN_LAB_PASS, GO " > " GO " > ...", "taken for the request's own URL, again and again"},
        {YN_LAB_DIFFERS, GO, "taken for none"}),
    ROW("blank", "a Location of blanks", FETCH,
        "The request's own URL, to the letter; most clients take it for none.", "Location: \t \n",
        {YN_LAB_PASS, GO " > " GO " > ...", "taken for the request's own URL, again and again"},
        {YN_LAB_DIFFERS, GO, "taken for none"}),
    ROW("fragment-alone", "a fragment alone", FETCH, "The request's own URL: a loop.",
        "Location: #part\n",
        {YN_LAB_PASS, GO " > " GO " > ...", "the same request, again and again"}, STOPPED,
        {YN_LAB_FAIL, "...", "resolved to another URL"}),
    ROW("same-twice", "the same Location twice", "RFC 9110, section 5.3",
        "A server must not send it; browsers take it for one.", "Location: end\nLocation: end\n",
        {YN_LAB_PASS, TO("{http}{base}/dir/end"), "taken for one"}, {YN_LAB_DIFFERS, GO, "refused"},
        {YN_LAB_DIFFERS, "...", "both made into one"}),
    ROW("two", "two different Locations", FETCH, "Nobody can tell which is meant: an error.",
        "Location: one\nLocation: two\n", {YN_LAB_PASS, GO, "refused"},
        {YN_LAB_DIFFERS, TO("{http}{base}/dir/one"), "the first was followed"},
        {YN_LAB_DIFFERS, TO("{http}{base}/dir/two"), "the last was followed"},
        {YN_LAB_DIFFERS, "...", "both made into one"}),

    // -- nowhere to go
    REFUSED("bad-port", "a port beyond 65535", URL, "No URL.", "http://{hostname}:99999{base}/end"),
    REFUSED("bad-host", "a blank in the host", URL, "No URL.", "http://exa mple.{name}:{port}/end"),
    REFUSED("no-host", "no host", URL, "No URL.", "http://?{base}/end"),
    REFUSED("open-bracket", "an address that is not closed", URL, "No URL.",
            "http://[::1:{port}{base}/end"),
    REFUSED("mailto", "mailto:", FETCH, SCHEME_ASKED, "mailto:ada@example.com"),
    REFUSED("javascript", "javascript:", FETCH, SCHEME_ASKED, "javascript:alert(1)"),
    REFUSED("data", "data:", FETCH, SCHEME_ASKED, "data:text/plain,end"),
    REFUSED("file", "file:", FETCH, SCHEME_ASKED, "file:///etc/hostname"),
    REFUSED("unknown-scheme", "an unknown scheme", FETCH, SCHEME_ASKED, "x-lab:end"),
};

const yn_lab_group yn_lab_location = {"location", "Forms of the Location", cases,
                                      sizeof cases / sizeof *cases};
