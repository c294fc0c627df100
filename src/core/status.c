// SPDX-License-Identifier: MIT
// The statuses of HTTP: the IANA HTTP Status Code Registry, and our own words for the redirects.
#include <yonder/redirect.h>

typedef struct status_row {
    short status;
    const char *phrase;
    const char *meaning;
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
    {300, "Multiple Choices", "several forms to choose from, Location names the preferred one"},
    {301, "Moved Permanently", "moved for good, POST may become GET"},
    {302, "Found", "elsewhere for now, POST may become GET"},
    {303, "See Other", "the answer is elsewhere, to be fetched with GET"},
    {304, "Not Modified", "the copy in the cache is still good, no redirect"},
    {305, "Use Proxy", "to be asked for through a proxy, deprecated as unsafe"},
    {306, "Unused", "reserved, once told which proxy to use next"},
    {307, "Temporary Redirect", "elsewhere for now, method kept"},
    {308, "Permanent Redirect", "moved for good, method kept"},
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
    static const status_row none = {0, "", ""};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].status == status)
            return &rows[i];
    return &none;
}

const char *yonder_status_phrase(int status)
{
    return find(status)->phrase;
}

const char *yonder_status_meaning(int status)
{
    return find(status)->meaning;
}
