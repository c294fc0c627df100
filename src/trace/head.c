// SPDX-License-Identifier: MIT
#include "trace/head.h"

#include "base/text.h"

yn_head yn_head_make(void)
{
    return (yn_head){.lines = yn_buf_make(YN_HEAD_MAX, NULL),
                     .phrase = yn_buf_make(YN_HEAD_MAX, NULL)};
}

void yn_head_free(yn_head *head)
{
    yn_buf_free(&head->lines);
    yn_buf_free(&head->phrase);
}

// "HTTP/1.1 301 Moved Permanently". A line that is not like that leaves the status 0.
static void status_line(yn_head *head, yonder_text line)
{
    head->lines.len = head->phrase.len = 0;
    head->status = 0;
    yonder_text rest = yn_skip(line, sizeof "HTTP/" - 1);
    size_t version = yn_find_char(rest, ' ');
    if (version == rest.len || version >= sizeof head->version)
        return;
    memcpy(head->version, rest.ptr, version);
    head->version[version] = '\0';
    rest = yn_skip(rest, version + 1);
    uint64_t status;
    if (rest.len < 3 || !yn_parse_number(yn_slice(rest, 0, 3), 999, &status) || status < 100)
        return;
    rest = yn_skip(rest, 3);
    if (rest.len && rest.ptr[0] != ' ')
        return;
    head->status = (int)status;
    yn_buf_put(&head->phrase, yn_trim(rest, " \t"));
}

static void field_line(yn_head *head, yonder_text line)
{
    bool folded = line.ptr[0] == ' ' || line.ptr[0] == '\t';
    if (folded && head->lines.len) {
        head->lines.ptr[head->lines.len - 1] = ' ';
        line = yn_trim(line, " \t");
    }
    yn_buf_put(&head->lines, line);
    yn_buf_char(&head->lines, '\n');
}

void yn_head_line(yn_head *head, yonder_text line)
{
    if (head->complete)
        return;
    if (line.len && line.ptr[line.len - 1] == '\n')
        line.len--;
    if (line.len && line.ptr[line.len - 1] == '\r')
        line.len--;
    if (line.len == 0)
        head->complete = head->status >= 200 || head->status == 101;
    else if (yn_starts_with(line, YN_TEXT("HTTP/")))
        status_line(head, line);
    else
        field_line(head, line);
}

static bool next_line(yonder_text *rest, yonder_text *line)
{
    if (rest->len == 0)
        return false;
    size_t end = yn_find_char(*rest, '\n');
    *line = yn_slice(*rest, 0, end);
    *rest = yn_skip(*rest, end + 1);
    return true;
}

static yonder_text value_of(const yn_head *head, yonder_text t)
{
    yonder_text value = yn_trim(t, " \t");
    if (head->keeps_blanks && value.len)
        value.len = (size_t)(t.ptr + t.len - value.ptr);
    return value;
}

int yn_head_finish(const yn_head *head, yn_arena *arena, yn_evidence *out)
{
    if (head->lines.error || head->phrase.error)
        return head->lines.error ? head->lines.error : head->phrase.error;
    yonder_text rest = yn_arena_text(arena, yn_buf_text(&head->lines)), line, count = rest;
    yonder_text phrase = yn_arena_text(arena, yn_buf_text(&head->phrase));
    yonder_text version = yn_arena_text(arena, yonder_text_of(head->version));
    size_t lines = 0;
    while (next_line(&count, &line))
        lines++;
    yonder_field *fields = yn_arena_alloc(arena, (lines + 1) * sizeof *fields);
    if (!rest.ptr || !phrase.ptr || !version.ptr || !fields)
        return YONDER_NO_MEMORY;
    size_t n = 0;
    while (next_line(&rest, &line)) {
        size_t colon = yn_find_char(line, ':');
        if (colon == line.len)
            continue; // not a field; no client takes it for one
        fields[n].name = yn_slice(line, 0, colon);
        fields[n++].value = value_of(head, yn_skip(line, colon + 1));
    }
    out->status = head->status;
    out->phrase = phrase;
    out->version = version;
    out->fields = fields;
    out->field_count = n;
    return YONDER_OK;
}
