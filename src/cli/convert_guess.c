// SPDX-License-Identifier: MIT
#include "cli/convert_guess.h"

#include "base/text.h"

// A row fits if the file's name has that beginning and end, and its text that word. The first that
// does counts.
static const struct {
    const char *start, *end, *word, *dialect;
} rows[] = {
    {"_redirects", "", "", "netlify"},
    {".htaccess", "", "", "htaccess"},
    {"vercel", ".json", "", "vercel"},
    {".openpublishing.", ".json", "", "microsoft"},
    {"", ".json", "\"redirections\"", "microsoft"},
    {"", ".json", "\"match_type\"", "wordpress-json"},
    {"", ".json", "", "vercel"},
    {"", ".jsonl", "", "vercel"},
    {"", ".csv", "source,target,regex", "wordpress"},
    {"", ".csv", "source,destination", "vercel-csv"},
    {"", ".csv", "", "csv"},
    {"", ".tsv", "", "tsv"},
    {"", ".tab", "", "tsv"},
    {"Caddyfile", "", "", "caddy"},
    {"haproxy", "", "", "haproxy"},
    {"nginx", "", "", "nginx"},
    {"", ".conf", "RewriteRule", "apache"},
    {"", ".conf", "Redirect", "apache"},
    {"", ".conf", "", "nginx"},
    {"", ".rules", "", "yonder"},
};

static bool ends_with(yonder_text t, yonder_text end)
{
    return t.len >= end.len && yn_equal(yn_slice(t, t.len - end.len, t.len), end);
}

const yn_dialect *yn_convert_guess(const char *path, yonder_text text)
{
    const char *slash = strrchr(path, '/');
    yonder_text name = yonder_text_of(slash ? slash + 1 : path);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t word = strlen(rows[i].word);
        if (yn_starts_with(name, yonder_text_of(rows[i].start)) &&
            ends_with(name, yonder_text_of(rows[i].end)) &&
            (!word || memmem(text.ptr, text.len, rows[i].word, word)))
            return yn_dialect_find(yonder_text_of(rows[i].dialect));
    }
    return NULL;
}
