// SPDX-License-Identifier: MIT
// The lines to change. That servers read them is looked at by remedies.sh.
#include "test.h"

#include "audit/remedy.h"
#include "base/text.h"

typedef struct row {
    const char *name;
    yn_fix fix;
    yn_server server;
    const char *host, *other, *value;
    const char *lines; // NULL: none are written
} row;

static const row rows[] = {
    {"nginx sends it with errors, too", YN_FIX_HSTS, YN_SERVER_NGINX, "a.test", "", "max-age=1",
     "# in the server block that listens on 443, and again in each location of it that has an\n"
     "# add_header of its own; without \"always\" errors go without it\n"
     "add_header Strict-Transport-Security \"max-age=1\" always;\n"},
    {"yonder has words", YN_FIX_HSTS, YN_SERVER_YONDER, "a.test", "",
     "max-age=63072000; includeSubDomains", "[a.test]\nhsts max-age=63072000 includeSubDomains\n"},
    {"both hosts", YN_FIX_CANONICAL, YN_SERVER_YONDER, "a.test", "www.a.test", "",
     "[a.test www.a.test]\nhttps permanent\ncanonical www.a.test\n"},
    {"Caddy's own braces stay", YN_FIX_REDIRECT, YN_SERVER_CADDY, "a.test", "", "",
     "http://a.test {\n    redir https://a.test{uri} 308\n}\n"},
    {"a host that would end the block", YN_FIX_REDIRECT, YN_SERVER_NGINX, "a;}", "", "", NULL},
    {"a host of two lines", YN_FIX_REDIRECT, YN_SERVER_APACHE, "a\nb", "", "", NULL},
    {"no host", YN_FIX_REDIRECT, YN_SERVER_APACHE, "", "", "", NULL},
    {"no other host", YN_FIX_CANONICAL, YN_SERVER_NGINX, "a.test", "", "", NULL},
    {"a value with a quote", YN_FIX_HSTS, YN_SERVER_NGINX, "a.test", "", "max-age=\"1\"", NULL},
    {"no value", YN_FIX_HSTS_ONCE, YN_SERVER_CADDY, "a.test", "", "", NULL},
    {"nothing to mend", YN_FIX_NONE, YN_SERVER_NGINX, "a.test", "", "", NULL},
    {"certificates have no lines", YN_FIX_CERTIFICATE, YN_SERVER_NGINX, "a.test", "", "", NULL},
};

static void lines_are_filled_in_or_not_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        yn_buf out = yn_buf_make(4096, NULL);
        const yn_remedy_place place = {.host = yonder_text_of(rows[i].host),
                                       .other = yonder_text_of(rows[i].other),
                                       .value = yonder_text_of(rows[i].value)};
        bool written = yn_remedy_write(&out, rows[i].fix, rows[i].server, &place);
        assert_row(rows[i].name, written == (rows[i].lines != NULL));
        assert_text(rows[i].name, yn_buf_text(&out), rows[i].lines ? rows[i].lines : "");
        yn_buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_filled_in_or_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
