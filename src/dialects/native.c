// SPDX-License-Identifier: MIT
// The reader of yonder's own rule files; yonder-rules(5) is their description.
#include "base/text.h"
#include "dialects/lines.h"
#include "rules/build.h"

typedef struct reader {
    yn_lines lines;
    yn_builder *builder;
} reader;

#define PROBLEM(r, at, ...) yn_problem(&(r)->lines.problems, at, __VA_ARGS__)

static const struct {
    yonder_text name;
    int status;
    bool has_location;
} statuses[] = {
    {YN_TEXT_INIT("permanent"), 308, true}, {YN_TEXT_INIT("temporary"), 307, true},
    {YN_TEXT_INIT("see-other"), 303, true}, {YN_TEXT_INIT("gone"), 410, false},
    {YN_TEXT_INIT("301"), 301, true},       {YN_TEXT_INIT("302"), 302, true},
    {YN_TEXT_INIT("303"), 303, true},       {YN_TEXT_INIT("307"), 307, true},
    {YN_TEXT_INIT("308"), 308, true},       {YN_TEXT_INIT("404"), 404, false},
    {YN_TEXT_INIT("410"), 410, false},      {YN_TEXT_INIT("451"), 451, false},
};

// What a line about the whole site starts with.
static const yonder_text site_words[] = {
    YN_TEXT_INIT("https"),  YN_TEXT_INIT("hsts"),  YN_TEXT_INIT("canonical"),
    YN_TEXT_INIT("http10"), YN_TEXT_INIT("query"), YN_TEXT_INIT("maintenance"),
    YN_TEXT_INIT("slash"),  YN_TEXT_INIT("case"),  YN_TEXT_INIT("cache"),
};

// The row of a status, or the number of rows.
static size_t find_status(yonder_text word)
{
    size_t i = 0;
    while (i < sizeof statuses / sizeof *statuses && !yn_equal(statuses[i].name, word))
        i++;
    return i;
}

static bool is_status(yonder_text word)
{
    return find_status(word) < sizeof statuses / sizeof *statuses;
}

static bool is_target(yonder_text word)
{
    return word.ptr[0] == '/' || yn_equal(word, YN_TEXT("-")) || yn_scheme_prefix(word);
}

static bool is_pair(yonder_text word)
{
    return yn_find_char(word, '=') < word.len;
}

static int bad_status(reader *r, yonder_text word)
{
    size_t equals = yn_find_char(word, '=');
    if (equals < word.len)
        return PROBLEM(r, word.ptr, "the condition '%.*s' is not supported by this version",
                       YN_PRINT(yn_quotable(yn_slice(word, 0, equals + 1))));
    if (word.len > 1 && word.ptr[word.len - 1] == '!')
        return PROBLEM(r, word.ptr + word.len - 1,
                       "a status ends without '!': a rule never gives way to a file");
    return PROBLEM(r, word.ptr,
                   "'%.*s' is not a status: permanent, temporary, see-other, gone, 301, 302, 303, "
                   "307, 308, 404, 410 and 451 are",
                   YN_PRINT(yn_quotable(word)));
}

// STATUS and what may follow it. `target` is the word that stands for TO.
static int read_status(reader *r, yonder_text rest, yonder_text target, int *status)
{
    bool has_target = !yn_equal(target, YN_TEXT("-"));
    yonder_text word = yn_word_next(&rest);
    *status = has_target ? 301 : 410;
    if (word.len == 0)
        return YONDER_OK;
    size_t row = find_status(word);
    int error = YONDER_OK;
    bool told = is_pair(word); // a status may stand behind a condition
    if (row == sizeof statuses / sizeof *statuses)
        error = bad_status(r, word);
    else
        *status = statuses[row].status;
    if (!error && has_target && !statuses[row].has_location)
        error = PROBLEM(r, target.ptr, "status %d has no target: write '-' in its place", *status);
    else if (!error && !has_target && statuses[row].has_location)
        error = PROBLEM(r, target.ptr, "status %d needs a target", *status);
    while ((word = yn_word_next(&rest)).len) {
        if (is_pair(word))
            error = bad_status(r, word);
        else if (!told)
            error = PROBLEM(r, word.ptr, "nothing can follow the status");
        told = true;
    }
    return error;
}

// Takes the pairs and the target off `*rest`. Words that are neither are told and left out.
static int read_target(reader *r, yonder_text *rest, yn_draft_pair *pairs, yn_draft *draft)
{
    yonder_text word;
    int error = YONDER_OK;
    bool too_many = false;
    while ((word = yn_word_next(rest)).len && !is_target(word)) {
        size_t equals = yn_find_char(word, '=');
        if (equals == word.len && is_status(word))
            return PROBLEM(r, word.ptr, "the target is missing");
        if (equals == word.len) {
            error = PROBLEM(r, word.ptr,
                            "neither a query pair ('name=value') nor a target ('/…', 'https://…' "
                            "or '-')");
        } else if (draft->pair_count < YONDER_RULES_MAX_PAIRS) {
            pairs[draft->pair_count++] =
                (yn_draft_pair){yn_slice(word, 0, equals), yn_skip(word, equals + 1)};
        } else if (!too_many) {
            too_many = true;
            error = PROBLEM(r, word.ptr, "more than %u query pairs in one rule",
                            YONDER_RULES_MAX_PAIRS);
        }
    }
    draft->to = word;
    return error || word.len ? error : PROBLEM(r, word.ptr, "the target is missing");
}

// The parts of a rule are checked each for itself, so that all that is wrong with it is told.
static int read_rule(reader *r, yonder_text from, yonder_text rest)
{
    yn_draft_pair pairs[YONDER_RULES_MAX_PAIRS];
    yn_draft draft = {.from = from, .pairs = pairs, .line = r->lines.number};
    int error = read_target(r, &rest, pairs, &draft);
    if (draft.to.len) {
        int status_error = read_status(r, rest, draft.to, &draft.status);
        error = status_error ? status_error : error;
    }
    if (yn_equal(draft.to, YN_TEXT("-")))
        draft.to.len = 0;
    int rule_error = yn_builder_add(r->builder, &draft);
    return rule_error ? rule_error : error;
}

static int read_section(reader *r, yonder_text word, yonder_text rest)
{
    yonder_text line = {word.ptr, word.len + rest.len}, last = word;
    while (word.len) {
        last = word;
        word = yn_word_next(&rest);
    }
    size_t end = (size_t)(last.ptr - line.ptr) + last.len;
    bool closed = line.ptr[end - 1] == ']';
    int error =
        closed ? YONDER_OK : PROBLEM(r, line.ptr + end, "']' is missing after the section's hosts");
    // What follows is checked as part of this section all the same.
    int section_error = yn_builder_section(r->builder, yn_slice(line, 1, closed ? end - 1 : end));
    return section_error ? section_error : error;
}

static int read_words(reader *r, yonder_text rest)
{
    yonder_text word = yn_word_next(&rest);
    if (word.len == 0)
        return YONDER_OK;
    if (word.ptr[0] == '[')
        return read_section(r, word, rest);
    if (word.ptr[0] == '~')
        return PROBLEM(r, word.ptr, "regular expressions ('~…') are not supported by this version");
    for (size_t i = 0; i < sizeof site_words / sizeof *site_words; i++)
        if (yn_equal(word, site_words[i]))
            return PROBLEM(r, word.ptr, "'%.*s' lines are not supported by this version",
                           YN_PRINT(word));
    if (word.ptr[0] != '/' && !yn_scheme_prefix(word))
        return PROBLEM(r, word.ptr, "a rule starts with a path ('/…') or a URL ('https://…')");
    return read_rule(r, word, rest);
}

static int read_line(reader *r)
{
    yonder_text line = r->lines.line;
    int error = YONDER_OK;
    if (!yn_lines_check(&r->lines))
        return YONDER_INVALID_RULES;
    if (yn_starts_with(line, YN_BYTE_ORDER_MARK)) { // where files were put together
        error = yn_lines_tell_mark(&r->lines, line.ptr);
        line = yn_skip(line, YN_BYTE_ORDER_MARK.len);
    }
    int line_error = read_words(r, line);
    return line_error ? line_error : error;
}

static int read_source(reader *r, const yonder_rules_source *source)
{
    yn_lines_open(&r->lines, source);
    int error = yn_builder_source(r->builder, source->name);
    while (!error && yn_lines_next(&r->lines)) {
        if (r->lines.number == UINT32_MAX)
            return YONDER_TOO_LARGE;
        error = read_line(r);
        if (error == YONDER_INVALID_RULES) // there may be more
            error = yn_lines_report(&r->lines);
    }
    return error;
}

int yonder_rules_read(yonder_rules **out, const yonder_rules_source *sources, size_t count,
                      yonder_report_fn *report, void *context, const yonder_mem *mem)
{
    reader r;
    yn_lines_make(&r.lines, report, context, mem);
    r.builder = yn_builder_make(&r.lines.problems, mem);
    int error = r.builder ? YONDER_OK : YONDER_NO_MEMORY;
    for (size_t i = 0; !error && i < count; i++)
        error = read_source(&r, &sources[i]);
    if (!error && r.lines.problem_count)
        error = YONDER_INVALID_RULES;
    yn_lines_close(&r.lines);
    if (!error)
        return yn_builder_finish(r.builder, out);
    yn_builder_free(r.builder);
    return error;
}
