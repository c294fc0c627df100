// SPDX-License-Identifier: MIT
// FROM and TO of other formats in native terms: patterns where these mean the same, otherwise
// regular expressions.
#include "base/text.h"
#include "base/utf8.h"
#include "core/percent.h"
#include "dialects/carry.h"
#include "rules/query.h"

bool yn_from_add(yn_carry *carry, yn_from *from, yn_from_kind kind, yonder_text text,
                 yonder_text name)
{
    if (kind == YN_FROM_TEXT && !text.len)
        return true;
    if (from->count == YN_FROM_MOST)
        return YN_LOST(carry, "more than %d parts in what is redirected", YN_FROM_MOST);
    from->pieces[from->count++] = (yn_from_piece){kind, text, name};
    return true;
}

bool yn_from_split(yn_carry *carry, yn_from *from, yonder_text path)
{
    size_t done = 0;
    for (size_t i = 0; i < path.len;) {
        yonder_text name = yn_skip(path, i + 1);
        name.len = path.ptr[i] == ':' ? yn_name_length(name) : 0;
        if (!name.len && path.ptr[i] != '*') {
            i++;
            continue;
        }
        if (!yn_from_add(carry, from, YN_FROM_TEXT, yn_slice(path, done, i), (yonder_text){0}) ||
            !yn_from_add(carry, from, name.len ? YN_FROM_SEGMENT : YN_FROM_REST, (yonder_text){0},
                         name.len ? name : YN_TEXT("splat")))
            return false;
        done = i += 1 + name.len;
    }
    return yn_from_add(carry, from, YN_FROM_TEXT, yn_skip(path, done), (yonder_text){0});
}

size_t yn_from_find(const yn_from *from, yonder_text name)
{
    for (size_t i = 0; i < from->count; i++)
        if (from->pieces[i].kind != YN_FROM_TEXT && yn_equal(from->pieces[i].name, name))
            return i;
    return from->count;
}

/* ---- FROM ------------------------------------------------------------------------------------ */

static bool ends_in_slash(const yn_from *from, size_t i)
{
    const yn_from_piece *p = i ? &from->pieces[i - 1] : NULL;
    return p && p->kind == YN_FROM_TEXT && p->text.ptr[p->text.len - 1] == '/';
}

static bool starts_with_slash(const yn_from *from, size_t i)
{
    return i == from->count ||
           (from->pieces[i].kind == YN_FROM_TEXT && from->pieces[i].text.ptr[0] == '/');
}

// A literal that a pattern would take for something else.
static bool is_plain_text(yonder_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] == '*' ||
            (t.ptr[i] == ':' && i && t.ptr[i - 1] == '/' && yn_name_length(yn_skip(t, i + 1))))
            return false;
    return true;
}

// Whether a pattern means the same as the piece at `i`.
static bool fits_pattern(const yn_from *from, size_t i)
{
    const yn_from_piece *p = &from->pieces[i];
    bool whole = ends_in_slash(from, i) && starts_with_slash(from, i + 1);
    switch (p->kind) {
    case YN_FROM_TEXT:
        // ":" at the end of the piece before would make a name of it
        return is_plain_text(p->text);
    case YN_FROM_SEGMENT:
        return whole && !yn_equal(p->name, YN_TEXT("splat")) &&
               yn_name_length(p->name) == p->name.len && p->name.len &&
               yn_from_find(from, p->name) == i;
    case YN_FROM_REST:
        if (!whole || yn_from_find(from, p->name) != i)
            return false;
        return from->bare_fits || (i + 1 == from->count &&
                                   (from->bare_taken || (i == 1 && from->pieces[0].text.len == 1)));
    case YN_FROM_REGEX:
        break;
    }
    return false;
}

static bool is_pattern(const yn_from *from)
{
    if (!from->count || from->ignores_case || from->wants_numbers ||
        from->pieces[0].kind != YN_FROM_TEXT || from->pieces[0].text.ptr[0] != '/' ||
        (!from->origin.len && yn_starts_with(from->pieces[0].text, YN_TEXT("//"))))
        return false;
    for (size_t i = 0; i < from->count; i++)
        if (!fits_pattern(from, i))
            return false;
    return true;
}

static void put_escaped(yn_buf *out, unsigned char c)
{
    yn_buf_printf(out, "%%%02X", c);
}

// A path's literal text as a pattern has it: a word, without query and fragment.
static void put_pattern_text(yn_buf *out, yonder_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == ' ' || t.ptr[i] == '?' || t.ptr[i] == '#')
            put_escaped(out, (unsigned char)t.ptr[i]);
        else
            yn_buf_char(out, t.ptr[i]);
    }
}

static void put_quoted(yn_buf *out, char c)
{
    if (c == ' ') {
        yn_buf_put(out, YN_TEXT("\\x20"));
        return;
    }
    if (memchr("\\.+*?()[]{}|^$#", c, sizeof "\\.+*?()[]{}|^$#" - 1))
        yn_buf_char(out, '\\');
    yn_buf_char(out, c);
}

// Whether a path that is held against a regular expression has this byte as itself.
static bool is_decoded(unsigned char c)
{
    return yn_is_alpha(c) || yn_is_digit(c) ||
           memchr("-._~ \"<>[]^`{|}\\", c, sizeof "-._~ \"<>[]^`{|}\\" - 1);
}

// The bytes beyond ASCII that the escapes at `at` stand for, if they are one character.
static size_t escaped_character(yonder_text t, size_t at, char out[4])
{
    size_t len = 0;
    while (len < 4 && yn_percent_decode_at(t, at + 3 * len, &out[len]))
        len++;
    for (size_t n = 2; n <= len; n++) {
        uint32_t code_point;
        if (yn_utf8_decode((yonder_text){out, n}, &code_point) == n && code_point != 0xFFFD)
            return n;
    }
    return 0;
}

// A path's literal text as it is in paths that are held against regular expressions.
static void put_regex_text(yn_buf *out, yonder_text t)
{
    char bytes[4];
    for (size_t i = 0; i < t.len;) {
        char c = t.ptr[i], byte;
        if (!yn_percent_decode_at(t, i, &byte)) {
            if (c == '%' || c == '?' || c == '#')
                put_escaped(out, (unsigned char)c);
            else
                put_quoted(out, c);
            i++;
            continue;
        }
        size_t n = (unsigned char)byte >= 0x80 ? escaped_character(t, i, bytes) : 0;
        if (n)
            yn_buf_put(out, (yonder_text){bytes, n});
        else if (is_decoded((unsigned char)byte))
            put_quoted(out, byte);
        else
            put_escaped(out, (unsigned char)byte);
        i += n ? 3 * n : 3;
    }
}

static void write_pattern(yn_buf *out, const yn_from *from)
{
    yn_buf_put(out, from->origin);
    for (size_t i = 0; i < from->count; i++) {
        const yn_from_piece *p = &from->pieces[i];
        if (p->kind == YN_FROM_TEXT)
            put_pattern_text(out, p->text);
        else if (p->kind == YN_FROM_REST)
            yn_buf_char(out, '*');
        else {
            yn_buf_char(out, ':');
            yn_buf_put(out, p->name);
        }
    }
}

static void write_regex(yn_buf *out, const yn_from *from)
{
    yn_buf_str(out, from->ignores_case ? "~*^" : "~^");
    for (size_t i = 0; i < from->count; i++) {
        const yn_from_piece *p = &from->pieces[i];
        switch (p->kind) {
        case YN_FROM_TEXT:
            put_regex_text(out, p->text);
            break;
        case YN_FROM_SEGMENT:
            yn_buf_put(out, YN_TEXT("([^/]+)"));
            break;
        case YN_FROM_REST:
            yn_buf_put(out, YN_TEXT("(.*)"));
            break;
        case YN_FROM_REGEX:
            yn_buf_put(out, p->text);
            break;
        }
    }
    yn_buf_char(out, '$');
}

bool yn_from_write(yn_carry *carry, yn_from *from, yonder_text *out)
{
    yn_buf buf = yn_carry_buf(carry);
    from->is_regex = !is_pattern(from);
    if (from->is_regex && from->origin.len)
        return YN_LOST(carry, "a pattern of this kind cannot be tied to one host");
    if (from->is_regex)
        write_regex(&buf, from);
    else
        write_pattern(&buf, from);
    *out = yn_carry_text(carry, &buf);
    return !carry->error;
}

/* ---- TO -------------------------------------------------------------------------------------- */

void yn_to_literal(yn_buf *out, const yn_from *from, yonder_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i], next = i + 1 < text.len ? text.ptr[i + 1] : '\0';
        bool name = c == ':' && yn_is_alpha((unsigned char)next);
        bool group =
            c == '$' && from->is_regex && (yn_is_digit((unsigned char)next) || next == '{');
        if (name || group || c == ' ')
            put_escaped(out, (unsigned char)c);
        else
            yn_buf_char(out, c);
    }
}

void yn_to_capture(yn_buf *out, const yn_from *from, size_t piece, char next)
{
    size_t group = 1;
    if (!from->is_regex) {
        yn_buf_char(out, ':');
        yn_buf_put(out, from->pieces[piece].kind == YN_FROM_REST ? YN_TEXT("splat")
                                                                 : from->pieces[piece].name);
        return;
    }
    for (size_t i = 0; i < piece; i++)
        group += from->pieces[i].kind != YN_FROM_TEXT;
    yn_buf_str(out, yn_is_digit((unsigned char)next) ? "${" : "$");
    yn_buf_number(out, (int64_t)group);
    if (yn_is_digit((unsigned char)next))
        yn_buf_char(out, '}');
}

static bool is_pair_name(const yn_draft *pairs, yonder_text name)
{
    for (size_t i = 0; pairs && i < pairs->pair_count; i++) {
        yonder_text value = pairs->pairs[i].value;
        if (value.len == name.len + 1 && value.ptr[0] == ':' && yn_equal(yn_skip(value, 1), name))
            return true;
    }
    return false;
}

yonder_text yn_to_write(yn_carry *carry, const yn_from *from, const yn_draft *pairs, yonder_text to)
{
    yn_buf out = yn_carry_buf(carry);
    size_t done = 0;
    for (size_t i = 0; i < to.len;) {
        yonder_text name = yn_skip(to, i + 1);
        name.len = to.ptr[i] == ':' ? yn_name_length(name) : 0;
        size_t piece = name.len ? yn_from_find(from, name) : from->count, end = i + 1 + name.len;
        bool pair = name.len && piece == from->count && is_pair_name(pairs, name);
        if (piece < from->count || pair) {
            yn_to_literal(&out, from, yn_slice(to, done, i));
            if (pair)
                yn_buf_put(&out, yn_slice(to, i, end));
            else
                yn_to_capture(&out, from, piece, end < to.len ? to.ptr[end] : '\0');
            done = end;
        }
        i = end;
    }
    yn_to_literal(&out, from, yn_skip(to, done));
    return yn_carry_text(carry, &out);
}

bool yn_to_has_query(yonder_text to)
{
    return yn_find_char(to, '?') < yn_find_char(to, '#');
}

yonder_text yn_to_drop_query(yn_carry *carry, yonder_text to)
{
    size_t fragment = yn_find_char(to, '#');
    if (!to.len || yn_to_has_query(to))
        return to;
    yn_buf out = yn_carry_buf(carry);
    yn_buf_put(&out, yn_slice(to, 0, fragment));
    yn_buf_char(&out, '?');
    yn_buf_put(&out, yn_skip(to, fragment));
    return yn_carry_text(carry, &out);
}

/* ---- queries --------------------------------------------------------------------------------- */

// What would make another word of a pair.
static yonder_text pair_name(yn_carry *carry, yonder_text name)
{
    yn_buf out = yn_carry_buf(carry);
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c == ' ' || c == '=' || c == ':' || (i == 0 && strchr("/#-~[", c)))
            put_escaped(&out, (unsigned char)c);
        else
            yn_buf_char(&out, c);
    }
    return yn_carry_text(carry, &out);
}

yn_draft_pair yn_pair_write(yn_carry *carry, yonder_text name, yonder_text value, bool bind)
{
    yn_buf out = yn_carry_buf(carry);
    size_t length = value.len > 1 && value.ptr[0] == ':' ? yn_name_length(yn_skip(value, 1)) : 0;
    for (size_t i = 0; i < value.len; i++) {
        bool colon = i == 0 && length && !(bind && length == value.len - 1);
        if (value.ptr[i] == ' ' || colon)
            put_escaped(&out, (unsigned char)value.ptr[i]);
        else
            yn_buf_char(&out, value.ptr[i]);
    }
    return (yn_draft_pair){pair_name(carry, name), yn_carry_text(carry, &out)};
}

bool yn_pairs_of_query(yn_carry *carry, yonder_text query, bool bind, yn_draft_pair *pairs,
                       size_t *count)
{
    yn_pair pair;
    *count = 0;
    if (!query.len)
        return true;
    while (yn_query_next(&query, &pair)) {
        if (!pair.whole.len)
            continue;
        if (*count == YONDER_RULES_MAX_PAIRS)
            return YN_LOST(carry, "more than %u query parameters", YONDER_RULES_MAX_PAIRS);
        pairs[(*count)++] = yn_pair_write(carry, pair.name, pair.value, bind);
    }
    return true;
}
