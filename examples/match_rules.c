// SPDX-License-Identifier: MIT
// Asks a rule set what it answers to requests, without a server.
#include <stdio.h>
#include <stdlib.h>

#include <yonder/rules.h>

static const char rules_text[] = "/register-form.html  /signup-form.html       temporary\n"
                                 "/blog/*              https://blog.example.com/:splat permanent\n"
                                 "/user/:id            /u/:id                   308\n"
                                 "/leaflet.pdf         -                        410\n";

static const char broken_text[] = "/a /b 301\n"
                                  "/c /d 999\n";

static void report(void *context, const yonder_diagnostic *d)
{
    (void)context;
    printf("%.*s:%u:%u: %.*s\n  %.*s\n", (int)d->file.len, d->file.ptr, d->line, d->column,
           (int)d->message.len, d->message.ptr, (int)d->source_line.len, d->source_line.ptr);
}

static int read_rules(yonder_rules **rules, const char *name, const char *text)
{
    yonder_rules_source source = {yonder_text_of(name), yonder_text_of(text)};
    yonder_rules_reading how = {.report = report};
    return yonder_rules_read(rules, &source, 1, &how);
}

static int ask(const yonder_rules *rules, const char *target)
{
    yonder_rules_request request = {.host = yonder_text_of("www.example.com"),
                                    .target = yonder_text_of(target)};
    size_t scratch_size = YONDER_RULES_SCRATCH(request.target.len);
    char *scratch = malloc(scratch_size);
    if (!scratch)
        return YONDER_NO_MEMORY;
    yonder_rules_answer answer;
    int found = yonder_rules_match(rules, &request, scratch, scratch_size, &answer);
    if (found == 1)
        printf("%-26s %d %.*s  (%.*s:%u)\n", target, answer.status, (int)answer.location.len,
               answer.location.ptr, (int)answer.file.len, answer.file.ptr, answer.line);
    else
        printf("%-26s %s\n", target, found == 0 ? "no rule" : yonder_strerror(found));
    free(scratch);
    return found < 0 ? found : 0;
}

int main(void)
{
    static const char *const targets[] = {
        "/register-form.html?from=mail", "/blog/2026/a%20b", "/user/42", "/leaflet.pdf", "/nothing",
    };
    yonder_rules *rules;
    int error = read_rules(&rules, "site.rules", rules_text);
    if (error) {
        fprintf(stderr, "%s\n", yonder_strerror(error));
        return 1;
    }
    for (size_t i = 0; i < sizeof targets / sizeof *targets && !error; i++)
        error = ask(rules, targets[i]);
    yonder_rules_free(rules);

    // A file with errors is refused whole, and every error is told.
    int refused = read_rules(&rules, "broken.rules", broken_text);
    printf("broken.rules: %s\n", yonder_strerror(refused));
    return error || refused != YONDER_INVALID_RULES;
}
