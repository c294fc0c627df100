// SPDX-License-Identifier: MIT
#include "report/status_page.h"

#include <yonder/redirect.h>

#include "base/text.h"

#define TEMPORARY_SEARCH                                                                           \
    "The URL that redirects stays in the index. To Google the redirect is a weak hint that the "   \
    "target may be the better address; other signals can outweigh it."
#define PERMANENT_SEARCH                                                                           \
    "The target takes the place of the old URL. To Google it is a strong sign that the target is " \
    "the canonical address, 301 and 308 alike. Leave it in place for a year or more, since old "   \
    "links go on being followed."

static const yn_status_page pages[] = {
    {
        .name = "300",
        .status = 300,
        .kind = YN_STATUS_CHOICE,
        .meaning = "There are several forms of the resource, each with a URL of its own; the "
                   "content lists them, and the user or the client is to choose. If the server has "
                   "a favourite, Location should name it, and a client may go there by itself. "
                   "Without Location it is a page like any other.",
        .cache = "May be kept unless its fields say otherwise (heuristically cacheable).",
        .search_engine =
            "Not among the redirects that Google documents. Count on nothing but the URL itself.",
        .use_when = "Hardly ever: where the choice really is the user's. Clients disagree on "
                    "whether to follow it, as the table shows.",
        .instead = "301 or 308 if one target is right. 200 with a page of links if the user is to "
                   "choose. 200 and Vary if the server chooses, by language or format.",
        .sections = {{"Beware", "No format of the list is agreed on, so a client cannot choose "
                                "from it by itself; it is for people."}},
        .specification = "RFC 9110 section 15.4.1",
    },
    {
        .name = "301",
        .status = 301,
        .kind = YN_STATUS_REDIRECT,
        .meaning = "The resource has a new URL for good, the one in Location, and links should be "
                   "changed to it. A client may turn POST into GET, and nearly all do: the form's "
                   "content is lost on the way.",
        .cache = "May be kept unless its fields say otherwise (heuristically cacheable). Some "
                 "clients keep it without end where it sets none itself (max-age in Cache-Control, "
                 "or Expires). Such a 301 cannot be taken back: whoever has it does not ask again "
                 "until it is evicted or the user clears the cache. Send \"Cache-Control: "
                 "max-age=86400\" or so until you are sure.",
        .search_engine = PERMANENT_SEARCH,
        .use_when = "A page, a site or a host has moved for good and is only ever read: old URLs, "
                    "http to https, the canonical host.",
        .instead = "308 if forms, uploads or an API are behind it, so that the method is kept. 302 "
                   "or 307 if the move may be undone. 410 if there is nothing to go to.",
        .sections = {{"History", "HTTP/1.0 wanted a POST repeated as POST, after asking the user. "
                                 "Browsers sent a GET without asking; the standard now allows "
                                 "that, and 308 came for those who need the method kept."}},
        .specification = "RFC 9110 section 15.4.2",
    },
    {
        .name = "302",
        .status = 302,
        .kind = YN_STATUS_REDIRECT,
        .meaning =
            "The resource is at another URL for now; go on using the one you have. A client may "
            "turn POST into GET, and nearly all do: the form's content is lost on the way.",
        .cache = "Asked for anew each time, unless Cache-Control or Expires allow it to be kept.",
        .search_engine = TEMPORARY_SEARCH,
        .use_when = "A detour for pages that are only read: a promotion, a way through the login, "
                    "the visitor's language (then with Vary).",
        .instead = "303 to show the result of a POST. 307 if the method must be kept. 301 or 308 "
                   "if the move is for good.",
        .sections = {{"History",
                      "Called Moved Temporarily in HTTP/1.0, with the method kept. Browsers made "
                      "it a GET, so HTTP/1.1 took it apart: 303 says GET, 307 says the same "
                      "method. 302 stayed as the one that leaves it open."}},
        .specification = "RFC 9110 section 15.4.3",
    },
    {
        .name = "303",
        .status = 303,
        .kind = YN_STATUS_REDIRECT,
        .meaning = "The answer is at another URL, to be fetched with GET, whatever the method was "
                   "(a HEAD stays a HEAD). The target is another resource and answers indirectly: "
                   "it describes what was asked for, or the result of what was done.",
        .cache = "Asked for anew each time, unless Cache-Control or Expires allow it to be kept. "
                 "RFC 2616 forbade even that; RFC 9110 does not.",
        .search_engine = TEMPORARY_SEARCH,
        .use_when = "The end of a POST: send the browser to a page that shows the result, so that "
                    "reload and back do not post again (POST, redirect, GET). Or a URL that names "
                    "a thing and not a document: lead to the document about it.",
        .instead = "307 or 308 if the request itself is to be made elsewhere. 201 with Location if "
                   "a program made something and need not fetch it.",
        .sections = {{"Beware", "Clients of HTTP/1.0 do not know it. Send them 302."}},
        .specification = "RFC 9110 section 15.4.4",
    },
    {
        .name = "304",
        .status = 304,
        .kind = YN_STATUS_NO_REDIRECT,
        .meaning = "Not a redirect. The answer to a conditional GET or HEAD (If-None-Match, "
                   "If-Modified-Since): what the client has kept is still good, so it is not sent "
                   "again. A 304 has no content, and a Location has no business in it.",
        .cache = "Not kept itself: it freshens the stored response (RFC 9111 section 4.3.4), and "
                 "so repeats ETag, Cache-Control, Expires, Vary, Date and Content-Location as a "
                 "200 would have had them.",
        .search_engine = "Google takes it to say that the content is that of the last crawl. No "
                         "other effect on the index.",
        .use_when = "Your server does it by itself wherever a resource has an ETag or a "
                    "Last-Modified; see that it does.",
        .instead = "301, 302, 303, 307 or 308 if a redirect is meant. 412 where If-Match or "
                   "If-Unmodified-Since fails, or where the method is neither GET nor HEAD.",
        .specification = "RFC 9110 section 15.4.5",
    },
    {
        .name = "305",
        .status = 305,
        .kind = YN_STATUS_NO_REDIRECT,
        .meaning = "Deprecated. It meant: fetch this through the proxy that Location names.",
        .cache = "Nothing to keep.",
        .search_engine = "Not among the statuses that Google documents. There is nothing to index.",
        .use_when = "Never.",
        .instead = "Proxy settings that the user or the administrator makes, such as a proxy "
                   "auto-configuration file. 301, 302, 303, 307 or 308 if a redirect was meant.",
        .sections = {{"Why deprecated",
                      "A response could put a proxy of a stranger's choice between the client and "
                      "a site. Browsers dropped it for that, and RFC 7231 deprecated it."}},
        .specification = "RFC 9110 section 15.4.6; last defined in RFC 2616 section 10.3.6",
    },
    {
        .name = "306",
        .status = 306,
        .kind = YN_STATUS_NO_REDIRECT,
        .meaning =
            "Without meaning. The number was used once, is so no longer, and stays reserved.",
        .cache = "Nothing to keep.",
        .search_engine = "Not among the statuses that Google documents. There is nothing to index.",
        .use_when = "Never.",
        .instead = "301, 302, 303, 307 or 308 if a redirect was meant.",
        .sections = {{"History", "A draft of 1996 called it Switch Proxy: use this proxy from now "
                                 "on. It had the dangers of 305, and no RFC defines it."}},
        .specification = "RFC 9110 section 15.4.7",
    },
    {
        .name = "307",
        .status = 307,
        .kind = YN_STATUS_REDIRECT,
        .meaning =
            "The resource is at another URL for now; go on using the one you have. The request is "
            "to be made there with the same method and content: a POST is posted again.",
        .cache = "Asked for anew each time, unless Cache-Control or Expires allow it to be kept.",
        .search_engine = TEMPORARY_SEARCH,
        .use_when = "A detour for forms, uploads and APIs: maintenance, another machine for a "
                    "while, http to https while it is being tried out.",
        .instead = "308 if the move is for good. 303 to show the result of a POST. 302 where only "
                   "reading matters, or for HTTP/1.0, which does not know 307.",
        .sections = {{"Beware", "The target gets the content of the request, passwords included. "
                                "Redirect to hosts you trust. Where a body cannot be sent twice, "
                                "as with an upload from a stream, the client gives up."},
                     {"Not this", "The \"307 Internal Redirect\" that a browser shows is from no "
                                  "server: see 'yonder explain internal'."}},
        .specification = "RFC 9110 section 15.4.8",
    },
    {
        .name = "308",
        .status = 308,
        .kind = YN_STATUS_REDIRECT,
        .meaning = "The resource has a new URL for good, the one in Location, and links should be "
                   "changed to it. Like 301, but the request is made there with the same method "
                   "and content: a POST is posted again.",
        .cache = "May be kept unless its fields say otherwise (heuristically cacheable). Some "
                 "clients keep it without end where it sets none itself (max-age in Cache-Control, "
                 "or Expires). Such a 308 cannot be taken back: whoever has it does not ask again "
                 "until it is evicted or the user clears the cache. Send \"Cache-Control: "
                 "max-age=86400\" or so until you are sure.",
        .search_engine = PERMANENT_SEARCH,
        .use_when = "A move for good where forms, uploads or an API are behind the URL, or where "
                    "you cannot tell: it does all that 301 does, and keeps the method.",
        .instead = "301 for clients from before 2015. 307 if the move may be undone. 303 to show "
                   "the result of a POST. 410 if there is nothing to go to.",
        .sections =
            {{"Beware", "A client that does not know it treats it as 300 and shows its content, so "
                        "have a link there. Clients of HTTP/1.0 are such."},
             {"History",
              "RFC 7238 in 2014, as an experiment; RFC 7538 in 2015. Google's resumable uploads "
              "had used the number before, as Resume Incomplete and without Location."}},
        .specification = "RFC 9110 section 15.4.9",
    },
    {
        .name = "internal",
        .status = 307,
        .kind = YN_STATUS_INTERNAL,
        .phrase = "Internal Redirect",
        .summary = "the browser's own step from http to https",
        .meaning = "No server sent this. The client knows the host as one for HTTPS only (HSTS), "
                   "so it turned http into https before it asked anyone. Chrome shows the step as "
                   "\"307 Internal Redirect\" with \"Non-Authoritative-Reason: HSTS\". It is a 307 "
                   "because nothing else changes: method, content, path and query stay, port 80 "
                   "becomes 443 and other ports stay.",
        .cache = "Not a cache entry. It lasts as long as the host is known: max-age seconds from "
                 "the last Strict-Transport-Security field seen over HTTPS, or as long as the "
                 "preload list has it. Emptying the cache does not end it.",
        .search_engine = "Search engines never see it, for the server never sent it. What counts "
                         "is the status the server gives to http; that should be 301 or 308. Ask "
                         "without HSTS: 'yonder trace --as curl http://...'.",
        .use_when = "It is not yours to send. You get it by sending Strict-Transport-Security with "
                    "every HTTPS response, and a 301 or 308 from http to https on the same host "
                    "for those who do not know yet.",
        .instead = "Nothing: it is what you want. Only the redirect behind it can be wrong.",
        .sections =
            {{"The first visit", "A browser learns HSTS from a response over HTTPS, so its very "
                                 "first request may go out in clear text, where someone on the way "
                                 "can answer it. The preload list, which is built into browsers, "
                                 "closes that gap; names under .dev and .app are on it whole."},
             {"How to see it", "There is no remote address and no line in the server's log. "
                               "Non-Authoritative-Reason alone proves nothing, a server can send "
                               "it too. Firefox shows no such response: its request is https from "
                               "the start, and so are those of wget and of curl with --hsts."},
             {"How to clear it",
              "Chrome: chrome://net-internals/#hsts, Delete domain. Firefox: Forget About This "
              "Site. The server: max-age=0 over HTTPS. An entry of the preload list stays in "
              "Chrome whatever the server says; getting off the list takes months."},
             {"Not HSTS", "With \"Non-Authoritative-Reason: HttpsUpgrades\", and then as \"307 "
                          "Temporary Redirect\", Chrome merely tries https first, and goes back to "
                          "http where that fails. It stops no attacker. Other reasons: DNS (an "
                          "HTTPS record says so), an extension."}},
        .specification = "RFC 6797 section 8.3; Fetch standard, main fetch; no RFC has the 307",
    },
};
enum {
    page_count = sizeof pages / sizeof *pages
};

const yn_status_choice yn_status_choices[] = {
    {true, "may_change", 301}, {true, "kept", 308}, {false, "may_change", 302},
    {false, "kept", 307},      {false, "get", 303}, {0},
};

const char *yn_status_kind_code(yn_status_kind kind)
{
    static const char *const codes[] = {
#define CODE(name, code) code,
        YN_STATUS_KINDS(CODE)
#undef CODE
    };
    return codes[kind];
}

const yn_status_page *yn_status_page_at(size_t index)
{
    return index < page_count ? &pages[index] : NULL;
}

const yn_status_page *yn_status_page_find(yonder_text name)
{
    for (size_t i = 0; i < page_count; i++)
        if (yn_equal_nocase(name, yonder_text_of(pages[i].name)))
            return &pages[i];
    return yn_equal_nocase(name, YN_TEXT("307-internal")) ? &pages[page_count - 1] : NULL;
}

const char *yn_status_page_phrase(const yn_status_page *page)
{
    return page->phrase ? page->phrase : yonder_status_phrase(page->status);
}

const char *yn_status_page_summary(const yn_status_page *page)
{
    return page->summary ? page->summary : yonder_status_meaning(page->status, YN_TEXT("POST"));
}
