// SPDX-License-Identifier: MIT
#include "dialects/convert.h"

typedef struct failing {
    size_t until; // allocations that still succeed
    size_t live;
} failing;

static void *fail_after(void *context, void *ptr, size_t size)
{
    failing *f = context;
    if (size == 0) {
        f->live -= ptr != NULL;
        free(ptr);
        return NULL;
    }
    if (f->until == 0)
        return NULL;
    f->until--;
    f->live += !ptr;
    return realloc(ptr, size);
}

static void take_note(void *context, const yn_note *note)
{
    (void)context;
    assert_true(note->message.len > 0);
}

// Reads and writes with so many allocations; the error.
static int convert_with(failing *f, size_t until, const yn_dialect *from, const yn_dialect *to,
                        const char *text)
{
    yonder_mem mem = {fail_after, f};
    yonder_rules_source source = {yonder_text_of("f"), yonder_text_of(text)};
    yn_dialect_input input = {.sources = &source, .source_count = 1, .mem = &mem};
    yn_notes notes = {take_note, NULL};
    yn_buf out = yn_buf_make(1 << 24, &mem);
    yn_writer writer;
    f->until = until;
    int error = to->write(&writer, &out, &notes, &mem);
    if (!error) {
        error = from->read(&input, &writer.sink, &notes);
        int finished = writer.finish(writer.sink.context);
        error = error ? error : finished;
    }
    yn_buf_free(&out);
    return error;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    static const struct {
        const yn_dialect *from, *to;
        const char *text;
    } rows[] = {
        {&yn_dialect_nginx, &yn_dialect_nginx,
         "map $uri $to { /a /b; ~^/c/(.*) /d/$1; }\n"
         "server { listen 80; server_name a.test *.b.test; if ($to) { return 301 $to; }\n"
         "rewrite ^(/x/.*)?$ https://x.test$1? permanent; location /api/ { proxy_pass http://y; }\n"
         "if ($host = c.a.test) { return 302 http://$host/; } location / { return 301 /z; } }\n"},
        {&yn_dialect_apache, &yn_dialect_apache,
         "RewriteEngine on\nRewriteCond %{HTTP_HOST} ^(www\\.)?a\\.test$ [NC]\n"
         "RewriteCond %{QUERY_STRING} id=(1|2)\nRewriteRule ^/p/(.*) /q/$1 [R=301,L]\n"
         "RewriteRule ^/keep/ - [L]\nRedirect /a /b\nRedirectMatch ^/c(.*) /d$1\n"},
        {&yn_dialect_caddy, &yn_dialect_caddy,
         "a.test {\n@m {\npath /a /b/*\nmethod POST\n}\nredir @m /c{uri}\nhandle /d* {\nredir * "
         "/e\n}\n}\n"},
        {&yn_dialect_htaccess, &yn_dialect_haproxy,
         "RewriteEngine on\nRewriteRule ^a/(.*)$ b/$1 [R]\nRedirect gone /x\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        failing f = {0};
        size_t n = 0;
        int error;
        while ((error = convert_with(&f, n, rows[i].from, rows[i].to, rows[i].text)) != YONDER_OK) {
            assert_int_equal(error, YONDER_NO_MEMORY);
            assert_int_equal(f.live, 0);
            assert_true(++n < 20000);
        }
        assert_int_equal(f.live, 0);
        assert_true(n > 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
