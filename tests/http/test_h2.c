// SPDX-License-Identifier: MIT
// Frames in, frames out, each written as a short text; and a whole conversation with nghttp2's
// client.
//
//   h1:301  HEADERS of stream 1 with that status    d1:90  DATA of 90 bytes    r1:5  RST_STREAM
//   g0:1    GOAWAY, last stream and error code      w1:9   WINDOW_UPDATE       s p   acknowledged
//   c1      CONTINUATION; a point after it is END_STREAM
#include "test.h"

#include <nghttp2/nghttp2.h>
#include <stdlib.h>

#include "base/text.h"
#include "http/h2.h"
#include "http/h2_frame.h"
#include "http/hpack.h"
#include "http/hpack_encoder.h"

enum {
    most_frames = 8,
    now = 1000000,
    max_body = 100000,
};

static const yn_h1_limits limits = {16384, 8192, 100};

typedef struct rig {
    yn_h2_server *server;
    yn_h2 *session;
    yn_hpack_decoder *decoder;
    yn_h1_request request;
    yn_buf in, out;
    char said[4096];
    char asked[256]; // the last request
    size_t seen;     // of `out`
    int64_t time;
    yonder_text location;
    char date[32];
} rig;

static rig *set_up(void)
{
    rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    r->server = yn_h2_server_new(&limits, max_body, 30000, 30000, 60000);
    r->session = yn_h2_new(r->server, now);
    r->decoder = yn_hpack_decoder_new();
    r->in = yn_buf_make(1 << 22, NULL);
    r->out = yn_buf_make(1 << 22, NULL);
    r->time = now;
    r->location = YN_TEXT("/new");
    sprintf(r->date, "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_true(r->server && r->session && r->decoder && yn_buf_reserve(&r->out, 1 << 22) &&
                yn_buf_reserve(&r->in, 1 << 20));
    return r;
}

static void tear_down(rig *r)
{
    yn_h2_free(r->session);
    yn_h2_server_free(r->server);
    yn_hpack_decoder_free(r->decoder);
    yn_buf_free(&r->in);
    yn_buf_free(&r->out);
    free(r);
}

// ---- what comes out -----------------------------------------------------------------------------

static void note_status(void *opaque, yonder_text name, yonder_text value)
{
    if (yn_equal(name, YN_TEXT(":status")))
        sprintf(strchr(opaque, '\0'), "%.*s", YN_PRINT(value));
}

static void note_field(void *opaque, yonder_text name, yonder_text value)
{
    sprintf(strchr(opaque, '\0'), "%.*s=%.*s;", YN_PRINT(name), YN_PRINT(value));
}

static void note_frame(rig *r, const yn_h2_frame *f, yonder_text payload)
{
    char *end = strchr(r->said, '\0');
    bool ack = f->flags & YN_H2_ACK;
    assert_true(f->len <= YN_H2_PAYLOAD && (size_t)(end - r->said) < sizeof r->said - 64);
    switch (f->type) {
    case YN_H2_DATA:
        sprintf(end, " d%u:%u%s", f->stream, f->len, ack ? "." : "");
        break;
    case YN_H2_HEADERS:
        sprintf(end, " h%u:", f->stream);
        assert_true(
            yn_hpack_decode(r->decoder, payload, f->flags & YN_H2_END_HEADERS, note_status, end));
        sprintf(strchr(end, '\0'), "%s", ack ? "." : "");
        break;
    case YN_H2_CONTINUATION:
        assert_true(
            yn_hpack_decode(r->decoder, payload, f->flags & YN_H2_END_HEADERS, note_status, end));
        sprintf(strchr(end, '\0'), " c%u", f->stream);
        break;
    case YN_H2_RST_STREAM:
        sprintf(end, " r%u:%u", f->stream, yn_h2_u32(payload.ptr));
        break;
    case YN_H2_SETTINGS:
        sprintf(end, "%s", ack ? " s" : "");
        break;
    case YN_H2_PING:
        sprintf(end, "%s", ack ? " p" : " ping?");
        break;
    case YN_H2_GOAWAY:
        sprintf(end, " g%u:%u", yn_h2_u32(payload.ptr), yn_h2_u32(payload.ptr + 4));
        break;
    case YN_H2_WINDOW_UPDATE:
        sprintf(end, " w%u:%u", f->stream, yn_h2_u32(payload.ptr));
        break;
    default:
        fail_msg("a frame of type %u", f->type);
    }
}

static void note_output(rig *r)
{
    while (r->seen < r->out.len) {
        assert_true(r->out.len - r->seen >= YN_H2_HEAD);
        const yn_h2_frame f = yn_h2_frame_at(r->out.ptr + r->seen);
        assert_true(r->out.len - r->seen - YN_H2_HEAD >= f.len);
        note_frame(r, &f, (yonder_text){r->out.ptr + r->seen + YN_H2_HEAD, f.len});
        r->seen += YN_H2_HEAD + f.len;
    }
}

static void respond(rig *r, int status)
{
    const yonder_field vary = {YN_TEXT("Vary"), YN_TEXT("Cookie")};
    const yn_h2_response response = {.status = status ? status : 301,
                                     .fields = &vary,
                                     .field_count = 1,
                                     .phrase = YN_TEXT("Moved Permanently"),
                                     .date = yonder_text_of(r->date),
                                     .location = status ? (yonder_text){NULL, 0} : r->location,
                                     .head = yn_equal(r->request.method, YN_TEXT("HEAD"))};
    snprintf(r->asked, sizeof r->asked, "%.*s %s %.*s %.*s", YN_PRINT(r->request.method),
             r->request.https ? "https" : "http", YN_PRINT(r->request.host),
             YN_PRINT(r->request.target));
    assert_int_equal(yn_h2_respond(r->session, &response, &(size_t){0}, &r->out), YONDER_OK);
}

// Has the session read what is there, and answers it.
static void read_all(rig *r, yonder_text data)
{
    int status = 0;
    while (yn_h2_read(r->session, &data, r->time, &r->request, &status, &r->out) == YN_H2_REQUEST) {
        respond(r, status);
        status = 0;
    }
    r->in.len = 0;
    if (data.len)
        memmove(r->in.ptr, data.ptr, data.len);
    r->in.len = data.len;
    note_output(r);
}

// ---- what goes in -------------------------------------------------------------------------------

typedef struct frame {
    uint8_t type, flags;
    uint32_t stream;
    const char *payload; // of HEADERS and CONTINUATION: lines "name: value"
    size_t len;          // of what is no text
} frame;

#define BYTES(literal) (literal), sizeof(literal) - 1

static void put_lines(yn_buf *b, const char *lines)
{
    for (const char *end; *lines; lines = end + 1) {
        end = strchrnul(lines, '\n');
        const char *colon = strstr(lines, ": ");
        char space[1024];
        char *to = yn_hpack_put_named(space, (yonder_text){lines, (size_t)(colon - lines)},
                                      (yonder_text){colon + 2, (size_t)(end - colon - 2)});
        yn_buf_put(b, (yonder_text){space, (size_t)(to - space)});
        if (!*end)
            break;
    }
}

static void put_frame(rig *r, const frame *f)
{
    yn_buf payload = yn_buf_make(1 << 20, NULL);
    if (f->payload && !f->len)
        put_lines(&payload, f->payload);
    else
        yn_buf_put(&payload, (yonder_text){f->payload, f->len});
    char head[YN_H2_HEAD];
    yn_h2_put_head(head, &(yn_h2_frame){(uint32_t)payload.len, f->type, f->flags, f->stream});
    yn_buf_put(&r->in, (yonder_text){head, sizeof head});
    yn_buf_put(&r->in, yn_buf_text(&payload));
    yn_buf_free(&payload);
}

static void begin(rig *r)
{
    yn_buf_put(&r->in, YN_TEXT(YN_H2_PREFACE));
    put_frame(r, &(frame){.type = YN_H2_SETTINGS});
}

#define GET  ":method: GET\n:scheme: https\n:authority: a.example\n:path: /old"
#define POST ":method: POST\n:scheme: https\n:authority: a.example\n:path: /old"

enum {
    DATA = YN_H2_DATA,
    HEADERS = YN_H2_HEADERS,
    PRIORITY = YN_H2_PRIORITY,
    RST_STREAM = YN_H2_RST_STREAM,
    SETTINGS = YN_H2_SETTINGS,
    PUSH_PROMISE = YN_H2_PUSH_PROMISE,
    PING = YN_H2_PING,
    GOAWAY = YN_H2_GOAWAY,
    WINDOW_UPDATE = YN_H2_WINDOW_UPDATE,
    CONTINUATION = YN_H2_CONTINUATION,
    WHOLE = YN_H2_END_HEADERS | YN_H2_END_STREAM,
    OPEN = YN_H2_END_HEADERS,
    END = YN_H2_END_STREAM,
};

typedef struct row {
    const char *name;
    frame frames[most_frames];
    const char *said; // the answer to the settings apart
} row;

static void hold(const row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rig *r = set_up();
        begin(r);
        for (size_t j = 0; j < most_frames && (j == 0 || rows[i].frames[j].stream ||
                                               rows[i].frames[j].type || rows[i].frames[j].len);
             j++)
            put_frame(r, &rows[i].frames[j]);
        yn_buf copy = yn_buf_make(1 << 22, NULL);
        yn_buf_put(&copy, yn_buf_text(&r->in));
        read_all(r, yn_buf_text(&copy));
        yn_buf_free(&copy);
        char expected[256];
        snprintf(expected, sizeof expected, " s%s%s", *rows[i].said ? " " : "", rows[i].said);
        assert_text(rows[i].name, yonder_text_of(r->said), expected);
        tear_down(r);
    }
}

#define HOLD(rows) hold(rows, sizeof(rows) / sizeof *(rows))

// ---- tables -------------------------------------------------------------------------------------

static void requests_are_answered_or_refused_as_section_8_says(void **state)
{
    (void)state;
    static const row rows[] = {
        {"a request", {{HEADERS, WHOLE, 1, GET}}, "h1:301 d1:134."},
        {"two",
         {{HEADERS, WHOLE, 1, GET}, {HEADERS, WHOLE, 3, GET}},
         "h1:301 d1:134. h3:301 d3:134."},
        {"HEAD",
         {{HEADERS, WHOLE, 1, ":method: HEAD\n:scheme: http\n:authority: a\n:path: /"}},
         "h1:301."},
        {"in two frames",
         {{HEADERS, END, 1, ":method: GET\n:scheme: https"},
          {CONTINUATION, OPEN, 1, ":authority: a\n:path: /"}},
         "h1:301 d1:134."},
        {"with an empty frame between",
         {{HEADERS, END, 1, ":method: GET\n:scheme: https"},
          {CONTINUATION, 0, 1, ""},
          {CONTINUATION, OPEN, 1, ":authority: a\n:path: /"}},
         "h1:301 d1:134."},
        {"Host without authority",
         {{HEADERS, WHOLE, 1, ":method: GET\n:scheme: https\n:path: /\nhost: a"}},
         "h1:301 d1:134."},
        {"both alike", {{HEADERS, WHOLE, 1, GET "\nhost: A.example"}}, "h1:301 d1:134."},
        {"both, and different", {{HEADERS, WHOLE, 1, GET "\nhost: b.example"}}, "r1:1"},
        {"Host twice", {{HEADERS, WHOLE, 1, GET "\nhost: a.example\nhost: a.example"}}, "r1:1"},
        {"neither",
         {{HEADERS, WHOLE, 1, ":method: GET\n:scheme: https\n:path: /"}},
         "h1:400 d1:96."},
        {"an authority with a user",
         {{HEADERS, WHOLE, 1, ":method: GET\n:scheme: https\n:authority: u@a\n:path: /"}},
         "h1:400 d1:96."},
        {"no method", {{HEADERS, WHOLE, 1, ":scheme: https\n:authority: a\n:path: /"}}, "r1:1"},
        {"no scheme", {{HEADERS, WHOLE, 1, ":method: GET\n:authority: a\n:path: /"}}, "r1:1"},
        {"no path", {{HEADERS, WHOLE, 1, ":method: GET\n:scheme: https\n:authority: a"}}, "r1:1"},
        {"an empty path",
         {{HEADERS, WHOLE, 1, ":method: GET\n:scheme: https\n:authority: a\n:path: "}},
         "r1:1"},
        {"a path without slash",
         {{HEADERS, WHOLE, 1, ":method: GET\n:scheme: https\n:authority: a\n:path: x"}},
         "h1:400 d1:96."},
        {"a path with a space",
         {{HEADERS, WHOLE, 1, ":method: GET\n:scheme: https\n:authority: a\n:path: /a b"}},
         "h1:400 d1:96."},
        {"a method twice", {{HEADERS, WHOLE, 1, GET "\n:method: GET"}}, "r1:1"},
        {"a pseudo-field of responses", {{HEADERS, WHOLE, 1, ":status: 200\n" GET}}, "r1:1"},
        {"one that nobody knows", {{HEADERS, WHOLE, 1, ":protocol: x\n" GET}}, "r1:1"},
        {"one after the others", {{HEADERS, WHOLE, 1, "a: b\n" GET}}, "r1:1"},
        {"a name in upper case", {{HEADERS, WHOLE, 1, GET "\nAccept: x"}}, "r1:1"},
        {"a name with a space", {{HEADERS, WHOLE, 1, GET "\na b: x"}}, "r1:1"},
        {"a value with CR", {{HEADERS, WHOLE, 1, GET "\na: x\ry"}}, "r1:1"},
        {"a value with a space before", {{HEADERS, WHOLE, 1, GET "\na:  x"}}, "r1:1"},
        {"a value with a space after", {{HEADERS, WHOLE, 1, GET "\na: x "}}, "r1:1"},
        {"Connection", {{HEADERS, WHOLE, 1, GET "\nconnection: close"}}, "r1:1"},
        {"Keep-Alive", {{HEADERS, WHOLE, 1, GET "\nkeep-alive: 1"}}, "r1:1"},
        {"Proxy-Connection", {{HEADERS, WHOLE, 1, GET "\nproxy-connection: close"}}, "r1:1"},
        {"Transfer-Encoding", {{HEADERS, OPEN, 1, POST "\ntransfer-encoding: chunked"}}, "r1:1"},
        {"Upgrade", {{HEADERS, WHOLE, 1, GET "\nupgrade: h2c"}}, "r1:1"},
        {"TE", {{HEADERS, WHOLE, 1, GET "\nte: gzip"}}, "r1:1"},
        {"TE: trailers", {{HEADERS, WHOLE, 1, GET "\nte: trailers"}}, "h1:301 d1:134."},
        {"a length and no body", {{HEADERS, WHOLE, 1, POST "\ncontent-length: 1"}}, "r1:1"},
        {"a length that is none", {{HEADERS, OPEN, 1, POST "\ncontent-length: x"}}, "r1:1"},
        {"two lengths",
         {{HEADERS, OPEN, 1, POST "\ncontent-length: 1\ncontent-length: 1"}},
         "r1:1"},
        {"CONNECT", {{HEADERS, OPEN, 1, ":method: CONNECT\n:authority: a:443"}}, "h1:301 d1:134."},
        {"CONNECT with a path",
         {{HEADERS, OPEN, 1, ":method: CONNECT\n:authority: a:443\n:path: /"}},
         "r1:1"},
        {"OPTIONS *",
         {{HEADERS, WHOLE, 1, ":method: OPTIONS\n:scheme: https\n:authority: a\n:path: *"}},
         "h1:301 d1:134."},
        {"GET *",
         {{HEADERS, WHOLE, 1, ":method: GET\n:scheme: https\n:authority: a\n:path: *"}},
         "h1:400 d1:96."},
        {"what comes after a refused one",
         {{HEADERS, WHOLE, 1, GET "\nte: gzip"}, {HEADERS, WHOLE, 3, GET}},
         "r1:1 h3:301 d3:134."},
    };
    HOLD(rows);
}

static void bodies_are_read_past(void **state)
{
    (void)state;
    static const row rows[] = {
        {"a body", {{HEADERS, OPEN, 1, POST}, {DATA, END, 1, BYTES("abc")}}, "h1:301 d1:134."},
        {"of no bytes", {{HEADERS, OPEN, 1, POST}, {DATA, END, 1, BYTES("")}}, "h1:301 d1:134."},
        {"as long as it said",
         {{HEADERS, OPEN, 1, POST "\ncontent-length: 3"}, {DATA, END, 1, BYTES("abc")}},
         "h1:301 d1:134."},
        {"padded",
         {{HEADERS, OPEN, 1, POST "\ncontent-length: 1"},
          {DATA, END | YN_H2_PADDED, 1, BYTES("\2a\0\0")}},
         "h1:301 d1:134."},
        {"shorter",
         {{HEADERS, OPEN, 1, POST "\ncontent-length: 4"}, {DATA, END, 1, BYTES("abc")}},
         "h1:301 d1:134. r1:1"},
        {"longer",
         {{HEADERS, OPEN, 1, POST "\ncontent-length: 2"}, {DATA, 0, 1, BYTES("abc")}},
         "h1:301 d1:134. r1:1"},
        {"with trailers",
         {{HEADERS, OPEN, 1, POST}, {DATA, 0, 1, BYTES("abc")}, {HEADERS, WHOLE, 1, "a: b"}},
         "h1:301 d1:134."},
        {"with trailers that are not the end",
         {{HEADERS, OPEN, 1, POST}, {HEADERS, OPEN, 1, "a: b"}},
         "h1:301 d1:134. r1:1"},
        {"with a pseudo-field in them",
         {{HEADERS, OPEN, 1, POST}, {HEADERS, WHOLE, 1, ":path: /"}},
         "h1:301 d1:134. r1:1"},
        {"after its end",
         {{HEADERS, WHOLE, 1, GET}, {DATA, 0, 1, BYTES("abc")}},
         "h1:301 d1:134. r1:5"},
        {"after the client gave up",
         {{HEADERS, OPEN, 1, POST},
          {RST_STREAM, 0, 1, BYTES("\0\0\0\10")},
          {DATA, 0, 1, BYTES("a")}},
         "h1:301 d1:134. r1:5"},
        {"after we did",
         {{HEADERS, OPEN, 1, POST "\nte: x"}, {DATA, END, 1, BYTES("abc")}},
         "r1:1"},
    };
    HOLD(rows);
}

static void frames_out_of_place_end_the_connection(void **state)
{
    (void)state;
    static const row rows[] = {
        {"DATA of no stream", {{DATA, 0, 0, BYTES("a")}}, "g0:1"},
        {"DATA of an idle one", {{DATA, 0, 1, BYTES("a")}}, "g0:1"},
        {"DATA padded by more than it is",
         {{HEADERS, OPEN, 1, POST}, {DATA, YN_H2_PADDED, 1, BYTES("\5abc")}},
         "h1:301 d1:134. g1:1"},
        {"HEADERS of no stream", {{HEADERS, WHOLE, 0, GET}}, "g0:1"},
        {"HEADERS of an even one", {{HEADERS, WHOLE, 2, GET}}, "g0:1"},
        {"HEADERS of one that was passed over",
         {{HEADERS, WHOLE, 5, GET}, {HEADERS, WHOLE, 3, GET}},
         "h5:301 d5:134. g5:1"},
        {"HEADERS of one that is closed",
         {{HEADERS, WHOLE, 1, GET}, {HEADERS, WHOLE, 1, GET}},
         "h1:301 d1:134. g1:5"},
        {"HEADERS padded by more than it is",
         {{HEADERS, WHOLE | YN_H2_PADDED, 1, BYTES("\5abc")}},
         "g0:1"},
        {"HEADERS that is no HPACK",
         {{HEADERS, WHOLE, 1, BYTES("\xff\xff\xff\xff\xff\xff")}},
         "g0:9"},
        {"HEADERS that depend on themselves",
         {{HEADERS, WHOLE | YN_H2_HAS_PRIORITY, 1, BYTES("\0\0\0\1\0\x82\x86\x84\x41\1a")}},
         "r1:1"},
        {"something within a head",
         {{HEADERS, END, 1, GET}, {PING, 0, 0, BYTES("12345678")}},
         "g0:1"},
        {"another stream's continuation",
         {{HEADERS, END, 1, GET}, {CONTINUATION, OPEN, 3, "a: b"}},
         "g0:1"},
        {"a continuation of nothing", {{CONTINUATION, OPEN, 1, "a: b"}}, "g0:1"},
        {"PRIORITY of no stream", {{PRIORITY, 0, 0, BYTES("\0\0\0\1\0")}}, "g0:1"},
        {"PRIORITY of four bytes", {{PRIORITY, 0, 1, BYTES("\0\0\0\1")}}, "g0:6"},
        {"PRIORITY that depends on itself", {{PRIORITY, 0, 1, BYTES("\0\0\0\1\0")}}, "g0:1"},
        {"PRIORITY",
         {{PRIORITY, 0, 3, BYTES("\0\0\0\1\0")}, {HEADERS, WHOLE, 1, GET}},
         "h1:301 d1:134."},
        {"RST_STREAM of no stream", {{RST_STREAM, 0, 0, BYTES("\0\0\0\1")}}, "g0:1"},
        {"RST_STREAM of an idle one", {{RST_STREAM, 0, 1, BYTES("\0\0\0\1")}}, "g0:1"},
        {"RST_STREAM of three bytes",
         {{HEADERS, OPEN, 1, POST}, {RST_STREAM, 0, 1, BYTES("\0\0\0")}},
         "h1:301 d1:134. g1:6"},
        {"SETTINGS of a stream", {{SETTINGS, 0, 1, NULL}}, "g0:1"},
        {"SETTINGS of five bytes", {{SETTINGS, 0, 0, BYTES("\0\1\0\0\0")}}, "g0:6"},
        {"SETTINGS acknowledged with bytes", {{SETTINGS, 1, 0, BYTES("\0\1\0\0\0\0")}}, "g0:6"},
        {"ENABLE_PUSH of 2", {{SETTINGS, 0, 0, BYTES("\0\2\0\0\0\2")}}, "g0:1"},
        {"a window of 2^31", {{SETTINGS, 0, 0, BYTES("\0\4\x80\0\0\0")}}, "g0:3"},
        {"frames of 16383", {{SETTINGS, 0, 0, BYTES("\0\5\0\0\x3f\xff")}}, "g0:1"},
        {"frames of 2^24", {{SETTINGS, 0, 0, BYTES("\0\5\1\0\0\0")}}, "g0:1"},
        {"a setting nobody knows", {{SETTINGS, 0, 0, BYTES("\xff\xff\0\0\0\0")}}, "s"},
        {"PUSH_PROMISE", {{PUSH_PROMISE, OPEN, 1, BYTES("\0\0\0\2")}}, "g0:1"},
        {"PING", {{PING, 0, 0, BYTES("12345678")}}, "p"},
        {"PING acknowledged", {{PING, 1, 0, BYTES("12345678")}}, ""},
        {"PING of a stream", {{PING, 0, 1, BYTES("12345678")}}, "g0:1"},
        {"PING of seven bytes", {{PING, 0, 0, BYTES("1234567")}}, "g0:6"},
        {"GOAWAY, and a request",
         {{GOAWAY, 0, 0, BYTES("\0\0\0\0\0\0\0\0")}, {HEADERS, WHOLE, 1, GET}},
         "h1:301 d1:134."},
        {"GOAWAY of a stream", {{GOAWAY, 0, 1, BYTES("\0\0\0\0\0\0\0\0")}}, "g0:1"},
        {"WINDOW_UPDATE of an idle stream", {{WINDOW_UPDATE, 0, 1, BYTES("\0\0\0\1")}}, "g0:1"},
        {"WINDOW_UPDATE of nothing", {{WINDOW_UPDATE, 0, 0, BYTES("\0\0\0\0")}}, "g0:1"},
        {"of nothing, of a stream",
         {{HEADERS, OPEN, 1, POST}, {WINDOW_UPDATE, 0, 1, BYTES("\0\0\0\0")}},
         "h1:301 d1:134. r1:1"},
        {"of too much", {{WINDOW_UPDATE, 0, 0, BYTES("\x7f\xff\xff\xff")}}, "g0:3"},
        {"of too much, of a stream",
         {{HEADERS, OPEN, 1, POST}, {WINDOW_UPDATE, 0, 1, BYTES("\x7f\xff\xff\xff")}},
         "h1:301 d1:134. r1:3"},
        {"WINDOW_UPDATE of three bytes", {{WINDOW_UPDATE, 0, 0, BYTES("\0\0\1")}}, "g0:6"},
        {"a type nobody knows",
         {{99, 0, 7, BYTES("abc")}, {HEADERS, WHOLE, 1, GET}},
         "h1:301 d1:134."},
        {"one of those within a head", {{HEADERS, END, 1, GET}, {99, 0, 1, BYTES("abc")}}, "g0:1"},
    };
    HOLD(rows);
}

// ":method: GET", ":scheme: https", ":path: /" of the static table, and an authority's name.
#define INDEXED "\x82\x87\x84\x41"

// RFC 7541: what no block may hold ends the connection.
static void blocks_are_read_as_rfc_7541_says(void **state)
{
    (void)state;
    static const row rows[] = {
        {"of the static table", {{HEADERS, WHOLE, 1, BYTES(INDEXED "\1a")}}, "h1:301 d1:134."},
        {"of the dynamic one, too",
         {{HEADERS, WHOLE, 1, BYTES(INDEXED "\1a")},
          {HEADERS, WHOLE, 3, BYTES("\x82\x87\x84\xbe")}},
         "h1:301 d1:134. h3:301 d3:134."},
        {"Huffman's code (5.2)",
         {{HEADERS, WHOLE, 1, BYTES(INDEXED "\x81\x1f")}},
         "h1:301 d1:134."},
        {"padded with zeros", {{HEADERS, WHOLE, 1, BYTES(INDEXED "\x81\x18")}}, "g0:9"},
        {"padded with eight bits", {{HEADERS, WHOLE, 1, BYTES(INDEXED "\x82\x1f\xff")}}, "g0:9"},
        {"with its EOS", {{HEADERS, WHOLE, 1, BYTES(INDEXED "\x84\xff\xff\xff\xff")}}, "g0:9"},
        {"index 0 (6.1)", {{HEADERS, WHOLE, 1, BYTES("\x80")}}, "g0:9"},
        {"an index beyond the tables (2.3.3)", {{HEADERS, WHOLE, 1, BYTES("\xbe")}}, "g0:9"},
        {"a number that does not end", {{HEADERS, WHOLE, 1, BYTES("\xff")}}, "g0:9"},
        {"a number too large (5.1)",
         {{HEADERS, WHOLE, 1, BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\1")}},
         "g0:9"},
        {"a text that does not end", {{HEADERS, WHOLE, 1, BYTES(INDEXED "\5a")}}, "g0:9"},
        {"a smaller table first (4.2)",
         {{HEADERS, WHOLE, 1, BYTES("\x20" INDEXED "\1a")}},
         "h1:301 d1:134."},
        {"two sizes first",
         {{HEADERS, WHOLE, 1, BYTES("\x20\x3f\xe1\x1f" INDEXED "\1a")}},
         "h1:301 d1:134."},
        {"a table larger than may be (6.3)",
         {{HEADERS, WHOLE, 1, BYTES("\x3f\xe2\x1f" INDEXED "\1a")}},
         "g0:9"},
        {"a size after a field", {{HEADERS, WHOLE, 1, BYTES(INDEXED "\1a\x20")}}, "g0:9"},
        {"an entry that a smaller table put out",
         {{HEADERS, WHOLE, 1, BYTES(INDEXED "\1a")},
          {HEADERS, WHOLE, 3, BYTES("\x20\x82\x87\x84\xbe")}},
         "h1:301 d1:134. g1:9"},
        {"trailers are decoded, too",
         {{HEADERS, OPEN, 1, POST}, {HEADERS, WHOLE, 1, BYTES("\x80")}},
         "h1:301 d1:134. g1:9"},
        {"a name of no bytes", {{HEADERS, WHOLE, 1, BYTES(INDEXED "\1a\0\0\1x")}}, "r1:1"},
        {"no field at all", {{HEADERS, WHOLE, 1, NULL}}, "r1:1"},
    };
    HOLD(rows);
}

// RFC 9113 section 5.1: what may come in which state; and sections 4 and 6 about frames as such.
static void states_and_frames_are_kept_apart(void **state)
{
    (void)state;
    static const row rows[] = {
        {"HEADERS after the end, an answer under way",
         {{SETTINGS, 0, 0, BYTES("\0\4\0\0\0\0")},
          {HEADERS, WHOLE, 1, GET},
          {HEADERS, WHOLE, 1, "a: b"}},
         "s h1:301 g1:5"},
        {"DATA, likewise",
         {{SETTINGS, 0, 0, BYTES("\0\4\0\0\0\0")},
          {HEADERS, WHOLE, 1, GET},
          {DATA, 0, 1, BYTES("a")}},
         "s h1:301 r1:5"},
        {"PRIORITY and RST_STREAM, likewise",
         {{SETTINGS, 0, 0, BYTES("\0\4\0\0\0\0")},
          {HEADERS, WHOLE, 1, GET},
          {PRIORITY, 0, 1, BYTES("\0\0\0\0\0")},
          {RST_STREAM, 0, 1, BYTES("\0\0\0\10")}},
         "s h1:301"},
        {"HEADERS after the client gave up",
         {{HEADERS, OPEN, 1, POST},
          {RST_STREAM, 0, 1, BYTES("\0\0\0\10")},
          {HEADERS, WHOLE, 1, "a: b"}},
         "h1:301 d1:134. g1:5"},
        {"what may come late to a closed one",
         {{HEADERS, WHOLE, 1, GET},
          {PRIORITY, 0, 1, BYTES("\0\0\0\0\0")},
          {WINDOW_UPDATE, 0, 1, BYTES("\0\0\0\1")},
          {RST_STREAM, 0, 1, BYTES("\0\0\0\10")}},
         "h1:301 d1:134."},
        {"DATA of an even one below the last",
         {{HEADERS, WHOLE, 3, GET}, {DATA, 0, 2, BYTES("a")}},
         "h3:301 d3:134. g3:1"},
        {"WINDOW_UPDATE of an even one below the last",
         {{HEADERS, WHOLE, 3, GET}, {WINDOW_UPDATE, 0, 2, BYTES("\0\0\0\1")}},
         "h3:301 d3:134. g3:1"},
        {"a bit that is reserved is nothing (4.1)",
         {{HEADERS, WHOLE, 0x80000001, GET}, {WINDOW_UPDATE, 0, 1, BYTES("\x80\0\0\1")}},
         "h1:301 d1:134."},
        {"nor are flags that nobody knows",
         {{HEADERS, WHOLE | 0xd2, 1, GET}, {PING, 0xfe, 0, BYTES("12345678")}},
         "h1:301 d1:134. p"},
        {"CONTINUATION of no stream",
         {{HEADERS, END, 1, GET}, {CONTINUATION, OPEN, 0, ""}},
         "g0:1"},
        {"CONTINUATION of a whole head",
         {{HEADERS, WHOLE, 1, GET}, {CONTINUATION, OPEN, 1, "a: b"}},
         "h1:301 d1:134. g1:1"},
        {"DATA within a head", {{HEADERS, 0, 1, POST}, {DATA, END, 1, BYTES("a")}}, "g0:1"},
        {"HEADERS within a head", {{HEADERS, END, 1, GET}, {HEADERS, WHOLE, 3, GET}}, "g0:1"},
        {"HEADERS without the length of its padding",
         {{HEADERS, WHOLE | YN_H2_PADDED, 1, NULL}},
         "g0:6"},
        {"HEADERS with half a priority",
         {{HEADERS, WHOLE | YN_H2_HAS_PRIORITY, 1, BYTES("\0\0\0\3")}},
         "g0:6"},
        {"HEADERS, padded and with a priority",
         {{HEADERS, WHOLE | YN_H2_PADDED | YN_H2_HAS_PRIORITY, 1,
           BYTES("\2\0\0\0\3\7" INDEXED "\1a\0\0")}},
         "h1:301 d1:134."},
        {"DATA without the length of its padding",
         {{HEADERS, OPEN, 1, POST}, {DATA, YN_H2_PADDED, 1, NULL}},
         "h1:301 d1:134. g1:6"},
        {"DATA that is all padding",
         {{HEADERS, OPEN, 1, POST}, {DATA, END | YN_H2_PADDED, 1, BYTES("\2\0\0")}},
         "h1:301 d1:134."},
        {"GOAWAY of seven bytes", {{GOAWAY, 0, 0, BYTES("1234567")}}, "g0:6"},
        {"PRIORITY of six bytes", {{PRIORITY, 0, 1, BYTES("\0\0\0\0\0\0")}}, "g0:6"},
        {"a window too large by settings (6.9.2)",
         {{HEADERS, OPEN, 1, POST},
          {WINDOW_UPDATE, 0, 1, BYTES("\x7f\xff\0\0")},
          {SETTINGS, 0, 0, BYTES("\0\4\x7f\xff\xff\xff")}},
         "h1:301 d1:134. g1:3"},
        {"of one setting twice the last counts (6.5.3)",
         {{SETTINGS, 0, 0, BYTES("\0\4\0\0\0\0\0\4\0\0\0\1")}, {HEADERS, WHOLE, 1, GET}},
         "s h1:301 d1:1"},
        {"another length, with trailers (8.1.1)",
         {{HEADERS, OPEN, 1, POST "\ncontent-length: 4"},
          {DATA, 0, 1, BYTES("abc")},
          {HEADERS, WHOLE, 1, "a: b"}},
         "h1:301 d1:134. r1:1"},
        {"a field of the connection in trailers",
         {{HEADERS, OPEN, 1, POST}, {HEADERS, WHOLE, 1, "connection: close"}},
         "h1:301 d1:134. r1:1"},
        {"a name in upper case in trailers",
         {{HEADERS, OPEN, 1, POST}, {HEADERS, WHOLE, 1, "A: b"}},
         "h1:301 d1:134. r1:1"},
        {"CONNECT without an authority", {{HEADERS, OPEN, 1, ":method: CONNECT"}}, "r1:1"},
    };
    HOLD(rows);
}

static void pages_wait_for_room(void **state)
{
    (void)state;
    static const row rows[] = {
        {"a window of one",
         {{SETTINGS, 0, 0, BYTES("\0\4\0\0\0\1")}, {HEADERS, WHOLE, 1, GET}},
         "s h1:301 d1:1"},
        {"then more",
         {{SETTINGS, 0, 0, BYTES("\0\4\0\0\0\0")},
          {HEADERS, WHOLE, 1, GET},
          {WINDOW_UPDATE, 0, 1, BYTES("\0\0\0\4")},
          {WINDOW_UPDATE, 0, 1, BYTES("\0\0\1\0")}},
         "s h1:301 d1:4 d1:130."},
        {"more by settings",
         {{SETTINGS, 0, 0, BYTES("\0\4\0\0\0\0")},
          {HEADERS, WHOLE, 1, GET},
          {SETTINGS, 0, 0, BYTES("\0\4\0\0\0\1")},
          {SETTINGS, 0, 0, BYTES("\0\4\0\0\0\xff")}},
         "s h1:301 s d1:1 s d1:133."},
        {"less than nothing",
         {{SETTINGS, 0, 0, BYTES("\0\4\0\0\0\3")},
          {HEADERS, WHOLE, 1, GET},
          {SETTINGS, 0, 0, BYTES("\0\4\0\0\0\2")},
          {WINDOW_UPDATE, 0, 1, BYTES("\0\0\0\2")}},
         "s h1:301 d1:3 s d1:1"},
        {"and the client gives up",
         {{SETTINGS, 0, 0, BYTES("\0\4\0\0\0\0")},
          {HEADERS, WHOLE, 1, GET},
          {RST_STREAM, 0, 1, BYTES("\0\0\0\10")},
          {WINDOW_UPDATE, 0, 1, BYTES("\0\0\0\4")}},
         "s h1:301"},
        {"a body meanwhile",
         {{SETTINGS, 0, 0, BYTES("\0\4\0\0\0\0")},
          {HEADERS, OPEN, 1, POST},
          {DATA, END, 1, BYTES("abc")},
          {WINDOW_UPDATE, 0, 1, BYTES("\0\0\1\0")},
          {DATA, END, 1, BYTES("abc")}},
         "s h1:301 d1:134. r1:5"},
        {"two streams, one window",
         {{SETTINGS, 0, 0, BYTES("\0\4\0\0\0\0")},
          {HEADERS, WHOLE, 1, GET},
          {HEADERS, WHOLE, 3, GET},
          {WINDOW_UPDATE, 0, 3, BYTES("\0\0\1\0")}},
         "s h1:301 h3:301 d3:134."},
    };
    HOLD(rows);
}

// ---- limits -------------------------------------------------------------------------------------

static void send_again(rig *r, const frame *f, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        put_frame(r, f);
    yn_buf copy = yn_buf_make(1 << 22, NULL);
    yn_buf_put(&copy, yn_buf_text(&r->in));
    r->out.len = r->seen = 0;
    *r->said = '\0';
    read_all(r, yn_buf_text(&copy));
    yn_buf_free(&copy);
}

static bool ends_with(const rig *r, const char *end)
{
    size_t len = strlen(r->said), n = strlen(end);
    return len >= n && strcmp(r->said + len - n, end) == 0;
}

static void floods_are_stopped(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        frame frame;
        unsigned few, many; // with time between, and at once
    } rows[] = {
        {"PING", {PING, 1, 0, BYTES("12345678")}, 50, 1000},
        {"SETTINGS", {SETTINGS, 1, 0, NULL}, 20, 1000},
        {"PRIORITY", {PRIORITY, 0, 1, BYTES("\0\0\0\0\0")}, 100, 10000},
        {"GOAWAY", {GOAWAY, 0, 0, BYTES("\0\0\0\0\0\0\0\0")}, 100, 10000},
        {"a type nobody knows", {99, 0, 0, NULL}, 100, 10000},
        {"WINDOW_UPDATE", {WINDOW_UPDATE, 0, 0, BYTES("\0\0\0\1")}, 100, 10000},
        {"empty DATA", {DATA, 0, 1, NULL}, 100, 10000},
        {"small DATA", {DATA, 0, 1, BYTES("a")}, 100, 10000},
        {"RST_STREAM", {RST_STREAM, 0, 1, BYTES("\0\0\0\0")}, 30, 2000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rig *r = set_up();
        begin(r);
        send_again(r, &(frame){HEADERS, OPEN, 1, POST}, 1);
        for (unsigned j = 0; j < 20; j++, r->time += 1000)
            send_again(r, &rows[i].frame, rows[i].few);
        assert_row(rows[i].name, !strchr(r->said, 'g'));
        send_again(r, &rows[i].frame, rows[i].many);
        assert_row(rows[i].name, ends_with(r, " g1:11"));
        tear_down(r);
    }
}

static void a_head_without_end_is_stopped(void **state)
{
    (void)state;
    rig *r = set_up();
    begin(r);
    send_again(r, &(frame){HEADERS, END, 1, GET}, 1);
    unsigned sent = 0;
    for (; sent < 1000 && !strchr(r->said, 'g'); sent++)
        send_again(r, &(frame){CONTINUATION, 0, 1, BYTES("")}, 1);
    assert_string_equal(r->said, " g0:11");
    assert_in_range(sent, 2, 100);
    tear_down(r);
    r = set_up();
    begin(r);
    send_again(r, &(frame){HEADERS, END, 1, GET}, 1);
    static char large[YN_H2_PAYLOAD];
    memset(large, 0x82, sizeof large);
    for (sent = 0; sent < 1000 && !strchr(r->said, 'g'); sent++)
        send_again(r, &(frame){CONTINUATION, 0, 1, large, sizeof large}, 1);
    assert_string_equal(r->said, " g0:11");
    assert_in_range(sent, 2, 5);
    tear_down(r);
}

static void resets_and_their_requests_are_stopped(void **state)
{
    (void)state;
    rig *r = set_up();
    begin(r);
    uint32_t id = 1;
    for (; id < 10000 && !strchr(r->said, 'g'); id += 2) {
        put_frame(r, &(frame){HEADERS, WHOLE, id, GET});
        send_again(r, &(frame){RST_STREAM, 0, id, BYTES("\0\0\0\10")}, 1);
    }
    assert_in_range(id, 1000, 2500);
    char last[32];
    snprintf(last, sizeof last, " g%u:11", id - 2);
    assert_true(ends_with(r, last));
    tear_down(r);
    r = set_up(); // and those that make us reset
    begin(r);
    for (id = 1; id < 10000 && !strchr(r->said, 'g'); id += 2)
        send_again(r, &(frame){HEADERS, WHOLE, id, GET "\nte: x"}, 1);
    assert_in_range(id, 1000, 2500);
    tear_down(r);
}

static void no_more_streams_are_open_than_may_be(void **state)
{
    (void)state;
    rig *r = set_up();
    begin(r);
    send_again(r, &(frame){SETTINGS, 0, 0, BYTES("\0\4\0\0\0\0")}, 1);
    for (uint32_t i = 0; i < YN_H2_STREAMS; i++) {
        send_again(r, &(frame){HEADERS, WHOLE, 2 * i + 1, GET}, 1);
        assert_true(ends_with(r, ":301"));
    }
    assert_int_equal(yn_h2_waits(r->session), YN_H2_WINDOW);
    send_again(r, &(frame){HEADERS, WHOLE, 257, GET}, 1);
    assert_string_equal(r->said, " r257:7");
    send_again(r, &(frame){RST_STREAM, 0, 1, BYTES("\0\0\0\10")}, 1);
    send_again(r, &(frame){HEADERS, WHOLE, 259, GET}, 1);
    assert_string_equal(r->said, " h259:301");
    tear_down(r);
}

static void heads_have_limits(void **state)
{
    (void)state;
    static char value[900], lines[20000], *end;
    memset(value, 'x', sizeof value - 1);
    rig *r = set_up();
    begin(r);
    end = stpcpy(lines, GET);
    for (int i = 0; i < 19; i++)
        end += sprintf(end, "\na: %s", value);
    yn_buf block = yn_buf_make(1 << 16, NULL);
    put_lines(&block, lines);
    assert_true(block.len > YN_H2_PAYLOAD);
    put_frame(r, &(frame){HEADERS, END, 1, block.ptr, YN_H2_PAYLOAD});
    send_again(
        r, &(frame){CONTINUATION, OPEN, 1, block.ptr + YN_H2_PAYLOAD, block.len - YN_H2_PAYLOAD},
        1);
    assert_true(ends_with(r, " h1:431 d1:96."));
    send_again(r, &(frame){HEADERS, WHOLE, 3, GET}, 1); // the decoder is not confused
    assert_string_equal(r->said, " h3:301 d3:134.");
    end = stpcpy(lines, GET);
    for (int i = 0; i < 101; i++)
        end = stpcpy(end, "\na: x");
    send_again(r, &(frame){HEADERS, WHOLE, 5, lines}, 1);
    assert_string_equal(r->said, " h5:431 d5:96.");
    yn_buf_free(&block);
    tear_down(r);
}

static void cookies_become_one_field(void **state)
{
    (void)state;
    rig *r = set_up();
    begin(r);
    send_again(
        r, &(frame){HEADERS, WHOLE, 1, GET "\nx: 1\ncookie: a=b\ny: 2\ncookie: c=d\ncookie: e=f"},
        1);
    assert_int_equal(r->request.field_count, 3);
    assert_text("first", r->request.fields[0].name, "x");
    assert_text("cookie", r->request.fields[1].value, "a=b; c=d; e=f");
    assert_text("last", r->request.fields[2].value, "2");
    assert_string_equal(r->asked, "GET https a.example /old");
    tear_down(r);
}

// ---- time and windows ---------------------------------------------------------------------------

static void large_bodies_get_no_more_room_and_then_an_end(void **state)
{
    (void)state;
    static char data[YN_H2_PAYLOAD];
    rig *r = set_up();
    begin(r);
    send_again(r, &(frame){HEADERS, OPEN, 1, POST}, 1);
    assert_int_equal(yn_h2_waits(r->session), YN_H2_BODY);
    send_again(r, &(frame){DATA, 0, 1, data, sizeof data}, 3);
    assert_string_equal(r->said, " w0:32768 w1:32768"); // half of the windows is used
    send_again(r, &(frame){DATA, 0, 1, data, sizeof data}, 3);
    send_again(r, &(frame){DATA, 0, 1, data, sizeof data}, 1);
    assert_int_equal(yn_h2_waits(r->session), YN_H2_STOPPED); // 114,688 of 100,000
    send_again(r, &(frame){DATA, 0, 1, data, sizeof data}, 2);
    assert_string_equal(r->said, " w0:32768");
    r->time += YN_H2_STOP_TIME;
    send_again(r, NULL, 0);
    assert_string_equal(r->said, " r1:0");
    send_again(r, &(frame){DATA, 0, 1, data, sizeof data}, 1); // was under way
    assert_string_equal(r->said, " w0:32768"); // the connection's room is given back
    assert_int_equal(yn_h2_waits(r->session), YN_H2_IDLE);
    send_again(r, &(frame){HEADERS, OPEN, 3, POST "\ncontent-length: 100001"}, 1);
    assert_int_equal(yn_h2_waits(r->session), YN_H2_STOPPED);
    send_again(r, &(frame){DATA, 0, 3, data, sizeof data}, 5); // more than it was given
    assert_true(strstr(r->said, " r3:3"));
    tear_down(r);
}

static void time_ends_streams_and_connections(void **state)
{
    (void)state;
    rig *r = set_up();
    begin(r);
    send_again(r, &(frame){HEADERS, OPEN, 1, POST}, 1);
    r->time += 20000;
    send_again(r, &(frame){DATA, 0, 1, BYTES("abc")}, 1);
    assert_string_equal(r->said, "");
    r->time += 12000;
    send_again(r, &(frame){DATA, 0, 1, BYTES("abc")}, 1);
    assert_string_equal(r->said, " r1:8");
    for (int i = 0; i < 6 && !strchr(r->said, 'g'); i++, r->time += 10000)
        send_again(r, &(frame){PING, 0, 0, BYTES("12345678")}, 1);
    assert_string_equal(r->said, " g1:0");
    tear_down(r);
}

static void it_ends_in_two_steps(void **state)
{
    (void)state;
    rig *r = set_up();
    begin(r);
    send_again(r, &(frame){HEADERS, WHOLE, 1, GET}, 1);
    yn_h2_drain(r->session, &r->out);
    yn_h2_drain(r->session, &r->out);
    *r->said = '\0';
    note_output(r);
    assert_string_equal(r->said, " g2147483647:0");
    send_again(r, &(frame){HEADERS, WHOLE, 3, GET}, 1);
    assert_string_equal(r->said, " h3:301 d3:134.");
    yn_h2_close(r->session, &r->out);
    *r->said = '\0';
    note_output(r);
    assert_string_equal(r->said, " g3:0");
    send_again(r, &(frame){HEADERS, WHOLE, 5, GET}, 1);
    assert_string_equal(r->said, "");
    tear_down(r);
}

static void what_is_no_preface_ends_it(void **state)
{
    (void)state;
    rig *r = set_up();
    static const char bad[] = "PRI * HTTP/2.0\r\n\r\nXX";
    read_all(r, YN_TEXT("PRI * HTTP"));
    read_all(r, (yonder_text){bad + 10, sizeof bad - 11});
    assert_string_equal(r->said, " g0:1");
    tear_down(r);
    r = set_up(); // and settings come first
    yn_buf_put(&r->in, YN_TEXT(YN_H2_PREFACE));
    send_again(r, &(frame){PING, 0, 0, BYTES("12345678")}, 1);
    assert_string_equal(r->said, " g0:1");
    tear_down(r);
}

static void a_long_location_takes_several_frames(void **state)
{
    (void)state;
    static char location[40000];
    memset(location, 'x', sizeof location);
    rig *r = set_up();
    begin(r);
    r->location = (yonder_text){location, sizeof location};
    send_again(r, &(frame){HEADERS, WHOLE, 1, GET}, 1);
    assert_string_equal(r->said, " s h1:301 c1 c1 d1:16384 d1:16384 d1:7362.");
    send_again(r, &(frame){HEADERS, WHOLE, 3, GET}, 1); // 25,405 bytes of the window are left
    assert_string_equal(r->said, " h3:301 c3 c3 d3:16384 d3:9021");
    send_again(r, &(frame){HEADERS, WHOLE, 5, GET}, 1);
    assert_string_equal(r->said, " h5:301. c5 c5"); // enough of them wait
    tear_down(r);
}

// ---- against nghttp2 ----------------------------------------------------------------------------

typedef struct client {
    int headers, ends;
    char text[2048];
} client;

static int client_header(nghttp2_session *session, const nghttp2_frame *f, const uint8_t *name,
                         size_t name_len, const uint8_t *value, size_t value_len, uint8_t flags,
                         void *opaque)
{
    client *c = opaque;
    (void)session, (void)f, (void)flags;
    if (c->ends == 0)
        sprintf(strchr(c->text, '\0'), "%.*s: %.*s\n", (int)name_len, (const char *)name,
                (int)value_len, (const char *)value);
    c->headers++;
    return 0;
}

static int client_close(nghttp2_session *session, int32_t id, uint32_t error, void *opaque)
{
    client *c = opaque;
    (void)session, (void)id;
    assert_int_equal(error, 0);
    c->ends++;
    return 0;
}

#define NV(name, value)                                                                            \
    {                                                                                              \
        (uint8_t *)(name), (uint8_t *)(value), sizeof(name) - 1, sizeof(value) - 1, 0              \
    }

static nghttp2_session *client_new(client *c, uint32_t table_size)
{
    nghttp2_session *session;
    nghttp2_session_callbacks *callbacks;
    assert_int_equal(nghttp2_session_callbacks_new(&callbacks), 0);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, client_header);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, client_close);
    assert_int_equal(nghttp2_session_client_new(&session, callbacks, c), 0);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, table_size}};
    nghttp2_submit_settings(session, 0, settings, 1);
    return session;
}

// Takes what the client has to send, gives it to the server, and its answer to the client.
static void exchange(nghttp2_session *session, rig *r)
{
    const uint8_t *data;
    ssize_t n;
    while ((n = nghttp2_session_mem_send(session, &data)) > 0)
        yn_buf_put(&r->in, (yonder_text){(const char *)data, (size_t)n});
    yn_buf copy = yn_buf_make(1 << 22, NULL);
    yn_buf_put(&copy, yn_buf_text(&r->in));
    r->out.len = r->seen = 0;
    *r->said = '\0';
    read_all(r, yn_buf_text(&copy));
    yn_buf_free(&copy);
    assert_int_equal(nghttp2_session_mem_recv(session, (const uint8_t *)r->out.ptr, r->out.len),
                     r->out.len);
}

static void nghttp2_takes_it_for_a_server(void **state)
{
    (void)state;
    const nghttp2_nv fields[] = {NV(":method", "GET"), NV(":scheme", "https"),
                                 NV(":authority", "a.example"), NV(":path", "/old"),
                                 NV("user-agent", "test")};
    static const uint32_t table_sizes[] = {4096, 0, 100, 600, 65536};
    for (size_t size = 0; size < sizeof table_sizes / sizeof *table_sizes; size++) {
        rig *r = set_up();
        client c = {0};
        nghttp2_session *session = client_new(&c, table_sizes[size]);
        exchange(session, r);
        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < 10; i++)
                assert_true(nghttp2_submit_request(session, NULL, fields, 5, NULL, NULL) > 0);
            nghttp2_submit_ping(session, 0, NULL);
            snprintf(r->date, sizeof r->date, "Sun, 06 Nov 1994 08:49:%02d GMT", round % 60);
            exchange(session, r);
            exchange(session, r);
        }
        assert_int_equal(c.ends, 1000);
        assert_int_equal(c.headers, 6000);
        assert_string_equal(c.text, ":status: 301\n"
                                    "date: Sun, 06 Nov 1994 08:49:00 GMT\n"
                                    "content-type: text/html; charset=utf-8\n"
                                    "content-length: 134\n"
                                    "location: /new\n"
                                    "vary: Cookie\n");
        nghttp2_session_del(session);
        tear_down(r);
    }
}

// Long enough for every entry to have left the table, which becomes smaller half way.
static void hold_table(uint32_t smaller)
{
    static const int statuses[] = {301, 302, 307, 308, 404};
    static char values[12][60];
    yn_hpack_encoder encoder;
    yn_hpack_decoder *decoder = yn_hpack_decoder_new();
    yn_hpack_encoder_init(&encoder);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        memset(values[i], 'a' + (int)i, 4 * i);
    uint64_t random = 1;
    size_t bytes = 0;
    for (int i = 0; i < 100000; i++) {
        char block[1024], expected[512], decoded[512] = "", date[40];
        random = random * 6364136223846793005u + 1442695040888963407u;
        int status = statuses[(random >> 33) % 5];
        const char *value = values[(random >> 40) % 12];
        snprintf(date, sizeof date, "Sun, 06 Nov 1994 %02d:49:%02d GMT", i / 60000,
                 (int)((unsigned)i / 100 % 60));
        char *to = yn_hpack_put_start(&encoder, block);
        to = yn_hpack_put_status(&encoder, to, status);
        to = yn_hpack_put_date(&encoder, to, yonder_text_of(date));
        to = yn_hpack_put_type(&encoder, to, YN_TEXT("text/html"));
        to = yn_hpack_put_again(&encoder, to, YN_HPACK_VARY, yonder_text_of(value));
        bytes += (size_t)(to - block);
        sprintf(expected, ":status=%d;date=%s;content-type=text/html;vary=%s;", status, date,
                value);
        assert_true(yn_hpack_decode(decoder, (yonder_text){block, (size_t)(to - block)}, true,
                                    note_field, decoded));
        assert_string_equal(decoded, expected);
        if (i == 50000)
            yn_hpack_encoder_resize(&encoder, smaller);
    }
    assert_in_range(bytes, 1000000, 10000000);
    yn_hpack_encoder_free(&encoder);
    yn_hpack_decoder_free(decoder);
}

static void what_leaves_the_table_is_not_referred_to(void **state)
{
    (void)state;
    // Below 512 bytes nothing is entered any more, but what was may still be there.
    static const uint32_t sizes[] = {700, 512, 511, 300, 100, 70, 42, 0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        hold_table(sizes[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_answered_or_refused_as_section_8_says),
        cmocka_unit_test(bodies_are_read_past),
        cmocka_unit_test(frames_out_of_place_end_the_connection),
        cmocka_unit_test(blocks_are_read_as_rfc_7541_says),
        cmocka_unit_test(states_and_frames_are_kept_apart),
        cmocka_unit_test(pages_wait_for_room),
        cmocka_unit_test(floods_are_stopped),
        cmocka_unit_test(a_head_without_end_is_stopped),
        cmocka_unit_test(resets_and_their_requests_are_stopped),
        cmocka_unit_test(no_more_streams_are_open_than_may_be),
        cmocka_unit_test(heads_have_limits),
        cmocka_unit_test(cookies_become_one_field),
        cmocka_unit_test(large_bodies_get_no_more_room_and_then_an_end),
        cmocka_unit_test(time_ends_streams_and_connections),
        cmocka_unit_test(it_ends_in_two_steps),
        cmocka_unit_test(what_is_no_preface_ends_it),
        cmocka_unit_test(a_long_location_takes_several_frames),
        cmocka_unit_test(nghttp2_takes_it_for_a_server),
        cmocka_unit_test(what_leaves_the_table_is_not_referred_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
