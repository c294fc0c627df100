// SPDX-License-Identifier: MIT
// Resolves references against a base, as a browser does with the links of a page, and shows the
// parts of what comes out.
//
//   resolve_url BASE REFERENCE…
#include <stdio.h>

#include <yonder/url.h>

static const char *const part_names[YONDER_URL_PARTS] = {
    "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash",
};

static int resolve(const yonder_url *base, const char *reference)
{
    yonder_url url;
    int error = yonder_url_parse(&url, yonder_text_of(reference), base, NULL);
    if (error) {
        printf("%s\n  %s\n", reference, yonder_strerror(error));
        return 1;
    }
    printf("%s\n  %s\n", reference, url.href);
    for (int part = 0; part < YONDER_URL_PARTS; part++) {
        yonder_text value = yonder_url_get(&url, (yonder_url_part)part);
        if (value.len)
            printf("    %-9s %.*s\n", part_names[part], (int)value.len, value.ptr);
    }
    yonder_url_free(&url, NULL);
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const sample[] = {"../b?c#d", "//Example.ORG:443/%7Euser", "http://[::1"};
    const char *base_text = argc > 1 ? argv[1] : "https://user@example.com/docs/a/";
    yonder_url base;
    int error = yonder_url_parse(&base, yonder_text_of(base_text), NULL, NULL);
    if (error) {
        fprintf(stderr, "%s: %s\n", base_text, yonder_strerror(error));
        return 2;
    }
    int failures = 0;
    if (argc > 2) {
        for (int i = 2; i < argc; i++)
            failures += resolve(&base, argv[i]);
    } else {
        for (size_t i = 0; i < sizeof sample / sizeof *sample; i++)
            resolve(&base, sample[i]);
    }
    yonder_url_free(&base, NULL);
    return failures != 0;
}
