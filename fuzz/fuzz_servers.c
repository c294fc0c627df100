// SPDX-License-Identifier: MIT
// The first byte picks the server whose configuration the rest is, the second the one to write for.
// Whatever it is, what the reader hands over is a rule file without errors, and the writer takes
// any such file. What is included is the file itself.
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "dialects/dialect.h"

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

// In an order that stays, for the corpus names them by their places.
static const char *const readers[] = {"nginx", "apache", "htaccess", "caddy", "yonder"};
static const char *const writers[] = {"nginx", "apache", "htaccess", "caddy", "haproxy"};

static const yn_dialect *pick(const char *const *names, size_t count, uint8_t byte)
{
    const yn_dialect *d = yn_dialect_find(yonder_text_of(names[byte % count]));
    REQUIRE(d);
    return d;
}

static void take_note(void *context, const yn_note *note)
{
    (void)context;
    REQUIRE(note->message.len > 0 && note->message.len <= 400);
}

static void tell(void *context, const yonder_diagnostic *d)
{
    (void)context;
    fprintf(stderr, "%u:%u: %.*s: %.*s\n", (unsigned)d->line, (unsigned)d->column,
            YN_PRINT(d->message), YN_PRINT(d->source_line));
}

static bool include(void *context, yonder_text from_file, yonder_text name,
                    void (*take)(void *take_context, const yonder_rules_source *source),
                    void *take_context)
{
    (void)from_file;
    if (name.len && name.ptr[0] == 'x')
        return false;
    take(take_context, context);
    return true;
}

static yn_buf convert(const yn_dialect *from, const yn_dialect *to,
                      const yonder_rules_source *source)
{
    yn_dialect_input input = {.sources = source, .source_count = 1, .include = include};
    yn_notes notes = {take_note, NULL};
    yn_buf out = yn_buf_make(1 << 28, NULL);
    yn_writer writer;
    input.include_context = (void *)source;
    REQUIRE(to->write(&writer, &out, &notes, NULL) == YONDER_OK);
    int error = from->read(&input, &writer.sink, &notes);
    REQUIRE(error == YONDER_OK);
    REQUIRE(writer.finish(writer.sink.context) == YONDER_OK);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 4096)
        return 0;
    const yn_dialect *from = pick(readers, sizeof readers / sizeof *readers, data[0]);
    const yn_dialect *to = pick(writers, sizeof writers / sizeof *writers, data[1]);
    yonder_rules_source source = {YN_TEXT("f"), {(const char *)data + 2, size - 2}};
    yn_buf native = convert(from, yn_dialect_find(YN_TEXT("yonder")), &source);
    yonder_rules_source written = {YN_TEXT("rules"), yn_buf_text(&native)};
    if (!yn_equal(yonder_text_of(from->name), YN_TEXT("yonder"))) {
        yonder_rules_reading how = {.report = tell};
        yonder_rules *rules = NULL;
        REQUIRE(yonder_rules_read(&rules, &written, 1, &how) == YONDER_OK);
        yonder_rules_free(rules);
    }
    yn_buf out = convert(yn_dialect_find(YN_TEXT("yonder")), to, &written);
    yn_buf_free(&out);
    yn_buf_free(&native);
    return 0;
}
