// SPDX-License-Identifier: MIT
// The statuses of HTTP: the IANA HTTP Status Code Registry, and our own words for the redirects.
#include <yonder/redirect.h>

#include "base/text.h"

typedef struct status_row {
    short status;
    const char *phrase;
    const char *meaning;
    const char *of_post; // the same of a POST; NULL where that makes no difference
} status_row;

// clang-format off
static const status_row rows[] = {
    {100, "Continue", ""},
    {101, "Switching Protocols", ""},
    {102, "Processing", ""},
    {103, "Early Hints", ""},
    {104, "Upload Resumption Supported", ""},
    {200, "OK", ""},
    {201, "Created", ""},
    {202, "Accepted", ""},
    {203, "Non-Authoritative Information", ""},
    {204, "No Content", ""},
    {205, "Reset Content", ""},
    {206, "Partial Content", ""},
    {207, "Multi-Status", ""},
    {208, "Already Reported", ""},
    {226, "IM Used", ""},
    {300, "Multiple Choices", "several forms to choose from"},
    {301, "Moved Permanently", "moved for good", "for good, POST may become GET"},
    {302, "Found", "elsewhere for now", "for now, POST may become GET"},
    {303, "See Other", "the answer is elsewhere, GET"},
    {304, "Not Modified", "the cached copy is still good"},
    {305, "Use Proxy", "ask a proxy, deprecated"},
    {306, "Unused", "reserved, has no meaning"},
    {307, "Temporary Redirect", "for now, method kept"},
    {308, "Permanent Redirect", "for good, method kept"},
    {400, "Bad Request", ""},
    {401, "Unauthorized", ""},
    {402, "Payment Required", ""},
    {403, "Forbidden", ""},
    {404, "Not Found", ""},
    {405, "Method Not Allowed", ""},
    {406, "Not Acceptable", ""},
    {407, "Proxy Authentication Required", ""},
    {408, "Request Timeout", ""},
    {409, "Conflict", ""},
    {410, "Gone", ""},
    {411, "Length Required", ""},
    {412, "Precondition Failed", ""},
    {413, "Content Too Large", ""},
    {414, "URI Too Long", ""},
    {415, "Unsupported Media Type", ""},
    {416, "Range Not Satisfiable", ""},
    {417, "Expectation Failed", ""},
    {418, "Unused", ""},
    {421, "Misdirected Request", ""},
    {422, "Unprocessable Content", ""},
    {423, "Locked", ""},
    {424, "Failed Dependency", ""},
    {425, "Too Early", ""},
    {426, "Upgrade Required", ""},
    {428, "Precondition Required", ""},
    {429, "Too Many Requests", ""},
    {431, "Request Header Fields Too Large", ""},
    {451, "Unavailable For Legal Reasons", ""},
    {500, "Internal Server Error", ""},
    {501, "Not Implemented", ""},
    {502, "Bad Gateway", ""},
    {503, "Service Unavailable", ""},
    {504, "Gateway Timeout", ""},
    {505, "HTTP Version Not Supported", ""},
    {506, "Variant Also Negotiates", ""},
    {507, "Insufficient Storage", ""},
    {508, "Loop Detected", ""},
    {510, "Not Extended", ""},
    {511, "Network Authentication Required", ""},
};
// clang-format on

static const status_row *find(int status)
{
    static const status_row none = {0, "", "", NULL};
    size_t from = 0, to = sizeof rows / sizeof *rows; // the rows are in order
    while (to - from > 1) {
        size_t middle = (from + to) / 2;
        if (rows[middle].status <= status)
            from = middle;
        else
            to = middle;
    }
    return rows[from].status == status ? &rows[from] : &none;
}

const char *yonder_status_phrase(int status)
{
    return find(status)->phrase;
}

const char *yonder_status_meaning(int status, yonder_text method)
{
    const status_row *row = find(status);
    return row->of_post && yn_equal(method, YN_TEXT("POST")) ? row->of_post : row->meaning;
}
