// SPDX-License-Identifier: MIT
// The reader of yonder's own rule files; yonder-rules(5) is their description. Lines become drafts;
// what takes them is the builder of a rule set, or a writer of another format.
#include "dialects/native.h"

#include "base/text.h"
#include "rules/condition.h"
#include "rules/likely.h"
#include "rules/set.h"
#include "rules/site.h"
#include "rules/target.h"

#define PROBLEM(r, at, ...) yn_problem(&(r)->lines.problems, at, __VA_ARGS__)

static bool is_target(yonder_text word)
{
    return word.ptr[0] == '/' || yn_equal(word, YN_TEXT("-")) || yn_scheme_prefix(word);
}

static size_t equals_in(yonder_text word)
{
    return yn_find_char(word, '=');
}

static bool is_pair(yonder_text word)
{
    return equals_in(word) < word.len;
}

/* ---- STATUS and conditions ------------------------------------------------------------------- */

static int bad_status(yn_native *r, yonder_text word)
{
    if (word.len > 1 && word.ptr[word.len - 1] == '!')
        return PROBLEM(r, word.ptr + word.len - 1,
                       "a status ends without '!': a rule never gives way to a file");
    return PROBLEM(r, word.ptr,
                   "'%.*s' is not a status: permanent, temporary, see-other, gone, 301, 302, 303, "
                   "307, 308, 403, 404, 410 and 451 are",
                   YN_PRINT(yn_quotable(word)));
}

static int read_condition(yn_native *r, yonder_text word, yn_draft *draft)
{
    if (draft->condition_count == YONDER_RULES_MAX_CONDITIONS)
        return PROBLEM(r, word.ptr, "more than %u conditions in one rule",
                       YONDER_RULES_MAX_CONDITIONS);
    size_t equals = equals_in(word);
    r->conditions[draft->condition_count++] =
        (yn_draft_pair){yn_slice(word, 0, equals), yn_skip(word, equals + 1)};
    return YONDER_OK;
}

static int check_status(yn_native *r, const yn_draft *draft, uint8_t row)
{
    bool has_target = !yn_equal(draft->to, YN_TEXT("-"));
    if (has_target && !yn_statuses[row].has_location)
        return PROBLEM(r, draft->to.ptr, "status %d has no target: write '-' in its place",
                       yn_statuses[row].status);
    if (!has_target && yn_statuses[row].has_location)
        return PROBLEM(r, draft->to.ptr, "status %d needs a target", yn_statuses[row].status);
    return YONDER_OK;
}

static int after_status(yn_native *r, yonder_text word, const yn_draft *draft)
{
    if (draft->condition_count && yn_status_find(word))
        return PROBLEM(r, word.ptr, "the status stands right after the target, before conditions");
    return PROBLEM(r, word.ptr, "after the status only conditions ('name=value') can follow");
}

// What stands behind TO.
static int read_behind(yn_native *r, yonder_text rest, yn_draft *draft)
{
    yonder_text word;
    int error = YONDER_OK;
    bool told = false;
    draft->status = yn_equal(draft->to, YN_TEXT("-")) ? 410 : 301;
    for (bool first = true; (word = yn_word_next(&rest)).len; first = false) {
        int word_error = YONDER_OK;
        uint8_t row = first ? yn_status_find(word) : 0;
        if (row) {
            draft->status = yn_statuses[row].status;
            word_error = check_status(r, draft, row);
        } else if (is_pair(word)) {
            word_error = read_condition(r, word, draft);
        } else if (first) {
            word_error = bad_status(r, word);
            told = true;
        } else if (!told) {
            word_error = after_status(r, word, draft);
            told = true;
        }
        error = word_error ? word_error : error;
    }
    return error;
}

/* ---- rules ----------------------------------------------------------------------------------- */

// Takes the pairs and the target off `*rest`. Words that are neither are told and left out.
static int read_target(yn_native *r, yonder_text *rest, yn_draft *draft)
{
    yonder_text word;
    int error = YONDER_OK;
    bool too_many = false;
    while ((word = yn_word_next(rest)).len && !is_target(word)) {
        size_t equals = equals_in(word);
        if (equals == word.len && yn_status_find(word))
            return PROBLEM(r, word.ptr, "the target is missing");
        if (equals == word.len) {
            error = PROBLEM(r, word.ptr,
                            "neither a query pair ('name=value') nor a target ('/…', 'https://…' "
                            "or '-')%s",
                            draft->from.ptr[0] == '~'
                                ? "; a blank in a regular expression is written '\\x20'"
                                : "");
        } else if (draft->pair_count < YONDER_RULES_MAX_PAIRS) {
            r->pairs[draft->pair_count++] =
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
static int read_rule(yn_native *r, yonder_text from, yonder_text rest)
{
    yn_draft draft = {
        .from = from, .pairs = r->pairs, .conditions = r->conditions, .line = r->lines.number};
    int error = read_target(r, &rest, &draft);
    if (draft.to.len) {
        int status_error = read_behind(r, rest, &draft);
        error = status_error ? status_error : error;
    }
    if (yn_equal(draft.to, YN_TEXT("-")))
        draft.to.len = 0;
    int rule_error = r->sink.rule(r->sink.context, &draft);
    return rule_error ? rule_error : error;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static int read_section(yn_native *r, yonder_text word, yonder_text rest)
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
    int section_error = r->sink.section(r->sink.context, yn_slice(line, 1, closed ? end - 1 : end),
                                        r->lines.number);
    return section_error ? section_error : error;
}

// The rest of a line up to a comment, without blanks around it.
static int read_site(yn_native *r, yonder_text word, yonder_text rest)
{
    yonder_text value = yn_word_next(&rest), last = value;
    for (yonder_text next; (next = yn_word_next(&rest)).len;)
        last = next;
    value.len = (size_t)(last.ptr - value.ptr) + last.len;
    return r->sink.site(r->sink.context, &(yn_draft_site){word, value, r->lines.number});
}

static int unknown_start(yn_native *r, yonder_text word)
{
    static const char *const words[] = {
#define SITE_WORD(name, word) word,
        YN_SITE_LINES(SITE_WORD)
#undef SITE_WORD
    };
    int likely = yn_likely(word, words, YN_SITE_COUNT);
    if (likely >= 0)
        return PROBLEM(r, word.ptr, "'%.*s' starts no line; is '%s' meant?",
                       YN_PRINT(yn_quotable(word)), words[likely]);
    return PROBLEM(r, word.ptr,
                   "a line starts with a path ('/…'), a URL ('https://…', '//host/…'), a regular "
                   "expression ('~…'), a section ('[host]'), or one of https, hsts, canonical, "
                   "maintenance, http10, query, slash, case and cache");
}

static int read_words(yn_native *r, yonder_text rest)
{
    yonder_text word = yn_word_next(&rest);
    if (word.len == 0)
        return YONDER_OK;
    if (word.ptr[0] == '/' || word.ptr[0] == '~' || yn_scheme_prefix(word))
        return read_rule(r, word, rest);
    if (word.ptr[0] == '[')
        return read_section(r, word, rest);
    if (yn_site_find(word) != YN_SITE_COUNT)
        return read_site(r, word, rest);
    return unknown_start(r, word);
}

int yn_native_line(yn_native *r)
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

int yn_native_lines(yn_native *r, bool last)
{
    int error = YONDER_OK;
    while (!error && yn_lines_next(&r->lines, last)) {
        if (r->lines.number == UINT32_MAX)
            return YONDER_TOO_LARGE;
        error = yn_native_line(r);
        if (error == YONDER_INVALID_RULES) // there may be more
            error = yn_lines_report(&r->lines);
    }
    return error;
}
