// SPDX-License-Identifier: MIT
#include "test.h"

#include "base/text.h"
#include "server/access.h"

static const yn_h1_limits limits = {16384, 8192, 100};

static void lines_are_what_readers_of_logs_expect(void **state)
{
    (void)state;
    static const struct {
        const char *head; // NULL: it was not understood
        const char *combined, *json;
    } rows[] = {
        {"GET /a?b HTTP/1.1\r\nHost: h\r\nReferer: http://r/\r\nUser-Agent: agent/1\r\n\r\n",
         "192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] \"GET /a?b HTTP/1.1\" 301 12 \"http://r/\" "
         "\"agent/1\"\n",
         "{\"time\":\"1994-11-06T08:49:37Z\",\"client\":\"192.0.2.1\",\"scheme\":\"https\","
         "\"method\":\"GET\","
         "\"host\":\"h\",\"target\":\"/a?b\",\"protocol\":\"HTTP/1.1\",\"referer\":\"http://r/"
         "\",\"user_agent\":"
         "\"agent/1\",\"status\":301,\"bytes\":12,\"location\":\"/"
         "n\",\"file\":\"f\",\"line\":3}\n"},
        {"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
         "192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] \"OPTIONS * HTTP/1.1\" 301 12 \"-\" \"-\"\n",
         NULL},
        {"CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n",
         "192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] \"CONNECT h:1 HTTP/1.1\" 301 12 \"-\" \"-\"\n",
         NULL},
        {"GET / HTTP/1.0\r\nUser-Agent: \"\\\xC2\x9B\t\xFF\r\n\r\n",
         "192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] \"GET / HTTP/1.0\" 301 12 \"-\" "
         "\"\\x22\\x5C\\xC2\\x9B\\x09\\xFF\"\n",
         NULL},
        {NULL, "192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] \"-\" 301 12 \"-\" \"-\"\n",
         "{\"time\":\"1994-11-06T08:49:37Z\",\"client\":\"192.0.2.1\",\"scheme\":\"https\","
         "\"status\":301,"
         "\"bytes\":12,\"location\":\"/n\",\"file\":\"f\",\"line\":3}\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static yn_h1_request request;
        yonder_rules_answer answer = {.cause = YONDER_RULES_RULE, .file = YN_TEXT("f"), .line = 3};
        yn_access_entry entry = {.now = 784111777,
                                 .client = YN_TEXT("192.0.2.1"),
                                 .https = true,
                                 .status = 301,
                                 .body = 12,
                                 .location = YN_TEXT("/n"),
                                 .answer = &answer};
        if (rows[i].head) {
            assert_true(yn_h1_parse(&request, yonder_text_of(rows[i].head), &limits) > 0);
            entry.request = &request;
        }
        yn_buf out = yn_buf_make(4096, NULL);
        yn_access_write(&out, YN_ACCESS_COMBINED, &entry);
        assert_text(rows[i].combined, yn_buf_text(&out), rows[i].combined);
        out.len = 0;
        yn_access_write(&out, YN_ACCESS_JSON, &entry);
        if (rows[i].json)
            assert_text(rows[i].json, yn_buf_text(&out), rows[i].json);
        assert_int_equal(out.error, 0);
        yn_buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_what_readers_of_logs_expect),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
