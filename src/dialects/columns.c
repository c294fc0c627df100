// SPDX-License-Identifier: MIT
#include "dialects/columns.h"

#include "base/text.h"

// What header rows call them, in lower case and with blanks between words.
static const char *const header_names[YN_COLUMN_COUNT][24] = {
    [YN_COLUMN_FROM] = {"from",      "source",       "source url", "source path",  "old",
                        "old url",   "old path",     "url",        "url from",     "from url",
                        "from path", "path",         "request",    "request path", "redirect from",
                        "origin",    "original url", "legacy url", "address",      "old address"},
    [YN_COLUMN_TO] = {"to",           "target",           "target url", "target path",
                      "destination",  "destination url",  "new",        "new url",
                      "new path",     "url to",           "to url",     "to path",
                      "redirect to",  "redirects to",     "redirect",   "redirect url",
                      "new address",  "destination path", "location",   "expected location",
                      "expected url", "final url"},
    [YN_COLUMN_STATUS] = {"status", "code", "status code", "statuscode", "http status", "http code",
                          "type", "redirect type", "redirect code", "http status code",
                          "response code", "expected status", "expected code"},
};

static bool is_header_name(yonder_text cell, const char *name)
{
    size_t len = strlen(name);
    if (cell.len != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = cell.ptr[i] == '_' || cell.ptr[i] == '-' ? ' ' : yn_lower(cell.ptr[i]);
        if (c != name[i])
            return false;
    }
    return true;
}

size_t yn_column_find(const yn_csv *csv, yn_column column)
{
    for (const char *const *name = header_names[column]; *name; name++)
        for (size_t i = 0; i < csv->count; i++)
            if (is_header_name(csv->cells[i], *name))
                return i;
    return SIZE_MAX;
}

bool yn_cell_is_address(yonder_text t)
{
    return t.len && (t.ptr[0] == '/' || t.ptr[0] == '~' || yn_scheme_length(t) ||
                     yn_find_char(t, '/') < t.len || yn_find_char(t, '.') < t.len);
}

bool yn_cell_starts_with_host(yonder_text t)
{
    size_t end = yn_find_char(t, '/'), dot = yn_find_char(yn_slice(t, 0, end), '.');
    return dot && dot < end && (end < t.len || yn_starts_with(t, YN_TEXT("www.")));
}

bool yn_cell_has_other_scheme(yonder_text t)
{
    size_t n = yn_name_length(t);
    return n && n + 1 < t.len && t.ptr[n] == ':' && !yn_is_digit((unsigned char)t.ptr[n + 1]);
}

bool yn_cell_status(yonder_text cell, int *status)
{
    static const struct {
        const char *word;
        int status;
    } words[] = {{"permanent", 308}, {"temporary", 307}, {"see-other", 303}, {"gone", 410}};
    uint64_t n;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (yn_equal_nocase(cell, yonder_text_of(words[i].word))) {
            *status = words[i].status;
            return true;
        }
    }
    bool ends = cell.len == 3 || (cell.len > 3 && memchr(" .:(-", cell.ptr[3], 5));
    if (!ends || !yn_parse_number(yn_slice(cell, 0, 3), 599, &n))
        return false;
    *status = (int)n;
    return true;
}
