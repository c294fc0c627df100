// SPDX-License-Identifier: MIT
// Paths of a plan: their forms, and whether one lies in another.
#include "base/text.h"
#include "base/utf8.h"
#include "core/percent.h"
#include "dialects/plan.h"
#include "dialects/regexp.h"

/* ---- forms ----------------------------------------------------------------------------------- */

// What regular expressions see decoded although it has to be escaped in a URL.
static bool is_shown(char c)
{
    return c && strchr(" \"<>[]\\^`{|}", c) != NULL;
}

static bool is_unreserved(char c)
{
    return yn_is_alpha((unsigned char)c) || yn_is_digit((unsigned char)c) ||
           (c && strchr("-._~", c) != NULL);
}

static void put_escape(yn_buf *out, char c)
{
    yn_buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
}

// The length of the character at `at`, 0 where there is none.
static size_t character(yonder_text t, size_t at)
{
    uint32_t code_point;
    size_t length = yn_utf8_decode(yn_skip(t, at), &code_point);
    if (code_point != 0xFFFD)
        return length;
    return yn_starts_with(yn_skip(t, at), YN_TEXT("\xEF\xBF\xBD")) ? 3 : 0;
}

static void put_decoded(yn_buf *out, yonder_text t, const char *escaped)
{
    for (size_t i = 0, n; i < t.len; i += n) {
        unsigned char c = (unsigned char)t.ptr[i];
        n = c < 0x80 ? 1 : character(t, i);
        if (n == 0 || c < ' ' || c == 0x7F || strchr(escaped, c)) {
            put_escape(out, (char)c);
            n = 1;
        } else {
            yn_buf_put(out, yn_slice(t, i, i + n));
        }
    }
}

yonder_text yn_plan_decoded(yn_plan *plan, yonder_text decoded)
{
    put_decoded(&plan->scratch, decoded, "%?#");
    return yn_plan_written(plan);
}

yonder_text yn_plan_subject(yn_plan *plan, yonder_text path)
{
    yn_buf *out = &plan->scratch;
    yn_buf bytes = yn_buf_make(path.len * 3 + 1, plan->mem);
    char byte;
    // What is decoded here may only together be a character: first the bytes, then a look at them.
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] != '%') {
            yn_buf_char(&bytes, path.ptr[i]);
        } else if (!yn_percent_decode_at(path, i, &byte)) {
            yn_buf_str(&bytes, "%25");
        } else {
            if (is_unreserved(byte) || is_shown(byte) || (unsigned char)byte >= 0x80)
                yn_buf_char(&bytes, byte);
            else
                put_escape(&bytes, byte);
            i += 2;
        }
    }
    if (bytes.error)
        plan->error = YONDER_NO_MEMORY;
    put_decoded(out, yn_buf_text(&bytes), "");
    yn_buf_free(&bytes);
    return yn_plan_written(plan);
}

void yn_plan_put_url(yn_buf *out, yonder_text subject)
{
    put_decoded(out, subject, " ");
}

/* ---- making ---------------------------------------------------------------------------------- */

yn_path yn_path_exact(yonder_text subject, bool ignore_case)
{
    return (yn_path){.kind = YN_PATH_EXACT, .ignore_case = ignore_case, .text = subject};
}

yn_path yn_path_prefix(yonder_text subject)
{
    // Every path starts with this.
    if (subject.len == 0 || yn_equal(subject, YN_TEXT("/")))
        return (yn_path){.kind = YN_PATH_ANY};
    return (yn_path){.kind = YN_PATH_PREFIX, .text = subject};
}

yn_path yn_path_folder(yn_plan *plan, yonder_text subject)
{
    return (yn_path){
        .kind = YN_PATH_PREFIX, .text = subject, .id = ++plan->last_id, .is_folder = true};
}

// "^/a" and "^/a$" are a prefix and a path, about which more can be told.
static bool read_literal(yn_plan *plan, yonder_text pattern, yn_path *out)
{
    yonder_text rest = pattern;
    yn_regexp_token token = yn_regexp_next(&rest);
    out->kind = YN_PATH_PREFIX;
    if (token.kind != YN_REGEXP_START)
        return false;
    while ((token = yn_regexp_next(&rest)).kind == YN_REGEXP_LITERAL)
        yn_buf_put(&plan->scratch, yn_skip(token.text, token.text.len - 1));
    if (token.kind == YN_REGEXP_FINISH) {
        out->kind = YN_PATH_EXACT;
        token = yn_regexp_next(&rest);
    }
    out->text = yn_plan_written(plan);
    return token.kind == YN_REGEXP_END && out->text.len > (out->kind == YN_PATH_PREFIX) &&
           out->text.ptr[0] == '/';
}

yn_path yn_path_regex(yn_plan *plan, yonder_text pattern, bool ignore_case)
{
    yn_path literal = {.id = ++plan->last_id};
    if (!ignore_case && read_literal(plan, pattern, &literal))
        return literal;
    return (yn_path){
        .kind = YN_PATH_REGEX, .ignore_case = ignore_case, .text = pattern, .id = ++plan->last_id};
}

/* ---- regular expressions --------------------------------------------------------------------- */

static void tell_nobody(void *context, const char *at, yonder_text message)
{
    (void)context, (void)at, (void)message;
}

static yn_regex *compile(yn_plan *plan, yonder_text pattern, bool ignore_case)
{
    yn_problems nobody = {tell_nobody, NULL};
    yn_regex *regex = NULL;
    if (plan->regex_count == plan->regex_cap) {
        size_t cap = plan->regex_cap ? plan->regex_cap * 2 : 16;
        yn_regex **more = yn_resize(plan->mem, plan->regexes, cap * sizeof(yn_regex *));
        if (!more) {
            plan->error = YONDER_NO_MEMORY;
            return NULL;
        }
        plan->regexes = more;
        plan->regex_cap = cap;
    }
    int error = yn_regex_compile(&regex, pattern, ignore_case, &nobody, plan->mem);
    if (error == YONDER_NO_MEMORY)
        plan->error = error;
    plan->regexes[plan->regex_count++] = error ? NULL : regex;
    return error ? NULL : regex;
}

// The compiled form, or NULL.
static const yn_regex *find_regex(yn_plan *plan, yonder_text pattern, bool ignore_case)
{
    yn_buf_char(&plan->scratch, ignore_case ? '*' : ' ');
    yn_buf_put(&plan->scratch, pattern);
    uint32_t *known = yn_map_find(&plan->compiled, yn_buf_text(&plan->scratch));
    if (known) {
        plan->scratch.len = 0;
        return plan->regexes[*known];
    }
    yonder_text key = yn_plan_written(plan);
    bool added;
    uint32_t place = (uint32_t)plan->regex_count;
    yn_regex *regex = compile(plan, pattern, ignore_case);
    if (plan->regex_count > place && !yn_map_add(&plan->compiled, key, place, &added))
        plan->error = YONDER_NO_MEMORY;
    return regex;
}

bool yn_plan_fits(yn_plan *plan, yonder_text pattern, bool ignore_case, yonder_text subject,
                  yonder_text *groups, size_t group_count)
{
    const yn_regex *regex = find_regex(plan, pattern, ignore_case);
    return regex && yn_regex_match(regex, subject, groups, group_count) == YN_REGEX_YES;
}

/* ---- one in another -------------------------------------------------------------------------- */

static bool starts_with(const yn_path *p, yonder_text prefix)
{
    return p->text.len >= prefix.len && yn_equal(yn_slice(p->text, 0, prefix.len), prefix);
}

static yn_cover exact_covers(const yn_path *a, const yn_path *b)
{
    if (b->kind == YN_PATH_EXACT) {
        bool same = a->ignore_case || b->ignore_case ? yn_equal_nocase(a->text, b->text)
                                                     : yn_equal(a->text, b->text);
        if (!same)
            return YN_COVER_NONE;
        return a->ignore_case || !b->ignore_case ? YN_COVER_ALL : YN_COVER_PART;
    }
    if (b->kind == YN_PATH_PREFIX && !a->ignore_case)
        return starts_with(a, b->text) ? YN_COVER_PART : YN_COVER_NONE;
    return YN_COVER_PART;
}

static yn_cover prefix_covers(const yn_path *a, const yn_path *b)
{
    if (b->kind == YN_PATH_EXACT && !b->ignore_case)
        return starts_with(b, a->text) ? YN_COVER_ALL : YN_COVER_NONE;
    if (b->kind == YN_PATH_PREFIX) {
        if (starts_with(b, a->text))
            return YN_COVER_ALL;
        return starts_with(a, b->text) ? YN_COVER_PART : YN_COVER_NONE;
    }
    return YN_COVER_PART;
}

// What all paths of `p` start with.
static yonder_text start_of(const yn_path *p, char room[YN_REGEX_MAX_PREFIX])
{
    bool whole;
    if (p->kind == YN_PATH_ANY || p->ignore_case)
        return (yonder_text){0};
    if (p->kind != YN_PATH_REGEX)
        return p->text;
    return (yonder_text){room, yn_regex_prefix(room, p->text, &whole)};
}

static bool are_apart(const yn_path *a, const yn_path *b)
{
    char room_a[YN_REGEX_MAX_PREFIX], room_b[YN_REGEX_MAX_PREFIX];
    yonder_text start_a = start_of(a, room_a), start_b = start_of(b, room_b);
    return !yn_starts_with(start_a, start_b) && !yn_starts_with(start_b, start_a);
}

yn_cover yn_path_covers(yn_plan *plan, const yn_path *a, const yn_path *b)
{
    if (a->kind == YN_PATH_ANY)
        return YN_COVER_ALL;
    if (a->kind == YN_PATH_EXACT)
        return exact_covers(a, b);
    if (a->kind == YN_PATH_PREFIX)
        return prefix_covers(a, b);
    if (b->kind == YN_PATH_EXACT && (!b->ignore_case || a->ignore_case))
        return yn_plan_fits(plan, a->text, a->ignore_case, b->text, NULL, 0) ? YN_COVER_ALL
                                                                             : YN_COVER_NONE;
    if (b->kind == YN_PATH_REGEX && a->ignore_case == b->ignore_case && yn_equal(a->text, b->text))
        return YN_COVER_ALL;
    return are_apart(a, b) ? YN_COVER_NONE : YN_COVER_PART;
}
