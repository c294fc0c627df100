// SPDX-License-Identifier: MIT
// The first byte picks the format to read, the second the one to write, the rest is a file.
// Whatever it is, what readers hand over is text that a rule file can hold, notes are text, and
// each rule is in the output or was noted as lost.
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/utf8.h"
#include "dialects/dialect.h"

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

// In an order that stays, for the corpus names them by their places.
static const char *const names[] = {
    "yonder",          "netlify", "cloudflare", "gitlab",    "ipfs",
    "cloudflare-bulk", "vercel",  "vercel-csv", "wordpress", "wordpress-json",
    "microsoft",       "csv",     "tsv",
};

static const yn_dialect *pick(uint8_t byte)
{
    const yn_dialect *d =
        yn_dialect_find(yonder_text_of(names[byte % (sizeof names / sizeof *names)]));
    REQUIRE(d);
    return d;
}

typedef struct counts {
    const yn_sink *sink;
    size_t rules, noted;
} counts;

static void check_text(yonder_text t)
{
    for (size_t i = 0, taken; i < t.len; i += taken) {
        uint32_t code_point;
        taken = yn_utf8_decode(yn_skip(t, i), &code_point);
        REQUIRE(code_point >= 0x20 && code_point != 0x7F);
        REQUIRE(code_point != 0xFFFD || yn_starts_with(yn_skip(t, i), YN_TEXT("\xEF\xBF\xBD")));
    }
}

static void take_note(void *context, const yn_note *note)
{
    counts *c = context;
    REQUIRE(note->message.len > 0 && note->message.len <= 400);
    check_text(note->message);
    c->noted += note->kind == YN_NOTE_LOST || note->kind == YN_NOTE_ERROR;
}

static int take_source(void *context, yonder_text name)
{
    counts *c = context;
    return c->sink->source(c->sink->context, name);
}

static int take_section(void *context, yonder_text hosts, uint32_t line)
{
    counts *c = context;
    check_text(hosts);
    return c->sink->section(c->sink->context, hosts, line);
}

static int take_site(void *context, const yn_draft_site *site)
{
    counts *c = context;
    check_text(site->value);
    return c->sink->site(c->sink->context, site);
}

static int take_rule(void *context, const yn_draft *d)
{
    counts *c = context;
    REQUIRE(d->from.len && (d->from.ptr[0] == '/' || d->from.ptr[0] == '~' ||
                            d->from.ptr[0] == 'h' || d->from.ptr[0] == 'H'));
    REQUIRE(d->status >= 300 && d->status < 600);
    check_text(d->from);
    check_text(d->to);
    for (size_t i = 0; i < d->pair_count; i++) {
        REQUIRE(d->pairs[i].name.len);
        check_text(d->pairs[i].name);
        check_text(d->pairs[i].value);
    }
    for (size_t i = 0; i < d->condition_count; i++) {
        check_text(d->conditions[i].name);
        check_text(d->conditions[i].value);
    }
    size_t before = c->noted;
    int error = c->sink->rule(c->sink->context, d);
    REQUIRE(error == YONDER_OK || (error == YONDER_INVALID_RULES && c->noted > before));
    c->rules += error == YONDER_OK;
    return error;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 8192)
        return 0;
    const yn_dialect *from = pick(data[0]), *to = pick(data[1]);
    if (!from->read || !to->write)
        return 0;
    counts c = {.rules = 0};
    yonder_rules_source source = {YN_TEXT("f"), {(const char *)data + 2, size - 2}};
    yn_dialect_input input = {.sources = &source, .source_count = 1};
    yn_notes notes = {take_note, &c};
    yn_buf out = yn_buf_make(1 << 26, NULL);
    yn_writer writer;
    REQUIRE(to->write(&writer, &out, &notes, NULL) == YONDER_OK);
    c.sink = &writer.sink;
    yn_sink sink = {take_source, take_section, take_site, take_rule, &c};
    REQUIRE(from->read(&input, &sink, &notes) == YONDER_OK);
    REQUIRE(writer.finish(writer.sink.context) == YONDER_OK);
    size_t lines = 0;
    for (size_t i = 0; i < out.len; i++)
        lines += out.ptr[i] == '\n';
    REQUIRE(lines >= c.rules); // one at least for each
    yn_buf_free(&out);
    return 0;
}
