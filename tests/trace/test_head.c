// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/text.h"
#include "trace/head.h"

typedef struct row {
    const char *name;
    const char *lines; // ended by CR LF or LF
    bool complete;
    int status;
    const char *version, *phrase;
    const char *fields; // "name=value|name=value"
} row;

static const row rows[] = {
    {"a plain head", "HTTP/1.1 301 Moved Permanently\r\nLocation: /b\r\nX: 1\r\n\r\n", true, 301,
     "1.1", "Moved Permanently", "Location=/b|X=1"},
    {"repeated fields stay apart and in order", "HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\nA: 3\r\n\r\n",
     true, 200, "1.1", "OK", "A=1|B=2|A=3"},
    {"HTTP/2 has no phrase", "HTTP/2 204 \r\nserver: x\r\n\r\n", true, 204, "2", "", "server=x"},
    {"no phrase, no space", "HTTP/1.0 200\r\n\r\n", true, 200, "1.0", "", ""},
    {"blanks around a value", "HTTP/1.1 200 OK\r\nA: \t x y \t\r\nB:\r\n\r\n", true, 200, "1.1",
     "OK", "A=x y|B="},
    {"an interim response is passed over",
     "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n",
     true, 302, "1.1", "Found", "Location=/b"},
    {"101 is final", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", true, 101, "1.1",
     "Switching Protocols", "Upgrade=x"},
    {"trailers are left out", "HTTP/1.1 200 OK\r\nA: 1\r\n\r\nB: 2\r\nHTTP/1.1 500 No\r\n\r\n",
     true, 200, "1.1", "OK", "A=1"},
    {"a folded value is joined", "HTTP/1.1 200 OK\r\nA: x\r\n \t y\r\nB: 1\r\n\r\n", true, 200,
     "1.1", "OK", "A=x y|B=1"},
    {"a fold before any field is kept out", "HTTP/1.1 200 OK\r\n x: 1\r\n\r\n", true, 200, "1.1",
     "OK", " x=1"},
    {"a line without a colon is no field", "HTTP/1.1 200 OK\nnonsense\nA: 1\n\n", true, 200, "1.1",
     "OK", "A=1"},
    {"a head cut short", "HTTP/1.1 200 OK\r\nA: 1\r\n", false, 200, "1.1", "OK", NULL},
    {"only an interim response", "HTTP/1.1 100 Continue\r\n\r\n", false, 100, "1.1", "Continue",
     NULL},
    {"a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", false, 0, NULL, NULL, NULL},
    {"a status that is no number", "HTTP/1.1 2x0 OK\r\n\r\n", false, 0, NULL, NULL, NULL},
    {"a version that is too long", "HTTP/1.10 200 OK\r\n\r\n", false, 0, NULL, NULL, NULL},
};

static void feed(yn_head *head, const char *lines)
{
    while (*lines) {
        size_t len = strcspn(lines, "\n") + 1;
        yn_head_line(head, (yonder_text){lines, len});
        lines += len;
    }
}

static void join_fields(char *out, size_t size, const yn_evidence *e)
{
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < e->field_count; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%.*s=%.*s", i ? "|" : "",
                               YN_PRINT(e->fields[i].name), YN_PRINT(e->fields[i].value));
}

static void a_head_is_put_together_from_its_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const row *r = &rows[i];
        yn_head head = yn_head_make();
        yn_arena arena = yn_arena_make(NULL);
        feed(&head, r->lines);
        assert_row(r->name, head.complete == r->complete);
        assert_row(r->name, head.status == r->status);
        if (r->complete) {
            yn_evidence e = {0};
            char fields[256];
            assert_int_equal(yn_head_finish(&head, &arena, &e), YONDER_OK);
            join_fields(fields, sizeof fields, &e);
            assert_int_equal(e.status, r->status);
            assert_text(r->name, e.version, r->version);
            assert_text(r->name, e.phrase, r->phrase);
            assert_text(r->name, yonder_text_of(fields), r->fields);
        }
        yn_arena_free(&arena);
        yn_head_free(&head);
    }
}

static void blanks_behind_a_value_stay_if_asked_for(void **state)
{
    (void)state;
    yn_head head = yn_head_make();
    head.keeps_blanks = true;
    yn_arena arena = yn_arena_make(NULL);
    yn_evidence e = {0};
    char fields[256];
    feed(&head, "HTTP/1.1 302 Found\r\nLocation: \t /x \t\r\nA:  \r\nB:1\r\n\r\n");
    assert_int_equal(yn_head_finish(&head, &arena, &e), YONDER_OK);
    join_fields(fields, sizeof fields, &e);
    assert_string_equal(fields, "Location=/x \t|A=|B=1");
    yn_arena_free(&arena);
    yn_head_free(&head);
}

static void a_head_without_end_is_refused(void **state)
{
    (void)state;
    yn_head head = yn_head_make();
    yn_arena arena = yn_arena_make(NULL);
    yn_evidence e;
    feed(&head, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < YN_HEAD_MAX / 4; i++)
        feed(&head, "A: 1\r\n");
    feed(&head, "\r\n");
    assert_int_equal(yn_head_finish(&head, &arena, &e), YONDER_TOO_LARGE);
    yn_arena_free(&arena);
    yn_head_free(&head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_is_put_together_from_its_lines),
        cmocka_unit_test(blanks_behind_a_value_stay_if_asked_for),
        cmocka_unit_test(a_head_without_end_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
