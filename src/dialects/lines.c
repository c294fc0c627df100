// SPDX-License-Identifier: MIT
#include "dialects/lines.h"

#include "base/text.h"
#include "base/utf8.h"

typedef struct found {
    uint32_t column; // from 1
    uint32_t len;    // of the message
    size_t at;       // in lines->messages
} found;

static yonder_text message_of(const yn_lines *lines, const found *f)
{
    return (yonder_text){lines->messages.ptr + f->at, f->len};
}

// Puts a problem in its place; nearly always that is the last.
static void tell(void *context, const char *at, yonder_text message)
{
    yn_lines *lines = context;
    found this = {(uint32_t)(at - lines->line.ptr) + 1, (uint32_t)message.len, lines->messages.len};
    found *list = (found *)(void *)lines->found.ptr;
    size_t count = lines->found.len / sizeof this, place = count;
    lines->problem_count++;
    while (place && list[place - 1].column > this.column)
        place--;
    for (size_t i = place; i && list[i - 1].column == this.column; i--)
        if (yn_equal(message_of(lines, &list[i - 1]), message))
            return;
    yn_buf_put(&lines->messages, message);
    yn_buf_put(&lines->found, (yonder_text){(const char *)&this, sizeof this});
    if (lines->messages.error || lines->found.error)
        return;
    list = (found *)(void *)lines->found.ptr;
    memmove(list + place + 1, list + place, (count - place) * sizeof this);
    list[place] = this;
}

int yn_lines_report(yn_lines *lines)
{
    const found *list = (const found *)(const void *)lines->found.ptr;
    size_t count = lines->found.len / sizeof *list;
    yonder_text line = lines->line;
    if (lines->messages.error || lines->found.error)
        return YONDER_NO_MEMORY;
    if (line.len > YONDER_RULES_MAX_LINE)
        line.len = YONDER_RULES_MAX_LINE;
    for (size_t i = 0; lines->report && i < count; i++) {
        yonder_diagnostic d = {
            .file = lines->file,
            .line = lines->number,
            .column = list[i].column,
            .message = message_of(lines, &list[i]),
            .source_line = line,
        };
        lines->report(lines->context, &d);
    }
    lines->found.len = lines->messages.len = 0;
    return YONDER_OK;
}

void yn_lines_make(yn_lines *lines, yonder_report_fn *report, void *context, const yonder_mem *mem)
{
    // No line has so many problems: each takes a byte of it at least, and a message is short.
    const size_t most = (size_t)1024 * YONDER_RULES_MAX_LINE;
    *lines = (yn_lines){.report = report, .context = context};
    lines->problems = (yn_problems){tell, lines};
    lines->found = yn_buf_make(most, mem);
    lines->messages = yn_buf_make(most, mem);
}

void yn_lines_close(yn_lines *lines)
{
    yn_buf_free(&lines->found);
    yn_buf_free(&lines->messages);
}

void yn_lines_open(yn_lines *lines, const yonder_rules_source *source)
{
    lines->file = source->name;
    lines->rest = source->text;
    lines->line = (yonder_text){NULL, 0};
    lines->number = 0;
    if (yn_starts_with(lines->rest, YN_BYTE_ORDER_MARK))
        lines->rest = yn_skip(lines->rest, YN_BYTE_ORDER_MARK.len);
}

bool yn_lines_next(yn_lines *lines, bool last)
{
    if (lines->rest.len == 0)
        return false;
    size_t end = yn_find_char(lines->rest, '\n');
    if (end == lines->rest.len && !last)
        return false;
    lines->line = yn_slice(lines->rest, 0, end);
    lines->rest = yn_skip(lines->rest, end + (end < lines->rest.len));
    if (end && lines->line.ptr[end - 1] == '\r')
        lines->line.len--;
    lines->number++;
    return true;
}

static bool is_plain(char c)
{
    return ((unsigned char)c >= 0x20 && (unsigned char)c <= 0x7E) || c == '\t';
}

// All bytes from 0x20 to 0x7E, or tabs; eight at a time.
static bool is_printable_ascii(yonder_text t)
{
    const uint64_t ones = 0x0101010101010101u, highs = ones << 7;
    uint64_t word;
    size_t i = 0;
    for (; t.len - i >= sizeof word; i += sizeof word) {
        memcpy(&word, t.ptr + i, sizeof word);
        // The high bit of a byte that is at least 0x80, below 0x20, or 0x7F.
        if (!((word | (word - ones * 0x20) | (word + ones)) & highs))
            continue;
        for (size_t k = i; k < i + sizeof word; k++)
            if (!is_plain(t.ptr[k]))
                return false;
    }
    for (; i < t.len; i++)
        if (!is_plain(t.ptr[i]))
            return false;
    return true;
}

int yn_lines_tell_mark(const yn_lines *lines, const char *at)
{
    return yn_problem(&lines->problems, at,
                      "a byte order mark (U+FEFF, not visible) can only start a file; in a URL it "
                      "is written '%%EF%%BB%%BF'");
}

bool yn_lines_check(const yn_lines *lines)
{
    yonder_text line = lines->line;
    if (line.len > YONDER_RULES_MAX_LINE)
        return yn_problem(&lines->problems, line.ptr + YONDER_RULES_MAX_LINE,
                          "the line is longer than %u bytes", YONDER_RULES_MAX_LINE) == YONDER_OK;
    if (is_printable_ascii(line))
        return true;
    for (size_t i = 0, taken; i < line.len; i += taken) {
        unsigned char c = (unsigned char)line.ptr[i];
        uint32_t code_point;
        taken = yn_utf8_decode(yn_skip(line, i), &code_point);
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return yn_problem(&lines->problems, line.ptr + i, "control character 0x%02X", c) ==
                   YONDER_OK;
        if (code_point == 0xFFFD && !yn_starts_with(yn_skip(line, i), YN_TEXT("\xEF\xBF\xBD")))
            return yn_problem(&lines->problems, line.ptr + i, "byte 0x%02X is not UTF-8", c) ==
                   YONDER_OK;
        if (code_point == 0xFEFF && i > 0)
            return yn_lines_tell_mark(lines, line.ptr + i) == YONDER_OK;
    }
    return true;
}

// Blanks and tabs: nothing else below 0x21 passes yn_lines_check().
static bool is_blank(char c)
{
    return (unsigned char)c <= ' ';
}

yonder_text yn_word_next(yonder_text *rest)
{
    size_t start = 0;
    while (start < rest->len && is_blank(rest->ptr[start]))
        start++;
    size_t end = start;
    if (start < rest->len && rest->ptr[start] == '#')
        *rest = yn_slice(*rest, 0, start);
    while (end < rest->len && !is_blank(rest->ptr[end]))
        end++;
    yonder_text word = yn_slice(*rest, start, end);
    *rest = yn_skip(*rest, end);
    return word;
}
