// SPDX-License-Identifier: MIT
// What other servers ask of a query or a field by a regular expression, as pairs and conditions.
#include "base/text.h"
#include "dialects/plan.h"
#include "dialects/regexp.h"

/* ---- queries --------------------------------------------------------------------------------- */

static bool cut_front(yonder_text *t, const char *text)
{
    if (!yn_starts_with(*t, yonder_text_of(text)))
        return false;
    *t = yn_skip(*t, strlen(text));
    return true;
}

static bool cut_back(yonder_text *t, const char *text)
{
    size_t n = strlen(text);
    if (t->len < n || memcmp(t->ptr + t->len - n, text, n) != 0)
        return false;
    t->len -= n;
    return true;
}

// Without what ties the pattern to the borders of pairs. The groups that go with it are counted.
static yonder_text without_borders(yonder_text pattern, size_t *groups)
{
    static const struct {
        const char *text;
        size_t groups;
    } fronts[] = {{"^(.*&)?", 1}, {"(^|.*&)", 1}, {"(^|&)", 1}, {"(?:^|&)", 0}, {"^(.*)", 1},
                  {"^", 0},       {"&?", 0},      {"\\b", 0},   {"(.*)", 1},    {".*", 0}},
      backs[] = {{"(&.*)?$", 1}, {"(&|$)", 1}, {"(?:&|$)", 0}, {"&?$", 0},
                 {"(.*)$", 1},   {".*$", 0},   {"$", 0},       {"\\b", 0}};
    *groups = 0;
    for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++)
        if (cut_front(&pattern, fronts[i].text)) {
            *groups = fronts[i].groups;
            break;
        }
    for (size_t i = 0; i < sizeof backs / sizeof *backs; i++)
        if (cut_back(&pattern, backs[i].text))
            break;
    return pattern;
}

// "([0-9]+)", "[^&]*", "\d+": any value at all, for want of better.
static bool is_any_value(yonder_text t)
{
    yn_regexp pattern;
    yonder_text rest = t;
    if (!yn_regexp_read(&pattern, t) || pattern.odd || pattern.alternates ||
        pattern.group_count > 1)
        return false;
    if (pattern.group_count && (t.ptr[0] != '(' || t.ptr[t.len - 1] != ')'))
        return false;
    if (pattern.group_count)
        rest = yn_slice(t, 1, t.len - 1);
    yn_regexp_token what = yn_regexp_next(&rest), many = yn_regexp_next(&rest);
    bool wide =
        what.kind == YN_REGEXP_DOT || what.kind == YN_REGEXP_CLASS || what.kind == YN_REGEXP_ESCAPE;
    return wide && many.kind == YN_REGEXP_REPEAT && many.text.ptr[0] != '?' && !rest.len;
}

static yonder_text unescaped(yn_plan *plan, yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] != '\\' || i + 1 == t.len)
            yn_buf_char(&plan->scratch, t.ptr[i]);
        else
            yn_buf_char(&plan->scratch, t.ptr[++i]);
    return yn_plan_written(plan);
}

// A value as a pair has it. What would be a placeholder is none.
static yonder_text pair_value(yn_plan *plan, yonder_text value)
{
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.ptr[i] <= ' ' || value.ptr[i] == 0x7F ||
            (i == 0 && value.ptr[i] == ':'))
            yn_buf_printf(&plan->scratch, "%%%02X", (unsigned)(unsigned char)value.ptr[i]);
        else
            yn_buf_char(&plan->scratch, value.ptr[i]);
    return yn_plan_written(plan);
}

static yonder_text any_value(yn_plan *plan, yonder_text name)
{
    bool good = name.len && yn_is_alpha((unsigned char)name.ptr[0]);
    for (size_t i = 0; i < name.len; i++)
        good = good && (yn_is_alpha((unsigned char)name.ptr[i]) ||
                        yn_is_digit((unsigned char)name.ptr[i]) || name.ptr[i] == '_');
    yn_buf_printf(&plan->scratch, ":%.*s", YN_PRINT(good ? name : YN_TEXT("value")));
    return yn_plan_written(plan);
}

static bool is_name(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] == '\\' ? ++i == t.len || strchr("dwsDWSbB", t.ptr[i]) != NULL
                             : strchr("^$.[|()?*+{ &", t.ptr[i]) != NULL)
            return false;
    return t.len > 0;
}

// The end of the pair at the start of `t`: a "&" outside groups and classes.
static size_t pair_end(yonder_text t)
{
    yonder_text rest = t;
    size_t depth = 0;
    for (yn_regexp_token token; (token = yn_regexp_next(&rest)).kind != YN_REGEXP_END;) {
        depth += token.kind == YN_REGEXP_OPEN;
        depth -= token.kind == YN_REGEXP_CLOSE && depth;
        if (token.kind == YN_REGEXP_LITERAL && token.byte == '&' && !depth)
            return (size_t)(token.text.ptr - t.ptr);
    }
    return t.len;
}

// Each of the cases with each of the texts as the value of `name`.
static bool with_values(yn_plan *plan, yn_cases *cases, yonder_text name,
                        const yn_regexp_texts *texts)
{
    yn_cases before = *cases;
    cases->count = 0;
    for (size_t i = 0; i < before.count; i++)
        for (size_t k = 0; k < texts->count; k++) {
            if (cases->count == YN_MOST_CASES)
                return false;
            cases->cases[cases->count] = before.cases[i];
            if (yn_case_pair(plan, &cases->cases[cases->count], name,
                             pair_value(plan, texts->texts[k])))
                cases->count++;
        }
    return true;
}

static bool with_any_value(yn_plan *plan, yn_cases *cases, yonder_text name)
{
    size_t count = 0;
    for (size_t i = 0; i < cases->count; i++)
        if (yn_case_pair(plan, &cases->cases[i], name, any_value(plan, name)))
            cases->cases[count++] = cases->cases[i];
    cases->count = count;
    return true;
}

static bool read_pair(yn_plan *plan, yn_cases *cases, yonder_text pair, size_t *group,
                      yonder_text groups[10])
{
    yn_regexp pattern;
    yn_regexp_texts texts;
    size_t equals = yn_find_char(pair, '=');
    yonder_text name = yn_slice(pair, 0, equals);
    yonder_text value = equals < pair.len ? yn_skip(pair, equals + 1) : (yonder_text){0};
    if (equals == pair.len || !is_name(name) || !yn_regexp_read(&pattern, value))
        return false;
    name = unescaped(plan, name);
    for (size_t i = 0; i < pattern.group_count; i++)
        if (++*group < 10)
            groups[*group] = pattern.group_count == 1 ? name : (yonder_text){0};
    if (!value.len)
        return false; // "id=" and whatever follows
    if (is_any_value(value))
        return with_any_value(plan, cases, name);
    if (!yn_regexp_expand(&texts, value, &plan->arena))
        plan->error = YONDER_NO_MEMORY;
    return texts.count && with_values(plan, cases, name, &texts);
}

bool yn_case_query_regex(yn_plan *plan, yonder_text pattern, yn_cases *cases,
                         yonder_text groups[10])
{
    size_t group;
    yonder_text rest = without_borders(pattern, &group);
    for (size_t i = 0; i < 10; i++)
        groups[i] = (yonder_text){0};
    if (!rest.len)
        return false;
    while (rest.len) {
        size_t end = pair_end(rest);
        if (!read_pair(plan, cases, yn_slice(rest, 0, end), &group, groups))
            return false;
        rest = yn_skip(rest, end < rest.len ? end + 1 : end);
    }
    return true;
}

bool yn_case_query(yn_plan *plan, yn_case *which, yonder_text query)
{
    while (query.len) {
        size_t end = yn_find_char(query, '&'), equals;
        yonder_text pair = yn_slice(query, 0, end);
        equals = yn_find_char(pair, '=');
        yonder_text value = equals < pair.len ? yn_skip(pair, equals + 1) : (yonder_text){0};
        if (pair.len &&
            !yn_case_pair(plan, which, yn_slice(pair, 0, equals), pair_value(plan, value)))
            return false;
        query = yn_skip(query, end < query.len ? end + 1 : end);
    }
    return true;
}

bool yn_case_argument(yn_plan *plan, yn_case *which, yonder_text name, const yonder_text *value)
{
    return yn_case_pair(plan, which, name,
                        value ? pair_value(plan, *value) : any_value(plan, name));
}

/* ---- methods --------------------------------------------------------------------------------- */

static bool has_word(yonder_text list, const char *word)
{
    while (list.len) {
        size_t end = yn_find_char(list, ',');
        if (yn_equal(yn_slice(list, 0, end), yonder_text_of(word)))
            return true;
        list = yn_skip(list, end < list.len ? end + 1 : end);
    }
    return false;
}

bool yn_case_methods(yn_plan *plan, yn_case *which, yonder_text list, yonder_text file,
                     uint32_t line)
{
    if (has_word(list, "GET") && !has_word(list, "HEAD"))
        yn_plan_note(plan, YN_NOTE_CHANGED, file, line, "what is for GET is for HEAD as well");
    return yn_case_condition(plan, which, YN_TEXT("method"), list);
}

/* ---- fields ---------------------------------------------------------------------------------- */

// A text as a glob that fits just this.
static void put_glob(yn_buf *out, yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if ((unsigned char)t.ptr[i] <= ' ' || t.ptr[i] == '*' || t.ptr[i] == '%' ||
            t.ptr[i] == 0x7F)
            yn_buf_printf(out, "%%%02X", (unsigned)(unsigned char)t.ptr[i]);
        else
            yn_buf_char(out, t.ptr[i]);
}

bool yn_case_field(yn_plan *plan, yn_case *which, yonder_text name, yonder_text value)
{
    put_glob(&plan->scratch, value);
    return yn_case_condition(plan, which, name, yn_plan_written(plan));
}

static bool has_letters(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (yn_is_alpha((unsigned char)t.ptr[i]))
            return true;
    return false;
}

bool yn_case_field_regex(yn_plan *plan, yonder_text name, yonder_text pattern, bool ignore_case,
                         yn_cases *cases)
{
    yn_regexp_texts texts;
    yn_cases before = *cases;
    cases->count = 0;
    if (!yn_regexp_expand(&texts, pattern, &plan->arena))
        plan->error = YONDER_NO_MEMORY;
    for (size_t k = 0; k < texts.count; k++) {
        if ((ignore_case && has_letters(texts.texts[k])) || !texts.texts[k].len)
            return false;
        yn_buf_str(&plan->scratch, texts.open_start ? "*" : "");
        put_glob(&plan->scratch, texts.texts[k]);
        yn_buf_str(&plan->scratch, texts.open_end ? "*" : "");
        yonder_text glob = yn_plan_written(plan);
        for (size_t i = 0; i < before.count; i++) {
            if (cases->count == YN_MOST_CASES)
                return false;
            cases->cases[cases->count] = before.cases[i];
            if (!yn_case_condition(plan, &cases->cases[cases->count++], name, glob))
                return false;
        }
    }
    return texts.count > 0;
}
