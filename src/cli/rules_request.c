// SPDX-License-Identifier: MIT
#include "cli/rules_request.h"

#include "base/text.h"

// Where the authority that starts at `at` ends.
static size_t authority_end(yonder_text url, size_t at)
{
    while (at < url.len && url.ptr[at] != '/' && url.ptr[at] != '?' && url.ptr[at] != '#')
        at++;
    return at;
}

static size_t scheme_len(yonder_text url, bool *https)
{
    static const yonder_text schemes[] = {YN_TEXT_INIT("http://"), YN_TEXT_INIT("https://")};
    for (size_t i = 0; i < 2; i++)
        if (url.len >= schemes[i].len &&
            yn_equal_nocase(yn_slice(url, 0, schemes[i].len), schemes[i])) {
            *https = i == 1;
            return schemes[i].len;
        }
    return 0;
}

const char *yn_rules_request_url(yonder_rules_request *request, yonder_text url, char *room)
{
    size_t start = scheme_len(url, &request->https), end = authority_end(url, start);
    if (!start && (url.len == 0 || url.ptr[0] != '/'))
        return "a URL is absolute, of http or https, or a path that starts with '/'";
    yonder_text authority = yn_slice(url, start, start ? end : start);
    size_t user = yn_find_char(authority, '@');
    if (user < authority.len)
        authority = yn_skip(authority, user + 1);
    if (start && !authority.len)
        return "the URL has no host";
    request->host = authority;
    for (size_t i = 0; i < request->field_count; i++)
        if (yn_equal_nocase(request->fields[i].name, YN_TEXT("host")))
            request->host = request->fields[i].value;
    yonder_text rest = start ? yn_skip(url, end) : url;
    rest.len = yn_find_char(rest, '#');
    request->target = rest;
    if (rest.len && rest.ptr[0] == '/')
        return NULL;
    room[0] = '/';
    if (rest.len)
        memcpy(room + 1, rest.ptr, rest.len);
    request->target = (yonder_text){room, rest.len + 1};
    return NULL;
}
