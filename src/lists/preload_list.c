// SPDX-License-Identifier: MIT
#include "lists/preload_list.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/date.h"
#include "base/mem.h"
#include "base/text.h"
#include "lists/base64.h"
#include "lists/json_elements.h"

enum {
    shown_name = 80, // bytes of a name in a message
    plain_max = 1 << 30,
    shortest_entry = sizeof "{\"name\":\"\"}" - 1,
};

const char *yn_preload_browser(yn_preload_layout layout)
{
    static const char *const names[YN_PRELOAD_SOURCES] = {"chromium", "firefox", "directory"};
    return names[layout];
}

// ---- problems -----------------------------------------------------------------------------------

static int wrong(yn_list_problem *problem, size_t line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int wrong(yn_list_problem *problem, size_t line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem->message, sizeof problem->message, format, arguments);
    va_end(arguments);
    for (char *c = problem->message; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = '?';
    problem->line = line;
    return YONDER_INVALID_ARGUMENT;
}

static int no_memory(yn_list_problem *problem)
{
    wrong(problem, 0, "%s", yonder_strerror(YONDER_NO_MEMORY));
    return YONDER_NO_MEMORY;
}

static yonder_text shown(yonder_text name)
{
    size_t len = name.len < shown_name ? name.len : shown_name;
    while (len < name.len && len && ((unsigned char)name.ptr[len] & 0xC0) == 0x80)
        len--; // not in the midst of a character
    return yn_slice(name, 0, len);
}

void yn_preload_list_bad_name(const yonder_preload_entry *entry, yn_list_problem *problem)
{
    wrong(problem, 0,
          "entry '%.*s': not the name of a host in ASCII (labels of 1 to 63 letters, digits, '-' "
          "and '_', in all up to %u)",
          YN_PRINT(shown(entry->name)), YONDER_PRELOAD_MAX_NAME);
}

// ---- entries ------------------------------------------------------------------------------------

static bool set_name(yn_preload_list *list, yonder_preload_entry *entry, yonder_text name)
{
    char *copy = yn_arena_alloc(&list->arena, name.len + 1);
    if (!copy)
        return false;
    for (size_t i = 0; i < name.len; i++)
        copy[i] = yn_lower(name.ptr[i]);
    copy[name.len] = '\0';
    entry->name = (yonder_text){copy, name.len};
    return true;
}

static bool make_room(yn_preload_list *list, size_t count)
{
    list->entries = yn_arena_alloc(&list->arena, (count + 1) * sizeof *list->entries);
    list->policies = yn_arena_alloc(&list->arena, (count + 1) * sizeof *list->policies);
    return list->entries && list->policies;
}

// Takes the first line, without its end, off `rest`.
static yonder_text take_line(yonder_text *rest)
{
    size_t end = yn_find_char(*rest, '\n');
    yonder_text line = yn_slice(*rest, 0, end);
    *rest = yn_skip(*rest, end < rest->len ? end + 1 : end);
    return line;
}

static bool is_comment(yonder_text line)
{
    return yn_starts_with(yn_trim(line, " \t"), YN_TEXT("//"));
}

// ---- Chromium -----------------------------------------------------------------------------------

static bool has_comments(yonder_text text)
{
    for (yonder_text rest = text; rest.len;)
        if (is_comment(take_line(&rest)))
            return true;
    return false;
}

// A copy of the text in which comments are blank lines, so that line numbers stay right.
static char *without_comments(yonder_text text)
{
    char *copy = yn_alloc(NULL, text.len + 1);
    if (!copy)
        return NULL;
    memcpy(copy, text.ptr, text.len);
    for (yonder_text rest = text; rest.len;) {
        yonder_text line = take_line(&rest);
        if (is_comment(line))
            memset(copy + (line.ptr - text.ptr), ' ', line.len);
    }
    return copy;
}

// A word: letters, digits, and "-", "_" and "." between them.
static bool is_word(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (!yn_is_alpha(c) && !yn_is_digit(c) && !strchr("-_.", c))
            return false;
    }
    return t.len > 0 && t.len <= shown_name;
}

// Most entries have the policy of the one before, whose text then serves for both. Counts the
// entry.
static int read_policy(yn_preload_list *list, const json_t *policy, yonder_text name,
                       yn_list_problem *problem)
{
    yonder_text *out = &list->policies[list->count], value = YN_TEXT("");
    if (policy) {
        value = (yonder_text){json_string_value(policy), json_string_length(policy)};
        if (!json_is_string(policy) || !is_word(value))
            return wrong(problem, 0, "entry '%.*s': its \"policy\" is no word", YN_PRINT(name));
    }
    *out = list->count && yn_equal(out[-1], value) ? out[-1] : yn_arena_text(&list->arena, value);
    list->count++;
    return out->ptr ? YONDER_OK : no_memory(problem);
}

static int read_entry(void *context, const json_t *object, yn_list_problem *problem)
{
    yn_preload_list *list = context;
    yonder_preload_entry *entry = &list->entries[list->count];
    const json_t *name = json_object_get(object, "name");
    if (!json_is_string(name))
        return wrong(problem, 0, "entry %zu: it has no \"name\" that is a string", list->count + 1);
    if (!set_name(list, entry, (yonder_text){json_string_value(name), json_string_length(name)}))
        return no_memory(problem);
    yonder_text seen = shown(entry->name);
    const json_t *mode = json_object_get(object, "mode");
    if (mode && (!json_is_string(mode) || strcmp(json_string_value(mode), "force-https") != 0))
        return wrong(problem, 0, "entry '%.*s': its \"mode\" is not \"force-https\"",
                     YN_PRINT(seen));
    const json_t *include = json_object_get(object, "include_subdomains");
    if (include && !json_is_boolean(include))
        return wrong(problem, 0, "entry '%.*s': its \"include_subdomains\" is no boolean",
                     YN_PRINT(seen));
    entry->force_https = mode != NULL;
    entry->include_subdomains = json_is_true(include);
    return read_policy(list, json_object_get(object, "policy"), seen, problem);
}

static int read_chromium(yn_preload_list *list, yonder_text text, yn_list_problem *problem)
{
    yonder_text plain = text;
    char *copy = NULL;
    size_t entries = 0; // at most
    for (size_t i = 0; i < text.len; i++)
        entries += text.ptr[i] == '{';
    if (entries > text.len / shortest_entry)
        entries = text.len / shortest_entry;
    if (has_comments(text)) {
        copy = without_comments(text);
        plain.ptr = copy;
    }
    bool room = plain.ptr && make_room(list, entries + 1);
    int code =
        room ? yn_json_elements(plain, "entries", read_entry, list, problem) : no_memory(problem);
    yn_free(NULL, copy);
    return code;
}

// ---- Firefox ------------------------------------------------------------------------------------

static bool is_fence(yonder_text line)
{
    return yn_equal(yn_trim(line, " \t\r"), YN_TEXT("%%"));
}

// Passes over everything up to the next "%%" and that; returns the number of lines, or 0 if there
// is none.
static size_t pass_fence(yonder_text *rest)
{
    for (size_t lines = 1; rest->len; lines++)
        if (is_fence(take_line(rest)))
            return lines;
    return 0;
}

// "NAME, 0" or "NAME, 1", or nothing at all.
static int read_row(yn_preload_list *list, yonder_text row, size_t line, yn_list_problem *problem)
{
    if (row.len == 0)
        return YONDER_OK;
    size_t comma = yn_find_char(row, ',');
    yonder_text name = yn_trim(yn_slice(row, 0, comma), " \t");
    yonder_text flag = yn_trim(yn_skip(row, comma < row.len ? comma + 1 : comma), " \t");
    if (!yn_equal(flag, YN_TEXT("0")) && !yn_equal(flag, YN_TEXT("1")))
        return wrong(problem, line, "entry '%.*s': after the name stands ', 0' or ', 1'",
                     YN_PRINT(shown(name)));
    list->policies[list->count] = YN_TEXT("");
    yonder_preload_entry *entry = &list->entries[list->count++];
    *entry = (yonder_preload_entry){.force_https = true, .include_subdomains = *flag.ptr == '1'};
    return set_name(list, entry, name) ? YONDER_OK : no_memory(problem);
}

// "gPreloadListExpirationTime = INT64_C(1800000000000000)", in `head`. Returns seconds, or 0.
static int64_t read_expiry(yonder_text head)
{
    const yonder_text name = YN_TEXT("gPreloadListExpirationTime"), macro = YN_TEXT("INT64_C(");
    while (head.len && !yn_starts_with(head, name))
        head = yn_skip(head, 1);
    head = yn_trim(yn_skip(head, head.len ? name.len : 0), " \t\r\n=");
    uint64_t microseconds;
    if (!yn_starts_with(head, macro))
        return 0;
    head = yn_skip(head, macro.len);
    head = yn_slice(head, 0, yn_find_char(head, ')'));
    return yn_parse_number(yn_trim(head, " \t"), INT64_MAX, &microseconds)
               ? (int64_t)(microseconds / 1000000)
               : 0;
}

static int read_firefox(yn_preload_list *list, yonder_text text, yn_list_problem *problem)
{
    yonder_text rest = text;
    size_t line = pass_fence(&rest), rows = 0;
    list->layout = YN_PRELOAD_FIREFOX;
    list->expires = read_expiry(yn_slice(text, 0, text.len - rest.len));
    if (list->expires > YN_DATE_MAX)
        list->expires = YN_DATE_MAX;
    for (size_t i = 0; i < rest.len; i++)
        rows += rest.ptr[i] == '\n';
    if (!make_room(list, rows + 1))
        return no_memory(problem);
    while (rest.len) {
        yonder_text row = yn_trim(take_line(&rest), " \t\r");
        line++;
        if (is_fence(row))
            return YONDER_OK;
        int error = read_row(list, row, line, problem);
        if (error)
            return error;
    }
    return wrong(problem, line, "the list ends without a line '%%%%'");
}

// ---- both ---------------------------------------------------------------------------------------

static bool is_json(yonder_text text)
{
    while (text.len) {
        yonder_text line = yn_trim(take_line(&text), " \t\r");
        if (line.len && !is_comment(line))
            return *line.ptr == '{';
    }
    return false;
}

static int read_plain(yn_preload_list *list, yonder_text text, yn_list_problem *problem)
{
    yonder_text rest = text;
    if (is_json(text))
        return read_chromium(list, text, problem);
    if (pass_fence(&rest))
        return read_firefox(list, text, problem);
    return wrong(problem, 0, "%s", YN_PRELOAD_LIST_NEITHER);
}

static int read_base64(yn_preload_list *list, yonder_text text, yn_list_problem *problem)
{
    yn_buf plain = yn_buf_make(plain_max, NULL);
    size_t bad;
    int error = yn_base64_decode(text, &plain, &bad);
    if (!error)
        error = read_plain(list, yn_buf_text(&plain), problem);
    else if (error == YONDER_INVALID_ARGUMENT && bad < text.len)
        wrong(problem, 0, "not Base64 at byte %zu", bad);
    else if (error == YONDER_INVALID_ARGUMENT)
        wrong(problem, 0, "the Base64 ends in the midst of a group: the rest is missing");
    else
        wrong(problem, 0, "%s", yonder_strerror(error));
    yn_buf_free(&plain);
    return error;
}

int yn_preload_list_read(yn_preload_list *out, yonder_text text, yn_list_problem *problem)
{
    yn_preload_list list = {.arena = yn_arena_make(NULL)};
    int error = yn_base64_likely(text) ? read_base64(&list, text, problem)
                                       : read_plain(&list, text, problem);
    if (error)
        yn_preload_list_free(&list);
    else
        *out = list;
    return error;
}

void yn_preload_list_free(yn_preload_list *list)
{
    yn_arena_free(&list->arena);
}
