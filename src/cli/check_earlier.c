// SPDX-License-Identifier: MIT
#include "cli/check_earlier.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/text.h"
#include "cli/file.h"

enum {
    file_max = 1 << 30,
};

struct yn_earlier {
    yn_arena arena;
    yn_buf domains; // yn_earlier_domain, one after the other
    yn_map by_name;
    const char *path;
    yn_buf *message;
    size_t line; // at which the document begins
};

static const struct {
    const char *name;
    yn_severity severity;
} lists[] = {
    {"errors", YN_SEVERITY_ERROR}, {"warnings", YN_SEVERITY_WARNING}, {"notes", YN_SEVERITY_NOTE}};

enum {
    list_count = sizeof lists / sizeof *lists
};

static bool wrong(yn_earlier *e, const char *what)
{
    if (!e->message->len)
        yn_buf_printf(e->message, "%s:%zu: %s", e->path, e->line, what);
    return false;
}

static bool no_memory(yn_earlier *e)
{
    return wrong(e, yonder_strerror(YONDER_NO_MEMORY));
}

/* ---- a domain ----------------------------------------------------------------------------------
 */

static yonder_text keep(yn_earlier *e, const json_t *string)
{
    yonder_text t = {json_string_value(string), json_string_length(string)};
    return yn_arena_text(&e->arena, t);
}

static bool is_grader(const json_t *value)
{
    return json_is_array(json_object_get(value, "errors")) &&
           json_is_array(json_object_get(value, "warnings"));
}

static size_t count_issues(json_t *document)
{
    const char *name;
    json_t *value;
    size_t count = 0;
    json_object_foreach(document, name, value)
    {
        for (size_t i = 0; is_grader(value) && i < list_count; i++)
            count += json_array_size(json_object_get(value, lists[i].name));
    }
    return count;
}

static bool read_list(yn_earlier *e, yonder_text grader, const json_t *list, yn_severity severity,
                      yn_earlier_domain *out)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *issue = json_array_get(list, i);
        const json_t *code = json_object_get(issue, "code"), *host = json_object_get(issue, "host");
        if (!json_is_string(code))
            return wrong(e, "an issue has no code");
        yn_check_change *c = &out->issues[out->count++];
        *c = (yn_check_change){
            .grader = grader, .code = keep(e, code), .severity = severity, .host = {"", 0}};
        if (json_is_string(host))
            c->host = keep(e, host);
        if (!c->code.ptr || !c->host.ptr)
            return no_memory(e);
    }
    return true;
}

static bool read_issues(yn_earlier *e, json_t *document, yn_earlier_domain *out)
{
    const char *name;
    json_t *value;
    out->issues = yn_arena_alloc(&e->arena, (count_issues(document) + 1) * sizeof *out->issues);
    if (!out->issues)
        return no_memory(e);
    json_object_foreach(document, name, value)
    {
        if (!is_grader(value))
            continue;
        yonder_text grader = yn_arena_text(&e->arena, yonder_text_of(name));
        if (!grader.ptr)
            return no_memory(e);
        for (size_t i = 0; i < list_count; i++)
            if (!read_list(e, grader, json_object_get(value, lists[i].name), lists[i].severity,
                           out))
                return false;
    }
    return true;
}

static bool read_result(yn_earlier *e, const json_t *document, yn_earlier_domain *out)
{
    const char *word = json_string_value(json_object_get(document, "result"));
    for (yn_check_result i = YN_CHECK_PASSED; word && i <= YN_CHECK_UNKNOWN; i++)
        if (strcmp(word, yn_check_result_code(i)) == 0) {
            out->result = i;
            return true;
        }
    return wrong(e, "\"result\" is missing, or none of passed, failed and unknown");
}

static bool read_domain(yn_earlier *e, json_t *document)
{
    yn_earlier_domain domain = {.count = 0};
    const json_t *name = json_object_get(document, "domain");
    uint32_t index = (uint32_t)(e->domains.len / sizeof domain);
    bool added;
    if (!json_is_string(name))
        return wrong(e, "it is no output of 'yonder check': there is no \"domain\"");
    domain.domain = keep(e, name);
    if (!domain.domain.ptr)
        return no_memory(e);
    if (!read_result(e, document, &domain) || !read_issues(e, document, &domain))
        return false;
    yn_buf_put(&e->domains, (yonder_text){(const char *)&domain, sizeof domain});
    uint32_t *slot = yn_map_add(&e->by_name, domain.domain, index, &added);
    if (!slot || e->domains.error)
        return no_memory(e);
    *slot = index;
    return true;
}

/* ---- a file ------------------------------------------------------------------------------------
 */

static bool read_document(yn_earlier *e, json_t *document)
{
    json_t *all = json_object_get(document, "domains");
    if (!all)
        return read_domain(e, document);
    for (size_t i = 0; i < json_array_size(all); i++)
        if (!read_domain(e, json_array_get(all, i)))
            return false;
    return true;
}

static size_t lines_of(yonder_text t)
{
    size_t count = 0;
    for (size_t i = 0; i < t.len; i++)
        count += t.ptr[i] == '\n';
    return count;
}

// One document after the other.
static bool read_all(yn_earlier *e, yonder_text text)
{
    e->line = 1;
    for (;;) {
        size_t blank = 0;
        while (blank < text.len && strchr(" \t\r\n", text.ptr[blank]))
            blank++;
        e->line += lines_of(yn_slice(text, 0, blank));
        text = yn_skip(text, blank);
        if (!text.len)
            return true;
        json_error_t error;
        json_t *document = json_loadb(text.ptr, text.len, JSON_DISABLE_EOF_CHECK, &error);
        if (!document) {
            e->line += error.line > 0 ? (size_t)error.line - 1 : 0;
            return wrong(e, error.text);
        }
        bool good = read_document(e, document);
        json_decref(document);
        if (!good)
            return false;
        e->line += lines_of(yn_slice(text, 0, (size_t)error.position));
        text = yn_skip(text, (size_t)error.position);
    }
}

static yonder_text whole_lines_of(yonder_text text)
{
    while (text.len && text.ptr[text.len - 1] != '\n')
        text.len--;
    return text;
}

yn_earlier *yn_earlier_parse(const char *name, yonder_text text, yn_buf *message)
{
    yn_earlier *e = malloc(sizeof *e);
    if (!e) {
        yn_buf_printf(message, "%s: %s", name, yonder_strerror(YONDER_NO_MEMORY));
        return NULL;
    }
    *e = (yn_earlier){.arena = yn_arena_make(NULL),
                      .domains = yn_buf_make(file_max, NULL),
                      .by_name = yn_map_make(NULL),
                      .path = name,
                      .message = message};
    if (read_all(e, text))
        return e;
    yn_earlier_free(e);
    return NULL;
}

yn_earlier *yn_earlier_read(const char *path, bool whole_lines, size_t *good, yn_buf *message)
{
    yn_buf file = yn_buf_make(file_max, NULL);
    yn_earlier *e = NULL;
    int error = yn_file_take(path, &file);
    yonder_text text = yn_buf_text(&file);
    if (whole_lines)
        text = whole_lines_of(text);
    if (good)
        *good = text.len;
    if (error)
        yn_buf_printf(message, "%s: %s", path, strerror(error));
    else
        e = yn_earlier_parse(path, text, message);
    yn_buf_free(&file);
    return e;
}

void yn_earlier_free(yn_earlier *e)
{
    if (!e)
        return;
    yn_arena_free(&e->arena);
    yn_buf_free(&e->domains);
    yn_map_free(&e->by_name);
    free(e);
}

const yn_earlier_domain *yn_earlier_at(const yn_earlier *e, size_t index)
{
    const yn_earlier_domain *all = (const void *)e->domains.ptr;
    return index < e->domains.len / sizeof *all ? &all[index] : NULL;
}

const yn_earlier_domain *yn_earlier_find(const yn_earlier *e, yonder_text domain)
{
    const uint32_t *index = yn_map_find(&e->by_name, domain);
    return index ? yn_earlier_at(e, *index) : NULL;
}

/* ---- comparing ---------------------------------------------------------------------------------
 */

// Issues of one kind count: three unknown directives are worse than two.
static bool is_same(const yn_check_change *a, const yn_check_change *b)
{
    return yn_equal(a->code, b->code) && yn_equal(a->host, b->host) &&
           yn_equal(a->grader, b->grader);
}

// Those of `all` that have no partner in `others` at least as grave.
static size_t without_partner(const yn_check_change *all, size_t count,
                              const yn_check_change *others, size_t other_count, yn_severity least,
                              bool *used, yn_check_change *out)
{
    size_t found = 0;
    memset(used, 0, other_count);
    for (size_t i = 0; i < count; i++) {
        size_t n = 0;
        if (all[i].severity > least)
            continue;
        while (n < other_count &&
               (used[n] || !is_same(&all[i], &others[n]) || others[n].severity > all[i].severity))
            n++;
        if (n < other_count)
            used[n] = true;
        else
            out[found++] = all[i];
    }
    return found;
}

static size_t issues_now(const yn_checked *now, yn_check_change *out)
{
    size_t count = 0;
    for (size_t g = 0; g < now->count; g++)
        for (size_t i = 0; i < now->grades[g].grade.count; i++) {
            const yn_issue *issue = &now->grades[g].grade.issues[i];
            // As in the output, which has no hosts for the list's own rules.
            bool hosts = strcmp(now->grades[g].grader->name, YN_CHECK_COMPATIBLE) != 0;
            out[count++] = (yn_check_change){
                .grader = yonder_text_of(now->grades[g].grader->name),
                .code = yonder_text_of(issue->check->code),
                .host = hosts ? issue->host : (yonder_text){"", 0},
                .severity = issue->check->severity,
            };
        }
    return count;
}

// Of graders that are asked now, and could tell.
static size_t issues_then(const yn_earlier_domain *then, const yn_checked *now,
                          yn_check_change *out)
{
    size_t count = 0;
    for (size_t i = 0; i < then->count; i++)
        for (size_t g = 0; g < now->count; g++)
            if (yn_equal(then->issues[i].grader, yonder_text_of(now->grades[g].grader->name)) &&
                !now->grades[g].grade.unknown)
                out[count++] = then->issues[i];
    return count;
}

bool yn_earlier_compare(const yn_earlier *earlier, const yn_checked *now, yn_severity fail_on,
                        yn_arena *arena, yn_check_changes *out)
{
    static const yn_earlier_domain none = {.count = 0};
    const yn_earlier_domain *then = yn_earlier_find(earlier, now->audit->domain);
    size_t most = 1;
    for (size_t g = 0; g < now->count; g++)
        most += now->grades[g].grade.count;
    *out = (yn_check_changes){.known = then != NULL};
    then = then ? then : &none;
    most += then->count;
    yn_check_change *lists_of = yn_arena_alloc(arena, 4 * most * sizeof *lists_of);
    bool *used = yn_arena_alloc(arena, most);
    if (!lists_of || !used)
        return false;
    yn_check_change *is = lists_of, *was = lists_of + most;
    size_t is_count = issues_now(now, is);
    out->worse = was + most;
    out->better = out->worse + most;
    out->worse_count =
        without_partner(is, is_count, then->issues, then->count, fail_on, used, out->worse);
    size_t was_count = issues_then(then, now, was);
    out->better_count =
        without_partner(was, was_count, is, is_count, YN_SEVERITY_WARNING, used, out->better);
    return true;
}
